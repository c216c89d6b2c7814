"""Likely pairs in a browser: the keys 1, 2 and 3, a phone, the progress of a search; and all of it without scripts."""

import re
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from casework.cases import actions as cases
from casework.core import clock
from casework.duplicates import actions, queries
from casework.persons import actions as persons
from tests.browser.conftest import Site, Visit
from tests.browser.visitor import Visitor
from tests.duplicates.alike import BORN, registered

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True, scope="session"),
]

PEOPLE = (
    ("Сапфирова", "Ольга", "Sapfirova", "Olga"),
    ("Нұрқызова", "Әйгерім", "Нуркызова", "Айгерим"),
    ("Яшмова", "Зульфия", "Yashmova", "Zulfiya"),
    ("Қайрақұлов", "Мұхаммед", "Kairakulov", "Mohammad"),
)


def fill(lawyer_id: UUID) -> list[str]:
    """Four people, each recorded twice; the way to each pair."""
    today = clock.today()
    for n, (family, given, again_family, again_given) in enumerate(PEOPLE):
        born = type(BORN)(1980 + n, 3, 4 + n)
        phone = f"+7 701 555 71 9{n}"
        one = registered(family, given, on=today - timedelta(days=90), born=born, phone=phone, document=f"N7071829{n}")
        registered(again_family, again_given, on=today - timedelta(days=5), born=born, phone=phone, origin="AFG")
        case = cases.open_case([one], "NATIONALITY", today - timedelta(days=80), lawyer_id)
        mother = registered(family, "Құралай", born=type(BORN)(1955 + n), on=today - timedelta(days=70))
        persons.add_relative(one, mother, "MTH", True)
        assert case.is_open
    actions.begin_search()
    actions.next_slice()
    return [f"/duplicates/{pair.id}" for pair in queries.page("open", None, 1).rows]


@pytest.fixture(scope="module")
def pairs(site: Site) -> list[str]:
    lawyer_id = site.world.user_id("lawyer")
    return site.behind("lawyer", lambda: fill(lawyer_id))


@pytest.fixture(autouse=True)
def _all_open(site: Site, pairs: list[str]) -> None:
    """Each test finds all pairs open."""

    def open_again() -> None:
        for path in pairs:
            pair = queries.pair(UUID(path.rpartition("/")[2]))
            if pair is not None:
                actions.take_back(pair)

    site.behind("supervisor", open_again)


def decision(site: Site, path: str) -> tuple[str | None, str | None]:
    def ask() -> tuple[str | None, str | None]:
        pair = queries.pair(UUID(path.rpartition("/")[2]))
        assert pair is not None
        return pair.decision, pair.reason

    return site.behind("lawyer", ask)


def key(visitor: Visitor, name: str) -> None:
    with visitor.page.expect_navigation():
        visitor.page.keyboard.press(name)


def test_three_keys(visit: Visit, site: Site, pairs: list[str]) -> None:
    visitor = visit("lawyer").go("/duplicates/")
    visitor.page.locator("tr[data-row] a").first.click()
    visitor.page.wait_for_url(re.compile(r"/duplicates/[0-9a-f-]{36}$"))
    assert visitor.path == pairs[0]
    key(visitor, "1")
    assert decision(site, pairs[0]) == ("same", None)
    assert visitor.path == f"{pairs[1]}?after={pairs[0].rpartition('/')[2]}"
    visitor.says("the same person. A supervisor can merge the records.")
    key(visitor, "3")
    assert decision(site, pairs[1]) == ("unsure", None)
    assert visitor.path.startswith(pairs[2])
    visitor.page.keyboard.press("2")  # which needs a reason: the first one has the focus now
    assert visitor.page.evaluate("() => document.activeElement.name") == "reason"
    assert decision(site, pairs[2]) == (None, None)
    visitor.page.keyboard.press("Space")
    key(visitor, "Enter")
    assert decision(site, pairs[2]) == ("different", "OTHER_BIRTH")
    assert visitor.path.startswith(pairs[3])
    visitor.press("Undo – " + visitor.page.locator(".banner.ok p").first.inner_text())
    visitor.says("Taken back. The pair is open again.")
    assert decision(site, pairs[2]) == (None, None)
    assert visitor.path == pairs[2]


