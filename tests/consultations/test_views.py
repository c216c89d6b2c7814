"""Recording, correcting and voiding a session through its pages, and who gets to read a private note."""

import pytest
from flask import Flask

from casework.accounts.models import Organisation
from casework.accounts.permissions import Role
from casework.accounts.sign_in import principal_for
from casework.core.scope import Principal, system
from tests import factories
from tests.conftest import Acting, ClientFor
from tests.factories import World
from tests.pages import Client, Page, client_of
from tests.security.caseload import CANARIES, Caseload

A = CANARIES["A"]


@pytest.fixture
def url(made: dict[str, Caseload]) -> str:
    return f"/cases/{made['A'].case}"


@pytest.fixture
def session_url(made: dict[str, Caseload], url: str) -> str:
    return f"{url}/sessions/{made['A'].consultation}"


@pytest.fixture
def other_lawyer(app: Flask, acting: Acting, world: World) -> Client:
    """A second lawyer of A, who has nothing to do with the case."""
    with acting(system("tests")) as session:
        where = session.get_one(Organisation, world.organisations["A"])
        who: Principal = principal_for(factories.user(Role.LAWYER, where, name="Other Lawyer", email="o@a.example.org"))
    return client_of(app).sign_in_as(who)


def test_recording_from_the_record_itself(client_for: ClientFor, url: str) -> None:
    """The composer on the record sends to the same place as the page of its own."""
    client = client_for("lawyer")
    page = client.page(url)
    form = page.form_with({"summary", "private_note"})
    assert form.get("action") == f"{url}/sessions/new"
    data = {**page.filled(form), "summary": "Принесла письмо", "outcome": "NEXT_STEP"}
    assert client.post(f"{url}/sessions/new", data=data).location == url
    assert "Принесла письмо" in client.page(url).text
    onward = client.post(f"{url}/sessions/new", data={**data, "nonce": "n" * 20, "then": "next"})
    assert onward.location == f"{url}/next-step"


def test_a_session_that_cannot_be_keeps_its_text(client_for: ClientFor, url: str) -> None:
    answer = client_for("lawyer").submit(
        f"{url}/sessions/new", {"summary": "Длинная запись", "private_note": "Про себя", "held_on-year": "2031"}
    )
    assert answer.status_code == 422
    page = Page(answer.text)
    kept = page.filled(page.form_with({"summary"}))
    assert (kept["summary"], kept["private_note"]) == (["Длинная запись"], ["Про себя"])
    assert "This date is in the future" in page.text


def test_a_next_step_needs_its_day(client_for: ClientFor, url: str) -> None:
    client = client_for("lawyer")
    assert client.submit(f"{url}/sessions/new", {"summary": "Нет", "next_step": "Позвонить"}).status_code == 422
    assert "Нет" not in client.page(url).text.split(), "nothing of it was saved"


def test_correcting_and_voiding(client_for: ClientFor, made: dict[str, Caseload], url: str, session_url: str) -> None:
    client = client_for("lawyer")
    assert client.submit(session_url, {"summary": "Исправлено"}).location == url
    assert "Исправлено" in client.page(url).text
    assert A.summary in client.page(f"/people/{made['A'].person}/access").text, "what it said before is kept"
    assert client.submit(f"{session_url}/void", {"reason": "DID_NOT_HAPPEN"}).location == url
    assert "Void session" in client.page(url).text
    assert client.get(session_url).status_code == 403, "a void session is no longer changed"


@pytest.mark.parametrize("role", ["lawyer", "supervisor"])
def test_who_reads_the_private_note(client_for: ClientFor, role: str, url: str, session_url: str) -> None:
    client = client_for(role)
    assert A.private in client.page(url).text
    page = client.page(session_url)
    assert page.filled(page.form_with({"private_note"}))["private_note"] == [A.private]


def test_another_lawyer_sees_the_session_but_not_its_private_note(
    client_for: ClientFor, other_lawyer: Client, made: dict[str, Caseload], url: str, session_url: str
) -> None:
    client_for("lawyer").submit(session_url, {"private_note": "Стало иначе"})
    person = f"/people/{made['A'].person}"
    for address in (url, person, f"{person}/access", f"{person}/details", f"{url}?all=1", f"{url}?show=session"):
        text = other_lawyer.page(address).text
        assert A.private not in text, address
        assert "Стало иначе" not in text, address
    assert A.summary in other_lawyer.page(url).text
    assert session_url not in other_lawyer.page(url).links.values()
    assert other_lawyer.get(session_url).status_code == 403
    assert other_lawyer.get(f"{session_url}/void").status_code == 403
    sent = other_lawyer.press(session_url, summary="Чужая рука", version="1")
    assert sent.status_code == 403
    assert A.private not in sent.text
    assert "Стало иначе" in client_for("lawyer").page(f"{person}/access").text


def test_whoever_takes_the_case_over_reads_it(
    client_for: ClientFor, other_lawyer: Client, url: str, session_url: str
) -> None:
    who = other_lawyer.principal
    assert who is not None
    client_for("supervisor").submit(f"{url}/reassign", {"lawyer": str(who.user_id), "reason": "LEAVE"})
    assert A.private in other_lawyer.page(url).text
    assert other_lawyer.get(session_url).status_code == 200
