"""What an uploaded template may not be, may not contain, and may not ask for."""

import io
import struct
import zipfile

import pytest
from docx import Document
from docx.shared import Mm

from casework.letters import checking
from casework.letters.checking import Fault, checked
from tests.letters.docx_files import changed, docx, part, rebuilt, with_xml

SOUND = docx("Т.А.Ә.: {{ person.full_name }}", "{% if person.iin %}ЖСН: {{person.iin}}{% endif %}")


def faults(data: bytes) -> set[Fault]:
    return {one.fault for one in checked(data).findings}


def test_a_sound_one_says_what_it_uses_and_needs() -> None:
    found = checked(SOUND)
    assert found.is_sound
    assert found.fields == ("person.full_name", "person.iin")
    assert found.needed == ("person.full_name",)


def test_an_unknown_field_is_named_with_its_place() -> None:
    (one,) = checked(docx("Before", "Name: {{ person.ful_name }}", "{{ person.full_name }}")).findings
    assert (one.fault, one.what, one.where) == (Fault.UNKNOWN, "person.ful_name", "Name: {{ person.ful_name }}")


def test_everything_wrong_is_told_at_once() -> None:
    found = checked(docx("{{ a.b }}", "{{ 7*7 }}", "{% for x in y %}", "{{ person.full_name }}")).findings
    assert [(one.fault, one.what) for one in found] == [
        (Fault.UNKNOWN, "a.b"),
        (Fault.SYNTAX, "{{ 7*7 }}"),
        (Fault.SYNTAX, "{% for x in y %}"),
    ]


@pytest.mark.parametrize(
    "tag",
    [
        "{{ person.full_name|safe }}",
        "{{ person.full_name() }}",
        "{{ person['iin'] }}",
        "{{ person.full_name.__class__ }}",
        "{{ 'x' }}",
        "{{r person.full_name }}",
        "{{- today -}}",
        "{%- if today -%}x{% endif %}",
        "{# words #}",
        "{% raw %}",
        "{% else %}",
        "{% if not today %}x{% endif %}",
        "{%tc if today %}",
        "{{ today",
        "today }}",
        "{_{ today }_}",
        "{%p if today %} and more",
        "{{\ntoday }}",
    ],
)
def test_anything_but_a_plain_field_is_refused(tag: str) -> None:
    found = faults(docx("{{ person.full_name }}", tag))
    assert found
    assert found <= {Fault.SYNTAX, Fault.UNBALANCED, Fault.UNKNOWN}


@pytest.mark.parametrize(
    "paragraphs",
    [
        ("{% if today %}x",),
        ("x{% endif %}",),
        ("{% if today %}x", "y{% endif %}"),
        ("{%p if today %}", "x"),
        ("{%p if today %}", "{% endif %}"),
        ("{% if today %}x{%p endif %}",),
    ],
)
def test_an_if_ends_where_it_can(paragraphs: tuple[str, ...]) -> None:
    assert faults(docx("{{ person.full_name }}", *paragraphs)) & {Fault.UNBALANCED, Fault.SYNTAX}


def test_an_if_within_an_if() -> None:
    sound = docx(
        "{%p if poa.number %}", "{{ poa.number }}", "{%p if poa.notary %}", "x", "{%p endif %}", "{%p endif %}"
    )
    assert checked(sound).findings == ()
    assert checked(sound).needed == ()


def test_a_tag_that_word_has_cut_into_pieces() -> None:
    """Word does that on every correction; docxtpl puts them together again, and so does the check."""
    document = Document()
    paragraph = document.add_paragraph()
    for piece in ("{", "{ person", ".full", "_name }", "}"):
        paragraph.add_run(piece).bold = piece == ".full"
    out = io.BytesIO()
    document.save(out)
    assert checked(out.getvalue()).fields == ("person.full_name",)


def test_a_tag_never_spans_two_paragraphs() -> None:
    assert faults(docx("{{ person.full_name }}", "{", "{ today }", "}")) == {Fault.SYNTAX}


