"""The content of an edition in one language, put together from its release, its texts and the lists of its day.

It is a function of what is published: a release's own publication, releases frozen before it, figures of others that
two have seen. Nothing is counted here.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask_babel import force_locale

from casework.accounts import queries as accounts
from casework.core.config import LANGUAGES
from casework.core.i18n import Text
from casework.disclosure.tables import TOTAL
from casework.editions import changes, queries, rules, texts, trends
from casework.editions.models import Edition, Step
from casework.factsheets.content import in_one_line
from casework.figures import external_queries, indicators
from casework.reference import queries as codes
from casework.regional import queries as regional
from casework.regional import rollup
from casework.regional.bundles import SHARED
from casework.releases import queries as releases

Json = dict[str, Any]

AREAS = {**indicators.SCOPES, rollup.AREA: rollup.AREA_NAME}
KAZAKHSTAN = "KAZ"

COUNTED: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "counselling": (
        ("sessions", "", ""),
        ("services", "service_type", "COUNSEL"),
        ("services", "service_type", "INFO"),
    ),
    "assistance": tuple(("services", "service_type", one) for one in ("ASSIST", "REPR_ADM", "REPR_COURT", "SOCIAL")),
    "cash": (("services", "service_type", "CASH"),),
    "awareness": tuple(("services", "service_type", one) for one in ("AWARE", "HOTLINE")),
}
"""What is counted of an activity: population, dimension, category; without a dimension the whole."""


def content(edition: Edition, language: str) -> Json:
    """All that a language of an edition says: casework.factsheet/1.

    Raises texts.UnknownFigure for a placeholder of what is not published, DomainError for a bundle that is not trusted
    any more.
    """
    with force_locale(language):
        found = _content(edition, language)
        first = queries.first_sent_in(edition, language)
        if first is not None:
            found = _alike(found, queries.content(first))
        found["correction"] = _correction(edition, found) if edition.corrects_id is not None else None
    return found


def figures(edition: Edition) -> list[Json]:
    """The Key Figures of an edition, as its content has them: no text has a part in them."""
    if edition.release is None:
        return rollup.figures(regional.opened(edition.bundles))
    found: list[Json] = releases.publication(edition.release)["figures"]
    return found


def resolved(edition: Edition, text: str, figures: Sequence[Mapping[str, Any]]) -> str:
    """A text of the edition as it is printed, in the language of the page. Raises texts.UnknownFigure."""
    return texts.resolved(text, _known(edition, figures))


def _known(edition: Edition, figures: Sequence[Mapping[str, Any]]) -> texts.Known:
    return texts.Known.of(figures, edition.as_of, str(AREAS[edition.area]))


def _content(edition: Edition, language: str) -> Json:
    publication = releases.publication(edition.release) if edition.release is not None else None
    bundles = regional.opened(edition.bundles) if edition.release is None else []
    key_figures = publication["figures"] if publication is not None else rollup.figures(bundles)
    said = _texts(edition, language, _known(edition, key_figures))
    is_ours = edition.area == KAZAKHSTAN
    return {
        "format": rules.FORMAT,
        "kind": rules.NATIONAL if publication is not None else rules.REGIONAL,
        "language": language,
        "area": edition.area,
        "area_name": _words(AREAS[edition.area]),
        "as_of": edition.as_of.isoformat(),
        "edition": edition.number,
        "code": edition.code,
        "release": _release(edition),
        "publication": publication,
        "figures": key_figures,
        "title": in_one_line(said["title"]),
        "lead": said["lead"],
        "messages": [_message(said[one]) for one in texts.MESSAGES if said[one]],
        "activities": list(_activities(said, publication)) if publication is not None else [],
        "partners": list(_partners(edition)) if publication is not None else [],
        "law": _law(edition, said["law"]) if publication is not None and is_ours else None,
        "funding": _funding(key_figures),
        "donors": _listed("donor", edition),
        "contacts": said["contacts"],
        "method": said["method"],
        "explained": said[rules.EXPLAINED],
        "trends": _trends(edition, publication) if publication is not None else [],
        "countries": rollup.countries(bundles),
        "correction": None,
    }


def _alike(found: Json, first: Json) -> Json:
    """The content with everything but its texts from the language of the edition that was sent in first."""
    law = found["law"]
    return {
        **found,
        **{name: first[name] for name in SHARED},
        "law": {**first["law"], "text": law["text"]} if law is not None and first["law"] is not None else law,
    }


def _words(text: Text) -> Json:
    return {language: getattr(text, language) for language in LANGUAGES}


def _release(edition: Edition) -> Json | None:
    release = edition.release
    if release is None:
        return None
    counted_on = releases.publication(release)["counted_on"]
    return {"code": release.code, "digest": release.digest, "counted_on": counted_on}


# -- texts -------------------------------------------------------------------------------------------------------


def _texts(edition: Edition, language: str, known: texts.Known) -> dict[str, str]:
    """Every text with its placeholders resolved; empty where there is none."""
    rows = queries.texts(edition)
    found = {}
    for section in texts.SECTIONS:
        row = rows.get((section.code, language))
        found[section.code] = texts.resolved(row.text, known).replace("\r\n", "\n").strip() if row is not None else ""
    return found


def _trends(edition: Edition, publication: Json) -> list[Json]:
    return trends.of(edition.area, edition.as_of, publication, queries.withdrawn_releases())


def _message(text: str) -> Json:
    title, _line, rest = text.partition("\n")
    return {"title": title.strip(), "text": in_one_line(rest)}


def _activities(said: Mapping[str, str], publication: Json) -> Iterator[Json]:
    names = {one.code: one.name for one in texts.SECTIONS}
    for code in texts.ACTIVITIES:
        counts = [each for one in COUNTED.get(code, ()) for each in _count(publication, *one)]
        if said[code] or counts:
            yield {"code": code, "name": _words(names[code]), "text": said[code], "counts": counts}


def _count(publication: Json, population: str, by: str, category: str) -> Iterator[Json]:
    """What the release says of it, if it says anything: the whole, or a margin of the first table that has it."""
    for table in publication["tables"]:
        dimensions = [one["code"] for one in table["dimensions"]]
        if table["population"] != population or (by and by not in dimensions):
            continue
        name = publication["populations"][population]["name"]
        if by:
            labels = {one["code"]: one["label"] for one in table["dimensions"][dimensions.index(by)]["categories"]}
            if category not in labels:
                continue
            name = labels[category]
        at = [category if one == by else TOTAL for one in dimensions]
        cell = next(one for one in table["cells"] if one["at"] == at)
        yield {"name": name, "value": None if cell.get("hidden") else cell.get("value"), "unit": table["unit"]}
        return


# -- lists as they are in force on the day -----------------------------------------------------------------------


def _listed(name: str, edition: Edition) -> list[Json]:
    return [_words(one.words) for one in codes.items(name, edition.as_of)]


def _partners(edition: Edition) -> Iterator[Json]:
    civil = [
        _words(Text(one.name_en, one.name_ru, one.name_kk))
        for one in accounts.organisations()
        if one.kind == "partner" and one.is_active
    ]
    state = _listed("state_partner", edition) if edition.area == KAZAKHSTAN else []
    for kind, names in (("state", state), ("civil", civil)):
        if names:
            yield {"kind": kind, "names": names}


def _law(edition: Edition, text: str) -> Json:
    """What the State is bound by on the day: an accession is a row retired in one list and added to the other."""
    return {
        "party": _listed("treaty_party", edition),
        "not_party": _listed("treaty_not_party", edition),
        "commitments": _listed("commitment", edition),
        "text": text,
    }


# -- money -------------------------------------------------------------------------------------------------------


def _funding(key_figures: Sequence[Json]) -> Json | None:
    """What is required, and what of it was received: as recorded with the share, else worked out from it."""
    found = {one["code"]: one for one in key_figures if one["value"] is not None}
    required = found.get(indicators.FUNDING_REQUIRED.code)
    share = found.get(indicators.FUNDING_SHARE.code)
    first = required or share
    if first is None:
        return None
    received = _recorded(share) if share is not None else None
    is_derived = False
    if received is None and required is not None and share is not None and required["scope"] == share["scope"]:
        received, is_derived = Decimal(required["value"]) * Decimal(share["value"]) / 100, True
    return {
        "required": required,
        "share": share,
        "received": format(received.normalize(), "f") if received is not None else None,
        "is_derived": is_derived,
        "scope": _words(AREAS[first["scope"]]),
    }


def _recorded(share: Json) -> Decimal | None:
    """The amount that was entered with the very figure that the release has printed."""
    series = indicators.FUNDING_SHARE.series
    for one in external_queries.standing([series]):
        day, scope, source = share["as_of"], share["scope"], share["source"]
        is_it = (one.as_of.isoformat(), one.scope, one.source) == (day, scope, source) and one.category == ""
        if is_it and one.value == Decimal(share["value"]):
            return one.numerator
    return None


# -- corrections -------------------------------------------------------------------------------------------------


def _correction(edition: Edition, found: Json) -> Json:
    """Why this edition is there, and what it says otherwise than the latest one of its day that still stands.

    Nothing is repeated out of what was withdrawn: it may have been withdrawn for that. Where nothing stands any more,
    only the hash says what is corrected.
    """
    reason = queries.text(edition, rules.CORRECTION, found["language"])
    earlier = [one for one in queries.public_index(edition.area) if one.as_of == edition.as_of]
    earlier = [one for one in earlier if one.number < edition.number]
    ranked = sorted(
        earlier, key=lambda one: (one.step != Step.PUBLISHED, -one.number, one.language != found["language"])
    )
    corrected = ranked[0] if ranked else None
    is_standing = corrected is not None and corrected.step == Step.PUBLISHED
    return {
        "reason": resolved(edition, reason.text, found["figures"]).strip() if reason is not None else "",
        "changes": changes.between(queries.content(corrected), found) if corrected is not None and is_standing else [],
        "corrects": corrected.digest if corrected is not None else None,
    }
