"""Two partners work together on one person: in two browsers, from the choosing to the end of all access."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from casework.cases import actions as cases
from casework.core import clock
from casework.persons import actions as persons
from casework.persons.models import Identity
from casework.persons.rules import PartialDate
from tests.browser.conftest import Site, Visit
from tests.browser.visitor import Visitor

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True, scope="session"),
]

NAME = Identity(
    family_name="Самоцветова", given_name="Айгерим", patronymic="Бекетовна", birth_place="Яшмовка", iin="870523400123"
)


@pytest.fixture(scope="module")
def case_path(site: Site) -> str:
    """A case of partner Aster, of a person whom nobody else knows."""

    def made() -> str:
        day = clock.today() - timedelta(days=3)
        given = persons.Registration(
            identity=NAME, registered_on=day, birth=PartialDate(1987, 5, 23), sex="F", languages=["uzb"]
        )
        person = persons.register(given)
        case = cases.open_case([person], "NATIONALITY", day, site.world.user_id("lawyer", "A"))
        return f"/cases/{case.id}"

    return site.behind("lawyer", made, "A")


def test_refer_accept_work_together_and_access_ends(site: Site, visit: Visit, case_path: str, axe: Path) -> None:
    aster, birch = visit("lawyer", "A"), visit("supervisor", "B")
    faults: list[str] = []

    def look_at(visitor: Visitor) -> None:
        faults.extend(f"{visitor.path}: {one}" for one in visitor.axe(axe))
        for width in (390, 320):
            faults.extend(f"{visitor.path} ({width}): {one}" for one in visitor.too_wide(width))
        visitor.narrow(1280)

    def step(visitor: Visitor, link: str, fill: Callable[[], None], button: str) -> None:
        visitor.follow(link)
        look_at(visitor)
        fill()
        visitor.press(button)

    # Chosen field by field, looked at, held back until the person agrees.
    aster.go(case_path).menu("More actions", "Refer to somebody else")
    look_at(aster)
    aster.pick("To whom?", "Partner Birch")
    aster.main.get_by_label("We go on working on it together with them").check()
    aster.press("Go on")
    aster.says("Tick as little as they need")
    look_at(aster)
    aster.write("What do you ask for?", "Прошу помочь с жильём")
    aster.main.get_by_label("Place of birth").check()
    aster.press("Look at what they will see")
    aster.says("The person has not agreed to this yet")
    look_at(aster)
    shown = aster.main.get_by_role("article").inner_text()
    assert "Яшмовка" in shown
    assert "870523400123" not in shown
    aster.follow("Record the consent")
    aster.choose("What is the answer?", "The person agrees")
    aster.choose("In which form?", "In writing")
    aster.press("Save the answer")
    aster.says("Exactly this, and nothing else of the record")
    aster.press("Send")
    aster.says("An answer is due by")
    look_at(aster)
    page = aster.path

    # The other partner reads exactly this.
    birch.go("/referrals/").says("Referral from Partner Aster")
    look_at(birch)
    birch.main.locator("tr[data-row] a").click()
    birch.says("Прошу помочь с жильём")
    look_at(birch)
    assert birch.main.get_by_role("article").inner_text() == shown
    step(birch, "Accept", lambda: birch.pick("Who works on it?", "Lawyer of Partner Birch"), "Accept")
    birch.write("Message", "Ждём во вторник")
    birch.press("Send message")
    look_at(birch)
    aster.go(page).says("Ждём во вторник")
    aster.write("Message", "Спасибо, придёт")
    aster.press("Send message")
    birch.go(page).says("Спасибо, придёт")

    # The person takes the consent back, and the page that was open in the other browser shows nothing at its next turn.
    aster.go(case_path)
    aster.main.locator(".subnav .spill summary").click()  # what does not fit beside the other tabs
    aster.follow("Consents")
    aster.follow("Withdraw")
    aster.choose("How did the person say so?", "The person said so, face to face")
    aster.day("From which day?", clock.today())
    aster.press("Withdraw the consent")
    aster.says("Partner Birch")
    birch.page.reload()
    birch.says("because the person’s consent ended")
    look_at(birch)
    text = birch.main.inner_text()
    assert not any(word in text for word in ("Яшмовка", "Самоцветова", "Спасибо, придёт"))
    aster.go(page).says("because the person’s consent ended")
    look_at(aster)
    assert not faults, "\n".join(faults)
