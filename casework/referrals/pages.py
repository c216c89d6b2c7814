"""What the pages about referrals say, in words."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from casework.accounts.queries import names
from casework.cases.models import Case
from casework.consents import queries as consents
from casework.consents.rules import Purpose
from casework.core import clock, i18n
from casework.core.scope import Principal
from casework.core.web import conflict_page
from casework.persons.models import Person
from casework.persons.pages import display_name
from casework.reference import queries as codes
from casework.referrals import queries, sharing
from casework.referrals.actions import recipient_name
from casework.referrals.models import OutsideService, Referral, ReferralSide
from casework.referrals.rules import LIVE, Ending, Kind, State, Step, is_late, steps

TONES = {
    State.DRAFT: "violet",
    State.SENT: "amber",
    State.NO_ANSWER: "red",
    State.ACCEPTED: "blue",
    State.SERVED: "teal",
}

LISTS = {
    Kind.DECLINED: "referral_decline",
    Kind.SERVICE: "service_type",
    Kind.FEEDBACK: "referral_feedback",
    Kind.ENDED: "referral_end",
}


def state_words(one: Referral) -> str:
    if one.ended_how == Ending.CONSENT:
        return _("Ended: the consent ended")
    if one.state == State.WITHDRAWN and one.sent_at is None:
        return _("Draft dropped")
    return {
        State.DRAFT: _("Draft"),
        State.SENT: _("Waits for an answer"),
        State.NO_ANSWER: _("No answer in time"),
        State.ACCEPTED: _("Accepted"),
        State.SERVED: _("Service given"),
        State.DECLINED: _("Declined"),
        State.WITHDRAWN: _("Withdrawn"),
        State.ENDED: _("Ended"),
    }[State(one.state)]


def tone(one: Referral) -> str:
    return TONES.get(State(one.state), "")


def other_name(one: Referral) -> str:
    """Who is at the other end."""
    if queries.is_sender(one):
        return recipient_name(one)
    return queries.organisation_name(one.from_organisation_id)


def heading(one: Referral) -> str:
    if queries.is_sender(one):
        return _("Referral to %(name)s", name=other_name(one))
    return _("Referral from %(name)s", name=other_name(one))


def explained(one: Referral) -> str:
    """What this state means, and what can be done."""
    sent, due = i18n.day(one.sent_at), i18n.day(one.answer_due_on)
    ended = i18n.moment(one.ended_at)
    is_mine, name = queries.is_sender(one), other_name(one)
    if one.ended_how == Ending.CONSENT:
        return _("It ended on %(when)s because the person’s consent ended. Nothing of what was told can be read there "
                 "any more. What each side wrote in its own record stays.", when=ended)  # fmt: skip
    match State(one.state):
        case State.DRAFT:
            return _("Nobody but your organisation sees this. Choose what is told, look at it, then send it.")
        case State.SENT if is_mine:
            return _("Sent on %(day)s. An answer is due by %(due)s.", day=sent, due=due)
        case State.SENT | State.NO_ANSWER if not is_mine:
            return _("Sent on %(day)s. They wait for an answer by %(due)s.", day=sent, due=due)
        case State.NO_ANSWER:
            return _("Sent on %(day)s. Nobody answered by %(due)s. They can still answer; you can write to them or "
                     "withdraw it.", day=sent, due=due)  # fmt: skip
        case State.ACCEPTED | State.SERVED if one.is_joint:
            return _("Both of you work on it.")
        case State.ACCEPTED | State.SERVED:
            return _("%(name)s works on it.", name=name) if is_mine else _("You have taken it on.")
        case State.WITHDRAWN if one.sent_at is None:
            return _("This draft was dropped. Nobody there has seen it.")
    return _("It ended on %(when)s. Nothing of what was told can be read there any more. What each side wrote in its "
             "own record stays.", when=ended)  # fmt: skip


# -- the list ------------------------------------------------------------------------------------------------------


def parts(current: str) -> list[dict[str, Any]]:
    """The parts of the list, with how many are in each."""
    lengths = queries.counts()
    labels = [
        ("answer", _("To answer")),
        ("work", _("Taken on")),
        ("waiting", _("Sent, no answer yet")),
        ("with", _("With others")),
        ("drafts", _("Drafts")),
        ("over", _("Over")),
    ]
    return [
        {
            "label": label,
            "url": url_for("referrals.index", part=part),
            "count": lengths[part],
            "is_current": part == current,
        }
        for part, label in labels
    ]


def first_part() -> str:
    """The part that the list opens with: where something waits, the most pressing first."""
    lengths = queries.counts()
    return next((part for part in ("answer", "work", "waiting", "with", "drafts") if lengths[part]), "answer")


def empty_words(part: str) -> str:
    return {
        "answer": _("When another partner sends a person to you, it appears here."),
        "work": _("What you have taken on from other partners appears here."),
        "waiting": _("What you sent and nobody answered yet appears here. Begin a referral on the page of a case."),
        "with": _("What others have taken on from you appears here."),
        "drafts": _("Begin a referral on the page of a case: “Refer to somebody else”."),
        "over": _("What was declined, withdrawn or has ended appears here."),
    }[part]


def rows(found: list[Referral]) -> tuple[list[dict[str, Any]], list[UUID]]:
    """The rows of the list, and the persons named in them."""
    sides = queries.sides_of([one.id for one in found])
    workers = names({side.lawyer_id for side in sides.values()})
    lines, shown = [], []
    for one in found:
        side = sides.get(one.id)
        person = queries.person_of(side) if side is not None else None
        if person is not None:
            shown.append(person.id)
        lines.append(
            {
                "url": url_for("referrals.show", referral_id=one.id),
                "title": heading(one),
                "person": display_name(person.identity) if person is not None else _("Not linked to a record yet"),
                "number": person.number if person is not None else "",
                "state": state_words(one),
                "tone": tone(one),
                "when": i18n.day(one.sent_at or one.made_at),
                "due": i18n.day(one.answer_due_on) if one.state in (State.SENT, State.NO_ANSWER) else "",
                "is_late": is_late(State(one.state), one.answer_due_on, clock.today()),
                "lawyer": workers.get(side.lawyer_id, "") if side is not None else "",
            }
        )
    return lines, shown


def card(case: Case) -> dict[str, Any] | None:
    """The referrals of a case, for its page; nothing when there are none."""
    sides = queries.of_case(case.id)
    lines = [
        {
            "title": heading(side.referral),
            "url": url_for("referrals.show", referral_id=side.referral_id),
            "mark": state_words(side.referral),
            "tone": tone(side.referral),
        }
        for side in sides
    ]
    return {"rows": lines} if lines else None


def desk_counts(who: Principal) -> list[dict[str, Any]]:
    """What of referrals waits for somebody here."""
    if not who.may("referral:see"):
        return []
    lengths = queries.counts()
    shown = (
        [("answer", ngettext("referral to answer", "referrals to answer", lengths["answer"]), "warn")]
        if who.may("referral:take")
        else []
    )
    shown += [
        ("work", ngettext("referral you have taken on", "referrals you have taken on", lengths["work"]), ""),
        ("waiting", ngettext("referral sent, no answer yet", "referrals sent, no answer yet", lengths["waiting"]), ""),
    ]
    return [
        {"value": lengths[part], "label": words, "url": url_for("referrals.index", part=part), "tone": tone}
        for part, words, tone in shown
        if lengths[part]
    ]


# -- one referral --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One line of what happened."""

    when: str
    iso: str
    text: str
    words: str
    who: str
    icon: str
    is_message: bool
    is_ours: bool


