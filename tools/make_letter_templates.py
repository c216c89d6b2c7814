"""Makes the DOCX templates of letters that Casework ships: `python -m tools.make_letter_templates`.

What they say stands in letter_texts.toml, in three languages, so that a lawyer can read and correct it in one place.
"""

import io
import tomllib
import zipfile
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

SEED = Path(__file__).resolve().parents[1] / "casework" / "letters" / "seed"
TEXTS = tomllib.loads((Path(__file__).parent / "letter_texts.toml").read_text("utf-8"))
LOCALES = {"en": "en-GB", "ru": "ru-RU", "kk": "kk-KZ"}


class Sheet:
    """One template in the making."""

    def __init__(self, language: str, title: str) -> None:
        self.language = language
        self.labels, self.words = TEXTS["labels"][language], TEXTS["words"][language]
        self.document = Document()
        self._page()
        self._styles()
        self.title = title

    def _page(self) -> None:
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin, section.right_margin = Mm(25), Mm(15)
        section.top_margin, section.bottom_margin = Mm(20), Mm(20)
        foot = section.footer.paragraphs[0]
        foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
        for code in ("PAGE", "NUMPAGES"):
            if code == "NUMPAGES":
                foot.add_run(" / ")
            field = OxmlElement("w:fldSimple")
            field.set(qn("w:instr"), code)
            run = OxmlElement("w:r")
            text = OxmlElement("w:t")
            text.text = "1"
            run.append(text)
            field.append(run)
            foot._p.append(field)

    def _styles(self) -> None:
        normal = self.document.styles["Normal"]
        heading = self.document.styles["Heading 1"]
        for style, size in ((normal, 12), (heading, 13)):
            style.font.name, style.font.size = "Times New Roman", Pt(size)
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
                fonts.set(qn(script), "Times New Roman")
            for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:cstheme", "w:eastAsiaTheme"):
                fonts.attrib.pop(qn(theme), None)
        normal.paragraph_format.space_after = Pt(4)
        heading.font.bold, heading.font.color.rgb = True, RGBColor(0, 0, 0)
        heading.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
        heading.paragraph_format.space_before, heading.paragraph_format.space_after = Pt(18), Pt(12)
        for one in self.document.styles.element.iter(qn("w:lang")):
            one.set(qn("w:val"), LOCALES[self.language])

    def say(
        self, words: str = "", *, bold: bool = False, align: WD_ALIGN_PARAGRAPH | None = None, indent: bool = False
    ) -> Paragraph:
        paragraph = self.document.add_paragraph()
        paragraph.add_run(words).bold = bold or None
        if align is not None:
            paragraph.alignment = align
        if indent:
            paragraph.paragraph_format.left_indent = Mm(7)
        return paragraph

    def text(self, words: str) -> None:
        paragraph = self.say(words, align=WD_ALIGN_PARAGRAPH.JUSTIFY)
        if "{{" not in words:
            paragraph.paragraph_format.space_before = Pt(6)

    def heading(self) -> None:
        self.document.add_heading(self.title, level=1)

    def part(self, words: str) -> None:
        paragraph = self.say(words, bold=True)
        paragraph.paragraph_format.space_before = Pt(8)
        paragraph.paragraph_format.keep_with_next = True

    def fact(self, name: str) -> None:
        self.say(f"{self.labels[name]}: {{{{ {name} }}}}")

    def only_if(self, name: str, write: Callable[[], object]) -> None:
        """What stands in the letter only when this field has a value."""
        self.say(f"{{%p if {name} %}}")
        write()
        self.say("{%p endif %}")

    def facts(self, needed: Iterable[str], if_known: Iterable[str] = ()) -> None:
        for name in needed:
            self.fact(name)
        for name in if_known:
            self.only_if(name, partial(self.fact, name))

    def letterhead(self) -> None:
        """Who writes at the left, who is written to at the right."""
        table = self.document.add_table(rows=1, cols=2)
        left, right = table.rows[0].cells
        left.paragraphs[0].add_run("{{ organisation.name }}").bold = True
        left.add_paragraph(self.words["reference"])
        left.add_paragraph("{{ letter.date }}")
        self._addressee(right)

    def applicant_head(self) -> None:
        """At the right: the authority, and whose application it is."""
        table = self.document.add_table(rows=1, cols=2)
        left, right = table.rows[0].cells
        left.paragraphs[0].add_run(self.words["reference"])
        self._addressee(right)
        right.add_paragraph().add_run(f"{self.words['from']}:").bold = True
        right.add_paragraph(f"{self.labels['person.full_name']}: {{{{ person.full_name }}}}")
        right.add_paragraph(f"{self.labels['person.birth_date']}: {{{{ person.birth_date }}}}")
        right.add_paragraph(f"{self.labels['person.address']}: {{{{ person.address }}}}")

    def _addressee(self, cell) -> None:  # type: ignore[no-untyped-def]
        cell.paragraphs[0].add_run("{{ addressee.name }}").bold = True
        for words in ("{%p if addressee.address %}", "{{ addressee.address }}", "{%p endif %}"):
            cell.add_paragraph(words)

    def told(self, name: str, heading: str, *, needed: bool = True) -> None:
        """What the lawyer writes for this letter, under a heading."""

        def write() -> None:
            self.part(f"{heading}:")
            self.text(f"{{{{ {name} }}}}")

        if needed:
            write()
        else:
            self.only_if(name, write)

    def power(self) -> None:
        def write() -> None:
            self.say(self.words["power"])
            self.only_if("poa.notary", lambda: self.say(self.words["notary"]))

        self.only_if("poa.number", write)

    def enclosures(self) -> None:
        self.told("letter.enclosures", self.words["enclosures"], needed=False)

    def signed_by_lawyer(self) -> None:
        self.part("{{ organisation.name }}")
        self.fact("lawyer.name")
        self.say(self.words["signature"])

    def signed_by_applicant(self) -> None:
        self.part(f"{self.words['applicant']}: {{{{ person.full_name }}}}")
        self.say(self.words["signature"])
        self.say(self.words["day"])

    def represented(self) -> None:
        self.part(f"{self.words['representative']}:")
        self.fact("lawyer.name")
        self.fact("organisation.name")
        self.power()

    def save(self, path: Path) -> None:
        properties = self.document.core_properties
        properties.author = properties.last_modified_by = properties.comments = ""
        properties.title = self.title
        properties.language = LOCALES[self.language]
        made = io.BytesIO()
        self.document.save(made)
        _write_again(made, path)


