"""The steps by which two partners come to know whether they have the same person, and what the daily look found."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5

from flask_babel import gettext as _

from casework.core import audit, clock
from casework.core.db import db
from casework.core.errors import DomainError
from casework.core.events import consent_ended, consent_ending, known_elsewhere
from casework.elsewhere import queries
from casework.elsewhere.models import Consent, ElsewhereLook, Finding, Overlap, OverlapSide
from casework.elsewhere.rules import (
    OPEN_TO_BOTH,
    Answer,
    Due,
    Standing,
    State,
    Step,
    Verdict,
    is_raised_again,
    standing,
    steps,
)
from casework.persons.models import Person
from casework.reference import queries as codes

PAIRS = UUID("6f0c3b52-8f57-4c0e-9a52-6c1d1f7b3a94")
"""The name space of the ids of questions: two workers that find the same two records make one question."""


@dataclass(frozen=True)
class Agreement:
    """That the person agreed to a comparison, as it was told."""

    on: date | None = None
    form: str | None = None
    language: str | None = None
    note: str | None = None


def ask(side: OverlapSide, agreement: Agreement) -> None:
    """Ask the other partner, whoever that is. The person of one's own record must have agreed."""
    _must_be_able(side, Step.ASK)
    _write_consent(side, agreement)
    _change(side, State.ASKED)
    side.asked_at, side.asked_by_id = side.overlap.changed_at, _user_id()
    side.answer = side.answered_at = side.answered_by_id = None
    _forget_verdict(side)
    _announce(side, Step.ASK)


def answer(side: OverlapSide, word: str, agreement: Agreement) -> None:
    """Agree to compare, when the person of one's own record has agreed; or not, which needs no reason."""
    _must_be_able(side, Step.ANSWER)
    if word not in set(Answer):
        raise DomainError(_("Choose one of the options."), "answer")
    if word == Answer.AGREED:
        _write_consent(side, agreement)
    _change(side, State.AGREED if word == Answer.AGREED else State.SUSPECTED)
    side.answer, side.answered_at, side.answered_by_id = word, side.overlap.changed_at, _user_id()
    side.asked_at = side.asked_by_id = None  # whatever this side asked earlier, the question is now the other's
    _forget_verdict(side)
    _announce(side, Step.ANSWER)


def say(side: OverlapSide, verdict: str, why: str | None = None) -> None:
    """Say whether both records are of one person. Once one side says no, they are two, for both."""
    _must_be_able(side, Step.VERDICT)
    if verdict not in set(Verdict):
        raise DomainError(_("Choose one of the options."), "verdict")
    if verdict == Verdict.SAME and standing(side.overlap, side) is not Standing.COMPARING:
        raise DomainError(_("You have said this already."), "verdict")
    other, card = queries.other(side), queries.card(side)
    if other is None or card is None:
        raise DomainError(_refusal())
    state = State(side.overlap.state)
    if verdict == Verdict.DIFFERENT:
        state = State.DIFFERENT
    elif other.verdict == Verdict.SAME:
        state = State.SAME
    _change(side, state)
    side.verdict, side.verdict_at, side.verdict_by_id = verdict, side.overlap.changed_at, _user_id()
    side.note = Finding(why, sorted(card.shared_numbers))
    _announce(side, Step.VERDICT)


def withdraw(side: OverlapSide) -> None:
    """Take back one's question or agreement, as when the person no longer agrees: at once nobody sees a card."""
    _must_be_able(side, Step.WITHDRAW)
    _change(side, State.SUSPECTED)
    side.consent_on, side.consent = None, Consent()
    side.asked_at = side.asked_by_id = None
    side.answer = side.answered_at = side.answered_by_id = None
    _forget_verdict(side)
    _announce(side, Step.WITHDRAW)


