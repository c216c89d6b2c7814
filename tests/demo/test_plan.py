"""The plan of the demonstration: the same every time, sound on any day, and about nobody."""

from collections import Counter
from datetime import date, timedelta

import pytest

from casework.demo import deeds, plan, staff
from casework.demo.deeds import Deed
from casework.persons.rules import check_iin

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
    stages: dict[int, str] = {}
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
                opened[deed.case], stages[deed.case] = deed.day, ""
            case deeds.OnCase():
                check(deed.case in opened, deed, "unknown case")
                is_reopening = isinstance(deed, deeds.Reopen)
                can_be_closed = isinstance(deed, deeds.VoidMeeting | deeds.CorrectMeeting)
                check(can_be_closed or (deed.case in closed) == is_reopening, deed, "closed or open")
                check(deed.day >= opened[deed.case], deed, "before the case")
            case deeds.SetStatus() | deeds.CorrectIdentity() | deeds.Relate() | deeds.OpenRecord():
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
            case deeds.MoveStage():
                check(stages[deed.case] != deed.stage, deed, "same stage")
                stages[deed.case] = deed.stage
            case deeds.Close():
                check(contacts.get(deed.case, deed.on) <= deed.on <= deed.day, deed, "closed before its last session")
                closed[deed.case] = deed.on
                steps.discard(deed.case)
            case deeds.Reopen():
                check(closed.pop(deed.case, deed.day) <= deed.day, deed, "reopened before it closed")
    assert not wrong, wrong[:5]


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
    for deed in plan.make(DAYS[-2]).deeds:
        if isinstance(deed, deeds.Register):
            assert (deed.given.identity.family_name or "").startswith(stems)


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
