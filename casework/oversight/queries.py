"""The audit trail of one's own organisation. Wall 1 keeps the others' rows out."""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, String, cast, func, or_, select

from casework.accounts import queries as accounts
from casework.cases.models import Case
from casework.core import heads, paging, witness
from casework.core.audit import AuditEntry
from casework.core.chain import ChainReport
from casework.core.clock import ALMATY
from casework.core.db import db, once_per_page
from casework.core.heads import SignedHead
from casework.core.paging import Page
from casework.oversight.rules import REFUSED, Group, group_of
from casework.persons.models import Person

PAGE = 50
CHECKED_AT_ONCE = 5000
"""Up to so many entries the page checks the chain by itself; beyond, only when asked: it takes a while."""

LISTS_OPENED = 2000
"""In so many of the newest lists a record is looked for: which records a list showed lies sealed in it."""

EXPORTED = 10_000
"""At most so many of the newest entries go into a workbook."""


@dataclass(frozen=True)
class Filters:
    """What the trail is narrowed to."""

    group: Group | None = None
    action: str | None = None
    kind: str | None = None
    actor_id: UUID | None = None
    record: str | None = None
    since: date | None = None
    until: date | None = None
    only: str | None = None
    """`refused`, or `emergency`: what was opened in one."""


@dataclass(frozen=True)
class Line:
    """One row of the trail, as it is read."""

    number: int
    at: datetime
    who: str | None
    role: str
    action: str
    kind: str | None
    record: str
    fields: list[str]
    is_list: bool
    """Several records at once: which, lies sealed."""
    is_emergency: bool


def trail(filters: Filters, page: int) -> Page[Line]:
    """The newest entries first, those that match."""
    condition = _matching(filters)
    total = db.session.scalar(condition(select(func.count(AuditEntry.id)))) or 0
    newest = condition(select(AuditEntry)).order_by(AuditEntry.number.desc())
    found = paging.page(newest, total, page, PAGE)
    return Page(_lines(found.rows), found.total, found.number, found.size)


def exported(filters: Filters) -> tuple[list[Line], int]:
    """The newest entries that match, as many as a workbook takes, and how many match."""
    condition = _matching(filters)
    total = db.session.scalar(condition(select(func.count(AuditEntry.id)))) or 0
    newest = condition(select(AuditEntry)).order_by(AuditEntry.number.desc()).limit(EXPORTED)
    return _lines(list(db.session.scalars(newest))), total


def _matching(filters: Filters) -> Any:
    """Narrows a statement. A record is also found in the lists that showed it, which are opened once for that."""
    plain = replace(filters, record=None)
    if not filters.record:
        return lambda statement: _narrowed(statement, plain)
    about = _about(filters.record)
    lists = _narrowed(select(AuditEntry), plain).where(AuditEntry.seen_sealed.is_not(None))
    newest = db.session.scalars(lists.order_by(AuditEntry.number.desc()).limit(LISTS_OPENED))
    wanted = {str(one) for one in _records(filters.record)}
    showing = [one.id for one in newest if wanted & set(one.seen.ids)] if wanted else []
    return lambda statement: _narrowed(statement, plain).where(or_(about, AuditEntry.id.in_(showing)))


def _narrowed(statement: Select[Any], filters: Filters) -> Select[Any]:
    if filters.group is not None:
        statement = statement.where(AuditEntry.action.in_([one for one in actions() if group_of(one) == filters.group]))
    if filters.action:
        statement = statement.where(AuditEntry.action == filters.action)
    if filters.kind:
        statement = statement.where(AuditEntry.subject_kind == filters.kind)
    if filters.actor_id is not None:
        statement = statement.where(AuditEntry.actor_id == filters.actor_id)
    if filters.since is not None:
        statement = statement.where(AuditEntry.at >= datetime.combine(filters.since, time(), ALMATY))
    if filters.until is not None:
        statement = statement.where(AuditEntry.at < datetime.combine(filters.until, time(), ALMATY) + timedelta(days=1))
    if filters.only == REFUSED:
        statement = statement.where(AuditEntry.action == REFUSED)
    if filters.only == "emergency":
        statement = statement.where(AuditEntry.details.contains('"emergency":', autoescape=True))
    return statement


def _about(typed: str) -> Any:
    """The entries about a record: by a person's or case's number, or by the eight characters that the trail shows."""
    if re.fullmatch(r"[0-9a-f]{8}", typed.lower()):
        return cast(AuditEntry.subject_id, String).startswith(typed.lower(), autoescape=True)
    return AuditEntry.subject_id.in_(_records(typed))


def _records(typed: str) -> list[UUID]:
    """The persons and cases that are meant: several where the eight characters fit several."""
    found: list[UUID] = []
    for model in (Person, Case):
        by_number = model.number == typed.upper()
        by_id = cast(model.id, String).startswith(typed.lower(), autoescape=True) if len(typed) == 8 else by_number
        found += db.session.scalars(select(model.id).where(or_(by_number, by_id)))
    return found


def noted(filters: Filters) -> dict[str, Any]:
    """What the trail says of how it was looked through: codes and ids, never what was typed."""
    said = {name: str(value) for name, value in asdict(filters).items() if value and name != "record"}
    if filters.record:
        return {**said, "records": [str(one) for one in _records(filters.record)]}
    return said


def _lines(rows: Sequence[AuditEntry]) -> list[Line]:
    names = accounts.names({row.actor_id for row in rows})
    return [_line(row, names, json.loads(row.details)) for row in rows]


def _line(row: AuditEntry, names: dict[UUID | None, str], details: dict[str, Any]) -> Line:
    return Line(
        number=row.number,
        at=row.at,
        who=names.get(row.actor_id),
        role=row.actor_role,
        action=row.action,
        kind=row.subject_kind,
        record=short(row.subject_id),
        fields=list(details.get("fields", [])),
        is_list=row.seen_sealed is not None,
        is_emergency="emergency" in details,
    )


def short(record_id: UUID | None) -> str:
    """Enough of a random id to recognise a record again, and to nobody else of any use."""
    return record_id.hex[:8] if record_id is not None else ""


@once_per_page
def _known() -> list[tuple[str, str | None, UUID | None]]:
    """Every action, kind of record and actor that the trail has, as they stand together: one walk through it."""
    known = select(AuditEntry.action, AuditEntry.subject_kind, AuditEntry.actor_id).distinct()
    return [(action, kind, actor_id) for action, kind, actor_id in db.session.execute(known)]


def actions() -> list[str]:
    return sorted({action for action, _kind, _actor in _known()})


def kinds() -> list[str]:
    """The kinds of records that the trail speaks of."""
    return sorted({kind for _action, kind, _actor in _known() if kind})


def actors() -> list[tuple[str, str]]:
    """Who has done something, as far as they are colleagues."""
    ids = {actor_id for _action, _kind, actor_id in _known()}
    return sorted(((str(one), name) for one, name in accounts.names(ids).items()), key=lambda pair: pair[1])


def chain(organisation_id: UUID, *, thoroughly: bool) -> ChainReport | None:
    """Whether the organisation's chain is whole; `thoroughly`, also whether what is stored agrees with it.

    None: it is long, and nobody asked.
    """
    count = db.session.scalar(select(func.count(AuditEntry.id))) or 0
    if count > CHECKED_AT_ONCE and not thoroughly:
        return None
    found = witness.verify(organisation_id, values=thoroughly)
    return next(iter(found), ChainReport(organisation_id, 0, None))


def newest_head(organisation_id: UUID) -> SignedHead | None:
    """The last of one's own heads that was signed and kept."""
    return heads.newest(db.session, organisation_id)
