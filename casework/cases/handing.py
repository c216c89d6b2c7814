"""Handing many cases over together, in a few questions however many there are."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from casework.cases import actions, queries
from casework.cases.actions import Move
from casework.cases.models import Case
from casework.core.db import db
from casework.core.errors import DomainError
from casework.core.events import cases_reassigned


def reassign_many(
    chosen: Sequence[Case], to: Mapping[UUID, Move], reason: str, note: str | None = None, *, all_or_none: bool = True
) -> list[Case]:
    """Other lawyers take over these cases together; those that went.

    Each is checked as by itself, one after the other. `all_or_none`: one that is refused stops all, or stays.
    """
    queries.load_events(chosen)
    check = queries.assigning_check(chosen)
    former: dict[Case, UUID] = {}
    with db.session.no_autoflush:  # what the rules ask, they ask of the cases as they are in memory
        for case in chosen:
            try:
                former[case] = actions.hand_on(case, to[case.id], reason, note, check)
            except DomainError:
                if all_or_none:
                    raise
    db.session.flush()
    cases_reassigned.send(None, former=former, note=note)
    return list(former)
