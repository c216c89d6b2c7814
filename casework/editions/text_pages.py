"""What the editor of an edition shows beside its fields: English, what became of it, how a text will read, numbers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from casework.core import i18n
from casework.core.config import LANGUAGES
from casework.editions import beginning, drafting, queries, rules, texts
from casework.editions.models import Edition, EditionText
from casework.factsheets.content import in_one_line, paragraphs
from casework.releases import reading

Json = Mapping[str, Any]
ENGLISH = LANGUAGES[0]
_BY_LINE = ("title", "contacts")


@dataclass(frozen=True)
class Reading:
    """A text as readers will see it, its numbers put in; or why it cannot be read."""

    paragraphs: tuple[str, ...]
    fault: str = ""

    @property
    def as_json(self) -> dict[str, Any]:
        return {"paragraphs": list(self.paragraphs), "fault": self.fault}


def read(edition: Edition, language: str, text: str, figures: Sequence[Json], section: str = "") -> Reading:
    """How a text will read in a language, with the numbers of the edition's release, in the section's paragraphs."""
    try:
        with force_locale(language):
            resolved = drafting.resolved(edition, text, figures)
    except texts.UnknownFigure as error:
        return Reading((), _("{%(name)s} names no published number, or one that is withheld.", name=error.name))
    return Reading(tuple(_paragraphs(section, resolved)))


def _paragraphs(section: str, text: str) -> Iterator[str]:
    """As the sheet makes them: of a message its title and the rest, of contacts the lines."""
    title, _line, rest = text.strip().partition("\n")
    found = paragraphs(text)
    if section in texts.MESSAGES:
        found = (title, in_one_line(rest))
    elif section in _BY_LINE:
        found = tuple(text.splitlines())
    yield from (one.strip() for one in found if one.strip())


@dataclass(frozen=True)
class Piece:
    """One section in the editor."""

    code: str
    field: str
    name: str
    hint: str
    is_required: bool
    rows: int
    english: tuple[str, ...]
    """Its paragraphs, where a translation is written."""
    was: str
    """What the English said when this was translated, where that is still known."""
    is_stale: bool
    is_missing: bool
    reading: Reading
    edited: str
    """By whom and when, in words; empty for what came from the edition before."""


def sections(edition: Edition) -> list[texts.Section]:
    """The sections that this edition has, in the order of the sheet."""
    known = {one.code: one for one in texts.SECTIONS}
    # Why there is a correction is what its author has to say, and is said first.
    return sorted((known[code] for code in beginning.sections(edition)), key=lambda one: one.code != rules.CORRECTION)


def pieces(
    edition: Edition,
    language: str,
    rows: queries.Texts,
    typed: Mapping[str, str],
    names: Mapping[UUID | None, str],
) -> list[Piece]:
    """The sections with what stands beside each. `typed`: the texts that are in the fields now."""
    figures = drafting.figures(edition)
    return [_piece(edition, language, one, rows, typed.get(one.code, ""), figures, names) for one in sections(edition)]


def _piece(
    edition: Edition,
    language: str,
    section: texts.Section,
    rows: queries.Texts,
    typed: str,
    figures: Sequence[Json],
    names: Mapping[UUID | None, str],
) -> Piece:
    row, english = rows.get((section.code, language)), rows.get((section.code, ENGLISH))
    is_translated = language != ENGLISH
    is_stale = queries.is_stale(row, english)
    return Piece(
        code=section.code,
        field=f"text_{section.code}",
        name=str(section.name),
        hint=str(section.hint),
        is_required=section.is_required or section.code == rules.CORRECTION,
        rows=section.rows,
        english=tuple((english.text if english is not None else "").splitlines()) if is_translated else (),
        was=_was(row, english) if is_stale else "",
        is_stale=is_stale,
        is_missing=is_translated and queries.is_missing(row, english),
        reading=read(edition, language, typed, figures, section.code),
        edited=_edited(row, names),
    )


def _was(row: EditionText | None, english: EditionText | None) -> str:
    """The English that a translation was written for, when it is the one before the present one."""
    former: str = ((english.former if english is not None else None) or {}).get("text", "")
    is_that = row is not None and rules.digest_of_text(former) == row.translates
    return former if is_that else ""


def _edited(row: EditionText | None, names: Mapping[UUID | None, str]) -> str:
    if row is None or row.edited_by_id not in names:
        return ""
    return str(_("%(who)s, %(when)s", who=names[row.edited_by_id], when=i18n.moment(row.edited_at)))


# -- numbers to put in -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Number:
    """A number that a text can name, with what would be printed. `what`: its name."""

    placeholder: str
    value: str
    what: str


def numbers(edition: Edition, language: str) -> list[Number]:
    """Everything that can be put into a text: the day, the area, and every number that the sheet shows."""
    found = [
        Number("{as_of}", _in(language, edition, "{as_of}"), _("The day of the factsheet")),
        Number("{area}", _in(language, edition, "{area}"), _("The country or region")),
    ]
    for one in _each(drafting.figures(edition)):
        placeholder = "{" + one["code"] + "}"
        value = read(edition, language, placeholder, drafting.figures(edition))
        if value.paragraphs:
            found.append(Number(placeholder, value.paragraphs[0], reading.said(one["name"])))
    return found


def _in(language: str, edition: Edition, placeholder: str) -> str:
    return " ".join(read(edition, language, placeholder, drafting.figures(edition)).paragraphs)


def _each(figures: Iterable[Json]) -> Iterator[Json]:
    for one in figures:
        yield one
        yield from _each((*one["parts"], *one["components"]))


def tongues(edition: Edition, endpoint: str, current: str) -> list[dict[str, Any]]:
    """The same page of an edition in every language."""
    return [
        {
            "code": code,
            "name": i18n.NAMES[code],
            "url": url_for(endpoint, edition_id=edition.id, language=code),
            "is_current": code == current,
        }
        for code in LANGUAGES
    ]
