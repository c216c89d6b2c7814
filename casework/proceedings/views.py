"""Pages about the procedure of a case: how it stands, what happened, what follows, and going on under another one."""

from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.accounts.queries import names
from casework.cases.models import Case
from casework.cases.pages import heading
from casework.cases.views import opened_case
from casework.core import clock, i18n
from casework.core.access import requires
from casework.core.errors import DomainError, Hidden
from casework.core.scope import own
from casework.core.web import conflict_page
from casework.mandates.pages import links as mandate_links
from casework.persons import queries as persons
from casework.persons.forms import VoidForm
from casework.procedures.rules import Procedure
from casework.proceedings import actions, ahead, changing, clocks, pages, queries, rules
from casework.proceedings.forms import (
    ActFields,
    ActForm,
    CorrectActForm,
    ProcedureForm,
    act_values,
    asked_of,
    changed_persons,
    first_values,
)
from casework.proceedings.models import Act
from casework.reference import queries as codes

blueprint = Blueprint("proceedings", __name__, url_prefix="/cases/<uuid:case_id>")


@blueprint.get("/procedure")
@requires("case:open")
def show(case_id: UUID) -> str:
    case = opened_case(case_id)
    return render_template("proceedings/show.html", case=case, page=pages.procedure_page(case))


# -- recording -------------------------------------------------------------------------------------------------------


@blueprint.route("/acts/new", methods=["GET", "POST"])
@requires("case:edit")
def record(case_id: UUID) -> ResponseReturnValue:
    """What happened: first which act, then what is told of it, and for a change of status once more to check."""
    case = opened_case(case_id)
    code = request.args.get("code", "")
    if codes.item("act", code) is None:
        return render_template("proceedings/choose.html", case=case, lead=heading(case), groups=ahead.possible(case))
    form = ActForm(data={**first_values(), "persons": [str(party.person_id) for party in case.parties]})
    form.of(case, code)
    refusal: DomainError | None = None
    is_checked = not asked_of(code).get("status") or request.form.get("then") == "checked"
    if request.form.get("then") != "change" and form.validate_on_submit():
        told = form.told(code)
        outlook = queries.outlook(case, _happening(told))
        if not is_checked and outlook is not None:
            return _check_page(case, code, form, outlook)
        follows = clocks.follows(case, outlook) if outlook is not None else []
        try:
            actions.record(case, told)
        except DomainError as error:
            form.refuse(error)
            refusal = error
        else:
            return _recorded(case, code, follows, clocks.late(outlook) if outlook is not None else [])
    elif request.method == "GET":
        refusal = actions.refusal(case, code)
    return _act_page(case, code, form, codes.label("act", code), _("Record it"), refusal)


def _happening(told: actions.Told) -> rules.Happening:
    return rules.Happening(
        uuid4(), told.code, told.happened_on, told.served_on, told.until_on, told.about_id, clock.now()
    )


def _recorded(case: Case, code: str, follows: list[str], late: list[str]) -> ResponseReturnValue:
    flash(_("Recorded: %(act)s.", act=codes.label("act", code)))
    for words in late:
        flash(words, "warning")
    flash(" ".join(words for words in follows if words not in late), "info")
    return redirect(url_for("proceedings.show", case_id=case.id))


def _check_page(case: Case, code: str, form: ActForm, outlook: queries.Outlook) -> str:
    """Once more before a status changes: what was typed, whom it concerns and what follows."""
    return render_template(
        "proceedings/check.html",
        case=case,
        form=form,
        title=codes.label("act", code),
        lead=heading(case),
        typed={name: values for name, values in form.typed().items() if name in _sent_names(form)},
        pairs=pages.answers(form),
        follows=[*clocks.follows(case, outlook), *pages.status_words(case, code, form.told(code).persons)],
        back_url=url_for("proceedings.show", case_id=case.id),
    )


def _sent_names(form: ActFields) -> set[str]:
    """The names under which the fields of a form are sent, without what belongs to one sending."""
    found = set()
    for field in form:
        parts = getattr(field, "parts", None)
        found |= {f"{field.name}-{part}" for part in parts} if parts is not None else {field.name}
    return found - {"csrf_token", "nonce"}


# -- putting right ---------------------------------------------------------------------------------------------------


@blueprint.route("/acts/<uuid:act_id>", methods=["GET", "POST"])
@requires("case:edit")
def correct(case_id: UUID, act_id: UUID) -> ResponseReturnValue:
    case = opened_case(case_id)
    act = _told_by_hand(case, act_id)

    def make(**source: Any) -> CorrectActForm:
        form = CorrectActForm(data=act_values(case, act), **source)
        form.of(case, act.code)
        return form

    form = make()
    refusal: DomainError | None = None
    if form.validate_on_submit():
        if form.seen_version() != act.version:
            return _conflict(case, form, make(formdata=None), act.version, act.id)
        try:
            actions.correct(case, act, _corrected(case, act, form))
        except DomainError as error:
            form.refuse(error)
            refusal = error
        else:
            flash(_("Corrected. What it said before is kept, and the deadlines are counted anew."))
            return redirect(url_for("proceedings.show", case_id=case.id))
    title = _("Correct: %(act)s", act=codes.label("act", act.code))
    return _act_page(case, act.code, form, title, _("Save correction"), refusal, act)


