"""Exports of one's own organisation, and the cases that one holds."""

from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from casework.approvals import queries as approvals
from casework.approvals.models import Approval
from casework.cases import queries as cases
from casework.cases.models import Case, CaseParty
from casework.cases.queries import Filters
from casework.core import clock
from casework.core.audit import AuditEntry
from casework.core.db import db
from casework.exports.models import Export
from casework.exports.rules import MOST
from casework.restrictions.queries import restricted_ids

KIND = "export"
"""Among what may be wanted approved."""
TAKEN = "export:taken"
"""What the audit says when a workbook was made."""


def count(filters: Filters) -> int:
    return db.session.scalar(select(func.count()).select_from(Case).where(*_wanted(filters))) or 0


def left_out(filters: Filters) -> int:
    """How many cases of the list are not exported because the record of one of their persons is restricted."""
    every = select(func.count()).select_from(Case).where(*cases.conditions(filters))
    return (db.session.scalar(every) or 0) - count(filters)


def case_ids(filters: Filters) -> list[UUID]:
    """The cases that a list holds now, by number. Restricted records are left out, for everyone."""
    statement = select(Case.id).where(*_wanted(filters)).order_by(Case.number)
    return list(db.session.scalars(statement.limit(MOST)))


def rows(one: Export) -> list[Case]:
    """The cases that a workbook holds, with their persons, by number: of those that it was asked for, the ones that
    one's organisation still has. Records that were restricted since are left out, for everyone.
    """
    kept = [UUID(case_id) for case_id in one.purpose.cases]
    found: list[Case] = []
    for start in range(0, len(kept), 500):
        among = Case.id.in_(kept[start : start + 500])
        statement = select(Case.id).where(among, *_unrestricted()).order_by(Case.number)
        found += cases.chosen(db.session.scalars(statement).all())
    return found


def _wanted(filters: Filters) -> list[ColumnElement[bool]]:
    return [*cases.conditions(filters), *_unrestricted()]


def _unrestricted() -> list[ColumnElement[bool]]:
    restricted = restricted_ids()
    if not restricted:
        return []
    parties = select(CaseParty.case_id).where(CaseParty.person_id.in_(restricted), CaseParty.voided_at.is_(None))
    return [Case.id.not_in(parties)]


def exports(limit: int = 100) -> list[Export]:
    """Everybody's, the latest first: supervisors see what the others took."""
    return list(db.session.scalars(select(Export).order_by(Export.asked_at.desc(), Export.id).limit(limit)))


def export(export_id: UUID) -> Export | None:
    return db.session.scalar(select(Export).where(Export.id == export_id))


def own_export(export_id: UUID) -> Export | None:
    """One's own: what a colleague asked for, only they take."""
    found = export(export_id)
    return found if found is not None and found.asked_by_id == db.session.info["principal"].user_id else None


def times_taken(export_ids: list[UUID]) -> dict[UUID | None, int]:
    """How often the workbook of each was made."""
    statement = (
        select(AuditEntry.subject_id, func.count())
        .where(AuditEntry.action == TAKEN, AuditEntry.subject_id.in_(export_ids))
        .group_by(AuditEntry.subject_id)
    )
    return {row[0]: row[1] for row in db.session.execute(statement)}


def can_be_taken(one: Export) -> bool:
    return one.expires_at is not None and one.expires_at > clock.now()


def was_returned(one: Export, last: Approval | None) -> bool:
    """Whether a second person said no, or who asked took it back, as the last request about it says."""
    return one.expires_at is None and (last is None or not last.is_waiting)


def requests(export_ids: list[UUID]) -> dict[UUID, Approval]:
    """The last request about each."""
    return approvals.latest_of(KIND, export_ids)
