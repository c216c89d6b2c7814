"""Values go into a template and stay words: never a field, a formula or XML."""

import io
import zipfile

import pytest
from docx import Document
from hypothesis import example, given
from hypothesis import strategies as st

from casework.letters.fields import FIELDS, examples
from casework.letters.merging import FieldEnvironment, NotAllowed, merged, plain
from tests.letters.docx_files import docx, part, words

TEMPLATE = docx(
    "{{ person.full_name }}", "Before {{ letter.body }} after", "{%p if person.iin %}", "IIN", "{%p endif %}"
)

ATTACKS = [
    "{{7*7}}",
    "{{ person.iin }}",
    "{% for x in ().__class__.__mro__ %}{% endfor %}",
    "{# gone #}",
    "{_{ 7*7 }_}",
    "{_% for %_}",
    "${7*7}",
    "#{7*7}",
    '=HYPERLINK("http://example.org";"x")',
    "</w:t></w:r></w:p><w:p><w:r><w:t>another",
    "<w:p><w:fldSimple w:instr='DDEAUTO'/></w:p>",
    "&lt;w:p&gt;&amp;",
    "]]><!--",
    "Ая & Бо <и> \"кавычки\" 'апостроф'",
    "\\a\\f\\x07",
]


@pytest.mark.parametrize("value", ATTACKS)
def test_a_value_is_never_more_than_words(value: str) -> None:
    made = merged(TEMPLATE, {"person.full_name": value, "letter.body": value})
    found = words(made)
    assert found[0] == " ".join(value.split())
    assert found[1] == f"Before {value} after"
    xml = part(made, "word/document.xml").decode()
    assert "<w:fldSimple" not in xml
    assert "instrText" not in xml
    assert "w:hyperlink" not in xml
    assert "49" not in found[0]


@pytest.mark.parametrize(
    "control", ["\0", "\a", "\b", "\f", "\v", "\x1b", "\x7f", "\x85", "\ufffe", "\uffff", "\ud800"]
)
def test_control_characters_go(control: str) -> None:
    """Some of them mean something to docxtpl, and none has a place in XML."""
    made = merged(TEMPLATE, {"person.full_name": f"Ая{control}Бо", "letter.body": f"Ая{control}Бо"})
    found = words(made)
    assert len(found) == 2, "no paragraph and no page came of it"
    assert found[0].replace("\x7f", "").replace("\x85", "").replace(" ", "") == "АяБо"


@given(st.text(max_size=200))
@example("\n\n")
@example("{{" * 20 + "}}" * 20)
def test_any_text_comes_out_as_it_went_in(value: str) -> None:
    made = merged(TEMPLATE, {"person.full_name": "Х", "letter.body": f"|{value}|"})
    lines = plain(f"|{value}|", is_long=True).split("\n")
    found = words(made)[1:]
    assert len(found) == len(lines)
    assert found[0].startswith("Before |")
    assert found[-1].endswith("| after")
    assert "\n".join(found) == "Before " + "\n".join(lines) + " after"


def test_a_line_typed_is_a_paragraph_and_a_name_is_one_line() -> None:
    made = merged(TEMPLATE, {"person.full_name": "Ая\nБо\tВа", "letter.body": "Один\nДва\r\nТри"})
    assert words(made) == ["Ая Бо Ва", "Before Один", "Два", "Три after"]


def test_what_has_no_value_is_left_out() -> None:
    assert words(merged(TEMPLATE, {"person.iin": "910314400123"}))[-1] == "IIN"
    assert "IIN" not in words(merged(TEMPLATE, {"person.full_name": "Ая"}))


def test_merging_twice_changes_nothing() -> None:
    """A letter is no template: what a value looks like is not looked at again, and if it were, it would be refused."""
    made = merged(TEMPLATE, {"person.full_name": "{{ person.iin }}", "person.iin": "910314400123"})
    assert words(made)[0] == "{{ person.iin }}"


@pytest.mark.parametrize(
    "tag",
    [
        "{{ 7*7 }}",
        "{{ person }}",
        "{{ person.nothing }}",
        "{{ nothing }}",
        "{{ person.full_name.__class__ }}",
        "{{ person['full_name'] }}",
        "{{ person.full_name|upper }}",
        "{{ person.full_name() }}",
        "{{ ''.__class__ }}",
        "{{ self }}",
        "{{ range(3) }}",
        "{{ cycler }}",
        "{{ today ~ today }}",
        "{{ today if today }}",
        "{% for x in today %}{% endfor %}",
        "{% set x = today %}",
        "{% include 'x' %}",
        "{% import 'x' as y %}",
        "{% macro m() %}{% endmacro %}",
        "{% raw %}{{ today }}{% endraw %}",
        "{% if 7 %}{% endif %}",
        "{% if today == today %}{% endif %}",
        "{% if not today %}{% endif %}",
        "{% if today is defined %}{% endif %}",
        "{% if today %}{% else %}{% endif %}",
        "{%r if today %}{%r endif %}{{r 7*7 }}",
        "{% colspan 7*7 %}",
        "{% cellbg 7*7 %}",
    ],
)
def test_a_template_can_do_nothing_but_put_in_fields(tag: str) -> None:
    with pytest.raises(NotAllowed):
        merged(docx(tag), examples("en"))


def test_the_sandbox_is_empty() -> None:
    """Even what would slip past the look at its tokens finds nothing to use."""
    environment = FieldEnvironment()
    assert not environment.globals
    assert not environment.filters
    assert not environment.tests
    with pytest.raises(NotAllowed):
        environment.getattr({"a": 1}, "items")
    with pytest.raises(NotAllowed):
        environment.getattr("", "__class__")
    with pytest.raises(NotAllowed):
        environment.getitem([1], 0)
    with pytest.raises(NotAllowed):
        environment.call(print, "x")


def test_an_unknown_value_is_refused() -> None:
    with pytest.raises(NotAllowed):
        merged(TEMPLATE, {"person.nothing": "x"})


def test_the_file_says_nothing_of_whoever_made_its_template() -> None:
    document = Document()
    document.add_paragraph("{{ person.full_name }}")
    properties = document.core_properties
    properties.author = properties.last_modified_by = properties.comments = "Секретов"
    out = io.BytesIO()
    document.save(out)
    made = merged(out.getvalue(), {"person.full_name": "Ая"}, title="Письмо", language="ru")
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert not any("Секретов".encode() in archive.read(name) for name in archive.namelist())
    assert Document(io.BytesIO(made)).core_properties.title == "Письмо"


def test_every_field_has_a_label_and_an_example_in_each_language() -> None:
    for field in FIELDS:
        for words_ in (field.words, field.example):
            assert all((words_.en, words_.ru, words_.kk)), field.name
    assert len({field.name for field in FIELDS}) == len(FIELDS)
