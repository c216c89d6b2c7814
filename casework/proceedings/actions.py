"""Recording what happened in a procedure, putting it right, taking it back; and the clocks that follow."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from casework.cases import actions as cases
from casework.cases.models import Case
from casework.core import clock
from casework.core.db import db
from casework.core.errors import DomainError
from casework.core.events import case_correcting, case_reopened
from casework.documents import queries as documents
from casework.mandates import policy as mandates
from casework.persons import approving as statuses
from casework.procedures import queries as procedures
from casework.procedures.rules import Move, Procedure
from casework.proceedings import queries, rules
from casework.proceedings.models import Act, Deadline, Particulars
from casework.reference import queries as codes


class Forbidden(DomainError):
    """The procedure does not allow it now. `lacks` are the things that have to be there first."""

    def __init__(self, message: str, lacks: tuple[queries.Lack, ...] = ()) -> None:
        super().__init__(message, "code")
        self.lacks = lacks


@dataclass
class Told:
    """What is told of one act."""

    code: str
    happened_on: date
    served_on: date | None = None
    until_on: date | None = None
    number: str | None = None
    note: str | None = None
    document_id: UUID | None = None
    about_id: UUID | None = None
    is_by_representative: bool = False
    persons: list[UUID] | None = field(default=None)
    """Whose status it changes, where it changes one; None means everyone in the case."""


def record(case: Case, told: Told) -> Act:
    """Record an act. It may move the case, start and end clocks, and change the status of the persons on its day."""
    procedure = _procedure(case)
    move = _allowed(case, told.code, told.about_id)
    to_stage = move.to_stage if move.to_stage != case.stage else None
    _check(case, procedure, told, moves=to_stage is not None)
    who = db.session.info["principal"]
    act = Act(
        organisation_id=case.organisation_id,
        case_id=case.id,
        procedure_id=procedure.id,
        code=told.code,
        happened_on=told.happened_on,
        from_stage=case.stage,
        to_stage=to_stage,
        recorded_at=clock.now(),
        recorded_by_id=who.user_id,
    )
    _write(act, told)
    db.session.add(act)
    db.session.flush()
    if to_stage is not None:
        cases.reach(case, to_stage, told.happened_on)
    _bring_about(case, act, told.persons)
    recount(case)
    return act


def refusal(case: Case, code: str) -> DomainError | None:
    """Why an act cannot be recorded now; None when it can."""
    try:
        _allowed(case, code)
    except DomainError as error:
        return error
    return None


def _allowed(case: Case, code: str, about_id: UUID | None = None) -> Move:
    """What an act does at the present stage, unless the procedure forbids it there or something has to come first."""
    procedure = _procedure(case)
    _must_be_open(case)
    if codes.attribute("act", code, "deemed"):
        raise Forbidden(_("Nobody records silence: it follows by itself when the time is over."))
    if codes.attribute("act", code, "subject") and about_id is None:
        raise Forbidden(_("This is recorded on the page of the inquiry that it concerns."))
    move = procedure.move(case.stage, code)
    if move is None:
        raise Forbidden(_refusal(procedure, case, code))
    lacks = tuple(queries.unmet(case, move))
    if lacks:
        raise Forbidden(_("Something has to be there first."), lacks)
    return move


def correct(case: Case, act: Act, told: Told) -> None:
    """Put an act right. The clocks it started are counted anew; what they said before is kept."""
    procedure = _procedure(case)
    _must_be_open(case)
    _must_stand(act)
    if told.code != act.code:
        raise DomainError(_("Another act is another entry: take this one back and record the right one."), "code")
    _check(case, procedure, told, moves=act.has_moved, but=act)
    followed = (act.happened_on, act.code)
    act.happened_on = told.happened_on
    _write(act, told)
    db.session.flush()
    if _holds(case, act) and act.to_stage is not None:
        cases.reach(case, act.to_stage, act.happened_on)
    if followed != (told.happened_on, told.code) or told.persons is not None:
        statuses.void_caused_by(act.id, "WRONG_CONTENT", case_id=case.id)
        _bring_about(case, act, told.persons)
    recount(case)


def void(case: Case, act: Act, reason: str) -> None:
    """Take an act back, with the move, the clocks and the status that followed from it. It stays readable."""
    _must_be_open(case)
    _must_stand(act)
    if act.is_deemed:
        raise DomainError(_("Silence follows from the act that was not answered. Correct that one."))
    chain = queries.moving(case)
    if act in chain[:-1]:
        raise DomainError(_("Later acts build on this one. Take those back first."))
    holds = _holds(case, act)
    act.voided_at = clock.now()
    act.voided_by_id = db.session.info["principal"].user_id
    act.void_reason = reason
    db.session.flush()
    if holds and act.from_stage is not None:
        cases.reach(case, act.from_stage, chain[-2].happened_on if len(chain) > 1 else case.opened_on)
    statuses.void_caused_by(act.id, reason, case_id=case.id)
    recount(case)


def change_procedure(case: Case, procedure_id: UUID, stage: str, since: date, note: str) -> None:
    """Go on under another procedure, or a later version of the same one, at a stage of it. Said why, and kept.

    Clocks of another procedure stop; those of an earlier version are counted anew by the later one. Under the same
    version the stage may be set only while no act has moved the case: where it stood when the person came.
    """
    _must_be_open(case)
    chosen = procedures.rules_of(procedure_id)
    if chosen is None or chosen.track != case.track:
        raise DomainError(_("Choose a procedure for this kind of case."), "procedure")
    if chosen.stage(stage) is None:
        raise DomainError(_("This stage does not belong to the procedure."), "stage")
    if since > clock.today():
        raise DomainError(_("This date is in the future. Enter the day it happened."), "since")
    present = procedures.rules_of(case.procedure_id)
    is_same = present is not None and present.code == chosen.code and chosen.stage(case.stage) is not None
    if is_same and stage != case.stage and queries.moving(case):
        raise DomainError(_("Acts have brought the case to its stage. Record what happened next instead."), "stage")
    cases.set_procedure(case, chosen.id, stage, since, note)
    recount(case)


# -- checks ------------------------------------------------------------------------------------------------------


def _procedure(case: Case) -> Procedure:
    found = queries.rules_for(case)
    if found is None:
        raise DomainError(_("Choose the procedure of this case first."), "procedure")
    return found


def _must_be_open(case: Case) -> None:
    if not case.is_open:
        raise DomainError(_("This case is closed. Reopen it first."))


def _must_stand(act: Act) -> None:
    if act.is_void:
        raise DomainError(_("This entry is void and can no longer be changed."))


def _refusal(procedure: Procedure, case: Case, code: str) -> str:
    stages = [codes.label("stage", one) for one in procedure.stages_for(code)]
    if not stages:
        return _("“%(act)s” does not belong to this procedure.", act=codes.label("act", code))
    return _(
        "“%(act)s” cannot happen while the case stands at “%(stage)s”. It can at: %(stages)s.",
        act=codes.label("act", code),
        stage=codes.label("stage", case.stage),
        stages=", ".join(stages),
    )


def _check(case: Case, procedure: Procedure, told: Told, *, moves: bool, but: Act | None = None) -> None:
    today = clock.today()
    for name, day in (("happened_on", told.happened_on), ("served_on", told.served_on)):
        if day is not None and day > today:
            raise DomainError(_("This date is in the future. Enter the day it happened."), name)
    if told.served_on is not None and told.served_on < told.happened_on:
        raise DomainError(_("Nobody can learn of it before it happened."), "served_on")
    if told.until_on is not None and told.until_on < told.happened_on:
        raise DomainError(_("It cannot run out before it began."), "until_on")
    if moves:
        _check_order(case, told.happened_on, but)
    if told.persons is not None and not set(told.persons) <= {party.person_id for party in case.parties}:
        raise DomainError(_("Choose persons of this case only."), "persons")
    if told.document_id is not None and documents.document(case.id, told.document_id) is None:
        raise DomainError(_("Choose a document of this case."), "document")
    if told.is_by_representative:
        stage = procedure.stage((but.from_stage if but is not None else None) or case.stage)
        scope = codes.attribute("act", told.code, "scope") or (stage.scope if stage else None) or "ADMIN"
        mandates.check(case, scope, told.happened_on)


def _check_order(case: Case, on: date, but: Act | None) -> None:
    """The acts that move a case form a chain in time."""
    moving = queries.moving(case)
    place = next((n for n, one in enumerate(moving) if but is not None and one.id == but.id), len(moving))
    if place > 0 and on < moving[place - 1].happened_on:
        raise DomainError(_("The act before it happened later than this day."), "happened_on")
    if place + 1 < len(moving) and on > moving[place + 1].happened_on:
        raise DomainError(_("The act after it happened earlier than this day."), "happened_on")


def _holds(case: Case, act: Act) -> bool:
    """Whether the case stands where it does because of this act."""
    return case.stage == act.to_stage and act in queries.moving(case)[-1:]


def _write(act: Act, told: Told) -> None:
    act.served_on = told.served_on
    act.until_on = told.until_on
    act.about_id = told.about_id
    act.document_id = told.document_id
    act.is_by_representative = told.is_by_representative
    act.particulars = Particulars(told.number, told.note)


def _bring_about(case: Case, act: Act, for_persons: list[UUID] | None) -> None:
    change = codes.attribute("act", act.code, "status")
    if not change:
        return
    for party in case.parties:
        if for_persons is None or party.person_id in for_persons:
            statuses.bring_about(party.person, change, act.happened_on, act.id, case.id)


# -- clocks ------------------------------------------------------------------------------------------------------


def recount(case: Case) -> None:
    """Bring the stored deadlines, and what silence brought, to what follows from the acts today."""
    _reconcile(case, list(db.session.scalars(select(Act).where(Act.case_id == case.id))), _deadlines_of([case.id]))


SLICE = 200
"""So many cases are recounted at a time."""


def recount_open() -> int:
    """Recount every open case of the acting organisation, when the day or the calendar changed. Says how many."""
    ids = queries.open_under_procedures()
    for start in range(0, len(ids), SLICE):
        recount_these(ids[start : start + SLICE])
    return len(ids)


def recount_these(case_ids: Sequence[UUID]) -> None:
    """Recount some cases, as far as they are still open, in a few questions for all of them."""
    acts: dict[UUID, list[Act]] = {}
    for act in db.session.scalars(select(Act).where(Act.case_id.in_(case_ids))):
        acts.setdefault(act.case_id, []).append(act)
    stored = _deadlines_of(acts)
    for case in db.session.scalars(select(Case).where(Case.id.in_(acts), Case.closed_on.is_(None))):
        _reconcile(case, acts[case.id], stored)


def _deadlines_of(case_ids: Iterable[UUID]) -> dict[tuple[UUID, str], Deadline]:
    rows = db.session.scalars(select(Deadline).where(Deadline.case_id.in_(case_ids)))
    return {(row.act_id, row.limit_code): row for row in rows}


def _reconcile(case: Case, acts: list[Act], stored: dict[tuple[UUID, str], Deadline]) -> None:
    procedure = _procedure(case)
    reckoning = queries.reckoning(procedure, acts)
    _keep_silences(case, procedure, reckoning.silences, acts)
    former = {one.id for one in acts if not one.is_void and not queries.is_of(one, procedure)}
    reckoned = {(one.act.id, one.limit.code): one for one in reckoning.clocks}
    for key, reckoned_clock in reckoned.items():
        row = stored.get(key)
        if row is None:
            row = Deadline(organisation_id=case.organisation_id, case_id=case.id, act_id=key[0], limit_code=key[1])
            db.session.add(row)
        _set(row, reckoned_clock)
    for key, row in stored.items():
        if row.case_id != case.id or key in reckoned or row.state == rules.State.STOPPED:
            continue
        if row.state == rules.State.OPEN or row.act_id not in former:  # how one ended under another procedure stays
            row.state, row.ended_by_id, row.ended_on = rules.State.STOPPED, None, None
    db.session.flush()


def _keep_silences(case: Case, procedure: Procedure, silences: tuple[rules.Happening, ...], acts: list[Act]) -> None:
    rows = {one.id: one for one in acts if one.is_deemed}
    for one in silences:
        row = rows.get(one.id)
        if row is None:
            row = Act(
                id=one.id,
                organisation_id=case.organisation_id,
                case_id=case.id,
                procedure_id=procedure.id,
                code=one.code,
                is_deemed=True,
                silent_act_id=one.silence_of[0] if one.silence_of else None,
                silent_limit=one.silence_of[1] if one.silence_of else None,
                about_id=one.about,
                happened_on=one.on,
                recorded_at=clock.now(),
            )
            db.session.add(row)
        row.happened_on = one.on
        row.voided_at = row.void_reason = None
    kept = {one.id for one in silences}
    standing = {one.id for one in acts if not one.is_void}
    for row in rows.values():
        # Silence under another procedure was silence then, as long as the act that nobody answered stands.
        is_past = not queries.is_of(row, procedure) and row.silent_act_id in standing
        if row.id not in kept and not row.is_void and not is_past:
            row.voided_at, row.void_reason = clock.now(), "RECOUNTED"
    db.session.flush()


def _set(row: Deadline, reckoned: rules.Clock) -> None:
    former: date | None = row.due_on  # none yet in a new row
    if former is not None and former != reckoned.due_on:
        row.former_due_on, row.former_at = former, clock.now()
    row.limit_id = reckoned.limit.id
    row.who = reckoned.limit.who
    row.starts_on = reckoned.starts_on
    row.raw_end = reckoned.raw_end
    row.statutory_on = reckoned.statutory_on
    row.due_on = reckoned.due_on
    row.remind_on = reckoned.due_on - timedelta(days=reckoned.limit.remind_days)
    row.state = reckoned.state
    row.ended_by_id = reckoned.ended_by
    row.ended_on = reckoned.ended_on


# -- what acts say about corrections elsewhere -------------------------------------------------------------------


def listen() -> None:
    """Refuse the correction of a case that its acts contradict, and follow what happens to a case."""
    case_correcting.connect(_agree_with_case)
    case_reopened.connect(_go_on)


def _go_on(case: Case) -> None:
    """Deadlines rested while the case was closed: days have passed, and silence with them."""
    if queries.rules_for(case) is not None:
        recount(case)


def _agree_with_case(
    case: Case,
    track: str | None = None,
    without: UUID | None = None,
    reason: str = "WRONG_CONTENT",
    **_more: object,
) -> None:
    if track is not None and track != case.track and queries.acts(case.id):
        raise DomainError(
            _("Acts were recorded in this case. Take them back before it becomes another kind of case."), "track"
        )
    if without is not None:  # what the acts of the case brought about was never this person's
        for act in queries.acts(case.id):
            statuses.void_caused_by(act.id, reason, without, case.id)
