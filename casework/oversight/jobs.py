"""What is done about the trail by itself: signing how far it has come, and telling those who keep that outside."""

from datetime import time, timedelta

from flask_babel import force_locale
from flask_babel import gettext as _

from casework.accounts.models import User
from casework.accounts.permissions import Role
from casework.accounts.queries import users
from casework.core import clock, heads, mail
from casework.core.db import db
from casework.core.heads import Head
from casework.core.jobs import Job, daily, every
from casework.core.vault import HOUSE

KEEPERS = (Role.PROTECTION, Role.SUPERVISOR)
"""Who is written to: they look after a partner's trail, and none of them administers the installation."""


def sign() -> int:
    """Sign the head of the acting organisation's chain and of the installation's own, where they moved; how many."""
    return sum(heads.keep(one) is not None for one in (db.session.info["principal"].organisation_id, HOUSE))


def send() -> int:
    """Once a week, mail to each keeper of the acting organisation how far the chains have come; how many mails."""
    organisation_id = db.session.info["principal"].organisation_id
    year, week, _day = clock.today().isocalendar()
    key = f"audit-head:{year}-W{week:02}"
    keepers = [one for one in users(organisation_id) if one.role in KEEPERS and one.is_active and one.has_password]
    waiting = [one for one in keepers if not mail.is_known(one.id, key)]
    signed = [one for one in map(heads.signed_now, (organisation_id, HOUSE)) if one is not None] if waiting else []
    for reader in waiting if signed else ():
        mail.queue(reader.id, key, *_letter(reader, signed))
    return len(waiting)


def _letter(reader: User, signed: list[Head]) -> tuple[str, str]:
    with force_locale(reader.language):
        text = [
            _("This is how far your organisation’s audit trail and that of the whole installation have come."),
            _("Keep this mail where nobody who runs the installation can reach it. It says nothing about anybody."),
            "",
            _("Should anyone later doubt the trail, save this mail as a file and have it checked:"),
            "casework audit verify --head FILE",
            "",
            *(one.text for one in signed),
        ]
        return _("Casework: signed head of the audit trail"), "\n".join(text)


SIGN = Job("audit.heads", every(timedelta(hours=1)), sign)
MAIL = Job("audit.heads_mail", daily(time(8, 0)), send, mail.has_server)
