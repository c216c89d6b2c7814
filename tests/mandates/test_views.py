"""Powers of attorney on their pages, and the way to them from a session that lacks one."""

import re
from typing import Any
from uuid import uuid4

import pytest

from tests.conftest import ClientFor
from tests.mandates.conftest import Record
from tests.pages import Client, Page

FILLED: dict[str, Any] = {
    "scope": ["ADMIN", "RECEIPT"],
    "issued_on-day": "2", "issued_on-month": "3", "issued_on-year": "2026",
    "expires_on-day": "30", "expires_on-month": "9", "expires_on-year": "2028",
    "number": "17-Я",
    "notary": "Нотариус Агатов",
}  # fmt: skip


@pytest.fixture
def url(records: dict[str, Record]) -> str:
    return f"/people/{records['A'].person}/powers/"


@pytest.fixture
def client(client_for: ClientFor) -> Client:
    return client_for("lawyer")


def recorded(client: Client, url: str, **more: Any) -> str:
    """Record one through its page; the address of its page."""
    answer = client.submit(f"{url}add", {**FILLED, **more})
    assert answer.location == url, answer.text
    found = re.findall(rf'"({url}[0-9a-f-]{{36}})"', client.get(url).text)
    return str(found[0])


def test_the_record_leads_there(client: Client, records: dict[str, Record], url: str) -> None:
    page = client.page(f"/people/{records['A'].person}/details")
    assert page.links["Powers of attorney"].partition("?")[0] == url
    assert "No power of attorney recorded" in client.page(url).text
    assert f"{url}add" in client.page(url).links.values()


def test_recording_and_correcting(client: Client, url: str) -> None:
    one = recorded(client, url)
    text = client.page(url).text
    for words in ("Valid", "No. 17-Я of 2 March 2026", "Receipt of documents", "Any lawyer", "30 September 2028"):
        assert words in text
    assert client.submit(one, {"number": "18-Я", "expires_on-year": "2020"}).status_code == 422
    assert client.submit(one, {"number": "18-Я", "expires_on-day": "", "expires_on-month": "",
                               "expires_on-year": ""}).location == url  # fmt: skip
    text = client.page(url).text
    assert "No. 18-Я" in text
    log = client.page(url.replace("powers/", "access")).text
    assert "power of attorney of 2 March 2026" in log
    assert "Numberbefore: 17-Я" in log
    assert "2 March 2027: 1 year, for it names no end" in text


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"scope": []}, "Fill in this field"),
        ({"scope": ["EVERYTHING"]}, "Choose one of the options"),
        ({"issued_on-year": "2090"}, "This date is in the future"),
        ({"issued_on-month": "13"}, "Enter a real date"),
        ({"expires_on-year": "2025"}, "It cannot expire before it was issued"),
        ({"lawyer": str(uuid4())}, "Choose one of the options"),
        ({"document": "not an id"}, "Choose one of the options"),
        ({"number": "9" * 500}, "Use at most 80 characters"),
    ],
)
def test_what_cannot_be_keeps_what_was_typed(client: Client, url: str, wrong: dict[str, Any], words: str) -> None:
    answer = client.submit(f"{url}add", {**FILLED, **wrong})
    assert answer.status_code == 422
    page = Page(answer.text)
    assert words in page.text
    assert page.filled(page.form_with({"notary"}))["notary"] == ["Нотариус Агатов"]
    assert "No power of attorney recorded" in client.page(url).text


def test_revoking_and_voiding(client: Client, url: str) -> None:
    one = recorded(client, url)
    assert "Sessions and acts from that day on" in client.page(f"{one}/revoke").text
    assert client.submit(f"{one}/revoke", {"on-year": "2020"}).status_code == 422
    assert client.submit(f"{one}/revoke", {}).location == url
    assert "Revoked" in client.page(url).text
    assert f"{one}/revoke" not in client.page(url).links.values()
    assert client.submit(f"{one}/revoke", {}).status_code == 422, "revoked already"
    assert client.submit(f"{one}/void", {"reason": "WRONG_PERSON"}).location == url
    page = client.page(url)
    assert "Voided" in page.text
    assert one not in page.links.values()
    assert client.submit(one, {"number": "19"}).status_code == 422


def test_two_tabs(client: Client, client_for: ClientFor, url: str) -> None:
    one = recorded(client, url)
    page = client.page(one)
    mine = {**page.filled(page.form_with({"number"})), "number": "Моё"}
    ending = client.page(f"{one}/revoke")
    revoking = ending.filled(ending.form_with({"on-day"}))
    assert client_for("supervisor").submit(one, {"number": "Коллеги"}).location == url
    for address, sent in ((one, mine), (f"{one}/revoke", revoking)):
        refused = client.post(address, data=sent)
        assert refused.status_code == 409
        assert "Supervisor of Partner Aster" in refused.text
    text = client.page(url).text
    assert "Коллеги" in text
    assert "Revoked" not in text


def test_of_another_organisation_there_is_nothing(
    client: Client, client_for: ClientFor, records: dict[str, Record], url: str
) -> None:
    theirs = f"/people/{records['B'].person}/powers/"
    one = recorded(client_for("lawyer", "B"), theirs)
    power = one.removeprefix(theirs)
    for address in (theirs, f"{theirs}add", one, f"{one}/revoke", f"{one}/void", f"{url}{power}", f"{url}{power}/void"):
        assert client.get(address).status_code == 404, address
    assert client.press(f"{url}{power}/revoke").status_code == 404


@pytest.mark.parametrize("role", ["statistics", "administrator", "protection"])
def test_only_for_casework(client_for: ClientFor, url: str, role: str) -> None:
    assert client_for(role, "A").get(url).status_code == 403


def test_a_session_that_lacks_one_leads_there(client: Client, records: dict[str, Record], url: str) -> None:
    sessions = f"/cases/{records['A'].case}/sessions/new"
    session = {"summary": "Была в акимате", "services": ["REPR_ADM"]}
    answer = client.submit(sessions, session)
    assert answer.status_code == 422
    page = Page(answer.text)
    assert "Яшмова: none is recorded." in page.text
    assert page.links["Powers of attorney of Яшмова"] == url
    assert page.filled(page.form_with({"summary"}))["summary"] == ["Была в акимате"]
    recorded(client, url)
    assert client.submit(sessions, session).status_code == 302
