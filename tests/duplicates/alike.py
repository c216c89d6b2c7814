"""Invented people who are recorded twice, or nearly so."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from casework.core.db import db
from casework.duplicates import actions, queries
from casework.duplicates.models import DuplicatePair
from casework.persons import actions as persons
from casework.persons import likeness
from casework.persons.likeness import Comparison, Profile
from casework.persons.models import Contacts, DocumentNumber, Identity, Person
from casework.persons.rules import PartialDate

FIRST, THEN = date(2026, 2, 2), date(2026, 3, 3)
BORN = PartialDate(1991, 3, 14)
IIN = "910314401117"


def registered(
    family: str,
    given: str,
    *,
    on: date = FIRST,
    born: PartialDate = BORN,
    iin: str | None = None,
    document: str | None = None,
    phone: str | None = None,
    **more: object,
) -> Person:
    identity = Identity(family_name=family, given_name=given, iin=iin)
    if document:
        identity.documents = [DocumentNumber("FOREIGN_PASS", document)]
    given_more: dict[str, Any] = {"sex": "F", "origin": "UZB", **more}
    return persons.register(persons.Registration(identity, on, Contacts(phone=phone), birth=born, **given_more))


def twice() -> tuple[Person, Person]:
    """Ольга Сапфирова, and once more, in Latin letters, with the same day of birth and the same IIN."""
    one = registered("Сапфирова", "Ольга", iin=IIN)
    other = registered("Sapfirova", "Olga", on=THEN, iin=IIN)
    return one, other


def correct(person: Person, **fields: object) -> None:
    """Put right something of an identity."""
    identity = Identity(**{**vars(person.identity), **fields})
    persons.correct_identity(
        person,
        identity,
        sex=person.sex,
        birth=PartialDate.from_text(person.identity.born or ""),
        origin=person.origin,
        arrived=PartialDate(person.arrived_year, person.arrived_month),
        languages=person.languages,
    )


def searched() -> None:
    """All records looked at, in this transaction."""
    actions.begin_search()
    while (search := actions.next_slice()) is not None and search.is_under_way:
        pass


def pairs() -> list[DuplicatePair]:
    return queries.page("open", None, 1).rows


def only_pair() -> DuplicatePair:
    (found,) = pairs()
    return found


@dataclass
class Counted:
    """Which records were compared with which."""

    compared: list[frozenset[UUID | None]] = field(default_factory=list)


@contextmanager
def counting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counted]:
    counted, compare = Counted(), likeness.compare

    def noted(one: Profile, other: Profile, *more: Any) -> Comparison:
        counted.compared.append(frozenset((one.person_id, other.person_id)))
        return compare(one, other, *more)

    with monkeypatch.context() as patched:
        patched.setattr(likeness, "compare", noted)
        yield counted


def gone_into(gone: Person, kept: Person) -> None:
    """What a merge leaves of a record, without all the rest of it."""
    gone.merged_into_id, gone.merged_on = kept.id, THEN
    persons.correct_contacts(gone, gone.contacts, consent=gone.consent, consent_on=gone.consent_on)
    db.session.flush()
