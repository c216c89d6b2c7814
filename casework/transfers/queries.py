"""One's own side of transfers; and the one look that the receiver has at a case before it is theirs."""

from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import g
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, selectinload

from casework.accounts.models import Organisation, User
from casework.accounts.permissions import Role
from casework.cases import queries as cases
from casework.cases.models import Case, CaseParty
from casework.conflicts import queries as conflicts
from casework.conflicts import rules as conflict_rules
from casework.consents import queries as consents
from casework.consents.models import Consent
from casework.consents.rules import Purpose
from casework.core import audit, clock
from casework.core.db import db, session_for
from casework.core.scope import Principal, acting_as, system
from casework.documents.models import Document
from casework.persons import index
from casework.persons.likeness import Profile
from casework.persons.models import Person
from casework.persons.rules import age_band
from casework.transfers import moving
from casework.transfers.models import Transfer, TransferPerson, TransferredRow, TransferSide
from casework.transfers.rules import OPEN, State, recipient

REASON = "transfer between partners"


def the_system(organisation_id: UUID | None = None) -> Principal:
    """Who carries a case from one partner to another, and in whose name it stands in their trails."""
    return system(REASON, organisation_id)


@contextmanager
def reading_in(organisation_id: UUID) -> Iterator[None]:
    """Act as the system in one organisation, and only read: in a session of its own, which takes no write lock."""
    with acting_as(the_system(organisation_id)):
        g.reading = True
        yield


def _organisation_id() -> UUID:
    found: UUID = db.session.info["principal"].organisation_id
    return found


# -- one's own -------------------------------------------------------------------------------------------------------

PARTS: dict[str, frozenset[State]] = {
    "answer": frozenset({State.OFFERED}),
    "on_the_way": frozenset({State.ACCEPTED, State.COPIED, State.FAILED}),
    "done": frozenset({State.MOVED, State.DECLINED, State.WITHDRAWN}),
}
"""How the list is divided; what is not done is open."""


def _own() -> Select[Transfer]:
    mine = _organisation_id()
    return (
        select(Transfer)
        .where(or_(Transfer.from_organisation_id == mine, Transfer.to_organisation_id == mine))
        .options(selectinload(Transfer.sender), selectinload(Transfer.receiver))
    )


def transfers(part: str | None = None) -> list[Transfer]:
    """The transfers from and to one's own organisation, of one part or all that are open; the latest change first."""
    wanted = PARTS.get(part or "") or OPEN
    statement = _own().where(Transfer.state.in_(sorted(wanted))).order_by(Transfer.changed_at.desc(), Transfer.id)
    return list(db.session.scalars(statement))


def counts() -> Counter[str]:
    """How many of one's own transfers are in each part."""
    found: Counter[str] = Counter()
    for transfer in db.session.scalars(_own()):
        found.update(part for part, states in PARTS.items() if transfer.state in states)
    return found


def to_answer() -> int:
    """How many cases wait for one's own answer."""
    statement = select(func.count()).select_from(Transfer)
    mine = Transfer.to_organisation_id == _organisation_id()
    return db.session.scalar(statement.where(mine, Transfer.state == State.OFFERED)) or 0


def failed() -> int:
    """How many cases could not be copied and wait for somebody here."""
    statement = select(func.count()).select_from(Transfer)
    mine = Transfer.to_organisation_id == _organisation_id()
    return db.session.scalar(statement.where(mine, Transfer.state == State.FAILED)) or 0


def transfer(transfer_id: UUID) -> Transfer | None:
    return db.session.scalar(_own().where(Transfer.id == transfer_id))


def is_sender(one: Transfer) -> bool:
    return one.from_organisation_id == _organisation_id()


def side(one: Transfer) -> TransferSide | None:
    """One's own side; the receiver has none before answering."""
    statement = select(TransferSide).where(TransferSide.transfer_id == one.id)
    return db.session.scalar(
        statement.options(
            selectinload(TransferSide.case), selectinload(TransferSide.persons).selectinload(TransferPerson.person)
        )
    )


def sides(transfer_ids: Collection[UUID]) -> dict[UUID, TransferSide]:
    """One's own sides of several transfers."""
    statement = select(TransferSide).where(TransferSide.transfer_id.in_(list(transfer_ids)))
    found = db.session.scalars(statement.options(selectinload(TransferSide.case)))
    return {one.transfer_id: one for one in found}


