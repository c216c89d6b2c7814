"""Opening a case, moving it, deciding its next step, handing it over, closing and reopening it."""

from datetime import date
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm.attributes import set_committed_value

from casework.accounts.actions import WITH_PERSONS
from casework.accounts.models import User
from casework.cases import queries
from casework.cases.models import Case, CaseEvent, CaseParty, NextStep
from casework.core import clock
from casework.core.db import db
from casework.core.errors import DomainError
from casework.persons import actions as persons
from casework.persons.models import Person, Words
from casework.reference import queries as codes


def open_case(
    parties: list[Person],
    track: str,
    opened_on: date,
    lawyer_id: UUID,
    *,
    priority: str = "ROUTINE",
    source: str | None = None,
) -> Case:
    """A new matter of one or more persons, at the first stage of its track. Brings back who had left."""
    if not parties:
        raise DomainError(_("A case needs at least one person."), "persons")
    if opened_on > clock.today():
        raise DomainError(_("A case cannot be opened in the future."), "opened_on")
    stages = [item for item in codes.items("stage") if item.attributes.get("track") == track]
    if not stages:
        raise DomainError(_("Choose the kind of case."), "track")
    case = Case(
        organisation_id=parties[0].organisation_id,
        number=persons.issue_number("KZ", opened_on.year),
        track=track,
        priority=priority,
        source=source,
        stage=stages[0].code,
        stage_since=opened_on,
        lawyer_id=_caseworker(lawyer_id).id,
        opened_on=opened_on,
    )
    db.session.add(case)
    for position, person in enumerate(parties):
        case.parties.append(CaseParty(organisation_id=case.organisation_id, person_id=person.id, position=position))
    _happened(case, "opened", opened_on, to_code=case.stage)
    db.session.flush()
    for person in parties:
        persons.come_back(person, opened_on, case.id)
    return case


def add_party(case: Case, person: Person) -> None:
    _must_be_open(case)
    if any(party.person_id == person.id for party in case.parties):
        raise DomainError(_("This person is already in the case."), "number")
    case.parties.append(
        CaseParty(organisation_id=case.organisation_id, person_id=person.id, position=len(case.parties))
    )
    _happened(case, "party_added", clock.today())
    db.session.flush()
    persons.come_back(person, clock.today(), case.id)


def set_next_step(case: Case, text: str, due_on: date, owner_id: UUID | None = None) -> None:
    """The one thing that comes next, who does it, and by when."""
    _must_be_open(case)
    if due_on < case.opened_on:
        raise DomainError(_("The next step cannot be due before the case was opened."), "due_on")
    case.next_step = NextStep(text)
    case.next_step_due_on = due_on
    case.next_step_owner_id = _caseworker(owner_id or case.lawyer_id).id
    db.session.flush()


def complete_next_step(case: Case) -> None:
    """Done. What it was goes into the timeline; the case now asks for a new next step."""
    _must_be_open(case)
    if not case.has_next_step:
        raise DomainError(_("This case has no next step to mark as done."))
    event = _happened(case, "step_done", clock.today())
    event.note = Words(case.next_step.text)
    _clear_next_step(case)
    db.session.flush()


def move(case: Case, stage: str, on: date, note: str | None = None) -> None:
    """Another stage of the same track."""
    _must_be_open(case)
    if codes.attribute("stage", stage, "track") != case.track:
        raise DomainError(_("This stage does not belong to this kind of case."), "stage")
    if stage == case.stage:
        raise DomainError(_("The case is already at this stage."), "stage")
    _check_day(case, on, "on")
    event = _happened(case, "stage", on, from_code=case.stage, to_code=stage)
    if note:
        event.note = Words(note)
    case.stage, case.stage_since = stage, on
    db.session.flush()


def set_priority(case: Case, priority: str) -> None:
    _must_be_open(case)
    if priority != case.priority:
        _happened(case, "priority", clock.today(), from_code=case.priority, to_code=priority)
        case.priority = priority
    db.session.flush()


