"""A country to count: invented persons with their histories, the ledger of them, and what partners did for them.

The rows are written as the actions would have written them, but many at a time.
"""

import random
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert

from casework import cli
from casework.accounts.models import Organisation, User
from casework.app import create_app
from casework.cases.models import Case, CaseEvent, CaseParty
from casework.consultations.models import Attendance, Consultation, ConsultationTopic, Service
from casework.core import clock
from casework.core.config import Settings
from casework.core.db import alembic, db
from casework.core.scope import acting_as, system, unscoped
from casework.core.vault import KeyRing
from casework.figures import actions, queries, rules
from casework.figures.models import LedgerMonth, Movement
from casework.persons.models import Person, StatusEntry
from casework.procedures import queries as procedures
from casework.proceedings.models import Act
from casework.reference import queries as codes

TODAY = date(2026, 11, 23)
DAY = date(2026, 11, 18)
"""Of the Key Figures: late in a month, so that most has moved since its balances."""
AS_OF, SINCE = date(2026, 11, 1), date(2025, 11, 1)
"""Of a release."""
OPENED = date(2016, 1, 1)
WORKED = date(2023, 11, 1)
"""What partners did lies between this day and today: a third of it in the year of a release."""

PARTNERS = 4
ORIGINS = {
    "AFG": 480, "UKR": 260, "UZB": 90, "KGZ": 40, "TJK": 35, "RUS": 30, "SYR": 15, "PAK": 10, "IRN": 8, "ETH": 6,
    "YEM": 5, "CHN": 4, "IRQ": 4, "NGA": 3, "CMR": 3, "AZE": 2, "ARM": 2, "BLR": 1, "GEO": 1, "UNK": 1,
}  # fmt: skip
REGIONS = {"KZ-75": 40, "KZ-71": 15, "KZ-79": 12, "KZ-19": 10, "KZ-61": 8, "KZ-31": 7, "KZ-35": 5, "UNK": 3}
"""Both per thousand or so: as in life, some are many and most are few."""
ACTS = ((), ("REGISTERED",), ("REGISTERED", "FI_REJECTED"), ("APPLIED", "REFUSED"), ("REGISTERED", "FI_RECOGNISED"))
MOST_SESSIONS, MOST_CASES = 300_000, 100_000
BATCH = 20_000


@dataclass(frozen=True)
class Country:
    """What was made, and the file of its SQLite database."""

    persons: int
    sessions: int
    path: Path


@contextmanager
def country(persons: int) -> Iterator[Country]:
    """Make it, and be inside: an application context in which the system acts, on a day in November 2026."""
    with tempfile.TemporaryDirectory() as folder, clock.at(TODAY):
        instance = Path(folder)
        KeyRing.new().save(instance / "keys" / "ring.json")
        path = instance / "bench.db"
        app = create_app(Settings(instance=instance, database_url=f"sqlite:///{path}"))
        with app.app_context():
            alembic.upgrade()
        with app.app_context(), acting_as(system("bench")):
            cli.seed()
            filler = _Filler(persons)
            filler.fill()
            db.session.commit()
        with app.app_context(), acting_as(system("bench")):
            yield Country(persons, filler.sessions, path)
        with app.app_context():
            db.engine.dispose()


