"""Texts of an edition: what they say at first, what placeholders stand for, numbers typed by hand."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale

import casework
from casework.core import i18n
from casework.core.config import LANGUAGES
from casework.editions import rules, texts
from casework.editions.texts import Known, UnknownFigure, loose_numbers, resolved
from tests.editions import office
from tests.releases import published

DAY = date(2025, 1, 1)


@pytest.fixture(scope="module", autouse=True)
def _words() -> Iterator[None]:
    app = Flask("words")
    i18n.babel.init_app(app, default_translation_directories=str(Path(casework.__file__).parent / "translations"))
    with app.app_context():
        yield


def figures(**changes: dict[str, Any]) -> list[dict[str, Any]]:
    """What the shipped texts name. `changes`: other values, by the code of a figure, part or component."""
    found: list[dict[str, Any]] = office.publication()["figures"]
    for one in texts.each_figure(found):
        one.update(changes.get(one["code"], {}))  # type: ignore[attr-defined]
    return found


def known(**changes: dict[str, Any]) -> Known:
    return Known.of(figures(**changes), DAY, "Kazakhstan")


HIDDEN = {"value": None, "hidden": True}
UNKNOWN = {"value": None, "hidden": False}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{refugees_asylum} people", "646 people"),
        ("{refugees_asylum_afg} and { undetermined }", "320 and 466"),
        ("{refugee_like}; {stateless_government}", "up to 65,511; about 7,399"),
        ("{funding_required}, {funding_share}", "USD 9.6 million, 28%"),
        ("{area}, {as_of}", "Kazakhstan, 1 January 2025"),
        ("{share:refugees_asylum_afg/refugees_asylum}", "50%"),
        ("{share:undetermined/stateless_known}", "6%"),
        ("no placeholder", "no placeholder"),
    ],
)
def test_a_placeholder_is_the_figure_as_printed(text: str, said: str) -> None:
    assert resolved(text, known()) == said


def test_a_figure_is_printed_as_its_language_writes_it() -> None:
    with force_locale("ru"):
        assert resolved("{refugee_like}", known()).replace("\u00a0", " ") == "до 65 511"


@pytest.mark.parametrize(
    "name",
    [
        "no_such_figure",
        "",
        "share:refugees_asylum_afg",
        "share:refugees_asylum_afg/no_such_figure",
        "share:refugees_asylum/refugees_asylum_afg",  # a whole of its part
        "share:refugee_like/refugees_asylum",  # an estimate of persons counted
        "share:stateless_government/stateless_known",  # about so many
        "share:funding_share/funding_required",
    ],
)
def test_what_stands_for_nothing_is_refused_by_its_name(name: str) -> None:
    with pytest.raises(UnknownFigure) as refusal:
        resolved(f"It is {{{name}}}.", known())
    assert refusal.value.name == name


@pytest.mark.parametrize("gone", [HIDDEN, UNKNOWN], ids=["withheld", "not known"])
@pytest.mark.parametrize(
    "name",
    ["refugees_asylum_afg", "share:refugees_asylum_afg/refugees_asylum", "share:refugees_asylum_ukr/refugees_asylum"],
)
def test_what_is_withheld_has_no_placeholder(name: str, gone: dict[str, Any]) -> None:
    code = "refugees_asylum_ukr" if "ukr" in name else "refugees_asylum_afg"
    with pytest.raises(UnknownFigure):
        resolved(f"{{{name}}}", known(**{code: gone}))


def test_a_hidden_figure_is_hidden_whatever_stands_beside_it() -> None:
    with pytest.raises(UnknownFigure):
        resolved("{refugees_asylum_afg}", known(refugees_asylum_afg={"hidden": True}))


def test_a_share_of_nothing_is_none() -> None:
    with pytest.raises(UnknownFigure):
        resolved("{share:refugees_asylum_afg/refugees_asylum}", known(refugees_asylum={"value": 0}))


@pytest.mark.parametrize(
    ("text", "loose"),
    [
        ("646 people, of them 320", []),
        ("647 people", ["647"]),
        ("7,865 and 7 865 and 7\u00a0865", []),
        ("7,866 stateless", ["7,866"]),
        ("7 866 без гражданства", ["7 866"]),
        ("USD 9,600,000", []),
        ("USD 9.6 million", ["9.6"]),
        ("28% of it, 28 %", []),
        ("29%", ["29"]),
        ("In 2024, on 1 January 2025, by 31.03.2025", []),
        ("2025 жылғы 1 қаңтар, 1 января 2025 года", []),
        ("1. First\n2) Second", []),
        ("Call +7 701 234 56 78 or write to office12@example.org", []),
        ("{refugees_asylum_afg} of 646; 12, 12 and 13", ["12", "13"]),
        ("the 1951 Convention", []),
        ("0.5 of them; 5-11 years", ["0.5", "5", "11"]),
    ],
)
def test_numbers_typed_by_hand(text: str, loose: list[str]) -> None:
    assert loose_numbers(text, figures()) == loose


# -- what is shipped ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [rules.NATIONAL, rules.REGIONAL])
def test_the_shipped_texts_are_whole(kind: str) -> None:
    shipped = texts.defaults(kind)
    order = [one.code for one in texts.SECTIONS]
    assert list(shipped) == [one for one in order if one in shipped]
    for section in texts.SECTIONS:
        if section.code not in shipped:
            assert not section.is_required
            continue
        written = [bool(shipped[section.code][language]) for language in LANGUAGES]
        assert len(set(written)) == 1, section.code
        assert written[0] or not section.is_required, section.code
        for language in LANGUAGES:
            assert len(shipped[section.code][language]) <= rules.longest(section.code), (section.code, language)


def test_another_kind_has_no_texts() -> None:
    with pytest.raises(KeyError):
        texts.defaults("worldwide")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [rules.NATIONAL, rules.REGIONAL])
def test_the_shipped_texts_type_no_number(kind: str, language: str) -> None:
    for section, words in texts.defaults(kind).items():
        assert loose_numbers(words[language], []) == [], section
        with force_locale(language):
            assert "{" not in resolved(words[language], known())


def test_translations_name_the_same_figures() -> None:
    for kind in (rules.NATIONAL, rules.REGIONAL):
        for section, words in texts.defaults(kind).items():
            named = [sorted(re.findall(r"\{[^}]*\}", words[language])) for language in LANGUAGES]
            assert named[0] == named[1] == named[2], section


def test_national_texts_name_the_country_by_its_placeholder() -> None:
    """An installation of another country begins with the same."""
    for words in texts.defaults(rules.NATIONAL).values():
        assert not any("Kazakhstan" in text or "Казахстан" in text or "Қазақстан" in text for text in words.values())


def test_sections_are_named_in_three_languages() -> None:
    assert len({one.code for one in texts.SECTIONS}) == len(texts.SECTIONS)
    assert sum(one.is_required for one in texts.SECTIONS if one.code in texts.MESSAGES) == texts.REQUIRED_MESSAGES == 2
    for one in texts.SECTIONS:
        assert all((one.name.en, one.name.ru, one.name.kk, one.hint.en, one.hint.ru, one.hint.kk))


def test_a_figure_below_a_figure_is_found() -> None:
    inner = published.figure("c", ("C",) * 3, 1)
    middle = published.figure("b", ("B",) * 3, 2, parts=[inner])
    assert [one["code"] for one in texts.each_figure([published.figure("a", ("A",) * 3, 3, components=[middle])])] == [
        "a",
        "b",
        "c",
    ]
