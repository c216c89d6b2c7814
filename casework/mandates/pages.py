"""What the pages about powers of attorney show, in words."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from casework.accounts.queries import names
from casework.cases import queries as cases
from casework.core import clock, i18n
from casework.core.errors import DomainError
from casework.documents import queries as documents
from casework.mandates.models import PowerOfAttorney
from casework.mandates.policy import Unrepresented
from casework.mandates.rules import State, last_day, state
from casework.persons import queries as persons
from casework.persons.models import Person
from casework.persons.pages import display_name
from casework.reference import queries as codes

LAST = (State.EXPIRED, State.REVOKED, State.VOID)
"""Those that hold stand before those that do not."""
TONES = {State.VALID: "teal", State.SOON: "amber", State.EXPIRED: "red"}


def state_words(power: PowerOfAttorney) -> tuple[str, str]:
    """(what it is today, tone of the tag)."""
    found = state(power, clock.today())
    if found is State.SOON:
        days = (last_day(power) - clock.today()).days
        words = ngettext("Expires in %(num)s day", "Expires in %(num)s days", days) if days else _("Expires today")
    else:
        words = {
            State.VALID: _("Valid"),
            State.EXPIRED: _("Expired"),
            State.REVOKED: _("Revoked"),
        }.get(found, _("Voided"))
    return words, TONES.get(found, "")


def rows(person: Person, powers: list[PowerOfAttorney]) -> list[dict[str, Any]]:
    """Each power of attorney as the record shows it."""
    who = names({one.recorded_by_id for one in powers} | {one.voided_by_id for one in powers})
    scans = _scans(person, powers)
    today = clock.today()
    in_order = sorted(powers, key=lambda one: LAST.index(state(one, today)) if state(one, today) in LAST else -1)
    return [_row(person, one, who, scans) for one in in_order]


def _scans(person: Person, powers: list[PowerOfAttorney]) -> dict[Any, str]:
    wanted = {one.document_id for one in powers if one.document_id}
    found = {}
    for case in cases.cases_of([person.id]) if wanted else ():
        for document in documents.of_case(case.id):
            if document.id in wanted:
                found[document.id] = url_for("documents.show", case_id=case.id, document_id=document.id)
    return found


def _row(person: Person, power: PowerOfAttorney, who: dict[Any, str], scans: dict[Any, str]) -> dict[str, Any]:
    words, tone = state_words(power)
    place: dict[str, Any] = {"person_id": person.id, "power_id": power.id}
    return {
        "power": power,
        "title": title(power),
        "state": words,
        "tone": tone,
        "pairs": pairs(power),
        "note": power.details.note,
        "scan_url": scans.get(power.document_id),
        "recorded": _(
            "%(who)s, %(when)s", who=who.get(power.recorded_by_id) or _("System"), when=i18n.moment(power.recorded_at)
        ),
        "voided": _(
            "Void since %(when)s (%(who)s): %(reason)s",
            when=i18n.moment(power.voided_at),
            who=who.get(power.voided_by_id) or _("System"),
            reason=codes.label("void_reason", power.void_reason),
        )
        if power.is_void
        else "",
        "correct_url": url_for("mandates.correct", **place) if not power.is_void else "",
        "revoke_url": url_for("mandates.revoke", **place) if not power.is_void and power.revoked_on is None else "",
        "void_url": url_for("mandates.void", **place) if not power.is_void else "",
    }


def title(power: PowerOfAttorney) -> str:
    number = power.details.number
    day = i18n.day(power.issued_on)
    return _("No. %(number)s of %(day)s", number=number, day=day) if number else _("Of %(day)s", day=day)


def pairs(power: PowerOfAttorney) -> list[tuple[str, Any]]:
    """What it says, as a summary list."""
    found: list[tuple[str, Any]] = [
        (_("What does it cover?"), [codes.label("poa_scope", one) for one in power.scope]),
        (_("Whom does it name?"), power.lawyer.name if power.lawyer is not None else _("Any lawyer")),
        (_("Valid until"), until(power)),
        (_("Notary, or who certified it"), power.details.notary),
    ]
    if power.revoked_on is not None:
        found.append((_("Revoked on"), i18n.day(power.revoked_on)))
    return found


def until(power: PowerOfAttorney) -> str:
    """The last day, and why it is another than the one written in it."""
    day = i18n.day(last_day(power))
    if power.expires_on is None:
        return ngettext(
            "%(day)s: %(num)s year, for it names no end (Civil Code, Art. 168)",
            "%(day)s: %(num)s years, for it names no end (Civil Code, Art. 168)",
            power.terms.unsaid,
            day=day,
        )
    if power.expires_on > last_day(power):
        return ngettext(
            "%(day)s: %(num)s year is the longest (Civil Code, Art. 168)",
            "%(day)s: %(num)s years are the longest (Civil Code, Art. 168)",
            power.terms.longest,
            day=day,
        )
    return day


def links(error: DomainError) -> list[dict[str, str]]:
    """Where to record what a refusal for want of a power of attorney asks for."""
    if not isinstance(error, Unrepresented):
        return []
    found = persons.persons(error.person_ids)
    return [
        {
            "label": _("Powers of attorney of %(name)s", name=display_name(found[one].identity)),
            "url": url_for("mandates.index", person_id=one),
        }
        for one in error.person_ids
        if one in found
    ]
