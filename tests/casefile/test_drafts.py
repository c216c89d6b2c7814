"""A registration in steps: what is unticked is gone, nothing typed is dropped, nobody is registered twice."""

import pytest
from flask import Flask
from sqlalchemy import select

from casework.core.db import session_for
from casework.core.scope import system
from casework.persons.models import Person
from tests.conftest import ClientFor
from tests.pages import Client, Page
from tests.security.caseload import CANARIES, Caseload

A = CANARIES["A"]
NAME = {"family_name": "Повторова"}


def second_step(client: Client, **first: object) -> str:
    return client.submit("/register", {**NAME, **first}).location or ""


def shown(client: Client, address: str) -> dict[str, list[str]]:
    page = client.page(address)
    return page.filled(page.form_with({"csrf_token", "then"}))


def test_what_is_unticked_leaves_the_draft(client_for: ClientFor) -> None:
    client = client_for("lawyer")
    second = second_step(client, is_birth_estimated="y", **{"birth-year": "1990"})
    first = second[:-1] + "1"
    assert "is_birth_estimated" in shown(client, first)
    client.submit(first, {"is_birth_estimated": None, "then": "draft"})
    assert "is_birth_estimated" not in shown(client, first)
    third = client.submit(second, {"track": "OTHER", "languages": ["kaz", "rus"]}).location or ""
    client.submit(second, {"languages": None})
    assert "languages" not in shown(client, second)
    assert shown(client, first)["family_name"] == ["Повторова"]
    assert client.submit(third, {}).location == third[:-1] + "check"


def test_a_date_not_known_at_all_may_be_found_out_later(client_for: ClientFor) -> None:
    client = client_for("lawyer")
    second = second_step(client, **{"birth-unknown": "1"})
    third = client.submit(second, {"track": "OTHER"}).location or ""
    check = client.submit(third, {}).location or ""
    client.submit(second[:-1] + "1", {"birth-unknown": None, "birth-year": "1990"})
    assert "1990" in client.page(check).text


def test_several_documents_and_any_language(client_for: ClientFor, app: Flask) -> None:
    client = client_for("lawyer")
    one = {**NAME, "documents-0-kind": "KZ_ID", "documents-0-number": "N11111111"}
    more = client.submit("/register", {**one, "add": "documents"})
    assert more.status_code == 200
    form = Page(more.text).filled(Page(more.text).form_with({"documents-1-kind"}))
    assert form["documents-0-number"] == ["N11111111"]
    two = {**form, "documents-1-kind": "AS_CERT", "documents-1-number": "S22222222"}
    second = client.post("/register", data=two).location or ""
    third = client.submit(second, {"track": "OTHER", "languages": ["kaz", "som", "tir"]}).location or ""
    check = client.submit(third, {}).location or ""
    assert "S22222222" in client.page(check).text
    client.submit(check, {}, action="")
    with app.app_context(), session_for(system("tests")) as session:
        person = session.scalars(select(Person)).one()
        assert [document.number for document in person.identity.documents] == ["N11111111", "S22222222"]
        assert person.languages == ["kaz", "som", "tir"]
        address = f"/people/{person.id}/identity"
    again = client.submit(address, {"add": "documents"})
    assert again.status_code == 200
    assert Page(again.text).all("input", name="documents-2-number")
    assert client.submit(address, {"documents-0-kind": "", "documents-0-number": ""}).status_code == 302
    assert shown_documents(client, address) == ["S22222222"]


def shown_documents(client: Client, address: str) -> list[str]:
    return [one.get("value", "") for one in client.page(address).all("input") if "-number" in one.get("name", "")]


@pytest.mark.parametrize("half", [{"documents-0-kind": "KZ_ID"}, {"documents-0-number": "N1"}])
def test_half_a_document_is_refused(client_for: ClientFor, half: dict[str, str]) -> None:
    refused = client_for("lawyer").submit("/register", {**NAME, **half})
    assert refused.status_code == 422
    assert "document" in refused.text
    assert any(one.get("aria-invalid") for one in Page(refused.text).root.iter())


DAY = {"due_on-day": "1", "due_on-month": "2", "due_on-year": "2027"}


def test_a_day_without_a_next_step_is_refused(client_for: ClientFor, made: dict[str, Caseload]) -> None:
    client = client_for("lawyer")
    for address, values in (
        (second_step(client), {"track": "OTHER"}),
        (f"/cases/new/{made['A'].person}", {"track": "OTHER"}),
        (f"/cases/{made['A'].case}/sessions/new", {"summary": "Разговор"}),
    ):
        refused = client.submit(address, {**values, **DAY})
        assert refused.status_code == 422
        assert "Say what happens next, or leave the day empty." in refused.text


@pytest.mark.parametrize(
    "same",
    [
        {"iin": A.iin},
        {"documents-0-kind": "FOREIGN_PASS", "documents-0-number": A.document},
        {"latin_name": A.latin},
    ],
)
def test_the_same_number_or_latin_name_is_shown_before(
    client_for: ClientFor, made: dict[str, Caseload], same: dict[str, str]
) -> None:
    client = client_for("lawyer")
    third = client.submit(second_step(client, **same), {"track": "OTHER"}).location or ""
    text = client.page(client.submit(third, {}).location or "").text
    assert made["A"].numbers[0] in text


def test_for_a_child_consent_is_left_to_its_own_page(client_for: ClientFor, app: Flask) -> None:
    client = client_for("lawyer")
    second = second_step(client, **{"birth-year": "2020"})
    third = client.submit(second, {"track": "OTHER"}).location or ""
    page = client.page(third)
    assert "A child’s consent is recorded on the page “Consents”" in page.text
    assert "consent" not in shown(client, third)
    check = client.press(third, **{**shown(client, third), "consent": "given"}).location or ""
    case = client.submit(check, {}).location or ""
    with app.app_context(), session_for(system("tests")) as session:
        child = session.scalars(select(Person).order_by(Person.number.desc()).where(Person.birth_year == 2020)).one()
        assert child.consent == "not_asked"
    assert case.startswith("/cases/")
    contacts = client.page(f"/people/{child.id}/contacts")
    assert "there it is asked who answers" in contacts.text
    assert client.submit(f"/people/{child.id}/contacts", {"phone": "+7 700 000 00 00"}).status_code == 302
