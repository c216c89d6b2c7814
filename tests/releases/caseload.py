"""Caseloads and releases for the tests: small, but large enough for something to be shown."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from casework.core import clock
from casework.core.db import db
from casework.releases import actions, queries
from casework.releases.models import Release
from tests.conftest import Acting
from tests.factories import World
from tests.figures.caseload import crowd

FIRST, SINCE, SECOND = date(2025, 1, 1), date(2024, 1, 1), date(2025, 4, 1)
TABLES = (
    "refugees_asylum_by_main_origin",
    "refugees_asylum_by_status_origin",
    "undetermined_by_region",
    "undetermined_by_macro_region",
    "undetermined:in_by_flow",
    "undetermined:out_by_flow",
)


@contextmanager
def lawyer(acting: Acting, world: World, where: str = "A", on: date = date(2025, 1, 10)) -> Iterator[None]:
    """A lawyer of a partner at work, on a day."""
    with clock.at(on), acting(world.principal("lawyer", where)):
        yield


def people() -> None:
    """Some of whoever acts: a few of them in cells that have to be withheld."""
    crowd(12, date(2023, 5, 1), displacement="REF-C")
    crowd(8, date(2024, 3, 1), displacement="ASR")
    crowd(9, date(2024, 3, 1), displacement="ASR", origin="UKR")
    crowd(3, date(2024, 6, 1), displacement="REF-C", origin="IRN")
    crowd(7, date(2024, 6, 1), displacement="ASR", origin="SYR")
    crowd(14, date(2023, 2, 1), nationality="UN", origin="UZB")
    crowd(9, date(2024, 2, 1), nationality="UN", origin="UZB", region="KZ-71")
    crowd(3, date(2024, 9, 1), nationality="UN", origin="KGZ", region="KZ-10")


@contextmanager
def officer(acting: Acting, world: World, on: date = date(2025, 2, 3)) -> Iterator[None]:
    """The statistics officer at work, on a day."""
    with clock.at(on), acting(world.principal("statistics")):
        yield


def drawn_up(as_of: date = FIRST, since: date | None = SINCE, tables: tuple[str, ...] = TABLES) -> Release:
    """A draft with every step done."""
    made = actions.begin(as_of, since, tables)
    for _step in range(3):
        actions.next_step(made)
        db.session.commit()
    return made


def frozen(as_of: date = FIRST, since: date | None = SINCE, tables: tuple[str, ...] = TABLES) -> Release:
    """A frozen release; what does not come out is signed."""
    made = drawn_up(as_of, since, tables)
    signed(made)
    return actions.freeze(made)


def signed(made: Release) -> None:
    for finding in queries.findings_to_sign(made):
        actions.sign(made, finding, "Looked at, and right all the same.")
