"""A person of partner A with everything that could be told, and the way to partner B."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask

from casework.cases import actions as cases
from casework.cases import queries as case_queries
from casework.cases.models import Case
from casework.consents import actions as consents
from casework.consents import queries as consent_queries
from casework.consultations import actions as consultations
from casework.core import clock
from casework.core.db import db
from casework.core.scope import acting_as, system
from casework.documents import actions as documents
from casework.persons import actions as persons
from casework.persons import queries as person_queries
from casework.persons.models import Contacts, DocumentNumber, Identity, Person
from casework.persons.rules import PartialDate
from casework.referrals import actions, jobs, queries, sharing
from casework.referrals.actions import Recipient
from casework.referrals.models import Referral, ReferralSide, Selection
from tests.documents import files
from tests.factories import World
from tests.pages import Client, client_of

NOW = date(2026, 9, 15)
OPENED = NOW - timedelta(days=30)
ASKS = "Прошу принять по жилью"


@pytest.fixture(autouse=True)
def _on_a_tuesday(app: Flask) -> Iterator[None]:
    app.extensions.pop("name_index", None)  # kept by the process; the database under it is a new one
    with clock.at(NOW):
        yield


@dataclass
class Sent:
    """A referral from A to B, and the ids of what it is about."""

    app: Flask
    world: World
    case: UUID
    person: UUID
    relative: UUID
    session: UUID
    document: UUID
    referral: UUID = field(init=False)

    @contextmanager
    def acting(self, where: str = "A", role: str = "lawyer") -> Iterator[None]:
        with self.app.app_context(), acting_as(self.world.principal(role, where)):
            yield
            db.session.commit()

    @contextmanager
    def of(self, where: str = "A", role: str | None = None) -> Iterator[Referral]:
        """The referral as somebody of one partner has it; saved at the end."""
        with self.acting(where, role or ("lawyer" if where == "A" else "supervisor")):
            one = queries.referral(self.referral)
            assert one is not None
            yield one

    @property
    def state(self) -> str:
        with self.of() as one:
            return one.state

    def agree(self, person_id: UUID | None = None, recipient: str | None = None, **more: object) -> UUID:
        """The person agrees to be told of to B."""
        with self.acting():
            person = person_queries.person(person_id or self.person)
            assert person is not None
            given = consents.Given(
                purpose="REFERRAL",
                state="given",
                answered_on=NOW,
                recipient=recipient or f"organisation:{self.world.organisations['B']}",
                form="WRITTEN",
                language="rus",
                **more,  # type: ignore[arg-type]
            )
            return consents.record(person, given).id

    def begin(self, recipient: Recipient | None = None, **more: object) -> UUID:
        with self.acting():
            case, person = case_of(self.case), person_queries.person(self.person)
            assert person is not None
            to = recipient or Recipient(organisation_id=self.world.organisations["B"])
            self.referral = actions.begin(case, person, to, **more).id  # type: ignore[arg-type]
            return self.referral

    def choose(self, **chosen: object) -> None:
        with self.of() as one:
            actions.choose(side_of(one), Selection(asks=ASKS, **chosen))  # type: ignore[arg-type]

    def send(self) -> None:
        with self.of() as one:
            side = side_of(one)
            person, case = queries.person_of(side), side.case
            assert person is not None
            assert case is not None
            actions.send(side, sharing.digest(sharing.share_of(one, person, case, side.selection)))

    def sent(self, **chosen: object) -> None:
        """All the way to B's list."""
        self.agree()
        self.begin()
        self.choose(**chosen)
        self.send()

    def accept(self) -> None:
        with self.of("B") as one:
            actions.accept(one, self.world.user_id("lawyer", "B"))

    def register(self, state: str = "given", *, person_id: UUID | None = None, **more: object) -> UUID:
        """What the person answers to being registered and helped."""
        with self.acting():
            person = person_queries.person(person_id or self.person)
            assert person is not None
            told = consents.Given("REGISTER", state, NOW, form="WRITTEN", language="rus", **more)  # type: ignore[arg-type]
            return consents.record(person, told).id

    def withdraw_consent(self, consent_id: UUID) -> list[str]:
        with self.acting():
            found = next(
                filter(None, (consent_queries.consent(one, consent_id) for one in (self.person, self.relative)))
            )
            return consents.withdraw(found, NOW, "IN_PERSON")

    def tell(self, where: str) -> None:
        """The job of one side."""
        with self.app.app_context(), acting_as(system("job referrals.tell", self.world.organisations[where])):
            jobs.tell()
            db.session.commit()

    def client(self, role: str, where: str) -> Client:
        return client_of(self.app).sign_in_as(self.world.principal(role, where))


def case_of(case_id: UUID) -> Case:
    found = case_queries.case_(case_id)
    assert found is not None
    return found


def side_of(one: Referral) -> ReferralSide:
    found = queries.side(one)
    assert found is not None
    return found


@pytest.fixture
def sent(app: Flask, world: World) -> Sent:
    with app.app_context(), acting_as(world.principal("lawyer", "A")):
        person = _person()
        relative = persons.register(
            persons.Registration(
                identity=Identity(family_name="Родственникова-Клёст", given_name="Иволга"),
                registered_on=OPENED,
                birth=PartialDate(1958),
                sex="F",
            )
        )
        persons.add_relative(person, relative, "MTH", True)
        case = cases.open_case([person], "NATIONALITY", OPENED, world.user_id("lawyer", "A"))
        held = consultations.record(
            case,
            consultations.Session(
                NOW - timedelta(days=7),
                "OFFICE",
                [person.id],
                title="Беседа о Пеночкине",
                summary="Рассказала о Мухоловке",
            ),
        )
        file = documents.add(
            case,
            io.BytesIO(files.pdf("canary of a file")),
            "файл-свиристель.pdf",
            documents.Facts("BIRTH_CERT", person.id, title="Свидетельство Трясогузкиной"),
        )
        db.session.commit()
        return Sent(app, world, case.id, person.id, relative.id, held.id, file.id)


def _person() -> Person:
    return persons.register(
        persons.Registration(
            identity=Identity(
                family_name="Канарейкина",
                given_name="Зимородка",
                patronymic="Сойкиничного",
                latin_name="KANAREYKINALAT",
                former_names=["Прежняя-Чижова"],
                birth_place="Снегирёвск",
                iin="910314400123",
                documents=[DocumentNumber("FOREIGN_PASS", "QK7781234")],
            ),
            registered_on=OPENED,
            birth=PartialDate(1991, 3, 14),
            sex="F",
            origin="TJK",
            arrived=PartialDate(2011, 2),
            languages=["uzb"],
            region="KZ-55",
            contacts=Contacts(
                phone="+7 700 111 22 33",
                other_phone="+7 700 444 55 66",
                email="kanareyka@example.org",
                address="улица Дроздовая, 4",
                safety="SET_HOURS",
                best_times="после обеда",
                asked_on="2026-09-01",
                may_pass_on=True,
            ),
        )
    )
