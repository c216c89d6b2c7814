"""Dates, ages, identification numbers and statuses of a person."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.persons.rules import (
    AgeBand,
    DateProblem,
    Dimension,
    Flow,
    PartialDate,
    Population,
    Precision,
    Sex,
    age_band,
    age_on,
    band_changes,
    check_iin,
    iin_warnings,
    plain_iin,
    population,
    status_on,
)

DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))
YEARS = st.integers(1900, 2100)
MONTHS = st.none() | st.integers(1, 12)


@st.composite
def partial_dates(draw: st.DrawFn) -> PartialDate:
    day = draw(DAYS)
    parts = [day.year, day.month, day.day][: draw(st.integers(0, 3))]
    return PartialDate(*parts, estimated=draw(st.booleans()))


# Partial dates


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"year": 2023, "month": 2, "day": 29}, "no_such_day"),
        ({"year": 2023, "month": 4, "day": 0}, "no_such_day"),
        ({"year": 2023, "month": 13}, "no_such_month"),
        ({"month": 5}, "month_without_year"),
        ({"year": 1990, "day": 5}, "day_without_month"),
        ({"year": 1899}, "year_out_of_range"),
        ({"year": 2101}, "year_out_of_range"),
    ],
)
def test_a_date_that_cannot_be_is_refused_with_a_stable_code(parts: dict[str, int], code: str) -> None:
    with pytest.raises(DateProblem) as refused:
        PartialDate(**parts)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("boxes", "text"),
    [
        (("14", "3", "1991"), "1991-03-14"),
        (("", "03", "1991"), "1991-03"),
        (("", "", " 1991 "), "1991"),
        (("", "", ""), ""),
        (("٢٩", "٢", "٢٠٢٤"), "2024-02-29"),
        (("۱۴", "۳", "۱۹۹۱"), "1991-03-14"),
    ],
)
def test_the_three_boxes_are_read_in_any_digits(boxes: tuple[str, str, str], text: str) -> None:
    assert str(PartialDate.parse(*boxes, unknown=False)) == text


@pytest.mark.parametrize(
    ("boxes", "unknown", "code"),
    [
        (("first", "3", "1991"), False, "not_a_number"),
        (("-1", "3", "1991"), False, "not_a_number"),
        (("1", "3", "9" * 5000), False, "not_a_number"),
        (("1", "3", "91"), False, "year_out_of_range"),
        (("", "", "1991"), True, "unknown_and_given"),
    ],
)
def test_boxes_that_make_no_date(boxes: tuple[str, str, str], unknown: bool, code: str) -> None:
    with pytest.raises(DateProblem) as refused:
        PartialDate.parse(*boxes, unknown=unknown)
    assert refused.value.code == code


def test_not_known_is_a_date_without_parts() -> None:
    nothing = PartialDate.parse("", "", "", unknown=True, estimated=True)
    assert (str(nothing), nothing.precision, nothing.is_known) == ("", Precision.UNKNOWN, False)
    assert not nothing


def test_a_partial_date_spans_the_days_it_can_be() -> None:
    february = PartialDate(2024, 2)
    assert (february.earliest, february.latest) == (date(2024, 2, 1), date(2024, 2, 29))
    assert (PartialDate(1991).earliest, PartialDate(1991).latest) == (date(1991, 1, 1), date(1991, 12, 31))
    assert february.precision is Precision.MONTH
    assert sorted([PartialDate(1991, 3), PartialDate(1990), PartialDate(1991)]) == [
        PartialDate(1990),
        PartialDate(1991),
        PartialDate(1991, 3),
    ]


@given(partial_dates())
def test_the_stored_text_reads_back(day: PartialDate) -> None:
    assert PartialDate.from_text(str(day), estimated=day.estimated) == day
    assert day.earliest <= day.latest


@given(st.text(max_size=12), st.integers(0, 2))
def test_any_text_is_a_date_or_a_date_problem(text: str, way: int) -> None:
    boxes = (text, text, text) if way else ("", "", text)
    with suppress(DateProblem):
        PartialDate.from_text(text) if way == 2 else PartialDate.parse(*boxes)


@given(partial_dates(), partial_dates())
def test_the_order_is_total_and_by_earliest_day(one: PartialDate, other: PartialDate) -> None:
    assert (one < other) + (one == other) + (one > other) == 1
    if one.earliest < other.earliest:
        assert one < other


# Age


def test_a_birthday_shows_from_the_month_after() -> None:
    assert age_on(2007, 5, date(2025, 5, 31)) == 17
    assert age_on(2007, 5, date(2025, 6, 1)) == 18


def test_born_on_29_february_comes_of_age_on_1_march() -> None:
    assert age_band(2008, 2, date(2026, 2, 28)) is AgeBand.ADOLESCENT
    assert age_band(2008, 2, date(2026, 3, 1)) is AgeBand.ADULT


def test_born_in_december_changes_band_with_the_new_year() -> None:
    assert band_changes(1990, 12) == [
        (date(1996, 1, 1), AgeBand.CHILD),
        (date(2003, 1, 1), AgeBand.ADOLESCENT),
        (date(2009, 1, 1), AgeBand.ADULT),
        (date(2051, 1, 1), AgeBand.OLDER),
    ]


def test_an_unknown_month_counts_as_june_and_an_unknown_year_as_unknown() -> None:
    assert age_band(2008, None, date(2026, 6, 30)) is AgeBand.ADOLESCENT
    assert age_band(2008, None, date(2026, 7, 1)) is AgeBand.ADULT
    assert age_band(None, 3, date(2026, 7, 1)) is AgeBand.UNKNOWN
    assert band_changes(None, None) == []


def test_a_newborn_is_in_the_first_band_from_the_start() -> None:
    assert age_on(2026, 5, date(2026, 5, 2)) == 0
    assert age_band(2026, 5, date(2026, 1, 1)) is AgeBand.INFANT


@given(YEARS, MONTHS)
def test_bands_change_exactly_on_the_days_given(year: int, month: int | None) -> None:
    before = AgeBand.INFANT
    for first, band in band_changes(year, month):
        assert first.day == 1
        assert age_band(year, month, first - timedelta(days=1)) is before
        assert age_band(year, month, first) is band
        before = band


@given(DAYS, DAYS)
def test_the_age_is_never_ahead_of_the_true_one_and_less_than_a_month_behind(born: date, day: date) -> None:
    true_age = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    age = age_on(born.year, born.month, day)
    assert age is not None
    assert age <= max(0, true_age)
    if (day.month, day.year) != (born.month, born.year) and day.month != born.month:
        assert age == max(0, true_age)


# Individual identification number


@pytest.mark.parametrize(
    ("iin", "born", "sex"),
    [("791028302728", date(1979, 10, 28), Sex.M), ("061211600012", date(2006, 12, 11), Sex.F)],
)
def test_published_sample_numbers_pass(iin: str, born: date, sex: Sex) -> None:
    reading = check_iin(iin)
    assert (reading.is_valid, reading.birth_date, reading.sex, reading.problem) == (True, born, sex, None)


def test_spaces_dashes_and_other_digits_do_not_matter() -> None:
    assert check_iin(" 791028-302 728").is_valid
    assert check_iin("٧٩١٠٢٨٣٠٢٧٢٨").is_valid
    assert plain_iin("791028–302 728") == "791028302728"


@pytest.mark.parametrize(
    ("iin", "problem"),
    [("", "not_twelve_digits"), ("79102830272", "not_twelve_digits"), ("79102830272a", "not_twelve_digits"),
     ("791028302727", "check_digit")],
)  # fmt: skip
def test_numbers_that_do_not_pass(iin: str, problem: str) -> None:
    assert check_iin(iin).problem == problem
    assert not check_iin(iin).is_valid


@given(st.integers(0, 11), st.integers(1, 9))
def test_one_wrong_digit_is_mostly_noticed_and_always_read(place: int, shift: int) -> None:
    digits = [int(c) for c in "791028302728"]
    digits[place] = (digits[place] + shift) % 10
    reading = check_iin("".join(map(str, digits)))
    assert reading.is_valid == (reading.problem is None)


@given(st.integers(0, 99_999_999_999))
def test_at_most_one_check_digit_fits(first_eleven: int) -> None:
    fitting = [d for d in range(10) if check_iin(f"{first_eleven:011d}{d}").is_valid]
    assert len(fitting) <= 1


def _with_check_digit(first_eleven: str) -> str:
    return next(first_eleven + d for d in "0123456789" if check_iin(first_eleven + d).is_valid)


def test_a_number_without_a_real_date_is_valid_with_a_warning() -> None:
    business_number = _with_check_digit("05104000123")
    assert check_iin(business_number).birth_date is None
    assert iin_warnings(business_number, PartialDate(1979), Sex.M) == ["iin_without_birth_date"]


def test_a_mismatch_is_a_warning_about_known_parts_only() -> None:
    iin = "791028302728"
    assert iin_warnings(iin, PartialDate(1979, 10, 28), Sex.M) == []
    assert iin_warnings(iin, PartialDate(1979, 10), "M") == []
    assert iin_warnings(iin, PartialDate(1979), Sex.X) == []
    assert iin_warnings(iin, PartialDate(), Sex.U) == []
    assert iin_warnings(iin, None, None) == []
    assert iin_warnings(iin, PartialDate(1979, 11), Sex.F) == ["iin_birth_mismatch", "iin_sex_mismatch"]
    assert iin_warnings("791028302727", PartialDate(1950), Sex.F) == []


@given(st.text())
def test_reading_a_number_never_fails(text: str) -> None:
    assert check_iin(text).is_valid in (True, False)
    iin_warnings(text, None, text)


# Statuses


@dataclass(frozen=True)
class Dated:
    dimension: str
    code: str
    effective_on: date
    sequence: int = 0


def test_a_change_shows_from_the_day_after() -> None:
    history = [
        Dated("displacement", "ASR", date(2026, 3, 1)),
        Dated("displacement", "REF-C", date(2026, 5, 1), 1),
    ]
    assert status_on(history, "displacement", date(2026, 3, 1)) is None
    assert status_on(history, "displacement", date(2026, 3, 2)) == "ASR"
    assert status_on(history, "displacement", date(2026, 5, 1)) == "ASR"
    assert status_on(history, Dimension.DISPLACEMENT, date(2026, 5, 2)) == "REF-C"
    assert status_on(history, "nationality", date(2026, 5, 2)) is None


def test_of_two_entries_on_one_day_the_later_recorded_holds() -> None:
    history = [
        Dated("nationality", "UN", date(2026, 3, 1), 7),
        Dated("nationality", "AR", date(2026, 3, 1), 3),
    ]
    assert status_on(history, "nationality", date(2026, 3, 2)) == "UN"


def test_populations() -> None:
    assert population("displacement", "ASR") is Population.ASYLUM_SEEKERS
    assert population("displacement", "REF-D") is Population.REFUGEES
    assert population("displacement", "REJ") is None
    assert population("nationality", "UN") is Population.STATELESS
    assert population("nationality", "AR") is None
    assert population("displacement", "UN") is None
    assert population("height", "tall") is None


def test_flows_are_the_contract_words() -> None:
    assert Flow("confirmed_kz") is Flow.CONFIRMED_KZ
    assert len(Flow) == 22
