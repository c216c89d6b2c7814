"""Deciding about likely pairs, and finding them: always by what two records share, never by comparing all with all."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import gettext as _

from casework.core import clock
from casework.core.db import db
from casework.core.errors import DomainError
from casework.duplicates import policy, queries, rules
from casework.duplicates.models import DuplicatePair, DuplicateSearch
from casework.duplicates.rules import Decision, Step
from casework.persons import index, likeness
from casework.persons import queries as persons
from casework.persons.likeness import Comparison, Confidence
from casework.persons.models import Person, Words
from casework.reference import queries as codes

SLICE = 500
"""Records looked at before what was found is saved."""

OVERLAP = timedelta(minutes=2)
"""A long transaction may commit a record with an earlier time than the search has come to."""

# -- deciding ------------------------------------------------------------------------------------------------------


def decide(pair: DuplicatePair, decision: str, reason: str | None = None, note: str | None = None) -> None:
    """Say whether two records are of one person. It can be changed until they are merged."""
    _may_still(pair)
    _write(pair, decision, reason, note)
    db.session.flush()


def take_back(pair: DuplicatePair) -> None:
    """Undo a decision: the pair is open again, as if nobody had looked."""
    _may_still(pair)
    pair.decision = pair.reason = pair.decided_at = pair.decided_by_id = None
    pair.note, pair.equal_numbers = Words(), 0
    db.session.flush()


def remember(
    person: Person, other: Person, decision: str, reason: str | None = None, note: str | None = None
) -> DuplicatePair:
    """Keep what somebody who saw both said of them, as at a registration: the same pair is then not asked again."""
    if person.id == other.id:
        raise DomainError(_("A record cannot be compared with itself."))
    pair = queries.pair_between(person.id, other.id)
    if pair is None:
        comparison = compared(person, other)
        pair = _found(person, other, comparison.confidence or Confidence.POSSIBLE)
        db.session.add(pair)
        db.session.flush()
        pair = queries.pair(pair.id) or pair
    decide(pair, decision, reason, note)
    return pair


def compared(person: Person, other: Person) -> Comparison:
    """The two records beside each other, as they are now."""
    return comparisons([(person, other)])[0]


def comparisons(pairs: Sequence[tuple[Person, Person]]) -> list[Comparison]:
    """The same for several pairs at once."""
    rarity = index.rarity() if pairs else None
    return [likeness.compare(index.profile_of(one), index.profile_of(other), rarity) for one, other in pairs]


def _may_still(pair: DuplicatePair) -> None:
    if policy.is_over(pair):
        raise DomainError(_("One of these records has been merged. Nothing is left to decide here."))
    if not policy.may_decide(db.session.info["principal"], pair):
        raise DomainError(_("A colleague has decided about this pair. Only they or a supervisor can change it."))


def _write(pair: DuplicatePair, decision: str, reason: str | None, note: str | None) -> None:
    if decision not in set(Decision):
        raise DomainError(_("Choose one of the three answers."), "decision")
    is_different = decision == Decision.DIFFERENT
    known = {one.code for one in codes.items("difference_reason")} | {pair.reason}
    if is_different and (reason is None or reason not in known):
        raise DomainError(_("Say how you know that they are two people."), "reason")
    numbers = rules.equal_numbers(compared(pair.person, pair.other))  # before the first change: one change, one entry
    pair.decision = str(decision)
    pair.reason = reason if is_different else None
    pair.note = Words(note or None)
    pair.decided_at = clock.now()
    pair.decided_by_id = db.session.info["principal"].user_id
    pair.equal_numbers = numbers


def _found(one: Person, other: Person, confidence: Confidence) -> DuplicatePair:
    first, second = rules.in_order(one, other)
    return DuplicatePair(
        organisation_id=first.organisation_id,
        person_id=first.id,
        other_id=second.id,
        confidence=confidence.value,
        found_at=clock.now(),
        equal_numbers=0,
    )


# -- finding -------------------------------------------------------------------------------------------------------


def begin_search() -> DuplicateSearch:
    """Start to look at all records anew. What was decided stays decided."""
    search = queries.search(to_go_on=True)
    if search is not None and search.is_under_way:
        raise DomainError(_("All records are being looked at already."))
    if search is None:
        search = DuplicateSearch()
        db.session.add(search)
    search.started_at, search.ended_at, search.position = clock.now(), None, None
    search.done, search.total = 0, queries.living_count()
    # Whatever changes from now on, behind the place that the search has come to, is looked at as changed.
    search.looked_to = search.looked_to or search.started_at
    db.session.flush()
    return search


def next_slice(limit: int | None = None) -> DuplicateSearch | None:
    """Look at the next records of a search for all. What is found is saved by whoever commits, place and all."""
    limit = SLICE if limit is None else limit
    search = queries.search(to_go_on=True)
    if search is None or not search.is_under_way:
        return search
    ids = queries.next_ids(search.position, limit)
    _look_at(ids, ahead=True)
    search.done += len(ids)
    search.total = max(search.total, search.done)
    if len(ids) < limit:
        search.ended_at, search.position, search.total = clock.now(), None, search.done
    else:
        search.position = ids[-1]
    db.session.flush()
    return search


def look_at_changed(after: tuple[datetime, UUID] | None = None) -> tuple[datetime, UUID] | None:
    """Look at the next of the records changed since the last time; the place to go on from, while there is one."""
    search = queries.search(to_go_on=True)
    if search is None or search.looked_to is None:
        return None
    began = clock.now()
    found = queries.changed(search.looked_to - OVERLAP, after, SLICE)
    _look_at([person_id for _moment, person_id in found], ahead=False)
    if len(found) == SLICE:
        place = found[-1]
        search.looked_to = max(search.looked_to, place[0])
    else:
        place, search.looked_to = None, max(search.looked_to, began)
    db.session.flush()
    return place


def _look_at(ids: Collection[UUID], *, ahead: bool) -> None:
    """Compare these records with those that share a block with them, and write down what follows.

    `ahead`: only with records that come after them, for those before have been compared with them already.
    """
    profiles, rarity = index.profiles(), index.rarity()
    candidates = index.candidates_of(ids)
    gone = queries.merged(ids)
    known = _known_pairs(ids)
    fresh: dict[frozenset[UUID], Comparison] = {}
    seen: set[frozenset[UUID]] = set()
    for one in ids:
        profile = profiles.get(one)
        pairs = known.get(one, {})
        if profile is None:
            _forget(pairs.values() if one in gone else ())
            continue
        for partner in sorted({*candidates.get(one, ()), *pairs} - {one}):
            key = frozenset((one, partner))
            if partner not in profiles or (ahead and partner < one) or key in seen:
                continue
            seen.add(key)
            comparison = likeness.compare(profile, profiles[partner], rarity)
            if (pair := pairs.get(partner)) is None:
                fresh[key] = comparison
            else:
                _settle(pair, comparison)
    _find(fresh)
    db.session.flush()


def _known_pairs(ids: Collection[UUID]) -> dict[UUID, dict[UUID, DuplicatePair]]:
    """For each of these records the pairs it is in, by the other record."""
    wanted = set(ids)
    found: dict[UUID, dict[UUID, DuplicatePair]] = {}
    for pair in queries.pairs_with(wanted):
        for one, other in ((pair.person_id, pair.other_id), (pair.other_id, pair.person_id)):
            if one in wanted:
                found.setdefault(one, {})[other] = pair
    return found


def _forget(pairs: Iterable[DuplicatePair]) -> None:
    """A record was merged: what nobody has decided about it needs no decision any more."""
    for pair in pairs:
        if pair.decision is None and pair in db.session:
            db.session.delete(pair)


def _settle(pair: DuplicatePair, comparison: Comparison) -> None:
    then = pair.equal_numbers
    if pair.decision is None:
        was_decided = pair.decided_at is not None
        step = rules.of_an_undecided(comparison, was_decided=was_decided, numbers_then=then)
    else:
        step = rules.of_a_decided(pair.decision, comparison, numbers_then=then)
    match step:
        case Step.DROP:
            db.session.delete(pair)
        case Step.STAND_AGAIN:
            pair.decision = Decision.DIFFERENT.value
        case Step.ASK_AGAIN:
            pair.decision, pair.found_at = None, clock.now()
    if pair.decision is None and comparison.confidence is not None:
        pair.confidence = comparison.confidence.value


def _find(fresh: dict[frozenset[UUID], Comparison]) -> None:
    alike = {key: comparison for key, comparison in fresh.items() if comparison.confidence is not None}
    if not alike:
        return
    before = queries.told_apart_before()
    records = persons.persons({one for key in alike for one in key})
    for key, comparison in alike.items():
        if rules.of_a_new_one(comparison, before.get(key, ())) is Step.FIND and comparison.confidence is not None:
            one, other = (records[person_id] for person_id in key)
            db.session.add(_found(one, other, comparison.confidence))
