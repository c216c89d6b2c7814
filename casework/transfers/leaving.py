"""What becomes of a case at the sender when it has arrived: its number, its days and its counts stay, its words go."""

from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Update, select, update

from casework.approvals import actions as approvals
from casework.approvals.models import Approval
from casework.cases import actions as cases
from casework.cases.models import Case
from casework.core import audit, clock, storage
from casework.core.audit import Revision
from casework.core.columns import sealed_groups
from casework.core.db import Versioned, db
from casework.core.errors import DomainError
from casework.core.events import known_elsewhere
from casework.core.reach import Part
from casework.documents.models import Document
from casework.notices.models import Notice
from casework.persons.models import Person
from casework.persons.rules import Flow
from casework.referrals import actions as referrals
from casework.referrals.queries import of_case
from casework.referrals.rules import AT_WORK, WAITING
from casework.referrals.rules import State as Referred
from casework.transfers import actions, moving, queries
from casework.transfers.models import Transfer, TransferSide
from casework.transfers.rules import State

CLOSED_AS = "TRANSFERRED"
AT_ONCE = 500


def leave_stub(transfer_id: UUID) -> bool:
    """Close the case and empty what arrived: act as the system in the sender. False when there is nothing to do."""
    transfer = db.session.get_one(Transfer, transfer_id, with_for_update=True)
    side = db.session.scalars(select(TransferSide).where(TransferSide.transfer_id == transfer_id)).one()
    case = queries.own_case(side.case_id) if side.case_id is not None else None
    if transfer.state != State.COPIED or transfer.moved_on is None or case is None:
        return False
    chosen = {one.person_id for one in side.persons}
    load = queries.load(case, chosen)
    arrived = queries.copied(transfer_id)
    ids = moving.Ids(transfer_id, known=frozenset())
    rows = [row for row in load.all() if _has_arrived(row, arrived.get(ids.made(row.id), -1))]
    changed_since = sum(1 for _row in load.all()) - len(rows)
    people = [party.person for party in case.parties if party.person_id in chosen]
    if side.is_whole:
        _end_referrals(case)
        _close(case, transfer.moved_on)
    else:
        cases.go_on_without(
            case, people, transfer.moved_on, kind="party_transferred", reason=CLOSED_AS, flow=Flow.TRANSFERRED
        )
    _empty(_emptied(rows, side, case, {one.id for one in people}))
    _empty_around(side, case, {one.id for one in people})
    actions.change(transfer, State.MOVED)
    audit.note("transfers:moved", "cases", case.id, rows=len(rows), changed_since=changed_since)
    db.session.flush()
    db.session.expire_all()
    known_elsewhere.send(None, person_ids=chosen)
    return True


def _has_arrived(row: Any, version: int | None) -> bool:
    """Whether the receiver has this row as it is now: what somebody changed meanwhile stays readable here."""
    return bool(version == getattr(row, "version", None))


def _close(case: Case, on: date) -> None:
    """On the day it changed hands; or today, if something was recorded later. It may be closed by somebody already."""
    if not case.is_open:
        return
    try:
        cases.close(case, on, None, CLOSED_AS)
    except DomainError:
        cases.close(case, clock.today(), None, CLOSED_AS)


def _end_referrals(case: Case) -> None:
    """Whoever was told something of the case reads no more of it: it is no longer this organisation's to tell."""
    for side in of_case(case.id):
        referral = side.referral
        with suppress(DomainError):  # one that has ended by itself meanwhile
            if referral.from_organisation_id == case.organisation_id and referral.state == Referred.DRAFT:
                referrals.discard(side)
            elif referral.from_organisation_id == case.organisation_id and referral.state in WAITING:
                referrals.withdraw(referral)
            elif referral.from_organisation_id == case.organisation_id and referral.state in AT_WORK:
                referrals.end(referral, "OTHER")


def _emptied(rows: Collection[Any], side: TransferSide, case: Case, moved: Collection[UUID]) -> list[Any]:
    """The rows of which nothing has to stay readable: not what others in the case, or other cases, still need."""
    parts = {part.model: part for part in moving.going()}
    resting = {one for one in moved if queries.resting(one, case.id)}
    found = []
    for row in rows:
        part = parts.get(type(row))
        if isinstance(row, Person):
            is_free = row.id not in resting
        elif part is not None and part.is_of_persons:
            is_free = getattr(row, part.owner.key) not in resting
        else:
            is_free = side.is_whole or (part is not None and _is_about(row, part, moved))
        if is_free:
            found.append(row)
    return found


def _is_about(row: Any, part: Part, moved: Collection[UUID]) -> bool:
    """Whether a row of a case that goes on is about one of those who moved."""
    return any(getattr(row, link.key) in moved for link in part.links if link.is_of_a_person)


def _empty(rows: Collection[Any]) -> None:
    """Take the sealed values out of these rows and out of their histories, and their files from the disk.

    In statements, not through the rows: what was in them must not come to rest among the former values once more.
    """
    by_model: dict[Any, list[UUID]] = {}
    for row in rows:
        by_model.setdefault(type(row), []).append(row.id)
        if isinstance(row, Document):
            storage.drop(row.place)
    db.session.flush()
    for model, ids in by_model.items():
        values: dict[str, Any] = dict.fromkeys(moving.sealed_columns(model))
        if issubclass(model, Versioned):
            values["version"] = model.version + 1
        if issubclass(model, Person):
            values["changed_at"] = clock.now()
        if issubclass(model, Document):
            values["size"] = 0
        for start in range(0, len(ids), AT_ONCE):
            some = ids[start : start + AT_ONCE]
            if sealed_groups(model):
                _in_a_statement(update(model).where(model.id.in_(some)).values(values))
                audit.emptied(model, some)
            _in_a_statement(update(Revision).where(Revision.subject_id.in_(some)).values(former_sealed=None))


def _empty_around(side: TransferSide, case: Case, moved: Collection[UUID]) -> None:
    """Nobody approves any more what was asked about those who moved, and no notice quotes what was written of them."""
    free = [one for one in moved if not queries.resting(one, case.id)]

    def about(model: Any) -> Any:
        in_the_case = model.case_id == case.id
        if not side.is_whole:
            in_the_case &= model.person_id.in_(moved)
        return in_the_case | model.person_id.in_(free)

    asked = list(db.session.scalars(select(Approval).where(about(Approval))))
    approvals.leave(asked)
    _in_batches([one.id for one in asked], lambda some: update(Revision).where(Revision.subject_id.in_(some)), "former")
    told = list(db.session.scalars(select(Notice.id).where(about(Notice), Notice.words_sealed.is_not(None))))
    _in_batches(told, lambda some: update(Notice).where(Notice.id.in_(some)), "words")


def _in_batches(ids: list[UUID], changing: Callable[[list[UUID]], Update], group: str) -> None:
    for start in range(0, len(ids), AT_ONCE):
        _in_a_statement(changing(ids[start : start + AT_ONCE]).values({f"{group}_sealed": None}))


def _in_a_statement(statement: Any) -> None:
    db.session.execute(statement.execution_options(synchronize_session=False))
