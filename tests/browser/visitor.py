"""Someone at a browser window: does what a user does, in a user's words, and notes what the browser complains of."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, Response, ViewportSize

from casework.core.web import HEADERS
from tests.factories import PASSWORD, World

PATIENCE = 5_000
TALL = 900

OVERFLOW = """() => {
  const room = document.documentElement.clientWidth, page = document.documentElement.scrollWidth;
  if (page <= room) return [];
  const scrolls = e => { for (let p = e.parentElement; p; p = p.parentElement)
    if (['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(p).overflowX)) return true; return false; };
  const out = [...document.body.querySelectorAll('*')].filter(
    e => e.getBoundingClientRect().right > room + 1 && !scrolls(e));
  return [`${page} px on a screen of ${room} px`, ...out.slice(0, 3).map(e => e.outerHTML.slice(0, 120))];
}"""
"""What makes a page wider than its screen; nothing, if nothing does."""

AXE = """() => axe.run(document, {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'],
  resultTypes: ['violations'],
}).then(found => found.violations.flatMap(rule => rule.nodes.slice(0, 3).map(node =>
  `${rule.id}: ${node.target.join(' ')} – ${node.failureSummary.split('\\n').slice(1).join(' ').trim()}`)))"""


class Visitor:
    """A person with a window of their own. `faults` is what must be empty when they leave."""

    def __init__(
        self,
        browser: Browser,
        address: str,
        world: World,
        code_of: Callable[[str], str],
        *,
        width: int = 1280,
        scripts: bool = True,
    ) -> None:
        self.address = address
        self.world = world
        self.code_of = code_of
        self.faults: list[str] = []
        self.refusals: set[int] = set()
        self.context = browser.new_context(
            viewport={"width": width, "height": TALL}, locale="en-GB", java_script_enabled=scripts
        )
        self.context.set_default_timeout(PATIENCE)
        self.context.on("console", self._hear)
        self.context.on("weberror", lambda error: self.faults.append(f"{error.page and error.page.url}: {error.error}"))
        self.context.on("response", self._receive)
        self.context.on("requestfailed", self._miss)
        self.page: Page = self.context.new_page()

    # -- what is watched ---------------------------------------------------------------------------------------------

    def _hear(self, message: ConsoleMessage) -> None:
        # An answer of 400 and more is noted where answers are read, with what was expected.
        if message.type in ("error", "warning") and not message.text.startswith("Failed to load resource"):
            self.faults.append(f"{message.location.get('url', '')}: {message.type}: {message.text[:300]}")

    def _receive(self, answer: Response) -> None:
        place = f"{answer.request.method} {answer.url.removeprefix(self.address)}"
        if not answer.url.startswith(self.address):
            self.faults.append(f"{place}: from elsewhere")
            return
        if answer.status >= 400 and answer.status not in self.refusals:
            self.faults.append(f"{place}: answered {answer.status}")
        expected = HEADERS | {"Cache-Control": "no-store"}
        if answer.url.startswith(f"{self.address}/static/"):
            expected["Cache-Control"] = "public, max-age=31536000, immutable"
        elif answer.url.startswith(f"{self.address}/factsheets") and answer.status != 404:
            kept = answer.headers.get("cache-control", "")
            expected["Cache-Control"] = kept if kept in ("public, max-age=300", "public, max-age=3600") else "public"
        if answer.headers.get("content-disposition", "").startswith("attachment"):
            expected["Content-Security-Policy"] = "default-src 'none'; sandbox"  # a file is kept, not shown
        for name, value in expected.items():
            if answer.headers.get(name.lower()) != value:
                self.faults.append(f"{place}: {name} is {answer.headers.get(name.lower())!r}")
        if "server" in answer.headers:
            self.faults.append(f"{place}: says what serves it")

    def _miss(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # left for another page
            self.faults.append(f"{request.method} {request.url}: {request.failure}")

    def expect(self, *statuses: int) -> None:
        """Answers that this visit is meant to get."""
        self.refusals.update(statuses)

    def leave(self) -> None:
        self.context.close()

    # -- what a user does --------------------------------------------------------------------------------------------

    def go(self, path: str) -> "Visitor":
        self.page.goto(path if path.startswith("http") else self.address + path)
        return self

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.address).partition("#")[0]

    @property
    def main(self) -> Locator:
        return self.page.locator("main")

    def sign_in(self, role: str, where: str | None = None) -> "Visitor":
        self.go("/sign-in")
        self.write("E-mail address", self.world.email(role, where))
        self.write("Password", PASSWORD)
        self.press("Sign in")
        self.write("One-time code", self.code_of(self.world.email(role, where)))
        self.press("Sign in")
        assert self.path == "/desk"
        return self

    def write(self, label: str, text: str) -> None:
        self.main.get_by_label(exactly(label)).and_(self.page.locator("input, textarea")).fill(text)

    def pick(self, label: str, option: str) -> None:
        """Choose from a list that folds out."""
        self.main.get_by_label(exactly(label)).select_option(label=option)

    def group(self, legend: str) -> Locator:
        return self.main.get_by_role("group", name=exactly(legend))

    def choose(self, legend: str, option: str) -> None:
        """Choose among pills."""
        self.group(legend).get_by_label(option, exact=True).check()

    def day(self, legend: str, day: date) -> None:
        """A date in its three fields."""
        for part, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
            self.group(legend).get_by_label(part, exact=True).fill(str(value))

    def press(self, name: str) -> None:
        """Press a button that sends a form, and wait for the page that answers."""
        with self.page.expect_navigation():
            self.main.get_by_role("button", name=name, exact=True).click()

    def follow(self, name: str) -> None:
        with self.page.expect_navigation():
            self.main.get_by_role("link", name=name).first.click()

    def menu(self, label: str, entry: str) -> None:
        """Open a menu and take one of its entries."""
        menu = self.page.locator("details.menu", has=self.page.get_by_text(label, exact=True))
        menu.locator("summary").click()
        with self.page.expect_navigation():
            menu.get_by_role("link", name=entry, exact=True).click()

    def speak(self, language: str) -> "Visitor":
        """Switch the language at the top of the page."""
        with self.page.expect_navigation():
            self.page.locator(f"header .langs:not(.burger *) button[lang={language}]").click()
        return self

    def says(self, text: str | re.Pattern[str]) -> None:
        """The page says this, visibly."""
        self.page.get_by_text(text).first.wait_for(state="visible")

    def narrow(self, width: int) -> None:
        self.page.set_viewport_size(ViewportSize(width=width, height=TALL))

    # -- what is measured --------------------------------------------------------------------------------------------

    def too_wide(self, width: int) -> list[str]:
        """What makes this page scroll sideways on a screen of this width."""
        self.narrow(width)
        return list(self.page.evaluate(OVERFLOW))

    def axe(self, script: Path) -> list[str]:
        """What axe has against this page as it is now."""
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(script.read_text("utf-8"))
        found: list[Any] = self.page.evaluate(AXE)
        return [str(one) for one in found]


def exactly(label: str) -> re.Pattern[str]:
    """A label as it stands, whether or not the field may stay empty."""
    return re.compile(rf"^\s*{re.escape(label)}(\s*\(optional\))?\s*$")
