"""Carrying a case to another partner: packed as the system in the sender, unpacked as the system in the receiver.

The sealed values are opened and sealed anew, the stored files, too. All of a case arrives in one transaction or none of
it; files are written before, while nothing is locked, and go again if the transaction does not come about.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import select

from casework.accounts.models import User
from casework.accounts.policy import may_hold_cases
from casework.approvals import pages as approvals
from casework.cases.models import Case, CaseEvent
from casework.core import audit, clock, storage
from casework.core.config import Settings
from casework.core.db import db
from casework.core.events import parties_changed, person_changed, relatives_changed
from casework.core.i18n import Text
from casework.core.receiving import MB
from casework.core.storage import Place
from casework.core.vault import Unreadable
from casework.documents import queries as documents
from casework.documents.models import Document
from casework.elsewhere.models import Overlap, OverlapSide
from casework.elsewhere.rules import State as Known
from casework.persons import actions as persons
from casework.persons import queries as person_queries
from casework.persons.models import Identity, Person, StatusEntry, Words
from casework.procedures.models import Procedure
from casework.proceedings import actions as proceedings
from casework.proceedings import queries as proceeding_queries
from casework.restrictions import actions as restricting
from casework.restrictions import queries as restrictions
from casework.transfers import actions, joining, moving, queries
from casework.transfers.models import (
    FormerNumber,
    Particulars,
    Transfer,
    TransferPerson,
    TransferredRow,
    TransferSide,
)
from casework.transfers.rules import Failure, State


class Stopped(Exception):
    """The case cannot be copied now, and why. Nothing of it has moved."""

    def __init__(self, why: Failure) -> None:
        super().__init__(why)
        self.why = why


@dataclass
class Packed:
    """One row on its way: what it says in the clear, what was sealed in it, and where its file lies."""

    model: Any
    old_id: UUID
    new_id: UUID
    version: int | None
    values: dict[str, Any]
    groups: dict[str, Any]
    place: Place | None = None


@dataclass
class Parcel:
    """A case on its way, with everything that goes along."""

    transfer_id: UUID
    case: Packed
    case_number: str
    persons: list[Packed]
    person_numbers: dict[UUID, str]
    registrations: dict[UUID, str]
    rows: list[list[Packed]]
    counts: dict[str, int]
    is_there: dict[UUID, UUID] = field(default_factory=dict)
    """Persons whom the receiver has recorded: the sender's record and theirs."""
    filled: set[UUID] = field(default_factory=set)
    """Those among them of whom only a stub was left."""
    restricted: frozenset[UUID] = frozenset()
    """Whose record only the sender's team opens: that is so at the receiver, too."""
    sender: str = ""
    receiver: str = ""
    """What the two partners are called."""
    met: dict[UUID, UUID] = field(default_factory=dict)
    """Which row each has become: for the most part its own, or one that was there and says the same."""


# -- at the sender -------------------------------------------------------------------------------------------------


def known_there(transfer_id: UUID, sender_id: UUID, receiver_id: UUID) -> dict[UUID, UUID]:
    """Who of those that move has a record at the receiver of which both partners know that it is theirs."""
    with queries.reading_in(sender_id):
        side = _side(transfer_id)
        asked = {
            one.overlap_id: one.person_id
            for one in db.session.scalars(
                select(OverlapSide)
                .join(Overlap, Overlap.id == OverlapSide.overlap_id)
                .where(OverlapSide.person_id.in_([each.person_id for each in side.persons]))
                .where(Overlap.state == Known.SAME)
            )
        }
    with queries.reading_in(receiver_id):
        theirs = db.session.scalars(select(OverlapSide).where(OverlapSide.overlap_id.in_(asked)))
        found: dict[UUID, UUID] = {}
        for one in theirs:
            known = person_queries.going_on(one.person_id)
            if found.setdefault(asked[one.overlap_id], known) != known:
                raise Stopped(Failure.RECORDS)
        return found


