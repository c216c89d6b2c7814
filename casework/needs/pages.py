"""What the pages about needs and urgent protection show, in words. Nothing here knows what the principal may not."""

from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from casework.accounts.queries import names
from casework.cases.pages import due_words
from casework.core import clock, i18n
from casework.core.scope import Principal, principal
from casework.needs import queries
from casework.needs.models import BestInterest, SpecificNeed, TakenUp
from casework.needs.policy import LIST, applies_to, facts, is_sensitive, is_urgent, may_release, may_see_sensitive
from casework.needs.queries import Reason, Urgent
from casework.needs.rules import ADULT_FROM, Fit, fit, is_overdue
from casework.persons.models import Person
from casework.persons.pages import display_name
from casework.reference import queries as codes
from casework.restrictions.policy import TEAM

SHOWN = 4
"""Needs that the card beside the record names."""


def label(need: SpecificNeed) -> str:
    return codes.label(LIST, need.code)


def recorded_words(need: SpecificNeed) -> str:
    if is_urgent(need.code):
        return _("The need is recorded. Who may know of it was told that it is urgent.")
    return _("The need is recorded.")


def pairs(need: SpecificNeed) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = [(_("Need"), f"{need.code} · {label(need)}"), (_("Since"), i18n.day(need.since_on))]
    if need.until_on is not None:
        found.append((_("Until"), i18n.day(need.until_on)))
    return found


def step_pairs(row: BestInterest) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = [
        (_("Step"), codes.label("best_interest_step", row.step)),
        (_("How it stands"), codes.label("best_interest_state", row.state)),
    ]
    if row.due_on is not None:
        found.append((_("To be done by"), i18n.day(row.due_on)))
    if row.decided_on is not None:
        found.append((_("Decided on"), i18n.day(row.decided_on)))
        found.append((_("What was decided"), codes.label("best_interest_outcome", row.outcome)))
    return found


# -- the record --------------------------------------------------------------------------------------------------


def of_person(person: Person) -> dict[str, Any]:
    """Everything on the page of a person's needs."""
    every = queries.every(person.id)
    steps = queries.best_interests(person.id)
    rows: list[SpecificNeed | BestInterest] = [*every, *steps]
    who = names({one.recorded_by_id for one in rows} | {one.voided_by_id for one in rows})
    return {
        "active": [_row(person, one, who) for one in every if one.is_active],
        "past": [_row(person, one, who) for one in every if not one.is_active],
        "steps": [_step_row(person, one, who) for one in steps],
        "is_child": _may_be_child(person),
        "is_full": may_see_sensitive(person.id),
    }


def _may_be_child(person: Person) -> bool:
    known = facts(person, clock.today())
    return known.age is None or known.age < ADULT_FROM or known.is_age_estimated


def _row(person: Person, need: SpecificNeed, who: dict[UUID | None, str]) -> dict[str, Any]:
    place: dict[str, Any] = {"person_id": person.id, "need_id": need.id}
    return {
        "title": label(need),
        "code": need.code,
        "days": _days(need),
        "note": need.note.text,
        "why_fits": need.why_fits.text,
        "is_sensitive": is_sensitive(need.code),
        "is_urgent": is_urgent(need.code) and need.is_active,
        "outgrown": need.is_active and fit(applies_to(need.code), facts(person, clock.today())) is Fit.NEVER,
        "recorded": _recorded(need, who),
        "voided": _voided(need, who),
        "correct_url": url_for("needs.correct", **place) if not need.is_void else "",
        "end_url": url_for("needs.end", **place) if need.is_active else "",
        "goes_on_url": url_for("needs.goes_on", **place) if not need.is_void and need.until_on is not None else "",
        "void_url": url_for("needs.void", **place) if not need.is_void else "",
    }


def _days(need: SpecificNeed) -> str:
    since = i18n.day(need.since_on)
    if need.until_on is None:
        return _("since %(day)s", day=since)
    return _("from %(since)s to %(until)s", since=since, until=i18n.day(need.until_on))


def _recorded(row: SpecificNeed | BestInterest, who: dict[UUID | None, str]) -> str:
    name = who.get(row.recorded_by_id) or _("System")
    return _("%(who)s, %(when)s", who=name, when=i18n.moment(row.recorded_at))


def _voided(row: SpecificNeed | BestInterest, who: dict[UUID | None, str]) -> str:
    if not row.is_void:
        return ""
    return _(
        "Void since %(when)s (%(who)s): %(reason)s",
        when=i18n.moment(row.voided_at),
        who=who.get(row.voided_by_id) or _("System"),
        reason=codes.label("void_reason", row.void_reason),
    )


