"""Signed bundles: a published edition in one file, which another office can check by itself.

A zip of `manifest.json`, `manifest.sig` and `content-<language>.json` for every published language. The manifest holds
the SHA-256 of every part, the country, the day, the edition and the fingerprint of the key; the signature (Ed25519) is
over the manifest. Nothing is compressed and every date is the same, so that one edition makes one file, byte by byte,
and nothing can be hidden between the parts or blown up by reading them.

Knows no database. Contents are canonical JSON (`releases.rules.canonical`), so each has one spelling and one digest.
"""

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from casework.core import signing
from casework.core.config import LANGUAGES
from casework.figures import indicators
from casework.regional import shape
from casework.releases import rules

Json = dict[str, Any]

FORMAT = "casework.bundle/1"
LARGEST = 10 * 1024 * 1024
"""Bytes. An edition in three languages has some seven hundred kilobytes."""

MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
_CONTENTS = {f"content-{language}.json": language for language in LANGUAGES}
_MANIFEST_LARGEST = 8192
_DATE = (1980, 1, 1, 0, 0, 0)
_LOCAL, _CENTRAL, _END = 30, 46, 22
"""Bytes of a zip's headers: of an entry, of its line in the directory, and at the end."""


class Why(StrEnum):
    """What is wrong with a bundle."""

    EMPTY = "empty"
    TOO_LARGE = "too large"
    NOT_A_BUNDLE = "not a bundle"
    PACKED = "packed"
    NAMES = "names"
    REPEATED = "repeated"
    MISSING = "missing"
    PADDED = "padded"
    FORMAT = "format"
    MANIFEST = "manifest"
    FIELDS = "fields"
    # Signed by nobody who is trusted, or changed after it was signed.
    UNKNOWN_KEY = "unknown key"
    UNCONFIRMED_KEY = "unconfirmed key"
    REVOKED_KEY = "revoked key"
    SIGNATURE = "signature"
    DIGEST = "digest"
    OTHER_COUNTRY = "other country"
    # Signed rightly, and yet it contradicts itself.
    CONTRADICTION = "contradiction"
    RELEASE = "release"
    FIGURES = "figures"
    SCOPE = "scope"
    FIGURES_TWICE = "figures twice"
    LATER = "later"
    LANGUAGES = "languages"


class NotTaken(Exception):
    """This file is not taken in. `words`: what it is about, if that helps: a name, a place in a content."""

    def __init__(self, why: Why, words: str = "") -> None:
        super().__init__(why)
        self.why, self.words = why, words


class WrongFile(NotTaken):
    """It is no bundle that can be read."""


class Forged(NotTaken):
    """It is not what an office that is trusted has signed."""


@dataclass(frozen=True)
class Known:
    """A public key of which the office has heard, with the country that it may speak for."""

    key: signing.PublicKey
    area: str
    is_confirmed: bool
    is_revoked: bool = False


@dataclass(frozen=True)
class Bundle:
    """A bundle that was found sound: one edition, in one language or more."""

    area: str
    as_of: date
    edition: int
    digest: str
    """SHA-256 of the manifest: names the bundle."""
    key: str
    """The fingerprint of the key that signed it."""
    contents: Mapping[str, Json]

    @property
    def any(self) -> Json:
        """One of the contents: all have the same numbers."""
        return next(iter(self.contents.values()))

    @property
    def code(self) -> str:
        return str(self.any["code"])

    @property
    def release_digest(self) -> str:
        return str(self.any["release"]["digest"])

    @property
    def figures(self) -> list[Json]:
        found: list[Json] = self.any["figures"]
        return found


# -- out ---------------------------------------------------------------------------------------------------------