def pack(transfer_id: UUID, lawyer_id: UUID, is_there: dict[UUID, UUID]) -> Parcel:
    """Everything that goes along: act as the system in the sender."""
    transfer = db.session.get_one(Transfer, transfer_id)
    side = _side(transfer_id)
    case = queries.own_case(side.case_id) if side.case_id is not None else None
    if case is None or not case.is_open:
        raise Stopped(Failure.CLOSED)
    chosen = [person_queries.going_on(each.person_id) for each in side.persons]
    there = {party.person_id for party in case.parties}
    if not set(chosen) <= there or (side.is_whole and there != set(chosen)):
        raise Stopped(Failure.PARTIES)
    if any(queries.consent(each, transfer.to_organisation_id) is None for each in chosen):
        raise Stopped(Failure.CONSENT)
    load = queries.load(case, chosen)
    sender = transfer.sender.name
    ids = moving.Ids(
        transfer_id,
        known=frozenset(row.id for row in load.all()),
        instead=is_there,
        house=frozenset(db.session.scalars(select(Procedure.id))),
    )

    def packed(row: Any) -> Packed:
        return Packed(
            model=type(row),
            old_id=row.id,
            new_id=ids.made(row.id),
            version=getattr(row, "version", None),
            values=moving.values(row, ids, lawyer_id),
            groups={name: _told(group, ids, sender) for name, group in moving.groups(row).items()},
            place=row.place if isinstance(row, Document) else None,
        )

    return Parcel(
        transfer_id=transfer_id,
        case=packed(case),
        case_number=case.number,
        persons=[packed(person) for person in load.persons],
        person_numbers={person.id: person.number for person in load.persons},
        registrations={person.id: person.registration for person in load.persons},
        rows=[[packed(row) for row in _parents_first(rows)] for rows in load.rows.values()],
        counts=load.counts,
        is_there={old: new for old, new in is_there.items() if old in {one.id for one in load.persons}},
        restricted=restrictions.restricted_ids() & {one.id for one in load.persons},
        sender=sender,
        receiver=transfer.receiver.name,
    )


def _side(transfer_id: UUID) -> TransferSide:
    return db.session.scalars(select(TransferSide).where(TransferSide.transfer_id == transfer_id)).one()


def _told(group: Any, ids: moving.Ids, sender: str) -> Any:
    """A sealed group with the new ids in it, and without the names of who of the sender's staff asked and approved."""
    changed = {name: ids.within(value) for name, value in vars(group).items()}
    if isinstance(group, Words) and changed["text"]:
        changed["text"] = approvals.without_names(changed["text"], sender)
    return type(group)(**changed) if changed != vars(group) else group


def _parents_first(rows: Iterable[Any]) -> list[Any]:
    """Rows of one table, each after the row of the same table that it refers to."""
    waiting = {row.id: row for row in rows}
    ordered: dict[UUID, Any] = {}

    def put(row: Any) -> None:
        for link in moving.links_of(row.__mapper__):
            before = waiting.get(getattr(row, link.key)) if link.target == row.__tablename__ else None
            if before is not None and before.id not in ordered:
                put(before)
        ordered[row.id] = row

    for row in waiting.values():
        if row.id not in ordered:
            put(row)
    return list(ordered.values())


def lawyer_of(transfer_id: UUID) -> UUID:
    """Who takes the case over: act as the system in the receiver."""
    found = _side(transfer_id).lawyer_id
    if found is None:
        raise Stopped(Failure.LAWYER)
    return found


# -- at the receiver -----------------------------------------------------------------------------------------------


def carry_files(parcel: Parcel, organisation_id: UUID) -> None:
    """Seal every file anew for the receiver, before anything is written that others would wait for."""
    for row in _with_files(parcel):
        assert row.place is not None  # noqa: S101 -- only such rows are asked for
        there = Place(organisation_id, storage.new_name(), row.new_id)
        try:
            storage.keep(there, storage.read(row.place))
        except Unreadable:
            raise Stopped(Failure.FILE) from None
        row.values["stored"] = there.name


def check_space(parcel: Parcel) -> None:
    """Whether the receiver has room for the documents: act as the system there."""
    settings: Settings = current_app.extensions["settings"]
    coming = sum(row.values["size"] for row in _with_files(parcel))
    if documents.bytes_kept() + coming > settings.storage_mb * MB:
        raise Stopped(Failure.SPACE)


