"""The procedures that come with the system: the files in seed/, read into what the rules know."""

import tomllib
from collections.abc import Iterator
from datetime import date
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from casework.core.i18n import Text
from casework.procedures.rules import ANY, Limit, Move, Need, Procedure, Stage

SEED = Path(__file__).parent / "seed"
SHARED = "appeals.toml"
"""Not a procedure: the complaint and the courts, which the others take from here."""
AFTER_SILENCE = "ACT:FI_SILENCE"
_IDS = UUID("6d9d3f0e-6f0a-4b0e-9d3f-0e6f0a4b0e9d")

File = dict[str, Any]


def procedures() -> list[Procedure]:
    """Every shipped procedure in the order of the list."""
    shared = _file(SEED / SHARED)
    found = [_procedure(_file(path), shared) for path in sorted(SEED.glob("*.toml")) if path.name != SHARED]
    return [one for _, one in sorted(found, key=lambda pair: pair[0])]


def positions() -> dict[str, int]:
    """Where each shipped procedure stands in the list; the first of a track is what its cases begin with."""
    return {one["code"]: one["position"] for one in map(_file, SEED.glob("*.toml")) if "code" in one}


@cache
def _file(path: Path) -> File:
    with path.open("rb") as file:
        return tomllib.load(file)


def _procedure(said: File, shared: File) -> tuple[int, Procedure]:
    since: date = said["effective_from"]
    key = f"{said['code']} {since.isoformat()}"
    procedure = Procedure(
        id=uuid5(_IDS, key),
        code=said["code"],
        track=said["track"],
        words=_words(said),
        effective_from=since,
        retired_on=said.get("retired_on"),
        law=said["law"],
        source=said["source"],
        is_confirmed=said["confirmed"],
        ends_in=tuple(said["ends_in"]),
        stages=tuple(
            Stage(
                code=one["code"],
                is_main=one.get("main", True),
                ends=one.get("ends", False),
                authorities=tuple(one.get("authorities", ())),
                scope=one.get("scope"),
            )
            for one in said["stages"]
        ),
        moves=(*_moves(said["moves"]), *_appeals(said, shared)),
        limits=tuple(_limit(key, _whole(one, shared), said["stops_everything"]) for one in said["limits"]),
        needs=tuple(
            Need(
                kind=one["kind"],
                is_required=one.get("required", True),
                for_stage=one.get("for_stage"),
                group=one.get("group"),
                hint=_words(one, "hint") if "hint_en" in one else None,
            )
            for one in said.get("needs", ())
        ),
    )
    return said["position"], procedure


def _words(said: File, name: str = "label") -> Text:
    return Text(*(said[f"{name}_{language}"] for language in ("en", "ru", "kk")))


def _moves(said: list[File]) -> Iterator[Move]:
    for one in said:
        for stage in one["from"]:
            yield Move(stage, one["act"], one.get("to"), tuple(one.get("needs", ())))


def _appeals(said: File, shared: File) -> Iterator[Move]:
    """The moves of complaint and courts, at the stages that the table [appeals] names."""
    roles: dict[str, Any] = said.get("appeals", {})
    if not roles:
        return

    def stages(name: str | None) -> list[str | None]:
        if name is None or name == ANY:
            return [name]
        found: str | list[str] = roles[name.strip("<>")]
        return list(found) if isinstance(found, list) else [found]

    for move in _moves(shared["moves"]):
        for start, end in product(stages(move.from_stage), stages(move.to_stage)):
            needs = tuple(one for one in move.needs if not (one == AFTER_SILENCE and roles.get("delay")))
            yield Move(start or ANY, move.act, end, needs)


def _whole(one: File, shared: File) -> File:
    """A time limit with what it takes from the shared one; what stops that stops this too."""
    taken: File = shared["limits"][one["like"]] if "like" in one else {}
    return {**taken, **one, "stops": [*taken.get("stops", ()), *one.get("stops", ())]}


def _limit(key: str, one: File, closes: list[str]) -> Limit:
    who: str = one["who"]
    ends = tuple(one["ends"])
    stops = list(one.get("stops", ()))
    if who != "EXPIRY":  # a certificate stays valid though the procedure is over
        stops += [act for act in closes if act not in ends and act not in stops]
    return Limit(
        id=uuid5(_IDS, f"{key} {one['code']}"),
        code=one["code"],
        words=_words(one),
        starts=tuple(one["starts"]),
        ends=ends,
        value=one["value"],
        unit=one["unit"],
        stops=tuple(stops),
        who=who,
        counts_from=one.get("counts_from", "happened"),
        basis=one.get("basis"),
        takes_until=one.get("takes_until", False),
        on_day_off=one.get("on_day_off", "next"),
        on_silence=one.get("on_silence"),
        per_subject=one.get("per_subject", False),
        remind_days=one.get("remind_days", 7),
        law=one["law"],
        source=one["source"],
        is_confirmed=one["confirmed"],
    )
