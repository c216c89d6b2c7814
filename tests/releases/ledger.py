"""Persons with their movements put into the ledger in one go, as the actions would have written them."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import product
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import insert

from casework.core import clock
from casework.core.db import db
from casework.core.scope import unscoped
from casework.disclosure.tables import TOTAL, At, Facts, Table
from casework.figures import rules
from casework.figures.models import Movement
from casework.figures.rules import Entry, PersonFacts
from casework.persons.models import Person
from casework.releases.definitions import POPULATIONS, STOCK

STOCKS = [code for code, one in POPULATIONS.items() if one.kind == STOCK]


def moment(day: date, hour: int = 12) -> datetime:
    """An hour of a day in Almaty."""
    return datetime.combine(day, datetime.min.time(), clock.ALMATY) + timedelta(hours=hour)


class Known(NamedTuple):
    """Someone whom an organisation has, and when that was recorded."""

    organisation_id: UUID
    facts: PersonFacts
    recorded_at: datetime


def someone(
    came: date,
    *more: tuple[str, str, date, str],
    displacement: str = "ND",
    nationality: str = "ND",
    region: str = "KZ-75",
    origin: str = "AFG",
    sex: str = "F",
    born: tuple[int | None, int | None] = (1990, 4),
) -> PersonFacts:
    """Registered on a day; then what happened later: (history, code, day, reason)."""
    entries = [
        Entry("registration", "ACTIVE", came, "identified", 1),
        Entry("residence", region, came, "identified", 2),
        Entry("displacement", displacement, came, "identified", 3),
        Entry("nationality", nationality, came, "identified", 4),
    ]
    entries += [Entry(*one, sequence=place) for place, one in enumerate(more, 5)]
    return PersonFacts(sex, origin, *born, tuple(entries))


def keep(everyone: Iterable[Known]) -> None:
    """Write persons and movements past the actions: many at once, with no balances."""
    people: list[dict[str, Any]] = []
    moves: list[dict[str, Any]] = []
    for number, (organisation_id, facts, recorded_at) in enumerate(everyone):
        person_id = uuid4()
        people.append(
            {
                "id": person_id,
                "organisation_id": organisation_id,
                "version": 1,
                "number": f"L{number}-{person_id.hex[:6]}",
                "sex": facts.sex,
                "birth_year": facts.birth_year,
                "birth_month": facts.birth_month,
                "is_birth_estimated": False,
                "origin": facts.origin,
                "languages": [],
                "consent": "given",
                "displacement": "ND",
                "nationality": "ND",
                "region": "UNK",
                "registration": "ACTIVE",
                "registered_on": facts.entries[0].effective_on,
                "changed_at": recorded_at,
            }
        )
        moves += [
            {
                "id": uuid4(),
                "organisation_id": organisation_id,
                "person_id": person_id,
                "effective_on": move.effective_on,
                "quantity": move.quantity,
                "flow": move.flow,
                "recorded_at": recorded_at,
                **move.cell._asdict(),
            }
            for move in rules.movements(facts, date.max)
        ]
    connection = db.session.connection()
    for model, rows in ((Person, people), (Movement, moves)):
        if rows:
            connection.execute(insert(model).execution_options(**unscoped("tests")), rows)


def table(facts: Facts, code: str) -> Table:
    return next(one for one in facts.tables if one.code == code)


def total(facts: Facts, code: str) -> int:
    found = table(facts, code)
    return found.counts[(TOTAL,) * len(found.dimensions)]


def small(found: Table) -> dict[At, int]:
    """The finest cells that are not empty."""
    return {at: count for at, count in found.counts.items() if count and TOTAL not in at}


def consistent(found: Table) -> None:
    """Every cell is there; every margin is the sum of what it puts together; partners add up to the whole."""
    lines = [[one.code for one in dimension.categories] for dimension in found.dimensions]
    places = set(product(*([TOTAL, *codes] for codes in lines)))
    assert set(found.counts) == places
    for at in places:
        for place, code in enumerate(at):
            if code == TOTAL:
                parts = [(*at[:place], one, *at[place + 1 :]) for one in lines[place]]
                assert found.counts[at] == sum(found.counts[part] for part in parts), (found.code, at)
        assert sum(own.get(at, 0) for own in found.own.values()) == found.counts[at]
        assert all(own.get(at, 0) >= 0 for own in found.own.values())
        assert found.counts[at] >= 0
        assert not (at in found.structural and found.counts[at])
        if found.persons is not None:
            assert found.persons[at] >= 0
    assert all(set(own) <= places for own in found.own.values())


def balanced(facts: Facts, *, came: str = "_by_flow") -> None:
    """Opening + in − out = closing, as the tables by reason say it, or others."""
    for code in STOCKS:
        opening, into, out = (total(facts, code + table) for table in ("_opening", f":in{came}", f":out{came}"))
        closing = next(one for one in facts.tables if one.population == code and one.when == facts.tables[0].when)
        assert opening + into - out == closing.counts[(TOTAL,) * len(closing.dimensions)], code
