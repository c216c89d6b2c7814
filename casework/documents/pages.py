"""What the pages about documents show, in words."""

from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from casework.accounts.queries import names
from casework.cases.models import Case
from casework.core import clock, i18n
from casework.documents import queries
from casework.documents.models import Document
from casework.documents.rules import Validity, extension_of, validity
from casework.reference import queries as codes

ON_A_CARD = 5


def size_words(size: int) -> str:
    """1.2 MB, 340 KB."""
    if size >= 1024 * 1024:
        return _("%(number)s MB", number=i18n.number(round(size / 1024 / 1024, 1)))
    return _("%(number)s KB", number=i18n.number(max(1, round(size / 1024))))


def file_words(document: Document) -> str:
    """PDF, 1.2 MB."""
    words = f"{extension_of(document.details.name or '').upper()}, {size_words(document.size)}"
    return words.replace(" ", "\u00a0")  # never over two lines


def mark(document: Document) -> tuple[str, str]:
    """(words, tone) of what a reader must know first: void, replaced, expired, expiring."""
    if document.is_void:
        return _("Void"), "red"
    if document.replaced_at is not None:
        return _("Replaced"), ""
    match validity(document.expires_on, clock.today()):
        case Validity.EXPIRED:
            return _("Expired on %(day)s", day=i18n.day(document.expires_on)), "red"
        case Validity.SOON:
            return _("Expires on %(day)s", day=i18n.day(document.expires_on)), "amber"
    return "", ""


def row(document: Document, authors: dict[Any, str]) -> dict[str, Any]:
    """One line of a list of documents."""
    where: dict[str, Any] = {"case_id": document.case_id, "document_id": document.id}
    words, tone = mark(document)
    person = document.person
    return {
        "document": document,
        "title": queries.title(document),
        "number": document.details.number,
        "kind": codes.label("document_type", document.kind),
        "url": url_for("documents.show", **where),
        "download_url": url_for("documents.download", **where),
        "file": file_words(document),
        "name": document.details.name,
        "mark": words,
        "tone": tone,
        "validity": _("until %(day)s", day=i18n.day(document.expires_on)) if document.expires_on else "",
        "issued": i18n.day(document.issued_on),
        "original": codes.label("original_location", document.original_with),
        "person": (person.identity.short_name or person.number) if person is not None else "",
        "by": authors.get(document.uploaded_by_id, ""),
        "when": i18n.day(document.uploaded_at),
        "moment": i18n.moment(document.uploaded_at),
    }


def rows(documents: Sequence[Document]) -> list[dict[str, Any]]:
    authors = names({one.uploaded_by_id for one in documents})
    return [row(one, authors) for one in documents]


def groups(documents: Sequence[Document]) -> list[dict[str, Any]]:
    """The documents that count, by kind, in the order of the list of kinds."""
    order = {item.code: position for position, item in enumerate(codes.items("document_type"))}
    found: dict[str, list[Document]] = {}
    for one in documents:
        if one.is_current:
            found.setdefault(one.kind, []).append(one)
    kinds = sorted(found, key=lambda kind: order.get(kind, len(order)))
    return [{"label": codes.label("document_type", kind), "rows": rows(found[kind])} for kind in kinds]


def card(case: Case) -> dict[str, Any]:
    """What a record shows of the documents of a case: those that need a look first, then the newest."""
    every = [one for one in queries.of_case(case.id) if one.is_current]
    first = sorted(every, key=lambda one: not mark(one)[0])[:ON_A_CARD]
    return {
        "url": url_for("documents.index", case_id=case.id),
        "add_url": url_for("documents.add", case_id=case.id),
        "count": len(every),
        "more": len(every) - len(first),
        "rows": rows(first),
        "ids": [one.id for one in first],
    }


def facts(document: Document) -> list[dict[str, Any]]:
    """What is known of one document."""
    line = row(document, names({document.uploaded_by_id, document.voided_by_id}))
    return [
        {"label": _("What is it?"), "value": line["kind"]},
        {"label": _("Number of the document"), "value": line["number"]},
        {"label": _("Whose document is it?"), "value": line["person"] or _("Of the case as a whole")},
        {"label": _("Issued on"), "value": line["issued"]},
        {"label": _("Expires on"), "value": i18n.day(document.expires_on)},
        {"label": _("Who has the original?"), "value": line["original"]},
        {"label": _("Note"), "value": document.details.note},
        {"label": _("File"), "value": line["name"], "note": line["file"]},
        {"label": _("Added"), "value": line["when"], "note": line["by"]},
        {"label": _("Fingerprint (SHA-256)"), "value": document.details.sha256},
    ]
