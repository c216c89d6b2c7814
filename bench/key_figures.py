"""P1: the Key Figures as of a day. Bar: 20 ms at a million persons, and at most twice the time at ten thousand."""

import random
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, text

from casework import cli
from casework.accounts.models import Organisation
from casework.app import create_app
from casework.core import clock
from casework.core.config import Settings
from casework.core.db import alembic, db
from casework.core.scope import acting_as, system, unscoped
from casework.core.vault import KeyRing
from casework.figures import actions, queries, report, rules
from casework.figures.models import LedgerMonth, Movement
from casework.persons.models import Person, StatusEntry

TODAY = date(2026, 11, 23)
DAY = date(2026, 11, 18)
OPENED = date(2016, 1, 1)
ORIGINS = ("AFG", "UKR", "UZB", "KGZ", "TJK", "RUS", "SYR", "PAK", "IRN", "ETH")
BATCH = 20_000

BASE_TABLES = text(
    """
    WITH held AS (
      SELECT person_id, dimension, code, row_number() OVER (
        PARTITION BY person_id, dimension ORDER BY effective_on DESC, sequence DESC) AS place
      FROM status_entries WHERE voided_at IS NULL AND effective_on < :day)
    SELECT s.dimension, s.code, p.origin, count(*)
    FROM held s JOIN held r ON r.person_id = s.person_id AND r.dimension = 'registration' AND r.place = 1
    JOIN persons p ON p.id = s.person_id
    WHERE s.place = 1 AND r.code = 'ACTIVE' AND s.dimension IN ('displacement', 'nationality')
    GROUP BY 1, 2, 3
    """
).execution_options(**unscoped("bench"))

REGIONS = ("KZ-19", "KZ-31", "KZ-35", "KZ-61", "KZ-71", "KZ-75", "KZ-79", "UNK")


def run(sizes: tuple[int, ...]) -> None:
    print("P1  Key Figures as of a day (SQLite; ms, median)")
    print(f"{'persons':>12}{'ledger':>10}{'GROUP BY':>12}{'ratio':>9}")
    times = [_at(size) for size in sizes]
    print(f"    at {sizes[-1]:,}: {times[-1] / times[0]:.1f} times the cost at {sizes[0]:,} (bar 2.0; 20 ms)")


def _at(size: int) -> float:
    with tempfile.TemporaryDirectory() as folder, clock.at(TODAY):
        instance = Path(folder)
        KeyRing.new().save(instance / "keys" / "ring.json")
        app = create_app(Settings(instance=instance, database_url=f"sqlite:///{instance / 'bench.db'}"))
        with app.app_context():
            alembic.upgrade()
        with app.app_context(), acting_as(system("bench")):
            cli.seed()
            _fill(size)
            db.session.commit()
        with app.app_context(), acting_as(system("bench")):
            ledger = _time(lambda: report.key_figures(DAY), 15)
            plain = _time(lambda: db.session.execute(BASE_TABLES, {"day": DAY}).all(), 2)
            _agree()
        print(f"{size:>12,}{ledger * 1000:>10.1f}{plain * 1000:>12.0f}{plain / ledger:>8.0f}×")
    return ledger


def _agree() -> None:
    found = report.key_figures(DAY).figure("undetermined").value
    counted = {(row[0], row[1]): 0 for row in db.session.execute(BASE_TABLES, {"day": DAY})}
    for dimension, code, _origin, persons in db.session.execute(BASE_TABLES, {"day": DAY}):
        counted[dimension, code] += persons
    assert found == counted["nationality", "UN"], (found, counted)


def _time(work: Callable[[], Any], times: int) -> float:
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return median(taken)


def _fill(size: int) -> None:
    """Persons with histories and their movements, as the actions would have written them; then the months."""
    rnd = random.Random(1)
    owners = []
    for number in range(8):
        name = f"Partner {number + 1}"
        owner = Organisation(name_en=name, name_ru=name, name_kk=name, kind="partner")
        db.session.add(owner)
        owners.append(owner.id)
    db.session.add(LedgerMonth(month=OPENED))
    db.session.flush()
    connection = db.session.connection()
    people: list[dict[str, Any]] = []
    entries: list[dict[str, Any]] = []
    moves: list[dict[str, Any]] = []
    for number in range(size):
        person, history = _someone(rnd, number, rnd.choice(owners))
        people.append(person)
        entries += history
        moves += _moves(person, history)
        if len(people) == BATCH or number == size - 1:
            for table, rows in ((Person, people), (StatusEntry, entries), (Movement, moves)):
                connection.execute(insert(table).execution_options(**unscoped("bench")), rows)
                rows.clear()
    actions.open_months(TODAY)
    assert queries.opened_month(TODAY) == TODAY.replace(day=1)


def _someone(rnd: random.Random, number: int, owner: UUID) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    start = OPENED + timedelta(days=rnd.randrange((TODAY - OPENED).days))
    person = {
        "id": uuid4(),
        "organisation_id": owner,
        "version": 1,
        "number": f"B{number}",
        "sex": rnd.choice("FM"),
        "birth_year": rnd.randrange(1950, 2016),
        "birth_month": rnd.randrange(1, 13),
        "is_birth_estimated": False,
        "origin": rnd.choice(ORIGINS),
        "languages": [],
        "consent": "given",
        "displacement": "ND",
        "nationality": "ND",
        "region": "UNK",
        "registration": "ACTIVE",
        "registered_on": start,
        "changed_at": moment,
    }
    steps = [
        ("registration", "ACTIVE", start, "identified"),
        ("residence", rnd.choice(REGIONS), start, "identified"),
        ("displacement", rnd.choice(("ASR", "ND")), start, "identified"),
        ("nationality", rnd.choice(("UN", "ND")), start, "identified"),
    ]
    if rnd.random() < 0.5:
        later = start + timedelta(days=rnd.randrange(1, 900))
        steps.append(("displacement", "REF-C", min(later, TODAY), "recognised_refugee"))
    if rnd.random() < 0.3:
        later = start + timedelta(days=rnd.randrange(1, 1500))
        steps.append(("registration", "LEFT", min(later, TODAY), "departed"))
    history = [
        {
            "id": uuid4(),
            "organisation_id": owner,
            "version": 1,
            "person_id": person["id"],
            "dimension": dimension,
            "code": code,
            "effective_on": on,
            "reason": reason,
            "sequence": place,
            "recorded_at": moment,
        }
        for place, (dimension, code, on, reason) in enumerate(steps, 1)
    ]
    return person, history


def _moves(person: dict[str, Any], history: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    facts = rules.PersonFacts(
        person["sex"],
        person["origin"],
        person["birth_year"],
        person["birth_month"],
        tuple(
            rules.Entry(one["dimension"], one["code"], one["effective_on"], one["reason"], one["sequence"])
            for one in history
        ),
    )
    for move in rules.movements(facts, date.max):
        yield {
            "id": uuid4(),
            "organisation_id": person["organisation_id"],
            "person_id": person["id"],
            "effective_on": move.effective_on,
            "quantity": move.quantity,
            "flow": move.flow,
            "recorded_at": person["changed_at"],
            **move.cell._asdict(),
        }
