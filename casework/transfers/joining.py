"""A row about a person whom the receiver has recorded already: whether the same is said there, and what both note."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from casework.consents.models import Consent
from casework.consents.rules import State as Answered
from casework.core.db import db
from casework.needs.models import BestInterest, SpecificNeed
from casework.persons.models import Relative, StatusEntry


@dataclass(frozen=True)
class Likeness:
    """By what two rows of one table about one person say the same."""

    by: tuple[str, ...]
    over: str | None = None
    """Which day says that it is over: what goes on here and ended there are two."""
    now: tuple[str, ...] = ()
    """How it stands: of what came back to a stub, who had it meanwhile knows."""


LIKENESS: dict[Any, Likeness] = {
    StatusEntry: Likeness(("person_id", "dimension", "code", "effective_on")),
    Relative: Likeness(("person_id", "relative_id"), now=("relationship_code", "shares_household")),
    SpecificNeed: Likeness(("person_id", "code", "since_on"), "until_on", now=("until_on",)),
    BestInterest: Likeness(("person_id", "step", "due_on"), "decided_on", now=("state", "decided_on", "outcome")),
    Consent: Likeness(
        ("person_id", "purpose", "recipient", "answered_on"),
        "withdrawn_on",
        now=("state", "expires_on", "withdrawn_on", "withdrawn_how", "withdrawal_recorded_at", "ended_at"),
    ),
}
VOID = ("voided_at", "void_reason")
WRITTEN = frozenset({"text", "note", "withdrawal"})
"""Fields of sealed groups in which somebody wrote freely: of two such notes none is lost."""


def twin(model: Any, values: Mapping[str, Any], *, is_stub: bool, met: Collection[UUID]) -> Any | None:
    """The row that is there and says the same as one that comes, whatever the two note to it. None: it is new here.

    A void row is like a void one only, and what has ended like what ended that day. Only in a stub, which has stood
    still, a row that goes on is the same as the one that ended or was voided since. No row is met twice.
    """
    like = LIKENESS.get(model)
    if like is None:
        return None
    which = [getattr(model, name) == values[name] for name in like.by]
    found = [one for one in db.session.scalars(select(model).where(*which)) if one.id not in met]
    found = [one for one in found if _is_refusal(getattr(one, "state", None)) == _is_refusal(values.get("state"))]
    is_void = values["voided_at"] is not None
    same = [one for one in found if one.is_void == is_void]
    over = like.over
    if over is not None:
        as_over = [one for one in same if getattr(one, over) == values[over]]
        same = as_over or same if is_stub else as_over
    if not same and is_stub and is_void:
        same = found
    return next(iter(same), None)


def _is_refusal(state: str | None) -> bool:
    """Yes and no to one question on one day are two answers."""
    return state == Answered.REFUSED


def bring_up_to_date(row: Any, values: Mapping[str, Any]) -> None:
    """Let a row of a stub say how it stands since."""
    for name in (*LIKENESS[type(row)].now, *VOID):
        if getattr(row, name) != values[name]:
            setattr(row, name, values[name])


def joined(ours: Any, theirs: Any, here: str, there: str) -> Any:
    """Two sealed groups in one: what one leaves open the other says; where both wrote, both stand, each with whose it
    is. What came from here and comes back is not said twice."""
    found = {}
    for name, mine in vars(ours).items():
        other = getattr(theirs, name)
        if name in WRITTEN and mine and other and mine not in other and other not in mine:
            found[name] = f"{here}: {mine}\n\n{there}: {other}"
        elif name in WRITTEN and mine and other:
            found[name] = max(mine, other, key=len)
        else:
            found[name] = mine or other
    return type(ours)(**found)
