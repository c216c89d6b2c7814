"""Registering a person, correcting what is recorded, and writing the four histories."""

import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import insert

from casework.core import clock
from casework.core.db import db
from casework.core.errors import DomainError
from casework.core.events import consent_answered, person_changed, registration_correcting, relatives_changed
from casework.persons import queries, rules
from casework.persons.counted import Counting
from casework.persons.models import (
    Contacts,
    Draft,
    Identity,
    IssuedNumber,
    Person,
    Relative,
    StatusEntry,
    Typed,
    Words,
)
from casework.persons.rules import PartialDate


@dataclass
class Registration:
    """What a registration needs. Only a name is compulsory; everything else may be not recorded."""

    identity: Identity
    registered_on: date
    contacts: Contacts = field(default_factory=Contacts)
    sex: str = "U"
    birth: PartialDate = field(default_factory=PartialDate)
    origin: str = "UNK"
    arrived: PartialDate = field(default_factory=PartialDate)
    languages: list[str] = field(default_factory=list)
    region: str = "UNK"
    displacement: str = "ND"
    nationality: str = "ND"
    consent: str = "not_asked"
    consent_on: date | None = None


_draw: ContextVar[Callable[[int], int]] = ContextVar("draw", default=secrets.randbelow)


@contextmanager
def numbers_drawn_by(draw: Callable[[int], int]) -> Iterator[None]:
    """Draw numbers in another way than by chance: only the demonstration does, whose numbers are always the same."""
    token = _draw.set(draw)
    try:
        yield
    finally:
        _draw.reset(token)


def issue_number(prefix: str, year: int) -> str:
    """A number such as KZ-26-00412: unique over all organisations, and drawn at random so that it tells no count."""
    for digits in (5, 5, 5, 5, 5, 5, 6, 6, 6, 7, 7, 8):
        number = f"{prefix}-{year % 100:02d}-{_draw.get()(10**digits):0{digits}d}"
        if db.session.get(IssuedNumber, number) is None:
            db.session.execute(insert(IssuedNumber).values(number=number))
            return number
    raise RuntimeError("No free number found.")


def register(given: Registration) -> Person:
    """Register a person with one's own organisation; they count from the day after."""
    if not given.identity.full_name:
        raise DomainError(_("Write at least one name: a family name or a given name."), "given_name")
    _check_dates(given.birth, given.arrived, given.registered_on)
    who = db.session.info["principal"]
    given.identity.born = str(given.birth) or None
    person = Person(
        number=issue_number("P", given.registered_on.year),
        identity=given.identity,
        contacts=given.contacts,
        sex=given.sex,
        birth_year=given.birth.year,
        birth_month=given.birth.month,
        is_birth_estimated=given.birth.estimated,
        origin=given.origin,
        arrived_year=given.arrived.year,
        arrived_month=given.arrived.month,
        languages=given.languages,
        registered_on=given.registered_on,
        registered_by_id=who.user_id,
        changed_at=clock.now(),
    )
    hold_consent(person, given.consent, given.consent_on)
    db.session.add(person)
    day = given.registered_on
    _enter(person, rules.Dimension.REGISTRATION, "ACTIVE", day, rules.Flow.IDENTIFIED)
    _enter(person, rules.Dimension.RESIDENCE, given.region, day, rules.Flow.IDENTIFIED)
    _enter(person, rules.Dimension.DISPLACEMENT, given.displacement, day, rules.Flow.IDENTIFIED)
    _enter(person, rules.Dimension.NATIONALITY, given.nationality, day, rules.Flow.IDENTIFIED)
    _after_change(person)
    if given.consent != "not_asked":
        consent_answered.send(person, answer=given.consent, on=given.consent_on)
    return person


def _check_dates(birth: PartialDate, arrived: PartialDate, registered_on: date) -> None:
    if registered_on > clock.today():
        raise DomainError(_("The day of registration is in the future."), "registered_on")
    if birth.is_known and birth.earliest > registered_on:
        raise DomainError(_("The birth date is after the day of registration."), "birth")
    if arrived.is_known and arrived.earliest > registered_on:
        raise DomainError(_("The arrival cannot be after the registration."), "arrived")


