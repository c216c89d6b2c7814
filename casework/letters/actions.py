"""Writing a letter, finishing it with a number, sending it, noting the answer, voiding it."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm.attributes import set_committed_value

from casework.cases.models import Case
from casework.core import clock
from casework.core.db import db
from casework.core.errors import DomainError
from casework.core.events import case_correcting
from casework.core.typesetting import Unprintable
from casework.documents import actions as documents
from casework.documents import queries as kept
from casework.inquiries.policy import check_recipient
from casework.letters import agreeing, queries
from casework.letters.fields import BY_NAME
from casework.letters.filling import competent, filled
from casework.letters.merging import NotAllowed, merged, plain
from casework.letters.models import Letter, LetterDetails, LetterTemplate
from casework.letters.rules import Addressee
from casework.letters.typesetting import pdf
from casework.persons import contacting
from casework.persons.models import Person, Words
from casework.reference import queries as codes
from casework.workdays import queries as workdays


@dataclass
class Written:
    """What the lawyer says in a letter: whom it goes to, and what was typed into its fields."""

    authority: str | None = None
    state: str | None = None
    values: dict[str, str] = field(default_factory=dict)


def begin(case: Case, person: Person, template: LetterTemplate) -> Letter:
    """A draft of a letter about one person of a case."""
    if template.reminds:
        raise DomainError(_("A reminder is written from the letter that was not answered."), "template")
    if not template.serves(case.track) or not template.is_in_force(clock.today()):
        raise DomainError(_("This template is not for this kind of case."), "template")
    return _begun(case, person, template)


def _begun(case: Case, person: Person, template: LetterTemplate, **more: object) -> Letter:
    _must_be_open(case)
    if person.id not in {party.person_id for party in case.parties}:
        raise DomainError(_("Choose a person of this case."), "person")
    letter = Letter(
        organisation_id=case.organisation_id,
        case_id=case.id,
        person_id=person.id,
        template_id=template.id,
        language=template.language,
        addressee_kind=template.addressee,
        recorded_at=clock.now(),
        recorded_by_id=db.session.info["principal"].user_id,
        **more,
    )
    letter.details = LetterDetails()
    db.session.add(letter)
    db.session.flush()
    for name, value in (("template", template), ("case", case), ("person", person)):
        set_committed_value(letter, name, value)
    if "reminds_id" not in more:
        set_committed_value(letter, "reminds", None)
    return letter


def write(case: Case, letter: Letter, written: Written) -> None:
    """Keep what was typed. What is typed as the record has it follows the record, until the letter is finished."""
    _must_be_draft(letter)
    _check_addressee(case, letter, written)
    letter.authority = written.authority if letter.addressee_kind == Addressee.AUTHORITY else None
    letter.state = written.state if letter.addressee_kind == Addressee.STATE else None
    recorded = filled(letter, case, letter.person).recorded
    typed = {}
    for name, value in written.values.items():
        known = BY_NAME.get(name)
        if known is None or known.is_given or name not in letter.template.fields:
            continue
        words = plain(value, is_long=known.is_long)
        if words != recorded.get(name, ""):
            typed[name] = words
    letter.details = LetterDetails(typed)
    db.session.flush()


def _check_addressee(case: Case, letter: Letter, written: Written) -> None:
    match letter.addressee_kind:
        case Addressee.AUTHORITY:
            offered = {code for code, _words in competent(clock.today())}
            if written.authority is not None and written.authority not in {*offered, letter.authority}:
                raise DomainError(_("Choose an authority that is in force today."), "authority")
        case Addressee.STATE if written.state is not None:
            check_recipient(case, written.state)


def draft(case: Case, letter: Letter) -> bytes:
    """The DOCX as it stands. What is missing is named in brackets, so that nobody takes it for finished."""
    template = letter.template
    found = filled(letter, case, letter.person)
    gaps = {name: f"[{BY_NAME[name].label}]" for name in found.missing}
    return _merged(template, {**found.values, **gaps})


def _merged(template: LetterTemplate, values: Mapping[str, str]) -> bytes:
    try:
        title = getattr(template.words, template.language)
        return merged(template.content.data, values, title=title, language=template.language)
    except NotAllowed as error:
        message = _("The template asks for “%(field)s”, which Casework does not know.", field=error.what)
        raise DomainError(message) from error


def set_as_pdf(docx: bytes, title: str, language: str) -> bytes:
    """The PDF of a letter, or the refusal that says which characters it cannot show."""
    try:
        return pdf(docx, title=title, language=language)
    except Unprintable as error:
        if error.characters:
            shown = " ".join(error.characters[:20])
            message = _("The PDF cannot show these characters: %(characters)s. Write them otherwise.", characters=shown)
        else:
            message = _("The PDF of this letter could not be made. Take the DOCX, and tell your administrator.")
        raise DomainError(message) from error


def finish(case: Case, letter: Letter) -> None:
    """Give the letter its number and its day, and keep it as DOCX and PDF among the documents of the case."""
    _must_be_open(case)
    _must_be_draft(letter)
    _check_complete(letter)
    if letter.state is not None:
        check_recipient(case, letter.state)
    found = filled(letter, case, letter.person)
    if found.missing:
        names = ", ".join(BY_NAME[name].label for name in found.missing)
        raise DomainError(_("Something is still missing in this letter: %(fields)s.", fields=names))
    today = clock.today()
    letter.register_year = today.year
    letter.register_number = queries.next_number(case.organisation_id, today.year)
    values = dict(found.values)
    if "letter.number" in values:
        values["letter.number"] = letter.number or ""
    docx = _merged(letter.template, values)
    title = f"{getattr(letter.template.words, letter.language)} {letter.number}"
    name = title.replace("/", "-")
    made = {"docx": docx, "pdf": set_as_pdf(docx, title, letter.language)}
    stored = {
        extension: documents.store(
            case,
            io.BytesIO(data),
            name=f"{name}.{extension}",
            kind="LETTER",
            person_id=letter.person_id,
            title=title,
            number=letter.number,
            issued_on=today,
            original_with="WITH_US",
            origin="LETTER",
        )
        for extension, data in made.items()
    }
    letter.details = LetterDetails(values)
    letter.written_on = today
    letter.document_id, letter.pdf_document_id = stored["docx"].id, stored["pdf"].id
    db.session.flush()


def _check_complete(letter: Letter) -> None:
    if letter.addressee_kind == Addressee.AUTHORITY and letter.authority is None:
        raise DomainError(_("Choose the authority that the letter goes to."))
    if letter.addressee_kind == Addressee.STATE and letter.state is None:
        raise DomainError(_("Choose the State that is asked."))


def mark_sent(case: Case, letter: Letter, on: date, how: str, despite: str | None = None) -> None:
    """The letter went out: from that day the time for its answer runs. The same again puts the day right."""
    check_finished(letter)
    if letter.is_answered:
        raise DomainError(_("This letter is answered already."))
    if on > clock.today():
        raise DomainError(_("This date is in the future. Enter the day it happened."), "sent_on")
    if letter.written_on is not None and on < letter.written_on:
        raise DomainError(_("The letter cannot be sent before it was written."), "sent_on")
    if letter.state is not None:
        check_recipient(case, letter.state, field=None)
    check_safe(letter, how)
    agreeing.check(letter, despite)
    template = letter.template
    letter.sent_on, letter.sent_how = on, how
    letter.reply_due_on = None
    if template.reply_value is not None and template.reply_unit is not None:
        letter.reply_due_on = workdays.calendar().end_of(on, template.reply_value, template.reply_unit).due_on
    db.session.flush()


def check_finished(letter: Letter) -> None:
    """Refuse to send what is void or still a draft."""
    _must_stand(letter)
    if letter.is_draft:
        raise DomainError(_("Finish the letter first: only then it has a number."))


def check_safe(letter: Letter, how: str) -> None:
    """Refuse to send a letter to a person who is not safe when one comes; handing it over at a meeting always is."""
    if letter.addressee_kind != Addressee.PERSON or codes.attribute("sent_how", how, "in_person"):
        return
    rule = contacting.rule(letter.person)
    is_message = codes.attribute("sent_how", how, "message") is True
    if not (rule.may_message if is_message else rule.may_write):
        said = rule.sentences[0] if not rule.may_write else contacting.never_by_message()
        message = _("A letter may put this person in danger: “%(rule)s”. Hand it over at a meeting.", rule=said)
        raise DomainError(message, "sent_how")


def note_reply(letter: Letter, on: date, note: str | None, document_id: UUID | None) -> None:
    """The answer came. The same again puts it right."""
    _must_stand(letter)
    if letter.sent_on is None:
        raise DomainError(_("This letter has not been sent yet."))
    if on > clock.today():
        raise DomainError(_("This date is in the future. Enter the day it happened."), "replied_on")
    if on < letter.sent_on:
        raise DomainError(_("The answer cannot come before the letter was sent."), "replied_on")
    if document_id is not None and kept.document(letter.case_id, document_id) is None:
        raise DomainError(_("Choose a document of this case."), "document")
    letter.replied_on = on
    letter.reply = Words(note)
    letter.reply_document_id = document_id
    db.session.flush()


def remind(case: Case, letter: Letter) -> Letter:
    """A draft that reminds of a letter, to whom that one went. One that is begun already is gone on with."""
    _must_stand(letter)
    if letter.sent_on is None or letter.is_answered:
        raise DomainError(_("Only a letter that was sent and not answered can be reminded of."))
    begun = next((one for one in queries.reminders_of(letter.id) if one.is_draft), None)
    if begun is not None:
        return begun
    template = queries.reminder(letter.language)
    if template is None:
        raise DomainError(_("There is no template for a reminder in the language of this letter."))
    reminder = _begun(case, letter.person, template, reminds_id=letter.id)
    set_committed_value(reminder, "reminds", letter)
    reminder.addressee_kind = letter.addressee_kind
    reminder.authority, reminder.state = letter.authority, letter.state
    names = ("addressee.name", "addressee.address")
    said = letter.details.values
    reminder.details = LetterDetails({name: said[name] for name in names if said.get(name)})
    db.session.flush()
    return reminder


def void(letter: Letter, reason: str) -> None:
    """Take a letter back. Its number stays taken, and what was kept of it stays readable, void."""
    _must_stand(letter)
    for document_id in (letter.document_id, letter.pdf_document_id):
        document = kept.document(letter.case_id, document_id) if document_id is not None else None
        if document is not None and not document.is_void:
            documents.void(document, reason)
    letter.voided_at = clock.now()
    letter.voided_by_id = db.session.info["principal"].user_id
    letter.void_reason = reason
    db.session.flush()


def _must_be_open(case: Case) -> None:
    if not case.is_open:
        raise DomainError(_("This case is closed. Reopen it first."))


def _must_stand(letter: Letter) -> None:
    if letter.is_void:
        raise DomainError(_("This letter is void and can no longer be changed."))


def _must_be_draft(letter: Letter) -> None:
    _must_stand(letter)
    if not letter.is_draft:
        raise DomainError(_("This letter is finished and can no longer be changed. Void it, and write another."))


# -- what letters say about corrections elsewhere --------------------------------------------------------------------


def listen() -> None:
    """Refuse to take a person out of a case in which letters about them were written."""
    case_correcting.connect(_agree_with_case)


def _agree_with_case(case: Case, without: UUID | None = None, **_more: object) -> None:
    if without is not None and queries.of_person(case.id, without):
        raise DomainError(_("This person has letters in the case. Void them first."), "person")
