"""Keys and signed editions as an endpoint finds them, for the matrix of routes and the forms."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask

from casework.core import signing
from casework.core.db import db
from casework.core.scope import Principal
from casework.regional import actions, bundles
from casework.regional.models import TrustedKey
from tests.regional import countries

CONFIRMED = {"regional.index", "regional.supersede", "regional_editions.begin"}
"""Where signed editions have been taken in already."""


def signing_key(app: Flask) -> None:
    """The key of this installation, as `casework factsheet key` makes it."""
    path = Path(app.instance_path) / "keys" / "publishing.key"
    if not path.exists():
        signing.make(path)


def trusted(
    acting: Callable[[Principal], AbstractContextManager[Any]],
    first: Principal,
    second: Principal,
    endpoint: str,
    as_of: str = "2025-01-01",
) -> dict[str, UUID]:
    """Two countries' keys and editions; `first` is who comes next. A key that waits was added by the other."""
    found: dict[str, UUID] = {}
    for area in ("KAZ", "KGZ"):
        key = countries.new_key()
        with acting(second):
            found["key_id"] = actions.add_key(area, f"Invented Office {area}", key.public.text).id
        if endpoint == "regional.key":
            continue
        with acting(first):
            actions.confirm_key(db.session.get_one(TrustedKey, found["key_id"]))
            file = bundles.export(countries.written(countries.content(area, as_of=as_of)), key)
            made = actions.receive(file)
            found["bundle_id"] = made.id
            if endpoint in CONFIRMED:
                actions.confirm(made)
    return found
