"""The days of releases, their codes and bytes, and what tells two of them apart."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.releases import rules
from casework.releases.rules import Wrong

TODAY = date(2026, 11, 23)
FROZEN = {date(2025, 1, 1): date(2024, 1, 1), date(2025, 4, 1): date(2025, 1, 1)}


@pytest.mark.parametrize(
    ("as_of", "since", "frozen", "why"),
    [
        (date(2025, 1, 2), date(2024, 1, 1), {}, Wrong.NOT_A_FIRST),
        (date(2026, 12, 1), date(2026, 1, 1), {}, Wrong.IN_FUTURE),
        (date(2025, 3, 1), None, FROZEN, Wrong.BEFORE_FROZEN),
        (date(2024, 12, 1), None, FROZEN, Wrong.BEFORE_FROZEN),
        (date(2025, 1, 1), None, {}, Wrong.SINCE_MISSING),
        (date(2025, 1, 1), date(2024, 1, 2), {}, Wrong.SINCE_NOT_A_FIRST),
        (date(2025, 1, 1), date(2025, 1, 1), {}, Wrong.SINCE_NOT_BEFORE),
        (date(2025, 7, 1), date(2025, 1, 1), FROZEN, Wrong.SINCE_GIVEN),
        (date(2025, 1, 1), date(2023, 1, 1), FROZEN, Wrong.SINCE_GIVEN),
    ],
)
def test_days_that_cannot_be(as_of: date, since: date | None, frozen: dict[date, date], why: Wrong) -> None:
    with pytest.raises(rules.NotAllowed) as refused:
        rules.days(as_of, since, frozen, TODAY)
    assert refused.value.why == why


def test_days_follow_from_what_is_frozen() -> None:
    first = rules.days(date(2025, 1, 1), date(2024, 1, 1), {}, TODAY)
    assert first == rules.Days(date(2025, 1, 1), date(2024, 1, 1), is_correction=False)
    later = rules.days(date(2025, 7, 1), None, FROZEN, TODAY)
    assert later == rules.Days(date(2025, 7, 1), date(2025, 4, 1), is_correction=False)
    correction = rules.days(date(2025, 1, 1), None, FROZEN, TODAY)
    assert correction == rules.Days(date(2025, 1, 1), date(2024, 1, 1), is_correction=True)


def test_a_code_says_day_and_edition_only() -> None:
    assert rules.code("KAZ", date(2025, 1, 1), 2) == "KAZ-2025-01-01-e2"
    assert rules.code("KAZ", date(2025, 1, 1), -1) == "KAZ-2025-01-01-d1"


@given(st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5) | st.booleans(), max_size=5))
def test_the_same_content_has_the_same_bytes(content: dict[str, Any]) -> None:
    backwards = dict(reversed(content.items()))
    assert rules.canonical(backwards) == rules.canonical(content)
    assert rules.canonical(content).endswith(b"}\n")


def test_words_stay_readable_and_no_number_is_lost() -> None:
    assert rules.canonical({"ә": "Қ"}) == '{"ә":"Қ"}\n'.encode()
    with pytest.raises(ValueError, match="not JSON"):
        rules.canonical({"a": float("nan")})


# -- from one release to another ---------------------------------------------------------------------------------


def said(as_of: str, opening: Any, closing: Any, came: dict[str, Any], left: dict[str, Any]) -> dict[str, Any]:
    """A publication with one account. None: withheld."""

    def cell(value: Any) -> dict[str, Any]:
        return {"hidden": True} if value is None else {"value": value}

    def flows(code: str, counts: dict[str, Any]) -> dict[str, Any]:
        cells = [{"at": [flow], **cell(value)} for flow, value in counts.items()]
        return {"code": code, "dimensions": [{"code": "flow"}], "cells": cells}

    account = {"population": "undetermined", "opening": cell(opening), "closing": cell(closing), "in": "i", "out": "o"}
    return {"as_of": as_of, "accounts": [account], "tables": [flows("i", came), flows("o", left)]}


FIRST = said("2025-01-01", 400, 466, {"*": 80, "identified": 80}, {"*": 14, "died": 14})
SECOND = said("2025-04-01", 466, 470, {"*": 10, "identified": 10, "reopened": 0}, {"*": 6, "confirmed_kz": 6})
THIRD = said("2025-07-01", 470, 455, {"*": 5, "identified": None, "reopened": None}, {"*": 20, "confirmed_kz": 20})


def test_what_lies_between_two_releases() -> None:
    (found,) = rules.difference([FIRST, SECOND, THIRD])
    assert (found.opening, found.closing, found.corrected) == (466, 455, 0)
    assert (found.total_entered, found.total_left) == (15, 26)
    assert found.opening + 15 - 26 == found.closing
    assert [(line.code, line.value) for line in found.entered] == [("identified", None), ("reopened", None)]
    assert [(line.code, line.value) for line in found.left] == [("confirmed_kz", 26)]


def test_another_edition_of_the_day_is_a_correction() -> None:
    again = said("2025-01-01", 400, 467, {"*": 81, "identified": 81}, {"*": 14, "died": 14})
    (found,) = rules.difference([FIRST, again])
    assert (found.corrected, found.entered, found.total_left) == (1, (), 0)
    (onwards,) = rules.difference([FIRST, said("2025-04-01", 467, 467, {"*": 0}, {"*": 0})])
    assert (onwards.opening, onwards.corrected, onwards.closing) == (466, 1, 467)


def test_what_is_withheld_stays_withheld() -> None:
    silent = said("2025-04-01", 466, 467, {"*": None, "identified": None}, {"*": None, "died": None})
    (found,) = rules.difference([FIRST, silent])
    assert (found.total_entered, found.total_left, found.corrected) == (None, None, 0)
    assert [line.value for line in found.entered] == [None]


def test_tables_that_count_otherwise() -> None:
    assert rules.differing({"a": {("x",): 0}, "b": {("x",): 1}}, {"a": {}, "b": {("x",): 2}}) == ("b",)
