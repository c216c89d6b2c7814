"""The Key Figures of the country, and what an organisation counts of its own caseload, ready to be shown."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from babel.numbers import format_decimal, format_percent
from flask_babel import gettext as _

from casework.core import i18n
from casework.figures import flows, indicators, queries, rules
from casework.figures.indicators import Indicator, Source, Unit
from casework.figures.models import ExternalFigure
from casework.persons.rules import AgeBand, Flow, Sex
from casework.reference import queries as codes

STALE_AFTER_MONTHS = 18
PUBLISHED_WITHIN_MONTHS = 6
"""A sheet comes out within half a year of its day; what it says of money is as of its publication."""

Number = int | Decimal


@dataclass(frozen=True)
class Figure:
    """One figure as of a day. `value` is None when it is hidden, or when nobody has given it."""

    indicator: Indicator
    as_of: date
    value: Number | None
    is_hidden: bool = False
    qualifier: str = ""
    source: str = ""
    document: str = ""
    note: str = ""
    is_stale: bool = False
    is_verified: bool = True
    parts: tuple["Figure", ...] = ()
    components: tuple["Figure", ...] = ()

    @property
    def text(self) -> str:
        """The value in words of the page's language: “up to 65,511”."""
        if self.value is None:
            return str(_("hidden to protect people") if self.is_hidden else _("not known"))
        return worded(self.value, self.indicator.unit, self.qualifier)


def worded(value: Number, unit: str, qualifier: str = "") -> str:
    """A value with its unit and its qualifier in words."""
    locale = "en_GB" if i18n.language() == "en" else i18n.language()
    if unit == Unit.PERCENT:
        text = format_percent(value / Decimal(100), locale=locale, decimal_quantization=False)
    elif unit == Unit.USD and value >= 1_000_000 and value % 10_000 == 0:
        text = _("USD %(amount)s million", amount=format_decimal(value / Decimal(1_000_000), locale=locale))
    elif unit == Unit.USD:
        text = _("USD %(amount)s", amount=format_decimal(value, locale=locale))
    else:
        text = format_decimal(value, locale=locale)
    match qualifier:
        case "up_to":
            return str(_("up to %(value)s", value=text))
        case "more_than":
            return str(_("more than %(value)s", value=text))
        case "about":
            return str(_("about %(value)s", value=text))
    return text


@dataclass(frozen=True)
class Finding:
    """Something that does not add up, or is old, missing or not used yet.

    `kind`: sum, printed, stale, missing, waiting.
    """

    kind: str
    indicator: Indicator
    message: str
    explanation: str = ""
    """Only in a release: there it is signed."""

    @property
    def figure(self) -> str:
        return str(self.indicator.name)


@dataclass(frozen=True)
class KeyFigures:
    """The Key Figures as of 00:00 in Almaty at the start of a day: of the country, or of one organisation."""

    as_of: date
    organisation_id: UUID | None
    figures: tuple[Figure, ...]
    findings: tuple[Finding, ...] = field(default=())

    def figure(self, code: str) -> Figure:
        """A figure, or a part or component of one."""
        for figure in self.figures:
            for one in (figure, *figure.parts, *figure.components):
                if one.indicator.code == code:
                    return one
        raise KeyError(code)


# -- Key Figures ---------------------------------------------------------------------------------------------


Counts = Mapping[str, int | None]
"""Persons by the code of a counted figure or part; None: withheld."""


def key_figures(as_of: date, organisation_id: UUID | None = None, *, counted: Counts | None = None) -> KeyFigures:
    """The national Key Figures; with an organisation, only what is counted, of its own persons.

    A release hands over what it `counted`, and withholds, and nothing is read from the ledger; a part that is not
    there is left out.
    """
    wanted = indicators.key_figures() if organisation_id is None else indicators.COUNTED
    external = _External(as_of)
    counts = _counts(as_of, organisation_id) if counted is None else counted
    figures = tuple(_figure(indicator, as_of, counts, external) for indicator in wanted)
    findings = tuple(_findings(figures, external)) if organisation_id is None else ()
    return KeyFigures(as_of, organisation_id, figures, findings)


