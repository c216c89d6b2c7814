"""What shipped figures say of themselves is said in every language of a sheet."""

import csv

import pytest
from flask import Flask
from flask_babel import force_locale

from casework.factsheets.content import sheet
from casework.factsheets.wordings import SHIPPED, worded
from casework.figures import indicators
from casework.figures.actions import SEED
from tests.factsheets import contents

GIVEN = {one.series for figure in indicators.KEY_FIGURES for one in (figure, *figure.parts, *figure.components)} - {""}


def test_every_word_of_a_shipped_key_figure_is_known() -> None:
    with SEED.open(encoding="utf-8", newline="") as file:
        rows = [one for one in csv.DictReader(file) if one["series"] in GIVEN]
    assert len(rows) >= 6
    said = {row[name] for row in rows for name in ("source", "document", "note") if row[name]}
    assert said - {*SHIPPED} == set()


def test_numbers_are_the_same_in_every_language() -> None:
    for one in SHIPPED.values():
        digits = {"".join(sorted(filter(str.isdigit, text))) for text in (one.en, one.ru, one.kk)}
        assert len(digits) == 1, one.en


@pytest.mark.parametrize(("language", "source"), [("ru", "УВКБ ООН"), ("kk", "БҰҰ БЖКБ"), ("en", "UNHCR")])
def test_a_source_is_told_in_the_language_of_the_sheet(in_app: None, language: str, source: str) -> None:
    found = {one.code: one for one in sheet(contents.national(language)).figures}
    assert found["funding_share"].source == source


def test_what_somebody_typed_stands_as_it_was_typed(words: Flask) -> None:
    with words.app_context(), force_locale("ru"):
        assert worded("A letter of 3 July") == "A letter of 3 July"
