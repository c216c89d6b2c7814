"""A case full of canaries at partner A, whose person has agreed that it goes to partner B."""

from dataclasses import dataclass
from uuid import UUID

import pytest
from flask import Flask

from casework.cases import queries as cases
from casework.consents import actions as consents
from casework.consents.actions import Given
from casework.core import clock
from casework.core.db import db
from casework.core.scope import acting_as, system
from casework.persons import queries as persons
from casework.transfers import actions, queries
from casework.transfers.jobs import CARRY
from casework.transfers.rules import recipient
from tests.factories import World
from tests.security.caseload import OPENED, Caseload


@dataclass
class Handover:
    """What the tests of transfers do again and again."""

    app: Flask
    world: World
    load: Caseload

    def agree(self, person_id: UUID | None = None, to: str = "B", where: str = "A") -> None:
        """The person agrees that the case goes to this partner."""
        with self.app.app_context(), acting_as(self.world.principal("supervisor", where)):
            person = persons.person(person_id or self.load.person)
            assert person is not None
            given = Given(
                "TRANSFER", "given", OPENED, recipient(self.world.organisations[to]), form="WRITTEN", language="rus"
            )
            consents.record(person, given)
            db.session.commit()

    def register(self, state: str = "given") -> UUID:
        """What the person answers at the sender to being registered and helped."""
        with self.app.app_context(), acting_as(self.world.principal("supervisor", "A")):
            person = persons.person(self.load.person)
            assert person is not None
            made = consents.record(person, Given("REGISTER", state, clock.today(), form="WRITTEN", language="rus"))
            db.session.commit()
            return made.id

    def offer(self, case_id: UUID | None = None, persons: list[UUID] | None = None) -> UUID:
        with self.app.app_context(), acting_as(self.world.principal("supervisor", "A")):
            case = cases.case_(case_id or self.load.case)
            assert case is not None
            (to,) = [one for one in queries.partners() if one.id == self.world.organisations["B"]]
            chosen = persons or [party.person_id for party in case.parties]
            made = actions.offer(case, to, chosen, "Переехала в другой город")
            db.session.commit()
            return made.id

    def accept(self, transfer_id: UUID) -> None:
        with self.app.app_context(), acting_as(self.world.principal("supervisor", "B")):
            transfer = queries.transfer(transfer_id)
            assert transfer is not None
            actions.accept(transfer, self.world.user_id("lawyer", "B"))
            db.session.commit()

    def carry(self, *where: str) -> None:
        """The job's turn, for both partners or one."""
        for key in where or ("A", "B"):
            with self.app.app_context(), acting_as(system("job transfers.carry", self.world.organisations[key])):
                CARRY.run()
                db.session.commit()

    def state(self, transfer_id: UUID) -> str:
        with self.app.app_context(), acting_as(self.world.principal("supervisor", "A")):
            found = queries.transfer(transfer_id)
            assert found is not None
            return found.state

    def case_there(self, transfer_id: UUID) -> UUID:
        """The case as the receiver has it."""
        with self.app.app_context(), acting_as(self.world.principal("supervisor", "B")):
            transfer = queries.transfer(transfer_id)
            side = queries.side(transfer) if transfer is not None else None
            assert side is not None
            assert side.case_id is not None
            return side.case_id


@pytest.fixture
def handover(app: Flask, world: World, two_caseloads: dict[str, Caseload]) -> Handover:
    return Handover(app, world, two_caseloads["A"])
