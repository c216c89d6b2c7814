"""Writing, finishing, sending, the answer, the reminder: what each of them does, and when it is refused."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from pypdf import PdfReader
from sqlalchemy.orm import Session

from casework.cases import actions as cases
from casework.consents import actions as consents
from casework.core import clock
from casework.core.errors import DomainError
from casework.documents import queries as documents
from casework.documents.models import Document
from casework.letters import actions, agreeing, filling, queries
from casework.letters.actions import Written
from casework.letters.models import Letter
from casework.letters.rules import State
from casework.mandates import actions as mandates
from casework.persons import actions as persons
from casework.persons.models import Person
from casework.persons.pages import born
from casework.persons.rules import PartialDate
from casework.proceedings import actions as proceedings
from casework.workdays import actions as workdays
from tests.conftest import Acting
from tests.factories import World
from tests.letters.conftest import NAME, SISTER, TODAY, Record, begun, case_of, finished
from tests.letters.docx_files import words


@pytest.fixture
def session(acting: Acting, world: World, record: Record) -> Iterator[Session]:
    with acting(world.principal("lawyer")) as found:
        yield found
        found.rollback()


def text_of(document: Document | None) -> str:
    assert document is not None
    return "\n".join(words(b"".join(documents.opened(document))))


def kept(letter: Letter) -> str:
    assert letter.document_id is not None
    return text_of(documents.document(letter.case_id, letter.document_id))


# -- what is in it ---------------------------------------------------------------------------------------------------


def test_a_finished_letter_is_kept_twice(session: Session, record: Record) -> None:
    letter = finished(record.case)
    assert letter.number == "26/0001"
    assert letter.state_on(TODAY) is State.WRITTEN
    text = kept(letter)
    for said in (NAME, "14 марта 1991 г.", "Исх. № 26/0001", "4 мая 2026 г.", "Мемлекеттік мұрағат", "Partner Aster"):
        assert said in text, said
    assert letter.pdf_document_id is not None
    pdf = documents.document(record.case, letter.pdf_document_id)
    assert pdf is not None
    assert (pdf.kind, pdf.origin, pdf.details.name) == ("LETTER", "LETTER", "Запрос в архив 26-0001.pdf")
    made = PdfReader(io.BytesIO(b"".join(documents.opened(pdf))))
    assert "Үлгіова" in made.pages[0].extract_text()
    assert made.metadata is not None
    assert made.metadata.title == "Запрос в архив 26/0001"


@pytest.mark.parametrize(
    ("language", "birth", "written", "sex"),
    [
        ("en", "14 March 1991", "4 May 2026", "Female"),
        ("ru", "14 марта 1991 г.", "4 мая 2026 г.", "Женский"),
        ("kk", "1991 ж. 14 наурыз", "2026 ж. 4 мамыр", "Әйел"),
    ],
)
def test_it_speaks_the_language_of_its_addressee(
    session: Session, record: Record, language: str, birth: str, written: str, sex: str
) -> None:
    """Whatever the language of the page on which it is written."""
    letter = begun(record.case, "SDP_APPLICATION", language, authority="MIA_MSC")
    values = filling.filled(letter, case_of(record.case), letter.person).values
    assert (values["person.birth_date"], values["letter.date"], values["person.sex"]) == (birth, written, sex)


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_nobody_else_gets_into_it(session: Session, record: Record, language: str) -> None:
    """Her sister is in the same case; another person has a case of her own with the same lawyer."""
    letters = [
        finished(record.case, "ARCHIVE_REQUEST", language),
        finished(record.case, "POWER_OF_ATTORNEY", language),
        finished(record.case, "SDP_APPLICATION", language, authority="MIA_MSC"),
        finished(record.case, "COMPLAINT", language, authority="MIA_MSC"),
        finished(record.case, "CONSULAR_INQUIRY", language, state="KGZ"),
    ]
    for letter in letters:
        text = kept(letter)
        assert NAME in text
        for other in (SISTER, "Ңұрһан", "Іңкәрова", "Өріс"):
            assert other not in text
        assert "{{" not in text


def test_what_the_record_knows_follows_the_record_until_it_is_finished(session: Session, record: Record) -> None:
    letter = begun(record.case)
    person = session.get_one(Person, record.person)
    identity = replace(person.identity, birth_place="Жаңакөл")
    persons.correct_identity(
        person, identity, sex="F", birth=born(person), origin="UZB", arrived=PartialDate(), languages=[]
    )
    values = filling.filled(letter, case_of(record.case), person).values
    assert values["person.birth_place"] == "Үштерек", "typed for this letter"
    assert values["person.full_name"] == NAME
    actions.write(case_of(record.case), letter, Written(values={**values, "person.birth_place": "Жаңакөл"}))
    assert "person.birth_place" not in letter.details.values, "what the record says is not kept a second time"
    actions.finish(case_of(record.case), letter)
    persons.correct_identity(
        person,
        replace(identity, birth_place="Ескікөл"),
        sex="F",
        birth=born(person),
        origin="UZB",
        arrived=PartialDate(),
        languages=[],
    )
    assert filling.filled(letter, case_of(record.case), person).values["person.birth_place"] == "Жаңакөл"


def test_a_value_can_be_left_out_on_purpose(session: Session, record: Record) -> None:
    letter = begun(record.case, "SDP_APPLICATION", authority="MIA_MSC")
    case = case_of(record.case)
    assert filling.filled(letter, case, letter.person).values["person.phone"]
    values = {**filling.filled(letter, case, letter.person).values, "person.phone": ""}
    actions.write(case, letter, Written(authority="MIA_MSC", values=values))
    actions.finish(case, letter)
    assert "+7 700" not in kept(letter)


def test_power_of_attorney_and_acts_fill_their_fields(session: Session, record: Record) -> None:
    case = case_of(record.case)
    person = session.get_one(Person, record.person)
    old = mandates.Given(scope=["ADMIN"], issued_on=date(2026, 3, 3), number="1-1", expires_on=date(2026, 4, 1))
    mandates.record(person, old)
    mandates.record(person, mandates.Given(scope=["ADMIN"], issued_on=date(2026, 3, 4), number="1-204", notary="Н."))
    proceedings.record(case, proceedings.Told("EVIDENCE_STARTED", date(2026, 3, 9)))
    letter = begun(record.case)
    values = filling.filled(letter, case, person).values
    assert (values["poa.number"], values["poa.date"], values["poa.notary"]) == ("1-204", "4 марта 2026 г.", "Н.")


def test_values_that_nobody_may_type(session: Session, record: Record) -> None:
    letter = begun(record.case)
    typed = {"letter.number": "1/1", "letter.date": "x", "person.nothing": "x", "poa.number": "{{7*7}}"}
    actions.write(case_of(record.case), letter, Written(values=typed))
    assert letter.details.values == {
        "poa.number": "{{7*7}}",
        **{n: "" for n in letter.details.values if n != "poa.number"},
    }


# -- finishing -------------------------------------------------------------------------------------------------------


def test_what_is_missing_is_named(session: Session, record: Record) -> None:
    case = case_of(record.case)
    template = queries.template_for("ARCHIVE_REQUEST", "ru")
    assert template is not None
    letter = actions.begin(case, case.parties[0].person, template)
    with pytest.raises(DomainError, match="Addressee, What is asked for"):
        actions.finish(case, letter)
    assert letter.number is None
    assert "[Addressee]" in "\n".join(words(actions.draft(case, letter))), "a draft shows the gap"


def test_an_authority_is_one_of_today(session: Session, record: Record) -> None:
    with pytest.raises(DomainError, match="in force today"):
        begun(record.case, "SDP_APPLICATION", authority="EMBASSY")
    with pytest.raises(DomainError, match="in force today"):
        begun(record.case, "SDP_APPLICATION", authority="NO_SUCH")
    letter = begun(record.case, "SDP_APPLICATION", authority=None)
    with pytest.raises(DomainError, match="Choose the authority"):
        actions.finish(case_of(record.case), letter)


def test_no_letter_goes_to_the_country_that_a_person_fled(session: Session, record: Record) -> None:
    with pytest.raises(DomainError, match="not for this kind of case"):
        begun(record.asylum, "CONSULAR_INQUIRY", state="AFG")
    person = session.get_one(Person, record.person)
    letter = begun(record.case, "CONSULAR_INQUIRY", state="UZB")
    persons.set_status(person, "displacement", "ASR", TODAY, "identified")
    session.flush()
    with pytest.raises(DomainError, match="country of origin"):
        actions.write(case_of(record.case), letter, Written(state="UZB"))
    with pytest.raises(DomainError, match="country of origin"):
        actions.finish(case_of(record.case), letter)


def test_a_finished_letter_is_not_changed(session: Session, record: Record) -> None:
    letter = finished(record.case)
    case = case_of(record.case)
    for again in (lambda: actions.write(case, letter, Written()), lambda: actions.finish(case, letter)):
        with pytest.raises(DomainError, match="finished"):
            again()


def test_templates_for_other_cases_and_reminders_are_not_begun(session: Session, record: Record) -> None:
    for code, match in (("ASYLUM_COVER", "not for this kind"), ("REMINDER", "A reminder is written from")):
        with pytest.raises(DomainError, match=match):
            begun(record.case, code)
    assert [code for code, _label in queries.offered("ASYLUM")] == ["ASYLUM_COVER", "COMPLAINT", "POWER_OF_ATTORNEY"]


def test_a_closed_case_has_no_new_letters(session: Session, record: Record) -> None:
    letter = begun(record.case)
    case = case_of(record.case)
    cases.close(case, TODAY, "ADVICE_ONLY", "SOLUTION")
    with pytest.raises(DomainError, match="closed"):
        actions.finish(case, letter)
    with pytest.raises(DomainError, match="closed"):
        begun(record.case)


def test_characters_that_cannot_be_printed_are_named(session: Session, record: Record) -> None:
    letter = begun(record.case, values={"letter.request": "漢", "addressee.name": "Архив", "person.birth_place": "У"})
    with pytest.raises(DomainError, match="漢"):
        actions.finish(case_of(record.case), letter)


# -- the register ----------------------------------------------------------------------------------------------------


def test_numbers_follow_each_other_and_begin_anew(session: Session, record: Record) -> None:
    first, second = finished(record.case), finished(record.case)
    actions.void(second, "WRONG_CONTENT")
    third = finished(record.case)
    assert [one.number for one in (first, second, third)] == ["26/0001", "26/0002", "26/0003"]
    with clock.at(date(2027, 1, 3)):
        assert finished(record.case).number == "27/0001"
    assert finished(record.case).number == "26/0004"


def test_each_organisation_has_its_own(acting: Acting, world: World, record: Record) -> None:
    with acting(world.principal("lawyer")):
        assert finished(record.case).number == "26/0001"
    with acting(world.principal("lawyer", "B")):
        assert finished(record.foreign_case).number == "26/0001"


# -- sending and answers ---------------------------------------------------------------------------------------------


def test_the_time_for_the_answer_runs_from_the_sending(session: Session, record: Record) -> None:
    """15 working days from Tuesday 5 May 2026: 7 May is off, 9 May is a Saturday, so Monday 11 May is off too.

    Worked: 6, 8 · 12–15 · 18–22 · 25–28 May: the fifteenth is 28 May.
    """
    letter = finished(record.case)
    with clock.at(date(2026, 5, 6)):
        actions.mark_sent(case_of(record.case), letter, date(2026, 5, 5), "POST")
        assert letter.reply_due_on == expected(date(2026, 5, 5), 15)
        assert letter.state_on(date(2026, 5, 6)) is State.WAITING
        assert letter.state_on(letter.reply_due_on + timedelta(days=1)) is State.LATE


def expected(sent: date, days: int) -> date:
    """Counted by hand: weekdays without 7 May and 11 May (Victory Day, a Saturday, moves), and 27 May (Kurban Ait)."""
    off = {date(2026, 5, 7), date(2026, 5, 11), date(2026, 5, 27)}
    day = sent
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < 5 and day not in off
    return day


def test_a_day_off_that_was_moved_moves_the_answer(
    session: Session, acting: Acting, world: World, record: Record
) -> None:
    letter = finished(record.case)
    actions.mark_sent(case_of(record.case), letter, TODAY, "POST")
    before = letter.reply_due_on
    assert before is not None
    workdays.add(before, "OFF", label_en="Moved", label_ru="Перенос", label_kk="Ауыстыру", source="test")
    actions.mark_sent(case_of(record.case), letter, TODAY, "POST")
    assert letter.reply_due_on is not None
    assert letter.reply_due_on > before


def test_months_are_counted_as_months(session: Session, record: Record) -> None:
    letter = finished(record.case, "CONSULAR_INQUIRY", state="KGZ")
    actions.mark_sent(case_of(record.case), letter, TODAY, "POST")
    assert letter.reply_due_on == date(2026, 11, 4)


def test_an_application_waits_for_no_answer_of_its_own(session: Session, record: Record) -> None:
    letter = finished(record.case, "SDP_APPLICATION", authority="MIA_MSC")
    actions.mark_sent(case_of(record.case), letter, TODAY, "OFFICE")
    assert letter.reply_due_on is None
    assert letter.state_on(TODAY) is State.SENT


def test_days_that_cannot_be(session: Session, record: Record) -> None:
    case = case_of(record.case)
    draft = begun(record.case)
    with pytest.raises(DomainError, match="Finish the letter first"):
        actions.mark_sent(case, draft, TODAY, "POST")
    letter = finished(record.case)
    with pytest.raises(DomainError, match="not been sent"):
        actions.note_reply(letter, TODAY, None, None)
    for day, match in ((TODAY + timedelta(days=1), "future"), (TODAY - timedelta(days=1), "before it was written")):
        with pytest.raises(DomainError, match=match):
            actions.mark_sent(case, letter, day, "POST")
    with clock.at(TODAY + timedelta(days=5)):
        actions.mark_sent(case, letter, TODAY + timedelta(days=2), "POST")
        for day, match in ((TODAY + timedelta(days=6), "future"), (TODAY + timedelta(days=1), "before the letter")):
            with pytest.raises(DomainError, match=match):
                actions.note_reply(letter, day, None, None)
        actions.note_reply(letter, TODAY + timedelta(days=3), "Документов нет", letter.document_id)
        with pytest.raises(DomainError, match="answered already"):
            actions.mark_sent(case, letter, TODAY + timedelta(days=2), "POST")
    assert letter.state_on(date(2027, 1, 1)) is State.REPLIED
    assert letter.reply.text == "Документов нет"


def test_a_letter_to_the_person_is_safe(session: Session, record: Record) -> None:
    person = session.get_one(Person, record.person)
    letter = finished(record.case, "POWER_OF_ATTORNEY")
    letter.addressee_kind = "PERSON"
    case = case_of(record.case)
    for safety, is_safe in (
        ("NEVER_WRITE", False),
        ("IN_PERSON", False),
        ("NOT_ASKED", False),
        (None, False),
        ("ANY_TIME", True),
    ):
        contacts = replace(person.contacts, safety=safety)
        persons.correct_contacts(person, contacts, consent="given", consent_on=TODAY)
        actions.check_safe(letter, "HANDED")
        if is_safe:
            actions.mark_sent(case, letter, TODAY, "POST")
        else:
            with pytest.raises(DomainError, match="Hand it over"):
                actions.mark_sent(case, letter, TODAY, "POST")
            assert letter.sent_on is None


# -- reminders, voiding ----------------------------------------------------------------------------------------------


def test_a_reminder_knows_what_it_reminds_of(session: Session, record: Record) -> None:
    case = case_of(record.case)
    letter = finished(
        record.case, values={"addressee.name": "Мұрағат", "letter.request": "Справка", "person.birth_place": "Үштерек"}
    )
    with pytest.raises(DomainError, match="sent and not answered"):
        actions.remind(case, letter)
    actions.mark_sent(case, letter, TODAY, "POST")
    with clock.at(date(2026, 6, 15)):
        reminder = actions.remind(case, letter)
        assert actions.remind(case, letter) is reminder, "the one that is begun is gone on with"
        actions.finish(case, reminder)
        text = kept(reminder)
        assert all(one in text for one in ("26/0001", "4 мая 2026 г.", "Запрос в архив", "Мұрағат", "15 июня 2026 г."))
        actions.note_reply(letter, date(2026, 6, 15), None, None)
        with pytest.raises(DomainError, match="sent and not answered"):
            actions.remind(case, letter)


def test_voiding_keeps_the_number_and_the_words(session: Session, record: Record) -> None:
    letter = finished(record.case)
    actions.void(letter, "WRONG_CONTENT")
    assert letter.number == "26/0001"
    assert letter.state_on(TODAY) is State.VOID
    assert NAME in kept(letter)
    document = documents.document(record.case, letter.document_id) if letter.document_id else None
    assert document is not None
    assert document.is_void
    with pytest.raises(DomainError, match="void"):
        actions.void(letter, "OTHER")


def test_whoever_has_letters_stays_in_the_case(session: Session, record: Record) -> None:
    case = case_of(record.case)
    letter = begun(record.case)
    with pytest.raises(DomainError, match="letters"):
        cases.void_party(case, record.person, "WRONG_PERSON")
    cases.void_party(case, record.sister, "WRONG_PERSON")
    actions.void(letter, "WRONG_PERSON")
    assert queries.of_person(record.case, record.person) == []


def test_what_is_due_and_what_the_timeline_tells(session: Session, world: World, record: Record) -> None:
    letter = finished(record.case)
    begun(record.case)
    actions.mark_sent(case_of(record.case), letter, TODAY, "POST")
    assert letter.reply_due_on is not None
    assert queries.replies_due(letter.reply_due_on) == [letter]
    assert queries.replies_due(letter.reply_due_on, world.user_id("supervisor")) == []
    assert queries.replies_due(letter.reply_due_on - timedelta(days=1)) == []
    actions.note_reply(letter, TODAY, "Нет", None)
    assert queries.replies_due(letter.reply_due_on) == []


def test_what_the_person_refused_is_sent_with_a_reason_only(session: Session, record: Record) -> None:
    case = case_of(record.case)
    letter = finished(record.case, "SDP_APPLICATION", authority="MIA_MSC")
    other = finished(record.case, "COMPLAINT", authority="POLICE")
    refusal = consents.record(letter.person, consents.Given("AUTHORITY", "refused", TODAY, "authority:MIA_MSC"))
    with pytest.raises(DomainError, match="does not agree") as refused:
        actions.mark_sent(case, letter, TODAY, "POST")
    assert refused.value.field == "despite"
    actions.mark_sent(case, other, TODAY, "POST")
    actions.mark_sent(case, letter, TODAY, "POST", "Суд обязал представить")
    assert (letter.details.despite, letter.sent_on) == ("Суд обязал представить", TODAY)
    assert letter.details.values, "beside what it says"
    consents.void(refusal, "OTHER")
    assert agreeing.forbidding(letter) is None
