"""Making one record of two, and two of one again."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from casework.cases import actions as case_actions
from casework.cases import queries as cases
from casework.cases.models import Case
from casework.core import clock, i18n
from casework.core.audit import AuditEntry
from casework.core.db import Base, db
from casework.core.errors import DomainError
from casework.core.events import known_elsewhere, person_changed, records_merged
from casework.duplicates import actions, joining, moving, queries
from casework.duplicates.models import Choices, DuplicatePair, Merge, MergeStep
from casework.duplicates.moving import LEFT, MOVED, VOIDED, Planned
from casework.duplicates.rules import Decision, in_order
from casework.persons import actions as persons
from casework.persons import queries as person_queries
from casework.persons.models import Person, Words
from casework.persons.rules import Dimension, Flow

UNDO_WITHIN = timedelta(days=30)
"""How long a merge can be undone: “can be undone for 30 days”, the task “One identity across alphabets”."""

CHOSEN_DIMENSIONS = (Dimension.DISPLACEMENT, Dimension.NATIONALITY, Dimension.RESIDENCE)
"""The histories of which it is chosen what holds. Whether the person is in care is not: they are if either was."""

NOTHING_SAID = {Dimension.DISPLACEMENT: "ND", Dimension.NATIONALITY: "ND", Dimension.RESIDENCE: "UNK"}

_ENTERED_TWICE = "DUPLICATE_ENTRY"
_NOT_THIS_PERSON = "WRONG_PERSON"
_SOMETHING_ELSE = "OTHER"


# -- merging -------------------------------------------------------------------------------------------------------


def obstacle(one: Person, other: Person, pair: DuplicatePair | None = None) -> str | None:
    """Why two records cannot be made one, if so."""
    if pair is not None and pair.decision == Decision.DIFFERENT:
        return _("Somebody decided that these are two people. Change that decision first.")
    if one.id == other.id:
        return _("A record cannot be merged with itself.")
    for person in (one, other):
        if person.merged_into_id is not None:
            return _("The record %(number)s was merged already. Look at it again.", number=person.number)
    return None


def merge(
    one: Person,
    other: Person,
    take: Collection[str] = (),
    statuses: Mapping[str, str] | None = None,
    note: str | None = None,
    pair: DuplicatePair | None = None,
) -> Merge:
    """Make one record of two: `take` names the fields that come from the one that goes, `statuses` what holds.

    Histories stay apart: of what holds today the record that goes on gets one entry, caused by the merge.
    """
    _lock(one, other)
    reason = obstacle(one, other, pair)
    if reason is not None:
        raise DomainError(reason)
    kept, gone = in_order(one, other)
    holding = _holding(kept, gone, statuses or {})
    # First, because the rules of a record may refuse it, and then nothing has been changed yet.
    chosen = joining.write(kept, joining.joined(joining.side_of(kept), joining.side_of(gone), take), is_told=False)
    if pair is not None and pair.decision != Decision.SAME:
        actions.decide(pair, Decision.SAME)
    done = Merge(
        kept_id=kept.id,
        gone_id=gone.id,
        merged_at=clock.now(),
        merged_by_id=db.session.info["principal"].user_id,
        choices=Choices(chosen),
        note=Words(note or None),
    )
    db.session.add(done)
    steps = moving.plan(kept, gone)
    gone.merged_into_id, gone.merged_on = kept.id, clock.today()
    db.session.flush()
    for step in steps:
        _carry_out(step, done, kept)
    for dimension, code in holding.items():
        change = {"dimension": dimension, "code": code, "reason": Flow.MERGED}
        persons.bring_about(kept, change, clock.today(), done.id)
    if gone.registration == "ACTIVE":
        persons.come_back(kept, clock.today(), done.id)
    _announce(kept, gone, {step.table_name for step in steps})
    return done


def _lock(one: Person, other: Person) -> None:
    """Whoever is writing to either record ends first; what they wrote is then seen here."""
    db.session.flush()
    ids = sorted((one.id, other.id))
    both = select(Person).where(Person.id.in_(ids)).order_by(Person.id).with_for_update()
    for person in db.session.scalars(both.execution_options(populate_existing=True)):
        db.session.expire(person, ["entries"])


def _holding(kept: Person, gone: Person, statuses: Mapping[str, str]) -> dict[str, str]:
    """What is to hold that does not hold on the record that goes on, by history."""
    found = {}
    for dimension, code in statuses.items():
        if dimension not in CHOSEN_DIMENSIONS or code not in (kept.holds(dimension), gone.holds(dimension)):
            raise DomainError(_("Choose one of the options."), dimension)
        if code != kept.holds(dimension):
            found[dimension] = code
    return found


def _carry_out(step: Planned, done: Merge, kept: Person) -> None:
    if step.how == MOVED:
        setattr(step.row, step.key, kept.id)
    elif step.how == VOIDED:
        step.row.voided_at = clock.now()
        step.row.voided_by_id = db.session.info["principal"].user_id
        step.row.void_reason = _ENTERED_TWICE
    db.session.add(
        MergeStep(merge_id=done.id, table_name=step.table_name, row=step.row.id, column=step.key, how=step.how)
    )
    db.session.flush()


def _announce(kept: Person, gone: Person, tables: Collection[str]) -> None:
    for person in (kept, gone):
        person.changed_at = clock.now()
    db.session.flush()
    db.session.expire_all()  # what was loaded still says whose everything was before
    for person in (kept, gone):
        person_changed.send(person)
        records_merged.send(person)
    if "overlap_sides" in tables:
        known_elsewhere.send(None, person_ids={kept.id, gone.id})


# -- undoing -------------------------------------------------------------------------------------------------------


@dataclass
class Undoing:
    """What undoing a merge would do, or why it cannot be done."""

    obstacle: str | None
    back: Counter[str] = field(default_factory=Counter)
    """How many rows go back or stand again, by table."""
    since: Counter[str] = field(default_factory=Counter)
    """How many rows were added since, which stay with the record that goes on, by table."""
    elsewhere: Counter[str] = field(default_factory=Counter)
    """How many rows cannot go back, for they were changed or belong to somebody else since, by table."""
    stay: list[str] = field(default_factory=list)
    """The fields that were changed since, by name."""


def last_day(done: Merge) -> date:
    """The last day on which a merge can be undone."""
    return clock.day_of(done.merged_at) + UNDO_WITHIN


def why_not_undone(done: Merge) -> str | None:
    """Why a merge can no longer, or not yet, be undone. Of several, the last is undone first."""
    if done.undone_at is not None:
        return _("This merge was undone already.")
    if clock.today() > last_day(done):
        return _("A merge can be undone for 30 days. This one could be until %(day)s.", day=i18n.day(last_day(done)))
    kept, _gone = _both_records(done)
    if kept.merged_into_id is not None:
        return _("The record %(number)s was itself merged since. Undo that merge first.", number=kept.number)
    later = next(
        (one for one in queries.merges_of(kept.id) if one.id != done.id and one.merged_at >= done.merged_at), None
    )
    if later is not None:
        other = person_queries.record(later.gone_id)
        return _(
            "The record %(number)s was merged into this one later. Undo that merge first.",
            number=other.number if other is not None else "",
        )
    return None


def _both_records(done: Merge) -> tuple[Person, Person]:
    kept, gone = person_queries.record(done.kept_id), person_queries.record(done.gone_id)
    if kept is None or gone is None:
        raise RuntimeError("A merge names a record that is not there.")
    return kept, gone


def undoing(done: Merge) -> Undoing:
    """What undoing would do. Nothing is changed by asking."""
    found = Undoing(why_not_undone(done))
    if done.undone_at is not None:
        return found
    kept, gone = _both_records(done)
    steps = _steps(done)
    leaving = {step.row for step in steps if step.how == MOVED}
    for step in steps:
        goes_back = _returning(step, kept, gone, leaving) is not None
        (found.back if goes_back else found.elsewhere)[step.table_name] += 1
    found.since = _added_since(done, kept)
    found.stay = joining.changed_since(kept, done.choices.fields)
    return found


def _steps(done: Merge) -> list[MergeStep]:
    """What was done, in the order in which it is undone: moved rows make room for those that were voided for them."""
    steps = db.session.scalars(select(MergeStep).where(MergeStep.merge_id == done.id, MergeStep.how != LEFT))
    return sorted(steps, key=lambda one: (one.how != MOVED, one.table_name, str(one.row)))


def _model(table_name: str) -> Any:
    """The class of a table; None when the table has gone."""
    return next((one.class_ for one in Base.registry.mappers if one.class_.__tablename__ == table_name), None)


def _returning(step: MergeStep, kept: Person, gone: Person, leaving: Collection[UUID] = ()) -> Any:
    """The row that this step took, while it is as the merge left it and its former place is free.

    `leaving`: rows that will have gone back by then.
    """
    model = _model(step.table_name)
    row = db.session.scalar(select(model).where(model.id == step.row)) if model is not None else None
    if row is None:
        return None
    if step.how == MOVED:
        is_there = getattr(row, step.column) == kept.id
        return row if is_there and moving.has_place(row, step.column, gone.id) else None
    is_ours = row.voided_at is not None and row.void_reason == _ENTERED_TWICE
    return row if is_ours and not moving.stands_beside(row, step.column, leaving) else None


def _added_since(done: Merge, kept: Person) -> Counter[str]:
    """The rows of the record that goes on which were made after the merge, by table: the audit knows when."""
    found: Counter[str] = Counter()
    for reference in moving.moving():
        ids = db.session.scalars(select(reference.model.id).where(reference.column == kept.id)).all()
        made = select(AuditEntry.subject_id).where(
            AuditEntry.subject_id.in_(ids),
            AuditEntry.action == f"{reference.table_name}:create",
            AuditEntry.at > done.merged_at,
        )
        found[reference.table_name] += len(db.session.scalars(made).all())
    return +found


def undo(done: Merge, reason: str) -> list[str]:
    """Make two records of one again, for a reason of the list `difference_reason`.

    Every row goes back that is as the merge left it; what was added since stays with the record that goes on. The
    fields that the merge wrote go back, unless they were changed since: the names of those are the answer.
    """
    kept, gone = _both_records(done)
    _lock(kept, gone)
    why_not = why_not_undone(done)
    if why_not is not None:
        raise DomainError(why_not)
    stay = joining.take_back(kept, done.choices.fields)  # first, as in a merge
    done.undone_at, done.undone_by_id = clock.now(), db.session.info["principal"].user_id
    done.undo_reason = reason
    gone.merged_into_id = gone.merged_on = None
    db.session.flush()
    tables = set()
    for step in _steps(done):
        row = _returning(step, kept, gone)
        if row is None:
            continue
        if step.how == MOVED:
            setattr(row, step.column, gone.id)
        else:
            row.voided_at = row.voided_by_id = row.void_reason = None
        tables.add(step.table_name)
        db.session.flush()
    persons.void_caused_by(done.id, _NOT_THIS_PERSON)
    _give_back(done, kept, gone)
    _announce(kept, gone, tables)
    unsure = reason == _SOMETHING_ELSE
    actions.remember(kept, gone, Decision.UNSURE if unsure else Decision.DIFFERENT, None if unsure else reason)
    return stay


def _give_back(done: Merge, kept: Person, gone: Person) -> None:
    """What cases of the record that went brought about since was written on the record that goes on: it goes along.

    Then either is in care, or out of it, by what happened meanwhile to its own cases, which those of the other held up.
    """
    db.session.expire_all()
    theirs, ours = ({one.id for one in cases.cases_of([person.id])} for person in (gone, kept))
    since = [
        one
        for one in kept.entries
        if not one.is_void and one.cause_id not in (None, done.id) and one.recorded_at >= done.merged_at
    ]
    case_of = _cases_of_causes({one.cause_id for one in since if one.cause_id is not None})
    for entry in since:
        case_id = case_of.get(entry.cause_id) if entry.cause_id is not None else None
        if case_id in theirs:
            persons.hand_over(entry, gone, None if case_id in ours else _NOT_THIS_PERSON)
    for person in (kept, gone):
        case_actions.count_by_what_remains(person, closed_since=done.merged_at)


def _cases_of_causes(cause_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """The case of each cause of a status: the case itself, or whatever belongs to one, such as a session or an act."""
    found = {one: one for one in db.session.scalars(select(Case.id).where(Case.id.in_(cause_ids)))}
    for mapper in Base.registry.mappers:
        model: Any = mapper.class_
        if hasattr(model, "case_id") and hasattr(model, "id"):
            rows = db.session.execute(select(model.id, model.case_id).where(model.id.in_(cause_ids)))
            found |= {row.id: row.case_id for row in rows}
    return found
