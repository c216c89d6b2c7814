"""Steps of two persons as pages show them."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from casework.accounts import queries, steps
from casework.accounts.forms import GRANTS
from casework.accounts.models import AccountStep, User
from casework.accounts.rules import STEP_WAITS, StepKind
from casework.core.i18n import moment
from casework.core.scope import Principal
from casework.reference.queries import label


def card(step: AccountStep) -> dict[str, Any]:
    """One request, for whoever confirms it."""
    user = step.user
    return {
        "step": step,
        "name": user.name,
        "title": _title(step),
        "hint": _hint(step),
        "facts": [
            *_roles(step),
            (_("E-mail address"), user.email),
            (_("Organisation"), user.organisation.name),
            (_("Last signed in"), moment(user.last_signed_in_at) if user.last_signed_in_at else _("Never")),
            (_("Asked by"), _("%(name)s on %(when)s", name=step.asked_by.name, when=moment(step.asked_at))),
            *([(_("Why"), step.reason.why)] if step.reason.why else []),
            (_("Ends by itself"), moment(step.asked_at + STEP_WAITS)),
        ],
    }


def _title(step: AccountStep) -> str:
    name = step.user.name
    if step.kind == StepKind.SECOND_FACTOR:
        return _("Remove the second factor of %(name)s", name=name)
    if step.kind == StepKind.INVITE:
        return _("Let in somebody new: %(name)s", name=name)
    return _("Let %(name)s do more than before", name=name)


def _hint(step: AccountStep) -> str:
    if step.kind == StepKind.SECOND_FACTOR:
        return _(
            "Confirm only after you have spoken with them yourself, in person or at a number that you know: who asked "
            "may have been deceived. Their sessions end, and with the next sign-in they set up another app."
        )
    if step.kind == StepKind.INVITE:
        return _("Confirm only if you know that this person comes to work with you. Until then the link opens nothing.")
    return _("Confirm only if you know that this is their work. It takes effect with their next step.")


def _roles(step: AccountStep) -> list[tuple[str, str]]:
    """What the account is and what it is to be."""
    if step.kind == StepKind.INVITE:
        return [(_("Role"), label("role", step.user.role.value))]
    if step.kind != StepKind.CHANGE:
        return []
    had, wanted = step.arguments["had"], step.arguments
    now = _what(had["role"], had["grants"]) if had["is_active"] else _("May not sign in")
    return [(_("Now"), now), (_("What is asked for"), _what(wanted["role"], wanted["grants"]))]


def _what(role: str, grants: list[str]) -> str:
    words = {value: str(text) for value, text in GRANTS()}
    return "; ".join([label("role", role), *(words.get(one, one) for one in grants)])


def factor_card(user: User, who: Principal) -> dict[str, Any]:
    """What an administrator may do about the second factor of a user, and what waits about the account."""
    step = steps.waiting_about(user)
    found: dict[str, Any] = {"has_factor": queries.second_factor_of(user.id) is not None, "waits": ""}
    found["may_ask"] = found["has_factor"] and step is None and user.id != who.user_id
    if step is not None:
        found["waits"] = _(
            "%(what)s: %(name)s asked for it on %(when)s. It has not happened yet: it waits for %(who)s.",
            what=_title(step),
            name=step.asked_by.name,
            when=moment(step.asked_at),
            who=names(steps.seconds(user, step.asked_by_id)) or _("a second person"),
        )
    return found


def names(users: list[User]) -> str:
    """Some names in a row, the first few of many."""
    shown = ", ".join(one.name for one in users[:5])
    left = len(users) - 5
    if left <= 0:
        return shown
    return ngettext("%(names)s or %(num)s more", "%(names)s or %(num)s more", left, names=shown)


def desk_counts(who: Principal) -> list[dict[str, Any]]:
    """What waits for this user's confirmation; nothing when nothing does."""
    waiting = len(steps.waiting_for(who)) if who.may("account:confirm") else 0
    if not waiting:
        return []
    url = url_for("account_steps.index")
    return [{"value": waiting, "label": _("account changes to confirm"), "url": url, "tone": "warn"}]
