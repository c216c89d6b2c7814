"""The benchmarks are not run with the tests, but they must still start when someone wants a figure."""

import importlib

import pytest


@pytest.mark.parametrize("name", ["factsheet", "key_figures", "names", "releases"])
def test_every_benchmark_can_be_imported(name: str) -> None:
    assert importlib.import_module(f"bench.{name}")
