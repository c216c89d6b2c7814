"""Keeping a document, putting its facts right, replacing it by a new version, voiding it; receiving files in slices."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import BinaryIO
from uuid import UUID

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from casework.cases.models import Case
from casework.core import clock, i18n, storage
from casework.core.config import Settings
from casework.core.db import db
from casework.core.errors import DomainError
from casework.core.receiving import MB
from casework.core.storage import Place
from casework.core.vault import Unreadable
from casework.documents import content, queries
from casework.documents.content import Reason, Unacceptable
from casework.documents.models import Announced, Document, FileDetails, Upload
from casework.documents.rules import SLICE, cleaned_name
from casework.reference import queries as codes

ABANDONED_AFTER = timedelta(days=1)
FORGOTTEN_AFTER = timedelta(days=30)


@dataclass
class Facts:
    """What is told of a document, beside the file."""

    kind: str
    person_id: UUID | None = None
    title: str | None = None
    number: str | None = None
    issued_on: date | None = None
    expires_on: date | None = None
    original_with: str | None = None
    note: str | None = None


def store(
    case: Case,
    stream: BinaryIO,
    *,
    name: str,
    kind: str,
    person_id: UUID | None = None,
    title: str | None = None,
    number: str | None = None,
    issued_on: date | None = None,
    expires_on: date | None = None,
    original_with: str | None = None,
    note: str | None = None,
    origin: str = "UPLOAD",
) -> Document:
    """Keep a file with a case, sealed, once it is found to be what its name says."""
    facts = Facts(kind, person_id, title, number, issued_on, expires_on, original_with, note)
    return add(case, stream, name, facts, origin=origin)


def add(
    case: Case,
    stream: BinaryIO,
    name: str,
    facts: Facts,
    *,
    origin: str = "UPLOAD",
    replaces: Document | None = None,
    coming: int = 0,
) -> Document:
    """The same, of facts that stand together. `coming`: how much of it the quotas count already."""
    _check(case, facts, replaces)
    who = db.session.info["principal"]
    document = Document(
        organisation_id=case.organisation_id,
        case_id=case.id,
        kind=facts.kind,
        stored=storage.new_name(),
        uploaded_at=clock.now(),
        uploaded_by_id=who.user_id,
        origin=origin,
        replaces_id=replaces.id if replaces is not None else None,
    )
    name = cleaned_name(name)
    document.details = _keep(document.place, stream, name)
    document.size = _size(document.place)
    try:
        _check_quotas(document.size - coming, who.user_id if origin == "UPLOAD" else None)
    except DomainError:
        storage.discard(document.place)
        raise
    _write(document, facts)
    db.session.add(document)
    db.session.flush()
    return document


def change(case: Case, document: Document, facts: Facts) -> None:
    """Put the facts of a document right; the file stays as it is."""
    _must_stand(document)
    _check(case, facts, document)
    _write(document, facts)


def replace_by(
    case: Case, document: Document, stream: BinaryIO, name: str, facts: Facts, *, coming: int = 0
) -> Document:
    """Keep a new version of a document. The one before stays readable, marked as replaced."""
    _must_stand(document)
    if document.replaced_at is not None:
        raise DomainError(_("There is a newer version of this document already. Look at it first."))
    new = add(case, stream, name, facts, replaces=document, coming=coming)
    document.replaced_at = new.uploaded_at
    db.session.flush()
    return new


def void(document: Document, reason: str) -> None:
    """Say that a document does not count. The file stays; the version before it counts again."""
    _must_stand(document)
    document.voided_at = clock.now()
    document.voided_by_id = db.session.info["principal"].user_id
    document.void_reason = reason
    if document.replaced_at is not None:
        return
    before = queries.document(document.case_id, document.replaces_id) if document.replaces_id else None
    while before is not None and before.is_void:
        before = queries.document(document.case_id, before.replaces_id) if before.replaces_id else None
    if before is not None:
        before.replaced_at = None


def _must_stand(document: Document) -> None:
    if document.is_void:
        raise DomainError(_("This document is void and can no longer be changed."))


def _check(case: Case, facts: Facts, before: Document | None = None) -> None:
    if codes.item("document_type", facts.kind) is None:
        raise DomainError(_("Say what kind of document it is."), "kind")
    if facts.original_with is not None and codes.item("original_location", facts.original_with) is None:
        raise DomainError(_("Say who has the original."), "original_with")
    named = before.person_id if before is not None else None  # who may have left the case since
    if facts.person_id not in {None, named, *(party.person_id for party in case.parties)}:
        raise DomainError(_("Choose a person of this case."), "person")
    if facts.issued_on and facts.issued_on > clock.today():
        raise DomainError(_("This date is in the future. Enter the day it happened."), "issued_on")
    if facts.issued_on and facts.expires_on and facts.expires_on < facts.issued_on:
        raise DomainError(_("The document cannot expire before it was issued."), "expires_on")


def _write(document: Document, facts: Facts) -> None:
    document.kind = facts.kind
    document.person_id = facts.person_id
    document.issued_on = facts.issued_on
    document.expires_on = facts.expires_on
    document.original_with = facts.original_with
    document.details = replace(document.details, title=facts.title, number=facts.number, note=facts.note)


# -- the file ------------------------------------------------------------------------------------------------------


_REFUSALS = {
    Reason.EMPTY: _l("“%(name)s” is empty. Choose the file again."),
    Reason.EXTENSION: _l(
        "“%(name)s” is not of a kind that can be kept here. Choose PDF, JPG, PNG, DOCX, ODT or TXT; scan or save "
        "anything else as PDF."
    ),
    Reason.HEIC: _l(
        "“%(name)s” is a photograph in the iPhone’s own format (HEIC), which many courts and authorities cannot open. "
        "Send it as JPEG: on the iPhone choose Settings, Camera, Formats, “Most Compatible” and photograph it again; "
        "or open this page on the phone and choose the photograph there, for the phone then turns it into JPEG."
    ),
    Reason.MISMATCH: _l("What is in “%(name)s” is not what its name says. Open it, save it again, and choose it anew."),
    Reason.DAMAGED: _l("“%(name)s” is damaged or incomplete. Scan or save it again."),
    Reason.TWO_IN_ONE: _l("“%(name)s” holds a second file hidden in it. Print it to PDF and choose that."),
    Reason.TOO_MANY_PIXELS: _l(
        "The picture “%(name)s” is too large: at most 50 million pixels. Scan it at 300 dots per inch, or photograph "
        "it with the phone’s ordinary setting, not its highest resolution."
    ),
    Reason.TOO_MUCH_INSIDE: _l("“%(name)s” unpacks to far more than a letter holds. Print it to PDF and choose that."),
    Reason.UNSAFE_NAMES: _l("“%(name)s” is built in an unsafe way. Print it to PDF and choose that."),
    Reason.MACROS: _l("“%(name)s” contains macros. Save it without macros, or print it to PDF."),
    Reason.LOCKED: _l("“%(name)s” is protected by a password. Save it without one."),
}


def _refusal(reason: Reason, name: str) -> DomainError:
    return DomainError(str(_REFUSALS[reason]) % {"name": name or "?"}, "files")


def _check_name(name: str) -> None:
    try:
        content.check_name(name)
    except Unacceptable as refused:
        raise _refusal(refused.reason, name) from None


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def _too_large(name: str) -> DomainError:
    return DomainError(
        _(
            "“%(name)s” is larger than %(size)s MB. Scan in grey at 200 dots per inch, or split the document.",
            name=name,
            size=i18n.number(_settings().file_mb),
        ),
        "files",
    )


def _keep(place: Place, stream: BinaryIO, name: str) -> FileDetails:
    """Seal the file and look into it; what is refused does not stay."""
    _check_name(name)
    digest = hashlib.sha256()

    def watched() -> Iterator[bytes]:
        length = 0
        for piece in storage.pieces_of(stream):
            length += len(piece)
            if length > _settings().file_mb * MB:
                raise _too_large(name)
            digest.update(piece)
            yield piece

    storage.keep(place, watched())
    try:
        with storage.opened(place) as reader:
            media_type = content.media_type(reader, name)  # type: ignore[arg-type]
    except Unacceptable as refused:
        storage.discard(place)
        raise _refusal(refused.reason, name) from None
    return FileDetails(name=name, media_type=media_type, sha256=digest.hexdigest())


def _size(place: Place) -> int:
    with storage.opened(place) as reader:
        return reader.size


def _check_quotas(more: int, user_id: UUID | None) -> None:
    settings = _settings()
    if queries.bytes_kept() + more > settings.storage_mb * MB:
        raise DomainError(
            _("The space for documents of your organisation is used up. Ask your administrator for more."), "files"
        )
    if user_id is not None and queries.bytes_sent_today(user_id) + more > settings.daily_mb * MB:
        raise DomainError(
            _(
                "You have sent as much as one person may in a day (%(size)s MB). Go on tomorrow, or ask a colleague.",
                size=i18n.number(settings.daily_mb),
            ),
            "files",
        )


# -- in slices -----------------------------------------------------------------------------------------------------


def begin(case: Case, name: str, size: int, changed: str | None = None) -> Upload:
    """Announce a file. The same file announced again goes on where it was interrupted."""
    announced = Announced(cleaned_name(name), changed)
    name = announced.name or ""
    _check_name(name)
    if size < 1:
        raise _refusal(Reason.EMPTY, name)
    if size > _settings().file_mb * MB:
        raise _too_large(name)
    who = db.session.info["principal"]
    for begun in queries.unfinished(case.id, who.user_id):
        if begun.size == size and begun.announced == announced:
            return begun
    _check_quotas(size, who.user_id)
    upload = Upload(
        organisation_id=case.organisation_id,
        case_id=case.id,
        user_id=who.user_id,
        size=size,
        received=0,
        stored=storage.new_name(),
        started_at=clock.now(),
    )
    upload.announced = announced
    db.session.add(upload)
    db.session.flush()
    return upload


def take(upload: Upload, offset: int, slice_: bytes) -> bool:
    """Take a slice that fits on. One that is there already changes nothing; False when it does not fit."""
    end = offset + len(slice_)
    if offset < 0 or not slice_ or len(slice_) > SLICE or end > upload.size:
        return False
    if end <= upload.received:
        return True
    if offset != upload.received or upload.document_id is not None:
        return False
    storage.keep(upload.place.part(offset), [slice_])
    upload.received = end
    return True


def finish(case: Case, upload: Upload, facts: Facts, replaces: Document | None = None) -> Document:
    """Make a document of a file that is whole. Said twice, it is one document."""
    if upload.document_id is not None:
        made = queries.document(case.id, upload.document_id)
        if made is not None:
            return made
    if not upload.is_whole:
        raise DomainError(_("The file has not arrived completely. Send it again."), "files")
    stream: BinaryIO = _Joined(_parts(upload))  # type: ignore[assignment]
    name = upload.announced.name or ""
    try:
        if replaces is not None:
            document = replace_by(case, replaces, stream, name, facts, coming=upload.size)
        else:
            document = add(case, stream, name, facts, coming=upload.size)
    except Unreadable:
        raise DomainError(_("What arrived was damaged on the disk. Save the file under another name.")) from None
    upload.document_id = document.id
    drop_parts(upload)
    return document


def cancel(upload: Upload) -> None:
    """Forget a file that was being sent."""
    if upload.document_id is None:
        drop_parts(upload)
        db.session.delete(upload)


class _Joined:
    """What is in several pieces, to be read as one."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)

    def read(self, size: int = -1) -> bytes:
        return next(self._pieces, b"")


def _parts(upload: Upload) -> Iterator[bytes]:
    at = 0
    while at < upload.size:
        before = at
        for piece in storage.read(upload.place.part(at)):
            at += len(piece)
            yield piece
        if at == before:
            raise Unreadable


def drop_parts(upload: Upload) -> None:
    """Remove what has arrived of a file, once the transaction is saved."""
    at = 0
    while at < upload.received:
        part = upload.place.part(at)
        try:
            with storage.opened(part) as reader:
                at += reader.size
        except Unreadable:
            break  # what else there is of it goes with the next sweep
        storage.drop(part)


def sweep() -> int:
    """Forget what was begun a day ago and never finished, and files that no record names; how many went."""
    swept = 0
    for upload in queries.uploads_before(clock.now() - ABANDONED_AFTER):
        db.session.delete(upload)
        swept += 1
    db.session.flush()
    who = db.session.info["principal"]
    if who.organisation_id is not None:
        swept += storage.remove_leftovers(
            who.organisation_id,
            queries.names_in_use(),
            parts_before=(clock.now() - ABANDONED_AFTER).timestamp(),
            files_before=(clock.now() - FORGOTTEN_AFTER).timestamp(),
        )
    return swept
