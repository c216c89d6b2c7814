"""Loading and editing procedures. A version in use is never changed under a case: a new one takes effect from a day."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from casework.core.db import db
from casework.core.errors import DomainError
from casework.core.i18n import Text
from casework.procedures import queries, rules, shipped
from casework.procedures.checks import findings
from casework.procedures.models import Procedure, ProcedureLimit, ProcedureMove, ProcedureNeed, ProcedureStage

COUNTING = (
    "starts", "ends", "stops", "value", "unit", "who", "counts_from", "basis", "takes_until", "on_day_off",
    "on_silence", "per_subject", "remind_days",
)  # fmt: skip
"""How a time limit is counted: the fields that are fixed once cases may run by it."""


def seed() -> int:
    """Add the shipped versions that are not there. What an administrator edited stays as edited. Counts new ones."""
    have = {tuple(row) for row in db.session.execute(select(Procedure.code, Procedure.effective_from))}
    positions = shipped.positions()
    added = 0
    for said in shipped.procedures():
        if (said.code, said.effective_from) in have:
            continue
        db.session.add(_written(said, positions[said.code]))
        added += 1
    db.session.flush()
    _forget()
    return added


def _forget() -> None:
    """What this request has read of procedures may be out of date."""
    g.pop("procedures", None)
    g.pop("procedure_limits", None)


def _written(
    said: rules.Procedure, position: int, *, effective_from: date | None = None, is_draft: bool = False
) -> Procedure:
    """A procedure as rows of its own."""
    return Procedure(
        code=said.code,
        track=said.track,
        position=position,
        label_en=said.words.en,
        label_ru=said.words.ru,
        label_kk=said.words.kk,
        effective_from=effective_from or said.effective_from,
        retired_on=said.retired_on,
        law=said.law,
        source=said.source,
        is_confirmed=said.is_confirmed,
        is_draft=is_draft,
        ends_in=list(said.ends_in),
        stages=[
            ProcedureStage(
                code=one.code,
                position=place,
                is_main=one.is_main,
                ends=one.ends,
                authorities=list(one.authorities),
                scope=one.scope,
            )
            for place, one in enumerate(said.stages)
        ],
        moves=[
            ProcedureMove(
                from_stage=one.from_stage, act=one.act, to_stage=one.to_stage, needs=list(one.needs), position=place
            )
            for place, one in enumerate(said.moves)
        ],
        limits=[_limit_row(one, place) for place, one in enumerate(said.limits)],
        needs=[_need_row(one, place) for place, one in enumerate(said.needs)],
    )


def _limit_row(said: rules.Limit, position: int) -> ProcedureLimit:
    return ProcedureLimit(
        code=said.code,
        position=position,
        label_en=said.words.en,
        label_ru=said.words.ru,
        label_kk=said.words.kk,
        starts=list(said.starts),
        ends=list(said.ends),
        stops=list(said.stops),
        value=said.value,
        unit=said.unit,
        who=said.who,
        counts_from=said.counts_from,
        basis=said.basis,
        takes_until=said.takes_until,
        on_day_off=said.on_day_off,
        on_silence=said.on_silence,
        per_subject=said.per_subject,
        remind_days=said.remind_days,
        law=said.law,
        source=said.source,
        is_confirmed=said.is_confirmed,
    )


def _need_row(said: rules.Need, position: int) -> ProcedureNeed:
    return ProcedureNeed(
        kind=said.kind,
        is_required=said.is_required,
        for_stage=said.for_stage,
        group=said.group,
        hint_en=said.hint.en if said.hint else None,
        hint_ru=said.hint.ru if said.hint else None,
        hint_kk=said.hint.kk if said.hint else None,
        position=position,
    )


# -- editing: a draft becomes a version ----------------------------------------------------------------------------


def draft_from(version: Procedure, effective_from: date, why: str) -> Procedure:
    """A copy to change, which takes effect from a day once it is published. One at a time of each procedure."""
    if version.code in queries.drafts():
        raise DomainError(_("A new version of this procedure is being written already. Finish or discard it first."))
    _day_is_free(version.code, effective_from)
    draft = _written(queries.shaped(version), version.position, effective_from=effective_from, is_draft=True)
    draft.retired_on, draft.source, draft.is_confirmed = None, why, False
    db.session.add(draft)
    db.session.flush()
    return draft


def _day_is_free(code: str, effective_from: date, but: Procedure | None = None) -> None:
    if queries.is_taken(code, effective_from, but):
        raise DomainError(_("Another version takes effect on this day. Choose another day."), "effective_from")


def describe(version: Procedure, words: Text, *, law: str, source: str, is_confirmed: bool) -> None:
    """Its name, its law and whether it is confirmed: what may be put right in a version in use, too."""
    version.label_en, version.label_ru, version.label_kk = words.en, words.ru, words.kk
    version.law, version.source, version.is_confirmed = law, source, is_confirmed
    db.session.flush()
    _forget()


def reschedule(draft: Procedure, effective_from: date, ends_in: list[str]) -> None:
    """The day from which the draft is to hold, and the documents it can end in."""
    _must_be_draft(draft)
    _day_is_free(draft.code, effective_from, draft)
    draft.effective_from, draft.ends_in = effective_from, ends_in
    db.session.flush()


def publish(draft: Procedure) -> None:
    """Let the draft take effect on its day. Refused while something in it does not hold together."""
    _must_be_draft(draft)
    if findings(queries.shaped(draft), queries.known()):
        raise DomainError(_("This version does not hold together yet. Put right what the list says."))
    draft.is_draft = False
    db.session.flush()
    _forget()


def discard(draft: Procedure) -> None:
    """Throw a draft away. No case ever ran under it."""
    _must_be_draft(draft)
    db.session.delete(draft)
    db.session.flush()


def retire(version: Procedure, on: date) -> None:
    """No case begins under it from this day on; those that run under it go on."""
    if version.is_draft:
        raise DomainError(_("A draft is published or discarded, not retired."))
    if on < version.effective_from:
        raise DomainError(_("A version cannot be retired before it took effect."), "retired_on")
    version.retired_on = on
    db.session.flush()
    _forget()


def _must_be_draft(version: Procedure) -> None:
    if not version.is_draft:
        raise DomainError(_("A version in use is not changed under the cases that run by it. Change it from a day."))


def _saved(draft: Procedure) -> None:
    """Part of a draft changed: whoever has the draft open in another window is to notice."""
    flag_modified(draft, "is_draft")
    db.session.flush()


# -- its parts -----------------------------------------------------------------------------------------------------


def put_stage(
    draft: Procedure,
    stage: ProcedureStage | None,
    code: str,
    *,
    place: int,
    is_main: bool,
    ends: bool,
    authorities: list[str],
    scope: str | None,
) -> None:
    """Add a stage, or change one, at its place in the order of stages."""
    _must_be_draft(draft)
    if any(one.code == code and one is not stage for one in draft.stages):
        raise DomainError(_("This stage is in the procedure already."), "code")
    if stage is None:
        stage = ProcedureStage(code=code, position=len(draft.stages))
        draft.stages.append(stage)
    stage.is_main, stage.ends, stage.authorities, stage.scope = is_main, ends, authorities, scope
    others = [one for one in sorted(draft.stages, key=lambda one: one.position) if one is not stage]
    others.insert(place - 1, stage)
    for position, one in enumerate(others):
        one.position = position
    _saved(draft)


def put_move(
    draft: Procedure, move: ProcedureMove | None, *, from_stage: str, act: str, to_stage: str | None, needs: list[str]
) -> None:
    """What may happen at a stage, and where it leads."""
    _must_be_draft(draft)
    if any(one.from_stage == from_stage and one.act == act and one is not move for one in draft.moves):
        raise DomainError(_("At this stage the procedure says already what this act does."), "act")
    if move is None:
        move = ProcedureMove(position=_last(draft.moves) + 1)
        draft.moves.append(move)
    move.from_stage, move.act, move.to_stage, move.needs = from_stage, act, to_stage, needs
    _saved(draft)


def put_limit(draft: Procedure, limit: ProcedureLimit | None, code: str, words: Text, **values: Any) -> None:
    """A time limit: what starts it, how long it runs, how it is counted."""
    _must_be_draft(draft)
    if any(one.code == code and one is not limit for one in draft.limits):
        raise DomainError(_("This procedure has a time limit with this code already."), "code")
    if limit is None:
        limit = ProcedureLimit(code=code, position=_last(draft.limits) + 1)
        draft.limits.append(limit)
    limit.label_en, limit.label_ru, limit.label_kk = words.en, words.ru, words.kk
    for name in COUNTING:
        setattr(limit, name, values[name])
    limit.law, limit.source, limit.is_confirmed = values["law"], values["source"], values["is_confirmed"]
    _saved(draft)


def describe_limit(limit: ProcedureLimit, words: Text, *, law: str, source: str, is_confirmed: bool) -> None:
    """Its name, its law and whether it is confirmed: never how it is counted, for cases run by it."""
    limit.label_en, limit.label_ru, limit.label_kk = words.en, words.ru, words.kk
    limit.law, limit.source, limit.is_confirmed = law, source, is_confirmed
    db.session.flush()
    _forget()


def put_need(
    draft: Procedure,
    need: ProcedureNeed | None,
    kind: str,
    *,
    is_required: bool,
    for_stage: str | None,
    group: str | None,
    hint: Text | None,
) -> None:
    """A piece of evidence that the procedure asks for."""
    _must_be_draft(draft)
    if any(one.kind == kind and one is not need for one in draft.needs):
        raise DomainError(_("This procedure asks for this document already."), "kind")
    if need is None:
        need = ProcedureNeed(position=_last(draft.needs) + 1)
        draft.needs.append(need)
    need.kind, need.is_required, need.for_stage, need.group = kind, is_required, for_stage, group
    need.hint_en, need.hint_ru, need.hint_kk = (hint.en, hint.ru, hint.kk) if hint is not None else (None, None, None)
    _saved(draft)


def remove(draft: Procedure, part: ProcedureStage | ProcedureMove | ProcedureLimit | ProcedureNeed) -> None:
    """Take a part out of a draft. What named it then shows among what does not hold together."""
    _must_be_draft(draft)
    match part:
        case ProcedureStage():
            draft.stages.remove(part)
        case ProcedureMove():
            draft.moves.remove(part)
        case ProcedureLimit():
            draft.limits.remove(part)
        case ProcedureNeed():
            draft.needs.remove(part)
    _saved(draft)


def _last(parts: Sequence[ProcedureMove | ProcedureLimit | ProcedureNeed]) -> int:
    return max((one.position for one in parts), default=-1)
