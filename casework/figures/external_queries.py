"""Asking for figures that come from elsewhere: a page of them, one line's history, files and what came of them."""

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import Select, func, select

from casework.core import paging
from casework.core.db import db
from casework.core.paging import Page
from casework.figures.models import ExternalFigure, ExternalFile, ExternalImport
from casework.reference import queries as codes

PAGE = 50
STATES = ("waiting", "verified", "void")
Key = tuple[str, str, date]
"""Series, category and day."""

_ORDER = (
    ExternalFigure.as_of.desc(),
    ExternalFigure.series,
    ExternalFigure.scope,
    ExternalFigure.category,
    ExternalFigure.source,
    ExternalFigure.entered_at.desc(),
    ExternalFigure.id,
)


def figures(
    *, series: str = "", state: str = "", import_id: UUID | None = None, number: int = 1
) -> Page[ExternalFigure]:
    """A page of the figures that were entered, the latest day first; void ones too."""
    wanted = select(ExternalFigure)
    if series:
        wanted = wanted.where(ExternalFigure.series == series)
    if import_id is not None:
        wanted = wanted.where(ExternalFigure.import_id == import_id)
    match state:
        case "void":
            wanted = wanted.where(ExternalFigure.voided_at.is_not(None))
        case "verified":
            wanted = wanted.where(ExternalFigure.voided_at.is_(None), ExternalFigure.verified_at.is_not(None))
        case "waiting":
            wanted = wanted.where(ExternalFigure.voided_at.is_(None), ExternalFigure.verified_at.is_(None))
    return paging.page(wanted.order_by(*_ORDER), _count(wanted), number, PAGE)


def _count(wanted: Select[ExternalFigure]) -> int:
    return db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0


def series_in_use() -> list[str]:
    """The lines that hold a figure, void ones too."""
    return list(db.session.scalars(select(ExternalFigure.series).distinct().order_by(ExternalFigure.series)))


def standing(series: Iterable[str]) -> list[ExternalFigure]:
    """The figures of these lines that are not void; of one day the verified first, then what was entered last."""
    wanted = select(ExternalFigure).where(ExternalFigure.series.in_(set(series)), ExternalFigure.voided_at.is_(None))
    return list(
        db.session.scalars(
            wanted.order_by(ExternalFigure.verified_at.is_(None), ExternalFigure.entered_at.desc(), ExternalFigure.id)
        )
    )


def standing_of(source: str, scope: str, series: Iterable[str]) -> Mapping[Key, ExternalFigure]:
    """What stands of one source about one area."""
    return {
        (one.series, one.category, one.as_of): one
        for one in standing(series)
        if (one.source, one.scope) == (source, scope)
    }


def origins() -> dict[str, str | None]:
    """ISO codes that may be a country of origin, each with UNHCR's own code for it where that is known."""
    return {
        item.code: item.attributes.get("unhcr")
        for item in codes.items("country")
        if item.attributes.get("origin") or item.code == "KAZ"  # refugees return to Kazakhstan, too
    }


# -- files -------------------------------------------------------------------------------------------------------


def file(file_id: UUID) -> ExternalFile | None:
    return db.session.get(ExternalFile, file_id)


def files() -> list[ExternalFile]:
    """Files that were sent and neither confirmed nor discarded."""
    return list(db.session.scalars(select(ExternalFile).order_by(ExternalFile.sent_at.desc(), ExternalFile.id)))


def one_import(import_id: UUID) -> ExternalImport | None:
    return db.session.get(ExternalImport, import_id)


def imports() -> list[ExternalImport]:
    """What was brought in from files, void ones too, the latest first."""
    return list(
        db.session.scalars(select(ExternalImport).order_by(ExternalImport.entered_at.desc(), ExternalImport.id))
    )


def imports_of(sha256: str) -> list[ExternalImport]:
    """What this very file has given before and still stands."""
    same = select(ExternalImport).where(ExternalImport.sha256 == sha256, ExternalImport.voided_at.is_(None))
    return list(db.session.scalars(same))


def standing_in(import_id: UUID) -> list[ExternalFigure]:
    wanted = select(ExternalFigure).where(ExternalFigure.import_id == import_id, ExternalFigure.voided_at.is_(None))
    return list(db.session.scalars(wanted.order_by(ExternalFigure.id)))


def voiding(import_id: UUID) -> ExternalFigure | None:
    """The figure of a void import that was voided last: who voided the whole, and why, stands with each."""
    wanted = select(ExternalFigure).where(ExternalFigure.import_id == import_id, ExternalFigure.voided_at.is_not(None))
    return db.session.scalars(wanted.order_by(ExternalFigure.voided_at.desc()).limit(1)).first()
