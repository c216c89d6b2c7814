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
    procedure: str | None = None
    """None for the usual one of the track."""


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
class Happen(OnCase):
    """An act of the procedure, written down on `day`. It changes nobody: the plan sets the statuses itself."""

    act: str
    on: date
    served_on: date | None = None
    until_on: date | None = None
    number: str | None = None
    paper: int | None = None
    """The document that proves it."""
    represented: bool = False
    after_silence: bool = False
    """Whether silence had to come before it, which the system notes in the mornings."""


@dataclass(frozen=True)
class TakeOver(OnCase):
    """A case goes on under a procedure from the stage where it stood, or under another procedure."""

    procedure: str
    stage: str
    since: date
    note: str


@dataclass(frozen=True)
class NoteEvidence(OnCase):
    kind: str
    state: str
    asked_from: str | None = None
    asked_on: date | None = None
    received_on: date | None = None
    why_not: str | None = None
    original_with: str | None = None
    paper: int | None = None


@dataclass(frozen=True)
class Ask(OnCase):
    """An inquiry to a State is sent."""

    inquiry: int
    state: str
    through: str
    sent_on: date
    evidence: str
    reference: str


@dataclass(frozen=True)
class Remind(OnCase):
    inquiry: int
    on: date


@dataclass(frozen=True)
class Hear(OnCase):
    """A State replies."""

    inquiry: int
    reply: str
    on: date
    follow_up: str


@dataclass(frozen=True)
class Grant(Deed):
    """A person gives a power of attorney."""

    person: int
    scope: tuple[str, ...]
    issued_on: date
    expires_on: date
    number: str
    notary: str


@dataclass(frozen=True)
class Revoke(Deed):
    """The person takes the latest power of attorney back."""

    person: int
    on: date


@dataclass(frozen=True)
class File(OnCase):
    """A paper is kept with the case."""

    paper: int
    person: int | None
    kind: str
    name: str
    lines: tuple[str, ...]
    """What stands on it."""
    title: str | None = None
    issued_on: date | None = None
    expires_on: date | None = None
    original_with: str | None = None


@dataclass(frozen=True)
class Write(OnCase):
    """A letter is written; a finished one gets its number."""

    letter: int
    person: int
    template: str
    language: str
    authority: str | None
    is_finished: bool


@dataclass(frozen=True)
class Send(OnCase):
    letter: int
    on: date
    how: str


@dataclass(frozen=True)
class ReadAnswer(OnCase):
    letter: int
    on: date
    note: str


@dataclass(frozen=True)
class Appoint(OnCase):
    kind: str
    on: date
    hour: int
    minute: int
    minutes: int
    place: str
    state: str
    """What becomes of it: nothing yet for one that lies ahead."""


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
