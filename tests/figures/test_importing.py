"""A file of published figures: compared, confirmed by one, verified by another, voided as a whole."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select

from casework.core import clock
from casework.core.errors import DomainError
from casework.core.scope import system
from casework.figures import actions, external_queries, importing, queries, sums
from casework.figures.imports import Unreadable, Why
from casework.figures.indicators import NotSummable
from casework.figures.models import ExternalFigure, ExternalFile, ExternalImport
from tests.conftest import Acting
from tests.factories import World

DATA = Path(__file__).parent / "data"
POPULATION = (DATA / "unhcr_kaz_population.csv").read_bytes()
LAYOUTS = ("population", "demographics", "asylum_applications", "asylum_decisions", "solutions")
TODAY = date(2026, 11, 23)
SOLUTIONS = (
    "year,coo_name,coo,coo_iso,coa_name,coa,coa_iso,returned_refugees,resettlement,naturalisation,returned_idps\n"
)


@pytest.fixture(autouse=True)
def _on_a_monday() -> Iterator[None]:
    with clock.at(TODAY):
        yield


def row(count: int, origin: str = "AFG,AFG", year: int = 2024) -> str:
    return f"{year},Somewhere,{origin},Kazakhstan,KAZ,KAZ,{count},,,\n"


def solutions(*rows: str) -> bytes:
    return (SOLUTIONS + "".join(rows)).encode()


@pytest.fixture
def brought(acting: Acting, world: World):  # type: ignore[no-untyped-def]
    """`brought(content, …)`: the id of an import that one officer has confirmed."""

    def bring(content: bytes, *, replaces: bool = False, verified: bool = False) -> UUID:
        with acting(world.principal("statistics", "office")):
            file = importing.receive(content, "figures.csv")
            made = importing.confirm(file, importing.plan(file).digest, replaces=replaces).id
        if verified:
            with acting(world.principal("statistics", "A")):
                importing.verify(one(made))
        return made

    return bring


def one(import_id: UUID) -> ExternalImport:
    found = external_queries.one_import(import_id)
    assert found is not None
    return found


def standing() -> list[int]:
    found = external_queries.standing(["rdf_returned_refugees"])
    return sorted(int(figure.value) for figure in found)


def test_all_five_files_hold_together(acting: Acting, world: World, brought) -> None:  # type: ignore[no-untyped-def]
    entered = sum(len(external_files_figures(acting, brought(content(name)))) for name in LAYOUTS)
    assert entered > 1000
    with acting(system("tests")) as session:
        rdf = session.scalar(
            select(func.count()).select_from(ExternalFigure).where(ExternalFigure.import_id.is_not(None))
        )
        assert rdf == entered
        for name in LAYOUTS:  # once more: all of it stands already
            plan = importing.plan(importing.receive(content(name), "again.csv"))
            assert (plan.new, plan.different, plan.drift, plan.can_be_entered) == ([], [], [], False)
        units = session.execute(select(ExternalFigure.series, ExternalFigure.unit).distinct())
        assert all(
            (unit == "cases") is series.endswith("_cases") for series, unit in units if series.startswith("rdf_")
        )


def content(name: str) -> bytes:
    return (DATA / f"unhcr_kaz_{name}.csv").read_bytes()


def external_files_figures(acting: Acting, import_id: UUID) -> list[ExternalFigure]:
    with acting(system("tests")):
        return external_queries.standing_in(import_id)


def test_what_is_delivered_agrees_with_the_real_file(acting: Acting, world: World) -> None:
    with acting(world.principal("statistics")):
        plan = importing.plan(importing.receive(POPULATION, "population.csv"))
        assert plan.equal == 6  # 202 + 118, 99 + 146, and of unknown origin 65,511 and the year before 42,412
        assert (plan.different, plan.drift) == ([], [])
        totals = {
            (one.standing.series, one.standing.as_of.year): (int(one.standing.value), one.summed) for one in plan.totals
        }
        assert {series: pair for (series, year), pair in totals.items() if year == 2025} == {
            "rdf_refugees": (65833, 65833),
            "rdf_asylum_seekers": (319, 319),
            "rdf_stateless": (7865, 7865),
        }
        assert len(totals) == 14 * 3 + 1
        assert all(standing == summed for standing, summed in totals.values()), "every shipped total is the file's sum"


def test_nothing_is_entered_before_it_is_confirmed(acting: Acting, world: World) -> None:
    with acting(world.principal("statistics")) as session:
        before = session.scalar(select(func.count()).select_from(ExternalFigure))
        file = importing.receive(solutions(row(42)), "a.csv")
        importing.plan(file)
        assert session.scalar(select(func.count()).select_from(ExternalFigure)) == before
        importing.discard(file)
        assert (external_queries.files(), external_queries.imports()) == ([], [])


def test_a_file_that_cannot_be_read_is_not_kept(acting: Acting, world: World) -> None:
    with acting(world.principal("statistics")):
        with pytest.raises(Unreadable) as refusal:
            importing.receive(b"a,b\n1,2\n", "a.csv")
        assert refusal.value.why is Why.HEADER
        assert external_queries.files() == []


def test_a_file_that_is_not_sound_cannot_be_confirmed(acting: Acting, world: World) -> None:
    with acting(world.principal("statistics")):
        file = importing.receive(solutions(row(42), row(-1, "IRQ,IRQ")), "a.csv")
        plan = importing.plan(file)
        assert not plan.can_be_entered
        with pytest.raises(DomainError, match="put right"):
            importing.confirm(file, plan.digest)


def test_what_differs_stays_unless_it_is_replaced(acting: Acting, world: World, brought) -> None:  # type: ignore[no-untyped-def]
    brought(solutions(row(42), row(0, "IRQ,IRQ"), row(5, "UKR,UKR")), verified=True)
    newer = solutions(row(50), row(5, "IRQ,IRQ"), row(0, "UKR,UKR"), row(17, "TJK,TJK"))
    with acting(world.principal("statistics", "office")):
        plan = importing.plan(importing.receive(newer, "b.csv"))
        assert [(int(pair.standing.value), pair.cell.value) for pair in plan.different] == [(42, 50)]
        assert [(int(pair.standing.value), pair.cell.value) for pair in plan.drift] == [(5, 0)]
        assert sorted(cell.value for cell in plan.new) == [5, 17]
    brought(newer)
    with acting(system("tests")):
        assert standing() == [5, 5, 17, 42]
    brought(newer, replaces=True)
    with acting(system("tests")) as session:
        assert standing() == [5, 5, 17, 50]
        (void,) = session.scalars(select(ExternalFigure).where(ExternalFigure.voided_at.is_not(None)))
        assert (int(void.value), void.void_reason) == (42, "Replaced by the file figures.csv.")
        assert void.voided_by_id == world.user_id("statistics", "office")


def test_what_changed_since_it_was_looked_at_is_looked_at_again(acting: Acting, world: World, brought) -> None:  # type: ignore[no-untyped-def]
    with acting(world.principal("statistics", "A")):
        file = importing.receive(solutions(row(42), row(17, "TJK,TJK")), "a.csv")
        file_id, seen = file.id, importing.plan(file).digest
    brought(solutions(row(40)))
    with acting(world.principal("statistics", "A")):
        file = external_queries.file(file_id)  # type: ignore[assignment]
        with pytest.raises(DomainError, match="Meanwhile"):
            importing.confirm(file, seen)
        importing.confirm(file, importing.plan(file).digest)
        assert external_queries.file(file_id) is None
        assert one(file_id).figures == 1


def test_verified_as_a_whole_by_somebody_else(acting: Acting, world: World, brought) -> None:  # type: ignore[no-untyped-def]
    made = brought(solutions(row(42), row(17, "TJK,TJK")))
    with acting(world.principal("statistics", "office")), pytest.raises(DomainError, match="somebody else"):
        importing.verify(one(made))
    with acting(world.principal("statistics", "A")):
        single, wrong = external_queries.standing_in(made)
        with pytest.raises(DomainError, match="as a whole"):
            actions.verify_external(single)
        actions.void_external(wrong, "a digit too many")
        importing.verify(one(made))
        assert single.verified_by_id == world.user_id("statistics", "A")
        assert wrong.verified_at is None
        with pytest.raises(DomainError, match="already"):
            importing.verify(one(made))
    with acting(system("tests")), pytest.raises(DomainError, match="signed-in"):
        importing.verify(one(brought(solutions(row(9, "IRQ,IRQ")))))


def test_voided_as_a_whole(acting: Acting, world: World, brought) -> None:  # type: ignore[no-untyped-def]
    made = brought(solutions(row(42), row(17, "TJK,TJK")), verified=True)
    with acting(world.principal("statistics", "A")):
        importing.void(one(made), "another edition")
        assert external_queries.standing_in(made) == []
        last = external_queries.voiding(made)
        assert last is not None
        assert last.void_reason == "another edition"
        for again in (lambda: importing.void(one(made), "again"), lambda: importing.verify(one(made))):
            with pytest.raises(DomainError, match="void"):
                again()
    brought(solutions(row(42)))  # the same day and source again
    with acting(system("tests")):
        assert standing() == [42]


def test_a_file_that_nobody_confirms_is_forgotten(acting: Acting, world: World) -> None:
    with acting(world.principal("statistics")) as session:
        importing.receive(solutions(row(42)), "old.csv")
        with clock.at(TODAY + timedelta(days=8)):
            importing.receive(solutions(row(43)), "new.csv")
        session.expire_all()
        assert [file.file_name for file in external_queries.files()] == ["new.csv"]
        assert session.scalar(select(func.count()).select_from(ExternalFile)) == 1


def test_figures_of_parts_are_never_taken_for_the_whole(acting: Acting, world: World) -> None:
    with acting(world.principal("statistics")):
        actions.enter_external(
            series="stateless_government",
            category="origin=UZB",
            as_of=date(2026, 7, 1),
            value=Decimal(12),
            source="Ministry",
        )
        assert [int(one.value) for one in queries.external_in(["stateless_government"], TODAY)] == [7399]


# -- shares and sums ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        ("7", sums.Printed.CUT_OFF),
        ("7.8", sums.Printed.ROUNDED),
        ("7.83", sums.Printed.ROUNDED),
        ("8", sums.Printed.ROUNDED),
    ],
)
def test_a_share_is_checked_against_its_part_and_its_whole(value: str, printed: sums.Printed) -> None:
    assert sums.printed_as(Decimal(value), Decimal(489428), Decimal(6252267)) is printed


@pytest.mark.parametrize(
    ("value", "part", "whole", "field"), [("9", 489428, 6252267, "value"), ("7", 489428, 0, "denominator")]
)
def test_a_share_that_cannot_be_is_refused(
    acting: Acting, world: World, value: str, part: int, whole: int, field: str
) -> None:
    with acting(world.principal("statistics")):
        with pytest.raises(DomainError) as refusal:
            actions.enter_external(
                series="funding_share",
                scope="CENTRAL_ASIA_5",
                as_of=date(2021, 4, 30),
                value=Decimal(value),
                numerator=Decimal(part),
                denominator=Decimal(whole),
                source="UNHCR",
            )
        assert refusal.value.field == field


def test_published_sums(acting: Acting, world: World) -> None:
    with acting(system("tests")):
        found = {one.composite.code: one for one in sums.checked(external_queries.standing(sums.series_needed()))}
        states = {code: one.state for code, one in found.items()}
        assert states.pop("stateless_2025") is sums.State.FAILS
        assert found["stateless_2025"].difference == -1
        assert states.pop("campaign_2022") is sums.State.PARTIAL
        assert found["campaign_2022"].difference == -1322
        assert states.pop("refugees_asylum_2025") is sums.State.REST
        assert found["refugees_asylum_2025"].difference == -82
        assert states.pop("recognised_2016") is sums.State.REST
        assert {states.pop(code) for code in ("rdf_2025", "rdf_ukr_2025")} == {sums.State.ROUNDED}
        assert [found[code].summed for code in ("rdf_2025", "rdf_afg_2025", "rdf_ukr_2025")] == [641, 320, 245]
        assert set(states.values()) == {sums.State.ADDS_UP}
        of_2016 = found["persons_2016"]
        assert (of_2016.summed, of_2016.with_omitted, of_2016.has_mixed_dates) == (7567, 7751, True)
        assert [found[code].summed for code in ("persons_2018", "persons_2019", "refugees_asylum_2021")] == [
            88419,
            106489,
            7382,
        ]


def test_a_part_that_is_void_is_missing(acting: Acting, world: World) -> None:
    with acting(world.principal("statistics")):
        (government,) = external_queries.standing(["stateless_government"])
        actions.void_external(government, "withdrawn")
        found = {one.composite.code: one for one in sums.checked(external_queries.standing(sums.series_needed()))}
        assert found["stateless_2025"].state is sums.State.MISSING


DAY = date(2025, 1, 1)


@pytest.mark.parametrize(
    ("whole", "part"),
    [
        (sums.Term("rdf_applications", DAY), sums.Term("rdf_applications_cases", DAY)),
        (sums.Term("rdf_refugees", DAY), sums.Term("pledges", DAY)),
        (sums.Term("funding_share", DAY), sums.Term("funding_share", DAY)),
        (sums.Term("refugees", DAY), sums.Term("refugees", DAY, "UZB")),
        (sums.Term("refugees", DAY, "KAZ_UZB"), sums.Term("refugees", DAY, "TJK")),
    ],
)
def test_what_must_not_be_added_up(whole: sums.Term, part: sums.Term) -> None:
    with pytest.raises(NotSummable):
        sums.Composite("wrong", whole, (part,))
