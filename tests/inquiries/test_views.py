"""Inquiries on their pages: several with their own clocks, reminders, replies, silence, and the refusal."""

import re
from datetime import date
from typing import Any

import pytest
from flask import Flask

from casework.cases.queries import case_
from casework.consents import actions as consents
from casework.core import clock
from casework.inquiries import pages
from casework.persons import actions as persons
from casework.persons import queries as person_queries
from casework.proceedings import actions as proceedings
from tests.conftest import Acting, ClientFor
from tests.factories import World
from tests.mandates.conftest import Record
from tests.pages import Client, Page, words_of

TODAY = date(2026, 5, 20)
FILLED: dict[str, Any] = {
    "state": "UZB",
    "through": "MFA",
    "sent_on-day": "8", "sent_on-month": "4", "sent_on-year": "2026",
    "reference": "ИСХ-41",
    "evidence": "Родился в Топазовске",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _in_may() -> Any:
    with clock.at(TODAY):
        yield


@pytest.fixture
def url(records: dict[str, Record]) -> str:
    return f"/cases/{records['A'].case}/inquiries/"


@pytest.fixture
def client(client_for: ClientFor) -> Client:
    return client_for("lawyer")


def sent(client: Client, url: str, **more: Any) -> str:
    """Send one through its page; the address of its page."""
    before = set(_addresses(client, url))
    answer = client.submit(f"{url}send", {**FILLED, **more})
    assert answer.location == url, answer.text
    (one,) = set(_addresses(client, url)) - before
    return str(one)


def _addresses(client: Client, url: str) -> list[str]:
    return re.findall(rf'"({url}[0-9a-f-]{{36}})"', client.get(url).text)


def test_the_list_is_empty_at_first(client: Client, url: str) -> None:
    page = client.page(url)
    assert "No State has been asked yet" in page.text
    assert f"{url}send" in page.links.values()


def test_two_side_by_side_each_with_its_clock(client: Client, url: str) -> None:
    first = sent(client, url)
    sent(client, url, state="RUS", **{"sent_on-day": "4", "sent_on-month": "5"})
    text = client.page(url).text
    for words in (
        "2 States have not replied yet.",
        "Uzbekistan, sent on 8 April 2026",
        "Reply due on 8 October 2026",
        "Russia, sent on 4 May 2026",
        "Reply due on 4 November 2026",
        "6 months from 4 May 2026 · Invented Law, Art. 2",
        "working days left",
    ):
        assert words in text, words
    reply = {"reply": "NOT_NATIONAL", "follow_up": "Приложить к заявлению"}
    assert client.submit(f"{first}/reply", {**reply, **on("replied_on", 20)}).location == url
    text = client.page(url).text
    assert "1 State has not replied yet." in text
    assert "it speaks for statelessness" in text
    assert "Приложить к заявлению" in text


def on(field: str, day: int) -> dict[str, str]:
    return {f"{field}-day": str(day), f"{field}-month": "5", f"{field}-year": "2026"}


def test_an_end_on_a_day_off_says_so(client: Client, url: str) -> None:
    """25 October 2026, Republic Day, is a Sunday: the day off moves to Monday, the end to Tuesday."""
    sent(client, url, **{"sent_on-day": "25"})
    text = client.page(url).text
    assert "Reply due on 27 October 2026" in text
    assert "moved from Sunday 25 October 2026" in text


def test_reminders(client: Client, url: str) -> None:
    one = sent(client, url)
    assert client.submit(f"{one}/remind", {**on("on", 4), "note": "По телефону"}).location == url
    assert client.submit(f"{one}/remind", {}).location == url
    lines = [words_of(one) for one in client.page(url).all("dd") if one.get("class") == "val"]
    assert "4 May 202620 May 2026" in lines, "one line under the other"
    early = client.submit(f"{one}/remind", {"on-day": "7", "on-month": "4"})
    assert early.status_code == 422
    assert "The inquiry was only sent after this day" in early.text


def test_silence_counts_as_an_answer(
    client: Client, acting: Acting, world: World, records: dict[str, Record], url: str
) -> None:
    sent(client, url)
    with clock.at(date(2026, 10, 9)):
        with acting(world.principal("lawyer")):
            found = case_(records["A"].case)
            assert found is not None
            proceedings.recount(found)
        text = client.page(url).text
        assert "No reply in time" in text
        assert "Silence counts as an answer: you may ask for the decision." in text
        assert "Every State has replied or let its time pass" in text
        assert "working days left" not in text
        (one,) = _addresses(client, url)
        late = {"reply": "NATIONAL", "replied_on-day": "9", "replied_on-month": "10", "replied_on-year": "2026"}
        assert client.submit(f"{one}/reply", late).location == url
        text = client.page(url).text
        assert "9 October 2026, 1 day late" in text
        assert "This State takes the person for its national" in text
        assert "clear that up before you ask for the decision" in text
        assert "you may ask for the decision" not in text


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"state": ""}, "Fill in this field"),
        ({"state": "KAZ"}, "Choose one of the options"),
        ({"state": "SUN"}, "Choose one of the options"),
        ({"through": "PIGEON"}, "Choose one of the options"),
        ({"sent_on-month": "6"}, "This date is in the future"),
        ({"sent_on-day": "x"}, "Enter a real date"),
        ({"document": "not an id"}, "Choose one of the options"),
        ({"evidence": "ы" * 3000}, "Use at most 2000 characters"),
    ],
)
def test_what_cannot_be_keeps_what_was_typed(client: Client, url: str, wrong: dict[str, Any], words: str) -> None:
    answer = client.submit(f"{url}send", {**FILLED, **wrong})
    assert answer.status_code == 422
    page = Page(answer.text)
    assert words in page.text
    assert page.filled(page.form_with({"reference"}))["reference"] == ["ИСХ-41"]
    assert "No State has been asked yet" in client.page(url).text


