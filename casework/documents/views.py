"""The documents of a case: the list, one of them, adding, correcting, replacing, voiding, taking a copy."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from flask import Blueprint, Response, current_app, flash, jsonify, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.accounts.queries import names
from casework.cases import pages as case_pages
from casework.cases.models import Case
from casework.cases.views import opened_case
from casework.core import audit, i18n
from casework.core.access import requires
from casework.core.errors import DomainError
from casework.core.receiving import receives_files
from casework.core.scope import own, principal
from casework.core.vault import Unreadable
from casework.core.web import conflict_page
from casework.documents import actions, pages, queries, rules
from casework.documents.forms import AddForm, ChangeForm, ReplaceForm, values
from casework.documents.models import Document, Upload
from casework.persons import queries as persons
from casework.persons.forms import VoidForm
from casework.reference import queries as codes

blueprint = Blueprint("documents", __name__, url_prefix="/cases/<uuid:case_id>")


@blueprint.get("/documents")
@requires("document:open")
def index(case_id: UUID) -> str:
    case = opened_case(case_id)
    every = queries.of_case(case.id)
    audit.read("document:list", "documents", [one.id for one in every])
    return render_template(
        "documents/index.html",
        case=case,
        lead=case_pages.heading(case),
        groups=pages.groups(every),
        earlier=pages.rows([one for one in every if not one.is_current]),
    )


@blueprint.get("/documents/<uuid:document_id>")
@requires("document:open")
def show(case_id: UUID, document_id: UUID) -> str:
    case = opened_case(case_id)
    document = _opened(case, document_id)
    versions = rules.versions(queries.of_case(case.id), document)
    newest = next((one for one in versions if one.is_current), None)
    return render_template(
        "documents/show.html",
        case=case,
        document=document,
        lead=case_pages.heading(case),
        line=pages.row(document, names({document.uploaded_by_id})),
        facts=pages.facts(document),
        versions=pages.rows(versions) if len(versions) > 1 else [],
        newest_url=url_for("documents.show", case_id=case.id, document_id=newest.id) if newest else "",
        voided=_voided(document),
    )


def _voided(document: Document) -> str:
    if not document.is_void:
        return ""
    return _(
        "Voided on %(day)s by %(name)s: %(reason)s.",
        day=i18n.day(document.voided_at),
        name=names({document.voided_by_id}).get(document.voided_by_id, ""),
        reason=codes.label("void_reason", document.void_reason),
    )


@blueprint.get("/documents/<uuid:document_id>/file")
@requires("document:open")
def download(case_id: UUID, document_id: UUID) -> ResponseReturnValue:
    """The file itself: to be kept, never to be shown by the browser."""
    document: Document = own(queries.document(case_id, document_id))
    if not document.size:  # nobody can send an empty file: it was emptied when the case went away
        message = _("This file went to another partner with the case.")
        return render_template("errors/error.html", status=410, message=message), 410
    audit.read("document:download", "documents", [document.id])
    try:
        content = queries.opened(document)
    except Unreadable:
        message = _("This file cannot be read: it was changed or lost on the disk. Tell your administrator.")
        return render_template("errors/error.html", status=500, message=message), 500
    name = document.details.name or "document"
    plain = name.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_")
    return Response(
        content,
        headers={
            "Content-Type": document.details.media_type or "application/octet-stream",
            "Content-Length": str(document.size),
            "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )


# -- adding and replacing ------------------------------------------------------------------------------------------


@blueprint.route("/documents/new", methods=["GET", "POST"])
@requires("document:add")
@receives_files
def add(case_id: UUID) -> ResponseReturnValue:
    case = opened_case(case_id)
    form = AddForm(data=_beginning(case))
    form.of(case)
    if form.validate_on_submit():
        try:
            for file in form.given():
                actions.add(case, file.stream, file.filename or "", form.facts())  # type: ignore[arg-type]
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The documents are kept."))
            return redirect(url_for("documents.index", case_id=case.id))
    return _sending_page(case, form, _("Add documents"), url_for("documents.index", case_id=case.id))


def _beginning(case: Case) -> dict[str, Any]:
    """What the form of a new document begins with: the kind a link asks for, and the person if there is only one."""
    return {
        "kind": request.args.get("kind"),
        "person": str(case.parties[0].person_id) if len(case.parties) == 1 else None,
    }


@blueprint.route("/documents/<uuid:document_id>/replace", methods=["GET", "POST"])
@requires("document:add")
@receives_files
def replace(case_id: UUID, document_id: UUID) -> ResponseReturnValue:
    case = opened_case(case_id)
    document = _opened(case, document_id)
    form = ReplaceForm(data=values(document))
    form.of(case)
    if form.validate_on_submit():
        try:
            _check_seen(form, document)
            file = form.given()[0]
            new = actions.replace_by(case, document, file.stream, file.filename or "", form.facts())  # type: ignore[arg-type]
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The new version is kept. The one before stays readable."))
            return redirect(url_for("documents.show", case_id=case.id, document_id=new.id))
    back = url_for("documents.show", case_id=case.id, document_id=document.id)
    return _sending_page(case, form, _("Replace by a new version"), back, replaces=document.id)


def _check_seen(form: ReplaceForm, document: Document) -> None:
    """A conflict page cannot carry a file along: the form stays, with its text, and takes the next sending."""
    if form.seen_version() == document.version:
        return
    form.version.data, form.version.raw_data = str(document.version), None
    raise DomainError(
        _("This document was changed after you had opened the page. Look at it, then choose your file again.")
    )


def _sending_page(case: Case, form: Any, title: str, back_url: str, **where: Any) -> str:
    settings = current_app.extensions["settings"]
    return render_template(
        "documents/send.html",
        case=case,
        form=form,
        title=title,
        lead=case_pages.heading(case),
        back_url=back_url,
        upload_url=url_for("documents.begin", case_id=case.id, **where),
        draft=f"document-{where.get('replaces', case.id)}",
        largest=i18n.number(settings.file_mb),
        words={
            "waits": _("Waiting"),
            "done": _("Kept"),
            "again": _("The connection was lost. Trying again."),
            "lost": _("It could not be sent. What has arrived is kept for a day: press the button again."),
            "away": _("You are signed out. Sign in in another window, then press the button again."),
            "gone": _("Cancelled"),
            "cancel": _("Cancel"),
        },
    )


# -- correcting and voiding ----------------------------------------------------------------------------------------


@blueprint.route("/documents/<uuid:document_id>/edit", methods=["GET", "POST"])
@requires("document:add")
def change(case_id: UUID, document_id: UUID) -> ResponseReturnValue:
    case = opened_case(case_id)
    document = _opened(case, document_id)
    back_url = url_for("documents.show", case_id=case.id, document_id=document.id)

    def make(**source: Any) -> ChangeForm:
        form = ChangeForm(data=values(document), **source)
        form.of(case)
        return form

    form = make()
    if form.validate_on_submit():
        if form.seen_version() != document.version:
            last = next(iter(persons.revisions([document.id])), None)
            return conflict_page(
                form,
                make(formdata=None),
                version=document.version,
                keep_url=back_url,
                who=names({last.actor_id}).get(last.actor_id) if last else None,
                when=i18n.moment(last.at) if last else "",
            )
        try:
            actions.change(case, document, form.facts())
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The facts are corrected. What they said before is kept."))
            return redirect(back_url)
    return render_template(
        "documents/change.html", case=case, form=form, lead=queries.title(document), back_url=back_url
    )


@blueprint.route("/documents/<uuid:document_id>/void", methods=["GET", "POST"])
@requires("document:add")
def void(case_id: UUID, document_id: UUID) -> ResponseReturnValue:
    case = opened_case(case_id)
    document = _opened(case, document_id)
    back_url = url_for("documents.show", case_id=case.id, document_id=document.id)
    form = VoidForm()
    if form.validate_on_submit():
        try:
            actions.void(document, form.reason.data or "")
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The document is void. It stays readable, with the mark."))
            return redirect(back_url)
    return render_template(
        "documents/void.html",
        case=case,
        form=form,
        lead=case_pages.heading(case),
        back_url=back_url,
        pairs=pages.facts(document)[:6],
        warning=_("The version before counts again.") if document.replaces_id and document.is_current else "",
    )


def _opened(case: Case, document_id: UUID) -> Document:
    """The document, with its opening noted."""
    document: Document = own(queries.document(case.id, document_id))
    audit.read("document:open", "documents", [document.id])
    return document


# -- in slices, for static/app.js ----------------------------------------------------------------------------------


@blueprint.post("/uploads")
@requires("document:add")
def begin(case_id: UUID) -> ResponseReturnValue:
    """Announce a file; the answer says from which byte on it is wanted, and where to send it."""
    case = opened_case(case_id)
    size = request.form.get("size", "")
    replaces = request.args.get("replaces", type=UUID)
    try:
        upload = actions.begin(
            case,
            request.form.get("name", ""),
            int(size) if size.isascii() and size.isdigit() and len(size) < 16 else 0,
            request.form.get("changed", "")[:40] or None,
        )
    except DomainError as error:
        return _told(error)
    where: dict[str, Any] = {"case_id": case.id, "upload_id": upload.id}
    return jsonify(
        offset=upload.received,
        url=url_for("documents.take", **where),
        finish=url_for("documents.finish", **where, replaces=replaces),
        cancel=url_for("documents.cancel", **where),
    )


@blueprint.post("/uploads/<uuid:upload_id>")
@requires("document:add")
def take(case_id: UUID, upload_id: UUID) -> ResponseReturnValue:
    """Take a slice. One sent twice is taken once; one that does not fit is told where the next one begins."""
    upload = _own_upload(case_id, upload_id)
    has_room = (request.content_length or 0) <= rules.SLICE
    offset = request.args.get("offset", -1, type=int)
    fits = has_room and actions.take(upload, offset, request.get_data(cache=False))
    return jsonify(offset=upload.received), 200 if fits else 409


@blueprint.post("/uploads/<uuid:upload_id>/finish")
@requires("document:add")
def finish(case_id: UUID, upload_id: UUID) -> ResponseReturnValue:
    case = opened_case(case_id)
    upload = _own_upload(case_id, upload_id)
    replaces = request.args.get("replaces", type=UUID)
    replaced = _opened(case, replaces) if replaces is not None else None
    form = ReplaceForm(data=values(replaced)) if replaced is not None else AddForm()
    form.of(case)
    try:
        if not form.validate():
            raise DomainError(_errors(form))
        if isinstance(form, ReplaceForm) and replaced is not None and upload.document_id is None:
            _check_seen(form, replaced)
        document = actions.finish(case, upload, form.facts(), replaced)
    except DomainError as error:
        return _told(error)
    _flash_once(_("The documents are kept."))
    if replaced is not None:
        return jsonify(url=url_for("documents.show", case_id=case.id, document_id=document.id))
    return jsonify(url=url_for("documents.index", case_id=case.id))


@blueprint.post("/uploads/<uuid:upload_id>/cancel")
@requires("document:add")
def cancel(case_id: UUID, upload_id: UUID) -> ResponseReturnValue:
    actions.cancel(_own_upload(case_id, upload_id))
    return jsonify(offset=0)


def _own_upload(case_id: UUID, upload_id: UUID) -> Upload:
    who = own(principal())
    upload: Upload = own(queries.upload(case_id, upload_id, who.user_id))
    return upload


def _told(error: DomainError) -> ResponseReturnValue:
    return jsonify(error=error.message), 422


def _errors(form: AddForm | ReplaceForm) -> str:
    return " ".join(f"{field.label.text}: {message}" for field in form for message in field.errors)


def _flash_once(message: str) -> None:
    """Several files finish one by one, but are one message."""
    if all(flashed != message for _category, flashed in session.get("_flashes", [])):
        flash(message)
