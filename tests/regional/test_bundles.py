"""Bundles: one file for one edition, and a sentence for everything that is wrong with one."""

import io
import json
import zipfile
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from casework.regional import bundles
from casework.regional.bundles import Forged, Known, NotTaken, Why, WrongFile
from casework.releases import rules
from tests.regional import countries
from tests.regional.countries import Json, zipped

KEY = countries.new_key()
KNOWN = countries.known(KEY)


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return {one.filename: file.read(one) for one in file.infolist()}


def signed(contents: dict[str, bytes], who: Any = KEY, **manifest: Any) -> bytes:
    """A bundle that is signed rightly, whatever is in it."""
    listed = [{"name": name, "size": len(one), "sha256": rules.digest(one)} for name, one in contents.items()]
    first = json.loads(next(iter(contents.values())))
    said = {name: first[name] for name in ("area", "as_of", "edition", "code")}
    text = rules.canonical(
        {"format": bundles.FORMAT, **said, "key": who.public.fingerprint, "parts": listed, **manifest}
    )
    return zipped({"manifest.json": text, "manifest.sig": who.sign(b"casework.bundle/1\n" + text), **contents})


def of(content: Json) -> bytes:
    return signed({f"content-{content['language']}.json": rules.canonical(content)})


def why(data: bytes, known: dict[str, Known] | None = None) -> Why:
    with pytest.raises(NotTaken) as caught:
        bundles.opened(data, KNOWN if known is None else known)
    return caught.value.why


GOOD = bundles.export(countries.written(countries.content(), countries.content(language="ru")), KEY)


def test_an_edition_makes_one_file_byte_by_byte_and_comes_back_as_it_was() -> None:
    first, second = countries.content(), countries.content(language="ru")
    assert bundles.export(countries.written(second, first), KEY) == GOOD
    found = bundles.opened(GOOD, KNOWN)
    assert (found.area, found.as_of.isoformat(), found.edition, found.code) == (
        "KGZ", "2025-01-01", 1, "KGZ-2025-01-01-e1",
    )  # fmt: skip
    assert found.contents == {"en": first, "ru": second}
    assert found.release_digest == first["release"]["digest"]
    assert found.digest == rules.digest(parts_of(GOOD)["manifest.json"])
    assert list(parts_of(GOOD)) == ["manifest.json", "manifest.sig", "content-en.json", "content-ru.json"]
    with zipfile.ZipFile(io.BytesIO(GOOD)) as file:
        assert {one.date_time for one in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}


# -- files ---------------------------------------------------------------------------------------------------------

PARTS = parts_of(GOOD)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", Why.EMPTY),
        (b"PK\x03\x04 nothing more", Why.NOT_A_BUNDLE),
        (b"%PDF-1.7", Why.NOT_A_BUNDLE),
        (GOOD[:-30], Why.NOT_A_BUNDLE),
        (GOOD + b"\0" * bundles.LARGEST, Why.TOO_LARGE),
        (b"before" + GOOD, Why.PADDED),
        (zipped({**PARTS, "persons.csv": b"name"}), Why.NAMES),
        (zipped({**PARTS, "../content-kk.json": b"{}"}), Why.NAMES),
        (zipped({name: one for name, one in PARTS.items() if name != "manifest.sig"}), Why.MISSING),
        (zipped({name: one for name, one in PARTS.items() if name.startswith("manifest")}), Why.MISSING),
        (zipped(PARTS, zipfile.ZIP_DEFLATED), Why.PACKED),
        (zipped({**PARTS, "manifest.json": b"{}" * 9000}), Why.MANIFEST),
        (zipped({**PARTS, "manifest.json": b"[]\n"}), Why.MANIFEST),
        (zipped({**PARTS, "manifest.json": PARTS["manifest.json"].rstrip()}), Why.MANIFEST),
        (zipped({**PARTS, "manifest.json": b"[" * 5000}), Why.MANIFEST),
        (zipped({**PARTS, "content-kk.json": b"{}"}), Why.DIGEST),
        (zipped({**PARTS, "content-en.json": PARTS["content-en.json"] + b" "}), Why.DIGEST),
        (zipped({**PARTS, "content-ru.json": PARTS["content-en.json"]}), Why.DIGEST),
        (zipped({name: one for name, one in PARTS.items() if name != "content-ru.json"}), Why.DIGEST),
        (zipped({**PARTS, "manifest.sig": PARTS["manifest.sig"][:63]}), Why.SIGNATURE),
        (zipped({**PARTS, "manifest.sig": bytes(64)}), Why.SIGNATURE),
        (zipped({**PARTS, "manifest.json": PARTS["manifest.json"].replace(b'"edition":1', b'"edition":2')}),
         Why.SIGNATURE),
    ],
)  # fmt: skip
def test_what_is_no_bundle_or_not_as_it_was_signed(data: bytes, expected: Why) -> None:
    assert why(data) is expected


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_is_there_twice() -> None:
    assert why(zipped([*PARTS.items(), ("manifest.json", PARTS["manifest.json"])])) is Why.REPEATED


