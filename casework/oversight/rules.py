"""How what was done is put together into a few groups, by which one looks through the trail."""

from enum import StrEnum


class Group(StrEnum):
    SEEN = "seen"
    SEARCHED = "searched"
    CHANGED = "changed"
    TAKEN = "taken"
    ACCOUNTS = "accounts"
    KEYS = "keys"


ENDINGS = {
    Group.SEARCHED: (":search", ":likely"),
    Group.CHANGED: (":create", ":change", ":delete"),
    Group.TAKEN: (":download", ":export", ":taken", ":print", ":file", ":feed"),
}
"""By what an action of a group ends."""

BEGINNINGS = {
    Group.ACCOUNTS: ("sign-", "users:", "one_time_links:", "second", "recovery", "account"),
    Group.KEYS: ("keys:", "audit:", "backup"),
}
"""By what it begins. Whatever is in none of them, and is no refusal, was seen."""

REFUSED = "refused"


def group_of(action: str) -> Group | None:
    """The group of an action; a refusal has none."""
    if action == REFUSED:
        return None
    for group, beginnings in BEGINNINGS.items():
        if action.startswith(beginnings):
            return group
    for group, endings in ENDINGS.items():
        if action.endswith(endings):
            return group
    return Group.SEEN
