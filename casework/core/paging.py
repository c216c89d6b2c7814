"""One page of a long list."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import Select

from casework.core.db import db

Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows of so many; `number` counts from 1."""

    rows: list[Row]
    total: int
    number: int
    size: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        return (self.number - 1) * self.size + 1 if self.total else 0

    @property
    def last(self) -> int:
        return min(self.number * self.size, self.total)


def number_of(typed: str) -> int:
    """The number of a page as an address names it; the first one for what is no number."""
    return int(typed) if typed.isdecimal() and len(typed) < 7 else 1


def page(statement: Select[Row], total: int, number: int, size: int) -> Page[Row]:
    """A page of what a statement finds, in its order: the first or the last one when there is no such number."""
    number = min(max(number, 1), max(1, -(-total // size)))
    rows = db.session.scalars(statement.limit(size).offset((number - 1) * size))
    return Page(list(rows), total, number, size)
