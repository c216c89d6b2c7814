"""Recording what people ask about their data, answering it, and the two steps of an erasure."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask_babel import gettext as _

from casework.core import clock, withheld
from casework.core.db import db
from casework.core.errors import DomainError
from casework.notices.actions import tell
from casework.persons import queries as persons
from casework.persons.models import Person
from casework.reference import queries as codes
from casework.rights import erasing, kinds, queries, reaching, rules
from casework.rights.models import DataRequest, Erasure, Reasons, Said
from casework.rights.rules import Decision, Kind, State
from casework.workdays.queries import calendar


@dataclass
class Asked:
    """What a request says."""

    kind: str
    asked_on: date
    by_whom: str
    how: str
    words: str | None = None


_for_everybody = withheld.unveiled("who answers for everybody's data answers for those of a restricted record, too")
"""They may write about a record that they may not open; its words stay masked for them on every page."""


# -- requests ------------------------------------------------------------------------------------------------------


def numbered(number: str | None) -> Person:
    """The person of one's own organisation whose record has this number."""
    found = persons.person_by_number((number or "").strip().upper())
    if found is None:
        raise DomainError(_("There is no record with this number in your organisation."), "number")
    return found


@_for_everybody
def record(person: Person, asked: Asked) -> DataRequest:
    """Enter in the register what somebody asks about the data kept of them; the law's term begins on that day."""
    _must_be_there(person)
    _check(asked)
    made = DataRequest(
        person_id=person.id,
        kind=asked.kind,
        asked_on=asked.asked_on,
        by_whom=asked.by_whom,
        how=asked.how,
        due_on=rules.due_on(asked.asked_on, _term(asked.kind), calendar()),
        recorded_at=clock.now(),
        recorded_by_id=_user_id(),
    )
    made.said = Said(asked.words)
    db.session.add(made)
    db.session.flush()
    tell(
        queries.colleagues("rights:handle"),
        kinds.REQUEST.code,
        f"rights:{made.id}",
        endpoint="rights.show",
        values={"request_id": made.id},
        person_id=person.id,
    )
    return made


def _check(asked: Asked) -> None:
    for list_name, code, field in (
        ("rights_kind", asked.kind, "kind"),
        ("rights_by", asked.by_whom, "by_whom"),
        ("rights_how", asked.how, "how"),
    ):
        if code not in {one.code for one in codes.items(list_name)}:
            raise DomainError(_("Choose one of the options."), field)
    if asked.asked_on > clock.today():
        raise DomainError(_("This date is in the future. Enter the day it happened."), "asked_on")


def _term(kind: str) -> int:
    """Within how many working days it has to be answered: the list says so."""
    return int(codes.attribute("rights_kind", kind, "working_days") or 1)


@_for_everybody
def close(asked: DataRequest, decision: str, answer: str | None) -> None:
    """Say what became of a request. Who is refused something is told why."""
    if not asked.is_open:
        raise DomainError(_("This request is closed already."))
    if decision not in {one.code for one in codes.items("rights_decision")}:
        raise DomainError(_("Choose one of the options."), "decision")
    if decision in (Decision.PARTLY, Decision.REFUSED) and not answer:
        raise DomainError(_("Say why: the person is to be told the reason."), "answer")
    if asked.kind == Kind.ERASURE and decision == Decision.GRANTED:
        raise DomainError(_("It is granted by erasing: begin with the preview below."), "decision")
    asked.decision, asked.closed_on, asked.closed_by_id = decision, clock.today(), _user_id()
    asked.said = Said(asked.said.asked, answer)
    db.session.flush()


def remind() -> int:
    """Tell who answers requests of those whose term ends within a working day, each once."""
    told = 0
    for one in queries.due_until(1):
        told += tell(
            queries.colleagues("rights:handle"),
            kinds.DUE.code,
            f"rights-due:{one.id}",
            endpoint="rights.show",
            values={"request_id": one.id},
            person_id=one.person_id,
        )
    return told


# -- erasure -------------------------------------------------------------------------------------------------------


