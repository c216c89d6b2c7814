"""A restricted record, an emergency that waits to be judged, and what the trail says is unusual."""

from datetime import datetime, time, timedelta

from flask import g
from flask_babel import force_locale
from sqlalchemy import select

from casework.alerts import actions as alerts
from casework.alerts.rules import Kind, Rule
from casework.cases.models import Case, CaseParty
from casework.core import audit, clock
from casework.core.clock import ALMATY
from casework.core.db import db
from casework.core.scope import Principal, acting_as, system
from casework.demo.staff import HOUSES, lawyers, supervisor
from casework.persons.models import Person
from casework.restrictions import actions as restrictions

OPENED_LATE = 7


def add(principals: dict[str, Principal]) -> None:
    """In each house with two lawyers: one record of the first is restricted, and the second opened it last night."""
    for house in HOUSES:
        mine = lawyers(house.key)
        if house.kind != "partner" or len(mine) < 2:
            continue
        first, second, head = (principals[one.key] for one in (mine[0], mine[1], supervisor(house.key)))
        with clock.at(_yesterday(15)), acting_as(head), force_locale("ru"):
            person = _with_open_case(first, 1)
            if not person:
                continue
            restrictions.restrict(person[0], "Человеку угрожают; о деле знают только те, кто его ведёт.")
            db.session.commit()
        with clock.at(_yesterday(22, 40)), acting_as(second), force_locale("ru"):
            restrictions.open_in_emergency(
                db.session.get_one(Person, person[0].id), "DETENTION", "Звонили из приёмника, юрист не отвечает.", 1
            )
            for one in _with_open_case(first, OPENED_LATE):
                g.audit_mark = str(one.id) if one.id == person[0].id else None  # as the gate marks what it opened
                audit.read("person:open", "persons", [one.id])
            db.session.commit()
        with acting_as(system("demonstration", first.organisation_id)):
            alerts.adopt(clock.day_of(_yesterday(12)))
            db.session.commit()
        with clock.at(_yesterday(16)), acting_as(head):
            alerts.change_rule(Kind.NIGHT, Rule(4, with_weekends=True))
            db.session.commit()


def _yesterday(hour: int, minute: int = 0) -> datetime:
    return datetime.combine(clock.today() - timedelta(days=1), time(hour, minute), ALMATY)


def _with_open_case(lawyer: Principal, count: int) -> list[Person]:
    """The first persons of whose open cases a lawyer has one."""
    theirs = (
        select(CaseParty.person_id)
        .join(Case, Case.id == CaseParty.case_id)
        .where(Case.lawyer_id == lawyer.user_id, Case.closed_on.is_(None), CaseParty.voided_at.is_(None))
    )
    return list(db.session.scalars(select(Person).where(Person.id.in_(theirs)).order_by(Person.number).limit(count)))
