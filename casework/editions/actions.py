"""Making an edition of the factsheet: texts, sending in, files, a second person's approval. What is published stays."""

import unicodedata
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from flask_babel import gettext as _

from casework.core import clock, i18n
from casework.core.config import LANGUAGES
from casework.core.db import db
from casework.core.errors import DomainError
from casework.core.scope import principal
from casework.core.typesetting import Unprintable
from casework.editions import beginning, checking, drafting, queries, refusals, rendering, rules
from casework.editions.models import Edition, EditionFile, EditionLanguage, EditionText, Step
from casework.releases.models import Release
from casework.releases.rules import digest

ENGLISH = LANGUAGES[0]
"""What the others are translated from."""


class Changed(DomainError):
    """Somebody else saved this text meanwhile. `saved`: as it stands now."""

    def __init__(self, message: str, saved: EditionText) -> None:
        super().__init__(message, "text")
        self.saved = saved


def _user_id() -> UUID | None:
    who = principal()
    return who.user_id if who is not None else None


# -- beginning ---------------------------------------------------------------------------------------------------


def begin(release: Release) -> Edition:
    """Begin the edition of a frozen release: the first of its day, or a correction of the one before."""
    return beginning.of_release(release, _user_id())


def begin_regional(as_of: date, digests: Sequence[str]) -> Edition:
    """Begin an edition of several countries from imported bundles, by their digests."""
    return beginning.of_bundles(as_of, digests, _user_id())


def begin_correction(edition: Edition) -> Edition:
    """Begin another edition of the same day: national, from the latest frozen release of that day."""
    return beginning.correction(edition, _user_id())


def discard(edition: Edition) -> None:
    """Give up an edition of which nothing was published. Its number goes to the next one."""
    if edition.is_discarded:
        return
    if any(one.is_public for one in edition.languages):
        raise DomainError(_("What was published stays. What is wrong in it is corrected, or it is withdrawn."))
    for one in edition.languages:
        _remove(one)
    edition.number = queries.lowest_number(edition.area, edition.as_of) - 1
    _saved(edition)


def _remove(language: EditionLanguage) -> None:
    _remove_files(language)
    db.session.delete(language)


def _remove_files(language: EditionLanguage) -> None:
    for file in queries.files(language):
        db.session.delete(file)
    db.session.flush()  # before the row that they belong to


def _saved(edition: Edition) -> Edition:
    db.session.flush()
    db.session.expire(edition, ["languages"])
    return edition


# -- texts -------------------------------------------------------------------------------------------------------


def edit(edition: Edition, section: str, language: str, text: str, version: int) -> EditionText:
    """Write a text. `version`: of the text that was edited; Changed when it is not the one that stands now.

    A translation counts as written for the English text of this moment. The same text again changes nothing.
    """
    row = _standing(edition, section, language, version)
    text = unicodedata.normalize("NFC", "\n".join(text.splitlines())).strip()
    longest = rules.longest(section)
    if len(text) > longest:
        raise DomainError(
            _("This text may have %(longest)s letters, and has %(length)s.", longest=longest, length=len(text)),
            f"text_{section}",
        )
    if row.version and text == row.text:
        return row
    return _write(row, text, _english_digest(edition, section, language, text))


def confirm_translation(edition: Edition, section: str, language: str, version: int) -> EditionText:
    """Say that a translation still holds although the English text was edited. Who says so has written it, too."""
    row = _standing(edition, section, language, version)
    if not queries.is_stale(row, queries.text(edition, section, ENGLISH)):
        return row
    return _write(row, row.text, _english_digest(edition, section, language, row.text))


def undo(edition: Edition, section: str, language: str, version: int) -> EditionText:
    """Take the last edit of a text back; undone twice, it stands again."""
    row = _standing(edition, section, language, version)
    if row.former is None:
        raise DomainError(_("There is nothing to undo."), "text")
    return _write(row, row.former["text"], row.former["translates"])


