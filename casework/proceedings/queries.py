"""What happened in a case, what runs, what may happen next and what it still lacks."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import aliased, selectinload

from casework.cases.models import Case, CaseParty
from casework.cases.queries import CONDITIONS, Condition
from casework.core import clock
from casework.core.db import db, once_per_page
from casework.evidence import queries as evidence
from casework.evidence.rules import unsettled
from casework.procedures import queries as procedures
from casework.procedures.rules import Move, Procedure
from casework.proceedings import rules
from casework.proceedings.models import Act, Deadline
from casework.proceedings.rules import State
from casework.reference import queries as codes
from casework.workdays import queries as workdays

EXPIRY = "EXPIRY"
"""Whose deadline it is when a document runs out: nobody’s."""
EXPIRES_SOON = timedelta(days=30)


def act(case_id: UUID, act_id: UUID) -> Act | None:
    return db.session.scalar(select(Act).where(Act.id == act_id, Act.case_id == case_id))


@once_per_page
def acts(case_id: UUID, *, with_void: bool = False) -> list[Act]:
    """What happened, in order. Silence comes first on its day: the day had begun with it."""
    statement = select(Act).where(Act.case_id == case_id)
    if not with_void:
        statement = statement.where(Act.voided_at.is_(None))
    return list(db.session.scalars(statement.order_by(Act.happened_on, Act.is_deemed.desc(), Act.recorded_at)))


def acts_about(about_id: UUID) -> list[Act]:
    """What happened about one subject, such as an inquiry."""
    statement = select(Act).where(Act.about_id == about_id, Act.voided_at.is_(None))
    return list(db.session.scalars(statement.order_by(Act.happened_on, Act.recorded_at)))


def moving(case: Case, known: Iterable[Act] | None = None) -> list[Act]:
    """The acts that moved the case under its present procedure, whatever its version, in the order they were recorded.

    What moved it under another procedure moves it no more: that one's stages are not its stages.
    """
    procedure = rules_for(case)
    found = acts(case.id) if known is None else known
    moves = [one for one in found if one.has_moved and procedure is not None and is_of(one, procedure)]
    return sorted(moves, key=lambda one: (one.recorded_at, one.happened_on))


@once_per_page
def deadlines(case_id: UUID) -> list[Deadline]:
    """Every deadline of a case, those that run first, by day."""
    statement = select(Deadline).where(Deadline.case_id == case_id).order_by(Deadline.due_on, Deadline.limit_code)
    found = list(db.session.scalars(statement.options(selectinload(Deadline.act))))
    return sorted(found, key=lambda one: one.state != State.OPEN)


def next_deadlines(case_ids: Collection[UUID]) -> dict[UUID, Deadline]:
    """The same for many cases, in one question."""
    statement = (
        select(Deadline)
        .where(Deadline.case_id.in_(case_ids), Deadline.state == State.OPEN)
        .order_by(Deadline.due_on.desc())
    )
    return {one.case_id: one for one in db.session.scalars(statement)}


_WITH_CASE = selectinload(Deadline.case).selectinload(Case.parties).selectinload(CaseParty.person)


def due(
    until: date,
    *,
    since: date | None = None,
    lawyer_id: UUID | None = None,
    who: Collection[str] | None = None,
) -> list[Deadline]:
    """Running deadlines of open cases that end by a day, the most urgent first, each with its case and persons."""
    return _with_cases(_running().where(Deadline.due_on <= until), since, lawyer_id, who)


def near(soon: date, lawyer_id: UUID | None = None) -> list[Deadline]:
    """Running deadlines, not passed, that end by a day or ask for attention already: each limit says how early."""
    today = clock.today()
    return _with_cases(_running().where(is_near(soon)), today, lawyer_id, None)


def is_near(soon: date) -> ColumnElement[bool]:
    today = clock.today()
    return and_(Deadline.due_on >= today, or_(Deadline.due_on <= soon, Deadline.remind_on <= today))


def _with_cases(
    statement: Select[Deadline], since: date | None, lawyer_id: UUID | None, who: Collection[str] | None
) -> list[Deadline]:
    if since is not None:
        statement = statement.where(Deadline.due_on >= since)
    if lawyer_id is not None:
        statement = statement.where(Case.lawyer_id == lawyer_id)
    if who is not None:
        statement = statement.where(Deadline.who.in_(who))
    statement = statement.order_by(Deadline.due_on, Deadline.limit_code, Deadline.id)
    return list(
        db.session.scalars(statement.options(_WITH_CASE, selectinload(Deadline.case).selectinload(Case.lawyer)))
    )


def _running() -> Select[Deadline]:
    return (
        select(Deadline)
        .join(Case, Case.id == Deadline.case_id)
        .where(Deadline.state == State.OPEN, Case.closed_on.is_(None))
    )


def has_running_deadline() -> ColumnElement[bool]:
    """For a question about cases: whether any deadline runs."""
    running = aliased(Deadline)
    return exists(
        select(running.id).where(
            and_(
                running.organisation_id == Case.organisation_id,
                running.case_id == Case.id,
                running.state == State.OPEN,
            )
        )
    )


def _has_running(*wanted: ColumnElement[bool]) -> ColumnElement[bool]:
    """For the list of cases: open, and such a deadline runs."""
    running = select(Deadline.case_id).where(Deadline.state == State.OPEN, *wanted)
    return and_(Case.closed_on.is_(None), Case.id.in_(running))


def has_passed_deadline() -> ColumnElement[bool]:
    """Open, and a legal deadline has passed; a certificate that ran out is none."""
    return _has_running(Deadline.who != EXPIRY, Deadline.due_on < clock.today())


def has_expiring_certificate() -> ColumnElement[bool]:
    """Open, and a certificate runs out within 30 days, or has run out."""
    return _has_running(Deadline.who == EXPIRY, Deadline.due_on <= clock.today() + EXPIRES_SOON)


CONDITIONS["deadline_passed"] = Condition(_l("Legal deadline passed"), has_passed_deadline)
CONDITIONS["certificate"] = Condition(_l("Certificate expires in 30 days, or has"), has_expiring_certificate)


# -- the clocks -------------------------------------------------------------------------------------------------


def reckoning(procedure: Procedure, known: Iterable[Act], *more: rules.Happening) -> rules.Reckoning:
    """The clocks that follow, today, from acts recorded under a procedure, and from what has not been recorded yet.

    What concerns an inquiry counts under every procedure: the State that was asked goes on owing its reply.
    """
    told = [
        rules.Happening(one.id, one.code, one.happened_on, one.served_on, one.until_on, one.about_id, one.recorded_at)
        for one in known
        if not one.is_deemed and not one.is_void and (one.about_id is not None or is_of(one, procedure))
    ]
    return rules.reckon([*told, *more], procedure.limits, workdays.calendar(), clock.today())


def is_of(act: Act, procedure: Procedure) -> bool:
    """Whether an act was recorded under this procedure, in whichever version."""
    found = procedures.rules_of(act.procedure_id)
    return found is not None and found.code == procedure.code


def waiting(case: Case, known: Iterable[Act]) -> list[rules.Waiting]:
    """Limits that will run from a day which nobody has told yet, as long as nothing has made them pointless."""
    procedure = rules_for(case)
    if procedure is None:
        return []
    told = [one for one in known if not one.is_void]
    found = []
    for one in reckoning(procedure, told).waiting:
        over = {*one.limit.ends, *one.limit.stops, *one.limit.starts}
        if not any(act.code in over and act.happened_on >= one.act.on and act.id != one.act.id for act in told):
            found.append(one)
    return found


@dataclass(frozen=True)
class Outlook:
    """What would follow from an act that is not recorded yet."""

    move: Move
    starts: list[rules.Clock]
    meets: list[rules.Clock]
    stops: list[rules.Clock]
    waits: list[rules.Waiting]


def outlook(case: Case, happening: rules.Happening) -> Outlook | None:
    """What an act would do to the case and its clocks; None when the procedure forbids it now."""
    procedure = rules_for(case)
    move = procedure.move(case.stage, happening.code) if procedure is not None else None
    if procedure is None or move is None:
        return None
    known = acts(case.id)
    before = {_key(one): one for one in reckoning(procedure, known).clocks}
    after = reckoning(procedure, known, happening)
    changed = [one for one in after.clocks if _key(one) not in before or before[_key(one)].state != one.state]
    return Outlook(
        move,
        starts=[one for one in changed if one.act.id == happening.id and one.state in (State.OPEN, State.SILENT)],
        meets=[one for one in changed if one.state is State.MET and one.ended_by == happening.id],
        stops=[one for one in changed if one.state is State.STOPPED and one.ended_by == happening.id],
        waits=[one for one in after.waiting if one.act.id == happening.id],
    )


def _key(one: rules.Clock) -> tuple[UUID, str]:
    return one.act.id, one.limit.code


# -- what may happen next ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Lack:
    """Something that has to be there before a move: of what kind, and which."""

    kind: str
    """EVIDENCE (code: a document type), INQUIRY, INQUIRIES_CLOSED, ACT (code: an act)."""
    code: str = ""


@dataclass(frozen=True)
class Possible:
    """An act that the procedure allows now, where it leads, and what is still missing for it."""

    code: str
    move: Move
    lacks: tuple[Lack, ...]


def rules_for(case: Case) -> Procedure | None:
    return procedures.rules_of(case.procedure_id)


def possible_acts(case: Case) -> list[Possible]:
    """What may happen at the present stage. What only silence or an inquiry brings is not offered."""
    procedure = rules_for(case)
    if procedure is None:
        return []
    found = [move for move in procedure.moves_from(case.stage) if is_told_by_hand(move.act)]
    known = acts(case.id) if any(move.needs for move in found) else []
    lines = evidence.checklist(case) if any("EVIDENCE" in move.needs for move in found) else []
    return [Possible(move.act, move, tuple(_lacking(procedure, move, known, lines))) for move in found]


def is_told_by_hand(code: str) -> bool:
    """Whether a person records this act as such, rather than the engine or the page about an inquiry."""
    attributes = codes.attribute("act", code, "deemed"), codes.attribute("act", code, "subject")
    return not any(attributes)


def unmet(case: Case, move: Move) -> list[Lack]:
    """What a move still lacks."""
    procedure = rules_for(case)
    if not move.needs or procedure is None:
        return []
    return _lacking(procedure, move, acts(case.id), evidence.checklist(case) if "EVIDENCE" in move.needs else [])


def _lacking(procedure: Procedure, move: Move, known: list[Act], lines: list[evidence.Line]) -> list[Lack]:
    lacks: list[Lack] = []
    for need in move.needs:
        kind, _colon, code = need.partition(":")
        if kind == "EVIDENCE" and move.to_stage:
            lacks += [
                Lack("EVIDENCE", line.kind)
                for line in unsettled(lines, move.to_stage)
                if isinstance(line, evidence.Line)
            ]
        elif kind == "ACT" and not any(_is_there(one, code, procedure) for one in known):
            lacks.append(Lack("ACT", code))
        elif (kind == "INQUIRY" and not _asked(known)) or (kind == "INQUIRIES_CLOSED" and _unanswered(known)):
            lacks.append(Lack(kind))
    return lacks


def _is_there(act: Act, code: str, procedure: Procedure) -> bool:
    """Whether it is such an act. Silence under another procedure was silence about something else."""
    return act.code == code and (not act.is_deemed or is_of(act, procedure))


def _asked(known: list[Act]) -> set[UUID | None]:
    return {one.about_id for one in known if one.code == "INQUIRY_SENT"}


def _unanswered(known: list[Act]) -> set[UUID | None]:
    """Inquiries that were neither answered nor met with silence for the time the law gives."""
    ended = {one.about_id for one in known if one.code in ("INQUIRY_REPLIED", "INQUIRY_TIMEOUT")}
    return _asked(known) - ended


def open_under_procedures() -> list[UUID]:
    """Every open case that runs under a procedure, for a recount."""
    statement = select(Case.id).where(Case.closed_on.is_(None), Case.procedure_id.is_not(None)).order_by(Case.id)
    return list(db.session.scalars(statement))
