"""Whose calendar someone may look at, and what of it may leave for a calendar program."""

from casework.cases.models import Case
from casework.core.scope import Principal
from casework.persons import contacting


def may_see_all(who: Principal) -> bool:
    """A supervisor looks at any colleague's calendar, and at all of them at once."""
    return who.may("team:see")


def may_name_kind(case: Case) -> bool:
    """Whether a feed may say what a date is about: not when there is any way in which someone of the case is unsafe.

    A calendar program keeps its copy wherever its maker does. Who was not asked yet counts as not safe.
    """
    return all(contacting.rule(party.person).is_open for party in case.parties)
