"""Recording what a person needs and what is done for a child, putting it right, ending it, taking up what is urgent."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from casework.accounts.permissions import Role
from casework.accounts.policy import permissions_of
from casework.accounts.queries import caseworkers
from casework.cases import queries as cases
from casework.core import clock
from casework.core.db import db
from casework.core.errors import DomainError
from casework.needs import policy, queries
from casework.needs.models import BestInterest, SpecificNeed, TakenUp
from casework.needs.policy import LIST
from casework.needs.rules import ADULT_FROM, Fit, fit
from casework.notices import actions as notices
from casework.persons.models import Person, Words
from casework.reference import queries as codes

_FOR_WHOM: dict[str, tuple[Callable[[], str], Callable[[], str]]] = {
    "under_18": (
        lambda: _("This need is for children under 18. By the record the person is older."),
        lambda: _("This need is for children under 18. The person’s age is not known for sure: say how you know."),
    ),
    "60_plus": (
        lambda: _("This need is for older persons. By the record the person is a child."),
        lambda: _("This need is for older persons, mostly from 60 on. Say why it fits this person."),
    ),
    "female": (
        lambda: _("This need is for women and girls. By the record the person is male."),
        lambda: _("This need is for women and girls. The record does not say so: write how you know."),
    ),
}


class Asked(DomainError):
    """A refusal that a reason lifts."""


@dataclass
class Given:
    """What is told of a need."""

    code: str
    since_on: date
    note: str | None = None
    why_fits: str | None = None


def record(person: Person, given: Given) -> SpecificNeed:
    need = SpecificNeed(
        organisation_id=person.organisation_id,
        person_id=person.id,
        recorded_at=clock.now(),
        recorded_by_id=db.session.info["principal"].user_id,
    )
    _write(person, need, given)
    db.session.add(need)
    db.session.flush()
    _tell_if_urgent(person, need)
    return need


def correct(person: Person, need: SpecificNeed, given: Given) -> None:
    """Put it right. What it said before is kept."""
    _must_stand(need)
    if need.until_on is not None and need.until_on < given.since_on:
        raise DomainError(_("It ended before this day."), "since_on")
    before = need.code
    _write(person, need, given)
    db.session.flush()
    if need.code != before and need.is_active:
        _tell_if_urgent(person, need)


def end(need: SpecificNeed, on: date) -> None:
    """From this day on the person has this need no more."""
    _must_stand(need)
    if need.until_on is not None:
        raise DomainError(_("This need has ended already."), "on")
    if on > clock.today():
        raise DomainError(_("This date is in the future. Enter the day it happened."), "on")
    if on < need.since_on:
        raise DomainError(_("It only began after this day."), "on")
    need.until_on = on
    db.session.flush()


def goes_on(need: SpecificNeed) -> None:
    """Take back that it ended."""
    _must_stand(need)
    if need.until_on is None:
        raise DomainError(_("This need has not ended."))
    _must_be_new(need, need.code)
    need.until_on = None
    db.session.flush()


def void(row: SpecificNeed | BestInterest, reason: str) -> None:
    """Take back what should never have been recorded. It stays readable to whom it was before."""
    if row.is_void:
        raise DomainError(_("This is void already."))
    row.voided_at = clock.now()
    row.voided_by_id = db.session.info["principal"].user_id
    row.void_reason = reason
    db.session.flush()
    if isinstance(row, SpecificNeed):
        notices.forget(_key(row))


def _write(person: Person, need: SpecificNeed, given: Given) -> None:
    is_offered = any(one.code == given.code for one in codes.items(LIST))
    if not policy.may_see(given.code, person.id) or not (is_offered or given.code == need.code):
        raise DomainError(_("Choose one of the options."), "code")
    if given.since_on > clock.today():
        raise DomainError(_("This date is in the future. Enter the day it happened."), "since_on")
    if need.code and policy.is_sensitive(need.code) != policy.is_sensitive(given.code):
        # Its history would tell what only some may know.
        raise DomainError(_("Who may know of these two needs differs. Void this one and record the other."), "code")
    _must_be_new(need, given.code)
    _must_fit(person, given)
    need.code, need.since_on = given.code, given.since_on
    need.note, need.why_fits = Words(given.note), Words(given.why_fits)


def _must_be_new(need: SpecificNeed, code: str) -> None:
    if need.until_on is None or not need.is_active:
        same = [one for one in queries.visible(need.person_id) if one.code == code and one.id != need.id]
        if same:
            raise DomainError(_("This need is recorded already, and still goes on."), "code")


def _must_fit(person: Person, given: Given) -> None:
    for_whom = policy.applies_to(given.code)
    found = fit(for_whom, policy.facts(person, given.since_on))
    if found is Fit.FITS or for_whom is None:
        return
    never, asked = _FOR_WHOM[for_whom]
    if found is Fit.NEVER:
        raise DomainError(never(), "code")
    if not given.why_fits:
        raise Asked(asked(), "why_fits")


def _must_stand(row: SpecificNeed | BestInterest) -> None:
    if row.is_void:
        raise DomainError(_("This is void and can no longer be changed."))


def _key(need: SpecificNeed) -> str:
    """Of one need there is one notice, however often it is put right."""
    return f"need:{need.id}"


def _tell_if_urgent(person: Person, need: SpecificNeed) -> None:
    """The lawyers of the person's open cases and the supervisors: those of them who may know."""
    if not policy.is_urgent(need.code):
        return
    lawyers = {one.lawyer_id for one in cases.cases_of([person.id]) if one.is_open}
    takes = "person:sensitive-need" if policy.is_sensitive(need.code) else "person:need"
    told = [
        one.id
        for one in caseworkers()
        if (one.id in lawyers or one.role is Role.SUPERVISOR) and takes in permissions_of(one)
    ]
    notices.tell(
        told,
        "need_urgent",
        _key(need),
        endpoint="urgent.index",
        values={},
        # Who covers for one of them may not know whom it is about: the page itself decides what they see.
        person_id=None if policy.is_sensitive(need.code) else person.id,
    )


