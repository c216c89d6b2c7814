"""Pages with figures: who may see which, and that no small count is on them."""

from collections.abc import Iterator
from datetime import date

import pytest

from casework.core import clock
from tests.conftest import Acting, ClientFor
from tests.factories import World
from tests.figures.caseload import crowd
from tests.pages import Page

TODAY = date(2026, 11, 23)
NEW_YEAR = "as_of-day=1&as_of-month=1&as_of-year=2025"
FIGURE = {
    "series": "stateless_government",
    "scope": "KAZ",
    "as_of-day": "1",
    "as_of-month": "7",
    "as_of-year": "2026",
    "value": "7 412",
    "source": "Ministry of Internal Affairs",
    "document": "Letter of 3 July 2026",
}


@pytest.fixture(autouse=True)
def _on_a_monday() -> Iterator[None]:
    with clock.at(TODAY):
        yield


def test_the_officer_sees_the_country(client_for: ClientFor, world: World, acting: Acting) -> None:
    for where in ("A", "B"):
        with acting(world.principal("lawyer", where)):
            crowd(20, displacement="ASR")
            crowd(10, displacement="ASR", origin="UKR", region="KZ-71")
            crowd(2, displacement="ASR", origin="SYR", region="KZ-10")
    page = client_for("statistics").page(f"/figures/?{NEW_YEAR}")
    assert "Key Figures of the country, as of 1 January 2025" in page.text
    assert "The printed 7,866 is not equal to 7,399 + 466 = 7,865." in page.text
    assert "up to 65,511" in page.text
    assert "hidden to protect people" in page.text
    assert "Syria" not in page.text
    assert "64 in all" in page.text


def test_a_supervisor_sees_their_own_organisation(client_for: ClientFor, world: World, acting: Acting) -> None:
    for where, count in (("A", 11), ("B", 7)):
        with acting(world.principal("lawyer", where)):
            crowd(count, displacement="ASR")
    page = client_for("supervisor", "A").page(f"/figures/?{NEW_YEAR}")
    assert "Persons registered by Partner Aster" in page.text
    assert "11 in all" in page.text
    assert "65,511" not in page.text
    assert "External figures" not in page.links


def test_nobody_counted_yet(client_for: ClientFor, world: World) -> None:
    assert "Nobody has been counted yet" in client_for("statistics").page("/figures/").text


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_in_every_language(client_for: ClientFor, world: World, acting: Acting, language: str) -> None:
    with acting(world.principal("lawyer")):
        crowd(6, displacement="ASR")
    client = client_for("statistics")
    with client.session_transaction() as cookie:
        cookie["language"] = language
    page = client.page(f"/figures/?{NEW_YEAR}")
    assert page.root.get("lang") == language


@pytest.mark.parametrize(
    "address",
    [
        "as_of-day=31&as_of-month=2&as_of-year=2025",
        "as_of-day=1&as_of-month=1&as_of-year=2027",
        "as_of-day=x",
    ],
)
def test_a_day_that_cannot_be(client_for: ClientFor, world: World, address: str) -> None:
    client_for("statistics").page(f"/figures/?{address}", status=422)


def test_who_may_not(client_for: ClientFor, world: World) -> None:
    client_for("lawyer").page("/figures/", status=403)
    client_for("supervisor").page("/figures/external", status=403)
    client_for("administrator").page("/figures/", status=403)


def test_entered_by_one_verified_by_another(client_for: ClientFor, world: World) -> None:
    officer = client_for("statistics", "office")
    answer = officer.submit("/figures/external/new", FIGURE)
    assert answer.status_code == 302, Page(answer.text).text
    page = officer.page("/figures/external")
    assert "7,412" in page.text
    assert "Waits for somebody else" in page.text
    mine = [form.get("action") for form in page.all("form") if (form.get("action") or "").endswith("/verify")]

    other = client_for("statistics", "A")
    theirs = [
        form.get("action") or ""
        for form in other.page("/figures/external").all("form")
        if (form.get("action") or "").endswith("/verify")
    ]
    address = next(one for one in theirs if one not in mine)
    officer.press(address)
    assert "so somebody else has to verify it" in officer.page("/figures/external").text
    other.press(address)
    assert "23 November 2026" in other.page("/figures/external").text


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("value", "many", "Enter a number such as"),
        ("value", "7399.5", "Enter a whole number"),
        ("value", "", "Fill in this field"),
        ("source", "", "Fill in this field"),
        ("as_of-year", "2027", "in the future"),
        ("numerator", "5", "per cent only"),
    ],
)
def test_what_is_wrong_is_said(client_for: ClientFor, world: World, field: str, value: str, words: str) -> None:
    answer = client_for("statistics").submit("/figures/external/new", {**FIGURE, field: value})
    assert answer.status_code == 422
    assert words in Page(answer.text).text


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("7399", "7399"),
        ("7,399", "7399"),
        ("7 399", "7399"),
        ("93.6", "93.6"),
        ("93,6", "93.6"),
        ("9,600,000", "9600000"),
        ("1,2,3", None),
        ("-5", None),
        ("", None),
        ("٧", None),
    ],
)
def test_numbers_as_people_write_them(typed: str, meant: str | None) -> None:
    from decimal import Decimal

    from casework.figures.forms import amount

    assert amount(typed) == (Decimal(meant) if meant else None)


def test_flows_follow_the_day_when_their_own_start_lies_after_it(client_for: ClientFor) -> None:
    page = client_for("statistics").page(f"/figures/?{NEW_YEAR}&since-day=1&since-month=1&since-year=2026")
    assert [one.get("value") for one in page.all("input") if one.get("name", "").startswith("since-")] == [
        "1",
        "1",
        "2024",
    ]
