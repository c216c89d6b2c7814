"""Whether this installation is sound: every start-up check, each with what to do when it fails.

`casework doctor` prints them all; `casework serve` refuses to start while one that `stops` fails.
"""

import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from flask import Flask, current_app, g
from sqlalchemy.exc import SQLAlchemyError

from casework.backups import checking, restoring
from casework.backups import queries as backups
from casework.core import access, jobs, mail, witness
from casework.core.clock import ALMATY
from casework.core.config import Settings
from casework.core.db import PRAGMAS, alembic, db
from casework.core.scope import acting_as, system
from casework.reference import queries as reference

OLDEST_POSTGRESQL = 15
SAMPLE = 20
TRANSLATIONS = Path(__file__).parents[1] / "translations"


@dataclass(frozen=True)
class Finding:
    """One check: what was looked at, and what is wrong with it and what to do, if anything is."""

    about: str
    problem: str | None = None
    stops: bool = False

    @property
    def line(self) -> str:
        return f"ok       {self.about}" if self.problem is None else f"problem  {self.about}: {self.problem}"


def findings(app: Flask) -> Iterator[Finding]:
    """All checks, in the order in which a failing one spoils the next."""
    settings: Settings = app.extensions["settings"]
    yield _python()
    yield _time_zone()
    yield from _settings(settings)
    yield from _modes(settings)
    yield _restoring(settings)
    yield _endpoints(app)
    yield _translations()
    with app.app_context(), acting_as(system("doctor")):
        g.reading = True
        reached = list(_database(settings))
        yield from reached
        if any(one.problem and one.stops for one in reached):
            return
        yield _code_lists()
        yield from _jobs()
        yield _mails(settings)
        yield _audit_chains()
        yield _sealed_values()
        yield _backups()


def must_stop(app: Flask) -> list[Finding]:
    """What forbids the start. Checks that take long with much data (audit, sealed values) are left to `doctor`."""
    settings: Settings = app.extensions["settings"]
    found = [_python(), _time_zone(), *_settings(settings), *_modes(settings), _restoring(settings)]
    with app.app_context(), acting_as(system("start")):
        g.reading = True
        found += _database(settings)
        if not any(one.problem and one.stops for one in found):
            found += [_code_lists(), _sealed_values(at_most=1)]
    return [one for one in found if one.problem and one.stops]


def _python() -> Finding:
    running = ".".join(str(part) for part in sys.version_info[:3])
    wrong = (
        None if sys.version_info >= (3, 11) else "Casework needs Python 3.11 or newer; install it and run make again."
    )
    return Finding(f"Python {running}", wrong, stops=True)


def _time_zone() -> Finding:
    # Kazakhstan has had one time, UTC+5, since 1 March 2024. An older time zone database is an hour off.
    offset = datetime(2026, 1, 1, tzinfo=ALMATY).utcoffset()
    about = "time zone Asia/Almaty and clock"
    if offset != timedelta(hours=5):
        return Finding(about, "the time zone data are older than 2024; update the package tzdata.", stops=True)
    if datetime.now(UTC).year < 2026:
        return Finding(about, "the clock of this machine is years behind; set it.", stops=True)
    return Finding(about)


def _settings(settings: Settings) -> Iterator[Finding]:
    yield Finding(f"settings of {settings.instance}")
    about = "how the site is reached"
    is_local = settings.host in ("127.0.0.1", "localhost", "::1")
    if not (is_local or settings.https):
        yield Finding(
            about,
            f"it answers on {settings.host} without HTTPS, so passwords would travel in the open. Put a web server "
            "with HTTPS before it and set https = true and proxies = 1.",
        )
    elif settings.https and not settings.proxies:
        yield Finding(about, "https is on but proxies is 0: set proxies to the number of web servers before this one.")
    else:
        yield Finding(about)


def _modes(settings: Settings) -> Iterator[Finding]:
    """Who else on this machine could read the keys and the data."""
    instance = settings.instance
    keys = [settings.keys_file.parent, settings.keys_file, settings.publishing_key_file, settings.audit_key_file]
    secret = [instance, *keys, instance / "settings.toml"]
    if settings.is_sqlite and settings.url.database:
        secret += [Path(settings.url.database + beside) for beside in ("", "-wal", "-shm")]
    for path in secret:
        if path.exists():
            mode = stat.S_IMODE(path.stat().st_mode)
            should = "700" if path.is_dir() else "600"
            wrong = f"others can read it (mode {mode:o}). Run: chmod {should} {path}" if mode & 0o077 else None
            yield Finding(f"file mode of {path}", wrong, stops=True)


def _endpoints(app: Flask) -> Finding:
    policy = access.declared(app)
    undeclared = sorted(name for name, needed in policy.items() if needed is None)
    wrong = f"{', '.join(undeclared)} do not say who may call them; a developer must add it." if undeclared else None
    return Finding(f"{len(policy)} addresses that each say who may call them", wrong, stops=True)


def _translations() -> Finding:
    about = "translations into Russian and Kazakh"
    for language in ("ru", "kk"):
        source = TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or (source.exists() and compiled.stat().st_mtime < source.stat().st_mtime):
            return Finding(about, f"{language} is not compiled, so pages would be in English. Run: make messages")
    return Finding(about)


# -- the database ------------------------------------------------------------------------------------------------


