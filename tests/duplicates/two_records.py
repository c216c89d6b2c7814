"""Two records of one invented person, with all that may hang on them."""

import io
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from casework.cases import actions as cases
from casework.cases.models import Case
from casework.consultations import actions as consultations
from casework.core.db import db
from casework.documents import actions as documents
from casework.duplicates import actions as duplicates
from casework.letters import actions as letters
from casework.letters import queries as letter_queries
from casework.mandates import actions as mandates
from casework.persons import actions as persons
from casework.persons import queries as person_queries
from casework.persons.models import Contacts, Identity, Person
from casework.persons.rules import PartialDate

FIRST = date(2026, 1, 12)
LATER = date(2026, 2, 16)
MERGED = date(2026, 3, 2)


@dataclass
class Two:
    """The ids of what was made: the record registered first, the later one, their pair, and somebody else."""

    kept: UUID
    gone: UUID
    pair: UUID
    relative: UUID
    rows: dict[str, UUID] = field(default_factory=dict)


def person(name: str, on: date, **more: Any) -> Person:
    identity = Identity(**{"family_name": name, "given_name": "Айгүл", **more.pop("identity", {})})
    return persons.register(persons.Registration(identity=identity, registered_on=on, **more))


def two(*, is_asked: bool = True) -> Two:
    """Call as a lawyer. `is_asked`: whether the one that goes was asked for consent."""
    consent = {"consent": "given", "consent_on": LATER} if is_asked else {}
    kept = person(
        "Сұлтанова", FIRST, sex="F", birth=PartialDate(1991, 3, 14), origin="UZB", contacts=Contacts(phone="+7 701 1"),
        languages=["kaz"], region="KZ-75", nationality="AR",
    )  # fmt: skip
    gone = person(
        "Sultanova", LATER, sex="F", birth=PartialDate(1991), languages=["rus"], nationality="UN",
        contacts=Contacts(phone="+7 702 2", email="a@example.org"), **consent,
    )  # fmt: skip
    relative = person("Сұлтанов", LATER + timedelta(days=1))
    pair = duplicates.remember(kept, gone, "same")
    return Two(kept.id, gone.id, pair.id, relative.id)


def again(person_id: UUID) -> Person:
    """The record itself, in the session of whoever acts now."""
    found = person_queries.record(person_id)
    assert found is not None
    return found


def case_of(*people: Person, on: date = LATER) -> Case:
    return cases.open_case(list(people), "NATIONALITY", on, db.session.info["principal"].user_id)


def session_with(case: Case, *people: Person, **more: Any) -> Any:
    told = {"held_on": LATER, "modality": "OFFICE", "title": "Разговор", "persons": [one.id for one in people], **more}
    return consultations.record(case, consultations.Session(**told))


def with_everything(made: Two) -> Two:
    """A case of the later record with a session, a document, a letter, a power of attorney and a relative."""
    gone, relative = again(made.gone), again(made.relative)
    case = case_of(gone)
    rows = {"case": case.id, "session": session_with(case, gone).id}
    paper = io.BytesIO("Лист".encode())
    stored = documents.store(case, paper, name="лист.txt", kind="OTHER", person_id=gone.id, title="Лист")
    template = letter_queries.template_for("ARCHIVE_REQUEST", "ru")
    assert template is not None
    power = mandates.record(gone, mandates.Given(scope=["ADMIN"], issued_on=LATER, notary="Нотариус Агатов"))
    rows |= {
        "document": stored.id,
        "letter": letters.begin(case, gone, template).id,
        "power": power.id,
        "link": persons.add_relative(gone, relative, "SON", True).id,
    }
    made.rows = rows
    return made
