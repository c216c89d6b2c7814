"""What happens in the procedures of the planned cases.

Chance is drawn case by case, so that what happened before a day is the same in every plan.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from random import Random

from casework.demo import courses
from casework.demo.courses import Leg
from casework.demo.deeds import Close, Deed, OpenCase, Reopen
from casework.demo.walk import INTRODUCED, Spell, Told, Walk, by_code


def write(cases: Iterable[Told], deeds: list[Deed], today: date, seed: int) -> list[Deed]:
    """The plan with what happened in the procedures of its cases; each case is opened under the procedure it runs."""
    spells = _spells(deeds)
    more: list[Deed] = []
    before: dict[int, list[Deed]] = {}
    chosen: dict[int, str] = {}
    for told in cases:
        walk = _walk(told, spells[told.number], today, Random(f"{seed} {told.number}"))  # noqa: S311
        chosen[told.number] = walk.procedure.code
        walk.run()
        more += walk.deeds
        before |= walk.before
    return [*_with(deeds, before, chosen), *more]


def _walk(told: Told, spells: list[Spell], today: date, rng: Random) -> Walk:
    """A case at its beginning. Where the outcome was known before procedures were introduced, it fits."""
    known = [one.close.outcome for one in spells if one.close is not None and one.close.day < INTRODUCED]
    fitting = next((courses.FITTING[one] for one in reversed(known) if one in courses.FITTING), None)
    weights = courses.CHOSEN[told.track]
    if fitting is not None and set(fitting) <= set(weights):
        weights = fitting
    code = rng.choices(list(weights), list(weights.values()))[0]
    if told.born is not None and code == "BIRTH_REG_COURT":
        code = "BIRTH_REG"
    procedure = by_code()[code]
    walk = Walk(told, procedure, rng, spells, today, procedure.first_stage, told.opened, told.opened)
    if told.opened >= INTRODUCED and (told.track != "ASYLUM" or told.claimed is not None) and not told.is_refugee:
        _begin(walk)
    return walk


def _begin(walk: Walk) -> None:
    """A case from the time of procedures begins with its first chapter, and with the day that started it all."""
    told = walk.told
    if told.track == "ASYLUM" and told.claimed is not None:
        walk.day = walk.written = told.claimed
        walk.open_chapter("claim")
        came = told.claimed - walk.drawn((8, 30) if walk.rng.random() < 0.2 else (1, 5))
        walk.due = Leg("ARRIVED", (0, 0)), came
        return
    walk.open_chapter("intake")
    if told.born is not None and walk.procedure.code == "BIRTH_REG" and not told.is_quiet:
        walk.due = Leg("BIRTH", (0, 0)), told.born


def _spells(deeds: list[Deed]) -> dict[int, list[Spell]]:
    """When each case was open."""
    found: dict[int, list[Spell]] = {}
    for deed in sorted(deeds, key=lambda deed: deed.day):
        match deed:
            case OpenCase():
                found[deed.case] = [Spell(deed.day)]
            case Close():
                latest = found[deed.case].pop()
                found[deed.case].append(Spell(latest.start, deed))
            case Reopen():
                found[deed.case].append(Spell(deed.day))
    return found


def _with(deeds: list[Deed], before: dict[int, list[Deed]], chosen: dict[int, str]) -> Iterator[Deed]:
    for deed in deeds:
        yield from before.get(id(deed), ())
        yield replace(deed, procedure=chosen[deed.case]) if isinstance(deed, OpenCase) else deed
