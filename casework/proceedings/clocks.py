"""Deadlines in words: whose they are, when they end, how that was counted, and what an act does to them."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from casework.cases.models import Case
from casework.core import clock, i18n
from casework.procedures import queries as procedures
from casework.procedures.rules import Limit
from casework.proceedings import queries, rules
from casework.proceedings.models import Act, Deadline
from casework.proceedings.rules import State
from casework.reference import queries as codes
from casework.workdays.pages import term_words, workdays_left
from casework.workdays.rules import Term

TAGS = {"late": "red", "wait": "amber", "": ""}
"""The tone of a tag for the tone of a deadline."""


def days_late(due_on: date, on: date) -> str:
    """3 days late."""
    days = (on - due_on).days
    return ngettext("%(num)s day late", "%(num)s days late", days)


def left_words(due_on: date) -> str:
    """4 working days left · 3 days late. What runs out is counted in working days, what is late in days."""
    today = clock.today()
    return days_late(due_on, today) if due_on < today else workdays_left(today, due_on)


def tone_of(due_on: date, remind_on: date) -> str:
    """late, wait (it asks for attention) or nothing."""
    today = clock.today()
    return "late" if due_on < today else "wait" if remind_on <= today else ""


def label_of(deadline: Deadline) -> str:
    limit = procedures.limit(deadline.limit_id)
    return limit.label if limit is not None else deadline.limit_code


def short(deadline: Deadline) -> dict[str, str]:
    """A running deadline in one line, as lists show it."""
    tone = tone_of(deadline.due_on, deadline.remind_on)
    return {
        "label": label_of(deadline),
        "due": i18n.day(deadline.due_on),
        "left": left_words(deadline.due_on),
        "tone": tone,
        "tag": TAGS[tone],
        "whose": whose(deadline.who),
    }


def next_deadlines(cases: Collection[Case]) -> dict[UUID, dict[str, str]]:
    """The next legal deadline of each open case of a list."""
    found = queries.next_deadlines([one.id for one in cases if one.is_open])
    return {case_id: short(deadline) for case_id, deadline in found.items()}


def whose(who: str, authority: str = "") -> str:
    """Who has to keep it."""
    match who:
        case "US":
            return _("Yours and the person’s to keep")
        case "STATE":
            return _("For the other State to keep")
        case "EXPIRY":
            return _("Renew it in time")
    return _("For the authority to keep: %(name)s", name=authority) if authority else _("For the authority to keep")


def arithmetic(limit: Limit, starts_on: date, raw_end: date, statutory_on: date) -> str:
    """How it was counted: 3 months from 4 May 2026; moved from Saturday … to the next working day."""
    return term_words(Term(starts_on, raw_end, statutory_on), limit.value, limit.unit)


def begins_with(limit: Limit, act_code: str, *, is_from_act: bool = False) -> str:
    """What the period is counted from, as a heading of the day: its basis, unless that had run out before."""
    act = codes.label("act", act_code if is_from_act or limit.basis is None else limit.basis)
    if limit.counts_from == "served" and limit.basis is None:
        return _("Counted from the day the person learnt of it: %(act)s", act=act)
    return _("Counted from: %(act)s", act=act)


def line(deadline: Deadline, acts: dict[UUID, Act], titles: dict[UUID, str], authority: str) -> dict[str, Any]:
    """A deadline as the page of the procedure shows it."""
    limit = procedures.limit(deadline.limit_id)
    act = deadline.act
    is_running = deadline.state == State.OPEN
    found: dict[str, Any] = {
        **short(deadline),
        "is_running": is_running,
        "who": deadline.who,
        "whose": whose(deadline.who, authority),
        "arithmetic": "",
        "begins": "",
        "law": limit.law if limit is not None else "",
        "is_confirmed": limit is None or limit.is_confirmed,
        "act": _("%(act)s, %(day)s", act=codes.label("act", act.code), day=i18n.day(act.happened_on)),
        "act_url": f"#act-{act.id}",
        "proof": titles.get(act.document_id) if act.document_id is not None else None,
        "proof_url": url_for("documents.show", case_id=deadline.case_id, document_id=act.document_id)
        if act.document_id is not None
        else "",
        "notified": "",
        "former": "",
        "outcome": "" if is_running else _outcome(deadline, acts),
        "is_late": is_met_late(deadline),
    }
    if limit is not None:
        found["arithmetic"] = arithmetic(limit, deadline.starts_on, deadline.raw_end, deadline.statutory_on)
        found["begins"] = begins_with(limit, act.code, is_from_act=deadline.starts_on == act.happened_on)
    if deadline.due_on != deadline.statutory_on:
        found["notified"] = _(
            "The law gives %(law)s; the document or the authority named %(day)s.",
            law=i18n.day(deadline.statutory_on),
            day=i18n.day(deadline.due_on),
        )
    if deadline.former_due_on is not None and deadline.former_due_on != deadline.due_on:
        found["former"] = _(
            "It was due on %(day)s before this was corrected on %(when)s.",
            day=i18n.day(deadline.former_due_on),
            when=i18n.day(deadline.former_at),
        )
    return found


def is_met_late(deadline: Deadline) -> bool:
    return deadline.state == State.MET and deadline.ended_on is not None and deadline.ended_on > deadline.due_on


def _outcome(deadline: Deadline, acts: dict[UUID, Act]) -> str:
    """How a deadline that runs no more came to its end."""
    ender = acts.get(deadline.ended_by_id) if deadline.ended_by_id is not None else None
    what = codes.label("act", ender.code) if ender is not None else ""
    day = i18n.day(deadline.ended_on)
    if deadline.state == State.SILENT:
        return _("Nobody answered in time.")
    if deadline.state == State.STOPPED:
        return _("No longer counts since %(day)s: %(act)s", day=day, act=what) if what else _("No longer counts.")
    if is_met_late(deadline) and deadline.ended_on is not None:
        late = days_late(deadline.due_on, deadline.ended_on)
        return _("Met on %(day)s, %(late)s: %(act)s", day=day, late=late, act=what)
    return _("Met on %(day)s: %(act)s", day=day, act=what)


# -- what an act does ----------------------------------------------------------------------------------------------


def move_words(case: Case, to_stage: str | None) -> str:
    if to_stage is None or to_stage == case.stage:
        return _("The case stays at “%(stage)s”.", stage=codes.label("stage", case.stage))
    return _("This moves the case to “%(stage)s”.", stage=codes.label("stage", to_stage))


def follows(case: Case, outlook: queries.Outlook) -> list[str]:
    """What an act that is not recorded yet would do, in sentences."""
    found = [move_words(case, outlook.move.to_stage)]
    found += [
        _("Starts: %(label)s, due %(day)s (%(counted)s).", label=one.limit.label, day=i18n.day(one.due_on), counted=how)
        for one, how in _counted(outlook.starts)
    ]
    found += [
        _("“%(label)s” will start once you enter the day the person learnt of it.", label=one.limit.label)
        for one in outlook.waits
    ]
    found += [_("In time: %(label)s.", label=one.limit.label) for one in outlook.meets if not one.is_late]
    found += late(outlook)
    if outlook.stops:
        labels = ", ".join(dict.fromkeys(one.limit.label for one in outlook.stops))
        found.append(_("No longer counts: %(labels)s.", labels=labels))
    return found


def _counted(clocks: Iterable[rules.Clock]) -> list[tuple[rules.Clock, str]]:
    return [(one, arithmetic(one.limit, one.starts_on, one.raw_end, one.statutory_on)) for one in clocks]


def late(outlook: queries.Outlook) -> list[str]:
    """What is recorded as late. It is said, never refused."""
    return [
        _(
            "Recorded as late: %(label)s was due on %(day)s, %(late)s.",
            label=one.limit.label,
            day=i18n.day(one.due_on),
            late=days_late(one.due_on, one.ended_on),
        )
        for one in outlook.meets
        if one.is_late and one.ended_on is not None
    ]
