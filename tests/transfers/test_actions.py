"""Offering, answering, calling off; what stops, what comes back, what of a family moves."""

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from casework.cases import actions as case_actions
from casework.cases import queries as cases
from casework.conflicts import actions as conflicts
from casework.conflicts import queries as conflict_queries
from casework.conflicts.models import Opponent
from casework.consents import actions as consents
from casework.consents import queries as consent_queries
from casework.core import clock
from casework.core.db import db
from casework.core.errors import DomainError
from casework.core.events import case_event
from casework.core.scope import acting_as, system
from casework.documents import actions as documents
from casework.documents.models import Document
from casework.elsewhere import actions as elsewhere
from casework.figures import queries as figures
from casework.notices.models import Notice
from casework.persons import queries as persons
from casework.transfers import actions, jobs, queries
from casework.transfers.models import Transfer, TransferredRow
from casework.transfers.rules import Failure, State, recipient
from tests.factories import World
from tests.security import caseload as registering
from tests.security.caseload import CANARIES
from tests.statements import counted
from tests.transfers.conftest import Handover

TODAY = date(2026, 9, 15)


@pytest.fixture(autouse=True)
def _on_a_tuesday() -> Iterator[None]:
    with clock.at(TODAY):
        yield


def _with(handover: Handover, where: str, transfer_id: UUID, do: object) -> None:
    with handover.app.app_context(), acting_as(handover.world.principal("supervisor", where)):
        transfer = queries.transfer(transfer_id)
        assert transfer is not None
        do(transfer)  # type: ignore[operator]
        db.session.commit()


def test_without_the_consent_nothing_is_offered(handover: Handover) -> None:
    with pytest.raises(DomainError, match="has agreed"):
        handover.offer()


def test_a_case_is_offered_once(handover: Handover) -> None:
    handover.agree()
    with counted(handover.app) as asked:
        handover.offer()
    with handover.app.app_context():
        has_one_writer = db.engine.dialect.name == "sqlite"
    assert has_one_writer or any("FROM cases" in one and "FOR UPDATE" in one for one in asked), "of two at once"
    with pytest.raises(DomainError, match="on its way"):
        handover.offer()


def test_nobody_else_sees_it(handover: Handover, app: Flask, world: World) -> None:
    handover.agree()
    transfer_id = handover.offer()
    with app.app_context(), acting_as(world.principal("supervisor", "B")):
        transfer = queries.transfer(transfer_id)
        assert transfer is not None
        card = queries.card(transfer)
        assert card is not None
        assert not [one for one in CANARIES["A"].all() if one in repr(card)]
        assert (card.track, card.sessions, [one.region for one in card.persons]) == ("NATIONALITY", 1, ["KZ-71"])
    with app.app_context(), acting_as(world.principal("statistics")):
        assert queries.transfer(transfer_id) is None


def test_the_conflict_question_is_a_number(handover: Handover, app: Flask, world: World) -> None:
    """Whoever the receiver's cases are against is compared; which record it is is not told."""
    handover.agree()
    words = CANARIES["A"]
    with app.app_context(), acting_as(world.principal("lawyer", "B")):
        case = next(one for one in cases.page(cases.Filters()).rows)
        conflicts.add(case, conflicts.Told("SPOUSE", who=Opponent(family_name=words.family, given_name=words.given)))
        db.session.commit()
    transfer_id = handover.offer()
    with app.app_context(), acting_as(world.principal("supervisor", "B")):
        transfer = queries.transfer(transfer_id)
        card = queries.card(transfer) if transfer is not None else None
        assert card is not None
        assert card.conflicts == 1
    handover.accept(transfer_id)
    handover.carry()
    with app.app_context(), acting_as(world.principal("supervisor", "B")):
        arrived = cases.case_(handover.case_there(transfer_id))
        assert arrived is not None
        found = conflict_queries.of_person([arrived.parties[0].person_id])
        assert [one.decision for one in found] == [None]  # which one it is is seen now, and asked


@pytest.mark.parametrize("accepted", [False, True])
def test_the_sender_takes_it_back_before_it_is_copied(handover: Handover, accepted: bool) -> None:
    handover.agree()
    transfer_id = handover.offer()
    if accepted:
        handover.accept(transfer_id)
    _with(handover, "A", transfer_id, actions.withdraw)
    handover.carry()
    assert handover.state(transfer_id) == State.WITHDRAWN
    handover.offer()  # and may offer it anew


