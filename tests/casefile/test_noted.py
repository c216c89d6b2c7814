"""Whoever looks at a record is noted for all that it shows: the person, the case, the relatives."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from casework.core.audit import AuditEntry
from casework.core.db import session_for
from casework.core.scope import system
from tests.conftest import ClientFor
from tests.security.caseload import Caseload


def seen(app: Flask) -> dict[tuple[str, str | None], set[Any]]:
    found: dict[tuple[str, str | None], set[Any]] = {}
    with app.app_context(), session_for(system("tests")) as session:
        for one in session.scalars(select(AuditEntry).where(AuditEntry.action.contains(":"))):
            found.setdefault((one.action, one.subject_kind), set()).add(one.subject_id)
    return found


@pytest.mark.parametrize("page", ["people/{0.person}", "cases/{0.case}"])
def test_case_and_relatives_are_noted(app: Flask, client_for: ClientFor, made: dict[str, Caseload], page: str) -> None:
    mine = made["A"]
    client_for("supervisor").page("/" + page.format(mine))
    noted = seen(app)
    assert noted["person:open", "persons"] == {mine.person}
    assert noted["case:open", "cases"] == {mine.case}
    assert noted["case:open", "persons"] == {mine.person}
    assert noted["person:family", "persons"] == {mine.relative}
