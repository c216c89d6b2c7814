"""Pages about the team: each number opens its list, cases are handed over after a look, colleagues stand in."""

from collections.abc import Iterator
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from casework.accounts.models import Organisation
from casework.cases import actions as cases
from casework.cases.models import Case
from casework.core import clock
from casework.core.audit import AuditEntry
from casework.core.db import session_for
from casework.core.scope import system
from casework.supervision import actions
from casework.supervision.models import Cover, Told
from tests import factories
from tests.conftest import Acting, ClientFor
from tests.factories import World
from tests.pages import Client, Page, words_of
from tests.security.caseload import Caseload, person_named

# Pages do not know which database is under them; actions and queries are tried on both.
pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)

NOW = date(2026, 12, 15)


@pytest.fixture(autouse=True)
def _on_a_tuesday() -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.fixture
def second(acting: Acting, world: World) -> UUID:
    """A second lawyer of the same partner."""
    with acting(world.principal("supervisor")) as session:
        where = session.get_one(Organisation, world.organisations["A"])
        return factories.user("lawyer", where, name="Second Lawyer", email="second@a.example.org").id


@pytest.fixture
def opened(acting: Acting, world: World, second: UUID) -> list[UUID]:
    """Twelve cases of the lawyer, the first due soonest."""
    lawyer_id = world.user_id("lawyer")
    with acting(world.principal("lawyer")):
        found = []
        for day in range(12):
            person = person_named(f"Кукушкина {day}")
            case = cases.open_case([person], "OTHER", NOW - timedelta(days=3 + day * 9), lawyer_id)
            cases.set_next_step(case, f"Позвонить {day}", NOW + timedelta(days=day - 3))
            found.append(case.id)
        return found


def lawyers_of(app: Flask, ids: list[UUID]) -> list[UUID]:
    with app.app_context(), session_for(system("tests")) as session:
        found = {one.id: one.lawyer_id for one in session.scalars(select(Case).where(Case.id.in_(ids)))}
    return [found[one] for one in ids]


# -- the board ---------------------------------------------------------------------------------------------------


def numbers_on(page: Page) -> dict[str, int]:
    """Each number on a page about the team, with the list that it opens."""
    return {one.get("href", ""): int(one.get("data-count", "")) for one in page.all("a") if one.get("data-count")}


@pytest.mark.parametrize("address", ["/team/?period=2026", "/team/workload"])
def test_every_number_opens_the_list_that_it_counts(
    client_for: ClientFor, made: dict[str, Caseload], opened: list[UUID], address: str
) -> None:
    client = client_for("supervisor")
    numbers = numbers_on(client.page(address))
    assert len(numbers) > 5
    assert max(numbers.values()) > 10
    for url, count in numbers.items():
        listed = client.page(url)
        (region,) = (one for one in listed.all("div") if one.get("id") == "caselist")
        assert region.get("data-announce") == f"{count} case{'' if count == 1 else 's'}", url
        narrowed = {name for name in parse_qs(urlsplit(url).query) if name != "state"}
        chips = [words_of(one) for one in listed.all("a") if "fchip" in (one.get("class") or "").split()]
        assert len(chips) >= len(narrowed), f"{url}: the list understood less than the link said"


def test_the_board_in_order(client_for: ClientFor, made: dict[str, Caseload], opened: list[UUID], app: Flask) -> None:
    def order(sort: str) -> list[str]:
        rows = client_for("supervisor").page(f"/team/?sort={sort}").all("tr")
        return [
            one for row in rows for one in ("Lawyer of", "Second", "Supervisor of") if words_of(row).startswith(one)
        ]

    assert order("-open")[0] == "Lawyer of"
    assert order("open")[-1] == "Lawyer of"
    assert sorted(order("nonsense")) == ["Lawyer of", "Second", "Supervisor of"]
    with app.app_context(), session_for(system("tests")) as session:
        assert len(session.scalars(select(AuditEntry).where(AuditEntry.action == "team:see")).all()) == 3


def test_the_team_is_for_supervisors_and_the_workload_for_all(client_for: ClientFor, opened: list[UUID]) -> None:
    lawyer = client_for("lawyer")
    for address in ("/team/", "/team/reassign"):
        assert lawyer.get(address).status_code == 403
    page = lawyer.page("/team/workload")
    assert "Second Lawyer" in page.text
    assert "Кукушкина" not in page.text
    assert "Partner Birch" not in page.text
    assert client_for("statistics").get("/team/workload").status_code == 403


