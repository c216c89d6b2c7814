"""Changing a person's status where the organisation wants a second person to approve it.

By the form, by taking an entry back, by a session, an act or a closing that brings a status, by going on with somebody
recorded: what is recorded besides is recorded at once, and only the status waits.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zlib import crc32

from flask import g, has_request_context, url_for
from flask_babel import gettext as _

from casework.approvals import actions as approvals
from casework.approvals import kinds
from casework.approvals import queries as asked
from casework.approvals.kinds import Kind
from casework.approvals.models import Approval
from casework.approvals.pages import Asking, signed
from casework.core import clock, i18n
from casework.core.db import once_per_page
from casework.core.errors import DomainError
from casework.core.i18n import Text
from casework.persons import actions, pages, queries, rules
from casework.persons.models import Person, StatusEntry
from casework.persons.rules import DatedStatus, Dimension
from casework.reference import queries as codes

STATUS = "status_change"
STATUSES = (Dimension.DISPLACEMENT, Dimension.NATIONALITY)
"""The histories of legal status: where a person lives, nobody has to approve."""


def listen() -> None:
    """Say how a status is changed once that is approved."""
    kinds.register(
        Kind(
            STATUS,
            Text("Changing a status", "Изменение статуса", "Мәртебені өзгерту"),
            carry_out=_set,
            url=_url,
            version=_version,
            subject=subject,
            now=_now,
        )
    )


def is_status(dimension: str) -> bool:
    """Whether a history is one of legal status."""
    return dimension in STATUSES


def _waits(dimension: str) -> bool:
    return is_status(dimension) and asked.is_wanted(STATUS)


# -- by the form -----------------------------------------------------------------------------------------------------


def ask_to_change(person: Person, given: dict[str, Any]) -> None:
    """Ask for what the form said: the arguments of actions.set_status."""
    rule = {name: given[name] for name in ("dimension", "code", "effective_on", "reason")}
    actions.check_status(person, **rule)
    approvals.ask(
        STATUS,
        subject_kind=Person.__tablename__,
        subject_id=person.id,
        subject_version=person.version,
        arguments={**given, "effective_on": given["effective_on"].isoformat()},
        before=lambda: _holding(person, given["dimension"]),
        after=lambda: [
            (pages.dimension_title(given["dimension"]), pages.status_label(given["dimension"], given["code"])),
            (_("Since"), i18n.day(given["effective_on"])),
            (_("Why it changed"), codes.label("flow", given["reason"])),
        ],
        reason=given["note"],
        person_id=person.id,
    )


def ask_to_void(entry: StatusEntry, reason: str) -> None:
    """Ask that an entry is taken back."""
    actions.check_voiding(entry)
    if asked.of_subject(entry.person_id, STATUS) is not None:
        raise DomainError(_busy_words(entry.person))
    _propose(entry.person, Changes(void=[{"id": str(entry.id), "reason": reason}]))


def typed(asking: Asking, dimension: str) -> dict[str, Any]:
    """What was typed when the same history was to be changed before, for the form."""
    changes = [asking.typed] if "dimension" in asking.typed else asking.typed.get("enter", [])
    found = next((one for one in changes if one["dimension"] == dimension), None)
    return given_again(found) if found is not None else {}


def given_again(typed: dict[str, Any]) -> dict[str, Any]:
    """What was asked, as the arguments that it was made of."""
    return {**typed, "effective_on": date.fromisoformat(typed["effective_on"])}


# -- by something else -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Changes:
    """Entries of a person's histories that are to be made, and such that are to be taken back: as JSON has them."""

    enter: list[dict[str, Any]] = field(default_factory=list)
    void: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class _Coming:
    """An entry as if it had been made."""

    dimension: str
    code: str
    effective_on: date
    sequence: int


def set_status(person: Person, dimension: str, code: str, effective_on: date, reason: str) -> None:
    """As actions.set_status, or the status waits for approval."""
    if not _waits(dimension):
        actions.set_status(person, dimension, code, effective_on, reason)
        return
    actions.check_status(person, dimension, code, effective_on, reason)
    _propose(person, Changes([_coming({"dimension": dimension, "code": code, "reason": reason}, effective_on)]))


def bring_about(person: Person, change: dict[str, str], on: date, cause_id: UUID, case_id: UUID | None = None) -> None:
    """As actions.bring_about, or the status waits for approval: what brings it is recorded all the same."""
    if not _waits(change["dimension"]):
        actions.bring_about(person, change, on, cause_id)
        return
    actions.check_status_day(person, on)
    _propose(person, Changes([_coming(change, on, cause_id)]), case_id)


def void_caused_by(cause_id: UUID, reason: str, person_id: UUID | None = None, case_id: UUID | None = None) -> None:
    """As actions.void_caused_by, or what followed stays until that is approved. What waits goes with its cause."""
    _forget_what_waits(cause_id, person_id)
    is_wanted = asked.is_wanted(STATUS)
    for entry in queries.caused_for(cause_id, person_id):
        # The histories of a merged record say nothing of the person any more.
        if is_wanted and is_status(entry.dimension) and entry.person.merged_into_id is None:
            _propose(entry.person, Changes(void=[{"id": str(entry.id), "reason": reason}]), case_id)
        else:
            actions.void_followed(entry, reason)


