"""What a procedure says: stages, moves, time limits, evidence. Plain data that a case is held against."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from casework.core.i18n import Text

ANY = "*"
"""In place of a stage: from wherever the case stands."""


@dataclass(frozen=True)
class Stage:
    """A stage of a procedure. Its words are in the code list `stage`."""

    code: str
    is_main: bool = True
    """Whether it stands in the stage bar."""
    ends: bool = False
    authorities: tuple[str, ...] = ()
    """Codes of the list `authority`, in order: the first that is competent on the day deals with the case."""
    scope: str | None = None
    """The power of attorney that representing a person at this stage takes: ADMIN or COURT."""


@dataclass(frozen=True)
class Move:
    """An act that may happen at a stage, and where it leads. Without `to_stage` the case stays where it is."""

    from_stage: str
    act: str
    to_stage: str | None = None
    needs: tuple[str, ...] = ()
    """What has to be there first: `EVIDENCE` (all that `to_stage` asks for), `INQUIRY` (one was sent),
    `INQUIRIES_CLOSED` (each was answered or its time is over), `ACT:<code>` (such an act was recorded)."""


@dataclass(frozen=True)
class Limit:
    """A period that an act starts. `value` counts in `unit`s: day, workday, month or year."""

    id: UUID
    code: str
    words: Text
    starts: tuple[str, ...]
    """Acts that start it."""
    ends: tuple[str, ...]
    """Acts that meet it."""
    value: int
    unit: str
    stops: tuple[str, ...] = ()
    """Acts that make it pointless."""
    who: str = "US"
    """Whose it is to keep: US (the person and the lawyer), AUTHORITY, STATE; EXPIRY when a document runs out."""
    counts_from: str = "happened"
    """The day of the act that counts: `happened`, or `served` (the day the person learnt of it)."""
    basis: str | None = None
    """Another act from whose day the period runs: an extension counts from the registration."""
    takes_until: bool = False
    """Whether the day printed on the document or notified by the authority goes before the arithmetic."""
    on_day_off: str = "next"
    """An end on a day off: `next` (moves to the next working day) or `stays`."""
    on_silence: str | None = None
    """The act that follows by itself on the day after, if nothing has met it."""
    per_subject: bool = False
    """Whether an act meets it only for its own subject: the same inquiry."""
    remind_days: int = 7
    """From how many days before the end it asks for attention."""
    law: str = ""
    source: str = ""
    is_confirmed: bool = False

    @property
    def label(self) -> str:
        return str(self.words)


@dataclass(frozen=True)
class Need:
    """A piece of evidence that a procedure asks for, by a stage."""

    kind: str
    """A code of the list `document_type`."""
    is_required: bool = True
    for_stage: str | None = None
    group: str | None = None
    """Of the same group one is enough."""
    hint: Text | None = None


@dataclass(frozen=True)
class Procedure:
    """One version of a procedure, as a running case is held against it."""

    id: UUID
    code: str
    track: str
    words: Text
    effective_from: date
    retired_on: date | None
    law: str
    source: str
    is_confirmed: bool
    ends_in: tuple[str, ...] = ()
    """Codes of the list `document_type` that it can end in."""
    stages: tuple[Stage, ...] = ()
    moves: tuple[Move, ...] = ()
    limits: tuple[Limit, ...] = ()
    needs: tuple[Need, ...] = field(default=())

    @property
    def label(self) -> str:
        return str(self.words)

    @property
    def first_stage(self) -> str:
        return self.stages[0].code

    def stage(self, code: str) -> Stage | None:
        return next((one for one in self.stages if one.code == code), None)

    def moves_from(self, stage: str) -> tuple[Move, ...]:
        """What may happen at a stage: its own moves, then those that may happen anywhere."""
        own = tuple(move for move in self.moves if move.from_stage == stage)
        taken = {move.act for move in own}
        return own + tuple(move for move in self.moves if move.from_stage == ANY and move.act not in taken)

    def move(self, stage: str, act: str) -> Move | None:
        """What an act does at a stage; None when the procedure forbids it there."""
        return next((move for move in self.moves_from(stage) if move.act == act), None)

    def stages_for(self, act: str) -> tuple[str, ...]:
        """The stages at which an act may happen."""
        return tuple(one.code for one in self.stages if self.move(one.code, act) is not None)
