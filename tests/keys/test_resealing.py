"""Sealing anew: everything, beside those who work, killed in the middle, and nothing changed but the key."""

import os
import signal
import threading
import time
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask import Flask

from casework.accounts.models import User
from casework.core import clock, storage, witness
from casework.core.audit import Former, Revision
from casework.core.columns import sealed_groups
from casework.core.db import Base, db
from casework.core.scope import system
from casework.core.storage import Place
from casework.core.vault import KeyRing, vault
from casework.documents.models import Document
from casework.keys import queries
from casework.keys.resealing import Resealed, reseal
from casework.persons.models import Person
from tests.conftest import Acting
from tests.factories import World
from tests.security.caseload import Caseload

UNSCOPED = {"unscoped": "tests"}


def rotate(path: Path) -> str:
    ring = KeyRing.load(path).rotated()
    ring.save(path)
    return ring.active


def opened(acting: Acting) -> dict[tuple[str, UUID, str], object]:
    """Every sealed group of every row, as it opens."""
    with acting(system("tests")) as session:
        return {
            (model.__tablename__, row.id, name): getattr(row, name)
            for model in queries.models()
            for name in sealed_groups(model)
            for row in session.scalars(sa.select(model))
        }


def test_every_sealed_column_has_a_row_to_be_bound_to() -> None:
    for mapper in Base.registry.mappers:
        if sealed_groups(mapper.class_):
            assert "id" in mapper.column_attrs, mapper.class_.__name__


def test_everything_is_sealed_anew_and_says_the_same(
    two_caseloads: dict[str, Caseload], app: Flask, ring_file: Path, acting: Acting
) -> None:
    with acting(system("tests")) as session:
        document = session.scalars(sa.select(Document)).first()
        assert document is not None
        whole = document.place
        storage.keep(whole, [b"A page of evidence."])
        storage.keep(whole.part(0), [b"A part"])
    before = opened(acting)
    active = rotate(ring_file)
    with acting(system("tests")):
        assert vault().ring.active == active  # no restart
        assert all(one.is_whole for one in witness.verify())
        waiting = queries.stale()
        steps: list[int] = []
        done = reseal(steps.append)
        assert done.unreadable == []
        assert done.rows + done.files == sum(steps) == waiting
        assert queries.stale() == 0
        assert {one for one, held in queries.held().items() if held.values or held.files} == {active}
        assert all(one.is_whole for one in witness.verify())
        again = reseal()
        assert (again.rows, again.files) == (0, 0)
        assert b"".join(storage.read(whole)) == b"A page of evidence."
        assert b"".join(storage.read(whole.part(0))) == b"A part"
    assert opened(acting) == before


def test_the_trail_itself_stays_as_it_is(world: World, ring_file: Path, acting: Acting, app: Flask) -> None:
    from casework.core import audit
    from casework.core.audit import AuditEntry

    who = world.principal("lawyer")
    assert who.user_id is not None
    with acting(who):
        audit.read("person:search", "persons", [who.user_id, uuid4()], words="Иванов")
    rotate(ring_file)
    with acting(system("tests")) as session:
        lists = sa.select(AuditEntry).where(AuditEntry.seen_sealed.is_not(None))
        before = {one.id: one.seen_sealed for one in session.scalars(lists)}
    anew(acting)
    with acting(system("tests")) as session:
        assert {one.id: one.seen_sealed for one in session.scalars(lists)} == before
        assert "Иванов" in {one.seen.words for one in session.scalars(lists)}


def test_what_does_not_open_stays_and_is_named(
    world: World, ring_file: Path, acting: Acting, two_caseloads: dict[str, Caseload]
) -> None:
    with acting(system("tests")) as session:
        person = session.scalars(sa.select(Person)).first()
        assert person is not None
        assert person.identity_sealed
        damaged = person.identity_sealed[:-1] + bytes([person.identity_sealed[-1] ^ 1])
        statement = sa.update(Person).where(Person.id == person.id).values(identity_sealed=damaged)
        session.execute(statement, execution_options={"synchronize_session": False})
    rotate(ring_file)
    with acting(system("tests")) as session:
        done = reseal()
        assert done.unreadable == [f"persons {person.id}"]
        assert session.scalar(sa.select(Person.identity_sealed).where(Person.id == person.id)) == damaged


