"""What the pages about transfers say, in words that tell each side no more than is its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from casework.cases.models import Case
from casework.cases.pages import heading
from casework.consents import queries as asked
from casework.consents.rules import Purpose
from casework.core import clock, i18n
from casework.core.scope import Principal
from casework.persons.models import Person
from casework.persons.pages import display_name
from casework.reference import queries as codes
from casework.transfers import queries
from casework.transfers.models import Transfer, TransferSide
from casework.transfers.queries import Card
from casework.transfers.rules import Failure, State, Step, is_stuck, recipient, steps

TONES = {
    State.OFFERED: "amber",
    State.ACCEPTED: "blue",
    State.COPIED: "blue",
    State.MOVED: "teal",
    State.FAILED: "red",
}


def state_words(one: Transfer) -> str:
    if one.state == State.OFFERED:
        return _("Waits for their answer") if queries.is_sender(one) else _("Waits for your answer")
    return {
        State.ACCEPTED: _("Accepted, being copied"),
        State.DECLINED: _("Not accepted"),
        State.WITHDRAWN: _("Taken back"),
        State.FAILED: _("Stopped"),
        State.COPIED: _("Copied, being closed"),
        State.MOVED: _("Transferred"),
    }[State(one.state)]


def explained(one: Transfer) -> str:
    """What this state means for this side, and what happens next."""
    ours = queries.is_sender(one)
    partner = _partner(one)
    match State(one.state):
        case State.OFFERED if ours:
            return _(
                "%(partner)s sees what kind of case it is and why you offer it, but not whose. Until they accept, "
                "nothing moves, and you go on working on the case.",
                partner=partner,
            )
        case State.OFFERED:
            return _(
                "%(partner)s asks you to take a case over. Who it is you see when it is yours; the persons have agreed "
                "that it comes to you.",
                partner=partner,
            )
        case State.ACCEPTED:
            return _("The system copies the case. This takes a minute or two; nobody has to do anything.")
        case State.COPIED:
            return _copied_words(one)
        case State.DECLINED if ours:
            return _(
                "%(partner)s did not take the case over: %(reason)s. It stays with you as it was.",
                partner=partner,
                reason=codes.label("transfer_refusal", one.decline_reason),
            )
        case State.DECLINED:
            return _(
                "You did not take the case over: %(reason)s.",
                reason=codes.label("transfer_refusal", one.decline_reason),
            )
        case State.WITHDRAWN if ours:
            return _("The offer was taken back. The case stays with you as it was.")
        case State.WITHDRAWN:
            return _("%(partner)s took the offer back. Nothing came to you.", partner=partner)
        case State.FAILED:
            return _("Nothing has moved. %(why)s", why=failure_words(one.failure))
    if ours:
        return _(
            "%(partner)s has the case since %(day)s. Here its number, its days and the comments of your colleagues are "
            "left; what was written in the case itself has moved. It can come back only if they transfer it to you.",
            partner=partner,
            day=i18n.day(one.moved_on),
        )
    return _(
        "The case is yours since %(day)s, with everything that was recorded. It has a new number; the persons count "
        "with you from the next day.",
        day=i18n.day(one.moved_on),
    )


def _copied_words(one: Transfer) -> str:
    """Since when it has arrived, and what it still waits for; after an hour, whom to ask."""
    since, sender = i18n.moment(one.changed_at), one.sender.name
    if not is_stuck(one.state, one.changed_at, clock.now()):
        return _(
            "The case has arrived on %(since)s. The system now closes it at %(sender)s and takes out what has moved; "
            "this mostly takes a minute.",
            since=since,
            sender=sender,
        )
    return _(
        "The case has arrived on %(since)s, and nothing is lost; but it is still open at %(sender)s, too. The system "
        "tries every minute to close it there and to take out what has moved. This takes longer than an hour: ask your "
        "administrator to look at why the job “transfers.carry” stops.",
        since=since,
        sender=sender,
    )


def failure_words(code: str | None) -> str:
    """What stood in the way, and who can put it right."""
    return {
        Failure.CONSENT: _(
            "The consent of somebody in the case no longer covers it. The sender has to ask them again."
        ),
        Failure.CLOSED: _("The case was closed by the sender meanwhile."),
        Failure.PARTIES: _("Who is in the case has changed since it was offered. The sender has to offer it anew."),
        Failure.SPACE: _(
            "There is not enough space for the documents. Ask your administrator for more, then try again."
        ),
        Failure.LAWYER: _("The lawyer who was to take it over cannot hold cases any more. Decline it, and ask anew."),
        Failure.RECORDS: _(
            "Two records of the receiver are known as one person of this case. The receiver merges them, or puts right "
            "what was linked by mistake, and then copies again."
        ),
        Failure.FILE: _("A document of the case cannot be read. The sender has to replace or void it."),
        Failure.UNEXPECTED: _(
            "Something unexpected happened. Try again; if it happens again, tell your administrator."
        ),
    }.get(Failure(code or Failure.UNEXPECTED), "")


def _partner(one: Transfer) -> str:
    """The other side."""
    return str(one.receiver.name if queries.is_sender(one) else one.sender.name)


def title(one: Transfer) -> str:
    partner = _partner(one)
    if queries.is_sender(one):
        return _("Case for %(partner)s", partner=partner)
    return _("Case from %(partner)s", partner=partner)


# -- the list --------------------------------------------------------------------------------------------------------


def rows(found: list[Transfer]) -> list[dict[str, Any]]:
    sides = queries.sides([one.id for one in found])
    return [_row(one, sides.get(one.id)) for one in found]


def _row(one: Transfer, side: TransferSide | None) -> dict[str, Any]:
    partner, case = _partner(one), side.case if side is not None else None
    return {
        "id": one.id,
        "url": url_for("transfers.show", transfer_id=one.id),
        "title": _("To %(partner)s", partner=partner)
        if queries.is_sender(one)
        else _("From %(partner)s", partner=partner),
        "case": case.number if case is not None else "",
        "state": state_words(one),
        "tone": TONES.get(State(one.state), ""),
        "offered": i18n.day(one.offered_at),
        "changed": i18n.day(one.changed_at),
    }


def parts(current: str | None) -> list[dict[str, Any]]:
    counts = queries.counts()
    labels = [
        (None, _("All open"), counts["answer"] + counts["on_the_way"]),
        ("answer", _("Waiting for an answer"), counts["answer"]),
        ("on_the_way", _("On the way"), counts["on_the_way"]),
        ("done", _("No longer open"), counts["done"]),
    ]
    return [
        {"label": label, "url": url_for("transfers.index", part=name), "count": count, "is_current": name == current}
        for name, label, count in labels
    ]


def desk_counts(who: Principal) -> list[dict[str, Any]]:
    """What waits for a supervisor; nothing when nothing does."""
    if not who.may("case:transfer"):
        return []
    offered, stopped = queries.to_answer(), queries.failed()
    return [
        {"value": value, "label": label, "url": url_for("transfers.index", part=part), "tone": tone}
        for value, label, part, tone in (
            (
                offered,
                ngettext("case that a partner offers to you", "cases that a partner offers to you", offered),
                "answer",
                "warn",
            ),
            (stopped, ngettext("transfer that stopped", "transfers that stopped", stopped), "on_the_way", "bad"),
        )
        if value
    ]


# -- one transfer ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Way:
    """A step that can be taken from here. Those that take something back are not the main ones."""

    label: str
    url: str
    is_main: bool
    is_post: bool = False


def ways(one: Transfer) -> list[Way]:
    able = steps(one.state, is_sender=queries.is_sender(one))
    words = {
        Step.ACCEPT: (_("Take the case over"), True, False),
        Step.AGAIN: (_("Try again"), True, True),
        Step.DECLINE: (_("Do not take it over"), False, False),
        Step.WITHDRAW: (_("Take the offer back"), False, False),
    }
    return [
        Way(label, url_for(f"transfers.{step}", transfer_id=one.id), is_main, is_post)
        for step, (label, is_main, is_post) in words.items()
        if step in able
    ]


def progress(one: Transfer) -> list[dict[str, str]]:
    """How far it is, as a bar; nothing of one that was called off."""
    if one.state in (State.DECLINED, State.WITHDRAWN):
        return []
    labels = [_("Offered"), _("Accepted"), _("Copied"), _("Transferred")]
    at = {State.OFFERED: 0, State.ACCEPTED: 1, State.FAILED: 1, State.COPIED: 2, State.MOVED: 3}[State(one.state)]
    notes = {0: i18n.short_day(one.offered_at), 3: i18n.short_day(one.moved_on) if one.moved_on else ""}
    is_over = one.state == State.MOVED
    return [
        {
            "label": label,
            "note": notes.get(number, "") or "",
            "state": "done" if number < at or is_over else "now" if number == at else "",
        }
        for number, label in enumerate(labels)
    ]


def facts(one: Transfer, side: TransferSide | None) -> list[tuple[str, Any]]:
    """One's own side of it."""
    ours = queries.is_sender(one)
    found: list[tuple[str, Any]] = [
        (_("To which partner") if ours else _("From which partner"), _partner(one)),
        (_("Offered on"), i18n.day(one.offered_at)),
    ]
    if one.moved_on is not None:
        found.append((_("Changed hands on"), i18n.day(one.moved_on)))
    if side is None:
        return found
    if ours:
        found.append((_("Reason given"), side.particulars.reason))
    elif side.particulars.reason:
        found.append((_("Note"), side.particulars.reason))
    if side.particulars.former_number:
        found.append((_("Number of the case with the sender"), side.particulars.former_number))
    former = [
        _("%(former)s, here %(number)s", former=each.former.number, number=each.person.number)
        for each in side.persons
        if each.former.number
    ]
    return [*found, (_("Numbers of the persons with the sender"), former)] if former else found


