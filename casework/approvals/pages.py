"""What the pages about approvals show, in words; and what other pages say of what waits."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import request, url_for
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from casework.accounts.queries import names
from casework.approvals import kinds, queries, rules
from casework.approvals.models import Approval
from casework.approvals.rules import State, Who
from casework.core import clock, i18n
from casework.core.config import LANGUAGES
from casework.core.scope import Principal

STATES = {
    State.WAITING: ("amber", "clock"),
    State.APPROVED: ("teal", "circle-check"),
    State.RETURNED: ("red", "undo-2"),
    State.TAKEN_BACK: ("", "undo-2"),
}


def state(one: Approval) -> tuple[str, str, str]:
    """How a request stands: words, tone, icon."""
    words = {
        State.WAITING: _("Awaits approval"),
        State.APPROVED: _("Approved"),
        State.RETURNED: _("Sent back"),
        State.TAKEN_BACK: _("Taken back"),
    }
    return (words[State(one.state)], *STATES[State(one.state)])


def ago(when: datetime | None) -> str:
    """How many days ago something was, in words."""
    if when is None:
        return ""
    days = (clock.today() - clock.day_of(when)).days
    return str(ngettext("%(num)s day ago", "%(num)s days ago", days)) if days > 0 else str(_("today"))


def told(by_language: dict[str, list[list[str]]]) -> list[tuple[str, str]]:
    """The pairs in the language of the page."""
    return [(label, value) for label, value in by_language.get(i18n.language(), [])]


def compared(one: Approval) -> list[tuple[str, str, str]]:
    """What the record said, beside what it says once this is approved."""
    return rules.side_by_side(told(one.asked.before), told(one.asked.after))


@dataclass(frozen=True)
class Card:
    """One request on a page."""

    approval: Approval
    title: str
    subject: str
    subject_url: str
    url: str
    state: tuple[str, str, str]
    asked: str
    age: str
    decided: str
    rows: list[tuple[str, str, str]]
    warnings: list[str]
    changes: list[str]
    """What was changed since it was asked, in sentences: then it can only be sent back."""
    is_mine: bool
    may_decide: bool
    again_url: str
    """Where who asked can ask anew, with what was typed."""


def cards(found: Iterable[Approval], who: Principal | None) -> list[Card]:
    listed = list(found)
    people = names({who_id for one in listed for who_id in (one.asked_by_id, one.decided_by_id)})
    return [_card(one, people, who) for one in listed]


def card(one: Approval, who: Principal | None) -> Card:
    return cards([one], who)[0]


def _card(one: Approval, people: dict[UUID | None, str], who: Principal | None) -> Card:
    kind = kinds.kind(one.code)
    subject, subject_url = kind.subject(one)
    is_mine = who is not None and one.asked_by_id == who.user_id
    return Card(
        approval=one,
        title=str(kind.label),
        subject=subject,
        subject_url=subject_url,
        url=url_for("approvals.show", approval_id=one.id),
        state=state(one),
        asked=_("Asked by %(who)s, %(ago)s", who=people.get(one.asked_by_id, ""), ago=ago(one.asked_at)),
        age=ago(one.asked_at),
        decided=_decided(one, people),
        rows=compared(one),
        warnings=kind.warnings(one) if one.is_waiting else [],
        changes=changes(one) if one.is_waiting else [],
        is_mine=is_mine,
        may_decide=one.is_waiting and not is_mine and who is not None and who.may("approval:decide"),
        again_url=again_url(one) if is_mine and one.state in (State.RETURNED, State.TAKEN_BACK) else "",
    )


def _decided(one: Approval, people: dict[UUID | None, str]) -> str:
    when = i18n.moment(one.decided_at)
    who = people.get(one.decided_by_id, "")
    match one.state:
        case State.APPROVED:
            return str(_("Approved by %(who)s on %(when)s", who=who, when=when))
        case State.RETURNED:
            return str(_("Sent back by %(who)s on %(when)s", who=who, when=when))
        case State.TAKEN_BACK:
            return str(_("Taken back on %(when)s", when=when))
    return ""


def changes(one: Approval) -> list[str]:
    """What was changed in the record after it was asked, in sentences; nothing while it is the same."""
    if not queries.has_changed(one):
        return []
    kind = kinds.kind(one.code)
    then, now = told(one.asked.before), list(kind.now(one))
    found = [
        _("%(what)s: it was “%(before)s”, it is now “%(after)s”.", what=label, before=before or "–", after=after or "–")
        for label, before, after in rules.side_by_side(then, now)
    ]
    last = queries.changes_since(one)
    people = names({revision.actor_id for revision in last})
    for who, when in {(people.get(revision.actor_id, ""), i18n.moment(revision.at)): None for revision in last}:
        found.append(
            _("%(who)s changed the record on %(when)s.", who=who, when=when)
            if who
            else _("The record was changed on %(when)s.", when=when)
        )
    return found or [_("The record is not there any more, or another one now.")]


def again_url(one: Approval) -> str:
    url = kinds.kind(one.code).url(one)
    return f"{url}{'&' if '?' in url else '?'}again={one.id}"


# -- what other pages say --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asking:
    """What a form has to know of approvals: whether it asks instead of doing, what waits, what came back."""

    code: str
    is_wanted: bool
    waiting: str = ""
    """That the same waits already, in a sentence."""
    waiting_url: str = ""
    returned: str = ""
    """Why it came back, in a sentence, when the form is opened again."""
    typed: dict[str, Any] = field(default_factory=dict)
    """What was typed when it was asked before."""
    nobody: str = ""
    """That nobody is there to approve it, in a sentence."""

    def primary(self, does: str) -> str:
        """What the button of the form says."""
        return str(_("Ask for approval")) if self.is_wanted else does


def asking(code: str, subject_id: UUID) -> Asking:
    """How a form of this kind about a row stands to approvals, for whoever opens it."""
    waits = queries.of_subject(subject_id, code)
    before = _asked_before(code, subject_id)
    people = names({waits.asked_by_id}) if waits is not None else {}
    returned = ""
    if before is not None and before.state == State.RETURNED:
        returned = _decided(before, names({before.decided_by_id}))
        if before.answer.comment:
            returned = f"{returned}: {before.answer.comment}"
    is_wanted = queries.is_wanted(code)
    return Asking(
        code,
        is_wanted=is_wanted,
        waiting=_waiting_words(waits, people) if waits is not None else "",
        waiting_url=url_for("approvals.show", approval_id=waits.id) if waits is not None else "",
        returned=returned,
        typed=before.asked.arguments if before is not None else {},
        nobody=_nobody_words() if is_wanted and not any(not queries.is_me(one) for one in queries.deciders()) else "",
    )


def _nobody_words() -> str:
    return str(
        _(
            "No supervisor who could approve it can sign in now: it waits until there is one. Tell your administrator, "
            "who gives people their roles."
        )
    )


def _asked_before(code: str, subject_id: UUID) -> Approval | None:
    """The request whose form is opened again: one's own, about the same, that was not granted."""
    try:
        found = queries.approval(UUID(request.args.get("again", "")))
    except ValueError:
        return None
    if found is None or (found.code, found.subject_id) != (code, subject_id) or not queries.is_mine(found):
        return None
    return found if found.state in (State.RETURNED, State.TAKEN_BACK) else None


