"""`casework`: set up, run, check and repair an installation from the command line."""

import logging
import sys
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
from flask import Flask
from flask.cli import ScriptInfo, with_appcontext
from sqlalchemy.exc import OperationalError, ProgrammingError

from casework import __version__
from casework.core.config import SOURCE_TREE, Settings, load
from casework.core.errors import ConfigurationError
from casework.core.vault import Unreadable

APART = {
    "accounts": "casework.accounts.commands",
    "audit": "casework.oversight.commands",
    "backup": "casework.backups.commands",
    "factsheet": "casework.editions.commands",
    "figures": "casework.releases.commands",
    "keys": "casework.keys.commands",
    "restore": "casework.backups.commands",
}
"""Commands of features, and where they are: loaded when asked for."""


class Sentences(click.Group):
    """A group that says in one sentence what is wrong with the configuration, and loads some commands when asked."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ConfigurationError as error:
            click.echo(str(error), err=True)
            ctx.exit(2)
        except Unreadable:
            click.echo(
                "Something sealed does not open with the keys in the key ring. Put the copy of the keys that belong to "
                "this database in its place, then run: casework doctor",
                err=True,
            )
            ctx.exit(2)
        except (OperationalError, ProgrammingError) as error:
            reason = (str(error.orig or "").strip() or "no reason given").splitlines()[0]
            click.echo(f"The database does not answer as it should ({reason}). Run: casework doctor", err=True)
            ctx.exit(2)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *APART])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in APART:
            found: click.Command = getattr(import_module(APART[cmd_name]), cmd_name)
            return found
        return super().get_command(ctx, cmd_name)


def _app(settings: Settings | None = None) -> Flask:
    from casework.app import create_app

    made = create_app(settings)
    logging.getLogger("alembic").setLevel(logging.WARNING)  # loading it turns its chatter on
    return made


@click.group(cls=Sentences, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="Casework %(version)s")
@click.pass_context
def main(context: click.Context) -> None:
    """Casework: case management for legal aid.

    \b
    To try it out: "casework demo", then "casework serve".
    For a real site: "casework init", then "casework serve".
    When something is wrong: "casework doctor".
    """
    context.obj = ScriptInfo(create_app=_app)


# -- setting up --------------------------------------------------------------------------------------------------


def _has_users(settings: Settings) -> bool:
    """Whether somebody already works with this database; asked before there need be keys or tables."""
    if settings.is_sqlite and not Path(settings.url.database or "").exists():
        return False
    engine = sa.create_engine(settings.url)
    try:
        with engine.connect() as connection:
            if not sa.inspect(connection).has_table("users"):
                return False
            return bool(connection.execute(sa.text("SELECT count(*) FROM users")).scalar())
    finally:
        engine.dispose()


def _ready(settings: Settings) -> Flask:
    """The instance folder, the keys, the tables and the code lists: what is missing is made, what is there stays."""
    from casework.core.db import alembic
    from casework.core.vault import KeyRing

    settings.instance.mkdir(parents=True, exist_ok=True, mode=0o700)
    settings.instance.chmod(0o700)
    if not settings.keys_file.exists():
        KeyRing.new().save(settings.keys_file)
    app = _app(settings)
    with app.app_context():
        alembic.upgrade()
    with app.app_context():
        _seed()
    return app


def _seed() -> int:
    """Bring what is shipped into the database; how many code items were added."""
    from casework.core.db import db
    from casework.core.scope import acting_as, system

    with acting_as(system("setting up")):
        added = seed()
        db.session.commit()
    return added


def seed() -> int:
    """Add what is shipped and not there yet: code items, days off, procedures, letter templates, figures of others.

    What an administrator edited stays as edited. For whoever acts as the system; how many code items were added.
    """
    from casework.cases import actions as cases
    from casework.consents import actions as consents
    from casework.figures import actions as figures
    from casework.letters import templating as letters
    from casework.procedures import actions as procedures
    from casework.reference import actions as reference
    from casework.workdays import actions as workdays

    added = reference.seed()
    workdays.seed()
    procedures.seed()
    letters.seed()
    cases.adopt_procedures()
    consents.adopt()
    figures.seed_external()
    return added


def _refuse_without_keys(settings: Settings) -> None:
    if not settings.keys_file.exists():
        raise ConfigurationError(
            f"The database holds data, but there is no key ring at {settings.keys_file}. Without the keys that sealed "
            "them they cannot be read: put the copy of your keys there."
        )


@main.command()
@click.option("--organisation", help="Name of your office, in English. You can add the other languages later.")
@click.option("--name", help="Name of the first administrator.")
@click.option("--email", help="E-mail address with which the first administrator signs in.")
def init(organisation: str | None, name: str | None, email: str | None) -> None:
    """Set up a new site.

    Makes the keys and the tables, fills in the code lists, and prints a link with which the first administrator chooses
    a password. There is no default account and no default password.
    """
    settings = load()
    if _has_users(settings):
        _refuse_without_keys(settings)
        click.echo("This site is set up already. Nothing was changed. To look at it: casework doctor", err=True)
        sys.exit(1)
    organisation = organisation or click.prompt("Name of your office, in English")
    name = name or click.prompt("Name of the first administrator")
    email = email or click.prompt("E-mail address of the first administrator")
    if "@" not in email:
        raise click.BadParameter("it needs an @.", param_hint="--email")
    app = _ready(settings)
    token = _first_administrator(app, organisation=organisation, name=name, email=email)
    click.echo(f"The site is set up in {settings.instance}.")
    click.echo(f"Keep a copy of {settings.keys_file} apart from the database: without it nobody can read the data.")
    click.echo()
    click.echo(f"{name} chooses a password here, once, within 7 days (start the server first: casework serve):")
    click.echo(f"  {settings.address}{app.url_map.bind('').build('accounts.choose_password', {'token': token})}")


def _first_administrator(app: Flask, *, organisation: str, name: str, email: str) -> str:
    from casework.accounts import actions
    from casework.accounts.permissions import Role
    from casework.core.db import db
    from casework.core.scope import acting_as, system

    with app.app_context(), acting_as(system("setting up")):
        # One name for all three languages at first: the administrator adds the others on the page.
        office = actions.add_organisation(
            name_en=organisation, name_ru=organisation, name_kk=organisation, kind="office"
        )
        _, token = actions.invite(
            name=name,
            email=email,
            role=Role.ADMINISTRATOR,
            organisation=office,
            language=app.extensions["settings"].default_language,
        )
        db.session.commit()
    return token


@main.command()
@click.option("--if-empty", is_flag=True, help="Do nothing, and do not complain, when there are data already.")
def demo(if_empty: bool) -> None:
    """Make a training copy with an invented caseload, to try Casework out.

    Every page then says that it is a training copy. Never mix it with real data: it refuses a database in use.
    """
    settings = load()
    if _has_users(settings):
        _refuse_without_keys(settings)
        if not if_empty:
            click.echo("There are data already, so no training copy was made. Nothing was changed.", err=True)
            sys.exit(1)
        if settings.demo:
            _ready(settings)  # a newer version may bring new tables and codes
        return
    from casework import demo as caseload

    _mark_as_demo(settings.instance)
    app = _ready(replace(settings, demo=True))
    with app.app_context():
        caseload.load(click.echo)
    click.echo("Start it with: casework serve")


def _mark_as_demo(instance: Path) -> None:
    instance.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = instance / "settings.toml"
    written = file.read_text("utf-8") if file.exists() else ""
    if not any(line.replace(" ", "").startswith("demo=") for line in written.splitlines()):
        file.write_text("# A training copy: every person in it is invented.\ndemo = true\n" + written, "utf-8")
    file.chmod(0o600)


# -- running -----------------------------------------------------------------------------------------------------


@main.command()
@click.option("--host", help="Address to answer on (setting: host).")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to answer on (setting: port).")
def serve(host: str | None, port: int | None) -> None:
    """Run the site until Ctrl-C.

    Refuses to start while something is wrong that could lose or show data, and says what to do.
    """
    import waitress

    from casework.accounts.queries import active_organisations
    from casework.core import jobs, receiving
    from casework.core.db import db, keep_schema
    from casework.oversight import health

    given = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    settings = replace(load(), **given)  # type: ignore[arg-type]
    app = _app(settings)
    stopping = health.must_stop(app)
    if stopping:
        for finding in stopping:
            click.echo(finding.line, err=True)
        sys.exit(2)
    with app.app_context():
        keep_schema(db.engine)
    click.echo(f"Casework answers on {settings.address} (Ctrl-C ends it).")
    if settings.demo:
        _show_sign_ins()
    with jobs.running(app, active_organisations):
        waitress.serve(
            app,
            host=settings.host,
            port=settings.port,
            threads=settings.threads,
            ident=None,  # no Server header
            **receiving.in_memory(settings),
            # Whose X-Forwarded headers count is settled by the setting proxies, in the application.
            clear_untrusted_proxy_headers=not settings.proxies,
        )


def _show_sign_ins() -> None:
    from casework.demo import SIGN_INS

    click.echo("This is a training copy. Sign in as one of these invented people (the second step shows the code):")
    rows = [[str(cell) for cell in row] for row in SIGN_INS]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))] if rows else []
    for row in rows:
        click.echo("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


# -- checking ----------------------------------------------------------------------------------------------------


@main.command()
def doctor() -> None:
    """Check the installation, line by line; ends with 1 when something is wrong.

    Checks Python, settings, keys, file modes, the database and its tables, code lists, translations, the audit trail
    and a sample of the sealed values.
    """
    from casework.oversight import health

    problems = 0
    for finding in health.findings(_app()):
        click.echo(finding.line)
        problems += finding.problem is not None
    click.echo()
    click.echo("All is well." if not problems else f"{problems} to put right.")
    sys.exit(1 if problems else 0)


@main.group("jobs")
def jobs_group() -> None:
    """What the site does by itself: recounting, reminding, sending."""


@jobs_group.command("run")
@with_appcontext
def jobs_run() -> None:
    """Do everything whose time has come, once; ends with 1 when something failed.

    "casework serve" does so every minute. This is for a timer, or for looking at what happens.
    """
    from casework.accounts.queries import active_organisations
    from casework.core import jobs

    reports = []
    for report in jobs.run_due(active_organisations):
        click.echo(report.line)
        reports.append(report)
    if not reports:
        click.echo("Nothing is due.")
    sys.exit(1 if any(one.failure for one in reports) else 0)


@jobs_group.command("first-look")
@with_appcontext
def jobs_first_look() -> None:
    """Compare the partners' records all at once, without daily limits: when a partner goes live with a caseload."""
    from casework.conflicts.jobs import first_look

    first_look()
    click.echo("Every partner's records have been compared.")


# -- for developers ----------------------------------------------------------------------------------------------


@main.group("db")
def database() -> None:
    """The tables: bring them up to date, or write a new migration."""


@database.command("upgrade")
@with_appcontext
def db_upgrade() -> None:
    """Bring the tables up to date with this version. Make a copy of the database before."""
    from casework.core.db import alembic

    before = ", ".join(one.revision for one in alembic.current()) or "none"
    alembic.upgrade()
    added = _seed()
    after = ", ".join(one.revision for one in alembic.heads())
    click.echo(f"The tables are at revision {after} (before: {before}). New items in the code lists: {added}.")


@database.command("revision")
@click.argument("message")
@click.option("--empty", is_flag=True, help="Do not compare the models with the tables; write it all yourself.")
@with_appcontext
def db_revision(message: str, empty: bool) -> None:
    """Write the next migration from what the models have and the tables do not. Read it before you use it.

    MESSAGE says why, in a few words: it becomes the first line and the name of the file.
    """
    from casework.core.db import alembic

    scripts = alembic.revision(message, empty=empty, branch="", path=str(SOURCE_TREE / "migrations" / "versions"))
    for script in scripts:
        if script is not None:
            click.echo(script.path)


if __name__ == "__main__":
    main()
