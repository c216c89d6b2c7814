"""Removing a second factor on the server, where there is no second person."""

import pytest
from flask import Flask
from sqlalchemy import select

from casework.accounts import queries
from casework.core.audit import AuditEntry
from casework.core.scope import system
from casework.core.vault import HOUSE
from tests.accounts.test_second_factor import told
from tests.conftest import Acting
from tests.factories import World
from tests.keys.conftest import Run, run

__all__ = ["run"]

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def test_a_second_factor_is_removed_on_the_server(app: Flask, run: Run, world: World, acting: Acting) -> None:
    email, user_id = world.email("lawyer"), world.user_id("lawyer")
    assert "Nobody signs in" in run("accounts", "remove-second-factor", "nobody@example.org").stderr
    wrong = run("accounts", "remove-second-factor", email, sent="somebody@else.org\n")
    assert wrong.exit_code == 1
    assert "Two persons can do this on the pages" in wrong.stdout
    assert "Nothing was changed" in wrong.stderr
    with acting(system("tests")):
        assert queries.second_factor_of(user_id) is not None
    assert run("accounts", "remove-second-factor", email, sent=f"{email.upper()}\n").exit_code == 0
    with acting(system("tests")) as session:
        assert queries.second_factor_of(user_id) is None
        noted = session.execute(
            select(AuditEntry.organisation_id, AuditEntry.action).where(AuditEntry.subject_id == user_id)
        ).all()
    partner = world.organisations["A"]
    assert {(partner, "second-factor:removed"), (partner, "account-step:alone"), (HOUSE, "account-step:alone")} <= {
        tuple(one) for one in noted
    }
    assert len(told(app, "factor_removed")) == 1
    assert "nothing to remove" in run("accounts", "remove-second-factor", email, "--confirm", email).stderr
