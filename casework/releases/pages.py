"""What the pages of releases say, in words: states, progress, what the attack found and what would help."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from casework.core import i18n
from casework.figures import shares
from casework.releases import reading, rules
from casework.releases.models import Release, Step

STEPS = (Step.BEGUN, Step.COUNTED, Step.PROTECTED, Step.ATTACKED)
"""The way of a draft; between two of them lies one piece of work."""

QUARTERS = (1, 4, 7, 10)

UNITS = {
    "persons": _l("Persons"),
    "sessions": _l("Sessions"),
    "services": _l("Services"),
    "topics": _l("Topics"),
    "cases": _l("Cases"),
    "decisions": _l("Decisions"),
    "letters": _l("Letters"),
    "inquiries": _l("Inquiries"),
    "activities": _l("Activities"),
}


def unit(code: str) -> str:
    return str(UNITS.get(code, code))


def ways() -> list[tuple[str, str]]:
    """From how many persons a country of origin is listed by name: code and words."""
    return [(str(least), way(least)) for least in rules.LISTED_FROM]


def way(least: int) -> str:
    if least == rules.NONE_LISTED:
        return str(_("Only those listed before"))
    return str(_("From %(count)s persons on", count=i18n.number(least)))


def default_day(today: date, frozen: Mapping[date, date]) -> date:
    """The day that is due: the last beginning of a quarter, unless it is frozen; then of the month."""
    quarter = max(date(year, month, 1) for year in (today.year - 1, today.year) for month in QUARTERS
                  if date(year, month, 1) <= today)  # fmt: skip
    latest = max(frozen, default=None)
    return quarter if latest is None or latest < quarter else today.replace(day=1)


def compared(found: Iterable[tuple[int, int, int]]) -> list[list[str]]:
    """What each way of listing countries costs: rows of the component `data_table`."""
    return [
        [
            way(least),
            i18n.number(cells),
            i18n.number(hidden),
            shares.share(hidden, cells or 1),
        ]
        for least, cells, hidden in found
    ]


# -- states --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class State:
    label: str
    tone: str
    icon: str


def state(release: Release) -> State:
    if release.is_frozen:
        return State(_("Frozen"), "blue", "snowflake")
    if release.step == Step.DISCARDED:
        return State(_("Discarded"), "", "x")
    if release.step == Step.ATTACKED and not release.is_shown:
        return State(_("Not safe to publish"), "red", "circle-alert")
    if release.step == Step.ATTACKED:
        return State(_("To be reviewed"), "amber", "eye")
    return State(_("Being drawn up"), "amber", "hourglass")


def title(release: Release) -> str:
    return str(_("Release as of %(day)s", day=i18n.day(release.as_of)))


def edition(release: Release) -> str:
    """First edition, or which correction it is; a discarded draft was none."""
    if release.edition < 0:
        return str(_("Draft that was discarded"))
    if release.edition == 1:
        return str(_("First edition"))
    return str(_("Edition %(number)s: a correction", number=release.edition))


def period(release: Release) -> str:
    return str(_("What happened from %(start)s to %(end)s", start=i18n.day(release.since), end=i18n.day(release.as_of)))


@dataclass(frozen=True)
class Row:
    """One release in the list. `withheld` is in words, `corrected` says what to do about it."""

    url: str
    day: str
    period: str
    edition: str
    state: State
    withheld: str
    digest: str
    is_superseded: bool
    """A later edition of the day is frozen."""
    is_corrected: bool | None
    """Whether some of its tables would come out otherwise from what is recorded now; None: not looked at."""
    correct_url: str


def rows(releases: Sequence[Release], corrected: Mapping[UUID, bool]) -> list[Row]:
    """The list; `corrected`: whether a release would come out otherwise today, of those that were counted again."""
    return [
        Row(
            url=url_for("releases.show", release_id=one.id),
            day=i18n.day(one.as_of),
            period=period(one),
            edition=edition(one),
            state=state(one),
            withheld=withheld(one),
            digest=(one.digest or "")[:12],
            is_superseded=newer(one, releases) is not None,
            is_corrected=corrected.get(one.id),
            correct_url=url_for("releases.begin", after=one.id),
        )
        for one in releases
    ]


def newer(release: Release, releases: Iterable[Release]) -> Release | None:
    """The last frozen edition of its day, unless it is this one."""
    later = [one for one in releases if one.is_frozen and one.as_of == release.as_of and one.edition > release.edition]
    return max(later, key=lambda one: one.edition, default=None)


def choice(release: Release) -> str:
    """A release among others to choose from."""
    day = i18n.day(release.as_of)
    return day if release.edition == 1 else str(_("%(day)s, edition %(number)s", day=day, number=release.edition))


def withheld(release: Release) -> str:
    """How many of its numbers are withheld, in words; nothing before that is known."""
    found = _of_protection(release)
    if "hidden" not in found:
        return ""
    if not found.get("cells"):
        return i18n.number(found["hidden"])
    return str(_("%(hidden)s of %(cells)s", hidden=i18n.number(found["hidden"]), cells=i18n.number(found["cells"])))


def _of_protection(release: Release) -> Mapping[str, Any]:
    found: Mapping[str, Any] = (release.report or {}).get("protection") or {}
    return found


# -- progress ------------------------------------------------------------------------------------------------------


def is_under_way(release: Release) -> bool:
    return release.step in STEPS[:-1]


def done(release: Release) -> int:
    """How many of the three steps are done."""
    return STEPS.index(Step(release.step)) if release.step in STEPS else len(STEPS) - 1


def progress(release: Release) -> dict[str, Any]:
    """How far a draft is, for a progress bar: steps done and in all, whether it is over, and the next in words."""
    return {
        "done": done(release),
        "total": len(STEPS) - 1,
        "is_over": not is_under_way(release),
        "words": doing(release),
    }


def doing(release: Release) -> str:
    return str(
        {
            Step.BEGUN: _("Step 1 of 3: everybody is counted as of the day, and what happened in the period."),
            Step.COUNTED: _("Step 2 of 3: the numbers are chosen that have to be withheld. This may take a minute."),
            Step.PROTECTED: _("Step 3 of 3: the attack tries to work out what is withheld. This may take a minute."),
        }.get(Step(release.step), _("All three steps are done."))
    )


def stages(release: Release) -> list[dict[str, str]]:
    """The three steps for the component `steps`."""
    names = [_("Counting"), _("Protecting"), _("Attacking"), _("Review")]
    at = done(release)
    return [
        {"label": str(name), "state": "done" if n < at else "now" if n == at else ""} for n, name in enumerate(names)
    ]


# -- what is read --------------------------------------------------------------------------------------------------

ORIGINS = {
    "cases": _l("Counted from case data"),
    "sum": _l("Sum of the figures below it"),
    "rest": _l("The rest of the total"),
    "external": _l("Not entered yet"),
}
"""Where a figure is from that has no source of its own."""


@dataclass(frozen=True)
class Section:
    """One population with its tables."""

    population: reading.Population
    tables: tuple[reading.Table, ...]

    @property
    def anchor(self) -> str:
        return self.population.code.replace(":", "-")


def sections(publication: reading.Publication) -> list[Section]:
    """The tables by what they count, without those that an account is read from: it shows all that they do."""
    found: dict[str, list[reading.Table]] = {}
    for one in publication.tables:
        if one.dimensions and [dimension.code for dimension in one.dimensions] != [reading.FLOW]:
            found.setdefault(one.population.code, []).append(one)
    return [Section(publication.populations[code], tuple(tables)) for code, tables in found.items()]


def sources(publication: reading.Publication) -> list[list[Any]]:
    """Every Key Figure with its parts below it and where each is from: rows of the component `data_table`."""
    return [_source(one, depth) for one, depth in _with_parts(publication.figures)]


def _with_parts(figures: Iterable[reading.Figure], depth: int = 0) -> Iterator[tuple[reading.Figure, int]]:
    for one in figures:
        yield one, depth
        yield from _with_parts((*one.parts, *one.components), depth + 1)


def _source(figure: reading.Figure, depth: int) -> list[Any]:
    value = (
        {"hidden_figure": True} if figure.is_hidden else {"text": figure.text if figure.is_known else _("not known")}
    )
    origin = {"text": str(ORIGINS.get(figure.source, figure.source)), "note": figure.document or figure.note}
    state: dict[str, Any] = {"text": _("Counted"), "tone": ""}
    if not figure.is_known and not figure.is_hidden:
        state = {"text": _("Missing"), "tone": "red", "icon": "circle-alert"}
    elif not figure.is_verified:
        state = {"text": _("Not verified"), "tone": "amber", "icon": "clock"}
    elif figure.source not in ORIGINS:
        state = {"text": _("Verified"), "tone": "teal", "icon": "check"}
    name = {"text": f"{'… ' * bool(depth)}{figure.name}", "note": figure.definition}
    return [name, value, i18n.day(figure.as_of), origin, state]


# -- tables on offer -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Offered:
    """A table that a release can have."""

    code: str
    name: str
    definition: str
    by: str
    version: int
    retire_url: str = ""
    note: str = ""


@dataclass(frozen=True)
class Group:
    """The tables of one population, with what is counted."""

    population: str
    name: str
    definition: str
    unit: str
    version: int
    tables: tuple[Offered, ...]


# -- between two releases --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One line of what changed: in words, with its number (None: withheld) and whether it is added or taken away."""

    label: str
    value: int | None
    sign: str = ""


