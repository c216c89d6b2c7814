"""Figures that others have put together: which part is which, and whether the parts give what was printed.

Declared once, beside what is known about each sum; the values are those of the external figures that stand. Nothing is
asked of the database here. Only like is added to like: persons and cases, or shares, never stand in one sum.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from enum import StrEnum
from types import MappingProxyType

from casework.core.i18n import Text
from casework.figures import indicators
from casework.figures.indicators import KAZAKHSTAN, NotSummable, Unit
from casework.figures.layouts import SMALL
from casework.figures.models import ExternalFigure

PARTS_OF_AREAS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        indicators.REGIONAL: frozenset({KAZAKHSTAN, "KGZ", "TJK", "TKM", "UZB", "CENTRAL_ASIA_4"}),
        "KAZ_UZB": frozenset({KAZAKHSTAN, "UZB"}),
    }
)
"""Areas within areas: figures of these may be parts of a figure of those."""


@dataclass(frozen=True)
class Term:
    """One figure of a sum, by what it is; `sign` −1: taken off."""

    series: str
    as_of: date
    scope: str = KAZAKHSTAN
    category: str = ""
    sign: int = 1


@dataclass(frozen=True)
class Composite:
    """A printed figure and what it is said to be made of."""

    code: str
    whole: Term
    parts: tuple[Term, ...]
    leaves_rest: bool = False
    """The parts are some of the whole only; what is left was not printed."""
    omitted: tuple[Term, ...] = ()
    """What belongs to the whole by its name, and is not in it."""
    is_rounded: bool = False
    """The parts are counts whose small cells the source has rounded."""
    indicator: str = ""
    """The figure of Casework's own that counts the same."""
    note: Text | None = None

    def __post_init__(self) -> None:
        check(self)


def check(one: Composite) -> None:
    """Refuse what must not be added up: other units, shares, areas that are not within the whole's."""
    unit = indicators.SERIES[one.whole.series].unit
    if unit is Unit.PERCENT:
        raise NotSummable(f"{one.code}: shares do not add up.")
    for term in (*one.parts, *one.omitted):
        other = indicators.SERIES[term.series].unit
        if other is not unit:
            raise NotSummable(f"{one.code}: {term.series} counts {other}, the whole counts {unit}.")
        if term.scope != one.whole.scope and term.scope not in PARTS_OF_AREAS.get(one.whole.scope, ()):
            raise NotSummable(f"{one.code}: {term.scope} is no part of {one.whole.scope}.")


class State(StrEnum):
    """What came of adding the parts."""

    ADDS_UP = "adds up"
    ROUNDED = "within rounding"
    REST = "rest"
    PARTIAL = "partial"
    FAILS = "fails"
    MISSING = "missing"


@dataclass(frozen=True)
class Checked:
    """A composite with the values that stand for it; None where none does."""

    composite: Composite
    whole: ExternalFigure | None
    parts: tuple[ExternalFigure | None, ...]
    omitted: tuple[ExternalFigure | None, ...]

    @property
    def summed(self) -> Decimal | None:
        """The parts together, all of them or nothing."""
        total = Decimal(0)
        for term, part in zip(self.composite.parts, self.parts, strict=True):
            if part is None:
                return None
            total += term.sign * part.value
        return total

    @property
    def difference(self) -> Decimal | None:
        """What the parts give beyond what was printed."""
        return None if self.whole is None or self.summed is None else self.summed - self.whole.value

    @property
    def tolerance(self) -> int:
        """How far rounded small cells may lead away: one small cell in every part at the least."""
        return SMALL * len(self.parts) if self.composite.is_rounded else 0

    @property
    def state(self) -> State:
        difference = self.difference
        if difference is None:
            return State.MISSING
        if difference == 0:
            return State.ADDS_UP
        if self.composite.leaves_rest and difference < 0:
            return State.REST
        if abs(difference) <= self.tolerance:
            return State.ROUNDED
        if difference < 0 and self.has_qualifier:
            return State.PARTIAL
        return State.FAILS

    @property
    def has_qualifier(self) -> bool:
        return any(one is not None and one.qualifier for one in (self.whole, *self.parts))

    @property
    def has_mixed_dates(self) -> bool:
        return len({self.composite.whole.as_of, *(term.as_of for term in self.composite.parts)}) > 1

    @property
    def with_omitted(self) -> Decimal | None:
        """What the whole would be with what it leaves out."""
        if self.summed is None or not self.omitted or any(one is None for one in self.omitted):
            return None
        return self.summed + sum((one.value for one in self.omitted if one is not None), Decimal(0))


