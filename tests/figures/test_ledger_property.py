"""Whatever happens to people, and in whatever order it becomes known, ledger and recount agree."""

import os
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID, uuid5

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework.core import clock
from casework.core.db import db
from casework.core.errors import DomainError
from casework.core.events import known_elsewhere, person_changed
from casework.core.scope import system
from casework.elsewhere.models import Overlap, OverlapSide
from casework.elsewhere.rules import State
from casework.figures import actions, queries
from casework.persons import actions as persons
from casework.persons.models import Person
from casework.persons.rules import PartialDate
from tests.conftest import Acting
from tests.factories import World
from tests.figures.caseload import again, registered

FIRST = date(2024, 10, 1)
FIRSTS_OF_MONTHS = (31, 61, 92, 123, 151, 182)
DAYS = st.one_of(
    st.integers(0, 200),
    st.sampled_from([day + beside for day in FIRSTS_OF_MONTHS for beside in (-1, 0, 0)]),
)
"""Days since FIRST; often the turn of a month, where balances start."""
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "register",
                "displacement",
                "nationality",
                "residence",
                "leave",
                "return",
                "void",
                "correct",
                "later",
                "merge",
                "elsewhere",
                "not elsewhere",
            ]
        ),
        st.integers(0, 5),  # which person, which entry
        DAYS,
        st.integers(0, 3),  # which code
    ),
    min_size=1,
    max_size=12,
)
CODES = {
    "displacement": (
        ("ASR", "status_change"),
        ("REF-C", "recognised_refugee"),
        ("REJ", "rejected"),
        ("ND", "correction"),
    ),
    "nationality": (("UN", "status_change"), ("NC-KZ", "confirmed_kz"), ("AR", "status_change"), ("ND", "correction")),
    "residence": (("KZ-10", "moved"), ("KZ-71", "moved"), ("KZ-75", "moved"), ("UNK", "correction")),
}
BIRTHS = (PartialDate(), PartialDate(2007, 1), PartialDate(2012, 12), PartialDate(1965))


@dataclass
class Story:
    """One random history of a small caseload, told to the application step by step.

    Some of them may be known to another partner, too, where others of the same kind are registered.
    """

    today: date = date(2025, 2, 10)
    people: list[UUID] = field(default_factory=list)
    strangers: list[UUID] = field(default_factory=list)
    """Registered with the other partner."""

    def tell(self, kind: str, which: int, offset: int, choice: int) -> None:
        on = min(FIRST + timedelta(days=offset), self.today)
        if kind == "later":
            self.today += timedelta(days=offset // 2)
        elif kind == "register" or not self.people:
            made = registered(on, displacement="ASR", nationality="UN", born=BIRTHS[choice])
            self.people.append(made.id)
        elif kind == "merge":
            merged(self.people[which % len(self.people)], self.people[choice % len(self.people)], on)
        else:
            self.change(again(self.people[which % len(self.people)]), kind, which, on, choice)

    def change(self, person: Person, kind: str, which: int, on: date, choice: int) -> None:
        if kind in CODES:
            code, reason = CODES[kind][choice]
            persons.set_status(person, kind, code, on, reason)
        elif kind == "leave":
            flow = ("died", "departed", "merged", "lost_contact")[choice]
            persons.set_status(person, "registration", "LEFT", on, flow)
        elif kind == "return":
            persons.set_status(person, "registration", "ACTIVE", on, "reopened")
        elif kind == "void":
            persons.void_status(person.entries[which % len(person.entries)], "mistake")
        else:
            birth = BIRTHS[choice]
            persons.correct_identity(
                person,
                person.identity,
                sex="FMXU"[choice],
                birth=birth,
                origin=("AFG", "UKR", "UZB", "UNK")[choice],
                arrived=PartialDate(),
                languages=[],
            )


def merged(kept_id: UUID, gone_id: UUID, on: date) -> None:
    """What a merge does as far as figures go."""
    kept, gone = queries.persons.person(kept_id), queries.persons.person(gone_id)
    if kept is not None and gone is not None and kept.id != gone.id:
        gone.merged_into_id, gone.merged_on = kept.id, on
        person_changed.send(gone)


def elsewhere(mine: UUID, theirs: UUID, state: State) -> None:
    """The system finds that two partners may have the same person, or both say that it is another."""
    question_id = uuid5(mine, theirs.hex)
    question = db.session.get(Overlap, question_id)
    if question is None:
        question = Overlap(id=question_id, state=state, found_at=clock.now(), changed_at=clock.now())
        db.session.add(question)
        for one in (mine, theirs):
            person = db.session.get_one(Person, one)
            side = OverlapSide(organisation_id=person.organisation_id, overlap_id=question.id, person_id=one)
            db.session.add(side)
    question.state = state
    known_elsewhere.send(None, person_ids={mine, theirs})


@pytest.mark.parametrize("months_open", ["as people come", "late"])
def test_ledger_and_recount_agree(acting: Acting, world: World, stage: object, months_open: str) -> None:
    @settings(
        max_examples=40,
        deadline=None,
        derandomize=bool(os.environ.get("CI")),
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(STEPS)
    def agree(steps: list[tuple[str, int, int, int]]) -> None:
        stage.reset()  # type: ignore[attr-defined]
        story = Story()
        with clock.at(story.today), acting(world.principal("lawyer")):
            story.tell("register", 0, 20, 1)
            story.tell("register", 0, 100, 2)
        with clock.at(story.today), acting(world.principal("lawyer", "B")):
            story.strangers += [
                registered(FIRST, displacement="ASR", nationality="UN", born=BIRTHS[1]).id,
                registered(date(2025, 1, 5), displacement="REF-C").id,
            ]
        for step in steps:
            if story.people and "elsewhere" in step[0]:
                with clock.at(story.today), acting(system("test")):
                    state = State.SUSPECTED if step[0] == "elsewhere" else State.DIFFERENT
                    mine = story.people[step[1] % len(story.people)]
                    elsewhere(mine, story.strangers[step[3] % 2], state)
                continue
            # A rule may refuse a step; what stood before it stands.
            with (
                clock.at(story.today),
                acting(world.principal("lawyer")) as session,
                suppress(DomainError),
                session.begin_nested(),
            ):
                story.tell(*step)
        with clock.at(story.today), acting(system("test")):
            if months_open == "late":
                actions.open_months(story.today + timedelta(days=100))
            actions.settle_offsets()
            assert queries.verify() == []
            for day in (FIRST, date(2024, 12, 31), story.today, date(2031, 6, 1)):
                assert queries.verify(day) == []

    agree()
