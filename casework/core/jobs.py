"""What the system does by itself, again and again: each job for each organisation, in a transaction of its own.

A job has turns (every minute, every day at an hour). Whoever finds a turn that nobody has taken claims it in
`job_runs`, for a while, so that of several processes only one carries it out; one that dies leaves a claim that runs
out. A failure is kept and logged by type and place, never with its words, and is tried again later and later.
"""

import json
import logging
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from uuid import UUID

from flask import Flask
from sqlalchemy import ForeignKey, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from casework.core import clock
from casework.core.db import Base, db, session_for
from casework.core.scope import acting_as, system

log = logging.getLogger("casework")

CLAIM = timedelta(hours=1)
"""How long a claim holds without a word from whoever took it: longer than any job takes."""

PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240)]
"""How long to wait after the first failure, the second …; the last one holds for all that follow."""

ROUND = 60.0
"""Seconds between two looks at what is due, in a server."""

PATIENCE = 10.0
"""Seconds that a server waits, when it ends, for what is under way."""

Turn = Callable[[datetime], datetime]
Organisations = Callable[[], Sequence[UUID]]


def every(period: timedelta) -> Turn:
    """A turn begins with each period, counted from midnight in UTC."""

    def latest(now: datetime) -> datetime:
        midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight + (now - midnight) // period * period

    return latest


def daily(at: time) -> Turn:
    """A turn begins each day at this time in Almaty."""

    def latest(now: datetime) -> datetime:
        today = now.astimezone(clock.ALMATY).date()
        begins = datetime.combine(today, at, clock.ALMATY)
        return begins if begins <= now else datetime.combine(today - timedelta(days=1), at, clock.ALMATY)

    return latest


def _always() -> bool:
    return True


@dataclass(frozen=True)
class Job:
    """Something to do for an organisation at each turn. `run` acts as the system in that organisation."""

    name: str
    turn: Turn
    run: Callable[[], object]
    is_wanted: Callable[[], bool] = _always
    """Whether this site does it at all: without a mail server nothing is sent."""


class JobRun(Base):
    """How far a job has come for an organisation."""

    __tablename__ = "job_runs"
    __audited__ = False

    job: Mapped[str] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    turn: Mapped[datetime | None]
    """The last turn that was carried out."""
    claimed_until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str | None]
    """Type and place of the last failure, until it succeeds again."""


_registry: dict[str, Job] = {}


def register(job: Job) -> Job:
    """Make a job known. The same again changes nothing: an application may be made more than once."""
    _registry[job.name] = job
    return job


def registered() -> list[Job]:
    return list(_registry.values())


# -- carrying out ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Report:
    """What came of one job for one organisation."""

    job: str
    organisation_id: UUID
    failure: str | None = None

    @property
    def line(self) -> str:
        if self.failure is None:
            return f"done     {self.job} for {self.organisation_id}"
        return f"failed   {self.job} for {self.organisation_id}: {self.failure}"


def run_due(organisations: Organisations, jobs: Sequence[Job] | None = None) -> Iterator[Report]:
    """Carry out every job whose turn has come, one organisation after the other. Needs an application context."""
    wanted = [job for job in (registered() if jobs is None else jobs) if job.is_wanted()]
    with session_for(system("jobs"), reading=True) as session:
        done = {(one.job, one.organisation_id): one for one in session.scalars(select(JobRun))}
    now = clock.now()
    for organisation_id in organisations():
        for job in wanted:
            held = done.get((job.name, organisation_id))
            if _is_due(held, job.turn(now), now) and _claim(job.name, organisation_id, job.turn(now), held is not None):
                yield _carry_out(job, organisation_id)


def _is_due(held: JobRun | None, turn: datetime, now: datetime) -> bool:
    if held is None:
        return True
    return (held.turn is None or held.turn < turn) and (held.claimed_until is None or held.claimed_until <= now)


def _claim(name: str, organisation_id: UUID, turn: datetime, is_known: bool) -> bool:
    """Take this turn, unless another process has just taken it."""
    now = clock.now()
    with session_for(system("jobs")) as session:
        if not is_known:
            session.add(JobRun(job=name, organisation_id=organisation_id, claimed_until=now + CLAIM, failures=0))
            try:
                session.commit()
            except IntegrityError:
                session.rollback()
                return False
            return True
        taken = session.execute(
            update(JobRun)
            .where(
                JobRun.job == name,
                JobRun.organisation_id == organisation_id,
                or_(JobRun.turn.is_(None), JobRun.turn < turn),
                or_(JobRun.claimed_until.is_(None), JobRun.claimed_until <= now),
            )
            .values(claimed_until=now + CLAIM)
        )
        session.commit()
        return int(taken.rowcount) == 1  # type: ignore[attr-defined]


def _carry_out(job: Job, organisation_id: UUID) -> Report:
    began, failure = clock.now(), None
    try:
        with acting_as(system(f"job {job.name}", organisation_id)):
            job.run()
            db.session.commit()
    except Exception as error:  # noqa: BLE001 -- whatever it is, the others go on
        failure = place(error)
        log.error(json.dumps({"job": job.name, "organisation": str(organisation_id), "error": failure}))
    _settle(job, organisation_id, job.turn(began), failure)
    return Report(job.name, organisation_id, failure)


def _settle(job: Job, organisation_id: UUID, turn: datetime, failure: str | None) -> None:
    now = clock.now()
    with session_for(system("jobs")) as session:
        held = session.get_one(JobRun, (job.name, organisation_id))
        held.ended_at = now
        if failure is None:
            held.turn, held.claimed_until, held.failures, held.failure = turn, None, 0, None
        else:
            held.claimed_until = now + PAUSES[min(held.failures, len(PAUSES) - 1)]
            held.failures, held.failure = held.failures + 1, failure
        session.commit()


def place(error: BaseException) -> str:
    """Type and place of a failure: never its words or values, which may hold a person's data."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames][-3:]
    return " ".join([type(error).__name__, "at", *ours])


def failing() -> list[JobRun]:
    """The jobs that failed when they last ran."""
    with session_for(system("jobs"), reading=True) as session:
        found = select(JobRun).where(JobRun.failure.is_not(None)).order_by(JobRun.job, JobRun.organisation_id)
        return list(session.scalars(found))


def again(name: str) -> None:
    """Have a job run again for everyone at the next look, because what it last went by has changed."""
    db.session.execute(update(JobRun).where(JobRun.job == name).values(turn=None))


# -- in a server -------------------------------------------------------------------------------------------------


@contextmanager
def running(app: Flask, organisations: Organisations) -> Iterator[threading.Thread]:
    """Look every minute for what is due, in a thread beside the server, for as long as that runs."""
    stop = threading.Event()

    def keep_looking() -> None:
        while not stop.wait(ROUND):
            one_round(app, organisations)

    thread = threading.Thread(target=keep_looking, name="jobs", daemon=True)
    thread.start()
    try:
        yield thread
    finally:
        stop.set()
        thread.join(PATIENCE)  # what is under way ends well; what takes longer runs again when its claim is over


def one_round(app: Flask, organisations: Organisations) -> None:
    """One look. A database that does not answer now may answer in a minute."""
    try:
        with app.app_context():
            for _report in run_due(organisations):
                pass
    except Exception as error:  # noqa: BLE001 -- the thread must outlive it
        log.error(json.dumps({"job": "looking for what is due", "error": place(error)}))
