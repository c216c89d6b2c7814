"""The supervisor's view of the team."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from casework.core import clock
from casework.core.audit import AuditEntry
from casework.core.db import session_for
from casework.core.scope import system
from tests.conftest import ClientFor
from tests.pages import words_of
from tests.security.caseload import Caseload

# Pages do not know which database is under them; actions and queries are tried on both.
pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def test_the_team(client_for: ClientFor, app: Flask, made: dict[str, Caseload]) -> None:
    with clock.at(date(2026, 12, 15)):
        page = client_for("supervisor").page("/team/")
    rows = {words_of(row).split(" of ")[0]: words_of(row) for row in page.all("tr")}
    assert "Lawyer" in rows
    assert "Supervisor" in rows
    assert "Partner Birch" not in page.text
    with app.app_context(), session_for(system("tests")) as session:
        assert session.scalars(select(AuditEntry).where(AuditEntry.action == "team:see")).one()


def test_the_team_is_for_supervisors(client_for: ClientFor) -> None:
    assert client_for("lawyer").get("/team/").status_code == 403