def export(contents: Mapping[str, bytes], key: signing.SigningKey) -> bytes:
    """The bundle of an edition, by the published content of each language: always the same bytes.

    Raises NotTaken when no office would take it in: something in it does not belong into a content.
    """
    parts = {name: contents[language] for name, language in _CONTENTS.items() if language in contents}
    if not parts:
        raise WrongFile(Why.MISSING, "content-en.json")
    first = _parsed(next(iter(parts.values())), Why.FIELDS)
    _check_shape(first, next(iter(parts)))
    manifest = rules.canonical(
        {
            "format": FORMAT,
            "area": first["area"],
            "as_of": first["as_of"],
            "edition": first["edition"],
            "code": first["code"],
            "key": key.public.fingerprint,
            "parts": [{"name": name, "size": len(one), "sha256": rules.digest(one)} for name, one in parts.items()],
        }
    )
    made = _zipped({MANIFEST: manifest, SIGNATURE: key.sign(_signed(manifest)), **parts})
    opened(made, {key.public.fingerprint: Known(key.public, first["area"], is_confirmed=True)})
    return made


def _zipped(parts: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as file:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, _DATE)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            file.writestr(entry, content)
    return made.getvalue()


def _signed(manifest: bytes) -> bytes:
    """What the signature is over. It begins with what is being signed, so that it is good for nothing else."""
    return f"{FORMAT}\n".encode() + manifest


# -- in ----------------------------------------------------------------------------------------------------------


def opened(data: bytes, known: Mapping[str, Known]) -> Bundle:
    """The bundle in a file, if it is sound and signed by one of the `known` keys, by their fingerprints.

    Raises WrongFile, Forged or NotTaken. No content is read before the signature was found good.
    """
    parts = _unzipped(data)
    manifest = _manifest(parts.pop(MANIFEST))
    _check_signature(manifest, parts.pop(SIGNATURE), known)
    if list(parts) != [one["name"] for one in manifest["parts"]]:
        raise Forged(Why.DIGEST, MANIFEST)
    for one in manifest["parts"]:
        if (len(parts[one["name"]]), rules.digest(parts[one["name"]])) != (one["size"], one["sha256"]):
            raise Forged(Why.DIGEST, one["name"])
    contents = {_CONTENTS[name]: _content(name, content, manifest) for name, content in parts.items()}
    _check_alike(contents)
    return Bundle(
        area=manifest["area"],
        as_of=date.fromisoformat(manifest["as_of"]),
        edition=manifest["edition"],
        digest=rules.digest(rules.canonical(manifest)),
        key=manifest["key"],
        contents=contents,
    )


def _unzipped(data: bytes) -> dict[str, bytes]:
    """The parts by their names: those that there must be, and nothing between, before or after them."""
    if not data:
        raise WrongFile(Why.EMPTY)
    if len(data) > LARGEST:
        raise WrongFile(Why.TOO_LARGE)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            entries = file.infolist()
            _check_entries(entries, len(data))
            found = {one.filename: file.read(one) for one in entries}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise WrongFile(Why.NOT_A_BUNDLE) from error
    if _zipped(found) != data:  # a date, a flag, an order: whatever nobody reads could carry something
        raise WrongFile(Why.PADDED)
    return found


def _check_entries(entries: list[zipfile.ZipInfo], size: int) -> None:
    names = [one.filename for one in entries]
    for one in names:
        if one not in (MANIFEST, SIGNATURE, *_CONTENTS):
            raise WrongFile(Why.NAMES, one[:80])
        if names.count(one) > 1:
            raise WrongFile(Why.REPEATED, one)
    for one in (MANIFEST, SIGNATURE):
        if one not in names:
            raise WrongFile(Why.MISSING, one)
    if len(names) < 3:
        raise WrongFile(Why.MISSING, "content-en.json")
    if any(one.compress_type != zipfile.ZIP_STORED or one.file_size != one.compress_size for one in entries):
        raise WrongFile(Why.PACKED)
    headers = sum(_LOCAL + _CENTRAL + 2 * len(one.filename) for one in entries) + _END
    if size != headers + sum(one.file_size for one in entries):
        raise WrongFile(Why.PADDED)


