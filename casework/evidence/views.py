"""The checklist of a case: looking at it, noting how a line stands, adding one, taking one off."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.accounts.queries import names
from casework.cases.models import Case
from casework.cases.pages import heading, principal_person
from casework.cases.views import opened_case
from casework.core import i18n
from casework.core.access import requires
from casework.core.errors import DomainError, Hidden
from casework.core.forms import JustAButton
from casework.core.scope import own
from casework.core.web import conflict_page
from casework.evidence import actions, pages, queries
from casework.evidence.forms import WHEN, AddForm, NoteForm, note_values
from casework.persons import queries as persons
from casework.persons.forms import VoidForm

blueprint = Blueprint("evidence", __name__, url_prefix="/cases/<uuid:case_id>/evidence")


@blueprint.get("/")
@requires("case:open")
def index(case_id: UUID) -> str:
    case = opened_case(case_id)
    return render_template(
        "evidence/index.html",
        case=case,
        person=own(principal_person(case)),
        blocks=pages.blocks(case),
        progress=queries.progress(case),
        progress_words=pages.progress_words(queries.progress(case)),
    )


@blueprint.route("/add", methods=["GET", "POST"])
@requires("case:edit")
def add(case_id: UUID) -> ResponseReturnValue:
    case = opened_case(case_id)
    form = AddForm()
    form.of(case)
    if form.validate_on_submit():
        try:
            actions.add(case, form.kind.data or "", form.noted())
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("It is on the list."))
            return _back(case)
    return _page(case, form, _("Add to the checklist"), _("Add to the list"))


@blueprint.route("/<kind>", methods=["GET", "POST"])
@requires("case:edit")
def edit(case_id: UUID, kind: str) -> ResponseReturnValue:
    case = opened_case(case_id)
    line: queries.Line = own(queries.line(case, kind))

    def make(**source: Any) -> NoteForm:
        form = NoteForm(data=note_values(line), **source)
        form.of(case)
        return form

    form = make()
    if form.validate_on_submit():
        version = line.item.version if line.item is not None else 0
        if form.seen_version() != version:
            last = next(iter(persons.revisions([line.item.id])), None) if line.item is not None else None
            return conflict_page(
                form,
                make(formdata=None),
                version=version,
                keep_url=url_for("evidence.index", case_id=case.id),
                who=names({last.actor_id}).get(last.actor_id) if last else None,
                when=i18n.moment(last.at) if last else "",
            )
        try:
            actions.note(case, kind, form.noted())
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("Saved. What stood before is kept in the history."))
            return _back(case)
    return _page(case, form, line.label, _("Save evidence"))


@blueprint.post("/<kind>/have")
@requires("case:edit")
def have(case_id: UUID, kind: str) -> ResponseReturnValue:
    """One tap on the phone: it is here."""
    case = opened_case(case_id)
    line: queries.Line = own(queries.line(case, kind))
    if JustAButton().validate_on_submit():
        actions.received(case, kind)
        flash(_("“%(kind)s” is there since today.", kind=line.label))
    return _back(case)


@blueprint.route("/<kind>/remove", methods=["GET", "POST"])
@requires("case:edit")
def remove(case_id: UUID, kind: str) -> ResponseReturnValue:
    case = opened_case(case_id)
    line: queries.Line = own(queries.line(case, kind))
    if line.item is None:
        raise Hidden
    form = VoidForm()
    if form.validate_on_submit():
        try:
            actions.void(case, line.item, form.reason.data or "")
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("Taken back. The history keeps what was noted."))
            return _back(case)
    row = pages.row(case, line)
    return render_template(
        "evidence/remove.html",
        case=case,
        form=form,
        lead=heading(case),
        pairs=[(_("Kind of document"), row["label"]), (_("How does it stand?"), [row["state"], row["how"]])],
        warning=_("The procedure asks for this: it will stand on the list as missing again.")
        if line.is_asked_by_procedure
        else _("The procedure does not ask for this: it leaves the list."),
        back_url=url_for("evidence.index", case_id=case.id),
    )


def _back(case: Case) -> ResponseReturnValue:
    return redirect(url_for("evidence.index", case_id=case.id))


def _page(case: Case, form: Any, title: str, primary: str) -> str:
    return render_template(
        "evidence/form.html",
        case=case,
        form=form,
        title=title,
        lead=heading(case),
        primary=primary,
        when=WHEN,
        back_url=url_for("evidence.index", case_id=case.id),
    )
