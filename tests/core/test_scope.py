"""Walls 1 to 3: whatever the shape of a statement, no row of another organisation is read, changed, moved or named."""

import re
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask, g
from sqlalchemy import delete, event, exists, func, insert, select, text, union, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Bundle, Session, aliased, contains_eager, joinedload, selectinload, subqueryload

from casework.accounts.models import Organisation
from casework.cases.models import Case, CaseEvent, CaseParty
from casework.consultations.models import Consultation
from casework.core import clock
from casework.core.config import SOURCE_TREE
from casework.core.db import Base, db, session_for
from casework.core.errors import Hidden
from casework.core.scope import CrossesOrganisations, Scoped, ScopedSession, own, scoped_tables, system
from casework.persons.models import Person, StatusEntry
from tests.conftest import Acting
from tests.factories import World
from tests.security.caseload import Caseload

TABLE = Person.__table__
SCOPED = sorted((m.class_ for m in Base.registry.mappers if issubclass(m.class_, Scoped)), key=str)
pytestmark = pytest.mark.filterwarnings("ignore:SELECT statement has a cartesian product")


def ids(rows: Any) -> set[UUID]:
    return {getattr(row, "id", row) for row in rows}


# -- reading: every shape gives one's own rows and only those ------------------------------------------------------

Reading = Callable[[Session], set[UUID]]


def with_cte(session: Session) -> set[UUID]:
    mine = select(Person.id, Person.number).cte("mine")
    return ids(session.scalars(select(mine.c.id)))


def with_alias(session: Session) -> set[UUID]:
    other = aliased(Person)
    return ids(session.scalars(select(other).where(other.number != "")))


def two_aliases(session: Session) -> set[UUID]:
    one, other = aliased(Person), aliased(Person)
    return {found for row in session.execute(select(one.id, other.id)) for found in row}


def with_scalar_subquery(session: Session) -> set[UUID]:
    latest = select(func.max(Person.number)).scalar_subquery()
    return ids(session.scalars(select(Person).where(Person.number <= latest)))


def through_a_subquery(session: Session) -> set[UUID]:
    inside = select(Person).subquery()
    return ids(session.scalars(select(aliased(Person, inside))))


def in_a_union(session: Session) -> set[UUID]:
    both = union(select(Person.id).where(Person.sex == "F"), select(Person.id).where(Person.sex != "F")).subquery()
    return ids(session.scalars(select(Person).where(Person.id.in_(select(both.c.id)))))


READINGS: dict[str, Reading] = {
    "select": lambda session: ids(session.scalars(select(Person))),
    "columns": lambda session: ids(session.scalars(select(Person.id))),
    "bundle": lambda session: {row[0].id for row in session.execute(select(Bundle("one", Person.id, Person.number)))},
    "old query": lambda session: ids(session.query(Person).all()),
    "join": lambda session: ids(session.scalars(select(Person).join(CaseParty, CaseParty.person_id == Person.id))),
    "outer join from a table without walls": lambda session: ids(
        session.scalars(
            select(Person.id)
            .select_from(Organisation)
            .outerjoin(Person, Person.organisation_id == Organisation.id)
            .where(Person.id.is_not(None))
        )
    ),
    "cartesian product": lambda session: ids(session.scalars(select(Person.id).select_from(Organisation, Person))),
    "alias": with_alias,
    "two aliases": two_aliases,
    "subquery": through_a_subquery,
    "cte": with_cte,
    "scalar subquery": with_scalar_subquery,
    "union": in_a_union,
    "bare union": lambda session: ids(session.scalars(union(select(Person.id), select(Person.id)))),
    "exists": lambda session: ids(
        session.scalars(select(Person).where(exists().where(StatusEntry.person_id == Person.id)))
    ),
    "in": lambda session: ids(session.scalars(select(Person).where(Person.id.in_(select(StatusEntry.person_id))))),
    "any": lambda session: ids(session.scalars(select(Person).where(Person.entries.any(StatusEntry.code == "UN")))),
    "has": lambda session: {
        entry.person_id
        for entry in session.scalars(select(StatusEntry).where(StatusEntry.person.has(Person.sex == "F")))
    },
    "joined load": lambda session: {
        party.person.id
        for case in session.scalars(
            select(Case).options(joinedload(Case.parties).joinedload(CaseParty.person))
        ).unique()
        for party in case.parties
    },
    "select-in load": lambda session: {
        entry.person_id
        for person in session.scalars(select(Person).options(selectinload(Person.entries)))
        for entry in person.entries
    },
    "subquery load": lambda session: {
        entry.person_id
        for person in session.scalars(select(Person).options(subqueryload(Person.entries)))
        for entry in person.entries
    },
    "contains_eager": lambda session: {
        entry.person_id
        for person in session.scalars(
            select(Person).join(Person.entries).options(contains_eager(Person.entries))
        ).unique()
        for entry in person.entries
    },
    "lazy load": lambda session: {
        entry.person.id for person in session.scalars(select(Person)) for entry in person.entries
    },
    "yield per": lambda session: ids(session.scalars(select(Person).execution_options(yield_per=1))),
    "order, limit, offset": lambda session: ids(session.scalars(select(Person).order_by(Person.number).limit(50))),
}