ICONS = {
    Kind.SENT: "send",
    Kind.ADDITION: "plus",
    Kind.ACCEPTED: "circle-check",
    Kind.MESSAGE: "mail",
    Kind.SERVICE: "check",
    Kind.FEEDBACK: "messages-square",
    Kind.LINKED: "folder",
    Kind.NO_ANSWER: "alarm-clock",
}


def story(one: Referral, *, with_words: bool = True) -> list[Line]:
    """What happened on both sides, the latest first, as far as it may be read here; words only for who may read."""
    own = queries.steps(one)
    who = names({step.by_id for step in own})
    partner = other_name(one)
    lines: list[tuple[Any, Line]] = []
    for step in own:
        words = step.words.text if with_words else None
        lines.append((step.at, _line(step.kind, step, words, who.get(step.by_id) or _("System"), is_ours=True)))
    for theirs in queries.other_steps(one):
        by = ", ".join(part for part in (theirs.by, partner) if part)
        lines.append((theirs.at, _line(theirs.kind, theirs, theirs.words if with_words else None, by, is_ours=False)))
    return [line for _at, line in sorted(lines, key=lambda pair: pair[0], reverse=True)]


def _line(kind: str, step: Any, words: str | None, who: str, *, is_ours: bool) -> Line:
    return Line(
        when=i18n.moment(step.at),
        iso=step.at.isoformat(),
        text=_step_words(Kind(kind), step.code, step.happened_on)
        if words or kind != Kind.MESSAGE
        else _("A message that cannot be read here"),
        words=words or "",
        who=who,
        icon=ICONS.get(Kind(kind), "flag"),
        is_message=kind == Kind.MESSAGE,
        is_ours=is_ours,
    )


