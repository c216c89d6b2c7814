"""What is known of the backups of this installation."""

from datetime import date, timedelta

from flask import current_app
from sqlalchemy import select

from casework.backups import rules
from casework.backups.models import Backup
from casework.core import clock
from casework.core.config import Settings
from casework.core.db import db

SHOWN = 60


def settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found


def is_set_up() -> bool:
    """Whether the site makes backups by itself every night."""
    return bool(settings().backup_dir and settings().backup_recipient)


def is_training_copy() -> bool:
    """Whether nothing here is worth a backup."""
    return settings().demo


def latest() -> list[Backup]:
    """The last attempts, the newest first."""
    return list(db.session.scalars(select(Backup).order_by(Backup.began_at.desc()).limit(SHOWN)))


def last_good() -> Backup | None:
    """The newest that was made and read back and is still kept."""
    good = select(Backup).where(Backup.failure.is_(None), Backup.removed_at.is_(None))
    return db.session.scalars(good.order_by(Backup.began_at.desc()).limit(1)).first()


def kept_by_themselves() -> list[Backup]:
    """Those of the nightly job that still lie in the folder, the newest first."""
    mine = select(Backup).where(Backup.by_itself, Backup.failure.is_(None), Backup.removed_at.is_(None))
    return list(db.session.scalars(mine.order_by(Backup.began_at.desc())))


def under_key(key_id: str) -> list[Backup]:
    """The kept backups that were made while this key was in the ring: they need it to be read."""
    kept = select(Backup).where(Backup.failure.is_(None), Backup.removed_at.is_(None))
    return [one for one in db.session.scalars(kept.order_by(Backup.began_at.desc())) if key_id in one.key_ids]


def is_overdue() -> bool:
    """Whether the last good one is older than a day, or there is none."""
    last = last_good()
    return rules.is_too_old(last.began_at if last else None, clock.now())


def kept_until() -> date | None:
    """The day by which every backup made by itself until today will have made room for newer ones.

    None where none are made, or where one is kept that somebody asked for: nobody can say how long.
    """
    asked_for = select(Backup.id).where(
        Backup.by_itself.is_(False), Backup.failure.is_(None), Backup.removed_at.is_(None)
    )
    if not is_set_up() or db.session.scalar(asked_for.limit(1)) is not None:
        return None
    return clock.today() + timedelta(days=settings().backup_keep)
