"""The requests of data subjects, erasures, and what speaks against one."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from casework.accounts.models import User
from casework.accounts.permissions import MATRIX
from casework.cases.models import Case, CaseParty
from casework.core import clock, i18n
from casework.core.db import db
from casework.core.events import erasing
from casework.core.paging import Page, page
from casework.persons.models import Person
from casework.proceedings.models import Deadline
from casework.proceedings.rules import State as DeadlineState
from casework.referrals import queries as referrals
from casework.referrals.actions import recipient_name
from casework.rights.models import DataRequest, Erasure
from casework.rights.reaching import Reach
from casework.rights.rules import Kind, State
from casework.transfers import queries as transfers
from casework.transfers.rules import State as Moving

PER_PAGE = 50
_WITH_PERSON = selectinload(DataRequest.person)


# -- requests ------------------------------------------------------------------------------------------------------


def asked(request_id: UUID) -> DataRequest | None:
    return db.session.scalar(select(DataRequest).where(DataRequest.id == request_id).options(_WITH_PERSON))


def register(*, is_open: bool, number: int = 1) -> Page[DataRequest]:
    """The open requests, those due first; or the closed ones, the latest first."""
    statement = select(DataRequest).options(_WITH_PERSON)
    if is_open:
        statement = statement.where(DataRequest.closed_on.is_(None)).order_by(DataRequest.due_on, DataRequest.id)
    else:
        statement = statement.where(DataRequest.closed_on.is_not(None))
        statement = statement.order_by(DataRequest.closed_on.desc(), DataRequest.recorded_at.desc())
    return page(statement, counts()[is_open], number, PER_PAGE)


def counts() -> dict[bool, int]:
    """How many requests are open (True), and how many are closed."""
    is_open = DataRequest.closed_on.is_(None)
    found = {bool(one): count for one, count in db.session.execute(select(is_open, func.count()).group_by(is_open))}
    return {True: found.get(True, 0), False: found.get(False, 0)}


def of_person(person_ids: Collection[UUID]) -> list[DataRequest]:
    statement = select(DataRequest).where(DataRequest.person_id.in_(list(person_ids)))
    return list(db.session.scalars(statement.order_by(DataRequest.asked_on.desc(), DataRequest.recorded_at.desc())))


def due_until(days: int) -> list[DataRequest]:
    """Open requests whose term ends within so many days, or has ended."""
    statement = select(DataRequest).where(
        DataRequest.closed_on.is_(None), DataRequest.due_on <= clock.today() + timedelta(days)
    )
    return list(db.session.scalars(statement.order_by(DataRequest.due_on)))


# -- erasures ------------------------------------------------------------------------------------------------------


def _erasures() -> Select[Erasure]:
    return select(Erasure).options(selectinload(Erasure.person), selectinload(Erasure.asked_by))


def erasure(erasure_id: UUID) -> Erasure | None:
    return db.session.scalar(_erasures().where(Erasure.id == erasure_id))


def erasure_of(person_id: UUID) -> Erasure | None:
    """The latest erasure of a record, however it stands."""
    statement = _erasures().where(Erasure.person_id == person_id).order_by(Erasure.asked_at.desc(), Erasure.id)
    return db.session.scalars(statement.limit(1)).first()


def waiting() -> list[Erasure]:
    """What waits for a second person, the first asked first."""
    return list(db.session.scalars(_erasures().where(Erasure.state == State.WAITING).order_by(Erasure.asked_at)))


def carried_out(number: int = 1) -> Page[Erasure]:
    done = Erasure.state == State.CARRIED_OUT
    total = db.session.scalar(select(func.count(Erasure.id)).where(done)) or 0
    return page(_erasures().where(done).order_by(Erasure.decided_at.desc()), total, number, PER_PAGE)


def tombstones() -> list[UUID]:
    """Everybody of the acting organisation who was erased."""
    return list(db.session.scalars(select(Person.id).where(Person.erased_on.is_not(None))))


def erased_cases(person_ids: Collection[UUID]) -> set[UUID]:
    """The cases in which nobody is left who was not erased."""
    gone = list(person_ids)
    of_them = select(CaseParty.case_id).where(CaseParty.person_id.in_(gone))
    others = select(CaseParty.case_id).where(CaseParty.voided_at.is_(None), CaseParty.person_id.not_in(gone))
    return set(db.session.scalars(of_them.where(CaseParty.case_id.not_in(others))))


# -- what speaks against it ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Against:
    """What speaks against erasing a record."""

    forbidding: list[str]
    """While one of these holds, it is not done."""
    warning: list[str]
    """In spite of these it is done if somebody says why."""


def against(reach: Reach) -> Against:
    person = reach.persons[0]
    forbidding = [str(one) for _who, said in erasing.send(person) for one in said or ()]
    open_cases = [one for one in [*reach.alone, *reach.shared] if one.is_open]
    moving = [one for one in (transfers.of_case(case.id) for case in open_cases) if one is not None]
    if any(one.is_sender and one.transfer.state == Moving.COPIED for one in moving):
        forbidding.append(_("A case is on its way to another partner. Wait until it has arrived there."))
    if any(one.is_open and one.kind != Kind.ERASURE for one in of_person(reach.person_ids)):
        forbidding.append(_("Another request of this person is open. Answer it first: afterwards nobody can."))
    warning = []
    if open_cases:
        numbers = ", ".join(one.number for one in open_cases)
        warning.append(_("A case is open: %(numbers)s. It would be closed.", numbers=numbers))
    deadlines = _running([one.id for one in reach.alone])
    if deadlines:
        warning.append(
            _("A deadline of the law is running: the next ends on %(day)s.", day=i18n.day(deadlines[0].due_on))
        )
    return Against(forbidding, warning)


def _running(case_ids: Collection[UUID]) -> list[Deadline]:
    statement = (
        select(Deadline)
        .join(Case, Deadline.case_id == Case.id)
        .where(Deadline.case_id.in_(list(case_ids)), Case.closed_on.is_(None), Deadline.state == DeadlineState.OPEN)
    )
    return list(db.session.scalars(statement.order_by(Deadline.due_on)))


def told(reach: Reach) -> list[str]:
    """Who was ever told of a person, or got a case of theirs, and may keep records of their own."""
    ids = {str(one) for one in reach.person_ids}
    found = {
        recipient_name(side.referral)
        for side in referrals.every_of(ids)
        if side.referral.sent_at is not None and referrals.is_sender(side.referral)
    }
    for offered in transfers.offered_with(reach.person_ids):
        if offered.transfer.state in (Moving.COPIED, Moving.MOVED):
            found.add(offered.transfer.receiver.name)
    return sorted(found)


def colleagues(permission: str) -> list[UUID]:
    """The active colleagues of the acting organisation whose role may do this."""
    who = db.session.info["principal"]
    roles = [role for role, granted in MATRIX.items() if permission in granted]
    wanted = select(User.id).where(User.organisation_id == who.organisation_id, User.role.in_(roles), User.is_active)
    return list(db.session.scalars(wanted))
