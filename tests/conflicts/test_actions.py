"""Finding conflicts from either side, deciding them, and what ends them."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session as DatabaseSession

from casework.cases import actions as cases
from casework.cases import queries as case_queries
from casework.cases.models import Case
from casework.conflicts import actions, checking, queries, rules
from casework.conflicts.actions import Told
from casework.conflicts.models import Conflict, Opponent, OpposingParty
from casework.core.db import db
from casework.core.errors import DomainError
from casework.core.scope import system
from casework.duplicates import merging
from casework.persons import actions as persons
from casework.persons import likeness
from casework.persons import queries as person_queries
from casework.persons.models import DocumentNumber, Person
from casework.persons.rules import PartialDate
from tests.conflicts.conftest import Spouses, another_lawyer, case_for, person_called
from tests.conftest import Acting
from tests.factories import World
from tests.security.caseload import OPENED

HUSBAND = Opponent(family_name="Яшмов", given_name="Тимур")


def case_of(case_id: UUID) -> Case:
    found = case_queries.case_(case_id)
    assert found is not None
    return found


def person_of(person_id: UUID) -> Person:
    found = person_queries.person(person_id)
    assert found is not None
    return found


def against(case: Case, who: Opponent | None = None, *, role: str = "SPOUSE", **more: Any) -> OpposingParty:
    return actions.add(case, Told(role, who=who or Opponent(), **more))


def found_for(person_id: UUID) -> list[tuple[str, str]]:
    return [(one.how, one.confidence) for one in queries.of_person([person_id])]


def corrected(person: Person, **changed: Any) -> None:
    identity = person.identity
    for name, value in changed.items():
        setattr(identity, name, value)
    persons.correct_identity(
        person,
        identity,
        sex=person.sex,
        birth=PartialDate.from_text(identity.born or ""),
        origin=person.origin,
        arrived=PartialDate(),
        languages=[],
    )


# -- what is recorded ----------------------------------------------------------------------------------------------


def test_it_is_kept_sealed_and_as_told(session: DatabaseSession, spouses: Spouses) -> None:
    who = Opponent("Яшмов", "Тимур", "Асанұлы", "Timur Yashmov", ["Кварцев"], "1987-02", note="Бьёт")
    opposing = against(case_of(spouses.divorce), who)
    session.commit()
    session.expire_all()
    found = queries.opposing_party(spouses.divorce, opposing.id)
    assert found is not None
    assert (found.who, found.role, found.is_body) == (who, "SPOUSE", False)
    assert "Яшмов".encode() not in (found.who_sealed or b"")


@pytest.mark.parametrize(
    ("told", "field"),
    [
        (Told("SPOUSE"), "family_name"),
        (Told("NOBODY", who=HUSBAND), "role"),
        (Told("SPOUSE", is_body=True, who=Opponent("Жұмыс ЖШС")), "role"),
        (Told("EMPLOYER", is_body=True), "body_name"),
    ],
)
def test_what_cannot_be(session: DatabaseSession, spouses: Spouses, told: Told, field: str) -> None:
    with pytest.raises(DomainError) as refused:
        actions.add(case_of(spouses.divorce), told)
    assert refused.value.field == field


def test_nobody_is_against_themselves_or_recorded_twice(session: DatabaseSession, spouses: Spouses) -> None:
    divorce, husband, wife = case_of(spouses.divorce), person_of(spouses.husband), person_of(spouses.wife)
    with pytest.raises(DomainError, match="client in this very case"):
        against(divorce, person=wife)
    with pytest.raises(DomainError, match="belongs to a person"):
        actions.add(divorce, Told("EMPLOYER", True, Opponent("Жұмыс ЖШС"), husband))
    against(divorce, person=husband)
    with pytest.raises(DomainError, match="already recorded"):
        against(divorce, person=husband)


def test_of_a_closed_case_nobody_is_recorded(session: DatabaseSession, spouses: Spouses) -> None:
    divorce = case_of(spouses.divorce)
    cases.close(divorce, OPENED, "ADVICE_ONLY", "SOLUTION")
    with pytest.raises(DomainError, match="closed"):
        against(divorce, HUSBAND)


# -- both ways -----------------------------------------------------------------------------------------------------


def test_the_husband_is_found_by_name(session: DatabaseSession, spouses: Spouses) -> None:
    against(case_of(spouses.divorce), HUSBAND)
    assert found_for(spouses.husband) == [("direct", "possible")]
    assert found_for(spouses.wife) == [], "that her own case is against her relative is the very matter"
    assert [one.person_id for one in queries.of_case(spouses.divorce)] == [spouses.husband]
    assert queries.open_count() == 1


@pytest.mark.parametrize("spelled", [("Yashmov", "Timur"), ("Яшмов", "Темур"), ("یاشموف", "تیمور"), ("Тимур", "Яшмов")])
def test_in_other_spellings_and_alphabets(session: DatabaseSession, spouses: Spouses, spelled: tuple[str, str]) -> None:
    against(case_of(spouses.divorce), Opponent(*spelled))
    assert [how for how, _ in found_for(spouses.husband)] == ["direct"]


def test_chosen_by_number_it_is_certain_and_nobody_else_is_meant(
    session: DatabaseSession, spouses: Spouses, world: World
) -> None:
    namesake = person_called("Яшмов", "Тимур")
    case_for(namesake, lawyer_id=world.user_id("lawyer"))
    against(case_of(spouses.divorce), person=person_of(spouses.husband))
    assert found_for(spouses.husband) == [("direct", "certain")]
    assert found_for(namesake.id) == []


def test_who_is_registered_later_is_found_when_their_case_opens(
    session: DatabaseSession, spouses: Spouses, world: World
) -> None:
    against(case_of(spouses.divorce), Opponent("Опаленко", "Пётр", phone="+7 701 555 12 34"))
    later = person_called("Опаленко", "Пётр", "Ильич")
    assert found_for(later.id) == [], "not a client yet"
    case_for(later, lawyer_id=world.user_id("lawyer"))
    assert found_for(later.id) == [("direct", "possible")]


def test_who_comes_into_a_case_or_is_taken_out_of_it(session: DatabaseSession, spouses: Spouses) -> None:
    against(case_of(spouses.divorce), Opponent("Опаленко", "Пётр"))
    later, his = person_called("Опаленко", "Пётр"), case_of(spouses.his_case)
    cases.add_party(his, later)
    assert found_for(later.id) == [("direct", "possible")]
    cases.void_party(his, later.id, "WRONG_PERSON")
    assert found_for(later.id) == []


def test_correcting_a_person_finds_and_ends(session: DatabaseSession, spouses: Spouses) -> None:
    against(case_of(spouses.divorce), Opponent("Опаленко", "Пётр"))
    husband = person_of(spouses.husband)
    corrected(husband, family_name="Опаленко", given_name="Пётр")
    assert found_for(husband.id) == [("direct", "possible")]
    corrected(husband, family_name="Яшмов", given_name="Тимур")
    assert found_for(husband.id) == []
    assert queries.open_count() == 0


def test_correcting_an_opposing_party_finds_and_ends(session: DatabaseSession, spouses: Spouses) -> None:
    opposing = against(case_of(spouses.divorce), Opponent("Опаленко", "Пётр"))
    assert found_for(spouses.husband) == []
    actions.correct(opposing, Told("SPOUSE", who=HUSBAND))
    assert found_for(spouses.husband) == [("direct", "possible")]
    actions.correct(opposing, Told("SPOUSE", who=Opponent("Опаленко", "Пётр")))
    assert found_for(spouses.husband) == []


def test_voiding_ends_it(session: DatabaseSession, spouses: Spouses) -> None:
    opposing = against(case_of(spouses.divorce), HUSBAND)
    actions.void(opposing, "WRONG_PERSON")
    assert found_for(spouses.husband) == []
    with pytest.raises(DomainError, match="void"):
        actions.void(opposing, "OTHER")
    with pytest.raises(DomainError, match="void"):
        actions.correct(opposing, Told("SPOUSE", who=HUSBAND))


def test_a_former_client_is_one_still_until_neither_case_is_open(session: DatabaseSession, spouses: Spouses) -> None:
    against(case_of(spouses.divorce), HUSBAND)
    cases.close(case_of(spouses.his_case), OPENED, "ADVICE_ONLY", "SOLUTION")
    assert found_for(spouses.husband) == [("direct", "possible")]
    cases.close(case_of(spouses.divorce), OPENED, "ADVICE_ONLY", "SOLUTION")
    assert found_for(spouses.husband) == []
    cases.reopen(case_of(spouses.his_case), OPENED, "NEW_FACTS")
    assert found_for(spouses.husband) == [("direct", "possible")]


def test_a_company_is_nobody_s_namesake(session: DatabaseSession, spouses: Spouses) -> None:
    actions.add(case_of(spouses.divorce), Told("EMPLOYER", True, Opponent("Яшмов Тимур")))
    assert found_for(spouses.husband) == []


def test_both_in_one_asylum_case_and_opposed_in_another(
    session: DatabaseSession, spouses: Spouses, world: World
) -> None:
    wife, husband = person_of(spouses.wife), person_of(spouses.husband)
    case_for(wife, husband, lawyer_id=world.user_id("lawyer"), track="ASYLUM")
    against(case_of(spouses.divorce), HUSBAND)
    assert found_for(husband.id) == [("direct", "possible")]
    assert found_for(wife.id) == []


def test_a_namesake_of_the_only_client_is_somebody_else(session: DatabaseSession, spouses: Spouses) -> None:
    against(case_of(spouses.his_case), HUSBAND, role="PARENT")
    assert found_for(spouses.husband) == []


# -- relatives -----------------------------------------------------------------------------------------------------


def test_whose_relative_a_case_is_against(session: DatabaseSession, spouses: Spouses, world: World) -> None:
    """The landlord whom one client is against is the father of another, and no client himself."""
    father = person_called("Бекенов", "Болат", birth=PartialDate(1950))
    daughter = person_called("Бекенова", "Сауле")
    case_for(daughter, lawyer_id=world.user_id("lawyer"))
    link = persons.add_relative(daughter, father, "FTH", False)
    against(case_of(spouses.his_case), Opponent("Бекенов", "Болат"), role="LANDLORD")
    assert found_for(daughter.id) == [("relative", "possible")]
    assert found_for(father.id) == []
    persons.remove_relative(link, "WRONG_PERSON")
    assert found_for(daughter.id) == []
    persons.add_relative(daughter, father, "FTH", False)
    assert found_for(daughter.id) == [("relative", "possible")]


def test_a_relative_who_is_corrected(session: DatabaseSession, spouses: Spouses, world: World) -> None:
    father, daughter = person_called("Бекенов", "Марат"), person_called("Бекенова", "Сауле")
    case_for(daughter, lawyer_id=world.user_id("lawyer"))
    persons.add_relative(daughter, father, "FTH", False)
    against(case_of(spouses.his_case), Opponent("Бекенов", "Болат"), role="LANDLORD")
    assert found_for(daughter.id) == []
    corrected(father, given_name="Болат")
    assert found_for(daughter.id) == [("relative", "possible")]


# -- decisions -----------------------------------------------------------------------------------------------------


def decided(case_id: UUID, decision: str, note: str | None = None) -> Conflict:
    conflict = queries.of_case(case_id)[0]
    actions.decide(conflict, decision, note)
    return conflict


def test_a_decision_stands_while_the_facts_stay(acting: Acting, world: World, spouses: Spouses) -> None:
    with acting(world.principal("supervisor")):
        against(case_of(spouses.divorce), HUSBAND)
        conflict = decided(spouses.divorce, "NOT_SAME", "Другой человек")
        assert queries.open_count() == 0
        corrected(person_of(spouses.husband), birth_place="Тараз")
        checking.check_all()
        assert conflict.decision == "NOT_SAME"
        assert (conflict.note.text, conflict.decided_by_id) == ("Другой человек", world.user_id("supervisor"))
        actions.decide(conflict, "CONSENTED")
        assert conflict.decision == "CONSENTED"


def test_it_is_asked_again_when_it_becomes_certain(session: DatabaseSession, spouses: Spouses) -> None:
    iin = "870209300018"
    opposing = against(case_of(spouses.divorce), HUSBAND)
    conflict = decided(spouses.divorce, "NOT_SAME")
    corrected(person_of(spouses.husband), iin=iin)
    assert conflict.decision == "NOT_SAME", "of one side alone a number proves nothing"
    actions.correct(opposing, Told("SPOUSE", who=Opponent("Яшмов", "Тимур", iin=iin)))
    assert conflict.confidence == "certain"
    assert queries.of_case(spouses.divorce)[0].decision is None
    assert conflict.decided_at is not None, "so that the page says that it is asked again"
    assert queries.open_count() == 1


def test_what_presumed_that_it_is_the_same_stands(session: DatabaseSession, spouses: Spouses) -> None:
    iin = "870209300018"
    opposing = against(case_of(spouses.divorce), HUSBAND)
    conflict = decided(spouses.divorce, "SEPARATE")
    corrected(person_of(spouses.husband), iin=iin)
    actions.correct(opposing, Told("SPOUSE", who=Opponent("Яшмов", "Тимур", iin=iin)))
    assert (conflict.confidence, conflict.decision) == ("certain", "SEPARATE")


@pytest.mark.parametrize(("decision", "field"), [("", "decision"), ("WHATEVER", "decision"), ("NOT_OPPOSED", "note")])
def test_what_cannot_be_decided(session: DatabaseSession, spouses: Spouses, decision: str, field: str) -> None:
    against(case_of(spouses.divorce), HUSBAND)
    with pytest.raises(DomainError) as refused:
        decided(spouses.divorce, decision)
    assert refused.value.field == field


# -- two lawyers ---------------------------------------------------------------------------------------------------


def test_one_lawyer_for_both_is_refused_from_then_on(acting: Acting, world: World, spouses: Spouses) -> None:
    with acting(system("tests", world.organisations["A"])):
        second = another_lawyer(world)
    with acting(world.principal("supervisor")):
        lawyer = world.user_id("lawyer")
        divorce, his = case_of(spouses.divorce), case_of(spouses.his_case)
        against(divorce, person=person_of(spouses.husband))
        cases.reassign(his, second, "LEAVE")
        conflict = decided(spouses.divorce, "SEPARATE")
        for case, to in ((his, lawyer), (divorce, second)):
            with pytest.raises(DomainError, match="two different lawyers") as refused:
                cases.reassign(case, to, "LEAVE")
            assert refused.value.field == "lawyer"
        with pytest.raises(DomainError, match="two different lawyers"):
            case_for(person_of(spouses.husband), lawyer_id=lawyer)
        with pytest.raises(DomainError, match="two different lawyers"):
            cases.add_party(case_for(person_of(spouses.wife), lawyer_id=lawyer), person_of(spouses.husband))
        cases.reassign(his, world.user_id("supervisor"), "LEAVE")  # a third is fine
        case_for(person_of(spouses.husband), lawyer_id=second)
        actions.decide(conflict, "CONSENTED")
        cases.reassign(his, lawyer, "LEAVE")


def test_a_closed_case_binds_no_lawyer_until_it_is_reopened(acting: Acting, world: World, spouses: Spouses) -> None:
    with acting(world.principal("supervisor")):
        divorce, his = case_of(spouses.divorce), case_of(spouses.his_case)
        against(divorce, person=person_of(spouses.husband))
        cases.close(his, OPENED, "ADVICE_ONLY", "SOLUTION")
        decided(spouses.divorce, "SEPARATE")
        cases.reassign(divorce, world.user_id("supervisor"), "LEAVE")
        cases.reassign(divorce, world.user_id("lawyer"), "LEAVE")
        with pytest.raises(DomainError, match="two different lawyers"):
            cases.reopen(his, OPENED, "NEW_FACTS")


def test_what_was_not_decided_or_is_void_refuses_nobody(
    session: DatabaseSession, world: World, spouses: Spouses
) -> None:
    opposing = against(case_of(spouses.divorce), person=person_of(spouses.husband))
    case_for(person_of(spouses.husband), lawyer_id=world.user_id("lawyer"))
    decided(spouses.divorce, "SEPARATE")
    actions.void(opposing, "WRONG_PERSON")
    case_for(person_of(spouses.husband), lawyer_id=world.user_id("lawyer"))


def test_it_still_holds_when_the_record_was_merged(session: DatabaseSession, world: World, spouses: Spouses) -> None:
    against(case_of(spouses.divorce), person=person_of(spouses.husband))
    decided(spouses.divorce, "SEPARATE")
    kept, husband = person_called("Яшмов", "Тимур", "Асанұлы"), person_of(spouses.husband)
    husband.merged_into_id = kept.id
    session.flush()
    assert queries.of_person([husband.id]) == []
    with pytest.raises(DomainError, match="two different lawyers"):
        case_for(kept, lawyer_id=world.user_id("lawyer"))


# -- how much is compared, and whom it concerns ----------------------------------------------------------------------


def test_never_all_with_all(session: DatabaseSession, world: World, spouses: Spouses, monkeypatch: Any) -> None:
    """Forty clients and forty opposing parties: what shares no name and no number is never compared."""
    compared = []
    compare = likeness.compare

    def counted(*args: Any, **more: Any) -> Any:
        compared.append(args)
        return compare(*args, **more)

    stems = ["Аб", "Бог", "Вар", "Гом", "Дуб", "Жел", "Зим", "Кор"]
    lawyer = world.user_id("lawyer")
    for n in range(40):
        case_for(person_called(f"{stems[n % 8]}{stems[n // 8]}ов", f"Имя{stems[n % 8]}"), lawyer_id=lawyer)
    monkeypatch.setattr(likeness, "compare", counted)
    for n in range(40):
        against(case_of(spouses.divorce), Opponent(f"Про{stems[n % 8]}{stems[n // 8]}ский", f"Никто{stems[n % 8]}"))
    assert len(compared) < 40 * 4
    compared.clear()
    corrected(person_of(spouses.husband), birth_place="Тараз")
    assert len(compared) <= 5


def test_a_person_is_checked_in_a_few_questions(app: Any, session: DatabaseSession, spouses: Spouses) -> None:
    """However many opposing parties there are: and without any, in one."""
    statements: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *more: Any) -> None:
        statements.append(statement)

    husband = person_of(spouses.husband)
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        checking.check_person(husband)
        assert len(statements) == 1
        for n in range(5):
            against(case_of(spouses.divorce), Opponent(f"Опаленко{n}", "Пётр"))
        queries.standing(husband.organisation_id)
        statements.clear()
        checking.check_person(husband)
        assert len(statements) <= 4
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_a_hundred_namesakes(session: DatabaseSession, world: World, spouses: Spouses) -> None:
    """Of those of a very common name, whoever is known to be born on another day or of another father is left out."""
    for n in range(30):
        born = PartialDate(1960 + n) if n % 3 else PartialDate()
        namesake = person_called("Иванов", "Иван", "Петрович" if n % 2 else None, birth=born)
        case_for(namesake, lawyer_id=world.user_id("lawyer"))
    against(case_of(spouses.divorce), Opponent("Иванов", "Иван", "Сергеевич", born="1987-02-09"))
    found = queries.of_case(spouses.divorce)
    assert 0 < len(found) <= 8
    assert all(one.person is not None and one.person.identity.patronymic is None for one in found)


def test_another_organisation_has_no_part_in_it(acting: Acting, world: World, spouses: Spouses) -> None:
    with acting(world.principal("lawyer", "B")):
        theirs = person_called("Яшмов", "Тимур")
        case_for(theirs, lawyer_id=world.user_id("lawyer", "B"))
        theirs_id = theirs.id
    with acting(world.principal("lawyer")):
        conflict_id = against(case_of(spouses.divorce), HUSBAND).id
    with acting(world.principal("lawyer", "B")):
        assert queries.of_person([theirs_id]) == []
        assert queries.open_count() == 0
        assert queries.opposing_party(spouses.divorce, conflict_id) is None
        assert queries.conflict(uuid4()) is None
        assert db.session.scalar(select(func.count()).select_from(Conflict)) == 0


def test_checking_again_adds_nothing(session: DatabaseSession, spouses: Spouses) -> None:
    against(case_of(spouses.divorce), HUSBAND)
    for _n in range(3):
        checking.check_all()
        persons.set_status(person_of(spouses.husband), "residence", f"KZ-7{_n + 1 if _n else 5}", OPENED, "moved")
    assert session.scalar(select(func.count()).select_from(Conflict)) == 1


def test_what_was_taken_back_is_forgotten(acting: Acting, world: World, spouses: Spouses) -> None:
    """An opposing party whose saving failed must not be found by the next one who looks."""
    with acting(world.principal("lawyer")) as session:
        against(case_of(spouses.divorce), HUSBAND)
        session.rollback()
        corrected(person_of(spouses.husband), birth_place="Тараз")
        session.commit()
        assert found_for(spouses.husband) == []


def test_documents_and_phones_find_too(session: DatabaseSession, world: World, spouses: Spouses) -> None:
    known = person_called("Опаленко", "Пётр", documents=[DocumentNumber("FOREIGN_PASS", "N 70718293")])
    case_for(known, lawyer_id=world.user_id("lawyer"))
    against(case_of(spouses.divorce), Opponent("Opalenko", "Petr", document="n70718293"))
    assert found_for(known.id) == [("direct", "certain")]


def test_gone_rows_are_kept_for_what_was_decided(session: DatabaseSession, spouses: Spouses) -> None:
    opposing = against(case_of(spouses.divorce), HUSBAND)
    conflict = decided(spouses.divorce, "CONSENTED", "Оба подписали")
    actions.correct(opposing, Told("SPOUSE", who=Opponent("Опаленко", "Пётр")))
    assert (conflict.confidence, conflict.decision) == (rules.GONE, "CONSENTED")
    actions.correct(opposing, Told("SPOUSE", who=HUSBAND))
    assert (conflict.confidence, conflict.note.text) == ("possible", "Оба подписали")


def test_a_merge_takes_conflicts_along_and_undoing_it_brings_them_back(
    acting: Acting, world: World, spouses: Spouses
) -> None:
    """The record with the decision goes into one that was registered first, and comes back out of it."""
    with acting(world.principal("lawyer")):
        first = person_called("Яшмов", "Тимур", "Асанұлы", birth=PartialDate(1987, 2, 9), sex="M")
        first.registered_on = first.registered_on.replace(year=2025)
        first_id = first.id
    with acting(world.principal("supervisor")):
        opposing = against(case_of(spouses.divorce), person=person_of(spouses.husband))
        decided(spouses.divorce, "SEPARATE")
        done = merging.merge(person_of(first_id), person_of(spouses.husband))
        assert done.gone_id == spouses.husband
        db.session.refresh(opposing)
        assert opposing.person_id == first_id
        assert [one.decision for one in queries.of_person([first_id])] == ["SEPARATE"]
        with pytest.raises(DomainError, match="two different lawyers"):
            case_for(person_of(first_id), lawyer_id=world.user_id("lawyer"))
        merging.undo(done, "MET_BOTH")
        db.session.refresh(opposing)
        assert opposing.person_id == spouses.husband
        assert [one.decision for one in queries.of_person([spouses.husband])] == ["SEPARATE"]
        assert queries.of_person([first_id]) == []
