"""What a content of an edition may consist of, to the last key: nothing that is not known here is taken in.

A content is what was published, so none of it is secret; but a bundle crosses a border, and whatever might ride along
in a field that no page shows must be refused by both ends. The format is `casework.factsheet/1`, written by
casework/editions/drafting.py; the publication in it `casework.release/1`, by casework/releases/publication.py.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from casework.core.config import COUNTRIES, LANGUAGES
from casework.core.forms import is_invisible
from casework.figures.series import WHOLE, Unit

Check = Callable[[Any, str], None]
"""Looks at a value that stands at a path; raises Odd."""

FORMAT = "casework.factsheet/1"


class Odd(ValueError):
    """Something that a content does not have. The message is where it stands: release.code."""


def content(value: Any) -> None:
    """Refuse what is no content of a national edition, naming the first thing that is odd. Raises Odd."""
    _CONTENT(value, "")


def manifest(value: Any) -> None:
    """The same for the manifest of a bundle, apart from its format."""
    _MANIFEST(value, "")


# -- what there is to be built with ------------------------------------------------------------------------------


def _is(*allowed: Any) -> Check:
    def check(value: Any, at: str) -> None:
        if not any(type(value) is type(one) and value == one for one in allowed):
            raise Odd(at)

    return check


def _text(longest: int) -> Check:
    """Words without letters that nobody sees, or that turn round what stands beside them."""

    def check(value: Any, at: str) -> None:
        if not isinstance(value, str) or len(value) > longest or any(map(is_invisible, value)):
            raise Odd(at)

    return check


def _like(pattern: str) -> Check:
    expected = re.compile(pattern, re.ASCII)

    def check(value: Any, at: str) -> None:
        if not isinstance(value, str) or not expected.fullmatch(value):
            raise Odd(at)

    return check


def _whole(value: Any, at: str) -> None:
    if type(value) is not int or abs(value) > 10**12:
        raise Odd(at)


def _count(value: Any, at: str) -> None:
    _whole(value, at)
    if value < 0:
        raise Odd(at)


def _number(value: Any, at: str) -> None:
    """Of an edition: the first is 1."""
    _whole(value, at)
    if value < 1:
        raise Odd(at)


def _flag(value: Any, at: str) -> None:
    if type(value) is not bool:
        raise Odd(at)


def _day(value: Any, at: str) -> None:
    try:
        if date.fromisoformat(value).isoformat() != value:
            raise Odd(at)
    except (TypeError, ValueError) as error:
        raise Odd(at) from error


def _maybe(inner: Check) -> Check:
    def check(value: Any, at: str) -> None:
        if value is not None:
            inner(value, at)

    return check


def _either(*inner: Check) -> Check:
    def check(value: Any, at: str) -> None:
        for one in inner:
            try:
                return one(value, at)
            except Odd:
                continue
        raise Odd(at)

    return check


def _many(inner: Check, most: int) -> Check:
    def check(value: Any, at: str) -> None:
        if not isinstance(value, list) or len(value) > most:
            raise Odd(at)
        for n, one in enumerate(value):
            inner(one, f"{at}[{n}]")

    return check


def _row(*inner: Check) -> Check:
    """A list of just these, in this order."""

    def check(value: Any, at: str) -> None:
        if not isinstance(value, list) or len(value) != len(inner):
            raise Odd(at)
        for n, (one, look) in enumerate(zip(value, inner, strict=True)):
            look(one, f"{at}[{n}]")

    return check


def _apart(inner: Check, *by: str) -> Check:
    """A list of objects of which no two have the same values under these keys."""

    def check(value: Any, at: str) -> None:
        inner(value, at)
        named = [tuple(str(one[name]) for name in by) for one in value]
        if len(set(named)) < len(named):
            raise Odd(at)

    return check


def _keyed(key: Check, inner: Check, most: int) -> Check:
    def check(value: Any, at: str) -> None:
        if not isinstance(value, dict) or len(value) > most:
            raise Odd(at)
        for name, one in value.items():
            key(name, at)
            inner(one, f"{at}.{name}")

    return check


def _record(needed: Mapping[str, Check], besides: Mapping[str, Check] | None = None) -> Check:
    """An object with these keys, perhaps some of those `besides`, and not one more."""
    known = {**needed, **(besides or {})}

    def check(value: Any, at: str) -> None:
        if not isinstance(value, dict) or not value.keys() >= needed.keys():
            raise Odd(at)
        for name, one in value.items():
            place = f"{at}.{name[:40]}".lstrip(".")
            if name not in known:
                raise Odd(place)
            known[name](one, place)

    return check


# -- the words of the formats --------------------------------------------------------------------------------------

_CODE = _like(r"[A-Za-z0-9_:.!|+*/-]{1,80}")
_AREA = _is(*COUNTRIES)
_SCOPE = _like(r"[A-Z_0-9]{3,20}")
_SHA256 = _like(r"[0-9a-f]{64}")
_EDITION = _like(r"[A-Z]{3}-\d{4}-\d\d-\d\d-e\d{1,4}")
_AMOUNT = _like(r"\d{1,15}(\.\d{1,6})?")
_PASSAGE = _text(8000)
_WORDS = _record(dict.fromkeys(LANGUAGES, _PASSAGE))
_SAID = _maybe(_either(_PASSAGE, _WORDS))
_WHEN = _either(_day, _row(_day, _day))
_SPOT = _record({"population": _CODE, "when": _WHEN, "traits": _keyed(_CODE, _CODE, 6)})
_VALUE = _either(_record({"value": _count}), _record({"hidden": _is(True)}))
_DIFFERENCE = _either(_record({"value": _whole}), _record({"hidden": _is(True)}))


def _figure(value: Any, at: str) -> None:
    _record(
        {
            "code": _CODE,
            "name": _WORDS,
            "definition": _WORDS,
            "value": _maybe(_either(_count, _AMOUNT)),
            "hidden": _flag,
            "unit": _is(*map(str, Unit)),
            "scope": _SCOPE,
            "as_of": _day,
            "qualifier": _is("", "up_to", "more_than", "about"),
            "source": _SAID,
            "document": _SAID,
            "note": _SAID,
            "verified": _flag,
            "parts": _apart(_many(_part, 40), "code"),
            "components": _apart(_many(_part, 40), "code"),
        },
        {"spot": _SPOT},
    )(value, at)
    _withheld(value, at)
    if value["unit"] in WHOLE and isinstance(value["value"], str):
        raise Odd(f"{at}.value")


def _withheld(value: Any, at: str) -> None:
    """What is withheld has no number: not even one that no page shows."""
    if value["hidden"] and value.get("value", value.get("median_days")) is not None:
        raise Odd(f"{at}.hidden")


def _duration(value: Any, at: str) -> None:
    _record({"code": _CODE, "name": _WORDS, "definition": _WORDS, "median_days": _maybe(_count), "hidden": _flag})(
        value, at
    )
    _withheld(value, at)


def _part(value: Any, at: str) -> None:
    """Of a figure. It has none of its own, so that nothing can be nested without end."""
    _figure(value, at)
    if value["parts"] or value["components"]:
        raise Odd(at)


_POPULATION = _record({"kind": _CODE, "unit": _CODE, "name": _WORDS, "definition": _WORDS, "version": _whole})

_TABLE = _record(
    {
        "code": _CODE,
        "population": _CODE,
        "when": _WHEN,
        "version": _whole,
        "name": _WORDS,
        "definition": _WORDS,
        "unit": _CODE,
        "dimensions": _many(
            _record(
                {
                    "code": _CODE,
                    "name": _WORDS,
                    "is_sensitive": _flag,
                    "categories": _many(
                        _record({"code": _CODE, "label": _WORDS, "members": _maybe(_many(_CODE, 300))}), 300
                    ),
                }
            ),
            4,
        ),
        "cells": _many(
            _either(
                _record({"at": _many(_CODE, 4), "value": _count}, {"structural": _is(True)}),
                _record({"at": _many(_CODE, 4), "hidden": _is(True)}),
            ),
            50_000,
        ),
    }
)

_PUBLICATION = _record(
    {
        "format": _is("casework.release/1"),
        "country": _AREA,
        "as_of": _day,
        "since": _day,
        "edition": _number,
        "corrects": _maybe(_SHA256),
        "counted_on": _day,
        "threshold": _count,
        "listed_from": _count,
        "texts": _keyed(_CODE, _WORDS, 20),
        "populations": _keyed(_CODE, _POPULATION, 60),
        "tables": _apart(_many(_TABLE, 80), "code"),
        "equations": _many(_record({"terms": _many(_row(_whole, _SPOT), 400), "constant": _whole}), 5000),
        "floors": _many(_row(_SPOT, _whole), 5000),
        "accounts": _many(
            _record(
                {"population": _CODE, "opening": _VALUE, "closing": _VALUE, "in": _CODE, "out": _CODE},
                {"released": _maybe(_VALUE), "corrected": _maybe(_DIFFERENCE)},
            ),
            10,
        ),
        "figures": _apart(_many(_figure, 40), "code", "scope"),
        "durations": _apart(_many(_duration, 100), "code"),
        "findings": _many(
            _record({"kind": _CODE, "figure": _CODE, "message": _WORDS, "explanation": _maybe(_PASSAGE)}), 100
        ),
        "corrections": _many(_record({"table": _CODE, "at": _many(_CODE, 4), "from": _count, "to": _count}), 50_000),
    }
)

_LAW = _record(
    {
        "party": _many(_WORDS, 60),
        "not_party": _many(_WORDS, 60),
        "commitments": _many(_WORDS, 60),
        "text": _PASSAGE,
    }
)

_FUNDING = _record(
    {
        "required": _maybe(_figure),
        "share": _maybe(_figure),
        "received": _maybe(_AMOUNT),
        "is_derived": _flag,
        "scope": _WORDS,
    }
)

_TREND = _record(
    {
        "code": _CODE,
        "name": _WORDS,
        "unit": _CODE,
        "note": _SAID,
        "lines": _many(
            _record(
                {
                    "code": _CODE,
                    "name": _WORDS,
                    "source": _SAID,
                    "points": _many(_record({"as_of": _day, "value": _maybe(_count)}, {"absent": _flag}), 200),
                }
            ),
            20,
        ),
    }
)

_CHANGE = _record({"what": _SAID, "before": _SAID, "after": _SAID})

_CONTENT = _record(
    {
        "format": _is(FORMAT),
        "kind": _is("national"),
        "language": _is(*LANGUAGES),
        "area": _AREA,
        "area_name": _WORDS,
        "as_of": _day,
        "edition": _number,
        "code": _EDITION,
        "release": _record({"code": _EDITION, "digest": _SHA256, "counted_on": _day}),
        "publication": _PUBLICATION,
        "figures": _apart(_many(_figure, 40), "code", "scope"),
        "title": _PASSAGE,
        "lead": _PASSAGE,
        "messages": _many(_record({"title": _PASSAGE, "text": _PASSAGE}), 10),
        "activities": _many(
            _record(
                {
                    "code": _CODE,
                    "name": _WORDS,
                    "text": _PASSAGE,
                    "counts": _many(_record({"name": _WORDS, "value": _maybe(_count), "unit": _CODE}), 40),
                }
            ),
            20,
        ),
        "partners": _many(_record({"kind": _is("state", "civil"), "names": _many(_WORDS, 200)}), 2),
        "law": _maybe(_LAW),
        "funding": _maybe(_FUNDING),
        "donors": _many(_WORDS, 300),
        "contacts": _PASSAGE,
        "method": _PASSAGE,
        "explained": _PASSAGE,
        "trends": _many(_TREND, 20),
        "countries": _is([]),
        "correction": _maybe(
            _record({"reason": _PASSAGE, "changes": _many(_CHANGE, 5000), "corrects": _maybe(_SHA256)}),
        ),
    }
)

_MANIFEST = _record(
    {
        "format": _CODE,
        "area": _AREA,
        "as_of": _day,
        "edition": _number,
        "code": _EDITION,
        "key": _SHA256,
        "parts": _many(_record({"name": _like(r"content-(en|ru|kk)\.json"), "size": _count, "sha256": _SHA256}), 3),
    }
)
