"""The filters of the audit trail: nonsense narrows nothing, and each that holds can be taken away."""

import pytest

from tests.conftest import ClientFor


@pytest.mark.parametrize(
    "address",
    [
        "action=%00",
        "actor=%00",
        "actor=x",
        "action=no-such-thing",
        "since-day=31&since-month=2&since-year=2026",
        "group=x",
        "only=x",
        "kind=x",
    ],
)
def test_nonsense_narrows_nothing(client_for: ClientFor, address: str) -> None:
    page = client_for("protection").page(f"/audit?{address}")
    assert "Nothing matches" not in client_for("protection").page(f"/audit?{address}").text
    assert "Filtered by" not in page.text


def test_a_day_can_be_taken_away(client_for: ClientFor) -> None:
    page = client_for("protection").page("/audit?since-day=2&since-month=3&since-year=2020&action=audit:see")
    without = next(url for words, url in page.links.items() if words == "Remove filter: From this day on: 2 March 2020")
    assert "since-" not in without
    assert "action=audit" in without


def test_a_filter_stays_while_one_turns_the_page(client_for: ClientFor) -> None:
    client = client_for("protection")
    client.page("/audit")
    assert "Read the audit trail" in client.page("/audit?action=audit:see").text
