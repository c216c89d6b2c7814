"""Who may open a restricted record: its team, the supervisors, and who has emergency access to it for some hours."""

from collections.abc import Callable, Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.accounts.permissions import Role
from casework.cases.models import Case, CaseParty
from casework.core import clock, withheld
from casework.core.db import db
from casework.core.scope import Principal
from casework.core.withheld import NOTHING, Withheld
from casework.persons.models import Person
from casework.restrictions.models import EmergencyAccess, Restriction
from casework.restrictions.rules import Work, team

TEAM: list[Callable[[UUID], Collection[UUID]]] = []
"""For which colleagues a user acts today, and so belongs to their teams: features above say it, such as cover."""


def listen() -> None:
    withheld.register(decide)


def may_open(person: Person) -> bool:
    """Whether whoever acts may open this person's record."""
    return person.id not in hidden_ids()


def hidden_ids() -> frozenset[UUID]:
    """The persons whose records are withheld from whoever acts; asked once a request."""
    return withheld.mine().persons


def hidden_case_ids() -> frozenset[UUID]:
    """The cases in which such a person is."""
    return withheld.mine().cases


def withheld_of(record_ids: Collection[UUID]) -> frozenset[UUID]:
    """The persons withheld from whoever acts because of whom these records, persons or cases, are closed."""
    return _persons_of(record_ids) & withheld.mine().persons


def opened_of(record_ids: Collection[UUID]) -> frozenset[UUID]:
    """The persons because of whom these records are open to whoever acts for some hours only."""
    opened = withheld.mine().opened
    return _persons_of(record_ids) & opened if opened else opened


def only_in_emergency(record_ids: Collection[UUID]) -> frozenset[UUID]:
    """The same, without whom the team of which whoever acts is in: these would be closed to them otherwise."""
    who, opened = db.session.info["principal"], opened_of(record_ids)
    if not opened:
        return frozenset()
    restricted = set(opened & _restricted(db.session))
    return frozenset(restricted - _of_team(db.session, restricted, who.user_id)) if restricted else frozenset()


def _persons_of(record_ids: Collection[UUID]) -> frozenset[UUID]:
    """These persons, and those in these cases."""
    in_cases = select(CaseParty.person_id).where(CaseParty.case_id.in_(record_ids), CaseParty.voided_at.is_(None))
    return frozenset({*record_ids, *db.session.scalars(in_cases)})


def decide(session: Session, who: Principal) -> Withheld:
    """What is withheld from one colleague. Supervisors are in every team; casework alone opens records anyhow."""
    if who.role == Role.SUPERVISOR or who.user_id is None:
        return NOTHING
    opened = _in_emergency(session, who.user_id)
    hidden = restricted = _restricted(session)
    if restricted:
        hidden = restricted - _of_team(session, restricted, who.user_id)
    if hidden and opened:
        hidden -= opened | _merged_into(session, opened)
    if not hidden and not opened:
        return NOTHING
    return Withheld(frozenset(hidden), _cases_with(session, hidden), frozenset(opened) | _cases_with(session, opened))


def _restricted(session: Session) -> set[UUID]:
    """The persons whose records are restricted, with those that went into them."""
    found = set(session.scalars(select(Restriction.person_id).where(Restriction.ended_at.is_(None))))
    return found | _merged_into(session, found) if found else found


def _cases_with(session: Session, person_ids: set[UUID]) -> frozenset[UUID]:
    if not person_ids:
        return frozenset()
    standing = select(CaseParty.case_id).where(CaseParty.person_id.in_(person_ids), CaseParty.voided_at.is_(None))
    return frozenset(session.scalars(standing))


def _merged_into(session: Session, restricted: set[UUID]) -> set[UUID]:
    """The records that went into restricted ones: they say the same of the same persons."""
    found: set[UUID] = set()
    wanted = restricted
    while wanted:
        wanted = set(session.scalars(select(Person.id).where(Person.merged_into_id.in_(wanted)))) - found - restricted
        found |= wanted
    return found


def _of_team(session: Session, restricted: set[UUID], user_id: UUID) -> set[UUID]:
    acting_for = {user_id}
    if session is db.session:  # a session apart, as at sign-in, may hold the one writer: the request's must not wait
        acting_for = acting_for.union(*(colleagues(user_id) for colleagues in TEAM))
    works, registered = _works(session, restricted)
    return {one for one in registered if team(works[one], registered[one]) & acting_for}


def _works(session: Session, ids: set[UUID]) -> tuple[dict[UUID, list[Work]], dict[UUID, UUID | None]]:
    """Who works on the cases of these persons, and who registered each."""
    statement = (
        select(Person.id, Person.registered_by_id, Case.id, Case.lawyer_id, Case.next_step_owner_id, Case.closed_on)
        .outerjoin(CaseParty, (CaseParty.person_id == Person.id) & CaseParty.voided_at.is_(None))
        .outerjoin(Case, Case.id == CaseParty.case_id)
        .where(Person.id.in_(ids))
    )
    works: dict[UUID, list[Work]] = {}
    registered: dict[UUID, UUID | None] = {}
    for person_id, registered_by_id, case_id, lawyer_id, owner_id, closed_on in session.execute(statement):
        registered[person_id] = registered_by_id
        works.setdefault(person_id, [])
        if case_id is not None:
            works[person_id].append(Work(lawyer_id, owner_id, closed_on))
    return works, registered


def _in_emergency(session: Session, user_id: UUID) -> set[UUID]:
    return set(
        session.scalars(
            select(EmergencyAccess.person_id).where(
                EmergencyAccess.user_id == user_id,
                EmergencyAccess.ended_at.is_(None),
                EmergencyAccess.until_at > clock.now(),
            )
        )
    )


def team_of(person_id: UUID) -> set[UUID]:
    """Who works on a person, and so may open the record while it is restricted; the supervisors may besides."""
    works, registered = _works(db.session, {person_id})
    return team(works.get(person_id, []), registered.get(person_id))