def _step_words(kind: Kind, code: str | None, on: Any) -> str:
    what = codes.label(LISTS[kind], code) if kind in LISTS else ""
    return {
        Kind.SENT: _("Sent"),
        Kind.ADDITION: _("More was told"),
        Kind.NARROWED: _("What was said of a relative was taken out: they do not agree any more"),
        Kind.ACCEPTED: _("Accepted"),
        Kind.DECLINED: _("Declined: %(reason)s", reason=what),
        Kind.NO_ANSWER: _("No answer in time"),
        Kind.LINKED: _("Linked to a record"),
        Kind.MESSAGE: _("Message"),
        Kind.SERVICE: _("Service given on %(day)s: %(service)s", day=i18n.day(on), service=what),
        Kind.FEEDBACK: _("Feedback: %(result)s", result=what),
        Kind.PROGRESS: _("Stage and next date are shown") if code == "on" else _("Stage and next date are not shown"),
        Kind.ENDED: _("Ended: %(reason)s", reason=what),
        Kind.WITHDRAWN: _("Withdrawn"),
        Kind.CONSENT: _("Ended: the person does not agree any more"),
    }[kind]


@dataclass(frozen=True)
class Way:
    """A step that can be taken from here."""

    step: Step
    label: str
    url: str
    is_main: bool = False
    is_danger: bool = False


VIEWS = {Step.ADD: "choose"}
"""Where a step is taken that has no page of its own name."""


def ways(one: Referral, side: ReferralSide | None, who: Principal) -> list[Way]:
    """What may be done here now, the likeliest first."""
    is_outside = one.to_organisation_id is None
    able = steps(State(one.state), is_sender=queries.is_sender(one), is_outside=is_outside)
    shows = side is not None and side.shows_progress
    is_linked = side is not None and side.person_id is not None
    decides = "referral:send" if is_outside else "referral:take"
    words = {
        Step.CHOOSE: _("Choose what is told"),
        Step.ACCEPT: _("They accepted") if is_outside else _("Accept"),
        Step.DECLINE: _("They declined") if is_outside else _("Decline"),
        Step.LINK: _("Link to another record") if is_linked else _("Link to a record"),
        Step.LAWYER: _("Change who works on it"),
        Step.SERVICE: _("Record a service"),
        Step.ADD: _("Tell more"),
        Step.FEEDBACK: _("Record feedback"),
        Step.PROGRESS: _("Do not show stage and next date") if shows else _("Show stage and next date"),
        Step.END: _("End the referral"),
        Step.WITHDRAW: _("Withdraw"),
        Step.DISCARD: _("Drop the draft"),
    }
    permissions = dict.fromkeys((Step.ACCEPT, Step.DECLINE, Step.LAWYER), decides)
    permissions |= dict.fromkeys((Step.CHOOSE, Step.ADD, Step.WITHDRAW, Step.DISCARD), "referral:send")
    main = {Step.CHOOSE, Step.ACCEPT, Step.SERVICE} | (set() if is_linked else {Step.LINK})
    return [
        Way(
            step,
            label,
            url_for(f"referrals.{VIEWS.get(step, step)}", referral_id=one.id),
            step in main,
            step in (Step.END, Step.WITHDRAW, Step.DISCARD),
        )
        for step, label in words.items()
        if step in able and who.may(permissions.get(step, "referral:see"))
    ]


