"""Signed heads: how far a chain had come at a moment, in a text that leaves the installation.

Whoever can change the whole database can roll a chain back together with its head, and no key inside would tell. A
head that was signed (Ed25519, `instance/keys/audit.key`) and handed out, as a file or by mail, tells: the chain must
still have that very entry. A head holds numbers and a code, nothing about any person.
"""

import base64
import binascii
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from flask import current_app
from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from casework.core import clock, signing
from casework.core.chain import AuditEntry, AuditHead
from casework.core.config import Settings
from casework.core.db import Base, session_for
from casework.core.errors import ConfigurationError
from casework.core.scope import system
from casework.core.vault import HOUSE

BEGIN, END = "-----BEGIN CASEWORK AUDIT HEAD-----", "-----END CASEWORK AUDIT HEAD-----"
_NAMES = ("version", "organisation", "entries", "mac", "signed", "key", "signature")


class BadHead(ValueError):
    """This text is no signed head, in a sentence that says why."""


class SignedHead(Base):
    """A head that was signed. The newest is what a look at the trail begins with."""

    __tablename__ = "audit_heads_signed"
    __audited__ = False

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    mac: Mapped[str]
    at: Mapped[datetime]
    key: Mapped[str]
    """The public key that checks the signature, in base64."""
    signature: Mapped[str]


@dataclass(frozen=True)
class Head:
    """One chain, so many entries, the code of the last of them, signed at a moment."""

    organisation_id: UUID
    number: int
    mac: str
    at: datetime
    key: str = ""
    signature: str = ""

    @property
    def message(self) -> bytes:
        """What is signed."""
        content = ["casework audit head", 1, str(self.organisation_id), self.number, self.mac, _moment(self.at)]
        return json.dumps(content, separators=(",", ":")).encode()

    @property
    def text(self) -> str:
        """As it is handed out: in lines that survive a mail."""
        values = (1, self.organisation_id, self.number, self.mac, _moment(self.at), self.key, self.signature)
        lines = [f"{name}: {value}" for name, value in zip(_NAMES, values, strict=True)]
        return "\n".join([BEGIN, *lines, END, ""])

    @property
    def is_signed(self) -> bool:
        """Whether the signature is of exactly this head by the key that it names."""
        try:
            signature = base64.b64decode(self.signature, validate=True)
            return signing.public_key(self.key).has_signed(signature, self.message)
        except (binascii.Error, ValueError):
            return False


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


# -- making ------------------------------------------------------------------------------------------------------


def own_key() -> signing.SigningKey:
    """The key that signs heads here; made when there is none."""
    settings: Settings = current_app.extensions["settings"]
    found = signing.load(settings.audit_key_file)
    if found is not None:
        return found
    try:
        return signing.make(settings.audit_key_file)
    except ConfigurationError:
        made_meanwhile = signing.load(settings.audit_key_file)
        if made_meanwhile is None:
            raise
        return made_meanwhile


def signed_now(organisation_id: UUID) -> Head | None:
    """How far the chain has come, signed at this moment; None for one that has no entry yet. Nothing is kept."""
    with session_for(system("audit heads"), reading=True) as session:
        found = session.get(AuditHead, organisation_id)
    if found is None:
        return None
    key = own_key()
    bare = Head(organisation_id, found.number, found.mac, clock.now().replace(microsecond=0))
    signature = base64.b64encode(key.sign(bare.message)).decode()
    return Head(bare.organisation_id, bare.number, bare.mac, bare.at, key.public.text, signature)


def keep(organisation_id: UUID) -> Head | None:
    """Sign the head and keep it, if the chain has moved since the last one; None when it has not."""
    found = signed_now(organisation_id)
    if found is None:
        return None
    with session_for(system("audit heads")) as session:
        if session.get(SignedHead, (organisation_id, found.number)) is not None:
            return None
        session.add(
            SignedHead(
                organisation_id=organisation_id,
                number=found.number,
                mac=found.mac,
                at=found.at,
                key=found.key,
                signature=found.signature,
            )
        )
        try:
            session.commit()
        except IntegrityError:  # another process signed the same at the same moment
            return None
    return found


def chains() -> list[UUID]:
    """Whose chains there are; the installation's own is among them."""
    with session_for(system("audit heads"), reading=True) as session:
        return sorted(session.scalars(select(AuditHead.organisation_id)), key=lambda one: (one != HOUSE, str(one)))


def newest(session: Session, organisation_id: UUID) -> SignedHead | None:
    found = select(SignedHead).where(SignedHead.organisation_id == organisation_id)
    return session.scalar(found.order_by(SignedHead.number.desc()).limit(1))


# -- checking ----------------------------------------------------------------------------------------------------


def contradicted(session: Session, organisation_id: UUID) -> list[SignedHead]:
    """The heads kept here whose entry the chain no longer has: the chain was rolled back, or written anew."""
    entry = exists().where(
        AuditEntry.organisation_id == SignedHead.organisation_id,
        AuditEntry.number == SignedHead.number,
        AuditEntry.mac == SignedHead.mac,
    )
    lost = select(SignedHead).where(SignedHead.organisation_id == organisation_id, ~entry)
    return list(session.scalars(lost.order_by(SignedHead.number)))


def read(text: str) -> list[Head]:
    """The heads in a file or in a mail that was saved, whatever stands around them. Raises BadHead."""
    blocks = re.findall(rf"{BEGIN}(.*?){END}", text, re.DOTALL)
    if not blocks:
        raise BadHead("There is no signed head in this file.")
    return [_read(block) for block in blocks]


def _read(block: str) -> Head:
    lines = (line.strip(" \t\r>") for line in block.splitlines())
    said = dict(line.split(": ", 1) for line in lines if ": " in line)
    try:
        if said["version"] != "1":
            raise BadHead("This head was made by a newer version of Casework.")
        at = datetime.strptime(said["signed"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        number = int(said["entries"])
        head = Head(UUID(said["organisation"]), number, said["mac"], at, said["key"], said["signature"])
    except (KeyError, ValueError) as error:
        if isinstance(error, BadHead):
            raise
        raise BadHead("This head is damaged: a line of it is missing or changed.") from error
    if not head.is_signed:
        raise BadHead("This head was changed: its signature does not hold.")
    return head


@dataclass(frozen=True)
class Proof:
    """What the present chain says to a head from outside."""

    head: Head
    entries: int
    """How many the chain has now."""
    holds: bool
    """Whether the chain still has the very entry that the head names."""
    is_own_key: bool
    """Whether the head was signed by the key that this installation signs with today."""


def prove(head: Head) -> Proof:
    """Compare a head from outside with the chain. That the chain itself is whole is another question."""
    settings: Settings = current_app.extensions["settings"]
    own = signing.load(settings.audit_key_file)
    with session_for(system("audit verify"), reading=True) as session:
        here = AuditEntry.organisation_id == head.organisation_id
        mac = session.scalar(select(AuditEntry.mac).where(here, AuditEntry.number == head.number))
        last = session.scalar(select(AuditEntry.number).where(here).order_by(AuditEntry.number.desc()).limit(1)) or 0
    return Proof(head, last, mac == head.mac, own is not None and own.public.text == head.key)
