"""Merging on its pages: choosing, confirming, reading what was merged, undoing."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from casework.casefile import history
from casework.cases import actions as cases
from casework.cases import queries as case_queries
from casework.conflicts import actions as conflicts
from casework.conflicts import queries as conflict_queries
from casework.conflicts.actions import Told
from casework.conflicts.models import Opponent
from casework.core import clock
from casework.core.db import db
from casework.core.scope import system
from casework.desk import queries as desk
from casework.duplicates import merging, queries
from casework.elsewhere.models import Overlap, OverlapSide
from casework.persons import actions as persons
from tests.conftest import Acting, ClientFor
from tests.duplicates.two_records import LATER, MERGED, Two, again, two, with_everything
from tests.factories import World
from tests.pages import Client, Page, words_of


@pytest.fixture(autouse=True)
def _today() -> Any:
    with clock.at(MERGED):
        yield


@pytest.fixture
def made(acting: Acting, world: World) -> Two:
    with acting(world.principal("lawyer")):
        return with_everything(two())


@pytest.fixture
def url(made: Two) -> str:
    return f"/duplicates/{made.pair}/merge"


@pytest.fixture
def supervisor(client_for: ClientFor) -> Client:
    return client_for("supervisor")


def merged(client: Client, url: str, made: Two, **values: Any) -> str:
    """Merge through the page; the address of the merge."""
    answer = client.submit(url, {"note": "", **values})
    assert answer.location == f"/people/{made.kept}", answer.text
    return client.page(f"/people/{made.kept}").links[
        f"Also recorded as {number(client, made)} (merged on 2 March 2026)"
    ]


def number(client: Client, made: Two) -> str:
    with client.application.app_context(), merging_as_system():
        return again(made.gone).number


def merging_as_system() -> Any:
    from casework.core.scope import acting_as, system

    return acting_as(system("tests"))


def test_the_preview_shows_both_records_and_what_will_move(supervisor: Client, url: str) -> None:
    page = supervisor.page(url)
    for words in (
        "Сұлтанова", "Sultanova", "14 March 1991", "+7 701 1", "+7 702 2", "Uzbekistan", "Both are kept.",
        "Person at risk of statelessness", "since 16 February 2026", "1 case", "1 session", "1 document", "1 letter",
        "1 power of attorney", "1 family link", "the stock falls by one", "For 30 days you can undo this",
    ):  # fmt: skip
        assert words in page.text, words
    chosen = page.filled(page.form_with({"note"}))
    assert chosen["take_family_name"] == ["kept"]
    assert chosen["take_phone"] == ["kept"]
    assert chosen["take_email"] == ["other"], "only the other record says something"
    assert chosen["take_birth"] == ["kept"]
    assert chosen["status_nationality"] == ["AR"]
    assert "take_sex" not in chosen, "nothing to choose where both say the same"
    assert "take_languages" not in chosen


def test_merging(supervisor: Client, client_for: ClientFor, acting: Acting, world: World, url: str, made: Two) -> None:
    merge_url = merged(
        supervisor, url, made, take_phone="other", status_nationality="UN", note="Показала оба удостоверения"
    )
    with acting(world.principal("lawyer")):
        kept = again(made.kept)
        assert (kept.contacts.phone, kept.nationality, kept.identity.family_name) == ("+7 702 2", "UN", "Сұлтанова")
    lawyer = client_for("lawyer")
    assert lawyer.get(f"/people/{made.gone}?show=act").location == f"/people/{made.kept}?show=act"
    record = lawyer.page(f"/people/{made.kept}")
    assert record.h1 == "Сұлтанова Айгүл", "the old address leads to the record that goes on"
    assert merge_url in record.links.values()
    assert f"{merge_url}/undo" not in record.links.values()
    page = supervisor.page(merge_url)
    for words in (
        "Sultanova",
        "Показала оба удостоверения",
        "+7 702 2",
        "before: +7 701 1",
        "until 1 April 2026",
        "1 letter",
    ):
        assert words in page.text, words
    assert f"{merge_url}/undo" in page.links.values()
    page = lawyer.page(merge_url)
    assert f"{merge_url}/undo" not in page.links.values()
    assert "a@example.org" in page.text
    log = lawyer.page(f"/people/{made.kept}/access").text
    assert "compared it with another record" in log
    assert str(made.gone) not in log
    assert f"Recordbefore: {number(supervisor, made)}" in log
    assert supervisor.get(url).location == merge_url, "there is nothing left to merge"
    for number_ in (number(supervisor, made),):
        found = lawyer.submit("/search", {"q": number_}, action="")
        assert lawyer.get(found.location or "").location == f"/people/{made.kept}"


def test_undoing(supervisor: Client, acting: Acting, world: World, url: str, made: Two) -> None:
    merge_url = merged(supervisor, url, made, take_phone="other", take_address=None)
    undo_url = f"{merge_url}/undo"
    assert undo_url in supervisor.page(f"/people/{made.kept}").links.values()
    with clock.at(MERGED + timedelta(days=2)), acting(world.principal("lawyer")):
        from tests.duplicates.two_records import case_of

        case_of(again(made.kept), on=MERGED)
        contacts = again(made.kept).contacts
        contacts.phone = "+7 703 3"
        persons.correct_contacts(again(made.kept), contacts, consent="not_asked", consent_on=None)
    page = supervisor.page(undo_url)
    for words in ("1 case", "1 letter", "Added since the merge", "Phone: +7 703 3"):
        assert words in page.text, words
    assert supervisor.submit(undo_url, {"reason": None}).status_code == 422
    assert supervisor.submit(undo_url, {"reason": "NONSENSE"}).status_code == 422
    answer = supervisor.submit(undo_url, {"reason": "MET_BOTH"})
    assert answer.location == merge_url
    text = supervisor.page(merge_url).text
    assert "Changed since the merge, and so left as they are: Phone" in text
    assert "Undone by Supervisor of Partner Aster" in text
    assert "Both people are known to us" in text
    assert supervisor.page(f"/people/{made.gone}").h1 == "Sultanova Айгүл"
    assert "Also recorded as" not in supervisor.page(f"/people/{made.kept}").text
    page = supervisor.page(undo_url)
    assert "undone already" in page.text
    assert not page.all("input", name="reason")
    token = {"csrf_token": supervisor.csrf_token(), "reason": "MET_BOTH"}
    assert supervisor.post(undo_url, data=token).status_code == 422


def test_too_late_and_too_early(supervisor: Client, acting: Acting, world: World, url: str, made: Two) -> None:
    merge_url = merged(supervisor, url, made)
    with clock.at(date(2026, 4, 2)):
        page = supervisor.page(f"{merge_url}/undo")
        assert "could be until 1 April 2026" in page.text
        assert f"{merge_url}/undo" not in supervisor.page(f"/people/{made.kept}").links.values()
        assert "Also recorded as" in supervisor.page(f"/people/{made.kept}").text
    with acting(world.principal("supervisor")):
        merging.merge(again(made.kept), again(made.relative))
    assert "merged into this one later" in supervisor.page(f"{merge_url}/undo").text


def test_a_record_that_was_changed_meanwhile(
    supervisor: Client, acting: Acting, world: World, url: str, made: Two
) -> None:
    page = supervisor.page(url)
    sent = {**page.filled(page.form_with({"note"})), "take_phone": "other", "note": "Моё"}
    with acting(world.principal("lawyer")):
        person = again(made.gone)
        contacts = person.contacts
        contacts.phone = "+7 705 5"
        persons.correct_contacts(person, contacts, consent="given", consent_on=LATER)
    answer = supervisor.post(url, data=sent)
    assert answer.status_code == 409
    page = Page(answer.text)
    assert "changed after you had opened this page" in page.text
    assert "+7 705 5" in page.text
    again_sent = page.filled(page.form_with({"note"}))
    assert (again_sent["take_phone"], again_sent["note"]) == (["other"], ["Моё"]), "nothing chosen is lost"
    assert supervisor.post(url, data=again_sent).location == f"/people/{made.kept}"


def test_two_clicks_make_one_merge(supervisor: Client, acting: Acting, world: World, url: str, made: Two) -> None:
    page = supervisor.page(url)
    sent = page.filled(page.form_with({"note"}))
    answers = [supervisor.post(url, data=sent) for _click in range(2)]
    assert {one.location for one in answers} == {f"/people/{made.kept}"}
    with acting(world.principal("supervisor")):
        assert len(queries.merges_of(made.kept)) == 1


def test_somebody_else_merged_first(supervisor: Client, url: str, made: Two) -> None:
    page = supervisor.page(url)
    sent = page.filled(page.form_with({"note"}))
    merged(supervisor, url, made)
    answer = supervisor.post(url, data={**sent, "nonce": uuid4().hex})
    assert answer.status_code == 409
    assert "was merged already" in Page(answer.text).text


@pytest.mark.parametrize(
    "wrong",
    [
        {"take_phone": "both"},
        {"take_phone": ""},
        {"status_nationality": "SP"},
        {"note": "ы" * 1001},
    ],
)
def test_bad_input_is_refused_and_nothing_is_merged(
    supervisor: Client, acting: Acting, world: World, url: str, made: Two, wrong: dict[str, Any]
) -> None:
    answer = supervisor.submit(url, {"note": "Слова", **wrong})
    assert answer.status_code == 422
    assert "Nothing has been saved yet" in Page(answer.text).text
    with acting(world.principal("supervisor")):
        assert queries.merges_of(made.kept) == []


def test_a_rule_that_refuses_says_it_at_its_field(
    supervisor: Client, acting: Acting, world: World, url: str, made: Two
) -> None:
    with acting(world.principal("lawyer")):
        person = again(made.gone)
        person.arrived_year, person.arrived_month = 2026, 2
        db.session.flush()
    answer = supervisor.submit(url, {"take_arrived": "other"})
    assert answer.status_code == 422
    page = Page(answer.text)
    assert "The arrival cannot be after the registration." in page.text
    assert "#take_arrived-0" in page.links.values()
    refused = [one for one in page.all("p", class_="err") if "arrival" in words_of(one)]
    assert refused


def test_what_was_told_apart_has_no_button(
    supervisor: Client, acting: Acting, world: World, url: str, made: Two
) -> None:
    from casework.duplicates import actions, queries

    with acting(world.principal("supervisor")):
        pair = queries.pair(made.pair)
        assert pair is not None
        actions.decide(pair, "different", "MET_BOTH")
    page = supervisor.page(url)
    assert "two people" in page.text
    assert not page.all("textarea", name="note")


@pytest.mark.parametrize("role", ["lawyer", "statistics", "administrator", "protection"])
def test_only_a_supervisor_merges(client_for: ClientFor, url: str, made: Two, role: str, acting: Acting) -> None:
    client = client_for(role, "A" if role == "lawyer" else "office")
    assert client.get(url).status_code == 403
    assert client.press(url).status_code == 403
    for address in (f"/merges/{uuid4()}/undo",):
        assert client.get(address).status_code == 403
        assert client.press(address).status_code == 403


def test_of_another_organisation_there_is_nothing(
    supervisor: Client, client_for: ClientFor, url: str, made: Two
) -> None:
    other = client_for("supervisor", "B")
    assert other.get(url).status_code == 404
    assert other.press(url).status_code == 404
    merge_url = merged(supervisor, url, made)
    for address in (merge_url, f"{merge_url}/undo", f"/people/{made.gone}", f"/merges/{uuid4()}"):
        assert other.get(address).status_code == 404, address
    assert other.press(f"{merge_url}/undo", reason="MET_BOTH").status_code == 404


def test_nothing_to_move(supervisor: Client, acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        made = two(is_asked=False)
    url = f"/duplicates/{made.pair}/merge"
    assert "Nothing is recorded on" in supervisor.page(url).text
    merge_url = merged(supervisor, url, made)
    assert "Nothing was recorded on" in supervisor.page(merge_url).text
    assert "Nothing moved" in supervisor.page(f"{merge_url}/undo").text


def test_markup_in_a_record_stays_text(supervisor: Client, acting: Acting, world: World, url: str, made: Two) -> None:
    with acting(world.principal("lawyer")):
        person = again(made.gone)
        contacts = person.contacts
        contacts.address = "<b>ул. Мира</b>"
        persons.correct_contacts(person, contacts, consent="given", consent_on=LATER)
    assert "&lt;b&gt;ул. Мира" in supervisor.get(url).text
    assert UUID(str(made.kept))


def test_that_another_partner_may_know_the_person_is_told_to_supervisors_only(
    supervisor: Client, client_for: ClientFor, acting: Acting, world: World, url: str, made: Two
) -> None:
    with acting(system("tests")):
        overlap = Overlap(state="suspected", found_at=clock.now(), changed_at=clock.now())
        db.session.add(overlap)
        db.session.flush()
        a = world.organisations["A"]
        db.session.add(OverlapSide(organisation_id=a, overlap_id=overlap.id, person_id=made.gone))
    merge_url = merged(supervisor, url, made)
    assert "1 question with a partner" in supervisor.page(merge_url).text
    page = client_for("lawyer").page(merge_url)
    assert "1 letter" in page.text
    assert "question with" not in page.text


def test_a_client_and_whom_their_case_is_against_are_hardly_one_person(
    supervisor: Client, acting: Acting, world: World, url: str, made: Two
) -> None:
    """Spouses with one telephone: nobody should make one record of the two without being told."""
    asked = "one of the two records is the client and the other the opposing party"
    assert asked not in supervisor.page(url).text
    with acting(world.principal("lawyer")):
        [case] = [one for one in case_queries.cases_of([made.gone]) if one.is_open][:1]
        opposing = conflicts.add(case, Told("SPOUSE", person=again(made.kept))).id
        number = case.number
    page = supervisor.page(url)
    assert asked in page.text
    assert number in page.text
    with acting(world.principal("lawyer")):
        found = conflict_queries.opposing_party(case.id, opposing)
        assert found is not None
        cases.open_case([again(made.kept)], "RESIDENCE", LATER, world.user_id("lawyer"))
        conflicts.correct(found, Told("SPOUSE", who=Opponent("Сұлтанова", "Айгүл")))
    assert "and the other may be the opposing party" in supervisor.page(url).text
    with acting(world.principal("lawyer")):
        found = conflict_queries.opposing_party(case.id, opposing)
        assert found is not None
        conflicts.void(found, "WRONG_PERSON")
    assert "opposing party: are they two people" not in supervisor.page(url).text


def test_what_was_typed_on_a_page_of_the_record_that_went_is_not_written_into_the_other(
    supervisor: Client, acting: Acting, world: World, url: str, made: Two
) -> None:
    merged(supervisor, url, made)
    with acting(world.principal("lawyer")):
        before, version = again(made.kept).identity, again(made.kept).version
    typed = {"given_name": "Айгүл", "family_name": "Sultanova", "sex": "F", "version": str(version)}
    for path in ("identity", "contacts", "status/nationality", "powers/record"):
        answer = supervisor.press(f"/people/{made.gone}/{path}", **typed)
        assert answer.status_code in (404, 422), path
    with acting(world.principal("lawyer")):
        assert (again(made.kept).identity, again(made.kept).version) == (before, version)
    assert supervisor.get(f"/people/{made.gone}/identity").location == f"/people/{made.kept}/identity"


def test_who_opened_either_record_stands_in_the_log_and_once_on_the_desk(
    supervisor: Client, client_for: ClientFor, acting: Acting, world: World, url: str, made: Two
) -> None:
    lawyer = client_for("lawyer")
    lawyer.page(f"/people/{made.gone}/details")
    lawyer.page(f"/people/{made.gone}")
    lawyer.page(f"/people/{made.kept}")
    merged(supervisor, url, made)
    log = lawyer.page(f"/people/{made.kept}/access").text
    assert "read the personal details" in log
    with acting(world.principal("lawyer")):
        user_id = world.principal("lawyer").user_id
        assert user_id is not None
        assert [one.id for one in desk.last_opened(user_id)] == [made.kept]
        merging.undo(queries.merges_of(made.kept)[0], "MET_BOTH")
        assert {one.id for one in desk.last_opened(user_id)} == {made.kept, made.gone}
        assert "merged" not in str(history.changes(again(made.gone)))
