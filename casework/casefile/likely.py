"""Who may be registered already: what the panel and the check of a registration show, in words.

Only people of one's own organisation: the index holds no others, and of others nothing is asked here.
"""

from dataclasses import replace
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from casework.casefile.pages import gone
from casework.cases import queries as cases
from casework.cases.models import Case
from casework.core import i18n
from casework.duplicates import pages as duplicates
from casework.persons import index, likeness
from casework.persons import pages as person_pages
from casework.persons import queries as persons
from casework.persons.likeness import Comparison, Confidence
from casework.persons.models import Contacts, Identity, Person
from casework.persons.names import Hit
from casework.persons.rules import PartialDate
from casework.reference import queries as codes

LOOKED_AT = 25
SHOWN = 5
"""Of those who are only possibly the same: about so many an answer is asked. The rest waits in the queue."""

_SURE = (Confidence.CERTAIN, Confidence.LIKELY)
_NAMESAKE = 85
"""How like a name has to be to show somebody of whom little else is known,"""
_TELLING = ("name", "born", "sex", "iin")
"""and in what they may then not differ: phones and documents change."""


def people(
    identity: Identity, sex: str, birth: PartialDate, origin: str = "UNK", contacts: Contacts | None = None
) -> list[dict[str, Any]]:
    """Who of one's own organisation may be the person who is typed, the likeliest first."""
    if not words_of(identity):
        return []
    profile = index.profile_from(identity, sex, birth, origin, contacts or Contacts())
    alike = {one.person_id: one.comparison for one in index.alike(profile, LOOKED_AT)}
    hits = [hit for name in _names(identity) for hit in index.find(name, LOOKED_AT) if _is_namesake(hit)]
    by_former = {hit.person_id for hit in hits if hit.kind == "former"}
    by_former -= {hit.person_id for hit in hits if hit.kind != "former"}
    found = persons.persons({*alike, *(hit.person_id for hit in hits)})
    for one in (hit.person_id for hit in hits):
        if one in found and one not in alike:
            comparison = likeness.compare(profile, index.profile_of(found[one]))
            if all(point.agrees is not False for point in comparison.points if point.name in _TELLING):
                alike[one] = comparison
    of_person = cases.cases_by_person(found)
    return [_words(found[one], of_person[one], alike[one], one in by_former) for one in alike if one in found]


def _names(identity: Identity) -> list[str]:
    return [name for name in (identity.full_name, identity.latin_name) if name]


def _is_namesake(hit: Hit) -> bool:
    return hit.reason_code != "number" and hit.score >= _NAMESAKE


def words_of(identity: Identity) -> str:
    """What somebody was looked for by, for the audit."""
    numbers = [identity.iin, *(document.number for document in identity.documents)]
    said = (identity.full_name, identity.latin_name, *identity.former_names, *numbers)
    return ", ".join(one for one in said if one)


def asked_about(people: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """About whom a registration needs an answer: all who are likely the same, and the first who possibly are."""
    return [one for place, one in enumerate(people) if one["is_sure"] or (one["confidence"] and place < SHOWN)]


def _words(person: Person, of_person: list[Case], comparison: Comparison, by_former: bool) -> dict[str, Any]:
    """Enough to tell namesakes apart, and no more: the details stay masked until the record is opened."""
    agreeing = [one for one in comparison.points if one.agrees and one.name != "sex"]
    if by_former:  # the name that is shown is another one: say which of them is alike
        agreeing = [replace(one, how="former") if one.name == "name" else one for one in agreeing]
    case = of_person[0] if of_person else None
    return {
        "person": person,
        "id": str(person.id),
        "name": person_pages.display_name(person.identity),
        "latin": person_pages.latin_beside(person.identity),
        "url": url_for("casefile.person", person_id=person.id),
        "number": person.number,
        "born": _("born %(year)s", year=person.birth_year) if person.birth_year else "",
        "origin": codes.label("country", person.origin) if person.origin != "UNK" else "",
        "lawyer": case.lawyer.name if case else "",
        "last_contact": i18n.day(case.last_contact_on) if case else "",
        "gone": gone(person),
        "agrees": [duplicates.point_words(one) for one in agreeing],
        "differs": [duplicates.point_name(one.name) for one in comparison.points if one.agrees is False],
        "confidence": duplicates.confidence_words(comparison.confidence.value) if comparison.confidence else "",
        "tone": duplicates.TONES.get(str(comparison.confidence or ""), ""),
        "is_sure": comparison.confidence in _SURE,
    }
