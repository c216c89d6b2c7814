"""Asking for a second person's consent, giving it, sending back, taking back; and the organisation's rules on it."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from casework.accounts.queries import names
from casework.approvals import kinds, queries, rules
from casework.approvals.kinds import Pairs
from casework.approvals.models import Answer, Approval, ApprovalRule, Asked
from casework.approvals.rules import State, Who
from casework.core import clock
from casework.core.config import LANGUAGES
from casework.core.db import db
from casework.core.errors import DomainError
from casework.notices.actions import forget, tell

Told = Pairs | Callable[[], Pairs]
"""Labels with their values; a function is asked once in every language."""


WRITTEN = frozenset({"note", "purpose"})
"""The arguments in which somebody wrote freely; all others are codes, days and ids."""


class ChangedSince(DomainError):
    """The record is not what it was when somebody asked: what was shown then is not what would be done now."""


def ask(
    code: str,
    *,
    subject_kind: str,
    subject_id: UUID,
    subject_version: int,
    arguments: dict[str, Any],
    before: Told,
    after: Told,
    reason: str | None = None,
    case_id: UUID | None = None,
    person_id: UUID | None = None,
) -> Approval:
    """Ask a second person to approve something, instead of doing it. One request of a kind about a row at a time."""
    if queries.of_subject(subject_id, code) is not None:
        raise DomainError(_("This waits for approval already. Take that request back to change it."))
    made = Approval(
        code=code,
        subject_kind=subject_kind,
        subject_id=subject_id,
        subject_version=subject_version,
        case_id=case_id,
        person_id=person_id,
        asked_by_id=db.session.info["principal"].user_id,
        asked_at=clock.now(),
        asked=Asked(arguments, _in_every_language(before), _in_every_language(after), reason),
    )
    db.session.add(made)
    db.session.flush()
    deciders = [one.id for one in queries.deciders()]
    tell(deciders, "approval_asked", _asked_key(made), **_page(made))
    return made


def ask_otherwise(approval: Approval, *, arguments: dict[str, Any], before: Told, after: Told) -> None:
    """What waits has become more, or less: who decides reads it as it is now."""
    _must_wait(approval)
    asked = Asked(arguments, _in_every_language(before), _in_every_language(after), approval.asked.reason)
    approval.asked = asked
    db.session.flush()


def _asked_key(approval: Approval) -> str:
    return f"approval-asked:{approval.id}"


def _in_every_language(told: Told) -> dict[str, list[list[str]]]:
    found = {}
    for language in LANGUAGES:
        with force_locale(language):
            found[language] = [[str(label), str(value)] for label, value in (told() if callable(told) else told)]
    return found


def _page(approval: Approval) -> dict[str, Any]:
    """Where a notice leads."""
    return {
        "endpoint": "approvals.show",
        "values": {"approval_id": approval.id},
        "case_id": approval.case_id,
        "person_id": approval.person_id,
    }


def approve(approval: Approval, comment: str | None = None) -> str | None:
    """Do what was asked for, as whoever approves, unless the record has changed since; what to tell them."""
    _must_wait(approval)
    _must_be_anothers(approval)
    if queries.has_changed(approval):
        raise ChangedSince(
            _("The record was changed after this was asked. Nothing was done. Look at what changed, and send it back.")
        )
    with queries.approved_already():
        said = kinds.kind(approval.code).carry_out(approval)
    _decide(approval, State.APPROVED, comment)
    return said


def send_back(approval: Approval, comment: str) -> None:
    """Not so: who asked reads why, and can ask anew."""
    _must_wait(approval)
    _must_be_anothers(approval)
    _decide(approval, State.RETURNED, comment)


def take_back(approval: Approval) -> None:
    """Who asked asks no more."""
    _must_wait(approval)
    if approval.asked_by_id != db.session.info["principal"].user_id:
        raise DomainError(_("Only who asked can take it back. You can send it back."))
    withdraw(approval)


def withdraw(approval: Approval) -> None:
    """There is nothing to approve any more: what it was asked for was itself taken back."""
    _must_wait(approval)
    approval.state, approval.decided_at = State.TAKEN_BACK, clock.now()
    db.session.flush()
    forget(_asked_key(approval))


def leave(about: Iterable[Approval]) -> None:
    """What was asked about a record that went away: nobody approves it any more. The codes and days stay, by which its
    page is found; nothing that anybody wrote does."""
    for approval in about:
        if approval.is_waiting:
            approval.state, approval.decided_at = State.TAKEN_BACK, clock.now()
            forget(_asked_key(approval))
        arguments = approval.asked.arguments
        approval.asked = Asked({name: None if name in WRITTEN else value for name, value in arguments.items()})
        approval.answer_sealed = None
    db.session.flush()


def _must_wait(approval: Approval) -> None:
    if approval.is_waiting:
        return
    who = names({approval.decided_by_id}).get(approval.decided_by_id)
    if approval.state == State.TAKEN_BACK or who is None:
        raise DomainError(_("This does not wait for approval any more."))
    raise DomainError(_("%(who)s decided about this already.", who=who))


def _must_be_anothers(approval: Approval) -> None:
    if approval.asked_by_id == db.session.info["principal"].user_id:
        raise DomainError(_("You asked for this yourself: another supervisor decides."))


def _decide(approval: Approval, state: State, comment: str | None) -> None:
    approval.state = state
    approval.decided_by_id, approval.decided_at = db.session.info["principal"].user_id, clock.now()
    if comment:
        approval.answer = Answer(comment)
    db.session.flush()
    forget(_asked_key(approval))  # nobody else needs to look any more
    key = f"approval-decided:{approval.id}"
    tell([approval.asked_by_id], "approval_decided", key, words=comment, **_page(approval))


def set_rules(chosen: Mapping[str, str]) -> None:
    """What the organisation wants approved from now on. What waits goes on waiting; the other supervisors are told."""
    supervisors = queries.deciders()
    version = queries.rules_version()
    rows = {one.code: one for one in db.session.scalars(select(ApprovalRule))}
    for code, who in chosen.items():
        present = rows[code].who if code in rows else Who.OFF
        if who == present:
            continue
        if who == Who.EVERYONE and not rules.can_be_for_everyone(len(supervisors)):
            raise DomainError(
                _(
                    "Nobody approves what they asked for themselves: for everyone, your organisation needs two "
                    "supervisors who can sign in."
                ),
                code,
            )
        if code in rows:
            rows[code].who = who
        else:
            db.session.add(ApprovalRule(code=code, who=who))
    db.session.flush()
    now = queries.rules_version()  # every change makes it higher
    if now != version:
        told = [one.id for one in supervisors]
        tell(told, "approval_rules", f"approval-rules:{now}", endpoint="approvals.rules", values={})
