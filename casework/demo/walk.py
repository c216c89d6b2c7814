"""One planned case on its way through its procedure: act after act, written down while the case is open.

A case is never forced: what a chapter wants is held against the shipped procedure, and a course that it forbids is an
error of the demonstration.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Protocol

from casework.demo import courses, words
from casework.demo.courses import Leg
from casework.demo.deeds import Ask, Close, Deed, Happen, Hear, NoteEvidence, Remind, TakeOver
from casework.procedures import shipped
from casework.procedures.rules import Move, Procedure
from casework.workdays.rules import months_after

INTRODUCED = date(2024, 9, 2)
"""From this day cases are led by acts; those that were open then were taken over where they stood."""
_TAKING_OVER = 80
_RENEWALS_KEPT = timedelta(days=200)
_SIX_MONTHS = timedelta(days=186)
_A_DAY = timedelta(days=1)


@cache
def by_code() -> dict[str, Procedure]:
    return {one.code: one for one in shipped.procedures()}


class Told(Protocol):
    """What the plan knows of a case."""

    number: int
    track: str
    by: str
    language: str
    origin: str
    opened: date
    is_refugee: bool
    """Was recognised before the case was opened."""
    claimed: date | None
    born: date | None
    is_quiet: bool
    """Nothing runs in it, and nobody has said what comes next."""


@dataclass(frozen=True)
class Spell:
    """A time during which a case is open; `close` ends it."""

    start: date
    close: Close | None = None

    def takes(self, day: date, yesterday: date) -> bool:
        return day < self.close.day if self.close is not None else day <= yesterday


@dataclass
class Walk:
    """One case on its way through its procedure."""

    told: Told
    procedure: Procedure
    rng: Random
    spells: list[Spell]
    today: date
    stage: str
    day: date
    """When the latest act happened, or was learnt of."""
    written: date
    place: int = 0
    """The spell it is in."""
    due: tuple[Leg, date] | None = None
    legs: list[Leg] = field(default_factory=list)
    then: dict[str, int] = field(default_factory=dict)
    renewal: date | None = None
    acts: list[str] = field(default_factory=list)
    looking: date | None = None
    """Since when evidence is collected."""
    evidence: dict[str, str] = field(default_factory=dict)
    asked: dict[int, date] = field(default_factory=dict)
    inquiries: int = 0
    deeds: list[Deed] = field(default_factory=list)
    before: dict[int, list[Deed]] = field(default_factory=dict)
    """Deeds that stand just before the closing of a case, by the closing's identity."""

    @property
    def spell(self) -> Spell:
        return self.spells[self.place]

    @property
    def yesterday(self) -> date:
        return self.today - _A_DAY

    def drawn(self, days: courses.Days) -> timedelta:
        return timedelta(days=self.rng.randint(*days))

    def pick(self, weights: dict[str, int]) -> str:
        return self.rng.choices(list(weights), list(weights.values()))[0]

    # -- from act to act -----------------------------------------------------------------------------------------

    def run(self) -> None:
        """Go through all spells of the case."""
        for place, spell in enumerate(self.spells):
            self.place = place
            if spell.close is not None and spell.close.day < INTRODUCED:
                self.end(spell.close)
                continue
            if not self.acts and self.told.opened < INTRODUCED and not self.take_over(spell):
                return
            if self.stage not in ("STATUS_GRANTED", "ASY_RESULT"):
                self.go_on()
            if spell.close is not None:
                self.end(spell.close)

    def take_over(self, spell: Spell) -> bool:
        """A case from before is brought in at the stage where it stands. False when the day has not come yet."""
        day = max(INTRODUCED + self.drawn((0, _TAKING_OVER)), spell.start)
        if self.told.is_refugee or self.stage == "STATUS_GRANTED":
            return True
        if not spell.takes(day, self.yesterday):
            return spell.close is not None
        if self.told.track == "ASYLUM" and self.told.claimed is None:
            return False
        places = courses.TAKEN_OVER[self.procedure.code]
        stage, chapter = self.rng.choices(list(places), list(places.values()))[0]
        if self.told.is_quiet:
            stage = next(iter(places))[0]  # where evidence is collected: no clock runs there
        since = max(self.told.opened, day - self.drawn((20, 200)))
        self.deeds.append(self.taking(self.procedure, day, stage, since))
        self.acts.append("TAKEN_OVER")
        self.stage, self.day, self.written = stage, day, day
        if not self.told.is_quiet:
            self.open_chapter(chapter)
        if self.told.track == "ASYLUM":
            self.renewal = day + self.drawn((0, 85))
        if stage.endswith("EVIDENCE"):
            self.looking = day
        return True

    def taking(self, procedure: Procedure, day: date, stage: str, since: date) -> TakeOver:
        note = self.rng.choice(words.TAKING_OVER[self.told.language])
        return TakeOver(day, self.told.by, self.told.number, procedure.code, stage, since, note)

    def open_chapter(self, name: str) -> None:
        chapter = courses.COURSES[self.procedure.code][name]
        self.legs, self.then = list(chapter.legs), chapter.then

    def next_leg(self) -> tuple[Leg, date] | None:
        """What happens next, and when: drawn once, even if its day never comes."""
        while self.due is None:
            if self.legs:
                leg = self.legs.pop(0)
                self.due = leg, max(_weekday(self.day + self.drawn(leg.after)), self.day, self.told.opened)
            elif not self.told.is_quiet and (chapter := self.pick(self.then or {"": 1})):
                self.open_chapter(chapter)
            else:
                return None
        return self.due

    def go_on(self) -> None:
        """Whatever happens, and is told, before this spell ends."""
        while (found := self.next_leg()) is not None:
            leg, day = found
            self.collect(min(day, self.yesterday))
            self.renew_until(day)
            if not self.happens(leg, day):
                return
            self.due = None
        self.collect(self.yesterday)
        self.renew_until(self.yesterday)

    def happens(self, leg: Leg, day: date) -> bool:
        """One act, on its day, written down when the case is open and we know of it. False when that is not yet."""
        move = self.move(leg.act)
        served = day + self.drawn(leg.served) if leg.served else None
        if day > self.yesterday:
            return False
        if served is not None and served > self.yesterday:
            served = None  # the decision is there, and nobody has handed it over yet
        written = max(served or day, self.spell.start, self.written)
        if not self.spell.takes(written, self.yesterday):
            return False
        self.write(leg, move, day, served, written, self.deeds)
        self.day = served or day
        return True

    def move(self, act: str) -> Move:
        found = self.procedure.move(self.stage, act)
        if found is None:
            raise RuntimeError(f"{self.procedure.code}: no {act} at {self.stage}")
        return found

    def write(self, leg: Leg, move: Move, day: date, served: date | None, written: date, into: list[Deed]) -> None:
        told = self.told
        self.written = written
        if "EVIDENCE" in move.needs and move.to_stage:
            self.complete(move.to_stage, written, into)
        if leg.act.startswith("INQUIRY_"):
            self.inquire(leg.act, day, written, into)
        else:
            until = months_after(day, leg.months) if leg.months else None
            number = f"{self.rng.randint(12, 980)}-{day:%y}/ҮЛГІ" if leg.act not in _WITHOUT_NUMBER else None
            represented = leg.is_ours and self.rng.random() < 0.4
            silent = leg.needs_silence or "INQUIRIES_CLOSED" in move.needs
            into.append(
                Happen(written, told.by, told.number, leg.act, day, served, until, number, None, represented, silent)
            )
        self.acts.append(leg.act)
        self.stage = move.to_stage or self.stage
        if leg.act == "AS_CERT_ISSUED":
            self.renewal = months_after(day, 3) - self.drawn((2, 9))
        if leg.act == "EVIDENCE_STARTED":
            self.looking = written

    # -- certificates --------------------------------------------------------------------------------------------

    def renew_until(self, day: date) -> None:
        """The certificate of an asylum-seeker is reissued every three months, now and then too late."""
        while self.renewal is not None and self.renewal <= min(day, self.yesterday):
            on = _weekday(self.renewal)
            is_late = self.rng.random() < 0.1
            self.renewal = months_after(on, 3) + (self.drawn((3, 25)) if is_late else -self.drawn((2, 12)))
            move = self.procedure.move(self.stage, "AS_CERT_RENEWED")
            is_kept = "AS_CERT_ISSUED" in self.acts or on >= self.today - _RENEWALS_KEPT
            written = max(on, self.spell.start, self.written)
            if move is not None and is_kept and self.spell.takes(written, self.yesterday):
                self.write(Leg("AS_CERT_RENEWED", (0, 0), months=3), move, on, None, written, self.deeds)

    # -- evidence ------------------------------------------------------------------------------------------------

    def collect(self, until: date) -> None:
        """Looking for proof: what comes, what is asked for, what is missing, what cannot be had."""
        if self.looking is None:
            return
        day, self.looking = self.looking, None
        for need in self.procedure.needs:
            wanted = need.for_stage in _PENDING_STAGES and self.rng.random() < 0.6
            if need.kind in self.evidence or not wanted:
                continue
            day = _weekday(day + self.drawn((3, 40)))
            state = self.pick({"HAVE": 4, "ASKED": 4, "MISSING": 1, "CANNOT": 1})
            if state == "CANNOT" and need.group is None:
                state = "ASKED"
            if day < until and self.spell.takes(day, self.yesterday):
                self.note(need.kind, state, day, self.deeds)

    def note(self, kind: str, state: str, day: date, into: list[Deed]) -> None:
        told, language = self.told, self.told.language
        former = self.evidence.get(kind)
        asked = day if state == "ASKED" else None
        into.append(
            NoteEvidence(
                day,
                told.by,
                told.number,
                kind,
                state,
                asked_from=self.rng.choice(words.ASKED_FROM[language]) if asked else None,
                asked_on=asked,
                received_on=day if state == "HAVE" else None,
                why_not=self.rng.choice(words.WHY_NOT[language]) if state == "CANNOT" else None,
                original_with=self.rng.choice(("WITH_PERSON", "WITH_US", "AT_AUTHORITY")) if state == "HAVE" else None,
            )
        )
        self.evidence[kind] = state if former != "HAVE" else former

    def complete(self, stage: str, day: date, into: list[Deed]) -> None:
        """Everything that a stage requires is there on the day it is reached; of alternatives, one."""
        groups: dict[str, list[str]] = {}
        for need in self.procedure.needs:
            if need.is_required and need.for_stage == stage:
                groups.setdefault(need.group or need.kind, []).append(need.kind)
        for kinds in groups.values():
            if not any(self.evidence.get(kind) == "HAVE" for kind in kinds):
                waited = [kind for kind in kinds if self.evidence.get(kind) == "ASKED"]
                self.note(self.rng.choice(waited or kinds[:2]), "HAVE", day, into)

    # -- inquiries -----------------------------------------------------------------------------------------------

    def inquire(self, act: str, day: date, written: date, into: list[Deed]) -> None:
        told = self.told
        if act == "INQUIRY_SENT":
            self.inquiries += 1
            number = told.number * 100 + self.inquiries
            state = told.origin if self.inquiries == 1 and told.origin != "UNK" else self.rng.choice(_NEIGHBOURS)
            through = self.pick({"EMBASSY": 4, "MFA": 3, "POLICE": 2})
            evidence = self.rng.choice(words.INQUIRY_EVIDENCE[told.language])
            reference = f"{self.rng.randint(3, 90)}/{day.year}-ҮЛГІ"
            into.append(Ask(written, told.by, told.number, number, state, through, day, evidence, reference))
            self.asked[number] = day
        elif act == "INQUIRY_REMINDED":
            into.append(Remind(written, told.by, told.number, max(self.asked), day))
        else:
            self.hear(max(self.asked), day, written, into, self.pick({"NOT_NATIONAL": 3, "NO_RECORD": 4}))

    def hear(self, inquiry: int, day: date, written: date, into: list[Deed], reply: str) -> None:
        follow_up = self.rng.choice(words.FOLLOW_UP[self.told.language])
        into.append(Hear(written, self.told.by, self.told.number, inquiry, reply, day, follow_up))
        del self.asked[inquiry]

    # -- the end -------------------------------------------------------------------------------------------------

    def end(self, close: Close) -> None:
        """What brought about the outcome with which a case is closed."""
        into = self.before.setdefault(id(close), [])
        if self.told.track == "ASYLUM":
            legs = self.end_of_claim(close)
        elif close.outcome in courses.SOLVED:
            self.fit(close, into)
            legs = courses.ENDS[self.procedure.code]
        elif close.outcome == "REFUSED" and close.day >= INTRODUCED:
            is_refused = self.procedure.move(self.stage, "FINAL_REFUSAL") is not None
            legs = (*(() if is_refused else (Leg("REFUSED", (0, 0)),)), Leg("FINAL_REFUSAL", (0, 0)))
        else:
            return
        for leg in legs:
            self.approach(leg.act, close, into)
            self.finally_(leg, close, into)
        self.due, self.legs, self.then = None, [], {}

    def finally_(self, leg: Leg, close: Close, into: list[Deed]) -> None:
        on = max(self.day, close.on) if self.day <= close.day else close.day
        self.write(leg, self.move(leg.act), on, on if leg.act in _SERVED else None, close.day, into)
        self.day = on

    def end_of_claim(self, close: Close) -> tuple[Leg, ...]:
        match close.outcome:
            case "REFUGEE_RECOGNISED":
                self.bring(close, "INTERVIEWED")
                return courses.RECOGNITION
            case "FAMILY_STATUS":
                self.bring(close, "INTERVIEWED")
                return courses.FAMILY_RECOGNITION
            case "STATUS_RENEWED":
                self.bring(close, "STATUS_GRANTED")
                applied = () if close.day < INTRODUCED else (Leg("RENEWAL_APPLIED", (0, 0)),)
                return (*applied, Leg("RENEWED", (0, 0), months=12))
            case "REJECTED_FINAL" if self.told.claimed and close.day >= INTRODUCED:
                self.bring(close, "INTERVIEWED")
                refused = () if self.stage in _REFUSED else (Leg("FI_REJECTED", (0, 0)),)
                return (*refused, Leg("FINAL_REJECTION", (0, 0)))
            case "ASYLUM_WITHDRAWN":
                self.bring(close, "INTERVIEWED")
                return (Leg("CLAIM_WITHDRAWN", (0, 0)),)
        return ()

    def bring(self, close: Close, stage: str) -> None:
        """A case from before procedures, of which nothing was written down yet, is first set to where it stood."""
        if not self.acts:
            since = max(self.told.opened, close.on - self.drawn((20, 90)))
            self.before[id(close)].append(self.taking(self.procedure, close.day, stage, since))
            self.acts.append("TAKEN_OVER")
            self.stage = stage

    def fit(self, close: Close, into: list[Deed]) -> None:
        """The outcome belongs to a procedure: where the case ran under another, it goes on under that one."""
        fitting = courses.FITTING.get(close.outcome, {})
        fitting = {code: weight for code, weight in fitting.items() if by_code()[code].track == self.told.track}
        is_other = bool(fitting) and self.procedure.code not in fitting
        if is_other:
            self.procedure = by_code()[self.pick(fitting)]
        if is_other or not self.acts:
            stage = courses.PENDING[self.told.track]
            since = max(self.told.opened, close.on - self.drawn((20, 90)))
            into.append(self.taking(self.procedure, close.day, stage, since))
            self.acts.append("TAKEN_OVER")
            self.stage, self.day = stage, max(self.day, since)

    def approach(self, act: str, close: Close, into: list[Deed]) -> None:
        """Whatever has to happen before an act can, the shortest way."""
        for step in self.way_to(act):
            on = min(max(self.day, close.on - self.drawn((5, 40))), close.day)
            move = self.move(step)
            self.write(Leg(step, (0, 0)), move, on, on if step in _SERVED else None, close.day, into)
            self.day = on
        if "INQUIRIES_CLOSED" in self.move(act).needs:
            for inquiry, sent in list(self.asked.items()):
                if close.on - sent < _SIX_MONTHS:
                    on = max(self.day, sent)
                    self.hear(inquiry, on, close.day, into, "NOT_NATIONAL")

    def way_to(self, act: str) -> list[str]:
        """The fewest acts that lead to a stage at which this one can happen."""
        waiting: list[tuple[str, tuple[str, ...]]] = [(self.stage, ())]
        for stage, steps in waiting:
            done = {*self.acts, *steps}
            move = self.procedure.move(stage, act)
            if move is not None and _is_met(move, done):
                return list(steps)
            for step in courses.ON_THE_WAY:
                onward = self.procedure.move(stage, step)
                if len(steps) < 4 and step not in steps and onward is not None and _is_met(onward, done):
                    waiting.append((onward.to_stage or stage, (*steps, step)))
        raise RuntimeError(f"{self.procedure.code}: no way from {self.stage} to {act}")


