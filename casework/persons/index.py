"""Finding persons by name, and records that may be of one person: one index per organisation, in the memory of each
worker, filled from opened identities.

Nothing searchable lies on disk (`design/names.md`). A worker fills its index on first use and then reads only the rows
changed since, a little overlapping, so that a person registered in one worker is found by the next request of another.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import RLock
from uuid import UUID

from flask import current_app
from sqlalchemy import func, select

from casework.core import clock, withheld
from casework.core.db import db
from casework.core.vault import Unreadable
from casework.persons import likeness
from casework.persons.likeness import Comparison, Profile, Rarity, blocks
from casework.persons.models import Contacts, Identity, Person
from casework.persons.names import Hit, NameIndex
from casework.persons.profile import plain_document, plain_identification, plain_phone
from casework.persons.rules import DateProblem, PartialDate

OVERLAP = timedelta(minutes=10)  # a long transaction may commit a row with an earlier time than one already read
MOST_IN_A_BLOCK = 200
"""What more records share proves nothing: the day half a village gave as its birthday, the telephone of a hostel."""
AT_ONCE = 500

_Stamp = tuple[int, datetime]


@dataclass(frozen=True, slots=True)
class Alike:
    """A record that may be of the same person, and why."""

    person_id: UUID
    comparison: Comparison


# -- what may be asked -------------------------------------------------------------------------------------------


def find(query: str, limit: int = 25) -> list[Hit]:
    """The persons of one's own organisation whose names are like this, the likeliest first.

    What a merged record says finds the record that goes on, as the kind "merged".
    """
    hidden = withheld.mine().persons
    with _up_to_date() as shelf:
        # Of a restricted record a name or a telephone says nothing; whoever knows its number finds that it is there.
        found = shelf.find(query, limit + len(hidden))
    return [hit for hit in found if hit.person_id not in hidden or hit.kind == "record"][:limit]


def alike(profile: Profile, limit: int = 10) -> list[Alike]:
    """The records of one's own organisation that may be of this person, the likeliest first; never itself."""
    with _up_to_date() as shelf:
        near = shelf.crowd.sharing(profile)
        for _kind, name in profile.names[:3]:
            near.update(hit.person_id for hit in shelf.find(name, 25))
        near -= {shelf.going_on(profile.person_id), *withheld.mine().persons}
        others = [(one, shelf.profiles[one]) for one in near if one in shelf.profiles]
        rarity = shelf.crowd.rarity
    found = [Alike(one, likeness.compare(profile, other, rarity)) for one, other in others]
    found = [one for one in found if one.comparison.confidence is not None]
    return sorted(found, key=lambda one: (-one.comparison.score, one.person_id))[:limit]


def candidates(profile: Profile) -> set[UUID]:
    """The records of one's own organisation that share a block with this one, itself left out."""
    with _up_to_date() as shelf:
        return shelf.crowd.sharing(profile) - {shelf.going_on(profile.person_id)}


def candidates_of(ids: Iterable[UUID]) -> dict[UUID, set[UUID]]:
    """The same for each of several records at once; merged ones are left out."""
    with _up_to_date() as shelf:
        return {one: shelf.crowd.sharing(shelf.profiles[one]) - {one} for one in ids if one in shelf.profiles}


def profiles() -> Mapping[UUID, Profile]:
    """What each record of one's own organisation says of its person; merged ones are left out."""
    with _up_to_date() as shelf:
        return dict(shelf.profiles)


def rarity() -> Rarity:
    """How many of one's own organisation bear each word of a name."""
    with _up_to_date() as shelf:
        return shelf.crowd.rarity


def profile_of(person: Person) -> Profile:
    """What a record says of its person, ready for comparing."""
    identity = person.identity
    try:
        birth = PartialDate.from_text(identity.born or "", estimated=person.is_birth_estimated)
    except DateProblem:
        birth = PartialDate(person.birth_year, person.birth_month, estimated=person.is_birth_estimated)
    return profile_from(identity, person.sex, birth, person.origin, person.contacts, person_id=person.id)


