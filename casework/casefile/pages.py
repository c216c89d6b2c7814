"""What the record, the search and the registration show, in words."""

import base64
import re
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from casework.accounts.queries import names as user_names
from casework.cases import queries as cases
from casework.cases.models import Case
from casework.cases.pages import due_words
from casework.core import clock, i18n
from casework.core.errors import Hidden
from casework.core.forms import CaseworkForm, DateParts, shown
from casework.core.scope import Principal, principal
from casework.core.vault import Unreadable, vault
from casework.diary import pages as diary
from casework.documents import pages as documents
from casework.evidence import pages as evidence
from casework.inquiries import pages as inquiries
from casework.persons import index, rules
from casework.persons import pages as person_pages
from casework.persons import queries as persons
from casework.persons.forms import NameFields
from casework.persons.models import Draft, Person
from casework.persons.names import Hit
from casework.persons.rules import PartialDate
from casework.proceedings import pages as proceedings
from casework.proceedings.models import Act, Deadline
from casework.reference import queries as codes

# -- the record --------------------------------------------------------------------------------------------------


def record(person: Person, case: Case | None, acts: list[Act], deadlines: list[Deadline]) -> dict[str, Any]:
    """Everything beside the timeline. The acts and deadlines of the case are read once for all that needs them."""
    others = [one for one in cases.cases_of([person.id]) if case is None or one.id != case.id]
    found: dict[str, Any] = {
        "name": person_pages.display_name(person.identity),
        "tags": person_pages.tags(person),
        "facts": _key_facts(person, case),
        "family": person_pages.family(person),
        "opened": person_pages.opened_by_count(person),
        "other_cases": proceedings.beside(others),
        "phone": person.contacts.phone if _may_call(person) else None,
        "safety": codes.label("contact_safety", person.contacts.safety),
        "safety_note": person.contacts.safety_note,
        "document_ids": [],
    }
    if case is not None:
        due, tone = due_words(case.next_step_due_on)
        owners = user_names({case.next_step_owner_id})
        found |= {
            "stages": proceedings.stages(case, acts),
            "procedure": proceedings.card(case, acts, deadlines),
            "evidence": evidence.card(case),
            "inquiries": inquiries.card(case),
            "documents": (files := documents.card(case)),
            "document_ids": files["ids"],
            "appointments": diary.card(case),
            "due": i18n.day(case.next_step_due_on),
            "due_note": due,
            "due_tone": tone,
            "owner": owners.get(case.next_step_owner_id, ""),
            "members": [party.person for party in case.parties if party.person_id != person.id],
            "menu": _menu(person, case),
            "closed": _(
                "Closed on %(day)s: %(reason)s",
                day=i18n.day(case.closed_on),
                reason=codes.label("closure_reason", case.closure_reason),
            )
            if not case.is_open
            else "",
        }
    return found


def _may_call(person: Person) -> bool:
    return codes.attribute("contact_safety", person.contacts.safety, "call") is not False


def _key_facts(person: Person, case: Case | None) -> list[tuple[str, Any]]:
    contacts = person.contacts
    phone = contacts.phone
    facts: list[tuple[str, Any]] = [
        (_("Country of origin"), codes.label("country", person.origin) if person.origin != "UNK" else None),
        (_("Born in"), person.identity.birth_place),
        (_("In Kazakhstan since"), i18n.day(PartialDate(person.arrived_year, person.arrived_month))),
        (_("Languages"), ", ".join(codes.label("language", code) for code in person.languages)),
        (_("Phone"), phone),
        (_("Safe to contact"), codes.label("contact_safety", contacts.safety) or None),
        (_("Consent"), person_pages.consent_words(person)),
        (_("Registered on"), i18n.day(person.registered_on)),
    ]
    if case is not None and case.is_open:
        days = (clock.today() - case.opened_on).days
        facts.append((_("Open for"), _("%(days)s days", days=days)))
    return facts