class _External:
    """What others have given by a day, read at once."""

    def __init__(self, as_of: date) -> None:
        by = _months_after(as_of, PUBLISHED_WITHIN_MONTHS)
        self.as_of = as_of
        self.figures = queries.external_in(indicators.SERIES_OF_KEY_FIGURES, by)

    def holding(self, indicator: Indicator) -> ExternalFigure | None:
        """The figure that holds on the day; of money, the one of the sheet's publication.

        Verified before unverified, then the latest: see `queries.external_in`.
        """
        return next(self._given(indicator), None)

    def waiting(self, indicator: Indicator) -> ExternalFigure | None:
        """The latest figure that is newer than the one that holds, and does not hold because nobody has verified it."""
        held = self.holding(indicator)
        if held is None or held.verified_at is None:
            return None
        newer = (one for one in self._given(indicator) if one.verified_at is None and one.as_of > held.as_of)
        return next(newer, None)

    def _given(self, indicator: Indicator) -> Iterator[ExternalFigure]:
        for one in self.figures:
            if (one.series, one.scope) == (indicator.series, indicator.area) and (
                indicator.is_own_date or one.as_of <= self.as_of
            ):
                yield one

    def printed(self, indicator: Indicator) -> ExternalFigure | None:
        """What others printed for this very day."""
        wanted = (indicator.printed, indicator.area, self.as_of)
        return next((one for one in self.figures if (one.series, one.scope, one.as_of) == wanted), None)


def _figure(indicator: Indicator, as_of: date, counts: Counts, external: _External) -> Figure:
    if indicator.source is Source.EXTERNAL:
        return _given(indicator, as_of, external.holding(indicator))
    if indicator.source is Source.SUM:
        components = tuple(_figure(one, as_of, counts, external) for one in indicator.components)
        return Figure(indicator, as_of, total(indicator, components), components=components)
    parts = tuple(_figure(one, as_of, counts, external) for one in indicator.parts if one.code in counts)
    persons = counts[indicator.code]
    return Figure(indicator, as_of, persons, is_hidden=persons is None, parts=parts)


def total(indicator: Indicator, components: tuple[Figure, ...]) -> Number | None:
    """The sum of the components, all of them: None when one is missing."""
    indicators.check_sum(indicator)
    if tuple(one.indicator for one in components) != indicator.components:
        raise indicators.NotSummable(f"{indicator.code} is not the sum of these figures.")
    values = [one.value for one in components]
    return None if any(value is None for value in values) else sum(value for value in values if value is not None)


def _counts(as_of: date, organisation_id: UUID | None) -> dict[str, int | None]:
    """What the ledger says. An organisation may count its own files; of the country all parts are shown, or none."""
    found: dict[str, int | None] = {}
    for indicator in indicators.COUNTED:
        origins = queries.stock_by(as_of, indicator.dimension, indicator.statuses, "origin", organisation_id)
        parts = _part_counts(indicator, origins) if indicator.parts else {}
        is_hidden = organisation_id is None and not rules.may_be_shown(parts.values(), _own_parts(indicator, as_of))
        found |= {indicator.code: sum(origins.values()), **(dict.fromkeys(parts) if is_hidden else parts)}
    return found


def _own_parts(indicator: Indicator, as_of: date) -> list[list[int]]:
    """How many of each part every partner counts itself."""
    found: dict[UUID, dict[str, int]] = {}
    if indicator.parts:
        stock = flows.Stocks().by(as_of, indicator.dimension, indicator.statuses, ("origin",))
        for (partner, *origin), persons in stock.items():
            found.setdefault(partner, {})[origin[0]] = persons
    return [list(_part_counts(indicator, origins).values()) for origins in found.values()]


def _part_counts(indicator: Indicator, origins: Mapping[str, int]) -> dict[str, int]:
    """How the whole falls into the indicator's parts, exactly; the last part is the rest."""
    named = {part.code: sum(origins.get(origin, 0) for origin in part.origins) for part in indicator.parts[:-1]}
    return {**named, indicator.parts[-1].code: sum(origins.values()) - sum(named.values())}


