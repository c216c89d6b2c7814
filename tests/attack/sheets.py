"""Publications made by hand: the few fields that the attack reads."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import Any

Json = dict[str, Any]

TOTAL = "*"


def dimension(code: str, *categories: str | tuple[str, list[str] | None], sensitive: bool = False) -> Json:
    """Categories by code, or with the codes that they put together (None: the rest)."""
    pairs = [(one, []) if isinstance(one, str) else one for one in categories]
    return {
        "code": code,
        "is_sensitive": sensitive,
        "categories": [{"code": name, "members": members} for name, members in pairs],
    }


def table(
    code: str,
    dimensions: Sequence[Json],
    counts: Mapping[tuple[str, ...], int],
    hidden: Iterable[tuple[str, ...]] = (),
    *,
    population: str = "refugees_asylum",
    when: str | tuple[str, str] = "2025-01-01",
    structural: Iterable[tuple[str, ...]] = (),
) -> Json:
    """`counts` without margins; these are added up here."""
    withheld, impossible, cells = set(hidden), set(structural), []
    codes = [[one["code"] for one in each["categories"]] for each in dimensions]
    for at in product(*([TOTAL, *one] for one in codes)):
        inside = product(*(one if code == TOTAL else [code] for code, one in zip(at, codes, strict=True)))
        value = sum(counts.get(one, 0) for one in inside)
        cell: Json = {"at": list(at), "hidden": True} if at in withheld else {"at": list(at), "value": value}
        cells.append(cell | ({"structural": True} if at in impossible else {}))
    moment = when if isinstance(when, str) else list(when)
    return {"code": code, "population": population, "when": moment, "dimensions": list(dimensions), "cells": cells}


def publication(*tables: Json, as_of: str = "2025-01-01", since: str = "2024-01-01", **rest: Any) -> Json:
    return {
        "format": "casework.release/1",
        "as_of": as_of,
        "since": since,
        "threshold": 5,
        "tables": list(tables),
    } | rest


def account(population: str, opening: int | None, closing: int | None) -> Json:
    def cell(value: int | None) -> Json:
        return {"hidden": True} if value is None else {"value": value}

    tables = {"in": f"{population}:in_by_flow", "out": f"{population}:out_by_flow"}
    return {"population": population, "opening": cell(opening), "closing": cell(closing)} | tables