def members(side: TransferSide | None) -> list[dict[str, str]]:
    """Who moves, by one's own records."""
    return [
        {
            "name": display_name(each.person.identity) if each.person.identity_sealed else each.person.number,
            "number": each.person.number,
            "url": url_for("casefile.person", person_id=each.person_id),
        }
        for each in (side.persons if side is not None else [])
    ]


def case_link(side: TransferSide | None) -> dict[str, str] | None:
    if side is None or side.case is None:
        return None
    return {"words": side.case.number, "url": url_for("casefile.case", case_id=side.case.id)}


def offered(card: Card) -> list[tuple[str, Any]]:
    """The case that is offered, as far as the receiver sees it."""
    return [
        (_("Why it is offered"), card.reason),
        (_("Kind of matter"), codes.label("track", card.track)),
        (_("Stage"), codes.label("stage", card.stage)),
        (_("Priority"), codes.label("priority", card.priority)),
        (_("Open since"), i18n.month_name(card.opened_on)),
        (_("Sessions"), i18n.number(card.sessions)),
        (_("Documents"), i18n.number(card.documents)),
    ]


def somebody(card: Card) -> list[list[Any]]:
    """Those who would come: a line each, that tells nobody who."""
    return [
        [
            _("Person %(number)s", number=number),
            _("Not recorded") if one.age_band == "UNK" else one.age_band.replace("-", "–"),
            codes.label("sex", one.sex),
            codes.label("region", one.region),
            ", ".join(codes.label("language", code) for code in one.languages) or None,
        ]
        for number, one in enumerate(card.persons, 1)
    ]


