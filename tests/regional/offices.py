"""Installations of several offices at once, each on a database of its own, worked with through its pages alone."""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from casework import cli
from casework.accounts import sign_in
from casework.accounts.models import Organisation, User
from casework.accounts.permissions import Role
from casework.core import clock, signing
from casework.core.db import alembic, db
from casework.core.scope import Principal, acting_as, system
from casework.figures import actions as figures
from casework.figures.models import ExternalFigure
from casework.persons import actions as persons
from casework.persons.models import Person
from casework.persons.rules import PartialDate
from tests import factories
from tests.conftest import make_app
from tests.figures.caseload import crowd
from tests.pages import Client, Page, client_of
from tests.releases import caseload
from tests.security.caseload import CANARIES, contacts, identity

NOW = date(2025, 4, 10)
DAY = date(2025, 1, 1)


@dataclass
class Office:
    """One installation: its application, its people, and a browser for each of its two statistics officers."""

    app: Flask
    country: str
    world: factories.World
    second_officer: Principal

    @contextmanager
    def acting(self, who: Principal) -> Iterator[Any]:
        with self.app.app_context(), acting_as(who):
            yield db.session
            db.session.commit()

    def first(self) -> Client:
        return client_of(self.app).sign_in_as(self.world.principal("statistics"))

    def second(self) -> Client:
        return client_of(self.app).sign_in_as(self.second_officer)

    def reader(self) -> Client:
        """Nobody is signed in."""
        return client_of(self.app)

    @property
    def key_file(self) -> Path:
        return Path(self.app.instance_path) / "keys" / "publishing.key"


def installed(place: Path, url: str, country: str) -> Office:
    """An installation as `casework init` leaves it, with the people of the tests in it."""
    place.mkdir(mode=0o700, parents=True)
    mask = os.umask(0o077)
    try:
        app = make_app(place, url, country=country)
    finally:
        os.umask(mask)
    with app.app_context():
        alembic.upgrade()
    with app.app_context(), acting_as(system("tests")):
        cli.seed()
        world = factories.world()
        where = db.session.get_one(Organisation, world.organisations["office"])
        second = factories.user(Role.STATISTICS, where, name="Second Officer", email="second@office.example.org")
        principal = sign_in.principal_for(second)
        db.session.commit()
    return Office(app, country, world, principal)


# -- what a country office does ----------------------------------------------------------------------------------


def people(office: Office, more: int = 0) -> list[str]:
    """The persons of a partner, one of them a canary who is counted; the words that must never leave.

    `more`: so many more from Ukraine.
    """
    words = CANARIES["A"]
    with caseload.lawyer(office.acting, office.world):
        caseload.people()
        crowd(more, date(2024, 3, 1), displacement="ASR", origin="UKR")
        counted = persons.register(
            persons.Registration(
                identity=identity(words),
                contacts=contacts(words),
                registered_on=date(2024, 3, 1),
                sex="F",
                birth=PartialDate(1991, 3, 14),
                origin="AFG",
                region="KZ-75",
                displacement="REF-C",
            )
        )
        number = counted.number
    with office.app.app_context(), acting_as(system("tests")):
        staff = [each for one in db.session.scalars(select(User)) for each in (one.name, one.email)]
        everyone = [str(one.id) for one in db.session.scalars(select(Person))]
    return [*words.all(), number, *staff, *everyone, "Invented"]


def told(office: Office, series: str, value: int, as_of: date = DAY, **more: Any) -> None:
    """A figure that others count, entered by one officer and verified by the other."""
    with clock.at(NOW), office.acting(office.world.principal("statistics")):
        made = figures.enter_external(series=series, as_of=as_of, value=Decimal(value), source="Government", **more).id
    with clock.at(NOW), office.acting(office.second_officer):
        figures.verify_external(db.session.get_one(ExternalFigure, made))


def frozen(office: Office) -> str:
    """A release as of the day, drawn up and frozen; its id. The list of regions is that of Kazakhstan."""
    tables = tuple(one for one in caseload.TABLES if office.country == "KAZ" or "region" not in one)
    with caseload.officer(office.acting, office.world, NOW):
        return str(caseload.frozen(tables=tables).id)


