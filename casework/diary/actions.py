"""Planning appointments and saying what became of them; calendar feeds; who is reminded how."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm.attributes import set_committed_value

from casework.accounts.models import User
from casework.accounts.passwords import new_token, token_hash
from casework.accounts.policy import may_hold_cases
from casework.accounts.queries import user
from casework.cases.models import Case
from casework.core import clock
from casework.core.db import db
from casework.core.errors import DomainError
from casework.diary import queries
from casework.diary.models import Appointment, CalendarFeed, Plan
from casework.diary.rules import State, may_become


@dataclass
class Told:
    """What is told of an appointment."""

    kind: str
    starts_at: datetime
    minutes: int
    lawyer_id: UUID
    place: str | None = None
    note: str | None = None


def plan(case: Case, told: Told) -> Appointment:
    """Enter an appointment of an open case."""
    if not case.is_open:
        raise DomainError(_("This case is closed. Reopen it first."))
    goes = _who_goes(told.lawyer_id)
    made = Appointment(
        organisation_id=case.organisation_id,
        case_id=case.id,
        state=State.PLANNED,
        recorded_at=clock.now(),
        recorded_by_id=db.session.info["principal"].user_id,
        kind=told.kind,
        lawyer_id=told.lawyer_id,
        starts_at=told.starts_at,
        minutes=told.minutes,
    )
    made.details = Plan(told.place, told.note)
    db.session.add(made)
    db.session.flush()
    set_committed_value(made, "case", case)
    set_committed_value(made, "lawyer", goes)
    return made


def change(appointment: Appointment, told: Told) -> None:
    """Move it, give it to a colleague, put right what was written."""
    if told.lawyer_id != appointment.lawyer_id:
        set_committed_value(appointment, "lawyer", _who_goes(told.lawyer_id))
    if appointment.state != State.PLANNED and told.starts_at > clock.now():
        raise DomainError(_("It is over. Undo what was said about it before you move it into the future."), "on")
    appointment.kind = told.kind
    appointment.lawyer_id = told.lawyer_id
    appointment.starts_at = told.starts_at
    appointment.minutes = told.minutes
    appointment.details = Plan(told.place, told.note)
    db.session.flush()


def _who_goes(lawyer_id: UUID) -> User:
    found = user(lawyer_id)
    who = db.session.info["principal"]
    if found is None or found.organisation_id != who.organisation_id or not may_hold_cases(found):
        raise DomainError(_("Choose one of the lawyers of your organisation."), "lawyer")
    return found


def settle(appointment: Appointment, state: State) -> None:
    """Say that it took place, that the person did not come or that it is cancelled; or take that back."""
    now = State(appointment.state)
    if now is state:
        return
    if not may_become(now, state, has_begun=appointment.has_begun):
        if now is State.PLANNED:
            raise DomainError(_("This appointment has not begun yet."))
        raise DomainError(_("Something else was said about this appointment already. Undo that first."))
    appointment.state = state
    db.session.flush()


# -- feeds -------------------------------------------------------------------------------------------------------


def new_feed(user_id: UUID) -> str:
    """The token of a new feed, shown this once: only its hash is kept. An earlier feed ends."""
    revoke_feed(user_id)
    token = new_token()
    db.session.add(CalendarFeed(token_hash=token_hash(token), user_id=user_id, created_at=clock.now()))
    db.session.flush()
    return token


def revoke_feed(user_id: UUID) -> bool:
    """End a user's feed: from now on its address is nothing."""
    present = queries.feed_of(user_id)
    if present is None:
        return False
    present.revoked_at = clock.now()
    db.session.flush()
    return True