# -- best interests of a child -----------------------------------------------------------------------------------


@dataclass
class Step:
    """What is told of a step for a child's best interests."""

    step: str
    state: str
    due_on: date | None = None
    decided_on: date | None = None
    outcome: str | None = None
    note: str | None = None


def record_best_interest(person: Person, step: Step) -> BestInterest:
    known = policy.facts(person, clock.today())
    if known.age is not None and known.age >= ADULT_FROM and not known.is_age_estimated:
        raise DomainError(_("These steps are for children under 18. By the record the person is older."))
    row = BestInterest(
        organisation_id=person.organisation_id,
        person_id=person.id,
        recorded_at=clock.now(),
        recorded_by_id=db.session.info["principal"].user_id,
    )
    _write_step(row, step)
    db.session.add(row)
    db.session.flush()
    return row


def change_best_interest(row: BestInterest, step: Step) -> None:
    _must_stand(row)
    _write_step(row, step)
    db.session.flush()


def _write_step(row: BestInterest, step: Step) -> None:
    is_done = step.state == "done"
    if is_done and step.decided_on is None:
        raise DomainError(_("Enter the day on which it was decided."), "decided_on")
    if is_done and not step.outcome:
        raise DomainError(_("Choose what was decided."), "outcome")
    if not is_done and step.due_on is None:
        raise DomainError(_("Enter by when it should be done."), "due_on")
    if step.decided_on is not None and step.decided_on > clock.today():
        raise DomainError(_("This date is in the future. Enter the day it happened."), "decided_on")
    others = [one for one in queries.best_interests(row.person_id) if one.is_open and one.id != row.id]
    if not is_done and any(one.step == step.step for one in others):
        raise DomainError(_("Such a step is open already. Change that one."), "step")
    row.step, row.state, row.due_on = step.step, step.state, step.due_on
    row.decided_on, row.outcome = (step.decided_on, step.outcome) if is_done else (None, None)
    row.note = Words(step.note)


# -- what is urgent ----------------------------------------------------------------------------------------------


def take_up(person_id: UUID, reasons: list[tuple[str, UUID]]) -> int:
    """Say that one acts on these reasons of a person; how many were not taken up yet."""
    taken = queries.taken([person_id])
    open_ones = [(kind, subject_id) for kind, subject_id in reasons if subject_id not in taken]
    now = clock.now()
    for kind, subject_id in open_ones:
        columns: dict[str, Any] = {f"{kind}_id": subject_id}
        db.session.add(
            TakenUp(
                person_id=person_id,
                taken_at=now,
                taken_by_id=db.session.info["principal"].user_id,
                **columns,
            )
        )
    db.session.flush()
    return len(open_ones)


def release(person_id: UUID, reasons: list[tuple[str, UUID]]) -> int:
    """Take back that somebody acts on these reasons, oneself or as their supervisor a colleague; how many it was."""
    taken = queries.taken([person_id])
    every = [taken[subject_id] for _kind, subject_id in reasons if subject_id in taken]
    mine = [one for one in every if policy.may_release(one)]
    if every and not mine:
        raise DomainError(_("Somebody else has taken this up. They or a supervisor can give it back."))
    for one in mine:
        one.released_at = clock.now()
        one.released_by_id = db.session.info["principal"].user_id
    db.session.flush()
    return len(mine)
