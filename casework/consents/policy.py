"""With whom a consent may be."""

from uuid import UUID

from flask_babel import gettext as _

from casework.accounts.queries import organisation, organisations
from casework.core.db import db
from casework.core.errors import DomainError
from casework.reference import queries as codes

LISTS = {"authority": "authority", "service": "outside_service"}
"""The code list of each kind of recipient; organisations are rows of their own."""


def recipient_kinds(purpose: str) -> list[str]:
    """Which kinds of recipient a purpose needs one of; none when it says itself with whom."""
    found: list[str] = codes.attribute("consent_purpose", purpose, "recipients") or []
    return found


def known_recipients(kind: str) -> dict[str, str]:
    """Every recipient of a kind: what is kept of it, and its name."""
    if kind == "organisation":
        own = db.session.info["principal"].organisation_id
        partners = [one for one in organisations() if one.kind == "partner" and one.is_active and one.id != own]
        return {f"organisation:{one.id}": one.name for one in partners}
    return {f"{kind}:{one.code}": one.label for one in codes.items(LISTS[kind])}


def check_recipient(purpose: str, recipient: str | None) -> None:
    kinds = recipient_kinds(purpose)
    if not kinds and recipient is not None:
        raise DomainError(_("This purpose names its recipient itself. Leave this empty."), "recipient")
    if kinds and not any(recipient in known_recipients(kind) for kind in kinds):
        raise DomainError(_("Choose with whom it may be shared."), "recipient")


def organisation_id(recipient: str | None) -> UUID | None:
    """The partner that a recipient names, if it is one."""
    kind, _colon, code = (recipient or "").partition(":")
    return UUID(code) if kind == "organisation" else None


def organisation_name(recipient: str | None) -> str:
    """What a partner is called, also one that is not active any more."""
    wanted = organisation_id(recipient)
    found = organisation(wanted) if wanted is not None else None
    return found.name if found is not None else ""
