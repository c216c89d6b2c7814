"""The audit trail of one's own organisation. Wall 1 keeps the others' rows out."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from casework.accounts import queries as accounts
from casework.core import audit, paging
from casework.core.audit import AuditEntry, ChainReport
from casework.core.clock import ALMATY
from casework.core.db import db
from casework.core.paging import Page

PAGE = 50
CHECKED_AT_ONCE = 5000
"""Up to so many entries the page checks the chain by itself; beyond, only when asked: it takes a while."""


@dataclass(frozen=True)
class Line:
    """One row of the trail, as it is read."""

    at: datetime
    who: str | None
    role: str
    action: str
    kind: str | None
    record: str
    fields: list[str]


def trail(action: str | None, actor_id: UUID | None, day: date | None, page: int) -> Page[Line]:
    """The newest entries first, those that match."""
    total = db.session.scalar(_matching(select(func.count(AuditEntry.id)), action, actor_id, day)) or 0
    newest = _matching(select(AuditEntry), action, actor_id, day).order_by(AuditEntry.number.desc())
    found = paging.page(newest, total, page, PAGE)
    return Page(_lines(found.rows), found.total, found.number, found.size)


def _matching(statement: Select[Any], action: str | None, actor_id: UUID | None, day: date | None) -> Select[Any]:
    if action:
        statement = statement.where(AuditEntry.action == action)
    if actor_id is not None:
        statement = statement.where(AuditEntry.actor_id == actor_id)
    if day is not None:
        begin = datetime.combine(day, time(), ALMATY)
        statement = statement.where(AuditEntry.at >= begin, AuditEntry.at < begin + timedelta(days=1))
    return statement


def _lines(rows: Sequence[AuditEntry]) -> list[Line]:
    names = accounts.names({row.actor_id for row in rows})
    return [
        Line(
            at=row.at,
            who=names.get(row.actor_id),
            role=row.actor_role,
            action=row.action,
            kind=row.subject_kind,
            record=short(row.subject_id),
            fields=list(json.loads(row.details).get("fields", [])),
        )
        for row in rows
    ]


def short(record_id: UUID | None) -> str:
    """Enough of a random id to recognise a record again, and to nobody else of any use."""
    return record_id.hex[:8] if record_id is not None else ""


def actions() -> list[str]:
    return sorted(db.session.scalars(select(AuditEntry.action).distinct()))


def actors() -> list[tuple[str, str]]:
    """Who has done something, as far as they are colleagues."""
    ids = set(db.session.scalars(select(AuditEntry.actor_id).distinct()))
    return sorted(((str(one), name) for one, name in accounts.names(ids).items()), key=lambda pair: pair[1])


def chain(organisation_id: UUID, even_if_long: bool) -> ChainReport | None:
    """Whether the organisation's chain is whole. None: it is long, and nobody asked."""
    count = db.session.scalar(select(func.count(AuditEntry.id))) or 0
    if count > CHECKED_AT_ONCE and not even_if_long:
        return None
    return next(iter(audit.verify(organisation_id)), ChainReport(organisation_id, 0, None))
