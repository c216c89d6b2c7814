"""Whose calendar someone may look at, and what of it may leave for a calendar program."""

from casework.cases.models import Case
from casework.core.scope import Principal
from casework.reference import queries as codes


def may_see_all(who: Principal) -> bool:
    """A supervisor looks at any colleague's calendar, and at all of them at once."""
    return who.may("team:see")


def may_name_kind(case: Case) -> bool:
    """Whether a feed may say what a date is about: not when anyone of the case is not safe to be called or written to.

    A calendar program keeps its copy wherever its maker does. Who was not asked yet counts as not safe.
    """
    return all(_allows(party.person.contacts.safety, what) for party in case.parties for what in ("call", "write"))


def _allows(safety: str | None, what: str) -> bool:
    return codes.attribute("contact_safety", safety, what) is True
