"""Why a release cannot be begun or frozen, and what would help: in words, and never with a number."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _

from casework.core import i18n
from casework.releases import declared
from casework.releases.declared import DeclaredTable
from casework.releases.rules import Wrong

FOLD, COARSER, DROP = "fold", "coarser", "drop"
BY_PARTS = "coarser:region"
"""The one coarser way there is: by parts of the country."""

FIELDS = {
    Wrong.SINCE_NOT_A_FIRST: "since",
    Wrong.SINCE_MISSING: "since",
    Wrong.SINCE_NOT_BEFORE: "since",
    Wrong.SINCE_GIVEN: "since",
}
"""Which field of the form is wrong; otherwise as_of."""


def of_days(why: Wrong, last: date | None, begins: date | None) -> str:
    """Why a release cannot be as of a day. `last`: the last frozen day; `begins`: since when it would have to tell."""
    match why:
        case Wrong.NOT_A_FIRST | Wrong.SINCE_NOT_A_FIRST:
            return str(_("Choose the first day of a month: releases begin and end there."))
        case Wrong.IN_FUTURE:
            return str(_("This day is in the future. A release counts what has happened."))
        case Wrong.BEFORE_FROZEN:
            return str(
                _(
                    "A release as of %(day)s is frozen, and no new one can lie before it. Choose a later day, or a "
                    "frozen one to correct it.",
                    day=i18n.day(last),
                )
            )
        case Wrong.SINCE_MISSING:
            return str(_("Say since when the first release tells what happened."))
        case Wrong.SINCE_NOT_BEFORE:
            return str(_("This day has to lie before the day of the release."))
        case Wrong.SINCE_GIVEN:
            return str(
                _("This release tells what happened since %(day)s, so that no period overlaps.", day=i18n.day(begins))
            )


def fixes(table: str, dimensions: Sequence[str]) -> list[str]:
    """What may help where the attack found a table unsafe: fold:origin, coarser:region, drop:<code>."""
    found = [f"fold:{one}" for one in dimensions if one == "origin"]
    found += [f"coarser:{one}" for one in dimensions if one in ("region", "age")]
    return [*found, f"drop:{table}"]


def possible(fixes: Collection[str], table: str, chosen: Collection[str]) -> list[str]:
    """What can be done with the tables there are; leaving one out can be, if it was chosen and is not in every release.

    A total that is no table, and the Key Figure's parts, are always counted: no fix for them would change anything.
    """
    optional = {*chosen} - {declared.KEY_FIGURE.code}
    found = [fix for fix in fixes if not fix.startswith(COARSER) or (fix == BY_PARTS and coarser(table) is not None)]
    found = [fix for fix in found if not fix.startswith(DROP) or fix.partition(":")[2] in optional]
    if table not in optional:
        return [fix for fix in found if not fix.startswith(FOLD)]
    return found if any(fix.startswith(DROP) for fix in found) else [*found, f"{DROP}:{table}"]


def coarser(table: str) -> DeclaredTable | None:
    """The same table by parts of the country instead of regions; None when there is none."""
    try:
        return declared.coarser(declared.named(table))
    except KeyError:
        return None


def unsafe(findings: Iterable[Mapping[str, Any]], names: Mapping[str, str]) -> str:
    """Which tables could give someone away, and what would help; never which cell, and no number."""
    helping: dict[str, list[str]] = {}
    for one in findings:
        known = helping.setdefault(one["table"], [])
        known += [fix for fix in one["fixes"] if fix not in known]
    lines = []
    for table, known in helping.items():
        helps = possible(known, table, names)
        if helps:
            told = _(
                "In the table “%(table)s” someone could be given away. What would help: %(fixes)s.",
                table=names.get(table, table),
                fixes="; ".join(_fix(fix, names) for fix in helps),
            )
        else:
            told = _("Whatever else is withheld, the totals that are always shown tell of single persons.")
        lines.append(str(told))
    return " ".join([str(_("This release is not safe, so it cannot be frozen.")), *lines])


def _fix(fix: str, names: Mapping[str, str]) -> str:
    kind, _colon, what = fix.partition(":")
    match kind, what:
        case "fold", _any:
            return str(_("list fewer countries of origin by name"))
        case "coarser", "region":
            return str(_("put regions together"))
        case "coarser", _any:
            return str(_("use fewer and larger groups"))
        case _:
            return str(_("leave out the table “%(table)s”", table=names.get(what, what)))


def few_changed(tables: Iterable[str]) -> str:
    """Why a correction cannot be drawn up: which tables would tell of the few whose records were corrected."""
    return str(
        _(
            "So few records were corrected that the frozen edition and this one together would tell of each of them, "
            "in: %(tables)s. The next release tells of them among the corrections; or leave these tables out.",
            tables="; ".join(tables),
        )
    )


def unsigned(findings: Iterable[Mapping[str, Any]], missing: Sequence[str]) -> str:
    """What has to be explained and signed before a release can be frozen."""
    language = i18n.language()
    messages = [one["message"][language] for one in findings if f"{one['kind']}:{one['figure']}" in missing]
    return " ".join([str(_("Explain and sign this first:")), *messages])
