"""Signing in by two steps in a real browser: setting up, the recovery codes, and a fresh code on the way."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import select, update

from casework.accounts import second_factor
from casework.accounts.models import SignedIn
from casework.core import clock
from casework.core.db import db
from tests.browser.conftest import Site, Visit
from tests.browser.visitor import Visitor
from tests.factories import PASSWORD


def looks_well(visitor: Visitor, axe: Path) -> None:
    assert visitor.axe(axe) == []
    assert visitor.too_wide(320) == []
    visitor.narrow(1280)


def test_from_the_first_password_to_the_desk(site: Site, visit: Visit, axe: Path) -> None:
    site.behind("administrator", lambda: second_factor.remove(db.session, site.world.user_id("lawyer", "B")))
    visitor = visit().go("/sign-in")
    visitor.expect(422)
    visitor.write("E-mail address", site.world.email("lawyer", "B"))
    visitor.write("Password", PASSWORD)
    visitor.press("Sign in")
    assert visitor.path == "/sign-in/set-up"
    assert visitor.page.eval_on_selector("main img", "picture => picture.complete && picture.naturalWidth > 100")
    looks_well(visitor, axe)
    visitor.write("One-time code", "000000")
    visitor.press("Check the code")
    looks_well(visitor, axe)
    seed = visitor.page.locator("code.key").inner_text().replace(" ", "")
    visitor.write("One-time code", second_factor.code_at(seed, clock.now()))
    visitor.press("Check the code")
    looks_well(visitor, axe)
    codes = visitor.page.locator(".codes code").all_inner_texts()
    with visitor.page.expect_download() as file:
        visitor.main.get_by_role("button", name="Save as a file").click()
    assert all(code in Path(file.value.path()).read_text("utf-8") for code in codes)
    visitor.follow("I have kept them. Go on")
    assert visitor.path == "/desk"

    again = visit().go("/sign-in?next=/account")
    again.write("E-mail address", site.world.email("lawyer", "B"))
    again.write("Password", PASSWORD)
    again.press("Sign in")
    looks_well(again, axe)
    again.page.get_by_text("The phone is not at hand").click()
    again.write("Recovery code", codes[4])
    again.press("Sign in")
    assert again.path == "/account"
    again.says("9 are left")
    again.says("Chrome · Linux")


def test_a_fresh_code_on_the_way(site: Site, visit: Visit, axe: Path) -> None:
    """What was typed goes on after it."""
    visitor = visit("administrator").go(f"/users/{site.world.user_id('lawyer')}")
    visitor.expect(401)
    visitor.write("Name", "Typed Before")
    former = clock.now() - timedelta(minutes=6)

    def grow_old() -> None:
        mine = select(SignedIn.token_hash).where(SignedIn.user_id == site.world.user_id("administrator"))
        db.session.execute(update(SignedIn).where(SignedIn.token_hash.in_(mine)).values(confirmed_at=former))

    site.behind("administrator", grow_old)
    visitor.press("Save")
    looks_well(visitor, axe)
    visitor.write("One-time code", site.code_of(site.world.email("administrator")))
    visitor.press("Go on")
    looks_well(visitor, axe)
    visitor.press("Send it now")
    assert visitor.path == "/users"
    visitor.says("Typed Before")
