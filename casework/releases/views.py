"""Releases: drawn up step by step, reviewed, frozen, read and compared. A draft is seen by who may draw it up."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.accounts.queries import names
from casework.core import audit, clock, i18n
from casework.core.access import requires
from casework.core.errors import DomainError, Hidden
from casework.core.forms import JustAButton
from casework.core.scope import own, principal
from casework.core.web import conflict_page
from casework.figures.forms import year_before
from casework.releases import actions, offered, pages, queries, reading, rules, standing, verdict
from casework.releases.forms import BeginForm, DiscardForm, EarlierForm, FreezeForm, SignForm
from casework.releases.models import Release, Step

blueprint = Blueprint("releases", __name__, url_prefix="/releases")


def may_make() -> bool:
    who = principal()
    return who is not None and who.may("release:make")


def opened(release_id: UUID) -> Release:
    """The release, if the principal may read it: a draft is hidden from those who do not draw up releases."""
    found: Release = own(queries.release(release_id))
    if not found.is_frozen and not may_make():
        raise Hidden
    return found


def opened_frozen(release_id: UUID) -> Release:
    found = opened(release_id)
    if not found.is_frozen:
        raise Hidden
    return found


@blueprint.get("/")
@requires("release:see")
def index() -> str:
    found = [one for one in queries.releases() if one.is_frozen or may_make()]
    return render_template(
        "releases/index.html",
        rows=pages.rows(found, _corrected(found) if may_make() else {}),
        draft=queries.open_draft() if may_make() else None,
    )


def _corrected(releases: list[Release]) -> dict[UUID, bool]:
    """Of the latest days, whether their release would come out otherwise today."""
    return standing.of_latest(one for one in releases if one.is_frozen and pages.newer(one, releases) is None)


# -- drawing up ----------------------------------------------------------------------------------------------------


@blueprint.route("/new", methods=["GET", "POST"])
@requires("release:make")
def begin() -> ResponseReturnValue:
    frozen = queries.frozen_days()
    form = BeginForm(data=_suggested(frozen))
    also = offered.also(request.args.get("fix", ""))
    form.tables.offer(lambda: [(one.code, str(one.name)) for one in offered.tables(also)])
    if frozen:
        del form.since
    replaced = _replaced()
    compared: list[list[str]] = []
    if form.validate_on_submit():
        since = form.since.data if "since" in form else None
        chosen = form.tables.data or []
        try:
            if request.form.get("then") == "compare":
                # Each is noted: asking again and again would tell where the small numbers are.
                audit.note("release:compare", "releases", as_of=str(form.as_of.data), tables=chosen)
                compared = pages.compared(actions.trade(form.as_of.data, chosen, since))
            else:
                if replaced is not None:
                    actions.discard(replaced)
                release = actions.begin(form.as_of.data, since, chosen, form.threshold)
                return redirect(url_for("releases.show", release_id=release.id, going=1))
        except DomainError as error:
            form.refuse(error)
    return render_template(
        "releases/new.html",
        form=form,
        groups=offered.groups(also),
        compared=compared,
        frozen=[i18n.day(day) for day in sorted(frozen)],
        is_correction=form.as_of.data in frozen,
        draft=queries.open_draft(),
        replaces=replaced is not None,
        changed=_change_words(),
    )


def _suggested(frozen: dict[Any, Any]) -> dict[str, Any]:
    """What the form begins with: the day that is due and all tables; or a draft or a release, once more."""
    after = _after()
    if after is not None:
        return verdict.fixed(after, request.args.get("fix", ""))
    day = pages.default_day(clock.today(), frozen)
    latest = queries.latest_frozen()
    return {
        "as_of": day,
        "since": None if frozen else year_before(day),
        "tables": [one.code for one in offered.tables()],
        "listed_from": str(latest.listed_from if latest is not None else rules.LISTED_FROM[0]),
    }


def _after() -> Release | None:
    """The release that this one is drawn up after: to correct it, or to do better than a draft."""
    try:
        return queries.release(UUID(request.args.get("after", "")))
    except ValueError:
        return None


def _replaced() -> Release | None:
    """The draft that a changed one takes the place of: it is discarded when the other begins."""
    after = _after()
    return after if after is not None and after.is_open and "fix" in request.args else None


def _change_words() -> str:
    after, fix = _after(), request.args.get("fix", "")
    if after is None:
        return ""
    return offered.change_words(after, fix)


@blueprint.get("/<uuid:release_id>")
@requires("release:see")
def show(release_id: UUID) -> str:
    release = opened(release_id)
    audit.note("release:see", "releases", release.id)
    if pages.is_under_way(release):
        return render_template(
            "releases/progress.html",
            release=release,
            progress=pages.progress(release),
            button=JustAButton(),
            is_going="going" in request.args,
            **_head(release),
        )
    if not release.is_shown:
        return render_template(
            "releases/unsafe.html", release=release, unsafe=verdict.unsafe(release), **_head(release)
        )
    return _reading(release)


def _head(release: Release) -> dict[str, Any]:
    """What stands above every page of a release."""
    who = names({release.created_by_id, release.frozen_by_id})
    return {
        "state": pages.state(release),
        "title": pages.title(release),
        "edition": pages.edition(release),
        "period": pages.period(release),
        "withheld": pages.withheld(release),
        "drawn_up_by": who.get(release.created_by_id),
        "frozen_by": who.get(release.frozen_by_id),
        "stages": pages.stages(release),
        "may_make": may_make(),
    }


def _reading(release: Release) -> str:
    publication = reading.publication(queries.publication(release))
    corrected = standing.corrected(release) if release.is_frozen and may_make() else ()
    to_sign = queries.findings_to_sign(release) if release.step == Step.ATTACKED else []
    return render_template(
        "releases/show.html",
        release=release,
        publication=publication,
        sections=pages.sections(publication),
        report=verdict.attack_words((release.report or {}).get("attack") or {}),
        to_sign=to_sign,
        corrected=[verdict.name(code) for code in corrected],
        newer=pages.newer(release, queries.releases()),
        unit=pages.unit,
        sources=pages.sources(publication),
        **_head(release),
    )


@blueprint.post("/<uuid:release_id>/go")
@requires("release:make")
def go(release_id: UUID) -> ResponseReturnValue:
    """The next step. A browser without scripts sees the page again; a script asks for numbers and goes on."""
    release = opened(release_id)
    if JustAButton().validate_on_submit() and pages.is_under_way(release):
        try:
            actions.next_step(release)
        except DomainError as error:
            actions.discard(release)
            flash(error.message, "error")
    if request.accept_mimetypes.best != "application/json":
        return redirect(url_for("releases.show", release_id=release.id))
    return pages.progress(release)


# -- review --------------------------------------------------------------------------------------------------------


def _overtaken(release: Release) -> ResponseReturnValue:
    """Somebody froze it, discarded it or signed a finding after this page was opened."""
    message = _("This release was changed after you had opened the page. Look at it again before you go on.")
    return render_template("errors/error.html", status=409, message=message), 409


def _is_over(release: Release) -> ResponseReturnValue | None:
    """Where to go when there is nothing left to decide: it was frozen or discarded, here or in another tab."""
    if release.is_open:
        return None
    flash(_("It is frozen already.") if release.is_frozen else _("It was discarded already."), "info")
    return redirect(url_for("releases.show", release_id=release.id))


@blueprint.route("/<uuid:release_id>/sign/<finding>", methods=["GET", "POST"])
@requires("release:make")
def sign(release_id: UUID, finding: str) -> ResponseReturnValue:
    release = opened(release_id)
    if (over := _is_over(release)) is not None:
        return over
    if not release.is_shown:
        raise Hidden
    publication = reading.publication(queries.publication(release))
    found: reading.Finding = own(next((one for one in publication.findings if one.key == finding), None))
    saved = {"explanation": found.explanation, "version": release.version}
    form = SignForm(data=saved)
    keep_url = url_for("releases.show", release_id=release.id)
    if form.validate_on_submit():
        if form.seen_version() != release.version and found.explanation not in ("", form.explanation.data):
            return conflict_page(form, SignForm(formdata=None, data=saved), version=release.version, keep_url=keep_url)
        try:
            actions.sign(release, finding, form.explanation.data or "")
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("Signed. The explanation is published with the figures."))
            return redirect(f"{keep_url}#findings")
    return render_template("releases/sign.html", release=release, form=form, finding=found, **_head(release))


@blueprint.route("/<uuid:release_id>/freeze", methods=["GET", "POST"])
@requires("release:make")
def freeze(release_id: UUID) -> ResponseReturnValue:
    release = opened(release_id)
    if (over := _is_over(release)) is not None:
        return over
    if not release.is_shown:
        raise Hidden
    form = FreezeForm(data={"version": release.version})
    to_sign = queries.findings_to_sign(release)
    if form.validate_on_submit():
        if form.seen_version() != release.version:
            return _overtaken(release)
        try:
            actions.freeze(release)
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("Frozen. From now on these figures stay as they are."))
            return redirect(url_for("releases.show", release_id=release.id))
    publication = reading.publication(queries.publication(release))
    return render_template(
        "releases/freeze.html", release=release, form=form, publication=publication, to_sign=to_sign, **_head(release)
    )


@blueprint.route("/<uuid:release_id>/discard", methods=["GET", "POST"])
@requires("release:make")
def discard(release_id: UUID) -> ResponseReturnValue:
    release = opened(release_id)
    if (over := _is_over(release)) is not None:
        return over
    form = DiscardForm(data={"version": release.version})
    if form.validate_on_submit():
        if form.seen_version() != release.version:
            return _overtaken(release)
        actions.discard(release)
        flash(_("The draft is discarded."))
        return redirect(url_for("releases.index"))
    return render_template("releases/discard.html", release=release, form=form, **_head(release))


# -- reading and comparing -----------------------------------------------------------------------------------------


@blueprint.get("/<uuid:release_id>/publication.json")
@requires("release:see")
def download(release_id: UUID) -> ResponseReturnValue:
    """The publication itself, byte for byte what the hash is of."""
    release = opened_frozen(release_id)
    audit.note("release:download", "releases", release.id)
    answer = Response((release.publication or "").encode(), mimetype="application/json")
    answer.headers["Content-Disposition"] = f"attachment; filename={release.code}.json"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.set_etag(release.digest or "")
    return answer.make_conditional(request)


@blueprint.get("/<uuid:release_id>/since")
@blueprint.get("/<uuid:release_id>/since/<uuid:earlier_id>")
@requires("release:see")
def since(release_id: UUID, earlier_id: UUID | None = None) -> ResponseReturnValue:
    """What changed from one frozen release to a later one, by reason."""
    newer = opened_frozen(release_id)
    others = [one for one in queries.releases() if one.is_frozen and _is_before(one, newer)]
    if earlier_id is None:
        asked = request.args.get("earlier", "")
        chosen = next((one for one in others if str(one.id) == asked), others[0] if others else None)
        if chosen is not None and asked:
            return redirect(url_for("releases.since", release_id=newer.id, earlier_id=chosen.id))
    else:
        chosen = own(next((one for one in others if one.id == earlier_id), None))
    form = EarlierForm(formdata=None, data={"earlier": str(chosen.id) if chosen is not None else None})
    form.earlier.offer(lambda: [(str(one.id), pages.choice(one)) for one in others])
    publication = reading.publication(queries.publication(newer))
    return render_template(
        "releases/since.html",
        release=newer,
        earlier=chosen,
        earlier_words=pages.choice(chosen) if chosen is not None else "",
        release_words=pages.choice(newer),
        changes=pages.changes(queries.difference(chosen, newer), publication) if chosen is not None else [],
        corrections=publication.corrections if chosen is not None and chosen.as_of == newer.as_of else (),
        filter_form=form,
        **_head(newer),
    )


def _is_before(one: Release, other: Release) -> bool:
    return (one.as_of, one.edition) < (other.as_of, other.edition)
