"""Telling colleagues something, once; what each has read; how each wants to be told."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from casework.accounts.models import User
from casework.core import audit, clock, mail
from casework.core.db import db
from casework.core.events import account_event
from casework.notices import queries
from casework.notices.kinds import KINDS
from casework.notices.models import Notice, NoticeChoice, NoticeHours, Words
from casework.notices.rules import Hours

INSTEAD: list[Callable[[set[UUID]], set[UUID]]] = []
"""Who is told as well, because one of these colleagues is away: a higher feature that knows registers here."""

LONGEST = 300
"""How much of what was typed a notice quotes."""


def tell(
    user_ids: Iterable[UUID | None],
    kind: str,
    key: str,
    *,
    endpoint: str,
    values: dict[str, Any],
    case_id: UUID | None = None,
    person_id: UUID | None = None,
    words: str | None = None,
    also_me: bool = False,
) -> int:
    """Tell colleagues of one's own organisation something, each once per key; how many were told.

    Never who does it, unless `also_me`: what happens to one's own account is told even if it was oneself.

    `endpoint` and `values` (ids and codes only) are the page where it is seen. `words` are kept sealed and are never
    mailed. Whoever has left, works for another organisation or may not know of such things is not told.
    """
    said = KINDS[kind]  # a kind that nobody declared is a mistake in code
    wanted = {one for one in user_ids if one is not None}
    if not wanted:
        return 0
    for also in () if said.is_personal else INSTEAD:
        wanted |= also(wanted)
    if not also_me:
        wanted.discard(db.session.info["principal"].user_id)
    readers = {one.id for one in queries.readers(wanted) if queries.may_be_told(one, kind)} if wanted else set()
    waiting = sorted(readers - queries.known_keys(readers, key)) if readers else []
    now = clock.now()
    for user_id in waiting:
        made = Notice(
            user_id=user_id,
            kind=said.code,
            key=key,
            endpoint=endpoint,
            values={name: str(value) if isinstance(value, UUID) else value for name, value in values.items()},
            case_id=case_id,
            person_id=person_id,
            made_at=now,
            settled_at=None if mail.has_server() else now,
        )
        if words:
            made.words = _quoted(words)
        db.session.add(made)
    db.session.flush()
    return len(waiting)


def listen() -> None:
    """Hear of what happens to somebody's account."""
    account_event.connect(_tell_of_account)


def _tell_of_account(user: User, *, kind: str, key: str, words: str | None) -> None:
    tell([user.id], kind, key, endpoint="accounts.settings", values={}, words=words, also_me=True)


def _quoted(words: str) -> Words:
    return Words(words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…")


def reword(key: str, words: str) -> None:
    """Whoever has not read it yet reads it as it stands now."""
    for notice in db.session.scalars(select(Notice).where(Notice.key == key, Notice.read_at.is_(None))):
        notice.words = _quoted(words)
    db.session.flush()


def forget(key: str) -> int:
    """Take back what was told under a key: what it told of was taken back itself, or is told anew; how many it was."""
    told = list(db.session.scalars(select(Notice).where(Notice.key == key)))
    for notice in told:
        db.session.delete(notice)
    db.session.flush()
    return len(told)


def read(notice: Notice) -> None:
    """One has seen it: no mail is sent about it any more."""
    if notice.read_at is None:
        notice.read_at = clock.now()
    db.session.flush()


def unread(notice: Notice) -> None:
    """Keep it among those that are still to be seen to."""
    notice.read_at = None
    db.session.flush()


def read_all() -> tuple[int, datetime]:
    """All of one's own are read; how many, and the moment by which this can be taken back."""
    now = clock.now()
    mine = Notice.user_id == db.session.info["principal"].user_id
    waiting = list(db.session.scalars(select(Notice).where(mine, Notice.read_at.is_(None))))
    for notice in waiting:
        notice.read_at = now
    db.session.flush()
    return len(waiting), now


def unread_all(moment: datetime) -> int:
    """Take back that all were read at this moment."""
    taken_back = queries.read_at(moment)
    for notice in taken_back:
        notice.read_at = None
    db.session.flush()
    return len(taken_back)


def set_choices(user_id: UUID, by_mail: Mapping[str, bool], hours: Hours) -> None:
    """How a user wants to be told: about which kinds by mail, and when."""
    for code, wanted in by_mail.items():
        said = db.session.get(NoticeChoice, (user_id, code))
        if said is None:
            db.session.add(NoticeChoice(user_id=user_id, kind=code, by_mail=wanted))
        else:
            said.by_mail = wanted
    row = db.session.get(NoticeHours, user_id)
    if row is None:
        row = NoticeHours(user_id=user_id)
        db.session.add(row)
    row.quiet_from, row.quiet_until = hours.quiet_from, hours.quiet_until
    row.weekdays, row.once_a_day_at = list(hours.weekdays), hours.once_a_day_at
    row.urgent_at_once = hours.urgent_at_once
    db.session.flush()
    audit.note("notices:choose", "users", user_id, by_mail=sorted(code for code, wanted in by_mail.items() if wanted))
