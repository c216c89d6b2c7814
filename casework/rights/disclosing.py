"""Everything that is kept of a person, put together for them: to read, in their language, or for another program.

Not in it: what is about others, what colleagues wrote for themselves (`words.NOT_TOLD` says what and why).
"""

import io
import json
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from typing import Any
from uuid import UUID

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from casework.accounts.queries import organisation
from casework.core import clock, i18n, storage
from casework.core.audit import AuditEntry
from casework.core.columns import sealed_groups
from casework.core.db import db
from casework.core.errors import DomainError
from casework.core.typesetting import missing_characters, tagged_pdf
from casework.documents.models import Document
from casework.persons.models import Person
from casework.reference import queries as codes
from casework.rights import queries, reaching, words

MOST_BYTES = 100 * 1024 * 1024
_SOURCE = Path(__file__).with_name("paper.typ")
LANGUAGES = {"kaz": "kk", "rus": "ru", "eng": "en"}
"""The languages of the system that somebody may speak."""


@dataclass
class Section:
    title: str
    records: list[list[tuple[str, str]]] = field(default_factory=list)
    """Pairs of label and value, record by record."""


@dataclass
class Disclosure:
    """What a person is given."""

    number: str
    language: str
    title: str
    intro: list[str]
    sections: list[Section]
    data: dict[str, Any]
    documents: list[Document]

    def as_zip(self) -> bytes:
        """Both, with the files themselves. In memory only: nothing of it may lie open on a disk."""
        if sum(one.size for one in self.documents) > MOST_BYTES:
            raise DomainError(_("The files are too large for one archive. Download them one by one from the cases."))
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr("data.pdf", self.as_pdf())
            archive.writestr("data.json", self.as_json())
            for place, one in enumerate(self.documents, 1):
                name = PurePosixPath((one.details.name or "").replace("\\", "/")).name or "file"
                archive.writestr(f"files/{place:02}-{name}", b"".join(storage.read(one.place)))
        return made.getvalue()

    def as_pdf(self) -> bytes:
        return paper(self.title, self.language, self.intro, self.sections)

    def as_json(self) -> bytes:
        return json.dumps(self.data, ensure_ascii=False, indent=1).encode()


def language_of(person: Person) -> str:
    """The first language of the person that the system speaks, else Russian."""
    return next((LANGUAGES[one] for one in person.languages if one in LANGUAGES), "ru")


def disclosure(person: Person) -> Disclosure:
    reach = reaching.find(person)
    language = language_of(person)
    with force_locale(language):
        rows = _rows(reach)
        opened = _opened(person)
        told = queries.told(reach)
        sections = [
            Section(str(words.SHOWN[name][0]), [_pairs(name, row) for row in found]) for name, found in rows.items()
        ]
        sections.append(Section(_("Who was told of you"), [[(_("Organisation"), one)] for one in told]))
        sections.append(Section(_("Who opened your record"), [_opening(one) for one in opened]))
        mine = organisation(person.organisation_id)
        return Disclosure(
            person.number,
            language,
            _("What %(organisation)s keeps about you", organisation=mine.name if mine is not None else ""),
            [
                _("Record %(number)s. Made on %(day)s.", number=person.number, day=i18n.day(clock.today())),
                _("Not in it: what is about other people, and what our staff wrote for their own work."),
                _("You are counted in our statistics without your name; nobody can find you in them."),
                _("You may ask us to correct something, to stop a use, or to erase everything."),
            ],
            [one for one in sections if any(one.records)],
            {
                "record": person.number,
                "made_on": clock.today().isoformat(),
                "data": {name: [_plain(name, row) for row in found] for name, found in rows.items() if found},
                "told": told,
                "opened": [{"month": month, "role": role, "times": times} for month, role, times in opened],
            },
            [one for one in rows["documents"] if one.place.path.exists()],
        )


def _rows(reach: reaching.Reach) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for name in words.SHOWN:
        rows = [*reach.emptied.get(name, []), *reach.deleted.get(name, [])]
        if name == "cases":
            rows += reach.shared
        elif name not in reach.emptied and name not in reach.deleted:
            rows = _coded(name, reach.ids.get(name, set()))
        found[name] = [row for row in rows if _stands(row)]
    return found


