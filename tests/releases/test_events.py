"""What partners did in a period: sessions, services, cases closed, decisions, letters, inquiries; how long it took."""

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from casework.cases import actions as cases
from casework.cases.models import Case, CaseParty
from casework.consultations import actions as consultations
from casework.consultations.actions import Session
from casework.consultations.models import Consultation
from casework.core import clock
from casework.core.db import db
from casework.disclosure.tables import TOTAL, Table
from casework.inquiries import actions as inquiries
from casework.inquiries.actions import Asked
from casework.letters.models import Letter, LetterTemplate
from casework.proceedings import actions as proceedings
from casework.proceedings.actions import Told
from casework.proceedings.models import Act
from casework.releases import counting, declared
from casework.releases.events import Window, events
from tests.conftest import Acting
from tests.factories import World
from tests.figures.caseload import again, registered
from tests.releases.ledger import consistent, moment, small, table

SINCE, AS_OF = date(2026, 1, 1), date(2026, 4, 1)
OPENED, TODAY = date(2026, 1, 12), date(2026, 4, 20)


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with clock.at(TODAY):
        yield


def counted(code: str, **more: object) -> Table:
    facts = counting.facts(AS_OF, SINCE, [declared.named(code)], {}, **more)  # type: ignore[arg-type]
    found = table(facts, code)
    consistent(found)
    return found


def behind(found: Table) -> dict[tuple[str, ...], int]:
    assert found.persons is not None
    return {at: found.persons[at] for at in small(found)}


def family_case(world: World, key: str = "A", track: str = "NATIONALITY", size: int = 1) -> Case:
    people = [registered(OPENED, nationality="UN") for _ in range(size)]
    return cases.open_case(people, track, OPENED, world.user_id("lawyer", key))


def persons_of(case: Case) -> list[UUID]:
    return [party.person_id for party in case.parties]


def held(case: Case, on: date, *persons: UUID, modality: str = "OFFICE", **more: object) -> UUID:
    there = list(persons) or persons_of(case)
    return consultations.record(case, Session(on, modality, there, **more)).id  # type: ignore[arg-type]


# -- sessions ------------------------------------------------------------------------------------------------------


@pytest.fixture
def sessions(acting: Acting, world: World) -> UUID:
    """Four sessions that stand in the period, one voided, one before and one after it; and which was voided."""
    with acting(world.principal("lawyer")):
        case = family_case(world, size=3)
        first, second, third = persons_of(case)
        held(case, date(2026, 1, 15), first, second, topics=["SDP", "IIN"], services=["COUNSEL", "REFER"])
        held(case, date(2026, 3, 31), first, modality="PHONE", topics=["SDP"], services=["INFO"])
        held(case, AS_OF, first, services=["INFO"])
        void = held(case, date(2026, 2, 2), third, topics=["GBV"], services=["COUNSEL"])
        consultations.void(case, db.session.get_one(Consultation, void), "DUPLICATE_ENTRY")
    with acting(world.principal("lawyer", "B")):
        other = family_case(world, "B")
        held(other, date(2026, 2, 28), services=["COUNSEL"], topics=["IIN"])
        held(other, date(2026, 3, 1), services=["FOLLOWUP"])
    return void


def test_sessions_count_once_however_many_took_part(acting: Acting, world: World, sessions: UUID) -> None:
    with acting(world.principal("statistics")):
        by_modality, by_month = counted("sessions_by_modality"), counted("sessions_by_month")
    assert small(by_modality) == {("OFFICE",): 3, ("PHONE",): 1}
    assert behind(by_modality) == {("OFFICE",): 3, ("PHONE",): 1}
    assert by_modality.persons is not None
    assert by_modality.persons[(TOTAL,)] == 3
    assert by_modality.own["Partner Aster"] == {("OFFICE",): 1, ("PHONE",): 1, (TOTAL,): 2}
    assert small(by_month) == {("2026-01",): 1, ("2026-02",): 1, ("2026-03",): 2}


def test_topics_and_services_count_each(acting: Acting, world: World, sessions: UUID) -> None:
    with acting(world.principal("statistics")):
        assert small(counted("session_topics_by_topic")) == {("SDP",): 2, ("IIN",): 2}
        by_type, by_level = counted("services_by_service_type"), counted("services_by_level")
        activities = counted("activities_by_activity_month")
    assert small(by_type) == {("COUNSEL",): 2, ("REFER",): 1, ("INFO",): 1, ("FOLLOWUP",): 1}
    assert small(by_level) == {("1",): 1, ("2",): 2, ("NONE",): 2}
    assert behind(by_level) == {("1",): 1, ("2",): 3, ("NONE",): 3}
    assert activities.counts["sessions", TOTAL] == 4
    assert activities.counts["services", "2026-01"] == 2
    assert activities.counts["services", TOTAL] == by_type.counts[(TOTAL,)]


