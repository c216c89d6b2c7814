"""Finding conflicts of interest inside the organisation, from either side, whenever one of the two has changed."""

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy import or_, select

from casework.conflicts import queries, rules
from casework.conflicts.models import Conflict, OpposingParty
from casework.conflicts.queries import Standing
from casework.conflicts.rules import GONE, How
from casework.core import clock, withheld
from casework.core.db import db
from casework.persons import index
from casework.persons import queries as persons
from casework.persons.likeness import Confidence, Profile
from casework.persons.models import Person, Relative

Wanted = dict[tuple[UUID, str], Confidence]
"""(opposing party, how) and how surely."""

FOUND_AT_MOST = 50
"""Namesakes of one opposing party who are looked at."""


def check_person(person: Person) -> None:
    """Whether this person, as now recorded, is or is related to whom somebody’s case is against."""
    with withheld.unveiled("a conflict of interest with a restricted record is one, too"):
        _check_person(person)


def _check_person(person: Person) -> None:
    if person.merged_into_id is not None:
        return
    standing = queries.standing(person.organisation_id)
    if not standing:
        return
    related = {person.id, *_relatives([person.id]).get(person.id, ())}
    if queries.inside(related) or _matches(index.profile_of(person), standing):
        check(related, standing)


def check_opposing(opposing: OpposingParty) -> None:
    """Whether this opposing party, as now recorded, is somebody whom the organisation helps, or their relative."""
    with withheld.unveiled("a conflict of interest with a restricted record is one, too"):
        _check_opposing(opposing)


def _check_opposing(opposing: OpposingParty) -> None:
    found = queries.persons_opposed_by(opposing.id)
    if not opposing.is_void and not opposing.is_body:
        found |= _candidates(opposing)
    around = _relatives(found)
    check(found.union(*around.values()), queries.standing(opposing.organisation_id))


def check_all() -> int:
    """Check every opposing party anew. What two colleagues saved at one moment, neither seeing the other, is found."""
    everyone = queries.every_standing()
    for opposing in everyone:
        check_opposing(opposing)
    return len(everyone)


def _candidates(opposing: OpposingParty) -> set[UUID]:
    """Whom to compare with: never everybody."""
    if opposing.person_id is not None:
        return {opposing.person_id}
    profile = queries.profile_of(opposing)
    found = index.candidates(profile)
    for _kind, name in profile.names:
        found |= {hit.person_id for hit in index.find(name, FOUND_AT_MOST)}
    return found


def check(person_ids: Collection[UUID], standing: list[Standing]) -> None:
    """Bring the rows about these persons in line with the facts."""
    people = {one.id: one for one in persons.persons(person_ids).values() if one.merged_into_id is None}
    if not people:
        return
    relatives = _relatives(people)
    around = persons.persons({one for ids in relatives.values() for one in ids} - people.keys()) | people
    profiles = {one.id: index.profile_of(one) for one in around.values() if one.merged_into_id is None}
    matches = {person_id: _matches(profile, standing) for person_id, profile in profiles.items()}
    clients = queries.clients_among(people)
    parties = queries.parties_of({one.case_id for found in matches.values() for one in found})
    rows: dict[UUID, list[Conflict]] = {}
    for row in queries.inside(people):
        if row.person_id is not None:
            rows.setdefault(row.person_id, []).append(row)
    for person_id, person in people.items():
        wanted: Wanted = {}
        if person_id in clients:
            mine = matches[person_id]
            wanted |= _direct(person_id, mine, parties)
            theirs = [matches[one] for one in relatives.get(person_id, ()) if one in matches]
            wanted |= _through_relatives(person_id, theirs, parties, besides={one.id for one in mine})
        _write(person, wanted, rows.get(person_id, []))
    db.session.flush()


def _matches(profile: Profile, standing: Iterable[Standing]) -> dict[Standing, Confidence]:
    """The opposing parties that this person may be."""
    mine = rules.keys(profile)
    found = {}
    for one in standing:
        if one.person_id is not None:
            if one.person_id == profile.person_id:
                found[one] = Confidence.CERTAIN
        elif not mine.isdisjoint(one.keys):
            confidence = rules.opposed(one.profile, profile)
            if confidence is not None:
                found[one] = confidence
    return found


def _direct(person_id: UUID, found: dict[Standing, Confidence], parties: dict[UUID, set[UUID]]) -> Wanted:
    """Nobody is against themselves: a namesake of the only client of a case is somebody else, a father for example."""
    return {
        (one.id, How.DIRECT): confidence
        for one, confidence in found.items()
        if parties.get(one.case_id, set()) != {person_id}
    }


def _through_relatives(
    person_id: UUID,
    found: Iterable[dict[Standing, Confidence]],
    parties: dict[UUID, set[UUID]],
    besides: Collection[UUID],
) -> Wanted:
    """Whose relative somebody else’s case is against. That one’s own case is against a relative is no conflict."""
    wanted: Wanted = {}
    for matches in found:
        for one, confidence in matches.items():
            if person_id in parties.get(one.case_id, ()) or one.id in besides:
                continue
            key = (one.id, str(How.RELATIVE))
            wanted[key] = min(confidence, wanted.get(key, confidence), key=list(Confidence).index)
    return wanted


def _write(person: Person, wanted: Wanted, rows: list[Conflict]) -> None:
    known = {(row.opposing_id, row.how): row for row in rows}
    for (opposing_id, how), confidence in wanted.items():
        row = known.get((opposing_id, how))
        if row is None:
            db.session.add(
                Conflict(
                    organisation_id=person.organisation_id,
                    opposing_id=opposing_id,
                    person_id=person.id,
                    how=str(how),
                    confidence=str(confidence),
                    found_at=clock.now(),
                )
            )
        elif row.confidence != confidence:
            if rules.asks_again(row.decision, row.confidence, confidence):
                row.decision = None  # who decided it, when and why stays, to say that it is asked again
            row.confidence = str(confidence)
    for key, row in known.items():
        if key not in wanted and row.confidence != GONE:
            row.confidence = GONE


def _relatives(person_ids: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """The relatives of each of these persons, by links that stand."""
    found: dict[UUID, set[UUID]] = {}
    if not person_ids:
        return found
    ids = list(person_ids)
    links = select(Relative.person_id, Relative.relative_id).where(
        or_(Relative.person_id.in_(ids), Relative.relative_id.in_(ids)), Relative.voided_at.is_(None)
    )
    for one, other in db.session.execute(links):
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return {one: found[one] for one in ids if one in found}
