"""Cases whose lawyer has left stay in sight, and can be worked on."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from casework.accounts import actions as accounts
from casework.accounts.models import User
from casework.cases import actions, queries
from casework.cases.queries import Filters
from casework.core import clock
from tests.conftest import Acting, ClientFor
from tests.factories import World
from tests.pages import Page, words_of
from tests.security.caseload import Caseload, person_named

NOW = date(2026, 9, 15)


@pytest.fixture(autouse=True)
def _on_a_tuesday() -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.fixture
def left(made: dict[str, Caseload], acting: Acting, world: World) -> Caseload:
    """The caseload of a lawyer whose account is deactivated."""
    with acting(world.principal("administrator")) as session:
        lawyer = session.get_one(User, world.user_id("lawyer"))
        accounts.change_user(lawyer, name=lawyer.name, role=lawyer.role, is_active=False)
    return made["A"]


def test_the_team_and_the_filter_name_them(left: Caseload, client_for: ClientFor, world: World) -> None:
    page = client_for("supervisor").page("/team/")
    rows = [words_of(row) for row in page.all("tr") if "Lawyer of Partner Aster" in words_of(row)]
    assert len(rows) == 1
    assert "hand these over" in rows[0]
    found = client_for("supervisor").page(f"/cases/?lawyer={world.user_id('lawyer')}")
    assert f"/cases/{left.case}" in found.links.values()
    assert "Lawyer: Lawyer of Partner Aster (no longer works on cases)" in found.text


def test_once_the_cases_are_handed_over_they_are_gone(
    left: Caseload, acting: Acting, client_for: ClientFor, world: World
) -> None:
    with acting(world.principal("supervisor")):
        case = queries.case_(left.case)
        assert case is not None
        actions.reassign(case, world.user_id("supervisor"), "LEFT_ORGANISATION")
        assert {one.id for one in queries.lawyers()} == {world.user_id("supervisor")}
    assert "hand these over" not in client_for("supervisor").page("/team/").text


def test_whoever_acts_takes_the_next_step(left: Caseload, acting: Acting, client_for: ClientFor, world: World) -> None:
    supervisor = client_for("supervisor")
    form = supervisor.page(f"/cases/{left.case}/next-step")
    assert form.filled(form.form_with({"owner"}))["owner"] == [str(world.user_id("supervisor"))]
    answer = supervisor.submit(
        f"/cases/{left.case}/sessions/new",
        {"title": "Звонок", "next_step": "Позвонить", "due_on-day": "1", "due_on-month": "10", "due_on-year": "2026"},
    )
    assert answer.status_code == 302, Page(answer.text).text
    with acting(world.principal("supervisor")):
        case = queries.case_(left.case)
        assert case is not None
        assert case.next_step_owner_id == world.user_id("supervisor")


# -- filters -----------------------------------------------------------------------------------------------------


def test_a_status_filter_says_of_which_history(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        lawyer = world.user_id("lawyer")
        bare = actions.open_case([person_named("bare", nationality="UN", registered_on=NOW)], "OTHER", NOW, lawyer)
        actions.open_case([person_named("asks", displacement="ASR", registered_on=NOW)], "OTHER", NOW, lawyer)
        assert queries.page(Filters(status="displacement:ND")).rows == [bare]
        assert queries.page(Filters(status="nationality:UN")).rows == [bare]


def test_each_status_is_offered_once(client_for: ClientFor, made: dict[str, Caseload]) -> None:
    page = client_for("lawyer").page("/cases/")
    select = next(one for one in page.all("select", name="status"))
    values = [one.get("value") for one in select.iter("option")]
    assert len(values) == len(set(values))
    assert {"nationality:ND", "displacement:ND"} <= set(values)


def test_by_who_does_the_next_step(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        case = actions.open_case([person_named("a", registered_on=NOW)], "OTHER", NOW, world.user_id("lawyer"))
        actions.set_next_step(case, "Встретить", NOW + timedelta(days=1), world.user_id("supervisor"))
        assert queries.page(Filters(owner=str(world.user_id("supervisor")))).rows == [case]
        assert queries.page(Filters(owner=str(world.user_id("lawyer")))).rows == []
