"""A site that is set up for backups: a pair of keys, of which it has the public one, and a folder."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from sqlite3 import connect

import pytest
from flask import Flask

from casework.backups import sealing
from casework.core.db import alembic, db
from tests import servers
from tests.conftest import make_app


@pytest.fixture(scope="session")
def private() -> sealing.PrivateKey:
    return sealing.PrivateKey.new()


@pytest.fixture
def key_file(private: sealing.PrivateKey, tmp_path: Path) -> Path:
    """Where the holder keeps the private key: not on the server."""
    path = tmp_path / "backup.key"
    sealing.save(path, private)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "backups"
    path.mkdir()
    return path


@pytest.fixture
def ready(
    app: Flask, private: sealing.PrivateKey, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Flask:
    """The application with backups in its settings."""
    public = tmp_path / "server.pub"
    sealing.save(public, private.public)
    before = app.extensions["settings"]
    after = replace(before, backup_dir=folder, backup_recipient=(public,), backup_keep=2)
    monkeypatch.setitem(app.extensions, "settings", after)
    return app


@pytest.fixture(scope="session")
def empty_tables(quick_place: Path) -> Path:
    """A SQLite database with every table and no row."""
    instance = quick_place / "empty-tables"
    instance.mkdir()
    path = instance / "casework.db"
    app = make_app(instance, f"sqlite:///{path}")
    with app.app_context():
        alembic.upgrade()
    with app.app_context():
        db.engine.dispose()
    with closing(connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture
def other_site(app: Flask, backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """A fresh machine with the keys in place and an empty database of the other kind."""
    instance = tmp_path / "fresh"
    (instance / "keys").mkdir(parents=True, mode=0o700)
    instance.chmod(0o700)
    ring = app.extensions["settings"].keys_file
    (instance / "keys" / "ring.json").write_bytes(ring.read_bytes())
    (instance / "keys" / "ring.json").chmod(0o600)
    if backend == "postgresql":
        yield make_app(instance, f"sqlite:///{instance / 'casework.db'}")
        return
    database = servers.fresh_database(request.getfixturevalue("postgresql_server"))
    yield make_app(instance, database)
    servers.drop_database(database)