def _corrected(case: Case, act: Act, form: CorrectActForm) -> actions.Told:
    """What is told now. Statuses are brought about anew only where their day or their persons are others."""
    told = form.told(act.code, act.about_id)
    before = changed_persons(case, act)
    wanted = before if told.persons is None else told.persons
    told.persons = None if told.happened_on == act.happened_on and set(wanted) == set(before) else wanted
    if not asked_of(act.code).get("status"):
        told.persons = None
    return told


@blueprint.route("/acts/<uuid:act_id>/void", methods=["GET", "POST"])
@requires("case:edit")
def void(case_id: UUID, act_id: UUID) -> ResponseReturnValue:
    case = opened_case(case_id)
    act = _told_by_hand(case, act_id)
    form = VoidForm()
    if form.validate_on_submit():
        try:
            actions.void(case, act, form.reason.data or "")
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("Taken back. It stays readable, and the deadlines are counted without it."))
            return redirect(url_for("proceedings.show", case_id=case.id))
    return render_template(
        "proceedings/void.html",
        case=case,
        form=form,
        lead=heading(case),
        pairs=pages.act_pairs(act),
        warning=" ".join(pages.void_words(case, act)),
        back_url=url_for("proceedings.show", case_id=case.id),
    )


def _told_by_hand(case: Case, act_id: UUID) -> Act:
    """An act that stands and is put right here: not silence, and not what the page of an inquiry tells."""
    act: Act = own(queries.act(case.id, act_id))
    if act.is_void or act.is_deemed or act.about_id is not None:
        raise Hidden
    return act


# -- another procedure -----------------------------------------------------------------------------------------------


@blueprint.route("/procedure/change", methods=["GET", "POST"])
@requires("case:edit")
def change(case_id: UUID) -> ResponseReturnValue:
    """First which procedure, then where the case stands in it, since when and why."""
    case = opened_case(case_id)
    chosen = _chosen(case, request.args.get("to", ""))
    if chosen is None:
        groups = changing.options(case)
        return render_template("proceedings/procedures.html", case=case, lead=heading(case), groups=groups)

    def make(**source: Any) -> ProcedureForm:
        form = ProcedureForm(data={**changing.values(case, chosen), "version": str(case.version)}, **source)
        form.stage.offer(lambda: changing.stage_choices(chosen))
        return form

    form = make()
    if form.validate_on_submit():
        if form.seen_version() != case.version:
            return _conflict(case, form, make(formdata=None), case.version, case.id)
        try:
            actions.change_procedure(case, chosen.id, form.stage.data or "", form.since.data, form.note.data or "")
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The case goes on under: %(procedure)s.", procedure=chosen.label))
            return redirect(url_for("proceedings.show", case_id=case.id))
    return render_template(
        "proceedings/change.html",
        case=case,
        form=form,
        title=changing.title(case, chosen),
        lead=heading(case),
        procedure=chosen,
        version=pages.version_words(chosen),
        follows=changing.follows(case, chosen),
        back_url=url_for("proceedings.show", case_id=case.id),
    )


def _chosen(case: Case, wanted: str) -> Procedure | None:
    """The version of a procedure that an address names, if this case may go on under it."""
    offered = changing.offered(case)
    return next((one for one in offered if str(one.id) == wanted), None)


# -- shared ----------------------------------------------------------------------------------------------------------


def _act_page(
    case: Case,
    code: str,
    form: ActFields,
    title: str,
    primary: str,
    refusal: DomainError | None,
    act: Act | None = None,
) -> ResponseReturnValue:
    lacks = refusal.lacks if isinstance(refusal, actions.Forbidden) else ()
    happened_on = form.happened_on.data or clock.today()
    outlook = None
    if act is None and refusal is None:
        told = rules.Happening(uuid4(), code, happened_on, recorded_at=clock.now())
        outlook = queries.outlook(case, told)
    return render_template(
        "proceedings/act.html",
        case=case,
        form=form,
        title=title,
        lead=heading(case),
        primary=primary,
        refusal=refusal.message if refusal is not None and not form.errors else "",
        lacks=ahead.lacks(case, lacks),
        mandates=mandate_links(refusal) if refusal is not None else [],
        follows=clocks.follows(case, outlook) if outlook is not None else [],
        follows_on=i18n.day(happened_on),
        is_status=bool(asked_of(code).get("status")),
        back_url=url_for("proceedings.show", case_id=case.id),
        choose_url=url_for("proceedings.record", case_id=case.id) if act is None else "",
    )


def _conflict(case: Case, form: Any, theirs: Any, version: int, subject_id: UUID) -> ResponseReturnValue:
    last = next(iter(persons.revisions([subject_id])), None)
    return conflict_page(
        form,
        theirs,
        version=version,
        keep_url=url_for("proceedings.show", case_id=case.id),
        who=names({last.actor_id}).get(last.actor_id) if last else None,
        when=i18n.moment(last.at) if last else "",
    )
