"""A caseload for each organisation, full of canaries: words, names and numbers that occur nowhere else.

Whatever shows a canary of another organisation, or leaves one readable on a disk, has been caught.
"""

import io
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from uuid import UUID

from flask import Flask

from casework.cases import actions as cases
from casework.cases import saving
from casework.comments import actions as comments
from casework.conflicts import actions as conflicts
from casework.conflicts import queries as conflict_queries
from casework.conflicts.models import Opponent
from casework.consents import actions as consents
from casework.consultations import actions as consultations
from casework.core import clock
from casework.core.clock import ALMATY
from casework.core.db import db
from casework.core.scope import acting_as, system
from casework.diary import actions as diary
from casework.documents import actions as documents
from casework.duplicates import actions as duplicates
from casework.duplicates.models import Merge
from casework.elsewhere.models import Overlap, OverlapSide
from casework.evidence import actions as evidence
from casework.inquiries import actions as inquiries
from casework.letters import actions as letters
from casework.letters import queries as letter_queries
from casework.mandates import actions as mandates
from casework.needs import actions as needs
from casework.needs.models import BestInterest
from casework.notices.models import Notice
from casework.notices.models import Words as Told
from casework.persons import actions as persons
from casework.persons.models import Contacts, DocumentNumber, Identity, Person, Words
from casework.persons.rules import PartialDate
from casework.procedures import actions as drafts
from casework.procedures import queries as procedures
from casework.proceedings import actions as proceedings
from tests import factories
from tests.figures import caseload as figures
from tests.security import together

OPENED = date(2026, 3, 2)
HELD = date(2026, 4, 7)


@dataclass(frozen=True)
class Canaries:
    """What identifies the invented persons of one organisation."""

    family: str
    given: str
    patronymic: str
    latin: str
    former: str
    relative: str
    iin: str
    document: str
    phone: str
    email: str
    address: str
    birth_place: str
    safety_note: str
    title: str
    summary: str
    private: str
    interpreter: str
    next_step: str
    status_note: str
    case_note: str
    draft: str
    notary: str
    asked_from: str
    ties: str
    paper: str
    courtroom: str
    letter: str
    pair_note: str
    opponent: str
    opponent_note: str
    conflict_note: str
    comment: str
    need_note: str
    view_name: str
    witness: str
    consent_note: str

    def all(self) -> list[str]:
        return [getattr(self, one.name) for one in fields(self)]


