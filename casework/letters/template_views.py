"""Templates of letters: what there is, their fields, trying one out, a new version, retiring one."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.core import clock, i18n
from casework.core.access import requires
from casework.core.errors import DomainError
from casework.core.receiving import receives_files
from casework.core.scope import own
from casework.core.web import conflict_page
from casework.letters import actions, pages, queries, templating
from casework.letters.checking import Finding
from casework.letters.fields import examples
from casework.letters.forms import NewVersionForm, RetireForm, UploadForm
from casework.letters.merging import merged
from casework.letters.models import LetterTemplate
from casework.letters.views import DOCX, download
from casework.reference import queries as codes

blueprint = Blueprint("letter_templates", __name__, url_prefix="/letter-templates")


@blueprint.get("/")
@requires("rules:see")
def index() -> str:
    used = queries.in_force()
    in_use = {one.id for one in used}
    rows = [
        {
            "template": one,
            "url": url_for("letter_templates.show", template_id=one.id),
            "language": i18n.NAMES[one.language],
            "tracks": ", ".join(codes.label("track", track) for track in one.tracks) or _("All kinds"),
            "limit": pages.limit_words(one),
            "state": pages.template_state(one, in_use),
        }
        for one in queries.every_template()
    ]
    unconfirmed = sum(not one.is_confirmed for one in used)
    return render_template("letters/templates.html", rows=rows, unconfirmed=unconfirmed)


@blueprint.get("/fields")
@requires("rules:see")
def fields() -> str:
    """Every merge field with an example, to write a template by."""
    return render_template("letters/fields.html", rows=pages.field_rows())


@blueprint.get("/<uuid:template_id>")
@requires("rules:see")
def show(template_id: UUID) -> str:
    template = _found(template_id)
    return render_template(
        "letters/template.html",
        template=template,
        language=i18n.NAMES[template.language],
        state=pages.template_state(template, {one.id for one in queries.in_force()}),
        tracks=", ".join(codes.label("track", track) for track in template.tracks) or _("All kinds"),
        limit=pages.limit_words(template),
        rows=pages.field_rows(template.language, template.fields),
        needed=template.needed,
    )


@blueprint.get("/<uuid:template_id>/template.docx")
@requires("rules:see")
def original(template_id: UUID) -> ResponseReturnValue:
    template = _found(template_id)
    return download(template.content.data, f"{template.code.lower()}_{template.language}.docx", DOCX)


@blueprint.get("/<uuid:template_id>/test.<any(docx, pdf):extension>")
@requires("rules:see")
def test(template_id: UUID, extension: str) -> ResponseReturnValue:
    """The template with example values: what a letter from it will look like."""
    template = _found(template_id)
    title = getattr(template.words, template.language)
    docx = merged(template.content.data, examples(template.language), title=title, language=template.language)
    name = f"{template.code.lower()}_{template.language}_test.{extension}"
    if extension == "pdf":
        return download(actions.set_as_pdf(docx, title, template.language), name, "application/pdf")
    return download(docx, name, DOCX)


@blueprint.route("/new", methods=["GET", "POST"])
@requires("rules:edit")
@receives_files
def upload() -> ResponseReturnValue:
    form = UploadForm()
    found: tuple[Finding, ...] = ()
    if form.validate_on_submit():
        try:
            template = templating.upload(form.data_sent(), form.facts())
        except DomainError as error:
            form.refuse(error)
            found = error.found.findings if isinstance(error, templating.Unsound) else ()
        else:
            return _kept(template)
    return _page(form, _("Add a template"), url_for("letter_templates.index"), found)


@blueprint.route("/<uuid:template_id>/new-version", methods=["GET", "POST"])
@requires("rules:edit")
@receives_files
def new_version(template_id: UUID) -> ResponseReturnValue:
    before = _found(template_id)
    values = {name: getattr(before, name) for name in ("reply_value", "reply_unit", "source")}
    form = NewVersionForm(data={**values, "effective_from": clock.today()})
    found: tuple[Finding, ...] = ()
    if form.validate_on_submit():
        try:
            template = templating.upload(form.data_sent(), form.facts(before))
        except DomainError as error:
            form.refuse(error)
            found = error.found.findings if isinstance(error, templating.Unsound) else ()
        else:
            return _kept(template)
    title = _("New version: %(template)s (%(language)s)", template=before.label, language=i18n.NAMES[before.language])
    return _page(form, title, url_for("letter_templates.show", template_id=before.id), found)


def _kept(template: LetterTemplate) -> ResponseReturnValue:
    flash(_("The template is kept. Try it out with the examples before it is used."))
    return redirect(url_for("letter_templates.show", template_id=template.id))


def _page(form: UploadForm | NewVersionForm, title: str, back_url: str, found: tuple[Finding, ...]) -> str:
    return render_template(
        "letters/upload.html",
        form=form,
        title=title,
        back_url=back_url,
        findings=[pages.finding(one) for one in found],
    )


@blueprint.route("/<uuid:template_id>/retire", methods=["GET", "POST"])
@requires("rules:edit")
def retire(template_id: UUID) -> ResponseReturnValue:
    template = _found(template_id)
    values = {"retired_on": template.retired_on or clock.today(), "version": str(template.version)}
    form = RetireForm(data=values)
    back_url = url_for("letter_templates.show", template_id=template.id)
    if form.validate_on_submit():
        if form.seen_version() != template.version:
            saved = RetireForm(formdata=None, data=values)
            return conflict_page(form, saved, version=template.version, keep_url=back_url)
        try:
            templating.retire(template, form.retired_on.data)
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The template is retired. Letters written from it stay."))
            return redirect(back_url)
    return render_template("letters/retire.html", form=form, template=template, back_url=back_url)


def _found(template_id: UUID) -> LetterTemplate:
    template: LetterTemplate = own(queries.template(template_id))
    return template
