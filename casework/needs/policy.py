"""Which needs the principal may see: the sensitive ones take a permission of their own, or emergency access."""

from datetime import date
from uuid import UUID

from casework.core.scope import principal
from casework.needs.models import TakenUp
from casework.needs.rules import Facts, family_of
from casework.persons.models import Person
from casework.persons.rules import age_on
from casework.reference import queries as codes
from casework.restrictions import queries as restrictions

LIST = "specific_need"


def is_sensitive(code: str) -> bool:
    """Whether the list says so of the code or of its family. Of what it does not know, the answer is yes."""
    return _told(code, "sensitive", True) is True


def applies_to(code: str) -> str | None:
    found = _told(code, "applies_to", None)
    return str(found) if found is not None else None


def is_urgent(code: str) -> bool:
    return codes.attribute(LIST, code, "urgent") is True


def _told(code: str, name: str, unknown: object) -> object:
    """An item that an administrator added says nothing of itself: its family answers."""
    for one in (codes.item(LIST, code), codes.item(LIST, family_of(code))):
        if one is not None and name in one.attributes:
            return one.attributes[name]
    return unknown


def may_see_sensitive(person_id: UUID | None = None) -> bool:
    """Everywhere by permission; of one person also while emergency access to the record lasts."""
    who = principal()
    if who is None or who.is_system or who.may("person:sensitive-need"):
        return who is not None
    return person_id is not None and who.may("person:need") and restrictions.has_emergency(person_id)


def may_see(code: str, person_id: UUID | None = None) -> bool:
    return not is_sensitive(code) or may_see_sensitive(person_id)


def may_release(one: TakenUp) -> bool:
    """Who took it up gives it back; of a colleague only a supervisor does, for somebody relies on it."""
    who = principal()
    return who is not None and (who.may("team:see") or (who.user_id is not None and one.taken_by_id == who.user_id))


def facts(person: Person, on: date) -> Facts:
    """What of a person decides whether a need fits on a day."""
    return Facts(age_on(person.birth_year, person.birth_month, on), person.sex, person.is_birth_estimated)
