"""Factsheets in the office as pages: begun, written, sent in, reviewed, published, withdrawn; and who may do what."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from casework.core import clock
from casework.editions import actions, queries, rules
from casework.editions.models import Step
from tests.conftest import ClientFor
from tests.editions import office as offices
from tests.editions.office import TODAY, Office
from tests.editions.test_regional_life import Region
from tests.pages import Client, Page
from tests.releases import published

ENOUGH = "The number of sessions has to be explained."


@pytest.fixture(autouse=True)
def _in_april() -> Iterator[None]:
    with clock.at(TODAY):
        yield


def sent(office: Office, edition_id: UUID, *languages: str) -> str:
    """Send languages in; where the edition is."""
    with office.first():
        edition = offices.again(edition_id)
        actions.submit(edition, languages or ("en",))
        offices.made(edition)
    return f"/editions/{edition_id}"


def steps(office: Office, edition_id: UUID) -> dict[str, str]:
    with office.first():
        return {one.language: one.step for one in offices.again(edition_id).languages}


# -- the list and beginning ------------------------------------------------------------------------------------------


def test_the_first_thing_to_do_is_a_release(writer: Client, office: Office) -> None:
    page = writer.page("/editions/")
    assert "Freeze a release first" in page.links
    assert "There is no frozen release" in writer.page("/editions/new").text
    with office.first():
        offices.release()
    page = writer.page("/editions/")
    assert "The release as of 1 January 2025 is frozen and has no factsheet yet." in page.text


def test_the_newest_release_has_its_button(writer: Client, office: Office) -> None:
    with office.first():
        release = offices.release()
    answer = writer.submit("/editions/", {"source": f"release:{release.id}"})
    assert answer.status_code == 302
    page = writer.page(answer.location)
    assert page.h1 == "Factsheet as of 1 January 2025"
    assert "has no factsheet yet" not in writer.page("/editions/").text


def test_a_double_click_begins_one_edition(writer: Client, office: Office) -> None:
    with office.first():
        offices.release()
    page = writer.page("/editions/new")
    data = page.filled(page.form_with({"source"}))
    assert data["source"]  # the newest release is chosen already
    places = {writer.post("/editions/new", data=data).location for _time in range(2)}
    assert len(places) == 1
    with office.first():
        assert len(queries.editions()) == 1


NOWHERE = "release:00000000-0000-4000-8000-000000000000"


@pytest.mark.parametrize("source", ["release:x", NOWHERE, "correct:1", "", "nonsense"])
def test_what_was_not_offered_cannot_be_begun(writer: Client, office: Office, source: str) -> None:
    with office.first():
        offices.release()
    answer = writer.submit("/editions/new", {"source": source})
    assert answer.status_code == 422
    with office.first():
        assert queries.editions() == []


def test_a_release_leads_to_its_factsheet(writer: Client, office: Office, client_for: ClientFor) -> None:
    with office.first():
        release_id = offices.release().id
    page = writer.page(f"/releases/{release_id}")
    assert page.links["Make the factsheet"] == f"/editions/new?release={release_id}"
    assert "Make the factsheet" not in client_for("supervisor").page(f"/releases/{release_id}").links
    answer = writer.submit(page.links["Make the factsheet"], {"source": f"release:{release_id}"})
    assert writer.page(f"/releases/{release_id}").links["Go to the factsheet"] == answer.location


def test_the_list_says_who_waits_for_whom(writer: Client, approver: Client, office: Office, edition_id: UUID) -> None:
    assert "Texts: English, Русский, Қазақша" in writer.page("/editions/").text
    address = sent(office, edition_id, "en", "ru")
    with clock.at(date(2025, 4, 13)):
        assert "A second person’s approval: English, Русский3 days ago" in writer.page("/editions/").text
        assert approver.page("/editions/").links["Your approval: English, Русский"] == f"{address}/review/en"
        assert "2 languages of a factsheet waiting for your approval" in approver.page("/desk").links
        assert "waiting for your approval" not in writer.page("/desk").text


@pytest.mark.parametrize("role", ["lawyer", "supervisor", "administrator", "protection"])
def test_it_is_for_statistics_officers(client_for: ClientFor, edition_id: UUID, role: str) -> None:
    stranger = client_for(role)
    for way in ("", "/texts/en", "/preview/en", "/review/en", "/files/en/factsheet.csv", "/withdraw/en"):
        assert stranger.get(f"/editions/{edition_id}{way}").status_code == 403
    assert "Factsheets" not in stranger.page("/desk").links


def test_no_such_edition_or_language(writer: Client, edition_id: UUID) -> None:
    for way in ("", "/texts/en", "/preview/en", "/review/en", "/files/en/factsheet.csv"):
        assert writer.get(f"/editions/{uuid4()}{way}").status_code == 404
    for way in ("/texts/fr", "/preview/fr", "/review/fr", "/withdraw/en", "/files/en/factsheet.csv"):
        assert writer.get(f"/editions/{edition_id}{way}").status_code == 404


# -- preview and check -----------------------------------------------------------------------------------------------


def test_the_preview_is_the_page_as_it_would_be(writer: Client, edition_id: UUID) -> None:
    page = writer.page(f"/editions/{edition_id}/preview/ru")
    assert "Nobody outside sees it." in page.text
    (article,) = page.all("article", class_="sheet")
    assert article.get("lang") == "ru"
    writer.submit(f"/editions/{edition_id}/texts/ru", {"text_lead": "{no_such}"})
    page = writer.page(f"/editions/{edition_id}/preview/ru")
    assert page.all("article", class_="sheet") == []
    assert "{no_such} names no published number" in page.text


def test_what_stands_in_the_way_of_one_language_leaves_the_others(
    writer: Client, office: Office, edition_id: UUID
) -> None:
    writer.submit(f"/editions/{edition_id}/texts/kk", {"text_lead": ""})
    address = f"/editions/{edition_id}"
    page = writer.page(address)
    offered = [one.get("value") for one in page.all("input", name="languages")]
    assert offered == ["en", "ru"]
    assert "cannot be sent yet: 1 thing stands in the way." in page.text
    # Sent all the same, by hand: nothing is sent at all.
    refused = writer.submit(address, {"languages": ["en", "kk"]}, action=f"{address}/submit")
    assert refused.status_code == 422
    assert steps(office, edition_id) == {}
    answer = writer.submit(address, {"languages": ["en", "ru"]}, action=f"{address}/submit")
    assert answer.location == f"{address}?going=1"
    assert steps(office, edition_id) == {"en": Step.MAKING, "ru": Step.MAKING}


def test_the_files_are_made_one_language_a_request(writer: Client, office: Office, edition_id: UUID) -> None:
    address = f"/editions/{edition_id}"
    writer.submit(address, {"languages": ["en", "kk"]}, action=f"{address}/submit")
    page = writer.page(address)
    assert "English: page, PDF and files." in page.text
    found: Any = writer.post(
        f"{address}/go", data={"csrf_token": writer.csrf_token()}, headers={"Accept": "application/json"}
    ).json
    assert (found["done"], found["total"], found["is_over"]) == (1, 2, False)
    assert writer.press(f"{address}/go").location == address
    assert steps(office, edition_id) == {"en": Step.READY, "kk": Step.READY}
    page = writer.page(f"{address}")
    for words in ("PDF to print", "Tables (XLSX)", "Everything for programs (JSON)"):
        assert words in page.links
    answer = writer.get(f"{address}/files/en/factsheet.pdf")
    assert answer.data.startswith(b"%PDF")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "KAZ-2025-01-01-e1-en.pdf" in answer.headers["Content-Disposition"]
    assert writer.get(f"{address}/files/en/page.html").status_code == 404
    assert "made when this language was sent in" in writer.page(f"{address}/preview/en").text


# -- the second person -----------------------------------------------------------------------------------------------


def test_who_sent_it_in_takes_it_back_and_does_not_approve(writer: Client, office: Office, edition_id: UUID) -> None:
    address = sent(office, edition_id)
    page = writer.page(f"{address}/review/en")
    assert "Approve and publish" not in page.text
    with office.first():
        version = offices.again(edition_id).languages[0].version
    forced = writer.press(f"{address}/review/en", has_read="y", version=version)
    assert forced.status_code == 422
    assert writer.press(f"{address}/take-back/en").location == address
    assert steps(office, edition_id) == {}
    assert writer.get(f"{address}/review/en").location == address


def test_a_second_person_publishes_what_they_have_read(
    writer: Client, approver: Client, client: Client, office: Office, edition_id: UUID
) -> None:
    address = sent(office, edition_id, "en", "ru")
    assert client.get("/factsheets/kaz/2025-01-01/en").status_code == 404
    unread = approver.submit(f"{address}/review/en", {"has_read": None})
    assert unread.status_code == 422
    answer = approver.submit(f"{address}/review/en", {"has_read": "y"})
    assert answer.location == f"{address}/review/ru"  # on to the next one
    assert approver.submit(answer.location, {"has_read": "y"}).location == address
    page = writer.page(address)
    assert "http://127.0.0.1:8000/factsheets/kaz/2025-01-01/en" in page.links
    assert "Approved by Second Officer" in page.text
    assert client.get("/factsheets/kaz/2025-01-01/en").status_code == 200
    assert approver.get(f"{address}/review/en").location == address


def test_who_wrote_in_it_does_not_approve_it(approver: Client, office: Office, edition_id: UUID) -> None:
    approver.submit(f"/editions/{edition_id}/texts/en", {"text_lead": "My own lead."})
    address = sent(office, edition_id)
    page = approver.page(f"{address}/review/en")
    assert "You have written in these texts" in page.text
    assert "Texts changed by Second Officer." in page.text


def test_it_is_sent_back_with_words(writer: Client, approver: Client, office: Office, edition_id: UUID) -> None:
    address = sent(office, edition_id)
    assert approver.submit(f"{address}/send-back/en", {"reason": "no"}).status_code == 422
    assert approver.submit(f"{address}/send-back/en", {"reason": ENOUGH}).location == address
    for way in ("", "/texts/en"):
        assert ENOUGH in writer.page(f"{address}{way}").text
    assert "Changes that were asked for: English" in writer.page("/editions/").links
    assert sent(office, edition_id) == address


def test_what_changed_meanwhile_is_not_approved(
    writer: Client, approver: Client, office: Office, edition_id: UUID
) -> None:
    address = sent(office, edition_id)
    page = approver.page(f"{address}/review/en")
    old = {**page.filled(page.form_with({"has_read"})), "has_read": "y"}
    writer.press(f"{address}/take-back/en")
    writer.submit(f"{address}/texts/en", {"text_lead": "Another lead."})
    assert approver.post(f"{address}/review/en", data=old).location == address  # waits no more
    sent(office, edition_id)  # anew, and another row: its version may be the same
    assert approver.post(f"{address}/review/en", data={**old, "nonce": ""}).status_code == 409
    assert steps(office, edition_id)["en"] == Step.READY


def test_the_next_edition_shows_what_changed(writer: Client, approver: Client, office: Office) -> None:
    offices.edition_published(office)
    with office.first():
        later = published.release(content=offices.publication(as_of="2025-04-01", since="2025-01-01"))
        edition = actions.begin(later)
        offices.write(edition, "lead", "en", "Another lead.")
        edition_id = edition.id
    address = sent(office, edition_id)
    page = approver.page(f"{address}/review/en")
    assert "What changed since 1 January 2025 (edition 1)" in page.text
    assert "Another lead." in page.text


# -- afterwards ------------------------------------------------------------------------------------------------------


def test_a_withdrawn_one_leaves_a_notice(writer: Client, approver: Client, client: Client, office: Office) -> None:
    edition_id = offices.edition_published(office)
    address = f"/editions/{edition_id}"
    assert approver.submit(f"{address}/withdraw/en", {"reason": ""}).status_code == 422
    long = approver.submit(f"{address}/withdraw/en", {"reason": "w" * (rules.LONGEST_NOTICE + 1)})
    assert long.status_code == 422
    assert [at for words, at in Page(long.text).links.items() if "at most 1000" in words] == ["#reason"]
    assert approver.submit(f"{address}/withdraw/en", {"reason": ENOUGH}).location == address
    assert ENOUGH in writer.page(address).text
    assert client.get("/factsheets/kaz/2025-01-01/en").status_code == 410
    assert approver.get(f"{address}/withdraw/en").location == address


def test_what_is_published_is_corrected_by_another_edition(writer: Client, office: Office) -> None:
    edition_id = offices.edition_published(office)
    page = writer.page(f"/editions/{edition_id}")
    link = page.links["Correct this factsheet"]
    answer = writer.submit(link, {})
    page = writer.page(answer.location)
    assert "Edition 2, a correction" in page.text
    assert "Say what was wrong in the edition before, and why." in page.text
    assert "Go to the correction" in writer.page(f"/editions/{edition_id}").links
    assert "Reason for the correction" in writer.page(f"{answer.location}/texts/en").text


def test_a_corrected_release_asks_for_a_corrected_factsheet(writer: Client, office: Office) -> None:
    edition_id = offices.edition_published(office)
    assert "was corrected, and its factsheet" not in writer.page("/editions/").text
    with office.first():
        release_id = offices.release(edition=2).id
    page = writer.page("/editions/")
    assert "The release as of 1 January 2025 was corrected, and its factsheet still shows the one before." in page.text
    link = writer.page(f"/releases/{release_id}").links["Correct the factsheet"]
    assert link == f"/editions/new?corrects={edition_id}"
    answer = writer.submit("/editions/", {"source": f"correct:{edition_id}"})
    assert "KAZ-2025-01-01-e2" in writer.page(answer.location).text
    assert writer.page(f"/releases/{release_id}").links["Go to the factsheet"] == answer.location


def test_an_unpublished_one_is_discarded(writer: Client, office: Office, edition_id: UUID) -> None:
    address = f"/editions/{edition_id}"
    answer = writer.submit(f"{address}/discard", {})
    assert answer.location == "/editions/"
    assert "Factsheet as of" not in str(writer.page("/editions/").links)
    assert writer.get(f"{address}/discard").location == "/editions/"
    assert "was discarded" in writer.page(address).text


def test_a_published_one_is_not_discarded(writer: Client, office: Office) -> None:
    edition_id = offices.edition_published(office)
    assert writer.submit(f"/editions/{edition_id}/discard", {}).status_code == 422
    assert "Discard" not in writer.page(f"/editions/{edition_id}").links


def test_pages_say_that_they_were_looked_at(writer: Client, client_for: ClientFor, edition_id: UUID) -> None:
    writer.page(f"/editions/{edition_id}")
    assert "Opened a factsheet in the office" in client_for("protection").page("/audit").text


def test_files_that_are_never_made_do_not_lock_the_texts(writer: Client, office: Office, edition_id: UUID) -> None:
    address = f"/editions/{edition_id}"
    writer.submit(address, {"languages": ["en"]}, action=f"{address}/submit")
    assert "taken back and sent in again" in writer.page(address).text
    assert writer.press(f"{address}/take-back/en").location == address
    assert steps(office, edition_id) == {}
    assert writer.page(f"{address}/texts/en").h1 == "Texts: English"


def test_a_sheet_of_several_countries_has_the_same_pages(writer: Client, approver: Client, office: Office) -> None:
    with office.first():
        region = Region(office)
    with office.first():
        digests = [region.take_in("KAZ"), region.take_in("KGZ")]
        edition_id = actions.begin_regional(date(2025, 1, 1), digests).id
    address = f"/editions/{edition_id}"
    page = writer.page(address)
    assert page.h1 == "Central Asia: factsheet as of 1 January 2025"
    assert page.links["Signed files of other countries"] == "/regional/"
    assert "Central Asia" in writer.page("/editions/").text
    writer.submit(f"{address}/texts/en", {"text_lead": "{area}, {as_of}: {refugees_asylum}"})
    assert "Central Asia, 1 January 2025:" in writer.page(f"{address}/texts/en").text
    assert writer.page(f"{address}/preview/en").all("article", class_="sheet")
    sent(office, edition_id)
    assert approver.submit(f"{address}/review/en", {"has_read": "y"}).location == address
    assert "Signed file for the regional office" not in writer.page(address).links
