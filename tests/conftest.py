"""What every test may ask for.

`app` is the application on a database of its own, once on SQLite and once on PostgreSQL. A database is migrated and
filled with code lists and the `world` (tests/factories.py) once per worker; every test gets a fresh copy of it, so a
test may commit what it likes. `acting` lets someone act without a page; `client_for` signs someone in.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from sqlite3 import connect

import pytest
from flask import Flask
from hypothesis import settings
from psycopg import sql
from sqlalchemy import make_url
from sqlalchemy.orm import Session

from casework import cli
from casework.app import create_app
from casework.core.config import Settings
from casework.core.db import alembic, db
from casework.core.scope import Principal, acting_as, system
from casework.core.vault import KeyRing
from casework.procedures import queries as procedures
from tests import factories, servers
from tests.pages import Client, client_of

# No test asserts a time, so no example has a deadline; in CI the examples are the same in every run.
settings.register_profile("casework", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("casework")

CHEAP = (1, 64, 1)
"""The cost of a password hash in tests: what argon2 is worth is not tested by waiting for it."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--everything", action="store_true", help="run the tests of pages on PostgreSQL, too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What a page shows does not depend on the database: `test_views` runs on SQLite, unless everything is asked for.

    Rules, queries, actions, walls, the matrix of every route and every form run on both.
    """
    if config.getoption("--everything"):
        return
    left = [one for one in items if one.path.name == "test_views.py" and "[postgresql" in one.name]
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [one for one in items if one not in set(left)]


Acting = Callable[[Principal], AbstractContextManager[Session]]
ClientFor = Callable[..., Client]


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def backend(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    if found == "postgresql" and (reason := servers.why_no_postgresql()):
        pytest.skip(reason)
    return found


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """A PostgreSQL server of this worker's own."""
    if reason := servers.why_no_postgresql():
        pytest.skip(reason)
    with servers.postgresql() as server:
        yield server


@pytest.fixture
def empty_database(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database with nothing in it."""
    if backend == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    database = servers.fresh_database(request.getfixturevalue("postgresql_server"))
    yield database
    servers.drop_database(database)


class _Stage:
    """An application and the database that is put back under it before every test."""

    def __init__(self, app: Flask, url: str) -> None:
        self.app = app
        self.url = make_url(url)
        with app.app_context():
            alembic.upgrade()
        with app.app_context(), acting_as(system("tests")):
            cli.seed()
            self.world = factories.world()
            db.session.commit()
        with app.app_context(), acting_as(system("tests")):
            procedures.in_force()
        self.procedures = app.extensions["procedures"]
        self._let_go()
        self._keep()

    def _let_go(self) -> None:
        with self.app.app_context():
            db.engine.dispose()

    def _keep(self) -> None:
        raise NotImplementedError

    def reset(self) -> None:
        raise NotImplementedError


class _OnSQLite(_Stage):
    def _keep(self) -> None:
        path = Path(str(self.url.database))
        with closing(connect(path)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copyfile(path, path.with_suffix(".kept"))

    def reset(self) -> None:
        self._let_go()
        path = Path(str(self.url.database))
        for beside in ("-wal", "-shm"):
            path.with_name(path.name + beside).unlink(missing_ok=True)
        # Another file under the same name: whoever still has the former one open, as a server that is ending, keeps it.
        shutil.copyfile(path.with_suffix(".kept"), path.with_suffix(".next"))
        path.with_suffix(".next").replace(path)


class _OnPostgreSQL(_Stage):
    def _names(self) -> tuple[sql.Identifier, sql.Identifier]:
        name = str(self.url.database)
        return sql.Identifier(name), sql.Identifier(f"{name}_kept")

    def _keep(self) -> None:
        work, kept = self._names()
        with servers.connected(self.url.set(database="postgres")) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(kept, work))

    def reset(self) -> None:
        self._let_go()
        work, kept = self._names()
        with servers.connected(self.url.set(database="postgres")) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(work))
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(work, kept))


@pytest.fixture(scope="session")
def stages() -> Iterator[dict[str, _Stage]]:
    """By backend. Apart from `stage`, which pytest makes anew whenever one file goes from one backend to the other."""
    made: dict[str, _Stage] = {}
    yield made
    for one in made.values():
        one._let_go()


@pytest.fixture(scope="session")
def stage(
    backend: str,
    stages: dict[str, _Stage],
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> _Stage:
    if backend not in stages:
        instance = tmp_path_factory.mktemp("instance")
        if backend == "sqlite":
            url = f"sqlite:///{instance / 'casework.db'}"
        else:
            url = servers.fresh_database(request.getfixturevalue("postgresql_server"))
        made = _OnSQLite if backend == "sqlite" else _OnPostgreSQL
        stages[backend] = made(make_app(instance, url), url)
    return stages[backend]


def make_app(instance: Path, url: str, **settings: object) -> Flask:
    """An application on this database, with keys of its own and passwords that hash quickly."""
    ring = instance / "keys" / "ring.json"
    if not ring.exists():
        KeyRing.new().save(ring)
    mask = os.umask(0)
    os.umask(mask)
    app = create_app(Settings(instance=instance, database_url=url, **settings), testing=True)  # type: ignore[arg-type]
    os.umask(mask)  # the factory narrows it, and other tests look at modes
    app.config["PASSWORD_COST"] = CHEAP
    return app


@pytest.fixture
def app(stage: _Stage) -> Flask:
    """The application, on a fresh copy of the database."""
    stage.reset()
    # What the process keeps of them goes by a stamp, which two tests may reach in different ways.
    stage.app.extensions["procedures"] = stage.procedures
    stage.app.extensions.pop("name_index", None)
    return stage.app


@pytest.fixture
def world(app: Flask, stage: _Stage) -> factories.World:
    return stage.world


@pytest.fixture
def acting(app: Flask) -> Acting:
    """`with acting(world.principal("lawyer")) as session:` – an own context, committed at its end."""

    @contextmanager
    def act(who: Principal) -> Iterator[Session]:
        with app.app_context(), acting_as(who):
            yield db.session
            db.session.commit()

    return act


@pytest.fixture
def client(app: Flask) -> Client:
    """A browser in which nobody is signed in."""
    return client_of(app)


@pytest.fixture
def client_for(app: Flask, world: factories.World) -> ClientFor:
    """`client_for("lawyer")`, `client_for("lawyer", "B")`: a browser in which that user of the world is signed in."""

    def signed_in(role: str, where: str | None = None) -> Client:
        return client_of(app).sign_in_as(world.principal(role, where))

    return signed_in
