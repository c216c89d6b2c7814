"""What is stored, compared with the trail: everything that was changed behind the application is found."""

import json
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from casework.accounts.models import Password, User
from casework.consultations.models import Attendance, Consultation
from casework.core import audit, chain, clock, witness
from casework.core.audit import AuditEntry
from casework.core.chain import Finding
from casework.core.db import db
from casework.core.scope import system
from casework.core.vault import vault
from casework.persons.models import Person
from tests.conftest import Acting
from tests.factories import World
from tests.security.caseload import Caseload

UNSCOPED = {"unscoped": "tests"}


def found(acting: Acting, organisation_id: UUID | None = None) -> list[Finding]:
    with acting(system("tests")):
        reports = witness.verify(organisation_id)
        assert all(one.broken_at is None for one in reports)
        return [one for report in reports for one in report.findings]


def behind(app: Flask, *statements: sa.Executable) -> None:
    """As someone could who has the database in hand."""
    with app.app_context(), db.engine.begin() as connection:
        for statement in statements:
            connection.execute(statement, execution_options=UNSCOPED)


def sealed(app: Flask, user_id: UUID) -> bytes:
    with app.app_context(), db.engine.connect() as connection:
        value = connection.scalar(sa.select(User.password_sealed).where(User.id == user_id))
        assert value
        return bytes(value)


def rename(acting: Acting, user_id: UUID, password: str) -> None:
    with acting(system("tests")) as session:
        session.get_one(User, user_id).password = Password(password)


def test_a_caseload_agrees_with_its_trail(two_caseloads: dict[str, Caseload], acting: Acting) -> None:
    assert found(acting) == []


def test_a_value_put_back_to_its_own_older_one(app: Flask, world: World, acting: Acting) -> None:
    user_id = world.user_id("lawyer")
    rename(acting, user_id, "first")
    older = sealed(app, user_id)
    rename(acting, user_id, "second")
    assert found(acting) == []
    behind(app, sa.update(User).where(User.id == user_id).values(password_sealed=older))
    assert found(acting) == [Finding("users", user_id, witness.OLDER)]
    assert found(acting, world.organisations["A"]) == [Finding("users", user_id, witness.OLDER)]
    assert found(acting, world.organisations["B"]) == []


def test_a_value_of_nobody_who_was_noted(app: Flask, world: World, acting: Acting) -> None:
    user_id = world.user_id("lawyer")
    rename(acting, user_id, "noted")
    with app.app_context():
        other = vault().seal(b'{"hash":"x"}', world.organisations["A"], user_id, "password")
    behind(app, sa.update(User).where(User.id == user_id).values(password_sealed=other))
    assert found(acting) == [Finding("users", user_id, witness.CHANGED)]


SPOILT: dict[str, Callable[[bytes], bytes | None]] = {
    "a changed bit": lambda value: value[:-1] + bytes([value[-1] ^ 1]),
    "no envelope": lambda value: value[:20],
}


@pytest.mark.parametrize("how", SPOILT)
def test_a_value_that_was_spoilt(app: Flask, world: World, acting: Acting, how: str) -> None:
    """With its nonce, which is all that the digest holds: then it does not open."""
    user_id = world.user_id("lawyer")
    rename(acting, user_id, "noted")
    value = SPOILT[how](sealed(app, user_id))
    behind(app, sa.update(User).where(User.id == user_id).values(password_sealed=value))
    assert found(acting) == [Finding("users", user_id, witness.UNREADABLE)]


def test_a_value_taken_out(app: Flask, two_caseloads: dict[str, Caseload], acting: Acting) -> None:
    with acting(system("tests")) as session:
        person_id = session.scalars(sa.select(Person.id).order_by(Person.id)).first()
        assert person_id
    behind(app, sa.update(Person).where(Person.id == person_id).values(contacts_sealed=None, identity_sealed=None))
    assert found(acting) == [Finding("persons", person_id, witness.CHANGED)]


