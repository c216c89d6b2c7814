"""The arithmetic of a person's dates, ages, numbers and statuses. Plain Python: no database, no clock."""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import total_ordering
from typing import Protocol

EARLIEST_YEAR = 1900
LATEST_YEAR = 2100

# ---------------------------------------------------------------------------------------------------------
# Vocabulary


class Sex(StrEnum):
    """Sex as recorded; U means nobody has recorded it, which is not the same as X (another)."""

    F = "F"
    M = "M"
    X = "X"
    U = "U"


class Dimension(StrEnum):
    """The dated histories of a person; each is kept and counted on its own. The last follows from consents."""

    DISPLACEMENT = "displacement"
    NATIONALITY = "nationality"
    RESIDENCE = "residence"
    REGISTRATION = "registration"
    STATISTICS = "statistics"


class DisplacementStatus(StrEnum):
    """Where a person stands in asylum; ND means not recorded."""

    ASYLUM_SEEKER = "ASR"
    REFUGEE_CONVENTION = "REF-C"
    REFUGEE_MANDATE = "REF-M"
    REFUGEE_DERIVATIVE = "REF-D"
    REJECTED = "REJ"
    CLOSED = "CLO"
    NOT_OF_CONCERN = "NOC"
    NOT_RECORDED = "ND"


class NationalityStatus(StrEnum):
    """Where a person stands as to nationality; determined stateless, undetermined and not assessed differ."""

    STATELESS = "SP"
    UNDETERMINED = "UN"
    AT_RISK = "AR"
    CONFIRMED_KZ = "NC-KZ"
    CONFIRMED_OTHER = "NC-OTH"
    HOLDS_NATIONALITY = "NAT"
    NOT_ASSESSED = "ND"


class Registration(StrEnum):
    """Whether the person is counted at all: only ACTIVE persons are in any stock."""

    ACTIVE = "ACTIVE"
    LEFT = "LEFT"


class Flow(StrEnum):
    """Why a person enters or leaves a stock; the words of the stock-and-flow account."""

    IDENTIFIED = "identified"
    REOPENED = "reopened"
    CONFIRMED_KZ = "confirmed_kz"
    CONFIRMED_OTHER = "confirmed_other"
    ACQUIRED_KZ = "acquired_kz"
    RECOGNISED_STATELESS = "recognised_stateless"
    RECOGNISED_REFUGEE = "recognised_refugee"
    REJECTED = "rejected"
    DERIVED_STATUS = "derived_status"
    DEPARTED = "departed"
    DIED = "died"
    MERGED = "merged"
    ELSEWHERE = "elsewhere"
    LOST_CONTACT = "lost_contact"
    CLOSED = "closed"
    TRANSFERRED = "transferred"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    CONSENT_GIVEN = "consent_given"
    AGE = "age"
    MOVED = "moved"
    CORRECTION = "correction"
    STATUS_CHANGE = "status_change"


FOR_GOOD = frozenset({Flow.DIED, Flow.DEPARTED, Flow.MERGED})
"""Ways of leaving care that a reopened case does not undo unless somebody says so."""


class Population(StrEnum):
    """UNHCR population types that a partner's caseload can count in."""

    ASYLUM_SEEKERS = "ASY"
    REFUGEES = "REF"
    STATELESS = "STA"


UNKNOWN_REGION = "UNK"

_POPULATIONS: dict[tuple[Dimension, str], Population] = {
    (Dimension.DISPLACEMENT, DisplacementStatus.ASYLUM_SEEKER): Population.ASYLUM_SEEKERS,
    (Dimension.DISPLACEMENT, DisplacementStatus.REFUGEE_CONVENTION): Population.REFUGEES,
    (Dimension.DISPLACEMENT, DisplacementStatus.REFUGEE_MANDATE): Population.REFUGEES,
    (Dimension.DISPLACEMENT, DisplacementStatus.REFUGEE_DERIVATIVE): Population.REFUGEES,
    (Dimension.NATIONALITY, NationalityStatus.STATELESS): Population.STATELESS,
    (Dimension.NATIONALITY, NationalityStatus.UNDETERMINED): Population.STATELESS,
}