@_for_everybody
def ask(person: Person, ground: str, why: str, in_spite: str | None, request: DataRequest | None = None) -> Erasure:
    """Ask that a record be erased. Nothing is erased before another colleague has looked and agreed."""
    _must_be_there(person)
    if ground not in {one.code for one in codes.items("erasure_ground")}:
        raise DomainError(_("Choose one of the options."), "ground")
    if request is not None and (request.person_id not in _records(person) or not request.is_open):
        raise DomainError(_("This request is closed already."))
    found = queries.erasure_of(person.id)
    if found is not None and found.is_waiting:
        raise DomainError(_("Somebody asked for this already: it waits for a second person."))
    _must_not_be_kept(person, in_spite)
    made = Erasure(
        person_id=person.id,
        request_id=request.id if request is not None else None,
        ground=ground,
        state=State.WAITING,
        asked_by_id=_user_id(),
        asked_at=clock.now(),
        counts={},
    )
    made.reasons = Reasons(why, in_spite)
    db.session.add(made)
    db.session.flush()
    tell(
        queries.colleagues("rights:erase"),
        kinds.ASKED.code,
        f"erasure:{made.id}",
        endpoint="rights.erasure",
        values={"erasure_id": made.id},
        person_id=person.id,
    )
    return made


@_for_everybody
def approve(erasure: Erasure, typed: str | None) -> erasing.Erased:
    """Agree, as a second person, and erase: now, and for good."""
    _must_wait(erasure)
    person = persons.record(erasure.person_id)
    if person is None or person.erased_on is not None:
        raise DomainError(_("This does not wait for a second person any more."))
    if not rules.is_the_number(typed, person.number):
        raise DomainError(_("Type the number of the record as it stands above."), "number")
    _must_not_be_kept(person, erasure.reasons.in_spite)
    erasure.state, erasure.decided_by_id, erasure.decided_at = State.CARRIED_OUT, _user_id(), clock.now()
    for request in queries.of_person(_records(person)):
        if request.is_open:
            request.decision, request.closed_on, request.closed_by_id = Decision.GRANTED, clock.today(), _user_id()
    done = erasing.carry_out(person)
    certify(erasure, done)
    return done


@_for_everybody
def refuse(erasure: Erasure, why: str) -> None:
    """Not agree: the record stays, and who asked is told why."""
    _must_wait(erasure)
    erasure.state, erasure.decided_by_id, erasure.decided_at = State.REFUSED, _user_id(), clock.now()
    erasure.reasons = Reasons(erasure.reasons.why, erasure.reasons.in_spite, why)
    db.session.flush()
    tell(
        [erasure.asked_by_id],
        kinds.REFUSED.code,
        f"erasure-refused:{erasure.id}",
        endpoint="rights.erasure",
        values={"erasure_id": erasure.id},
        person_id=erasure.person_id,
    )


@_for_everybody
def take_back(erasure: Erasure) -> None:
    """Who asked for it does not want it any more."""
    _must_wait(erasure, is_mine=True)
    erasure.state, erasure.decided_at = State.WITHDRAWN, clock.now()
    db.session.flush()


def certify(erasure: Erasure, done: erasing.Erased) -> None:
    """Keep in numbers what an erasure took: of the words nothing is left to count."""
    erasure.erased_on = clock.today()
    erasure.counts = {"rows": done.rows, "files": done.files, "former": done.former, "records": len(done.person_ids)}
    db.session.flush()


def _must_wait(erasure: Erasure, *, is_mine: bool = False) -> None:
    db.session.refresh(erasure, with_for_update=True)
    if not erasure.is_waiting:
        raise DomainError(_("This does not wait for a second person any more."))
    if is_mine != (erasure.asked_by_id == _user_id()):
        raise DomainError(
            _("Only who asked for it takes it back.")
            if is_mine
            else _("You asked for this yourself: another colleague decides.")
        )


def _must_not_be_kept(person: Person, in_spite: str | None) -> None:
    against = queries.against(reaching.find(person))
    if against.forbidding:
        raise DomainError(" ".join(against.forbidding))
    if against.warning and not in_spite:
        raise DomainError(_("Something speaks against it. Say why it is to be done all the same."), "in_spite")


def _must_be_there(person: Person) -> None:
    if person.erased_on is not None:
        raise DomainError(_("This record was erased."))


def _records(person: Person) -> set[UUID]:
    return {person.id, *(one.id for one in persons.merged_into(person.id))}


def _user_id() -> UUID | None:
    user_id: UUID | None = db.session.info["principal"].user_id
    return user_id
