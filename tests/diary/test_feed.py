"""The calendar feed: what leaves the site in it, who may fetch it, and how it ends."""

import logging
import re
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import select

from casework.accounts.models import User
from casework.accounts.permissions import Role
from casework.cases import actions as cases
from casework.cases.models import Case
from casework.core import clock
from casework.core.audit import AuditEntry
from casework.core.db import Base, db, session_for
from casework.core.scope import system
from casework.diary import actions
from casework.diary.models import CalendarFeed
from casework.diary.rules import State
from casework.persons.models import Contacts
from casework.supervision import actions as supervision
from casework.supervision.models import Cover
from tests.conftest import Acting, ClientFor
from tests.diary.conftest import TODAY
from tests.diary.test_actions import open_case, told
from tests.factories import World
from tests.pages import Client, Page, words_of
from tests.security.caseload import CANARIES, Caseload

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def new_address(client: Client) -> str:
    """Create a feed as its user does, and read its address from the page that shows it once."""
    answer = client.press("/account/calendar/feed")
    assert answer.status_code == 200
    address = Page(answer.text).all("input", id="link")[0].get("value", "")
    return address.removeprefix("http://localhost")


def events(client: Client, address: str) -> list[Any]:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    return list(Calendar.from_ical(answer.text).walk("VEVENT"))


def make_safe(acting: Acting, world: World, case_id: UUID, safety: str, where: str = "A") -> None:
    with acting(world.principal("lawyer", where)):
        for party in db.session.get_one(Case, case_id).parties:
            party.person.contacts = Contacts(safety=safety)


def test_the_feed_holds_numbers_and_kinds(
    client: Client, client_for: ClientFor, acting: Acting, world: World, made: dict[str, Caseload]
) -> None:
    make_safe(acting, world, made["A"].case, "ANY_TIME")
    found = events(client, new_address(client_for("lawyer")))
    number = made["A"].numbers[2]
    summaries = sorted(str(one["SUMMARY"]) for one in found)
    assert summaries == [f"{number}: Court hearing", f"{number}: Next step"]
    hearing, step = sorted(found, key=lambda one: str(one["SUMMARY"]))
    assert hearing.decoded("DTSTART").isoformat() == "2026-12-02T05:30:00+00:00"
    assert hearing.decoded("DTEND") - hearing.decoded("DTSTART") == timedelta(hours=1)
    assert step.decoded("DTSTART") == date(2026, 12, 1)  # all day
    assert step.decoded("DTEND") == date(2026, 12, 2)
    assert {str(one["CLASS"]) for one in found} == {"PRIVATE"}


def test_nothing_about_anybody_leaves(
    client: Client, client_for: ClientFor, acting: Acting, world: World, made: dict[str, Caseload]
) -> None:
    make_safe(acting, world, made["A"].case, "ANY_TIME")
    text = client.get(new_address(client_for("lawyer"))).text.replace("\r\n ", "")
    for words in (*CANARIES["A"].all(), *CANARIES["B"].all(), "Partner", "Lawyer", str(made["A"].case)):
        assert words not in text
    allowed = {"UID", "DTSTAMP", "SUMMARY", "CLASS", "DTSTART", "DTEND", "TRANSP"}
    assert {name for one in Calendar.from_ical(text).walk("VEVENT") for name in one} <= allowed


@pytest.mark.parametrize(
    ("safety", "says"),
    [
        ("ANY_TIME", True),
        ("SET_HOURS", True),
        ("NEVER_CALL", False),
        ("NEVER_WRITE", False),
        ("IN_PERSON", False),
        ("OTHER_ANSWERS", False),
        ("NOT_ASKED", False),
    ],
)
def test_who_is_not_safe_to_contact_is_a_number(
    client: Client,
    client_for: ClientFor,
    acting: Acting,
    world: World,
    made: dict[str, Caseload],
    safety: str,
    says: bool,
) -> None:
    make_safe(acting, world, made["A"].case, safety)
    number = made["A"].numbers[2]
    summaries = {str(one["SUMMARY"]) for one in events(client, new_address(client_for("lawyer")))}
    assert summaries == ({f"{number}: Court hearing", f"{number}: Next step"} if says else {number})


def test_a_program_knows_a_date_again_and_when_to_ask(
    client: Client, client_for: ClientFor, made: dict[str, Caseload]
) -> None:
    address = new_address(client_for("lawyer"))
    first = events(client, address)
    with clock.at(TODAY + timedelta(days=1)):
        second = events(client, address)
        whole = Calendar.from_ical(client.get(address).text)
    assert [str(one["UID"]) for one in first] == [str(one["UID"]) for one in second]
    assert len({str(one["UID"]) for one in first}) == 2
    assert all(one["DTSTAMP"] for one in first)
    assert whole["REFRESH-INTERVAL"].to_ical() == b"PT1H"
    assert whole["REFRESH-INTERVAL"].params["VALUE"] == "DURATION"
    assert whole["PRODID"]


