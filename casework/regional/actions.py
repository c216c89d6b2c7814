"""Trusting keys of other offices, and taking in what they signed. Nobody confirms alone a key that they added."""

from uuid import UUID

from flask import current_app
from flask_babel import gettext as _

from casework.core import audit, clock, config, signing
from casework.core.config import COUNTRIES, Settings
from casework.core.db import db
from casework.core.errors import DomainError
from casework.core.scope import principal
from casework.regional import bundles, queries, refusals
from casework.regional.bundles import Bundle
from casework.regional.models import ImportedBundle, TrustedKey


def _user_id() -> UUID | None:
    who = principal()
    return who.user_id if who is not None else None


# -- our own key ---------------------------------------------------------------------------------------------------


def own_key() -> signing.SigningKey | None:
    """The key with which this installation signs; None when it was not made yet."""
    settings: Settings = current_app.extensions["settings"]
    return signing.load(settings.publishing_key_file)


def signed(contents: dict[str, bytes]) -> bytes:
    """The signed bundle of an edition of this country, by the published content of each language."""
    key = own_key()
    if key is None:
        raise DomainError(
            _("This installation has no signing key yet. Whoever runs it makes one with: casework factsheet key")
        )
    try:
        made = bundles.export(contents, key)
    except bundles.NotTaken as error:
        raise DomainError(refusals.why(error)) from error
    found = bundles.opened(made, {key.public.fingerprint: bundles.Known(key.public, config.country(), True)})
    audit.note("bundle:export", "bundles", digest=found.digest, edition=found.code)
    return made


# -- keys of others ------------------------------------------------------------------------------------------------


def add_key(area: str, name: str, text: str) -> TrustedKey:
    """Write down the public key of an office. It counts once somebody else has confirmed it."""
    if area not in COUNTRIES:
        raise DomainError(_("Choose one of the options."), "area")
    try:
        key = signing.public_key(text)
    except signing.NoKey as error:
        raise DomainError(
            _("This is no public key. It has 44 characters and ends with “=”; copy the whole of it."), "public_key"
        ) from error
    if queries.key_of(key.fingerprint) is not None:
        raise DomainError(_("This key has been added before. A key that was revoked never comes back."), "public_key")
    made = TrustedKey(
        area=area,
        name=name,
        public_key=key.text,
        fingerprint=key.fingerprint,
        added_by_id=_user_id(),
        added_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    return made


def confirm_key(key: TrustedKey) -> None:
    """Trust a key whose fingerprint the office has read out by another channel. Never by the one who added it."""
    if key.revoked_at is not None:
        raise DomainError(_("This key was revoked. The office needs a new one."))
    if key.confirmed_at is not None:
        return
    if key.added_by_id == _user_id():
        raise DomainError(_("You added this key. Somebody else has to compare its fingerprint with the office."))
    key.confirmed_by_id, key.confirmed_at = _user_id(), clock.now()
    db.session.flush()


def revoke_key(key: TrustedKey, because: str) -> None:
    """Take nothing more from a key, and use nothing that it has signed. It never comes back."""
    if key.revoked_at is not None:
        return
    key.revoked_by_id, key.revoked_at, key.revoked_because = _user_id(), clock.now(), because
    db.session.flush()


# -- bundles -------------------------------------------------------------------------------------------------------


def receive(data: bytes) -> ImportedBundle:
    """Keep a signed edition until somebody has looked at it and takes it in. Raises DomainError with what is wrong."""
    found = _opened(data)
    earlier = queries.by_digest(found.digest)
    if earlier is not None:
        if earlier.confirmed_at is None:
            return earlier  # sent once more before anybody confirmed it
        _refuse_again(earlier)
    _refuse_older(found)
    signer = next(one for one in queries.trusted_keys() if one.fingerprint == found.key)
    made = ImportedBundle(
        digest=found.digest,
        area=found.area,
        as_of=found.as_of,
        number=found.edition,
        languages=list(found.contents),
        release_digest=found.release_digest,
        key_id=signer.id,
        data=data,
        sent_by_id=_user_id(),
        sent_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    return made


def _opened(data: bytes) -> Bundle:
    try:
        found = bundles.opened(data, queries.known())
    except bundles.NotTaken as error:
        audit.note("bundle:refused", "bundles", why=str(error.why))
        raise DomainError(refusals.why(error), "file") from error
    if found.as_of > clock.today():
        raise DomainError(_("This edition is as of a day in the future."), "file")
    return found


def _refuse_again(earlier: ImportedBundle) -> None:
    if earlier.superseded_at is not None:
        raise DomainError(_("This very file was taken in before and superseded. It does not come back."), "file")
    raise DomainError(_("This very file has been taken in already."), "file")


def _refuse_older(found: Bundle) -> None:
    """What was corrected does not come back, and an edition never says something else than it said before."""
    for one in queries.all_bundles():
        if (one.area, one.as_of) != (found.area, found.as_of) or one.confirmed_at is None:
            continue
        if one.number > found.edition:
            raise DomainError(
                _("There is a newer edition of that day already: %(edition)s corrects this one.", edition=one.code),
                "file",
            )
        if one.number == found.edition and one.release_digest != found.release_digest:
            raise DomainError(
                _(
                    "%(edition)s was taken in before with other figures. An edition never changes: ask the office.",
                    edition=one.code,
                ),
                "file",
            )
        if one.number == found.edition and not set(one.languages) < set(found.contents):
            raise DomainError(_("%(edition)s was taken in before, in as many languages.", edition=one.code), "file")


def confirm(row: ImportedBundle) -> None:
    """Take in what was sent. Other editions of that country and day are superseded by it."""
    if row.confirmed_at is not None:
        return
    found = _opened(row.data)  # its key may have been revoked since
    _refuse_older(found)
    for one in queries.standing(row.area, row.as_of):
        supersede(one)
    row.confirmed_by_id, row.confirmed_at = _user_id(), clock.now()
    db.session.flush()


def discard(row: ImportedBundle) -> None:
    """Forget a file that nobody has taken in."""
    if row.confirmed_at is not None:
        raise DomainError(_("What was taken in stays. It can be superseded."))
    db.session.delete(row)
    db.session.flush()


def supersede(row: ImportedBundle) -> None:
    """No new regional edition uses it from here on. It stays as it was sent."""
    if row.confirmed_at is None or row.superseded_at is not None:
        return
    row.superseded_by_id, row.superseded_at = _user_id(), clock.now()
    db.session.flush()
