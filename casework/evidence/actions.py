"""Noting how a piece of evidence stands, and taking off the list what does not belong there."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask_babel import gettext as _

from casework.cases.models import Case
from casework.core import clock
from casework.core.db import db
from casework.core.errors import DomainError
from casework.documents import queries as documents
from casework.evidence import queries
from casework.evidence.models import Details, EvidenceItem
from casework.evidence.rules import State
from casework.reference import queries as codes


@dataclass
class Noted:
    """What is told of one piece of evidence."""

    state: str
    asked_from: str | None = None
    asked_on: date | None = None
    received_on: date | None = None
    why_not: str | None = None
    original_with: str | None = None
    document_id: UUID | None = None
    note: str | None = None


def note(case: Case, kind: str, noted: Noted) -> EvidenceItem:
    """How a kind of evidence stands in a case. A kind that the procedure does not ask for joins the list."""
    _must_be_open(case)
    item = queries.items(case.id).get(kind)
    _check(case, kind, noted, item)
    if item is None:
        item = EvidenceItem(organisation_id=case.organisation_id, case_id=case.id, kind=kind)
        db.session.add(item)
    item.state = noted.state
    item.details = Details(noted.asked_from, noted.why_not, noted.note)
    item.asked_on, item.received_on = noted.asked_on, noted.received_on
    item.original_with, item.document_id = noted.original_with, noted.document_id
    db.session.flush()
    return item


def add(case: Case, kind: str, noted: Noted) -> EvidenceItem:
    """Put a kind on the list that is not there yet."""
    if queries.line(case, kind) is not None:
        raise DomainError(_("This is on the list already."), "kind")
    return note(case, kind, noted)


def received(case: Case, kind: str) -> EvidenceItem:
    """It is there now. What was noted of it before stays; said twice, it is said once."""
    _must_be_open(case)
    item = queries.items(case.id).get(kind)
    if item is None:
        return note(case, kind, Noted(State.HAVE, received_on=clock.today()))
    if item.state != State.HAVE:
        item.state, item.received_on = State.HAVE, clock.today()
        db.session.flush()
    return item


def void(case: Case, item: EvidenceItem, reason: str) -> None:
    """Take back what was noted: an added kind leaves the list, one that the procedure asks for is missing again."""
    _must_be_open(case)
    item.voided_at = clock.now()
    item.voided_by_id = db.session.info["principal"].user_id
    item.void_reason = reason
    db.session.flush()


def _must_be_open(case: Case) -> None:
    if not case.is_open:
        raise DomainError(_("This case is closed. Reopen it first."))


def _check(case: Case, kind: str, noted: Noted, item: EvidenceItem | None) -> None:
    if item is None and codes.item("document_type", kind) is None:
        raise DomainError(_("Choose one of the options."), "kind")
    if noted.state not in set(State):
        raise DomainError(_("Choose one of the options."), "state")
    today = clock.today()
    for name, day in (("asked_on", noted.asked_on), ("received_on", noted.received_on)):
        if day is not None and day > today:
            raise DomainError(_("This date is in the future. Enter the day it happened."), name)
    if noted.state == State.ASKED and not noted.asked_from:
        raise DomainError(_("Say from whom it was asked for."), "asked_from")
    if noted.state == State.ASKED and noted.asked_on is None:
        raise DomainError(_("Say since when you have been waiting for it."), "asked_on")
    if noted.state == State.CANNOT and not noted.why_not:
        raise DomainError(_("Say why it cannot be had: the authority will ask."), "why_not")
    if noted.asked_on is not None and noted.received_on is not None and noted.received_on < noted.asked_on:
        raise DomainError(_("It cannot have come before it was asked for."), "received_on")
    held = item.document_id if item is not None else None
    if noted.document_id not in (None, held) and documents.document(case.id, noted.document_id) is None:
        raise DomainError(_("Choose a document of this case."), "document")
