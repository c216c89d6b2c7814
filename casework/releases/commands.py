"""`casework figures release | attack | verify`: releases on the command line, where long work says how far it is."""

import json
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from casework.attack.audit import attack
from casework.attack.report import Report
from casework.core.db import db
from casework.core.errors import DomainError
from casework.core.scope import acting_as, system
from casework.figures import actions as ledger
from casework.figures.commands import Day, figures, is_ledger_right
from casework.releases import actions, queries, refusals, rules, verdict
from casework.releases.models import Release, Step

__all__ = ["figures"]

_DOING = {
    Step.BEGUN: _l("Counting …"),
    Step.COUNTED: _l("Choosing what to withhold …"),
    Step.PROTECTED: _l("Attacking …"),
}


def _telling(what: object) -> Callable[[float], None]:
    """Says on the error channel how far a piece of work is, every tenth of it."""
    told = 0

    def tell(part: float) -> None:
        nonlocal told
        if int(part * 10) > told:
            told = int(part * 10)
            click.echo(f"{what} {told * 10} %", err=True)

    click.echo(what, err=True)
    return tell


@figures.command("release")
@click.option("--as-of", type=Day(), required=True, help="A first of a month: the day, at its start in Almaty.")
@click.option("--since", type=Day(), help="Of the first release only: since when it tells what happened.")
@click.option(
    "--listed-from",
    type=click.Choice([str(one) for one in rules.LISTED_FROM]),
    default=str(rules.LISTED_FROM[0]),
    show_default=True,
    help="From how many persons a country of origin is listed by name; 0: no further ones.",
)
@click.option("--table", "tables", multiple=True, help="Only these tables. Otherwise: all that are on offer.")
@click.option("--freeze", is_flag=True, help="Freeze it at once, if it is safe and nothing is left to be explained.")
@with_appcontext
def release(as_of: date, since: date | None, listed_from: str, tables: Sequence[str], freeze: bool) -> None:
    """Count, protect and attack a release. Ends with 1 when it is not safe or cannot be.

    Without --freeze it waits as a draft to be read and frozen on its page.
    """
    with acting_as(system("release on the command line")):
        try:
            made = _drawn_up(as_of, since, tables, int(listed_from))
            if freeze:
                actions.freeze(made)
                db.session.commit()
        except DomainError as error:
            db.session.rollback()
            click.echo(error.message, err=True)
            raise SystemExit(1) from error
        click.echo(_said(made))
        if not (made.report or {}).get("is_safe"):
            names = queries.table_names(made)
            click.echo(refusals.unsafe((made.report or {})["unsafe"], names), err=True)
            raise SystemExit(1)


def _drawn_up(as_of: date, since: date | None, tables: Sequence[str], listed_from: int) -> Release:
    """The draft with every step done, each saved by itself, so that what was done is not lost."""
    ledger.settle_offsets()
    chosen = list(tables) or [one.code for one in queries.offered_tables()]
    made = actions.begin(as_of, since, chosen, listed_from)
    db.session.commit()
    while made.step in _DOING:
        try:
            actions.next_step(made, _telling(_DOING[Step(made.step)]))
        except DomainError:
            actions.discard(made)
            db.session.commit()
            raise
        db.session.commit()
    return made


def _said(made: Release) -> str:
    report = made.report or {}
    protection = report["protection"]
    lines = [
        f"{made.code}: {made.step}",
        str(
            _(
                "%(hidden)s of %(cells)s cells are withheld, at most %(gap)s %% more than needed.",
                hidden=protection["hidden"],
                cells=protection["cells"],
                gap=protection["gap"],
            )
        ),
        *verdict.attack_words(report["attack"]),
    ]
    if made.digest:
        lines.append(f"SHA-256 {made.digest}")
    return "\n".join(lines)


@figures.command("attack")
@click.argument("what", nargs=-1, required=True)
@with_appcontext
def attack_what(what: Sequence[str]) -> None:
    """Work out what a reader could of a release, or of files of publications. Ends with 1 when someone is given away.

    WHAT is the code of a release, as KAZ-2025-01-01-e1: then what each partner knows of its own persons is used, too.
    Or files, oldest first: then nothing is known but what they say.
    """
    with acting_as(system("attack on the command line")):
        if all(Path(one).is_file() for one in what):
            found = attack(
                [json.loads(Path(one).read_text("utf-8")) for one in what], progress=_telling(_DOING[Step.PROTECTED])
            )
        else:
            found = _attacked(what)
    click.echo(_verdict(found))
    if not found.is_safe:
        raise SystemExit(1)


def _attacked(what: Sequence[str]) -> Report:
    made = queries.release_by_code(what[0]) if len(what) == 1 else None
    if made is None or not made.is_shown:
        raise click.UsageError(_("There is no release of this code that can be read, and no such file."))
    before = [one for one in queries.shown_before(made) if queries.order(one) < queries.order(made)]
    return attack(*actions.known_to([*before, made]), progress=_telling(_DOING[Step.PROTECTED]))


def _verdict(found: Report) -> str:
    lines = verdict.attack_words(found.as_json())
    if found.is_safe:
        lines.append(str(_("No one is given away.")))
    lines += [f"! {one.table} {'|'.join(one.at)}: {one.reason}" for one in found.unsafe]
    return "\n".join(lines)


@figures.command("verify")
@click.option("--as-of", type=Day(), help="One day. Otherwise: every opened month, and everything up to today.")
@with_appcontext
def verify(as_of: date | None) -> None:
    """Recount from the registered persons, and check every frozen release. Ends with 1 when something disagrees."""
    with acting_as(system("recount of the figures")):
        is_right = is_ledger_right(as_of)
        for made in queries.frozen():
            is_right = _is_whole(made) and is_right
    if not is_right:
        raise SystemExit(1)


def _is_whole(made: Release) -> bool:
    found = queries.verify(made)
    if found.is_whole:
        click.echo(_("%(release)s is as it was frozen, and its records still give it.", release=found.code))
        return True
    if not found.is_untouched:
        click.echo(_("%(release)s is not what was frozen: its hash is another.", release=found.code))
    if found.tables:
        tables: Any = ", ".join(found.tables)
        click.echo(
            _(
                "%(release)s: its own records give these tables otherwise: %(tables)s.",
                release=found.code,
                tables=tables,
            )
        )
    return False
