"""The audit trail on the page, and the chain it shows."""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask import Flask, g
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from casework.accounts.models import Password, User
from casework.accounts.permissions import Role
from casework.core import audit, clock, heads, witness
from casework.core.audit import AuditEntry, AuditHead
from casework.core.db import db
from casework.core.mail import OutgoingMail
from casework.core.scope import system
from casework.core.vault import HOUSE
from casework.oversight import jobs, queries
from casework.oversight.words import ACTIONS, KINDS
from casework.persons.models import Person
from tests.conftest import Acting, ClientFor
from tests.factories import World
from tests.pages import Page, words_of

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
    assert "Nothing matches" in client.page("/audit?until-day=1&until-month=1&until-year=2020").text
    client.page("/audit?since-day=31&since-month=2&since-year=2020")
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
        (report,) = witness.verify(here)
        assert not report.is_whole


# -- looking for something -------------------------------------------------------------------------------------------


def lines(page: Page) -> list[str]:
    """What the list shows, a string for each row."""
    return [words_of(one) for one in page.all("tr")[1:]]


def noted(acting: Acting, world: World) -> UUID:
    """A person registered by the lawyer, and what happened to them since."""
    with acting(world.principal("lawyer", "A")) as session:
        made = person(session)
        audit.read("person:open", "persons", [made.id])
        audit.read("person:search", "persons", [made.id, uuid4()], words="Invented")
        audit.read("case:list", "cases", [uuid4(), uuid4()])
        audit.note("export:taken", "exports", uuid4())
        audit.note("refused", "users.index", status=403)
    with acting(world.principal("supervisor", "A")), _in_an_emergency():
        audit.read("person:details", "persons", [made.id])
    return made.id


def person(session: Session) -> Person:
    made = Person(number="P-26-00901", registered_on=clock.today(), changed_at=clock.now())
    session.add(made)
    session.flush()
    return made


@contextmanager
def _in_an_emergency() -> Iterator[None]:
    g.audit_mark = "1"
    try:
        yield
    finally:
        g.pop("audit_mark")


LOOKED_FOR = [
    ("group=seen", "Opened a person", "Searched"),
    ("group=searched", "Searched for persons", "Opened a person"),
    ("group=changed", "Created", "Opened a person"),
    ("group=taken", "Took the workbook", "Searched"),
    ("kind=persons", "Opened a person", "Took the workbook"),
    ("record=P-26-00901", "Opened a person", "Looked at the list of cases"),
    ("record=p-26-00901", "Searched for persons", "Took the workbook"),
    ("only=refused", "Was refused", "Opened a person"),
    ("only=emergency", "Read personal details", "Opened a person"),
]


def test_what_one_looks_for_is_found(client_for: ClientFor, acting: Acting, world: World) -> None:
    noted(acting, world)
    client = client_for("protection", "A")
    for address, shown, hidden in LOOKED_FOR:
        found = lines(client.page(f"/audit?{address}"))
        assert any(shown in one for one in found), address
        assert not any(hidden in one for one in found), address
    assert "Nothing matches" in client.page("/audit?record=%25%25%25%25%25%25%25%25").text


def test_a_record_is_found_by_what_the_trail_calls_it(client_for: ClientFor, acting: Acting, world: World) -> None:
    record = queries.short(noted(acting, world))
    found = lines(client_for("protection", "A").page(f"/audit?record={record}"))
    assert any("Opened a person" in one and record in one for one in found)
    assert any("Searched for persons" in one and "several at once" in one for one in found)
    assert "Nothing matches" in client_for("protection", "B").page(f"/audit?record={record}").text
    assert "Nothing matches" in client_for("protection", "B").page("/audit?record=P-26-00901").text


def test_days_from_and_until(client_for: ClientFor, acting: Acting, world: World) -> None:
    with clock.at(date(2026, 1, 10)), acting(world.principal("lawyer", "A")):
        audit.note("figures:see", "figures")
    client = client_for("protection", "A")
    since, until = "since-day=10&since-month=1&since-year=2026", "until-day=10&until-month=1&until-year=2026"
    assert len(lines(client.page(f"/audit?action=figures:see&{since}&{until}"))) == 1
    assert "Nothing matches" in client.page("/audit?action=figures:see&until-day=9&until-month=1&until-year=2026").text
    wrong = client.page(f"/audit?{since}&until-day=9&until-month=1&until-year=2026")
    assert "before the first one" in wrong.text


