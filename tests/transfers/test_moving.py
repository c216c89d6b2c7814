"""The heart: a case is offered, accepted and copied; a stub stays, and national figures are none the wiser."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.cases import queries as cases
from casework.cases.models import Case, CaseEvent
from casework.core import clock, storage
from casework.core.audit import Revision
from casework.core.columns import sealed_groups
from casework.core.db import Base, session_for
from casework.core.scope import Scoped, acting_as, system
from casework.core.vault import Unreadable
from casework.documents.models import Document
from casework.figures import flows
from casework.figures import queries as figures
from casework.figures.rules import Cell
from casework.persons.rules import Dimension
from casework.releases.events import Window, decided, events
from casework.transfers import moving
from casework.transfers.models import TransferredRow
from casework.transfers.rules import State
from tests.factories import World
from tests.security.caseload import CANARIES, OPENED, Caseload
from tests.transfers.conftest import Handover

TODAY = date(2026, 9, 15)


@pytest.fixture(autouse=True)
def _on_a_tuesday() -> Iterator[None]:
    with clock.at(TODAY):
        yield


@contextmanager
def everywhere(app: Flask) -> Iterator[Session]:
    with app.app_context(), acting_as(system("tests")), session_for(system("tests"), reading=True) as session:
        yield session


def national(app: Flask, day: date) -> Counter[Cell]:
    """Each cell of the country as of a day, from the ledger."""
    found: Counter[Cell] = Counter()
    with app.app_context(), acting_as(system("tests")):
        for (_where, cell), persons in figures.ledger(day).items():
            found[cell] += persons
    return Counter({cell: persons for cell, persons in found.items() if persons})


def own(app: Flask, day: date, organisation_id: UUID) -> int:
    with app.app_context(), acting_as(system("tests")):
        return sum(count for (where, _cell), count in figures.ledger(day).items() if where == organisation_id)


DAYS = [OPENED + timedelta(1), TODAY - timedelta(1), TODAY, TODAY + timedelta(1), TODAY + timedelta(40)]


def test_national_figures_do_not_change(handover: Handover, app: Flask, world: World) -> None:
    """Before, after, and in the time between copy and stub; each partner counts the person on its own days."""
    a, b = world.organisations["A"], world.organisations["B"]
    before = {day: national(app, day) for day in DAYS}
    mine, theirs = own(app, TODAY + timedelta(1), a), own(app, TODAY + timedelta(1), b)
    handover.agree()
    transfer_id = handover.offer()
    handover.accept(transfer_id)
    handover.carry("B")
    assert {day: national(app, day) for day in DAYS} == before
    handover.carry("A")
    assert handover.state(transfer_id) == State.MOVED
    assert {day: national(app, day) for day in DAYS} == before
    assert own(app, TODAY, a) == mine
    assert own(app, TODAY + timedelta(1), a) == mine - 1
    assert own(app, TODAY, b) == theirs
    assert own(app, TODAY + timedelta(1), b) == theirs + 1
    with app.app_context(), acting_as(system("tests")):
        assert figures.verify() == []


def test_nobody_came_and_nobody_left_the_country(handover: Handover, app: Flask) -> None:
    period = flows.Period(TODAY - timedelta(1), TODAY + timedelta(1))
    _moved(handover)
    with app.app_context(), acting_as(system("tests")):
        assert flows.came_and_left(period, Dimension.NATIONALITY, ["UN"]) == []
        told = figures.account(TODAY - timedelta(1), TODAY + timedelta(1), Dimension.NATIONALITY, ["UN"])
        assert told.flows == {}


POPULATIONS = ("sessions", "session_topics", "services", "decisions", "activities")


def test_what_was_done_is_counted_once(handover: Handover, app: Flask, world: World) -> None:
    """Sessions, letters and steps stay with the partner who did them; the case that was closed is the sender's."""

    def counted() -> dict[str, Counter[Any]]:
        window = Window(date(2026, 1, 1), TODAY + timedelta(1))
        with app.app_context(), acting_as(system("tests")):
            found: dict[str, Counter[Any]] = {}
            for population in POPULATIONS:
                of: Counter[Any] = Counter()
                found[population] = of
                for event in events(population, window):
                    of[event.organisation_id, event.month, tuple(sorted(event.codes.items()))] += event.times
            found["decided"] = Counter(one.days for one in decided(window))
            return found

    before = counted()
    _moved(handover)
    assert counted() == before


