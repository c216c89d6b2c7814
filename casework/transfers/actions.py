"""Offering a case to another partner, and answering: what people do. The copying itself is done by a job."""

from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from uuid import UUID

from flask_babel import gettext as _

from casework.accounts.models import Organisation, User
from casework.accounts.policy import may_hold_cases
from casework.cases.models import Case
from casework.consents.models import Consent
from casework.consents.rules import Purpose
from casework.core import audit, clock
from casework.core.db import db
from casework.core.errors import DomainError
from casework.core.events import case_assigning, cases_assigning, consent_ended, consent_ending
from casework.persons import queries as persons
from casework.persons.models import Person
from casework.reference import queries as codes
from casework.transfers import queries
from casework.transfers.models import Particulars, Transfer, TransferPerson, TransferSide
from casework.transfers.rules import BEFORE_COPYING, State, Step, recipient, steps


def offer(case: Case, to: Organisation, person_ids: Sequence[UUID], reason: str) -> Transfer:
    """Offer a case, and everyone in it or some, to another partner. Each of them must have agreed to that partner."""
    db.session.refresh(case, with_for_update=True)  # of two who offer it at once, one is told that it is on its way
    if not case.is_open:
        raise DomainError(_("This case is closed. Reopen it first."))
    if queries.of_case(case.id) is not None and _is_under_way(case):
        raise DomainError(_("This case is on its way to a partner already."))
    if to.id not in {one.id for one in queries.partners()}:
        raise DomainError(_("Choose one of the partners."), "to")
    chosen = [party.person for party in case.parties if party.person_id in set(person_ids)]
    if not chosen or len(chosen) != len(set(person_ids)):
        raise DomainError(_("Choose persons of this case only."), "persons")
    consents = {person.id: queries.consent(person.id, to.id) for person in chosen}
    if not all(consents.values()):
        raise DomainError(_("Not everyone who would move has agreed to this partner. Record the consent first."))
    transfer = Transfer(
        from_organisation_id=case.organisation_id,
        to_organisation_id=to.id,
        state=State.OFFERED,
        offered_at=clock.now(),
        changed_at=clock.now(),
        counts={},
    )
    db.session.add(transfer)
    db.session.flush()
    side = TransferSide(
        transfer_id=transfer.id,
        is_sender=True,
        case_id=case.id,
        is_whole=len(chosen) == len(case.parties),
        particulars=Particulars(reason=reason),
        decided_by_id=_user_id(),
        decided_at=clock.now(),
        told_state=State.OFFERED,
    )
    db.session.add(side)
    db.session.flush()
    for position, person in enumerate(chosen):
        consent = consents[person.id]
        db.session.add(
            TransferPerson(
                side_id=side.id,
                person_id=person.id,
                position=position,
                consent_id=consent.id if consent is not None else None,
            )
        )
    db.session.flush()
    _note_there(transfer, to.id, "offer")
    return transfer


def _is_under_way(case: Case) -> bool:
    found = queries.of_case(case.id)
    return found is not None and found.is_sender and found.transfer.state in {*BEFORE_COPYING, State.COPIED}


def accept(transfer: Transfer, lawyer_id: UUID) -> None:
    """Take the case over, for one of one's own lawyers. From now on the system copies it."""
    _must_be_able(transfer, Step.ACCEPT)
    lawyer = db.session.get(User, lawyer_id)
    mine = db.session.info["principal"].organisation_id
    if lawyer is None or lawyer.organisation_id != mine or not may_hold_cases(lawyer):
        raise DomainError(_("Choose a lawyer of your organisation."), "lawyer")
    side = _own_side(transfer)
    side.lawyer_id = lawyer.id
    _answered(transfer, side, State.ACCEPTED, "accept")


def decline(transfer: Transfer, reason: str, words: str | None = None) -> None:
    """Not to take the case over. The reason is told to the sender as a code; the words stay here."""
    _must_be_able(transfer, Step.DECLINE)
    if codes.item("transfer_refusal", reason) is None:
        raise DomainError(_("Choose one of the options."), "reason")
    transfer.decline_reason = reason
    side = _own_side(transfer)
    side.lawyer_id = None
    side.particulars = Particulars(reason=words)
    _answered(transfer, side, State.DECLINED, "decline")


