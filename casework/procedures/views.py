"""Procedures: what each says, in words; and, for administrators, a new version from a day."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.core import clock, i18n
from casework.core.access import requires
from casework.core.errors import DomainError, Hidden
from casework.core.forms import EditForm
from casework.core.i18n import Text
from casework.core.scope import own, principal
from casework.core.web import conflict_page
from casework.procedures import actions, drafting, pages, queries
from casework.procedures.checks import findings
from casework.procedures.forms import DraftForm, NewVersionForm, RetireForm, VersionSeenForm, WordsForm
from casework.procedures.models import Procedure
from casework.reference import queries as codes

blueprint = Blueprint("procedures", __name__, url_prefix="/procedures")

SECTION = "<any(stages, moves, limits, needs):section>"


@blueprint.get("")
@requires("rules:see")
def index() -> ResponseReturnValue:
    in_force = queries.in_force()
    groups = [(track.label, [one for one in in_force if one.track == track.code]) for track in codes.items("track")]
    return render_template(
        "procedures/index.html",
        groups=[(label, rows) for label, rows in groups if rows],
        coming=[one for one in queries.every() if one.effective_from > clock.today()],
        drafts=queries.drafts(),
        since=pages.since,
        unconfirmed={one.id: sum(not limit.is_confirmed for limit in one.limits) for one in in_force},
    )


@blueprint.get("/<uuid:procedure_id>")
@requires("rules:see")
def show(procedure_id: UUID) -> ResponseReturnValue:
    version: Procedure = own(queries.version(procedure_id))
    who = principal()
    if version.is_draft and (who is None or not who.may("rules:edit")):
        raise Hidden
    procedure = queries.shaped(version)
    today = clock.today()
    found = findings(procedure, queries.known()) if version.is_draft else []
    return render_template(
        "procedures/show.html",
        edition=version,
        procedure=procedure,
        state=pages.state(procedure, version.is_draft, today),
        since=pages.since,
        bar=pages.bar(procedure),
        places=pages.places(version, procedure),
        limits=[pages.limit(one) for one in procedure.limits],
        needs=[pages.need(row, one) for row, one in zip(version.needs, procedure.needs, strict=True)],
        documents=pages.documents(procedure),
        track=codes.label("track", version.track),
        versions=[(one, pages.state(one, False, today)) for one in queries.versions_of(version.code)],
        draft=queries.drafts().get(version.code),
        findings=[pages.finding(version, one) for one in found],
        unconfirmed=sum(not one.is_confirmed for one in procedure.limits),
    )


# -- a version as a whole ------------------------------------------------------------------------------------------


@blueprint.route("/<uuid:procedure_id>/change", methods=["GET", "POST"])
@requires("rules:edit")
def change(procedure_id: UUID) -> ResponseReturnValue:
    version: Procedure = own(queries.version(procedure_id))
    if version.is_draft:
        raise Hidden
    form = NewVersionForm()
    if form.validate_on_submit():
        try:
            draft = actions.draft_from(version, form.effective_from.data, form.why.data)
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The draft is a copy. Change what is to change, then publish it."))
            return redirect(_at(draft))
    return render_template("procedures/change.html", form=form, edition=version)


@blueprint.route("/<uuid:procedure_id>/words", methods=["GET", "POST"])
@requires("rules:edit")
def describe(procedure_id: UUID) -> ResponseReturnValue:
    version: Procedure = own(queries.version(procedure_id))
    form = WordsForm(obj=version)

    def save() -> None:
        actions.describe(version, **_described(form))

    return _edited(version, version, form, lambda: WordsForm(formdata=None, obj=version), save, "procedures/words.html")


@blueprint.route("/<uuid:procedure_id>/day", methods=["GET", "POST"])
@requires("rules:edit")
def reschedule(procedure_id: UUID) -> ResponseReturnValue:
    version = _draft(procedure_id)
    form = DraftForm(obj=version)

    def save() -> None:
        actions.reschedule(version, form.effective_from.data, form.ends_in.data or [])

    return _edited(version, version, form, lambda: DraftForm(formdata=None, obj=version), save, "procedures/day.html")


@blueprint.route("/<uuid:procedure_id>/retire", methods=["GET", "POST"])
@requires("rules:edit")
def retire(procedure_id: UUID) -> ResponseReturnValue:
    version: Procedure = own(queries.version(procedure_id))
    if version.is_draft:
        raise Hidden
    form = RetireForm(obj=version)

    def save() -> None:
        actions.retire(version, form.retired_on.data)

    return _edited(
        version, version, form, lambda: RetireForm(formdata=None, obj=version), save, "procedures/retire.html"
    )


@blueprint.route("/<uuid:procedure_id>/publish", methods=["GET", "POST"])
@requires("rules:edit")
def publish(procedure_id: UUID) -> ResponseReturnValue:
    version = _draft(procedure_id)
    form = VersionSeenForm(obj=version)
    if form.validate_on_submit():
        try:
            _must_be_as_seen(form, version)
            actions.publish(version)
        except DomainError as error:
            form = VersionSeenForm(formdata=None, obj=version)
            form.refuse(error)
        else:
            day = i18n.day(version.effective_from)
            flash(_("The version is published. Cases that begin from %(day)s on run by it.", day=day))
            return redirect(_at(version))
    found = findings(queries.shaped(version), queries.known())
    return render_template(
        "procedures/publish.html",
        form=form,
        edition=version,
        findings=[pages.finding(version, one) for one in found],
        has_passed=version.effective_from < clock.today(),
    )


@blueprint.route("/<uuid:procedure_id>/discard", methods=["GET", "POST"])
@requires("rules:edit")
def discard(procedure_id: UUID) -> ResponseReturnValue:
    version = _draft(procedure_id)
    form = VersionSeenForm(obj=version)
    if form.validate_on_submit():
        try:
            _must_be_as_seen(form, version)
        except DomainError as error:
            form = VersionSeenForm(formdata=None, obj=version)
            form.refuse(error)
        else:
            actions.discard(version)
            flash(_("The draft is discarded. The version in force goes on."))
            return redirect(url_for("procedures.index"))
    return render_template("procedures/discard.html", form=form, edition=version)


# -- its parts -----------------------------------------------------------------------------------------------------


@blueprint.route(f"/<uuid:procedure_id>/{SECTION}/add", methods=["GET", "POST"])
@requires("rules:edit")
def add_part(procedure_id: UUID, section: str) -> ResponseReturnValue:
    version = _draft(procedure_id)
    part = drafting.PARTS[section]
    form = part.form(version, None)
    if form.validate_on_submit():
        try:
            part.save(version, None, form)
        except DomainError as error:
            form.refuse(error)
        else:
            flash(str(part.added))
            return redirect(_at(version, section))
    return render_template(
        "procedures/part.html", form=form, edition=version, title=part.add, section=section, part=None
    )


@blueprint.route(f"/<uuid:procedure_id>/{SECTION}/<uuid:part_id>", methods=["GET", "POST"])
@requires("rules:edit")
def part(procedure_id: UUID, section: str, part_id: UUID) -> ResponseReturnValue:
    version: Procedure = own(queries.version(procedure_id))
    row = own(drafting.row(version, section, part_id))
    if not version.is_draft and section == "limits":
        return _limit_words(version, row)
    _must_be_a_draft(version)
    found = drafting.PARTS[section]
    form = found.form(version, row)
    return _edited(
        version,
        row if section == "limits" else version,
        form,
        lambda: found.form(version, row, saved=True),
        lambda: found.save(version, row, form),
        "procedures/part.html",
        section=section,
        title=pages.part_words(row),
        part=row,
    )


def _limit_words(version: Procedure, row: Any) -> ResponseReturnValue:
    form = WordsForm(obj=row)

    def save() -> None:
        actions.describe_limit(row, **_described(form))

    title = pages.part_words(row)
    return _edited(
        version,
        row,
        form,
        lambda: WordsForm(formdata=None, obj=row),
        save,
        "procedures/limit.html",
        section="limits",
        title=title,
    )


@blueprint.route(f"/<uuid:procedure_id>/{SECTION}/<uuid:part_id>/remove", methods=["GET", "POST"])
@requires("rules:edit")
def remove_part(procedure_id: UUID, section: str, part_id: UUID) -> ResponseReturnValue:
    version = _draft(procedure_id)
    row = own(drafting.row(version, section, part_id))
    form = VersionSeenForm(obj=version)
    if form.validate_on_submit():
        try:
            _must_be_as_seen(form, version)
        except DomainError as error:
            form = VersionSeenForm(formdata=None, obj=version)
            form.refuse(error)
        else:
            actions.remove(version, row)
            flash(_("It is taken out of the draft."))
            return redirect(_at(version, section))
    words = pages.part_words(row)
    return render_template("procedures/remove.html", form=form, edition=version, section=section, row=row, words=words)


# -- what they share -----------------------------------------------------------------------------------------------


def _draft(procedure_id: UUID) -> Procedure:
    version: Procedure = own(queries.version(procedure_id))
    _must_be_a_draft(version)
    return version


def _must_be_a_draft(version: Procedure) -> None:
    if not version.is_draft:
        raise Hidden


def _must_be_as_seen(form: EditForm, version: Procedure) -> None:
    if form.seen_version() != version.version:
        raise DomainError(_("This draft was changed after you had opened it. Look at it again, then decide."))


def _at(version: Procedure, section: str | None = None) -> str:
    return url_for("procedures.show", procedure_id=version.id, _anchor=section)


def _described(form: WordsForm) -> dict[str, Any]:
    return {
        "words": Text(form.label_en.data, form.label_ru.data, form.label_kk.data),
        "law": form.law.data,
        "source": form.source.data,
        "is_confirmed": bool(form.is_confirmed.data),
    }


def _edited(
    version: Procedure,
    row: Any,
    form: EditForm,
    saved: Any,
    save: Any,
    template: str,
    section: str | None = None,
    **words: Any,
) -> ResponseReturnValue:
    """Show a form; save it, unless the row was changed since it was opened."""
    back = _at(version, section)
    if form.validate_on_submit():
        if form.seen_version() != row.version:
            return conflict_page(form, saved(), version=row.version, keep_url=back)
        try:
            save()
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The change is saved."))
            return redirect(back)
    return render_template(template, form=form, edition=version, section=section, back=back, **words)
