"""Planning, changing and settling appointments; what the calendar then holds."""

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from casework.cases import actions as cases
from casework.cases.models import Case
from casework.core import clock
from casework.core.audit import Revision
from casework.core.clock import ALMATY
from casework.core.db import db
from casework.core.errors import DomainError
from casework.diary import actions, queries
from casework.diary.actions import Told
from casework.diary.models import Appointment
from casework.diary.rules import Kind, State
from tests.conftest import Acting
from tests.diary.conftest import TODAY
from tests.factories import World
from tests.security.caseload import Caseload, person_named


def told(lawyer_id: UUID, *, day: date = TODAY, at: str = "14:30", **more: object) -> Told:
    hour, minute = at.split(":")
    starts = datetime(day.year, day.month, day.day, int(hour), int(minute), tzinfo=ALMATY)
    given = {"kind": "HEARING", "starts_at": starts, "minutes": 60, "lawyer_id": lawyer_id, **more}
    return Told(**given)  # type: ignore[arg-type]


def open_case(lawyer_id: UUID, name: str = "Күнтізбеева") -> Case:
    person = person_named(name, registered_on=TODAY - timedelta(days=30))
    return cases.open_case([person], "OTHER", TODAY - timedelta(days=20), lawyer_id)


def test_an_appointment_is_planned_and_its_place_is_sealed(acting: Acting, world: World) -> None:
    lawyer = world.user_id("lawyer")
    with acting(world.principal("lawyer")):
        made = actions.plan(open_case(lawyer), told(lawyer, place="зал 4, улица Янтарная", note="взять переводчика"))
        assert (made.state, made.on, made.details.place) == ("PLANNED", TODAY, "зал 4, улица Янтарная")
        assert "Янтарная".encode() not in (made.details_sealed or b"")
        # 14:30 in Almaty is 09:30 UTC
        assert made.starts_at.utctimetuple()[3:5] == (9, 30)


def test_nothing_is_planned_in_a_closed_case(acting: Acting, world: World, made: dict[str, Caseload]) -> None:
    with acting(world.principal("lawyer")):
        closed = db.session.get_one(Case, made["A"].closed_case)
        with pytest.raises(DomainError, match="closed"):
            actions.plan(closed, told(world.user_id("lawyer")))


@pytest.mark.parametrize("who", [("lawyer", "B"), ("statistics", "office"), ("protection", "A")])
def test_who_goes_there_works_on_cases_here(acting: Acting, world: World, who: tuple[str, str]) -> None:
    lawyer = world.user_id("lawyer")
    with acting(world.principal("lawyer")):
        case = open_case(lawyer)
        with pytest.raises(DomainError) as refused:
            actions.plan(case, told(world.user_id(*who)))
        assert refused.value.field == "lawyer"


def test_a_change_keeps_what_was_planned_before(acting: Acting, world: World) -> None:
    lawyer, colleague = world.user_id("lawyer"), world.user_id("supervisor")
    with acting(world.principal("lawyer")):
        made = actions.plan(open_case(lawyer), told(lawyer, place="зал 4"))
        actions.change(made, told(colleague, at="16:00", place="зал 5"))
        assert (made.lawyer_id, made.lawyer.id, made.details.place) == (colleague, colleague, "зал 5")
        former = db.session.scalars(select(Revision).where(Revision.subject_id == made.id)).one().former.values
        assert former["details"]["place"] == "зал 4"
        assert former["lawyer_id"] == str(lawyer)


def test_what_became_of_it_can_be_taken_back(acting: Acting, world: World) -> None:
    lawyer = world.user_id("lawyer")
    with acting(world.principal("lawyer")):
        made = actions.plan(open_case(lawyer), told(lawyer, at="09:00"))
        for state in (State.HELD, State.MISSED, State.CANCELLED):
            actions.settle(made, state)
            assert made.state == state
            actions.settle(made, State.PLANNED)
            actions.settle(made, State.PLANNED)  # twice is once
            assert made.state == State.PLANNED


def test_what_has_not_begun_did_not_take_place(acting: Acting, world: World) -> None:
    lawyer = world.user_id("lawyer")
    with acting(world.principal("lawyer")):
        made = actions.plan(open_case(lawyer), told(lawyer))
        for state in (State.HELD, State.MISSED):
            with pytest.raises(DomainError, match="not begun"):
                actions.settle(made, state)
        actions.settle(made, State.CANCELLED)
        with pytest.raises(DomainError, match="Undo"):
            actions.settle(made, State.HELD)


def test_what_is_over_is_not_moved_into_the_future(acting: Acting, world: World) -> None:
    lawyer = world.user_id("lawyer")
    with acting(world.principal("lawyer")):
        made = actions.plan(open_case(lawyer), told(lawyer, at="09:00"))
        actions.settle(made, State.HELD)
        actions.change(made, told(lawyer, at="08:00"))
        with pytest.raises(DomainError) as refused:
            actions.change(made, told(lawyer, day=TODAY + timedelta(days=1)))
        assert refused.value.field == "on"