TEXTS = {
    "en": {
        "title": "{area}: factsheet",
        "lead": "Refugees and asylum-seekers: {refugees_asylum}.",
        "message_1": "Protection\nRefugees and asylum-seekers: {refugees_asylum}.",
        "message_2": "No nationality\nOf undetermined nationality: {undetermined}.",
        "contacts": "Office",
    },
    "ru": {
        "title": "{area}: бюллетень",
        "lead": "Беженцы и лица, ищущие убежище: {refugees_asylum}.",
        "message_1": "Защита\nБеженцы и лица, ищущие убежище: {refugees_asylum}.",
        "message_2": "Без гражданства\nС неопределённым гражданством: {undetermined}.",
        "contacts": "Офис",
    },
    "kk": {
        "title": "{area}: бюллетень",
        "lead": "Босқындар мен баспана іздеушілер: {refugees_asylum}.",
        "message_1": "Қорғау\nБосқындар мен баспана іздеушілер: {refugees_asylum}.",
        "message_2": "Азаматтығы жоқ\nАзаматтығы айқындалмағандар: {undetermined}.",
        "contacts": "Кеңсе",
    },
}
"""What an officer writes in place of the shipped texts, which are about Kazakhstan."""


def published(office: Office, release: str, languages: tuple[str, ...] = ("en", "ru", "kk")) -> str:
    """The address of an edition of this release, written by one officer and approved by the other."""
    with clock.at(NOW):
        begun = office.first().submit("/editions/new", {"source": f"release:{release}"})
        return completed(office, begun.location, languages)


def completed(office: Office, edition: str, languages: tuple[str, ...]) -> str:
    """Write the texts, send them in, make the files, let the second officer approve; the edition's address."""
    address = edition.partition("?")[0]
    first, second = office.first(), office.second()
    for language in languages:
        url = f"{address}/texts/{language}"
        form = first.page(url).form_with({"text_title"})
        names = [one for one in first.page(url).filled(form) if one.startswith("text_")]
        texts = {name: TEXTS[language].get(name.removeprefix("text_"), "") for name in names}
        went(first.submit(url, texts))
    went(first.submit(address, {"languages": list(languages)}, action=f"{address}/submit"))
    for _language in languages:
        went(first.press(f"{address}/go"))
    for language in languages:
        went(second.submit(f"{address}/review/{language}", {"has_read": "y"}))
    return address


def went(answer: TestResponse) -> TestResponse:
    """An answer that leads on; otherwise what the page says."""
    assert answer.status_code in (302, 303), Page(answer.text).text[:3000]
    return answer


def exported(office: Office, edition: str) -> bytes:
    """The signed file, as the officer downloads it from the edition's page."""
    client = office.first()
    link = next(url for words, url in client.page(edition).links.items() if "egional" in words and "export" in url)
    answer = client.get(link)
    assert answer.status_code == 200
    assert answer.mimetype == "application/zip"
    return bytes(answer.data)


def own_key(office: Office) -> signing.PublicKey:
    """As the office reads it from its own page, to send it and to read it out."""
    if not office.key_file.exists():
        signing.make(office.key_file)
    page = office.first().page("/regional/")
    found = signing.load(office.key_file)
    assert found is not None
    assert found.public.text in page.text
    assert signing.grouped(found.public.fingerprint) in page.text
    return found.public


# -- what the regional office does -------------------------------------------------------------------------------


def trusted(regional: Office, country: Office) -> str:
    """The key of a country office, added by one officer and confirmed by the other; its address."""
    key = own_key(country)
    added = regional.first().submit(
        "/regional/keys/new", {"area": country.country, "name": f"Office {country.country}", "public_key": key.text}
    )
    address = went(added).location
    second = regional.second()
    assert signing.grouped(key.fingerprint) in second.page(address).text
    went(second.submit(address, {"has_compared": "y"}))
    return address


def sent(regional: Office, data: bytes, name: str = "edition.zip") -> TestResponse:
    """Send a file on the import page."""
    client = regional.first()
    page = client.page("/regional/bundles/send")
    values: dict[str, Any] = page.filled(page.form_with({"file"}))
    return client.post(
        "/regional/bundles/send",
        data={**values, "file": (io.BytesIO(data), name)},
        content_type="multipart/form-data",
    )


def taken_in(regional: Office, data: bytes) -> str:
    """Send a file, look at what it says, take it in; its address."""
    address = went(sent(regional, data)).location
    client = regional.first()
    page = client.page(address)
    form = page.form_with({"csrf_token"}, "")
    went(client.post(address, data=page.filled(form)))
    return address
