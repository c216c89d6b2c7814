"""Plain functions that make what tests need, through the same actions as the pages, with invented people only.

They write to the session of whoever acts: call them inside `with acting(…)`.
"""

from base64 import b32encode
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha1
from uuid import UUID

from flask import current_app

from casework.accounts import actions, passwords, second_factor, sign_in
from casework.accounts.models import Organisation, Password, User
from casework.accounts.permissions import Role
from casework.core.db import db
from casework.core.scope import Principal

PASSWORD = "seven grey herons over Balkhash"
"""Of every user made here."""

PARTNER_ROLES = tuple(Role)
OFFICE_ROLES = (Role.STATISTICS, Role.ADMINISTRATOR, Role.PROTECTION)


def organisation(name: str = "Invented Legal Clinic", kind: str = "partner") -> Organisation:
    return actions.add_organisation(name_en=name, name_ru=f"{name} (ru)", name_kk=f"{name} (kk)", kind=kind)


def user(
    role: Role | str, where: Organisation, *, name: str | None = None, email: str | None = None, language: str = "en"
) -> User:
    """Someone who has already chosen the password PASSWORD and set up an app with the seed `seed_of` their address."""
    role = Role(role)
    made = User(
        organisation_id=where.id,
        email=email or f"{role.value}.{where.id.hex[:8]}@example.org",
        name=name or f"{role.value.title()} Invented",
        role=role,
        language=language,
        is_active=True,
    )
    made.password = Password(_hash(current_app.config["PASSWORD_COST"]))
    db.session.add(made)
    db.session.flush()
    second_factor.enrol(db.session, made, seed_of(made.email))
    return made


def seed_of(email: str) -> str:
    """What the authenticator app of a user made here knows."""
    return b32encode(sha1(email.encode(), usedforsecurity=False).digest()).decode()


@cache
def _hash(cost: tuple[int, int, int]) -> str:
    return passwords.hashed(PASSWORD)


@dataclass
class World:
    """What every test finds: partners A and B with one user per role, and the office with its three roles."""

    organisations: dict[str, UUID] = field(default_factory=dict)
    principals: dict[tuple[str, str], Principal] = field(default_factory=dict)
    emails: dict[tuple[str, str], str] = field(default_factory=dict)

    def principal(self, role: str, where: str | None = None) -> Principal:
        return self.principals[role, where or home_of(role)]

    def user_id(self, role: str, where: str | None = None) -> UUID:
        found = self.principal(role, where).user_id
        assert found is not None
        return found

    def email(self, role: str, where: str | None = None) -> str:
        return self.emails[role, where or home_of(role)]


def home_of(role: str) -> str:
    """Where someone of this role works when a test does not say: in partner A with cases, else in the office."""
    return "A" if role in ("lawyer", "supervisor") else "office"


def world() -> World:
    """Make the world. `conftest` does it once per worker and database, and copies the result for every test."""
    made = World()
    for key, name, kind in (
        ("A", "Partner Aster", "partner"),
        ("B", "Partner Birch", "partner"),
        ("office", "Country Office", "office"),
    ):
        where = organisation(name, kind)
        made.organisations[key] = where.id
        for role in PARTNER_ROLES if kind == "partner" else OFFICE_ROLES:
            title = f"{role.value.title()} of {name}"
            one = user(role, where, name=title, email=f"{role.value}@{key.lower()}.example.org")
            made.principals[role.value, key] = sign_in.principal_for(one)
            made.emails[role.value, key] = one.email
    return made
