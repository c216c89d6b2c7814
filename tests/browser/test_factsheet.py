"""Published factsheets in a browser that is not signed in: every language, phones, paper. And the figures."""

from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Locator

from casework.core import clock
from casework.editions.models import Step
from tests.browser.conftest import Site, Visit
from tests.browser.visitor import Visitor
from tests.editions.shelves import FILES, put
from tests.figures.caseload import crowd

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True, scope="session"),
]

PHONES = (390, 320)
DESK = 1280
DAY = "/factsheets/kaz/2025-01-01"
HATCHED = "() => getComputedStyle(document.querySelector('td.hid')).backgroundImage"
UNFOLD = "() => document.querySelectorAll('details').forEach(fold => fold.open = true)"


@pytest.fixture(scope="module")
def shelf(site: Site) -> None:
    def fill() -> None:
        for language in ("en", "ru", "kk"):
            put(language)
        put("en", number=2)
        put("ru", as_of=date(2024, 1, 1), step=Step.WITHDRAWN, because="Регион был посчитан дважды.")

    site.behind("statistics", fill)


def look_at(visitor: Visitor, axe: Path) -> list[str]:
    """What is wrong with the page as it is now, wide and on phones, with everything unfolded."""
    visitor.page.evaluate(UNFOLD)
    faults = []
    for width in (DESK, *PHONES):
        faults += [f"{visitor.path} ({width}): {one}" for one in (*visitor.too_wide(width), *visitor.axe(axe))]
    visitor.narrow(DESK)
    return faults


def shown(pictures: Locator) -> list[bool]:
    return [one.is_visible() for one in pictures.all()]


@pytest.mark.usefixtures("shelf")
def test_anybody_reads_it_in_every_language(visit: Visit, axe: Path) -> None:
    reader = visit().go(f"{DAY}/e1/en")
    faults = []
    for language, words in (("en", "As of 1 January 2025"), ("ru", "1 января 2025"), ("kk", "2025 ж. 1 қаңтар")):
        if language != "en":
            with reader.page.expect_navigation():
                reader.page.locator(f"header .langs a[lang={language}]").click()
        assert reader.path == f"{DAY}/e1/{language}"
        assert reader.page.evaluate("() => document.documentElement.lang") == language
        reader.says(words)
        assert "gradient" in reader.page.evaluate(HATCHED)
        faults += look_at(reader, axe)
    assert faults == []
    assert reader.context.cookies() == []


@pytest.mark.usefixtures("shelf")
def test_the_other_pages(visit: Visit, axe: Path) -> None:
    reader = visit().go("/factsheets/?language=en")
    faults = look_at(reader, axe)
    reader.expect(404, 410)
    for path in (f"{DAY}/en", "/factsheets/?language=ru", "/factsheets/kaz/2024-01-01/ru", f"{DAY}/e7/kk"):
        faults += look_at(reader.go(path), axe)
    assert faults == []
    reader.go("/factsheets/kaz/2024-01-01/ru").says("Регион был посчитан дважды.")


@pytest.mark.usefixtures("shelf")
def test_the_way_through_editions(visit: Visit) -> None:
    reader = visit().go(f"{DAY}/e1/en")
    reader.says("This edition was corrected by a later one")
    reader.follow("Edition 2 as of 1 January 2025")
    assert reader.path == f"{DAY}/e2/en"
    reader.follow("All editions")
    assert reader.path == "/factsheets/?language=en"
    reader.go(f"{DAY}/e1/en")
    with reader.page.expect_download() as waiting:
        reader.main.get_by_role("link", name="XLSX").click()
    assert waiting.value.suggested_filename == "KAZ-2025-01-01-e1-en.xlsx"
    assert waiting.value.path().read_bytes() == FILES["factsheet.xlsx"][1]


@pytest.mark.usefixtures("shelf")
def test_tables_open_by_keyboard_and_without_scripts(visit: Visit) -> None:
    reader = visit(scripts=False).go(f"{DAY}/e1/en")
    folds = reader.main.locator("figure details")
    for n in range(folds.count()):
        fold = folds.nth(n)
        assert not fold.locator("table").is_visible()
        fold.locator("summary").focus()
        reader.page.keyboard.press("Enter")
        assert fold.locator("table").is_visible()


@pytest.mark.usefixtures("shelf")
def test_each_window_gets_its_pictures(visit: Visit) -> None:
    reader = visit().go(f"{DAY}/e1/en")
    wide, narrow = (reader.main.locator(f"figure > .{one} > svg") for one in ("wide", "narrow"))
    for width, is_wide in ((DESK, True), (390, False)):
        reader.narrow(width)
        assert set(shown(wide)) == {is_wide}
        assert set(shown(narrow)) == {not is_wide}
    reader.page.emulate_media(media="print")
    assert set(shown(wide)) == {True}


@pytest.mark.usefixtures("shelf")
def test_on_paper(visit: Visit) -> None:
    reader = visit().go(f"{DAY}/e1/en")
    reader.main.locator("figure summary").first.click()
    reader.page.emulate_media(media="print")
    for name in (".top", ".tools", ".crumb", ".banner", "footer.foot", "summary"):
        assert not any(shown(reader.page.locator(name))), name
    tables = reader.main.locator("figure details table")
    assert shown(tables)[0], "what was opened is printed"
    assert not any(shown(tables)[1:])
    assert reader.main.locator("article h1").is_visible()


def fits(visitor: Visitor, axe: Path, path: str) -> list[str]:
    """What axe has against a page, and what does not fit a phone in any language."""
    faults = visitor.go(path).axe(axe)
    for language in ("ru", "kk", "en"):
        visitor.narrow(DESK)
        visitor.speak(language)
        faults += [f"{language}: {one}" for one in visitor.too_wide(320)]
    visitor.narrow(DESK)
    return faults


def test_the_figures(site: Site, visit: Visit, axe: Path) -> None:
    site.behind("lawyer", lambda: crowd(12, clock.today().replace(day=1), displacement="ASR", region="KZ-27"))
    site.behind("lawyer", lambda: crowd(3, date(2024, 3, 1), nationality="UN", region="KZ-59"))
    officer = visit("statistics").go("/figures/")
    officer.pick("As of", "1 January 2025")
    officer.press("Show figures")
    officer.says("Key Figures of the country, as of 1 January 2025")
    assert fits(officer, axe, officer.path) == []
    supervisor = visit("supervisor").go("/figures/")
    supervisor.says("Contact lost")
    assert fits(supervisor, axe, "/figures/") == []