def _with_files(parcel: Parcel) -> Iterator[Packed]:
    return (row for rows in parcel.rows for row in rows if row.place is not None)


def unpack(parcel: Parcel) -> bool:
    """Write the case anew, in one transaction: act as the system in the receiver. False when it is not wanted now."""
    transfer = db.session.get_one(Transfer, parcel.transfer_id, with_for_update=True)
    if transfer.state != State.ACCEPTED:
        return False
    side = _side(transfer.id)
    lawyer = db.session.get(User, side.lawyer_id)
    if lawyer is None or not may_hold_cases(lawyer):
        raise Stopped(Failure.LAWYER)
    today = clock.today()
    people = {one.old_id: _person(one, parcel, today) for one in parcel.persons}
    case = _case(parcel.case, lawyer.id)
    _number(parcel, people)
    arrived = [parcel.case, *(one for one in parcel.persons if not _has_own_record(one, parcel))]
    for rows in parcel.rows:
        arrived += _write(rows, parcel)
    for one in arrived:
        name = one.model.__tablename__
        db.session.add(TransferredRow(id=one.new_id, side_id=side.id, table_name=name, source_version=one.version))
    _remember(side, case, parcel, people)
    _restrict([people[one] for one in people if one in parcel.restricted])
    event = CaseEvent(case_id=case.id, kind="transferred_in", happened_on=today, recorded_at=clock.now())
    db.session.add(event)
    db.session.flush()
    db.session.refresh(case, ["parties", "events"])
    for old_id, person in people.items():
        db.session.refresh(person, ["entries"])
        persons.take_over(person, today, parcel.registrations[old_id], event.id)
        person_changed.send(person)
    parties_changed.send(case, persons=list(people.values()))
    for link in {link.id: link for person in people.values() for link in person_queries.relatives(person.id)}.values():
        relatives_changed.send(link)
    if proceeding_queries.rules_for(case) is not None:
        proceedings.recount(case)
    transfer.moved_on, transfer.failure, transfer.counts = today, None, parcel.counts
    actions.change(transfer, State.COPIED)
    audit.note("transfers:copied", "cases", case.id, rows=parcel.counts)
    sender = queries.the_system(transfer.from_organisation_id)
    audit.note("transfers:copied", "cases", parcel.case.old_id, who=sender, rows=parcel.counts)
    db.session.flush()
    return True


def _person(packed: Packed, parcel: Parcel, today: Any) -> Person:
    known = parcel.is_there.get(packed.old_id)
    if known is not None:
        found = db.session.get_one(Person, known)
        if found.identity == Identity():  # only a stub was left of the record when its case went away
            _fill(found, packed)
            parcel.filled.add(packed.old_id)
        return found
    person = Person(
        id=packed.new_id,
        number=persons.issue_number("P", today.year),
        **{**_but(packed.values, "number"), "registered_on": today, "changed_at": clock.now()},
    )
    _seal(person, packed)
    person.merged_into_id = person.merged_on = None
    db.session.add(person)
    db.session.flush()
    return person


_RESTRICTED = Text(
    "Restricted by the partner that transferred the case.",
    "Доступ ограничен партнёром, который передал дело.",
    "Қолжетімділікті істі берген серіктес шектеген.",
)


def _restrict(people: Iterable[Person]) -> None:
    """What only a team might open before opens only to the team here; it is theirs to lift."""
    for person in people:
        if not restrictions.is_restricted(person.id):
            restricting.restrict(person, str(_RESTRICTED))


_HERE = (
    "number", "registered_on", "registered_by_id", "registration", "merged_into_id", "merged_on", "changed_at",
)  # fmt: skip
"""What a record that is there already says of itself, whatever comes."""


def _fill(person: Person, packed: Packed) -> None:
    for name, value in _but(packed.values, *_HERE).items():
        setattr(person, name, value)
    _seal(person, packed)
    person.changed_at = clock.now()
    db.session.flush()


