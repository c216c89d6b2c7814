"""Approvals on their pages: a form that asks, the queue, deciding, one's own requests, what is wanted approved."""

from uuid import UUID

import pytest

from casework.accounts import actions as accounts
from casework.accounts import sign_in
from casework.accounts.models import User
from casework.approvals import actions, pages, queries
from casework.cases import actions as cases
from casework.cases import queries as case_queries
from casework.cases.models import Case
from casework.core.scope import Principal, system
from casework.letters.filling import competent
from casework.restrictions import actions as restrictions
from tests import factories
from tests.approvals.conftest import CHILD, NAME, TODAY, Made, case_of, person_of
from tests.conftest import Acting, ClientFor
from tests.duplicates.two_records import Two, again, two
from tests.factories import World
from tests.letters.conftest import finished
from tests.pages import Client, Page, client_of

CLOSING = {"outcome": "ADVICE_ONLY", "reason": "SOLUTION", "note": "Всё сделано у маяка"}


def ask_to_close(client: Client, made: Made) -> str:
    """Send the form of the case; the address of the request, as the record names it."""
    assert client.submit(f"{made.url}/close", CLOSING).location == made.url
    record = client.page(made.url)
    assert "Closing a case: waits for approval since 6 April 2026" in record.text
    return record.links["See the request"]


@pytest.mark.usefixtures("wanted")
def test_from_the_form_to_the_closed_case(client_for: ClientFor, made: Made) -> None:
    lawyer, supervisor = client_for("lawyer"), client_for("supervisor")
    form = lawyer.page(f"{made.url}/close")
    assert "Your organisation wants this approved by a second person" in form.text
    url = ask_to_close(lawyer, made)
    assert "waits for approval since" in lawyer.page(f"{made.url}/close").text
    assert lawyer.submit(f"{made.url}/close", CLOSING).status_code == 422
    assert "Take the request back" in lawyer.page(url).text
    assert lawyer.get("/approvals/").status_code == 403
    assert supervisor.page("/desk").links["1 request waiting for your approval"] == "/approvals/"
    queue = supervisor.page("/approvals/").text
    for words in ("Closing a case", NAME, CHILD, "Asked by Lawyer of Partner Aster, today", "Всё сделано у маяка"):
        assert words in queue, words
    assert supervisor.submit("/approvals/", {}, action=f"{url}/approve").location == "/approvals/"
    assert "Nothing waits for approval" in supervisor.page("/approvals/").text
    record = supervisor.page(made.url).text
    assert "Case closed" in record
    assert "Asked for by Lawyer of Partner Aster on 6 April 2026, approved by Supervisor of Partner Aster." in record
    mine = lawyer.page("/approvals/mine").text
    assert "Approved by Supervisor of Partner Aster" in mine


@pytest.mark.usefixtures("wanted")
def test_the_queue_has_pages(client_for: ClientFor, made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "PAGE", 1)
    ask_to_close(client_for("lawyer"), made)
    day = {"effective_on-day": "6", "effective_on-month": "4", "effective_on-year": "2026"}
    form = f"/people/{made.person}/status/nationality"
    client_for("lawyer").submit(form, {"code": "SP", "reason": "recognised_stateless", "note": "Маяк", **day})
    supervisor = client_for("supervisor")
    first, last = (supervisor.page(f"/approvals/?page={number}") for number in (1, 2))
    assert [len(page.all("article")) for page in (first, last)] == [1, 1]
    assert "1 to 1 of 2" in first.text
    titles = ["".join(page.all("article")[0].itertext()).split("·")[0].strip() for page in (first, last)]
    assert sorted(titles) == ["Changing a status", "Closing a case"], "asked at the same moment, in any order"


