"""The pages: restricting, the way in for an emergency, what is marked meanwhile, and the judgement."""

import json
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from casework.cases import actions as cases
from casework.core.audit import AuditEntry
from casework.core.db import session_for
from casework.core.scope import system
from casework.restrictions.models import EmergencyAccess
from tests.conftest import Acting, ClientFor
from tests.factories import World
from tests.pages import Client, Page, client_of
from tests.restrictions.test_withheld import outsider
from tests.security.caseload import CANARIES, Caseload, person_named

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


def test_a_page_that_stood_open_meanwhile_does_not_do_the_opposite(made: Caseload, supervisor: Client) -> None:
    url = f"/people/{made.person}/restriction"
    for before, words, after in (
        ("Ей угрожают", "The record was restricted meanwhile", True),
        ("Угрозы больше нет", "The restriction was lifted meanwhile", False),
    ):
        page = supervisor.page(url)
        typed = {**page.filled(page.form_with({"reason"})), "reason": "Набрано долго"}
        supervisor.submit(url, {"reason": before})
        answer = supervisor.post(url, data=typed)
        assert answer.status_code == 422
        assert words in Page(answer.text).text
        assert "Набрано долго" in answer.text
        assert ("Ей угрожают" in supervisor.page(f"/people/{made.person}").text) is after


def test_of_a_family_the_open_one_shows_no_case_in_which_a_closed_one_is(
    app: Flask, acting: Acting, world: World, made: Caseload, supervisor: Client, outside: Client
) -> None:
    with acting(world.principal("lawyer", "A")):
        sister, brother = person_named("Открытая"), person_named("Закрытая")
        family = cases.open_case([brother, sister], "NATIONALITY", date(2026, 3, 2), world.user_id("lawyer", "A"))
        alone = cases.open_case([sister], "OTHER", date(2026, 2, 2), world.user_id("lawyer", "A"))
        open_id, closed_id, family_id, numbers = sister.id, brother.id, family.id, (family.number, alone.number)
    supervisor.submit(f"/people/{closed_id}/restriction", {"reason": "Ей угрожают"})
    outside.page(f"/cases/{family_id}", status=403)
    for address in (f"/people/{open_id}", f"/people/{open_id}/access", f"/people/{open_id}/needs/"):
        html = outside.get(address).text
        assert numbers[0] not in html, address
        assert str(family_id) not in html, address
    assert numbers[1] in outside.page(f"/people/{open_id}").text
    with app.app_context(), session_for(system("tests")) as session:
        opened = select(AuditEntry.id).where(AuditEntry.action == "case:open", AuditEntry.subject_id == family_id)
        assert session.scalars(opened).all() == []


def test_lists_that_named_it_are_told_and_each_record_opened_so_is_marked(
    app: Flask, made: Caseload, supervisor: Client, outside: Client
) -> None:
    restrict(supervisor, made)
    supervisor.submit(f"/people/{made.relative}/restriction", {"reason": "Ей угрожают"})
    for person_id in (made.person, made.relative):
        outside.submit(f"/people/{person_id}/emergency", ASKED)
    with app.app_context(), session_for(system("tests")) as session:
        accesses = {one.person_id: one.id for one in session.scalars(select(EmergencyAccess))}
    unseen = "neither opened meanwhile nor named"
    assert unseen in supervisor.page(f"/emergencies/{accesses[made.person]}").text
    outside.page("/cases/?state=all")
    assert unseen not in supervisor.page(f"/emergencies/{accesses[made.person]}").text
    outside.page(f"/people/{made.person}/details?case={made.relative}")
    with app.app_context(), session_for(system("tests")) as session:
        wanted = select(AuditEntry.details).where(AuditEntry.action == "person:details").order_by(AuditEntry.at.desc())
        mark = json.loads(session.scalars(wanted).first() or "{}")["emergency"]
    assert set(mark.split(",")) == {str(made.person), str(made.relative)}


def test_a_relative_that_is_restricted_tells_nothing(made: Caseload, supervisor: Client, outside: Client) -> None:
    restrict(supervisor, made)
    page = outside.page(f"/people/{made.relative}/family")
    assert "Restricted record" in page.text
    assert FAMILY not in page.text
    assert "1991" not in page.text
    listed = outside.page("/cases/?state=all&status=nationality:UN")
    assert made.numbers[2] not in listed.text
    assert made.numbers[2] in outside.page("/cases/?state=all").text
