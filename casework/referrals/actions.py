"""The steps of a referral. Each side writes its own rows only; the shared row says how far it is."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from casework.accounts.models import User
from casework.accounts.policy import may_hold_cases
from casework.cases.models import Case
from casework.consents import queries as consents
from casework.consents.models import Consent
from casework.consents.rules import Purpose
from casework.core import audit, clock
from casework.core.db import db
from casework.core.errors import DomainError
from casework.core.events import case_assigning, consent_ended, consent_ending
from casework.notices import actions as notices
from casework.persons import queries as persons
from casework.persons.models import Draft, Person, Words
from casework.reference import queries as codes
from casework.referrals import queries, receiving, sharing
from casework.referrals.models import (
    OutsideService,
    PointDetails,
    Referral,
    ReferralShare,
    ReferralSide,
    ReferralStep,
    Selection,
)
from casework.referrals.rules import DAYS, LIVE, MOST_DAYS, Ending, Kind, State, Step, answer_due, steps


@dataclass(frozen=True)
class Recipient:
    """Whom somebody is sent to: a partner, or a kind of outside service, perhaps one of the directory."""

    organisation_id: UUID | None = None
    service: str | None = None
    point_id: UUID | None = None


# -- the sender ----------------------------------------------------------------------------------------------------


def begin(
    case: Case, person: Person, recipient: Recipient, *, is_joint: bool = False, answer_days: int | None = None
) -> Referral:
    """Begin a referral. Nobody else sees it before it is sent."""
    if not case.is_open:
        raise DomainError(_("This case is closed. Reopen it first."))
    if all(party.person_id != person.id for party in case.parties):
        raise DomainError(_("Choose one of the options."), "person")
    _check_recipient(recipient)
    point = queries.point(recipient.point_id)
    now = clock.now()
    one = Referral(
        from_organisation_id=queries.own_id(),
        to_organisation_id=recipient.organisation_id,
        service=point.service if point is not None else recipient.service,
        state=State.DRAFT,
        is_joint=is_joint and recipient.organisation_id is not None,
        made_at=now,
        changed_at=now,
        answer_days=_days(answer_days if answer_days is not None else point.answer_days if point else DAYS),
    )
    db.session.add(one)
    db.session.flush()
    made = ReferralSide(
        referral_id=one.id, case_id=case.id, person_id=person.id, lawyer_id=_user_id(), point_id=recipient.point_id
    )
    db.session.add(made)
    db.session.flush()
    return one


def _check_recipient(recipient: Recipient) -> None:
    if recipient.organisation_id is not None:
        is_known = any(partner.id == recipient.organisation_id for partner in queries.partners())
    elif recipient.point_id is not None:
        point = queries.point(recipient.point_id)
        is_known = point is not None and point.retired_at is None
    else:
        is_known = recipient.service in {one.code for one in codes.items("outside_service")}
    if not is_known:
        raise DomainError(_("Choose one of the options."), "recipient")


def _days(days: int) -> int:
    if not 1 <= days <= MOST_DAYS:
        raise DomainError(_("Enter a number between %(min)s and %(max)s.", min=1, max=MOST_DAYS), "answer_days")
    return days


def choose(side: ReferralSide, selection: Selection) -> None:
    """Choose what is to be told: at first, or in addition."""
    if not _can(side.referral, Step.CHOOSE) and not _can(side.referral, Step.ADD):
        raise DomainError(_refusal())
    side.selection = selection
    db.session.flush()


def send(side: ReferralSide, seen: str) -> None:
    """Send exactly what was previewed; what changed since, or is not agreed to, is not sent."""
    one = side.referral
    is_first = one.state == State.DRAFT
    if not _can(one, Step.SEND if is_first else Step.ADD):
        raise DomainError(_refusal())
    case, person = side.case, queries.person_of(side)
    if case is None or person is None:
        raise DomainError(_refusal())
    if not case.is_open:
        raise DomainError(_("This case is closed. Reopen it first."))
    consent = consents.covering(person.id, Purpose.REFERRAL, sharing.recipient(one))
    if consent is None and consents.has_left(person.id):
        raise DomainError(_("The person does not agree to be registered and helped. Ask about that first."))
    if consent is None:
        raise DomainError(_("The person has not agreed to this referral. Record the consent first."))
    share = sharing.share_of(one, person, case, side.selection)
    if sharing.digest(share) != seen:
        raise DomainError(_("The record has changed since you looked. This is what would be told now: look again."))
    if not share.asks:
        raise DomainError(_("Say what you ask for."))
    now = _change(one, State.SENT if is_first else State(one.state))
    if is_first:
        one.sent_at, one.answer_due_on = now, answer_due(clock.today(), one.answer_days)
    side.consent_id = consent.id
    db.session.add(ReferralShare(referral_id=one.id, share=share, made_at=now, made_by_id=_user_id()))
    side.selection = Selection()
    _note(one, Kind.SENT if is_first else Kind.ADDITION)


def discard(side: ReferralSide) -> None:
    """Drop a draft that nobody has seen."""
    _must(side.referral, Step.DISCARD)
    side.selection = Selection()
    _end(side.referral, State.WITHDRAWN, Ending.WITHDRAWN)
    db.session.flush()


def withdraw(one: Referral, words: str | None = None) -> None:
    """Take the referral back: from now on nobody there reads anything of it."""
    _must(one, Step.WITHDRAW)
    _end(one, State.WITHDRAWN, Ending.WITHDRAWN)
    _note(one, Kind.WITHDRAWN, words=words)


def no_answer(one: Referral) -> None:
    """Note that nobody has answered in time. An answer is still possible."""
    _change(one, State.NO_ANSWER)
    _note(one, Kind.NO_ANSWER)


# -- the receiver, or what an outside service said -----------------------------------------------------------------


def accept(one: Referral, lawyer_id: UUID | None, *, on: date | None = None, words: str | None = None) -> None:
    """Take it on, by a lawyer of one's own; what an outside service answered is recorded by hand."""
    _must(one, Step.ACCEPT)
    now = _change(one, State.ACCEPTED)
    one.answered_at = now
    if not queries.is_sender(one):
        side = _own_side(one)
        side.lawyer_id, side.taken_at = _worker(lawyer_id).id, now
    _note(one, Kind.ACCEPTED, on=on, words=words)


