"""People who came twice, people whom two partners have, and people against each other: something for every check.

Planned like everything else; what the checks find is then found by the same jobs as everywhere, and some of it decided.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

from casework.accounts import queries as account_queries
from casework.cases.models import Case
from casework.conflicts import actions as conflicts
from casework.conflicts import jobs as conflict_jobs
from casework.conflicts import queries as conflict_queries
from casework.conflicts.actions import Told
from casework.conflicts.models import Opponent
from casework.core import clock
from casework.core.db import db
from casework.core.scope import Principal, acting_as, system
from casework.demo.acts import Stage
from casework.demo.deeds import Close, Deed, OpenCase, Register
from casework.demo.people import latin
from casework.demo.staff import COLLEAGUES, HOUSES, lawyers, supervisor
from casework.duplicates import actions as duplicates
from casework.duplicates import jobs as duplicate_jobs
from casework.duplicates import merging
from casework.duplicates.rules import Decision
from casework.elsewhere import actions as elsewhere
from casework.elsewhere import jobs as elsewhere_jobs
from casework.elsewhere import queries as elsewhere_queries
from casework.elsewhere.actions import Agreement
from casework.elsewhere.models import OverlapSide
from casework.elsewhere.rules import Answer, Verdict
from casework.persons.actions import Registration
from casework.persons.models import Contacts, Identity
from casework.persons.rules import PartialDate

_HOUSE_OF = {one.key: one.house for one in COLLEAGUES}
_BEFORE_THE_FACTSHEET = (date(2024, 4, 16), date(2024, 6, 12))


@dataclass(frozen=True)
class Double:
    """A second record of somebody: `kind` says how it differs from the first."""

    kind: str
    person: int
    other: int
    house: str
    """Where the second record is."""


@dataclass(frozen=True)
class Doubles:
    deeds: tuple[Deed, ...] = ()
    inside: tuple[Double, ...] = ()
    across: tuple[Double, ...] = ()


def _respelt(identity: Identity) -> Identity:
    names = (identity.family_name, identity.given_name)
    family_name, given_name = (latin(one or "") for one in names)
    return Identity(family_name=family_name, given_name=given_name, name_language="eng")


def _swapped(identity: Identity) -> Identity:
    return Identity(family_name=identity.given_name, given_name=identity.family_name, patronymic=identity.patronymic)


def _short(identity: Identity) -> Identity:
    return Identity(family_name=identity.family_name, given_name=identity.given_name)


_INSIDE: tuple[tuple[str, Callable[[Identity], Identity]], ...] = (
    ("respelt", _respelt),
    ("swapped", _swapped),
    ("year only", _short),
    ("same phone", _short),
    ("merged", _respelt),
    ("sister", _short),
)


def plan(known: Sequence[Deed], today: date, seed: int) -> Doubles:
    """Second records of people whom the plan has, once there are enough of them."""
    rng = Random(seed)  # noqa: S311 - a demonstration is meant to be repeatable
    registered = [deed for deed in known if isinstance(deed, Register)]
    if today < date(2025, 6, 1):
        return Doubles()
    persons, files = len(registered), len([deed for deed in known if isinstance(deed, OpenCase)])
    deeds: list[Deed] = []

    def again(first: Register, by: str, day: date, identity: Identity, **facts: Any) -> int:
        nonlocal persons, files
        persons, files = persons + 1, files + 1
        given = replace(first.given, identity=identity, registered_on=day, consent="given", consent_on=day)
        given = replace(given, **facts)
        deeds.append(Register(day, by, persons, given, rng.randrange(2**32)))
        luck = rng.randrange(2**32)
        deeds.append(OpenCase(day, by, files, (persons,), "OTHER", "ROUTINE", "SELF", luck, "GENERAL"))
        return persons

    inside, across = [], []
    first_house, second_house = HOUSES[0].key, HOUSES[1].key
    found = _settled(registered, first_house, date(2022, 1, 1), date(2025, 5, 1))
    for place, ((kind, spelt), first) in enumerate(zip(_INSIDE, rng.sample(found, len(_INSIDE)), strict=True)):
        day = _weekday(today - timedelta(days=40 - 6 * place))
        by = rng.choice([one.key for one in lawyers(first_house) if one.key != first.by])
        other = again(first, by, day, spelt(first.given.identity), **_facts_of(kind, first.given))
        inside.append(Double(kind, first.person, other, first_house))
    used = {double.person for double in inside}
    found = [one for one in found if one.person not in used]
    ended = _ended(known)
    earlier = [one for one in found if one.day < _BEFORE_THE_FACTSHEET[0] and one.person not in ended]
    chosen = rng.sample(earlier, len(_BEFORE_THE_FACTSHEET))
    chosen += rng.sample([one for one in found if one not in chosen], 4)
    days = [*_BEFORE_THE_FACTSHEET, *(_weekday(today - timedelta(days=33 - 5 * place)) for place in range(4))]
    kinds = ("same", "agreed", "asked by us", "asked by them", "suspected", "suspected")
    for kind, day, first in zip(kinds, days, chosen, strict=True):
        by = rng.choice(lawyers(second_house)).key
        respelt = replace(_respelt(first.given.identity), documents=first.given.identity.documents)
        other = again(first, by, day, respelt)
        across.append(Double(kind, first.person, other, second_house))
    return Doubles(tuple(deeds), tuple(inside), tuple(across))


def _settled(registered: Iterable[Register], house: str, begin: date, end: date) -> list[Register]:
    """Grown-ups of undetermined nationality whose day of birth is known, alone in their family with such a name."""
    return [
        deed
        for deed in registered
        if _HOUSE_OF[deed.by] == house
        and begin <= deed.day < end
        and deed.given.nationality == "UN"
        and deed.given.displacement == "ND"
        and deed.given.birth.day is not None
        and (deed.given.birth.month, deed.given.birth.day) != (1, 1)
        and not deed.given.birth.estimated
        and (deed.given.birth.year or 2020) < 2000
        and deed.given.contacts.phone
    ]


def _ended(known: Sequence[Deed]) -> set[int]:
    """Who had a case closed: of them the first record may not have counted any more on the day of the factsheet."""
    parties = {deed.case: deed.parties for deed in known if isinstance(deed, OpenCase)}
    return {person for deed in known if isinstance(deed, Close) for person in parties[deed.case]}


def _facts_of(kind: str, first: Registration) -> dict[str, Any]:
    if kind == "year only":
        return {"birth": PartialDate(first.birth.year), "contacts": Contacts()}
    if kind == "sister":
        return {"birth": PartialDate((first.birth.year or 1990) - 2, 5, 17), "contacts": first.contacts}
    return {} if kind == "same phone" else {"contacts": Contacts()}


def _weekday(day: date) -> date:
    return day - timedelta(days=max(0, day.weekday() - 4))


# -- what the checks find, and what was decided -------------------------------------------------------------------


def check(doubles: Doubles, stage: Stage, principals: dict[str, Principal], reason: str) -> None:
    """Let the jobs look as they do every night, and decide about some of what they find."""
    opposed = _opposing_parties(doubles, stage, principals)
    for organisation_id in account_queries.active_organisations():
        with acting_as(system(reason, organisation_id)):
            duplicate_jobs.look()
            db.session.commit()
        for look in (elsewhere_jobs.look, conflict_jobs.look):
            with acting_as(system(reason, organisation_id)):
                look(limited=False)
                db.session.commit()
    for double in doubles.inside:
        _decide(double, stage, principals)
    for double in doubles.across:
        _ask(double, stage, principals)
    _decide_conflicts(opposed, principals)


def _decide(double: Double, stage: Stage, principals: dict[str, Principal]) -> None:
    decided = {
        "year only": (Decision.UNSURE, None, "Only the year of birth is known of one of them."),
        "same phone": (Decision.SAME, None, None),
        "merged": (Decision.SAME, None, "The same person: both came with the old passport."),
        "sister": (Decision.DIFFERENT, "RELATIVE", "Two sisters; both were in the office."),
    }.get(double.kind)
    if decided is None:
        return
    with acting_as(principals[supervisor(double.house).key]):
        one, other = stage.person(double.person), stage.person(double.other)
        decision, why, note = decided
        pair = duplicates.remember(one, other, decision, why, note)
        if double.kind == "merged":
            merging.merge(one, other, ("latin_name",), {}, note, pair)
        db.session.commit()


def _ask(double: Double, stage: Stage, principals: dict[str, Principal]) -> None:
    first, second = (principals[supervisor(house).key] for house in (HOUSES[0].key, double.house))
    ours, theirs = stage.persons[double.person], stage.persons[double.other]
    agreement = Agreement(clock.today() - timedelta(days=1), "WRITTEN", "rus")

    def step(who: Principal, person_id: UUID, carry_out: Callable[[OverlapSide], None]) -> None:
        with acting_as(who):
            side = next(iter(elsewhere_queries.of_person(person_id)), None)
            if side is not None:
                carry_out(side)
            db.session.commit()

    if double.kind == "asked by them":
        step(second, theirs, lambda side: elsewhere.ask(side, agreement))
    if double.kind in ("same", "agreed", "asked by us"):
        step(first, ours, lambda side: elsewhere.ask(side, agreement))
    if double.kind in ("same", "agreed"):
        step(second, theirs, lambda side: elsewhere.answer(side, Answer.AGREED, agreement))
    if double.kind == "same":
        step(first, ours, lambda side: elsewhere.say(side, Verdict.SAME))
        step(second, theirs, lambda side: elsewhere.say(side, Verdict.SAME))


def _opposing_parties(doubles: Doubles, stage: Stage, principals: dict[str, Principal]) -> list[UUID]:
    """Against whom some of the newer cases are: a client of a colleague, an employer, a husband nobody knows."""
    opened = {deed.parties[0]: deed for deed in doubles.deeds if isinstance(deed, OpenCase)}
    added = []
    inside = {double.kind: double for double in doubles.inside}
    for kind, against in (("respelt", "swapped"), ("swapped", "year only")):
        if kind not in inside:
            continue
        deed = opened[inside[kind].other]
        with acting_as(principals[deed.by]):
            case = db.session.get_one(Case, stage.cases[deed.case])
            person = stage.person(inside[against].person)
            who = Opponent(family_name=person.identity.family_name, given_name=person.identity.given_name)
            who.born = person.identity.born
            added.append(conflicts.add(case, Told("FORMER_SPOUSE", who=who)).id)
            if kind == "respelt":
                body = Opponent(family_name="ТОО «Мысал Құрылыс»")
                conflicts.add(case, Told("EMPLOYER", is_body=True, who=body))
            db.session.commit()
    return added


def _decide_conflicts(opposed: list[UUID], principals: dict[str, Principal]) -> None:
    """One of the two is decided; the other waits."""
    with acting_as(principals[supervisor(HOUSES[0].key).key]):
        waiting = [one for one in conflict_queries.page(decided=False).rows if one.opposing_id in opposed[:1]]
        for one in waiting:
            conflicts.decide(one, "SEPARATE", "Both know that two lawyers work on it.")
        db.session.commit()
