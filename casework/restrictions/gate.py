"""Which pages are closed: every address and form that names a record which only its team may open."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import g, request
from sqlalchemy import select

from casework.accounts.models import User
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
    named, sent = _named(), _sent()
    if request.endpoint in WAYS_IN or not (named or sent):
        return
    known = withheld.of(db.session)
    if not known and not known.opened:
        return
    for name, value in named:
        for table, concerned in records(name, value):
            _look_at(table, concerned, known)
    _look_at("", sent, known)
    for table, concerned in _rows(sent):
        _look_at(table, concerned, known)


def _named() -> list[tuple[str, UUID]]:
    """The ids in the address itself, with the names of the arguments."""
    return [(name, value) for name, value in (request.view_args or {}).items() if isinstance(value, UUID)]


_ID = re.compile(r"(?<![0-9a-f])[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}(?![0-9a-f])", re.IGNORECASE)
_LONGEST = 200
"""A field that holds ids holds little else: what is typed is not searched."""


def _sent() -> set[UUID]:
    """Every id that stands behind the question mark or in a form: as a value, among several, in the name of a field."""
    found: set[UUID] = set()
    for fields in (request.args, request.form):
        for name, values in fields.lists():
            if name != "csrf_token":
                texts = (name, *(one for one in values if len(one) <= _LONGEST))
                found.update(UUID(one) for text in texts for one in _ID.findall(text))
    return found


def _look_at(table: str, concerned: set[UUID], known: Withheld) -> None:
    if closed := concerned & (known.persons | known.cases):
        if table in ABOUT_TWO:
            raise Hidden  # that there is such a row tells whom somebody is like
        raise Restricted(policy.withheld_of(closed))
    if opened := concerned & known.opened:
        marks = {str(one) for one in policy.opened_of(opened)}
        g.audit_mark = ",".join(sorted(marks.union(filter(None, g.get("audit_mark", "").split(",")))))


def _rows(sent: set[UUID]) -> Iterator[tuple[str, set[UUID]]]:
    """The tables in which ids are that were sent, and the persons and cases to which those rows lead.

    The field says nothing of the table: each is asked once for all of them, and none for colleagues, the usual choice.
    """
    wanted = sent - set(db.session.scalars(select(User.id).where(User.id.in_(sent)))) if sent else sent
    for mapper in Base.registry.mappers if wanted else ():
        model: Any = mapper.class_
        if "id" not in mapper.column_attrs or not getattr(model, "__withheld__", True) or not withheld.leads(model):
            continue
        for row in db.session.scalars(select(model).where(model.id.in_(wanted))):
            yield model.__tablename__, set(withheld.concerned(row, db.session))


def records(name: str, value: UUID) -> Iterator[tuple[str, set[UUID]]]:
    """The table and the persons and cases that an id in an address leads to."""
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
