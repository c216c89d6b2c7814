"""Shipped and uploaded templates of letters: keeping them once they are found sound."""

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from flask_babel import gettext as _
from sqlalchemy import select

from casework.core.config import LANGUAGES
from casework.core.db import db
from casework.core.errors import DomainError
from casework.letters.checking import Checked, checked
from casework.letters.models import Content, LetterTemplate

SEED = Path(__file__).parent / "seed"


@dataclass
class Facts:
    """What is told of a template, beside its file."""

    code: str
    language: str
    label_en: str
    label_ru: str
    label_kk: str
    tracks: list[str]
    addressee: str
    effective_from: date
    source: str
    position: int = 100
    reminds: bool = False
    reply_value: int | None = None
    reply_unit: str | None = None
    is_confirmed: bool = False


class Unsound(DomainError):
    """A template that is not kept, with all that is wrong with it."""

    def __init__(self, found: Checked) -> None:
        super().__init__(_("This file cannot be a template. See below what is wrong with it."), "file")
        self.found = found


def seed() -> int:
    """Add the shipped templates that are not there yet. What an administrator put in their place stays."""
    columns = (LetterTemplate.code, LetterTemplate.language, LetterTemplate.effective_from)
    have = {tuple(row) for row in db.session.execute(select(*columns))}
    added = 0
    with (SEED / "templates.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for language in LANGUAGES:
                facts = _shipped(row, language)
                if (facts.code, facts.language, facts.effective_from) not in have:
                    docx = (SEED / f"{facts.code.lower()}_{language}.docx").read_bytes()
                    _keep(docx, facts, checked(docx, with_trial=False))  # a test tries every shipped one
                    added += 1
    db.session.flush()
    return added


def _shipped(row: dict[str, str], language: str) -> Facts:
    return Facts(
        code=row["code"],
        language=language,
        label_en=row["label_en"],
        label_ru=row["label_ru"],
        label_kk=row["label_kk"],
        tracks=row["tracks"].split(),
        addressee=row["addressee"],
        effective_from=date.fromisoformat(row["effective_from"]),
        source=row["source"],
        position=int(row["position"]),
        reminds=row["reminds"] == "yes",
        reply_value=int(row["reply_value"]) if row["reply_value"] else None,
        reply_unit=row["reply_unit"] or None,
        is_confirmed=row["confirmed"] == "yes",
    )


def upload(docx: bytes, facts: Facts) -> LetterTemplate:
    """Keep a new version of a template, or a new template; Unsound with all that is wrong with the file."""
    found = checked(docx)
    if not found.is_sound:
        raise Unsound(found)
    same = select(LetterTemplate.id).where(
        LetterTemplate.code == facts.code,
        LetterTemplate.language == facts.language,
        LetterTemplate.effective_from == facts.effective_from,
    )
    if db.session.scalar(same) is not None:
        raise DomainError(
            _("There is a version of this template from that day already. Choose another day."), "effective_from"
        )
    if (facts.reply_value is None) != (facts.reply_unit is None):
        raise DomainError(_("Give both the number and its unit, or neither."), "reply_value")
    template = _keep(docx, facts, found)
    db.session.flush()
    return template


def _keep(docx: bytes, facts: Facts, found: Checked) -> LetterTemplate:
    template = LetterTemplate(**vars(facts), fields=list(found.fields), needed=list(found.needed), retired_on=None)
    template.content = Content.of(docx)
    db.session.add(template)
    return template


def retire(template: LetterTemplate, on: date) -> None:
    """From this day on it is not offered any more; letters written from it stay."""
    if on < template.effective_from:
        raise DomainError(_("A template cannot be retired before it took effect."), "retired_on")
    template.retired_on = on
    db.session.flush()
