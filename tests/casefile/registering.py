"""What the tests of registration type in: Ivan, once in each alphabet."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from casework.core.db import session_for
from casework.core.scope import system
from casework.persons import actions as persons
from casework.persons.models import Contacts, Identity, Person
from casework.persons.rules import PartialDate
from tests.pages import Client

SINCE = date(2026, 3, 2)
IVAN = {
    "family_name": "Петров",
    "given_name": "Иван",
    "patronymic": "Сергеевич",
    "birth-day": "14",
    "birth-month": "5",
    "birth-year": "1990",
    "sex": "M",
}
LATIN = {**IVAN, "family_name": "Petrov", "given_name": "Ivan", "patronymic": ""}
SITUATION = {"track": "NATIONALITY", "nationality": "UN"}


def recorded(**more: Any) -> Person:
    given = {
        "identity": Identity(family_name="Петров", given_name="Иван", patronymic="Сергеевич"),
        "registered_on": SINCE,
        "sex": "M",
        "birth": PartialDate(1990, 5, 14),
        "origin": "UZB",
        "contacts": Contacts(phone="+7 700 000 04 12"),
        **more,
    }
    return persons.register(persons.Registration(**given))


def typed_in(client: Client, first: dict[str, str], second: dict[str, Any] | None = None, **third: str) -> str:
    """Three steps of a registration; the address of the fourth."""
    situation = client.submit("/register", first).location or ""
    contacts = client.submit(situation, {**SITUATION, **(second or {})}).location or ""
    return client.submit(contacts, dict(third)).location or ""


def held(app: Flask, kind: type[Any]) -> list[Any]:
    with app.app_context(), session_for(system("tests")) as session:
        return list(session.scalars(select(kind)))


def likely(client: Client, **typed: str) -> str:
    """The panel for these words, as the script of the page asks for it."""
    client.checks = False  # a part of a page
    answer = client.press("/register/likely", **typed)
    client.checks = True
    assert answer.status_code == 200
    return answer.text


def to_same(client: Client, ivan: UUID, first: dict[str, str] = LATIN, **more: Any) -> str:
    check = typed_in(client, first, **more)
    return client.submit(check, {f"answer-{ivan}": "same"}).location or ""
