"""The declared tables: all that a release may ever show. There is no other way to ask about persons."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import product

from babel.dates import format_date
from flask_babel import gettext as _

from casework.core.errors import DomainError
from casework.core.i18n import Text
from casework.disclosure.tables import MONTH, TOTAL, At, Category, Dimension, Spot
from casework.figures import indicators
from casework.persons.rules import UNKNOWN_REGION, AgeBand, DisplacementStatus, NationalityStatus, Sex, reason_fits
from casework.persons.rules import Dimension as History
from casework.procedures import queries as procedures
from casework.reference import queries as codes
from casework.releases.definitions import (
    DIMENSIONS,
    IN,
    LABELS,
    NONE,
    NOT_RECORDED,
    OTHER,
    OUT,
    POPULATIONS,
    DeclaredPopulation,
)

MOST_CELLS = 1500
"""Above, protecting a table takes too long, and its cells are too small to show anyway."""
_MOST_ORIGINS, _MOST_MONTHS = 30, 12
"""What is reckoned with before it is known how many will be listed."""

REFUGEE, REST_OF_FLOWS = "REF", "status_change"
MACRO_REGIONS = ("NORTH", "CENTRE", "EAST", "WEST", "SOUTH")
NAMED_ORIGINS = tuple(origin for part in indicators.REFUGEES_AND_ASYLUM_SEEKERS.parts for origin in part.origins)
"""Countries that the Key Figures name whatever their number: they are always listed."""


@dataclass(frozen=True)
class DeclaredTable:
    """A population divided by one to three of its dimensions; by none: a total that is no table by itself."""

    population: str
    dimensions: tuple[str, ...]
    is_published: bool = True

    @property
    def code(self) -> str:
        return f"{self.population}_by_{'_'.join(self.dimensions)}"

    @property
    def of(self) -> DeclaredPopulation:
        return POPULATIONS[self.population]

    @property
    def unit(self) -> str:
        return self.of.unit

    @property
    def version(self) -> int:
        return self.of.version

    @property
    def name(self) -> Text:
        return _joined(", ", (self.of.name, *(DIMENSIONS[one].by for one in self.dimensions)))

    @property
    def definition(self) -> Text:
        told = (DIMENSIONS[one].definition for one in self.dimensions)
        return _joined(" ", (self.of.definition, *(one for one in told if one is not None)))


def _joined(by: str, texts: Sequence[Text]) -> Text:
    return Text(*(by.join(getattr(one, language) for one in texts) for language in ("en", "ru", "kk")))


KEY_FIGURE = DeclaredTable("refugees_asylum", ("main_origin",))
"""In every release: the Key Figure's parts."""

TABLES: dict[str, DeclaredTable] = {
    one.code: one
    for one in (
        KEY_FIGURE,
        DeclaredTable("refugees_asylum", ("status", "origin")),
        DeclaredTable("refugees_asylum", ("status", "sex", "age")),
        DeclaredTable("refugees_asylum", ("status", "region")),
        DeclaredTable("refugees_asylum" + IN, ("flow",)),
        DeclaredTable("refugees_asylum" + OUT, ("flow",)),
        DeclaredTable("undetermined", ("region",)),
        DeclaredTable("undetermined", ("sex", "age")),
        DeclaredTable("undetermined" + IN, ("flow",)),
        DeclaredTable("undetermined" + OUT, ("flow",)),
        DeclaredTable("sessions", ("modality",)),
        DeclaredTable("sessions", ("month",)),
        DeclaredTable("session_topics", ("topic",)),
        DeclaredTable("services", ("level",)),
        DeclaredTable("services", ("service_type",)),
        DeclaredTable("services", ("month",)),
        DeclaredTable("cases_closed", ("track", "outcome")),
        DeclaredTable("decisions", ("procedure", "result")),
        DeclaredTable("activities", ("activity", "month")),
    )
}
"""The fixed set of the factsheet, in its order: the same tables in every release."""


# -- finding and making tables -------------------------------------------------------------------------------------


def named(code: str) -> DeclaredTable:
    """The table of a code: declared, coarser, or put together by an officer. Raises KeyError when there can be none."""
    if code in TABLES:
        return TABLES[code]
    population, found, rest = code.partition("_by_")
    of = POPULATIONS.get(population)
    dimensions = _read(rest, of.dimensions) if of is not None and found else None
    if dimensions is None or _wrong(population, dimensions) is not None:
        raise KeyError(code)
    return DeclaredTable(population, dimensions)


def _read(text: str, offered: Iterable[str]) -> tuple[str, ...] | None:
    """Codes joined by underscores, which some of them have inside."""
    if text in offered:
        return (text,)
    for one in offered:
        if text.startswith(f"{one}_"):
            rest = _read(text.removeprefix(f"{one}_"), offered)
            if rest is not None:
                return (one, *rest)
    return None