def known_as_same(one: tuple[UUID, UUID], other: tuple[UUID, UUID]) -> None:
    """Two partners know that these records (organisation, person) are of one person, for the case went from one to the
    other with the person's consent: nobody needs to ask, and national figures count the person once.

    Acting as the system, over all organisations. Neither sees a card for it. Said twice, it is said once.
    """
    both = frozenset({one[1], other[1]})
    asked = queries.sides_between([one[1]]).get(both, [])
    overlaps = list({side.overlap_id: side.overlap for side in asked}.values())
    if not overlaps:
        overlap_id = uuid5(PAIRS, " ".join(sorted(map(str, both))))
        overlaps = [Overlap(id=overlap_id, state=State.SAME, found_at=clock.now(), changed_at=clock.now())]
        db.session.add(overlaps[0])
        db.session.flush()
        for organisation_id, person_id in (one, other):
            db.session.add(OverlapSide(organisation_id=organisation_id, overlap_id=overlap_id, person_id=person_id))
    for overlap in overlaps:
        if overlap.state != State.SAME:
            overlap.state, overlap.changed_at = State.SAME, clock.now()
    db.session.flush()
    known_elsewhere.send(None, person_ids=set(both))


def not_known_as_same(one_id: UUID, other_id: UUID) -> None:
    """One of the two partners had taken the wrong record for the person's: it is a question again, and each counts.

    Acting as the system, over all organisations. What both sides have said themselves stays.
    """
    both = frozenset({one_id, other_id})
    sides = queries.sides_between([one_id]).get(both, [])
    said = {one.overlap_id for one in sides if one.verdict is not None}
    overlaps = {one.overlap_id: one.overlap for one in sides if one.overlap_id not in said}
    for overlap in overlaps.values():
        if overlap.state == State.SAME:
            overlap.state, overlap.changed_at = State.SUSPECTED, clock.now()
    db.session.flush()
    known_elsewhere.send(None, person_ids=set(both))


def listen() -> None:
    """When a person's consent ends that let others know of them, nobody goes on comparing."""
    consent_ending.connect(_would_withdraw)
    consent_ended.connect(_withdraw_all)


def _would_withdraw(consent: Any, person: Person, **_more: Any) -> list[str]:
    return [_("Neither side sees the other’s record any more in a comparison with another partner.")] * bool(
        _resting_on(consent, person)
    )


def _withdraw_all(consent: Any, person: Person, **_more: Any) -> list[str]:
    sides = _resting_on(consent, person)
    for side in sides:
        withdraw(side)
    return [_("A comparison with another partner was withdrawn: neither side sees the other’s record.")] * bool(sides)


def _resting_on(consent: Any, person: Person) -> list[OverlapSide]:
    """One's own questions and agreements that go on only by this consent.

    To be registered with us: all of them. With a partner: those in which both sides know each other by now; of the
    others nothing may tell who stands opposite.
    """
    live = [one for one in queries.every_of(person.id) if Step.WITHDRAW in steps(one.overlap, one, clock.now())]
    if consent.purpose == "REGISTER":
        return live
    kind, _colon, partner = (consent.recipient or "").partition(":")
    if kind != "organisation":
        return []
    known = [one for one in live if one.overlap.state in OPEN_TO_BOTH]
    found = [(one, queries.other(one)) for one in known]
    return [one for one, other in found if other is not None and str(other.organisation_id) == partner]


def _must_be_able(side: OverlapSide, step: Step) -> None:
    if step not in steps(side.overlap, side, clock.now()):
        raise DomainError(_refusal())


def _refusal() -> str:
    return _("This has changed since the page was opened, or is not possible now. Look at the question again.")


def _write_consent(side: OverlapSide, agreement: Agreement) -> None:
    if agreement.on is None:
        raise DomainError(_("Enter the day on which the person agreed."), "consent_on")
    if agreement.on > clock.today():
        raise DomainError(_("This date is in the future. Enter the day it happened."), "consent_on")
    for list_name, code, field in (
        ("consent_form", agreement.form, "form"),
        ("language", agreement.language, "language"),
    ):
        if code not in {one.code for one in codes.items(list_name)}:
            raise DomainError(_("Choose one of the options."), field)
    side.consent_on = agreement.on
    side.consent = Consent(agreement.form, agreement.language, agreement.note)


def _forget_verdict(side: OverlapSide) -> None:
    """What a side said after an earlier agreement does not count after the next."""
    side.verdict = side.verdict_at = side.verdict_by_id = None


