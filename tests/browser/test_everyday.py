"""An ordinary day: keys instead of a mouse, a phone, two tabs, a double click, the Back button, another language."""

import pytest

from tests.browser import caseload
from tests.browser.caseload import Paths
from tests.browser.conftest import Site, Visit
from tests.browser.visitor import Visitor

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True, scope="session"),
]

FOCUSED = """() => {
  const e = document.activeElement, box = e.getBoundingClientRect();
  const x = box.left + box.width / 2, y = box.top + box.height / 2;
  const top = document.elementFromPoint(x, y);
  return {
    name: e.id || e.getAttribute('href') || e.name || e.tagName,
    isLast: e === document.body,
    isSeen: box.width > 0 && box.bottom > 0 && box.top < innerHeight && !!top
      && (e === top || e.contains(top) || top.contains(e) || !!top.closest('label')?.contains(e)),
    outline: [e, e.nextElementSibling ?? e].some(one => getComputedStyle(one).outlineStyle !== 'none'),
    place: [...document.querySelectorAll('*')].indexOf(e),
  };
}"""
"""Where the focus is, whether it can be seen there, and how far down the page it stands."""


@pytest.fixture(scope="module")
def record(site: Site) -> Paths:
    lawyer_id = site.world.user_id("lawyer")
    return site.behind("lawyer", lambda: caseload.one_full_record(lawyer_id))


def focused(visitor: Visitor) -> str:
    found: str = visitor.page.evaluate("() => document.activeElement.id || document.activeElement.name")
    return found


# -- keys --------------------------------------------------------------------------------------------------------


def test_a_session_without_a_mouse(visit: Visit, record: Paths) -> None:
    lawyer = visit("lawyer").go(record.case)
    keys = lawyer.page.keyboard
    before = lawyer.page.locator(".ev.session").count()
    keys.press("n")
    assert focused(lawyer) == "held_on-day"
    lawyer.page.locator("#title").focus()
    keys.type("n / k ? written, not obeyed")
    assert lawyer.page.locator("#title").input_value() == "n / k ? written, not obeyed"
    assert not lawyer.page.locator("dialog[open]").count()
    with lawyer.page.expect_navigation():
        keys.press("Control+Enter")
    lawyer.says("The session is recorded.")
    assert lawyer.page.locator(".ev.session").count() == before + 1


def test_shortcuts(visit: Visit, record: Paths) -> None:
    lawyer = visit("lawyer").go("/cases/")
    keys = lawyer.page.keyboard
    keys.press("/")
    assert focused(lawyer) == "find"
    lawyer.page.locator("h1").click()
    keys.press("j")
    keys.press("j")
    keys.press("k")
    assert lawyer.page.evaluate("() => document.activeElement.closest('tr') === document.querySelector('[data-row]')")
    keys.press("f")
    assert lawyer.page.locator("details.filters[open]").count() == 1
    lawyer.go(record.case)
    with lawyer.page.expect_navigation():
        keys.press("]")
    assert lawyer.path.endswith("/procedure")
    with lawyer.page.expect_navigation():
        keys.press("[")
    keys.press("?")
    assert lawyer.page.locator("dialog[open]").count() == 1
    keys.press("Escape")
    assert lawyer.page.locator("dialog[open]").count() == 0
    lawyer.go("/desk")
    with lawyer.page.expect_navigation():
        keys.press("n")
    assert lawyer.path == "/register"


def test_escape_closes_a_menu_and_gives_the_focus_back(visit: Visit, record: Paths) -> None:
    lawyer = visit("lawyer").go(record.case)
    menu = lawyer.page.locator(".acts details.menu")
    menu.locator("summary").focus()
    lawyer.page.keyboard.press("Enter")
    lawyer.page.keyboard.press("Tab")
    assert menu.get_attribute("open") is not None
    lawyer.page.keyboard.press("Escape")
    assert menu.get_attribute("open") is None
    assert lawyer.page.evaluate("() => document.activeElement.matches('.acts summary')")


def test_the_first_tab_skips_to_the_content(visit: Visit, record: Paths) -> None:
    lawyer = visit("lawyer").go(record.case)
    lawyer.page.keyboard.press("Tab")
    skip = lawyer.page.locator("a.skip")
    assert skip.evaluate("link => link === document.activeElement")
    assert skip.bounding_box()["y"] >= 0  # type: ignore[index]
    lawyer.page.keyboard.press("Enter")
    lawyer.page.keyboard.press("Tab")
    assert lawyer.page.evaluate("() => !!document.activeElement.closest('main')")


@pytest.mark.parametrize("width", [1280, 390])
def test_tab_goes_down_the_page_and_is_always_seen(visit: Visit, record: Paths, width: int) -> None:
    lawyer = visit("lawyer", width=width).go(record.case)
    lawyer.page.evaluate("() => { document.querySelector('#quick').open = true; }")
    places: list[int] = []
    unseen: list[str] = []
    for _ in range(200):
        lawyer.page.keyboard.press("Tab")
        now = lawyer.page.evaluate(FOCUSED)
        if now["isLast"] or now["place"] in places:
            break
        places.append(now["place"])
        if not (now["isSeen"] and now["outline"]):
            unseen.append(now["name"])
    assert len(places) > 40
    assert places == sorted(places)
    assert not unseen, f"the focus cannot be seen on {unseen}"


# -- a phone ----------------------------------------------------------------------------------------------------


