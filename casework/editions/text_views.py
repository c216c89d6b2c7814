"""Writing the texts of an edition, with a live preview; and the whole sheet as it would be published."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from markupsafe import Markup

from casework.accounts.queries import names
from casework.core import audit, i18n
from casework.core.access import requires
from casework.core.config import LANGUAGES
from casework.core.errors import DomainError, Hidden
from casework.core.forms import JustAButton, clean
from casework.core.web import conflict_page
from casework.editions import (
    actions,
    checking,
    drafting,
    pages,
    queries,
    refusals,
    rendering,
    rules,
    text_pages,
)
from casework.editions import texts as declared
from casework.editions.forms import TextsForm, is_touched, saved_values, seen, texts_form, typed_over
from casework.editions.models import Edition
from casework.editions.views import blueprint, opened, to_overview
from casework.factsheets import content, page


def _of_ours(language: str) -> None:
    if language not in LANGUAGES:
        raise Hidden


@blueprint.route("/<uuid:edition_id>/texts/<language>", methods=["GET", "POST"])
@requires("edition:edit")
def texts(edition_id: UUID, language: str) -> ResponseReturnValue:
    """The editor: every text of one language. What another tab has saved meanwhile is never written over unseen."""
    edition = opened(edition_id)
    _of_ours(language)
    sheet = Typing(edition, language)
    locked = refusals.locked(edition, language, queries.newer(edition))
    if locked and request.method == "GET":
        flash(locked, "info")
        return to_overview(edition)
    form = sheet.form
    if form.validate_on_submit():
        if locked:
            form.form_errors.append(locked)
            form.refused()
        elif request.form.get("then") != "read":
            answer = _save(sheet)
            if answer is not None:
                return answer
    sheet.fill_in()
    return _editor(sheet)


class Typing:
    """The texts of one language: as they are saved, and as they were sent."""

    def __init__(self, edition: Edition, language: str) -> None:
        self.edition, self.language = edition, language
        self.rows = queries.texts(edition)
        self.codes = [one.code for one in text_pages.sections(edition)]
        self.make = texts_form(
            (one.code, str(one.name), rules.longest(one.code)) for one in text_pages.sections(edition)
        )
        self.form: TextsForm = self.make(data=self.saved_values())

    def saved(self, code: str) -> tuple[int, str]:
        """Version and words of a text as they are saved; version 0: there is none yet."""
        row = self.rows.get((code, self.language))
        return (row.version, row.text) if row is not None else (0, "")

    def saved_values(self) -> dict[str, str]:
        return saved_values({code: self.saved(code) for code in self.codes})

    def sent(self) -> list[str]:
        return [code for code in self.codes if f"text_{code}" in request.form]

    def touched(self) -> list[str]:
        """The sections in which somebody typed."""
        return [code for code in self.sent() if is_touched(self.form, code, self.saved(code)[1])]

    def clashing(self) -> list[str]:
        """Those of them that were saved by somebody else after the page had been opened."""
        return [code for code in self.touched() if typed_over(self.form, code)[0] != self.saved(code)[0]]

    def fill_in(self) -> None:
        """What nobody typed in stands in the form as it is saved now, also where it was saved meanwhile."""
        touched = self.touched() if self.form.is_submitted() else []
        for code, values in ((code, self.saved(code)) for code in self.codes if code not in touched):
            self.form[f"text_{code}"].data = values[1]
            self.form[f"seen_{code}"].data = seen(*values)

    def only(self, codes: list[str]) -> TextsForm:
        """The form with these sections alone, to be sent again over what is saved now."""
        for code in self.codes:
            if code not in codes:
                del self.form[f"text_{code}"], self.form[f"seen_{code}"]
            else:
                self.form[f"seen_{code}"].data = seen(*self.saved(code))
                self.form[f"seen_{code}"].raw_data = None
        return self.form


def _save(sheet: Typing) -> ResponseReturnValue | None:
    """Write what was typed; None when a rule refused it, and the form says why."""
    edition, language = sheet.edition, sheet.language
    touched, then = sheet.touched(), request.form.get("then", "")
    if sheet.clashing():
        return _two_versions(sheet, touched)
    try:
        for code in touched:
            actions.edit(edition, code, language, sheet.form[f"text_{code}"].data or "", sheet.saved(code)[0])
        held = then.removeprefix("holds:") if then.startswith("holds:") else ""
        if held in sheet.codes:
            row = queries.text(edition, held, language)
            actions.confirm_translation(edition, held, language, row.version if row is not None else 0)
    except actions.Changed:
        return _two_versions(Typing(edition, language), touched)
    except DomainError as error:
        sheet.form.refuse(error)
        return None
    if touched:
        flash(ngettext("%(num)s text is saved.", "%(num)s texts are saved.", len(touched)))
    elif held:
        flash(_("Confirmed: the translation still holds."))
    else:
        flash(_("Nothing was changed."), "info")
    if then == "done":
        return to_overview(edition)
    anchor = f"section-{held}" if held in sheet.codes else None
    return redirect(url_for("editions.texts", edition_id=edition.id, language=language, _anchor=anchor))


def _two_versions(sheet: Typing, touched: list[str]) -> ResponseReturnValue:
    """Both versions of what two people have written."""
    rows = [sheet.rows[code, sheet.language] for code in sheet.clashing() if (code, sheet.language) in sheet.rows]
    last = max(rows, key=lambda one: one.edited_at, default=None)
    saved = sheet.make(formdata=None, data=sheet.saved_values())
    return conflict_page(
        sheet.only(touched),
        saved,
        version=0,
        keep_url=url_for("editions.texts", edition_id=sheet.edition.id, language=sheet.language),
        who=names({last.edited_by_id}).get(last.edited_by_id) if last is not None else None,
        when=i18n.moment(last.edited_at) if last is not None else "",
    )


def _editor(sheet: Typing) -> str:
    edition, language = sheet.edition, sheet.language
    typed = {code: sheet.form[f"text_{code}"].data or "" for code in sheet.codes}
    who = names({row.edited_by_id for (_code, spoken), row in sheet.rows.items() if spoken == language})
    pieces = text_pages.pieces(edition, language, sheet.rows, typed, who)
    return render_template(
        "editions/texts.html",
        edition=edition,
        title=pages.title(edition),
        language=language,
        language_name=i18n.NAMES[language],
        form=sheet.form,
        pieces=pieces,
        waiting=[one for one in pieces if one.is_stale or one.is_missing],
        numbers=text_pages.numbers(edition, language),
        beside=text_pages.tongues(edition, "editions.texts", language),
        comment=_comment(edition, language),
        is_unsaved=sheet.form.is_submitted(),
        stamp=sum(row.version for (_code, spoken), row in sheet.rows.items() if spoken == language),
    )


def _comment(edition: Edition, language: str) -> str:
    """What the second person asked to be changed."""
    row = edition.of(language)
    return row.comment if row is not None else ""


@blueprint.post("/<uuid:edition_id>/texts/<language>/read")
@requires("edition:edit")
def read(edition_id: UUID, language: str) -> ResponseReturnValue:
    """How a text that is being typed will read: paragraphs, or what is wrong with it. Nothing is saved."""
    edition = opened(edition_id)
    _of_ours(language)
    if not JustAButton().validate_on_submit():
        raise Hidden
    text = (clean(request.form.get("text", "")) or "")[: 2 * rules.LONGEST_OTHER]
    section = request.form.get("section", "")
    return text_pages.read(edition, language, text, drafting.figures(edition), section).as_json


@blueprint.get("/<uuid:edition_id>/preview/<language>")
@requires("edition:see")
def preview(edition_id: UUID, language: str) -> str:
    """The whole sheet: as it would be with the texts of now, or as it was made when it was sent in."""
    edition = opened(edition_id)
    _of_ours(language)
    audit.note("edition:see", "editions", edition.id)
    row = edition.of(language)
    is_written = pages.is_written(row)
    made = queries.file(row, rendering.PAGE) if row is not None and not is_written else None
    found: list[Any] = []
    article = made.content.decode() if made is not None else ""
    if made is None:
        article = _drafted(edition, language)
        found = [] if article else pages.found(edition, language, checking.blocking(checking.check(edition, language)))
    return render_template(
        "editions/preview.html",
        edition=edition,
        title=pages.title(edition),
        language=language,
        language_name=i18n.NAMES[language],
        page=Markup(article),  # noqa: S704 # markup: our own page, which escapes the texts
        is_written=is_written,
        found=found,
        beside=text_pages.tongues(edition, "editions.preview", language),
    )


def _drafted(edition: Edition, language: str) -> str:
    """The page of the texts as they are saved; empty when a text names a number that there is not."""
    try:
        with force_locale(language):
            return page.article(content.sheet(drafting.content(edition, language)))
    except (declared.UnknownFigure, DomainError):
        return ""
