"""What anybody reads without signing in: published editions and their files, the same for everyone who asks.

Nothing is read but the tables edition_languages and edition_files; no cookie is read or set; nothing is audited, for
nothing of a person is shown and nobody is known who could be named.
"""

import hashlib
import json
import re
from collections.abc import Iterable
from datetime import date
from itertools import groupby
from typing import Any, TypeVar

from flask import Blueprint, Response, current_app, g, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.routing import BaseConverter
from werkzeug.wrappers import Response as Answer

from casework.core import i18n
from casework.core.access import anonymous
from casework.core.config import LANGUAGES, Settings
from casework.documents.pages import size_words
from casework.editions import published, queries, rendering
from casework.editions.models import EditionLanguage
from casework.editions.published import Shelf, is_standing
from casework.factsheets.record import SCHEMA
from casework.figures import indicators

blueprint = Blueprint("factsheets", __name__, url_prefix="/factsheets")

SOON = 300
"""Seconds for which a copy may be shown unasked: a page may have a correction or a notice on it the next moment."""
LATER = 3600
"""Of a numbered edition's files: they never change, but they may be withdrawn."""

Shown = TypeVar("Shown", bound=Answer)

_DAY = "<place>/<as_of>"
_EDITION = f"{_DAY}/e<edition_number:number>"
_LANGUAGE = f"<any({', '.join(LANGUAGES)}):language>"


class EditionNumber(BaseConverter):
    """A number in an address, in the one spelling that we write: no 01, no digits of other scripts, nothing endless."""

    regex = "[1-9][0-9]{0,8}"

    def to_python(self, value: str) -> int:
        return int(value)


@blueprint.record
def _read_numbers(state: BlueprintSetupState) -> None:
    state.app.url_map.converters["edition_number"] = EditionNumber


@blueprint.context_processor
def _site() -> dict[str, str]:
    """What search engines are told: never the host that a request names, which anybody chooses."""
    return {"site": _settings().address}


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


# -- answers -----------------------------------------------------------------------------------------------------


def answer(page: str, seconds: int) -> Response:
    """A page that may be kept for so many seconds and then asked after by its hash: 304 for who has it already."""
    return varied(_kept(Response(page), hashlib.sha256(page.encode()).hexdigest(), seconds))


def missing() -> tuple[str, int]:
    """Nothing there, or nothing that is public: not to be told apart."""
    page = render_template("editions/public_missing.html", language=speak(), tongues={}, canonical="", description="")
    return page, 404


def _kept(made: Response, tag: str, seconds: int) -> Response:
    """The answer with its tag and how long it may be kept; without its body for who has it, or wants another one.

    RFC 9110, 13.2.2: If-Match comes first, and undoes nothing of If-None-Match.
    """
    made.set_etag(tag)
    made.headers["Cache-Control"] = f"public, max-age={seconds}"
    if request.if_match and not request.if_match.contains(tag):
        made.status_code = 412
        made.headers["Cache-Control"] = "no-store"
        made.set_data(b"")
    elif _has_already(tag):
        made.status_code = 304
    return made


def _has_already(tag: str) -> bool:
    return bool(request.if_none_match.contains_weak(tag))


def speak(language: str = "") -> str:
    """Let the page speak this language; without one, that of the address or of the browser. Nobody's own."""
    g.language = (
        language or _in_address() or request.accept_languages.best_match(LANGUAGES) or _settings().default_language
    )
    return str(g.language)


def _in_address() -> str:
    wanted = ((request.view_args or {}).get("language"), request.args.get("language"))
    return next((str(one) for one in wanted if one in LANGUAGES), "")


def varied(made: Shown) -> Shown:
    """Where the address leaves the language to the browser, a copy is kept for readers of that language alone."""
    if not _in_address():
        made.vary.add("Accept-Language")
    return made


# -- lists and ways ----------------------------------------------------------------------------------------------


@blueprint.get("")
@blueprint.get("/")
@anonymous
def index() -> Response:
    """Every edition that was published, of every area."""
    language = speak()
    rows = published.shelf().rows
    by_area = {area: [one for one in rows if one.area == area] for area in dict.fromkeys(one.area for one in rows)}
    page = render_template(
        "editions/public_index.html",
        language=language,
        areas=[_area(found, language) for found in by_area.values()],
        tongues={one: url_for("factsheets.index", language=one) for one in LANGUAGES},
        canonical=url_for("factsheets.index", language=language),
        description=_("Every published factsheet with its figures, charts and files."),
    )
    return answer(page, SOON)


