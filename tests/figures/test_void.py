"""A wrong external figure is voided, and what nobody has verified never replaces what somebody has."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from casework.core import clock
from casework.core.errors import DomainError
from casework.core.scope import system
from casework.figures import actions, queries, report
from casework.figures.models import ExternalFigure
from tests.conftest import Acting, ClientFor
from tests.factories import World
from tests.pages import Page

TODAY = date(2026, 11, 23)
SERIES = "stateless_government"


@pytest.fixture(autouse=True)
def _on_a_monday() -> Iterator[None]:
    with clock.at(TODAY):
        yield


@pytest.fixture
def entered(acting: Acting, world: World):  # type: ignore[no-untyped-def]
    """`entered(day, value, verified=…)`: the figure, entered by one officer and perhaps verified by another."""

    def enter(as_of: date, value: int, *, verified: bool = False, source: str = "Ministry") -> UUID:
        with acting(world.principal("statistics", "office")):
            made = actions.enter_external(series=SERIES, as_of=as_of, value=Decimal(value), source=source).id
        if verified:
            with acting(world.principal("statistics", "A")):
                actions.verify_external(figure(made))
        return made

    return enter


def figure(figure_id: UUID) -> ExternalFigure:
    found = queries.external_figure(figure_id)
    assert found is not None
    return found


def shown(acting: Acting, day: date) -> tuple[object, set[str]]:
    with acting(system("tests")):
        found = report.key_figures(day)
        return found.figure(SERIES).value, {one.kind for one in found.findings if one.indicator.code == SERIES}


def test_an_unverified_figure_does_not_replace_a_verified_one(acting: Acting, entered) -> None:  # type: ignore[no-untyped-def]
    entered(date(2026, 6, 1), 7500, verified=True)
    entered(date(2026, 7, 1), 74, source="Ministry, a digit short")
    entered(date(2026, 6, 1), 75, source="Another letter of the same day")
    assert shown(acting, date(2026, 6, 15)) == (7500, set())
    assert shown(acting, date(2026, 7, 1)) == (7500, {"waiting"})
    assert shown(acting, date(2026, 5, 31))[0] == 7399  # nothing verified by that day: what there is


def test_a_void_figure_is_used_nowhere(acting: Acting, world: World, entered) -> None:  # type: ignore[no-untyped-def]
    wrong = entered(date(2026, 7, 1), 74, verified=True)
    assert shown(acting, TODAY)[0] == 74
    with acting(world.principal("statistics", "A")):
        actions.void_external(figure(wrong), "two digits are missing")
        with pytest.raises(DomainError, match="void"):
            actions.void_external(figure(wrong), "again")
        with pytest.raises(DomainError, match="void"):
            actions.verify_external(figure(wrong))
    assert shown(acting, TODAY)[0] == 7399
    right = entered(date(2026, 7, 1), 7412)  # the same day and source again
    with acting(world.principal("statistics", "A")):
        actions.verify_external(figure(right))
        assert figure(wrong).void_reason == "two digits are missing"
        assert figure(wrong).voided_by_id == world.user_id("statistics", "A")
    assert shown(acting, TODAY)[0] == 7412


def test_a_delivered_figure_that_was_voided_does_not_come_back(acting: Acting, world: World) -> None:
    with acting(world.principal("statistics")):
        actions.void_external(queries.external_figures()[0], "withdrawn")
    with acting(system("tests")):
        assert actions.seed_external() == 0


def test_voiding_on_the_page(client_for: ClientFor, world: World, entered) -> None:  # type: ignore[no-untyped-def]
    address = f"/figures/external/{entered(date(2026, 7, 1), 74, verified=True)}/void"
    officer = client_for("statistics", "office")
    assert "Fill in this field" in Page(officer.submit(address, {"reason": " "}).text).text
    assert officer.submit(address, {"reason": "Two digits are missing"}).status_code == 302
    page = officer.page("/figures/external")
    assert "Two digits are missing" in page.text
    assert "Statistics of Country Office" in page.text
    assert address not in page.links.values()
    again = officer.submit(address, {"reason": "Once more"})
    assert again.status_code == 422
    assert "This figure is void" in again.text
    assert client_for("supervisor").get(address).status_code == 403


# -- days that the pages and the command are asked for -----------------------------------------------------------


@pytest.mark.parametrize("year", ["9999", "2046", "99999999999", "0", "1899"])
def test_a_day_beyond_all_days_is_refused(client_for: ClientFor, world: World, year: str) -> None:
    client_for("statistics").page(f"/figures/?as_of-day=31&as_of-month=12&as_of-year={year}", status=422)


def test_the_first_day_there_is(client_for: ClientFor, world: World) -> None:
    client_for("statistics").page("/figures/?as_of-day=1&as_of-month=1&as_of-year=1900")


def test_a_parameter_of_something_else_asks_for_no_day(client_for: ClientFor, world: World) -> None:
    client_for("statistics").page("/figures/?x=1")


@pytest.mark.parametrize("day", [date.min, date.max])
def test_the_first_and_the_last_day_can_be_asked_for(acting: Acting, world: World, day: date) -> None:
    with acting(system("tests")):
        assert report.key_figures(day).as_of == day
        assert queries.verify(day) == []
