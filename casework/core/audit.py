"""Who did what to whom: one row per read, write, search, export and refusal, in the transaction it belongs to.

Rows form one chain per organisation (`core.chain`). They hold random ids and names of fields, never values, and have no
foreign keys: they outlive what they describe. Former values are kept apart, sealed, in `Revision`, and go when the
person is erased.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import g
from sqlalchemy import ForeignKeyConstraint, event, inspect
from sqlalchemy.orm import LoaderCallableStatus, Mapped, Session, mapped_column

from casework.core import chain, clock
from casework.core.chain import AuditEntry, AuditHead, Seen
from casework.core.columns import Sealed, sealed_column, sealed_groups
from casework.core.db import Base, Identified, db, session_for
from casework.core.scope import Principal, Scoped, ScopedSession, system
from casework.core.vault import HOUSE

__all__ = [
    "AuditEntry",
    "AuditHead",
    "Former",
    "Revision",
    "Seen",
    "emptied",
    "keep_former",
    "note",
    "read",
    "write_apart",
]


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
    former_sealed: Mapped[bytes | None] = sealed_column("revision", erase="deleted: with the rows that it is of")
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


FORGETTING = "forgetting"
"""Under which a session knows that it keeps nothing of what it replaces: an erasure."""


@event.listens_for(ScopedSession, "before_flush")
def _keep_former(session: ScopedSession, context: Any, instances: Any) -> None:
    if session.info.get(FORGETTING):
        return
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
    # What a collection let go of is deleted with it, and the session itself does not list it.
    deleted = {state.obj(): None for state, (is_gone, is_listed) in context.states.items() if is_gone and not is_listed}
    left = [row for row in session.dirty if row not in deleted]
    changes = [("create", list(session.new)), ("change", left), ("delete", list(deleted))]
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
    return chain.digest_of({key: getattr(row, key) for key in sealed_keys(type(row))})


def sealed_keys(model: Any) -> list[str]:
    """The sealed columns of a model, by the names of their attributes."""
    return [c.key for c in inspect(model).column_attrs if c.columns[0].info.get("sealed")]


def emptied(model: Any, ids: Iterable[UUID], *, organisation_id: UUID | None = None) -> None:
    """Note that a statement took everything sealed out of these rows: what the trail sees of rows it does not see."""
    keys = sealed_keys(model)
    if not keys or not getattr(model, "__audited__", True):
        return
    session = db.session
    session.flush()
    for one in ids:
        entry = _note(
            session.info["principal"],
            f"{model.__tablename__}:change",
            model.__tablename__,
            subject_id=one,
            digest=chain.digest_of(dict.fromkeys(keys)),
            fields=sorted(keys),
        )
        entry["organisation_id"] = organisation_id or entry["organisation_id"]
        _pending(session, "audit of changes").append(entry)


@event.listens_for(ScopedSession, "before_commit")
def _write(session: ScopedSession) -> None:
    session.flush()
    notes = session.info.pop("audit", []) + session.info.pop("audit of changes", [])
    if notes:
        chain.append(session.connection(), notes)


@event.listens_for(ScopedSession, "after_rollback")
def _forget(session: ScopedSession) -> None:
    session.info.pop("audit", None)
    session.info.pop("audit of changes", None)
