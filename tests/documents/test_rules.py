"""Names, validity, versions."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.documents.rules import Validity, cleaned_name, extension_of, validity, versions


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("scan.pdf", "scan.pdf"),
        ("../x.pdf", "x.pdf"),
        ("..\\..\\x.pdf", "x.pdf"),
        ("/etc/x.pdf", "x.pdf"),
        ("C:\\Users\\x.pdf", "x.pdf"),
        ("report\u202efdp.exe", "reportfdp.exe"),
        ("x.pdf\0.exe", "x.pdf.exe"),
        ("a\r\nSet-Cookie: b.pdf", "aSet-Cookie_ b.pdf"),
        ("  two   words .pdf", "two words.pdf"),
        ('a"b<c>|?*.pdf', "a_b_c____.pdf"),
        ("и\u0306.pdf", "й.pdf"),
        ("Құжат №5.pdf", "Құжат №5.pdf"),
        ("...", ""),
        ("", ""),
        (None, ""),
        ("no extension", "no extension"),
    ],
)
def test_a_name_is_cleaned(given_name: str | None, kept: str) -> None:
    assert cleaned_name(given_name) == kept


def test_a_long_name_keeps_its_end() -> None:
    name = cleaned_name("я" * 300 + ".pdf")
    assert (len(name), name[-4:]) == (120, ".pdf")


@given(st.text(max_size=400))
def test_any_name_becomes_a_plain_one(name: str) -> None:
    kept = cleaned_name(name)
    assert len(kept) <= 120
    assert not set(kept) & set('/\\\0\r\n"\u202e')
    assert cleaned_name(kept) == kept


@pytest.mark.parametrize(
    ("name", "extension"), [("a.PDF", "pdf"), ("a.b.docx", "docx"), (".pdf", ""), ("pdf", ""), ("a.", "")]
)
def test_the_extension(name: str, extension: str) -> None:
    assert extension_of(name) == extension


@pytest.mark.parametrize(
    ("expires_on", "found"),
    [
        (None, None),
        (date(2026, 6, 9), Validity.EXPIRED),
        (date(2026, 6, 10), Validity.SOON),
        (date(2026, 7, 10), Validity.SOON),
        (date(2026, 7, 11), Validity.VALID),
    ],
)
def test_validity(expires_on: date | None, found: Validity | None) -> None:
    assert validity(expires_on, date(2026, 6, 10)) is found


@dataclass(frozen=True)
class One:
    replaces_id: UUID | None = None
    id: UUID = field(default_factory=uuid4)


def test_versions_are_found_from_any_of_them() -> None:
    first, other = One(), One()
    second = One(first.id)
    void, third = One(second.id), One(second.id)
    every = [third, other, first, void, second]
    for one in (first, second, third, void):
        found = versions(every, one)
        assert [found[2], found[3]] == [second, first]
        assert set(found[:2]) == {third, void}
    assert versions(every, other) == [other]
