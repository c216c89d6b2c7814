"""Erasing once more whom a backup that was put back has brought back: it was agreed to before, so nobody is asked."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from casework.core import clock
from casework.core.db import db
from casework.core.events import restored
from casework.core.scope import acting_as, system
from casework.persons import queries as persons
from casework.persons.models import Person
from casework.rights import actions, erasing
from casework.rights.models import Erasure
from casework.rights.rules import State

GROUND = "AGAIN"


def listen() -> None:
    restored.connect(erase_again)


def erase_again(sender: object, erased: Sequence[UUID], **_more: Any) -> int:
    """How many were erased now; whoever is erased already, or was never in this database, is passed over."""
    wanted = select(Person.id, Person.organisation_id).where(
        Person.id.in_(list(erased)), Person.erased_on.is_(None), Person.merged_into_id.is_(None)
    )
    found = [(person_id, organisation_id) for person_id, organisation_id in db.session.execute(wanted)]
    db.session.commit()  # what follows happens in each organisation's own session
    for person_id, organisation_id in found:
        with acting_as(system("erased once more", organisation_id)):
            _erase(person_id)
            db.session.commit()
    return len(found)


def _erase(person_id: UUID) -> None:
    person = persons.record(person_id)
    if person is None or person.erased_on is not None:
        return
    again = Erasure(
        person_id=person.id,
        ground=GROUND,
        state=State.CARRIED_OUT,
        asked_at=clock.now(),
        decided_at=clock.now(),
        counts={},
    )
    db.session.add(again)
    actions.certify(again, erasing.carry_out(person))
