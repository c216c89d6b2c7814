"""The pages about a case: the list, opening, next step, hand-over, closing and reopening."""

from collections.abc import Iterator
from datetime import date
from uuid import uuid4

import pytest

from casework.cases import actions
from casework.core import clock
from casework.proceedings import actions as proceedings
from tests.conftest import Acting, ClientFor
from tests.factories import World
from tests.security.caseload import CANARIES, Caseload, person_named

A = CANARIES["A"]
# Pages do not know which database is under them; actions and queries are tried on both.
pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


@pytest.fixture
def url(made: dict[str, Caseload]) -> str:
    return f"/cases/{made['A'].case}"


def test_the_list(client_for: ClientFor, made: dict[str, Caseload]) -> None:
    page = client_for("lawyer").page("/cases/")
    assert made["A"].numbers[2] in page.text
    assert A.next_step in page.text
    assert made["A"].numbers[3] not in page.text, "closed"
    assert made["A"].numbers[3] in client_for("lawyer").page("/cases/?state=closed").text


def test_a_filter_is_shown_and_a_wrong_one_left_out(client_for: ClientFor, made: dict[str, Caseload]) -> None:
    client = client_for("lawyer")
    assert "Kind of case: " in client.page("/cases/?track=NATIONALITY").text
    assert made["A"].numbers[2] in client.page("/cases/?track=NO_SUCH&sort=no&page=x&lawyer=nobody").text


def test_opening(client_for: ClientFor, made: dict[str, Caseload]) -> None:
    client = client_for("lawyer")
    address = f"/cases/new/{made['A'].relative}"
    assert client.submit(address, {"track": "NO_SUCH"}).status_code == 422
    opened = client.submit(
        address,
        {"track": "OTHER", "next_step": "Написать", "due_on-day": "1", "due_on-month": "2", "due_on-year": "2027"},
    )
    text = client.page(opened.location or "").text
    assert A.relative in text
    assert "Написать" in text


def test_a_next_step_from_first_to_done(client_for: ClientFor, url: str) -> None:
    client = client_for("lawyer")
    assert client.submit(f"{url}/next-step", {"text": "  "}).status_code == 422
    assert client.submit(f"{url}/next-step", {"text": "Забрать ответ"}).location == url
    assert "Забрать ответ" in client.page(url).text
    assert client.submit(url, {}, action=f"{url}/next-step/done").location == f"{url}/next-step"
    assert "Done: Забрать ответ" in client.page(url).text
    assert client.press(f"{url}/next-step/done").status_code == 422, "there is none any more"


def test_a_procedure_beside_the_kind_of_case(client_for: ClientFor, made: dict[str, Caseload]) -> None:
    client = client_for("lawyer")
    address = f"/cases/new/{made['A'].relative}"
    refused = client.submit(address, {"track": "OTHER", "procedure": "ASYLUM"})
    assert refused.status_code == 422
    assert "Choose a procedure for this kind of case." in refused.text
    opened = client.submit(address, {"track": "NATIONALITY", "procedure": "CONF_KZ_1992"})
    text = client.page(f"{opened.location}/procedure").text
    assert "1 March 1992" in text


def test_nobody_chooses_a_stage_any_more(client_for: ClientFor, url: str) -> None:
    client = client_for("lawyer")
    assert client.get(f"{url}/stage").status_code == 404
    assert "Change stage" not in client.page(url).text


@pytest.fixture
def asylum(acting: Acting, world: World, made: dict[str, Caseload]) -> Iterator[str]:
    """An asylum case whose application was registered on 4 May 2026; it is 11 May."""
    with clock.at(date(2026, 5, 11)):
        with acting(world.principal("lawyer")):
            opened = actions.open_case(
                [person_named("Просьбин", registered_on=date(2026, 5, 4))],
                "ASYLUM",
                date(2026, 5, 4),
                world.user_id("lawyer"),
            )
            proceedings.record(opened, proceedings.Told("REGISTERED", date(2026, 5, 4)))
            address = f"/cases/{opened.id}"
        yield address


def test_the_next_legal_deadline_stands_in_the_list(client_for: ClientFor, asylum: str) -> None:
    assert "Decision on the application: 4 August 2026" in client_for("lawyer").page("/cases/").text


def test_closing_warns_of_deadlines_that_run(client_for: ClientFor, asylum: str) -> None:
    client = client_for("lawyer")
    assert "Decision on the application: due 4 August 2026" in client.page(f"{asylum}/close").text
    assert client.submit(f"{asylum}/close", {"outcome": "ADVICE_ONLY", "reason": "SOLUTION"}).location == asylum


def test_priority(client_for: ClientFor, url: str) -> None:
    client = client_for("lawyer")
    assert client.submit(f"{url}/priority", {"priority": "EMERGENCY"}).status_code == 302
    assert "Emergency" in client.page(url).text


def test_handing_over_is_for_supervisors(client_for: ClientFor, world: World, url: str) -> None:
    assert client_for("lawyer").get(f"{url}/reassign").status_code == 403
    supervisor = client_for("supervisor")
    values = {"lawyer": str(world.user_id("supervisor")), "reason": "WORKLOAD"}
    assert supervisor.submit(f"{url}/reassign", values).location == url
    assert "Handed over from Lawyer of Partner Aster to Supervisor of Partner Aster" in supervisor.page(url).text


def test_closing_and_reopening(client_for: ClientFor, url: str) -> None:
    client = client_for("lawyer")
    assert "last open case" in client.page(f"{url}/close").text
    assert client.submit(f"{url}/close", {"outcome": "ADVICE_ONLY", "reason": "LOST_CONTACT"}).location == url
    text = client.page(url).text
    assert "Case closed" in text
    assert "No longer in care" in text
    assert client.submit(f"{url}/reopen", {"reason": "CONTACT_RESTORED"}).location == url
    assert "No longer in care" not in client.page(url).text


def test_another_person_of_the_case(client_for: ClientFor, acting: Acting, world: World, url: str) -> None:
    with acting(world.principal("lawyer")):
        number = person_named("Соучастная").number
    client = client_for("lawyer")
    assert client.submit(f"{url}/persons/add", {"number": "P-00-00000"}).status_code == 422
    assert client.submit(f"{url}/persons/add", {"number": number}).location == url
    assert "Соучастная" in client.page(url).text
    assert client.submit(f"{url}/persons/add", {"number": number}).status_code == 422


def test_a_case_that_is_not_there(client_for: ClientFor, made: dict[str, Caseload]) -> None:
    client = client_for("lawyer")
    for one in (uuid4(), made["B"].case):
        assert client.get(f"/cases/{one}").status_code == 404


def test_overdue_is_told(client_for: ClientFor, url: str) -> None:
    with clock.at(clock.today().replace(year=2027, month=1, day=10)):
        assert "days late" in client_for("lawyer").page(url).text
