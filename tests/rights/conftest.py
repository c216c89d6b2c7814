"""An erasure of the person full of canaries, and what can still be read of anybody."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.core import storage
from casework.core.columns import sealed_groups
from casework.core.db import Base, db, session_for
from casework.core.scope import Scoped, acting_as, system
from casework.core.vault import Unreadable
from casework.documents.models import Document
from casework.persons import queries as persons
from casework.rights import actions, erasing, queries
from tests.factories import World
from tests.security.caseload import Caseload


@contextmanager
def everywhere(app: Flask) -> Iterator[Session]:
    with app.app_context(), acting_as(system("tests")), session_for(system("tests"), reading=True) as session:
        yield session


class Subject:
    """The person of partner A, whom tests erase."""

    def __init__(self, app: Flask, world: World, load: Caseload) -> None:
        self.app, self.world, self.load = app, world, load

    def ask(
        self, person_id: UUID | None = None, in_spite: str | None = "Так просит человек", by: str = "supervisor"
    ) -> UUID:
        with self.app.app_context(), acting_as(self.world.principal(by, "A")):
            person = persons.person(person_id or self.load.person)
            assert person is not None
            made = actions.ask(person, "ASKED", "Человек просит удалить всё", in_spite)
            db.session.commit()
            return made.id

    def approve(self, erasure_id: UUID, by: str = "protection", number: str | None = None) -> erasing.Erased:
        with self.app.app_context(), acting_as(self.world.principal(by, "A")):
            found = queries.erasure(erasure_id)
            assert found is not None
            done = actions.approve(found, number or found.person.number)
            db.session.commit()
            return done

    def erase(self, person_id: UUID | None = None) -> erasing.Erased:
        return self.approve(self.ask(person_id))


@pytest.fixture
def subject(app: Flask, world: World, two_caseloads: dict[str, Caseload]) -> Iterator[Subject]:
    load = two_caseloads["A"]
    yield Subject(app, world, load)
    (Path(app.instance_path) / "keys" / "erased.jsonl").unlink(missing_ok=True)


def readable(app: Flask, organisation_id: UUID) -> dict[str, str]:
    """What can be opened with the keys, by table; and the files."""
    found: dict[str, str] = {}
    with everywhere(app) as session:
        for mapper in Base.registry.mappers:
            model = mapper.class_
            groups = sealed_groups(model)
            if not groups or not issubclass(model, Scoped):
                continue
            told = [
                json.dumps(asdict(getattr(row, name)), ensure_ascii=False, default=str)
                for row in session.scalars(select(model).where(model.organisation_id == organisation_id))
                for name in groups
            ]
            found[str(mapper.local_table)] = "\n".join(told)
        for document in session.scalars(select(Document).where(Document.organisation_id == organisation_id)):
            try:
                found["files"] = found.get("files", "") + b"".join(storage.read(document.place)).decode(
                    errors="replace"
                )
            except Unreadable:
                continue
    return found


def where(words: list[str], found: dict[str, str]) -> dict[str, set[str]]:
    """In which tables each of these words can still be read."""
    places = {word: {table for table, told in found.items() if word in told} for word in words}
    return {word: tables for word, tables in places.items() if tables}
