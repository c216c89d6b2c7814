"""The record, search, and registration in four steps."""

import json

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from casework.cases.models import Case
from casework.core.audit import AuditEntry
from casework.core.db import session_for
from casework.core.scope import system
from casework.persons.models import Draft, Person
from tests.conftest import Acting, ClientFor
from tests.factories import World
from tests.pages import Client, Page
from tests.security.caseload import CANARIES, Caseload, person_named

A = CANARIES["A"]
# Pages do not know which database is under them; actions and queries are tried on both.
pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
DUE = {"due_on-day": "1", "due_on-month": "2", "due_on-year": "2027"}


def persons(app: Flask) -> int:
    with app.app_context(), session_for(system("tests")) as session:
        return len(session.scalars(select(Person.id)).all())


def typed_in(client: Client, given: str = "Әлия", **situation: str) -> str:
    """Three steps of a registration; the address of the fourth."""
    first = client.submit("/register", {"family_name": "Новикова", "given_name": given, "birth-year": "1990"})
    second = client.submit(first.location or "", {"track": "NATIONALITY", "nationality": "UN", **situation})
    third = client.submit(second.location or "", {"phone": "+7 700 111 22 33"})
    assert (third.location or "").endswith("/check"), third.text
    return third.location or ""


# -- the record ----------------------------------------------------------------------------------------------------


def test_the_record(client_for: ClientFor, made: dict[str, Caseload]) -> None:
    client = client_for("lawyer")
    text = client.page(f"/cases/{made['A'].case}").text
    for words in (A.family, A.next_step, A.title, A.summary, A.case_note, A.phone, A.safety_note, A.relative):
        assert words in text, words
    assert client.page(f"/people/{made['A'].person}").h1 == client.page(f"/cases/{made['A'].case}").h1


def test_a_person_without_a_case(
    client_for: ClientFor, made: dict[str, Caseload], acting: Acting, world: World
) -> None:
    with acting(world.principal("lawyer")):
        person_id = person_named("Бездельная").id
    page = client_for("lawyer").page(f"/people/{person_id}")
    assert "No case yet" in page.text
    assert f"/cases/new/{person_id}" in page.links.values()


@pytest.mark.parametrize("part", ["all", "session", "stage", "status", "nonsense"])
def test_parts_of_the_timeline(client_for: ClientFor, made: dict[str, Caseload], part: str) -> None:
    page = client_for("lawyer").page(f"/cases/{made['A'].case}?show={part}")
    assert (A.summary in page.text) is (part in ("all", "session", "nonsense"))


def searched(client: Client, words: str) -> TestResponse:
    """Send the words, and follow to the page of what is found."""
    assert client.press("/search", q=words).location == "/search"
    return client.get("/search")


# -- search --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["Astromeduzova", "астромедузова", A.former, A.iin, A.document, "87015557193"])
def test_search_by_name_in_any_alphabet_and_by_number(
    client_for: ClientFor, made: dict[str, Caseload], word: str
) -> None:
    answer = searched(client_for("lawyer"), word)
    assert answer.status_code == 200
    assert f"{A.family} {A.given}" in answer.text


def test_a_number_leads_straight_there(client_for: ClientFor, made: dict[str, Caseload]) -> None:
    client = client_for("lawyer")
    person, _, case, _ = made["A"].numbers
    assert searched(client, case.lower()).location == f"/cases/{made['A'].case}"
    assert searched(client, f" {person} ").location == f"/people/{made['A'].person}"


def test_a_search_is_noted_with_its_words_sealed(
    client_for: ClientFor, app: Flask, made: dict[str, Caseload], world: World
) -> None:
    searched(client_for("lawyer"), A.latin)
    with app.app_context(), session_for(system("tests")) as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "person:search")).one()
        assert entry.actor_id == world.user_id("lawyer")
        assert (entry.seen.words, entry.seen.ids) == (A.latin, [str(made["A"].person)])
        assert A.latin.encode() not in (entry.seen_sealed or b"")
        assert A.latin not in json.dumps(entry.details)


def test_no_search_by_address(client_for: ClientFor, made: dict[str, Caseload]) -> None:
    """Words in an address would stand in logs and histories."""
    assert A.family not in client_for("lawyer").page(f"/search?q={A.family}").text


# -- registration ----------------------------------------------------------------------------------------------------


def test_four_steps_to_a_person_with_a_case(client_for: ClientFor, app: Flask, made: dict[str, Caseload]) -> None:
    client, before = client_for("lawyer"), persons(app)
    check = typed_in(client, next_step="Собрать документы", **DUE)
    text = client.page(check).text
    for words in ("Новикова", "Әлия", "1990", "+7 700 111 22 33", "Собрать документы"):
        assert words in text
    registered = client.submit(check, {}, action="")
    assert "Собрать документы" in client.page(registered.location or "").text
    assert persons(app) == before + 1
    with app.app_context(), session_for(system("tests")) as session:
        assert len(session.scalars(select(Draft)).all()) == 2, "the draft is gone; the caseload's stay"
    assert client.get(check).location == registered.location, "finished already"