def _standing(edition: Edition, section: str, language: str, version: int) -> EditionText:
    """The text as it stands, if it may be edited and is the one that was seen; one that is not there has version 0."""
    if section not in beginning.sections(edition) or language not in LANGUAGES:
        raise DomainError(_("There is no such text."))
    locked = refusals.locked(edition, language, queries.newer(edition))
    if locked:
        raise DomainError(locked, "text")
    row = queries.text(edition, section, language)
    if row is None:
        return EditionText(edition_id=edition.id, section=section, language=language, text="", translates=None)
    if row.version != version:
        raise Changed(_("Somebody else has edited this text meanwhile."), row)
    return row


def _write(row: EditionText, text: str, translates: str | None) -> EditionText:
    row.former = {"text": row.text, "translates": row.translates}
    row.text, row.translates = text, translates
    row.edited_by_id, row.edited_at = _user_id(), clock.now()
    db.session.add(row)
    db.session.flush()
    return row


def _english_digest(edition: Edition, section: str, language: str, text: str) -> str | None:
    if language == ENGLISH or not text:
        return None
    english = queries.text(edition, section, ENGLISH)
    return rules.digest_of_text(english.text if english is not None else "")


# -- sending in --------------------------------------------------------------------------------------------------


def submit(edition: Edition, languages: Sequence[str]) -> Edition:
    """Send languages in: what they say is frozen, and their files wait to be made."""
    for language in _chosen(languages):
        locked = refusals.locked(edition, language, queries.newer(edition))
        if locked:
            raise DomainError(locked, "languages")
        findings = checking.check(edition, language)
        blocking = checking.blocking(findings)
        if blocking:
            raise DomainError(refusals.blocked(language, [str(one.message) for one in blocking]), "languages")
        _send_in(edition, language, findings)
    return _saved(edition)


def _chosen(languages: Sequence[str]) -> list[str]:
    if not languages or not set(languages) <= set(LANGUAGES):
        raise DomainError(_("Choose the languages."), "languages")
    return [one for one in LANGUAGES if one in set(languages)]


def _send_in(edition: Edition, language: str, findings: Sequence[checking.Finding]) -> None:
    content = drafting.content(edition, language)
    text = rules.written(content)
    row = edition.of(language)
    if row is None:
        row = EditionLanguage(edition_id=edition.id, language=language, comment="", withdrawn_because="")
        db.session.add(row)
    else:
        _remove_files(row)
    row.area, row.as_of, row.number = edition.area, edition.as_of, edition.number
    row.content, row.digest, row.title = text, digest(text.encode()), content["title"]
    row.findings = [one.as_json() for one in findings]
    row.submitted_by_id, row.submitted_at = _user_id(), clock.now()
    row.decided_by_id, row.decided_at, row.comment = None, None, ""
    row.step = Step.MAKING


def make_next(edition: Edition) -> bool:
    """Make the files of one language that was sent in; whether another one is left to be made.

    Letters that cannot be printed send the language back, with what is wrong as its comment and among its findings.
    """
    waiting = [one for one in edition.languages if one.step == Step.MAKING]
    if not waiting:
        return False
    _make(waiting[0])
    _saved(edition)
    return len(waiting) > 1


def _make(row: EditionLanguage) -> None:
    found: list[checking.Finding] = []
    try:
        made = list(rendering.files(queries.content(row)))
    except Unprintable as error:
        found.append(checking.unprintable(error.characters))
        row.step, row.decided_at, row.comment = Step.RETURNED, clock.now(), str(found[0].message)
    else:
        found += checking.of_files(made)
        for one in made:
            db.session.add(
                EditionFile(
                    language_id=row.id,
                    name=one.name,
                    media_type=one.media_type,
                    sha256=digest(one.content),
                    size=len(one.content),
                    content=one.content,
                )
            )
        row.step = Step.READY
    row.findings = [*row.findings, *(one.as_json() for one in found)]


