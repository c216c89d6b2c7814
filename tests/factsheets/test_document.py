"""The factsheet as PDF, read back: what it says, how it is tagged, and what nobody can make it do."""

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask_babel import force_locale
from pypdf import PdfReader

from casework.core import i18n
from casework.core.typesetting import Unprintable
from casework.factsheets.document import pages, pdf, unprintable
from casework.factsheets.drawing import described
from casework.factsheets.model import Activity, Correction, Drawing, Law, Message, Sheet, Term
from casework.releases.reading import Account, Cell, Flow
from tests.factsheets.conftest import SheetIn

LANGUAGES = ("en", "ru", "kk")
MadeIn = Callable[[str], bytes]


@pytest.fixture(scope="module")
def made_before() -> dict[str, bytes]:
    return {}


@pytest.fixture
def made_in(national: SheetIn, made_before: dict[str, bytes]) -> MadeIn:
    """`made_in("ru")`: the PDF of the sheet of 1 January 2025, made once."""

    def made(language: str) -> bytes:
        if language not in made_before:
            made_before[language] = pdf(national(language))
        return made_before[language]

    return made


def read(made: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(made))


def squeezed(text: str) -> str:
    """Without spaces, which a PDF does not have where a line ends."""
    return "".join(text.split())


def text_of(made: bytes) -> str:
    return squeezed("".join(page.extract_text() for page in read(made).pages))


def tags(made: bytes) -> Iterator[dict[str, Any]]:
    """Every element of the structure tree, from its root down in the order of reading."""

    def below(node: Any) -> Iterator[dict[str, Any]]:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for one in node:
                yield from below(one)
        elif isinstance(node, dict):
            if "/S" in node:
                yield node
            yield from below(node.get("/K", []))

    root: Any = read(made).trailer["/Root"]
    yield from below(root["/StructTreeRoot"])


def kinds(made: bytes) -> list[str]:
    return [one["/S"] for one in tags(made)]


def bookmarks(reader: PdfReader) -> list[str]:
    def titles(outline: list[Any]) -> Iterator[str]:
        for one in outline:
            if isinstance(one, list):
                yield from titles(one)
            else:
                yield str(one.title)

    return [*titles(reader.outline)]


def bare(sheet: Sheet) -> Sheet:
    """A sheet with nothing in it but its title."""
    return replace(
        sheet, lead="", figures=(), messages=(), groups=(), drawings=(), activities=(), partners=(), law=None,
        funding=None, donors=(), contacts=(), tables=(), durations=(), countries=(), terms=(), method=(), findings=(),
        sources=(), citation="", correction=None,
    )  # fmt: skip


# -- what it says --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_what_the_sheet_says(national: SheetIn, made_in: MadeIn, language: str) -> None:
    sheet = national(language)
    text = text_of(made_in(language))
    said = [sheet.title, sheet.lead, sheet.code, sheet.release, sheet.citation, sheet.digest]
    said += [one for message in sheet.messages for one in (message.title, message.text)]
    said += [paragraph for one in sheet.activities for paragraph in (one.name, *one.paragraphs)]
    said += [one for each in sheet.partners for one in (each.name, *each.members)]
    assert sheet.law is not None
    said += [*sheet.law.party_to, *sheet.law.not_party_to, *sheet.law.commitments, *sheet.law.paragraphs]
    said += [*sheet.donors, *sheet.contacts, *sheet.method]
    assert [one for one in said if squeezed(one) not in text] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_is_there_with_its_parts_and_its_day(national: SheetIn, made_in: MadeIn, language: str) -> None:
    sheet = national(language)
    text = text_of(made_in(language))
    for one in (each for figure in sheet.figures for each in figure.all if each.is_known):
        assert squeezed(one.text) in text, one.code
        assert squeezed(one.name) in text, one.code
    assert sheet.funding is not None
    assert squeezed(sheet.funding.received) in text
    assert squeezed(sheet.funding.scope) in text
    assert sheet.funding.share is not None
    with force_locale(language):
        assert squeezed(i18n.day(sheet.funding.share.as_of)) in text


