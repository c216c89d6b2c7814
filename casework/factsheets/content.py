"""What the factsheet says: one content for every form it takes. All of it is a function of one publication.

Nothing here asks the database for a count: two caseloads that print the same publication make the same sheet, down to
the length of a bar, the colour of a tile, the order of the lines and the words for those who do not see them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from casework.core import i18n
from casework.core.i18n import Text
from casework.disclosure.tables import TOTAL
from casework.figures import indicators
from casework.figures.indicators import Source
from casework.reference import queries as codes
from casework.releases.definitions import OTHER
from casework.releases.reading import Account, Figure, Publication, Table

HEADLINE = (
    indicators.REFUGEES_AND_ASYLUM_SEEKERS,
    indicators.STATELESS_KNOWN,
    indicators.REFUGEE_LIKE,
    indicators.CITIZENSHIP_GRANTED,
)
FUNDING = (indicators.FUNDING_REQUIRED, indicators.FUNDING_SHARE)

LEGAL_FRAMEWORK = (
    Text(
        "Kazakhstan is party to the 1951 Convention relating to the Status of Refugees and its 1967 Protocol.",
        "Казахстан участвует в Конвенции о статусе беженцев 1951 года и Протоколе к ней 1967 года.",
        "Қазақстан 1951 жылғы Босқындар мәртебесі туралы конвенцияға және оның 1967 жылғы Хаттамасына қатысады.",
    ),
    Text(
        "It is not party to the 1954 Convention relating to the Status of Stateless Persons, nor to the "
        "1961 Convention "
        "on the Reduction of Statelessness.",
        "Казахстан не участвует в Конвенции о статусе апатридов 1954 года и в Конвенции о сокращении "
        "безгражданства "
        "1961 года.",
        "Қазақстан 1954 жылғы Апатридтер мәртебесі туралы конвенцияға және 1961 жылғы Азаматтықтың болмауын "
        "қысқарту "
        "туралы конвенцияға қатыспайды.",
    ),
    Text(
        "In 2024 Kazakhstan and four other States of Central Asia adopted the Ashgabat Declaration on ending "
        "statelessness.",
        "В 2024 году Казахстан и ещё четыре государства Центральной Азии приняли Ашхабадскую декларацию об "
        "искоренении "
        "безгражданства.",
        "2024 жылы Қазақстан және Орталық Азияның тағы төрт мемлекеті азаматтықтың болмауын жою туралы "
        "Ашхабад "
        "декларациясын қабылдады.",
    ),
    Text(
        "A refugee certificate is valid for one year, an asylum-seeker certificate for three months.",
        "Удостоверение беженца действует один год, свидетельство лица, ищущего убежище, – три месяца.",
        "Босқын куәлігі бір жыл, баспана іздеушінің куәлігі үш ай жарамды.",
    ),
)
"""Facts of law as of the sheet's writing; accession to a convention changes them."""

SCALE: tuple[tuple[int, str, str], ...] = (
    (150, "#0a69b3", "#ffffff"),
    (100, "#3a8fd1", "#14263d"),
    (50, "#7db8e8", "#14263d"),
    (20, "#b7d7f2", "#14263d"),
    (5, "#e3effa", "#14263d"),
)
"""From how many persons a tile has which fill and ink. Fixed steps: they say nothing about what is withheld."""


@dataclass(frozen=True)
class Message:
    title: str
    text: str


@dataclass(frozen=True)
class Row:
    """A line of a chart, in persons. `value` None: withheld."""

    code: str
    label: str
    value: int | None


@dataclass(frozen=True)
class Chart:
    """A population by one characteristic; its total is never withheld."""

    by: str
    rows: tuple[Row, ...]
    total: int | None

    @property
    def has_hidden(self) -> bool:
        return any(row.value is None for row in self.rows)


@dataclass(frozen=True)
class Tile:
    """A region's place in the grid, with what may be shown of it."""

    column: int
    row: int
    is_city: bool
    lines: tuple[str, ...]
    value: int | None
    fill: str
    ink: str


@dataclass(frozen=True)
class Group:
    """A population on the sheet: its charts by characteristic, its regions as tiles, who came and who left."""

    code: str
    name: str
    definition: str
    charts: dict[str, Chart]
    tiles: tuple[Tile, ...]
    account: Account | None


@dataclass(frozen=True)
class Sheet:
    """The factsheet of a release."""

    publication: Publication
    as_of: date
    headline: tuple[Figure, ...]
    messages: tuple[Message, ...]
    groups: tuple[Group, ...]
    facts: tuple[Text, ...]
    funding: tuple[Figure, ...]
    pledges: Figure | None
    sources: tuple[str, ...]


def sheet(publication: Publication) -> Sheet:
    """The national factsheet that a publication makes."""
    figures = {one.code: one for one in _with_below(publication.figures)}
    groups = tuple(
        _group(publication, indicator.code)
        for indicator in indicators.COUNTED
        if indicator.code in publication.populations
    )
    return Sheet(
        publication=publication,
        as_of=publication.as_of,
        headline=tuple(figures[one.code] for one in HEADLINE if one.code in figures),
        messages=tuple(_messages(figures, groups)),
        groups=groups,
        facts=LEGAL_FRAMEWORK,
        funding=tuple(figures[one.code] for one in FUNDING if one.code in figures),
        pledges=figures.get(indicators.PLEDGES.code),
        sources=_sources(figures.values()),
    )