def table(population: str, dimensions: Sequence[str]) -> DeclaredTable:
    """The table of a population by these dimensions, declared or not. Raises KeyError when there can be none."""
    return named(DeclaredTable(population, tuple(dimensions)).code)


def all_tables(added: Iterable[tuple[str, Sequence[str]]]) -> list[DeclaredTable]:
    """The declared tables, then those that officers added (their population and dimensions)."""
    return [*TABLES.values(), *(table(population, dimensions) for population, dimensions in added)]


def made(population: str, dimensions: Sequence[str], beside: Iterable[DeclaredTable] = ()) -> DeclaredTable:
    """A table that an officer puts together. Raises DomainError when it may not be, or is there already."""
    new = DeclaredTable(population, tuple(dimensions))
    wrong = _wrong(population, new.dimensions)
    if wrong is not None:
        raise DomainError(*wrong)
    for one in (*TABLES.values(), *beside):
        if one.population == population and set(one.dimensions) == set(dimensions):
            raise DomainError(_("This table is there already: %(name)s.", name=one.name), "dimensions")
    if cells(new) > MOST_CELLS:
        message = _("This table would have too many cells to be protected. Leave one of its breakdowns out.")
        raise DomainError(message, "dimensions")
    return new


def _wrong(population: str, dimensions: Sequence[str]) -> tuple[str, str] | None:
    """Why there can be no such table, and the field that is wrong."""
    of = POPULATIONS.get(population)
    if of is None:
        return _("Choose who or what is counted."), "population"
    if not 1 <= len(dimensions) <= 3:
        return _("Choose one to three breakdowns."), "dimensions"
    if not set(dimensions) <= set(of.dimensions):
        return _("This population is not divided that way."), "dimensions"
    if len({DIMENSIONS[one].characteristic for one in dimensions}) < len(dimensions):
        return _("Choose each breakdown once, and not together with a coarser one of the same kind."), "dimensions"
    return None


def cells(one: DeclaredTable) -> int:
    """About how many cells a table has, with its margins."""
    found = 1
    for code in one.dimensions:
        match code:
            case "origin":
                found *= _MOST_ORIGINS + 2
            case "month":
                found *= _MOST_MONTHS + 1
            case _:
                found *= len(_categories(code, one.population, date.max, ())) + 1
    return found


def coarser(one: DeclaredTable) -> DeclaredTable | None:
    """The same by parts of the country instead of regions; None when it is not by region."""
    if "region" not in one.dimensions:
        return None
    return replace(one, dimensions=tuple("macro_region" if code == "region" else code for code in one.dimensions))


def is_of_the_ledger(population: str) -> bool:
    """Whether it is counted from movements, so that it can be counted again as of any moment."""
    return bool(POPULATIONS[population].history)


def figure_spot(figure: str, as_of: date) -> Spot | None:
    """The number that a counted Key Figure, or a part of one, is; None for those that are not counted here."""
    for indicator in indicators.COUNTED:
        if indicator.code == figure:
            return Spot(figure, as_of, frozenset())
        for part in indicator.parts:
            if part.code == figure:
                identity = part.origins[0] if part.origins else "!" + "|".join(sorted(NAMED_ORIGINS))
                return Spot(indicator.code, as_of, frozenset({("origin", identity)}))
    return None


# -- categories ----------------------------------------------------------------------------------------------------


def dimension(
    code: str, population: str, since: date, as_of: date, listed: Mapping[str, Sequence[str]] | None = None
) -> Dimension:
    """A dimension of a population as a release has it. `listed`: the origins listed, by stock."""
    declared = DIMENSIONS[code]
    if code == MONTH:
        return Dimension(MONTH, tuple(Category(one) for one in months(since, as_of)))
    origins = (listed or {}).get(POPULATIONS[population].stock, ())
    is_sensitive = declared.is_sensitive or (code == "flow" and population.endswith(OUT))
    return Dimension(declared.characteristic, _categories(code, population, as_of, origins), is_sensitive)


def months(since: date, as_of: date) -> list[str]:
    """2024-05 …, from the month of the first day to the one before the last. Both are firsts of months: ValueError."""
    if since.day != 1 or as_of.day != 1 or since >= as_of:
        raise ValueError("a period is of whole months")
    first, end = since.year * 12 + since.month - 1, as_of.year * 12 + as_of.month - 1
    return [f"{month // 12}-{month % 12 + 1:02}" for month in range(first, end)]


