"""What is around a case that moves: restrictions, requests for approval, notices, and a copy that waits too long."""

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select, update

from casework.approvals import actions as approvals
from casework.approvals.models import Approval
from casework.approvals.pages import signed
from casework.approvals.rules import State as Asking
from casework.cases import queries as cases
from casework.cases.models import CaseEvent
from casework.core import clock
from casework.core.audit import Revision
from casework.core.config import LANGUAGES
from casework.core.db import db
from casework.core.scope import acting_as, system
from casework.elsewhere import actions as elsewhere
from casework.notices import actions as notices
from casework.notices.models import Notice
from casework.persons import queries as persons
from casework.persons.models import Words
from casework.referrals import actions as referrals
from casework.referrals.actions import Recipient
from casework.referrals.models import Referral
from casework.restrictions import actions as restrictions
from casework.restrictions.models import Restriction
from casework.transfers import leaving
from casework.transfers.models import Transfer
from casework.transfers.rules import State
from tests.conftest import ClientFor
from tests.factories import World
from tests.security import caseload as registering
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
            arguments={"reason": "OTHER", "note": WORDS},
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
        assert {"reason": "OTHER", "note": None} in [one.asked.arguments for one in asked]
        assert WORDS not in repr([(one.asked, one.answer) for one in asked])
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


def test_what_came_back_with_a_comment_keeps_none(handover: Handover, app: Flask, world: World) -> None:
    with app.app_context(), acting_as(world.principal("supervisor", "A")):
        asked = db.session.scalars(select(Approval).where(Approval.case_id == handover.load.case)).one()
        approvals.send_back(asked, WORDS)
        asked_id = asked.id
        db.session.commit()
    _accepted(handover)
    handover.carry()
    with app.app_context(), acting_as(system("tests", world.organisations["A"])):
        asked = db.session.get_one(Approval, asked_id)
        assert (asked.state, asked.answer.comment) == (Asking.RETURNED, None)
        former = db.session.scalars(select(Revision).where(Revision.subject_id == asked_id))
        assert {one.former_sealed for one in former} <= {None}


def test_who_of_the_senders_staff_asked_and_approved_is_not_told(handover: Handover, app: Flask, world: World) -> None:
    """Whichever language they worked in; what was written beside it comes along."""
    with app.app_context(), acting_as(world.principal("supervisor", "A")):
        asked = db.session.scalars(select(Approval).where(Approval.case_id == handover.load.case)).one()
        notes = []
        for language in LANGUAGES:
            with force_locale(language):
                notes.append(signed(asked, f"Слова {language}"))
        events = [
            CaseEvent(case_id=handover.load.case, kind="step_done", happened_on=TODAY, recorded_at=clock.now())
            for _note in notes
        ]
        db.session.add_all(events)
        db.session.flush()
        for event, note in zip(events, notes, strict=True):
            assert "Supervisor of Partner Aster" in note
            event.note = Words(note)
        db.session.commit()
    transfer_id = _accepted(handover)
    handover.carry()
    case_id = handover.case_there(transfer_id)
    with app.app_context(), acting_as(world.principal("supervisor", "B")):
        found = db.session.scalars(select(CaseEvent).where(CaseEvent.case_id == case_id))
        told = [one.note.text for one in found if one.note.text]
        for language in LANGUAGES:
            (note,) = [one for one in told if one.startswith(f"Слова {language} · ")]
            assert "Partner Aster" in note
            assert "of Partner Aster on" not in note
        assert not [one for one in told if "Supervisor of" in one or "Lawyer of" in one]


def test_a_stub_says_where_the_name_went(handover: Handover, client_for: ClientFor) -> None:
    load = handover.load
    _accepted(handover)
    handover.carry()
    here = client_for("supervisor")
    pages = [here.page(address).text for address in (f"/cases/{load.case}", f"/people/{load.person}")]
    for text in (*pages, here.page(f"/people/{load.person}/details").text):
        assert "Handed over to Partner Birch" in text
        assert "No name recorded" not in text
    for text in pages:
        assert "This record was handed over to Partner Birch on 15 September 2026, and the name went with it" in text


def test_a_person_who_is_restricted_there_already_stays_so(handover: Handover, app: Flask, world: World) -> None:
    """Restricted by either partner or by both: once, with the reason that they gave, and open to who takes it over."""
    a, b = world.organisations["A"], world.organisations["B"]
    with app.app_context(), acting_as(world.principal("lawyer", "B")):
        known = registering.person_named("Ғалымжанова", nationality="UN").id
        db.session.commit()
    with app.app_context(), acting_as(world.principal("supervisor", "B")):
        person = persons.person(known)
        assert person is not None
        restrictions.restrict(person, "Её ищут")
        db.session.commit()
    with app.app_context(), acting_as(world.principal("supervisor", "A")):
        person = persons.person(handover.load.person)
        assert person is not None
        restrictions.restrict(person, "Сосед работает у нас")
        db.session.commit()
    with app.app_context(), acting_as(system("tests")):
        elsewhere.known_as_same((a, handover.load.person), (b, known))
        db.session.commit()
    transfer_id = _accepted(handover)
    handover.carry()
    assert handover.state(transfer_id) == State.MOVED
    with app.app_context(), acting_as(system("tests", b)):
        (made,) = db.session.scalars(select(Restriction))
        assert (made.person_id, made.reasons.begun, made.ended_at) == (known, "Её ищут", None)
    with app.app_context(), acting_as(world.principal("lawyer", "B")):
        case = cases.case_(handover.case_there(transfer_id))
        assert case is not None
        assert case.parties[0].person.identity.family_name == "Ғалымжанова"


def test_a_copy_that_waits_too_long_is_told_once(
    handover: Handover, app: Flask, world: World, monkeypatch: pytest.MonkeyPatch, client_for: ClientFor
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
    address = f"/transfers/{transfer_id}"
    words = client_for("supervisor").page(address).text
    assert "The case has arrived on 15 September 2026" in words
    assert "this mostly takes a minute" in words
    with app.app_context(), acting_as(system("tests")):
        earlier = db.session.get_one(Transfer, transfer_id).changed_at - timedelta(hours=2)
        db.session.execute(update(Transfer).where(Transfer.id == transfer_id).values(changed_at=earlier))
        db.session.commit()
    handover.carry()
    handover.carry()
    assert (told("A"), told("B")) == (1, 1)
    for where in ("A", "B"):
        words = client_for("supervisor", where).page(address).text
        assert "it is still open at Partner Aster, too" in words
        assert "ask your administrator" in words
        assert "takes a minute" not in words


def test_a_referral_that_was_not_sent_is_dropped(handover: Handover, app: Flask, world: World) -> None:
    with app.app_context(), acting_as(world.principal("lawyer", "A")):
        case, person = cases.case_(handover.load.case), persons.person(handover.load.person)
        assert case is not None
        assert person is not None
        draft = referrals.begin(case, person, Recipient(organisation_id=world.organisations["B"])).id
        db.session.commit()
    transfer_id = _accepted(handover)
    handover.carry()
    assert handover.state(transfer_id) == State.MOVED
    with app.app_context(), acting_as(system("tests", world.organisations["A"])):
        assert db.session.get_one(Referral, draft).state == "withdrawn"
