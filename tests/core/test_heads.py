"""Signed heads: what is handed out proves later that a chain was not rolled back, and cannot be changed or invented."""

import quopri
import stat
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from casework.core import audit, heads, signing, witness
from casework.core.audit import AuditEntry, AuditHead
from casework.core.db import db
from casework.core.heads import BadHead, Head, SignedHead
from casework.core.scope import Principal, system
from casework.core.vault import HOUSE
from casework.oversight import jobs
from tests.conftest import Acting
from tests.factories import World
from tests.keys.conftest import Run, run

__all__ = ["run"]
UNSCOPED = {"unscoped": "tests"}


def write(acting: Acting, who: Principal, times: int = 3) -> None:
    with acting(who):
        for _ in range(times):
            audit.note("figures:see", "figures")


def signed(app: Flask, organisation_id: UUID) -> Head:
    with app.app_context():
        found = heads.signed_now(organisation_id)
        assert found is not None
        return found


def roll_back(app: Flask, organisation_id: UUID, to: int, *, with_signed: bool = True) -> None:
    """As someone could who has the database in hand: the end of the chain goes, and its head with it."""
    with app.app_context(), db.engine.begin() as connection:
        for table, numbered in (("audit_entries", AuditEntry), ("audit_heads_signed", SignedHead)):
            if connection.dialect.name == "sqlite":
                for verb in ("update", "delete"):
                    connection.exec_driver_sql(f"DROP TRIGGER {table}_no_{verb}")
            else:
                connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER ALL", execution_options=UNSCOPED)
            if with_signed or numbered is AuditEntry:
                here = numbered.organisation_id == organisation_id
                connection.execute(sa.delete(numbered).where(here, numbered.number > to), execution_options=UNSCOPED)
        here = AuditEntry.organisation_id == organisation_id
        mac = sa.select(AuditEntry.mac).where(here, AuditEntry.number == to)
        head = sa.update(AuditHead).where(AuditHead.organisation_id == organisation_id)
        values = {"number": to, "mac": connection.scalar(mac, execution_options=UNSCOPED)}
        connection.execute(head.values(**values), execution_options=UNSCOPED)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_head_comes_back_from_its_text(app: Flask, world: World, acting: Acting) -> None:
    write(acting, world.principal("lawyer"))
    head = signed(app, world.organisations["A"])
    assert heads.read(head.text) == [head]
    assert heads.read(f"Some words\r\n> {head.text.replace(chr(10), chr(13) + chr(10) + '> ')}\nmore") == [head]
    assert heads.read(quopri.decodestring(quopri.encodestring(head.text.encode())).decode()) == [head]
    assert max(len(line) for line in head.text.splitlines()) < 120


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", ["organisation", "entries", "mac", "signed", "key", "signature", "version"])
def test_a_changed_or_missing_line_is_refused(app: Flask, world: World, acting: Acting, name: str) -> None:
    write(acting, world.principal("lawyer"))
    head = signed(app, world.organisations["A"])
    text = head.text
    line = next(one for one in text.splitlines() if one.startswith(f"{name}: "))
    with pytest.raises(BadHead):
        heads.read(text.replace(line + "\n", ""))
    changed = {
        "organisation": str(world.organisations["B"]),
        "entries": str(head.number + 1),
        "mac": "0" * 64,
        "signed": "2020-01-01T00:00:00Z",
        "key": "AAAA",
        "signature": head.signature[::-1],
        "version": "2",
    }
    with pytest.raises(BadHead):
        heads.read(text.replace(line, f"{name}: {changed[name]}"))


def test_no_head_in_a_file_is_said() -> None:
    with pytest.raises(BadHead, match="no signed head"):
        heads.read("nothing")


def test_a_head_says_whether_the_chain_still_has_its_entry(app: Flask, world: World, acting: Acting) -> None:
    who, here = world.principal("lawyer"), world.organisations["A"]
    write(acting, who)
    head = signed(app, here)
    write(acting, who)
    with app.app_context():
        proof = heads.prove(head)
        assert (proof.holds, proof.is_own_key, proof.entries) == (True, True, head.number + 3)
        assert not heads.prove(replace(head, mac="0" * 64)).holds


