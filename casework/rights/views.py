"""The register of requests about personal data, the file for the person, and the two steps of an erasure."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.core import audit, clock, withheld
from casework.core.access import SENDING, requires
from casework.core.db import db
from casework.core.errors import DomainError, Restricted
from casework.core.paging import number_of
from casework.core.scope import own, principal
from casework.letters.views import download
from casework.persons import queries as persons
from casework.persons.models import Person
from casework.rights import actions, certificate, disclosing, gate, pages, queries, reaching
from casework.rights.forms import ApproveForm, AskForm, CloseForm, RefuseForm, RequestForm, TakeBackForm
from casework.rights.gate import Gone
from casework.rights.models import DataRequest, Erasure
from casework.rights.rules import Kind

blueprint = Blueprint("rights", __name__)

PARTS = ("open", "closed", "erasures")


@blueprint.app_errorhandler(Gone)
def gone(error: Gone) -> ResponseReturnValue:
    """The page in front of a record that was erased."""
    db.session.rollback()
    return render_template("rights/gone.html", records=gate.told(error.person_ids)), 410


# -- requests ------------------------------------------------------------------------------------------------------


@blueprint.get("/rights")
@requires("rights:see")
def index() -> str:
    part = request.args.get("part", "")
    part = part if part in PARTS else "open"
    page = number_of(request.args.get("page", ""))
    counts, waiting = queries.counts(), queries.waiting()
    found: Any = queries.carried_out(page)
    if part != "erasures":
        found = queries.register(is_open=part == "open", number=page)
    shown: list[Any] = [*found.rows, *(waiting if part == "erasures" else [])]
    audit.read("rights:list", "persons", list(dict.fromkeys(one.person_id for one in shown)))
    labels = {"open": _("Open"), "closed": _("Closed"), "erasures": _("Erasures")}
    sizes = {"open": counts[True], "closed": counts[False], "erasures": len(waiting)}
    return render_template(
        "rights/index.html",
        part=part,
        segments=[
            {
                "label": labels[one],
                "url": url_for("rights.index", part=one),
                "count": sizes[one],
                "is_current": one == part,
            }
            for one in PARTS
        ],
        found=found,
        rows=pages.erasure_rows(found.rows) if part == "erasures" else pages.rows(found.rows),
        waiting=pages.erasure_rows(waiting),
        new_url=url_for("rights.new"),
    )


@blueprint.route("/rights/new", methods=["GET", "POST"])
@requires("rights:handle")
def new() -> ResponseReturnValue:
    """Record a request. `?person=` is the record that one comes from."""
    begun = _begun_from()
    form = RequestForm(data={"number": begun.number if begun is not None else None, "asked_on": clock.today()})
    if form.validate_on_submit():
        try:
            made = actions.record(actions.numbered(form.number.data), form.told())
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("Recorded. The law’s term runs from the day on which they asked."))
            return redirect(url_for("rights.show", request_id=made.id))
    return render_template("rights/new.html", form=form, back_url=url_for("rights.index"))


def _begun_from() -> Person | None:
    try:
        return persons.person(UUID(request.args.get("person", "")))
    except ValueError:
        return None


@blueprint.get("/rights/<uuid:request_id>")
@requires("rights:see")
def show(request_id: UUID) -> str:
    asked = _asked(request_id)
    return _page(asked, CloseForm(data={"version": str(asked.version)}))


@blueprint.post("/rights/<uuid:request_id>/close")
@requires("rights:handle")
def close(request_id: UUID) -> ResponseReturnValue:
    asked, form = _asked(request_id), CloseForm()
    if form.validate_on_submit():
        try:
            if form.seen_version() != asked.version:
                raise DomainError(_("This has changed since the page was opened. Look at it again."))
            actions.close(asked, form.decision.data or "", form.answer.data)
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("Closed. What was decided, and when, stays in the register."))
            return redirect(url_for("rights.show", request_id=asked.id))
    return _page(asked, form), 422


def _asked(request_id: UUID) -> DataRequest:
    found: DataRequest = own(queries.asked(request_id))
    audit.read("rights:open", "persons", [found.person_id])
    return found


def _page(asked: DataRequest, form: CloseForm) -> str:
    who = principal()
    return render_template(
        "rights/show.html",
        asked=asked,
        title=pages.title(asked.person),
        due=pages.due_words(asked),
        facts=pages.facts(asked),
        steps=pages.steps(asked),
        form=form,
        may_handle=who is not None and who.may("rights:handle"),
        has_file=asked.kind in (Kind.ACCESS, Kind.ERASURE) and asked.person.erased_on is None,
        record_url=url_for("casefile.person", person_id=asked.person_id)
        if who is not None and who.may("person:open") and asked.person.erased_on is None
        else "",
    )


@blueprint.get("/rights/<uuid:request_id>/file")
@requires("rights:handle", fresh=True)
def file(request_id: UUID) -> ResponseReturnValue:
    """Everything that is kept of the person, in their language: to read, or (`?as=json`) for another program."""
    asked = _asked(request_id)
    if asked.person.erased_on is not None:
        raise Gone(frozenset({asked.person_id}))
    person: Person = own(persons.person(asked.person_id))
    if person.id in withheld.mine():
        raise Restricted(frozenset({person.id}))
    told = disclosing.disclosure(person)
    audit.read("rights:file", "persons", [person.id])
    name = f"data-{clock.today().isoformat()}"
    if request.args.get("as") == "zip":
        try:
            return download(told.as_zip(), f"{name}.zip", "application/zip")
        except DomainError as error:
            flash(error.message, "error")
            return redirect(url_for("rights.show", request_id=asked.id))
    if request.args.get("as") == "json":
        return download(told.as_json(), f"{name}.json", "application/json")
    return download(told.as_pdf(), f"{name}.pdf", "application/pdf")


# -- erasure -------------------------------------------------------------------------------------------------------


@blueprint.route("/people/<uuid:person_id>/erasure", methods=["GET", "POST"])
@requires("rights:erase")
def preview(person_id: UUID) -> ResponseReturnValue:
    """What would go and what would stay; ask for it here. Looking changes nothing."""
    person: Person = own(persons.person(person_id))
    if person.erased_on is not None:
        raise Gone(frozenset({person.id}))
    found = queries.erasure_of(person.id)
    if found is not None and found.is_waiting:
        return redirect(url_for("rights.erasure", erasure_id=found.id))
    audit.read("rights:preview", "persons", [person.id])
    form, open_request = AskForm(), _open_request(person)
    if form.validate_on_submit():
        try:
            made = actions.ask(person, form.ground.data or "", form.why.data or "", form.in_spite.data, open_request)
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("Asked for. Nothing is erased before another colleague agrees."))
            return redirect(url_for("rights.erasure", erasure_id=made.id))
    return render_template(
        "rights/preview.html",
        person=person,
        title=pages.title(person),
        shown=_previewed(person),
        form=form,
        asked_url=url_for("rights.show", request_id=open_request.id) if open_request is not None else "",
        back_url=url_for("rights.index"),
    )


def _open_request(person: Person) -> DataRequest | None:
    """What the person asked, which the erasure grants."""
    ids = {person.id, *(one.id for one in persons.merged_into(person.id))}
    return next((one for one in queries.of_person(ids) if one.is_open and one.kind == Kind.ERASURE), None)


def _previewed(person: Person) -> dict[str, Any]:
    with withheld.unveiled("a preview counts, and shows nobody"):
        return pages.preview(reaching.find(person))


@blueprint.get("/erasures/<uuid:erasure_id>")
@requires("rights:see")
def erasure(erasure_id: UUID) -> str:
    one = _erasure(erasure_id)
    return _erasure_page(one, ApproveForm(data={"version": str(one.version)}))


def _erasure(erasure_id: UUID) -> Erasure:
    one: Erasure = own(queries.erasure(erasure_id))
    audit.read("rights:preview", "persons", [one.person_id])
    return one


def _erasure_page(one: Erasure, form: ApproveForm) -> str:
    who = principal()
    may_erase = who is not None and who.may("rights:erase")
    is_mine = who is not None and one.asked_by_id == who.user_id
    return render_template(
        "rights/erasure.html",
        one=one,
        title=pages.title(one.person),
        state=pages.state_words(one),
        facts=pages.erasure_facts(one),
        shown=_previewed(one.person) if one.is_waiting else None,
        done=pages.done(one) if one.erased_on is not None else [],
        stays=pages.stays(),
        form=form,
        take_back_form=TakeBackForm(),
        may_decide=may_erase and one.is_waiting and not is_mine,
        is_mine=is_mine,
    )


@blueprint.post("/erasures/<uuid:erasure_id>/approve")
@requires("rights:erase", fresh=SENDING)
def approve(erasure_id: UUID) -> ResponseReturnValue:
    """Agree as a second person, which erases at once."""
    one, form = _erasure(erasure_id), ApproveForm()
    if form.validate_on_submit():
        try:
            _must_be_as_seen(one, form)
            actions.approve(one, form.number.data)
        except DomainError as error:
            db.session.rollback()  # of what was begun nothing may show
            form.refuse(error)
            one = _erasure(erasure_id)
        else:
            flash(_("Erased. Of the person only a number is left."))
            return redirect(url_for("rights.erasure", erasure_id=erasure_id))
    return _erasure_page(one, form), 422


@blueprint.route("/erasures/<uuid:erasure_id>/refuse", methods=["GET", "POST"])
@requires("rights:erase")
def refuse(erasure_id: UUID) -> ResponseReturnValue:
    one = _erasure(erasure_id)
    form, back_url = RefuseForm(data={"version": str(one.version)}), url_for("rights.erasure", erasure_id=one.id)
    if form.validate_on_submit():
        try:
            _must_be_as_seen(one, form)
            actions.refuse(one, form.why.data or "")
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("Not agreed to: the record stays, and who asked is told why."))
            return redirect(back_url)
    return render_template("rights/refuse.html", one=one, title=pages.title(one.person), form=form, back_url=back_url)


@blueprint.post("/erasures/<uuid:erasure_id>/take-back")
@requires("rights:erase")
def take_back(erasure_id: UUID) -> ResponseReturnValue:
    one = _erasure(erasure_id)
    if TakeBackForm().validate_on_submit():
        try:
            actions.take_back(one)
        except DomainError as error:
            flash(error.message, "error")
        else:
            flash(_("Taken back. Nothing was erased."))
    return redirect(url_for("rights.erasure", erasure_id=one.id))


@blueprint.get("/erasures/<uuid:erasure_id>/certificate.pdf")
@requires("rights:see")
def certificate_(erasure_id: UUID) -> ResponseReturnValue:
    """That a record was erased: what, when, by how many, and what is left. It names nobody."""
    one = _erasure(erasure_id)
    if one.erased_on is None:
        return redirect(url_for("rights.erasure", erasure_id=one.id))
    audit.note("rights:certificate", "erasures", one.id)
    return download(certificate.pdf(one), f"erasure-{one.erased_on.isoformat()}.pdf", "application/pdf")


def _must_be_as_seen(one: Erasure, form: Any) -> None:
    if form.seen_version() != one.version:
        raise DomainError(_("This has changed since the page was opened. Look at it again."))
