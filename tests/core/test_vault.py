"""Sealing: nothing but the right record under the right key opens, and nothing is told by the length."""

import base64
import json
import stat
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.accounts.models import Password, User
from casework.core.errors import ConfigurationError
from casework.core.vault import LASTING, KeyRing, Unreadable, Vault, key_id_of
from tests.conftest import Acting
from tests.factories import World

ORGANISATION, RECORD = UUID(int=1), UUID(int=2)
VAULT = Vault(KeyRing.new())


def sealed(plain: bytes) -> bytes:
    return VAULT.seal(plain, ORGANISATION, RECORD, "identity")


@given(st.binary(max_size=5000))
def test_what_was_sealed_opens(plain: bytes) -> None:
    assert VAULT.open(sealed(plain), ORGANISATION, RECORD, "identity") == plain


@given(st.binary(min_size=4, max_size=200))
def test_the_envelope_shows_nothing_of_it(plain: bytes) -> None:
    envelope = sealed(plain)
    assert plain not in envelope[20:]
    assert envelope != sealed(plain)


@pytest.mark.parametrize(
    ("organisation", "record", "kind"),
    [(uuid4(), RECORD, "identity"), (ORGANISATION, uuid4(), "identity"), (ORGANISATION, RECORD, "contacts")],
)
def test_an_envelope_moved_elsewhere_does_not_open(organisation: UUID, record: UUID, kind: str) -> None:
    with pytest.raises(Unreadable):
        VAULT.open(sealed(b"Aigerim"), organisation, record, kind)


def test_no_changed_byte_goes_unnoticed() -> None:
    envelope = sealed(b"Aigerim")
    for place in range(len(envelope)):
        changed = bytearray(envelope)
        changed[place] ^= 1
        with pytest.raises(Unreadable):
            VAULT.open(bytes(changed), ORGANISATION, RECORD, "identity")


@pytest.mark.parametrize(
    "envelope", [b"", b"CW", b"CW\x01\x01", b"CW\x01\x01" + b"\0" * 31, b"CW\x02\x01" + b"\0" * 60]
)
def test_what_is_no_envelope_does_not_open(envelope: bytes) -> None:
    with pytest.raises(Unreadable):
        VAULT.open(envelope, ORGANISATION, RECORD, "identity")


def test_short_values_all_have_the_same_length() -> None:
    assert len({len(sealed(b"x" * n)) for n in range(252)}) == 1


@given(st.integers(0, 100_000))
def test_the_length_tells_little(size: int) -> None:
    envelope = len(sealed(b"x" * size))
    assert size <= envelope <= max(300, size * 1.13 + 100)


def test_old_values_open_after_a_rotation_and_new_ones_use_the_new_key() -> None:
    old = sealed(b"Aigerim")
    rotated = Vault(VAULT.ring.rotated())
    assert rotated.open(old, ORGANISATION, RECORD, "identity") == b"Aigerim"
    new = rotated.seal(b"Aigerim", ORGANISATION, RECORD, "identity")
    assert new[4:8].hex() == rotated.ring.active != old[4:8].hex()
    with pytest.raises(Unreadable):
        VAULT.open(new, ORGANISATION, RECORD, "identity")
    assert VAULT.key("audit", ORGANISATION) == rotated.key("audit", ORGANISATION)  # chains go on


def test_every_purpose_and_organisation_has_its_own_key() -> None:
    keys = {VAULT.key(purpose, one) for purpose in ("audit", "cookies") for one in (ORGANISATION, RECORD)}
    assert len(keys) == 4


