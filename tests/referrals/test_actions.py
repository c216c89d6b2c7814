"""The steps of a referral: who may take which, what each side reads, and when nobody reads anything any more."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from casework.accounts.models import Organisation
from casework.accounts.sign_in import principal_for
from casework.consents import actions as consents
from casework.consents import queries as consent_queries
from casework.core import clock
from casework.core.audit import AuditEntry
from casework.core.db import db, session_for
from casework.core.errors import DomainError
from casework.core.scope import Principal, acting_as, own, system
from casework.documents import actions as documents
from casework.duplicates import merging
from casework.elsewhere.models import Overlap, OverlapSide
from casework.notices.models import Notice
from casework.persons import actions as persons
from casework.persons import queries as person_queries
from casework.persons.models import Contacts, Identity
from casework.persons.rules import PartialDate
from casework.referrals import actions, queries
from casework.referrals.actions import Recipient
from casework.referrals.models import Selection
from casework.referrals.rules import State
from casework.restrictions import actions as restrictions
from tests import factories
from tests.referrals.conftest import NOW, OPENED, Sent, side_of


def read_there(sent: Sent) -> list[dict[str, object]]:
    with sent.of("B") as one:
        return [received.share.fields for received in queries.shared(one)]


def trail(sent: Sent, where: str) -> list[str]:
    with sent.app.app_context(), session_for(system("tests")) as session:
        statement = select(AuditEntry.action).where(AuditEntry.organisation_id == sent.world.organisations[where])
        return [one for one in session.scalars(statement) if one.startswith("referral:")]


# -- from the draft to the answer ----------------------------------------------------------------------------------


def test_a_draft_is_seen_by_its_own_organisation_only(sent: Sent) -> None:
    sent.begin()
    with sent.acting("B", "supervisor"):
        assert queries.referral(sent.referral) is None
        assert queries.in_part("answer") == []


def test_without_consent_for_this_recipient_nothing_is_sent(sent: Sent) -> None:
    sent.agree(recipient="service:HEALTH")
    sent.begin()
    sent.choose(fields=["name"])
    with pytest.raises(DomainError, match="has not agreed"):
        sent.send()
    assert sent.state == State.DRAFT


def test_what_is_sent_is_what_was_looked_at(sent: Sent) -> None:
    sent.agree()
    sent.begin()
    sent.choose(fields=["name"])
    with pytest.raises(DomainError, match="look again"), sent.of() as one:
        actions.send(side_of(one), "another")
    assert read_there_is_nothing(sent)


def read_there_is_nothing(sent: Sent) -> bool:
    with sent.acting("B", "supervisor"):
        return queries.referral(sent.referral) is None


def test_the_receiver_reads_what_was_chosen_and_no_later_change(sent: Sent) -> None:
    sent.sent(fields=["birth_place"])
    assert read_there(sent) == [{"birth_place": "Снегирёвск"}]
    with sent.acting():
        person = person_queries.person(sent.person)
        assert person is not None
        identity = Identity(family_name="Другая", birth_place="Другое место")
        persons.correct_identity(
            person, identity, sex="F", birth=PartialDate(), origin="UNK", arrived=PartialDate(), languages=[]
        )
    assert read_there(sent) == [{"birth_place": "Снегирёвск"}]


def test_more_is_told_in_an_addition_of_its_own(sent: Sent) -> None:
    sent.sent(fields=["birth_place"])
    sent.choose(fields=["iin"])
    sent.send()
    assert read_there(sent) == [{"birth_place": "Снегирёвск"}, {"iin": "910314400123"}]


def test_contacts_go_with_their_rule_or_not_at_all(sent: Sent) -> None:
    sent.sent(fields=["phone"])
    with sent.of("B") as one:
        (received,) = queries.shared(one)
        assert received.share.fields == {"phone": "+7 700 111 22 33"}
        assert any("после обеда" in sentence for sentence in received.share.contact_rule["ru"])
    with sent.acting():
        person = person_queries.person(sent.person)
        assert person is not None
        contacts = Contacts(phone=person.contacts.phone, safety="SET_HOURS")
        persons.correct_contacts(person, contacts, consent="not_asked", consent_on=None)
    sent.choose(fields=["phone", "iin"])
    sent.send()
    assert read_there(sent)[1] == {"iin": "910314400123"}


def test_a_relative_is_told_of_only_when_they_agree_too(sent: Sent) -> None:
    sent.sent(relatives=[str(sent.relative)])
    with sent.of("B") as one:
        assert queries.shared(one)[0].share.relatives == []
    sent.agree(sent.relative)
    sent.choose(relatives=[str(sent.relative)])
    sent.send()
    with sent.of("B") as one:
        (relative,) = queries.shared(one)[1].share.relatives
        assert relative.name == "Родственникова-Клёст Иволга"


def test_it_is_accepted_by_a_lawyer_and_both_write(sent: Sent) -> None:
    sent.sent(fields=["name"])
    with pytest.raises(DomainError), sent.of("B") as one:
        actions.accept(one, sent.world.user_id("lawyer", "A"))  # not one of theirs
    sent.accept()
    with sent.of("B") as one:
        actions.write(one, "Приходите во вторник")
    with sent.of() as one:
        assert [step.words for step in queries.other_steps(one)] == [None, "Приходите во вторник"]
        actions.write(one, "Спасибо")
    with sent.of("B") as one:
        assert [step.words for step in queries.other_steps(one)] == [None, "Спасибо"]
        actions.serve(one, "COUNSEL", NOW, "Дана консультация")
        actions.give_feedback(one, "HELPED", "Помогло")
    assert sent.state == State.SERVED


def test_who_declines_says_why_and_reads_nothing_more(sent: Sent) -> None:
    sent.sent(fields=["name"])
    with sent.of("B") as one:
        actions.decline(one, "CAPACITY", "Мест нет")
    assert read_there(sent) == []
    with sent.of() as one:
        (declined,) = queries.other_steps(one)
        assert (declined.kind, declined.code, declined.words) == ("declined", "CAPACITY", "Мест нет")


@pytest.mark.parametrize("step", ["accept", "decline", "serve", "link"])
def test_the_sender_takes_no_step_of_the_receiver(sent: Sent, step: str) -> None:
    sent.sent(fields=["name"])
    takes = {
        "accept": lambda one: actions.accept(one, sent.world.user_id("lawyer", "A")),
        "decline": lambda one: actions.decline(one, "CAPACITY"),
        "serve": lambda one: actions.serve(one, "COUNSEL", NOW),
        "link": lambda one: actions.link(one, person_queries.person(sent.person)),
    }
    with pytest.raises(DomainError), sent.of() as one:
        takes[step](one)


# -- when it ends --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["withdraw", "end by the sender", "end by the receiver"])
def test_when_it_ends_nothing_is_read_any_more(sent: Sent, how: str) -> None:
    sent.sent(fields=["name"], documents=[str(sent.document)])
    sent.accept()
    with sent.of() as one:
        actions.write(one, "Слова отправителя")
    with sent.of("B") as one:
        assert queries.shared_file(one, sent.document) is not None
    with sent.of("B" if how == "end by the receiver" else "A") as one:
        actions.withdraw(one) if how == "withdraw" else actions.end(one, "DONE")
    with sent.of("B") as one:
        assert queries.shared(one) == []
        assert queries.shared_file(one, sent.document) is None
        assert not any(step.words for step in queries.other_steps(one))
    with pytest.raises(DomainError), sent.of("B") as one:
        actions.write(one, "Ещё")


def test_when_the_consent_is_withdrawn_it_ends_at_once(sent: Sent) -> None:
    consent = sent.agree()
    sent.begin()
    sent.choose(fields=["name"])
    sent.send()
    sent.accept()
    assert read_there(sent)
    said = sent.withdraw_consent(consent)
    assert any("Partner Birch" in one for one in said)
    assert read_there(sent) == []
    assert sent.state == State.ENDED
    with sent.of() as one:
        assert one.ended_how == "consent"


@pytest.mark.parametrize("how", ["withdrawn", "refused", "refused unasked", "void after a no"])
def test_without_the_consent_to_be_registered_it_ends_at_once(sent: Sent, how: str) -> None:
    """Whoever else may still have agreed to: what rests on being registered and helped ends in the same transaction."""
    if how == "void after a no":
        sent.register("refused")
    consent = sent.register() if how != "refused unasked" else None
    sent.sent(fields=["name"], documents=[str(sent.document)])
    sent.accept()
    assert read_there(sent)
    if how == "withdrawn":
        assert consent is not None
        assert any("Partner Birch" in one for one in sent.withdraw_consent(consent))
    elif how == "void after a no":
        with sent.acting():
            found = consent_queries.consent(sent.person, consent) if consent is not None else None
            assert found is not None
            assert any("Partner Birch" in one for one in consents.void(found, "OTHER"))
    else:
        sent.register("refused")
    assert read_there(sent) == []
    with sent.of() as one:
        assert (one.state, one.ended_how) == (State.ENDED, "consent")
    with sent.of("B") as one:
        assert queries.shared_file(one, sent.document) is None


def test_without_the_consent_to_be_registered_nothing_is_sent(sent: Sent) -> None:
    consent = sent.register()
    sent.agree()
    sent.begin()
    sent.choose(fields=["name"])
    sent.withdraw_consent(consent)
    with pytest.raises(DomainError, match="does not agree to be registered"):
        sent.send()
    sent.register()
    sent.send()
    assert sent.state == State.SENT


def test_of_two_records_that_become_one_the_last_word_counts(sent: Sent) -> None:
    """Who left by one of the two records has left: what was told from the other ends with the merge."""
    with sent.acting(role="supervisor"):
        twin = persons.register(persons.Registration(Identity(family_name="Канарейкина"), registered_on=OPENED))
        left = consents.record(twin, consents.Given("REGISTER", "given", NOW, form="WRITTEN"))
        consents.withdraw(left, NOW, "IN_PERSON")
        twin_id = twin.id
    sent.sent(fields=["name"])
    with sent.acting(role="supervisor"):
        both = [person_queries.person(one) for one in (sent.person, twin_id)]
        assert both[0] is not None
        assert both[1] is not None
        merging.merge(both[0], both[1])
    assert read_there(sent) == []
    with sent.of() as one:
        assert (one.state, one.ended_how) == (State.ENDED, "consent")


def test_a_relative_who_leaves_is_taken_out_of_what_was_told(sent: Sent) -> None:
    consent = sent.register(person_id=sent.relative)
    sent.agree(sent.relative)
    sent.sent(fields=["name"], relatives=[str(sent.relative)])
    sent.withdraw_consent(consent)
    with sent.of("B") as one:
        (received,) = queries.shared(one)
        assert received.share.relatives == []
    assert sent.state == State.SENT


def test_a_consent_that_has_run_out_closes_the_door_before_any_job_has_run(sent: Sent) -> None:
    sent.agree(expires_on=NOW + timedelta(days=2))
    sent.begin()
    sent.choose(fields=["name"])
    sent.send()
    with clock.at(NOW + timedelta(days=3)):
        assert read_there(sent) == []


def test_a_relative_who_does_not_agree_any_more_is_taken_out_of_what_was_told(sent: Sent) -> None:
    consent = sent.agree(sent.relative)
    sent.sent(fields=["name"], relatives=[str(sent.relative)])
    sent.withdraw_consent(consent)
    with sent.of("B") as one:
        (received,) = queries.shared(one)
        assert received.share.relatives == []
        assert received.share.fields
    assert sent.state == State.SENT


def test_another_consent_that_ends_changes_nothing(sent: Sent) -> None:
    other = sent.agree(recipient="service:HEALTH")
    sent.sent(fields=["name"])
    sent.withdraw_consent(other)
    assert read_there(sent)


def test_a_voided_document_is_not_served(sent: Sent) -> None:
    sent.sent(documents=[str(sent.document)])
    with sent.acting():
        from casework.documents.queries import document

        found = document(sent.case, sent.document)
        assert found is not None
        documents.void(found, "WRONG_PERSON")
    with sent.of("B") as one:
        assert queries.shared_file(one, sent.document) is None


# -- linking, working together -------------------------------------------------------------------------------------


def linked(sent: Sent) -> UUID:
    """B has a record of the person, and a case."""
    from casework.cases import actions as cases

    with sent.acting("B", "lawyer"):
        person = persons.register(
            persons.Registration(identity=Identity(family_name="Канарейкина"), registered_on=OPENED)
        )
        case = cases.open_case([person], "NATIONALITY", OPENED, sent.world.user_id("lawyer", "B"))
        ids = person.id, case.id
    with sent.of("B") as one:
        from casework.cases.queries import case_

        person_there = person_queries.person(ids[0])
        assert person_there is not None
        actions.link(one, person_there, case_(ids[1]))
    return ids[0]


def outsider(sent: Sent, where: str) -> Principal:
    """A lawyer there who works on nothing."""
    with sent.app.app_context(), acting_as(system("tests")):
        office = db.session.get_one(Organisation, sent.world.organisations[where])
        user = factories.user("lawyer", office, name=f"Outside {where}", email=f"outside@{where}.example.org".lower())
        found = principal_for(user)
        db.session.commit()
        return found


def test_the_door_is_closed_to_whom_a_restricted_record_is_closed_on_either_side(sent: Sent) -> None:
    sent.sent(fields=["name"], documents=[str(sent.document)])
    sent.accept()
    there = linked(sent)
    with sent.of("B") as one:
        actions.write(one, "Пришла с сестрой")
        actions.show_progress(one, True)
    with sent.of("A") as one:
        actions.write(one, "Ждём ответа")
        actions.show_progress(one, True)
    for where, person_id in (("A", sent.person), ("B", there)):
        with sent.acting(where, "supervisor"):
            person = person_queries.person(person_id)
            assert person is not None
            restrictions.restrict(person, "Ей угрожают")
    for where in ("A", "B"):
        with sent.app.app_context(), acting_as(outsider(sent, where)):
            one = own(queries.referral(sent.referral))
            assert queries.shared(one) == []
            assert queries.shared_file(one, sent.document) is None
            assert queries.progress(one) is None
            assert {step.words for step in queries.other_steps(one)} == {None}
            assert all("Канарейкина" not in str(told.share) for told in queries.shares(one))
    with sent.of("B", "lawyer") as one:
        assert "Канарейкина" in str(queries.shared(one))
        assert "Ждём ответа" in {step.words for step in queries.other_steps(one)}
        assert queries.progress(one) is not None


def test_stage_and_next_date_are_seen_only_when_both_show_them(sent: Sent) -> None:
    sent.sent(fields=["name"])
    sent.accept()
    linked(sent)
    for where, expected in (("A", False), ("B", True)):
        with sent.of(where) as one:
            actions.show_progress(one, True)
        with sent.of("A") as one:
            assert (queries.progress(one) is not None) == expected
    with sent.of("B") as one:
        found = queries.progress(one)
        assert found is not None
        assert found.stage
        actions.show_progress(one, False)
    with sent.of("A") as one:
        assert queries.progress(one) is None


def test_what_the_receiver_recorded_stays_when_it_ends(sent: Sent) -> None:
    consent = sent.agree()
    sent.begin()
    sent.choose(fields=["name"])
    sent.send()
    sent.accept()
    person = linked(sent)
    sent.withdraw_consent(consent)
    with sent.of("B") as one:
        side = queries.side(one)
        assert side is not None
        assert side.person_id == person
        assert person_queries.person(person) is not None


# -- outside services ----------------------------------------------------------------------------------------------


def test_what_an_outside_service_does_is_recorded_by_hand(sent: Sent) -> None:
    sent.agree(recipient="service:HEALTH")
    sent.begin(Recipient(service="HEALTH"))
    sent.choose(fields=["name"])
    sent.send()
    with sent.of() as one:
        actions.accept(one, None, on=NOW, words="Ждут в четверг")
        actions.serve(one, "COUNSEL", NOW)
        actions.give_feedback(one, "HELPED")
        actions.end(one, "DONE")
    assert sent.state == State.ENDED
    with sent.acting("B", "supervisor"):
        assert queries.referral(sent.referral) is None


def test_a_recipient_must_be_known(sent: Sent) -> None:
    for recipient in (
        Recipient(organisation_id=sent.world.organisations["A"]),
        Recipient(organisation_id=sent.world.organisations["office"]),
        Recipient(service="NOTHING"),
        Recipient(),
    ):
        with pytest.raises(DomainError):
            sent.begin(recipient)


# -- telling, and the trails ---------------------------------------------------------------------------------------


def told(sent: Sent, where: str) -> list[tuple[str, UUID]]:
    with sent.app.app_context(), session_for(system("tests")) as session:
        statement = select(Notice).where(Notice.organisation_id == sent.world.organisations[where])
        return sorted((one.kind, one.user_id) for one in session.scalars(statement) if one.kind.startswith("referral"))


def test_each_side_is_told_once_by_its_own_job(sent: Sent) -> None:
    sent.sent(fields=["name"])
    assert told(sent, "B") == []
    for _turn in range(2):
        sent.tell("B")
    assert told(sent, "B") == [("referral_in", sent.world.user_id("supervisor", "B"))]
    sent.accept()
    for _turn in range(2):
        sent.tell("A")
    assert told(sent, "A") == [("referral_step", sent.world.user_id("lawyer", "A"))]


def test_the_sender_is_told_when_nobody_answers_in_time(sent: Sent) -> None:
    sent.sent(fields=["name"])
    with clock.at(NOW + timedelta(days=7)):
        sent.tell("A")
    assert sent.state == State.SENT
    with clock.at(NOW + timedelta(days=8)):
        sent.tell("A")
        assert sent.state == State.NO_ANSWER
        sent.accept()
    assert sent.state == State.ACCEPTED


def test_every_step_stands_in_both_trails(sent: Sent) -> None:
    consent = sent.agree()
    sent.begin()
    sent.choose(fields=["name"])
    sent.send()
    read_there(sent)
    sent.accept()
    sent.withdraw_consent(consent)
    for where, look in (("A", "referral:shown"), ("B", "referral:read")):
        found = trail(sent, where)
        assert {"referral:sent", "referral:accepted", "referral:consent", look} <= set(found)


def test_an_empty_selection_tells_only_what_is_asked(sent: Sent) -> None:
    sent.sent()
    assert read_there(sent) == [{}]
    with sent.of() as one:
        assert side_of(one).selection == Selection()
        assert db.session.info["principal"].organisation_id == one.from_organisation_id


def test_once_linked_both_know_that_it_is_one_person(sent: Sent) -> None:
    sent.sent(fields=["name"])
    sent.accept()
    there = linked(sent)
    for _turn in range(2):
        sent.tell("A")
    with sent.app.app_context(), session_for(system("tests")) as session:
        assert [one.state for one in session.scalars(select(Overlap))] == ["same"]
        sides = session.scalars(select(OverlapSide)).all()
        assert {one.person_id for one in sides} == {sent.person, there}
        assert all(one.consent_on is None for one in sides)  # so that no card is opened
