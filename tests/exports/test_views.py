"""The case list as a workbook: purpose first, then the file, for a day, with nothing in it that is not to leave."""

import io
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from casework.cases import actions as cases
from casework.consultations import actions as consultations
from casework.core import clock
from casework.core.audit import AuditEntry
from casework.persons import actions as persons
from casework.persons.models import Contacts, Identity
from casework.restrictions import actions as restrictions
from tests.approvals.conftest import CHILD, NAME, OPENED, TODAY, Made, case_of, person_of
from tests.conftest import Acting, ClientFor
from tests.factories import World
from tests.pages import Client, Page
from tests.statements import counted

PURPOSE = "Квартальный отчёт для офиса"
SECRETS = {
    "phone": "+7 701 555 00 11",
    "address": "улица Тайных Маяков",
    "title": "Секретный разговор",
    "summary": "Она рассказала тайну",
    "step": "Позвонить в маяк",
}


@pytest.fixture
def full(acting: Acting, world: World, made: Made) -> Made:
    """The case with all that must not leave, and a name that a spreadsheet could take for a formula."""
    with acting(world.principal("lawyer")):
        person = person_of(made)
        persons.correct_contacts(
            person,
            Contacts(phone=SECRETS["phone"], address=SECRETS["address"], safety="ANY_TIME"),
            consent="given",
            consent_on=OPENED,
        )
        consultations.record(
            case_of(made),
            consultations.Session(
                held_on=TODAY,
                modality="OFFICE",
                persons=[made.person],
                title=SECRETS["title"],
                summary=SECRETS["summary"],
            ),
        )
        odd = persons.register(persons.Registration(identity=Identity(family_name="=1+1"), registered_on=OPENED))
        cases.open_case([odd], "ASYLUM", OPENED, world.user_id("lawyer"))
    return made


def exported(client: Client, query: str = "state=open", **values: str) -> bytes:
    assert client.submit(f"/exports/new?{query}", {"purpose": PURPOSE, **values}).location == "/exports/"
    answer = client.get(client.page("/exports/").links["Take the workbook"])
    assert answer.mimetype == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert "attachment" in answer.headers["Content-Disposition"]
    return answer.data


def cells(data: bytes) -> Iterator[tuple[object, ...]]:
    return load_workbook(io.BytesIO(data)).worksheets[0].iter_rows(values_only=True)


def text_of(data: bytes) -> str:
    return "\n".join(str(value) for row in cells(data) for value in row if value is not None)


def test_numbers_and_coded_facts_only(client_for: ClientFor, acting: Acting, world: World, full: Made) -> None:
    supervisor = client_for("supervisor")
    assert supervisor.page("/cases/?track=OTHER").links["Export"] == "/exports/new?track=OTHER"
    data = exported(supervisor)
    text = text_of(data)
    with acting(world.principal("lawyer")):
        case, person = case_of(full), person_of(full)
    assert case.number in text
    assert person.number in text
    assert "Person of undetermined nationality" in text
    for words in (*SECRETS.values(), NAME.split()[0], CHILD.split()[0], "=1+1"):
        assert words not in text, words
    first = [row[0] for row in cells(data)][:3]
    assert str(first[0]).startswith(
        "Confidential. 2 cases, taken by Supervisor of Partner Aster, Partner Aster, on 6 A"
    )
    assert first[1] == f"Purpose: {PURPOSE}"


def test_names_only_if_chosen_and_never_a_formula(client_for: ClientFor, full: Made) -> None:
    text = text_of(exported(client_for("supervisor"), has_names="y"))
    assert NAME in text
    assert CHILD in text
    assert "'=1+1" in text
    for words in SECRETS.values():
        assert words not in text, words


def test_it_follows_the_filters(client_for: ClientFor, acting: Acting, world: World, full: Made) -> None:
    data = exported(client_for("supervisor"), "track=ASYLUM")
    assert len(list(cells(data))) == 5, "three lines on who and why, the headings, one case"


def test_every_taking_stands_in_the_trail(client_for: ClientFor, acting: Acting, world: World, full: Made) -> None:
    exported(client_for("supervisor"), "track=OTHER", has_names="y")
    with acting(world.principal("supervisor")) as session:
        entries = session.scalars(
            select(AuditEntry).where(AuditEntry.action.in_(("case:export", "export:taken")))
        ).all()
        found = {(one.action, one.subject_kind): one for one in entries}
        assert found["case:export", "cases"].subject_id == full.case
        assert set(found["case:export", "persons"].seen.ids) == {str(full.person), str(full.child)}
        assert found["export:taken", "exports"].details == '{"names":true,"rows":1}'
    assert "Taken 1 time" in client_for("supervisor").page("/exports/").text


