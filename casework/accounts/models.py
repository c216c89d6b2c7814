"""Organisations, the people who work in them, and how they sign in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Enum, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.accounts.permissions import Role
from casework.accounts.rules import StepKind, StepState
from casework.core.columns import Sealed, belongs_to, sealed_column
from casework.core.db import Base, Identified, Versioned
from casework.core.i18n import Text

role_column = Enum(
    Role,
    native_enum=False,
    create_constraint=False,
    length=20,
    values_callable=lambda roles: [r.value for r in roles],
)


class Organisation(Identified, Versioned, Base):
    __tablename__ = "organisations"

    name_en: Mapped[str]
    name_ru: Mapped[str]
    name_kk: Mapped[str]
    kind: Mapped[str]
    """`partner` (holds cases) or `office` (UNHCR: holds figures, users and code lists, never persons)."""
    is_active: Mapped[bool] = mapped_column(default=True)

    @property
    def name(self) -> str:
        return str(Text(self.name_en, self.name_ru, self.name_kk))


@dataclass
class Password:
    hash: str | None = None


class User(Identified, Versioned, Base):
    """Someone who signs in. Not scoped by the walls: sign-in comes before any organisation; see `accounts.policy`."""

    __tablename__ = "users"
    __table_args__ = (UniqueConstraint("organisation_id", "id"), UniqueConstraint("email"))

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    email: Mapped[str]
    name: Mapped[str]
    role: Mapped[Role] = mapped_column(role_column)
    language: Mapped[str] = mapped_column(default="en")
    is_active: Mapped[bool] = mapped_column(default=True)
    grants: Mapped[list[str] | None]
    """What an administrator gave this user beyond the role: of `permissions.GRANTABLE`, and only while it is there."""
    password_sealed: Mapped[bytes | None] = sealed_column("password")
    password = Sealed("password", Password)
    last_signed_in_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship()

    @property
    def has_password(self) -> bool:
        return self.password_sealed is not None


@dataclass
class Browser:
    """Which program on which kind of machine, as far as it says so itself: `Firefox`, `Windows`."""

    program: str = ""
    system: str = ""


class SignedIn(Base):
    """A session on one device. Only the hash of its token is kept; ending it takes effect with the next request."""

    __tablename__ = "signed_in"
    __audited__ = False

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(unique=True)
    """The session, as the trail names it: it stays while the token is changed."""
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    is_pending: Mapped[bool] = mapped_column(default=False)
    """The password was right and the second step is still to come: it opens that step and nothing else."""
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    """When the second factor was last given."""
    device_sealed: Mapped[bytes | None] = sealed_column("device")
    device = Sealed("device", Browser)


@dataclass
class Seed:
    """What the authenticator app knows, in base 32."""

    seed: str = ""


class SecondFactor(Identified, Base):
    """What a user proves the second step with: the seed of an authenticator app, checked once by a code."""

    __tablename__ = "second_factors"
    __audited__ = False  # the actions say it, with the user

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), unique=True)
    seed_sealed: Mapped[bytes | None] = sealed_column("second factor")
    seed = Sealed("second factor", Seed)
    confirmed_at: Mapped[datetime]
    last_step: Mapped[int] = mapped_column(default=0)
    """The time step of the last accepted code: only a later one is accepted, whoever sends it how often."""
    wrong: Mapped[int] = mapped_column(default=0)
    """Wrong codes since the last right one."""


class RecoveryCode(Base):
    """A code for the day the phone is lost. Only its keyed hash is kept; it counts once."""

    __tablename__ = "recovery_codes"
    __audited__ = False

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    code_hash: Mapped[str] = mapped_column(primary_key=True)
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class KnownDevice(Base):
    """A browser in which this user has signed in before, by the hash of a cookie of its own."""

    __tablename__ = "known_devices"
    __audited__ = False

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    token_hash: Mapped[str] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime]


class OneTimeLink(Identified, Base):
    """An invitation or a reset: lets its holder choose a password, once, for a while."""

    __tablename__ = "one_time_links"

    token_hash: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    purpose: Mapped[str]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


@dataclass
class Reason:
    """Why an administrator asks for a step, for whoever confirms it."""

    why: str = ""


class AccountStep(Identified, Versioned, Base):
    """What an administrator asked to be done to an account, and a second person confirms or refuses.

    Of the organisation of the user whom it is about, and not scoped, like users: `accounts.steps` says who sees it.
    """

    __tablename__ = "account_steps"
    __table_args__ = (
        belongs_to("users", "user_id"),
        CheckConstraint(
            "decided_by_id IS NULL OR (decided_by_id <> asked_by_id AND decided_by_id <> user_id)",
            name="decided_by_another",
        ),
        CheckConstraint("state <> 'confirmed' OR decided_by_id IS NOT NULL", name="confirmed_by_somebody"),
        Index("ix_account_steps_state", "state", "asked_at"),
    )

    organisation_id: Mapped[UUID]
    user_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(default=StepKind.SECOND_FACTOR)
    state: Mapped[str] = mapped_column(default=StepState.WAITING)
    arguments: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Of a change: the `role` and the `grants` asked for, and those that the user `had`. Codes only."""
    reason_sealed: Mapped[bytes | None] = sealed_column(
        "account-step", erase="stays: it is about a colleague's account, and names no person of a case"
    )
    reason = Sealed("account-step", Reason)
    asked_by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    asked_at: Mapped[datetime]
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    """Who confirmed or refused it: never who asked, never whom it is about."""
    decided_at: Mapped[datetime | None]
    """Also when it was taken back, or its time was over."""

    user: Mapped[User] = relationship(
        foreign_keys="AccountStep.user_id", primaryjoin="AccountStep.user_id == User.id", viewonly=True
    )
    asked_by: Mapped[User] = relationship(foreign_keys="AccountStep.asked_by_id", viewonly=True)


Index(
    "uq_account_steps_waiting",
    AccountStep.user_id,
    unique=True,
    sqlite_where=AccountStep.state == StepState.WAITING,
    postgresql_where=AccountStep.state == StepState.WAITING,
)


class FailedSignIn(Base):
    """How often a name or a network has failed of late, kept under a hash."""

    __tablename__ = "failed_sign_ins"
    __audited__ = False

    key_hash: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime]
