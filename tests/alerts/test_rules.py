"""What is unusual in a day: pure functions of what was done."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from casework.alerts import rules
from casework.alerts.rules import Act, Counted, Day, Kind, Rule
from casework.core.clock import ALMATY

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=ALMATY)  # a Monday
RULE = Rule(3)


def at(hour: int, minute: int = 0, *, day: int = 23) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ALMATY)


def opening(one: UUID | None = None, when: datetime = NOON, table: str = "persons", how: str = "person:open") -> Act:
    return Act(when, how, table, one or uuid4())


def test_a_record_opened_again_counts_once() -> None:
    same = uuid4()
    day = Day([opening(same), opening(same, at(13), how="person:details"), opening()])
    assert rules.many(day, RULE).count == 2


def test_lists_open_nobody() -> None:
    assert rules.many(Day([Act(NOON, "case:list", "cases", uuid4())]), RULE).count == 0


@pytest.mark.parametrize(
    ("usual", "wanted"), [([], 40), ([5, 6, 7], 40), ([20, 22, 24], 88)], ids=["new", "few a day", "many a day"]
)
def test_who_usually_opens_many_may_open_more(usual: list[int], wanted: int) -> None:
    assert rules.own_threshold(Rule(40), usual) == wanted


def test_own_cases_are_nobody_elses() -> None:
    own = [uuid4() for _ in range(3)]
    acts = [opening(one, table="cases", how="case:open") for one in own]
    assert rules.others(Day(acts, own_cases=own), RULE).count == 0


def test_cases_of_others_count_when_they_are_most() -> None:
    own, others = [uuid4() for _ in range(3)], [uuid4() for _ in range(4)]
    acts = [opening(one, table="cases", how="case:open") for one in (*own, *others)]
    assert rules.others(Day(acts, own_cases=own), RULE).count == 4
    assert rules.others(Day(acts, own_cases=[*own, others[0]]), RULE).count == 0
    assert rules.others(Day(acts, is_supervisor=True), RULE).count == 0


@pytest.mark.parametrize(
    ("when", "weekends", "wanted"),
    [
        (at(21, 59), False, False),
        (at(22), False, True),
        (at(5, 59), False, True),
        (at(6), False, False),
        (at(12, day=22), False, False),
        (at(12, day=22), True, True),
    ],
)
def test_night_is_from_ten_to_six_and_weekends_if_wanted(when: datetime, weekends: bool, wanted: bool) -> None:
    assert rules.is_night(when, weekends) is wanted


def test_a_night_goes_on_after_midnight_and_is_one() -> None:
    evening = [opening(when=at(23, 50 + n)) for n in range(3)]
    morning = [opening(when=at(0, 5 + n, day=24)) for n in range(3)]
    assert rules.night(Day(evening, morning_after=morning), RULE).count == 6
    assert rules.night(Day(morning), RULE).count == 0  # of the night before
    assert rules.night(Day([opening(when=at(5)), *evening]), RULE).count == 3


def test_an_export_counts_its_rows() -> None:
    acts = [Act(NOON, "export:taken", "exports", uuid4(), rows=60), Act(at(14), "export:taken", "exports", rows=50)]
    assert rules.export(Day(acts), RULE).count == 110


def test_refusals_count_within_an_hour() -> None:
    acts = [Act(at(9, n), "refused") for n in range(4)] + [Act(at(10, n), "refused") for n in range(3)]
    assert rules.refused(Day(acts), RULE).count == 4


def test_an_hour_is_any_sixty_minutes() -> None:
    before, after = ([Act(at(hour, minute), "refused") for minute in range(*of)] for hour, of in
                     ((13, (51, 60)), (14, (0, 9))))  # fmt: skip
    assert rules.refused(Day([*before, *after]), RULE).count == 18
    midnight = [Act(at(0, minute), "refused") for minute in range(3)]
    late = [Act(at(23, 58, day=22), "refused"), Act(at(23, 0, day=22), "refused"), Act(at(23, 59, day=22), "other")]
    assert rules.refused(Day(midnight, hour_before=late), RULE).count == 4


def test_an_emergency_of_the_week_counts_on_a_day_with_one() -> None:
    act = Act(NOON, "emergency_accesses:create", "emergency_accesses", uuid4())
    assert rules.emergency(Day([act], emergencies=2), RULE).count == 2
    assert rules.emergency(Day([], emergencies=2), RULE).count == 0


def test_a_search_that_leads_to_a_record_tries_nothing() -> None:
    search = Act(NOON, "person:search")
    assert rules.probing(Day([search]), RULE).count == 1
    assert rules.probing(Day([search, opening(when=NOON + timedelta(minutes=2))]), RULE).count == 0
    assert rules.probing(Day([search, opening(when=NOON + timedelta(minutes=20))]), RULE).count == 1


def test_one_record_opened_answers_one_search() -> None:
    searched = [Act(at(9, n), "person:search") for n in range(9)]
    mine = uuid4()
    opened = [opening(mine, at(9, 9)), opening(mine, at(9, 9), how="person:details"), opening(mine, at(9, 10))]
    assert rules.probing(Day([*searched, *opened]), RULE).count == 8


def test_one_registration_answers_one_name() -> None:
    typed = [Act(at(9, 12 * n), "person:likely") for n in range(5)]
    registered = Act(at(9, 55), "persons:create", "persons", uuid4())
    assert rules.probing(Day([*typed, registered]), RULE).count == 4


def test_typing_one_name_is_one_try_and_a_registration_none() -> None:
    typed = [Act(NOON + timedelta(seconds=n), "person:likely") for n in range(30)]
    assert rules.probing(Day(typed), RULE).count == 1
    registered = Act(NOON + timedelta(minutes=15), "persons:create", "persons", uuid4())
    assert rules.probing(Day([*typed, registered]), RULE).count == 0


def test_what_the_nightly_look_stopped_at_counts_along() -> None:
    assert rules.probing(Day([], limited=5), RULE).count == 5


def test_details_are_numbers_by_hour_and_action() -> None:
    counted = Counted(2, [opening(when=at(9)), opening(when=at(9, 30)), opening(when=at(22))])
    assert counted.details == {"hours": {"9": 2, "22": 1}, "actions": {"person:open": 3}}


def test_every_kind_has_its_count_and_its_number() -> None:
    assert set(rules.COUNTS) == set(rules.DEFAULTS) == set(Kind)


def test_it_is_asked_again_when_it_has_doubled() -> None:
    assert not rules.is_again(10, 19)
    assert rules.is_again(10, 20)
