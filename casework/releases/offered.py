"""The tables that a release may have, in words: by population, each with its definition, unit and version."""

from collections.abc import Mapping
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from casework.releases import declared, definitions, pages, queries, refusals, verdict
from casework.releases.declared import DeclaredTable
from casework.releases.models import Release


def tables(also: str = "") -> list[DeclaredTable]:
    """What a new release may have; `also`: the code of one more, by parts of the country."""
    found = queries.offered_tables()
    if also and also not in {one.code for one in found}:
        found.append(declared.named(also))
    return found


def also(fix: str) -> str:
    """The table that a fix puts in the place of another: by parts of the country. "": none."""
    kind, _colon, what = fix.partition(":")
    twin = refusals.coarser(what) if kind == refusals.COARSER else None
    return twin.code if twin is not None else ""


def groups(also: str = "") -> list[pages.Group]:
    """The tables on offer, by what they count."""
    retire = _retire_urls()
    found: dict[str, list[pages.Offered]] = {}
    for one in tables(also):
        found.setdefault(one.of.stock, []).append(_offered(one, retire))
    return [_group(code, tuple(each)) for code, each in found.items()]


def _retire_urls() -> Mapping[str, str]:
    return {
        one.code: url_for("releases.retire_table", table_id=one.id)
        for one in queries.added_tables()
        if one.retired_at is None
    }


def _offered(table: DeclaredTable, retire: Mapping[str, str]) -> pages.Offered:
    by = [definitions.DIMENSIONS[one] for one in table.dimensions]
    told = [str(one.definition) for one in by if one.definition is not None]
    words = ", ".join(str(one.name) for one in by)
    if table.of.stock != table.population:
        # An account's line: what it counts is not what the population counts.
        told.insert(0, str(table.of.definition))
        words = _("Who came, by reason") if table.population.endswith(definitions.IN) else _("Who left, by reason")
    return pages.Offered(
        code=table.code,
        name=str(table.name),
        definition=" ".join(told),
        by=words,
        version=table.version,
        retire_url=retire.get(table.code, ""),
    )


def _group(code: str, offered: tuple[pages.Offered, ...]) -> pages.Group:
    population = definitions.POPULATIONS[code]
    return pages.Group(
        population=code,
        name=str(population.name),
        definition=str(population.definition),
        unit=pages.unit(population.unit),
        version=population.version,
        tables=offered,
    )


def change_words(after: Release, fix: str) -> str:
    """What was filled in for the officer, and why, in one sentence."""
    kind, _colon, what = fix.partition(":")
    if not kind and after.is_frozen:
        return str(_("Filled in as in the release that is to be corrected."))
    if kind == refusals.FOLD:
        return str(_("Filled in as in the draft before, but with more countries of origin put together."))
    if kind == refusals.COARSER:
        return str(_("Filled in as in the draft before, but with regions put together."))
    if kind == refusals.DROP:
        return str(_("Filled in as in the draft before, but without “%(table)s”.", table=verdict.name(what)))
    return str(_("Filled in as in the draft before."))


def populations() -> list[str]:
    """What an officer may make a table of."""
    return [code for code, one in definitions.POPULATIONS.items() if one.dimensions]


def divisions(population: str) -> list[tuple[str, str]]:
    """By what a table of this population may be divided: code and words."""
    return [(one, str(definitions.DIMENSIONS[one].name)) for one in definitions.POPULATIONS[population].dimensions]


def population(code: str) -> pages.Group:
    """What is counted, without tables."""
    return _group(code, ())


def added(table_id: UUID) -> pages.Offered | None:
    """A table that an officer added, in words."""
    found = queries.added_table(table_id)
    return _offered(declared.named(found.code), {}) if found is not None else None