def _given(indicator: Indicator, as_of: date, found: ExternalFigure | None) -> Figure:
    if found is None:
        return Figure(indicator, as_of, None)
    return Figure(
        indicator,
        found.as_of,
        _number(found),
        qualifier=found.qualifier,
        source=found.source,
        document=found.document or "",
        note=found.note or "",
        is_stale=is_old(found.as_of, as_of),
        is_verified=found.verified_at is not None,
    )


def _number(figure: ExternalFigure) -> Number:
    return int(figure.value) if figure.value == figure.value.to_integral_value() else figure.value.normalize()


def is_old(day: date, as_of: date) -> bool:
    """Whether a figure of a day is too old to be told as of another without a word about it."""
    return _months_after(day, STALE_AFTER_MONTHS) < as_of


def _months_after(day: date, months: int) -> date:
    month = day.year * 12 + day.month - 1 + months
    year, month = divmod(month, 12)
    return date(year, month + 1, min(day.day, 28)) if year <= date.max.year else date.max


# -- what does not add up ------------------------------------------------------------------------------------


def _findings(figures: tuple[Figure, ...], external: _External) -> list[Finding]:
    findings: list[Finding] = []
    for figure in figures:
        if figure.indicator.source is Source.SUM:
            findings += _sum_findings(figure, external)
        for one in (figure, *figure.parts, *figure.components):
            findings += _own_findings(one, external)
    return findings


def _sum_findings(figure: Figure, external: _External) -> list[Finding]:
    """A printed total against its printed parts: a sheet must at least agree with itself."""
    printed = external.printed(figure.indicator)
    if printed is None:
        return []
    parts: list[Number] = []
    for component in figure.components:
        own = external.printed(component.indicator)
        value = _number(own) if own is not None else component.value
        if value is None:
            return []
        parts.append(value)
    if sum(parts) == printed.value:
        return []
    message = _(
        "The printed %(printed)s is not equal to %(parts)s = %(sum)s.",
        printed=i18n.number(_number(printed)),  # type: ignore[arg-type]
        parts=" + ".join(i18n.number(part) for part in parts),  # type: ignore[arg-type]
        sum=i18n.number(sum(parts)),  # type: ignore[arg-type]
    )
    return [Finding("sum", figure.indicator, message)]


def _own_findings(figure: Figure, external: _External) -> list[Finding]:
    indicator = figure.indicator
    if figure.value is None:
        if figure.is_hidden or indicator.source is Source.SUM:
            return []
        return [Finding("missing", indicator, _("Nobody has entered this figure for this day or any day before."))]
    if indicator.source is Source.EXTERNAL:
        return _given_findings(figure, external.waiting(indicator))
    printed = external.printed(indicator) if indicator.source is Source.CASES else None
    if printed is None or _number(printed) == figure.value:
        return []
    message = _(
        "Counted from case data: %(counted)s. Printed for the same day: %(printed)s (%(source)s).",
        counted=i18n.number(figure.value),  # type: ignore[arg-type]
        printed=i18n.number(_number(printed)),  # type: ignore[arg-type]
        source=printed.source,
    )
    return [Finding("printed", indicator, message)]


def _given_findings(figure: Figure, waiting: ExternalFigure | None) -> list[Finding]:
    findings = []
    if figure.is_stale:
        message = _(
            "This figure is as of %(day)s: more than %(months)s months old.",
            day=i18n.day(figure.as_of),
            months=STALE_AFTER_MONTHS,
        )
        findings.append(Finding("stale", figure.indicator, message))
    if waiting is not None:
        message = _(
            "A newer figure, as of %(day)s, waits to be verified. Until then it is not used.",
            day=i18n.day(waiting.as_of),
        )
        findings.append(Finding("waiting", figure.indicator, message))
    return findings


# -- an organisation's own caseload, exactly: it may open these files anyway -----------------------------------


@dataclass(frozen=True)
class Row:
    """A line of a table, in persons."""

    code: str
    label: str
    value: int


