"""Finding persons by name: one index per organisation, in the memory of each worker, filled from opened identities.

Nothing searchable lies on disk (`design/names.md`). A worker fills its index on first use and then reads only the rows
changed since, a little overlapping, so that a person registered in one worker is found by the next request of another.
"""

from datetime import datetime, timedelta
from threading import Lock
from uuid import UUID

from flask import current_app
from sqlalchemy import select

from casework.core.db import db
from casework.persons.models import Person
from casework.persons.names import Hit, NameIndex

OVERLAP = timedelta(minutes=2)  # a long transaction may commit a row with an earlier time than one already read


class _Shelf:
    def __init__(self) -> None:
        self.lock = Lock()
        self.index = NameIndex()
        self.read_to: datetime | None = None


def find(query: str, limit: int = 25) -> list[Hit]:
    """The persons of one's own organisation whose names are like this, the likeliest first."""
    shelf = _shelf(db.session.info["principal"].organisation_id)
    with shelf.lock:
        _refresh(shelf)
        return shelf.index.find(query, limit)


def _shelf(organisation_id: UUID) -> _Shelf:
    shelves: dict[UUID, _Shelf] = current_app.extensions.setdefault("name_index", {})
    return shelves.setdefault(organisation_id, _Shelf())


def _refresh(shelf: _Shelf) -> None:
    statement = select(Person)
    if shelf.read_to is not None:
        statement = statement.where(Person.changed_at > shelf.read_to - OVERLAP)
    for person in db.session.scalars(statement.execution_options(yield_per=1000)):
        shelf.index.put(person.id, _names(person), _numbers(person))
        shelf.read_to = max(shelf.read_to or person.changed_at, person.changed_at)


def _names(person: Person) -> list[tuple[str, str]]:
    identity = person.identity
    names = [("name", identity.full_name), ("latin", identity.latin_name or "")]
    names += [("former", former) for former in identity.former_names]
    return [(kind, name) for kind, name in names if name]


def _numbers(person: Person) -> list[tuple[str, str]]:
    """What finds a person exactly: IIN, documents, phones, record number."""
    identity, contacts = person.identity, person.contacts
    numbers = [("record", person.number), ("iin", identity.iin or "")]
    numbers += [("document", document.number) for document in identity.documents]
    numbers += [("phone", phone or "") for phone in (contacts.phone, contacts.other_phone)]
    return [(kind, number) for kind, number in numbers if number]
