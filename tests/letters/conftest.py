"""A person with Kazakh letters in her name in a case of A, her sister in the same case, and a case of B."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import pytest

from casework.cases import actions as case_actions
from casework.cases import queries as cases
from casework.cases.models import Case
from casework.core import clock
from casework.letters import actions, queries
from casework.letters.actions import Written
from casework.letters.models import Letter
from casework.persons import actions as persons
from casework.persons.models import Contacts, Identity, Person
from casework.persons.rules import PartialDate
from tests.conftest import Acting
from tests.factories import World

TODAY = date(2026, 5, 4)
OPENED = date(2026, 3, 2)
NAME = "Үлгіова Әдемі Қайратқызы"
SISTER = "Тасжүрекова"
STRANGER = "Гранитоглядов"


@dataclass(frozen=True)
class Record:
    person: UUID
    sister: UUID
    case: UUID
    asylum: UUID
    foreign_case: UUID

    @property
    def url(self) -> str:
        return f"/cases/{self.case}/letters"

    @property
    def list(self) -> str:
        return f"{self.url}/"


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with clock.at(TODAY):
        yield


@pytest.fixture
def record(acting: Acting, world: World) -> Record:
    with acting(world.principal("lawyer")):
        lawyer = world.user_id("lawyer")
        person = _person("Үлгіова", "Әдемі", "Қайратқызы", born=PartialDate(1991, 3, 14), origin="UZB")
        sister = _person(SISTER, "Ңұрһан", None, origin="UZB")
        persons.add_relative(person, sister, "SIS", False)
        seeker = _person("Іңкәрова", "Өріс", None, origin="AFG", displacement="ASR")
        case = case_actions.open_case([person, sister], "NATIONALITY", OPENED, lawyer)
        asylum = case_actions.open_case([seeker], "ASYLUM", OPENED, lawyer)
        ids = person.id, sister.id, case.id, asylum.id
    with acting(world.principal("lawyer", "B")):
        stranger = _person(STRANGER, "Бо", None)
        foreign = case_actions.open_case([stranger], "NATIONALITY", OPENED, world.user_id("lawyer", "B")).id
    return Record(*ids, foreign)


def _person(family: str, given: str, patronymic: str | None, **more: object) -> Person:
    told = {
        "identity": Identity(
            family_name=family, given_name=given, patronymic=patronymic, birth_place=f"Үшкөл-{family}", iin=None
        ),
        "contacts": Contacts(phone=f"+7 700 {family}", address=f"Самал көшесі, {family}", safety="ANY_TIME"),
        "registered_on": OPENED,
        "sex": "F",
    }
    told["birth"] = more.pop("born", PartialDate(1988, 5))
    return persons.register(persons.Registration(**{**told, **more}))  # type: ignore[arg-type]


def case_of(case_id: UUID) -> Case:
    found = cases.case_(case_id)
    assert found is not None
    return found


Begun = Callable[..., Letter]


def begun(case_id: UUID, code: str = "ARCHIVE_REQUEST", language: str = "ru", **written: object) -> Letter:
    """A draft with everything in it that a template of this kind asks for. Call as whoever writes it."""
    case = case_of(case_id)
    template = queries.template_for(code, language)
    assert template is not None
    letter = actions.begin(case, case.parties[0].person, template)
    values = {
        "letter.body": "Отбасы ауылда тұрған.",
        "letter.request": "Архивная справка",
        "addressee.name": "Мемлекеттік мұрағат",
        "person.birth_place": "Үштерек",
        "decision.date": "20 апреля 2026 г.",
        "decision.authority": "Орган",
    }
    if template.addressee == "STATE":
        values.pop("addressee.name")
    given = {"values": {name: value for name, value in values.items() if name in template.fields}, **written}
    actions.write(case, letter, Written(**given))  # type: ignore[arg-type]
    return letter


def finished(case_id: UUID, code: str = "ARCHIVE_REQUEST", language: str = "ru", **written: object) -> Letter:
    letter = begun(case_id, code, language, **written)
    actions.finish(case_of(case_id), letter)
    return letter


@pytest.fixture
def letter_id(acting: Acting, world: World, record: Record) -> UUID:
    """A finished request to an archive, not sent yet."""
    with acting(world.principal("lawyer")):
        return finished(record.case).id