def of_case(case_id: UUID) -> TransferSide | None:
    """The transfer that a case stands in, or came or went with: the latest one that was not called off."""
    statement = (
        select(TransferSide)
        .join(TransferSide.transfer)
        .where(TransferSide.case_id == case_id, Transfer.state.not_in((State.DECLINED, State.WITHDRAWN)))
        .order_by(Transfer.offered_at.desc())
        .options(selectinload(TransferSide.transfer).selectinload(Transfer.receiver))
        .options(selectinload(TransferSide.transfer).selectinload(Transfer.sender))
    )
    return db.session.scalar(statement.limit(1))


def offered_with(person_ids: Collection[UUID]) -> list[TransferSide]:
    """One's own offers in which these persons would move."""
    statement = (
        select(TransferSide)
        .join(TransferPerson, TransferPerson.side_id == TransferSide.id)
        .where(TransferSide.is_sender.is_(True), TransferPerson.person_id.in_(list(person_ids)))
        .options(selectinload(TransferSide.transfer).selectinload(Transfer.receiver))
    )
    return list(db.session.scalars(statement).unique())


def is_gone(case_id: UUID) -> bool:
    """Whether of this case only the number and the days are left here."""
    found = of_case(case_id)
    return found is not None and found.is_sender and found.is_whole and found.transfer.state == State.MOVED


def gone_cases() -> set[UUID]:
    """The cases of which only the number and the days are left here."""
    statement = select(TransferSide.case_id).join(TransferSide.transfer)
    which = TransferSide.is_sender.is_(True) & TransferSide.is_whole.is_(True) & (Transfer.state == State.MOVED)
    return {one for one in db.session.scalars(statement.where(which)) if one is not None}


def gone_with(person: Person) -> TransferSide | None:
    """The transfer with which a person's name went to another partner; None while the name is here."""
    if person.identity_sealed is not None:
        return None
    statement = (
        select(TransferSide)
        .join(TransferSide.transfer)
        .join(TransferPerson, TransferPerson.side_id == TransferSide.id)
        .where(TransferPerson.person_id == person.id, TransferSide.is_sender.is_(True), Transfer.state == State.MOVED)
        .order_by(Transfer.changed_at.desc())
        .options(selectinload(TransferSide.transfer).selectinload(Transfer.receiver))
    )
    return db.session.scalar(statement.limit(1))


def partners() -> list[Organisation]:
    """To whom a case can go: the other organisations that hold persons."""
    which = Organisation.kind == "partner", Organisation.is_active, Organisation.id != _organisation_id()
    return list(db.session.scalars(select(Organisation).where(*which).order_by(Organisation.name_en)))


def supervisors() -> list[UUID]:
    """Who is told in one's own organisation."""
    which = User.organisation_id == _organisation_id(), User.role == Role.SUPERVISOR, User.is_active
    return list(db.session.scalars(select(User.id).where(*which)))


def consent(person_id: UUID, to_organisation_id: UUID) -> Consent | None:
    """The person's consent that their case goes to this partner."""
    return consents.covering(person_id, Purpose.TRANSFER, recipient(to_organisation_id))


def load(case: Case, person_ids: Collection[UUID]) -> moving.Load:
    """What would go along."""
    return moving.load(db.session, case, person_ids)


def resting(person_id: UUID, but: UUID) -> bool:
    """Whether the person has another case here that is more than a stub."""
    other = select(Case.id).join(CaseParty, CaseParty.case_id == Case.id)
    found = set(db.session.scalars(other.where(CaseParty.person_id == person_id, CaseParty.voided_at.is_(None))))
    return bool(found - {but} - gone_cases())


# -- the look at the other side --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Somebody:
    """One of those who would come, without anything that tells who."""

    age_band: str
    sex: str
    region: str
    languages: tuple[str, ...]


@dataclass(frozen=True)
class Card:
    """What the receiver sees of a case that is offered: never who, never a number."""

    track: str
    stage: str
    priority: str
    reason: str
    opened_on: date
    """The first of the month."""
    persons: tuple[Somebody, ...]
    sessions: int
    documents: int
    conflicts: int
    """How many of one's own records this case may be in conflict with; only a number, and only for the receiver."""


