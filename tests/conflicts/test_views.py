"""The pages: whom a case is against, what the record says, the supervisor's queue and decision."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from casework.cases import actions as cases
from casework.conflicts import queries
from casework.conflicts.models import Conflict, Opponent, OpposingParty
from casework.core.audit import AuditEntry
from casework.core.db import db
from casework.persons import actions as persons
from tests.conflicts.conftest import Spouses, case_for, person_called
from tests.conflicts.test_actions import HUSBAND, against, case_of, corrected, person_of
from tests.conftest import Acting, ClientFor
from tests.factories import World
from tests.pages import Client, Page

TYPED = {"what": "person", "role": "SPOUSE", "family_name": "Яшмов", "given_name": "Тимур", "note": "Жемчужная угроза"}


@pytest.fixture
def client(client_for: ClientFor) -> Client:
    return client_for("lawyer")


@pytest.fixture
def supervisor(client_for: ClientFor) -> Client:
    return client_for("supervisor")


@pytest.fixture
def url(spouses: Spouses) -> str:
    return f"/cases/{spouses.divorce}/opposing/"


def recorded(client: Client, url: str, **typed: Any) -> str:
    """The address of an opposing party that was recorded on the page."""
    answer = client.submit(f"{url}add", {**TYPED, **typed})
    assert answer.location == url, Page(answer.text).text
    return next(link for link in client.page(url).links.values() if len(link.removeprefix(url)) == len(str(uuid4())))


def question(supervisor: Client) -> str:
    return next(
        link
        for link in supervisor.page("/conflicts/").links.values()
        if link.startswith("/conflicts/") and len(link) == len(f"/conflicts/{uuid4()}")
    )


# -- whom a case is against ----------------------------------------------------------------------------------------


def test_recording_correcting_voiding(client: Client, url: str, spouses: Spouses) -> None:
    assert "No opposing party recorded" in client.page(url).text
    one = recorded(client, url, family_name="Опаленко", given_name="Пётр")
    page = client.page(url)
    assert "Опаленко Пётр" in page.text
    assert "Жемчужная угроза" in page.text
    assert client.submit(one, {"given_name": "Павел", "born-year": "1980"}).location == url
    assert "Опаленко Павел" in client.page(url).text
    record = client.page(f"/cases/{spouses.divorce}")
    assert "Опаленко Павел" in record.text
    assert url in record.links.values()
    assert "opposing party: Spouse" in client.page(f"/people/{spouses.wife}/access").text
    assert client.submit(f"{one}/void", {"reason": "WRONG_PERSON"}).location == url
    assert "Voided" in client.page(url).text
    assert "Опаленко" not in client.page(f"/cases/{spouses.divorce}").text
    assert client.submit(one, {"given_name": "Никто"}).status_code == 422


def test_a_company(client: Client, url: str) -> None:
    recorded(client, url, what="body", role="EMPLOYER", body_name="Жұмыс ЖШС", family_name="", given_name="")
    page = client.page(url)
    assert "Жұмыс ЖШС" in page.text
    assert "Organisation or company" in page.text


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"family_name": "", "given_name": ""}, "Write at least one name"),
        ({"role": ""}, "Fill in this field"),
        ({"role": "NOBODY"}, "Choose one of the options"),
        ({"what": "body"}, "is a person. Choose another answer"),
        ({"what": "body", "role": "EMPLOYER"}, "Write the name of the organisation"),
        ({"number": "P-26-99999"}, "No person of your organisation has this number"),
        ({"born-year": "2090"}, "This date is in the future"),
        ({"born-month": "13", "born-year": "1980"}, "A month is a number from 1 to 12"),
        ({"note": "ы" * 1001}, "Use at most 1000 characters"),
        ({"family_name": "ы" * 121}, "Use at most 120 characters"),
    ],
)
def test_what_cannot_be_keeps_what_was_typed(client: Client, url: str, wrong: dict[str, str], words: str) -> None:
    typed = {**TYPED, "phone": "+7 701 000 11 22", **wrong}
    answer = client.submit(f"{url}add", typed)
    assert answer.status_code == 422
    page = Page(answer.text)
    assert words in page.text
    assert page.filled(page.form_with({"phone"}))["phone"] == ["+7 701 000 11 22"]
    assert "No opposing party recorded" in client.page(url).text


def test_a_double_click_records_once(client: Client, url: str, acting: Acting, world: World) -> None:
    page = client.page(f"{url}add")
    sent = {**page.filled(page.form_with({"family_name"})), **TYPED}
    assert [client.post(f"{url}add", data=sent).status_code for _n in range(2)] == [302, 302]
    with acting(world.principal("lawyer")):
        assert len(db.session.scalars(select(OpposingParty)).all()) == 1
        assert len(db.session.scalars(select(Conflict)).all()) == 1


def test_two_tabs(client: Client, client_for: ClientFor, url: str) -> None:
    one = recorded(client, url)
    page = client.page(one)
    mine = {**page.filled(page.form_with({"given_name"})), "given_name": "Моё"}
    assert client_for("supervisor").submit(one, {"given_name": "Коллеги"}).location == url
    refused = client.post(one, data=mine)
    assert refused.status_code == 409
    assert "Supervisor of Partner Aster" in refused.text
    assert "Коллеги" in client.page(url).text


def test_of_another_organisation_there_is_nothing(
    client: Client, client_for: ClientFor, supervisor: Client, url: str, acting: Acting, world: World
) -> None:
    with acting(world.principal("lawyer", "B")):
        theirs = person_called("Кварцев", "Олег")
        case_id = case_for(theirs, lawyer_id=world.user_id("lawyer", "B")).id
        number = theirs.number
    foreign = f"/cases/{case_id}/opposing/"
    one = recorded(client, url)
    conflict = question(supervisor)
    stranger = client_for("supervisor", "B")
    for address in (url, f"{url}add", one, f"{one}/void", conflict):
        assert stranger.get(address).status_code == 404, address
        assert stranger.press(address).status_code in (404, 405), address
    own = one.removeprefix(url)
    for address in (foreign, f"{foreign}{own}", f"{foreign}{own}/void", f"/conflicts/{uuid4()}"):
        assert supervisor.get(address).status_code == 404, address
    answer = client.submit(f"{url}add", {**TYPED, "number": number})
    assert "No person of your organisation has this number" in Page(answer.text).text


@pytest.mark.parametrize("role", ["statistics", "administrator", "protection"])
def test_only_for_casework(client_for: ClientFor, url: str, role: str) -> None:
    assert client_for(role, "A").get(url).status_code == 403
    assert client_for(role, "A").get("/conflicts/").status_code == 403


# -- what the record says ------------------------------------------------------------------------------------------


def test_both_records_say_so_and_with_whom(client: Client, url: str, spouses: Spouses) -> None:
    recorded(client, url)
    words = "A conflict of interest may exist"
    for address in (f"/cases/{spouses.divorce}", f"/cases/{spouses.his_case}", f"/people/{spouses.husband}", url):
        page = client.page(address)
        assert words in page.text, address
        assert "Яшмов Тимур, the opposing party of Яшмова Гүлнар Ерланқызы" in page.text
        assert "may be your organisation’s client Яшмов Тимур Асанұлы" in page.text
        assert "Your supervisor decides" in page.text
        assert "/conflicts/" not in " ".join(page.links.values())
    assert "saw the record beside a possible conflict" in client.page(f"/people/{spouses.husband}/access").text


def test_no_list_and_no_calendar_speaks_of_it(client: Client, url: str) -> None:
    recorded(client, url)
    for address in ("/cases/", "/calendar", "/desk"):
        text = client.page(address).text
        assert "onflict" not in text, address
        assert "Жемчужная угроза" not in text


def test_nobody_is_kept_from_being_registered(acting: Acting, world: World, spouses: Spouses) -> None:
    with acting(world.principal("lawyer")):
        against(case_of(spouses.divorce), HUSBAND)
        namesake = person_called("Яшмов", "Тимур")
        case_for(namesake, lawyer_id=world.user_id("lawyer"))
        assert len(queries.of_person([namesake.id])) == 1


# -- the supervisor ------------------------------------------------------------------------------------------------


def test_the_queue_and_a_decision(client: Client, supervisor: Client, url: str, spouses: Spouses) -> None:
    page = supervisor.page("/conflicts/")
    assert "No conflict of interest to decide" in page.text
    assert "conflicts of interest to decide" not in supervisor.page("/desk").text
    recorded(client, url)
    assert "conflict of interest to decide" in supervisor.page("/desk").text
    assert "conflicts of interest to decide" not in client.page("/desk").text
    one = question(supervisor)
    page = supervisor.page(one)
    assert "Яшмов Тимур Асанұлы" in page.text
    assert "mind violence in the family" in page.text
    answer = supervisor.submit(one, {"decision": "CONSENTED", "note": "Бирюзовое согласие"})
    assert answer.location == "/conflicts/"
    assert "No conflict of interest to decide" in supervisor.page("/conflicts/").text
    decided = supervisor.page("/conflicts/?show=decided")
    assert "Both agreed in writing" in decided.text
    assert "Бирюзовое согласие" in supervisor.get(one).text
    for address in (
        f"/cases/{spouses.divorce}",
        f"/people/{spouses.husband}",
        f"/people/{spouses.husband}/access",
        url,
    ):
        text = client.get(address).text
        assert "Бирюзовое согласие" not in text, address
    assert "Both agreed in writing" in client.page(f"/cases/{spouses.his_case}").text
    assert client.get("/conflicts/").status_code == client.get(one).status_code == 403


def test_someone_else_is_no_conflict(client: Client, supervisor: Client, url: str, spouses: Spouses) -> None:
    recorded(client, url)
    supervisor.submit(question(supervisor), {"decision": "NOT_SAME"})
    assert "onflict of interest" not in client.page(f"/people/{spouses.husband}").text


def test_two_lawyers_and_the_hand_over(client: Client, supervisor: Client, url: str, spouses: Spouses) -> None:
    recorded(client, url)
    one = question(supervisor)
    answer = supervisor.submit(one, {"decision": "SEPARATE"})
    assert answer.location == one
    page = supervisor.page(one)
    assert "Both are still with Lawyer of Partner Aster" in page.text
    assert f"/cases/{spouses.his_case}/reassign" in page.links.values()
    assert "Both are still with" in client.page(f"/cases/{spouses.divorce}").text
    handing = supervisor.page(f"/cases/{spouses.his_case}/reassign")
    to = next(o.get("value") for o in handing.root.iter("option") if "Supervisor" in (o.text or ""))
    answer = supervisor.submit(f"/cases/{spouses.his_case}/reassign", {"lawyer": to, "reason": "CONFLICT"})
    assert answer.status_code == 302
    text = client.page(f"/cases/{spouses.divorce}").text
    assert "Both are still with" not in text
    assert "two lawyers who do not share the files" in text
    back = supervisor.submit(
        f"/cases/{spouses.his_case}/reassign",
        {
            "lawyer": next(o.get("value") for o in handing.root.iter("option") if "Lawyer of" in (o.text or "")),
            "reason": "LEAVE",
        },
    )
    assert back.status_code == 422
    assert "two different lawyers" in Page(back.text).text


def test_after_a_decision_comes_the_next(acting: Acting, world: World, supervisor: Client, spouses: Spouses) -> None:
    with acting(world.principal("lawyer")):
        against(case_of(spouses.divorce), HUSBAND)
        against(case_of(spouses.his_case), person=person_of(spouses.wife))
    first = question(supervisor)
    answer = supervisor.submit(first, {"decision": "CONSENTED"})
    assert answer.location.startswith("/conflicts/")
    assert answer.location != first
    assert supervisor.page(answer.location).h1 == "Conflict of interest"


def test_two_supervisors_and_a_double_click(acting: Acting, world: World, supervisor: Client, spouses: Spouses) -> None:
    with acting(world.principal("lawyer")):
        against(case_of(spouses.divorce), HUSBAND)
    one = question(supervisor)
    page = supervisor.page(one)
    sent = page.filled(page.form_with({"decision", "note"}))
    assert [supervisor.post(one, data={**sent, "decision": "CONSENTED"}).status_code for _n in range(2)] == [302, 302]
    stale = {**sent, "nonce": "x" * 22, "decision": "DECLINED"}
    assert supervisor.post(one, data=stale).status_code == 409
    assert supervisor.submit(one, {"decision": ""}).status_code == 422
    assert supervisor.submit(one, {"decision": "NOT_OPPOSED", "note": ""}).status_code == 422
    assert supervisor.submit(one, {"decision": "NOT_OPPOSED", "note": "Общий спор"}).status_code == 302


def test_it_says_that_it_is_asked_again(acting: Acting, world: World, supervisor: Client, spouses: Spouses) -> None:
    with acting(world.principal("lawyer")):
        opposing = against(case_of(spouses.divorce), HUSBAND)
        opposing_id = opposing.id
    supervisor.submit(question(supervisor), {"decision": "NOT_SAME", "note": "Видел обоих"})
    with acting(world.principal("lawyer")):
        corrected(person_of(spouses.husband), iin="870209300018")
    one = supervisor.page(f"/cases/{spouses.divorce}/opposing/{opposing_id}")
    assert one.h1
    address = f"/cases/{spouses.divorce}/opposing/{opposing_id}"
    assert supervisor.submit(address, {"iin": "870209300018"}).status_code == 302
    page = supervisor.page(question(supervisor))
    assert "Asked again: on" in page.text
    assert "Видел обоих" in supervisor.get(question(supervisor)).text
    assert "Asked again" in supervisor.page("/conflicts/").text


def test_a_long_queue(acting: Acting, world: World, supervisor: Client, spouses: Spouses) -> None:
    with acting(world.principal("lawyer")):
        for _n in range(30):
            case_for(person_called("Яшмов", "Тимур"), lawyer_id=world.user_id("lawyer"))
        against(case_of(spouses.divorce), HUSBAND)
    page = supervisor.page("/conflicts/")
    assert "1 to 25 of 31" in page.text
    assert "26 to 31 of 31" in supervisor.page("/conflicts/?page=2").text
    for nonsense in ("0", "-1", "9" * 30, "x"):
        supervisor.page(f"/conflicts/?page={nonsense}")


def test_a_closed_case_and_a_former_client(acting: Acting, world: World, supervisor: Client, spouses: Spouses) -> None:
    with acting(world.principal("lawyer")):
        against(case_of(spouses.divorce), HUSBAND)
        cases.close(case_of(spouses.his_case), case_of(spouses.his_case).opened_on, "ADVICE_ONLY", "SOLUTION")
    assert "a former client" in supervisor.page(f"/cases/{spouses.divorce}").text
    one = question(supervisor)
    assert "former client" in supervisor.page(one).text
    with acting(world.principal("lawyer")):
        cases.close(case_of(spouses.divorce), case_of(spouses.divorce).opened_on, "ADVICE_ONLY", "SOLUTION")
    assert supervisor.get(one).status_code == 404
    assert "No opposing party" not in supervisor.page(f"/cases/{spouses.divorce}").text


def test_a_relative_on_the_page(acting: Acting, world: World, supervisor: Client, spouses: Spouses) -> None:
    with acting(world.principal("lawyer")):
        father, daughter = person_called("Бекенов", "Болат"), person_called("Бекенова", "Сауле")
        case_for(daughter, lawyer_id=world.user_id("lawyer"))
        persons.add_relative(daughter, father, "FTH", False)
        against(case_of(spouses.his_case), Opponent("Bekenov", "Bolat"), role="LANDLORD")
    page = supervisor.page(question(supervisor))
    assert "may be a relative of Бекенова Сауле" in page.text
    assert "Bekenov Bolat" in page.text
    assert "Бекенов Болат" in page.text, "who is compared"
    assert ("conflict:see", father.id) in noted_by(acting, world)


def noted_by(acting: Acting, world: World) -> set[tuple[str, UUID | None]]:
    with acting(world.principal("protection", "A")):
        return {(one.action, one.subject_id) for one in db.session.scalars(select(AuditEntry))}


def test_whom_the_record_names_as_opposed_has_it_in_their_access_log(
    client: Client, acting: Acting, world: World, spouses: Spouses
) -> None:
    with acting(world.principal("lawyer")):
        neighbour = person_called("Соседов", "Ерлан")
        against(case_of(spouses.divorce), role="LANDLORD", person=neighbour)
    assert ("conflict:see", neighbour.id) not in noted_by(acting, world)
    assert "Соседов Ерлан" in client.page(f"/cases/{spouses.divorce}").text
    assert ("conflict:see", neighbour.id) in noted_by(acting, world)


def test_reading_is_noted_for_each(client: Client, acting: Acting, world: World, url: str, spouses: Spouses) -> None:
    recorded(client, url)
    client.page(f"/cases/{spouses.divorce}")
    with acting(world.principal("protection", "A")):
        noted: set[tuple[str, UUID | None]] = {
            (one.action, one.subject_id) for one in db.session.scalars(select(AuditEntry))
        }
    assert ("conflict:see", spouses.husband) in noted
