"""Whatever the caseload, and whenever it becomes known: margins add up, accounts balance, the past stays as counted."""

import os
from collections import Counter
from contextlib import suppress
from datetime import date, datetime, timedelta
from itertools import product

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework.core import clock
from casework.core.errors import DomainError
from casework.core.scope import system
from casework.disclosure.tables import TOTAL, At
from casework.elsewhere.rules import State
from casework.figures import actions, queries, rules
from casework.releases import counting, declared
from casework.releases.declared import DeclaredTable
from casework.releases.definitions import IN, OUT, POPULATIONS
from tests.conftest import Acting
from tests.factories import World
from tests.figures.caseload import registered
from tests.figures.test_ledger_property import STEPS, Story, elsewhere
from tests.releases.ledger import STOCKS, Known, balanced, consistent, keep, moment, small, someone, table, total

SINCE, AS_OF = date(2024, 10, 1), date(2025, 1, 1)
LISTED = {"refugees_asylum": ["AFG", "UKR"], "undetermined": ["UZB"]}
IMMUTABLE = [DeclaredTable(code, ("origin", "sex")) for code in STOCKS]

DAYS = st.integers(0, 140).map(lambda day: date(2024, 8, 20) + timedelta(days=day))
PEOPLE = st.lists(
    st.tuples(
        st.sampled_from("AB"),
        st.booleans(),  # recorded after the earlier release
        DAYS,
        st.sampled_from(["ASR", "REF-C", "REJ", "ND"]),
        st.sampled_from(["UN", "SP", "ND"]),
        st.sampled_from(["AFG", "UKR", "UZB"]),
        st.sampled_from("FMU"),
        st.sampled_from([(1990, 4), (2006, 11), (2012, None), (None, None)]),
        st.lists(
            st.tuples(
                st.sampled_from(
                    [
                        ("displacement", "REF-C", "recognised_refugee"),
                        ("displacement", "REJ", "rejected"),
                        ("nationality", "NC-KZ", "confirmed_kz"),
                        ("nationality", "UN", "status_change"),
                        ("residence", "KZ-10", "moved"),
                        ("registration", "LEFT", "departed"),
                        ("registration", "ACTIVE", "reopened"),
                    ]
                ),
                DAYS,
            ),
            max_size=4,
        ),
    ),
    max_size=9,
)
SMALL = [
    declared.named(code)
    for code in (
        "refugees_asylum_by_status_sex_age",
        "refugees_asylum_by_origin_region",
        "undetermined_by_origin_macro_region",
        "undetermined:out_by_flow_origin_sex",
        *(f"{stock}{way}_by_flow" for stock in STOCKS for way in (IN, OUT)),
    )
] + IMMUTABLE


