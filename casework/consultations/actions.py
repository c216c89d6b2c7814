"""Recording a counselling session, putting it right, taking it back."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm.attributes import set_committed_value

from casework.cases import actions as cases
from casework.cases.models import Case
from casework.consultations import queries
from casework.consultations.models import Account, Attendance, Consultation, ConsultationTopic, Service
from casework.core import audit, clock
from casework.core.db import db
from casework.core.errors import DomainError
from casework.core.events import case_correcting, registration_correcting
from casework.mandates import policy as mandates
from casework.persons import approving as statuses
from casework.persons.models import Person, Words
from casework.reference import queries as codes


@dataclass
class Session:
    """What is told of one session."""

    held_on: date
    modality: str
    persons: list[UUID]
    minutes: int | None = None
    language: str | None = None
    interpreter: str | None = None
    has_interpreter: bool = False
    topics: list[str] = field(default_factory=list)
    services: list[str] = field(default_factory=list)
    title: str | None = None
    summary: str | None = None
    outcome: str | None = None


def record(case: Case, given: Session, private_note: str | None = None) -> Consultation:
    """Record a session of one or several persons of a case. Its outcome may change their status on that day."""
    if not case.is_open:
        raise DomainError(_("This case is closed. Reopen it first."))
    _check(case, given)
    who = db.session.info["principal"]
    _check_representation(case, given, who.user_id)
    consultation = Consultation(
        organisation_id=case.organisation_id,
        case_id=case.id,
        lawyer_id=who.user_id,
        recorded_at=clock.now(),
        recorded_by_id=who.user_id,
        held_on=given.held_on,
        modality=given.modality,
    )
    db.session.add(consultation)
    _write(consultation, given)
    if private_note:
        consultation.private_note = Words(private_note)
    set_committed_value(consultation, "case", case)
    # One flush for both: a new session can only be the latest or leave the latest as it is.
    latest = [
        day for day in (case.last_contact_on, given.held_on if queries.is_contact(given.outcome) else None) if day
    ]
    cases.note_contact(case, max(latest, default=None))
    _carry_out(case, consultation)
    return consultation


def correct(
    case: Case, consultation: Consultation, given: Session, private_note: str | None, *, with_note: bool
) -> None:
    """Put a session right. What it said before is kept; a status that followed from it follows the correction."""
    _must_stand(consultation)
    _check(case, given)
    if _represented(consultation) != (given.held_on, set(given.persons), mandates.scopes_for(given.services)):
        # Only what representation hangs on: a slip of the pen may be put right in a session from before the rule.
        _check_representation(case, given, consultation.lawyer_id)
    followed = (consultation.outcome, consultation.held_on, {a.person_id for a in consultation.attendances})
    _keep_former_lists(consultation, given)
    _write(consultation, given)
    if with_note:
        consultation.private_note = Words(private_note)
    db.session.flush()
    cases.note_contact(case, queries.last_contact_on(case.id))
    if followed != (given.outcome, given.held_on, set(given.persons)):
        statuses.void_caused_by(consultation.id, "WRONG_CONTENT", case_id=case.id)
        _carry_out(case, consultation)


def void(case: Case, consultation: Consultation, reason: str) -> None:
    """Take a session back, with whatever status followed from it. It stays readable."""
    _must_stand(consultation)
    consultation.voided_at = clock.now()
    consultation.voided_by_id = db.session.info["principal"].user_id
    consultation.void_reason = reason
    db.session.flush()
    statuses.void_caused_by(consultation.id, reason, case_id=case.id)
    cases.note_contact(case, queries.last_contact_on(case.id))


def _must_stand(consultation: Consultation) -> None:
    if consultation.is_void:
        raise DomainError(_("This session is void and can no longer be changed."))


def _check(case: Case, given: Session) -> None:
    if given.held_on > clock.today():
        raise DomainError(_("This date is in the future. Enter the day it happened."), "held_on")
    if given.held_on < case.opened_on:
        raise DomainError(_("The session is before the case was opened."), "held_on")
    if case.closed_on is not None and given.held_on > case.closed_on:
        raise DomainError(_("The session is after the case was closed."), "held_on")
    if not given.persons:
        raise DomainError(_("Choose at least one person of the case."), "persons")
    if not set(given.persons) <= {party.person_id for party in case.parties}:
        raise DomainError(_("Choose persons of this case only."), "persons")


def _check_representation(case: Case, given: Session, lawyer_id: UUID | None) -> None:
    """Whoever is represented, before an authority or in court, has given a power of attorney that holds on that day."""
    for scope in mandates.scopes_for(given.services):
        mandates.check(case, scope, given.held_on, given.persons, lawyer_id=lawyer_id, field="services")


def _represented(consultation: Consultation) -> tuple[date, set[UUID], list[str]]:
    services = [service.type for service in consultation.services]
    there = {attendance.person_id for attendance in consultation.attendances}
    return consultation.held_on, there, mandates.scopes_for(services)


def _keep_former_lists(consultation: Consultation, given: Session) -> None:
    before = {
        "topics": sorted(one.topic for one in consultation.topics),
        "services": sorted(one.type for one in consultation.services),
        "persons": sorted(str(one.person_id) for one in consultation.attendances),
    }
    after = {
        "topics": sorted(given.topics),
        "services": sorted(given.services),
        "persons": sorted(str(one) for one in given.persons),
    }
    changed = {name: values for name, values in before.items() if values != after[name]}
    if changed:
        audit.keep_former(consultation, **changed)


def _write(consultation: Consultation, given: Session) -> None:
    own = consultation.organisation_id
    consultation.held_on = given.held_on
    consultation.modality = given.modality
    consultation.minutes = given.minutes
    consultation.language = given.language
    consultation.has_interpreter = given.has_interpreter or bool(given.interpreter)
    consultation.outcome = given.outcome
    consultation.account = Account(given.title, given.summary, given.interpreter)
    if {topic.topic for topic in consultation.topics} != set(given.topics):
        consultation.topics = [ConsultationTopic(organisation_id=own, topic=topic) for topic in given.topics]
    if {service.type for service in consultation.services} != set(given.services):
        consultation.services = [
            Service(organisation_id=own, type=code, level=codes.attribute("service_type", code, "level"))
            for code in given.services
        ]
    if {one.person_id for one in consultation.attendances} != set(given.persons):
        consultation.attendances = [Attendance(organisation_id=own, person_id=one) for one in given.persons]


def _carry_out(case: Case, consultation: Consultation) -> None:
    change = codes.attribute("session_outcome", consultation.outcome, "status")
    if not change:
        return
    there = {attendance.person_id for attendance in consultation.attendances}
    for party in case.parties:
        if party.person_id in there:
            statuses.bring_about(party.person, change, consultation.held_on, consultation.id, case.id)


# -- what sessions say about corrections elsewhere ---------------------------------------------------------------


def listen() -> None:
    """Refuse the correction of a case or a registration that sessions contradict."""
    case_correcting.connect(_agree_with_case)
    registration_correcting.connect(_agree_with_registration)


def _agree_with_case(
    case: Case,
    opened_on: date | None = None,
    closed_on: date | None = None,
    without: UUID | None = None,
    **_more: object,
) -> None:
    days = queries.days_held(case.id)
    if opened_on is not None and days and days[0] < opened_on:
        raise DomainError(_("The case has a session before this day."), "opened_on")
    if closed_on is not None and days and days[-1] > closed_on:
        raise DomainError(_("The case has a session after this day. Close it on that day or later."), "closed_on")
    if without is not None and queries.days_with(without, case.id):
        raise DomainError(_("This person has sessions in the case. Correct or void them first."), "person")


def _agree_with_registration(person: Person, on: date) -> None:
    days = queries.days_with(person.id)
    if days and days[0] < on:
        raise DomainError(_("The person has a session before this day."), "registered_on")
