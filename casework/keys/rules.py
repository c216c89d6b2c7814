"""When a key may be retired, and when it may be destroyed: sentences that say why not."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from casework.core.vault import KeyRing

SETTLES = timedelta(hours=1)
"""What began before a rotation may still seal under the former key: so long nothing is taken for its last value."""


@dataclass(frozen=True)
class Held:
    """What lies under one key."""

    values: int = 0
    files: int = 0
    entries: int = 0
    """Lists in the trail from before version 0.2, which nothing may rewrite."""

    def __bool__(self) -> bool:
        return bool(self.values or self.files or self.entries)


def state_of(ring: KeyRing, key_id: str) -> str:
    """active, older, retired, destroyed, or missing: what sealed it is nowhere."""
    if key_id == ring.active:
        return "active"
    if key_id in ring.retired:
        return "retired"
    if key_id in ring.keys:
        return "older"
    return "destroyed" if key_id in ring.destroyed else "missing"


def why_not_retired(ring: KeyRing, key_id: str, held: Held, now: datetime) -> str | None:
    """What stands against saying that nothing will ever be sealed or opened with this key in daily work."""
    state = state_of(ring, key_id)
    if state == "missing":
        return f"There is no key {key_id} in the ring."
    if state == "active":
        return "This is the key that seals everything new. Run “casework keys rotate” first."
    if state in ("retired", "destroyed"):
        return f"The key {key_id} is {state} already."
    if held.values or held.files:
        return (
            f"{held.values} values and {held.files} files lie under this key. Run “casework keys rewrap” first. "
            "(Files that no record names go with the nightly sweep.)"
        )
    if held.entries:
        return (
            f"{held.entries} lists in the audit trail were sealed with this key by an earlier version. Nothing may "
            "rewrite the trail, so this key stays."
        )
    made = ring.made.get(ring.active)
    if made is not None and now < made + SETTLES:
        return f"The last rotation was less than an hour ago: try again after {made + SETTLES:%H:%M} UTC."
    return None


def why_not_destroyed(ring: KeyRing, key_id: str, held: Held) -> str | None:
    """What stands against taking this key out of the ring for good."""
    state = state_of(ring, key_id)
    if state == "missing":
        return f"There is no key {key_id} in the ring."
    if state == "destroyed":
        return f"The key {key_id} is destroyed already."
    if state != "retired":
        return "Only a retired key can be destroyed. Run “casework keys retire” first."
    if held:
        return (
            f"{held.values + held.entries} values and {held.files} files lie under this key again, as after a restore. "
            "Run “casework keys rewrap” first."
        )
    return None
