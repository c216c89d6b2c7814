"""Who leaves care when a case is closed, who comes back when it is reopened, and whom the figures count."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy.orm import Session

from casework.cases import actions
from casework.cases.models import Case
from casework.consultations import actions as consultations
from casework.core.errors import DomainError
from casework.figures import queries as figures
from casework.persons.models import Person
from tests.conftest import Acting, ClientFor
from tests.factories import World
from tests.pages import Page
from tests.security.caseload import CANARIES, OPENED, Caseload, person_named

CLOSED, AGAIN = date(2026, 6, 1), date(2026, 7, 1)
TOLD = {"held_on": date(2026, 4, 7), "modality": "OFFICE", "services": ["COUNSEL"]}


@pytest.fixture
def session(acting: Acting, world: World) -> Iterator[Session]:
    with acting(world.principal("lawyer")) as found:
        yield found
        found.flush()
        assert figures.verify() == []


@pytest.fixture
def family(session: Session, world: World) -> tuple[Case, Person, Person]:
    """A case of two persons of undetermined nationality."""
    both = [person_named(name, nationality="UN") for name in ("Мать", "Дитя")]
    return (opened(world, *both), *both)  # type: ignore[return-value]


def opened(world: World, *parties: Person, on: date = OPENED) -> Case:
    return actions.open_case(list(parties), "NATIONALITY", on, world.user_id("lawyer"))


def undetermined(world: World, on: date) -> int:
    return figures.stock(on, "nationality", ["UN"], world.organisations["A"])


def left(person: Person) -> tuple[str, date]:
    last = max(
        (entry for entry in person.history("registration") if not entry.is_void),
        key=lambda entry: (entry.effective_on, entry.sequence),
    )
    assert last.code == "LEFT"
    return last.reason, last.effective_on


def test_outcome_and_reason_hold_for_different_persons(family: tuple[Case, Person, Person], world: World) -> None:
    case, mother, child = family
    actions.close(case, CLOSED, "STATELESS_RECOGNISED", "SERVICES_DONE", outcome_for=[mother.id])
    assert (mother.nationality, child.nationality) == ("SP", "UN")
    assert left(mother) == left(child) == ("closed", CLOSED)
    assert undetermined(world, date(2026, 6, 2)) == 0


def test_whoever_the_reason_does_not_concern_is_not_counted_for_ever(
    family: tuple[Case, Person, Person], world: World
) -> None:
    case, mother, child = family
    actions.close(case, CLOSED, "PENDING", "DIED", reason_for=[mother.id])
    assert (left(mother), left(child)) == (("died", CLOSED), ("closed", CLOSED))
    assert undetermined(world, date(2026, 6, 2)) == 0


def test_whoever_is_left_out_but_has_another_case_stays(family: tuple[Case, Person, Person], world: World) -> None:
    case, mother, child = family
    opened(world, child)
    actions.close(case, CLOSED, "PENDING", "DIED", reason_for=[mother.id])
    assert (mother.registration, child.registration) == ("LEFT", "ACTIVE")


def test_strangers_are_refused(family: tuple[Case, Person, Person]) -> None:
    case, mother, _child = family
    stranger = person_named("Бо")
    for given in ({"outcome_for": [stranger.id]}, {"reason_for": [mother.id, stranger.id]}):
        with pytest.raises(DomainError):
            actions.close(case, CLOSED, "PENDING", "DIED", **given)  # type: ignore[arg-type]
    assert case.is_open


def test_reopening_does_not_count_the_dead_again(family: tuple[Case, Person, Person], world: World) -> None:
    case, mother, child = family
    actions.close(case, CLOSED, "PENDING", "DIED", reason_for=[mother.id])
    actions.reopen(case, AGAIN, "NEW_FACTS")
    assert (mother.registration, child.registration) == ("LEFT", "ACTIVE")
    assert undetermined(world, date(2026, 7, 2)) == 1
    actions.close(case, date(2026, 8, 1), "PENDING", "WITHDREW")
    assert (left(mother), left(child)) == (("died", CLOSED), ("closed", date(2026, 8, 1)))
    actions.reopen(case, date(2026, 9, 1), "CLOSED_IN_ERROR", [mother.id])
    assert (mother.registration, child.registration) == ("ACTIVE", "LEFT")


def test_leaving_is_dated_by_the_latest_closing(session: Session, world: World) -> None:
    person = person_named("Ая", nationality="UN")
    first, second = opened(world, person), opened(world, person)
    actions.close(second, CLOSED, "PENDING", "WITHDREW")
    actions.close(first, date(2026, 5, 1), "PENDING", "LOST_CONTACT")
    assert left(person) == ("lost_contact", CLOSED)
    assert (undetermined(world, date(2026, 5, 20)), undetermined(world, date(2026, 6, 2))) == (1, 0)


def test_nobody_leaves_before_they_came_back(session: Session, world: World) -> None:
    """News in the wrong order: the return stands on a later day than the closing that ends it."""
    person = person_named("Ая", nationality="UN")
    actions.close(opened(world, person), CLOSED, "PENDING", "WITHDREW")
    second = opened(world, person, on=date(2026, 4, 1))
    actions.close(second, date(2026, 5, 1), "PENDING", "WITHDREW")
    assert left(person) == ("closed", CLOSED)
    assert undetermined(world, date(2026, 6, 2)) == 0


def test_no_session_comes_after_the_closing(family: tuple[Case, Person, Person]) -> None:
    """Not even one to which the person did not come."""
    case, mother, _child = family
    consultations.record(case, consultations.Session(**TOLD, persons=[mother.id], outcome="NO_SHOW"))  # type: ignore[arg-type]
    with pytest.raises(DomainError) as refused:
        actions.close(case, date(2026, 4, 6), "PENDING", "WITHDREW")
    assert refused.value.field == "closed_on"


# -- a person put into a case by mistake ------------------------------------------------------------------------------


def test_taking_out_undoes_the_return(session: Session, world: World) -> None:
    gone, mother = person_named("Бо", nationality="UN"), person_named("Мать")
    actions.close(opened(world, gone), CLOSED, "PENDING", "LEFT_VOLUNTARY")
    case = opened(world, mother)
    actions.add_party(case, gone)
    assert gone.registration == "ACTIVE"
    actions.void_party(case, gone.id, "WRONG_PERSON")
    assert left(gone) == ("departed", CLOSED)
    assert [party.person_id for party in case.parties] == [mother.id]
    assert case.events[-1].reason == "WRONG_PERSON"
    actions.add_party(case, gone)
    assert [party.person_id for party in case.parties] == [mother.id, gone.id], "and can be added again"


def test_taking_out_lets_an_earlier_closing_take_effect(session: Session, world: World) -> None:
    person, mother = person_named("Бо", nationality="UN"), person_named("Мать")
    own, wrong = opened(world, person), opened(world, mother, person)
    actions.close(own, CLOSED, "PENDING", "DIED")
    assert person.registration == "ACTIVE"
    actions.void_party(wrong, person.id, "WRONG_PERSON")
    assert left(person) == ("died", CLOSED)
    assert undetermined(world, date(2026, 6, 2)) == 0


def test_taking_out_keeps_whoever_has_a_case_of_their_own(session: Session, world: World) -> None:
    person, mother = person_named("Бо", nationality="UN"), person_named("Мать")
    actions.close(opened(world, person), CLOSED, "PENDING", "WITHDREW")
    wrong = opened(world, mother, person, on=AGAIN)
    opened(world, person, on=date(2026, 8, 1))
    actions.void_party(wrong, person.id, "WRONG_PERSON")
    assert person.registration == "ACTIVE"
    assert (undetermined(world, date(2026, 7, 15)), undetermined(world, date(2026, 8, 2))) == (0, 1)


def test_taking_out_of_a_closed_case_undoes_what_the_closing_said(
    family: tuple[Case, Person, Person], world: World
) -> None:
    case, _mother, child = family
    actions.close(case, CLOSED, "STATELESS_RECOGNISED", "SERVICES_DONE")
    actions.void_party(case, child.id, "WRONG_PERSON")
    assert (child.nationality, child.registration) == ("UN", "ACTIVE")
    assert undetermined(world, date(2026, 6, 2)) == 1


def test_who_cannot_be_taken_out(family: tuple[Case, Person, Person]) -> None:
    case, mother, child = family
    held = consultations.record(case, consultations.Session(**TOLD, persons=[child.id]))  # type: ignore[arg-type]
    with pytest.raises(DomainError):
        actions.void_party(case, child.id, "WRONG_PERSON")
    consultations.void(case, held, "WRONG_PERSON")
    actions.void_party(case, child.id, "WRONG_PERSON")
    with pytest.raises(DomainError):
        actions.void_party(case, mother.id, "WRONG_PERSON")


# -- how the case began -----------------------------------------------------------------------------------------------


def test_the_opening_put_right(session: Session, world: World) -> None:
    person = person_named("Ая", nationality="UN")
    actions.close(opened(world, person), CLOSED, "PENDING", "WITHDREW")
    case = opened(world, person, on=AGAIN)
    actions.correct_opening(case, date(2026, 8, 1), "ASYLUM", "SELF")
    assert (case.opened_on, case.track, case.stage, case.stage_since, case.source) == (
        date(2026, 8, 1), "ASYLUM", "INTENT", date(2026, 8, 1), "SELF",
    )  # fmt: skip
    opening = next(event for event in case.events if event.kind == "opened")
    assert (opening.happened_on, opening.to_code) == (date(2026, 8, 1), "INTENT")
    assert (undetermined(world, date(2026, 7, 15)), undetermined(world, date(2026, 8, 2))) == (0, 1)


def test_the_opening_comes_before_everything(family: tuple[Case, Person, Person]) -> None:
    case, mother, _child = family
    consultations.record(case, consultations.Session(**TOLD, persons=[mother.id]))  # type: ignore[arg-type]
    for wrong in (date(2026, 4, 8), date(2090, 1, 1)):
        with pytest.raises(DomainError) as refused:
            actions.correct_opening(case, wrong, case.track, None)
        assert refused.value.field == "opened_on"
    actions.correct_opening(case, date(2026, 4, 7), case.track, None)
    actions.reach(case, "EVIDENCE", date(2026, 4, 9))
    actions.correct_opening(case, OPENED, case.track, None)
    assert (case.stage, case.stage_since) == ("EVIDENCE", date(2026, 4, 9))
    actions.close(case, CLOSED, "PENDING", "WITHDREW")
    with pytest.raises(DomainError):
        actions.correct_opening(case, OPENED, "ASYLUM", None)


# -- the pages --------------------------------------------------------------------------------------------------------


def test_the_forms(client_for: ClientFor, acting: Acting, world: World, made: dict[str, Caseload]) -> None:
    url, client = f"/cases/{made['A'].case}", client_for("lawyer")
    with acting(world.principal("lawyer")):
        second = person_named("Соучастная")
        number, second_id = second.number, str(second.id)
    first_id = str(made["A"].person)
    close = client.page(f"{url}/close")
    assert close.form_with({"closed_on-day"}) is not None
    assert "Who got this outcome?" not in close.text, "of one person nobody asks for whom"
    assert f"{url}/persons/void" not in client.page(url).links.values()
    client.submit(f"{url}/persons/add", {"number": number})
    close = client.page(f"{url}/close")
    filled = close.filled(close.form_with({"outcome_for"}))
    assert filled["outcome_for"] == filled["reason_for"] == [first_id, second_id]
    done = {"outcome": "STATELESS_RECOGNISED", "reason": "DIED", "outcome_for": [first_id], "reason_for": [first_id]}
    assert client.submit(f"{url}/close", done).location == url
    reopen: Page = client.page(f"{url}/reopen")
    assert reopen.filled(reopen.form_with({"persons"}))["persons"] == [second_id], "not who died"
    assert client.submit(f"{url}/reopen", {"reason": "NEW_FACTS"}).location == url
    assert client.submit(f"{url}/opening", {"source": "HOTLINE"}).location == url
    assert client.submit(f"{url}/persons/void", {"person": second_id, "reason": "WRONG_CASE"}).location == url
    text = client.page(url).text
    assert f"Record {number} was taken out of the case" in text
    assert "The opening of the case was corrected" in text
    for person in (first_id, second_id):
        log = client.page(f"/people/{person}/access").text
        assert "Соучастная in case" in log
        assert "Entered in the wrong case" in log
    assert CANARIES["A"].next_step not in client.page(f"/people/{second_id}").text, "no case of theirs any more"
