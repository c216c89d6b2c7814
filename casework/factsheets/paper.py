"""What the factsheet says on paper: words and pictures in the order in which factsheet.typ sets them.

Plain JSON and nothing else; where it stands on a page is not decided here.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from flask_babel import gettext as _

from casework.core import i18n
from casework.factsheets.drawing import Width, described, svg
from casework.factsheets.model import Activity, Drawing, Funding, Group, Kind, Law, Sheet
from casework.releases.reading import HIDDEN, Account, Cell, Figure, Flow

_AUTHOR = "Casework"
_NUMBER = re.compile(r"(\d(?:[\d\s.,]*\d)?)")
_IN_WORDS = "persons"
"""The unit of figures that stand at the head of the sheet; others stand where they are spoken of."""
_MANY = 3
"""So many withheld bars are named in a line."""
_ORDER = (Kind.TILES, Kind.COLUMNS, Kind.TREND, Kind.PYRAMID, Kind.BARS)
"""Of pictures, after those of origins: what a reader asks first is on the first page."""

Json = dict[str, Any]


def words(sheet: Sheet) -> Json:
    """All that is set, in the language of the page."""
    day = i18n.day(sheet.as_of)
    head = _head(sheet.figures)
    marks = [_("Correction: edition %(number)s", number=sheet.edition)] if sheet.edition > 1 else []
    return {
        "language": sheet.language,
        "title": sheet.title,
        "author": _AUTHOR,
        "keywords": [*dict.fromkeys(one for one in (sheet.area_name, sheet.code, sheet.release) if one)],
        "description": sheet.lead,
        "date": [sheet.as_of.year, sheet.as_of.month, sheet.as_of.day],
        "eyebrow": _("Factsheet · %(area)s", area=sheet.area_name),
        "marks": [_("As of %(day)s", day=day), *marks],
        "lead": sheet.lead,
        "footer": " · ".join((_("As of %(day)s", day=day), _("edition %(code)s", code=sheet.code), *_release(sheet))),
        "page": _("Page %(page)s of %(pages)s", page="{page}", pages="{pages}"),
        "figures_heading": _("Key Figures"),
        "figures": [_key_figure(one, sheet.as_of, number) for number, one in enumerate(head, 1)],
        "notes": [_note(one, number) for number, one in enumerate(head, 1)],
        "messages_heading": _("Key messages"),
        "messages": [{"title": _closed(one.title), "text": one.text} for one in sheet.messages],
        "items": [*_items(sheet)],
        "sections": [*_sections(sheet)],
        "small_print": [*_small_print(sheet)],
    }


def _closed(title: str) -> str:
    """A title that runs into its text."""
    return title if title.endswith((".", "!", "?", ":", "…")) else f"{title}."


def _release(sheet: Sheet) -> list[str]:
    return [_("release %(code)s", code=sheet.release)] if sheet.release else []


# -- Key Figures -------------------------------------------------------------------------------------------------------


def _head(figures: tuple[Figure, ...]) -> list[Figure]:
    return [one for one in figures if one.unit == _IN_WORDS]


def _key_figure(figure: Figure, as_of: date, number: int) -> Json:
    return {
        "value": _runs(figure),
        "name": figure.name,
        "number": number,
        "below": [
            {"name": one.name, "value": _value(one), "day": _own_day(one, as_of)}
            for one in (*figure.parts, *figure.components)
        ],
        "day": _own_day(figure, as_of),
    }


def _runs(figure: Figure) -> list[Json]:
    """The value in words, its digits apart from “up to” and the like, which are set smaller."""
    pieces = [one for one in _NUMBER.split(_value(figure)) if one.strip()]
    return [{"text": one.strip(), "is_number": bool(_NUMBER.fullmatch(one))} for one in pieces]


def _value(figure: Figure) -> str:
    if figure.is_hidden:
        return _("hidden to protect people")
    return figure.text if figure.is_known else _("not known")


def _own_day(figure: Figure, as_of: date) -> str:
    """The figure's day, where it is another than the sheet's."""
    return _("as of %(day)s", day=i18n.day(figure.as_of)) if figure.as_of and figure.as_of != as_of else ""


def _note(figure: Figure, number: int) -> Json:
    """Where a Key Figure is from, and what has to be known with it."""
    said = [figure.source, *(one.note for one in figure.all if one.note)]
    return {"number": number, "text": " ".join(f"{one.rstrip('.')}." for one in dict.fromkeys(said) if one)}


# -- pictures and accounts -----------------------------------------------------------------------------------------


def _items(sheet: Sheet) -> Iterator[Json]:
    """What is drawn, and who came and who left: where people are from and live first, for it fills the first page.

    Maps stand two in a row, everything else three.
    """
    drawings = sorted(sheet.all_drawings, key=lambda one: _rank(sheet, one))
    maps = [one for one in drawings if one.kind is Kind.TILES]
    rest = [one for one in drawings if one.kind is not Kind.TILES]
    if len(maps) % 2:
        maps += rest[:1]
        rest = rest[1:]
    for one in maps:
        yield _drawing(one, Width.PRINT)
    for one in rest:
        yield _drawing(one, Width.PRINT_NARROW)
    for group in sheet.groups:
        if group.account is not None:
            yield _account(group, group.account)
    if sheet.funding is not None:
        yield _funding(sheet.funding)
    partners = [*_partners(sheet)]
    if partners:
        heading = _("Partners, donors and contacts") if sheet.partners or sheet.donors else _("Contacts")
        yield {"kind": "section", "is_wide": False, "heading": heading, "blocks": partners}


def _rank(sheet: Sheet, drawing: Drawing) -> int:
    is_origin = any(drawing in group.drawings for group in sheet.groups) and drawing.kind is Kind.BARS
    return -1 if is_origin else _ORDER.index(drawing.kind)


def _drawing(drawing: Drawing, width: Width) -> Json:
    shown, withheld = _without_withheld(drawing)
    notes = [drawing.note]
    if withheld:
        notes.append(_("Hidden to protect people: %(names)s.", names="; ".join(withheld)))
    return {
        "kind": "drawing",
        "title": drawing.title,
        "period": drawing.period,
        "unit": drawing.unit,
        "svg": svg(shown, width),
        "is_wide": width is Width.PRINT,
        "alt": f"{drawing.title}. {described(drawing)}",
        "source": _sentence([drawing.source]),
        "notes": " ".join(one for one in notes if one),
    }


def _without_withheld(drawing: Drawing) -> tuple[Drawing, list[str]]:
    """Bars without those that are withheld, and the names of these: on paper half a page is too much."""
    if drawing.kind is not Kind.BARS or len(drawing.lines) != 1:
        return drawing, []
    points = drawing.lines[0].points
    withheld = [one.label for one in points if one.value is None and not one.is_absent]
    if len(withheld) < _MANY or len(withheld) == len(points):
        return drawing, []
    shown = tuple(one for one in points if one.value is not None)
    return replace(drawing, lines=(replace(drawing.lines[0], points=shown),)), withheld


def _account(group: Group, account: Account) -> Json:
    """At the start, who came and who left and why, at the end."""
    lines = [_line(_("At the start, %(day)s", day=i18n.day(account.start)), account.opening, is_strong=True)]
    lines += _flows(_("All who came"), account.came, account.all_came, "+")
    lines += _flows(_("All who left"), account.left, account.all_left, "−")
    if account.corrected is not None and account.corrected.value != 0:
        lines.append(_line(_("Corrected since the release before"), account.corrected))
    lines.append(_line(_("At the end, %(day)s", day=i18n.day(account.end)), account.closing, is_strong=True))
    return {
        "kind": "account",
        "is_wide": False,
        "title": _("Who came and who left"),
        "period": "",
        "unit": group.population.name,
        "head": [_("Why"), _("Persons")],
        "rows": lines,
        "notes": _("“–”: hidden to protect people.") if account.has_hidden else "",
    }


def _flows(name: str, flows: tuple[Flow, ...], together: Cell, sign: str) -> Iterator[Json]:
    """All who came, or left, then why: each reason that is shown, and the others in one line."""
    yield _line(name, together, sign, is_strong=True)
    for one in flows:
        if not one.cell.is_hidden:
            yield _line(one.label, one.cell, sign, level=1)
    if any(one.cell.is_hidden for one in flows):
        yield _line(_("for other reasons"), HIDDEN, level=1)


def _line(label: str, cell: Cell, sign: str = "", *, is_strong: bool = False, level: int = 0) -> Json:
    shown = "–" if cell.value is None else f"{sign if cell.value else ''}{i18n.number(cell.value)}"
    return {"label": label, "value": shown, "is_hidden": cell.is_hidden, "is_strong": is_strong, "level": level}


def _funding(funding: Funding) -> Json:
    """Required, received and the share of it, as a bar with its words below."""
    figures = [one for one in (funding.required, funding.share) if one is not None]
    rows = [{"label": one.name, "value": _value(one)} for one in figures]
    if funding.received:
        name = _("Funding received")
        if funding.is_received_derived:
            name = ", ".join((name, _("worked out from the share")))
        rows.insert(1, {"label": name, "value": funding.received})
    days = {one.as_of for one in figures}
    share = funding.share.value if funding.share is not None else None
    return {
        "kind": "funding",
        "is_wide": False,
        "title": _("Funding"),
        "period": _("as of %(day)s", day=i18n.day(days.pop())) if len(days) == 1 else "",
        "unit": funding.scope,
        "share": float(share) if share is not None else None,
        "rows": rows,
        "notes": _sentence(dict.fromkeys(one.source for one in figures)),
    }


def _sentence(sources: Iterable[str]) -> str:
    said = "; ".join(one.rstrip(".") for one in sources if one)
    return _("Source: %(source)s", source=said) + "." if said else ""


# -- text ----------------------------------------------------------------------------------------------------------


def _sections(sheet: Sheet) -> Iterator[Json]:
    """What is read below the pictures; a section without anything to say is left out."""
    found = (
        (_("What this edition corrects, and why"), _correction(sheet)),
        (_("Countries of this sheet"), _countries(sheet)),
        (_("What partners do"), _activities(sheet.activities)),
        (_("How long a first decision takes"), _durations(sheet)),
        (_("Law and commitments"), _law(sheet.law, sheet.figures)),
    )
    yield from _with_words(found)


def _small_print(sheet: Sheet) -> Iterator[Json]:
    """What is looked up rather than read, set smaller and run together."""
    found = (
        (_("How these figures are made"), _method(sheet)),
        (_("What the words mean"), _terms(sheet)),
        (_("Sources of the figures"), _sources(sheet)),
        (_("How to cite"), _citation(sheet)),
    )
    yield from _with_words(found)


def _with_words(sections: Iterable[tuple[str, Iterable[Json]]]) -> Iterator[Json]:
    for heading, blocks in sections:
        held = [*blocks]
        if held:
            yield {"heading": heading, "blocks": held}


def _paragraph(text: str) -> Json:
    return {"kind": "paragraph", "text": text, "label": ""}


def _said_of(label: str, text: str) -> Json:
    """A paragraph that begins with what it is about, in bold."""
    return {**_paragraph(text), "label": label}


def _labelled(label: str, members: tuple[str, ...]) -> Json:
    return _said_of(f"{label}:", _joined(members))


def _joined(members: tuple[str, ...]) -> str:
    return "; ".join(members) + "."


def _partners(sheet: Sheet) -> Iterator[Json]:
    for one in sheet.partners:
        if one.members:
            yield _labelled(one.name, one.members)
    if sheet.donors:
        yield _labelled(_("Donors"), sheet.donors)
    if sheet.contacts:
        yield _labelled(_("Contacts"), sheet.contacts)


def _table(head: list[str], rows: list[list[str]]) -> Json:
    return {"kind": "table", "head": head, "rows": rows}


def _activities(activities: tuple[Activity, ...]) -> Iterator[Json]:
    for one in activities:
        counts = [{"name": each.name, "value": _count(each.value)} for each in one.counts]
        yield {"kind": "activity", "label": f"{one.name}.", "paragraphs": [*one.paragraphs], "counts": counts}


def _count(value: int | None) -> str:
    return i18n.number(value) if value is not None else _("hidden")


def _durations(sheet: Sheet) -> Iterator[Json]:
    """Only those that are shown: the list of what is withheld tells nobody anything."""
    shown = [one for one in sheet.durations if one.median_days is not None]
    if shown:
        rows = [[one.name, i18n.number(one.median_days)] for one in shown]
        yield _table([_("Procedure"), _("Median, days")], rows)


def _law(law: Law | None, figures: tuple[Figure, ...]) -> Iterator[Json]:
    if law is None:
        return
    for label, members in (
        (_("Party to"), law.party_to),
        (_("Not party to"), law.not_party_to),
        (_("Commitments"), law.commitments),
    ):
        if members:
            yield _labelled(label, members)
    for one in figures:
        if one.unit == "count" and one.is_known:
            yield _said_of(f"{one.name}:", f"{one.text}.")
    yield from map(_paragraph, law.paragraphs)


def _countries(sheet: Sheet) -> Iterator[Json]:
    if sheet.countries:
        rows = [[one.name, i18n.day(one.as_of), one.edition] for one in sheet.countries]
        yield _table([_("Country"), _("As of"), _("Edition")], rows)


def _correction(sheet: Sheet) -> Iterator[Json]:
    if sheet.correction is None:
        return
    yield _paragraph(sheet.correction.reason)
    if sheet.correction.changes:
        rows = [[one.what, one.before, one.after] for one in sheet.correction.changes]
        yield _table([_("Figure"), _("It said"), _("It says now")], rows)


def _method(sheet: Sheet) -> Iterator[Json]:
    yield from map(_paragraph, sheet.method)
    if len(sheet.groups) > 1:
        yield _paragraph(
            _(
                "Somebody who seeks asylum and is of undetermined nationality is in both groups, so the groups are "
                "not added up."
            )
        )
    yield _paragraph(_("What is withheld is hatched. Totals include it."))
    if any(one.kind is Kind.TILES for one in sheet.all_drawings):
        yield _paragraph(
            _(
                "Boundaries are not shown. Tiles are placed approximately and imply no opinion on the status of any "
                "territory."
            )
        )
    for one in sheet.findings:
        if one.is_explained:
            yield _said_of(f"{one.figure}.", f"{one.message} {one.explanation}")


def _terms(sheet: Sheet) -> Iterator[Json]:
    """Of what stands on these pages; the workbook defines the rest."""
    drawn = {one.table for one in sheet.all_drawings}
    names = {each.name for one in _head(sheet.figures) for each in (one, *one.components)}
    names |= {one.population.name for one in sheet.groups}
    names |= {one.population.name for one in sheet.tables if one.code in drawn}
    names |= {one.name for one in sheet.durations if one.median_days is not None}
    said: dict[str, list[str]] = {}
    for one in sheet.terms:
        if one.name in names:
            said.setdefault(one.definition, []).append(one.name)
    for definition, called in said.items():
        yield _said_of(f"{'; '.join(called)}.", definition)


def _sources(sheet: Sheet) -> Iterator[Json]:
    """What was published by others and is quoted; the source of each number stands beside it."""
    documents = [each.document for one in sheet.figures for each in one.all if each.document]
    drawn = [line.source for one in sheet.drawings for line in one.lines if line.source]
    yield from (_paragraph(f"{one.rstrip('.')}.") for one in dict.fromkeys([*documents, *drawn]))


def _citation(sheet: Sheet) -> Iterator[Json]:
    yield _paragraph(sheet.citation)
    yield _said_of(_("Digest of the content (SHA-256)") + ":", sheet.digest)
