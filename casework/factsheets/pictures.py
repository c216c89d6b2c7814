"""Which pictures a sheet has, and what of its publication each of them shows.

A picture is a margin of a published table, as published. What is withheld has no number here and stands after all that
is shown, in the publication's own order; shares are told only where everything is shown.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _

from casework.core import i18n
from casework.disclosure.tables import TOTAL
from casework.factsheets.model import Drawing, Kind, Line, Point
from casework.releases.definitions import OTHER
from casework.releases.reading import Dimension, Figure, Publication, Table, said

Json = Mapping[str, Any]

LAST = frozenset({OTHER, "UNK", "NONE"})
"""What is no category of its own, but the rest of all: it stands last, however large."""
SEXES = ("F", "M")


def of_population(publication: Publication, code: str, release: str) -> tuple[Drawing, ...]:
    """Origins, sex × age and regions of a population on the day, as far as its tables have them."""
    tables = [one for one in publication.tables if one.population.code == code and _is_of(one, publication.as_of)]
    found = (_origins(tables, release), _sex_age(tables, release), _regions(tables, release))
    return tuple(one for one in found if one is not None)


def of_activities(publication: Publication, release: str) -> tuple[Drawing, ...]:
    """Outcomes of closed cases, and sessions by month."""
    found = (
        _bars(publication, "cases_closed", "outcome", _("Outcomes of closed cases"), release),
        _months(publication, "sessions", release),
    )
    return tuple(one for one in found if one is not None)


def of_countries(figures: Iterable[Figure]) -> tuple[Drawing, ...]:
    """Of a regional sheet: each figure that several countries have, by country. A bar says nothing but its number, so
    none is drawn of an upper bound or an estimate.
    """
    return tuple(
        _by_country(one)
        for one in figures
        if one.unit == "persons" and len(_given(one)) > 1 and not any(each.qualifier for each in one.components)
    )


def _given(figure: Figure) -> list[Figure]:
    """Of the countries below a figure those that have a number, shown or withheld; what nobody knows is no zero."""
    return [one for one in figure.components if one.is_known or one.is_hidden]


# -- of a day ------------------------------------------------------------------------------------------------


def _origins(tables: Iterable[Table], release: str) -> Drawing | None:
    table = _finest(tables, "origin")
    return None if table is None else _margin(table, "origin", Kind.BARS, _("Countries of origin"), release)


def _regions(tables: Iterable[Table], release: str) -> Drawing | None:
    """Tiles where every line is a region; bars where the publication puts regions together."""
    table = _finest(tables, "region")
    if table is None:
        return None
    codes = {one.code for one in _dimension(table, "region").categories} - LAST
    kind = Kind.TILES if all(one.startswith("KZ-") for one in codes) else Kind.BARS
    return _margin(table, "region", kind, _("Regions of residence"), release)


def _sex_age(tables: Iterable[Table], release: str) -> Drawing | None:
    """Women and men back to back. Others are told in the note, never as a rest that would give them away."""
    table = _finest(tables, "sex", "age")
    if table is None:
        return None
    sexes, ages = _dimension(table, "sex"), _dimension(table, "age")
    lines = tuple(
        Line(
            sex.code,
            sex.label,
            tuple(Point(age.code, age.label, _value(table, sex=sex.code, age=age.code)) for age in ages.categories),
        )
        for sex in sexes.categories
        if sex.code in SEXES
    )
    if len(lines) != len(SEXES):
        return None
    drawn = [n for n, age in enumerate(ages.categories) if any(line.points[n].value != 0 for line in lines)]
    lines = tuple(Line(one.code, one.label, tuple(one.points[n] for n in drawn)) for one in lines)
    others = [one.code for one in sexes.categories if one.code not in SEXES]
    is_all = all(_value(table, sex=one) == 0 for one in others)
    return Drawing(
        code=f"{table.population.code}-sex-age",
        kind=Kind.PYRAMID,
        title=_("Sex and age"),
        period=_period(table),
        unit=_unit(table),
        source=source(release),
        heading=ages.name,
        lines=lines,
        total=table.total.value,
        note="" if is_all else _("Persons of another or unknown sex are counted in the total and not drawn."),
        table=table.code,
    )


# -- of a period ---------------------------------------------------------------------------------------------


def _bars(publication: Publication, population: str, by: str, title: str, release: str) -> Drawing | None:
    tables = [one for one in publication.tables if one.population.code == population]
    table = _finest(tables, by)
    return None if table is None else _margin(table, by, Kind.BARS, title, release)


def _months(publication: Publication, population: str, release: str) -> Drawing | None:
    table = _finest([one for one in publication.tables if one.population.code == population], "month")
    if table is None:
        return None
    months = _dimension(table, "month")
    return Drawing(
        code=f"{population}-month",
        kind=Kind.COLUMNS,
        title=_("Counselling sessions by month"),
        period=_period(table),
        unit=_unit(table),
        source=source(release),
        heading=months.name,
        lines=(
            Line(
                "all",
                table.population.name,
                tuple(
                    Point(
                        one.code, i18n.month_name(date.fromisoformat(f"{one.code}-01")), _value(table, month=one.code)
                    )
                    for one in months.categories
                ),
            ),
        ),
        total=table.total.value,
        table=table.code,
    )


def trend(content: Json) -> Drawing:
    """Lines over days, each from its own source. A line has a gap where its source gives nothing for a day."""
    days = sorted({one["as_of"] for line in content["lines"] for one in line["points"]})
    lines = []
    for line in content["lines"]:
        given = {one["as_of"]: one["value"] for one in line["points"] if not one.get("absent")}
        points = (
            Point(day, i18n.day(date.fromisoformat(day)), given.get(day), is_absent=day not in given) for day in days
        )
        lines.append(Line(line["code"], said(line["name"]), tuple(points), said(line["source"])))
    name = said(content["name"])
    return Drawing(
        code=f"trend-{content['code']}",
        kind=Kind.TREND,
        title=name,
        period=f"{days[0][:4]}–{days[-1][:4]}" if days else "",
        unit=_("Persons on the day"),
        source="; ".join(dict.fromkeys(one.source for one in lines)),
        heading=_("As of"),
        lines=tuple(lines),
        note=said(content["note"]),
    )


# -- of several countries ------------------------------------------------------------------------------------


def _by_country(figure: Figure) -> Drawing:
    points = [Point(one.scope, one.name, _whole(one)) for one in _given(figure)]
    days = sorted({one.as_of for one in figure.components if one.as_of is not None})
    return Drawing(
        code=f"{figure.code}-country",
        kind=Kind.BARS,
        title=figure.name,
        period=" – ".join(dict.fromkeys(i18n.day(one) for one in (days[:1] + days[-1:]))),
        unit=_("Persons by country of residence"),
        source="; ".join(dict.fromkeys(one.source for one in figure.components if one.source)),
        heading=_("Country"),
        lines=(Line("all", figure.name, tuple(_ordered(points))),),
        total=_whole(figure),
        has_shares=False,
    )


def _whole(figure: Figure) -> int | None:
    return int(figure.value) if figure.value is not None else None


# -- a margin of a table -------------------------------------------------------------------------------------


def _margin(table: Table, by: str, kind: Kind, title: str, release: str) -> Drawing:
    """What a table says by one of its dimensions, the largest first; lines known to be zero are left out."""
    dimension = _dimension(table, by)
    points = [Point(one.code, one.label, _value(table, **{by: one.code})) for one in dimension.categories]
    drawn = _ordered(one for one in points if one.value != 0 or (kind is Kind.TILES and one.code not in LAST))
    total = table.total.value
    has_zeros = len(drawn) < len([one for one in points if one.code not in LAST])
    return Drawing(
        code=f"{table.population.code}-{by}",
        kind=kind,
        title=title,
        period=_period(table),
        unit=_unit(table),
        source=source(release),
        heading=dimension.name,
        lines=(Line("all", table.population.name, tuple(drawn)),),
        total=total,
        has_shares=total is not None and total > 0 and all(one.value is not None for one in drawn),
        highlight=_largest(drawn, total) if by == "origin" else "",
        note=_("Categories with a count of zero are not drawn.") if has_zeros else "",
        table=table.code,
    )


def _ordered(points: Iterable[Point]) -> list[Point]:
    """The largest first, after it what is withheld in the order of the publication, and the rest of all last."""
    return sorted(points, key=lambda one: (one.code in LAST, one.value is None, -(one.value or 0)))


def _largest(points: Iterable[Point], total: int | None) -> str:
    """The code of the largest: empty where another may be as large, whatever is withheld."""
    shown = [one for one in points if one.value and one.code not in LAST]
    if not shown or total is None:
        return ""
    first = shown[0]
    withheld = total - sum(one.value or 0 for one in points)
    is_sure = all(one.value is not None for one in points) or withheld < (first.value or 0)
    is_alone = len(shown) < 2 or shown[1].value != first.value
    return first.code if is_sure and is_alone else ""


def _finest(tables: Iterable[Table], *by: str) -> Table | None:
    """The table with these dimensions that has most categories of the first; of several such, the one without others.

    Several may have a characteristic, one of them in coarser groups: the finest makes the picture.
    """
    having = [one for one in tables if {*by} <= {each.code for each in one.dimensions}]
    return min(
        having,
        key=lambda one: (*(-len(_dimension(one, each).categories) for each in by), len(one.dimensions), one.code),
        default=None,
    )


def _dimension(table: Table, code: str) -> Dimension:
    return next(one for one in table.dimensions if one.code == code)


def _value(table: Table, **fixed: str) -> int | None:
    """The margin of a table at these categories; None where it is withheld."""
    return table.cell(tuple(fixed.get(one.code, TOTAL) for one in table.dimensions)).value


def _is_of(table: Table, as_of: date) -> bool:
    return table.start is None and table.end == as_of


def _period(table: Table) -> str:
    """The day; a whole year as such; else from the first to the last day."""
    if table.start is None:
        return i18n.day(table.end)
    if (table.start.month, table.start.day) == (1, 1) and table.end == date(table.start.year + 1, 1, 1):
        return str(table.start.year)
    return f"{i18n.day(table.start)} – {i18n.day(table.end - timedelta(days=1))}"


def _unit(table: Table) -> str:
    """Whom or what the numbers count: the names of populations say it."""
    return table.population.name


def source(release: str) -> str:
    """Where the numbers of a release are from, in words."""
    return _("Case data of partners, release %(code)s", code=release)
