"""Mails that wait to be sent: written in the transaction they belong to, sent afterwards, at least once.

A mail says nothing about any person: whoever writes one (`queue`) keeps to numbers and to the way to the site. It is
kept sealed, names its reader by their account, and is never queued twice under the same key. Without a mail server in
the settings nothing is queued at all.
"""

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit
from uuid import UUID

from flask import current_app
from sqlalchemy import UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column

from casework.core import clock
from casework.core.columns import Sealed, belongs_to, sealed_column
from casework.core.config import Settings
from casework.core.db import Base, Identified, db, session_for
from casework.core.jobs import place
from casework.core.scope import Principal, Scoped, system

PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720)]
"""How long to wait after each failure; when they are used up, the mail is given up."""

AT_ONCE = 50
PATIENCE = 20.0
"""Seconds to wait for the mail server's next word."""

LOCAL = ("localhost", "127.0.0.1", "::1")


@dataclass
class Letter:
    """What the mail says."""

    subject: str = ""
    text: str = ""


class OutgoingMail(Identified, Scoped, Base):
    """A mail that is to be sent, or was."""

    __tablename__ = "outgoing_mails"
    __audited__ = False
    __revised__ = False
    __table_args__ = (UniqueConstraint("organisation_id", "user_id", "key"), belongs_to("users", "user_id"))

    user_id: Mapped[UUID]
    key: Mapped[str]
    """What it is about and when, such as `reminder:2026-11-23`: of the same there is one."""
    letter_sealed: Mapped[bytes | None] = sealed_column("mail", erase="stays: mails name nobody")
    letter = Sealed("mail", Letter)
    queued_at: Mapped[datetime]
    next_try_at: Mapped[datetime | None] = mapped_column(index=True)
    """Nothing when there is nothing left to try: it was sent, or given up."""
    failures: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str | None]
    sent_at: Mapped[datetime | None]


def has_server() -> bool:
    settings: Settings = current_app.extensions["settings"]
    return bool(settings.smtp_url)


def queue(user_id: UUID, key: str, subject: str, text: str, at: datetime | None = None) -> OutgoingMail | None:
    """A mail to a colleague, sent once what is being done is saved, or later, `at` a moment.

    None without a server, or if it is there.
    """
    if not has_server() or is_known(user_id, key):
        return None
    now = clock.now()
    mail = OutgoingMail(user_id=user_id, key=key, queued_at=now, next_try_at=at or now, failures=0)
    mail.letter = Letter(subject, text)
    db.session.add(mail)
    db.session.flush()
    return mail


def is_known(user_id: UUID, key: str) -> bool:
    statement = select(OutgoingMail.id).where(OutgoingMail.user_id == user_id, OutgoingMail.key == key)
    return db.session.scalar(statement) is not None


def failed_and_due() -> list[OutgoingMail]:
    """Mails of the acting organisation that could not be sent and would be tried again now."""
    statement = select(OutgoingMail).where(OutgoingMail.next_try_at <= clock.now(), OutgoingMail.failures > 0)
    return list(db.session.scalars(statement))


# -- sending -----------------------------------------------------------------------------------------------------


def deliver(addresses: Callable[[set[UUID]], dict[UUID, str]]) -> int:
    """Send what waits in the acting organisation; how many were sent. `addresses` knows who may still be written to.

    No transaction is open while the server is spoken to. Whatever is cut short is sent again: at least once.
    """
    who: Principal = db.session.info["principal"]
    now = clock.now()
    with session_for(who, reading=True) as session:
        due = select(OutgoingMail).where(OutgoingMail.next_try_at <= now).order_by(OutgoingMail.queued_at)
        waiting = list(session.scalars(due.limit(AT_ONCE)))
    if not waiting:
        return 0
    known = addresses({mail.user_id for mail in waiting})
    db.session.rollback()  # asking for them began a transaction, which must not wait for the server
    wanted = [mail for mail in waiting if mail.user_id in known]
    for mail in waiting:
        if mail.user_id not in known:
            _give_up(who, mail.id, "nobody to write to")
    return _send(who, wanted, known) if wanted else 0