@pytest.mark.usefixtures("wanted")
def test_each_case_is_read_once_for_the_queue(
    client_for: ClientFor, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask_to_close(client_for("lawyer"), made)
    read: list[UUID] = []
    load = case_queries.case_

    def noted(case_id: UUID) -> Case | None:
        read.append(case_id)
        return load(case_id)

    monkeypatch.setattr(case_queries, "case_", noted)
    client_for("supervisor").page("/approvals/")
    assert read == [made.case]


@pytest.mark.usefixtures("wanted")
def test_sent_back_and_asked_again(client_for: ClientFor, made: Made) -> None:
    lawyer, supervisor = client_for("lawyer"), client_for("supervisor")
    url = ask_to_close(lawyer, made)
    assert supervisor.submit(f"{url}/send-back", {"comment": " "}).status_code == 422
    assert supervisor.submit(f"{url}/send-back", {"comment": "Нет отчёта"}).location == "/approvals/"
    again_url = lawyer.page("/approvals/mine").links[f"Open the form again – {case_words(lawyer, url)}"]
    page = lawyer.page(again_url)
    assert "Нет отчёта" in page.text
    filled = page.filled(page.form_with({"outcome"}))
    assert (filled["outcome"], filled["note"]) == (["ADVICE_ONLY"], ["Всё сделано у маяка"])
    assert lawyer.submit(again_url, {"note": "С отчётом"}).location == made.url
    assert "С отчётом" in supervisor.page("/approvals/").text
    stranger = client_for("lawyer", "B").page(url, status=404)
    assert NAME not in stranger.text


def case_words(client: Client, url: str) -> str:
    found: str = client.page(url).all("p", class_="lead")[0].text or ""
    return found


@pytest.mark.usefixtures("wanted")
def test_another_lawyer_sees_nothing_of_a_request(
    client_for: ClientFor, acting: Acting, world: World, made: Made, second: Principal
) -> None:
    url = ask_to_close(client_for("supervisor"), made)
    assert client_for("lawyer").get(url).status_code == 404
    assert client_for("lawyer").press(f"{url}/take-back").status_code == 404
    assert "another supervisor decides" in client_for("supervisor").page("/approvals/").text
    assert client_for("supervisor").press(f"{url}/approve", version="1").status_code == 422
    other = client_of(client_for("lawyer").application).sign_in_as(second)
    assert other.submit(url, {"comment": "Можно"}, action=f"{url}/approve").location == "/approvals/"
    with acting(world.principal("lawyer")):
        assert not case_of(made).is_open


@pytest.mark.usefixtures("wanted")
def test_what_was_changed_since_is_said_and_nothing_is_done(
    client_for: ClientFor, acting: Acting, world: World, made: Made
) -> None:
    url = ask_to_close(client_for("lawyer"), made)
    supervisor = client_for("supervisor")
    seen = supervisor.page(url)
    version = seen.filled(seen.form_with({"comment"}))["version"][0]
    with acting(world.principal("lawyer")):
        cases.set_priority(case_of(made), "EMERGENCY")
    refused = supervisor.press(f"{url}/approve", version=version, comment="Согласна")
    assert refused.status_code == 409
    page = Page(refused.text)
    assert "Changed since this was asked: it can only be sent back" in page.text
    with acting(world.principal("lawyer")):
        assert case_of(made).is_open
    assert "it can only be sent back" in supervisor.page("/approvals/").text
    assert "take it back and ask again" in client_for("lawyer").page("/approvals/mine").text
    assert client_for("lawyer").press(f"{url}/take-back").location == url


@pytest.mark.usefixtures("wanted")
def test_a_status_asks_too(client_for: ClientFor, made: Made) -> None:
    lawyer = client_for("lawyer")
    form = f"/people/{made.person}/status/nationality"
    day = {"effective_on-day": "6", "effective_on-month": "4", "effective_on-year": "2026"}
    sent = lawyer.submit(form, {"code": "SP", "reason": "recognised_stateless", "note": "Маяк", **day})
    assert (sent.location or "").startswith(f"/people/{made.person}/details")
    assert "Person of undetermined nationality" in client_for("supervisor").page("/approvals/").text


@pytest.mark.usefixtures("wanted")
def test_where_a_person_lives_is_no_status(client_for: ClientFor, acting: Acting, world: World, made: Made) -> None:
    day = {"effective_on-day": "6", "effective_on-month": "4", "effective_on-year": "2026"}
    form = f"/people/{made.person}/status/residence"
    assert "approved by a second person" not in client_for("lawyer").page(form).text
    assert client_for("lawyer").submit(form, {"code": "KZ-71", "reason": "moved", **day}).status_code == 302
    with acting(world.principal("lawyer")):
        assert person_of(made).region == "KZ-71"


@pytest.mark.usefixtures("wanted")
def test_a_request_about_a_record_that_became_restricted(
    client_for: ClientFor, acting: Acting, world: World, made: Made
) -> None:
    with acting(system("tests")) as session:
        where = session.get_one(factories.Organisation, world.organisations["A"])
        other = sign_in.principal_for(factories.user("lawyer", where, email="other@a.example"))
    client = client_of(client_for("lawyer").application).sign_in_as(other)
    url = ask_to_close(client, made)
    with acting(world.principal("supervisor")):
        restrictions.restrict(person_of(made), "Угрозы от родни")
    assert NAME not in client.page("/approvals/mine").text
    assert client.get(url).status_code == 403
    assert NAME in client_for("supervisor").page("/approvals/").text


@pytest.mark.usefixtures("wanted")
def test_two_records(client_for: ClientFor, acting: Acting, world: World, second: Principal) -> None:
    with acting(world.principal("lawyer")):
        records: Two = two()
    supervisor = client_for("supervisor")
    form = f"/duplicates/{records.pair}/merge"
    assert supervisor.submit(form, {"note": "Два удостоверения", "take_phone": "other"}).location == (
        f"/duplicates/{records.pair}"
    )
    other = client_of(supervisor.application).sign_in_as(second)
    queue = other.page("/approvals/")
    assert "+7 701 1 / +7 702 2" in queue.text
    action = next(one.get("action") for one in queue.all("form") if "/approve" in (one.get("action") or ""))
    assert other.submit("/approvals/", {}, action=action).location == "/approvals/"
    with acting(world.principal("lawyer")):
        assert again(records.gone).merged_into_id == records.kept
        assert again(records.kept).contacts.phone == "+7 702 2"


@pytest.mark.usefixtures("wanted")
def test_a_letter_to_an_authority_waits_before_it_is_sent(
    client_for: ClientFor, acting: Acting, world: World, made: Made
) -> None:
    with acting(world.principal("lawyer")):
        authority = competent(TODAY)[0][0]
        letter = finished(made.case, "COMPLAINT", authority=authority)
        url = f"{made.url}/letters/{letter.id}"
    lawyer, supervisor = client_for("lawyer"), client_for("supervisor")
    page = lawyer.page(f"{url}/sent")
    assert page.h1 == "Send the letter"
    assert not page.all("input", name="sent_on-day"), "it has not been sent yet"
    assert lawyer.submit(f"{url}/sent", {"sent_how": "POST"}).location == url
    queue = supervisor.page("/approvals/")
    action = next(one.get("action") for one in queue.all("form") if "/approve" in (one.get("action") or ""))
    assert supervisor.submit("/approvals/", {}, action=action).location == "/approvals/"
    page = lawyer.page(f"{url}/sent")
    assert page.h1 == "Note as sent"
    assert lawyer.submit(f"{url}/sent", {}).location == url, "by post, as it was asked"


def test_what_is_approved(client_for: ClientFor, acting: Acting, world: World) -> None:
    supervisor = client_for("supervisor")
    assert client_for("lawyer").get("/approvals/rules").status_code == 403
    page = supervisor.page("/approvals/rules")
    assert "all else is recorded at once, and the status waits" in page.text
    assert [one.get("value") for one in page.all("input", name="merge")] == ["off", "everyone"], "no lawyer merges"
    refused = supervisor.submit("/approvals/rules", {"case_close": "everyone"})
    assert refused.status_code == 422
    assert "needs two supervisors" in Page(refused.text).text
    opened = supervisor.page("/approvals/rules")
    assert supervisor.submit("/approvals/rules", {"case_close": "lawyers"}).location == "/approvals/rules"
    older = opened.filled(opened.form_with({"case_close"})) | {"case_close": ["off"], "nonce": ["n" * 20]}
    conflict = supervisor.post("/approvals/rules", data={**older, "case_reopen": ["lawyers"]})
    assert (conflict.status_code, Page(conflict.text).h1) == (409, "Someone else saved first")
    page = supervisor.page("/approvals/rules")
    assert page.filled(page.form_with({"case_close"}))["case_close"] == ["lawyers"]


@pytest.mark.usefixtures("wanted")
def test_the_rules_warn_when_supervisors_leave(
    client_for: ClientFor, acting: Acting, world: World, second: Principal
) -> None:
    with acting(world.principal("administrator", "A")) as session:
        gone = session.get_one(User, second.user_id)
        accounts.change_user(gone, name=gone.name, role=gone.role, is_active=False)
    page = client_for("supervisor").page("/approvals/rules")
    assert "Only one supervisor can sign in. What a supervisor asks for waits" in page.text
    with acting(world.principal("supervisor")):
        actions.set_rules({"case_close": "lawyers"})


@pytest.mark.usefixtures("wanted")
def test_where_no_supervisor_is_left_whoever_asks_is_warned(
    client_for: ClientFor, acting: Acting, world: World, made: Made, second: Principal
) -> None:
    warned = "No supervisor who could approve it can sign in now"
    assert warned not in client_for("lawyer").page(f"{made.url}/close").text
    with acting(world.principal("administrator", "A")) as session:
        for user_id in (second.user_id, world.user_id("supervisor")):
            gone = session.get_one(User, user_id)
            accounts.change_user(gone, name=gone.name, role=gone.role, is_active=False)
    assert warned in client_for("lawyer").page(f"{made.url}/close").text
    with acting(world.principal("supervisor")):
        actions.set_rules({"export": "off", "merge": "lawyers"})
        assert set(pages.lonely_rules()) >= {"Closing a case", "Changing a status"}
        assert "Exporting cases" not in pages.lonely_rules()


@pytest.mark.usefixtures("wanted")
def test_a_record_of_what_was_sent_to_a_state_says_that_the_letter_is_approved(
    client_for: ClientFor, acting: Acting, world: World, made: Made
) -> None:
    words = "letters to authorities and States approved before they go out"
    url = f"{made.url}/inquiries/send"
    assert words in client_for("lawyer").page(url).text
    with acting(world.principal("supervisor")):
        actions.set_rules({"letter_send": "off"})
    assert words not in client_for("lawyer").page(url).text
    assert "the time for the reply runs from that day" in client_for("supervisor").page("/approvals/rules").text
