"""Procedures: the version in force on a day, and the version that a case runs under."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import current_app, g
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from casework.core import clock
from casework.core.db import db
from casework.core.forms import Choices
from casework.core.i18n import Text
from casework.procedures import models, rules
from casework.procedures.checks import Known
from casework.reference import queries as codes
from casework.reference.queries import Item

Versions = dict[UUID, rules.Procedure]


def stamp() -> tuple[Any, ...]:
    """Changes whenever a procedure or one of its time limits does."""
    in_use = models.Procedure.is_draft.is_(False)  # drafts may be thrown away, and the sums with them
    procedures = select(func.count(), func.sum(models.Procedure.version)).where(in_use)
    limits = (
        select(func.count(), func.sum(models.ProcedureLimit.version))
        .join(models.ProcedureLimit.procedure)
        .where(in_use)
    )
    return (*db.session.execute(procedures).one(), *db.session.execute(limits).one())


def _versions() -> Versions:
    """Every version by id. Kept by the process until any of them changes, like the code lists."""
    if "procedures" not in g:
        now = stamp()
        kept: tuple[Any, Versions] | None = current_app.extensions.get("procedures")
        if kept is None or kept[0] != now:
            is_editing = any(type(row).__module__ == models.__name__ for row in db.session)
            kept = (now, {row.id: shaped(row) for row in every_version()})
            if not is_editing:  # what an edit has not committed yet may still be taken back
                current_app.extensions["procedures"] = kept
        g.procedures = kept[1]
    found: Versions = g.procedures
    return found


def every_version() -> list[models.Procedure]:
    """All versions with all they say, in the order of the list, the newest of each first."""
    statement = (
        select(models.Procedure)
        .where(models.Procedure.is_draft.is_(False))
        .order_by(models.Procedure.position, models.Procedure.code, models.Procedure.effective_from.desc())
        .options(
            selectinload(models.Procedure.stages),
            selectinload(models.Procedure.moves),
            selectinload(models.Procedure.limits),
            selectinload(models.Procedure.needs),
        )
    )
    return list(db.session.scalars(statement))


def version(procedure_id: UUID) -> models.Procedure | None:
    """One version as rows, a draft too."""
    return db.session.get(models.Procedure, procedure_id)


def drafts() -> dict[str, models.Procedure]:
    """The version of each procedure that is still being written, by the procedure's code."""
    return {row.code: row for row in db.session.scalars(select(models.Procedure).where(models.Procedure.is_draft))}


def is_taken(code: str, on: date, but: models.Procedure | None = None) -> bool:
    """Whether another version of this procedure takes effect on that day already."""
    statement = select(models.Procedure.id).where(models.Procedure.code == code, models.Procedure.effective_from == on)
    return any(one != (but.id if but is not None else None) for one in db.session.scalars(statement))


def known() -> Known:
    """The codes that a procedure may name today."""
    return Known(
        *(
            {item.code: item.attributes for item in codes.items(name)}
            for name in ("stage", "act", "authority", "document_type")
        )
    )


def shaped(row: models.Procedure) -> rules.Procedure:
    """A version as the rules read it."""
    return rules.Procedure(
        id=row.id,
        code=row.code,
        track=row.track,
        words=Text(row.label_en, row.label_ru, row.label_kk),
        effective_from=row.effective_from,
        retired_on=row.retired_on,
        law=row.law,
        source=row.source,
        is_confirmed=row.is_confirmed,
        ends_in=tuple(row.ends_in),
        stages=tuple(
            rules.Stage(one.code, one.is_main, one.ends, tuple(one.authorities), one.scope) for one in row.stages
        ),
        moves=tuple(rules.Move(one.from_stage, one.act, one.to_stage, tuple(one.needs)) for one in row.moves),
        limits=tuple(_limit(one) for one in row.limits),
        needs=tuple(_need(one) for one in row.needs),
    )


def _limit(row: models.ProcedureLimit) -> rules.Limit:
    return rules.Limit(
        id=row.id,
        code=row.code,
        words=Text(row.label_en, row.label_ru, row.label_kk),
        starts=tuple(row.starts),
        ends=tuple(row.ends),
        stops=tuple(row.stops),
        value=row.value,
        unit=row.unit,
        who=row.who,
        counts_from=row.counts_from,
        basis=row.basis,
        takes_until=row.takes_until,
        on_day_off=row.on_day_off,
        on_silence=row.on_silence,
        per_subject=row.per_subject,
        remind_days=row.remind_days,
        law=row.law,
        source=row.source,
        is_confirmed=row.is_confirmed,
    )


def _need(row: models.ProcedureNeed) -> rules.Need:
    hint = Text(row.hint_en or "", row.hint_ru or "", row.hint_kk or "") if row.hint_en else None
    return rules.Need(row.kind, row.is_required, row.for_stage, row.group, hint)


def rules_of(procedure_id: UUID | None) -> rules.Procedure | None:
    """The version that a case runs under; None for a case from before procedures were chosen."""
    return _versions().get(procedure_id) if procedure_id is not None else None


def limit(limit_id: UUID) -> rules.Limit | None:
    return _limits().get(limit_id)


def _limits() -> dict[UUID, rules.Limit]:
    if "procedure_limits" not in g:
        g.procedure_limits = {limit.id: limit for one in _versions().values() for limit in one.limits}
    found: dict[UUID, rules.Limit] = g.procedure_limits
    return found


def versions_of(code: str) -> list[rules.Procedure]:
    """Every version of a procedure, the newest first."""
    found = [one for one in _versions().values() if one.code == code]
    return sorted(found, key=lambda one: one.effective_from, reverse=True)


def every() -> list[rules.Procedure]:
    """Every published version, in the order of the list, the newest of each first."""
    return list(_versions().values())


def in_force(on: date | None = None, track: str | None = None) -> list[rules.Procedure]:
    """The procedures in force on a day (today), one version of each, in their order."""
    day = on or clock.today()
    newest: dict[str, rules.Procedure] = {}
    for one in _versions().values():
        holds = one.effective_from <= day and (one.retired_on is None or one.retired_on > day)
        if holds and (track is None or one.track == track):
            newest.setdefault(one.code, one)  # versions come newest first
    return list(newest.values())


def default_for(track: str, on: date | None = None) -> rules.Procedure | None:
    """What a case of a track runs under unless another procedure is chosen: the first of its list."""
    return next(iter(in_force(on, track)), None)


def newer(than: rules.Procedure, on: date | None = None) -> rules.Procedure | None:
    """A later version of the same procedure that is in force, if there is one."""
    now = next((one for one in in_force(on) if one.code == than.code), None)
    return now if now is not None and now.effective_from > than.effective_from else None


def choices(track: str | None = None) -> Choices:
    """The procedures in force today, for a form: (code, label)."""
    return lambda: [(one.code, one.label) for one in in_force(track=track)]


def authority(procedure: rules.Procedure, stage: str, on: date) -> Item | None:
    """Who deals with a case of this procedure at this stage on a day: authorities are dated, and competent by track."""
    found = procedure.stage(stage)
    by_code = {item.code: item for item in codes.items("authority", on)}
    for code in found.authorities if found is not None else ():
        item = by_code.get(code)
        if item is not None and procedure.track in item.attributes.get("competent_for", [procedure.track]):
            return item
    return None
