"""What the record knows for the merge fields of a letter, in the words of the letter's language.

Everything comes from one case and one of its persons: no other person is ever looked at, so none can get into a letter.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flask_babel import force_locale

from casework.accounts.models import Organisation
from casework.cases.models import Case
from casework.core import clock, i18n
from casework.core.db import db
from casework.core.i18n import Text
from casework.letters.fields import BY_NAME
from casework.letters.merging import plain
from casework.letters.models import Letter, LetterTemplate
from casework.letters.rules import Addressee
from casework.mandates import queries as mandates
from casework.persons.models import Person
from casework.persons.pages import born
from casework.procedures import queries as procedures
from casework.proceedings import queries as proceedings
from casework.proceedings.models import Act
from casework.reference import queries as codes

_CONSULATE = Text("Embassy or consulate: {}", "Посольство или консульство: {}", "Елшілік немесе консулдық: {}")
_APPLICATIONS = ("LODGED", "REGISTERED", "APPLIED", "APPLIED_SHORT")
_GIVEN_LATER = "____"


@dataclass(frozen=True)
class Filled:
    """The merge fields of one letter: what the record says, and what counts, which the lawyer may have typed."""

    recorded: dict[str, str]
    values: dict[str, str]
    missing: tuple[str, ...]
    """Fields without which the letter cannot be finished."""


def filled(letter: Letter, case: Case, person: Person) -> Filled:
    """Every field that the template uses. A finished letter says what it said when it was finished."""
    template = letter.template
    if not letter.is_draft:
        return Filled({}, dict(letter.details.values), ())
    told = _recorded(letter, case, person)
    recorded = {name: plain(value) for name, value in told.items() if name in template.fields}
    typed = {name: value for name, value in letter.details.values.items() if name in template.fields}
    values = {name: typed.get(name, recorded.get(name, "")) for name in template.fields}
    return Filled(recorded, values, tuple(_missing(template, values)))


def _missing(template: LetterTemplate, values: dict[str, str]) -> Iterable[str]:
    return (name for name in template.needed if not values.get(name) and not BY_NAME[name].is_given)


def addressee(letter: Letter, case: Case, person: Person) -> str:
    """Whom the letter goes to, as a list shows it: as typed, else as the record says."""
    typed = letter.details.values.get("addressee.name")
    if typed:
        return typed
    with force_locale(letter.language):
        return _addressee(letter, person).get("addressee.name", "")


def _recorded(letter: Letter, case: Case, person: Person) -> dict[str, str]:
    # The words of code lists and the names of months follow the language of the letter, not that of the page.
    with force_locale(letter.language):
        today = i18n.day(clock.today())
        return {
            **_person(person),
            **_case(case),
            **_addressee(letter, person),
            **_power(person),
            **_acts(case),
            **_reminded(letter),
            "letter.number": _GIVEN_LATER,
            "letter.date": today,
            "today": today,
        }


def _person(person: Person) -> dict[str, str]:
    identity, contacts = person.identity, person.contacts
    return {
        "person.full_name": identity.full_name,
        "person.latin_name": identity.latin_name or "",
        "person.birth_date": i18n.day(born(person)),
        "person.birth_place": identity.birth_place or "",
        "person.sex": codes.label("sex", person.sex) if person.sex in ("F", "M") else "",
        "person.iin": identity.iin or "",
        "person.origin": codes.label("country", person.origin) if person.origin != "UNK" else "",
        "person.address": contacts.address or "",
        "person.phone": contacts.phone or "",
    }


def _case(case: Case) -> dict[str, str]:
    organisation = db.session.get_one(Organisation, case.organisation_id)
    return {
        "case.number": case.number,
        "case.track": codes.label("track", case.track),
        "case.opened_on": i18n.day(case.opened_on),
        "lawyer.name": case.lawyer.name,
        "lawyer.email": case.lawyer.email,
        "organisation.name": organisation.name,
    }


def _addressee(letter: Letter, person: Person) -> dict[str, str]:
    match letter.addressee_kind:
        case Addressee.AUTHORITY if letter.authority:
            return {"addressee.name": codes.label("authority", letter.authority)}
        case Addressee.STATE if letter.state:
            return {"addressee.name": str(_CONSULATE).format(codes.label("country", letter.state))}
        case Addressee.PERSON:
            return {"addressee.name": person.identity.full_name, "addressee.address": person.contacts.address or ""}
    return {}


def _power(person: Person) -> dict[str, str]:
    """The newest power of attorney that stands today."""
    today = clock.today()
    for power in mandates.of_person(person.id):
        ended = [day for day in (power.expires_on, power.revoked_on) if day is not None and day < today]
        if not power.is_void and not ended and power.issued_on <= today:
            return {
                "poa.number": power.details.number or "",
                "poa.date": i18n.day(power.issued_on),
                "poa.notary": power.details.notary or "",
            }
    return {}


def _acts(case: Case) -> dict[str, str]:
    """The latest application and the latest decision that the case tells of."""
    acts = proceedings.acts(case.id)
    found: dict[str, str] = {}
    application = next((act for act in reversed(acts) if act.code in _APPLICATIONS), None)
    if application is not None:
        found |= _told(application, "application")
    decision = next((act for act in reversed(acts) if codes.attribute("act", act.code, "decision")), None)
    if decision is not None:
        found |= _told(decision, "decision")
        found["decision.served"] = i18n.day(decision.served_on)
        found["decision.authority"] = _authority(case, decision)
    return found


def _told(act: Act, group: str) -> dict[str, str]:
    return {f"{group}.number": act.particulars.number or "", f"{group}.date": i18n.day(act.happened_on)}


def _authority(case: Case, act: Act) -> str:
    """Who dealt with the case at the stage at which the act happened, if the procedure says so."""
    procedure = procedures.rules_of(act.procedure_id)
    stage = procedure.stage(act.from_stage or case.stage) if procedure is not None else None
    known = {item.code: item.label for item in codes.items("authority", act.happened_on)}
    return next((known[code] for code in (stage.authorities if stage is not None else ()) if code in known), "")


def _reminded(letter: Letter) -> dict[str, str]:
    first = letter.reminds
    if first is None:
        return {}
    return {
        "reply_to.number": first.number or "",
        "reply_to.date": i18n.day(first.sent_on or first.written_on),
        "reply_to.subject": first.template.label,
        "reply_to.due": i18n.day(first.reply_due_on),
    }


def competent(on: date, track: str | None = None) -> list[tuple[str, str]]:
    """The authorities in force on a day that deal with such cases. Embassies are not among them: a State is asked."""
    return [
        (item.code, item.label)
        for item in codes.items("authority", on)
        if item.attributes.get("role") != "replies"
        and (track is None or track in item.attributes.get("competent_for", [track]))
    ]
