"""Carrying out what was planned, through the actions that the pages use."""

from dataclasses import dataclass, field
from functools import singledispatchmethod
from random import Random
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from casework.cases import actions as cases
from casework.cases.models import Case, CaseParty
from casework.consultations import actions as consultations
from casework.consultations.models import Consultation
from casework.core import audit
from casework.core.db import db
from casework.demo import deeds
from casework.demo.deeds import Deed
from casework.persons import actions as persons
from casework.persons.models import Person
from casework.persons.rules import PartialDate


@dataclass
class Stage:
    """What the plan's numbers became in the database."""

    users: dict[str, UUID]
    persons: dict[int, UUID] = field(default_factory=dict)
    cases: dict[int, UUID] = field(default_factory=dict)
    meetings: dict[int, UUID] = field(default_factory=dict)

    def fetch(self, ahead: list[Deed]) -> list[object]:
        """Load what these deeds touch in a few statements. Keep the answer: the session holds rows only weakly."""
        people = {getattr(deed, name, 0) for deed in ahead for name in ("person", "relative")}
        files = {deed.case for deed in ahead if isinstance(deed, deeds.OnCase)}
        found: list[object] = []
        ids = [self.cases[one] for one in files if one in self.cases]
        whole = selectinload(Case.parties).selectinload(CaseParty.person).selectinload(Person.entries)
        if ids:
            found += db.session.scalars(select(Case).where(Case.id.in_(ids)).options(whole, selectinload(Case.events)))
        ids = [self.persons[one] for one in people if one in self.persons]
        if ids:
            statement = select(Person).where(Person.id.in_(ids)).options(selectinload(Person.entries))
            found += db.session.scalars(statement)
        return found

    def person(self, number: int) -> Person:
        return db.session.get_one(Person, self.persons[number])

    def case(self, number: int) -> Case:
        return db.session.get_one(Case, self.cases[number])

    def meeting(self, number: int) -> Consultation:
        return db.session.get_one(Consultation, self.meetings[number])

    @singledispatchmethod
    def do(self, deed: Deed) -> object:
        """Carry out one deed. Answers with the row that came of it, to be kept as long as the session."""
        raise NotImplementedError(type(deed).__name__)

    @do.register
    def _(self, deed: deeds.Register) -> object:
        with persons.numbers_drawn_by(Random(deed.luck).randrange):  # noqa: S311 - the same number every time
            person = persons.register(deed.given)
        self.persons[deed.person] = person.id
        return person

    @do.register
    def _(self, deed: deeds.Relate) -> object:
        return persons.add_relative(
            self.person(deed.person), self.person(deed.relative), deed.relationship, deed.shares_household
        )

    @do.register
    def _(self, deed: deeds.SetStatus) -> object:
        return persons.set_status(
            self.person(deed.person), deed.dimension, deed.code, deed.effective_on, deed.reason, deed.note
        )

    @do.register
    def _(self, deed: deeds.VoidStatus) -> object:
        wrong = next(
            entry
            for entry in self.person(deed.person).history(deed.dimension)
            if (entry.code, entry.effective_on, entry.is_void) == (deed.code, deed.effective_on, False)
        )
        persons.void_status(wrong, deed.reason)
        return wrong

    @do.register
    def _(self, deed: deeds.CorrectIdentity) -> object:
        person = self.person(deed.person)
        persons.correct_identity(
            person,
            deed.identity,
            sex=deed.sex,
            birth=deed.birth,
            origin=person.origin,
            arrived=PartialDate(person.arrived_year, person.arrived_month),
            languages=person.languages,
        )
        return person

    @do.register
    def _(self, deed: deeds.OpenCase) -> object:
        with persons.numbers_drawn_by(Random(deed.luck).randrange):  # noqa: S311 - the same number every time
            case = cases.open_case(
                [self.person(one) for one in deed.parties],
                deed.track,
                deed.day,
                self.users[deed.by],
                priority=deed.priority,
                source=deed.source,
            )
        self.cases[deed.case] = case.id
        return case

    @do.register
    def _(self, deed: deeds.AddParty) -> object:
        case = self.case(deed.case)
        cases.add_party(case, self.person(deed.person))
        return case

    @do.register
    def _(self, deed: deeds.Meet) -> object:
        meeting = consultations.record(self.case(deed.case), self._told(deed), deed.note)
        self.meetings[deed.meeting] = meeting.id
        return meeting

    def _told(self, deed: deeds.Meet) -> consultations.Session:
        return consultations.Session(
            held_on=deed.held_on,
            modality=deed.modality,
            persons=[self.persons[one] for one in deed.persons],
            minutes=deed.minutes,
            language=deed.language,
            interpreter=deed.interpreter,
            topics=list(deed.topics),
            services=list(deed.services),
            title=deed.title,
            summary=deed.summary,
            outcome=deed.outcome,
        )

    @do.register
    def _(self, deed: deeds.CorrectMeeting) -> object:
        meeting = self.meeting(deed.meeting)
        told = self._told(deed.as_held)
        consultations.correct(self.case(deed.case), meeting, told, None, with_note=False)
        return meeting

    @do.register
    def _(self, deed: deeds.VoidMeeting) -> object:
        meeting = self.meeting(deed.meeting)
        consultations.void(self.case(deed.case), meeting, deed.reason)
        return meeting

    @do.register
    def _(self, deed: deeds.MoveStage) -> None:
        cases.move(self.case(deed.case), deed.stage, deed.day)

    @do.register
    def _(self, deed: deeds.Raise) -> None:
        cases.set_priority(self.case(deed.case), deed.priority)

    @do.register
    def _(self, deed: deeds.NextStep) -> None:
        cases.set_next_step(self.case(deed.case), deed.text, deed.due_on)

    @do.register
    def _(self, deed: deeds.StepDone) -> None:
        cases.complete_next_step(self.case(deed.case))

    @do.register
    def _(self, deed: deeds.Reassign) -> None:
        cases.reassign(self.case(deed.case), self.users[deed.to], deed.reason)

    @do.register
    def _(self, deed: deeds.Close) -> None:
        cases.close(self.case(deed.case), deed.on, deed.outcome, deed.reason, deed.note)

    @do.register
    def _(self, deed: deeds.Reopen) -> None:
        cases.reopen(self.case(deed.case), deed.day, deed.reason)

    @do.register
    def _(self, deed: deeds.KeepDraft) -> object:
        return persons.save_draft(None, deed.typed, deed.step)

    @do.register
    def _(self, deed: deeds.OpenRecord) -> object:
        person = self.person(deed.person)
        audit.read("person:open", "persons", [person.id])
        return person
