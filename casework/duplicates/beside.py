"""Two records beside each other: row by row what they say, with what agrees and what differs."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask_babel import gettext as _

from casework.accounts.queries import names
from casework.cases import queries as cases
from casework.cases.models import Case
from casework.core import i18n
from casework.duplicates.models import DuplicatePair
from casework.duplicates.pages import how_words
from casework.persons import pages as person_pages
from casework.persons.likeness import Comparison, Point
from casework.persons.models import Person
from casework.reference import queries as codes

SHOWN = 3
"""Digits of a number that are shown: enough to compare by eye, too few to use."""


@dataclass(frozen=True)
class Line:
    """One thing that two records say, beside each other."""

    label: str
    left: list[str]
    right: list[str]
    agrees: bool | None = None
    how: str = ""
    is_compared: bool = True
    nothing: str = ""
    """What stands there when a record says nothing."""

    @property
    def verdict(self) -> str:
        if self.agrees is None:
            return _("Unclear")
        return _("Agrees") if self.agrees else _("Differs")

    @property
    def tone(self) -> str:
        return {True: "teal", False: "amber"}.get(self.agrees, "") if self.agrees is not None else ""

    @property
    def icon(self) -> str:
        return "circle-dashed" if self.agrees is None else "check" if self.agrees else "x"


def compared(pair: DuplicatePair, comparison: Comparison) -> list[Line]:
    """Everything that tells two people apart or shows that they are one, row by row."""
    points = {point.name: point for point in comparison.points}
    left, right = pair.person, pair.other

    def line(label: str, name: str, values: tuple[list[str], list[str]]) -> Line:
        point = points.get(name, Point(name, None))
        return Line(label, *values, agrees=point.agrees, how=how_words(point))

    return [
        line(_("Name"), "name", (_names(left), _names(right))),
        line(_("Date of birth"), "born", (_born(left), _born(right))),
        line(_("Sex"), "sex", (_coded("sex", left.sex, "U"), _coded("sex", right.sex, "U"))),
        line(
            _("Country of origin"),
            "origin",
            (_coded("country", left.origin, "UNK"), _coded("country", right.origin, "UNK")),
        ),
        line(_("Place of birth"), "birth_place", (_birth_place(left), _birth_place(right))),
        line(_("IIN"), "iin", (_iin(left), _iin(right))),
        line(_("Documents"), "document", (_documents(left), _documents(right))),
        line(_("Phone"), "phone", (_phones(left), _phones(right))),
    ]


def around(pair: DuplicatePair) -> list[Line]:
    """What stands around the two records. It proves nothing by itself, and often says most to who knows them."""
    sides = (pair.person, pair.other)
    of_person = cases.cases_by_person({side.id for side in sides})
    who = names({side.registered_by_id for side in sides})
    rows = [
        (_("Family"), _("No relatives recorded"), [_family(side, besides=pair) for side in sides]),
        (_("Cases"), _("No case"), [[_case_words(case) for case in of_person[side.id]] for side in sides]),
        (_("Registered"), "", [[_registered(side, who)] for side in sides]),
    ]
    return [Line(label, left, right, is_compared=False, nothing=nothing) for label, nothing, (left, right) in rows]


def relatives_shown(pair: DuplicatePair) -> set[UUID]:
    """Who else is named on the page."""
    return {one["person"].id for side in (pair.person, pair.other) for one in person_pages.family(side)} - {
        pair.person_id,
        pair.other_id,
    }


def are_relatives(pair: DuplicatePair) -> bool:
    """Whether the two are linked as relatives: then they are two people, or the link is wrong."""
    return any(one["person"].id == pair.other_id for one in person_pages.family(pair.person))


def _names(person: Person) -> list[str]:
    identity = person.identity
    found = [identity.full_name, identity.latin_name or ""]
    found += [_("formerly %(name)s", name=former) for former in identity.former_names]
    return [one for one in dict.fromkeys(found) if one]


def _born(person: Person) -> list[str]:
    born = person_pages.born(person)
    if not born.is_known:
        return []
    day = i18n.day(born)
    return [_("about %(date)s", date=day) if person.is_birth_estimated else day]


def _coded(list_name: str, code: str, unknown: str) -> list[str]:
    return [] if code == unknown else [codes.label(list_name, code)]


def _birth_place(person: Person) -> list[str]:
    return [person.identity.birth_place] if person.identity.birth_place else []


def _iin(person: Person) -> list[str]:
    return [masked(person.identity.iin)] if person.identity.iin else []


def _documents(person: Person) -> list[str]:
    return [
        f"{codes.label('document_type', one.type)} {masked(one.number)}"
        for one in person.identity.documents
        if one.number
    ]


def _phones(person: Person) -> list[str]:
    return [masked(one) for one in (person.contacts.phone, person.contacts.other_phone) if one]


def masked(number: str) -> str:
    """A number of which only the end is shown: it can be compared by eye, and used for nothing."""
    plain = "".join(letter for letter in number if letter.isalnum())
    return "•" * max(len(plain) - SHOWN, 2) + plain[-SHOWN:] if len(plain) > SHOWN else "•" * (len(plain) + 2)


def _family(person: Person, besides: DuplicatePair) -> list[str]:
    found = []
    for one in person_pages.family(person):
        name = person_pages.display_name(one["person"].identity)
        if one["person"].id in (besides.person_id, besides.other_id):
            found.append(_("%(name)s, the person beside (%(relation)s)", name=name, relation=one["words"]))
        else:
            found.append(f"{name} ({one['words']})")
    return found


def _case_words(case: Case) -> str:
    last = _last_contact(case.last_contact_on)
    if case.is_open:
        return _("%(number)s: %(lawyer)s, %(last)s", number=case.number, lawyer=case.lawyer.name, last=last)
    return _("%(number)s, closed: %(lawyer)s, %(last)s", number=case.number, lawyer=case.lawyer.name, last=last)


def _last_contact(on: date | None) -> str:
    return _("last contact %(day)s", day=i18n.day(on)) if on is not None else _("no session yet")


def _registered(person: Person, who: dict[UUID | None, str]) -> str:
    name = who.get(person.registered_by_id) or _("System")
    return _("%(day)s by %(who)s", day=i18n.day(person.registered_on), who=name)
