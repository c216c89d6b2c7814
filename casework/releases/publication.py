"""What leaves the house: figures, tables and accounts as plain JSON, in which a withheld cell has no number.

It says nothing that depends on anything but what is counted and declared: no row's id, no order of rows, no moment, no
name of anyone who works here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

from flask_babel import force_locale

from casework.core import config
from casework.core.config import LANGUAGES
from casework.core.i18n import Text
from casework.disclosure.tables import MONTH, TOTAL, At, Dimension, Facts, Hidden, Spot, Table, When
from casework.figures import indicators, report
from casework.figures.actions import next_month
from casework.releases import counting, declared, definitions, rules

Json = dict[str, Any]

METHOD = {
    "withheld": Text(
        "Counts of fewer than five persons are withheld, and so are other counts from which they could be worked out, "
        "zeros among them. What is shown is exact; nothing is rounded or changed.",
        "Числа менее пяти человек не показываются, как и другие числа, в том числе нули, по которым их можно было бы "
        "вычислить. Показанные числа точны: ничего не округлено и не изменено.",
        "Бес адамнан аз сандар көрсетілмейді, сондай-ақ оларды есептеп шығаруға болатын басқа сандар, оның ішінде "
        "нөлдер де көрсетілмейді. Көрсетілген сандар дәл: ештеңе дөңгелектелмеген және өзгертілмеген.",
    ),
    "as_of": Text(
        "Counts are as of 00:00 in Almaty at the start of the day given. Movements are of the days from the first day "
        "given to before the last.",
        "Численность указана на 00:00 по времени Алматы в начале названного дня. Движение указано за дни с первого из "
        "названных до последнего, не включая его.",
        "Сандар аталған күннің басындағы Алматы уақытымен 00:00-ге берілген. Қозғалыс аталған алғашқы күннен соңғысына "
        "дейінгі күндер үшін берілген, соңғы күн кірмейді.",
    ),
    "never_changed": Text(
        "What is published is never changed. What was recorded late or corrected appears in a later release.",
        "Опубликованное не изменяется. То, что записано позже или исправлено, появляется в следующем выпуске.",
        "Жарияланған мәлімет өзгертілмейді. Кейін жазылған немесе түзетілген мәлімет келесі шығарылымда көрсетіледі.",
    ),
}


@dataclass(frozen=True)
class Frame:
    """What a publication says about itself. `counted_on`: the day by whose records it counts."""

    as_of: date
    since: date
    edition: int
    counted_on: date
    listed_from: int
    threshold: int = rules.THRESHOLD
    corrects: Mapping[str, Any] | None = None
    """The frozen publication that this one corrects."""
    explanations: Mapping[str, str] = field(default_factory=dict)
    """Why something that does not come out is right, by kind and figure."""


def build(
    frame: Frame,
    facts: Facts,
    hidden: Hidden,
    durations: Iterable[Json] = (),
) -> Json:
    """The publication of these facts with this pattern. Figures of others are taken as they stand now.

    Raises KeyError when a Key Figure's own total is in no table.
    """
    seen = _Seen(facts, hidden)
    # A table without dimensions is one number: figures and accounts say it.
    published = [table for table in facts.tables if table.is_published and table.dimensions]
    tables = [_table(table, hidden.get(table.code, frozenset())) for table in published]
    figures = _in_every_language(frame.as_of, seen.counted(frame.as_of))
    accounts = [_account(code, frame, seen, published) for code in _stocks(published)]
    populations = {table.population for table in published} | {one["population"] for one in accounts}
    return {
        "format": rules.FORMAT,
        "country": config.country(),
        "as_of": frame.as_of.isoformat(),
        "since": frame.since.isoformat(),
        "edition": frame.edition,
        "corrects": rules.digest(rules.canonical(frame.corrects)) if frame.corrects is not None else None,
        "counted_on": frame.counted_on.isoformat(),
        "threshold": frame.threshold,
        "listed_from": frame.listed_from,
        "texts": {name: _words(text) for name, text in METHOD.items()},
        "populations": {code: _population(code) for code in sorted(populations)},
        "tables": tables,
        "equations": [
            {"terms": [[factor, _spot(spot)] for factor, spot in one.terms], "constant": one.constant}
            for one in facts.equations
        ],
        "floors": sorted(([_spot(spot), least] for spot, least in facts.floors.items()), key=_order),
        "accounts": accounts,
        "figures": [_figure(one, frame.as_of) for one in figures["en"].figures],
        "durations": list(durations),
        "findings": _findings(figures, frame.explanations),
        "corrections": _corrections(tables, frame.corrects),
    }


def explained(content: Mapping[str, Any], explanations: Mapping[str, str]) -> Json:
    """The same publication with these explanations of what does not come out."""
    findings = [
        {**one, "explanation": explanations.get(f"{one['kind']}:{one['figure']}")} for one in content["findings"]
    ]
    return {**content, "findings": findings}


def _words(text: Text) -> Json:
    return {language: getattr(text, language) for language in LANGUAGES}


def _order(value: Any) -> bytes:
    return rules.canonical({"": value})


# -- tables ------------------------------------------------------------------------------------------------------


def _population(code: str) -> Json:
    found = definitions.POPULATIONS[code]
    return {
        "kind": found.kind,
        "unit": found.unit,
        "name": _words(found.name),
        "definition": _words(found.definition),
        "version": found.version,
    }


def _table(table: Table, withheld: frozenset[At]) -> Json:
    found = declared.named(table.code)
    return {
        "code": table.code,
        "population": table.population,
        "when": _when(table.when),
        "version": found.version,
        "name": _words(found.name),
        "definition": _words(found.definition),
        "unit": found.unit,
        "dimensions": [
            _dimension(code, dimension) for code, dimension in zip(found.dimensions, table.dimensions, strict=True)
        ],
        "cells": [_cell(table, at, withheld) for at in places(table)],
    }


def places(table: Table) -> Iterator[At]:
    """Every coordinate of a table, totals first: an order that no count has a part in."""
    return product(*([TOTAL, *(one.code for one in dimension.categories)] for dimension in table.dimensions))


def _dimension(name: str, dimension: Dimension) -> Json:
    """`name`: as what it is declared; macro-regions are regions put together, so their code is that of regions."""
    return {
        "code": dimension.code,
        "name": _words(definitions.DIMENSIONS[name].name),
        "is_sensitive": dimension.is_sensitive,
        "categories": [
            {
                "code": one.code,
                "label": _words(declared.category_text(name, one.code)),
                "members": None if one.members is None else sorted(one.members),
            }
            for one in dimension.categories
        ],
    }


def _cell(table: Table, at: At, withheld: frozenset[At]) -> Json:
    if at in withheld:
        return {"at": list(at), "hidden": True}
    if at in table.structural:
        return {"at": list(at), "value": 0, "structural": True}
    return {"at": list(at), "value": table.counts.get(at, 0)}


def _spot_at(table: Table, at: At) -> Spot:
    """The number that a table shows at a coordinate."""
    when, traits = table.when, set()
    for dimension, code in zip(table.dimensions, at, strict=True):
        if code == TOTAL:
            continue
        if dimension.code == MONTH:
            first = date.fromisoformat(f"{code}-01")
            when = (first, next_month(first))
        else:
            category = next(one for one in dimension.categories if one.code == code)
            traits.add((dimension.code, dimension.identity(category)))
    return Spot(table.population, when, frozenset(traits))


def _when(when: When) -> Any:
    return when.isoformat() if isinstance(when, date) else [day.isoformat() for day in when]


def _spot(spot: Spot) -> Json:
    return {"population": spot.population, "when": _when(spot.when), "traits": dict(sorted(spot.traits))}


def _corrections(tables: Sequence[Json], corrects: Mapping[str, Any] | None) -> list[Json]:
    """What an earlier edition of the day showed otherwise: only cells that both of them show."""
    if corrects is None:
        return []
    earlier = {table["code"]: _shown(table) for table in corrects["tables"]}
    return [
        {"table": table["code"], "at": list(at), "from": earlier[table["code"]][at], "to": value}
        for table in tables
        if table["code"] in earlier
        for at, value in _shown(table).items()
        if earlier[table["code"]].get(at, value) != value
    ]


def _shown(table: Mapping[str, Any]) -> dict[At, int]:
    return {tuple(cell["at"]): cell["value"] for cell in table["cells"] if "value" in cell}


# -- accounts ----------------------------------------------------------------------------------------------------


def _stocks(tables: Sequence[Table]) -> list[str]:
    """The populations whose account is told."""
    moving = {table.population for table in tables}
    stocks = {code.partition(":")[0] for code in moving}
    return [code for code in sorted(stocks) if {f"{code}:in", f"{code}:out"} <= moving]


def _account(code: str, frame: Frame, seen: "_Seen", tables: Sequence[Table]) -> Json:
    """Opening + in − out = closing. The opening is what the release before counted; corrections of it are a reason."""
    return {
        "population": code,
        "opening": seen.cell(Spot(code, frame.since, frozenset())),
        "closing": seen.cell(Spot(code, frame.as_of, frozenset())),
        "in": _flows(f"{code}:in", tables),
        "out": _flows(f"{code}:out", tables),
    }


def _flows(population: str, tables: Sequence[Table]) -> str:
    """The table of a population by reason, and by nothing else if there is one."""
    of_it = [table for table in tables if table.population == population]
    return min(of_it, key=lambda table: len(table.dimensions)).code


class _Seen:
    """What a reader sees of each number: the spots that tables show or withhold."""

    def __init__(self, facts: Facts, hidden: Hidden) -> None:
        self._values: dict[Spot, int | None] = {}
        for table in facts.tables:
            withheld = hidden.get(table.code, frozenset())
            for at in places(table):
                spot = _spot_at(table, at)
                if not table.is_published or at in withheld:
                    self._values.setdefault(spot, None)
                else:
                    self._values[spot] = table.counts.get(at, 0)

    def cell(self, spot: Spot) -> Json:
        """As in a publication. Raises KeyError when no table has it."""
        value = self._values[spot]
        return {"hidden": True} if value is None else {"value": value}

    def counted(self, as_of: date) -> dict[str, int | None]:
        """The counted Key Figures and their parts, by their codes; None for a part that is withheld."""
        found: dict[str, int | None] = {}
        for indicator in indicators.COUNTED:
            for one in (indicator, *indicator.parts):
                spot = declared.figure_spot(one.code, as_of)
                if spot in self._values:
                    found[one.code] = self._values[spot]
        return found


# -- figures -----------------------------------------------------------------------------------------------------


def _in_every_language(as_of: date, counted: Mapping[str, int | None]) -> dict[str, report.KeyFigures]:
    found = {}
    for language in LANGUAGES:
        with force_locale(language):
            found[language] = report.key_figures(as_of, counted=counted)
    return found


def _figure(figure: report.Figure, as_of: date) -> Json:
    indicator = figure.indicator
    spot = declared.figure_spot(indicator.code, as_of)
    return {
        **({"spot": _spot(spot)} if spot is not None else {}),
        "code": indicator.code,
        "name": _words(indicator.name),
        "definition": _words(indicator.definition),
        "value": _number(figure.value),
        "hidden": figure.is_hidden,
        "unit": str(indicator.unit),
        "scope": indicator.area,
        "as_of": figure.as_of.isoformat(),
        "qualifier": figure.qualifier,
        "source": figure.source or str(indicator.source),
        "document": figure.document,
        "note": figure.note,
        "verified": figure.is_verified,
        "parts": [_figure(one, as_of) for one in figure.parts],
        "components": [_figure(one, as_of) for one in figure.components],
    }


def _number(value: int | Decimal | None) -> int | str | None:
    """A whole number as such; any other as a decimal string, which is the same wherever it is read."""
    if value is None or isinstance(value, int):
        return value
    return int(value) if value == value.to_integral_value() else format(value.normalize(), "f")


def _findings(figures: Mapping[str, report.KeyFigures], explanations: Mapping[str, str]) -> list[Json]:
    """What does not add up, is missing, old or not verified, in every language."""
    found: list[Json] = []
    for each in zip(*(figures[language].findings for language in LANGUAGES), strict=True):
        message = {language: str(one.message) for language, one in zip(LANGUAGES, each, strict=True)}
        found.append({"kind": each[0].kind, "figure": each[0].indicator.code, "message": message})
    found += [
        {"kind": "unverified", "figure": figure.indicator.code, "message": _words(UNVERIFIED)}
        for figure in _each(figures["en"].figures)
        if not figure.is_verified
    ]
    return [{**one, "explanation": explanations.get(f"{one['kind']}:{one['figure']}")} for one in found]


UNVERIFIED = Text(
    "Nobody but the one who entered it has seen this figure.",
    "Этот показатель видел только тот, кто его внёс.",
    "Бұл көрсеткішті енгізген адамнан басқа ешкім көрмеген.",
)


def _each(figures: Iterable[report.Figure]) -> Iterator[report.Figure]:
    for figure in figures:
        yield figure
        yield from _each((*figure.parts, *figure.components))


def durations(found: Iterable[counting.Duration]) -> list[Json]:
    """Medians over ten and more, rounded to ten days; others withheld."""
    return [
        {
            "code": one.code,
            "name": _words(one.name),
            "definition": _words(one.definition),
            "median_days": one.median_days,
            "hidden": one.is_hidden,
        }
        for one in found
    ]
