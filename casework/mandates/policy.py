"""Representation takes a power of attorney: who is covered, and the refusal that says who is not and why."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import or_, select

from casework.cases.models import Case
from casework.core import i18n
from casework.core.db import db
from casework.core.errors import DomainError
from casework.mandates.models import PowerOfAttorney
from casework.mandates.rules import CHILD_OF, PARENT_OF, Flaw, Lack, is_child, lack
from casework.persons.models import Person, Relative
from casework.persons.rules import age_on
from casework.reference import queries as codes


class Unrepresented(DomainError):
    """A refusal for want of a power of attorney; `person_ids` are those on whose records one belongs."""

    def __init__(self, message: str, field: str | None, person_ids: list[UUID]) -> None:
        super().__init__(message, field)
        self.person_ids = person_ids


def scopes_for(services: Iterable[str], on: date | None = None) -> list[str]:
    """What a power of attorney must cover for services of these types: the list `poa_scope` says."""
    wanted = set(services)
    return [one.code for one in codes.items("poa_scope", on) if wanted & set(one.attributes.get("services", ()))]


def granted(person_ids: Collection[UUID]) -> dict[UUID, list[PowerOfAttorney]]:
    """The powers of attorney of each person, the newest first; void ones too."""
    found: dict[UUID, list[PowerOfAttorney]] = {one: [] for one in person_ids}
    statement = (
        select(PowerOfAttorney)
        .where(PowerOfAttorney.person_id.in_(list(person_ids)))
        .order_by(PowerOfAttorney.issued_on.desc(), PowerOfAttorney.recorded_at.desc())
    )
    for power in db.session.scalars(statement):
        found[power.person_id].append(power)
    return found


def check(
    case: Case,
    scope: str,
    on: date,
    person_ids: Collection[UUID] | None = None,
    *,
    lawyer_id: UUID | None = None,
    field: str | None = None,
) -> None:
    """Refuse to represent persons of a case on a day without a power of attorney that covers it.

    Everyone of the case unless `person_ids` says whom; whomever it names unless `lawyer_id` says who acts. A child is
    covered by a power of attorney recorded on the child's own record (a parent signed it in the child's name), or by
    that of a parent or guardian who is in the same case.
    """
    persons = [party.person for party in case.parties if person_ids is None or party.person_id in person_ids]
    children, acting = _children(persons, on)
    powers = granted({one.id for one in persons} | _grown(acting))
    reasons, records = [], []
    for person, lacking in _uncovered(case, persons, acting, powers, scope, on, lawyer_id):
        reasons.append(_child_words(person) if person.id in children else _words(person, lacking, scope))
        mine = _grown_in(case, acting, person.id)
        records += sorted(mine, key=str) or [person.id]
    if reasons:
        raise Unrepresented(
            " ".join([_refusal(scope, on), *reasons]), field, [one for one in dict.fromkeys(records) if one in powers]
        )


def unrepresented(cases: Iterable[tuple[Case, str]], on: date) -> set[UUID]:
    """Which of these cases, each with what a power of attorney must cover, lack one that serves their lawyer.

    By the same rule, for many cases in two questions.
    """
    wanted = list(cases)
    everyone = {party.person_id: party.person for case, _scope in wanted for party in case.parties}
    _children_of_all, acting = _children(everyone.values(), on)
    powers = granted(everyone.keys() | _grown(acting))
    return {
        case.id
        for case, scope in wanted
        if any(_uncovered(case, [party.person for party in case.parties], acting, powers, scope, on, case.lawyer_id))
    }


def _children(persons: Iterable[Person], on: date) -> tuple[set[UUID], dict[UUID, set[UUID]]]:
    """Who of these is a child on a day, and who may sign for each of them."""
    children = {one.id for one in persons if is_child(age_on(one.birth_year, one.birth_month, on))}
    return children, _parents(children)


def _grown(acting: dict[UUID, set[UUID]]) -> set[UUID]:
    return {one for parents in acting.values() for one in parents}


def _grown_in(case: Case, acting: dict[UUID, set[UUID]], person_id: UUID) -> set[UUID]:
    """Who of the same case may sign for a child."""
    return acting.get(person_id, set()) & {party.person_id for party in case.parties}


def _uncovered(
    case: Case,
    persons: Iterable[Person],
    acting: dict[UUID, set[UUID]],
    powers: dict[UUID, list[PowerOfAttorney]],
    scope: str,
    on: date,
    lawyer_id: UUID | None,
) -> Iterator[tuple[Person, Lack]]:
    """The persons of a case whom no power of attorney covers, each with what the nearest one lacks."""
    for person in persons:
        lacking = lack(powers[person.id], scope, on, lawyer_id)
        grown = _grown_in(case, acting, person.id)
        if lacking is not None and all(lack(powers[one], scope, on, lawyer_id) is not None for one in grown):
            yield person, lacking


def _parents(children: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """Who may sign for each of these children: parents, foster parents and guardians, as the family links say."""
    found: dict[UUID, set[UUID]] = {one: set() for one in children}
    if not found:
        return found
    statement = select(Relative).where(
        or_(Relative.person_id.in_(found), Relative.relative_id.in_(found)), Relative.voided_at.is_(None)
    )
    for link in db.session.scalars(statement):
        if link.person_id in found and link.relationship_code in CHILD_OF:
            found[link.person_id].add(link.relative_id)
        if link.relative_id in found and link.relationship_code in PARENT_OF:
            found[link.relative_id].add(link.person_id)
    return found


def _refusal(scope: str, on: date) -> str:
    return _(
        "Representing a person takes a valid power of attorney (%(scope)s) on %(day)s.",
        scope=codes.label("poa_scope", scope),
        day=i18n.day(on),
    )


def _child_words(person: Person) -> str:
    return _(
        "%(name)s is a child: neither the child’s record nor a parent or guardian in this case has a valid one.",
        name=_name(person),
    )


def _words(person: Person, lacking: Lack, scope: str) -> str:
    name, day = _name(person), i18n.day(lacking.on)
    match lacking.flaw:
        case Flaw.EXPIRED:
            return _("%(name)s: it expired on %(day)s.", name=name, day=day)
        case Flaw.REVOKED:
            return _("%(name)s: it was revoked on %(day)s.", name=name, day=day)
        case Flaw.EARLY:
            return _("%(name)s: it was only issued on %(day)s.", name=name, day=day)
        case Flaw.LAWYER:
            return _("%(name)s: it names another lawyer.", name=name)
        case Flaw.SCOPE:
            scope_words = codes.label("poa_scope", scope)
            return _("%(name)s: it does not cover this (%(scope)s).", name=name, scope=scope_words)
    return _("%(name)s: none is recorded.", name=name)


def _name(person: Person) -> str:
    return person.identity.full_name or person.identity.latin_name or person.number
