"""Sealed to a public key: what only the holder of the private one can read, and nobody can change unnoticed."""

import base64
import io
import json
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from casework.backups import sealing
from casework.backups.sealing import PIECE, Damaged, NotForThisKey, PrivateKey, Sealer
from casework.core.errors import ConfigurationError

NOW = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
KEY = PrivateKey.new()
SEALED_PIECE = PIECE + 16


def sealed(content: bytes, *keys: PrivateKey, backup_id: str = "one") -> bytes:
    file = io.BytesIO()
    sealer = Sealer(file, [one.public for one in keys or (KEY,)], backup_id, NOW)
    for begin in range(0, len(content), 100_000):
        sealer.write(content[begin : begin + 100_000])
    sealer.finish()
    return file.getvalue()


def opened(written: bytes, key: PrivateKey = KEY) -> bytes:
    file = io.BytesIO(written)
    head = sealing.head(file)
    return b"".join(sealing.pieces(file, head, head.secret(key)))


@pytest.mark.parametrize("length", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_what_was_sealed_opens(length: int) -> None:
    content = bytes(range(256)) * (length // 256 + 1)
    assert opened(sealed(content[:length])) == content[:length]


def test_any_of_several_recipients_opens_it() -> None:
    other = PrivateKey.new()
    written = sealed(b"content", KEY, other)
    assert opened(written) == opened(written, other) == b"content"


def test_nobody_else_does() -> None:
    with pytest.raises(NotForThisKey):
        opened(sealed(b"content"), PrivateKey.new())


def test_a_key_that_was_put_beside_ours_opens_nothing() -> None:
    """Whoever writes another recipient into the head changes what every piece is bound to."""
    other = PrivateKey.new()
    written = sealed(b"content")
    length = int.from_bytes(written[4:8], "big")
    head = json.loads(written[8 : 8 + length])
    head["keys"][other.public.fingerprint] = head["keys"][KEY.public.fingerprint]
    changed = json.dumps(head, sort_keys=True).encode()
    forged = written[:4] + len(changed).to_bytes(4, "big") + changed + written[8 + length :]
    for key in (KEY, other):
        with pytest.raises(Damaged):
            opened(forged, key)


def _start(written: bytes) -> int:
    return 8 + int.from_bytes(written[4:8], "big")


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda one: b"",
    "cut in the head": lambda one: one[:500],
    "cut in a piece": lambda one: one[:-10],
    "cut between pieces": lambda one: one[: _start(one) + 2 * SEALED_PIECE],
    "only the head": lambda one: one[: _start(one)],
    "one bit of the head": lambda one: one[:60] + bytes([one[60] ^ 1]) + one[61:],
    "one bit of a piece": lambda one: one[:-50] + bytes([one[-50] ^ 1]) + one[-49:],
    "something added": lambda one: one + b"\0",
    "two pieces swapped": lambda one: (
        one[: _start(one)]
        + one[_start(one) + SEALED_PIECE : _start(one) + 2 * SEALED_PIECE]
        + one[_start(one) : _start(one) + SEALED_PIECE]
        + one[_start(one) + 2 * SEALED_PIECE :]
    ),
    "a piece twice": lambda one: one[: _start(one) + SEALED_PIECE] + one[_start(one) :],
    "pieces of another file": lambda one: one[: _start(one)] + (other := sealed(b"x" * 3 * PIECE))[_start(other) :],
    "another id": lambda one: one.replace(b'"id": "one"', b'"id": "two"', 1),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=list(DAMAGES))
def test_what_was_damaged_does_not_open(damage: Callable[[bytes], bytes]) -> None:
    written = sealed(b"x" * (2 * PIECE + 5))
    assert damage(written) != written
    with pytest.raises((Damaged, NotForThisKey)):
        opened(damage(written))


def test_a_file_of_today_opens_for_ever() -> None:
    """A file that the first version wrote. It never changes; another format gets another number in the magic."""
    kept = json.loads((Path(__file__).parent / "golden.json").read_text())
    key = PrivateKey(base64.b64decode(kept["key"]))
    assert key.public.fingerprint == kept["fingerprint"]
    assert opened(base64.b64decode(kept["file"]), key) == kept["content"].encode()


def test_keys_lie_in_files_that_say_what_they_are(tmp_path: Path) -> None:
    sealing.save(tmp_path / "key", KEY)
    sealing.save(tmp_path / "key.pub", KEY.public)
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    assert sealing.private_key(tmp_path / "key") == KEY
    assert sealing.public_key(tmp_path / "key.pub") == KEY.public
    assert repr(KEY.raw) not in repr(KEY)
    with pytest.raises(ConfigurationError, match="not a casework backup private key"):
        sealing.private_key(tmp_path / "key.pub")
    with pytest.raises(ConfigurationError, match="not a casework backup public key"):
        sealing.public_key(tmp_path / "key")
    with pytest.raises(ConfigurationError, match="keygen"):
        sealing.public_key(tmp_path / "nowhere.pub")
    with pytest.raises(FileExistsError):
        sealing.save(tmp_path / "key", KEY)
