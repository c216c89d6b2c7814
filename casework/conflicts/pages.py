"""What the pages about opposing parties and conflicts of interest show, in words."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from casework.accounts.queries import names
from casework.cases import queries as cases
from casework.cases.models import Case
from casework.cases.pages import principal_person
from casework.conflicts import queries
from casework.conflicts.models import Conflict, OpposingParty
from casework.conflicts.rules import How
from casework.core import audit, i18n, withheld
from casework.core.scope import principal
from casework.persons import index, likeness
from casework.persons.likeness import Confidence
from casework.persons.models import Person
from casework.persons.pages import born, display_name
from casework.persons.rules import PartialDate
from casework.reference import queries as codes

SHOWN = 3
"""Opposing parties that the card beside the record names."""

# -- opposing parties --------------------------------------------------------------------------------------------


def name_of(opposing: OpposingParty) -> str:
    if opposing.person is not None:
        return display_name(opposing.person.identity)
    return opposing.who.full_name or opposing.who.latin_name or ""


def role_of(opposing: OpposingParty) -> str:
    return codes.label("opposing_role", opposing.role)


def card(case: Case) -> dict[str, Any] | None:
    """Whom the case is against, beside the record. None when there is nothing to show or to add."""
    found = queries.opposing_of_case(case.id)
    if not found and not case.is_open:
        return None
    url = url_for("opposing.index", case_id=case.id)
    return {
        "url": url,
        "add_url": url_for("opposing.add", case_id=case.id) if case.is_open else "",
        "lines": [{"name": name_of(one), "role": role_of(one)} for one in found[:SHOWN]],
        "more": ngettext("%(num)s more opposing party", "%(num)s more opposing parties", len(found) - SHOWN)
        if len(found) > SHOWN
        else "",
        "ids": [one.id for one in found],
        "seen": [one.person_id for one in found[:SHOWN] if one.person_id is not None],
    }


def rows(case: Case, found: list[OpposingParty]) -> list[dict[str, Any]]:
    """Each opposing party as the page of the case shows it."""
    who = names({one.recorded_by_id for one in found} | {one.voided_by_id for one in found})
    return [_row(case, one, who) for one in found]


def _row(case: Case, opposing: OpposingParty, who: dict[Any, str]) -> dict[str, Any]:
    place: dict[str, Any] = {"case_id": case.id, "opposing_id": opposing.id}
    may_change = case.is_open and not opposing.is_void
    return {
        "id": opposing.id,
        "name": name_of(opposing),
        "role": role_of(opposing),
        "is_body": opposing.is_body,
        "is_void": opposing.is_void,
        "pairs": pairs(opposing),
        "note": opposing.who.note,
        "person_url": url_for("casefile.person", person_id=opposing.person.id) if opposing.person is not None else "",
        "person_number": opposing.person.number if opposing.person is not None else "",
        "recorded": _(
            "%(who)s, %(when)s",
            who=who.get(opposing.recorded_by_id) or _("System"),
            when=i18n.moment(opposing.recorded_at),
        ),
        "voided": _(
            "Void since %(when)s (%(who)s): %(reason)s",
            when=i18n.moment(opposing.voided_at),
            who=who.get(opposing.voided_by_id) or _("System"),
            reason=codes.label("void_reason", opposing.void_reason),
        )
        if opposing.is_void
        else "",
        "correct_url": url_for("opposing.correct", **place) if may_change else "",
        "void_url": url_for("opposing.void", **place) if not opposing.is_void else "",
    }


def pairs(opposing: OpposingParty) -> list[tuple[str, Any]]:
    """What is known of them, without what is not."""
    who = opposing.who
    found: list[tuple[str, Any]] = [
        (_("Name in Latin letters"), who.latin_name),
        (_("Former and other names"), who.former_names),
        (_("Date of birth"), i18n.day(PartialDate.from_text(who.born or "")) if who.born else None),
        (_("Individual identification number (IIN)"), who.iin),
        (_("Number of an identity document"), who.document),
        (_("Phone"), who.phone),
    ]
    return [(label, value) for label, value in found if value]


# -- words for conflicts -----------------------------------------------------------------------------------------


def sure_words(conflict: Conflict) -> tuple[str, str]:
    """(how sure it is, tone of the tag)."""
    if conflict.how == How.ELSEWHERE:
        return _("May exist"), "amber"
    return {
        Confidence.CERTAIN: (_("Certain"), "red"),
        Confidence.LIKELY: (_("Likely"), "amber"),
    }.get(Confidence(conflict.confidence), (_("Possible"), "amber"))


def again_words(conflict: Conflict) -> str:
    """That a decision fell because the facts changed."""
    if conflict.decision is not None or conflict.decided_at is None:
        return ""
    return _(
        "Asked again: on %(day)s it was decided that they are two people. Since then the records have changed, and "
        "now they agree more.",
        day=i18n.day(conflict.decided_at.date()),
    )


def _client_words(client: Person, of_person: list[Case]) -> str:
    """The client with what tells where they are helped; a former one is called so."""
    place = {"name": display_name(client.identity), "number": client.number}
    still = [one for one in of_person if one.is_open]
    if not still:
        return _("%(name)s (%(number)s, a former client)", **place)
    numbers = ", ".join(one.number for one in still)
    lawyers = ", ".join(sorted({one.lawyer.name for one in still}))
    return ngettext(
        "%(name)s (%(number)s, case %(cases)s, lawyer: %(lawyers)s)",
        "%(name)s (%(number)s, cases %(cases)s, lawyers: %(lawyers)s)",
        len(still),
        cases=numbers,
        lawyers=lawyers,
        **place,
    )


def _against_words(opposing: OpposingParty) -> dict[str, str]:
    case = opposing.case
    person = principal_person(case)
    return {
        "opponent": name_of(opposing),
        "party": display_name(person.identity) if person is not None else "",
        "case": case.number,
        "lawyer": case.lawyer.name,
    }


def sentence(conflict: Conflict, of_person: list[Case]) -> str:
    """What the conflict is, from both sides, in one sentence; of one across organisations only that it may exist."""
    opposing, client = conflict.opposing, conflict.person
    if opposing is None or client is None or withheld.hides(conflict):
        return _("A conflict of interest may exist: ask your supervisor.")
    words = {**_against_words(opposing), "client": _client_words(client, of_person)}
    is_sure = conflict.confidence == Confidence.CERTAIN
    if conflict.how == How.RELATIVE and is_sure:
        return _(
            "%(opponent)s, the opposing party of %(party)s in case %(case)s (lawyer: %(lawyer)s), is a relative of "
            "%(client)s.",
            **words,
        )
    if conflict.how == How.RELATIVE:
        return _(
            "%(opponent)s, the opposing party of %(party)s in case %(case)s (lawyer: %(lawyer)s), may be a relative "
            "of %(client)s.",
            **words,
        )
    if is_sure:
        return _(
            "%(opponent)s, the opposing party of %(party)s in case %(case)s (lawyer: %(lawyer)s), is your "
            "organisation’s client %(client)s.",
            **words,
        )
    return _(
        "%(opponent)s, the opposing party of %(party)s in case %(case)s (lawyer: %(lawyer)s), may be your "
        "organisation’s client %(client)s.",
        **words,
    )


def two_lawyers_words() -> str:
    return _(
        "The two sides have two lawyers who do not share the files. Casework refuses to give the case of one side to "
        "the lawyer of the other."
    )


# -- the record --------------------------------------------------------------------------------------------------


def banners(person_ids: Collection[UUID], case: Case | None) -> dict[str, Any]:
    """What the record of these persons and of this case says about conflicts, and whom that shows."""
    found = {one.id: one for one in queries.of_person(person_ids)}
    if case is not None:
        found |= {one.id: one for one in queries.of_case(case.id)}
    shown = queries.to_show(found.values())
    of_person = _cases_of(shown)
    by_advice: dict[tuple[str, str], dict[str, Any]] = {}
    for one in sorted(shown, key=lambda one: one.decision is not None):
        line = _banner(one, of_person)
        points = by_advice.setdefault((line["title"], line["more"]), {**line, "points": {}})["points"]
        points.setdefault(line["text"], line)
    lines = [{**first, "points": list(first["points"].values())} for first in by_advice.values()]
    return {"lines": lines, "seen": [one for one in seen(shown) if one not in person_ids]}


def seen(conflicts: Iterable[Conflict]) -> list[UUID]:
    """The persons whom the words about these conflicts name."""
    found = {one.person_id for one in conflicts if one.person_id is not None}
    opposing = [one.opposing for one in conflicts if one.opposing is not None]
    found |= {one.person_id for one in opposing if one.person_id is not None}
    return sorted(found | {person.id for one in opposing if (person := principal_person(one.case)) is not None})


def seen_in_comparison(conflict: Conflict) -> list[UUID]:
    """The same, and the relative whose details stand beside those of the opposing party."""
    compared = queries.compared_person(conflict)
    return sorted({*seen([conflict]), *([compared.id] if compared is not None else [])})


def note_seen(shown: dict[str, Any]) -> None:
    """Note it in the access log of each of them."""
    for person_id in shown["seen"]:
        audit.read("conflict:see", "persons", [person_id])


def _banner(conflict: Conflict, of_person: dict[UUID, list[Case]]) -> dict[str, Any]:
    theirs = of_person.get(conflict.person_id, []) if conflict.person_id else []
    who = principal()
    is_open = conflict.decision is None
    both = queries.still_with_one_lawyer(conflict, theirs)
    more = []
    may_decide = who is not None and who.may("case:conflict")
    if is_open and conflict.how != How.ELSEWHERE:
        more.append(
            _("Decide what follows. Until then nobody tells either of the two anything about the other.")
            if may_decide
            else _("Your supervisor decides. Until then tell neither of the two anything about the other.")
        )
    elif both is None and queries.needs_two_lawyers(conflict):
        more.append(two_lawyers_words())
    if both is not None:
        more.append(_("Both are still with %(lawyer)s: one of them has to be handed over.", lawyer=both.lawyer.name))
    return {
        "title": _("A conflict of interest may exist")
        if is_open
        else _("Conflict of interest: %(decision)s", decision=codes.label("conflict_decision", conflict.decision)),
        "text": sentence(conflict, theirs),
        "more": " ".join(more),
        "tone": "warn" if is_open or both is not None else "info",
        "url": url_for("conflicts.show", conflict_id=conflict.id) if may_decide else "",
        "link": _("Decide") if is_open else _("Open"),
    }


def _cases_of(conflicts: Iterable[Conflict]) -> dict[UUID, list[Case]]:
    """The cases of each client who is on the other side of somebody’s case, besides that case itself."""
    ids = {one.person_id for one in conflicts if one.person_id is not None and one.how != How.ELSEWHERE}
    found: dict[UUID, list[Case]] = {}
    for case in cases.cases_of(list(ids)) if ids else ():
        for party in case.parties:
            found.setdefault(party.person_id, []).append(case)
    return found


# -- the supervisor’s pages --------------------------------------------------------------------------------------


def queue(conflicts: list[Conflict]) -> list[dict[str, Any]]:
    """The lines of the queue: what each side is, how sure it is, what was decided."""
    of_person = _cases_of(conflicts)
    who = names({one.decided_by_id for one in conflicts})
    return [_line(one, of_person.get(one.person_id, []) if one.person_id else [], who) for one in conflicts]


def _line(conflict: Conflict, of_person: list[Case], who: dict[Any, str]) -> dict[str, Any]:
    words, tone = sure_words(conflict)
    return {
        "url": url_for("conflicts.show", conflict_id=conflict.id),
        "against": _side_against(conflict),
        "client": _side_client(conflict, of_person),
        "how": how_words(conflict),
        "sure": words,
        "tone": tone,
        "is_again": bool(again_words(conflict)),
        "found": i18n.day(conflict.found_at.date()),
        "decision": codes.label("conflict_decision", conflict.decision) if conflict.decision else "",
        "decided": decided_words(conflict, who),
        "hand_over": queries.still_with_one_lawyer(conflict, of_person) is not None,
    }


def how_words(conflict: Conflict) -> str:
    if conflict.how == How.ELSEWHERE:
        return _("with a case of another partner")
    is_sure = conflict.confidence == Confidence.CERTAIN
    if conflict.how == How.RELATIVE:
        return (
            _("a relative of the client is the opposing party")
            if is_sure
            else _("a relative of the client may be the opposing party")
        )
    return _("the client is the opposing party") if is_sure else _("the client may be the opposing party")


def decided_words(conflict: Conflict, who: dict[Any, str]) -> str:
    if conflict.decision is None or conflict.decided_at is None:
        return ""
    name = who.get(conflict.decided_by_id) or _("System")
    return _("%(who)s, %(when)s", who=name, when=i18n.moment(conflict.decided_at))


def _side_against(conflict: Conflict) -> dict[str, Any]:
    """The opposing party with the case that it is opposed in; across organisations nothing, if it is the other’s."""
    opposing = conflict.opposing
    if opposing is None:
        return {"name": _("Recorded by another partner"), "lines": []}
    case, person = opposing.case, principal_person(opposing.case)
    lines = [
        _("opposed to %(party)s", party=display_name(person.identity) if person is not None else ""),
        f"{case.number} · {case.lawyer.name}" if case.is_open else _("%(number)s, closed", number=case.number),
    ]
    return {"name": name_of(opposing), "lines": lines, "url": url_for("casefile.case", case_id=case.id)}


def _side_client(conflict: Conflict, of_person: list[Case]) -> dict[str, Any]:
    client = conflict.person
    if client is None:
        return {"name": _("Helped by another partner"), "lines": []}
    still = [one for one in of_person if one.is_open]
    lines = [client.number, *(f"{one.number} · {one.lawyer.name}" for one in still)]
    if not still and conflict.how != How.ELSEWHERE:
        lines.append(_("former client"))
    return {
        "name": display_name(client.identity),
        "lines": lines,
        "url": url_for("casefile.person", person_id=client.id),
    }


def both_sides(conflict: Conflict) -> dict[str, Any]:
    """The page on which the supervisor decides."""
    of_person = _cases_of([conflict]).get(conflict.person_id, []) if conflict.person_id else []
    line = _line(conflict, of_person, names({conflict.decided_by_id}))
    compared = queries.compared_person(conflict)
    both = queries.still_with_one_lawyer(conflict, of_person)
    return {
        **line,
        "sentence": sentence(conflict, of_person),
        "again": again_words(conflict),
        "is_elsewhere": conflict.how == How.ELSEWHERE,
        "points": _points(conflict.opposing, compared) if compared is not None and conflict.opposing else [],
        "compared": display_name(compared.identity) if compared is not None else "",
        "hand_over": [
            {"label": one.number, "url": url_for("cases.reassign", case_id=one.id)}
            for one in (conflict.opposing.case, both)
        ]
        if both is not None and conflict.opposing is not None
        else [],
        "both_with": both.lawyer.name if both is not None else "",
        "two_lawyers": two_lawyers_words() if queries.needs_two_lawyers(conflict) else "",
    }


def _points(opposing: OpposingParty, person: Person) -> list[dict[str, Any]]:
    """Point by point, what is recorded of the opposing party and of the person, and whether that agrees."""
    if opposing.person_id is not None:
        return []  # it is said by number who it is: there is nothing to compare
    who, identity, contacts = opposing.who, person.identity, person.contacts
    found = likeness.compare(queries.profile_of(opposing), index.profile_of(person))
    agrees = {point.name: point.agrees for point in found.points}
    lines: list[tuple[str, str, Any, Any]] = [
        ("name", _("Name"), [who.full_name, who.latin_name, *who.former_names],
         [identity.full_name, identity.latin_name, *identity.former_names]),
        ("born", _("Date of birth"), [i18n.day(PartialDate.from_text(who.born or "")) if who.born else ""],
         [i18n.day(born(person)) if born(person).is_known else ""]),
        ("iin", _("Individual identification number (IIN)"), [who.iin], [identity.iin]),
        ("document", _("Identity document"), [who.document], [one.number for one in identity.documents]),
        ("phone", _("Phone"), [who.phone], [contacts.phone, contacts.other_phone]),
    ]  # fmt: skip
    return [
        {
            "label": label,
            "left": [one for one in left if one],
            "right": [one for one in right if one],
            "agrees": agrees.get(name),
        }
        for name, label, left, right in lines
        if any(left)
    ]
