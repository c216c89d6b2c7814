"""What can be chosen in a referral: whom it goes to, and what of the record there is to tell."""

from dataclasses import dataclass

from flask_babel import gettext as _

from casework.cases.models import Case
from casework.core import i18n
from casework.persons.models import Person
from casework.persons.pages import display_name
from casework.reference import queries as codes
from casework.referrals import queries, sharing
from casework.referrals.actions import recipient_name
from casework.referrals.fields import CONTACT_FIELDS, GROUPS, of_group
from casework.referrals.models import Referral


def recipients() -> list[tuple[str, str]]:
    """Whom somebody can be sent to: partners, one's own directory, and kinds of service without an entry."""
    points = queries.directory()
    return [
        *((f"organisation:{one.id}", one.name) for one in queries.partners()),
        *((f"point:{one.id}", f"{codes.label('outside_service', one.service)}: {one.details.name}") for one in points),
        *((f"service:{one.code}", one.label) for one in codes.items("outside_service")),
    ]


@dataclass(frozen=True)
class Offer:
    """One thing that can be ticked: what it is called and what it says today."""

    value: str
    label: str
    note: str = ""
    is_open: bool = True
    """Whether it can be ticked; if not, the note says why."""


def offers(one: Referral, person: Person, case: Case) -> dict[str, list[Offer]]:
    """What there is to tell, by group. What is not recorded is not offered."""
    found: dict[str, list[Offer]] = {group.name: [] for group in GROUPS}
    may_pass_on = sharing.may_pass_contacts_on(person)
    for group in GROUPS:
        for field in of_group(group.name):
            value = field.of(person, case)
            if value in (None, "", []):
                continue
            said = field.said(value)
            words = "; ".join(said) if isinstance(said, list) else str(said)
            found[group.name].append(
                Offer(field.name, field.label, words, field.name not in CONTACT_FIELDS or may_pass_on)
            )
    found["relatives"] = [_kin_offer(one, kin) for kin, _link in sharing.relatives(person)]
    found["sessions"] = [
        Offer(str(held.id), i18n.day(held.held_on), held.account.title or "") for held in sharing.sessions(person, case)
    ]
    found["documents"] = [
        Offer(
            str(file.id),
            file.details.title or codes.label("document_type", file.kind),
            codes.label("document_type", file.kind) if file.details.title else "",
        )
        for file in sharing.files(person, case)
    ]
    found["needs"] = list(
        {
            need.code: Offer(need.code, codes.label("specific_need", need.code))
            for need in sharing.specific_needs(person)
        }.values()
    )
    return found


def _kin_offer(one: Referral, kin: Person) -> Offer:
    if sharing.is_covered(kin.id, one):
        return Offer(str(kin.id), display_name(kin.identity), kin.number)
    words = _("Has not agreed to be told of to %(name)s.", name=recipient_name(one))
    return Offer(str(kin.id), display_name(kin.identity), words, is_open=False)


def open_choices(found: dict[str, list[Offer]]) -> dict[str, list[tuple[str, str]]]:
    return {name: [(one.value, one.label) for one in group if one.is_open] for name, group in found.items()}
