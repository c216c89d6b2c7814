"""What the office pages of editions say in words: states, who waits for whom, what was found, what it is made of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from casework.core import clock, i18n
from casework.core.config import LANGUAGES
from casework.documents.pages import size_words
from casework.editions import checking, drafting, public_views, queries, rendering, texts
from casework.editions.models import Edition, EditionLanguage, Step

FILES = {
    rendering.PDF: _l("PDF to print"),
    rendering.XLSX: _l("Tables (XLSX)"),
    rendering.HXL_CSV: _l("All numbers (CSV with HXL tags)"),
    rendering.RDF_CSV: _l("Refugee Data Finder’s columns (CSV)"),
    rendering.RECORD: _l("Everything for programs (JSON)"),
}
"""What is told of each output; charts and the page itself are not in the list."""


# -- states ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class State:
    label: str
    tone: str
    icon: str


def state(row: EditionLanguage | None) -> State:
    """How far a language of an edition has come."""
    match row.step if row is not None else None:
        case Step.MAKING:
            return State(_("Files are being made"), "amber", "hourglass")
        case Step.READY:
            return State(_("Waits for approval"), "amber", "clock")
        case Step.RETURNED:
            return State(_("Sent back"), "red", "undo-2")
        case Step.PUBLISHED:
            return State(_("Published"), "teal", "globe")
        case Step.WITHDRAWN:
            return State(_("Withdrawn"), "", "archive")
    return State(_("Being written"), "", "pencil")


def is_written(row: EditionLanguage | None) -> bool:
    """Whether its texts can be changed: nobody has sent it in, or it came back."""
    return row is None or row.step == Step.RETURNED


def title(edition: Edition) -> str:
    """Names an edition at the head of its pages."""
    day = i18n.day(edition.as_of)
    if edition.is_regional:
        return str(_("%(area)s: factsheet as of %(day)s", area=area(edition), day=day))
    return str(_("Factsheet as of %(day)s", day=day))


def area(edition: Edition) -> str:
    """The country or region that an edition is about."""
    return str(drafting.AREAS[edition.area])


def number(edition: Edition) -> str:
    """The first edition of its day, or which correction it is."""
    if edition.is_discarded:
        return str(_("Discarded"))
    if edition.number == 1:
        return str(_("The first edition of this day"))
    return str(_("Edition %(number)s, a correction", number=edition.number))


def ago(when: datetime | None) -> str:
    """How many days ago something was, in words."""
    if when is None:
        return ""
    days = (clock.now() - when).days
    return str(ngettext("%(num)s day ago", "%(num)s days ago", days)) if days else str(_("today"))


def since(row: EditionLanguage | None) -> str:
    """Since when a language stands where it stands."""
    if row is None:
        return ""
    return ago(row.withdrawn_at or row.published_at or row.decided_at or row.submitted_at)


# -- the list --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tongue:
    """One language of an edition in the list."""

    name: str
    state: State
    since: str


@dataclass(frozen=True)
class Wait:
    """Who waits for whom. `url`: where the reader can end the wait."""

    words: str
    age: str
    url: str = ""


@dataclass(frozen=True)
class Row:
    """One edition in the list."""

    url: str
    day: str
    edition: str
    area: str
    languages: tuple[Tongue, ...]
    waits: tuple[Wait, ...]


def rows(editions: Sequence[Edition], who: UUID | None) -> list[Row]:
    """The list: a line for each edition that was not discarded."""
    return [
        Row(
            url=url_for("editions.show", edition_id=one.id),
            day=i18n.day(one.as_of),
            edition=number(one),
            area=area(one) if one.is_regional else "",
            languages=tuple(Tongue(i18n.NAMES[code], state(one.of(code)), since(one.of(code))) for code in LANGUAGES),
            waits=tuple(waits(one, who)),
        )
        for one in editions
        if not one.is_discarded
    ]


def waits(edition: Edition, who: UUID | None) -> list[Wait]:
    """What an edition waits for: approval by the reader first, then what others have to do."""
    found = []
    by_step = {step: [one for one in edition.languages if one.step == step] for step in Step}
    mine = [one for one in by_step[Step.READY] if one.submitted_by_id == who]
    for_me = [one for one in by_step[Step.READY] if one.submitted_by_id != who]
    if for_me:
        url = url_for("editions.review", edition_id=edition.id, language=for_me[0].language)
        words = _("Your approval: %(languages)s", languages=named(one.language for one in for_me))
        found.append(Wait(words, ago(min(one.submitted_at for one in for_me)), url))
    if mine:
        words = _("A second person’s approval: %(languages)s", languages=named(one.language for one in mine))
        found.append(Wait(words, ago(min(one.submitted_at for one in mine))))
    if by_step[Step.MAKING]:
        url = url_for("editions.show", edition_id=edition.id, going=1)
        found.append(Wait(_("The files to be made"), "", url))
    for one in by_step[Step.RETURNED]:
        url = url_for("editions.texts", edition_id=edition.id, language=one.language)
        words = _("Changes that were asked for: %(language)s", language=i18n.NAMES[one.language])
        found.append(Wait(words, ago(one.decided_at), url))
    unwritten = [code for code in LANGUAGES if edition.of(code) is None]
    if unwritten and not found:
        url = url_for("editions.show", edition_id=edition.id)
        found.append(Wait(_("Texts: %(languages)s", languages=named(unwritten)), ago(edition.created_at), url))
    return found


def named(codes: Iterable[str]) -> str:
    """Languages, each by its own name."""
    return ", ".join(i18n.NAMES[one] for one in codes)


# -- what the check found --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Found:
    """A finding with the way to the text it is about."""

    words: str
    is_blocking: bool
    url: str
    of: str = ""
    """The name of the text it is about, where the words do not give it."""


def found(edition: Edition, language: str, findings: Iterable[checking.Finding]) -> list[Found]:
    """Findings in the language of the page."""
    return [Found(str(one.message), one.is_blocking, _where(edition, language, one), _of(one)) for one in findings]


def kept(row: EditionLanguage) -> list[Found]:
    """What the check had found when a language was sent in."""
    return [Found(str(one.message), one.is_blocking, "", _of(one)) for one in map(checking.from_json, row.findings)]


_ABOUT_A_TEXT = ("placeholder", "loose", "unprintable")
"""Kinds of findings whose words do not name the text."""


def _of(finding: checking.Finding) -> str:
    named = {one.code: str(one.name) for one in texts.SECTIONS}
    return named.get(finding.section, "") if finding.kind in _ABOUT_A_TEXT else ""


OF_FIGURES = ("source", "as_of", "old", "unverified", "stale", "missing", "waiting")
"""Findings about numbers that others count: they are entered and verified elsewhere."""


def _where(edition: Edition, language: str, finding: checking.Finding) -> str:
    """Where something can be done about a finding: the text, the external figures, the release, the signed files."""
    if finding.section:
        anchor = f"section-{finding.section}"
        return url_for("editions.texts", edition_id=edition.id, language=language, _anchor=anchor)
    if edition.release is None:
        return url_for("regional.index")
    if finding.kind in OF_FIGURES:
        return url_for("figures.external")
    return url_for("releases.show", release_id=edition.release.id)


# -- files and addresses ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FileLink:
    label: str
    url: str
    size: str


def files(edition: Edition, row: EditionLanguage) -> list[FileLink]:
    """The outputs of a language to open, as they were made. Charts stand on the page."""
    made = {one.name: one for one in queries.files(row)}
    return [
        FileLink(
            str(words),
            url_for("editions.file", edition_id=edition.id, language=row.language, name=name),
            size_words(made[name].size),
        )
        for name, words in FILES.items()
        if name in made
    ]


def address(row: EditionLanguage) -> str:
    """Where everybody reads the newest edition of this day in this language: the address to give away."""
    return public_views.address_of_day(row)


# -- one edition -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Link:
    label: str
    url: str
    icon: str = ""


Fact = tuple[str, str, str]


def facts(edition: Edition, names: Mapping[UUID | None, str]) -> list[Fact]:
    """What an edition is made of: label, words, where to read more."""
    told: list[Fact] = [(str(_("Edition")), number(edition), "")]
    if edition.release is not None:
        url = url_for("releases.show", release_id=edition.release.id)
        told.append((str(_("Made of")), str(_("Release %(code)s", code=edition.release.code)), url))
    else:
        told.append((str(_("Made of")), str(_("Signed files of other countries")), url_for("regional.index")))
    if edition.corrects is not None:
        url = url_for("editions.show", edition_id=edition.corrects.id)
        told.append((str(_("Corrects")), number(edition.corrects), url))
    if edition.created_by_id in names:
        told.append((str(_("Begun by")), names[edition.created_by_id], ""))
    told.append((str(_("Begun")), i18n.moment(edition.created_at), ""))
    return told


@dataclass(frozen=True)
class Card:
    """One language of an edition on its overview."""

    code: str
    name: str
    state: State
    row: EditionLanguage | None
    findings: list[Found]
    files: list[FileLink]
    address: str
    history: tuple[str, ...]
    """Who sent it in, approved it, sent it back, withdrew it, and when: sentences."""
    is_mine: bool
    """The reader has sent it in."""

    @property
    def is_written(self) -> bool:
        return is_written(self.row)

    @property
    def blocks(self) -> int:
        """How many findings stand in the way."""
        return sum(one.is_blocking for one in self.findings)


def card(edition: Edition, code: str, names: Mapping[UUID | None, str], who: UUID | None) -> Card:
    """A language as it stands: checked as long as it is being written, with its files from then on."""
    row = edition.of(code)
    is_public = row is not None and row.step == Step.PUBLISHED
    has_files = row is not None and row.step in (Step.READY, Step.PUBLISHED)
    return Card(
        code=code,
        name=i18n.NAMES[code],
        state=state(row),
        row=row,
        findings=found(edition, code, checking.check(edition, code)) if is_written(row) else [],
        files=files(edition, row) if row is not None and has_files else [],
        address=address(row) if row is not None and is_public else "",
        history=tuple(history(row, names)) if row is not None else (),
        is_mine=row is not None and row.submitted_by_id == who,
    )


def history(row: EditionLanguage, names: Mapping[UUID | None, str]) -> Iterable[str]:
    """What happened to a language, in sentences."""
    unknown = _("the system")
    who, when = names.get(row.submitted_by_id, unknown), i18n.moment(row.submitted_at)
    yield _("Sent in by %(who)s on %(when)s.", who=who, when=when)
    if row.decided_at is not None:
        who, when = names.get(row.decided_by_id, unknown), i18n.moment(row.decided_at)
        if row.step == Step.RETURNED:
            yield _("Sent back by %(who)s on %(when)s.", who=who, when=when)
        else:
            yield _("Approved by %(who)s on %(when)s.", who=who, when=when)
    if row.withdrawn_at is not None:
        who, when = names.get(row.withdrawn_by_id, unknown), i18n.moment(row.withdrawn_at)
        yield _("Withdrawn by %(who)s on %(when)s.", who=who, when=when)


def people(edition: Edition) -> set[UUID | None]:
    """Whose names the pages of an edition need."""
    rows = edition.languages
    return {
        edition.created_by_id,
        *(one.submitted_by_id for one in rows),
        *(one.decided_by_id for one in rows),
        *(one.withdrawn_by_id for one in rows),
    }


# -- progress --------------------------------------------------------------------------------------------------------


def is_making(edition: Edition) -> bool:
    return any(one.step == Step.MAKING for one in edition.languages)


def progress(edition: Edition) -> dict[str, Any]:
    """How far the files are, for a progress bar: languages done and in all, whether it is over, the next in words."""
    sent = [one for one in edition.languages if one.step in (Step.MAKING, Step.READY)]
    left = [one for one in sent if one.step == Step.MAKING]
    words = _("All files are made.")
    if left:
        words = _("%(language)s: page, PDF and files. This takes a few seconds.", language=i18n.NAMES[left[0].language])
    return {"done": len(sent) - len(left), "total": len(sent), "is_over": not left, "words": str(words)}
