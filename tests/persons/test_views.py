"""The pages about a person: details, corrections, histories, family, and who looked."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from casework.core.audit import AuditEntry
from casework.core.db import session_for
from casework.core.scope import system
from casework.persons.models import Person, StatusEntry
from tests.conftest import Acting, ClientFor
from tests.factories import World
from tests.pages import Page
from tests.security.caseload import CANARIES, Caseload, person_named
from tests.security.conftest import made

__all__ = ["made"]
A = CANARIES["A"]
# Pages do not know which database is under them; actions and queries are tried on both.
pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def day(name: str, on: date) -> dict[str, str]:
    return {f"{name}-day": str(on.day), f"{name}-month": str(on.month), f"{name}-year": str(on.year)}


@pytest.fixture
def url(made: dict[str, Caseload]) -> str:
    return f"/people/{made['A'].person}"


def test_the_details_say_what_is_known(client_for: ClientFor, url: str) -> None:
    page = client_for("lawyer").page(f"{url}/details")
    for words in (A.family, A.latin, A.former, A.iin, A.document, A.phone, A.address, "14 March 1991", A.status_note):
        assert words in page.text, words


def test_a_correction_shows_from_what_to_what_and_who(client_for: ClientFor, url: str) -> None:
    colleague, client = client_for("supervisor"), client_for("lawyer")
    saved = colleague.submit(f"{url}/identity", {"given_name": "Үңгірқызы", "sex": "M"})
    assert saved.location == f"{url}/details"
    assert "Үңгірқызы" in client.page(f"{url}/details").text
    log = client.page(f"{url}/access").text
    assert "Supervisor of Partner Aster" in log
    assert f"before: {A.given}after: Үңгірқызы" in log


def test_a_form_with_errors_keeps_what_was_typed(client_for: ClientFor, url: str) -> None:
    client = client_for("lawyer")
    refused = client.submit(f"{url}/identity", {"family_name": "Совсем-Другая", "birth-month": "13"})
    assert refused.status_code == 422
    page = Page(refused.text)
    assert page.filled(page.form_with({"family_name"}))["family_name"] == ["Совсем-Другая"]
    assert "A month is a number from 1 to 12." in page.text
    assert A.family in client.page(f"{url}/details").text


def test_contacts_and_consent(client_for: ClientFor, url: str) -> None:
    client = client_for("lawyer")
    assert client.submit(f"{url}/contacts", {"phone": "+7 777 000 11 22", "consent": "refused"}).status_code == 302
    text = client.page(f"{url}/details").text
    assert "+7 777 000 11 22" in text
    assert "Refused on" in text
    assert client.submit(f"{url}/contacts", {"email": "no address"}).status_code == 422


def test_a_status_is_recorded_and_voided(
    client_for: ClientFor, app: Flask, made: dict[str, Caseload], url: str
) -> None:
    client = client_for("lawyer")
    change = {"code": "SP", "reason": "recognised_stateless", **day("effective_on", date(2026, 6, 1))}
    assert client.submit(f"{url}/status/nationality", change).location == f"{url}/details"
    assert client.submit(f"{url}/status/nationality", change).status_code == 422, "already recorded for that day"
    page = client.page(f"{url}/details")
    with app.app_context(), session_for(system("tests")) as session:
        entry_id = session.scalar(
            select(StatusEntry.id).where(StatusEntry.person_id == made["A"].person, StatusEntry.code == "SP")
        )
        assert session.get_one(Person, made["A"].person).nationality == "SP"
    void = f"{url}/status/{entry_id}/void"
    assert void in page.links.values()
    assert client.submit(void, {"reason": "WRONG_PERSON"}).status_code == 302
    assert "Void since" in client.page(f"{url}/details").text
    with app.app_context(), session_for(system("tests")) as session:
        assert session.get_one(Person, made["A"].person).nationality == "UN"


def test_the_registration_is_not_voided_by_its_address(
    client_for: ClientFor, app: Flask, made: dict[str, Caseload]
) -> None:
    with app.app_context(), session_for(system("tests")) as session:
        entry_id = session.scalar(
            select(StatusEntry.id).where(
                StatusEntry.person_id == made["A"].person, StatusEntry.dimension == "registration"
            )
        )
    client, address = client_for("lawyer"), f"/people/{made['A'].person}/status/{entry_id}/void"
    assert client.get(address).status_code == client.press(address, reason="OTHER").status_code == 404


def test_family(client_for: ClientFor, acting: Acting, world: World, made: dict[str, Caseload], url: str) -> None:
    with acting(world.principal("lawyer")):
        number = person_named("Новаяродня").number
    client = client_for("lawyer")
    assert A.relative in client.page(f"{url}/family").text
    assert client.submit(f"{url}/family/add", {"number": "P-00-00000", "relationship_code": "BRO"}).status_code == 422
    added = client.submit(f"{url}/family/add", {"number": f" {number.lower()} ", "relationship_code": "BRO"})
    assert added.location == f"{url}/family"
    assert "Новаяродня" in client.page(f"{url}/family").text
    remove = f"{url}/family/{made['A'].link}/remove"
    assert remove in client.page(f"{url}/family").links.values()
    assert client.press(remove).status_code == 422, "a reason is asked for"
    assert client.submit(remove, {"reason": "WRONG_PERSON"}).status_code == 302
    assert A.relative not in client.page(f"{url}/family").text
    log = client.page(f"{url}/access").text
    assert "family link between" in log
    assert "Entered for the wrong person" in log


def test_a_relative_elsewhere_is_not_found(client_for: ClientFor, made: dict[str, Caseload], url: str) -> None:
    answer = client_for("lawyer").submit(
        f"{url}/family/add", {"number": made["B"].numbers[0], "relationship_code": "BRO"}
    )
    assert answer.status_code == 422
    assert "No person of your organisation has this number." in answer.text


def test_every_look_is_noted_and_shown(client_for: ClientFor, app: Flask, made: dict[str, Caseload], url: str) -> None:
    client_for("supervisor").get(f"{url}/details")
    assert "Supervisor of Partner Aster" in client_for("lawyer").page(f"{url}/access").text
    with app.app_context(), session_for(system("tests")) as session:
        noted = session.scalars(
            select(AuditEntry.action)
            .where(AuditEntry.subject_id == made["A"].person, AuditEntry.actor_role == "supervisor")
            .order_by(AuditEntry.number)
        ).all()
    assert "person:details" in noted