def test_where_the_person_fled_from_nobody_asks(
    client: Client, acting: Acting, world: World, records: dict[str, Record], url: str
) -> None:
    with acting(world.principal("lawyer")):
        person = person_queries.person(records["A"].person)
        assert person is not None
        persons.set_status(person, "displacement", "ASR", TODAY, "identified")
    answer = client.submit(f"{url}send", FILLED)
    assert answer.status_code == 422
    assert "Uzbekistan cannot be asked: it is the country of origin of Яшмова" in Page(answer.text).text
    sent(client, url, state="RUS")


def test_correcting_and_voiding(client: Client, records: dict[str, Record], url: str) -> None:
    one = sent(client, url)
    assert client.submit(one, {"sent_on-month": "3", "through": "EMBASSY"}).location == url
    text = client.page(url).text
    assert "Reply due on 8 September 2026" in text
    assert "Embassy or consulate" in text
    log = client.page(f"/people/{records['A'].person}/access").text
    assert "inquiry to a State: Uzbekistan" in log
    assert "Through whom?before: Ministry of Foreign Affairs" in log
    assert "Родился в Топазовске" in client.page(f"{one}/void").text
    assert client.submit(f"{one}/void", {"reason": "WRONG_CONTENT"}).location == url
    page = client.page(url)
    assert "Voided" in page.text
    assert "Reply due on" not in page.text
    assert not [address for address in page.links.values() if address.startswith(one)]
    assert client.submit(one, {"reference": "1"}).status_code == 422


def test_two_tabs(client: Client, client_for: ClientFor, url: str) -> None:
    one = sent(client, url)
    forms = []
    for address, field in ((one, "reference"), (f"{one}/reply", "follow_up")):
        page = client.page(address)
        forms.append((address, {**page.filled(page.form_with({field})), field: "Моё", "reply": "NATIONAL"}))
    forms[1][1].update(on("replied_on", 19))
    assert client_for("supervisor").submit(one, {"reference": "Коллеги"}).location == url
    for address, data in forms:
        refused = client.post(address, data=data)
        assert refused.status_code == 409, address
        assert "Supervisor of Partner Aster" in refused.text
    assert "Коллеги" in client.page(url).text


def test_of_another_organisation_there_is_nothing(
    client: Client, client_for: ClientFor, records: dict[str, Record], url: str
) -> None:
    theirs = f"/cases/{records['B'].case}/inquiries/"
    one = sent(client_for("lawyer", "B"), theirs)
    inquiry = one.removeprefix(theirs)
    for address in (theirs, f"{theirs}send", one, f"{one}/reply", f"{url}{inquiry}", f"{url}{inquiry}/remind"):
        assert client.get(address).status_code == 404, address
    assert client.press(f"{url}{inquiry}/void", reason="OTHER").status_code == 404


@pytest.mark.parametrize("role", ["statistics", "administrator", "protection"])
def test_only_for_casework(client_for: ClientFor, url: str, role: str) -> None:
    assert client_for(role, "A").get(url).status_code == 403


def test_the_card_of_the_record(
    app: Flask, client: Client, acting: Acting, world: World, records: dict[str, Record], url: str
) -> None:
    def card() -> dict[str, Any] | None:
        with acting(world.principal("lawyer")), app.test_request_context():
            found = case_(records["A"].case)
            assert found is not None
            return pages.card(found)

    empty = card()
    assert empty is not None
    assert (empty["summary"], empty["lines"]) == ("No State has been asked yet.", [])
    sent(client, url)
    full = card()
    assert full is not None
    assert full["lines"][0]["label"] == "Uzbekistan"
    assert full["lines"][0]["note"] == "due on 8 October 2026"


def test_the_page_says_that_the_person_does_not_agree(
    client: Client, url: str, acting: Acting, world: World, records: dict[str, Record]
) -> None:
    assert "does not agree" not in client.page(f"{url}send").text
    with acting(world.principal("lawyer")):
        case = case_(records["A"].case)
        assert case is not None
        said = consents.Given("AUTHORITY", "refused", TODAY, "authority:EMBASSY")
        consents.record(case.parties[0].person, said)
    assert "The person does not agree" in client.page(f"{url}send").text
    assert client.submit(f"{url}send", FILLED).status_code == 422
    sent(client, url, despite="Решение суда")
    assert "Решение суда" in client.page(url).text