def card(one: Transfer) -> Card | None:
    """The case that is offered to one's own organisation, read now; None unless it is. Noted in both trails.

    The only place where anything of a case passes to another partner before it is theirs.
    """
    mine = _organisation_id()
    with session_for(the_system(), reading=True) as apart:
        # The state is read anew: what the request holds of it may be older than a withdrawal.
        found = apart.get(Transfer, one.id)
        theirs = _side(apart, one.id, one.from_organisation_id)
        if found is None or theirs is None or theirs.case_id is None:
            return None
        if found.to_organisation_id != mine or found.state not in (State.OFFERED, State.ACCEPTED, State.FAILED):
            return None
        case = apart.get_one(Case, theirs.case_id)
        chosen = [party.person_id for party in theirs.persons]
        going = moving.load(apart, case, chosen)
        persons = {person.id: person for person in going.persons}
        audit.note("transfers:card", "transfers", one.id)
        audit.note("transfers:shown", "cases", case.id, who=the_system(theirs.organisation_id))
        sought = [index.profile_of(person) for person in persons.values()]
        opponents = going.rows.get("opposing_parties", ())
        against = [conflicts.profile_of(each) for each in opponents if not (each.is_body or each.is_void)]
        told = Card(
            track=case.track,
            stage=case.stage,
            priority=case.priority,
            reason=theirs.particulars.reason or "",
            opened_on=case.opened_on.replace(day=1),
            persons=tuple(_somebody(persons[each]) for each in chosen if each in persons),
            sessions=len(going.rows.get("consultations", ())),
            documents=len(going.rows.get(Document.__tablename__, ())),
            conflicts=0,
        )
    return Card(**{**vars(told), "conflicts": _conflicts(sought, against)})


def _somebody(person: Person) -> Somebody:
    band = age_band(person.birth_year, person.birth_month, clock.today())
    return Somebody(str(band), person.sex, person.region, tuple(person.languages))


def _conflicts(sought: list[Profile], against: list[Profile]) -> int:
    """How many of one's own opposing parties these persons may be, and how many of one's own clients are opposed."""
    found: set[UUID] = set()
    for standing in conflicts.standing(_organisation_id()):
        if any(conflict_rules.opposed(standing.profile, profile) is not None for profile in sought):
            found.add(standing.id)
    known = index.profiles()
    for opponent in against:
        near = {one for one in index.candidates(opponent) if one in known}
        for _kind, name in opponent.names:
            near |= {hit.person_id for hit in index.find(name, 25) if hit.person_id in known}
        found |= {one for one in near if conflict_rules.opposed(opponent, known[one]) is not None}
    return len(found)


def _side(apart: Session, transfer_id: UUID, organisation_id: UUID) -> TransferSide | None:
    return apart.scalar(
        select(TransferSide)
        .where(TransferSide.transfer_id == transfer_id, TransferSide.organisation_id == organisation_id)
        .options(selectinload(TransferSide.persons))
    )


# -- what the job needs, as the system -------------------------------------------------------------------------------


def waiting(states: Collection[State]) -> list[UUID]:
    """The transfers of the acting organisation in one of these states, the first first."""
    statement = select(Transfer.id).where(Transfer.state.in_(sorted(states)))
    mine = or_(Transfer.from_organisation_id == _organisation_id(), Transfer.to_organisation_id == _organisation_id())
    return list(db.session.scalars(statement.where(mine).order_by(Transfer.changed_at, Transfer.id)))


def untold() -> list[Transfer]:
    """Transfers of which the acting organisation's people were not told how they stand now."""
    told = select(TransferSide.told_state).where(TransferSide.transfer_id == Transfer.id).scalar_subquery()
    return list(db.session.scalars(_own().where(or_(told.is_(None), told != Transfer.state))))


def own_case(case_id: UUID) -> Case | None:
    return cases.case_(case_id)


def copied(transfer_id: UUID) -> dict[UUID, int | None]:
    """What arrived at the receiver: the new id of each row, and the version of the sender's that it was made from."""
    with session_for(the_system(), reading=True) as apart:
        rows = select(TransferredRow.id, TransferredRow.source_version).join(
            TransferSide, TransferSide.id == TransferredRow.side_id
        )
        return {
            row.id: row.source_version for row in apart.execute(rows.where(TransferSide.transfer_id == transfer_id))
        }
