"""An office with two statistics officers and a frozen release, for tests of editions."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from casework.accounts import sign_in
from casework.accounts.models import Organisation
from casework.accounts.permissions import Role
from casework.core import clock
from casework.core.db import db
from casework.core.scope import Principal, system
from casework.editions import actions, queries
from casework.editions.models import Edition, EditionFile, Step
from casework.releases.models import Release
from casework.releases.rules import digest
from tests import factories
from tests.conftest import Acting
from tests.factories import World
from tests.factsheets import contents
from tests.releases import published

TODAY = date(2025, 4, 10)
ALL = ("en", "ru", "kk")


@dataclass(frozen=True)
class Office:
    """`with office.first():` acts as the officer who writes, `second()` as the one who approves."""

    acting: Acting
    writer: Principal
    approver: Principal

    @contextmanager
    def first(self, on: date = TODAY) -> Iterator[None]:
        with clock.at(on), self.acting(self.writer):
            yield

    @contextmanager
    def second(self, on: date = TODAY) -> Iterator[None]:
        with clock.at(on), self.acting(self.approver):
            yield


def office(acting: Acting, world: World) -> Office:
    with acting(system("tests")):
        where = db.session.get_one(Organisation, world.organisations["office"])
        second = factories.user(Role.STATISTICS, where, name="Second Officer", email="second@office.example.org")
        approver = sign_in.principal_for(second)
    return Office(acting, world.principal("statistics"), approver)


def publication(**changes: Any) -> dict[str, Any]:
    """With every figure that the shipped texts name, and nothing left to be explained."""
    found = contents.release_content()
    protected, *others = found["figures"]
    parts = [
        published.figure(f"refugees_asylum_{code}", (name,) * 3, value, source="cases")
        for code, name, value in (("afg", "Afghanistan", 320), ("ukr", "Ukraine", 244), ("other", "Others", 82))
    ]
    more = [
        published.figure("citizenship_granted", ("Became citizens",) * 3, 16000, source="Government"),
        published.figure("pledges", ("Pledges",) * 3, 9, unit="count", source="UNHCR"),
    ]
    return {
        **found,
        "figures": [{**protected, "parts": parts}, *others, *more],
        "findings": [{**one, "explanation": "Printed so."} for one in found["findings"]],
        **changes,
    }


def release(**changes: Any) -> Release:
    """A frozen release. In the session of whoever acts."""
    return published.release(content=publication(**changes))


def begun(**changes: Any) -> Edition:
    """An edition of a frozen release, with the shipped texts and what was signed with the release in every language."""
    edition = actions.begin(release(**changes))
    for language, text in (("ru", "Так напечатано."), ("kk", "Солай басылған.")):
        if ("explained", language) in queries.texts(edition):
            signed = queries.texts(edition)["explained", "en"].text.split("\n\n")
            write(edition, "explained", language, "\n\n".join([text] * len(signed)))
    return edition


def again(edition_id: UUID) -> Edition:
    """The same edition in another session."""
    return db.session.get_one(Edition, edition_id)


def made(edition: Edition) -> None:
    """Give every language that was sent in a small file, as if its files had been made; test_rendering makes them."""
    for row in edition.languages:
        if row.step == Step.MAKING:
            page = f'<article class="sheet" lang="{row.language}"><h1>{row.title}</h1></article>'
            for name, kind, text in (
                ("factsheet.csv", "text/csv", f"{row.language}: {row.title}"),
                ("page.html", "text/html", page),
            ):
                content = text.encode()
                db.session.add(
                    EditionFile(
                        language_id=row.id,
                        name=name,
                        media_type=f"{kind}; charset=utf-8",
                        sha256=digest(content),
                        size=len(content),
                        content=content,
                    )
                )
            row.step = Step.READY
    db.session.flush()


def write(edition: Edition, section: str, language: str, text: str) -> None:
    """Edit a text as it stands."""
    row = queries.text(edition, section, language)
    actions.edit(edition, section, language, text, row.version if row is not None else 0)


def edition_published(office: Office, languages: tuple[str, ...] = ("en",), **changes: Any) -> UUID:
    """An edition with these languages published, by its id."""
    with office.first():
        edition = begun(**changes)
        actions.submit(edition, languages)
        made(edition)
        edition_id = edition.id
    with office.second():
        actions.approve(again(edition_id), languages)
    return edition_id