def test_every_shape_of_statement_reads_own_rows_only(acting: Acting, world: World, made: dict[str, Caseload]) -> None:
    wrong = []
    for key, other in (("A", "B"), ("B", "A")):
        mine, theirs = ({made[k].person, made[k].relative} for k in (key, other))
        for name, shape in READINGS.items():
            with acting(world.principal("lawyer", key)) as session:
                found = shape(session)
            if not found & mine or found - mine or found & theirs:
                wrong.append((key, name, found))
    assert wrong == []


def test_counts_and_gets(acting: Acting, world: World, made: dict[str, Caseload]) -> None:
    with acting(world.principal("lawyer", "A")) as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 2
        assert session.scalar(select(func.count(Person.id))) == 2
        assert session.get(Person, made["A"].person) is not None
        assert session.get(Person, made["B"].person) is None
        assert session.get(Consultation, made["B"].consultation) is None


def test_no_scoped_table_shows_a_foreign_row(acting: Acting, world: World, made: dict[str, Caseload]) -> None:
    with acting(world.principal("lawyer", "A")) as session:
        for model in SCOPED:
            found = session.scalars(select(model.organisation_id).distinct()).all()
            assert set(found) <= {world.organisations["A"]}, model.__tablename__


def test_a_loaded_row_is_loaded_anew(acting: Acting, world: World, made: dict[str, Caseload]) -> None:
    with acting(world.principal("lawyer", "A")) as session:
        case = session.get_one(Case, made["A"].case)
        session.refresh(case)
        session.refresh(case, ["parties"])
        session.expire(case)
        assert (case.organisation_id, len(case.parties)) == (world.organisations["A"], 1)


def test_a_row_that_moved_away_meanwhile_is_not_loaded_anew(
    acting: Acting, world: World, made: dict[str, Caseload]
) -> None:
    with acting(world.principal("lawyer", "A")) as session:
        event_ = session.scalars(select(CaseEvent).where(CaseEvent.case_id == made["A"].case)).first()
        assert event_ is not None
        session.connection().execute(
            CaseEvent.__table__.update()
            .where(CaseEvent.__table__.c.id == event_.id)
            .values(organisation_id=world.organisations["B"], case_id=made["B"].case),
            execution_options={"unscoped": "tests"},
        )
        with pytest.raises(CrossesOrganisations):
            session.refresh(event_)
        session.rollback()


def test_the_office_and_the_signed_out_see_nothing(
    app: Flask, acting: Acting, world: World, made: dict[str, Caseload]
) -> None:
    with acting(world.principal("statistics")) as session:
        assert session.scalars(select(Person)).all() == []
        assert session.scalar(select(func.count()).select_from(Case)) == 0
    with app.app_context():
        assert db.session.info["principal"] is None
        assert db.session.scalars(select(Person)).all() == []
        assert db.session.scalar(select(func.count()).select_from(StatusEntry)) == 0


