"""Whose rows a session may touch: fixed when the session is made, enforced on every statement it runs.

Wall 1 adds the organisation to every ORM statement. Wall 2 refuses statements on scoped tables that did not pass
wall 1, and asserts the organisation of everything loaded or written. (Wall 0 is `core.access`, wall 3 the composite
foreign keys of `core.columns`.)
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from flask import current_app, g
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, mapped_column, object_session, with_loader_criteria

from casework.core.errors import Hidden
from casework.core.vault import HOUSE


@dataclass(frozen=True)
class Principal:
    """Who acts: a user in one role of one organisation, or the system itself for a stated reason."""

    user_id: UUID | None
    organisation_id: UUID | None
    role: str
    name: str = ""
    organisation_name: str = ""
    language: str | None = None
    permissions: frozenset[str] = field(default_factory=frozenset)
    session_id: UUID | None = None
    reason: str | None = None
    confirmed_at: datetime | None = None
    """When who sends this request last proved to be themselves with a second factor."""

    @property
    def is_system(self) -> bool:
        return self.reason is not None

    @property
    def initials(self) -> str:
        return "".join(part[0] for part in self.name.split()[:2]).upper()

    def may(self, permission: str) -> bool:
        return permission in self.permissions


def system(reason: str, organisation_id: UUID | None = None) -> Principal:
    """The system acting for itself: sign-in, migrations, recounts. The reason stands in the audit."""
    return Principal(user_id=None, organisation_id=organisation_id, role="system", reason=reason)


def principal() -> Principal | None:
    """Who acts in this application context, or None before sign-in."""
    who: Principal | None = g.get("principal")
    return who


@contextmanager
def acting_as(who: Principal) -> Iterator[None]:
    """An application context of its own (and so a database session of its own) in which `who` acts."""
    with current_app.app_context():
        g.principal = who
        yield


_flushing: ContextVar[bool] = ContextVar("flushing", default=False)


class Scoped:
    """A row of one organisation."""

    organisation_id: Mapped[UUID] = mapped_column(index=True)

    def __init__(self, **values: Any) -> None:
        who = principal()
        super().__init__(**{"organisation_id": who.organisation_id if who else None, **values})


class ScopedSession(Session):
    """A session whose principal is fixed at birth. Reading requests do not take the write lock (SQLite)."""

    def __init__(self, **options: Any) -> None:
        reading = options.get("info", {}).get("reading", g.get("reading") if g else False)
        if reading and isinstance(options.get("bind"), Engine):
            options["bind"] = options["bind"].execution_options(reading=True)
        super().__init__(**options)
        self.info.setdefault("principal", principal() if g else None)

    @property
    def principal(self) -> Principal | None:
        who: Principal | None = self.info["principal"]
        return who

    def flush(self, objects: Sequence[Any] | None = None) -> None:
        """Write what changed. Its statements pass wall 2 by: `before_flush` has looked at every row."""
        token = _flushing.set(True)
        try:
            super().flush(objects)
        finally:
            _flushing.reset(token)


class CrossesOrganisations(RuntimeError):
    """A statement or a row would have crossed from one organisation to another. Always a defect: never shown."""


def unscoped(reason: str) -> dict[str, str]:
    """Execution options for the few statements that count over all organisations: grep for it, a test lists them."""
    return {"unscoped": reason}


def scoped_tables() -> frozenset[str]:
    from casework.core.db import Base

    tables: frozenset[str] = frozenset(
        mapper.local_table.name  # type: ignore[attr-defined]
        for mapper in Base.registry.mappers
        if issubclass(mapper.class_, Scoped)
    )
    return tables


@event.listens_for(ScopedSession, "do_orm_execute")
def _wall_1(state: ORMExecuteState) -> None:
    if "unscoped" in state.execution_options:
        return
    who: Principal | None = state.session.info.get("principal")
    if who is not None and who.is_system and who.organisation_id is None:
        state.update_execution_options(unscoped=who.reason)
        return
    if not state.is_orm_statement or state.is_from_statement:
        return  # the filter cannot reach into text and bare tables: wall 2 looks at what they name
    if state.is_insert or state.is_update or state.is_delete:
        _refuse_unfiltered_write(state)
    # Without an organisation (signed out, or the installation's own staff) no scoped row matches.
    organisation_id = (who.organisation_id if who is not None else None) or HOUSE
    state.statement = state.statement.options(
        with_loader_criteria(
            Scoped,
            lambda row: row.organisation_id == organisation_id,
            include_aliases=True,
            propagate_to_loaders=True,
        )
    )
    # A row that is loaded already is not filtered when it is loaded anew: `refresh` below looks at it instead.
    state.update_execution_options(scoped="again" if state.is_column_load else "filtered")


def _refuse_unfiltered_write(state: ORMExecuteState) -> None:
    if isinstance(state.parameters, list):
        raise CrossesOrganisations("Bulk writes by primary key pass the row filter by: write through the session.")
    mapper = state.bind_mapper
    if mapper is None or not issubclass(mapper.class_, Scoped):
        return
    if state.is_insert:
        raise CrossesOrganisations("The row filter has no say in an INSERT: add the row to the session.")
    values = [*(getattr(state.statement, "_values", None) or {}), *(state.parameters or {})]
    if state.is_update and any(getattr(column, "key", column) == "organisation_id" for column in values):
        raise CrossesOrganisations("A row stays with its organisation.")


@event.listens_for(Scoped, "load", propagate=True)
def _wall_2_load(row: Scoped, context: Any) -> None:
    session = context.session if context is not None else object_session(row)  # a merge has no context
    if session is not None:
        _assert_own(session, row)


@event.listens_for(Scoped, "refresh", propagate=True)
def _wall_2_refresh(row: Scoped, context: Any, attributes: Any) -> None:
    _assert_own(context.session, row)


def _assert_own(session: Session, row: Scoped) -> None:
    who: Principal | None = session.info.get("principal")
    if who is None:
        raise CrossesOrganisations(f"{type(row).__name__} loaded while nobody is signed in.")
    if who.is_system and who.organisation_id is None:
        return
    if row.__dict__.get("organisation_id", who.organisation_id) != who.organisation_id:
        raise CrossesOrganisations(f"{type(row).__name__} of another organisation loaded.")


@event.listens_for(ScopedSession, "before_flush")
def _wall_2_flush(session: ScopedSession, context: Any, instances: Any) -> None:
    who = session.principal
    for row in [*session.new, *session.dirty, *session.deleted]:
        if not isinstance(row, Scoped):
            continue
        if who is None:
            raise CrossesOrganisations(f"{type(row).__name__} written while nobody is signed in.")
        if not (who.is_system and who.organisation_id is None) and row.organisation_id != who.organisation_id:
            raise CrossesOrganisations(f"{type(row).__name__} of another organisation written.")


@lru_cache
def _scoped_table() -> re.Pattern[str]:
    # Anywhere in a statement, for after a comma, a schema or a comment it is the same table; with its alias, if any.
    return re.compile(rf"\b({'|'.join(scoped_tables())})\b(?!\"?\.)\"?(?: AS \"?(\w+))?", re.IGNORECASE)


@lru_cache(maxsize=2000)
def _tables_in(statement: str) -> tuple[bool, bool]:
    """Whether a statement names scoped tables, and whether each of them has its organisation in it."""
    if statement.startswith("PRAGMA "):
        return False, True  # which reads no rows
    names = {alias or table for table, alias in _scoped_table().findall(statement)}
    return bool(names), all(f"{name}.organisation_id = " in statement for name in names)


@event.listens_for(Engine, "before_cursor_execute")
def _wall_2_statement(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
    """Refuse a statement on a scoped table that neither wall 1 nor the unit of work has seen, or not wholly."""
    if context is None or context.isddl or _flushing.get() or "unscoped" in context.execution_options:
        return
    names_scoped, is_filtered = _tables_in(statement)
    how = context.execution_options.get("scoped")
    if names_scoped and not (how == "again" or (how == "filtered" and is_filtered)):
        raise CrossesOrganisations(f"A statement on a scoped table without its organisation: {statement[:120]}")


def own(row: Any) -> Any:
    """The row, or Hidden when there is none: what a view says after a query."""
    if row is None:
        raise Hidden
    return row