def _area(rows: list[EditionLanguage], language: str) -> dict[str, Any]:
    """An area of the list: the title of what stands there, else its name, and its editions with their languages."""
    newest = Shelf(rows).newest(language)
    editions = []
    for _key, group in groupby(rows, key=lambda one: (one.as_of, one.number)):
        found = list(group)
        editions.append(
            {
                "as_of": found[0].as_of,
                "number": found[0].number,
                "published_at": min(one.published_at for one in found if one.published_at),
                "links": [
                    {
                        "language": one.language,
                        "name": i18n.NAMES[one.language],
                        "url": address(one),
                        "is_withdrawn": not is_standing(one),
                    }
                    for one in found
                ],
            }
        )
    # The title of what was withdrawn may be what it was withdrawn for.
    title, spoken = (newest.title, newest.language) if newest is not None else (area_name(rows[0]), language)
    return {"place": published.place(rows[0].area), "title": title, "language": spoken, "editions": editions}


def area_name(row: EditionLanguage) -> str:
    return str(indicators.SCOPES.get(row.area, row.area))


@blueprint.get("/<place>")
@blueprint.get("/<place>/")
@anonymous
def area(place: str) -> Answer | tuple[str, int]:
    """To the newest edition of an area."""
    return _way(published.shelf(published.area_of(place)).newest(speak()))


@blueprint.get(f"/{_DAY}")
@anonymous
def of_day(place: str, as_of: str) -> Answer | tuple[str, int]:
    """To the edition of a day in the reader's language, or in one that it has."""
    day = _day(as_of)
    return _way(published.shelf(published.area_of(place)).of_day(day, speak()) if day else None)


def _way(row: EditionLanguage | None) -> Answer | tuple[str, int]:
    if row is None:
        return missing()
    made = redirect(address(row, is_numbered=False))
    made.headers["Cache-Control"] = f"public, max-age={SOON}"
    return varied(made)


# -- an edition --------------------------------------------------------------------------------------------------


@blueprint.get(f"/{_DAY}/{_LANGUAGE}", endpoint="day")
@blueprint.get(f"/{_EDITION}/{_LANGUAGE}", endpoint="edition")
@anonymous
def show(place: str, as_of: str, language: str, number: int | None = None) -> Response | tuple[str, int]:
    """An edition in a language: the newest of its day, or the one that is named."""
    speak(language)
    shelf, row = _found(place, as_of, language, number)
    if row is None:
        return missing()
    if not is_standing(row):
        return _withdrawn(shelf, row)
    page = queries.file(row, rendering.PAGE)
    if page is None:
        return missing()
    tongues = shelf.beside(row)
    html = render_template(
        "editions/public.html",
        language=language,
        edition=row,
        sheet=Markup(page.content.decode()),  # noqa: S704 # markup: made by factsheets.page, and not changed since
        downloads=list(_downloads(row)),
        notices=list(_notices(shelf, row)),
        compare=_comparison(shelf, row),
        absent=[i18n.NAMES[one] for one in LANGUAGES if one not in tongues],
        earlier=[_link(one) for one in shelf.earlier_in_others(row)],
        tongues={code: _here(shelf, one, number) for code, one in tongues.items()},
        canonical=_here(shelf, row, None),
        description=_(
            "%(title)s: figures as of %(day)s with charts, tables and files.", title=row.title, day=i18n.day(row.as_of)
        ),
    )
    return answer(html, SOON)


def _found(place: str, as_of: str, language: str, number: int | None) -> tuple[Shelf, EditionLanguage | None]:
    area, day = published.area_of(place), _day(as_of)
    if not area or day is None:
        return Shelf(()), None
    shelf = published.shelf(area)
    return shelf, shelf.found(day, language, number)