# -- what the filter cannot reach is refused --------------------------------------------------------------------------

REFUSED: dict[str, Callable[[Session, dict[str, Caseload], World], Any]] = {
    "text": lambda session, made, world: session.execute(text("SELECT number FROM persons")),
    "text after a comma": lambda session, made, world: session.execute(
        text("SELECT number FROM organisations, persons")
    ),
    "text after a comment": lambda session, made, world: session.execute(text("SELECT number FROM/**/persons")),
    "text in quotes and capitals": lambda session, made, world: session.execute(text('SELECT 1 from "PERSONS"')),
    "text inside a mapped statement": lambda session, made, world: session.execute(
        select(Organisation.id).where(text("1 <= (SELECT count(*) FROM persons)"))
    ),
    "entities from text": lambda session, made, world: session.scalars(
        select(Person).from_statement(text("SELECT * FROM persons"))
    ).all(),
    "columns from text": lambda session, made, world: session.scalars(
        select(Person.number).from_statement(
            text("SELECT number FROM persons").columns(number=Person.__table__.c.number.type)
        )
    ).all(),
    "bare table": lambda session, made, world: session.execute(select(TABLE.c.number)),
    "bare table beside a mapped one": lambda session, made, world: session.execute(
        select(Organisation.id, TABLE.c.number)
    ),
    "bare table in exists": lambda session, made, world: session.execute(
        select(Organisation.id).where(exists(select(TABLE.c.id)))
    ),
    # Nothing in the outer SELECT is mapped, so the filter does not reach in: select(Person.id).where(…) instead.
    "bare exists": lambda session, made, world: session.scalar(select(exists().where(Person.id == made["B"].person))),
    "the connection itself": lambda session, made, world: session.connection().execute(select(Person)),
    "the driver": lambda session, made, world: session.connection().exec_driver_sql("SELECT number FROM persons"),
    "update of a bare table": lambda session, made, world: session.execute(TABLE.update().values(sex="M")),
    "delete from a bare table": lambda session, made, world: session.execute(TABLE.delete()),
    "bulk update by primary key": lambda session, made, world: session.execute(
        update(Person), [{"id": made["B"].person, "version": 1, "sex": "M"}]
    ),
    "old bulk update": lambda session, made, world: session.bulk_update_mappings(
        Person, [{"id": made["B"].person, "version": 1, "sex": "M"}]
    ),
    "old bulk save": lambda session, made, world: session.bulk_save_objects([foreign_event(made, world)]),
    "insert": lambda session, made, world: session.execute(insert(CaseEvent).values(**foreign_values(made, world))),
    "insert of one dictionary": lambda session, made, world: session.execute(
        insert(CaseEvent), foreign_values(made, world)
    ),
    "insert of many": lambda session, made, world: session.execute(insert(CaseEvent), [foreign_values(made, world)]),
    "insert from select": lambda session, made, world: session.execute(
        insert(CaseEvent).from_select(["id"], select(CaseEvent.id))
    ),
    "moving rows away": lambda session, made, world: session.execute(
        update(CaseEvent).values(organisation_id=world.organisations["B"])
    ),
    "moving rows away, by parameter": lambda session, made, world: session.execute(
        update(CaseEvent), {"organisation_id": world.organisations["B"]}
    ),
    "a new foreign row": lambda session, made, world: add(session, foreign_event(made, world)),
    "a merged foreign row": lambda session, made, world: merged(session, foreign_event(made, world)),
    "moving a row away": lambda session, made, world: moved(session, made, world),
}


def foreign_values(made: dict[str, Caseload], world: World) -> dict[str, Any]:
    return {
        "id": uuid4(),
        "organisation_id": world.organisations["B"],
        "case_id": made["B"].case,
        "kind": "opened",
        "happened_on": date(2026, 3, 2),
        "recorded_at": clock.now(),
    }


