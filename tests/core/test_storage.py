"""Files on the disk: what is kept comes back, what was changed does not open, nothing lies there in the clear."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework.core import storage
from casework.core.db import db
from casework.core.scope import acting_as, system
from casework.core.storage import PIECE, Place
from casework.core.vault import Unreadable, Vault

SIZES = [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE + 17]
FRAME = PIECE + 28


@pytest.fixture
def place(backend: str, app: Flask) -> Iterator[Place]:
    if backend != "sqlite":
        pytest.skip("no database in this")
    with app.app_context(), acting_as(system("tests")):
        yield Place(uuid4(), storage.new_name(), uuid4())


def content(size: int) -> bytes:
    return (bytes(range(251)) * (size // 251 + 1))[:size]


def whole(place: Place) -> bytes:
    return b"".join(storage.read(place))


@pytest.mark.parametrize("size", SIZES)
def test_what_is_kept_comes_back(place: Place, size: int) -> None:
    assert storage.keep(place, [content(size)]) == size
    assert whole(place) == content(size)
    with storage.opened(place) as reader:
        assert reader.size == size


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    parts=st.lists(st.binary(max_size=PIECE + 9), max_size=4), at=st.integers(0, 4 * PIECE), length=st.integers(0, 99)
)
def test_it_reads_the_same_anywhere(place: Place, parts: list[bytes], at: int, length: int) -> None:
    one = Place(place.organisation_id, storage.new_name(), uuid4())
    storage.keep(one, parts)
    expected = b"".join(parts)
    assert whole(one) == expected
    with storage.opened(one) as reader:
        reader.seek(at)
        assert reader.read(length) == expected[at : at + length]
        reader.seek(-min(len(expected), length), os.SEEK_END)
        assert reader.read() == expected[len(expected) - min(len(expected), length) :]
    one.path.unlink()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(size=st.sampled_from(SIZES), where=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_any_changed_bit_is_noticed(place: Place, size: int, where: float, bit: int) -> None:
    one = Place(place.organisation_id, storage.new_name(), uuid4())
    storage.keep(one, [content(size)])
    sealed = bytearray(one.path.read_bytes())
    sealed[int(where * len(sealed))] ^= 1 << bit
    one.path.write_bytes(sealed)
    with pytest.raises(Unreadable):
        storage.read(one)
    one.path.unlink()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(size=st.sampled_from(SIZES), kept=st.floats(0, 1, exclude_max=True))
def test_a_shortened_file_is_noticed(place: Place, size: int, kept: float) -> None:
    one = Place(place.organisation_id, storage.new_name(), uuid4())
    storage.keep(one, [content(size)])
    sealed = one.path.read_bytes()
    one.path.write_bytes(sealed[: int(kept * len(sealed))])
    with pytest.raises(Unreadable):
        storage.read(one)
    one.path.unlink()


def _pieces(sealed: bytes) -> list[bytes]:
    return [sealed[at : at + FRAME] for at in range(8, len(sealed), FRAME)]


@pytest.mark.parametrize(
    "order",
    [
        pytest.param([0, 1], id="the last piece gone"),
        pytest.param([1, 2, 3], id="the first piece gone"),
        pytest.param([1, 0, 2, 3], id="two pieces swapped"),
        pytest.param([0, 1, 2, 3, 3], id="the end twice"),
        pytest.param([0, 0, 2, 3], id="one piece instead of another"),
        pytest.param([], id="nothing left"),
    ],
)
def test_pieces_stay_in_their_order(place: Place, order: list[int]) -> None:
    storage.keep(place, [content(3 * PIECE + 5)])
    sealed = place.path.read_bytes()
    pieces = _pieces(sealed)
    place.path.write_bytes(sealed[:8] + b"".join(pieces[n] for n in order))
    with pytest.raises(Unreadable):
        storage.read(place)


def test_something_added_is_noticed(place: Place) -> None:
    storage.keep(place, [content(PIECE)])
    for more in (b"\0", b"x" * 28, _pieces(place.path.read_bytes())[0]):
        sealed = place.path.read_bytes()
        place.path.write_bytes(sealed + more)
        with pytest.raises(Unreadable):
            storage.read(place)
        place.path.write_bytes(sealed)


def test_a_file_is_no_other_record_s_and_no_other_organisation_s(place: Place) -> None:
    storage.keep(place, [b"one"])
    others = [
        Place(place.organisation_id, place.name, uuid4()),
        Place(uuid4(), place.name, place.record_id),
        place.part(0),
    ]
    for other in others:
        other.path.parent.mkdir(exist_ok=True)
        if other.path != place.path:
            other.path.write_bytes(place.path.read_bytes())
        with pytest.raises(Unreadable):
            storage.read(other)


def test_after_a_new_key_old_files_open(place: Place, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    storage.keep(place, [b"sealed under the first key"])
    first = app.extensions["vault"]
    monkeypatch.setitem(app.extensions, "vault", Vault(first.ring.rotated()))
    newer = Place(place.organisation_id, storage.new_name(), uuid4())
    storage.keep(newer, [b"sealed under the second"])
    assert (whole(place), whole(newer)) == (b"sealed under the first key", b"sealed under the second")
    assert place.path.read_bytes()[4:8] != newer.path.read_bytes()[4:8]
    counts = storage.count_by_key()
    assert counts[app.extensions["vault"].ring.active] == 1
    assert counts[first.ring.active] >= 1
    monkeypatch.setitem(app.extensions, "vault", first)
    with pytest.raises(Unreadable):
        storage.read(newer)


def test_only_its_owner_gets_at_it(place: Place) -> None:
    mask = os.umask(0)
    try:
        storage.keep(place, [b"x"])
    finally:
        os.umask(mask)
    assert stat.S_IMODE(place.path.stat().st_mode) == 0o600
    for folder in (place.path.parent, place.path.parent.parent):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_nothing_half_written_stays(place: Place) -> None:
    def breaking() -> Iterator[bytes]:
        yield content(2 * PIECE)
        raise OSError("the cable was pulled")

    with pytest.raises(OSError, match="cable"):
        storage.keep(place, breaking())
    assert list(place.path.parent.iterdir()) == []


def test_a_file_lasts_only_if_its_transaction_does(place: Place) -> None:
    def files() -> set[str]:
        return {path.name for path in place.path.parent.iterdir()}

    second = Place(place.organisation_id, storage.new_name(), uuid4())
    db.session.connection()
    storage.keep(place, [b"x"])
    db.session.commit()
    storage.keep(second, [b"y"])
    storage.drop(place)
    db.session.connection()
    db.session.rollback()
    assert files() == {place.name}, "what was written is gone, what was dropped is back"
    storage.drop(place)
    assert files() == {place.name}
    db.session.connection()
    db.session.commit()
    assert files() == set()


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "x" * 32, "A" * 32, "0" * 31, "0" * 32 + "/.."])
def test_a_name_cannot_lead_elsewhere(place: Place, name: str) -> None:
    with pytest.raises(ValueError, match="hexadecimal"):
        _ = Place(place.organisation_id, name, place.record_id).path


def test_a_file_stays_when_nobody_knows_whether_its_transaction_was_saved(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database saved and its answer was lost: without the file the document would be gone for good."""

    def lost(connection: object) -> None:
        raise ConnectionError

    storage.keep(place, [content(9)])
    db.session.connection()
    with monkeypatch.context() as broken:
        broken.setattr(db.engine.dialect, "do_commit", lost)
        with pytest.raises(ConnectionError):
            db.session.commit()
    db.session.rollback()
    assert whole(place) == content(9)


