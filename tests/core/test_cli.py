"""The commands: what they make, what they refuse, and that nobody ever meets a trace."""

import re
import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import waitress
from click.testing import CliRunner, Result
from sqlalchemy.exc import DatabaseError

from casework.cli import main
from casework.core import receiving
from casework.core.config import load
from casework.core.db import db
from casework.core.vault import KeyRing
from casework.demo import SIGN_INS
from tests import servers

Run = Callable[..., Result]
FIRST = ("init", "--organisation", "Invented Office", "--name", "Ada Invented", "--email", "ada@example.org")


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    return tmp_path / "site"


@pytest.fixture
def run(instance: Path, empty_database: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`run("doctor")`: one command on an installation of its own."""
    monkeypatch.setenv("CASEWORK_INSTANCE", str(instance))
    monkeypatch.setenv("DATABASE_URL", empty_database)

    def command(*words: str, sent: str | None = None) -> Result:
        result = CliRunner().invoke(main, words, input=sent)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert "Traceback" not in result.output
        return result

    return command


@dataclass(frozen=True)
class SetUp:
    """An installation that was set up once, to be copied: its folder, its database, and what `init` said."""

    instance: Path
    database: str
    said: Result


@pytest.fixture(scope="session")
def set_up(backend: str, quick_place: Path, request: pytest.FixtureRequest) -> Iterator[SetUp]:
    folder = quick_place / f"set-up-{uuid4().hex[:8]}"
    folder.mkdir()
    if backend == "sqlite":
        database = f"sqlite:///{folder / 'set-up.db'}"
    else:
        database = servers.fresh_database(request.getfixturevalue("postgresql_server"))
    at = {"CASEWORK_INSTANCE": str(folder / "site"), "DATABASE_URL": database}
    said = CliRunner().invoke(main, FIRST, env=at)
    yield SetUp(folder / "site", database, said)
    if backend == "postgresql":
        servers.drop_database(database)


@pytest.fixture
def site(set_up: SetUp, run: Run, instance: Path, empty_database: str) -> Result:
    """An installation that is set up: a copy of its own."""
    assert set_up.said.exit_code == 0, set_up.said.output
    shutil.copytree(set_up.instance, instance)
    servers.copy_database(set_up.database, empty_database)
    return set_up.said


def test_init_makes_everything_and_prints_one_link(site: Result, instance: Path, run: Run) -> None:
    assert site.stdout.count("/password/") == 1
    assert stat.S_IMODE(instance.stat().st_mode) == 0o700
    assert stat.S_IMODE((instance / "keys" / "ring.json").stat().st_mode) == 0o600
    assert "password" not in (instance / "keys" / "ring.json").read_text()
    assert "alembic" not in site.stderr


def test_init_asks_for_what_it_was_not_told(run: Run) -> None:
    result = run("init", sent="Invented Office\nAda Invented\nada@example.org\n")
    assert result.exit_code == 0
    assert "/password/" in result.stdout


def test_init_twice_changes_nothing(site: Result, instance: Path, run: Run) -> None:
    before = (instance / "keys" / "ring.json").read_bytes()
    result = run(*FIRST)
    assert result.exit_code == 1
    assert "set up already" in result.stderr
    assert (instance / "keys" / "ring.json").read_bytes() == before


def test_lost_keys_are_not_replaced(site: Result, instance: Path, run: Run) -> None:
    (instance / "keys" / "ring.json").unlink()
    for command in (FIRST, ("demo", "--if-empty"), ("doctor",), ("serve",)):
        result = run(*command)
        assert result.exit_code == 2
        assert "key" in result.stderr
    assert not (instance / "keys" / "ring.json").exists()


def test_a_wrong_setting_is_one_sentence(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASEWORK_PORT", "many")
    result = run("doctor")
    assert (result.exit_code, result.stderr) == (2, "port is “many”: it must be a whole number.\n")


def test_before_init_every_command_says_so(run: Run) -> None:
    for command in (("doctor",), ("serve",), ("audit", "verify"), ("keys", "status"), ("keys", "rotate", "--yes")):
        result = run(*command)
        assert result.exit_code == 2
        assert "casework init" in result.stderr


def test_the_doctor_finds_a_new_site_well(site: Result, run: Run, backend: str) -> None:
    result = run("doctor")
    # What depends on this machine and not on the installation: compiled catalogues, and the tests' own superuser. And
    # that there is no backup yet, which it has to say.
    expected = [line for line in result.stdout.splitlines() if line.startswith("problem")]
    known = ("make messages", "SUPERUSER", "backups: there is none")
    assert all(any(one in line for one in known) for line in expected), result.stdout
    assert any("backups: there is none. Set backup_dir" in line for line in expected)
    assert "ok       tables at revision" in result.stdout
    assert re.search(r"\d+ code lists", result.stdout)


def test_the_doctor_sees_what_others_can_read(site: Result, instance: Path, run: Run) -> None:
    instance.chmod(0o755)
    result = run("doctor")
    assert result.exit_code == 1
    assert f"chmod 700 {instance}" in result.stdout


def test_the_doctor_sees_keys_of_another_site(site: Result, instance: Path, run: Run) -> None:
    from flask import Flask

    from casework.app import create_app
    from casework.core.db import db
    from casework.core.scope import acting_as, system
    from tests import factories

    app: Flask = create_app(load())
    app.config["PASSWORD_COST"] = (1, 64, 1)
    with app.app_context(), acting_as(system("tests")):
        factories.user("lawyer", factories.organisation())
        db.session.commit()
    assert re.search(r"sealed values \(\d+ opened\)", run("doctor").stdout)
    KeyRing.new().save(instance / "keys" / "ring.json")
    result = run("doctor")
    assert result.exit_code == 1
    assert "does not open" in result.stdout
    assert "audit trail" in result.stdout
    status = run("keys", "status")
    assert status.exit_code == 1
    assert "MISSING" in status.stdout


def test_keys_are_rotated(site: Result, run: Run, instance: Path) -> None:
    before = KeyRing.load(instance / "keys" / "ring.json")
    assert run("keys", "rotate", sent="n\n").exit_code == 1
    assert KeyRing.load(instance / "keys" / "ring.json") == before
    assert run("keys", "rotate", "--yes").exit_code == 0
    after = KeyRing.load(instance / "keys" / "ring.json")
    assert after.active != before.active
    assert before.keys.items() <= after.keys.items()
    assert "active" in run("keys", "status").stdout


def test_the_audit_is_verified(site: Result, run: Run, backend: str) -> None:
    result = run("audit", "verify")
    assert result.exit_code == 0
    assert "whole   Invented Office" in result.stdout
    if backend != "sqlite":
        return
    with closing(sqlite3.connect(str(load().url.database))) as connection:
        connection.execute("DROP TRIGGER audit_entries_no_update")
        connection.execute("UPDATE audit_entries SET action = 'nothing' WHERE number = 1")
        connection.commit()
    result = run("audit", "verify")
    assert result.exit_code == 1
    assert "BROKEN" in result.stdout


def test_serve_refuses_tables_of_another_revision(site: Result, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from casework.app import create_app
    from casework.core.db import alembic

    monkeypatch.setattr(waitress, "serve", lambda *given, **options: pytest.fail("it started"))
    with create_app(load()).app_context():
        alembic.downgrade(-1)
    result = run("serve")
    assert result.exit_code == 2
    assert "casework db upgrade" in result.stderr
    assert run("db", "upgrade").exit_code == 0


def test_serve_starts_without_naming_its_server(site: Result, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    started: dict[str, Any] = {}

    def serve(app: Any, **options: Any) -> None:
        started.update(options)
        with app.app_context(), db.engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                with pytest.raises(DatabaseError, match="not authorized"):
                    connection.exec_driver_sql("DROP TRIGGER audit_entries_no_update")

    monkeypatch.setattr(waitress, "serve", serve)
    result = run("serve", "--port", "8099")
    assert result.exit_code == 0, result.output
    assert "http://127.0.0.1:8099" in result.stdout
    assert started == {
        "host": "127.0.0.1",
        "port": 8099,
        "threads": 8,
        "ident": None,
        "clear_untrusted_proxy_headers": True,
        **receiving.in_memory(load()),
    }


def test_a_training_copy_is_never_mixed_with_real_data(site: Result, run: Run, instance: Path) -> None:
    result = run("demo")
    assert result.exit_code == 1
    assert "Nothing was changed" in result.stderr
    assert run("demo", "--if-empty").exit_code == 0
    assert not (instance / "settings.toml").exists()


def test_a_training_copy_says_what_it_is(run: Run, instance: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With an empty caseload: the real one has tests of its own."""
    monkeypatch.setattr("casework.demo.load", lambda say: say("Nobody, for once."))
    monkeypatch.setattr(waitress, "serve", lambda app, **options: None)
    assert "Nobody, for once." in run("demo").stdout
    assert load().demo
    assert stat.S_IMODE((instance / "settings.toml").stat().st_mode) == 0o600
    served = run("serve").stdout
    for role, email, password in SIGN_INS:
        assert any({role, email} <= set(line.split()) and line.endswith(password) for line in served.splitlines())


def test_an_unreachable_database_is_one_sentence(run: Run, site: Result, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
    doctor = run("doctor")
    assert "cannot be reached" in doctor.stdout
    assert run("audit", "verify").exit_code == 2
    assert run("serve").exit_code == 2


def test_no_migration_is_left_to_write(site: Result, run: Run) -> None:
    """`db revision` would find nothing; asked through the API, so that no file is written."""
    from casework.app import create_app
    from casework.core.db import alembic

    with create_app(load()).app_context():
        assert not alembic.needs_revision()


@pytest.mark.parametrize(
    "words", [(), ("--help",), ("audit",), ("keys",), ("db",), ("figures", "--help"), ("serve", "-h")]
)
def test_help(run: Run, words: tuple[str, ...]) -> None:
    result = run(*words)
    assert "Usage: " in result.output
    assert "None" not in result.output