def test_what_is_over_or_cancelled_is_not_in_it(
    client: Client, client_for: ClientFor, acting: Acting, world: World
) -> None:
    lawyer = world.user_id("lawyer")
    with acting(world.principal("lawyer")):
        case = open_case(lawyer)
        actions.settle(actions.plan(case, told(lawyer)), State.CANCELLED)
        actions.settle(actions.plan(case, told(lawyer, at="09:00")), State.HELD)
        actions.plan(case, told(world.user_id("supervisor")))
    address = new_address(client_for("lawyer"))
    assert events(client, address) == []
    with acting(world.principal("lawyer")):
        closing = open_case(lawyer, "Закрытова")
        actions.plan(closing, told(lawyer))
        cases.set_next_step(closing, "Позвонить", TODAY)
        cases.close(closing, TODAY, "ADVICE_ONLY", "SOLUTION", None)
    assert events(client, address) == []


def test_it_speaks_its_owner_s_language(
    client: Client, client_for: ClientFor, acting: Acting, world: World, made: dict[str, Caseload]
) -> None:
    make_safe(acting, world, made["A"].case, "ANY_TIME")
    owner = client_for("lawyer")
    address = new_address(owner)
    owner.press("/language/kk")
    client.press("/language/ru")  # whoever fetches may have chosen another
    summaries = {str(one["SUMMARY"]) for one in events(client, address)}
    assert f"{made['A'].numbers[2]}: Сот отырысы" in summaries


def test_lines_are_folded_as_the_standard_asks(
    client: Client, client_for: ClientFor, made: dict[str, Caseload]
) -> None:
    body = client.get(new_address(client_for("lawyer"))).data
    assert body.endswith(b"END:VCALENDAR\r\n")
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))


def test_each_fetches_their_own(
    client: Client, client_for: ClientFor, acting: Acting, world: World, made: dict[str, Caseload]
) -> None:
    """Also in a browser where somebody else is signed in: the feed acts as its user and as nobody else."""
    theirs = new_address(client_for("lawyer", "B"))
    numbers = {str(one["SUMMARY"])[:11] for one in events(client_for("lawyer", "A"), theirs)}
    assert numbers == {made["B"].numbers[2]}
    assert events(client, new_address(client_for("supervisor"))) == []


def test_while_one_stands_in_the_feed_has_the_colleague_s_dates(
    client: Client, client_for: ClientFor, acting: Acting, world: World, made: dict[str, Caseload]
) -> None:
    """As the calendar page has them, and with no more words about who is not safe to contact or restricted."""
    number, supervisor = made["A"].numbers[2], client_for("supervisor")
    address = new_address(supervisor)
    assert events(client, address) == []
    with acting(world.principal("supervisor")):
        agreed = supervision.plan_cover(
            supervision.Planned(world.user_id("lawyer"), world.user_id("supervisor"), TODAY, TODAY + timedelta(days=3))
        ).id
    assert number in supervisor.page("/calendar?view=list&day=2026-12-01").text
    make_safe(acting, world, made["A"].case, "NOT_ASKED")
    assert {str(one["SUMMARY"]) for one in events(client, address)} == {number}, "the number alone"
    make_safe(acting, world, made["A"].case, "ANY_TIME")
    both = {f"{number}: Court hearing", f"{number}: Next step"}
    assert {str(one["SUMMARY"]) for one in events(client, address)} == both
    with clock.at(TODAY + timedelta(days=4)):
        assert events(client, address) == [], "it ended by itself"
    with acting(world.principal("supervisor")) as session:
        supervision.end_cover(session.get_one(Cover, agreed))
    assert events(client, address) == []


def test_a_fetch_is_noted(
    app: Flask, client: Client, client_for: ClientFor, made: dict[str, Caseload], world: World
) -> None:
    owner = client_for("lawyer")
    assert "Not fetched yet" not in owner.page("/account/calendar").text
    address = new_address(owner)
    assert "Not fetched yet" in owner.page("/account/calendar").text
    client.get(address)
    with app.app_context(), session_for(system("tests")) as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "calendar:feed")).one()
        assert (entry.actor_id, entry.organisation_id) == (world.user_id("lawyer"), world.organisations["A"])
        assert (entry.subject_kind, entry.subject_id) == ("cases", made["A"].case)
    assert "15 September 2026, 10:00" in owner.page("/account/calendar").text