def _change(side: OverlapSide, state: State) -> None:
    # Always a later moment, even when the state stays: of two sides that act at once, one is told that it is late; and
    # by it is known whose question it is.
    later = side.overlap.changed_at + timedelta(microseconds=1)
    side.overlap.state, side.overlap.changed_at = state, max(clock.now(), later)


def _announce(side: OverlapSide, step: Step) -> None:
    """Note the step in the trail of the other side, too, and tell whoever counts."""
    db.session.flush()
    other = queries.other(side)
    if other is not None:
        audit.note(f"elsewhere:{step}", "overlap_sides", other.side_id, who=queries.the_system(other.organisation_id))
    known_elsewhere.send(None, person_ids={side.person_id, *([other.person_id] if other is not None else [])})


def _user_id() -> UUID | None:
    user_id: UUID | None = db.session.info["principal"].user_id
    return user_id


# -- what the daily look found, as the system over all organisations ------------------------------------------------


@dataclass(frozen=True)
class Match:
    """A record of one organisation that is telling in its likeness to one of another."""

    person_id: UUID
    organisation_id: UUID
    other_id: UUID
    """The record of the other organisation, which is `organisation_id`."""
    numbers: frozenset[str] = frozenset()
    """The numbers that both have."""


def note_looks(
    organisation_id: UUID, turn: Sequence[Due], waiting: Mapping[UUID, int], matches: Iterable[Match]
) -> None:
    """Keep that these records were compared, whose wait, and what was found: for both sides at once."""
    known = queries.looks(organisation_id)
    for one in turn:
        look = known.get(one.person_id)
        if look is None:
            look = ElsewhereLook(organisation_id=organisation_id, person_id=one.person_id)
            db.session.add(look)
        look.looked_at, look.changed_at = clock.now(), one.changed_at
    for lawyer_id, count in waiting.items():
        audit.note("elsewhere:limited", "users", lawyer_id, who=queries.the_system(organisation_id), records=count)
    changed = _note_matches(organisation_id, list(matches))
    if changed:
        db.session.flush()
        known_elsewhere.send(None, person_ids=changed)


def _note_matches(organisation_id: UUID, matches: Sequence[Match]) -> set[UUID]:
    sides = queries.sides_between(match.person_id for match in matches)
    changed: set[UUID] = set()
    for match in matches:
        both = frozenset({match.person_id, match.other_id})
        of_both = sides.get(both, [])
        is_new = _raise_again(of_both, match.numbers) if of_both else _begin(organisation_id, match)
        changed |= both if is_new else set()
    return changed


def _begin(organisation_id: UUID, match: Match) -> bool:
    overlap_id = uuid5(PAIRS, " ".join(sorted(map(str, (match.person_id, match.other_id)))))
    if db.session.get(Overlap, overlap_id) is not None:
        return False  # one of the two records was merged since, and the question went with it
    # The day only: hints of one day do not tell which came first.
    day = datetime.combine(clock.today(), time(0), clock.ALMATY)
    overlap = Overlap(id=overlap_id, state=State.SUSPECTED, found_at=day, changed_at=clock.now())
    db.session.add(overlap)
    db.session.flush()
    for where, person_id in ((organisation_id, match.person_id), (match.organisation_id, match.other_id)):
        db.session.add(OverlapSide(organisation_id=where, overlap_id=overlap.id, person_id=person_id))
    return True


def _raise_again(sides: Sequence[OverlapSide], numbers: frozenset[str]) -> bool:
    """What was said to be different stays so, unless both records have a number now that they had not then."""
    overlaps = {one.overlap_id: one.overlap for one in sides}.values()
    then = {number for one in sides for number in one.note.numbers}
    if any(one.state != State.DIFFERENT for one in overlaps) or not is_raised_again(numbers, then):
        return False
    for overlap in overlaps:
        overlap.state, overlap.changed_at = State.SUSPECTED, clock.now()
    for one in sides:
        one.asked_at = one.asked_by_id = one.answer = one.answered_at = one.answered_by_id = None
        one.consent_on, one.consent = None, Consent()
        _forget_verdict(one)
    return True
