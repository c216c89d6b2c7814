"""What the sheet of several countries says: figures side by side, and sums only of like with like.

A sum is shown only where all of this holds, for otherwise it would count nothing that exists:

- every country that was chosen has the figure, and none withholds it;
- it is the same figure: code, name, definition, unit and what it is made of, word for word. An office with an older
  definition counts something else;
- it may be added up at all (`indicators.is_summable`): no estimate, no running total;
- it is a stock **of one day** in all countries. Persons move: who was counted in one country in January may be counted
  in another in July, once more. What a total is the sum of has to be of that day, too. Every figure that may be added
  up is a stock; flows never are.

Of numbers that are no exact ones the word carries over: with one “up to” among exact numbers the sum is “up to”. Where
two such words meet, nothing can be said of the sum.

Every country stands below the figure with its own number, day and source, summed or not. What is about several
countries already, as funding is, is one number that all of them print: it is taken once, never added.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import force_locale

from casework.core import i18n
from casework.core.config import LANGUAGES
from casework.core.i18n import Text
from casework.figures import indicators
from casework.figures.indicators import Source
from casework.regional.bundles import Bundle

Json = dict[str, Any]

AREA = "CENTRAL_ASIA"
AREA_NAME = Text("Central Asia", "Центральная Азия", "Орталық Азия")

NOT_EVERYWHERE = Text(
    "There is no sum: not every country has this figure.",
    "Суммы нет: этот показатель есть не у всех стран.",
    "Қосынды жоқ: бұл көрсеткіш барлық елде бірдей жоқ.",
)
WITHHELD = Text(
    "There is no sum: at least one country withholds its number to protect people.",
    "Суммы нет: хотя бы одна страна не показывает своё число, чтобы защитить людей.",
    "Қосынды жоқ: кемінде бір ел адамдарды қорғау үшін санын көрсетпейді.",
)
UNKNOWN = Text(
    "There is no sum: at least one country does not know its number.",
    "Суммы нет: хотя бы в одной стране число неизвестно.",
    "Қосынды жоқ: кемінде бір елде саны белгісіз.",
)
UNLIKE = Text(
    "There is no sum: the countries define this figure differently.",
    "Суммы нет: страны определяют этот показатель по-разному.",
    "Қосынды жоқ: елдер бұл көрсеткішті әртүрлі анықтайды.",
)
NEVER = Text(
    "There is no sum: this figure is never added up.",
    "Суммы нет: этот показатель никогда не складывается.",
    "Қосынды жоқ: бұл көрсеткіш ешқашан қосылмайды.",
)
OTHER_DAYS = Text(
    "There is no sum: the numbers are as of different days, and people may have moved in between ({days}).",
    "Суммы нет: числа указаны на разные даты, а люди за это время могли переехать ({days}).",
    "Қосынды жоқ: сандар әртүрлі күнге берілген, ал адамдар осы аралықта көшуі мүмкін ({days}).",
)
OTHER_WORDS = Text(
    "There is no sum: the numbers are inexact in different ways, such as “up to” and “more than”.",
    "Суммы нет: числа неточны по-разному, например «до» и «более».",
    "Қосынды жоқ: сандар әртүрлі түрде дәл емес, мысалы, «дейін» және «астам».",
)
DISAGREE = Text(
    "The countries print different numbers for the same area, so none is shown.",
    "Страны приводят разные числа для одной и той же территории, поэтому ни одно не показано.",
    "Елдер бір аумақ үшін әртүрлі сан келтіреді, сондықтан ешқайсысы көрсетілмейді.",
)


def countries(bundles: Sequence[Bundle]) -> list[Json]:
    """The countries of a sheet, each with its day, its edition and the digest of the release that its numbers are."""
    return [
        {
            "area": one.area,
            "name": _name(one.area),
            "as_of": one.as_of.isoformat(),
            "edition": one.edition,
            "digest": one.release_digest,
        }
        for one in _ordered(bundles)
    ]


def figures(bundles: Sequence[Bundle]) -> list[Json]:
    """The Key Figures of all these countries together, as in a publication; one bundle per country.

    Of a figure that is summed by the countries themselves the parts are the sums of what it is made of. Raises
    ValueError for two bundles of one country.
    """
    if len({one.area for one in bundles}) < len(bundles):
        raise ValueError("There are two bundles of one country.")
    chosen = _ordered(bundles)
    found = []
    for code in dict.fromkeys(one["code"] for bundle in chosen for one in bundle.figures):
        each = {one.area: _of(one.figures, code) for one in chosen}
        if all(one["scope"] == area for area, one in each.items() if one is not None):
            found.append(_figure(code, each, chosen))
        else:
            found.append(_shared([one for one in each.values() if one is not None]))
    return found


def _ordered(bundles: Iterable[Bundle]) -> list[Bundle]:
    return sorted(bundles, key=lambda one: list(indicators.SCOPES).index(one.area))


def _name(area: str) -> Json:
    return _words(indicators.SCOPES[area])


def _words(text: Text) -> Json:
    return {language: getattr(text, language) for language in LANGUAGES}


def _of(figures: Iterable[Json], code: str) -> Json | None:
    return next((one for one in figures if one["code"] == code), None)


# -- one figure of every country ---------------------------------------------------------------------------------


def _figure(code: str, each: Mapping[str, Json | None], bundles: Sequence[Bundle]) -> Json:
    """`each`: the figure of every country by its code, None where a country has none."""
    given = [one for one in each.values() if one is not None]
    first, why = given[0], _why_no_sum(code, each)
    total, days = sum(_number(one) for one in given) if why is None else None, {one["as_of"] for one in given}
    divided = "components" if first["components"] else "parts"
    return {
        "code": code,
        "name": first["name"],
        "definition": first["definition"],
        "value": _written(total),
        "hidden": why is WITHHELD,
        "unit": first["unit"],
        "scope": AREA,
        "as_of": days.pop() if len(days) == 1 else None,
        "qualifier": next(iter(_qualifiers(given)), "") if why is None else "",
        "source": str(Source.SUM) if why is None else "",
        "document": "",
        "note": _words(why) if why is not None else "",
        "verified": all(one["verified"] for one in given),
        "parts": [
            _figure(part, {area: _of(one[divided], part) if one else None for area, one in each.items()}, bundles)
            for part in dict.fromkeys(part["code"] for one in given for part in one[divided])
        ],
        "components": [_country(own, one) for one in bundles if (own := each[one.area]) is not None],
    }


def _country(figure: Json, bundle: Bundle) -> Json:
    """What one country says of a figure: under its name, with its own day and source."""
    is_own = figure["source"] in {str(one) for one in Source}
    return {
        **{name: figure[name] for name in ("value", "hidden", "unit", "as_of", "qualifier", "note", "verified")},
        "code": f"{figure['code']}_in_{bundle.area.lower()}",
        "name": _name(bundle.area),
        "definition": "",
        "scope": bundle.area,
        "source": _of_sheet(bundle) if is_own else figure["source"],
        "document": bundle.code if is_own else figure["document"],
        "parts": [],
        "components": [],
    }


def _of_sheet(bundle: Bundle) -> Json:
    name = indicators.SCOPES[bundle.area]
    return _words(
        Text(f"Factsheet: {name.en}", f"Информационный бюллетень: {name.ru}", f"Ақпараттық бюллетень: {name.kk}")
    )


def _why_no_sum(code: str, each: Mapping[str, Json | None]) -> Text | None:
    """Why the numbers of the countries are not added up; None when they are."""
    given = [one for one in each.values() if one is not None]
    if code not in _SUMMABLE:
        return NEVER
    if len(given) < len(each):
        return NOT_EVERYWHERE
    if any(one["hidden"] for one in given):
        return WITHHELD
    if any(one["value"] is None for one in given):
        return UNKNOWN
    if len({_meaning(one, area) for area, one in each.items() if one is not None}) > 1:
        return UNLIKE
    if len({day for one in given for day in _days(one)}) > 1:
        return _other_days(each)
    return OTHER_WORDS if len(_qualifiers(given)) > 1 else None


def _other_days(each: Mapping[str, Json | None]) -> Text:
    """Which country counts as of which days: “Kazakhstan: 1 January 2025; Kyrgyzstan: 1 July 2024”."""
    said = {}
    for language in LANGUAGES:
        with force_locale(language):
            days = {
                area: ", ".join(i18n.day(date.fromisoformat(day)) for day in sorted(set(_days(one))))
                for area, one in each.items()
                if one is not None
            }
            listed = "; ".join(f"{indicators.SCOPES[area]}: {words}" for area, words in days.items())
            said[language] = getattr(OTHER_DAYS, language).format(days=listed)
    return Text(**said)


def _summable() -> Iterator[str]:
    for figure in indicators.KEY_FIGURES:
        for one in (figure, *figure.parts, *figure.components):
            if one.is_summable and one.unit in indicators.WHOLE:
                yield one.code


_SUMMABLE = frozenset(_summable())


def _meaning(figure: Json, area: str) -> str:
    """What a figure counts, as one text: two that count the same have the same."""
    spot = figure.get("spot") or {}  # of the rest of a total it says without which countries of origin
    counted = {
        **{name: figure[name] for name in ("code", "name", "definition", "unit")},
        "scope": "own" if figure["scope"] == area else figure["scope"],
        "traits": [spot.get("population"), spot.get("traits")],
        "of": [_meaning(one, area) for one in figure["components"]],
    }
    return json.dumps(counted, sort_keys=True)


def _days(figure: Json) -> Iterator[str]:
    yield figure["as_of"]
    for one in figure["components"]:
        yield from _days(one)


def _qualifiers(given: Iterable[Json]) -> set[str]:
    return {one["qualifier"] for one in given if one["qualifier"]}


def _number(figure: Json) -> Decimal:
    return Decimal(figure["value"])


def _written(value: Decimal | int | None) -> int | str | None:
    if value is None:
        return None
    return int(value) if value == int(value) else format(Decimal(value).normalize(), "f")


# -- figures of several countries --------------------------------------------------------------------------------


def _shared(given: Sequence[Json]) -> Json:
    """A number about several countries, from the sheets that print it: the newest, if they agree on that.

    Where one of them means another area by it, or its own country, there is none.
    """
    newest = max(one["as_of"] for one in given)
    latest = [one for one in given if one["as_of"] == newest]
    taken = {name: value for name, value in latest[0].items() if name != "spot"} | {"parts": [], "components": []}
    none = {**taken, "value": None, "hidden": False, "qualifier": "", "source": "", "document": ""}
    if len({_meaning(one, "") for one in given}) > 1:
        return {**none, "scope": AREA, "note": _words(UNLIKE)}
    if len({(str(one["value"]), one["qualifier"]) for one in latest}) > 1:
        return {**none, "note": _words(DISAGREE)}
    return taken
