"""What partners did in a period: sessions, services, letters, inquiries, steps, decisions, cases closed.

Read from clear coded columns only, over all organisations; what was voided by the cut, or recorded after it, does not
count. Ids of persons tell how many are behind a number, and go no further than that.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, cast, func, literal_column, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from casework.cases.models import Case, CaseEvent, CaseParty
from casework.consultations.models import Attendance, Consultation, ConsultationTopic, Service
from casework.core.db import db
from casework.core.scope import unscoped
from casework.inquiries.models import Inquiry
from casework.letters.models import Letter
from casework.procedures.models import Procedure
from casework.proceedings.models import Act
from casework.reference import queries as codes
from casework.transfers.models import TransferredRow

Persons = frozenset[UUID]

ENOUGH = 20
"""So many persons behind what happened are looked at one by one; that there are more changes nothing."""


class Event(NamedTuple):
    """What happened at an organisation in a month (2024-05), with whom, its codes by dimension, and how many times.

    Of what happened many times, at most ENOUGH of the persons are named.
    """

    organisation_id: UUID
    month: str
    persons: Persons
    codes: dict[str, str | None]
    times: int = 1


@dataclass(frozen=True)
class Window:
    """What is looked at: days from the first to before the second, as recorded by the cut (None: by now)."""

    since: date
    as_of: date
    cut: datetime | None = None

    def during(self, day: Any) -> ColumnElement[bool]:
        found: ColumnElement[bool] = (day >= self.since) & (day < self.as_of)
        return found

    def stands(self, row: Any) -> ColumnElement[bool]:
        """Recorded by the cut, and not voided by it."""
        if self.cut is None:
            voided: ColumnElement[bool] = row.voided_at.is_(None)
            return voided
        found: ColumnElement[bool] = row.recorded_at <= self.cut
        return found & or_(row.voided_at.is_(None), row.voided_at > self.cut)

    def counts(self, row: Any) -> ColumnElement[bool]:
        """Stands, and did not come along with a case from another partner, who did it and counts it."""
        found: ColumnElement[bool] = self.stands(row)
        return found & _is_first_hand(row)


def _is_first_hand(row: Any) -> ColumnElement[bool]:
    copied = select(TransferredRow.id).where(TransferredRow.table_name == row.__tablename__)
    found: ColumnElement[bool] = row.id.not_in(copied)
    return found


def _all(statement: Any) -> list[Any]:
    return list(db.session.execute(statement.execution_options(**unscoped("what all partners did"))))


def events(population: str, window: Window) -> list[Event]:
    """The events of a population in a period."""
    return list(_READ[population](window))


# -- sessions ------------------------------------------------------------------------------------------------------


def _standing(window: Window) -> ColumnElement[bool]:
    return window.counts(Consultation) & window.during(Consultation.held_on)


def _grouped(rows: list[Any]) -> dict[UUID, Persons]:
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for key, person_id in rows:
        found[key].add(person_id)
    return {key: frozenset(persons) for key, persons in found.items()}


_NOBODY: Persons = frozenset()


def _month(day: date) -> str:
    return f"{day:%Y-%m}"


def _sessions(window: Window) -> Iterator[Event]:
    for organisation_id, month, modality, persons, times in _held(window, Consultation.modality):
        yield Event(organisation_id, month, persons, {"modality": modality}, times)


def _topics(window: Window) -> Iterator[Event]:
    for organisation_id, month, topic, persons, times in _held(window, ConsultationTopic.topic):
        yield Event(organisation_id, month, persons, {"topic": topic}, times)


def _services(window: Window) -> Iterator[Event]:
    for organisation_id, month, kind, persons, times in _held(window, Service.type):
        yield Event(organisation_id, month, persons, {"service_type": kind, "level": kind}, times)


def _held(window: Window, code: InstrumentedAttribute[Any]) -> Iterator[tuple[UUID, str, Any, Persons, int]]:
    """Sessions, or what was spoken of or given in them, by organisation, month and this code, counted by SQL."""
    # Constants, not values: PostgreSQL has to see that what is grouped by is what is selected.
    month = func.substr(cast(Consultation.held_on, String), literal_column("1"), literal_column("7"))
    by = (Consultation.organisation_id, month, code)
    rows = select(*by, func.count()).select_from(Consultation).where(_standing(window)).group_by(*by)
    there: Any = (
        select(*(each.label(f"by_{n}") for n, each in enumerate(by)), Attendance.person_id)
        .select_from(Consultation)
        .join(Attendance, Attendance.consultation_id == Consultation.id)
        .where(_standing(window))
        .distinct()
    )
    if code.class_ is not Consultation:
        of_session = code.class_.consultation_id == Consultation.id
        rows, there = rows.join(code.class_, of_session), there.join(code.class_, of_session)
    each = there.subquery()
    place = [each.c[f"by_{n}"] for n in range(len(by))]
    number = func.row_number().over(partition_by=place, order_by=each.c.person_id).label("number")
    numbered = select(*place, each.c.person_id, number).subquery()
    named: dict[tuple[Any, ...], set[UUID]] = defaultdict(set)
    for *key, person_id, _number in _all(select(numbered).where(numbered.c.number <= ENOUGH)):
        named[tuple(key)].add(person_id)
    for organisation_id, during, what, times in _all(rows):
        persons = named.get((organisation_id, during, what), ())
        yield organisation_id, during, what, frozenset(persons), times


# -- cases ---------------------------------------------------------------------------------------------------------


def _parties(cases: Select[UUID]) -> dict[UUID, Persons]:
    """Who is in these cases today: who was put into one by mistake is not behind it."""
    rows = select(CaseParty.case_id, CaseParty.person_id).where(CaseParty.voided_at.is_(None))
    return _grouped(_all(rows.where(CaseParty.case_id.in_(cases))))


def _cases_closed(window: Window) -> Iterator[Event]:
    """By the last closing or reopening before the end of the period, of every case that was closed in it."""
    closed_in = select(CaseEvent.case_id).where(CaseEvent.kind == "closed", window.during(CaseEvent.happened_on))
    rows = (
        select(
            CaseEvent.case_id,
            Case.organisation_id,
            Case.track,
            CaseEvent.kind,
            CaseEvent.happened_on,
            CaseEvent.to_code,
            CaseEvent.reason,
        )
        .join(Case, Case.id == CaseEvent.case_id)
        .where(CaseEvent.kind.in_(("closed", "reopened")), CaseEvent.happened_on < window.as_of)
        .where(CaseEvent.case_id.in_(closed_in), _is_first_hand(CaseEvent))
        .order_by(CaseEvent.happened_on, CaseEvent.recorded_at)
    )
    if window.cut is not None:
        rows = rows.where(CaseEvent.recorded_at <= window.cut)
    last = {row.case_id: row for row in _all(rows)}
    persons = _parties(closed_in)
    for case_id, row in last.items():
        if row.kind == "closed" and row.happened_on >= window.since:
            said = {"track": row.track, "outcome": row.to_code, "closure_reason": row.reason}
            yield Event(row.organisation_id, _month(row.happened_on), persons.get(case_id, _NOBODY), said)


# -- letters, inquiries, acts --------------------------------------------------------------------------------------


def _letters(window: Window) -> Iterator[Event]:
    rows = select(Letter.organisation_id, Letter.sent_on, Letter.person_id)
    for organisation_id, on, person_id in _all(rows.where(window.counts(Letter), window.during(Letter.sent_on))):
        yield Event(organisation_id, _month(on), frozenset({person_id}), {})


def _inquiries(window: Window) -> Iterator[Event]:
    which = window.counts(Inquiry) & window.during(Inquiry.sent_on)
    persons = _parties(select(Inquiry.case_id).where(which))
    for organisation_id, on, case_id in _all(
        select(Inquiry.organisation_id, Inquiry.sent_on, Inquiry.case_id).where(which)
    ):
        yield Event(organisation_id, _month(on), persons.get(case_id, _NOBODY), {})


def _acts(window: Window, names: list[str]) -> Iterator[tuple[Event, str]]:
    which = window.counts(Act) & window.during(Act.happened_on) & Act.code.in_(names) & Act.is_deemed.is_(False)
    persons = _parties(select(Act.case_id).where(which))
    rows = select(Act.organisation_id, Act.happened_on, Act.case_id, Act.code, Procedure.code.label("procedure"))
    for organisation_id, on, case_id, code, procedure in _all(
        rows.join(Procedure, Procedure.id == Act.procedure_id).where(which)
    ):
        yield Event(organisation_id, _month(on), persons.get(case_id, _NOBODY), {"procedure": procedure}), code


def _decisions(window: Window) -> Iterator[Event]:
    for event, code in _acts(window, _with_attribute("decision", True)):
        told = {name: codes.attribute("act", code, name) for name in ("instance", "result")}
        yield event._replace(codes={**event.codes, **told})


def _steps(window: Window) -> Iterator[Event]:
    """What partners themselves did in proceedings: applications, complaints and claims, not what was decided."""
    return (event for event, _code in _acts(window, _with_attribute("by", "us")))


def _with_attribute(name: str, value: object) -> list[str]:
    return [item.code for item in codes.every_item("act") if item.attributes.get(name) == value]


_ACTIVITIES: dict[str, Callable[[Window], Iterator[Event]]] = {
    "sessions": _sessions,
    "services": _services,
    "letters": _letters,
    "inquiries": _inquiries,
    "acts": _steps,
}


def _activities(window: Window) -> Iterator[Event]:
    for activity, read in _ACTIVITIES.items():
        for event in read(window):
            yield event._replace(codes={"activity": activity})


_READ: dict[str, Callable[[Window], Iterator[Event]]] = {
    "sessions": _sessions,
    "session_topics": _topics,
    "services": _services,
    "cases_closed": _cases_closed,
    "decisions": _decisions,
    "activities": _activities,
}


# -- how long it took ----------------------------------------------------------------------------------------------


class Decided(NamedTuple):
    """A first decision that was taken in the period: in how many days, under which procedure, for whom."""

    procedure: str
    days: int
    persons: Persons


FIRST_STEPS = ("REGISTERED", "APPLIED", "APPLIED_SHORT")
"""With which the time of an authority begins: an asylum application once registered, any other once filed."""


def decided(window: Window) -> list[Decided]:
    """Cases whose first decision after the application was registered or filed fell into the period."""
    decisions = [
        item.code
        for item in codes.every_item("act")
        if item.attributes.get("decision") and item.attributes.get("instance") == "FIRST"
    ]
    in_period = window.counts(Act) & window.during(Act.happened_on) & Act.code.in_(decisions)
    cases = select(Act.case_id).where(in_period)
    rows = (
        select(Act.case_id, Act.code, Act.happened_on, Procedure.code.label("procedure"))
        .join(Procedure, Procedure.id == Act.procedure_id)
        .where(window.stands(Act), Act.case_id.in_(cases), Act.code.in_([*FIRST_STEPS, *decisions]))
        .where(Act.is_deemed.is_(False), Act.happened_on < window.as_of)
        .order_by(Act.case_id, Act.happened_on, Act.recorded_at)
    )
    began: dict[UUID, date] = {}
    ended: dict[UUID, tuple[str, int, date]] = {}
    for case_id, code, on, procedure in _all(rows):
        if code in FIRST_STEPS:
            began.setdefault(case_id, on)
        elif case_id in began and case_id not in ended:
            ended[case_id] = procedure, (on - began[case_id]).days, on
    persons = _parties(cases)
    return [
        Decided(procedure, days, persons.get(case_id, _NOBODY))
        for case_id, (procedure, days, on) in ended.items()
        if on >= window.since
    ]
