"""Consents in the record: an answer, taking it back with what ends, the notice, how a person may be reached."""

import re
from datetime import timedelta
from typing import Any

import pytest

from casework.core import clock
from tests.conftest import ClientFor
from tests.consents.conftest import Record
from tests.factories import World
from tests.pages import Client

FILLED: dict[str, Any] = {
    "purpose": "UNHCR", "state": "given", "form": "WRITTEN",
    "answered_on-day": "2", "answered_on-month": "3", "answered_on-year": "2026",
}  # fmt: skip


@pytest.fixture
def url(records: dict[str, Record]) -> str:
    return f"/people/{records['A'].person}/consents/"


@pytest.fixture
def client(client_for: ClientFor) -> Client:
    return client_for("lawyer")


def recorded(client: Client, url: str, **more: Any) -> str:
    """Record an answer through its page; the address of its page."""
    answer = client.submit(f"{url}add", {**FILLED, **more})
    assert answer.location == url, answer.text
    found = re.findall(rf'"({url}[0-9a-f-]{{36}})"', client.get(url).text)
    return str(found[0])


def test_the_record_leads_there(client: Client, records: dict[str, Record], url: str) -> None:
    page = client.page(f"/people/{records['A'].person}/details")
    assert page.links["Consents"].partition("?")[0] == url
    assert "Nobody has recorded what the person agrees to" in client.page(url).text


def test_recording_and_withdrawing(client: Client, url: str) -> None:
    one = recorded(client, url)
    text = client.page(url).text
    for words in ("To share named data with UNHCR", "In force", "Agreed on 2 March 2026, until it is taken back."):
        assert words in text
    page = client.page(f"{one}/withdraw")
    assert "Nothing goes on by this consent at the moment" in page.text
    assert "Told at once" not in page.text, "only the lawyer of the case, who does it"
    assert client.submit(f"{one}/withdraw", {"how": ""}).status_code == 422
    assert client.submit(f"{one}/withdraw", {"how": "BY_PHONE", "note": "Позвонила"}).location == one
    text = client.page(one).text
    for words in ("Withdrawn", "What must still be done", "The person called", "Позвонила"):
        assert words in text
    assert client.get(f"{one}/withdraw").location == one


def test_what_does_not_hold_without_being_registered(client: Client, url: str, world: World) -> None:
    """The preview says what does not hold any more, the list says so, and an answer recorded then is no way round."""
    partner = f"organisation:{world.organisations['B']}"
    referral = recorded(client, url, purpose="REFERRAL", partner=partner)
    assert client.submit(f"{url}add", {**FILLED, "purpose": "REGISTER"}).location == url
    links = re.findall(rf'"({url}[0-9a-f-]{{36}})"', client.get(url).text)
    register = next(one for one in links if one != referral)
    words = "“To be referred: Partner Birch” does not hold any more, until the person agrees again to be registered."
    assert words in client.page(f"{register}/withdraw").text
    client.submit(f"{register}/withdraw", {"how": "BY_PHONE"})
    sentence = "It does not hold as long as the person does not agree to be registered and helped."
    for address in (url, referral):
        text = client.page(address).text
        assert "Does not hold now" in text
        assert sentence in text
        assert "In force" not in text
    client.submit(f"{url}add", {**FILLED, "purpose": "STORY"})
    assert "The answer is recorded, but it does not hold now" in client.page(url).text


def test_who_may_receive_is_asked_for_where_it_is_needed(client: Client, url: str, world: World) -> None:
    page = client.get(f"{url}add").text
    for field in ("partner", "service", "authority", "witness"):
        label = re.search(rf'<label for="{field}">(.*?)</label>', page, re.DOTALL)
        assert label is not None
        assert "optional" not in label[1], field
    partner = f"organisation:{world.organisations['B']}"
    both = {**FILLED, "purpose": "REFERRAL", "partner": partner, "service": "service:HEALTH"}
    answer = client.submit(f"{url}add", both)
    assert answer.status_code == 422
    assert "Choose a partner or another service, not both" in answer.text
    # What belongs to another purpose and is hidden there does not count.
    assert client.submit(f"{url}add", {**FILLED, "service": "service:HEALTH", "partner": partner}).location == url


