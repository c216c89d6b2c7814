"""What the protection and the attack found, in words: never which number, always what would help."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from casework.releases import declared, refusals, rules
from casework.releases.models import Release


@dataclass(frozen=True)
class Fix:
    """What would help, and the new draft that has it."""

    label: str
    url: str


@dataclass(frozen=True)
class Unsafe:
    """A table that gives someone away, in words; never which number."""

    table: str
    reasons: tuple[str, ...]
    fixes: tuple[Fix, ...]


REASONS = {
    "small_total": _l("A total that is always shown is so small that it tells of single persons."),
    "forced": _l("Whatever else is withheld, the totals that are always shown tell of single persons."),
    "earlier": _l("Together with an earlier release, a number that was withheld there could be worked out."),
    "small": _l("A number of single persons would be shown."),
    "rest": _l("A partner that leaves out its own persons would be left with single ones."),
    "exact": _l("A withheld number could be worked out exactly."),
    "narrow": _l("A withheld number could be narrowed down to a few."),
    "group": _l("It would be known of a whole group that all are in one category."),
    "derived": _l("Subtracting what is shown would leave single persons."),
    "shown_later": _l("A number that was withheld in an earlier edition would be shown."),
    "contradiction": _l("The numbers contradict each other: nothing can be said about what they give away."),
}


def unsafe(release: Release) -> list[Unsafe]:
    """The tables that give someone away."""
    report = release.report or {}
    found = report.get("unsafe") or []
    attack = (report.get("attack") or {}).get("unsafe") or []
    reasons: dict[str, dict[str, None]] = {}
    fixes: dict[str, dict[str, None]] = {}
    for one in (*found, *attack):
        reasons.setdefault(one["table"], {})[_reason(one)] = None
        fixes.setdefault(one["table"], {}).update(dict.fromkeys(one.get("fixes", ())))
    return [
        Unsafe(
            table=name(code),
            reasons=tuple(told),
            fixes=tuple(_fix(release, code, fix) for fix in refusals.possible(fixes[code], code, release.tables)),
        )
        for code, told in reasons.items()
    ]


def _reason(one: Mapping[str, Any]) -> str:
    code = str(one.get("reason", ""))
    return str(REASONS.get(code, code))


def name(code: str) -> str:
    """The name of a table; its code, when there can be no such table."""
    try:
        return str(declared.named(code).name)
    except KeyError:
        return code


def _fix(release: Release, table: str, fix: str) -> Fix:
    kind, _colon, what = fix.partition(":")
    if kind == refusals.FOLD:
        label = _("Put more countries of origin together")
    elif kind == refusals.COARSER:
        label, what = _("Put regions together"), table
    else:
        label = _("Leave this table out") if what == table else _("Leave out “%(table)s”", table=name(what))
    return Fix(str(label), url_for("releases.begin", after=release.id, fix=f"{kind}:{what}"))


def fixed(release: Release, fix: str) -> dict[str, Any]:
    """What a new draft asks for after a fix (fold:origin, coarser:<table>, drop:<table>): the values of BeginForm."""
    tables, least = list(release.tables), release.listed_from
    kind, _colon, what = fix.partition(":")
    if kind == refusals.FOLD:
        least = coarser_than(least)
    elif kind == refusals.COARSER:
        twin = refusals.coarser(what)
        tables = [twin.code if twin is not None and one == what else one for one in tables]
    elif kind == refusals.DROP:
        tables = [one for one in tables if one != what]
    return {"as_of": release.as_of, "since": release.since, "tables": tables, "listed_from": str(least)}


def coarser_than(least: int) -> int:
    """The next way of putting countries together that lists fewer of them."""
    following = rules.LISTED_FROM[rules.LISTED_FROM.index(least) + 1 :] if least in rules.LISTED_FROM else ()
    return next(iter(following), rules.NONE_LISTED)


def attack_words(attack: Mapping[str, Any]) -> list[str]:
    """The report of an attack in plain words, one sentence each; none where none was made."""
    if not attack:
        return []
    hidden, certified, harmless = (attack.get(name, 0) for name in ("hidden", "certified", "harmless"))
    if not hidden:
        told = [_("Nothing had to be withheld, and nothing that is shown tells of fewer than the threshold.")]
        return [str(one) for one in told]
    told = [
        ngettext(
            "The attack read this release, and all before it, as a reader would: one number in them is withheld.",
            "The attack read this release, and all before it, as a reader would: %(num)s numbers in them are withheld.",
            hidden,
        )
    ]
    if attack.get("is_safe"):
        told.append(
            _(
                "For each of them it was left with room: neither a reader nor a partner that knows its own persons can "
                "work it out or narrow it down to a few."
            )
        )
    if certified:
        told.append(
            ngettext(
                "For one of them this is proven by two whole caseloads that print exactly this sheet and differ in it.",
                "For %(num)s of them this is proven by two whole caseloads that print exactly this sheet and differ in "
                "that number.",
                certified,
            )
        )
    if harmless:
        told.append(
            ngettext(
                "One of them needs no proof: it can only be zero, or so large that it tells of nobody.",
                "%(num)s of them need no proof: they can only be zero, or so large that they tell of nobody.",
                harmless,
            )
        )
    if attack.get("rests_on_relaxation") and certified + harmless < hidden:
        told.append(
            _("For the others it rests on a calculation with the cells alone, which may allow for too many caseloads.")
        )
    notes = attack.get("notes") or ()
    told += [str(NOTES[one]) for one in notes if one in NOTES]
    return [str(one) for one in told]


NOTES = {
    "partner_almost_all": _l(
        "One partner assists nearly all persons of a group. The total alone tells it how few are elsewhere; no other "
        "number tells it more."
    ),
    "medians": _l("Medians are published over ten or more, rounded; they cannot be subtracted and were not attacked."),
    "corrected": _l("A population was corrected between two editions, whose numbers were not subtracted."),
}
