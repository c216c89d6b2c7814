"""Sending a letter to an authority where the organisation wants a second person to approve it first."""

from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from casework.approvals import actions as approvals
from casework.approvals import kinds
from casework.approvals import queries as asked
from casework.approvals.kinds import Kind
from casework.approvals.models import Approval
from casework.approvals.rules import State
from casework.cases.models import Case
from casework.core.db import db
from casework.core.errors import DomainError
from casework.core.i18n import Text
from casework.letters import actions, agreeing, filling, pages, queries
from casework.letters.models import Letter
from casework.letters.rules import Addressee
from casework.reference import queries as codes

SEND = kinds.LETTER_SEND
AUTHORITIES = (Addressee.AUTHORITY, Addressee.STATE)
"""Of one's own State, or of another one."""


def listen() -> None:
    """Say what becomes of a letter once its sending is approved: it may go out, and whoever sends it notes the day."""
    kinds.register(
        Kind(
            SEND,
            Text("Sending a letter to an authority", "Отправка письма в орган власти", "Органға хат жіберу"),
            carry_out=_let_go,
            url=lambda one: _url("letters.sent", one),
            version=_version,
            subject=_subject,
            now=lambda one: _standing(_letter(one)),
        )
    )


def is_to_be_asked(letter: Letter) -> bool:
    """Whether the letter may not go out before a second person has read it."""
    return (
        letter.addressee_kind in AUTHORITIES
        and letter.sent_on is None
        and asked.is_wanted(SEND)
        and not _is_approved(letter)
    )


def _is_approved(letter: Letter) -> bool:
    last = asked.latest(SEND, letter.id)
    return last is not None and last.state == State.APPROVED


def asked_how(letter: Letter) -> str | None:
    """How the letter is to be sent, as it was asked last."""
    last = asked.latest(SEND, letter.id)
    return last.asked.arguments.get("sent_how") if last is not None else None


def ask_to_send(case: Case, letter: Letter, how: str, despite: str | None = None) -> None:
    """Ask that this letter goes out, as it is finished."""
    actions.check_finished(letter)
    agreeing.check(letter, despite)
    db.session.flush()
    why = [(_("Why is it sent all the same?"), letter.details.despite)] if letter.details.despite else []
    approvals.ask(
        SEND,
        subject_kind=Letter.__tablename__,
        subject_id=letter.id,
        subject_version=letter.version,
        arguments={"sent_how": how, "case_id": str(case.id)},
        before=lambda: _standing(letter),
        after=lambda: [
            (_("Letter"), _("May be sent")),
            (_("How is it to be sent?"), codes.label("sent_how", how)),
            *why,
        ],
        case_id=case.id,
        person_id=letter.person_id,
    )


def _letter(one: Approval) -> Letter:
    found = queries.letter(UUID(one.asked.arguments["case_id"]), one.subject_id)
    if found is None:
        raise DomainError(_("This letter is not there any more."))
    return found


def _version(one: Approval) -> int | None:
    found = queries.letter(UUID(one.asked.arguments["case_id"]), one.subject_id)
    return found.version if found is not None and not found.is_void else None


def _url(endpoint: str, one: Approval) -> str:
    return url_for(endpoint, case_id=one.asked.arguments["case_id"], letter_id=one.subject_id)


def _subject(one: Approval) -> tuple[str, str]:
    letter = _letter(one)
    return f"{pages.title(letter)} · {_addressee(letter)}", _url("letters.show", one)


def _let_go(_one: Approval) -> str:
    return str(_("The letter may go out. Your colleague sends it and notes the day."))


def _standing(letter: Letter) -> list[tuple[str, str]]:
    return [
        (_("Letter"), pages.state(letter)[0]),
        (_("Number"), letter.number or ""),
        (_("To"), _addressee(letter)),
    ]


def _addressee(letter: Letter) -> str:
    return filling.addressee(letter, letter.case, letter.person) or ""
