"""`casework backup` and `casework restore`."""

import os
import sys
import time
from pathlib import Path
from typing import NoReturn

import click
from flask import Flask
from flask.cli import ScriptInfo, with_appcontext

from casework.backups import actions, restoring, sealing
from casework.backups.drill import drill
from casework.backups.making import NotMade
from casework.backups.restoring import CannotRestore, Restored
from casework.backups.rules import Trouble
from casework.core.config import Settings, load

AFILE = click.Path(path_type=Path, dir_okay=False)

WHY = {
    Trouble.NO_FOLDER: "there is no folder for it: set backup_dir, or say where with --to, and see that the folder is "
    "there.",
    Trouble.NO_RECIPIENT: "there is no public key to seal it to. Make a pair on another machine with “casework backup "
    "keygen”, bring only the public half here, and name its file in the setting backup_recipient.",
    Trouble.NO_ROOM: "there is no room left where it was to be written. Nothing was left behind.",
    Trouble.NOT_WRITABLE: "the folder cannot be written to by this user.",
    Trouble.OTHER_TABLES: "the tables are not those of this version. Run: casework db upgrade",
    Trouble.IN_THE_WAY: "there is a file of that name already. Nothing was changed.",
    Trouble.DAMAGED: "what was written did not read back as it should. Nothing was left behind; look at the disk.",
}


def _app_for(settings: Settings) -> Flask:
    """The application as the command line makes it."""
    info = click.get_current_context().find_object(ScriptInfo)
    assert info is not None and info.create_app is not None  # noqa: PT018, S101 -- the group sets it
    made: Flask = info.create_app(settings)
    return made


@click.group("backup", invoke_without_command=True)
@click.option("--to", type=AFILE, help="Write it to this new file, instead of the folder of the setting backup_dir.")
@click.pass_context
def backup(context: click.Context, to: Path | None) -> None:
    """Make a sealed backup of everything but the keys, while others go on working.

    Only the holder of the private key can open it. It is read back once it is written. The key ring is not in it: keep
    copies of the folder keys apart.
    """
    if context.invoked_subcommand is None:
        context.invoke(_make, to=to)


@with_appcontext
def _make(to: Path | None) -> None:
    began = time.monotonic()
    try:
        made = actions.make(to.resolve() if to else None)
    except NotMade as error:
        click.echo(f"No backup was made: {WHY[error.trouble]}", err=True)
        sys.exit(1)
    seconds = time.monotonic() - began
    click.echo(f"{made.path}")
    click.echo(
        f"{made.tally.all_rows} rows and {made.tally.files} files in {made.size} bytes, in {seconds:.1f} seconds: "
        "written, read back from the disk, every digest compared."
    )
    click.echo(f"SHA-256 {made.sha256}")
    click.echo("The key ring is not in it. Keep a copy of the folder keys apart, in another place.")


@backup.command("keygen")
@click.argument("out", type=AFILE)
def keygen(out: Path) -> None:
    """Make the pair of keys for backups: the private one in OUT, the public one in OUT.pub.

    Do it on a machine that is not the server. Whoever has OUT and the key ring can read everything; without OUT no
    backup can be opened, so keep two copies in two places. Only OUT.pub goes to the server.
    """
    public = out.with_name(out.name + ".pub")
    if out.exists() or public.exists():
        raise click.UsageError(f"{out} or {public} is there already. Nothing was changed.")
    key = sealing.PrivateKey.new()
    sealing.save(out, key)
    sealing.save(public, key.public)
    click.echo(f"Private key  {out}   (keep it off the server, twice)")
    click.echo(f"Public key   {public}   (bring it to the server; setting backup_recipient)")
    click.echo(f"Fingerprint  {key.public.fingerprint[:32]}")


@backup.command("drill")
@click.argument("file", type=AFILE)
@click.option("--key", type=AFILE, required=True, help="The file with the private key.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Also write it there, as text and JSON.")
def drill_command(file: Path, key: Path, out: Path | None) -> None:
    """Restore FILE into a temporary place, and print a dated certificate of what was found there.

    Nothing of the site is touched. Needs the key ring in place, and as much room as the database and its files. Ends
    with 1 when something is wrong.
    """
    try:
        found = drill(load(), _app_for, file, sealing.private_key(key), _say)
    except CannotRestore as error:
        _refuse(error)
    click.echo(found.as_text(), nl=False)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        name = f"restore-drill-{found.drilled_at[:10]}-{found.backup[:8]}"
        (out / f"{name}.txt").write_text(found.as_text(), "utf-8")
        (out / f"{name}.json").write_text(found.as_json(), "utf-8")
    sys.exit(0 if found.is_good else 1)


@click.command("restore")
@click.argument("file", type=AFILE)
@click.option("--key", type=AFILE, required=True, help="The file with the private key.")
@click.option("--into", help="Address of an empty database (otherwise: the one of the settings). Either kind will do.")
def restore(file: Path, key: Path, into: str | None) -> None:
    """Put the backup FILE back into an empty database, with its stored files.

    The key ring that belongs to it has to be in place, with the newest list of erased persons beside it (keys). The
    whole file is checked before anything is changed. What was begun and interrupted goes on with the same command.
    """
    settings = load({**os.environ, "DATABASE_URL": into} if into else None)
    opened = sealing.private_key(key)
    with _app_for(settings).app_context():
        try:
            checked = restoring.look(file, opened)
            _say(f"The backup {checked.head.id} of {checked.head.at} is whole (Casework {checked.head.casework}).")
            result = restoring.restore(checked, _say)
        except CannotRestore as error:
            _refuse(error)
    _tell(result)
    sys.exit(0 if result.is_well else 1)


def _say(words: str) -> None:
    click.echo(words)


def _refuse(error: CannotRestore) -> NoReturn:
    click.echo(f"Not restored: {error}", err=True)
    sys.exit(1)


def _tell(result: Restored) -> None:
    found = result.findings
    click.echo(f"Put back: {result.tally.all_rows} rows, {result.tally.files} files; each compared with its digest.")
    click.echo(f"Audit trail: {found.entries} entries in {found.chains} chains. Sealed values opened: {found.opened}.")
    click.echo(f"Figures recounted; frozen releases checked: {found.releases}.")
    click.echo(f"Erased again: {result.erased_again} persons. Everybody is signed out, and no one-time link opens.")
    if result.was_older:
        click.echo("The tables were of an older version and were brought up to date. Now run: casework db upgrade")
    for one in (*result.not_erased, *found.wrong):
        click.echo(f"WRONG  {one}", err=True)
    click.echo("All is well." if result.is_well else "Restored, but something is wrong: see above.")