def _send(who: Principal, mails: list[OutgoingMail], addresses: dict[UUID, str]) -> int:
    try:
        server = _connected()
    except (smtplib.SMTPException, OSError) as error:
        for mail in mails:  # one try for all: a server that is away is away for each of them
            _failed(who, mail.id, _reason(error))
        return 0
    sent = 0
    try:
        for mail in mails:
            try:
                server.send_message(_message(mail, addresses[mail.user_id]))
            except (smtplib.SMTPException, OSError) as error:
                _failed(who, mail.id, _reason(error))
                if isinstance(error, smtplib.SMTPServerDisconnected) or not isinstance(error, smtplib.SMTPException):
                    break  # the connection is gone: what is left waits for the next turn
            else:
                _sent(who, mail.id)
                sent += 1
    finally:
        _leave(server)
    return sent


def _reason(error: Exception) -> str:
    """What failed, without the server's words: they repeat addresses."""
    code = getattr(error, "smtp_code", None)
    return f"{type(error).__name__} {code}" if code else place(error)


def _connected() -> smtplib.SMTP:
    settings: Settings = current_app.extensions["settings"]
    given = urlsplit(settings.smtp_url or "")
    host, user = given.hostname or "", unquote(given.username or "")
    context = ssl.create_default_context()
    if given.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, given.port or 465, timeout=PATIENCE, context=context)
    else:
        server = smtplib.SMTP(host, given.port or 587, timeout=PATIENCE)
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=context)
        elif user and host not in LOCAL:
            server.close()
            raise smtplib.SMTPNotSupportedError("The password would travel in the open.")
    if user:
        server.login(user, unquote(given.password or ""))
    return server


def _leave(server: smtplib.SMTP) -> None:
    try:
        server.quit()
    except (smtplib.SMTPException, OSError):
        server.close()


def _message(mail: OutgoingMail, to: str) -> EmailMessage:
    settings: Settings = current_app.extensions["settings"]
    message = EmailMessage()
    message["From"] = settings.mail_from
    message["To"] = to
    message["Subject"] = mail.letter.subject
    message["Date"] = format_datetime(clock.now())
    # The same for every try, so that a mail which comes twice is known to be one.
    message["Message-ID"] = f"<{mail.id}@{settings.trusted_hosts[0]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.letter.text)
    return message


@contextmanager
def _held(who: Principal, mail_id: UUID) -> Iterator[OutgoingMail]:
    """The mail in a transaction of its own, committed at the end."""
    with session_for(who) as session:
        yield session.get_one(OutgoingMail, mail_id)
        session.commit()


def _sent(who: Principal, mail_id: UUID) -> None:
    with _held(who, mail_id) as mail:
        mail.sent_at, mail.next_try_at, mail.failure = clock.now(), None, None


def _failed(who: Principal, mail_id: UUID, reason: str) -> None:
    with _held(who, mail_id) as mail:
        mail.failure = reason
        mail.next_try_at = clock.now() + PAUSES[mail.failures] if mail.failures < len(PAUSES) else None
        mail.failures += 1


def _give_up(who: Principal, mail_id: UUID, reason: str) -> None:
    with _held(who, mail_id) as mail:
        mail.failure, mail.next_try_at = reason, None


# -- what doctor says --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Outbox:
    """What lies in the outboxes of all organisations."""

    waiting: int
    failing: int
    given_up: int
    reasons: list[str]


def outbox() -> Outbox:
    with session_for(system("outbox"), reading=True) as session:
        waiting = session.scalar(select(func.count()).where(OutgoingMail.next_try_at.is_not(None))) or 0
        failing = (
            session.scalar(select(func.count()).where(OutgoingMail.next_try_at.is_not(None), OutgoingMail.failures > 0))
            or 0
        )
        # Of what was given up long ago nobody can mend anything any more.
        since = clock.now() - timedelta(days=7)
        lost = (OutgoingMail.sent_at.is_(None), OutgoingMail.next_try_at.is_(None), OutgoingMail.queued_at >= since)
        given_up = session.scalar(select(func.count()).where(*lost, OutgoingMail.failures > 0)) or 0
        reasons = session.scalars(
            select(OutgoingMail.failure)
            .where(OutgoingMail.failure.is_not(None), OutgoingMail.failures > 0, OutgoingMail.queued_at >= since)
            .distinct()
            .order_by(OutgoingMail.failure)
        )
        return Outbox(waiting, failing, given_up, [one for one in reasons if one])
