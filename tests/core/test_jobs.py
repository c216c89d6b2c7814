"""Recurring jobs: when their turn comes, who carries it out, and what becomes of a failure."""

import json
import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from casework.accounts.queries import active_organisations
from casework.app import JOBS
from casework.cli import main
from casework.core import clock, jobs
from casework.core.db import db, session_for
from casework.core.jobs import CLAIM, Job, JobRun, Report, daily, every
from casework.core.scope import principal, system
from casework.oversight import health
from casework.persons.models import Person
from tests.conftest import Acting
from tests.factories import World
from tests.security.caseload import person_named

NOW = datetime(2026, 9, 15, 4, 30, tzinfo=UTC)  # half past nine in Almaty
Run = Callable[..., list[Report]]


@pytest.fixture
def run(app: Flask, world: World) -> Run:
    """`run(job, at=…)`: whatever is due at this moment, for partners A and B."""

    def now(*wanted: Job, at: datetime = NOW) -> list[Report]:
        with clock.at(at), app.app_context():
            return list(jobs.run_due(lambda: [world.organisations[key] for key in ("A", "B")], wanted))

    return now


def kept(app: Flask, organisation_id: UUID) -> JobRun:
    with app.app_context(), session_for(system("tests")) as session:
        return session.scalars(select(JobRun).where(JobRun.organisation_id == organisation_id)).one()


# -- turns -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "latest"),
    [
        ("2026-09-15T02:30:00", "2026-09-15T02:30:00"),  # 07:30 in Almaty is 02:30 UTC
        ("2026-09-15T02:29:59", "2026-09-14T02:30:00"),
        ("2026-09-15T19:30:00", "2026-09-15T02:30:00"),  # after midnight in Almaty, but not yet half past seven
        ("2026-09-16T02:30:00", "2026-09-16T02:30:00"),
    ],
)
def test_a_day_begins_in_almaty(now: str, latest: str) -> None:
    found = daily(time(7, 30))(datetime.fromisoformat(now).replace(tzinfo=UTC))
    assert found == datetime.fromisoformat(latest).replace(tzinfo=UTC)


def test_a_turn_begins_with_each_period() -> None:
    minute = every(timedelta(minutes=1))
    assert minute(NOW + timedelta(seconds=59)) == NOW
    assert minute(NOW + timedelta(seconds=60)) == NOW + timedelta(minutes=1)


# -- carrying out ------------------------------------------------------------------------------------------------


def test_each_organisation_has_its_own_turn(run: Run, world: World) -> None:
    seen: list[tuple[str, UUID | None]] = []

    def note() -> None:
        who = principal()
        assert who is not None
        seen.append((who.reason or "", who.organisation_id))

    job = Job("test", daily(time(7, 30)), note)
    assert [one.failure for one in run(job)] == [None, None]
    assert seen == [("job test", world.organisations["A"]), ("job test", world.organisations["B"])]
    assert run(job, at=NOW + timedelta(hours=20)) == []
    assert len(run(job, at=NOW + timedelta(hours=24))) == 2


def test_what_a_job_writes_is_saved_and_stays_with_its_organisation(run: Run, app: Flask, world: World) -> None:
    run(Job("test", daily(time(7)), lambda: person_named("Джобова", registered_on=NOW.date())))
    with app.app_context(), session_for(system("tests")) as session:
        found = session.scalars(select(Person.organisation_id)).all()
    assert sorted(found, key=str) == sorted([world.organisations["A"], world.organisations["B"]], key=str)


