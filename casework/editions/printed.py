"""Sheets that others have printed: external figures of one document together, and what does not add up in them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask_babel import gettext as _

from casework.core import i18n
from casework.factsheets.comparison import Side, Told
from casework.figures import external_queries, indicators, report, sums
from casework.figures.external_pages import amount, category_words, series_name
from casework.figures.models import ExternalFigure
from casework.figures.sums import Checked, Printed, State


@dataclass(frozen=True)
class Remark:
    """Something about a printed sheet. `is_failure`: its own numbers contradict it."""

    text: str
    is_failure: bool


@dataclass(frozen=True)
class PrintedSheet:
    """What one document printed. `as_of`: the day most of its figures are of."""

    code: str
    title: str
    as_of: date
    figures: tuple[ExternalFigure, ...]
    remarks: tuple[Remark, ...]

    @property
    def failures(self) -> int:
        return sum(one.is_failure for one in self.remarks)


def sheets() -> list[PrintedSheet]:
    """Every printed sheet there are standing figures of, the latest day first."""
    figures = external_queries.standing(indicators.SERIES)
    checked = sums.checked(figures)
    by_document: dict[str, list[ExternalFigure]] = {}
    for one in figures:
        by_document.setdefault(one.document or one.source, []).append(one)
    found = [_sheet(title, of, checked) for title, of in by_document.items()]
    return sorted(found, key=lambda one: (one.as_of, one.title), reverse=True)


def sheet(code: str) -> PrintedSheet | None:
    return next((one for one in sheets() if one.code == code), None)


def _sheet(title: str, figures: Sequence[ExternalFigure], checked: Iterable[Checked]) -> PrintedSheet:
    days = [one.as_of for one in figures]
    as_of = max(sorted(set(days)), key=days.count)
    order = sorted(figures, key=lambda one: (one.category, -one.value, one.series, one.scope))
    return PrintedSheet(_code(title), title, as_of, tuple(order), tuple(_remarks(figures, as_of, checked)))


def _code(title: str) -> str:
    """A name for addresses: letters and digits of the title."""
    return re.sub(r"[\W_]+", "-", title.casefold()).strip("-")[:80]


def _remarks(figures: Sequence[ExternalFigure], as_of: date, checked: Iterable[Checked]) -> Iterable[Remark]:
    ids = {one.id for one in figures}
    for one in checked:
        if one.whole is not None and one.whole.id in ids:
            yield from _of_sum(one)
    for figure in figures:
        if figure.numerator is not None and figure.denominator:
            how = sums.printed_as(figure.value, figure.numerator, figure.denominator)
            if how is not Printed.ROUNDED:
                share = report.worded(
                    sums.percent(figure.numerator, figure.denominator).quantize(Decimal("0.01")), figure.unit
                )
                yield Remark(
                    _(
                        "%(figure)s: %(printed)s was printed; part and whole give %(share)s.",
                        figure=series_name(figure.series), printed=_amount(figure), share=share,
                    ),
                    is_failure=how is Printed.OTHERWISE,
                )  # fmt: skip
    other_days = sorted({one.as_of for one in figures} - {as_of})
    if other_days:
        yield Remark(
            _("Some of its figures are as of another day: %(days)s.", days=", ".join(map(i18n.day, other_days))), False
        )


def _of_sum(one: Checked) -> Iterable[Remark]:
    whole, unit = one.whole, indicators.SERIES[one.composite.whole.series].unit
    if whole is None:
        return
    if one.state in (State.FAILS, State.PARTIAL):
        parts = " + ".join(_amount(part) for part in one.parts if part is not None)
        yield Remark(
            _(
                "%(figure)s: %(printed)s was printed, but %(parts)s = %(sum)s.",
                figure=series_name(whole.series), printed=_amount(whole), parts=parts, sum=amount(one.summed, unit),
            ),
            is_failure=one.state is State.FAILS,
        )  # fmt: skip
    if one.with_omitted is not None:
        left_out = ", ".join(
            f"{series_name(term.series)} {_amount(part)}"
            for term, part in zip(one.composite.omitted, one.omitted, strict=True)
            if part is not None
        )
        yield Remark(
            _(
                "%(figure)s: %(printed)s leaves out %(what)s; with them it would be %(sum)s.",
                figure=series_name(whole.series), printed=_amount(whole), what=left_out,
                sum=amount(one.with_omitted, unit),
            ),
            is_failure=True,
        )  # fmt: skip


def _amount(figure: ExternalFigure) -> str:
    return amount(figure.value, figure.unit, figure.qualifier)


# -- beside editions of ours -------------------------------------------------------------------------------------


def _same_as() -> Mapping[str, str]:
    """Which of our figures a series gives or prints, by the series."""
    return {
        name: one.code
        for figure in indicators.KEY_FIGURES
        for one in (figure, *figure.parts, *figure.components)
        for name in (one.series, one.printed)
        if name
    }


def side(printed: PrintedSheet) -> Side:
    """A printed sheet as one side of a comparison. It has figures only: others publish no accounts."""
    same = _same_as()
    told = []
    for one in printed.figures:
        code = same.get(one.series, one.series)
        names = (series_name(one.series), category_words(one.category))
        number = int(one.value) if one.value == one.value.to_integral_value() else one.value
        told.append(
            Told(
                code=f"{code};{one.category}" if one.category else code,
                name=", ".join(filter(None, names)),
                text=report.worded(number, one.unit, one.qualifier),
                value=number,
                unit=one.unit,
                scope=one.scope,
                as_of=one.as_of,
                source=one.source,
                qualifier=one.qualifier,
            )
        )
    return Side(name=printed.title, as_of=printed.as_of, figures=tuple(told))


def figure_rows(printed: PrintedSheet) -> list[list[Mapping[str, str]]]:
    """What was printed, line by line: the figure, its value, the day and the source."""
    return [
        [
            {
                "text": series_name(one.series),
                "note": ", ".join(
                    filter(None, (category_words(one.category), str(indicators.SCOPES.get(one.scope, one.scope))))
                ),
            },
            {"text": _amount(one)},
            {"text": i18n.day(one.as_of)},
            {"text": one.source, "note": one.note or ""},
        ]
        for one in printed.figures
    ]