CANARIES = {
    "A": Canaries(
        family="Астромедузова",
        given="Үңгірқыз",
        patronymic="Қарлығашевна",
        latin="Astromeduzova",
        former="ستاره‌دریایی",
        relative="Коралловский",
        iin="910314401117",
        document="N70718293",
        phone="+7 701 555 71 93",
        email="astromeduza@kolibri-a.example.org",
        address="улица Лунных Маяков, 917",
        birth_place="Зеркалоозёрск",
        safety_note="Звонить тихо, янтарная дверь",
        title="Запрос в архив Зеркалоозёрска",
        summary="Рассказала про янтарный чемодан и письмо из архива.",
        private="Жеке жазба: көгілдір сандық туралы айтты",
        interpreter="Переводчик Нефритов",
        next_step="Отправить янтарный запрос",
        status_note="Пометка об опаловом статусе",
        case_note="Дело про опаловую шкатулку",
        draft="Черновиковская-Янтарь",
        notary="Нотариус Лазуритова",
        asked_from="Архив Лазуритовой Пристани",
        ties="Родилась у Лазуритовой Пристани",
        paper="Удостоверение Яшмового Причала 5150",
        courtroom="Зал Бирюзовой Чайки 4417",
        letter="Просим справку о Коралловой Гавани",
        pair_note="Сказала, что это она: Опаловая Протока",
        opponent="Жемчугобрегов",
        opponent_note="Угрожал у Жемчужного Маяка",
        conflict_note="Решили у Перламутровой Излучины",
        comment="Коллеги, помните про сиреневый зонтик",
        need_note="Одна с детьми у Жемчужного Ручья",
        view_name="Список Аметистовой Косы",
        witness="Свидетельница Агатова",
        consent_note="Согласна, если без Агатовой Гавани",
    ),
    "B": Canaries(
        family="Березоглядов",
        given="Әлемқұт",
        patronymic="Тұңғиықұлы",
        latin="Berezoglyadov",
        former="باران‌نقره‌ای",
        relative="Малахитовская",
        iin="850722300228",
        document="N60817263",
        phone="+7 702 444 38 16",
        email="berezoglyad@tukan-b.example.org",
        address="проспект Медных Сов, 648",
        birth_place="Медносовск",
        safety_note="Не звонить, гранитная калитка",
        title="Разговор о гранитной печати",
        summary="Принёс гранитную печать и копию приказа.",
        private="Жеке жазба: мыс құмыра туралы айтты",
        interpreter="Переводчица Гранитова",
        next_step="Позвонить в медный архив",
        status_note="Пометка о гранитном статусе",
        case_note="Дело про медный ключ",
        draft="Черновиков-Гранит",
        notary="Нотариус Базальтов",
        asked_from="Архив Базальтового Брода",
        ties="Жил у Базальтового Брода",
        paper="Удостоверение Туфовой Заставы 6260",
        courtroom="Зал Сланцевой Вороны 5528",
        letter="Просим справку о Песчаной Гавани",
        pair_note="Сказал, что это он: Гранитная Протока",
        opponent="Кремнебережная",
        opponent_note="Угрожала у Кремнёвого Маяка",
        conflict_note="Решили у Диабазовой Излучины",
        comment="Коллеги, помните про кремнёвый фонарь",
        need_note="Одна с детьми у Порфирового Ручья",
        view_name="Список Шунгитовой Косы",
        witness="Свидетель Обсидианов",
        consent_note="Согласен, если без Обсидиановой Гавани",
    ),
}


@dataclass
class Caseload:
    """The ids of what one organisation holds."""

    person: UUID = field(default_factory=lambda: UUID(int=0))
    relative: UUID = field(default_factory=lambda: UUID(int=0))
    link: UUID = field(default_factory=lambda: UUID(int=0))
    entry: UUID = field(default_factory=lambda: UUID(int=0))
    case: UUID = field(default_factory=lambda: UUID(int=0))
    closed_case: UUID = field(default_factory=lambda: UUID(int=0))
    consultation: UUID = field(default_factory=lambda: UUID(int=0))
    draft: UUID = field(default_factory=lambda: UUID(int=0))
    consent: UUID = field(default_factory=lambda: UUID(int=0))
    power: UUID = field(default_factory=lambda: UUID(int=0))
    inquiry: UUID = field(default_factory=lambda: UUID(int=0))
    document: UUID = field(default_factory=lambda: UUID(int=0))
    upload: UUID = field(default_factory=lambda: UUID(int=0))
    act: UUID = field(default_factory=lambda: UUID(int=0))
    appointment: UUID = field(default_factory=lambda: UUID(int=0))
    letter: UUID = field(default_factory=lambda: UUID(int=0))
    pair: UUID = field(default_factory=lambda: UUID(int=0))
    merge: UUID = field(default_factory=lambda: UUID(int=0))
    side: UUID = field(default_factory=lambda: UUID(int=0))
    opposing: UUID = field(default_factory=lambda: UUID(int=0))
    conflict: UUID = field(default_factory=lambda: UUID(int=0))
    comment: UUID = field(default_factory=lambda: UUID(int=0))
    notice: UUID = field(default_factory=lambda: UUID(int=0))
    need: UUID = field(default_factory=lambda: UUID(int=0))
    best_interest: UUID = field(default_factory=lambda: UUID(int=0))
    view: UUID = field(default_factory=lambda: UUID(int=0))
    more: dict[str, UUID] = field(default_factory=dict)
    """By the name of the view argument: what `together` adds."""
    numbers: list[str] = field(default_factory=list)


def identity(words: Canaries) -> Identity:
    return Identity(
        family_name=words.family,
        given_name=words.given,
        patronymic=words.patronymic,
        latin_name=words.latin,
        former_names=[words.former],
        birth_place=words.birth_place,
        iin=words.iin,
        documents=[DocumentNumber("FOREIGN_PASS", words.document)],
    )


