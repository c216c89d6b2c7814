"""When something waits for a second person, and what has become of it. No database, no clock."""

from collections.abc import Iterable
from enum import StrEnum

from casework.accounts.permissions import Role


class Who(StrEnum):
    """Whose acts of one kind an organisation wants approved."""

    OFF = "off"
    LAWYERS = "lawyers"
    EVERYONE = "everyone"
    """A supervisor's own, too: another supervisor decides."""


class State(StrEnum):
    WAITING = "waiting"
    APPROVED = "approved"
    RETURNED = "returned"
    TAKEN_BACK = "taken_back"


NEEDED = 2
"""How many supervisors there must be for the acts of supervisors to be approved: nobody approves their own."""


def applies(rule: str, role: str) -> bool:
    """Whether the act of somebody in this role waits for approval."""
    return rule == Who.EVERYONE or (rule == Who.LAWYERS and role == Role.LAWYER)


def can_be_for_everyone(supervisors: int) -> bool:
    return supervisors >= NEEDED


def side_by_side(before: Iterable[tuple[str, str]], after: Iterable[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """What differs, as label, before, after, in the order of the first; what the second leaves out stays as it is."""
    left, right = dict(before), dict(after)
    every = {label: (left.get(label, ""), right.get(label, left.get(label, ""))) for label in {**left, **right}}
    return [(label, *values) for label, values in every.items() if values[0] != values[1]]
