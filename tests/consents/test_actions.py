"""Recording and withdrawing, and what follows: the record, the figures, whoever goes on only by it, who is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from casework.consents import actions, queries
from casework.consents.actions import Given
from casework.consents.models import Consent
from casework.core import clock
from casework.core.audit import AuditEntry
from casework.core.db import db
from casework.core.errors import DomainError
from casework.core.events import consent_ended, consent_ending
from casework.figures import queries as figures
from casework.notices.models import Notice
from casework.persons import actions as persons
from casework.persons import queries as person_queries
from casework.persons.models import Contacts, Person
from tests.conftest import Acting
from tests.consents.conftest import Record
from tests.factories import World

DAY = date(2026, 3, 2)
FOUND = date(2026, 6, 1)


@pytest.fixture
def lawyer(acting: Acting, world: World, records: dict[str, Record]) -> Iterator[Any]:
    with clock.at(FOUND), acting(world.principal("lawyer")) as session:
        yield session


@pytest.fixture
def person(lawyer: Any, records: dict[str, Record]) -> Person:
    found = person_queries.person(records["A"].person)
    assert found is not None
    return found


@pytest.fixture
def child(lawyer: Any, records: dict[str, Record]) -> Person:
    found = person_queries.person(records["A"].child)
    assert found is not None
    return found


def given(purpose: str = "UNHCR", state: str = "given", on: date = DAY, **more: Any) -> Given:
    return Given(purpose, state, on, **{"form": "WRITTEN", "language": "rus", **more})


@contextmanager
def stopping(*words: str) -> Iterator[list[Consent]]:
    """Somebody who goes on only by consents, and stops."""
    heard: list[Consent] = []

    def stop(consent: Consent, person: Person, **_more: Any) -> list[str]:
        assert person.id == consent.person_id
        heard.append(consent)
        return list(words)

    with consent_ended.connected_to(stop):
        yield heard


# -- recording -----------------------------------------------------------------------------------------------------


def test_what_is_given_covers_its_purpose_and_recipient_only(person: Person, world: World) -> None:
    partner = f"organisation:{world.organisations['B']}"
    consent = actions.record(person, given("REFERRAL", recipient=partner, expires_on=FOUND, note="Только адрес"))
    assert queries.covering(person.id, "REFERRAL", partner) is consent
    assert queries.covering(person.id, "TRANSFER", partner) is None
    assert queries.covering(person.id, "REFERRAL", f"organisation:{uuid4()}") is None
    assert queries.covering(person.id, "REFERRAL", partner, FOUND + timedelta(days=1)) is None
    assert b"\xd0" not in (consent.details_sealed or b"")[:0]
    assert consent.details.note == "Только адрес"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"purpose": "EVERYTHING"}, "purpose"),
        ({"purpose": "REFERRAL"}, "recipient"),
        ({"recipient": "authority:MIA"}, "recipient"),
        ({"purpose": "AUTHORITY", "recipient": "authority:NOBODY"}, "recipient"),
        ({"state": "withdrawn"}, "state"),
        ({"on": FOUND + timedelta(days=1)}, "answered_on"),
        ({"expires_on": DAY - timedelta(days=1)}, "expires_on"),
        ({"state": "refused", "expires_on": FOUND}, "expires_on"),
        ({"form": None}, "form"),
        ({"form": "SHOUTED"}, "form"),
        ({"form": "WITNESSED"}, "witness"),
        ({"language": "xyz"}, "language"),
        ({"notice_version": "V0"}, "notice_version"),
        ({"by_whom": "guardian", "guardian": "Ағасы", "assent": "yes"}, "by_whom"),
    ],
)
def test_what_is_refused(person: Person, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(DomainError) as refused:
        actions.record(person, given(**wrong))
    assert refused.value.field == field
    assert queries.of_person(person.id) == []


def test_oneself_is_no_recipient(person: Person) -> None:
    own = f"organisation:{person.organisation_id}"
    with pytest.raises(DomainError):
        actions.record(person, given("TRANSFER", recipient=own))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({}, "by_whom"),
        ({"by_whom": "guardian", "assent": "yes"}, "guardian"),
        ({"by_whom": "guardian", "relative_id": uuid4(), "assent": "yes"}, "relative"),
        ({"by_whom": "guardian", "guardian": "Анасы"}, "assent"),
        ({"by_whom": "guardian", "guardian": "Анасы", "assent": "too_young"}, "assent"),
        ({"by_whom": "guardian", "guardian": "Анасы", "assent": "no"}, "assent"),
    ],
)
def test_for_a_child_a_guardian_answers_and_the_child_is_asked(
    child: Person, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(DomainError) as refused:
        actions.record(child, given(**wrong))
    assert refused.value.field == field


def test_a_guardian_with_a_record(child: Person, person: Person) -> None:
    consent = actions.record(child, given(by_whom="guardian", relative_id=person.id, assent="yes"))
    assert (consent.relative_id, consent.assent) == (person.id, "yes")


def test_the_answer_before_stays_and_is_named(person: Person) -> None:
    first = actions.record(person, given())
    with stopping("Прекращено") as heard:
        second = actions.record(person, given(state="refused", on=DAY + timedelta(days=1)))
    assert second.supersedes_id == first.id
    assert heard == [first]
    assert first.details.stopped == ["Прекращено"]
    assert queries.covering(person.id, "UNHCR") is None
    assert queries.covering(person.id, "UNHCR", on=DAY) is first
    third = actions.renew(first, given(on=FOUND))
    assert queries.covering(person.id, "UNHCR") is third
    assert [one.id for one in queries.of_person(person.id)] == [third.id, second.id, first.id]


# -- the record of the person --------------------------------------------------------------------------------------


def test_the_forms_of_the_record_go_on_working(person: Person) -> None:
    persons.correct_contacts(person, Contacts(phone="+7 700"), consent="given", consent_on=DAY)
    consent = queries.covering(person.id, "REGISTER")
    assert consent is not None
    assert (consent.answered_on, consent.form) == (DAY, None)
    persons.correct_contacts(person, Contacts(phone="+7 701"), consent="given", consent_on=DAY)
    assert len(queries.of_person(person.id)) == 1, "the same again says nothing new"
    persons.correct_contacts(person, Contacts(), consent="refused", consent_on=FOUND)
    assert queries.covering(person.id, "REGISTER") is None
    persons.correct_contacts(person, Contacts(), consent="not_asked", consent_on=None)
    assert person.consent == "not_asked"
    assert all(one.is_void for one in queries.of_person(person.id))


def test_the_record_says_what_the_answers_say(person: Person) -> None:
    consent = actions.record(person, given("REGISTER"))
    assert (person.consent, person.consent_on) == ("given", DAY)
    actions.withdraw(consent, FOUND, "BY_PHONE")
    assert (person.consent, person.consent_on) == ("withdrawn", FOUND)
    listed = db.session.scalars(select(Person.id).where(queries.without_consent())).all()
    assert person.id in listed
    actions.record(person, given("REGISTER", on=FOUND))
    assert (person.consent, person.consent_on) == ("given", FOUND)


def test_records_from_before_are_adopted_once(person: Person, acting: Acting) -> None:
    persons.hold_consent(person, "given", DAY)
    db.session.flush()
    assert actions.adopt() == 1
    assert actions.adopt() == 0
    consent = queries.covering(person.id, "REGISTER")
    assert consent is not None
    assert consent.answered_on == DAY


# -- taking back ---------------------------------------------------------------------------------------------------


def test_withdrawing_stops_and_tells_at_once(lawyer: Any, person: Person, world: World) -> None:
    consent = actions.record(person, given("TRANSFER", recipient=f"organisation:{world.organisations['B']}"))
    with stopping("Передача остановлена") as heard:
        assert actions.withdraw(consent, FOUND, "IN_PERSON", "Передумала") == ["Передача остановлена"]
    assert heard == [consent]
    assert (consent.state, consent.withdrawn_on, consent.withdrawn_how) == ("withdrawn", FOUND, "IN_PERSON")
    assert (consent.details.withdrawal, consent.details.stopped) == ("Передумала", ["Передача остановлена"])
    assert consent.ended_at is not None
    told = db.session.scalars(select(Notice).where(Notice.kind == "consent_ended")).all()
    assert {one.user_id for one in told} == {world.user_id("supervisor")}, "not who withdrew it"
    assert {one.endpoint for one in told} == {"consents.show"}
    lawyer.commit()
    noted = db.session.scalars(select(AuditEntry.action).where(AuditEntry.subject_id == consent.id)).all()
    assert {"consents:create", "consents:change"} <= set(noted)


@pytest.mark.parametrize(("on", "how", "field"), [
    (FOUND + timedelta(days=1), "BY_PHONE", "on"),
    (DAY - timedelta(days=1), "BY_PHONE", "on"),
    (FOUND, "BY_PIGEON", "how"),
])  # fmt: skip
def test_withdrawing_refused(person: Person, on: date, how: str, field: str) -> None:
    consent = actions.record(person, given())
    with pytest.raises(DomainError) as refused:
        actions.withdraw(consent, on, how)
    assert refused.value.field == field
    assert queries.covering(person.id, "UNHCR") is consent


def test_only_what_holds_is_withdrawn(person: Person) -> None:
    consent = actions.record(person, given())
    actions.withdraw(consent, FOUND, "BY_PHONE")
    refusal = actions.record(person, given("STORY", "refused"))
    replaced = actions.record(person, given("UNHCR", on=FOUND))
    actions.record(person, given("UNHCR", on=FOUND))
    for one in (consent, refusal, replaced):
        with pytest.raises(DomainError):
            actions.withdraw(one, FOUND, "BY_PHONE")


def test_without_the_consent_to_be_registered_no_other_covers(person: Person, world: World) -> None:
    partner = f"organisation:{world.organisations['B']}"
    register = actions.record(person, given("REGISTER"))
    shared = actions.record(person, given("REFERRAL", recipient=partner))
    counted = actions.record(person, given("STATISTICS"))
    actions.withdraw(register, FOUND, "IN_PERSON")
    assert queries.covering(person.id, "REFERRAL", partner) is None
    assert queries.covering(person.id, "REFERRAL", partner, FOUND - timedelta(days=1)) is shared
    assert queries.covering(person.id, "STATISTICS") is counted, "who is counted is a question of its own"
    assert queries.to_ask(person.id, "REFERRAL", partner) == ("REGISTER", None)
    assert shared.ended_at is None
    actions.record(person, given("REGISTER", on=FOUND))
    assert queries.covering(person.id, "REFERRAL", partner) is shared
    assert queries.to_ask(person.id, "REFERRAL", partner) == ("REFERRAL", partner)


def test_renewing_what_does_not_hold_ends_nothing_once_more(person: Person) -> None:
    register = actions.record(person, given("REGISTER"))
    first = actions.record(person, given())
    actions.withdraw(register, FOUND, "IN_PERSON")
    with stopping() as heard:
        actions.record(person, given(on=FOUND))
    assert heard == []
    assert first.ended_at is None


def test_however_the_consent_to_be_registered_goes_it_is_announced(person: Person) -> None:
    """Refused anew; or the yes was void, and before it stands a no."""
    first = actions.record(person, given("REGISTER"))
    with stopping("Прекращено") as heard:
        actions.record(person, given("REGISTER", "refused", on=DAY + timedelta(days=1)))
        again = actions.record(person, given("REGISTER", on=FOUND))
        assert heard == [first]
        actions.void(again, "OTHER")
    assert heard == [first, again]
    assert queries.has_left(person.id)


def test_a_no_that_nobody_had_asked_for_before_stops_what_went_on(person: Person) -> None:
    with (
        consent_ending.connected_to(lambda consent, person: ["Остановится"]),
        stopping("Остановлено") as heard,
    ):
        refusal = actions.record(person, given("REGISTER", "refused"))
        elsewhere = actions.record(person, given("UNHCR", "refused"))
    assert heard == [refusal]
    assert refusal.details.stopped == ["Остановлено"]
    assert elsewhere.ended_at is None


def test_of_the_end_of_everything_supervisors_are_told(person: Person, world: World) -> None:
    register = actions.record(person, given("REGISTER"))
    assert actions.who_must_act(register, person) == {world.user_id("lawyer"), world.user_id("supervisor")}


def test_a_void_answer_lets_the_one_before_hold(person: Person) -> None:
    first = actions.record(person, given())
    second = actions.record(person, given(on=FOUND))
    with stopping() as heard:
        actions.void(second, "OTHER")
        assert queries.covering(person.id, "UNHCR") is first
        assert heard == []
        actions.void(first, "OTHER")
    assert heard == [first]
    assert queries.covering(person.id, "UNHCR") is None


def test_a_no_after_a_mistake_that_was_put_right_is_announced_anew(person: Person, world: World) -> None:
    first = actions.record(person, given())
    with stopping("Остановлено") as heard:
        mistake = actions.record(person, given(state="refused", on=FOUND))
        assert heard == [first]
        actions.void(mistake, "OTHER")
        assert first.ended_at is None
        actions.record(person, given(state="refused", on=FOUND))
        assert heard == [first, first]
    keys = db.session.scalars(select(Notice.key).where(Notice.kind == "consent_ended")).all()
    assert len(keys) == len(set(keys))


def test_what_was_taken_back_does_not_come_back_by_a_void_entry(person: Person) -> None:
    first = actions.record(person, given())
    second = actions.record(person, given(on=FOUND))
    assert actions.holds_again_without(second) is first
    actions.withdraw(second, FOUND, "BY_PHONE")
    with pytest.raises(DomainError, match="took this back"):
        actions.void(second, "OTHER")
    assert queries.covering(person.id, "UNHCR") is None
    actions.void(first, "OTHER")
    actions.void(second, "OTHER")  # nothing would hold again


def test_a_consent_to_be_registered_that_has_run_out_is_not_given(person: Person) -> None:
    actions.record(person, given("REGISTER", expires_on=FOUND + timedelta(days=1)))
    assert person.consent == "given"
    with clock.at(FOUND + timedelta(days=2)):
        actions.end_expired()
        assert (person.consent, person.consent_on) == ("not_asked", None)
        assert db.session.scalar(select(Person.id).where(Person.id == person.id, queries.without_consent()))
        again = actions.record(person, given("REGISTER", on=FOUND + timedelta(days=2)))
        assert (person.consent, person.consent_on) == ("given", again.answered_on)


def test_what_runs_out_is_said_before_and_ends_once(records: dict[str, Record], acting: Acting, world: World) -> None:
    with clock.at(FOUND), acting(world.principal("lawyer")):
        person = person_queries.person(records["A"].person)
        assert person is not None
        consent_id = actions.record(person, given(expires_on=FOUND + timedelta(days=30))).id

    def told(kind: str) -> int:
        mine = Notice.user_id == world.user_id("lawyer")
        return len(db.session.scalars(select(Notice).where(Notice.kind == kind, mine)).all())

    with acting(world.principal("supervisor")), stopping("Остановлено") as heard:
        for days, expiring, ended in ((0, 1, 0), (1, 1, 0), (30, 2, 0), (31, 2, 1), (40, 2, 1)):
            with clock.at(FOUND + timedelta(days=days)):
                actions.end_expired()
                actions.remind()
                assert (told("consent_expiring"), told("consent_ended")) == (expiring, ended), days
        assert [one.id for one in heard] == [consent_id]


# -- statistics ----------------------------------------------------------------------------------------------------


def counted(person: Person, on: date) -> int:
    return figures.stock(on, "nationality", ["UN"], person.organisation_id)


def test_who_withdraws_from_statistics_leaves_the_counts_from_that_day_on(person: Person) -> None:
    persons.set_status(person, "nationality", "UN", date(2026, 3, 10), "identified")
    before = counted(person, FOUND)
    assert before == 1
    consent = actions.record(person, given("STATISTICS"))
    actions.withdraw(consent, date(2026, 5, 1), "IN_WRITING")
    assert [counted(person, on) for on in (date(2026, 4, 1), date(2026, 5, 1), date(2026, 5, 2), FOUND)] == [1, 1, 0, 0]
    account = figures.account(date(2026, 4, 1), FOUND, "nationality", ["UN"], person.organisation_id)
    assert (account.opening, account.flows, account.closing) == (1, {"consent_withdrawn": -1}, 0)
    persons.set_status(person, "residence", "KZ-75", date(2026, 5, 5), "moved")
    assert figures.verify() == []

    again = actions.record(person, given("STATISTICS", on=date(2026, 5, 20)))
    assert [counted(person, on) for on in (date(2026, 5, 20), date(2026, 5, 21))] == [0, 1]
    assert figures.verify() == []
    actions.void(again, "OTHER")
    assert counted(person, FOUND) == 0
    assert figures.verify() == []


def test_who_is_counted_is_counted_until_it_is_taken_back(person: Person) -> None:
    with pytest.raises(DomainError) as refused:
        actions.record(person, given("STATISTICS", expires_on=FOUND + timedelta(days=9)))
    assert refused.value.field == "expires_on"


def test_a_refusal_from_the_first_day_never_counts(person: Person) -> None:
    actions.record(person, given("STATISTICS", "refused", on=person.registered_on))
    persons.set_status(person, "nationality", "UN", date(2026, 3, 10), "identified")
    assert counted(person, FOUND) == 0
    account = figures.account(date(2026, 1, 1), FOUND, "nationality", ["UN"], person.organisation_id)
    assert account.flows == {}
    assert figures.verify() == []
