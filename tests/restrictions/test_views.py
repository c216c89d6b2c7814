"""The pages: restricting, the way in for an emergency, what is marked meanwhile, and the judgement."""

import json

import pytest
from flask import Flask
from sqlalchemy import select

from casework.core.audit import AuditEntry
from casework.core.db import session_for
from casework.core.scope import system
from casework.restrictions.models import EmergencyAccess
from tests.conftest import Acting, ClientFor
from tests.factories import World
from tests.pages import Client, Page, client_of
from tests.restrictions.test_withheld import outsider
from tests.security.caseload import CANARIES, Caseload

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
FAMILY = CANARIES["A"].family
ASKED = {"reason": "DETENTION", "why": "Задержана, суд через час", "hours": "1"}


@pytest.fixture
def made(two_caseloads: dict[str, Caseload]) -> Caseload:
    return two_caseloads["A"]


@pytest.fixture
def supervisor(client_for: ClientFor) -> Client:
    return client_for("supervisor", "A")


@pytest.fixture
def outside(app: Flask, acting: Acting, world: World, made: Caseload) -> Client:
    return client_of(app).sign_in_as(outsider(acting, world))


def restrict(supervisor: Client, made: Caseload) -> None:
    answer = supervisor.submit(f"/people/{made.person}/restriction", {"reason": "Ей угрожают"})
    assert answer.location == f"/people/{made.person}"


def test_from_restricting_to_the_judgement(
    app: Flask, made: Caseload, supervisor: Client, outside: Client, client_for: ClientFor
) -> None:
    assert FAMILY in outside.page(f"/people/{made.person}").text
    restrict(supervisor, made)
    assert "Ей угрожают" in supervisor.page(f"/people/{made.person}").text
    closed = outside.page(f"/people/{made.person}", status=403)
    way_in = closed.links["Emergency access"]
    assert outside.submit(way_in, ASKED).location == f"/people/{made.person}"

    page = outside.page(f"/cases/{made.case}")
    assert "You see this until" in page.text
    assert FAMILY in page.text
    with app.app_context(), session_for(system("tests")) as session:
        access = session.scalars(select(EmergencyAccess).order_by(EmergencyAccess.from_at.desc())).first()
        assert access is not None
        opened = select(AuditEntry.details).where(
            AuditEntry.actor_id == access.user_id, AuditEntry.action == "case:open", AuditEntry.at > access.from_at
        )
        marks = [json.loads(one).get("emergency", "") for one in session.scalars(opened)]
    assert marks
    assert all(str(made.person) in mark for mark in marks)

    told = supervisor.page(f"/emergencies/{access.id}").text
    assert "Задержана, суд через час" in told
    assert "Opened a case" in told
    counted = client_for("protection", "A").page(f"/emergencies/{access.id}").text
    assert "Outside Invented" in counted
    assert "Задержана" not in counted
    assert FAMILY not in counted

    refused = supervisor.submit(f"/emergencies/{access.id}", {"verdict": "unjustified", "comment": ""})
    assert refused.status_code == 422
    judged = supervisor.submit(f"/emergencies/{access.id}", {"verdict": "justified", "comment": "Правильно"})
    assert judged.location == "/emergencies/"
    assert "Justified" in supervisor.page("/emergencies/?show=judged").text

    outside.press(f"/people/{made.person}/emergency/end")
    outside.page(f"/cases/{made.case}", status=403)


def test_what_was_typed_stays_when_it_is_refused(made: Caseload, supervisor: Client, outside: Client) -> None:
    restrict(supervisor, made)
    answer = outside.submit(f"/people/{made.person}/emergency", {**ASKED, "reason": None})
    assert answer.status_code == 422
    assert ASKED["why"] in answer.text
    assert FAMILY not in answer.text


def test_a_stranger_cannot_link_it_with_a_record_of_their_own(
    made: Caseload, supervisor: Client, outside: Client
) -> None:
    restrict(supervisor, made)
    answer = outside.submit(
        f"/people/{made.relative}/family/add", {"number": made.numbers[0], "relationship_code": "DAU"}
    )
    assert answer.status_code == 422
    assert "only its team may work with it" in Page(answer.text).text


def test_lifting_it_opens_it_again(made: Caseload, supervisor: Client, outside: Client) -> None:
    restrict(supervisor, made)
    supervisor.submit(f"/people/{made.person}/restriction", {"reason": "Угрозы больше нет"})
    assert FAMILY in outside.page(f"/people/{made.person}").text


def test_a_relative_that_is_restricted_tells_nothing(made: Caseload, supervisor: Client, outside: Client) -> None:
    restrict(supervisor, made)
    page = outside.page(f"/people/{made.relative}/family")
    assert "Restricted record" in page.text
    assert FAMILY not in page.text
    assert "1991" not in page.text
    listed = outside.page("/cases/?state=all&status=nationality:UN")
    assert made.numbers[2] not in listed.text
    assert made.numbers[2] in outside.page("/cases/?state=all").text