def withdraw(transfer: Transfer) -> None:
    """Take the offer back, accepted or not, as long as nothing is copied."""
    _must_be_able(transfer, Step.WITHDRAW)
    side = _own_side(transfer)
    _answered(transfer, side, State.WITHDRAWN, "withdraw")


def again(transfer: Transfer) -> None:
    """Copy anew what stopped, after what stood in the way has been put right."""
    _must_be_able(transfer, Step.AGAIN)
    transfer.failure = None
    _answered(transfer, _own_side(transfer), State.ACCEPTED, "again")


def _answered(transfer: Transfer, side: TransferSide, state: State, verb: str) -> None:
    change(transfer, state)
    side.told_state = state
    side.decided_by_id, side.decided_at = _user_id(), transfer.changed_at
    db.session.flush()
    there = transfer.to_organisation_id if side.is_sender else transfer.from_organisation_id
    _note_there(transfer, there, verb)


def change(transfer: Transfer, state: State) -> None:
    """Always a later moment, so that of two who act at once one is told that it is late."""
    transfer.state = state
    transfer.changed_at = max(clock.now(), transfer.changed_at + timedelta(microseconds=1))


def _note_there(transfer: Transfer, organisation_id: UUID, verb: str) -> None:
    audit.note(f"transfers:{verb}", "transfers", transfer.id, who=queries.the_system(organisation_id))


def _must_be_able(transfer: Transfer, step: Step) -> None:
    db.session.refresh(transfer, with_for_update=True)
    if step not in steps(transfer.state, is_sender=queries.is_sender(transfer)):
        raise DomainError(_("This has changed since the page was opened. Look at the transfer again."))


def _own_side(transfer: Transfer) -> TransferSide:
    found = queries.side(transfer)
    if found is None:
        found = TransferSide(transfer_id=transfer.id, is_sender=False)
        db.session.add(found)
        db.session.flush()
    return found


def side_of(transfer: Transfer) -> TransferSide:
    """One's own side, made when there is none yet: only the system asks before somebody has answered."""
    return _own_side(transfer)


def _user_id() -> UUID | None:
    user_id: UUID | None = db.session.info["principal"].user_id
    return user_id


# -- what other features announce ------------------------------------------------------------------------------------


def listen() -> None:
    consent_ended.connect(_call_off)
    consent_ending.connect(_say_what_ends)
    case_assigning.connect(_keep_closed)
    cases_assigning.connect(_keep_these_closed)


def _held_by(consent: Consent) -> list[TransferSide]:
    """The offers of one's own that go on only by this consent; without the one to be registered none does."""
    if consent.purpose not in (Purpose.TRANSFER, Purpose.REGISTER):
        return []
    is_base = consent.purpose == Purpose.REGISTER
    ids = {consent.person_id, *(one.id for one in persons.merged_into(consent.person_id))}
    return [
        side
        for side in queries.offered_with(ids)
        if side.transfer.state in BEFORE_COPYING
        and (is_base or recipient(side.transfer.to_organisation_id) == consent.recipient)
    ]


def _call_off(consent: Consent, *, person: Person, **_more: object) -> list[str]:
    """Without the consent nothing moves: an offer ends at once, accepted or not."""
    ended = []
    for side in _held_by(consent):
        _answered(side.transfer, side, State.WITHDRAWN, "withdraw")
        ended.append(_("The case is not transferred to %(partner)s.", partner=side.transfer.receiver.name))
    return ended


def _say_what_ends(consent: Consent, *, person: Person, **_more: object) -> list[str]:
    return [
        _("The case would not be transferred to %(partner)s.", partner=side.transfer.receiver.name)
        for side in _held_by(consent)
    ]


def _keep_closed(case: Case | None, **_more: object) -> None:
    """A case that another partner has now is not opened here once more."""
    if case is not None and queries.is_gone(case.id):
        raise _is_with_another()


def _keep_these_closed(_sender: None, *, cases: Collection[Case]) -> Callable[[Case, UUID], None]:
    gone = queries.gone_cases()

    def check(case: Case, _lawyer_id: UUID) -> None:
        if case.id in gone:
            raise _is_with_another()

    return check


def _is_with_another() -> DomainError:
    return DomainError(_("This case is with another partner now. It can come back only if they transfer it to you."))
