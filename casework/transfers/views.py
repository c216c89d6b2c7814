"""Cases that go to another partner, and cases that come from one."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.accounts.models import Organisation
from casework.cases import queries as cases
from casework.cases.models import Case
from casework.cases.pages import party_choices
from casework.core import audit
from casework.core.access import requires
from casework.core.errors import DomainError, Hidden
from casework.core.forms import CaseworkForm
from casework.core.scope import own
from casework.transfers import actions, pages, queries
from casework.transfers.forms import AcceptForm, BeginForm, DeclineForm, OfferForm, WithdrawForm
from casework.transfers.models import Transfer
from casework.transfers.rules import Step, steps

blueprint = Blueprint("transfers", __name__)


@blueprint.get("/transfers/")
@requires("case:transfer")
def index() -> str:
    part = request.args.get("part")
    part = part if part in queries.PARTS else None
    rows = pages.rows(queries.transfers(part))
    audit.read("transfers:see", "transfers", [row["id"] for row in rows])
    return render_template("transfers/index.html", rows=rows, parts=pages.parts(part), part=part)


# -- offering --------------------------------------------------------------------------------------------------------


@blueprint.route("/cases/<uuid:case_id>/transfer", methods=["GET", "POST"])
@requires("case:transfer")
def begin(case_id: UUID) -> ResponseReturnValue:
    """To whom, and who: then comes the preview."""
    case = _opened(case_id)
    refused = _elsewhere(case)
    if refused is not None:
        return refused
    everyone = [str(party.person_id) for party in case.parties]
    form = BeginForm(data={"persons": everyone})
    form.persons.offer(lambda: party_choices(case))
    if len(everyone) == 1:
        del form.persons
    if form.validate_on_submit():
        chosen = form.persons.data if "persons" in form else everyone
        return redirect(url_for(".offer", case_id=case.id, to=form.to.data, person=chosen))
    return render_template(
        "transfers/begin.html",
        case=case,
        form=form,
        lead=pages.lead(case),
        has_partners=bool(queries.partners()),
        back_url=url_for("casefile.case", case_id=case.id),
    )


@blueprint.route("/cases/<uuid:case_id>/transfer/offer", methods=["GET", "POST"])
@requires("case:transfer")
def offer(case_id: UUID) -> ResponseReturnValue:
    """What moves and what stays, who has agreed; then the offer."""
    case = _opened(case_id)
    refused = _elsewhere(case)
    if refused is not None:
        return refused
    to, chosen = _asked_for(case)
    if to is None or not chosen:
        return redirect(url_for(".begin", case_id=case.id))
    here = url_for(".offer", case_id=case.id, to=to.id, person=chosen)
    people = [party.person for party in case.parties if party.person_id in chosen]
    consents = pages.consents(people, to, here)
    form = OfferForm()
    if form.validate_on_submit():
        try:
            transfer = actions.offer(case, to, chosen, form.reason.data or "")
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The case is offered to %(partner)s. You will be told what they answer.", partner=to.name))
            return redirect(url_for(".show", transfer_id=transfer.id))
    return render_template(
        "transfers/offer.html",
        case=case,
        form=form,
        partner=to.name,
        lead=pages.lead(case),
        consents=consents,
        is_agreed=all(one["consent"] for one in consents),
        moving=pages.moving_words(queries.load(case, chosen).counts),
        staying=pages.staying_words(len(people) == len(case.parties)),
        is_whole=len(people) == len(case.parties),
        back_url=url_for(".begin", case_id=case.id),
    )


def _opened(case_id: UUID) -> Case:
    case: Case = own(cases.case_(case_id))
    audit.read("case:open", "cases", [case.id])
    for party in case.parties:
        audit.read("case:open", "persons", [party.person_id])
    return case


def _elsewhere(case: Case) -> ResponseReturnValue | None:
    """Where to go when the case cannot be offered: it is on its way, or closed."""
    found = queries.of_case(case.id)
    if found is not None and found.is_sender and steps(found.transfer.state, is_sender=True):
        return redirect(url_for(".show", transfer_id=found.transfer_id))
    if not case.is_open:
        return redirect(url_for("casefile.case", case_id=case.id))
    return None


def _asked_for(case: Case) -> tuple[Organisation | None, list[UUID]]:
    """The partner and the persons in the address: ids only, and nothing of what is not there."""
    to = next((one for one in queries.partners() if str(one.id) == request.args.get("to")), None)
    wanted = set(request.args.getlist("person"))
    return to, [party.person_id for party in case.parties if str(party.person_id) in wanted]


# -- one transfer ----------------------------------------------------------------------------------------------------


@blueprint.get("/transfers/<uuid:transfer_id>")
@requires("case:transfer")
def show(transfer_id: UUID) -> str:
    one = _transfer(transfer_id)
    side = queries.side(one)
    card = None if queries.is_sender(one) else queries.card(one)
    if side is not None and side.case_id is not None:
        audit.read("transfers:see", "cases", [side.case_id])
        for each in side.persons:
            audit.read("transfers:see", "persons", [each.person_id])
    return render_template(
        "transfers/show.html",
        one=one,
        title=pages.title(one),
        state=pages.state_words(one),
        tone=pages.TONES.get(one.state, ""),  # type: ignore[call-overload]
        explained=pages.explained(one),
        progress=pages.progress(one),
        facts=pages.facts(one, side),
        members=pages.members(side),
        case=pages.case_link(side),
        ways=pages.ways(one),
        card=card,
        offered=pages.offered(card) if card is not None else [],
        somebody=pages.somebody(card) if card is not None else [],
        conflicts=pages.conflict_words(card) if card is not None else "",
        moved=pages.moving_words(one.counts),
    )


@blueprint.route("/transfers/<uuid:transfer_id>/accept", methods=["GET", "POST"])
@requires("case:transfer")
def accept(transfer_id: UUID) -> ResponseReturnValue:
    one, form = _transfer(transfer_id), AcceptForm()
    card = queries.card(one)
    return _step(
        one,
        Step.ACCEPT,
        form,
        lambda: actions.accept(one, UUID(form.lawyer.data)),
        done=_("You take the case over. In a minute or two it is here."),
        title=_("Take the case over"),
        primary=_("Take it over"),
        words=pages.conflict_words(card) if card is not None else "",
        tone="warn" if card is not None and card.conflicts else "",
    )


@blueprint.route("/transfers/<uuid:transfer_id>/decline", methods=["GET", "POST"])
@requires("case:transfer")
def decline(transfer_id: UUID) -> ResponseReturnValue:
    one, form = _transfer(transfer_id), DeclineForm()
    return _step(
        one,
        Step.DECLINE,
        form,
        lambda: actions.decline(one, form.reason.data or "", form.words.data),
        done=_("Your answer is sent. The case stays with the other partner."),
        title=_("Do not take the case over"),
        primary=_("Send the answer"),
        words=_("The other partner is told the reason that you choose, and nothing else."),
    )


@blueprint.route("/transfers/<uuid:transfer_id>/withdraw", methods=["GET", "POST"])
@requires("case:transfer")
def withdraw(transfer_id: UUID) -> ResponseReturnValue:
    one = _transfer(transfer_id)
    return _step(
        one,
        Step.WITHDRAW,
        WithdrawForm(),
        lambda: actions.withdraw(one),
        done=_("The offer is taken back. The case stays with you."),
        title=_("Take the offer back"),
        primary=_("Take it back"),
        words=_("The case stays with you as it is. You can offer it again at any time."),
    )


@blueprint.post("/transfers/<uuid:transfer_id>/again")
@requires("case:transfer")
def again(transfer_id: UUID) -> ResponseReturnValue:
    one = _transfer(transfer_id)
    try:
        actions.again(one)
    except DomainError as error:
        flash(error.message, "error")
    else:
        flash(_("The case is copied once more. This takes a minute or two."))
    return redirect(url_for(".show", transfer_id=one.id))


def _transfer(transfer_id: UUID) -> Transfer:
    found = queries.transfer(transfer_id)
    if found is None:
        raise Hidden
    return found


def _step(
    one: Transfer,
    step: Step,
    form: CaseworkForm,
    take: Callable[[], None],
    *,
    done: str,
    **shown: Any,
) -> ResponseReturnValue:
    """One step of a transfer: its page, or what it leads to."""
    there = url_for(".show", transfer_id=one.id)
    if request.method == "GET" and step not in steps(one.state, is_sender=queries.is_sender(one)):
        return redirect(there)  # which says how it stands
    if form.validate_on_submit():
        try:
            take()
        except DomainError as error:
            form.refuse(error)
        else:
            flash(done)
            return redirect(there)
    return render_template(
        "transfers/step.html", form=form, lead=pages.title(one), back_url=there, **{"words": "", "tone": "", **shown}
    )
