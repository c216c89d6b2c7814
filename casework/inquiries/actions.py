"""Asking a State, reminding it, noting its reply, putting an inquiry right, taking it back."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from casework.cases.models import Case
from casework.core import clock
from casework.core.db import db
from casework.core.errors import DomainError
from casework.documents import queries as documents
from casework.inquiries import policy, queries
from casework.inquiries.models import Details, Inquiry
from casework.inquiries.rules import NOT_OURS
from casework.proceedings import actions as proceedings
from casework.proceedings.actions import Told
from casework.proceedings.models import Act
from casework.reference import queries as codes


@dataclass
class Asked:
    """What is told of an inquiry when it leaves."""

    state: str
    through: str
    sent_on: date
    evidence: str | None = None
    reference: str | None = None
    note: str | None = None
    document_id: UUID | None = None
    despite: str | None = None


@dataclass
class Answered:
    """What is told of a reply."""

    reply: str
    replied_on: date
    follow_up: str | None = None
    document_id: UUID | None = None


def send(case: Case, asked: Asked) -> Inquiry:
    """Ask a State. Its clock starts on the day of sending."""
    _must_be_open(case)
    _check(case, asked)
    inquiry = Inquiry(
        organisation_id=case.organisation_id,
        case_id=case.id,
        state=asked.state,
        through=asked.through,
        sent_on=asked.sent_on,
        recorded_at=clock.now(),
        recorded_by_id=db.session.info["principal"].user_id,
    )
    inquiry.details = Details(asked.evidence, asked.reference, asked.note, despite=asked.despite)
    db.session.add(inquiry)
    db.session.flush()
    told = Told(
        queries.SENT,
        asked.sent_on,
        document_id=asked.document_id,
        about_id=inquiry.id,
        number=asked.reference,
    )
    _act(case, told, "sent_on")
    return inquiry


def correct(case: Case, inquiry: Inquiry, asked: Asked) -> None:
    """Put right what was asked. Another day of sending counts its clock anew."""
    _must_be_open(case)
    _must_stand(inquiry)
    _check(case, asked, but=inquiry)
    course = queries.course(inquiry)
    days = [one.happened_on for one in course.reminders] + ([inquiry.replied_on] if inquiry.replied_on else [])
    if days and asked.sent_on > min(days):
        raise DomainError(_("Something happened about this inquiry before that day."), "sent_on")
    inquiry.state, inquiry.through, inquiry.sent_on = asked.state, asked.through, asked.sent_on
    inquiry.details = replace(
        inquiry.details,
        evidence=asked.evidence,
        reference=asked.reference,
        note=asked.note,
        despite=asked.despite or inquiry.details.despite,
    )
    db.session.flush()
    if course.sent is not None:
        told = _told(course.sent, happened_on=asked.sent_on, document_id=asked.document_id, number=asked.reference)
        _act(case, told, "sent_on", course.sent)


def remind(
    case: Case,
    inquiry: Inquiry,
    on: date,
    note: str | None = None,
    document_id: UUID | None = None,
    *,
    despite: str | None = None,
) -> Act:
    """Ask once more. The clock goes on from the day it was first asked."""
    _must_be_open(case)
    _must_stand(inquiry)
    policy.check_recipient(case, inquiry.state, field=None)
    if queries.is_answer(inquiry.reply):
        raise DomainError(_("This State has replied already."))
    if on < inquiry.sent_on:
        raise DomainError(_("The inquiry was only sent after this day."), "on")
    if on > clock.today():
        raise DomainError(_("This date is in the future. Enter the day it happened."), "on")
    policy.check_agreed(case, inquiry.through, despite or inquiry.details.despite)
    if despite:
        inquiry.details = replace(inquiry.details, despite=despite)
    return _act(case, Told(queries.REMINDED, on, note=note, document_id=document_id, about_id=inquiry.id), "on")


def reply(case: Case, inquiry: Inquiry, answered: Answered) -> None:
    """Note what the State replied, or put the note right. An answer ends the waiting; a question back does not."""
    _must_be_open(case)
    _must_stand(inquiry)
    if codes.item("inquiry_reply", answered.reply) is None:
        raise DomainError(_("Choose one of the options."), "reply")
    if answered.replied_on > clock.today():
        raise DomainError(_("This date is in the future. Enter the day it happened."), "replied_on")
    if answered.replied_on < inquiry.sent_on:
        raise DomainError(_("The inquiry was only sent after this day."), "replied_on")
    if answered.document_id is not None and documents.document(case.id, answered.document_id) is None:
        raise DomainError(_("Choose a document of this case."), "document")
    course = queries.course(inquiry)
    is_answer = queries.is_answer(answered.reply)
    inquiry.reply, inquiry.replied_on = answered.reply, answered.replied_on
    copy = str(answered.document_id) if answered.document_id is not None and not is_answer else None
    inquiry.details = replace(inquiry.details, follow_up=answered.follow_up, reply_document=copy)
    db.session.flush()
    if course.replied is not None and not is_answer:
        proceedings.void(case, course.replied, "WRONG_CONTENT")
    elif course.replied is not None:
        told = _told(course.replied, happened_on=answered.replied_on, document_id=answered.document_id)
        _act(case, told, "replied_on", course.replied)
    elif is_answer:
        told = Told(queries.REPLIED, answered.replied_on, document_id=answered.document_id, about_id=inquiry.id)
        _act(case, told, "replied_on")


def void(case: Case, inquiry: Inquiry, reason: str) -> None:
    """Take an inquiry back, with its reminders, its reply and its clock. It stays readable."""
    _must_be_open(case)
    _must_stand(inquiry)
    course = queries.course(inquiry)
    for act in (course.replied, *reversed(course.reminders), course.sent):
        if act is not None:
            proceedings.void(case, act, reason)
    inquiry.voided_at = clock.now()
    inquiry.voided_by_id = db.session.info["principal"].user_id
    inquiry.void_reason = reason
    db.session.flush()


def _must_be_open(case: Case) -> None:
    if not case.is_open:
        raise DomainError(_("This case is closed. Reopen it first."))


def _must_stand(inquiry: Inquiry) -> None:
    if inquiry.is_void:
        raise DomainError(_("This inquiry is void and can no longer be changed."))


def _check(case: Case, asked: Asked, but: Inquiry | None = None) -> None:
    is_country = codes.attribute("country", asked.state, "kind") == "country"
    if not is_country or asked.state == NOT_OURS:
        raise DomainError(_("Choose another State."), "state")
    if but is None or but.state != asked.state:
        policy.check_recipient(case, asked.state)
    if codes.item("inquiry_channel", asked.through) is None:
        raise DomainError(_("Choose one of the options."), "through")
    if asked.sent_on > clock.today():
        raise DomainError(_("This date is in the future. Enter the day it happened."), "sent_on")
    policy.check_agreed(case, asked.through, asked.despite or (but.details.despite if but is not None else None))


def _told(act: Act, **changes: Any) -> Told:
    """What an act says now, but for these changes."""
    particulars = act.particulars
    return Told(
        **{
            "code": act.code,
            "happened_on": act.happened_on,
            "served_on": act.served_on,
            "until_on": act.until_on,
            "number": particulars.number,
            "note": particulars.note,
            "document_id": act.document_id,
            "about_id": act.about_id,
            "is_by_representative": act.is_by_representative,
            **changes,
        }
    )


def _act(case: Case, told: Told, day: str, act: Act | None = None) -> Act:
    """Record an act, or put one right; what is wrong with its day is said beside the field of that day."""
    try:
        if act is None:
            return proceedings.record(case, told)
        proceedings.correct(case, act, told)
        return act
    except DomainError as error:
        if error.field == "happened_on":
            raise DomainError(error.message, day) from error
        raise
