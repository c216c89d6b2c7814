"""Measure beside the bars that were set: `make bench`, or `make bench ARGS="--size full"` for a million persons.

`--only names` or `--only figures` measures one of them.
"""

import argparse

from bench import key_figures, names

SIZES = {"small": (10_000, 100_000), "full": (10_000, 1_000_000)}
NAMES = {"small": (1_000, 100_000), "full": (1_000, 100_000, 1_000_000)}


def main() -> None:
    arguments = argparse.ArgumentParser(prog="bench", description=__doc__)
    arguments.add_argument("--size", choices=SIZES, default="small")
    arguments.add_argument("--only", choices=("figures", "names"))
    chosen = arguments.parse_args()
    if chosen.only != "names":
        key_figures.run(SIZES[chosen.size])
    if chosen.only != "figures":
        names.run(NAMES[chosen.size])


if __name__ == "__main__":
    main()
