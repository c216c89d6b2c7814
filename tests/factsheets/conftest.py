"""Sheets of each kind and language. They need no database, and here there is none."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

import casework
from casework.core import i18n
from casework.factsheets.content import sheet
from casework.factsheets.model import Sheet
from tests.factsheets import contents

SheetIn = Callable[[str], Sheet]


@pytest.fixture(scope="session")
def words() -> Flask:
    """An application that has languages, and nothing else."""
    app = Flask("words")
    folder = str(Path(casework.__file__).parent / "translations")
    i18n.babel.init_app(app, default_translation_directories=folder)
    return app


@pytest.fixture
def in_app(words: Flask) -> Iterator[None]:
    with words.app_context():
        yield


@pytest.fixture
def national(in_app: None) -> SheetIn:
    """`national("ru")`: the sheet of 1 January 2025."""
    return lambda language: sheet(contents.national(language))


@pytest.fixture
def correction(in_app: None) -> SheetIn:
    """Its second edition."""
    return lambda language: sheet(contents.correction(language))


@pytest.fixture
def regional(in_app: None) -> SheetIn:
    """A sheet of two countries."""
    return lambda language: sheet(contents.regional(language))
