"""Pages with figures: who may see which, and that no small count is on them."""

from collections.abc import Iterator
from datetime import date

import pytest

from casework.core import clock
from tests.conftest import Acting, ClientFor
from tests.factories import World
from tests.figures.caseload import crowd
from tests.pages import Page, words_of

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


def test_the_officer_sees_the_key_figures_of_the_country(client_for: ClientFor, world: World, acting: Acting) -> None:
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
    assert rows_of(page)["Refugees and asylum-seekers"] == "64"


def test_the_country_is_not_divided_live(client_for: ClientFor, world: World, acting: Acting) -> None:
    """Neither by a characteristic nor by a reason: that is what releases are for."""
    with acting(world.principal("lawyer")):
        crowd(40, displacement="ASR", origin="AFG", region="KZ-71")
        crowd(20, displacement="ASR", origin="SYR", region="KZ-10", sex="M")
    page = client_for("statistics").page(f"/figures/?{NEW_YEAR}")
    for words in ("Syria", "Abai Region", "Astana", "Women", "18–59", "Newly identified", "Who came and who left"):
        assert words not in page.text
    assert not [one for one in page.all("table") if one.get("class") == "bars"]
    assert "Tables and accounts come with releases" in page.text
    assert "/releases/" in [one.get("href") for one in page.all("a")]


def rows_of(page: Page) -> dict[str, str]:
    """The table of Key Figures: the value by the first words of each line."""
    found = {}
    for row in page.all("tr"):
        cells = [words_of(cell) for cell in row if cell.tag in ("th", "td")]
        label = next(iter(row.iter("span")), None)
        if len(cells) == 5 and label is not None:
            found[(label.text or "").strip()] = cells[1]
    return found


def days_offered(page: Page) -> list[str]:
    return [one.get("value") or "" for one in page.all("option")]


def test_of_the_country_only_firsts_of_months(client_for: ClientFor, world: World, acting: Acting) -> None:
    client = client_for("statistics")
    page = client.page("/figures/")
    assert "as of 1 November 2026" in page.text
    offered = days_offered(page)
    assert offered[:3] == ["2026-11-01", "2026-10-01", "2026-09-01"]
    assert offered[22:26] == ["2025-01-01", "2024-12-01", "2024-01-01", "2023-01-01"]
    assert all(day.endswith("-01") for day in offered)
    for asked in ("as_of=2025-03-01", "as_of-day=1&as_of-month=3&as_of-year=2025"):
        assert "as of 1 March 2025" in client.page(f"/figures/?{asked}").text
    older = client.page("/figures/?as_of=2022-06-01")
    assert "as of 1 June 2022" in older.text
    assert [one.get("value") for one in older.all("option") if "selected" in one.attrib] == ["2022-06-01"]


def test_successive_days_cannot_be_subtracted(client_for: ClientFor, world: World, acting: Acting) -> None:
    with acting(world.principal("lawyer")):
        crowd(7, date(2026, 11, 10), displacement="ASR")
    client = client_for("statistics")
    for asked in (
        "as_of=2026-11-11",
        "as_of=2026-11-23",
        "as_of=2026-12-01",
        "as_of=1899-12-01",
        "as_of=2025-01-32",
        "as_of=20250101T",
        "as_of=",
        "as_of-day=15&as_of-month=1&as_of-year=2025",
        "as_of-day=x",
    ):
        page = client.page(f"/figures/?{asked}", status=422)
        assert "as of the first of a month only" in page.text
        assert "as of 1 November 2026" in page.text
        assert rows_of(page)["Refugees and asylum-seekers"] == "0", "the day that was asked for is not counted"


def test_a_supervisor_sees_their_own_organisation(client_for: ClientFor, world: World, acting: Acting) -> None:
    for where, count in (("A", 11), ("B", 7)):
        with acting(world.principal("lawyer", where)):
            crowd(count, displacement="ASR")
            crowd(2, date(2026, 11, 20), displacement="ASR", origin="SYR", region="KZ-10")
    client = client_for("supervisor", "A")
    page = client.page(f"/figures/?{NEW_YEAR}")
    assert "Persons registered by Partner Aster" in page.text
    assert "11 in all" in page.text
    assert "65,511" not in page.text
    assert "External figures" not in page.links
    today = client.page("/figures/")
    assert "13 in all" in today.text
    assert "Syria" in today.text
    assert "hidden to protect people" not in today.text
    for words in ("Newly identified", "Contact lost", "At the start, 1 January 2026", "At the end, 23 November 2026"):
        assert words in today.text


def test_nobody_counted_yet(client_for: ClientFor, world: World) -> None:
    assert "Nobody has been counted yet" in client_for("statistics").page("/figures/").text


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_in_every_language(client_for: ClientFor, world: World, acting: Acting, language: str) -> None:
    with acting(world.principal("lawyer")):
        crowd(6, displacement="ASR")
    for role in ("statistics", "supervisor"):
        client = client_for(role)
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
    client_for("supervisor").page(f"/figures/?{address}", status=422)
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

    from casework.figures.external_forms import amount

    assert amount(typed) == (Decimal(meant) if meant else None)


def test_flows_follow_the_day_when_their_own_start_lies_after_it(client_for: ClientFor) -> None:
    page = client_for("supervisor").page(f"/figures/?{NEW_YEAR}&since-day=1&since-month=1&since-year=2026")
    assert [one.get("value") for one in page.all("input") if one.get("name", "").startswith("since-")] == [
        "1",
        "1",
        "2024",
    ]
