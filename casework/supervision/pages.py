"""What the pages about the team show, in words."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from casework.accounts.models import User
from casework.accounts.policy import may_hold_cases
from casework.accounts.queries import caseworkers, names
from casework.cases import pages as case_pages
from casework.cases import queries as cases
from casework.cases.models import Case
from casework.cases.queries import Filters
from casework.core import clock, i18n
from casework.core.scope import Principal
from casework.reference import queries as codes
from casework.supervision import queries
from casework.supervision.actions import standing_against_undo
from casework.supervision.models import Cover, Reassignment
from casework.supervision.policy import may_plan, may_read
from casework.supervision.queries import Board, Proposal, Stay
from casework.supervision.rules import middle

# -- the board ---------------------------------------------------------------------------------------------------


def columns(period: str) -> list[tuple[str, str, str]]:
    """What the board counts: its name, its words, and how what is not zero looks."""
    return [
        ("open", _("Open cases"), ""),
        ("overdue", _("Next step overdue"), "bad"),
        ("deadline", _("Legal deadline passed"), "bad"),
        ("bare", _("No next step and no deadline"), "warn"),
        ("none30", _("No contact for 30 days"), ""),
        ("none60", _("No contact for 60 days"), ""),
        ("none90", _("No contact for 90 days"), "warn"),
        ("opened", _("New: %(period)s", period=period), ""),
        ("closed", _("Closed: %(period)s", period=period), ""),
        ("certificate", _("Certificate ends soon"), "warn"),
        ("consent", _("Without consent"), "warn"),
        ("power", _("Without power of attorney"), "bad"),
        ("inquiry", _("Inquiry unanswered"), "warn"),
    ]


def list_url(filters: Filters, lawyer_id: UUID | None = None) -> str:
    """The list of cases behind a number."""
    plain = asdict(Filters())
    said: dict[str, Any] = {name: value for name, value in asdict(filters).items() if value != plain[name]}
    if lawyer_id is not None:
        said["lawyer"] = lawyer_id
    return url_for("cases.index", **said)


def board_rows(found: Board, wanted: Mapping[str, Filters], shown: list[tuple[str, str, str]]) -> list[dict[str, Any]]:
    """One row, or on a phone one card, for each lawyer; each number with the list that it counts."""
    away = queries.away_until()

    def numbers(counted: Mapping[str, int], lawyer_id: UUID | None = None) -> list[dict[str, Any]]:
        return [
            {"value": counted[name], "url": list_url(wanted[name], lawyer_id), "tone": tone if counted[name] else ""}
            for name, _words, tone in shown
        ]

    rows = [
        {
            "name": one.lawyer.name,
            "url": url_for("cases.index", lawyer=one.lawyer.id),
            "hand_over_url": url_for("supervision.reassign", lawyer=one.lawyer.id),
            "notes": _notes(one.lawyer, away.get(one.lawyer.id)),
            "open": one.numbers["open"],
            "numbers": numbers(one.numbers, one.lawyer.id),
        }
        for one in found.rows
    ]
    total = {"name": _("The whole team"), "url": url_for("cases.index"), "numbers": numbers(found.totals)}
    return [*rows, {**total, "hand_over_url": "", "notes": [], "open": found.totals["open"], "is_total": True}]


def _notes(lawyer: User, away_until: Any) -> list[str]:
    found = [] if may_hold_cases(lawyer) else [_("No longer works on cases: hand these over.")]
    return [*found, _("Away until %(day)s", day=i18n.day(away_until))] if away_until else found


def in_order(rows: list[dict[str, Any]], sort: str, names_of: list[str]) -> list[dict[str, Any]]:
    """Sorted by one column; the whole team stays last."""
    *lawyers, total = rows
    key, is_descending = sort.lstrip("-"), sort.startswith("-")
    if key in names_of:
        place = names_of.index(key)
        lawyers.sort(key=lambda row: row["numbers"][place]["value"], reverse=is_descending)
    elif is_descending:
        lawyers.reverse()
    return [*lawyers, total]


def stages(found: list[Stay], lawyers: Iterable[User]) -> dict[str, Any]:
    """How long cases stand at each stage: a line of dots for each, and the same as numbers."""
    most = max((middle(days) or 0 for one in found for days in one.by_lawyer.values()), default=0)
    scale = next((step for step in (30, 60, 90, 180, 365, 730) if step >= most), most)
    known = [(one.id, one.name) for one in lawyers if any(one.id in stay.by_lawyer for stay in found)]
    return {
        "most": scale,
        "lawyers": [name for _id, name in known],
        "rows": [
            {
                "stage": codes.label("stage", one.stage),
                "track": codes.label("track", one.track),
                "url": list_url(Filters(track=one.track, stage=one.stage)),
                "count": len(one.days),
                "median": one.median,
                "longest": max(one.days),
                "at": _at(one.median, scale),
                "dots": [_at(middle(days) or 0, scale) for days in one.by_lawyer.values()],
                "words": _dot_words(one),
                "by_lawyer": [
                    {
                        "value": middle(one.by_lawyer.get(lawyer_id, [])),
                        "url": list_url(Filters(track=one.track, stage=one.stage), lawyer_id),
                        "count": len(one.by_lawyer.get(lawyer_id, [])),
                    }
                    for lawyer_id, _name in known
                ],
            }
            for one in found
        ],
    }


def _at(days: int, scale: int) -> float:
    """Where on a line of 200 units a number of days stands; beyond the end at its end."""
    return round(8 + 184 * min(days / scale, 1), 1) if scale else 8


def _dot_words(one: Stay) -> str:
    medians = [middle(days) or 0 for days in one.by_lawyer.values()]
    return _(
        "Median %(median)s days; by lawyer from %(least)s to %(most)s.",
        median=one.median,
        least=min(medians),
        most=max(medians),
    )


# -- the workload ------------------------------------------------------------------------------------------------


def workload(month: str) -> list[dict[str, Any]]:
    """How much each colleague carries: numbers, and who is away."""
    wanted = {"open": Filters(), "week": Filters(due="week"), "opened": Filters(state="all", opened=month)}
    found, covers = queries.board(wanted), queries.standing_covers(clock.today())
    return [
        {
            "name": one.lawyer.name,
            "hand_over_url": url_for("supervision.reassign", lawyer=one.lawyer.id) if one.numbers["open"] else "",
            "numbers": [
                {"value": one.numbers[name], "url": list_url(filters, one.lawyer.id)}
                for name, filters in wanted.items()
            ],
            "away": [
                _("Away until %(day)s: %(name)s stands in", day=i18n.day(cover.until_on), name=cover.cover.name)
                for cover in covers
                if cover.user_id == one.lawyer.id
            ],
        }
        for one in found.rows
    ]


# -- handing over ------------------------------------------------------------------------------------------------


def case_rows(chosen: Iterable[Case]) -> list[dict[str, Any]]:
    """The cases to be handed over, with whose the next step is when it is not the lawyer’s."""
    found = list(chosen)
    who = names({one.next_step_owner_id for one in found})
    return [
        {
            **case_pages.row(one),
            "step_with": who.get(one.next_step_owner_id, "")
            if one.has_next_step and one.next_step_owner_id not in (None, one.lawyer_id)
            else "",
        }
        for one in found
    ]


def left_out(chosen: Iterable[Case], proposal: Proposal) -> dict[UUID, str]:
    """Why cases stay where they are."""
    found: dict[UUID, str] = {}
    for one in chosen:
        if not one.is_open:
            found[one.id] = _("It is closed.")
        elif one.id not in proposal.given:
            found[one.id] = proposal.refusals.get(one.id) or _("This lawyer already has the case.")
    return found


def shares(going: Iterable[Case], given: Mapping[UUID, UUID]) -> list[dict[str, Any]]:
    """How many each would get, and how many they would have then: told anew in the browser when a row is changed."""
    moving = [one for one in going if one.id in given]
    gets, leaves = Counter(given[one.id] for one in moving), Counter(one.lawyer_id for one in moving)
    found = queries.open_loads()
    who = names(set(found))
    rows = [
        {
            "id": user_id,
            "name": who.get(user_id, ""),
            "load": load,
            "gets": gets[user_id],
            "all": load + gets[user_id] - leaves[user_id],
        }
        for user_id, load in found.items()
    ]
    return sorted(rows, key=lambda row: -row["gets"])


def away_lawyers(but: UUID | None) -> list[tuple[UUID, str]]:
    """Who can get cases and is away, with what is to be known before they get some."""
    covers = {one.user_id: one for one in queries.standing_covers(clock.today())}
    return [
        (
            user_id,
            _(
                "%(name)s is away until %(day)s. Until then %(cover)s stands in and sees to what is urgent.",
                name=cover.user.name,
                day=i18n.day(cover.until_on),
                cover=cover.cover.name,
            ),
        )
        for user_id, cover in covers.items()
        if user_id != but
    ]


def who_gets() -> list[tuple[str, str]]:
    """Who can be chosen in a row, with until when they are away."""
    away = queries.away_until()
    return [
        (str(one.id), _("%(who)s – away until %(day)s", who=one.name, day=i18n.day(away[one.id])))
        if one.id in away
        else (str(one.id), one.name)
        for one in caseworkers()
    ]


def going_back(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """How many would go back to whom, and how many stay where they are."""
    back = [row for row in rows if row["against"] is None]
    to = Counter(row["before"] for row in back)
    return {
        "back": len(back),
        "staying": sum(not row["is_undone"] for row in rows) - len(back),
        "pairs": [(name, ngettext("%(num)s case", "%(num)s cases", count)) for name, count in sorted(to.items())],
    }


def sources() -> list[dict[str, Any]]:
    """Whose cases can be handed over, who has left first."""
    found, away = cases.counts_by_lawyer({"open": Filters()}), queries.away_until()
    rows = [
        {
            "name": one.name,
            "url": url_for("supervision.reassign", lawyer=one.id),
            "open": found.get(one.id, {"open": 0})["open"],
            "notes": _notes(one, away.get(one.id)),
            "works": may_hold_cases(one),
        }
        for one in cases.lawyers()
    ]
    return sorted((one for one in rows if one["open"]), key=lambda one: one["works"])


def handed_over(made: Reassignment, who: Principal) -> list[dict[str, Any]]:
    """The cases handed over together, those of whoever looks first, and whether each can go back."""
    people = names({one for line in made.lines for one in (line.from_lawyer_id, line.to_lawyer_id)})
    gone = _("Former colleague")
    against = standing_against_undo(made)
    rows = [
        {
            **case_pages.row(line.case),
            "before": people.get(line.from_lawyer_id, gone),
            "after": people.get(line.to_lawyer_id, gone),
            "against": against[line.case_id],
            "is_undone": line.is_undone,
            "is_mine": line.to_lawyer_id == who.user_id,
        }
        for line in made.lines
    ]
    return sorted(rows, key=lambda row: not row["is_mine"])


def summary(made: Reassignment) -> str:
    count = len(made.lines)
    return ngettext("%(num)s case handed over", "%(num)s cases handed over", count)


def recent(found: Iterable[Reassignment]) -> list[dict[str, Any]]:
    rows = list(found)
    who = names({one.made_by_id for one in rows})
    return [
        {
            "text": summary(one),
            "url": url_for("supervision.handed_over", reassignment_id=one.id),
            "when": i18n.moment(one.made_at),
            "who": who.get(one.made_by_id, _("Former colleague")),
            "reason": codes.label("reassign_reason", one.reason),
            "is_undone": one.undone_at is not None,
        }
        for one in rows
    ]


# -- standing in -------------------------------------------------------------------------------------------------


def cover_groups(found: Iterable[Cover], who: Principal) -> list[dict[str, Any]]:
    """Who stands in now, who will, and who did."""
    today = clock.today()
    groups: dict[str, list[dict[str, Any]]] = {"now": [], "later": [], "over": []}
    for one in found:
        is_over = one.ended_at is not None or one.until_on < today
        part = "over" if is_over else "now" if one.from_on <= today else "later"
        groups[part].append(_cover_row(one, who, is_over))
    titles = {"now": _("Today"), "later": _("Later"), "over": _("Over")}
    return [{"title": titles[part], "rows": rows} for part, rows in groups.items() if rows]


def _cover_row(one: Cover, who: Principal, is_over: bool) -> dict[str, Any]:
    is_mine = may_plan(who, one.user_id)
    return {
        "id": one.id,
        "user": one.user.name,
        "cover": one.cover.name,
        "days": _("%(first)s to %(last)s", first=i18n.day(one.from_on), last=i18n.day(one.until_on)),
        "note": (one.note.text or "") if may_read(who, one) else "",
        "ended": _ended(one),
        "is_to_come": is_to_come(one),
        "may_change": is_mine and not is_over,
        "may_resume": is_mine and one.ended_at is not None and one.until_on >= clock.today(),
    }


def is_to_come(one: Cover) -> bool:
    """Nobody stands in yet: it can be cancelled, not ended."""
    return one.from_on > clock.today()


def _ended(one: Cover) -> str:
    if one.ended_at is None:
        return ""
    if clock.day_of(one.ended_at) < one.from_on:
        return _("Cancelled on %(day)s", day=i18n.day(one.ended_at))
    return _("Ended on %(day)s", day=i18n.day(one.ended_at))


def desk_counts(who: Principal) -> list[dict[str, Any]]:
    """For the desk: for how many colleagues one stands in today; nothing when for none."""
    found = queries.stood_in_for(who.user_id) if who.user_id and who.may("workload:see") else []
    words = ngettext("colleague you stand in for", "colleagues you stand in for", len(found))
    url = url_for("supervision.cover")
    return [{"value": len(found), "label": words, "url": url, "tone": ""}] if found else []
