"""A small invented caseload with something on every page: enough that no page is tried empty."""

import io
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from casework.casefile import actions
from casework.casefile.actions import FirstCase
from casework.cases import actions as cases
from casework.cases import saving
from casework.cases.models import Case
from casework.comments import actions as comments
from casework.conflicts import actions as conflicts
from casework.conflicts.actions import Told as Against
from casework.conflicts.models import Opponent
from casework.consultations import actions as consultations
from casework.consultations.actions import Session
from casework.core import clock
from casework.core.db import db
from casework.documents import actions as documents
from casework.documents.actions import Facts
from casework.duplicates import actions as duplicates
from casework.duplicates import merging
from casework.evidence import actions as evidence
from casework.evidence.actions import Noted
from casework.inquiries import actions as inquiries
from casework.inquiries.actions import Answered, Asked
from casework.letters import actions as letters
from casework.letters import queries as letter_queries
from casework.letters.actions import Written
from casework.mandates import actions as mandates
from casework.mandates.actions import Given
from casework.needs import actions as needs
from casework.persons import actions as persons
from casework.persons.actions import Registration
from casework.persons.models import Contacts, Draft, Identity, Person
from casework.persons.rules import PartialDate
from casework.proceedings import actions as proceedings
from casework.proceedings.actions import Told
from casework.rights import actions as rights
from tests.figures.caseload import crowd, files_of_figures

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
    check: str
    """The last step of a registration of somebody who looks like the person of the case,"""
    same: str
    """and of one that goes on with that person."""
    merge: str
    """Two records of one person, to be merged. Another was, into the person of the case."""


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
    talk(case)
    needs.record(person, needs.Given("FU-FR", since, note="The brother is in another country."))
    rights.record(person, rights.Asked("ACCESS", today, "SELF", "IN_PERSON", "Wants to see what is kept."))
    saving.save("Closed ones", {"state": "closed"}, is_shared=False)
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
    opposing_parties(case, closed.parties[0].person)
    likely_the_same(person)
    files_of_figures()
    like_her, her = draft_of(person, lawyer_id), draft_of(person, lawyer_id)
    return Paths(
        f"/cases/{case.id}",
        f"/cases/{closed.id}",
        check=f"/register/{like_her.id}/check",
        same=f"/register/{her.id}/same/{person.id}",
        merge=to_be_merged(person),
    )


def opposing_parties(case: Case, client: Person) -> None:
    """Whom the case is against: a company, a former client of the organisation, and one who was recorded by mistake."""
    company = Opponent(family_name="An Invented Company with a Rather Long Name")
    conflicts.add(case, Against("EMPLOYER", is_body=True, who=company))
    conflicts.add(case, Against("FORMER_SPOUSE", who=Opponent(note="Waits at the door of the office."), person=client))
    conflicts.void(conflicts.add(case, Against("OTHER", who=Opponent("Қателесов", "Жоқ"))), "WRONG_PERSON")


def likely_the_same(person: Person) -> None:
    """The person of the case, registered once more with the name of her passport: a pair that nobody has decided."""
    identity = Identity(family_name=LONG_NAME.latin_name, given_name=LONG_NAME.given_name)
    again = persons.register(Registration(identity, clock.today(), sex=person.sex, origin=person.origin))
    duplicates.take_back(duplicates.remember(person, again, "unsure"))


def to_be_merged(person: Person) -> str:
    """Two more records of the person of the case: one is merged already, for the other it is about to be done."""
    for family in ("Ұзынтегінова", "Uzyntegin"):
        identity = Identity(family_name=family, given_name=LONG_NAME.given_name, born="1990")
        one = persons.register(
            Registration(
                identity, clock.today(), Contacts(phone="+7 700 000 04 14"), nationality="SP", languages=["rus", "prs"]
            )
        )
        pair = duplicates.remember(person, one, "same")
        if family.startswith("U"):
            return f"/duplicates/{pair.id}/merge"
        merging.merge(person, one, ["phone"], note="She brought both cards.", pair=pair)
    raise AssertionError("One of the two is left.")


def draft_of(person: Person, lawyer_id: UUID) -> Draft:
    """A registration that lacks nothing but its last step, of somebody with much the same name."""
    today = clock.today()
    typed = {
        "family_name": LONG_NAME.family_name or "",
        "given_name": "Гүлбаршын-Айым",
        "latin_name": LONG_NAME.latin_name or "",
        "sex": person.sex,
        "birth-month": str(person.birth_month),
        "birth-year": str(person.birth_year),
        "origin": "KGZ",
        "nationality": "SP",
        "displacement": "ND",
        "track": "NATIONALITY",
        "lawyer": str(lawyer_id),
        "priority": "ROUTINE",
        "phone": "+7 700 000 04 13",
        "safety": "NOT_ASKED",
        "consent": "refused",
        **{f"registered_on-{part}": str(getattr(today, part)) for part in ("day", "month", "year")},
    }
    return persons.save_draft(None, {name: [value] for name, value in typed.items()}, 4)


def talk(case: Case) -> None:
    """More comments than the record shows, one of them a handover note, one taken back."""
    for number in range(5):
        comments.write(case, f"Question {number}: did the archive answer?\nThe deadline comes near.")
    comments.handover(case, "Call in the evening only.")
    comments.void(comments.write(case, "Written on the wrong case."))


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
