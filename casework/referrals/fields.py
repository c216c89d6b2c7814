"""What of a record can be told to somebody else: a closed list, one line per field.

Nothing that is not named here ever leaves; what is named leaves only when it is chosen.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from casework.cases.models import Case
from casework.core import i18n
from casework.core.i18n import Text
from casework.persons.models import Person
from casework.persons.rules import PartialDate
from casework.reference import queries as codes


@dataclass(frozen=True)
class Group:
    name: str
    words: Text


@dataclass(frozen=True)
class Field:
    """One thing that can be told: where it is read, and how it is said in the reader's language."""

    name: str
    group: str
    words: Text
    of: Callable[[Person, Case], Any]
    said: Callable[[Any], Any] = str
    is_usual: bool = False
    """Whether it is ticked before anybody chose: what is needed to receive somebody at all."""

    @property
    def label(self) -> str:
        return str(self.words)


IDENTITY = Group("identity", Text("Who it is", "Кто это", "Бұл кім"))
BIRTH = Group("birth", Text("Birth", "Рождение", "Туған кезі мен жері"))
NUMBERS = Group("numbers", Text("Numbers", "Номера документов", "Құжат нөмірлері"))
CONTACTS = Group("contacts", Text("Contacts", "Контакты", "Байланыс деректері"))
SITUATION = Group("situation", Text("Situation", "Положение", "Жағдайы"))
STATUS = Group("status", Text("Status", "Статус", "Мәртебесі"))
CASE = Group("case", Text("The case with the sender", "Дело у отправителя", "Жіберушідегі іс"))
GROUPS = (IDENTITY, BIRTH, NUMBERS, CONTACTS, SITUATION, STATUS, CASE)


def _coded(list_name: str) -> Callable[[Any], str]:
    return lambda code: codes.label(list_name, code)


def _each(list_name: str) -> Callable[[Any], str]:
    return lambda held: ", ".join(codes.label(list_name, code) for code in held)


def _partial(text: Any) -> str:
    return i18n.day(PartialDate.from_text(str(text)))


def _documents(held: Any) -> list[str]:
    return [f"{codes.label('document_type', kind)}: {number}" for kind, number in held]


def _held(value: str, unknown: str) -> str | None:
    return value if value != unknown else None


def _name(person: Person, case: Case) -> list[str]:
    """In its parts, so that who receives the person can register them."""
    identity = person.identity
    parts = [identity.family_name or "", identity.given_name or "", identity.patronymic or ""]
    return parts if any(parts) else [identity.latin_name] if identity.latin_name else []


def _said_name(parts: list[str]) -> str:
    return " ".join(part for part in parts if part)


def _arrived(person: Person, case: Case) -> str | None:
    return str(PartialDate(person.arrived_year, person.arrived_month)) or None


FIELDS: tuple[Field, ...] = (
    Field("name", "identity", Text("Name", "Имя", "Аты-жөні"),
          _name, _said_name, is_usual=True),
    Field("latin_name", "identity", Text("Name in Latin letters", "Имя латиницей", "Латын әріптерімен жазылған аты"),
          lambda p, c: p.identity.latin_name),
    Field("former_names", "identity", Text("Former and other names", "Прежние и другие имена",
          "Бұрынғы және басқа аттары"), lambda p, c: p.identity.former_names, list),
    Field("sex", "identity", Text("Sex", "Пол", "Жынысы"), lambda p, c: _held(p.sex, "U"), _coded("sex")),
    Field("languages", "identity", Text("Languages", "Языки", "Тілдері"),
          lambda p, c: p.languages, _each("language"), is_usual=True),
    Field("birth_year", "birth", Text("Year of birth", "Год рождения", "Туған жылы"), lambda p, c: p.birth_year),
    Field("born", "birth", Text("Date of birth", "Дата рождения", "Туған күні"),
          lambda p, c: p.identity.born, _partial),
    Field("birth_place", "birth", Text("Place of birth", "Место рождения", "Туған жері"),
          lambda p, c: p.identity.birth_place),
    Field("iin", "numbers", Text("IIN", "ИИН", "ЖСН"), lambda p, c: p.identity.iin),
    Field("documents", "numbers", Text("Identity documents", "Документы, удостоверяющие личность",
          "Жеке басын куәландыратын құжаттары"),
          lambda p, c: [[one.type, one.number] for one in p.identity.documents], _documents),
    Field("number", "numbers", Text("Record number with the sender", "Номер записи у отправителя",
          "Жіберушідегі жазба нөмірі"),
          lambda p, c: p.number),
    Field("phone", "contacts", Text("Phone", "Телефон", "Телефоны"), lambda p, c: p.contacts.phone),
    Field("other_phone", "contacts", Text("Another phone", "Другой телефон", "Басқа телефоны"),
          lambda p, c: p.contacts.other_phone),
    Field("email", "contacts", Text("E-mail", "Электронная почта", "Электрондық поштасы"),
          lambda p, c: p.contacts.email),
    Field("address", "contacts", Text("Address", "Адрес", "Мекенжайы"), lambda p, c: p.contacts.address),
    Field("region", "situation", Text("Region of residence", "Регион проживания", "Тұратын өңірі"),
          lambda p, c: _held(p.region, "UNK"), _coded("region")),
    Field("origin", "situation", Text("Country of origin", "Страна происхождения", "Шыққан елі"),
          lambda p, c: _held(p.origin, "UNK"), _coded("country")),
    Field("arrived", "situation", Text("Arrived in Kazakhstan", "Прибытие в Казахстан", "Қазақстанға келген уақыты"),
          _arrived, _partial),
    Field("nationality", "status", Text("Nationality status", "Статус гражданства", "Азаматтық мәртебесі"),
          lambda p, c: _held(p.nationality, "ND"), _coded("nationality_status")),
    Field("displacement", "status", Text("Displacement status", "Статус перемещения", "Қоныс аудару мәртебесі"),
          lambda p, c: _held(p.displacement, "ND"), _coded("displacement_status")),
    Field("track", "case", Text("Kind of case", "Вид дела", "Істің түрі"), lambda p, c: c.track, _coded("track")),
    Field("stage", "case", Text("Stage", "Этап", "Кезеңі"), lambda p, c: c.stage, _coded("stage")),
    Field("opened_on", "case", Text("Open since", "Открыто с", "Ашылған күні"),
          lambda p, c: c.opened_on.isoformat(), _partial),
    Field("case_number", "case", Text("Case number", "Номер дела", "Істің нөмірі"), lambda p, c: c.number),
    Field("lawyer", "case", Text("Lawyer", "Юрист", "Заңгер"), lambda p, c: c.lawyer.name),
)  # fmt: skip

BY_NAME: dict[str, Field] = {one.name: one for one in FIELDS}
USUAL: tuple[str, ...] = tuple(one.name for one in FIELDS if one.is_usual)
CONTACT_FIELDS: frozenset[str] = frozenset(one.name for one in FIELDS if one.group == CONTACTS.name)
"""What goes with the rule on how this person may be reached, or not at all."""


def of_group(group: str) -> list[Field]:
    return [one for one in FIELDS if one.group == group]
