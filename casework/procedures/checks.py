"""Whether a procedure holds together: nothing it names is missing, every stage can be reached and left, clocks can run.

Asked of the shipped procedures by the tests, and of a draft before it takes effect. Plain data in, findings out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from casework.procedures.rules import ANY, Limit, Procedure

LONGEST_BAR = 8
EVIDENCE, INQUIRY, INQUIRIES_CLOSED, ACT = "EVIDENCE", "INQUIRY", "INQUIRIES_CLOSED", "ACT:"
PLAIN_NEEDS = (EVIDENCE, INQUIRY, INQUIRIES_CLOSED)


class Problem(StrEnum):
    """What can be wrong. The words are in pages.py."""

    NO_STAGE = "no stage"
    NO_END = "no end"
    BAR_TOO_LONG = "bar too long"
    STAGE_UNKNOWN = "stage unknown"
    STAGE_OF_ANOTHER_TRACK = "stage of another track"
    STAGE_OUT_OF_REACH = "stage out of reach"
    STAGE_WITHOUT_EXIT = "stage without exit"
    AUTHORITY_UNKNOWN = "authority unknown"
    DOCUMENT_UNKNOWN = "document unknown"
    ACT_UNKNOWN = "act unknown"
    ACT_OF_ANOTHER_TRACK = "act of another track"
    MOVE_NOWHERE = "move nowhere"
    CONDITION_UNKNOWN = "condition unknown"
    CONDITION_IMPOSSIBLE = "condition impossible"
    SILENCE_MOVES = "silence moves"
    LIMIT_NEVER_STARTS = "limit never starts"
    LIMIT_ACT_IMPOSSIBLE = "limit act impossible"
    LIMIT_DAY_NOT_ASKED = "limit day not asked"
    SILENCE_UNKNOWN = "silence unknown"
    SILENCE_FOR_EVER = "silence for ever"
    EVIDENCE_NOWHERE = "evidence nowhere"


@dataclass(frozen=True)
class Finding:
    """Something wrong: with what part of the procedure, and what it names."""

    problem: Problem
    part: str = ""
    """Where: `stages`, `moves`, `limits` or `needs`."""
    about: str = ""
    """The code of the stage, act, limit or document it is found at."""
    names: str = ""
    """The code that does not fit."""


@dataclass(frozen=True)
class Known:
    """The codes there are, with their attributes, list by list."""

    stages: Mapping[str, Mapping[str, Any]]
    acts: Mapping[str, Mapping[str, Any]]
    authorities: Mapping[str, Mapping[str, Any]]
    documents: Mapping[str, Mapping[str, Any]]


def findings(procedure: Procedure, known: Known) -> list[Finding]:
    """Everything that is wrong with a procedure; nothing when it can take effect."""
    return [
        *_stages(procedure, known),
        *_moves(procedure, known),
        *_ways(procedure),
        *_limits(procedure, known),
        *_silence(procedure),
        *_evidence(procedure, known),
    ]


def _stages(procedure: Procedure, known: Known) -> Iterator[Finding]:
    if not procedure.stages:
        yield Finding(Problem.NO_STAGE, "stages")
        return
    if not any(stage.ends for stage in procedure.stages):
        yield Finding(Problem.NO_END, "stages")
    if sum(stage.is_main for stage in procedure.stages) > LONGEST_BAR:
        yield Finding(Problem.BAR_TOO_LONG, "stages")
    for stage in procedure.stages:
        attributes = known.stages.get(stage.code)
        if attributes is None:
            yield Finding(Problem.STAGE_UNKNOWN, "stages", stage.code)
        elif attributes.get("track", procedure.track) != procedure.track:
            yield Finding(Problem.STAGE_OF_ANOTHER_TRACK, "stages", stage.code)
        for code in stage.authorities:
            if code not in known.authorities:
                yield Finding(Problem.AUTHORITY_UNKNOWN, "stages", stage.code, code)


def _moves(procedure: Procedure, known: Known) -> Iterator[Finding]:
    stages = {stage.code for stage in procedure.stages}
    acts = {move.act for move in procedure.moves}
    for move in procedure.moves:
        attributes = known.acts.get(move.act)
        if attributes is None:
            yield Finding(Problem.ACT_UNKNOWN, "moves", move.from_stage, move.act)
            continue
        if procedure.track not in attributes.get("tracks", [procedure.track]):
            yield Finding(Problem.ACT_OF_ANOTHER_TRACK, "moves", move.from_stage, move.act)
        if move.from_stage not in {*stages, ANY}:
            yield Finding(Problem.MOVE_NOWHERE, "moves", move.act, move.from_stage)
        if move.to_stage is not None and move.to_stage not in stages:
            yield Finding(Problem.MOVE_NOWHERE, "moves", move.act, move.to_stage)
        if attributes.get("deemed") and move.to_stage is not None:
            yield Finding(Problem.SILENCE_MOVES, "moves", move.from_stage, move.act)
        for need in move.needs:
            if need.startswith(ACT):
                if need.removeprefix(ACT) not in acts:
                    yield Finding(Problem.CONDITION_IMPOSSIBLE, "moves", move.act, need.removeprefix(ACT))
            elif need not in PLAIN_NEEDS:
                yield Finding(Problem.CONDITION_UNKNOWN, "moves", move.act, need)
            elif need == EVIDENCE and not any(one.for_stage == move.to_stage for one in procedure.needs):
                yield Finding(Problem.CONDITION_IMPOSSIBLE, "moves", move.act, EVIDENCE)


def _ways(procedure: Procedure) -> Iterator[Finding]:
    """Every stage can be reached from the first, and left unless it ends the procedure."""
    if not procedure.stages:
        return
    reached, ahead = {procedure.first_stage}, [procedure.first_stage]
    while ahead:
        for move in procedure.moves_from(ahead.pop()):
            if move.to_stage is not None and move.to_stage not in reached:
                reached.add(move.to_stage)
                ahead.append(move.to_stage)
    for stage in procedure.stages:
        if stage.code not in reached:
            yield Finding(Problem.STAGE_OUT_OF_REACH, "stages", stage.code)
        leaves = any(move.to_stage not in (None, stage.code) for move in procedure.moves_from(stage.code))
        if not stage.ends and not leaves:
            yield Finding(Problem.STAGE_WITHOUT_EXIT, "stages", stage.code)


def _limits(procedure: Procedure, known: Known) -> Iterator[Finding]:
    possible = {move.act for move in procedure.moves}
    for limit in procedure.limits:
        named = {*limit.starts, *limit.ends, *limit.stops, *([limit.basis] if limit.basis else [])}
        if not limit.starts or not possible & set(limit.starts):
            yield Finding(Problem.LIMIT_NEVER_STARTS, "limits", limit.code)
        for code in sorted(named):
            if code not in known.acts:
                yield Finding(Problem.ACT_UNKNOWN, "limits", limit.code, code)
            elif code not in possible:
                yield Finding(Problem.LIMIT_ACT_IMPOSSIBLE, "limits", limit.code, code)
        if limit.on_silence is not None and not known.acts.get(limit.on_silence, {}).get("deemed"):
            yield Finding(Problem.SILENCE_UNKNOWN, "limits", limit.code, limit.on_silence)
        elif limit.on_silence is not None and limit.on_silence not in possible:
            yield Finding(Problem.LIMIT_ACT_IMPOSSIBLE, "limits", limit.code, limit.on_silence)
        yield from _days_asked(limit, known)


def _days_asked(limit: Limit, known: Known) -> Iterator[Finding]:
    """A period that runs from the day an act was learnt of needs acts that are asked for that day."""
    if limit.counts_from != "served":
        return
    for code in limit.starts:
        if code in known.acts and not known.acts[code].get("served"):
            yield Finding(Problem.LIMIT_DAY_NOT_ASKED, "limits", limit.code, code)


def _silence(procedure: Procedure) -> Iterator[Finding]:
    """Silence may start a clock whose silence starts another, but never one that comes back to the first."""
    for limit in procedure.limits:
        seen: set[str] = set()
        ahead = [limit]
        while ahead:
            act = ahead.pop().on_silence
            if act is None:
                continue
            for one in procedure.limits:
                if act in one.starts and one.code not in seen:
                    seen.add(one.code)
                    ahead.append(one)
        if limit.code in seen:
            yield Finding(Problem.SILENCE_FOR_EVER, "limits", limit.code)


def _evidence(procedure: Procedure, known: Known) -> Iterator[Finding]:
    stages = {stage.code for stage in procedure.stages}
    for need in procedure.needs:
        if need.kind not in known.documents:
            yield Finding(Problem.DOCUMENT_UNKNOWN, "needs", need.kind, need.kind)
        if need.for_stage is not None and need.for_stage not in stages:
            yield Finding(Problem.EVIDENCE_NOWHERE, "needs", need.kind, need.for_stage)
    for code in procedure.ends_in:
        if code not in known.documents:
            yield Finding(Problem.DOCUMENT_UNKNOWN, "", code, code)
