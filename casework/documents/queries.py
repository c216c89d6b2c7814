"""Documents of one's own organisation."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from casework.cases.models import Case
from casework.core import clock, i18n, storage
from casework.core.db import db
from casework.core.forms import Choices
from casework.documents.models import Document, Upload
from casework.reference import queries as codes


def document(case_id: UUID, document_id: UUID) -> Document | None:
    """One document of a case, also a void or a replaced one."""
    return db.session.scalar(select(Document).where(Document.id == document_id, Document.case_id == case_id))


def of_case(case_id: UUID) -> list[Document]:
    """Every document of a case, void and replaced ones too, the newest first."""
    return list(
        db.session.scalars(
            select(Document)
            .where(Document.case_id == case_id)
            .order_by(Document.uploaded_at.desc(), Document.id)
            .options(selectinload(Document.person))
        )
    )


def title(found: Document) -> str:
    """What a document is called: its own title, else its kind."""
    return found.details.title or codes.label("document_type", found.kind)


@dataclass(frozen=True)
class Offered:
    """The documents of a case that count, to link as proof. An optional field puts “none” before them by itself."""

    case_id: UUID

    def __call__(self) -> list[tuple[str, str]]:
        return [(str(one.id), _words(one)) for one in of_case(self.case_id) if one.is_current]

    def words(self, code: str) -> str | None:
        """What a linked document is called that is offered no more, for it was replaced or voided since."""
        return next((_words(one) for one in of_case(self.case_id) if str(one.id) == code), None)


def _words(one: Document) -> str:
    return " · ".join(
        part for part in (title(one), one.details.number, i18n.day(one.issued_on or one.uploaded_at)) if part
    )


def choices(case: Case) -> Choices:
    """The documents of a case, to choose from."""
    return Offered(case.id)


def opened(found: Document) -> Iterator[bytes]:
    """The file itself, piece by piece; Unreadable when it was changed behind the application."""
    return storage.read(found.place)


# -- files on their way in -----------------------------------------------------------------------------------------


def upload(case_id: UUID, upload_id: UUID, user_id: UUID | None) -> Upload | None:
    """An upload of one user to one case. Who asks while a slice is being taken waits: it may be the same one again."""
    return db.session.scalar(
        select(Upload)
        .where(Upload.id == upload_id, Upload.case_id == case_id, Upload.user_id == user_id)
        .with_for_update()
    )


def unfinished(case_id: UUID, user_id: UUID | None) -> list[Upload]:
    """What a user began to send to a case, the newest first."""
    return list(
        db.session.scalars(
            select(Upload)
            .where(Upload.case_id == case_id, Upload.user_id == user_id, Upload.document_id.is_(None))
            .order_by(Upload.started_at.desc())
        )
    )


def uploads_before(moment: datetime) -> list[Upload]:
    return list(db.session.scalars(select(Upload).where(Upload.started_at < moment)))


def names_in_use() -> set[str]:
    """The names of the stored files that a record names."""
    return {*db.session.scalars(select(Document.stored)), *db.session.scalars(select(Upload.stored))}


def bytes_kept() -> int:
    """How much the organisation keeps, with what is on its way."""
    kept = db.session.scalar(select(func.sum(Document.size)))
    coming = db.session.scalar(select(func.sum(Upload.size)).where(Upload.document_id.is_(None)))
    return int(kept or 0) + int(coming or 0)


def bytes_sent_today(user_id: UUID | None) -> int:
    """How much a user has sent today, with what is on its way."""
    midnight = datetime.combine(clock.today(), time(), clock.ALMATY)
    kept = db.session.scalar(
        select(func.sum(Document.size)).where(
            Document.uploaded_by_id == user_id, Document.uploaded_at >= midnight, Document.origin == "UPLOAD"
        )
    )
    coming = db.session.scalar(
        select(func.sum(Upload.size)).where(
            Upload.user_id == user_id, Upload.document_id.is_(None), Upload.started_at >= midnight
        )
    )
    return int(kept or 0) + int(coming or 0)
