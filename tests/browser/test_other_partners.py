"""Two supervisors of two partners come to know that they have the same person: in their browsers, one step each."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from casework.core import clock
from casework.elsewhere import jobs
from casework.persons import actions as persons
from casework.persons.models import Identity
from casework.persons.rules import PartialDate
from tests.browser.conftest import Site, Visit
from tests.browser.visitor import Visitor

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True, scope="session"),
]

NAMES = {
    "A": Identity(family_name="Самоцветова-Бирюзаева", given_name="Айгерим", patronymic="Бекетовна"),
    "B": Identity(family_name="Samotsvetova-Biryuzaeva", given_name="Aigerim", patronymic="Beketovna"),
}


@pytest.fixture(scope="module")
def question(site: Site) -> None:
    """One person of both partners, beside others; and the night after."""
    for where, name in NAMES.items():

        def registered(name: Identity = name) -> None:
            day = clock.today() - timedelta(days=1)
            persons.register(
                persons.Registration(
                    identity=name, registered_on=day, birth=PartialDate(1987, 5, 23), sex="F", origin="UZB"
                )
            )
            for family in ("Каримова", "Иванова", "Ким"):
                other = Identity(family_name=family, given_name="Анна")
                persons.register(persons.Registration(identity=other, registered_on=day, birth=PartialDate(1979)))

        site.behind("lawyer", registered, where)
    site.behind("supervisor", lambda: jobs.look(limited=False), "A")


def test_the_way_of_a_question(site: Site, visit: Visit, question: None, axe: Path) -> None:
    aster, birch = visit("supervisor", "A"), visit("supervisor", "B")
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
        look_at(visitor)
        visitor.press(button)
        look_at(visitor)

    def consent(visitor: Visitor) -> Callable[[], None]:
        def fill() -> None:
            visitor.day("When did the person agree?", clock.today())
            visitor.choose("How did the person agree?", "In writing")
            visitor.pick("In which language was it explained?", "Uzbek")

        return fill

    for visitor in (aster, birch):
        visitor.go("/elsewhere/").says("May be known to another partner")
        look_at(visitor)
        visitor.main.locator("tr[data-row] a").click()
        visitor.says("Which partner, and why it may be so, is shown to nobody")
        look_at(visitor)
    step(aster, "Ask the other partner", consent(aster), "Ask")
    aster.says("The other partner has not answered yet")

    birch.go(birch.path).says("Another partner asks")

    def agree() -> None:
        assert not birch.group("How did the person agree?").is_visible()  # asked for yes only
        birch.choose("Your answer", "The person agrees: compare the records")
        consent(birch)()

    step(birch, "Answer", agree, "Send the answer")
    birch.says("Самоцветова-Бирюзаева Айгерим Бекетовна")
    birch.says("Partner Aster")

    aster.go(aster.path).says("Samotsvetova-Biryuzaeva Aigerim Beketovna")
    for visitor in (aster, birch):
        step(
            visitor,
            "Say what you found",
            lambda visitor=visitor: visitor.choose("Are both records of one person?", "The same person"),  # type: ignore[misc]
            "Save",
        )
    birch.says("Both partners found that it is one person")
    step(aster, "Withdraw", lambda: None, "Withdraw")
    birch.go(birch.path)
    assert "Самоцветова" not in birch.main.inner_text()
    assert not faults, "\n".join(faults)