def test_once_copied_it_is_not_taken_back(handover: Handover) -> None:
    handover.agree()
    transfer_id = handover.offer()
    handover.accept(transfer_id)
    handover.carry()
    with pytest.raises(DomainError, match="changed since"):
        _with(handover, "A", transfer_id, actions.withdraw)


def test_declined_with_a_reason(handover: Handover, app: Flask, world: World) -> None:
    handover.agree()
    transfer_id = handover.offer()
    _with(handover, "B", transfer_id, lambda one: actions.decline(one, "REGION", "Слишком далеко"))
    with app.app_context(), acting_as(world.principal("supervisor", "A")):
        transfer = queries.transfer(transfer_id)
        assert transfer is not None
        assert (transfer.state, transfer.decline_reason) == (State.DECLINED, "REGION")


def test_without_consent_it_ends_at_once(handover: Handover, app: Flask, world: World) -> None:
    handover.agree()
    transfer_id = handover.offer()
    handover.accept(transfer_id)
    with app.app_context(), acting_as(world.principal("lawyer", "A")):
        to = recipient(world.organisations["B"])
        given = consent_queries.covering(handover.load.person, "TRANSFER", to)
        assert given is not None
        said = consents.withdraw(given, TODAY, "IN_PERSON")
        assert any("Partner Birch" in one for one in said)
        db.session.commit()
    assert handover.state(transfer_id) == State.WITHDRAWN
    handover.carry()
    assert handover.state(transfer_id) == State.WITHDRAWN


@pytest.mark.parametrize("how", ["withdrawn", "refused"])
@pytest.mark.parametrize("accepted", [False, True])
def test_without_the_consent_to_be_registered_it_ends_at_once(
    handover: Handover, app: Flask, world: World, accepted: bool, how: str
) -> None:
    consent_id = handover.register()
    handover.agree()
    transfer_id = handover.offer()
    if accepted:
        handover.accept(transfer_id)
    if how == "refused":
        handover.register("refused")
    else:
        with app.app_context(), acting_as(world.principal("lawyer", "A")):
            given = consent_queries.consent(handover.load.person, consent_id)
            assert given is not None
            said = consents.withdraw(given, TODAY, "IN_PERSON")
            assert any("not transferred to Partner Birch" in one for one in said)
            db.session.commit()
    assert handover.state(transfer_id) == State.WITHDRAWN
    handover.carry()
    assert handover.state(transfer_id) == State.WITHDRAWN
    with pytest.raises(DomainError, match="has agreed"):
        handover.offer()


def test_what_stops_it_says_so_and_nothing_has_moved(handover: Handover, app: Flask, world: World) -> None:
    handover.agree()
    transfer_id = handover.offer()
    handover.accept(transfer_id)
    with app.app_context(), acting_as(world.principal("supervisor", "A")):
        case = cases.case_(handover.load.case)
        assert case is not None
        case_actions.close(case, TODAY, "ADVICE_ONLY", "SOLUTION")
        db.session.commit()
    handover.carry()
    with app.app_context(), acting_as(world.principal("supervisor", "B")):
        transfer = queries.transfer(transfer_id)
        assert transfer is not None
        assert (transfer.state, transfer.failure) == (State.FAILED, Failure.CLOSED)
        assert list(db.session.scalars(select(TransferredRow))) == []
    with app.app_context(), acting_as(world.principal("supervisor", "A")):
        case = cases.case_(handover.load.case)
        assert case is not None
        case_actions.reopen(case, TODAY, "NEW_FACTS")
        db.session.commit()
    _with(handover, "B", transfer_id, actions.again)
    handover.carry()
    assert handover.state(transfer_id) == State.MOVED


def test_the_job_may_come_round_again(handover: Handover, app: Flask) -> None:
    """After each step it may have been ended; taken again, it makes nothing twice."""
    handover.agree()
    transfer_id = handover.offer()
    handover.accept(transfer_id)
    handover.carry()
    with app.app_context(), acting_as(system("tests")):
        before = len(db.session.scalars(select(TransferredRow.id)).all())
        db.session.get_one(Transfer, transfer_id).state = State.COPIED  # as if the end had not been saved
        db.session.commit()
    handover.carry()
    with app.app_context(), acting_as(system("tests")):
        assert len(db.session.scalars(select(TransferredRow.id)).all()) == before