def take_back(edition: Edition, languages: Sequence[str]) -> Edition:
    """Take back what one has sent in oneself, to go on writing."""
    for row in _rows(edition, languages):
        if row.step not in (Step.MAKING, Step.READY):
            raise DomainError(refusals.not_waiting(row.language), "languages")
        if row.submitted_by_id != _user_id():
            raise DomainError(_("Only who sent it in takes it back. Somebody else sends it back, and says why."))
        _remove(row)
    return _saved(edition)


def _rows(edition: Edition, languages: Sequence[str]) -> list[EditionLanguage]:
    """What was sent in of these languages."""
    found = []
    for language in _chosen(languages):
        row = edition.of(language)
        if row is None:
            raise DomainError(refusals.not_waiting(language), "languages")
        found.append(row)
    return found


# -- a second person ---------------------------------------------------------------------------------------------


def approve(edition: Edition, languages: Sequence[str]) -> Edition:
    """Publish languages: exactly the files that were made, by somebody who neither sent them in nor wrote in them."""
    now = clock.now()
    for row in _rows(edition, languages):
        _may_decide(row)
        if _user_id() in queries.edited_by(edition, row.language):
            raise DomainError(
                _(
                    "You have written in the texts of %(language)s: somebody else has to approve it.",
                    language=i18n.NAMES[row.language],
                )
            )
        _is_as_it_was(edition, row)
        row.step, row.decided_by_id, row.decided_at, row.published_at = Step.PUBLISHED, _user_id(), now, now
    return _saved(edition)


def _may_decide(row: EditionLanguage) -> None:
    """Raises DomainError unless it waits for a second person, and who acts is one."""
    if row.step != Step.READY:
        raise DomainError(refusals.not_waiting(row.language), "languages")
    if _user_id() is None or _user_id() == row.submitted_by_id:
        raise DomainError(
            _(
                "You sent %(language)s in yourself: somebody else has to look at it. You can take it back.",
                language=i18n.NAMES[row.language],
            )
        )


def _is_as_it_was(edition: Edition, row: EditionLanguage) -> None:
    """Raises DomainError when this is not what was sent in, or when what is behind it is not to be trusted."""
    if queries.newer(edition) is not None or not queries.is_untouched(row):
        raise DomainError(
            _(
                "%(language)s is no longer what was sent in. Send it back, so that it is made anew.",
                language=i18n.NAMES[row.language],
            )
        )
    wrong = checking.blocking(checking.of_release(edition))
    if wrong:
        raise DomainError(refusals.blocked(row.language, [str(one.message) for one in wrong]))


def send_back(edition: Edition, language: str, comment: str) -> Edition:
    """Return a language to its authors, with what is to be changed."""
    (row,) = _rows(edition, [language])
    _may_decide(row)
    row.comment = _reason(comment, _("Say what has to be changed."))
    row.step, row.decided_by_id, row.decided_at = Step.RETURNED, _user_id(), clock.now()
    return _saved(edition)


def withdraw(edition: Edition, language: str, because: str) -> Edition:
    """Take a published language off the public pages; a notice with the reason stands there instead, for good."""
    (row,) = _rows(edition, [language])
    if row.step != Step.PUBLISHED:
        raise DomainError(_("Only what is published can be withdrawn."))
    missing = _("Say why it is withdrawn, in %(language)s: readers see it.", language=i18n.NAMES[language])
    row.withdrawn_because = _reason(because, missing)
    row.step, row.withdrawn_by_id, row.withdrawn_at = Step.WITHDRAWN, _user_id(), clock.now()
    return _saved(edition)


def _reason(text: str, missing: str) -> str:
    text = "\n".join(text.splitlines()).strip()
    if not text:
        raise DomainError(missing, "reason")
    if len(text) > rules.LONGEST_NOTICE:
        raise DomainError(
            _(
                "This text may have %(longest)s letters, and has %(length)s.",
                longest=rules.LONGEST_NOTICE,
                length=len(text),
            ),
            "reason",
        )
    return text
