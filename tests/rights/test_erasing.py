"""The heart: a person is erased, nothing is left that says who it was, and everything counted still adds up."""

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from casework.core import chain, clock, erased, witness
from casework.core.audit import AuditEntry, Revision
from casework.core.db import db
from casework.core.errors import DomainError
from casework.core.events import erasing as announced
from casework.core.events import forgotten, restored
from casework.core.scope import acting_as, system
from casework.figures import queries as figures
from casework.figures.models import Movement
from casework.persons import index
from casework.persons import queries as persons
from casework.persons.models import Person
from casework.referrals.models import Referral
from casework.releases import queries as releases
from casework.restrictions import actions as restrictions
from casework.rights import reaching
from casework.rights.erasing import carry_out
from casework.rights.models import Erasure
from tests.conftest import Acting
from tests.factories import World
from tests.releases import caseload as published
from tests.rights.conftest import Subject, everywhere, readable, where
from tests.security.caseload import CANARIES, OPENED

TODAY = date(2026, 9, 15)
WORDS = CANARIES["A"]
OF_MANY = {"drafts", "covers", "reassignments", "exports", "saved_views"}
"""Tables whose words are about no one person, and say so (`info={"erase": "stays: …"}`)."""


@pytest.fixture(autouse=True)
def _on_a_tuesday() -> Iterator[None]:
    with clock.at(TODAY):
        yield


def test_every_sealed_column_is_reached_or_says_why_not() -> None:
    assert reaching.unexplained() == []


def test_nothing_that_was_written_of_somebody_can_be_read_any_more(subject: Subject, app: Flask, world: World) -> None:
    """With the keys: every sealed value of every table, what they said before, and every file."""
    a, b = world.organisations["A"], world.organisations["B"]
    before, theirs = where(WORDS.all(), readable(app, a)), where(CANARIES["B"].all(), readable(app, b))
    assert set(before) == set(WORDS.all())
    assert len({table for tables in before.values() for table in tables}) > 20
    done = subject.erase()
    left = {word: tables - OF_MANY for word, tables in where(WORDS.all(), readable(app, a)).items()}
    assert left.pop(WORDS.relative) == {"persons"}
    of_the_relative = {"case_events", "quality_reviews", "data_requests", "erasures"}
    assert {word for word, tables in left.items() if tables - of_the_relative} == set()
    assert {word for word, tables in left.items() if tables} <= {WORDS.case_note, WORDS.comment, WORDS.need_note}
    assert where(CANARIES["B"].all(), readable(app, b)) == theirs
    assert done.files == 1
    with everywhere(app) as session:
        gone = session.get_one(Person, subject.load.person)
        assert (gone.erased_on, gone.identity_sealed, gone.contacts_sealed, gone.languages) == (TODAY, None, None, [])
        reach = select(Revision).where(Revision.subject_id == subject.load.person)
        assert not session.scalars(reach).all()


def test_what_was_counted_published_and_noted_still_verifies(
    subject: Subject, app: Flask, world: World, acting: Acting
) -> None:
    with published.lawyer(acting, world):
        published.people()
    with published.officer(acting, world):
        release = published.frozen(tables=published.TABLES[:1])
        code, digest = release.id, release.digest
    days = [OPENED + timedelta(1), TODAY - timedelta(1), TODAY]
    with acting(system("tests")):
        before = [figures.ledger(day) for day in days]
    number = subject.load.numbers[0]
    subject.erase()
    with acting(system("tests")):
        assert [figures.ledger(day) for day in days] == before
        assert figures.verify() == []
        assert all(one.is_whole for one in chain.verify())
        assert [one.findings for one in witness.verify() if one.findings] == []
        found = next(one for one in releases.frozen() if one.id == code)
        assert (found.digest, releases.verify(found).is_whole) == (digest, True)
    with acting(system("tests", world.organisations["A"])) as session:
        moved = select(func.sum(Movement.quantity)).where(Movement.person_id == subject.load.person)
        assert session.scalar(moved) == 0, "in nobody's care any more"
        acts = set(session.scalars(select(AuditEntry.action).where(AuditEntry.subject_id == subject.load.person)))
        assert {"persons:create", "persons:change", "persons:erased"} <= acts
        assert [hit.person_id for hit in index.find(number)] == [subject.load.person]
        for word in (WORDS.family, WORDS.latin, WORDS.iin, WORDS.phone):
            assert subject.load.person not in {hit.person_id for hit in index.find(word)}


