"""Asking States: each inquiry with its own clock, reply and silence; and whom one must not ask."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session as DatabaseSession

from casework.cases import actions as cases
from casework.cases.models import Case
from casework.consents import actions as consents
from casework.core import clock
from casework.core.errors import DomainError
from casework.documents import actions as documents
from casework.inquiries import actions, policy, queries
from casework.inquiries.actions import Answered, Asked
from casework.inquiries.forms import reply_values
from casework.inquiries.models import Inquiry
from casework.persons import actions as persons
from casework.persons.models import Person
from casework.procedures.rules import ANY
from casework.proceedings import actions as proceedings
from casework.proceedings import queries as proceedings_queries
from casework.proceedings.actions import Forbidden, Told
from tests.conftest import Acting
from tests.documents import files
from tests.evidence.invented import OPENED, case_of, procedure
from tests.factories import World
from tests.security.caseload import person_named

SENT = date(2026, 4, 8)
TODAY = date(2026, 5, 20)
ASKED = Asked("UZB", "MFA", SENT, evidence="Родился в Топазовске", reference="ИСХ-41")


@pytest.fixture
def session(acting: Acting, world: World) -> Iterator[DatabaseSession]:
    with clock.at(TODAY), acting(world.principal("lawyer")) as found:
        yield found


@pytest.fixture
def person(session: DatabaseSession) -> Person:
    return person_named("Топазов", nationality="UN", origin="UZB")


@pytest.fixture
def case(person: Person, world: World) -> Case:
    return case_of(person, lawyer_id=world.user_id("lawyer"))


def due(inquiry: Inquiry) -> tuple[date, str]:
    deadline = queries.course(inquiry).deadline
    assert deadline is not None
    return deadline.due_on, deadline.state


def test_it_is_kept_as_told_and_its_clock_runs(session: DatabaseSession, case: Case, world: World) -> None:
    inquiry = actions.send(case, ASKED)
    session.commit()
    session.expire_all()
    found = queries.inquiry(case.id, inquiry.id)
    assert found is not None
    assert (found.state, found.through, found.sent_on, found.reply) == ("UZB", "MFA", SENT, None)
    assert (found.details.evidence, found.details.reference) == ("Родился в Топазовске", "ИСХ-41")
    assert "Топазовске".encode() not in (found.details_sealed or b"")
    assert found.recorded_by_id == world.user_id("lawyer")
    assert due(found) == (date(2026, 10, 8), "OPEN")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"state": "KAZ"}, "state"),
        ({"state": "SUN"}, "state"),
        ({"state": "XXA"}, "state"),
        ({"state": "NO_SUCH"}, "state"),
        ({"through": "PIGEON"}, "through"),
        ({"sent_on": date(2026, 5, 21)}, "sent_on"),
    ],
)
def test_one_that_cannot_be(case: Case, wrong: dict[str, object], field: str) -> None:
    with pytest.raises(DomainError) as refused:
        actions.send(case, replace(ASKED, **wrong))  # type: ignore[arg-type]
    assert refused.value.field == field
    assert queries.of_case(case.id) == []


def test_two_side_by_side(case: Case) -> None:
    """Each State has its own six months; the reply of one leaves the other's running."""
    first = actions.send(case, ASKED)
    second = actions.send(case, replace(ASKED, state="RUS", sent_on=date(2026, 5, 4)))
    assert (due(first), due(second)) == ((date(2026, 10, 8), "OPEN"), (date(2026, 11, 4), "OPEN"))
    actions.reply(case, first, Answered("NOT_NATIONAL", TODAY))
    assert (due(first)[1], due(second)[1]) == ("MET", "OPEN")
    with clock.at(date(2026, 11, 5)):
        proceedings.recount(case)
        assert (queries.course(first).silent, due(first)[1]) == (None, "MET")
        silent = queries.course(second).silent
        assert silent is not None
        assert (silent.happened_on, silent.is_deemed, due(second)[1]) == (date(2026, 11, 5), True, "SILENT")


