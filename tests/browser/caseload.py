"""A small invented caseload with something on every page: enough that no page is tried empty."""

import io
from dataclasses import dataclass, replace
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
from casework.documents import actions as documents
from casework.documents.actions import Facts
from casework.evidence import actions as evidence
from casework.evidence.actions import Noted
from casework.inquiries import actions as inquiries
from casework.inquiries.actions import Answered, Asked
from casework.letters import actions as letters
from casework.letters import queries as letter_queries
from casework.letters.actions import Written
from casework.mandates import actions as mandates
from casework.mandates.actions import Given
from casework.persons import actions as persons
from casework.persons.actions import Registration
from casework.persons.models import Contacts, Identity
from casework.persons.rules import PartialDate
from casework.proceedings import actions as proceedings
from casework.proceedings.actions import Told
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
    since = today - timedelta(days=20)
    mandates.record(person, Given(["ADMIN", "RECEIPT"], since, today + timedelta(days=9), number="17", notary="Notary"))
    mandates.revoke(mandates.record(person, Given(["COURT"], since)), today)
    scan = documents.store(
        case, io.BytesIO(b"A scan."), name="A scan of the old passport with a long name.txt", kind="USSR_PASS",
        person_id=person.id, number="XII-АБ 700001", issued_on=since, expires_on=today + timedelta(days=9),
        original_with="WITH_PERSON", note="The last page is missing.",
    )  # fmt: skip
    documents.replace_by(case, scan, io.BytesIO(b"A better scan."), "better.txt", Facts("USSR_PASS", person.id))
    certificate = Facts("AS_CERT", person.id, "Certificate", expires_on=today - timedelta(days=2), original_with="LOST")
    documents.add(case, io.BytesIO(b"A certificate."), "certificate.txt", certificate)
    documents.void(documents.store(case, io.BytesIO(b"Another."), name="x.txt", kind="OTHER"), "WRONG_CONTENT")
    evidence.note(case, "USSR_PASS", Noted("ASKED", asked_from="The archive of the region", asked_on=since))
    evidence.note(case, "BIRTH_CERT", Noted("CANNOT", why_not="The archive burnt down.", original_with="LOST"))
    evidence.received(case, "PHOTOS")
    asked = Asked("RUS", "EMBASSY", since, evidence="Born there.", reference="41")
    answered = inquiries.send(case, asked)
    inquiries.reply(case, answered, Answered("NO_RECORD", today, follow_up="Attach it to the application."))
    inquiries.remind(case, inquiries.send(case, replace(asked, state="KGZ")), today)
    late_letter(case)
    cases.set_priority(case, "URGENT")
    proceedings.record(
        case, Told("EVIDENCE_STARTED", since, note="The neighbours will tell of the birth.\nTwo of them.")
    )
    relative = opened(Identity(given_name="Айша", family_name="Үлгілі"), lawyer_id, due_in=3)
    persons.add_relative(person, relative.parties[0].person, "DAU", True)
    asylum = cases.open_case([relative.parties[0].person], "ASYLUM", today - timedelta(days=80), lawyer_id)
    for code, back in (("LODGED", 79), ("REGISTERED", 78), ("AS_CERT_ISSUED", 78), ("FINGERPRINTED", 60)):
        proceedings.record(asylum, Told(code, today - timedelta(days=back), number="17"))
    proceedings.record(asylum, Told("FI_REJECTED", since))
    cases.add_party(case, relative.parties[0].person)
    persons.save_draft(None, {"family_name": ["Аяқталмаған"], "given_name": ["Тіркеу"]}, 2)
    closed = opened(Identity(given_name="Жабық"), lawyer_id, due_in=9)
    cases.close(closed, today, "ADVICE_ONLY", "SOLUTION", "Everything was explained.")
    crowd(7, today - timedelta(days=20), nationality="UN", displacement="ASR")
    db.session.flush()
    return Paths(f"/cases/{case.id}", f"/cases/{closed.id}")


def late_letter(case: Case) -> None:
    """A request to an archive, sent forty days ago and not answered."""
    template = letter_queries.template_for("ARCHIVE_REQUEST", "kk")
    assert template is not None
    sent = clock.today() - timedelta(days=39)
    with clock.at(sent):
        letter = letters.begin(case, case.parties[0].person, template)
        said = {"addressee.name": "Қызылорда облысының мемлекеттік мұрағаты", "letter.request": "Туу туралы анықтама"}
        letters.write(case, letter, Written(values=said))
        letters.finish(case, letter)
        letters.mark_sent(case, letter, sent, "POST")


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