def _with_below(figures: Iterable[Figure]) -> list[Figure]:
    return [each for one in figures for each in (one, *_with_below((*one.parts, *one.components)))]


def _group(publication: Publication, code: str) -> Group:
    population = publication.populations[code]
    charts: dict[str, Chart] = {}
    for table in publication.tables:
        if table.population.code == code and table.start is None and table.end == publication.as_of:
            for chart in (_chart(table, one.code) for one in table.dimensions):
                # Several tables may have a characteristic, one of them in coarser groups: the finest makes the chart.
                if chart.by not in charts or len(chart.rows) > len(charts[chart.by].rows):
                    charts[chart.by] = chart
    account = next((one for one in publication.accounts if one.population.code == code), None)
    tiles = _tiles(charts["region"]) if "region" in charts else ()
    return Group(code, population.name, population.definition, charts, tiles, account)


def _chart(table: Table, by: str) -> Chart:
    """The margin of a table by one of its dimensions, as it was published."""
    place = next(number for number, one in enumerate(table.dimensions) if one.code == by)
    rows = []
    for category in table.dimensions[place].categories:
        at = tuple(category.code if number == place else TOTAL for number in range(len(table.dimensions)))
        rows.append(Row(category.code, category.label, table.cell(at).value))
    if by == "origin":
        # The largest first, what is withheld after all that is shown and in the order of the publication.
        rows.sort(key=lambda row: (row.code == OTHER, row.value is None, -(row.value or 0)))
    return Chart(by, tuple(rows), table.total.value)


def _messages(figures: dict[str, Figure], groups: tuple[Group, ...]) -> list[Message]:
    """What a hurried reader should take away. Only from numbers that the sheet shows."""
    origins = next(
        (one.charts["origin"] for one in groups if one.code == HEADLINE[0].code and "origin" in one.charts), None
    )
    messages = [] if origins is None else _largest_origin(origins)
    government = figures.get(indicators.STATELESS_GOVERNMENT.code)
    partners = figures.get(indicators.UNDETERMINED.code)
    if government is not None and government.is_known and partners is not None and partners.is_known:
        messages.append(
            Message(
                _("Statelessness is counted by two"),
                _(
                    "Registered by the Government: %(government)s. Of undetermined nationality, registered "
                    "by partners: "
                    "%(partners)s.",
                    government=government.text,
                    partners=partners.text,
                ),
            )
        )
    estimate = figures.get(indicators.REFUGEE_LIKE.code)
    if estimate is not None and estimate.is_known:
        messages.append(
            Message(
                _("An estimate stands apart"),
                _(
                    "People in a refugee-like situation: %(value)s. The estimate rests on media reports and "
                    "is never "
                    "added to the persons counted.",
                    value=estimate.text,
                ),
            )
        )
    return messages


def _largest_origin(origins: Chart) -> list[Message]:
    """The country most people are from: where no other can be larger, whatever is withheld."""
    shown = [row for row in origins.rows if row.value and row.code != OTHER]
    if not shown or origins.total is None:
        return []
    largest = max(shown, key=lambda row: row.value or 0)
    withheld = origins.total - sum(row.value or 0 for row in origins.rows)
    if origins.has_hidden and withheld >= (largest.value or 0):
        return []
    return [
        Message(
            _("Largest country of origin: %(country)s", country=largest.label),
            _(
                "%(count)s of %(total)s refugees and asylum-seekers.",
                count=i18n.number(largest.value),
                total=i18n.number(origins.total),
            ),
        )
    ]


def _sources(figures: Iterable[Figure]) -> tuple[str, ...]:
    """Where the external figures come from, each source once."""
    lines: dict[str, None] = {}
    for one in figures:
        if one.source and one.source not in {*Source}:  # what is counted or added up says so instead
            text = _(
                "%(figure)s: %(source)s, as of %(day)s", figure=one.name, source=one.source, day=i18n.day(one.as_of)
            )
            lines[text] = None
    return tuple(lines)


# -- regions as tiles ----------------------------------------------------------------------------------------


def _tiles(chart: Chart) -> tuple[Tile, ...]:
    """A tile for every region; none at all when the release puts regions together, which no tile stands for."""
    places = {row.code: codes.attribute("region", row.code, "tile") for row in chart.rows}
    if any(place is None and codes.item("region", code) is None for code, place in places.items()):
        return ()
    tiles = []
    for row in chart.rows:
        place = places[row.code]
        if place:
            fill, ink = _colour(row)
            is_city = codes.attribute("region", row.code, "type") == "city"
            tiles.append(Tile(place[0], place[1], is_city, _lines(row.label), row.value, fill, ink))
    return tuple(tiles)


def _colour(row: Row) -> tuple[str, str]:
    """Fill and ink of a tile. A withheld count is hatched whatever it is."""
    if row.value is None:
        return "url(#hatch)", "#33475f"
    return next(((fill, ink) for least, fill, ink in SCALE if row.value >= least), ("#f8fafc", "#33475f"))


def _lines(label: str, width: int = 10) -> tuple[str, ...]:
    """A region's name in lines that fit a tile: broken at spaces and after hyphens, never inside a word."""
    lines: list[str] = []
    for word in label.replace("-", "-\n").replace(" ", "\n").split("\n"):
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += word if lines[-1].endswith("-") else f" {word}"
        else:
            lines.append(word)
    return tuple(lines)
