"""What accounts do by themselves: whoever a step of two persons concerns is told, and it ends when nobody decides."""

from datetime import timedelta

from casework.accounts import steps
from casework.accounts.models import AccountStep, User
from casework.accounts.rules import StepKind, StepState
from casework.core.db import db
from casework.core.events import account_event
from casework.core.jobs import Job, every


def tell() -> None:
    """Tell the people of the acting organisation, each of each thing once."""
    here = db.session.info["principal"].organisation_id
    steps.expire(AccountStep.organisation_id == here)
    for step in steps.to_tell():
        if step.state == StepState.WAITING:
            for second in steps.seconds(step.user, step.asked_by_id):
                _tell(second, "account_step", step, "account_steps.index")
            if step.kind == StepKind.SECOND_FACTOR:
                _tell(step.user, "factor_removal_asked", step)
            continue
        _tell(step.asked_by, "account_step_decided", step, "accounts.user", user_id=str(step.user_id))
        if step.state == StepState.CONFIRMED and step.kind == StepKind.SECOND_FACTOR:
            _tell(step.user, "factor_removed", step)


def _tell(user: User, kind: str, step: AccountStep, endpoint: str = "accounts.settings", **values: str) -> None:
    if user.organisation_id == db.session.info["principal"].organisation_id:
        account_event.send(user, kind=kind, key=f"{kind}:{step.id}", words=None, endpoint=endpoint, values=values)


TELL = Job("accounts.tell", every(timedelta(minutes=1)), tell)
