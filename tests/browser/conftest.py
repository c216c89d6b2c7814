"""A real Chromium before a real server, on an instance of its own for every module."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar

import pytest
import waitress
from flask import Flask
from playwright.sync_api import Browser, sync_playwright

from casework.core.db import db
from casework.core.scope import acting_as
from tests import servers
from tests.browser.visitor import Visitor
from tests.factories import World
from tests.pages import one_time_code

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Site:
    """A running Casework: where it answers, and what stands behind it."""

    address: str
    app: Flask
    world: World

    def behind(self, role: str, ask: Callable[[], Answer], where: str | None = None) -> Answer:
        """What `ask` finds out, or does, in the database as this user.

        In a thread of its own: an application context cannot end where Playwright's event loop runs.
        """

        def act() -> Answer:
            with self.app.app_context(), acting_as(self.world.principal(role, where)):
                found = ask()
                db.session.commit()
                return found

        with ThreadPoolExecutor(1) as thread:
            return thread.submit(act).result()

    def code_of(self, email: str) -> str:
        """What the authenticator app of this user shows now."""
        with ThreadPoolExecutor(1) as thread:  # as `behind`
            return thread.submit(one_time_code, self.app, email).result()


Visit = Callable[..., Visitor]
FAILED = pytest.StashKey[bool]()
RESULTS = Path(__file__).resolve().parents[2] / "test-results"


@pytest.fixture(scope="module")
def site(stage: Any) -> Iterator[Site]:
    stage.reset()
    # As `casework serve` calls it, on a port that the system gives.
    sockets: dict[int, Any] = {}
    server = waitress.create_server(stage.app, map=sockets, host="127.0.0.1", port=0, threads=4, ident=None)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    yield Site(f"http://127.0.0.1:{server.effective_port}", stage.app, stage.world)
    sockets.clear()  # the loop ends when it has nothing left to watch
    server.pull_trigger()
    thread.join(timeout=10)
    server.task_dispatcher.shutdown()
    server.socket.close()


@pytest.fixture(scope="module")
def browser(site: Site) -> Iterator[Browser]:
    """One for the module and its site: Playwright's event loop may not run yet when the database is made."""
    if reason := servers.why_no_chromium():
        pytest.skip(reason)
    with sync_playwright() as playwright:
        chromium = servers.launch_chromium(playwright)
        yield chromium
        chromium.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest.fixture
def visit(request: pytest.FixtureRequest, browser: Browser, site: Site) -> Iterator[Visit]:
    """`visit("lawyer")` signs in; `visit()` does not. At the end no browser may have complained of anything.

    What the visitors of a failed test saw last is kept in test-results/.
    """
    visitors: list[Visitor] = []

    def arrive(role: str = "", where: str | None = None, *, width: int = 1280, scripts: bool = True) -> Visitor:
        visitor = Visitor(browser, site.address, site.world, site.code_of, width=width, scripts=scripts)
        visitors.append(visitor)
        return visitor.sign_in(role, where) if role else visitor

    yield arrive
    for number, one in enumerate(visitors, 1):
        if request.node.stash[FAILED]:
            name = re.sub(r"[^\w-]+", "-", request.node.name)
            one.page.screenshot(path=RESULTS / f"{name}-{number}.png", full_page=True)
        one.leave()
    faults = [fault for one in visitors for fault in one.faults]
    assert not faults, "\n".join(faults)


@pytest.fixture(scope="session")
def axe() -> Path:
    if reason := servers.why_no_axe():
        pytest.skip(reason)
    found = servers.axe_script()
    assert found is not None
    return found
