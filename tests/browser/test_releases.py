"""A release in a browser: drawn up, reviewed, signed, frozen by keyboard, downloaded; in Russian on a phone."""

import json
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from casework.releases.models import Step
from tests.browser.conftest import Site, Visit
from tests.browser.visitor import Visitor
from tests.releases import published
from tests.releases.caseload import people

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True, scope="session"),
]

LONG = 120_000
"""Milliseconds: counting, protecting and attacking take a while on a machine that has other things to do."""

EXPLAINED = "The sheet was printed before the last letter arrived."
HATCHED = "() => getComputedStyle(document.querySelector('td.hid')).backgroundImage"


@pytest.fixture(scope="module")
def caseload(site: Site) -> None:
    for where in ("A", "B"):
        site.behind("lawyer", people, where)


def look_at(visitor: Visitor, axe: Path) -> list[str]:
    """What is wrong with the page as it is now, wide and narrow."""
    faults = [f"{visitor.path}: {one}" for one in visitor.axe(axe)]
    for width in (390, 320):
        faults += [f"{visitor.path} ({width}): {one}" for one in visitor.too_wide(width)]
    visitor.narrow(1280)
    return faults


def test_the_way_of_a_release(visit: Visit, site: Site, caseload: None, axe: Path) -> None:
    officer = visit("statistics").go("/releases/")
    officer.says("No release yet")
    faults = look_at(officer, axe)

    # Drawn up: n opens the form, and the three steps go on by themselves.
    with officer.page.expect_navigation():
        officer.page.keyboard.press("n")
    officer.day("As of", date(2025, 1, 1))
    officer.day("What happened since", date(2024, 1, 1))
    faults += look_at(officer, axe)
    officer.press("Begin")
    officer.page.get_by_text("To be reviewed").wait_for(timeout=LONG)
    address = officer.path
    faults += look_at(officer, axe)
    assert "gradient" in officer.page.evaluate(HATCHED)

    # Reviewed and signed.
    while officer.main.get_by_role("link", name="Explain and sign").count():
        officer.follow("Explain and sign")
        officer.write("Explanation", EXPLAINED)
        officer.press("Sign the explanation")
    officer.says("Signed. The explanation is published with the figures.")
    faults += look_at(officer, axe)

    # Frozen, with nothing but the keyboard.
    officer.follow("Freeze")
    faults += look_at(officer, axe)
    ticks = officer.main.get_by_role("checkbox").all()
    ticks[0].focus()
    for _tick in ticks:
        officer.page.keyboard.press("Space")
        officer.page.keyboard.press("Tab")
    with officer.page.expect_navigation():
        officer.page.keyboard.press("Enter")
    officer.says("From now on these figures stay as they are.")
    assert officer.path == address
    faults += look_at(officer, axe)

    # Downloaded: the bytes are those that the hash on the page is of.
    digest = officer.main.locator(".hash code").inner_text()
    with officer.page.expect_download() as waiting:
        officer.main.get_by_role("link", name="Download (JSON)").click()
    content = Path(waiting.value.path()).read_bytes()
    assert waiting.value.suggested_filename == "KAZ-2025-01-01-e1.json"
    assert sha256(content).hexdigest() == digest
    assert json.loads(content)["as_of"] == "2025-01-01"

    # Read by a supervisor, in Russian, on a phone.
    reader = visit("supervisor").go(address)
    reader.speak("ru")
    reader.narrow(390)
    reader.says("Беженцы и лица, ищущие убежище")
    reader.says("Афганистан")
    faults += look_at(reader, axe)
    assert not faults, "\n".join(faults)


def test_a_release_is_drawn_up_without_a_script(visit: Visit, site: Site, caseload: None) -> None:
    officer = visit("statistics", scripts=False).go("/releases/new")
    if officer.main.get_by_label("What happened since").count():
        officer.day("What happened since", date(2026, 1, 1))
    for tick in officer.main.locator("input[name=tables]").all()[3:]:
        tick.uncheck()
    officer.page.set_default_timeout(LONG)
    officer.press("Begin")
    for step in ("Step 1 of 3", "Step 2 of 3", "Step 3 of 3"):
        officer.says(step)
        officer.press("Go on")
    officer.says("To be reviewed")
    officer.follow("Discard the draft")
    officer.press("Discard the draft")
    officer.says("The draft is discarded.")


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_the_review_on_a_phone(visit: Visit, site: Site, axe: Path, language: str) -> None:
    """Every kind of table there is, withheld cells and cells that cannot but be zero, in the longer languages."""
    day = {"ru": "2021-01-01", "kk": "2021-02-01"}[language]
    draft = site.behind(
        "statistics", lambda: published.release_id(Step.ATTACKED, published.publication(day, "2020-01-01"))
    )
    officer = visit("statistics").go("/desk")
    officer.speak(language)
    officer.go(f"/releases/{draft}")
    officer.narrow(390)
    officer.page.evaluate("() => document.querySelectorAll('details:not(.menu)').forEach(fold => fold.open = true)")
    assert officer.axe(axe) == []
    assert officer.too_wide(390) + officer.too_wide(320) == []
