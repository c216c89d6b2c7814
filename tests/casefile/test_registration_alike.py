"""Nobody is registered twice: who looks alike is shown while typing, and answered about before anything is saved."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from flask import Flask

from casework.core.audit import AuditEntry
from casework.core.db import session_for
from casework.core.scope import system
from casework.duplicates.models import DuplicatePair
from casework.persons import actions as persons
from casework.persons.models import Person
from tests.casefile.registering import IVAN, LATIN, held, likely, recorded, typed_in
from tests.conftest import Acting, ClientFor
from tests.factories import World
from tests.pages import Page

# Pages do not know which database is under them.
pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


# -- the panel -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("family", ["petrov", "Петров", "ПЕТРОВ"])
def test_the_panel_fills_in(client_for: ClientFor, app: Flask, ivan: UUID, family: str) -> None:
    text = likely(client_for("lawyer"), family_name=family, given_name="Ivan")
    assert "Петров Иван Сергеевич" in text
    assert f'value="{ivan}"' in text
    assert "1990" in text
    assert "+7 700" not in text, "the details stay masked"
    entry = next(one for one in held(app, AuditEntry) if one.action == "person:likely")
    with app.app_context(), session_for(system("tests")) as session:
        entry = session.get_one(AuditEntry, entry.id)
        assert entry.seen.words == f"{family} Ivan"
        assert entry.seen.ids == [str(ivan)]


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"family_name": "   "},
        {"family_name": "Ы" * 100_000},
        {"family_name": "\0", "birth-year": "199"},
        {"documents-0-number": "  ", "iin": "\u202e"},
        {"family_name": "<script>alert(1)</script>", "birth-month": "13"},
    ],
)
def test_nobody_is_like_nonsense(client_for: ClientFor, ivan: UUID, typed: dict[str, str]) -> None:
    text = likely(client_for("lawyer"), **typed)
    assert "hidden" in text.partition(">")[0]
    assert "<li>" not in text
    assert "<script>" not in text


def test_another_partner_s_people_never_appear(client_for: ClientFor, ivan: UUID, world: World) -> None:
    """What a stranger is told does not depend on whom another partner knows."""
    client = client_for("lawyer", "B")
    assert likely(client, **IVAN) == likely(client, **{**IVAN, "family_name": "Никогданебывалов"})
    check = typed_in(client, IVAN)
    assert "Is it one of these people?" not in client.page(check).text
    assert client.submit(check, {}, action="").status_code == 302


def test_at_most_five_and_how_many_more(client_for: ClientFor, acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")) as session:
        for _ in range(7):
            recorded()
        session.commit()
    text = likely(client_for("lawyer"), **IVAN)
    assert text.count('name="same"') == 5
    assert "and 2 more" in text


def test_who_died_is_shown_as_dead(client_for: ClientFor, acting: Acting, world: World, ivan: UUID) -> None:
    with acting(world.principal("lawyer")) as session:
        person = session.get_one(Person, ivan)
        persons.leave(person, date(2026, 4, 1), "died", uuid4())
        session.commit()
    client = client_for("lawyer")
    assert "Died" in likely(client, **IVAN)
    check = typed_in(client, IVAN)
    assert "Died" in client.page(check).text
    same = client.submit(check, {f"answer-{ivan}": "same"}).location or ""
    assert "no longer in care: Died" in client.page(same).text


def test_the_panel_stands_there_again_on_the_way_back(client_for: ClientFor, ivan: UUID) -> None:
    client = client_for("lawyer")
    second = client.submit("/register", IVAN).location or ""
    assert "Registered already?" in client.page(second[:-1] + "1").text
    refused = client.submit("/register", {**IVAN, "birth-month": "13"})
    assert refused.status_code == 422
    assert f'value="{ivan}"' in refused.text


# -- the check -----------------------------------------------------------------------------------------------------


def test_each_must_be_answered(client_for: ClientFor, app: Flask, ivan: UUID) -> None:
    client = client_for("lawyer")
    check = typed_in(client, LATIN)
    refused = client.submit(check, {}, action="")
    assert refused.status_code == 422
    assert "Say whether this is the same person." in refused.text
    no_reason = client.submit(check, {f"answer-{ivan}": "different"})
    assert no_reason.status_code == 422
    assert "Say how you know that it is someone else." in no_reason.text
    page = Page(no_reason.text)
    assert page.filled(page.form_with({f"answer-{ivan}"}))[f"answer-{ivan}"] == ["different"]
    assert client.submit(check, {f"answer-{ivan}": "NO_SUCH"}).status_code == 422
    wrong = client.submit(check, {f"answer-{ivan}": "different", f"reason-{ivan}": "NO_SUCH"})
    assert wrong.status_code == 422
    assert len(held(app, Person)) == 1
    assert held(app, DuplicatePair) == []


@pytest.mark.parametrize(
    ("answer", "reason"), [("different", "OTHER_BIRTH"), ("unsure", "")], ids=["someone else", "not sure"]
)
def test_the_decision_is_remembered(
    client_for: ClientFor, app: Flask, world: World, ivan: UUID, answer: str, reason: str
) -> None:
    client = client_for("lawyer")
    check = typed_in(client, LATIN)
    registered = client.submit(check, {f"answer-{ivan}": answer, f"reason-{ivan}": reason})
    assert (registered.location or "").startswith("/cases/")
    assert len(held(app, Person)) == 2
    pair = held(app, DuplicatePair)[0]
    assert (pair.decision, pair.reason, pair.person_id) == (answer, reason or None, ivan)
    assert pair.decided_by_id == world.user_id("lawyer")


def test_the_server_looks_again(client_for: ClientFor, app: Flask, ivan: UUID, acting: Acting, world: World) -> None:
    """Somebody registered meanwhile, in another tab or by a colleague, is asked about before anything is saved."""
    client = client_for("lawyer")
    check = typed_in(client, LATIN)
    page = client.page(check)
    form = {**page.filled(page.form_with({f"answer-{ivan}"})), f"answer-{ivan}": ["different"]}
    form[f"reason-{ivan}"] = ["MET_BOTH"]
    with acting(world.principal("supervisor")) as session:
        twin = recorded().id
        session.commit()
    refused = client.post(check, data=form)
    assert refused.status_code == 422
    assert "Found since you opened this page." in refused.text
    again = Page(refused.text)
    filled = again.filled(again.form_with({f"answer-{twin}"}))
    assert filled[f"answer-{ivan}"] == ["different"], "what was answered stays"
    assert filled[f"reason-{ivan}"] == ["MET_BOTH"]
    done = client.post(check, data={**filled, f"answer-{twin}": "unsure"})
    assert (done.location or "").startswith("/cases/")
    assert {(one.person_id, one.decision) for one in held(app, DuplicatePair)} == {
        (ivan, "different"),
        (twin, "unsure"),
    }


def test_sent_twice_registers_once(client_for: ClientFor, app: Flask, ivan: UUID) -> None:
    client = client_for("lawyer")
    check = typed_in(client, LATIN)
    page = client.page(check)
    form = {**page.filled(page.form_with({f"answer-{ivan}"})), f"answer-{ivan}": ["unsure"]}
    first, second = client.post(check, data=form), client.post(check, data=form)
    assert first.location == second.location
    assert len(held(app, Person)) == 2
    assert len(held(app, DuplicatePair)) == 1


def test_answers_stand_after_a_change(client_for: ClientFor, ivan: UUID) -> None:
    """“Change” keeps the answers, leads to the step and from there straight back."""
    client = client_for("lawyer")
    check = typed_in(client, LATIN)
    change = client.submit(check, {f"answer-{ivan}": "different", f"reason-{ivan}": "RELATIVE", "then": "3"})
    assert (change.location or "").startswith(check.replace("check", "3"))
    assert client.submit(change.location or "", {"phone": "+7 700 111 22 33"}).location == check
    page = client.page(check)
    assert "+7 700 111 22 33" in page.text
    kept = page.filled(page.form_with({f"answer-{ivan}"}))
    assert (kept[f"answer-{ivan}"], kept[f"reason-{ivan}"]) == (["different"], ["RELATIVE"])


def test_a_step_left_wrong_on_the_way_back_stays_there(client_for: ClientFor) -> None:
    client = client_for("lawyer")
    check = typed_in(client, IVAN)
    change = client.submit(check, {"then": "1"}, action="").location or ""
    refused = client.submit(change, {"birth-month": "13"})
    assert refused.status_code == 422
    assert client.submit(change, {"birth-month": "6"}).location == check


def test_a_check_page_that_is_out_of_date(client_for: ClientFor, app: Flask) -> None:
    """What is registered is what the page showed."""
    client = client_for("lawyer")
    check = typed_in(client, IVAN)
    page = client.page(check)
    form = page.filled(page.form_with(set(), action=""))
    client.submit(check.replace("check", "1"), {"family_name": "Сидоров"})
    refused = client.post(check, data=form)
    assert refused.status_code == 422
    assert "changed in another tab" in refused.text
    assert "Сидоров" in refused.text
    assert held(app, Person) == []
    again = Page(refused.text)
    assert client.post(check, data=again.filled(again.form_with(set(), action=""))).status_code == 302


def test_somebody_else_s_answers_are_nobody_s(client_for: ClientFor, ivan: UUID, app: Flask) -> None:
    """Answers about people who are not asked about do nothing."""
    client = client_for("lawyer", "B")
    check = typed_in(client, IVAN)
    sent = client.submit(check, {}, action="")
    assert sent.status_code == 302
    check = typed_in(client, {**IVAN, "family_name": "Другов", "given_name": "Азамат"})
    page = client.page(check)
    form = page.filled(page.form_with(set(), action=""))
    assert client.post(check, data={**form, f"answer-{ivan}": "same"}).status_code == 302
    assert all(one.organisation_id == one.person.organisation_id for one in held(app, DuplicatePair))
    assert len(held(app, Person)) == 3
