"""Two people write at once: nothing is lost, nobody waits for ever."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest

from casework.core import clock
from casework.core.scope import system
from casework.figures import actions, queries
from tests.conftest import Acting
from tests.factories import World
from tests.figures.caseload import registered

MONTHS = [date(2026, month, 20) for month in range(1, 12)]


@pytest.fixture(autouse=True)
def _on_a_monday() -> Iterator[None]:
    with clock.at(date(2026, 11, 23)):
        yield


@pytest.mark.parametrize("turn", [1, -1])
def test_families_registered_side_by_side(acting: Acting, world: World, turn: int) -> None:
    """Both post into the same cells of the same months, one from January on, the other from November back."""
    together = Barrier(2)

    def register(where: str, days: list[date]) -> None:
        with clock.at(date(2026, 11, 23)):
            together.wait()
            for start in range(0, len(days), 3):
                with acting(world.principal("lawyer", where)):
                    for day in days[start : start + 3]:
                        registered(day, displacement="ASR", nationality="UN")

    with ThreadPoolExecutor(2) as both:
        jobs = [both.submit(register, "A", MONTHS), both.submit(register, "A", MONTHS[::turn])]
        for job in jobs:
            job.result(timeout=60)
    with acting(system("test")):
        assert queries.stock(date(2026, 11, 23), "displacement", ["ASR"]) == 22
        assert queries.verify() == []


def test_a_month_opens_while_others_register(acting: Acting, world: World) -> None:
    with clock.at(date(2026, 3, 3)), acting(world.principal("lawyer")):
        registered(date(2026, 1, 20), displacement="ASR")
    together = Barrier(3)

    def register(where: str) -> None:
        with clock.at(date(2026, 11, 23)):
            together.wait()
            for day in MONTHS:
                with acting(world.principal("lawyer", where)):
                    registered(day, displacement="ASR")

    def open_months() -> None:
        together.wait()
        for month in range(4, 12):
            with acting(system("test")):
                actions.open_months(date(2026, month, 1))

    with ThreadPoolExecutor(3) as all_three:
        for job in [*(all_three.submit(register, where) for where in "AB"), all_three.submit(open_months)]:
            job.result(timeout=60)
    with acting(system("test")):
        assert queries.stock(date(2026, 11, 23), "displacement", ["ASR"]) == 23
        assert queries.verify() == []
