"""Two editions side by side: for everybody from what is published, in the office also with what others printed."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from casework.core import clock
from casework.core.db import db
from tests.conftest import Acting, ClientFor
from tests.editions import shelves
from tests.factories import World
from tests.factsheets import contents
from tests.pages import Client, Page, words_of

LATER = date(2026, 1, 1)


@pytest.fixture(autouse=True)
def _on_a_monday() -> Iterator[None]:
    with clock.at(date(2026, 11, 23)):
        yield


def a_year_later(**changes: Any) -> dict[str, Any]:
    """The next release: its accounts begin where those of the first end."""
    release = contents.release_content()
    moved = {"as_of": "2026-01-01", "since": "2025-01-01"}
    tables = [{**one, "when": _moved(one["when"])} for one in release["tables"]]
    figures = [{**one, "as_of": "2026-01-01", "value": one["value"] + 10} for one in release["figures"][:1]]
    found = {**release, **moved, "tables": tables, "figures": figures}
    return contents.national(release=found, code="KAZ-2026-01-01-e1", trends=[], **changes)


def _moved(when: Any) -> Any:
    return "2026-01-01" if isinstance(when, str) else ["2025-01-01", "2026-01-01"]


@pytest.fixture
def published(acting: Acting, world: World) -> None:
    with acting(world.principal("statistics")):
        shelves.put("en")
        shelves.put("ru")
        shelves.put("en", as_of=LATER, found=a_year_later())
        db.session.commit()


def rows(page: Page) -> dict[str, list[str]]:
    """Every line of the tables: its heading, and the other cells."""
    lines = ([words_of(cell) for cell in row if cell.tag in ("th", "td")] for row in page.all("tr"))
    return {line[0]: line[1:] for line in lines if line}


def line(page: Page, beginning: str) -> list[str]:
    return next(cells for heading, cells in rows(page).items() if heading.startswith(beginning))


@pytest.mark.usefixtures("published")
def test_anybody_compares_the_latest_two_in_any_language(client: Client) -> None:
    page = client.page("/factsheets/kaz/compare?language=en")
    before, after, difference = line(page, "Refugees and asylum-seekers")
    assert (before, after, difference) == ("646", "656", "+10")
    # The second edition is in English only; its figures have names in every language all the same.
    russian = client.page("/factsheets/kaz/compare?language=ru")
    assert line(russian, "Беженцы и лица, ищущие убежище")[:2] == ["646", "656"]
    assert client.get("/factsheets/kaz/compare?language=en").headers["Cache-Control"].startswith("public")


@pytest.mark.usefixtures("published")
def test_what_happened_in_between_is_told_from_the_accounts(client: Client) -> None:
    page = client.page("/factsheets/kaz/compare?language=en")
    headings = [words_of(one) for one in page.all("h2")]
    assert "What happened in between" in headings
    assert "In the earlier edition" in rows(page)
    assert "In the later edition" in rows(page)


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize(
    "address",
    ["/factsheets/kgz/compare", "/factsheets/KAZ/compare", "/factsheets/central-asia/compare?language=ru"],
)
def test_an_area_that_published_nothing_is_not_found(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize(
    "query",
    ["before=KAZ-2025-01-01-e1&after=KAZ-2025-01-01-e1", "before=x&after=%00", "before=KAZ-2025-01-01-e1", "after="],
)
def test_a_question_that_makes_no_pair_is_answered_with_the_form(client: Client, query: str) -> None:
    page = client.page(f"/factsheets/kaz/compare?language=en&{query}")
    assert "Choose two different editions." in page.text
    assert page.all("select")


@pytest.mark.usefixtures("published")
def test_the_office_compares_with_what_others_printed(client_for: ClientFor) -> None:
    officer = client_for("statistics")
    printed = "printed:unhcr-kazakhstan-factsheet-key-figures-as-of-1-january-2025"
    page = officer.page(f"/editions/compare?before={printed}&after=KAZ-2025-01-01-e1")
    assert line(page, "Refugees and asylum-seekers")[2] == "0"
    assert "no accounts that follow on each other" in page.text or "What was corrected" not in page.text


def test_with_nothing_published_the_page_says_what_will_stand_there(client_for: ClientFor, client: Client) -> None:
    page = client_for("statistics").page("/editions/printed/")
    assert "UNHCR Kazakhstan factsheet, key figures as of 1 January 2025" in page.text
    assert client.get("/factsheets/kaz/compare").status_code == 404


def test_a_printed_sheet_says_what_contradicts_it(client_for: ClientFor) -> None:
    officer = client_for("statistics")
    page = officer.page("/editions/printed/unhcr-kz-basic-facts-july-2016-archived")
    assert "7,567 leaves out" in page.text
    assert "7,751" in page.text
    assert officer.get("/editions/printed/nothing").status_code == 404
    assert client_for("lawyer").get("/editions/printed/").status_code == 403


def test_with_one_edition_it_stands_beside_what_was_printed_of_its_day(
    acting: Acting, world: World, client_for: ClientFor
) -> None:
    with acting(world.principal("statistics")):
        shelves.put("en")
        db.session.commit()
    page = client_for("statistics").page("/editions/compare")
    assert line(page, "Refugees and asylum-seekers") == ["646", "646", "0"]
