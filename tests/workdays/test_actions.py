"""What administrators enter wins, is known to every worker at once, and leaves a trail when it goes."""

import json
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select

from casework.core.audit import AuditEntry
from casework.core.errors import DomainError
from casework.core.scope import system
from casework.workdays import actions, queries
from casework.workdays.models import DayOff
from tests.conftest import Acting
from tests.factories import World

WORDS = {"label_en": "Moved", "label_ru": "Перенос", "label_kk": "Ауыстыру", "source": "Order 1 of the tests"}
FRIDAY, SATURDAY = date(2026, 12, 18), date(2026, 12, 19)


@pytest.fixture
def nothing_entered(acting: Acting) -> None:
    with acting(system("tests")) as session:
        session.execute(delete(DayOff))


def notes_of(acting: Acting, action: str) -> list[dict[str, Any]]:
    with acting(system("tests")) as session:
        return [
            json.loads(one) for one in session.scalars(select(AuditEntry.details).where(AuditEntry.action == action))
        ]


def test_a_swap_of_the_government(acting: Acting, world: World, nothing_entered: None) -> None:
    with acting(world.principal("administrator")):
        before, stamp = queries.calendar(), queries.stamp()
        assert before.is_working(FRIDAY)
        assert not before.is_working(SATURDAY)
        actions.add(FRIDAY, "OFF", **WORDS)
        actions.add(SATURDAY, "WORKING", **WORDS)
        assert queries.stamp() != stamp
        assert not queries.calendar().is_working(FRIDAY)
    with acting(world.principal("lawyer")):
        now = queries.calendar()
        assert (now.is_working(FRIDAY), now.is_working(SATURDAY)) == (False, True)
        assert now.why_off(FRIDAY) == "Moved"
        assert now.end_of(date(2026, 12, 17), 1, "workday").due_on == SATURDAY


def test_the_table_wins_over_the_library(acting: Acting, world: World, nothing_entered: None) -> None:
    """Kurban Ait was estimated for one day and announced for the next."""
    estimated, announced = date(2029, 4, 24), date(2029, 4, 25)
    with acting(world.principal("administrator")):
        assert not queries.calendar().is_working(estimated)
        actions.add(estimated, "WORKING", **WORDS)
        actions.add(announced, "OFF", **WORDS)
        assert queries.calendar().is_working(estimated)
        assert not queries.calendar().is_working(announced)
    with acting(world.principal("administrator")):
        # And a working weekend that the library knows can be taken back.
        actions.add(date(2025, 1, 5), "OFF", **WORDS)
        assert not queries.calendar().is_working(date(2025, 1, 5))


def test_the_calendar_is_kept_until_it_changes(acting: Acting, world: World, nothing_entered: None) -> None:
    with acting(world.principal("lawyer")):
        first, stamp = queries.calendar(), queries.stamp()
    with acting(world.principal("lawyer")):
        assert queries.calendar() is first
    with acting(world.principal("administrator")):
        row = actions.add(FRIDAY, "OFF", **WORDS)
    with acting(world.principal("lawyer")):
        second, second_stamp = queries.calendar(), queries.stamp()
    with acting(world.principal("administrator")):
        found = queries.day_off(row.id)
        assert found is not None
        actions.change(found, kind="OFF", is_confirmed=True, **{**WORDS, "label_en": "Moved again"})
    with acting(world.principal("lawyer")):
        assert queries.calendar().why_off(FRIDAY) == "Moved again"
        third_stamp = queries.stamp()
    with acting(world.principal("administrator")):
        found = queries.day_off(row.id)
        assert found is not None
        actions.remove(found)
        assert queries.calendar().is_working(FRIDAY)
    with acting(world.principal("lawyer")):
        assert queries.calendar().is_working(FRIDAY)
        assert queries.stamp() == stamp
    assert second is not first
    assert len({stamp, second_stamp, third_stamp}) == 3


def test_one_day_removed_and_another_entered_is_another_calendar(
    acting: Acting, world: World, nothing_entered: None
) -> None:
    with acting(world.principal("administrator")):
        row = actions.add(FRIDAY, "OFF", **WORDS)
        stamp = queries.stamp()
    with acting(world.principal("administrator")):
        found = queries.day_off(row.id)
        assert found is not None
        actions.remove(found)
        actions.add(date(2026, 12, 21), "OFF", **WORDS)
        assert queries.stamp() != stamp
    with acting(world.principal("lawyer")):
        assert queries.calendar().is_working(FRIDAY)
        assert not queries.calendar().is_working(date(2026, 12, 21))


