"""The first page of each role: what is due, what waits, where to go."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from casework.accounts import step_pages as account_steps
from casework.alerts import pages as alerts
from casework.approvals import pages as approvals
from casework.backups import pages as backups
from casework.cases import pages
from casework.cases import queries as cases
from casework.cases.models import Case
from casework.cases.queries import Filters
from casework.conflicts import queries as conflicts
from casework.consents import pages as consents
from casework.core import audit, clock
from casework.core.access import public, requires
from casework.core.scope import Principal, principal
from casework.desk import queries
from casework.diary import pages as diary_pages
from casework.diary import queries as diary
from casework.duplicates import queries as duplicates
from casework.editions import queries as editions
from casework.elsewhere import queries as elsewhere
from casework.needs import pages as needs
from casework.notices import pages as notices
from casework.persons import queries as persons
from casework.quality import pages as quality
from casework.referrals import pages as referrals
from casework.restrictions import pages as restrictions
from casework.supervision import pages as supervision
from casework.supervision import queries as team
from casework.supervision.models import Cover
from casework.transfers import pages as transfers

blueprint = Blueprint("desk", __name__)

SHOWN = 8
"""Passed deadlines that the desk itself shows; the calendar has them all."""


@blueprint.get("/")
@public
def start() -> ResponseReturnValue:
    return redirect(url_for("desk.home" if principal() else "accounts.sign_in"))


@blueprint.get("/desk")
@requires("desk:see")
def home() -> str:
    who = principal()
    assert who is not None  # noqa: S101 - the gate has seen to it
    desk: dict[str, Any] = (
        _casework_desk(who)
        if who.may("case:list")
        else {
            "own": [],
            "waiting": [
                *_factsheets_to_approve(who),
                *_factsheets_returned(who),
                *_to_watch(who),
                *account_steps.desk_counts(who),
                *backups.desk_counts(who),
                *notices.desk_counts(who),
            ],
            "due": [],
            "dated": [],
            "links": _links(who),
        }
    )
    return render_template("desk/home.html", desk=desk, greeting=_("Good day, %(name)s", name=who.name))


def _casework_desk(who: Principal) -> dict[str, Any]:
    assert who.user_id is not None  # noqa: S101 - a signed-in user
    today = clock.today()
    due = cases.due_for(who.user_id, pages.week_from_today())
    dated = queries.dated(who.user_id)
    late = [case for case in due if case.next_step_due_on and case.next_step_due_on < today]
    soon = [case for case in due if case not in late]
    recent = queries.last_opened(who.user_id)
    others = [_for_colleague(cover) for cover in team.stood_in_for(who.user_id)]
    seen = {case.id for case in [*due, *(one.case for one in dated.all)]}.union(*(one["seen"] for one in others))
    audit.read("desk:see", "cases", sorted(seen))
    if recent:
        audit.read("desk:recent", "persons", [one.id for one in recent])
    open_cases = cases.open_count(who.user_id)
    groups = [(_("Overdue"), late), (_("Due in the next 7 days"), soon)]
    return {
        "open": open_cases,
        "own": _own_counts(who.user_id, dated, late, soon) if open_cases or late or soon or dated.all else [],
        "waiting": [
            *approvals.desk_counts(who),
            *account_steps.desk_counts(who),
            *needs.desk_counts(who),
            *consents.desk_counts(who),
            *referrals.desk_counts(who),
            *transfers.desk_counts(who),
            *supervision.desk_counts(who),
            *quality.desk_counts(who),
            *_pairs_to_look_at(who),
            *_to_watch(who),
            *notices.desk_counts(who),
        ],
        "dated": [*_dated_groups(dated), *(group for one in others for group in one["dated"])],
        "due": [
            *({"title": title, "rows": [pages.row(case) for case in found]} for title, found in groups if found),
            *(group for one in others for group in one["due"]),
        ],
        "team": _team() if who.may("team:see") else [],
        "drafts": persons.drafts(),
        "recent": recent,
        "links": [],
    }


def _own_counts(user_id: UUID, dated: queries.Dated, late: list[Case], soon: list[Case]) -> list[dict[str, Any]]:
    """What somebody carries, each number a way to its list; left out by whoever carries nothing."""
    mine: dict[str, Any] = {"lawyer": user_id}
    open_cases = cases.open_count(user_id)
    bare = cases.bare_count(user_id)
    return [
        {
            "value": len(dated.late),
            "label": ngettext("legal deadline passed", "legal deadlines passed", len(dated.late)),
            "url": "#deadlines-late" if 0 < len(dated.late) <= SHOWN else _all_late(),
            "tone": "bad" if dated.late else "",
        },
        {
            "value": len(dated.soon),
            "label": ngettext("legal deadline coming near", "legal deadlines coming near", len(dated.soon)),
            "url": "#deadlines-soon" if dated.soon else url_for("diary.calendar", kinds="deadline", near=1),
            "tone": "warn" if dated.soon else "",
        },
        {
            "value": len(late),
            "label": ngettext("next step overdue", "next steps overdue", len(late)),
            "url": url_for("cases.index", due="overdue", owner=user_id),
            "tone": "bad" if late else "",
        },
        {
            "value": len(soon),
            "label": ngettext("next step due in 7 days", "next steps due in 7 days", len(soon)),
            "url": url_for("cases.index", due="week", owner=user_id),
            "tone": "",
        },
        {
            "value": bare,
            "label": ngettext(
                "open case with no deadline and no next step", "open cases with no deadline and no next step", bare
            ),
            "url": url_for("cases.index", due="bare", **mine),
            "tone": "warn" if bare else "",
        },
        {
            "value": open_cases,
            "label": ngettext("open case of yours", "open cases of yours", open_cases),
            "url": url_for("cases.index", **mine),
            "tone": "",
        },
    ]


def _dated_groups(dated: queries.Dated) -> list[dict[str, Any]]:
    """What the calendar has for somebody’s desk, each kind under its heading."""
    return [
        {
            "id": name,
            "title": title,
            "lines": diary_pages.lines(found[:SHOWN] if name == "deadlines-late" else found),
            "more_url": _all_late() if name == "deadlines-late" and len(found) > SHOWN else "",
        }
        for name, title, found in (
            ("appointments", _("Appointments"), dated.appointments),
            ("deadlines-late", _("Legal deadlines that have passed"), dated.late),
            ("deadlines-soon", _("Legal deadlines coming near"), dated.soon),
            ("letters", _("Replies that are late"), dated.letters),
            ("certificates", _("Certificates to renew"), dated.certificates),
        )
        if found
    ]


def _for_colleague(cover: Cover) -> dict[str, Any]:
    """What is due for a colleague who is away, under their name, on the desk of whoever stands in."""
    dated = queries.dated(cover.user_id)
    due = cases.due_for(cover.user_id, pages.week_from_today())
    title = _("For %(name)s: next steps", name=cover.user.name)
    late = url_for("diary.calendar", kinds="deadline", late="all", lawyer=cover.user_id)
    return {
        "seen": {case.id for case in [*due, *(one.case for one in dated.all)]},
        "due": [{"title": title, "rows": [pages.row(case) for case in due]}] if due else [],
        "dated": [
            {
                **group,
                "id": f"{group['id']}-{cover.id}",
                "title": _("For %(name)s: %(what)s", name=cover.user.name, what=group["title"]),
                "more_url": group["more_url"] and late,
            }
            for group in _dated_groups(dated)
        ],
    }


def _to_watch(who: Principal) -> list[dict[str, Any]]:
    """What in the audit trail supervisors and focal points are to look at; nothing when nothing does."""
    return [*restrictions.desk_counts(who), *alerts.desk_counts(who)]


def _pairs_to_look_at(who: Principal) -> list[dict[str, Any]]:
    """Records of one's own people that may be there twice; nothing when there are none."""
    found = duplicates.open_count(who.user_id) if who.may("person:compare") else 0
    url = url_for("duplicates.index", mine=1)
    words = ngettext("possible duplicate among your people", "possible duplicates among your people", found)
    return [{"value": found, "label": words, "url": url, "tone": "warn"}] if found else []


