"""A key ring to change, and commands on the installation under test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from casework.cli import main

Run = Callable[..., Result]


@pytest.fixture
def ring_file(app: Flask) -> Iterator[Path]:
    """The ring of the application under test; it is put back afterwards, and the application notices."""
    path: Path = app.extensions["settings"].keys_file
    before = path.read_bytes()
    yield path
    path.write_bytes(before)


@pytest.fixture
def run(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`run("keys", "status")`: one command on the installation under test, as another process would see it."""
    monkeypatch.setenv("CASEWORK_INSTANCE", app.instance_path)
    monkeypatch.setenv("DATABASE_URL", app.extensions["settings"].database_url)

    def command(*words: str, sent: str | None = None) -> Result:
        result = CliRunner().invoke(main, words, input=sent)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert "Traceback" not in result.output
        return result

    return command
