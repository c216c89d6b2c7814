"""Opening a case, its procedure, its next step, handing it over, closing and reopening it."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy.orm import Session

from casework.cases import actions, queries
from casework.cases.models import Case
from casework.core.errors import DomainError
from casework.persons.models import Person
from casework.procedures import queries as procedures
from casework.reference import queries as codes
from tests.conftest import Acting
from tests.factories import World
from tests.security.caseload import OPENED, person_named

CLOSED = date(2026, 6, 1)


@pytest.fixture
def session(acting: Acting, world: World) -> Iterator[Session]:
    """A lawyer of A at work."""
    with acting(world.principal("lawyer")) as found:
        yield found


def opened(world: World, *parties: Person, track: str = "NATIONALITY", on: date = OPENED) -> Case:
    return actions.open_case(list(parties) or [person_named("Ая")], track, on, world.user_id("lawyer"))


def refusal(work: object) -> DomainError:
    with pytest.raises(DomainError) as refused:
        work()  # type: ignore[operator]
    return refused.value


def test_a_case_begins_at_the_first_stage_of_the_usual_procedure(session: Session, world: World) -> None:
    case = opened(world, track="ASYLUM")
    usual = procedures.default_for("ASYLUM", OPENED)
    assert usual is not None
    assert (case.procedure_id, case.stage, case.stage_since) == (usual.id, usual.first_stage, OPENED)
    assert case.is_open
    assert [event.kind for event in case.events] == ["opened"]
    assert case.number.startswith("KZ-26-")


def test_numbers_are_unique_over_organisations(acting: Acting, world: World) -> None:
    numbers = []
    for key in ("A", "B"):
        with acting(world.principal("lawyer", key)):
            for _ in range(8):
                case = actions.open_case([person_named("Ая")], "OTHER", OPENED, world.user_id("lawyer", key))
                numbers.append(case.number)
    assert len(set(numbers)) == 16
    assert numbers != sorted(numbers)


@pytest.mark.parametrize("wrong", ["nobody", "future", "no such track", "a stranger", "a statistician"])
def test_a_case_that_cannot_be(session: Session, world: World, wrong: str) -> None:
    person = person_named("Ая")
    given = {"parties": [person], "track": "OTHER", "opened_on": OPENED, "lawyer_id": world.user_id("lawyer")}
    given |= {
        "nobody": {"parties": []},
        "future": {"opened_on": date(2090, 1, 1)},
        "no such track": {"track": "NO_SUCH"},
        "a stranger": {"lawyer_id": world.user_id("lawyer", "B")},
        "a statistician": {"lawyer_id": world.user_id("statistics", "A")},
    }[wrong]
    refusal(lambda: actions.open_case(**given))  # type: ignore[arg-type]
    session.rollback()


def test_another_procedure_may_be_chosen(session: Session, world: World) -> None:
    other = procedures.in_force(OPENED, "NATIONALITY")[1]
    given = ([person_named("Ая")], "NATIONALITY", OPENED, world.user_id("lawyer"))
    case = actions.open_case(*given, procedure=other.code)
    assert (case.procedure_id, case.stage) == (other.id, other.first_stage)
    assert refusal(lambda: actions.open_case(*given, procedure="ASYLUM")).field == "procedure"
    session.rollback()


def test_going_on_under_another_procedure_is_kept_with_its_reason(session: Session, world: World) -> None:
    case = opened(world)
    other, former = procedures.in_force(OPENED, "NATIONALITY")[1], case.procedure_id
    actions.set_procedure(case, other.id, other.first_stage, date(2026, 4, 1), "родилась здесь")
    event = case.events[-1]
    assert (case.procedure_id, case.stage, case.stage_since) == (other.id, other.first_stage, date(2026, 4, 1))
    assert (event.kind, event.from_code, event.to_code) == ("procedure", str(former), str(other.id))
    assert event.note.text == "родилась здесь"


def test_the_next_step(session: Session, world: World) -> None:
    case = opened(world)
    actions.set_next_step(case, "Позвонить в архив", date(2026, 5, 1))
    assert (case.next_step.text, case.next_step_owner_id) == ("Позвонить в архив", world.user_id("lawyer"))
    assert refusal(lambda: actions.set_next_step(case, "Раньше", date(2026, 1, 1))).field == "due_on"
    actions.complete_next_step(case)
    assert not case.has_next_step
    assert case.next_step.text is None
    assert (case.events[-1].kind, case.events[-1].note.text) == ("step_done", "Позвонить в архив")
    refusal(lambda: actions.complete_next_step(case))


def test_handing_over_takes_the_next_step_along(session: Session, world: World) -> None:
    case = opened(world)
    actions.set_next_step(case, "Позвонить", date(2026, 5, 1))
    actions.reassign(case, world.user_id("supervisor"), "LEAVE")
    assert case.lawyer_id == case.next_step_owner_id == world.user_id("supervisor")
    assert case.lawyer.name == "Supervisor of Partner Aster"
    refusal(lambda: actions.reassign(case, world.user_id("supervisor"), "LEAVE"))
    refusal(lambda: actions.reassign(case, world.user_id("lawyer", "B"), "LEAVE"))


@pytest.mark.parametrize(
    "reason", [item[0] for item in [("SOLUTION",), ("LOST_CONTACT",), ("DIED",), ("TRANSFERRED",)]]
)
def test_closing_the_last_case_and_leaving_care(session: Session, world: World, reason: str) -> None:
    person = person_named("Ая")
    case = opened(world, person)
    actions.close(case, CLOSED, "ADVICE_ONLY", reason)
    flow = codes.attribute("closure_reason", reason, "flow")
    assert person.registration == ("LEFT" if flow else "ACTIVE")
    if flow:
        entry = person.history("registration")[-1]
        assert (entry.reason, entry.effective_on) == (flow, CLOSED)
    actions.reopen(case, date(2026, 7, 1), "NEW_FACTS", [person.id])
    assert person.registration == "ACTIVE"
    assert (case.is_open, case.outcome, case.closure_reason) == (True, None, None)


def test_every_closure_reason_says_whether_the_person_leaves(session: Session, world: World) -> None:
    """What each reason does is written in its code item, and closing does just that."""
    for item in codes.items("closure_reason"):
        person = person_named(item.code)
        actions.close(opened(world, person), CLOSED, "ADVICE_ONLY", item.code)
        assert person.registration == ("LEFT" if item.attributes["flow"] else "ACTIVE"), item.code


def test_whoever_has_another_open_case_stays(session: Session, world: World) -> None:
    person, other = person_named("Ая"), person_named("Бо")
    case, second = opened(world, person, other), opened(world, person)
    actions.close(case, CLOSED, "ADVICE_ONLY", "LOST_CONTACT")
    assert (person.registration, other.registration) == ("ACTIVE", "LEFT")
    actions.close(second, CLOSED, "ADVICE_ONLY", "LOST_CONTACT")
    assert person.registration == "LEFT"


def test_an_outcome_changes_the_status_of_everyone_in_the_case(session: Session, world: World) -> None:
    people = [person_named("Ая", nationality="UN"), person_named("Бо", nationality="UN")]
    case = opened(world, *people)
    actions.close(case, CLOSED, "STATELESS_RECOGNISED", "SOLUTION")
    assert [person.nationality for person in people] == ["SP", "SP"]
    assert people[0].history("nationality")[-1].effective_on == CLOSED
    actions.reopen(case, date(2026, 7, 1), "CLOSED_IN_ERROR")
    assert people[0].nationality == "SP", "a status that the closing brought stays until somebody voids it"


def test_a_new_case_brings_back_who_had_left(session: Session, world: World) -> None:
    person = person_named("Ая")
    actions.close(opened(world, person), CLOSED, "ADVICE_ONLY", "LOST_CONTACT")
    opened(world, person, on=date(2026, 5, 1))  # backdated before the leaving
    assert person.registration == "ACTIVE"


def test_closing_has_its_day(session: Session, world: World) -> None:
    case = opened(world)
    for wrong in (date(2090, 1, 1), date(2026, 1, 1)):
        assert refusal(lambda wrong=wrong: actions.close(case, wrong, "ADVICE_ONLY", "SOLUTION")).field
    actions.close(case, CLOSED, "ADVICE_ONLY", "SOLUTION", "всё")
    refusal(lambda: actions.reopen(case, date(2026, 5, 31), "NEW_FACTS"))
    actions.reopen(case, date(2026, 7, 1), "NEW_FACTS")
    refusal(lambda: actions.reopen(case, date(2026, 7, 1), "NEW_FACTS"))
    # Closed before it was reopened, the person would stay in care without any open case.
    assert refusal(lambda: actions.close(case, date(2026, 6, 15), "ADVICE_ONLY", "WITHDREW")).field == "closed_on"


def test_a_closed_case_rests(session: Session, world: World) -> None:
    case = opened(world)
    actions.set_next_step(case, "Позвонить", date(2026, 9, 1))
    actions.close(case, CLOSED, "ADVICE_ONLY", "SOLUTION")
    assert not case.has_next_step
    for work in (
        lambda: actions.close(case, CLOSED, "ADVICE_ONLY", "SOLUTION"),
        lambda: actions.set_next_step(case, "Позвонить", CLOSED),
        lambda: actions.complete_next_step(case),
        lambda: actions.set_priority(case, "URGENT"),
        lambda: actions.reassign(case, world.user_id("supervisor"), "LEAVE"),
        lambda: actions.add_party(case, person_named("Бо")),
    ):
        refusal(work)


def test_a_family_in_one_case(session: Session, world: World) -> None:
    mother, child = person_named("Мать"), person_named("Дитя")
    case = opened(world, mother)
    actions.add_party(case, child)
    refusal(lambda: actions.add_party(case, child))
    session.flush()
    assert [party.person_id for party in case.parties] == [mother.id, child.id]
    assert [one.id for one in queries.cases_of([child.id])] == [case.id]