def population(dimension: str, code: str) -> Population | None:
    """The UNHCR population type a status counts in, or None when it counts in none.

    Undetermined nationality counts under STA with determined statelessness (the UNHCR definition "may include
    undetermined nationality"); persons at risk do not. Figures that keep them apart read the status itself.
    REF-M counts for UNHCR and not in State figures. Source: UNHCR population types, domain notes 1.1 to 1.3.
    """
    try:
        return _POPULATIONS.get((Dimension(dimension), code))
    except ValueError:
        return None


_REASON_MEANS: dict[str, tuple[str, ...]] = {
    Flow.CONFIRMED_KZ: (NationalityStatus.CONFIRMED_KZ,),
    Flow.ACQUIRED_KZ: (NationalityStatus.CONFIRMED_KZ,),
    Flow.CONFIRMED_OTHER: (NationalityStatus.CONFIRMED_OTHER,),
    Flow.RECOGNISED_STATELESS: (NationalityStatus.STATELESS,),
    Flow.RECOGNISED_REFUGEE: (DisplacementStatus.REFUGEE_CONVENTION, DisplacementStatus.REFUGEE_MANDATE),
    Flow.DERIVED_STATUS: (DisplacementStatus.REFUGEE_DERIVATIVE,),
    Flow.REJECTED: (DisplacementStatus.REJECTED,),
}


def reason_fits(code: str, reason: str) -> bool:
    """Whether a status can have come about for a reason: nobody is of Kazakh nationality by being found stateless.

    Reasons that say nothing of the result (newly identified, changed, corrected) fit every status.
    """
    return code in _REASON_MEANS.get(reason, (code,))