def checked(figures: Iterable[ExternalFigure]) -> list[Checked]:
    """Every composite with these figures: of several for one term the first is taken."""
    found: dict[tuple[str, date, str, str], ExternalFigure] = {}
    for one in figures:
        found.setdefault((one.series, one.as_of, one.scope, one.category), one)

    def given(term: Term) -> ExternalFigure | None:
        return found.get((term.series, term.as_of, term.scope, term.category))

    return [
        Checked(one, given(one.whole), tuple(map(given, one.parts)), tuple(map(given, one.omitted)))
        for one in COMPOSITES
    ]


def series_needed() -> set[str]:
    return {term.series for one in COMPOSITES for term in (one.whole, *one.parts, *one.omitted)}


# -- shares ------------------------------------------------------------------------------------------------------


class Printed(StrEnum):
    """How the printed share follows from its part and its whole."""

    ROUNDED = "rounded"
    CUT_OFF = "cut off"
    OTHERWISE = "otherwise"


def percent(numerator: Decimal, denominator: Decimal) -> Decimal:
    return 100 * numerator / denominator


def printed_as(value: Decimal, numerator: Decimal, denominator: Decimal) -> Printed:
    """Whether the value is the share to as many places as it has, rounded (half up) or cut off."""
    # A value that was kept to four places says no more than it was printed with.
    places = Decimal(1).scaleb(min(0, int(value.normalize().as_tuple().exponent)))
    share = percent(numerator, denominator)
    if share.quantize(places, ROUND_HALF_UP) == value:
        return Printed.ROUNDED
    return Printed.CUT_OFF if share.quantize(places, ROUND_DOWN) == value else Printed.OTHERWISE


# -- what is known -----------------------------------------------------------------------------------------------

_Y2025, _JULY16, _END18, _END19, _FEB21 = (
    date(2025, 1, 1),
    date(2016, 7, 1),
    date(2018, 12, 31),
    date(2019, 12, 31),
    date(2021, 2, 28),
)
_BOTH, _FIVE = "KAZ_UZB", indicators.REGIONAL


def _by_country(series: str) -> tuple[Term, ...]:
    return tuple(Term(series, _FEB21, scope) for scope in (KAZAKHSTAN, "KGZ", "TJK", "TKM", "UZB"))


def _by_origin(series: str, *origins: str) -> tuple[Term, ...]:
    return tuple(Term(series, _JULY16, category=f"origin={origin}") for origin in origins)


def _from(origin: str) -> tuple[Term, ...]:
    return tuple(Term(series, _Y2025, category=f"origin={origin}") for series in ("rdf_refugees", "rdf_asylum_seekers"))


