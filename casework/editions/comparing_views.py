"""Any two editions side by side; in the office also with what others have printed, and what does not add up in that."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from casework.core import i18n
from casework.core.access import anonymous, requires
from casework.core.config import LANGUAGES
from casework.core.forms import Choice
from casework.core.scope import own
from casework.editions import changes, comparing, printed, public_views, queries
from casework.editions.models import EditionLanguage
from casework.editions.published import area_of, is_standing
from casework.editions.views import blueprint
from casework.factsheets import content
from casework.factsheets.comparison import Comparison, Side, compare, side
from casework.factsheets.model import Change
from casework.figures import indicators
from casework.releases.reading import said


class CompareForm(FlaskForm):
    """Two editions. In the address: both are published."""

    class Meta:
        csrf = False

    before = Choice(_l("Edition"), list, optional=False)
    after = Choice(_l("Compare with"), list, optional=False)


@dataclass(frozen=True)
class Choosable:
    """Something that can be compared: an edition of ours, or a printed sheet."""

    code: str
    name: str
    as_of: date
    number: int
    row: EditionLanguage | None = None
    sheet: printed.PrintedSheet | None = None


def _ours(rows: Iterable[EditionLanguage], language: str) -> list[Choosable]:
    """The editions that stand, each once: in the language of the page if there is one, else in another."""
    found: dict[str, EditionLanguage] = {}
    for one in rows:
        if is_standing(one) and (one.code not in found or one.language == language):
            found[one.code] = one
    return [Choosable(code, _name(one), one.as_of, one.number, row=one) for code, one in found.items()]


def _name(one: EditionLanguage) -> str:
    day, area = i18n.day(one.as_of), str(indicators.SCOPES.get(one.area, one.area))
    if one.number > 1:
        return _("%(area)s, %(day)s, edition %(number)s", area=area, day=day, number=one.number)
    return f"{area}, {day}"


def _side(one: Choosable, language: str) -> Side:
    if one.sheet is not None:
        return printed.side(one.sheet)
    if one.row is None:
        raise LookupError(one.code)
    # Names of figures are in the content in every language; its texts, in one, are not compared here.
    return side(content.sheet({**queries.content(one.row), "language": language}), one.name)


def _pair(offered: Sequence[Choosable]) -> tuple[Choosable, Choosable] | None:
    """The two that are asked for, the earlier first; without a question, the latest two."""
    by_code = {one.code: one for one in offered}
    if "before" not in request.args and "after" not in request.args:
        latest = sorted(offered, key=lambda one: (one.as_of, one.number))[-2:]
        return (latest[0], latest[1]) if len(latest) == 2 else None
    asked = [by_code.get(request.args.get(name, "")) for name in ("before", "after")]
    if asked[0] is None or asked[1] is None or asked[0] is asked[1]:
        return None
    first, last = sorted((asked[0], asked[1]), key=lambda one: (one.as_of, one.number))
    return first, last


def _compared(pair: tuple[Choosable, Choosable], offered: Iterable[Choosable], language: str) -> Comparison:
    """The comparison. Over days the newest edition of each day in between is a link; of one day, what was corrected."""
    first, last = pair
    before, after = (_side(one, language) for one in pair)
    if first.row is not None and last.row is not None and first.as_of == last.as_of:
        return compare(before, after, corrections=_corrections(first.row, last.row), reasons=_reasons(pair, offered))
    areas = {one.row.area for one in pair if one.row is not None}
    ours: dict[date, Choosable] = {}
    for one in sorted(offered, key=lambda one: one.number):
        if one.row is not None and one.row.area in areas and first.as_of < one.as_of < last.as_of:
            ours[one.as_of] = one
    return compare(before, after, [_side(one, language) for one in ours.values()])


def _corrections(before: EditionLanguage, after: EditionLanguage) -> list[Change]:
    """What the later of two editions of an area's day says otherwise."""
    if before.area != after.area:
        return []
    found = changes.between(queries.content(before), queries.content(after))
    return [Change(said(one["what"]), one["before"], one["after"]) for one in found]


