"""What can be typed about a case."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form
from wtforms.validators import ValidationError

from casework.accounts.models import User
from casework.accounts.policy import may_hold_cases
from casework.accounts.queries import caseworker_choices
from casework.cases import queries
from casework.cases.rules import Period, period, recent_periods
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
    Tick,
    options,
)
from casework.persons.forms import VoidForm
from casework.procedures import queries as procedures
from casework.reference import queries as codes


def procedure_choices() -> list[tuple[str, str]]:
    """The procedures in force today, each with the kind of case that it is for."""
    return [(one.code, f"{codes.label('track', one.track)} · {one.label}") for one in procedures.in_force()]


class ProcedureChoice(Choice):
    """Under which procedure a case begins. Left alone it is the usual one of its kind."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            _l("Procedure"),
            procedure_choices,
            none_label=_l("The usual one for this kind of case"),
            description=_l("You can go on under another one later, with a reason."),
            **options,
        )

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        """Whether it is for the kind of case that was chosen beside it."""
        track = form.track.data
        known = {one.code for one in procedures.in_force(track=track)}
        if self.data and track and not validation_stopped and self.data not in known:
            raise ValidationError(_("Choose a procedure for this kind of case."))


class OpenCaseForm(CaseworkForm):
    track = PillsField(_l("What kind of case is it?"), codes.choices("track"), optional=False)
    procedure = ProcedureChoice()
    opened_on = DayField(_l("Opened on"))
    lawyer = Choice(_l("Lawyer"), caseworker_choices(), optional=False)
    priority = PillsField(_l("How urgent is it?"), codes.choices("priority"), optional=False)
    source = Choice(_l("Who sent the person to you?"), codes.choices("referral_source"))
    next_step = Line(_l("First next step"), longest=300, description=_l("What happens next, in one sentence."))
    due_on = DayField(_l("By when"), optional=True, future=True)


class NextStepForm(EditForm):
    text = Line(
        _l("What happens next?"),
        longest=300,
        optional=False,
        description=_l("One sentence that begins with a verb."),
    )
    due_on = DayField(_l("By when"), future=True)
    owner = Choice(_l("Who does it"), caseworker_choices(), optional=False)


class PriorityForm(EditForm):
    priority = PillsField(_l("How urgent is it?"), codes.choices("priority"), optional=False)


class ReassignForm(EditForm):
    lawyer = Choice(_l("New lawyer"), caseworker_choices(), optional=False)
    reason = Choice(_l("Why"), codes.choices("reassign_reason"), optional=False)
    note = Paragraph(
        _l("Handover note"),
        longest=4000,
        description=_l("What the new lawyer needs to know. Your colleagues see it with the comments on the case."),
    )


class CloseForm(EditForm):
    closed_on = DayField(_l("Closed on"))
    outcome = Choice(_l("What was reached"), list, optional=False)
    reason = PillsField(_l("Why the case ends"), codes.choices("closure_reason"), optional=False)
    outcome_for = PillsManyField(_l("Who got this outcome?"), list, optional=False)
    reason_for = PillsManyField(
        _l("For whom does the case end for this reason?"),
        list,
        optional=False,
        description=_l("Whoever you leave out and who has no other open case leaves your care as “case closed”."),
    )
    note = Paragraph(_l("Closing note"), longest=2000)


class ReopenForm(EditForm):
    on = DayField(_l("Reopened on"))
    reason = PillsField(_l("Why"), codes.choices("reopen_reason"), optional=False)
    persons = PillsManyField(
        _l("Who is in your care again?"),
        list,
        description=_l("They count in the figures again from the next day. Leave out who has died or left for good."),
    )


class OpeningForm(EditForm):
    """What a case began with, put right."""

    opened_on = DayField(_l("Opened on"))
    track = PillsField(
        _l("What kind of case is it?"),
        codes.choices("track"),
        optional=False,
        description=_l("Another kind of case begins again at its own first stage."),
    )
    source = Choice(_l("Who sent the person to you?"), codes.choices("referral_source"))


