"""The menu, as data."""

from dataclasses import dataclass

from flask import request, url_for
from flask_babel import gettext as _

from casework.core.scope import principal


@dataclass(frozen=True)
class Entry:
    label: str
    url: str
    is_current: bool


CHECKS = ("duplicates", "merges", "elsewhere", "conflicts")
"""The features behind the entry “Checks”."""

FACTSHEETS = ("factsheets", "comparing", "history", "regional", "regional_editions")
"""The features behind the entry “Factsheets”."""


@dataclass(frozen=True)
class Tab:
    name: str
    label: str
    url: str


def checks() -> list[Tab]:
    """What of the checks the signed-in principal may open: one entry in the menu, a row of tabs on its pages."""
    who = principal()
    tabs = [
        ("duplicates", "person:compare", _("Duplicates")),
        ("elsewhere", "person:elsewhere", _("Other partners")),
        ("conflicts", "case:conflict", _("Conflicts of interest")),
    ]
    return [
        Tab(name, label, url_for(f"{name}.index"))
        for name, permission, label in tabs
        if who is not None and who.may(permission)
    ]


def entries() -> list[Entry]:
    """What the signed-in principal may go to, in order."""
    who = principal()
    if who is None:
        return []
    menu = [
        ("desk.home", "desk:see", _("My desk")),
        ("cases.index", "case:list", _("Cases")),
        ("duplicates.index", "person:compare", _("Checks")),
        ("diary.calendar", "calendar:see", _("Calendar")),
        ("supervision.team", "team:see", _("Team")),
        ("figures.index", "figures:see", _("Figures")),
        ("releases.index", "release:see", _("Releases")),
        ("editions.index", "edition:see", _("Factsheets")),
        ("accounts.users", "accounts:manage", _("Users and organisations")),
        ("procedures.index", "rules:see", _("Procedures")),
        ("letter_templates.index", "rules:edit", _("Letter templates")),
        ("workdays.index", "rules:edit", _("Working calendar")),
        ("reference.index", "codes:see", _("Code lists")),
        ("oversight.trail", "audit:see", _("Audit trail")),
    ]
    section = (request.endpoint or "").split(".")[0]
    section = "duplicates" if section in CHECKS else "figures" if section == "imports" else section
    section = "editions" if section in FACTSHEETS else section
    return [
        Entry(label, url_for(endpoint), endpoint.split(".")[0] == section)
        for endpoint, permission, label in menu
        if who.may(permission)
    ]
