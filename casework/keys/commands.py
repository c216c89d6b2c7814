"""`casework keys`: what lies under which key, and a key's way from the first value to its end."""

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext

from casework.core import audit, clock
from casework.core.config import Settings
from casework.core.db import db
from casework.core.events import key_destroying
from casework.core.scope import acting_as, system
from casework.core.vault import LASTING, KeyRing, vault
from casework.keys import queries, rules
from casework.keys.resealing import reseal
from casework.keys.rules import Held


@click.group()
def keys() -> None:
    """The keys that seal what identifies a person.

    \b
    A key that may be known to others, or simply once a year:
      casework keys rotate     a new key seals everything new from now on
      casework keys rewrap     what lies under older keys is sealed anew
      casework keys retire ID  nothing lies under it any more
      casework keys destroy ID it is gone, and old copies become unreadable
    """


@keys.command()
@with_appcontext
def status() -> None:
    """How many sealed values and files each key holds. Shows no key."""
    ring, held = vault().ring, queries.held()
    known = [*ring.keys, *(one for one in ring.destroyed if one in held)]
    lost = [one for one in held if one not in known and one != LASTING]
    for key_id in [*known, *lost]:
        click.echo(_line(ring, key_id, held.get(key_id, Held())))
    if LASTING in held:
        click.echo(f"the trail  for good                   {held[LASTING].entries} lists of who was looked at")
    older = sum(bool(held.get(one)) for one in ring.keys if one != ring.active)
    if older:
        click.echo("Older keys still hold values: “casework keys rewrap” seals them anew.")
    if lost or any(held.get(one) for one in ring.destroyed):
        click.echo("Values under a missing key cannot be read: restore it from your copy.", err=True)
        sys.exit(1)


def _line(ring: KeyRing, key_id: str, held: Held) -> str:
    made = ring.made.get(key_id)
    since = f"made {made:%Y-%m-%d}" if made else "before dates"
    if key_id in ring.destroyed:
        since = f"on {ring.destroyed[key_id]:%Y-%m-%d}"
    state = rules.state_of(ring, key_id)
    count = f"{held.values + held.entries} values, {held.files} files"
    return f"{key_id}  {state.upper() if state == 'missing' else state:<9}  {since:<16}  {count}"


@keys.command()
@click.confirmation_option(prompt="Add a new key, under which everything new is sealed from now on?")
@with_appcontext
def rotate() -> None:
    """Add a new key. Older keys stay, to open what they sealed. The server takes it up by itself."""
    with _changing() as (path, ring):
        rotated = ring.rotated()
        rotated.save(path)
    _note("keys:rotate", rotated.active)
    click.echo(f"The new key {rotated.active} seals everything from now on, in a running server, too.")
    click.echo(f"Make a new copy of {path} at once, apart from the database: older copies do not have it.")
    click.echo("Then seal anew what lies under older keys: casework keys rewrap")


@keys.command()
@with_appcontext
def rewrap() -> None:
    """Seal anew, under the active key, what lies under older ones.

    People may go on working. When it was interrupted, run it again: it goes on where it was.
    """
    total = queries.stale()
    with click.progressbar(length=max(total, 1), label=f"{total} to seal anew") as bar:
        done = reseal(bar.update)
    left = queries.stale()
    _note("keys:rewrap", vault().ring.active, rows=done.rows, files=done.files, left=left)
    click.echo(f"{done.rows} records and {done.files} files were sealed anew under {vault().ring.active}.")
    for line in done.unreadable:
        click.echo(f"Does not open, and stays as it is: {line}", err=True)
    if left:
        click.echo(f"{left} are left: being worked on just now, or files that the nightly sweep takes. Run it again.")
    sys.exit(1 if done.unreadable else 0)


@keys.command()
@click.argument("key_id", metavar="ID")
@with_appcontext
def retire(key_id: str) -> None:
    """Say that nothing lies under key ID any more; refused while something does.

    It still opens what an older backup holds, until it is destroyed.
    """
    with _changing() as (path, ring):
        _refuse(rules.why_not_retired(ring, key_id, queries.held().get(key_id, Held()), clock.now()))
        ring.with_retired(key_id).save(path)
    _note("keys:retire", key_id)
    click.echo(f"The key {key_id} is retired. It opens older backups as long as it is in the ring.")
    click.echo("Once you keep no backup from before today any more: casework keys destroy " + key_id)


@keys.command()
@click.argument("key_id", metavar="ID")
@click.option("--confirm", help="The id once more, instead of being asked for it.")
@with_appcontext
def destroy(key_id: str, confirm: str | None) -> None:
    """Take the retired key ID out of the ring. This cannot be undone.

    Whatever a backup from before its retirement holds under it can never be read again, by nobody: that is what it is
    for, when somebody was erased.
    """
    with _changing() as (path, ring):
        _refuse(rules.why_not_destroyed(ring, key_id, queries.held().get(key_id, Held())))
        retired = ring.retired[key_id]
        click.echo(f"Backups made before {retired:%Y-%m-%d %H:%M} UTC become unreadable, in part or whole.")
        for said in _lost_with(key_id):
            click.echo(said)
        typed = confirm or click.prompt(f"To destroy it for good, type its id ({key_id})")
        _refuse(None if typed.strip() == key_id else "That is not its id. Nothing was changed.")
        before = os.open(path, os.O_RDWR)
        try:
            ring.without(key_id).save(path)
            _wipe(before)
        finally:
            os.close(before)
    _note("keys:destroy", key_id)
    click.echo(f"The key {key_id} is gone from {path}.")
    click.echo("Replace every copy of the ring that you keep: as long as one of them has it, it is not destroyed.")


def _lost_with(key_id: str) -> list[str]:
    """What others know of that becomes unreadable with this key."""
    with acting_as(system("keys")):
        return [said for _listener, said in key_destroying.send(None, key_id=key_id) if said]


def _wipe(descriptor: int) -> None:
    """Overwrite the former ring where it lay. A disk that keeps old blocks, as flash does, may still have it."""
    os.pwrite(descriptor, b"\0" * os.fstat(descriptor).st_size, 0)
    os.fsync(descriptor)


def _refuse(why: str | None) -> None:
    if why:
        click.echo(why, err=True)
        sys.exit(1)


@contextmanager
def _changing() -> Iterator[tuple[Path, KeyRing]]:
    """The ring, which nobody else changes meanwhile."""
    settings: Settings = current_app.extensions["settings"]
    folder = os.open(settings.keys_file.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield settings.keys_file, KeyRing.load(settings.keys_file)
    finally:
        os.close(folder)


def _note(action: str, key_id: str, **details: Any) -> None:
    """Keys are changed on the command line, by whoever may run it: the trail of the installation says so."""
    with acting_as(system("keys")):
        audit.note(action, "keys", key=key_id, **details)
        db.session.commit()
