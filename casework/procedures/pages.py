"""Words for the pages about procedures: what may follow where, periods, findings, all as whole sentences."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from casework.core import clock, i18n
from casework.procedures import models, queries, rules
from casework.procedures.checks import ACT, Finding, Problem
from casework.procedures.forms import CONDITIONS, SCOPES, WHO
from casework.procedures.rules import ANY
from casework.reference import queries as codes
from casework.reference.actions import ALWAYS
from casework.workdays import queries as workdays

Part = models.ProcedureStage | models.ProcedureMove | models.ProcedureLimit | models.ProcedureNeed


def since(procedure: rules.Procedure) -> str:
    """From when a version holds: a shipped one was there before the first case."""
    if procedure.effective_from <= ALWAYS:
        return _("From the beginning")
    return _("From %(day)s", day=i18n.day(procedure.effective_from))


def state(procedure: rules.Procedure, is_draft: bool, on: date) -> tuple[str, str]:
    """How a version stands on a day: words and the tone of their tag."""
    if is_draft:
        return _("Draft"), "violet"
    if procedure.retired_on is not None and procedure.retired_on <= on:
        return _("Retired"), ""
    if procedure.effective_from > on:
        return _("Not in force yet"), "blue"
    current = next((one for one in queries.in_force(on) if one.code == procedure.code), None)
    if current is not None and current.id == procedure.id:
        return _("In force"), "teal"
    return _("Replaced by a newer version"), ""


def act(code: str) -> str:
    return codes.label("act", code)


def stage(code: str) -> str:
    return _("Anywhere") if code == ANY else codes.label("stage", code)


# -- stages and what may follow ------------------------------------------------------------------------------------


@dataclass
class Place:
    """A stage as the page shows it, with what may happen there."""

    label: str
    notes: list[str] = field(default_factory=list)
    moves: list[tuple[UUID, str, str]] = field(default_factory=list)
    """Of each: its row, the sentence, and what has to be there first."""
    row_id: UUID | None = None
    is_main: bool = True


def bar(procedure: rules.Procedure) -> list[dict[str, str]]:
    """The stage bar, with who deals with the case today."""
    today = clock.today()
    shown = []
    for one in procedure.stages:
        if one.is_main:
            competent = queries.authority(procedure, one.code, today)
            shown.append({"label": stage(one.code), "note": competent.label if competent else "", "state": ""})
    return shown


def places(version: models.Procedure, procedure: rules.Procedure) -> list[Place]:
    """Each stage with the moves from it, then what may happen anywhere."""
    found = {one.code: Place(stage(one.code), _stage_notes(procedure, one), [], one.id, one.is_main)
             for one in version.stages}  # fmt: skip
    anywhere = Place(_("At every stage"))
    for row in version.moves:
        place = anywhere if row.from_stage == ANY else found.get(row.from_stage)
        if place is not None:
            place.moves.append((row.id, move_words(row.act, row.to_stage), conditions_words(row.needs)))
    return [*found.values(), anywhere]


def _stage_notes(procedure: rules.Procedure, row: models.ProcedureStage) -> list[str]:
    notes = [] if row.is_main else [_("Shows in the bar under the stage before it.")]
    if row.ends:
        notes.append(_("The procedure ends here."))
    competent = queries.authority(procedure, row.code, clock.today())
    if competent is not None:
        notes.append(_("With: %(authority)s.", authority=competent.label))
    if row.scope:
        notes.append(_("Power of attorney: %(scope)s.", scope=dict(SCOPES)[row.scope]))
    return notes


def move_words(code: str, to_stage: str | None) -> str:
    if to_stage is None:
        return _("%(act)s: the case stays here.", act=act(code))
    return _("%(act)s: the case moves to “%(stage)s”.", act=act(code), stage=stage(to_stage))


def conditions_words(needs: list[str]) -> str:
    words = dict(CONDITIONS)
    said = [
        _("Only after: %(act)s.", act=act(one.removeprefix(ACT)))
        if one.startswith(ACT)
        else _("Needs first: %(condition)s.", condition=words.get(one, one))
        for one in needs
    ]
    return " ".join(said)


# -- time limits ---------------------------------------------------------------------------------------------------


def period(value: int, unit: str) -> str:
    if value == 0:
        return _("The same day")
    match unit:
        case "workday":
            return ngettext("%(num)d working day", "%(num)d working days", value)
        case "month":
            return ngettext("%(num)d month", "%(num)d months", value)
        case "year":
            return ngettext("%(num)d year", "%(num)d years", value)
    return ngettext("%(num)d calendar day", "%(num)d calendar days", value)


def limit(one: rules.Limit) -> dict[str, Any]:
    """A time limit in words: how long, from what, until what, and what follows without it."""
    return {
        "id": one.id,
        "label": one.label,
        "period": period(one.value, one.unit),
        "example": _example(one),
        "starts": [act(code) for code in one.starts],
        "ends": [act(code) for code in one.ends],
        "who": str(dict(WHO)[one.who]),
        "notes": _limit_notes(one),
        "law": one.law,
        "source": one.source,
        "is_confirmed": one.is_confirmed,
    }


def _example(one: rules.Limit) -> str:
    term = workdays.calendar().end_of(clock.today(), one.value, one.unit, one.on_day_off)
    return _("Started today, it ends on %(day)s.", day=i18n.day(term.due_on))


def _limit_notes(one: rules.Limit) -> list[str]:
    notes = []
    if one.basis is not None:
        notes.append(_("Counted from the day of: %(act)s.", act=act(one.basis)))
    elif one.counts_from == "served":
        notes.append(_("Counted from the day the person learnt of it."))
    if one.on_day_off == "next":
        notes.append(_("If it ends on a day off, the next working day is the last."))
    else:
        notes.append(_("It ends on its day, even on a day off."))
    if one.takes_until:
        notes.append(_("The day on the document, or notified by the authority, goes before the count."))
    if one.per_subject:
        notes.append(_("Each inquiry has its own."))
    if one.on_silence is not None:
        notes.append(_("Without an answer, the day after: “%(act)s”.", act=act(one.on_silence)))
    if one.remind_days:
        notes.append(
            ngettext(
                "Asks for attention %(num)d day before.", "Asks for attention %(num)d days before.", one.remind_days
            )
        )
    return notes


# -- evidence and documents ----------------------------------------------------------------------------------------


def need(row: models.ProcedureNeed, one: rules.Need) -> dict[str, Any]:
    if one.group is not None:
        how = _("One of the group is enough") if one.is_required else _("Optional")
    else:
        how = _("Required") if one.is_required else _("Optional")
    return {
        "id": row.id,
        "label": codes.label("document_type", one.kind),
        "hint": str(one.hint) if one.hint else "",
        "group": one.group or "",
        "how": how,
        "stage": stage(one.for_stage) if one.for_stage else _("At any time"),
    }


def documents(procedure: rules.Procedure) -> list[str]:
    return [codes.label("document_type", code) for code in procedure.ends_in]


# -- findings ------------------------------------------------------------------------------------------------------


def finding(version: models.Procedure, one: Finding) -> tuple[str, str]:
    """What does not hold together, as a sentence, and where it is put right."""
    return _problem(version, one), _where(version, one)


def _problem(version: models.Procedure, one: Finding) -> str:
    limits = {row.code: part_words(row) for row in version.limits}
    at = {
        "stages": stage(one.about),
        "moves": act(one.about) if codes.item("act", one.about) else stage(one.about),
        "limits": limits.get(one.about, one.about),
        "needs": codes.label("document_type", one.about),
    }.get(one.part, one.about)
    names = act(one.names) if codes.item("act", one.names) else stage(one.names) if one.names else ""
    return _SENTENCES[one.problem](at, names)


_SENTENCES = {
    Problem.NO_STAGE: lambda at, names: _("There is no stage yet."),
    Problem.NO_END: lambda at, names: _("No stage ends the procedure."),
    Problem.BAR_TOO_LONG: lambda at, names: _("More than eight stages stand in the bar: nobody could read it."),
    Problem.STAGE_UNKNOWN: lambda at, names: _("“%(at)s” is not in the list of stages.", at=at),
    Problem.STAGE_OF_ANOTHER_TRACK: lambda at, names: _("“%(at)s” is a stage of another kind of matter.", at=at),
    Problem.STAGE_OUT_OF_REACH: lambda at, names: _("Nothing leads to “%(at)s”.", at=at),
    Problem.STAGE_WITHOUT_EXIT: lambda at, names: _("Nothing leads on from “%(at)s”, and it is not an end.", at=at),
    Problem.AUTHORITY_UNKNOWN: lambda at, names: _("At “%(at)s”, an authority is not in the list today.", at=at),
    Problem.DOCUMENT_UNKNOWN: lambda at, names: _("“%(at)s” is not in the list of documents.", at=at),
    Problem.ACT_UNKNOWN: lambda at, names: _(
        "At “%(at)s”: “%(names)s” is not in the list of acts.", at=at, names=names
    ),
    Problem.ACT_OF_ANOTHER_TRACK: lambda at, names: _(
        "At “%(at)s”: “%(names)s” belongs to another kind of matter.", at=at, names=names
    ),
    Problem.MOVE_NOWHERE: lambda at, names: _(
        "“%(at)s”: the stage “%(names)s” is not in this procedure.", at=at, names=names
    ),
    Problem.CONDITION_UNKNOWN: lambda at, names: _("“%(at)s” waits for something that does not exist.", at=at),
    Problem.CONDITION_IMPOSSIBLE: lambda at, names: _("“%(at)s” waits for something that can never be there.", at=at),
    Problem.SILENCE_MOVES: lambda at, names: _("“%(names)s” is silence: it cannot move a case.", names=names),
    Problem.LIMIT_NEVER_STARTS: lambda at, names: _("“%(at)s”: no act of this procedure starts it.", at=at),
    Problem.LIMIT_ACT_IMPOSSIBLE: lambda at, names: _(
        "“%(at)s”: “%(names)s” can happen at no stage of this procedure.", at=at, names=names
    ),
    Problem.LIMIT_DAY_NOT_ASKED: lambda at, names: _(
        "“%(at)s” counts from the day the person learnt of “%(names)s”, but nobody is asked for that day.",
        at=at,
        names=names,
    ),
    Problem.SILENCE_UNKNOWN: lambda at, names: _(
        "“%(at)s”: “%(names)s” is no act that silence can bring.", at=at, names=names
    ),
    Problem.SILENCE_FOR_EVER: lambda at, names: _("“%(at)s” would start itself again by silence, for ever.", at=at),
    Problem.EVIDENCE_NOWHERE: lambda at, names: _(
        "“%(at)s” is needed before “%(names)s”, which is not in this procedure.", at=at, names=names
    ),
}


def _where(version: models.Procedure, one: Finding) -> str:
    parts: dict[str, list[Any]] = {"stages": version.stages, "limits": version.limits, "needs": version.needs}
    for row in parts.get(one.part, ()):
        if one.about == (row.kind if one.part == "needs" else row.code):
            return url_for("procedures.part", procedure_id=version.id, section=one.part, part_id=row.id)
    here: str = url_for("procedures.show", procedure_id=version.id)
    return f"{here}#{one.part}" if one.part else here


def part_words(row: Part) -> str:
    """What a part of a draft is called."""
    match row:
        case models.ProcedureStage():
            return stage(row.code)
        case models.ProcedureMove():
            return move_words(row.act, row.to_stage)
        case models.ProcedureLimit():
            return str(i18n.Text(row.label_en, row.label_ru, row.label_kk))
    return codes.label("document_type", row.kind)
