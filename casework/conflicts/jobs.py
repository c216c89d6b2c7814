"""Looking for conflicts of interest each night: once more inside the organisation, and across all partners.

Across organisations each side only ever learns that something may exist: what is compared is held in memory, and a row
is written about one’s own record alone. Nothing of it happens in a request, so that no answer and no time tells.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import time
from uuid import NAMESPACE_OID, UUID, uuid5

from casework.accounts.queries import active_organisations
from casework.conflicts import checking, queries, rules
from casework.conflicts.models import Conflict, OpposingLook
from casework.conflicts.rules import GONE, How
from casework.core import audit, clock
from casework.core.db import db
from casework.core.jobs import Job, daily
from casework.core.scope import acting_as, system
from casework.elsewhere import jobs as elsewhere_jobs
from casework.elsewhere import queries as elsewhere
from casework.elsewhere.rules import PAUSE, is_of_many, may_say, within_limits
from casework.persons import index, likeness
from casework.persons.likeness import Confidence, Pooled, Profile, Rarity

_Key = tuple[UUID | None, UUID | None]
"""(opposing party, None) or (None, person) of one's own, of whom a conflict with another partner may exist."""


@dataclass(frozen=True)
class Against:
    """An opposing party, as plain facts."""

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

    How many of its records something may be said of. `limited`: with the limits that keep anybody from trying out
    names, as opposing parties or as persons; setting up a site goes without.
    """
    checking.check_all()
    db.session.commit()
    own = db.session.info["principal"].organisation_id
    waiting = _take_turns(limited)
    db.session.commit()
    partners = elsewhere.partners()
    db.session.commit()  # while other organisations are read, nobody waits
    found = _compare(own, partners) if own in partners else set()
    _write(found, waiting)
    db.session.flush()
    return len(found - waiting)


LOOK = Job("conflicts.look", daily(time(3, 40)), look)


def first_look() -> None:
    """Compare everybody's records at once, without the daily limits. Says nothing of what it finds.

    That stands on the pages of the supervisors concerned. Conflicts twice: what a partner recorded since its own last
    look is seen in the next one.
    """
    for one in (elsewhere_jobs.look, look, look):
        for organisation_id in active_organisations():
            with acting_as(system("first look", organisation_id)):
                one(limited=False)
                db.session.commit()


def _take_turns(limited: bool) -> set[_Key]:
    """Which of one's own records are compared from now on as they are recorded now; those that wait are the answer.

    The limits are those between partners, for whoever recorded an opposing party or wrote something else into it. The
    other side's need no looking at: they keep only that side from being told.
    """
    now, looks = clock.now(), queries.looks()
    everyone = queries.every_standing()
    due = [one for one in everyone if one.id not in looks or looks[one.id].changed_at != queries.written_at(one)]
    today = [one for one in everyone if one.id in looks and clock.day_of(looks[one.id].looked_at) == clock.today()]
    turn, late = queries.in_turn(due, looks), Counter[UUID]()
    if limited:
        turn, late = within_limits(turn, queries.in_turn(today, looks, since=now - PAUSE), clock.today())
    for one in turn:
        look = looks.get(one.person_id)
        if look is None:
            look = OpposingLook(opposing_id=one.person_id)
            db.session.add(look)
        look.looked_at, look.changed_at = now, one.changed_at
    for user_id, count in late.items():
        audit.note("conflict:limited", "users", user_id, waiting=count)
    having_turn = {one.person_id for one in turn}
    waiting: set[_Key] = {(one.id, None) for one in due if one.id not in having_turn}
    return waiting | {(None, one) for one in (elsewhere.waiting() if limited else ())}


# -- comparing ---------------------------------------------------------------------------------------------------


def _compare(own: UUID, partners: Collection[UUID]) -> set[_Key]:
    caseloads = {one: _caseload(one) for one in partners}
    mine = caseloads.pop(own)
    everyone = [mine, *caseloads.values()]
    # Every comparison that any partner makes counts, so that both sides come to the same answer.
    comparisons = sum(one.persons for one in everyone) * sum(len(one.against) for one in everyone)
    rarity = Pooled(one.rarity for one in everyone)
    found: set[_Key] = set()
    if mine.against:
        for other in caseloads:
            found |= {(one, None) for one, _person in _alike(other, mine.against, comparisons, rarity)}
    against = [one for other in caseloads.values() for one in other.against]
    if against:
        found |= {(None, person) for _one, person in _alike(own, against, comparisons, rarity)}
    return found


def _caseload(organisation_id: UUID) -> Caseload:
    """Read as that organisation, and leave nothing open."""
    with elsewhere.reading_in(organisation_id):
        against = [Against(one.id, queries.profile_of(one), one.case.is_open) for one in queries.every_standing()]
        return Caseload(organisation_id, against, len(index.profiles()), index.rarity())


def _alike(
    organisation_id: UUID, against: Iterable[Against], comparisons: int, rarity: Rarity
) -> set[tuple[UUID, UUID]]:
    """(opposing party, client of this organisation) who agree in more than chance brings about."""
    with elsewhere.reading_in(organisation_id):
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
    if is_of_many(one) or is_of_many(other) or rules.opposed(one, other) is None:
        return False
    return may_say(likeness.chance(one, other, rarity), comparisons)


# -- what one’s own side is told -----------------------------------------------------------------------------------


def _write(found: set[_Key], waiting: set[_Key]) -> None:
    """One row for each of one’s own records, whatever it agrees with: that there are two says something already.

    Of a record that waits for its turn nothing changes: no warning goes because somebody corrected a letter, and none
    tells by going at once what the other side has recorded.
    """
    known = queries.elsewhere()
    for opposing_id, person_id in found - waiting - {(row.opposing_id, row.person_id) for row in known}:
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
    for row in known:
        confidence = str(Confidence.POSSIBLE) if (row.opposing_id, row.person_id) in found else GONE
        if (row.opposing_id, row.person_id) not in waiting and row.confidence != confidence:
            row.confidence = confidence
