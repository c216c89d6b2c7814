"""Recording whom a case is against, deciding conflicts of interest, and refusing one lawyer for both sides."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm.attributes import set_committed_value

from casework.cases import queries as cases
from casework.cases.models import Case
from casework.conflicts import checking, queries, rules
from casework.conflicts.models import Conflict, Opponent, OpposingParty
from casework.core import clock
from casework.core.db import db
from casework.core.errors import DomainError
from casework.core.events import (
    case_assigning,
    cases_assigning,
    parties_changed,
    person_changed,
    records_merging,
    relatives_changed,
)
from casework.persons import queries as persons
from casework.persons.models import Person, Relative, Words
from casework.reference import queries as codes


@dataclass
class Told:
    """What is told of an opposing party."""

    role: str
    is_body: bool = False
    who: Opponent = field(default_factory=Opponent)
    person: Person | None = None
    """When it is somebody registered."""


def add(case: Case, told: Told) -> OpposingParty:
    """Somebody whose interests are opposed to those of this case. Looks at once for conflicts."""
    if not case.is_open:
        raise DomainError(_("This case is closed. Reopen it first."))
    opposing = OpposingParty(
        organisation_id=case.organisation_id,
        case_id=case.id,
        recorded_at=clock.now(),
        recorded_by_id=db.session.info["principal"].user_id,
    )
    _write(opposing, case, told)
    db.session.add(opposing)
    db.session.flush()
    checking.check_opposing(opposing)
    return opposing


def correct(opposing: OpposingParty, told: Told) -> None:
    """Put right what was recorded. What it said before is kept, and conflicts are looked for anew."""
    _must_stand(opposing)
    _write(opposing, opposing.case, told)
    db.session.flush()
    checking.check_opposing(opposing)


def void(opposing: OpposingParty, reason: str) -> None:
    """Take back who should never have been recorded. With it end the conflicts that it brought."""
    _must_stand(opposing)
    opposing.voided_at = opposing.changed_at = clock.now()
    opposing.voided_by_id = db.session.info["principal"].user_id
    opposing.void_reason = reason
    db.session.flush()
    checking.check_opposing(opposing)


def _must_stand(opposing: OpposingParty) -> None:
    if opposing.is_void:
        raise DomainError(_("This opposing party is void and can no longer be changed."))


def _write(opposing: OpposingParty, case: Case, told: Told) -> None:
    role = codes.item("opposing_role", told.role)
    if role is None:
        raise DomainError(_("Choose what they are to the person."), "role")
    if told.is_body and not role.attributes.get("body"):
        raise DomainError(_("“%(role)s” is a person. Choose another answer.", role=role.label), "role")
    if told.is_body and not told.who.family_name:
        raise DomainError(_("Write the name of the organisation or company."), "body_name")
    if not told.is_body and told.person is None and not (told.who.full_name or told.who.latin_name):
        raise DomainError(_("Write at least one name, or the number of the record."), "family_name")
    if told.person is not None:
        _must_be_opposable(opposing, case, told)
    opposing.role, opposing.is_body, opposing.who = told.role, told.is_body, told.who
    opposing.person_id = told.person.id if told.person is not None else None
    opposing.changed_at = clock.now()
    set_committed_value(opposing, "person", told.person)


def _must_be_opposable(opposing: OpposingParty, case: Case, told: Told) -> None:
    person = told.person
    assert person is not None  # noqa: S101 - asked for only then
    if told.is_body:
        raise DomainError(_("A record number belongs to a person, not to an organisation or company."), "number")
    if any(party.person_id == person.id for party in case.parties):
        raise DomainError(
            _("This person is a client in this very case. Open a case of its own for the matter between the two."),
            "number",
        )
    others = (one for one in queries.opposing_of_case(case.id) if one.id != opposing.id)
    if any(one.person_id == person.id for one in others):
        raise DomainError(_("This person is already recorded as an opposing party of this case."), "number")


# -- deciding ----------------------------------------------------------------------------------------------------


def decide(conflict: Conflict, decision: str, note: str | None = None) -> None:
    """The supervisor’s word on a conflict. It stands while the facts stay, and can be changed."""
    if decision not in {one.code for one in codes.items("conflict_decision")} | {conflict.decision}:
        raise DomainError(_("Choose one of the options."), "decision")
    if decision == rules.NEEDS_REASON and not note:
        raise DomainError(_("Say why their interests are not opposed."), "note")
    conflict.decision = decision
    conflict.note = Words(note)
    conflict.decided_at = clock.now()
    conflict.decided_by_id = db.session.info["principal"].user_id
    db.session.flush()


def _refuse_same_lawyer(sender: Case | None, *, lawyer_id: UUID, persons: Collection[Person] = (), **more: Any) -> None:
    """Whoever holds a case may not get one of the other side, when it was decided that there are to be two lawyers.

    The case itself changes hands, or these persons come into it, or into a new one.
    """
    case_id = sender.id if sender is not None else None
    if sender is not None and not persons:
        found = queries.needing_two_lawyers({party.person_id for party in sender.parties}, case_id)
    else:
        found = queries.needing_two_lawyers({one.id for one in persons})
    _refuse_for(found, case_id, lawyer_id)


def _refuse_among(_sender: None, *, cases: Collection[Case]) -> Callable[[Case, UUID], None]:
    """The same for many cases that change hands, of which the conflicts are read up at once."""
    found = queries.needing_two_lawyers_in(cases)
    return lambda case, lawyer_id: _refuse_for(found.get(case.id, ()), case.id, lawyer_id)


def _refuse_for(found: Iterable[Conflict], case_id: UUID | None, lawyer_id: UUID) -> None:
    for conflict in found:
        opposing = conflict.opposing
        if opposing is None or conflict.person_id is None:
            continue
        against = opposing.case
        others = _cases_of(conflict.person_id) if against.id == case_id else [against]
        held = rules.held_by(others, lawyer_id, but={case_id} if case_id else ())
        if held is not None:
            raise DomainError(
                _(
                    "Because of a conflict of interest, this case and case %(number)s need two different lawyers who "
                    "do not share the files. Choose another lawyer, or hand the other case over first.",
                    number=held.number,
                ),
                "lawyer",
            )


def _cases_of(person_id: UUID) -> list[Case]:
    person = persons.person(person_id)  # the one that goes on, if the record was merged
    return cases.cases_of([person.id]) if person is not None else []


# -- hearing -----------------------------------------------------------------------------------------------------


def listen() -> None:
    records_merging.connect(_warn_of_merging)
    person_changed.connect(_person_changed)
    relatives_changed.connect(_relatives_changed)
    parties_changed.connect(_parties_changed)
    case_assigning.connect(_refuse_same_lawyer)
    cases_assigning.connect(_refuse_among)


def _warn_of_merging(kept: Person, *, gone: Person, **more: Any) -> list[str]:
    """A client and whom their case is against are hardly ever one person."""
    return [
        _(
            "In case %(number)s one of the two records is the client and the other the opposing party: are they two "
            "people?",
            number=opposing.case.number,
        )
        if is_sure
        else _(
            "In case %(number)s one of the two records is the client and the other may be the opposing party: are they "
            "two people?",
            number=opposing.case.number,
        )
        for opposing, is_sure in queries.opposed_to_each_other(kept.id, gone.id)
    ]


def _person_changed(person: Person, **more: Any) -> None:
    checking.check_person(person)


def _relatives_changed(link: Relative, **more: Any) -> None:
    found = persons.persons([link.person_id, link.relative_id])
    for person in found.values():
        checking.check_person(person)


def _parties_changed(case: Case, *, persons: Collection[Person], **more: Any) -> None:
    """Who has become a client may be whom another case is against; who is one no more, is not."""
    for person in persons:
        checking.check_person(person)
    for opposing in queries.opposing_of_case(case.id):
        checking.check_opposing(opposing)
