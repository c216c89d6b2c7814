"""The daily look: which records of one partner may be of people whom another partner has, too.

It runs at night and never in a request, so that neither the answer nor its time tells anything to whoever registers
somebody. It compares what is likely by its keys only (`persons.index`), and writes for both sides at once.
"""

from datetime import time
from uuid import UUID

from casework.core import clock
from casework.core.db import db
from casework.core.jobs import Job, daily
from casework.core.scope import acting_as
from casework.elsewhere import actions, queries
from casework.elsewhere.actions import Match
from casework.elsewhere.rules import Due, is_of_many, is_telling, numbers, within_limits
from casework.persons import index, likeness
from casework.persons.likeness import Pooled, Profile, Rarity


def look(*, limited: bool = True) -> None:
    """Compare what is new or changed in the acting organisation with the other partners' records.

    `limited=False`: all at once, whoever registered it and whenever it was last compared, as when a site is set up.
    What the caller has written is saved first, for the look reads it with eyes of its own. Says nothing of what it
    found: who waits for it learns nothing either.
    """
    organisation_id: UUID = db.session.info["principal"].organisation_id
    db.session.commit()
    with queries.reading_in(organisation_id):
        partners = queries.partners()
        if organisation_id not in partners:
            return
        due = queries.due()
        turn, waiting = (due, {}) if not limited else within_limits(due, queries.looked_today(), clock.today())
    others = [one for one in partners if one != organisation_id]
    matches = _matches(organisation_id, turn, others, limited=limited)
    with acting_as(queries.the_system()):
        actions.note_looks(organisation_id, turn, waiting, matches)
        db.session.commit()


LOOK = Job("elsewhere.look", daily(time(3, 30)), look)


def _matches(organisation_id: UUID, turn: list[Due], others: list[UUID], *, limited: bool) -> list[Match]:
    """Which of these records are telling in their likeness to one of another partner's."""
    with queries.reading_in(organisation_id):
        own, caseloads = index.profiles(), [index.rarity()]
    mine = [own[one.person_id] for one in turn if one.person_id in own and not is_of_many(own[one.person_id])]
    near: list[tuple[Profile, Profile, UUID]] = []
    compared = 0
    for other in others if mine else ():
        with queries.reading_in(other):
            theirs = index.profiles()
            waiting = queries.waiting() if limited else frozenset()
            caseloads.append(index.rarity())
            compared += len(own) * len(theirs)  # not only tonight's: over the years each is compared with each
            for profile in mine:
                found = (index.candidates(profile) & theirs.keys()) - waiting
                near += [(profile, theirs[one], other) for one in sorted(found, key=str) if not is_of_many(theirs[one])]
    rarity = Pooled(caseloads)
    return [_match(*three) for three in near if _is_telling(*three[:2], rarity, compared)]


def _is_telling(one: Profile, other: Profile, rarity: Rarity, compared: int) -> bool:
    return is_telling(likeness.compare(one, other, rarity), likeness.chance(one, other, rarity), compared)


def _match(one: Profile, other: Profile, organisation_id: UUID) -> Match:
    assert one.person_id is not None and other.person_id is not None  # noqa: PT018, S101 - of records
    return Match(one.person_id, organisation_id, other.person_id, numbers(one) & numbers(other))
