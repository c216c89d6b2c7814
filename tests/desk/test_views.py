"""The first page of each role."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from casework.accounts.permissions import Role
from casework.core import clock
from casework.core.audit import AuditEntry
from casework.core.db import session_for
from casework.core.scope import system
from tests.conftest import ClientFor
from tests.pages import Client
from tests.security.caseload import CANARIES, Caseload

A = CANARIES["A"]
# Pages do not know which database is under them; actions and queries are tried on both.
pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def test_where_the_first_address_leads(client: Client, client_for: ClientFor) -> None:
    assert client.get("/").location == "/sign-in"
    assert client_for("lawyer").get("/").location == "/desk"


def test_what_is_due_and_overdue(client_for: ClientFor, made: dict[str, Caseload]) -> None:
    client = client_for("lawyer")
    with clock.at(date(2026, 11, 27)):
        text = client.page("/desk").text
        assert A.next_step in text
        assert "Due in the next 7 days" in text
    with clock.at(date(2026, 12, 3)):
        assert "Overdue" in client.page("/desk").text
    with clock.at(date(2026, 11, 2)):
        assert A.next_step not in client.page("/desk").text


def test_whom_one_opened_last(client_for: ClientFor, made: dict[str, Caseload]) -> None:
    client = client_for("lawyer")
    assert A.relative not in client.page("/desk").text
    client.get(f"/people/{made['A'].relative}")
    assert A.relative in client.page("/desk").text
    assert A.relative not in client_for("supervisor").page("/desk").text


def test_seeing_names_on_the_desk_is_noted(client_for: ClientFor, app: Flask, made: dict[str, Caseload]) -> None:
    client = client_for("lawyer")
    client.get(f"/people/{made['A'].relative}")
    client.get(f"/people/{made['A'].person}")
    client.get("/desk")
    with app.app_context(), session_for(system("tests")) as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "desk:recent")).one()
        assert set(entry.seen.ids) == {str(made["A"].relative), str(made["A"].person)}


@pytest.mark.parametrize("role", [role.value for role in Role])
def test_every_role_has_a_desk_whose_doors_open(client_for: ClientFor, made: dict[str, Caseload], role: str) -> None:
    client = client_for(role, "A")
    page = client.page("/desk")
    for url in {one for one in page.links.values() if one.startswith("/")}:
        assert client.get(url).status_code in (200, 302), url


def test_todays_appointments(client_for: ClientFor, made: dict[str, Caseload]) -> None:
    client = client_for("lawyer")
    with clock.at(date(2026, 12, 1)):
        assert "Court hearing" not in client.page("/desk").text
    with clock.at(date(2026, 12, 2)):
        page = client.page("/desk")
        assert "10:30–11:30 Court hearing" in page.text
        assert A.courtroom in page.text
        assert "Court hearing" not in client_for("supervisor").page("/desk").text
    with clock.at(date(2026, 12, 3)):
        page = client.page("/desk")
        assert "Say what became of it" in page.text
        [to] = {form.get("action", "") for form in page.all("form") if form.get("action", "").endswith("/state")}
        assert client.press(to, state="HELD", version="1", back="desk").location == "/desk"
        assert "Court hearing" not in client.page("/desk").text


def test_the_dates_on_the_desk_are_noted(client_for: ClientFor, app: Flask, made: dict[str, Caseload]) -> None:
    with clock.at(date(2026, 12, 2)):
        client_for("lawyer").get("/desk")
    with app.app_context(), session_for(system("tests")) as session:
        [entry] = session.scalars(select(AuditEntry).where(AuditEntry.action == "desk:see")).all()
        assert entry.subject_id == made["A"].case
