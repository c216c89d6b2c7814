"""What the checklist shows, in words."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from casework.cases.models import Case
from casework.core import clock, i18n
from casework.evidence import queries, rules
from casework.evidence.models import EvidenceItem
from casework.evidence.queries import Line
from casework.evidence.rules import State
from casework.reference import queries as codes

LOOKS = {
    State.HAVE: ("circle-check", "ok", "teal"),
    State.ASKED: ("clock", "wait", "amber"),
    State.MISSING: ("circle-dashed", "no", ""),
    State.CANNOT: ("circle-x", "no", ""),
}
"""(icon, class of the icon, tone of the tag) of each state."""


def progress_words(progress: rules.Progress) -> str:
    """Settled: 5 of 8."""
    return _("Settled: %(done)s of %(total)s", done=progress.done, total=progress.total)


def blocks(case: Case) -> list[dict[str, Any]]:
    """The lines of the page under headings: what each stage asks for, alternatives together, then what was added."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for thing in rules.things(queries.checklist(case)):
        lines = [one for one in thing if isinstance(one, Line)]
        group = (lines[0].group or "") if len(lines) > 1 else ""
        title = _title(lines[0], is_choice=bool(group))
        block = found.setdefault((title, group), {"title": title, "rows": []})
        block["rows"] += [row(case, one) for one in lines]
    return list(found.values())


def _title(line: Line, *, is_choice: bool) -> str:
    if not line.is_asked_by_procedure:
        return _("Added in this case")
    stage = codes.label("stage", line.for_stage)
    if is_choice:
        return _("Before “%(stage)s”: one of these is enough", stage=stage) if stage else _("One of these is enough")
    return _("Before “%(stage)s”", stage=stage) if stage else _("The procedure asks for")


def row(case: Case, line: Line) -> dict[str, Any]:
    icon, _look, tone = LOOKS[State(line.state)]
    item = line.item
    place: dict[str, Any] = {"case_id": case.id, "kind": line.kind}
    return {
        "kind": line.kind,
        "label": line.label,
        "state": codes.label("evidence_state", line.state),
        "icon": icon,
        "tone": tone,
        "is_awaited": line.state == State.ASKED,
        "hint": str(line.hint) if line.hint else "",
        "asked": asked_by(line),
        "how": how(line),
        "original": _("Original: %(where)s", where=codes.label("original_location", item.original_with))
        if item is not None and item.original_with
        else "",
        "note": item.details.note if item is not None else None,
        "scan_url": url_for("documents.show", case_id=case.id, document_id=item.document_id)
        if item is not None and item.document_id
        else "",
        "edit_url": url_for("evidence.edit", **place),
        "have_url": url_for("evidence.have", **place) if line.state != State.HAVE else "",
        "remove_url": url_for("evidence.remove", **place) if item is not None else "",
    }


def asked_by(line: Line) -> str:
    """Whether the procedure insists on it."""
    if not line.is_asked_by_procedure:
        return ""
    return _("Required") if line.is_required else _("Not required")


def how(line: Line) -> str:
    """Since when it is there, from whom and since when it is awaited, or why it cannot be had."""
    item = line.item
    if item is None:
        return ""
    if line.state == State.HAVE:
        return _("Received on %(day)s", day=i18n.day(item.received_on)) if item.received_on else ""
    if line.state == State.CANNOT:
        return _("Why not: %(reason)s", reason=item.details.why_not)
    if line.state == State.ASKED:
        asked = _("Asked for from %(whom)s on %(day)s", whom=item.details.asked_from or "", day=i18n.day(item.asked_on))
        return f"{asked} · {waiting(item)}"
    return ""


def waiting(item: EvidenceItem) -> str:
    days = (clock.today() - item.asked_on).days if item.asked_on is not None else 0
    return ngettext("%(num)s day waiting", "%(num)s days waiting", days) if days else _("since today")


NOTED = (State.ASKED, State.HAVE, State.CANNOT)
"""The order in which the record shows what was noted: what is waited for comes first."""


def card(case: Case) -> dict[str, Any] | None:
    """The checklist in the record: how much is settled, and what was noted. None when there is nothing to ask for."""
    lines = queries.checklist(case)
    if not lines:
        return None
    found = rules.progress(lines)
    noted = [one for one in lines if one.state in NOTED]
    return {
        "url": url_for("evidence.index", case_id=case.id),
        "done": found.done,
        "total": found.total,
        "progress": progress_words(found),
        "lines": [_short(one) for one in sorted(noted, key=lambda one: NOTED.index(State(one.state)))],
    }


def _short(line: Line) -> dict[str, str]:
    icon, look, _tone = LOOKS[State(line.state)]
    item = line.item
    note = ""
    if item is not None and line.state == State.ASKED:
        note = waiting(item)
    elif item is not None and line.state == State.HAVE:
        note = i18n.short_day(item.received_on)
    return {
        "label": line.label,
        "state": codes.label("evidence_state", line.state),
        "icon": icon,
        "look": look,
        "note": note,
    }
