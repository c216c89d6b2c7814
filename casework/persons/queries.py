"""Persons of one's own organisation."""

from collections.abc import Callable, Iterable
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from casework.core import withheld
from casework.core.audit import Revision
from casework.core.db import db
from casework.core.errors import DomainError
from casework.persons.models import Draft, Person, Relative, StatusEntry
from casework.persons.policy import own_drafts
from casework.persons.rules import FOR_GOOD


def record(person_id: UUID) -> Person | None:
    """The row itself, merged into another or not. Only merging asks for it."""
    return db.session.scalar(select(Person).where(Person.id == person_id).options(selectinload(Person.entries)))


def person(person_id: UUID) -> Person | None:
    """The person of this record; of a merged record the one that goes on, so that an old link leads there."""
    found = record(person_id)
    while found is not None and found.merged_into_id is not None:
        found = record(found.merged_into_id)
    return found


def going_on(person_id: UUID) -> UUID:
    """The record under which the person of this one is found: itself, unless it was merged."""
    found = person(person_id)
    return found.id if found is not None else person_id


def persons(ids: Iterable[UUID]) -> dict[UUID, Person]:
    found = db.session.scalars(select(Person).where(Person.id.in_(list(ids))))
    return {one.id: one for one in found}


def person_by_number(number: str) -> Person | None:
    """The person of this number, whom to link with what one works on: not with a record that only its team may open."""
    found = db.session.scalar(select(Person).where(Person.number == number))
    if found is not None and found.id in withheld.mine().persons:
        raise DomainError(
            _("This record is restricted: only its team may work with it. Ask your supervisor."), "number"
        )
    going_on = person(found.id) if found is not None else None
    return going_on if going_on is not None and going_on.erased_on is None else None


def persons_numbered(year: str | None, digits: str) -> list[Person]:
    """The persons whose number ends so, of a year (two digits) or of any. A merged record's number finds, too."""
    found = list(db.session.scalars(select(Person).where(Person.number.like(f"P-{year or '__'}-{digits}"))))
    going_on = [person(one.id) if one.merged_into_id else one for one in found]
    return list({one.id: one for one in going_on if one is not None}.values())


def merged_into(person_id: UUID) -> list[Person]:
    """The records that went into this one, directly or through another, the latest first."""
    straight = list(
        db.session.scalars(
            select(Person).where(Person.merged_into_id == person_id).order_by(Person.merged_on.desc(), Person.number)
        )
    )
    return [one for each in straight for one in (each, *merged_into(each.id))]


def records_of(person_ids: Iterable[UUID]) -> dict[UUID | None, UUID]:
    """Every record of these persons, also those that went into theirs, with under which of them it goes on."""
    found: dict[UUID | None, UUID] = {one: one for one in person_ids}
    new = list(found)
    while new:
        gone = select(Person.id, Person.merged_into_id).where(Person.merged_into_id.in_(new))
        new = []
        for one, into in db.session.execute(gone):
            if one not in found:
                found[one] = found[into]
                new.append(one)
    return found


def entry(person_id: UUID, entry_id: UUID) -> StatusEntry | None:
    return db.session.scalar(select(StatusEntry).where(StatusEntry.id == entry_id, StatusEntry.person_id == person_id))


def entries_caused_by(cause_id: UUID) -> list[StatusEntry]:
    """The entries that stand because of one session or one closing."""
    return list(
        db.session.scalars(select(StatusEntry).where(StatusEntry.cause_id == cause_id, StatusEntry.voided_at.is_(None)))
    )


def caused_for(cause_id: UUID, person_id: UUID | None) -> list[StatusEntry]:
    """Of these entries those of one person, also under records that were merged into theirs; or all of them."""
    found = entries_caused_by(cause_id)
    if person_id is None:
        return found
    return [one for one in found if person_id in (one.person_id, going_on(one.person_id))]


def left_for_good(person: Person) -> bool:
    """Whether a person left care in a way that a reopened case does not undo by itself: died, departed, merged."""
    standing = [entry for entry in person.history("registration") if not entry.is_void]
    last = max(standing, key=lambda entry: (entry.effective_on, entry.sequence), default=None)
    return last is not None and last.code == "LEFT" and last.reason in FOR_GOOD


def relatives(person_id: UUID) -> list[Relative]:
    """The links from and to a person that stand."""
    return list(
        db.session.scalars(
            select(Relative).where(
                or_(Relative.person_id == person_id, Relative.relative_id == person_id),
                Relative.voided_at.is_(None),
            )
        )
    )


def removed_relatives(person_id: UUID) -> list[Relative]:
    """The links that were taken back, for the history."""
    return list(
        db.session.scalars(
            select(Relative).where(
                or_(Relative.person_id == person_id, Relative.relative_id == person_id),
                Relative.voided_at.is_not(None),
            )
        )
    )


def relative(person_id: UUID, link_id: UUID) -> Relative | None:
    return next((link for link in relatives(person_id) if link.id == link_id), None)


DRAFT_HOLDS: list[Callable[[Draft], bool]] = []
"""Whether an unfinished registration may still be read and gone on with: asked of whoever may have begun it."""


def drafts() -> list[Draft]:
    who = db.session.info["principal"]
    found = db.session.scalars(select(Draft).where(own_drafts(who)).order_by(Draft.changed_at.desc()))
    return [one for one in found if _holds(one)]


def draft(draft_id: UUID) -> Draft | None:
    who = db.session.info["principal"]
    found = db.session.scalar(select(Draft).where(Draft.id == draft_id, own_drafts(who)))
    return found if found is not None and _holds(found) else None


def _holds(draft: Draft) -> bool:
    return all(holds(draft) for holds in DRAFT_HOLDS)


def every_draft() -> list[Draft]:
    """Those of all colleagues: to end what may not be gone on with, not to be shown."""
    return list(db.session.scalars(select(Draft)))


def revisions(subject_ids: Iterable[UUID]) -> list[Revision]:
    """What was changed on these rows, newest first, with the values replaced."""
    return list(
        db.session.scalars(
            select(Revision).where(Revision.subject_id.in_(list(subject_ids))).order_by(Revision.at.desc())
        )
    )
