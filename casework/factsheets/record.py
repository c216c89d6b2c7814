"""The sheet as a record for machines: JSON after a published schema, with nothing that the sheet does not say."""

import json as text
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from flask_babel import force_locale

from casework.factsheets import listing
from casework.factsheets.model import Activity, Correction, Drawing, Funding, Law, Sheet
from casework.releases import rules
from casework.releases.reading import Account, Cell, Figure, Population, Table

Json = dict[str, Any]

FORMAT = "casework.factsheet.record/1"
ADDRESS = "/factsheets/schema/factsheet-1.json"
"""Where SCHEMA is served."""
SCHEMA: Mapping[str, Any] = text.loads((Path(__file__).parent / "schema.json").read_text(encoding="utf-8"))
"""JSON Schema, draft 2020-12, of what `json` writes; served beside the sheets."""


def json(sheet: Sheet) -> bytes:
    """The sheet as JSON in UTF-8, after SCHEMA: canonical, so that the same sheet is the same bytes.

    Words are in the sheet's language; codes and field names are the same in all. A withheld number is null, and
    `hidden` says so.
    """
    with force_locale(sheet.language):
        return rules.canonical(_sheet(sheet))


def _sheet(sheet: Sheet) -> Json:
    return {
        "format": FORMAT,
        "schema": ADDRESS,
        "language": sheet.language,
        "kind": sheet.kind,
        "area": {"code": sheet.area, "name": sheet.area_name},
        "as_of": sheet.as_of.isoformat(),
        "edition": sheet.edition,
        "code": sheet.code,
        "digest": sheet.digest,
        "release": {
            "code": sheet.release,
            "digest": sheet.release_digest,
            "counted_on": _day(sheet.counted_on),
        }
        if sheet.release
        else None,
        "title": sheet.title,
        "lead": sheet.lead,
        "threshold": sheet.threshold,
        "key_figures": [_figure(sheet, one) for one in sheet.figures],
        "messages": [{"title": one.title, "text": one.text} for one in sheet.messages],
        "tables": [_table(one) for one in sheet.tables],
        "accounts": [_account(one.account) for one in sheet.groups if one.account is not None],
        "durations": [
            {"name": one.name, "definition": one.definition, "median_days": one.median_days, "hidden": one.is_hidden}
            for one in sheet.durations
        ],
        "drawings": [_drawing(one) for one in sheet.all_drawings],
        "activities": [_activity(one) for one in sheet.activities],
        "partners": [{"name": one.name, "members": list(one.members)} for one in sheet.partners],
        "law": _law(sheet.law) if sheet.law is not None else None,
        "funding": _funding(sheet, sheet.funding) if sheet.funding is not None else None,
        "donors": list(sheet.donors),
        "contacts": list(sheet.contacts),
        "countries": [
            {
                "code": one.area,
                "name": one.name,
                "as_of": one.as_of.isoformat(),
                "edition": one.edition,
                "digest": one.digest,
            }
            for one in sheet.countries
        ],
        "definitions": [{"name": one.name, "definition": one.definition} for one in sheet.terms],
        "method": list(sheet.method),
        "findings": [
            {"kind": one.kind, "figure": one.figure, "message": one.message, "explanation": one.explanation}
            for one in sheet.findings
        ],
        "sources": list(sheet.sources),
        "citation": sheet.citation,
        "correction": _correction(sheet.correction) if sheet.correction is not None else None,
    }


def _day(value: date | None) -> str | None:
    return value.isoformat() if value is not None else None


def _figure(sheet: Sheet, one: Figure) -> Json:
    return {
        "code": one.code,
        "name": one.name,
        "definition": one.definition,
        "value": listing.number(one.value) if one.value is not None else None,
        "text": one.text,
        "hidden": one.is_hidden,
        "qualifier": one.qualifier,
        "unit": one.unit,
        "scope": {"code": one.scope or sheet.area, "name": listing.area(sheet, one.scope)},
        "as_of": _day(one.as_of),
        "source": one.source,
        "document": one.document,
        "note": one.note,
        "verified": one.is_verified,
        "parts": [_figure(sheet, each) for each in one.parts],
        "components": [_figure(sheet, each) for each in one.components],
    }


def _population(one: Population) -> Json:
    return {
        "code": one.code,
        "name": one.name,
        "definition": one.definition,
        "kind": one.kind,
        "unit": one.unit,
        "version": one.version,
    }


def _table(one: Table) -> Json:
    return {
        "code": one.code,
        "name": one.name,
        "definition": one.definition,
        "version": one.version,
        "unit": one.unit,
        "population": _population(one.population),
        "start": _day(one.start),
        "end": one.end.isoformat(),
        "dimensions": [
            {
                "code": each.code,
                "name": each.name,
                "categories": [{"code": cat.code, "label": cat.label} for cat in each.categories],
            }
            for each in one.dimensions
        ],
        "cells": [{"at": list(at), "labels": list(labels), **_cell(cell)} for at, labels, cell in listing.cells(one)],
    }


def _cell(one: Cell) -> Json:
    return {"value": one.value, "hidden": one.is_hidden, "structural": one.is_structural}


def _account(one: Account) -> Json:
    return {
        "population": _population(one.population),
        "start": one.start.isoformat(),
        "end": one.end.isoformat(),
        "entries": [
            {
                "code": each.code,
                "label": each.label,
                "reason": each.reason,
                "day": _day(each.day),
                "value": each.cell.value,
                "hidden": each.cell.is_hidden,
            }
            for each in listing.entries(one)
        ],
    }


def _drawing(one: Drawing) -> Json:
    return {
        "code": one.code,
        "kind": str(one.kind),
        "title": one.title,
        "period": one.period,
        "unit": one.unit,
        "source": one.source,
        "heading": one.heading,
        "table": one.table,
        "total": one.total,
        "note": one.note,
        "lines": [
            {
                "code": line.code,
                "label": line.label,
                "source": line.source,
                "points": [
                    {
                        "code": point.code,
                        "label": point.label,
                        "value": point.value,
                        "hidden": point.value is None and not point.is_absent,
                        "absent": point.is_absent,
                    }
                    for point in line.points
                ],
            }
            for line in one.lines
        ],
    }


def _activity(one: Activity) -> Json:
    return {
        "code": one.code,
        "name": one.name,
        "paragraphs": list(one.paragraphs),
        "counts": [
            {"name": each.name, "value": each.value, "hidden": each.value is None, "unit": each.unit}
            for each in one.counts
        ],
    }


def _law(one: Law) -> Json:
    return {
        "party_to": list(one.party_to),
        "not_party_to": list(one.not_party_to),
        "commitments": list(one.commitments),
        "paragraphs": list(one.paragraphs),
    }


def _funding(sheet: Sheet, one: Funding) -> Json:
    return {
        "required": _figure(sheet, one.required) if one.required is not None else None,
        "received": one.received,
        "received_is_derived": one.is_received_derived,
        "share": _figure(sheet, one.share) if one.share is not None else None,
        "scope": one.scope,
    }


def _correction(one: Correction) -> Json:
    return {
        "reason": one.reason,
        "changes": [{"what": each.what, "before": each.before, "after": each.after} for each in one.changes],
    }
