"""The calendar and the appointments of a case, as their users see them."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from casework.cases import actions as cases
from casework.core import clock
from casework.core.audit import AuditEntry
from casework.core.db import db, session_for
from casework.core.scope import system
from casework.diary import actions
from casework.diary.models import Appointment
from tests.conftest import Acting, ClientFor
from tests.diary.conftest import TODAY
from tests.diary.test_actions import open_case, told
from tests.factories import World
from tests.pages import Client, Page, words_of
from tests.security.caseload import CANARIES, Caseload

A, B = CANARIES["A"], CANARIES["B"]
# Pages do not know which database is under them; actions and queries are tried on both.
pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)

FIELDS: dict[str, Any] = {
    "kind": "MEETING",
    "on-day": "17",
    "on-month": "9",
    "on-year": "2026",
    "at": "14:30",
    "minutes": "45",
    "place": "кабинет 7",
}


def planned(app: Flask, case_id: Any) -> list[Appointment]:
    with app.app_context(), session_for(system("tests")) as session:
        found = select(Appointment).where(Appointment.case_id == case_id).order_by(Appointment.starts_at)
        return list(session.scalars(found))


# -- appointments ------------------------------------------------------------------------------------------------


def test_planning_from_the_record(app: Flask, client_for: ClientFor, made: dict[str, Caseload]) -> None:
    client, case_id = client_for("lawyer"), made["A"].case
    assert client.page(f"/cases/{case_id}").links["Plan an appointment"] == f"/cases/{case_id}/appointments/new"
    answer = client.submit(f"/cases/{case_id}/appointments/new", FIELDS)
    assert answer.location == f"/cases/{case_id}/appointments"
    page = client.page(answer.location)
    assert "14:30–15:15" in page.text
    assert "кабинет 7" in page.text
    [first, _later] = planned(app, case_id)
    assert (first.kind, first.minutes, first.state) == ("MEETING", 45, "PLANNED")
    assert "Meeting with the person" in client.page(f"/cases/{case_id}").text


def test_planning_from_the_calendar_asks_which_case(client_for: ClientFor, made: dict[str, Caseload]) -> None:
    client = client_for("lawyer")
    assert client.page("/calendar").links["Plan an appointment"] == "/calendar/new"
    answer = client.submit("/calendar/new", {"number": made["A"].numbers[2].lower()})
    assert answer.location == f"/cases/{made['A'].case}/appointments/new"
    for number in (made["B"].numbers[2], "KZ-26-99999"):
        answer = client.submit("/calendar/new", {"number": number})
        assert answer.status_code == 422
        assert "There is no case with this number." in answer.text


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"at": "25:00"}, "such as 14:30"),
        ({"at": ""}, "Fill in this field."),
        ({"minutes": "0"}, "between 5 and 1440"),
        ({"minutes": "99999"}, "between 5 and 1440"),
        ({"on-day": "31", "on-month": "9"}, "Enter a real date"),
        ({"kind": "PARTY"}, "Choose one of the options."),
        ({"lawyer": "5ee1bd7a-8e39-4b53-9d3c-1ae1cb3dd4f1"}, "Choose one of the options."),
        ({"place": "ж" * 201}, "at most 200 characters"),
    ],
)
def test_bad_input_gets_words_and_saves_nothing(
    app: Flask, client_for: ClientFor, made: dict[str, Caseload], wrong: dict[str, str], says: str
) -> None:
    before = len(planned(app, made["A"].case))
    answer = client_for("lawyer").submit(f"/cases/{made['A'].case}/appointments/new", {**FIELDS, **wrong})
    assert answer.status_code == 422
    assert says in answer.text
    assert len(planned(app, made["A"].case)) == before


def test_a_clash_and_a_day_off_are_said_and_not_forbidden(client_for: ClientFor, made: dict[str, Caseload]) -> None:
    client, address = client_for("lawyer"), f"/cases/{made['A'].case}/appointments/new"
    client.submit(address, FIELDS)
    page = client.page(client.submit(address, {**FIELDS, "at": "15:00"}).location)
    words = " ".join(words_of(one) for one in page.all("div"))
    assert "has another appointment then: Meeting with the person, 14:30–15:15" in words
    page = client.page(client.submit(address, {**FIELDS, "on-day": "19"}).location)  # a Saturday
    assert "is a day off (weekend)" in " ".join(words_of(one) for one in page.all("div"))
    republic = {"on-day": "25", "on-month": "10", "on-year": "2027"}
    page = client.page(client.submit(address, {**FIELDS, **republic}).location)
    assert "is a day off (Republic Day" in " ".join(words_of(one) for one in page.all("div"))


def test_two_tabs(app: Flask, client_for: ClientFor, made: dict[str, Caseload]) -> None:
    client, mine = client_for("lawyer"), made["A"]
    address = f"/cases/{mine.case}/appointments/{mine.appointment}"
    stale = client.page(address)
    client.submit(address, {"at": "11:00"})
    form = stale.form_with({"at"})
    answer = client.post(address, data={**stale.filled(form), "at": ["12:00"], "place": ["Зал 9"]})
    assert answer.status_code == 409
    assert "11:00" in answer.text
    assert "Зал 9" in answer.text
    [one] = planned(app, mine.case)
    assert f"{one.starts_at.astimezone(clock.ALMATY):%H:%M}" == "11:00"


def test_what_became_of_it_from_the_list_and_back(app: Flask, client_for: ClientFor, made: dict[str, Caseload]) -> None:
    client, mine = client_for("lawyer"), made["A"]
    here = f"/cases/{mine.case}/appointments"
    with clock.at(date(2026, 12, 3)):
        page = client.page(here)
        assert "Say what became of it" in page.text
        answer = press(client, page, "MISSED")
        assert answer.location == here
        page = client.page(here)
        assert "Person did not come" in page.text
        assert "Hearing" in client.page(f"/cases/{mine.case}?show=appointment").text.replace("Court hearing", "Hearing")
        press(client, page, "PLANNED")
        assert planned(app, mine.case)[0].state == "PLANNED"


def press(client: Client, page: Page, state: str) -> Any:
    """Press the button that says so, wherever it stands on the page."""
    for form in page.all("form"):
        sent = {one.get("name"): one.get("value") for one in form.iter("input")}
        if sent.get("state") == state:
            return client.post(form.get("action", ""), data=sent)
    raise AssertionError(f"No button for {state}.")


def test_a_button_of_an_older_page_changes_nothing(
    app: Flask, client_for: ClientFor, made: dict[str, Caseload]
) -> None:
    client, mine = client_for("lawyer"), made["A"]
    page = client.page(f"/cases/{mine.case}/appointments/{mine.appointment}")
    client.submit(f"/cases/{mine.case}/appointments/{mine.appointment}", {"at": "11:00"})
    assert press(client, page, "CANCELLED").status_code == 409
    assert planned(app, mine.case)[0].state == "PLANNED"
    to = f"/cases/{mine.case}/appointments/{mine.appointment}/state"
    assert client.press(to, state="BURNT", version="2").status_code == 409
    assert client.press(to, state="HELD", version="2").status_code == 422  # it has not begun


def test_before_a_case_is_closed_its_appointments_are_named(client_for: ClientFor, made: dict[str, Caseload]) -> None:
    text = client_for("lawyer").page(f"/cases/{made['A'].case}/close").text
    assert "An appointment is still planned: Court hearing on 2 December 2026." in text


def test_an_empty_list_says_what_it_is_for(client_for: ClientFor, made: dict[str, Caseload]) -> None:
    page = client_for("lawyer").page(f"/cases/{made['A'].closed_case}/appointments")
    assert "No appointments yet" in page.text
    assert "Plan an appointment" not in page.links


# -- the calendar ------------------------------------------------------------------------------------------------


def test_the_agenda_of_an_empty_fortnight(client_for: ClientFor) -> None:
    page = client_for("lawyer").page("/calendar")
    assert "Nothing in these two weeks" in page.text
    assert "Tuesday 15 September 2026" in page.text
    assert client_for("lawyer").page("/calendar?view=month").text
    assert "Nothing in this month" in client_for("lawyer").page("/calendar?view=list").text


@pytest.mark.parametrize("view", ["agenda", "month", "list"])
def test_every_view_shows_it_with_the_way_to_its_record(
    client_for: ClientFor, made: dict[str, Caseload], view: str
) -> None:
    page = client_for("lawyer").page(f"/calendar?view={view}&day=2026-12-01")
    rows = [one for one in page.all("a") if one.get("href") == f"/cases/{made['A'].case}"]
    words = " ".join(words_of(one) for one in rows)
    assert "Court hearing" in words
    assert A.next_step in words
    assert A.family in page.text
    assert B.family not in page.text
    assert "10:30" in page.text


def test_holidays_have_their_names(client_for: ClientFor) -> None:
    client = client_for("lawyer")
    for view in ("agenda", "month"):
        assert "Independence Day" in client.page(f"/calendar?view={view}&day=2026-12-14").text
    assert "Независимости" in client.page("/calendar?day=2026-12-14").text or client.press("/language/ru")
    assert "День Независимости" in client.page("/calendar?day=2026-12-14").text


def test_what_is_late_stands_on_top_until_it_is_settled(client_for: ClientFor, made: dict[str, Caseload]) -> None:
    client = client_for("lawyer")
    with clock.at(date(2026, 12, 4)):
        page = client.page("/calendar")
        headings = [words_of(one) for one in page.all("h2")]
        assert headings.index("Overdue") < headings.index("Friday 4 December 2026 today")
        assert A.next_step in page.text
        assert "Say what became of it" in page.text
        assert "Overdue" not in client.page("/calendar?day=2027-02-01").text
        press(client, page, "HELD")
        assert "Say what became of it" not in client.page("/calendar").text


def test_long_lists_of_what_is_late_are_cut(client_for: ClientFor, acting: Acting, world: World) -> None:
    lawyer = world.user_id("lawyer")
    with acting(world.principal("lawyer")):
        case = open_case(lawyer)
        for _n in range(15):
            actions.plan(case, told(lawyer, day=TODAY - timedelta(days=2)))
    client = client_for("lawyer")
    page = client.page("/calendar")
    assert page.text.count("Say what became of it") == 12
    more = next(url for words, url in page.links.items() if words == "Show 3 more")
    assert client.page("/calendar" + more).text.count("Say what became of it") == 15


def test_kinds_are_chips(client_for: ClientFor, made: dict[str, Caseload]) -> None:
    client = client_for("lawyer")
    page = client.page("/calendar?day=2026-12-01&kinds=appointment&kinds=letter")
    assert "Court hearing" in page.text
    assert A.next_step not in page.text
    assert "Remove filter: Appointments" in page.links
    later = page.links["Later"]
    assert "kinds=appointment" in later
    assert "kinds=letter" in later
    assert "day=2026-12-15" in later
    assert A.next_step in client.page("/calendar?day=2026-12-01&kinds=nonsense").text


def test_a_lawyer_sees_their_own_a_supervisor_anyones(
    client_for: ClientFor, made: dict[str, Caseload], world: World
) -> None:
    lawyer = client_for("lawyer")
    supervisor = client_for("supervisor")
    day = "day=2026-12-01"
    assert A.next_step not in supervisor.page(f"/calendar?{day}").text
    assert A.next_step in supervisor.page(f"/calendar?{day}&lawyer=all").text
    assert A.next_step in supervisor.page(f"/calendar?{day}&lawyer={world.user_id('lawyer')}").text
    assert "Lawyer of Partner Aster" in supervisor.page(f"/calendar?{day}&lawyer=all").text
    for chosen in ("all", world.user_id("supervisor")):
        assert A.next_step in lawyer.page(f"/calendar?{day}&lawyer={chosen}").text  # a lawyer has no such filter
    for chosen in (world.user_id("lawyer", "B"), "nonsense"):
        text = supervisor.page(f"/calendar?{day}&lawyer={chosen}").text
        assert B.next_step not in text
        assert A.next_step not in text


@pytest.mark.parametrize(
    "query",
    ["day=2026-02-30", "day=-1", "day=99999-01-01", "day=0001-01-01", "view=poster", "lawyer=", "day=%00", "kinds="],
)
def test_nonsense_in_the_address_is_left_out(client_for: ClientFor, query: str) -> None:
    assert "15 September 2026" in client_for("lawyer").page(f"/calendar?{query}").text


@pytest.mark.parametrize("day", ["1900-03-03", "2099-12-31"])
def test_the_calendar_turns_no_further_than_it_can(client_for: ClientFor, day: str) -> None:
    client = client_for("lawyer")
    for view in ("agenda", "month", "list"):
        page = client.page(f"/calendar?view={view}&day={day}")
        for words in ("Earlier", "Later"):
            client.page("/calendar" + page.links[words])


def test_no_name_stands_in_an_address(client_for: ClientFor, made: dict[str, Caseload]) -> None:
    page = client_for("supervisor").page("/calendar?day=2026-12-01&lawyer=all")
    addresses = " ".join(page.links.values())
    assert not any(word in addresses for word in A.all())
    assert re.search(r"%D0|%D1", addresses) is None


def test_seeing_the_calendar_is_noted(app: Flask, client_for: ClientFor, made: dict[str, Caseload]) -> None:
    client_for("lawyer").page("/calendar?day=2026-12-01")
    with app.app_context(), session_for(system("tests")) as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "calendar:see")).one()
    assert (entry.subject_kind, entry.subject_id) == ("cases", made["A"].case)


@pytest.mark.parametrize("role", ["statistics", "administrator", "protection"])
def test_who_holds_no_cases_sees_no_calendar(client_for: ClientFor, made: dict[str, Caseload], role: str) -> None:
    client = client_for(role)
    mine = made["A"]
    for address in ("/calendar", "/account/calendar", "/calendar/new", f"/cases/{mine.case}/appointments"):
        assert client.get(address).status_code == 403, address
    assert "Calendar" not in client.page("/desk").links
    assert "Set up the calendar feed" not in client.page("/account").links


def test_another_organisation_s_appointment_is_not_there(client_for: ClientFor, made: dict[str, Caseload]) -> None:
    client, theirs, mine = client_for("lawyer"), made["B"], made["A"]
    for address in (
        f"/cases/{theirs.case}/appointments",
        f"/cases/{theirs.case}/appointments/{theirs.appointment}",
        f"/cases/{mine.case}/appointments/{theirs.appointment}",
        f"/cases/{mine.closed_case}/appointments/{mine.appointment}",
    ):
        assert client.get(address).status_code == 404, address
    to = f"/cases/{mine.case}/appointments/{theirs.appointment}/state"
    assert client.press(to, state="CANCELLED", version="1").status_code == 404


def test_a_full_calendar_asks_no_more_questions_than_a_thin_one(
    app: Flask, client_for: ClientFor, acting: Acting, world: World
) -> None:
    lawyer = world.user_id("lawyer")

    def fill(count: int) -> None:
        with acting(world.principal("lawyer")):
            for number in range(count):
                case = open_case(lawyer, f"Н{number}")
                cases.set_next_step(case, "Позвонить", TODAY + timedelta(days=number % 9 - 3))
                actions.plan(case, told(lawyer, day=TODAY + timedelta(days=number % 7 - 2)))

    def asked(address: str) -> int:
        statements: list[str] = []
        client = client_for("supervisor") if "lawyer" in address else client_for("lawyer")
        client.get(address)
        with app.app_context():
            engine = db.engine

        def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            statements.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        client.get(address)
        event.remove(engine, "before_cursor_execute", note)
        return len(statements)

    pages = ("/calendar", "/calendar?view=month", "/calendar?view=list&lawyer=all", "/desk")
    fill(10)
    thin = [asked(page) for page in pages]
    fill(20)
    full = [asked(page) for page in pages]
    assert full == thin
    assert max(full) < 60