def test_a_file_that_is_gone_does_not_come_back(ring_file: Path, acting: Acting) -> None:
    with acting(system("tests")):
        place = Place(uuid4(), storage.new_name(), uuid4())
        storage.keep(place, [b"x"])
        rotate(ring_file)
        place.path.unlink()
        assert not storage.seal_anew(place)
        assert not place.path.exists()


def anew(acting: Acting) -> Resealed:
    with acting(system("tests")):
        return reseal()


def in_a_process_of_its_own(app: Flask) -> int:
    """`casework keys rewrap` beside this process; its number. It has this one's memory, and its own connections."""
    child = os.fork()
    if child:
        return child
    try:
        with app.app_context():
            db.engine.dispose(close=False)
            reseal()
    finally:
        os._exit(0)


def test_killed_in_the_middle_while_others_write(app: Flask, world: World, ring_file: Path, acting: Acting) -> None:
    """What was acknowledged is there, everything opens, and the next run ends what this one began."""
    here = world.organisations["A"]
    rows = 1200
    with acting(system("tests")) as session:
        for number in range(rows):
            session.add(
                Revision(
                    organisation_id=here,
                    subject_kind="tests",
                    subject_id=uuid4(),
                    version=1,
                    at=clock.now(),
                    actor_id=None,
                    former=Former({"number": number}),
                )
            )
    active = rotate(ring_file)
    left = sa.select(sa.func.count()).select_from(Revision).where(Revision.subject_kind == "tests")
    mine = [world.user_id(role, "A") for role in ("lawyer", "supervisor")]
    written: dict[UUID, str] = {}
    failures: list[BaseException] = []
    ended = threading.Event()

    def write(user_id: UUID) -> None:
        number = 0
        while not ended.is_set():
            number += 1
            try:
                with acting(system("tests")) as session:
                    user = session.get_one(User, user_id)
                    user.password = type(user.password)(f"{number}")
                written[user_id] = f"{number}"
            except BaseException as error:  # noqa: BLE001 -- shown below, in the thread that counts
                failures.append(error)
                return
            time.sleep(0.01)

    writers = [threading.Thread(target=write, args=(one,)) for one in mine]
    process, killed = in_a_process_of_its_own(app), None
    for one in writers:
        one.start()
    try:
        while killed is None:
            assert os.waitpid(process, os.WNOHANG) == (0, 0), "it ended before it was killed"
            with acting(system("tests")) as session:
                waiting = session.scalar(left.where(queries.is_stale(Revision))) or 0
            if waiting < rows:
                os.kill(process, signal.SIGKILL)
                killed = os.waitpid(process, 0)[1]
            time.sleep(0.002)
    finally:
        if killed is None:
            ended.set()
    assert os.WTERMSIG(killed) == signal.SIGKILL
    with acting(system("tests")) as session:
        assert 0 < (session.scalar(left.where(queries.is_stale(Revision))) or 0) < rows
        found = session.scalars(sa.select(Revision).where(Revision.subject_kind == "tests"))
        assert sorted(one.former.values["number"] for one in found) == list(range(rows))
    anew(acting)
    ended.set()
    for one in writers:
        one.join()
    assert not failures
    anew(acting)
    with acting(system("tests")) as session:
        assert queries.stale() == 0
        assert {one for one, held in queries.held().items() if held.values} == {active}
        assert {one: session.get_one(User, one).password.hash for one in mine} == written
        assert all(one.is_whole for one in witness.verify())


@pytest.mark.parametrize("name", ["KEEP"])
def test_a_slice_is_written_only_over_what_it_read(name: str, world: World, ring_file: Path, acting: Acting) -> None:
    """Of two that seal the same value anew, and of one that comes late, nobody takes back what was written."""
    user_id = world.user_id("lawyer")
    with acting(system("tests")) as session:
        before = session.get_one(User, user_id).password_sealed
        assert before
    rotate(ring_file)
    with acting(system("tests")) as session:
        user = session.get_one(User, user_id)
        late = vault().sealed_anew(before, user.organisation_id, user.id, "password")
        assert late == vault().sealed_anew(before, user.organisation_id, user.id, "password")
        user.password = type(user.password)(name)
    with acting(system("tests")) as session:
        as_read = sa.update(User).where(User.id == user_id, User.password_sealed == before)
        session.execute(as_read.values(password_sealed=late), execution_options={"synchronize_session": False})
    anew(acting)
    with acting(system("tests")) as session:
        assert session.get_one(User, user_id).password.hash == name
