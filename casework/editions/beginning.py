"""How an edition begins: its number, what it corrects, and the texts that it takes over from the one before."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from flask_babel import gettext as _

from casework.core import clock, i18n
from casework.core.config import LANGUAGES
from casework.core.db import db
from casework.core.errors import DomainError
from casework.editions import queries, rules, texts
from casework.editions.models import Edition, EditionText, Step
from casework.factsheets.content import in_one_line
from casework.regional import queries as regional
from casework.releases import queries as releases
from casework.releases.models import Release


def of_release(release: Release, by: UUID | None) -> Edition:
    """The edition of a frozen release, once. Raises DomainError with what can be done instead."""
    if not release.is_frozen:
        raise DomainError(_("This release is not frozen yet. A factsheet is made of what stays."))
    latest = releases.latest_frozen(release.as_of)
    if latest is not None and latest.edition > release.edition:
        raise DomainError(_("This release was corrected by %(release)s. Take that one.", release=latest.code))
    made = queries.of_release(release)
    if made:
        raise DomainError(
            _(
                "There is an edition of this release already: %(edition)s. Go on there; what was published in it can "
                "be corrected.",
                edition=made[-1].code,
            )
        )
    return _begun(_area(release), release.as_of, by, release=release)


def of_bundles(as_of: date, digests: Sequence[str], by: UUID | None) -> Edition:
    """An edition of several countries. Raises DomainError for bundles that are not there or not trusted."""
    chosen = sorted(set(digests))
    if len(chosen) < 2:
        raise DomainError(_("Choose the bundles of at least two countries."), "digests")
    if as_of > clock.today():
        raise DomainError(_("This day is in the future."), "as_of")
    for one in regional.opened(chosen):
        if one.as_of > as_of:
            raise DomainError(
                _("%(edition)s is of a later day than the sheet.", edition=one.code),
                "digests",
            )
    superseded = [one.code for one in map(regional.by_digest, chosen) if one is not None and not one.is_standing]
    if superseded:
        raise DomainError(
            _("Another file has taken the place of %(editions)s. Choose that one.", editions=", ".join(superseded)),
            "digests",
        )
    return _begun(rules.CENTRAL_ASIA, as_of, by, bundles=chosen)


def correction(edition: Edition, by: UUID | None) -> Edition:
    """Another edition of the same day, from the release of that day that stands now."""
    if edition.is_discarded or not any(one.is_public for one in edition.languages):
        raise DomainError(_("Nothing of this edition was published, so there is nothing to correct: go on in it."))
    newer = queries.newer(edition)
    if newer is not None:
        raise DomainError(_("There is a newer edition of this day: %(edition)s. Go on there.", edition=newer.code))
    if edition.is_regional:
        return _begun(edition.area, edition.as_of, by, bundles=[_standing(one) for one in edition.bundles])
    return _begun(edition.area, edition.as_of, by, release=releases.latest_frozen(edition.as_of))


def _standing(digest: str) -> str:
    """The bundle that stands now for the country and day of this one; itself when none has taken its place."""
    row = regional.by_digest(digest)
    if row is None or row.is_standing:
        return digest
    return next((one.digest for one in regional.standing(row.area, row.as_of)), digest)


def _area(release: Release) -> str:
    country: str = releases.publication(release)["country"]
    return country


def _begun(
    area: str, as_of: date, by: UUID | None, release: Release | None = None, bundles: Sequence[str] = ()
) -> Edition:
    before = queries.of_day(area, as_of)[-1:]
    for one in before:
        _is_done(one)
    model = before[0] if before else queries.latest(area)
    made = Edition(
        area=area,
        as_of=as_of,
        number=before[0].number + 1 if before else 1,
        release_id=release.id if release is not None else None,
        bundles=list(bundles),
        corrects_id=before[0].id if before else None,
        created_by_id=by,
        created_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    _fill(made, queries.texts(model) if model is not None else {})
    return made


def _is_done(before: Edition) -> None:
    """One edition of a day at a time: the one before has published something, and waits for nobody."""
    if not any(one.is_public for one in before.languages):
        raise DomainError(
            _(
                "An edition of %(day)s is being worked on already: %(edition)s. Go on there, or discard it.",
                day=i18n.day(before.as_of),
                edition=before.code,
            )
        )
    if any(one.step in (Step.MAKING, Step.READY) for one in before.languages):
        raise DomainError(
            _("A language of %(edition)s still waits to be approved. Decide about it first.", edition=before.code)
        )


def kind(edition: Edition) -> str:
    return rules.REGIONAL if edition.is_regional else rules.NATIONAL


def sections(edition: Edition) -> tuple[str, ...]:
    """The texts that an edition has, in the order of the sheet; the reason of a correction among them."""
    own = (
        *((rules.EXPLAINED,) if explained(edition) else ()),
        *((rules.CORRECTION,) if edition.corrects_id is not None else ()),
    )
    return (*(one for one in texts.defaults(kind(edition)) if one not in (rules.EXPLAINED, rules.CORRECTION)), *own)


def explained(edition: Edition) -> list[str]:
    """Why sums of its release do not come out, each in one paragraph, as it was signed."""
    if edition.release is None:
        return []
    found = (one["explanation"] for one in releases.publication(edition.release)["findings"])
    return [in_one_line(one) for one in found if one]


def _fill(edition: Edition, before: Mapping[tuple[str, str], EditionText]) -> None:
    """The texts of the edition before, or those shipped. Which English text each is written for goes with it."""
    signed = {LANGUAGES[0]: "\n\n".join(explained(edition))}
    shipped = {**texts.defaults(kind(edition)), rules.EXPLAINED: signed}
    english = before.get((rules.EXPLAINED, LANGUAGES[0]))
    is_same = english is not None and english.text == signed[LANGUAGES[0]]
    anew = {rules.CORRECTION} if is_same else {rules.CORRECTION, rules.EXPLAINED}
    for section in sections(edition):
        for language in LANGUAGES:
            taken = before.get((section, language)) if section not in anew else None
            words = shipped.get(section, {})
            text = taken.text if taken is not None else words.get(language, "")
            written_for = None
            if taken is not None:
                written_for = taken.translates
            elif language != LANGUAGES[0] and text:
                written_for = rules.digest_of_text(words.get(LANGUAGES[0], ""))
            db.session.add(
                EditionText(
                    edition_id=edition.id,
                    section=section,
                    language=language,
                    text=text,
                    translates=written_for,
                    edited_at=edition.created_at,
                )
            )
    db.session.flush()
