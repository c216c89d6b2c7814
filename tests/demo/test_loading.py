"""Loading the demonstration: it says how far it is, and happens once."""

import pytest
from flask import Flask

from casework import demo
from casework.core.errors import DomainError

pytestmark = pytest.mark.xdist_group("demo")


def test_it_says_how_far_it_is(loaded: Flask, told: list[str]) -> None:
    assert any(line.startswith("Registering people") for line in told)


def test_it_does_not_load_twice(loaded: Flask) -> None:
    with loaded.app_context():
        assert demo.is_loaded()
        with pytest.raises(DomainError):
            demo.load(print)
