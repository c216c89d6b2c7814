"""What the page of the trail shows, in words."""

from typing import Any
from uuid import UUID

from werkzeug.datastructures import MultiDict

from casework.core.chain import ChainReport, Finding
from casework.core.forms import shown
from casework.oversight.forms import TrailFilter
from casework.oversight.queries import Filters
from casework.oversight.rules import Group
from casework.oversight.words import FINDINGS, NOBODY, kind_words
from casework.reference import queries as reference

FINDINGS_SHOWN = 50


def filters_from(form: TrailFilter) -> Filters:
    """A filter that names nothing there is, is no filter: it is left out rather than asked of the database."""
    chosen: dict[str, Any] = {field.short_name: None if field.errors else field.data for field in form}
    group, actor = chosen.pop("group"), chosen.pop("actor")
    return Filters(group=Group(group) if group else None, actor_id=UUID(actor) if actor else None, **chosen)


def chips(chosen: TrailFilter) -> list[dict[str, str]]:
    """What the list is narrowed to; what was left out as wrong narrows nothing."""
    return [
        {"label": f"{field.label.text}: {shown(field)}", "name": field.short_name}
        for field in chosen
        if field.data is not None and not field.errors
    ]


def is_open(form: TrailFilter) -> bool:
    """Whether the filters are shown unfolded: days need a look, and what was typed wrong its words."""
    return any(field.errors for field in form) or form.since.data is not None or form.until.data is not None


def kept(args: MultiDict[str, str]) -> dict[str, str]:
    """The filters as they stand in the address, for the workbook of the same rows."""
    names = {field.short_name for field in TrailFilter()}
    return {name: value for name, value in args.items() if name.partition("-")[0] in names}


def role_words(role: str) -> str:
    return str(NOBODY[role]) if role in NOBODY else reference.label("role", role)


def finding_lines(report: ChainReport) -> list[str]:
    """What of the stored records does not agree with the trail, one line each."""
    return [_line(one) for one in report.findings[:FINDINGS_SHOWN]]


def _line(one: Finding) -> str:
    record = one.record_id.hex[:8] if one.record_id else ""
    what, _at, number = one.what.partition(" at ")
    return " ".join(part for part in (kind_words(one.table), record, "–", str(FINDINGS[what]), number) if part)
