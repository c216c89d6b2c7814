"""Pictures of the pages, for the README and for looking at: a desktop and a phone, in a chosen language.

    .venv/bin/python -m tools.screenshots http://127.0.0.1:8000 pictures --language ru

It signs in to a running training copy (`casework demo`) as its invented people. The one thing it writes there, a
registration that is not finished, it throws away again.
"""

import argparse
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
    page.goto("/factsheet/")


def users(page: Page) -> None:
    page.goto("/users")


def code_lists(page: Page) -> None:
    page.goto("/codes")


def open_first_row(page: Page) -> None:
    with page.expect_navigation():
        page.locator("[data-row] th a").first.click()


def go_on(page: Page) -> None:
    with page.expect_navigation():
        page.locator("main form button.pri").last.click()


PICTURES: dict[Role, tuple[Callable[[Page], None], ...]] = {
    Role.LAWYER: (desk, cases, record, register, check),
    Role.SUPERVISOR: (team,),
    Role.STATISTICS: (figures, factsheet),
    Role.ADMINISTRATOR: (users, code_lists),
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
    if "/sign-in" in page.url:
        sys.exit(f"{someone.email} cannot sign in: is this a training copy (casework demo)?")
    speak(page, language)


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