def test_the_decision_waits_for_every_state(case: Case, world: World) -> None:
    case.stage = "APPLIED"
    first, second = actions.send(case, ASKED), actions.send(case, replace(ASKED, state="RUS"))
    actions.reply(case, first, Answered("NO_RECORD", TODAY))
    with pytest.raises(Forbidden) as refused:
        proceedings.record(case, Told("DECIDED", TODAY))
    assert [one.kind for one in refused.value.lacks] == ["INQUIRIES_CLOSED"]
    actions.reply(case, second, Answered("MORE_NEEDED", TODAY))
    with pytest.raises(Forbidden):
        proceedings.record(case, Told("DECIDED", TODAY))
    with clock.at(date(2026, 10, 9)):
        proceedings.recount(case)
        proceedings.record(case, Told("DECIDED", date(2026, 10, 9)))


def test_another_day_of_sending_counts_anew_and_back_restores(case: Case) -> None:
    inquiry = actions.send(case, ASKED)
    actions.correct(case, inquiry, replace(ASKED, sent_on=date(2026, 3, 4), through="EMBASSY", reference="ИСХ-42"))
    assert due(inquiry) == (date(2026, 9, 4), "OPEN")
    assert (inquiry.through, inquiry.details.reference) == ("EMBASSY", "ИСХ-42")
    sent = queries.course(inquiry).sent
    assert sent is not None
    assert sent.particulars.number == "ИСХ-42"
    actions.correct(case, inquiry, ASKED)
    assert due(inquiry) == (date(2026, 10, 8), "OPEN")


def test_nothing_about_it_happened_before_it_was_sent(case: Case) -> None:
    inquiry = actions.send(case, ASKED)
    with pytest.raises(DomainError) as refused:
        actions.remind(case, inquiry, date(2026, 4, 7))
    assert refused.value.field == "on"
    with pytest.raises(DomainError) as refused:
        actions.reply(case, inquiry, Answered("NO_RECORD", date(2026, 4, 7)))
    assert refused.value.field == "replied_on"
    actions.remind(case, inquiry, date(2026, 5, 4))
    with pytest.raises(DomainError) as refused:
        actions.correct(case, inquiry, replace(ASKED, sent_on=date(2026, 5, 5)))
    assert refused.value.field == "sent_on"


def test_reminders_do_not_move_the_clock(case: Case) -> None:
    inquiry = actions.send(case, ASKED)
    actions.remind(case, inquiry, date(2026, 5, 4), "По телефону")
    actions.remind(case, inquiry, TODAY)
    assert [one.happened_on for one in queries.course(inquiry).reminders] == [date(2026, 5, 4), TODAY]
    assert due(inquiry) == (date(2026, 10, 8), "OPEN")
    with pytest.raises(DomainError):
        actions.remind(case, inquiry, date(2026, 5, 21))
    actions.reply(case, inquiry, Answered("NATIONAL", TODAY))
    with pytest.raises(DomainError):
        actions.remind(case, inquiry, TODAY)


def test_a_reply_is_put_right(case: Case) -> None:
    inquiry = actions.send(case, ASKED)
    actions.reply(case, inquiry, Answered("NATIONAL", date(2026, 5, 4), follow_up="Просить паспорт"))
    actions.reply(case, inquiry, Answered("NOT_NATIONAL", date(2026, 5, 5)))
    course = queries.course(inquiry)
    assert course.replied is not None
    assert (course.replied.happened_on, inquiry.reply, inquiry.details.follow_up) == (
        date(2026, 5, 5), "NOT_NATIONAL", None,
    )  # fmt: skip
    assert inquiry.details.evidence == ASKED.evidence
    actions.reply(case, inquiry, Answered("MORE_NEEDED", date(2026, 5, 5)))
    assert (queries.course(inquiry).replied, due(inquiry)[1]) == (None, "OPEN"), "a question back is no answer"
    for wrong, field in (("NO_SUCH", "reply"), ("NATIONAL", "replied_on")):
        with pytest.raises(DomainError) as refused:
            actions.reply(case, inquiry, Answered(wrong, date(2026, 5, 21)))
        assert refused.value.field == field


