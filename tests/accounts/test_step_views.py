"""Asking for the removal of a second factor on the administrator's page, and confirming it as a second person."""

import pytest
from flask import Flask
from sqlalchemy import select, update

from casework.accounts import steps
from casework.accounts.models import AccountStep, User
from casework.core.scope import system
from tests.accounts.test_second_factor import password
from tests.conftest import Acting, ClientFor
from tests.factories import World
from tests.pages import Client, Page


@pytest.fixture
def user_url(world: World) -> str:
    return f"/users/{world.user_id('lawyer')}"


@pytest.fixture
def step_url(client_for: ClientFor, user_url: str, world: World, acting: Acting) -> str:
    """What the administrator asked for on the page of the lawyer."""
    administrator = client_for("administrator")
    ask_url = administrator.page(user_url).links["Remove the second factor…"]
    assert administrator.submit(ask_url, {"why": ""}).status_code == 422
    assert "Supervisor of Partner Aster" in administrator.page(ask_url).text
    assert administrator.submit(ask_url, {"why": "I called the desk."}).location == user_url
    text = administrator.page(user_url).text
    assert "it waits for Supervisor of Partner Aster" in text
    assert "Remove the second factor…" not in text
    assert "Waits for a second person" in administrator.page("/users").text
    with acting(system("tests")) as session:
        return f"/account-steps/{session.scalars(select(AccountStep.id)).one()}"


def _send(client: Client, url: str) -> str:
    """Press the button to this address on the page of what waits; where it leads."""
    page = client.page("/account-steps")
    form = page.form_with({"version"}, url)
    return client.post(url, data=page.filled(form)).location or ""


def test_from_asking_to_a_new_second_factor(client_for: ClientFor, client: Client, world: World, step_url: str) -> None:
    supervisor = client_for("supervisor")
    assert "account changes to confirm" in supervisor.page("/desk").text
    text = supervisor.page("/account-steps").text
    assert "Remove the second factor of Lawyer of Partner Aster" in text
    assert "I called the desk." in text
    assert _send(supervisor, f"{step_url}/confirm") == "/account-steps"
    text = supervisor.page("/account-steps").text
    assert "Confirmed, and done." in text
    assert "No account change waits for you" in text
    assert password(client, world.email("lawyer")) == "/sign-in/set-up"


def test_it_is_refused(client_for: ClientFor, client: Client, world: World, step_url: str) -> None:
    assert _send(client_for("supervisor"), f"{step_url}/refuse") == "/account-steps"
    assert password(client, world.email("lawyer")) == "/sign-in/code"


@pytest.mark.parametrize("verb", ["confirm", "refuse"])
def test_nobody_else_decides(client_for: ClientFor, step_url: str, verb: str) -> None:
    assert client_for("supervisor", "B").press(f"{step_url}/{verb}", version="1").status_code == 404
    assert client_for("administrator").press(f"{step_url}/{verb}", version="1").status_code == 404, "who asked"
    assert client_for("lawyer").press(f"{step_url}/{verb}", version="1").status_code == 403


@pytest.mark.parametrize("verb", ["confirm", "refuse"])
def test_what_was_taken_back_meanwhile(
    client_for: ClientFor, client: Client, world: World, user_url: str, step_url: str, verb: str
) -> None:
    supervisor, administrator = client_for("supervisor"), client_for("administrator")
    page = supervisor.page("/account-steps")
    sent = page.filled(page.form_with({"version"}, f"{step_url}/{verb}"))
    assert administrator.press(f"{user_url}/second-factor/take-back").location == user_url
    assert "Taken back." in administrator.page(user_url).text
    answer = supervisor.post(f"{step_url}/{verb}", data=sent)
    assert answer.status_code == 409
    assert "taken back or has run out" in Page(answer.text).text
    assert password(client, world.email("lawyer")) == "/sign-in/code"
    assert administrator.press(f"{user_url}/second-factor/take-back").location == user_url
    assert "Nothing waits any more" in administrator.page(user_url).text


def test_where_there_is_nobody_the_page_says_what_to_do(
    app: Flask, client_for: ClientFor, world: World, acting: Acting
) -> None:
    url = f"/users/{world.user_id('statistics')}/second-factor"
    administrator = client_for("administrator")
    with acting(system("tests")) as session:
        gone = [world.user_id("administrator", one) for one in ("A", "B")]
        session.execute(update(User).where(User.id.in_(gone)).values(is_active=False))
    text = administrator.page(url).text
    assert f"casework accounts remove-second-factor {world.email('statistics')}" in text
    assert administrator.press(url, why="I called.").status_code == 422
    new = {"name": "New", "email": "new@example.org", "role": "statistics", "language": "en"}
    answer = administrator.submit("/users/invite", {**new, "organisation": str(world.organisations["office"])})
    assert "There was nobody to confirm this" in answer.text
    own = f"/users/{world.user_id('administrator')}"
    assert "Remove the second factor…" not in administrator.page(own).links
    with acting(world.principal("administrator")) as session:
        user = session.get_one(User, world.user_id("administrator"))
        assert steps.why_not(user, user.id) is not None
