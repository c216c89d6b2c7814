"""Looking for conflicts of interest each night: once more inside the organisation, and across all partners.

Across organisations each side only ever learns that something may exist: what is compared is held in memory, and a row
is written about one’s own record alone. Nothing of it happens in a request, so that no answer and no time tells.
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import time, timedelta
from uuid import NAMESPACE_OID, UUID, uuid5

from flask import g
from sqlalchemy import select

from casework.accounts.models import Organisation
from casework.conflicts import checking, queries, rules
from casework.conflicts.models import Conflict, OpposingLook
from casework.conflicts.rules import GONE, How
from casework.core import audit, clock
from casework.core.db import db
from casework.core.jobs import Job, daily
from casework.core.scope import acting_as, system
from casework.persons import index, likeness
from casework.persons.likeness import Confidence, Profile, Rarity

PER_DAY = 20
"""Opposing parties of one colleague that are newly compared across partners in a day; the others wait."""

NOT_BEFORE = timedelta(days=7)
"""How long one that was compared is not compared anew, however often it is corrected."""


@dataclass(frozen=True)
class Against:
    """An opposing party that had its turn, as plain facts."""

    id: UUID
    profile: Profile
    is_open: bool
    """Whether the case that it is opposed in is open."""


@dataclass(frozen=True)
class Caseload:
    """What of one organisation is compared: opposing parties, and whom it helps or has helped. In memory only."""

    organisation_id: UUID
    against: list[Against]
    persons: int
    rarity: Rarity


def look(limited: bool = True) -> int:
    """Check everything inside the acting organisation, then its side of what may exist across partners.

    How many of its records something may be said of. What another partner recorded since its own last night is compared
    in the next one. `limited`: with the limits that keep anybody from trying out
    names; setting up a site goes without.
    """
    checking.check_all()
    db.session.commit()
    own = db.session.info["principal"].organisation_id
    _take_turns(limited)
    db.session.commit()
    partners = _partners()
    db.session.commit()  # while other organisations are read, nobody waits
    found = _compare(own, partners) if own in partners else set()
    _write(found)
    db.session.flush()
    return len(found)


LOOK = Job("conflicts.look", daily(time(3, 40)), look)


def _partners() -> list[UUID]:
    statement = select(Organisation.id).where(Organisation.is_active, Organisation.kind == "partner")
    return sorted(db.session.scalars(statement))


def _take_turns(limited: bool) -> None:
    """Which opposing parties are compared across partners from now on, as they are recorded now."""
    now, looks = clock.now(), queries.looks()
    taken: dict[UUID | None, int] = {}
    everyone = queries.every_standing()
    for one in everyone:
        look = looks.get(one.id)
        if look is not None and look.looked_at.astimezone(clock.ALMATY).date() == clock.today():
            taken[one.recorded_by_id] = taken.get(one.recorded_by_id, 0) + 1
    waiting: dict[UUID | None, int] = {}
    for one in everyone:
        look = looks.get(one.id)
        if look is not None and look.changed_at == one.changed_at:
            continue
        is_too_soon = look is not None and look.looked_at > now - NOT_BEFORE
        if limited and (is_too_soon or taken.get(one.recorded_by_id, 0) >= PER_DAY):
            waiting[one.recorded_by_id] = waiting.get(one.recorded_by_id, 0) + 1
            continue
        taken[one.recorded_by_id] = taken.get(one.recorded_by_id, 0) + 1
        if look is None:
            db.session.add(
                OpposingLook(
                    organisation_id=one.organisation_id, opposing_id=one.id, looked_at=now, changed_at=one.changed_at
                )
            )
        else:
            look.looked_at, look.changed_at = now, one.changed_at
    for user_id, count in waiting.items():
        audit.note("conflict:limited", "users", user_id, waiting=count)


# -- comparing ---------------------------------------------------------------------------------------------------


def _compare(own: UUID, partners: Collection[UUID]) -> set[tuple[UUID | None, UUID | None]]:
    """(opposing party, None) or (None, person) of one’s own, of whom a conflict with another partner may exist."""
    caseloads = {one: _caseload(one) for one in partners}
    mine = caseloads.pop(own)
    everyone = [mine, *caseloads.values()]
    # Every comparison that any partner makes counts, so that both sides come to the same answer.
    comparisons = sum(one.persons for one in everyone) * sum(len(one.against) for one in everyone)
    rarity = _joint([one.rarity for one in everyone])
    found: set[tuple[UUID | None, UUID | None]] = set()
    if mine.against:
        for other in caseloads:
            found |= {(one, None) for one, _person in _alike(other, mine.against, comparisons, rarity)}
    against = [one for other in caseloads.values() for one in other.against]
    if against:
        found |= {(None, person) for _one, person in _alike(own, against, comparisons, rarity)}
    return found


@contextmanager
def _reading_as(organisation_id: UUID) -> Iterator[None]:
    """Act as the system in another organisation, and only read: in a session of its own, which takes no lock."""
    with acting_as(system("conflicts across partners", organisation_id)):
        g.reading = True
        yield


def _caseload(organisation_id: UUID) -> Caseload:
    """Read as that organisation, and leave nothing open."""
    with _reading_as(organisation_id):
        looks = queries.looks()
        against = [
            Against(one.id, queries.profile_of(one), one.case.is_open)
            for one in queries.every_standing()
            if one.id in looks and looks[one.id].changed_at == one.changed_at
        ]
        return Caseload(organisation_id, against, len(index.profiles()), index.rarity())


def _alike(
    organisation_id: UUID, against: Iterable[Against], comparisons: int, rarity: Rarity
) -> set[tuple[UUID, UUID]]:
    """(opposing party, client of this organisation) who agree in more than chance brings about."""
    with _reading_as(organisation_id):
        profiles = index.profiles()
        found: dict[UUID, list[Against]] = {}
        for one in against:
            for person_id in index.candidates(one.profile):
                profile = profiles.get(person_id)
                if profile is not None and _may_be(one.profile, profile, comparisons, rarity):
                    found.setdefault(person_id, []).append(one)
        clients, with_open_case = (
            queries.clients_among(found),
            queries.clients_among(found, with_open_case=True),
        )
        return {
            (one.id, person_id)
            for person_id, alike in found.items()
            for one in alike
            if person_id in clients and (one.is_open or person_id in with_open_case)
        }


def _may_be(one: Profile, other: Profile, comparisons: int, rarity: Rarity) -> bool:
    if rules.opposed(one, other) is None:
        return False
    return rules.may_say(likeness.chance(one, other, rarity), comparisons)


def _joint(rarities: list[Rarity]) -> Rarity:
    """How rare a name is among all partners’ clients together."""
    return Joint(rarities)


class Joint(Rarity):
    """Several caseloads counted as one."""

    def __init__(self, rarities: list[Rarity]) -> None:
        super().__init__()
        self.persons = sum(one.persons for one in rarities)
        self.rarities = rarities

    def bearers(self, word: str) -> int:
        return sum(one.bearers(word) for one in self.rarities)


# -- what one’s own side is told -----------------------------------------------------------------------------------


def _write(found: set[tuple[UUID | None, UUID | None]]) -> None:
    """One row for each of one’s own records, whatever it agrees with: that there are two says something already."""
    known = {(row.opposing_id, row.person_id): row for row in queries.elsewhere()}
    for opposing_id, person_id in found - known.keys():
        db.session.add(
            Conflict(
                id=uuid5(NAMESPACE_OID, f"conflict elsewhere {opposing_id or person_id}"),
                opposing_id=opposing_id,
                person_id=person_id,
                how=str(How.ELSEWHERE),
                confidence=str(Confidence.POSSIBLE),
                found_at=clock.now(),
            )
        )
    for key, row in known.items():
        confidence = str(Confidence.POSSIBLE) if key in found else GONE
        if row.confidence != confidence:
            row.confidence = confidence
