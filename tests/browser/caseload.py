"""A small invented caseload with something on every page: enough that no page is tried empty."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from casework.casefile import actions
from casework.casefile.actions import FirstCase
from casework.cases import actions as cases
from casework.cases.models import Case
from casework.consultations import actions as consultations
from casework.consultations.actions import Session
from casework.core import clock
from casework.core.db import db
from casework.persons import actions as persons
from casework.persons.actions import Registration
from casework.persons.models import Contacts, Identity
from casework.persons.rules import PartialDate
from tests.figures.caseload import crowd

LONG_NAME = Identity(
    family_name="Әбдіғаппарқызыева-Төлеубайқызы",
    given_name="Гүлбаршын",
    patronymic="Нұрмұхамедқызы",
    latin_name="ABDIGAPPARKYZYEVA-TOLEUBAIKYZY GULBARSHYN",
    former_names=["Үлгібаева Гүлбаршын"],
    birth_place="Жаңақорған ауылы, Қызылорда облысы",
)


@dataclass(frozen=True)
class Paths:
    """Where the records stand."""

    case: str
    closed: str


def one_full_record(lawyer_id: UUID) -> Paths:
    """A person with everything recorded, in a case that is late; a relative, and a case that is closed."""
    today = clock.today()
    case = opened(LONG_NAME, lawyer_id, due_in=-3)
    person = case.parties[0].person
    for back, title in ((30, "First request to the archive"), (4, None)):
        consultations.record(
            case,
            Session(
                held_on=today - timedelta(days=back),
                modality="PHONE",
                persons=[person.id],
                minutes=40,
                language="kaz",
                has_interpreter=True,
                interpreter="I-7",
                topics=["SDP", "LOST_DOCS"],
                services=["COUNSEL"],
                title=title,
                summary="The archive was asked.\nThe answer takes thirty days.",
                outcome="REQUEST_SENT",
            ),
            "Worried about the neighbours.",
        )
    cases.set_priority(case, "URGENT")
    relative = opened(Identity(given_name="Айша", family_name="Үлгілі"), lawyer_id, due_in=3)
    persons.add_relative(person, relative.parties[0].person, "DAU", True)
    cases.add_party(case, relative.parties[0].person)
    persons.save_draft(None, {"family_name": ["Аяқталмаған"], "given_name": ["Тіркеу"]}, 2)
    closed = opened(Identity(given_name="Жабық"), lawyer_id, due_in=9)
    cases.close(closed, today, "ADVICE_ONLY", "SOLUTION", "Everything was explained.")
    crowd(7, today - timedelta(days=20), nationality="UN", displacement="ASR")
    db.session.flush()
    return Paths(f"/cases/{case.id}", f"/cases/{closed.id}")


def opened(identity: Identity, lawyer_id: UUID, *, due_in: int) -> Case:
    """A person of undetermined nationality, registered forty days ago, and their case."""
    today = clock.today()
    draft = persons.save_draft(None, {}, 4)
    return actions.register(
        Registration(
            identity=identity,
            registered_on=today - timedelta(days=40),
            contacts=Contacts(
                phone="+7 700 000 04 12",
                safety="OTHER_ANSWERS",
                safety_note="Her brother may answer: say that the library is calling.",
            ),
            sex="F",
            birth=PartialDate(1991, 3),
            origin="UZB",
            arrived=PartialDate(1994),
            languages=["kaz", "rus"],
            region="KZ-61",
            nationality="UN",
            consent="given",
            consent_on=today - timedelta(days=40),
        ),
        FirstCase(
            "NATIONALITY", lawyer_id, "ROUTINE", "OUTREACH", "Ask the archive again", today + timedelta(days=due_in)
        ),
        draft,
    )
