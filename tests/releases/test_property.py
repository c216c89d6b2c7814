"""Whatever people come and go, and whatever is frozen one after the other: no reader learns of fewer than five."""

import os
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework.attack.audit import attack
from casework.core import clock
from casework.core.errors import DomainError
from casework.persons import actions as persons
from casework.releases import actions, queries
from casework.releases.rules import THRESHOLD
from tests.conftest import Acting
from tests.factories import World
from tests.figures.caseload import again, crowd
from tests.releases.caseload import drawn_up, signed

AS_OF = (date(2025, 1, 1), date(2025, 2, 1), date(2025, 3, 1))
TABLES = (
    "refugees_asylum_by_status_origin",
    "undetermined_by_region",
    "undetermined:in_by_flow",
    "undetermined:out_by_flow",
)
GROUPS = st.lists(
    st.tuples(
        st.sampled_from(["A", "B"]),
        st.integers(1, 7),  # how many
        st.sampled_from([{"displacement": "ASR"}, {"displacement": "REF-C"}, {"nationality": "UN"}]),
        st.sampled_from(["AFG", "UKR", "IRN"]),
        st.sampled_from(["KZ-75", "KZ-71", "KZ-10"]),
        st.sampled_from(["F", "M"]),
    ),
    min_size=1,
    max_size=4,
)
MONTHS = st.lists(
    # Who comes; how many leave; whether it is known late, and so corrects the day that was released last.
    st.tuples(GROUPS, st.integers(0, 4), st.booleans()),
    min_size=2,
    max_size=len(AS_OF),
)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True, scope="session")
def test_nobody_is_given_away(acting: Acting, world: World, stage: object) -> None:
    done: list[int] = []

    @settings(
        max_examples=8,
        deadline=None,
        derandomize=bool(os.environ.get("CI")),
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(MONTHS)
    def holds(months: list[tuple[list[Group], int, bool]]) -> None:
        stage.reset()  # type: ignore[attr-defined]
        story = Story(acting, world)
        for number, (groups, leaving, is_late) in enumerate(months):
            with clock.at(date(2025, 4, 1 + number)):
                story.happens(groups, leaving, is_late)
                story.is_released()
        with acting(world.principal("statistics")):
            done.append(len(queries.frozen()))
            unharmed()

    holds()
    assert max(done) >= 2


Group = tuple[str, int, dict[str, str], str, str, str]


@dataclass
class Story:
    """What becomes known of a small caseload, and what is released of it."""

    acting: Acting
    world: World
    month: int = 0
    present: list[tuple[str, UUID]] = field(default_factory=list)

    def happens(self, groups: list[Group], leaving: int, is_late: bool) -> None:
        if self.month == 0 or not is_late:
            self.month += 1
        on = date(2024, 12, 10) if self.month == 1 else date(2025, self.month - 1, 10)
        for where in ("A", "B"):
            with self.acting(self.world.principal("lawyer", where)):
                if not self.present:
                    crowd(6, on, displacement="REF-C", nationality="UN")
                    crowd(5, on, displacement="ASR", origin="UKR", sex="M")
                for partner, count, history, origin, region, sex in groups:
                    if partner == where:
                        came = crowd(count, on, origin=origin, region=region, sex=sex, **history)
                        self.present += [(where, one) for one in came]
                for one in [one for one in self.present if one[0] == where][:leaving]:
                    self.present.remove(one)
                    persons.set_status(again(one[1]), "registration", "LEFT", on, "departed")

    def is_released(self) -> None:
        with self.acting(self.world.principal("statistics")):
            days = AS_OF[self.month - 1], None if queries.frozen() else date(2024, 1, 1)
            with suppress(DomainError):  # a correction of so few that it would tell of each of them waits
                drawn_up(*days, TABLES)
            made = queries.open_draft()
            assert made is not None
            if made.is_shown:
                signed(made)
                actions.freeze(made)
            else:
                assert made.publication is None
                actions.discard(made)


def unharmed() -> None:
    """The attack on all that is frozen, and the truth: it is among what a reader holds possible, and is not alone."""
    releases = queries.frozen()
    found = attack(*actions.known_to(releases))
    assert found.is_safe, found.unsafe
    behind = [{table.code: table for table in queries.facts_of(one).tables} for one in releases]
    for one in found.intervals:
        table = behind[one.publication][one.table]
        true = table.counts[one.at] - (table.own.get(one.who, {}).get(one.at, 0) if one.who else 0)
        assert one.low <= true <= (true if one.high is None else one.high), one
        if one.who is None and 0 < table.counts[one.at] < THRESHOLD:
            assert one.high is None or (one.high >= THRESHOLD and one.high - one.low >= THRESHOLD - 1), one