def test_what_is_taken_back_is_not_kept(app: Flask, acting: Acting, world: World, nothing_entered: None) -> None:
    with acting(world.principal("administrator")) as session:
        actions.add(FRIDAY, "OFF", **WORDS)
        assert not queries.calendar().is_working(FRIDAY)
        session.rollback()
    with acting(world.principal("lawyer")):
        assert queries.calendar().is_working(FRIDAY)


def test_a_change_that_was_taken_back_is_not_kept_for_the_next(
    acting: Acting, world: World, nothing_entered: None
) -> None:
    """Both changes make the same version of the same row, so the stamp alone cannot tell them apart."""
    with acting(world.principal("administrator")):
        row_id = actions.add(FRIDAY, "OFF", **WORDS).id
    for words, is_kept in (("Never saved", False), ("Saved", True)):
        with acting(world.principal("administrator")) as session:
            row = queries.day_off(row_id)
            assert row is not None
            actions.change(row, kind="OFF", is_confirmed=False, **{**WORDS, "label_en": words})
            if not is_kept:
                assert queries.calendar().why_off(FRIDAY) == words
                session.rollback()
    with acting(world.principal("lawyer")):
        assert queries.calendar().why_off(FRIDAY) == "Saved"


@pytest.mark.parametrize(
    ("day", "kind", "field"),
    [
        (date(1999, 12, 31), "OFF", "day"),
        (date(2101, 1, 3), "OFF", "day"),
        (date(2026, 12, 20), "OFF", "day"),  # a plain Sunday
        (date(2026, 12, 22), "WORKING", "day"),  # an ordinary Tuesday
    ],
)
def test_what_says_nothing_is_refused(acting: Acting, world: World, day: date, kind: str, field: str) -> None:
    with acting(world.principal("administrator")), pytest.raises(DomainError) as refused:
        actions.add(day, kind, **WORDS)
    assert refused.value.field == field


def test_a_day_is_entered_once(acting: Acting, world: World, nothing_entered: None) -> None:
    with acting(world.principal("administrator")):
        actions.add(FRIDAY, "OFF", **WORDS)
        with pytest.raises(DomainError):
            actions.add(FRIDAY, "OFF", **WORDS)


def test_nothing_is_lost_silently(acting: Acting, world: World, nothing_entered: None) -> None:
    with acting(world.principal("administrator")):
        row = actions.add(FRIDAY, "OFF", **WORDS)
    with acting(world.principal("administrator")):
        found = queries.day_off(row.id)
        assert found is not None
        actions.change(found, kind="OFF", is_confirmed=False, **WORDS)  # nothing changed, nothing noted
    assert notes_of(acting, "days_off:was") == []
    with acting(world.principal("administrator")):
        found = queries.day_off(row.id)
        assert found is not None
        actions.change(found, kind="OFF", is_confirmed=True, **{**WORDS, "label_en": "Other"})
    with acting(world.principal("administrator")):
        found = queries.day_off(row.id)
        assert found is not None
        actions.remove(found)
    changed, removed = notes_of(acting, "days_off:was")
    assert changed["fields"] == ["2026-12-18 OFF Moved | Перенос | Ауыстыру | Order 1 of the tests", "unconfirmed"]
    assert removed["fields"] == ["2026-12-18 OFF Other | Перенос | Ауыстыру | Order 1 of the tests", "confirmed"]
    assert len(notes_of(acting, "days_off:create")) >= 1
    assert len(notes_of(acting, "days_off:delete")) == 1


def test_what_is_shipped_is_added_once_and_then_left_alone(acting: Acting, world: World, nothing_entered: None) -> None:
    kurban_ait = date(2026, 5, 27)
    with acting(system("tests")):
        assert actions.seed() >= 1
    with acting(system("tests")):
        assert actions.seed() == 0
        row = queries.on_day(kurban_ait)
        assert row is not None
        assert not queries.calendar().is_working(kurban_ait)
        actions.change(row, kind="OFF", is_confirmed=True, **WORDS)
    with acting(system("tests")):
        assert actions.seed() == 0
        row = queries.on_day(kurban_ait)
        assert row is not None
        assert (row.label_en, row.is_confirmed) == ("Moved", True)
