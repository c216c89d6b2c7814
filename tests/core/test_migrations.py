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


SAID_BEFORE = (
    """INSERT INTO organisations (id, name_en, name_ru, name_kk, kind, is_active, version)
    VALUES ('77777777777777777777777777777777', 'a', 'b', 'c', 'partner', true, 1)""",
    """INSERT INTO users (id, organisation_id, email, name, role, language, is_active, version)
    VALUES ('66666666666666666666666666666666', '77777777777777777777777777777777', 'a@example.org', 'A', 'lawyer',
    'en', true, 1)""",
    "INSERT INTO reminder_choices (user_id, by_mail) VALUES ('66666666666666666666666666666666', false)",
)


def test_what_was_said_about_reminders_still_holds(bare_app: Flask) -> None:
    """0024 keeps the rows of a table that gets another name and one column more; and gives them back."""
    with bare_app.app_context():
        alembic.upgrade("0023")
        with db.engine.begin() as connection:
            for statement in SAID_BEFORE:
                connection.exec_driver_sql(statement, execution_options=UNSCOPED)
        alembic.upgrade("0024")
        with db.engine.begin() as connection:
            rows = connection.exec_driver_sql("SELECT kind, by_mail FROM notice_choices").all()
            assert [(kind, bool(by_mail)) for kind, by_mail in rows] == [("reminder", False)]
        alembic.downgrade("0023")
        with db.engine.begin() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM reminder_choices").scalar() == 1


UNSCOPED = {"unscoped": "tests"}
BOTH = ("sqlite", "postgresql")


@pytest.mark.parametrize(
    ("statement", "backends"),
    [
        ("UPDATE audit_entries SET action = 'nothing'", BOTH),
        ("DELETE FROM audit_entries", BOTH),
        ("INSERT OR REPLACE INTO audit_entries SELECT * FROM audit_entries", ("sqlite",)),
        ("TRUNCATE audit_entries", ("postgresql",)),
    ],
)
def test_the_audit_trail_is_append_only(app: Flask, backend: str, statement: str, backends: tuple[str, ...]) -> None:
    if backend not in backends:
        pytest.skip("this database has no such statement")
    count = "SELECT count(*) FROM audit_entries"
    with app.app_context(), db.engine.connect() as connection:
        before = connection.exec_driver_sql(count, execution_options=UNSCOPED).scalar()
        assert before
        with pytest.raises(sa.exc.DBAPIError, match="append-only"):
            connection.exec_driver_sql(statement, execution_options=UNSCOPED)
        connection.rollback()
        assert connection.exec_driver_sql(count, execution_options=UNSCOPED).scalar() == before
