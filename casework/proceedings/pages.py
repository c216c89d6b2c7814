"""What the pages about the procedure of a case show, in words."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from casework.accounts.queries import names
from casework.cases.models import Case
from casework.cases.pages import TimelineEvent
from casework.core import clock, i18n
from casework.core.events import case_closing
from casework.core.forms import shown
from casework.documents import queries as documents
from casework.persons.approving import follows_words
from casework.persons.pages import display_name, status_label
from casework.procedures import queries as procedures
from casework.procedures.rules import Procedure
from casework.proceedings import ahead, clocks, queries
from casework.proceedings.models import Act, Deadline
from casework.proceedings.rules import State
from casework.reference import queries as codes

# -- the procedure ---------------------------------------------------------------------------------------------------


def heading(case: Case) -> dict[str, Any] | None:
    """Under which procedure the case runs, in which version, and before whom. None when none was chosen yet."""
    procedure = queries.rules_for(case)
    if procedure is None:
        return None
    newer = procedures.newer(procedure)
    return {
        "label": procedure.label,
        "version": version_words(procedure),
        "is_confirmed": procedure.is_confirmed,
        "law": procedure.law,
        "ends_in": ", ".join(codes.label("document_type", code) for code in procedure.ends_in),
        "authority": authority(case),
        "stage": codes.label("stage", case.stage),
        "since": i18n.day(case.stage_since),
        "newer": _("A newer version of this procedure is in force since %(day)s.", day=i18n.day(newer.effective_from))
        if newer is not None and case.is_open
        else "",
        "newer_url": url_for("proceedings.change", case_id=case.id, to=newer.id) if newer is not None else "",
    }


def version_words(procedure: Procedure) -> str:
    if procedure.effective_from.year <= 1900:
        return _("The first version on record")
    return _("Version in force from %(day)s", day=i18n.day(procedure.effective_from))


def authority(case: Case) -> str:
    """Who is competent today for a case that stands where it stands; nothing while it lies with nobody."""
    procedure = queries.rules_for(case)
    found = procedures.authority(procedure, case.stage, clock.today()) if procedure is not None else None
    return found.label if found is not None else ""


def reached(case: Case, acts: Iterable[Act]) -> list[tuple[str, Any]]:
    """(stage, day) in order: how the case was opened, stages of the old kind, and what acts brought it to."""
    opened = [(event.to_code or "", event.happened_on) for event in case.events if event.kind == "opened"]
    found = [(event.to_code or "", event.happened_on) for event in case.events if event.kind == "stage"]
    found += [(act.to_stage or "", act.happened_on) for act in acts if act.has_moved and not act.is_void]
    if not any(stage == case.stage for stage, _day in [*opened, *found]):
        found.append((case.stage, case.stage_since))
    return [*opened, *sorted(found, key=lambda one: one[1])]  # an act may be older than the case that tells of it


def stages(case: Case, acts: Iterable[Act]) -> list[dict[str, Any]]:
    """The stage bar: the main stages of the procedure and the present one, each with the day it was last reached."""
    procedure = queries.rules_for(case)
    days = dict(reached(case, acts))
    shown = [one.code for one in procedure.stages if one.is_main or one.code == case.stage] if procedure else []
    if case.stage not in shown:
        shown.append(case.stage)
    position = shown.index(case.stage)
    return [
        {
            "label": codes.label("stage", code),
            "note": _("since %(day)s", day=i18n.short_day(case.stage_since))
            if code == case.stage
            else i18n.short_day(days.get(code)),
            "state": "now" if n == position else "done" if n < position and code in days else "",
        }
        for n, code in enumerate(shown)
    ]


def course(case: Case, acts: Iterable[Act]) -> list[dict[str, str]]:
    """Every stage the case has been at, with the authority that was competent on the day it came there."""
    procedure = queries.rules_for(case)
    found = []
    for stage, day in reached(case, acts):
        competent = procedures.authority(procedure, stage, day) if procedure is not None else None
        found.append(
            {
                "stage": codes.label("stage", stage),
                "since": i18n.day(day),
                "authority": competent.label if competent is not None else "",
            }
        )
    return found


# -- the page of the procedure ---------------------------------------------------------------------------------------


def procedure_page(case: Case) -> dict[str, Any]:
    """Everything the page of the procedure shows."""
    every = queries.acts(case.id, with_void=True)
    standing = [one for one in every if not one.is_void]
    by_id = {one.id: one for one in every}
    titles = {one.id: documents.title(one) for one in documents.of_case(case.id)} if _has_proof(every) else {}
    deadlines = queries.deadlines(case.id)
    lines = [(one, clocks.line(one, by_id, titles, _keeper(case, one))) for one in deadlines]
    who = names({one.recorded_by_id for one in every} | {one.voided_by_id for one in every})
    lates = _lates(deadlines)
    told = [one for one in every if not (one.is_void and one.is_deemed)]
    rows = [act_row(case, one, who, titles, lates) for one in reversed(told)]
    return {
        "procedure": heading(case),
        "stages": stages(case, standing),
        "course": course(case, standing),
        "running": [row for one, row in lines if one.state == State.OPEN],
        "over": [row for one, row in lines if one.state in (State.MET, State.SILENT)],
        "stopped": [row for one, row in lines if one.state == State.STOPPED],
        "waiting": waiting(case, standing),
        "acts": [row for row in rows if not row["is_void"]],
        "voided": [row for row in rows if row["is_void"]],
        "may_set_stage": not queries.moving(case, standing),
    }


def _keeper(case: Case, deadline: Deadline) -> str:
    """The authority that has to keep a deadline: the one before which the act that started it brought the case."""
    procedure = queries.rules_for(case)
    act = deadline.act
    stage = act.to_stage or act.from_stage or case.stage
    found = procedures.authority(procedure, stage, act.happened_on) if procedure is not None else None
    return found.label if found is not None else ""


def _has_proof(acts: Iterable[Act]) -> bool:
    return any(one.document_id is not None for one in acts)


def _lates(deadlines: Iterable[Deadline]) -> dict[UUID, list[str]]:
    """What was late, by the act that came too late."""
    found: dict[UUID, list[str]] = {}
    for one in deadlines:
        if clocks.is_met_late(one) and one.ended_by_id is not None and one.ended_on is not None:
            words = _(
                "Recorded as late: %(label)s was due on %(day)s, %(late)s.",
                label=clocks.label_of(one),
                day=i18n.day(one.due_on),
                late=clocks.days_late(one.due_on, one.ended_on),
            )
            found.setdefault(one.ended_by_id, []).append(words)
    return found


def act_row(
    case: Case, act: Act, who: dict[Any, str], titles: dict[UUID, str], lates: dict[UUID, list[str]]
) -> dict[str, Any]:
    """One act as the list shows it."""
    place: dict[str, Any] = {"case_id": case.id, "act_id": act.id}
    particulars = act.particulars
    by_hand = not act.is_deemed and act.about_id is None
    changeable = by_hand and not act.is_void and case.is_open
    return {
        "id": act.id,
        "label": codes.label("act", act.code),
        "day": i18n.day(act.happened_on),
        "iso": act.happened_on.isoformat(),
        "is_void": act.is_void,
        "is_deemed": act.is_deemed,
        "moved": codes.label("stage", act.to_stage) if act.to_stage else "",
        "facts": [
            (label, value)
            for label, value in (
                (_("The person learnt of it on"), i18n.day(act.served_on)),
                (_("Valid until, or day named"), i18n.day(act.until_on)),
                (_("Number"), particulars.number),
            )
            if value
        ],
        "note": particulars.note,
        "by_representative": act.is_by_representative,
        "proof": titles.get(act.document_id) if act.document_id is not None else None,
        "proof_url": url_for("documents.show", case_id=case.id, document_id=act.document_id)
        if act.document_id is not None
        else "",
        "late": lates.get(act.id, []),
        "about_url": url_for("inquiries.index", case_id=case.id) if act.about_id is not None else "",
        "recorded": _(
            "%(who)s, %(when)s", who=who.get(act.recorded_by_id) or _("System"), when=i18n.moment(act.recorded_at)
        )
        if not act.is_deemed
        else "",
        "voided": _(
            "Void since %(when)s (%(who)s): %(reason)s",
            when=i18n.moment(act.voided_at),
            who=who.get(act.voided_by_id) or _("System"),
            reason=codes.label("void_reason", act.void_reason),
        )
        if act.is_void
        else "",
        "correct_url": url_for("proceedings.correct", **place) if changeable else "",
        "void_url": url_for("proceedings.void", **place) if changeable else "",
    }


def waiting(case: Case, acts: Iterable[Act]) -> list[dict[str, str]]:
    """Periods that run from a day which nobody has entered yet: a call to enter it."""
    return [
        {
            "label": one.limit.label,
            "act": codes.label("act", one.act.code),
            "day": i18n.day(one.act.on),
            "url": url_for("proceedings.correct", case_id=case.id, act_id=one.act.id),
        }
        for one in queries.waiting(case, acts)
        if one.act.silence_of is None
    ]


def answers(form: Any) -> list[tuple[str, str]]:
    """What was typed, to be looked at once more."""
    fields = [field for field in form if field.short_name not in ("csrf_token", "nonce", "version")]
    return [(field.label.text, shown(field)) for field in fields if field.data]


def status_words(case: Case, code: str, person_ids: list[UUID] | None) -> list[str]:
    """Whose status an act changes, and into what."""
    change = codes.attribute("act", code, "status")
    if not change:
        return []
    chosen = [party.person for party in case.parties if person_ids is None or party.person_id in person_ids]
    status = status_label(change["dimension"], change["code"])
    found = [_("Status of %(name)s: %(status)s.", name=display_name(one.identity), status=status) for one in chosen]
    return [*found, *follows_words()]


def act_pairs(act: Act) -> list[tuple[str, Any]]:
    """An act as a summary list."""
    pairs: list[tuple[str, Any]] = [
        (_("What happened"), codes.label("act", act.code)),
        (_("On which day did it happen?"), i18n.day(act.happened_on)),
    ]
    if act.served_on is not None:
        pairs.append((_("The person learnt of it on"), i18n.day(act.served_on)))
    if act.particulars.number:
        pairs.append((_("Number"), act.particulars.number))
    return pairs


def void_words(case: Case, act: Act) -> list[str]:
    """What goes with an act that is taken back."""
    found = [_("The deadlines that follow from it are counted as if it had never been recorded.")]
    if act.from_stage is not None and case.stage == act.to_stage and act in queries.moving(case):
        found.append(_("The case goes back to “%(stage)s”.", stage=codes.label("stage", act.from_stage)))
    if codes.attribute("act", act.code, "status"):
        voided = _("The status that followed from it is voided with it, and the figures are recounted.")
        found += follows_words() or [voided]
    return found


# -- beside other pages ----------------------------------------------------------------------------------------------


def card(case: Case, acts: list[Act], deadlines: list[Deadline]) -> dict[str, Any]:
    """What the record shows of the procedure: the deadlines that run, what is missing, who is competent."""
    running = [clocks.short(one) for one in deadlines if one.state == State.OPEN]
    return {
        "case_id": case.id,
        "url": url_for("proceedings.show", case_id=case.id),
        "first": running[0] if running else None,
        "running": running,
        "waiting": waiting(case, acts) if case.is_open else [],
        "missing": ahead.missing(case) if case.is_open else [],
        "procedure": heading(case),
    }


def beside(cases: Iterable[Case]) -> list[dict[str, Any]]:
    """The other cases of a person, each with its stage, its authority and its next deadline."""
    found = list(cases)
    deadlines = clocks.next_deadlines(found)
    return [
        {
            "case": one,
            "track": codes.label("track", one.track),
            "stage": codes.label("stage", one.stage) if one.is_open else _("closed"),
            "authority": authority(one) if one.is_open else "",
            "deadline": deadlines.get(one.id),
        }
        for one in found
    ]


def events(case: Case, acts: list[Act], deadlines: list[Deadline], abouts: Mapping[UUID, str]) -> list[TimelineEvent]:
    """What happened in the procedure, for the timeline; `abouts` names what an act may concern, such as a State.

    An act that was taken back shows only on its own page.
    """
    if not acts:
        return []
    who = names({one.recorded_by_id for one in acts})
    started: dict[UUID, list[str]] = {}
    for deadline in deadlines:
        if deadline.state != State.STOPPED:
            words = _("%(label)s: due %(day)s", label=clocks.label_of(deadline), day=i18n.day(deadline.due_on))
            started.setdefault(deadline.act_id, []).append(words)
    return [
        TimelineEvent(
            on=one.happened_on,
            kind="act",
            text=_event_words(one, who, _about(one, abouts)),
            recorded_at=one.recorded_at,
            icon="clock" if one.is_deemed else "flag",
            url=url_for("proceedings.show", case_id=case.id, _anchor=f"act-{one.id}"),
            note=" · ".join([*started.get(one.id, []), *([one.particulars.note] if one.particulars.note else [])]),
        )
        for one in acts
    ]


def _about(act: Act, abouts: Mapping[UUID, str]) -> str:
    return abouts.get(act.about_id, "") if act.about_id is not None else ""


def _event_words(act: Act, who: dict[Any, str], about: str) -> str:
    label = codes.label("act", act.code)
    words = {"act": _("%(act)s: %(about)s", act=label, about=about) if about else label}
    if act.is_deemed:
        return _("%(act)s. Nobody answered in time", **words)
    words["who"] = who.get(act.recorded_by_id) or _("System")
    stage = codes.label("stage", act.to_stage)
    if act.to_stage and stage != label:
        return _("%(act)s → %(stage)s (%(who)s)", stage=stage, **words)
    return _("%(act)s (%(who)s)", **words)


def listen() -> None:
    """Say at the closing of a case which deadlines still run."""
    case_closing.connect(_running_words)


def _running_words(case: Case) -> list[str]:
    running = [one for one in queries.deadlines(case.id) if one.state == State.OPEN]
    if not running:
        return []
    lines = "; ".join(
        _("%(label)s: due %(day)s", label=clocks.label_of(one), day=i18n.day(one.due_on)) for one in running
    )
    return [_("Deadlines of this case still run. Nobody will be reminded of them any more: %(lines)s.", lines=lines)]
