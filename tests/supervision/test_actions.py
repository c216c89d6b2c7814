"""Handing many cases over, taking that back, and agreeing who stands in for whom."""

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.accounts.models import Organisation, User
from casework.cases import actions as cases
from casework.cases import queries as case_queries
from casework.cases.models import Case
from casework.comments import actions as comments
from casework.comments.models import Comment
from casework.conflicts import actions as conflicts
from casework.conflicts.models import Conflict, Opponent
from casework.core import clock
from casework.core.errors import DomainError
from casework.notices.models import Notice
from casework.restrictions.policy import TEAM
from casework.supervision import actions, policy, queries
from casework.supervision.actions import Planned
from casework.supervision.models import Reassignment, Told
from tests import factories
from tests.conftest import Acting
from tests.factories import World
from tests.security.caseload import person_named
from tests.statements import counted

TODAY = date(2026, 9, 15)


@pytest.fixture
def session(acting: Acting, world: World) -> Iterator[Session]:
    with clock.at(TODAY), acting(world.principal("supervisor")) as found:
        yield found


@pytest.fixture
def second(session: Session, world: World) -> UUID:
    """A second lawyer of the same partner."""
    where = session.get_one(Organisation, world.organisations["A"])
    return factories.user("lawyer", where, name="Second Lawyer", email="second@a.example.org").id


def opened(world: World, name: str) -> Case:
    case = cases.open_case([person_named(name)], "OTHER", date(2026, 6, 1), world.user_id("lawyer"))
    cases.set_next_step(case, "Позвонить", TODAY + timedelta(days=3))
    return case


def standing(*chosen: Case) -> list[tuple[UUID, UUID | None]]:
    """With which lawyer each is, and whose its next step is."""
    return [(one.lawyer_id, one.next_step_owner_id) for one in chosen]


def given(chosen: list[Case], to: UUID) -> dict[UUID, UUID]:
    return {one.id: to for one in chosen}


# -- handing over ------------------------------------------------------------------------------------------------


def test_all_go_with_their_next_steps_and_come_back(session: Session, world: World, second: UUID) -> None:
    lawyer, supervisor = world.user_id("lawyer"), world.user_id("supervisor")
    plain, kept = opened(world, "Первая"), opened(world, "Вторая")
    cases.set_next_step(kept, "Проверить", TODAY + timedelta(days=9), supervisor)
    made = actions.reassign_many([plain, kept], given([plain, kept], second), "LEAVE", Told("Отпуск", "Ключ в сейфе"))
    assert [(one.lawyer_id, one.next_step_owner_id) for one in (plain, kept)] == [
        (second, second),
        (second, supervisor),
    ]
    assert (plain.next_step.text, plain.next_step_due_on) == ("Позвонить", TODAY + timedelta(days=3))
    assert [one.from_lawyer_id for one in made.lines] == [lawyer, lawyer]
    notes = session.scalars(select(Comment)).all()
    assert {(one.case_id, one.kind, one.words.text) for one in notes} == {
        (plain.id, "handover", "Ключ в сейфе"),
        (kept.id, "handover", "Ключ в сейфе"),
    }
    assert actions.undo(made) == 2
    assert [(one.lawyer_id, one.next_step_owner_id) for one in (plain, kept)] == [
        (lawyer, lawyer),
        (lawyer, supervisor),
    ]
    assert [one.kind for one in plain.events] == ["opened", "reassigned", "reassigned"]


def test_both_lawyers_are_told_once_of_all(session: Session, world: World, second: UUID) -> None:
    chosen = [opened(world, name) for name in ("Первая", "Вторая", "Третья")]
    made = actions.reassign_many(chosen, given(chosen, second), "LEAVE", Told(handover="Ключ в сейфе"))
    told = session.scalars(select(Notice)).all()
    assert {(one.user_id, one.kind, one.key) for one in told} == {
        (who, "handed_over", f"reassignment:{made.id}") for who in (second, world.user_id("lawyer"))
    }


def test_what_somebody_worked_on_stays_and_the_rest_goes_back(session: Session, world: World, second: UUID) -> None:
    chosen = [opened(world, name) for name in ("Первая", "Вторая", "Третья", "Четвёртая")]
    untouched, touched, closed, moved_on = chosen
    made = actions.reassign_many(chosen, given(chosen, second), "LEAVE", Told())
    cases.set_next_step(touched, "Написать", TODAY)
    cases.close(closed, TODAY, "ADVICE_ONLY", "SOLUTION")
    cases.reassign(moved_on, world.user_id("supervisor"), "WORKLOAD")
    against = actions.standing_against_undo(made)
    assert against[untouched.id] is None
    assert all(against[one.id] for one in (touched, closed, moved_on))
    assert actions.undo(made) == 1
    assert untouched.lawyer_id == world.user_id("lawyer")
    assert touched.lawyer_id == second
    with pytest.raises(DomainError):
        actions.undo(made)