def _write_again(made: io.BytesIO, path: Path) -> None:
    """The same file every time: entries in order, all of one day, without the picture of python-docx's own template."""
    with zipfile.ZipFile(made) as before, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as after:
        for name in sorted(before.namelist(), key=lambda one: (one != "[Content_Types].xml", one)):
            data = before.read(name)
            entry = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            after.writestr(entry, data)


# -- what they say ---------------------------------------------------------------------------------------------------


def sdp_application(language: str) -> Sheet:
    says = TEXTS["sdp_application"][language]
    sheet = Sheet(language, says["title"])
    sheet.applicant_head()
    sheet.heading()
    sheet.text(says["request"])
    sheet.text(says["no_state"])
    sheet.facts(("person.birth_place", "person.sex"), ("person.latin_name", "person.iin", "person.phone"))
    sheet.told("letter.body", says["circumstances"])
    sheet.enclosures()
    sheet.represented()
    sheet.signed_by_applicant()
    return sheet


def asylum_cover(language: str) -> Sheet:
    says = TEXTS["asylum_cover"][language]
    sheet = Sheet(language, says["title"])
    sheet.letterhead()
    sheet.heading()
    sheet.text(says["request"])
    sheet.facts(
        ("person.full_name", "person.birth_date", "person.sex", "person.origin"),
        ("person.latin_name", "person.birth_place", "person.address", "person.phone"),
    )
    sheet.told("letter.body", says["about"], needed=False)
    sheet.text(says["confidential"])
    sheet.enclosures()
    sheet.power()
    sheet.signed_by_lawyer()
    return sheet


