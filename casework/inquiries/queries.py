"""Inquiries of one's own organisation, each with its acts and its clock."""

from dataclasses import dataclass, field
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, or_, select

from casework.cases.models import Case
from casework.cases.queries import CONDITIONS, Condition
from casework.core import clock
from casework.core.db import db
from casework.inquiries.models import Inquiry
from casework.proceedings import queries as proceedings
from casework.proceedings.models import Act, Deadline
from casework.proceedings.rules import State
from casework.reference import queries as codes

SENT, REMINDED, REPLIED, TIMEOUT = "INQUIRY_SENT", "INQUIRY_REMINDED", "INQUIRY_REPLIED", "INQUIRY_TIMEOUT"


@dataclass(frozen=True)
class Course:
    """An inquiry with what happened about it."""

    inquiry: Inquiry
    sent: Act | None = None
    replied: Act | None = None
    silent: Act | None = None
    reminders: list[Act] = field(default_factory=list)
    deadline: Deadline | None = None
    """The clock that sending it started."""

    @property
    def is_closed(self) -> bool:
        """Answered, or met with silence for the time the law gives."""
        return self.replied is not None or self.silent is not None


def inquiry(case_id: UUID, inquiry_id: UUID) -> Inquiry | None:
    return db.session.scalar(select(Inquiry).where(Inquiry.id == inquiry_id, Inquiry.case_id == case_id))


def of_case(case_id: UUID, *, with_void: bool = False) -> list[Inquiry]:
    """The inquiries of a case, the latest first."""
    statement = select(Inquiry).where(Inquiry.case_id == case_id)
    if not with_void:
        statement = statement.where(Inquiry.voided_at.is_(None))
    return list(db.session.scalars(statement.order_by(Inquiry.sent_on.desc(), Inquiry.recorded_at.desc())))


def courses(case_id: UUID, *, with_void: bool = False) -> list[Course]:
    """The same, each with its own acts and clock, in three questions however many there are."""
    acts: dict[UUID | None, list[Act]] = {}
    for act in proceedings.acts(case_id):
        acts.setdefault(act.about_id, []).append(act)
    clocks = {one.act_id: one for one in reversed(proceedings.deadlines(case_id))}
    return [_course(one, acts.get(one.id, []), clocks) for one in of_case(case_id, with_void=with_void)]


def course(inquiry: Inquiry) -> Course:
    return next(one for one in courses(inquiry.case_id, with_void=True) if one.inquiry.id == inquiry.id)


def _course(inquiry: Inquiry, acts: list[Act], clocks: dict[UUID, Deadline]) -> Course:
    last = {act.code: act for act in acts}
    sent = last.get(SENT)
    return Course(
        inquiry,
        sent=sent,
        replied=last.get(REPLIED),
        silent=last.get(TIMEOUT),
        reminders=[act for act in acts if act.code == REMINDED],
        deadline=clocks.get(sent.id) if sent is not None else None,
    )


def is_answer(reply: str | None) -> bool:
    """Whether a reply ends the waiting: not one that asks for more."""
    return reply is not None and codes.attribute("inquiry_reply", reply, "means") != "open"


# -- for the list of cases ---------------------------------------------------------------------------------------


def is_unanswered() -> ColumnElement[bool]:
    """Open, and a State has not answered though its reply was due: its clock ran out, and none came since."""
    open_replies = [one.code for one in codes.items("inquiry_reply") if not is_answer(one.code)]
    overdue = (
        select(Inquiry.case_id)
        .join(Act, Act.about_id == Inquiry.id)
        .join(Deadline, Deadline.act_id == Act.id)
        .where(
            Inquiry.voided_at.is_(None),
            or_(Inquiry.reply.is_(None), Inquiry.reply.in_(open_replies)),
            Act.code == SENT,
            Act.voided_at.is_(None),
            Deadline.state.in_([State.OPEN, State.SILENT]),
            Deadline.due_on < clock.today(),
        )
    )
    return and_(Case.closed_on.is_(None), Case.id.in_(overdue))


CONDITIONS["inquiry"] = Condition(_l("Inquiry unanswered, reply was due"), is_unanswered)