def test_however_many_go_the_questions_are_as_few(app: Flask, session: Session, world: World, second: UUID) -> None:
    """Also with a word for the new lawyer, a colleague who follows every case, and taken back again."""
    where = session.get_one(Organisation, world.organisations["A"])
    follower = factories.user("lawyer", where, name="Third Lawyer", email="third@a.example.org").id
    chosen = [opened(world, f"Дело{number}") for number in range(24)]
    for one in chosen:
        comments.follow(one, follower)
    session.commit()

    def asked(these: list[UUID]) -> tuple[int, ...]:
        session.expunge_all()
        some = case_queries.chosen(these)
        with counted(app) as there:
            assert queries.checked(some, given(some, second)) == {}
            made = actions.reassign_many(some, given(some, second), "LEAVE", Told(handover="Ключ в сейфе"))
        with counted(app) as back:
            assert actions.undo(made) == len(these)
        session.commit()
        # Each case is written by itself, because each has its own version to be checked.
        return tuple(sum(not one.startswith("UPDATE cases") for one in found) for found in (there, back))

    ids = [one.id for one in chosen]
    few, many = asked(ids[:4]), asked(ids[4:])
    assert many == few
    assert max(many) < 40
    told = session.scalars(select(Notice).where(Notice.kind == "followed")).all()
    assert len(told) == 2 * len(chosen), "who follows is told of each, there and back"


def test_after_a_day_it_stands(session: Session, world: World, second: UUID) -> None:
    case = opened(world, "Первая")
    made = actions.reassign_many([case], given([case], second), "LEAVE", Told())
    with clock.at(TODAY + timedelta(days=2)), pytest.raises(DomainError, match="More than a day"):
        actions.undo(made)


def test_all_or_nothing(session: Session, world: World, second: UUID) -> None:
    open_one, closed = opened(world, "Первая"), opened(world, "Вторая")
    cases.close(closed, TODAY, "ADVICE_ONLY", "SOLUTION")
    session.commit()
    with pytest.raises(DomainError, match="closed"):
        actions.reassign_many([open_one, closed], given([open_one, closed], second), "LEAVE", Told())
    session.rollback()
    assert session.get_one(Case, open_one.id).lawyer_id == world.user_id("lawyer")
    assert session.scalars(select(Reassignment)).all() == []
    with pytest.raises(DomainError, match="Choose at least one"):
        actions.reassign_many([open_one], {}, "LEAVE", Told())


def test_what_was_written_lies_sealed(session: Session, world: World, second: UUID) -> None:
    case = opened(world, "Первая")
    made = actions.reassign_many([case], given([case], second), "LEAVE", Told("Кукушкин заболел", "Ключ"))
    assert "Кукушкин".encode() not in (made.told_sealed or b"")
    assert made.told == Told("Кукушкин заболел", "Ключ")


@pytest.fixture
def spouses(app: Flask, session: Session, world: World) -> tuple[Case, Case]:
    """A wife and the husband whom her case is against, both clients of one lawyer; they need two."""
    app.extensions.pop("opposing", None)
    app.extensions.pop("name_index", None)
    hers, his = opened(world, "Яшмова"), opened(world, "Яшмов")
    told = conflicts.Told(role="SPOUSE", who=Opponent(), person=his.parties[0].person)
    cases.reassign(his, world.user_id("supervisor"), "CONFLICT")
    conflicts.add(hers, told)
    conflicts.decide(session.scalars(select(Conflict)).one(), "SEPARATE", "Развод")
    return hers, his


def test_a_conflict_of_interest_is_seen_before_and_nothing_is_changed(
    session: Session, world: World, spouses: tuple[Case, Case], second: UUID
) -> None:
    hers, his = spouses
    supervisor = world.user_id("supervisor")
    proposal = queries.proposed([hers], [supervisor])
    assert proposal.given == {}
    assert his.number in proposal.refusals[hers.id]
    # Of two, whoever may; and both sides never come to one, though neither is there yet.
    assert queries.proposed([hers], [supervisor, second]).given == {hers.id: second}
    both = queries.proposed([hers, his], [second])
    assert list(both.given) == [hers.id]
    assert list(both.refusals) == [his.id]
    assert list(queries.checked([hers, his], given([hers, his], second))) == [his.id]
    assert not session.dirty
    assert (hers.lawyer_id, his.lawyer_id) == (world.user_id("lawyer"), supervisor)
    with pytest.raises(DomainError, match="conflict of interest"):
        actions.reassign_many([hers, his], given([hers, his], second), "LEAVE", Told())


