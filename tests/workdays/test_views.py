"""The page of the working calendar: who may look and who may enter, bad input, two tabs, and counting a deadline."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete

from casework.accounts.permissions import Role
from casework.core import clock
from casework.core.scope import system
from casework.workdays import actions, pages, queries
from casework.workdays.models import DayOff
from casework.workdays.rules import Term
from tests.conftest import Acting, ClientFor
from tests.factories import World
from tests.pages import Client, Page

URL = "/working-calendar"
NEW = {
    "day-day": "18",
    "day-month": "12",
    "day-year": "2026",
    "kind": "OFF",
    "label_en": "Day off for the feast of parrots",
    "label_ru": "Выходной в праздник попугаев",
    "label_kk": "Тотықұстар мерекесіне демалыс",
    "source": "Order 1 of the tests",
}
COUNT = {
    "start-day": "1",
    "start-month": "5",
    "start-year": "2026",
    "value": "3",
    "unit": "month",
    "on_day_off": "next",
}


@pytest.fixture(autouse=True)
def _nothing_entered(acting: Acting) -> None:
    with acting(system("tests")) as session:
        session.execute(delete(DayOff))


def entered(acting: Acting, day: date = date(2026, 12, 18)) -> UUID:
    with acting(system("tests")):
        row = actions.add(
            day, "OFF", label_en="Parrots", label_ru="Попугаи", label_kk="Тотықұстар", source="Order 1 of the tests"
        )
    return row.id


def count(client: Client, **instead: str) -> tuple[int, Page]:
    answer = client.get(URL, query_string={**COUNT, **instead})
    return answer.status_code, Page(answer.text)


@pytest.mark.parametrize("role", list(Role))
def test_who_may_look_and_who_may_enter(client_for: ClientFor, acting: Acting, role: Role) -> None:
    row_id = entered(acting)
    client = client_for(role.value)
    may_see = role in (Role.LAWYER, Role.SUPERVISOR, Role.STATISTICS, Role.ADMINISTRATOR)
    may_edit = role is Role.ADMINISTRATOR
    page = client.page(f"{URL}?year=2026", status=200 if may_see else 403)
    assert ("Enter a day off or a working weekend" in page.links) == may_edit
    for url in (f"{URL}/add", f"{URL}/days/{row_id}", f"{URL}/days/{row_id}/remove"):
        client.page(url, status=200 if may_edit else 403)
        if not may_edit:
            assert client.press(url).status_code == 403


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_a_year_in_every_language(client_for: ClientFor, language: str) -> None:
    client = client_for("administrator")
    client.press(f"/language/{language}")
    page = client.page(f"{URL}?year=2025")
    assert page.root.get("lang") == language
    tables = page.all("table", class_="days")
    assert len(tables) == 12
    assert sum(len(list(one.iter("td"))) for one in tables) % 7 == 0
    kurban_ait = {"en": "Kurban Ait", "ru": "Курбан-айт", "kk": "Құрбан айт"}[language]
    assert kurban_ait in page.text


def test_what_the_colours_say_is_said_in_words(client_for: ClientFor) -> None:
    page = client_for("lawyer").page(f"{URL}?year=2025")
    january = page.all("table", class_="days")[0]
    by_kind = {kind: [one for one in january.iter("td") if one.get("class") == kind] for kind in ("off", "working")}
    assert [" ".join("".join(one.itertext()).split()) for one in by_kind["working"]] == [
        "5 working day: Working day (day off on 3 January 2025 instead)"
    ]
    assert [next(iter(one)).text for one in by_kind["off"]] == ["1", "2", "3", "7"]
    assert "3 Jan Day off (worked on 5 January 2025 instead) Day off" in page.text


def test_every_day_stands_in_the_months_once(client_for: ClientFor, acting: Acting) -> None:
    with acting(system("tests")):
        months = pages.year(2028, date(2028, 2, 29))
        cells = [cell for month in months for week in month.weeks for cell in week if cell]
        assert [cell.day.toordinal() for cell in cells] == list(
            range(date(2028, 1, 1).toordinal(), date(2028, 12, 31).toordinal() + 1)
        )
        assert [cell.day for cell in cells if cell.is_today] == [date(2028, 2, 29)]
        assert all(len(week) == 7 for month in months for week in month.weeks)
        calendar = queries.calendar()
        assert sum(month.working for month in months) == sum(calendar.is_working(cell.day) for cell in cells)


def test_years_from_2000_to_2100(client_for: ClientFor) -> None:
    client = client_for("lawyer")
    with clock.at(date(2026, 11, 23)):
        page = client.page(URL)
    assert "2026" in page.h1
    assert "Next year, 2027" in {one.get("aria-label") for one in page.all("a")}
    first, last = client.page(f"{URL}?year=2000"), client.page(f"{URL}?year=2100")
    assert not any((one.get("aria-label") or "").startswith("Previous year") for one in first.all("a"))
    assert not any((one.get("aria-label") or "").startswith("Next year") for one in last.all("a"))
    for year in ("1999", "2101", "abc", "20%2026", "²026", "-2026", "99999999999", "2026.0", "٢٠٢٦"):
        client.page(f"{URL}?year={year}", status=404)


def test_an_empty_year_says_so(client_for: ClientFor) -> None:
    assert "Nothing is entered for 2031" in client_for("lawyer").page(f"{URL}?year=2031").text
    page = client_for("administrator").page(f"{URL}?year=2031")
    assert "Nothing is entered for 2031" in page.text


def test_entering_a_day(client_for: ClientFor, acting: Acting) -> None:
    client = client_for("administrator")
    assert client.submit(f"{URL}/add", NEW).location == f"{URL}?year=2026"
    page = client.page(f"{URL}?year=2026")
    assert page.text.count("Day off for the feast of parrots") >= 2
    assert "Order 1 of the tests To be confirmed" in page.text
    again = client.submit(f"{URL}/add", NEW)
    assert again.status_code == 422
    assert "entered for this day already" in Page(again.text).text
    with acting(system("tests")):
        assert not queries.calendar().is_working(date(2026, 12, 18))


@pytest.mark.parametrize(
    "wrong",
    [
        {"day-day": "31", "day-month": "2"},
        {"day-year": "1999", "day-month": "12", "day-day": "31"},
        {"day-year": "2099"},
        {"day-day": ""},
        {"day-day": "20"},  # a plain Sunday
        {"kind": "WORKING"},  # an ordinary Friday
        {"kind": "HALF"},
        {"kind": None},
        {"label_en": " "},
        {"label_ru": "\u200b"},
        {"label_kk": "ә" * 121},
        {"source": ""},
        {"source": "x" * 401},
    ],
)
def test_bad_input_is_refused_and_kept(client_for: ClientFor, acting: Acting, wrong: dict[str, str | None]) -> None:
    answer = client_for("administrator").submit(f"{URL}/add", {**NEW, **wrong})
    assert answer.status_code == 422
    page = Page(answer.text)
    assert page.all("div", class_="errsum")
    if "source" not in wrong:
        assert page.filled(page.form_with({"label_en"}))["source"] == ["Order 1 of the tests"]
    with acting(system("tests")):
        assert queries.on_day(date(2026, 12, 18)) is None


def test_changing_a_day(client_for: ClientFor, acting: Acting) -> None:
    row_id = entered(acting)
    client = client_for("administrator")
    answer = client.submit(f"{URL}/days/{row_id}", {"label_en": "Cockatoos", "is_confirmed": "y"})
    assert answer.location == f"{URL}?year=2026"
    assert "Cockatoos" in client.page(f"{URL}?year=2026").text
    with acting(system("tests")):
        row = queries.day_off(row_id)
        assert row is not None
        assert (row.label_en, row.label_ru, row.is_confirmed, row.version) == ("Cockatoos", "Попугаи", True, 2)
    refused = client.submit(f"{URL}/days/{row_id}", {"kind": "WORKING"})
    assert refused.status_code == 422
    assert "ordinary working day" in Page(refused.text).text


def test_two_administrators_change_the_same_day(client_for: ClientFor, acting: Acting) -> None:
    url = f"{URL}/days/{entered(acting)}"
    one, two = client_for("administrator"), client_for("administrator", "A")
    stale = two.page(url)
    form = stale.filled(stale.form_with({"label_en"}))
    one.submit(url, {"label_en": "First"})
    answer = two.post(url, data={**form, "label_en": "Second"})
    assert answer.status_code == 409
    page = Page(answer.text)
    assert "First" in page.text
    assert "Second" in page.text
    over = two.post(url, data=page.filled(page.form_with({"label_en"})))
    assert over.status_code == 302
    assert "Second" in two.page(f"{URL}?year=2026").text


def test_removing_a_day(client_for: ClientFor, acting: Acting) -> None:
    row_id = entered(acting)
    client = client_for("administrator")
    page = client.page(f"{URL}/days/{row_id}/remove")
    assert "Friday 18 December 2026" in page.text
    assert client.submit(f"{URL}/days/{row_id}/remove", {}).location == f"{URL}?year=2026"
    assert "Parrots" not in client.page(f"{URL}?year=2026").text
    client.page(f"{URL}/days/{row_id}", status=404)
    client.page(f"{URL}/days/{row_id}/remove", status=404)
    with acting(system("tests")):
        assert queries.calendar().is_working(date(2026, 12, 18))


def test_what_changed_meanwhile_is_not_removed_unseen(client_for: ClientFor, acting: Acting) -> None:
    url = f"{URL}/days/{entered(acting)}"
    one, two = client_for("administrator"), client_for("administrator", "A")
    stale = two.page(f"{url}/remove")
    form = stale.filled(stale.form_with({"version", "nonce"}))
    one.submit(url, {"label_en": "First"})
    answer = two.post(f"{url}/remove", data=form)
    assert answer.status_code == 422
    page = Page(answer.text)
    assert "was changed after you had opened it" in page.text
    assert "First" in page.text
    assert two.post(f"{url}/remove", data=page.filled(page.form_with({"version", "nonce"}))).status_code == 302


def test_a_day_that_is_not_there(client_for: ClientFor) -> None:
    client = client_for("administrator")
    for url in (f"{URL}/days/{uuid4()}", f"{URL}/days/{uuid4()}/remove"):
        client.page(url, status=404)
        assert client.press(url).status_code == 404


# -- counting ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "due", "words"),
    [
        ({}, "Monday 3 August 2026", "3 months from 1 May 2026; moved from Saturday 1 August 2026 to the next"),
        ({"on_day_off": "stays"}, "Saturday 1 August 2026", "3 months from 1 May 2026"),
        ({"value": "1", "unit": "year"}, "Tuesday 4 May 2027", "moved from Saturday 1 May 2027 (Unity Day of"),
        ({"value": "5", "unit": "workday"}, "Tuesday 12 May 2026", "5 working days from 1 May 2026"),
        ({"value": "1", "unit": "day", "start-day": "4"}, "Tuesday 5 May 2026", "1 calendar day from 4 May 2026"),
        ({"value": "0", "unit": "day", "start-day": "4"}, "Monday 4 May 2026", "the same day, 4 May 2026"),
        ({"value": "1", "unit": "month"}, "Monday 1 June 2026", "1 month from 1 May 2026"),
    ],
)
def test_counting_a_deadline(client_for: ClientFor, asked: dict[str, str], due: str, words: str) -> None:
    with clock.at(date(2026, 5, 4)):
        status, page = count(client_for("lawyer"), **asked)
    assert status == 200
    assert f"Due on {due}" in page.text
    assert words in page.text


@pytest.mark.parametrize(
    "wrong",
    [
        {"value": ""},
        {"value": "-1"},
        {"value": "1001"},
        {"value": "9" * 40},
        {"value": "٣٣٣٣٣"},
        {"value": "1.5"},
        {"unit": "week"},
        {"unit": ""},
        {"on_day_off": "perhaps"},
        {"start-day": "31", "start-month": "2"},
        {"start-day": "", "start-month": "", "start-year": ""},
        {"start-year": "99999"},
        {"start-day": "²"},
    ],
)
def test_what_cannot_be_counted_is_said(client_for: ClientFor, wrong: dict[str, str]) -> None:
    status, page = count(client_for("lawyer"), **wrong)
    assert status == 422
    assert page.all("div", class_="errsum")
    assert "Due on" not in page.text
    assert "Nothing has been saved yet" not in page.text


@pytest.mark.parametrize(
    ("due", "words"),
    [
        (date(2026, 11, 23), "today"),
        (date(2026, 11, 24), "1 working day left"),
        (date(2026, 11, 30), "5 working days left"),
        (date(2026, 11, 20), "1 working day late"),
        (date(2026, 11, 19), "2 working days late"),
    ],
)
def test_what_is_left_on_a_monday(acting: Acting, due: date, words: str) -> None:
    with acting(system("tests")):
        assert pages.workdays_left(date(2026, 11, 23), due) == words


def test_what_is_left_over_a_weekend(acting: Acting) -> None:
    friday, saturday, sunday = date(2026, 11, 20), date(2026, 11, 21), date(2026, 11, 22)
    with acting(system("tests")):
        assert pages.workdays_left(friday, sunday) == "before the next working day"
        assert pages.workdays_left(saturday, friday) == "late since a day off"


def test_the_words_know_what_was_entered_since(acting: Acting, world: World) -> None:
    """A stored deadline that moved over a day which administrators entered is told with its name."""
    entered(acting)
    term = Term(date(2026, 12, 11), date(2026, 12, 18), date(2026, 12, 21))
    with acting(world.principal("lawyer")):
        counted, moved = pages.term_words(term, 7, "day").split("; ")
    assert counted == "7 calendar days from 11 December 2026"
    assert moved == "moved from Friday 18 December 2026 (Parrots) to the next working day"
