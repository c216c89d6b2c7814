"""Which clocks run: the deadlines that follow from what happened, and what silence brings by itself.

Nothing here knows a database or a clock: the same happenings, limits, calendar and day give the same answer, so that a
corrected date gives other deadlines, and the date put back gives the former ones again.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid5

from casework.procedures.rules import Limit
from casework.workdays.rules import Calendar

ONE_DAY = timedelta(days=1)
_MOST_ROUNDS = 50
"""Silence may follow silence; a procedure in which it did so for ever would be a mistake of the procedure."""


class State(StrEnum):
    """How a deadline stands. Late is not a state: it is an open or met one beyond its day."""

    OPEN = "OPEN"
    MET = "MET"
    SILENT = "SILENT"
    """Passed without an answer, and the law says what that means."""
    STOPPED = "STOPPED"
    """Nobody waits for it any more: something else happened, or the clock was started anew."""


@dataclass(frozen=True)
class Happening:
    """An act, as far as clocks are concerned. `recorded_at` orders what happened on one day."""

    id: UUID
    code: str
    on: date
    served_on: date | None = None
    until_on: date | None = None
    about: UUID | None = None
    recorded_at: datetime | None = None
    silence_of: tuple[UUID, str] | None = None
    """For what silence brought: the act and the limit whose clock ran out."""


@dataclass(frozen=True)
class Clock:
    """A deadline: what started it, how it was counted, when it is due, and how it stands on the day of asking."""

    limit: Limit
    act: Happening
    starts_on: date
    raw_end: date
    statutory_on: date
    """What the arithmetic gives; `due_on` is another day where the document or the authority named one."""
    due_on: date
    state: State
    ended_by: UUID | None = None
    ended_on: date | None = None

    @property
    def is_late(self) -> bool:
        """Met after its day. Whether an open one is overdue depends on today."""
        return self.state is State.MET and self.ended_on is not None and self.ended_on > self.due_on


@dataclass(frozen=True)
class Waiting:
    """A limit that an act starts from a day nobody has told yet: when the decision was served."""

    limit: Limit
    act: Happening


@dataclass(frozen=True)
class Reckoning:
    clocks: tuple[Clock, ...]
    silences: tuple[Happening, ...]
    waiting: tuple[Waiting, ...]


def reckon(happenings: Iterable[Happening], limits: Sequence[Limit], calendar: Calendar, today: date) -> Reckoning:
    """Every clock that what happened started, with what silence brought and the clocks that this started in turn.

    A clock is met by the first act after it that the limit names, and stopped by one that makes it pointless or that
    starts the same limit anew. An act of silence falls on the day after the last one; when the answer comes late, it
    stops what the silence had started (APPC, Code 350-VI of 29 June 2020, arts. 91-92: silence counts as a refusal and
    opens the complaint).
    """
    told = list(happenings)
    silences: dict[UUID, Happening] = {}
    for _round in range(_MOST_ROUNDS):
        reckoning = _reckoned([*told, *silences.values()], limits, calendar)
        found = {one.id: one for one in _silences(reckoning.clocks, today)}
        if found == silences:
            clocks = tuple(_settled(clock, today) for clock in reckoning.clocks)
            return replace(reckoning, clocks=clocks, silences=tuple(found.values()))
        silences = found
    raise ValueError("The limits of this procedure start each other by silence for ever.")


def _reckoned(known: list[Happening], limits: Sequence[Limit], calendar: Calendar) -> Reckoning:
    clocks: list[Clock] = []
    waiting: list[Waiting] = []
    answers = {limit.code: limit.ends for limit in limits}
    for limit in limits:
        for act in known:
            if act.code not in limit.starts:
                continue
            begins = _begins(act, limit, known, calendar)
            if begins is None:
                waiting.append(Waiting(limit, act))
                continue
            term = calendar.end_of(begins, limit.value, limit.unit, limit.on_day_off)
            ending = _ending(act, limit, known, answers)
            clocks.append(
                Clock(
                    limit=limit,
                    act=act,
                    starts_on=begins,
                    raw_end=term.raw_end,
                    statutory_on=term.due_on,
                    due_on=act.until_on if limit.takes_until and act.until_on else term.due_on,
                    state=_state(ending, limit),
                    ended_by=ending.id if ending else None,
                    ended_on=ending.on if ending else None,
                )
            )
    return Reckoning(tuple(clocks), (), tuple(waiting))


def _begins(act: Happening, limit: Limit, known: list[Happening], calendar: Calendar) -> date | None:
    """The day the period is counted from; None while that day is not known.

    A period from another act that was over before this one is none: after a remand, an extension counts from itself.
    """
    if limit.basis is not None:
        basis = max((one.on for one in known if one.code == limit.basis and one.on <= act.on), default=act.on)
        term = calendar.end_of(basis, limit.value, limit.unit, limit.on_day_off)
        return basis if term.due_on >= act.on else act.on
    return act.served_on if limit.counts_from == "served" else act.on


def _ending(
    act: Happening, limit: Limit, known: list[Happening], answers: dict[str, tuple[str, ...]]
) -> Happening | None:
    """The first act that ends a clock, one way or the other."""
    late_answers = answers.get(act.silence_of[1], ()) if act.silence_of is not None else ()
    ending = {*limit.ends, *limit.stops, *limit.starts, *late_answers}
    enders = [
        one
        for one in known
        if one.id != act.id
        and one.code in ending
        and _follows(one, act, limit)
        and (not limit.per_subject or one.about == act.about)
    ]
    return min(enders, key=_order, default=None)


def _follows(one: Happening, act: Happening, limit: Limit) -> bool:
    """On the same day the order of recording decides only between two starts: a certificate is often entered first."""
    if one.on != act.on:
        return one.on > act.on
    return one.code not in limit.starts or _order(one) > _order(act)


def _order(one: Happening) -> tuple[date, datetime]:
    return one.on, one.recorded_at or datetime.min.replace(tzinfo=UTC)


def _state(ending: Happening | None, limit: Limit) -> State:
    if ending is None:
        return State.OPEN
    return State.MET if ending.code in limit.ends else State.STOPPED


def _settled(clock: Clock, today: date) -> Clock:
    if clock.state is State.OPEN and clock.limit.on_silence and clock.due_on < today:
        return replace(clock, state=State.SILENT)
    return clock


def _silences(clocks: Iterable[Clock], today: date) -> Iterator[Happening]:
    for clock in clocks:
        if clock.limit.on_silence is None or clock.due_on >= today:
            continue
        if clock.ended_on is None or clock.ended_on > clock.due_on:
            yield Happening(
                id=silence_id(clock.act.id, clock.limit.code),
                code=clock.limit.on_silence,
                on=clock.due_on + ONE_DAY,
                about=clock.act.about,
                silence_of=(clock.act.id, clock.limit.code),
            )


def silence_id(act_id: UUID, limit_code: str) -> UUID:
    """The same silence is the same act however often it is reckoned."""
    return uuid5(act_id, limit_code)
