"""Each number on the desk opens the list that it counts."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from casework.cases import actions
from casework.core import clock
from tests.conftest import Acting, ClientFor
from tests.factories import World
from tests.pages import words_of
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
            cases = client.page(card.get("href", "")).all("tr")
            assert number == sum("data-row" in row.attrib for row in cases), words_of(card)
            found[words_of(card).split(" ", 1)[1]] = number
    assert list(found.values()) == [2, 2, 1, 3]