def test_placeholders_in_head_and_foot_count() -> None:
    document = Document()
    document.sections[0].header.paragraphs[0].text = "{{ organisation.name }}"
    document.sections[0].footer.paragraphs[0].text = "{{ nothing.here }}"
    document.add_paragraph("{{ person.full_name }}")
    out = io.BytesIO()
    document.save(out)
    found = checked(out.getvalue())
    assert found.fields == ("person.full_name", "organisation.name")
    assert [one.fault for one in found.findings] == [Fault.UNKNOWN]


def test_without_fields_it_is_no_template() -> None:
    assert faults(docx("Words only")) == {Fault.EMPTY}


# -- the file --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", Fault.NOT_DOCX),
        (b"%PDF-1.7", Fault.NOT_DOCX),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, Fault.NOT_DOCX),
        (b"PK\x03\x04 but not further", Fault.DAMAGED),
        (SOUND[: len(SOUND) // 2], Fault.DAMAGED),
        (b"PK\x03\x04" + b"\0" * checking.MOST_BYTES, Fault.TOO_LARGE),
        (rebuilt(SOUND, {"[Content_Types].xml": b"<Types/>"}), Fault.NOT_DOCX),
        (rebuilt(SOUND, {"word/document.xml": b"<w:p"}), Fault.DAMAGED),
        (rebuilt(SOUND, {"word/vbaProject.bin": b"x"}), Fault.MACROS),
        (rebuilt(SOUND, {"word/embeddings/oleObject1.bin": b"x"}), Fault.FOREIGN_PART),
        (rebuilt(SOUND, {"word/activeX/activeX1.xml": b"<x/>"}), Fault.FOREIGN_PART),
        (rebuilt(SOUND, {"word/afchunk.mht": b"x"}), Fault.FOREIGN_PART),
        (rebuilt(SOUND, {"word/media/image1.svg": b"<svg/>"}), Fault.FOREIGN_PART),
        (rebuilt(SOUND, {"../../outside.xml": b"<x/>"}), Fault.FOREIGN_PART),
        (rebuilt(SOUND, {"word/comments.xml": b"<x/>"}), Fault.FOREIGN_PART),
    ],
)
def test_what_is_no_plain_word_file(data: bytes, fault: Fault) -> None:
    assert faults(data) == {fault}


def test_a_macro_document_by_its_type() -> None:
    def macro(types: bytes) -> bytes:
        return types.replace(b"wordprocessingml.document.main+xml", b"MACRO").replace(
            b"application/vnd.openxmlformats-officedocument.MACRO",
            b"application/vnd.ms-word.document.macroEnabled.main+xml",
        )

    assert faults(changed(SOUND, "[Content_Types].xml", macro)) == {Fault.MACROS}


def test_a_bomb() -> None:
    bomb = rebuilt(SOUND, {"word/media/image1.png": b"\0" * (21 * 1024 * 1024)})
    assert len(bomb) < checking.MOST_BYTES
    assert faults(bomb) == {Fault.TOO_LARGE}


def test_a_bomb_that_lies_about_its_size() -> None:
    bomb = bytearray(rebuilt(SOUND, {"word/media/image1.png": b"\0" * (21 * 1024 * 1024)}))
    real = struct.pack("<L", 21 * 1024 * 1024)
    small = bytes(bomb.replace(real, struct.pack("<L", 1000)))
    assert faults(small) & {Fault.DAMAGED, Fault.TOO_LARGE}


def test_too_many_parts() -> None:
    assert faults(rebuilt(SOUND, {f"word/header{n}.xml": b"<x/>" for n in range(300)})) == {Fault.TOO_LARGE}