def _day(text: str) -> date | None:
    """A day as it stands in an address; no other spelling of it."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.isoformat() == text else None


def address(row: EditionLanguage, *, is_numbered: bool = True) -> str:
    values: dict[str, Any] = {
        "place": published.place(row.area),
        "as_of": row.as_of.isoformat(),
        "language": row.language,
    }
    if not is_numbered:
        return url_for("factsheets.day", **values)
    return url_for("factsheets.edition", **values, number=row.number)


def address_of_day(row: EditionLanguage) -> str:
    """Where everybody reads the newest edition of its day in its language: with the host, to be given away."""
    return _settings().address + address(row, is_numbered=False)


def _here(shelf: Shelf, row: EditionLanguage, number: int | None) -> str:
    """The address of a page with this number, or without one: then that of its day, while it is the newest of it."""
    return address(row, is_numbered=number is not None or not shelf.is_newest(row))


def _withdrawn(shelf: Shelf, row: EditionLanguage) -> Response:
    others = dict.fromkeys((*shelf.beside(row).values(), shelf.newest(row.language)))
    page = render_template(
        "editions/public_withdrawn.html",
        language=row.language,
        edition=row,
        area=area_name(row),
        links=[_link(one) for one in others if one is not None and is_standing(one)],
        tongues={code: address(one) for code, one in shelf.beside(row).items()},
        canonical="",
        description="",
    )
    made = Response(page, 410)
    made.headers["Cache-Control"] = f"public, max-age={SOON}"
    return made


def _comparison(shelf: Shelf, row: EditionLanguage) -> str:
    """The address at which it is compared with the one before it, or after it; nothing where there is no other."""
    codes = [*dict.fromkeys(one.code for one in shelf.standing)]
    here = codes.index(row.code)
    other = next(iter((*codes[here + 1 :], *reversed(codes[:here]))), None)
    if other is None:
        return ""
    where = published.place(row.area)
    return url_for("factsheets.compare_published", place=where, before=other, after=row.code, language=row.language)


def _link(row: EditionLanguage) -> dict[str, str]:
    label = _("Edition %(number)s as of %(day)s", number=row.number, day=i18n.day(row.as_of))
    return {"label": f"{label} · {i18n.NAMES[row.language]}", "url": address(row), "language": row.language}


def _notices(shelf: Shelf, row: EditionLanguage) -> Iterable[dict[str, str]]:
    """What a reader of this edition has to know of later ones."""
    later = shelf.later_of_day(row)
    if later is not None and is_standing(later):
        title = _("This edition was corrected by a later one")
        yield _link(later) | {"tone": "warn", "title": title, "text": _("Quote the later edition.")}
    elif later is not None:
        title = _("A later edition of this day was withdrawn")
        yield _link(later) | {"tone": "warn", "title": title, "text": _("Read why before you quote this one.")}
    newer = shelf.later_day(row)
    if newer is not None:
        yield _link(newer) | {"tone": "info", "title": _("There are newer figures"), "text": ""}


# -- files -------------------------------------------------------------------------------------------------------

_LABELS = {
    rendering.PDF: "PDF",
    rendering.XLSX: "XLSX",
    rendering.HXL_CSV: "CSV + HXL",
    rendering.RDF_CSV: "CSV (Refugee Data Finder)",
    rendering.RECORD: "JSON",
}


def _downloads(row: EditionLanguage) -> Iterable[dict[str, str]]:
    files = {one.name: one for one in queries.files(row)}
    for name, label in _LABELS.items():
        if name in files:
            url = url_for(
                "factsheets.file",
                place=published.place(row.area),
                as_of=row.as_of.isoformat(),
                number=row.number,
                language=row.language,
                name=name,
            )
            yield {"url": url, "label": label, "size": size_words(files[name].size)}


@blueprint.get(f"/{_DAY}/{_LANGUAGE}/<path:name>", endpoint="day_file")
@blueprint.get(f"/{_EDITION}/{_LANGUAGE}/<path:name>", endpoint="file")
@anonymous
def file(place: str, as_of: str, language: str, name: str, number: int | None = None) -> Response | tuple[str, int]:
    """A file of an edition, byte for byte as it was approved."""
    speak(language)
    shelf, row = _found(place, as_of, language, number)
    if row is not None and not is_standing(row):
        return _withdrawn(shelf, row)
    found = queries.file(row, name) if row is not None and name != rendering.PAGE else None
    if row is None or found is None:
        return missing()
    # Who has it already gets nothing but the confirmation: its bytes are not even read.
    made = Response(b"" if _has_already(found.sha256) else found.content, content_type=found.media_type)
    made.headers["Content-Disposition"] = f"attachment; filename={file_name(row, name)}"
    made.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return _kept(made, found.sha256, LATER if number is not None else SOON)


def file_name(row: EditionLanguage, name: str) -> str:
    """KAZ-2025-01-01-e1-en.pdf: a file that lies in somebody's folder tells which edition it is of."""
    stem = f"{row.code}-{row.language}"
    plain = re.sub(r"[^A-Za-z0-9._-]", "-", name.rpartition("/")[2])
    return stem + plain.removeprefix("factsheet") if plain.startswith("factsheet.") else f"{stem}-{plain}"


@blueprint.get("/schema/factsheet-1.json")
@anonymous
def schema() -> Response:
    """What the JSON files are made of."""
    content = json.dumps(SCHEMA, ensure_ascii=False, indent=1).encode()
    made = Response(content, content_type="application/schema+json")
    return _kept(made, hashlib.sha256(content).hexdigest(), LATER)


@blueprint.get("/<path:rest>")
@anonymous
def elsewhere(rest: str) -> tuple[str, int]:
    """Whatever else is asked for below this address."""
    return missing()
