"""Two people of partner A who differ in everything that can be told of anybody; and somebody whom partner B knows.

Whatever the other partner comes to read of one of them, and of the other in the same way, may differ in what was told
of them and in nothing else.
"""

import io
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import Flask
from flask_babel import force_locale

from casework.accounts.models import Organisation
from casework.cases import actions as cases
from casework.consents import actions as consents
from casework.consultations import actions as consultations
from casework.core.db import db
from casework.core.scope import acting_as, system
from casework.documents import actions as documents
from casework.needs import actions as needs
from casework.persons import actions as persons
from casework.persons import contacting
from casework.persons import queries as person_queries
from casework.persons.models import Contacts, DocumentNumber, Identity
from casework.persons.rules import PartialDate
from casework.referrals.fields import CONTACT_FIELDS, FIELDS
from tests import factories, reading
from tests.documents import files
from tests.factories import World
from tests.referrals.conftest import NOW, case_of


@dataclass(frozen=True)
class Invented:
    """Somebody, and what else can be told of them."""

    identity: Identity
    contacts: Contacts
    facts: dict[str, Any]
    lawyer: str
    track: str
    opened_on: date
    kin: tuple[str, str, int, str]
    """The relative's name, what they are to the person, the year of birth, the sex."""
    held_on: date
    session: tuple[str, str]
    file: tuple[str, str, str]
    """Its title, its kind, its name."""
    needs: tuple[str, str]
    """One that everybody may know who knows the person, and a sensitive one."""
    said: dict[str, list[str]]
    """What is read on a page of what is told one by one."""


PEOPLE = {
    "one": Invented(
        Identity(
            family_name="Канарейкина",
            given_name="Зимородка",
            patronymic="Сойкиничного",
            latin_name="KANAREYKINALAT",
            former_names=["Прежняя-Чижова"],
            birth_place="Снегирёвск",
            iin="910314400123",
            documents=[DocumentNumber("FOREIGN_PASS", "QK7781234")],
        ),
        Contacts(
            phone="+7 700 111 22 33",
            other_phone="+7 700 444 55 66",
            email="kanareyka@example.org",
            address="улица Дроздовая, 4",
            safety="SET_HOURS",
            safety_note="Стучать в синюю ставню",
            who_answers="Соседка Варакушкина",
            may_say="CLINIC",
            best_times="после обеда",
            asked_on="2026-09-01",
            may_pass_on=True,
        ),
        {
            "birth": PartialDate(1991, 3, 14),
            "sex": "F",
            "origin": "TJK",
            "arrived": PartialDate(2011, 2),
            "languages": ["uzb"],
            "region": "KZ-55",
            "nationality": "UN",
            "displacement": "NOC",
        },
        "Юрист Щегловитый",
        "NATIONALITY",
        date(2026, 8, 16),
        ("Родственникова-Клёст", "MTH", 1958, "F"),
        date(2026, 8, 27),
        ("Беседа о Пеночкине", "Рассказала о Мухоловке"),
        ("Свидетельство Трясогузкиной", "BIRTH_CERT", "файл-свиристель.pdf"),
        ("FU-TR", "LP-CR"),
        {
            "a relative": ["Mother", "Родственникова-Клёст", "1958", "Female"],
            "a session": ["27 August 2026", "Беседа о Пеночкине", "Рассказала о Мухоловке"],
            "a file": ["Свидетельство Трясогузкиной", "Birth certificate"],
            "FU-TR": ["Tracing required"],
            "LP-CR": ["Criminal record"],
        },
    ),
    "other": Invented(
        Identity(
            family_name="Лещинский",
            given_name="Окунь",
            patronymic="Карпович",
            latin_name="LESHCHINSKYLAT",
            former_names=["Бывший-Налимов"],
            birth_place="Плотвинск",
            iin="870529300456",
            documents=[DocumentNumber("USSR_PASS", "RT9905678")],
        ),
        Contacts(
            phone="+7 705 777 88 99",
            other_phone="+7 705 222 33 44",
            email="okun@example.net",
            address="проспект Осетровый, 9",
            safety="NEVER_WRITE",
            safety_note="Не называть при брате",
            who_answers="Брат Хариусов",
            may_say="NOTHING",
            best_times="утром до десяти",
            asked_on="2026-08-21",
            may_pass_on=True,
        ),
        {
            "birth": PartialDate(1987, 5, 29),
            "sex": "M",
            "origin": "AFG",
            "arrived": PartialDate(2014, 11),
            "languages": ["prs"],
            "region": "KZ-79",
            "nationality": "AR",
            "displacement": "ASR",
        },
        "Юрист Сазанова",
        "ASYLUM",
        date(2026, 7, 3),
        ("Сородичев-Линь", "FTH", 1949, "M"),
        date(2026, 8, 25),
        ("Разговор о Стерляди", "Показал письмо из Пескаря"),
        ("Справка Голавлёвой", "MED_BIRTH", "файл-краснопёрка.pdf"),
        ("FU-FR", "DS-BD"),
        {
            "a relative": ["Father", "Сородичев-Линь", "1949", "Male"],
            "a session": ["25 August 2026", "Разговор о Стерляди", "Показал письмо из Пескаря"],
            "a file": ["Справка Голавлёвой", "Medical certificate of birth"],
            "FU-FR": ["Reunification required"],
            "DS-BD": ["Visual impairment including blindness"],
        },
    ),
}
CHOICES = (*(one.name for one in FIELDS), "a relative", "a session", "a file", "a need", "a sensitive need")
"""Everything that can be told: the fields, and one of each list."""


