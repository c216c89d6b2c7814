"""What was told of a person, as the beginning of a registration of one's own: nothing is counted before it is ended."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from casework.persons import actions as persons
from casework.persons import queries
from casework.persons.models import Draft
from casework.referrals.models import Share

_PLAIN = (
    "latin_name",
    "sex",
    "languages",
    "birth_place",
    "iin",
    "phone",
    "other_phone",
    "email",
    "address",
    "region",
    "origin",
    "nationality",
    "displacement",
)
"""What is called the same in the form of a registration."""


FROM = "from_referral"
"""In a draft: the referral that it began with, for as long as what was told there may be read."""


def begin_registration(referral_id: UUID, shares: Iterable[Share]) -> Draft:
    """A draft with what was told; whoever ends it looks at every field. One that is begun already is gone on with."""
    begun = next((one for one in queries.drafts() if begun_with(one) == referral_id), None)
    if begun is not None:
        return begun
    told: dict[str, Any] = {}
    rule: list[str] = []
    for share in shares:
        told |= share.fields
        rule = next(iter(share.contact_rule.values()), rule)
    return persons.save_draft(None, {**typed(told, " ".join(rule)), FROM: [str(referral_id)]}, 1)


def begun_with(draft: Draft) -> UUID | None:
    """The referral that a draft began with; None of all others."""
    said = draft.typed.fields.get(FROM)
    return UUID(said[0]) if said else None


def drop_drafts(referral_id: UUID) -> None:
    """What was told is gone, and unfinished registrations of it with it, whoever began them."""
    for one in queries.every_draft():
        if begun_with(one) == referral_id:
            persons.discard_draft(one)


def typed(told: dict[str, Any], contact_rule: str = "") -> dict[str, list[str]]:
    """The fields of the registration as a browser would send them."""
    found: dict[str, list[str]] = {"source": ["PARTNER_NGO"]}
    for name in _PLAIN:
        if name in told:
            value = told[name]
            found[name] = [str(one) for one in value] if isinstance(value, list) else [str(value)]
    parts = ("family_name", "given_name", "patronymic")
    found |= {part: [word] for part, word in zip(parts, told.get("name", ()), strict=False)}
    if "former_names" in told:
        found["former_names"] = ["\n".join(told["former_names"])]
    found |= _parts("birth", str(told.get("born") or told.get("birth_year") or ""))
    found |= _parts("arrived", str(told.get("arrived") or ""))
    for at, (kind, number) in enumerate(told.get("documents", ())):
        found |= {f"documents-{at}-kind": [kind], f"documents-{at}-number": [number]}
    if contact_rule:
        found["safety_note"] = [contact_rule[:400]]
    return found


def _parts(name: str, text: str) -> dict[str, list[str]]:
    values = text.split("-") if text else []
    return {f"{name}-{part}": [value] for part, value in zip(("year", "month", "day"), values, strict=False)}
