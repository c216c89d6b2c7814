"""What a checklist amounts to: what still lacks, and how much is there."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class State(StrEnum):
    """How a piece of evidence stands."""

    HAVE = "HAVE"
    ASKED = "ASKED"
    MISSING = "MISSING"
    CANNOT = "CANNOT"


class Entry(Protocol):
    """What a line of a checklist must tell."""

    @property
    def is_required(self) -> bool: ...
    @property
    def for_stage(self) -> str | None: ...
    @property
    def group(self) -> str | None: ...
    @property
    def state(self) -> str: ...


@dataclass(frozen=True)
class Progress:
    """How many of the things asked for are settled; the alternatives of a group count as one thing."""

    done: int
    total: int


def is_settled(lines: Sequence[Entry]) -> bool:
    """Whether one thing asked for is settled: it is there, or can be had in none of its forms.

    Of alternatives one that is there suffices; that one of them cannot be had says nothing while another may be.
    """
    return any(one.state == State.HAVE for one in lines) or all(one.state == State.CANNOT for one in lines)


def things(lines: Sequence[Entry]) -> list[list[Entry]]:
    """The lines by what they stand for: alternatives of the same group together, every other line by itself."""
    found: list[list[Entry]] = []
    groups: dict[str, list[Entry]] = {}
    for one in lines:
        if one.group is not None and one.group in groups:
            groups[one.group].append(one)
            continue
        found.append([one])
        if one.group is not None:
            groups[one.group] = found[-1]
    return found


def unsettled(lines: Sequence[Entry], stage: str) -> list[Entry]:
    """The lines that a stage requires and that are not settled; of alternatives, each that may still be had."""
    lacking: list[Entry] = []
    for thing in things(lines):
        wanted = [one for one in thing if one.is_required and one.for_stage == stage]
        if wanted and not is_settled(thing):
            lacking += [one for one in wanted if one.state != State.CANNOT]
    return lacking


def progress(lines: Sequence[Entry]) -> Progress:
    """Of what is required how much is settled; where nothing is, of all that is on the list."""
    found = things(lines)
    required = [thing for thing in found if any(one.is_required for one in thing)] or found
    return Progress(sum(is_settled(thing) for thing in required), len(required))
