"""What has to be right before a language of an edition can be sent in, and what is worth a look."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import LazyString, force_locale, lazy_ngettext
from flask_babel import lazy_gettext as _l

from casework.core import clock, i18n
from casework.core.config import LANGUAGES
from casework.core.errors import DomainError
from casework.core.i18n import Text
from casework.editions import beginning, drafting, queries, rendering, rules, texts
from casework.editions.models import Edition
from casework.factsheets import content as contents
from casework.factsheets import document
from casework.figures import report
from casework.regional import queries as regional
from casework.releases import queries as releases
from casework.releases.rules import BLOCKING, digest

ENGLISH = LANGUAGES[0]
Json = Mapping[str, Any]


@dataclass(frozen=True)
class Finding:
    """Something that is not as it should be. `section`: the text it is about; empty: none of them."""

    kind: str
    is_blocking: bool
    message: Text
    section: str = ""

    def as_json(self) -> dict[str, Any]:
        """As edition_languages.findings keeps it."""
        message = {language: getattr(self.message, language) for language in LANGUAGES}
        return {"kind": self.kind, "is_blocking": self.is_blocking, "message": message, "section": self.section}


def from_json(found: Json) -> Finding:
    """A finding as it was kept when the language was sent in."""
    return Finding(found["kind"], found["is_blocking"], Text(**found["message"]), found["section"])


def blocking(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(one for one in findings if one.is_blocking)


def check(edition: Edition, language: str) -> tuple[Finding, ...]:
    """Everything found in a language as its texts stand now: what blocks first."""
    source = of_release(edition)
    if any(one.kind in ("bundles", "disclosure") for one in source):
        return source  # nothing that it says can be trusted
    figures = drafting.figures(edition)
    found = [
        *source,
        *_sums(edition),
        *_figures(figures, edition.as_of, edition.is_regional),
        *_texts(edition, language, figures),
    ]
    return tuple(sorted(found, key=lambda one: not one.is_blocking))


def _words(said: object) -> Text:
    """A sentence that is put into words when it is read, in every language."""
    found = []
    for language in LANGUAGES:
        with force_locale(language):
            found.append(str(said))
    return Text(*found)


def _stops(kind: str, said: object, section: str = "") -> Finding:
    return Finding(kind, True, _words(said), section)


def _warns(kind: str, said: object, section: str = "") -> Finding:
    return Finding(kind, False, _words(said), section)


# -- what the numbers come from ----------------------------------------------------------------------------------


def of_release(edition: Edition) -> tuple[Finding, ...]:
    """Whether what the numbers come from can be trusted: the frozen release, or every country's signed bundle."""
    if edition.is_regional:
        return tuple(_of_bundles(edition))
    release = edition.release
    if release is None or not release.is_frozen or release.publication is None:
        return (_stops("disclosure", _l("There is no frozen release behind this edition.")),)
    found = []
    if digest(release.publication.encode()) != release.digest:
        found.append(
            _stops(
                "disclosure",
                _l("The release %(release)s is not what was frozen: its hash is another.", release=release.code),
            )
        )
    if not (release.report or {}).get("is_safe"):
        found.append(
            _stops(
                "disclosure",
                _l("The attack on the release %(release)s did not find it safe.", release=release.code),
            )
        )
    latest = releases.latest_frozen(release.as_of)
    if latest is not None and latest.edition > release.edition:
        found.append(
            _stops(
                "superseded",
                _l(
                    "The release %(release)s was corrected by %(latest)s. Go on with an edition of that one.",
                    release=release.code,
                    latest=latest.code,
                ),
            )
        )
    return tuple(found)


def _of_bundles(edition: Edition) -> Iterator[Finding]:
    try:
        regional.opened(edition.bundles)
    except DomainError as error:
        yield _stops("bundles", error.message)
    for one in map(regional.by_digest, edition.bundles):
        if one is not None and not one.is_standing:
            yield _stops(
                "superseded",
                _l(
                    "Another file has taken the place of %(edition)s. Go on with an edition of that one.",
                    edition=one.code,
                ),
            )


def _sums(edition: Edition) -> Iterator[Finding]:
    """What the release found: sums, what is missing or not verified; in the way until an officer has explained it."""
    if edition.release is None:
        return
    for one in releases.publication(edition.release)["findings"]:
        is_open = one["kind"] in BLOCKING and not one["explanation"]
        kind = "old" if one["kind"] == "stale" else one["kind"]  # stale is said of translations
        yield Finding(kind, is_open, Text(**one["message"]))


