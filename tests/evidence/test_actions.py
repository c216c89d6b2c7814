"""Noting how evidence stands, and what a stage still lacks because of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session as DatabaseSession

from casework.cases import actions as cases
from casework.cases.models import Case
from casework.core import clock
from casework.core.errors import DomainError
from casework.evidence import actions, queries
from casework.evidence.actions import Noted
from casework.evidence.rules import Progress
from casework.proceedings import actions as proceedings
from casework.proceedings.actions import Forbidden, Told
from tests.conftest import Acting
from tests.evidence.invented import case_of
from tests.factories import World
from tests.security.caseload import person_named

TODAY = date(2026, 5, 20)
ASKED = Noted("ASKED", asked_from="Архив Сапфирогорска", asked_on=date(2026, 4, 8))


@pytest.fixture
def session(acting: Acting, world: World) -> Iterator[DatabaseSession]:
    with clock.at(TODAY), acting(world.principal("lawyer")) as found:
        yield found


@pytest.fixture
def case(session: DatabaseSession, world: World) -> Case:
    return case_of(person_named("Сапфирова"), lawyer_id=world.user_id("lawyer"))


def states(case: Case) -> dict[str, str]:
    return {one.kind: one.state for one in queries.checklist(case)}


def test_everything_is_missing_at_first(case: Case) -> None:
    assert states(case) == dict.fromkeys(
        ("BIRTH_CERT", "USSR_PASS", "FOREIGN_PASS", "MARRIAGE", "COURT_DEC"), "MISSING"
    )
    assert queries.progress(case) == Progress(0, 3)
    assert [one.kind for one in queries.unmet(case, "APPLIED")] == ["BIRTH_CERT", "USSR_PASS", "FOREIGN_PASS"]


def test_what_is_noted_is_kept_sealed(session: DatabaseSession, case: Case) -> None:
    item = actions.note(case, "BIRTH_CERT", ASKED)
    session.commit()
    session.expire_all()
    line = queries.line(case, "BIRTH_CERT")
    assert line is not None
    assert line.item is not None
    assert (line.state, line.item.asked_on, line.item.details.asked_from) == (
        "ASKED", date(2026, 4, 8), "Архив Сапфирогорска",
    )  # fmt: skip
    assert "Архив".encode() not in (item.details_sealed or b"")
    actions.note(case, "BIRTH_CERT", replace(ASKED, state="HAVE", received_on=TODAY))
    assert len(queries.items(case.id)) == 1, "one line for one kind"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (Noted("SOMEWHERE"), "state"),
        (Noted("ASKED", asked_on=date(2026, 4, 8)), "asked_from"),
        (Noted("ASKED", asked_from="Архив"), "asked_on"),
        (Noted("CANNOT"), "why_not"),
        (replace(ASKED, asked_on=date(2026, 5, 21)), "asked_on"),
        (Noted("HAVE", received_on=date(2026, 5, 21)), "received_on"),
        (replace(ASKED, state="HAVE", received_on=date(2026, 4, 7)), "received_on"),
        (Noted("HAVE", document_id=uuid4()), "document"),
    ],
)
def test_what_cannot_be(case: Case, wrong: Noted, field: str) -> None:
    with pytest.raises(DomainError) as refused:
        actions.note(case, "BIRTH_CERT", wrong)
    assert refused.value.field == field
    assert queries.items(case.id) == {}


def test_a_kind_that_nobody_knows(case: Case) -> None:
    with pytest.raises(DomainError):
        actions.note(case, "NO_SUCH_KIND", Noted("HAVE"))


def test_a_kind_that_the_procedure_does_not_ask_for(case: Case) -> None:
    actions.add(case, "ARCHIVE", ASKED)
    line = queries.line(case, "ARCHIVE")
    assert line is not None
    assert (line.is_asked_by_procedure, line.is_required) == (False, False)
    assert [one.kind for one in queries.checklist(case)][-1] == "ARCHIVE"
    for there in ("ARCHIVE", "BIRTH_CERT"):
        with pytest.raises(DomainError):
            actions.add(case, there, ASKED)


def test_one_tap(session: DatabaseSession, case: Case) -> None:
    actions.note(case, "BIRTH_CERT", ASKED)
    item = actions.received(case, "BIRTH_CERT")
    assert (item.state, item.received_on, item.details.asked_from) == ("HAVE", TODAY, "Архив Сапфирогорска")
    version = item.version
    with clock.at(date(2026, 5, 25)):
        assert actions.received(case, "BIRTH_CERT").received_on == TODAY, "said twice, said once"
    session.flush()
    assert item.version == version
    assert actions.received(case, "MARRIAGE").received_on == TODAY


def test_taken_back_it_is_missing_again_and_may_be_noted_anew(case: Case) -> None:
    actions.void(case, actions.received(case, "BIRTH_CERT"), "WRONG_CONTENT")
    actions.void(case, actions.add(case, "ARCHIVE", ASKED), "WRONG_CONTENT")
    assert states(case)["BIRTH_CERT"] == "MISSING"
    assert "ARCHIVE" not in states(case)
    actions.note(case, "BIRTH_CERT", ASKED)
    assert states(case)["BIRTH_CERT"] == "ASKED"


def test_the_next_stage_waits_for_it(case: Case) -> None:
    lodged = Told("LODGED", TODAY)
    with pytest.raises(Forbidden) as refused:
        proceedings.record(case, lodged)
    assert [one.code for one in refused.value.lacks] == ["BIRTH_CERT", "USSR_PASS", "FOREIGN_PASS"]
    actions.note(case, "BIRTH_CERT", Noted("CANNOT", why_not="Сгорел архив"))
    actions.note(case, "FOREIGN_PASS", Noted("CANNOT", why_not="Никогда не было"))
    assert [one.kind for one in queries.unmet(case, "APPLIED")] == ["USSR_PASS"]
    actions.received(case, "USSR_PASS")
    assert queries.progress(case) == Progress(2, 3)
    proceedings.record(case, lodged)
    assert case.stage == "APPLIED"


def test_a_case_without_procedure_has_the_list_that_is_made_for_it(session: DatabaseSession, case: Case) -> None:
    case.procedure_id = None
    assert queries.checklist(case) == []
    assert queries.unmet(case, "APPLIED") == []
    actions.add(case, "ARCHIVE", ASKED)
    assert states(case) == {"ARCHIVE": "ASKED"}
    assert queries.progress(case) == Progress(0, 1)


def test_nothing_changes_in_a_closed_case(case: Case) -> None:
    item = actions.received(case, "MARRIAGE")
    cases.close(case, TODAY, "ADVICE_ONLY", "SOLUTION")
    for what in (
        lambda: actions.received(case, "BIRTH_CERT"),
        lambda: actions.note(case, "MARRIAGE", ASKED),
        lambda: actions.void(case, item, "WRONG_CONTENT"),
    ):
        with pytest.raises(DomainError):
            what()