def _menu(person: Person, case: Case) -> list[dict[str, Any]]:
    who = principal()
    items = []
    if case.is_open:
        items += [
            ("case:edit", _("Record what happened"), "proceedings.record", "flag"),
            ("case:edit", _("Change procedure"), "proceedings.change", "folder"),
            ("case:edit", _("Plan an appointment"), "diary.plan", "calendar"),
            ("case:edit", _("Change priority"), "cases.priority", "alarm-clock"),
            ("case:edit", _("Add a person to the case"), "cases.add_party", "user"),
            ("case:edit", _("Correct the opening"), "cases.correct_opening", "folder"),
            ("case:reassign", _("Hand over to another lawyer"), "cases.reassign", "users"),
            ("case:close", _("Close the case"), "cases.close", "circle-check"),
        ]
    else:
        items += [
            ("case:close", _("Reopen the case"), "cases.reopen", "folder"),
            ("case:edit", _("Correct the opening"), "cases.correct_opening", "folder"),
        ]
    if len(case.parties) > 1:
        items.append(("case:edit", _("Take a person out of the case"), "cases.void_party", "user"))
    menu = [
        {"label": label, "url": url_for(endpoint, case_id=case.id), "icon": icon}
        for permission, label, endpoint, icon in items
        if who and who.may(permission)
    ]
    if who and who.may("person:status"):
        menu += [
            {
                "label": label,
                "url": url_for("persons.change_status", person_id=person.id, dimension=dimension),
                "icon": "user",
            }
            for dimension, label in (
                ("nationality", _("Change nationality status")),
                ("displacement", _("Change displacement status")),
            )
        ]
    if who and who.may("case:edit"):
        menu.append(
            {
                "label": _("Open another case"),
                "url": url_for("cases.open_case", person_id=person.id),
                "icon": "plus",
            }
        )
    return menu


# -- search ------------------------------------------------------------------------------------------------------


FOUND_AT_MOST = 50
_NUMBER = re.compile(r"(KZ|P)?(\d\d)?(\d{5,8})", re.ASCII)
_TYPED_IN_CYRILLIC = str.maketrans("КЗРкзр", "KZPKZP")


def search(query: str) -> list[dict[str, Any]]:
    """Persons by name or number, with what tells namesakes apart. Details stay masked until opened."""
    numbered = _by_number(query)
    if numbered:
        return numbered
    hits = index.find(query, FOUND_AT_MOST)
    found = persons.persons(hit.person_id for hit in hits)
    of_person: dict[UUID, list[Case]] = {}
    for one in cases.cases_of(list(found)):
        for party in one.parties:
            of_person.setdefault(party.person_id, []).append(one)
    return [
        _hit(found[hit.person_id], of_person.get(hit.person_id, []), why(hit.kind, hit.reason_code), None, False)
        for hit in hits
        if hit.person_id in found
    ]


def _by_number(query: str) -> list[dict[str, Any]]:
    """By the number of a case or a record, however it is typed: KZ-26-70845, kz26 70845, 70845."""
    plain = re.sub(r"[\W_]", "", query.translate(_TYPED_IN_CYRILLIC)).upper()
    match = _NUMBER.fullmatch(plain)
    if match is None:
        return []
    prefix, year, digits = match.groups()
    found = [
        _hit(case.parties[0].person, [case], _("case number"), url_for("casefile.case", case_id=case.id), True)
        for case in (cases.cases_numbered(year, digits) if prefix != "P" else [])
        if case.parties
    ]
    found += [
        _hit(person, cases.cases_of([person.id]), _("record number"), None, True)
        for person in (persons.persons_numbered(year, digits) if prefix != "KZ" else [])
    ]
    return found


def sealed_words(who: Principal | None, words: str) -> str:
    """What someone searches for, as it may lie in their cookie: names are person data."""
    organisation_id, user_id = _holder(who)
    return base64.b64encode(vault().seal(words.encode(), organisation_id, user_id, "search")).decode()


def opened_words(who: Principal | None, sealed: str | None) -> str:
    """The words again, or nothing when they were somebody else's or the key is gone."""
    organisation_id, user_id = _holder(who)
    try:
        return vault().open(base64.b64decode(sealed or ""), organisation_id, user_id, "search").decode()
    except Unreadable:
        return ""


def _holder(who: Principal | None) -> tuple[UUID, UUID]:
    if who is None or who.user_id is None or who.organisation_id is None:
        raise Hidden
    return who.organisation_id, who.user_id


