"""The session ran out while somebody typed: their text waits in the page until they have signed in again."""

import json
import logging
from datetime import timedelta

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from casework.core import clock
from tests.factories import PASSWORD, World
from tests.pages import Client, Page, one_time_code
from tests.security.caseload import Caseload

TEXT = "Две строки\r\nо «лиловом» <зонте>"


def sign_in(client: Client, email: str) -> TestResponse:
    return client.sign_in(email)


def sign_in_here(client: Client, page: Page, email: str, password: str = PASSWORD) -> TestResponse:
    """By both steps, on the page where what was typed waits."""
    form = page.form_with({"email", "kept"})
    assert form.get("action") == "/sign-in"
    answer = client.post("/sign-in", data={**page.filled(form), "email": email, "password": password})
    if password != PASSWORD:
        return answer
    assert answer.status_code == 200
    page = Page(answer.text)
    form = page.form_with({"code", "kept"})
    assert form.get("action") == "/sign-in/code"
    code = one_time_code(client.application, email)
    return client.post("/sign-in/code", data={**page.filled(form), "code": code})


def typed(client: Client, made: dict[str, Caseload]) -> tuple[str, dict[str, list[str]]]:
    address = f"/cases/{made['A'].case}/sessions/new"
    page = client.page(address)
    return address, {**page.filled(page.form_with({"summary"})), "summary": [TEXT], "topics": ["SDP", "CITIZEN"]}


@pytest.fixture
def lawyer(client: Client, world: World, made: dict[str, Caseload]) -> Client:
    sign_in(client, world.email("lawyer"))
    return client


@pytest.mark.parametrize("cookie", ["kept", "lost"])
def test_the_text_is_sent_after_signing_in_again(
    lawyer: Client, world: World, made: dict[str, Caseload], cookie: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    address, data = typed(lawyer, made)
    data["topics"] = data["topics"][:1]
    with clock.at(clock.now() + timedelta(hours=3)):
        if cookie == "lost":
            lawyer.delete_cookie("casework")
        asked = lawyer.post(address, data=data)
        assert asked.status_code == 401
        wrong = sign_in_here(lawyer, Page(asked.text), world.email("lawyer"), "not the password")
        assert wrong.status_code == 422
        ready = sign_in_here(lawyer, Page(wrong.text), world.email("lawyer"))
        assert ready.status_code == 200
        page = Page(ready.text)
        form = page.form_with({"summary", "nonce"})
        assert form.get("action") == address
        sent = [lawyer.post(address, data=page.filled(form)) for _ in range(2)]
        assert [one.location for one in sent] == [f"/cases/{made['A'].case}"] * 2
        assert lawyer.page(f"/cases/{made['A'].case}").text.count("Две строки") == 1
    assert "лилов" not in caplog.text


def test_a_form_of_the_earlier_session_is_good_in_the_next(
    lawyer: Client, world: World, made: dict[str, Caseload]
) -> None:
    """Signed in again in another tab."""
    address, data = typed(lawyer, made)
    lawyer.press("/sign-out")
    sign_in(lawyer, world.email("lawyer"))
    assert lawyer.post(address, data={**data, "topics": ["SDP"]}).status_code == 302


def test_for_somebody_else_it_is_thrown_away(lawyer: Client, world: World, made: dict[str, Caseload]) -> None:
    address, data = typed(lawyer, made)
    lawyer.press("/sign-out")
    asked = lawyer.post(address, data=data)
    assert asked.status_code == 401
    answer = sign_in_here(lawyer, Page(asked.text), world.email("supervisor"))
    assert answer.location == "/"
    assert "лилов" not in answer.text
    assert "What had been typed before was not sent" in lawyer.get("/desk").text
    assert lawyer.post(address, data=data).status_code == 400, "with the lawyer's token"


def test_nobody_sends_in_another_name(lawyer: Client, world: World, made: dict[str, Caseload]) -> None:
    """A page elsewhere that posts here reaches the sign-in page at most: it has no token of this user's."""
    address, data = typed(lawyer, made)
    lawyer.press("/sign-out")
    for token in ("", "invented", lawyer.csrf_token()):
        asked = lawyer.post(address, data={**data, "csrf_token": token})
        answer = sign_in_here(lawyer, Page(asked.text), world.email("lawyer"))
        assert answer.location == "/"
        lawyer.press("/sign-out")


def test_passwords_do_not_travel(lawyer: Client) -> None:
    token = lawyer.csrf_token()
    lawyer.press("/sign-out")
    sent = {"csrf_token": token, "current": PASSWORD, "password": "new words", "again": "new words"}
    asked = lawyer.post("/account/password", data=sent)
    assert asked.status_code == 401
    assert PASSWORD not in asked.text
    assert "new words" not in asked.text


@pytest.mark.parametrize(
    ("to", "kept"),
    [
        ("/desk", "no json"),
        ("/desk", "[" * 100_000),
        ("/desk", "[1, 2]"),
        ("/desk", json.dumps([["csrf_token", "\ud800"]])),
        ("//elsewhere.example", json.dumps([["q", "x"]])),
        ("", ""),
    ],
)
def test_nonsense_is_not_sent(client: Client, app: Flask, world: World, to: str, kept: str) -> None:
    values = {"email": world.email("lawyer"), "password": PASSWORD, "to": to, "kept": kept}
    page = Page(client.press("/sign-in", **values).text)
    form = page.form_with({"code", "kept"})
    sent = {**page.filled(form), "code": one_time_code(app, world.email("lawyer"))}
    assert client.post("/sign-in/code", data=sent).location == "/"
