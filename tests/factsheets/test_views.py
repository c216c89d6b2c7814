"""The factsheet page: what a release says, in three languages, and nothing else."""

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID, uuid4
from xml.etree.ElementTree import Element

import pytest

from casework.core import clock
from casework.factsheets import content
from casework.releases.models import Step
from tests.conftest import Acting, ClientFor
from tests.factories import World
from tests.figures.caseload import crowd
from tests.pages import Client, Page, words_of
from tests.releases import published

SVG = "{http://www.w3.org/2000/svg}"
WITHHELD = "–hidden to protect people"
ESTIMATE = published.figure(
    "refugee_like", ("In a refugee-like situation", "Сходное положение", "Ұқсас жағдай"), 65511, qualifier="up_to",
    source="UNHCR",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _on_a_monday() -> Iterator[None]:
    with clock.at(date(2026, 11, 23)):
        yield


def sheet_of(client: Client, release: UUID | None = None) -> Page:
    return client.page(f"/factsheet/?release={release}" if release else "/factsheet/")


def published_with(**changes: Any) -> dict[str, Any]:
    found = published.publication()
    counted = [one | {"source": one["source"] or "cases"} for one in found["figures"]]
    return {**found, "figures": [*counted, ESTIMATE], **changes}


def released(acting: Acting, world: World, step: Step = Step.FROZEN, **changes: Any) -> UUID:
    with acting(world.principal("statistics")):
        return published.release_id(step, published_with(**changes))


def chart(page: Page, name: str) -> Element:
    """The wide chart of this id."""
    return next(one for one in page.all(f"{SVG}svg") if (one.get("aria-labelledby") or "").startswith(f"{name}-t "))


def bars_of(page: Page, name: str) -> dict[str, str]:
    """The table below a chart: what stands beside each label."""
    figure = next(one for one in page.outward(chart(page, name)) if one.tag == "figure")
    rows = [[words_of(cell) for cell in row] for row in figure.iter("tr")]
    return {row[0]: row[1] for row in rows}


def test_the_sheet_says_what_the_release_says(client_for: ClientFor, world: World, acting: Acting) -> None:
    released(acting, world)
    page = sheet_of(client_for("statistics"))
    assert "As of 1 January 2025" in page.text
    for words in ("646", "up to 65,511", "about 7,399", "1951 Convention", "as recorded by 3 February 2025"):
        assert words in page.text
    assert bars_of(page, "refugees_asylum-r") == {
        "Region": "Persons",
        "Almaty": "402",
        "Astana": "121",
        "Shymkent": "97",
        "Turkistan Region": WITHHELD,
        "North Kazakhstan Region": WITHHELD,
        "Total": "646",
    }
    for words in ("At the start, 1 January 2024", "622", "Identified or registered", "+61", "Departed", "−40"):
        assert words in page.text
    assert "draft" not in page.text.lower()
    assert (
        "Stateless persons registered by the Government: Ministry of Internal Affairs, as of 1 January 2025"
        in page.text
    )
    assert "cases, as of" not in page.text


def test_no_live_count_is_on_it(client_for: ClientFor, world: World, acting: Acting) -> None:
    """Two caseloads that print the same release give the same page, byte for byte."""
    released(acting, world)
    client = client_for("statistics")
    pages = []
    for count, origin in ((0, ""), (3, "SYR"), (12, "UKR")):
        with acting(world.principal("lawyer")):
            crowd(count, displacement="ASR", origin=origin, region="KZ-59")
            crowd(count, nationality="UN", origin=origin, region="KZ-61")
        for address in ("/factsheet/", "/factsheet/?as_of-day=1&as_of-month=11&as_of-year=2026"):
            pages += [without_tokens(client.get(address).get_data(as_text=True))]
    assert len(set(pages)) == 1


def without_tokens(page: str) -> str:
    """The page without what is drawn anew for every request, whatever it shows."""
    return re.sub(r'name="csrf_token" value="[^"]*"', "", re.sub(r"\?as_of[^\"]*", "", page))


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_what_is_withheld_moves_nothing(client_for: ClientFor, world: World, acting: Acting, language: str) -> None:
    """Were the withheld numbers in the release, nobody could see it: no size, colour, order, name or scale has them."""
    ids = []
    for edition, number in ((1, None), (2, 1), (3, 4), (4, 100_000)):
        found = published_with(edition=1)
        for table in found["tables"]:
            for cell in table["cells"]:
                if cell.get("hidden") and number is not None:
                    cell["value"] = number
        with acting(world.principal("statistics")):
            ids.append(published.release_id(Step.FROZEN, found, edition=edition))
    client = client_for("statistics")
    with client.session_transaction() as cookie:
        cookie["language"] = language
    sheets = {client.get(f"/factsheet/?release={one}").get_data(as_text=True).partition("<article")[2] for one in ids}
    assert len(sheets) == 1
    assert "hid" in sheets.pop()


def test_charts_say_what_the_tables_say_and_no_more(client_for: ClientFor, world: World, acting: Acting) -> None:
    released(acting, world)
    page = sheet_of(client_for("statistics"))
    charts = page.all(f"{SVG}svg", role="img")
    assert len(charts) == 14
    hidden = [text for svg in charts for text in svg.iter(f"{SVG}text") if words_of(text) in ("–", "hidden")]
    assert hidden
    for svg in charts:
        widths = {rect.get("width") for rect in svg.iter(f"{SVG}rect") if (rect.get("fill") or "").startswith("url(#")}
        assert len(widths) <= 2, "a hatched bar has one width, whatever it hides (the key has another)"
        for name in ("style", "class"):
            assert all(one.get(name) is None for one in svg.iter() if one is not svg)
    assert words_of(next(chart(page, "refugees_asylum-r").iter(f"{SVG}desc"))) == (
        "Almaty: 402; Astana: 121; Shymkent: 97; Turkistan Region: hidden to protect people; "
        "North Kazakhstan Region: hidden to protect people"
    )


def test_the_largest_origin_is_told_when_it_is_known(client_for: ClientFor, world: World, acting: Acting) -> None:
    found = published_with()
    origins = found["tables"][0]
    for at, value in {("*", "AFG"): 320, ("*", "UKR"): None, ("*", "UZB"): None, ("*", "OTHER"): 61}.items():
        cell = next(one for one in origins["cells"] if tuple(one["at"]) == at)
        del cell["value"]
        cell.update({"hidden": True} if value is None else {"value": value})
    released(acting, world, tables=found["tables"])
    client = client_for("statistics")
    page = sheet_of(client)
    assert "Largest country of origin: Afghanistan" in page.text  # 265 are withheld: none of those can be larger
    labels = [words_of(one) for one in chart(page, "refugees_asylum-o").iter(f"{SVG}text")]
    assert [one for one in labels if not one[0].isdigit() and one != "hidden"] == [
        "Afghanistan",
        "Ukraine",
        "Uzbekistan",
        "Other countries",
    ]
    next(one for one in origins["cells"] if one["at"] == ["*", "AFG"])["value"] = 290
    later = released(acting, world, tables=found["tables"], edition=2)
    assert "Largest country of origin" not in sheet_of(client, later).text  # 295 are: it may be another


def test_the_finest_of_several_tables_makes_the_chart(client_for: ClientFor, world: World, acting: Acting) -> None:
    coarse = published.table(
        "refugees_asylum",
        {"origin": {code: published.ORIGIN[code] for code in ("AFG", "OTHER")}},
        {("AFG",): 320, ("OTHER",): 326},
        "2025-01-01",
    )
    released(acting, world, tables=[coarse, *published.publication()["tables"], coarse | {"code": "again"}])
    assert len(bars_of(sheet_of(client_for("statistics")), "refugees_asylum-o")) == 6  # with the heading and the total


def test_regions_put_together_have_no_tile(client_for: ClientFor, world: World, acting: Acting) -> None:
    found = published_with()
    region = found["tables"][1]
    text = json.dumps(region).replace('"KZ-59"', '"NORTH"').replace("North Kazakhstan Region", "The north")
    released(acting, world, tables=[found["tables"][0], json.loads(text), *found["tables"][2:]])
    page = sheet_of(client_for("statistics"))
    assert bars_of(page, "refugees_asylum-r")["The north"] == WITHHELD
    assert "framed tiles are cities" not in words_of(
        next(one for one in page.outward(chart(page, "refugees_asylum-r")) if one.tag == "figure")
    )


def test_a_table_that_was_left_out_makes_no_chart(client_for: ClientFor, world: World, acting: Acting) -> None:
    found = published_with()
    released(acting, world, tables=[found["tables"][2]], accounts=[], durations=[])
    page = sheet_of(client_for("statistics"))
    assert not [one for one in page.all(f"{SVG}svg") if "-o-t" in (one.get("aria-labelledby") or "")]
    assert "Women and men" in page.text


def test_another_release_is_chosen(client_for: ClientFor, world: World, acting: Acting) -> None:
    first = released(acting, world)
    second = released(acting, world, as_of="2025-07-01", since="2025-01-01")
    client = client_for("statistics")
    page = sheet_of(client)
    assert "As of 1 July 2025" in page.text
    assert [one.get("value") for one in page.all("option")] == [str(second), str(first)]
    assert [one.get("value") for one in page.all("option") if "selected" in one.attrib] == [str(second)]
    earlier = sheet_of(client, first)
    assert "As of 1 January 2025" in earlier.text
    assert "As of 1 July 2025" not in earlier.text
    assert [one.get("value") for one in earlier.all("option") if "selected" in one.attrib] == [str(first)]


def test_a_correction_says_what_it_corrects(client_for: ClientFor, world: World, acting: Acting) -> None:
    first = released(acting, world)
    correction = {"table": "refugees_asylum_by_region", "at": ["KZ-75"], "from": 401, "to": 402}
    second = released(acting, world, edition=2, corrections=[correction])
    client = client_for("statistics")
    page = sheet_of(client)
    assert "Correction, edition 2" in page.text
    assert "· Almaty: 401 402" in page.text
    old = sheet_of(client, first)
    assert "A later edition corrects this one" in old.text
    assert f"/factsheet/?release={second}" in [one.get("href") for one in old.all("a")]


def test_a_draft_is_called_one(client_for: ClientFor, world: World, acting: Acting) -> None:
    released(acting, world)
    draft = released(acting, world, Step.ATTACKED, as_of="2025-07-01", since="2025-01-01")
    client = client_for("statistics")
    assert "As of 1 January 2025" in sheet_of(client).text, "a draft is never what is shown by itself"
    page = sheet_of(client, draft)
    assert "This is a draft" in page.text
    assert "Draft – not released" in page.text


@pytest.mark.parametrize("step", [Step.BEGUN, Step.PROTECTED, Step.DISCARDED])
def test_what_cannot_be_read_is_not_there(client_for: ClientFor, world: World, acting: Acting, step: Step) -> None:
    hidden = released(acting, world, step)
    client = client_for("statistics")
    for asked in (hidden, uuid4(), "no-id", ""):
        client.page(f"/factsheet/?release={asked}", status=404)
    assert "Draw up a release first" in sheet_of(client).text


def test_before_there_is_a_release(client_for: ClientFor, world: World, acting: Acting) -> None:
    with acting(world.principal("lawyer")):
        crowd(30, displacement="ASR")
    client = client_for("statistics")
    page = sheet_of(client)
    assert "Draw up a release first" in page.text
    assert "/releases/" in [one.get("href") for one in page.all("a")]
    assert "30" not in page.text
    draft = released(acting, world, Step.ATTACKED)
    page = sheet_of(client)
    assert "Draw up a release first" in page.text
    assert [one.get("value") for one in page.all("option") if one.get("value")] == [str(draft)]


@pytest.mark.parametrize("language", ["ru", "kk", "en"])
def test_in_every_language(client_for: ClientFor, world: World, acting: Acting, language: str) -> None:
    released(acting, world)
    client = client_for("statistics")
    with client.session_transaction() as cookie:
        cookie["language"] = language
    page = sheet_of(client)
    assert page.root.get("lang") == language
    assert getattr(content.LEGAL_FRAMEWORK[0], language) in page.text
    assert published.NAMES["undetermined"][("en", "ru", "kk").index(language)] in page.text


def test_who_may_not(client_for: ClientFor, world: World) -> None:
    client_for("supervisor").page("/factsheet/", status=403)
    client_for("lawyer").page("/factsheet/", status=403)


def test_names_of_regions_are_broken_between_words() -> None:
    assert content._lines("West Kazakhstan Region") == ("West", "Kazakhstan", "Region")
    assert content._lines("Almaty (city)") == ("Almaty", "(city)")
    assert content._lines("Западно-Казахстанская область") == ("Западно-", "Казахстанская", "область")
