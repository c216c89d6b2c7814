"""Carrying out what was planned, through the actions that the pages use."""

from dataclasses import dataclass, field
from datetime import datetime, time
from functools import singledispatchmethod
from random import Random
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from casework.cases import actions as cases
from casework.cases.models import Case, CaseParty
from casework.consultations import actions as consultations
from casework.consultations.models import Consultation
from casework.core import audit, clock
from casework.core.db import db
from casework.demo import deeds, papers
from casework.demo.deeds import Deed
from casework.diary import actions as diary
from casework.diary.rules import State
from casework.documents import actions as documents
from casework.evidence import actions as evidence
from casework.evidence.actions import Noted
from casework.inquiries import actions as inquiries
from casework.inquiries.actions import Answered, Asked
from casework.inquiries.models import Inquiry
from casework.letters import actions as letters
from casework.letters.actions import Written
from casework.letters.fields import examples
from casework.letters.filling import filled
from casework.letters.models import Letter
from casework.letters.queries import template_for
from casework.mandates import actions as mandates
from casework.mandates.actions import Given
from casework.mandates.models import PowerOfAttorney
from casework.persons import actions as persons
from casework.persons.models import Person
from casework.persons.rules import PartialDate
from casework.procedures import queries as procedures
from casework.proceedings import actions as proceedings
from casework.proceedings.actions import Told


@dataclass
class Stage:
    """What the plan's numbers became in the database."""

    users: dict[str, UUID]
    persons: dict[int, UUID] = field(default_factory=dict)
    cases: dict[int, UUID] = field(default_factory=dict)
    meetings: dict[int, UUID] = field(default_factory=dict)
    inquiries: dict[int, UUID] = field(default_factory=dict)
    powers: dict[int, UUID] = field(default_factory=dict)
    """The latest power of attorney of each person."""
    papers: dict[int, UUID] = field(default_factory=dict)
    letters: dict[int, UUID] = field(default_factory=dict)

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
                procedure=deed.procedure,
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
    def _(self, deed: deeds.TakeOver) -> None:
        code = deed.procedure
        version = next(one for one in procedures.in_force(deed.day) if one.code == code)
        proceedings.change_procedure(self.case(deed.case), version.id, deed.stage, deed.since, deed.note)

    @do.register
    def _(self, deed: deeds.Happen) -> object:
        case = self.case(deed.case)
        if deed.after_silence:
            proceedings.recount(case)
        told = Told(
            deed.act,
            deed.on,
            served_on=deed.served_on,
            until_on=deed.until_on,
            number=deed.number,
            document_id=self.papers[deed.paper] if deed.paper is not None else None,
            is_by_representative=deed.represented,
            persons=[],
        )
        return proceedings.record(case, told)

    @do.register
    def _(self, deed: deeds.NoteEvidence) -> object:
        noted = Noted(
            deed.state,
            asked_from=deed.asked_from,
            asked_on=deed.asked_on,
            received_on=deed.received_on,
            why_not=deed.why_not,
            original_with=deed.original_with,
            document_id=self.papers[deed.paper] if deed.paper is not None else None,
        )
        return evidence.note(self.case(deed.case), deed.kind, noted)

    @do.register
    def _(self, deed: deeds.Ask) -> object:
        asked = Asked(deed.state, deed.through, deed.sent_on, deed.evidence, deed.reference)
        inquiry = inquiries.send(self.case(deed.case), asked)
        self.inquiries[deed.inquiry] = inquiry.id
        return inquiry

    def inquiry(self, number: int) -> Inquiry:
        return db.session.get_one(Inquiry, self.inquiries[number])

    @do.register
    def _(self, deed: deeds.Remind) -> object:
        return inquiries.remind(self.case(deed.case), self.inquiry(deed.inquiry), deed.on)

    @do.register
    def _(self, deed: deeds.Hear) -> None:
        answered = Answered(deed.reply, deed.on, deed.follow_up)
        inquiries.reply(self.case(deed.case), self.inquiry(deed.inquiry), answered)

    @do.register
    def _(self, deed: deeds.Grant) -> object:
        given = Given(
            list(deed.scope), deed.issued_on, expires_on=deed.expires_on, number=deed.number, notary=deed.notary
        )
        power = mandates.record(self.person(deed.person), given)
        self.powers[deed.person] = power.id
        return power

    @do.register
    def _(self, deed: deeds.Revoke) -> None:
        mandates.revoke(db.session.get_one(PowerOfAttorney, self.powers[deed.person]), deed.on)

    @do.register
    def _(self, deed: deeds.File) -> object:
        document = documents.store(
            self.case(deed.case),
            papers.drawn(deed.name, deed.lines),
            name=deed.name,
            kind=deed.kind,
            person_id=self.persons[deed.person] if deed.person is not None else None,
            title=deed.title,
            issued_on=deed.issued_on,
            expires_on=deed.expires_on,
            original_with=deed.original_with,
        )
        self.papers[deed.paper] = document.id
        return document

    @do.register
    def _(self, deed: deeds.Write) -> object:
        case, person = self.case(deed.case), self.person(deed.person)
        template = template_for(deed.template, deed.language)
        if template is None:
            raise RuntimeError(f"There is no template {deed.template} in {deed.language}.")
        letter = letters.begin(case, person, template)
        letters.write(case, letter, Written(authority=deed.authority))
        example = examples(deed.language)
        typed = {name: example[name] for name in filled(letter, case, person).missing}
        letters.write(case, letter, Written(authority=deed.authority, values=typed))
        if deed.is_finished:
            letters.finish(case, letter)
        self.letters[deed.letter] = letter.id
        return letter

    def letter(self, number: int) -> Letter:
        return db.session.get_one(Letter, self.letters[number])

    @do.register
    def _(self, deed: deeds.Send) -> None:
        letters.mark_sent(self.case(deed.case), self.letter(deed.letter), deed.on, deed.how)

    @do.register
    def _(self, deed: deeds.ReadAnswer) -> None:
        letters.note_reply(self.letter(deed.letter), deed.on, deed.note, None)

    @do.register
    def _(self, deed: deeds.Appoint) -> object:
        starts_at = datetime.combine(deed.on, time(deed.hour, deed.minute), clock.ALMATY)
        lawyer_id = self.users[deed.by]
        made = diary.plan(
            self.case(deed.case), diary.Told(deed.kind, starts_at, deed.minutes, lawyer_id, place=deed.place)
        )
        if deed.state != State.PLANNED:
            diary.settle(made, State(deed.state))
        return made

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
