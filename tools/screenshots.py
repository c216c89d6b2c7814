"""Pictures of the pages, for the README and for looking at: a desktop and a phone, in a chosen language.

    .venv/bin/python -m tools.screenshots http://127.0.0.1:8000 pictures --language ru

It signs in to a running training copy (`casework demo`) as its invented people. The one thing it writes there, a
registration that is not finished, it throws away again.
"""

import argparse
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from casework.accounts.permissions import Role
from casework.core.config import LANGUAGES
from casework.demo.staff import COLLEAGUES, PASSWORD
from tests import servers

SCREENS = ((1280, 900), (390, 844))


def desk(page: Page) -> None:
    page.goto("/desk")


def cases(page: Page) -> None:
    page.goto("/cases/?sort=due")


def record(page: Page) -> None:
    """The record that was touched last, with its composer open."""
    page.goto("/cases/?sort=-contact")
    open_first_row(page)
    page.locator("#quick").evaluate("fold => fold.open = true")


def register(page: Page) -> None:
    page.goto("/register")


def check(page: Page) -> None:
    """The last step of a registration, with invented answers."""
    page.goto("/register")
    for field, words in (("family_name", "Үлгібаева"), ("given_name", "Ақгүл"), ("birth-year", "1991")):
        page.fill(f"#{field}", words)
    go_on(page)
    page.select_option("#region", "KZ-61")
    page.locator("#nationality input[value=UN]").check()
    page.locator("#track input[value=NATIONALITY]").check()
    go_on(page)
    page.locator("#consent input[value=given]").check()
    go_on(page)


def discard(page: Page) -> None:
    with page.expect_navigation():
        page.locator("main form[action$='/discard'] button").click()


def team(page: Page) -> None:
    page.goto("/team/")


def figures(page: Page) -> None:
    page.goto("/figures/")


def factsheet(page: Page) -> None:
    page.goto("/editions/")


def users(page: Page) -> None:
    page.goto("/users")


def code_lists(page: Page) -> None:
    page.goto("/codes")


def calendar(page: Page) -> None:
    page.goto("/calendar")


def calendar_month(page: Page) -> None:
    page.goto("/calendar?view=month")


def procedure(page: Page) -> None:
    """Of a case in which a State was asked, as the pages after it."""
    page.goto("/cases/?track=NATIONALITY&stage=INQUIRY_SENT&sort=-contact")
    open_first_row(page)
    turn_to(page, "procedure")


def acts(page: Page) -> None:
    """What can happen now, with what is still missing."""
    page.goto("/cases/?track=NATIONALITY&stage=EVIDENCE&sort=-contact")
    open_first_row(page)
    page.goto(f"{case_of(page)}/acts/new")


def act(page: Page) -> None:
    """The form of one act, with what follows from it."""
    procedure(page)
    page.goto(f"{case_of(page)}/acts/new?code=STATELESS_RECOGNISED")


def evidence(page: Page) -> None:
    procedure(page)
    turn_to(page, "evidence")


def inquiries(page: Page) -> None:
    procedure(page)
    turn_to(page, "inquiries")


def letters(page: Page) -> None:
    """Of a case in which a letter waits for its answer."""
    page.goto("/calendar?lawyer=all&kinds=letter&late=all")
    with page.expect_navigation():
        page.locator("main a[href*='/cases/']").first.click()
    page.goto(f"{case_of(page)}/letters")


def letter(page: Page) -> None:
    letters(page)
    open_first_row(page)


def documents(page: Page) -> None:
    letters(page)
    turn_to(page, "documents")


def powers(page: Page) -> None:
    page.goto("/cases/?track=NATIONALITY&stage=NAT_COURT&sort=-contact")
    open_first_row(page)
    turn_to(page, "powers")


def procedures(page: Page) -> None:
    page.goto("/procedures")


def rules(page: Page) -> None:
    """Statelessness determination, as an administrator keeps it."""
    procedures(page)
    with page.expect_navigation():
        page.locator("main a[href^='/procedures/']").nth(1).click()


def working_calendar(page: Page) -> None:
    page.goto("/working-calendar")


