"""What holds when the ground moves: another procedure, a closed case, a person taken out, one case that fails."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID, uuid4

import pytest
from flask import current_app
from sqlalchemy.orm import Session

from casework.cases import actions as cases
from casework.cases.models import Case
from casework.core import clock
from casework.core.db import db
from casework.procedures import queries as procedures
from casework.proceedings import actions, changing, jobs, queries
from casework.proceedings.actions import Told
from casework.proceedings.models import Act
from casework.proceedings.rules import silence_id
from tests.conftest import Acting
from tests.factories import World
from tests.proceedings.conftest import REGISTERED, TODAY
from tests.security.caseload import person_named


@pytest.fixture
def session(acting: Acting, world: World) -> Iterator[Session]:
    with clock.at(TODAY), acting(world.principal("lawyer")) as found:
        yield found


@pytest.fixture
def asylum(session: Session, world: World) -> Case:
    people = [person_named(name, registered_on=REGISTERED, origin="AFG") for name in ("Первый", "Второй")]
    return cases.open_case(people, "ASYLUM", REGISTERED, world.user_id("lawyer"))


@pytest.fixture
def stateless(session: Session, world: World) -> Case:
    person = person_named("Безгражданова", registered_on=REGISTERED)
    return cases.open_case([person], "NATIONALITY", REGISTERED, world.user_id("lawyer"))


def record(case: Case, code: str, on: date = REGISTERED, **more: object) -> Act:
    return actions.record(case, Told(code, on, **more))  # type: ignore[arg-type]


def running(case: Case) -> dict[str, date]:
    return {one.limit_code: one.due_on for one in queries.deadlines(case.id) if one.state == "OPEN"}


def procedure(code: str) -> UUID:
    return next(one.id for one in procedures.in_force() if one.code == code)


def go_on(case: Case, code: str, stage: str) -> None:
    actions.change_procedure(case, procedure(code), stage, TODAY, "Иначе")


# -- another procedure -----------------------------------------------------------------------------------------------


def test_an_act_of_another_procedure_moves_the_case_no_more(stateless: Case) -> None:
    go_on(stateless, "CONF_OTHER", "IDENTIFIED")
    applied = record(stateless, "APPLIED")
    go_on(stateless, "SDP", "EVIDENCE")
    actions.correct(stateless, applied, Told("APPLIED", date(2026, 5, 5)))
    assert (stateless.stage, stateless.stage_since) == ("EVIDENCE", TODAY)
    actions.void(stateless, applied, "DID_NOT_HAPPEN")
    assert (stateless.stage, stateless.stage_since) == ("EVIDENCE", TODAY)


def test_a_stage_set_wrongly_can_be_set_again_under_the_new_procedure(stateless: Case) -> None:
    go_on(stateless, "CONF_OTHER", "IDENTIFIED")
    record(stateless, "APPLIED")
    go_on(stateless, "SDP", "DECISION")
    with current_app.test_request_context():
        urls = [row["url"] for group in changing.options(stateless) for row in group["rows"]]
    assert any(str(procedure("SDP")) in url for url in urls)
    go_on(stateless, "SDP", "EVIDENCE")
    assert stateless.stage == "EVIDENCE"


def test_an_inquiry_runs_on_under_another_procedure(stateless: Case) -> None:
    """The State owes its reply whatever the case has become, and its silence lets the stateless be recognised."""
    inquiry = uuid4()
    record(stateless, "INQUIRY_SENT", about_id=inquiry)
    before = running(stateless)
    go_on(stateless, "CONF_KZ_BIRTH", "APPLIED")
    assert running(stateless) == before == {"inquiry_reply": date(2026, 11, 4)}
    stopped = next(one for one in procedures.in_force() if one.code == "SDP")
    assert not [words for words in changing.follows(stateless, stopped) if "stop" in words]
    go_on(stateless, "SDP", "INQUIRY_SENT")
    recognise = next(one for one in queries.possible_acts(stateless) if one.code == "STATELESS_RECOGNISED")
    assert [one.kind for one in recognise.lacks] == ["INQUIRIES_CLOSED"]
    with clock.at(date(2026, 11, 5)):
        actions.recount(stateless)
        recognise = next(one for one in queries.possible_acts(stateless) if one.code == "STATELESS_RECOGNISED")
        assert recognise.lacks == ()


def test_how_clocks_ended_before_stays_said(stateless: Case) -> None:
    go_on(stateless, "CONF_KZ_BIRTH", "APPLIED")
    applied = record(stateless, "OTHER_EVENT")
    actions.void(stateless, applied, "OTHER")
    with clock.at(date(2027, 2, 1)):
        go_on(stateless, "RESID_PERMIT" if stateless.track == "RESIDENCE" else "ACQ_KZ_CHILD", "APPLIED")
        refused = record(stateless, "REFUSED", served_on=REGISTERED)
        record(stateless, "COMPLAINT_FILED", date(2026, 6, 1))
        silence = next(one for one in queries.acts(stateless.id) if one.code == "AR_SILENCE")
        actions.change_procedure(stateless, procedure("SDP"), "EVIDENCE", TODAY, "Иначе")
        states = {one.limit_code: one.state for one in queries.deadlines(stateless.id)}
        assert (states["complaint"], states["complaint_decision"]) == ("MET", "SILENT")
        assert states["court_claim_silence"] == "STOPPED", "it ran, and runs no more"
        assert not silence.is_void
        complaint = next(one for one in queries.acts(stateless.id) if one.code == "COMPLAINT_FILED")
        actions.void(stateless, complaint, "DID_NOT_HAPPEN")
        assert silence.is_void, "nobody was silent about what never happened"
        assert refused.is_void is False


# -- closing, reopening, persons -------------------------------------------------------------------------------------


def test_reopening_catches_up(asylum: Case) -> None:
    act = record(asylum, "REGISTERED")
    cases.close(asylum, TODAY, "ADVICE_ONLY", "SOLUTION")
    with clock.at(date(2026, 9, 1)):
        jobs.recount_open()
        case = db.session.get_one(Case, asylum.id)
        assert queries.act(case.id, silence_id(act.id, "decision")) is None, "a closed case rests"
        cases.reopen(case, date(2026, 9, 1), "NEW_FACTS")
        assert queries.act(case.id, silence_id(act.id, "decision")) is not None
        assert running(case) == {"complaint_silence": date(2026, 11, 5)}


def test_who_never_was_in_the_case_keeps_no_status_of_it(asylum: Case) -> None:
    first, second = (party.person for party in asylum.parties)
    record(asylum, "REGISTERED")
    record(asylum, "FI_RECOGNISED", TODAY)
    assert [one.displacement for one in (first, second)] == ["REF-C", "REF-C"]
    cases.void_party(asylum, second.id, "WRONG_PERSON")
    assert [one.displacement for one in (first, second)] == ["REF-C", "ND"]


# -- the daily count -------------------------------------------------------------------------------------------------


def test_one_case_that_fails_leaves_the_others_counted(
    asylum: Case, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = person_named("Третий", registered_on=REGISTERED, origin="AFG")
    broken = cases.open_case([person], "ASYLUM", REGISTERED, world.user_id("lawyer"))
    acts = {case.id: record(case, "REGISTERED").id for case in (asylum, broken)}
    failing_id = broken.id
    db.session.commit()
    reconcile = actions._reconcile

    def failing(case: Case, *more: object) -> None:
        reconcile(case, *more)  # type: ignore[arg-type]
        if case.id == failing_id:
            raise ValueError("The limits of this procedure start each other by silence for ever.")

    monkeypatch.setattr(actions, "_reconcile", failing)
    with clock.at(date(2026, 9, 1)):
        with pytest.raises(ValueError, match="for ever"):
            jobs.recount_open()
        there = [queries.act(case_id, silence_id(act_id, "decision")) is not None for case_id, act_id in acts.items()]
        assert there == [True, False]


# -- what the law asks of lawyers ------------------------------------------------------------------------------------


def test_an_extension_after_a_remand_is_not_over_before_it_began(asylum: Case) -> None:
    actions.change_procedure(asylum, asylum.procedure_id or uuid4(), "INTENT", date(2024, 1, 1), "Приняли дело")
    record(asylum, "REGISTERED", date(2024, 2, 1))
    record(asylum, "FI_REJECTED", date(2024, 4, 30), served_on=date(2024, 5, 2))
    record(asylum, "COMPLAINT_FILED", date(2024, 5, 15))
    record(asylum, "AR_RETURNED", date(2026, 4, 1), served_on=date(2026, 4, 1))
    record(asylum, "EXTENSION_NOTIFIED", date(2026, 5, 5))
    assert running(asylum) == {"decision_extended": date(2027, 5, 5)}


def test_the_delay_of_a_statelessness_case_can_be_complained_about(stateless: Case) -> None:
    """No silence follows by itself there, for the period is not known: the complaint must not wait for it."""
    actions.change_procedure(stateless, procedure("SDP"), "ACCEPTED", TODAY, "Пришла с заявлением")
    record(stateless, "COMPLAINT_FILED", TODAY)
    assert stateless.stage == "APPEAL"


def test_a_late_refusal_is_judged_with_the_silence_before_it(asylum: Case) -> None:
    record(asylum, "REGISTERED", date(2025, 9, 1))
    with clock.at(date(2026, 5, 11)):
        actions.recount(asylum)
        record(asylum, "COMPLAINT_FILED", date(2026, 1, 15))
        record(asylum, "COURT_FILED", date(2026, 3, 2))
        record(asylum, "FI_REJECTED", date(2026, 3, 10), served_on=date(2026, 3, 12))
        assert "complaint" in running(asylum)
        record(asylum, "COURT_DISMISSED", date(2026, 5, 4), served_on=date(2026, 5, 5))
        assert set(running(asylum)) == {"appeal"}


def test_a_registration_refused_and_won_is_still_a_registration(asylum: Case) -> None:
    """The status of an asylum-seeker comes with the registration, and so must be possible after the complaint."""
    with clock.at(date(2026, 6, 30)):
        record(asylum, "LODGED")
        record(asylum, "REG_REFUSED", served_on=REGISTERED)
        record(asylum, "COMPLAINT_FILED", TODAY)
        record(asylum, "AR_RETURNED", date(2026, 6, 1), served_on=date(2026, 6, 2))
        record(asylum, "REGISTERED", date(2026, 6, 5))
        assert (asylum.stage, asylum.parties[0].person.displacement) == ("REGISTERED", "ASR")
