"""A status that something else brings or takes back: what is recorded stands at once, and the status waits."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from casework.approvals import actions, pages, queries
from casework.approvals.models import Approval
from casework.approvals.rules import State
from casework.cases import actions as cases
from casework.cases.models import Case
from casework.consultations import actions as sessions
from casework.consultations.actions import Session
from casework.consultations.models import Consultation
from casework.core.db import db
from casework.core.errors import DomainError
from casework.persons import actions as persons
from casework.persons import approving
from casework.proceedings import actions as acts
from casework.proceedings import queries as act_queries
from casework.proceedings.actions import Told
from casework.proceedings.models import Act
from tests.approvals.conftest import CHILD, OPENED, TODAY, Made, case_of, person_of
from tests.conftest import Acting, ClientFor
from tests.factories import World
from tests.pages import Page

FINDING = ("NAT_KZ_CONFIRMED", "SOLUTION")
"""An outcome that brings a status, and why the case ends."""


@pytest.fixture
def lawyers_ask(acting: Acting, world: World, made: Made) -> None:
    """Changes of status are wanted approved when a lawyer does them; nothing else is."""
    with acting(world.principal("supervisor")):
        actions.set_rules({"status_change": "lawyers"})


@pytest.fixture
def everyone_asks(acting: Acting, world: World, made: Made, second: object) -> None:
    with acting(world.principal("supervisor")):
        actions.set_rules({"status_change": "everyone", "case_close": "everyone"})


@pytest.fixture
def lawyer(acting: Acting, world: World) -> Iterator[None]:
    with acting(world.principal("lawyer")):
        yield


def waiting_for(person_id: UUID) -> Approval | None:
    return queries.of_subject(person_id, approving.STATUS)


def approve_all(acting: Acting, world: World) -> None:
    with acting(world.principal("supervisor")):
        for one in queries.waiting():
            actions.approve(one)


def asylum(made: Made) -> Case:
    """The same two persons in a case in which the application is registered today: that brings a status."""
    people = [party.person for party in case_of(made).parties]
    return cases.open_case(people, "ASYLUM", OPENED, case_of(made).lawyer_id)


# -- taking back by hand ---------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("lawyers_ask")
def test_an_entry_is_taken_back_when_that_is_approved(
    client_for: ClientFor, acting: Acting, world: World, made: Made
) -> None:
    with acting(world.principal("lawyer")):
        entry = persons.set_status(person_of(made), "nationality", "SP", TODAY, "recognised_stateless").id
    lawyer = client_for("lawyer")
    url = f"/people/{made.person}/status/{entry}/void"
    assert "Your organisation wants this approved by a second person" in lawyer.page(url).text
    answer = lawyer.submit(url, {"reason": "WRONG_CONTENT"})
    assert "does not change before a supervisor has approved it" in lawyer.page(answer.location or "").text
    assert lawyer.submit(url, {"reason": "WRONG_CONTENT"}).status_code == 422, "one request at a time"
    queue = client_for("supervisor").page("/approvals/").text
    assert "Entry that is taken back" in queue
    with acting(world.principal("lawyer")):
        assert person_of(made).nationality == "SP"
    approve_all(acting, world)
    with acting(world.principal("lawyer")):
        assert person_of(made).nationality == "UN"
        (gone,) = [one for one in person_of(made).entries if one.id == entry]
        assert (gone.void_reason, gone.voided_by_id) == ("WRONG_CONTENT", world.user_id("supervisor"))


@pytest.mark.usefixtures("lawyers_ask")
def test_a_supervisor_takes_it_back_alone_and_then_the_request_is_stale(
    acting: Acting, world: World, made: Made
) -> None:
    with acting(world.principal("lawyer")):
        entry = persons.set_status(person_of(made), "nationality", "SP", TODAY, "recognised_stateless")
        approving.ask_to_void(entry, "WRONG_CONTENT")
    with acting(world.principal("supervisor")):
        entry = next(one for one in person_of(made).history("nationality") if one.code == "SP")
        persons.void_status(entry, "WRONG_PERSON")
        (one,) = queries.waiting()
        with pytest.raises(actions.ChangedSince):
            actions.approve(one)


# -- a closing -------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("lawyers_ask")
def test_a_closing_stands_and_its_status_waits(client_for: ClientFor, acting: Acting, world: World, made: Made) -> None:
    assert "a supervisor is asked first" in client_for("lawyer").page(f"{made.url}/close").text
    with acting(world.principal("lawyer")):
        cases.close(case_of(made), TODAY, FINDING[0], "LOST_CONTACT", outcome_for=[made.person])
        case = case_of(made)
        assert not case.is_open
        assert {party.person.registration for party in case.parties} == {"LEFT"}
        assert (person_of(made).nationality, waiting_for(made.child)) == ("UN", None)
        one = waiting_for(made.person)
        assert one is not None
        told = {label: (before, after) for label, before, after in pages.compared(one)}
        assert told["Nationality status"][0] == "Person of undetermined nationality"
        assert "6 April 2026" in told["New entry"][1]
    assert "Changing a status: waits for approval since 6 April 2026" in client_for("lawyer").page(made.url).text
    approve_all(acting, world)
    with acting(world.principal("lawyer")):
        last = person_of(made).history("nationality")[-1]
        assert (person_of(made).nationality, last.cause_id) == ("NC-KZ", case_of(made).events[-1].id)
        assert "approved by Supervisor of Partner Aster" in (last.note.text or "")


@pytest.mark.usefixtures("everyone_asks")
def test_a_closing_that_is_approved_brings_its_status_with_it(acting: Acting, world: World, made: Made) -> None:
    from casework.cases import approving as closing

    with acting(world.principal("lawyer")):
        given = {"on": TODAY, "outcome": FINDING[0], "reason": FINDING[1], "note": None}
        closing.ask_to_close(case_of(made), {**given, "outcome_for": [made.person], "reason_for": None})
    approve_all(acting, world)
    with acting(world.principal("lawyer")):
        assert person_of(made).nationality == "NC-KZ"
        assert not queries.waiting()


@pytest.mark.usefixtures("lawyers_ask")
def test_what_a_supervisor_closes_waits_for_nobody(acting: Acting, world: World, made: Made) -> None:
    with acting(world.principal("supervisor")):
        cases.close(case_of(made), TODAY, *FINDING)
        assert (person_of(made).nationality, queries.waiting()) == ("NC-KZ", [])


# -- an act ----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("lawyers_ask", "lawyer")
def test_an_act_stands_with_its_deadlines_and_its_status_waits(acting: Acting, world: World, made: Made) -> None:
    case = asylum(made)
    act = acts.record(case, Told("REGISTERED", TODAY, persons=[made.person]))
    assert case.stage == act.to_stage
    assert act_queries.deadlines(case.id)
    assert person_of(made).displacement == "ND"
    assert approving.waiting_because_of(act.id) == {made.person}
    acts.correct(case, act, Told("REGISTERED", TODAY - timedelta(days=1), persons=[made.person, made.child]))
    assert approving.waiting_because_of(act.id) == {made.person, made.child}, "asked anew, once for each"
    assert len(queries.waiting()) == 2
    one = waiting_for(made.person)
    assert one is not None
    assert one.asked.arguments["enter"][0]["effective_on"] == (TODAY - timedelta(days=1)).isoformat()
    acts.void(case, act, "WRONG_CONTENT")
    assert queries.waiting() == []
    assert {one.state for one in queries.asked_by_me()} == {State.TAKEN_BACK}


@pytest.mark.usefixtures("lawyers_ask")
def test_the_status_of_an_act_that_is_taken_back_stays_until_that_is_approved(
    acting: Acting, world: World, made: Made
) -> None:
    with acting(world.principal("lawyer")):
        case = asylum(made)
        act_id = acts.record(case, Told("REGISTERED", TODAY)).id
    approve_all(acting, world)
    with acting(world.principal("lawyer")):
        assert person_of(made).displacement == "ASR"
        act = db.session.get_one(Act, act_id)
        acts.void(db.session.get_one(Case, act.case_id), act, "WRONG_CONTENT")
        assert act.is_void
        assert person_of(made).displacement == "ASR"
    approve_all(acting, world)
    with acting(world.principal("lawyer")):
        assert person_of(made).displacement == "ND"


@pytest.mark.usefixtures("lawyers_ask", "lawyer")
def test_what_changes_no_status_asks_nobody(made: Made) -> None:
    persons.set_status(person_of(made), "displacement", "ASR", OPENED, "identified")
    acts.record(asylum(made), Told("REGISTERED", TODAY, persons=[made.person]))
    assert queries.waiting() == []
    assert [one.code for one in person_of(made).history("displacement")][-2:] == ["ASR", "ASR"]


@pytest.mark.usefixtures("lawyers_ask")
def test_while_somebody_else_s_request_waits_a_step_that_changes_the_status_is_refused(
    acting: Acting, world: World, made: Made
) -> None:
    given = {"dimension": "nationality", "code": "SP", "effective_on": TODAY, "reason": "recognised_stateless"}
    with acting(world.principal("lawyer")):
        approving.ask_to_change(person_of(made), {**given, "note": None})
        with pytest.raises(DomainError, match="waits for approval already"):
            acts.record(asylum(made), Told("REGISTERED", TODAY, persons=[made.person]))
        acts.record(asylum(made), Told("REGISTERED", TODAY, persons=[made.child]))


# -- a session -------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("lawyers_ask")
def test_a_session_and_its_correction_are_one_request(acting: Acting, world: World, made: Made) -> None:
    told = {"held_on": TODAY, "modality": "OFFICE", "persons": [made.person]}
    with acting(world.principal("lawyer")):
        held = sessions.record(case_of(made), Session(**told, outcome="ASSESSED_AR"))  # type: ignore[arg-type]
        sessions.correct(
            case_of(made),
            held,
            Session(**told, outcome="STATELESS_RECOGNISED"),
            None,
            with_note=False,  # type: ignore[arg-type]
        )
        assert person_of(made).nationality == "UN"
        (one,) = queries.waiting()
        assert [coming["code"] for coming in one.asked.arguments["enter"]] == ["SP"]
        assert one.case_id == made.case, "it stands at the case, too"
    approve_all(acting, world)
    with acting(world.principal("lawyer")):
        assert person_of(made).nationality == "SP"
        held = db.session.scalars(select(Consultation)).one()
        sessions.correct(
            case_of(made),
            held,
            Session(**told, outcome="ASSESSED_AR"),
            None,
            with_note=False,  # type: ignore[arg-type]
        )
        (one,) = queries.waiting()
        assert (len(one.asked.arguments["enter"]), len(one.asked.arguments["void"])) == (1, 1)
    approve_all(acting, world)
    with acting(world.principal("lawyer")):
        assert person_of(made).nationality == "AR"


# -- sent back -------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("lawyers_ask")
def test_sent_back_the_form_of_the_status_holds_what_was_to_follow(
    client_for: ClientFor, acting: Acting, world: World, made: Made
) -> None:
    with acting(world.principal("lawyer")):
        cases.close(case_of(made), TODAY, *FINDING, outcome_for=[made.person])
    with acting(world.principal("supervisor")):
        (one,) = queries.waiting()
        actions.send_back(one, "Где решение?")
    lawyer = client_for("lawyer")
    links = lawyer.page("/approvals/mine").links
    again = next(url for words, url in links.items() if words.startswith("Open the form again"))
    page: Page = lawyer.page(again)
    assert "Где решение?" in page.text
    filled = page.filled(page.form_with({"code", "reason"}))
    assert (filled["code"], filled["reason"]) == (["NC-KZ"], ["confirmed_kz"])
    assert CHILD not in page.text
