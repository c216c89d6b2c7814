"""What may be added up, and what the code makes impossible."""

from dataclasses import replace
from datetime import date

import pytest

from casework.core.i18n import Text
from casework.figures import indicators, report
from casework.figures.indicators import Indicator, NotSummable, Source, Unit

NAME = Text("a", "b", "c")


def total_of(*components: Indicator, unit: Unit = Unit.PERSONS) -> Indicator:
    return Indicator("total", NAME, NAME, Source.SUM, unit=unit, components=components)


def counted(code: str, *statuses: str, dimension: str = "displacement", unit: Unit = Unit.PERSONS) -> Indicator:
    return Indicator(code, NAME, NAME, Source.CASES, unit=unit, dimension=dimension, statuses=statuses)


def test_the_estimate_cannot_be_added_to_anything() -> None:
    with pytest.raises(NotSummable, match="refugee_like is never part of a sum"):
        total_of(indicators.REFUGEES_AND_ASYLUM_SEEKERS, indicators.REFUGEE_LIKE)


@pytest.mark.parametrize(
    ("components", "words"),
    [
        ((counted("a", "ASR"), counted("b", "REF-C", unit=Unit.CASES)), "counts cases"),
        ((counted("a", "ASR"),), "at least two"),
        ((counted("a", "ASR"), counted("b", "UN", dimension="nationality")), "count twice"),
        ((counted("a", "ASR"), counted("b", "ASR", "REF-C")), "in two components"),
        ((counted("a", "ASR"), replace(counted("b", "REF-C"), scope=indicators.REGIONAL)), "is about CENTRAL_ASIA"),
        ((indicators.UNDETERMINED, indicators.CITIZENSHIP_GRANTED), "never part"),
        ((indicators.UNDETERMINED, indicators.FUNDING_REQUIRED), "counts usd"),
    ],
)
def test_unlike_figures_do_not_add_up(components: tuple[Indicator, ...], words: str) -> None:
    with pytest.raises(NotSummable, match=words):
        total_of(*components)


def test_shares_never_add_up() -> None:
    share = Indicator("share", NAME, NAME, Source.EXTERNAL, unit=Unit.PERCENT, series="x")
    with pytest.raises(NotSummable, match="counts percent"):
        total_of(share, replace(share, code="other"), unit=Unit.PERCENT)


def test_like_figures_add_up() -> None:
    assert total_of(counted("a", "ASR"), counted("b", "REF-C")).components


def test_a_sum_takes_its_own_components_only() -> None:
    day = date(2025, 1, 1)
    wrong = tuple(report.Figure(one, day, 5) for one in (indicators.STATELESS_GOVERNMENT, indicators.REFUGEE_LIKE))
    with pytest.raises(NotSummable):
        report.total(indicators.STATELESS_KNOWN, wrong)


def test_every_figure_has_words_in_three_languages() -> None:
    texts = [text for one in indicators.KEY_FIGURES for text in (one.name, one.definition)]
    texts += [one.name for one in indicators.SERIES.values()]
    for text in texts:
        assert text.en
        assert text.ru
        assert text.kk
        assert len({text.en, text.ru, text.kk}) == 3, text