_WITHOUT_NUMBER = {"FINGERPRINTED", "INTERVIEWED", "EVIDENCE_STARTED", "ADVICE_GIVEN", "ACTION_STARTED", "ARRIVED",
                   "BIRTH", "RESULT_REACHED", "FINAL_REJECTION", "FINAL_REFUSAL", "CLAIM_WITHDRAWN"}  # fmt: skip
_SERVED = {"FI_RECOGNISED", "FI_RECOGNISED_FAMILY", "FI_REJECTED", "RENEWED", "STATELESS_RECOGNISED", "REFUSED",
           "CITIZENSHIP_CONFIRMED", "CITIZENSHIP_ACQUIRED", "PERMIT_GRANTED", "FACT_ESTABLISHED"}  # fmt: skip
_REFUSED = {"DEC_FI", "COMPLAINT", "DEC_AR", "COURT1", "APPEAL_COURT", "CASSATION"}
_PENDING_STAGES = {"APPLIED", "BR_APPLIED", "BR_COURT", "RES_APPLIED", "OTH_REPLY"}
_NEIGHBOURS = ("RUS", "UZB", "KGZ", "TJK", "TKM")


def _is_met(move: Move, done: set[str]) -> bool:
    return all(need.removeprefix("ACT:") in done for need in move.needs if need.startswith("ACT:"))


def _weekday(day: date) -> date:
    """The day itself, or the Friday before it."""
    return day - timedelta(days=max(day.weekday() - 4, 0))
