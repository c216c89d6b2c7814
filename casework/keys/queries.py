"""What lies under which key."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, LargeBinary, and_, func, or_, select
from sqlalchemy.orm import Session

from casework.core import storage
from casework.core.chain import AuditEntry
from casework.core.columns import Sealed, sealed_groups
from casework.core.db import Base, one_moment, session_for
from casework.core.scope import system
from casework.core.vault import vault
from casework.keys.rules import Held


def held() -> dict[str, Held]:
    """How many values and files lie under each key, by its id."""
    values, entries, files = Counter[str](), Counter[str](), storage.count_by_key()
    with session_for(system("keys status"), reading=True) as session:
        one_moment(session)
        for model, group in groups():
            values += _counted(session, model, group)
        for group in sealed_groups(AuditEntry).values():
            entries += _counted(session, AuditEntry, group)
    return {one: Held(values[one], files.get(one, 0), entries[one]) for one in sorted({*values, *entries, *files})}


def groups() -> Iterator[tuple[Any, Sealed[Any]]]:
    """Every sealed group that may change its key, with its model, in an order that is always the same."""
    for model in models():
        for group in sealed_groups(model).values():
            yield model, group


def models() -> list[Any]:
    """The models with something sealed that may change its key: all but those that nothing may rewrite."""
    found = [mapper.class_ for mapper in Base.registry.mappers]
    changing = [one for one in found if any(not group.lasting for group in sealed_groups(one).values())]
    return sorted(changing, key=lambda one: str(one.__tablename__))


def with_files() -> list[Any]:
    """The models whose rows name a file in the storage."""
    found = [mapper.class_ for mapper in Base.registry.mappers if hasattr(mapper.class_, "place")]
    return sorted(found, key=lambda one: str(one.__tablename__))


def is_stale(model: Any) -> ColumnElement[bool]:
    """Whether a row holds a value under another key than the active one."""
    active = bytes.fromhex(vault().ring.active)
    columns = [getattr(model, group.column) for group in sealed_groups(model).values()]
    return or_(*(and_(one.is_not(None), _key_id(one) != active) for one in columns))


def stale() -> int:
    """How many rows and files lie under another key than the active one."""
    with session_for(system("keys rewrap"), reading=True) as session:
        rows = sum(session.scalar(select(func.count()).select_from(one).where(is_stale(one))) or 0 for one in models())
    active = vault().ring.active
    return rows + sum(count for key_id, count in storage.count_by_key().items() if key_id != active)


def _counted(session: Session, model: Any, group: Sealed[Any]) -> Counter[str]:
    column = getattr(model, group.column)
    key_id = _key_id(column)
    sealed = select(key_id, func.count()).where(column.is_not(None)).group_by(key_id)
    return Counter({bytes(found).hex(): count for found, count in session.execute(sealed)})


def _key_id(column: Any) -> Any:
    return func.substr(column, 5, 4, type_=LargeBinary())