def contacts(words: Canaries) -> Contacts:
    return Contacts(
        phone=words.phone,
        email=words.email,
        address=words.address,
        safety="SET_HOURS",
        safety_note=words.safety_note,
    )


def caseload(key: str) -> Caseload:
    """Make it: call as a lawyer of that organisation."""
    words, made = CANARIES[key], Caseload()
    lawyer_id = db.session.info["principal"].user_id
    person = persons.register(
        persons.Registration(
            identity=identity(words),
            contacts=contacts(words),
            registered_on=OPENED,
            sex="F",
            birth=PartialDate(1991, 3, 14),
            origin="AFG",
            region="KZ-75",
            nationality="UN",
            consent="given",
            consent_on=OPENED,
        )
    )
    relative = persons.register(
        persons.Registration(identity=Identity(family_name=words.relative), registered_on=OPENED)
    )
    link = persons.add_relative(person, relative, "DAU", True)
    case = cases.open_case([person], "NATIONALITY", OPENED, lawyer_id, source="SELF")
    cases.set_next_step(case, words.next_step, date(2026, 12, 1))
    act = proceedings.record(case, proceedings.Told("EVIDENCE_STARTED", date(2026, 3, 9), note=words.case_note))
    held = consultations.record(
        case,
        consultations.Session(
            held_on=HELD,
            modality="OFFICE",
            persons=[person.id],
            title=words.title,
            summary=words.summary,
            interpreter=words.interpreter,
            services=["COUNSEL"],
            topics=["SDP"],
        ),
        words.private,
    )
    entry = persons.set_status(person, "residence", "KZ-71", HELD, "moved", words.status_note)
    told = consents.Given("STORY", "given", OPENED, form="WITNESSED", witness=words.witness, note=words.consent_note)
    consent = consents.record(person, told)
    power = mandates.record(person, mandates.Given(scope=["ADMIN"], issued_on=OPENED, notary=words.notary))
    evidence.note(case, "BIRTH_CERT", evidence.Noted("ASKED", asked_from=words.asked_from, asked_on=OPENED))
    paper = io.BytesIO(words.paper.encode())
    document = documents.store(case, paper, name=f"{words.paper}.txt", kind="OTHER", title=words.paper)
    upload = documents.begin(case, f"{words.paper}.txt", 1000)
    documents.take(upload, 0, words.paper.encode())
    inquiry = inquiries.send(case, inquiries.Asked("UZB", "MFA", OPENED, evidence=words.ties))
    begins = datetime(2026, 12, 2, 10, 30, tzinfo=ALMATY)
    appointment = diary.plan(case, diary.Told("HEARING", begins, 60, lawyer_id, place=words.courtroom))
    request = letter_queries.template_for("ARCHIVE_REQUEST", "ru")
    assert request is not None
    letter = letters.begin(case, person, request)
    letters.write(case, letter, letters.Written(values={"letter.request": words.letter}))
    closed = cases.open_case([relative], "OTHER", OPENED, lawyer_id)
    evidence.note(closed, "BIRTH_CERT", evidence.Noted("HAVE"))
    cases.close(closed, date(2026, 3, 20), "ADVICE_ONLY", "SOLUTION", words.case_note)
    pair = duplicates.remember(person, relative, "same", note=words.pair_note)
    opponent = Opponent(family_name=words.opponent, given_name=words.given, note=words.opponent_note)
    opposing = conflicts.add(case, conflicts.Told("SPOUSE", who=opponent))
    against_relative = conflicts.add(case, conflicts.Told("RELATIVE", person=relative))
    conflict = conflict_queries.of_case(case.id)[0]
    assert conflict.opposing_id == against_relative.id
    conflicts.decide(conflict, "CONSENTED", words.conflict_note)
    need = needs.record(person, needs.Given("WR-HR", OPENED, note=words.need_note))
    # The row alone: the person is no child. It is overdue, so that she stands in the queue of urgent protection.
    step = BestInterest(
        person_id=person.id,
        step="BIA",
        state="needed",
        due_on=OPENED,
        recorded_at=clock.now(),
        note=Words(words.need_note),
    )
    db.session.add(step)
    view = saving.save(words.view_name, {"state": "closed"}, is_shared=False)
    # The row alone, so that its pages are there and nobody goes.
    merge = Merge(kept_id=person.id, gone_id=relative.id, merged_at=clock.now(), note=Words(words.pair_note))
    db.session.add(merge)
    db.session.flush()
    comment = comments.write(case, words.comment)
    # The row alone: a lawyer who acts here tells nobody but others.
    notice = Notice(user_id=lawyer_id, kind="mention", key="test", endpoint="casefile.case", made_at=clock.now())
    notice.values, notice.case_id, notice.words = {"case_id": str(case.id)}, case.id, Told(words.comment)
    db.session.add(notice)
    db.session.flush()
    made.comment, made.notice = comment.id, notice.id
    draft = persons.save_draft(None, {"family_name": [words.draft], "given_name": [words.given]}, 2)
    made.person, made.relative, made.link, made.entry = person.id, relative.id, link.id, entry.id
    made.case, made.closed_case, made.consultation, made.draft = case.id, closed.id, held.id, draft.id
    made.document, made.upload = document.id, upload.id
    made.pair, made.merge = pair.id, merge.id
    made.need, made.best_interest, made.view = need.id, step.id, view.id
    made.opposing, made.conflict = opposing.id, conflict.id
    made.appointment, made.letter = appointment.id, letter.id
    made.consent = consent.id
    made.power, made.inquiry, made.act = power.id, inquiry.id, act.id
    made.numbers = [person.number, relative.number, case.number, closed.number]
    return made


