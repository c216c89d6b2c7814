"""Needs and the urgent queue on their pages, and that what is sensitive is on none of a lawyer's."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from casework.accounts.models import Organisation
from casework.accounts.sign_in import principal_for
from casework.cases import actions as cases
from casework.cases.models import Case
from casework.core import clock
from casework.core.scope import own
from casework.supervision import actions as supervision
from casework.supervision.actions import Planned
from tests import factories
from tests.conftest import Acting, ClientFor
from tests.factories import World
from tests.needs.conftest import ALONE, DEPORTATION, MOTHER, SECRET, People
from tests.pages import Client, client_of

DAY = {"since_on-day": "9", "since_on-month": "3", "since_on-year": "2026"}
LABEL = "at risk of deportation"


@pytest.fixture
def lawyer(client_for: ClientFor) -> Client:
    return client_for("lawyer")


@pytest.fixture
def supervisor(client_for: ClientFor) -> Client:
    return client_for("supervisor")


def test_recording_correcting_ending_and_voiding(lawyer: Client, people: People) -> None:
    url = f"/people/{people.woman}/needs/"
    assert "No needs recorded" in lawyer.page(url).text
    assert lawyer.page(f"/people/{people.woman}").links["Needs"].partition("?")[0] == url
    assert lawyer.submit(f"{url}add", {"code": MOTHER, "note": "Трое детей", **DAY}).location == url
    one = re.findall(rf'"({url}[0-9a-f-]{{36}})"', lawyer.get(url).text)[0]
    assert lawyer.submit(one, {"since_on-day": "10"}).location == url
    assert "since 10 March 2026" in lawyer.page(url).text
    log = lawyer.page(f"/people/{people.woman}/access").text
    assert "Sincebefore: 9 March 2026" in log
    assert lawyer.submit(f"{one}/end", {"on-day": "1", "on-month": "4", "on-year": "2026"}).location == url
    assert "from 10 March 2026 to 1 April 2026" in lawyer.page(url).text
    assert lawyer.press(f"{one}/goes-on").location == url
    assert lawyer.submit(f"{one}/void", {"reason": "WRONG_PERSON"}).location == url
    assert "Void since" in lawyer.page(url).text


@pytest.mark.parametrize(
    ("who", "values", "words"),
    [
        ("woman", {"code": ALONE}, "By the record the person is older"),
        ("woman", {"code": DEPORTATION}, "Choose one of the options"),
        ("woman", {"code": "ER-NF"}, "Say why it fits this person"),
        ("man", {"code": ""}, "Fill in this field"),
    ],
)
def test_what_cannot_be_keeps_what_was_typed(
    lawyer: Client, people: People, who: str, values: dict[str, Any], words: str
) -> None:
    url = f"/people/{getattr(people, who)}/needs/add"
    answer = lawyer.submit(url, {"note": "Слова остаются", **DAY, **values})
    assert answer.status_code == 422
    assert words in answer.text
    assert "Слова остаются" in answer.text


def test_nothing_of_a_sensitive_need_reaches_a_lawyer(lawyer: Client, supervisor: Client, people: People) -> None:
    url = f"/people/{people.man}/needs/"
    pages = (url, f"/people/{people.man}", f"/people/{people.man}/access", f"/cases/{people.case}", "/urgent/", "/desk")
    seen = [supervisor.page(one).text for one in pages]
    assert SECRET in seen[0]
    assert "person who needs urgent protection" in seen[-1]
    for one in pages:
        text = lawyer.page(one).text
        assert SECRET not in text
        assert LABEL not in text.casefold()
        assert not re.search("needs? urgent protection", text)
    assert lawyer.get(f"{url}{people.sensitive}").status_code == 404
    assert lawyer.press(f"/urgent/{people.man}/take-up").status_code == 404
    assert LABEL not in lawyer.get(f"{url}add").text.casefold()


def test_the_urgent_queue(supervisor: Client, people: People) -> None:
    page = supervisor.page("/urgent/")
    assert LABEL in page.text.casefold()
    assert "No next step" in page.text
    assert supervisor.press(f"/urgent/{people.man}/take-up").location == "/urgent/?show=all"
    assert "Nobody waits for urgent protection" in supervisor.page("/urgent/").text
    assert "Supervisor of Partner Aster, " in supervisor.page("/urgent/?show=taken").text
    supervisor.press(f"/urgent/{people.man}/release")
    assert "Nobody waits" not in supervisor.page("/urgent/").text


def test_what_a_colleague_took_up_only_a_supervisor_gives_back(
    lawyer: Client, supervisor: Client, people: People
) -> None:
    due = {"due_on-day": "1", "due_on-month": "4", "due_on-year": "2026"}
    lawyer.submit(f"/people/{people.child}/needs/best-interests/add", {"step": "BIA", "state": "needed", **due})
    release = f"/urgent/{people.child}/release"
    supervisor.press(f"/urgent/{people.child}/take-up")
    taken = "/urgent/?show=taken"
    assert release not in lawyer.page(taken).text
    assert lawyer.press(release).location == taken
    assert "Somebody else has taken this up" in lawyer.page(taken).text
    assert release in supervisor.get(taken).text


def test_whoever_stands_in_has_the_urgent_people_of_who_is_away(
    app: Flask, acting: Acting, world: World, people: People
) -> None:
    with acting(world.principal("administrator", "office")) as session:
        where = session.get_one(Organisation, world.organisations["A"])
        stands_in = principal_for(factories.user("lawyer", where, name="Second", email="second@a.example.org"))
    with acting(world.principal("supervisor")) as session:
        cases.set_priority(session.get_one(Case, people.case), "EMERGENCY")
        days = clock.today(), clock.today() + timedelta(days=3)
    client = client_of(app).sign_in_as(stands_in)
    assert "Яшмов" not in client.page("/urgent/?mine=1").text
    with acting(world.principal("supervisor")):
        supervision.plan_cover(Planned(world.user_id("lawyer"), own(stands_in.user_id), *days))
    assert "Яшмов" in client.page("/urgent/?mine=1").text
    assert "person who needs urgent protection" in client.page("/desk").text


def test_best_interest_steps(lawyer: Client, people: People) -> None:
    url = f"/people/{people.child}/needs/"
    due = {"due_on-day": "1", "due_on-month": "4", "due_on-year": "2026"}
    assert lawyer.submit(f"{url}best-interests/add", {"step": "BIA", "state": "needed"}).status_code == 422
    assert lawyer.submit(f"{url}best-interests/add", {"step": "BIA", "state": "needed", **due}).location == url
    assert "Best interests assessment" in lawyer.page("/urgent/").text
    one = re.findall(rf'"({url}best-interests/[0-9a-f-]{{36}})"', lawyer.get(url).text)[0]
    day = {"decided_on-day": "2", "decided_on-month": "4", "decided_on-year": "2026"}
    assert lawyer.submit(one, {"state": "done", "outcome": "CARE", **day}).location == url
    assert "Other care is arranged" in lawyer.page(url).text
    assert lawyer.submit(f"{one}/void", {"reason": "WRONG_PERSON"}).location == url
    assert "best-interests/add" not in lawyer.get(f"/people/{people.woman}/needs/").text
