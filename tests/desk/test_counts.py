"""Each number on the desk opens the list that it counts."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

import pytest

from casework.cases import actions, queries
from casework.core import clock
from casework.core.db import db
from casework.inquiries import actions as inquiries
from casework.letters import actions as letters
from casework.letters import queries as templates
from casework.letters.models import Letter
from casework.proceedings import actions as proceedings
from casework.proceedings.actions import Told
from casework.proceedings.queries import deadlines
from tests.conftest import Acting, ClientFor
from tests.factories import World
from tests.pages import Page, words_of
from tests.security.caseload import person_named

NOW = date(2026, 9, 15)


@pytest.fixture(autouse=True)
def _on_a_tuesday() -> Iterator[None]:
    with clock.at(NOW):
        yield


def test_a_number_is_as_long_as_its_list(acting: Acting, client_for: ClientFor, world: World) -> None:
    lawyer, supervisor = world.user_id("lawyer"), world.user_id("supervisor")
    with acting(world.principal("lawyer")):
        for name, of, owner, days in (
            ("a", lawyer, supervisor, -1),  # a colleague's step in one's own case
            ("b", supervisor, lawyer, -2),  # one's own step in a colleague's case
            ("c", supervisor, lawyer, -3),
            ("d", supervisor, lawyer, 3),
            ("e", lawyer, lawyer, 7),
        ):
            case = actions.open_case([person_named(name, registered_on=NOW)], "OTHER", NOW - timedelta(days=9), of)
            case.next_step_due_on, case.next_step_owner_id = NOW + timedelta(days=days), owner
        actions.open_case([person_named("f", registered_on=NOW)], "OTHER", NOW, lawyer)
    client = client_for("lawyer")
    found = {}
    for card in client.page("/desk").all("a"):
        if "figure" in card.get("class", "").split():
            number = int(re.findall(r"\d+", words_of(card))[0])
            page = client.page(card.get("href", ""))
            rows = [*page.all("tr"), *page.all("li")]
            assert number == sum("data-row" in row.attrib for row in rows), words_of(card)
            found[words_of(card).split(" ", 1)[1]] = number
    assert list(found.values()) == [0, 0, 2, 2, 1, 3]


@pytest.fixture
def asked(acting: Acting, world: World) -> UUID:
    """A case in which a State was asked: a time limit runs, and there is no next step."""
    with acting(world.principal("lawyer")):
        person = person_named("Запросова", registered_on=NOW - timedelta(days=90), nationality="UN", origin="AFG")
        case = actions.open_case([person], "NATIONALITY", NOW - timedelta(days=80), world.user_id("lawyer"))
        proceedings.record(case, Told("EVIDENCE_STARTED", NOW - timedelta(days=75)))
        inquiries.send(case, inquiries.Asked("UZB", "MFA", NOW - timedelta(days=60)))
        return case.id


def figures(page: Page) -> dict[str, tuple[int, str, str]]:
    """Each number of the desk by its words: the number, where it leads, its tone."""
    found = {}
    for card in page.all("a"):
        if "figure" in card.get("class", "").split():
            number, words = words_of(card).split(" ", 1)
            tone = card.get("class", "").replace("card figure", "").strip()
            found[words] = (int(number), card.get("href", ""), tone)
    return found


def test_a_legal_deadline_stands_on_the_desk_when_it_comes_near(
    acting: Acting, client_for: ClientFor, world: World, asked: UUID
) -> None:
    with acting(world.principal("lawyer")):
        due = min(one.due_on for one in deadlines(asked) if one.state == "OPEN")
    client = client_for("lawyer")
    with clock.at(due - timedelta(days=31)):  # the limit of an inquiry asks for attention 30 days before
        assert figures(client.page("/desk"))["legal deadlines coming near"][0] == 0
    with clock.at(due - timedelta(days=30)):
        page = client.page("/desk")
        assert figures(page)["legal deadline coming near"] == (1, "#deadlines-soon", "warn")
        [section] = page.all("section", id="deadlines-soon")
        assert sum("data-row" in row.attrib for row in section.iter("li")) == 1
        assert "Запросова" in words_of(section)
        assert "working day" in words_of(section)
        assert figures(client_for("supervisor").page("/desk"))["legal deadline of the team coming near"][0] == 1
        assert (
            not {"legal deadline coming near", "legal deadlines coming near"}
            & figures(client_for("lawyer", "B").page("/desk")).keys()
        )
    with clock.at(due + timedelta(days=1)):
        page = client.page("/desk")
        assert figures(page)["legal deadline passed"] == (1, "#deadlines-late", "bad")
        assert "1 day late" in words_of(page.all("section", id="deadlines-late")[0])
        assert figures(client_for("supervisor").page("/desk"))["legal deadline of the team passed"][0] == 1


def test_a_case_with_a_deadline_is_not_bare(acting: Acting, client_for: ClientFor, world: World, asked: UUID) -> None:
    with acting(world.principal("lawyer")):
        bare = actions.open_case([person_named("Голая", registered_on=NOW)], "OTHER", NOW, world.user_id("lawyer"))
        number = bare.number
    client = client_for("lawyer")
    words = "open case with no deadline and no next step"
    count, address, tone = figures(client.page("/desk"))[words]
    assert (count, tone) == (1, "warn")
    page = client.page(address)
    assert number in page.text
    assert "Запросова" not in page.text
    assert "No next step and no deadline" in page.text
    with acting(world.principal("lawyer")):
        assert queries.bare_count() == 1
        actions.set_next_step(queries.case_by_number(number), "Позвонить", NOW + timedelta(days=2))  # type: ignore[arg-type]
        assert queries.bare_count() == 0
    assert figures(client.page("/desk"))[words.replace("case", "cases")][0] == 0
    with acting(world.principal("lawyer", "B")):
        assert queries.bare_count() == 0


@pytest.mark.parametrize(("days", "where"), [(-1, "certificates"), (30, "certificates"), (31, None)])
def test_a_certificate_asks_to_be_renewed_in_time(
    acting: Acting, client_for: ClientFor, world: World, asked: UUID, days: int, where: str | None
) -> None:
    with acting(world.principal("lawyer")):
        [running] = [one for one in deadlines(asked) if one.state == "OPEN"]
        running.who, running.due_on = "EXPIRY", NOW + timedelta(days=days)
        running.remind_on = running.due_on - timedelta(days=30)
    page = client_for("lawyer").page("/desk")
    assert len(page.all("section", id="certificates")) == (where is not None)
    assert figures(page)["legal deadlines passed"][0] == 0  # that nobody missed


@pytest.mark.parametrize(("days", "is_late"), [(-1, True), (0, False)])
def test_a_reply_that_does_not_come(
    acting: Acting, client_for: ClientFor, world: World, asked: UUID, days: int, is_late: bool
) -> None:
    with acting(world.principal("lawyer")):
        case = queries.case_(asked)
        assert case is not None
        letter = letters.begin(case, case.parties[0].person, next(iter(templates.in_force())))
        letter.sent_on, letter.reply_due_on = NOW - timedelta(days=20), NOW + timedelta(days=days)
        letter_id = letter.id
    client = client_for("lawyer")
    page = client.page("/desk")
    assert len(page.all("section", id="letters")) == is_late
    assert "Reply to a letter" in client.page("/calendar").text
    with acting(world.principal("lawyer")):
        db.session.get_one(Letter, letter_id).replied_on = NOW
    assert client.page("/desk").all("section", id="letters") == []
    assert "Reply to a letter" not in client.page("/calendar").text