def test_a_chain_rolled_back_with_its_head_is_found_by_a_head_from_outside(
    app: Flask, world: World, acting: Acting, tmp_path: Path, run: Run
) -> None:
    who, here = world.principal("lawyer"), world.organisations["A"]
    write(acting, who, 6)
    (tmp_path / "head.txt").write_text(signed(app, here).text)
    with app.app_context():
        proof = heads.prove(signed(app, here))
        assert proof.holds
        last = proof.entries
    roll_back(app, here, last - 3)
    with acting(system("tests")):
        assert all(one.is_whole for one in witness.verify())  # nothing inside tells
    result = run("audit", "verify", "--head", str(tmp_path / "head.txt"))
    assert result.exit_code == 1
    assert "ROLLED BACK" in result.stdout
    write(acting, who, 6)
    with app.app_context():
        (head,) = heads.read((tmp_path / "head.txt").read_text())
        proof = heads.prove(head)
        assert (proof.holds, proof.entries >= head.number) == (False, True)


def test_heads_that_are_kept_here_find_it_too_unless_they_go_with_it(app: Flask, world: World, acting: Acting) -> None:
    who, here = world.principal("lawyer"), world.organisations["A"]
    write(acting, who, 6)
    with app.app_context():
        kept = heads.keep(here)
        assert kept is not None
        assert heads.keep(here) is None  # it has not moved
    roll_back(app, here, kept.number - 2, with_signed=False)
    with acting(system("tests")):
        (report,) = witness.verify(here)
        assert [one.what for one in report.findings] == [f"rolled back at {kept.number}"]


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_head_of_another_key_is_not_taken_for_ours(
    app: Flask, world: World, acting: Acting, tmp_path: Path, run: Run
) -> None:
    write(acting, world.principal("lawyer"))
    text = signed(app, world.organisations["A"]).text
    (tmp_path / "head.txt").write_text(text)
    key = app.extensions["settings"].audit_key_file
    kept = key.rename(key.with_suffix(".kept"))
    try:
        signing.make(key)
        result = run("audit", "verify", "--head", str(tmp_path / "head.txt"))
        assert result.exit_code == 1
        assert "signed by another key" in result.stdout
    finally:
        kept.replace(key)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_file_without_a_head_gets_a_sentence(app: Flask, tmp_path: Path, run: Run) -> None:
    (tmp_path / "head.txt").write_text("nothing")
    result = run("audit", "verify", "--head", str(tmp_path / "head.txt"))
    assert (result.exit_code, "no signed head" in result.stderr) == (2, True)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_the_command_hands_out_every_head(app: Flask, world: World, tmp_path: Path, run: Run) -> None:
    assert run("audit", "heads").stdout.count(heads.BEGIN) >= 2
    assert run("audit", "heads", "--out", str(tmp_path / "out")).exit_code == 0
    files = list((tmp_path / "out").iterdir())
    assert {heads.read(one.read_text())[0].organisation_id for one in files} >= {HOUSE, world.organisations["A"]}
    given = [word for one in files for word in ("--head", str(one))]
    assert run("audit", "verify", *given).exit_code == 0


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_only_its_owner_can_read_the_key(app: Flask, world: World) -> None:
    signed(app, world.organisations["A"])
    path = app.extensions["settings"].audit_key_file
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_job_signs_what_has_moved(app: Flask, world: World, acting: Acting) -> None:
    here = world.organisations["A"]
    write(acting, world.principal("lawyer"))
    with acting(system("job", here)):
        assert jobs.sign() >= 1
    with acting(system("job", here)):
        assert jobs.sign() == 0
    with acting(system("tests")) as session:
        head = heads.newest(session, here)
        assert head is not None
        kept = Head(here, head.number, head.mac, head.at, head.key, head.signature)
        assert kept.is_signed