def _pairs_of_the_team() -> list[dict[str, Any]]:
    """Pairs of records in the whole organisation that wait for somebody to look, for the supervisor, for the merge."""
    lengths = duplicates.counts()
    return [
        {"value": lengths[part], "label": words, "url": url_for("duplicates.index", show=part), "tone": tone}
        for part, words, tone in (
            ("open", ngettext("possible duplicate to look at", "possible duplicates to look at", lengths["open"]), ""),
            (
                "unsure",
                ngettext(
                    "possible duplicate that somebody is unsure of",
                    "possible duplicates that somebody is unsure of",
                    lengths["unsure"],
                ),
                "warn",
            ),
            ("same", ngettext("duplicate to merge", "duplicates to merge", lengths["same"]), "warn"),
        )
        if lengths[part]
    ]


def _all_late() -> str:
    return url_for("diary.calendar", kinds="deadline", late="all")


def _team() -> list[dict[str, Any]]:
    """What a supervisor looks at first: the whole organisation, each number a way to its list."""
    lists = {"open": Filters(), "overdue": Filters(due="overdue"), "unseen": Filters(contact="none30")}
    counted = cases.counts_by_lawyer(lists).values()
    open_cases, overdue, unseen = (sum(one[name] for one in counted) for name in lists)
    passed, soon = diary.deadline_counts()
    bare = cases.bare_count()
    deadlines = url_for("diary.calendar", lawyer="all", kinds="deadline", late="all")
    return [
        {
            "value": passed,
            "label": ngettext("legal deadline of the team passed", "legal deadlines of the team passed", passed),
            "url": deadlines,
            "tone": "bad" if passed else "",
        },
        {
            "value": soon,
            "label": ngettext(
                "legal deadline of the team coming near", "legal deadlines of the team coming near", soon
            ),
            "url": url_for("diary.calendar", lawyer="all", kinds="deadline", near=1),
            "tone": "warn" if soon else "",
        },
        {
            "value": overdue,
            "label": ngettext("next step of the team overdue", "next steps of the team overdue", overdue),
            "url": url_for("cases.index", due="overdue"),
            "tone": "bad" if overdue else "",
        },
        {
            "value": unseen,
            "label": ngettext(
                "case of the team without contact for 30 days", "cases of the team without contact for 30 days", unseen
            ),
            "url": url_for("cases.index", contact="none30"),
            "tone": "warn" if unseen else "",
        },
        {
            "value": bare,
            "label": ngettext(
                "case of the team with no deadline and no next step",
                "cases of the team with no deadline and no next step",
                bare,
            ),
            "url": url_for("cases.index", due="bare"),
            "tone": "warn" if bare else "",
        },
        {
            "value": open_cases,
            "label": ngettext("open case of the team", "open cases of the team", open_cases),
            "url": url_for("supervision.team"),
            "tone": "",
        },
        *_pairs_of_the_team(),
        *_questions_between_partners(),
        *_conflicts_to_decide(),
    ]


