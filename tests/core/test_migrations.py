"""The migrations make exactly the tables that the models describe, on both databases, and can be undone."""

import ast
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from casework.core.config import SOURCE_TREE
from casework.core.db import alembic, db
from tests.conftest import make_app

VERSIONS = sorted((SOURCE_TREE / "migrations" / "versions").glob("*.py"))


@pytest.fixture
def bare_app(empty_database: str, tmp_path: Path) -> Flask:
    return make_app(tmp_path / "instance", empty_database)


def test_up_down_and_up_again(bare_app: Flask) -> None:
    with bare_app.app_context():
        alembic.upgrade()
        alembic.downgrade("base")
    with bare_app.app_context():
        assert set(sa.inspect(db.engine).get_table_names()) == {"alembic_version"}
        alembic.upgrade()
        assert not alembic.needs_upgrade()


def test_models_and_migrations_say_the_same(bare_app: Flask) -> None:
    with bare_app.app_context():
        alembic.upgrade()
        assert alembic.compare_metadata() == []


@pytest.mark.parametrize("path", VERSIONS, ids=lambda path: path.stem)
def test_a_migration_knows_nothing_of_the_application(path: Path) -> None:
    """It must still run when the application has long become something else."""
    imported = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(str(node.module).split(".")[0])
    assert imported <= {"sqlalchemy", "alembic"}


def test_numbers_have_no_gap() -> None:
    assert [path.name[:4] for path in VERSIONS] == [f"{n:04}" for n in range(1, len(VERSIONS) + 1)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entries SET action = 'nothing'",
        "DELETE FROM audit_entries",
        "INSERT OR REPLACE INTO audit_entries SELECT * FROM audit_entries",
        "TRUNCATE audit_entries",
    ],
)
def test_the_audit_trail_is_append_only(app: Flask, backend: str, statement: str) -> None:
    if statement.startswith("TRUNCATE") and backend == "sqlite" or "REPLACE" in statement and backend != "sqlite":
        pytest.skip("this database has no such statement")
    with app.app_context(), db.engine.connect() as connection:
        before = connection.exec_driver_sql("SELECT count(*) FROM audit_entries", execution_options=UNSCOPED).scalar()
        assert before
        with pytest.raises(sa.exc.DBAPIError, match="append-only"):
            connection.exec_driver_sql(statement, execution_options=UNSCOPED)
        connection.rollback()
        after = connection.exec_driver_sql("SELECT count(*) FROM audit_entries", execution_options=UNSCOPED).scalar()
        assert after == before


UNSCOPED = {"unscoped": "tests"}
