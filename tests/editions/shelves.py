"""Editions put on the shelf as the office leaves them there: rows of the two tables that public pages are made of."""

import hashlib
import json
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from casework.core.db import db
from casework.editions import rendering
from casework.editions.models import Edition, EditionFile, EditionLanguage, Step
from casework.factsheets import content, page
from tests.factsheets import contents

DAY = date(2025, 1, 1)
AT = datetime(2025, 3, 4, 6, tzinfo=UTC)
FILES = {
    rendering.PDF: ("application/pdf", b"%PDF-1.7 one"),
    rendering.XLSX: ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK" * 3000),
    rendering.HXL_CSV: ("text/csv; charset=utf-8", b"Population,Value\r\n#population,#value\r\n"),
    rendering.RDF_CSV: ("text/csv; charset=utf-8", b"Year,Refugees\r\n"),
    rendering.RECORD: ("application/json", b'{"format":"casework.factsheet/1"}'),
    "charts/refugees_asylum-origin-wide.svg": ("image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
}


def put(
    language: str = "en",
    *,
    number: int = 1,
    as_of: date = DAY,
    area: str = "KAZ",
    step: Step = Step.PUBLISHED,
    because: str = "",
    found: dict[str, Any] | None = None,
) -> EditionLanguage:
    """An edition in a language with its files, at a step. In the session of whoever acts."""
    content_ = found or contents.national(language)
    edition = db.session.query(Edition).filter_by(area=area, as_of=as_of, number=number).one_or_none()
    if edition is None:
        edition = Edition(area=area, as_of=as_of, number=number, created_at=AT)
        db.session.add(edition)
        db.session.flush()
    row = EditionLanguage(
        edition_id=edition.id,
        language=language,
        area=area,
        as_of=as_of,
        number=number,
        step=Step.READY,
        content=json.dumps(content_),
        digest="0" * 64,
        title=content_["title"],
        findings=[],
        submitted_at=AT,
    )
    db.session.add(row)
    db.session.flush()
    fragment = article(language) if found is None else page.article(content.sheet(found))
    for name, (media_type, made) in {rendering.PAGE: ("text/html; charset=utf-8", fragment.encode()), **FILES}.items():
        digest = hashlib.sha256(made).hexdigest()
        db.session.add(
            EditionFile(
                language_id=row.id, name=name, media_type=media_type, sha256=digest, size=len(made), content=made
            )
        )
    db.session.flush()
    steps = {Step.WITHDRAWN: (Step.PUBLISHED, Step.WITHDRAWN)}.get(step, (step,))
    for one in steps:
        row.step = one
        if one == Step.PUBLISHED:
            row.published_at = row.decided_at = AT
        if one == Step.WITHDRAWN:
            row.withdrawn_at, row.withdrawn_because = AT, because
        db.session.flush()
    return row


@cache
def article(language: str) -> str:
    """The sheet of 1 January 2025: made once for all tests."""
    return page.article(content.sheet(contents.national(language)))
