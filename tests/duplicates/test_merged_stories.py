"""Whatever happens to people whose records are merged and separated again, the ledger says what the histories say."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from casework.cases import actions as cases
from casework.cases import queries as case_queries
from casework.cases.models import Case
from casework.consultations import actions as consultations
from casework.consultations import queries as consultation_queries
from casework.core import clock
from casework.core.db import db
from casework.core.errors import DomainError
from casework.core.scope import system
from casework.duplicates import merging
from casework.duplicates.models import Merge
from casework.elsewhere.rules import State
from casework.figures import actions as figures
from casework.figures import queries as ledger
from casework.persons import actions as persons
from casework.persons import queries as person_queries
from casework.persons.models import Person
from casework.persons.rules import PartialDate
from tests.conftest import Acting
from tests.duplicates.test_merging import doubled, left_behind
from tests.duplicates.two_records import again, case_of
from tests.factories import World
from tests.figures.caseload import registered
from tests.figures.test_ledger_property import elsewhere

FIRST = date(2025, 9, 20)
KINDS = (
    "register", "case", "case", "join", "out", "session", "void session", "correct session", "close", "close", "reopen",
    "opening", "registration", "status", "void", "identity", "relative", "merge", "merge", "merge", "undo", "undo",
    "later", "elsewhere", "not elsewhere",
)  # fmt: skip
STEPS = st.lists(
    st.tuples(st.sampled_from(KINDS), st.integers(0, 4), st.integers(0, 90), st.integers(0, 3)), min_size=3, max_size=18
)
REASONS = ("DIED", "LOST_CONTACT", "DUPLICATE", "SOLUTION")
OUTCOMES = ("NAT_KZ_CONFIRMED", "STATELESS_RECOGNISED", "ADVICE_ONLY", "NAT_OTH_CONFIRMED")
ASSESSED = ("ASSESSED_UN", "ASSESSED_AR", "NAT_KZ_CONFIRMED", None)
CODES = ("UN", "AR", "SP", "ND")
BIRTHS = (PartialDate(), PartialDate(2008, 1), PartialDate(2014, 12), PartialDate(1965))


@dataclass
class Story:
    """A small caseload of which any two records may turn out to be one person's, and then not."""

    today: date = date(2025, 12, 28)
    people: list[UUID] = field(default_factory=list)
    cases: list[UUID] = field(default_factory=list)
    sessions: list[UUID] = field(default_factory=list)

    def person(self, which: int) -> Person:
        """As a page finds them: under a merged record the one that goes on."""
        found = person_queries.person(self.people[which % len(self.people)])
        assert found is not None
        return found

    def case(self, which: int) -> Case:
        found = case_queries.case_(self.cases[which % len(self.cases)])
        assert found is not None
        return found

    def tell(self, kind: str, which: int, offset: int, choice: int) -> None:
        on = min(FIRST + timedelta(days=offset), self.today)
        if kind == "register" or not self.people:
            born = BIRTHS[choice]
            self.people.append(registered(on, displacement="ASR", nationality=CODES[which % 4], born=born).id)
        elif kind in ("merge", "undo", "status", "void", "identity", "registration", "relative"):
            self.of_person(kind, which, on, choice)
        elif kind == "case" or not self.cases:
            chosen = {one.id: one for one in (self.person(which), self.person(choice))}
            self.cases.append(case_of(*chosen.values(), on=on).id)
        else:
            self.of_case(kind, self.case(which), on, choice)

    def of_person(self, kind: str, which: int, on: date, choice: int) -> None:
        person = self.person(which)
        if kind == "merge":
            other = self.person(choice)
            code = (person.holds("nationality"), other.holds("nationality"))[which % 2]
            merging.merge(person, other, ("birth", "sex") if choice % 2 else (), {"nationality": code})
        elif kind == "undo":
            standing = list(
                db.session.scalars(select(Merge).where(Merge.undone_at.is_(None)).order_by(Merge.merged_at))
            )
            merging.undo(standing[(which + choice) % len(standing)], ("MET_BOTH", "OTHER")[choice % 2])
        elif kind == "status":
            persons.set_status(person, "nationality", CODES[choice], on, "status_change")
        elif kind == "void":
            entries = again(self.people[which % len(self.people)]).entries  # of a merged record, too
            persons.void_status(entries[choice % len(entries)], "WRONG_CONTENT")
        elif kind == "registration":
            persons.correct_registration(person, on)
        elif kind == "relative":
            persons.add_relative(person, self.person(choice), "REL", True)
        else:
            persons.correct_identity(
                person, person.identity, sex="FMXU"[choice], birth=BIRTHS[which % 4], origin="UZB",
                arrived=PartialDate(), languages=[],
            )  # fmt: skip

    def of_case(self, kind: str, case: Case, on: date, choice: int) -> None:
        if kind == "join":
            cases.add_party(case, self.person(choice))
        elif kind == "out":
            cases.void_party(case, self.person(choice).id, "WRONG_PERSON")
        elif kind == "close":
            cases.close(case, on, OUTCOMES[choice], REASONS[on.day % 4])
        elif kind == "reopen":
            cases.reopen(case, on, "NEW_FACTS", None if choice else [one.person_id for one in case.parties])
        elif kind == "opening":
            cases.correct_opening(case, on, case.track, None)
        elif kind == "session":
            self.sessions.append(consultations.record(case, told(case, on, choice)).id)
        else:
            held = consultation_queries.of_cases([case.id])[0]
            if kind == "void session":
                consultations.void(case, held, "WRONG_CONTENT")
            else:
                consultations.correct(case, held, told(case, on, choice), None, with_note=False)


