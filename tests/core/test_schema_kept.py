"""What serves pages cannot change tables, triggers or SQLite's own protections."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError

from casework.core.db import keep_schema


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Engine]:
    engine = sa.create_engine(f"sqlite:///{tmp_path_factory.mktemp('kept') / 'kept.db'}")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE entries (id INTEGER PRIMARY KEY, words TEXT)")
        connection.exec_driver_sql("CREATE INDEX by_words ON entries (words)")
        connection.exec_driver_sql(
            "CREATE TRIGGER entries_no_delete BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'No.'); END"
        )
    keep_schema(engine)
    yield engine
    engine.dispose()


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TRIGGER entries_no_delete",
        "DROP TABLE entries",
        "DROP INDEX by_words",
        "ALTER TABLE entries RENAME TO others",
        "ALTER TABLE entries ADD COLUMN more TEXT",
        "CREATE TABLE others (id INTEGER)",
        "CREATE TEMP TABLE others (id INTEGER)",
        "CREATE VIEW others AS SELECT 1",
        "CREATE TEMP TRIGGER other BEFORE INSERT ON entries BEGIN SELECT RAISE(IGNORE); END",
        "ATTACH DATABASE ':memory:' AS other",
        "PRAGMA writable_schema = 1",
        "PRAGMA recursive_triggers = 0",
        "PRAGMA foreign_keys = 0",
        "PRAGMA ignore_check_constraints = 1",
        "PRAGMA trusted_schema = 1",
        "PRAGMA secure_delete = 0",
        "PRAGMA journal_mode = off",
        "UPDATE sqlite_master SET sql = ''",
    ],
)
def test_it_is_refused(engine: sa.Engine, statement: str) -> None:
    with engine.connect() as connection, pytest.raises(DatabaseError):
        connection.exec_driver_sql(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT count(*) FROM entries",
        "INSERT INTO entries (words) VALUES ('x')",
        "UPDATE entries SET words = 'y'",
        "WITH recursive one AS (SELECT 1) SELECT * FROM one",
        "PRAGMA foreign_keys",
        "PRAGMA table_info(entries)",
        "SAVEPOINT one",
    ],
)
def test_daily_work_goes_on(engine: sa.Engine, statement: str) -> None:
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)


def test_a_new_connection_is_told_as_well(engine: sa.Engine, tmp_path: Path) -> None:
    engine.dispose()
    with engine.connect() as connection, pytest.raises(DatabaseError, match="not authorized"):
        connection.exec_driver_sql(f"ATTACH DATABASE '{tmp_path / 'other.db'}' AS other")
