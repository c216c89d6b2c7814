"""The invented organisations of the demonstration and who works in them."""

import base64
import hashlib
from dataclasses import dataclass

from casework.accounts.permissions import Role

PASSWORD = "quiet apricot lantern 1465"  # noqa: S105 - printed for whoever tries the demonstration
"""Of every account of the demonstration."""


@dataclass(frozen=True)
class House:
    """An organisation of the demonstration."""

    key: str
    name_en: str
    name_ru: str
    name_kk: str
    kind: str = "partner"


@dataclass(frozen=True)
class Colleague:
    """Someone who works in one. `writes` is the language of what they note."""

    key: str
    house: str
    role: Role
    name: str
    language: str
    writes: str

    @property
    def email(self) -> str:
        return f"{self.key}@{self.house}.example.org"


HOUSES = (
    House(
        "ashyq-esik",
        "Ashyq Esik Legal Aid (demonstration)",
        "Правовая помощь «Ашық есік» (демонстрация)",
        "«Ашық есік» құқықтық көмегі (көрсетілім)",
    ),
    House(
        "syn-alan",
        "Synaq Alan Law Centre (demonstration)",
        "Правовой центр «Сынақ алаң» (демонстрация)",
        "«Сынақ алаң» құқық орталығы (көрсетілім)",
    ),
    House(
        "ulgi-kopir",
        "Ulgi Kopir Foundation (demonstration)",
        "Фонд «Үлгі көпір» (демонстрация)",
        "«Үлгі көпір» қоры (көрсетілім)",
    ),
    House(
        "office",
        "UNHCR country office (demonstration)",
        "Страновой офис УВКБ ООН (демонстрация)",
        "БҰҰ БЖКБ елдік кеңсесі (көрсетілім)",
        "office",
    ),
)

_A, _B, _C, _OFFICE = (house.key for house in HOUSES)

COLLEAGUES = (
    Colleague("aigerim.ulgili", _A, Role.LAWYER, "Әйгерім Үлгілі", "kk", "kk"),
    Colleague("pavel.primerny", _A, Role.LAWYER, "Павел Примерный", "ru", "ru"),
    Colleague("samal.sample", _A, Role.LAWYER, "Samal Sample", "en", "ru"),
    Colleague("rustam.namunali", _A, Role.LAWYER, "Рустам Намунали", "ru", "ru"),
    Colleague("dina.mysalova", _A, Role.LAWYER, "Дина Мысалова", "kk", "kk"),
    Colleague("gulnar.nusqabay", _A, Role.SUPERVISOR, "Гүлнар Нұсқабай", "ru", "ru"),
    Colleague("oleg.shablonov", _A, Role.PROTECTION, "Олег Шаблонов", "ru", "ru"),
    Colleague("vera.maketova", _B, Role.LAWYER, "Вера Макетова", "ru", "ru"),
    Colleague("nurlan.ornekov", _B, Role.LAWYER, "Нұрлан Өрнеков", "kk", "kk"),
    Colleague("eve.example", _B, Role.LAWYER, "Eve Example", "en", "en"),
    Colleague("timur.probnikov", _B, Role.LAWYER, "Тимур Пробников", "ru", "ru"),
    Colleague("asel.synamaly", _B, Role.SUPERVISOR, "Әсел Сынамалы", "kk", "kk"),
    Colleague("mark.pattern", _B, Role.PROTECTION, "Mark Pattern", "en", "en"),
    Colleague("zarina.misolova", _C, Role.LAWYER, "Зарина Мисолова", "ru", "ru"),
    Colleague("bolat.ulgibay", _C, Role.LAWYER, "Болат Үлгібай", "kk", "kk"),
    Colleague("lola.etalonova", _C, Role.LAWYER, "Лола Эталонова", "ru", "ru"),
    Colleague("saken.nusqauly", _C, Role.SUPERVISOR, "Сәкен Нұсқаұлы", "kk", "kk"),
    Colleague("irina.chernovikova", _C, Role.PROTECTION, "Ирина Черновикова", "ru", "ru"),
    Colleague("stella.specimen", _OFFICE, Role.STATISTICS, "Stella Specimen", "en", "en"),
    Colleague("talgat.ulgiev", _OFFICE, Role.STATISTICS, "Талғат Үлгиев", "kk", "kk"),
    Colleague("anna.obrazchikova", _OFFICE, Role.ADMINISTRATOR, "Анна Образчикова", "ru", "ru"),
)

SIGN_INS = tuple((one.role.value, one.email, PASSWORD) for one in COLLEAGUES)
"""Role, e-mail address and password of every account, to be printed."""


def seed_of(email: str) -> str:
    """What the authenticator app of an account of the demonstration would know. The second step shows the code."""
    return base64.b32encode(hashlib.sha256(f"the demonstration|{email}".encode()).digest()[:20]).decode()


def lawyers(house: str) -> list[Colleague]:
    return [one for one in COLLEAGUES if one.house == house and one.role is Role.LAWYER]


def supervisor(house: str) -> Colleague:
    return next(one for one in COLLEAGUES if one.house == house and one.role is Role.SUPERVISOR)
