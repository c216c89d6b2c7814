"""Across organisations: what is found, what neither side learns, and that nobody learns anything by trying names."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import event, select

from casework.cases import actions as cases
from casework.conflicts import actions, jobs, queries, rules
from casework.conflicts.actions import Told
from casework.conflicts.models import Conflict, Opponent, OpposingLook, OpposingParty
from casework.core import clock
from casework.core.audit import AuditEntry, Revision
from casework.core.db import db
from casework.core.jobs import run_due
from casework.core.scope import system
from casework.elsewhere import jobs as elsewhere_jobs
from casework.elsewhere.rules import A_DAY
from casework.persons import actions as persons
from casework.persons.models import Identity, Person
from casework.persons.rules import PartialDate
from tests.conflicts.conftest import Spouses, case_for, person_called
from tests.conflicts.test_actions import case_of
from tests.conftest import Acting, ClientFor
from tests.factories import World
from tests.security.caseload import OPENED

IIN = "870209300018"
BORN = PartialDate(1987, 2, 9)
KNOWN = Opponent("Yashmov", "Timur", born="1987-02-09", iin=IIN)
"""The husband as the wife’s lawyer with B writes him."""

Look = Callable[..., None]


@pytest.fixture
def look(acting: Acting, world: World) -> Look:
    """Two nights: in the first, who comes first does not know yet whose turn it is with the other."""

    def night(**limits: Any) -> None:
        for one in ("A", "B", "A", "B"):
            with acting(system("job conflicts.look", world.organisations[one])):
                jobs.look(**limits)

    return night


@pytest.fixture
def his(acting: Acting, world: World) -> UUID:
    """He is a client of A."""
    with acting(world.principal("lawyer")):
        person = person_called("Яшмов", "Тимур", "Асанұлы", birth=BORN, iin=IIN, sex="M")
        case_for(person, lawyer_id=world.user_id("lawyer"))
        return person.id


@pytest.fixture
def hers(acting: Acting, world: World) -> UUID:
    """She has a case with B, which is against nobody yet."""
    with acting(world.principal("lawyer", "B")):
        person = person_called("Сланцева", "Гүлнар", birth=PartialDate(1990, 5, 17))
        return case_for(person, lawyer_id=world.user_id("lawyer", "B")).id


def opposed(acting: Acting, world: World, case_id: UUID, *who: Opponent, where: str = "B") -> list[UUID]:
    with acting(world.principal("lawyer", where)):
        return [actions.add(case_of(case_id), Told("SPOUSE", who=one)).id for one in who]


def rows(acting: Acting, world: World, where: str) -> list[Conflict]:
    with acting(world.principal("supervisor", where)):
        return [one for one in db.session.scalars(select(Conflict)) if one.confidence != rules.GONE]


def test_each_side_learns_that_something_may_exist_and_no_more(
    acting: Acting, world: World, client_for: ClientFor, look: Look, his: UUID, hers: UUID
) -> None:
    (opposing,) = opposed(acting, world, hers, KNOWN)
    assert rows(acting, world, "A") == rows(acting, world, "B") == [], "nothing happens while somebody waits"
    look()
    (mine,), (theirs,) = rows(acting, world, "A"), rows(acting, world, "B")
    assert (mine.how, mine.person_id, mine.opposing_id) == ("elsewhere", his, None)
    assert (theirs.how, theirs.person_id, theirs.opposing_id) == ("elsewhere", None, opposing)
    assert mine.confidence == theirs.confidence == "possible"
    assert mine.id != theirs.id
    neutral = "A conflict of interest may exist: ask your supervisor."
    record = client_for("lawyer").page(f"/people/{his}")
    assert neutral in record.text
    assert "partner" not in record.text.split(neutral)[0].lower().split("conflict of interest")[-1]
    assert neutral in client_for("lawyer", "B").page(f"/cases/{hers}").text
    for where, foreign in (("A", ("Birch", "Yashmov", "Гүлнар", "1990")), ("B", ("Aster", "Асанұлы", "P-26"))):
        supervisor = client_for("supervisor", where)
        queue = supervisor.page("/conflicts/")
        (one,) = {link for link in queue.links.values() if link.startswith("/conflicts/") and len(link) > 30}
        page = supervisor.page(one)
        assert "A case of another partner and this record may be opposed" in page.text
        for words in foreign:
            assert words not in page.text, words
            assert words not in queue.text, words
        assert supervisor.submit(one, {"decision": "CONSENTED"}).status_code == 302


def test_the_other_way_round_and_again_and_again(acting: Acting, world: World, look: Look, hers: UUID) -> None:
    """The opposing party was there first; nights that find the same change nothing."""
    opposed(acting, world, hers, KNOWN)
    look()
    assert rows(acting, world, "B") == []
    with acting(world.principal("lawyer")):
        person = person_called("Яшмов", "Тимур", birth=BORN, iin=IIN)
        case_for(person, lawyer_id=world.user_id("lawyer"))
    look()
    look()
    look()
    assert len(rows(acting, world, "A")) == len(rows(acting, world, "B")) == 1
    with acting(world.principal("protection", "A")):
        assert not [one for one in db.session.scalars(select(Revision)) if one.subject_kind == "conflicts"]


def test_what_was_decided_stays_decided_and_what_ended_is_gone(
    acting: Acting, world: World, look: Look, his: UUID, hers: UUID
) -> None:
    (opposing_id,) = opposed(acting, world, hers, KNOWN)
    look()
    with acting(world.principal("supervisor")):
        (mine,) = queries.of_person([his])
        actions.decide(mine, "CONSENTED")
    look()
    assert [one.decision for one in rows(acting, world, "A")] == ["CONSENTED"]
    with acting(world.principal("lawyer", "B")):
        opposing = queries.opposing_party(hers, opposing_id)
        assert opposing is not None
        actions.void(opposing, "WRONG_PERSON")
    look()
    assert rows(acting, world, "A") == rows(acting, world, "B") == []


def test_who_is_no_client_or_whose_matter_is_over_is_not_spoken_of(
    acting: Acting, world: World, look: Look, hers: UUID
) -> None:
    with acting(world.principal("lawyer")):
        person = person_called("Яшмов", "Тимур", birth=BORN, iin=IIN)
        person_id = person.id
    opposed(acting, world, hers, KNOWN)
    look()
    assert rows(acting, world, "A") == rows(acting, world, "B") == []
    with acting(world.principal("lawyer")):
        case = case_for(db.session.get_one(type(person), person_id), lawyer_id=world.user_id("lawyer"))
        cases.close(case, OPENED, "ADVICE_ONLY", "SOLUTION")
    look()
    assert len(rows(acting, world, "B")) == 1, "a former client, and her case is open"
    with acting(world.principal("lawyer", "B")):
        cases.close(case_of(hers), OPENED, "ADVICE_ONLY", "SOLUTION")
    look()
    assert rows(acting, world, "A") == rows(acting, world, "B") == []


def test_inside_one_organisation_it_is_no_matter_between_partners(
    acting: Acting, world: World, look: Look, spouses: Spouses
) -> None:
    opposed(acting, world, spouses.divorce, Opponent("Яшмов", "Тимур", born="1987-02-09"), where="A")
    look()
    assert [one.how for one in rows(acting, world, "A")] == ["direct"]


# -- trying out names ----------------------------------------------------------------------------------------------

PROBES = [
    Opponent("Яшмов", "Тимур"),
    Opponent("Яшмов", "Тимур", "Асанұлы"),
    Opponent("Иванов", "Иван"),
    Opponent("Иванов", "Иван", born="1980"),
    Opponent("Иванов", "Иван", born="1980-01-01"),
    Opponent("Ахметова", "Айгуль", born="1990-01-01"),
    Opponent("Яшмов", born="1987-02-09"),
    Opponent(given_name="Тимур", born="1987-02-09"),
    Opponent("Выдуманный", "Никто", born="1987-02-09"),
    Opponent("Яшмов", "Марат", born="1987-02-09"),
    Opponent("Кварцев", "Тимур", phone="+7 701 555 71 93"),
    Opponent("Яшмов", "Тимур", iin="000000000000"),
]


def test_invented_common_and_half_known_names_say_nothing(
    acting: Acting, world: World, look: Look, his: UUID, hers: UUID
) -> None:
    """A is a partner of several hundred, as partners are: among them chance does what it does."""
    with acting(world.principal("lawyer")):
        for n in range(240):
            family = ("Иванов", "Ахметова", f"Фамилия{'абвгдежзиклм'[n % 12]}{'носпрт'[n % 6]}ов")[n % 3]
            given = ("Иван", "Айгуль", "Тимур", "Марат")[n % 4] if n % 3 else ("Иван", "Айгуль")[n % 2]
            person = person_called(family, given, birth=PartialDate(1980 + n % 20, 1, 1))
            case_for(person, lawyer_id=world.user_id("lawyer"))
    opposed(acting, world, hers, *PROBES)
    look(limited=False)
    with acting(world.principal("supervisor", "B")):
        told = {one.opposing.who.full_name for one in queries.elsewhere() if one.opposing and one.confidence != "gone"}
    assert told == set()
    assert rows(acting, world, "A") == []
    opposed(acting, world, hers, Opponent("Yashmov", "Timur", born="1987-02-09"))
    look(limited=False)
    assert len(rows(acting, world, "A")) == len(rows(acting, world, "B")) == 1, "somebody is known by name and day"


def test_only_so_many_a_day_and_not_the_same_one_over_and_over(
    acting: Acting, world: World, look: Look, hers: UUID, his: UUID
) -> None:
    now = clock.now()
    with clock.at(now):
        names = [Opponent(f"Проба{chr(0x430 + n)}", "Имя") for n in range(25)]
        ids = opposed(acting, world, hers, *names)
        look()
    with acting(world.principal("supervisor", "B")):
        looked = {one.opposing_id for one in db.session.scalars(select(OpposingLook))}
    assert len(looked) == A_DAY
    with acting(world.principal("protection", "B")):
        noted = [one for one in db.session.scalars(select(AuditEntry)) if one.action == "conflict:limited"]
    assert {(one.subject_id, one.details) for one in noted} == {(world.user_id("lawyer", "B"), '{"waiting":5}')}
    with clock.at(now + timedelta(hours=2)):
        look()
    with acting(world.principal("supervisor", "B")):
        assert len(list(db.session.scalars(select(OpposingLook)))) == A_DAY, "the same day"
    first = next(one for one in ids if one in looked)
    with clock.at(now + timedelta(days=1)), acting(world.principal("lawyer", "B")):
        opposing = db.session.get_one(OpposingParty, first)
        actions.correct(opposing, Told("SPOUSE", who=KNOWN))
    with clock.at(now + timedelta(days=1, hours=1)):
        look()
    assert rows(acting, world, "B") == [], "looked at yesterday: it waits a week"
    with acting(world.principal("supervisor", "B")):
        assert len(list(db.session.scalars(select(OpposingLook)))) == 25
    with clock.at(now + timedelta(days=8)):
        look()
    assert [one.opposing_id for one in rows(acting, world, "B")] == [first]


def test_no_request_reads_of_another_organisation(
    app: Flask, acting: Acting, world: World, client_for: ClientFor, his: UUID, hers: UUID
) -> None:
    """What is known elsewhere changes nothing that happens while an opposing party is saved, not even its time."""

    def statements(who: Opponent) -> list[str]:
        seen: list[str] = []

        def note(connection: Any, cursor: Any, statement: str, *more: Any) -> None:
            seen.append(statement)

        typed = {"role": "SPOUSE", "family_name": who.family_name, "given_name": who.given_name, "iin": who.iin or ""}
        client = client_for("lawyer", "B")
        page = client.page(f"/cases/{hers}/opposing/add")
        data = {**page.filled(page.form_with({"iin"})), **typed}
        with app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            assert client.post(f"/cases/{hers}/opposing/add", data=data).status_code == 302
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return seen

    statements(Opponent("Первый", "Раз", iin="1"))  # whatever is read once, is read now
    assert statements(KNOWN) == statements(Opponent("Выдуманный", "Никто", iin="111111111111"))


def test_it_is_one_of_the_jobs(app: Flask, world: World, his: UUID, hers: UUID, acting: Acting) -> None:
    opposed(acting, world, hers, KNOWN)
    with app.app_context():
        reports = list(run_due(lambda: [world.organisations["A"], world.organisations["office"]], [jobs.LOOK]))
    assert [one.failure for one in reports] == [None, None]


# -- around the limits ---------------------------------------------------------------------------------------------


@pytest.fixture
def night(acting: Acting, world: World) -> Callable[[int], None]:
    """A night so many days on, as the jobs have it: first the look at persons, then the one at conflicts."""

    def come(day: int) -> None:
        with clock.at(clock.now() + timedelta(days=day)):
            for run in (elsewhere_jobs.look, jobs.look):
                for one in ("A", "B"):
                    with acting(system("jobs", world.organisations[one])):
                        run()

    return come


def test_whoever_registers_many_clients_is_told_of_so_many_a_day(
    acting: Acting, world: World, night: Callable[[int], None], hers: UUID
) -> None:
    """The other way to try out a name: not as an opposing party but as a client of one's own."""
    opposed(acting, world, hers, KNOWN)
    night(0)
    now = clock.now()
    with acting(world.principal("lawyer")):
        for n in range(A_DAY + 1):
            is_last = n == A_DAY
            with clock.at(now + timedelta(minutes=n)):
                names = ("Яшмов", "Тимур") if is_last else (f"Проба{chr(0x430 + n)}", "Имя")
                person = person_called(*names, birth=BORN, iin=IIN if is_last else None)
                case_for(person, lawyer_id=world.user_id("lawyer"))
    night(1)
    assert rows(acting, world, "A") == []
    assert len(rows(acting, world, "B")) == 1, "whose limits are kept is told at once"
    night(2)
    assert [one.person_id for one in rows(acting, world, "A")] == [person.id]