class _Filler:
    def __init__(self, size: int) -> None:
        self.size = size
        self.sessions = min(3 * size, MOST_SESSIONS)
        self.rnd = random.Random(1)
        self.moment = datetime(2026, 1, 1, tzinfo=UTC)
        self.lawyers = dict(self._partner(number) for number in range(PARTNERS))
        """By organisation."""
        self.owners = list(self.lawyers)
        self.lists = {
            name: [item.code for item in codes.items(name)]
            for name in ("case_outcome", "closure_reason", "modality", "service_type", "topic")
        }
        self.procedures = procedures.in_force(WORKED)
        self.rows: dict[type, list[dict[str, Any]]] = defaultdict(list)
        self.cases: list[tuple[UUID, UUID, UUID]] = []
        """Organisation, case and its one person."""

    @staticmethod
    def _partner(number: int) -> tuple[UUID, UUID]:
        name = f"Partner {number + 1}"
        owner = Organisation(name_en=name, name_ru=name, name_kk=name, kind="partner")
        db.session.add(owner)
        db.session.flush()
        lawyer = User(
            organisation_id=owner.id,
            email=f"lawyer{number}@example.org",
            name=f"Lawyer {number}",
            role="lawyer",
            language="en",
            is_active=True,
        )
        db.session.add(lawyer)
        return owner.id, lawyer.id

    def fill(self) -> None:
        db.session.add(LedgerMonth(month=OPENED))
        db.session.flush()
        for number in range(self.size):
            self._register(number)
            if number % BATCH == 0:
                self._write()
        for _ in range(self.sessions):
            self._session()
            if len(self.rows[Consultation]) == BATCH:
                self._write()
        self._write()
        actions.open_months(TODAY)
        if queries.opened_month(TODAY) != TODAY.replace(day=1):
            raise RuntimeError("the months of the ledger were not opened")

    def _write(self) -> None:
        connection = db.session.connection()
        for table, rows in self.rows.items():
            if rows:
                connection.execute(insert(table).execution_options(**unscoped("bench")), rows)
                rows.clear()

    def _new(self, table: type, owner: UUID, **values: Any) -> UUID:
        found = uuid4()
        self.rows[table].append({"id": found, "organisation_id": owner, **values})
        return found

    def _one_of(self, shares: dict[str, int]) -> str:
        return self.rnd.choices(list(shares), list(shares.values()))[0]

    def _some(self, list_name: str) -> str:
        """A code of a list; the first ones more often."""
        known = self.lists[list_name]
        return known[min(int(self.rnd.expovariate(4 / len(known))), len(known) - 1)]

    # -- persons -------------------------------------------------------------------------------------------------

    def _register(self, number: int) -> None:
        owner, rnd = self.rnd.choice(self.owners), self.rnd
        start = OPENED + timedelta(days=rnd.randrange((TODAY - OPENED).days))
        facts = {
            "sex": rnd.choice("FM"),
            "birth_year": rnd.randrange(1950, 2016),
            "birth_month": rnd.randrange(1, 13),
            "origin": self._one_of(ORIGINS),
        }
        person = self._new(
            Person,
            owner,
            version=1,
            number=f"B{number}",
            **facts,
            is_birth_estimated=False,
            languages=[],
            consent="given",
            displacement="ND",
            nationality="ND",
            region="UNK",
            registration="ACTIVE",
            registered_on=start,
            changed_at=self.moment,
        )
        history = self._history(start)
        for place, (dimension, code, on, reason) in enumerate(history, 1):
            self._new(
                StatusEntry,
                owner,
                version=1,
                person_id=person,
                dimension=dimension,
                code=code,
                effective_on=on,
                reason=reason,
                sequence=place,
                recorded_at=self.moment,
            )
        entries = tuple(rules.Entry(*one, place) for place, one in enumerate(history, 1))
        for move in rules.movements(rules.PersonFacts(**facts, entries=entries), date.max):
            self._new(
                Movement,
                owner,
                person_id=person,
                effective_on=move.effective_on,
                quantity=move.quantity,
                flow=move.flow,
                recorded_at=self.moment,
                **move.cell._asdict(),
            )
        if number < 2 * MOST_CASES and number % 2 == 0:
            self._case(number, owner, person)

    def _history(self, start: date) -> Sequence[tuple[str, str, date, str]]:
        rnd = self.rnd
        steps = [
            ("registration", "ACTIVE", start, "identified"),
            ("residence", self._one_of(REGIONS), start, "identified"),
            ("displacement", rnd.choice(("ASR", "ND")), start, "identified"),
            ("nationality", rnd.choice(("UN", "ND")), start, "identified"),
        ]
        if rnd.random() < 0.5:
            later = start + timedelta(days=rnd.randrange(1, 900))
            steps.append(("displacement", "REF-C", min(later, TODAY), "recognised_refugee"))
        if rnd.random() < 0.3:
            later = start + timedelta(days=rnd.randrange(1, 1500))
            steps.append(("registration", "LEFT", min(later, TODAY), "departed"))
        return steps

    # -- what partners did ---------------------------------------------------------------------------------------

    def _worked_on(self) -> date:
        return WORKED + timedelta(days=self.rnd.randrange((TODAY - WORKED).days))

    def _case(self, number: int, owner: UUID, person: UUID) -> None:
        procedure = self.rnd.choice(self.procedures)
        opened = self._worked_on()
        is_closed = self.rnd.random() < 0.5
        closed = min(opened + timedelta(days=self.rnd.randrange(1, 300)), TODAY)
        outcome, reason = self._some("case_outcome"), self._some("closure_reason")
        case = self._new(
            Case,
            owner,
            version=1,
            number=f"C{number}",
            track=procedure.track,
            procedure_id=procedure.id,
            priority="ROUTINE",
            stage=procedure.first_stage,
            stage_since=opened,
            lawyer_id=self.lawyers[owner],
            opened_on=opened,
            closed_on=closed if is_closed else None,
            outcome=outcome if is_closed else None,
            closure_reason=reason if is_closed else None,
        )
        self._new(CaseParty, owner, case_id=case, person_id=person, position=0)
        if is_closed:
            self._new(
                CaseEvent,
                owner,
                case_id=case,
                kind="closed",
                happened_on=closed,
                to_code=outcome,
                reason=reason,
                recorded_at=self.moment,
            )
        for act in self.rnd.choice(ACTS):
            self._new(
                Act,
                owner,
                version=1,
                case_id=case,
                procedure_id=procedure.id,
                code=act,
                happened_on=opened,
                is_by_representative=False,
                is_deemed=False,
                recorded_at=self.moment,
            )
        self.cases.append((owner, case, person))

    def _session(self) -> None:
        owner, case, person = self.rnd.choice(self.cases)
        session = self._new(
            Consultation,
            owner,
            version=1,
            case_id=case,
            lawyer_id=self.lawyers[owner],
            held_on=self._worked_on(),
            modality=self._some("modality"),
            has_interpreter=False,
            recorded_at=self.moment,
        )
        self._new(Attendance, owner, consultation_id=session, person_id=person)
        self._new(ConsultationTopic, owner, consultation_id=session, topic=self._some("topic"))
        self._new(Service, owner, consultation_id=session, type=self._some("service_type"), level=1)