def test_a_figure_of_another_day_says_so(national: SheetIn) -> None:
    sheet = national("en")
    older = replace(sheet.figures[-3], unit="persons", as_of=sheet.as_of.replace(year=2019), note="Counted long ago")
    text = text_of(pdf(replace(sheet, figures=(*sheet.figures[:1], older))))
    assert squeezed("as of 1 January 2019") in text
    assert squeezed("Counted long ago.") in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_terms_of_what_is_shown_are_defined(national: SheetIn, made_in: MadeIn, language: str) -> None:
    sheet = national(language)
    text = text_of(made_in(language))
    shown = {group.population.name for group in sheet.groups} | {sheet.figures[0].name}
    defined = [one for one in sheet.terms if one.name in shown]
    assert defined
    assert [one.name for one in defined if squeezed(one.definition) not in text] == []


def test_an_account_shows_what_is_published_and_a_dash_for_the_rest(national: SheetIn) -> None:
    sheet = national("en")
    group = sheet.groups[0]
    account = Account(
        population=group.population, start=sheet.as_of.replace(year=2024), end=sheet.as_of, opening=Cell(592),
        came=(Flow("identified", "Newly identified", Cell(109)),), all_came=Cell(109),
        left=(Flow("died", "Died", Cell(None)), Flow("departed", "Gone away", Cell(41))), all_left=Cell(55),
        closing=Cell(646),
    )  # fmt: skip
    made = pdf(replace(bare(sheet), groups=(replace(group, drawings=(), account=account),)))
    text = text_of(made)
    for one in ("592", "Newlyidentified+109", "Goneaway−41", "forotherreasons–", "−55", "646"):
        assert one in text
    assert "Died" not in text
    assert kinds(made).count("/TH") == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_correction_says_what_and_why(correction: SheetIn, language: str) -> None:
    sheet = correction(language)
    made = pdf(sheet)
    text = text_of(made)
    assert isinstance(sheet.correction, Correction)
    for one in (sheet.correction.reason, *(each.before + each.after for each in sheet.correction.changes)):
        assert squeezed(one) in text
    assert sheet.code in str(read(made).metadata)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_regional_sheet_gives_each_country_with_its_own_day(regional: SheetIn, language: str) -> None:
    sheet = regional(language)
    text = text_of(pdf(sheet))
    with force_locale(language):
        for country in sheet.countries:
            assert squeezed(country.name) in text
            assert squeezed(i18n.day(country.as_of)) in text
            assert country.edition in text