def test_a_procedure_may_be_chosen_at_registration(client_for: ClientFor) -> None:
    client = client_for("lawyer")
    check = typed_in(client, procedure="CONF_KZ_BIRTH")
    registered = client.submit(check, {}, action="").location or ""
    assert "by birth" in client.page(f"{registered}/procedure").text
    second = client.submit("/register", {"given_name": "Ая"}).location or ""
    refused = client.submit(second, {"track": "RESIDENCE", "procedure": "CONF_KZ_BIRTH"})
    assert refused.status_code == 422
    assert "Choose a procedure for this kind of case." in refused.text


def test_a_step_left_out_is_asked_for(client_for: ClientFor) -> None:
    client = client_for("lawyer")
    second = client.submit("/register", {"given_name": "Ая"}).location or ""
    assert client.get(second.removesuffix("2") + "check").location == second
    assert client.submit(second, {"track": ""}).status_code == 422
    assert client.get(second.removesuffix("2") + "9").status_code == 302


def test_a_name_is_asked_for(client_for: ClientFor, app: Flask) -> None:
    client, before = client_for("lawyer"), persons(app)
    refused = client.submit("/register", {"latin_name": "Aya"})
    assert refused.status_code == 422
    assert "Write at least one name" in refused.text
    assert persons(app) == before


def test_a_draft_made_incomplete_again_registers_nothing(client_for: ClientFor, app: Flask) -> None:
    """“Save draft” takes anything: what it left out is noticed at the end, and no next step is dropped on the way."""
    client, before = client_for("lawyer"), persons(app)
    check = typed_in(client)
    client.submit(check.replace("check", "2"), {"next_step": "Собрать", "due_on-day": "", "then": "draft"})
    refused = client.submit(check, {}, action="")
    assert refused.status_code == 422
    assert "Say by when the next step is due." in refused.text
    client.submit(check.replace("check", "2"), {"next_step": "", "then": "draft"})
    client.submit(check.replace("check", "1"), {"family_name": "", "given_name": "", "then": "draft"})
    assert client.submit(check, {}, action="").status_code == 422
    assert persons(app) == before


def test_someone_very_similar_is_shown_before(client_for: ClientFor, app: Flask, made: dict[str, Caseload]) -> None:
    client = client_for("lawyer")
    first = client.submit("/register", {"family_name": A.family, "given_name": A.given, "patronymic": A.patronymic})
    second = client.submit(first.location or "", {"track": "OTHER"})
    third = client.submit(second.location or "", {})
    text = client.page(third.location or "").text
    assert "Is it one of these people?" in text
    assert made["A"].numbers[0] in text


def test_a_draft_is_its_writers_alone(client_for: ClientFor, made: dict[str, Caseload]) -> None:
    writer, colleague = client_for("lawyer"), client_for("supervisor")
    address = f"/register/{made['A'].draft}"
    assert A.draft in writer.page("/register").text
    assert A.draft in writer.page("/desk").text
    assert A.draft not in colleague.page("/register").text
    for one in ("/1", "/2", "/check"):
        assert colleague.get(address + one).status_code == 404
    assert colleague.press(f"{address}/discard").status_code == 404
    assert writer.press(f"{address}/discard").location == "/desk"
    assert A.draft not in writer.page("/register").text


def test_going_back_shows_what_was_typed(client_for: ClientFor) -> None:
    client = client_for("lawyer")
    check = typed_in(client)
    page: Page = client.page(check.replace("check", "1"))
    assert page.filled(page.form_with({"family_name"}))["family_name"] == ["Новикова"]


def test_who_may_be_called(client_for: ClientFor, made: dict[str, Caseload], app: Flask) -> None:
    """“Never call” leaves no button that calls."""
    client = client_for("lawyer")
    assert any(url.startswith("tel:") for url in client.page(f"/cases/{made['A'].case}").links.values())
    client.submit(f"/people/{made['A'].person}/contacts", {"safety": "NEVER_CALL"})
    assert not any(url.startswith("tel:") for url in client.page(f"/cases/{made['A'].case}").links.values())


def test_numbers_of_cases_differ(client_for: ClientFor, app: Flask) -> None:
    client = client_for("lawyer")
    for given in ("Әлия", "Бота", "Рамазан"):
        client.submit(typed_in(client, given), {}, action="")
    with app.app_context(), session_for(system("tests")) as session:
        numbers = session.scalars(select(Case.number)).all()
    assert len(set(numbers)) == len(numbers) == 3