def _figures(figures: Sequence[Json], as_of: date, is_regional: bool) -> Iterator[Finding]:
    for one in _each(figures):
        name = one["name"] if isinstance(one["name"], str) else Text(**one["name"])
        if one["value"] is None and not one["hidden"]:
            continue
        if not one["source"]:
            yield _stops("source", _l("“%(figure)s” has no source.", figure=name))
        if not one["as_of"]:
            yield _stops("as_of", _l("“%(figure)s” does not say of which day it is.", figure=name))
            continue
        day = date.fromisoformat(one["as_of"])
        if day > clock.today():
            yield _stops(
                "as_of",
                _l("“%(figure)s” is of %(day)s, which is in the future.", figure=name, day=LazyString(i18n.day, day)),
            )
        if not is_regional:
            continue  # what is old or not verified a release has found by itself
        if report.is_old(day, as_of):
            yield _warns(
                "old",
                _l(
                    "“%(figure)s” is of %(day)s: more than a year and a half before the day of the sheet.",
                    figure=name,
                    day=LazyString(i18n.day, day),
                ),
            )
        if not one.get("verified", True):
            yield _warns(
                "unverified",
                _l("“%(figure)s”: nobody but the one who entered it has seen it.", figure=name),
            )


def _each(figures: Iterable[Json]) -> Iterator[Json]:
    for one in figures:
        yield one
        yield from _each((*one["parts"], *one["components"]))


# -- texts -------------------------------------------------------------------------------------------------------


def _texts(edition: Edition, language: str, figures: Sequence[Json]) -> Iterator[Finding]:
    rows, declared = queries.texts(edition), {one.code: one for one in texts.SECTIONS}
    for section in beginning.sections(edition):
        row, english = rows.get((section, language)), rows.get((section, ENGLISH))
        name = declared[section].name
        written = row.text.strip() if row is not None else ""
        if not written:
            if section == rules.CORRECTION:
                yield _stops("correction", _l("Say what was wrong in the edition before, and why."), rules.CORRECTION)
            elif language != ENGLISH and queries.is_missing(row, english):
                yield _stops("untranslated", _l("“%(text)s” is not translated.", text=name), section)
            elif declared[section].is_required:
                yield _stops("required", _l("“%(text)s” is empty.", text=name), section)
            continue
        if queries.is_stale(row, english):
            yield _stops(
                "stale",
                _l(
                    "“%(text)s” was translated from an English text that was changed since. Bring it up to date, or "
                    "confirm that it still holds.",
                    text=name,
                ),
                section,
            )
        if section == rules.EXPLAINED:
            yield from _explained(edition, written)
        yield from _of_text(edition, section, language, written, figures)


def _explained(edition: Edition, written: str) -> Iterator[Finding]:
    """Whether there is a paragraph for each of what the release explains: the sheet tells them in their order."""
    wanted = len(beginning.explained(edition))
    if len(contents.paragraphs(written)) != wanted:
        yield _stops(
            "explained",
            lazy_ngettext(
                "“What does not add up” needs %(num)s paragraph, as was signed with the release.",
                "“What does not add up” needs %(num)s paragraphs, one for each that was signed with the release.",
                wanted,
            ),
            rules.EXPLAINED,
        )


def _of_text(edition: Edition, section: str, language: str, written: str, figures: Sequence[Json]) -> Iterator[Finding]:
    """What can be wrong with one text: placeholders, letters, numbers typed by hand."""
    try:
        with force_locale(language):
            resolved = drafting.resolved(edition, written, figures)
    except texts.UnknownFigure as error:
        yield _stops(
            "placeholder",
            _l("{%(name)s} names no published number, or one that is withheld.", name=error.name),
            section,
        )
    else:
        loose = texts.loose_numbers(written, figures)
        if loose:
            yield _warns(
                "loose",
                _l("Typed by hand and not among the published numbers: %(numbers)s.", numbers="; ".join(loose)),
                section,
            )
        written = resolved
    missing = document.unprintable(written)
    if missing:
        yield unprintable(missing, section)


def unprintable(characters: str, section: str = "") -> Finding:
    """Letters that the fonts of the PDF do not have; none given: it could not be set for another reason."""
    if not characters:
        return _stops("unprintable", _l("The PDF could not be made. Tell whoever looks after the system."))
    named = " ".join(f"{one} (U+{ord(one):04X})" if one.isprintable() else f"U+{ord(one):04X}" for one in characters)
    return _stops(
        "unprintable",
        _l("The PDF has no letter for: %(characters)s. Write them otherwise.", characters=named),
        section,
    )


# -- files -------------------------------------------------------------------------------------------------------


def of_files(made: Iterable[rendering.File]) -> list[Finding]:
    """What is worth a look once the files are there."""
    pages = next((document.pages(one.content) for one in made if one.name == rendering.PDF), 0)
    if pages <= rules.MOST_PAGES:
        return []
    return [
        _warns(
            "long",
            lazy_ngettext(
                "The PDF has %(num)s page. It is meant to have two at most.",
                "The PDF has %(num)s pages. It is meant to have two at most.",
                pages,
            ),
        )
    ]
