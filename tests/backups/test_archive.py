"""What a backup holds: typed rows and files, counted, under a MAC of the installation that wrote it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from casework.backups import archive, copying
from casework.backups.archive import FilePiece, Head, OfAnotherSite, Rows, TableShape, Tally, Writer
from casework.backups.rules import is_too_old, to_remove
from casework.backups.sealing import Damaged

ALL = TableShape(
    "invented",
    tuple((kind, kind) for kind in ("uuid", "moment", "date", "json", "bytes", "bool", "int", "number", "text")),
    ("uuid",),
)
ROW = (
    UUID(int=7),
    datetime(2026, 11, 24, 1, 30, 0, 123456, tzinfo=UTC),
    date(2026, 11, 24),
    '{"b": 1, "a": [null]}',
    b"\x00\xff sealed",
    True,
    2**40,
    Decimal("12.5000"),
    "Строка\nс\u2028переносом",
)
NOTHING = (UUID(int=8), *[None] * 8)
HEAD = Head("id", "2026-11-24T01:30:00+00:00", "0.1.0", "0041", "sqlite", ["aa"], [ALL])


def written(mac_key: bytes = b"k") -> list[bytes]:
    records: list[bytes] = []
    writer = Writer(records.append, mac_key)
    writer.begin(HEAD)
    writer.table(ALL, [ROW, NOTHING])
    writer.file("some/where", 6, [b"abc", b"def"])
    writer.file("some/empty", 0, [])
    writer.end()
    return records


def read(records: list[bytes], mac_key: bytes = b"k") -> list[Any]:
    head, rest = archive.head_of(iter(records))
    assert head == HEAD
    return list(archive.contents(head, rest, mac_key))


def test_values_of_every_kind_come_back() -> None:
    found = read(written())
    rows = [archive.row_of(ALL, line) for one in found if isinstance(one, Rows) for line in one.lines]
    assert rows == [ROW, NOTHING]
    files = [(one.file.path, one.data) for one in found if isinstance(one, FilePiece)]
    assert files == [("some/where", b""), ("some/where", b"abc"), ("some/where", b"def"), ("some/empty", b"")]
    assert isinstance(found[-1], Tally)
    assert (found[-1].rows, found[-1].files, found[-1].volume) == ({"invented": 2}, 2, 6)


def test_the_order_of_rows_does_not_count() -> None:
    one, other = Tally(), Tally()
    one.add_rows("t", [b"a", b"b"])
    other.add_rows("t", [b"b"])
    other.add_rows("t", [b"a"])
    assert one == other
    other.add_rows("t", [b"a"])
    assert one != other


def test_another_site_cannot_write_ours() -> None:
    with pytest.raises(OfAnotherSite):
        read(written(b"their key"))


@pytest.mark.parametrize("left_out", range(8))
def test_a_record_that_is_missing_is_missed(left_out: int) -> None:
    records = written()
    assert len(records) == 8
    del records[left_out]
    with pytest.raises((Damaged, OfAnotherSite)):
        read(records)


def test_nothing_follows_the_end() -> None:
    with pytest.raises(Damaged):
        read([*written(), b"x"])


def test_every_column_of_every_table_can_be_written() -> None:
    found = {one.name: one for one in copying.shapes()}
    assert len(found) > 90
    assert ("birth_month", "int") in found["persons"].columns
    assert found["audit_entries"].key == ("id",)


def test_what_others_point_at_goes_first() -> None:
    names = [one.name for one in copying.shapes()]
    assert names.index("organisations") < names.index("users") < names.index("cases")


# -- when one is too old, and which make room ------------------------------------------------------------------------

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def moments() -> Iterator[tuple[datetime | None, bool]]:
    yield None, True
    yield datetime(2026, 11, 23, 9, tzinfo=UTC), False
    yield datetime(2026, 11, 23, 8, 59, tzinfo=UTC), True


@pytest.mark.parametrize(("last", "is_late"), list(moments()))
def test_a_day_is_the_limit(last: datetime | None, is_late: bool) -> None:
    assert is_too_old(last, NOW) is is_late


def test_the_newest_always_stays() -> None:
    assert list(to_remove([3, 2, 1], 2)) == [1]
    assert list(to_remove([3, 2, 1], 0)) == [2, 1]
    assert list(to_remove([], 5)) == []