def correct_identity(
    person: Person,
    identity: Identity,
    *,
    sex: str,
    birth: PartialDate,
    origin: str,
    arrived: PartialDate,
    languages: list[str],
) -> None:
    """Put right who the person is. What stood before is kept, and the figures follow from the first day."""
    if not identity.full_name:
        raise DomainError(_("Write at least one name: a family name or a given name."), "given_name")
    _check_dates(birth, arrived, person.registered_on)
    identity.born = str(birth) or None
    person.identity = identity
    person.sex, person.origin, person.languages = sex, origin, languages
    person.birth_year, person.birth_month, person.is_birth_estimated = (
        birth.year,
        birth.month,
        birth.estimated,
    )
    person.arrived_year, person.arrived_month = arrived.year, arrived.month
    _after_change(person)


def correct_registration(person: Person, on: date) -> None:
    """Another day of registration. The entries that the registration made take that day; the former ones stay, void."""
    birth = PartialDate.from_text(person.identity.born or "")
    arrived = PartialDate(person.arrived_year, person.arrived_month)
    _check_dates(birth, arrived, on)
    standing = [entry for entry in person.entries if not entry.is_void]
    first = [entry for entry in standing if entry.effective_on == person.registered_on and entry.cause_id is None]
    if any(entry.effective_on < on for entry in standing if entry not in first):
        raise DomainError(
            _("Something is recorded in the histories before this day. Correct that first."), "registered_on"
        )
    registration_correcting.send(person, on=on)
    person.registered_on = on
    for entry in first:
        _redate(entry, on)
    _after_change(person)


def correct_contacts(
    person: Person, contacts: Contacts, *, consent: str, consent_on: date | None, is_told: bool = True
) -> None:
    """How to reach the person, and what they answer to being registered. `is_told`: the person said so just now."""
    says_otherwise = (consent, consent_on) != (person.consent, person.consent_on)
    person.contacts = contacts
    hold_consent(person, consent, consent_on)
    _after_change(person)
    if is_told and says_otherwise:
        consent_answered.send(person, answer=consent, on=consent_on)


def hold_consent(person: Person, answer: str, on: date | None) -> None:
    """What the consents of a person say today about being registered and helped, kept so that lists can filter."""
    person.consent, person.consent_on = answer, on


def set_status(
    person: Person,
    dimension: str,
    code: str,
    effective_on: date,
    reason: str,
    note: str | None = None,
) -> StatusEntry:
    """The next step of one history. May be backdated: a later correction, or news that came late."""
    check_status(person, dimension, code, effective_on, reason)
    entry = _enter(person, dimension, code, effective_on, reason, note)
    _after_change(person)
    return entry


def check_status(person: Person, dimension: str, code: str, effective_on: date, reason: str) -> None:
    """Refuse what cannot be the next step of a history."""
    check_status_day(person, effective_on)
    same_day = [
        entry
        for entry in person.history(dimension)
        if not entry.is_void and entry.effective_on == effective_on and entry.code == code
    ]
    if same_day:
        raise DomainError(_("This status is already recorded for that day."), "code")
    if not rules.reason_fits(code, reason):
        raise DomainError(
            _("This reason does not lead to this status. Choose another reason or another status."), "reason"
        )


def check_status_day(person: Person, on: date) -> None:
    """Refuse a day on which no status can begin."""
    if on > clock.today():
        raise DomainError(_("A status cannot change in the future."), "effective_on")
    birth = PartialDate.from_text(person.identity.born or "")
    if birth.is_known and on < birth.earliest:
        raise DomainError(_("This day is before the person was born."), "effective_on")


def bring_about(person: Person, change: dict[str, str], on: date, cause_id: UUID, note: str | None = None) -> None:
    """The status that a session or a closing brings, on its day.

    Every such cause has an entry of its own, also when another says the same: taking one back then takes back only what
    it said, and a status holds as long as one of its causes stands. Figures are none the wiser, for an entry that
    repeats a code moves nobody.
    """
    check_status_day(person, on)
    _enter(person, change["dimension"], change["code"], on, change["reason"], note, cause_id)
    _after_change(person)