COMPOSITES = (
    Composite(
        "stateless_2025",
        Term("stateless_total_printed", _Y2025),
        (Term("stateless_government", _Y2025), Term("undetermined_partners_printed", _Y2025)),
        note=Text(
            "The parts are right. The printed total is never published.",
            "Слагаемые верны. Напечатанный итог не публикуется.",
            "Қосылғыштар дұрыс. Басылған жиынтық жарияланбайды.",
        ),
    ),
    Composite(
        "refugees_asylum_2025",
        Term("refugees_asylum_total", _Y2025),
        (Term("refugees_asylum_afg", _Y2025), Term("refugees_asylum_ukr", _Y2025)),
        leaves_rest=True,
        indicator="refugees_asylum",
    ),
    Composite(
        "rdf_2025",
        Term("refugees_asylum_total", _Y2025),
        (
            Term("rdf_refugees", _Y2025),
            Term("rdf_refugees", _Y2025, category="origin=UNK", sign=-1),
            Term("rdf_asylum_seekers", _Y2025),
        ),
        is_rounded=True,
        indicator="refugees_asylum",
        note=Text(
            "The Refugee Data Finder counts people in a refugee-like situation among refugees, of unknown origin. "
            "They are taken off here: the fact sheet gives them as a separate estimate.",
            "Refugee Data Finder учитывает лиц в ситуации, сходной с положением беженцев, среди беженцев неизвестного "
            "происхождения. Здесь они вычтены: в информационном листе это отдельная оценка.",
            "Refugee Data Finder босқынға ұқсас жағдайдағы адамдарды шығу тегі белгісіз босқындар қатарында есептейді. "
            "Мұнда олар шегерілген: ақпараттық парақта олар жеке бағалау ретінде берілген.",
        ),
    ),
    Composite(
        "rdf_afg_2025",
        Term("refugees_asylum_afg", _Y2025),
        _from("AFG"),
        is_rounded=True,
        indicator="refugees_asylum_afg",
    ),
    Composite(
        "rdf_ukr_2025",
        Term("refugees_asylum_ukr", _Y2025),
        _from("UKR"),
        is_rounded=True,
        indicator="refugees_asylum_ukr",
    ),
    Composite(
        "rdf_stateless_2025",
        Term("rdf_stateless", _Y2025),
        (Term("stateless_government", _Y2025), Term("undetermined_partners_printed", _Y2025)),
    ),
    Composite(
        "campaign_2022",
        Term("campaign_identified", date(2022, 12, 31)),
        (
            Term("campaign_nationality_confirmed", date(2022, 12, 31)),
            Term("campaign_documented", date(2022, 12, 31)),
        ),
        note=Text(
            "Two outcomes are published. What became of the others is not.",
            "Опубликованы два результата. Что стало с остальными, не сообщается.",
            "Екі нәтиже жарияланған. Қалғандарының жағдайы жарияланбаған.",
        ),
    ),
    Composite(
        "persons_2021",
        Term("persons_of_concern", _FEB21, _FIVE),
        (
            Term("refugees_asylum_total", _FEB21, _FIVE),
            Term("stateless_total", _FEB21, _FIVE),
        ),
    ),
    Composite(
        "refugees_asylum_2021", Term("refugees_asylum_total", _FEB21, _FIVE), _by_country("refugees_asylum_total")
    ),
    Composite("stateless_2021", Term("stateless_total", _FEB21, _FIVE), _by_country("stateless_total")),
    Composite(
        "persons_2019",
        Term("persons_of_concern", _END19, _BOTH),
        tuple(
            Term(series, _END19, _BOTH)
            for series in ("refugees", "asylum_seekers", "other_persons_of_concern", "stateless_total")
        ),
    ),
    Composite(
        "persons_2018",
        Term("persons_of_concern", _END18, _BOTH),
        tuple(
            Term(series, _END18, _BOTH)
            for series in ("refugees", "asylum_seekers", "other_persons_of_concern", "stateless_total")
        ),
    ),
    Composite(
        "stateless_2018",
        Term("stateless_total", _END18, _BOTH),
        (Term("stateless_total", _END18), Term("stateless_total", _END18, "UZB")),
    ),
    Composite(
        "assisted_2018",
        Term("undetermined_assisted", _END18, _FIVE),
        (Term("undetermined_assisted", _END18), Term("undetermined_assisted", _END18, "CENTRAL_ASIA_4")),
    ),
    Composite("refugees_2016", Term("refugees", _JULY16), _by_origin("refugees", "AFG", "UZB", "SYR", "OTHER")),
    Composite("asylum_2016", Term("asylum_seekers", _JULY16), _by_origin("asylum_seekers", "AFG", "SYR", "OTHER")),
    Composite(
        "persons_2016",
        Term("persons_of_concern_printed", _JULY16),
        (Term("refugees", _JULY16), Term("stateless_recognised", date(2016, 1, 1))),
        omitted=(Term("asylum_seekers", _JULY16),),
    ),
    Composite(
        "recognised_2016",
        Term("refugees", _JULY16),
        (Term("refugees_state_recognised", _JULY16),),
        leaves_rest=True,
        note=Text(
            "Two pages of one day with two meanings: the smaller figure is of those whom the State has recognised.",
            "Две страницы за один день с разным смыслом: меньшее число – признанные государством.",
            "Бір күнгі екі беттің мағынасы екі түрлі: кіші сан – мемлекет танығандар.",
        ),
    ),
)
"""What has been printed as a sum, the latest first."""