def caseloads(app: Flask, world: factories.World) -> dict[str, Caseload]:
    """One in each of the two partner organisations, and a draft of a procedure."""
    loads = {}
    for key in ("A", "B"):
        with app.app_context(), acting_as(world.principal("lawyer", key)):
            loads[key] = caseload(key)
            db.session.commit()
    with app.app_context(), acting_as(system("tests")):
        (version,) = [one for one in procedures.in_force() if one.code == "CONF_OTHER"]
        row = procedures.version(version.id)
        assert row is not None
        drafts.draft_from(row, date(2027, 1, 1), "A draft to change")
        db.session.commit()
    together.make(app, world, loads, CANARIES)
    return loads


def files_of_figures(app: Flask) -> tuple[UUID, UUID]:
    """A file of published figures that waits to be confirmed, and one that was entered."""
    with app.app_context(), acting_as(system("tests")):
        made = figures.files_of_figures()
        db.session.commit()
        return made


def questions_between_partners(app: Flask, made: dict[str, Caseload], state: str) -> None:
    """That each of the two may have a person of a third partner, as far as the state says.

    The third is nobody's: what is seen of it once both have agreed is no canary of the two.
    """
    with app.app_context(), acting_as(system("tests")):
        third = factories.organisation("Partner Cedar")
        db.session.commit()
        persons_of_third = {}
        with acting_as(system("tests", third.id)):
            for key in made:
                persons_of_third[key] = person_named(f"Кедрова-{key}").id
            db.session.commit()
        consent = {"consent_on": HELD} if state == "agreed" else {}
        for key, load in made.items():
            now = clock.now()
            overlap = Overlap(state=state, found_at=now, changed_at=now)
            db.session.add(overlap)
            db.session.flush()
            where = db.session.get_one(Person, load.person).organisation_id
            asked = {"asked_at": now} if state != "suspected" else {}
            side = OverlapSide(organisation_id=where, overlap_id=overlap.id, person_id=load.person, **consent)
            theirs = OverlapSide(
                organisation_id=third.id, overlap_id=overlap.id, person_id=persons_of_third[key], **consent, **asked
            )
            db.session.add_all([side, theirs])
            load.side = side.id
        db.session.commit()


def person_named(name: str, **more: object) -> Person:
    """Somebody with this one name, registered on the usual day."""
    given = {"registered_on": OPENED, **more}
    return persons.register(persons.Registration(identity=Identity(family_name=name), **given))  # type: ignore[arg-type]
