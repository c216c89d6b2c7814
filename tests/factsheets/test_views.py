"""The factsheet page: the figures of the day, in three languages, and nothing that gives a person away."""

from collections.abc import Iterator
from datetime import date

import pytest

from casework.core import clock
from casework.factsheets import content
from tests.conftest import Acting, ClientFor
from tests.factories import World
from tests.figures.caseload import crowd
from tests.pages import words_of

SVG = "{http://www.w3.org/2000/svg}"
NEW_YEAR = "/factsheet/?as_of-day=1&as_of-month=1&as_of-year=2025"


@pytest.fixture(autouse=True)
def _on_a_monday() -> Iterator[None]:
    with clock.at(date(2026, 11, 23)):
        yield


@pytest.fixture
def _caseload(world: World, acting: Acting) -> None:
    with acting(world.principal("lawyer")):
        crowd(30, displacement="ASR", origin="AFG", region="KZ-75")
        crowd(12, displacement="REF-C", origin="UKR", region="KZ-71", sex="M")
        crowd(3, displacement="ASR", origin="SYR", region="KZ-59")
        crowd(9, nationality="UN", origin="UZB", region="KZ-61")


@pytest.mark.usefixtures("_caseload")
def test_the_sheet(client_for: ClientFor) -> None:
    page = client_for("statistics").page(NEW_YEAR)
    assert "Draft – not a release" in page.text
    assert "As of 1 January 2025" in page.text
    for words in ("up to 65,511", "more than 16,000", "USD 9.6 million", "as of 31 March 2025", "1951 Convention", "9"):
        assert words in page.text
    assert "Syria" not in page.text


@pytest.mark.usefixtures("_caseload")
def test_charts_say_what_the_tables_say_and_no_more(client_for: ClientFor) -> None:
    page = client_for("statistics").page(NEW_YEAR)
    charts = page.all(f"{SVG}svg", role="img")
    assert len(charts) == 16
    hidden = [text for svg in charts for text in svg.iter(f"{SVG}text") if words_of(text) in ("–", "hidden")]
    assert hidden
    for svg in charts:
        widths = {rect.get("width") for rect in svg.iter(f"{SVG}rect") if (rect.get("fill") or "").startswith("url(#")}
        assert len(widths) <= 2, "a hatched bar has one width, whatever it hides (the key has another)"
        for name in ("style", "class"):
            assert all(one.get(name) is None for one in svg.iter() if one is not svg)


@pytest.mark.usefixtures("_caseload")
@pytest.mark.parametrize(("language", "words"), [("ru", "до 65"), ("kk", "65"), ("en", "up to 65,511")])
def test_in_every_language(client_for: ClientFor, language: str, words: str) -> None:
    client = client_for("statistics")
    with client.session_transaction() as cookie:
        cookie["language"] = language
    page = client.page(NEW_YEAR)
    assert page.root.get("lang") == language
    if language == "en":
        assert words in page.text
    else:
        assert str(getattr(content.LEGAL_FRAMEWORK[0], language)) in page.text


def test_before_anyone_is_counted(client_for: ClientFor, world: World) -> None:
    client_for("statistics").page("/factsheet/")


def test_who_may_not(client_for: ClientFor, world: World) -> None:
    client_for("supervisor").page("/factsheet/", status=403)


def test_names_of_regions_are_broken_between_words() -> None:
    assert content._lines("West Kazakhstan Region") == ("West", "Kazakhstan", "Region")
    assert content._lines("Almaty (city)") == ("Almaty", "(city)")
    assert content._lines("Западно-Казахстанская область") == ("Западно-", "Казахстанская", "область")