def test_one_asks_and_another_agrees(subject: Subject, app: Flask, world: World) -> None:
    erasure_id = subject.ask()
    with pytest.raises(DomainError, match="another colleague"):
        subject.approve(erasure_id, by="supervisor")
    with pytest.raises(DomainError, match="Type the number"):
        subject.approve(erasure_id, number="P-26-00000")
    with pytest.raises(DomainError, match="waits for a second person"):
        subject.ask(by="protection")
    assert where([WORDS.family], readable(app, world.organisations["A"]))
    subject.approve(erasure_id)
    with pytest.raises(DomainError, match="does not wait"):
        subject.approve(erasure_id)
    with app.app_context(), acting_as(system("tests", world.organisations["A"])):
        one = db.session.get_one(Erasure, erasure_id)
        assert (one.erased_on, one.reasons.why, one.counts["files"]) == (TODAY, None, 1)
        one.asked_by_id = one.decided_by_id
        with pytest.raises(IntegrityError):
            db.session.flush()


def test_what_speaks_against_it(subject: Subject, app: Flask, world: World) -> None:
    """An open case and a running deadline want a reason; who has to keep the record is not asked for reasons."""
    with pytest.raises(DomainError, match="Say why"):
        subject.ask(in_spite=None)
    erasure_id = subject.ask()

    def hold(person: Person) -> list[str]:
        return ["A court wants it kept."]

    with announced.connected_to(hold):
        with pytest.raises(DomainError, match="A court wants it kept"):
            subject.approve(erasure_id)
        assert where([WORDS.family], readable(app, world.organisations["A"]))
    told: set[UUID] = set()

    def forget(_sender: object, ids: set[UUID]) -> None:
        told.update(ids)

    with forgotten.connected_to(forget):
        subject.approve(erasure_id)
    assert {subject.load.person, subject.load.case, subject.load.letter} <= told


def test_a_restricted_record_is_erased_by_those_who_may_not_open_it(subject: Subject, app: Flask, world: World) -> None:
    with app.app_context(), acting_as(world.principal("supervisor", "A")):
        person = persons.person(subject.load.person)
        assert person is not None
        restrictions.restrict(person, "Сосед работает у нас")
        db.session.commit()
    subject.erase()
    assert "Сосед" not in readable(app, world.organisations["A"])["restrictions"]


def test_partners_read_nothing_of_it_any_more(subject: Subject, app: Flask) -> None:
    """A referral that was open ends, as when the consent ends; the other side is told by its job."""
    subject.erase()
    with everywhere(app) as session:
        found = session.scalars(select(Referral)).all()
        assert found
        assert {one.ended_how for one in found if one.from_organisation_id == subject.world.organisations["A"]} == {
            "consent"
        }


def test_a_backup_does_not_bring_anybody_back(subject: Subject, app: Flask, world: World) -> None:
    """The list is written when the erasure is saved, not before; a restore goes by it, as often as it likes."""
    other = subject.load.relative
    with app.app_context(), acting_as(world.principal("supervisor", "A")):
        assert erased.listed() == []
        carry_out(db.session.get_one(Person, other))
        db.session.rollback()
        assert erased.listed() == []
    subject.erase()
    with app.app_context(), acting_as(system("restore")):
        assert erased.listed() == [subject.load.person]
        ((_who, count),) = restored.send(None, erased=[subject.load.person, other])
        assert count == 1
        ((_who, count),) = restored.send(None, erased=[subject.load.person, other])
        assert count == 0
    assert (
        where(
            [WORDS.relative, WORDS.case_note],
            {name: told for name, told in readable(app, world.organisations["A"]).items() if name not in OF_MANY},
        )
        == {}
    )
    with app.app_context(), acting_as(system("tests")):
        assert figures.verify() == []
