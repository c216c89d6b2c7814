"""Deciding about pairs and finding them: what is remembered, what is asked again, what is compared at all."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session as DatabaseSession

from casework.cases import actions as cases
from casework.core import clock
from casework.core.audit import AuditEntry
from casework.core.db import db
from casework.core.errors import DomainError
from casework.duplicates import actions, jobs, queries
from casework.duplicates.models import DuplicateSearch
from casework.persons.rules import PartialDate
from tests.conftest import Acting
from tests.duplicates.alike import (
    FIRST,
    IIN,
    THEN,
    correct,
    counting,
    gone_into,
    only_pair,
    pairs,
    registered,
    searched,
    twice,
)
from tests.factories import World


@pytest.fixture
def session(acting: Acting, world: World) -> Iterator[DatabaseSession]:
    with acting(world.principal("lawyer")) as found:
        yield found


# -- finding -------------------------------------------------------------------------------------------------------


def test_one_person_recorded_twice_is_found(session: DatabaseSession) -> None:
    one, other = twice()
    registered("Гранатов", "Пётр", sex="M")
    searched()
    pair = only_pair()
    assert (pair.person_id, pair.other_id) == (one.id, other.id)  # the one registered first comes first
    assert pair.confidence == "certain"
    assert pair.decision is None
    assert (queries.open_count(), queries.waiting_for_supervisor()) == (1, 0)
    assert queries.of_person(other.id) == [pair]
    searched()
    assert only_pair() == pair  # found once


def test_twins_are_no_pair(session: DatabaseSession) -> None:
    registered("Сапфирова", "Ольга")
    registered("Сапфирова", "Зульфия")
    searched()
    assert pairs() == []


def test_the_surest_come_first(session: DatabaseSession) -> None:
    registered("Лазуритов", "Тимур", born=PartialDate(1980), origin="UNK", sex="U")
    registered("Лазуритов", "Тимур", born=PartialDate(1980), origin="UNK", sex="U", on=THEN)
    twice()
    searched()
    found = [one.confidence for one in pairs()]
    assert found[0] == "certain"
    assert len(found) == 2
    first, second = pairs()
    assert queries.following(first, "open") == second
    assert queries.following(second, "open") == first
    assert [queries.place(one, "open") for one in (first, second)] == [1, 2]


def test_never_all_with_all(session: DatabaseSession, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["Янтарёв", "Рубинов", "Топазов", "Агатов", "Ониксов", "Кварцев", "Яшмов", "Опалов", "Бериллов", "Жадеитов"]
    for n, family in enumerate(names):
        for m, given in enumerate(("Тимур", "Аскар", "Данияр")):
            registered(family, given, born=PartialDate(1960 + 3 * n + m, m + 1, n + 2), sex="M")
    twice()
    people = queries.living_count()
    with counting(monkeypatch) as counted:
        searched()
    assert len(pairs()) == 1
    assert len(counted.compared) == len(set(counted.compared))  # each pair once, not once from each side
    assert len(counted.compared) < people  # all with all would be people * (people - 1) / 2
    with counting(monkeypatch) as counted:
        actions.look_at_changed()
    assert len(counted.compared) == len(set(counted.compared))


def test_an_undecided_pair_goes_when_it_is_no_longer_alike(session: DatabaseSession) -> None:
    _one, other = twice()
    searched()
    correct(other, family_name="Гранатова", given_name="Мадина", iin="850722300228")
    actions.look_at_changed()
    assert pairs() == []
    deleted = select(AuditEntry.action).where(AuditEntry.action == "duplicate_pairs:delete")
    session.commit()
    assert session.scalars(deleted).all() == ["duplicate_pairs:delete"]


def test_the_confidence_follows_the_records(session: DatabaseSession) -> None:
    one, other = twice()
    searched()
    for person in (one, other):
        correct(person, iin=None)
    actions.look_at_changed()
    found = pairs()
    assert [pair.confidence for pair in found] != ["certain"]


# -- remembering ---------------------------------------------------------------------------------------------------


def test_what_was_decided_is_never_asked_again(session: DatabaseSession) -> None:
    one, _other = twice()
    searched()
    actions.decide(only_pair(), "different", "RELATIVE", "Двоюродные сёстры")
    searched()
    correct(one, birth_place="Самоцветск")
    actions.look_at_changed()
    assert pairs() == []
    (pair,) = queries.page("decided", None, 1).rows
    assert (pair.decision, pair.reason, pair.note.text) == ("different", "RELATIVE", "Двоюродные сёстры")
    assert pair.decided_by_id == session.info["principal"].user_id


def test_an_equal_number_since_is_asked_about_and_a_slip_is_not(session: DatabaseSession) -> None:
    one = registered("Сапфирова", "Ольга", phone="+7 701 555 71 93")
    other = registered("Sapfirova", "Olga", on=THEN, phone="+7 701 555 71 93")
    searched()
    actions.decide(only_pair(), "different", "MET_BOTH")
    correct(one, iin=IIN)
    actions.look_at_changed()
    assert pairs() == []  # on one side only
    correct(other, iin=IIN)
    actions.look_at_changed()
    pair = only_pair()
    assert pair.decision is None
    assert (pair.reason, pair.decided_at is not None) == ("MET_BOTH", True)  # what was said is still known
    correct(other, iin=None)
    actions.look_at_changed()
    assert pairs() == []
    assert [one.decision for one in queries.page("decided", None, 1).rows] == [
        "different"
    ]  # a slip: what was said stands
    correct(other, iin=IIN)
    actions.look_at_changed()
    actions.decide(only_pair(), "different", "OTHER")
    searched()
    assert pairs() == []  # decided with that number in view


def test_decisions_outlive_records_that_no_longer_look_alike(session: DatabaseSession) -> None:
    _one, other = twice()
    searched()
    actions.decide(only_pair(), "unsure")
    correct(other, family_name="Гранатова", given_name="Мадина", iin=None)
    searched()
    assert queries.waiting_for_supervisor() == 1


def test_at_a_registration_it_is_remembered(session: DatabaseSession) -> None:
    one, other = twice()
    pair = actions.remember(other, one, "different", "OTHER_FAMILY")
    assert (pair.person_id, pair.other_id) == (one.id, other.id)
    assert pair.confidence == "certain"
    searched()
    assert pairs() == []
    again = actions.remember(one, other, "unsure", note="Спросить мать")
    assert again.id == pair.id
    assert (again.decision, again.reason, again.note.text) == ("unsure", None, "Спросить мать")
    stranger = registered("Кварцева", "Зульфия")
    assert actions.remember(one, stranger, "unsure").confidence == "possible"
    with pytest.raises(DomainError):
        actions.remember(one, one, "unsure")


def test_what_is_merged_needs_no_decision(session: DatabaseSession) -> None:
    one, other = twice()
    third = registered("Сапфирова", "Ольга", on=THEN + timedelta(days=1), iin=IIN)
    searched()
    assert len(pairs()) == 3
    actions.decide(queries.pair_between(one.id, other.id), "same")  # type: ignore[arg-type]
    actions.decide(queries.pair_between(other.id, third.id), "different", "OTHER")  # type: ignore[arg-type]
    gone_into(other, one)
    assert queries.waiting_for_supervisor() == 0
    actions.look_at_changed()
    (left,) = pairs()
    assert {left.person_id, left.other_id} == {one.id, third.id}  # asked before the merge, and still open
    pair = queries.pair_between(one.id, other.id)
    assert pair is not None
    with pytest.raises(DomainError, match="has been merged"):
        actions.decide(pair, "unsure")
    with pytest.raises(DomainError, match="has been merged"):
        actions.take_back(pair)


def test_who_was_told_apart_stays_so_through_a_merge(session: DatabaseSession) -> None:
    one, _other = twice()
    searched()
    actions.decide(only_pair(), "different", "OTHER")
    kept = registered("Сапфирова", "Ольга", on=FIRST - timedelta(days=9), phone="+7 702 444 38 16")
    gone_into(one, kept)
    correct(kept, iin=IIN)
    searched()
    assert pairs() == []


# -- who may decide what -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("decision", "reason", "field"),
    [
        ("", None, "decision"),
        ("merged", None, "decision"),
        ("different", None, "reason"),
        ("different", "NO_SUCH", "reason"),
    ],
)
def test_half_an_answer(session: DatabaseSession, decision: str, reason: str | None, field: str) -> None:
    _one, _other = twice()
    searched()
    with pytest.raises(DomainError) as refused:
        actions.decide(only_pair(), decision, reason)
    assert refused.value.field == field
    assert only_pair().decided_at is None


def test_a_decision_can_be_changed_and_undone_until_it_is_merged(session: DatabaseSession) -> None:
    twice()
    searched()
    pair = only_pair()
    actions.decide(pair, "same", "OTHER", "Похоже")
    assert pair.reason is None  # a reason belongs to a difference
    actions.decide(pair, "different", "OTHER")
    actions.take_back(pair)
    assert (pair.decision, pair.reason, pair.note.text, pair.decided_at, pair.decided_by_id) == (None,) * 5
    assert only_pair() == pair


def test_what_a_colleague_decided_a_supervisor_changes(acting: Acting, world: World) -> None:
    with acting(world.principal("supervisor")):
        twice()
        searched()
        pair_id = only_pair().id
        actions.decide(only_pair(), "unsure")
    with acting(world.principal("lawyer")):
        pair = queries.pair(pair_id)
        assert pair is not None
        with pytest.raises(DomainError, match="Only they or a supervisor"):
            actions.decide(pair, "same")
        with pytest.raises(DomainError, match="Only they or a supervisor"):
            actions.take_back(pair)
    with acting(world.principal("supervisor")):
        pair = queries.pair(pair_id)
        assert pair is not None
        actions.take_back(pair)
    with acting(world.principal("lawyer")):
        pair = queries.pair(pair_id)
        assert pair is not None
        actions.decide(pair, "same")
    with acting(world.principal("supervisor")):
        assert queries.waiting_for_supervisor() == 1
        actions.decide(queries.pair(pair_id), "different", "OTHER")  # type: ignore[arg-type]


def test_another_organisation_has_its_own(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        twice()
        searched()
        pair = only_pair()
    with acting(world.principal("lawyer", "B")):
        assert queries.pair(pair.id) is None
        assert queries.pair_between(pair.person_id, pair.other_id) is None
        assert queries.search() is None
        registered("Сапфирова", "Ольга", iin=IIN)
        searched()
        assert (pairs(), queries.open_count()) == ([], 0)


def test_one_lawyers_people(acting: Acting, world: World) -> None:
    lawyer, supervisor = world.user_id("lawyer"), world.user_id("supervisor")
    with acting(world.principal("lawyer")):
        twice()
        searched()
    with acting(world.principal("supervisor")):
        assert queries.open_count() == 1
        assert queries.open_count(lawyer) == 1
        assert queries.open_count(supervisor) == 0
        cases.open_case([only_pair().other], "OTHER", THEN, supervisor)
        assert queries.open_count(supervisor) == 1


# -- slices and the job --------------------------------------------------------------------------------------------


def test_slices_save_and_go_on(acting: Acting, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "SLICE", 2)
    with acting(world.principal("supervisor")):
        twice()
        for n in range(5):
            registered(f"Самоцветов{'абвгд'[n]}", "Пётр", born=PartialDate(1970 + n), sex="M")
        search = actions.begin_search()
        assert (search.done, search.total, search.is_under_way) == (0, 7, True)
        with pytest.raises(DomainError):
            actions.begin_search()
    reached = []
    for _turn in range(4):  # each in a transaction and a session of its own, as in a request or after a stop
        with acting(world.principal("supervisor")):
            found = actions.next_slice()
            assert found is not None
            reached.append((found.done, found.is_under_way))
    assert reached == [(2, True), (4, True), (6, True), (7, False)]
    with acting(world.principal("supervisor")):
        assert len(pairs()) == 1
        done = actions.next_slice()
        assert done is not None  # and nothing is begun by asking once too often
        assert not done.is_under_way
        assert done.position is None


def test_a_slice_that_fails_is_done_again(acting: Acting, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "SLICE", 1)
    with acting(world.principal("supervisor")):
        twice()
        actions.begin_search()
    with acting(world.principal("supervisor")):
        actions.next_slice()
        db.session.rollback()
    with acting(world.principal("supervisor")):
        search = queries.search()
        assert search is not None
        assert (search.done, search.position) == (0, None)


def test_the_job_begins_goes_on_and_then_follows_changes(
    acting: Acting, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "SLICE", 2)
    with acting(world.principal("lawyer")):
        _one, _other = twice()
        jobs.look()
    with acting(world.principal("lawyer")):
        search = queries.search()
        assert search is not None
        assert search.ended_at is not None
        assert len(pairs()) == 1
        for n in range(5):  # more than a slice, all at one moment
            registered("Кварцева", "Зульфия", born=PartialDate(1980, 5, 6), on=THEN + timedelta(days=n))
    with acting(world.principal("lawyer")):
        jobs.look()
    with acting(world.principal("lawyer")):
        assert queries.open_count() == 1 + 10
    later = clock.now() + timedelta(hours=1)
    with clock.at(later), acting(world.principal("lawyer")):
        jobs.look()
        search = queries.search()
        assert search is not None
        assert search.looked_to == later


def test_a_turn_of_the_job_is_no_longer_than_others_can_wait(
    acting: Acting, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "SLICE", 1)
    monkeypatch.setattr(jobs, "SLICES", 2)
    with acting(world.principal("lawyer")):
        for n in range(5):
            registered(f"Самоцветов{'абвгд'[n]}", "Пётр", born=PartialDate(1970 + n), sex="M")
    with acting(world.principal("lawyer")):
        jobs.look()
        search = queries.search()
        assert search is not None
        assert (search.done, search.is_under_way) == (2, True)
        jobs.look()
        search = queries.search()
        assert search is not None
        assert search.done == 4


def test_a_colleague_who_decides_meanwhile_does_not_stop_the_search(
    acting: Acting, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with acting(world.principal("lawyer")):
        twice()
        jobs.look()
    calls: list[Any] = []
    find = actions._find

    def once_too_late(fresh: Any) -> None:
        calls.append(fresh)
        if len(calls) == 1:
            raise jobs.CONFLICTS[0]
        find(fresh)

    monkeypatch.setattr(actions, "_find", once_too_late)
    with acting(world.principal("lawyer")):
        jobs.look()
        assert len(calls) > 1
        assert len(pairs()) == 1


def test_nothing_of_the_search_names_anybody(session: DatabaseSession) -> None:
    columns = set(DuplicateSearch.__table__.columns.keys())
    assert columns == {"id", "organisation_id", "looked_to", "position", "done", "total", "started_at", "ended_at"}
