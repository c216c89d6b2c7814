"""Before a case is taken over, the other partner knows what kind of case it is, and nobody in it.

Two cases that differ in everything but what the card says are offered in the same way, and whatever the other partner
comes to read of one and of the other is the same, letter by letter.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from casework.accounts.models import Organisation
from casework.cases import actions as cases
from casework.cases import queries as case_queries
from casework.cases.models import Case
from casework.comments import actions as comments
from casework.conflicts import actions as conflicts
from casework.conflicts.models import Opponent
from casework.consents import actions as consents
from casework.consultations import actions as consultations
from casework.core import clock
from casework.core.clock import ALMATY
from casework.core.columns import Sealed
from casework.core.db import db
from casework.core.scope import acting_as, system
from casework.diary import actions as diary
from casework.documents import actions as documents
from casework.mandates import actions as mandates
from casework.needs import actions as needs
from casework.persons import actions as persons
from casework.persons.models import Contacts, DocumentNumber, Identity, Person
from casework.persons.rules import PartialDate
from casework.transfers import actions, queries
from casework.transfers.rules import recipient
from tests import factories, reading
from tests.conftest import _Stage
from tests.documents import files
from tests.factories import World
from tests.pages import client_of

TODAY = date(2026, 9, 15)
ON_THE_CARD = {"sex", "region", "languages", "track", "stage", "priority"}
"""What the card says, beside the age band and the month of opening."""
OF_THE_SYSTEM = {"version", "registered_by_id", "changed_at", "merged_into_id", "merged_on", "organisation_id",
                 "registration", "next_step_owner_id", "closed_on", "outcome", "closure_reason", "consent",
                 "procedure_id", "is_birth_estimated", "erased_on"}  # fmt: skip
"""What says of nobody who they are, or is not there while a case is open."""


@pytest.fixture(autouse=True)
def _on_a_tuesday() -> Iterator[None]:
    with clock.at(TODAY):
        yield


@dataclass(frozen=True)
class Invented:
    """Somebody whose case is offered."""

    identity: Identity
    contacts: Contacts
    facts: dict[str, Any]
    lawyer: str
    opened_on: date
    source: str
    held_on: date
    paper: str
    word: str
    """In every text, so that each is another."""


PEOPLE = (
    Invented(
        Identity(
            family_name="Канарейкина",
            given_name="Зимородка",
            patronymic="Сойкиничного",
            latin_name="KANAREYKINALAT",
            former_names=["Прежняя-Чижова"],
            birth_place="Снегирёвск",
            iin="910314400123",
            documents=[DocumentNumber("FOREIGN_PASS", "QK7781234")],
        ),
        Contacts(phone="+7 700 111 22 33", email="kanareyka@example.org", safety="SET_HOURS", best_times="после обеда"),
        {
            "birth": PartialDate(1991, 3, 14),
            "origin": "TJK",
            "arrived": PartialDate(2011, 2),
            "nationality": "UN",
            "displacement": "NOC",
            "consent_on": date(2026, 8, 16),
        },
        "Юрист Щегловитый",
        date(2026, 8, 16),
        "SELF",
        date(2026, 8, 27),
        "BIRTH_CERT",
        "Пеночка",
    ),
    Invented(
        Identity(
            family_name="Лещинская",
            given_name="Рыбка",
            patronymic="Карповна",
            latin_name="LESHCHINSKAYALAT",
            former_names=["Бывшая-Налимова"],
            birth_place="Плотвинск",
            iin="870529400456",
            documents=[DocumentNumber("USSR_PASS", "RT9905678")],
        ),
        Contacts(phone="+7 705 777 88 99", email="rybka@example.net", safety="NEVER_WRITE", best_times="утром"),
        {
            "birth": PartialDate(1987, 5, 29),
            "origin": "AFG",
            "arrived": PartialDate(2014, 11),
            "nationality": "AR",
            "displacement": "ASR",
            "consent_on": date(2026, 8, 3),
        },
        "Юрист Сазанова",
        date(2026, 8, 3),
        "PARTNER_NGO",
        date(2026, 8, 25),
        "MED_BIRTH",
        "Стерлядь",
    ),
)


@dataclass
class Two:
    cases: list[UUID]
    there: reading.OwnRecord


def two_cases(app: Flask, world: World) -> Two:
    """Both, in the records of A; each person agrees that their case goes to B."""
    return Two([_case(app, world, one) for one in PEOPLE], reading.own_record(app, world, "B"))


def _case(app: Flask, world: World, one: Invented) -> UUID:
    with app.app_context(), acting_as(system("tests", world.organisations["A"])):
        where = db.session.get_one(Organisation, world.organisations["A"])
        lawyer_id = factories.user("lawyer", where, name=one.lawyer, email=f"{one.paper.lower()}@a.example.org").id
        db.session.commit()
    with app.app_context(), acting_as(world.principal("supervisor", "A")):
        given = persons.Registration(
            one.identity, one.opened_on, one.contacts, sex="F", region="KZ-55", languages=["uzb"], consent="given",
            **one.facts,
        )  # fmt: skip
        person = persons.register(given)
        case = cases.open_case([person], "NATIONALITY", one.opened_on, lawyer_id, source=one.source)
        cases.set_next_step(case, f"Шаг {one.word}", date(2026, 10, len(one.word)))
        title, summary = f"Беседа {one.word}", f"Рассказ {one.word}"
        consultations.record(
            case, consultations.Session(one.held_on, "OFFICE", [person.id], title=title, summary=summary)
        )
        pdf = io.BytesIO(files.pdf(f"canary of {one.paper}"))
        documents.add(case, pdf, f"{one.word}.pdf", documents.Facts(one.paper, person.id, title=f"Бумага {one.word}"))
        needs.record(person, needs.Given("LP-CR" if one.paper == "BIRTH_CERT" else "DS-BD", one.opened_on))
        conflicts.add(case, conflicts.Told("SPOUSE", who=Opponent(family_name=f"Супруг-{one.word}")))
        mandates.record(person, mandates.Given(scope=["ADMIN"], issued_on=one.opened_on, notary=f"Нотариус {one.word}"))
        begins = datetime(2026, 9, 10 + len(one.word), 10, 30, tzinfo=ALMATY)
        diary.plan(case, diary.Told("HEARING", begins, 60, lawyer_id, place=f"Зал {one.word}"))
        comments.write(case, f"Коллеги, {one.word}")
        to = recipient(world.organisations["B"])
        consents.record(person, consents.Given("TRANSFER", "given", one.opened_on, to, form="WRITTEN", language="rus"))
        db.session.commit()
        return case.id


def offered(app: Flask, world: World, case_id: UUID) -> UUID:
    with app.app_context(), acting_as(world.principal("supervisor", "A")):
        case = case_queries.case_(case_id)
        assert case is not None
        (to,) = [one for one in queries.partners() if one.id == world.organisations["B"]]
        made = actions.offer(case, to, [party.person_id for party in case.parties], "Переезжает к вам")
        db.session.commit()
        return made.id


def stop(app: Flask, world: World, case_id: UUID, transfer_id: UUID) -> None:
    """B takes it over, but meanwhile A has closed the case: nothing is copied."""
    with app.app_context(), acting_as(world.principal("supervisor", "B")):
        transfer = queries.transfer(transfer_id)
        assert transfer is not None
        actions.accept(transfer, world.user_id("lawyer", "B"))
        db.session.commit()
    with app.app_context(), acting_as(world.principal("supervisor", "A")):
        case = case_queries.case_(case_id)
        assert case is not None
        cases.close(case, TODAY, "ADVICE_ONLY", "SOLUTION")
        db.session.commit()


def test_the_two_differ_in_all_but_what_the_card_says(app: Flask, stage: _Stage, world: World) -> None:
    """Whoever adds a column of a person or a case fills it differently here, or says why it tells of nobody."""
    two: Two = stage.reset(two_cases)
    with app.app_context(), acting_as(system("tests")):
        one, other = (db.session.get_one(Case, case_id) for case_id in two.cases)
        pairs: list[tuple[Any, Any, Any]] = [(Case, one, other)]
        pairs.append((Person, one.parties[0].person, other.parties[0].person))
        for kind, first, second in pairs:
            names = {each.key for each in kind.__mapper__.column_attrs if not each.key.endswith("_sealed")}
            names |= {name for name, group in vars(kind).items() if isinstance(group, Sealed)}
            same = {name for name in names if getattr(first, name) == getattr(second, name)}
            assert not same - ON_THE_CARD - OF_THE_SYSTEM, kind.__name__


def test_before_it_is_theirs_nothing_there_tells_whose_it_is(app: Flask, stage: _Stage, world: World) -> None:
    """Its page, desk, counts, lists, search, calendar, feed, workbook, notices, mails, trail, every row B holds.

    Once it is accepted and has stopped, its own pages and the rows again.
    """
    both = []
    for number in range(len(PEOPLE)):
        two: Two = stage.reset(two_cases)
        transfer_id = offered(app, world, two.cases[number])
        page = f"/transfers/{transfer_id}"
        pages = [page, f"{page}/accept", f"{page}/decline"]
        words = [one.identity.family_name or "" for one in PEOPLE]
        found = reading.everything(app, world, "B", besides=[*pages, f"/cases/{two.there.case}"], words=words)
        stop(app, world, two.cases[number], transfer_id)
        reading.tell_everybody(app, world, "B")
        client = client_of(app).sign_in_as(world.principal("supervisor", "B"))
        stopped = {reading.plain(each): reading.read(client, each) for each in [*pages, "/desk", "/transfers/"]}
        assert "Nothing has moved" in stopped["/transfers/…"]
        stopped |= reading.held(app, world, "B")
        both.append({**found, **{f"stopped: {place}": text for place, text in stopped.items()}})
    read = both[0]
    for place in ("supervisor /transfers/…", "stopped: /transfers/…"):
        assert "Переезжает к вам" in read[place]
        assert "Pavlodar" in read[place]
    assert two.there.number in read["workbook"]
    assert "transfer_in" in read["rows of notices"]
    assert not reading.differences(*both)
