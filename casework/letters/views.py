"""Letters of a case: the list, writing one, its preview, its number, sending, the answer, a reminder."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.accounts.queries import names
from casework.approvals import pages as approvals
from casework.cases.models import Case
from casework.cases.pages import heading, principal_person
from casework.cases.views import opened_case
from casework.core import audit, clock, i18n
from casework.core.access import requires
from casework.core.errors import DomainError, Hidden
from casework.core.forms import JustAButton
from casework.core.scope import own
from casework.core.web import conflict_page
from casework.documents import queries as documents
from casework.letters import actions, agreeing, approving, filling, pages, queries
from casework.letters.forms import (
    BeginForm,
    FinishForm,
    LetterForm,
    ReplyForm,
    SentForm,
    letter_form,
    letter_values,
)
from casework.letters.models import Letter
from casework.letters.rules import Addressee
from casework.letters.typesetting import words_of
from casework.persons import queries as persons
from casework.persons.forms import VoidForm

blueprint = Blueprint("letters", __name__, url_prefix="/cases/<uuid:case_id>/letters")

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@blueprint.get("/")
@requires("letter:write")
def index(case_id: UUID) -> str:
    case = opened_case(case_id)
    every = queries.of_case(case.id)
    audit.read("letter:list", "letters", [one.id for one in every])
    return render_template(
        "letters/index.html",
        case=case,
        person=own(principal_person(case)),
        rows=[pages.row(case, one) for one in every],
        has_several_persons=len(case.parties) > 1,
    )


@blueprint.route("/new", methods=["GET", "POST"])
@requires("letter:write")
def begin(case_id: UUID) -> ResponseReturnValue:
    case = opened_case(case_id)
    form = BeginForm(data={"person": str(case.parties[0].person_id) if case.parties else None})
    form.of(case)
    if form.validate_on_submit():
        try:
            person_id = form.person_id()
            person = next(party.person for party in case.parties if party.person_id == person_id)
            letter = actions.begin(case, person, form.chosen())
        except DomainError as error:
            form.refuse(error)
        else:
            return redirect(url_for("letters.edit", case_id=case.id, letter_id=letter.id))
    return render_template(
        "letters/form.html",
        case=case,
        form=form,
        title=_("Write a letter"),
        lead=heading(case),
        primary=_("Go on"),
        back_url=url_for("letters.index", case_id=case.id),
    )


@blueprint.get("/<uuid:letter_id>")
@requires("letter:write")
def show(case_id: UUID, letter_id: UUID) -> ResponseReturnValue:
    case = opened_case(case_id)
    letter = _opened(case, letter_id)
    return _shown(case, letter, FinishForm(data={"version": str(letter.version)}))


def _shown(case: Case, letter: Letter, form: FinishForm) -> str:
    found = filling.filled(letter, case, letter.person)
    words, tone = pages.state(letter)
    return render_template(
        "letters/show.html",
        case=case,
        letter=letter,
        title=pages.title(letter),
        lead=heading(case),
        state=words,
        tone=tone,
        facts=pages.facts(letter),
        gaps=pages.gaps(letter, case, found) if letter.is_draft else [],
        blocks=_preview(case, letter),
        form=form,
        asking=approvals.asking(approving.SEND, letter.id),
        is_to_be_asked=approving.is_to_be_asked(letter),
        is_to_person=letter.addressee_kind == Addressee.PERSON,
        forbidden="" if letter.is_void or letter.sent_on is not None else pages.forbidden(letter),
        reminds=letter.reminds,
        reminders=[(pages.title(one), url_for(".show", case_id=case.id, letter_id=one.id)) for one in
                   queries.reminders_of(letter.id)],
        back_url=url_for("letters.index", case_id=case.id),
    )  # fmt: skip


def _preview(case: Case, letter: Letter) -> list[dict[str, Any]]:
    """The letter as blocks: a draft as it stands, a finished one as it was kept."""
    if letter.is_draft:
        return words_of(actions.draft(case, letter))
    document = letter.document
    return words_of(b"".join(documents.opened(document))) if document is not None else []


@blueprint.get("/<uuid:letter_id>/draft.<any(docx, pdf):extension>")
@requires("letter:write")
def draft(case_id: UUID, letter_id: UUID, extension: str) -> ResponseReturnValue:
    """The draft to look at and to send around. A finished letter is among the documents of the case."""
    case = opened_case(case_id)
    letter = _opened(case, letter_id, "letter:download")
    if not letter.is_draft:
        raise Hidden
    docx = actions.draft(case, letter)
    title = getattr(letter.template.words, letter.language)
    if extension == "pdf":
        return download(actions.set_as_pdf(docx, title, letter.language), f"{title}.pdf", "application/pdf")
    return download(docx, f"{title}.docx", DOCX)


def download(data: bytes, name: str, media_type: str) -> Response:
    """A file to be kept, never to be shown by the browser."""
    plain = name.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_")
    return Response(
        data,
        headers={
            "Content-Type": media_type,
            "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )


@blueprint.route("/<uuid:letter_id>/edit", methods=["GET", "POST"])
@requires("letter:write")
def edit(case_id: UUID, letter_id: UUID) -> ResponseReturnValue:
    case = opened_case(case_id)
    letter = _opened(case, letter_id)
    if not letter.is_draft or letter.is_void:
        raise DomainError(_("This letter is finished and can no longer be changed. Void it, and write another."))
    found = filling.filled(letter, case, letter.person)
    kind = letter_form(letter, found)

    def make(**source: Any) -> LetterForm:
        return kind(data=letter_values(letter, found), **source)

    form = make()
    if form.validate_on_submit():
        if form.seen_version() != letter.version:
            return _conflict(case, letter, form, make(formdata=None))
        try:
            actions.write(case, letter, form.written())
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The draft is kept. Read it, then finish it."))
            return redirect(url_for("letters.show", case_id=case.id, letter_id=letter.id))
    return render_template(
        "letters/edit.html",
        case=case,
        letter=letter,
        form=form,
        title=letter.template.label,
        lead=heading(case),
        gaps=[one for one in pages.gaps(letter, case, found) if "#" not in one["url"]],
        back_url=url_for("letters.show", case_id=case.id, letter_id=letter.id),
    )


@blueprint.post("/<uuid:letter_id>/finish")
@requires("letter:write")
def finish(case_id: UUID, letter_id: UUID) -> ResponseReturnValue:
    case = opened_case(case_id)
    letter = _opened(case, letter_id)
    form = FinishForm()
    if form.validate_on_submit():
        try:
            if form.seen_version() != letter.version:
                form.version.data, form.version.raw_data = str(letter.version), None
                raise DomainError(_("The letter was changed after you had opened the page. Read it again."))
            actions.finish(case, letter)
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("Letter %(number)s is finished and kept with the documents.", number=letter.number))
            return redirect(url_for("letters.show", case_id=case.id, letter_id=letter.id))
    return _shown(case, letter, form)


@blueprint.route("/<uuid:letter_id>/sent", methods=["GET", "POST"])
@requires("letter:write")
def sent(case_id: UUID, letter_id: UUID) -> ResponseReturnValue:
    case = opened_case(case_id)
    letter = _opened(case, letter_id)
    asking = approvals.asking(approving.SEND, letter.id)
    is_asked = approving.is_to_be_asked(letter)
    how = approving.asked_how(letter)

    def values(letter: Letter) -> dict[str, Any]:
        return {
            "sent_on": letter.sent_on or clock.today(),
            "sent_how": letter.sent_how or how,
            "despite": letter.details.despite,
        }

    def prepare(form: Any) -> None:
        if agreeing.forbidding(letter) is None:
            del form.despite
        if is_asked:  # it has not been sent yet
            del form.sent_on
            form.sent_how.label.text = _("How is it to be sent?")

    def save(case: Case, letter: Letter, form: Any) -> str:
        despite = form.despite.data if "despite" in form else None
        if is_asked:
            approving.ask_to_send(case, letter, form.sent_how.data or "", despite)
            return approvals.sent_words()
        actions.mark_sent(case, letter, form.sent_on.data, form.sent_how.data or "", despite)
        if letter.reply_due_on is not None:
            return _("Noted as sent. The answer is due on %(day)s.", day=i18n.day(letter.reply_due_on))
        return _("Noted as sent.")

    if is_asked:
        title, primary = _("Send the letter"), asking.primary("")
        return _noted(case, letter, SentForm, values, save, title, primary, prepare=prepare, asking=asking)
    return _noted(case, letter, SentForm, values, save, _("Note as sent"), _("Save sending"), prepare=prepare)


@blueprint.route("/<uuid:letter_id>/reply", methods=["GET", "POST"])
@requires("letter:write")
def reply(case_id: UUID, letter_id: UUID) -> ResponseReturnValue:
    def values(letter: Letter) -> dict[str, Any]:
        return {
            "replied_on": letter.replied_on or clock.today(),
            "note": letter.reply.text,
            "document": str(letter.reply_document_id) if letter.reply_document_id else None,
        }

    def save(case: Case, letter: Letter, form: Any) -> str:
        document_id = UUID(form.document.data) if form.document.data else None
        actions.note_reply(letter, form.replied_on.data, form.note.data, document_id)
        return _("The answer is noted.")

    case = opened_case(case_id)
    letter = _opened(case, letter_id)
    return _noted(case, letter, ReplyForm, values, save, _("Note the answer"), _("Save answer"))


def _noted(
    case: Case,
    letter: Letter,
    kind: type[Any],
    values: Any,
    save: Any,
    title: str,
    primary: str,
    prepare: Any = None,
    asking: Any = None,
) -> ResponseReturnValue:
    def make(**source: Any) -> Any:
        form = kind(data={**values(letter), "version": str(letter.version)}, **source)
        if hasattr(form, "of"):
            form.of(case)
        if prepare is not None:
            prepare(form)
        return form

    form = make()
    if form.validate_on_submit():
        if form.seen_version() != letter.version:
            return _conflict(case, letter, form, make(formdata=None))
        try:
            message = save(case, letter, form)
        except DomainError as error:
            form.refuse(error)
        else:
            flash(message)
            return redirect(url_for("letters.show", case_id=case.id, letter_id=letter.id))
    return render_template(
        "letters/form.html",
        case=case,
        form=form,
        title=title,
        asking=asking,
        to_person=letter.person if kind is SentForm and letter.addressee_kind == Addressee.PERSON else None,
        forbidden=pages.forbidden(letter) if kind is SentForm else "",
        lead=pages.title(letter),
        primary=primary,
        back_url=url_for("letters.show", case_id=case.id, letter_id=letter.id),
    )


@blueprint.post("/<uuid:letter_id>/remind")
@requires("letter:write")
def remind(case_id: UUID, letter_id: UUID) -> ResponseReturnValue:
    case = opened_case(case_id)
    letter = _opened(case, letter_id)
    if JustAButton().validate_on_submit():
        reminder = actions.remind(case, letter)
        return redirect(url_for("letters.edit", case_id=case.id, letter_id=reminder.id))
    return redirect(url_for("letters.show", case_id=case.id, letter_id=letter.id))


@blueprint.route("/<uuid:letter_id>/void", methods=["GET", "POST"])
@requires("letter:write")
def void(case_id: UUID, letter_id: UUID) -> ResponseReturnValue:
    case = opened_case(case_id)
    letter = _opened(case, letter_id)
    form = VoidForm()
    if form.validate_on_submit():
        try:
            actions.void(letter, form.reason.data or "")
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The letter is void. It stays readable, and its number stays taken."))
            return redirect(url_for("letters.index", case_id=case.id))
    return render_template(
        "letters/void.html",
        case=case,
        form=form,
        lead=pages.title(letter),
        pairs=pages.facts(letter)[:4],
        back_url=url_for("letters.show", case_id=case.id, letter_id=letter.id),
    )


def _opened(case: Case, letter_id: UUID, action: str = "letter:open") -> Letter:
    """The letter, with its opening noted."""
    letter: Letter = own(queries.letter(case.id, letter_id))
    audit.read(action, "letters", [letter.id])
    return letter


def _conflict(case: Case, letter: Letter, form: Any, saved: Any) -> ResponseReturnValue:
    last = next(iter(persons.revisions([letter.id])), None)
    return conflict_page(
        form,
        saved,
        version=letter.version,
        keep_url=url_for("letters.show", case_id=case.id, letter_id=letter.id),
        who=names({last.actor_id}).get(last.actor_id) if last else None,
        when=i18n.moment(last.at) if last else "",
    )
