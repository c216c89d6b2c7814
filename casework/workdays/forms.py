"""What is typed about days off and working weekends, and to count a deadline."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Form

from casework.core import clock
from casework.core.forms import CaseworkForm, Choice, DayField, EditForm, Line, PillsField, Tick, Whole, options
from casework.workdays.models import DayKind
from casework.workdays.rules import OnDayOff, Unit

KINDS = ((DayKind.OFF.value, _l("Day off")), (DayKind.WORKING.value, _l("Working day")))
UNITS = (
    (Unit.DAY.value, _l("Calendar days")),
    (Unit.WORKDAY.value, _l("Working days")),
    (Unit.MONTH.value, _l("Months")),
    (Unit.YEAR.value, _l("Years")),
)
ON_DAY_OFF = (
    (OnDayOff.NEXT.value, _l("Moves to the next working day")),
    (OnDayOff.STAYS.value, _l("Stays on that day")),
)


def _kind() -> PillsField:
    return PillsField(_l("What is this day?"), options(KINDS), optional=False)


def _words(label: Any) -> Line:
    return Line(label, longest=120, optional=False)


def _source() -> Line:
    says = _l("The order or law, with its number and date, or where it was announced.")
    return Line(_l("Source"), longest=400, optional=False, description=says)


class NewDayForm(CaseworkForm):
    day = DayField(_l("Day"), future=True)
    kind = _kind()
    label_en = _words(_l("Words in English"))
    label_ru = _words(_l("Words in Russian"))
    label_kk = _words(_l("Words in Kazakh"))
    source = _source()
    is_confirmed = Tick(_l("Somebody compared this with the source"))


class DayForm(EditForm):
    kind = _kind()
    label_en = _words(_l("Words in English"))
    label_ru = _words(_l("Words in Russian"))
    label_kk = _words(_l("Words in Kazakh"))
    source = _source()
    is_confirmed = Tick(_l("Somebody compared this with the source"))


class RemoveDayForm(EditForm):
    """Nothing to fill in: the version says which entry was looked at."""


class CountForm(Form):
    """A deadline to count. In the address: a day and a number are no one's data."""

    saves_nothing = True

    start = DayField(_l("Day of the act"), future=True, default=clock.today)
    value = Whole(_l("How long?"), 0, 1000, optional=False)
    unit = Choice(_l("Counted in"), options(UNITS), optional=False)
    on_day_off = Choice(_l("An end on a day off"), options(ON_DAY_OFF), optional=False, default=OnDayOff.NEXT.value)
