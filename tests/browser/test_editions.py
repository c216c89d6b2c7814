"""A factsheet from the frozen release to a signed-out reader, by two officers in two browsers; and what goes wrong."""

from pathlib import Path
from uuid import UUID

import pytest

from casework.accounts.models import Organisation
from casework.accounts.permissions import Role
from casework.core.db import db
from casework.editions import actions, queries
from casework.releases.models import Release
from tests import factories
from tests.browser.conftest import Site, Visit
from tests.browser.visitor import Visitor
from tests.editions import office as offices

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True, scope="session"),
]

LONG = 60_000
"""Milliseconds: pages, PDFs and files of three languages on a machine that has other things to do."""

PUBLIC = "/factsheets/kaz/2025-01-01/en"
REASON = "The lead has to name the day of the letter."


@pytest.fixture(scope="module")
def second(site: Site) -> tuple[str, str]:
    """Another statistics officer of the same office."""

    def hire() -> None:
        where = db.session.get_one(Organisation, site.world.organisations["office"])
        factories.user(Role.STATISTICS, where, name="Second Officer", email="second@office.example.org")

    site.behind("administrator", hire)
    site.world.emails["statistics", "second"] = "second@office.example.org"
    return "statistics", "second"


@pytest.fixture(scope="module")
def release(site: Site) -> UUID:
    return site.behind("statistics", lambda: offices.release(findings=[]).id)


@pytest.fixture
def overview(site: Site, release: UUID) -> str:
    """Where the factsheet of the release is, Kazakh still being written: that of the first test, or another."""

    def begin() -> str:
        found = queries.editions() or [actions.begin(db.session.get_one(Release, release))]
        return f"/editions/{found[0].id}"

    return site.behind("statistics", begin)


def text(site: Site, section: str, language: str = "en") -> str:
    """What is saved."""

    def ask() -> str:
        row = queries.text(queries.editions()[0], section, language)
        return row.text if row is not None else ""

    return site.behind("statistics", ask)


def look_at(visitor: Visitor, axe: Path) -> list[str]:
    """What is wrong with the page as it is now, wide and narrow."""
    faults = [f"{visitor.path}: {one}" for one in visitor.axe(axe)]
    for width in (390, 320):
        faults += [f"{visitor.path} ({width}): {one}" for one in visitor.too_wide(width)]
    visitor.narrow(1280)
    return faults


def lead(visitor: Visitor) -> str:
    return visitor.main.get_by_label("Lead").input_value()


def test_from_a_release_to_a_reader(
    visit: Visit, site: Site, axe: Path, release: UUID, second: tuple[str, str]
) -> None:
    # Begun with one press, twice at once: one factsheet.
    writer = visit("statistics").go("/editions/")
    faults = look_at(writer, axe)
    with writer.page.expect_navigation():
        writer.main.get_by_role("button", name="Make the factsheet").dblclick()
    writer.says("The factsheet is begun.")
    overview = writer.path
    assert len(site.behind("statistics", queries.editions)) == 1
    faults += look_at(writer, axe)

    # Written, with a number put in by name; how it reads stands beside it at once.
    writer.follow("Texts – English")
    faults += look_at(writer, axe)
    field = writer.main.get_by_label("Lead")
    field.fill("People here: ")
    writer.page.get_by_text("Put in a number").click()
    assert writer.axe(axe) == []
    writer.page.locator("[data-insert='{refugees_asylum}']").click()
    assert lead(writer) == "People here: {refugees_asylum}"
    writer.page.locator("#reading-text_lead").get_by_text("People here: 646").wait_for()
    field.press("Control+s")
    writer.says("1 text is saved.")
    assert writer.page.evaluate("() => document.activeElement.id") == "text_lead"  # and goes on where it was

    # The Kazakh lead is of another English now: that blocks Kazakh, and Kazakh alone.
    writer.go(overview)
    assert writer.main.get_by_text("“Lead” was translated from an English text").count() == 2
    writer.follow("Texts – Русский")
    writer.says("The English was changed after this was translated.")
    faults += look_at(writer, axe)
    writer.press("The translation still holds – Lead")
    writer.go(overview)
    assert writer.group("Languages").get_by_role("checkbox").count() == 2
    writer.says("Қазақша cannot be sent yet: 1 thing stands in the way.")

    # Sent in: the files are made by themselves, and who sent it in cannot approve it.
    writer.press("Check and send for approval")
    writer.main.get_by_text("Waits for approval").nth(1).wait_for(timeout=LONG)
    faults += look_at(writer, axe)
    writer.go(f"{overview}/review/en")
    assert writer.main.get_by_role("button", name="Approve and publish").count() == 0
    reader = visit()
    reader.expect(404, 410)
    reader.go(PUBLIC)
    assert reader.page.get_by_text("People here: 646").count() == 0

    # A second person reads it and publishes it, one language after the other.
    approver = visit(*second).go("/desk")
    with approver.page.expect_navigation():
        approver.main.get_by_role("link", name="languages of a factsheet waiting for your approval").click()
    assert approver.path == f"{overview}/review/en"
    approver.says("People here: 646")
    faults += look_at(approver, axe)
    approver.main.get_by_role("checkbox").check()
    approver.press("Approve and publish")
    approver.says("Published: English. Everybody can read it now.")
    assert approver.path == f"{overview}/review/ru"
    approver.page.go_back()  # to what is decided: nothing can be decided twice
    approver.page.reload()
    assert approver.path == overview
    approver.go(f"{overview}/review/ru").main.get_by_role("checkbox").check()
    approver.press("Approve and publish")
    faults += look_at(approver, axe)

    # A reader without an account reads it, and takes the PDF along.
    reader.go(PUBLIC).says("People here: 646")
    with reader.page.expect_download() as waiting:
        reader.main.get_by_role("link", name="PDF").first.click()
    assert Path(waiting.value.path()).read_bytes().startswith(b"%PDF")
    assert waiting.value.suggested_filename == "KAZ-2025-01-01-e1-en.pdf"
    assert reader.context.cookies() == []

    # Withdrawn: the same address says why.
    approver.go(f"{overview}/withdraw/ru")
    approver.write("Why it is withdrawn", REASON)
    approver.press("Withdraw it")
    reader.go(PUBLIC.replace("/en", "/ru")).says(REASON)
    reader.go(PUBLIC).says("People here: 646")
    assert not faults, "\n".join(faults)


