"""How a person may be reached, and how not: the one rule that everything that contacts somebody asks."""

from dataclasses import dataclass

from flask_babel import gettext as _

from casework.core import i18n
from casework.persons.models import Contacts, Person
from casework.persons.rules import PartialDate
from casework.reference import queries as codes

NOT_ASKED = "NOT_ASKED"


@dataclass(frozen=True)
class ContactRule:
    """What may be done, and the sentences that say so."""

    tone: str
    """"ok" where nothing is in the way, "warn" where something is to be heeded, "bad" where a way is closed."""
    sentences: tuple[str, ...]
    may_call: bool
    may_write: bool
    may_message: bool
    may_name_us: bool
    may_pass_on: bool
    """Whether phone, e-mail and address may be given to another organisation, with this rule beside them."""
    is_asked: bool

    @property
    def is_open(self) -> bool:
        """Whether no way is closed, so that what a date is about may be named outside this system."""
        return self.is_asked and self.may_call and self.may_write and self.may_message


def rule(person: Person) -> ContactRule:
    """How this person may be reached."""
    return rule_of(person.contacts)


def rule_of(contacts: Contacts) -> ContactRule:
    """The same of contacts that are not a record's yet. Where nobody has asked, it is taken as not safe."""
    safety = contacts.safety or NOT_ASKED
    if safety == NOT_ASKED:
        unasked = _("Nobody has asked yet whether it is safe to contact this person. Until then treat it as not safe.")
        said = (unasked, *_further(contacts))
        return ContactRule("bad", said, False, False, False, False, False, False)
    may_call = codes.attribute("contact_safety", safety, "call") is True
    may_write = codes.attribute("contact_safety", safety, "write") is True
    may_message = may_write and not contacts.never_by_message
    is_careful = codes.attribute("contact_safety", safety, "caution") is not False
    may_say = contacts.may_say or ("ANYTHING" if not is_careful else "NOTHING")
    may_name_us = codes.attribute("contact_may_say", may_say, "name_us") is True
    sentences = [codes.label("contact_safety", safety)]
    if contacts.may_say or is_careful:
        sentences.append(_("To whoever answers you may say: %(what)s", what=codes.label("contact_may_say", may_say)))
    if contacts.never_by_message and may_write:
        sentences.append(never_by_message())
    tone = "bad" if not (may_call and may_write) else "warn"
    if tone == "warn" and not is_careful and may_message and may_say == "ANYTHING":
        tone = "ok"
    return ContactRule(
        tone,
        (*sentences, *_further(contacts)),
        may_call,
        may_write,
        may_message,
        may_name_us,
        contacts.may_pass_on,
        True,
    )


def _further(contacts: Contacts) -> list[str]:
    """What was told besides, in the person's words."""
    found = []
    if contacts.who_answers:
        found.append(_("This phone is answered by: %(who)s", who=contacts.who_answers))
    if contacts.best_times:
        found.append(_("When to call: %(times)s", times=contacts.best_times))
    if contacts.safety_note:
        found.append(contacts.safety_note)
    if contacts.asked_on:
        day = i18n.day(PartialDate.from_text(contacts.asked_on))
        found.append(_("Asked on %(day)s", day=day))
    return found


def never_by_message() -> str:
    return _("Never send a message: no messenger, no SMS, no e-mail.")


def why_not(person: Person, modality: str | None) -> str | None:
    """Why a person may not be contacted in this way (a code of the list `modality`); None when they may."""
    way = codes.attribute("modality", modality, "reaches")
    found = rule(person)
    open_ways = {"call": found.may_call, "write": found.may_write, "message": found.may_message}
    if open_ways.get(way or "", True):
        return None
    return never_by_message() if way == "message" and found.may_write else found.sentences[0]