def _case(packed: Packed, lawyer_id: UUID) -> Case:
    values = _but(packed.values, "number")
    if values.get("next_step_due_on") is not None:
        values["next_step_owner_id"] = lawyer_id
    case = Case(id=packed.new_id, number=persons.issue_number("KZ", values["opened_on"].year), **values)
    _seal(case, packed)
    db.session.add(case)
    db.session.flush()
    return case


def _number(parcel: Parcel, people: dict[UUID, Person]) -> None:
    """The order of recording of histories, without what was left out of them, after what is there already."""
    last = {person.id: len(person.entries) for person in people.values()}
    entries = [one for rows in parcel.rows for one in rows if one.model is StatusEntry]
    for one in sorted(entries, key=lambda one: one.values["sequence"]):
        person_id = one.values["person_id"]
        last[person_id] += 1
        one.values["sequence"] = last[person_id]


def _has_own_record(packed: Packed, parcel: Parcel) -> bool:
    """Whether the receiver knew the person all along: then each record keeps what it says, here and there."""
    return packed.old_id in parcel.is_there and packed.old_id not in parcel.filled


def _write(rows: list[Packed], parcel: Parcel) -> list[Packed]:
    """Which of these rows are here now, for the most part because they were written."""
    arrived = []
    for packed in rows:
        if _is_history_of_another(packed, parcel):
            continue
        arrived.append(packed)
        twin = _twin(packed, parcel)
        if twin is not None:
            _seal_both(twin, packed, parcel)
            continue
        for link in moving.links_of(packed.model.__mapper__):
            named = packed.values.get(link.key)
            packed.values |= {link.key: parcel.met[named]} if named in parcel.met else {}
        parcel.met[packed.new_id] = packed.new_id
        row = packed.model(id=packed.new_id, **packed.values)
        _seal(row, packed)
        db.session.add(row)
        if any(link.target == row.__tablename__ for link in moving.links_of(row.__mapper__)):
            db.session.flush()  # the next may refer to it
    db.session.flush()
    return arrived


def _is_history_of_another(packed: Packed, parcel: Parcel) -> bool:
    """A record that the receiver had all along keeps its own histories, by which its past is counted."""
    known = {parcel.is_there[one.old_id] for one in parcel.persons if _has_own_record(one, parcel)}
    return packed.model is StatusEntry and packed.values["person_id"] in known


def _twin(packed: Packed, parcel: Parcel) -> Any | None:
    """The row of a record that is there already which says the same of its person; of a stub, brought up to date."""
    there = {new: old for old, new in parcel.is_there.items()}
    owner = next((part.owner for part in moving.going() if part.model is packed.model), None)
    if owner is None or not owner.is_of_a_person or packed.values.get(owner.key) not in there:
        return None
    is_stub = there[packed.values[owner.key]] in parcel.filled
    found = joining.twin(packed.model, packed.values, is_stub=is_stub, met=set(parcel.met.values()))
    if found is not None:
        parcel.met[packed.new_id] = found.id
        if is_stub:
            joining.bring_up_to_date(found, packed.values)
    return found


def _seal(row: Any, packed: Packed) -> None:
    for name, group in packed.groups.items():
        setattr(row, name, group)


def _seal_both(row: Any, packed: Packed, parcel: Parcel) -> None:
    """What was noted here stays, and what was noted there comes to it."""
    for name, group in packed.groups.items():
        setattr(row, name, joining.joined(getattr(row, name), group, parcel.receiver, parcel.sender))


def _but(values: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in names}


def _remember(side: TransferSide, case: Case, parcel: Parcel, people: dict[UUID, Person]) -> None:
    """The numbers under which the sender knew the case and its persons."""
    side.case_id = case.id
    side.particulars = Particulars(former_number=parcel.case_number)
    for position, (old_id, person) in enumerate(people.items()):
        row = TransferPerson(side_id=side.id, person_id=person.id, source_id=old_id, position=position)
        row.former = FormerNumber(parcel.person_numbers[old_id])
        db.session.add(row)
    db.session.flush()


def pairs(transfer_id: UUID) -> list[tuple[UUID, UUID]]:
    """The sender's record and the receiver's of each who moved: act as the system in the receiver."""
    return [(one.source_id, one.person_id) for one in _side(transfer_id).persons if one.source_id is not None]