def test_what_stops_the_stub_stops_nothing_else(handover: Handover, app: Flask, world: World) -> None:
    """The job goes on, tells both sides what else there is, and the stub is made when it can be."""
    handover.agree()
    transfer_id = handover.offer()
    handover.accept(transfer_id)

    def break_down(case: object, kind: str, **_more: object) -> None:
        if kind == "closed":
            raise RuntimeError

    with case_event.connected_to(break_down):
        handover.carry()
        assert handover.state(transfer_id) == State.COPIED
    handover.carry("A")
    assert handover.state(transfer_id) == State.MOVED


def test_a_stub_is_not_reopened(handover: Handover, app: Flask, world: World) -> None:
    handover.agree()
    handover.accept(handover.offer())
    handover.carry()
    with app.app_context(), acting_as(world.principal("supervisor", "A")):
        case = cases.case_(handover.load.case)
        assert case is not None
        with pytest.raises(DomainError, match="another partner"):
            case_actions.reopen(case, TODAY, "NEW_FACTS")


def test_both_sides_are_told(handover: Handover, app: Flask, world: World) -> None:
    handover.agree()
    transfer_id = handover.offer()
    handover.carry()
    assert _told(app, world, "B", transfer_id) == {("transfer_in", "supervisor")}
    handover.accept(transfer_id)
    handover.carry()
    handover.carry()
    assert _told(app, world, "A", transfer_id) == {("transfer_step", "supervisor")}
    assert _told(app, world, "B", transfer_id) == {
        ("transfer_in", "supervisor"),
        ("transfer_step", "supervisor"),
        ("assigned", "lawyer"),
    }


def _told(app: Flask, world: World, where: str, transfer_id: UUID) -> set[tuple[str, str]]:
    roles = {world.user_id(role, where): role for role in ("lawyer", "supervisor")}
    with app.app_context(), acting_as(system("tests", world.organisations[where])):
        which = Notice.key.startswith(f"transfer:{transfer_id}:")
        return {(one.kind, roles[one.user_id]) for one in db.session.scalars(select(Notice).where(which))}


def test_it_comes_back_to_the_same_record(handover: Handover, app: Flask, world: World) -> None:
    """To the receiver and back again: the case anew, the person as before; national figures never move."""
    with app.app_context(), acting_as(system("tests")):
        before = _national(TODAY + timedelta(3))
    handover.agree()
    transfer_id = handover.offer()
    handover.accept(transfer_id)
    handover.carry()
    there = handover.case_there(transfer_id)
    with clock.at(TODAY + timedelta(1)):
        with app.app_context(), acting_as(world.principal("supervisor", "B")):
            case = cases.case_(there)
            assert case is not None
            person_id = case.parties[0].person_id
        handover.agree(person_id, to="A", where="B")
        with app.app_context(), acting_as(world.principal("supervisor", "B")):
            case = cases.case_(there)
            (to,) = [one for one in queries.partners() if one.id == world.organisations["A"]]
            assert case is not None
            back_id = actions.offer(case, to, [person_id], "Вернулась").id
            db.session.commit()
        _with(handover, "A", back_id, lambda one: actions.accept(one, world.user_id("lawyer", "A")))
        handover.carry("A")
        handover.carry("B")
        assert handover.state(back_id) == State.MOVED
        with app.app_context(), acting_as(world.principal("supervisor", "A")):
            person = persons.person(handover.load.person)
            assert person is not None
            assert person.identity.family_name == CANARIES["A"].family
            assert person.registration == "ACTIVE"
            open_cases = [one for one in cases.cases_of([person.id]) if one.is_open]
            assert len(open_cases) == 1
            assert open_cases[0].id != handover.load.case
            note = next(one.note.text for one in person.entries if one.note_sealed)
            assert note == CANARIES["A"].status_note
            told = [(one.dimension, one.code, one.effective_on) for one in person.entries if not one.is_void]
            assert len(told) == len(set(told))
        with app.app_context(), acting_as(system("tests")):
            assert _national(TODAY + timedelta(3)) == before
            assert figures.verify() == []