def _waiting_words(one: Approval, people: dict[UUID | None, str]) -> str:
    return str(
        _(
            "%(what)s: waits for approval since %(day)s, asked by %(who)s.",
            what=kinds.kind(one.code).label,
            day=i18n.day(clock.day_of(one.asked_at)),
            who=people.get(one.asked_by_id, ""),
        )
    )


def sent_words() -> str:
    """What who asked is told."""
    return str(_("Sent for approval. Nothing is changed until a supervisor has approved it."))


def of_record(case_id: UUID | None, person_id: UUID | None) -> list[dict[str, str]]:
    """What waits about a case or a person, for the record: a sentence and its page."""
    found = queries.about([case_id] if case_id else [], [person_id] if person_id else [])
    people = names({one.asked_by_id for one in found})
    return [
        {"words": _waiting_words(one, people), "url": url_for("approvals.show", approval_id=one.id)} for one in found
    ]


def signed(one: Approval, note: str | None = None) -> str:
    """The note of what was approved, with who asked for it and who approves: it stays with the record."""
    asker = names({one.asked_by_id}).get(one.asked_by_id, "")
    words = _signature(asker, i18n.day(clock.day_of(one.asked_at)), queries.actor_name())
    return f"{note} · {words}" if note else words


def _signature(asker: str, day: str, who: str) -> str:
    return str(_("Asked for by %(asker)s on %(day)s, approved by %(who)s.", asker=asker, day=day, who=who))


def without_names(note: str, organisation: str) -> str:
    """The same note for another partner: it was approved there, by whom is not theirs to know. In its own language."""
    for language in LANGUAGES:
        with force_locale(language):
            signature = re.escape(_signature("@asker@", "@day@", "@who@"))
            for part in ("asker", "day", "who"):
                signature = signature.replace(f"@{part}@", f"(?P<{part}>.*?)")
            found = re.search(f"{signature}$", note)
            if found is not None:
                day = found["day"]
                words = _("Asked for on %(day)s, approved by a supervisor of %(name)s.", day=day, name=organisation)
                return f"{note[: found.start()]}{words}"
    return note


def desk_counts(who: Principal) -> list[dict[str, Any]]:
    """How many requests of colleagues wait for this supervisor; nothing when none does."""
    waiting = queries.waiting_count(but_asked_by=who.user_id) if who.may("approval:decide") else 0
    words = ngettext("request waiting for your approval", "requests waiting for your approval", waiting)
    return [{"value": waiting, "label": words, "url": url_for("approvals.index"), "tone": "warn"}] if waiting else []


def lonely_rules() -> list[str]:
    """The kinds that wait for ever: a supervisor's own while there is no other, everything while there is none."""
    supervisors = len(queries.deciders())
    if rules.can_be_for_everyone(supervisors):
        return []
    stuck = (Who.EVERYONE,) if supervisors else (Who.EVERYONE, Who.LAWYERS)
    present = queries.rules_in_force()
    return [str(kind.label) for kind in kinds.known() if present.get(kind.code) in stuck]
