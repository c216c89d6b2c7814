"""What is typed about a restricted record and an emergency."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import HiddenField

from casework.core.forms import CaseworkForm, EditForm, JustAButton, Paragraph, PillsField, options
from casework.reference import queries as codes
from casework.restrictions.models import EmergencyAccess
from casework.restrictions.rules import HOURS, Verdict

VERDICTS = [
    (Verdict.JUSTIFIED.value, _l("It was justified")),
    (Verdict.UNJUSTIFIED.value, _l("It was not justified")),
]


class _SeenForm(CaseworkForm):
    seen = HiddenField()
    """The id of the restriction that stood when the page was opened; empty when none did."""


class RestrictForm(_SeenForm):
    reason = Paragraph(
        _l("Why may only the team open it?"),
        longest=1000,
        optional=False,
        description=_l("Only the team reads this. For example: the person is known to a colleague, or is threatened."),
    )


class LiftForm(_SeenForm):
    reason = Paragraph(_l("Why may everyone in casework open it again?"), longest=1000, optional=False)


def _hours() -> list[tuple[str, str]]:
    return [(str(one), ngettext("%(num)s hour", "%(num)s hours", one)) for one in HOURS]


class EmergencyForm(CaseworkForm):
    reason = PillsField(_l("What is the emergency?"), codes.choices("emergency_reason"), optional=False)
    why = Paragraph(
        _l("What has happened?"),
        longest=1000,
        optional=False,
        description=_l("A sentence or two. Your supervisors read it now, and judge it afterwards."),
    )
    hours = PillsField(_l("For how long do you need it?"), _hours, optional=False, default=str(HOURS[0]))


class EndForm(JustAButton):
    pass


class ReviewForm(EditForm):
    verdict = PillsField(_l("Was it justified?"), options(VERDICTS), optional=False)
    comment = Paragraph(
        _l("Comment"), longest=1000, description=_l("It is kept with this access. Speak with the colleague yourself.")
    )


def review_values(access: EmergencyAccess) -> dict[str, Any]:
    return {"verdict": access.verdict, "comment": access.told.review, "version": str(access.version)}