def test_the_copy_of_a_question_back_is_kept(case: Case) -> None:
    """A reply that is no answer makes no act, which would hold its copy."""
    letter = documents.store(case, io.BytesIO(files.pdf()), name="x.pdf", kind="OTHER")
    inquiry = actions.send(case, ASKED)
    actions.reply(case, inquiry, Answered("MORE_NEEDED", date(2026, 5, 4), document_id=letter.id))
    assert inquiry.details.reply_document == str(letter.id)
    assert reply_values(queries.course(inquiry))["document"] == str(letter.id)
    actions.correct(case, inquiry, replace(ASKED, reference="ИСХ-43"))
    assert inquiry.details.reply_document == str(letter.id)
    actions.reply(case, inquiry, Answered("NO_RECORD", TODAY, document_id=letter.id))
    course = queries.course(inquiry)
    assert course.replied is not None
    assert (course.replied.document_id, inquiry.details.reply_document) == (letter.id, None)
    for reply in ("MORE_NEEDED", "NATIONAL"):
        with pytest.raises(DomainError) as refused:
            actions.reply(case, inquiry, Answered(reply, TODAY, document_id=uuid4()))
        assert refused.value.field == "document"


def test_a_late_reply_is_recorded_as_late(case: Case) -> None:
    inquiry = actions.send(case, ASKED)
    with clock.at(date(2026, 12, 1)):
        proceedings.recount(case)
        actions.reply(case, inquiry, Answered("NATIONAL", date(2026, 11, 30)))
        course = queries.course(inquiry)
        assert course.replied is not None
        assert course.silent is not None, "the silence was there until then"


def test_taking_it_back_takes_its_clock_along(case: Case) -> None:
    kept, wrong = actions.send(case, ASKED), actions.send(case, replace(ASKED, state="RUS"))
    actions.remind(case, wrong, TODAY)
    actions.reply(case, wrong, Answered("NO_RECORD", TODAY))
    actions.void(case, wrong, "WRONG_CONTENT")
    assert queries.of_case(case.id) == [kept]
    assert proceedings_queries.acts_about(wrong.id) == []
    running = [one.act_id for one in proceedings_queries.deadlines(case.id) if one.state == "OPEN"]
    sent = queries.course(kept).sent
    assert sent is not None
    assert running == [sent.id]
    for what in (
        lambda: actions.void(case, wrong, "WRONG_CONTENT"),
        lambda: actions.correct(case, wrong, ASKED),
        lambda: actions.remind(case, wrong, TODAY),
        lambda: actions.reply(case, wrong, Answered("NO_RECORD", TODAY)),
    ):
        with pytest.raises(DomainError):
            what()


def test_nothing_changes_in_a_closed_case(case: Case) -> None:
    inquiry = actions.send(case, ASKED)
    cases.close(case, TODAY, "ADVICE_ONLY", "SOLUTION")
    for what in (
        lambda: actions.send(case, ASKED),
        lambda: actions.remind(case, inquiry, TODAY),
        lambda: actions.void(case, inquiry, "WRONG_CONTENT"),
    ):
        with pytest.raises(DomainError):
            what()


def test_a_procedure_without_inquiries_says_so(session: DatabaseSession, person: Person, world: World) -> None:
    case = case_of(person, lawyer_id=world.user_id("lawyer"), moves=[(ANY, "LODGED", None, [])])
    with pytest.raises(Forbidden):
        actions.send(case, ASKED)


# -- whom one must not ask -----------------------------------------------------------------------------------------


def refusal(case: Case, state: str) -> str:
    with pytest.raises(DomainError) as refused:
        policy.check_recipient(case, state)
    assert refused.value.field == "state"
    return refused.value.message


def test_the_country_of_origin_in_an_asylum_case(session: DatabaseSession, world: World) -> None:
    case = case_of(person_named("Опалов", origin="AFG"), lawyer_id=world.user_id("lawyer"), track="ASYLUM")
    assert "Afghanistan cannot be asked: it is the country of origin of Опалов" in refusal(case, "AFG")
    with pytest.raises(DomainError) as refused:
        actions.send(case, replace(ASKED, state="AFG"))
    assert refused.value.field == "state"
    assert queries.of_case(case.id) == []
    policy.check_recipient(case, "UZB")


