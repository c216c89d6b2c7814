"""The benchmarks are not run with the tests, but they must still start when someone wants a figure."""

import importlib


def test_every_benchmark_can_be_imported() -> None:
    assert importlib.import_module("bench.key_figures")