# -- how it is made ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_two_pages_that_are_numbered(made_in: MadeIn, language: str) -> None:
    made = made_in(language)
    assert pages(made) == len(read(made).pages) <= 2
    footers = {"en": "Page1of", "ru": "1", "kk": "1"}
    assert footers[language] in squeezed(read(made).pages[0].extract_text())


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_tagged_and_has_its_title_language_and_bookmarks(
    national: SheetIn, made_in: MadeIn, language: str
) -> None:
    sheet = national(language)
    made = made_in(language)
    reader = read(made)
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == language
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()
    assert reader.metadata is not None
    assert reader.metadata.title == sheet.title
    assert sheet.code in str(reader.metadata.get("/Keywords"))
    found = bookmarks(reader)
    assert found[0] == sheet.title
    assert len(found) == len(set(found)), "bookmarks that nobody can tell apart"
    levels = [one for one in kinds(made) if one in ("/H1", "/H2", "/H3")]
    assert levels[0] == "/H1"
    assert levels.count("/H1") == 1
    assert len(levels) == len(found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_picture_is_told_in_words(national: SheetIn, made_in: MadeIn, language: str) -> None:
    sheet = national(language)
    told = [squeezed(str(one["/Alt"])) for one in tags(made_in(language)) if one["/S"] == "/Figure"]
    assert len(told) == len(sheet.all_drawings)
    with force_locale(language):
        for one in sheet.all_drawings:
            assert any(squeezed(described(one)) in each for each in told), one.code


def test_the_same_sheet_gives_the_same_bytes_and_only_its_own_day(national: SheetIn, made_in: MadeIn) -> None:
    made = made_in("ru")
    assert made == pdf(national("ru"))
    assert b"D:20250101" in made
    assert {one[:10] for one in made.split(b"(D:")[1:]} == {b"2025010100"}


def test_it_speaks_the_language_of_the_sheet_wherever_it_is_made(national: SheetIn, made_in: MadeIn) -> None:
    with force_locale("kk"):
        assert pdf(national("en")) == made_in("en")


def test_many_withheld_bars_are_named_in_a_line(national: SheetIn) -> None:
    sheet = national("en")
    bars = next(one for one in sheet.all_drawings if one.kind == "bars")
    first, *_others = bars.lines[0].points
    points = (first, *(replace(first, code=f"H{n}", label=f"Withheld {n}", value=None) for n in range(4)))
    drawing: Drawing = replace(bars, lines=(replace(bars.lines[0], points=points),), total=None, has_shares=False)
    text = text_of(pdf(replace(bare(sheet), drawings=(drawing,))))
    assert squeezed("Hidden to protect people: Withheld 0; Withheld 1; Withheld 2; Withheld 3.") in text


# -- what it must bear ---------------------------------------------------------------------------------------

ATTACKS = (
    "#panic()", '#read("/etc/passwd")', "#import sys", "*bold*", "$ x $", "[", "]", "\\", "`raw`", "@ref", "<label>",
    "// gone", "= Heading", "{{7*7}}", "~", "--", "</text><script>", "{page}",
    "1 0 obj\n<</Type/Pages/Count 999/",
)  # fmt: skip


def test_words_are_never_typst(national: SheetIn) -> None:
    sheet = national("en")
    words = f"|{'|'.join(ATTACKS)}|"
    drawings = tuple(replace(one, title=words, note=words, source=words) for one in sheet.drawings)
    made = pdf(
        replace(
            sheet,
            title=words,
            lead=words,
            area_name=words,
            messages=(Message(words, words),),
            activities=(Activity("one", words, (words, words), ()),),
            law=Law((words,), (words,), (words,), (words,)),
            donors=(words,),
            contacts=(words,),
            terms=(Term(sheet.figures[0].name, words),),
            method=(words,),
            citation=words,
            drawings=drawings,
        )
    )
    text = text_of(made)
    assert text.count(squeezed(words)) >= 14
    assert pages(made) == len(read(made).pages)
    metadata: Any = read(made).metadata
    assert squeezed(metadata.title) == squeezed(words)


def test_long_texts_flow_onto_further_pages_whole(national: SheetIn) -> None:
    sheet = national("kk")
    paragraphs = tuple(f"Абзац {n}: " + "өте ұзын мәтін " * 60 + f"соңы {n}." for n in range(60))
    made = pdf(
        replace(
            sheet,
            messages=tuple(Message(f"Тезис {n}", "ұзақ " * 150 + f"аяғы {n}.") for n in range(7)),
            activities=(Activity("one", "Көмек", paragraphs, ()),),
            method=paragraphs,
        )
    )
    text = text_of(made)
    assert pages(made) > 4
    assert [n for n in range(60) if text.count(squeezed(f"соңы {n}.")) != 2] == []
    assert [n for n in range(7) if squeezed(f"аяғы {n}.") not in text] == []


def test_a_table_that_is_longer_than_a_page_repeats_its_header(national: SheetIn) -> None:
    sheet = national("en")
    group = sheet.groups[0]
    flows = tuple(Flow(f"f{n}", f"Reason number {n}", Cell(1000 + n)) for n in range(150))
    account = Account(
        population=group.population, start=sheet.as_of, end=sheet.as_of, opening=Cell(5), came=flows,
        all_came=Cell(9), left=(), all_left=Cell(0), closing=Cell(14),
    )  # fmt: skip
    made = pdf(replace(sheet, groups=(replace(group, account=account),)))
    text = text_of(made)
    assert text.count("WhyPersons") >= 2
    assert [n for n in range(150) if f"Reasonnumber{n}+1,{n:03}" not in text] == []


def test_a_sheet_with_nothing_in_it_is_a_page(national: SheetIn) -> None:
    sheet = national("en")
    made = pdf(bare(sheet))
    assert pages(made) == 1
    assert squeezed(sheet.title) in text_of(made)


def test_what_no_font_has_is_named(national: SheetIn) -> None:
    sheet = national("en")
    with pytest.raises(Unprintable) as refused:
        pdf(replace(sheet, lead="Ая 漢 👩 Бо 漢"))
    assert refused.value.characters == "漢👩"
    assert unprintable("Ая 漢 👩 Бо 漢") == "漢👩"
    assert unprintable("Әәғқңөұүһі «7\u202f399» – № ₸") == ""


def test_no_number_is_broken_over_two_lines(national: SheetIn) -> None:
    sheet = national("ru")
    text = "Число 7\u202f399 и 16 000 людей. " * 40
    said = "".join(page.extract_text() for page in read(pdf(replace(sheet, method=(text,)))).pages)
    assert "7\n399" not in said
    assert "16\n000" not in said
