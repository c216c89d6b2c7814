"""What happens to deadlines by itself: a new day, and a day off that is entered later."""

from datetime import date

from flask import Flask

from casework.accounts.queries import active_organisations
from casework.app import JOBS
from casework.core import clock, jobs
from casework.core.scope import acting_as, system
from casework.proceedings import queries
from casework.proceedings.jobs import RECOUNT
from casework.workdays import actions as workdays
from tests.conftest import Acting
from tests.factories import World
from tests.proceedings.conftest import Matters

DUE = date(2026, 8, 4)  # three months after the registration of 4 May 2026, a Tuesday
WORDS = {"label_en": "Day off", "label_ru": "Выходной", "label_kk": "Демалыс", "source": "Order 2 of the tests"}


def run_jobs(app: Flask) -> list[str]:
    with app.app_context():

        def organisations() -> list[object]:
            with acting_as(system("tests")):
                return list(active_organisations())

        reports = list(jobs.run_due(organisations, [RECOUNT]))  # type: ignore[arg-type]
    assert not [one.line for one in reports if one.failure]
    return [one.job for one in reports]


def decision_due(acting: Acting, world: World, matters: Matters) -> tuple[date, date | None]:
    with acting(world.principal("lawyer")):
        [found] = [one for one in queries.deadlines(matters.asylum) if one.limit_code == "decision"]
        return found.due_on, found.former_due_on


def test_the_server_runs_it() -> None:
    assert RECOUNT in JOBS


def test_a_day_off_entered_later_moves_the_deadline(app: Flask, acting: Acting, world: World, matters: Matters) -> None:
    run_jobs(app)
    assert run_jobs(app) == [], "once a day is enough"
    assert decision_due(acting, world, matters) == (DUE, None)
    with acting(world.principal("administrator")):
        workdays.add(DUE, "OFF", **WORDS)
    assert run_jobs(app), "another calendar, another count"
    assert decision_due(acting, world, matters) == (date(2026, 8, 5), DUE)


def test_silence_comes_with_the_morning(app: Flask, acting: Acting, world: World, matters: Matters) -> None:
    with clock.at(date(2026, 8, 4)):
        run_jobs(app)
    with acting(world.principal("lawyer")):
        assert [one.code for one in queries.acts(matters.asylum)] == ["REGISTERED"]
    with clock.at(date(2026, 8, 5)):
        run_jobs(app)
    with acting(world.principal("lawyer")):
        silence = queries.acts(matters.asylum)[-1]
        assert (silence.code, silence.happened_on, silence.recorded_by_id) == ("FI_SILENCE", date(2026, 8, 5), None)
        running = [one.limit_code for one in queries.deadlines(matters.asylum) if one.state == "OPEN"]
        assert running == ["complaint_silence"]
