"""Each side tells its own people what the other did: nothing of it is written by the other."""

from datetime import timedelta
from uuid import UUID

from casework.accounts.permissions import Role
from casework.accounts.queries import caseworkers
from casework.core.db import db
from casework.core.jobs import Job, every
from casework.core.scope import acting_as
from casework.elsewhere import actions as elsewhere
from casework.notices import actions as notices
from casework.referrals import actions, linked, queries, receiving
from casework.referrals.models import Referral, ReferralSide
from casework.referrals.queries import News
from casework.referrals.rules import Kind


def tell() -> None:
    """Tell who works on a referral what the other side did since; and the sender that nobody answered in time."""
    _count_once()
    for one in queries.late():
        actions.no_answer(one)
        side = queries.side(one)
        if side is not None:
            _tell(one, side, "referral_step", f"referral:{one.id}:no-answer")
    for step in queries.news():
        found = queries.referral(step.referral_id)
        if found is not None:
            _tell_step(found, step)


def _count_once() -> None:
    """Where the other side linked its own record, both are of one person, whom national figures count once. Where it
    put its link right, the record it had taken for theirs is not."""
    db.session.commit()  # what is to be known is written over both organisations, in a session of its own
    for known in linked.newly_linked():
        with acting_as(queries.the_system()):
            for former in known.formers:
                elsewhere.not_known_as_same(known.one[1], former)
            elsewhere.known_as_same(known.one, known.other)
            db.session.commit()


def _tell_step(one: Referral, step: News) -> None:
    side = actions.sees_anew(one)
    if side.told_at is not None and step.at <= side.told_at:
        return
    if step.kind in (Kind.CONSENT, Kind.ENDED, Kind.WITHDRAWN):
        receiving.drop_drafts(one.id)
    if step.kind != Kind.LINKED:
        kind = "referral_in" if step.kind == Kind.SENT else "referral_step"
        kind = "consent_ended" if step.kind == Kind.CONSENT else kind
        _tell(one, side, kind, f"referral:{step.step_id}")
    side.told_at = step.at


def _tell(one: Referral, side: ReferralSide, kind: str, key: str) -> None:
    notices.tell(_whom(side), kind, key, endpoint="referrals.show", values={"referral_id": str(one.id)})


def _whom(side: ReferralSide) -> set[UUID]:
    """Who works on it here and who has the case; where nobody does, or nobody any more, the supervisors."""
    here = caseworkers()
    workers = {side.lawyer_id, side.case.lawyer_id if side.case is not None else None} & {one.id for one in here}
    return {one for one in workers if one is not None} or {one.id for one in here if one.role == Role.SUPERVISOR}


TELL = Job("referrals.tell", every(timedelta(minutes=1)), tell)
