"""Finding people from the keyboard, in any alphabet; in several server processes, after a restart, under a new key."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser

from casework.core import clock
from casework.core.vault import KeyRing
from casework.persons import actions
from casework.persons.actions import Registration
from casework.persons.models import Identity
from tests.browser.conftest import RESULTS, Site, Visit
from tests.browser.visitor import Visitor
from tests.conftest import _Stage, make_app

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True, scope="session"),
]

PETROV = Identity(family_name="Петров", given_name="Пётр")
NURLANOVA = Identity(family_name="Нұрланова", given_name="Ақгүл")
MOHAMMAD = Identity(family_name="احمدی", given_name="محمد")
PATIENCE = 30


@pytest.fixture(scope="module")
def known(site: Site) -> None:
    for identity in (PETROV, NURLANOVA, MOHAMMAD):
        registered(site, identity)
    registered(site, Identity(family_name="Петрова", given_name="Чужая"), "B")


def registered(site: Site, identity: Identity, where: str = "A") -> None:
    """Somebody is registered in the process of the tests, which is the first of the servers."""
    site.behind("lawyer", lambda: actions.register(Registration(identity=identity, registered_on=clock.today())), where)


def found(visitor: Visitor, words: str) -> list[str]:
    """Who is found by these words, typed after the key that leads to the search from every page."""
    visitor.page.locator("h1").first.click()
    visitor.page.keyboard.press("/")
    assert visitor.page.evaluate("() => document.activeElement.id") == "find"
    visitor.page.keyboard.press("Control+A")
    visitor.page.keyboard.insert_text(words)
    with visitor.page.expect_navigation():
        visitor.page.keyboard.press("Enter")
    assert visitor.path == "/search", "no word of it stands in the address"
    return [name.strip() for name in visitor.main.locator("[data-row] th bdi").all_inner_texts()]


@pytest.fixture
def ring(site: Site) -> Iterator[Path]:
    """The file of the keys, put back for the tests that come after."""
    file = Path(site.app.extensions["settings"].keys_file)
    before = file.read_bytes()
    yield file
    file.write_bytes(before)


@contextmanager
def another_server(stage: _Stage, site: Site) -> Iterator[str]:
    """`casework serve` in a process of its own, on the database and with the keys of the first."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    instance = Path(site.app.instance_path)
    log = instance / "server.log"
    for file in instance.glob("casework.db*"):
        file.chmod(0o600)  # else it refuses to start
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "casework.cli", "serve", "--port", str(port)],
            env=environment(stage, site),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(address, process, log)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def environment(stage: _Stage, site: Site) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CASEWORK_")}
    url = stage.url.render_as_string(hide_password=False)
    return kept | {"CASEWORK_INSTANCE": site.app.instance_path, "DATABASE_URL": url}


def wait_for(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(PATIENCE * 10):
        if process.poll() is not None:
            break
        try:
            with urlopen(f"{address}/sign-in"):  # noqa: S310 -- an address of our own
                return
        except URLError:
            time.sleep(0.1)
    pytest.fail(f"The server did not start: {log.read_text()[-2000:]}")


@contextmanager
def visiting(browser: Browser, address: str, site: Site, where: str | None = None) -> Iterator[Visitor]:
    visitor = Visitor(browser, address, site.world, site.code_of)
    try:
        yield visitor.sign_in("lawyer", where)
    except BaseException:
        visitor.page.screenshot(path=RESULTS / "finding.png", full_page=True)
        raise
    finally:
        visitor.leave()
    assert not visitor.faults, "\n".join(visitor.faults)


def test_any_alphabet_finds_the_name(visit: Visit, known: None) -> None:
    lawyer = visit("lawyer")
    for words, identity in (("petrov", PETROV), ("нурланова", NURLANOVA), ("mohammad", MOHAMMAD)):
        assert identity.full_name in found(lawyer, words), words
    assert found(lawyer, "petrov") == [PETROV.full_name], "the other organisation's Петрова is not there"
    assert found(lawyer, "Жаркынаев") == []
    lawyer.says("Nobody found")


def test_every_process_finds_everyone_after_a_restart_and_under_a_new_key(
    browser: Browser, stage: _Stage, site: Site, known: None, ring: Path
) -> None:
    late = Identity(family_name="Сидоров", given_name="Ыбырай")
    newest = Identity(family_name="Тұманбаев", given_name="Ерік")
    with another_server(stage, site) as address, visiting(browser, address, site) as lawyer:
        assert found(lawyer, "petrov") == [PETROV.full_name]
        assert found(lawyer, "sidorov") == []
        registered(site, late)
        assert found(lawyer, "sidorov") == [late.full_name], "registered in the other process a moment ago"
    before = KeyRing.load(ring).active
    rotate = [sys.executable, "-m", "casework.cli", "keys", "rotate", "--yes"]
    subprocess.run(rotate, env=environment(stage, site), check=True, capture_output=True)
    assert KeyRing.load(ring).active != before
    with another_server(stage, site) as address, visiting(browser, address, site) as lawyer:
        for words, identity in (("petrov", PETROV), ("нурланова", NURLANOVA), ("sidorov", late)):
            assert found(lawyer, words) == [identity.full_name], words
        with_new_key = make_app(Path(site.app.instance_path), stage.url.render_as_string(hide_password=False))
        registered(replace(site, app=with_new_key), newest)
        assert found(lawyer, "tumanbaev") == [newest.full_name], "sealed with the new key"
        assert found(lawyer, "petrov") == [PETROV.full_name]
