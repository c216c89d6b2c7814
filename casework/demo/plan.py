"""Who comes to the three organisations, what befalls them, and when: planned before anything is written.

Up to the end of 2024 the plan is the same whenever it is made, and so designed that on 1 January 2025 as many persons
stand in each status as the printed factsheet says. What comes later reaches up to the day before `today`. Nothing here
counts: totals come out because these people are as they are, and a test recounts them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

from casework.accounts.permissions import Role
from casework.demo import doubles, history, paperwork, people, words
from casework.demo.deeds import (
    AddParty,
    Close,
    CorrectIdentity,
    CorrectMeeting,
    Deed,
    KeepDraft,
    Meet,
    NextStep,
    OnCase,
    OpenCase,
    OpenRecord,
    Raise,
    Reassign,
    Register,
    Relate,
    Reopen,
    SetStatus,
    StepDone,
    VoidMeeting,
    VoidStatus,
)
from casework.demo.doubles import Doubles
from casework.demo.staff import COLLEAGUES, HOUSES, Colleague, lawyers, supervisor
from casework.persons.actions import Registration
from casework.persons.models import Contacts, Identity
from casework.persons.rules import PartialDate

SEED = 20250101
BEGIN = date(2019, 1, 14)
FACTSHEET = date(2025, 1, 1)
LAST_BEFORE = date(2024, 12, 30)
FIRST_AFTER = date(2025, 1, 6)

# Who stands on the day of the factsheet: by origin, refugees and asylum-seekers. 646 in all, 320 from Afghanistan and
# 244 from Ukraine, close to the Refugee Data Finder at the end of 2024.
REFUGEES = {"AFG": 202, "UKR": 99, "SYR": 11, "CHN": 5, "UZB": 5}
ASYLUM_SEEKERS = {
    "AFG": 118, "UKR": 145, "RUS": 18, "ISR": 7, "IRN": 6, "SYR": 5, "CHN": 4, "UZB": 4, "CMR": 4, "COG": 4, "BDI": 3,
    "TJK": 3, "PAK": 2, "TUR": 1,
}  # fmt: skip
UNDETERMINED = 466
BOTH = 18
"""Asylum-seekers whose nationality is undetermined: they stand in both figures."""

NATIONALITY_ORIGINS = {"UZB": 34, "UNK": 17, "KGZ": 15, "RUS": 14, "TJK": 8, "TKM": 5, "UKR": 4, "AZE": 3}

# Undetermined nationality before the factsheet: who came when and stayed; who came when and left when.
STAYED = {2019: 70, 2020: 62, 2021: 78, 2022: 104, 2023: 80, 2024: UNDETERMINED - BOTH - 394}
LEFT = ((2019, 2021, 30), (2020, 2022, 48), (2019, 2023, 60), (2020, 2023, 48), (2021, 2023, 40), (2021, 2024, 54),
        (2022, 2023, 32), (2022, 2024, 40), (2023, 2024, 20))  # fmt: skip

SOLUTIONS = {"confirmed_kz": 46, "acquired_kz": 9, "confirmed_other": 9, "recognised_stateless": 13}
ENDS = {"departed": 7, "lost_contact": 9, "died": 3, "closed": 4, "merged": 2, "transferred": 2}
ENDS_OF_ASYLUM = {"rejected": 34, "departed": 30, "lost_contact": 16, "withdrawn": 14, "died": 1, "closed": 2}
ENDS_OF_REFUGEES = {"departed": 70, "lost_contact": 25, "died": 5}

_REASONS = {
    "died": ("DIED",),
    "lost_contact": ("LOST_CONTACT",),
    "merged": ("DUPLICATE",),
    "transferred": ("TRANSFERRED",),
    "closed": ("WITHDREW", "SERVICES_DONE", "OUTSIDE_MANDATE", "CONSENT_DECLINED", "CONFLICT", "SECURITY"),
    "withdrawn": ("WITHDREW",),
    "rejected": ("NO_MERIT",),
}
_OUTCOMES = {
    "confirmed_kz": "NAT_KZ_CONFIRMED",
    "acquired_kz": "NAT_KZ_ACQUIRED",
    "confirmed_other": "NAT_OTH_CONFIRMED",
    "recognised_stateless": "STATELESS_RECOGNISED",
    "rejected": "REJECTED_FINAL",
    "withdrawn": "ASYLUM_WITHDRAWN",
}
_GAPS = (25, 70, 150, 260, 380, 480, 540, 600)
"""Days from one session to the next: they grow rarer while a case waits for others."""
_PUBLIC_HOLIDAYS = {(1, 1), (1, 2), (1, 7), (3, 8), (3, 21), (3, 22), (3, 23), (5, 1), (5, 7), (5, 9), (12, 16)}


@dataclass
class Member:
    """One person of a household."""

    number: int
    identity: Identity
    sex: str
    birth: PartialDate
    relation: str = ""

    def age(self, on: date) -> int:
        return on.year - (self.birth.year or 1980)


@dataclass
class CaseFile:
    """A case as it stands while the plan is made."""

    number: int
    track: str
    by: str
    parties: list[int]
    opened: date
    last: date
    language: str
    origin: str
    is_refugee: bool
    claimed: date | None
    """When asylum was asked for, if it was."""
    born: date | None = None
    """Whose birth is to be registered, while that is news."""
    is_quiet: bool = False
    """Nothing runs in it, and nobody has said what comes next."""
    visits: int = 0
    is_open: bool = True
    has_step: bool = False
    deeds: list[Deed] = field(default_factory=list)


@dataclass
class Household:
    """People who came together, and their cases."""

    house: str
    lawyer: Colleague
    family: people.FamilyName
    origin: str
    region: str
    members: list[Member]
    came: date
    track: str
    displacement: str = "ND"
    nationality: str = "ND"
    cases: list[CaseFile] = field(default_factory=list)
    has_left: bool = False

    @property
    def main(self) -> CaseFile:
        return self.cases[0]

    @property
    def numbers(self) -> list[int]:
        return [member.number for member in self.members]


@dataclass(frozen=True)
class Plan:
    """Everything that will happen, in the order of the days."""

    today: date
    deeds: tuple[Deed, ...]
    people: int
    doubles: Doubles


def make(today: date) -> Plan:
    """The plan as of a day; the same day gives the same plan."""
    writer = _Writer(today)
    writer.before()
    writer.after()
    writer.nowadays()
    writer.procedures()
    writer.reassignments()
    deeds = sorted((deed for deed in writer.deeds if deed.day < today), key=lambda deed: deed.day)
    deeds = paperwork.lay_out(deeds, writer.grantors(), today, SEED, FIRST_AFTER)
    twice = doubles.plan(deeds, today, SEED)
    deeds = sorted([*deeds, *twice.deeds], key=lambda deed: deed.day)
    return Plan(today, tuple(deeds), sum(isinstance(deed, Register) for deed in deeds), twice)


def _workday(day: date) -> date:
    """The day itself, or the working day before it."""
    while day.weekday() > 4 or (day.month, day.day) in _PUBLIC_HOLIDAYS:
        day -= timedelta(days=1)
    return day


def _newborn(home: "Household", parties: list[int], day: date) -> date | None:
    """The day of birth of a child whose birth is to be registered, if that was some weeks ago."""
    birth = next(member.birth for member in home.members if member.number == parties[0])
    if birth.year is None or birth.month is None or birth.day is None or day - birth.earliest > timedelta(days=120):
        return None
    return birth.earliest


class _Writer:
    def __init__(self, today: date) -> None:
        self.today = today
        self.rng = Random(SEED)  # noqa: S311 - a demonstration is meant to be repeatable
        self.deeds: list[Deed] = []
        self.persons = self.files = self.meetings = 0
        self.households: list[Household] = []
        self.earliest = BEGIN

    # -- chance --------------------------------------------------------------------------------------------------

    def pick(self, weights: dict[str, int]) -> str:
        return self.rng.choices(list(weights), list(weights.values()))[0]

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def between(self, first: date, last: date) -> date:
        """A working day; never before `first` unless that is a day off."""
        if last <= first:
            return first
        found = _workday(first + timedelta(days=self.rng.randint(0, (last - first).days)))
        return max(found, first)

    def within(self, year: int) -> date:
        first = max(date(year, 1, 10), BEGIN)
        return self.between(first, date(year, 12, 24))

    def later(self, day: date, least: int, most: int) -> date:
        return max(_workday(day + timedelta(days=self.rng.randint(least, most))), day)

    def luck(self) -> int:
        return self.rng.randrange(2**32)

    # -- households ----------------------------------------------------------------------------------------------

    def lawyer_of(self, kind: str) -> Colleague:
        houses = [house.key for house in HOUSES if house.kind == "partner"]
        weights = {"asylum": (6, 3, 1), "nationality": (3, 3, 4), "other": (1, 1, 1)}[kind]
        house = self.rng.choices(houses, weights)[0]
        return self.rng.choice(lawyers(house))

    def household(
        self,
        kind: str,
        origin: str,
        size: int,
        came: date,
        *,
        track: str,
        displacement: str = "ND",
        nationality: str = "ND",
        lawyer: Colleague | None = None,
        children_only: bool = False,
    ) -> Household:
        lawyer = lawyer or self.lawyer_of(kind)
        region = self.pick(words.REGIONS["asylum" if kind == "asylum" else "nationality"])
        if came < date(2022, 6, 8):  # these three did not exist yet
            region = {"KZ-10": "KZ-63", "KZ-33": "KZ-19", "KZ-62": "KZ-35"}.get(region, region)
        family = people.family(self.rng, origin)
        members = [self.member(family, place, came, children_only) for place in range(size)]
        found = Household(lawyer.house, lawyer, family, origin, region, members, came, track, displacement, nationality)
        self.households.append(found)
        return found

    def member(self, family: people.FamilyName, place: int, came: date, children_only: bool) -> Member:
        sex, relation = self.rng.choice("FM"), ""
        age = self.rng.choices((19, 26, 35, 47, 58, 69, 80), (8, 20, 26, 22, 14, 8, 2))[0] + self.rng.randint(-2, 6)
        if place == 1:
            sex, relation = ("F", "WIF") if self.chance(0.7) else ("M", "HUS")
        if place > 1 or children_only:
            age = self.rng.choices((0, 3, 8, 14, 17), (12, 26, 32, 22, 8))[0]
            relation = relation if not place else ("DAU" if sex == "F" else "SON")
        birth = self.birth(came.year - age, came)
        if self.chance(0.006):
            sex = self.rng.choice("XU")
        identity = people.identity(self.rng, family, "F" if sex == "F" else "M", birth, came.year, self.birth_place())
        self.persons += 1
        return Member(self.persons, identity, sex, birth, relation)

    def birth(self, year: int, came: date) -> PartialDate:
        roll = self.rng.random()
        month, day = self.rng.randint(1, 12), self.rng.randint(1, 28)
        if roll < 0.02:
            return PartialDate()
        if date(year, month, day) >= came:
            year -= 1
        if roll < 0.08:
            return PartialDate(year, estimated=self.chance(0.6))
        return PartialDate(year, month) if roll < 0.12 else PartialDate(year, month, day)

    def birth_place(self) -> str | None:
        return f"пос. Примерный-{self.rng.randrange(1, 40)}" if self.chance(0.4) else None

    def registrations(self, home: Household, day: date | None = None, members: list[Member] | None = None) -> None:
        """Everyone of a household is registered on one day, and linked to the first."""
        day = day or home.came
        arrived = PartialDate()
        if home.displacement != "ND" and self.chance(0.85):
            year = day.year - self.rng.choice((0, 0, 0, 1, 2) if home.displacement == "ASR" else (1, 4, 9, 16, 18))
            arrived = PartialDate(year, self.rng.randint(1, day.month) if year == day.year else None)
        for member in members or home.members:
            birth, rng = member.birth, self.rng
            if home.displacement == "ND" and self.chance(0.07):
                member.identity.iin = people.iin(rng, birth, member.sex)
            if self.chance(0.3):
                member.identity.documents = people.documents(rng, home.displacement != "ND", day.year)
            given = Registration(
                identity=member.identity,
                registered_on=day,
                contacts=people.contacts(rng, member.number, home.lawyer.writes, words.CITIES[home.region])
                if member.age(day) > 13
                else Contacts(),
                sex=member.sex,
                birth=birth,
                origin=home.origin,
                arrived=arrived if not birth.is_known or arrived.year is None or arrived.year > (birth.year or 0)
                else PartialDate(),
                languages=list(home.family.culture.languages[: 1 if self.chance(0.3) else 2]),
                region="UNK" if self.chance(0.008) else home.region,
                displacement=home.displacement,
                nationality=home.nationality,
                consent=self.pick({"given": 92, "not_asked": 7, "refused": 1}),
                consent_on=day,
            )  # fmt: skip
            if given.contacts.safety not in (None, "NOT_ASKED"):
                given.contacts.asked_on = day.isoformat()
            if given.consent == "not_asked":
                given.consent_on = None
            self.deeds.append(Register(day, home.lawyer.key, member.number, given, self.luck()))
            if member is not home.members[0] and member.relation:
                head = home.members[0].number
                self.deeds.append(Relate(day, home.lawyer.key, head, member.number, member.relation, self.chance(0.92)))

    # -- cases ---------------------------------------------------------------------------------------------------

    def open_case(self, home: Household, track: str, day: date, parties: list[int]) -> CaseFile:
        self.files += 1
        seeks = track == "ASYLUM" and home.displacement == "ASR"
        case = CaseFile(
            self.files,
            track,
            home.lawyer.key,
            parties,
            day,
            day,
            home.lawyer.writes,
            home.origin,
            is_refugee=track == "ASYLUM" and home.displacement.startswith("REF"),
            claimed=day if seeks else None,
            born=_newborn(home, parties, day) if track == "BIRTH_REG" else None,
        )
        home.cases.append(case)
        priority = self.pick({"ROUTINE": 88, "URGENT": 9, "EMERGENCY": 3})
        opening = OpenCase(
            day, case.by, case.number, tuple(parties), track, priority, self.pick(words.SOURCES), self.luck()
        )
        self.deeds.append(opening)
        if self.chance(0.2):
            self.visit(case, day)
        return case

    def visit(
        self, case: CaseFile, day: date, outcome: str | None = None, parties: Iterable[int] | None = None
    ) -> Meet:
        """A session, with what was done before it and what was agreed after it."""
        day = max(day, case.last)
        if case.has_step and self.chance(0.75):
            self.deeds.append(StepDone(day, case.by, case.number))
            case.has_step = False
        there = tuple(parties or ())
        if not there:
            there = tuple(case.parties) if self.chance(0.45) else (case.parties[0],)
        title, summary = self.rng.choice(words.SESSIONS[case.track][case.language])
        services = [self.pick(words.SERVICES)]
        if self.chance(0.12):
            services.append(self.rng.choice([one for one in words.ALONGSIDE if one not in services]))
        topics = {self.rng.choice(words.TOPICS[case.track]) for _ in range(self.rng.choice((1, 1, 2)))}
        # Now and then a session is written down some days after it was held.
        held = max(case.last, _workday(day - timedelta(days=self.rng.randint(1, 4)))) if self.chance(0.12) else day
        if outcome is not None:
            held = day
        self.meetings += 1
        met = Meet(
            day,
            case.by,
            case.number,
            self.meetings,
            held,
            there,
            self.pick(words.MODALITIES),
            self.rng.choice((15, 20, 30, 30, 40, 45, 60, 90, None)),
            self.rng.choice(("rus", "kaz", "rus", "prs"))
            if case.track == "ASYLUM"
            else self.rng.choice(("rus", "kaz")),
            "Переводчик Намунаев" if case.track == "ASYLUM" and self.chance(0.2) else None,
            tuple(sorted(topics)),
            tuple(services),
            outcome or self.pick(words.OUTCOMES),
            title,
            summary,
            self.rng.choice(words.PRIVATE[case.language]) if self.chance(0.05) else None,
        )
        self.deeds.append(met)
        case.visits += 1
        case.last = day
        return met

    def work(self, case: CaseFile, until: date) -> None:
        """Sessions at growing intervals up to a day."""
        while case.is_open:
            gap = _GAPS[min(case.visits, len(_GAPS) - 1)] * self.rng.uniform(0.7, 1.4)
            day = _workday(case.last + timedelta(days=int(gap) + 1))
            if day < self.earliest:
                day = self.later(self.earliest, 0, 75)
            if day > until or day <= case.last:
                return
            self.visit(case, day)
            if self.chance(0.15):
                self.step(case, day, day + timedelta(days=self.rng.randint(7, 60)))
            if self.chance(0.02):
                self.deeds.append(
                    Raise(day, case.by, case.number, self.pick({"URGENT": 3, "EMERGENCY": 1, "ROUTINE": 2}))
                )

    def step(self, case: CaseFile, day: date, due: date) -> None:
        self.deeds.append(NextStep(day, case.by, case.number, self.rng.choice(words.STEPS[case.language]), due))
        case.has_step = True

    def close(self, case: CaseFile, day: date, outcome: str, reason: str, recorded: date | None = None) -> None:
        day = max(day, case.last)
        recorded = max(day, recorded or day)
        note = self.rng.choice(words.NOTES[case.language]) if self.chance(0.15) else None
        self.deeds.append(Close(recorded, case.by, case.number, day, outcome, reason, note))
        case.is_open = case.has_step = False
        case.last = recorded

    def reopen(self, case: CaseFile, day: date, reason: str) -> None:
        day = max(day, case.last)
        self.deeds.append(Reopen(day, case.by, case.number, reason))
        case.is_open, case.last = True, day

    def leave(self, home: Household, day: date, how: str, recorded: date | None = None) -> None:
        """The end of a household's main case, with what it does to its persons' statuses."""
        case = home.main
        for other in home.cases[1:]:
            if other.is_open:
                self.close(other, min(max(day - timedelta(days=1), other.last), day), "PENDING", "SOLUTION")
        if not case.is_open:
            self.reopen(case, max(case.last, self.earliest, _workday(day - timedelta(days=20))), "NEW_DECISION")
        outcome = _OUTCOMES.get(how, "PENDING")
        if how in SOLUTIONS:
            if self.chance(0.5):
                self.visit(case, day, outcome, case.parties)
            reason = "SERVICES_DONE" if self.chance(0.4) else "SOLUTION"
        elif how == "departed":
            reason = self.pick({"LEFT_VOLUNTARY": 6, "LEFT_RESETTLED": 3, "LEFT_DEPORTED": 1})
        else:
            reason = self.rng.choice(_REASONS[how])
        self.close(case, day, outcome, reason, recorded)
        home.has_left = True

    def recognise(self, home: Household, day: date) -> None:
        """Refugee status for everyone of the case; closed with its solution, so that they stay in the stock."""
        for case in home.cases:
            if case.is_open:
                outcome = "REFUGEE_RECOGNISED" if case is home.main else "FAMILY_STATUS"
                if self.chance(0.6):
                    self.visit(case, day, outcome, case.parties)
                self.close(case, day, outcome, "SOLUTION")
        home.displacement = "REF-C"

    def renew(self, home: Household, day: date) -> None:
        """The yearly renewal of refugee status."""
        case = home.main
        self.reopen(case, day, "RENEWAL")
        self.visit(case, day, "STATUS_RENEWED", case.parties)
        self.close(case, self.later(day, 0, 12), "STATUS_RENEWED", "SOLUTION")

    # -- before the factsheet ------------------------------------------------------------------------------------

    def before(self) -> None:
        """Everything up to the end of 2024: the same in every plan."""
        stood_in_both = 0
        for status, by_origin in (("REF", REFUGEES), ("ASR", ASYLUM_SEEKERS)):
            for origin, count in by_origin.items():
                for size in self.sizes("asylum", count):
                    is_both = status == "ASR" and origin != "UKR" and size == 1 and stood_in_both < BOTH
                    stood_in_both += is_both
                    self.asylum_before(origin, status, size, "UN" if is_both else "ND")
        self.asylum_who_left(BOTH - stood_in_both)
        for year, count in STAYED.items():
            for size in self.sizes("nationality", count):
                self.nationality_before(year, size)
        for came, left, count in LEFT:
            for size in self.sizes("nationality", count):
                self.nationality_who_left(came, left, size)
        self.others_before()
        self.corrections(LAST_BEFORE, 1.0)

    def sizes(self, kind: str, people: int) -> Iterator[int]:
        """Households that make so many people together."""
        while people:
            size = min(self.size(kind), people)
            people -= size
            yield size

    def size(self, kind: str) -> int:
        weights = (40, 18, 16, 14, 8, 4) if kind == "asylum" else (70, 14, 10, 6)
        return self.rng.choices(range(1, len(weights) + 1), weights)[0]

    def asylum_before(self, origin: str, status: str, size: int, nationality: str) -> None:
        """A household that stands in the stock on the day of the factsheet."""
        was_refugee = status == "REF" and origin != "UKR" and self.chance(0.5)
        if status == "REF":
            first, last = (2019, 2022) if was_refugee else (2019, 2023)
        else:
            first, last = (2022, 2024) if origin == "UKR" else (2021, 2024)
        came = self.within(self.rng.randint(max(first, 2022) if origin == "UKR" else first, last))
        displacement = self.pick({"REF-C": 5, "REF-M": 1, "REF-D": 1}) if was_refugee else "ASR"
        home = self.household(
            "asylum", origin, size, came, track="ASYLUM", displacement=displacement, nationality=nationality
        )
        self.begin_asylum(home)
        if was_refugee:
            self.work(home.main, self.later(came, 60, 200))
            self.close(home.main, self.later(home.main.last, 5, 40), "STATUS_RENEWED", "SOLUTION")
            home.displacement = "REF-C"
        elif status == "REF":
            decided = self.between(came + timedelta(days=120), min(came + timedelta(days=420), date(2024, 12, 20)))
            self.work(home.main, decided - timedelta(days=10))
            self.recognise(home, decided)
        else:
            self.work(home.main, LAST_BEFORE)
            if self.chance(0.03) and home.main.last < date(2024, 6, 1):
                # Out of sight for a while, and found again.
                self.close(home.main, self.later(home.main.last, 20, 60), "PENDING", "LOST_CONTACT")
                self.reopen(home.main, self.later(home.main.last, 30, 100), "CONTACT_RESTORED")
        while not home.main.is_open and home.main.last < date(2023, 12, 20) and self.chance(0.5):
            self.renew(home, self.later(home.main.last, 300, 360))

    def begin_asylum(self, home: Household) -> None:
        """Registration and the first case; in some families the relatives have a claim of their own."""
        claims = home.displacement
        late = claims == "ASR" and home.came < date(2024, 11, 1) and self.chance(0.2)
        if late:
            home.displacement = "ND"  # the claim is registered some days later, in a session
        self.registrations(home)
        apart = len(home.members) > 2 and claims == "ASR" and self.chance(0.25)
        parties = home.numbers[:1] if apart else home.numbers
        self.open_case(home, "ASYLUM", home.came, list(parties))
        if apart:
            self.open_case(home, "ASYLUM", home.came, home.numbers[1:])
        if late:
            day = self.later(home.came, 3, 20)
            for case in home.cases:
                self.visit(case, day, "ASYLUM_REGISTERED", case.parties)
                case.claimed = day
        home.displacement = claims

    def asylum_who_left(self, also_both: int) -> None:
        """Claims that ended before the factsheet, most of them in its last two years."""
        if also_both:
            raise RuntimeError("Too few single asylum-seekers for those who stand in both figures.")
        for origin, count in {"AFG": 66, "UKR": 42, "RUS": 12, "SYR": 6, "UZB": 4, "CHN": 3, "IRN": 2}.items():
            for size in self.sizes("asylum", count):
                left = self.within(self.rng.choices((2021, 2022, 2023, 2024), (1, 2, 4, 5))[0])
                if origin == "UKR":
                    left = max(left, self.within(2023))
                came = self.between(max(BEGIN, left - timedelta(days=700)), left - timedelta(days=60))
                if origin == "UKR":
                    came = max(came, date(2022, 3, 14))
                home = self.household("asylum", origin, size, came, track="ASYLUM", displacement="ASR")
                self.begin_asylum(home)
                self.work(home.main, left - timedelta(days=5))
                how = self.pick(ENDS_OF_ASYLUM)
                self.leave_asylum(home, left, how)

    def leave_asylum(self, home: Household, day: date, how: str, recorded: date | None = None) -> None:
        if how == "died" and len(home.members) > 1:
            how = "departed"
        outcome = _OUTCOMES.get(how, "PENDING")
        for case in home.cases:
            if case is not home.main and case.is_open:
                if how == "departed":
                    self.close(case, max(day, case.last), "PENDING", "LEFT_VOLUNTARY")
                else:
                    self.close(case, max(day, case.last), outcome, _REASONS[how][0])
        self.leave(home, max(day, home.main.last), how, recorded)

    def nationality_before(self, year: int, size: int) -> None:
        """A household of undetermined nationality that stands on the day of the factsheet."""
        home = self.begin_nationality(self.within(year), size, LAST_BEFORE)
        self.work(home.main, LAST_BEFORE)
        if home.main.last < date(2024, 5, 1) and self.chance(0.07):
            self.close(home.main, self.later(home.main.last, 20, 60), "PENDING", "LOST_CONTACT")
            self.reopen(
                home.main, self.later(home.main.last, 40, 110), self.rng.choice(("CONTACT_RESTORED", "RETURNED"))
            )

    def begin_nationality(self, came: date, size: int, until: date) -> Household:
        """Registration with the status, or with an assessment some days later."""
        is_child = size == 1 and self.chance(0.14)
        home = self.household(
            "nationality",
            self.pick(NATIONALITY_ORIGINS),
            size,
            came,
            track="BIRTH_REG" if is_child else "NATIONALITY",
            nationality="UN" if self.chance(0.5) or came > until - timedelta(days=40) else "ND",
            children_only=is_child,
        )
        self.registrations(home)
        case = self.open_case(home, home.track, came, home.numbers)
        if home.nationality == "ND":
            self.visit(case, self.later(came, 2, 25), "ASSESSED_UN", case.parties)
            home.nationality = "UN"
        return home

    def nationality_who_left(self, came: int, left: int, size: int) -> None:
        day = self.within(left)
        start = self.within(came)
        if start > day - timedelta(days=90):
            start, day = min(start, date(came, 8, 20)), max(day, date(left, 12, 2))
        home = self.begin_nationality(start, size, day)
        if self.chance(0.15):
            self.side_case(home, self.later(home.main.last, 20, 60), day - timedelta(days=20))
        self.work(home.main, day - timedelta(days=8))
        self.leave(home, max(day, home.main.last), self.end_of(home), self.told_late(day, date(2024, 12, 30)))

    def end_of(self, home: Household) -> str:
        if home.main.track == "BIRTH_REG":
            return "confirmed_kz"
        how = self.pick({**SOLUTIONS, **ENDS})
        return "lost_contact" if how in ("died", "merged") and len(home.members) > 1 else how

    def told_late(self, day: date, until: date) -> date | None:
        """News of a few departures comes months later: the figures of the months between are corrected by it."""
        if self.chance(0.06):
            late = self.later(day, 20, 90)
            # Some of them only after the factsheet came out, about its last weeks.
            return late if day <= until else None
        return None

    def side_case(self, home: Household, day: date, until: date) -> None:
        """Another matter of the same people, closed again before the first one ends."""
        if until - day < timedelta(days=60):
            return
        track = self.pick({"RESIDENCE": 3, "OTHER": 4, "BIRTH_REG": 2})
        case = self.open_case(home, track, day, home.numbers[-1:])
        self.work(case, day + timedelta(days=120) if day + timedelta(days=120) < until else day + timedelta(days=30))
        ends = {
            "RESIDENCE": ("RES_PERMIT_ISSUED", "RES_REGISTERED", "REFUSED"),
            "OTHER": ("PROBLEM_SOLVED", "ADVICE_ONLY", "ID_ISSUED"),
            "BIRTH_REG": ("BIRTH_CERT_ISSUED",),
        }
        self.close(case, min(self.later(case.last, 10, 40), until), self.rng.choice(ends[track]), "SOLUTION")

    def others_before(self) -> None:
        """Persons in no Key Figure: at risk of statelessness, or with a nationality and another legal matter."""
        houses = [house.key for house in HOUSES if house.kind == "partner"]
        tracks = ("RESIDENCE", "OTHER", "BIRTH_REG", "NATIONALITY", "ASYLUM")
        for number in range(75):
            track = tracks[number // 3 % 5]
            came = self.within(2019 + number % 6)
            self.other(track, came, self.rng.choice(lawyers(houses[number % 3])), LAST_BEFORE)

    def other(self, track: str, came: date, lawyer: Colleague, until: date) -> None:
        is_at_risk = track in ("BIRTH_REG", "NATIONALITY")
        size = 2 if is_at_risk and self.chance(0.3) else 1
        home = self.household(
            "other",
            self.pick({"UZB": 3, "RUS": 3, "KGZ": 2, "UNK": 2, "AFG": 1}) if track != "ASYLUM" else "RUS",
            size,
            came,
            track=track,
            displacement="ND" if track == "ASYLUM" else "NOC",
            nationality="ND" if is_at_risk else "NAT",
            lawyer=lawyer,
            children_only=track == "BIRTH_REG",
        )
        self.registrations(home)
        case = self.open_case(home, track, came, home.numbers)
        if is_at_risk and came + timedelta(days=30) < until:
            self.visit(case, self.later(came, 3, 25), "ASSESSED_AR", case.parties)
        end = self.later(came, 60, 400)
        if end >= until - timedelta(days=3):
            self.work(case, until)
            return
        self.work(case, end - timedelta(days=3))
        outcome = {
            "RESIDENCE": "RES_PERMIT_ISSUED",
            "OTHER": "PROBLEM_SOLVED",
            "BIRTH_REG": "BIRTH_CERT_ISSUED",
            "NATIONALITY": "NAT_KZ_CONFIRMED",
            "ASYLUM": "ADVICE_ONLY",
        }[track]
        self.close(case, max(end, case.last), outcome, self.rng.choice(("SERVICES_DONE", "SERVICES_DONE", "SOLUTION")))
        home.has_left = True

    # -- since the factsheet -------------------------------------------------------------------------------------

    def after(self) -> None:
        """From January 2025 to yesterday: people come, leave, are recognised and confirmed, month by month."""
        until = _workday(self.today - timedelta(days=1))
        standing = [home for home in self.households if not home.has_left]
        self.earliest = FIRST_AFTER
        start, newcomers = FIRST_AFTER, []
        while start < until:
            end = min((start.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1), until)
            newcomers += self.month(standing, start, end)
            start = end + timedelta(days=1)
        for home in newcomers + standing:
            for case in home.cases:
                self.work(case, until)
        self.corrections(until, 0.35)

    def month(self, standing: list[Household], start: date, end: date) -> list[Household]:
        seekers = [home for home in standing if home.displacement == "ASR" and not home.has_left]
        refugees = [home for home in standing if home.displacement.startswith("REF") and not home.has_left]
        unknown = [home for home in standing if home.nationality == "UN" and not home.has_left]
        for home in self.rng.sample(seekers, min(3, len(seekers))):
            day = self.reached(home, start, end)
            if day is not None and home.origin == "AFG" and self.chance(0.3):
                self.recognise(home, day)
            elif day is not None:
                self.leave_asylum(home, day, self.pick(ENDS_OF_ASYLUM), self.told_late(day, end))
        for home in self.rng.sample(refugees, min(4, len(refugees))):
            day = self.reached(home, start, end)
            if day is None or home.main.is_open:
                continue
            if self.chance(0.2):
                self.leave_asylum(home, day, self.pick(ENDS_OF_REFUGEES), self.told_late(day, end))
            else:
                self.renew(home, day)
        for home in self.rng.sample(unknown, min(6, len(unknown))):
            day = self.reached(home, start, end)
            if day is not None and home.displacement == "ND" and not any(case.is_open for case in home.cases[1:]):
                self.leave(home, day, self.end_of(home), self.told_late(day, end))
        newcomers = []
        for _ in range(1 + start.month % 2):
            day = self.between(start, end)
            origin = self.pick({"AFG": 5, "UKR": 3, "RUS": 1, "SYR": 1, "IRN": 1})
            home = self.household("asylum", origin, self.size("asylum"), day, track="ASYLUM", displacement="ASR")
            self.begin_asylum(home)
            newcomers.append(home)
        for _ in range(3):
            home = self.begin_nationality(self.between(start, end), self.size("nationality"), end)
            newcomers.append(home)
        if self.chance(0.4):
            house = self.rng.choice([house.key for house in HOUSES if house.kind == "partner"])
            track = self.rng.choice(("RESIDENCE", "OTHER", "BIRTH_REG"))
            self.other(track, self.between(start, end), self.rng.choice(lawyers(house)), end)
        open_seekers = [home for home in seekers if home.main.is_open and not home.has_left and home.main.last < start]
        if open_seekers and self.chance(0.35):
            self.newborn(self.rng.choice(open_seekers), self.between(start, end))
        return newcomers

    def reached(self, home: Household, start: date, end: date) -> date | None:
        """A day of the month that is free: nothing about these people is later."""
        day = self.between(start, end)
        return day if all(case.last < day for case in home.cases) else None

    def newborn(self, home: Household, day: date) -> None:
        """A child is born to asylum-seekers: registered, and joined to the parents' case."""
        child = self.member(home.family, 2, day, children_only=True)
        child.birth = PartialDate.from_day(day - timedelta(days=self.rng.randint(20, 60)))
        home.members.append(child)
        self.registrations(home, day, [child])
        self.deeds.append(AddParty(day, home.main.by, home.main.number, child.number))
        home.main.parties.append(child.number)
        home.main.last = day

    # -- what was wrong and was put right ------------------------------------------------------------------------

    def corrections(self, until: date, share: float) -> None:
        """Sessions entered twice, wrong persons, other spellings, moves told late. None of it changes a total."""
        begin = FACTSHEET if until > FACTSHEET else BEGIN
        met = [deed for deed in self.deeds if isinstance(deed, Meet) and begin <= deed.day < until - timedelta(days=6)]
        plain = [deed for deed in met if deed.outcome in words.OUTCOMES]
        chosen = self.rng.sample(plain, min(int(48 * share), len(plain)))
        for deed in chosen[: int(16 * share)]:
            day = deed.day
            self.meetings += 1
            twin = replace(deed, meeting=self.meetings)
            self.insert_after(deed, twin, VoidMeeting(day, deed.by, deed.case, twin.meeting, "DUPLICATE_ENTRY"))
        for deed in chosen[int(16 * share) : int(40 * share)]:
            right = replace(deed, minutes=45, services=(*deed.services, "FOLLOWUP")[:2])
            self.insert_after(deed, CorrectMeeting(deed.day, deed.by, deed.case, deed.meeting, right))
        for deed in chosen[int(40 * share) :]:
            # A confirmation noted in the wrong case, and taken back with the status that followed from it.
            if self.track_of(deed.case) != "NATIONALITY":
                continue
            self.meetings += 1
            wrong = replace(deed, meeting=self.meetings, outcome="NAT_OTH_CONFIRMED")
            self.insert_after(deed, wrong, VoidMeeting(deed.day, deed.by, deed.case, wrong.meeting, "WRONG_CASE"))
        self.moves(begin, until, share)
        self.spellings(begin, until, share)

    def insert_after(self, deed: Deed, *more: Deed) -> None:
        place = self.deeds.index(deed) + 1
        self.deeds[place:place] = more

    def track_of(self, case: int) -> str:
        return next(file.track for home in self.households for file in home.cases if file.number == case)

    def moves(self, begin: date, until: date, share: float) -> None:
        """Moves to another region, most told some weeks late; a few noted for the wrong person and voided."""
        homes = [home for home in self.households if home.came >= begin or begin == FACTSHEET]
        homes = [home for home in homes if max(home.came, begin) < until - timedelta(days=150)]
        for number, home in enumerate(self.rng.sample(homes, min(int(70 * share), len(homes)))):
            told = self.between(max(home.came, begin) + timedelta(days=40), until - timedelta(days=5))
            since = max(told - timedelta(days=self.rng.choice((0, 0, 10, 35))), home.came + timedelta(days=1), begin)
            region = self.pick(words.REGIONS["nationality"])
            if region == home.region or since < date(2022, 6, 8):
                continue
            by = home.lawyer.key
            movers = home.members[:1] if number % 8 == 0 else home.members
            for member in movers:
                if member.birth.is_known and member.birth.latest >= since:
                    continue
                self.deeds.append(SetStatus(told, by, member.number, "residence", region, since, "moved"))
                if number % 8 == 0:
                    self.deeds.append(VoidStatus(told, by, member.number, "residence", region, since, "WRONG_PERSON"))

    def spellings(self, begin: date, until: date, share: float) -> None:
        """A passport turns up: another spelling, or a birth date where there was a year."""
        homes = [home for home in self.households if begin <= home.came < until - timedelta(days=90)]
        for home in self.rng.sample(homes, min(int(36 * share), len(homes))):
            member = home.members[0]
            day = self.between(home.came + timedelta(days=20), min(until, home.came + timedelta(days=400)))
            former = member.identity.former_names
            if self.chance(0.3):
                former = [*former, f"{home.family.women.split('|')[0]} {member.identity.given_name}"]
            identity = replace(
                member.identity,
                latin_name=people.latin(f"{member.identity.family_name} {member.identity.given_name}")
                if home.family.culture.language not in ("prs", "pus", "ara", "fas", "zho", "urd")
                else member.identity.latin_name,
                former_names=former,
                documents=people.documents(self.rng, home.displacement != "ND", day.year),
            )
            birth = member.birth
            if birth.is_known and birth.month is None and birth.year is not None:
                birth = PartialDate(birth.year, self.rng.randint(1, 12), self.rng.randint(1, 28))
            self.deeds.append(CorrectIdentity(day, home.lawyer.key, member.number, identity, member.sex, birth))

    # -- today ---------------------------------------------------------------------------------------------------

    def nowadays(self) -> None:
        """What the desks show today: steps overdue, due today and this week; sessions of the last weeks; drafts."""
        yesterday = _workday(self.today - timedelta(days=1))
        files = [case for home in self.households for case in home.cases if case.is_open and case.last <= yesterday]
        of_lawyer: dict[str, int] = {}
        quiet: dict[str, int] = {}
        for case in files:
            place = of_lawyer[case.by] = of_lawyer.get(case.by, -1) + 1
            if self.chance(0.45) and case.last < yesterday - timedelta(days=8):
                self.visit(case, self.between(max(case.last, yesterday - timedelta(days=27)), yesterday))
            if case.track != "ASYLUM" and place > 9 and quiet.get(case.by, 0) < 2:
                quiet[case.by] = quiet.get(case.by, 0) + 1
                self.fall_asleep(case, yesterday)
                continue
            due = self.due(place)
            if due is None and not case.has_step:
                continue
            # In the order of the days: the step is agreed when the case was last worked on, or lately.
            agreed = max(case.last, _workday(self.today - timedelta(days=self.rng.randint(12, 26))))
            due = due or self.today + timedelta(days=self.rng.randint(8, 50))
            self.step(case, min(agreed, yesterday), max(due, case.opened))
        for one in COLLEAGUES:
            if one.role is Role.LAWYER:
                self.on_the_desk(one, yesterday)

    def fall_asleep(self, case: CaseFile, yesterday: date) -> None:
        """What was to be done is done, and nobody has said what comes next."""
        case.is_quiet = True
        if case.has_step:
            self.deeds.append(StepDone(max(case.last, yesterday - timedelta(days=20)), case.by, case.number))
            case.has_step = False

    def due(self, place: int) -> date | None:
        """A lawyer's first cases are due today and this week, every fourth has no step, some are overdue."""
        if place < 4:
            return self.today
        if place < 8:
            return self.today + timedelta(days=place - 3)
        if place % 4 == 3:
            return None
        if place % 9 == 0:
            return self.today - timedelta(days=self.rng.randint(1, 10))
        return self.today + timedelta(days=self.rng.randint(8, 60))

    def on_the_desk(self, one: Colleague, day: date) -> None:
        mine = [home for home in self.households if home.lawyer is one and not home.has_left and home.came < day]
        for home in self.rng.sample(mine, min(4, len(mine))):
            self.deeds.append(OpenRecord(day, one.key, home.members[0].number))
        family = people.family(self.rng, "AFG" if one.house == HOUSES[0].key else "UZB")
        typed = {
            "family_name": [family.men.split("|")[0]],
            "given_name": [self.rng.choice(family.culture.men).split("|")[0]],
            "sex": ["M"],
        }
        self.deeds.append(KeepDraft(day, one.key, typed, 2))

    def procedures(self) -> None:
        """What happened in every case besides the sessions."""
        files = [case for home in self.households for case in home.cases]
        self.deeds = history.write(files, self.deeds, self.today, SEED)

    def grantors(self) -> dict[int, paperwork.Grantor]:
        """Who signs for whom."""
        return {
            member.number: paperwork.Grantor(member, home.numbers[0])
            for home in self.households
            for member in home.members
        }

    def reassignments(self) -> None:
        """At the end of a quarter a supervisor hands some cases to another lawyer, who goes on from there."""
        closed = {deed.case for deed in self.deeds if isinstance(deed, Close)}
        opened = {deed.case: deed for deed in self.deeds if isinstance(deed, OpenCase)}
        houses = {one.key: one.house for one in COLLEAGUES}
        joined = {deed.case for deed in self.deeds if isinstance(deed, AddParty)}
        candidates = [one for one in opened if one not in closed | joined and opened[one].day < date(2024, 6, 1)]
        for number in self.rng.sample(candidates, min(24, len(candidates))):
            opening = opened[number]
            quarter = self.rng.choice([date(2024, 9, 30), date(2024, 12, 30), date(2025, 3, 31), date(2025, 6, 30)])
            if quarter >= self.today - timedelta(days=120):
                continue
            house = houses[opening.by]
            to = self.rng.choice([one.key for one in lawyers(house) if one.key != opening.by])
            reason = self.pick({"WORKLOAD": 4, "LANGUAGE": 2, "LEAVE": 2, "REGION": 1, "PERSON_REQUEST": 1})
            self.deeds = [
                replace(deed, by=to)
                if isinstance(deed, OnCase) and deed.case == number and deed.day > quarter
                else deed
                for deed in self.deeds
            ]
            self.deeds.append(Reassign(quarter, supervisor(house).key, number, to, reason))