# -- handing over ------------------------------------------------------------------------------------------------


def shown(page: Page, **said: object) -> dict[str, object]:
    """What a browser would send of the form that hands cases over."""
    form = page.form_with({"case_ids"})
    return {**page.filled(form), **said}


def test_twelve_cases_change_hands_in_three_steps(
    app: Flask, client_for: ClientFor, world: World, opened: list[UUID], second: UUID
) -> None:
    client, supervisor = client_for("supervisor"), world.user_id("supervisor")
    assert "12" in client.page("/team/reassign").text
    choice = client.page(f"/team/reassign?lawyer={world.user_id('lawyer')}")
    said = shown(choice, to=[str(second), str(supervisor)], reason="LEAVE", handover="Ключ в сейфе", step="show")
    preview = Page(client.post("/team/reassign", data=said).text)
    assert preview.h1 == "Who gets what"
    assert "gets 6 cases and then has 6." in preview.text
    assert set(lawyers_of(app, opened)) == {world.user_id("lawyer")}, "nothing is done before it was looked at"
    said = shown(preview, step="do")
    mine = f"to-{opened[0]}"
    said[mine] = ""  # this one stays
    said[f"to-{opened[1]}"] = str(second)
    done = client.post("/team/reassign", data=said)
    assert done.status_code == 302
    page = client.page(done.location)
    assert page.h1 == "11 cases handed over"
    found = lawyers_of(app, opened)
    assert found[0] == world.user_id("lawyer")
    assert found[1] == second
    assert set(found[2:]) == {second, supervisor}
    assert client.post("/team/reassign", data=said).location == done.location, "sent twice is done once"
    assert client.press(f"{done.location}/undo").status_code == 302
    assert set(lawyers_of(app, opened)) == {world.user_id("lawyer")}


def test_two_hundred_cases_in_one_request(
    app: Flask, client_for: ClientFor, acting: Acting, world: World, second: UUID
) -> None:
    with acting(world.principal("lawyer")):
        person = person_named("Многих")
        ids = [cases.open_case([person], "OTHER", NOW, world.user_id("lawyer")).id for _ in range(200)]
    client = client_for("supervisor")
    done = client.post("/team/reassign", data=preview_of(client, world, second, handover="Ключ в сейфе"))
    assert client.page(done.location).h1 == "200 cases handed over"
    assert set(lawyers_of(app, ids)) == {second}


def test_from_the_list_only_what_was_chosen(
    client_for: ClientFor, world: World, made: dict[str, Caseload], opened: list[UUID]
) -> None:
    client = client_for("supervisor")
    page = Page(client.press("/team/reassign/chosen", case_ids=[str(opened[3]), str(made["B"].case), "nonsense"]).text)
    assert page.text.count("Позвонить") == 1
    assert made["B"].numbers[0] not in page.text
    nothing = client.press("/team/reassign/chosen", case_ids=[str(made["B"].case)])
    assert nothing.status_code == 422
    assert "Select a case first" in nothing.text


def test_what_is_missing_is_said_and_what_was_typed_stays(
    client_for: ClientFor, world: World, opened: list[UUID]
) -> None:
    client = client_for("supervisor")
    choice = client.page(f"/team/reassign?lawyer={world.user_id('lawyer')}")
    said = shown(choice, handover="Ключ в сейфе", step="show", case_ids=[str(one) for one in opened[:2]])
    answer = client.post("/team/reassign", data=said)
    assert answer.status_code == 422
    page = Page(answer.text)
    assert "Ключ в сейфе" in page.text
    assert page.filled(page.form_with({"case_ids"}))["case_ids"] == [str(one) for one in opened[:2]]
    assert len(page.filled(page.form_with({"case_ids"}))["offered"]) == 12


def preview_of(client: Client, world: World, to: UUID, **said: object) -> dict[str, object]:
    choice = client.page(f"/team/reassign?lawyer={world.user_id('lawyer')}")
    answer = client.post("/team/reassign", data=shown(choice, to=[str(to)], reason="LEAVE", step="show", **said))
    assert answer.status_code == 200
    return shown(Page(answer.text), step="do")


