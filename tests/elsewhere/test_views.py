"""The supervisors' pages about other partners, and what everybody else sees: nothing."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.engine import Engine

from casework.core import clock
from casework.core.scope import own
from casework.persons import actions as persons
from casework.persons import queries as person_queries
from casework.persons.models import Identity, Person
from casework.persons.rules import PartialDate
from tests.conftest import Acting, ClientFor
from tests.elsewhere.conftest import NOW, Pair, Registering, everywhere, questions
from tests.factories import World
from tests.pages import Client, Page, words_of

CONSENT: dict[str, Any] = {
    "consent_on-day": "14", "consent_on-month": "9", "consent_on-year": "2026",
    "form": "WRITTEN",
    "language": "rus",
    "note": "Мятная записка",
}  # fmt: skip
FOREIGN = {"A": ("Birch", "Samotsvetova"), "B": ("Aster", "Самоцветова")}
"""What the side of a partner must not show before it may."""


@pytest.fixture
def supervisors(client_for: ClientFor) -> dict[str, Client]:
    return {where: client_for("supervisor", where) for where in ("A", "B")}


def url(pair: Pair, where: str, step: str = "") -> str:
    return f"/elsewhere/{pair.sides[where]}{'/' + step if step else ''}"


def without_ids(body: str) -> str:
    body = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "ID", body)
    body = re.sub(r'name="nonce"[^>]*value="[^"]*"', "", body)
    return re.sub(r'name="csrf_token"[^>]*value="[^"]*"', "", body)


# -- the way through the pages -----------------------------------------------------------------------------------


def test_from_a_hint_to_one_person(pair: Pair, supervisors: dict[str, Client]) -> None:
    a, b = supervisors["A"], supervisors["B"]
    page = a.page("/elsewhere/")
    assert "Самоцветова Айгерим" in page.text
    assert "May be known to another partner" in page.text
    assert "Only that a record of theirs may be known" in a.page(url(pair, "A")).text

    assert a.submit(url(pair, "A", "ask"), CONSENT).location == url(pair, "A")
    assert "You asked on 15 September 2026. The other partner has not answered yet." in a.page(url(pair, "A")).text
    assert "14 September 2026In writing Explained in Russian" in a.page(url(pair, "A")).text
    text = b.page(url(pair, "B")).text
    assert "Another partner asks whether this is a person" in text
    assert not any(word in text for word in FOREIGN["B"])

    assert b.submit(url(pair, "B", "answer"), {"answer": "agreed", **CONSENT}).location == url(pair, "B")
    for where, client in supervisors.items():
        text = client.page(url(pair, where)).text
        assert all(word in text for word in FOREIGN[where]), where
        assert "Мятная записка" in text  # one's own note
    assert f"supervisor@{'b'}.example.org" in a.page(url(pair, "A")).text

    for where, client in supervisors.items():
        assert client.submit(url(pair, where, "verdict"), {"verdict": "same"}).location == url(pair, where)
    assert pair.state == "same"
    assert "National figures count the person once" in a.page(url(pair, "A")).text
    assert "No open questions" in a.page("/elsewhere/").text
    assert "Самоцветова Айгерим" in a.page("/elsewhere/?part=settled").text


def test_before_both_agree_nothing_of_the_other_is_on_any_page(
    pair: Pair, supervisors: dict[str, Client], app: Flask
) -> None:
    def seen() -> Iterator[tuple[str, str]]:
        for where, client in supervisors.items():
            for path in (
                "/elsewhere/",
                "/desk",
                f"/people/{pair.persons[where]}",
                f"/people/{pair.persons[where]}/access",
            ):
                yield where, client.get(path, follow_redirects=True).text
            for step in ("", "ask", "answer", "verdict", "withdraw"):
                yield where, client.get(url(pair, where, step), follow_redirects=True).text

    steps: list[Callable[[], None]] = [
        lambda: None,
        lambda: pair.ask("A"),
        lambda: pair.answer("B", "declined"),
        lambda: pair.ask("B"),
        lambda: pair.withdraw("B"),
    ]
    for step in steps:
        step()
        for where, text in seen():
            other = "B" if where == "A" else "A"
            for secret in (*FOREIGN[where], str(pair.sides[other]), str(pair.persons[other])):
                assert secret not in text
            assert not re.search(r"certain|likely|percent|score", text)


def test_not_agreed_is_all_the_asker_sees(pair: Pair, supervisors: dict[str, Client]) -> None:
    pair.ask("A")
    answer = supervisors["B"].submit(url(pair, "B", "answer"), {"answer": "declined"})
    assert answer.location == url(pair, "B")
    page = supervisors["A"].page(url(pair, "A"))
    assert "The comparison was not agreed to. You may ask again from 16 October 2026." in page.text
    assert "Ask the other partner" not in page.links
    assert supervisors["A"].get(url(pair, "A", "ask")).location == url(pair, "A")
    with clock.at(NOW + timedelta(days=31)):
        assert "You may ask again, if the person still agrees" in supervisors["A"].page(url(pair, "A")).text
        assert supervisors["A"].submit(url(pair, "A", "ask"), CONSENT).location == url(pair, "A")


def test_silence_is_told_after_a_fortnight(pair: Pair, supervisors: dict[str, Client]) -> None:
    pair.ask("A")
    with clock.at(NOW + timedelta(days=13)):
        assert "14 days" not in supervisors["A"].page(url(pair, "A")).text
    with clock.at(NOW + timedelta(days=15)):
        assert "for 14 days there has been no answer" in supervisors["A"].page(url(pair, "A")).text
        assert "No answer for 14 days" in supervisors["A"].page("/elsewhere/").text
        assert "14 days" not in supervisors["B"].page(url(pair, "B")).text


def test_withdrawing_closes_the_card_at_once(pair: Pair, supervisors: dict[str, Client]) -> None:
    pair.agree()
    assert "Birch" in supervisors["A"].page(url(pair, "A")).text
    assert "cannot be unseen" in supervisors["B"].page(url(pair, "B", "withdraw")).text
    assert supervisors["B"].submit(url(pair, "B", "withdraw"), {"nonce": "w" * 20}).location == url(pair, "B")
    for where, client in supervisors.items():
        text = client.page(url(pair, where)).text
        assert not any(word in text for word in FOREIGN[where])


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"consent_on-year": "2090"}, "This date is in the future"),
        ({"consent_on-day": "", "consent_on-month": "", "consent_on-year": ""}, "Enter the day, the month and"),
        ({"form": None}, "Fill in this field"),
        ({"form": "TELEPATHY"}, "Choose one of the options"),
        ({"language": ""}, "Fill in this field"),
        ({"language": "klingon"}, "Choose one of the options"),
        ({"note": "9" * 2000}, "Use at most 1000 characters"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_consent_is_said_and_nothing_is_asked(
    pair: Pair, supervisors: dict[str, Client], wrong: dict[str, Any], words: str
) -> None:
    answer = supervisors["A"].submit(url(pair, "A", "ask"), {**CONSENT, **wrong})
    assert answer.status_code == 422
    assert words in Page(answer.text).text
    assert "note" in wrong or "Мятная записка" in answer.text
    assert pair.state == "suspected"


@pytest.mark.parametrize("missing", ["consent_on-year", "form", "language"])
def test_yes_takes_a_consent(pair: Pair, supervisors: dict[str, Client], missing: str) -> None:
    pair.ask("A")
    told = {"answer": "agreed", **CONSENT, missing: "" if missing != "form" else None}
    assert supervisors["B"].submit(url(pair, "B", "answer"), told).status_code == 422
    assert pair.state == "asked"


# -- two tabs, double click, somebody else meanwhile -------------------------------------------------------------


def test_a_question_is_asked_once(pair: Pair, supervisors: dict[str, Client]) -> None:
    client = supervisors["A"]
    first, second = (client.page(url(pair, "A", "ask")) for _ in range(2))
    for page, status in ((first, 302), (first, 302), (second, 422)):
        form = page.form_with({"language"})
        answer = client.post(url(pair, "A", "ask"), data={**page.filled(form), **CONSENT})
        assert answer.status_code == status
    assert "has changed since the page was opened" in words_of(Page(answer.text).all("main")[0])


def test_a_verdict_given_in_another_tab_is_shown_first(pair: Pair, supervisors: dict[str, Client]) -> None:
    """Two people is for ever: it must not be said on a page that is out of date."""
    pair.agree()
    client = supervisors["A"]
    page = client.page(url(pair, "A", "verdict"))
    pair.say("A", "same")
    data = {**page.filled(page.form_with({"verdict"})), "verdict": "different"}
    answer = client.post(url(pair, "A", "verdict"), data=data)
    assert answer.status_code == 409
    assert pair.state == "agreed"
    again = Page(answer.text)
    form = again.form_with({"verdict"})
    assert (
        client.post(urljoin(url(pair, "A", "verdict"), form.get("action") or ""), data=again.filled(form)).status_code
        == 302
    )
    assert pair.state == "different"


def test_a_verdict_after_the_other_withdrew_shows_no_card(pair: Pair, supervisors: dict[str, Client]) -> None:
    pair.agree()
    client = supervisors["A"]
    page = client.page(url(pair, "A", "verdict"))
    assert "Samotsvetova" in page.text
    pair.withdraw("B")
    answer = client.post(
        url(pair, "A", "verdict"), data={**page.filled(page.form_with({"verdict"})), "verdict": "same"}
    )
    assert answer.status_code == 422
    assert "Samotsvetova" not in answer.text
    assert "Birch" not in answer.text
    assert pair.state == "suspected"


@pytest.mark.parametrize("step", ["ask", "answer", "verdict", "withdraw"])
def test_a_step_that_is_not_possible_leads_back(pair: Pair, supervisors: dict[str, Client], step: str) -> None:
    pair.agree()
    pair.say("B", "different")
    answer = supervisors["A"].get(url(pair, "A", step))
    assert (answer.status_code, answer.location) == (302, url(pair, "A"))
    assert supervisors["A"].press(url(pair, "A", step)).status_code == 422
    assert pair.state == "different"


# -- whose pages they are ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["", "ask", "answer", "verdict", "withdraw"])
def test_the_others_side_is_not_there(pair: Pair, supervisors: dict[str, Client], step: str) -> None:
    pair.agree()
    client = supervisors["A"]
    foreign, unknown = (client.get(f"/elsewhere/{one}/{step}".rstrip("/")) for one in (pair.sides["B"], uuid4()))
    assert foreign.status_code == unknown.status_code == 404
    assert without_ids(foreign.text) == without_ids(unknown.text)
    if step:
        foreign, unknown = (client.press(f"/elsewhere/{one}/{step}") for one in (pair.sides["B"], uuid4()))
        assert foreign.status_code == unknown.status_code == 404
    assert pair.state == "agreed"


def test_the_question_itself_has_no_address(pair: Pair, supervisors: dict[str, Client]) -> None:
    with pair.of("A") as side:
        overlap_id = side.overlap_id
    assert supervisors["A"].get(f"/elsewhere/{overlap_id}").status_code == 404
    for path in ("/elsewhere/", url(pair, "A"), f"/people/{pair.persons['A']}"):
        assert str(overlap_id) not in supervisors["A"].get(path, follow_redirects=True).text


@pytest.mark.parametrize("role", ["lawyer", "statistics", "administrator", "protection"])
def test_only_supervisors(pair: Pair, client_for: ClientFor, role: str) -> None:
    client = client_for(role, "A")
    for path in ("/elsewhere/", url(pair, "A"), url(pair, "A", "ask")):
        assert client.get(path).status_code == 403


# -- what everybody else sees ------------------------------------------------------------------------------------


def test_a_lawyers_pages_are_the_same_before_and_after(
    client_for: ClientFor, registered: Registering, app: Flask, look: Callable[..., None]
) -> None:
    """Whoever registers somebody and comes back the next day, and the day after, finds what they left."""
    person = registered("A")
    registered("B")
    client = client_for("lawyer")
    paths = [f"/people/{person}{part}" for part in ("", "/details", "/family")]
    paths += ["/desk", "/cases/", "/register", "/duplicates/"]

    def seen() -> list[str]:
        return [without_ids(client.get(path, follow_redirects=True).text) for path in paths]

    seen()  # the first look at a page is noted, and counted on the next
    before = seen()
    look()
    assert len(questions(app)) == 1
    assert seen() == before
    assert "partner" not in " ".join(seen()).lower().replace("partner aster", "")


def test_the_supervisor_finds_the_question_on_the_record(pair: Pair, supervisors: dict[str, Client]) -> None:
    page = supervisors["A"].page(f"/people/{pair.persons['A']}")
    assert page.links["May be known to another partner"] == url(pair, "A")
    pair.agree()
    pair.say("A", "different")
    assert url(pair, "A") not in supervisors["A"].page(f"/people/{pair.persons['A']}").links.values()


def test_the_access_log_of_the_record_says_nothing_of_it(
    client_for: ClientFor, registered: Registering, look: Callable[..., None]
) -> None:
    person = registered("A")
    registered("B")
    client = client_for("lawyer")
    client.page(f"/people/{person}/access")
    before = without_ids(client.get(f"/people/{person}/access").text)
    look()
    assert without_ids(client.get(f"/people/{person}/access").text) == before


def test_registering_asks_nothing_of_other_organisations(
    app: Flask, acting: Acting, world: World, registered: Registering, look: Callable[..., None]
) -> None:
    """The same statements whether or not another partner has the person: there is nothing for a clock to measure."""
    registered("B")
    look()

    def statements(family: str) -> list[str]:
        told: list[str] = []

        def tell(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: Any) -> None:
            told.append(statement)
            assert world.organisations["B"].hex not in str(parameters).replace("-", "")

        event.listen(Engine, "before_cursor_execute", tell)
        try:
            with acting(world.principal("lawyer")):
                identity = Identity(family_name=family, given_name="Айгерим", patronymic="Бекетовна")
                persons.register(
                    persons.Registration(
                        identity=identity, registered_on=NOW, birth=PartialDate(1987, 5, 23), sex="F", origin="UZB"
                    )
                )
        finally:
            event.remove(Engine, "before_cursor_execute", tell)
        return told

    statements("Первая")  # months are opened, lists are read
    known, unknown = statements("Самоцветова"), statements("Выдумкина")
    assert known == unknown
    assert not [one for one in known if "overlap" in one or "elsewhere_looks" in one]


def test_correcting_takes_as_long_whether_or_not_another_partner_has_the_person(
    acting: Acting, world: World, pair: Pair, registered: Registering
) -> None:
    unknown_id = registered("A", "Выдумкина", "Зарина")

    def statements(person_id: UUID) -> list[str]:
        told: list[str] = []

        def tell(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: Any) -> None:
            told.append(statement)

        event.listen(Engine, "before_cursor_execute", tell)
        try:
            with acting(world.principal("lawyer")):
                person = own(person_queries.person(person_id))
                persons.set_status(person, "nationality", "UN", NOW, "status_change")
        finally:
            event.remove(Engine, "before_cursor_execute", tell)
        return told

    statements(registered("A", "Разминкина", "Мария"))  # months are opened, lists are read
    assert statements(pair.persons["A"]) == statements(unknown_id)


@pytest.mark.parametrize("who", ["A", "B"])
def test_somebody_without_a_name_any_more(pair: Pair, supervisors: dict[str, Client], app: Flask, who: str) -> None:
    """What identified the person is gone, as after an erasure, while the question was open."""
    pair.agree()
    with everywhere(app) as session:
        person = session.get_one(Person, pair.persons[who])
        person.identity_sealed = person.contacts_sealed = person.birth_year = person.birth_month = None
        session.commit()
    for where, client in supervisors.items():
        for path in ("/elsewhere/", url(pair, where), url(pair, where, "verdict"), url(pair, where, "withdraw")):
            client.page(path)
        assert client.submit(url(pair, where, "verdict"), {"verdict": "same"}).status_code == 302
    assert pair.state == "same"


def test_somebody_who_left(pair: Pair, supervisors: dict[str, Client], acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")) as session:
        persons.set_status(session.get_one(Person, pair.persons["A"]), "registration", "LEFT", NOW, "departed")
    pair.agree()
    for where, client in supervisors.items():
        assert client.submit(url(pair, where, "verdict"), {"verdict": "same"}).status_code == 302
        client.page(url(pair, where))


# -- the desk ----------------------------------------------------------------------------------------------------


def figures(page: Page) -> dict[str, tuple[int, str]]:
    found = {}
    for card in page.all("a"):
        if "figure" in card.get("class", "").split():
            number, words = words_of(card).split(" ", 1)
            found[words] = (int(number), card.get("href", ""))
    return found


def test_the_desk_counts_what_waits(pair: Pair, supervisors: dict[str, Client], client_for: ClientFor) -> None:
    about, waiting = (
        "question about people another partner may have",
        "question of another partner waiting for your answer",
    )
    assert figures(supervisors["A"].page("/desk"))[about][0] == 1
    pair.ask("A")
    for where, expected in (("A", {about: 1}), ("B", {about: 1, waiting: 1})):
        found = figures(supervisors[where].page("/desk"))
        assert {words: found[words][0] for words in (about, waiting) if words in found} == expected
        for words in expected:
            number, address = found[words]
            assert sum("data-row" in row.attrib for row in supervisors[where].page(address).all("tr")) == number
    assert not {about, waiting} & figures(client_for("lawyer").page("/desk")).keys()
    pair.answer("B")
    pair.say("A", "different")
    assert about not in figures(supervisors["B"].page("/desk"))


@pytest.mark.parametrize("part", ["answer", "compare", "ask", "waiting", "settled", "no such part", "' OR 1=1"])
def test_every_part_of_the_list(pair: Pair, supervisors: dict[str, Client], part: str) -> None:
    page = supervisors["A"].page(f"/elsewhere/?part={part}")
    rows = sum("data-row" in row.attrib for row in page.all("tr"))
    assert rows == (1 if part in ("ask", "no such part", "' OR 1=1") else 0)


def test_words_in_three_languages(pair: Pair, supervisors: dict[str, Client]) -> None:
    """Whatever the state, each page can be made in each language."""
    steps: list[Callable[[], None]] = [
        lambda: None,
        lambda: pair.ask("A"),
        lambda: pair.answer("B"),
        lambda: pair.say("A", "same"),
    ]
    for step in steps:
        step()
        for language in ("ru", "kk", "en"):
            for where, client in supervisors.items():
                client.press(f"/language/{language}", next="/desk")
                client.page("/elsewhere/")
                client.page(url(pair, where))
