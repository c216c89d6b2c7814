"""There and back: taken while others write, put into a fresh database of the other kind, and all of it is there."""

import base64
import hashlib
import json
import resource
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Flask

from casework.accounts.models import OneTimeLink, SignedIn
from casework.backups import actions, archive, copying, files, making, restoring, sealing
from casework.backups.archive import Tally
from casework.backups.making import Made, NotMade
from casework.backups.restoring import CannotRestore
from casework.backups.rules import Trouble
from casework.core import erased, storage
from casework.core.audit import AuditEntry
from casework.core.db import db, session_for
from casework.core.scope import acting_as, system, unscoped
from casework.core.vault import KeyRing
from casework.documents.models import Document
from casework.persons.models import Person
from tests.conftest import Acting, make_app
from tests.factories import World
from tests.security.caseload import CANARIES, Caseload, person_named
from tests.security.test_thief import found_in

on_sqlite = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
"""What does not depend on the database is looked at once."""


def make(app: Flask, to: Path | None = None) -> Made:
    with app.app_context():
        return actions.make(to)


def put_back(app: Flask, path: Path, key: sealing.PrivateKey) -> restoring.Restored:
    with app.app_context():
        try:
            return restoring.restore(restoring.look(path, key), lambda words: None)
        finally:
            db.engine.dispose()


def state(app: Flask) -> Tally:
    """Every row of every table, but what a restore itself changes."""
    tally = Tally()
    with app.app_context(), session_for(system("tests"), reading=True) as session:
        for shape in copying.shapes():
            if shape.name not in {"signed_in", "one_time_links", "audit_entries", "audit_heads", "backups"}:
                tally.add_rows(shape.name, list(copying.lines(session.connection(), shape)))
    return tally


def stored(app: Flask) -> dict[str, str]:
    with app.app_context():
        return {
            f"{one.parent.name}/{one.name}": hashlib.sha256(one.read_bytes()).hexdigest() for one in files.everything()
        }


def test_everything_comes_back_on_the_other_database(
    ready: Flask, two_caseloads: dict[str, Caseload], private: sealing.PrivateKey, other_site: Flask, folder: Path
) -> None:
    made = make(ready)
    assert [one.name for one in folder.iterdir()] == [made.path.name]
    kept, kept_files = state(ready), stored(ready)
    assert kept_files
    found = put_back(other_site, made.path, private)
    assert found.findings.wrong == found.not_erased == []
    assert found.is_well
    assert found.findings.opened > 20
    assert (state(other_site).rows, state(other_site).sums) == (kept.rows, kept.sums)
    assert stored(other_site) == kept_files
    with other_site.app_context(), acting_as(system("tests")):
        person = db.session.get_one(Person, two_caseloads["A"].person)
        assert person.identity.family_name == CANARIES["A"].family
        document = db.session.get_one(Document, two_caseloads["A"].document)
        assert b"".join(storage.read(document.place))
        assert db.session.scalars(sa.select(SignedIn)).all() == []
        assert db.session.scalars(sa.select(OneTimeLink).where(OneTimeLink.used_at.is_(None))).all() == []
        restored = sa.select(AuditEntry.details).where(AuditEntry.action == "backup:restored")
        assert json.loads(db.session.scalars(restored).one())["backup"] == str(made.id)
    with other_site.app_context(), db.engine.connect() as connection, pytest.raises(sa.exc.DBAPIError, match="append"):
        connection.exec_driver_sql("DELETE FROM audit_entries", execution_options=unscoped("tests"))
    with pytest.raises(CannotRestore, match="in use"):
        put_back(other_site, made.path, private)
    with other_site.app_context():
        db.engine.dispose()


# -- under load ------------------------------------------------------------------------------------------------------


@contextmanager
def writers(app: Flask, world: World) -> Iterator[list[UUID]]:
    """Two colleagues who register people and keep documents without a pause; who was saved so far."""
    saved: list[UUID] = []
    failed: list[BaseException] = []
    stop = threading.Event()

    def write(key: str) -> None:
        try:
            number = 0
            while not stop.is_set():
                number += 1
                with app.app_context(), acting_as(world.principal("lawyer", key)):
                    person = person_named(f"Писатель-{key}-{number}", registered_on=date(2026, 3, 2))
                    place = storage.Place(person.organisation_id, storage.new_name(), person.id)
                    storage.keep(place, [b"while others copy"])
                    db.session.commit()
                    saved.append(person.id)
                    storage.drop(place)
                    db.session.commit()
        except BaseException as error:
            failed.append(error)
            raise

    threads = [threading.Thread(target=write, args=(key,)) for key in ("A", "B")]
    for one in threads:
        one.start()
    try:
        yield saved
    finally:
        stop.set()
        for one in threads:
            one.join()
    assert failed == []


