"""Sending files from a browser: in slices, over a line that breaks, after a reload, and without scripts."""

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Route

from casework.documents import queries
from tests.browser import caseload
from tests.browser.caseload import Paths
from tests.browser.conftest import Site, Visit
from tests.browser.visitor import Visitor
from tests.documents import files

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True, scope="session"),
]

SLICES = "**/uploads/*?offset=*"
TEXT = b"Invented words of a long letter.\n" * 30_000


@pytest.fixture(scope="module")
def record(site: Site) -> Paths:
    lawyer_id = site.world.user_id("lawyer")
    return site.behind("lawyer", lambda: caseload.one_full_record(lawyer_id))


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    path = tmp_path / "A long letter.txt"
    path.write_bytes(TEXT)
    return path


def at_the_form(visitor: Visitor, record: Paths, title: str) -> Visitor:
    visitor.go(f"{record.case}/documents/new")
    visitor.pick("What is it?", "Archive extract")
    visitor.write("Title", title)
    return visitor


def choose(visitor: Visitor, *paths: Path) -> None:
    visitor.page.locator("input[name=files]").set_input_files(paths)


def send(visitor: Visitor) -> None:
    visitor.main.get_by_role("button", name="Add documents", exact=True).click()


def offsets(visitor: Visitor) -> list[int]:
    """From where on slices are sent, as they go."""
    found: list[int] = []
    visitor.page.on(
        "request",
        lambda asked: found.append(int(asked.url.partition("offset=")[2])) if "offset=" in asked.url else None,
    )
    return found


def failing(times: int, then: Callable[[Route], None] = lambda route: route.continue_()) -> Callable[[Route], None]:
    left = [times]

    def handle(route: Route) -> None:
        if left[0] > 0:
            left[0] -= 1
            route.abort("aborted")
        else:
            then(route)

    return handle


def kept(site: Site, record: Paths, title: str) -> list[bytes]:
    def found() -> list[bytes]:
        every = queries.of_case(UUID(record.case.rpartition("/")[2]))
        return [b"".join(queries.opened(one)) for one in every if one.details.title == title]

    return site.behind("lawyer", found)


def test_several_files_over_a_broken_line(site: Site, visit: Visit, record: Paths, paper: Path, tmp_path: Path) -> None:
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(files.pdf())
    lawyer = at_the_form(visit("lawyer"), record, "Broken line")
    asked = offsets(lawyer)
    lawyer.page.route(SLICES, failing(2))
    choose(lawyer, paper, scan)
    with lawyer.page.expect_navigation():
        send(lawyer)
    lawyer.says("The documents are kept.")
    assert lawyer.path == f"{record.case}/documents"
    assert sorted(kept(site, record, "Broken line"), key=len) == sorted([TEXT, files.pdf()], key=len)
    assert asked.count(0) == 4, "the first slice of one file three times, of the other once"
    assert lawyer.page.evaluate("() => Object.keys(sessionStorage).filter(k => k.startsWith('draft:document'))") == []


def test_a_reload_and_the_same_file_again(site: Site, visit: Visit, record: Paths, paper: Path) -> None:
    lawyer = at_the_form(visit("lawyer"), record, "Reloaded")
    lawyer.page.on("dialog", lambda dialog: dialog.accept())
    lawyer.page.route(
        SLICES, lambda route: route.continue_() if "offset=0" in route.request.url else route.abort("aborted")
    )
    choose(lawyer, paper)
    send(lawyer)
    lawyer.says("The connection was lost. Trying again.")
    lawyer.page.reload()
    lawyer.page.unroute(SLICES)
    asked = offsets(lawyer)
    lawyer.says("This is the text you typed earlier.")
    assert lawyer.page.locator("#title").input_value() == "Reloaded"
    choose(lawyer, paper)
    with lawyer.page.expect_navigation():
        send(lawyer)
    assert kept(site, record, "Reloaded") == [TEXT]
    assert min(asked) > 0, "what had arrived was not sent again"


def test_a_refusal_stands_at_its_file_and_what_was_typed_stays(
    site: Site, visit: Visit, record: Paths, tmp_path: Path
) -> None:
    good, bad = tmp_path / "good.pdf", tmp_path / "bad.docx"
    good.write_bytes(files.pdf())
    bad.write_bytes(files.macro())
    lawyer = at_the_form(visit("lawyer"), record, "One of two")
    lawyer.expect(422)
    choose(lawyer, bad, good)
    send(lawyer)
    lawyer.says("“bad.docx” contains macros. Save it without macros, or print it to PDF.")
    assert lawyer.page.locator(".sending li").count() == 2
    assert lawyer.page.locator(".sending .bad").count() == 1
    lawyer.page.locator(".sending li:not(.bad)").get_by_text("Kept").wait_for()
    assert lawyer.page.locator("#title").input_value() == "One of two"
    choose(lawyer, good)
    with lawyer.page.expect_navigation():
        send(lawyer)
    assert len(kept(site, record, "One of two")) == 1, "what was kept is not sent again"


def test_cancelling(site: Site, visit: Visit, record: Paths, paper: Path) -> None:
    lawyer = at_the_form(visit("lawyer"), record, "Cancelled")
    lawyer.page.on("dialog", lambda dialog: dialog.accept())
    lawyer.page.route(SLICES, lambda route: route.abort("aborted"))
    choose(lawyer, paper)
    send(lawyer)
    lawyer.says("The connection was lost. Trying again.")
    with lawyer.page.expect_response("**/cancel"):
        lawyer.main.get_by_role("button", name="Cancel", exact=True).click()
    lawyer.says("Cancelled")
    assert kept(site, record, "Cancelled") == []


def test_without_scripts(site: Site, visit: Visit, record: Paths, paper: Path) -> None:
    lawyer = at_the_form(visit("lawyer", scripts=False), record, "Plain")
    choose(lawyer, paper)
    lawyer.press("Add documents")
    lawyer.says("The documents are kept.")
    assert kept(site, record, "Plain") == [TEXT]


@pytest.mark.parametrize("path", ["documents", "documents/new"])
def test_on_a_phone(visit: Visit, record: Paths, path: str) -> None:
    lawyer = visit("lawyer", width=390).go(f"{record.case}/{path}")
    assert lawyer.too_wide(390) == []
    assert lawyer.too_wide(320) == []
