"""Pages on which two records become one, and on which that is looked at and undone."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.approvals import pages as approval_pages
from casework.approvals import queries as approvals
from casework.core import audit, i18n
from casework.core.access import requires
from casework.core.errors import DomainError
from casework.core.scope import own
from casework.duplicates import approving, joining, merge_pages, merging, moving, queries
from casework.duplicates.merge_forms import MergeForm, UndoForm, merge_form, versions
from casework.duplicates.models import DuplicatePair, Merge
from casework.duplicates.rules import in_order
from casework.persons import queries as persons
from casework.persons.models import Person

blueprint = Blueprint("merges", __name__)


def _opened(*ids: UUID) -> list[Person]:
    """The records themselves, merged or not; that they were read stands in the access log of each."""
    found: list[Person] = [own(persons.record(one)) for one in ids]
    for person in found:
        audit.read("duplicate:open", "persons", [person.id])
    return found


@blueprint.get("/duplicates/<uuid:pair_id>/merge")
@requires("person:merge")
def preview(pair_id: UUID) -> ResponseReturnValue:
    """Both records field by field, what will move, and the one button."""
    pair: DuplicatePair = own(queries.pair(pair_id))
    kept, gone = in_order(*_opened(pair.person_id, pair.other_id))
    done = queries.merge_of(gone.id) if gone.merged_into_id == kept.id else None
    if done is not None:
        return redirect(url_for("merges.show", merge_id=done.id))
    return _preview_page(pair, kept, gone)


@blueprint.post("/duplicates/<uuid:pair_id>/merge")
@requires("person:merge")
def merge(pair_id: UUID) -> ResponseReturnValue:
    pair: DuplicatePair = own(queries.pair(pair_id))
    kept, gone = in_order(*_opened(pair.person_id, pair.other_id))
    pairs = joining.compared(joining.side_of(kept), joining.side_of(gone))
    form = merge_form(kept, gone, pairs)
    if form.seen.data != versions(kept, gone) and form.is_submitted():
        form.look_again(kept, gone)
        form.refuse(
            DomainError(_("One of the records was changed after you had opened this page. Look at both again."))
        )
        return _preview_page(pair, kept, gone, form), 409
    if form.validate_on_submit():
        try:
            if approvals.is_wanted(approving.MERGE):
                approving.ask_to_merge(pair, kept, gone, form.take(), form.statuses(), form.note.data)
                flash(approval_pages.sent_words())
                return redirect(url_for("duplicates.pair", pair_id=pair.id))
            done = merging.merge(kept, gone, form.take(), form.statuses(), form.note.data, pair)
        except DomainError as error:
            form.refuse(DomainError(error.message, form.field_of(error.field)))
        else:
            flash(
                _(
                    "The records are merged: %(gone)s now leads to %(kept)s. This can be undone until %(day)s.",
                    gone=gone.number,
                    kept=kept.number,
                    day=i18n.day(merging.last_day(done)),
                )
            )
            return redirect(url_for("casefile.person", person_id=kept.id))
    return _preview_page(pair, kept, gone, form)


def _preview_page(pair: DuplicatePair, kept: Person, gone: Person, form: MergeForm | None = None) -> str:
    pairs = joining.compared(joining.side_of(kept), joining.side_of(gone))
    asking = approval_pages.asking(approving.MERGE, gone.id)
    form = form or merge_form(kept, gone, pairs, asking.typed)
    return render_template(
        "duplicates/merge.html",
        form=form,
        asking=asking,
        pair=pair,
        kept=kept,
        gone=gone,
        obstacle=merging.obstacle(kept, gone, pair),
        warnings=merge_pages.warnings(kept, gone),
        rows=merge_pages.rows(form, pairs),
        status_rows=merge_pages.status_rows(form, kept, gone),
        moves=merge_pages.moves(moving.plan(kept, gone)),
        figures=merge_pages.figures(kept, gone),
        days=merging.UNDO_WITHIN.days,
    )


@blueprint.get("/merges/<uuid:merge_id>")
@requires("person:compare")
def show(merge_id: UUID) -> str:
    """What was merged, and what the record that went says: the one place where it can still be read."""
    done: Merge = own(queries.merge_by_id(merge_id))
    kept, gone = _opened(done.kept_id, done.gone_id)
    return render_template(
        "duplicates/merged.html", done=done, kept=kept, gone=gone, told=merge_pages.told(done, kept, gone)
    )


@blueprint.route("/merges/<uuid:merge_id>/undo", methods=["GET", "POST"])
@requires("person:merge")
def undo(merge_id: UUID) -> ResponseReturnValue:
    done: Merge = own(queries.merge_by_id(merge_id))
    kept, gone = _opened(done.kept_id, done.gone_id)
    form = UndoForm()
    if form.validate_on_submit():
        try:
            stay = merging.undo(done, form.reason.data or "")
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The merge is undone: %(kept)s and %(gone)s are two records again.", **_numbers(kept, gone)))
            names = ", ".join(joining.label(one) for one in stay)
            if names:
                flash(_("Changed since the merge, and so left as they are: %(fields)s.", fields=names), "warning")
            return redirect(url_for("merges.show", merge_id=done.id))
    found = merge_pages.undoing(merging.undoing(done), kept)
    return render_template("duplicates/undo.html", form=form, done=done, kept=kept, gone=gone, found=found)


def _numbers(kept: Person, gone: Person) -> dict[str, Any]:
    return {"kept": kept.number, "gone": gone.number}
