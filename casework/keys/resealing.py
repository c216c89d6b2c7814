"""Sealing anew, under the active key, what lies under older ones: in slices, beside those who work, and resumable.

What is left to do is what lies under another key: nothing else is remembered, so that it may be killed anywhere and
begun again. A value that somebody changes meanwhile is never overwritten: a slice is written only over the very bytes
that it read. Versions, the trail and its digests stay as they are (`Vault.sealed_anew` keeps the nonce).
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from casework.core import storage
from casework.core.columns import sealed_groups
from casework.core.db import session_for
from casework.core.scope import system
from casework.core.storage import Place
from casework.core.vault import HOUSE, Unreadable, vault
from casework.keys import queries

AT_ONCE = 200
REASON = "keys rewrap"
Step = Callable[[int], None]


@dataclass
class Resealed:
    """What came of it."""

    rows: int = 0
    files: int = 0
    unreadable: list[str] = field(default_factory=list)
    """Tables and ids of what no key in the ring opens: it stays as it is."""


def reseal(step: Step = lambda done: None) -> Resealed:
    """Everything once; `step` hears of every slice how much it was."""
    done = Resealed()
    for model in queries.models():
        for rows in _each_slice(model, done):
            done.rows += rows
            step(rows)
    for model in queries.with_files():
        for files in _files(model, done):
            done.files += files
            step(files)
    return done


def _each_slice(model: Any, done: Resealed) -> Iterator[int]:
    last: UUID | None = None
    while True:
        began = time.monotonic()
        found, rows = _slice(model, last, done)
        if found is None:
            return
        last = found
        yield rows
        time.sleep(min(time.monotonic() - began, 1))  # as long as others waited, they now have their turn


def _slice(model: Any, after: UUID | None, done: Resealed) -> tuple[UUID | None, int]:
    """One slice in one transaction: the last id that was looked at, and how many rows were sealed anew."""
    groups = list(sealed_groups(model).values())
    owner = getattr(model, "organisation_id", None)
    columns = [getattr(model, group.column) for group in groups]
    wanted = select(model.id, *([owner] if owner is not None else []), *columns).where(queries.is_stale(model))
    if after is not None:
        wanted = wanted.where(model.id > after)
    with session_for(system(REASON)) as session:
        # Rows that somebody else is changing are left for the next time: nobody waits for nobody in a circle.
        locked = wanted.order_by(model.id).limit(AT_ONCE).with_for_update(skip_locked=True)
        rows = session.execute(locked).all()
        changed = 0
        for row in rows:
            whose = row[1] if owner is not None else HOUSE
            held = row[-len(columns) :]
            try:
                anew = {
                    group.column: vault().sealed_anew(value, whose, row[0], group.kind)
                    for group, value in zip(groups, held, strict=True)
                    if value is not None
                }
            except Unreadable:
                done.unreadable.append(f"{model.__tablename__} {row[0]}")
                continue
            as_read = [one.is_(None) if was is None else one == was for one, was in zip(columns, held, strict=True)]
            statement = update(model).where(model.id == row[0], *as_read).values(anew)
            changed += session.execute(statement, execution_options={"synchronize_session": False}).rowcount  # type: ignore[attr-defined]
        session.commit()
    return (rows[-1][0] if rows else None), changed


def _files(model: Any, done: Resealed) -> Iterator[int]:
    last: UUID | None = None
    while places := _places(model, last):
        last = places[-1].record_id
        for whole in places:
            for place in (whole, *storage.parts_of(whole)):
                try:
                    yield int(storage.seal_anew(place))
                except Unreadable:
                    done.unreadable.append(f"{model.__tablename__} {place.record_id} (file)")


def _places(model: Any, after: UUID | None) -> list[Place]:
    wanted = select(model).order_by(model.id).limit(AT_ONCE)
    with session_for(system(REASON), reading=True) as session:
        found = session.scalars(wanted.where(model.id > after) if after is not None else wanted)
        return [one.place for one in found if one.place is not None]
