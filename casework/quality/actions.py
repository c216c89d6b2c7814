"""Drawing a sample, reviewing its cases, closing it; and the lawyer's answer."""

import secrets
from uuid import UUID

from flask_babel import gettext as _

from casework.cases import queries as cases
from casework.core import clock
from casework.core.db import db
from casework.core.errors import DomainError
from casework.notices.actions import tell
from casework.quality import queries
from casework.quality.models import QualityReview, QualitySample, Remarks
from casework.quality.rules import Candidate, draw
from casework.reference import queries as codes

LARGEST = 50


def draw_sample(
    method: str, size: int, days: int, lawyer_id: UUID | None = None, seed: str | None = None
) -> QualitySample:
    """Draw cases to be reviewed. Without a seed one is drawn by lot; the same seed and frame give the same sample."""
    if not 1 <= size <= LARGEST:
        raise DomainError(_("Choose from 1 to %(largest)s cases.", largest=LARGEST), "size")
    frame = queries.frame(days, lawyer_id)
    if not frame:
        raise DomainError(_("There is no case to draw from. Take a longer time, or all lawyers."), "days")
    seed = (seed or "").strip() or secrets.token_hex(4)
    made = QualitySample(
        seed=seed,
        method=method,
        size=size,
        days=days,
        lawyer_id=lawyer_id,
        frame=[[one.number, *one.risks] for one in frame],
        drawn_at=clock.now(),
        drawn_by_id=db.session.info["principal"].user_id,
    )
    db.session.add(made)
    db.session.flush()
    for position, number in enumerate(draw(frame, size, seed, by_risk=method == "RISK"), 1):
        case = cases.case_by_number(number)
        assert case is not None  # noqa: S101 - the frame has just been read
        made.reviews.append(QualityReview(case_id=case.id, lawyer_id=case.lawyer_id, position=position))
    db.session.flush()
    return made


def drawn_again(sample: QualitySample) -> list[str]:
    """The numbers that its frame, size and seed give: those of its reviews, or somebody changed something."""
    frame = [Candidate(number, tuple(risks)) for number, *risks in sample.frame]
    return draw(frame, sample.size, sample.seed, by_risk=sample.method == "RISK")


def review(one: QualityReview, answers: dict[str, str], to_lawyer: str | None) -> None:
    """Record how the case answers to the checklist, and tell its lawyer."""
    if one.sample.closed_at is not None:
        raise DomainError(_("This sample is closed. What was reviewed stays as it is."))
    if one.lawyer_id == db.session.info["principal"].user_id:
        raise DomainError(_("This was your own case when the sample was drawn. Another supervisor reviews it."))
    known = {code for code, _label in codes.choices("quality_item")()}
    offered = {code for code, _label in codes.choices("quality_answer")()}
    if set(answers) - known or set(answers.values()) - offered:
        raise DomainError(_("Choose one of the options."))
    one.answers = dict(answers)
    one.remarks = Remarks(to_lawyer, one.remarks.answer)
    one.reviewed_at, one.reviewed_by_id = clock.now(), db.session.info["principal"].user_id
    one.answered_at = None
    db.session.flush()
    tell(
        [one.lawyer_id],
        "quality_note",
        f"quality:{one.id}:{one.version}",
        endpoint="quality.note",
        values={"review_id": str(one.id)},
        case_id=one.case_id,
    )


def answer(one: QualityReview, text: str | None) -> None:
    """The lawyer has read the remarks, and may answer them."""
    if one.lawyer_id != db.session.info["principal"].user_id:
        raise DomainError(_("Only the lawyer whose case it was answers the remarks."))
    if not one.is_reviewed:
        raise DomainError(_("This case has not been reviewed yet."))
    one.remarks = Remarks(one.remarks.to_lawyer, text)
    one.answered_at = clock.now()
    db.session.flush()


def close(sample: QualitySample) -> None:
    """Nothing in it changes any more. What was not reviewed stays so."""
    if sample.closed_at is not None:
        raise DomainError(_("This sample is closed. What was reviewed stays as it is."))
    if not sample.reviewed:
        raise DomainError(_("Review at least one case before you close the sample."))
    sample.closed_at = clock.now()
    db.session.flush()


def open_again(sample: QualitySample) -> None:
    """Undo the closing."""
    if sample.closed_at is None:
        raise DomainError(_("This sample is open."))
    sample.closed_at = None
    db.session.flush()