def test_a_bomb_is_refused_by_its_directory_before_a_byte_of_it_is_blown_up() -> None:
    bomb = zipped({**PARTS, "content-en.json": b" " * (64 * 1024**2)}, zipfile.ZIP_DEFLATED)
    assert len(bomb) < bundles.LARGEST
    assert why(bomb) is Why.PACKED


def test_one_part_that_stands_for_several_is_refused() -> None:
    """Directory lines that lead to the same bytes: small on the disk, large when it is read."""
    data = bytearray(zipped(PARTS))
    second = data.rindex(b"PK\x01\x02")
    first = data.index(b"PK\x01\x02")
    data[second + 42 : second + 46] = data[first + 42 : first + 46]
    assert why(bytes(data)) is Why.NOT_A_BUNDLE


def headers() -> list[int]:
    """Where the bytes of the file are that belong to no part."""
    within = {at for one in PARTS.values() for at in range(GOOD.index(one), GOOD.index(one) + len(one))}
    return [at for at in range(len(GOOD)) if at not in within]


def test_no_byte_can_be_changed() -> None:
    """Every one of the headers, which say nothing that anybody reads; of the parts, one in some hundred."""
    assert 400 < len(headers()) < 600
    for at in [*headers(), *range(0, len(GOOD), 499)]:
        for bit in (0x01, 0x20, 0x80):
            changed = bytearray(GOOD)
            changed[at] ^= bit
            with pytest.raises(NotTaken):
                bundles.opened(bytes(changed), KNOWN)


def test_the_order_of_the_parts_is_fixed() -> None:
    assert zipped(PARTS) == GOOD
    assert why(zipped(dict(reversed(PARTS.items())))) is Why.DIGEST


# -- keys ----------------------------------------------------------------------------------------------------------


def test_who_signs_has_to_be_known_confirmed_not_revoked_and_of_that_country() -> None:
    print_of = KEY.public.fingerprint
    assert why(GOOD, {}) is Why.UNKNOWN_KEY
    assert why(GOOD, countries.known(KEY, is_confirmed=False)) is Why.UNCONFIRMED_KEY
    assert why(GOOD, countries.known(KEY, is_revoked=True)) is Why.REVOKED_KEY
    assert why(GOOD, countries.known(KEY, "UZB")) is Why.OTHER_COUNTRY
    assert why(GOOD, {print_of: Known(countries.new_key().public, "KGZ", is_confirmed=True)}) is Why.SIGNATURE


def test_a_signature_by_somebody_else_under_a_trusted_name_does_not_hold() -> None:
    thief = countries.new_key()
    content = rules.canonical(countries.content())
    forged = signed({"content-en.json": content}, thief, key=KEY.public.fingerprint)
    with pytest.raises(Forged) as caught:
        bundles.opened(forged, KNOWN)
    assert caught.value.why is Why.SIGNATURE
    assert why(signed({"content-en.json": content}, thief)) is Why.UNKNOWN_KEY


def test_what_was_signed_for_something_else_is_no_bundle() -> None:
    text = PARTS["manifest.json"]
    assert why(zipped({**PARTS, "manifest.sig": KEY.sign(text)})) is Why.SIGNATURE


# -- contents ------------------------------------------------------------------------------------------------------


def changed(change: Callable[[Json], Any], **options: Any) -> Json:
    found = countries.content(**options)
    change(found)
    return found


def released(content: Json) -> Json:
    """With the digest that its publication really has."""
    if content["release"] is not None:
        content["release"]["digest"] = rules.digest(rules.canonical(content["publication"]))
    return content


