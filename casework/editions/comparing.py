"""What the pages that compare two editions show, in words."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from casework.core import i18n
from casework.core.config import country
from casework.core.i18n import Text
from casework.factsheets.comparison import Comparison, Event, Pair, Story, Told
from casework.figures import indicators, report

Cell = Mapping[str, Any]

EVENTS: Mapping[Event, Text] = {
    Event.ARRIVAL: Text("Came", "Прибыли", "Келгендер"),
    Event.DECISION: Text("By a decision", "По решению", "Шешім бойынша"),
    Event.DEPARTURE: Text("Left", "Выбыли", "Кеткендер"),
    Event.RECORDS: Text("By a correction of records", "Из-за исправления записей", "Жазбаларды түзету нәтижесінде"),
}


def figure_rows(found: Comparison) -> list[list[Cell]]:
    """A line for each figure that both tell, then those that one does: name, before, after, difference."""
    pairs = sorted(found.pairs, key=lambda one: one.before is None or one.after is None)
    return [
        [
            {"text": one.name, "note": _scope(one.before or one.after)},
            _told(one.before, found.before.as_of),
            _told(one.after, found.after.as_of),
            _difference(one),
        ]
        for one in pairs
    ]


def _scope(one: Told | None) -> str:
    scope = one.scope if one else ""
    return str(indicators.SCOPES[scope]) if scope in indicators.SCOPES and scope != country() else ""


def _told(one: Told | None, day: Any) -> Cell:
    if one is None:
        return {"text": _("not published")}
    if one.value is None:
        return {"hidden_figure": True} if one.is_hidden else {"text": _("not known")}
    note = _("as of %(day)s", day=i18n.day(one.as_of)) if one.as_of and one.as_of != day else ""
    return {"text": one.text, "note": note}


def _difference(one: Pair) -> Cell:
    note = _("the definition was changed") if one.is_redefined else ""
    if one.difference is None:
        return {"text": "–", "note": note}
    sign, size, unit = _sign(one.difference), abs(one.difference), one.after.unit if one.after else ""
    if not one.difference:
        return {"text": "0", "note": note}
    if unit == indicators.Unit.PERCENT:
        points = f"{sign}{report.worded(size, indicators.Unit.COUNT)}"
        return {"text": _("%(number)s percentage points", number=points), "note": note}
    return {"text": f"{sign}{report.worded(size, unit)}", "note": note}


def signed(value: int) -> str:
    """A number with its sign, a real minus."""
    return f"{_sign(value)}{i18n.number(abs(value))}"


def _sign(value: int | Decimal) -> str:
    return "+" if value > 0 else "−" if value < 0 else ""


def story_rows(story: Story) -> list[list[Cell]]:
    """From the number before to the number after: a line for each kind of event, under it its reasons."""
    rows: list[list[Cell]] = [[{"text": _("In the earlier edition")}, _count(story.before)]]
    for events in story.events:
        reasons = [one for one in events.entries if one.value != 0]
        if reasons:
            note = "; ".join(f"{one.label}: {_entry(one.value)}" for one in reasons)
            rows.append([{"text": str(EVENTS[events.kind]), "note": note}, _moved(events.total)])
    if story.unexplained:
        rows.append([{"text": _("Not accounted for")}, _moved(story.unexplained)])
    return rows


def closing(story: Story) -> list[Cell]:
    return [{"text": _("In the later edition")}, _count(story.after)]


def _entry(value: int | None) -> str:
    return _("hidden") if value is None else signed(value)


def _count(value: int | None) -> Cell:
    return {"hidden_figure": True} if value is None else {"text": i18n.number(value)}


def _moved(value: int | None) -> Cell:
    return {"hidden_figure": True} if value is None else {"text": signed(value)}


def change_rows(changes: Iterable[Any]) -> list[list[Cell]]:
    return [[{"text": one.what}, {"text": one.before or "–"}, {"text": one.after or "–"}] for one in changes]
