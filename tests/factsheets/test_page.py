"""The sheet as a page: everything is in it, in every language, for every reader – and nothing of what is withheld."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from itertools import pairwise
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from flask_babel import force_locale, gettext

from casework.core import i18n
from casework.factsheets import content, page
from casework.factsheets.model import Drawing, Sheet
from tests.factsheets import contents
from tests.pages import Page, words_of

HIDDEN = "–hidden to protect people"
LANGUAGES = ("en", "ru", "kk")
SheetIn = Callable[[str], Sheet]


def read(html: str, language: str = "en") -> Page:
    """The fragment as it stands in a page."""
    return Page(
        f'<!doctype html><html lang="{language}"><head><title>x</title></head><body><main>{html}</main></body></html>'
    )


def made(found: dict[str, Any]) -> Page:
    return read(page.article(content.sheet(found)), found["language"])


def text_of(shown: Page) -> str:
    """All words, those of neighbours apart."""
    return " ".join(" ".join(shown.all("main")[0].itertext()).split())


def table_of(shown: Page, name: str) -> list[list[str]]:
    """The table beside a drawing, cell by cell."""
    figure = shown.all("figure", aria_labelledby=f"s-{name}")[0]
    return [[words_of(cell) for cell in row] for row in figure.iter("tr")]


# -- fit for every reader ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["national", "correction", "regional"])
def test_it_is_whole(request: pytest.FixtureRequest, kind: str, language: str) -> None:
    sheet: Sheet = request.getfixturevalue(kind)(language)
    html = page.article(sheet)
    shown = read(html, language)
    assert shown.faults() == []  # ids once, labels that are there, nothing inline, one h1
    assert shown.all("article")[0].get("lang") == language
    levels = [int(one.tag[1]) for one in shown.root.iter() if one.tag in ("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels[0] == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))
    for table in shown.all("table"):
        assert words_of(next(table.iter("caption")))
        assert all(one.get("scope") in ("col", "row") for one in table.iter("th"))
    for one in shown.all("section"):
        assert one.get("aria-labelledby")
    assert "<script" not in html
    outside = [value for one in shown.root.iter() for name, value in one.attrib.items() if name in ("src", "href")]
    assert [one for one in outside if not one.startswith(("#", "mailto:"))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_drawing_stands_there_twice_and_as_a_table(national: SheetIn, language: str) -> None:
    sheet = national(language)
    shown = read(page.article(sheet), language)
    assert len(sheet.all_drawings) > 4
    for one in sheet.all_drawings:
        figure = shown.all("figure", aria_labelledby=f"s-{one.code}")[0]
        assert [outer.get("class") for outer in figure if outer.tag == "div"][:2] == ["wide", "narrow"]
        pictures = [each for each in figure.iter() if each.tag.endswith("svg")]
        assert [each.get("role") for each in pictures] == ["img", "img"]
        with force_locale(language):
            rows = table_of(shown, one.code)[1:]
            count = len(one.lines[0].points)
            assert [row[1 : 1 + len(one.lines)] for row in rows[:count]] == expected(one)


def expected(drawing: Drawing) -> list[list[str]]:
    def word(point: Any) -> str:
        if point.is_absent:
            return "·" + gettext("not published")
        return (
            " ".join(i18n.number(point.value).split())
            if point.value is not None
            else "–" + gettext("hidden to protect people")
        )

    return [[word(line.points[n]) for line in drawing.lines] for n in range(len(drawing.lines[0].points))]


def test_it_is_a_function_of_the_sheet_alone(national: SheetIn) -> None:
    sheet = national("ru")
    once = page.article(sheet)
    with force_locale("kk"):
        assert page.article(sheet) == once


def test_what_people_wrote_is_text(national: SheetIn) -> None:
    sheet = replace(
        national("en"), title="A & B <script>alert(1)</script>", contacts=("<b>x</b>", '"@onload=1', "a@example.org")
    )
    html = page.article(sheet)
    assert "<script" not in html
    assert "<b>x</b>" not in html
    shown = read(html)
    assert shown.faults() == []
    assert shown.h1 == "A & B <script>alert(1)</script>"
    assert shown.links["a@example.org"] == "mailto:a@example.org"


# -- what it says ------------------------------------------------------------------------------------------------


def test_the_national_sheet(national: SheetIn) -> None:
    shown = read(page.article(national("en")))
    counts = [count for one in contents.national("en")["activities"] for count in one["counts"]]
    withheld = next(one["name"]["en"] for one in counts if one["value"] is None)
    for words in (
        "As of 1 January 2025",
        "up to 65,511",
        "Source: UNHCR estimate, as of 1 January 2025",
        "Never added to any other figure.",
        "At the start, 1 January 2024",
        "646 people are protected.",
        "Lawyers counsel people.",
        f"– hidden to protect people {withheld}",
        "State partners Supreme Court",
        "Party to 1951 Convention",
        "Not party to 1954 Convention",
        "Ashgabat Declaration",
        "Five countries of Central Asia · as of 31 March 2025",
        "about USD 2.7 million worked out from the share",
        "28%",
        "A donor",
        "Office, Astana",
        "Ages are as of the day.",
        "KAZ-2025-01-01-e1",
    ):
        assert words in text_of(shown), words
    assert "Correction" not in text_of(shown)


def test_a_correction_says_what_and_why(correction: SheetIn) -> None:
    shown = read(page.article(correction("en")))
    assert "Correction: edition 2" in text_of(shown)
    assert "A number was wrong." in text_of(shown)
    assert "Refugees and asylum-seekers 645 646" in text_of(shown)


def test_countries_stand_with_their_own_days(regional: SheetIn) -> None:
    shown = read(page.article(regional("en")))
    assert "680 Kyrgyzstan as of 1 December 2024" in text_of(shown)
    assert "646 Kazakhstan as of 1 January 2025" in text_of(shown)


def test_a_sum_that_there_is_not_says_why(in_app: None) -> None:
    found = contents.regional("en")
    found["figures"][0] |= {"value": None, "as_of": None, "source": "", "note": "There is no sum: days differ."}
    shown = made(found)
    assert "no sum 1 Refugees and asylum-seekers" in text_of(shown)
    assert "There is no sum: days differ." in text_of(shown)
    assert "1,326" not in text_of(shown)


def test_what_is_not_given_leaves_no_empty_part(in_app: None) -> None:
    found = contents.national("en")
    figures = [one for one in found["figures"] if one["unit"] == "persons"][:1]
    bare = found | {
        "messages": [], "activities": [], "partners": [], "law": None, "funding": None, "donors": [], "contacts": "",
        "method": "", "trends": [], "lead": "", "figures": figures,
    }  # fmt: skip
    shown = made(bare)
    assert shown.faults() == []
    headings = {words_of(one) for one in shown.all("h2")}
    assert not headings & {"Partners", "Law and commitments", "Funding", "Contacts", "Over the years"}
    for tag in ("ul", "ol", "dl", "table"):
        assert all(len(one) for one in shown.all(tag))


# -- what is withheld --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_withheld_number_moves_nothing(in_app: None, language: str) -> None:
    """Were the withheld numbers in the content, nobody could see it: no size, colour, order, name or scale has them."""
    pages = set()
    for number in (None, 1, 4, 100_000):
        release = deepcopy(contents.release_content())
        for table in release["tables"]:
            for cell in table["cells"]:
                if cell.get("hidden") and number is not None:
                    cell["value"] = number
        sheet = content.sheet(contents.national(language, release=release))
        # The digests are those of the contents, which differ here on purpose.
        pages.add(page.article(replace(sheet, digest="", release_digest="")))
    assert len(pages) == 1
    assert "hid" in pages.pop()


def hidden_cells(shown: Page) -> list[Element]:
    return [one for one in shown.all("td") if one.get("class") == "hid"]


def test_a_withheld_number_is_hatched_and_said(national: SheetIn) -> None:
    found = hidden_cells(read(page.article(national("en"))))
    assert len(found) > 4
    assert {words_of(one) for one in found} == {HIDDEN}