@pytest.mark.parametrize(
    "change",
    [
        lambda one: one.update(persons=[{"name": "Canary"}]),
        lambda one: one["publication"].update(persons=["Canary"]),
        lambda one: one["figures"][0].update(person="Canary"),
        lambda one: one["publication"]["tables"][0]["cells"][0].update(name="Canary"),
        lambda one: one["publication"]["tables"][0]["cells"][0].update(at=["Canary Bird Invented", "*"]),
        lambda one: one["publication"]["texts"].update({"Canary Bird": {"en": "", "ru": "", "kk": ""}}),
        lambda one: one["messages"].append({"title": "", "text": "", "by": "Canary"}),
        lambda one: one["area_name"].update(de="Kirgisistan"),
        lambda one: one["figures"][0].update(value=1.5),
        lambda one: one["figures"][0].update(value=True),
        lambda one: one["figures"][0].update(as_of="2025-1-1"),
        lambda one: one["figures"][0].update(qualifier="nearly"),
        lambda one: one.update(kind="regional"),
        lambda one: one.update(format="casework.factsheet/2"),
        lambda one: one.update(countries=[{"area": "KGZ"}]),
        lambda one: one.update(release=None),
        lambda one: one.pop("donors"),
        lambda one: one.update(contacts="a" * 9000),
        lambda one: one["figures"][0].update(hidden=True),
        lambda one: one["figures"][0].update(value=-5),
        lambda one: one["figures"][0].update(value="12.5"),
        lambda one: one["figures"][0].update(unit="foo"),
        lambda one: one["figures"][0]["name"].update(en="\u202eeman"),
        lambda one: one.update(title="Sheet\0"),
        lambda one: one.update(lead="A\u200bB"),
        lambda one: one["figures"].append(deepcopy(one["figures"][0])),
        lambda one: one["publication"]["tables"].append(one["publication"]["tables"][0]),
        lambda one: one["publication"]["tables"][0]["cells"][0].update(value=-1),
        lambda one: one["publication"]["durations"][0].update(hidden=True),
        lambda one: one["figures"][1]["components"][0].update(components=[one["figures"][0]]),
    ],
)
def test_nothing_rides_along(change: Callable[[Json], Any]) -> None:
    assert why(of(released(changed(change)))) is Why.FIELDS


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda one: one.update(language="ru"), Why.CONTRADICTION),
        (lambda one: one["publication"].update(country="UZB"), Why.CONTRADICTION),
        (lambda one: one["publication"].update(as_of="2024-01-01"), Why.CONTRADICTION),
        (lambda one: one.update(code="KGZ-2025-01-01-e7"), Why.CONTRADICTION),
        (lambda one: one.update(figures=one["figures"][:1]), Why.FIGURES),
        (lambda one: one["figures"][0].update(scope="UZB"), Why.SCOPE),
        (lambda one: one["figures"][0].update(scope="KAZ_TJK"), Why.SCOPE),
        (lambda one: one["figures"][1]["components"][0].update(scope="CENTRAL_ASIA_5"), Why.SCOPE),
        (lambda one: one["figures"][1]["components"][1].update(code="refugees_asylum"), Why.FIGURES_TWICE),
        (lambda one: one["figures"][0].update(as_of="2025-01-02"), Why.LATER),
    ],
)
def test_what_contradicts_itself(change: Callable[[Json], Any], expected: Why) -> None:
    found = released(changed(change))
    data = signed({"content-en.json": rules.canonical(found)})
    assert why(data) is expected


def test_the_figures_have_to_be_those_of_the_release_that_is_named() -> None:
    found = countries.content()
    found["release"]["digest"] = "0" * 64
    assert why(of(found)) is Why.RELEASE


def test_a_manifest_about_something_else_than_its_contents() -> None:
    content = {"content-en.json": rules.canonical(countries.content())}
    for said in ({"as_of": "2026-01-01"}, {"edition": 2}, {"code": "KGZ-2025-01-01-e2"}):
        assert why(signed(content, **said)) is Why.CONTRADICTION
    assert why(signed(content, area="UZB")) is Why.OTHER_COUNTRY
    assert why(signed(content, format="casework.bundle/2")) is Why.FORMAT
    assert why(signed(content, by="Canary")) is Why.MANIFEST
    assert why(signed(content, edition=0)) is Why.MANIFEST


def test_a_correction_of_what_was_withdrawn_corrects_nothing_that_stands() -> None:
    found = countries.content(edition=2) | {
        "correction": {"reason": "A number was wrong.", "changes": [], "corrects": None}
    }
    assert bundles.opened(of(found), KNOWN).contents == {"en": found}


@pytest.mark.parametrize("name", ["donors", "trends", "partners", "funding"])
def test_languages_with_other_lists(name: str) -> None:
    other = countries.content(language="ru") | {name: None if name == "funding" else []}
    contents = {f"content-{one['language']}.json": rules.canonical(one) for one in (countries.content(), other)}
    assert why(signed(contents)) is Why.LANGUAGES


def test_languages_with_other_figures() -> None:
    other = countries.content(language="ru", figures={"refugees_asylum": {"value": 647}})
    contents = {f"content-{one['language']}.json": rules.canonical(one) for one in (countries.content(), other)}
    assert why(signed(contents)) is Why.LANGUAGES


def test_a_content_in_another_spelling_is_none() -> None:
    twice = rules.canonical(countries.content()).replace(b'{"activities"', b'{"activities":[],"activities"', 1)
    assert why(signed({"content-en.json": twice})) is Why.FIELDS
    spaced = json.dumps(countries.content()).encode()
    assert why(signed({"content-en.json": spaced})) is Why.FIELDS


def test_what_no_office_would_take_in_is_not_exported() -> None:
    with pytest.raises(NotTaken) as caught:
        bundles.export(countries.written(changed(lambda one: one.update(persons=[]))), KEY)
    assert (caught.value.why, caught.value.words) == (Why.FIELDS, "content-en.json: persons")
    with pytest.raises(WrongFile):
        bundles.export({}, KEY)
