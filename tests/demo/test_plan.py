"""The plan of the demonstration: the same every time, sound on any day, and about nobody."""

from collections import Counter
from datetime import date, timedelta

import pytest

from casework.demo import deeds, people, plan, staff
from casework.demo.deeds import Deed
from casework.persons.rules import check_iin
from casework.procedures import shipped
from casework.procedures.rules import Procedure

PROCEDURES = {one.code: one for one in shipped.procedures()}
DAYS = [date(2025, 1, 2), date(2025, 1, 20), date(2025, 6, 1), date(2026, 3, 8), date(2026, 11, 23), date(2028, 2, 29)]


def test_two_plans_of_a_day_are_the_same() -> None:
    assert plan.make(date(2026, 11, 23)) == plan.make(date(2026, 11, 23))


def test_what_lies_before_the_factsheet_does_not_depend_on_today() -> None:
    def before(today: date) -> list[Deed]:
        end = date(2024, 9, 1)  # handing a case over touches who does what after its quarter
        return [deed for deed in plan.make(today).deeds if deed.day < end]

    def plain(found: list[Deed]) -> Counter[str]:
        return Counter(repr((type(deed).__name__, deed.day, deed.by)) for deed in found)

    assert plain(before(DAYS[-1])) == plain(before(DAYS[-2]))


@pytest.mark.parametrize("today", DAYS)
def test_every_deed_is_possible_when_it_is_done(today: date) -> None:
    """The rules of the actions, replayed: nothing before it can be, nothing on a closed case, nothing of tomorrow."""
    known: set[int] = set()
    opened: dict[int, date] = {}
    closed: dict[int, date] = {}
    steps: set[int] = set()
    tracks: dict[int, str] = {}
    running: dict[int, Procedure] = {}
    stages: dict[int, str] = {}
    moved: dict[int, date] = {}
    papers: set[int] = set()
    letters: dict[int, date] = {}
    contacts: dict[int, date] = {}
    wrong: list[str] = []

    def check(holds: bool, deed: Deed, what: str) -> None:
        if not holds:
            wrong.append(f"{what}: {deed}")

    for deed in plan.make(today).deeds:
        check(deed.day < today, deed, "not past")
        match deed:
            case deeds.Register():
                check(deed.given.registered_on == deed.day, deed, "registered on another day")
                check(not deed.given.birth or deed.given.birth.earliest <= deed.day, deed, "born later")
                arrived = deed.given.arrived
                check(not arrived.is_known or arrived.earliest <= deed.day, deed, "arrived later")
                known.add(deed.person)
            case deeds.OpenCase():
                check(set(deed.parties) <= known, deed, "unknown persons")
                opened[deed.case], tracks[deed.case] = deed.day, deed.track
                running[deed.case] = PROCEDURES[deed.procedure or ""]
                stages[deed.case] = running[deed.case].first_stage
            case deeds.OnCase():
                check(deed.case in opened, deed, "unknown case")
                is_reopening = isinstance(deed, deeds.Reopen)
                can_be_closed = isinstance(deed, deeds.VoidMeeting | deeds.CorrectMeeting | deeds.ReadAnswer)
                check(can_be_closed or (deed.case in closed) == is_reopening, deed, "closed or open")
                check(deed.day >= opened[deed.case], deed, "before the case")
            case (
                deeds.SetStatus()
                | deeds.CorrectIdentity()
                | deeds.Relate()
                | deeds.OpenRecord()
                | deeds.Grant()
                | deeds.Revoke()
            ):
                check(deed.person in known, deed, "unknown person")
        match deed:
            case deeds.Meet():
                check(opened[deed.case] <= deed.held_on <= deed.day, deed, "held on another day")
                contacts[deed.case] = max(deed.held_on, contacts.get(deed.case, deed.held_on))
            case deeds.NextStep():
                check(deed.due_on >= opened[deed.case], deed, "due before the case was opened")
                steps.add(deed.case)
            case deeds.StepDone():
                check(deed.case in steps, deed, "no step")
                steps.discard(deed.case)
            case deeds.TakeOver():
                chosen = PROCEDURES[deed.procedure]
                check(chosen.track == tracks[deed.case], deed, "procedure of another track")
                check(chosen.stage(deed.stage) is not None, deed, "unknown stage")
                check(opened[deed.case] <= deed.since <= deed.day, deed, "since another day")
                running[deed.case], stages[deed.case] = chosen, deed.stage
                moved.pop(deed.case, None)
            case deeds.Happen() | deeds.Ask() | deeds.Remind() | deeds.Hear():
                act, on = happened(deed)
                move = running[deed.case].move(stages[deed.case], act)
                check(move is not None, deed, f"forbidden at {stages[deed.case]}")
                check(on <= deed.day, deed, "told before it happened")
                if move is not None and move.to_stage not in (None, stages[deed.case]):
                    check(moved.get(deed.case, on) <= on, deed, "before the act before it")
                    stages[deed.case], moved[deed.case] = str(move.to_stage), on
                if isinstance(deed, deeds.Happen):
                    check(on <= (deed.served_on or on) <= deed.day, deed, "learnt of on another day")
                    check(on <= (deed.until_on or on), deed, "runs out before it begins")
                    check(deed.paper is None or deed.paper in papers, deed, "unknown paper")
            case deeds.File():
                papers.add(deed.paper)
            case deeds.Write():
                check(deed.person in known, deed, "about an unknown person")
                letters[deed.letter] = deed.day
            case deeds.Send() | deeds.ReadAnswer():
                check(letters[deed.letter] <= deed.on <= deed.day, deed, "out of order")
                letters[deed.letter] = deed.on
            case deeds.Close():
                check(contacts.get(deed.case, deed.on) <= deed.on <= deed.day, deed, "closed before its last session")
                closed[deed.case] = deed.on
                steps.discard(deed.case)
            case deeds.Reopen():
                check(closed.pop(deed.case, deed.day) <= deed.day, deed, "reopened before it closed")
    assert not wrong, wrong[:5]