def _categories(code: str, population: str, as_of: date, origins: Sequence[str]) -> tuple[Category, ...]:
    match code:
        case "status":
            refugees = frozenset(one for one in POPULATIONS[population].statuses if one.startswith(REFUGEE))
            return Category(REFUGEE, refugees), Category(str(DisplacementStatus.ASYLUM_SEEKER))
        case "origin":
            return (*(Category(one) for one in sorted(origins)), Category(OTHER, None))
        case "main_origin":
            return (*(Category(one) for one in sorted(NAMED_ORIGINS)), Category(OTHER, None))
        case "sex":
            return tuple(Category(str(one)) for one in Sex)
        case "age":
            return tuple(Category(str(one)) for one in AgeBand)
        case "macro_region":
            return _macro_regions(as_of)
        case "level":
            return _levels(as_of)
        case "flow":
            return tuple(Category(one) for one in _reasons(population, as_of))
        case "procedure":
            return tuple(Category(one) for one in dict.fromkeys(each.code for each in procedures.every()))
        case "instance" | "result" | "activity":
            return tuple(Category(one) for one in LABELS[code])
    listed = tuple(Category(one) for one in _listed(DIMENSIONS[code].list_name, as_of))
    return (*listed, Category(NONE)) if NONE in LABELS.get(code, ()) else listed


def _listed(list_name: str, as_of: date) -> list[str]:
    """The codes that have been in force before a day, the retired too: what was recorded with them is counted."""
    rows = codes.every_item(list_name)
    return list(dict.fromkeys(one.code for one in rows if one.effective_from < as_of))


def _macro_regions(as_of: date) -> tuple[Category, ...]:
    members: dict[str, set[str]] = {one: set() for one in MACRO_REGIONS}
    apart = []
    for code in _listed("region", as_of):
        macro = codes.attribute("region", code, "macro")
        if macro in members:
            members[macro].add(code)
        else:
            apart.append(Category(code))
    return (*(Category(one, frozenset(regions)) for one, regions in members.items() if regions), *apart)


def _levels(as_of: date) -> tuple[Category, ...]:
    """What is reported of a service is the level of its kind."""
    members: dict[str, set[str]] = {}
    for code in _listed("service_type", as_of):
        level = codes.attribute("service_type", code, "level")
        members.setdefault(str(level) if level else NONE, set()).add(code)
    return tuple(Category(level, frozenset(members[level])) for level in sorted(members))


def _reasons(population: str, as_of: date) -> list[str]:
    """Why one may come into a stock, or leave it, by a day. What fits nowhere is another change of status."""
    of = POPULATIONS[population]
    every = NationalityStatus if of.history == History.NATIONALITY else DisplacementStatus
    beyond = [str(one) for one in every if str(one) not in of.statuses]
    is_in = population.endswith(IN)
    found = []
    for item in (one for one in codes.every_item("flow") if one.effective_from < as_of):
        direction = item.attributes.get("direction")
        fits = any(reason_fits(status, item.code) for status in (of.statuses if is_in else beyond))
        if direction in ("in", "out"):
            fits = direction == ("in" if is_in else "out")
        elif direction == "within":
            fits = item.code == "elsewhere"
        if fits:
            found.append(item.code)
    return found


def impossible(one: DeclaredTable, dimensions: Sequence[Dimension]) -> frozenset[At]:
    """The cells of a table that cannot but be zero, as everyone knows: outcomes that belong to other kinds of case."""
    if {"track", "outcome"} <= set(one.dimensions):
        first, second = one.dimensions.index("track"), one.dimensions.index("outcome")
        tracks = [each.code for each in dimensions[first].categories]
        of_outcome = {
            each.code: codes.attribute("case_outcome", each.code, "tracks") or tracks
            for each in dimensions[second].categories
        }
        pairs = {
            (track, outcome) for outcome, possible in of_outcome.items() for track in tracks if track not in possible
        }
        places = product(*([TOTAL, *(each.code for each in a.categories)] for a in dimensions))
        return frozenset(at for at in places if (at[first], at[second]) in pairs)
    return frozenset()


def category_text(dimension: str, category: str) -> Text:
    """What a category of a dimension is called."""
    declared = DIMENSIONS[dimension]
    said = LABELS.get(dimension) or LABELS.get(declared.characteristic) or {}
    if category in said:
        return said[category]
    match dimension:
        case "month":
            return _month(category)
        case "age":
            return Text(*[category.replace("-", "–")] * 3)
        case "status":
            return _label("displacement_status", category)
        case "procedure":
            found = next((one.words for one in procedures.every() if one.code == category), None)
            return found or Text(category, category, category)
    return NOT_RECORDED if category == NONE else _label(declared.list_name, category)


def _label(list_name: str, code: str) -> Text:
    found = codes.item(list_name, code)
    return found.words if found is not None else Text(code, code, code)


@cache
def _month(code: str) -> Text:
    first = date.fromisoformat(f"{code}-01")
    patterns = (("en_GB", "LLLL yyyy"), ("ru", "LLLL yyyy"), ("kk", "yyyy 'ж'. MMMM"))
    return Text(*(format_date(first, pattern, locale=locale) for locale, pattern in patterns))


def unknown(code: str) -> str:
    """The category of whoever has none that is declared."""
    match code:
        case "region" | "macro_region":
            return UNKNOWN_REGION
        case "sex":
            return str(Sex.U)
        case "age":
            return str(AgeBand.UNKNOWN)
        case "flow":
            return REST_OF_FLOWS
        case "origin" | "main_origin":
            return OTHER
    return NONE
