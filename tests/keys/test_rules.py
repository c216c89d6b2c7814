"""When a key may be retired or destroyed."""

from datetime import UTC, datetime, timedelta

import pytest

from casework.core import clock
from casework.core.vault import KeyRing
from casework.keys import rules
from casework.keys.rules import Held

MADE = datetime(2026, 11, 24, 3, tzinfo=UTC)


@pytest.fixture
def ring() -> KeyRing:
    with clock.at(MADE - timedelta(days=9)):
        first = KeyRing.new()
    with clock.at(MADE):
        return first.rotated()


def older(ring: KeyRing) -> str:
    return next(one for one in ring.keys if one != ring.active)


def test_a_key_goes_through_its_life(ring: KeyRing) -> None:
    key_id, later = older(ring), MADE + rules.SETTLES
    assert rules.state_of(ring, key_id) == "older"
    assert rules.state_of(ring, ring.active) == "active"
    assert rules.why_not_retired(ring, key_id, Held(), later) is None
    retired = ring.with_retired(key_id)
    assert rules.state_of(retired, key_id) == "retired"
    assert rules.why_not_destroyed(retired, key_id, Held()) is None
    gone = retired.without(key_id)
    assert rules.state_of(gone, key_id) == "destroyed"
    assert key_id not in gone.keys
    assert list(gone.destroyed) == [key_id]


@pytest.mark.parametrize(
    ("held", "words"),
    [
        (Held(values=3), "3 values and 0 files"),
        (Held(files=1), "0 values and 1 files"),
        (Held(entries=2), "2 lists in the audit trail"),
    ],
)
def test_it_is_not_retired_while_something_lies_under_it(ring: KeyRing, held: Held, words: str) -> None:
    assert words in str(rules.why_not_retired(ring, older(ring), held, MADE + rules.SETTLES))


def test_what_began_before_the_rotation_may_end_first(ring: KeyRing) -> None:
    almost = MADE + rules.SETTLES - timedelta(seconds=1)
    assert "less than an hour" in str(rules.why_not_retired(ring, older(ring), Held(), almost))


def test_neither_the_active_nor_an_unknown_nor_a_retired_key_is_retired(ring: KeyRing) -> None:
    later = MADE + rules.SETTLES
    assert "seals everything new" in str(rules.why_not_retired(ring, ring.active, Held(), later))
    assert "no key ffffffff" in str(rules.why_not_retired(ring, "ffffffff", Held(), later))
    retired = ring.with_retired(older(ring))
    assert "retired already" in str(rules.why_not_retired(retired, older(ring), Held(), later))


def test_only_a_retired_key_under_which_nothing_lies_is_destroyed(ring: KeyRing) -> None:
    key_id = older(ring)
    assert "Only a retired key" in str(rules.why_not_destroyed(ring, key_id, Held()))
    assert "Only a retired key" in str(rules.why_not_destroyed(ring, ring.active, Held()))
    assert "no key ffffffff" in str(rules.why_not_destroyed(ring, "ffffffff", Held()))
    retired = ring.with_retired(key_id)
    for held in (Held(values=1), Held(files=1), Held(entries=1)):
        assert "again, as after a restore" in str(rules.why_not_destroyed(retired, key_id, held))
    assert "destroyed already" in str(rules.why_not_destroyed(retired.without(key_id), key_id, Held()))