def test_what_had_been_recorded_by_a_moment(acting: Acting, world: World, sessions: UUID) -> None:
    with clock.at(TODAY + timedelta(days=1)), acting(world.principal("lawyer")):
        case = db.session.scalars(select(Case)).one()
        held(case, date(2026, 2, 20))
        standing = db.session.scalars(select(Consultation).order_by("held_on")).first()
        assert standing is not None
        consultations.void(case, standing, "WRONG_DATE")
    with acting(world.principal("statistics")):
        assert counted("sessions_by_month").counts[(TOTAL,)] == 4
        assert small(counted("sessions_by_month", cut=moment(TODAY))) == {
            ("2026-01",): 1,
            ("2026-02",): 1,
            ("2026-03",): 2,
        }
        assert counted("sessions_by_month", cut=moment(TODAY - timedelta(days=1))).counts[(TOTAL,)] == 0


def test_a_code_that_no_list_knows_is_left_out_of_nothing(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        held(family_case(world), date(2026, 2, 20), modality="PIGEON")
    with acting(world.principal("statistics")):
        assert small(counted("sessions_by_modality")) == {("NONE",): 1}
        assert declared.category_text("modality", "NONE").en == "Not recorded"


# -- cases ---------------------------------------------------------------------------------------------------------


def test_cases_closed_and_still_closed_at_the_end(acting: Acting, world: World) -> None:
    def closed(on: date, outcome: str | None, reason: str, size: int = 1) -> Case:
        case = family_case(world, size=size)
        cases.close(case, on, outcome, reason)
        return case

    with acting(world.principal("lawyer")):
        closed(date(2026, 2, 3), "NAT_KZ_CONFIRMED", "SOLUTION", size=4)
        cases.reopen(closed(date(2026, 2, 3), None, "LOST_CONTACT"), date(2026, 3, 1), "NEW_FACTS")
        cases.reopen(closed(date(2026, 2, 3), None, "LOST_CONTACT"), date(2026, 4, 2), "NEW_FACTS")
        again_closed = closed(date(2026, 2, 3), None, "WITHDREW")
        cases.reopen(again_closed, date(2026, 2, 4), "NEW_FACTS")
        cases.close(again_closed, date(2026, 3, 31), "REFUSED", "SERVICES_DONE")
        closed(AS_OF, None, "WITHDREW")
    with acting(world.principal("statistics")):
        by_outcome = counted("cases_closed_by_track_outcome")
        by_reason = counted("cases_closed_by_closure_reason_month")
        assert counted("cases_closed_by_month", cut=moment(TODAY - timedelta(days=1))).counts[(TOTAL,)] == 0
    assert small(by_outcome) == {
        ("NATIONALITY", "NAT_KZ_CONFIRMED"): 1,
        ("NATIONALITY", "NONE"): 1,
        ("NATIONALITY", "REFUSED"): 1,
    }
    assert behind(by_outcome)["NATIONALITY", "NAT_KZ_CONFIRMED"] == 4
    assert ("ASYLUM", "NAT_KZ_CONFIRMED") in by_outcome.structural
    assert small(by_reason) == {
        ("SOLUTION", "2026-02"): 1,
        ("LOST_CONTACT", "2026-02"): 1,
        ("SERVICES_DONE", "2026-03"): 1,
    }


def test_an_outcome_of_another_kind_of_case_makes_nothing_impossible(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        case = family_case(world, track="BIRTH_REG")
        cases.close(case, date(2026, 2, 3), "NAT_OTH_CONFIRMED", "SOLUTION")
    with acting(world.principal("statistics")):
        found = counted("cases_closed_by_track_outcome")
    assert small(found) == {("BIRTH_REG", "NAT_OTH_CONFIRMED"): 1}
    assert not found.structural


# -- decisions, letters, inquiries -----------------------------------------------------------------------------------


def asylum_case(world: World, registered_on: date = OPENED, key: str = "A") -> Case:
    case = family_case(world, key, "ASYLUM")
    proceedings.record(case, Told("REGISTERED", registered_on))
    return case


def test_decisions_by_procedure_instance_and_result(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        refused = asylum_case(world)
        proceedings.record(refused, Told("FI_REJECTED", date(2026, 3, 2), served_on=date(2026, 3, 2)))
        granted = asylum_case(world)
        proceedings.record(granted, Told("FI_RECOGNISED", date(2026, 3, 3), served_on=date(2026, 3, 3)))
        void = asylum_case(world)
        act = proceedings.record(void, Told("FI_RECOGNISED", date(2026, 3, 4), served_on=date(2026, 3, 4)))
        proceedings.void(void, act, "WRONG_CASE")
    with acting(world.principal("statistics")):
        assert small(counted("decisions_by_procedure_result")) == {("ASYLUM", "REFUSED"): 1, ("ASYLUM", "GRANTED"): 1}
        assert small(counted("decisions_by_instance_month")) == {("FIRST", "2026-03"): 2}
        assert small(counted("activities_by_activity")) == {}, "what authorities did is no activity of partners"


def test_letters_inquiries_and_steps(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        case = family_case(world, size=2)
        inquiries.send(case, Asked("UZB", "MFA", date(2026, 2, 4), evidence="Родился там"))
        void = inquiries.send(case, Asked("KGZ", "MFA", date(2026, 2, 4), evidence="Родился там"))
        inquiries.void(case, void, "WRONG_CASE")
        template = LetterTemplate(
            code="INVENTED", language="ru", position=1, label_en="a", label_ru="b", label_kk="c", tracks=[],
            addressee="AUTHORITY", fields=[], needed=[], effective_from=OPENED, source="tests",
        )  # fmt: skip
        db.session.add(template)
        db.session.flush()
        for sent_on, voided in ((date(2026, 2, 5), False), (date(2026, 2, 6), True), (None, False)):
            db.session.add(
                Letter(
                    case_id=case.id,
                    person_id=persons_of(case)[0],
                    template_id=template.id,
                    language="ru",
                    addressee_kind="AUTHORITY",
                    written_on=date(2026, 2, 1),
                    sent_on=sent_on,
                    recorded_at=clock.now(),
                    voided_at=clock.now() if voided else None,
                )
            )
        db.session.add(
            Act(
                case_id=case.id,
                procedure_id=case.procedure_id,
                code="APPLIED",
                happened_on=date(2026, 3, 9),
                recorded_at=clock.now(),
            )
        )
    with acting(world.principal("statistics")):
        found = counted("activities_by_activity_month")
    assert small(found) == {("inquiries", "2026-02"): 1, ("letters", "2026-02"): 1, ("acts", "2026-03"): 1}
    assert behind(found) == {("inquiries", "2026-02"): 2, ("letters", "2026-02"): 1, ("acts", "2026-03"): 2}


def test_who_was_put_into_a_case_by_mistake_is_not_behind_it(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        case = family_case(world, size=2)
        cases.void_party(case, persons_of(case)[1], "WRONG_PERSON")
        cases.close(case, date(2026, 2, 3), None, "SERVICES_DONE")
        assert len(db.session.scalars(select(CaseParty)).all()) == 2
    with acting(world.principal("statistics")):
        assert set(behind(counted("cases_closed_by_track")).values()) == {1}


def test_a_merged_person_is_one_person(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        case = family_case(world, size=2)
        held(case, date(2026, 2, 3))
        kept, gone = (again(one) for one in persons_of(case))
        gone.merged_into_id, gone.merged_on = kept.id, date(2026, 2, 1)
    with acting(world.principal("statistics")):
        assert behind(counted("sessions_by_modality")) == {("OFFICE",): 1}


# -- how long it took ----------------------------------------------------------------------------------------------


def test_a_median_is_told_of_ten_at_least(acting: Acting, world: World) -> None:
    def decided(after: int) -> None:
        case = asylum_case(world)
        on = OPENED + timedelta(days=after)
        proceedings.record(case, Told("FI_REJECTED", on, served_on=on))

    def median() -> int | None:
        with acting(world.principal("statistics")):
            found = {one.code: one for one in counting.durations(SINCE, AS_OF)}
            assert len(events("decisions", Window(SINCE, AS_OF))) >= 9
        assert found["SDP"].is_hidden
        assert found["ASYLUM"].name.en == "Asylum: refugee status"
        return found["ASYLUM"].median_days

    with acting(world.principal("lawyer")):
        for after in (10, 20, 30, 31, 36, 37, 50, 60, 61):
            decided(after)
        decided(79)  # on the first day after the period
    assert median() is None
    with acting(world.principal("lawyer")):
        decided(38)
    assert median() == 40, "36 and 37 are in the middle, ten cases: 36.5"
