"""How a share reads: the one function behind the preview, the receiver's page and the sheet on paper.

It is given the share and nothing else, so it cannot show what the share does not hold.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _

from casework.core import i18n
from casework.reference import queries as codes
from casework.referrals.fields import GROUPS, of_group
from casework.referrals.models import Share, SharedFile, SharedRelative

Rows = list[tuple[str, Any]]


@dataclass(frozen=True)
class Section:
    title: str
    rows: Rows


@dataclass(frozen=True)
class Told:
    """A session, as far as it is told."""

    when: str
    title: str
    text: str


@dataclass(frozen=True)
class File:
    id: str
    title: str
    kind: str
    size: int


@dataclass(frozen=True)
class Sheet:
    """A share in one language."""

    made: str
    asks: str
    sections: list[Section]
    contact_rule: list[str]
    sessions: list[Told]
    files: list[File]
    needs: list[str]

    @property
    def is_empty(self) -> bool:
        return not (self.sections or self.sessions or self.files or self.needs)

    def words(self) -> Iterator[str]:
        """Every word on it."""
        yield from (self.made, self.asks, *self.contact_rule, *self.needs)
        for section in self.sections:
            yield section.title
            for label, value in section.rows:
                yield label
                yield from value if isinstance(value, list) else [str(value)]
        for told in self.sessions:
            yield from (told.when, told.title, told.text)
        for file in self.files:
            yield from (file.title, file.kind)


def sheet(share: Share) -> Sheet:
    """What somebody reads who is given this share, in the language of the page."""
    sections = [Section(str(group.words), _rows(share, group.name)) for group in GROUPS]
    family = [(_relation(one), _kin(one)) for one in share.relatives]
    if family:
        sections.append(Section(_("Family"), list(family)))
    return Sheet(
        made=i18n.day(_day(share.made_on)),
        asks=share.asks or "",
        sections=[one for one in sections if one.rows],
        contact_rule=share.contact_rule.get(i18n.language(), []),
        sessions=[Told(i18n.day(_day(one.held_on)), one.title or "", one.summary or "") for one in share.sessions],
        files=[_shown(one) for one in share.documents],
        needs=[codes.label("specific_need", code) for code in share.needs],
    )


def _rows(share: Share, group: str) -> Rows:
    return [(one.label, one.said(share.fields[one.name])) for one in of_group(group) if one.name in share.fields]


def _relation(one: SharedRelative) -> str:
    words = codes.label("relationship", one.relationship)
    return words if one.is_theirs else _("For them this person is: %(relation)s", relation=words)


def _kin(one: SharedRelative) -> str:
    sex = codes.label("sex", one.sex) if one.sex not in (None, "U") else ""
    return ", ".join(part for part in (one.name, str(one.birth_year or ""), sex) if part)


def _shown(one: SharedFile) -> File:
    kind = codes.label("document_type", one.kind)
    return File(one.document_id, one.title or kind, kind, one.size)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
