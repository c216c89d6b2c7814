"""`casework factsheet list | export`: which editions there are, and the published files as they are served."""

from pathlib import Path

import click
from flask.cli import with_appcontext
from flask_babel import gettext as _

from casework.core import i18n
from casework.core.scope import acting_as, system
from casework.editions import pages, published, queries
from casework.editions.models import Step
from casework.regional.commands import factsheet

__all__ = ["factsheet"]


@factsheet.command("list")
@with_appcontext
def list_editions() -> None:
    """Every edition with its languages. Ends with 1 when something published is not what was approved."""
    is_whole = True
    with acting_as(system("editions on the command line")):
        for one in queries.editions():
            click.echo(f"{one.code}  {pages.number(one)}")
            for row in one.languages:
                line = f"  {row.language}  {pages.state(row).label}  {row.title}"
                if row.step in (Step.READY, Step.PUBLISHED, Step.WITHDRAWN) and not queries.is_untouched(row):
                    is_whole = False
                    line += "  " + _("! This is no longer what was sent in.")
                click.echo(line)
    if not is_whole:
        raise SystemExit(1)


@factsheet.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@with_appcontext
def export(folder: Path) -> None:
    """Write the files of everything that is published into FOLDER, as <area>/<day>/e<number>/<language>/<file>.

    Withdrawn ones are left out. Files that are there already are written anew.
    """
    written = 0
    with acting_as(system("editions on the command line")):
        for row in queries.public_index():
            if row.step != Step.PUBLISHED:
                continue
            place = folder / published.place(row.area) / row.as_of.isoformat() / f"e{row.number}" / row.language
            for file in queries.files(row):
                target = place / file.name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(file.content)
                written += 1
    click.echo(_("%(number)s files were written into %(folder)s.", number=i18n.number(written), folder=str(folder)))
