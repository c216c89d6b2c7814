"""Looking for duplicates by itself: whoever was registered or changed since, and on with a search for all."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import TypeVar

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from casework.core.db import db
from casework.core.jobs import Job, every
from casework.duplicates import actions, queries

CONFLICTS = (StaleDataError, IntegrityError)
"""Somebody decided about one of the pairs at that moment."""

SLICES = 200
"""A turn looks at no more of a search for all than this, so that other jobs have their turn, too."""

Result = TypeVar("Result")


def look() -> None:
    """Look at what changed, then go on with a search for all; each slice is saved by itself.

    An organisation that never searched begins with all its records.
    """
    _saved(_begin)
    place = _saved(actions.look_at_changed)
    while place is not None:
        place = _saved(partial(actions.look_at_changed, place))
    for _slice in range(SLICES):
        search = _saved(actions.next_slice)
        if search is None or not search.is_under_way:
            break


def _begin() -> None:
    if queries.search() is None:
        actions.begin_search()


def _saved(work: Callable[[], Result]) -> Result:
    """Do a slice and save it; once more when somebody else saved one of its pairs meanwhile."""
    try:
        return _committed(work)
    except CONFLICTS:
        return _committed(work)


def _committed(work: Callable[[], Result]) -> Result:
    try:
        result = work()
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    finally:
        db.session.expunge_all()
    return result


LOOK = Job("duplicates.look", every(timedelta(minutes=5)), look)