def _worker(lawyer_id: UUID | None) -> User:
    lawyer = db.session.get(User, lawyer_id) if lawyer_id is not None else None
    if lawyer is None or lawyer.organisation_id != queries.own_id() or not may_hold_cases(lawyer):
        raise DomainError(_("Choose who works on it."), "lawyer")
    return lawyer


def assign(one: Referral, lawyer_id: UUID | None) -> None:
    """Have another lawyer of one's own work on it. They are told."""
    _must(one, Step.LAWYER)
    lawyer, side = _worker(lawyer_id), _own_side(one)
    person = queries.person_of(side)
    if person is not None and side.case is None:
        case_assigning.send(None, persons=[person], lawyer_id=lawyer.id)
    side.lawyer_id = lawyer.id
    db.session.flush()
    key = f"referral:{one.id}:lawyer:{side.version}"
    notices.tell({lawyer.id}, "referral_in", key, endpoint="referrals.show", values={"referral_id": str(one.id)})


def decline(one: Referral, code: str, words: str | None = None, *, on: date | None = None) -> None:
    """Not take it on, and say why. What was told cannot be read any more."""
    _must(one, Step.DECLINE)
    _must_be_listed("referral_decline", code, "reason")
    one.answered_at = _end(one, State.DECLINED, Ending.DECLINED)
    receiving.drop_drafts(one.id)
    _note(one, Kind.DECLINED, on=on, code=code, words=words)


def link(one: Referral, person: Person, case: Case | None = None) -> None:
    """Say which record of one's own it is about. Whoever may not work for this person, does not."""
    _must(one, Step.LINK)
    if case is not None and all(party.person_id != person.id for party in case.parties):
        raise DomainError(_("This person is not in that case."), "number")
    side = _own_side(one)
    if case is None and side.lawyer_id is not None:
        case_assigning.send(None, persons=[person], lawyer_id=side.lawyer_id)
    former = side.person_id if side.person_id != person.id else None
    side.person_id, side.case_id, side.linked_at = person.id, case.id if case is not None else None, clock.now()
    _change(one, State(one.state))
    _note(one, Kind.LINKED, code=str(former) if former is not None else None)


