"""Measure beside the bars that were set: `make bench`, or `make bench ARGS="--size full"` for a million persons."""

import argparse

from bench import key_figures

SIZES = {"small": (10_000, 100_000), "full": (10_000, 1_000_000)}


def main() -> None:
    arguments = argparse.ArgumentParser(prog="bench", description=__doc__)
    arguments.add_argument("--size", choices=SIZES, default="small")
    key_figures.run(SIZES[arguments.parse_args().size])


if __name__ == "__main__":
    main()
