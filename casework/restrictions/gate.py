"""Which pages are closed: every address and form that names a record which only its team may open."""

from collections.abc import Iterator
from uuid import UUID

from flask import g, request

from casework.core import access, withheld
from casework.core.db import Base, db
from casework.core.errors import Hidden, Restricted
from casework.core.scope import principal
from casework.core.withheld import Withheld
from casework.restrictions import policy
from casework.restrictions.rules import ABOUT_TWO, NO_RECORDS, TABLES

WAYS_IN = frozenset({"restrictions.emergency"})
"""What may be opened of a record that is closed: the way to ask for it in an emergency."""


def keep_closed() -> None:
    """Refuse, before anything is looked up, what leads to a record withheld from whoever asks.

    What leads to one opened in an emergency is marked so in everything that this request notes.
    """
    who = principal()
    if who is None or request.endpoint is None or access.is_public(request.endpoint):
        return
    if request.endpoint in WAYS_IN or not (asked := _asked()):
        return
    known = withheld.of(db.session)
    if not known and not known.opened:
        return
    for name, value in asked:
        _look_at(name, value, known)


def _asked() -> list[tuple[str, UUID]]:
    """The ids that a request names, with the name of the argument or field."""
    found = [(name, value) for name, value in (request.view_args or {}).items() if isinstance(value, UUID)]
    for sent in (request.args, request.form):
        for name, values in sent.lists():
            found += [("", one) for value in values if name != "csrf_token" and (one := _id(value)) is not None]
    return found


def _id(value: str) -> UUID | None:
    if len(value) not in (32, 36):
        return None
    try:
        return UUID(value)
    except ValueError:
        return None


def _look_at(name: str, value: UUID, known: Withheld) -> None:
    for table, concerned in records(name, value):
        if closed := concerned & (known.persons | known.cases):
            if table in ABOUT_TWO:
                raise Hidden  # that there is such a row tells whom somebody is like
            raise Restricted(policy.withheld_of(closed))
        if opened := concerned & known.opened:
            g.audit_mark = ",".join(str(one) for one in sorted(policy.opened_of(opened)))


def records(name: str, value: UUID) -> Iterator[tuple[str, set[UUID]]]:
    """The table and the persons and cases that an id leads to. Of a field only those of a record are known."""
    if not name:
        yield "", {value}
        return
    if name in NO_RECORDS:
        return
    wanted = TABLES.get(name)
    for mapper in Base.registry.mappers:
        model = mapper.class_
        is_wanted = model.__tablename__ in wanted if wanted is not None else withheld.leads(model)
        if not is_wanted or "id" not in mapper.column_attrs:
            continue
        row = db.session.get(model, value)
        if row is not None:
            yield model.__tablename__, set(withheld.concerned(row, db.session))
            return
