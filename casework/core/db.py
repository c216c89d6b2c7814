"""The database: one declarative base, sessions bound to their principal, and what SQLite must be told."""

import sqlite3
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any, ClassVar, Literal, ParamSpec, TypeVar

from flask import g, has_request_context
from flask.sansio.app import App
from flask_alembic import Alembic
from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy import JSON, Date, DateTime, Enum, MetaData, String, Uuid, event
from sqlalchemy.engine import Engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, declared_attr, mapped_column
from sqlalchemy.types import TypeDecorator

from casework.core.scope import Principal, ScopedSession

PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": "2",
    "foreign_keys": "1",
    "recursive_triggers": "1",  # without it INSERT OR REPLACE slips past the append-only triggers
    "secure_delete": "1",
    "trusted_schema": "0",
    "cell_size_check": "1",
    "temp_store": "2",
    "busy_timeout": "5000",
}


class Moment(TypeDecorator[datetime]):
    """A moment in UTC. SQLite forgets time zones, so they are put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("A moment needs its time zone.")
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is not None and value.tzinfo is None:
            return value.replace(tzinfo=UTC)
        return value.astimezone(UTC) if value is not None else None


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        uuid.UUID: Uuid(),
        datetime: Moment(),
        date: Date(),
        str: String(),
        dict[str, Any]: JSON(),
        list[str]: JSON(),
    }


class Identified:
    """A random identity, known before the row is written: sealing binds to it."""

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)

    def __init__(self, **values: Any) -> None:
        # First, because sealing a group of fields in the same call needs it.
        super().__init__(**{"id": uuid.uuid4(), **values})


class Versioned:
    """An editable row: a stale write is noticed, never silently lost."""

    version: Mapped[int] = mapped_column()

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}


class Sessions(SQLAlchemy):
    """Ordinary sessions. To close asynchronous ones, of which there are none, takes a thread at every request."""

    def init_app(self, app: App) -> None:
        super().init_app(app)
        kept = [one for one in app.teardown_appcontext_funcs if not iscoroutinefunction(one)]
        app.teardown_appcontext_funcs[:] = kept


db = Sessions(
    engine_options={"hide_parameters": True, "pool_pre_ping": True},
    session_options={"class_": ScopedSession, "expire_on_commit": False},
)


class Migrations(Alembic):
    """Numbered migrations, so that their folder reads as a history."""

    def rev_id(self) -> str:
        return f"{sum(1 for _ in self.script_directory.walk_revisions()) + 1:04}"


alembic = Migrations(metadatas=Base.metadata, run_mkdir=False, command_name="")


def _plain(kind: str, item: Any, context: Any) -> str | Literal[False]:
    """A migration outlives the application's own column types: it is written with what they are made of."""
    if kind == "type" and isinstance(item, Moment):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Enum):
        return f"sa.String(length={item.length})"
    return False


MIGRATIONS: dict[str, Any] = {
    "render_item": _plain,
    "compare_type": True,
    "render_as_batch": True,  # SQLite changes a table by copying it
    "transactional_ddl": True,  # ours begins properly on SQLite too, so a failed migration leaves nothing behind
}


def session_for(who: Principal, *, reading: bool = False) -> Session:
    """A session apart from the request's own: for sign-in, the audit of reads, and recounts. Close it."""
    return db.sessionmaker(info={"principal": who, "reading": reading})


_Asked = ParamSpec("_Asked")
_Row = TypeVar("_Row")


def once_per_page(ask: Callable[_Asked, list[_Row]]) -> Callable[_Asked, list[_Row]]:
    """The same question is put to the database once for all parts of a page that only reads.

    Where something is being changed it is put every time. The arguments have to be plain values.
    """

    @wraps(ask)
    def asked(*values: _Asked.args, **named: _Asked.kwargs) -> list[_Row]:
        if not has_request_context() or not g.get("reading"):
            return ask(*values, **named)
        known: dict[Any, list[_Row]] = g.setdefault("asked", {})
        key = (ask, values, tuple(sorted(named.items())))
        if key not in known:
            known[key] = ask(*values, **named)
        return list(known[key])

    return asked


@event.listens_for(Engine, "connect")
def _on_connect(connection: Any, record: Any) -> None:
    if not type(connection).__module__.startswith("sqlite3"):
        return
    connection.isolation_level = None  # we say BEGIN ourselves, below
    for pragma, value in PRAGMAS.items():
        connection.execute(f"PRAGMA {pragma} = {value}")


def one_moment(session: Session) -> None:
    """Have everything that this session reads be of one moment, however long it reads. To be said before it reads."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ", "postgresql_readonly": True})


_DENIED = frozenset(
    getattr(sqlite3, f"SQLITE_{one}")
    for one in (
        *("ALTER_TABLE", "ATTACH", "DETACH", "CREATE_VTABLE", "DROP_VTABLE"),
        *(f"{verb}_{what}" for verb in ("CREATE", "DROP") for what in ("INDEX", "TABLE", "TRIGGER", "VIEW")),
        *(f"{verb}_TEMP_{what}" for verb in ("CREATE", "DROP") for what in ("INDEX", "TABLE", "TRIGGER", "VIEW")),
    )
)
_TOLD_PRAGMAS = frozenset({"wal_checkpoint", "read_uncommitted", "optimize", "query_only"})
"""Which pragmas may be given a value by what serves pages: none by which a protection could be switched off."""


def keep_schema(engine: Engine) -> None:
    """Have SQLite refuse what changes tables, triggers or its own protections: for what serves pages, not migrations.

    PostgreSQL has roles for that.
    """
    if engine.dialect.name != "sqlite":
        return

    def refuse(action: int, first: str | None, second: str | None, database: str | None, within: str | None) -> int:
        if action == sqlite3.SQLITE_PRAGMA:
            told = second is not None and (first or "").lower() not in _TOLD_PRAGMAS
            return sqlite3.SQLITE_DENY if told and not (first or "").lower().endswith("_info") else sqlite3.SQLITE_OK
        return sqlite3.SQLITE_DENY if action in _DENIED else sqlite3.SQLITE_OK

    @event.listens_for(engine, "connect")
    def watch(connection: Any, record: Any) -> None:
        connection.set_authorizer(refuse)

    engine.dispose()  # what is connected already was not told


@event.listens_for(Engine, "begin")
def _on_begin(connection: Any) -> None:
    if connection.dialect.name == "sqlite":
        # A writer that starts as a reader cannot be upgraded under load (measured: 1,397 failures in 800 updates).
        reading = connection.get_execution_options().get("reading")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