def test_clashes_are_of_the_same_lawyer_and_planned(acting: Acting, world: World) -> None:
    lawyer, colleague = world.user_id("lawyer"), world.user_id("supervisor")
    with acting(world.principal("lawyer")):
        case = open_case(lawyer)
        one = actions.plan(case, told(lawyer, at="14:30"))
        other = actions.plan(case, told(lawyer, at="15:00"))
        actions.plan(case, told(colleague, at="15:00"))
        actions.plan(case, told(lawyer, at="15:30"))
        night = actions.plan(case, told(lawyer, day=TODAY - timedelta(days=1), at="20:00", minutes=1440))
        off = actions.plan(case, told(lawyer, at="14:45"))
        actions.settle(off, State.CANCELLED)
        assert {found.id for found in queries.clashes(one)} == {other.id, night.id}
        assert queries.clashes(off) != []  # of one that is off, the others still are there


# -- the calendar ------------------------------------------------------------------------------------------------


def test_the_calendar_holds_ones_own(acting: Acting, world: World) -> None:
    lawyer, colleague = world.user_id("lawyer"), world.user_id("supervisor")
    with acting(world.principal("lawyer")):
        case = open_case(lawyer)
        actions.plan(case, told(lawyer, at="16:00"))
        actions.plan(case, told(lawyer, at="09:00"))
        actions.plan(case, told(colleague, at="11:00"))
        actions.plan(case, told(lawyer, day=TODAY + timedelta(days=3)))
        cases.set_next_step(case, "Позвонить", TODAY)
        mine = queries.entries(TODAY, TODAY, lawyer)
        assert [(one.kind, f"{one.at.astimezone(ALMATY):%H:%M}" if one.at else "") for one in mine] == [
            (Kind.APPOINTMENT, "09:00"),
            (Kind.APPOINTMENT, "16:00"),
            (Kind.STEP, ""),
        ]
        assert len(queries.entries(TODAY, TODAY)) == 4
        assert len(queries.entries(TODAY, TODAY, lawyer, [Kind.STEP])) == 1
        assert len(queries.entries(TODAY, TODAY + timedelta(days=3), lawyer)) == 4


def test_a_day_is_a_day_in_almaty(acting: Acting, world: World) -> None:
    """01:00 in Almaty is 20:00 of the day before in UTC."""
    lawyer = world.user_id("lawyer")
    with acting(world.principal("lawyer")):
        case = open_case(lawyer)
        actions.plan(case, told(lawyer, at="00:00"))
        actions.plan(case, told(lawyer, at="23:59", minutes=5))
        assert len(queries.entries(TODAY, TODAY, lawyer)) == 2
        assert queries.entries(TODAY - timedelta(days=1), TODAY - timedelta(days=1), lawyer) == []
        assert queries.entries(TODAY + timedelta(days=1), TODAY + timedelta(days=1), lawyer) == []


def test_overdue_is_what_nobody_has_settled(acting: Acting, world: World) -> None:
    lawyer = world.user_id("lawyer")
    yesterday = TODAY - timedelta(days=1)
    with acting(world.principal("lawyer")):
        case = open_case(lawyer)
        waits = actions.plan(case, told(lawyer, day=yesterday))
        actions.settle(actions.plan(case, told(lawyer, day=yesterday)), State.HELD)
        actions.plan(case, told(lawyer))  # later today
        assert [one.row.id for one in queries.overdue(lawyer)] == [waits.id]
        with clock.at(TODAY + timedelta(days=1)):
            assert len(queries.overdue(lawyer)) == 2


def test_a_closed_case_leaves_the_calendar(acting: Acting, world: World, made: dict[str, Caseload]) -> None:
    lawyer = world.user_id("lawyer")
    with acting(world.principal("lawyer")):
        case = open_case(lawyer)
        actions.plan(case, told(lawyer, day=TODAY + timedelta(days=1)))
        held = actions.plan(case, told(lawyer, at="08:00"))
        actions.settle(held, State.HELD)
        cases.close(case, TODAY, "ADVICE_ONLY", "SOLUTION", None)
        assert [one.row.id for one in queries.entries(TODAY, TODAY + timedelta(days=5), lawyer)] == [held.id]


def test_the_calendar_ends_at_the_wall(acting: Acting, world: World, made: dict[str, Caseload]) -> None:
    with acting(world.principal("lawyer", "B")):
        case = db.session.get_one(Case, made["B"].case)
        planned = actions.plan(case, told(world.user_id("lawyer", "B"))).id
    with acting(world.principal("lawyer")):
        assert queries.appointment(made["B"].case, planned) is None
        assert {one.case.id for one in queries.entries(date(2026, 1, 1), date(2027, 1, 1))} <= {made["A"].case}
        assert [one.id for one in db.session.scalars(select(Appointment))] == [made["A"].appointment]


def test_a_feed_has_one_address_at_a_time(acting: Acting, world: World) -> None:
    lawyer = world.user_id("lawyer")
    with acting(world.principal("lawyer")):
        first, second = actions.new_feed(lawyer), actions.new_feed(lawyer)
        feed = queries.feed_of(lawyer)
        assert feed is not None
        assert first != second
        assert len(second) >= 22  # 128 bits are 22 characters
        assert second not in (feed.token_hash, str(feed.id))
    with acting(world.principal("lawyer")):
        assert queries.feed_owner(first) is None
        owner = queries.feed_owner(second)
        assert owner is not None
        assert owner.id == lawyer
        assert actions.revoke_feed(lawyer)
        assert not actions.revoke_feed(lawyer)
    with acting(world.principal("lawyer")):
        assert queries.feed_owner(second) is None
