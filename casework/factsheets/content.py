"""What a sheet says, read from its content: the same for every output, and a function of the content alone.

Nothing here asks the database: two caseloads that print the same publication make the same sheet, down to the order of
the lines and the words for those who do not see them.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from casework.core import i18n
from casework.factsheets import pictures
from casework.factsheets.model import (
    Activity,
    Change,
    Correction,
    Count,
    Country,
    Drawing,
    Funding,
    Group,
    Law,
    Message,
    Partners,
    Sheet,
    Term,
)
from casework.factsheets.wordings import worded
from casework.figures import indicators, report
from casework.figures.indicators import Source
from casework.releases import reading, rules
from casework.releases.reading import Figure, Finding, Publication, said

Json = Mapping[str, Any]

FORMAT = "casework.factsheet/1"


def sheet(content: Json) -> Sheet:
    """The sheet of a content, in the language that the content was written in, whatever the page's is.

    Raises KeyError for a content that is none, ValueError for one of another format.
    """
    if content["format"] != FORMAT:
        raise ValueError(content["format"])
    with force_locale(content["language"]):
        return _sheet(content)


def _sheet(content: Json) -> Sheet:
    publication = reading.publication(content["publication"]) if content["publication"] is not None else None
    release = content["release"] or {}
    figures = tuple(_with_source(reading.figure(one)) for one in content["figures"])
    drawings = _trends(content)
    groups: tuple[Group, ...] = ()
    if publication is not None:
        groups = tuple(_groups(publication, release["code"]))
        drawings += pictures.of_activities(publication, release["code"])
    return Sheet(
        language=content["language"],
        kind=content["kind"],
        area=content["area"],
        area_name=said(content["area_name"]),
        as_of=date.fromisoformat(content["as_of"]),
        edition=content["edition"],
        code=content["code"],
        digest=rules.digest(rules.canonical(content)),
        title=content["title"],
        lead=content["lead"],
        release=release.get("code", ""),
        release_digest=release.get("digest", ""),
        counted_on=date.fromisoformat(release["counted_on"]) if release.get("counted_on") else None,
        threshold=publication.threshold if publication is not None else rules.THRESHOLD,
        figures=figures,
        messages=tuple(Message(one["title"], one["text"]) for one in content["messages"]),
        groups=groups,
        drawings=drawings + (pictures.of_countries(figures) if publication is None else ()),
        activities=tuple(_activity(one) for one in content["activities"]),
        partners=tuple(_partners(one) for one in content["partners"]),
        law=_law(content["law"]) if content["law"] is not None else None,
        funding=_funding(content["funding"]) if content["funding"] is not None else None,
        donors=tuple(said(one) for one in content["donors"]),
        contacts=tuple(one.strip() for one in content["contacts"].splitlines() if one.strip()),
        tables=publication.tables if publication is not None else (),
        durations=publication.durations if publication is not None else (),
        countries=tuple(_country(one) for one in content["countries"]),
        terms=_terms(figures, publication),
        method=(*(publication.method if publication is not None else ()), *paragraphs(content["method"])),
        findings=_findings(publication, paragraphs(content["explained"])) if publication is not None else (),
        sources=_sources(figures, drawings),
        citation=_citation(content),
        correction=_correction(content["correction"]) if content["correction"] is not None else None,
    )


def _findings(publication: Publication, explained: Sequence[str]) -> tuple[Finding, ...]:
    """What does not add up, explained in the words of the content where it has them for each: else as it was signed."""
    signed = [one for one in publication.findings if one.is_explained]
    if len(explained) != len(signed):
        return publication.findings
    words = dict(zip((one.key for one in signed), explained, strict=True))
    return tuple(replace(one, explanation=words.get(one.key, "")) for one in publication.findings)


def paragraphs(text: str) -> tuple[str, ...]:
    """What stands between empty lines, each in one line."""
    parts = re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n"))
    return tuple(in_one_line(one) for one in parts if one.strip())


def in_one_line(text: str) -> str:
    """The words with one space between them. A space that must not break, as in 7 399, stays what it is."""
    return re.sub(r"[ \t\r\n]+", " ", text).strip()


# -- figures -------------------------------------------------------------------------------------------------


def _with_source(figure: Figure) -> Figure:
    """The figure with its source in words also where it is counted or added up, in the language of the sheet."""
    match figure.source:
        case Source.CASES:
            source = _("Counted from the case data of partners")
        case Source.SUM:
            source = _("The sum of its parts")
        case Source.REST:
            source = _("The total without the others")
        case _:
            source = worded(figure.source)
    return replace(
        figure,
        source=source,
        document=worded(figure.document),
        note=worded(figure.note),
        parts=tuple(_with_source(one) for one in figure.parts),
        components=tuple(_with_source(one) for one in figure.components),
    )


def _groups(publication: Publication, release: str) -> Iterator[Group]:
    for indicator in indicators.COUNTED:
        population = publication.populations.get(indicator.code)
        if population is not None:
            account = next((one for one in publication.accounts if one.population.code == indicator.code), None)
            yield Group(population, pictures.of_population(publication, indicator.code, release), account)


def _terms(figures: Iterable[Figure], publication: Publication | None) -> tuple[Term, ...]:
    """Every word that is counted, once, in the order in which the sheet uses it."""
    found = {each.name: each.definition for one in figures for each in one.all if each.definition}
    if publication is not None:
        counted = [(one.name, one.definition) for one in publication.populations.values()]
        for name, definition in (*counted, *((one.name, one.definition) for one in publication.durations)):
            if definition:
                found.setdefault(name, definition)
    return tuple(Term(name, definition) for name, definition in found.items())


def _sources(figures: Iterable[Figure], drawings: Iterable[Drawing]) -> tuple[str, ...]:
    """Where figures and lines come from, each once."""
    lines = [
        _("%(figure)s: %(source)s, as of %(day)s", figure=each.name, source=each.source, day=i18n.day(each.as_of))
        for one in figures
        for each in one.all
        if each.source and each.is_known
    ]
    lines += [
        _("%(figure)s: %(source)s", figure=line.label, source=line.source)
        for one in drawings
        for line in one.lines
        if line.source
    ]
    return tuple(dict.fromkeys(lines))


def _funding(content: Json) -> Funding:
    required, share = (
        _with_source(reading.figure(content[name])) if content[name] is not None else None
        for name in ("required", "share")
    )
    received = Decimal(content["received"]) if content["received"] is not None else None
    qualifier = ""
    if received is not None and content["is_derived"]:
        # The share is rounded to two places at most: so is what follows from it.
        received, qualifier = received.quantize(Decimal(1).scaleb(received.adjusted() - 1)), "about"
    return Funding(
        required=required,
        received=report.worded(received, indicators.Unit.USD, qualifier) if received is not None else "",
        is_received_derived=content["is_derived"],
        share=share,
        scope=said(content["scope"]),
    )


# -- lists and texts -----------------------------------------------------------------------------------------


def _activity(content: Json) -> Activity:
    counts = tuple(Count(said(one["name"]), one["value"], one["unit"]) for one in content["counts"])
    return Activity(content["code"], said(content["name"]), paragraphs(content["text"]), counts)


def _partners(content: Json) -> Partners:
    name = _("State partners") if content["kind"] == "state" else _("Civil society partners")
    return Partners(name, tuple(said(one) for one in content["names"]))


def _law(content: Json) -> Law:
    return Law(
        party_to=tuple(said(one) for one in content["party"]),
        not_party_to=tuple(said(one) for one in content["not_party"]),
        commitments=tuple(said(one) for one in content["commitments"]),
        paragraphs=paragraphs(content["text"]),
    )


def _country(content: Json) -> Country:
    return Country(
        area=content["area"],
        name=said(content["name"]),
        as_of=date.fromisoformat(content["as_of"]),
        edition=str(content["edition"]),
        digest=content["digest"],
    )


def _correction(content: Json) -> Correction:
    changes = (Change(said(one["what"]), said(one["before"]), said(one["after"])) for one in content["changes"])
    return Correction(content["reason"], tuple(changes))


def _trends(content: Json) -> tuple[Drawing, ...]:
    return tuple(pictures.trend(one) for one in content["trends"])


def _citation(content: Json) -> str:
    return _(
        "%(title)s. As of %(day)s. Edition %(code)s.",
        title=content["title"].rstrip("."),
        day=i18n.day(date.fromisoformat(content["as_of"])),
        code=content["code"],
    )
