"""What the page of backups and the desk say about them, in words."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from casework.backups import queries
from casework.backups.models import Backup
from casework.backups.rules import Trouble
from casework.core import clock, i18n
from casework.core.scope import Principal

WHY = {
    Trouble.NO_FOLDER: _l("The folder for backups is not set or not there: look at the setting backup_dir."),
    Trouble.NO_RECIPIENT: _l("There is no public key to seal them to: look at the setting backup_recipient."),
    Trouble.NO_ROOM: _l("There was no room left on the disk. Make room, or keep fewer backups."),
    Trouble.NOT_WRITABLE: _l("The folder for backups cannot be written to by the user of the site."),
    Trouble.OTHER_TABLES: _l("The tables are not those of this version: run “casework db upgrade”."),
    Trouble.IN_THE_WAY: _l("There was a file of that name already."),
    Trouble.DAMAGED: _l("What was written did not read back as it should: have the disk checked."),
}


def why(failure: str) -> str:
    """Why there is no backup, and what to do."""
    if failure in set(Trouble):
        return str(WHY[Trouble(failure)])
    return _(
        "Something unexpected (%(place)s). Run “casework backup” on the server and report what it says.", place=failure
    )


def rows(found: list[Backup]) -> list[dict[str, Any]]:
    return [
        {
            "at": i18n.moment(one.began_at),
            "how": _("By itself, at night") if one.by_itself else _("By command"),
            "file": one.file,
            "state": _state(one),
            "note": why(one.failure) if one.failure else _("What it held was read back and compared."),
            "rows": _counted_rows(one.rows),
            "files": _counted_files(one.files),
            "size": _size(one.size),
            "seconds": _seconds(one),
            "sha256": (one.sha256 or "")[:16],
        }
        for one in found
    ]


def _state(one: Backup) -> tuple[str, str, str]:
    if one.failure:
        return _("Not made"), "red", "triangle-alert"
    if one.removed_at:
        return _("Gone"), "", "history"
    return _("Good"), "teal", "check"


def _counted_rows(rows: int | None) -> str:
    return ngettext("%(number)s row", "%(number)s rows", rows, number=i18n.number(rows)) if rows is not None else ""


def _counted_files(files: int | None) -> str:
    if files is None:
        return ""
    return ngettext("%(number)s file", "%(number)s files", files, number=i18n.number(files))


def _seconds(one: Backup) -> str:
    seconds = max(1, round((one.ended_at - one.began_at).total_seconds()))
    return ngettext("%(number)s second", "%(number)s seconds", seconds, number=i18n.number(seconds))


def _size(size: int | None) -> str | None:
    if size is None:
        return None
    return _("%(number)s MB", number=i18n.number(max(0.1, round(size / 1024 / 1024, 1))))


def verdict() -> dict[str, Any]:
    """What the page says first: whether a lost machine could be replaced."""
    last = queries.last_good()
    if last is None and not queries.is_set_up():
        return {
            "tone": "bad",
            "title": _("No backups are made"),
            "text": _("If this machine were lost today, everything in it would be lost. Set backups up as said below."),
        }
    if last is None:
        return {
            "tone": "bad",
            "title": _("There is no good backup yet"),
            "text": _(
                "One is made every night at half past one. To make one now, run “casework backup” on the server."
            ),
        }
    when = i18n.moment(last.began_at)
    if queries.is_overdue():
        return {
            "tone": "bad",
            "title": _("The last good backup is older than a day"),
            "text": _(
                "It is of %(when)s. Look below at why there is none since, then run “casework backup”.", when=when
            ),
        }
    if not queries.is_set_up():
        return {
            "tone": "warn",
            "title": _("Backups are made by hand only"),
            "text": _(
                "The last one is of %(when)s. Set them up as said below, so that nobody has to remember.", when=when
            ),
        }
    return {
        "tone": "ok",
        "title": _("Backups are made every night"),
        "text": _("The last good one is of %(when)s.", when=when),
    }


def desk_counts(who: Principal) -> list[dict[str, Any]]:
    """That there is no good backup of the last day, for whoever looks after the site; nothing when there is one."""
    if not who.may("backup:see") or queries.is_training_copy() or not queries.is_overdue():
        return []
    last = queries.last_good()
    url = url_for("backups.index")
    if last is None:
        return [{"value": 0, "label": _("good backups: set them up"), "url": url, "tone": "bad"}]
    hours = int((clock.now() - last.began_at).total_seconds() // 3600)
    return [{"value": hours, "label": _("hours since the last good backup"), "url": url, "tone": "bad"}]
