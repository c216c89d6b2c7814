"""Powers of attorney, papers and appointments of the demonstration, laid around what the plan already holds."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random
from typing import Protocol

from casework.demo import words
from casework.demo.deeds import (
    AddParty,
    Appoint,
    Close,
    Deed,
    File,
    Grant,
    Happen,
    Meet,
    NoteEvidence,
    OnCase,
    OpenCase,
    ReadAnswer,
    Reassign,
    Reopen,
    Revoke,
    Send,
    Write,
)
from casework.demo.staff import COLLEAGUES
from casework.mandates.rules import ADULT_FROM
from casework.persons.rules import PartialDate, age_on
from casework.workdays.rules import months_after

_EVERYTHING = ("ADMIN", "COURT", "RECEIPT")
_PAPERS = 18
_RECENT = timedelta(days=300)
_LANGUAGES = {one.key: one.writes for one in COLLEAGUES}

_SHEETS = {
    "FI_REJECTED": ("DECISION_AUTH", "reshenie-otkaz.pdf"),
    "REFUSED": ("DECISION_AUTH", "otkaz.pdf"),
    "APPLIED": ("APPLICATION_FORM", "zayavlenie.pdf"),
    "AS_CERT_RENEWED": ("AS_CERT", "svidetelstvo.jpg"),
    "AS_CERT_ISSUED": ("AS_CERT", "svidetelstvo.jpg"),
    "COMPLAINT_FILED": ("COMPLAINT_COPY", "zhaloba.pdf"),
    "COURT_REMANDED": ("COURT_DEC", "reshenie-suda.pdf"),
    "REF_CERT_ISSUED": ("REF_CERT", "udostoverenie.jpg"),
}
_PROOFS = {
    "PROPISKA": "propiska.png",
    "WITNESS": "pokazaniya.txt",
    "ARCHIVE": "arhiv.pdf",
    "SCHOOL_REC": "shkola.jpg",
    "BIRTH_CERT": "rozhdenie.png",
    "MED_BIRTH": "roddom.jpg",
    "FOREIGN_BIRTH": "rozhdenie-2.png",
    "USSR_PASS": "pasport-sssr.jpg",
}
_APPOINTED = {
    "ASYLUM": ("MEETING", "INTERVIEW", "FINGERPRINTS", "HEARING"),
    "NATIONALITY": ("MEETING", "AUTHORITY", "HEARING", "VISIT"),
    "BIRTH_REG": ("MEETING", "HEARING", "AUTHORITY"),
    "RESIDENCE": ("AUTHORITY", "MEETING"),
    "OTHER": ("MEETING",),
}


class Somebody(Protocol):
    number: int
    birth: PartialDate
    relation: str


@dataclass
class Grantor:
    """Who may sign: the person, or for a child the head of the family."""

    person: Somebody
    head: int


@dataclass
class _Desk:
    """The plan, read from its beginning."""

    grantors: dict[int, Grantor]
    seed: int
    today: date
    parties: dict[int, set[int]] = field(default_factory=dict)
    powers: dict[int, list[Grant]] = field(default_factory=dict)
    last_use: dict[int, tuple[date, str]] = field(default_factory=dict)

    def read(self, deeds: Iterable[Deed]) -> Iterator[Deed]:
        for deed in deeds:
            match deed:
                case OpenCase():
                    self.parties[deed.case] = set(deed.parties)
                case AddParty():
                    self.parties[deed.case].add(deed.person)
                case Meet() if {"REPR_ADM", "REPR_COURT"} & set(deed.services):
                    yield from self.granted(deed, deed.persons, deed.held_on)
                case Happen() if deed.represented:
                    yield from self.granted(deed, sorted(self.parties[deed.case]), deed.on)
            yield deed

    def granted(self, deed: Meet | Happen, persons: Iterable[int], on: date) -> Iterator[Grant]:
        """The powers of attorney that are still lacking for a deed."""
        for person in dict.fromkeys(self.signer(one, self.parties[deed.case], on) for one in persons):
            rng = Random(f"{self.seed} power {person} {len(self.powers.get(person, ()))}")  # noqa: S311
            self.last_use[person] = (deed.day, deed.by)
            if any(_covers(power, on) for power in self.powers.get(person, ())):
                continue
            issued = on - timedelta(days=rng.randint(0, 12))
            months = rng.choices((12, 24, 36), (5, 2, 3))[0]
            power = Grant(
                deed.day,
                deed.by,
                person,
                _EVERYTHING,
                issued,
                months_after(issued, months),
                f"{rng.randint(100, 990)}-ҮЛГІ",
                rng.choice(words.NOTARIES),
            )
            self.powers.setdefault(person, []).append(power)
            yield power

    def signer(self, person: int, parties: set[int], on: date) -> int:
        grantor = self.grantors[person]
        birth = grantor.person.birth
        age = age_on(birth.year, birth.month, on)
        is_child = age is not None and age < ADULT_FROM and grantor.person.relation in ("DAU", "SON")
        return grantor.head if is_child and grantor.head in parties else person

    def revoked(self, since: date) -> Iterator[Revoke]:
        """A few people take their power of attorney back, some time after it was last used."""
        for number, (person, (day, by)) in enumerate(sorted(self.last_use.items())):
            on = day + timedelta(days=9)
            if number % 12 == 0 and since <= on < self.today - timedelta(days=3) and on.weekday() < 5:
                yield Revoke(on, by, person, on)


def _covers(power: Grant, on: date) -> bool:
    return power.issued_on <= on <= power.expires_on


def lay_out(deeds: list[Deed], grantors: dict[int, Grantor], today: date, seed: int, since: date) -> list[Deed]:
    """The deeds, in the order of the days, with powers of attorney, papers and appointments."""
    desk = _Desk(grantors, seed, today)
    whole = list(desk.read(deeds))
    whole = _with_papers(whole, Random(f"{seed} papers"), today, since)  # noqa: S311
    open_files = _open_files(whole)
    whole += desk.revoked(since)
    whole += _appointments(open_files, Random(f"{seed} appointments"), today)  # noqa: S311
    whole += _letters(open_files, Random(f"{seed} letters"), today)  # noqa: S311
    return sorted(whole, key=lambda deed: deed.day)


def _with_papers(deeds: list[Deed], rng: Random, today: date, since: date) -> list[Deed]:
    """Some acts and some evidence of the last months are proved by a paper."""
    begin = max(today - _RECENT, since)
    acts = [one for one in deeds if isinstance(one, Happen) and one.day >= begin and one.act in _SHEETS]
    notes = [
        one
        for one in deeds
        if isinstance(one, NoteEvidence) and one.day >= begin and one.state == "HAVE" and one.kind in _PROOFS
    ]
    chosen = [*rng.sample(acts, min(_PAPERS // 2, len(acts))), *rng.sample(notes, min(_PAPERS // 2, len(notes)))]
    papers = {id(deed): number for number, deed in enumerate(chosen, 1)}
    found: list[Deed] = []
    for deed in deeds:
        paper = papers.get(id(deed))
        if paper is None or not isinstance(deed, Happen | NoteEvidence):
            found.append(deed)
            continue
        found.append(_sheet(deed, paper))
        found.append(replace(deed, paper=paper))
    return found


def _sheet(deed: Happen | NoteEvidence, paper: int) -> File:
    lines = words.SHEETS[_LANGUAGES.get(deed.by, "ru")]
    if isinstance(deed, Happen):
        kind, name = _SHEETS[deed.act]
        of_act = (*lines, f"№ {deed.number}, {deed.on:%d.%m.%Y}")
        expires = deed.until_on if kind in ("AS_CERT", "REF_CERT") else None
        return File(
            deed.day, deed.by, deed.case, paper, None, kind, name, of_act, None, deed.on, expires, "WITH_PERSON"
        )
    return File(
        deed.day, deed.by, deed.case, paper, None, deed.kind, _PROOFS[deed.kind], lines, original_with="WITH_US"
    )


@dataclass
class _File:
    """A case that is open in the end."""

    number: int
    track: str
    opener: str
    holder: str
    person: int
    since: date
    touched: date


def _open_files(deeds: list[Deed]) -> list[_File]:
    found: dict[int, _File] = {}
    closed: dict[int, _File] = {}
    for deed in deeds:
        if not isinstance(deed, OnCase):
            continue
        match deed:
            case OpenCase():
                found[deed.case] = _File(deed.case, deed.track, deed.by, deed.by, deed.parties[0], deed.day, deed.day)
            case Reassign():
                found[deed.case].holder = deed.to
            case Close():
                closed[deed.case] = found.pop(deed.case)
            case Reopen():
                found[deed.case] = closed.pop(deed.case)
                found[deed.case].since = deed.day
        if deed.case in found:
            found[deed.case].touched = deed.day
    return list(found.values())


def _appointments(files: list[_File], rng: Random, today: date) -> Iterator[Appoint]:
    """What every lawyer has in the calendar: last week, this week and the next."""
    agreed = _weekday(today - timedelta(days=1))
    taken: set[tuple[str, date, int]] = set()
    for lawyer in dict.fromkeys(one.holder for one in files):
        mine = [one for one in files if one.holder == lawyer and one.touched <= agreed]
        for file in rng.sample(mine, min(9, len(mine))):
            on, hour = _weekday(today + timedelta(days=rng.randint(-5, 11))), rng.choice((9, 10, 11, 14, 15, 16))
            if (lawyer, on, hour) in taken:
                continue
            taken.add((lawyer, on, hour))
            kind = rng.choice(_APPOINTED[file.track])
            state = rng.choices(("HELD", "MISSED"), (5, 1))[0] if on < agreed else "PLANNED"
            minutes = 120 if kind in ("HEARING", "INTERVIEW") else rng.choice((30, 45, 60))
            place = rng.choice(words.PLACES[kind])
            yield Appoint(agreed, lawyer, file.number, kind, on, hour, rng.choice((0, 30)), minutes, place, state)


def _letters(files: list[_File], rng: Random, today: date) -> Iterator[Deed]:
    """In every house letters of each kind: drafted, written, sent and waited for, answered, overdue."""
    houses = {one.key: one.house for one in COLLEAGUES}
    number = 0
    for house in dict.fromkeys(houses[one.holder] for one in files):
        mine = [one for one in files if houses[one.holder] == house and one.holder == one.opener]
        for course in _COURSES_OF_LETTERS:
            written = _weekday(today - timedelta(days=course.days_ago))
            fitting = [one for one in mine if one.since < written and one.track in course.tracks]
            if not fitting:
                continue
            file = rng.choice(fitting)
            mine.remove(file)
            number += 1
            of_case = (file.holder, file.number)
            language = rng.choice((_LANGUAGES[file.holder], "kk", "ru"))
            finished = course.sent is not None or course.is_finished
            yield Write(written, *of_case, number, file.person, course.template, language, course.authority, finished)
            if course.sent is not None:
                sent = _weekday(written + timedelta(days=course.sent))
                yield Send(sent, *of_case, number, sent, course.how)
                if course.answered is not None:
                    on = _weekday(sent + timedelta(days=course.answered))
                    yield ReadAnswer(on, *of_case, number, on, rng.choice(words.ANSWERS[_LANGUAGES[file.holder]]))


@dataclass(frozen=True)
class _CourseOfLetter:
    """What becomes of a letter: on which day before today it is written, and what follows after how many days."""

    template: str
    tracks: tuple[str, ...]
    authority: str | None
    days_ago: int
    sent: int | None = None
    answered: int | None = None
    how: str = "POST"
    is_finished: bool = False


_ARCHIVE = ("ARCHIVE_REQUEST", ("NATIONALITY", "BIRTH_REG"), None)
_COURSES_OF_LETTERS = (
    _CourseOfLetter(*_ARCHIVE, 52, sent=1),
    _CourseOfLetter(*_ARCHIVE, 47, sent=2, answered=18),
    _CourseOfLetter(*_ARCHIVE, 15, sent=1, how="EMAIL"),
    _CourseOfLetter(*_ARCHIVE, 3),
    _CourseOfLetter("ASYLUM_COVER", ("ASYLUM",), "AKIMAT", 20, sent=0, how="OFFICE"),
    _CourseOfLetter("SDP_APPLICATION", ("NATIONALITY",), "POLICE", 6, is_finished=True),
    _CourseOfLetter("COMPLAINT", ("ASYLUM",), "MLSPP", 8),
    _CourseOfLetter("POWER_OF_ATTORNEY", ("ASYLUM", "NATIONALITY"), None, 5),
)


def _weekday(day: date) -> date:
    """The day itself, or the Friday before it."""
    return day - timedelta(days=max(day.weekday() - 4, 0))