def test_what_a_statement_empties_is_no_finding_once_it_is_noted(
    app: Flask, two_caseloads: dict[str, Caseload], acting: Acting
) -> None:
    with acting(system("tests")) as session:
        person = session.scalars(sa.select(Person).order_by(Person.id)).first()
        assert person
        here = sa.update(Person).where(Person.id == person.id).values(contacts_sealed=None, identity_sealed=None)
        session.execute(here.execution_options(synchronize_session=False))
        audit.emptied(Person, [person.id], organisation_id=person.organisation_id)
    assert found(acting) == []


def test_a_row_that_is_gone(app: Flask, world: World, acting: Acting) -> None:
    with acting(world.principal("administrator")) as session:
        made = User(
            organisation_id=world.organisations["A"], email="gone@example.org", name="Invented Gone", role="lawyer"
        )
        session.add(made)
    assert found(acting) == []
    behind(app, sa.delete(User).where(User.id == made.id))
    assert found(acting) == [Finding("users", made.id, witness.GONE)]


def test_a_row_that_somebody_deleted(app: Flask, world: World, acting: Acting) -> None:
    with acting(world.principal("administrator")) as session:
        made = User(
            organisation_id=world.organisations["A"], email="gone@example.org", name="Invented Gone", role="lawyer"
        )
        session.add(made)
    with acting(world.principal("administrator")) as session:
        session.delete(session.get_one(User, made.id))
    assert found(acting) == []


def test_what_a_collection_lets_go_of_is_noted_as_deleted(two_caseloads: dict[str, Caseload], acting: Acting) -> None:
    with acting(system("tests")) as session:
        held = session.scalars(sa.select(Consultation).where(Consultation.attendances.any())).first()
        assert held is not None
        went = [one.id for one in held.attendances]
        held.attendances = []
    assert found(acting) == []
    with acting(system("tests")) as session:
        noted = sa.select(AuditEntry.subject_id).where(AuditEntry.action == "attendances:delete")
        assert set(session.scalars(noted)) == set(went)


def test_a_child_that_went_before_that_was_noted_is_no_finding(
    app: Flask, two_caseloads: dict[str, Caseload], acting: Acting
) -> None:
    """Earlier versions did not note what a collection let go of; what they noted of it stands before any new digest."""
    with acting(system("tests")) as session:
        (whose, last), *_others = session.execute(
            sa.select(AuditEntry.organisation_id, sa.func.max(AuditEntry.number))
            .where(AuditEntry.action == "attendances:create")
            .group_by(AuditEntry.organisation_id)
        ).all()
        row_id = session.scalar(
            sa.select(AuditEntry.subject_id).where(AuditEntry.organisation_id == whose, AuditEntry.number == last)
        )
        assert row_id
    behind(app, sa.delete(Attendance).where(Attendance.id == row_id))
    assert found(acting) == [Finding("attendances", row_id, witness.GONE)]
    with acting(system("tests")) as session:
        gone = set(witness._gone(session, Attendance, None, {whose: last}))
        assert gone == set()
        assert {one for _where, one in witness._gone(session, Attendance, None, {whose: last - 1})} == {
            Finding("attendances", row_id, witness.GONE)
        }


def test_an_entry_from_before_digests_of_nonces(app: Flask, world: World, acting: Acting) -> None:
    """It counts for the very bytes, until a key made later has sealed them."""
    user_id = world.user_id("lawyer")
    rename(acting, user_id, "noted")
    value = sealed(app, user_id)
    with app.app_context():
        entry = AuditEntry(at=clock.now(), digest=chain.former_digest_of({"password_sealed": value}))
        assert witness._agrees({"password_sealed": value}, entry)
        other = vault().seal(b"{}", world.organisations["A"], user_id, "password")
        assert not witness._agrees({"password_sealed": other}, entry)
        assert not witness._agrees({"password_sealed": None}, entry)
        made = vault().ring.made[vault().ring.active]
        entry.at = made - timedelta(days=1)
        assert witness._agrees({"password_sealed": other}, entry)
        assert not witness._agrees({"password_sealed": other[:10]}, entry)


def test_the_trail_keeps_no_value(world: World, acting: Acting) -> None:
    rename(acting, world.user_id("lawyer"), "a-canary-of-a-hash")
    with acting(system("tests")) as session:
        entry = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.at.desc())).first()
        assert entry is not None
        assert str(entry.digest).startswith("2:")
        assert json.loads(entry.details) == {"fields": ["password_sealed"]}
