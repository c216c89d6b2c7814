"""Two people on one case: each acts on what they saw, and is told when it changed."""

from typing import Any

import pytest

from tests.conftest import ClientFor
from tests.pages import Client, Page
from tests.security.caseload import CANARIES, Caseload

A = CANARIES["A"]
THEIRS = "Шаг коллеги"


@pytest.fixture
def url(made: dict[str, Caseload]) -> str:
    return f"/cases/{made['A'].case}"


def form_of(client: Client, address: str, *names: str, action: str | None = None) -> dict[str, Any]:
    page = client.page(address)
    return page.filled(page.form_with(set(names), action))


def test_done_means_the_step_that_was_seen(client_for: ClientFor, url: str) -> None:
    client, colleague = client_for("lawyer"), client_for("supervisor")
    done = f"{url}/next-step/done"
    seen = form_of(client, url, "step", action=done)
    assert colleague.submit(f"{url}/next-step", {"text": THEIRS}).status_code == 302
    refused = client.post(done, data=seen)
    assert refused.status_code == 409
    assert THEIRS in refused.text
    assert client.press(done).status_code == 409
    assert f"Done: {A.next_step}" not in client.page(url).text
    assert client.submit(url, {}, action=done).status_code == 302
    assert f"Done: {THEIRS}" in client.page(url).text


def test_a_session_does_not_replace_a_newer_step_unasked(client_for: ClientFor, url: str) -> None:
    client, colleague = client_for("lawyer"), client_for("supervisor")
    address = f"{url}/sessions/new"
    mine = {"summary": "Разговор", "next_step": "Мой шаг"}
    day = {"due_on-day": "1", "due_on-month": "2", "due_on-year": "2027"}
    seen = {**form_of(client, address, "summary"), **mine, **day}
    assert colleague.submit(f"{url}/next-step", {"text": THEIRS}).status_code == 302
    refused = client.post(address, data=seen)
    assert refused.status_code == 422
    assert THEIRS in refused.text
    page = Page(refused.text)
    again = page.filled(page.form_with({"summary"}))
    assert again["next_step"] == ["Мой шаг"]
    assert client.post(address, data=again).status_code == 302
    assert "Мой шаг" in client.page(url).text


def saved_now(html: str) -> dict[str, str]:
    page = Page(html)
    rows = [[" ".join("".join(cell.itertext()).split()) for cell in row] for row in page.all("tr")]
    return {row[0].removesuffix(" (differs)"): row[1] for row in rows if len(row) > 2}


def test_saved_now_is_what_is_saved(client_for: ClientFor, url: str) -> None:
    """Not what a form begins with."""
    client = client_for("supervisor")
    lawyers = client.page(f"{url}/reassign").all("option")
    closing = {**form_of(client, f"{url}/close", "version"), "outcome": "ADVICE_ONLY", "reason": "SOLUTION"}
    reassign = {
        **form_of(client, f"{url}/reassign", "version"),
        "lawyer": next(one.get("value") for one in lawyers if "Supervisor" in (one.text or "")),
        "reason": "WORKLOAD",
    }
    assert client_for("lawyer").submit(f"{url}/priority", {"priority": "URGENT"}).status_code == 302
    refused = client.post(f"{url}/close", data=closing)
    assert refused.status_code == 409
    assert saved_now(refused.text)["Closed on"] == "Not recorded"
    refused = client.post(f"{url}/reassign", data=reassign)
    assert refused.status_code == 409
    assert saved_now(refused.text)["New lawyer"] == "Lawyer of Partner Aster"
