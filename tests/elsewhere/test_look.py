"""The daily look: what it finds, what it never says, and how often it looks."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from casework.accounts.models import Organisation
from casework.cli import jobs_first_look
from casework.core import clock, jobs
from casework.core.audit import AuditEntry
from casework.core.db import db
from casework.core.scope import acting_as, system
from casework.elsewhere import queries
from casework.elsewhere.jobs import LOOK
from casework.elsewhere.models import ElsewhereLook, Overlap, OverlapSide
from casework.figures import queries as figures
from casework.figures.actions import settle_offsets
from casework.persons import actions as persons
from casework.persons.models import DocumentNumber, Identity, Person
from casework.persons.rules import PartialDate
from tests.conftest import Acting
from tests.elsewhere.conftest import NOW, Pair, Registering, document, everywhere, questions
from tests.factories import World

Look = Callable[..., None]
BORN = PartialDate(1987, 5, 23)
COMMON = ("Иванова", "Ким", "Ахметова", "Каримова", "Нурланова")
GIVEN = ("Айгерим", "Мадина", "Анна", "Дильноза", "Гульнара", "Елена")


def correct(acting: Acting, world: World, where: str, person_id: UUID, role: str = "lawyer", **changes: object) -> None:
    """Write something else into a record."""
    with acting(world.principal(role, where)) as session:
        person = session.get_one(Person, person_id)
        was = person.identity
        identity = Identity(**{**vars(was), **{k: v for k, v in changes.items() if k != "birth"}})
        birth = changes.get("birth") or PartialDate.from_text(was.born or "")
        assert isinstance(birth, PartialDate)
        persons.correct_identity(
            person,
            identity,
            sex=person.sex,
            birth=birth,
            origin=person.origin,
            arrived=PartialDate(),
            languages=[],
        )


@pytest.fixture
def caseloads(registered: Registering) -> None:
    """People of both partners who have nothing to do with each other, with names as they are common."""
    for n in range(12):
        for where, shift in (("A", 0), ("B", 1)):
            registered(where, COMMON[n % 5], GIVEN[(n + shift) % 6], PartialDate(1960 + n + shift, 1 + n % 12, 2 + n))


# -- what is found -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", [("A", "B"), ("B", "A"), ("A",), ("B",)])
def test_one_person_in_two_alphabets_is_found_once_by_whoever_looks(
    app: Flask, world: World, acting: Acting, registered: Registering, look: Look, caseloads: None, order: tuple[str]
) -> None:
    a = registered("A")
    b = registered("B", "Samotsvetova", "Aigerim", patronymic=None)
    look(*order)
    assert questions(app) == [("suspected", {a, b})]
    for where, person in (("A", a), ("B", b)):
        with acting(world.principal("supervisor", where)):
            [side] = queries.sides()
            assert (side.person_id, queries.counts()["ask"]) == (person, 1)
    look()
    look()
    assert len(questions(app)) == 1


def test_one_number_is_enough_with_a_like_name(
    app: Flask, registered: Registering, look: Look, caseloads: None
) -> None:
    a = registered("A", born=PartialDate(), documents=document("N 7071 8293"))
    b = registered("B", "Samotsvetova", born=PartialDate(1987), documents=document("n70718293"))
    look()
    assert questions(app) == [("suspected", {a, b})]


INVENTED: dict[str, tuple[dict[str, object], dict[str, object]]] = {
    "nobody like this": ({"family": "Выдумкина", "given": "Небылица"}, {}),
    "no birth date at all": ({"born": PartialDate()}, {}),
    "no birth date on the other side": ({}, {"born": PartialDate()}),
    "the first of January, as when only the year is known": (
        {"born": PartialDate(1987, 1, 1), "patronymic": None, "sex": "U", "origin": "UNK"},
        {"born": PartialDate(1987, 1, 1)},
    ),
    "another given name: a twin": ({"given": "Гульмира"}, {}),
    "another birth date": ({"born": PartialDate(1979, 11, 2)}, {}),
    "a common name and the year": (
        {"family": "Иванова", "given": "Анна", "patronymic": None, "born": PartialDate(1987)},
        {"family": "Иванова", "given": "Анна", "patronymic": None, "born": PartialDate(1987)},
    ),
    "the name alone": (
        {"patronymic": None, "born": PartialDate(), "sex": "U", "origin": "UNK"},
        {},
    ),
    "a telephone book of guesses": ({"family": "Ким", "given": "Елена", "born": PartialDate(1987)}, {"family": "Ким"}),
    "a list of people in one record": (
        {
            "born": PartialDate(),
            "documents": [*document("N70718293"), *(document(f"N5{n}018{n}77")[0] for n in range(6))],
        },
        {"documents": document("N70718293")},
    ),
    "a list of names in one record": (
        {"family": "Выдумкина", "former_names": ["Самоцветова Айгерим", *(f"Выдумкина {one}" for one in "абвгдежз")]},
        {},
    ),
    "a number with another person's name": (
        {"family": "Выдумкина", "given": "Небылица", "documents": document("N70718293"), "born": PartialDate()},
        {"documents": document("N70718293")},
    ),
}


@pytest.mark.parametrize("case", INVENTED)
def test_who_tries_out_people_learns_nothing(
    app: Flask, registered: Registering, look: Look, caseloads: None, case: str
) -> None:
    invented, known = INVENTED[case]
    registered("B", **known)  # type: ignore[arg-type]
    registered("A", **invented)  # type: ignore[arg-type]
    look()
    assert questions(app) == []


def test_two_records_of_one_organisation_are_no_question_between_partners(
    app: Flask, registered: Registering, look: Look
) -> None:
    registered("A")
    registered("A")
    look()
    assert questions(app) == []


def test_the_office_and_partners_that_are_gone_are_not_compared(
    app: Flask, world: World, registered: Registering, look: Look
) -> None:
    registered("A")
    registered("B")
    with everywhere(app) as session:
        session.get_one(Organisation, world.organisations["B"]).is_active = False
        session.commit()
    look("A", "office")
    assert questions(app) == []


# -- how often it looks ------------------------------------------------------------------------------------------


def looked(app: Flask) -> set[UUID]:
    with everywhere(app) as session:
        return set(session.scalars(select(ElsewhereLook.person_id)))


def test_whoever_registers_many_waits(app: Flask, world: World, registered: Registering, look: Look) -> None:
    registered("B", "Поздняя", "Двадцатая")
    probes = []
    for n in range(24):
        with clock.at(clock.now() + timedelta(minutes=n)):
            probes.append(registered("A", f"Пробная{'абвгдежзиклмнопрстуфхцчшэ'[n]}", "Двадцатая"))
    with clock.at(clock.now() + timedelta(hours=1)):
        target = registered("A", "Поздняя", "Двадцатая")
        colleague = registered("A", "Соседняя", role="supervisor")
    with clock.at(NOW + timedelta(days=1)):
        look("A")
        look("A")  # tried again on the same day: no second helping
        assert looked(app) == {*probes[:20], colleague}
        assert questions(app) == []
    with clock.at(NOW + timedelta(days=2)):
        look("A")
        assert looked(app) == {*probes, colleague, target}
        assert len(questions(app)) == 1
    with everywhere(app) as session:
        notes = session.scalars(select(AuditEntry).where(AuditEntry.action == "elsewhere:limited")).all()
        assert {(one.organisation_id, one.subject_id, one.details) for one in notes} == {
            (world.organisations["A"], world.user_id("lawyer"), '{"records":5}')
        }


def test_whoever_waits_is_not_compared_from_the_other_side_either(
    app: Flask, world: World, acting: Acting, registered: Registering, look: Look
) -> None:
    """Else many records, registered at once, would answer as soon as the other partner touches its own."""
    for n in range(20):
        registered("A", f"Пробная{'абвгдежзиклмнопрстуфхцчшэ'[n]}", "Двадцатая")
    with clock.at(clock.now() + timedelta(minutes=1)):
        probe = registered("A")
    known = registered("B")
    with clock.at(NOW + timedelta(days=1)):
        look("B")
        look()
        assert questions(app) == []
    with clock.at(NOW + timedelta(days=2)):
        look("B")
        assert questions(app) == [], "no longer new there"
        look("A")
    assert questions(app) == [("suspected", {probe, known})]


def test_whoever_changes_one_record_again_and_again_is_compared_once_a_week(
    app: Flask, world: World, acting: Acting, registered: Registering, look: Look
) -> None:
    """A record that is written anew each day until it is like another: only the seventh day counts."""
    registered("B")
    probe = registered("A", "Выдумкина", "Небылица")
    look("A")
    for day in range(1, 7):
        with clock.at(NOW + timedelta(days=day)):
            correct(acting, world, "A", probe, family_name="Самоцветова", given_name="Айгерим")
            look("A")
            assert questions(app) == [], day
    with clock.at(NOW + timedelta(days=7)):
        look("A")
    assert len(questions(app)) == 1


def test_what_has_not_changed_is_not_looked_at_again(
    app: Flask, world: World, acting: Acting, registered: Registering, look: Look
) -> None:
    one, other = registered("A"), registered("A", "Соседняя")
    look("A")
    with everywhere(app) as session:
        first = {row.person_id: row.looked_at for row in session.scalars(select(ElsewhereLook))}
    with clock.at(NOW + timedelta(days=30)):
        correct(acting, world, "A", one, given_name="Айгерим", birth_place="Сарыагаш")
    with clock.at(NOW + timedelta(days=31)):
        look("A")
    with everywhere(app) as session:
        rows = session.scalars(select(ElsewhereLook)).all()
        assert {row.person_id: row.looked_at != first[row.person_id] for row in rows} == {one: True, other: False}
        assert len(rows) == 2


def test_setting_up_a_site_compares_everyone_at_once(app: Flask, registered: Registering, look: Look) -> None:
    made = {registered("A", f"Пробная{'абвгдежзиклмнопрстуфхцчшэ'[n]}") for n in range(23)}
    look("A", limited=False)
    assert looked(app) == made


# -- what one who watches would see ------------------------------------------------------------------------------


def test_a_hint_does_not_go_when_the_record_is_changed_away(
    app: Flask, world: World, acting: Acting, registered: Registering, look: Look
) -> None:
    """Else whoever has a hint could find out by changing the record what the other record says."""
    a, b = registered("A"), registered("B")
    look()
    with clock.at(NOW + timedelta(days=10)):
        correct(acting, world, "A", a, family_name="Выдумкина", birth=PartialDate(1960, 2, 3))
        look()
    assert questions(app) == [("suspected", {a, b})]


def test_a_hint_says_its_day_and_no_more(app: Flask, pair: Pair) -> None:
    with everywhere(app) as session:
        [found_at] = session.scalars(select(Overlap.found_at))
    assert found_at.astimezone(clock.ALMATY).isoformat() == "2026-09-15T00:00:00+05:00"


def test_hints_stand_in_the_order_of_ones_own_numbers(
    app: Flask, world: World, acting: Acting, registered: Registering, look: Look
) -> None:
    for n in range(6):
        for where in ("A", "B"):
            registered(where, f"Самоцвет{'абвгде'[n]}гина", born=PartialDate(1970 + n, 2 + n, 3 + n))
        with clock.at(NOW + timedelta(days=n)):
            look(limited=False)
    with acting(world.principal("supervisor", "A")):
        numbers = [side.person.number for side in queries.sides()]
    assert len(numbers) == 6
    assert numbers == sorted(numbers)


def test_the_report_of_the_job_is_the_same_whatever_it_found(app: Flask, world: World, registered: Registering) -> None:
    def report(day: int) -> list[str]:
        with app.app_context(), clock.at(NOW + timedelta(days=day)):
            return [one.line for one in jobs.run_due(lambda: [world.organisations["A"]], [LOOK])]

    registered("A", "Выдумкина", "Небылица")
    nothing = report(1)
    registered("B")
    with clock.at(NOW + timedelta(days=1)):
        registered("A")
    something = report(2)
    assert len(questions(app)) == 1
    assert nothing == something == [f"done     elsewhere.look for {world.organisations['A']}"]


def test_each_trail_holds_its_own_sides_only(app: Flask, world: World, registered: Registering, look: Look) -> None:
    a, b = registered("A"), registered("B")
    look()
    with everywhere(app) as session:
        sides = {one.organisation_id: one.id for one in session.scalars(select(OverlapSide))}
        for where, foreign in (("A", b), ("B", a)):
            organisation_id = world.organisations[where]
            rows = session.scalars(
                select(AuditEntry).where(
                    AuditEntry.organisation_id == organisation_id, AuditEntry.subject_kind == "overlap_sides"
                )
            ).all()
            assert [(one.action, one.subject_id, one.actor_role) for one in rows] == [
                ("overlap_sides:create", sides[organisation_id], "system")
            ]
            assert not session.scalar(
                select(func.count())
                .select_from(AuditEntry)
                .where(AuditEntry.organisation_id == organisation_id, AuditEntry.subject_id == foreign)
            )


# -- when it comes again -----------------------------------------------------------------------------------------


def decided_different(pair: Pair) -> None:
    pair.agree()
    pair.say("B", "different")


def test_what_is_different_is_not_asked_again(app: Flask, world: World, acting: Acting, pair: Pair, look: Look) -> None:
    decided_different(pair)
    for days in (10, 20):
        with clock.at(NOW + timedelta(days=days)):
            correct(acting, world, "A", pair.persons["A"], birth_place=f"Сарыагаш {days}")
            look()
        assert [state for state, _ in questions(app)] == ["different"]


def test_an_equal_number_that_turned_up_since_asks_again_from_the_start(
    app: Flask, world: World, acting: Acting, pair: Pair, look: Look
) -> None:
    decided_different(pair)
    with clock.at(NOW + timedelta(days=10)):
        for where in ("A", "B"):
            correct(acting, world, where, pair.persons[where], documents=[DocumentNumber("FOREIGN_PASS", "N70718293")])
        look()
        assert pair.state == "suspected"
        assert (pair.standing("A"), pair.standing("B")) == ("open", "open")
        for where in ("A", "B"):
            with pair.of(where) as side:
                assert (side.consent_on, side.answer, side.verdict) == (None, None, None)
        pair.agree()
        pair.say("A", "different")
    with clock.at(NOW + timedelta(days=30)):
        correct(acting, world, "A", pair.persons["A"], birth_place="Сарыагаш")
        look()
    assert pair.state == "different"  # the number was known when it was said again


# -- merged meanwhile --------------------------------------------------------------------------------------------


def merged(app: Flask, gone: UUID, kept: UUID, *, moves: bool) -> None:
    """What a merge leaves behind; its own tests are with duplicates."""
    with everywhere(app) as session:
        row = session.get_one(Person, gone)
        row.merged_into_id, row.merged_on, row.changed_at = kept, clock.today(), clock.now()
        session.get_one(Person, kept).changed_at = clock.now()
        for side in session.scalars(select(OverlapSide).where(OverlapSide.person_id == gone)) if moves else ():
            side.person_id = kept
        session.commit()


@pytest.mark.parametrize("moves", [True, False])
def test_after_a_merge_the_question_is_neither_lost_nor_doubled(
    app: Flask, world: World, acting: Acting, pair: Pair, registered: Registering, look: Look, moves: bool
) -> None:
    kept = registered("B", "Самоцветова")
    with clock.at(NOW + timedelta(days=9)):
        merged(app, pair.persons["B"], kept, moves=moves)
        look()
        look("A", "B", limited=False)
    if moves:
        assert questions(app) == [("suspected", {pair.persons["A"], kept})]
    with acting(world.principal("supervisor", "B")):
        assert {queries.person_of(side).id for side in queries.sides()} == {kept}


def test_after_an_undone_merge_the_next_look_goes_well(
    app: Flask, pair: Pair, registered: Registering, look: Look
) -> None:
    """The question that had moved stays with the other record: the id of the old one is taken."""
    kept = registered("B", "Другая", "Совсем", PartialDate(1950, 3, 4))
    merged(app, pair.persons["B"], kept, moves=True)
    with everywhere(app) as session:
        row = session.get_one(Person, pair.persons["B"])
        row.merged_into_id, row.merged_on, row.changed_at = None, None, clock.now()
        session.commit()
    with clock.at(NOW + timedelta(days=9)):
        look()
    assert len(questions(app)) == 1


# -- the job -----------------------------------------------------------------------------------------------------


def test_it_runs_each_night_for_each_organisation() -> None:
    assert LOOK in jobs.registered()
    assert LOOK.turn(clock.now()).astimezone(clock.ALMATY).strftime("%H:%M") == "03:30"


def test_what_a_caller_has_written_is_seen(app: Flask, world: World, registered: Registering) -> None:
    """A demonstration registers and looks in one go; on SQLite it must not wait for its own lock."""
    registered("B")
    with app.app_context(), acting_as(system("demo", world.organisations["A"])):
        persons.register(
            persons.Registration(
                identity=Identity(family_name="Самоцветова", given_name="Айгерим", patronymic="Бекетовна"),
                registered_on=NOW,
                birth=BORN,
                sex="F",
                origin="UZB",
            )
        )
        LOOK.run()
        db.session.commit()
    assert len(questions(app)) == 1


def test_a_turn_is_taken_as_any_other(app: Flask, world: World) -> None:
    with app.app_context(), clock.at(date(2026, 9, 16)):
        found = list(jobs.run_due(lambda: list(world.organisations.values()), [LOOK]))
    assert [one.failure for one in found] == [None, None, None]  # the office, too, has nothing to compare


def test_going_live_with_a_caseload_is_compared_at_once(
    app: Flask, acting: Acting, world: World, registered: Registering
) -> None:
    """More than a lawyer's day allows, on both sides: `casework jobs first-look`."""
    families = [f"{name}{ending}" for name in COMMON for ending in ("", "енко", "бекова", "задех", "ян")][:22]
    for place, family in enumerate(families):
        for where in ("A", "B"):
            registered(where, family, GIVEN[place % 6], PartialDate(1960 + place, 1 + place % 12, 2 + place % 25))
    with app.app_context():
        result = app.test_cli_runner().invoke(jobs_first_look)
    assert result.exit_code == 0, result.output
    assert result.output == "Every partner's records have been compared.\n"
    assert len(questions(app)) > 20
    with everywhere(app):
        settle_offsets()  # its job does so within ten minutes
        assert figures.verify() == []
