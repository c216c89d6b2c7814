"""The queue and the pair page: three answers, the next pair, undoing, two at once, and who may see what."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.core.audit import AuditEntry
from casework.core.db import session_for
from casework.core.scope import system
from casework.duplicates import actions, queries
from casework.duplicates.models import DuplicatePair
from casework.persons import actions as persons
from tests.conftest import Acting, ClientFor
from tests.duplicates.alike import IIN, THEN, correct, pairs, registered, searched, twice
from tests.factories import World
from tests.pages import Client, Page, words_of


@dataclass(frozen=True)
class Two:
    """The likeliest pair of the queue, and the one after it."""

    first: UUID
    second: UUID
    names: tuple[str, ...] = ("Сапфирова Ольга", "Sapfirova Olga")

    @property
    def url(self) -> str:
        return f"/duplicates/{self.first}"

    @property
    def next_url(self) -> str:
        return f"/duplicates/{self.second}"


@pytest.fixture
def two(acting: Acting, world: World) -> Two:
    with acting(world.principal("lawyer")):
        one, _other = twice()
        persons.correct_contacts(one, type(one.contacts)(phone="+7 701 555 71 93"), consent="given", consent_on=THEN)
        registered("Яшмова", "Зульфия", document="N70718293", origin="AFG")
        registered("Yashmova", "Zulfiya", document="N81829304", on=THEN)
        searched()
        first, second = pairs()
        return Two(first.id, second.id)


@pytest.fixture
def client(client_for: ClientFor) -> Client:
    return client_for("lawyer")


@pytest.fixture
def supervisor(client_for: ClientFor) -> Client:
    return client_for("supervisor")


def say(client: Client, url: str, decision: str, reason: str | None = None, **more: str) -> str:
    answer = client.submit(url, {"decision": decision, **({"reason": reason} if reason else {}), **more})
    assert answer.status_code == 302, answer.text
    return answer.location or ""


# -- the queue -----------------------------------------------------------------------------------------------------


def test_the_queue_says_who_and_how_sure(client: Client, two: Two) -> None:
    page = client.page("/duplicates/")
    assert page.h1 == "Duplicates"
    assert sum("data-row" in row.attrib for row in page.all("tr")) == 2
    for words in (*two.names, "Almost certain", "Agrees: ", "IIN", "To look at 2", "Lawyer"):
        assert words in page.text, words
    assert page.links["Duplicates"] == "/duplicates/"
    assert two.url in page.links.values()
    assert IIN not in page.text


def test_an_empty_queue_says_what_to_do(client: Client, supervisor: Client) -> None:
    assert "No possible duplicates" in client.page("/duplicates/").text
    assert "have not been compared yet" in client.page("/duplicates/").text
    for part, words in (
        ("unsure", "Nobody is unsure"),
        ("same", "Nothing to merge"),
        ("decided", "Nothing decided yet"),
    ):
        assert words in supervisor.page(f"/duplicates/?show={part}").text


@pytest.mark.parametrize("query", ["?show=everything", "?show=", "?page=0", "?page=-1", "?page=x", "?page=99999999999",
                                   "?mine=yes", "?after=x", "?after=4b1d5c0e-5a35-4f0e-9b1c-6a8a3e1f2d77",
                                   "?show=open&show=same"])  # fmt: skip
def test_nonsense_in_an_address_is_left_out(client: Client, two: Two, query: str) -> None:
    assert two.names[0] in client.page(f"/duplicates/{query}").text


def test_only_mine(client: Client, supervisor: Client, two: Two) -> None:
    assert "To look at 2" in client.page("/duplicates/?mine=1").text
    assert "No possible duplicates" in supervisor.page("/duplicates/?mine=1").text


def test_the_tabs_of_checks(client: Client, supervisor: Client) -> None:
    def tabs(who: Client) -> list[str]:
        rows = [one for one in who.page("/duplicates/").all("nav") if one.get("aria-label") == "Checks"]
        return [words_of(tab) for row in rows for tab in row.iter("a")]

    assert tabs(supervisor) == ["Duplicates", "Other partners", "Conflicts of interest"]
    assert tabs(client) == []  # a lawyer has only the first


# -- the pair ------------------------------------------------------------------------------------------------------


def test_two_people_side_by_side(client: Client, two: Two) -> None:
    page = client.page(two.url)
    for words in (*two.names, "14 March 1991", "Uzbekistan", "Agrees", "Unclear", "•••••••••117"):
        assert words in page.text, words
    for words in ("This is almost certainly one person", "Lawyer of Partner Aster", "Pair 1 of 2"):
        assert words in page.text, words
    assert IIN not in page.text
    assert "555 71 93" not in page.text
    verdicts = {words_of(row[0]): row.get("class") for row in page.all("tr") if len(row) == 3 and row[0].tag == "th"}
    assert {words.split(" ")[0]: cls for words, cls in verdicts.items()}["IIN"] == "agrees"
    keys = [one.get("data-press") for one in page.all("input", name="decision")]
    assert keys == ["1", "2", "3"]


def test_what_differs_is_marked_in_words(client: Client, two: Two) -> None:
    page = client.page(two.next_url)
    rows = {words_of(row[0]): row for row in page.all("tr") if row.get("class") in ("agrees", "differs")}
    assert [row.get("class") for words, row in rows.items() if words.startswith("Country of origin")] == ["differs"]
    assert any(words.startswith("Country of origin Differs") for words in rows)
    assert any(words.startswith("Name Agrees") for words in rows)
    assert any(words.startswith("Documents Differs") for words in rows)


def test_relatives_of_each_other_are_told(client: Client, acting: Acting, world: World, two: Two) -> None:
    with acting(world.principal("lawyer")):
        pair = queries.pair(two.first)
        assert pair is not None
        persons.add_relative(pair.person, pair.other, "SIB", True)
    text = client.page(two.url).text
    assert "linked as relatives of each other" in text
    assert "the person beside" in text


def test_every_opening_is_noted(client: Client, app: Flask, two: Two, world: World) -> None:
    client.page(two.url)
    with app.app_context(), session_for(system("tests")) as session:
        opened = session.scalars(select(AuditEntry.subject_id).where(AuditEntry.action == "duplicate:open")).all()
        pair = persons_of(session, two.first)
        assert set(opened) == pair
    client.page("/duplicates/")
    with app.app_context(), session_for(system("tests")) as session:
        [entry] = session.scalars(select(AuditEntry).where(AuditEntry.action == "duplicate:list")).all()
        assert len(entry.seen.ids) == 4
    log = client.page(f"/people/{next(iter(pair))}/access").text
    assert "compared it with another record" in log


def persons_of(session: Session, pair_id: UUID) -> set[UUID]:
    pair = session.get_one(DuplicatePair, pair_id)
    return {pair.person_id, pair.other_id}


# -- answering -----------------------------------------------------------------------------------------------------


def test_after_an_answer_comes_the_next_pair_with_a_way_back(client: Client, two: Two) -> None:
    there = say(client, two.url, "different", "RELATIVE", note="Сёстры")
    assert there == f"{two.next_url}?after={two.first}"
    page = client.page(there)
    assert "two different people. This is not asked again." in page.text
    undo = page.form_with({"version"}, f"{two.url}/undo")
    answer = client.press(f"{two.url}/undo", version=page.filled(undo)["version"][0])
    assert answer.location == two.url
    text = client.page(two.url).text
    assert "Taken back" in text
    assert "Pair 1 of 2" in text


def test_the_last_answer_leads_back_to_the_list(client: Client, two: Two) -> None:
    say(client, two.url, "unsure", note="Спросить архив")
    there = say(client, two.next_url, "same")
    assert there == f"/duplicates/?after={two.second}"
    text = client.page(there).text
    assert "No possible duplicates" in text
    assert "the same person" in text
    assert "Undo" in text
    assert "Спросить архив" in client.page("/duplicates/?show=unsure").text
    assert "Not sure (Lawyer of Partner Aster" in client.page("/duplicates/?show=unsure").text


def test_one_goes_through_the_part_one_came_from(client: Client, supervisor: Client, two: Two) -> None:
    for url in (two.url, two.next_url):
        say(client, url, "unsure")
    there = say(supervisor, f"{two.url}?show=unsure", "same")
    assert there == f"{two.next_url}?show=unsure&after={two.first}"
    assert "Pair 1 of 1" in supervisor.page(there).text


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"decision": None}, "Fill in this field"),
        ({"decision": "merged"}, "Choose one of the options"),
        ({"decision": "different"}, "Say how you know that they are two people"),
        ({"decision": "different", "reason": "NO_SUCH"}, "Choose one of the options"),
        ({"decision": "same", "note": "ы" * 1001}, "Use at most 1,000 characters"),
    ],
)
def test_half_an_answer_keeps_what_was_said(
    client: Client, two: Two, values: dict[str, str | None], words: str
) -> None:
    data = {"note": "Спросить архив", **values}
    page = client.page(two.url)
    filled = {**page.filled(page.form_with({"decision", "note"})), **data}
    answer = client.post(two.url, data={name: value for name, value in filled.items() if value is not None})
    assert answer.status_code == 422
    shown = Page(answer.text)
    assert words.replace("1,000", "1000") in shown.text.replace("1,000", "1000")
    assert (data["note"] or "")[:10] in shown.text
    assert "Pair 1 of 2" in shown.text


def test_pressing_twice_is_one_answer(client: Client, app: Flask, two: Two) -> None:
    page = client.page(two.url)
    data = {**page.filled(page.form_with({"decision"})), "decision": "same"}
    first, again = client.post(two.url, data=data), client.post(two.url, data=data)
    assert first.status_code == again.status_code == 302
    assert first.location == again.location
    with app.app_context(), session_for(system("tests")) as session:
        changes = session.scalars(select(AuditEntry).where(AuditEntry.action == "duplicate_pairs:change")).all()
        assert len(changes) == 1


# -- two at once ---------------------------------------------------------------------------------------------------


def two_tabs(one: Client, other: Client, url: str) -> tuple[dict[str, Any], dict[str, Any]]:
    pages = [tab.page(url) for tab in (one, other)]
    first, second = (dict(page.filled(page.form_with({"decision"}))) for page in pages)
    return first, second


def test_two_tabs_say_different_things(client: Client, supervisor: Client, two: Two) -> None:
    mine, theirs = two_tabs(client, supervisor, two.url)
    assert client.post(two.url, data={**mine, "decision": "different", "reason": "OTHER"}).status_code == 302
    answer = supervisor.post(two.url, data={**theirs, "decision": "same", "note": "Один человек"})
    assert answer.status_code == 409
    page = Page(answer.text)
    assert "Lawyer of Partner Aster changed this record" in page.text
    for words in ("Two different people", "The same person", "Один человек"):
        assert words in page.text
    form = page.form_with({"decision", "version"})
    saved = supervisor.post(two.url, data={**page.filled(form)})
    assert saved.status_code == 302
    assert "The same person (Supervisor of Partner Aster" in supervisor.page("/duplicates/?show=same").text


def test_two_lawyers_say_different_things(client: Client, supervisor: Client, two: Two) -> None:
    mine, theirs = two_tabs(client, supervisor, two.url)
    assert supervisor.post(two.url, data={**theirs, "decision": "same"}).status_code == 302
    answer = client.post(two.url, data={**mine, "decision": "unsure"})
    assert answer.status_code == 409
    assert "The same person (Supervisor of Partner Aster" in Page(answer.text).text
    assert "Save my version" not in answer.text


def test_two_tabs_say_the_same(client: Client, supervisor: Client, two: Two) -> None:
    mine, theirs = two_tabs(client, supervisor, two.url)
    assert client.post(two.url, data={**mine, "decision": "same"}).status_code == 302
    answer = supervisor.post(two.url, data={**theirs, "decision": "same"})
    assert answer.status_code == 302
    assert "has just said the same" in supervisor.page(answer.location or "").text


def test_a_search_meanwhile_is_no_conflict(client: Client, acting: Acting, world: World, two: Two) -> None:
    page = client.page(two.next_url)
    data = page.filled(page.form_with({"decision"}))
    with acting(world.principal("supervisor")):
        pair = queries.pair(two.second)
        assert pair is not None
        pair.confidence = "possible"
    assert client.post(two.next_url, data={**data, "decision": "same"}).status_code == 302


def test_undoing_what_somebody_changed_since(client: Client, supervisor: Client, two: Two) -> None:
    there = say(client, two.url, "unsure")
    page = client.page(there)
    version = page.filled(page.form_with({"version"}, f"{two.url}/undo"))["version"][0]
    say(supervisor, two.url, "same")
    answer = client.press(f"{two.url}/undo", version=version)
    assert answer.status_code == 409
    assert "The same person (Supervisor" in Page(answer.text).text
    assert "Undo" not in client.page(there).text


# -- who may what --------------------------------------------------------------------------------------------------


def test_a_lawyer_sees_nothing_of_the_merging(client: Client, supervisor: Client, two: Two) -> None:
    say(client, two.url, "same")
    merge = f"{two.url}/merge"
    assert merge not in client.page(two.url).links.values()
    assert "Look at all records anew" not in client.get("/duplicates/").text
    for url in ("/duplicates/search", "/duplicates/search/go"):
        assert client.press(url).status_code == 403
    assert merge in supervisor.page(two.url).links.values()


def test_a_lawyer_does_not_overrule_the_supervisor(client: Client, supervisor: Client, two: Two) -> None:
    say(supervisor, two.url, "unsure")
    page = client.page(two.url)
    assert "Only whoever decided it or a supervisor can change it." in page.text
    assert page.all("input", name="decision") == []
    answer = client.press(two.url, decision="same", version="1")
    assert answer.status_code == 409
    own = say(client, two.next_url, "unsure")
    assert own
    assert "Change the decision" in client.page(two.next_url).text


@pytest.mark.parametrize("role", ["lawyer", "supervisor"])
def test_another_organisation_finds_nothing(client_for: ClientFor, two: Two, role: str) -> None:
    stranger = client_for(role, "B")
    for url in (two.url, f"/duplicates/{uuid4()}"):
        assert stranger.get(url).status_code == 404
        assert stranger.press(url, decision="same").status_code == 404
        assert stranger.press(f"{url}/undo", version="1").status_code == 404
    assert "No possible duplicates" in stranger.page(f"/duplicates/?after={two.first}").text


@pytest.mark.parametrize("role", ["statistics", "administrator", "protection"])
def test_others_have_no_checks(client_for: ClientFor, two: Two, role: str) -> None:
    other = client_for(role)
    assert other.get("/duplicates/").status_code == 403
    assert "Checks" not in other.page("/desk").links


# -- asked again, looked at anew, the desk -------------------------------------------------------------------------


def test_asked_again_says_why(client: Client, acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        one = registered("Сапфирова", "Ольга", phone="+7 701 555 71 93")
        other = registered("Sapfirova", "Olga", on=THEN, phone="+7 701 555 71 93")
        pair = actions.remember(one, other, "different", "MET_BOTH")
        actions.begin_search()
        for person in (one, other):
            correct(person, iin=IIN)
        searched_on = actions.next_slice()
        assert searched_on is not None
        pair_id = pair.id
    assert "Asked again" in client.page("/duplicates/").text
    text = client.page(f"/duplicates/{pair_id}").text
    assert "Lawyer of Partner Aster said on" in text
    assert "Since then an equal number was recorded on both" in text


def test_looking_at_all_anew_without_scripts(supervisor: Client, acting: Acting, world: World,
                                             monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setattr(actions, "SLICE", 1)
    with acting(world.principal("lawyer")):
        twice()
    assert "Look at all records anew" in supervisor.page("/duplicates/").text
    assert supervisor.press("/duplicates/search").location == "/duplicates/?going=1"
    page = supervisor.page("/duplicates/")
    assert "0 of 2 records looked at" in page.text
    [bar] = page.all("progress")
    assert (bar.get("max"), bar.get("value")) == ("2", "0")
    assert supervisor.press("/duplicates/search").location == "/duplicates/?going=1"
    assert "already" in supervisor.page("/duplicates/").text
    for done in ("1 of 2", "2 of 2"):
        assert (
            supervisor.submit("/duplicates/", {"nonce": uuid4().hex}, action="/duplicates/search/go").status_code == 302
        )
        assert f"{done} records looked at" in supervisor.page("/duplicates/").text
    supervisor.press("/duplicates/search/go")
    page = supervisor.page("/duplicates/")
    assert page.all("progress") == []
    assert "All records were compared last on" in page.text
    assert sum("data-row" in row.attrib for row in page.all("tr")) == 1


def test_a_script_is_told_in_numbers(supervisor: Client, two: Two) -> None:
    supervisor.press("/duplicates/search")
    headers = {"X-CSRFToken": supervisor.csrf_token(), "Accept": "application/json"}
    answer = supervisor.post("/duplicates/search/go", headers=headers)
    assert answer.json == {"done": 4, "total": 4, "is_over": True, "words": "4 of 4 records looked at"}
    assert supervisor.post("/duplicates/search/go", headers={"Accept": "application/json"}).status_code == 400


def test_going_on_where_nothing_was_begun(supervisor: Client) -> None:
    assert supervisor.press("/duplicates/search/go").location == "/duplicates/"
    headers = {"X-CSRFToken": supervisor.csrf_token(), "Accept": "application/json"}
    assert supervisor.post("/duplicates/search/go", headers=headers).json["is_over"]  # type: ignore[index]


def test_the_desk_counts_what_waits(client: Client, supervisor: Client, two: Two) -> None:
    def figures(who: Client) -> dict[str, str]:
        page = who.page("/desk")
        cards = [one for one in page.all("a") if "figure" in one.get("class", "").split()]
        return {words_of(one): one.get("href", "") for one in cards if "duplicate" in words_of(one)}

    assert figures(client) == {"2 possible duplicates among your people": "/duplicates/?mine=1"}
    assert figures(supervisor) == {"2 possible duplicates to look at": "/duplicates/?show=open"}
    say(client, two.url, "unsure")
    say(client, two.next_url, "same")
    assert figures(client) == {}
    assert figures(supervisor) == {
        "1 possible duplicate that somebody is unsure of": "/duplicates/?show=unsure",
        "1 duplicate to merge": "/duplicates/?show=same",
    }


def test_looking_changes_nothing(client: Client, app: Flask, two: Two) -> None:
    with app.app_context(), session_for(system("tests")) as session:
        before = [tuple(row) for row in session.execute(select(*_columns()))]
    for url in ("/duplicates/", two.url, "/duplicates/?show=decided", f"{two.url}?after={two.second}"):
        client.page(url)
    with app.app_context(), session_for(system("tests")) as session:
        assert [tuple(row) for row in session.execute(select(*_columns()))] == before


def _columns() -> list[Any]:
    return [DuplicatePair.id, DuplicatePair.version, DuplicatePair.decision, DuplicatePair.confidence]
