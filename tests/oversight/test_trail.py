"""The audit trail on the page, and the chain it shows."""

import pytest
import sqlalchemy as sa
from flask import Flask

from casework.accounts.permissions import Role
from casework.core import audit
from casework.core.audit import AuditEntry, AuditHead
from casework.core.db import db
from casework.core.scope import system
from casework.oversight import queries
from casework.oversight.words import ACTIONS, KINDS
from tests.conftest import Acting, ClientFor
from tests.factories import World

UNSCOPED = {"unscoped": "tests"}


def tamper(app: Flask, statement: sa.Executable) -> None:
    """What someone with the database file could do: take the triggers away, change, put them back."""
    with app.app_context(), db.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            for verb in ("update", "delete"):
                connection.exec_driver_sql(f"DROP TRIGGER audit_entries_no_{verb}")
        else:
            connection.exec_driver_sql("ALTER TABLE audit_entries DISABLE TRIGGER ALL", execution_options=UNSCOPED)
        connection.execute(statement, execution_options=UNSCOPED)


@pytest.mark.parametrize("role", list(Role))
def test_only_the_focal_point_reads_it(client_for: ClientFor, role: Role) -> None:
    client_for(role.value).page("/audit", status=200 if role is Role.PROTECTION else 403)


def test_one_sees_ones_own_organisation_only(client_for: ClientFor, world: World) -> None:
    client_for("lawyer", "A").get("/users")  # refused, but has no record in its address
    client_for("administrator").submit(f"/users/{world.user_id('lawyer', 'B')}", {"name": "Renamed In B"})
    trail_of_b = client_for("protection", "B").page("/audit").text
    assert "Changed" in trail_of_b
    assert "Renamed In B" not in trail_of_b
    assert world.user_id("lawyer", "B").hex[:8] in trail_of_b
    assert str(world.user_id("lawyer", "B")) not in trail_of_b
    assert world.user_id("lawyer", "B").hex[:8] not in client_for("protection", "A").page("/audit").text


def test_reading_the_trail_stands_in_the_trail(client_for: ClientFor) -> None:
    client = client_for("protection", "A")
    client.page("/audit")
    page = client.page("/audit")
    assert "Read the audit trail" in page.text
    assert "Protection of Partner Aster" in page.text


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_in_every_language(client_for: ClientFor, language: str) -> None:
    client = client_for("protection", "A")
    client.press(f"/language/{language}")
    client.page("/audit")
    assert str(getattr(ACTIONS["audit:see"], language)) in client.page("/audit").text


def test_filters(client_for: ClientFor, world: World) -> None:
    client = client_for("protection", "A")
    client.page("/audit")
    found = client.page("/audit?action=audit:see&actor=" + str(world.user_id("protection", "A")))
    assert found.all("tbody")
    assert "Nothing matches" not in client.page("/audit?action=users:delete").text  # nobody ever did it: no filter
    assert "Nothing matches" in client.page("/audit?day-day=1&day-month=1&day-year=2020").text
    client.page("/audit?day-day=31&day-month=2&day-year=2020")
    client.page("/audit?actor=nonsense&page=nonsense")
    client.page("/audit?page=99999")
    client.page("/audit?page=-1")


def test_pages(client_for: ClientFor, acting: Acting, world: World) -> None:
    with acting(world.principal("protection", "A")):
        for _ in range(120):
            audit.note("figures:see", "figures")
    client = client_for("protection", "A")
    assert len(client.page("/audit?action=figures:see").all("tr")) == 1 + queries.PAGE
    assert len(client.page("/audit?action=figures:see&page=3").all("tr")) == 1 + 20


def test_a_changed_entry_is_found(app: Flask, client_for: ClientFor, world: World) -> None:
    client = client_for("protection", "A")
    client.page("/audit")
    assert "the trail is whole" in client.page("/audit").text
    here = AuditEntry.organisation_id == world.organisations["A"]
    tamper(app, sa.update(AuditEntry).where(here, AuditEntry.number == 2).values(actor_role="nobody"))
    assert "broken at entry 2" in client.page("/audit").text


def test_a_long_trail_is_checked_when_asked(client_for: ClientFor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "CHECKED_AT_ONCE", 0)
    client = client_for("protection", "A")
    page = client.page("/audit")
    assert "the trail is whole" not in page.text
    assert "the trail is whole" in client.page("/audit" + page.links["Check that nothing was changed or removed"]).text


def test_every_audited_table_has_words(app: Flask) -> None:
    from casework.core.db import Base

    audited = {m.local_table.name for m in Base.registry.mappers if getattr(m.class_, "__audited__", True)}  # type: ignore[attr-defined]
    assert audited <= set(KINDS)


def test_a_chain_whose_end_or_head_is_gone_is_broken(app: Flask, acting: Acting, world: World) -> None:
    here = world.organisations["A"]
    with acting(world.principal("lawyer")):
        audit.note("figures:see", "figures")
    tamper(app, sa.delete(AuditHead).where(AuditHead.organisation_id == here))
    with acting(system("tests")):
        (report,) = audit.verify(here)
        assert not report.is_whole
