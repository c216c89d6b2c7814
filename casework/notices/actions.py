"""Telling colleagues something, once; what each has read; how each wants to be told."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from casework.accounts.models import User
from casework.core import audit, clock, mail
from casework.core.db import db
from casework.core.events import account_event
from casework.notices import queries
from casework.notices.kinds import KINDS, Kind
from casework.notices.models import SAID, Notice, NoticeChoice, NoticeHours, Words
from casework.notices.rules import Hours

INSTEAD: list[Callable[[set[UUID]], set[UUID]]] = []
"""Who is told as well, because one of these colleagues is away: a higher feature that knows registers here."""

LONGEST = 300
"""How much of what was typed a notice quotes."""


@dataclass(frozen=True)
class Telling:
    """What some colleagues are told under one key, and the page where it is seen."""

    user_ids: frozenset[UUID]
    key: str
    endpoint: str
    values: dict[str, Any]
    """Ids and codes only."""
    case_id: UUID | None = None
    person_id: UUID | None = None
    words: str | None = None
    """Kept sealed, and never mailed."""
    said: dict[str, Any] = field(default_factory=dict)
    """Ids, codes and numbers from which the page of notices makes its words (`pages.SENTENCES`); in no address."""
    before: dict[str, list[str | None]] = field(default_factory=dict)
    """Who was told the same before it was taken back, as `told` says it: it is nothing new to them."""


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
    said: dict[str, Any] | None = None,
    before: dict[str, list[str | None]] | None = None,
    also_me: bool = False,
) -> int:
    """Tell colleagues of one's own organisation something, each once per key; how many were told.

    Never who does it, unless `also_me`: what happens to one's own account is told even if it was oneself.

    Whoever has left, works for another organisation or may not know of such things is not told.
    """
    whom = frozenset(one for one in user_ids if one is not None)
    one = Telling(whom, key, endpoint, values, case_id, person_id, words, said or {}, before or {})
    return tell_each(kind, [one], also_me)


def tell_each(kind: str, tellings: Iterable[Telling], also_me: bool = False) -> int:
    """The same for several things of a kind, each under a key of its own, in a few questions for all of them."""
    said = KINDS[kind]  # a kind that nobody declared is a mistake in code
    listed = [one for one in tellings if one.user_ids]
    wanted = {whom: _whom(whom, said, also_me) for whom in {one.user_ids for one in listed}}
    everybody = set().union(*wanted.values())
    readers = {one.id for one in queries.readers(everybody) if queries.may_be_told(one, kind)} if everybody else set()
    known = queries.known_keys(readers, {one.key for one in listed}) if readers else set()
    made = [
        _notice(said, one, user_id)
        for one in listed
        for user_id in sorted(wanted[one.user_ids] & readers)
        if (user_id, one.key) not in known
    ]
    db.session.add_all(made)
    db.session.flush()
    return len(made)


def _whom(user_ids: frozenset[UUID], said: Kind, also_me: bool) -> set[UUID]:
    """With who stands in for somebody, and without who does it, unless `also_me`."""
    wanted = set(user_ids)
    for also in () if said.is_personal else INSTEAD:
        wanted |= also(wanted)
    return wanted if also_me else wanted - {db.session.info["principal"].user_id}


def _notice(said: Kind, one: Telling, user_id: UUID) -> Notice:
    now = clock.now()
    made = Notice(
        user_id=user_id,
        kind=said.code,
        key=one.key,
        endpoint=one.endpoint,
        values=_plain(one.values) | ({SAID: one.said} if one.said else {}),
        case_id=one.case_id,
        person_id=one.person_id,
        made_at=now,
        settled_at=None if mail.has_server() else now,
    )
    if one.words:
        made.words = _quoted(one.words)
    if str(user_id) in one.before:
        made_at, made.read_at, made.settled_at = (
            datetime.fromisoformat(moment) if moment else None for moment in one.before[str(user_id)]
        )
        made.made_at = made_at or now
    return made


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, UUID) else value for name, value in values.items()}


def listen() -> None:
    """Hear of what happens to somebody's account."""
    account_event.connect(_tell_of_account)


def _tell_of_account(
    user: User,
    *,
    kind: str,
    key: str,
    words: str | None,
    endpoint: str = "accounts.settings",
    values: dict[str, Any] | None = None,
) -> None:
    tell([user.id], kind, key, endpoint=endpoint, values=values or {}, words=words, also_me=True)


def _quoted(words: str) -> Words:
    return Words(words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…")


def reword(key: str, words: str) -> None:
    """Whoever has not read it yet reads it as it stands now."""
    for notice in db.session.scalars(select(Notice).where(Notice.key == key, Notice.read_at.is_(None))):
        notice.words = _quoted(words)
    db.session.flush()


def told(key: str) -> dict[str, list[str | None]]:
    """Who was told something under a key, with when they were told, read it and got a mail: as `before` in `tell`."""
    return {
        str(one.user_id): [
            moment.isoformat() if moment else None for moment in (one.made_at, one.read_at, one.settled_at)
        ]
        for one in db.session.scalars(select(Notice).where(Notice.key == key))
    }


def forget(key: str) -> int:
    """Take back what was told under a key: what it told of was taken back itself, or is told anew; how many it was."""
    gone = list(db.session.scalars(select(Notice).where(Notice.key == key)))
    for notice in gone:
        db.session.delete(notice)
    db.session.flush()
    return len(gone)


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
