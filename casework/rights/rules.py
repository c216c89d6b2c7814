"""How an erasure stands, and until when a request has to be answered: without database or clock."""

from datetime import date
from enum import StrEnum

from casework.workdays.rules import Calendar, Unit


class State(StrEnum):
    """How far an erasure is."""

    WAITING = "waiting"
    CARRIED_OUT = "carried_out"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Kind(StrEnum):
    """What somebody can ask about the data kept of them: the codes of the list `rights_kind`."""

    ACCESS = "ACCESS"
    RECTIFICATION = "RECTIFICATION"
    OBJECTION = "OBJECTION"
    ERASURE = "ERASURE"


class Decision(StrEnum):
    """What became of a request: the codes of the list `rights_decision`."""

    GRANTED = "GRANTED"
    PARTLY = "PARTLY"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"


def due_on(asked_on: date, working_days: int, calendar: Calendar) -> date:
    """The last day of a term of working days, of which the first is the one after the day of asking."""
    return calendar.end_of(asked_on, working_days, Unit.WORKDAY).due_on


def is_the_number(typed: str | None, number: str) -> bool:
    """Whether somebody typed the number of the record that is to be erased, and no other."""
    return (typed or "").strip().upper() == number
