"""Days and months in words."""

from datetime import date

import pytest
from flask import Flask
from flask_babel import force_locale

from casework.core import i18n


@pytest.mark.parametrize(
    ("language", "words"), [("en", "November 2026"), ("ru", "ноябрь 2026"), ("kk", "2026 ж. қараша")]
)
def test_a_month_in_the_middle_of_a_sentence(app: Flask, language: str, words: str) -> None:
    with app.app_context(), force_locale(language):
        assert i18n.month_name(date(2026, 11, 1)) == words