def _step_row(person: Person, row: BestInterest, who: dict[UUID | None, str]) -> dict[str, Any]:
    place: dict[str, Any] = {"person_id": person.id, "best_interest_id": row.id}
    return {
        "title": codes.label("best_interest_step", row.step),
        "state": codes.label("best_interest_state", row.state) if not row.is_void else _("Voided"),
        "tone": "" if row.is_void else _step_tone(row),
        "pairs": step_pairs(row)[2:],
        "note": row.note.text,
        "recorded": _recorded(row, who),
        "voided": _voided(row, who),
        "change_url": url_for("needs.change_best_interest", **place) if not row.is_void else "",
        "void_url": url_for("needs.void_best_interest", **place) if not row.is_void else "",
    }


def _step_tone(row: BestInterest) -> str:
    if is_overdue(row.state, row.due_on, clock.today()):
        return "red"
    return "teal" if row.state == "done" else "amber"


def card(person: Person) -> dict[str, Any] | None:
    """What the person needs, beside the record; None for whoever may not know."""
    who = principal()
    if who is None or not who.may("person:need"):
        return None
    found = queries.visible(person.id)
    steps = [one for one in queries.best_interests(person.id) if one.is_open]
    return {
        "url": url_for("needs.index", person_id=person.id),
        "add_url": url_for("needs.add", person_id=person.id),
        "lines": [{"label": label(one), "code": one.code, "is_urgent": is_urgent(one.code)} for one in found[:SHOWN]],
        "more": max(0, len(found) - SHOWN),
        "steps": [
            {
                "label": codes.label("best_interest_step", one.step),
                "due": due_words(one.due_on)[0],
                "tone": _step_tone(one),
            }
            for one in steps
        ],
    }


# -- urgent protection -------------------------------------------------------------------------------------------


def mine(every: list[Urgent], who: Principal) -> list[Urgent]:
    """The people of one's own cases, and of those of colleagues who are away and for whom one stands in today."""
    if who.user_id is None:
        return []
    lawyers = {who.user_id}.union(*(colleagues(who.user_id) for colleagues in TEAM))
    return [one for one in every if one.case is not None and one.case.lawyer_id in lawyers]


def urgent_row(one: Urgent, who: dict[UUID | None, str]) -> dict[str, Any]:
    """One person in the queue."""
    case = one.case
    due, tone = due_words(case.next_step_due_on) if case is not None else ("", "")
    taken = [one.taken[reason.subject_id] for reason in one.reasons if reason.subject_id in one.taken]
    values: dict[str, Any] = {"person_id": one.person.id}
    return {
        "id": one.person.id,
        "name": display_name(one.person.identity),
        "number": one.person.number,
        "url": url_for("casefile.case", case_id=case.id) if case is not None else url_for("casefile.person", **values),
        "since": i18n.day(one.since),
        "waits": due_words(one.since)[0],
        "reasons": [
            {"label": reason_words(reason), "since": i18n.day(reason.since), "is_taken": reason.subject_id in one.taken}
            for reason in one.reasons
        ],
        "next_step": case.next_step.text if case is not None else None,
        "due": due,
        "tone": {"late": "red", "wait": "amber"}.get(tone, ""),
        "case_number": case.number if case is not None else "",
        "lawyer": case.lawyer.name if case is not None else "",
        "taken": [
            _(
                "%(who)s, %(when)s",
                who=who.get(row.taken_by_id) or _("Former colleague"),
                when=i18n.moment(row.taken_at),
            )
            for row in {(row.taken_by_id, row.taken_at): row for row in taken}.values()
        ],
        "is_taken_up": one.is_taken_up,
        "is_partly": bool(taken) and not one.is_taken_up,
        "take_url": url_for("urgent.take_up", **values),
        "release_url": url_for("urgent.release", **values) if any(map(may_release, taken)) else "",
    }


def _takings(taken: list[TakenUp], who: dict[UUID | None, str]) -> list[str]:
    """Who took something of it up, and when; once, though several reasons were taken up together."""
    return [
        _("%(who)s, %(when)s", who=who.get(taken_by) or _("Former colleague"), when=i18n.moment(at))
        for taken_by, at in dict.fromkeys((row.taken_by_id, row.taken_at) for row in taken)
    ]


def reason_words(reason: Reason) -> str:
    match reason.kind:
        case "need":
            return codes.label(LIST, reason.code)
        case "best_interest":
            return _("Overdue: %(step)s", step=codes.label("best_interest_step", reason.code))
    return codes.label("priority", reason.code)


def desk_counts(who: Principal) -> list[dict[str, Any]]:
    """Who waits for urgent protection: a supervisor's whole organisation, a lawyer's own people."""
    if not who.may("person:need"):
        return []
    waiting = [one for one in queries.urgent() if not one.is_taken_up]
    if not who.may("team:see"):
        waiting = mine(waiting, who)
        url = url_for("urgent.index", mine=1)
    else:
        url = url_for("urgent.index")
    words = ngettext("person who needs urgent protection", "people who need urgent protection", len(waiting))
    return [{"value": len(waiting), "label": words, "url": url, "tone": "bad"}] if waiting else []