def test_a_fetch_without_dates_is_noted_too(app: Flask, client: Client, client_for: ClientFor) -> None:
    owner = client_for("supervisor")
    client.get(new_address(owner))
    assert "15 September 2026, 10:00" in owner.page("/account/calendar").text


# -- how it ends -------------------------------------------------------------------------------------------------


def test_revoked_it_is_nothing(client: Client, client_for: ClientFor) -> None:
    owner = client_for("lawyer")
    address = new_address(owner)
    assert client.get(address).status_code == 200
    owner.press("/account/calendar/feed/revoke")
    revoked = client.get(address)
    unknown = client.get("/calendar/feed/" + "x" * 43 + ".ics")
    assert revoked.status_code == unknown.status_code == 404
    pattern = r'name="csrf_token" value="[^"]*"|name="next" value="[^"]*"|nonce'
    assert re.sub(pattern, "", revoked.text) == re.sub(pattern, "", unknown.text)
    assert "Create the feed" in owner.page("/account/calendar").text


def test_a_new_address_ends_the_old_one(client: Client, client_for: ClientFor) -> None:
    owner = client_for("lawyer")
    first, second = new_address(owner), new_address(owner)
    assert (client.get(first).status_code, client.get(second).status_code) == (404, 200)


@pytest.mark.parametrize("how", ["user", "organisation", "role"])
def test_with_the_account_the_feed_ends(
    app: Flask, client: Client, client_for: ClientFor, world: World, how: str
) -> None:
    address = new_address(client_for("lawyer"))
    with app.app_context(), session_for(system("tests")) as session:
        user = session.get_one(User, world.user_id("lawyer"))
        if how == "user":
            user.is_active = False
        elif how == "organisation":
            user.organisation.is_active = False
        else:
            user.role = Role.PROTECTION
        session.commit()
    assert client.get(address).status_code == 404


def test_trying_addresses_is_slowed_down_without_shutting_the_office_out(client: Client, client_for: ClientFor) -> None:
    owner = client_for("lawyer")
    address = new_address(owner)
    statuses = [client.get(f"/calendar/feed/guess-{number}.ics").status_code for number in range(25)]
    assert statuses[:20] == [404] * 20
    assert statuses[-1] == 429
    assert "Retry-After" in client.get("/calendar/feed/one-more.ics").headers
    # A right address still works from there, and so does signing in.
    assert client.get(address).status_code == 200
    answer = client.submit("/sign-in", {"email": "nobody@example.org", "password": "wrong wrong wrong"})
    assert answer.status_code == 422


# -- the token ---------------------------------------------------------------------------------------------------


def test_the_token_is_long_shown_once_and_kept_nowhere(
    app: Flask,
    client: Client,
    client_for: ClientFor,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    owner = client_for("lawyer")
    address = new_address(owner)
    token = address.rpartition("/")[2].removesuffix(".ics")
    assert len(token) >= 43  # 256 bits
    client.get(address)
    client.get(f"/calendar/feed/{token}x.ics")
    assert token not in owner.page("/account/calendar").text
    assert token not in caplog.text
    assert token not in "".join(capfd.readouterr())
    with app.app_context(), session_for(system("tests")) as session:
        for mapper in Base.registry.mappers:
            for row in session.execute(select(*mapper.local_table.c), execution_options={"unscoped": "tests"}):
                assert token not in str(tuple(row)), mapper.class_.__name__
        feed = session.scalars(select(CalendarFeed)).one()
        assert re.fullmatch(r"[0-9a-f]{64}", feed.token_hash)


def test_a_failure_while_it_is_made_does_not_tell_the_token(
    app: Flask, client: Client, client_for: ClientFor, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = new_address(client_for("lawyer"))
    token = address.rpartition("/")[2].removesuffix(".ics")

    def fail(*_: Any) -> None:
        raise RuntimeError(f"while making {token}")

    monkeypatch.setattr("casework.diary.ics.calendar", fail)
    with caplog.at_level(logging.DEBUG, logger="casework"):
        assert client.get(address).status_code == 500
    assert "RuntimeError" in caplog.text
    assert token not in caplog.text


@pytest.mark.parametrize("role", ["statistics", "administrator", "protection"])
def test_who_holds_no_cases_has_no_feed(client_for: ClientFor, role: str) -> None:
    client = client_for(role)
    for address in ("/account/calendar/feed", "/account/calendar/feed/revoke"):
        assert client.press(address).status_code == 403


def test_the_page_says_what_leaves(client_for: ClientFor) -> None:
    page = client_for("lawyer").page("/account/calendar")
    assert "no names, no places, no notes" in page.text
    assert "End the feed" not in words_of(page.all("main")[0])
