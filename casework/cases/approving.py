"""Closing and reopening a case where the organisation wants a second person to approve it."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from casework.approvals import actions as approvals
from casework.approvals import kinds
from casework.approvals.kinds import Kind
from casework.approvals.models import Approval
from casework.approvals.pages import Asking, signed
from casework.cases import actions, pages, queries
from casework.cases.models import Case
from casework.core import i18n
from casework.core.db import once_per_page
from casework.core.errors import DomainError
from casework.core.i18n import Text
from casework.reference import queries as codes

CLOSE, REOPEN = "case_close", "case_reopen"


def listen() -> None:
    """Say how a case is closed and reopened once that is approved."""
    kinds.register(
        Kind(
            CLOSE,
            Text("Closing a case", "Закрытие дела", "Істі жабу"),
            carry_out=_close,
            url=lambda one: url_for("cases.close", case_id=one.subject_id),
            version=_version,
            subject=subject,
            persons=_persons,
            now=lambda one: _standing(_case(one)),
            warnings=lambda one: pages.closing_words(_case(one)),
        )
    )
    kinds.register(
        Kind(
            REOPEN,
            Text("Reopening a case", "Возобновление дела", "Істі қайта ашу"),
            carry_out=_reopen,
            url=lambda one: url_for("cases.reopen", case_id=one.subject_id),
            version=_version,
            subject=subject,
            persons=_persons,
            now=lambda one: _standing(_case(one)),
        )
    )


def ask_to_close(case: Case, given: dict[str, Any]) -> Approval:
    """Ask for what the form said: the arguments of actions.close."""
    actions.check_closing(case, given["on"])
    return _ask(CLOSE, case, given, lambda: _closed(case, given), given["note"])


def ask_to_reopen(case: Case, given: dict[str, Any]) -> Approval:
    """Ask for what the form said: the arguments of actions.reopen."""
    actions.check_reopening(case, given["on"])
    return _ask(REOPEN, case, given, lambda: _reopened(case, given))


def _ask(code: str, case: Case, given: dict[str, Any], after: approvals.Told, reason: str | None = None) -> Approval:
    return approvals.ask(
        code,
        subject_kind=Case.__tablename__,
        subject_id=case.id,
        subject_version=case.version,
        arguments={name: _plain(value) for name, value in given.items()},
        before=lambda: _standing(case),
        after=after,
        reason=reason,
        case_id=case.id,
    )


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [str(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def given_again(typed: dict[str, Any]) -> dict[str, Any]:
    """What was asked, as the arguments that it was made of."""
    lists = {name: [UUID(one) for one in value] for name, value in typed.items() if isinstance(value, list)}
    return {**typed, **lists, "on": date.fromisoformat(typed["on"])}


def typed(asking: Asking, **named: str) -> dict[str, Any]:
    """What was typed when it was asked before, for the form: some arguments have another name there."""
    if not asking.typed:
        return {}
    given = {**asking.typed, "on": date.fromisoformat(asking.typed["on"])}
    return {named.get(name, name): value for name, value in given.items() if value is not None}


# -- how it is done --------------------------------------------------------------------------------------------------


@once_per_page
def _loaded(case_id: UUID | None) -> list[Case]:
    found = queries.case_(case_id) if case_id is not None else None
    return [found] if found is not None else []


def _found(case_id: UUID | None) -> Case | None:
    """The case, if it is there: read once for a page, however much a request tells of it."""
    return next(iter(_loaded(case_id)), None)


def _case(one: Approval) -> Case:
    found = _found(one.subject_id)
    if found is None:
        raise DomainError(_("This case is not there any more."))
    return found


def _version(one: Approval) -> int | None:
    found = _found(one.subject_id)
    return found.version if found is not None else None


def subject(one: Approval) -> tuple[str, str]:
    """The case that a request stands at, and its page."""
    found = _found(one.case_id)
    return (pages.heading(found), url_for("casefile.case", case_id=found.id)) if found is not None else ("", "")


def _persons(one: Approval) -> list[UUID]:
    found = _found(one.subject_id)
    return [party.person_id for party in found.parties] if found is not None else []


def _close(one: Approval) -> None:
    given = given_again(one.asked.arguments)
    actions.close(_case(one), **{**given, "note": signed(one, given["note"])})


def _reopen(one: Approval) -> None:
    actions.reopen(_case(one), **given_again(one.asked.arguments), note=signed(one))


# -- before and after ------------------------------------------------------------------------------------------------


def _standing(case: Case) -> list[tuple[str, str]]:
    """How a case stands today: what is told when closing or reopening it changes it, or somebody else does since."""
    due = i18n.day(case.next_step_due_on)
    step = _("%(step)s (by %(day)s)", step=case.next_step.text, day=due) if case.has_next_step else ""
    stage = codes.label("stage", case.stage)
    return [
        (_("Case"), _("Open, at the stage “%(stage)s”", stage=stage) if case.is_open else _("Closed")),
        (_("Closed on"), i18n.day(case.closed_on)),
        (_("What was reached"), codes.label("case_outcome", case.outcome)),
        (_("Why the case ends"), codes.label("closure_reason", case.closure_reason)),
        (_("Next step"), step),
        (_("Last contact"), i18n.day(case.last_contact_on)),
        (_("Priority"), codes.label("priority", case.priority)),
        (_("Lawyer"), case.lawyer.name),
        (_("Persons"), ", ".join(name for _id, name in pages.party_choices(case))),
    ]


def _closed(case: Case, given: dict[str, Any]) -> list[tuple[str, str]]:
    found = [
        (_("Case"), _("Closed")),
        (_("Closed on"), i18n.day(given["on"])),
        (_("What was reached"), codes.label("case_outcome", given["outcome"])),
        (_("Why the case ends"), codes.label("closure_reason", given["reason"])),
        (_("Next step"), ""),
    ]
    if given["outcome_for"] is not None:
        found.append((_("Who got this outcome?"), _named(case, given["outcome_for"])))
    if given["reason_for"] is not None:
        found.append((_("For whom does the case end for this reason?"), _named(case, given["reason_for"])))
    return found


def _reopened(case: Case, given: dict[str, Any]) -> list[tuple[str, str]]:
    stage = codes.label("stage", case.stage)
    found = [
        (_("Case"), _("Open, at the stage “%(stage)s”", stage=stage)),
        (_("Closed on"), ""),
        (_("What was reached"), ""),
        (_("Why the case ends"), ""),
        (_("Reopened on"), i18n.day(given["on"])),
        (_("Why"), codes.label("reopen_reason", given["reason"])),
    ]
    if given["for_persons"] is not None:
        found.append((_("Who is in your care again?"), _named(case, given["for_persons"])))
    return found


def _named(case: Case, chosen: list[UUID]) -> str:
    return ", ".join(name for person_id, name in pages.party_choices(case) if UUID(person_id) in chosen)
