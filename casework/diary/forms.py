"""What can be typed about an appointment, and what the calendar is narrowed to."""

from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import Form

from casework.accounts.queries import caseworker_choices
from casework.cases import queries as cases
from casework.cases.forms import named
from casework.core import clock
from casework.core.forms import (
    CaseworkForm,
    Choice,
    DayField,
    EditForm,
    HourField,
    Line,
    Paragraph,
    PillsField,
    PillsManyField,
    Whole,
    options,
)
from casework.core.scope import Principal
from casework.diary.actions import Told
from casework.diary.models import Appointment
from casework.diary.policy import may_see_all
from casework.diary.rules import Kind
from casework.reference import queries as codes


class AppointmentFields(CaseworkForm):
    kind = PillsField(_l("What is it?"), codes.choices("appointment_kind"), optional=False)
    on = DayField(_l("Date"), future=True)
    at = HourField(_l("Begins at"), description=_l("Such as 14:30, Almaty time."))
    minutes = Whole(_l("Minutes"), 5, 1440, optional=False)
    lawyer = Choice(_l("Who goes there"), caseworker_choices(), optional=False)
    place = Line(_l("Place"), longest=200, description=_l("Address and room."))
    note = Paragraph(_l("Note"), longest=1000, description=_l("What to bring, whom to ask for, the interpreter."))

    def told(self) -> Told:
        return Told(
            kind=self.kind.data or "",
            starts_at=datetime.combine(self.on.data, self.at.hour, clock.ALMATY),
            minutes=self.minutes.data,
            lawyer_id=UUID(self.lawyer.data),
            place=self.place.data,
            note=self.note.data,
        )


class PlanForm(AppointmentFields):
    pass


class ChangeForm(AppointmentFields, EditForm):
    lawyer = Choice(_l("Who goes there"), lambda: named(cases.lawyers()), optional=False)


def appointment_values(one: Appointment) -> dict[str, object]:
    return {
        "kind": one.kind,
        "on": one.on,
        "at": f"{one.starts_at.astimezone(clock.ALMATY):%H:%M}",
        "minutes": one.minutes,
        "lawyer": str(one.lawyer_id),
        "place": one.details.place,
        "note": one.details.note,
        "version": str(one.version),
    }


class WhichCaseForm(CaseworkForm):
    number = Line(_l("Number of the case"), longest=20, optional=False, description=_l("For example KZ-26-01234."))


KINDS = (
    (Kind.DEADLINE, _l("Legal deadlines")),
    (Kind.APPOINTMENT, _l("Appointments")),
    (Kind.STEP, _l("Next steps")),
    (Kind.LETTER, _l("Replies to letters")),
    (Kind.EXPIRY, _l("Certificates that expire")),
)
EVERYONE = "all"


class CalendarFilter(Form):
    """What the calendar shows. Everything here may stand in a URL."""

    lawyer = Choice(
        _l("Whose calendar"),
        lambda: [(EVERYONE, str(_l("Everyone’s"))), *named(cases.lawyers())],
        none_label=_l("Mine"),
    )
    kinds = PillsManyField(_l("What to show"), options(KINDS))

    def of(self, who: Principal) -> "CalendarFilter":
        """A lawyer looks at their own; whoever leads the team at anyone’s."""
        if not may_see_all(who):
            del self.lawyer
        return self

    def lawyer_id(self, who: Principal) -> UUID | None:
        """Whose: None is everyone's."""
        field = self._fields.get("lawyer")
        chosen = field.data if field is not None and not field.errors else None
        if chosen == EVERYONE:
            return None
        return UUID(chosen) if chosen else who.user_id

    def chosen_kinds(self) -> tuple[Kind, ...]:
        return tuple(Kind(one) for one in self.kinds.data or () if not self.kinds.errors) or tuple(Kind)
