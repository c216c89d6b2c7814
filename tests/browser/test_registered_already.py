"""Nobody is registered twice: the panel that fills in while a name is typed, and the two ways to go on from there."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from casework.core import clock
from casework.core.db import db
from casework.duplicates.models import DuplicatePair
from casework.persons import actions as persons
from casework.persons.actions import Registration
from casework.persons.models import Contacts, Identity, Person
from casework.persons.rules import PartialDate
from tests.browser.conftest import Site, Visit
from tests.browser.visitor import Visitor

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True, scope="module"),
]


def recorded(family: str) -> UUID:
    return persons.register(
        Registration(
            identity=Identity(family_name=family, given_name="Иван", patronymic="Сергеевич"),
            registered_on=clock.today() - timedelta(days=40),
            contacts=Contacts(phone="+7 700 000 04 12"),
            sex="M",
            birth=PartialDate(1990, 5, 14),
            origin="UZB",
        )
    ).id


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(Person)) or 0


def decisions() -> list[tuple[UUID, str | None]]:
    return [(one.person_id, one.decision) for one in db.session.scalars(select(DuplicatePair))]


def type_in(lawyer: Visitor, latin: str, name: str) -> None:
    """In Latin letters, key by key; the panel answers without taking the cursor away."""
    lawyer.go("/register")
    panel = lawyer.page.locator("#likely")
    assert panel.is_hidden()
    family = lawyer.main.get_by_label("Family name")
    family.press_sequentially(latin, delay=20)
    panel.get_by_text(f"{name} Иван Сергеевич").first.wait_for()
    assert family.evaluate("field => field === document.activeElement"), "the cursor stays where it was"
    lawyer.page.locator("#live").get_by_text("1 person may be registered already.").wait_for()
    assert latin not in lawyer.page.url
    lawyer.write("Given name", "ivan")
    birth = lawyer.group("Date of birth")
    for part, value in (("Day", "14"), ("Month", "5"), ("Year", "1990")):
        birth.get_by_label(part).fill(value)
    lawyer.choose("Sex", "Male")
    panel.get_by_text("date of birth (to the day)").wait_for()


def fill_the_rest(lawyer: Visitor) -> None:
    lawyer.choose("What kind of case is it?", "Nationality and statelessness")
    lawyer.press("Continue")
    lawyer.write("Phone", "+7 700 999 88 77")
    lawyer.press("Continue")


def test_the_same_person(site: Site, visit: Visit) -> None:
    ivan = site.behind("lawyer", lambda: recorded("Петров"))
    before = site.behind("lawyer", count)
    lawyer = visit("lawyer")
    type_in(lawyer, "petrov", "Петров")
    lawyer.press("This is the person – Петров Иван Сергеевич")
    lawyer.says("A new case for a person who is registered already")
    fill_the_rest(lawyer)
    assert lawyer.path.endswith(f"/same/{ivan}")
    assert not lawyer.too_wide(390)
    lawyer.narrow(1280)
    lawyer.page.get_by_label("Phone, Typed now: +7 700 999 88 77").check()
    lawyer.press("Open the new case")
    assert re.fullmatch("/cases/[0-9a-f-]{36}", lawyer.path)
    assert "Петров Иван" in lawyer.page.locator("h1").inner_text()
    lawyer.says("There is no second record.")
    assert site.behind("lawyer", count) == before


def test_someone_else(site: Site, visit: Visit) -> None:
    """The panel waits under the Enter key of nobody; the decision is remembered."""
    other = site.behind("lawyer", lambda: recorded("Кузнецов"))
    before = site.behind("lawyer", count)
    lawyer = visit("lawyer")
    type_in(lawyer, "kuznetsov", "Кузнецов")
    with lawyer.page.expect_navigation():
        lawyer.main.get_by_label("Family name").press("Enter")
    assert lawyer.path.endswith("/2")
    fill_the_rest(lawyer)
    assert lawyer.path.endswith("/check")
    lawyer.expect(422)
    lawyer.press("Register")
    lawyer.says("Say whether this is the same person.")
    for question in lawyer.page.get_by_role("group", name=re.compile("^Is it ")).all():
        question.get_by_label("Someone else").check()
    for reason in lawyer.page.get_by_label(re.compile("^How do you know")).all():
        reason.select_option(label="Both people are known to us")
    assert not lawyer.too_wide(390)
    lawyer.narrow(1280)
    lawyer.press("Register")
    assert re.fullmatch("/cases/[0-9a-f-]{36}", lawyer.path)
    assert site.behind("lawyer", count) == before + 1
    assert (other, "different") in site.behind("lawyer", decisions)
