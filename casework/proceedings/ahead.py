"""What may happen next in a case, and what is missing first, in words."""

from collections.abc import Iterable
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from casework.cases.models import Case
from casework.proceedings import clocks, queries
from casework.proceedings.queries import Lack, Possible
from casework.reference import queries as codes


def lack(case: Case, one: Lack) -> dict[str, str]:
    """Something that has to be there first, and where it is provided."""
    if one.kind == "EVIDENCE":
        label = codes.label("document_type", one.code)
        return {"label": _("Evidence: %(kind)s", kind=label), "url": url_for("evidence.index", case_id=case.id)}
    if one.kind == "INQUIRY":
        return {"label": _("An inquiry to a State is sent"), "url": url_for("inquiries.index", case_id=case.id)}
    if one.kind == "INQUIRIES_CLOSED":
        words = _("Each inquiry is answered, or its time is over")
        return {"label": words, "url": url_for("inquiries.index", case_id=case.id)}
    act = codes.label("act", one.code)
    if not queries.is_told_by_hand(one.code):
        words = _("First this has to follow by itself: %(act)s", act=act)
        return {"label": words, "url": url_for("proceedings.show", case_id=case.id)}
    url = url_for("proceedings.record", case_id=case.id, code=one.code)
    return {"label": _("First to be recorded: %(act)s", act=act), "url": url}


def lacks(case: Case, found: Iterable[Lack]) -> list[dict[str, str]]:
    """What is missing, each thing once; pieces of evidence of which one is enough stand in one line."""
    procedure = queries.rules_for(case)
    group_of = {need.kind: need.group for need in procedure.needs} if procedure is not None else {}
    groups: dict[str, list[Lack]] = {}
    for one in dict.fromkeys(found):
        group = group_of.get(one.code) if one.kind == "EVIDENCE" else None
        groups.setdefault(f"group {group}" if group else f"{one.kind} {one.code}", []).append(one)
    return [lack(case, group[0]) if len(group) == 1 else _one_of(case, group) for group in groups.values()]


def _one_of(case: Case, alternatives: list[Lack]) -> dict[str, str]:
    kinds = "; ".join(codes.label("document_type", one.code) for one in alternatives)
    return {"label": _("Evidence, one of: %(kinds)s", kinds=kinds), "url": url_for("evidence.index", case_id=case.id)}


def possible(case: Case) -> list[dict[str, Any]]:
    """What may happen now, in groups: what moves the case on, and what leaves it where it is."""
    if not case.is_open:
        return []
    moves: list[dict[str, Any]] = []
    stays: list[dict[str, Any]] = []
    for one in queries.possible_acts(case):
        (moves if _is_move(case, one) else stays).append(_choice(case, one))
    procedure = queries.rules_for(case)
    if procedure is not None and procedure.move(case.stage, "INQUIRY_SENT") is not None:
        move = procedure.move(case.stage, "INQUIRY_SENT")
        stays.insert(
            0,
            {
                "label": codes.label("act", "INQUIRY_SENT"),
                "url": url_for("inquiries.send", case_id=case.id),
                "leads": clocks.move_words(case, move.to_stage if move else None),
                "lacks": [],
            },
        )
    groups = ((_("It moves the case"), moves), (_("The case stays where it is"), stays))
    return [{"title": title, "acts": acts} for title, acts in groups if acts]


def _is_move(case: Case, one: Possible) -> bool:
    return one.move.to_stage is not None and one.move.to_stage != case.stage


def _choice(case: Case, one: Possible) -> dict[str, Any]:
    return {
        "label": codes.label("act", one.code),
        "url": url_for("proceedings.record", case_id=case.id, code=one.code),
        "leads": clocks.move_words(case, one.move.to_stage) if _is_move(case, one) else "",
        "lacks": lacks(case, one.lacks),
    }


def missing(case: Case) -> list[dict[str, Any]]:
    """What somebody can do before each next stage that lacks something. Silence is nobody's to bring about."""
    return [
        {
            "act": codes.label("act", one.code),
            "stage": codes.label("stage", one.move.to_stage),
            "lacks": lacks(case, one.lacks),
        }
        for one in queries.possible_acts(case)
        if one.lacks and _is_move(case, one) and not any(_is_silence(lack) for lack in one.lacks)
    ]


def _is_silence(one: Lack) -> bool:
    return one.kind == "ACT" and bool(codes.attribute("act", one.code, "deemed"))
