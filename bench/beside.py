"""What the application is measured beside: plain SQL over the same rows, in the same engine and in DuckDB."""

import csv
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

import duckdb

COLUMNS = {
    "persons": {
        "id": "UUID",
        "sex": "VARCHAR",
        "origin": "VARCHAR",
        "birth_year": "INTEGER",
        "birth_month": "INTEGER",
    },
    "status_entries": {
        "person_id": "UUID",
        "dimension": "VARCHAR",
        "code": "VARCHAR",
        "effective_on": "DATE",
        "sequence": "INTEGER",
        "voided_at": "VARCHAR",
    },
}
"""What the questions need, and no more: to DuckDB's advantage."""

HELD = """
    WITH held AS (
      SELECT person_id, dimension, code, row_number() OVER (
        PARTITION BY person_id, dimension ORDER BY effective_on DESC, sequence DESC) AS place
      FROM status_entries WHERE voided_at IS NULL AND effective_on < :day)
"""
KEY_FIGURES = f"""{HELD}
    SELECT s.dimension, s.code, p.origin, count(*)
    FROM held s JOIN held r ON r.person_id = s.person_id AND r.dimension = 'registration' AND r.place = 1
    JOIN persons p ON p.id = s.person_id
    WHERE s.place = 1 AND r.code = 'ACTIVE' AND s.dimension IN ('displacement', 'nationality')
    GROUP BY 1, 2, 3
"""  # noqa: S608 -- nothing but constants
CROSS_TABLE = f"""{HELD}, aged AS (
      SELECT id, sex, origin, (:months - birth_year * 12 - birth_month - 1) / 12 AS age FROM persons)
    SELECT s.code, p.origin, p.sex,
      CASE WHEN p.age >= 60 THEN '60+' WHEN p.age >= 18 THEN '18-59' WHEN p.age >= 12 THEN '12-17'
        WHEN p.age >= 5 THEN '5-11' ELSE '0-4' END,
      w.code, count(*)
    FROM held s JOIN held r ON r.person_id = s.person_id AND r.dimension = 'registration' AND r.place = 1
    JOIN held w ON w.person_id = s.person_id AND w.dimension = 'residence' AND w.place = 1
    JOIN aged p ON p.id = s.person_id
    WHERE s.place = 1 AND r.code = 'ACTIVE' AND s.dimension = 'displacement' AND s.code <> 'ND'
    GROUP BY 1, 2, 3, 4, 5
"""  # noqa: S608 -- nothing but constants
"""Ages in whole years: a birth month counts as completed from the month after. The bands are UNHCR's."""
SESSIONS = """
    SELECT c.modality, substr(c.held_on, 1, 7), count(DISTINCT c.id), count(DISTINCT a.person_id)
    FROM consultations c JOIN attendances a ON a.consultation_id = c.id
    WHERE c.voided_at IS NULL AND c.held_on >= :since AND c.held_on < :day
    GROUP BY 1, 2
"""


def asked(day: date) -> dict[str, Any]:
    """The values of the questions as of a day."""
    return {"day": day.isoformat(), "months": day.year * 12 + day.month}


class Duck:
    """A DuckDB in memory, on all cores, with the persons and histories of a SQLite database."""

    def __init__(self, database: Path) -> None:
        self._connection = duckdb.connect()
        start = time.perf_counter()
        for table, columns in COLUMNS.items():
            self._load(database, table, columns)
        self.loading = time.perf_counter() - start
        """Seconds."""

    def _load(self, database: Path, table: str, columns: dict[str, str]) -> None:
        # Through a file: DuckDB takes single rows very slowly, and its reader of SQLite would have to be fetched.
        path = database.with_suffix(f".{table}.csv")
        with closing(sqlite3.connect(database)) as rows, path.open("w", newline="") as file:
            csv.writer(file).writerows(rows.execute(f"SELECT {', '.join(columns)} FROM {table}"))  # noqa: S608
        kinds = {name: "VARCHAR" if kind == "UUID" else kind for name, kind in columns.items()}
        shown = ", ".join(f"CAST({name} AS {kind}) AS {name}" for name, kind in columns.items())
        read = f"read_csv('{path}', header = false, nullstr = '', columns = {kinds})"
        self._connection.execute(f"CREATE TABLE {table} AS SELECT {shown} FROM {read}")  # noqa: S608
        path.unlink()

    def all(self, question: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
        """The rows of an answer."""
        named = {name: value for name, value in values.items() if f":{name}" in question}
        for name in named:
            question = question.replace(f":{name}", f"${name}")
        # Dates are dates here, and whole numbers are divided by //.
        question = question.replace("$day", "CAST($day AS DATE)").replace("/ 12", "// 12")
        return self._connection.execute(question, named).fetchall()


def timed(work: Callable[[], Any], times: int) -> float:
    """The median of so many runs, in seconds."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return median(taken)
