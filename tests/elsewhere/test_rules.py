"""When something is said about a person whom another partner may have, and what each side may then do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import product
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.elsewhere.rules import (
    A_DAY,
    AGAIN,
    OPEN_TO_BOTH,
    SILENCE,
    Due,
    Standing,
    State,
    Step,
    Verdict,
    is_raised_again,
    is_telling,
    is_unanswered,
    may_say,
    numbers,
    standing,
    steps,
    within_limits,
)
from casework.persons.likeness import Comparison, Confidence, Profile

NOW = datetime(2026, 9, 15, 6, tzinfo=UTC)
TODAY = date(2026, 9, 15)


@dataclass
class Question:
    state: str
    changed_at: datetime = NOW


@dataclass
class Side:
    asked_at: datetime | None = None
    verdict: str | None = None


# -- the steps ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "asked_at", "verdict", "expected"),
    [
        ("suspected", None, None, Standing.OPEN),
        ("suspected", NOW - timedelta(days=3), None, Standing.NOT_AGREED),
        ("asked", NOW, None, Standing.WAITING),
        ("asked", None, None, Standing.ASKED),
        ("asked", NOW - timedelta(days=90), None, Standing.ASKED),  # its own earlier question is over
        ("agreed", NOW, None, Standing.COMPARING),
        ("agreed", None, "same", Standing.SAID),
        ("same", None, "same", Standing.SAME),
        ("different", None, None, Standing.DIFFERENT),
        ("different", NOW, "same", Standing.DIFFERENT),
    ],
)
def test_how_a_side_stands(state: str, asked_at: datetime | None, verdict: str | None, expected: Standing) -> None:
    assert standing(Question(state), Side(asked_at, verdict)) is expected


def every_standing() -> Iterator[tuple[Question, Side]]:
    for state, asked_at, verdict in product(State, (None, NOW, NOW - AGAIN), (None, *Verdict)):
        yield Question(state), Side(asked_at, verdict)


def test_what_is_different_stays_so() -> None:
    for question, side in every_standing():
        if question.state == State.DIFFERENT:
            assert steps(question, side, NOW + timedelta(days=9999)) == frozenset()


def test_a_verdict_takes_an_agreement_and_an_answer_a_question() -> None:
    for question, side in every_standing():
        found = steps(question, side, NOW)
        assert (Step.VERDICT in found) == (question.state in OPEN_TO_BOTH)
        assert Step.ANSWER not in found or question.state == State.ASKED
        assert Step.ASK not in found or question.state == State.SUSPECTED
        assert Step.WITHDRAW not in found or question.state != State.SUSPECTED


def test_only_one_of_two_sides_answers_a_question() -> None:
    asker, other = Side(NOW), Side(NOW - timedelta(days=40))
    question = Question("asked", NOW)
    assert steps(question, asker, NOW) == {Step.WITHDRAW}
    assert steps(question, other, NOW) == {Step.ANSWER}


def test_who_was_not_agreed_with_asks_again_after_thirty_days() -> None:
    question, side = Question("suspected"), Side(NOW - timedelta(days=50))
    assert steps(question, side, NOW + AGAIN - timedelta(seconds=1)) == frozenset()
    assert steps(question, side, NOW + AGAIN) == {Step.ASK}


def test_silence_is_told_to_the_asker_alone() -> None:
    question = Question("asked")
    assert not is_unanswered(question, Side(NOW), NOW + SILENCE - timedelta(seconds=1))
    assert is_unanswered(question, Side(NOW), NOW + SILENCE)
    assert not is_unanswered(question, Side(None), NOW + SILENCE)
    assert not is_unanswered(Question("suspected"), Side(NOW), NOW + SILENCE)


# -- what is said at all -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("chance", "comparisons", "said"),
    [
        (1e-9, 1_000_000, True),
        (1e-8, 1_000_000, False),  # exactly one in a hundred is too much
        (1e-9, 100_000_000, False),
        (0.02, 0, False),
        (0.0, 10**12, True),
        (1.0, 1, False),
    ],
)
def test_what_chance_could_reach_is_not_said(chance: float, comparisons: int, said: bool) -> None:
    assert may_say(chance, comparisons) is said


@given(st.floats(0, 1), st.integers(0, 10**12), st.integers(0, 10**12))
def test_more_comparisons_never_say_more(chance: float, fewer: int, more: int) -> None:
    assert may_say(chance, fewer + more) <= may_say(chance, fewer)


@pytest.mark.parametrize(
    ("confidence", "expected"),
    [(Confidence.CERTAIN, True), (Confidence.LIKELY, True), (Confidence.POSSIBLE, False), (None, False)],
)
def test_only_a_likeness_with_confidence_is_telling(confidence: Confidence | None, expected: bool) -> None:
    assert is_telling(Comparison((), 1.0, confidence), 1e-12, 1000) is expected
    assert not is_telling(Comparison((), 1.0, confidence), 1e-4, 1000)
    assert not is_telling(None, 0.0, 1)


def test_numbers_of_one_person_only() -> None:
    assert numbers(Profile()) == frozenset()
    profile = Profile(iin="910314401117", documents=frozenset({"N707"}), phones=frozenset({"7015557193"}))
    assert numbers(profile) == {"910314401117", "N707"}


def test_what_was_different_is_raised_by_a_new_number_only() -> None:
    assert not is_raised_again([], [])
    assert not is_raised_again(["1"], ["1"])
    assert not is_raised_again([], ["1"])
    assert is_raised_again(["1", "2"], ["1"])


# -- who is compared, and when -----------------------------------------------------------------------------------


def record(number: int, *lawyers: UUID, looked: int | None = None) -> Due:
    """One that was changed later the higher its number, and compared so many days ago."""
    looked_on = TODAY - timedelta(days=looked) if looked is not None else None
    return Due(UUID(int=number), NOW + timedelta(minutes=number), frozenset(lawyers), looked_on)


def test_of_many_records_the_oldest_have_their_turn_and_the_rest_wait() -> None:
    lawyer, colleague = uuid4(), uuid4()
    due = [record(n, lawyer) for n in range(50)] + [record(100, colleague)]
    turn, waiting = within_limits(due, [], TODAY)
    assert [one.person_id.int for one in turn] == [*range(A_DAY), 100]
    assert waiting == {lawyer: 30}


def test_a_day_is_a_day_however_often_the_look_is_repeated() -> None:
    lawyer = uuid4()
    done = [record(n, lawyer) for n in range(15)]
    turn, waiting = within_limits([record(n, lawyer) for n in range(20, 40)], done, TODAY)
    assert len(turn) == 5
    assert waiting == {lawyer: 15}


@pytest.mark.parametrize(("days", "is_compared"), [(0, False), (6, False), (7, True)])
def test_a_record_is_compared_once_a_week(days: int, is_compared: bool) -> None:
    turn, _ = within_limits([record(1, uuid4(), looked=days)], [], TODAY)
    assert bool(turn) is is_compared


def test_whoever_changes_records_of_colleagues_uses_up_their_own_day() -> None:
    prober = uuid4()
    due = [record(n, uuid4(), prober) for n in range(40)]
    turn, waiting = within_limits(due, [], TODAY)
    assert len(turn) == A_DAY
    assert waiting == {prober: 20}


def test_what_nobody_registered_waits_for_nobody() -> None:
    assert len(within_limits([record(n) for n in range(100)], [], TODAY)[0]) == 100


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3), st.one_of(st.none(), st.integers(0, 20))), max_size=80))
def test_nobody_exceeds_a_day(given_records: list[tuple[int, int, int | None]]) -> None:
    lawyers = [UUID(int=1000 + n) for n in range(10)]
    due = [
        Due(UUID(int=n), NOW, frozenset(lawyers[first : first + more]), TODAY - timedelta(looked) if looked else None)
        for n, (first, more, looked) in enumerate(given_records)
    ]
    turn, waiting = within_limits(due, [], TODAY)
    for lawyer in lawyers:
        assert sum(lawyer in one.lawyers for one in turn) <= A_DAY
    assert {one.person_id for one in turn} <= {one.person_id for one in due}
    assert len(turn) == len(set(turn))
    assert within_limits(reversed(due), [], TODAY) == (turn, waiting)  # in whatever order they come
