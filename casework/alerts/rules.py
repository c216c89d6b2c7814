"""What in a day of the audit trail is unusual: counted by pure functions, without database or clock."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from statistics import median
from uuid import UUID

from casework.core.clock import ALMATY

NIGHT_BEGINS, NIGHT_ENDS = 22, 6
OWN_MEASURE = 4
"""So many times what is usual for somebody may be their work; more is unusual, however much others do."""
LED_SOMEWHERE = timedelta(minutes=10)
"""A search that leads to a record is followed by opening it."""
REGISTERED_WITHIN = timedelta(hours=1)
"""Typing a name that leads to a registration."""
AN_HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)


class Kind(StrEnum):
    MANY = "many_records"
    OTHERS = "others_cases"
    NIGHT = "at_night"
    EXPORT = "bulk_export"
    REFUSED = "refusals"
    EMERGENCY = "emergencies"
    PROBING = "name_probing"


class State(StrEnum):
    OPEN = "open"
    LOOKED_AT = "looked_at"


@dataclass(frozen=True)
class Rule:
    """From which number on something is unusual."""

    threshold: int
    is_on: bool = True
    with_weekends: bool = False


DEFAULTS = {
    Kind.MANY: Rule(40),
    Kind.OTHERS: Rule(15),
    Kind.NIGHT: Rule(5),
    Kind.EXPORT: Rule(100),
    Kind.REFUSED: Rule(10),
    Kind.EMERGENCY: Rule(2),
    Kind.PROBING: Rule(15),
}
"""What holds in an organisation that has said nothing."""

OPENS = frozenset({"person:open", "person:details", "case:open", "duplicate:open"})
"""What opens a person's record."""


@dataclass(frozen=True)
class Act:
    """One row of the trail, as far as it is counted."""

    at: datetime
    action: str
    kind: str | None = None
    subject_id: UUID | None = None
    rows: int = 0
    """Of an export: how many cases it held."""

    @property
    def hour(self) -> int:
        return self.at.astimezone(ALMATY).hour


@dataclass(frozen=True)
class Day:
    """What one colleague did on one day, and what is known of them beside it."""

    acts: Sequence[Act]
    hour_before: Sequence[Act] = ()
    """What they did in the hour before the day began."""
    morning_after: Sequence[Act] = ()
    """What they did after it, until the night was over that began on it."""
    is_supervisor: bool = False
    own_cases: Collection[UUID] = ()
    """Of the cases opened: those that they work on, follow, or look after for a colleague."""
    emergencies: int = 0
    """How often they opened a record in an emergency within the week that ends with this day."""
    limited: int = 0
    """How often the nightly look at other partners stopped at their limit."""


@dataclass(frozen=True)
class Counted:
    """How much of one kind, and when."""

    count: int = 0
    acts: Sequence[Act] = field(default=())

    @property
    def details(self) -> dict[str, dict[str, int]]:
        """In which hours and by which actions, in numbers."""
        hours, actions = Counter(one.hour for one in self.acts), Counter(one.action for one in self.acts)
        return {
            "hours": {str(hour): hours[hour] for hour in sorted(hours)},
            "actions": {action: actions[action] for action in sorted(actions)},
        }


def _opened(acts: Iterable[Act], table: str) -> list[Act]:
    return [one for one in acts if one.kind == table and one.action in OPENS and one.subject_id is not None]


def _distinct(acts: Iterable[Act]) -> int:
    return len({one.subject_id for one in acts})


def many(day: Day, rule: Rule) -> Counted:
    found = _opened(day.acts, "persons")
    return Counted(_distinct(found), found)


def others(day: Day, rule: Rule) -> Counted:
    """Cases that are somebody else's, when they are most of those opened. Supervisors look after all."""
    every = _opened(day.acts, "cases")
    found = [one for one in every if one.subject_id not in day.own_cases]
    if day.is_supervisor or 2 * _distinct(found) <= _distinct(every):
        return Counted()
    return Counted(_distinct(found), found)


def is_night(at: datetime, with_weekends: bool) -> bool:
    local = at.astimezone(ALMATY)
    return local.hour >= NIGHT_BEGINS or local.hour < NIGHT_ENDS or (with_weekends and local.weekday() >= 5)


def night_of(at: datetime) -> date:
    """The day on which the night began to which a moment belongs: until six it is that of the evening before."""
    return (at.astimezone(ALMATY) - timedelta(hours=NIGHT_ENDS)).date()


def night(day: Day, rule: Rule) -> Counted:
    """In the night that begins on the day; what was done before six belongs to the night before."""
    of_day = [one for one in _opened(day.acts, "persons") if one.hour >= NIGHT_ENDS]
    found = [one for one in (*of_day, *_opened(day.morning_after, "persons")) if is_night(one.at, rule.with_weekends)]
    return Counted(_distinct(found), found)


def export(day: Day, rule: Rule) -> Counted:
    found = [one for one in day.acts if one.action == "export:taken"]
    return Counted(sum(one.rows for one in found), found)


def refused(day: Day, rule: Rule) -> Counted:
    """The most within any sixty minutes that end on the day."""
    found = [one for one in day.acts if one.action == "refused"]
    moments = [one.at for one in (*day.hour_before, *found) if one.action == "refused"]
    within = (sum(end.at - AN_HOUR < at <= end.at for at in moments) for end in found)
    return Counted(max(within, default=0), found)


def emergency(day: Day, rule: Rule) -> Counted:
    found = [one for one in day.acts if one.action == "emergency_accesses:create"]
    return Counted(day.emergencies if found else 0, found)


def probing(day: Day, rule: Rule) -> Counted:
    """Names that were tried and led nowhere: searched and no record opened, typed and nobody registered.

    What is typed without a longer pause is one name, for the panel answers at every letter.
    """
    opened = [one.at for one in _opened(day.acts, "persons")]
    registered = [one.at for one in day.acts if one.action == "persons:create"]
    searched = [one for one in day.acts if one.action == "person:search"]
    typed: list[Act] = []
    last: datetime | None = None
    for one in (act for act in day.acts if act.action == "person:likely"):
        if last is None or one.at - last > LED_SOMEWHERE:
            typed.append(one)
        last = one.at
    found = [*_unanswered(searched, opened, LED_SOMEWHERE), *_unanswered(typed, registered, REGISTERED_WITHIN)]
    return Counted(len(found) + day.limited, found)


def _unanswered(tries: Sequence[Act], answers: Iterable[datetime], within: timedelta) -> list[Act]:
    """What was tried and nothing came of: what came of it answers only the last try before it, not each of them."""
    in_order = sorted(tries, key=lambda one: one.at)
    answered = set()
    for at in answers:
        before = bisect_right(in_order, at, key=lambda one: one.at) - 1
        if before >= 0 and at - in_order[before].at <= within:
            answered.add(before)
    return [one for number, one in enumerate(in_order) if number not in answered]


COUNTS: dict[Kind, Callable[[Day, Rule], Counted]] = {
    Kind.MANY: many,
    Kind.OTHERS: others,
    Kind.NIGHT: night,
    Kind.EXPORT: export,
    Kind.REFUSED: refused,
    Kind.EMERGENCY: emergency,
    Kind.PROBING: probing,
}


def own_threshold(rule: Rule, usual: Sequence[int]) -> int:
    """Of many records: the organisation's number, or four times what is usual for this colleague, if that is more."""
    return max(rule.threshold, int(OWN_MEASURE * median(usual)) if usual else 0)


def is_again(count_then: int, count: int) -> bool:
    """Whether it has doubled since somebody looked at it, so that it is to be looked at again."""
    return count >= 2 * count_then
