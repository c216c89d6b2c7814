"""Recording a power of attorney, putting it right, revoking it, taking it back."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm.attributes import set_committed_value

from casework.accounts.models import User
from casework.accounts.policy import may_hold_cases
from casework.cases import queries as cases
from casework.core import clock
from casework.core.db import db
from casework.core.errors import DomainError
from casework.documents import queries as documents
from casework.mandates.models import Details, PowerOfAttorney
from casework.persons.models import Person
from casework.reference import queries as codes


@dataclass
class Given:
    """What is told of a power of attorney."""

    scope: list[str]
    issued_on: date
    expires_on: date | None = None
    lawyer_id: UUID | None = None
    document_id: UUID | None = None
    number: str | None = None
    notary: str | None = None
    note: str | None = None


def record(person: Person, given: Given) -> PowerOfAttorney:
    power = PowerOfAttorney(
        organisation_id=person.organisation_id,
        person_id=person.id,
        recorded_at=clock.now(),
        recorded_by_id=db.session.info["principal"].user_id,
    )
    _write(power, given)
    db.session.add(power)
    db.session.flush()
    return power


def correct(power: PowerOfAttorney, given: Given) -> None:
    """Put it right. What it said before is kept."""
    _must_stand(power)
    if power.revoked_on is not None and power.revoked_on < given.issued_on:
        raise DomainError(_("It was revoked before this day."), "issued_on")
    _write(power, given)
    db.session.flush()


def revoke(power: PowerOfAttorney, on: date) -> None:
    """From this day on nobody may act on it any more."""
    _must_stand(power)
    if power.revoked_on is not None:
        raise DomainError(_("This power of attorney is already revoked."), "on")
    if on > clock.today():
        raise DomainError(_("This date is in the future. Enter the day it happened."), "on")
    if on < power.issued_on:
        raise DomainError(_("It was only issued after this day."), "on")
    power.revoked_on = on
    db.session.flush()


def forget(person: Person) -> None:
    """The person is erased: nobody acts for them any more."""
    standing = select(PowerOfAttorney).where(
        PowerOfAttorney.person_id == person.id,
        PowerOfAttorney.voided_at.is_(None),
        PowerOfAttorney.revoked_on.is_(None),
    )
    for power in db.session.scalars(standing):
        power.revoked_on = clock.today()
    db.session.flush()


def void(power: PowerOfAttorney, reason: str) -> None:
    """Take back what should never have been recorded. It stays readable."""
    _must_stand(power)
    power.voided_at = clock.now()
    power.voided_by_id = db.session.info["principal"].user_id
    power.void_reason = reason
    db.session.flush()


def _must_stand(power: PowerOfAttorney) -> None:
    if power.is_void:
        raise DomainError(_("This power of attorney is void and can no longer be changed."))


def _write(power: PowerOfAttorney, given: Given) -> None:
    known = {one.code for one in codes.items("poa_scope")} | set(power.scope or ())
    if not given.scope or not set(given.scope) <= known:
        raise DomainError(_("Choose what it covers."), "scope")
    if given.issued_on > clock.today():
        raise DomainError(_("This date is in the future. Enter the day it happened."), "issued_on")
    if given.expires_on is not None and given.expires_on < given.issued_on:
        raise DomainError(_("It cannot expire before it was issued."), "expires_on")
    lawyer = _lawyer(power, given.lawyer_id)
    _must_be_theirs(power, given.document_id)
    power.scope = list(given.scope)
    power.issued_on, power.expires_on = given.issued_on, given.expires_on
    power.lawyer_id, power.document_id = given.lawyer_id, given.document_id
    power.details = Details(given.number, given.notary, given.note)
    set_committed_value(power, "lawyer", lawyer)


def _lawyer(power: PowerOfAttorney, lawyer_id: UUID | None) -> User | None:
    """Whom it names. Who no longer works on cases may go on being named, but not be named anew."""
    if lawyer_id is None:
        return None
    found = db.session.get(User, lawyer_id)
    is_ours = found is not None and found.organisation_id == power.organisation_id
    if found is None or not is_ours or not (may_hold_cases(found) or lawyer_id == power.lawyer_id):
        raise DomainError(_("Choose a lawyer of your organisation."), "lawyer")
    return found


def _must_be_theirs(power: PowerOfAttorney, document_id: UUID | None) -> None:
    """A scan lies with a case of the person."""
    if document_id is None or document_id == power.document_id:
        return
    if not any(documents.document(case.id, document_id) for case in cases.cases_of([power.person_id])):
        raise DomainError(_("Choose a document of this person’s cases."), "document")