def why(kind: str, reason: str) -> str:
    """Why a hit answers the question, in words."""
    by_kind = {
        "former": _("former name"),
        "latin": _("name in Latin letters"),
        "phone": _("phone"),
        "document": _("document number"),
        "iin": _("identification number"),
        "record": _("record number"),
    }
    return by_kind.get(kind) or {
        "same": _("same name"),
        "beginning": _("beginning of the name"),
        "part": _("part of the name"),
        "other_alphabet": _("other alphabet"),
        "similar": _("similar name"),
    }.get(reason, _("other spelling"))


def _hit(person: Person, of_person: list[Case], why: str, url: str | None, is_exact: bool) -> dict[str, Any]:
    case = of_person[0] if of_person else None
    return {
        "person": person,
        "name": person_pages.display_name(person.identity),
        "url": url or url_for("casefile.person", person_id=person.id),
        "numbers": ", ".join([person.number, *(one.number for one in of_person)]),
        "latin": person_pages.latin_beside(person.identity),
        "born": str(person.birth_year or ""),
        "origin": codes.label("country", person.origin) if person.origin != "UNK" else "",
        "lawyer": case.lawyer.name if case else "",
        "last_contact": i18n.day(case.last_contact_on) if case else "",
        "why": why,
        "is_exact": is_exact,
    }


# -- registration ------------------------------------------------------------------------------------------------


def step_names(current: int) -> list[dict[str, str]]:
    labels = (_("Identity"), _("Situation"), _("Contacts and consent"), _("Check"))
    return [
        {"label": label, "note": "", "state": "done" if n < current else "now" if n == current else ""}
        for n, label in enumerate(labels, 1)
    ]


def is_filled(form: CaseworkForm) -> bool:
    """Whether a step of a draft holds good answers."""
    return all(field.validate(form) for name, field in form._fields.items() if name not in ("csrf_token", "nonce"))


def answers(draft: Draft, forms: list[CaseworkForm]) -> list[dict[str, Any]]:
    """Every answer of the three steps, with the way back to change it."""
    titles = step_names(4)
    return [
        {
            "title": titles[n - 1]["label"],
            "url": url_for("casefile.step", draft_id=draft.id, step=n),
            "pairs": [
                (field.label.text, _answer(field)) for field in form if field.short_name not in ("csrf_token", "nonce")
            ],
        }
        for n, form in enumerate(forms, 1)
    ]


def _answer(field: Any) -> str:
    if isinstance(field, DateParts) and not field.data:
        return ""
    return shown(field)


def odd(forms: list[CaseworkForm]) -> list[str]:
    """What looks odd, before it is saved. Never a reason to refuse."""
    fields = forms[0]._fields
    found = []
    iin = fields["iin"].data
    if iin:
        reading = rules.check_iin(iin)
        problems = rules.iin_warnings(iin, fields["birth"].data, fields["sex"].data)
        if not reading.is_valid:
            found.append(_("The individual identification number is not valid: look at it again."))
        if problems:
            found.append(
                _("The individual identification number and the date of birth or sex differ. This can be right.")
            )
    if forms[2]._fields["consent"].data != "given":
        found.append(_("Consent is not recorded as given. Ask for it before anything is shared."))
    return found


def likely_same(form: CaseworkForm) -> list[dict[str, Any]]:
    """Persons of one's own organisation with the same number or a very similar name, in either alphabet."""
    if not isinstance(form, NameFields):
        raise TypeError("The step with the names.")
    identity = form.identity()
    hits: dict[UUID, Hit] = {}
    for number in [identity.iin, *(document.number for document in identity.documents)]:
        for hit in index.find(number or "", 5):
            if hit.reason_code == "number" and hit.kind in ("iin", "document"):
                hits.setdefault(hit.person_id, hit)
    for name in (identity.full_name, identity.latin_name):
        for hit in index.find(name or "", 5):
            if hit.reason_code != "number" and hit.score >= 85:
                hits.setdefault(hit.person_id, hit)
    found = persons.persons(hits)
    return [
        _hit(found[hit.person_id], cases.cases_of([hit.person_id]), why(hit.kind, hit.reason_code), None, False)
        for hit in hits.values()
        if hit.person_id in found
    ]