def _moved(handover: Handover) -> UUID:
    handover.agree()
    transfer_id = handover.offer()
    handover.accept(transfer_id)
    handover.carry()
    assert handover.state(transfer_id) == State.MOVED
    return transfer_id


def test_the_receiver_has_everything_that_hangs_on_the_case(handover: Handover, app: Flask, world: World) -> None:
    """Every table is looked at, and every sealed group: what was there is here, and no id of the sender is."""
    before = _contents(app, handover.load)
    with everywhere(app) as session:
        old = {row.id for rows in before.values() for row in rows}
        mine = {*old, *_ids(session, world.organisations["A"])}
    transfer_id = _moved(handover)
    case_id = handover.case_there(transfer_id)
    with everywhere(app) as session:
        made = list(session.scalars(select(TransferredRow)))
        assert Counter(one.table_name for one in made) == Counter({name: len(rows) for name, rows in before.items()})
        for name, rows in before.items():
            model = type(rows[0])
            copies = session.scalars(
                select(model).where(model.id.in_(select(TransferredRow.id).where(TransferredRow.table_name == name)))
            ).all()
            assert len(copies) == len(rows), name
            assert {one.organisation_id for one in copies} == {world.organisations["B"]}
            for copy in copies:
                plain = {column.key: getattr(copy, column.key) for column in copy.__mapper__.column_attrs}
                named = {*map(str, mine), *handover.load.numbers}
                told = json.dumps(plain, default=str, ensure_ascii=False)
                assert not {one for one in named if one in told}, (name, plain)
        case = session.get_one(Case, case_id)
        assert case.lawyer_id == world.user_id("lawyer", "B")
        assert case.next_step.text == CANARIES["A"].next_step
        assert case.next_step_owner_id == case.lawyer_id


def _ids(session: Session, organisation_id: UUID) -> set[UUID]:
    """The ids of all rows of an organisation, and of its users."""
    found: set[UUID] = set()
    for mapper in Base.registry.mappers:
        model: Any = mapper.class_
        if "organisation_id" in mapper.column_attrs and "id" in mapper.column_attrs:
            found |= set(session.scalars(select(model.id).where(model.organisation_id == organisation_id)))
    return found


def _contents(app: Flask, load: Caseload) -> dict[str, list[Any]]:
    with everywhere(app) as session:
        case = session.get_one(Case, load.case)
        found = moving.load(session, case, [load.person])
        rows: dict[str, list[Any]] = {}
        for row in found.all():
            rows.setdefault(row.__tablename__, []).append(row)
        return rows


def test_what_was_sealed_opens_there_and_no_longer_here(handover: Handover, app: Flask, world: World) -> None:
    """Of every table that goes along; of what stays, nothing is there."""
    words = CANARIES["A"]
    stays = {
        words.private,
        words.notary,
        words.pair_note,
        words.conflict_note,
        words.draft,
        words.relative,
        words.comment,
    }
    before = _of_this_case(app, handover.load)
    gone = {one for one in words.all() if any(one in text for text in before)} - stays
    assert {words.family, words.iin, words.phone, words.summary, words.next_step, words.opponent, words.letter} <= gone
    _moved(handover)
    there = _readable(app, world.organisations["B"])
    assert {one for one in gone if not any(one in text for text in there)} == set()
    assert {one for one in stays if any(one in text for text in there)} == set()
    assert {one for one in gone if any(one in text for text in _of_this_case(app, handover.load))} == set()


def _of_this_case(app: Flask, load: Caseload) -> list[str]:
    """What is sealed in the rows of the case that go along, and in what they said before."""
    rows = [row for found in _contents(app, load).values() for row in found]
    told = []
    with everywhere(app) as session:
        former = select(Revision).where(Revision.subject_id.in_([row.id for row in rows]))
        for row in [*(session.get_one(type(row), row.id) for row in rows), *session.scalars(former)]:
            told += [
                repr(group)
                for group in (moving.groups(row) if not isinstance(row, Revision) else vars(row.former)).values()
            ]
    return told