def void_status(entry: StatusEntry, reason: str) -> None:
    """Take back a wrong entry. It stays readable, struck through, with who voided it and why.

    Entries of the registration follow from the registration day and from cases, and are put right there.
    """
    check_voiding(entry)
    _void(entry, reason)
    _after_change(entry.person)


def check_voiding(entry: StatusEntry) -> None:
    """Refuse what cannot be taken back by hand."""
    if entry.is_void:
        raise DomainError(_("This entry is already void."))
    if entry.dimension == rules.Dimension.REGISTRATION:
        raise DomainError(_("The registration itself cannot be voided here."))


def void_caused_by(cause_id: UUID, reason: str, person_id: UUID | None = None) -> None:
    """Void what followed from a session or a step of a case that is taken back or corrected, for one person or all.

    Entries of a record that was merged into the person's are theirs, too: the case has moved, its histories have not.
    """
    for entry in queries.caused_for(cause_id, person_id):
        void_followed(entry, reason)


def void_followed(entry: StatusEntry, reason: str) -> None:
    """Void one entry that followed from something else."""
    _void(entry, reason)
    _after_change(entry.person)


def leave(person: Person, on: date, flow: str, cause_id: UUID) -> None:
    """The person is no longer in the organisation's care: out of its stock from the next day.

    Not before the day they came or came back, or that would still hold.
    """
    if person.registration == "ACTIVE":
        came = [entry.effective_on for entry in person.history("registration") if not entry.is_void]
        _enter(person, rules.Dimension.REGISTRATION, "LEFT", max(on, *came), flow, cause_id=cause_id)
        _after_change(person)


def come_back(person: Person, on: date, cause_id: UUID) -> None:
    """Back in care: not before the day they left, or the leaving would still hold."""
    if person.registration == "LEFT":
        left = [entry.effective_on for entry in person.history("registration") if not entry.is_void]
        on = max(on, *left)
        _enter(person, rules.Dimension.REGISTRATION, "ACTIVE", on, rules.Flow.REOPENED, cause_id=cause_id)
        _after_change(person)


def take_over(person: Person, on: date, code: str, cause_id: UUID) -> None:
    """Their case came from another partner: registered here from that day on, in care or not, as they were there."""
    standing = [entry for entry in person.history("registration") if not entry.is_void]
    if standing and person.registration == code:
        return
    day = max([on, *(entry.effective_on for entry in standing)])
    _enter(person, rules.Dimension.REGISTRATION, code, day, rules.Flow.TRANSFERRED, cause_id=cause_id)
    _after_change(person)


def redate_return(person: Person, on: date, cause_id: UUID) -> None:
    """The case that brought a person back was opened on another day than recorded; back under a merged record, too."""
    for entry in queries.entries_caused_by(cause_id):
        if queries.going_on(entry.person_id) == person.id:
            before = [
                one.effective_on
                for one in entry.person.history("registration")
                if not one.is_void and one.sequence < entry.sequence
            ]
            _redate(entry, max(on, *before))
            _after_change(entry.person)


def hand_over(entry: StatusEntry, person: Person, reason: str | None) -> None:
    """What a case brought about was this person's: entered there, and void here for a reason, if it was not both's."""
    said = (entry.dimension, entry.code, entry.cause_id)
    if said not in [(one.dimension, one.code, one.cause_id) for one in person.entries if not one.is_void]:
        _enter(person, *said[:2], entry.effective_on, entry.reason, entry.note.text, entry.cause_id)
        _after_change(person)
    if reason is not None:
        _void(entry, reason)
        _after_change(entry.person)


