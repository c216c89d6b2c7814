"""`casework audit`: whether the trail is whole, and how far it has come, signed."""

import sys
from pathlib import Path
from uuid import UUID

import click
from flask.cli import with_appcontext

from casework.accounts.queries import organisations
from casework.core import heads, witness
from casework.core.chain import ChainReport
from casework.core.heads import BadHead, Head
from casework.core.scope import acting_as, system
from casework.core.vault import HOUSE

SAID = {
    witness.CHANGED: "was changed from outside",
    witness.OLDER: "was replaced from outside by its own older value",
    witness.UNREADABLE: "does not open: it was damaged, or is another record's",
    witness.GONE: "is gone, and nobody deleted it",
}
SHOWN = 200


@click.group()
def audit() -> None:
    """The trail of who did what."""


@audit.command("verify")
@click.option(
    "--head",
    "files",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A signed head that was kept outside: the trail must still contain it. May be given again.",
)
@with_appcontext
def verify(files: tuple[Path, ...]) -> None:
    """Check that no entry was changed, removed, inserted or moved, and that what is stored is what was noted.

    Ends with 1 when something is wrong. Only a head from outside shows that a whole chain was rolled back.
    """
    given = [(file, head) for file in files for head in _heads_in(file)]
    names = _names()
    reports = witness.verify()
    for report in reports:
        _say(report, names.get(report.organisation_id, str(report.organisation_id)))
    if not reports:
        click.echo("There are no entries yet.")
    proven = [_is_proven(file, head, names) for file, head in given]
    sys.exit(0 if all(report.is_whole for report in reports) and all(proven) else 1)


def _say(report: ChainReport, name: str) -> None:
    if report.broken_at is not None:
        click.echo(f"BROKEN  {name}: at entry {report.broken_at}")
    else:
        click.echo(f"{'whole ' if report.is_whole else 'WRONG '}  {name}: {report.entries} entries")
    for one in report.findings[:SHOWN]:
        if one.what.startswith(witness.ROLLED_BACK):
            click.echo(f"        the entry of a signed head is not in the trail any more ({one.what})")
        else:
            click.echo(f"        {one.table} {one.record_id} {SAID[one.what]}")
    if len(report.findings) > SHOWN:
        click.echo(f"        … and {len(report.findings) - SHOWN} more")


def _heads_in(file: Path) -> list[Head]:
    try:
        return heads.read(file.read_text("utf-8", errors="replace"))
    except BadHead as error:
        click.echo(f"{file}: {error}", err=True)
        sys.exit(2)


def _is_proven(file: Path, head: Head, names: dict[UUID, str]) -> bool:
    proof = heads.prove(head)
    about = f"{file.name}: {names.get(head.organisation_id, head.organisation_id)}, entry {head.number}"
    if proof.holds and proof.is_own_key:
        click.echo(f"head    {about}, signed {head.at:%Y-%m-%d %H:%M} UTC, is in the trail ({proof.entries} entries).")
        return True
    if proof.holds:
        click.echo(f"HEAD    {about} is in the trail, but was signed by another key than the one used here today.")
    elif proof.entries < head.number:
        click.echo(f"HEAD    {about} is not in the trail: it was ROLLED BACK and has {proof.entries} entries now.")
    else:
        click.echo(f"HEAD    {about} is not in the trail: it was rolled back and WRITTEN ANEW from some entry before.")
    return False


@audit.command("heads")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="A folder to write a file each into.")
@with_appcontext
def show(out: Path | None) -> None:
    """How far each chain has come, signed now: to be kept where nobody who runs the installation can reach it."""
    names = _names()
    for one in heads.chains():
        heads.keep(one)
        head = heads.signed_now(one)
        if head is None:
            continue
        if out is None:
            click.echo(f"# {names.get(one, one)}\n{head.text}")
            continue
        out.mkdir(parents=True, exist_ok=True)
        file = out / f"audit-head-{str(one)[:8]}-{head.number}.txt"
        file.write_text(head.text, "utf-8")
        click.echo(f"{file}  {names.get(one, one)}")


def _names() -> dict[UUID, str]:
    with acting_as(system("audit on the command line")):
        return {HOUSE: "the installation itself", **{one.id: one.name_en for one in organisations()}}