def _parsed(text: bytes, why: Why) -> Json:
    """The object that a part is, in its one spelling: nothing stands in it twice, and nothing beside it."""
    try:
        found = json.loads(text)
        if isinstance(found, dict) and rules.canonical(found) == text:
            return found
    except (ValueError, RecursionError) as error:
        raise WrongFile(why) from error
    raise WrongFile(why)


def _manifest(text: bytes) -> Json:
    if len(text) > _MANIFEST_LARGEST:
        raise WrongFile(Why.MANIFEST)
    found = _parsed(text, Why.MANIFEST)
    if found.get("format") != FORMAT:
        raise WrongFile(Why.FORMAT, str(found.get("format"))[:40])
    try:
        shape.manifest(found)
    except shape.Odd as error:
        raise WrongFile(Why.MANIFEST) from error
    return found


def _check_signature(manifest: Json, signature: bytes, known: Mapping[str, Known]) -> None:
    signer = known.get(manifest["key"])
    if signer is None:
        raise Forged(Why.UNKNOWN_KEY, manifest["key"])
    if len(signature) != signing.SIGNATURE_LENGTH or not signer.key.has_signed(
        signature, _signed(rules.canonical(manifest))
    ):
        raise Forged(Why.SIGNATURE)
    if signer.is_revoked:
        raise Forged(Why.REVOKED_KEY, manifest["key"])
    if not signer.is_confirmed:
        raise Forged(Why.UNCONFIRMED_KEY, manifest["key"])
    if signer.area != manifest["area"]:
        raise Forged(Why.OTHER_COUNTRY, manifest["area"])


def _content(name: str, text: bytes, manifest: Json) -> Json:
    """The content in a part: made of what is known, and about what the manifest says."""
    found = _parsed(text, Why.FIELDS)
    _check_shape(found, name)
    publication, area = found["publication"], manifest["area"]
    said = [found[one] for one in ("area", "as_of", "edition", "code")]
    if said != [manifest[one] for one in ("area", "as_of", "edition", "code")] or (
        found["language"] != _CONTENTS[name]
        or found["code"] != rules.code(area, date.fromisoformat(found["as_of"]), found["edition"])
        or (publication["country"], publication["as_of"]) != (area, found["as_of"])
    ):
        raise NotTaken(Why.CONTRADICTION, name)
    if found["release"]["digest"] != rules.digest(rules.canonical(publication)):
        raise NotTaken(Why.RELEASE, name)
    if found["figures"] != publication["figures"]:
        raise NotTaken(Why.FIGURES, name)
    _check_figures(found["figures"], manifest)
    return found


def _check_figures(figures: list[Json], manifest: Json) -> None:
    """Each is there once, about this country or several, and none of this country is of a later day than the sheet."""
    seen: set[tuple[str, str]] = set()
    for top in figures:
        for one in (top, *top["parts"], *top["components"]):
            if one["scope"] not in {manifest["area"], *SEVERAL} or one["scope"] != top["scope"]:
                raise NotTaken(Why.SCOPE, one["code"])
            if (one["code"], one["scope"]) in seen:
                raise NotTaken(Why.FIGURES_TWICE, one["code"])
            if one["scope"] == manifest["area"] and one["as_of"] > manifest["as_of"]:
                raise NotTaken(Why.LATER, one["code"])
            seen.add((one["code"], one["scope"]))


def _check_shape(content: Json, name: str) -> None:
    try:
        shape.content(content)
    except shape.Odd as error:
        raise NotTaken(Why.FIELDS, f"{name}: {error}") from error


SEVERAL = frozenset(one for one in indicators.SCOPES if len(one) > 3)
"""What figures cover that are of several countries."""

SHARED = ("area_name", "release", "publication", "figures", "partners", "funding", "donors", "trends", "countries")
"""What an edition says in every language alike."""


def _check_alike(contents: Mapping[str, Json]) -> None:
    first = next(iter(contents.values()))
    for language, one in contents.items():
        if any(one[name] != first[name] for name in SHARED):
            raise NotTaken(Why.LANGUAGES, language)
