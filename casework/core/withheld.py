"""What is withheld from someone inside their own organisation: records that only those who work on them may open.

A feature says which persons and cases these are (`register`). Whatever is sealed in a row that leads to one of them
opens as an empty group under the name "Restricted record", and cannot be written (`core.columns`): in every list, on
every page, of features that do not know of it, too. Coded facts stay; `casework.restrictions` closes the pages.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any
from uuid import UUID

from flask import has_app_context
from sqlalchemy import event, select
from sqlalchemy.orm import Session, object_session

from casework.core.errors import Refused
from casework.core.i18n import Text
from casework.core.scope import Principal, Scoped, ScopedSession

NAME = Text("Restricted record", "Запись с ограниченным доступом", "Қолжетімділігі шектеулі карточка")
TITLES = ("family_name", "title", "name", "subject")
"""In which field of a group the name of a withheld record stands, where it has one of them."""


@dataclass(frozen=True)
class Withheld:
    """What one principal may not open."""

    persons: frozenset[UUID] = frozenset()
    cases: frozenset[UUID] = frozenset()
    opened: frozenset[UUID] = frozenset()
    """Persons and cases that are open to this principal for some hours only, in an emergency."""

    def __contains__(self, record_id: UUID) -> bool:
        return record_id in self.persons or record_id in self.cases

    def __bool__(self) -> bool:
        return bool(self.persons or self.cases)


NOTHING = Withheld()
Policy = Callable[[Session, Principal], Withheld]
_policy: list[Policy] = []
_unveiled: ContextVar[str | None] = ContextVar("unveiled", default=None)


def register(policy: Policy) -> None:
    """Say which feature decides. The same again changes nothing: an application may be made more than once."""
    _policy[:] = [policy]


@contextmanager
def unveiled(reason: str) -> Iterator[None]:
    """What reads all names because it answers to nobody in particular, as the index of names. Grep for it."""
    token = _unveiled.set(reason)
    try:
        yield
    finally:
        _unveiled.reset(token)


def of(session: Session) -> Withheld:
    """What is withheld from whose session this is; asked once."""
    who: Principal | None = session.info.get("principal")
    if who is None or who.is_system or who.user_id is None or who.organisation_id is None or not _policy:
        return NOTHING
    if "withheld" not in session.info:
        session.info["withheld"] = NOTHING  # what the policy itself reads
        try:
            with session.no_autoflush:
                found = _policy[0](session, who)
        except BaseException:
            forget(session)
            raise
        session.info["withheld"] = found
    known: Withheld = session.info["withheld"]
    return known


def forget(session: Session) -> None:
    """Ask again: something was restricted, or opened for a while."""
    session.info.pop("withheld", None)


def mine() -> Withheld:
    """What is withheld from whoever acts in this application context."""
    if not has_app_context() or _unveiled.get() is not None:
        return NOTHING
    from casework.core.db import db

    return of(db.session)


def hides(row: Any) -> bool:
    """Whether what is sealed in this row is withheld from whose session it is in."""
    if not _policy or _unveiled.get() is not None or not isinstance(row, Scoped):
        return False
    if not getattr(row, "__withheld__", True):
        return False
    session = object_session(row)
    hidden = of(session) if session is not None else mine()
    return bool(hidden) and any(one in hidden for one in concerned(row, session))


def masked(shape: type[Any]) -> Any:
    """The group that stands for a withheld one."""
    titles = [field.name for field in fields(shape) if field.name in TITLES]
    return shape(**{titles[0]: str(NAME)}) if titles else shape()


@event.listens_for(ScopedSession, "before_flush")
def _write_nothing_withheld(session: ScopedSession, context: Any, instances: Any) -> None:
    """Refuse to write a row about a withheld record: not even to link it with one's own. One's own notices stay."""
    who = session.principal
    for row in [*session.new, *session.dirty, *session.deleted]:
        is_own = who is not None and getattr(row, "user_id", None) == who.user_id
        if not is_own and hides(row):
            raise Refused


# -- whom a row is about -----------------------------------------------------------------------------------------


def concerned(row: Any, session: Session | None = None) -> Iterator[UUID]:
    """The persons and cases that a row leads to: itself, what it refers to, what those refer to."""
    if row.__tablename__ in ("persons", "cases"):
        yield row.id
        return
    yield from _through_sides(row, session)
    kind: Any = type(row)
    for key, model in _ways(kind):
        value = getattr(row, key)
        if value is None or getattr(model, "__sides__", ("",))[0] == row.__tablename__:
            continue  # a side says itself whom it is about: what is shared would only lead back to it
        if model is None or model.__tablename__ in ("persons", "cases"):
            yield value
        else:
            yield from _through(model, value, session)
    subject = getattr(row, "subject_kind", None)
    if subject is not None and row.subject_id is not None:
        yield row.subject_id
        model = _models().get(subject)
        if model is not None and leads(model) and model is not kind:
            yield from _through(model, row.subject_id, session)


def _through(model: type[Any], row_id: UUID, session: Session | None) -> Iterator[UUID]:
    from casework.core.db import db

    session = session or db.session
    with session.no_autoflush:
        row = session.get(model, row_id)
    if row is not None:
        yield from concerned(row, session)


def _through_sides(row: Any, session: Session | None) -> Iterator[UUID]:
    """Of a row that two organisations share, and that says of nobody itself, what one's own side of it is about."""
    from casework.core.db import db

    table, key = getattr(row, "__sides__", ("", ""))
    if table:
        side, session = _models()[table], session or db.session
        with session.no_autoflush:
            for one in session.scalars(select(side).where(getattr(side, key) == row.id)):
                yield from concerned(one, session)


def leads(model: Any) -> bool:
    """Whether rows of this table are about a person or a case."""
    return _reaches(model, frozenset())


@lru_cache
def _models() -> dict[str, type[Any]]:
    from casework.core.db import Base

    return {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}


@lru_cache
def _ways(model: Any) -> tuple[tuple[str, type[Any] | None], ...]:
    """The attributes of a model by which its rows lead to a person or a case, and to which model each refers."""
    return tuple(_search(model, frozenset()))


def _search(model: type[Any], seen: frozenset[str]) -> Iterator[tuple[str, type[Any] | None]]:
    mapper: Any = model.__mapper__
    referring = set()
    for constraint in mapper.local_table.foreign_key_constraints:
        for element in constraint.elements:
            if element.column.name != "id" or element.parent.name == "organisation_id":
                continue
            key = mapper.get_property_by_column(element.parent).key
            referring.add(key)
            target = _models().get(element.column.table.name)
            if target is not None and _reaches(target, seen | {mapper.local_table.name}):
                yield key, target
    for key in ("person_id", "case_id"):  # where an id outlives what it names, there is no constraint
        if key in mapper.column_attrs and key not in referring:
            yield key, None


def _reaches(model: type[Any], seen: frozenset[str]) -> bool:
    table = model.__tablename__
    if table in ("persons", "cases") or hasattr(model, "__sides__"):
        return True
    return table not in seen and any(True for _ in _search(model, seen))
