"""A key's way on the command line: rotated, its values sealed anew, retired, destroyed."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from casework.core import clock
from casework.core.audit import AuditEntry
from casework.core.scope import system
from casework.core.vault import KeyRing, vault
from tests.conftest import Acting
from tests.keys.conftest import Run

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
"""What lies under which key is counted and sealed anew on both databases in test_resealing."""


def test_a_key_from_its_first_value_to_its_end(app: Flask, ring_file: Path, run: Run, acting: Acting) -> None:
    first = KeyRing.load(ring_file).active
    assert f"{first}  active" in run("keys", "status").stdout
    said = run("keys", "rotate", "--yes").stdout
    active = KeyRing.load(ring_file).active
    assert active != first
    assert active in said
    with acting(system("tests")):
        assert vault().ring.active == active
    assert "Run “casework keys rewrap” first" in run("keys", "retire", first).stderr
    assert "rewrap" in run("keys", "status").stdout
    assert f"sealed anew under {active}" in run("keys", "rewrap").stdout
    assert "less than an hour" in run("keys", "retire", first).stderr
    with clock.at(clock.now() + timedelta(hours=2)):
        assert run("keys", "retire", first).exit_code == 0
    assert "Only a retired key" in run("keys", "destroy", active, "--confirm", active).stderr
    assert "not its id" in run("keys", "destroy", first, sent="yes\n").stderr
    assert first in KeyRing.load(ring_file).keys
    gone = run("keys", "destroy", first, sent=f"{first}\n")
    assert gone.exit_code == 0
    assert "Backups made before" in gone.stdout
    assert first not in KeyRing.load(ring_file).keys
    status = run("keys", "status")
    assert status.exit_code == 0
    assert f"{active}  active" in status.stdout
    with acting(system("tests")) as session:
        done = session.scalars(
            sa.select(AuditEntry.action).where(AuditEntry.action.startswith("keys:")).order_by(AuditEntry.number)
        )
        assert list(done) == ["keys:rotate", "keys:rewrap", "keys:retire", "keys:destroy"]


def test_the_former_ring_is_overwritten_where_it_lay(ring_file: Path, run: Run) -> None:
    with clock.at(clock.now() - timedelta(days=2)):
        ring = KeyRing.load(ring_file).rotated().rotated()
    old = [one for one in ring.keys if one != ring.active][-1]
    ring.with_retired(old).save(ring_file)
    with ring_file.open("rb") as former:
        assert run("keys", "destroy", old, "--confirm", old).exit_code == 0
        assert set(former.read()) == {0}


def test_status_shows_no_key(ring_file: Path, run: Run) -> None:
    content = json.loads(ring_file.read_text())
    said = run("keys", "status").output
    assert not any(one["key"] in said for one in content["keys"].values())
    assert content["chain"] not in said


def test_an_unknown_key_gets_a_sentence(ring_file: Path, run: Run) -> None:
    result = run("keys", "destroy", "nonsense", "--confirm", "x")
    assert (result.exit_code, result.stderr) == (1, "There is no key nonsense in the ring.\n")


def test_keys_of_another_site_get_a_sentence(app: Flask, ring_file: Path, run: Run) -> None:
    KeyRing.new().save(ring_file)
    status = run("keys", "status")
    assert status.exit_code == 1
    assert "MISSING" in status.stdout
    assert run("keys", "rewrap").exit_code == 1
    assert "Restore the keys that belong to this database" in run("serve").stderr
    with app.app_context():
        assert vault().ring.active not in KeyRing.load(ring_file).keys  # what runs goes on with what it has