class DatedStatus(Protocol):
    """What a status history entry must tell; `sequence` is the order of recording."""

    @property
    def dimension(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def effective_on(self) -> date: ...
    @property
    def sequence(self) -> int: ...


def status_on(entries: Iterable[DatedStatus], dimension: str, as_of: date) -> str | None:
    """The code that holds in one history as of a day, or None when nothing is recorded before it.

    "As of D" is 00:00 at the start of D: a change effective on D itself shows from D + 1. Of two entries on one day
    the one recorded later holds. Voided entries must already have been left out. Source: team contract.
    """
    latest: DatedStatus | None = None
    for entry in entries:
        if entry.dimension != dimension or entry.effective_on >= as_of:
            continue
        if latest is None or (entry.effective_on, entry.sequence) >= (latest.effective_on, latest.sequence):
            latest = entry
    return None if latest is None else str(latest.code)


# ---------------------------------------------------------------------------------------------------------
# Partial dates


class DateProblem(ValueError):
    """A date that cannot be; `code` is stable, so that the form can say it in the user's language.

    Codes: not_a_number, no_such_day, no_such_month, month_without_year, day_without_month, year_out_of_range,
    unknown_and_given (both "unknown" and a part were entered), not_a_date (unreadable stored text).
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Precision(StrEnum):
    """How much of a date is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    UNKNOWN = "unknown"


_STORED = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


def western_digits(text: str) -> str:
    """The text with every decimal digit (Arabic-Indic, Persian, full-width ...) written 0 to 9."""
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


@total_ordering
@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date of which only the year, the year and month, or nothing may be known; ordered by its earliest day.

    Raises DateProblem when the parts are no real date between 1900 and 2100, or a part is missing above another.
    """

    year: int | None = None
    month: int | None = None
    day: int | None = None
    estimated: bool = False

    def __post_init__(self) -> None:
        if self.day is not None and self.month is None:
            raise DateProblem("day_without_month")
        if self.month is not None and self.year is None:
            raise DateProblem("month_without_year")
        if self.year is not None and not EARLIEST_YEAR <= self.year <= LATEST_YEAR:
            raise DateProblem("year_out_of_range")
        if self.month is not None and not 1 <= self.month <= 12:
            raise DateProblem("no_such_month")
        if self.day is not None and not 1 <= self.day <= self._days_in_month():
            raise DateProblem("no_such_day")

    @classmethod
    def parse(cls, day: str, month: str, year: str, unknown: bool = False, *, estimated: bool = False) -> PartialDate:
        """The date typed into three boxes, in any decimal digits; blank boxes are parts not known.

        `unknown` is the "not known" tick: with it the boxes must be blank. Raises DateProblem.
        """
        parts = [western_digits(text or "").strip() for text in (year, month, day)]
        if unknown:
            if any(parts):
                raise DateProblem("unknown_and_given")
            return cls()
        # The length limit keeps a pasted novel from being turned into an integer.
        if any(part and not (part.isascii() and part.isdigit() and len(part) <= 9) for part in parts):
            raise DateProblem("not_a_number")
        in_year, in_month, on_day = (int(part) if part else None for part in parts)
        return cls(in_year, in_month, on_day, estimated=estimated and in_year is not None)

    @classmethod
    def from_text(cls, text: str, *, estimated: bool = False) -> PartialDate:
        """The date stored as "1991-03-14", "1991-03", "1991" or "" (unknown); the reverse of str().

        Raises DateProblem("not_a_date") for any other text.
        """
        if not text:
            return cls(estimated=estimated)
        found = _STORED.fullmatch(text)
        if not found:
            raise DateProblem("not_a_date")
        year, month, day = (int(part) if part else None for part in found.groups())
        return cls(year, month, day, estimated)

    @classmethod
    def from_day(cls, day: date) -> PartialDate:
        """A fully known date."""
        return cls(day.year, day.month, day.day)

    @property
    def precision(self) -> Precision:
        """How much of the date is known."""
        if self.day is not None:
            return Precision.DAY
        if self.month is not None:
            return Precision.MONTH
        return Precision.YEAR if self.year is not None else Precision.UNKNOWN

    @property
    def earliest(self) -> date:
        """The first day this date can be; 1 January 1900 when nothing is known."""
        return date(self.year or EARLIEST_YEAR, self.month or 1, self.day or 1)

    @property
    def latest(self) -> date:
        """The last day this date can be; 31 December 2100 when nothing is known."""
        return date(self.year or LATEST_YEAR, self.month or 12, self.day or self._days_in_month())

    @property
    def is_known(self) -> bool:
        """Whether at least the year is known."""
        return self.year is not None

    def _days_in_month(self) -> int:
        return calendar.monthrange(self.year or LATEST_YEAR, self.month or 12)[1]

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, PartialDate):
            return NotImplemented
        return (self.earliest, self.latest, self.estimated) < (other.earliest, other.latest, other.estimated)

    def __bool__(self) -> bool:
        return self.is_known

    def __str__(self) -> str:
        parts = (self.year, self.month, self.day)
        return "-".join(f"{part:02d}" for part in parts if part is not None)


# ---------------------------------------------------------------------------------------------------------
# Age


class AgeBand(StrEnum):
    """UNHCR's standard age brackets, and unknown."""

    INFANT = "0-4"
    CHILD = "5-11"
    ADOLESCENT = "12-17"
    ADULT = "18-59"
    OLDER = "60+"
    UNKNOWN = "UNK"


_BANDS_FROM = (
    (60, AgeBand.OLDER),
    (18, AgeBand.ADULT),
    (12, AgeBand.ADOLESCENT),
    (5, AgeBand.CHILD),
)
# A birth month nobody knows is taken as the middle of the year.
_ASSUMED_MONTH = 6


def age_on(birth_year: int | None, birth_month: int | None, day: date) -> int | None:
    """Age in completed years as of a day, from birth year and month only; None when the year is unknown.

    A person born in month M of year Y is `a` years old as of every day from the first of the month after (Y +
    a, M): the first day of a month on which that age is certain. Month unknown: June. Never below 0, also
    before the birth. Source: team contract; UNHCR counts age at the as-of date of the report.
    """
    if birth_year is None:
        return None
    months = (day.year - birth_year) * 12 + day.month - (birth_month or _ASSUMED_MONTH)
    return max(0, (months - 1) // 12)


def age_band(birth_year: int | None, birth_month: int | None, as_of: date) -> AgeBand:
    """The age bracket as of a day; UNK when the birth year is unknown. Source: as for age_on."""
    age = age_on(birth_year, birth_month, as_of)
    if age is None:
        return AgeBand.UNKNOWN
    return next((band for lower, band in _BANDS_FROM if age >= lower), AgeBand.INFANT)


def band_changes(birth_year: int | None, birth_month: int | None) -> list[tuple[date, AgeBand]]:
    """The first day as of which each further age bracket holds, in order, from 5-11 to 60+.

    Before the first of these days the bracket is 0-4. Empty when the birth year is unknown (UNK for ever).
    """
    if birth_year is None:
        return []
    month = birth_month or _ASSUMED_MONTH
    turn, first_month = (1, 1) if month == 12 else (0, month + 1)
    return [(date(birth_year + lower + turn, first_month, 1), band) for lower, band in reversed(_BANDS_FROM)]


# ---------------------------------------------------------------------------------------------------------
# Individual identification number


@dataclass(frozen=True, slots=True)
class IinReading:
    """What an IIN says. `problem` is None or "not_twelve_digits" or "check_digit". Birth date and sex are
    given only for a valid number that carries them."""

    is_valid: bool
    birth_date: date | None = None
    sex: Sex | None = None
    problem: str | None = None


_FIRST_WEIGHTS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
_SECOND_WEIGHTS = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)


def plain_iin(iin: str) -> str:
    """An IIN as it is stored and compared: western digits, without spaces and dashes."""
    return re.sub(r"[\s\-\u2010-\u2015]+", "", western_digits(iin or ""))


def _iin_check_digit(digits: list[int]) -> int | None:
    for weights in (_FIRST_WEIGHTS, _SECOND_WEIGHTS):
        check = sum(digit * weight for digit, weight in zip(digits, weights, strict=False)) % 11
        if check < 10:
            return check
    return None


def check_iin(iin: str) -> IinReading:
    """Read an individual identification number of Kazakhstan: YYMMDD, century and sex, serial, check digit.

    The check digit is the weighted sum of the first eleven digits modulo 11, with weights 1 to 11, and when
    that gives 10 once more with weights 3 to 11, 1, 2; 10 again is no valid number. A number that carries no
    real date is still valid: since Government Resolution 853 of 26 August 2013 an IIN need not repeat its
    holder's data. Never raises. Source: domain notes 2.7.
    """
    text = plain_iin(iin)
    if not re.fullmatch(r"[0-9]{12}", text):
        return IinReading(False, problem="not_twelve_digits")
    digits = [int(c) for c in text]
    if _iin_check_digit(digits[:11]) != digits[11]:
        return IinReading(False, problem="check_digit")
    if not 1 <= digits[6] <= 6:
        return IinReading(True)
    century = 1800 + (digits[6] - 1) // 2 * 100
    try:
        birth = date(century + int(text[:2]), int(text[2:4]), int(text[4:6]))
    except ValueError:
        return IinReading(True)
    return IinReading(True, birth, Sex.M if digits[6] % 2 else Sex.F)


def iin_warnings(iin: str, birth: PartialDate | None, sex: str | None) -> list[str]:
    """What is odd about a valid IIN beside the record; never an error.

    "iin_without_birth_date": it carries no real date (often a business number, BIN, entered by mistake).
    "iin_birth_mismatch", "iin_sex_mismatch": it says otherwise than the record; birth data corrected later
    does not change an IIN, so both may be right. Only the known parts of the date are compared; sex X or not
    recorded is never a mismatch. An invalid number gives no warnings: see check_iin.
    """
    reading = check_iin(iin)
    if not reading.is_valid:
        return []
    warnings = []
    if reading.birth_date is None:
        warnings.append("iin_without_birth_date")
    elif birth and not birth.earliest <= reading.birth_date <= birth.latest:
        warnings.append("iin_birth_mismatch")
    if reading.sex is not None and sex in (Sex.F, Sex.M) and sex != reading.sex:
        warnings.append("iin_sex_mismatch")
    return warnings
