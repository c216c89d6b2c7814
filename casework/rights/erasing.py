"""Carrying out an erasure: the words, names, files and former values of a person go from every table, at once.

What stays are rows of codes and days, by which what was published is counted again; the ledger; and the trail, which
holds random ids. The record becomes a number and the day on which it was erased.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete, event, select

from casework.approvals import actions as approvals
from casework.approvals.models import Approval
from casework.cases import actions as cases
from casework.cases.models import Case
from casework.consents import actions as consents
from casework.core import audit, clock, erased, storage, withheld
from casework.core.audit import Revision
from casework.core.db import db
from casework.core.events import forgotten, known_elsewhere
from casework.core.scope import ScopedSession
from casework.documents import actions as documents
from casework.documents.models import Document, Upload
from casework.elsewhere import actions as elsewhere
from casework.elsewhere import queries as overlaps
from casework.elsewhere.rules import Step, steps
from casework.mandates import actions as mandates
from casework.persons import actions as persons
from casework.persons.models import Person
from casework.persons.rules import Flow
from casework.referrals import actions as referrals
from casework.rights import reaching
from casework.rights.reaching import AT_ONCE, Reach
from casework.transfers import actions as transfers
from casework.transfers import queries as offers
from casework.transfers.rules import BEFORE_COPYING

CLOSED_AS = "WITHDREW"
"""A code of the list `closure_reason`."""


@dataclass(frozen=True)
class Erased:
    """What an erasure did, in numbers."""

    rows: dict[str, int]
    """By table, emptied or deleted."""
    files: int
    former: int
    """Values from before corrections."""
    person_ids: frozenset[UUID]


def carry_out(person: Person) -> Erased:
    """Erase everything about a person, the records merged into theirs with it. What ends by it ends first."""
    with withheld.unveiled("an erasure reaches what its team alone may read"), _forgetting():
        _let_go(reaching.find(person))
        reach = reaching.find(person)  # anew: what ended has left rows, too
        rows, files = reach.counts, reach.files()
        for document in files:
            storage.drop(document.place)
        for upload in reach.deleted.get(Upload.__tablename__, []):
            documents.drop_parts(upload)
        _empty(reach)
        _delete(reach)
        every_id = {one for ids in reach.ids.values() for one in ids}
        former = _forget_former(every_id)
        forgotten.send(None, ids=every_id)
        known_elsewhere.send(None, person_ids=reach.person_ids)
        audit.note("persons:erased", "persons", person.id, rows=sum(rows.values()), files=len(files), former=former)
        db.session.flush()
        db.session.expire_all()
    db.session.info.setdefault(_TO_REMEMBER, []).extend(reach.person_ids)
    return Erased(rows, len(files), former, frozenset(reach.person_ids))


@contextmanager
def _forgetting() -> Iterator[None]:
    """What is replaced comes not to rest among the former values once more."""
    db.session.flush()
    db.session.info[audit.FORGETTING] = True
    try:
        yield
    finally:
        db.session.info.pop(audit.FORGETTING, None)


# -- what ends -----------------------------------------------------------------------------------------------------


def _let_go(reach: Reach) -> None:
    """Nobody works on it, reads of it or waits for it any more."""
    person = reach.persons[0]
    referrals.forget(person)
    for offered in offers.offered_with(reach.person_ids):
        if offered.transfer.state in BEFORE_COPYING:
            transfers.withdraw(offered.transfer)
    for one in reach.persons:
        for side in overlaps.every_of(one.id):
            if Step.WITHDRAW in steps(side.overlap, side, clock.now()):
                elsewhere.withdraw(side)
    for one in reach.persons:
        consents.forget(one)
        mandates.forget(one)
    for case in reach.alone:
        if case.is_open:
            cases.close(case, clock.today(), None, CLOSED_AS)
    for case in reach.shared:
        if case.is_open:
            _leave(case, reach)
    if person.registration == "ACTIVE":  # of whom there was no case
        persons.leave(person, clock.today(), Flow.CLOSED, person.id)
    about = Approval.case_id.in_([one.id for one in reach.alone]) | Approval.person_id.in_(reach.person_ids)
    approvals.leave(list(db.session.scalars(select(Approval).where(about))))
    db.session.flush()


def _leave(case: Case, reach: Reach) -> None:
    mine = [party.person for party in case.parties if party.person_id in reach.person_ids]
    cases.go_on_without(case, mine, clock.today(), kind="party_erased", reason=CLOSED_AS, flow=Flow.CLOSED)


# -- what goes -----------------------------------------------------------------------------------------------------


def _empty(reach: Reach) -> None:
    for rows in reach.emptied.values():
        for row in rows:
            for name in reaching.words_of(row.__mapper__.class_):
                if getattr(row, name) is not None:
                    setattr(row, name, None)
            if isinstance(row, Document):
                row.size = 0
    for person in reach.persons:
        person.languages = []
        person.arrived_year = person.arrived_month = None
        person.erased_on, person.changed_at = clock.today(), clock.now()
    db.session.flush()


def _delete(reach: Reach) -> None:
    """What is referred to goes after what refers to it."""
    for rows in reversed(reach.deleted.values()):
        for row in rows:
            db.session.delete(row)
        db.session.flush()


def _forget_former(ids: set[UUID]) -> int:
    wanted, gone = sorted(ids, key=str), 0
    for start in range(0, len(wanted), AT_ONCE):
        some = Revision.subject_id.in_(wanted[start : start + AT_ONCE])
        done: Any = db.session.execute(delete(Revision).where(some).execution_options(synchronize_session=False))
        gone += int(done.rowcount)
    return gone


# -- that it is not undone by putting a backup back ------------------------------------------------------------------

_TO_REMEMBER = "persons erased"


@event.listens_for(ScopedSession, "after_commit")
def _remember(session: ScopedSession) -> None:
    ids = session.info.pop(_TO_REMEMBER, [])
    if ids:
        erased.remember(ids)


@event.listens_for(ScopedSession, "after_rollback")
def _never_happened(session: ScopedSession) -> None:
    session.info.pop(_TO_REMEMBER, None)
