"""The one clock. Everything that asks for the time asks here, so that tests and the demonstration can set it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

ALMATY = ZoneInfo("Asia/Almaty")

_set_to: ContextVar[datetime | None] = ContextVar("clock", default=None)


def now() -> datetime:
    """This moment, in UTC."""
    return _set_to.get() or datetime.now(UTC)


def day_of(moment: datetime) -> date:
    """The day of a moment in Almaty."""
    return moment.astimezone(ALMATY).date()


def today() -> date:
    """The day it is in Almaty: the day a lawyer would write on a form."""
    return day_of(now())


@contextmanager
def at(moment: datetime | date) -> Iterator[None]:
    """Set the clock: a bare day means ten in the morning in Almaty."""
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time(10), ALMATY)
    token = _set_to.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _set_to.reset(token)