def _questions_between_partners() -> list[dict[str, Any]]:
    """What waits about people whom another partner may have, too; nothing when nothing does."""
    lengths = elsewhere.counts()
    open_ones = sum(length for part, length in lengths.items() if part != "settled")
    return [
        {"value": value, "label": words, "url": url_for("elsewhere.index", part=part), "tone": tone}
        for value, words, part, tone in (
            (
                open_ones,
                ngettext(
                    "question about people another partner may have",
                    "questions about people another partner may have",
                    open_ones,
                ),
                None,
                "",
            ),
            (
                lengths["answer"],
                ngettext(
                    "question of another partner waiting for your answer",
                    "questions of another partner waiting for your answer",
                    lengths["answer"],
                ),
                "answer",
                "warn",
            ),
        )
        if value
    ]


def _conflicts_to_decide() -> list[dict[str, Any]]:
    """How many conflicts of interest wait for the supervisor; nothing when none does."""
    waiting = conflicts.open_count()
    words = ngettext("conflict of interest to decide", "conflicts of interest to decide", waiting)
    return [{"value": waiting, "label": words, "url": url_for("conflicts.index"), "tone": "warn"}] if waiting else []


def _factsheets_to_approve(who: Principal) -> list[dict[str, Any]]:
    """In how many languages colleagues wait for this person's approval; nothing when none does."""
    if not who.may("edition:approve"):
        return []
    waiting = [one for one in editions.waiting() if one.submitted_by_id != who.user_id]
    if not waiting:
        return []
    url = url_for("editions.review", edition_id=waiting[0].edition_id, language=waiting[0].language)
    words = ngettext(
        "language of a factsheet waiting for your approval",
        "languages of a factsheet waiting for your approval",
        len(waiting),
    )
    return [{"value": len(waiting), "label": words, "url": url, "tone": "warn"}]


def _factsheets_returned(who: Principal) -> list[dict[str, Any]]:
    """How many languages that this person sent in were sent back; nothing when none was."""
    returned = [one for one in editions.returned() if one.submitted_by_id == who.user_id]
    if not returned:
        return []
    url = url_for("editions.show", edition_id=returned[0].edition_id)
    words = ngettext(
        "language of a factsheet sent back to you", "languages of a factsheet sent back to you", len(returned)
    )
    return [{"value": len(returned), "label": words, "url": url, "tone": "warn"}]


def _links(who: Principal) -> list[dict[str, str]]:
    doors = [
        (
            "figures:see",
            _("Figures"),
            _("What is counted as of a day, and where each number comes from."),
            "figures.index",
        ),
        (
            "figures:external",
            _("External figures"),
            _("Numbers that others count: enter them with their source, and verify them."),
            "figures.external",
        ),
        (
            "edition:see",
            _("Factsheets"),
            _("Write, check and publish the country factsheet of a frozen release."),
            "editions.index",
        ),
        (
            "accounts:manage",
            _("Users and organisations"),
            _("Invite people, change roles, add partner organisations."),
            "accounts.users",
        ),
        (
            "codes:edit",
            _("Code lists"),
            _("Topics, outcomes, reasons and authorities in three languages."),
            "reference.index",
        ),
        (
            "backup:see",
            _("Backups"),
            _("Whether there is a good one, and what to do when there is none."),
            "backups.index",
        ),
        (
            "audit:see",
            _("Audit trail"),
            _("Who opened, changed and searched what in your organisation."),
            "oversight.trail",
        ),
        (
            "alert:see",
            _("Alerts"),
            _("What in the audit trail is out of the ordinary, and emergency access to records."),
            "alerts.index",
        ),
    ]
    return [
        {"title": title, "text": text, "url": url_for(endpoint)}
        for permission, title, text, endpoint in doors
        if who.may(permission)
    ]
