"""Loading and editing code lists. Nothing is deleted: an item is retired, and goes on explaining old records."""

import csv
import json
from datetime import date
from pathlib import Path

from flask import g
from flask_babel import gettext as _
from sqlalchemy import select

from casework.core.db import db
from casework.core.errors import DomainError
from casework.reference.models import CodeItem

SEED = Path(__file__).parent / "seed"
ALWAYS = date(1900, 1, 1)


def seed() -> int:
    """Add the shipped items that are not there yet. What an administrator edited stays as edited. Counts new ones."""
    have = {tuple(row) for row in db.session.execute(select(CodeItem.list, CodeItem.code, CodeItem.effective_from))}
    added = 0
    for path in sorted(SEED.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if "list" not in row:
                    break  # external_figures.csv has columns of its own
                effective_from = date.fromisoformat(row["effective_from"]) if row["effective_from"] else ALWAYS
                if (row["list"], row["code"], effective_from) in have:
                    continue
                db.session.add(
                    CodeItem(
                        list=row["list"],
                        code=row["code"],
                        position=int(row["position"]),
                        label_en=row["label_en"],
                        label_ru=row["label_ru"],
                        label_kk=row["label_kk"],
                        effective_from=effective_from,
                        retired_on=date.fromisoformat(row["retired_on"]) if row["retired_on"] else None,
                        attributes=json.loads(row["attributes"]) if row["attributes"] else {},
                        source=row["source"],
                        is_confirmed=row["confirmed"] == "yes",
                    )
                )
                added += 1
    db.session.flush()
    g.pop("code_lists", None)
    return added


def change(
    item: CodeItem,
    *,
    label_en: str,
    label_ru: str,
    label_kk: str,
    position: int,
    is_confirmed: bool,
    source: str,
) -> None:
    item.label_en, item.label_ru, item.label_kk = label_en, label_ru, label_kk
    item.position, item.is_confirmed, item.source = position, is_confirmed, source
    db.session.flush()


def add(
    list_name: str,
    code: str,
    *,
    label_en: str,
    label_ru: str,
    label_kk: str,
    effective_from: date,
    source: str,
) -> CodeItem:
    """A new item at the end of its list."""
    same = db.session.scalar(select(CodeItem).where(CodeItem.list == list_name, CodeItem.code == code))
    if same is not None:
        raise DomainError(_("This list already has the code %(code)s.", code=code), "code")
    last = db.session.scalars(select(CodeItem.position).where(CodeItem.list == list_name)).all()
    item = CodeItem(
        list=list_name,
        code=code,
        position=max(last, default=0) + 10,
        label_en=label_en,
        label_ru=label_ru,
        label_kk=label_kk,
        effective_from=effective_from,
        retired_on=None,
        attributes={},
        source=source,
    )
    db.session.add(item)
    db.session.flush()
    return item


def retire(item: CodeItem, on: date) -> None:
    """From this day on it is not offered any more; what was recorded with it stays readable."""
    if on < item.effective_from:
        raise DomainError(_("An item cannot be retired before it took effect."), "retired_on")
    item.retired_on = on
    db.session.flush()
