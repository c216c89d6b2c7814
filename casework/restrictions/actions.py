"""Restricting a record, opening one in an emergency, and judging that afterwards."""

from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import ngettext

from casework.accounts.permissions import Role
from casework.cases.models import Case
from casework.core import clock, withheld
from casework.core.db import db
from casework.core.errors import DomainError
from casework.core.events import case_assigning, cases_assigning
from casework.notices import actions as notices
from casework.persons.models import Person
from casework.reference import queries as codes
from casework.restrictions import policy, queries
from casework.restrictions.models import EmergencyAccess, Reasons, Restriction, Told
from casework.restrictions.rules import AT_MOST, HOURS, PER_DAY, REFUSED_FOR, Verdict, end_of

DAY = timedelta(days=1)

# -- restricting -------------------------------------------------------------------------------------------------


def restrict(person: Person, reason: str) -> Restriction:
    """From now on only the team opens the record; for everyone else it has no name and no words."""
    if queries.is_restricted(person.id):
        raise DomainError(_("This record is restricted already."))
    if not reason.strip():
        raise DomainError(_("Say why only the team may open it."), "reason")
    restriction = Restriction(
        organisation_id=person.organisation_id,
        person_id=person.id,
        since=clock.now(),
        by_id=db.session.info["principal"].user_id,
    )
    restriction.reasons = Reasons(begun=reason)
    db.session.add(restriction)
    db.session.flush()
    withheld.forget(db.session)
    return restriction


def lift(restriction: Restriction, reason: str) -> None:
    """The record is open to all of the organisation's casework again. That it was restricted stays."""
    if restriction.ended_at is not None:
        raise DomainError(_("This restriction has ended already."))
    if not reason.strip():
        raise DomainError(_("Say why everyone in casework may open it again."), "reason")
    for one in queries.all_standing(restriction.person_id):  # two, where two restricted records were merged
        one.reasons = Reasons(begun=one.reasons.begun, ended=reason)
        one.ended_at = clock.now()
        one.ended_by_id = db.session.info["principal"].user_id
    db.session.flush()
    withheld.forget(db.session)


# -- in an emergency ---------------------------------------------------------------------------------------------


def open_in_emergency(person: Person, reason: str, why: str, hours: int) -> EmergencyAccess:
    """Open a record for some hours. Supervisors and the focal point are told at once."""
    who = db.session.info["principal"]
    _may_open(person, reason, why, hours)
    now = clock.now()
    access = EmergencyAccess(
        organisation_id=person.organisation_id,
        user_id=who.user_id,
        person_id=person.id,
        reason=reason,
        from_at=now,
        until_at=end_of(now, hours),
    )
    with withheld.unveiled("whoever asks for a record cannot open it yet"):
        access.told = Told(why=why)
        db.session.add(access)
        db.session.flush()
    withheld.forget(db.session)
    _tell(access, why)
    return access


def _may_open(person: Person, reason: str, why: str, hours: int) -> None:
    who = db.session.info["principal"]
    if who.role == Role.SUPERVISOR:
        raise DomainError(_("You are in the team of every record: open it as any other."))
    if queries.has_emergency(person.id):
        raise DomainError(_("You have emergency access to this record already."))
    if codes.item("emergency_reason", reason) is None:
        raise DomainError(_("Choose one of the reasons."), "reason")
    if not why.strip():
        raise DomainError(_("Say in a few words what has happened."), "why")
    if hours not in HOURS:
        raise DomainError(_("Choose for how long."), "hours")
    _must_be_trusted(who.user_id, person)
    if queries.time_since(who.user_id, person.id, clock.now() - DAY) + timedelta(hours=hours) > AT_MOST:
        raise DomainError(
            ngettext(
                "One record may be open to you in an emergency for %(num)s hour within 24. Choose fewer hours, or ask "
                "your supervisor.",
                "One record may be open to you in an emergency for %(num)s hours within 24. Choose fewer hours, or ask "
                "your supervisor.",
                AT_MOST // timedelta(hours=1),
            ),
            "hours",
        )
    if queries.count_since(who.user_id, clock.now() - DAY) >= PER_DAY:
        raise DomainError(
            ngettext(
                "You opened %(num)s record in an emergency within 24 hours. For the next one ask your supervisor.",
                "You opened %(num)s records in an emergency within 24 hours. For the next one ask your supervisor.",
                PER_DAY,
            )
        )


