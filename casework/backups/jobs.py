"""The backup of every night."""

from datetime import time

from casework.accounts.queries import active_organisations
from casework.backups import actions, queries
from casework.core.db import db
from casework.core.jobs import Job, daily


def back_up() -> None:
    """Make one for the whole installation, when the turn of its first organisation has come; then let old ones go."""
    organisation_id = db.session.info["principal"].organisation_id
    if organisation_id != min(active_organisations(), key=str):
        return
    actions.make(by_itself=True)
    actions.tidy()


NIGHTLY = Job("backups.nightly", daily(time(1, 30)), back_up, queries.is_set_up)
