"""What the pages about inquiries show, in words."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from casework.accounts.queries import names
from casework.approvals import queries as approvals
from casework.approvals.kinds import LETTER_SEND
from casework.cases.models import Case
from casework.consents import pages as consents
from casework.core import i18n
from casework.inquiries import policy, queries
from casework.inquiries.models import Inquiry
from casework.inquiries.queries import Course
from casework.procedures import queries as procedures
from casework.proceedings import clocks
from casework.proceedings.models import Deadline
from casework.proceedings.rules import State
from casework.reference import queries as codes


def title(inquiry: Inquiry) -> str:
    return _("%(state)s, sent on %(day)s", state=codes.label("country", inquiry.state), day=i18n.day(inquiry.sent_on))


def approval_words() -> str:
    """Where letters to authorities wait for approval: that it is the letter, not this record of what was sent."""
    if not approvals.is_wanted(LETTER_SEND):
        return ""
    return _(
        "Your organisation wants letters to authorities and States approved before they go out: write it under "
        "Letters. Here you record what has been sent."
    )


def forbidden(case: Case) -> str:
    """That somebody in the case does not agree to it; nothing where nobody has said no."""
    found = policy.forbidding(case)
    return consents.forbidden_words(found) if found is not None else ""


def standing(course: Course) -> tuple[str, str]:
    """(how an inquiry stands, tone of the tag)."""
    inquiry = course.inquiry
    if inquiry.is_void:
        return _("Voided"), ""
    if inquiry.reply is not None and queries.is_answer(inquiry.reply):
        return codes.label("inquiry_reply", inquiry.reply), "teal"
    if course.silent is not None:
        return _("No reply in time"), "blue"
    return _("Waiting for the reply"), "amber"


def follows(course: Course) -> str:
    """What follows from a reply, or from silence."""
    inquiry = course.inquiry
    if inquiry.is_void:
        return ""
    means = codes.attribute("inquiry_reply", inquiry.reply, "means") if inquiry.reply else None
    match means:
        case "national":
            return _("This State takes the person for its national: ask it for documents, or dispute the reply.")
        case "not_national":
            return _(
                "This reply does not show that the person is a national of that State: it speaks for statelessness."
            )
    if course.silent is not None:
        return _("Silence counts as an answer: you may ask for the decision.")
    return _("This is no answer yet: the time goes on.") if means == "open" else ""


def summary(courses: list[Course]) -> str:
    """What the inquiries of a case come to, all together."""
    if any(codes.attribute("inquiry_reply", one.inquiry.reply, "means") == "national" for one in courses):
        return _("A State has replied that the person is its national: clear that up before you ask for the decision.")
    if courses and all(one.is_closed for one in courses):
        return _("Every State has replied or let its time pass: you may ask for the decision.")
    waiting = sum(not one.is_closed for one in courses)
    return ngettext("%(num)s State has not replied yet.", "%(num)s States have not replied yet.", waiting)


def due(deadline: Deadline) -> dict[str, str]:
    """When the reply is due, how long that still is, how it was counted, and by what law."""
    limit = procedures.limit(deadline.limit_id)
    short = clocks.short(deadline)
    counted, law = "", ""
    if limit is not None:
        counted = clocks.arithmetic(limit, deadline.starts_on, deadline.raw_end, deadline.statutory_on)
        law = limit.law
    is_running = deadline.state == State.OPEN
    return {
        "day": short["due"],
        "left": short["left"] if is_running else "",
        "tone": short["tag"],
        "arithmetic": " · ".join(part for part in (counted, law) if part),
    }


def rows(case: Case) -> list[dict[str, Any]]:
    """Every inquiry of a case as its page shows it, void ones last."""
    courses = queries.courses(case.id, with_void=True)
    who = names({one.inquiry.recorded_by_id for one in courses} | {one.inquiry.voided_by_id for one in courses})
    return [_row(case, one, who) for one in sorted(courses, key=lambda one: one.inquiry.is_void)]


def _row(case: Case, course: Course, who: dict[Any, str]) -> dict[str, Any]:
    inquiry = course.inquiry
    words, tone = standing(course)
    place: dict[str, Any] = {"case_id": case.id, "inquiry_id": inquiry.id}
    is_open = case.is_open and not inquiry.is_void
    has_answer = queries.is_answer(inquiry.reply)
    return {
        "title": title(inquiry),
        "state": words,
        "tone": tone,
        "is_void": inquiry.is_void,
        "pairs": pairs(course),
        "follows": follows(course),
        "due": due(course.deadline) if course.deadline is not None and not inquiry.is_void else None,
        "is_waiting": not course.is_closed,
        "copies": _copies(case, course),
        "recorded": _(
            "%(who)s, %(when)s",
            who=who.get(inquiry.recorded_by_id) or _("System"),
            when=i18n.moment(inquiry.recorded_at),
        ),
        "voided": _(
            "Void since %(when)s (%(who)s): %(reason)s",
            when=i18n.moment(inquiry.voided_at),
            who=who.get(inquiry.voided_by_id) or _("System"),
            reason=codes.label("void_reason", inquiry.void_reason),
        )
        if inquiry.is_void
        else "",
        "correct_url": url_for("inquiries.correct", **place) if is_open else "",
        "reply_url": url_for("inquiries.reply", **place) if is_open else "",
        "reply_label": _("Correct the reply") if inquiry.reply else _("Record the reply"),
        "remind_url": url_for("inquiries.remind", **place) if is_open and not has_answer else "",
        "void_url": url_for("inquiries.void", **place) if is_open else "",
    }


def pairs(course: Course) -> list[tuple[str, Any]]:
    """What was asked and what came of it, as a summary list."""
    inquiry, details = course.inquiry, course.inquiry.details
    found: list[tuple[str, Any]] = [
        (_("Through whom?"), codes.label("inquiry_channel", inquiry.through)),
        (_("Number of the inquiry"), details.reference),
        (_("On what evidence is this State asked?"), details.evidence),
    ]
    if course.reminders:
        found.append((_("Reminded on"), [i18n.day(one.happened_on) for one in course.reminders]))
    if course.silent is not None:
        found.append((_("Time passed without a reply"), i18n.day(course.silent.happened_on)))
    if inquiry.reply:
        found.append((_("Reply"), codes.label("inquiry_reply", inquiry.reply)))
        found.append((_("Reply received on"), received(course)))
    if details.follow_up:
        found.append((_("What follows from it?"), details.follow_up))
    if details.note:
        found.append((_("Note"), details.note))
    if details.despite:
        found.append((_("Why it is sent although the person does not agree"), details.despite))
    return found


def received(course: Course) -> str:
    """The day of the reply; a late one is said to be late."""
    day, deadline = course.inquiry.replied_on, course.deadline
    if day is None or deadline is None or day <= deadline.due_on:
        return i18n.day(day)
    return _("%(day)s, %(late)s", day=i18n.day(day), late=clocks.days_late(deadline.due_on, day))


def _copies(case: Case, course: Course) -> list[dict[str, str]]:
    """The documents that prove it: the inquiry, its reminders, the reply."""
    acts = [act for act in (course.sent, *course.reminders, course.replied) if act is not None and act.document_id]
    found: list[tuple[str, date | None, UUID | None]] = [
        (codes.label("act", act.code), act.happened_on, act.document_id) for act in acts
    ]
    inquiry = course.inquiry
    if inquiry.details.reply_document is not None:
        found.append(
            (codes.label("inquiry_reply", inquiry.reply), inquiry.replied_on, UUID(inquiry.details.reply_document))
        )
    return [
        {
            "label": f"{words}, {i18n.day(day)}",
            "url": url_for("documents.show", case_id=case.id, document_id=document_id),
        }
        for words, day, document_id in found
    ]


def card(case: Case) -> dict[str, Any] | None:
    """The inquiries in the record. None in a case whose procedure knows none and that has none."""
    courses = queries.courses(case.id)
    procedure = procedures.rules_of(case.procedure_id)
    if not courses and (procedure is None or not procedure.stages_for(queries.SENT)):
        return None
    return {
        "url": url_for("inquiries.index", case_id=case.id),
        "summary": summary(courses) if courses else _("No State has been asked yet."),
        "lines": [_short(one) for one in courses],
    }


def _short(course: Course) -> dict[str, str]:
    words, tone = standing(course)
    day = ""
    if course.deadline is not None and not course.is_closed:
        day = _("due on %(day)s", day=i18n.day(course.deadline.due_on))
    return {"label": codes.label("country", course.inquiry.state), "state": words, "tone": tone, "note": day}
