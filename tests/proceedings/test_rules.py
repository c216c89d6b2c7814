"""The clocks: started, met, stopped, passed in silence. No database, no clock of our own."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.core.i18n import Text
from casework.procedures.rules import Limit
from casework.proceedings.rules import Clock, Happening, Reckoning, State, reckon
from casework.workdays.rules import Calendar

# 1 and 2 January 2026 are days off here, and Saturday 10 January 2026 is worked.
CALENDAR = Calendar(
    {date(2026, 1, 1): "New Year", date(2026, 1, 2): "New Year", date(2026, 5, 1): "Unity Day"},
    frozenset({date(2026, 1, 10)}),
)
LONG_AFTER = date(2030, 1, 1)
_minute = count()


def limit(code: str, starts: str, ends: str, value: int, unit: str = "day", **more: object) -> Limit:
    return Limit(
        id=uuid4(),
        code=code,
        words=Text(code, code, code),
        starts=tuple(starts.split()),
        ends=tuple(ends.split()),
        value=value,
        unit=unit,
        **more,  # type: ignore[arg-type]
    )


def act(code: str, on: date, **more: object) -> Happening:
    recorded = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=next(_minute))
    return Happening(uuid4(), code, on, recorded_at=recorded, **more)  # type: ignore[arg-type]


def clock_of(reckoning: Reckoning, code: str, act_id: UUID | None = None) -> Clock:
    found = [one for one in reckoning.clocks if one.limit.code == code and act_id in (None, one.act.id)]
    assert len(found) == 1, found
    return found[0]


def test_an_act_starts_a_clock_and_another_meets_it() -> None:
    limits = [limit("FINGERPRINTS", "CERTIFICATE", "FINGERPRINTED", 3)]
    issued, taken = act("CERTIFICATE", date(2026, 3, 3)), act("FINGERPRINTED", date(2026, 3, 5))
    running = clock_of(reckon([issued], limits, CALENDAR, date(2026, 3, 4)), "FINGERPRINTS")
    assert (running.due_on, running.state) == (date(2026, 3, 6), State.OPEN)
    met = clock_of(reckon([issued, taken], limits, CALENDAR, date(2026, 3, 9)), "FINGERPRINTS")
    assert (met.state, met.ended_on, met.is_late) == (State.MET, date(2026, 3, 5), False)


def test_what_comes_late_is_met_and_late() -> None:
    limits = [limit("FINGERPRINTS", "CERTIFICATE", "FINGERPRINTED", 3)]
    told = [act("CERTIFICATE", date(2026, 3, 3)), act("FINGERPRINTED", date(2026, 3, 16))]
    met = clock_of(reckon(told, limits, CALENDAR, LONG_AFTER), "FINGERPRINTS")
    assert met.state is State.MET
    assert met.is_late


def test_what_is_entered_in_the_wrong_order_on_one_day_still_meets() -> None:
    limits = [limit("SAME_DAY", "REGISTERED", "CERTIFICATE", 0)]
    certificate = act("CERTIFICATE", date(2026, 5, 4))
    registered = act("REGISTERED", date(2026, 5, 4))
    clock = clock_of(reckon([certificate, registered], limits, CALENDAR, LONG_AFTER), "SAME_DAY")
    assert (clock.state, clock.is_late) == (State.MET, False)


def test_an_earlier_act_meets_nothing() -> None:
    limits = [limit("DECISION", "REGISTERED", "DECIDED", 3, "month")]
    told = [act("DECIDED", date(2026, 1, 5)), act("REGISTERED", date(2026, 1, 6))]
    assert clock_of(reckon(told, limits, CALENDAR, LONG_AFTER), "DECISION").state is State.OPEN


def test_the_clock_counts_from_the_day_the_person_learnt_of_it() -> None:
    limits = [limit("COMPLAINT", "REFUSED", "COMPLAINED", 3, "month", counts_from="served")]
    refused = act("REFUSED", date(2026, 1, 15), served_on=date(2026, 1, 31))
    # 31 January + 3 months: April has 30 days.
    assert clock_of(reckon([refused], limits, CALENDAR, LONG_AFTER), "COMPLAINT").due_on == date(2026, 4, 30)


def test_a_decision_not_served_yet_starts_no_clock_but_says_so() -> None:
    limits = [limit("COMPLAINT", "REFUSED", "COMPLAINED", 3, "month", counts_from="served")]
    refused = act("REFUSED", date(2026, 1, 15))
    reckoning = reckon([refused], limits, CALENDAR, LONG_AFTER)
    assert reckoning.clocks == ()
    assert [(one.limit.code, one.act.id) for one in reckoning.waiting] == [("COMPLAINT", refused.id)]


def test_a_document_says_itself_until_when_it_holds() -> None:
    limits = [limit("EXPIRY", "CERTIFICATE", "CERTIFICATE", 3, "month", takes_until=True, on_day_off="stays")]
    printed = act("CERTIFICATE", date(2026, 2, 1), until_on=date(2026, 4, 30))
    clock = clock_of(reckon([printed], limits, CALENDAR, LONG_AFTER), "EXPIRY")
    assert (clock.due_on, clock.statutory_on) == (date(2026, 4, 30), date(2026, 5, 1))


def test_a_renewed_certificate_meets_the_old_clock_and_starts_its_own() -> None:
    limits = [limit("EXPIRY", "CERTIFICATE", "CERTIFICATE", 3, "month", on_day_off="stays")]
    first, second = act("CERTIFICATE", date(2026, 2, 1)), act("CERTIFICATE", date(2026, 4, 20))
    reckoning = reckon([first, second], limits, CALENDAR, LONG_AFTER)
    assert clock_of(reckoning, "EXPIRY", first.id).state is State.MET
    assert clock_of(reckoning, "EXPIRY", second.id).state is State.OPEN


def test_an_extension_counts_from_the_registration() -> None:
    limits = [limit("EXTENDED", "EXTENSION", "DECIDED", 1, "year", basis="REGISTERED", takes_until=True)]
    told = [act("REGISTERED", date(2026, 2, 3)), act("EXTENSION", date(2026, 4, 28))]
    clock = clock_of(reckon(told, limits, CALENDAR, LONG_AFTER), "EXTENDED")
    assert (clock.starts_on, clock.due_on) == (date(2026, 2, 3), date(2027, 2, 3))


def test_a_later_start_stops_the_earlier_clock() -> None:
    limits = [limit("LODGE", "ARRIVED LEARNT", "LODGED", 5)]
    arrived, learnt = act("ARRIVED", date(2026, 3, 2)), act("LEARNT", date(2026, 3, 10))
    reckoning = reckon([arrived, learnt], limits, CALENDAR, LONG_AFTER)
    assert clock_of(reckoning, "LODGE", arrived.id).state is State.STOPPED
    # 15 March 2026 is a Sunday: the end moves to Monday.
    assert clock_of(reckoning, "LODGE", learnt.id).due_on == date(2026, 3, 16)


def test_inquiries_have_clocks_of_their_own() -> None:
    limits = [limit("REPLY", "SENT", "REPLIED", 6, "month", per_subject=True)]
    one, other = uuid4(), uuid4()
    told = [
        act("SENT", date(2026, 1, 12), about=one),
        act("SENT", date(2026, 2, 12), about=other),
        act("REPLIED", date(2026, 3, 1), about=other),
    ]
    reckoning = reckon(told, limits, CALENDAR, date(2026, 4, 1))
    assert clock_of(reckoning, "REPLY", told[0].id).state is State.OPEN
    assert clock_of(reckoning, "REPLY", told[1].id).state is State.MET


# -- silence -----------------------------------------------------------------------------------------------------

APPEAL = [
    limit("COMPLAINT", "REFUSED", "COMPLAINED", 3, "month", counts_from="served"),
    limit("ANSWER", "COMPLAINED", "ANSWERED", 20, "workday", on_silence="SILENCE"),
    limit("COURT", "ANSWERED SILENCE", "SUED", 1, "month"),
]


def test_silence_starts_the_next_clock_by_itself() -> None:
    complained = act("COMPLAINED", date(2026, 1, 5))  # a Monday; 20 working days, one of them Saturday 10 January
    due_on = date(2026, 1, 30)
    before = reckon([complained], APPEAL, CALENDAR, due_on)
    assert before.silences == ()
    assert clock_of(before, "ANSWER").state is State.OPEN

    after = reckon([complained], APPEAL, CALENDAR, due_on + timedelta(days=1))
    assert clock_of(after, "ANSWER").due_on == due_on
    assert clock_of(after, "ANSWER").state is State.SILENT
    [silence] = after.silences
    assert (silence.code, silence.on) == ("SILENCE", date(2026, 1, 31))
    assert clock_of(after, "COURT").due_on == date(2026, 3, 2)  # 28 February is a Saturday


def test_silence_is_the_same_act_every_day() -> None:
    complained = act("COMPLAINED", date(2026, 1, 5))
    days = [date(2026, 2, 10), date(2026, 6, 1)]
    assert len({reckon([complained], APPEAL, CALENDAR, day).silences for day in days}) == 1


def test_a_late_answer_stops_what_silence_had_started() -> None:
    complained, answered = act("COMPLAINED", date(2026, 1, 5)), act("ANSWERED", date(2026, 2, 10))
    reckoning = reckon([complained, answered], APPEAL, CALENDAR, LONG_AFTER)
    [silence] = reckoning.silences
    assert clock_of(reckoning, "ANSWER").is_late
    assert clock_of(reckoning, "COURT", silence.id).state is State.STOPPED
    assert clock_of(reckoning, "COURT", answered.id).state is State.OPEN


def test_an_answer_in_time_leaves_no_silence() -> None:
    told = [act("COMPLAINED", date(2026, 1, 5)), act("ANSWERED", date(2026, 1, 30))]
    assert reckon(told, APPEAL, CALENDAR, LONG_AFTER).silences == ()


def test_silence_that_feeds_itself_is_refused() -> None:
    looping = [limit("FOR_EVER", "SILENCE START", "NEVER", 1, on_silence="SILENCE")]
    with pytest.raises(ValueError, match="for ever"):
        reckon([act("START", date(2026, 1, 5))], looping, CALENDAR, LONG_AFTER)


# -- properties --------------------------------------------------------------------------------------------------

CODES = ["REFUSED", "COMPLAINED", "ANSWERED", "SUED"]
days = st.dates(date(2025, 6, 1), date(2027, 6, 1))
lives = st.lists(st.tuples(st.sampled_from(CODES), days), max_size=8)


def life(told: list[tuple[str, date]]) -> list[Happening]:
    return [act(code, on, served_on=on + timedelta(days=2)) for code, on in told]


@given(lives, days)
def test_no_deadline_falls_before_its_act(told: list[tuple[str, date]], today: date) -> None:
    for clock in reckon(life(told), APPEAL, CALENDAR, today).clocks:
        assert clock.act.on <= clock.starts_on <= clock.raw_end <= clock.due_on
        assert clock.ended_on is None or clock.ended_on >= clock.act.on
        assert CALENDAR.is_working(clock.due_on)


@given(lives, days, days, st.integers(0, 7))
def test_a_date_corrected_and_put_back_gives_the_same(
    told: list[tuple[str, date]], today: date, wrong: date, place: int
) -> None:
    happenings = life(told)
    before = reckon(happenings, APPEAL, CALENDAR, today)
    if place < len(happenings):
        right = happenings[place].on
        happenings[place] = replace(happenings[place], on=wrong)
        reckon(happenings, APPEAL, CALENDAR, today)
        happenings[place] = replace(happenings[place], on=right)
    assert reckon(happenings, APPEAL, CALENDAR, today) == before


@given(lives, days, st.randoms())
def test_the_order_of_telling_makes_no_difference(told: list[tuple[str, date]], today: date, luck: object) -> None:
    happenings = life(told)
    shuffled = list(happenings)
    luck.shuffle(shuffled)  # type: ignore[attr-defined]
    first, second = (reckon(one, APPEAL, CALENDAR, today) for one in (happenings, shuffled))
    assert set(first.clocks) == set(second.clocks)
    assert set(first.silences) == set(second.silences)


@given(lives, days)
def test_silence_never_speaks_before_its_day(told: list[tuple[str, date]], today: date) -> None:
    for silence in reckon(life(told), APPEAL, CALENDAR, today).silences:
        assert silence.on <= today
