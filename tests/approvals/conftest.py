"""A case with two persons, an organisation that wants approvals, and a second supervisor."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import pytest
from flask import Flask

from casework.accounts import sign_in
from casework.approvals import actions, queries
from casework.approvals.models import Approval
from casework.cases import actions as cases
from casework.cases import queries as case_queries
from casework.cases.models import Case
from casework.core import clock
from casework.core.db import db
from casework.core.scope import Principal, system
from casework.persons import actions as persons
from casework.persons.models import Contacts, Identity, Person
from casework.persons.queries import record
from casework.persons.rules import PartialDate
from tests import factories
from tests.conftest import Acting
from tests.factories import World

OPENED, TODAY = date(2026, 3, 2), date(2026, 4, 6)
NAME, CHILD = "Шамшырақова Тоты", "Шамшырақова Ару"
EVERYTHING = ("case_close", "case_reopen", "status_change", "merge", "letter_send", "export")


@dataclass(frozen=True)
class Made:
    case: UUID
    person: UUID
    child: UUID

    @property
    def url(self) -> str:
        return f"/cases/{self.case}"


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(TODAY):
        yield


@pytest.fixture
def second(app: Flask, world: World, acting: Acting) -> Principal:
    """Another supervisor of partner A."""
    with acting(system("tests")):
        where = db.session.get_one(factories.Organisation, world.organisations["A"])
        return sign_in.principal_for(factories.user("supervisor", where, name="Second Supervisor", email="2@a.example"))


@pytest.fixture
def made(acting: Acting, world: World) -> Made:
    with acting(world.principal("lawyer")) as session:
        family = [
            persons.register(
                persons.Registration(
                    identity=Identity(family_name=name.split()[0], given_name=name.split()[1]),
                    contacts=Contacts(address="Самал көшесі, 5", safety="ANY_TIME"),
                    birth=PartialDate(1988, 5),
                    registered_on=OPENED,
                    nationality="UN",
                )
            )
            for name in (NAME, CHILD)
        ]
        case = cases.open_case(family, "OTHER", OPENED, session.info["principal"].user_id)
        cases.set_next_step(case, "Позвонить в маяк", date(2026, 5, 4))
        return Made(case.id, family[0].id, family[1].id)


@pytest.fixture
def wanted(acting: Acting, world: World, second: Principal) -> None:
    """Everything is wanted approved, whoever does it."""
    with acting(world.principal("supervisor")):
        actions.set_rules(dict.fromkeys(EVERYTHING, "everyone"))


def case_of(made: Made) -> Case:
    found = case_queries.case_(made.case)
    assert found is not None
    return found


def person_of(made: Made) -> Person:
    found = record(made.person)
    assert found is not None
    return found


def waiting() -> Approval:
    (found,) = queries.waiting()
    return found