def waiting_because_of(cause_id: UUID) -> set[UUID]:
    """Whose status waits for approval because of a session, an act or a closing."""
    return {one.subject_id for one in asked.waiting_of(STATUS) if _from(one, cause_id)}


def to_be_told() -> list[str]:
    """Whose status was not changed by what was just done, but waits: for whoever did it."""
    return list(g.get("statuses_asked", {}).values())


def follows_words() -> list[str]:
    """That a status which would follow from what somebody is about to do will wait."""
    if not asked.is_wanted(STATUS):
        return []
    return [_("If a status changes with this, a supervisor is asked first. Everything else is recorded at once.")]


def _coming(change: dict[str, str], on: date, cause_id: UUID | None = None) -> dict[str, Any]:
    cause = str(cause_id) if cause_id is not None else None
    wanted = {name: str(change[name]) for name in ("dimension", "code", "reason")}
    return {**wanted, "effective_on": on.isoformat(), "cause_id": cause}


def _from(one: Approval, cause_id: UUID) -> bool:
    return any(coming["cause_id"] == str(cause_id) for coming in one.asked.arguments.get("enter", []))


def _propose(person: Person, new: Changes, case_id: UUID | None = None) -> None:
    """Ask for the changes, together with what one asked before for the same person; or do what changes nothing."""
    waits = asked.of_subject(person.id, STATUS)
    if waits is not None and not (asked.is_mine(waits) and "enter" in waits.asked.arguments):
        raise DomainError(_busy_words(person))
    before = _changes(waits) if waits is not None else Changes()
    changes = Changes(before.enter + new.enter, before.void + new.void)
    if _courses(_standing_after(person, changes)) == _courses(_standing(person)):
        if waits is not None:
            approvals.withdraw(waits)
        _carry_out(person, changes)
        _to_tell().pop(person.id, None)
        return
    if waits is not None:
        waits.subject_version = _fingerprint(person)
        _ask_otherwise(waits, person, changes)
    else:
        approvals.ask(
            STATUS,
            subject_kind=Person.__tablename__,
            subject_id=person.id,
            subject_version=_fingerprint(person),
            arguments={"enter": changes.enter, "void": changes.void},
            before=_before(person, changes),
            after=_after(person, changes),
            person_id=person.id,
            case_id=case_id,
        )
    _to_tell()[person.id] = _(
        "The status of %(name)s does not change before a supervisor has approved it.",
        name=pages.display_name(person.identity),
    )


def _forget_what_waits(cause_id: UUID, person_id: UUID | None) -> None:
    for one in asked.waiting_of(STATUS):
        if not _from(one, cause_id) or person_id not in (None, one.subject_id):
            continue
        changes = _changes(one)
        left = Changes([coming for coming in changes.enter if coming["cause_id"] != str(cause_id)], changes.void)
        person = _person(one)
        if left.enter or left.void:
            _ask_otherwise(one, person, left)
        else:
            approvals.withdraw(one)
            _to_tell().pop(person.id, None)


def _to_tell() -> dict[UUID, str]:
    found: dict[UUID, str] = g.setdefault("statuses_asked", {}) if has_request_context() else {}
    return found


def _ask_otherwise(one: Approval, person: Person, changes: Changes) -> None:
    approvals.ask_otherwise(
        one,
        arguments={"enter": changes.enter, "void": changes.void},
        before=_before(person, changes),
        after=_after(person, changes),
    )


def _changes(one: Approval) -> Changes:
    return Changes(one.asked.arguments.get("enter", []), one.asked.arguments.get("void", []))


def _carry_out(person: Person, changes: Changes, note: str | None = None) -> None:
    for gone in _voided(person, changes):
        actions.void_followed(gone, next(one["reason"] for one in changes.void if one["id"] == str(gone.id)))
    for coming in changes.enter:
        on = date.fromisoformat(coming["effective_on"])
        if coming["cause_id"] is None:
            actions.set_status(person, coming["dimension"], coming["code"], on, coming["reason"], note)
        else:
            actions.bring_about(person, coming, on, UUID(coming["cause_id"]), note)


def _busy_words(person: Person) -> str:
    return str(
        _(
            "A change of the status of %(name)s waits for approval already. It has to be decided or taken back first.",
            name=pages.display_name(person.identity),
        )
    )


# -- the histories as they are, and as they would be -----------------------------------------------------------------


def _standing(person: Person) -> list[DatedStatus]:
    return [entry for entry in person.entries if not entry.is_void]


def _voided(person: Person, changes: Changes) -> list[StatusEntry]:
    ids = {one["id"] for one in changes.void}
    return [entry for entry in person.entries if not entry.is_void and str(entry.id) in ids]


def _standing_after(person: Person, changes: Changes) -> list[DatedStatus]:
    gone = _voided(person, changes)
    coming = [
        _Coming(one["dimension"], one["code"], date.fromisoformat(one["effective_on"]), len(person.entries) + 1 + n)
        for n, one in enumerate(changes.enter)
    ]
    return [*(entry for entry in _standing(person) if entry not in gone), *coming]


