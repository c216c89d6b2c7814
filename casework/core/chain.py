"""The chain of the trail: rows that each carry an HMAC over the one before and themselves, one chain per organisation.

The key lies outside the database, so that an edited, removed, inserted or reordered row is found by `verify`. A chain
whose end was rolled back together with its head is whole: signed heads (`core.heads`) tell. What is stored is compared
with what the trail says of it by `core.witness`.
"""

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Text, UniqueConstraint, insert, inspect, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from casework.core.columns import Sealed, sealed_column
from casework.core.db import Base, Identified, one_moment, session_for
from casework.core.scope import Scoped, system, unscoped
from casework.core.vault import nonce_of, vault

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
    seen_sealed: Mapped[bytes | None] = sealed_column("audit", erase="stays: the trail is only ever appended to")
    seen = Sealed("audit", Seen, lasting=True)
    mac: Mapped[str]


class AuditHead(Base):
    __tablename__ = "audit_heads"
    __audited__ = False

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int]
    mac: Mapped[str]


# -- digests -----------------------------------------------------------------------------------------------------

NONCES = "2:"
"""How digests of the present kind begin."""


def digest_of(sealed: dict[str, bytes | None]) -> str | None:
    """What tells later that a sealed value of a row, by its column, was replaced by another, its own older one too.

    SHA-256 over names and nonces: a value that is sealed anew under another key keeps its nonce, and nobody without a
    key can make another value that opens under it.
    """
    if not sealed:
        return None
    digest = hashlib.sha256()
    for name in sorted(sealed):
        digest.update(name.encode() + b"\0" + nonce_of(sealed[name] or b"") + b"\0")
    return NONCES + digest.hexdigest()


def former_digest_of(sealed: dict[str, bytes | None]) -> str:
    """As entries before version 0.2 have it: over the whole envelopes, which ends with the key that sealed them."""
    digest = hashlib.sha256()
    for name in sorted(sealed):
        digest.update(name.encode() + b"\0" + (sealed[name] or b"") + b"\0")
    return digest.hexdigest()


def is_former(digest: str) -> bool:
    return not digest.startswith(NONCES)


# -- the chain ---------------------------------------------------------------------------------------------------


_CHAIN = unscoped("audit chain")


def append(connection: Connection, notes: list[dict[str, Any]]) -> None:
    """Write these notes at the end of the chains they belong to, in the transaction of this connection."""
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
        mac = row.mac = mac_of(organisation_id, mac, row)
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


def mac_of(organisation_id: UUID, previous: str, row: AuditEntry) -> str:
    """The code of an entry: over the one before it and all that it says."""
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
class Finding:
    """Something stored that does not agree with the trail: which row, and in one word why."""

    table: str
    record_id: UUID | None
    what: str
    """`changed`, `older` (its own earlier value), `unreadable`, `gone`, or of a signed head `rolled back`."""


@dataclass(frozen=True)
class ChainReport:
    organisation_id: UUID
    entries: int
    broken_at: int | None
    findings: tuple[Finding, ...] = ()

    @property
    def is_whole(self) -> bool:
        return self.broken_at is None and not self.findings


def verify(organisation_id: UUID | None = None) -> list[ChainReport]:
    """Walk every chain, or one organisation's, from its first row to its head."""
    with session_for(system("audit verify"), reading=True) as session:
        one_moment(session)
        return verified(session, organisation_id)


def verified(session: Session, organisation_id: UUID | None = None) -> list[ChainReport]:
    """The same, at the moment of this session."""
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
        mac = mac_of(organisation_id, mac, row)
        if row.number != number or not hmac.compare_digest(mac, row.mac):
            return ChainReport(organisation_id, number, number)
        session.expunge(row)
    if head is None or (number, mac) != (head.number, head.mac):
        return ChainReport(organisation_id, number, number + 1)  # rows are missing at the end
    return ChainReport(organisation_id, number, None)