def test_two_parts_of_one_name() -> None:
    out = io.BytesIO(SOUND)
    with zipfile.ZipFile(out, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("word/document.xml", b"<x/>")
    assert faults(out.getvalue()) == {Fault.FOREIGN_PART}


@pytest.mark.parametrize(
    "doctype",
    [
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
        b'<!DOCTYPE x SYSTEM "http://example.org/x.dtd">',
    ],
)
def test_no_document_type(doctype: bytes) -> None:
    xml = part(SOUND, "word/document.xml")
    head, rest = xml.split(b"?>", 1)
    assert faults(rebuilt(SOUND, {"word/document.xml": head + b"?>" + doctype + rest})) == {Fault.DAMAGED}


@pytest.mark.parametrize("name", ["word/_rels/document.xml.rels", "word/_rels/settings.xml.rels", "_rels/.rels"])
@pytest.mark.parametrize("kind", ["image", "hyperlink", "attachedTemplate", "oleObject", "aFChunk", "frame"])
def test_nothing_from_outside(name: str, kind: str) -> None:
    relation = (
        f'<Relationship Id="rX" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" '
        'Target="http://example.org/x" TargetMode="External"/>'
    )
    start = (
        part(SOUND, name)
        if name != "word/_rels/settings.xml.rels"
        else b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
    )
    tampered = start.replace(b"</Relationships>", relation.encode() + b"</Relationships>")
    assert Fault.OUTSIDE in faults(rebuilt(SOUND, {name: tampered}))


@pytest.mark.parametrize(
    ("xml", "fault"),
    [
        ('<w:altChunk r:id="r1"/>', Fault.EMBEDDED),
        ("<w:p><w:r><w:object/></w:r></w:p>", Fault.EMBEDDED),
        ("<w:p><w:r><w:pict/></w:r></w:p>", Fault.EMBEDDED),
        ("<w:p><w:r><w:control/></w:r></w:p>", Fault.EMBEDDED),
        ('<w:p><w:fldSimple w:instr="DDEAUTO c:\\\\x"/></w:p>', Fault.WORD_FIELD),
        ('<w:p><w:fldSimple w:instr="INCLUDETEXT x"/></w:p>', Fault.WORD_FIELD),
        ('<w:p><w:fldSimple w:instr="=7*7"/></w:p>', Fault.WORD_FIELD),
        ('<w:p><w:fldSimple w:instr="MERGEFIELD x"/></w:p>', Fault.WORD_FIELD),
        ("<w:p><w:r><w:instrText>INCLUDEPICTURE x</w:instrText></w:r></w:p>", Fault.WORD_FIELD),
        (
            "<w:p><w:r><w:instrText>DDE</w:instrText></w:r><w:r><w:instrText>AUTO x</w:instrText></w:r></w:p>",
            Fault.WORD_FIELD,
        ),
        ('<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r></w:p>', Fault.WORD_FIELD),
        ('<w:p><w:ins w:id="1" w:author="X"><w:r><w:t>x</w:t></w:r></w:ins></w:p>', Fault.REVIEWED),
        ('<w:p><w:del w:id="1" w:author="X"><w:r><w:delText>x</w:delText></w:r></w:del></w:p>', Fault.REVIEWED),
        ('<w:p><w:bookmarkStart w:id="1" w:name="{{ today }}"/></w:p>', Fault.HIDDEN),
        ("<!-- {% for x in y %} --><w:p/>", Fault.HIDDEN),
    ],
)
def test_what_a_letter_does_not_need(xml: str, fault: Fault) -> None:
    assert fault in faults(with_xml(xml, "{{ person.full_name }}"))


def test_page_numbers_may_stay() -> None:
    numbers = (
        '<w:p><w:fldSimple w:instr=" PAGE \\* MERGEFORMAT "/><w:r><w:instrText> NUMPAGES </w:instrText></w:r></w:p>'
    )
    assert checked(with_xml(numbers, "{{ person.full_name }}")).findings == ()


def test_mail_merge_settings() -> None:
    def merging(settings: bytes) -> bytes:
        return settings.replace(b"</w:settings>", b"<w:mailMerge/></w:settings>")

    assert faults(changed(SOUND, "word/settings.xml", merging)) == {Fault.OUTSIDE}


def test_placeholders_in_the_properties() -> None:
    document = Document()
    document.add_paragraph("{{ person.full_name }}")
    document.core_properties.title = "{{ person.iin }}"
    out = io.BytesIO()
    document.save(out)
    assert faults(out.getvalue()) == {Fault.HIDDEN}


def test_a_picture_of_the_letterhead_may_stay(tmp_path: object) -> None:
    from PIL import Image

    picture = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(picture, "PNG")
    document = Document()
    document.add_picture(io.BytesIO(picture.getvalue()), width=Mm(10))
    document.add_paragraph("{{ person.full_name }}")
    out = io.BytesIO()
    document.save(out)
    assert checked(out.getvalue()).findings == ()
