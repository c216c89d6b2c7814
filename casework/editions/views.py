"""Editions of the factsheet in the office: begun, checked, sent for approval, approved and published, withdrawn."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from casework.accounts.queries import names
from casework.core import audit, i18n
from casework.core.access import requires
from casework.core.config import LANGUAGES
from casework.core.errors import DomainError, Hidden
from casework.core.forms import JustAButton, new_nonce
from casework.core.scope import own, principal
from casework.editions import actions, offered, pages, queries, rendering, reviewing
from casework.editions.forms import ApproveForm, BeginForm, DiscardForm, SendBackForm, SubmitForm, WithdrawForm
from casework.editions.models import Edition, EditionFile, EditionLanguage, Step
from casework.editions.public_views import file_name
from casework.releases import queries as releases

blueprint = Blueprint("editions", __name__, url_prefix="/editions")


def opened(edition_id: UUID) -> Edition:
    """The edition of this id, or the answer that there is none."""
    found: Edition = own(queries.edition(edition_id))
    return found


def opened_language(edition: Edition, language: str, *steps: Step) -> EditionLanguage:
    """A language of an edition that stands at one of these steps."""
    found: EditionLanguage = own(edition.of(language))
    if steps and found.step not in steps:
        raise Hidden
    return found


def waiting_language(edition: Edition, language: str, *steps: Step) -> EditionLanguage | None:
    """A language that waits for approval; None when it does not any more: taken back, or decided in another tab."""
    if language not in LANGUAGES:
        raise Hidden
    row = edition.of(language)
    return row if row is not None and row.step in (steps or (Step.READY,)) else None


def _waits_no_more(edition: Edition) -> ResponseReturnValue:
    flash(_("This language does not wait for approval any more."), "info")
    return to_overview(edition)


def me() -> UUID | None:
    who = principal()
    return who.user_id if who is not None else None


def to_overview(edition: Edition, **more: Any) -> ResponseReturnValue:
    return redirect(url_for("editions.show", edition_id=edition.id, **more))


@blueprint.get("/")
@requires("edition:see")
def index() -> str:
    editions = queries.editions()
    return render_template(
        "editions/index.html",
        rows=pages.rows(editions, me()),
        due=offered.due(),
        has_releases=bool(releases.frozen()),
        links=offered.doors(),
        nonce=new_nonce(),
    )


# -- beginning -------------------------------------------------------------------------------------------------------


@blueprint.route("/new", methods=["GET", "POST"])
@requires("edition:edit")
def begin() -> ResponseReturnValue:
    choices = offered.sources()
    form = BeginForm(data={"source": offered.suggested(request.args, choices)})
    form.source.offer(lambda: choices)
    if form.validate_on_submit():
        try:
            edition = offered.begin(form.source.data)
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The factsheet is begun. Read its texts in English first, then the translations."))
            return to_overview(edition)
    return render_template("editions/new.html", form=form, has_choice=bool(choices))


# -- one edition -----------------------------------------------------------------------------------------------------


@blueprint.get("/<uuid:edition_id>")
@requires("edition:see")
def show(edition_id: UUID) -> str:
    edition = opened(edition_id)
    audit.note("edition:see", "editions", edition.id)
    if pages.is_making(edition):
        return render_template(
            "editions/progress.html",
            progress=pages.progress(edition),
            button=JustAButton(),
            is_going="going" in request.args,
            making=[one for one in edition.languages if one.step == Step.MAKING and one.submitted_by_id == me()],
            **_head(edition),
        )
    return _overview(edition, SubmitForm())


def _head(edition: Edition) -> dict[str, Any]:
    """What stands on every page of an edition."""
    who = names(pages.people(edition))
    return {
        "edition": edition,
        "title": pages.title(edition),
        "number": pages.number(edition),
        "facts": pages.facts(edition, who),
        "names": who,
    }


def _overview(edition: Edition, form: SubmitForm) -> str:
    head = _head(edition)
    cards = [pages.card(edition, code, head["names"], me()) for code in LANGUAGES]
    ready = [one for one in cards if one.is_written and not one.blocks]
    form.languages.offer(lambda: [(one.code, one.name) for one in ready])
    if not form.is_submitted():
        form.languages.data = [one.code for one in ready]
    return render_template(
        "editions/show.html",
        cards=cards,
        form=form,
        ready=ready,
        blocked=[one for one in cards if one.is_written and one.blocks],
        is_open=not edition.is_discarded and not any(one.is_public for one in edition.languages),
        to_review=[one for one in cards if one.row is not None and one.row.step == Step.READY and not one.is_mine],
        newer=queries.newer(edition),
        links=offered.beside(edition),
        **head,
    )


@blueprint.post("/<uuid:edition_id>/submit")
@requires("edition:edit")
def submit(edition_id: UUID) -> ResponseReturnValue:
    """Check the languages and send in those that were chosen."""
    edition = opened(edition_id)
    form = SubmitForm()
    form.languages.offer(lambda: [(code, i18n.NAMES[code]) for code in LANGUAGES])
    if form.validate_on_submit():
        try:
            actions.submit(edition, form.languages.data or [])
        except DomainError as error:
            form.refuse(error)
        else:
            return to_overview(edition, going=1)
    return _overview(edition, form)


@blueprint.post("/<uuid:edition_id>/go")
@requires("edition:edit")
def go(edition_id: UUID) -> ResponseReturnValue:
    """The files of the next language. A browser without scripts sees the page again; a script asks for numbers."""
    edition = opened(edition_id)
    if JustAButton().validate_on_submit() and pages.is_making(edition):
        actions.make_next(edition)
    if request.accept_mimetypes.best != "application/json":
        return to_overview(edition)
    return pages.progress(edition)


@blueprint.post("/<uuid:edition_id>/take-back/<language>")
@requires("edition:edit")
def take_back(edition_id: UUID, language: str) -> ResponseReturnValue:
    """Go on writing what one has sent in oneself."""
    edition = opened(edition_id)
    if waiting_language(edition, language, Step.MAKING, Step.READY) is None:
        return _waits_no_more(edition)
    if JustAButton().validate_on_submit():
        try:
            actions.take_back(edition, [language])
        except DomainError as error:
            flash(error.message, "error")
        else:
            flash(_("Taken back. The texts can be changed again."))
    return to_overview(edition)


@blueprint.route("/<uuid:edition_id>/discard", methods=["GET", "POST"])
@requires("edition:edit")
def discard(edition_id: UUID) -> ResponseReturnValue:
    edition = opened(edition_id)
    if edition.is_discarded:
        flash(_("It was discarded already."), "info")
        return redirect(url_for("editions.index"))
    form = DiscardForm(data={"version": edition.version})
    if form.validate_on_submit():
        if form.seen_version() != edition.version:
            return _overtaken()
        try:
            actions.discard(edition)
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The factsheet is discarded."))
            return redirect(url_for("editions.index"))
    head = _head(edition)
    pairs = [(label, words) for label, words, _url in head["facts"]]
    return render_template("editions/discard.html", form=form, pairs=pairs, **head)


def _overtaken() -> ResponseReturnValue:
    """Somebody approved it, sent it back or discarded it after this page was opened."""
    message = _("This factsheet was changed after you had opened the page. Look at it again before you go on.")
    return render_template("errors/error.html", status=409, message=message), 409


# -- the second person -----------------------------------------------------------------------------------------------


@blueprint.route("/<uuid:edition_id>/review/<language>", methods=["GET", "POST"])
@requires("edition:approve")
def review(edition_id: UUID, language: str) -> ResponseReturnValue:
    """What would be published, exactly; and the button that publishes it."""
    edition = opened(edition_id)
    row = waiting_language(edition, language)
    if row is None:
        return _waits_no_more(edition)
    audit.note("edition:review", "editions", edition.id)
    form = ApproveForm(data={"version": row.version, "digest": row.digest})
    if form.validate_on_submit():
        if (form.seen_version(), form.digest.data) != (row.version, row.digest):
            return _overtaken()
        try:
            actions.approve(edition, [language])
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("Published: %(language)s. Everybody can read it now.", language=i18n.NAMES[language]))
            return _next_review(edition, language)
    page = queries.file(row, rendering.PAGE)
    authors: set[UUID | None] = {*queries.edited_by(edition, language)}
    return render_template(
        "editions/review.html",
        row=row,
        form=form,
        language_name=i18n.NAMES[language],
        is_mine=row.submitted_by_id == me(),
        is_author=me() in authors,
        authors=sorted(names(authors).values()),
        found=pages.kept(row),
        files_made=pages.files(edition, row),
        history=list(pages.history(row, names(pages.people(edition)))),
        changed=reviewing.changed(row),
        page=Markup(page.content.decode() if page is not None else ""),  # noqa: S704 # markup: made by us, texts escaped
        beside=_waiting(edition, language),
        **_head(edition),
    )


def _waiting(edition: Edition, current: str) -> list[dict[str, Any]]:
    """The languages that wait for approval, as links to their reviews."""
    return [
        {
            "code": one.language,
            "name": i18n.NAMES[one.language],
            "url": url_for("editions.review", edition_id=edition.id, language=one.language),
            "is_current": one.language == current,
        }
        for one in edition.languages
        if one.step == Step.READY
    ]


def _next_review(edition: Edition, done: str) -> ResponseReturnValue:
    """On to the next language that waits for the same person, or back to the overview when none does."""
    for one in edition.languages:
        if one.step == Step.READY and one.language != done and one.submitted_by_id != me():
            return redirect(url_for("editions.review", edition_id=edition.id, language=one.language))
    return to_overview(edition)


@blueprint.route("/<uuid:edition_id>/send-back/<language>", methods=["GET", "POST"])
@requires("edition:approve")
def send_back(edition_id: UUID, language: str) -> ResponseReturnValue:
    edition = opened(edition_id)
    row = waiting_language(edition, language)
    if row is None:
        return _waits_no_more(edition)
    form = SendBackForm(data={"version": row.version})
    if form.validate_on_submit():
        if form.seen_version() != row.version:
            return _overtaken()
        try:
            actions.send_back(edition, language, form.reason.data or "")
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("Sent back with your words."))
            return _next_review(edition, language)
    return _reason_page("editions/send_back.html", edition, row, form)


@blueprint.route("/<uuid:edition_id>/withdraw/<language>", methods=["GET", "POST"])
@requires("edition:approve")
def withdraw(edition_id: UUID, language: str) -> ResponseReturnValue:
    edition = opened(edition_id)
    row = opened_language(edition, language, Step.PUBLISHED, Step.WITHDRAWN)
    if row.step == Step.WITHDRAWN:
        flash(_("It was withdrawn already."), "info")
        return to_overview(edition)
    form = WithdrawForm(data={"version": row.version})
    if form.validate_on_submit():
        if form.seen_version() != row.version:
            return _overtaken()
        try:
            actions.withdraw(edition, language, form.reason.data or "")
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("Withdrawn. A notice with your reason stands in its place."))
            return to_overview(edition)
    return _reason_page("editions/withdraw.html", edition, row, form)


def _reason_page(template: str, edition: Edition, row: EditionLanguage, form: Any) -> str:
    head = _head(edition)
    pairs = [(_("Title"), row.title), (_("Language"), i18n.NAMES[row.language])]
    return render_template(template, row=row, form=form, pairs=pairs, language_name=i18n.NAMES[row.language], **head)


# -- what was made ---------------------------------------------------------------------------------------------------


@blueprint.get("/<uuid:edition_id>/files/<language>/<path:name>")
@requires("edition:see")
def file(edition_id: UUID, language: str, name: str) -> ResponseReturnValue:
    """An output as it was made, published or not; for those who work on it."""
    edition = opened(edition_id)
    row = opened_language(edition, language)
    found: EditionFile = own(queries.file(row, name) if name != rendering.PAGE else None)
    audit.note("edition:download", "editions", edition.id)
    answer = Response(found.content, content_type=found.media_type)
    answer.headers["Content-Disposition"] = f"attachment; filename={file_name(row, name)}"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.set_etag(found.sha256)
    return answer.make_conditional(request)
