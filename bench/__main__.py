"""Measure beside the bars that were set: `make bench`, or `make bench ARGS="--size full"` for a million persons.

`--only names`, `--only figures`, `--only releases` or `--only factsheet` measures one of them.
"""

import argparse
import time

from bench import factsheet, key_figures, names, releases
from bench.country import country
from bench.key_figures import Figures

SIZES = {"small": (500, 5_000, 100_000), "full": (500, 5_000, 100_000, 1_000_000)}
SMALL = 5_000
"""What larger countries are compared with."""
NAMES = {"small": (1_000, 100_000), "full": (1_000, 100_000, 1_000_000)}


def main() -> None:
    arguments = argparse.ArgumentParser(prog="bench", description=__doc__)
    arguments.add_argument("--size", choices=SIZES, default="small")
    arguments.add_argument("--only", choices=("figures", "releases", "factsheet", "names"))
    chosen = arguments.parse_args()
    if chosen.only not in ("factsheet", "names"):
        statistics(SIZES[chosen.size], chosen.only)
    if chosen.only in (None, "factsheet"):
        factsheet.run()
    if chosen.only in (None, "names"):
        names.run(NAMES[chosen.size])


def statistics(sizes: tuple[int, ...], only: str | None) -> None:
    """Figures and releases in countries of these sizes, each made once (SQLite)."""
    measured: dict[int, Figures] = {}
    for size in sizes:
        start = time.perf_counter()
        with country(size) as place:
            print(f"{size:,} persons, {place.sessions:,} sessions (made in {time.perf_counter() - start:.0f} s)")
            if only != "releases":
                measured[size] = Figures(place)
            if only != "figures":
                releases.measure(place)
    if measured:
        key_figures.growth(measured[SMALL], measured[sizes[-1]])


if __name__ == "__main__":
    main()
