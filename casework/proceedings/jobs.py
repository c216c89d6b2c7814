"""Counting the deadlines of every open case anew: each morning, and soon after the working calendar has changed."""

from collections.abc import Sequence
from datetime import time
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from casework.core import jobs
from casework.core.db import db
from casework.core.events import calendar_changed
from casework.core.jobs import Job, daily
from casework.proceedings import actions, queries

CONFLICTS = (StaleDataError, IntegrityError)
"""Somebody recorded an act of the case at that moment."""


def recount_open() -> int:
    """Recount the open cases of the acting organisation, slice by slice, each saved by itself. Says how many.

    So nobody who records something meanwhile waits for long, and what fails in one case fails there alone.
    """
    ids = queries.open_under_procedures()
    failed: Exception | None = None
    for start in range(0, len(ids), actions.SLICE):
        part = ids[start : start + actions.SLICE]
        if _failure(part) is None:
            continue
        for case_id in part:
            failed = _failure([case_id], again=True) or failed
    if failed is not None:
        raise failed  # the others are counted; the job says that it failed, and is tried again
    return len(ids)


def _failure(case_ids: Sequence[UUID], *, again: bool = False) -> Exception | None:
    """Recount and save; what went wrong, if anything did."""
    try:
        actions.recount_these(case_ids)
        db.session.commit()
    except Exception as error:  # noqa: BLE001 -- whatever it is, the other cases go on
        db.session.rollback()
        return _failure(case_ids) if again and isinstance(error, CONFLICTS) else error
    finally:
        db.session.expunge_all()
    return None


RECOUNT = Job("proceedings.recount", daily(time(0, 5)), recount_open)


def listen() -> None:
    calendar_changed.connect(_count_again)


def _count_again(_sender: Any) -> None:
    jobs.again(RECOUNT.name)
