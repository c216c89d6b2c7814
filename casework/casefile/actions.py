"""Registering a person, or going on with one who is recorded already, and opening the case: in one go."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from casework.cases import actions as cases
from casework.cases.models import Case
from casework.duplicates import actions as duplicates
from casework.duplicates import joining
from casework.duplicates import queries as pairs
from casework.duplicates.joining import Side
from casework.persons import actions as persons
from casework.persons import approving as statuses
from casework.persons import queries as person_queries
from casework.persons.models import Draft, Person


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


@dataclass(frozen=True)
class Answer:
    """What was said of somebody recorded who looks like the person being registered: same, different, unsure."""

    person_id: UUID
    decision: str
    reason: str | None = None


STATUSES = ("residence", "displacement", "nationality")
"""The histories about which a registration says something."""


def register(person: persons.Registration, first: FirstCase, draft: Draft, answers: Iterable[Answer] = ()) -> Case:
    """A new person with a first case; what was said of those who look alike is remembered, and the draft goes."""
    registered = persons.register(person)
    _remember(registered, answers)
    return _first_case(registered, person.registered_on, first, draft)


def go_on_with(
    recorded: Person,
    typed: persons.Registration,
    first: FirstCase,
    draft: Draft,
    take: Collection[str] = (),
    answers: Iterable[Answer] = (),
) -> Case:
    """A new case for somebody recorded already. Of what was typed, the fields in `take` replace what stood there."""
    of_record = set(take) - set(STATUSES)
    joining.write(recorded, joining.joined(joining.side_of(recorded), typed_side(typed), of_record))
    _remember(recorded, answers)
    case = _first_case(recorded, typed.registered_on, first, draft)
    for dimension in STATUSES:
        if dimension in take:
            before, now = recorded.holds(dimension), typed_status(typed, dimension)
            statuses.set_status(recorded, dimension, now, typed.registered_on, _reason(dimension, before))
    return case


def typed_side(typed: persons.Registration) -> Side:
    """What a registration says of who the person is."""
    return Side(
        identity=typed.identity,
        contacts=typed.contacts,
        sex=typed.sex,
        birth=typed.birth,
        origin=typed.origin,
        arrived=typed.arrived,
        languages=list(typed.languages),
        consent=typed.consent,
        consent_on=typed.consent_on,
    )


def typed_status(typed: persons.Registration, dimension: str) -> str:
    return str(getattr(typed, "region" if dimension == "residence" else dimension))


def _reason(dimension: str, before: str) -> str:
    """Why a history goes on: something became known, or it changed."""
    if dimension == "residence":
        return "correction" if before == "UNK" else "moved"
    return "identified" if before == "ND" else "status_change"


def _first_case(person: Person, on: date, first: FirstCase, draft: Draft) -> Case:
    case = cases.open_case(
        [person],
        first.track,
        on,
        first.lawyer_id,
        priority=first.priority,
        source=first.referred_by,
        procedure=first.procedure,
    )
    cases.set_next_step(case, first.next_step, first.due_on)
    persons.discard_draft(draft)
    return case


def _remember(person: Person, answers: Iterable[Answer]) -> None:
    for answer in answers:
        other = person_queries.person(answer.person_id)
        if other is None or other.id == person.id:
            continue
        pair = pairs.pair_between(person.id, other.id)
        if pair is None or pair.decision is None:  # what somebody decided who saw both records stands
            duplicates.remember(person, other, answer.decision, answer.reason)
