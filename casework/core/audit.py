"""Who did what to whom: one row per read, write, search, export and refusal, in the transaction it belongs to.

Rows form one chain per organisation: each carries an HMAC over the one before and itself, under a key outside the
database, so that an edited, removed, inserted or reordered row is found by `verify`. Rows hold random ids and names of
fields, never values, and have no foreign keys: they outlive what they describe. Former values are kept apart, sealed,
in `Revision`, and go when the person is erased.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import g
from sqlalchemy import (
    Connection,
    ForeignKeyConstraint,
    Text,
    UniqueConstraint,
    event,
    insert,
    inspect,
    select,
    update,
)
from sqlalchemy.orm import LoaderCallableStatus, Mapped, Session, mapped_column

from casework.core import clock
from casework.core.columns import Sealed, sealed_column, sealed_groups
from casework.core.db import Base, Identified, db, session_for
from casework.core.scope import Principal, Scoped, ScopedSession, system, unscoped
from casework.core.vault import HOUSE, vault

START = "0" * 64


@dataclass
class Seen:
    """What a list or a search showed, or was asked for: sealed, for it says who was looked at."""

    ids: list[str] = field(default_factory=list)
    words: str | None = None


class AuditEntry(Identified, Scoped, Base):
    __tablename__ = "audit_entries"
    __audited__ = False
    __withheld__ = False  # it says who was looked at, to nobody but those who read the trail
    __table_args__ = (UniqueConstraint("organisation_id", "number"),)

    number: Mapped[int] = mapped_column()
    at: Mapped[datetime]
    actor_id: Mapped[UUID | None]
    actor_role: Mapped[str]
    session_id: Mapped[UUID | None]
    action: Mapped[str]
    subject_kind: Mapped[str | None]
    subject_id: Mapped[UUID | None] = mapped_column(index=True)
    subject_version: Mapped[int | None]
    digest: Mapped[str | None]
    details: Mapped[str] = mapped_column(Text, default="{}")
    seen_sealed: Mapped[bytes | None] = sealed_column("audit")
    seen = Sealed("audit", Seen)
    mac: Mapped[str]


class AuditHead(Base):
    __tablename__ = "audit_heads"
    __audited__ = False

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int]
    mac: Mapped[str]


@dataclass
class Former:
    """The values a change replaced, by attribute name."""

    values: dict[str, Any] = field(default_factory=dict)


class Revision(Identified, Scoped, Base):
    """What a row said before one change: who, when, from what."""

    __tablename__ = "revisions"
    __audited__ = False
    __table_args__ = (ForeignKeyConstraint(["organisation_id"], ["organisations.id"]),)

    subject_kind: Mapped[str]
    subject_id: Mapped[UUID] = mapped_column(index=True)
    version: Mapped[int | None]
    at: Mapped[datetime]
    actor_id: Mapped[UUID | None]
    former_sealed: Mapped[bytes | None] = sealed_column("revision")
    former = Sealed("revision", Former)


# -- what is noted -----------------------------------------------------------------------------------------------


def read(action: str, kind: str, ids: Iterable[UUID], words: str | None = None) -> None:
    """Note that persons' data were shown. One subject is named in the clear (a random id); several are sealed."""
    found = list(ids)
    if not found and words is None:
        return
    note = _note(db.session.info["principal"], action, kind, subject_id=found[0] if len(found) == 1 else None)
    if len(found) > 1 or words is not None:
        note["seen"] = Seen(ids=[str(one) for one in found], words=words)
    _pending(db.session).append(note)


def note(
    action: str,
    kind: str | None = None,
    subject_id: UUID | None = None,
    *,
    session: Session | None = None,
    who: Principal | None = None,
    **details: Any,
) -> None:
    """Note something that is neither a read nor the change of a row: a sign-in, a refusal, a figure taken.

    `who`: somebody else than acts, in the trail of whose organisation it stands: what one partner did that concerns a
    record of another stands in the other's trail as done by the system.
    """
    session = session or db.session
    _pending(session).append(_note(who or session.info["principal"], action, kind, subject_id=subject_id, **details))


