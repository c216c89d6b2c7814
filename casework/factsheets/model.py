"""The content of a factsheet in one language: what every output – page, PDF, workbook, CSV, JSON – is made of.

Plain data and nothing else. Every number in it is a published one: a withheld number is None wherever it stands, so no
output can tell what it does not have. Two caseloads that print the same publication make the same sheet.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from casework.releases.reading import Account, Duration, Figure, Finding, Population, Table


class Kind(StrEnum):
    """Which picture a drawing is; each has its Vega-Lite file."""

    BARS = "bars"
    """One line of horizontal bars, the label above each."""
    COLUMNS = "columns"
    """One or two lines over months; two are stacked."""
    PYRAMID = "pyramid"
    """Two lines back to back: women and men by age."""
    TILES = "tiles"
    """The regions as a grid; on phones and where regions are put together, bars."""
    TREND = "trend"
    """Lines over days, each from its own source; a gap where nothing was published."""


@dataclass(frozen=True)
class Point:
    """One number of a drawing. `value` None: withheld, and hatched; with `is_absent`, nobody published one: a gap."""

    code: str
    label: str
    value: int | None
    is_absent: bool = False


@dataclass(frozen=True)
class Line:
    """A row of points of one kind: all persons, or women, or what one source says. `source`: of a trend's line."""

    code: str
    label: str
    points: tuple[Point, ...]
    source: str = ""


@dataclass(frozen=True)
class Drawing:
    """A figure of the sheet, apart from how it is drawn: its words, its numbers, and the table it is a part of.

    Every line has the same points' codes in the same order: they make the table that stands beside the picture.
    """

    code: str
    """Names it in addresses and files: refugees_asylum-origin."""
    kind: Kind
    title: str
    period: str
    """What stands behind the title: a day, or from when to when."""
    unit: str
    """The line under the title: what is counted. “Persons by country of origin”."""
    source: str
    heading: str
    """Of the first column of its table."""
    lines: tuple[Line, ...]
    total: int | None = None
    """Of all points of the only line; None where it is withheld or means nothing."""
    has_shares: bool = False
    """Whether each number's share of the total is told: only where nothing that is shown would be subtracted."""
    highlight: str = ""
    """The code of the point that stands out."""
    note: str = ""
    table: str = ""
    """The published table whose margin it is."""

    @property
    def has_hidden(self) -> bool:
        return any(one.value is None and not one.is_absent for line in self.lines for one in line.points)


@dataclass(frozen=True)
class Message:
    """What a hurried reader should take away."""

    title: str
    text: str


@dataclass(frozen=True)
class Count:
    """A counted activity. `value` None: withheld."""

    name: str
    value: int | None
    unit: str


@dataclass(frozen=True)
class Activity:
    """One thing that partners do: text, and what was counted of it."""

    code: str
    name: str
    paragraphs: tuple[str, ...]
    counts: tuple[Count, ...]


@dataclass(frozen=True)
class Partners:
    """Partners of one kind: State bodies, or civil society."""

    name: str
    members: tuple[str, ...]


@dataclass(frozen=True)
class Law:
    """What the State is bound by, as of the sheet's day. Wording follows the dated lists, never the author's memory."""

    party_to: tuple[str, ...]
    not_party_to: tuple[str, ...]
    commitments: tuple[str, ...]
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class Funding:
    """Required, received and the share of it, for the area that the source names: five countries, not one."""

    required: Figure | None
    received: str
    """In words, with its currency; empty when it is not known."""
    is_received_derived: bool
    """Worked out from the share: nobody has printed the amount."""
    share: Figure | None
    scope: str


@dataclass(frozen=True)
class Group:
    """A population of the sheet with its drawings and who came and who left."""

    population: Population
    drawings: tuple[Drawing, ...]
    account: Account | None


@dataclass(frozen=True)
class Change:
    """What an earlier edition of the same day said otherwise."""

    what: str
    before: str
    after: str


@dataclass(frozen=True)
class Correction:
    """Why there is another edition of the same day, and what it changed."""

    reason: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Country:
    """One of the countries of a regional sheet, each with its own day and edition."""

    area: str
    name: str
    as_of: date
    edition: str
    digest: str


@dataclass(frozen=True)
class Term:
    """A word of the sheet and what it means here."""

    name: str
    definition: str


@dataclass(frozen=True)
class Sheet:
    """A factsheet in one language."""

    language: str
    kind: str
    """national or regional."""
    area: str
    """KAZ; of a regional sheet CENTRAL_ASIA."""
    area_name: str
    as_of: date
    edition: int
    code: str
    """KAZ-2025-01-01-e1: names the edition wherever it is quoted."""
    digest: str
    """SHA-256 of the content in every language it has."""
    title: str
    lead: str
    release: str
    """The code of the release whose numbers these are; empty on a regional sheet."""
    release_digest: str
    counted_on: date | None
    threshold: int
    figures: tuple[Figure, ...]
    """Key Figures in their order, with parts and components. On a regional sheet components are countries."""
    messages: tuple[Message, ...]
    groups: tuple[Group, ...]
    drawings: tuple[Drawing, ...]
    """Those of no group: trends, outcomes, sessions by month."""
    activities: tuple[Activity, ...]
    partners: tuple[Partners, ...]
    law: Law | None
    funding: Funding | None
    donors: tuple[str, ...]
    contacts: tuple[str, ...]
    tables: tuple[Table, ...]
    """Every published table, whole."""
    durations: tuple[Duration, ...]
    countries: tuple[Country, ...]
    terms: tuple[Term, ...]
    method: tuple[str, ...]
    findings: tuple[Finding, ...]
    sources: tuple[str, ...]
    citation: str
    correction: Correction | None

    @property
    def all_drawings(self) -> tuple[Drawing, ...]:
        return tuple(one for group in self.groups for one in group.drawings) + self.drawings