def test_leftovers_go_and_what_is_named_stays(place: Place) -> None:
    named, young, old = place, *(Place(place.organisation_id, storage.new_name(), uuid4()) for _ in range(2))
    for one in (named, young, old, old.part(0), named.part(0)):
        storage.keep(one, [b"x"])
    half = place.path.with_name(f"{named.name}.new-0123")
    half.write_bytes(b"")
    for one in (named.path, old.path, old.part(0).path, half):
        os.utime(one, (1, 1))
    removed = storage.remove_leftovers(place.organisation_id, {named.name}, parts_before=100, files_before=100)
    assert removed == 3
    assert {path.name for path in place.path.parent.iterdir()} == {named.name, young.name, f"{named.name}.0"}
    assert storage.remove_leftovers(uuid4(), set(), parts_before=100, files_before=100) == 0


# -- what arrives ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
def test_what_arrives_can_be_read_again_and_lies_nowhere(place: Place, app: Flask, size: int) -> None:
    root = Path(app.extensions["settings"].instance) / "files"
    before = set(root.rglob("*")) if root.exists() else set()
    with storage.Spool() as spool:
        for at in range(0, size, 10_000):
            spool.write(content(size)[at : at + 10_000])
        assert spool.tell() == size
        assert {path for path in root.rglob("*") if path.is_file()} <= before, "it has no name"
        descriptor = os.dup(spool._descriptor)
        try:
            on_disk = os.pread(descriptor, 10_000_000, 0)
        finally:
            os.close(descriptor)
        spool.seek(0)
        assert spool.read() == content(size)
        spool.seek(size // 2)
        assert spool.read(5) == content(size)[size // 2 : size // 2 + 5]
        assert content(size)[:40] not in on_disk or not size or size <= 1
        with pytest.raises(OSError, match="read already"):
            spool.write(b"x")
