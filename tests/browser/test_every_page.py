"""Every page of every role: accessible by axe, and without scrolling sideways on a phone, in three languages.

A visitor starts at their desk and follows links until no new endpoint turns up. Nothing is sent but GET requests, and
the language switch.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import pytest
from werkzeug.exceptions import HTTPException

from casework.accounts import sign_in
from casework.accounts.models import Organisation
from casework.accounts.permissions import Role
from casework.core.db import db
from casework.core.scope import Principal, acting_as
from casework.editions import actions as edition_actions
from casework.releases import actions
from casework.releases.models import Step
from tests import factories
from tests.browser import caseload
from tests.browser.caseload import Paths
from tests.browser.conftest import Site, Visit
from tests.browser.crawled import AT_LEAST
from tests.browser.visitor import Visitor
from tests.editions import office as offices
from tests.regional import found as regional
from tests.releases import published

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True, scope="session"),
]

PHONES = (390, 320)
DESK = 1280

BY_ROLE = {"desk.home", "casefile.case", "cases.index", "diary.calendar", "releases.show", "editions.show"}
"""Pages that show other things to another role, or at another step."""

DOWNLOADS = ("exports.take", "rights.file", "rights.certificate_", "oversight.export", "oversight.head",
             "referrals.file", "referrals.printed",
             "documents.download", "letters.draft", "letter_templates.original", "letter_templates.test",
             "releases.download", "editions.file", "regional_editions.export")  # fmt: skip

UNSTACKED = """() => [...document.querySelectorAll('table.stacked')].filter(
  table => [...table.querySelectorAll('tbody td')].some(cell => getComputedStyle(cell).display === 'table-cell')
).map(table => `the table “${table.caption?.innerText}” is not stacked`)"""

HAS_DOCK = """() => {
  const dock = document.querySelector('.dock');
  return dock && getComputedStyle(dock).position === 'fixed' && dock.getBoundingClientRect().bottom <= innerHeight;
}"""


@pytest.fixture(scope="module")
def record(site: Site) -> Paths:
    lawyer_id = site.world.user_id("lawyer")
    return site.behind("lawyer", lambda: caseload.one_full_record(lawyer_id))


@pytest.fixture(scope="module")
def releases(site: Site) -> list[str]:
    """The way to a release at every step: frozen, being reviewed, being drawn up, not safe to publish."""

    def fill() -> list[str]:
        published.release(content=published.publication("2024-01-01", "2023-01-01"))
        frozen = published.release()
        draft = published.release(Step.ATTACKED, published.publication("2025-02-01", "2025-01-01"))
        begun = published.release(Step.BEGUN, published.publication("2025-03-01", "2025-02-01"))
        found = [{"table": "undetermined_by_region", "reason": "narrow", "fixes": ["coarser:region"]}]
        unsafe = published.release(
            Step.ATTACKED,
            published.publication("2025-04-01", "2025-03-01"),
            publication=None,
            report=published.REPORT | {"is_safe": False, "unsafe": found},
        )
        actions.add_table("undetermined", ["sex", "macro_region"])
        return [f"/releases/{one.id}" for one in (frozen, draft, begun, unsafe)]

    return site.behind("statistics", fill)


@pytest.fixture(scope="module")
def editions(site: Site, releases: list[str]) -> list[str]:
    """The way to an edition at every step: published, waiting for approval, sent back, being made, being written."""

    def hire() -> Principal:
        where = db.session.get_one(Organisation, site.world.organisations["office"])
        second = factories.user(Role.STATISTICS, where, name="Second Officer", email="second@office.example.org")
        return sign_in.principal_for(second)

    def send() -> list[UUID]:
        made = [offices.begun(as_of=day) for day in ("2025-05-01", "2025-06-01")]
        for one in made:
            edition_actions.submit(one, offices.ALL)
            offices.made(one)
        return [one.id for one in made]

    def decide() -> list[UUID]:
        edition_actions.approve(offices.again(sent[0]), ["en", "ru"])
        edition_actions.send_back(offices.again(sent[0]), "kk", "The lead has to name the day.")
        making = offices.begun(as_of="2025-07-01")
        edition_actions.submit(making, offices.ALL)
        return [making.id, offices.begun(as_of="2025-08-01").id]

    site.world.principals["statistics", "second"] = site.behind("administrator", hire)
    sent = site.behind("statistics", send, "second")
    found = [f"/editions/{one}" for one in [*sent, *site.behind("statistics", decide)]]
    return [*found, f"{found[1]}/review/en", f"{found[3]}/texts/kk"]


@pytest.fixture(scope="module")
def regional_work(site: Site, editions: list[str]) -> list[str]:
    """The way to keys and signed editions of other countries: in use, waiting to be confirmed and taken in."""
    first, second = (site.world.principal("statistics", where) for where in (None, "second"))

    @contextmanager
    def acting(who: Principal) -> Iterator[None]:
        with site.app.app_context(), acting_as(who):
            yield
            db.session.commit()

    def fill() -> list[str]:
        used = regional.trusted(acting, first, second, "regional.supersede")["bundle_id"]
        waiting = regional.trusted(acting, first, second, "regional.bundle", "2024-01-01")["bundle_id"]
        key = regional.trusted(acting, first, second, "regional.key")["key_id"]
        return ["/regional/", *(f"/regional/bundles/{one}" for one in (used, waiting)), f"/regional/keys/{key}"]

    with ThreadPoolExecutor(1) as thread:  # as `behind` does
        return thread.submit(fill).result()


@pytest.fixture(scope="module")
def read_aloud() -> set[tuple[str, str]]:
    """Pages that were checked in a language already: two roles need not both be told that a page is well."""
    return set()


def crawl(site: Site, visitor: Visitor, starts: list[str]) -> Iterator[tuple[str, str]]:
    """Go from page to page, one per endpoint (and per step of a form) and all the starts, and stop at each."""
    addresses = site.app.url_map.bind("127.0.0.1")
    seen: set[str] = set()
    asked = set(starts)
    waiting = list(starts)
    while waiting:
        path = waiting.pop(0)
        try:
            endpoint, values = addresses.match(path.partition("?")[0], "GET")
        except HTTPException:  # a form sends there, a link does not
            continue
        steps = [str(values[part]) for part in ("step", "dimension") if part in values]
        # A form of two pages: first which, then what.
        steps += [part for part in ("code", "to", "of") if f"?{part}=" in path]
        name = " ".join([endpoint, *steps])
        if endpoint in ("static", "desk.start", *DOWNLOADS) or endpoint.startswith("factsheets."):
            continue  # public pages speak the language of their address: test_factsheet looks at them
        if name in seen and path not in asked:
            continue
        asked.discard(path)
        seen.add(name)
        visitor.go(path)
        links = visitor.page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)")
        waiting += [
            link.removeprefix(site.address).partition("#")[0] for link in links if link.startswith(site.address)
        ]
        yield name, visitor.path


@pytest.mark.parametrize("role", AT_LEAST)
def test_every_page(
    site: Site,
    visit: Visit,
    record: Paths,
    releases: list[str],
    editions: list[str],
    regional_work: list[str],
    axe: Path,
    read_aloud: set[tuple[str, str]],
    role: str,
    pytestconfig: pytest.Config,
) -> None:
    whole = pytestconfig.getoption("--everything")
    visitor = visit() if role == "nobody" else visit(role)
    starts = ["/sign-in"] if role == "nobody" else ["/desk"]
    if role in ("lawyer", "supervisor"):
        starts += [record.case, record.closed, "/search"]
    if role == "lawyer":
        starts += [record.check, record.same, "/cases/?state=closed"]
    if role == "supervisor":
        starts += [record.merge]
    if role == "statistics":
        starts += [*releases, *editions, *regional_work]
    faults: list[str] = []
    pages: list[tuple[str, str]] = []

    def note(path: str, where: str, found: list[str]) -> None:
        faults.extend(f"{path} ({where}): {one}" for one in found)

    for name, path in crawl(site, visitor, starts):
        pages.append((name, path))
        if ("en", name) in read_aloud and name not in BY_ROLE:
            continue
        read_aloud.add(("en", name))
        note(path, "1280", visitor.axe(axe))
        visitor.narrow(PHONES[0])
        open_folds(visitor)
        note(path, "390", visitor.page.evaluate(UNSTACKED))
        note(path, "390", visitor.axe(axe))
        for width in PHONES:
            note(path, str(width), visitor.too_wide(width))
        if path == record.case:
            assert visitor.page.evaluate(HAS_DOCK), "no dock at the bottom of the record"
        visitor.narrow(DESK)
    missed = AT_LEAST[role] - {name.partition(" ")[0] for name, _ in pages}
    assert not missed, f"no link leads to {missed}"

    for number, language in enumerate(("ru", "kk")):
        visitor.go(pages[0][1]).speak(language)
        for name, path in pages if whole else pages[number::2]:  # each in one of them; in both with --everything
            if (language, name) in read_aloud:
                continue
            read_aloud.add((language, name))
            visitor.go(path)
            assert visitor.page.evaluate("() => document.documentElement.lang") == language
            note(path, f"320 {language}", visitor.too_wide(320))  # longer words; axe has seen the same page in English
            visitor.narrow(DESK)
    visitor.speak("en")
    assert not faults, f"{len(faults)} faults on {len(pages)} pages:\n" + "\n".join(faults)


def open_folds(visitor: Visitor) -> None:
    """Unfold whatever is folded, but for menus, which lie over the page."""
    visitor.page.evaluate("() => document.querySelectorAll('details:not(.menu)').forEach(fold => fold.open = true)")


def test_menus_and_dialogs(visit: Visit, record: Paths, axe: Path) -> None:
    visitor = visit("lawyer").go(record.case)
    for menu in visitor.page.locator("details.menu:visible > summary").all():
        menu.click()
        assert visitor.axe(axe) == []
        visitor.page.keyboard.press("Escape")
    visitor.page.keyboard.press("?")
    visitor.page.locator("dialog[open]").wait_for()
    assert visitor.axe(axe) == []


def test_refusals(visit: Visit, record: Paths, axe: Path) -> None:
    """What is not there and what one may not see is said in words, on a page as good as the others."""
    visitor = visit("lawyer")
    visitor.expect(403, 404, 422)
    stranger = visit("lawyer", "B")
    stranger.expect(404)
    for who, path in ((visitor, "/no-such-page"), (visitor, "/audit"), (stranger, record.case)):
        who.go(path)
        assert who.axe(axe) == []
        assert who.too_wide(320) == []
        who.narrow(DESK)
    visitor.go("/register").press("Continue")
    assert visitor.page.locator(".errsum").is_visible()
    assert visitor.axe(axe) == []
    assert visitor.too_wide(320) == []


def test_the_search_finds_and_fits(visit: Visit, record: Paths, axe: Path) -> None:
    visitor = visit("lawyer").go("/desk")
    for words in ("ulgibaeva", "Қазақбаева Нәзік"):
        visitor.page.locator("#find").fill(words)
        with visitor.page.expect_navigation():
            visitor.page.keyboard.press("Enter")
        assert visitor.axe(axe) == []
        assert visitor.too_wide(320) == []
        visitor.narrow(DESK)
    visitor.says("Nobody found")