def test_a_failure_is_undone_kept_without_words_and_stops_nobody(
    run: Run, app: Flask, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    done = []

    def fail_for_a() -> None:
        who = principal()
        assert who is not None
        person_named("Провальная", registered_on=NOW.date())
        if who.organisation_id == world.organisations["A"]:
            raise RuntimeError("Провальная has no birth date")
        done.append(who.organisation_id)

    with caplog.at_level(logging.DEBUG):
        first, second = run(Job("test", daily(time(7)), fail_for_a))
    assert first.failure is not None
    assert first.failure.startswith("RuntimeError at ")
    assert "test_jobs.py:" in first.failure
    assert second.failure is None
    assert done == [world.organisations["B"]]
    assert "Провальная" not in caplog.text
    [told] = [one.getMessage() for one in caplog.records if one.name == "casework"]
    assert json.loads(told)["error"] == first.failure
    with app.app_context(), session_for(system("tests")) as session:
        assert session.scalars(select(Person.organisation_id)).all() == [world.organisations["B"]]
    assert kept(app, world.organisations["A"]).failure == first.failure
    with app.app_context():
        assert [one.organisation_id for one in jobs.failing()] == [world.organisations["A"]]
    problems = [one.line for one in health.findings(app) if one.problem and one.about.startswith("job ")]
    assert len(problems) == 1
    assert "RuntimeError" in problems[0]
    assert "Провальная" not in problems[0]


def test_a_failure_is_tried_again_later_and_later_until_it_succeeds(run: Run, app: Flask, world: World) -> None:
    tries: list[datetime] = []

    def fail_thrice() -> None:
        who = principal()
        assert who is not None
        if who.organisation_id == world.organisations["A"]:
            tries.append(clock.now())
            if len(tries) < 4:
                raise RuntimeError

    job = Job("test", daily(time(7)), fail_thrice)
    for minutes in range(25):
        run(job, at=NOW + timedelta(minutes=minutes))
    assert [(one - NOW) // timedelta(minutes=1) for one in tries] == [0, 1, 6, 21]
    assert kept(app, world.organisations["A"]).failure is None
    with app.app_context():
        assert jobs.failing() == []


def test_of_two_runners_one_does_it(app: Flask, world: World) -> None:
    """Two processes look at the same moment: each turn is carried out once."""
    done: list[UUID | None] = []
    both = threading.Barrier(2)

    def note() -> None:
        who = principal()
        done.append(who.organisation_id if who else None)

    job = Job("test", daily(time(7)), note)

    def look() -> None:
        with clock.at(NOW), app.app_context():
            both.wait()
            list(jobs.run_due(lambda: list(world.organisations.values()), [job]))

    for _round in range(3):
        done.clear()
        runners = [threading.Thread(target=look) for _ in range(2)]
        for one in runners:
            one.start()
        for one in runners:
            one.join()
        assert len(done) == len(set(done)) in (3, 0)  # all at first; nothing when it was done already


def test_a_claim_keeps_others_away_until_it_runs_out(run: Run, app: Flask, world: World) -> None:
    """Whoever took the turn and died holds it for a while, and no longer."""
    with app.app_context(), session_for(system("tests")) as session:
        for key in ("A", "B"):
            session.add(
                JobRun(job="test", organisation_id=world.organisations[key], claimed_until=NOW + CLAIM, failures=0)
            )
        session.commit()
    job = Job("test", daily(time(7)), lambda: None)
    assert run(job, at=NOW + CLAIM - timedelta(seconds=1)) == []
    assert len(run(job, at=NOW + CLAIM)) == 2


def test_what_is_not_wanted_leaves_no_trace(run: Run, app: Flask) -> None:
    assert run(Job("test", daily(time(7)), lambda: None, is_wanted=lambda: False)) == []
    with app.app_context(), session_for(system("tests")) as session:
        assert session.scalars(select(JobRun)).all() == []


# -- in a server and by hand -------------------------------------------------------------------------------------


def test_the_server_looks_again_and_again(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    done = threading.Event()
    monkeypatch.setattr(jobs, "_registry", {"test": Job("test", daily(time(7)), done.set)})
    monkeypatch.setattr(jobs, "ROUND", 0.01)
    with jobs.running(app, lambda: [world.organisations["A"]]) as thread:
        assert thread.daemon
        assert done.wait(10)
    assert not thread.is_alive()


def test_a_look_that_fails_does_not_end_the_thread(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    def away() -> list[UUID]:
        raise OSError("secret.example.org does not answer")

    jobs.one_round(app, away)
    assert "OSError" in caplog.text
    assert "secret.example.org" not in caplog.text


@pytest.fixture
def command(app: Flask, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setattr("casework.app.create_app", lambda settings=None: app)
    return CliRunner()


def test_by_hand_each_job_is_a_line(command: CliRunner, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise ValueError("Тайна")

    wanted = {"good": Job("good", daily(time(7)), lambda: None), "bad": Job("bad", daily(time(7)), fail)}
    monkeypatch.setattr(jobs, "_registry", wanted)
    result = command.invoke(main, ["jobs", "run"])
    assert result.exit_code == 1
    assert len(result.stdout.splitlines()) == 6  # two jobs for three organisations
    assert f"done     good for {world.organisations['A']}" in result.stdout
    assert f"failed   bad for {world.organisations['office']}: ValueError at" in result.stdout
    assert "Тайна" not in result.output
    again = command.invoke(main, ["jobs", "run"])
    assert (again.exit_code, again.stdout) == (0, "Nothing is due.\n")


def test_every_job_of_the_site_runs_on_an_empty_one(run: Run, app: Flask) -> None:
    assert [one.failure for one in run(*JOBS) if one.failure] == []
    assert {one.name for one in JOBS} <= {one.name for one in jobs.registered()}


def test_a_deactivated_organisation_is_left_alone(app: Flask, acting: Acting, world: World) -> None:
    from casework.accounts.models import Organisation

    with acting(world.principal("administrator")):
        db.session.get_one(Organisation, world.organisations["B"]).is_active = False
    with app.app_context():
        found = set(active_organisations())
    assert found == {world.organisations["A"], world.organisations["office"]}
