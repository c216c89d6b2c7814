"""What the search answers, in words: who it may be, why, and what tells namesakes apart."""

import base64
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from casework.casefile.pages import gone
from casework.cases import queries as cases
from casework.cases.models import Case
from casework.core import clock, i18n, withheld
from casework.core.errors import Hidden
from casework.core.scope import Principal
from casework.core.vault import Unreadable, vault
from casework.persons import index
from casework.persons import pages as person_pages
from casework.persons import queries as persons
from casework.persons.models import Person
from casework.persons.names import Hit, alphabet
from casework.reference import queries as codes
from casework.transfers.record_pages import handed_over_to

FOUND_AT_MOST = 50
_LOOKED_THROUGH = 300
"""When a year narrows: so many of the name, of whom those born that year are shown."""
_LIKE = 75.0
"""How like a name has to be for the year to put somebody first."""

_NUMBER = re.compile(r"(KZ|P)?(\d\d)?(\d{5,8})", re.ASCII)
_TYPED_IN_CYRILLIC = str.maketrans("КЗРкзр", "KZPKZP")
_BORN = re.compile(
    r"(?<!\w)(?:(?:born|b\.|род\.|туған)\s*)?"
    r"(?:(?:[0-9]{1,2}[./-]){2}(?P<after>(?:19|20)[0-9]{2})|(?P<year>(?:19|20)[0-9]{2})(?:-[0-9]{2}-[0-9]{2})?)"
    r"(?:\s*(?:г\.?\s?р\.?|года?\s+рождения|года?|г\.?|жылы?|ж\.?\s?т\.?|ж\.?))?(?!\w)",
    re.IGNORECASE,
)


@dataclass
class Found:
    """The answer to a search: the people, and what there is to say about it beside them."""

    hits: list[dict[str, Any]] = field(default_factory=list)
    advice: str = ""
    is_cut: bool = False

    @property
    def only_one(self) -> str:
        """Where to go at once, when a number names a single case or record."""
        return self.hits[0]["url"] if len(self.hits) == 1 and self.hits[0]["is_exact"] else ""


def search(typed: str) -> Found:
    """Persons by name or number, with what tells namesakes apart. Details stay masked until opened."""
    typed = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in typed)
    if numbered := _by_number(typed):
        return Found(numbered)
    words, year = born_along(typed)
    if year and not words:
        return Found(advice=_("A year of birth alone finds nobody: add a name."))
    if not any(letter.isalnum() for letter in words):
        return Found(advice=_("There is no name and no number in this."))
    hits = index.find(words, _LOOKED_THROUGH if year else FOUND_AT_MOST)
    found = persons.persons(hit.person_id for hit in hits)
    hits = [hit for hit in hits if hit.person_id in found]
    advice = ""
    if not hits and alphabet(words) == "?":
        advice = _("Names are compared in Cyrillic, Latin and Arabic letters: write the name in one of these.")
    if year and hits:
        of_that_year = {one.id for one in found.values() if one.birth_year == year}
        hits.sort(key=lambda hit: hit.score >= _LIKE and hit.person_id in of_that_year, reverse=True)
        advice = (
            _("People born in %(year)s come first.", year=year)
            if hits[0].person_id in of_that_year
            else _("Nobody of this name is recorded as born in %(year)s. These people are near in name.", year=year)
        )
    return Found(_words(hits[:FOUND_AT_MOST], found, year), advice, len(hits) >= FOUND_AT_MOST)


def born_along(typed: str) -> tuple[str, int | None]:
    """The words of a search without the year of birth among them, and that year: “петров 1987 г.р.”."""
    match = _BORN.search(typed)
    if match is None:
        return typed, None
    year = int(match["year"] or match["after"])
    words = " ".join(f"{typed[: match.start()]} {typed[match.end() :]}".split())
    # Digits without a name beside them are part of a number.
    is_of_birth = year <= clock.today().year and (any(c.isalpha() for c in words) or not any(map(str.isalnum, words)))
    return (words.strip(" ,.;()"), year) if is_of_birth else (typed, None)


def _by_number(typed: str) -> list[dict[str, Any]]:
    """By any number; that of a case or a record however it is typed: KZ-26-70845, kz26 70845, 70845."""
    found: dict[tuple[UUID, str], dict[str, Any]] = {}
    plain = re.sub(r"[\W_]", "", typed.translate(_TYPED_IN_CYRILLIC)).upper()
    if match := _NUMBER.fullmatch(plain):
        prefix, year, digits = match.groups()
        for case in cases.cases_numbered(year, digits) if prefix != "P" else []:
            if case.parties:
                url = url_for("casefile.case", case_id=case.id)
                person = case.parties[0].person
                found[person.id, url] = _hit(person, [case], [_("case number")], url, is_exact=True)
        for person in persons.persons_numbered(year, digits) if prefix != "KZ" else []:
            numbered = _hit(person, cases.cases_of([person.id]), [_("record number")], is_exact=True)
            found[person.id, numbered["url"]] = numbered
    if any(letter.isdecimal() for letter in typed) or "@" in typed:
        known = {person_id for person_id, _url in found}
        hits = [hit for hit in index.find(typed, FOUND_AT_MOST) if hit.reason_code == "number"]
        people = persons.persons(hit.person_id for hit in hits if hit.person_id not in known)
        for one in _words([hit for hit in hits if hit.person_id in people], people):
            found[one["person"].id, one["url"]] = one
    return list(found.values())[:FOUND_AT_MOST]


