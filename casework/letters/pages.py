"""What the pages about letters show, in words."""

from datetime import date
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from casework.accounts.queries import names
from casework.cases.models import Case
from casework.cases.pages import TimelineEvent
from casework.consents import pages as consents
from casework.core import clock, i18n
from casework.letters import agreeing, filling, queries
from casework.letters.checking import Fault, Finding
from casework.letters.fields import BY_NAME, FIELDS, Field
from casework.letters.filling import Filled
from casework.letters.models import Letter, LetterTemplate
from casework.letters.rules import State
from casework.reference import queries as codes
from casework.workdays import queries as workdays


def title(letter: Letter) -> str:
    """“Request to an archive 26/0017”; a draft has no number yet."""
    return f"{letter.template.label} {letter.number}" if letter.number else letter.template.label


def state(letter: Letter) -> tuple[str, str]:
    """How a letter stands, as (words, tone)."""
    today = clock.today()
    match letter.state_on(today):
        case State.DRAFT:
            return _("Draft"), ""
        case State.WRITTEN:
            return _("Not sent yet"), "amber"
        case State.SENT:
            return _("Sent"), "teal"
        case State.REPLIED:
            return _("Replied"), "teal"
        case State.VOID:
            return _("Void"), ""
    return due(letter.reply_due_on or today)


def due(on: date) -> tuple[str, str]:
    """When an answer is due, in working days from today."""
    today = clock.today()
    days = workdays.calendar().working_days_between(today, on)
    if on < today:
        # A day that passed over a weekend is late, though no working day has gone by.
        return ngettext("Reply %(num)s working day late", "Reply %(num)s working days late", max(-days, 1)), "red"
    if on == today:
        return _("Reply due today"), "amber"
    words = ngettext("Reply due in %(num)s working day", "Reply due in %(num)s working days", days)
    return words, "amber" if days <= 3 else "blue"


def row(case: Case, letter: Letter) -> dict[str, Any]:
    words, tone = state(letter)
    return {
        "title": letter.template.label,
        "number": letter.number,
        "url": url_for("letters.show", case_id=case.id, letter_id=letter.id),
        "addressee": filling.addressee(letter, case, letter.person) or _("Not chosen yet"),
        "person": letter.person.identity.full_name or letter.person.number,
        "language": i18n.NAMES[letter.language],
        "state": words,
        "tone": tone,
        "day": _day(letter),
        "is_void": letter.is_void,
    }


def _day(letter: Letter) -> str:
    if letter.sent_on is not None:
        return _("sent %(day)s", day=i18n.day(letter.sent_on))
    if letter.written_on is not None:
        return _("written %(day)s", day=i18n.day(letter.written_on))
    return _("begun %(day)s", day=i18n.day(letter.recorded_at))


def forbidden(letter: Letter) -> str:
    """That the person does not agree to this letter; nothing where nobody has said no."""
    found = agreeing.forbidding(letter)
    return consents.forbidden_words(found) if found is not None else ""


def facts(letter: Letter) -> list[tuple[str, Any]]:
    """What is known of a letter, for its page."""
    who = names({letter.recorded_by_id, letter.voided_by_id})
    pairs: list[tuple[str, Any]] = [
        (_("Register number"), letter.number),
        (_("Person"), letter.person.identity.full_name or letter.person.number),
        (_("Goes to"), codes.label("letter_addressee", letter.addressee_kind)),
        (_("Language"), i18n.NAMES[letter.language]),
        (_("Written on"), i18n.day(letter.written_on) or None),
        (_("Written by"), who.get(letter.recorded_by_id)),
    ]
    if letter.sent_on is not None:
        how = codes.label("sent_how", letter.sent_how)
        pairs.append((_("Sent on"), [i18n.day(letter.sent_on), how]))
        if letter.reply_due_on is not None:
            pairs.append((_("Answer due on"), [i18n.day(letter.reply_due_on), limit_words(letter.template)]))
    if letter.details.despite:
        pairs.append((_("Why it is sent although the person does not agree"), letter.details.despite))
    if letter.replied_on is not None:
        pairs.append((_("Answer received on"), i18n.day(letter.replied_on)))
        if letter.reply.text:
            pairs.append((_("What the answer says"), letter.reply.text))
    if letter.is_void:
        reason = codes.label("void_reason", letter.void_reason)
        pairs.append((_("Voided"), [reason, who.get(letter.voided_by_id) or ""]))
    return pairs


