"""Handing cases over: the bar that goes along, a range of rows, and who gets how many as the rows say it."""

from datetime import timedelta
from pathlib import Path

import pytest

from casework.accounts.models import Organisation
from casework.cases import actions as cases
from casework.core import clock
from casework.core.db import db
from casework.supervision import actions
from tests import factories
from tests.browser.conftest import Site, Visit
from tests.security.caseload import person_named

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True, scope="session"),
]


@pytest.fixture(scope="module")
def lawyer_path(site: Site) -> str:
    """Where the cases of a lawyer are handed over who has twenty; a second one is away."""
    lawyer_id, supervisor_id = site.world.user_id("lawyer"), site.world.user_id("supervisor")

    def made() -> str:
        where = db.session.get_one(Organisation, site.world.organisations["A"])
        second = factories.user("lawyer", where, name="Second Lawyer", email="second@a.example.org").id
        today = clock.today()
        for number in range(20):
            case = cases.open_case([person_named(f"Кукушкина {number}")], "OTHER", today, lawyer_id)
            cases.set_next_step(case, "Позвонить", today + timedelta(days=number))
        actions.plan_cover(actions.Planned(second, supervisor_id, today, today + timedelta(days=5)))
        return f"/team/reassign?lawyer={lawyer_id}"

    return site.behind("supervisor", made)


def test_twelve_of_twenty_and_the_numbers_follow_the_rows(
    site: Site, visit: Visit, lawyer_path: str, axe: Path
) -> None:
    supervisor = visit("supervisor", width=390).go(lawyer_path)
    page = supervisor.page
    bar = page.locator(".going")
    assert bar.bounding_box() is not None
    page.wait_for_function("() => document.querySelector('.going').getBoundingClientRect().bottom <= innerHeight + 1")
    supervisor.says("Selected: 20")
    faults = supervisor.axe(axe) + supervisor.too_wide(320)
    supervisor.narrow(1280)
    page.get_by_role("button", name="Untick all").click()
    supervisor.says("Selected: 0")
    boxes = page.locator("[data-pick]")
    boxes.nth(0).click()
    boxes.nth(11).click(modifiers=["Shift"])
    supervisor.says("Selected: 12")
    warning = page.get_by_text("Second Lawyer is away until")
    assert not warning.is_visible()
    pills = supervisor.group("Who gets them?").locator("label")
    pills.filter(has_text="Second Lawyer").click()
    assert warning.is_visible()
    pills.filter(has_text="Supervisor of").click()
    supervisor.choose("Among several", "Evenly")
    supervisor.pick("Why", "Leave or illness")
    faults += supervisor.axe(axe)
    supervisor.press("See who gets what")
    supervisor.says("Second Lawyer: gets 6, then has open cases: 6")
    row = page.locator("[data-from]").first
    other = {"Second Lawyer": "Supervisor of Partner Aster", "Supervisor of Partner Aster": "Second Lawyer"}
    was = row.locator("option:checked").inner_text().split(" – ")[0]
    row.select_option(label="Nobody: leave it where it is")
    supervisor.says(f"{was}: gets 5, then has open cases: 5")
    supervisor.says(f"{other[was]}: gets 6, then has open cases: 6")
    for one in page.locator("[data-from]").all():
        one.select_option(value=str(site.world.user_id("supervisor")))
    supervisor.says("Supervisor of Partner Aster: gets 12, then has open cases: 12")
    assert not warning.is_visible(), "nobody who is away gets any now"
    assert not page.get_by_text("Second Lawyer: gets").is_visible()
    faults += supervisor.axe(axe) + supervisor.too_wide(390)
    assert not faults, "\n".join(faults)
