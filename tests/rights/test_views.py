"""The pages: a request is recorded, answered and closed; an erasure is previewed, asked for and agreed to."""

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date
from uuid import UUID

import pytest
from flask import Flask

from casework.core import clock
from casework.core.db import db
from casework.core.scope import acting_as
from casework.persons import actions as persons
from casework.persons.models import Contacts, Identity
from tests.conftest import ClientFor
from tests.factories import World
from tests.rights.conftest import Subject
from tests.security.caseload import CANARIES

TODAY = date(2026, 9, 15)
WORDS = CANARIES["A"]

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def _on_a_tuesday() -> Iterator[None]:
    with clock.at(TODAY):
        yield


def _day(name: str, day: date) -> dict[str, str]:
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}


def _request(number: str, kind: str = "ACCESS", **more: str) -> dict[str, str]:
    asked = {"number": number, "kind": kind, "by_whom": "SELF", "how": "IN_PERSON", "words": "Хочу всё увидеть"}
    return {**asked, **_day("asked_on", date(2026, 9, 11)), **more}


def test_a_request_is_recorded_with_the_term_of_the_law(subject: Subject, client_for: ClientFor) -> None:
    """Friday + 3 working days = Wednesday. What is typed wrongly is said beside the field and nothing is lost."""
    here = client_for("supervisor")
    number = subject.load.numbers[0]
    wrong = here.submit("/rights/new", _request("P-26-99999"))
    assert wrong.status_code == 422
    assert "no record with this number" in wrong.text
    assert "Хочу всё увидеть" in wrong.text
    made = here.submit("/rights/new", _request(number))
    assert made.status_code == 302, made.text
    page = here.page(made.location or "")
    assert "16 September 2026" in page.text
    assert WORDS.family in page.text
    assert "Хочу всё увидеть" in page.text
    refused = here.submit(made.location or "", {"decision": "REFUSED"}, action=f"{made.location}/close")
    assert refused.status_code == 422
    assert "Say why" in refused.text
    closed = here.submit(made.location or "", {"decision": "GRANTED"}, action=f"{made.location}/close")
    assert closed.status_code == 302
    assert "Granted" in here.page("/rights?part=closed").text


def test_a_request_leads_to_where_it_is_done(subject: Subject, client_for: ClientFor) -> None:
    here, person = client_for("supervisor"), subject.load.person
    for kind, address in (
        ("RECTIFICATION", f"/people/{person}/identity"),
        ("OBJECTION", f"/people/{person}/consents/"),
        ("ERASURE", f"/people/{person}/erasure"),
    ):
        made = here.submit("/rights/new", _request(subject.load.numbers[0], kind))
        links = here.page(made.location or "").links.values()
        assert any(address in one for one in links), kind
        assert here.get(address).status_code == 200


def test_the_file_holds_what_is_theirs_and_nothing_of_others(
    subject: Subject, client_for: ClientFor, app: Flask
) -> None:
    here = client_for("supervisor")
    made = here.submit("/rights/new", _request(subject.load.numbers[0]))
    read = here.get(f"{made.location}/file?as=json")
    assert read.status_code == 200
    told = json.loads(read.data)
    said = json.dumps(told, ensure_ascii=False)
    for mine in (
        WORDS.family,
        WORDS.iin,
        WORDS.phone,
        WORDS.summary,
        WORDS.notary,
        WORDS.consent_note,
        WORDS.need_note,
    ):
        assert mine in said, mine
    for others in (WORDS.relative, WORDS.private, WORDS.comment, WORDS.opponent, WORDS.conflict_note, WORDS.pair_note):
        assert others not in said, others
    paper = here.get(f"{made.location}/file")
    assert paper.data.startswith(b"%PDF")
    assert paper.headers["Content-Disposition"].startswith("attachment")
    with zipfile.ZipFile(io.BytesIO(here.get(f"{made.location}/file?as=zip").data)) as archive:
        names = archive.namelist()
    assert names[:2] == ["data.pdf", "data.json"]
    assert len(names) == 3, "and the document of the case"


def test_one_asks_another_types_the_number_and_a_page_says_it_is_gone(
    subject: Subject, client_for: ClientFor, world: World
) -> None:
    here = client_for("supervisor")
    address = f"/people/{subject.load.person}"
    preview = here.page(f"{address}/erasure")
    assert "What goes, for good" in preview.text
    assert "Nothing is erased by looking" in preview.text
    answer = here.submit(f"{address}/erasure", {"ground": "ASKED", "why": "Просит"})
    assert answer.status_code == 422, "a case is open, and nobody said why all the same"
    asked = here.submit(f"{address}/erasure", {"ground": "ASKED", "why": "Просит", "in_spite": "Так решено"})
    erasure = asked.location or ""
    assert "another colleague decides" in here.page(erasure).text
    focal = client_for("protection", "A")
    assert WORDS.family not in focal.page(erasure).text
    wrong = focal.submit(erasure, {"number": "P-26-00000"}, action=f"{erasure}/approve")
    assert wrong.status_code == 422
    done = focal.submit(erasure, {"number": subject.load.numbers[0]}, action=f"{erasure}/approve")
    assert done.status_code == 302, done.text
    page = focal.page(erasure)
    assert "What was erased" in page.text
    assert focal.get(f"{erasure}/certificate.pdf").data.startswith(b"%PDF")
    for gone in (address, f"/cases/{subject.load.case}", f"{address}/details", f"{address}/erasure"):
        answer = here.get(gone)
        assert (answer.status_code, WORDS.family in answer.text) == (410, False), gone
    assert subject.load.numbers[0] in here.get(address).text
    assert here.get(f"/people/{subject.load.relative}").status_code == 200
    for page_of in ("/cases/", "/desk", "/rights?part=erasures"):
        assert here.get(page_of).status_code == 200


def test_cases_with_others_stay_for_the_others(
    subject: Subject, client_for: ClientFor, world: World, app: Flask
) -> None:
    """Who is taken out of a family's case leaves what is written there; the preview says so."""
    from casework.cases import actions as cases
    from casework.cases import queries as case_queries

    with app.app_context(), acting_as(world.principal("supervisor", "A")):
        case = case_queries.case_(subject.load.case)
        assert case is not None
        other = persons.register(
            persons.Registration(
                Identity(family_name="Оставайкина"), TODAY, contacts=Contacts(phone="+7 700 000 00 01")
            )
        )
        cases.add_party(case, other)
        db.session.commit()
        other_id: UUID = other.id
    here = client_for("supervisor")
    page = here.page(f"/people/{subject.load.person}/erasure")
    assert "Cases with other people" in page.text
    subject.erase()
    page = here.page(f"/cases/{subject.load.case}")
    assert "Оставайкина" in page.text
    assert WORDS.family not in page.text
    assert "were erased" in page.text
    assert here.get(f"/people/{other_id}").status_code == 200
