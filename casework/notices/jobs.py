"""Telling by mail: the notices that wait, several in one mail; sending every mail that waits; clearing away."""

from collections import Counter
from datetime import time, timedelta
from uuid import UUID

from flask import current_app
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from casework.accounts.models import User
from casework.core import clock, mail
from casework.core.config import Settings
from casework.core.db import db
from casework.core.jobs import Job, daily, every
from casework.notices import queries, rules
from casework.notices.kinds import KINDS
from casework.notices.models import Notice

KEPT = timedelta(days=180)
"""How long a notice is kept, read or not."""


def gather() -> int:
    """Put what waits into mails, one for each colleague, in the transaction that says so; how many mails.

    What was read meanwhile, what its reader wants no mail about, and what is for somebody who left is settled without.
    """
    _keep_quiet()
    waiting: dict[UUID, list[Notice]] = {}
    for notice in queries.unsettled():
        waiting.setdefault(notice.user_id, []).append(notice)
    readers = {one.id: one for one in queries.readers(waiting) if one.has_password} if waiting else {}
    hours = queries.hours(readers)
    queued = 0
    for user_id, found in waiting.items():
        wants = queries.choices(user_id) if user_id in readers else {}
        wants = {code: yes for code, yes in wants.items() if queries.may_be_told(readers[user_id], code)}
        left = [notice for notice in found if not _settle_without(notice, wants)]
        now = clock.now()
        due = [
            notice
            for notice in left
            if rules.may_leave(hours[user_id], notice.made_at, KINDS[notice.kind].is_urgent, now)
        ]
        if not due:
            continue
        told = _letter(readers[user_id], due)
        queued += mail.queue(user_id, f"notices:{due[0].id}", *told) is not None
        for notice in due:
            notice.settled_at = now
    db.session.flush()
    return queued


def _keep_quiet() -> None:
    """What could not be sent by day is not tried again at night, unless its reader lets what is urgent come then."""
    failed = mail.failed_and_due()
    hours = queries.hours([one.user_id for one in failed])
    for one in failed:
        if not hours[one.user_id].urgent_at_once:
            one.next_try_at = rules.opens(hours[one.user_id], clock.now())


def _settle_without(notice: Notice, wants: dict[str, bool]) -> bool:
    """Whether no mail is to be sent about it, which is then noted."""
    is_over = notice.read_at is not None or not wants.get(notice.kind, False)
    if is_over:
        notice.settled_at = clock.now()
    return is_over


def _letter(reader: User, notices: list[Notice]) -> tuple[str, str]:
    """Subject and text in the reader's language: how many of which kind, and the way to them. It names nobody."""
    with force_locale(reader.language):
        number = len(notices)
        of_each = Counter(notice.kind for notice in notices)
        lines = [f"- {KINDS[code].mail}{f' ({count})' if count > 1 else ''}" for code, count in of_each.items()]
        text = [
            _("In Casework there is something new for you:"),
            "",
            *lines,
            "",
            _("You find it here: %(address)s", address=_address()),
            "",
            _("This mail names nobody. In your account you choose what you are written about, and when."),
        ]
        subject = ngettext("Casework: %(num)d notice", "Casework: %(num)d notices", number)
        return subject, "\n".join(text)


def _address() -> str:
    settings: Settings = current_app.extensions["settings"]
    # From the settings: there is no request here, and in one anybody may write the Host.
    return settings.address + current_app.url_map.bind("").build("notices.index")


def send() -> int:
    """Send the mails that wait in the acting organisation, to those who may still sign in."""
    return mail.deliver(_addresses)


def _addresses(wanted: set[UUID]) -> dict[UUID, str]:
    return {one.id: one.email for one in queries.readers(wanted) if one.has_password}


def tidy() -> int:
    """Remove notices that have done their work: a list of who was told of whom need not be kept; how many."""
    old = queries.old(clock.now() - KEPT)
    for notice in old:
        db.session.delete(notice)
    db.session.flush()
    return len(old)


GATHER = Job("notices.gather", every(timedelta(minutes=1)), gather, mail.has_server)
SEND = Job("notices.send", every(timedelta(minutes=1)), send, mail.has_server)
TIDY = Job("notices.tidy", daily(time(3, 20)), tidy)
