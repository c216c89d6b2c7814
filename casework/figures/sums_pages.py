"""What the page of sums and shares shows, in words."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from casework.core import i18n
from casework.figures import indicators, sums
from casework.figures.external_pages import amount, category_words, series_name, share_words
from casework.figures.models import ExternalFigure


def sums_shown(every: Iterable[sums.Checked], own: Mapping[tuple[str, date], str]) -> list[dict[str, Any]]:
    """Every composite with its lines, and in words whether it adds up. `own`: what Casework counts of an indicator."""
    found = [one for one in every if one.whole is not None or any(one.parts)]
    return [_sum_shown(one, own) for one in sorted(found, key=lambda one: _FIRST.get(one.state, len(_FIRST)))]


def _sum_shown(one: sums.Checked, own: Mapping[tuple[str, date], str]) -> dict[str, Any]:
    composite, unit = one.composite, indicators.SERIES[one.composite.whole.series].unit
    tone, icon = _TONES[one.state]
    remarks = _remarks(one, unit)
    counted = own.get((composite.indicator, composite.whole.as_of))
    if counted is not None:
        remarks.insert(0, _("Casework itself counts: %(value)s.", value=counted))
    return {
        "title": series_name(composite.whole.series),
        "day": i18n.day(composite.whole.as_of),
        "lines": [
            _line(composite.whole, one.whole, _("Whole: %(of)s", of=_of_whom(composite.whole))),
            *(_part_line(number, *pair) for number, pair in enumerate(zip(composite.parts, one.parts, strict=True))),
        ],
        "total": [
            _("The parts together"),
            amount(one.summed, unit),
            "",
            {"text": _state_words(one, unit), "tone": tone, "icon": icon, "note": " ".join(remarks)},
        ],
    }


_FIRST = {sums.State.FAILS: 0, sums.State.MISSING: 1, sums.State.PARTIAL: 2}
"""What somebody has to look at comes first."""

_TONES = {
    sums.State.ADDS_UP: ("teal", "check"),
    sums.State.ROUNDED: ("teal", "check"),
    sums.State.REST: ("teal", "check"),
    sums.State.PARTIAL: ("amber", "triangle-alert"),
    sums.State.FAILS: ("red", "circle-alert"),
    sums.State.MISSING: ("amber", "clock"),
}


def _of_whom(term: sums.Term) -> str:
    scope = str(indicators.SCOPES.get(term.scope, term.scope))
    return ", ".join(one for one in (category_words(term.category), scope) if one)


def _part_line(number: int, term: sums.Term, figure: ExternalFigure | None) -> list[Any]:
    if term.sign < 0:
        return _line(term, figure, _("Taken off: %(of)s", of=_of_whom(term)), "− ")
    return _line(term, figure, _("Part: %(of)s", of=_of_whom(term)), "+ " if number else "")


def _line(term: sums.Term, figure: ExternalFigure | None, of: str, sign: str = "") -> list[Any]:
    what = {"text": series_name(term.series), "note": of, "url": url_for("figures.series", series=term.series)}
    if figure is None:
        return [what, _("not known"), i18n.day(term.as_of), _("Nobody has entered it, or it is void")]
    value = {
        "text": f"{sign}{amount(figure.value, figure.unit, figure.qualifier)}",
        "note": "" if figure.verified_at else _("Not verified"),
    }
    return [what, value, i18n.day(figure.as_of), {"text": figure.source, "note": figure.document or ""}]


def _state_words(one: sums.Checked, unit: str) -> str:
    difference = amount(abs(one.difference or Decimal(0)), unit)
    match one.state:
        case sums.State.ADDS_UP:
            return _("The parts add up")
        case sums.State.ROUNDED:
            return _("Differs by %(number)s: within rounding", number=difference)
        case sums.State.REST:
            return _("A rest of %(number)s was not printed", number=difference)
        case sums.State.PARTIAL:
            return _("%(number)s are not accounted for", number=difference)
        case sums.State.FAILS:
            return _("The parts do not add up: the difference is %(number)s", number=difference)
    return _("A part is missing")


def _remarks(one: sums.Checked, unit: str) -> list[str]:
    found = [str(one.composite.note)] if one.composite.note else []
    if one.composite.is_rounded:
        found.append(
            _(
                "The source prints counts of 1 to 4 as 0 or 5, so that a sum of %(count)s of its figures may be off by "
                "up to %(tolerance)s.",
                count=len(one.parts),
                tolerance=one.tolerance,
            )
        )
    if one.has_mixed_dates:
        found.append(_("The parts are of different days: such a sum is a figure of no day."))
    found += [_("Left out: %(what)s.", what=series_name(term.series)) for term in one.composite.omitted]
    if one.with_omitted is not None:
        found.append(_("With what is left out it would be %(number)s.", number=amount(one.with_omitted, unit)))
    return found


def shares_shown(figures: Iterable[ExternalFigure]) -> list[list[Any]]:
    """Shares with their part and their whole, as far as they are known."""
    return [
        [
            {
                "text": series_name(one.series),
                "note": str(indicators.SCOPES.get(one.scope, one.scope)),
                "url": url_for("figures.series", series=one.series),
            },
            amount(one.value, one.unit, one.qualifier),
            i18n.day(one.as_of),
            share_words(one) or _("Part and whole were not both published."),
        ]
        for one in sorted(figures, key=lambda one: (one.as_of, one.series), reverse=True)
        if one.unit == indicators.Unit.PERCENT
    ]