def archive_request(language: str) -> Sheet:
    says = TEXTS["archive_request"][language]
    sheet = Sheet(language, says["title"])
    sheet.letterhead()
    sheet.heading()
    sheet.text(says["request"])
    sheet.facts(("person.full_name", "person.birth_date", "person.birth_place"), ("person.latin_name", "person.iin"))
    sheet.told("letter.request", says["asked"])
    sheet.told("letter.body", says["help"], needed=False)
    sheet.text(says["why"])
    sheet.power()
    sheet.enclosures()
    sheet.say(sheet.words["answer"])
    sheet.signed_by_lawyer()
    return sheet


def consular_inquiry(language: str) -> Sheet:
    says = TEXTS["consular_inquiry"][language]
    sheet = Sheet(language, says["title"])
    sheet.letterhead()
    sheet.heading()
    sheet.text(says["request"])
    sheet.facts(("person.full_name", "person.birth_date", "person.birth_place", "person.sex"), ("person.latin_name",))
    sheet.told("letter.body", says["more"], needed=False)
    sheet.text(says["confirm"])
    sheet.power()
    sheet.enclosures()
    sheet.say(sheet.words["answer"])
    sheet.signed_by_lawyer()
    return sheet


def complaint(language: str) -> Sheet:
    says = TEXTS["complaint"][language]
    sheet = Sheet(language, says["title"])
    sheet.applicant_head()
    sheet.heading()
    sheet.text(says["opening"])
    sheet.facts(("decision.authority", "decision.date"), ("decision.number", "decision.served"))
    sheet.told("letter.body", says["reasons"])
    sheet.told("letter.request", says["ask"])
    sheet.enclosures()
    sheet.represented()
    sheet.signed_by_applicant()
    return sheet


def power_of_attorney(language: str) -> Sheet:
    says = TEXTS["power_of_attorney"][language]
    sheet = Sheet(language, says["title"])
    sheet.heading()
    sheet.say(says["draft"], align=WD_ALIGN_PARAGRAPH.CENTER)
    sheet.say(sheet.words["day"])
    sheet.part(f"{says['grantor']}:")
    sheet.facts(
        ("person.full_name", "person.birth_date", "person.address"),
        ("person.birth_place", "person.latin_name", "person.iin"),
    )
    sheet.part(f"{sheet.words['representative']}:")
    sheet.facts(("lawyer.name", "organisation.name"))
    sheet.part(f"{says['authorises']}:")
    for one in says["powers"]:
        sheet.say(one, align=WD_ALIGN_PARAGRAPH.JUSTIFY, indent=True)
    sheet.only_if("letter.body", lambda: sheet.text("{{ letter.body }}"))
    sheet.text(says["term"])
    sheet.part(f"{says['grantor']}: {{{{ person.full_name }}}}")
    sheet.say(sheet.words["signature"])
    return sheet


def reminder(language: str) -> Sheet:
    says = TEXTS["reminder"][language]
    sheet = Sheet(language, says["title"])
    sheet.letterhead()
    sheet.heading()
    sheet.text(says["opening"])
    sheet.facts(("reply_to.subject", "reply_to.number", "reply_to.date"), ("reply_to.due",))
    sheet.part(f"{says['about']}:")
    sheet.facts(("person.full_name", "person.birth_date"))
    sheet.only_if("letter.body", lambda: sheet.text("{{ letter.body }}"))
    sheet.text(says["request"])
    sheet.say(sheet.words["answer"])
    sheet.signed_by_lawyer()
    return sheet


SHEETS: dict[str, Callable[[str], Sheet]] = {
    "SDP_APPLICATION": sdp_application,
    "ASYLUM_COVER": asylum_cover,
    "ARCHIVE_REQUEST": archive_request,
    "CONSULAR_INQUIRY": consular_inquiry,
    "COMPLAINT": complaint,
    "POWER_OF_ATTORNEY": power_of_attorney,
    "REMINDER": reminder,
}


def main(folder: Path = SEED) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for code, write in SHEETS.items():
        for language in LOCALES:
            write(language).save(folder / f"{code.lower()}_{language}.docx")


if __name__ == "__main__":
    main()
