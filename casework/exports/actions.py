"""Asking for an export, which may have to be approved, and noting that it was taken."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from casework.approvals import actions as approvals
from casework.approvals import kinds
from casework.approvals import queries as approval_queries
from casework.approvals.kinds import Kind
from casework.approvals.models import Approval
from casework.cases import saving
from casework.cases.models import Case
from casework.cases.queries import Filters
from casework.core import audit, clock
from casework.core.db import db
from casework.core.errors import DomainError
from casework.core.i18n import Text
from casework.exports import pages, queries
from casework.exports.models import Export, Purpose
from casework.exports.queries import KIND, TAKEN
from casework.exports.rules import LASTS, MOST


def listen() -> None:
    """Say what becomes of an export once it is approved."""
    kinds.register(
        Kind(
            KIND,
            Text("Exporting cases", "Выгрузка дел", "Істерді шығару"),
            carry_out=_allow,
            url=lambda one: url_for("exports.begin", former=one.subject_id, **one.asked.arguments["filters"]),
            version=_version,
            subject=_subject,
            now=lambda _one: pages.before(),
            is_of_supervisors=True,
            asks_for_code=True,
        )
    )


def ask(filters: Filters, purpose: str, *, has_names: bool) -> Export:
    """Leave to take these cases, and no others, out for a day; once a second person approved, if that is wanted."""
    rows = queries.count(filters)
    if not rows:
        raise DomainError(_("There is no case to export with these filters."))
    if rows > MOST:
        raise DomainError(_("These are %(rows)s cases. An export holds %(most)s at most.", rows=rows, most=MOST))
    asked_for = [str(case_id) for case_id in queries.case_ids(filters)]
    made = Export(
        filters=saving.kept(filters),
        has_names=has_names,
        rows=len(asked_for),
        purpose=Purpose(purpose, asked_for),
        asked_by_id=db.session.info["principal"].user_id,
        asked_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    if approval_queries.is_wanted(KIND):
        approvals.ask(
            KIND,
            subject_kind=Export.__tablename__,
            subject_id=made.id,
            subject_version=made.version,
            arguments={"filters": made.filters, "has_names": has_names, "purpose": purpose},
            before=pages.before,
            after=lambda: pages.after(made),
            reason=purpose,
        )
    else:
        made.expires_at = _until()
        db.session.flush()
    return made


def _until() -> datetime:
    return clock.now() + LASTS


def check_can_be_taken(one: Export) -> None:
    """Refuse what waits, was sent back, has run out, or was asked for before the ids of its cases were kept."""
    if one.expires_at is None:
        raise DomainError(_("This export is not approved."))
    if not queries.can_be_taken(one):
        raise DomainError(_("This export has expired. Ask for a new one."))
    if not one.purpose.cases:
        raise DomainError(_("It is not known which cases this export was asked for. Ask for a new one."))


def note_taken(one: Export, taken: list[Case]) -> None:
    """Which cases, and whose names, left the system."""
    audit.read("case:export", "cases", [case.id for case in taken])
    if one.has_names:
        audit.read("case:export", "persons", {party.person_id for case in taken for party in case.parties})
    audit.note(TAKEN, Export.__tablename__, one.id, rows=len(taken), names=one.has_names)


# -- what a second person approves -----------------------------------------------------------------------------------


def _export(one: Approval) -> Export:
    found = queries.export(one.subject_id)
    if found is None:
        raise DomainError(_("This export is not there any more."))
    return found


def _version(one: Approval) -> int | None:
    found = queries.export(one.subject_id)
    return found.version if found is not None else None


def _subject(one: Approval) -> tuple[str, str]:
    rows = _export(one).rows
    return ngettext("%(num)s case", "%(num)s cases", rows), url_for("exports.index")


def _allow(one: Approval) -> str:
    _export(one).expires_at = _until()
    db.session.flush()
    return str(_("Your colleague can take the workbook for 24 hours."))


def asked_again(former: UUID) -> dict[str, Any]:
    """What was typed when an export was asked for before, by whoever asks again."""
    found = queries.own_export(former)
    return {"purpose": found.purpose.text, "has_names": found.has_names} if found is not None else {}