@dataclass
class Made:
    """The ids of one of them, and of what can be told."""

    person: UUID
    relative: UUID
    case: UUID
    session: UUID
    document: UUID
    said: dict[str, list[str]]
    """By its choice, the words that are read where it is told."""

    def words(self) -> list[str]:
        return [word for name in CHOICES for word in self.said[name]]


@dataclass
class Two:
    """Both, and the record of B's own to which a referral is linked there."""

    people: dict[str, Made]
    there: reading.OwnRecord


def two_people(app: Flask, world: World) -> Two:
    """Make them, in the records of A and B; both agree to B. Nothing has been sent yet."""
    people = {name: _somebody(app, world, one) for name, one in PEOPLE.items()}
    return Two(people, reading.own_record(app, world, "B"))


def _somebody(app: Flask, world: World, one: Invented) -> Made:
    with app.app_context(), acting_as(system("tests", world.organisations["A"])):
        where = db.session.get_one(Organisation, world.organisations["A"])
        email = f"{one.identity.latin_name}@a.example.org".lower()
        lawyer_id = factories.user("lawyer", where, name=one.lawyer, email=email).id
        db.session.commit()
    with app.app_context(), acting_as(world.principal("supervisor", "A")):
        person = persons.register(
            persons.Registration(one.identity, one.opened_on, one.contacts, **one.facts)  # both counted from then on
        )
        name, relation, year, sex = one.kin
        relative = persons.register(
            persons.Registration(Identity(family_name=name), one.opened_on, birth=PartialDate(year), sex=sex)
        )
        persons.add_relative(person, relative, relation, True)
        case = cases.open_case([person], one.track, one.opened_on, lawyer_id)
        title, summary = one.session
        held = consultations.record(
            case, consultations.Session(one.held_on, "OFFICE", [person.id], title=title, summary=summary)
        )
        title, kind, file_name = one.file
        pdf = io.BytesIO(files.pdf(f"canary of {file_name}"))
        file = documents.add(case, pdf, file_name, documents.Facts(kind, person.id, title=title))
        for code in one.needs:
            needs.record(person, needs.Given(code, one.opened_on))
        for each in (person, relative):
            to = f"organisation:{world.organisations['B']}"
            consents.record(
                each,
                consents.Given("REFERRAL", "given", NOW, to, form="WRITTEN", language="rus"),
            )
        db.session.commit()
        return Made(person.id, relative.id, case.id, held.id, file.id, _said(person.id, case.id, one))


def _said(person_id: UUID, case_id: UUID, one: Invented) -> dict[str, list[str]]:
    """What a page says of each choice: of a field what the record holds, in its words; with a contact go the rules."""
    person, case = person_queries.person(person_id), case_of(case_id)
    assert person is not None
    found = {**one.said, "a need": one.said[one.needs[0]], "a sensitive need": one.said[one.needs[1]]}
    with force_locale("en"):
        for field in FIELDS:
            value = field.of(person, case)
            assert value not in (None, "", []), f"{field.name}: say it of both people, with words of its own"
            said = field.said(value)
            found[field.name] = said if isinstance(said, list) else [str(said)]
            if field.name in CONTACT_FIELDS:
                found[field.name] = [*found[field.name], *contacting.rule(person).sentences]
    return found