def test_what_was_typed_stays(client: Client, url: str) -> None:
    answer = client.submit(f"{url}add", {**FILLED, "purpose": "REFERRAL", "note": "Просила не спешить"})
    assert answer.status_code == 422
    assert "Choose with whom it may be shared." in answer.text
    assert "Просила не спешить" in answer.text


def test_it_is_asked_for_from_elsewhere(client: Client, url: str, world: World, records: dict[str, Record]) -> None:
    case = f"/cases/{records['A'].case}"
    ask = f"{url}add?purpose=REFERRAL&recipient=organisation:{world.organisations['B']}"
    assert client.submit(f"{ask}&back={case}", {"state": "given", "form": "WRITTEN"}).location == case
    elsewhere = f"{ask}&back=//example.org/"
    assert client.submit(elsewhere, {"state": "given", "form": "WRITTEN"}).location == url


def test_a_child(client: Client, records: dict[str, Record]) -> None:
    url = f"/people/{records['A'].child}/consents/"
    told = {**FILLED, "by_whom": "guardian", "relative": str(records["A"].person)}
    assert "Say what the child says to it." in client.submit(f"{url}add", told).text
    one = recorded(client, url, **{**told, "assent": "yes"})
    assert "The child agrees" in client.page(one).text


def test_void(client: Client, url: str) -> None:
    one = recorded(client, url)
    assert "would hold again" not in client.page(f"{one}/void").text
    client.submit(f"{url}add", {**FILLED, "state": "refused"})
    refusal = next(link for link in re.findall(rf'"({url}[0-9a-f-]{{36}})"', client.get(url).text) if link != one)
    assert "Then this would hold again: “To share named data with UNHCR." in client.page(f"{refusal}/void").text
    assert client.submit(f"{one}/void", {"reason": "OTHER"}).location == one
    assert "Voided" in client.page(one).text


def test_the_notice_in_the_language_of_the_person(client: Client, url: str) -> None:
    text = client.page(f"{url}notice?language=kk").text
    assert "Келісімді кез келген уақытта" in text
    assert "1-нұсқа" in text
    assert client.get(f"{url}notice?version=V0").status_code == 404


def test_what_ends_soon(client: Client, url: str) -> None:
    day = clock.today() + timedelta(days=10)
    until = {"expires_on-day": str(day.day), "expires_on-month": str(day.month), "expires_on-year": str(day.year)}
    assert "No consent ends within 30 days" in client.page("/consents/ending").text
    recorded(client, url, **until)
    assert "To share named data with UNHCR" in client.page("/consents/ending").text
    assert "consent that ends soon" in client.page("/desk").text


# -- how a person may be reached -------------------------------------------------------------------------------------


def test_the_rule_stands_before_every_contact(client: Client, records: dict[str, Record]) -> None:
    case, person = f"/cases/{records['A'].case}", f"/people/{records['A'].person}"
    unasked = "Nobody has asked yet whether it is safe to contact this person."
    told = {"phone": "+7 700 000 00 00", "safety": "OTHER_ANSWERS", "who_answers": "Соседка", "may_say": "NOTHING"}
    pages = (case, f"{case}/appointments/new", f"{case}/sessions/new")
    for address in pages:
        assert unasked in client.page(address).text, address
    assert "tel:" not in client.get(case).text
    assert client.submit(f"{person}/contacts", told).status_code == 302
    for address in pages:
        text = client.page(address).text
        assert unasked not in text
        assert "This phone is answered by: Соседка" in text
        assert "Nothing: only ask for the person" in text
    assert "tel:+77000000000" in client.get(case).text