def told(case: Case, on: date, choice: int) -> consultations.Session:
    everyone = [one.person_id for one in case.parties]
    return consultations.Session(held_on=on, modality="OFFICE", persons=everyone, outcome=ASSESSED[choice])


def test_ledger_and_histories_agree_whatever_is_merged_and_undone(acting: Acting, world: World, stage: Any) -> None:
    @settings(
        max_examples=25, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate),
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )  # fmt: skip
    @given(STEPS)
    def agree(steps: list[tuple[str, int, int, int]]) -> None:
        stage.reset()
        story = Story()
        with clock.at(story.today), acting(world.principal("supervisor")):
            for which in range(3):
                story.tell("register", which, 10 * which, which)
                story.tell("case", which, 10 * which, which)
        with clock.at(story.today), acting(world.principal("lawyer", "B")) as session:
            stranger = registered(FIRST, displacement="ASR", nationality="UN", born=BIRTHS[1]).id
            session.commit()
        for step in steps:
            if step[0] == "later":
                story.today += timedelta(days=step[2] // 4)
            elif "elsewhere" in step[0]:
                with clock.at(story.today), acting(system("test")) as session:
                    mine = person_queries.person(story.people[step[1] % len(story.people)])
                    assert mine is not None
                    elsewhere(mine.id, stranger, State.SUSPECTED if step[0] == "elsewhere" else State.DIFFERENT)
                    session.commit()
            else:
                with clock.at(story.today), acting(world.principal("supervisor")) as session:
                    try:
                        story.tell(*step)
                    except (DomainError, IndexError, ZeroDivisionError):  # a rule may refuse; nothing of it stays
                        session.rollback()
                    else:
                        session.commit()
        with clock.at(story.today), acting(world.principal("supervisor")):
            living = [one for one in map(again, story.people) if one.merged_into_id is None]
            gone = [one for one in story.people if again(one).merged_into_id is not None]
            for one in gone:
                assert not left_behind(one)
            for person in living:
                assert not doubled(person.id)
            tomorrow = story.today + timedelta(days=1)
            counted = ledger.stock(tomorrow, "displacement", ["ASR"], world.organisations["A"])
            assert counted == sum((one.registration, one.displacement) == ("ACTIVE", "ASR") for one in living)
        with clock.at(story.today), acting(system("test")):
            figures.settle_offsets()
            assert ledger.verify() == []
            for day in (FIRST, date(2025, 12, 31), story.today, date(2034, 6, 1)):
                assert ledger.verify(day) == []

    agree()
