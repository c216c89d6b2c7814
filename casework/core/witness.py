"""What is stored, compared with what the trail says of it.

The trail keeps, with every change of a row, a digest over what is sealed in it (`core.chain.digest_of`). Whatever was
changed without the application shows here: a value replaced by another or by its own older one, a row that is gone and
that nobody deleted, a value that does not open. Rows are read in slices: memory does not grow with them.
"""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, inspect, select
from sqlalchemy.orm import Session, aliased

from casework.core import heads
from casework.core.audit import sealed_keys
from casework.core.chain import (
    NONCES,
    AuditEntry,
    ChainReport,
    Finding,
    digest_of,
    former_digest_of,
    is_former,
    verified,
)
from casework.core.columns import sealed_groups
from casework.core.db import Base, one_moment, session_for
from casework.core.scope import system
from casework.core.vault import HOUSE, Unreadable, key_id_of, vault

AT_ONCE = 500
CHANGED, OLDER, UNREADABLE, GONE, ROLLED_BACK = "changed", "older", "unreadable", "gone", "rolled back"


def verify(organisation_id: UUID | None = None, *, values: bool = True) -> list[ChainReport]:
    """Every chain, or one organisation's: its entries, the heads that were signed, and (`values`) what is stored."""
    with session_for(system("audit verify"), reading=True) as session:
        one_moment(session)
        reports = {one.organisation_id: one for one in verified(session, organisation_id)}
        found: dict[UUID, list[Finding]] = {}
        for one in reports:
            for head in heads.contradicted(session, one):
                found.setdefault(one, []).append(Finding("audit_entries", None, f"{ROLLED_BACK} at {head.number}"))
        if values:
            for where, finding in compare(session, organisation_id):
                found.setdefault(where, []).append(finding)
        return [
            ChainReport(one, report.entries, report.broken_at, tuple(found.pop(one, ())))
            for one, report in reports.items()
        ] + [ChainReport(one, 0, None, tuple(left)) for one, left in found.items()]


def compare(session: Session, organisation_id: UUID | None = None) -> Iterator[tuple[UUID, Finding]]:
    """What does not agree with the trail, row by row, and whose it is."""
    since = _noted_whole_since(session)
    for model in sorted((mapper.class_ for mapper in Base.registry.mappers), key=lambda one: str(one.__tablename__)):
        is_owned = "organisation_id" in inspect(model).column_attrs
        if organisation_id is not None and not is_owned:
            continue
        is_audited = getattr(model, "__audited__", True)
        if sealed_keys(model):
            yield from _values(session, model, organisation_id, is_audited=is_audited)
        if is_audited and "id" in inspect(model).column_attrs:
            yield from _gone(session, model, organisation_id, None if sealed_keys(model) else since)


def _values(
    session: Session, model: Any, organisation_id: UUID | None, *, is_audited: bool
) -> Iterator[tuple[UUID, Finding]]:
    """Every row that holds something sealed: does it open, and is it what was last noted?"""
    keys = sealed_keys(model)
    owner = getattr(model, "organisation_id", None)
    wanted = [model.id, *([owner] if owner is not None else []), *(getattr(model, key) for key in keys)]
    rows = select(*wanted).order_by(model.id).limit(AT_ONCE)
    if organisation_id is not None and owner is not None:
        rows = rows.where(owner == organisation_id)
    last: UUID | None = None
    while found := session.execute(rows.where(model.id > last) if last is not None else rows).all():
        last = found[-1][0]
        noted = _noted(session, model, [row[0] for row in found]) if is_audited else {}
        for row in found:
            whose = row[1] if owner is not None else HOUSE
            sealed = dict(zip(keys, row[-len(keys) :], strict=True))
            entries = [one for one in noted.get(row[0], []) if owner is None or one.organisation_id == whose]
            if what := _wrong(sealed, entries) or _closed(model, whose, row[0], sealed):
                yield whose, Finding(model.__tablename__, row[0], what)


def _noted(session: Session, model: Any, ids: Sequence[UUID]) -> dict[UUID, list[Any]]:
    """What the trail says of the sealed values of these rows, in the order in which it was noted."""
    asked = (
        select(AuditEntry.subject_id, AuditEntry.organisation_id, AuditEntry.digest, AuditEntry.at)
        .where(
            AuditEntry.subject_id.in_(ids),
            AuditEntry.subject_kind == model.__tablename__,
            AuditEntry.digest.is_not(None),
        )
        .order_by(AuditEntry.number)
    )
    noted: dict[UUID, list[Any]] = {}
    for entry in session.execute(asked):
        noted.setdefault(entry.subject_id, []).append(entry)
    return noted


def _wrong(sealed: dict[str, bytes | None], entries: list[Any]) -> str | None:
    """Whether the values of a row are other ones than those last noted."""
    if not entries or _agrees(sealed, entries[-1]):
        return None
    return OLDER if any(_agrees(sealed, one) for one in entries[:-1]) else CHANGED


def _agrees(sealed: dict[str, bytes | None], entry: Any) -> bool:
    if not is_former(entry.digest):
        return bool(digest_of(sealed) == entry.digest)
    # Noted over whole envelopes: that ends when a key made afterwards seals them, and everything then changes at once.
    return bool(former_digest_of(sealed) == entry.digest) or _sealed_since(sealed, entry)


def _sealed_since(sealed: dict[str, bytes | None], entry: Any) -> bool:
    made = vault().ring.made
    values = [value for value in sealed.values() if value is not None]
    try:
        moments = [made.get(key_id_of(value)) for value in values]
    except Unreadable:
        return False
    return bool(moments) and all(moment is not None and moment > entry.at for moment in moments)


def _closed(model: Any, whose: UUID, record_id: UUID, sealed: dict[str, bytes | None]) -> str | None:
    """Whether a value of the row does not open."""
    for group in sealed_groups(model).values():
        value = sealed.get(group.column)
        if value is None:
            continue
        try:
            vault().open(value, whose, record_id, group.kind)
        except Unreadable:
            return UNREADABLE
    return None


def _noted_whole_since(session: Session) -> dict[UUID, int]:
    """From which entry on each chain also notes rows that go with what they belong to: its first digest of nonces."""
    first = select(AuditEntry.organisation_id, func.min(AuditEntry.number)).where(AuditEntry.digest.startswith(NONCES))
    return {row[0]: row[1] for row in session.execute(first.group_by(AuditEntry.organisation_id))}


def _gone(
    session: Session, model: Any, organisation_id: UUID | None, since: dict[UUID, int] | None
) -> Iterator[tuple[UUID, Finding]]:
    """Rows that were made, that nobody deleted, and that are not there.

    What holds nothing sealed is looked for only if it was made `since` its end is noted in every case.
    """
    table, deleted = model.__tablename__, aliased(AuditEntry)
    asked = (
        select(AuditEntry.organisation_id, AuditEntry.subject_id, AuditEntry.number)
        .where(
            AuditEntry.action == f"{table}:create",
            AuditEntry.subject_kind == table,
            AuditEntry.subject_id.is_not(None),
            ~exists().where(model.id == AuditEntry.subject_id),
            ~exists().where(deleted.subject_id == AuditEntry.subject_id, deleted.action == f"{table}:delete"),
        )
        .order_by(AuditEntry.number)
    )
    if organisation_id is not None:
        asked = asked.where(AuditEntry.organisation_id == organisation_id)
    for whose, record_id, number in session.execute(asked):
        if since is None or number > since.get(whose, number):
            yield whose, Finding(table, record_id, GONE)
