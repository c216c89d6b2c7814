"""The menu, as data."""

from dataclasses import dataclass
from typing import Any

from flask import current_app, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from casework.core.scope import principal


@dataclass(frozen=True)
class Entry:
    label: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class Tab:
    name: str
    label: str
    url: str


@dataclass(frozen=True)
class Group:
    """Several features behind one entry of the menu: a row of tabs on their pages."""

    label: Any
    tabs: tuple[tuple[str, str, str, Any], ...]
    """Name, endpoint, permission, label."""
    features: frozenset[str]
    """Blueprints whose pages belong to the entry."""


GROUPS = {
    "cases": Group(
        _l("Cases"),
        (
            ("cases", "cases.index", "case:list", _l("All cases")),
            ("urgent", "urgent.index", "person:need", _l("Urgent protection")),
        ),
        frozenset({"cases", "saved", "urgent"}),
    ),
    "checks": Group(
        _l("Checks"),
        (
            ("duplicates", "duplicates.index", "person:compare", _l("Duplicates")),
            ("elsewhere", "elsewhere.index", "person:elsewhere", _l("Other partners")),
            ("conflicts", "conflicts.index", "case:conflict", _l("Conflicts of interest")),
        ),
        frozenset({"duplicates", "merges", "elsewhere", "conflicts"}),
    ),
    "figures": Group(
        _l("Figures"),
        (
            ("figures", "figures.index", "figures:see", _l("Figures")),
            ("releases", "releases.index", "release:see", _l("Releases")),
            ("factsheets", "editions.index", "edition:see", _l("Factsheets")),
        ),
        frozenset(
            {
                *("figures", "imports", "releases", "editions", "factsheets"),
                *("edition_texts", "comparing", "history", "regional", "regional_editions"),
            }
        ),
    ),
    "team": Group(
        _l("Team"),
        (
            ("board", "supervision.team", "team:see", _l("Board")),
            ("workload", "supervision.workload", "workload:see", _l("Workload")),
            ("cover", "supervision.cover", "workload:see", _l("Stand-ins")),
            ("approvals", "approvals.index", "approval:decide", _l("Approvals")),
            ("asked", "approvals.mine", "approval:own", _l("Your requests")),
            ("quality", "quality.index", "team:quality", _l("Quality")),
            ("remarks", "quality.mine", "case:quality", _l("Remarks")),
            ("alerts", "alerts.index", "alert:see", _l("Alerts")),
            ("emergencies", "emergencies.index", "alert:see", _l("Emergency access")),
            ("exports", "exports.index", "case:export", _l("Exports")),
            ("rights", "rights.index", "rights:see", _l("Data requests")),
            ("account_steps", "account_steps.index", "team:see", _l("Account changes")),
        ),
        frozenset(
            {"supervision", "approvals", "quality", "alerts", "emergencies", "exports", "rights", "account_steps"}
        ),
    ),
    "referrals": Group(
        _l("Referrals"),
        (
            ("referrals", "referrals.index", "referral:see", _l("Referrals")),
            ("transfers", "transfers.index", "case:transfer", _l("Transfers")),
        ),
        frozenset({"referrals", "transfers"}),
    ),
}
"""By the name that `group_tabs` takes."""


def tabs_of(group: str) -> list[Tab]:
    """The tabs of a group that the signed-in principal may open."""
    who = principal()
    return [
        Tab(name, str(label), url_for(endpoint))
        for name, endpoint, permission, label in GROUPS[group].tabs
        if who is not None and who.may(permission) and endpoint in current_app.view_functions
    ]


def group_name(group: str) -> str:
    return str(GROUPS[group].label)


def entries() -> list[Entry]:
    """What the signed-in principal may go to, in order."""
    who = principal()
    if who is None:
        return []
    section = (request.endpoint or "").split(".")[0]
    menu: list[tuple[str, str, Any]] = [
        ("desk.home", "desk:see", _("My desk")),
        ("cases", "", _("Cases")),
        ("referrals", "", _("Referrals")),
        ("checks", "", _("Checks")),
        ("diary.calendar", "calendar:see", _("Calendar")),
        ("team", "", _("Team")),
        ("figures", "", _("Figures")),
        ("accounts.users", "accounts:manage", _("Users and organisations")),
        ("procedures.index", "rules:see", _("Procedures")),
        ("letter_templates.index", "rules:edit", _("Letter templates")),
        ("workdays.index", "rules:edit", _("Working calendar")),
        ("reference.index", "codes:see", _("Code lists")),
        ("oversight.trail", "audit:see", _("Audit trail")),
        ("backups.index", "backup:see", _("Backups")),
    ]
    found = []
    for where, permission, label in menu:
        if where in GROUPS:
            if tabs := tabs_of(where):
                found.append(
                    Entry(tabs[0].label if len(tabs) == 1 else label, tabs[0].url, section in GROUPS[where].features)
                )
        elif who.may(permission) and where in current_app.view_functions:
            found.append(Entry(label, url_for(where), where.split(".")[0] == section))
    return found
