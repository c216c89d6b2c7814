"""What was told is read only by whom, and of whom, it is agreed to: whatever was put right or undone meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from casework.accounts.models import Organisation, User
from casework.accounts.sign_in import principal_for
from casework.cases import actions as cases
from casework.cases import queries as case_queries
from casework.consents import actions as consents
from casework.consents import queries as consent_queries
from casework.core import clock
from casework.core.db import db, session_for
from casework.core.errors import DomainError
from casework.core.scope import Principal, acting_as, system
from casework.elsewhere import actions as elsewhere
from casework.elsewhere.models import Overlap, OverlapSide
from casework.notices.models import Notice
from casework.persons import queries as person_queries
from casework.persons.models import Draft
from casework.referrals import actions, queries
from casework.referrals.models import Referral
from casework.restrictions import actions as restrictions
from casework.transfers import copying
from casework.transfers import queries as transfers
from casework.transfers.actions import offer
from casework.transfers.rules import Failure
from tests import factories
from tests.pages import Client, client_of
from tests.referrals.conftest import NOW, Sent, case_of, side_of
from tests.security.caseload import person_named

LATER = NOW + timedelta(days=2)


@contextmanager
def at(day: date, hour: int = 9) -> Iterator[None]:
    with clock.at(datetime.combine(day, time(hour), clock.ALMATY)):
        yield


def to_b(sent: Sent) -> str:
    return f"organisation:{sent.world.organisations['B']}"


def relatives_read(sent: Sent) -> int:
    with sent.of("B") as one:
        return sum(len(received.share.relatives) for received in queries.shared(one))


def answered(sent: Sent, state: str, on: date = NOW, person_id: UUID | None = None) -> UUID:
    with sent.acting():
        person = person_queries.person(person_id or sent.relative)
        assert person is not None
        return consents.record(person, consents.Given("REFERRAL", state, on, to_b(sent), form="WRITTEN")).id


def colleague(sent: Sent, where: str) -> Principal:
    """Another lawyer of a partner."""
    with sent.app.app_context(), acting_as(sent.world.principal("administrator", "office")):
        there = db.session.get_one(Organisation, sent.world.organisations[where])
        made = principal_for(factories.user("lawyer", there, name="Other", email=f"other-{where}@x.example.org"))
        db.session.commit()
        return made


def leaves(sent: Sent, where: str, user_id: UUID | None = None) -> None:
    with sent.app.app_context(), acting_as(sent.world.principal("administrator", "office")):
        db.session.get_one(User, user_id or sent.world.user_id("lawyer", where)).is_active = False
        db.session.commit()


def told(sent: Sent, where: str, kind: str) -> set[UUID]:
    with sent.app.app_context(), session_for(system("tests", sent.world.organisations[where])) as session:
        return {one.user_id for one in session.scalars(select(Notice).where(Notice.kind == kind))}


# -- relatives -----------------------------------------------------------------------------------------------------


def test_a_relative_who_refuses_after_a_mistake_was_put_right_is_not_read_any_more(sent: Sent) -> None:
    sent.agree(sent.relative)
    sent.sent(fields=["name"], relatives=[str(sent.relative)])
    mistake = answered(sent, "refused")
    with sent.acting():
        consent = consent_queries.consent(sent.relative, mistake)
        assert consent is not None
        consents.void(consent, "OTHER")
    sent.choose(fields=["sex"], relatives=[str(sent.relative)])
    sent.send()
    assert relatives_read(sent) == 1, "their consent holds again"
    with at(LATER):
        answered(sent, "refused", LATER)
        assert relatives_read(sent) == 0
        with sent.of() as one:
            assert not any(told.share.relatives for told in queries.shares(one)), "announced anew, and taken out"


def test_a_relative_whose_consent_has_run_out_is_not_read_before_the_job(sent: Sent) -> None:
    sent.agree(sent.relative, expires_on=NOW + timedelta(days=1))
    sent.sent(fields=["name"], relatives=[str(sent.relative)])
    assert relatives_read(sent) == 1
    with at(LATER, 5):
        assert relatives_read(sent) == 0


def test_what_is_not_agreed_to_is_not_printed(sent: Sent) -> None:
    sent.agree(expires_on=NOW + timedelta(days=1))
    sent.begin()
    sent.choose(fields=["name"])
    sent.send()
    lawyer = sent.client("lawyer", "A")
    with at(LATER, 5):
        assert lawyer.get(f"/referrals/{sent.referral}/sheet.pdf").status_code == 404


# -- a registration that begins with what was told -----------------------------------------------------------------


def drafts(sent: Sent) -> int:
    with sent.app.app_context(), session_for(system("tests")) as session:
        return len(list(session.scalars(select(Draft))))


def test_a_registration_goes_on_while_what_was_told_may_be_read(sent: Sent) -> None:
    sent.sent(fields=["name", "iin", "phone"])
    sent.accept()
    client = sent.client("lawyer", "B")
    address = client.press(f"/referrals/{sent.referral}/register").location or ""
    assert client.press(f"/referrals/{sent.referral}/register").location == address, "one is begun already"
    assert "Канарейкина" in client.get(address).text
    with sent.acting():
        consent = consent_queries.given(sent.person, "REFERRAL", to_b(sent))
        assert consent is not None
        consents.withdraw(consent, NOW, "IN_PERSON")
    assert client.get(address).status_code == 404
    assert client.press(address, family_name="Канарейкина").status_code == 404
    assert "Канарейкина" not in client.get("/register").text
    assert drafts(sent) == 1
    sent.tell("B")
    assert drafts(sent) == 0, "and it does not lie there"


# -- which record it is --------------------------------------------------------------------------------------------


def known(sent: Sent) -> dict[UUID, str]:
    """What is known of the person and a record of B, by that record."""
    with sent.app.app_context(), session_for(system("tests")) as session:
        found = select(OverlapSide.person_id, Overlap.state).join(Overlap, Overlap.id == OverlapSide.overlap_id)
        return {one: state for one, state in session.execute(found) if one != sent.person}


def named(sent: Sent, name: str) -> tuple[UUID, str]:
    with sent.acting("B"):
        person = person_named(name)
        return person.id, person.number


def test_in_a_case_with_several_persons_it_is_asked_whom_it_is_about(sent: Sent) -> None:
    sent.sent(fields=["name"])
    sent.accept()
    with sent.acting("B"):
        head, child = person_named("Глава"), person_named("Ребёнок")
        case = cases.open_case([head, child], "OTHER", NOW, sent.world.user_id("lawyer", "B"))
        number, head_id, child_id = case.number, head.id, child.id
    client = sent.client("lawyer", "B")
    url = f"/referrals/{sent.referral}/link"
    asked = client.submit(url, {"number": number})
    assert asked.status_code == 422
    assert "Whom is it about?" in asked.text
    with sent.of("B") as one:
        assert side_of(one).person_id is None, "nobody was picked by chance"
    assert client.press(url, number=number, person=str(child_id)).status_code == 302
    sent.tell("A")
    assert known(sent) == {child_id: "same"}
    assert head_id not in known(sent)


def test_a_link_that_is_put_right_is_known_to_both(sent: Sent) -> None:
    sent.sent(fields=["name"])
    sent.accept()
    (wrong, wrong_number), (right, right_number) = named(sent, "Чужая"), named(sent, "Верная")
    client = sent.client("lawyer", "B")
    for number in (wrong_number, right_number):
        with clock.at(NOW):
            client.submit(f"/referrals/{sent.referral}/link", {"number": number})
            sent.tell("A")
    assert known(sent) == {wrong: "suspected", right: "same"}


def test_of_two_records_known_as_one_person_none_is_picked(sent: Sent) -> None:
    sent.sent(fields=["name"])
    sent.accept()
    (_first, one_number), (other, _number) = named(sent, "Первая"), named(sent, "Вторая")
    sent.client("lawyer", "B").submit(f"/referrals/{sent.referral}/link", {"number": one_number})
    sent.tell("A")
    with sent.app.app_context(), acting_as(queries.the_system()):
        a, b = sent.world.organisations["A"], sent.world.organisations["B"]
        elsewhere.known_as_same((a, sent.person), (b, other))
        db.session.commit()
    with sent.acting("A", "supervisor"):
        person = person_queries.person(sent.person)
        assert person is not None
        consents.record(person, consents.Given("TRANSFER", "given", NOW, to_b(sent), form="WRITTEN"))
        to = next(one for one in transfers.partners() if one.id == sent.world.organisations["B"])
        transfer = offer(case_of(sent.case), to, [sent.person], "Переезд").id
    with sent.app.app_context(), pytest.raises(copying.Stopped) as stopped:
        copying.known_there(transfer, sent.world.organisations["A"], sent.world.organisations["B"])
    assert stopped.value.why == Failure.RECORDS


# -- stale pages ---------------------------------------------------------------------------------------------------


def test_a_late_page_does_what_its_button_says_and_loses_nothing(sent: Sent) -> None:
    sent.sent(fields=["name"])
    sent.accept()
    with sent.of() as one:
        actions.show_progress(one, True)
    client = sent.client("lawyer", "A")
    url = f"/referrals/{sent.referral}/progress"
    page = client.page(url)
    assert "Do not show them" in page.text
    seen = page.filled(page.form_with({"wanted"}))
    with sent.of() as one:
        actions.show_progress(one, False)
    client.post(url, data=seen)
    with sent.of() as one:
        assert not side_of(one).shows_progress
    sent.client("lawyer", "B").press(f"/referrals/{sent.referral}/register")
    assert drafts(sent) == 1
    page = client.page(f"/referrals/{sent.referral}")
    seen = page.filled(page.form_with({"words"}))
    with sent.of("B") as one:
        actions.end(one, "OTHER")
    assert drafts(sent) == 0, "whoever ends it keeps no registration that began with it"
    answer = client.post(f"/referrals/{sent.referral}/messages", data={**seen, "words": "Долгое письмо"})
    assert answer.status_code == 422
    assert "Долгое письмо" in answer.text, "what was typed too late is shown again"
    assert "not possible now" in answer.text


# -- who sees what -------------------------------------------------------------------------------------------------


def both_show(sent: Sent) -> None:
    with sent.acting("B"):
        theirs = person_named("Верная")
        case = cases.open_case([theirs], "OTHER", NOW, sent.world.user_id("lawyer", "B"))
        actions.link(_one(sent), theirs, case)
    for where in ("A", "B"):
        with sent.of(where) as one:
            actions.show_progress(one, True)


def _one(sent: Sent) -> Referral:
    found = queries.referral(sent.referral)
    assert found is not None
    return found


def test_stage_and_date_are_for_who_reads_the_referral_while_the_person_is_helped_there(sent: Sent) -> None:
    sent.sent(fields=["name"])
    sent.accept()
    both_show(sent)
    url = f"/referrals/{sent.referral}"
    assert "Stage there" in sent.client("lawyer", "B").page(url).text
    assert "Stage there" not in client_of(sent.app).sign_in_as(colleague(sent, "B")).page(url).text
    with sent.of() as one:
        assert queries.progress(one) is not None
    with sent.of("B") as one:
        theirs = queries.person_of(side_of(one))
        assert theirs is not None
        consents.record(theirs, consents.Given("REGISTER", "refused", NOW))
    with sent.of() as one:
        assert queries.progress(one) is None


def test_lists_do_not_tell_whom_a_restricted_person_is_sent_to(sent: Sent) -> None:
    sent.agree(expires_on=NOW + timedelta(days=10))
    sent.begin()
    sent.choose(fields=["name"])
    sent.send()
    other = client_of(sent.app).sign_in_as(colleague(sent, "A"))

    def said(client: Client) -> tuple[bool, bool, int]:
        with sent.acting("A", "supervisor"):
            count = queries.counts()["waiting"]
        ending = client.page("/consents/ending").text
        return "Partner Birch" in client.page("/referrals/?part=waiting").text, "Partner Birch" in ending, count

    assert said(other) == (True, True, 1)
    with sent.acting("A", "supervisor"):
        person = person_queries.person(sent.person)
        assert person is not None
        restrictions.restrict(person, "Угроза")
    assert said(other) == (False, False, 1)
    assert "Sent, no answer yet 1" not in other.page("/referrals/?part=waiting").text
    assert "Partner Birch" in sent.client("lawyer", "A").page("/referrals/?part=waiting").text


# -- who is told ---------------------------------------------------------------------------------------------------


def test_another_lawyer_works_on_it_and_without_one_the_supervisors_are_told(sent: Sent) -> None:
    sent.sent(fields=["name"])
    sent.accept()
    other = colleague(sent, "B")
    supervisor = sent.client("supervisor", "B")
    assert "Change who works on it" in supervisor.page(f"/referrals/{sent.referral}").links
    assert supervisor.submit(f"/referrals/{sent.referral}/lawyer", {"lawyer": str(other.user_id)}).status_code == 302
    assert told(sent, "B", "referral_in") == {other.user_id}
    assert "Зимородка" in client_of(sent.app).sign_in_as(other).page(f"/referrals/{sent.referral}").text
    assert "Зимородка" not in sent.client("lawyer", "B").page(f"/referrals/{sent.referral}").text
    with sent.of("B") as one, pytest.raises(DomainError, match="Choose who works on it"):
        actions.assign(one, sent.world.user_id("lawyer", "A"))
    leaves(sent, "B", other.user_id)
    with sent.of() as one:
        actions.write(one, "Здравствуйте")
    sent.tell("B")
    assert told(sent, "B", "referral_step") == {sent.world.user_id("supervisor", "B")}


def test_who_must_act_is_somebody_who_is_here(sent: Sent) -> None:
    with sent.acting("A", "supervisor"):
        person = person_queries.person(sent.person)
        assert person is not None
        story = consents.record(person, consents.Given("STORY", "given", NOW, form="WRITTEN")).id
    leaves(sent, "A")
    page = client_of(sent.app).sign_in_as(colleague(sent, "A")).page(f"/people/{sent.person}/consents/{story}/withdraw")
    with sent.acting("A", "supervisor"):
        supervisor = db.session.get_one(User, sent.world.user_id("supervisor", "A")).name
        assert f"Told at once: {supervisor}" in page.text
        lawyer = db.session.get_one(User, sent.world.user_id("lawyer", "A")).name
        assert lawyer not in page.text
    own = sent.client("supervisor", "A").page(f"/people/{sent.person}/consents/{story}/withdraw")
    assert "Told at once" not in own.text, "whoever does it is not told"


# -- closed cases --------------------------------------------------------------------------------------------------


def test_nothing_is_sent_from_a_closed_case(sent: Sent) -> None:
    sent.agree()
    sent.begin()
    sent.choose(fields=["name"])
    with sent.acting("A", "supervisor"):
        case = case_queries.case_(sent.case)
        assert case is not None
        cases.close(case, NOW, None, "LOST_CONTACT")
    with pytest.raises(DomainError, match="closed"):
        sent.send()