def _national(day: date) -> dict[object, int]:
    found: dict[object, int] = {}
    for (_where, cell), count in figures.ledger(day).items():
        found[cell] = found.get(cell, 0) + count
    return {cell: count for cell, count in found.items() if count}


def test_of_a_family_one_moves(handover: Handover, app: Flask, world: World) -> None:
    """The case goes on for the other; what is about them alone does not come along."""
    load = handover.load
    with app.app_context(), acting_as(world.principal("supervisor", "A")):
        case, other = cases.case_(load.case), persons.person(load.relative)
        assert case is not None
        assert other is not None
        case_actions.add_party(case, other)
        db.session.commit()
    handover.agree()
    transfer_id = handover.offer(persons=[load.person])
    handover.accept(transfer_id)
    handover.carry()
    assert handover.state(transfer_id) == State.MOVED
    with app.app_context(), acting_as(world.principal("supervisor", "B")):
        there = cases.case_(handover.case_there(transfer_id))
        assert there is not None
        assert [party.person.identity.family_name for party in there.parties] == [CANARIES["A"].family]
    with app.app_context(), acting_as(world.principal("supervisor", "A")):
        here = cases.case_(load.case)
        assert here is not None
        assert here.is_open
        assert [party.person_id for party in here.parties] == [load.relative]
        assert here.next_step.text == CANARIES["A"].next_step
        gone = persons.record(load.person)
        assert gone is not None
        assert gone.registration == "LEFT"
    with app.app_context(), acting_as(system("tests")):
        assert figures.verify() == []


def test_a_changed_row_stays_readable(
    handover: Handover, app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What somebody wrote between copy and stub is not lost: it stays where it was written."""
    handover.agree()
    transfer_id = handover.offer()
    handover.accept(transfer_id)
    with monkeypatch.context() as ended:
        ended.setattr(jobs, "_settle", lambda transfer_id: None)  # the process ends after copying
        handover.carry("B")
    with app.app_context(), acting_as(world.principal("lawyer", "A")):
        document = db.session.scalars(select(Document).where(Document.case_id == handover.load.case)).first()
        assert document is not None
        documents.void(document, "OTHER")
        case = cases.case_(handover.load.case)
        assert case is not None
        case_actions.close(case, TODAY, "ADVICE_ONLY", "SOLUTION")  # which stands in the way of nothing
        changed, title = document.id, document.details.title
        db.session.commit()
    handover.carry("A")
    assert handover.state(transfer_id) == State.MOVED
    with app.app_context(), acting_as(world.principal("lawyer", "A")):
        assert title
        assert db.session.get_one(Document, changed).details.title == title


def test_a_person_whom_the_receiver_knows_already(handover: Handover, app: Flask, world: World) -> None:
    """The case comes to their own record, which goes on saying what it says; nobody is counted twice or lost."""
    with app.app_context(), acting_as(world.principal("lawyer", "B")):
        known = registering.person_named("Ғалымжанова", nationality="UN", region="KZ-10", sex="F", origin="AFG").id
        db.session.commit()
    a, b = world.organisations["A"], world.organisations["B"]
    with app.app_context(), acting_as(system("tests")):
        elsewhere.known_as_same((a, handover.load.person), (b, known))
        db.session.commit()
        before = [_national(day) for day in (TODAY, TODAY + timedelta(3))]
    handover.agree()
    transfer_id = handover.offer()
    handover.accept(transfer_id)
    handover.carry()
    assert handover.state(transfer_id) == State.MOVED
    with app.app_context(), acting_as(world.principal("supervisor", "B")):
        case = cases.case_(handover.case_there(transfer_id))
        assert case is not None
        (party,) = case.parties
        assert (party.person_id, party.person.identity.family_name) == (known, "Ғалымжанова")
        assert {one.effective_on for one in party.person.entries} == {registering.OPENED}
    with app.app_context(), acting_as(system("tests")):
        counted = [sum(_national(day).values()) for day in (TODAY, TODAY + timedelta(3))]
        assert counted == [sum(one.values()) for one in before]
        assert figures.verify() == []
    with app.app_context(), acting_as(world.principal("supervisor", "A")):
        person = persons.person(handover.load.person)
        assert person is not None
        assert person.identity.family_name == CANARIES["A"].family  # it did not move, so it is not lost