def serve(one: Referral, code: str, on: date, words: str | None = None) -> None:
    """Record which service the person received, and when."""
    _must(one, Step.SERVICE)
    _must_be_listed("service_type", code, "service")
    if on > clock.today():
        raise DomainError(_("This date is in the future. Enter the day it happened."), "on")
    _change(one, State.SERVED)
    _note(one, Kind.SERVICE, on=on, code=code, words=words)


# -- both ----------------------------------------------------------------------------------------------------------


def write(one: Referral, words: str) -> None:
    """Write to the other side. It is read there while the referral lives."""
    _must(one, Step.MESSAGE)
    _change(one, State(one.state))
    _note(one, Kind.MESSAGE, words=words)


def give_feedback(one: Referral, code: str, words: str | None = None) -> None:
    """Record what came of it, in the words of the person or of those who helped."""
    _must(one, Step.FEEDBACK)
    _must_be_listed("referral_feedback", code, "result")
    _change(one, State(one.state))
    _note(one, Kind.FEEDBACK, code=code, words=words)


def show_progress(one: Referral, is_shown: bool) -> None:
    """Let the other side see stage and next date of the case here, or not any more."""
    _must(one, Step.PROGRESS)
    side = _own_side(one)
    if side.shows_progress == is_shown:
        return
    side.shows_progress = is_shown
    _change(one, State(one.state))
    _note(one, Kind.PROGRESS, code="on" if is_shown else "off")


def end(one: Referral, code: str, words: str | None = None) -> None:
    """End it: nothing of what was told can be read there any more; what each wrote in its own record stays."""
    _must(one, Step.END)
    _must_be_listed("referral_end", code, "reason")
    _end(one, State.ENDED, Ending.ENDED)
    receiving.drop_drafts(one.id)
    _note(one, Kind.ENDED, code=code, words=words)


def sees_anew(one: Referral) -> ReferralSide:
    """One's own side, made if there is none yet: a job needs it to remember what was told."""
    return _own_side(one)


def forget(person: Person) -> None:
    """The person is to be known nowhere any more: what was told of them can be read there no longer."""
    ids = sharing.ids_of(person.id)
    for side in queries.every_of(ids):
        one = side.referral
        if one.state in LIVE:
            _end(one, State.ENDED, Ending.CONSENT)
            _note(one, Kind.CONSENT)
        elif one.state == State.DRAFT:
            _end(one, State.WITHDRAWN, Ending.WITHDRAWN)
    for told in queries.every_share():
        if sharing.is_about(told.share, ids):
            told.share = sharing.without(told.share, ids)
    db.session.flush()


# -- when the person does not agree any more -----------------------------------------------------------------------


def listen() -> None:
    if _may_go_on not in persons.DRAFT_HOLDS:
        persons.DRAFT_HOLDS.append(_may_go_on)
    consent_ending.connect(_would_end)
    consent_ended.connect(_consent_ended)


def _may_go_on(draft: Draft) -> bool:
    """A registration that began with what was told goes on while that may be read."""
    referral_id = receiving.begun_with(draft)
    if referral_id is None:
        return True
    one = queries.referral(referral_id)
    return one is not None and queries.is_told(one)


def _resting_on(consent: Consent, person: Person) -> list[ReferralSide]:
    """What goes on only by this consent: sent to this recipient, and still read there. Without the consent to be
    registered and helped nothing does, whoever has it."""
    if consent.purpose not in (Purpose.REFERRAL, Purpose.REGISTER):
        return []
    live = queries.live_from(person.id)
    if consent.purpose == Purpose.REGISTER:
        return live
    return [side for side in live if sharing.recipient(side.referral) == consent.recipient]


def _would_end(consent: Consent, *, person: Person, **more: Any) -> list[str]:
    """What withdrawing it will end, before it is confirmed."""
    return [
        _("The referral to %(recipient)s ends at once.", recipient=recipient_name(side.referral))
        if queries.person_of(side) is person
        else _(
            "What the referral to %(recipient)s says of this person is taken out of it.",
            recipient=recipient_name(side.referral),
        )
        for side in _resting_on(consent, person)
    ]


