"""After an erasure the sealed values themselves are gone from the disk: not even the keys open them any more."""

from contextlib import closing
from datetime import date
from pathlib import Path
from sqlite3 import connect

import pytest
from flask import Flask
from sqlalchemy import select

from casework.core import clock
from casework.core.audit import Revision
from casework.core.db import db
from casework.core.scope import acting_as, system
from casework.documents.models import Document
from casework.persons.models import Person
from casework.rights import reaching
from tests.factories import World
from tests.rights.conftest import Subject, everywhere

TODAY = date(2026, 9, 15)


def _envelopes(app: Flask, subject: Subject) -> tuple[list[bytes], list[Path]]:
    """Every sealed value of the person, with what it said before, and the files."""
    with everywhere(app) as session:
        person = session.get_one(Person, subject.load.person)
        organisation_id = person.organisation_id
    with app.app_context(), acting_as(system("tests", organisation_id)):
        reach = reaching.find(db.session.get_one(Person, subject.load.person))
        ids = [one for found in reach.ids.values() for one in found]
        found = [
            bytes(getattr(row, name))
            for row in reach.rows()
            for name in reaching.words_of(row.__mapper__.class_)
            if getattr(row, name) is not None
        ]
        former = db.session.scalars(select(Revision).where(Revision.subject_id.in_(ids)))
        found += [bytes(one.former_sealed) for one in former if one.former_sealed]
        return found, [one.place.path for one in reach.emptied[Document.__tablename__]]


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_no_sealed_value_is_left_in_the_file(subject: Subject, app: Flask, world: World) -> None:
    """Once the log is written back, as the server does by itself: neither there nor in free pages."""
    with clock.at(TODAY):
        sealed, files = _envelopes(app, subject)
        assert len(sealed) > 30
        path = Path(str(db_path(app)))
        _checkpoint(path)
        raw = path.read_bytes()
        assert sum(one[8:40] in raw for one in sealed) == len(sealed), "the search looks at the right place"
        assert [one.exists() for one in files] == [True]
        subject.erase()
        _checkpoint(path)
        beside = [path.with_name(path.name + ending) for ending in ("", "-wal", "-shm")]
        left = b"".join(one.read_bytes() for one in beside if one.exists())
        assert [one for one in sealed if one[8:40] in left] == []
        assert [one.exists() for one in files] == [False]


def db_path(app: Flask) -> str:
    with app.app_context():
        return str(db.engine.url.database)


def _checkpoint(path: Path) -> None:
    with closing(connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
