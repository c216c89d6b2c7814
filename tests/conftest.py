"""What every test may ask for.

`app` is the application on a database of its own, once on SQLite and once on PostgreSQL. A database is migrated and
filled with code lists and the `world` (tests/factories.py) once per worker; every test gets a fresh copy of it, so a
test may commit what it likes. `acting` lets someone act without a page; `client_for` signs someone in.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from sqlite3 import connect
from typing import Any

import pytest
from flask import Flask
from hypothesis import settings
from sqlalchemy import URL, make_url
from sqlalchemy.orm import Session

from casework import cli
from casework.app import create_app
from casework.core import clock
from casework.core.config import Settings
from casework.core.db import alembic, db
from casework.core.scope import Principal, acting_as, system
from casework.core.vault import KeyRing
from casework.procedures import queries as procedures
from casework.reference import queries as codes
from tests import factories, servers
from tests.pages import Client, client_of
from tests.security.caseload import Caseload, caseloads

# No test asserts a time, so no example has a deadline; in CI the examples are the same in every run.
settings.register_profile("casework", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("casework")

CHEAP = (1, 64, 1)
"""The cost of a password hash in tests: what argon2 is worth is not tested by waiting for it."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--everything",
        action="store_true",
        help="pages on PostgreSQL, too; every nonsense in every form; both long languages",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What a page shows does not depend on the database: `test_…views` run on SQLite, unless everything is asked for.

    Rules, queries, actions, walls, the matrix of every route and every form run on both.
    """
    if config.getoption("--everything"):
        return
    left = [one for one in items if one.path.name.endswith("views.py") and "[postgresql" in one.name]
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


@dataclass(frozen=True)
class _Kept:
    """What is known of a database that is kept, and what the process has in memory of it."""

    told: Any
    memory: dict[str, Any]


# What a process keeps goes by a stamp (counts, sums of versions), which two tests may reach in different ways.
MEMORY = ("code_lists", "name_index", "opposing", "procedures", "workdays")


class _Stage:
    """An application and the database that is put back under it before every test."""

    told: Any = None
    """What the present test is to know of what was put back."""

    def __init__(self, app: Flask, url: str) -> None:
        self.app = app
        self.url = make_url(url)
        self._files = Path(app.instance_path) / "files"
        self._kept: dict[str, _Kept] = {}
        with app.app_context():
            alembic.upgrade()
        with app.app_context(), acting_as(system("tests")):
            cli.seed()
            self.world = factories.world()
            db.session.commit()
        self._keep("world", self.world)

    def reset(self, made: Callable[[Flask, factories.World], Any] | None = None) -> Any:
        """Put back the world, or what is `made` on top of it: once, and once more on another day of the clock.

        A test that sets the clock before it asks finds what was made at its hour.
        """
        moment = clock.now()
        is_set = abs(moment - datetime.now(UTC)) > timedelta(minutes=5)
        name = f"{made.__name__}_{moment:%Y%m%d%H%M}" if made and is_set else made.__name__ if made else "world"
        if name not in self._kept:
            assert made is not None
            self.reset()
            self._keep(name, made(self.app, self.world))
        else:
            self._put_back(name)
        kept = self._kept[name]
        for one in MEMORY:
            self.app.extensions.pop(one, None)
        self.app.extensions.update(kept.memory)
        return deepcopy(kept.told)

    def _keep(self, name: str, told: Any) -> None:
        with self.app.app_context(), acting_as(system("tests")):
            memory = {"procedures": procedures.in_force, "code_lists": partial(codes.items, "region")}
            for asked in memory.values():
                asked()
        self.let_go()
        self._copy(name)
        shutil.rmtree(self._files_of(name), ignore_errors=True)
        if self._files.exists():
            shutil.copytree(self._files, self._files_of(name))
        self._kept[name] = _Kept(told, {one: self.app.extensions[one] for one in memory})

    def _put_back(self, name: str) -> None:
        self.let_go()
        self._copy_back(name)
        shutil.rmtree(self._files, ignore_errors=True)
        if self._files_of(name).exists():
            shutil.copytree(self._files_of(name), self._files)

    def _files_of(self, name: str) -> Path:
        return self._files.with_name(f"files.{name}")

    def let_go(self) -> None:
        with self.app.app_context():
            db.engine.dispose()

    def _copy(self, name: str) -> None:
        raise NotImplementedError

    def _copy_back(self, name: str) -> None:
        raise NotImplementedError


class _OnSQLite(_Stage):
    def _copy(self, name: str) -> None:
        path = Path(str(self.url.database))
        with closing(connect(path)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copyfile(path, path.with_suffix(f".{name}"))

    def _copy_back(self, name: str) -> None:
        path = Path(str(self.url.database))
        for beside in ("-wal", "-shm"):
            path.with_name(path.name + beside).unlink(missing_ok=True)
        # Another file under the same name: whoever still has the former one open, as a server that is ending, keeps it.
        shutil.copyfile(path.with_suffix(f".{name}"), path.with_suffix(".next"))
        path.with_suffix(".next").replace(path)


class _OnPostgreSQL(_Stage):
    """A whole database is copied where what a test changed cannot be put back row by row: see `servers.Kept`."""

    present: servers.Kept | None = None

    def _copy(self, name: str) -> None:
        self._end()
        kept = self._address(name)
        with servers.connected(self.url.set(database="postgres")) as connection:
            connection.execute(servers.CREATE.format(*servers.identifiers(kept, self.url)))
        servers.keep_rows(kept)

    def _copy_back(self, name: str) -> None:
        if self.present and self.present.name == name and self.present.put_back():
            return
        self._end()
        servers.copy_database(
            self._address(name).render_as_string(hide_password=False), self.url.render_as_string(hide_password=False)
        )
        self.present = servers.Kept(name, self.url)

    def _address(self, name: str) -> URL:
        return self.url.set(database=f"{self.url.database}_{name}")

    def _end(self) -> None:
        if self.present:
            self.present.connection.close()
        self.present = None


@pytest.fixture(scope="session")
def quick_place() -> Iterator[Path]:
    """A folder for instances that only this worker has."""
    with servers.quick_place() as place:
        yield place


@pytest.fixture(scope="session")
def stages(quick_place: Path) -> Iterator[dict[str, _Stage]]:
    """By backend. Apart from `stage`, which pytest makes anew whenever one file goes from one backend to the other."""
    made: dict[str, _Stage] = {}
    yield made
    for one in made.values():
        one.let_go()


@pytest.fixture(scope="session")
def stage(
    backend: str,
    stages: dict[str, _Stage],
    request: pytest.FixtureRequest,
    quick_place: Path,
) -> _Stage:
    if backend not in stages:
        instance = quick_place / backend
        instance.mkdir(mode=0o700)
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
def app(stage: _Stage, request: pytest.FixtureRequest) -> Flask:
    """The application, on a fresh copy of the database; with the caseloads in it, if they are asked for.

    That is decided here, so that nothing is lost that another fixture did before.
    """
    stage.told = stage.reset(caseloads if "two_caseloads" in request.fixturenames else None)
    return stage.app


@pytest.fixture
def two_caseloads(app: Flask, stage: _Stage) -> dict[str, Caseload]:
    """A caseload full of canaries in both partner organisations: see tests/security/caseload.py."""
    found: dict[str, Caseload] = stage.told
    return found


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