def test_no_key_decides_in_a_field_or_a_fold(visit: Visit, site: Site, pairs: list[str]) -> None:
    visitor = visit("lawyer").go(pairs[0])
    note = visitor.main.get_by_label(re.compile("^Note"))
    note.focus()
    visitor.page.keyboard.type("1 2 3")
    assert note.input_value() == "1 2 3"
    visitor.page.locator("#find").focus()
    visitor.page.keyboard.type("1")
    visitor.page.keyboard.press("Control+1")
    assert decision(site, pairs[0]) == (None, None)
    note.fill("")
    visitor.page.locator("h1").click()
    key(visitor, "3")
    visitor.go(pairs[0])
    assert not visitor.page.locator("input[name=decision]").first.is_visible()
    visitor.page.keyboard.press("1")  # the answers are folded away: what is not seen is not pressed
    visitor.page.wait_for_timeout(300)
    assert decision(site, pairs[0]) == ("unsure", None)
    visitor.page.get_by_text("Change the decision").click()
    key(visitor, "1")
    assert decision(site, pairs[0]) == ("same", None)


def test_with_a_mouse_and_on_a_phone(visit: Visit, site: Site, pairs: list[str], axe: Path) -> None:
    visitor = visit("lawyer", width=390).go("/duplicates/")
    assert visitor.axe(axe) == []
    for path in ("/duplicates/", pairs[0]):
        for width in (320, 390):
            assert visitor.go(path).too_wide(width) == []
    answers = [box.bounding_box() for box in visitor.page.locator(".answer").all()]
    tops = [box["y"] for box in answers if box is not None]
    assert tops == sorted(tops)
    assert len(set(tops)) == 3  # one below the other
    assert all(box is not None and box["height"] >= 44 for box in answers)
    assert visitor.axe(axe) == []
    visitor.page.locator(".answer").nth(1).click()
    assert visitor.axe(axe) == []
    visitor.choose("How do you know that they are two people?", "A relative with a like name")
    visitor.press("Save and go to the next pair")
    assert decision(site, pairs[0]) == ("different", "RELATIVE")
    assert visitor.axe(axe) == []
    assert visitor.too_wide(320) == []


def test_a_search_shows_how_far_it_is(
    visit: Visit, site: Site, pairs: list[str], axe: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "SLICE", 3)
    visitor = visit("supervisor").go("/duplicates/")
    visitor.main.get_by_role("button", name="Look at all records anew").click()
    visitor.says("All records were compared last on")
    assert visitor.page.locator("progress").count() == 0
    assert visitor.path == "/duplicates/"
    search = site.behind("supervisor", queries.search)
    assert search is not None
    assert (search.done, search.total) == (12, 12)
    assert visitor.axe(axe) == []


def test_all_of_it_without_scripts(visit: Visit, site: Site, pairs: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "SLICE", 5)
    visitor = visit("supervisor", scripts=False).go("/duplicates/")
    visitor.press("Look at all records anew")
    for done in (0, 5, 10):
        visitor.says(f"{done} of 12 records looked at")
        visitor.press("Go on now")
    visitor.says("All records were compared last on")
    visitor.go(pairs[0])
    visitor.page.get_by_label("Two different people").check(force=True)
    visitor.expect(422)
    visitor.press("Save and go to the next pair")
    visitor.says("Say how you know that they are two people")
    visitor.choose("How do you know that they are two people?", "Born on another day")
    visitor.press("Save and go to the next pair")
    assert decision(site, pairs[0]) == ("different", "OTHER_BIRTH")
    visitor.page.get_by_role("button", name="Undo").click()
    visitor.says("Taken back")
    assert decision(site, pairs[0]) == (None, None)