def _must_be_trusted(user_id: UUID, person: Person) -> None:
    """Whoever opened this record without a good reason asks a supervisor for it; for a while, or until one says so."""
    last = queries.last_judged(user_id, person.id)
    if last is None or last.verdict != Verdict.UNJUSTIFIED or last.reviewed_at is None:
        return
    if clock.now() < last.reviewed_at + REFUSED_FOR:
        raise DomainError(
            _("A supervisor found that opening this record was not justified. If you need it now, ask a supervisor.")
        )


def _tell(access: EmergencyAccess, why: str) -> None:
    """Supervisors with the words; the focal point only that it happened: of persons they learn nothing."""
    supervisors, focal_points = queries.users_of(Role.SUPERVISOR), queries.users_of(Role.PROTECTION)
    for readers, person_id, words in ((supervisors, access.person_id, why), (focal_points, None, None)):
        notices.tell(
            readers,
            "emergency",
            f"emergency:{access.id}",
            endpoint="emergencies.show",
            values={"access_id": access.id},
            person_id=person_id,
            words=words,
        )


def give_back(access: EmergencyAccess) -> None:
    """End it before its time: what was to be done is done."""
    if access.ended_at is not None or access.until_at <= clock.now():
        raise DomainError(_("This emergency access has ended already."))
    access.ended_at = clock.now()
    db.session.flush()
    withheld.forget(db.session)


def review(access: EmergencyAccess, verdict: str, comment: str | None) -> None:
    """What a supervisor thinks of it, never of one's own. It can be changed. What was not justified ends at once."""
    who = db.session.info["principal"]
    if access.user_id == who.user_id:
        raise DomainError(_("Another supervisor judges what you did yourself."))
    if verdict not in set(Verdict):
        raise DomainError(_("Choose one of the two answers."), "verdict")
    if verdict == Verdict.UNJUSTIFIED and not (comment or "").strip():
        raise DomainError(_("Say why it was not justified, and what follows."), "comment")
    access.verdict = verdict
    access.told = Told(why=access.told.why, review=comment)
    access.reviewed_at = clock.now()
    access.reviewed_by_id = who.user_id
    if verdict == Verdict.UNJUSTIFIED and access.ended_at is None and access.until_at > clock.now():
        access.ended_at = clock.now()
    db.session.flush()


# -- staying in the team -----------------------------------------------------------------------------------------


def _refuse_joining(sender: Case | None, *, lawyer_id: UUID, persons: Collection[Person] = (), **more: Any) -> None:
    """Hours do not become a place in the team: whom the record is open to so brings nobody into it, least themselves.

    A case of such a person stays with who may open the record anyhow, and so do its next step and a new one.
    """
    ids = {one.id for one in persons} or ({sender.id} if sender is not None else set())
    for person_id in policy.only_in_emergency(ids):
        if lawyer_id not in {*policy.team_of(person_id), *queries.users_of(Role.SUPERVISOR)}:
            raise DomainError(
                _(
                    "The record is open to you in an emergency only. Its cases and next steps stay with its team: "
                    "choose somebody of the team, or ask a supervisor."
                ),
                "lawyer",
            )


def _refuse_among(_sender: None, *, cases: Collection[Case]) -> Callable[[Case, UUID], None]:
    """The same for many cases that change hands."""
    return lambda case, lawyer_id: _refuse_joining(case, lawyer_id=lawyer_id)


def listen() -> None:
    case_assigning.connect(_refuse_joining)
    cases_assigning.connect(_refuse_among)
