"""Columns with a meaning of their own: sealed groups of fields, and references that stay inside an organisation."""

import json
from dataclasses import asdict, fields, is_dataclass
from typing import Any, Generic, TypeVar, get_args, get_type_hints, overload
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, LargeBinary, UniqueConstraint
from sqlalchemy.orm import MappedColumn, mapped_column

from casework.core import withheld
from casework.core.errors import Refused
from casework.core.vault import HOUSE, vault

Shape = TypeVar("Shape")


def belongs_to(table: str, column: str) -> ForeignKeyConstraint:
    """Wall 3: a reference that cannot point at another organisation's row, not even by a forged id."""
    return ForeignKeyConstraint(["organisation_id", column], [f"{table}.organisation_id", f"{table}.id"])


def referable() -> UniqueConstraint:
    """What `belongs_to` needs on the table it points at."""
    return UniqueConstraint("organisation_id", "id")


def sealed_column(kind: str, **info: str) -> MappedColumn[Any]:
    return mapped_column(LargeBinary, nullable=True, info={"sealed": kind, **info})


class Sealed(Generic[Shape]):
    """A group of fields (a dataclass) kept in one sealed column named `<attribute>_sealed`.

    Reading opens it (an empty column gives an empty group); assigning seals it. Assigning an equal group changes
    nothing, so an unchanged form leaves no trace. The row needs its id and organisation before. What is withheld from
    whoever asks neither opens nor takes anything (`core.withheld`).
    """

    def __init__(self, kind: str, shape: type[Shape], *, lasting: bool = False) -> None:
        self.kind = kind
        self.shape = shape
        self.lasting = lasting
        """Whether it never changes its key, because nothing may rewrite the row."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.column = f"{name}_sealed"

    @overload
    def __get__(self, row: None, owner: type) -> "Sealed[Shape]": ...
    @overload
    def __get__(self, row: Any, owner: type) -> Shape: ...
    def __get__(self, row: Any, owner: type) -> Any:
        if row is None:
            return self
        if withheld.hides(row):
            return withheld.masked(self.shape)
        envelope = getattr(row, self.column)
        opened = row.__dict__.setdefault("_opened", {})
        if opened.get(self.kind, (None,))[0] != envelope or self.kind not in opened:
            opened[self.kind] = (envelope, self.opened(row, envelope))
        return opened[self.kind][1]

    def __set__(self, row: Any, value: Shape) -> None:
        if withheld.hides(row):
            raise Refused
        envelope = getattr(row, self.column)
        if self.opened(row, envelope) == value:
            return
        plain = json.dumps(asdict(value), ensure_ascii=False, separators=(",", ":")).encode()  # type: ignore[call-overload]
        setattr(row, self.column, vault().seal(plain, *place_of(row), self.kind, lasting=self.lasting))

    def opened(self, row: Any, envelope: bytes | None) -> Shape:
        """The group in this envelope, which may be an earlier one of the same row."""
        if envelope is None:
            return self.shape()
        shaped: Shape = _shaped(self.shape, json.loads(vault().open(envelope, *place_of(row), self.kind)))
        return shaped


def place_of(row: Any) -> tuple[UUID, UUID]:
    """What an envelope of this row is bound to, beside its kind: organisation and record."""
    if row.id is None:
        raise ValueError("A row needs its id before something in it is sealed.")
    return getattr(row, "organisation_id", None) or HOUSE, row.id


def _shaped(shape: Any, content: Any) -> Any:
    """The dataclass with this content. Fields that an older version did not have take their defaults."""
    if is_dataclass(shape) and isinstance(content, dict):
        hints = get_type_hints(shape)
        return shape(  # type: ignore[operator]
            **{f.name: _shaped(hints[f.name], content[f.name]) for f in fields(shape) if f.name in content}
        )
    if isinstance(content, list) and get_args(shape):
        return [_shaped(get_args(shape)[0], item) for item in content]
    return content


def sealed_groups(model: type) -> dict[str, Sealed[Any]]:
    """Every sealed group of a model, by attribute name."""
    return {
        name: value
        for base in reversed(model.__mro__)
        for name, value in vars(base).items()
        if isinstance(value, Sealed)
    }