def foreign_event(made: dict[str, Caseload], world: World) -> CaseEvent:
    return CaseEvent(**foreign_values(made, world))


def add(session: Session, row: Any) -> None:
    session.add(row)
    session.flush()


def merged(session: Session, row: Any) -> None:
    session.merge(row)
    session.flush()


def moved(session: Session, made: dict[str, Caseload], world: World) -> None:
    session.get_one(Person, made["A"].person).organisation_id = world.organisations["B"]
    session.flush()


def test_what_passes_the_filter_by_is_refused(acting: Acting, world: World, made: dict[str, Caseload]) -> None:
    let_through = []
    for name, shape in REFUSED.items():
        with acting(world.principal("lawyer", "A")) as session:
            try:
                shape(session, made, world)
            except CrossesOrganisations:
                pass
            else:
                let_through.append(name)
            session.rollback()
    assert let_through == []


def test_bulk_writes_by_condition_touch_own_rows_only(
    app: Flask, acting: Acting, world: World, made: dict[str, Caseload]
) -> None:
    def sexes() -> dict[UUID, str]:
        with app.app_context(), session_for(system("tests")) as session:
            return {row.id: row.sex for row in session.execute(select(Person.id, Person.sex))}

    with acting(world.principal("lawyer", "A")) as session:
        session.execute(update(Person).values(sex="X"))
        session.execute(update(Person).where(Person.id == made["B"].person).values(sex="X"))
        session.execute(delete(CaseEvent).where(CaseEvent.kind == "opened"))
    found = sexes()
    assert found[made["A"].person] == "X"
    assert found[made["B"].person] == "F"
    with app.app_context(), session_for(system("tests")) as session:
        left = session.scalars(select(CaseEvent.organisation_id).where(CaseEvent.kind == "opened")).all()
        assert set(left) == {world.organisations["B"]}


def test_wall_2_says_no_when_a_foreign_row_is_loaded_all_the_same(
    acting: Acting, world: World, made: dict[str, Caseload]
) -> None:
    with acting(world.principal("lawyer", "A")) as session, pytest.raises(CrossesOrganisations):
        session.scalars(select(Person).execution_options(unscoped="a defect")).all()


def test_wall_3_refuses_a_reference_to_a_foreign_row(acting: Acting, world: World, made: dict[str, Caseload]) -> None:
    """Even of a row that is one's own in everything else, and even when the walls above are gone."""
    with acting(world.principal("lawyer", "A")) as session:
        session.add(CaseParty(case_id=made["A"].case, person_id=made["B"].person))
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()
        case = session.get_one(Case, made["A"].case)
        case.lawyer_id = world.user_id("lawyer", "B")
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()
    everything = system("a wall that fell")
    with acting(everything) as session:
        session.add(
            CaseParty(organisation_id=world.organisations["A"], case_id=made["A"].case, person_id=made["B"].person)
        )
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()


def test_a_failed_flush_leaves_no_door_open(acting: Acting, world: World, made: dict[str, Caseload]) -> None:
    """While the unit of work writes, its statements pass; after a flush that fails, nothing passes any more."""

    def break_down(session: ScopedSession, context: Any, instances: Any) -> None:
        raise ValueError("invented failure")

    with acting(world.principal("lawyer", "A")) as session:
        session.get_one(Person, made["A"].person).sex = "M"
        event.listen(session, "before_flush", break_down)
        with pytest.raises(ValueError, match="invented"):
            session.flush()
        event.remove(session, "before_flush", break_down)
        with session.no_autoflush, pytest.raises(CrossesOrganisations):
            session.execute(text("SELECT number FROM persons"))
        session.rollback()


