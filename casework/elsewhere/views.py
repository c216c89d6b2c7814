"""People whom another partner may have: the supervisor's list, and the steps of one question."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.accounts.queries import names
from casework.core import audit, clock, i18n
from casework.core.access import requires
from casework.core.errors import DomainError
from casework.core.forms import CaseworkForm
from casework.core.scope import own
from casework.core.web import conflict_page
from casework.elsewhere import actions, pages, queries
from casework.elsewhere.forms import OF_YES, AnswerForm, AskForm, VerdictForm, WithdrawForm, verdict_values
from casework.elsewhere.models import OverlapSide
from casework.elsewhere.rules import Answer, Step, steps

blueprint = Blueprint("elsewhere", __name__, url_prefix="/elsewhere")


@blueprint.get("/")
@requires("person:elsewhere")
def index() -> str:
    part = request.args.get("part")
    part = part if part in queries.PARTS else None
    rows = pages.questions(queries.sides(part))
    audit.read("elsewhere:see", "persons", [row["person"].id for row in rows])
    return render_template("elsewhere/index.html", rows=rows, parts=pages.parts(part), part=part)


@blueprint.get("/<uuid:side_id>")
@requires("person:elsewhere")
def show(side_id: UUID) -> str:
    side = _opened(side_id)
    person = queries.person_of(side)
    card = queries.card(side)
    return render_template(
        "elsewhere/show.html",
        side=side,
        person=person,
        state=pages.state_words(queries.standing_of(side)),
        tone=pages.TONES.get(queries.standing_of(side), ""),
        explained=pages.explained(side),
        seen_there=pages.seen_there(side),
        facts=pages.own_facts(side, person),
        note=side.note.text,
        ways=pages.ways(side),
        card=card,
        rows=pages.side_by_side(person, card) if card is not None else [],
    )


@blueprint.route("/<uuid:side_id>/ask", methods=["GET", "POST"])
@requires("person:elsewhere")
def ask(side_id: UUID) -> ResponseReturnValue:
    side = _opened(side_id)
    form = AskForm(data={"consent_on": clock.today()})
    return _step(
        side,
        Step.ASK,
        form,
        lambda: actions.ask(side, form.agreement()),
        done=_("The other partner is asked. You will see here what they answer."),
        title=_("Ask the other partner"),
        primary=_("Ask"),
        words=_(
            "The other partner will see that somebody asks about a record of theirs: not that it is you, and no name. "
            "Only when they and their person agree, too, do both of you see a few lines of the other’s record."
        ),
    )


@blueprint.route("/<uuid:side_id>/answer", methods=["GET", "POST"])
@requires("person:elsewhere")
def answer(side_id: UUID) -> ResponseReturnValue:
    side = _opened(side_id)
    form = AnswerForm(data={"consent_on": clock.today()})
    is_yes = form.answer.data == Answer.AGREED
    return _step(
        side,
        Step.ANSWER,
        form,
        lambda: actions.answer(side, form.answer.data or "", form.agreement()),
        done=_("Both have agreed: you can compare the records.") if is_yes else _("Your answer is sent."),
        title=_("Answer the other partner"),
        primary=_("Send the answer"),
        words=_(
            "If you agree, you and the other partner see which organisation the other is, and the name, the year of "
            "birth and the number in each other’s record. If not, nothing is shown to anybody."
        ),
        when=dict.fromkeys(OF_YES, f"answer={Answer.AGREED}"),
    )


@blueprint.route("/<uuid:side_id>/verdict", methods=["GET", "POST"])
@requires("person:elsewhere")
def verdict(side_id: UUID) -> ResponseReturnValue:
    side = _opened(side_id)
    form = VerdictForm(data=verdict_values(side))
    if form.validate_on_submit() and form.seen_version() != side.version and _may(side, Step.VERDICT):
        return _conflict(side, form)
    return _step(
        side,
        Step.VERDICT,
        form,
        lambda: actions.say(side, form.verdict.data or "", form.note.data),
        done=_("What you found is kept."),
        title=_("What did you find?"),
        primary=_("Save"),
        with_card=True,
    )


@blueprint.route("/<uuid:side_id>/withdraw", methods=["GET", "POST"])
@requires("person:elsewhere")
def withdraw(side_id: UUID) -> ResponseReturnValue:
    side = _opened(side_id)
    return _step(
        side,
        Step.WITHDRAW,
        WithdrawForm(),
        lambda: actions.withdraw(side),
        done=_("It is withdrawn. Nobody sees anything of the other’s record any more."),
        title=pages.withdraw_words(queries.standing_of(side)),
        primary=_("Withdraw"),
        words=_(
            "The consent recorded here is taken back, and from now on neither side sees the other’s record. What was "
            "seen cannot be unseen. The question stays open, and either side may ask anew."
        ),
        danger=True,
    )


def _opened(side_id: UUID) -> OverlapSide:
    side: OverlapSide = own(queries.side(side_id))
    audit.read("elsewhere:see", "persons", [side.person_id])
    return side


def _may(side: OverlapSide, step: Step) -> bool:
    return step in steps(side.overlap, side, clock.now())


def _back(side: OverlapSide) -> ResponseReturnValue:
    return redirect(url_for("elsewhere.show", side_id=side.id))


def _step(
    side: OverlapSide,
    step: Step,
    form: CaseworkForm,
    take: Callable[[], None],
    *,
    done: str,
    with_card: bool = False,
    **shown: Any,
) -> ResponseReturnValue:
    """One step of a question: its page, or what it leads to."""
    if request.method == "GET" and not _may(side, step):
        flash(_("This step is not possible now."), "info")
        return _back(side)
    if form.validate_on_submit():
        try:
            take()
        except DomainError as error:
            form.refuse(error)
        else:
            flash(done)
            return _back(side)
    person = queries.person_of(side)
    card = queries.card(side) if with_card else None
    return render_template(
        "elsewhere/step.html",
        side=side,
        person=person,
        form=form,
        facts=pages.own_facts(side, person) if step is Step.WITHDRAW else [],
        card=card,
        rows=pages.side_by_side(person, card) if card is not None else [],
        back_url=url_for("elsewhere.show", side_id=side.id),
        **{"words": "", "when": {}, "danger": False, **shown},
    )


def _conflict(side: OverlapSide, form: VerdictForm) -> ResponseReturnValue:
    return conflict_page(
        form,
        VerdictForm(formdata=None, data=verdict_values(side)),
        version=side.version,
        keep_url=url_for("elsewhere.show", side_id=side.id),
        who=names({side.verdict_by_id}).get(side.verdict_by_id),
        when=i18n.moment(side.verdict_at),
    )