def test_everything_can_be_done_on_a_phone(visit: Visit, record: Paths) -> None:
    lawyer = visit("lawyer", width=390).go(record.case)
    dock = lawyer.page.locator(".dock")
    assert dock.get_by_role("link", name="Call the person").get_attribute("href") == "tel:+77000000414"
    lawyer.menu("More actions", "Close the case")
    lawyer.says("What was reached")
    lawyer.go(record.case)
    with lawyer.page.expect_navigation():
        dock.get_by_role("link", name="Record session").click()
    assert lawyer.path == f"{record.case}/sessions/new"
    lawyer.page.locator("header details.burger > summary").click()
    lawyer.page.locator("header details.burger").get_by_role("link", name="Cases").click()
    lawyer.says("The cases of your organisation.")


# -- two tabs, two clicks ----------------------------------------------------------------------------------------


def test_two_tabs_on_one_person(visit: Visit, record: Paths) -> None:
    first, second = visit("lawyer"), visit("supervisor")
    second.expect(409)
    first.go(record.case).go(first.page.locator(".subnav a[href*='/details']").get_attribute("href") or "")
    address = first.page.locator("a[href*='/identity']").first.get_attribute("href") or ""
    first.go(address)
    second.go(address)
    first.write("Place of birth", "Written in the first tab")
    first.press("Save details")
    second.write("Place of birth", "Written in the second tab")
    second.press("Save details")

    second.says("Someone else saved first")
    second.says("Lawyer of Partner Aster")
    row = second.page.get_by_role("row").filter(has_text="Place of birth")
    assert row.get_by_role("cell").all_inner_texts()[-2:] == ["Written in the first tab", "Written in the second tab"]
    assert second.page.locator("h1").evaluate("h => !!h.innerText")
    second.press("Save my version")
    second.says("Saved. What stood before is kept in the history.")
    second.says("Written in the second tab")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_double_click_records_one_session(visit: Visit, record: Paths, scripts: bool) -> None:
    lawyer = visit("lawyer", scripts=scripts).go(record.case)
    before = lawyer.page.locator(".ev.session").count()
    lawyer.page.locator("#quick > summary").click()
    lawyer.write("In one line", "Clicked twice")
    with lawyer.page.expect_navigation():
        lawyer.main.get_by_role("button", name="Save session", exact=True).dblclick(no_wait_after=True)
    lawyer.go(record.case)
    assert lawyer.page.locator(".ev.session").count() == before + 1


def test_sending_a_form_again_records_nothing_more(visit: Visit, record: Paths) -> None:
    """Back to the form after it was sent, and sent again as it was: the number used once is known."""
    lawyer = visit("lawyer", scripts=False).go(f"{record.case}/sessions/new")
    lawyer.write("In one line", "Sent twice")
    nonce = lawyer.page.locator("[name=nonce]").first.input_value()
    lawyer.press("Save session")
    before = lawyer.page.locator(".ev.session").count()
    lawyer.go(f"{record.case}/sessions/new")
    lawyer.write("In one line", "Sent twice")
    lawyer.page.locator("main [name=nonce]").evaluate("(field, value) => { field.value = value; }", nonce)
    lawyer.press("Save session")
    assert lawyer.page.locator(".ev.session").count() == before


def test_text_that_was_typed_survives_leaving_by_mistake(visit: Visit, record: Paths) -> None:
    lawyer = visit("lawyer").go(f"{record.case}/sessions/new")
    asked: list[str] = []
    lawyer.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    lawyer.page.locator("#summary").click()
    lawyer.page.keyboard.type("Half a sentence")
    lawyer.go(record.case)
    assert asked == ["beforeunload"]
    assert lawyer.main.get_by_label("Summary (optional)").input_value() == "Half a sentence"
    lawyer.page.on("dialog", lambda dialog: dialog.accept())


# -- nothing stays behind ----------------------------------------------------------------------------------------


def test_back_after_signing_out_shows_nothing(visit: Visit, record: Paths) -> None:
    lawyer = visit("lawyer").go("/desk").go(record.case)
    name = caseload.LONG_NAME.family_name or ""
    assert name in lawyer.page.content()
    lawyer.page.locator("summary.me").click()
    with lawyer.page.expect_navigation():
        lawyer.page.get_by_role("button", name="Sign out").click()
    for _ in range(3):
        lawyer.page.go_back()
        assert name not in lawyer.page.content()
        assert lawyer.path.startswith("/sign-in")
    kept = lawyer.page.evaluate("() => ({...sessionStorage})")
    assert not any("session-" in key for key in kept)


# -- languages ---------------------------------------------------------------------------------------------------


def test_the_language_switch_stays_on_the_page(visit: Visit, record: Paths) -> None:
    lawyer = visit("lawyer")
    for path in (f"{record.case}?show=session", "/cases/?sort=due&track=NATIONALITY", "/register"):
        lawyer.go(path)
        headings = set()
        for language in ("kk", "ru", "en"):
            lawyer.speak(language)
            assert lawyer.path == path
            assert lawyer.page.evaluate("() => document.documentElement.lang") == language
            assert lawyer.page.locator("header .langs [aria-current]").first.get_attribute("lang") == language
            headings.add(lawyer.page.title())
        assert len(headings) == 3 or path.startswith(record.case)


def test_the_language_is_remembered_for_the_next_time(visit: Visit) -> None:
    visit("lawyer", "B").go("/desk").speak("kk")
    again = visit("lawyer", "B")
    assert again.page.evaluate("() => document.documentElement.lang") == "kk"
    again.speak("en")