def _readable(app: Flask, organisation_id: UUID) -> list[str]:
    """Everything sealed that an organisation can open, former values too."""
    found = []
    with everywhere(app) as session:
        for mapper in Base.registry.mappers:
            model: Any = mapper.class_
            if not issubclass(model, Scoped) or not sealed_groups(model):
                continue
            for row in session.scalars(select(model).where(model.organisation_id == organisation_id)):
                found += [f"{mapper.class_.__name__}: {getattr(row, name)!r}" for name in sealed_groups(model)]
    return found


def test_files_are_sealed_anew(handover: Handover, app: Flask, world: World) -> None:
    with everywhere(app) as session:
        before = session.scalars(select(Document).where(Document.case_id == handover.load.case)).all()
        text = {one.kind: b"".join(storage.read(one.place)) for one in before}
    transfer_id = _moved(handover)
    case_id = handover.case_there(transfer_id)
    with everywhere(app) as session:
        there = session.scalars(select(Document).where(Document.case_id == case_id)).all()
        assert {one.kind: b"".join(storage.read(one.place)) for one in there} == text
        for one in session.scalars(select(Document).where(Document.case_id == handover.load.case)):
            assert one.size == 0
            with pytest.raises(Unreadable):
                list(storage.read(one.place))


def test_registration_begins_on_the_day(handover: Handover, app: Flask, world: World) -> None:
    transfer_id = _moved(handover)
    with app.app_context(), acting_as(world.principal("supervisor", "B")):
        case = cases.case_(handover.case_there(transfer_id))
        assert case is not None
        (party,) = case.parties
        registered = [one for one in party.person.entries if one.dimension == Dimension.REGISTRATION]
        assert [(one.effective_on, one.code, one.reason) for one in registered] == [(TODAY, "ACTIVE", "transferred")]
        assert party.person.registered_on == TODAY
        assert {one.dimension for one in party.person.entries} > {Dimension.RESIDENCE, Dimension.NATIONALITY}
        assert sorted(one.sequence for one in party.person.entries) == list(range(1, len(party.person.entries) + 1))
    with app.app_context(), acting_as(world.principal("supervisor", "A")):
        stub = cases.case_(handover.load.case)
        assert stub is not None
        assert (stub.closed_on, stub.closure_reason) == (TODAY, "TRANSFERRED")
        assert stub.number in handover.load.numbers


GOES = {
    "acts",
    "appointments",
    "attendances",
    "best_interests",
    "case_events",
    "case_parties",
    "consents",
    "consultation_topics",
    "consultations",
    "documents",
    "evidence_items",
    "inquiries",
    "letters",
    "opposing_parties",
    "relatives",
    "services",
    "specific_needs",
    "status_entries",
}


def test_every_table_goes_along_or_says_why_not() -> None:
    """A new table that hangs on a case or a person goes along by itself: add it here, or say why it stays."""
    assert {part.name for part in moving.going()} == GOES
    assert {name: why for name, why in moving.staying().items() if not why.startswith("stays: ")} == {}


def test_everything_sealed_is_in_a_group() -> None:
    """What could not be opened and sealed anew would be lost."""
    for part in [*moving.going()]:
        sealed = {one.columns[0].name for one in part.mapper.column_attrs if one.columns[0].info.get("sealed")}
        assert sealed == set(moving.sealed_columns(part.model)), part.name


def test_of_the_staff_nobody_is_named_there(app: Flask) -> None:
    """Who has to be somebody is the receiving lawyer; of the others nobody is left."""
    lawyer_id = UUID(int=9)
    with app.app_context():
        row = CaseEvent(id=UUID(int=7), kind="opened", case_id=UUID(int=2), from_code=str(UUID(int=3)))
    ids = moving.Ids(UUID(int=4), known=frozenset({UUID(int=2)}))
    found = moving.values(row, ids, lawyer_id)
    assert found["case_id"] == ids.made(UUID(int=2))
    assert found["from_code"] is None
    assert found["recorded_by_id"] is None
