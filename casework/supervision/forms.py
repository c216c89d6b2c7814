"""What can be typed when cases are handed over together, and when somebody is away."""

from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import Form

from casework.accounts.models import User
from casework.accounts.queries import caseworker_choices, caseworkers
from casework.cases.forms import PeriodChoice
from casework.core import clock, i18n
from casework.core.forms import (
    CaseworkForm,
    Choice,
    DayField,
    EditForm,
    Line,
    Paragraph,
    PillsField,
    PillsManyField,
    options,
)
from casework.reference import queries as codes
from casework.supervision import queries
from casework.supervision.actions import Planned
from casework.supervision.models import Told


def lawyer_words(but: UUID | None = None) -> list[tuple[str, str]]:
    """Who can get cases, each with how many they have and until when they are away."""
    loads, away = queries.open_loads(), queries.away_until()

    def words(one: User) -> str:
        found = ngettext("%(name)s: %(num)s open case", "%(name)s: %(num)s open cases", loads[one.id], name=one.name)
        return _("%(who)s – away until %(day)s", who=found, day=i18n.day(away[one.id])) if one.id in away else found

    return [(str(one.id), words(one)) for one in caseworkers() if one.id != but]


SPREAD = options([("load", _l("By load")), ("even", _l("Evenly"))])


class HandOverForm(CaseworkForm):
    to = PillsManyField(
        _l("Who gets them?"),
        lawyer_words,
        optional=False,
        description=_l("You can change each on the next page."),
    )
    spread = PillsField(
        _l("Among several"),
        SPREAD,
        optional=False,
        default="load",
        description=_l(
            "By load: whoever has fewer open cases gets more of these. Evenly: as many of these to each. "
            "Either way what is overdue or due today is dealt round."
        ),
    )
    reason = Choice(_l("Why"), codes.choices("reassign_reason"), optional=False)
    words = Line(_l("In a few words"), longest=300, description=_l("Kept with this handing over."))
    handover = Paragraph(
        _l("Note to the new lawyers"),
        longest=2000,
        description=_l("What they have to know. It stands among the comments of each case."),
    )

    def told(self) -> Told:
        return Told(self.words.data, self.handover.data)


class BoardFilter(Form):
    """What the board counts as new and closed. It may stand in a URL."""

    period = PeriodChoice(_l("New and closed in"), none_label=_l("This month"))


class CoverForm(EditForm):
    user = Choice(_l("Who is away?"), caseworker_choices(), optional=False)
    cover = Choice(_l("Who stands in?"), caseworker_choices(), optional=False)
    from_on = DayField(_l("First day"), future=True)
    until_on = DayField(_l("Last day"), future=True, past=False)
    note = Paragraph(_l("Note"), longest=1000, description=_l("What cannot wait, and where to find what."))

    def planned(self, user_id: UUID | None = None) -> Planned:
        return Planned(
            user_id or UUID(self.user.data),
            UUID(self.cover.data),
            self.from_on.data,
            self.until_on.data,
            self.note.data,
        )


def cover_values(cover: Any) -> dict[str, Any]:
    return {
        "user": str(cover.user_id),
        "cover": str(cover.cover_id),
        "from_on": cover.from_on,
        "until_on": cover.until_on,
        "note": cover.note.text,
    }


def first_days() -> dict[str, Any]:
    return {"from_on": clock.today()}
