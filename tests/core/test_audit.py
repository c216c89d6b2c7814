"""The chain: what it notes, in which transaction, and which changes behind its back it finds."""

import json
import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from casework.accounts.models import Organisation, User
from casework.core import audit, chain
from casework.core.audit import AuditEntry, AuditHead
from casework.core.db import db
from casework.core.scope import Principal, acting_as, system
from casework.core.vault import HOUSE
from tests.conftest import Acting
from tests.factories import World

UNSCOPED = {"unscoped": "tests"}


def entries(acting: Acting, organisation_id: object) -> list[AuditEntry]:
    with acting(system("tests")) as session:
        statement = (
            sa.select(AuditEntry).where(AuditEntry.organisation_id == organisation_id).order_by(AuditEntry.number)
        )
        return list(session.scalars(statement))


def write(acting: Acting, who: Principal, times: int = 5) -> None:
    with acting(who):
        for _ in range(times):
            audit.note("figures:see", "figures")


def test_a_note_says_who_when_and_what(world: World, acting: Acting) -> None:
    who = world.principal("lawyer")
    with acting(who):
        audit.note("figures:see", "figures", as_of="2025-01-01")
    entry = entries(acting, who.organisation_id)[-1]
    assert (entry.actor_id, entry.actor_role, entry.action) == (who.user_id, "lawyer", "figures:see")
    assert json.loads(entry.details) == {"as_of": "2025-01-01"}


def test_several_persons_shown_are_sealed(world: World, acting: Acting) -> None:
    who, other = world.principal("lawyer"), world.user_id("supervisor")
    assert who.user_id is not None
    with acting(who):
        audit.read("person:search", "persons", [who.user_id, other], words="Иванов")
        audit.read("person:open", "persons", [other])
    search, opened = entries(acting, who.organisation_id)[-2:]
    assert search.subject_id is None
    assert opened.subject_id == other
    assert "Иванов".encode() not in (search.seen_sealed or b"")
    with acting(who) as session:
        seen = session.get_one(AuditEntry, search.id).seen
        assert (seen.words, seen.ids) == ("Иванов", [str(who.user_id), str(other)])


def test_a_change_and_its_note_are_one_transaction(app: Flask, world: World, acting: Acting) -> None:
    before = len(entries(acting, world.organisations["A"]))
    with app.app_context(), acting_as(world.principal("administrator")):
        db.session.get_one(User, world.user_id("lawyer")).name = "Never Saved"
        db.session.flush()
        db.session.rollback()
        db.session.commit()
    assert len(entries(acting, world.organisations["A"])) == before


def test_names_of_fields_but_never_values(world: World, acting: Acting) -> None:
    with acting(world.principal("administrator")) as session:
        session.get_one(User, world.user_id("lawyer")).name = "Changed Name"
    entry = entries(acting, world.organisations["A"])[-1]
    assert json.loads(entry.details) == {"fields": ["name"]}
    assert "Changed" not in str(vars(entry))


def test_what_belongs_to_nobody_stands_in_the_chain_of_the_house(world: World, acting: Acting) -> None:
    before = len(entries(acting, HOUSE))
    with acting(system("tests")):
        audit.note("figures:see", "figures")
    assert len(entries(acting, HOUSE)) == before + 1


def _change(**values: object) -> Callable[[object, int], sa.Executable]:
    return lambda where, number: sa.update(AuditEntry).where(where, AuditEntry.number == number).values(**values)  # type: ignore[arg-type]


