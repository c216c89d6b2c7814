"""What an organisation holds of working together: one row of every table whose id stands in an address.

Each feature adds a function here and a line to `IDS`; `caseload.py` and `prober.py` need no change.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from casework.accounts.models import AccountStep, Organisation, Reason, User
from casework.accounts.permissions import Role
from casework.alerts.models import Alert
from casework.cases import approving
from casework.cases import queries as cases
from casework.consents import actions as consents
from casework.consents.actions import Given
from casework.core import clock
from casework.core.db import db
from casework.core.scope import acting_as
from casework.exports import actions as exports
from casework.persons import queries as persons
from casework.persons.models import Words
from casework.quality import actions as quality
from casework.referrals import actions as referrals
from casework.referrals import queries as sent
from casework.referrals import sharing
from casework.referrals.actions import Recipient
from casework.referrals.models import PointDetails, Selection
from casework.restrictions.models import EmergencyAccess
from casework.restrictions.models import Told as EmergencyTold
from casework.rights import actions as rights
from casework.supervision.models import Cover, Reassignment, ReassignmentLine
from casework.supervision.models import Told as TeamTold
from casework.transfers.models import Transfer
from tests.factories import World

if TYPE_CHECKING:
    from tests.security.caseload import Canaries, Caseload

Made = dict[str, UUID]


def _quality(made: "Caseload", words: "Canaries") -> Made:
    """A sample, whose first case is reviewed."""
    sample = quality.draw_sample("RANDOM", 1, 365, seed="lake")
    quality.review(sample.reviews[0], {"CONSENT": "NO"}, words.case_note)
    return {"sample_id": sample.id, "review_id": sample.reviews[0].id}


def _referral(made: "Caseload", words: "Canaries") -> Made:
    """Somebody sent to an outside service, of the directory."""
    case, person = cases.case_(made.case), persons.person(made.person)
    assert case is not None
    assert person is not None
    point = referrals.keep_point(None, "HEALTH", PointDetails("Invented clinic", "1 Invented Street"), 7)
    one = referrals.begin(case, person, Recipient(point_id=point.id))
    side = sent.side(one)
    assert side is not None
    consents.record(person, Given("REFERRAL", "given", clock.today(), recipient="service:HEALTH", form="WRITTEN"))
    chosen = Selection(["name"], documents=[str(made.document)], asks=words.case_note)
    referrals.choose(side, chosen)
    referrals.send(side, sharing.digest(sharing.share_of(one, person, case, chosen)))
    referrals.accept(one, None)
    return {"referral_id": one.id, "point_id": point.id}


def _approval(made: "Caseload", words: "Canaries") -> Made:
    """The closing of the case, asked for as if the organisation wanted it approved."""
    case = cases.case_(made.case)
    assert case is not None
    given = {"on": clock.today(), "outcome": "ADVICE_ONLY", "reason": "SOLUTION", "note": words.case_note}
    asked = approving.ask_to_close(case, {**given, "outcome_for": None, "reason_for": None})
    return {"approval_id": asked.id}


def _export(made: "Caseload", words: "Canaries") -> Made:
    """The open cases, with names."""
    return {"export_id": exports.ask(cases.Filters(), words.conflict_note, has_names=True).id}


def _transfer(made: "Caseload", words: "Canaries") -> Made:
    """A case that is offered by somebody who is neither of the two partners: nobody’s canaries are in it."""
    mine = db.session.info["principal"].organisation_id
    other = db.session.scalars(select(Organisation.id).where(Organisation.kind == "office")).one()
    now = clock.now()
    one = Transfer(
        from_organisation_id=other, to_organisation_id=mine, state="offered", offered_at=now, changed_at=now, counts={}
    )
    db.session.add(one)
    db.session.flush()
    return {"transfer_id": one.id}


def _supervision(made: "Caseload", words: "Canaries") -> Made:
    """The case once handed over with others, and somebody who will stand in a year from now."""
    case = cases.case_(made.case)
    assert case is not None
    mine = db.session.info["principal"].user_id
    done = Reassignment(reason="LEAVE", made_at=clock.now(), made_by_id=mine)
    done.told = TeamTold(words.case_note, words.comment)
    ids = {"case_id": case.id, "from_lawyer_id": case.lawyer_id, "to_lawyer_id": mine, "from_owner_id": None}
    done.lines.append(ReassignmentLine(position=0, case_version=0, **ids))
    far = clock.today() + timedelta(days=300)
    cover = Cover(user_id=case.lawyer_id, cover_id=mine, from_on=far, until_on=far, recorded_at=clock.now())
    cover.note = Words(words.status_note)
    db.session.add_all([done, cover])
    db.session.flush()
    return {"reassignment_id": done.id, "cover_id": cover.id}


def _watching(made: "Caseload", words: "Canaries") -> Made:
    """What the lawyer opened in an emergency last year, and an alert about them."""
    person = persons.person(made.person)
    case = cases.case_(made.case)
    assert person is not None
    assert case is not None
    began, day = clock.now() - timedelta(days=300), clock.today()
    access = EmergencyAccess(
        user_id=case.lawyer_id, person_id=person.id, reason="SAFETY", from_at=began, until_at=began + timedelta(hours=1)
    )
    access.told = EmergencyTold(words.case_note)
    counted = {"count": 50, "threshold": 40, "details": {"hours": {"9": 50}, "actions": {"person:open": 50}}}
    seen = {"found_at": clock.now(), "changed_at": clock.now(), "state": "open"}
    alert = Alert(kind="many_records", user_id=case.lawyer_id, day=day, **counted, **seen)
    db.session.add_all([access, alert])
    db.session.flush()
    return {"access_id": access.id, "alert_id": alert.id}


def _rights(made: "Caseload", words: "Canaries") -> Made:
    """The relative has asked to be erased, and the supervisor wants it."""
    person = persons.person(made.relative)
    assert person is not None
    asked = rights.record(person, rights.Asked("ERASURE", clock.today(), "SELF", "IN_WRITING", words.case_note))
    erasure = rights.ask(person, "ASKED", words.comment, words.need_note, asked)
    return {"request_id": asked.id, "erasure_id": erasure.id}


def _accounts(made: "Caseload", words: "Canaries") -> Made:
    """An administrator wants the second factor of the focal point removed."""
    here = db.session.info["principal"].organisation_id
    whom = db.session.scalars(select(User).where(User.organisation_id == here, User.role == Role.PROTECTION)).one()
    asking = db.session.scalars(select(User).where(User.role == Role.ADMINISTRATOR).order_by(User.email)).first()
    assert asking is not None
    step = AccountStep(organisation_id=here, user_id=whom.id, asked_by_id=asking.id, asked_at=clock.now())
    step.reason = Reason(words.comment)
    db.session.add(step)
    db.session.flush()
    return {"step_id": step.id}


BY_LAWYER: list[Callable[["Caseload", "Canaries"], Made]] = [_referral, _approval]
"""Called as the lawyer of the caseload, after it was made. Keys are names of view arguments."""

BY_SUPERVISOR: list[Callable[["Caseload", "Canaries"], Made]] = [
    _supervision,
    _quality,
    _export,
    _transfer,
    _watching,
    _rights,
    _accounts,
]
"""The same, as the supervisor of that organisation."""

IDS = {
    "reassignment_id",
    "cover_id",
    "sample_id",
    "review_id",
    "referral_id",
    "point_id",
    "approval_id",
    "export_id",
    "transfer_id",
    "access_id",
    "alert_id",
    "request_id",
    "erasure_id",
    "step_id",
}
"""View arguments that are ids of rows of one organisation, made above."""


def make(app: Flask, world: World, loads: dict[str, "Caseload"], words: "dict[str, Canaries]") -> None:
    """Add to each caseload what is made here."""
    for key, made in loads.items():
        for role, makers in (("lawyer", BY_LAWYER), ("supervisor", BY_SUPERVISOR)):
            with app.app_context(), acting_as(world.principal(role, key)):
                for maker in makers:
                    made.more |= maker(made, words[key])
                db.session.commit()
