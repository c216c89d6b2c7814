"""Who is recorded already gets a new case and no second record; and what is typed outlives other tabs."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from casework.approvals import actions as approvals
from casework.cases import actions as cases
from casework.cases.models import Case
from casework.core.db import session_for
from casework.core.scope import system
from casework.duplicates.models import DuplicatePair
from casework.persons import actions as persons
from casework.persons.models import Contacts, DocumentNumber, Draft, Identity, Person
from tests.casefile.registering import IVAN, LATIN, SINCE, SITUATION, held, recorded, to_same, typed_in
from tests.conftest import Acting, ClientFor
from tests.factories import World
from tests.pages import Page

# Pages do not know which database is under them.
pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


# -- the same person -------------------------------------------------------------------------------------------------


def test_a_new_case_on_the_existing_record(client_for: ClientFor, app: Flask, ivan: UUID) -> None:
    client = client_for("lawyer")
    second = {"next_step": "Запросить архив", "due_on-day": "1", "due_on-month": "2", "due_on-year": "2027"}
    same = to_same(client, ivan, second=second, phone="+7 700 999 88 77", email="ivan@example.org")
    assert same.endswith(f"/same/{ivan}")
    page = client.page(same)
    for words in ("Петров", "Petrov", "+7 700 000 04 12", "+7 700 999 88 77", "Запросить архив"):
        assert words in page.text, words
    suggested = page.filled(page.form_with({"take-phone"}))
    assert suggested["take-phone"] == ["recorded"]
    assert suggested["take-email"] == ["typed"], "nothing stood there"
    assert suggested["take-nationality"] == ["typed"]
    done = client.submit(same, {"take-phone": "typed", "take-family_name": "recorded"})
    assert (done.location or "").startswith("/cases/")
    assert len(held(app, Person)) == 1
    assert held(app, Draft) == []
    with app.app_context(), session_for(system("tests")) as session:
        person = session.get_one(Person, ivan)
        assert person.identity.family_name == "Петров"
        assert "Petrov Ivan" in person.identity.former_names, "a spelling not taken goes on finding the person"
        assert person.contacts.phone == "+7 700 999 88 77"
        assert person.contacts.email == "ivan@example.org"
        assert person.nationality == "UN"
        case = session.scalars(select(Case)).one()
        assert [party.person_id for party in case.parties] == [ivan]
        assert case.next_step.text == "Запросить архив"
    assert "Петров" in client.page(done.location or "").text


def test_a_status_that_is_taken_over_waits_where_that_is_wanted_approved(
    client_for: ClientFor, app: Flask, ivan: UUID, acting: Acting, world: World
) -> None:
    """The case is open, where the person lives is taken over at once, and a supervisor decides about the status."""
    with acting(world.principal("supervisor")):
        approvals.set_rules({"status_change": "lawyers"})
    client = client_for("lawyer")
    same = to_same(client, ivan, second={"region": "KZ-71"})
    assert "a supervisor is asked first" in client.page(same).text
    done = client.submit(same, {"take-nationality": "typed", "take-residence": "typed"})
    record = client.page(done.location or "")
    assert "The status of Петров Иван Сергеевич does not change before a supervisor has approved it." in record.text
    assert "Changing a status: waits for approval" in record.text
    assert [(one.nationality, one.region) for one in held(app, Person)] == [("ND", "KZ-71")]
    supervisor = client_for("supervisor")
    request = record.links["See the request"]
    assert supervisor.submit(request, {}, action=f"{request}/approve").location == "/approvals/"
    assert [one.nationality for one in held(app, Person)] == ["UN"]


def test_chosen_in_the_panel_the_draft_goes_on_for_that_person(client_for: ClientFor, app: Flask, ivan: UUID) -> None:
    client = client_for("lawyer")
    page = client.page("/register")
    form = {**page.filled(page.form_with({"family_name"})), "family_name": ["petrov"], "same": [str(ivan)]}
    second = client.post("/register", data=form).location or ""
    assert "A new case for a person who is registered already" in client.page(second).text
    third = client.submit(second, SITUATION).location or ""
    check = client.submit(third, {}).location or ""
    same = client.get(check).location or ""
    assert same.endswith(f"/same/{ivan}")
    assert client.submit(same, {"take-family_name": "recorded"}).status_code == 302
    assert len(held(app, Person)) == 1


def test_no_this_is_someone_else(client_for: ClientFor, app: Flask, ivan: UUID) -> None:
    """Taken back on any page, without losing what was typed there; the check then asks again."""
    client = client_for("lawyer")
    same = to_same(client, ivan)
    check = same.partition("/same/")[0] + "/check"
    back = client.press(same, then="someone-new")
    assert back.location == check
    page = client.page(check)
    assert page.filled(page.form_with({f"answer-{ivan}", "then"})).get(f"answer-{ivan}", [""]) == [""]
    again = client.submit(check, {f"answer-{ivan}": "same"}).location or ""
    second = check.replace("check", "2")
    stays = client.submit(second, {"next_step": "Позвонить", "then": "someone-new"})
    assert stays.location == second
    assert (
        "Позвонить"
        in Page(client.get(second).text).filled(Page(client.get(second).text).form_with({"next_step"}))["next_step"]
    )
    assert client.get(again).status_code == 200, "whoever comes back to that page may still use it"


def test_of_two_records_of_one_person_the_first_goes_on(
    client_for: ClientFor, app: Flask, ivan: UUID, acting: Acting, world: World
) -> None:
    with acting(world.principal("lawyer")) as session:
        twin = recorded(registered_on=date(2026, 3, 20)).id
        session.commit()
    client = client_for("lawyer")
    check = typed_in(client, LATIN)
    same = client.submit(check, {f"answer-{ivan}": "same", f"answer-{twin}": "same"}).location or ""
    assert same.endswith(f"/same/{ivan}")
    client.submit(same, {"take-nationality": "typed"})
    pair = held(app, DuplicatePair)[0]
    assert (pair.person_id, pair.other_id, pair.decision) == (ivan, twin, "same"), "a supervisor merges them"


def test_what_was_said_of_others_is_remembered_too(
    client_for: ClientFor, app: Flask, ivan: UUID, acting: Acting, world: World
) -> None:
    with acting(world.principal("lawyer")) as session:
        other = recorded().id
        session.commit()
    client = client_for("lawyer")
    check = typed_in(client, LATIN)
    sent = {f"answer-{ivan}": "same", f"answer-{other}": "different", f"reason-{other}": "RELATIVE"}
    same = client.submit(check, sent).location or ""
    client.submit(same, {"take-nationality": "recorded"})
    assert [(one.decision, one.reason) for one in held(app, DuplicatePair)] == [("different", "RELATIVE")]


def test_an_open_case_of_the_same_kind_is_said(client_for: ClientFor, ivan: UUID, acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")) as session:
        case = cases.open_case([session.get_one(Person, ivan)], "NATIONALITY", SINCE, world.user_id("lawyer"))
        session.commit()
        number = case.number
    client = client_for("lawyer")
    text = client.page(to_same(client, ivan)).text
    assert "A case of this kind is open already" in text
    assert number in text
    other_kind = to_same(client, ivan, second={"track": "OTHER"})
    assert "open already" not in client.page(other_kind).text


def test_a_record_changed_meanwhile_is_shown_again(
    client_for: ClientFor, app: Flask, ivan: UUID, acting: Acting, world: World
) -> None:
    client = client_for("lawyer")
    same = to_same(client, ivan, phone="+7 700 999 88 77")
    page = client.page(same)
    form = {**page.filled(page.form_with({"take-phone"})), "take-phone": ["typed"]}
    with acting(world.principal("supervisor")) as session:
        person = session.get_one(Person, ivan)
        persons.correct_contacts(person, Contacts(phone="+7 700 333 33 33"), consent="given", consent_on=SINCE)
        session.commit()
    refused = client.post(same, data=form)
    assert refused.status_code == 422
    assert "The record was changed after you had opened this page." in refused.text
    assert "+7 700 333 33 33" in refused.text
    again = Page(refused.text)
    assert again.filled(again.form_with({"take-phone"}))["take-phone"] == ["typed"], "the choice stands"
    assert held(app, Case) == []


def test_a_refusal_leaves_everything_as_it_was(client_for: ClientFor, app: Flask, ivan: UUID) -> None:
    """What a rule refuses at the very end can be put right, and sent again as it stands."""
    client = client_for("lawyer")
    too_early = {"next_step": "Позвонить", "due_on-day": "1", "due_on-month": "2", "due_on-year": "2020"}
    same = to_same(client, ivan, second=too_early, email="ivan@example.org")
    refused = client.submit(same, {"take-email": "typed"})
    assert refused.status_code == 422
    assert "The next step cannot be due before the case was opened." in refused.text
    assert held(app, Case) == []
    change = Page(refused.text).links["Change – The new case"]
    assert client.submit(change, {"due_on-year": "2030"}).location == same.partition("/same/")[0] + "/check"
    page = Page(refused.text)
    again = page.filled(page.form_with({"take-email"}))
    assert (client.post(same, data=again).location or "").startswith("/cases/"), "the page itself was not out of date"
    with app.app_context(), session_for(system("tests")) as session:
        assert session.get_one(Person, ivan).contacts.email == "ivan@example.org"


@pytest.mark.parametrize("value", ["", "NO_SUCH", "\0"])
def test_a_choice_that_is_none(client_for: ClientFor, app: Flask, ivan: UUID, value: str) -> None:
    client = client_for("lawyer")
    same = to_same(client, ivan, phone="+7 700 999 88 77")
    refused = client.submit(same, {"take-phone": value})
    assert refused.status_code == 422
    assert held(app, Case) == []


def test_only_people_of_one_s_own_organisation(client_for: ClientFor, ivan: UUID, acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer", "B")) as session:
        foreign = recorded().id
        session.commit()
    client = client_for("lawyer")
    same = to_same(client, ivan)
    for one in (foreign, uuid4()):
        assert client.get(same.replace(str(ivan), str(one))).status_code == 404
        assert client.press(same.replace(str(ivan), str(one)), then="someone-new").status_code == 404
        page = client.page("/register")
        form = {**page.filled(page.form_with({"family_name"})), "family_name": ["petrov"], "same": [str(one)]}
        assert client.post("/register", data=form).status_code == 404
    nonsense = {**form, "same": ["no id"], "nonce": [uuid4().hex]}
    assert client.post("/register", data=nonsense).status_code == 404
    assert client_for("supervisor").get(same).status_code == 404, "a draft is its writer's alone"


def test_documents_of_both_are_kept(client_for: ClientFor, app: Flask, acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")) as session:
        identity = Identity(family_name="Петров", given_name="Иван", documents=[DocumentNumber("KZ_ID", "N1111111")])
        ivan = recorded(identity=identity).id
        session.commit()
    client = client_for("lawyer")
    same = to_same(client, ivan, {**IVAN, "documents-0-kind": "AS_CERT", "documents-0-number": "S2222222"})
    assert "Both are kept" in client.page(same).text
    client.submit(same, {"take-nationality": "recorded"})
    with app.app_context(), session_for(system("tests")) as session:
        found = session.get_one(Person, ivan).identity.documents
        assert {one.number for one in found} == {"N1111111", "S2222222"}


# -- another tab -----------------------------------------------------------------------------------------------------


def test_registered_in_another_tab(client_for: ClientFor, app: Flask) -> None:
    client = client_for("lawyer")
    check = typed_in(client, IVAN)
    third = check.replace("check", "3")
    page = client.page(third)
    typed = {**page.filled(page.form_with({"phone"})), "phone": ["+7 700 111 22 33"]}
    case = client.submit(check, {}, action="").location
    for address in (check, third, check.replace("check", "9")):
        again = client.get(address)
        assert again.location == case
    assert "finished already" in client.page(case or "").text
    assert client.press(check.replace("check", "discard")).location == case
    late = client.post(third, data=typed)
    assert late.status_code == 422, "what was typed there stays on the page"
    assert "+7 700 111 22 33" in late.text
    assert "another tab" in late.text
    assert case in Page(late.text).links.values()
    assert client_for("supervisor").get(check).status_code == 404
    assert len(held(app, Person)) == 1


def test_thrown_away_in_another_tab(client_for: ClientFor, app: Flask) -> None:
    client = client_for("lawyer")
    check = typed_in(client, IVAN)
    form = client.page(check)
    sent = form.filled(form.form_with(set(), action=""))
    assert client.press(check.replace("check", "discard")).location == "/desk"
    assert client.get(check).location == "/desk"
    assert "thrown away" in client.page("/desk").text
    assert client.post(check, data=sent).location == "/desk"
    assert held(app, Person) == []
    assert client.get(f"/register/{uuid4()}/check").status_code == 404
