"""What a worker knows of its organisation's persons: kept up with other workers, never with another organisation."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask, g
from sqlalchemy import event
from sqlalchemy.orm import Session

from casework.core import clock
from casework.core.db import db
from casework.core.scope import acting_as, system
from casework.persons import actions, index, likeness
from casework.persons.actions import Registration
from casework.persons.likeness import Comparison, Confidence, Profile, Rarity
from casework.persons.models import Contacts, DocumentNumber, Identity, Person
from casework.persons.rules import PartialDate
from tests.conftest import Acting, _Stage, make_app
from tests.factories import World

DAY = date(2026, 3, 2)
BORN = PartialDate(1991, 3, 14)
PHONE = Contacts(phone="+7 701 555 71 93")
AIGERIM = Identity(family_name="Қасымова", given_name="Әйгерім", patronymic="Маратқызы")
KASIMOVA = Identity(family_name="Касымова", given_name="Айгерим")


def registered(identity: Identity = AIGERIM, birth: PartialDate = BORN, **more: Any) -> Person:
    return actions.register(Registration(identity=identity, registered_on=DAY, birth=birth, **more))


def corrected(person: Person, identity: Identity) -> None:
    actions.correct_identity(person, identity, sex="F", birth=BORN, origin="UNK", arrived=PartialDate(), languages=[])


def merged(gone: Person, kept: Person) -> None:
    """As duplicates leaves the two rows."""
    gone.merged_into_id, gone.merged_on = kept.id, DAY
    gone.changed_at = kept.changed_at = clock.now()


def found(query: str) -> list[UUID]:
    return [hit.person_id for hit in index.find(query)]


def like(identity: Identity, birth: PartialDate = BORN, contacts: Contacts | None = None) -> list[UUID]:
    profile = index.profile_from(identity, "U", birth, "UNK", contacts or Contacts())
    return [one.person_id for one in index.alike(profile)]


@pytest.fixture
def session(acting: Acting, world: World) -> Iterator[Session]:
    with acting(world.principal("lawyer")) as opened:
        yield opened


@contextmanager
def loaded() -> Iterator[list[UUID]]:
    """The persons whose rows are read and opened meanwhile."""
    seen: list[UUID] = []
    opened = index.profile_of

    def noted(person: Person) -> Profile:
        seen.append(person.id)
        return opened(person)

    index.profile_of = noted
    try:
        yield seen
    finally:
        index.profile_of = opened


# -- several workers ---------------------------------------------------------------------------------------------


@pytest.fixture
def other_app(app: Flask, stage: _Stage) -> Iterator[Flask]:
    """The same database in an application of its own, as another process has it."""
    made = make_app(Path(app.instance_path), stage.url.render_as_string(hide_password=False))
    yield made
    with made.app_context():
        db.engine.dispose()


def test_what_one_worker_writes_the_other_finds_at_once(
    app: Flask, other_app: Flask, acting: Acting, world: World
) -> None:
    lawyer = world.principal("lawyer")

    def elsewhere(query: str) -> list[UUID]:
        with other_app.app_context(), acting_as(lawyer):
            g.reading = True
            return found(query)

    assert elsewhere("Касымова") == []
    with acting(lawyer):
        first = registered()
        assert found("Касымова") == [first.id]
        assert elsewhere("Касымова") == [], "not yet committed"
    assert elsewhere("Касымова") == [first.id]
    with acting(lawyer) as session:
        again = session.get(Person, first.id)
        assert again is not None
        corrected(again, Identity(family_name="Ибраева", given_name="Әйгерім"))
    assert (elsewhere("Касымова"), elsewhere("Ибраева")) == ([], [first.id])
    with other_app.app_context(), acting_as(lawyer):
        second = registered(Identity(family_name="Ибраева", given_name="Ерлан"))
        db.session.commit()
    with acting(lawyer):
        assert set(found("Ибраева")) == {first.id, second.id}
        assert {one.person_id for one in index.alike(index.profiles()[second.id])} == set()
    with other_app.app_context(), acting_as(lawyer):
        assert index.rarity().bearers("Ибраева") == 2
        assert index.candidates(index.profiles()[second.id]) == {first.id}, "born on one day"


def test_a_change_of_another_worker_long_under_way(app: Flask, acting: Acting, world: World) -> None:
    """It commits a row that says an earlier time than those already read."""
    with acting(world.principal("lawyer")):
        registered(Identity(family_name="Первая"))
    with acting(world.principal("lawyer")):
        assert found("Первая")
    with acting(world.principal("lawyer")), clock.at(clock.now() - timedelta(minutes=8)):
        late = registered(Identity(family_name="Поздняя"))
    with acting(world.principal("lawyer")):
        assert found("Поздняя") == [late.id]


@pytest.mark.parametrize("set_by", [timedelta(days=-40), timedelta(days=40)])
def test_a_clock_that_was_set(app: Flask, acting: Acting, world: World, set_by: timedelta) -> None:
    lawyer = world.principal("lawyer")
    with acting(lawyer):
        registered(Identity(family_name="Первая"))
    with acting(lawyer):
        assert found("Первая")
    with clock.at(clock.now() + set_by):
        with acting(lawyer):
            later = registered(Identity(family_name="Вторая"))
        with acting(lawyer):
            assert found("Вторая") == [later.id]
    with acting(lawyer) as session:
        assert found("Вторая") == [later.id]
        corrected(session.get_one(Person, later.id), Identity(family_name="Третья"))
    with acting(lawyer):
        assert (found("Вторая"), found("Третья")) == ([], [later.id])


def test_rows_of_an_old_day_are_missed_by_nobody(app: Flask, acting: Acting, world: World) -> None:
    """As a demonstration writes them while the server runs: their number is another."""
    with acting(world.principal("lawyer")):
        assert found("Давний") == []
    with acting(world.principal("lawyer")), clock.at(date(2026, 1, 5)):
        old = actions.register(Registration(identity=Identity(family_name="Давний"), registered_on=date(2026, 1, 5)))
    with acting(world.principal("lawyer")):
        assert found("Давний") == [old.id]


def test_what_was_rolled_back_is_forgotten(app: Flask, acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        kept = registered(Identity(family_name="Прежняя", given_name="Айша"))
    with acting(world.principal("lawyer")) as session:
        registered(Identity(family_name="Призрак", given_name="Айша"))
        corrected(session.get_one(Person, kept.id), Identity(family_name="Новая", given_name="Айша"))
        assert found("Призрак")
        assert found("Новая") == [kept.id]
        session.rollback()
    with acting(world.principal("lawyer")):
        assert (found("Призрак"), found("Новая"), found("Прежняя")) == ([], [], [kept.id])
        assert list(index.profiles()) == [kept.id]
        assert index.rarity().persons == 1
        assert index.rarity().bearers("Призрак") == 0


def test_only_what_changed_is_opened_again(app: Flask, acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        persons = [registered(Identity(family_name=f"Тест{n}")) for n in range(5)]
    with loaded() as seen:
        for _ in range(3):
            with acting(world.principal("lawyer")):
                assert found("Тест3")
        assert sorted(seen) == sorted(person.id for person in persons)
        with acting(world.principal("lawyer")) as session:
            corrected(session.get_one(Person, persons[2].id), Identity(family_name="Другая"))
        seen.clear()
        with acting(world.principal("lawyer")):
            assert found("Другая") == [persons[2].id]
        assert seen == [persons[2].id]


def test_a_row_that_cannot_be_opened_hides_no_other(app: Flask, acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")) as session:
        damaged, whole = registered(Identity(family_name="Петров")), registered(Identity(family_name="Петров"))
        session.flush()
        damaged.identity_sealed = whole.identity_sealed
        session.flush()
        session.expunge(damaged)
        assert found("Петров") == [whole.id]
        assert found(damaged.number) == [damaged.id]
        assert set(index.profiles()) == {whole.id}


# -- one's own organisation --------------------------------------------------------------------------------------


def test_another_organisation_never_appears(app: Flask, acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer", "B")):
        theirs = registered(contacts=PHONE)
    with acting(world.principal("lawyer", "A")):
        mine = registered(KASIMOVA, contacts=PHONE)
    for where, own in (("A", mine), ("B", theirs), ("A", mine)):
        with acting(world.principal("lawyer", where)):
            assert found("Касымова") == found("7015557193") == like(AIGERIM, contacts=PHONE) == [own.id]
            assert set(index.profiles()) == {own.id}
            assert index.rarity().persons == 1
            assert index.candidates(index.profile_from(AIGERIM, "F", BORN, "UNK", PHONE)) == {own.id}
    with acting(system("known elsewhere", world.organisations["B"])):
        assert found("Касымова") == [theirs.id]


def test_who_has_no_organisation_finds_nobody(app: Flask, acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        registered()
    for who in (system("tests"), world.principal("administrator"), world.principal("statistics")):
        with acting(who):
            assert found("Касымова") == like(AIGERIM) == []
            assert index.profiles() == {}
            assert index.rarity().persons == 0


# -- merged records ----------------------------------------------------------------------------------------------


def test_a_merged_record_finds_the_one_that_goes_on(app: Flask, acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        kept = registered()
        gone = registered(Identity(family_name="Сейдахметова", given_name="Айгерим", iin="910314401117"))
        earlier = registered(Identity(family_name="Ибраева", given_name="Айгерим"))
        assert set(found("Айгерим")) == {kept.id, gone.id, earlier.id}
        merged(earlier, gone)
        merged(gone, kept)
        for asked in ("Сейдахметова", "Ибраева", "910314401117", gone.number, earlier.number):
            assert [(hit.person_id, hit.kind) for hit in index.find(asked)] == [(kept.id, "merged")], asked
        assert found("Айгерим") == [kept.id], "once"
        assert index.find(kept.number)[0].kind == "record"
        assert set(index.profiles()) == {kept.id}
        assert index.rarity().persons == 1
        assert like(Identity(family_name="Сейдахметова", given_name="Айгерим")) == []
        assert like(AIGERIM) == [kept.id]
        assert index.candidates(index.profile_of(gone)) == set(), "not even itself"


def test_a_merge_undone(app: Flask, acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")) as session:
        kept, gone = registered(), registered(KASIMOVA)
        merged(gone, kept)
        session.flush()
        assert found(gone.number) == [kept.id]
        gone.merged_into_id = gone.merged_on = None
        gone.changed_at = kept.changed_at = clock.now()
        assert found(gone.number) == [gone.id]
        assert set(found("Касымова")) == {kept.id, gone.id} == set(index.profiles())
        assert like(AIGERIM)[0] == kept.id


def test_merged_records_do_not_push_others_out(app: Flask, acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        kept = registered()
        for _ in range(4):
            merged(registered(), kept)
        others = [registered(), registered()]
        assert {hit.person_id for hit in index.find("Касымова Айгерим", 3)} == {kept.id, *(one.id for one in others)}


def test_records_merged_in_a_circle_are_found_without_end(app: Flask, acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        one, other = registered(), registered(KASIMOVA)
        merged(one, other)
        merged(other, one)
        assert len(found("Касымова")) <= 2


# -- alike -------------------------------------------------------------------------------------------------------


def test_the_likeliest_comes_first_and_never_oneself(app: Flask, acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        person = registered(contacts=PHONE, sex="F")
        other_birthday = registered(KASIMOVA, PartialDate(1991), contacts=PHONE)
        same = registered(Identity(family_name="Kasimova", given_name="Aigerim", patronymic="Marat"), contacts=PHONE)
        married = registered(Identity(family_name="Ким", given_name="Айгерим", patronymic="Маратовна"))
        registered(Identity(family_name="Касымова", given_name="Мадина", patronymic="Маратовна"), contacts=PHONE)
        registered(Identity(family_name="Петров", given_name="Пётр"))
        alike = index.alike(index.profile_of(person))
        assert [(one.person_id, one.comparison.confidence) for one in alike] == [
            (same.id, Confidence.CERTAIN),
            (other_birthday.id, Confidence.LIKELY),
            (married.id, Confidence.POSSIBLE),
        ]
        assert [one.person_id for one in index.alike(index.profile_of(person), limit=1)] == [same.id]
        assert like(Identity(), PartialDate()) == []


def test_what_is_typed_is_compared_as_it_is_recorded(app: Flask, acting: Acting, world: World) -> None:
    documents = [DocumentNumber("OTHER", "N 7071-8293"), DocumentNumber()]
    identity = Identity(family_name="Нур", former_names=["Ибраева"], iin="910314 401117", documents=documents)
    with acting(world.principal("lawyer")) as session:
        person = registered(identity, PartialDate(1991, 3, estimated=True), sex="F", origin="AFG", contacts=PHONE)
        session.flush()
        typed = index.profile_from(identity, "F", PartialDate(1991, 3, estimated=True), "AFG", PHONE)
        recorded = index.profile_of(person)
        assert (recorded.person_id, recorded.names) == (person.id, (("name", "Нур"), ("former", "Ибраева")))
        assert (set(recorded.documents), set(recorded.phones)) == ({"n70718293"}, {"015557193"})
        assert likeness.blocks(typed) == likeness.blocks(recorded)
        assert likeness.compare(typed, recorded) == Comparison(
            likeness.compare(recorded, recorded).points, likeness.compare(recorded, recorded).score, Confidence.CERTAIN
        )


def test_a_block_of_half_the_village_is_left_out(
    app: Flask, acting: Acting, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "MOST_IN_A_BLOCK", 3)
    with acting(world.principal("lawyer")):
        first, second, third = (registered(Identity(given_name=name)) for name in ("Анна", "Пётр", "Гульнара"))
        assert index.candidates(index.profile_of(first)) == {second.id, third.id}
        registered(Identity(given_name="Юсуф"))
        assert index.candidates(index.profile_of(first)) == set()
        namesake = registered(Identity(given_name="Anna"))
        assert index.candidates(index.profile_of(first)) == {namesake.id}


def test_people_are_compared_only_within_a_block(
    app: Flask, acting: Acting, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with acting(world.principal("lawyer")):
        for n in range(60):
            registered(
                Identity(family_name=f"Абв{chr(1072 + n % 30) * 2}гд", given_name=f"Е{n}"), PartialDate(1940 + n)
            )
        twice = registered(contacts=PHONE)
        typed = index.profile_from(KASIMOVA, "F", BORN, "UNK", PHONE)
        compared: list[Profile] = []
        compare = likeness.compare

        def counted(one: Profile, other: Profile, rarity: Rarity | None = None) -> Comparison:
            compared.append(other)
            return compare(one, other, rarity)

        monkeypatch.setattr(likeness, "compare", counted)
        assert [one.person_id for one in index.alike(typed)] == [twice.id]
        assert len(compared) <= 5


def test_blocks_keep_up_with_changes(app: Flask, acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        one, other = registered(), registered(Identity(family_name="Петров"), PartialDate(1960, 5, 6))
        assert index.candidates(index.profile_of(one)) == set()
        corrected(other, Identity(family_name="Петров"))
        assert index.candidates(index.profile_of(one)) == {other.id}
        third = registered(Identity(family_name="Ли"))
        assert index.candidates(index.profile_of(one)) == {other.id, third.id}
        merged(other, third)
        assert index.candidates(index.profile_of(one)) == {third.id}


def test_the_index_asks_no_more_than_it_must(app: Flask, acting: Acting, world: World) -> None:
    """A question costs two statements when nothing has changed, however many persons there are."""
    with acting(world.principal("lawyer")):
        for n in range(20):
            registered(Identity(family_name=f"Тест{n}"))
        found("Тест")
    with acting(world.principal("lawyer")):
        found("Тест")
        statements: list[str] = []

        def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
            statements.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            found("Тест7")
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        assert len([one for one in statements if "persons" in one]) == 2