def _database(settings: Settings) -> Iterator[Finding]:
    shown = settings.url.render_as_string(hide_password=True)
    about = f"database {shown}"
    if settings.is_sqlite and settings.url.database and not Path(settings.url.database).exists():
        yield Finding(about, "it does not exist yet. Run: casework init (or casework demo)", stops=True)
        return
    try:
        with db.engine.connect() as connection:
            yield Finding(about)
            yield from _pragmas(connection) if settings.is_sqlite else _server(connection)
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or type(error).__name__).strip().splitlines()[0]
        yield Finding(about, f"it cannot be reached ({reason}). Is it running, and is DATABASE_URL right?", stops=True)
        return
    yield revision()


def _pragmas(connection: sa.Connection) -> Iterator[Finding]:
    wrong = [
        f"{name} is {found}, not {wanted}"
        for name, wanted in PRAGMAS.items()
        if str(found := connection.exec_driver_sql(f"PRAGMA {name}").scalar()).lower() != wanted
    ]
    problem = f"{'; '.join(wrong)}. Another SQLite library is in the way: reinstall Python." if wrong else None
    yield Finding("what SQLite was told (pragmas)", problem, stops=True)


def _server(connection: sa.Connection) -> Iterator[Finding]:
    version = int((connection.dialect.server_version_info or (0,))[0])
    old = f"Casework needs {OLDEST_POSTGRESQL} or newer; upgrade the server." if version < OLDEST_POSTGRESQL else None
    yield Finding(f"PostgreSQL {version}", old, stops=True)
    powers = connection.execute(
        sa.text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
    ).scalar()
    wrong = "it may pass every protection of the database by. Give Casework a role of its own without SUPERUSER."
    yield Finding("role in PostgreSQL", wrong if powers else None)


def revision() -> Finding:
    """Whether the tables are those that this version of Casework expects."""
    with current_app.app_context():  # of its own: the connection is let go at its end, and with it a lock
        has = ", ".join(one.revision for one in alembic.current()) or "none"
        wants = ", ".join(one.revision for one in alembic.heads())
    if has == wants:
        return Finding(f"tables at revision {has}", stops=True)
    return Finding(
        "tables",
        f"they are at revision {has}, this version needs {wants}. Make a copy of the database, then run: "
        "casework db upgrade",
        stops=True,
    )


def _code_lists() -> Finding:
    lists = reference.lists()
    missing = "there are none. Run: casework init (or casework demo)" if not lists else None
    return Finding(f"{len(lists)} code lists", missing, stops=True)


def _jobs() -> Iterator[Finding]:
    """What the site does by itself, and what of it failed."""
    failing = jobs.failing()
    for one in failing:
        yield Finding(
            f"job {one.job} for {one.organisation_id}",
            f"its last {one.failures} tries failed, the latest with {one.failure}. It is tried again by itself; if "
            "this stays, report the line.",
        )
    if not failing:
        yield Finding(f"{len(jobs.registered())} jobs that the site does by itself")


def _mails(settings: Settings) -> Finding:
    if not settings.smtp_url:
        return Finding("no mail server: reminders wait on the desk")
    found = mail.outbox()
    wrong = None
    if found.failing or found.given_up:
        wrong = (
            f"{found.failing} could not be sent yet and {found.given_up} were given up in the last 7 days "
            f"({'; '.join(found.reasons)}). Look at smtp_url and mail_from, and at the mail server."
        )
    return Finding(f"mails ({found.waiting} waiting)", wrong)


def _audit_chains() -> Finding:
    reports = witness.verify()
    broken = [f"{one.organisation_id} at entry {one.broken_at}" for one in reports if one.broken_at is not None]
    broken += [f"{found.table} {found.record_id or ''} {found.what}" for one in reports for found in one.findings]
    entries = sum(one.entries for one in reports)
    shown = "; ".join(broken[:SAMPLE])
    wrong = f"{shown}. Someone changed it from outside: keep a copy and find out who." if broken else None
    return Finding(f"audit trail of {entries} entries in {len(reports)} chains", wrong)


def _sealed_values(at_most: int = checking.SAMPLE) -> Finding:
    """Whether values open: a wrong key ring or a damaged value shows here, not while someone needs the record."""
    found = checking.sealed_sample(at_most)
    ring = current_app.extensions["settings"].keys_file
    if found.unreadable:
        return Finding(
            "sealed values",
            f"{found.unreadable} does not open with the keys in {ring}. Restore the keys that belong to this database.",
            stops=True,
        )
    return Finding(f"sealed values ({found.opened} opened)")


def _restoring(settings: Settings) -> Finding:
    about = "nothing half restored"
    begun = restoring.begun(settings)
    if begun is None:
        return Finding(about)
    return Finding(
        about,
        f"a restore of the backup {begun.get('backup')} was begun and not finished. Run casework restore again with "
        "the same file: it goes on with it.",
        stops=True,
    )


def _backups() -> Finding:
    if backups.is_training_copy():
        return Finding("no backups: this is a training copy")
    last = backups.last_good()
    if not backups.is_overdue() and last is not None:
        return Finding(f"last good backup of {last.began_at:%Y-%m-%d %H:%M} UTC")
    since = f"the last good one is of {last.began_at:%Y-%m-%d %H:%M} UTC" if last else "there is none"
    what = (
        "Run casework backup and see what it says."
        if backups.is_set_up()
        else "Set backup_dir and backup_recipient (docs/operations.md), then run casework backup."
    )
    return Finding("backups", f"{since}. {what}")
