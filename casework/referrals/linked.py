"""Which record of the receiver is of the person who was sent there: for national figures, which count them once."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select

from casework.core.db import db
from casework.persons import queries as persons
from casework.referrals import queries
from casework.referrals.models import ReferralSide, ReferralStep
from casework.referrals.rules import Kind


@dataclass(frozen=True)
class Known:
    """That a referral of the acting organisation was linked there: two records, and whose each is."""

    one: tuple[UUID, UUID]
    other: tuple[UUID, UUID]
    formers: frozenset[UUID] = frozenset()
    """The other organisation's records that it had linked before, by mistake."""


def newly_linked() -> list[Known]:
    """The two records of each referral that the other side linked since the job looked last."""
    here = queries.own_id()
    linked = {step.referral_id: step.at for step in queries.news() if step.kind == Kind.LINKED}
    if not linked:
        return []
    with queries.reading_in(None):
        statement = select(ReferralSide).where(
            ReferralSide.referral_id.in_(linked), ReferralSide.person_id.is_not(None)
        )
        sides: dict[UUID, dict[bool, ReferralSide]] = {}
        for side_ in db.session.scalars(statement):
            sides.setdefault(side_.referral_id, {})[side_.organisation_id == here] = side_
        found = []
        for referral_id, both in sides.items():
            since = (both[True].told_at if len(both) == 2 else None) or datetime.min.replace(tzinfo=UTC)
            if len(both) == 2 and linked[referral_id] > since:
                found.append(Known(_record(both[True]), _record(both[False]), _formers(both[False], since)))
        return found


def _formers(side_: ReferralSide, since: datetime) -> frozenset[UUID]:
    """The records that this side had linked before it put that right, but for what went into the one linked now."""
    statement = select(ReferralStep.code).where(
        ReferralStep.referral_id == side_.referral_id,
        ReferralStep.organisation_id == side_.organisation_id,
        ReferralStep.kind == Kind.LINKED,
        ReferralStep.code.is_not(None),
        ReferralStep.at > since,
    )
    former = {persons.going_on(UUID(code)) for code in db.session.scalars(statement) if code is not None}
    return frozenset(former - {_record(side_)[1]})


def _record(side_: ReferralSide) -> tuple[UUID, UUID]:
    assert side_.person_id is not None  # noqa: S101 - the query asked for it
    return side_.organisation_id, persons.going_on(side_.person_id)
