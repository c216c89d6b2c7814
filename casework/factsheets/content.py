"""What the factsheet says: one content for every form it takes. Numbers come from the Key Figures, never from here."""

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from casework.core import i18n
from casework.core.i18n import Text
from casework.figures import indicators, report
from casework.figures.report import Breakdown, Figure, KeyFigures, Row
from casework.reference import queries as codes

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
class Sheet:
    """The factsheet as of a day."""

    as_of: date
    key_figures: KeyFigures
    headline: tuple[Figure, ...]
    messages: tuple[Message, ...]
    breakdowns: dict[str, dict[str, Breakdown]]
    tiles: dict[str, tuple[Tile, ...]]
    facts: tuple[Text, ...]
    funding: tuple[Figure, ...]
    pledges: Figure
    sources: tuple[str, ...]
    has_hidden: bool


def sheet(as_of: date) -> Sheet:
    """The national factsheet from the live Key Figures: a draft until a release freezes it."""
    found = report.key_figures(as_of)
    breakdowns: dict[str, dict[str, Breakdown]] = {}
    for one in report.breakdowns(as_of):
        breakdowns.setdefault(one.indicator.code, {})[one.by] = one
    everything = [one for tables in breakdowns.values() for one in tables.values()]
    return Sheet(
        as_of=as_of,
        key_figures=found,
        headline=tuple(
            found.figure(indicator.code)
            for indicator in (
                indicators.REFUGEES_AND_ASYLUM_SEEKERS,
                indicators.STATELESS_KNOWN,
                indicators.REFUGEE_LIKE,
                indicators.CITIZENSHIP_GRANTED,
            )
        ),
        messages=tuple(_messages(found, breakdowns)),
        breakdowns=breakdowns,
        tiles={code: _tiles(tables["region"]) for code, tables in breakdowns.items()},
        facts=LEGAL_FRAMEWORK,
        funding=(
            found.figure(indicators.FUNDING_REQUIRED.code),
            found.figure(indicators.FUNDING_SHARE.code),
        ),
        pledges=found.figure(indicators.PLEDGES.code),
        sources=_sources(found),
        has_hidden=any(one.has_hidden for one in everything),
    )


def _messages(found: KeyFigures, breakdowns: dict[str, dict[str, Breakdown]]) -> list[Message]:
    """What a hurried reader should take away. Only from numbers that the sheet shows."""
    messages = []
    protected = breakdowns[indicators.REFUGEES_AND_ASYLUM_SEEKERS.code]["origin"]
    shown = [row for row in protected.rows if row.value is not None and row.code != report.OTHER]
    if shown and not protected.has_hidden:
        largest = max(shown, key=lambda row: row.value or 0)
        messages.append(
            Message(
                _("Largest country of origin: %(country)s", country=largest.label),
                _(
                    "%(count)s of %(total)s refugees and asylum-seekers.",
                    count=i18n.number(largest.value),
                    total=i18n.number(protected.total),
                ),
            )
        )
    government = found.figure(indicators.STATELESS_GOVERNMENT.code)
    partners = found.figure(indicators.UNDETERMINED.code)
    if government.value is not None:
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
    estimate = found.figure(indicators.REFUGEE_LIKE.code)
    if estimate.value is not None:
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


def _sources(found: KeyFigures) -> tuple[str, ...]:
    """Where the external figures come from, each source once."""
    lines: dict[str, None] = {}
    for figure in found.figures:
        for one in (figure, *figure.parts, *figure.components):
            if one.source:
                text = _(
                    "%(figure)s: %(source)s, as of %(day)s",
                    figure=one.indicator.name,
                    source=one.source,
                    day=i18n.day(one.as_of),
                )
                lines[text] = None
    return tuple(lines)


# -- regions as tiles ----------------------------------------------------------------------------------------


def _tiles(table: Breakdown) -> tuple[Tile, ...]:
    tiles = []
    for row in table.rows:
        place = codes.attribute("region", row.code, "tile")
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