def test_two_tabs_and_the_back_button(
    visit: Visit, site: Site, axe: Path, overview: str, second: tuple[str, str]
) -> None:
    one, other, address = visit("statistics"), visit(*second), f"{overview}/texts/kk"
    one.go(address)
    other.go(address)
    one.write("Lead", "Бірінші")
    one.press("Save")
    other.expect(409)
    other.write("Lead", "Екінші")
    other.write("Contacts", "Астана")
    other.press("Save")
    other.says("Someone else saved first")
    for words in ("Бірінші", "Екінші", "Астана"):
        other.says(words)
    assert other.axe(axe) == []
    assert other.too_wide(390) + other.too_wide(320) == []
    other.press("Save my version")
    other.says("2 texts are saved.")
    assert (text(site, "lead", "kk"), text(site, "contacts", "kk")) == ("Екінші", "Астана")

    # Back to the page as it was before: it shows what is saved now, not what the browser remembers of the fields.
    one.go("/editions/").page.go_back()
    assert one.path == address
    assert lead(one) == "Екінші"

    # Leaving with something unsaved asks first; staying keeps it, and so does coming back in the same tab.
    one.write("Lead", "Typed and not saved")
    asked: list[str] = []
    one.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    one.go("/editions/")
    assert asked == ["beforeunload"]
    one.go(address)
    one.says("This is the text you typed earlier. It has not been saved yet.")
    assert lead(one) == "Typed and not saved"
    one.page.locator("#reading-text_lead").get_by_text("Typed and not saved").wait_for()
    one.write("Lead", "Екінші")
    one.press("Save")


def test_without_a_script(visit: Visit, overview: str) -> None:
    """The form, the preview and the making of files, step by step."""
    officer = visit("statistics", scripts=False)
    officer.go(f"{overview}/texts/kk")
    officer.write("Lead", "Барлығы: {refugees_asylum}. {no_such}")
    officer.press("Show how it reads, without saving")
    officer.says("{no_such} names no published number, or one that is withheld.")
    officer.write("Lead", "Барлығы: {refugees_asylum}.")
    officer.press("Save and check")
    officer.page.set_default_timeout(LONG)
    for other in ("English", "Русский"):  # sent in by themselves, where the first test has not
        if officer.group("Languages").get_by_label(other).count():
            officer.group("Languages").get_by_label(other).uncheck()
    officer.press("Check and send for approval")
    officer.says("Қазақша: page, PDF and files.")
    officer.press("Go on")
    officer.says("Waits for approval")
    officer.press("Take back and go on writing – Қазақша")
    officer.says("Taken back. The texts can be changed again.")


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_on_a_phone(visit: Visit, axe: Path, overview: str, language: str) -> None:
    officer = visit("statistics").go("/desk").speak(language)
    for way in ("/editions/", "/editions/new", overview, f"{overview}/texts/kk", f"{overview}/preview/kk"):
        officer.go(way)
        assert officer.too_wide(390) + officer.too_wide(320) == [], way
        assert officer.axe(axe) == [], way