def test_a_backup_is_one_moment_of_what_others_write(
    ready: Flask, world: World, private: sealing.PrivateKey, tmp_path: Path, empty_tables: Path
) -> None:
    with writers(ready, world) as saved:
        while len(saved) < 4:
            pass
        before = set(saved)
        made = make(ready)
        after = set(saved)
    fresh = _fresh(ready, tmp_path, empty_tables)
    found = put_back(fresh, made.path, private)
    assert found.is_well, (found.findings.wrong, found.not_erased)
    with fresh.app_context(), acting_as(system("tests")):
        there = set(db.session.scalars(sa.select(Person.id)))
        db.session.rollback()
        db.engine.dispose()
    assert before <= there
    assert there <= after | set(saved)
    assert not (Path(ready.instance_path) / making.HELD).exists()


def _fresh(app: Flask, tmp_path: Path, tables: Path | None = None) -> Flask:
    """A new machine with the keys of the site; with empty `tables`, as an interrupted try leaves them, or without."""
    instance = tmp_path / "machine"
    (instance / "keys").mkdir(parents=True, mode=0o700)
    ring = instance / "keys" / "ring.json"
    ring.write_bytes(app.extensions["settings"].keys_file.read_bytes())
    ring.chmod(0o600)
    if tables is not None:
        shutil.copyfile(tables, instance / "casework.db")
    return make_app(instance, f"sqlite:///{instance / 'casework.db'}")


# -- refused ---------------------------------------------------------------------------------------------------------