def test_any_caseload(acting: Acting, world: World) -> None:
    """Against counting every person on every day, without the ledger."""
    earlier = moment(date(2024, 10, 2))

    @settings(
        max_examples=15,
        deadline=None,
        derandomize=bool(os.environ.get("CI")),
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(PEOPLE)
    def adds_up(people: list[tuple]) -> None:  # type: ignore[type-arg]
        everyone = []
        for where, is_late, came, displacement, nationality, origin, sex, born, more in people:
            who = someone(
                came,
                *((*what[:2], day, what[2]) for what, day in sorted(more, key=lambda one: one[1])),
                displacement=displacement,
                nationality=nationality,
                origin=origin,
                sex=sex,
                born=born,
            )
            recorded = earlier + timedelta(days=20 if is_late else -60)
            everyone.append(Known(world.organisations[where], who, recorded))
        with acting(world.principal("statistics")) as session:
            keep(everyone)
            facts = counting.facts(AS_OF, SINCE, SMALL, LISTED, earlier=earlier)
            session.rollback()
        for one in facts.tables:
            consistent(one)
        for code in STOCKS:
            expected = reference(everyone, code, earlier)
            for way in (IN, OUT):
                assert small(table(facts, f"{code}{way}_by_origin_sex")) == expected[way], (code, way)
            assert total(facts, f"{code}_opening") == sum(expected["opening"].values())
            assert small(table(facts, f"{code}_by_origin_sex")) == expected["closing"]
        balanced(facts, came="_by_origin_sex")
        balanced(facts)

    adds_up()


def reference(everyone: list[Known], code: str, earlier: datetime) -> dict[str, Counter[At]]:
    """By origin and sex: who was there, who came and left on each day of the period, and what was recorded late."""
    of, listed = POPULATIONS[code], LISTED[code]

    def holds(facts: rules.PersonFacts, day: date) -> bool:
        cell = rules.cell_on(facts, of.history, day)
        return cell is not None and cell.status in of.statuses

    found: dict[str, Counter[At]] = {name: Counter() for name in ("opening", "closing", IN, OUT)}
    for one in everyone:
        at = (one.facts.origin if one.facts.origin in listed else "OTHER", one.facts.sex)
        is_late = one.recorded_at > earlier
        was = holds(one.facts, SINCE)
        found["opening"][at] += was and not is_late
        found[IN][at] += was and is_late
        for day in range((AS_OF - SINCE).days):
            now = holds(one.facts, SINCE + timedelta(days=day + 1))
            found[IN][at] += now and not was
            found[OUT][at] += was and not now
            was = now
        found["closing"][at] += was
    return {name: Counter({at: count for at, count in counts.items() if count}) for name, counts in found.items()}


def test_any_story(acting: Acting, world: World, stage: object) -> None:
    """Told through the application, with records merged, shared with another partner, corrected and voided."""
    since = date(2024, 12, 1)

    def told(story: Story, steps: list[tuple[str, int, int, int]]) -> None:
        for step in steps:
            if "elsewhere" in step[0]:
                if story.people:
                    with clock.at(story.today), acting(system("test")):
                        state = State.SUSPECTED if step[0] == "elsewhere" else State.DIFFERENT
                        elsewhere(story.people[step[1] % len(story.people)], story.strangers[step[3] % 2], state)
                continue
            with (
                clock.at(story.today),
                acting(world.principal("lawyer")) as session,
                suppress(DomainError),
                session.begin_nested(),
            ):
                story.tell(*step)

    @settings(
        max_examples=6,
        deadline=None,
        derandomize=bool(os.environ.get("CI")),
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(STEPS, STEPS)
    def balance(first: list[tuple[str, int, int, int]], then: list[tuple[str, int, int, int]]) -> None:
        stage.reset()  # type: ignore[attr-defined]
        story = Story()
        with clock.at(story.today), acting(world.principal("lawyer", "B")):
            story.strangers += [
                registered(date(2024, 10, 1), displacement="ASR", nationality="UN").id,
                registered(date(2025, 1, 5), displacement="REF-C").id,
            ]
        told(story, first)
        story.today += timedelta(days=1)
        with clock.at(story.today), acting(system("test")):
            actions.settle_offsets()
            cut = clock.now()
            released = counting.facts(since, SINCE, SMALL, LISTED, cut=cut)
            assert counting.facts(since, SINCE, SMALL, LISTED) == released
        story.today += timedelta(days=1)
        told(story, then)
        story.today += timedelta(days=1)
        with clock.at(story.today), acting(system("test")):
            actions.settle_offsets()
            facts = counting.facts(AS_OF, since, SMALL, LISTED, cut=clock.now(), earlier=cut)
            again = counting.facts(since, SINCE, SMALL, LISTED, cut=cut)
            recounted = queries.recount(AS_OF)
        for one in facts.tables:
            consistent(one)
        balanced(facts, came="_by_origin_sex")
        balanced(facts)
        for code in STOCKS:
            origin = declared.dimension("origin", code, SINCE, AS_OF, LISTED)
            was, now = (table(each, f"{code}_by_origin_sex").counts for each in (released, facts))
            came, left = (table(facts, f"{code}{way}_by_origin_sex").counts for way in (IN, OUT))
            for at in product([TOTAL, *(one.code for one in origin.categories)], (TOTAL, *"FMXU")):
                assert was[at] + came[at] - left[at] == now[at], (code, at)
            held = sum(
                persons
                for (_partner, cell), persons in recounted.items()
                if cell.dimension == POPULATIONS[code].history and cell.status in POPULATIONS[code].statuses
            )
            assert now[TOTAL, TOTAL] == held
        assert {one.code: one.counts for one in again.tables} == {one.code: one.counts for one in released.tables}

    balance()