def _consent_ended(consent: Consent, *, person: Person, **more: Any) -> list[str]:
    """End what goes on only by this consent, in the same transaction; of a relative, take out what is said of them."""
    said = []
    for side in _resting_on(consent, person):
        one = side.referral
        if queries.person_of(side) is person:
            _end(one, State.ENDED, Ending.CONSENT)
            _note(one, Kind.CONSENT)
            said.append(_("The referral to %(recipient)s has ended: nothing of it can be read there any more.",
                          recipient=recipient_name(one)))  # fmt: skip
        else:
            _narrow(one, person.id)
            said.append(_("What the referral to %(recipient)s said of this person is taken out of it.",
                          recipient=recipient_name(one)))  # fmt: skip
    return said


def _narrow(one: Referral, person_id: UUID) -> None:
    for told in queries.shares(one):
        told.share = sharing.without(told.share, sharing.ids_of(person_id))
    _change(one, State(one.state))
    _note(one, Kind.NARROWED)


def recipient_name(one: Referral) -> str:
    if one.to_organisation_id is not None:
        return queries.organisation_name(one.to_organisation_id)
    return codes.label("outside_service", one.service)


# -- the directory of outside services -----------------------------------------------------------------------------


def keep_point(point: OutsideService | None, service: str, details: PointDetails, answer_days: int) -> OutsideService:
    """Enter whom to turn to for a kind of service, or correct it."""
    _must_be_listed("outside_service", service, "service")
    if point is None:
        point = OutsideService(service=service, recorded_at=clock.now(), recorded_by_id=_user_id())
        db.session.add(point)
    point.service, point.details, point.answer_days = service, details, _days(answer_days)
    db.session.flush()
    return point


def retire_point(point: OutsideService, *, again: bool = False) -> None:
    """Take an entry out of the directory; what was sent there stays. Or put it back."""
    point.retired_at = None if again else clock.now()
    db.session.flush()


# -- what all steps share ------------------------------------------------------------------------------------------


def _can(one: Referral, step: Step) -> bool:
    sent_here = queries.is_sender(one)
    return step in steps(State(one.state), is_sender=sent_here, is_outside=one.to_organisation_id is None)


def _must(one: Referral, step: Step) -> None:
    if not _can(one, step):
        raise DomainError(_refusal())


def _refusal() -> str:
    return _("This has changed since the page was opened, or is not possible now. Look at the referral again.")


def _must_be_listed(list_name: str, code: str | None, field: str) -> None:
    if code not in {one.code for one in codes.items(list_name)}:
        raise DomainError(_("Choose one of the options."), field)


def _own_side(one: Referral) -> ReferralSide:
    found = queries.side(one)
    if found is None:
        found = ReferralSide(referral_id=one.id)
        db.session.add(found)
        db.session.flush()
    return found


def _change(one: Referral, state: State) -> Any:
    # Always a later moment: of two sides that act at once, one is told that it is late.
    one.state, one.changed_at = state, max(clock.now(), one.changed_at + timedelta(microseconds=1))
    return one.changed_at


def _end(one: Referral, state: State, how: Ending) -> Any:
    now = _change(one, state)
    one.ended_at, one.ended_how = now, how
    return now


def _note(
    one: Referral, kind: Kind, *, on: date | None = None, code: str | None = None, words: str | None = None
) -> None:
    """Keep the step on one's own side, and have it stand in the trails of both."""
    step = ReferralStep(
        referral_id=one.id,
        kind=kind,
        at=one.changed_at,
        happened_on=on or clock.today(),
        code=code,
        by_id=_user_id(),
        words=Words(words),
    )
    db.session.add(step)
    db.session.flush()
    audit.note(f"referral:{kind}", "referrals", one.id)
    other = queries.other_side_of(one)
    if other is not None:
        audit.note(f"referral:{kind}", "referrals", one.id, who=queries.the_system(other))


def _user_id() -> UUID | None:
    user_id: UUID | None = db.session.info["principal"].user_id
    return user_id