def test_a_purpose_is_needed(client_for: ClientFor, full: Made) -> None:
    refused = client_for("supervisor").submit("/exports/new?state=open", {"purpose": "отчёт"})
    assert refused.status_code == 422
    assert "Write a sentence" in Page(refused.text).text
    assert client_for("lawyer").get("/exports/new").status_code == 403


def test_after_a_day_it_is_over(client_for: ClientFor, full: Made) -> None:
    supervisor = client_for("supervisor")
    exported(supervisor)
    url = supervisor.page("/exports/").links["Take the workbook"]
    with clock.at(TODAY + timedelta(days=2)):
        assert supervisor.get(url).status_code == 422
        page = supervisor.page("/exports/")
        assert "Expired" in page.text
        assert "Take the workbook" not in page.links


def test_restricted_records_are_left_out(client_for: ClientFor, acting: Acting, world: World, full: Made) -> None:
    with acting(world.principal("supervisor")):
        restrictions.restrict(person_of(full), "Угрозы от родни")
        number = case_of(full).number
    supervisor = client_for("supervisor")
    assert "1 case is left out" in supervisor.page("/exports/new?state=open").text
    assert number not in text_of(exported(supervisor))


@pytest.mark.usefixtures("wanted")
def test_when_a_second_person_has_to_approve(
    client_for: ClientFor, acting: Acting, world: World, full: Made, second: object
) -> None:
    from tests.pages import client_of

    supervisor = client_for("supervisor")
    assert supervisor.submit("/exports/new?track=OTHER", {"purpose": PURPOSE}).location == "/exports/"
    page = supervisor.page("/exports/")
    assert "Awaits approval" in page.text
    assert "Take the workbook" not in page.links
    other = client_of(supervisor.application).sign_in_as(second)  # type: ignore[arg-type]
    queue = other.page("/approvals/")
    assert PURPOSE in queue.text
    action = next(one.get("action") for one in queue.all("form") if "/approve" in (one.get("action") or ""))
    sent = queue.filled(queue.form_with(set(), action))
    other.stays_signed_in = False
    with clock.at(clock.now() + timedelta(minutes=6)):
        assert other.post(action, data=sent).status_code == 401, "what lets data leave asks for a fresh code"
    assert other.post(action, data=sent).location == "/approvals/"
    assert "Take the workbook" not in other.page("/exports/").links, "only who asked takes it"
    assert supervisor.get(supervisor.page("/exports/").links["Take the workbook"]).status_code == 200


def test_no_other_case_than_those_that_were_asked_for(
    client_for: ClientFor, acting: Acting, world: World, full: Made
) -> None:
    supervisor = client_for("supervisor")
    assert supervisor.submit("/exports/new?state=open", {"purpose": PURPOSE}).location == "/exports/"
    with acting(world.principal("lawyer")):
        asked_for = case_of(full).number
        late = persons.register(persons.Registration(identity=Identity(family_name="Late"), registered_on=OPENED))
        later = cases.open_case([late], "OTHER", OPENED, world.user_id("lawyer")).number
    url = supervisor.page("/exports/").links["Take the workbook"]
    text = text_of(supervisor.get(url).data)
    assert asked_for in text
    assert later not in text
    with acting(world.principal("supervisor")):
        restrictions.restrict(person_of(full), "Угрозы от родни")
    assert asked_for not in text_of(supervisor.get(url).data)


@pytest.mark.usefixtures("wanted")
def test_the_list_asks_as_little_of_many_exports_as_of_a_few(app: Flask, client_for: ClientFor, full: Made) -> None:
    supervisor = client_for("supervisor")

    def asked(more: int) -> int:
        for _each in range(more):
            exported_for_approval(supervisor)
        supervisor.page("/exports/")
        with counted(app) as found:
            page = supervisor.page("/exports/")
        assert "Awaits approval" in page.text
        return len(found)

    assert asked(1) == asked(5)


def exported_for_approval(client: Client) -> None:
    assert client.submit("/exports/new?state=open", {"purpose": PURPOSE}).location == "/exports/"
