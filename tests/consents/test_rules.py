"""What an answer covers, and when."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.consents.rules import Standing, covers, has_left, holding, is_asked_for_assent, standing
from casework.persons.ages import is_child

DAY = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Said:
    state: str = "given"
    answered_on: date = DAY
    expires_on: date | None = None
    withdrawn_on: date | None = None
    purpose: str = "REFERRAL"
    recipient: str | None = "service:HEALTH"
    recorded_at: datetime = AT
    sequence: int = 1
    is_void: bool = False


def on(days: int) -> date:
    return DAY + timedelta(days=days)


@pytest.mark.parametrize(
    ("said", "day", "expected"),
    [
        (Said(), on(-1), False),
        (Said(), DAY, True),
        (Said(expires_on=on(10)), on(10), True),
        (Said(expires_on=on(10)), on(11), False),
        (Said(state="withdrawn", withdrawn_on=on(5)), on(4), True),
        (Said(state="withdrawn", withdrawn_on=on(5)), on(5), False),
        (Said(state="refused"), on(1), False),
        (Said(is_void=True), on(1), False),
    ],
)
def test_covers(said: Said, day: date, expected: bool) -> None:
    assert covers(said, day) is expected


def test_each_recipient_is_asked_for_on_its_own() -> None:
    answers = [Said(), Said(recipient="service:SHELTER", state="refused", sequence=2)]
    assert holding(answers, "REFERRAL", "service:HEALTH", DAY) is answers[0]
    assert holding(answers, "REFERRAL", "service:CASH", DAY) is None
    assert holding(answers, "REFERRAL", None, DAY) is None


def test_the_last_word_holds_whatever_it_says() -> None:
    first, later = Said(), Said(state="refused", answered_on=on(3), sequence=2)
    assert holding([later, first], "REFERRAL", "service:HEALTH", on(2)) is first
    assert holding([later, first], "REFERRAL", "service:HEALTH", on(3)) is later
    same_day = Said(state="refused", sequence=2)
    assert holding([same_day, first], "REFERRAL", "service:HEALTH", DAY) is same_day


@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from(["given", "refused"]), st.booleans()), max_size=6))
def test_at_most_one_answer_holds_and_it_is_never_void(told: list[tuple[int, str, bool]]) -> None:
    answers = [Said(state, on(days), sequence=place, is_void=void) for place, (days, state, void) in enumerate(told)]
    found = holding(answers, "REFERRAL", "service:HEALTH", on(9))
    standing_ones = [one for one in answers if not one.is_void]
    assert (found is None) == (not standing_ones)
    if found is not None:
        assert found.answered_on == max(one.answered_on for one in standing_ones)


def test_what_it_is_today() -> None:
    assert standing(Said(expires_on=on(30)), True, DAY) is Standing.SOON
    assert standing(Said(expires_on=on(31)), True, DAY) is Standing.IN_FORCE
    assert standing(Said(expires_on=on(1)), True, on(2)) is Standing.EXPIRED
    assert standing(Said(), False, DAY) is Standing.SUPERSEDED
    assert standing(Said(state="withdrawn", withdrawn_on=DAY), False, DAY) is Standing.WITHDRAWN
    assert standing(Said(is_void=True), True, DAY) is Standing.VOID


REGISTER = {"purpose": "REGISTER", "recipient": None}


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ([], [False, False, False]),
        ([Said(state="refused")], [False, False, False]),  # of another question
        ([Said(**REGISTER)], [False, False, False]),
        ([Said(**REGISTER, state="refused")], [True, True, True]),
        ([Said(**REGISTER, state="withdrawn", withdrawn_on=on(5))], [False, True, True]),
        ([Said(**REGISTER, expires_on=on(4))], [False, True, True]),
        ([Said(**REGISTER, state="withdrawn", withdrawn_on=on(5), is_void=True)], [False, False, False]),
        ([Said(**REGISTER), Said(**REGISTER, state="refused", answered_on=on(5), sequence=2)], [False, True, True]),
        (
            [
                Said(**REGISTER, state="withdrawn", withdrawn_on=on(5)),
                Said(**REGISTER, answered_on=on(9), sequence=2),
            ],
            [False, True, False],
        ),
    ],
)
def test_who_does_not_agree_to_be_registered_any_more_has_left(said: list[Said], left: list[bool]) -> None:
    assert [has_left(said, day) for day in (DAY, on(5), on(9))] == left


def test_nothing_that_rests_on_being_registered_holds_without_it() -> None:
    assert standing(Said(), True, DAY, is_left=True) is Standing.SUSPENDED
    assert standing(Said(expires_on=on(-1)), True, DAY, is_left=True) is Standing.EXPIRED
    assert standing(Said(state="refused"), True, DAY, is_left=True) is Standing.REFUSED
    assert standing(Said(purpose="STATISTICS", recipient=None), True, DAY, is_left=True) is Standing.IN_FORCE


def test_children() -> None:
    assert [is_child(age) for age in (None, 17, 18)] == [False, True, False]
    assert [is_asked_for_assent(age) for age in (None, 13, 14, 17, 18)] == [False, False, True, True, False]