def happened(deed: deeds.Happen | deeds.Ask | deeds.Remind | deeds.Hear) -> tuple[str, date]:
    """The act that a deed records, and its day."""
    match deed:
        case deeds.Ask():
            return "INQUIRY_SENT", deed.sent_on
        case deeds.Remind():
            return "INQUIRY_REMINDED", deed.on
        case deeds.Hear():
            return "INQUIRY_REPLIED", deed.on
    return deed.act, deed.on


def test_the_usual_ways_through_the_procedures() -> None:
    made = plan.make(DAYS[-2]).deeds
    assert {deed.procedure for deed in made if isinstance(deed, deeds.OpenCase)} == set(PROCEDURES)
    acts = Counter(deed.act for deed in made if isinstance(deed, deeds.Happen))
    for act in (
        "LODGED",
        "AS_CERT_RENEWED",
        "FI_REJECTED",
        "COMPLAINT_FILED",
        "COURT_FILED",
        "COURT_REMANDED",
        "FI_RECOGNISED",
        "RENEWED",
        "APPLIED",
        "STATELESS_RECOGNISED",
        "SP_CERT_ISSUED",
        "FACT_CLAIM_FILED",
    ):
        assert acts[act] >= 10, act
    assert {deed.state for deed in made if isinstance(deed, deeds.NoteEvidence)} == {
        "HAVE",
        "ASKED",
        "MISSING",
        "CANNOT",
    }
    sent, heard = (sum(isinstance(deed, kind) for deed in made) for kind in (deeds.Ask, deeds.Hear))
    assert 0 < heard < sent
    assert 10 <= sum(isinstance(deed, deeds.File) for deed in made) <= 20


def test_notaries_and_places_look_invented() -> None:
    marks = ("пример", "үлгі", "example")
    for deed in plan.make(DAYS[-2]).deeds:
        match deed:
            case deeds.Grant():
                assert any(mark in deed.notary for mark in marks)
            case deeds.Appoint():
                assert any(mark in deed.place for mark in marks)
            case deeds.NoteEvidence(asked_from=str(asked)) if "(" in asked:
                assert any(mark in asked for mark in marks)


def test_nobody_can_be_called_or_written_to() -> None:
    for deed in plan.make(DAYS[-2]).deeds:
        if isinstance(deed, deeds.Register):
            contacts = deed.given.contacts
            for phone in (contacts.phone, contacts.other_phone):
                assert phone is None or phone.startswith("+7 700 000 ")
            assert contacts.email is None or contacts.email.endswith("@example.org")


def test_the_few_individual_numbers_are_right() -> None:
    registered = [deed.given for deed in plan.make(DAYS[-2]).deeds if isinstance(deed, deeds.Register)]
    numbers = [given.identity.iin for given in registered if given.identity.iin]
    assert 10 < len(numbers) < len(registered) / 5
    assert all(check_iin(number).is_valid for number in numbers)


def test_surnames_are_words_for_example() -> None:
    stems = (
        "Үлг", "Мысал", "Нұсқа", "Өрнек", "Сынама", "Пример", "Образч", "Пробник", "Макет", "Эталон", "Чернов",
        "Шаблон", "Намуна", "Мисол", "Андоза", "نمون", "مثال", "الگو", "بېلګه", "Зразк", "Приклад", "Взірч", "Нусха",
        "Мисал", "النموذجي", "المثالي", "العينات", "样", "Exempla", "Modelim", "Specimen", "Нүмунә", "Örnek", "Numune",
    )  # fmt: skip
    spelt = (*stems, *(people.latin(stem) for stem in stems))  # some are registered again, in another alphabet
    for deed in plan.make(DAYS[-2]).deeds:
        if isinstance(deed, deeds.Register):
            assert any(word.startswith(spelt) for word in deed.given.identity.full_name.split())


def test_staff_sign_in_under_reserved_addresses() -> None:
    assert len({one.email for one in staff.COLLEAGUES}) == len(staff.COLLEAGUES)
    assert all(one.email.endswith(".example.org") for one in staff.COLLEAGUES)
    assert staff.SIGN_INS


def test_every_lawyer_has_something_due_today() -> None:
    today = date(2026, 11, 23)
    made = plan.make(today)
    due = Counter(deed.by for deed in made.deeds if isinstance(deed, deeds.NextStep) and deed.due_on == today)
    late = Counter(
        deed.by
        for deed in made.deeds
        if isinstance(deed, deeds.NextStep) and today - timedelta(days=10) <= deed.due_on < today
    )
    for house in staff.HOUSES[:3]:
        for one in staff.lawyers(house.key):
            assert due[one.key] >= 2
            assert late[one.key] >= 1
