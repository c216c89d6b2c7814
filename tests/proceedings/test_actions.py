"""Recording what happened: moves, clocks, statuses, silence; putting it right and taking it back."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy.orm import Session

from casework.cases import actions as cases
from casework.cases.models import Case
from casework.core import clock
from casework.core.errors import DomainError
from casework.evidence import actions as evidence
from casework.mandates import actions as mandates
from casework.procedures import queries as procedures
from casework.proceedings import actions, queries
from casework.proceedings.actions import Forbidden, Told
from casework.proceedings.models import Act, Deadline
from tests.conftest import Acting
from tests.factories import World
from tests.proceedings.conftest import REGISTERED, TODAY
from tests.security.caseload import person_named


@pytest.fixture
def session(acting: Acting, world: World) -> Iterator[Session]:
    """A lawyer of A at work on 11 May 2026."""
    with clock.at(TODAY), acting(world.principal("lawyer")) as found:
        yield found


@pytest.fixture
def asylum(session: Session, world: World) -> Case:
    person = person_named("Просьбин", registered_on=REGISTERED, origin="AFG")
    return cases.open_case([person], "ASYLUM", REGISTERED, world.user_id("lawyer"))


@pytest.fixture
def stateless(session: Session, world: World) -> Case:
    person = person_named("Безгражданова", registered_on=REGISTERED)
    return cases.open_case([person], "NATIONALITY", REGISTERED, world.user_id("lawyer"))


def record(case: Case, code: str, on: date = REGISTERED, **more: object) -> Act:
    return actions.record(case, Told(code, on, **more))  # type: ignore[arg-type]


def running(case: Case) -> dict[str, date]:
    return {one.limit_code: one.due_on for one in queries.deadlines(case.id) if one.state == "OPEN"}


def one(case: Case, code: str) -> Deadline:
    return next(deadline for deadline in queries.deadlines(case.id) if deadline.limit_code == code)


def refusal(work: object) -> DomainError:
    with pytest.raises(DomainError) as refused:
        work()  # type: ignore[operator]
    return refused.value


def test_an_act_moves_the_case_on_its_day(asylum: Case) -> None:
    act = record(asylum, "REGISTERED")
    assert (act.from_stage, act.to_stage) == ("INTENT", "REGISTERED")
    assert (asylum.stage, asylum.stage_since) == ("REGISTERED", REGISTERED)
    assert asylum.parties[0].person.displacement == "ASR"
    record(asylum, "OTHER_EVENT", TODAY)
    assert (asylum.stage, asylum.stage_since) == ("REGISTERED", REGISTERED), "not every act moves"


def test_deadlines_follow_and_are_met(asylum: Case) -> None:
    record(asylum, "REGISTERED")
    assert running(asylum) == {"decision": date(2026, 8, 4)}
    record(asylum, "FI_RECOGNISED", TODAY)
    assert running(asylum) == {}
    assert (one(asylum, "decision").state, one(asylum, "decision").ended_on) == ("MET", TODAY)


def test_late_is_recorded(asylum: Case) -> None:
    record(asylum, "ARRIVED", date(2026, 4, 1))
    act = record(asylum, "LODGED")
    lodge = one(asylum, "lodge")
    assert (lodge.state, lodge.due_on, lodge.ended_by_id) == ("MET", date(2026, 4, 6), act.id)


def test_what_the_procedure_forbids(asylum: Case) -> None:
    """At the wrong stage, of another procedure, unknown, silent by nature, or about an inquiry."""
    for code in ("COURT_FILED", "SP_CERT_ISSUED", "NO_SUCH", "FI_SILENCE", "INQUIRY_SENT"):
        refused = refusal(lambda code=code: record(asylum, code))
        assert isinstance(refused, Forbidden), code
        assert refused.field == "code"
    assert "It can at: " in refusal(lambda: record(asylum, "COURT_FILED")).message
    assert queries.acts(asylum.id) == []


def test_what_is_missing_first(stateless: Case) -> None:
    refused = refusal(lambda: record(stateless, "APPLIED"))
    assert isinstance(refused, Forbidden)
    wanted = {lack.code for lack in refused.lacks}
    assert {lack.kind for lack in refused.lacks} == {"EVIDENCE"}
    assert "PHOTOS" in wanted
    for kind in wanted:
        evidence.received(stateless, kind)
    assert record(stateless, "APPLIED").to_stage == "APPLIED"
    refused = refusal(lambda: record(stateless, "SP_CERT_ISSUED"))
    assert isinstance(refused, Forbidden)


def test_an_act_that_has_to_come_first(stateless: Case) -> None:
    actions.change_procedure(stateless, stateless.procedure_id or stateless.id, "DECISION", TODAY, "Пришла с отказом")
    refused = refusal(lambda: record(stateless, "SP_CERT_ISSUED", TODAY))
    assert isinstance(refused, Forbidden)
    assert [(lack.kind, lack.code) for lack in refused.lacks] == [("ACT", "STATELESS_RECOGNISED")]
    record(stateless, "STATELESS_RECOGNISED", TODAY)
    assert record(stateless, "SP_CERT_ISSUED", TODAY).to_stage == "CERT_ISSUED"
    assert stateless.parties[0].person.nationality == "SP"
    assert running(stateless) == {"sp_cert_expiry": date(2031, 5, 11)}


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"on": date(2026, 5, 12)}, "happened_on"),
        ({"on": TODAY, "served_on": date(2026, 5, 12)}, "served_on"),
        ({"on": TODAY, "served_on": date(2026, 5, 10)}, "served_on"),
        ({"on": TODAY, "until_on": date(2026, 5, 10)}, "until_on"),
        ({"on": date(2026, 5, 3)}, "happened_on"),
        ({"on": TODAY, "document_id": REGISTERED}, "document"),
        ({"on": TODAY, "persons": [REGISTERED]}, "persons"),
    ],
)
def test_what_cannot_be(asylum: Case, told: dict[str, object], field: str) -> None:
    record(asylum, "REGISTERED")
    given = {name: asylum.id if value is REGISTERED else value for name, value in told.items()}
    given |= {"persons": [asylum.id]} if "persons" in told else {}
    assert refusal(lambda: record(asylum, "FI_REJECTED", **given)).field == field  # type: ignore[arg-type]
    assert [act.code for act in queries.acts(asylum.id)] == ["REGISTERED"]


def test_a_representative_needs_a_power_of_attorney(asylum: Case) -> None:
    lodged = lambda: record(asylum, "LODGED", is_by_representative=True)  # noqa: E731
    assert "power of attorney" in refusal(lodged).message
    mandates.record(asylum.parties[0].person, mandates.Given(scope=["ADMIN"], issued_on=REGISTERED))
    assert lodged().is_by_representative


# -- putting right ---------------------------------------------------------------------------------------------------


def test_correcting_and_putting_back_restores(asylum: Case) -> None:
    act = record(asylum, "REGISTERED")
    before = running(asylum)
    actions.correct(asylum, act, Told("REGISTERED", date(2026, 4, 1)))
    assert (running(asylum), asylum.stage_since) == ({"decision": date(2026, 7, 1)}, date(2026, 4, 1))
    assert one(asylum, "decision").former_due_on == date(2026, 8, 4)
    actions.correct(asylum, act, Told("REGISTERED", REGISTERED))
    assert (running(asylum), asylum.stage_since) == (before, REGISTERED)
    assert len(queries.deadlines(asylum.id)) == 1
    standing = [entry for entry in asylum.parties[0].person.history("displacement") if not entry.is_void]
    assert [(entry.code, entry.effective_on) for entry in standing][-1] == ("ASR", REGISTERED)


def test_acts_that_move_keep_their_order(asylum: Case) -> None:
    first, second = record(asylum, "REGISTERED"), record(asylum, "INTERVIEWED", date(2026, 5, 6))
    assert refusal(lambda: actions.correct(asylum, first, Told("REGISTERED", TODAY))).field == "happened_on"
    assert (
        refusal(lambda: actions.correct(asylum, second, Told("INTERVIEWED", date(2026, 5, 3)))).field == "happened_on"
    )
    assert refusal(lambda: actions.correct(asylum, second, Told("REGISTERED", TODAY))).field == "code"
    assert "Later acts" in refusal(lambda: actions.void(asylum, first, "WRONG_DATE")).message
    actions.void(asylum, second, "DID_NOT_HAPPEN")
    assert (asylum.stage, asylum.stage_since) == ("REGISTERED", REGISTERED)
    actions.void(asylum, first, "DID_NOT_HAPPEN")
    assert (asylum.stage, asylum.stage_since) == ("INTENT", asylum.opened_on)
    assert asylum.parties[0].person.displacement == "ND"
    assert running(asylum) == {}
    assert refusal(lambda: actions.void(asylum, first, "OTHER")).field is None


def test_a_closed_case_rests(asylum: Case) -> None:
    act = record(asylum, "REGISTERED")
    cases.close(asylum, TODAY, "ADVICE_ONLY", "SOLUTION")
    told = Told("REGISTERED", TODAY)
    for work in (
        lambda: record(asylum, "INTERVIEWED", TODAY),
        lambda: actions.correct(asylum, act, told),
        lambda: actions.void(asylum, act, "OTHER"),
        lambda: actions.change_procedure(asylum, asylum.procedure_id or asylum.id, "INTENT", TODAY, "x"),
    ):
        assert "closed" in refusal(work).message


# -- silence ---------------------------------------------------------------------------------------------------------


def test_silence_comes_and_goes_with_the_days(asylum: Case) -> None:
    act = record(asylum, "REGISTERED")
    with clock.at(date(2026, 8, 4)):
        actions.recount_open()
        assert [one.code for one in queries.acts(asylum.id)] == ["REGISTERED"], "the last day is still to come"
    with clock.at(date(2026, 8, 5)):
        assert actions.recount_open() == 1
        silence = queries.acts(asylum.id)[-1]
        assert (silence.code, silence.is_deemed, silence.happened_on) == ("FI_SILENCE", True, date(2026, 8, 5))
        assert running(asylum) == {"complaint_silence": date(2026, 11, 5)}
        assert refusal(lambda: actions.void(asylum, silence, "OTHER"))
        actions.recount_open()
        assert len(queries.acts(asylum.id)) == 2, "counted again it is the same silence"
        actions.correct(asylum, act, Told("REGISTERED", date(2026, 6, 1)))
        assert [one.code for one in queries.acts(asylum.id)] == ["REGISTERED"], "then nothing was late"
        assert running(asylum) == {"decision": date(2026, 9, 1)}
        actions.correct(asylum, act, Told("REGISTERED", REGISTERED))
        assert running(asylum) == {"complaint_silence": date(2026, 11, 5)}


def test_refusal_complaint_silence_court_remand_recognition(asylum: Case) -> None:
    """The whole way of an asylum claim, each clock started by the act before it."""
    record(asylum, "REGISTERED")
    with clock.at(date(2026, 7, 1)):
        record(asylum, "FI_REJECTED", date(2026, 6, 20), served_on=date(2026, 6, 22))
        assert running(asylum) == {"complaint": date(2026, 9, 22)}
        record(asylum, "COMPLAINT_FILED", date(2026, 7, 1))
        assert asylum.stage == "COMPLAINT"
    with clock.at(date(2026, 8, 20)):
        actions.recount_open()
        assert queries.acts(asylum.id)[-1].code == "AR_SILENCE"
        assert "court_claim_silence" in running(asylum)
        record(asylum, "COURT_FILED", date(2026, 8, 20))
        assert asylum.stage == "COURT1"
    with clock.at(date(2026, 11, 2)):
        record(asylum, "COURT_REMANDED", date(2026, 10, 30), served_on=date(2026, 11, 2))
        assert asylum.stage == "REGISTERED", "back to the first instance"
        assert list(running(asylum)) == ["decision_again"]
        record(asylum, "FI_RECOGNISED", date(2026, 11, 2))
        assert (asylum.stage, asylum.parties[0].person.displacement) == ("STATUS_GRANTED", "REF-C")
        assert running(asylum) == {}


# -- another procedure -----------------------------------------------------------------------------------------------


def test_going_on_under_another_procedure_stops_its_clocks(stateless: Case) -> None:
    for lack in next(one for one in queries.possible_acts(stateless) if one.code == "APPLIED").lacks:
        evidence.received(stateless, lack.code)
    record(stateless, "APPLIED")
    other = next(one for one in procedures.in_force(track="NATIONALITY") if one.code == "CONF_KZ_BIRTH")
    foreign = procedures.in_force(track="RESIDENCE")[0]
    assert refusal(lambda: change(stateless, foreign.id, foreign.first_stage)).field == "procedure"
    assert refusal(lambda: change(stateless, other.id, "REGISTERED")).field == "stage"
    assert refusal(lambda: change(stateless, stateless.procedure_id, "DECISION")).field == "stage", "acts have moved it"
    assert refusal(lambda: change(stateless, other.id, other.first_stage, date(2026, 5, 12))).field == "since"
    change(stateless, other.id, other.first_stage)
    assert (stateless.procedure_id, stateless.stage) == (other.id, other.first_stage)
    assert running(stateless) == {}
    assert stateless.events[-1].kind == "procedure"


def change(case: Case, procedure_id: object, stage: str, since: date = TODAY) -> None:
    actions.change_procedure(case, procedure_id, stage, since, "Родилась в Казахстане")  # type: ignore[arg-type]


def test_acts_hold_the_kind_of_the_case(asylum: Case) -> None:
    record(asylum, "REGISTERED")
    assert refusal(lambda: cases.correct_opening(asylum, asylum.opened_on, "OTHER", None)).field == "track"


# -- what runs ---------------------------------------------------------------------------------------------------------


def test_deadlines_of_all(asylum: Case, stateless: Case, world: World) -> None:
    record(asylum, "REGISTERED")
    record(asylum, "AS_CERT_ISSUED", REGISTERED)
    due = queries.due(date(2026, 6, 1))
    assert [deadline.limit_code for deadline in due] == ["fingerprints"]
    assert queries.due(date(2026, 6, 1), lawyer_id=world.user_id("supervisor")) == []
    assert queries.due(date(2026, 12, 1), who=["EXPIRY"])[0].limit_code == "as_cert_expiry"
    found = queries.next_deadlines([asylum.id, stateless.id])
    assert {case_id: deadline.limit_code for case_id, deadline in found.items()} == {asylum.id: "fingerprints"}


def test_nothing_of_others_is_seen(acting: Acting, world: World) -> None:
    with clock.at(TODAY), acting(world.principal("lawyer")):
        person = person_named("Просьбин", registered_on=REGISTERED)
        case = cases.open_case([person], "ASYLUM", REGISTERED, world.user_id("lawyer"))
        act_id, case_id = record(case, "REGISTERED").id, case.id
    with clock.at(TODAY), acting(world.principal("lawyer", "B")):
        assert queries.act(case_id, act_id) is None
        assert queries.acts(case_id) == queries.deadlines(case_id) == queries.due(date(2027, 1, 1)) == []
        assert actions.recount_open() == 0
