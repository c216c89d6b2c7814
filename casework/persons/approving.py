"""Changing a person's status where the organisation wants a second person to approve it."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from casework.approvals import actions as approvals
from casework.approvals import kinds
from casework.approvals.kinds import Kind
from casework.approvals.models import Approval
from casework.approvals.pages import Asking, signed
from casework.core import i18n
from casework.core.db import once_per_page
from casework.core.errors import DomainError
from casework.core.i18n import Text
from casework.persons import actions, pages, queries
from casework.persons.models import Person
from casework.persons.rules import Dimension
from casework.reference import queries as codes

STATUS = "status_change"


def listen() -> None:
    """Say how a status is changed once that is approved."""
    kinds.register(
        Kind(
            STATUS,
            Text("Changing a status", "Изменение статуса", "Мәртебені өзгерту"),
            carry_out=_set,
            url=lambda one: url_for(
                "persons.change_status", person_id=one.subject_id, dimension=one.asked.arguments["dimension"]
            ),
            version=_version,
            subject=subject,
            now=lambda one: _holding(_person(one), one.asked.arguments["dimension"]),
        )
    )


def is_status(dimension: str) -> bool:
    """Whether a history is one of legal status: where a person lives, nobody has to approve."""
    return dimension in (Dimension.NATIONALITY, Dimension.DISPLACEMENT)


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


def typed(asking: Asking, dimension: str) -> dict[str, Any]:
    """What was typed when the same history was to be changed before, for the form."""
    return given_again(asking.typed) if asking.typed.get("dimension") == dimension else {}


def given_again(typed: dict[str, Any]) -> dict[str, Any]:
    """What was asked, as the arguments that it was made of."""
    return {**typed, "effective_on": date.fromisoformat(typed["effective_on"])}


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
    return found.version if found is not None and found.merged_into_id is None else None


def subject(one: Approval) -> tuple[str, str]:
    """The person that a request is about, and their page."""
    person = _person(one)
    return f"{person.number} · {pages.display_name(person.identity)}", url_for("casefile.person", person_id=person.id)


def _set(one: Approval) -> None:
    given = given_again(one.asked.arguments)
    actions.set_status(_person(one), **{**given, "note": signed(one, given["note"])})


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
