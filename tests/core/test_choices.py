"""What a list offers: nothing is chosen by itself, and nothing is lost when a code is retired."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from wtforms import Form

from casework.consultations.models import Consultation
from casework.core.db import session_for
from casework.core.forms import Choice, Line, PillsField, Repeated, options, shown
from casework.core.scope import system
from casework.reference.models import CodeItem
from tests.conftest import Acting, ClientFor
from tests.factories import World
from tests.security.caseload import CANARIES, Caseload

AB = options([("a", "A"), ("b", "B")])


class _Pair(Form):
    kind = Choice("Kind", AB)
    number = Line("Number")


class _Lists(Form):
    must = Choice("Must", AB, optional=False)
    may = Choice("May", AB, none_label="None")
    pills = PillsField("Pills", AB, optional=False)
    pairs = Repeated(_Pair, "Pairs", most=3)


def codes(form: Form, name: str) -> list[str]:
    field: Any = form[name]
    return [value for value, *_ in field.iter_choices()]


@pytest.fixture
def light(backend: str, app: Flask) -> Flask:
    if backend != "sqlite":
        pytest.skip("no database in this")
    return app


def test_a_list_begins_with_the_question(light: Flask) -> None:
    with light.test_request_context():
        empty, known, unknown = _Lists(), _Lists(data={"must": "b"}), _Lists(data={"must": "c"})
        assert codes(empty, "must") == codes(unknown, "must") == ["", "a", "b"]
        assert codes(known, "must") == codes(empty, "pills") == ["a", "b"]
        assert codes(known, "may") == ["", "a", "b"]
        sent = _Lists(MultiDict({"must": "", "pills": "a"}))
        assert not sent.validate()
        assert set(sent.errors) == {"must"}


def test_groups_as_often_as_needed(light: Flask) -> None:
    pairs = {"pairs-0-kind": "a", "pairs-0-number": "1", "pairs-7-number": "2", "pairs-²-kind": "a"}
    with light.test_request_context():
        form = _Lists(MultiDict({"must": "a", "pills": "a", f"pairs-{'9' * 6000}-kind": "a", **pairs}))
        assert form.validate()
        assert shown(form["pairs"]) == "A, 1; 2"
        assert [one["number"] for one in form["pairs"].data] == ["1", "2"]


@pytest.mark.parametrize("action", ["close", "reassign"])
def test_a_form_sent_untouched_is_refused(client_for: ClientFor, made: dict[str, Caseload], action: str) -> None:
    answer = client_for("supervisor").submit(f"/cases/{made['A'].case}/{action}", {})
    assert answer.status_code == 422


def test_a_retired_code_stays_in_what_is_corrected(
    client_for: ClientFor, app: Flask, acting: Acting, world: World, made: dict[str, Caseload]
) -> None:
    with acting(world.principal("administrator")) as session:
        retired = [("topic", "SDP"), ("document_type", "FOREIGN_PASS"), ("country", "AFG")]
        for list_name, code in retired:
            for row in session.scalars(select(CodeItem).where(CodeItem.list == list_name, CodeItem.code == code)):
                row.retired_on = date(2026, 5, 1)
    client, load = client_for("lawyer"), made["A"]
    address = f"/cases/{load.case}/sessions/{load.consultation}"
    assert client.submit(address, {"summary": "Исправлено"}).status_code == 302
    with app.app_context(), session_for(system("tests")) as session:
        topics = session.get_one(Consultation, load.consultation).topics
        assert [one.topic for one in topics] == ["SDP"]
    assert client.submit(f"/people/{load.person}/identity", {"birth_place": "Не там"}).status_code == 302
    details = client.page(f"/people/{load.person}/details").text
    assert CANARIES["A"].document in details
    assert "Afghanistan" in details
    new = client.page(f"/cases/{load.case}/sessions/new")
    assert "SDP" not in {one.get("value") for one in new.all("input", name="topics")}