# -- taking it out ---------------------------------------------------------------------------------------------------


def test_the_workbook_has_what_the_list_shows_and_says_who_took_it(
    client_for: ClientFor, acting: Acting, world: World
) -> None:
    record = noted(acting, world)
    client = client_for("protection", "A")
    answer = client.get("/audit/trail.xlsx?group=seen&record=P-26-00901")
    assert answer.status_code == 200
    sheet = load_workbook(io.BytesIO(answer.data)).active
    rows = [[str(cell.value or "") for cell in row] for row in sheet.iter_rows()]
    assert "Protection of Partner Aster" in rows[0][0]
    assert "P-26-00901" in rows[1][0]
    assert [row[4] for row in rows[4:]] == ["Read personal details", "Opened a person’s record"]
    assert {row[6] for row in rows[4:]} == {queries.short(record)}
    assert rows[4][8] == "yes"
    assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)
    with acting(system("tests")) as session:
        entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "audit:export")).one()
        assert json.loads(entry.details) == {"rows": 2, "narrowed": {"group": "seen", "records": [str(record)]}}
        assert entry.organisation_id == world.organisations["A"]


def test_a_wrong_filter_exports_nothing(client_for: ClientFor) -> None:
    assert client_for("protection").get("/audit/trail.xlsx?kind=nonsense").status_code == 400


@pytest.mark.parametrize("address", ["/audit/trail.xlsx", "/audit/head.txt"])
def test_nobody_else_takes_it(client_for: ClientFor, address: str) -> None:
    for role in ("lawyer", "supervisor", "administrator", "statistics"):
        assert client_for(role).get(address).status_code == 403


def test_the_head_of_ones_own_trail_and_of_the_installation(client_for: ClientFor, world: World, app: Flask) -> None:
    answer = client_for("protection", "A").get("/audit/head.txt")
    assert "attachment" in answer.headers["Content-Disposition"]
    found = heads.read(answer.text)
    assert [one.organisation_id for one in found] == [world.organisations["A"], HOUSE]
    with app.app_context():
        assert all(heads.prove(one).holds for one in found)


def test_refusals_without_an_id_are_noted(client_for: ClientFor) -> None:
    assert client_for("lawyer", "A").get("/users").status_code == 403
    page = client_for("protection", "A").page("/audit?only=refused")
    assert len(lines(page)) == 1


def test_a_changed_record_is_found_when_one_asks(
    app: Flask, client_for: ClientFor, acting: Acting, world: World
) -> None:
    user_id = world.user_id("lawyer", "A")
    with acting(system("tests")) as session:
        session.get_one(User, user_id).password = Password("noted")
    client = client_for("protection", "A")
    page = client.page("/audit")
    assert "every stored record agrees with it" in page.text
    asked = "/audit" + page.links["Check also that every stored record agrees with it"]
    assert "Every stored record agrees with it." in client.page(asked).text
    with app.app_context(), db.engine.begin() as connection:
        gone = sa.update(User).where(User.id == user_id).values(password_sealed=None)
        connection.execute(gone, execution_options=UNSCOPED)
    found = client.page(asked).text
    assert "does not agree with the trail" in found
    assert f"User {user_id.hex[:8]} – changed from outside" in found


# -- the weekly mail -------------------------------------------------------------------------------------------------


def test_a_mail_a_week_with_the_heads_and_nothing_else(
    app: Flask, acting: Acting, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = replace(app.extensions["settings"], smtp_url="smtp://127.0.0.1:1", mail_from="casework@example.org")
    monkeypatch.setitem(app.extensions, "settings", served)
    here = world.organisations["A"]
    with clock.at(date(2026, 11, 23)), acting(system("job", here)):
        assert jobs.send() == 2
    with clock.at(date(2026, 11, 29)), acting(system("job", here)):
        assert jobs.send() == 0
    with clock.at(date(2026, 11, 30)), acting(system("job", here)):
        assert jobs.send() == 2
    with acting(system("tests", here)) as session:
        mails = list(session.scalars(sa.select(OutgoingMail)))
        assert {one.user_id for one in mails} == {world.user_id("protection", "A"), world.user_id("supervisor", "A")}
        for one in mails:
            found = heads.read(one.letter.text)
            assert [head.organisation_id for head in found] == [here, HOUSE]
            assert "example.org" not in one.letter.text
