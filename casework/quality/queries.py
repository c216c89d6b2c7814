"""Samples, their reviews, and the frame that a new one is drawn from."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import selectinload

from casework.cases.models import Case, CaseEvent, CaseParty
from casework.cases.queries import is_bare, is_overdue, is_without_contact
from casework.core import clock
from casework.core.db import db
from casework.persons.models import Person
from casework.quality.models import QualityReview, QualitySample
from casework.quality.rules import Candidate, by_item, percent
from casework.reference import queries as codes

LONG_OPEN = timedelta(days=365)


def _has_no_consent() -> ColumnElement[bool]:
    return Case.parties.any(CaseParty.person.has(Person.consent != "given"))


def _is_reopened() -> ColumnElement[bool]:
    return Case.events.any(CaseEvent.kind == "reopened")


def _is_long_open() -> ColumnElement[bool]:
    return (Case.closed_on.is_(None)) & (Case.opened_on < clock.today() - LONG_OPEN)


RISKS: dict[str, Callable[[], ColumnElement[bool]]] = {
    "OVERDUE": is_overdue,
    "NO_CONTACT": is_without_contact,
    "BARE": is_bare,
    "NO_CONSENT": _has_no_consent,
    "REOPENED": _is_reopened,
    "LONG_OPEN": _is_long_open,
}
"""Signs of risk by their code (list quality_risk): each makes it likelier that a case is drawn."""


def frame(days: int, lawyer_id: UUID | None) -> list[Candidate]:
    """Every case that a sample may take: open, or closed within so many days; of one lawyer or of all; by number."""
    since = clock.today() - timedelta(days=days)
    signs = [case((condition(), 1), else_=0) for condition in RISKS.values()]
    statement = (
        select(Case.number, *signs).where(or_(Case.closed_on.is_(None), Case.closed_on >= since)).order_by(Case.number)
    )
    if lawyer_id is not None:
        statement = statement.where(Case.lawyer_id == lawyer_id)
    return [
        Candidate(number, tuple(code for code, holds in zip(RISKS, held, strict=True) if holds))
        for number, *held in db.session.execute(statement)
    ]


def samples() -> list[QualitySample]:
    """All samples, the latest first."""
    statement = select(QualitySample).order_by(QualitySample.drawn_at.desc(), QualitySample.id)
    return list(db.session.scalars(statement.options(selectinload(QualitySample.reviews))))


def sample(sample_id: UUID) -> QualitySample | None:
    return db.session.scalar(
        select(QualitySample)
        .where(QualitySample.id == sample_id)
        .options(
            selectinload(QualitySample.reviews).selectinload(QualityReview.lawyer),
            selectinload(QualitySample.reviews)
            .selectinload(QualityReview.case)
            .selectinload(Case.parties)
            .selectinload(CaseParty.person),
        )
    )


def review(review_id: UUID) -> QualityReview | None:
    return db.session.scalar(
        select(QualityReview)
        .where(QualityReview.id == review_id)
        .options(
            selectinload(QualityReview.sample).selectinload(QualitySample.reviews),
            selectinload(QualityReview.lawyer),
            selectinload(QualityReview.case).selectinload(Case.parties).selectinload(CaseParty.person),
        )
    )


def of_lawyer(user_id: UUID) -> list[QualityReview]:
    """What was written to a lawyer about their cases, what is not answered yet first."""
    statement = (
        select(QualityReview)
        .where(QualityReview.lawyer_id == user_id, QualityReview.reviewed_at.is_not(None))
        .order_by(QualityReview.answered_at.is_not(None), QualityReview.reviewed_at.desc())
        .options(selectinload(QualityReview.case).selectinload(Case.parties).selectinload(CaseParty.person))
    )
    return list(db.session.scalars(statement))


def unanswered_count(user_id: UUID) -> int:
    statement = select(func.count()).where(
        QualityReview.lawyer_id == user_id,
        QualityReview.reviewed_at.is_not(None),
        QualityReview.answered_at.is_(None),
    )
    return db.session.scalar(statement) or 0


def points() -> dict[str, int | None]:
    """What each answer counts; None for “does not apply”."""
    return {
        code: codes.attribute("quality_answer", code, "points") for code, _label in codes.choices("quality_answer")()
    }


@dataclass(frozen=True)
class Trend:
    """What one sample came to: percent overall and for each item of the checklist."""

    sample: QualitySample
    overall: int | None
    items: dict[str, int | None]


def trend(of: list[QualitySample]) -> list[Trend]:
    """What the samples with at least one review came to, the earliest first."""
    counts = points()
    found = []
    for one in sorted(of, key=lambda each: each.drawn_at):
        answers = [review.answers for review in one.reviewed]
        if answers:
            together = [answer for review in answers for answer in review.values()]
            found.append(Trend(one, percent(together, counts), by_item(answers, counts)))
    return found
