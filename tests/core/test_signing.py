"""The signing key lies in a file that only its owner can read, and shows itself nowhere."""

import base64
import json
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner

from casework.cli import main
from casework.core import signing
from casework.core.errors import ConfigurationError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "publishing.key"


def test_it_is_made_once_and_lies_where_nobody_else_can_read_it(path: Path) -> None:
    assert signing.load(path) is None
    made = signing.make(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [one.name for one in path.parent.iterdir()] == ["publishing.key"]
    found = signing.load(path)
    assert found is not None
    assert found.public == made.public
    before = path.read_bytes()
    with pytest.raises(ConfigurationError, match="already"):
        signing.make(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(("which", "mode"), [("file", 0o640), ("folder", 0o750)])
def test_a_key_that_others_can_read_is_not_used(path: Path, which: str, mode: int) -> None:
    signing.make(path)
    (path if which == "file" else path.parent).chmod(mode)
    with pytest.raises(ConfigurationError, match="chmod"):
        signing.load(path)


@pytest.mark.parametrize("content", [b"", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_a_damaged_key_is_not_used(path: Path, content: bytes) -> None:
    signing.make(path)
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match="damaged"):
        signing.load(path)


def test_what_is_signed_holds_for_this_message_and_this_key_alone(path: Path, tmp_path: Path) -> None:
    key, other = signing.make(path), signing.make(tmp_path / "other" / "publishing.key")
    signature = key.sign(b"one")
    assert len(signature) == signing.SIGNATURE_LENGTH
    assert key.sign(b"one") == signature
    assert key.public.has_signed(signature, b"one")
    assert not key.public.has_signed(signature, b"two")
    assert not other.public.has_signed(signature, b"one")
    assert not key.public.has_signed(b"", b"one")


def test_nothing_shows_the_secret(path: Path) -> None:
    key = signing.make(path)
    lines = path.read_text("ascii").splitlines()
    secret = base64.b64decode("".join(lines[1:-1]))[-32:]
    for shown in (repr(key), str(key), repr(key.public), json.dumps(str(vars(key)))):
        assert secret.hex() not in shown
        assert base64.b64encode(secret).decode() not in shown


def test_a_public_key_comes_back_from_its_text(path: Path) -> None:
    key = signing.make(path).public
    assert len(key.text) == 44
    assert signing.public_key(f" {key.text[:20]}\n{key.text[20:]} ") == key
    assert len(key.fingerprint) == 64
    assert signing.grouped(key.fingerprint).replace(" ", "") == key.fingerprint
    assert {len(one) for one in signing.grouped(key.fingerprint).split()} == {4}


SMALL_ORDER = base64.b64encode(bytes.fromhex("01" + "00" * 31)).decode()


@pytest.mark.parametrize("text", ["", "no key", "A" * 43, "A" * 44, "Ä" * 44, f"{'A' * 43}=", SMALL_ORDER, "AAA="])
def test_what_is_no_key(text: str) -> None:
    with pytest.raises(signing.NoKey):
        signing.public_key(text)


def test_the_command_makes_it_once_and_shows_the_public_half(tmp_path: Path, path: Path) -> None:
    run = CliRunner(env={"CASEWORK_INSTANCE": str(tmp_path), "CASEWORK_COUNTRY": "KGZ"})
    first = run.invoke(main, ["factsheet", "key"])
    assert first.exit_code == 0, first.output
    found = signing.load(path)
    assert found is not None
    for words in ("KGZ", found.public.text, signing.grouped(found.public.fingerprint), str(path)):
        assert words in first.output
    assert "PRIVATE" not in first.output
    again = run.invoke(main, ["factsheet", "key"])
    assert again.output == "\n".join(first.output.splitlines()[1:]) + "\n"
    path.chmod(0o644)
    refused = run.invoke(main, ["factsheet", "key"])
    assert (refused.exit_code, found.public.text in refused.output) == (2, False)
