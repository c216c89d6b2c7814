"""Published contents of several countries, made by hand on top of tests/factsheets/contents.py."""

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from datetime import date
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from casework.core.signing import SigningKey
from casework.figures.indicators import SCOPES
from casework.regional import bundles
from casework.regional.bundles import Known
from casework.releases import rules
from tests.factsheets import contents

Json = dict[str, Any]


def new_key() -> SigningKey:
    return SigningKey(Ed25519PrivateKey.generate())


def known(key: SigningKey, area: str = "KGZ", **changes: Any) -> dict[str, Known]:
    return {key.public.fingerprint: Known(key.public, area, **{"is_confirmed": True, **changes})}


def each(figures: list[Json]) -> Iterator[Json]:
    for one in figures:
        yield one
        yield from each([*one["parts"], *one["components"]])


def content(
    area: str = "KGZ",
    language: str = "en",
    as_of: str = "2025-01-01",
    edition: int = 1,
    figures: Mapping[str, Mapping[str, Any]] | None = None,
    without: tuple[str, ...] = (),
) -> Json:
    """What a country's office publishes. `figures`: what of which figure is otherwise; `without`: what it lacks."""
    publication = deepcopy(contents.release_content())
    publication |= {"country": area, "as_of": as_of}
    for one in each(publication["figures"]):
        if one["scope"] == "KAZ":
            one["scope"] = area
            one["as_of"] = as_of
        one.update((figures or {}).get(one["code"], {}))
    publication["figures"] = [one for one in publication["figures"] if one["code"] not in without]
    name = SCOPES[area]
    code = rules.code(area, date.fromisoformat(as_of), edition)
    release = {
        "code": code,
        "digest": rules.digest(rules.canonical(publication)),
        "counted_on": publication["counted_on"],
    }
    return {
        **deepcopy(contents.national(language)),
        "area": area,
        "area_name": {"en": name.en, "ru": name.ru, "kk": name.kk},
        "as_of": as_of,
        "edition": edition,
        "code": code,
        "release": release,
        "publication": publication,
        "figures": publication["figures"],
    }


def written(*found: Json) -> dict[str, bytes]:
    return {one["language"]: rules.canonical(one) for one in found}


def bundle(area: str = "KGZ", **options: Any) -> bundles.Bundle:
    """A bundle as it was opened."""
    key = new_key()
    return bundles.opened(bundles.export(written(content(area, **options)), key), known(key, area))


def zipped(parts: Mapping[str, bytes] | Iterable[tuple[str, bytes]], compression: int = zipfile.ZIP_STORED) -> bytes:
    """Parts in a file as a bundle has them, whatever they are: what somebody makes who knows how bundles look."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", compression) as file:
        for name, part in parts.items() if isinstance(parts, Mapping) else parts:
            entry = zipfile.ZipInfo(name)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            file.writestr(entry, part, compression)
    return made.getvalue()