def test_a_principal_is_fixed_and_each_session_has_its_own(
    acting: Acting, world: World, made: dict[str, Caseload]
) -> None:
    """The identity map of one principal is never looked at by another."""
    who = world.principal("lawyer", "A")
    with pytest.raises(FrozenInstanceError):
        who.organisation_id = world.organisations["B"]  # type: ignore[misc]
    with acting(who) as outer:
        mine = outer.get_one(Person, made["A"].person)
        outer.commit()  # SQLite has one writer at a time
        with acting(world.principal("lawyer", "B")) as inner:
            assert inner is not outer
            assert inner.get(Person, made["A"].person) is None
        # Whoever changes who acts in a living context changes nothing: the session has its principal already.
        g.principal = world.principal("lawyer", "B")
        assert outer.get(Person, made["B"].person) is None
        assert outer.get(Person, made["A"].person) is mine


def test_a_system_bound_to_an_organisation_stays_in_it(acting: Acting, world: World, made: dict[str, Caseload]) -> None:
    with acting(system("retention", world.organisations["A"])) as session:
        assert ids(session.scalars(select(Person))) == {made["A"].person, made["A"].relative}


def test_an_absent_row_is_hidden() -> None:
    with pytest.raises(Hidden):
        own(None)
    assert own("row") == "row"


# -- the few doors ----------------------------------------------------------------------------------------------------

DOORS = {
    ("casework/backups/copying.py", '"backup"'),  # every row of every table, sealed as it is, into a sealed file
    ("casework/backups/copying.py", '"restore"'),  # and back, into a database that nobody uses
    ("casework/core/chain.py", '"audit chain"'),
    ("casework/figures/actions.py", '"opening balances"'),
    ("casework/figures/flows.py", '"national figures"'),  # sums per cell and reason, never a person
    ("casework/figures/queries.py", '"each person once"'),  # ids and coded facts of whoever two partners may have
    ("casework/figures/queries.py", '"national figures"'),
    ("casework/figures/queries.py", '"recount"'),
    ("casework/releases/events.py", '"what all partners did"'),  # sums of sessions, services, decisions, letters
}


def test_every_door_through_the_walls_is_known() -> None:
    """Statements that count over all organisations. A new one is a decision: read it, then add it here."""
    found, by_hand = set(), []
    for path in sorted((SOURCE_TREE / "casework").rglob("*.py")):
        name, code = str(path.relative_to(SOURCE_TREE)), path.read_text("utf-8")
        if name == "casework/core/scope.py":
            continue
        found |= {(name, reason) for reason in re.findall(r"\bunscoped\(([^)]*)\)", code)}
        by_hand += [name for _ in re.findall(r"""["'](?:un)?scoped["']|\b(?:un)?scoped=""", code)]
    assert found == DOORS
    assert by_hand == [], "an execution option that opens the walls, set by hand"


def test_what_is_scoped() -> None:
    """A table without walls is a decision too."""
    assert set(Base.metadata.tables) - scoped_tables() == {
        "account_steps",  # like users: an administrator asks about those of any organisation
        "added_tables",
        "audit_heads",
        "audit_heads_signed",
        "backups",
        "balances",
        "bundles",
        "calendar_feeds",
        "code_items",
        "days_off",
        "edition_files",
        "edition_languages",
        "edition_texts",
        "editions",
        "external_figures",
        "external_files",
        "external_imports",
        "failed_sign_ins",
        "issued_numbers",
        "job_runs",
        "known_devices",
        "ledger_months",
        "letter_templates",
        "notice_choices",  # how a user wants to be told: says nothing about anyone else
        "notice_hours",
        "offsets",  # between organisations, for national sums only: an id and a cell, and nobody reads but sums
        "one_time_links",
        "organisations",
        "pattern_seeds",
        "release_explanations",
        "release_facts",  # sums of all organisations behind a release; only the protection of later ones reads them
        "recovery_codes",
        "releases",
        "second_factors",
        "overlaps",  # a question between two organisations: it names nobody, and what each knows is scoped
        "procedure_limits",
        "referrals",  # who sent to whom and how far it is: it names nobody, and what each side knows is scoped
        "procedure_moves",
        "procedure_needs",
        "procedure_stages",
        "procedures",
        "signed_in",
        "submissions",
        "transfers",  # who offers to whom and how far it is: it names nobody, and what each side knows is scoped
        "trusted_keys",
        "users",
    }