@on_sqlite
def test_what_is_not_a_whole_backup_of_this_site_touches_nothing(
    ready: Flask, world: World, private: sealing.PrivateKey, tmp_path: Path
) -> None:
    made = make(ready)
    content = made.path.read_bytes()
    fresh = _fresh(ready, tmp_path)
    wrong = tmp_path / "wrong.backup"
    for damaged in (content[:-1], content[: len(content) // 2], content[:-99] + b"x" + content[-98:], b"", content[9:]):
        wrong.write_bytes(damaged)
        with pytest.raises(CannotRestore):
            put_back(fresh, wrong, private)
    with pytest.raises(CannotRestore, match="other keys"):
        put_back(fresh, made.path, sealing.PrivateKey.new())
    with pytest.raises(CannotRestore, match="no file"):
        put_back(fresh, tmp_path / "nowhere", private)
    assert not (tmp_path / "machine" / "casework.db").exists()

    ring = tmp_path / "machine" / "keys" / "ring.json"
    KeyRing.new().save(ring)

    stranger = make_app(tmp_path / "machine", fresh.extensions["settings"].database_url)
    with pytest.raises(CannotRestore, match="key ring"):
        put_back(stranger, made.path, private)
    assert not (tmp_path / "machine" / "casework.db").exists()


@on_sqlite
def test_a_newer_version_is_not_put_back(ready: Flask, private: sealing.PrivateKey, tmp_path: Path) -> None:
    made = make(ready)
    with ready.app_context():
        checked = restoring.look(made.path, private)
        newer = restoring.Checked(
            checked.path,
            type(checked.head)(**{**vars(checked.head), "revision": "9999"}),
            checked.secret,
            checked.tally,
        )
        with pytest.raises(CannotRestore, match="newer version"):
            restoring.restore(newer, lambda words: None)


@on_sqlite
def test_files_of_another_database_are_not_mixed_in(ready: Flask, private: sealing.PrivateKey, tmp_path: Path) -> None:
    made = make(ready)
    fresh = _fresh(ready, tmp_path)
    (tmp_path / "machine" / "files" / str(UUID(int=1))).mkdir(parents=True)
    with pytest.raises(CannotRestore, match="Move them away"):
        put_back(fresh, made.path, private)


# -- interrupted -----------------------------------------------------------------------------------------------------


@on_sqlite
def test_what_was_interrupted_goes_on(
    ready: Flask, private: sealing.PrivateKey, tmp_path: Path, empty_tables: Path, two_caseloads: dict[str, Caseload]
) -> None:
    made = make(ready)
    fresh = _fresh(ready, tmp_path, empty_tables)
    marker = tmp_path / "machine" / restoring.MARKER
    # Killed before the rows were saved: tables without rows, and perhaps files already.
    marker.write_text(json.dumps({"backup": str(made.id), "step": "loading"}))
    (tmp_path / "machine" / "files" / str(UUID(int=1))).mkdir(parents=True)
    assert put_back(fresh, made.path, private).is_well
    assert not marker.exists()
    assert stored(fresh) == stored(ready)
    # Killed after they were.
    marker.write_text(json.dumps({"backup": str(made.id), "step": "loaded"}))
    assert put_back(fresh, made.path, private).is_well
    assert not marker.exists()
    marker.write_text(json.dumps({"backup": str(UUID(int=9)), "step": "loading"}))
    with pytest.raises(CannotRestore, match="Another restore"):
        put_back(fresh, made.path, private)


# -- what the thief of a backup has ----------------------------------------------------------------------------------


@on_sqlite
def test_the_archive_names_nobody_and_the_server_cannot_open_it(
    ready: Flask, two_caseloads: dict[str, Caseload], private: sealing.PrivateKey
) -> None:
    made = make(ready)
    content = made.path.read_bytes()
    words = [*CANARIES["A"].all(), *CANARIES["B"].all()]
    assert found_in(content, words) == []
    for name in (b"persons", b"audit_entries", b"lawyer", b"sealed"):
        assert name not in content
    ring = KeyRing.load(ready.extensions["settings"].keys_file)
    with made.path.open("rb") as file:
        head = sealing.head(file)
        first = file.read(sealing.PIECE + 16)
    secret = head.secret(private)
    assert AESGCM(secret).decrypt(bytes(12), first, head.bound)
    with ready.app_context():
        derived = [making.mac_key(), ready.extensions["vault"].key("files")]
        for known in (*ring.keys.values(), ring.chain, *derived):
            with pytest.raises(InvalidTag):
                AESGCM(known).decrypt(bytes(12), first, head.bound)
        for path in Path(ready.instance_path).rglob("*"):
            assert not path.is_file() or secret not in path.read_bytes()
        # Whoever holds the private key, and not the ring, reads coded facts and sealed values.
        opened = _opened(made.path, secret)
    assert found_in(opened, words) == []
    assert b"NATIONALITY" in opened
    assert not any(known in opened or base64.b64encode(known) in opened for known in (*ring.keys.values(), ring.chain))


def _opened(path: Path, secret: bytes) -> bytes:
    """Everything in a backup as whoever can open it reads it."""
    found = bytearray()
    with path.open("rb") as file:
        head, records = archive.head_of(sealing.pieces(file, sealing.head(file), secret))
        for one in archive.contents(head, records, making.mac_key()):
            found += b"\n".join(one.lines) if isinstance(one, archive.Rows) else b""
            found += one.data if isinstance(one, archive.FilePiece) else b""
    return bytes(found)


# -- trouble ---------------------------------------------------------------------------------------------------------


@on_sqlite
def test_a_full_disk_leaves_no_half_backup(ready: Flask, two_caseloads: dict[str, Caseload], folder: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with ready.app_context():
        db.session.execute(sa.select(1))  # the database is open before the disk is full
        db.session.rollback()
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
        try:
            with pytest.raises(NotMade) as found:
                making.make()
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert found.value.trouble is Trouble.NO_ROOM
    assert list(folder.iterdir()) == []


@on_sqlite
def test_trouble_has_a_name(ready: Flask, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ready.app_context():
        for to, trouble in ((tmp_path / "nowhere" / "file", Trouble.NO_FOLDER), (folder, Trouble.IN_THE_WAY)):
            with pytest.raises(NotMade) as found:
                actions.make(to)
            assert found.value.trouble is trouble
    (tmp_path / "server.pub").write_text("not a key")
    with ready.app_context():
        with pytest.raises(NotMade) as found:
            actions.make()
        assert found.value.trouble is Trouble.NO_RECIPIENT


# -- erased persons --------------------------------------------------------------------------------------------------


@on_sqlite
def test_the_list_of_the_erased_is_kept_beside_the_keys(app: Flask) -> None:
    path = app.extensions["settings"].erased_file
    try:
        with app.app_context():
            assert erased.listed() == []
            erased.remember([UUID(int=1), UUID(int=2), UUID(int=1)])
            erased.remember([UUID(int=2), UUID(int=3)])
            assert erased.listed() == [UUID(int=1), UUID(int=2), UUID(int=3)]
        assert len(path.read_text().splitlines()) == 3
        assert path.stat().st_mode & 0o077 == 0
    finally:
        path.unlink()


@on_sqlite
def test_whoever_was_erased_since_is_erased_once_more(
    ready: Flask,
    two_caseloads: dict[str, Caseload],
    private: sealing.PrivateKey,
    tmp_path: Path,
    acting: Acting,
    empty_tables: Path,
) -> None:
    """The list beside the keys is newer than the backup, but for one whom it should hold: that is said."""
    listed, left_out, alive = (two_caseloads["A"].person, two_caseloads["A"].relative, two_caseloads["B"].person)
    with acting(system("tests")) as session:
        session.get_one(Person, left_out).erased_on = date(2026, 11, 23)
    fresh = _fresh(ready, tmp_path, empty_tables)
    with fresh.app_context():
        erased.remember([listed, UUID(int=5)])
    found = put_back(fresh, make(ready).path, private)
    assert found.erased_again == 1
    assert found.findings.wrong == []
    assert len(found.not_erased) == 1
    assert "1 persons who were erased are not on the list" in found.not_erased[0]
    with fresh.app_context(), acting_as(system("tests")):
        person = db.session.get_one(Person, listed)
        assert person.erased_on is not None
        assert person.identity.family_name != CANARIES["A"].family
        assert db.session.get_one(Person, alive).identity.family_name == CANARIES["B"].family
        db.session.rollback()
        db.engine.dispose()
