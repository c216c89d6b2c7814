"""Opening a case, moving it, deciding its next step, handing it over, closing and reopening it."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm.attributes import set_committed_value

from casework.accounts.actions import WITH_PERSONS
from casework.accounts.models import User
from casework.cases import queries
from casework.cases.models import Case, CaseEvent, CaseParty, NextStep
from casework.core import clock
from casework.core.db import db
from casework.core.errors import DomainError
from casework.core.events import (
    case_assigning,
    case_correcting,
    case_event,
    case_reopened,
    parties_changed,
)
from casework.persons import actions as persons
from casework.persons import approving as statuses
from casework.persons.models import Person, Words
from casework.persons.queries import left_for_good as is_left_for_good
from casework.procedures import queries as procedures
from casework.procedures.rules import Procedure
from casework.reference import queries as codes


def open_case(
    parties: list[Person],
    track: str,
    opened_on: date,
    lawyer_id: UUID,
    *,
    priority: str = "ROUTINE",
    source: str | None = None,
    procedure: str | None = None,
) -> Case:
    """A new matter of one or more persons, at the first stage of its procedure. Brings back who had left.

    Without a procedure (a code) it is the usual one of the track, in the version in force on the day of opening.
    """
    if not parties:
        raise DomainError(_("A case needs at least one person."), "persons")
    if opened_on > clock.today():
        raise DomainError(_("A case cannot be opened in the future."), "opened_on")
    chosen = _procedure(track, opened_on, procedure)
    lawyer = _caseworker(lawyer_id)
    case_assigning.send(None, persons=parties, lawyer_id=lawyer.id)
    case = Case(
        organisation_id=parties[0].organisation_id,
        number=persons.issue_number("KZ", opened_on.year),
        track=track,
        priority=priority,
        source=source,
        procedure_id=chosen.id,
        stage=chosen.first_stage,
        stage_since=opened_on,
        lawyer_id=lawyer.id,
        opened_on=opened_on,
    )
    db.session.add(case)
    for position, person in enumerate(parties):
        case.parties.append(CaseParty(organisation_id=case.organisation_id, person_id=person.id, position=position))
    _happened(case, "opened", opened_on, to_code=case.stage)
    db.session.flush()
    for person in parties:
        persons.come_back(person, opened_on, case.id)
    parties_changed.send(case, persons=parties)
    return case


def _procedure(track: str, on: date, code: str | None = None) -> Procedure:
    """The version of a procedure in force on a day: the one chosen, or the usual one of the track."""
    in_force = procedures.in_force(on, track)
    found = next((one for one in in_force if code in (None, one.code)), None)
    if found is None and code is not None:
        raise DomainError(_("This procedure was not in force on the day of opening."), "procedure")
    if found is None:
        raise DomainError(_("Choose the kind of case."), "track")
    return found


def add_party(case: Case, person: Person) -> None:
    _must_be_open(case)
    if any(party.person_id == person.id for party in case.parties):
        raise DomainError(_("This person is already in the case."), "number")
    case_assigning.send(case, persons=[person], lawyer_id=case.lawyer_id)
    case.parties.append(
        CaseParty(organisation_id=case.organisation_id, person_id=person.id, position=len(case.parties))
    )
    event = _happened(case, "party_added", clock.today())
    db.session.flush()
    persons.come_back(person, clock.today(), event.id)
    parties_changed.send(case, persons=[person])


def void_party(case: Case, person_id: UUID, reason: str) -> None:
    """Take out a person who was put into the case by mistake, with all that followed for them from being in it."""
    party = next((one for one in case.parties if one.person_id == person_id), None)
    if party is None:
        raise DomainError(_("Choose persons of this case only."), "person")
    if len(case.parties) == 1:
        raise DomainError(_("A case needs at least one person."), "person")
    case_correcting.send(case, without=person_id, reason=reason)
    party.voided_at = clock.now()
    party.voided_by_id = db.session.info["principal"].user_id
    party.void_reason = reason
    person = party.person
    _happened(case, "party_voided", clock.today(), to_code=person.number, reason=reason)
    db.session.flush()
    db.session.refresh(case, ["parties"])
    for cause_id in (case.id, *(event.id for event in case.events)):
        statuses.void_caused_by(cause_id, reason, person.id, case.id)
    count_by_what_remains(person, but=case.id)
    parties_changed.send(case, persons=[person])


def go_on_without(case: Case, people: Collection[Person], on: date, *, kind: str, reason: str, flow: str) -> None:
    """The case stays for those who did not leave it; those who did are no longer in it, or in any."""
    for person in people:
        party = next(one for one in case.parties if one.person_id == person.id)
        party.voided_at, party.void_reason = clock.now(), reason
        event = _happened(case, kind, on, to_code=person.number)
        db.session.flush()
        if not queries.has_other_open_case(person.id, case.id):
            persons.leave(person, on, flow, event.id)
    db.session.refresh(case, ["parties", "events"])
    parties_changed.send(case, persons=list(people))


def count_by_what_remains(person: Person, *, but: UUID | None = None, closed_since: datetime | None = None) -> None:
    """In care while another case is open; out of it as their last other case said, which this one had held up.

    After two persons were one record for a while there is no such one case, but what was `closed_since`.
    """
    remaining = queries.other_open_case(person.id, but)
    last = queries.other_closed_case(person.id, but)
    if remaining is not None and not is_left_for_good(person):
        again = [(one.happened_on, one.id) for one in remaining.events if one.kind == "reopened"]
        persons.come_back(person, *(again[-1] if again else (remaining.opened_on, remaining.id)))
    if remaining is None and last is not None and last.closed_on is not None:
        flow = codes.attribute("closure_reason", last.closure_reason, "flow")
        closing = next(event for event in reversed(last.events) if event.kind == "closed")
        is_meant = closed_since is None or closing.recorded_at >= closed_since
        if flow and is_meant:  # for whom the reason held is not known any more when the case had several persons
            persons.leave(person, last.closed_on, flow if len(last.parties) == 1 else "closed", closing.id)


def correct_opening(case: Case, opened_on: date, track: str, source: str | None) -> None:
    """Put right how the case began. Another kind of case begins at its own first stage."""
    if (opened_on, track, source) == (case.opened_on, case.track, case.source):
        return
    if opened_on > clock.today():
        raise DomainError(_("A case cannot be opened in the future."), "opened_on")
    later = [event for event in case.events if event.kind not in ("opened", "opening_corrected")]
    if any(event.happened_on < opened_on for event in later):
        raise DomainError(_("Something happened in this case before that day."), "opened_on")
    case_correcting.send(case, opened_on=opened_on, track=track)
    opening = next(event for event in case.events if event.kind == "opened")
    if track != case.track:
        _must_be_open(case)
        usual = _procedure(track, opened_on)
        case.track, case.procedure_id = track, usual.id
        case.stage, case.stage_since = usual.first_stage, opened_on
        opening.to_code = case.stage
    elif case.stage == opening.to_code and case.stage_since == opening.happened_on:
        case.stage_since = opened_on
    opening.happened_on = case.opened_on = opened_on
    case.source = source
    _happened(case, "opening_corrected", clock.today())
    db.session.flush()
    for party in case.parties:
        persons.redate_return(party.person, opened_on, case.id)


def check_next_step(text: str | None, due_on: date | None) -> None:
    """Half a next step is none: what happens, and by when. Neither is fine."""
    if text and due_on is None:
        raise DomainError(_("Say by when the next step is due."), "due_on")
    if due_on is not None and not text:
        raise DomainError(_("Say what happens next, or leave the day empty."), "next_step")


def set_next_step(case: Case, text: str | None, due_on: date | None, owner_id: UUID | None = None) -> None:
    """The one thing that comes next, who does it, and by when; with neither, what stands is left as it is."""
    check_next_step(text, due_on)
    if not text or due_on is None:
        return
    _must_be_open(case)
    if due_on < case.opened_on:
        raise DomainError(_("The next step cannot be due before the case was opened."), "due_on")
    owner = _caseworker(owner_id or queries.usual_owner(case))
    if owner.id not in (case.lawyer_id, case.next_step_owner_id):  # comes to work on it, as with a case of their own
        case_assigning.send(case, lawyer_id=owner.id)
    case.next_step = NextStep(text)
    case.next_step_due_on = due_on
    case.next_step_owner_id = owner.id
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


def reach(case: Case, stage: str, on: date) -> None:
    """The case stands at another stage since a day. Only acts of its procedure say so: they are the history of it."""
    is_another = stage != case.stage
    case.stage, case.stage_since = stage, on
    db.session.flush()
    if is_another:
        case_event.send(case, kind="stage")


def set_procedure(case: Case, procedure_id: UUID, stage: str, since: date, note: str) -> None:
    """The case goes on under a version of a procedure, at one of its stages, for the reason in the note."""
    former = str(case.procedure_id) if case.procedure_id else None
    event = _happened(case, "procedure", clock.today(), from_code=former, to_code=str(procedure_id))
    event.note = Words(note)
    case.procedure_id, case.stage, case.stage_since = procedure_id, stage, since
    db.session.flush()


def adopt_procedures() -> int:
    """Give cases from before there were procedures the usual one of their track, where it has their stage.

    Acting as the system, over all organisations; how many were given one. A case at a stage that the procedure does not
    know is left alone: its page asks for the choice.
    """
    waiting = select(Case).where(Case.procedure_id.is_(None), Case.closed_on.is_(None))
    adopted = 0
    for case in db.session.scalars(waiting):
        usual = procedures.default_for(case.track, case.opened_on)
        if usual is not None and usual.stage(case.stage) is not None:
            case.procedure_id = usual.id
            adopted += 1
    db.session.flush()
    return adopted


def set_priority(case: Case, priority: str) -> None:
    _must_be_open(case)
    if priority != case.priority:
        _happened(case, "priority", clock.today(), from_code=case.priority, to_code=priority)
        case.priority = priority
    db.session.flush()


@dataclass(frozen=True)
class Move:
    """To whom a case goes, and whose its next step becomes, where that is said."""

    lawyer_id: UUID
    step_owner_id: UUID | None = None


def reassign(
    case: Case, lawyer_id: UUID, reason: str, note: str | None = None, *, step_owner_id: UUID | None = None
) -> None:
    """Another lawyer takes over, perhaps with a note, and with the next step, unless it is said whose that becomes."""

    def check(one: Case, to: UUID) -> None:
        case_assigning.send(one, lawyer_id=to)

    former = hand_on(case, Move(lawyer_id, step_owner_id), reason, note, check)
    db.session.flush()
    case_event.send(case, kind="reassigned", former_lawyer_id=former, note=note)


def hand_on(case: Case, to: Move, reason: str, note: str | None, check: Callable[[Case, UUID], None]) -> UUID:
    """The case is with another lawyer from now on, if nothing speaks against it; who had it before."""
    _must_be_open(case)
    if to.lawyer_id == case.lawyer_id:
        raise DomainError(_("This lawyer already has the case."), "lawyer")
    lawyer = _caseworker(to.lawyer_id)
    check(case, lawyer.id)
    event = _happened(
        case,
        "reassigned",
        clock.today(),
        from_code=str(case.lawyer_id),
        to_code=str(lawyer.id),
        reason=reason,
    )
    if note:
        event.note = Words(note)
    if case.has_next_step and to.step_owner_id is not None:
        case.next_step_owner_id = _caseworker(to.step_owner_id).id
    elif case.next_step_owner_id == case.lawyer_id:
        case.next_step_owner_id = lawyer.id
    former, case.lawyer_id = case.lawyer_id, lawyer.id
    set_committed_value(case, "lawyer", lawyer)
    return former


def close(
    case: Case,
    on: date,
    outcome: str | None,
    reason: str,
    note: str | None = None,
    *,
    outcome_for: list[UUID] | None = None,
    reason_for: list[UUID] | None = None,
) -> None:
    """End the case.

    The outcome may change the status of those who got it, and the reason may end the registration of those for whom the
    case ends for it, if this was their last open case. One of a family may have died, or been recognised; each list
    left out means everyone. For whom the reason does not hold and who has no other open case leaves as “closed”, so
    that nobody is counted for ever without a case. The day of leaving is that of the person's latest closing.
    """
    check_closing(case, on)
    got_it, ends_so = _among(case, outcome_for, "outcome_for"), _among(case, reason_for, "reason_for")
    event = _happened(case, "closed", on, from_code=case.stage, to_code=outcome, reason=reason)
    if note:
        event.note = Words(note)
    case.closed_on, case.outcome, case.closure_reason = on, outcome, reason
    _clear_next_step(case)
    db.session.flush()
    change = codes.attribute("case_outcome", outcome, "status")
    flow = codes.attribute("closure_reason", reason, "flow")
    for party in case.parties:
        if change and party.person_id in got_it:
            statuses.bring_about(party.person, change, on, event.id, case.id)
        why = flow if party.person_id in ends_so else "closed"
        if why and not queries.has_other_open_case(party.person_id, but=case.id):
            last = queries.other_closed_case(party.person_id, but=case.id)
            left_on = max(on, last.closed_on) if last is not None and last.closed_on is not None else on
            persons.leave(party.person, left_on, why, event.id)
    case_event.send(case, kind="closed")


def check_closing(case: Case, on: date) -> None:
    """Refuse what cannot be closed on this day."""
    _must_be_open(case)
    _check_day(case, on, "closed_on")
    case_correcting.send(case, closed_on=on)
    if any(event.kind == "reopened" and on < event.happened_on for event in case.events):
        raise DomainError(_("The case was reopened after this day. Close it on that day or later."), "closed_on")


def _among(case: Case, chosen: list[UUID] | None, field: str) -> set[UUID]:
    everyone = {party.person_id for party in case.parties}
    if chosen is not None and not set(chosen) <= everyone:
        raise DomainError(_("Choose persons of this case only."), field)
    return everyone if chosen is None else set(chosen)


def reopen(case: Case, on: date, reason: str, for_persons: list[UUID] | None = None, note: str | None = None) -> None:
    """Open it again, and bring back those whom it is reopened for: unless said, not who died, departed or was merged.

    A status that the closing brought stays; void that entry if it was wrong.
    """
    check_reopening(case, on)
    given = None if for_persons is None else _among(case, for_persons, "persons")
    event = _happened(case, "reopened", on, reason=reason)
    if note:
        event.note = Words(note)
    case.closed_on = case.outcome = case.closure_reason = None
    db.session.flush()
    for party in case.parties:
        if not is_left_for_good(party.person) if given is None else party.person_id in given:
            persons.come_back(party.person, on, event.id)
    case_reopened.send(case)
    case_event.send(case, kind="reopened")


def check_reopening(case: Case, on: date) -> None:
    """Refuse what cannot be opened again on this day."""
    if case.is_open:
        raise DomainError(_("This case is already open."))
    _check_day(case, on, "on")
    if case.closed_on is not None and on < case.closed_on:
        raise DomainError(_("The case was still open on that day."), "on")
    case_assigning.send(case, lawyer_id=case.lawyer_id)


def note_contact(case: Case, last_contact_on: date | None) -> None:
    """Remember the day of the latest session that stands and in which there was contact."""
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