@dataclass(frozen=True)
class Breakdown:
    """One figure by one characteristic; the rows add up to the total."""

    indicator: Indicator
    by: str
    total: int
    rows: tuple[Row, ...]


def breakdowns(as_of: date, organisation_id: UUID) -> list[Breakdown]:
    """Every counted figure by origin, region, sex and age. Of the country there are none: they come with releases."""
    return [
        _breakdown(indicator, by, as_of, organisation_id)
        for indicator in indicators.COUNTED
        for by in indicator.disaggregations
    ]


def _breakdown(indicator: Indicator, by: str, as_of: date, organisation_id: UUID) -> Breakdown:
    counts = queries.stock_by(as_of, indicator.dimension, indicator.statuses, by, organisation_id)
    rows = [Row(code, category_label(by, code), counts.get(code, 0)) for code in _categories(by, as_of, counts)]
    if by == "origin":
        rows.sort(key=lambda row: (-row.value, row.label))
    return Breakdown(indicator, by, sum(counts.values()), tuple(rows))


def _categories(by: str, as_of: date, counts: Mapping[str, int]) -> list[str]:
    """All categories in their order: that one is empty is said, not left out. Of countries, those people are from."""
    match by:
        case "origin":
            known: list[str] = []
        case "region":
            known = [item.code for item in codes.items("region", as_of)]
        case "sex":
            known = [str(sex) for sex in Sex]
        case _:
            known = [str(band) for band in AgeBand]
    return [*known, *(code for code in counts if code not in known)]


def category_label(by: str, code: str) -> str:
    """The words for a category of a characteristic."""
    match by:
        case "origin":
            return codes.label("country", code)
        case "age_band":
            return _("Not recorded") if code == AgeBand.UNKNOWN else code.replace("-", "–")
    return codes.label(by, code)


CAME = (Flow.IDENTIFIED, Flow.REOPENED)
LEFT = {
    indicators.REFUGEES_AND_ASYLUM_SEEKERS.code: (
        Flow.REJECTED,
        Flow.DEPARTED,
        Flow.DIED,
        Flow.MERGED,
        Flow.LOST_CONTACT,
    ),
    indicators.UNDETERMINED.code: (
        Flow.CONFIRMED_KZ,
        Flow.CONFIRMED_OTHER,
        Flow.ACQUIRED_KZ,
        Flow.RECOGNISED_STATELESS,
        Flow.DEPARTED,
        Flow.DIED,
        Flow.MERGED,
        Flow.LOST_CONTACT,
    ),
}
"""What an account names even when it is 0; other reasons when there are any. All in the order of `Flow`.

Source: domain.md §1.11, the account that UNHCR's annual statistics ask for.
"""


@dataclass(frozen=True)
class Account:
    """Opening + those who came − those who left = closing, in persons, each reason net over the period."""

    indicator: Indicator
    start: date
    end: date
    opening: int
    closing: int
    came: tuple[Row, ...]
    left: tuple[Row, ...]


def account(indicator: Indicator, start: date, end: date, organisation_id: UUID) -> Account:
    """The stock-and-flow account of an organisation's figure over the days from `start` to before `end`."""
    found = queries.account(start, end, indicator.dimension, indicator.statuses, organisation_id)
    came = {flow: net for flow, net in found.flows.items() if net > 0}
    left = {flow: -net for flow, net in found.flows.items() if net < 0}
    return Account(
        indicator,
        start,
        end,
        found.opening,
        found.closing,
        _flow_rows(came, [flow for flow in CAME if flow not in left]),
        _flow_rows(left, [flow for flow in LEFT[indicator.code] if flow not in came]),
    )


def _flow_rows(flows: Mapping[str, int], named: Iterable[str]) -> tuple[Row, ...]:
    order = {str(flow): place for place, flow in enumerate(Flow)}
    every = sorted({*flows, *map(str, named)}, key=lambda flow: order.get(flow, len(order)))
    return tuple(Row(flow, codes.label("flow", flow), flows.get(flow, 0)) for flow in every)
