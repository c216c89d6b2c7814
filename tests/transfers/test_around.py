"""What is around a case that moves: restrictions, requests for approval, notices, and a copy that waits too long."""

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update

from casework.approvals import actions as approvals
from casework.approvals.models import Approval
from casework.approvals.rules import State as Asking
from casework.core import clock
from casework.core.audit import Revision
from casework.core.db import db
from casework.core.scope import acting_as, system
from casework.notices import actions as notices
from casework.notices.models import Notice
from casework.persons import queries as persons
from casework.restrictions import actions as restrictions
from casework.restrictions.models import Restriction
from casework.transfers import leaving
from casework.transfers.models import Transfer
from casework.transfers.rules import State
from tests.conftest import ClientFor
from tests.factories import World
from tests.transfers.conftest import Handover

TODAY = date(2026, 9, 15)


@pytest.fixture(autouse=True)
def _on_a_tuesday() -> Iterator[None]:
    with clock.at(TODAY):
        yield


def _accepted(handover: Handover) -> UUID:
    handover.agree()
    transfer_id = handover.offer()
    handover.accept(transfer_id)
    return transfer_id


def test_a_restricted_record_arrives_restricted(handover: Handover, app: Flask, world: World) -> None:
    with app.app_context(), acting_as(world.principal("supervisor", "A")):
        person = persons.person(handover.load.person)
        assert person is not None
        restrictions.restrict(person, "Сосед работает у нас")
        db.session.commit()
    transfer_id = _accepted(handover)
    handover.carry()
    assert handover.state(transfer_id) == State.MOVED
    with app.app_context(), acting_as(system("tests", world.organisations["B"])):
        (made,) = db.session.scalars(select(Restriction))
        assert (made.by_id, made.ended_at) == (None, None)
        assert "partner" in (made.reasons.begun or "") or "партнёр" in (made.reasons.begun or "")
        assert made.person_id != handover.load.person


def test_an_open_record_arrives_open(handover: Handover, app: Flask, world: World) -> None:
    _accepted(handover)
    handover.carry()
    with app.app_context(), acting_as(system("tests", world.organisations["B"])):
        assert db.session.scalars(select(Restriction)).all() == []


WORDS = "Отпала надобность"


def test_of_what_was_asked_and_told_no_words_stay(
    handover: Handover, app: Flask, world: World, client_for: ClientFor
) -> None:
    """Of the case and of its person; what was told of somebody else stays."""
    load = handover.load
    with app.app_context(), acting_as(world.principal("lawyer", "A")):
        db.session.scalars(select(Approval).where(Approval.case_id == load.case)).one()  # the caseload asks to close it
        approvals.ask(
            "status_change",
            subject_kind="persons",
            subject_id=load.person,
            subject_version=1,
            arguments={"reason": "OTHER"},
            before=[("Reason", WORDS)],
            after=[("Reason", WORDS)],
            reason=WORDS,
            person_id=load.person,
        )
        for key, case_id, person_id in (("a", load.case, None), ("b", None, load.person), ("c", None, load.relative)):
            notices.tell(
                [world.user_id("supervisor", "A")],
                "comment",
                key,
                endpoint="casefile.case",
                values={"case_id": load.case},
                case_id=case_id,
                person_id=person_id,
                words=WORDS,
            )
        db.session.commit()
    transfer_id = _accepted(handover)
    handover.carry()
    assert handover.state(transfer_id) == State.MOVED
    with app.app_context(), acting_as(system("tests", world.organisations["A"])):
        which = (Approval.case_id == load.case) | (Approval.person_id == load.person)
        asked = list(db.session.scalars(select(Approval).where(which)))
        assert [(one.state, one.asked.reason) for one in asked] == [(Asking.TAKEN_BACK, None)] * 2
        assert [(one.asked.before, one.asked.after) for one in asked] == [({}, {})] * 2
        assert {"reason": "OTHER"} in [one.asked.arguments for one in asked]
        ids = [one.id for one in asked]
        former = select(Revision).where(Revision.subject_id.in_(ids))
        assert {one.former_sealed for one in db.session.scalars(former)} <= {None}
        told = {one.key: one.words.text for one in db.session.scalars(select(Notice).where(Notice.kind == "comment"))}
        assert {key: told[key] for key in "abc"} == {"a": None, "b": None, "c": WORDS}
        asking = Notice.key.in_([f"approval-asked:{one}" for one in ids])
        assert not db.session.scalars(select(Notice).where(asking)).all()
    here = client_for("supervisor")
    assert all("Taken back" in (text := here.page(f"/approvals/{one}").text) and WORDS not in text for one in ids)
    assert "the comments of your colleagues are left" in here.page(f"/transfers/{transfer_id}").text


def test_a_copy_that_waits_too_long_is_told_once(
    handover: Handover, app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stops(_transfer_id: UUID) -> bool:
        raise RuntimeError

    monkeypatch.setattr(leaving, "leave_stub", stops)
    transfer_id = _accepted(handover)
    handover.carry()
    assert handover.state(transfer_id) == State.COPIED
    key = f"transfer:{transfer_id}:{State.COPIED}:"

    def told(where: str) -> int:
        with app.app_context(), acting_as(system("tests", world.organisations[where])):
            return len(db.session.scalars(select(Notice).where(Notice.key.startswith(key))).all())

    assert (told("A"), told("B")) == (0, 0)
    with app.app_context(), acting_as(system("tests")):
        earlier = db.session.get_one(Transfer, transfer_id).changed_at - timedelta(hours=2)
        db.session.execute(update(Transfer).where(Transfer.id == transfer_id).values(changed_at=earlier))
        db.session.commit()
    handover.carry()
    handover.carry()
    assert (told("A"), told("B")) == (1, 1)
