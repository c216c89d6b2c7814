"""Recording what a person agreed to or refused, taking it back, and what follows from that at once."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from casework.accounts.permissions import Role
from casework.accounts.queries import caseworkers
from casework.cases import queries as cases
from casework.consents import policy, queries, rules
from casework.consents.models import Consent, Details
from casework.consents.rules import Assent, ByWhom, Purpose, State
from casework.core import clock
from casework.core.db import db
from casework.core.errors import DomainError
from casework.core.events import consent_answered, consent_ended, consent_ending, records_merged
from casework.notices import actions as notices
from casework.persons import actions as persons
from casework.persons.ages import is_child
from casework.persons.counted import Counting, Statistics
from casework.persons.models import Person
from casework.persons.rules import age_on
from casework.reference import queries as codes


@dataclass
class Given:
    """What is told of an answer."""

    purpose: str
    state: str
    answered_on: date
    recipient: str | None = None
    expires_on: date | None = None
    form: str | None = None
    language: str | None = None
    by_whom: str = ByWhom.SELF
    relative_id: UUID | None = None
    assent: str | None = None
    notice_version: str | None = None
    guardian: str | None = None
    witness: str | None = None
    note: str | None = None


def listen() -> None:
    """Keep what the forms of the record say about consent, and follow a merge."""
    consent_answered.connect(_answered)
    records_merged.connect(_merged)


def record(person: Person, given: Given) -> Consent:
    """Write down what the person answered. The answer before stays; what went on only by it stops if this is a no."""
    _check(person, given)
    return _write(person, given)


def _check(person: Person, given: Given) -> None:
    if given.purpose not in {one.code for one in codes.items("consent_purpose")}:
        raise DomainError(_("Choose what the person was asked for."), "purpose")
    policy.check_recipient(given.purpose, given.recipient)
    if given.state not in (State.GIVEN, State.REFUSED):
        raise DomainError(_("Choose one of the options."), "state")
    if given.answered_on > clock.today():
        raise DomainError(_("This date is in the future. Enter the day it happened."), "answered_on")
    if given.expires_on is not None and given.expires_on < given.answered_on:
        raise DomainError(_("It cannot end before it was given."), "expires_on")
    if given.expires_on is not None and codes.attribute("consent_purpose", given.purpose, "endless"):
        raise DomainError(_("This is good until the person takes it back. Leave this empty."), "expires_on")
    if given.state == State.REFUSED and given.expires_on is not None:
        raise DomainError(_("A refusal has no last day. Leave this empty."), "expires_on")
    for list_name, code, field in (
        ("consent_form", given.form, "form"),
        ("language", given.language, "language"),
        ("consent_notice", given.notice_version, "notice_version"),
    ):
        if code is not None and code not in {one.code for one in codes.every_item(list_name)}:
            raise DomainError(_("Choose one of the options."), field)
    if given.state == State.GIVEN and given.form is None:
        raise DomainError(_("Say in which form the person agreed."), "form")
    if given.form == "WITNESSED" and not given.witness:
        raise DomainError(_("Write who was the witness."), "witness")
    _check_who_answers(person, given)


def _check_who_answers(person: Person, given: Given) -> None:
    age = age_on(person.birth_year, person.birth_month, given.answered_on)
    if is_child(age) and given.by_whom != ByWhom.GUARDIAN and given.state == State.GIVEN:
        raise DomainError(_("For a child a parent or guardian answers. The child is asked, too."), "by_whom")
    if given.by_whom not in set(ByWhom) or (age is not None and not is_child(age) and given.by_whom != "self"):
        raise DomainError(_("An adult answers for themselves."), "by_whom")
    if given.by_whom == ByWhom.SELF:
        return
    if given.relative_id is None and not given.guardian:
        raise DomainError(_("Write who answered for the child."), "guardian")
    if given.relative_id is not None and given.relative_id not in queries.relative_ids(person.id):
        raise DomainError(_("Choose a relative of this person."), "relative")
    if given.assent not in set(Assent):
        raise DomainError(_("Say what the child says to it."), "assent")
    if rules.is_asked_for_assent(age) and given.assent == Assent.TOO_YOUNG:
        raise DomainError(_("From 14 years on the child is asked. Record what they said."), "assent")
    if given.assent == Assent.NO and given.state == State.GIVEN:
        raise DomainError(
            _("The child does not agree. Record it as refused, and in the note what the guardian said."), "assent"
        )


def _write(person: Person, given: Given, *, is_held: bool = False) -> Consent:
    """`is_held`: the record of the person says so already."""
    before = queries.last_answer(person.id, given.purpose, given.recipient)
    consent = Consent(
        organisation_id=person.organisation_id,
        person_id=person.id,
        purpose=given.purpose,
        recipient=given.recipient,
        state=str(given.state),
        answered_on=given.answered_on,
        expires_on=given.expires_on,
        form=given.form,
        language=given.language,
        by_whom=str(given.by_whom),
        relative_id=given.relative_id if given.by_whom == ByWhom.GUARDIAN else None,
        assent=given.assent if given.by_whom == ByWhom.GUARDIAN else None,
        notice_version=given.notice_version,
        supersedes_id=before.id if before is not None else None,
        sequence=queries.next_sequence(person.id),
        recorded_at=clock.now(),
        recorded_by_id=db.session.info["principal"].user_id,
    )
    if given.guardian or given.witness or given.note:
        consent.details = Details(given.guardian, given.witness, given.note)
    db.session.add(consent)
    db.session.flush()
    if not is_held:
        _follow(person)
    if queries.given(person.id, given.purpose, given.recipient) is None:
        was_given = before is not None and before.ended_at is None and before.state == State.GIVEN
        if was_given and before is not None:
            _end(before, person)
        elif given.purpose == Purpose.REGISTER and would_stop(consent, person):
            _end(consent, person)  # nobody had asked before, and something went on all the same
    return consent


def withdraw(consent: Consent, on: date, how: str, note: str | None = None) -> list[str]:
    """Take a consent back from a day on. What goes on only by it is stopped at once: the answer says what."""
    if not queries.may_be_withdrawn(consent):
        raise DomainError(_("This consent does not hold any more. Look at the list again."))
    if on > clock.today():
        raise DomainError(_("This date is in the future. Enter the day it happened."), "on")
    if on < consent.answered_on:
        raise DomainError(_("It was only given after this day."), "on")
    if how not in {one.code for one in codes.items("consent_withdrawal")}:
        raise DomainError(_("Choose one of the options."), "how")
    consent.state = State.WITHDRAWN
    consent.withdrawn_on, consent.withdrawn_how = on, how
    consent.withdrawal_recorded_at = clock.now()
    consent.withdrawal_recorded_by_id = db.session.info["principal"].user_id
    if note:
        consent.details = _with(consent.details, withdrawal=note)
    db.session.flush()
    person = queries.person_of(consent)
    _follow(person)
    return _end(consent, person)


def renew(consent: Consent, given: Given) -> Consent:
    """Ask the same again: the new answer stands beside the old one."""
    given.purpose, given.recipient = consent.purpose, consent.recipient
    return record(queries.person_of(consent), given)


def void(consent: Consent, reason: str) -> list[str]:
    """Take back what should never have been recorded. It stays readable; what went on only by it is stopped."""
    if consent.is_void:
        raise DomainError(_("This entry is already void."))
    if consent.state == State.WITHDRAWN and holds_again_without(consent) is not None:
        raise DomainError(
            _(
                "The person took this back. Without it an earlier answer would hold again. If the person agrees, "
                "record their new answer."
            )
        )
    covered = queries.covers_now(consent)
    consent.voided_at = clock.now()
    consent.voided_by_id = db.session.info["principal"].user_id
    consent.void_reason = reason
    db.session.flush()
    person = queries.person_of(consent)
    again = queries.given(consent.person_id, consent.purpose, consent.recipient)
    if again is not None:  # what it goes on with ends anew with the next no
        again.ended_at = None
    _follow(person)
    if covered and again is None:
        return _end(consent, person)
    return []


def holds_again_without(consent: Consent) -> Consent | None:
    """The earlier consent that would be in force again if this answer were void."""
    if queries.last_answer(consent.person_id, consent.purpose, consent.recipient) is not consent:
        return None
    others = [one for one in queries.of_person(consent.person_id) if one.id != consent.id]
    before = rules.holding(others, consent.purpose, consent.recipient, clock.today())
    return before if before is not None and rules.covers(before, clock.today()) else None


def end_expired() -> int:
    """Stop what went on only by consents that have run out since; how many there were."""
    ended = 0
    for consent in queries.run_out(clock.today()):
        person = queries.person_of(consent)
        if queries.given(consent.person_id, consent.purpose, consent.recipient) is None:
            _end(consent, person)
            ended += 1
        else:
            consent.ended_at = clock.now()
        _follow(person)
    db.session.flush()
    return ended


def forget(person: Person) -> None:
    """The person is erased: what they agreed to covers nothing any more, and nobody is reminded that it runs out."""
    for consent in queries.of_person(person.id):
        consent.expires_on, consent.ended_at = None, consent.ended_at or clock.now()
    db.session.flush()


def remind() -> int:
    """Tell whoever must act that a consent runs out: once 30 days before, once on its last day."""
    today, told = clock.today(), 0
    for consent in queries.expiring():
        assert consent.expires_on is not None  # noqa: S101 - asked for by that day
        when = "last" if consent.expires_on == today else "soon"
        key = f"consent-expiring:{consent.id}:{consent.expires_on.isoformat()}:{when}"
        told += _tell("consent_expiring", key, consent, queries.person_of(consent))
    return told


def would_stop(consent: Consent, person: Person) -> list[str]:
    """What goes on only by this consent, in sentences; nothing is changed by asking."""
    return [str(one) for _who, said in consent_ending.send(consent, person=person) for one in said or ()]


def _end(consent: Consent, person: Person) -> list[str]:
    """Announce that nothing may go on by this any more; keep and tell what was stopped."""
    consent.ended_at = consent.ended_at or clock.now()
    db.session.flush()
    stopped = [str(one) for _who, said in consent_ended.send(consent, person=person) for one in said or ()]
    if stopped:
        consent.details = _with(consent.details, stopped=[*consent.details.stopped, *stopped])
        db.session.flush()
    assert consent.ended_at is not None  # noqa: S101 - since just now
    _tell("consent_ended", f"consent-ended:{consent.id}:{consent.ended_at.isoformat()}", consent, person)
    return stopped


def who_must_act(consent: Consent, person: Person) -> set[UUID]:
    """The lawyer of each open case if still here; supervisors, too, where others hold the person's data by it, where
    everything ends, or where nobody else is left."""
    here = caseworkers()
    found = {one.lawyer_id for one in cases.cases_of([person.id]) if one.is_open} & {one.id for one in here}
    if not found or consent.recipient is not None or consent.purpose == Purpose.REGISTER:
        found |= {one.id for one in here if one.role == Role.SUPERVISOR}
    return found


def _tell(kind: str, key: str, consent: Consent, person: Person) -> int:
    return notices.tell(
        who_must_act(consent, person),
        kind,
        key,
        endpoint="consents.show",
        values={"person_id": person.id, "consent_id": consent.id},
        person_id=person.id,
    )


def _with(details: Details, **more: Any) -> Details:
    return replace(details, **more)


# -- what other rows say because of it ---------------------------------------------------------------------------


def _follow(person: Person) -> None:
    """Bring in line what follows from the answers: the columns of the person, and whether they are counted."""
    answers = queries.of_person(person.id)
    of_record = rules.holding(answers, Purpose.REGISTER, None, clock.today())
    has_run_out = (
        of_record is not None and of_record.state == State.GIVEN and not rules.covers(of_record, clock.today())
    )
    if of_record is not None and not has_run_out:
        persons.hold_consent(person, of_record.state, of_record.withdrawn_on or of_record.answered_on)
    elif any(one.purpose == Purpose.REGISTER for one in answers):  # to be asked: all void, or run out
        persons.hold_consent(person, "not_asked", None)
    persons.count_by_consent(person, _countings(one for one in answers if not one.is_void))
    db.session.flush()


def _countings(answers: Iterable[Consent]) -> list[Counting]:
    """From which days on the person is not counted, and again: only what changes it."""
    said: list[Counting] = []
    for one in sorted((one for one in answers if one.purpose == Purpose.STATISTICS), key=rules.in_order):
        if one.state == State.REFUSED:
            said.append(Counting(Statistics.WITHDRAWN, one.answered_on, one.id))
        else:
            said.append(Counting(Statistics.COUNTED, one.answered_on, one.id))
        if one.withdrawn_on is not None:
            said.append(Counting(Statistics.WITHDRAWN, one.withdrawn_on, one.id))
    said.sort(key=lambda one: one.on)
    found: list[Counting] = []
    for each in said:
        if each.code != (found[-1].code if found else Statistics.COUNTED):
            found.append(each)
    return found


def _answered(person: Person, answer: str, on: date | None, **_more: Any) -> None:
    """A form of the record said what the person answers to being registered: kept as an answer like any other."""
    before = queries.last_answer(person.id, Purpose.REGISTER, None)
    if answer == "not_asked":
        while before is not None and before.state != State.WITHDRAWN:
            void(before, "OTHER")
            before = queries.last_answer(person.id, Purpose.REGISTER, None)
    elif answer in (State.GIVEN, State.REFUSED):
        day = on or clock.today()
        if before is None or (before.state, before.answered_on) != (answer, day):
            _write(person, Given(Purpose.REGISTER, answer, day), is_held=True)


def _merged(person: Person, **_more: Any) -> None:
    """After a merge, or its undoing, the answers may be somebody else's: counted is who agrees by all of them.

    What the record says about being registered was chosen in the merge. The record that went keeps its histories. If
    by all answers the person has left, nothing goes on that one of the two records had told.
    """
    if person.merged_into_id is not None:
        return
    answers = queries.of_person(person.id)
    persons.count_by_consent(person, _countings(one for one in answers if not one.is_void))
    last = rules.holding(answers, Purpose.REGISTER, None, clock.today())
    if last is not None and queries.has_left(person.id) and would_stop(last, person):
        _end(last, person)


def adopt() -> int:
    """Give persons from before there were answers by purpose the one that their record says. As the system."""
    have = select(Consent.person_id).where(Consent.purpose == Purpose.REGISTER)
    waiting = select(Person).where(Person.consent.in_([State.GIVEN, State.REFUSED]), Person.id.not_in(have))
    adopted = 0
    for person in db.session.scalars(waiting):
        db.session.add(
            Consent(
                organisation_id=person.organisation_id,
                person_id=person.id,
                purpose=Purpose.REGISTER,
                state=person.consent,
                answered_on=person.consent_on or person.registered_on,
                by_whom=ByWhom.SELF,
                sequence=1,
                recorded_at=clock.now(),
            )
        )
        adopted += 1
    db.session.flush()
    return adopted
