"""One rule of percentages."""

from decimal import Decimal

import pytest
from flask import Flask
from flask_babel import force_locale

from casework.figures.shares import share


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [
        (0, 646, "0%"),
        (1, 1000, "less than 1%"),
        (4, 1000, "less than 1%"),
        (5, 1000, "1%"),
        (466, 7865, "6%"),
        (45, 1000, "5%"),
        (1, 2, "50%"),
        (994, 1000, "99%"),
        (995, 1000, "more than 99%"),
        (999_999, 1_000_000, "more than 99%"),
        (646, 646, "100%"),
        (Decimal("0.5"), Decimal(100), "1%"),
    ],
)
def test_a_share_is_whole_and_never_nothing_or_all_by_rounding(
    app: Flask, part: Decimal, whole: Decimal, said: str
) -> None:
    with app.test_request_context(), force_locale("en"):
        assert share(part, whole) == said


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_small_and_large_shares_are_told_in_words(app: Flask, language: str) -> None:
    with app.test_request_context(), force_locale(language):
        for part, number in ((1, "1"), (999, "99")):
            assert number in share(part, 1000)
            assert any(letter.isalpha() for letter in share(part, 1000))
