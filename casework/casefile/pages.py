"""What the record, the search and the registration show, in words."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from casework.accounts.queries import names as user_names
from casework.approvals import pages as approvals
from casework.casefile.actions import STATUSES, typed_side, typed_status
from casework.cases import queries as cases
from casework.cases.models import Case
from casework.cases.pages import due_words
from casework.comments import pages as comments
from casework.conflicts import pages as conflicts
from casework.core import clock, i18n
from casework.core.forms import CaseworkForm, DateParts, shown
from casework.core.scope import principal
from casework.diary import pages as diary
from casework.documents import pages as documents
from casework.duplicates import joining, merge_pages
from casework.evidence import pages as evidence
from casework.inquiries import pages as inquiries
from casework.needs import pages as needs
from casework.persons import contacting, rules
from casework.persons import pages as person_pages
from casework.persons.actions import Registration
from casework.persons.models import Draft, Person
from casework.persons.rules import PartialDate
from casework.proceedings import pages as proceedings
from casework.proceedings.models import Act, Deadline
from casework.reference import queries as codes
from casework.referrals import pages as referrals
from casework.transfers import record_pages as transfers
from casework.transfers.queries import is_gone

# -- the record --------------------------------------------------------------------------------------------------


def record(person: Person, case: Case | None, acts: list[Act], deadlines: list[Deadline]) -> dict[str, Any]:
    """Everything beside the timeline. The acts and deadlines of the case are read once for all that needs them."""
    others = [one for one in cases.open_to_me(cases.cases_of([person.id])) if case is None or one.id != case.id]
    found: dict[str, Any] = {
        "name": transfers.handed_over_to(person) or person_pages.display_name(person.identity),
        "tags": person_pages.tags(person),
        "facts": _key_facts(person, case),
        "family": person_pages.family(person),
        "opened": person_pages.opened_by_count(person),
        "other_cases": proceedings.beside(others),
        "phone": person.contacts.phone if contacting.rule(person).may_call else None,
        "safety": codes.label("contact_safety", person.contacts.safety),
        "document_ids": [],
        "approvals": approvals.of_record(case.id if case is not None else None, person.id),
        "conflicts": conflicts.banners([person.id], case),
        "opposing": conflicts.card(case) if case is not None else None,
        "needs": needs.card(person),
        "also": merge_pages.also_recorded(person),
        "transfer": None,
        "handed_over": transfers.handed_over(person),
    }
    if case is not None:
        due, tone = due_words(case.next_step_due_on)
        owners = user_names({case.next_step_owner_id})
        found |= {
            "stages": proceedings.stages(case, acts),
            "procedure": proceedings.card(case, acts, deadlines),
            "evidence": evidence.card(case),
            "inquiries": inquiries.card(case),
            "referrals": referrals.card(case),
            "transfer": transfers.card(case),
            "documents": (files := documents.card(case)),
            "document_ids": files["ids"],
            "appointments": diary.card(case),
            "comments": comments.card(case),
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
            ("case:edit", _("Record an opposing party"), "opposing.add", "scale"),
            ("referral:send", _("Refer to somebody else"), "referrals.begin", "send"),
            ("case:edit", _("Correct the opening"), "cases.correct_opening", "folder"),
            ("case:reassign", _("Hand over to another lawyer"), "cases.reassign", "users"),
            ("case:transfer", _("Transfer to another partner"), "transfers.begin", "arrow-right-left"),
            ("case:close", _("Close the case"), "cases.close", "circle-check"),
        ]
    elif not is_gone(case.id):
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
            "step": n,
            "url": url_for("casefile.step", draft_id=draft.id, step=n, back="check"),
            "pairs": [
                (field.label.text, _answer(field)) for field in form if field.short_name not in ("csrf_token", "nonce")
            ],
        }
        for n, form in enumerate(forms, 1)
    ]


def new_case(situation: CaseworkForm) -> list[tuple[str, str]]:
    """Of the situation, what belongs to the case and not to the person."""
    names = ("track", "procedure", "registered_on", "lawyer", "priority", "source", "next_step", "due_on")
    fields = [(name, situation._fields[name]) for name in names]
    return [(_("Opened on") if name == "registered_on" else field.label.text, _answer(field)) for name, field in fields]


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
    if "consent" in forms[2] and forms[2]._fields["consent"].data != "given":
        found.append(_("Consent is not recorded as given. Ask for it before anything is shared."))
    return found


def same_words(person: Person) -> dict[str, Any]:
    """Whose record it is, in a line."""
    return {
        "id": str(person.id),
        "name": person_pages.display_name(person.identity),
        "number": person.number,
        "born": person_pages.age_words(person),
        "gone": gone(person),
        "url": url_for("casefile.person", person_id=person.id),
    }


def gone(person: Person) -> str:
    """That the person died, left or is no longer in care, and why; nothing while they are."""
    standing = [entry for entry in person.history("registration") if not entry.is_void]
    last = max(standing, key=lambda entry: (entry.effective_on, entry.sequence), default=None)
    return codes.label("flow", last.reason) if last is not None and last.code == "LEFT" else ""


def beside(recorded: Person, typed: Registration) -> list[dict[str, Any]]:
    """What is recorded beside what is typed, field by field, and whether there is anything to choose."""
    pairs = joining.compared(joining.side_of(recorded), typed_side(typed))
    rows = [
        {
            "name": pair.name,
            "label": pair.label,
            "recorded": pair.left,
            "typed": pair.right,
            "is_open": pair.differs and not pair.is_united and bool(pair.right),
            "is_suggested": pair.suggests_other,
            "is_united": pair.is_united and pair.differs and bool(pair.left and pair.right),
        }
        for pair in pairs
    ]
    for dimension in STATUSES:
        codes_of = (recorded.holds(dimension), typed_status(typed, dimension))
        before, now = (
            person_pages.status_label(dimension, code) if code not in ("ND", "UNK") else "" for code in codes_of
        )
        rows.append(
            {
                "name": dimension,
                "label": person_pages.dimension_title(dimension),
                "recorded": before,
                "typed": now,
                "is_open": bool(now) and codes_of[0] != codes_of[1],
                "is_suggested": not before,
                "is_united": False,
            }
        )
    return [row for row in rows if row["recorded"] or row["typed"]]