# -- standing in -------------------------------------------------------------------------------------------------


def planned(
    world: World, *, away: str = "lawyer", there: str | UUID = "supervisor", days: tuple[int, int] = (0, 7)
) -> Planned:
    cover_id = world.user_id(there) if isinstance(there, str) else there
    first, last = (TODAY + timedelta(days=one) for one in days)
    return Planned(world.user_id(away), cover_id, first, last, "Суд в пятницу")


def test_it_holds_from_day_to_day_and_ends_by_itself(session: Session, world: World) -> None:
    lawyer, supervisor = world.user_id("lawyer"), world.user_id("supervisor")
    actions.plan_cover(planned(world, days=(1, 3)))
    for day, holds in ((0, False), (1, True), (3, True), (4, False)):
        with clock.at(TODAY + timedelta(days=day)):
            assert case_queries.stands_in_for(supervisor) == ({lawyer} if holds else set())
            assert policy.standing_in({lawyer}) == ({supervisor} if holds else set())
            assert queries.away_until() == ({lawyer: TODAY + timedelta(days=3)} if holds else {})
    assert policy.stands_in_for in TEAM


def test_who_stands_in_gets_the_notices_and_sees_what_is_due(
    acting: Acting, world: World, session: Session, second: UUID
) -> None:
    case = opened(world, "Первая")
    actions.plan_cover(planned(world, there=second))
    cases.reassign(case, world.user_id("supervisor"), "WORKLOAD")
    cases.reassign(case, world.user_id("lawyer"), "WORKLOAD")
    readers = {one.user_id for one in session.scalars(select(Notice).where(Notice.kind == "assigned"))}
    assert readers == {world.user_id("lawyer"), second}


def test_no_chains_and_no_circles(session: Session, world: World, second: UUID) -> None:
    actions.plan_cover(planned(world, there=second))
    for wrong, field in (
        (planned(world, away="supervisor", there=world.user_id("lawyer")), "cover"),
        (Planned(second, world.user_id("lawyer"), TODAY, TODAY), "cover"),
        (Planned(second, world.user_id("supervisor"), TODAY, TODAY), "user"),
        (planned(world, there=second, days=(7, 9)), "from_on"),
        (planned(world, there="lawyer"), "cover"),
        (planned(world, days=(3, 2)), "until_on"),
        (planned(world, days=(-3, -2)), "until_on"),
        (planned(world, there=world.user_id("lawyer", "B")), "cover"),
    ):
        with pytest.raises(DomainError) as refused:
            actions.plan_cover(wrong)
        assert refused.value.field == field
    actions.plan_cover(planned(world))  # a second colleague may stand in, too
    actions.plan_cover(planned(world, there=second, days=(8, 9)))


def test_ended_and_brought_back(session: Session, world: World) -> None:
    made = actions.plan_cover(planned(world))
    actions.end_cover(made)
    assert policy.standing_in({made.user_id}) == set()
    with pytest.raises(DomainError):
        actions.change_cover(made, planned(world, days=(0, 9)))
    actions.resume_cover(made)
    assert policy.standing_in({made.user_id}) == {made.cover_id}
    assert "Суд".encode() not in (made.note_sealed or b"")


def test_a_lawyer_plans_their_own_absence_only(acting: Acting, session: Session, world: World) -> None:
    session.commit()
    with clock.at(TODAY), acting(world.principal("lawyer")):
        mine = actions.plan_cover(planned(world))
        with pytest.raises(DomainError, match="supervisor"):
            actions.plan_cover(planned(world, away="supervisor", there="lawyer", days=(20, 21)))
        actions.end_cover(mine)
    with clock.at(TODAY), acting(world.principal("lawyer", "B")):
        assert queries.cover(mine.id) is None
        assert queries.covers() == []


def test_who_has_left_gets_nothing_back(acting: Acting, session: Session, world: World, second: UUID) -> None:
    case = opened(world, "Первая")
    made = actions.reassign_many([case], given([case], second), "LEFT_ORGANISATION", Told())
    lawyer = session.get_one(User, world.user_id("lawyer"))
    lawyer.is_active = False
    assert list(actions.standing_against_undo(made).values()) == ["Its former lawyer no longer works on cases."]
    lawyer.is_active = True
    session.flush()
