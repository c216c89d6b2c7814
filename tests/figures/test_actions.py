"""The ledger follows what is recorded, to the day, and nothing in it is ever taken back."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from casework.core import clock
from casework.core.errors import DomainError
from casework.core.scope import system, unscoped
from casework.figures import actions, queries
from casework.figures.models import Balance, ExternalFigure, LedgerMonth, Movement
from casework.persons import actions as persons
from casework.persons.rules import PartialDate
from tests.conftest import Acting
from tests.factories import World
from tests.figures.caseload import again, registered

TODAY = date(2026, 11, 23)
ASYLUM = ("displacement", ["ASR"])


@pytest.fixture(autouse=True)
def _on_a_monday():
    with clock.at(TODAY):
        yield


def test_a_change_on_a_day_shows_from_the_next_day(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        registered(date(2024, 3, 10), displacement="ASR")
        assert queries.stock(date(2024, 3, 10), *ASYLUM) == 0
        assert queries.stock(date(2024, 3, 11), *ASYLUM) == 1
        assert queries.stock(date(2024, 4, 1), *ASYLUM) == 1
        assert queries.verify() == []


def test_who_registers_today_counts_tomorrow(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        registered(TODAY, displacement="ASR")
        assert queries.stock(TODAY, *ASYLUM) == 0
        assert queries.stock(TODAY + timedelta(days=1), *ASYLUM) == 1


def test_a_backdated_correction_reaches_every_month_after_it(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        person = registered(date(2024, 3, 10), nationality="UN")
        persons.set_status(person, "registration", "LEFT", date(2024, 6, 30), "died")
        assert queries.stock(date(2024, 7, 1), "nationality", ["UN"]) == 0
        persons.set_status(person, "nationality", "NC-KZ", date(2024, 4, 30), "confirmed_kz")
        assert queries.stock(date(2024, 4, 30), "nationality", ["UN"]) == 1
        assert queries.stock(date(2024, 5, 1), "nationality", ["UN"]) == 0
        assert queries.stock(date(2024, 6, 1), "nationality", ["NC-KZ"]) == 1
        assert queries.verify() == []


def test_voiding_gives_back_what_was_counted_before(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        person = registered(date(2024, 3, 10), displacement="ASR")
        before = queries.ledger(date(2025, 1, 1))
        entry = persons.set_status(person, "displacement", "REF-C", date(2024, 9, 9), "recognised_refugee")
        assert queries.ledger(date(2025, 1, 1)) != before
        persons.void_status(entry, "entered for somebody else")
        assert queries.ledger(date(2025, 1, 1)) == before
        assert queries.verify() == []


def test_nothing_in_the_ledger_is_changed_or_removed(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")) as session:
        person = registered(date(2024, 3, 10), displacement="ASR")
        posted = set(session.scalars(select(Movement.id)))
        entry = persons.set_status(person, "displacement", "REJ", date(2024, 9, 9), "rejected")
        persons.void_status(entry, "wrong person")
        assert posted < set(session.scalars(select(Movement.id)))


def test_a_change_that_changes_no_cell_posts_nothing(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")) as session:
        person = registered(displacement="ASR")
        before = session.scalar(select(func.count()).select_from(Movement))
        actions.post_movements(person)
        assert session.scalar(select(func.count()).select_from(Movement)) == before


def test_birthdays_need_no_job(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        registered(date(2024, 3, 10), displacement="ASR", born=PartialDate(2008, 12))
    with clock.at(date(2027, 2, 5)), acting(world.principal("lawyer")):
        assert actions.open_months(clock.today()) == 3
        assert queries.stock_by(date(2026, 12, 31), *ASYLUM, by="age_band") == {"12-17": 1}
        assert queries.stock_by(date(2027, 1, 1), *ASYLUM, by="age_band") == {"18-59": 1}
        assert queries.verify() == []


def test_figures_are_exact_before_a_month_is_opened(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        registered(date(2026, 11, 20), displacement="ASR", born=PartialDate(2008, 12))
        assert queries.stock_by(date(2027, 1, 1), *ASYLUM, by="age_band") == {"18-59": 1}


def test_months_are_open_from_the_first_movement_to_today(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")) as session:
        registered(date(2026, 9, 10), displacement="ASR")
        months = select(LedgerMonth.month).order_by(LedgerMonth.month)
        assert [*session.scalars(months)] == [date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1)]
        registered(date(2026, 7, 31), displacement="ASR")
        assert session.scalars(months).first() == date(2026, 7, 1)
        assert queries.stock(date(2026, 8, 1), *ASYLUM) == 1
        assert queries.stock(date(2026, 10, 1), *ASYLUM) == 2
        assert queries.verify() == []


def test_opening_a_month_twice_changes_nothing(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")) as session:
        registered(date(2026, 9, 10), displacement="ASR")
        total = session.scalar(select(func.sum(Balance.quantity)))
        assert actions.open_months(TODAY) == 0
        assert session.scalar(select(func.sum(Balance.quantity))) == total


def test_the_recount_finds_a_balance_that_was_changed(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")) as session:
        registered(date(2026, 9, 10), displacement="ASR")
        session.execute(
            Balance.__table__.update().where(Balance.month == date(2026, 11, 1)).values(quantity=Balance.quantity + 1)
        )
        found = queries.verify()
        assert {one.as_of for one in found} == {date(2026, 11, 1), TODAY + timedelta(days=1)}
        assert [(one.ledger, one.recount) for one in found] == [(2, 1), (2, 1)]


def test_the_recount_finds_a_movement_that_is_missing(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")) as session:
        registered(TODAY, displacement="ASR")
        session.execute(Movement.__table__.delete().execution_options(**unscoped("test")))
        assert [(one.ledger, one.recount) for one in queries.verify()] == [(0, 1)]


def test_organisations_are_counted_apart_and_together(acting: Acting, world: World) -> None:
    for where, count in (("A", 2), ("B", 3)):
        with acting(world.principal("lawyer", where)):
            for _ in range(count):
                registered(displacement="ASR")
    with acting(world.principal("supervisor", "A")):
        mine = world.organisations["A"]
        assert queries.stock(TODAY, *ASYLUM, organisation_id=mine) == 2
        # Asking for another organisation's gives nothing: balances are asked for by name, movements by wall 1.
        assert queries.stock(TODAY, *ASYLUM) == 5
    with acting(system("test")):
        assert queries.verify() == []


def test_a_person_changed_later_by_a_colleague(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        person_id = registered(displacement="ASR").id
    with acting(world.principal("supervisor")):
        persons.set_status(again(person_id), "residence", "KZ-71", date(2025, 2, 3), "moved")
    with acting(system("test")):
        assert queries.stock_by(date(2025, 2, 3), *ASYLUM, by="region") == {"KZ-75": 1}
        assert queries.stock_by(date(2025, 2, 4), *ASYLUM, by="region") == {"KZ-71": 1}
        assert queries.verify() == []


def test_the_account_adds_up(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        registered(date(2023, 5, 5), nationality="UN")
        confirmed = registered(date(2024, 2, 2), nationality="UN")
        persons.set_status(confirmed, "nationality", "NC-KZ", date(2024, 8, 8), "confirmed_kz")
        moved = registered(date(2024, 2, 2), nationality="UN")
        persons.set_status(moved, "residence", "KZ-71", date(2024, 3, 3), "moved")
        found = queries.account(date(2024, 1, 1), date(2025, 1, 1), "nationality", ["UN"])
        assert (found.opening, found.closing) == (1, 2)
        assert found.flows == {"confirmed_kz": -1, "identified": 2}
        with pytest.raises(ValueError, match="before it starts"):
            queries.account(date(2025, 1, 1), date(2024, 1, 1), "nationality", ["UN"])


# -- external figures ----------------------------------------------------------------------------------------


def entered(**changes: object) -> ExternalFigure:
    values = {"series": "stateless_government", "as_of": date(2026, 7, 1), "value": Decimal(7400), "source": "Ministry"}
    return actions.enter_external(**{**values, **changes})  # type: ignore[arg-type]


def test_nobody_verifies_what_they_entered(acting: Acting, world: World) -> None:
    officer = world.principal("statistics", "office")
    with acting(officer):
        figure_id = entered().id
        with pytest.raises(DomainError, match="somebody else"):
            actions.verify_external(queries.external_figure(figure_id))  # type: ignore[arg-type]
    with acting(world.principal("statistics", "A")):
        figure = queries.external_figure(figure_id)
        assert figure is not None
        actions.verify_external(figure)
        assert figure.verified_at is not None
        with pytest.raises(DomainError, match="already"):
            actions.verify_external(figure)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"series": "made_up"}, "series"),
        ({"value": Decimal(-1)}, "value"),
        ({"value": Decimal("7399.5")}, "value"),
        ({"as_of": TODAY + timedelta(days=1)}, "as_of"),
    ],
)
def test_what_cannot_be_is_refused(acting: Acting, world: World, changes: dict[str, object], field: str) -> None:
    with acting(world.principal("statistics")):
        with pytest.raises(DomainError) as refusal:
            entered(**changes)
        assert refusal.value.field == field


def test_the_same_figure_is_entered_once(acting: Acting, world: World) -> None:
    with acting(world.principal("statistics")):
        entered()
        with pytest.raises(DomainError, match="already"):
            entered(value=Decimal(7401))


def test_published_figures_are_delivered_once(acting: Acting, world: World) -> None:
    with acting(system("test")) as session:
        assert actions.seed_external() == 0
        assert session.scalar(select(func.count()).select_from(ExternalFigure)) > 40  # type: ignore[operator]
