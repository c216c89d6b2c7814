"""Asking, approving, sending back: what is done, what is not, and by whom."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from casework.approvals import actions, pages, queries
from casework.approvals.rules import State
from casework.cases import actions as cases
from casework.cases import approving as case_approving
from casework.core import clock
from casework.core.errors import DomainError
from casework.core.scope import Principal, system
from casework.notices.models import Notice
from casework.persons import approving as person_approving
from tests.approvals.conftest import CHILD, TODAY, Made, case_of, person_of, waiting
from tests.conftest import Acting
from tests.factories import World


def closing(made: Made, **more: Any) -> dict[str, Any]:
    given = {"on": TODAY, "outcome": "ADVICE_ONLY", "reason": "SOLUTION", "note": "Всё сделано"}
    return {**given, "outcome_for": None, "reason_for": [made.child], **more}


def asked(made: Made, **more: Any) -> None:
    case_approving.ask_to_close(case_of(made), closing(made, **more))


def test_nothing_is_wanted_unless_it_was_chosen(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        assert not queries.is_wanted("case_close")


def test_the_rules_of_an_organisation(acting: Acting, world: World, second: Principal) -> None:
    with acting(world.principal("supervisor")):
        actions.set_rules({"case_close": "lawyers", "merge": "everyone", "export": "off"})
        assert queries.rules_in_force() == {"case_close": "lawyers", "merge": "everyone"}
        assert not queries.is_wanted("case_close")
        assert queries.is_wanted("merge")
    with acting(world.principal("lawyer")):
        assert queries.is_wanted("case_close")
    with acting(world.principal("lawyer", "B")):
        assert not queries.is_wanted("case_close"), "another organisation's rule"
    with acting(system("tests", world.organisations["A"])):
        assert not queries.is_wanted("case_close"), "what jobs do waits for nobody"


def test_the_other_supervisors_are_told_of_every_change_of_the_rules(
    acting: Acting, world: World, second: Principal
) -> None:
    with acting(world.principal("supervisor")) as session:
        for who in ("everyone", "everyone", "off"):  # the second one changes nothing
            actions.set_rules({"merge": who})
        told = session.scalars(select(Notice).where(Notice.kind == "approval_rules")).all()
        assert [one.user_id for one in told] == [second.user_id] * 2
        assert {one.endpoint for one in told} == {"approvals.rules"}


def test_everyone_needs_two_supervisors(acting: Acting, world: World) -> None:
    with acting(world.principal("supervisor")), pytest.raises(DomainError, match="two supervisors") as refused:
        actions.set_rules({"merge": "everyone"})
    assert refused.value.field == "merge"


@pytest.mark.usefixtures("wanted")
def test_closing_when_it_is_approved(acting: Acting, world: World, made: Made) -> None:
    with acting(world.principal("lawyer")):
        asked(made)
        assert case_of(made).is_open, "asking changes nothing"
        told = {label: (before, after) for label, before, after in pages.compared(waiting())}
        assert told["Case"][0].startswith("Open, at the stage")
        assert told["Case"][1] == "Closed"
        assert told["For whom does the case end for this reason?"] == ("", CHILD)
        assert set(waiting().asked.after) == {"en", "ru", "kk"}
    with acting(world.principal("supervisor")) as session:
        notice = session.scalars(select(Notice).where(Notice.kind == "approval_asked")).all()
        assert world.user_id("supervisor") in {one.user_id for one in notice}
        actions.approve(waiting(), "Согласна")
        case = case_of(made)
        closed = case.events[-1]
        assert (case.closed_on, case.outcome, case.closure_reason) == (TODAY, "ADVICE_ONLY", "SOLUTION")
        assert closed.recorded_by_id == world.user_id("supervisor")
        assert closed.note.text == (
            "Всё сделано · "
            "Asked for by Lawyer of Partner Aster on 6 April 2026, approved by Supervisor of Partner Aster."
        )
        assert not queries.waiting()
    with acting(world.principal("lawyer")) as session:
        (mine,) = queries.asked_by_me()
        assert (mine.state, mine.answer.comment) == (State.APPROVED, "Согласна")
        told_me = session.scalars(select(Notice).where(Notice.kind == "approval_decided")).one()
        assert told_me.user_id == world.user_id("lawyer")


@pytest.mark.usefixtures("wanted")
def test_reopening_when_it_is_approved(acting: Acting, world: World, made: Made) -> None:
    with acting(world.principal("lawyer")):
        cases.close(case_of(made), TODAY, "ADVICE_ONLY", "LOST_CONTACT")
        given = {"on": TODAY, "reason": "NEW_FACTS", "for_persons": [made.person]}
        case_approving.ask_to_reopen(case_of(made), given)
    with acting(world.principal("supervisor")):
        actions.approve(waiting())
        assert case_of(made).is_open
        assert {party.person_id: party.person.registration for party in case_of(made).parties} == {
            made.person: "ACTIVE",
            made.child: "LEFT",
        }
        assert "approved by" in (case_of(made).events[-1].note.text or "")


@pytest.mark.usefixtures("wanted")
def test_a_status_when_it_is_approved(acting: Acting, world: World, made: Made) -> None:
    given = {"dimension": "nationality", "code": "SP", "effective_on": TODAY, "reason": "recognised_stateless"}
    with acting(world.principal("lawyer")):
        person_approving.ask_to_change(person_of(made), {**given, "note": "Решение пришло"})
        assert person_of(made).nationality == "UN"
    with acting(world.principal("supervisor")):
        actions.approve(waiting())
        assert person_of(made).nationality == "SP"
        last = person_of(made).history("nationality")[-1]
        assert (last.note.text or "").startswith("Решение пришло · Asked for by Lawyer")


@pytest.mark.usefixtures("wanted")
def test_what_the_rules_forbid_cannot_be_asked(acting: Acting, world: World, made: Made) -> None:
    with acting(world.principal("lawyer")):
        with pytest.raises(DomainError, match="before the case was opened"):
            asked(made, on=date(2026, 1, 1))
        assert not queries.waiting()


@pytest.mark.usefixtures("wanted")
def test_one_request_at_a_time(acting: Acting, world: World, made: Made) -> None:
    with acting(world.principal("lawyer")):
        asked(made)
        with pytest.raises(DomainError, match="waits for approval already"):
            asked(made)
        actions.take_back(waiting())
        asked(made, outcome="REFERRED")
        assert len(queries.asked_by_me()) == 2


@pytest.mark.usefixtures("wanted")
def test_nobody_approves_their_own(acting: Acting, world: World, made: Made, second: Principal) -> None:
    with acting(world.principal("supervisor")):
        asked(made)
        for decide in (actions.approve, lambda one: actions.send_back(one, "Нет")):
            with pytest.raises(DomainError, match="another supervisor decides"):
                decide(waiting())
        assert case_of(made).is_open
    with acting(second) as session:
        own = waiting()
        own.decided_by_id = world.user_id("supervisor")
        with pytest.raises(IntegrityError):
            session.flush()  # the database says so, too
        session.rollback()
        actions.approve(waiting())
        assert not case_of(made).is_open


@pytest.mark.usefixtures("wanted")
def test_a_record_changed_since_is_not_touched(acting: Acting, world: World, made: Made) -> None:
    with acting(world.principal("lawyer")):
        asked(made)
    with clock.at(TODAY + timedelta(days=1)), acting(world.principal("lawyer")):
        cases.set_next_step(case_of(made), "Сначала спросить маяк", date(2026, 5, 5))
    with clock.at(TODAY + timedelta(days=2)), acting(world.principal("supervisor")):
        with pytest.raises(actions.ChangedSince):
            actions.approve(waiting())
        assert case_of(made).is_open
        said = pages.changes(waiting())
        assert "Позвонить в маяк" in said[0]
        assert "Сначала спросить маяк" in said[0]
        assert said[1] == "Lawyer of Partner Aster changed the record on 7 April 2026, 10:00."
        actions.send_back(waiting(), "Спросите ещё раз")
    with acting(world.principal("lawyer")):
        asked(made)
        assert [one.state for one in queries.asked_by_me()] == [State.WAITING, State.RETURNED]


@pytest.mark.usefixtures("wanted")
def test_what_was_decided_is_not_decided_again(acting: Acting, world: World, made: Made, second: Principal) -> None:
    with acting(world.principal("lawyer")):
        asked(made)
        one_id = waiting().id
    with acting(second):
        actions.send_back(waiting(), "Ещё не всё")
    with acting(world.principal("supervisor")):
        one = queries.approval(one_id)
        assert one is not None
        with pytest.raises(DomainError, match="Second Supervisor decided about this already"):
            actions.approve(one)
        with pytest.raises(DomainError, match="Second Supervisor decided about this already"):
            actions.take_back(one)


@pytest.mark.usefixtures("wanted")
def test_only_who_asked_takes_it_back(acting: Acting, world: World, made: Made) -> None:
    with acting(world.principal("lawyer")):
        asked(made)
    with acting(world.principal("supervisor")), pytest.raises(DomainError, match="Only who asked"):
        actions.take_back(waiting())


@pytest.mark.usefixtures("wanted")
def test_a_person_who_was_merged_meanwhile(acting: Acting, world: World, made: Made) -> None:
    given = {"dimension": "nationality", "code": "SP", "effective_on": TODAY, "reason": "recognised_stateless"}
    with acting(world.principal("lawyer")):
        person_approving.ask_to_change(person_of(made), {**given, "note": None})
    with acting(world.principal("supervisor")) as session:
        person_of(made).merged_into_id = made.child
        session.flush()
        with pytest.raises(actions.ChangedSince):
            actions.approve(waiting())
        assert person_of(made).nationality == "UN"