def conflict_words(card: Card) -> str:
    """The question of a conflict of interest, answered by a number only."""
    if not card.conflicts:
        return _("None of your records is opposed to this case, as far as names and numbers tell.")
    return ngettext(
        "%(num)s of your records may be opposed to this case. Which one you see once the case is yours; if you cannot "
        "act for both sides, do not take it over.",
        "%(num)s of your records may be opposed to this case. Which ones you see once the case is yours; if you cannot "
        "act for both sides, do not take it over.",
        card.conflicts,
    )


# -- before it is offered --------------------------------------------------------------------------------------------


def consents(persons: list[Person], to: Any, back: str) -> list[dict[str, Any]]:
    """For each who would move whether they agreed to this partner, and where to record it."""
    return [
        {
            "name": display_name(person.identity),
            "number": person.number,
            "consent": consent,
            "words": _("Agreed on %(day)s", day=i18n.day(consent.answered_on)) if consent is not None else "",
            "ask": _("Record the consent")
            if purpose == Purpose.TRANSFER
            else _("Ask first whether they agree to be registered and helped"),
            "url": url_for("consents.record", person_id=person.id, purpose=purpose, recipient=whom, back=back),
        }
        for person in persons
        for consent in (queries.consent(person.id, to.id),)
        for purpose, whom in (asked.to_ask(person.id, Purpose.TRANSFER, recipient(to.id)),)
    ]