def profile_from(
    identity: Identity,
    sex: str,
    birth: PartialDate,
    origin: str,
    contacts: Contacts,
    *,
    person_id: UUID | None = None,
) -> Profile:
    """What was typed of a person who may not have a record yet, ready for comparing."""
    plain_phones = (plain_phone(phone or "") for phone in (contacts.phone, contacts.other_phone))
    plain_numbers = (plain_document(document.number or "") for document in identity.documents)
    return Profile(
        person_id,
        tuple(_names(identity)),
        identity.family_name or "",
        identity.given_name or "",
        identity.patronymic or "",
        birth,
        sex or "U",
        origin or "UNK",
        identity.birth_place or "",
        plain_identification(identity.iin or ""),
        frozenset(filter(None, plain_numbers)),
        frozenset(filter(None, plain_phones)),
    )


def _names(identity: Identity) -> list[tuple[str, str]]:
    names = [("name", identity.full_name), ("latin", identity.latin_name or "")]
    names += [("former", former) for former in identity.former_names]
    return [(kind, name) for kind, name in names if name]


def _numbers(person: Person) -> list[tuple[str, str]]:
    """What finds a person exactly: IIN, documents, phones, record number."""
    identity, contacts = person.identity, person.contacts
    numbers = [("record", person.number), ("iin", identity.iin or "")]
    numbers += [("document", document.number) for document in identity.documents]
    numbers += [("phone", phone or "") for phone in (contacts.phone, contacts.other_phone)]
    return [(kind, number) for kind, number in numbers if number]


# -- what a worker knows -----------------------------------------------------------------------------------------


class Comparable:
    """Which records share a block, and how many bear a name. Made when somebody is first compared.

    The keys are kept as numbers, and few are held by more than one record.
    """

    def __init__(self, profiles: Mapping[UUID, Profile]) -> None:
        self.rarity = Rarity()
        self._one: dict[int, UUID] = {}
        self._more: dict[int, set[UUID]] = {}
        for person_id, profile in profiles.items():
            self.put(person_id, profile)

    def put(self, person_id: UUID, profile: Profile) -> None:
        self.rarity.add(profile)
        for key in map(hash, blocks(profile)):
            first = self._one.setdefault(key, person_id)
            if first != person_id:
                self._more.setdefault(key, {first}).add(person_id)

    def drop(self, person_id: UUID, profile: Profile) -> None:
        self.rarity.remove(profile)
        for key in map(hash, blocks(profile)):
            holders = self._more.get(key)
            if holders is None:
                if self._one.get(key) == person_id:
                    del self._one[key]
                continue
            holders.discard(person_id)
            self._one[key] = next(iter(holders))
            if len(holders) == 1:
                del self._more[key]

    def sharing(self, profile: Profile) -> set[UUID]:
        found: set[UUID] = set()
        for key in map(hash, blocks(profile)):
            holders = self._more.get(key)
            if holders is None:
                found.update({self._one[key]} if key in self._one else ())
            elif len(holders) <= MOST_IN_A_BLOCK:
                found |= holders
        return found