def _words(hits: list[Hit], found: dict[UUID, Person], year: int | None = None) -> list[dict[str, Any]]:
    of_person = cases.cases_by_person([hit.person_id for hit in hits])
    shown = []
    for hit in hits:
        person = found[hit.person_id]
        reasons = why(hit.kind, hit.reason_code)
        if year and person.birth_year == year:
            reasons.append(_("year of birth"))
        shown.append(_hit(person, of_person[person.id], reasons))
    # The region only where nothing else on the line tells two people apart.
    twice = Counter((one["name"], one["born"], one["origin"]) for one in shown)
    for one in shown:
        if twice[one["name"], one["born"], one["origin"]] > 1 and one["person"].region != "UNK":
            one["region"] = codes.label("region", one["person"].region)
    return shown


def why(kind: str, reason: str) -> list[str]:
    """Why a hit answers the question, in words: by which name or number, and how near it is."""
    by_kind = {
        "former": _("former name"),
        "latin": _("name in Latin letters"),
        "merged": _("merged record"),
        "phone": _("phone"),
        "document": _("document number"),
        "iin": _("identification number"),
        "record": _("record number"),
    }
    by_reason = {
        "same": _("same name"),
        "beginning": _("beginning of the name"),
        "part": _("part of the name"),
        "other_alphabet": _("other alphabet"),
        "other_spelling": _("other spelling"),
        "similar": _("similar name"),
        "number": _("number"),
    }
    of_kind = by_kind.get(kind, "")
    if of_kind and (reason == "same" or (reason == "number" and kind != "merged")):
        return [of_kind]
    return [words for words in (of_kind, by_reason.get(reason, "")) if words]


def _hit(
    person: Person, of_person: list[Case], why: list[str], url: str | None = None, *, is_exact: bool = False
) -> dict[str, Any]:
    is_of_closed_case = url is not None and any(one.id in withheld.mine() for one in of_person)
    if person.id in withheld.mine() or is_of_closed_case:
        return _closed_hit(person, of_person, why, url, is_exact)
    of_person = cases.open_to_me(of_person)
    case = of_person[0] if of_person else None
    return {
        "person": person,
        "name": handed_over_to(person) or person_pages.display_name(person.identity),
        "url": url or url_for("casefile.person", person_id=person.id),
        "numbers": ", ".join([person.number, *(one.number for one in of_person)]),
        "latin": person_pages.latin_beside(person.identity),
        "born": str(person.birth_year or ""),
        "origin": codes.label("country", person.origin) if person.origin != "UNK" else "",
        "region": "",
        "lawyer": case.lawyer.name if case else "",
        "last_contact": i18n.day(case.last_contact_on) if case else "",
        "gone": gone(person) if person.registration == "LEFT" else "",
        "why": why,
        "is_exact": is_exact,
    }


def _closed_hit(
    person: Person, of_person: list[Case], why: list[str], url: str | None, is_exact: bool
) -> dict[str, Any]:
    """A restricted record that is known by its number: that it is there, and nothing else."""
    return {
        "person": person,
        "name": person_pages.display_name(person.identity),
        "url": url or url_for("casefile.person", person_id=person.id),
        "numbers": ", ".join([person.number, *(one.number for one in of_person)]),
        **dict.fromkeys(("latin", "born", "origin", "region", "lawyer", "last_contact", "gone"), ""),
        "why": why,
        "is_exact": is_exact,
    }


# -- the words themselves ----------------------------------------------------------------------------------------


def sealed_words(who: Principal | None, words: str) -> str:
    """What someone searches for, as it may lie in their cookie: names are person data."""
    organisation_id, user_id = _holder(who)
    return base64.b64encode(vault().seal(words.encode(), organisation_id, user_id, "search")).decode()


def opened_words(who: Principal | None, sealed: str | None) -> str:
    """The words again, or nothing when they were somebody else's or the key is gone."""
    organisation_id, user_id = _holder(who)
    try:
        return vault().open(base64.b64decode(sealed or ""), organisation_id, user_id, "search").decode()
    except Unreadable:
        return ""


def _holder(who: Principal | None) -> tuple[UUID, UUID]:
    if who is None or who.user_id is None or who.organisation_id is None:
        raise Hidden
    return who.organisation_id, who.user_id