def _note(
    who: Principal | None, action: str, kind: str | None, subject_id: UUID | None = None, **details: Any
) -> dict[str, Any]:
    return {
        "organisation_id": (who.organisation_id if who else None) or HOUSE,
        "at": clock.now(),
        "actor_id": who.user_id if who else None,
        "actor_role": who.role if who else "nobody",
        "session_id": who.session_id if who else None,
        "action": action,
        "subject_kind": kind,
        "subject_id": subject_id,
        "subject_version": details.pop("version", None),
        "digest": details.pop("digest", None),
        "details": {**details, **_mark()},
    }


def _mark() -> dict[str, str]:
    """What stands with everything that this request notes: that it opened a record in an emergency."""
    mark: str | None = g.get("audit_mark") if g else None
    return {"emergency": mark} if mark else {}


def _pending(session: Session, kind: str = "audit") -> list[dict[str, Any]]:
    pending: list[dict[str, Any]] = session.info.setdefault(kind, [])
    return pending


def write_apart(who: Principal | None) -> None:
    """Write what a request noted that changes nothing (it read, or was refused), before its answer leaves."""
    if "_sqlalchemy_sessions" not in g or not db.session.info.get("audit"):
        return
    notes = db.session.info.pop("audit")
    db.session.rollback()
    with session_for(who or system("nobody signed in")) as session:
        session.info["audit"] = notes
        session.commit()


# -- how changes are noted ---------------------------------------------------------------------------------------


@event.listens_for(ScopedSession, "before_flush")
def _keep_former(session: ScopedSession, context: Any, instances: Any) -> None:
    for row in list(session.dirty):
        if not isinstance(row, Scoped) or not isinstance(row, Identified) or not getattr(row, "__revised__", True):
            continue
        former = _former(row)
        if former:
            session.add(
                Revision(
                    organisation_id=row.organisation_id,
                    subject_kind=row.__tablename__,  # type: ignore[attr-defined]
                    subject_id=row.id,
                    version=getattr(row, "version", None),
                    at=clock.now(),
                    actor_id=session.principal.user_id if session.principal else None,
                    former=Former(former),
                )
            )


def keep_former(row: Any, **values: Any) -> None:
    """Keep what a correction replaced in rows that belong to this one (its topics, its persons)."""
    db.session.add(
        Revision(
            organisation_id=row.organisation_id,
            subject_kind=row.__tablename__,
            subject_id=row.id,
            version=row.version,
            at=clock.now(),
            actor_id=db.session.info["principal"].user_id,
            former=Former({name: _plain(value) for name, value in values.items()}),
        )
    )


def _former(row: Any) -> dict[str, Any]:
    former: dict[str, Any] = {}
    groups = {group.column: (name, group) for name, group in sealed_groups(type(row)).items()}
    for attribute in inspect(row).mapper.column_attrs:
        history = inspect(row).attrs[attribute.key].history
        if not history.has_changes() or attribute.key == "version":
            continue
        before = history.deleted[0] if history.deleted else None
        if before is LoaderCallableStatus.NO_VALUE:
            before = None
        if attribute.key in groups:
            name, group = groups[attribute.key]
            former[name] = _plain(group.opened(row, before)) if before else None
        else:
            former[attribute.key] = _plain(before)
    return former


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, UUID | bytes):
        return str(value)
    if hasattr(value, "__dataclass_fields__"):
        return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


@event.listens_for(ScopedSession, "after_flush")
def _note_changes(session: ScopedSession, context: Any) -> None:
    changes = [("create", session.new), ("change", session.dirty), ("delete", session.deleted)]
    for verb, rows in changes:
        for row in rows:
            if not getattr(row, "__audited__", True):
                continue
            changed = _changed(row) if verb == "change" else []
            if verb == "change" and not changed:
                continue
            entry = _note(
                session.principal,
                f"{row.__tablename__}:{verb}",
                row.__tablename__,
                subject_id=getattr(row, "id", None),
                version=getattr(row, "version", None),
                digest=_digest(row),
                **({"fields": changed} if changed else {}),
            )
            # What is done to a user's account stands in the trail of that user's organisation, whoever did it.
            entry["organisation_id"] = getattr(row, "organisation_id", None) or entry["organisation_id"]
            _pending(session, "audit of changes").append(entry)


def _changed(row: Any) -> list[str]:
    state = inspect(row)
    return sorted(
        attribute.key
        for attribute in state.mapper.column_attrs
        if attribute.key != "version" and state.attrs[attribute.key].history.has_changes()
    )


