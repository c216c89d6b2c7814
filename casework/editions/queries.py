"""Which editions there are, what they say, and whether it is what was sent in. What is public: published.py."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from casework.core.config import LANGUAGES
from casework.core.db import db
from casework.core.scope import principal
from casework.editions import rules
from casework.editions.models import Edition, EditionFile, EditionLanguage, EditionText, Step
from casework.editions.policy import may_see
from casework.releases import queries as releases
from casework.releases.models import Release
from casework.releases.rules import digest

# -- at work -----------------------------------------------------------------------------------------------------


def editions() -> list[Edition]:
    """All of them, with their languages: the newest day first, of a day the newest edition; discarded ones last."""
    if not may_see(principal()):
        return []
    found = db.session.scalars(select(Edition).options(selectinload(Edition.languages)))
    return sorted(found, key=lambda one: (not one.is_discarded, one.as_of, one.number, one.area), reverse=True)


def edition(edition_id: UUID) -> Edition | None:
    return db.session.get(Edition, edition_id) if may_see(principal()) else None


def of_day(area: str, as_of: date) -> list[Edition]:
    """The editions of a day that were not discarded, in their order."""
    found = select(Edition).where(Edition.area == area, Edition.as_of == as_of, Edition.number > 0)
    return list(db.session.scalars(found.order_by(Edition.number)))


def of_release(release: Release) -> list[Edition]:
    """The editions made from a release, in their order."""
    found = select(Edition).where(Edition.release_id == release.id, Edition.number > 0)
    return list(db.session.scalars(found.order_by(Edition.number)))


def newer(edition: Edition) -> Edition | None:
    """The latest edition of the same day, if that is another one."""
    latest = of_day(edition.area, edition.as_of)[-1:]
    return latest[0] if latest and latest[0].number > edition.number else None


def latest(area: str) -> Edition | None:
    """The latest edition of the latest day: what a new one takes its texts from."""
    found = select(Edition).where(Edition.area == area, Edition.number > 0)
    return db.session.scalars(found.order_by(Edition.as_of.desc(), Edition.number.desc())).first()


def lowest_number(area: str, as_of: date) -> int:
    """Below 0 when editions of this day were discarded, else 0."""
    lowest = select(func.min(Edition.number)).where(Edition.area == area, Edition.as_of == as_of)
    return min(0, db.session.scalar(lowest) or 0)


def waiting() -> list[EditionLanguage]:
    """What waits for a second person, the longest wait first."""
    if not may_see(principal()):
        return []
    return _at(Step.READY)


def returned() -> list[EditionLanguage]:
    """What was sent back and not sent in again, the longest ago first; not of editions that were discarded."""
    return _at(Step.RETURNED) if may_see(principal()) else []


def _at(step: Step) -> list[EditionLanguage]:
    found = select(EditionLanguage).where(EditionLanguage.step == step)
    return list(db.session.scalars(found.order_by(EditionLanguage.submitted_at)))


def first_sent_in(edition: Edition, language: str) -> EditionLanguage | None:
    """Another language of the edition whose content stands: the one published first, else the one sent in first."""
    others = [one for one in edition.languages if one.language != language and one.step != Step.RETURNED]
    return min(others, key=lambda one: (not one.is_public, one.published_at or one.submitted_at), default=None)


def withdrawn_releases() -> set[UUID]:
    """Releases whose sheets were all withdrawn: no language of them stands."""
    pairs = db.session.execute(
        select(Edition.release_id, EditionLanguage.step)
        .join(EditionLanguage, EditionLanguage.edition_id == Edition.id)
        .where(Edition.release_id.is_not(None), EditionLanguage.step.in_((Step.PUBLISHED, Step.WITHDRAWN)))
    )
    steps: dict[UUID | None, set[str]] = {}
    for release_id, step in pairs:
        steps.setdefault(release_id, set()).add(step)
    return {one for one, found in steps.items() if one is not None and Step.PUBLISHED not in found}


def releases_to_publish() -> list[Release]:
    """Frozen releases that have no edition yet and were not corrected since: the newest day first."""
    taken = set(db.session.scalars(select(Edition.release_id).where(Edition.number > 0)))
    latest = {one.as_of: one for one in sorted(releases.frozen(), key=lambda one: one.edition)}
    return [latest[day] for day in sorted(latest, reverse=True) if latest[day].id not in taken]


# -- texts -------------------------------------------------------------------------------------------------------

Texts = dict[tuple[str, str], EditionText]


def texts(edition: Edition) -> Texts:
    """Every text of an edition, by section and language."""
    found = db.session.scalars(select(EditionText).where(EditionText.edition_id == edition.id))
    return {(one.section, one.language): one for one in found}


def text(edition: Edition, section: str, language: str) -> EditionText | None:
    found = select(EditionText).where(
        EditionText.edition_id == edition.id, EditionText.section == section, EditionText.language == language
    )
    return db.session.scalars(found).one_or_none()


def is_stale(text: EditionText | None, english: EditionText | None) -> bool:
    """Whether the English text is another one than this was written for. English itself, or nothing, is never stale."""
    if text is None or text.language == LANGUAGES[0] or not text.text.strip():
        return False
    return text.translates != rules.digest_of_text(english.text if english is not None else "")


def is_missing(text: EditionText | None, english: EditionText | None) -> bool:
    """Whether there is an English text, but none in this language."""
    return bool(english is not None and english.text.strip() and not (text is not None and text.text.strip()))


def edited_by(edition: Edition, language: str) -> set[UUID]:
    """Who last edited a text of this language."""
    found = select(EditionText.edited_by_id).where(
        EditionText.edition_id == edition.id, EditionText.language == language, EditionText.edited_by_id.is_not(None)
    )
    return {one for one in db.session.scalars(found) if one is not None}


def content(language: EditionLanguage) -> dict[str, Any]:
    """What the outputs of a language were made of."""
    return rules.read(language.content)


# -- published: edition_languages and edition_files alone --------------------------------------------------------


def public_index(area: str | None = None) -> list[EditionLanguage]:
    """Everything that was published, withdrawn or not: the newest day first, of a day the newest edition.

    Public pages ask this, `file` and `files` and nothing else: their database role can read no other table.
    """
    found = select(EditionLanguage).where(EditionLanguage.step.in_((Step.PUBLISHED, Step.WITHDRAWN)))
    if area is not None:
        found = found.where(EditionLanguage.area == area)
    by = (EditionLanguage.as_of.desc(), EditionLanguage.area, EditionLanguage.number.desc(), EditionLanguage.language)
    return list(db.session.scalars(found.order_by(*by)))


def file(language: EditionLanguage, name: str) -> EditionFile | None:
    """An output by its name. Its bytes are loaded when they are asked for: who has them needs the hash alone."""
    return db.session.get(EditionFile, (language.id, name))


def files(language: EditionLanguage) -> list[EditionFile]:
    """What was made of a language, by name. The bytes are loaded when they are asked for."""
    found = select(EditionFile).where(EditionFile.language_id == language.id)
    return list(db.session.scalars(found.order_by(EditionFile.name)))


def is_untouched(language: EditionLanguage) -> bool:
    """Whether the content and every file still have the hashes that they were given when they were made."""
    made = files(language)
    if digest(language.content.encode()) != language.digest or not made:
        return False
    return all(digest(one.content) == one.sha256 and len(one.content) == one.size for one in made)
