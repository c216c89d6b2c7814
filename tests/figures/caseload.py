"""Persons for the tests of figures: coded facts only matter, so all bear one invented name. And files of figures."""

from datetime import date
from uuid import UUID

from casework.core.db import db
from casework.figures import importing
from casework.figures.models import ExternalFile
from casework.persons import actions
from casework.persons.models import Identity, Person
from casework.persons.rules import PartialDate


def registered(
    on: date = date(2024, 3, 1),
    *,
    displacement: str = "ND",
    nationality: str = "ND",
    origin: str = "AFG",
    sex: str = "F",
    born: PartialDate | None = None,
    region: str = "KZ-75",
) -> Person:
    """Someone registered with the organisation of whoever acts."""
    return actions.register(
        actions.Registration(
            identity=Identity(given_name="Invented"),
            registered_on=on,
            sex=sex,
            birth=born or PartialDate(1990, 5),
            origin=origin,
            region=region,
            displacement=displacement,
            nationality=nationality,
        )
    )


def crowd(count: int, on: date = date(2024, 3, 1), **facts: str) -> list[UUID]:
    """So many of the same."""
    return [registered(on, **facts).id for _ in range(count)]  # type: ignore[arg-type]


def again(person_id: UUID) -> Person:
    """The person, in the session of whoever acts now."""
    found = db.session.get(Person, person_id)
    assert found is not None
    return found


def files_of_figures() -> tuple[UUID, UUID]:
    """A file that waits to be confirmed, with something new and something that differs, and one that was entered."""
    header = (
        "year,coo_name,coo,coo_iso,coa_name,coa,coa_iso,returned_refugees,resettlement,naturalisation,returned_idps\n"
    )

    def file(name: str, *rows: str) -> ExternalFile:
        return importing.receive((header + "".join(rows)).encode(), name)

    def row(year: int, count: int) -> str:
        return f"{year},Afghanistan,AFG,AFG,Kazakhstan,KAZ,KAZ,{count},,,\n"

    entered = file("solutions.csv", row(2023, 42))
    made = importing.confirm(entered, importing.plan(entered).digest).id
    left_out = "2023,Various,VAR,VAR,Kazakhstan,KAZ,KAZ,9,,,\n"
    return file("solutions of another day.csv", row(2023, 57), row(2024, 12), left_out).id, made