@pytest.mark.parametrize("origin", ["UNK", "XXA"])
def test_an_origin_that_nobody_knows_may_be_any(session: DatabaseSession, world: World, origin: str) -> None:
    case = case_of(person_named("Опалов", origin=origin), lawyer_id=world.user_id("lawyer"), track="ASYLUM")
    assert "Record the country of origin first" in refusal(case, "UZB")


@pytest.mark.parametrize("status", ["ASR", "REF-C", "REF-M", "REF-D"])
def test_a_refugee_in_any_kind_of_case(session: DatabaseSession, world: World, status: str) -> None:
    person = person_named("Опалов", origin="AFG", displacement=status)
    case = case_of(person, lawyer_id=world.user_id("lawyer"))
    assert "Опалов" in refusal(case, "AFG")
    policy.check_recipient(case, "RUS")


def test_every_party_counts(session: DatabaseSession, person: Person, world: World) -> None:
    other = person_named("Опалов", origin="AFG", displacement="ASR")
    case = case_of(person, other, lawyer_id=world.user_id("lawyer"))
    assert "Опалов" in refusal(case, "AFG")
    policy.check_recipient(case, "UZB")


def test_another_asylum_case_until_it_is_known_how_it_ended(case: Case, person: Person, world: World) -> None:
    policy.check_recipient(case, "UZB")
    code = procedure("ASYLUM").code
    asylum = cases.open_case([person], "ASYLUM", OPENED, world.user_id("lawyer"), procedure=code)
    assert "Топазов" in refusal(case, "UZB")
    cases.close(asylum, TODAY, "ADVICE_ONLY", "SOLUTION")
    assert "Топазов" in refusal(case, "UZB"), "closed, and perhaps only gone on elsewhere"
    persons.set_status(person, "displacement", "CLO", TODAY, "identified")
    policy.check_recipient(case, "UZB")


def test_a_relative_who_fled_is_not_given_away(case: Case, person: Person) -> None:
    mother = person_named("Опалова", origin="UZB", displacement="REF-C")
    persons.add_relative(person, mother, "MTH", True)
    said = refusal(case, "UZB")
    assert mother.number in said
    assert "Опалова" not in said, "by the number: whoever reads this has not opened the relative's record"
    policy.check_recipient(case, "RUS")


def test_who_does_not_seek_protection_may_be_asked_about_at_home(case: Case, person: Person) -> None:
    inquiry = actions.send(case, ASKED)
    assert inquiry.state == person.origin


def test_who_seeks_asylum_later_is_not_asked_about_again(case: Case, person: Person) -> None:
    inquiry = actions.send(case, ASKED)
    persons.set_status(person, "displacement", "ASR", TODAY, "identified")
    with pytest.raises(DomainError):
        actions.remind(case, inquiry, TODAY)
    actions.correct(case, inquiry, replace(ASKED, reference="ИСХ-43"))
    with pytest.raises(DomainError):
        actions.send(case, ASKED)


def test_who_does_not_agree_is_asked_about_with_a_reason_only(case: Case, person: Person) -> None:
    inquiry = actions.send(case, ASKED)
    consents.record(person, consents.Given("AUTHORITY", "refused", TODAY, "authority:POLICE"))
    actions.remind(case, inquiry, TODAY)  # through the ministry, which nobody spoke of
    for through in ("POLICE", "EMBASSY"):
        consents.record(person, consents.Given("AUTHORITY", "refused", TODAY, f"authority:{through}"))
        with pytest.raises(DomainError) as refused:
            actions.send(case, replace(ASKED, through=through))
        assert refused.value.field == "despite"
    with pytest.raises(DomainError):
        actions.remind(case, inquiry, TODAY)
    actions.remind(case, inquiry, TODAY, despite="Требует закон")
    assert inquiry.details.despite == "Требует закон"
    assert actions.send(case, replace(ASKED, despite="Суд")).details.despite == "Суд"
    actions.send(case, replace(ASKED, through="PERSON"))