def test_a_record_written_anew_is_not_compared_each_night_because_somebody_is_opposed_to_it(
    acting: Acting, world: World, night: Callable[[int], None], his: UUID, hers: UUID
) -> None:
    with acting(world.principal("lawyer", "B")):
        invented = person_called("Выдуманный", "Никто")
        actions.add(case_of(hers), Told("SPOUSE", person=invented))
    night(0)
    for day in range(1, 7):
        with clock.at(clock.now() + timedelta(days=day)), acting(world.principal("lawyer", "B")):
            persons.correct_identity(
                db.session.get_one(Person, invented.id),
                Identity(family_name="Яшмов", given_name="Тимур", iin=IIN, birth_place=str(day)),
                sex="M",
                birth=BORN,
                origin="UNK",
                arrived=PartialDate(),
                languages=[],
            )
        night(day)
        assert rows(acting, world, "B") == [], day
    night(8)
    assert len(rows(acting, world, "B")) == 1


def test_whoever_writes_into_what_colleagues_recorded_has_no_more_turns_for_it(
    acting: Acting, world: World, night: Callable[[int], None], hers: UUID
) -> None:
    names = [Opponent(f"Проба{chr(0x430 + n)}", "Имя") for n in range(24)]
    own = opposed(acting, world, hers, *names[:12])
    with acting(world.principal("supervisor", "B")):
        others = [actions.add(case_of(hers), Told("SPOUSE", who=one)).id for one in names[12:]]
    night(0)
    with clock.at(clock.now() + timedelta(days=9)), acting(world.principal("lawyer", "B")):
        for one in (*own, *others):
            actions.correct(db.session.get_one(OpposingParty, one), Told("SPOUSE", who=Opponent("Другая", "Проба")))
    night(10)
    with acting(world.principal("supervisor", "B")):
        today = (clock.now() + timedelta(days=9)).date()
        again = [one for one in db.session.scalars(select(OpposingLook)) if one.looked_at.date() > today]
    assert len(again) == A_DAY


def test_a_letter_put_right_hides_no_warning_and_tries_nothing_out(
    acting: Acting, world: World, night: Callable[[int], None], his: UUID, hers: UUID
) -> None:
    (opposing_id,) = opposed(acting, world, hers, KNOWN)
    night(0)

    def written(day: int, who: Opponent) -> tuple[int, int]:
        with clock.at(clock.now() + timedelta(days=day)), acting(world.principal("lawyer", "B")):
            actions.correct(db.session.get_one(OpposingParty, opposing_id), Told("SPOUSE", who=who))
        night(day)
        return len(rows(acting, world, "A")), len(rows(acting, world, "B"))

    assert written(1, replace(KNOWN, note="Опасен")) == (1, 1)
    assert written(2, Opponent("Выдуманный", "Никто"))[1] == 1, "what no longer agrees is told a week later"
    night(8)
    assert rows(acting, world, "A") == rows(acting, world, "B") == []
