"""Lines over days: what frozen releases said, and what UNHCR's database has published of the end of each year.

“As of 1 January” of a year is the end of the year before in the Refugee Data Finder. Each line has its own source, and
two are never made one.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from datetime import date
from typing import Any
from uuid import UUID

from casework.core.config import LANGUAGES
from casework.core.i18n import Text
from casework.figures import external_queries, indicators
from casework.figures.importing import SOURCE
from casework.releases import queries as releases

Json = dict[str, Any]

YEARS = 12
"""How many years before the day are drawn."""

RELEASES = Text("Releases", "Выпуски", "Шығарылымдар")
RDF = Text("Refugee Data Finder (UNHCR)", "Refugee Data Finder (УВКБ ООН)", "Refugee Data Finder (БҰҰ БЖКБ)")
RDF_SOURCE = Text(SOURCE, f"УВКБ ООН, {SOURCE.removeprefix('UNHCR ')}", f"БҰҰ БЖКБ, {SOURCE.removeprefix('UNHCR ')}")
OWN_SOURCE = Text(
    "Case data of partners, as released on each day",
    "Данные партнёров, по выпускам на каждую дату",
    "Серіктестердің деректері, әр күнгі шығарылым бойынша",
)
STATELESS_SOURCE = Text(
    "Government and case data of partners, as released on each day",
    "Данные государства и партнёров, по выпускам на каждую дату",
    "Мемлекет пен серіктестердің деректері, әр күнгі шығарылым бойынша",
)

END_OF_YEAR = (
    "1 January is the end of the year before in the Refugee Data Finder.",
    "1 января – это конец предыдущего года в Refugee Data Finder.",
    "1 қаңтар – Refugee Data Finder бойынша алдыңғы жылдың соңы.",
)
REFUGEE_LIKE = (
    "%(years)s not drawn: the separate estimate is among its refugees.",
    "За %(years)s не показано: в число беженцев там входит отдельная оценка.",
    "%(years)s деректер көрсетілмеген: босқындар санына бөлек бағалау қосылған.",
)
"""RDF has people in a refugee-like situation among its refugees, of unknown origin."""

Known = Mapping[tuple[str, str, date], int]
"""Figures of the database that two have seen: series, category, day."""


def of(area: str, as_of: date, publication: Json, withdrawn: Set[UUID]) -> list[Json]:
    """The trends of a national sheet: whatever was published up to its day, and never what came later.

    `withdrawn`: releases whose sheet readers are told not to use any more.
    """
    published = [*_before(as_of, withdrawn), publication]
    known = _of_database(area, as_of)
    gaps = sorted(day for day in _days(known, "rdf_refugees") if _has_refugee_like(known, day))
    added = {
        day: None if day in gaps else known["rdf_refugees", "", day] + known["rdf_asylum_seekers", "", day]
        for day in _days(known, "rdf_refugees")
        if ("rdf_asylum_seekers", "", day) in known
    }
    stateless = {day: known["rdf_stateless", "", day] for day in _days(known, "rdf_stateless")}
    protected, without = indicators.REFUGEES_AND_ASYLUM_SEEKERS, indicators.STATELESS_KNOWN
    found = (
        _trend(protected.code, protected.name, _line(published, protected.code, OWN_SOURCE), added, _note(gaps)),
        _trend("stateless", without.name, _line(published, without.code, STATELESS_SOURCE), stateless, _note([])),
    )
    return [one for one in found if sum(len(line["points"]) for line in one["lines"]) > 1]


def _trend(code: str, name: Text, own: Json, database: Mapping[date, int | None], note: Json) -> Json:
    lines = [own]
    if database:
        points = [
            {"as_of": day.isoformat(), "value": value} | ({"absent": True} if value is None else {})
            for day, value in sorted(database.items())
        ]
        lines.append({"code": "rdf", "name": _words(RDF), "source": _words(RDF_SOURCE)})
        lines[-1]["points"] = points
    found = {"code": code, "name": _words(name), "unit": str(indicators.Unit.PERSONS), "lines": lines}
    return found | {"note": note if database else _words(Text("", "", ""))}


def _words(text: Text) -> Json:
    return {language: getattr(text, language) for language in LANGUAGES}


# -- what releases said ------------------------------------------------------------------------------------------


def _before(as_of: date, withdrawn: Set[UUID]) -> list[Json]:
    """The publications of the days before, the latest edition of each that was not withdrawn."""
    latest = {}
    for one in sorted(releases.frozen(), key=lambda one: (one.as_of, one.edition)):
        if one.as_of < as_of and one.id not in withdrawn:
            latest[one.as_of] = one
    return [releases.publication(latest[day]) for day in sorted(latest)]


def _line(published: Sequence[Json], code: str, source: Text) -> Json:
    """A figure of releases, day by day; before the first, what it says there was at its start."""
    points = [*_opening(published[0], code)]
    for one in published:
        figure = next((each for each in one["figures"] if each["code"] == code), None)
        if figure is not None and (figure["value"] is not None or figure["hidden"]):
            points.append({"as_of": one["as_of"], "value": None if figure["hidden"] else figure["value"]})
    return {"code": "releases", "name": _words(RELEASES), "source": _words(source), "points": points}


def _opening(publication: Json, code: str) -> Iterator[Json]:
    for one in publication["accounts"]:
        if one["population"] == code and "value" in one["opening"]:
            yield {"as_of": publication["since"], "value": one["opening"]["value"]}


# -- what the database has published -----------------------------------------------------------------------------


def _of_database(area: str, as_of: date) -> Known:
    """What stands of the end of each year, verified, up to the day."""
    standing = external_queries.standing_of(
        SOURCE, area, ("rdf_refugees", "rdf_refugee_like", "rdf_asylum_seekers", "rdf_stateless")
    )
    return {
        key: int(one.value)
        for key, one in standing.items()
        if one.verified_at is not None and as_of.year - YEARS <= one.as_of.year and one.as_of <= as_of
    }


def _days(known: Known, series: str) -> list[date]:
    return [day for name, category, day in known if name == series and not category]


def _has_refugee_like(known: Known, day: date) -> bool:
    """Whether refugees of the day hold people in a refugee-like situation."""
    inside = (("rdf_refugees", "origin=UNK", day), ("rdf_refugee_like", "", day))
    return any(known.get(one, 0) > 0 for one in inside)


def _note(gaps: Sequence[date]) -> Json:
    years = [str(day.year - 1) for day in gaps]
    found = {}
    for place, language in enumerate(LANGUAGES):
        sentences = [END_OF_YEAR[place]]
        if years:
            sentences.append(REFUGEE_LIKE[place] % {"years": _listed(years, language)})
        found[language] = " ".join(sentences)
    return found


def _listed(years: Sequence[str], language: str) -> str:
    """2023 and 2024 · 2023 и 2024 гг. · 2023 және 2024 жылдардағы."""
    words = {"en": " and ", "ru": " и ", "kk": " және "}[language]
    last = words.join(years[-2:])
    text = ", ".join([*years[:-2], last])
    if language == "ru":
        return f"{text} {'г.' if len(years) == 1 else 'гг.'}"
    if language == "kk":
        return f"{text} {'жылғы' if len(years) == 1 else 'жылдардағы'}"
    return text