def reassign(case: Case, lawyer_id: UUID, reason: str) -> None:
    """Another lawyer takes over, with the next step."""
    _must_be_open(case)
    if lawyer_id == case.lawyer_id:
        raise DomainError(_("This lawyer already has the case."), "lawyer")
    lawyer = _caseworker(lawyer_id)
    _happened(
        case,
        "reassigned",
        clock.today(),
        from_code=str(case.lawyer_id),
        to_code=str(lawyer.id),
        reason=reason,
    )
    if case.next_step_owner_id == case.lawyer_id:
        case.next_step_owner_id = lawyer.id
    case.lawyer_id = lawyer.id
    db.session.flush()
    set_committed_value(case, "lawyer", lawyer)


def close(
    case: Case,
    on: date,
    outcome: str | None,
    reason: str,
    note: str | None = None,
    for_persons: list[UUID] | None = None,
) -> None:
    """End the case.

    The outcome may change a status, and the reason may end the registration of those for whom this was the last open
    case. Both hold for the persons named, or for everyone in the case: one of a family may have died, or been
    recognised.
    """
    _must_be_open(case)
    _check_day(case, on, "closed_on")
    if case.last_contact_on is not None and on < case.last_contact_on:
        raise DomainError(_("The case has a session after this day. Close it on that day or later."), "closed_on")
    if any(event.kind == "reopened" and on < event.happened_on for event in case.events):
        raise DomainError(_("The case was reopened after this day. Close it on that day or later."), "closed_on")
    event = _happened(case, "closed", on, from_code=case.stage, to_code=outcome, reason=reason)
    if note:
        event.note = Words(note)
    case.closed_on, case.outcome, case.closure_reason = on, outcome, reason
    _clear_next_step(case)
    db.session.flush()
    change = codes.attribute("case_outcome", outcome, "status")
    flow = codes.attribute("closure_reason", reason, "flow")
    meant = {party.person_id for party in case.parties} if for_persons is None else set(for_persons)
    for party in case.parties:
        if party.person_id not in meant:
            continue
        if change and getattr(party.person, change["dimension"]) != change["code"]:
            persons.set_status(
                party.person, change["dimension"], change["code"], on, change["reason"], cause_id=event.id
            )
        if flow and not queries.has_other_open_case(party.person_id, but=case.id):
            persons.leave(party.person, on, flow, event.id)


def reopen(case: Case, on: date, reason: str) -> None:
    """Open it again. A status that the closing brought stays; void that entry if it was wrong."""
    if case.is_open:
        raise DomainError(_("This case is already open."))
    _check_day(case, on, "on")
    if case.closed_on is not None and on < case.closed_on:
        raise DomainError(_("The case was still open on that day."), "on")
    _happened(case, "reopened", on, reason=reason)
    case.closed_on = case.outcome = case.closure_reason = None
    db.session.flush()
    for party in case.parties:
        persons.come_back(party.person, on, case.id)


def note_contact(case: Case, last_contact_on: date | None) -> None:
    """Remember the day of the latest session that stands."""
    case.last_contact_on = last_contact_on
    db.session.flush()


def _clear_next_step(case: Case) -> None:
    case.next_step_sealed = None
    case.next_step_due_on = case.next_step_owner_id = None


def _must_be_open(case: Case) -> None:
    if not case.is_open:
        raise DomainError(_("This case is closed. Reopen it first."))


def _check_day(case: Case, on: date, field: str) -> None:
    if on > clock.today():
        raise DomainError(_("This date is in the future. Enter the day it happened."), field)
    if on < case.opened_on:
        raise DomainError(_("This day is before the case was opened."), field)


def _caseworker(user_id: UUID) -> User:
    found = db.session.get(User, user_id)
    if (
        found is None
        or found.organisation_id != db.session.info["principal"].organisation_id
        or not found.is_active
        or found.role not in WITH_PERSONS
    ):
        raise DomainError(_("Choose a lawyer of your organisation."), "lawyer")
    return found


def _happened(
    case: Case,
    kind: str,
    on: date,
    *,
    from_code: str | None = None,
    to_code: str | None = None,
    reason: str | None = None,
) -> CaseEvent:
    event = CaseEvent(
        organisation_id=case.organisation_id,
        kind=kind,
        happened_on=on,
        from_code=from_code,
        to_code=to_code,
        reason=reason,
        recorded_at=clock.now(),
        recorded_by_id=db.session.info["principal"].user_id,
    )
    case.events.append(event)
    return event