def limit_words(template: LetterTemplate) -> str:
    """“15 working days”, or nothing when no answer is waited for."""
    value = template.reply_value
    if value is None:
        return ""
    match template.reply_unit:
        case "workday":
            return ngettext("%(num)s working day", "%(num)s working days", value)
        case "month":
            return ngettext("%(num)s month", "%(num)s months", value)
        case "year":
            return ngettext("%(num)s year", "%(num)s years", value)
    return ngettext("%(num)s day", "%(num)s days", value)


def gaps(letter: Letter, case: Case, found: Filled) -> list[dict[str, str]]:
    """What the letter still lacks, each with the page where it is filled."""
    return [{"label": BY_NAME[name].label, "url": _where(BY_NAME[name], letter, case)} for name in found.missing]


def _where(field: Field, letter: Letter, case: Case) -> str:
    where = field.where
    if where is not None and where.endpoint in current_app.view_functions:
        if where.about == "person":
            return url_for(where.endpoint, person_id=letter.person_id)
        return url_for(where.endpoint, case_id=case.id)
    return url_for("letters.edit", case_id=case.id, letter_id=letter.id, _anchor=field.name.replace(".", "__"))


def events(case: Case) -> list[TimelineEvent]:
    """Letters that were sent and answers that came, for the timeline of a case."""
    found: list[TimelineEvent] = []
    for letter in queries.of_case(case.id):
        url = url_for("letters.show", case_id=case.id, letter_id=letter.id)
        words = {"title": letter.template.label, "number": letter.number}
        if letter.sent_on is not None:
            found.append(
                TimelineEvent(
                    on=letter.sent_on,
                    kind="letter",
                    text=_("Letter %(number)s sent: %(title)s", **words),
                    recorded_at=letter.recorded_at,
                    icon="mail",
                    url=url,
                    note=_("Answer due on %(day)s", day=i18n.day(letter.reply_due_on)) if letter.reply_due_on else "",
                    is_void=letter.is_void,
                )
            )
        if letter.replied_on is not None:
            found.append(
                TimelineEvent(
                    on=letter.replied_on,
                    kind="letter",
                    text=_("Answer to letter %(number)s received: %(title)s", **words),
                    recorded_at=letter.recorded_at,
                    icon="mail",
                    url=url,
                    note=letter.reply.text or "",
                    is_void=letter.is_void,
                )
            )
    return found


# -- templates -------------------------------------------------------------------------------------------------------

_FAULTS = {
    Fault.NOT_DOCX: _l("This is not a Word file (.docx)."),
    Fault.TOO_LARGE: _l("The file is too large: at most 2 MB, and 20 MB unpacked."),
    Fault.DAMAGED: _l("The file is damaged or locked. Open it in Word and save it again."),
    Fault.MACROS: _l("The file contains macros. Save it as .docx, without them."),
    Fault.FOREIGN_PART: _l("The file contains a part that a letter does not need."),
    Fault.OUTSIDE: _l("The file refers to something outside of it: a link, a picture or a template. Remove that."),
    Fault.EMBEDDED: _l("The file contains an embedded object, a text box or a control. Write its text plainly."),
    Fault.WORD_FIELD: _l("The file contains a field of Word. Only page numbers may stay."),
    Fault.REVIEWED: _l("The file contains comments or tracked changes: they would go out with every letter."),
    Fault.HIDDEN: _l("A placeholder stands where nobody sees it: in a property, a description or a setting."),
    Fault.UNKNOWN: _l("This field does not exist. See the list of fields."),
    Fault.SYNTAX: _l("Only a field between double braces is possible, and “if” with a field."),
    Fault.UNBALANCED: _l("An “if” has no “endif” of its own kind, or the other way round."),
    Fault.EMPTY: _l("The file has no fields: every letter would say the same."),
    Fault.UNUSABLE: _l("The file does not come out as a letter. Begin with one of the shipped templates."),
}


def finding(one: Finding) -> dict[str, str]:
    """Something wrong with a template, in words."""
    return {"words": str(_FAULTS[one.fault]), "what": one.what, "where": one.where}


def template_state(template: LetterTemplate, newest: set[Any]) -> tuple[str, str]:
    """How a version stands today, as (words, tone). `newest`: the ids of the versions in use."""
    today = clock.today()
    if template.retired_on is not None and template.retired_on <= today:
        return _("Retired"), ""
    if template.effective_from > today:
        return _("Not yet"), "blue"
    return (_("In use"), "teal") if template.id in newest else (_("Replaced"), "")


def field_rows(language: str | None = None, names: list[str] | None = None) -> list[dict[str, str]]:
    """Merge fields with what they are and an example."""
    return [
        {
            "name": one.name,
            "tag": "{{ " + one.name + " }}",
            "label": one.label,
            "example": getattr(one.example, language) if language else str(one.example),
        }
        for one in FIELDS
        if names is None or one.name in names
    ]
