"""Pages about the team: each number opens its list, cases are handed over after a look, colleagues stand in."""

from collections.abc import Iterator
from dataclasses import replace
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
from tests.pages import Client, Page, client_of, words_of
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
    assert "Second Lawyer: gets 6, then has open cases: 6" in preview.text
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
    assert f"{done.location}/undo" in {one.get("href") for one in page.all("a")}
    question = client.page(f"{done.location}/undo")
    assert question.h1 == "Give 11 cases back to their former lawyers?"
    assert "stay" not in question.text
    assert found == lawyers_of(app, opened), "asking changes nothing"
    assert client.submit(f"{done.location}/undo", {"csrf_token": client.csrf_token()}).status_code == 302
    assert set(lawyers_of(app, opened)) == {world.user_id("lawyer")}
    page = client.page(done.location)
    assert "Cases given back by Supervisor of Partner Aster" in page.text
    assert "Some stayed" not in page.text
    assert client.get(f"{done.location}/undo").status_code == 302, "there is nothing to ask any more"


def test_evenly_whatever_they_carry(client_for: ClientFor, acting: Acting, world: World, opened: list[UUID]) -> None:
    """Each as many, also of what is overdue; by load whoever has little gets more, and each some of what is overdue."""
    client, supervisor, lawyer = client_for("supervisor"), world.user_id("supervisor"), world.user_id("lawyer")
    with acting(world.principal("supervisor")) as session:
        where = session.get_one(Organisation, world.organisations["A"])
        third = factories.user("lawyer", where, name="Third Lawyer", email="third@a.example.org").id
        for day in range(6):
            cases.open_case([person_named(f"Дятлова {day}")], "OTHER", NOW, supervisor)
    choice = client.page(f"/team/reassign?lawyer={lawyer}")

    def dealt(spread: str) -> tuple[list[str], list[str]]:
        said = shown(choice, to=[str(third), str(supervisor)], reason="LEAVE", spread=spread, step="show")
        preview = Page(client.post("/team/reassign", data=said).text)
        filled = preview.filled(preview.form_with({"case_ids"}))
        to = [str((filled[f"to-{one}"])[0]) for one in opened]
        return to, to[:4]  # four are due today or were due before

    everything, urgent = dealt("even")
    assert (everything.count(str(third)), urgent.count(str(third))) == (6, 2)
    everything, urgent = dealt("load")
    assert (everything.count(str(third)), urgent.count(str(third))) == (9, 2)


def test_a_colleague_who_is_away_is_chosen_knowingly(
    client_for: ClientFor, acting: Acting, world: World, opened: list[UUID], second: UUID
) -> None:
    client, supervisor = client_for("supervisor"), world.user_id("supervisor")
    with acting(world.principal("supervisor")):
        actions.plan_cover(actions.Planned(second, supervisor, NOW, NOW + timedelta(days=5)))
    warning = "Second Lawyer is away until 20 December 2026. Until then Supervisor of Partner Aster stands in"
    choice = client.page(f"/team/reassign?lawyer={world.user_id('lawyer')}")
    assert "Second Lawyer: 0 open cases – away until 20 December 2026" in choice.text
    assert warning in choice.text

    def warned(to: UUID) -> bool:
        said = shown(choice, to=[str(to)], reason="LEAVE", step="show")
        preview = Page(client.post("/team/reassign", data=said).text)
        (box,) = (one for one in preview.all("div") if one.get("data-share") == str(second))
        assert warning in words_of(box)
        assert "Second Lawyer – away until 20 December 2026" in preview.text, "also where another is chosen"
        return box.get("hidden") is None

    assert warned(second)
    assert not warned(supervisor)


def test_what_was_worked_on_stays_and_is_said(
    client_for: ClientFor, acting: Acting, world: World, opened: list[UUID], second: UUID
) -> None:
    client = client_for("supervisor")
    address = client.post("/team/reassign", data=preview_of(client, world, second)).location
    assert "those that nobody has worked on" not in client.page(address).text
    with acting(world.principal("lawyer")) as session:
        cases.set_next_step(session.get_one(Case, opened[0]), "Иначе", NOW)
    assert "those that nobody has worked on" in client.page(address).text
    assert "1 case stays with its new lawyer." in client.page(f"{address}/undo").text
    client.press(f"{address}/undo")
    assert "Some stayed with their new lawyers" in client.page(address).text


def test_notices_say_how_many_and_from_whom(
    app: Flask, client_for: ClientFor, acting: Acting, world: World, opened: list[UUID], second: UUID
) -> None:
    client, former = client_for("supervisor"), client_for("lawyer")
    at_second = replace(world.principal("lawyer"), user_id=second)
    reader = client_of(app).sign_in_as(at_second)
    address = client.post("/team/reassign", data=preview_of(client, world, second)).location
    giver = "Supervisor of Partner Aster"
    assert f"12 cases were handed over to you – {giver}" in reader.page("/notices/").text
    page = former.page("/notices/")
    assert f"12 cases of yours were handed over – {giver}" in page.text
    assert address in {one.get("href") for one in page.all("a")}, "nothing of it is in the address"
    client.press(f"{address}/undo")
    assert f"12 cases were given back to you – {giver}" in former.page("/notices/").text
    assert f"12 cases went back to their former lawyers – {giver}" in reader.page("/notices/").text
    with acting(world.principal("supervisor")):
        cover = actions.plan_cover(actions.Planned(world.user_id("lawyer"), second, NOW, NOW + timedelta(days=5)))
    days = "15 December 2026 to 20 December 2026"
    assert f"You stand in for Lawyer of Partner Aster: {days}" in reader.page("/notices/").text
    assert f"Second Lawyer stands in for you: {days}" in former.page("/notices/").text
    client.press(f"/team/cover/{cover.id}/end")
    assert "You no longer stand in for Lawyer of Partner Aster" in reader.page("/notices/").text


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


def test_what_has_not_begun_is_cancelled(client_for: ClientFor, world: World) -> None:
    supervisor, lawyer = client_for("supervisor"), str(world.user_id("lawyer"))
    later = {"from_on-day": "18", "user": lawyer, "cover": str(world.user_id("supervisor"))}
    assert agreed(supervisor, **later) == 302
    page = supervisor.page("/team/cover")
    assert "Cancel it" in page.text
    assert "End now" not in page.text
    (end,) = (one.get("action") for one in page.all("form") if (one.get("action") or "").endswith("/end"))
    supervisor.press(str(end))
    page = supervisor.page("/team/cover")
    assert "Cancelled. You can bring it back below." in page.text
    assert "Cancelled on 15 December 2026" in page.text


@pytest.mark.parametrize("address", ["/team/workload", "/team/cover"])
def test_from_workload_and_stand_ins_to_handing_over(client_for: ClientFor, opened: list[UUID], address: str) -> None:
    assert "Hand cases over" in client_for("supervisor").page(address).text
    assert "Hand cases over" not in client_for("lawyer").page(address).text


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