def letter_templates(page: Page) -> None:
    page.goto("/letter-templates/")


def case_of(page: Page) -> str:
    """The address of the case whose page is open."""
    return re.sub(r"(/cases/[^/?]+).*", r"\1", page.url)


def turn_to(page: Page, section: str) -> None:
    """Open a section of the record by its tab."""
    address = page.locator(f".subnav a[href*='/{section}']").first.get_attribute("href") or ""
    page.goto(address)


def open_first_row(page: Page) -> None:
    with page.expect_navigation():
        page.locator("[data-row] th a").first.click()


def go_on(page: Page) -> None:
    with page.expect_navigation():
        page.locator("main form button.pri").last.click()


PICTURES: dict[Role, tuple[Callable[[Page], None], ...]] = {
    Role.LAWYER: (
        desk,
        cases,
        record,
        register,
        check,
        calendar,
        calendar_month,
        procedure,
        acts,
        act,
        evidence,
        inquiries,
        powers,
    ),
    Role.SUPERVISOR: (team, letters, letter, documents),
    Role.STATISTICS: (figures, factsheet),
    Role.ADMINISTRATOR: (users, code_lists, procedures, rules, working_calendar, letter_templates),
}


def pictures(browser: Browser, address: str, folder: Path, language: str, whole: bool) -> Iterator[Path]:
    for width, height in SCREENS:
        with window(browser, address, width, height) as page:
            page.goto("/sign-in")
            speak(page, language)
            yield keep(page, folder / f"sign-in-{language}-{width}.png", whole)
        for role, wanted in PICTURES.items():
            with window(browser, address, width, height) as page:
                sign_in(page, role, language)
                for picture in wanted:
                    picture(page)
                    yield keep(page, folder / f"{picture.__name__.replace('_', '-')}-{language}-{width}.png", whole)
                    if picture is check:
                        discard(page)


@contextmanager
def window(browser: Browser, address: str, width: int, height: int) -> Iterator[Page]:
    context = browser.new_context(
        base_url=address, viewport={"width": width, "height": height}, device_scale_factor=2 if width < 600 else 1
    )
    yield context.new_page()
    context.close()


def sign_in(page: Page, role: Role, language: str) -> None:
    someone = next(one for one in COLLEAGUES if one.role is role)
    page.goto("/sign-in")
    page.fill("#email", someone.email)
    page.fill("#password", PASSWORD)
    go_on(page)
    if page.url.partition("?")[0].endswith("/sign-in/code"):
        page.fill("#code", shown_code(page))
        go_on(page)
    if "/sign-in" in page.url:
        sys.exit(f"{someone.email} cannot sign in: is this a training copy (casework demo)?")
    speak(page, language)


def shown_code(page: Page) -> str:
    """What a training copy says the code is; each counts once, so that a further sign-in may have to wait for it."""
    while (found := re.search(r"\b\d{6}\b", page.locator("main .banner").first.inner_text())) is None:
        page.wait_for_timeout(10_000)
        page.reload()
    return found[0]


def speak(page: Page, language: str) -> None:
    """The switch stands in the menu on a phone; its form is the same."""
    with page.expect_navigation():
        page.locator(f"header .langs button[lang={language}]").first.evaluate("button => button.click()")


def keep(page: Page, file: Path, whole: bool) -> Path:
    page.evaluate("() => document.fonts.ready")
    page.screenshot(path=file, full_page=whole)
    return file


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("address", help="where the training copy answers, such as http://127.0.0.1:8000")
    given.add_argument("folder", type=Path, help="where the pictures go")
    given.add_argument("--language", choices=LANGUAGES, default="en")
    given.add_argument("--whole", action="store_true", help="the whole length of each page, not only the first screen")
    wanted = given.parse_args()
    if reason := servers.why_no_chromium():
        sys.exit(reason)
    wanted.folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = servers.launch_chromium(playwright)
        for file in pictures(browser, wanted.address, wanted.folder, wanted.language, wanted.whole):
            print(file)
        browser.close()


if __name__ == "__main__":
    main()