TAMPERINGS: dict[str, Callable[[object, int], sa.Executable]] = {
    "changed details": _change(details="{}x"),
    "another actor": _change(actor_id=None),
    "another action": _change(action="nothing"),
    "another digest": _change(digest="0" * 64),
    "another seal": _change(seen_sealed=b"x"),
    "another number": _change(number=10_000),
    "removed": lambda where, number: sa.delete(AuditEntry).where(where, AuditEntry.number == number),  # type: ignore[arg-type]
    "cut off at the end": lambda where, number: sa.delete(AuditEntry).where(where, AuditEntry.number >= number),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("how", TAMPERINGS)
def test_tampering_is_found_where_it_is(app: Flask, world: World, acting: Acting, how: str) -> None:
    who = world.principal("lawyer")
    write(acting, who)
    last = entries(acting, who.organisation_id)[-1].number
    with acting(system("tests")):
        assert all(report.is_whole for report in chain.verify())
    with app.app_context(), db.engine.begin() as connection:
        _without_triggers(connection)
        statement = TAMPERINGS[how](AuditEntry.organisation_id == who.organisation_id, last - 2)
        connection.execute(statement, execution_options=UNSCOPED)
    with acting(system("tests")):
        broken = [report for report in chain.verify() if not report.is_whole]
    assert [(report.organisation_id, report.broken_at) for report in broken] == [(who.organisation_id, last - 2)]


def test_two_entries_that_change_places_are_found(app: Flask, world: World, acting: Acting) -> None:
    who = world.principal("lawyer")
    write(acting, who)
    rows = entries(acting, who.organisation_id)[-2:]
    with app.app_context(), db.engine.begin() as connection:
        _without_triggers(connection)
        for one, number in ((rows[0], 99_999), (rows[1], rows[0].number), (rows[0], rows[1].number)):
            statement = sa.update(AuditEntry).where(AuditEntry.id == one.id).values(number=number)
            connection.execute(statement, execution_options=UNSCOPED)
    with acting(system("tests")):
        assert [r.broken_at for r in chain.verify() if not r.is_whole] == [rows[0].number]


def test_a_head_set_back_is_found(app: Flask, world: World, acting: Acting) -> None:
    who = world.principal("lawyer")
    write(acting, who)
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(
            sa.update(AuditHead).where(AuditHead.organisation_id == who.organisation_id).values(number=1)
        )
    with acting(system("tests")):
        assert sum(not report.is_whole for report in chain.verify()) == 1


def test_a_number_is_given_once(app: Flask, world: World, acting: Acting) -> None:
    who = world.principal("lawyer")
    write(acting, who)
    last = entries(acting, who.organisation_id)[-1]
    copied = {c.key: getattr(last, c.key) for c in sa.inspect(AuditEntry).column_attrs} | {
        "id": world.user_id("lawyer")
    }
    with (
        app.app_context(),
        pytest.raises(sa.exc.IntegrityError),
        db.engine.begin() as connection,
    ):
        connection.execute(sa.insert(AuditEntry).values(**copied), execution_options=UNSCOPED)


def test_an_entry_put_at_the_end_is_found(app: Flask, world: World, acting: Acting) -> None:
    """With its head moved along, as someone could who has the database in hand but no key."""
    who = world.principal("lawyer")
    write(acting, who)
    last = entries(acting, who.organisation_id)[-1]
    copied = {c.key: getattr(last, c.key) for c in sa.inspect(AuditEntry).column_attrs}
    copied |= {"id": world.user_id("lawyer"), "number": last.number + 1}
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(sa.insert(AuditEntry).values(**copied), execution_options=UNSCOPED)
        head = sa.update(AuditHead).where(AuditHead.organisation_id == who.organisation_id)
        connection.execute(head.values(number=last.number + 1, mac=last.mac))
    with acting(system("tests")):
        assert [one.broken_at for one in chain.verify() if not one.is_whole] == [last.number + 1]


def test_writers_at_the_same_time_make_one_chain(app: Flask, world: World, acting: Acting) -> None:
    who = world.principal("lawyer")
    write(acting, who, times=1)
    failures: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(5):
                write(acting, who, times=2)
        except BaseException as error:  # noqa: BLE001 -- shown below, in the thread that counts
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    numbers = [entry.number for entry in entries(acting, who.organisation_id)]
    assert numbers == list(range(1, len(numbers) + 1))
    with acting(system("tests")):
        assert all(report.is_whole for report in chain.verify())


def test_a_changed_organisation_is_noted(world: World, acting: Acting) -> None:
    with acting(world.principal("administrator")) as session:
        session.get_one(Organisation, world.organisations["B"]).is_active = False
    entry = entries(acting, world.organisations["office"])[-1]
    assert (entry.action, entry.subject_id) == ("organisations:change", world.organisations["B"])


def _without_triggers(connection: sa.Connection) -> None:
    """As someone could who has the database in hand."""
    if connection.dialect.name == "sqlite":
        for verb in ("update", "delete"):
            connection.exec_driver_sql(f"DROP TRIGGER audit_entries_no_{verb}")
    else:
        connection.exec_driver_sql("ALTER TABLE audit_entries DISABLE TRIGGER ALL", execution_options=UNSCOPED)
