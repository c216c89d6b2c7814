"""Consents of one's own organisation: what covers a purpose, what runs out, who has none."""

from datetime import date
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import selectinload

from casework.cases.models import Case, CaseParty
from casework.cases.queries import CONDITIONS, Condition
from casework.consents import rules
from casework.consents.models import Consent
from casework.consents.rules import State
from casework.core import clock, withheld
from casework.core.db import db
from casework.persons import queries as persons
from casework.persons.models import Person


def consent(person_id: UUID, consent_id: UUID) -> Consent | None:
    return db.session.scalar(select(Consent).where(Consent.id == consent_id, Consent.person_id == person_id))


def of_person(person_id: UUID) -> list[Consent]:
    """Every answer of a person, the newest first; refused, withdrawn, replaced and void ones too."""
    return list(
        db.session.scalars(
            select(Consent)
            .where(Consent.person_id == person_id)
            .order_by(Consent.answered_on.desc(), Consent.sequence.desc(), Consent.recorded_at.desc())
        )
    )


def last_answer(person_id: UUID, purpose: str, recipient: str | None, on: date | None = None) -> Consent | None:
    """What the person last said to this question, whatever it was."""
    return rules.holding(of_person(person_id), purpose, recipient, on or clock.today())


def covering(person_id: UUID, purpose: str, recipient: str | None = None, on: date | None = None) -> Consent | None:
    """The consent that lets something be done for this purpose and with this recipient on a day; None: do not.

    Whoever does not agree to be registered and helped any more has agreed to nothing that rests on it.
    """
    day = on or clock.today()
    answers = of_person(person_id)
    if rules.rests_on_registration(purpose) and rules.has_left(answers, day):
        return None
    return _given(answers, purpose, recipient, day)


def _given(answers: list[Consent], purpose: str, recipient: str | None, day: date) -> Consent | None:
    found = rules.holding(answers, purpose, recipient, day)
    return found if found is not None and rules.covers(found, day) else None


def given(person_id: UUID, purpose: str, recipient: str | None) -> Consent | None:
    """The answer to this very question by which the person agrees today, whatever they say to others."""
    return _given(of_person(person_id), purpose, recipient, clock.today())


def forbidding(person_id: UUID, purpose: str, recipient: str | None) -> Consent | None:
    """The answer by which the person does not want this done: refused, or taken back.

    Where nothing was asked, or what was given ran out, nobody has said no.
    """
    last = last_answer(person_id, purpose, recipient)
    return last if last is not None and last.state != State.GIVEN else None


def has_left(person_id: UUID) -> bool:
    """Whether the person does not agree any more to be registered and helped, or never did when asked."""
    return rules.has_left(of_person(person_id), clock.today())


def to_ask(person_id: UUID, purpose: str, recipient: str | None) -> tuple[str, str | None]:
    """What has to be asked before something can be done: first of all whether the person is to be helped at all."""
    if rules.rests_on_registration(purpose) and has_left(person_id):
        return rules.Purpose.REGISTER, None
    return purpose, recipient


def expiring(until: date | None = None, since: date | None = None) -> list[Consent]:
    """Those in force whose last day lies from one day to another, the first first; not of a restricted record that only
    others may open.
    """
    first = since or clock.today()
    last = until or first + rules.SOON
    statement = (
        select(Consent)
        .where(Consent.voided_at.is_(None), Consent.state == State.GIVEN)
        .where(Consent.expires_on >= first, Consent.expires_on <= last)
        .order_by(Consent.expires_on, Consent.id)
        .options(selectinload(Consent.person))
    )
    hidden = withheld.mine()
    return [
        one
        for one in db.session.scalars(statement)
        if one.person_id not in hidden
        and persons.going_on(one.person_id) not in hidden
        and last_answer(one.person_id, one.purpose, one.recipient) is one
    ]


def without_consent() -> ColumnElement[bool]:
    """Persons who have not agreed to be registered and helped, or do not any more: beside `Person`."""
    return Person.consent != State.GIVEN


def concerns_somebody_without() -> ColumnElement[bool]:
    """For the list of cases: open, and somebody in it has not agreed."""
    parties = select(CaseParty.case_id).join(Person, Person.id == CaseParty.person_id)
    return and_(Case.closed_on.is_(None), Case.id.in_(parties.where(CaseParty.voided_at.is_(None), without_consent())))


CONDITIONS["no_consent"] = Condition(_l("Without consent"), concerns_somebody_without)


def covers_now(consent: Consent) -> bool:
    """Whether the person agrees today by this very answer."""
    return given(consent.person_id, consent.purpose, consent.recipient) is consent


def run_out(today: date) -> list[Consent]:
    """Those whose last day has passed and of which nobody was told yet."""
    statement = select(Consent).where(
        Consent.voided_at.is_(None),
        Consent.state == State.GIVEN,
        Consent.ended_at.is_(None),
        Consent.expires_on < today,
    )
    return list(db.session.scalars(statement.options(selectinload(Consent.person))))


def next_sequence(person_id: UUID) -> int:
    last = select(func.max(Consent.sequence)).where(Consent.person_id == person_id)
    return (db.session.scalar(last) or 0) + 1


def person_of(consent: Consent) -> Person:
    """Whose answer it is: of a record that was merged, the one that goes on."""
    return persons.person(consent.person_id) or consent.person


def relative_ids(person_id: UUID) -> set[UUID]:
    """The records that are linked with a person as relatives."""
    links = persons.relatives(person_id)
    return {one.relative_id if one.person_id == person_id else one.person_id for one in links}


def may_be_withdrawn(consent: Consent) -> bool:
    """What the person gave, stands, and was not answered anew."""
    if consent.is_void or consent.state != State.GIVEN:
        return False
    last = last_answer(consent.person_id, consent.purpose, consent.recipient)
    return last is not None and last.id == consent.id
