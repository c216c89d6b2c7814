"""Whom one may not ask: never the country that a person fled from, nor what the person does not want."""

from collections.abc import Collection
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import or_, select

from casework.cases.models import Case, CaseParty
from casework.consents import queries as consents
from casework.consents.models import Consent
from casework.consents.rules import Purpose
from casework.core.db import db
from casework.core.errors import DomainError
from casework.inquiries.rules import ENDED, PROTECTED, Danger, danger
from casework.persons.models import Person, Relative
from casework.reference import queries as codes


def check_recipient(case: Case, state: str, field: str | None = "state") -> None:
    """Refuse to write to a State about a case when one of its persons, or a relative, fled from there.

    Protected is whoever is in an asylum case or stands as an asylum-seeker or a refugee, whatever the kind of this
    case. An asylum case that is closed protects on (the person may have gone to another office), until the person's
    status says that there is nothing more to protect. A relative counts like a party: an inquiry about a child tells
    the consulate where the parents are.
    """
    parties = [party.person for party in case.parties]
    relatives = _relatives({one.id for one in parties})
    seeking = _in_asylum_cases({one.id for one in (*parties, *relatives)})
    for person in parties:
        if case.track == "ASYLUM" or person.id in seeking or person.displacement in PROTECTED:
            _refuse(person, state, _name(person), field)
    for person in relatives:
        if person.id in seeking or person.displacement in PROTECTED:
            words = _("a relative (%(number)s)", number=person.number)
            _refuse(person, state, words, field)


OTHER_STATE = "authority:EMBASSY"
"""Another State, as a consent names it."""


def forbidding(case: Case, through: str | None = None) -> Consent | None:
    """The answer by which somebody in the case does not want a State, or whom it is asked through, to have their data.

    Without `through`: of whomever it can be asked through.
    """
    if through == "PERSON":
        return None
    channels = [through] if through is not None else [one.code for one in codes.items("inquiry_channel")]
    recipients = [OTHER_STATE, *(f"authority:{one}" for one in channels)]
    asked = (
        consents.forbidding(party.person_id, Purpose.AUTHORITY, recipient)
        for party in case.parties
        for recipient in recipients
    )
    return next((one for one in asked if one is not None), None)


def check_agreed(case: Case, through: str, despite: str | None) -> None:
    """Refuse to ask about somebody who does not agree to it, unless it is said why."""
    if not despite and forbidding(case, through) is not None:
        raise DomainError(_("The person does not agree to this. Write why it is sent all the same."), "despite")


def _refuse(person: Person, state: str, who: str, field: str | None) -> None:
    is_country = codes.attribute("country", person.origin, "kind") == "country"
    match danger(state, person.origin, is_country=is_country):
        case Danger.ORIGIN:
            raise DomainError(
                _(
                    "%(state)s cannot be asked: it is the country of origin of %(who)s, who seeks or sought asylum or "
                    "has been granted it. The inquiry would tell that State where the person is. Nothing about a "
                    "person who seeks protection goes to the country of origin.",
                    state=codes.label("country", state),
                    who=who,
                ),
                field,
            )
        case Danger.UNKNOWN:
            raise DomainError(
                _(
                    "No State can be asked yet: the country of origin of %(who)s, who seeks or sought asylum or has "
                    "been granted it, is not recorded, and nothing may go there. Record the country of origin first.",
                    who=who,
                ),
                field,
            )


def _relatives(person_ids: Collection[UUID]) -> list[Person]:
    """Whoever is linked to these persons as family and is not one of them."""
    statement = select(Relative).where(
        or_(Relative.person_id.in_(person_ids), Relative.relative_id.in_(person_ids)), Relative.voided_at.is_(None)
    )
    ends = {one for link in db.session.scalars(statement) for one in (link.person_id, link.relative_id)}
    others = ends - set(person_ids)
    return list(db.session.scalars(select(Person).where(Person.id.in_(others)))) if others else []


def _in_asylum_cases(person_ids: Collection[UUID]) -> set[UUID]:
    """Which of these persons are in an asylum case, or were and no status says how it ended."""
    statement = (
        select(CaseParty.person_id)
        .join(Case, Case.id == CaseParty.case_id)
        .join(Person, Person.id == CaseParty.person_id)
        .where(
            CaseParty.person_id.in_(person_ids),
            CaseParty.voided_at.is_(None),
            Case.track == "ASYLUM",
            or_(Case.closed_on.is_(None), Person.displacement.not_in(ENDED)),
        )
    )
    return set(db.session.scalars(statement))


def _name(person: Person) -> str:
    return person.identity.full_name or person.identity.latin_name or person.number