def _reasons(pair: tuple[Choosable, Choosable], offered: Iterable[Choosable]) -> list[str]:
    """What every correction after the first of the two says it was made for."""
    first, last = pair
    later = [one for one in offered if one.as_of == last.as_of and first.number < one.number <= last.number]
    rows = [one.row for one in sorted(later, key=lambda one: one.number) if one.row is not None]
    told = [queries.content(row)["correction"] for row in rows if last.row is not None and row.area == last.row.area]
    return [one["reason"] for one in told if one is not None and one["reason"]]


def _shown(found: Comparison | None) -> dict[str, Any]:
    if found is None:
        return {"found": None}
    return {
        "found": found,
        "figures": comparing.figure_rows(found),
        "stories": [(one.name, comparing.story_rows(one), comparing.closing(one)) for one in found.stories],
        "changes": comparing.change_rows(found.corrections),
    }


def _form(offered: Sequence[Choosable], pair: tuple[Choosable, Choosable] | None) -> CompareForm:
    form = CompareForm(formdata=None, data={"before": pair[0].code, "after": pair[1].code} if pair else {})
    for field in (form.before, form.after):
        field.offer(lambda: [(one.code, one.name) for one in offered])
    return form


# -- for everybody -----------------------------------------------------------------------------------------------


@public_views.blueprint.get("/<place>/compare")
@anonymous
def compare_published(place: str) -> ResponseReturnValue:
    """Two published editions of an area. Only the tables of published editions are read."""
    language = public_views.speak()
    offered = _ours(queries.public_index(area_of(place)), language)
    if not offered:
        return public_views.missing()
    pair = _pair(offered)
    asked = {name: request.args[name] for name in ("before", "after") if name in request.args}
    page = render_template(
        "editions/public_compare.html",
        language=language,
        place=place,
        tongues={one: f"?{urlencode({**asked, 'language': one})}" for one in LANGUAGES},
        canonical="",
        description="",
        compare_form=_form(offered, pair),
        is_asked=bool(asked),
        count=len(offered),
        **_shown(_compared(pair, offered, language) if pair is not None else None),
    )
    return public_views.answer(page, public_views.SOON)


# -- in the office -----------------------------------------------------------------------------------------------


@blueprint.get("/compare")
@requires("edition:see")
def compare_any() -> str:
    """Any two of our editions and of the sheets that others printed."""
    language = i18n.language()
    ours = _ours(queries.public_index(), language)
    others = [
        Choosable(f"printed:{one.code}", f"{one.title} ({i18n.day(one.as_of)})", one.as_of, 0, sheet=one)
        for one in printed.sheets()
    ]
    offered = [*ours, *others]
    pair = _pair(offered if "before" in request.args else ours) or _beside_printed(ours, others)
    return render_template(
        "editions/compare.html",
        compare_form=_form(offered, pair),
        count=len(offered),
        is_asked="before" in request.args,
        **_shown(_compared(pair, offered, language) if pair is not None else None),
    )


def _beside_printed(ours: Sequence[Choosable], others: Sequence[Choosable]) -> tuple[Choosable, Choosable] | None:
    """With one edition of ours: it and what others printed of its day, the sheet that has most figures."""
    if len(ours) != 1 or "before" in request.args:
        return None
    same = [one for one in others if one.as_of == ours[0].as_of and one.sheet is not None]
    most = max(same, key=lambda one: len(one.sheet.figures) if one.sheet else 0, default=None)
    return (most, ours[0]) if most is not None else None


@blueprint.get("/printed/")
@requires("edition:see")
def printed_sheets() -> str:
    """The sheets that others have printed, with how many of their sums fail."""
    return render_template("editions/printed.html", sheets=printed.sheets())


@blueprint.get("/printed/<code>")
@requires("edition:see")
def printed_sheet(code: str) -> str:
    """One printed sheet: its figures, and what does not add up in them."""
    found: printed.PrintedSheet = own(printed.sheet(code))
    return render_template("editions/printed_sheet.html", sheet=found, figures=printed.figure_rows(found))
