"""Making one and noting it; the nightly job; how many are kept; the commands."""

import json
import os
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from flask import Flask

from casework.accounts.queries import active_organisations
from casework.backups import actions, jobs, queries, restoring, sealing
from casework.backups.making import NotMade
from casework.backups.models import Backup
from casework.cli import main
from casework.core import clock
from casework.core import jobs as turns
from casework.core.db import session_for
from casework.core.scope import system
from casework.oversight import health
from tests.security.caseload import Caseload

on_sqlite = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
NIGHT = datetime(2026, 11, 24, 20, 35, tzinfo=UTC)  # 01:35 of the 25th in Almaty


def noted(app: Flask) -> list[Backup]:
    with app.app_context(), session_for(system("tests"), reading=True) as session:
        return list(session.scalars(sa.select(Backup).order_by(Backup.began_at)))


def test_what_was_made_is_noted(ready: Flask, folder: Path) -> None:
    with ready.app_context():
        made = actions.make()
        assert queries.kept_until() is None  # one that somebody asked for is kept for as long as they like
    (one,) = noted(ready)
    assert (one.file, one.size, one.sha256) == (made.path.name, made.path.stat().st_size, made.sha256)
    assert one.rows and one.rows == made.tally.all_rows  # noqa: PT018
    assert one.key_ids == [ready.extensions["vault"].ring.active]
    assert (one.failure, one.by_itself) == (None, False)
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600


@on_sqlite
def test_what_failed_is_noted_with_its_reason(ready: Flask, folder: Path) -> None:
    folder.rmdir()
    with ready.app_context(), pytest.raises(NotMade):
        actions.make()
    (one,) = noted(ready)
    assert (one.failure, one.file, one.size) == ("no_folder", None, None)


@on_sqlite
def test_one_every_night_and_the_oldest_make_room(ready: Flask, folder: Path) -> None:
    """Two are kept here; one that somebody took away is noted as gone and does not count."""
    with ready.app_context():
        for night in range(4):
            with clock.at(NIGHT + timedelta(days=night)):
                reports = list(turns.run_due(active_organisations, [jobs.NIGHTLY]))
                assert [one.failure for one in reports] == [None] * len(reports)
                assert list(turns.run_due(active_organisations, [jobs.NIGHTLY])) == []
            if night == 1:
                max(folder.iterdir()).unlink()
        with clock.at(NIGHT + timedelta(days=3)):
            assert queries.kept_until() == clock.today() + timedelta(days=2)
            assert not queries.is_overdue()
    kept = noted(ready)
    assert len(kept) == 4
    assert [one.removed_at is None for one in kept] == [False, False, True, True]
    assert sorted(one.name for one in folder.iterdir()) == sorted(str(one.file) for one in kept[2:])


@on_sqlite
def test_without_a_folder_the_job_is_not_wanted(app: Flask) -> None:
    with app.app_context():
        assert not jobs.NIGHTLY.is_wanted()
        assert list(turns.run_due(active_organisations, [jobs.NIGHTLY])) == []


@on_sqlite
def test_the_doctor_says_of_when_the_last_one_is(ready: Flask) -> None:
    with ready.app_context():
        actions.make()
    assert any(one.line.startswith("ok       last good backup of") for one in health.findings(ready))


@on_sqlite
def test_nothing_starts_on_what_is_half_restored(app: Flask) -> None:
    marker = Path(app.instance_path) / restoring.MARKER
    marker.write_text(json.dumps({"backup": "some-id", "step": "loading"}))
    try:
        assert any("some-id" in one.line and "restore again" in one.line for one in health.must_stop(app))
    finally:
        marker.unlink()
    assert not any("restore" in one.line for one in health.must_stop(app))


# -- commands --------------------------------------------------------------------------------------------------------


@pytest.fixture
def run(ready: Flask, folder: Path, tmp_path: Path) -> Callable[..., Result]:
    """`run("backup")`: one command on this installation."""
    settings = ready.extensions["settings"]
    environment = {
        "CASEWORK_INSTANCE": str(settings.instance),
        "DATABASE_URL": settings.url.render_as_string(hide_password=False),
        "CASEWORK_BACKUP_DIR": str(folder),
        "CASEWORK_BACKUP_RECIPIENT": str(tmp_path / "server.pub"),
    }

    def command(*words: str, **more: str) -> Result:
        mask = os.umask(0)
        os.umask(mask)
        result = CliRunner().invoke(main, words, env={**environment, **more})
        os.umask(mask)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return command


@on_sqlite
def test_from_keygen_to_restore(
    run: Callable[..., Result],
    two_caseloads: dict[str, Caseload],
    ready: Flask,
    folder: Path,
    tmp_path: Path,
    key_file: Path,
) -> None:
    said = run("backup")
    assert said.exit_code == 0, said.output
    assert "written, read back" in said.stdout
    (file,) = folder.iterdir()

    certificate = run("backup", "drill", str(file), "--key", str(key_file), "--out", str(tmp_path / "out"))
    assert certificate.exit_code == 0, certificate.output
    assert "Result           GOOD" in certificate.stdout
    (written,) = (tmp_path / "out").glob("*.json")
    found = json.loads(written.read_text())
    assert found["good"] is True
    assert found["wrong"] == []
    assert found["tables"]["persons"] > 2
    assert found["audit_entries"] > 50
    assert not list(Path(ready.instance_path).glob("drill-*"))

    into = f"sqlite:///{tmp_path / 'new' / 'casework.db'}"
    (tmp_path / "new" / "keys").mkdir(parents=True, mode=0o700)
    ring = ready.extensions["settings"].keys_file
    (tmp_path / "new" / "keys" / "ring.json").write_bytes(ring.read_bytes())
    (tmp_path / "new" / "keys" / "ring.json").chmod(0o600)
    new = {"CASEWORK_INSTANCE": str(tmp_path / "new")}
    restored = run("restore", str(file), "--key", str(key_file), "--into", into, **new)
    assert restored.exit_code == 0, restored.output
    assert "All is well." in restored.stdout


@on_sqlite
def test_keygen_writes_a_pair_and_never_over_one(run: Callable[..., Result], tmp_path: Path) -> None:
    out = tmp_path / "away" / "backup.key"
    out.parent.mkdir()
    assert run("backup", "keygen", str(out)).exit_code == 0
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert sealing.private_key(out).public == sealing.public_key(out.with_name("backup.key.pub"))
    assert run("backup", "keygen", str(out)).exit_code == 2


@on_sqlite
@pytest.mark.parametrize(
    ("words", "settings", "sentence"),
    [
        (["backup"], {"CASEWORK_BACKUP_DIR": "/nowhere/at/all"}, "No backup was made: there is no folder"),
        (["backup"], {"CASEWORK_BACKUP_RECIPIENT": ""}, "No backup was made: there is no public key"),
        (["restore", "nowhere", "--key", "none"], {}, "There is no casework backup private key"),
        (["backup", "drill", "nowhere", "--key", "none"], {}, "There is no casework backup private key"),
    ],
)
def test_what_is_missing_is_a_sentence(
    run: Callable[..., Result], words: list[str], settings: dict[str, str], sentence: str
) -> None:
    result = run(*words, **settings)
    assert result.exit_code in (1, 2)
    assert sentence in result.stderr
    assert "Traceback" not in result.output