def test_only_its_owner_can_read_the_ring(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "ring.json"
    ring = KeyRing.new()
    ring.save(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert KeyRing.load(path) == ring
    path.chmod(0o640)
    with pytest.raises(ConfigurationError, match="chmod 600"):
        KeyRing.load(path)


@pytest.mark.parametrize("damage", ["", "{}", "[]", '{"active": "x", "keys": {}, "chain": "AA=="}', "null", "short"])
def test_a_damaged_ring_gets_a_sentence(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "ring.json"
    KeyRing.new().save(path)
    if damage == "short":
        content = json.loads(path.read_text())
        content["chain"] = content["chain"][:8]
        damage = json.dumps(content)
    path.write_text(damage)
    with pytest.raises(ConfigurationError, match="damaged"):
        KeyRing.load(path)


def test_a_missing_ring_gets_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="casework init"):
        KeyRing.load(tmp_path / "ring.json")


def test_a_ring_of_version_1_loads_and_becomes_version_2(tmp_path: Path) -> None:
    path = tmp_path / "ring.json"
    ring = KeyRing.new()
    old = {"version": 1, "active": ring.active, "chain": base64.b64encode(ring.chain).decode()}
    old["keys"] = {name: base64.b64encode(key).decode() for name, key in ring.keys.items()}
    path.write_text(json.dumps(old))
    path.chmod(0o600)
    found = KeyRing.load(path)
    assert (found.active, found.keys, found.chain, found.made) == (ring.active, ring.keys, ring.chain, {})
    rotated = found.rotated()
    rotated.with_retired(ring.active).without(ring.active).save(path)
    again = KeyRing.load(path)
    assert list(again.keys) == [again.active] == list(again.made)
    assert list(again.destroyed) == [ring.active]
    assert json.loads(path.read_text())["version"] == 2


def test_a_ring_of_a_newer_version_gets_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "ring.json"
    KeyRing.new().save(path)
    path.write_text(json.dumps({**json.loads(path.read_text()), "version": 3}))
    with pytest.raises(ConfigurationError, match="newer version"):
        KeyRing.load(path)


def test_a_running_vault_notices_new_and_destroyed_keys(tmp_path: Path) -> None:
    path = tmp_path / "ring.json"
    first = KeyRing.new()
    first.save(path)
    running = Vault(first, path)
    old = running.seal(b"x", ORGANISATION, RECORD, "identity")
    second = first.rotated()
    second.save(path)
    elsewhere = Vault(second).seal(b"y", ORGANISATION, RECORD, "identity")
    assert running.open(elsewhere, ORGANISATION, RECORD, "identity") == b"y"
    assert running.seal(b"x", ORGANISATION, RECORD, "identity")[4:8].hex() == second.active
    second.with_retired(first.active).without(first.active).save(path)
    assert list(running.ring.keys) == [second.active]
    with pytest.raises(Unreadable):
        running.open(old, ORGANISATION, RECORD, "identity")


@pytest.mark.parametrize("damage", ["gone", "damaged", "of another site"])
def test_a_running_vault_goes_on_when_its_file_is_spoilt(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "ring.json"
    ring = KeyRing.new()
    ring.save(path)
    running = Vault(ring, path)
    if damage == "gone":
        path.unlink()
    elif damage == "damaged":
        path.write_text("{}")
    else:
        KeyRing.new().save(path)
    assert running.ring == ring


def test_a_value_that_never_changes_its_key() -> None:
    lasting = VAULT.seal(b"x", ORGANISATION, RECORD, "audit", lasting=True)
    assert key_id_of(lasting) == LASTING
    alone = VAULT.ring.rotated().without(VAULT.ring.active)
    assert Vault(alone).open(lasting, ORGANISATION, RECORD, "audit") == b"x"
    with pytest.raises(Unreadable):
        VAULT.open(lasting, ORGANISATION, UUID(int=3), "audit")


def test_assigning_an_equal_group_leaves_no_trace(world: World, acting: Acting) -> None:
    with acting(world.principal("administrator")) as session:
        user = session.get_one(User, world.user_id("lawyer"))
        before = user.password_sealed
        user.password = Password(user.password.hash)
        assert user.password_sealed is before
        assert not session.dirty
        user.password = Password("another")
        assert user.password_sealed != before
        session.rollback()
