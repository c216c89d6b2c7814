"""Going on under another procedure or a later version, in words: what is offered, and what follows."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from casework.cases.models import Case
from casework.core import clock, i18n
from casework.procedures import queries as procedures
from casework.procedures.rules import Procedure
from casework.proceedings import clocks, pages, queries
from casework.proceedings.rules import State
from casework.reference import queries as codes


def offered(case: Case) -> list[Procedure]:
    """What a case may go on under: its own procedure, a later version of it, the others of its kind."""
    present = queries.rules_for(case)
    found = procedures.in_force(track=case.track)
    return [present, *(one for one in found if one.id != present.id)] if present is not None else found


def options(case: Case) -> list[dict[str, Any]]:
    """The same in groups, each with what choosing it means."""
    present = queries.rules_for(case)
    has_moved = bool(queries.moving(case))
    groups: dict[str, list[dict[str, str]]] = {"same": [], "newer": [], "others": []}
    for one in offered(case):
        if present is not None and one.id == present.id:
            if not has_moved:
                groups["same"].append(_option(case, one))
        elif present is not None and one.code == present.code:
            groups["newer"].append(_option(case, one))
        else:
            groups["others"].append(_option(case, one))
    titles = (
        ("same", _("Where the case stood when the person came")),
        ("newer", _("A newer version of the same procedure")),
        ("others", _("Another procedure")),
    )
    return [{"title": title, "rows": groups[name]} for name, title in titles if groups[name]]


def _option(case: Case, one: Procedure) -> dict[str, str]:
    return {
        "label": one.label,
        "version": pages.version_words(one),
        "url": url_for("proceedings.change", case_id=case.id, to=one.id),
    }


def title(case: Case, chosen: Procedure) -> str:
    present = queries.rules_for(case)
    if present is not None and present.id == chosen.id:
        return _("Where the case stood when the person came")
    if present is not None and present.code == chosen.code:
        return _("Move the case to the newer version")
    return _("Go on under another procedure")


def stage_choices(chosen: Procedure) -> list[tuple[str, str]]:
    return [(one.code, codes.label("stage", one.code)) for one in chosen.stages]


def values(case: Case, chosen: Procedure) -> dict[str, Any]:
    """What the form begins with: where the case stands, where the procedure knows that stage."""
    if chosen.stage(case.stage) is not None:
        return {"stage": case.stage, "since": case.stage_since}
    return {"since": clock.today()}


def follows(case: Case, chosen: Procedure) -> list[str]:
    """What becomes of the deadlines."""
    present = queries.rules_for(case)
    if present is None:
        return [_("Deadlines will follow from what you record from now on.")]
    if present.id == chosen.id:
        return [_("No deadline follows from this. Record the acts that you know of, so that deadlines can be counted.")]
    running = [one for one in queries.deadlines(case.id) if one.state == State.OPEN]
    after = {(one.act.id, one.limit.code): one for one in queries.reckoning(chosen, queries.acts(case.id)).clocks}
    if present.code != chosen.code:
        found = [
            _(
                "What was recorded stays in the list of acts, but starts no deadline under the other procedure. "
                "Only inquiries to States go on."
            )
        ]
        stopped = [one for one in running if (one.act_id, one.limit_code) not in after]
        if stopped:
            labels = ", ".join(dict.fromkeys(clocks.label_of(one) for one in stopped))
            found.append(_("These deadlines stop: %(labels)s.", labels=labels))
        return found
    found = [_("Deadlines are counted anew by the newer version. What they said before is kept.")]
    before = {(one.act_id, one.limit_code): one.due_on for one in running}
    for key, reckoned in after.items():
        was = before.get(key)
        if was is not None and was != reckoned.due_on:
            found.append(
                _(
                    "%(label)s: due %(day)s instead of %(before)s.",
                    label=reckoned.limit.label,
                    day=i18n.day(reckoned.due_on),
                    before=i18n.day(was),
                )
            )
    return found