def moving_words(counts: Mapping[str, int]) -> list[str]:
    """What goes along, counted."""
    told = {
        "persons": ngettext("%(num)s person", "%(num)s persons", counts.get("persons", 0)),
        "consultations": ngettext("%(num)s session", "%(num)s sessions", counts.get("consultations", 0)),
        "documents": ngettext("%(num)s document", "%(num)s documents", counts.get("documents", 0)),
        "letters": ngettext("%(num)s letter", "%(num)s letters", counts.get("letters", 0)),
        "acts": ngettext("%(num)s act in the procedure", "%(num)s acts in the procedure", counts.get("acts", 0)),
        "inquiries": ngettext("%(num)s inquiry", "%(num)s inquiries", counts.get("inquiries", 0)),
        "appointments": ngettext("%(num)s appointment", "%(num)s appointments", counts.get("appointments", 0)),
        "evidence_items": ngettext(
            "%(num)s item of evidence", "%(num)s items of evidence", counts.get("evidence_items", 0)
        ),
        "opposing_parties": ngettext(
            "%(num)s opposing party", "%(num)s opposing parties", counts.get("opposing_parties", 0)
        ),
        "status_entries": ngettext(
            "%(num)s entry of status and residence",
            "%(num)s entries of status and residence",
            counts.get("status_entries", 0),
        ),
        "specific_needs": ngettext("%(num)s specific need", "%(num)s specific needs", counts.get("specific_needs", 0)),
        "relatives": ngettext("%(num)s family link", "%(num)s family links", counts.get("relatives", 0)),
        "consents": ngettext("%(num)s consent", "%(num)s consents", counts.get("consents", 0)),
    }
    rest = sum(count for name, count in counts.items() if name not in told)
    words = [words for name, words in told.items() if counts.get(name)]
    if rest:
        words.append(ngettext("%(num)s further entry", "%(num)s further entries", rest))
    return words


def staying_words(is_whole: bool) -> list[str]:
    return [
        _("Comments and handover notes of your colleagues, approvals, quality reviews and alerts."),
        _("Private notes to sessions do not move. They are deleted with what is written in the case.")
        if is_whole
        else _("Private notes to sessions."),
        _("Powers of attorney: they empower your lawyers. The partner needs new ones."),
        _("The numbers of your register of letters."),
        _("Everything about persons who do not move."),
        *([_("Referrals that still go on: they end, and nobody reads in them any more.")] if is_whole else []),
        _("What you told others in referrals: it stays sealed with you, to answer for what was told."),
        _("The audit trail, and what has been counted until today."),
    ]


def lead(case: Case) -> str:
    return heading(case)
