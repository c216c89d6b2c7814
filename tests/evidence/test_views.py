"""The checklist on its pages: one tap, the whole form, and two people at once."""

from datetime import date
from typing import Any

import pytest
from flask import Flask

from casework.cases.queries import case_
from casework.evidence import actions, pages
from casework.evidence.actions import Noted
from tests.conftest import Acting, ClientFor
from tests.factories import World
from tests.mandates.conftest import Record
from tests.pages import Client, Page

ASKED: dict[str, Any] = {
    "state": "ASKED",
    "asked_from": "Архив Сапфирогорска",
    "asked_on-day": "8", "asked_on-month": "4", "asked_on-year": "2026",
}  # fmt: skip


@pytest.fixture
def url(records: dict[str, Record]) -> str:
    return f"/cases/{records['A'].case}/evidence/"


@pytest.fixture
def client(client_for: ClientFor) -> Client:
    return client_for("lawyer")


def test_the_list_says_what_is_asked_for(client: Client, url: str) -> None:
    page = client.page(url)
    for words in (
        "Settled: 0 of 3",
        "Before “Application filed” Birth certificate Missing Required Have it",
        "Before “Application filed”: one of these is enough",
        "Before “Decision”",
        "Marriage certificate Missing Not required",
    ):
        assert words in page.text, words
    assert page.text.count("Missing") == 5


def test_one_tap(client: Client, url: str) -> None:
    assert client.submit(url, {}, action=f"{url}BIRTH_CERT/have").location == url
    text = client.page(url).text
    assert "Settled: 1 of 3" in text
    assert "Received on" in text
    assert client.press(f"{url}BIRTH_CERT/have").location == url, "again changes nothing"
    assert client.press(f"{url}NO_SUCH_KIND/have").status_code == 404
    assert client.get(f"{url}BIRTH_CERT/have").status_code == 405


def test_asked_for_and_then_impossible(client: Client, records: dict[str, Record], url: str) -> None:
    assert client.submit(f"{url}USSR_PASS", ASKED).location == url
    text = client.page(url).text
    assert "Asked for from Архив Сапфирогорска on 8 April 2026" in text
    assert "days waiting" in text
    page = client.page(f"{url}USSR_PASS")
    assert page.filled(page.form_with({"asked_from"}))["asked_from"] == ["Архив Сапфирогорска"]
    assert client.submit(f"{url}USSR_PASS", {"state": "CANNOT"}).status_code == 422
    assert client.submit(f"{url}USSR_PASS", {"state": "CANNOT", "why_not": "Архив сгорел"}).location == url
    assert "Why not: Архив сгорел" in client.page(url).text
    log = client.page(f"/people/{records['A'].person}/access").text
    assert "evidence: USSR passport (1974 model)" in log
    assert "How does it stand?before: Asked for" in log


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"state": None}, "Fill in this field"),
        ({"state": "SOMEWHERE"}, "Choose one of the options"),
        ({"asked_from": ""}, "Say from whom it was asked for"),
        ({"asked_on-day": "31"}, "Enter a real date"),
        ({"asked_on-year": "2090"}, "This date is in the future"),
        ({"document": "not an id"}, "Choose one of the options"),
    ],
)
def test_what_cannot_be(client: Client, url: str, wrong: dict[str, Any], words: str) -> None:
    page = client.page(f"{url}USSR_PASS")
    data = {**page.filled(page.form_with({"asked_from"})), **ASKED, **wrong}
    answer = client.post(f"{url}USSR_PASS", data={name: value for name, value in data.items() if value is not None})
    assert answer.status_code == 422
    assert words in Page(answer.text).text
    assert client.page(url).text.count("Missing") == 5


def test_a_line_more_and_off_again(client: Client, url: str) -> None:
    assert client.submit(f"{url}add", {**ASKED, "kind": "ARCHIVE"}).location == url
    assert "Added in this case" in client.page(url).text
    offered = {one.get("value") for one in client.page(f"{url}add").all("option")}
    assert not offered & {"ARCHIVE", "BIRTH_CERT"}
    assert client.submit(f"{url}add", {**ASKED, "kind": ""}).status_code == 422
    assert "it leaves the list" in client.page(f"{url}ARCHIVE/remove").text
    assert client.submit(f"{url}ARCHIVE/remove", {"reason": "WRONG_CONTENT"}).location == url
    assert "Added in this case" not in client.page(url).text
    for gone in (f"{url}ARCHIVE", f"{url}ARCHIVE/remove", f"{url}BIRTH_CERT/remove"):
        assert client.get(gone).status_code == 404, gone


def test_two_tabs(client: Client, client_for: ClientFor, url: str) -> None:
    """Also where nothing was noted yet when both opened the page."""
    page = client.page(f"{url}USSR_PASS")
    first = {**page.filled(page.form_with({"asked_from"})), **ASKED}
    colleague = client_for("supervisor")
    assert colleague.submit(f"{url}USSR_PASS", {**ASKED, "asked_from": "Посольство"}).location == url
    refused = client.post(f"{url}USSR_PASS", data=first)
    assert refused.status_code == 409
    assert "Посольство" in refused.text
    page = client.page(f"{url}USSR_PASS")
    second = {**page.filled(page.form_with({"asked_from"})), "asked_from": "Моё"}
    assert colleague.submit(f"{url}USSR_PASS", {"asked_from": "Консульство"}).location == url
    refused = client.post(f"{url}USSR_PASS", data=second)
    assert refused.status_code == 409
    assert "Supervisor of Partner Aster" in refused.text
    assert "Консульство" in client.page(url).text


def test_of_another_organisation_there_is_nothing(client: Client, records: dict[str, Record]) -> None:
    theirs = f"/cases/{records['B'].case}/evidence/"
    for address in (theirs, f"{theirs}add", f"{theirs}BIRTH_CERT", f"{theirs}BIRTH_CERT/remove"):
        assert client.get(address).status_code == 404, address
    assert client.press(f"{theirs}BIRTH_CERT/have").status_code == 404


@pytest.mark.parametrize("role", ["statistics", "administrator", "protection"])
def test_only_for_casework(client_for: ClientFor, url: str, role: str) -> None:
    assert client_for(role, "A").get(url).status_code == 403


def test_a_closed_case_is_only_read(client: Client, records: dict[str, Record], url: str) -> None:
    client.press(f"{url}BIRTH_CERT/have")
    closing = {"outcome": "ADVICE_ONLY", "reason": "SOLUTION"}
    assert client.submit(f"/cases/{records['A'].case}/close", closing).status_code == 302
    page = client.page(url)
    assert not [one for one in page.links.values() if one.startswith(url) and one != url]
    assert client.press(f"{url}USSR_PASS/have").status_code == 422


def test_the_card_of_the_record(app: Flask, acting: Acting, world: World, records: dict[str, Record]) -> None:
    with acting(world.principal("lawyer")), app.test_request_context():
        found = case_(records["A"].case)
        assert found is not None
        card = pages.card(found)
        assert card is not None
        assert (card["done"], card["total"], card["lines"]) == (0, 3, [])
        procedure_id, found.procedure_id = found.procedure_id, None
        assert pages.card(found) is None
        found.procedure_id = procedure_id
        actions.received(found, "BIRTH_CERT")
        actions.note(found, "USSR_PASS", Noted("ASKED", asked_from="Архив", asked_on=date(2026, 4, 8)))
        card = pages.card(found)
        assert card is not None
        assert [one["label"] for one in card["lines"]] == ["USSR passport (1974 model)", "Birth certificate"]