def count_by_consent(person: Person, wanted: Iterable[Counting]) -> None:
    """Bring the history of being counted in line with what the person answered; what no answer says is void."""
    missing = list(wanted)
    changed = False
    for entry in person.history(rules.Dimension.STATISTICS):
        if entry.is_void:
            continue
        said = next((one for one in missing if (one.code, one.on, one.cause_id) == _told(entry)), None)
        if said is not None:
            missing.remove(said)
        else:
            _void(entry, "OTHER")
            changed = True
    for one in missing:
        _enter(person, rules.Dimension.STATISTICS, one.code, one.on, one.reason, cause_id=one.cause_id)
        changed = True
    if changed:
        _after_change(person)


def _told(entry: StatusEntry) -> tuple[str, date, UUID | None]:
    return entry.code, entry.effective_on, entry.cause_id


def add_relative(person: Person, relative: Person, relationship_code: str, shares_household: bool) -> Relative:
    if person.id == relative.id:
        raise DomainError(_("A person cannot be their own relative."), "number")
    if any({link.person_id, link.relative_id} == {person.id, relative.id} for link in queries.relatives(person.id)):
        raise DomainError(_("These two persons are already linked."), "number")
    link = Relative(
        person_id=person.id,
        relative_id=relative.id,
        relationship_code=relationship_code,
        shares_household=shares_household,
    )
    db.session.add(link)
    db.session.flush()
    relatives_changed.send(link)
    return link


def remove_relative(link: Relative, reason: str) -> None:
    """Take back a wrong link. Who did it and why stays in the history of both persons."""
    if link.is_void:
        raise DomainError(_("This link is already removed."))
    _void(link, reason)
    db.session.flush()
    relatives_changed.send(link)


def save_draft(draft: Draft | None, typed: dict[str, list[str]], step: int) -> Draft:
    """Keep what is typed so far, and nothing that was typed before it, sealed for its writer."""
    if draft is None:
        draft = Draft(owner_id=db.session.info["principal"].user_id, step=step, changed_at=clock.now())
        db.session.add(draft)
    draft.typed = Typed(typed)
    draft.step = max(draft.step or 1, step)
    draft.changed_at = clock.now()
    db.session.flush()
    return draft


def discard_draft(draft: Draft) -> None:
    db.session.delete(draft)
    db.session.flush()


def _enter(
    person: Person,
    dimension: str,
    code: str,
    effective_on: date,
    reason: str,
    note: str | None = None,
    cause_id: UUID | None = None,
    sequence: int | None = None,
) -> StatusEntry:
    entry = StatusEntry(
        organisation_id=person.organisation_id,
        dimension=str(dimension),
        code=str(code),
        effective_on=effective_on,
        reason=str(reason),
        cause_id=cause_id,
        sequence=sequence or len(person.entries) + 1,
        recorded_at=clock.now(),
        recorded_by_id=db.session.info["principal"].user_id,
    )
    if note:
        entry.note = Words(note)
    person.entries.append(entry)
    return entry


def _void(row: StatusEntry | Relative, reason: str) -> None:
    row.voided_at = clock.now()
    row.voided_by_id = db.session.info["principal"].user_id
    row.void_reason = reason


def _redate(entry: StatusEntry, on: date) -> None:
    """The same entry on another day, in its old place among those of one day; the wrong one stays, void."""
    if on != entry.effective_on:
        _void(entry, "WRONG_DATE")
        what, note = (entry.dimension, entry.code), entry.note.text
        _enter(entry.person, *what, on, entry.reason, note, entry.cause_id, entry.sequence)


def _after_change(person: Person) -> None:
    """Refresh what the histories say today, and tell whoever counts."""
    standing = [entry for entry in person.entries if not entry.is_void]
    tomorrow = date.fromordinal(clock.today().toordinal() + 1)  # what was recorded today holds today
    for dimension, none in (
        ("displacement", "ND"),
        ("nationality", "ND"),
        ("residence", "UNK"),
        ("registration", "ACTIVE"),
    ):
        code = rules.status_on(standing, dimension, tomorrow) or none
        setattr(person, "region" if dimension == "residence" else dimension, code)
    person.changed_at = clock.now()
    db.session.flush()
    person_changed.send(person)
