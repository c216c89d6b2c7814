"""The demonstration, loaded once for all tests here, into a database of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from casework import cli, demo
from casework.core.db import alembic, db
from casework.core.scope import acting_as, system
from tests.conftest import make_app


@pytest.fixture(scope="session")
def told() -> list[str]:
    """The lines of progress."""
    return []


@pytest.fixture(scope="session")
def loaded(quick_place: Path, told: list[str]) -> Iterator[Flask]:
    """The application with the whole demonstration. Tests only read it."""
    instance = quick_place / "demo"
    instance.mkdir(mode=0o700)
    app = make_app(instance, f"sqlite:///{instance / 'casework.db'}", demo=True)
    with app.app_context():
        alembic.upgrade()
        with acting_as(system("tests")):
            cli.seed()
            db.session.commit()
        demo.load(told.append)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def everywhere(loaded: Flask) -> Iterator[None]:
    """The system reads in the loaded demonstration, over all organisations."""
    with loaded.app_context(), acting_as(system("tests of the demonstration")):
        yield
