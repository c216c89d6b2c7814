"""One's own notices, and how one wants to be told."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from casework.core import audit, mail
from casework.core.access import requires
from casework.core.errors import DomainError
from casework.core.forms import JustAButton
from casework.core.scope import own, principal
from casework.notices import actions, kinds, pages, queries
from casework.notices.forms import ChoicesForm, choice_values
from casework.notices.models import Notice

blueprint = Blueprint("notices", __name__)


@blueprint.get("/notices/")
@requires("notice:own")
def index() -> str:
    unread_only = request.args.get("show") == "unread"
    asked = request.args.get("page", "1")
    found = queries.mine(unread_only, int(asked) if asked.isdecimal() and len(asked) < 7 else 1)
    audit.read("notice:list", "cases", sorted({one.case_id for one in found.rows if one.case_id}))
    audit.read("notice:list", "persons", sorted({one.person_id for one in found.rows if one.person_id}))
    waiting = queries.unread()
    done = _moment(request.args.get("read"))
    return render_template(
        "notices/index.html",
        page=found,
        groups=pages.groups(found.rows),
        waiting=waiting,
        unread_only=unread_only,
        parts=[
            {"label": _("All"), "url": url_for(".index"), "is_current": not unread_only},
            {
                "label": _("Unread"),
                "url": url_for(".index", show="unread"),
                "count": waiting,
                "is_current": unread_only,
            },
        ],
        done=done.isoformat() if done is not None else "",
        done_count=len(queries.read_at(done)) if done is not None else 0,
        button=JustAButton(),
    )


def _moment(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def _mine(notice_id: UUID) -> Notice:
    found: Notice = own(queries.notice(notice_id))
    return found


@blueprint.post("/notices/<uuid:notice_id>/open", endpoint="open")
@requires("notice:own")
def go_there(notice_id: UUID) -> ResponseReturnValue:
    """To where it is seen; on the way it counts as read."""
    notice = _mine(notice_id)
    actions.read(notice)
    return redirect(pages.url(notice) or url_for(".index"))


@blueprint.post("/notices/<uuid:notice_id>/read")
@requires("notice:own")
def mark(notice_id: UUID) -> ResponseReturnValue:
    """Read, or unread again."""
    notice = _mine(notice_id)
    if request.form.get("state") == "unread":
        actions.unread(notice)
    else:
        actions.read(notice)
    return redirect(_back())


def _back() -> str:
    return url_for(".index", show="unread" if request.form.get("show") == "unread" else None)


@blueprint.post("/notices/read")
@requires("notice:own")
def read_all() -> ResponseReturnValue:
    count, moment = actions.read_all()
    return redirect(url_for(".index", read=moment.isoformat() if count else None))


@blueprint.post("/notices/unread")
@requires("notice:own")
def unread_all() -> ResponseReturnValue:
    """Take back that all of them were marked as read."""
    moment = _moment(request.form.get("read"))
    count = actions.unread_all(moment) if moment is not None else 0
    flash(ngettext("%(num)d notice is unread again.", "%(num)d notices are unread again.", count))
    return redirect(url_for(".index"))


@blueprint.route("/account/notices", methods=["GET", "POST"])
@requires("notice:own")
def choose() -> ResponseReturnValue:
    who: Any = own(principal())
    user_id: UUID = own(who.user_id)
    form = ChoicesForm(data=choice_values(queries.choices(user_id), queries.hours([user_id])[user_id]))
    if form.validate_on_submit():
        try:
            actions.set_choices(user_id, form.by_mail(), form.hours())
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("Saved. This is how you will be told."))
            return redirect(url_for("accounts.settings"))
    return render_template("notices/choose.html", form=form, kinds=kinds.of(who), has_server=mail.has_server())
