"""Registering a person and opening their first case, in one go."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from casework.cases import actions as cases
from casework.cases.models import Case
from casework.persons import actions as persons
from casework.persons.models import Draft


@dataclass(frozen=True)
class FirstCase:
    track: str
    lawyer_id: UUID
    priority: str
    referred_by: str | None
    next_step: str | None
    due_on: date | None
    procedure: str | None = None
    """A code; without one it is the usual procedure of the track."""


def register(person: persons.Registration, first: FirstCase, draft: Draft) -> Case:
    """A new person with a first case; the draft they were typed in goes."""
    registered = persons.register(person)
    case = cases.open_case(
        [registered],
        first.track,
        person.registered_on,
        first.lawyer_id,
        priority=first.priority,
        source=first.referred_by,
        procedure=first.procedure,
    )
    cases.set_next_step(case, first.next_step, first.due_on)
    persons.discard_draft(draft)
    return case
