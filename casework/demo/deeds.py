"""What happens in the demonstration: one deed of one colleague on one day. Plain data, so that a plan can be compared.

Persons, cases and sessions bear the numbers that the plan gave them, not those of the database.
"""

from dataclasses import dataclass
from datetime import date

from casework.persons.actions import Registration
from casework.persons.models import Identity
from casework.persons.rules import PartialDate


@dataclass(frozen=True)
class Deed:
    day: date
    by: str


@dataclass(frozen=True)
class Register(Deed):
    person: int
    given: Registration
    luck: int
    """Decides the record number, so that it is the same in every demonstration."""


@dataclass(frozen=True)
class Relate(Deed):
    person: int
    relative: int
    relationship: str
    shares_household: bool


@dataclass(frozen=True)
class SetStatus(Deed):
    person: int
    dimension: str
    code: str
    effective_on: date
    reason: str
    note: str | None = None


@dataclass(frozen=True)
class VoidStatus(Deed):
    person: int
    dimension: str
    code: str
    effective_on: date
    reason: str


@dataclass(frozen=True)
class CorrectIdentity(Deed):
    """Another spelling, or a birth date that a document now shows."""

    person: int
    identity: Identity
    sex: str
    birth: PartialDate


@dataclass(frozen=True)
class OnCase(Deed):
    case: int


@dataclass(frozen=True)
class OpenCase(OnCase):
    parties: tuple[int, ...]
    track: str
    priority: str
    source: str
    luck: int


@dataclass(frozen=True)
class AddParty(OnCase):
    person: int


@dataclass(frozen=True)
class Meet(OnCase):
    meeting: int
    held_on: date
    persons: tuple[int, ...]
    modality: str
    minutes: int | None
    language: str
    interpreter: str | None
    topics: tuple[str, ...]
    services: tuple[str, ...]
    outcome: str
    title: str
    summary: str
    note: str | None


@dataclass(frozen=True)
class CorrectMeeting(OnCase):
    meeting: int
    as_held: Meet


@dataclass(frozen=True)
class VoidMeeting(OnCase):
    meeting: int
    reason: str


@dataclass(frozen=True)
class MoveStage(OnCase):
    stage: str


@dataclass(frozen=True)
class Raise(OnCase):
    priority: str


@dataclass(frozen=True)
class NextStep(OnCase):
    text: str
    due_on: date


@dataclass(frozen=True)
class StepDone(OnCase):
    pass


@dataclass(frozen=True)
class Reassign(OnCase):
    to: str
    reason: str


@dataclass(frozen=True)
class Close(OnCase):
    on: date
    outcome: str
    reason: str
    note: str | None = None


@dataclass(frozen=True)
class Reopen(OnCase):
    reason: str


@dataclass(frozen=True)
class KeepDraft(Deed):
    """A registration begun and not finished."""

    typed: dict[str, list[str]]
    step: int


@dataclass(frozen=True)
class OpenRecord(Deed):
    """Somebody opened a person's record, which the audit notes."""

    person: int
