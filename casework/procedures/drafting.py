"""The four kinds of part that a draft is made of: how each is shown in a form, and how the form is saved."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from casework.core.errors import DomainError
from casework.core.forms import EditForm
from casework.core.i18n import Text
from casework.procedures import actions
from casework.procedures.checks import ACT, PLAIN_NEEDS
from casework.procedures.forms import ANYWHERE, LimitForm, MoveForm, NeedForm, StageForm
from casework.procedures.models import Procedure
from casework.reference import queries as codes

Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Part:
    form: Callable[..., EditForm]
    save: Callable[[Procedure, Any, Any], None]
    add: Any
    added: Any


def row(version: Procedure, section: str, part_id: UUID) -> Any:
    """One part of a version; None when it has no such part."""
    rows: list[Any] = getattr(version, section)
    return next((one for one in rows if one.id == part_id), None)


def _made(kind: type[EditForm], version: Procedure, row: Any, saved: bool, **values: Any) -> Any:
    """The form, filled from the row. `version` of the draft where the row has none of its own."""
    values = {"version": version.version, **values}
    if row is None:
        return kind(data=values)
    return kind(formdata=None, obj=row, **values) if saved else kind(obj=row, **values)


# -- stages --------------------------------------------------------------------------------------------------------


def _stages(version: Procedure) -> Pairs:
    return [(one.code, codes.label("stage", one.code)) for one in version.stages]


def stage_form(version: Procedure, row: Any, saved: bool = False) -> EditForm:
    place = row.position + 1 if row is not None else len(version.stages) + 1
    start = {"is_main": True} if row is None else {}
    form: StageForm = _made(StageForm, version, row, saved, place=place, **start)
    if row is None:
        taken = {one.code for one in version.stages}
        form.code.offer(
            lambda: [pair for pair in codes.choices("stage", track=version.track)() if pair[0] not in taken]
        )
    else:
        form.code.offer(lambda: [(row.code, codes.label("stage", row.code))])
    return form


def _save_stage(version: Procedure, row: Any, form: Any) -> None:
    actions.put_stage(
        version,
        row,
        form.code.data,
        place=form.place.data,
        is_main=bool(form.is_main.data),
        ends=bool(form.ends.data),
        authorities=form.authorities.data or [],
        scope=form.scope.data,
    )


# -- moves ---------------------------------------------------------------------------------------------------------


def _acts(version: Procedure) -> Pairs:
    """The acts that can happen somewhere in this version, in the order of the list."""
    possible = {one.act for one in version.moves}
    return [(item.code, item.label) for item in codes.items("act") if item.code in possible]


def move_form(version: Procedure, row: Any, saved: bool = False) -> EditForm:
    after = next((one.removeprefix(ACT) for one in row.needs if one.startswith(ACT)), None) if row else None
    conditions = [one for one in row.needs if one in PLAIN_NEEDS] if row else []
    form: MoveForm = _made(MoveForm, version, row, saved, conditions=conditions, after_act=after)
    form.from_stage.offer(lambda: [*_stages(version), (ANYWHERE[0], str(ANYWHERE[1]))])
    form.to_stage.offer(lambda: _stages(version))
    form.act.offer(codes.choices("act", track=version.track))
    form.after_act.offer(lambda: _acts(version))
    return form


def _save_move(version: Procedure, row: Any, form: Any) -> None:
    needs = [*(form.conditions.data or []), *([f"{ACT}{form.after_act.data}"] if form.after_act.data else [])]
    actions.put_move(
        version,
        row,
        from_stage=form.from_stage.data,
        act=form.act.data,
        to_stage=form.to_stage.data,
        needs=needs,
    )


# -- time limits ---------------------------------------------------------------------------------------------------


def limit_form(version: Procedure, row: Any, saved: bool = False) -> EditForm:
    start = {"remind_days": 7, "on_day_off": "next", "counts_from": "happened"} if row is None else {}
    form: LimitForm = _made(LimitForm, version, row, saved, **start)
    for field in (form.starts, form.ends, form.stops, form.basis):
        field.offer(lambda: _acts(version))
    form.on_silence.offer(
        lambda: [(item.code, item.label) for item in codes.items("act") if item.attributes.get("deemed")]
    )
    if row is not None and not saved:
        form.code.render_kw = {"readonly": True}
    return form


def _save_limit(version: Procedure, row: Any, form: Any) -> None:
    counting = {name: form[name].data for name in actions.COUNTING}
    for name in ("starts", "ends", "stops"):
        counting[name] = counting[name] or []
    for name in ("takes_until", "per_subject"):
        counting[name] = bool(counting[name])
    actions.put_limit(
        version,
        row,
        row.code if row is not None else form.code.data,  # a code is never changed
        Text(form.label_en.data, form.label_ru.data, form.label_kk.data),
        **counting,
        law=form.law.data,
        source=form.source.data,
        is_confirmed=bool(form.is_confirmed.data),
    )


# -- evidence ------------------------------------------------------------------------------------------------------


def need_form(version: Procedure, row: Any, saved: bool = False) -> EditForm:
    start = {"is_required": True} if row is None else {}
    form: NeedForm = _made(NeedForm, version, row, saved, **start)
    form.for_stage.offer(lambda: _stages(version))
    return form


def _save_need(version: Procedure, row: Any, form: Any) -> None:
    said = [form.hint_en.data, form.hint_ru.data, form.hint_kk.data]
    if any(said) and not all(said):
        raise DomainError(_("Write the hint in all three languages, or in none."), "hint_kk")
    hint = Text(*said) if all(said) else None
    actions.put_need(
        version,
        row,
        form.kind.data,
        is_required=bool(form.is_required.data),
        for_stage=form.for_stage.data,
        group=form.group.data,
        hint=hint,
    )


PARTS = {
    "stages": Part(stage_form, _save_stage, _l("Add a stage"), _l("The stage is added.")),
    "moves": Part(move_form, _save_move, _l("Add what may follow"), _l("It may follow now.")),
    "limits": Part(limit_form, _save_limit, _l("Add a time limit"), _l("The time limit is added.")),
    "needs": Part(need_form, _save_need, _l("Add a piece of evidence"), _l("The evidence is added.")),
}