def _coded(name: str, ids: set[UUID]) -> list[Any]:
    """Rows without words, which an erasure does not even load."""
    model = next(part.model for part in reaching.parts() if part.name == name)
    return list(db.session.scalars(select(model).where(model.id.in_(list(ids))))) if ids else []


def _stands(row: Any) -> bool:
    return getattr(row, "voided_at", None) is None and getattr(row, "replaced_at", None) is None


def _values(name: str, row: Any) -> Iterator[tuple[str, Any]]:
    """The fields of a row that are told, by what they are called here, in their order."""
    held: dict[str, Any] = {}
    for attribute in row.__mapper__.column_attrs:
        if not attribute.columns[0].info.get("sealed"):
            held[words.RENAMED.get((name, attribute.key), attribute.key)] = getattr(row, attribute.key)
    for group in sealed_groups(type(row)):
        if f"{name}.{group}" in words.NOT_TOLD_FIELDS:
            continue
        told = asdict(getattr(row, group))
        if set(told) == {"text"} and name != "cases":
            held[group] = told["text"]
        else:
            held |= {words.RENAMED.get((name, key), key): value for key, value in told.items()}
    for wanted in words.SHOWN[name][1]:
        yield wanted, held.get(wanted)


def _plain(name: str, row: Any) -> dict[str, Any]:
    return {key: _json(value) for key, value in _values(name, row) if value not in (None, "", [])}


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def _pairs(name: str, row: Any) -> list[tuple[str, str]]:
    found = ((str(words.LABELS[key]), _said(name, key, value)) for key, value in _values(name, row))
    return [(label, value) for label, value in found if value]


def _said(name: str, key: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return i18n.moment(value)
    if isinstance(value, date):
        return i18n.day(value)
    if isinstance(value, list):
        return "; ".join(filter(None, (_said(name, key, one) for one in value)))
    if isinstance(value, dict):  # a document with its number
        return " ".join(
            str(one) for one in (codes.label("document_type", value.get("type")), value.get("number")) if one
        )
    if value is None:
        return ""
    if name == "status_entries" and key in ("code", "reason"):
        return _status(value)
    listed = words.CODES.get(f"{name}.{key}") or words.CODES.get(key)
    return codes.label(listed, str(value)) if listed else str(value)


def _status(code: str) -> str:
    """A code of one of the histories, or why it changed, in words."""
    lists = ("displacement_status", "nationality_status", "region", "registration", "flow")
    return next((codes.label(one, code) for one in lists if codes.item(one, code) is not None), code)


# -- who opened it ---------------------------------------------------------------------------------------------------


def _opened(person: Person) -> list[tuple[str, str, int]]:
    """Month, role and how many times: who of the staff it was the trail says, to those who read it."""
    rows = select(AuditEntry.at, AuditEntry.actor_role).where(
        AuditEntry.subject_id == person.id, AuditEntry.action.in_(("person:open", "person:details", "case:open"))
    )
    found = Counter((f"{at.astimezone(clock.ALMATY):%Y-%m}", role) for at, role in db.session.execute(rows))
    return [(month, role, times) for (month, role), times in sorted(found.items())]


def _opening(one: tuple[str, str, int]) -> list[tuple[str, str]]:
    month, role, times = one
    when = i18n.month_name(date.fromisoformat(f"{month}-01"))
    return [(when, f"{codes.label('role', role)}: {i18n.number(times)}")]


# -- paper ---------------------------------------------------------------------------------------------------------


def paper(title: str, language: str, intro: list[str], sections: list[Section]) -> bytes:
    """The words as a tagged PDF. A letter that no shipped font has becomes a question mark."""
    said: dict[str, Any] = {
        "title": title,
        "language": language,
        "intro": intro,
        "sections": [
            {"title": one.title, "records": [list(map(list, each)) for each in one.records if each]} for one in sections
        ],
    }
    missing = missing_characters([json.dumps(said, ensure_ascii=False)])
    return tagged_pdf(_SOURCE, "paper", _without(said, str.maketrans(dict.fromkeys(missing, "?"))))


def _without(value: Any, letters: Any) -> Any:
    if isinstance(value, str):
        return value.translate(letters)
    if isinstance(value, list):
        return [_without(one, letters) for one in value]
    if isinstance(value, dict):
        return {key: _without(one, letters) for key, one in value.items()}
    return value
