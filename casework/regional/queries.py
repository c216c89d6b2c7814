"""Trusted keys and imported bundles. None of them is about a person."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from casework.core import signing
from casework.core.config import COUNTRIES
from casework.core.db import db
from casework.core.errors import DomainError
from casework.regional import bundles, refusals
from casework.regional.bundles import Bundle, Known
from casework.regional.models import ImportedBundle, TrustedKey


def trusted_keys() -> list[TrustedKey]:
    """All that were ever added, by country and then as they were added."""
    return list(db.session.scalars(select(TrustedKey).order_by(TrustedKey.area, TrustedKey.added_at, TrustedKey.id)))


def trusted_key(key_id: UUID) -> TrustedKey | None:
    return db.session.get(TrustedKey, key_id)


def key_of(fingerprint: str) -> TrustedKey | None:
    return db.session.scalar(select(TrustedKey).where(TrustedKey.fingerprint == fingerprint))


def known() -> dict[str, Known]:
    """The keys by their fingerprints, as a bundle is checked against them."""
    return {
        one.fingerprint: Known(
            signing.public_key(one.public_key),
            one.area,
            is_confirmed=one.confirmed_at is not None,
            is_revoked=one.revoked_at is not None,
        )
        for one in trusted_keys()
    }


def all_bundles() -> list[ImportedBundle]:
    """By country, the newest day first, and of a day the newest edition."""
    found = db.session.scalars(
        select(ImportedBundle).order_by(
            ImportedBundle.as_of.desc(), ImportedBundle.number.desc(), ImportedBundle.sent_at.desc()
        )
    )
    return sorted(found, key=lambda one: COUNTRIES.index(one.area))


def bundle(bundle_id: UUID) -> ImportedBundle | None:
    return db.session.get(ImportedBundle, bundle_id)


def by_digest(digest: str) -> ImportedBundle | None:
    return db.session.scalar(select(ImportedBundle).where(ImportedBundle.digest == digest))


def standing(area: str | None = None, as_of: date | None = None) -> list[ImportedBundle]:
    """Those that were taken in and not superseded: of a country, of a day."""
    return [one for one in all_bundles() if one.is_standing and area in (None, one.area) and as_of in (None, one.as_of)]


def signed_by(key: TrustedKey) -> list[ImportedBundle]:
    """What was taken in under a key."""
    return [one for one in all_bundles() if one.key_id == key.id and one.confirmed_at is not None]


def contents(row: ImportedBundle) -> Bundle:
    """What a bundle says, its signature verified again. Raises bundles.NotTaken, as when its key was revoked."""
    return bundles.opened(row.data, known())


def opened(digests: Iterable[str]) -> list[Bundle]:
    """These bundles, verified again, in the order of their countries. Raises DomainError with what is wrong."""
    found = []
    for digest in digests:
        row = by_digest(digest)
        if row is None or row.confirmed_at is None:
            raise DomainError(_("One of the chosen files is not here, or nobody has taken it in."), "digests")
        try:
            found.append(contents(row))
        except bundles.NotTaken as error:
            raise DomainError(
                _("%(edition)s: %(why)s", edition=row.code, why=refusals.why(error)), "digests"
            ) from error
    areas = [one.area for one in found]
    if len(set(areas)) < len(areas):
        raise DomainError(_("Choose one edition of each country."), "digests")
    return sorted(found, key=lambda one: COUNTRIES.index(one.area))