class _Shelf:
    """All that a worker knows of one organisation's persons."""

    def __init__(self) -> None:
        self.lock = RLock()
        self.read_at: datetime | None = None
        self.stamps: dict[UUID, _Stamp] = {}
        self.unsettled: set[UUID] = set()
        """Read so shortly after they were written that they may not have been there to stay."""
        self.profiles: dict[UUID, Profile] = {}
        self.merged: dict[UUID, UUID] = {}
        self._index = NameIndex()
        self._crowd: Comparable | None = None

    @property
    def crowd(self) -> Comparable:
        if self._crowd is None:
            self._crowd = Comparable(self.profiles)
        return self._crowd

    def put(self, person: Person) -> None:
        self.drop(person.id)
        self.stamps[person.id] = (person.version, person.changed_at)
        if person.merged_into_id is not None:
            self.merged[person.id] = person.merged_into_id
        if person.erased_on is not None:
            self._index.put(person.id, [], [("record", person.number)])
            return
        try:
            names, numbers, profile = _names(person.identity), _numbers(person), profile_of(person)
        except Unreadable:
            # Damaged, or sealed with a key that came after this worker started. The others are found all the same.
            self._index.put(person.id, [], [("record", person.number)])
            return
        self._index.put(person.id, names, numbers)
        if person.merged_into_id is None:
            self.profiles[person.id] = profile
            if self._crowd is not None:
                self._crowd.put(person.id, profile)

    def drop(self, person_id: UUID) -> None:
        self.stamps.pop(person_id, None)
        self.merged.pop(person_id, None)
        self._index.drop(person_id)
        profile = self.profiles.pop(person_id, None)
        if profile is not None and self._crowd is not None:
            self._crowd.drop(person_id, profile)

    def going_on(self, person_id: UUID | None) -> UUID | None:
        """The record that a merged one went into, through others if need be; any other record itself."""
        passed = set()
        while person_id in self.merged and person_id not in passed:
            passed.add(person_id)
            person_id = self.merged[person_id]
        return person_id

    def find(self, query: str, limit: int) -> list[Hit]:
        asked_for = limit
        while True:
            hits = self._index.find(query, asked_for)
            found: dict[UUID, Hit] = {}
            for hit in hits:
                going_on = self.going_on(hit.person_id) or hit.person_id
                if going_on not in found or found[going_on].score < hit.score:
                    is_itself = going_on == hit.person_id
                    found[going_on] = hit if is_itself else Hit(going_on, hit.score, "merged", hit.reason_code)
            if len(found) >= limit or len(hits) < asked_for:
                return list(found.values())[:limit]
            asked_for *= 2  # records merged into one that was found already took the places of others


# -- keeping up --------------------------------------------------------------------------------------------------


@contextmanager
def _up_to_date() -> Iterator[_Shelf]:
    """What is known of one's own organisation's persons, with everything that this session can see in it."""
    who = db.session.info["principal"]
    if who is None or who.organisation_id is None:
        yield _Shelf()  # nobody's own persons: and never everybody's
        return
    shelves: dict[UUID, _Shelf] = current_app.extensions.setdefault("name_index", {})
    shelf = shelves.setdefault(who.organisation_id, _Shelf())
    # The first statement of a transaction may wait for someone who writes, and who may wait for the lock: so not in it.
    now, since = clock.now(), _since(shelf)
    listed = _listed(since)
    with shelf.lock:
        with withheld.unveiled("the index is everybody's: who asks it is told less"):
            _refresh(shelf, listed, now)
        yield shelf


def _since(shelf: _Shelf) -> datetime | None:
    """From when on rows are listed: the last time, or this moment if the clock was set back."""
    return None if shelf.read_at is None else min(shelf.read_at, clock.now()) - OVERLAP


def _listed(since: datetime | None, only: Iterable[UUID] | None = None) -> dict[UUID, _Stamp]:
    statement = select(Person.id, Person.version, Person.changed_at)
    if only is not None:
        statement = statement.where(Person.id.in_(list(only)))
    elif since is not None:
        statement = statement.where(Person.changed_at > since)
    return {person_id: (version, changed_at) for person_id, version, changed_at in db.session.execute(statement)}


def _refresh(shelf: _Shelf, listed: dict[UUID, _Stamp], now: datetime) -> None:
    """Takes in what is listed, drops what was taken back, and lists all when the number of persons is another."""
    unlisted = list(shelf.unsettled - listed.keys())
    for start in range(0, len(unlisted), AT_ONCE):
        asked = unlisted[start : start + AT_ONCE]
        there = _listed(None, asked)
        for person_id in asked:
            if person_id not in there:
                shelf.drop(person_id)
        _take_in(shelf, there)
    _take_in(shelf, listed)
    if db.session.scalar(select(func.count(Person.id))) != len(shelf.stamps):
        listed = _listed(None)
        for person_id in shelf.stamps.keys() - listed.keys():
            shelf.drop(person_id)
        _take_in(shelf, listed)
    shelf.read_at = now
    shelf.unsettled = {person_id for person_id, (_version, changed_at) in listed.items() if changed_at > now - OVERLAP}


def _take_in(shelf: _Shelf, listed: dict[UUID, _Stamp]) -> None:
    changed = [person_id for person_id, stamp in listed.items() if shelf.stamps.get(person_id) != stamp]
    for start in range(0, len(changed), AT_ONCE):
        for person in db.session.scalars(select(Person).where(Person.id.in_(changed[start : start + AT_ONCE]))):
            shelf.put(person)
