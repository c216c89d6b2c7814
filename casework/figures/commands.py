"""`casework figures`: the Key Figures, and the recount that checks them. releases/commands.py adds to it."""

import csv
import io
import json
from datetime import date, datetime
from typing import Any

import click
from flask.cli import with_appcontext
from flask_babel import gettext as _

from casework.core import clock, i18n
from casework.core.db import db
from casework.core.scope import acting_as, system
from casework.core.spreadsheets import inert
from casework.figures import actions, queries, report


class Day(click.ParamType[date]):
    """A day as 2025-01-01."""

    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return datetime.strptime(value, "%Y-%m-%d").date()  # noqa: DTZ007 -- a day has no time zone
        except ValueError:
            self.fail(f"“{value}” is not a day such as 2025-01-01.", param, ctx)


@click.group("figures", invoke_without_command=True)
@click.option("--as-of", type=Day(), help="A first of a month, at its start in Almaty. Otherwise: of this month.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "csv"]),
    default="table",
    help="How to print them.",
)
@click.pass_context
@with_appcontext
def figures(context: click.Context, as_of: date | None, form: str) -> None:
    """Print the Key Figures of the country, draw up releases, attack and check them."""
    if context.invoked_subcommand is not None:
        return
    day = as_of or clock.today().replace(day=1)
    if day.day != 1:
        # Two days after each other would tell what happened to one person between them.
        raise click.BadParameter(_("it has to be the first of a month."), param_hint="--as-of")
    with acting_as(system("Key Figures on the command line")):
        found = report.key_figures(day)
        click.echo({"table": as_table, "json": as_json, "csv": as_csv}[form](found), nl=form != "csv")


def is_ledger_right(as_of: date | None) -> bool:
    """Recount from the registered persons and compare with the ledger; says what differs."""
    actions.settle_offsets()  # what changed since they were last settled is no disagreement
    db.session.commit()
    differences = queries.verify(as_of)
    if not differences:
        click.echo(_("The ledger and the recount agree."))
        return True
    for one in differences:
        cell = " · ".join(one.cell)
        whose = one.organisation_id or _("counted with another partner")
        click.echo(f"{one.as_of} · {whose} · {cell}: {one.ledger} ≠ {one.recount}")
    click.echo(_("The ledger and the recount disagree in %(count)s cells.", count=len(differences)))
    return False


# -- forms ---------------------------------------------------------------------------------------------------


def _lines(found: report.KeyFigures) -> list[tuple[int, report.Figure]]:
    """Every figure with its depth: parts and components stand below their figure."""
    return [
        pair
        for figure in found.figures
        for pair in [(0, figure), *((1, below) for below in (*figure.parts, *figure.components))]
    ]


def as_table(found: report.KeyFigures) -> str:
    rows = [
        ("  " * depth + str(figure.indicator.name), figure.text, _remark(figure, found.as_of))
        for depth, figure in _lines(found)
    ]
    names, values = (max(len(row[column]) for row in rows) for column in (0, 1))
    lines = [_("Key Figures as of %(day)s", day=i18n.day(found.as_of)), ""]
    lines += [f"{name:<{names}}  {value:>{values}}  {remark}".rstrip() for name, value, remark in rows]
    if found.findings:
        lines += ["", _("To be looked at:")]
        lines += [f"  ! {finding.indicator.name}: {finding.message}" for finding in found.findings]
    return "\n".join(lines)


def _remark(figure: report.Figure, as_of: date) -> str:
    remarks = []
    if figure.as_of != as_of:
        remarks.append(_("as of %(day)s", day=i18n.day(figure.as_of)))
    if not figure.is_verified:
        remarks.append(_("not verified yet"))
    return ", ".join(remarks)


def as_json(found: report.KeyFigures) -> str:
    content = {
        "as_of": found.as_of.isoformat(),
        "figures": [_as_object(figure) for figure in found.figures],
        "findings": [
            {"kind": one.kind, "figure": one.indicator.code, "message": one.message} for one in found.findings
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=2)


def _as_object(figure: report.Figure) -> dict[str, Any]:
    value = figure.value
    below = {
        name: [_as_object(one) for one in figures]
        for name, figures in (("parts", figure.parts), ("components", figure.components))
        if figures
    }
    return {
        "code": figure.indicator.code,
        "name": str(figure.indicator.name),
        "value": float(value) if value is not None and value != int(value) else value and int(value),
        "hidden": figure.is_hidden,
        "qualifier": figure.qualifier,
        "unit": str(figure.indicator.unit),
        "scope": figure.indicator.area,
        "as_of": figure.as_of.isoformat(),
        "source": figure.source or str(figure.indicator.source),
        "verified": figure.is_verified,
        **below,
    }


def as_csv(found: report.KeyFigures) -> str:
    rows = [_as_object(figure) for _depth, figure in _lines(found)]
    columns = [name for name in rows[0] if name not in ("parts", "components")]
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([_inert(row[name]) for name in columns] for row in rows)
    return text.getvalue()


def _inert(value: Any) -> Any:
    """A text that no spreadsheet takes for a formula; numbers as they are."""
    return inert(value) if isinstance(value, str) else value
