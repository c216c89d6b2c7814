"""Every shipped template in every language, filled for an invented person and opened again as DOCX and as PDF."""

import io
import re
from pathlib import Path

import pytest
from docx import Document
from pypdf import PdfReader

from casework.core.config import LANGUAGES
from casework.core.typesetting import Unprintable
from casework.letters import templating
from casework.letters.checking import checked
from casework.letters.fields import FIELDS, examples
from casework.letters.merging import merged
from casework.letters.typesetting import pdf
from tests.letters.docx_files import docx, part, words
from tools import make_letter_templates

NAME = "Әбдіқадыр Ғалымжан Қоңырұлы Ңұрқөжаүлы Һасанұлы Іңкәр"
KAZAKH = "ӘҒҚҢӨҰҮҺІәғқңөұүһі"
SHIPPED = sorted(templating.SEED.glob("*.docx"))


def values(language: str) -> dict[str, str]:
    return {
        **examples(language),
        "person.full_name": NAME,
        "person.birth_place": f"Үшкөл {KAZAKH}",
        "letter.body": f"Бірінші жол «{KAZAKH}» — № 5\nЕкінші жол",
    }


def filled(path: Path) -> bytes:
    language = path.stem[-2:]
    return merged(path.read_bytes(), values(language), title="Хат", language=language)


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_every_template_is_shipped_in_every_language() -> None:
    codes = {path.stem[:-3] for path in SHIPPED}
    assert codes == {code.lower() for code in make_letter_templates.SHEETS}
    assert len(SHIPPED) == len(codes) * len(LANGUAGES)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_it_is_sound(path: Path) -> None:
    found = checked(path.read_bytes())
    assert found.findings == ()
    assert "person.full_name" in found.needed


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_docx(path: Path) -> None:
    made = filled(path)
    text = "\n".join(words(made))
    assert NAME in text
    for left_over in ("{{", "}}", "{%", "%}", "{#", "[", "None"):
        assert left_over not in text, left_over
    xml = part(made, "word/document.xml").decode()
    for code in ("w:fldSimple", "w:instrText", "w:hyperlink", "w:object", "w:altChunk"):
        assert f"<{code}" not in xml, code
    assert not re.search(r"^[=+@-]\S", text, re.MULTILINE), "no formula"
    assert Document(io.BytesIO(made)).core_properties.author == ""


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_pdf(path: Path) -> None:
    language = path.stem[-2:]
    reader = PdfReader(io.BytesIO(pdf(filled(path), title="Хат", language=language)))
    text = squeezed("".join(page.extract_text() for page in reader.pages))
    assert squeezed(NAME) in text
    for paragraph in words(filled(path)):
        assert squeezed(paragraph) in text, "what the DOCX says, the PDF says"
    assert "{{" not in text
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].startswith(language)
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert reader.metadata.title == "Хат"
    assert reader.pages[0].mediabox[2:] == pytest.approx([595.28, 841.89], abs=0.1)
    fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]
    assert fonts
    for font in fonts:
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert "/FontFile2" in descriptor or "/FontFile3" in descriptor, "embedded"
        assert "GolosText" in descriptor["/FontName"], "not some other font that happened to be there"


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_kazakh_letters_and_signs_can_be_read_in_the_pdf(language: str) -> None:
    said = f"{KAZAKH} «» № — – ’ ₸ 0123456789 Ёё Ъъ % & < > {{7*7}} #import $x$ *b* _i_ @ref"
    made = pdf(docx(said), title="Хат", language=language)
    assert squeezed(said) in squeezed(PdfReader(io.BytesIO(made)).pages[0].extract_text())


def test_a_name_in_arabic_letters_can_be_printed() -> None:
    made = pdf(docx("ستاره دریایی"), title="Хат", language="ru")
    fonts = PdfReader(io.BytesIO(made)).pages[0]["/Resources"]["/Font"].values()
    assert any("NotoSansArabic" in font.get_object()["/BaseFont"] for font in fonts)


def test_what_no_font_can_show_is_named() -> None:
    with pytest.raises(Unprintable) as refused:
        pdf(docx("Ая 漢 👩 Бо"), title="Хат", language="ru")
    assert refused.value.characters == "漢👩"


@pytest.mark.parametrize(
    "attack", ["#import sys", "$ x $", '#read("/etc/passwd")', "\\", "*", "`", "@x", "//", "<a>", "]"]
)
def test_words_are_never_typst(attack: str) -> None:
    made = pdf(docx(f"|{attack}|"), title=attack, language="en")
    assert squeezed(f"|{attack}|") in squeezed(PdfReader(io.BytesIO(made)).pages[0].extract_text())


def test_tables_headings_and_breaks() -> None:
    document = Document()
    document.add_heading("Заголовок", level=3)
    document.add_paragraph("Жирный: ").add_run("да").bold = True
    table = document.add_table(rows=2, cols=2, style="Table Grid")
    table.rows[0].cells[0].merge(table.rows[0].cells[1]).text = "Вместе"
    table.rows[1].cells[0].text, table.rows[1].cells[1].text = "Слева", "Справа\nниже"
    document.add_paragraph("")
    document.add_paragraph("Конец")
    out = io.BytesIO()
    document.save(out)
    text = PdfReader(io.BytesIO(pdf(out.getvalue(), title="Т", language="ru"))).pages[0].extract_text()
    positions = [text.index(word) for word in ("Заголовок", "Жирный", "Вместе", "Слева", "Справа", "ниже", "Конец")]
    assert positions == sorted(positions)


def test_many_pages_are_numbered() -> None:
    made = pdf(docx(*("Очень длинное письмо. " * 20 for _ in range(30))), title="Т", language="ru")
    pages = PdfReader(io.BytesIO(made)).pages
    assert len(pages) > 2
    assert f"2 / {len(pages)}" in pages[1].extract_text()


def test_the_files_are_those_that_the_tool_makes(tmp_path: Path) -> None:
    make_letter_templates.main(tmp_path)
    for path in SHIPPED:
        assert part((tmp_path / path.name).read_bytes(), "word/document.xml") == part(
            path.read_bytes(), "word/document.xml"
        ), path.name


def test_no_field_of_the_list_is_without_use() -> None:
    used = {name for path in SHIPPED for name in checked(path.read_bytes(), with_trial=False).fields}
    spare = {"case.number", "case.track", "case.opened_on", "today", "application.number", "application.date"}
    assert {field.name for field in FIELDS} - used == spare