def _digest(row: Any) -> str | None:
    """SHA-256 over the row's sealed columns: shows later that a sealed value was replaced behind the application."""
    columns = [c.key for c in inspect(row).mapper.column_attrs if c.columns[0].info.get("sealed")]
    if not columns:
        return None
    digest = hashlib.sha256()
    for key in sorted(columns):
        digest.update(key.encode() + b"\0" + (getattr(row, key) or b"") + b"\0")
    return digest.hexdigest()


@event.listens_for(ScopedSession, "before_commit")
def _write(session: ScopedSession) -> None:
    session.flush()
    notes = session.info.pop("audit", []) + session.info.pop("audit of changes", [])
    if notes:
        _append(session.connection(), notes)


@event.listens_for(ScopedSession, "after_rollback")
def _forget(session: ScopedSession) -> None:
    session.info.pop("audit", None)
    session.info.pop("audit of changes", None)


# -- the chain ---------------------------------------------------------------------------------------------------


_CHAIN = unscoped("audit chain")


def _append(connection: Connection, notes: list[dict[str, Any]]) -> None:
    for organisation_id in sorted({entry["organisation_id"] for entry in notes}):
        mine = [entry for entry in notes if entry["organisation_id"] == organisation_id]
        _append_to_chain(connection, organisation_id, mine)


def _append_to_chain(connection: Connection, organisation_id: UUID, notes: list[dict[str, Any]]) -> None:
    head = connection.execute(
        select(AuditHead.number, AuditHead.mac).where(AuditHead.organisation_id == organisation_id).with_for_update()
    ).one_or_none()
    number, mac = head or (0, START)
    rows = []
    for entry in notes:
        number += 1
        row = AuditEntry(**{**entry, "number": number, "mac": "", "details": _canonical(entry["details"])})
        mac = row.mac = _mac(organisation_id, mac, row)
        rows.append({c.key: getattr(row, c.key) for c in inspect(AuditEntry).column_attrs})
    connection.execute(insert(AuditEntry).execution_options(**_CHAIN), rows)
    if head:
        connection.execute(
            update(AuditHead).where(AuditHead.organisation_id == organisation_id).values(number=number, mac=mac)
        )
    else:
        connection.execute(insert(AuditHead).values(organisation_id=organisation_id, number=number, mac=mac))


def _canonical(content: Any) -> str:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)


def _mac(organisation_id: UUID, previous: str, row: AuditEntry) -> str:
    content = [
        previous,
        str(organisation_id),
        row.number,
        str(row.id),
        row.at.isoformat(),
        str(row.actor_id),
        row.actor_role,
        str(row.session_id),
        row.action,
        row.subject_kind,
        str(row.subject_id),
        row.subject_version,
        row.digest,
        row.details,
        hashlib.sha256(row.seen_sealed or b"").hexdigest(),
    ]
    return hmac.new(vault().key("audit", organisation_id), _canonical(content).encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class ChainReport:
    organisation_id: UUID
    entries: int
    broken_at: int | None

    @property
    def is_whole(self) -> bool:
        return self.broken_at is None


def verify(organisation_id: UUID | None = None) -> list[ChainReport]:
    """Walk every chain, or one organisation's, from its first row to its head."""
    with session_for(system("audit verify"), reading=True) as session:
        chains = select(AuditEntry.organisation_id).union(select(AuditHead.organisation_id))
        found = sorted(session.scalars(chains), key=str)
        return [_verified(session, one) for one in found if organisation_id in (None, one)]


def _verified(session: Session, organisation_id: UUID) -> ChainReport:
    head = session.get(AuditHead, organisation_id)
    number, mac = 0, START
    rows = session.scalars(
        select(AuditEntry)
        .where(AuditEntry.organisation_id == organisation_id)
        .order_by(AuditEntry.number)
        .execution_options(yield_per=1000)
    )
    for row in rows:
        number += 1
        mac = _mac(organisation_id, mac, row)
        if row.number != number or not hmac.compare_digest(mac, row.mac):
            return ChainReport(organisation_id, number, number)
        session.expunge(row)
    if head is None or (number, mac) != (head.number, head.mac):
        return ChainReport(organisation_id, number, number + 1)  # rows are missing at the end
    return ChainReport(organisation_id, number, None)
