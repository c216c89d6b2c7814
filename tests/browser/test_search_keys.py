"""The search without a mouse: `/` to the words, down into the results, along them, Enter to open; and on a phone."""

from pathlib import Path

import pytest

from casework.core import clock
from casework.persons import actions
from casework.persons.actions import Registration
from casework.persons.models import Contacts, Identity
from casework.persons.rules import PartialDate
from tests.browser.conftest import Site, Visit
from tests.browser.visitor import Visitor

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True, scope="session"),
]


@pytest.fixture(scope="module")
def namesakes(site: Site) -> None:
    for year, region in ((1987, "KZ-75"), (1990, "KZ-71"), (None, "KZ-61")):
        given = Registration(
            Identity(family_name="Дүйсенғалиева", given_name="Ақбопе", former_names=["Сарсенова Ақбопе"]),
            clock.today(),
            Contacts(phone="+7 700 300 22 11"),
            birth=PartialDate(year),
            region=region,
            origin="UZB",
        )
        site.behind("lawyer", lambda given=given: actions.register(given))


def focused(visitor: Visitor) -> int:
    """Which row of the results the focus is in; -1 for none."""
    found: int = visitor.page.evaluate(
        "() => [...document.querySelectorAll('[data-row]')].findIndex(row => row.contains(document.activeElement))"
    )
    return found


def test_from_any_page_to_a_record_by_keys_alone(visit: Visit, namesakes: None, axe: Path) -> None:
    lawyer = visit("lawyer").go("/cases")
    keyboard = lawyer.page.keyboard
    keyboard.press("/")
    keyboard.insert_text("duisengalieva akbope 1990")
    with lawyer.page.expect_navigation():
        keyboard.press("Enter")
    lawyer.says("People born in 1990 come first.")
    assert "1990" in lawyer.page.locator("[data-row]").first.inner_text()
    keyboard.press("/")
    keyboard.press("ArrowDown")
    assert focused(lawyer) == 0
    for key, row in (("ArrowDown", 1), ("j", 2), ("j", 2), ("ArrowUp", 1), ("k", 0), ("ArrowUp", 0)):
        keyboard.press(key)
        assert focused(lawyer) == row, key
    assert lawyer.axe(axe) == []
    with lawyer.page.expect_navigation():
        keyboard.press("Enter")
    assert lawyer.path.startswith("/people/")


def test_results_fit_a_phone_and_say_what_tells_people_apart(visit: Visit, namesakes: None, axe: Path) -> None:
    lawyer = visit("lawyer").go("/search")
    lawyer.page.locator("main [name=q]").fill("Сарсенова")
    with lawyer.page.expect_navigation():
        lawyer.page.keyboard.press("Enter")
    rows = lawyer.page.locator("[data-row]")
    assert rows.count() == 3
    for words in ("1987", "1990", "Not recorded"):
        lawyer.says(words)
    assert "former name" in rows.first.inner_text()
    assert "300 22 11" not in lawyer.main.inner_text()
    assert lawyer.too_wide(320) == []
    assert lawyer.axe(axe) == []