def _course(entries: Iterable[DatedStatus], dimension: str) -> list[tuple[date, str]]:
    """What one history says from which day on, without what is overruled on its day or repeats what holds."""
    of_day = {}
    for entry in sorted(entries, key=lambda one: (one.effective_on, one.sequence)):
        if entry.dimension == dimension:
            of_day[entry.effective_on] = entry.code
    found: list[tuple[date, str]] = []
    for day, code in of_day.items():
        if not found or found[-1][1] != code:
            found.append((day, code))
    return found


def _courses(standing: list[DatedStatus]) -> list[list[tuple[date, str]]]:
    return [_course(standing, dimension) for dimension in STATUSES]


def _fingerprint(person: Person) -> int:
    """A number that is another one once the histories of status say something else, whatever else was changed."""
    return crc32(repr(_courses(_standing(person))).encode()) & 0x7FFFFFFF


def _before(person: Person, changes: Changes) -> Callable[[], list[tuple[str, str]]]:
    def told() -> list[tuple[str, str]]:
        gone = [_entry_words(one.dimension, one.code, one.effective_on, one.reason) for one in _voided(person, changes)]
        return [*_now_holding(person), *([(_("Entry that is taken back"), "; ".join(gone))] if gone else [])]

    return told


def _after(person: Person, changes: Changes) -> Callable[[], list[tuple[str, str]]]:
    def told() -> list[tuple[str, str]]:
        standing = _standing_after(person, changes)
        tomorrow = clock.today() + timedelta(days=1)
        coming = [
            _entry_words(one["dimension"], one["code"], date.fromisoformat(one["effective_on"]), one["reason"])
            for one in changes.enter
        ]
        return [
            *(
                (pages.dimension_title(one), pages.status_label(one, rules.status_on(standing, one, tomorrow) or "ND"))
                for one in STATUSES
            ),
            *([(_("Entry that is taken back"), "")] if changes.void else []),
            *([(_("New entry"), "; ".join(coming))] if coming else []),
        ]

    return told


def _entry_words(dimension: str, code: str, on: date, reason: str) -> str:
    return f"{pages.status_label(dimension, code)} · {i18n.day(on)} · {codes.label('flow', reason)}"


def _now_holding(person: Person) -> list[tuple[str, str]]:
    return [(pages.dimension_title(one), pages.status_label(one, person.holds(one))) for one in STATUSES]


# -- how it is done --------------------------------------------------------------------------------------------------


@once_per_page
def _loaded(person_id: UUID) -> list[Person]:
    found = queries.record(person_id)
    return [found] if found is not None else []


def _found(person_id: UUID) -> Person | None:
    """The record, if it is there: read once for a page, however much a request tells of it."""
    return next(iter(_loaded(person_id)), None)


def _person(one: Approval) -> Person:
    found = _found(one.subject_id)
    if found is None:
        raise DomainError(_("This record is not there any more."))
    return found


def _version(one: Approval) -> int | None:
    """None for a record that was merged: what was asked was about that one alone."""
    found = _found(one.subject_id)
    if found is None or found.merged_into_id is not None:
        return None
    return found.version if "dimension" in one.asked.arguments else _fingerprint(found)


def subject(one: Approval) -> tuple[str, str]:
    """The person that a request is about, and their page."""
    person = _person(one)
    return f"{person.number} · {pages.display_name(person.identity)}", url_for("casefile.person", person_id=person.id)


def _url(one: Approval) -> str:
    changes = _changes(one)
    if changes.void and not changes.enter:
        return url_for("persons.void_status", person_id=one.subject_id, entry_id=changes.void[0]["id"])
    dimension = one.asked.arguments.get("dimension") or changes.enter[0]["dimension"]
    return url_for("persons.change_status", person_id=one.subject_id, dimension=dimension)


def _set(one: Approval) -> None:
    if "dimension" not in one.asked.arguments:
        _carry_out(_person(one), _changes(one), signed(one))
        return
    given = given_again(one.asked.arguments)
    actions.set_status(_person(one), **{**given, "note": signed(one, given["note"])})


def _now(one: Approval) -> list[tuple[str, str]]:
    person = _person(one)
    dimension = one.asked.arguments.get("dimension")
    return _holding(person, dimension) if dimension is not None else _now_holding(person)


def _holding(person: Person, dimension: str) -> list[tuple[str, str]]:
    """What a history says today, and since when; and the others, which somebody may change meanwhile."""
    standing = [entry for entry in person.history(dimension) if not entry.is_void]
    last = max(standing, key=lambda entry: (entry.effective_on, entry.sequence), default=None)
    return [
        (pages.dimension_title(dimension), pages.status_label(dimension, person.holds(dimension))),
        (_("Since"), i18n.day(last.effective_on) if last is not None else ""),
        (_("Why it changed"), codes.label("flow", last.reason) if last is not None else ""),
        *(
            (pages.dimension_title(other), pages.status_label(other, person.holds(other)))
            for other in pages.STATUS_LISTS
            if other != dimension
        ),
    ]