@dataclass(frozen=True)
class Change:
    """What changed in one population between two releases."""

    population: reading.Population
    opening: int | None
    lines: tuple[Line, ...]
    closing: int | None


def changes(found: Iterable[rules.Difference], newer: reading.Publication) -> list[Change]:
    """Differences with their reasons in words, as the newer release names them."""
    told = []
    for one in found:
        names = _reasons_of(newer, one.population)
        lines = [
            *(Line(names.get(line.code, line.code), line.value, "+") for line in one.entered),
            *_total(_("All who came"), one.total_entered, "+", len(one.entered)),
            *(Line(names.get(line.code, line.code), line.value, "−") for line in one.left),
            *_total(_("All who left"), one.total_left, "−", len(one.left)),
        ]
        if one.corrected != 0:
            sign = "" if one.corrected is None else "+" if one.corrected > 0 else "−"
            lines.append(Line(_("Recorded late or corrected"), one.corrected, sign))
        told.append(Change(newer.populations[one.population], one.opening, tuple(lines), one.closing))
    return told


def _total(label: str, value: int | None, sign: str, lines: int) -> list[Line]:
    """A total where there is more than one line to add up, or one that is withheld."""
    return [Line(label, value, sign)] if lines > 1 or (lines and value is None) else []


def _reasons_of(newer: reading.Publication, population: str) -> dict[str, str]:
    flows = [f"{population}:in", f"{population}:out"]
    return {
        category.code: category.label
        for table in newer.tables
        if table.population.code in flows
        for dimension in table.dimensions
        if dimension.code == reading.FLOW
        for category in dimension.categories
    }