class PartyForm(CaseworkForm):
    number = Line(
        _l("Number of the person’s record"),
        longest=20,
        optional=False,
        description=_l("For example P-26-01234."),
    )


class VoidPartyForm(VoidForm):
    person = PillsField(_l("Who was added by mistake?"), list, optional=False)


def named(users: list[User]) -> list[tuple[str, str]]:
    """Users to choose from, those marked who no longer work on cases."""
    return [
        (str(one.id), one.name if may_hold_cases(one) else _("%(name)s (no longer works on cases)", name=one.name))
        for one in users
    ]


def period_words(one: Period) -> str:
    if one.is_month:
        return i18n.month_name(one.first)
    if one.is_quarter:
        return _("Quarter %(number)d of %(year)d", number=(one.first.month + 2) // 3, year=one.first.year)
    return _("The year %(year)d", year=one.first.year)


class PeriodChoice(Choice):
    """A month, quarter or year. One further back, such as a bookmark names, stands, too."""

    def __init__(self, label: Any, **options: Any) -> None:
        options.setdefault("none_label", _l("Any time"))
        super().__init__(label, self._periods, **options)

    def _periods(self) -> list[tuple[str, str]]:
        offered = recent_periods(clock.today())
        named = period(str(self.data or ""))
        if named is not None and named not in offered:
            offered.append(named)
        return [(one.code, period_words(one)) for one in offered]


class ViewFields(CaseworkForm):
    name = Line(
        _l("Name of the view"),
        longest=60,
        optional=False,
        description=_l("What the list then shows, for example “Statelessness, no contact”. No names of persons."),
    )
    is_shared = Tick(_l("Colleagues of your organisation see it too"))


class SaveViewForm(ViewFields):
    is_first = Tick(_l("Open the list of cases with it"))


class SavedViewForm(ViewFields, EditForm):
    pass


class FilterForm(Form):
    """The filters of the case list. Everything here may stand in a URL."""

    state = PillsField(
        _l("Show"),
        options((("open", _l("Open cases")), ("closed", _l("Closed cases")), ("all", _l("All cases")))),
        none_label=_l("Open cases"),
    )
    lawyer = Choice(_l("Lawyer"), lambda: named(queries.lawyers()), none_label=_l("All lawyers"))
    owner = Choice(_l("Who does the next step"), lambda: named(queries.step_owners()), none_label=_l("Everyone"))
    track = Choice(_l("Kind of case"), codes.choices("track"), none_label=_l("All kinds"))
    stage = Choice(_l("Stage"), codes.choices("stage"), none_label=_l("All stages"))
    region = Choice(_l("Region"), codes.choices("region"), none_label=_l("All regions"))
    status = Choice(
        _l("Status"),
        lambda: [
            (f"{history}:{code}", label)
            for history in ("nationality", "displacement")
            for code, label in codes.choices(f"{history}_status")()
        ],
        none_label=_l("All statuses"),
    )
    priority = Choice(_l("Priority"), codes.choices("priority"), none_label=_l("Any priority"))
    due = Choice(
        _l("Next step"),
        options(
            (
                ("overdue", _l("Overdue")),
                ("week", _l("Due in 7 days")),
                ("none", _l("No next step")),
                ("bare", _l("No next step and no deadline")),
            )
        ),
        none_label=_l("Any"),
    )
    contact = Choice(
        _l("Contact"),
        options(
            (
                ("none30", _l("No contact for 30 days")),
                ("none60", _l("No contact for 60 days")),
                ("none90", _l("No contact for 90 days")),
            )
        ),
        none_label=_l("Any"),
    )
    lacks = Choice(
        _l("To look after"),
        lambda: [(code, str(condition.words)) for code, condition in queries.CONDITIONS.items()],
        none_label=_l("Anything"),
    )
    opened = PeriodChoice(_l("Opened in"))
    closed = PeriodChoice(_l("Closed in"))