def test_a_case_that_changed_meanwhile_is_looked_at_again(
    app: Flask, client_for: ClientFor, acting: Acting, world: World, opened: list[UUID], second: UUID
) -> None:
    client = client_for("supervisor")
    said = preview_of(client, world, second)
    with acting(world.principal("lawyer")) as session:
        cases.set_next_step(session.get_one(Case, opened[0]), "Иначе", NOW)
    answer = client.post("/team/reassign", data=said)
    assert answer.status_code == 422
    assert "Somebody has changed this case since" in answer.text
    assert set(lawyers_of(app, opened)) == {world.user_id("lawyer")}
    again = client.post("/team/reassign", data=shown(Page(answer.text), step="do"))
    assert again.status_code == 302
    assert set(lawyers_of(app, opened)) == {second}


def test_back_to_the_choice_keeps_what_was_said(
    client_for: ClientFor, world: World, opened: list[UUID], second: UUID
) -> None:
    client = client_for("supervisor")
    said = preview_of(client, world, second, handover="Ключ в сейфе", case_ids=[str(opened[4])])
    page = Page(client.post("/team/reassign", data={**said, "step": "change"}).text)
    filled = page.filled(page.form_with({"case_ids"}))
    assert (filled["handover"], filled["case_ids"], filled["to"]) == (["Ключ в сейфе"], [str(opened[4])], [str(second)])


def test_who_got_them_sees_what_they_got(
    client_for: ClientFor, acting: Acting, world: World, opened: list[UUID]
) -> None:
    supervisor = world.user_id("supervisor")
    with acting(world.principal("supervisor")) as session:
        case = session.get_one(Case, opened[0])
        made = actions.reassign_many([case], {case.id: supervisor}, "LEAVE", Told("Отпуск", "Ключ"))
        address = f"/team/reassign/{made.id}"
    page = client_for("lawyer").page(address)
    assert "Ключ" in page.text
    assert client_for("lawyer").press(f"{address}/undo").status_code == 403
    assert client_for("lawyer", "B").get(address).status_code == 404


# -- standing in -------------------------------------------------------------------------------------------------


def agreed(client: Client, **said: object) -> int:
    days = {"from_on-day": "15", "from_on-month": "12", "from_on-year": "2026"}
    days |= {"until_on-day": "20", "until_on-month": "12", "until_on-year": "2026"}
    return client.submit("/team/cover", {**days, **said}).status_code


def test_a_stand_in_sees_on_desk_and_calendar_what_is_due(
    client_for: ClientFor, world: World, opened: list[UUID], app: Flask
) -> None:
    lawyer, supervisor = client_for("lawyer"), client_for("supervisor")
    assert "For Lawyer of Partner Aster" not in supervisor.page("/desk").text
    assert agreed(lawyer, cover=str(world.user_id("supervisor"))) == 302
    desk = supervisor.page("/desk")
    assert "For Lawyer of Partner Aster: next steps" in desk.text
    assert "Позвонить 0" in desk.text
    assert "Позвонить 0" in supervisor.page("/calendar").text
    assert "Away until 20 December 2026" in lawyer.page("/team/workload").text
    with app.app_context(), session_for(system("tests")) as session:
        cover = session.scalars(select(Cover)).one()
    assert supervisor.press(f"/team/cover/{cover.id}/end").status_code == 302
    assert "For Lawyer of Partner Aster" not in supervisor.page("/desk").text
    assert supervisor.press(f"/team/cover/{cover.id}/resume").status_code == 302
    assert supervisor.submit(f"/team/cover/{cover.id}", {"until_on-day": "18"}).status_code == 302
    assert "18 December 2026" in supervisor.page("/team/cover").text


def test_what_speaks_against_it_is_said(client_for: ClientFor, world: World, second: UUID) -> None:
    supervisor = client_for("supervisor")
    lawyer = str(world.user_id("lawyer"))
    assert agreed(supervisor, user=lawyer, cover=lawyer) == 422
    assert agreed(supervisor, user=lawyer, cover=str(second)) == 302
    assert agreed(supervisor, user=str(world.user_id("supervisor")), cover=lawyer) == 422


def test_two_who_change_it_at_once_see_both_versions(client_for: ClientFor, world: World, app: Flask) -> None:
    supervisor = client_for("supervisor")
    assert agreed(supervisor, user=str(world.user_id("lawyer")), cover=str(world.user_id("supervisor"))) == 302
    with app.app_context(), session_for(system("tests")) as session:
        address = f"/team/cover/{session.scalars(select(Cover.id)).one()}"
    page = supervisor.page(address)
    seen = page.filled(page.form_with({"until_on-day"}))
    assert supervisor.submit(address, {"until_on-day": "18"}).status_code == 302
    assert supervisor.post(address, data={**seen, "until_on-day": "19"}).status_code == 409
    assert client_for("lawyer", "B").get(address).status_code == 404