def facts(one: Referral, side: ReferralSide | None) -> list[tuple[str, Any]]:
    """How it stands, for the box beside."""
    lawyers = names({side.lawyer_id}) if side is not None else {}
    found: list[tuple[str, Any]] = [
        (_("To") if queries.is_sender(one) else _("From"), other_name(one)),
        (_("Sent on"), i18n.day(one.sent_at) if one.sent_at else _("Not sent yet")),
    ]
    if one.state in (State.SENT, State.NO_ANSWER):
        found.append((_("Answer due by"), i18n.day(one.answer_due_on)))
    if one.answered_at is not None:
        found.append((_("Answered on"), i18n.day(one.answered_at)))
    if one.to_organisation_id is not None:
        found.append((_("Worked on by both"), _("Yes") if one.is_joint else _("No")))
    if side is not None and side.lawyer_id is not None:
        found.append((_("Who works on it here"), lawyers.get(side.lawyer_id)))
    if one.ended_at is not None:
        found.append((_("Ended on"), i18n.moment(one.ended_at)))
    return found


def progress_rows(one: Referral) -> list[tuple[str, Any]]:
    """Stage and next date at the other side, if both show theirs."""
    found = queries.progress(one)
    if found is None:
        return []
    stage = codes.label("stage", found.stage)
    return [
        (_("Stage there"), _("%(stage)s (closed)", stage=stage) if found.is_closed else stage),
        (_("Next date there"), i18n.day(found.next_on) or _("None")),
    ]


def is_readable(one: Referral) -> bool:
    return one.state in LIVE


def point_lines(points: list[OutsideService]) -> list[dict[str, Any]]:
    """The directory of outside services."""
    return [
        {
            "id": one.id,
            "name": one.details.name,
            "kind": codes.label("outside_service", one.service),
            "contact": one.details.contact,
            "note": one.details.note,
            "days": one.answer_days,
            "is_retired": one.retired_at is not None,
            "url": url_for("referrals.edit_point", point_id=one.id),
        }
        for one in points
    ]


def point_conflict(form: Any, saved: Any, point: OutsideService) -> ResponseReturnValue:
    """Both versions of an entry of the directory side by side."""
    return conflict_page(form, saved, version=point.version, keep_url=url_for("referrals.points"))


def consent_url(person: Person, one: Referral) -> str:
    """Where the consent to this referral is recorded, and from where the way leads back."""
    purpose, recipient = consents.to_ask(person.id, Purpose.REFERRAL, sharing.recipient(one))
    return url_for(
        "consents.record",
        person_id=person.id,
        purpose=purpose,
        recipient=recipient,
        back=url_for("referrals.preview", referral_id=one.id),
    )


def candidates(side: ReferralSide | None) -> list[dict[str, str]]:
    """Whom one registered oneself since it was taken on: it may be the person."""
    if side is None or side.taken_at is None:
        return []
    return [
        {"number": one.number, "name": display_name(one.identity), "registered": i18n.day(one.registered_on)}
        for one in queries.registered_since(side.taken_at)
    ]
