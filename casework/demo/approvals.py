"""What the supervisors of the demonstration want approved, what waits for them, and what they took out."""

from datetime import timedelta
from typing import Any

from flask_babel import force_locale
from sqlalchemy import select

from casework.approvals import actions
from casework.approvals.models import Approval
from casework.cases import approving as cases
from casework.cases.models import Case
from casework.cases.queries import Filters
from casework.core import clock
from casework.core.db import db
from casework.core.scope import Principal, acting_as
from casework.demo import staff
from casework.demo.staff import HOUSES, Colleague
from casework.exports import actions as exports
from casework.persons import approving as persons

WANTED = {"case_close": "lawyers", "status_change": "lawyers", "letter_send": "lawyers"}

DONE = {
    "en": "All questions are answered, the documents are with the person.",
    "ru": "На все вопросы ответили, документы у человека.",
    "kk": "Барлық сұраққа жауап берілді, құжаттар адамның қолында.",
}
NOT_YET = {
    "en": "Please record the last session first, then ask again.",
    "ru": "Сначала запишите, пожалуйста, последнюю консультацию, потом отправьте снова.",
    "kk": "Алдымен соңғы кеңесті жазыңыз, содан кейін қайта жіберіңіз.",
}
LOOKED = {
    "en": "The archive answered; the papers are in the file.",
    "ru": "Архив ответил, бумаги в деле.",
    "kk": "Мұрағат жауап берді, қағаздар істе.",
}
REPORT = {
    "en": "List for the quarterly meeting with the country office.",
    "ru": "Список для ежеквартальной встречи со страновым офисом.",
    "kk": "Елдік кеңсемен тоқсан сайынғы кездесуге арналған тізім.",
}


def add(principals: dict[str, Principal]) -> None:
    """In each house two closings and a status wait, one closing came back, and one list was taken out."""
    for house in HOUSES:
        lawyers = staff.lawyers(house.key)
        if lawyers:
            supervisor = staff.supervisor(house.key)
            _waiting(principals, supervisor, lawyers)
            _taken_out(principals[supervisor.key], REPORT[supervisor.writes])


def _waiting(principals: dict[str, Principal], supervisor: Colleague, lawyers: list[Colleague]) -> None:
    with acting_as(principals[supervisor.key]):
        actions.set_rules(WANTED)
        db.session.commit()
    first, second, third = lawyers[:3]
    _ask_to_close(principals[first.key], first, days=4)
    _ask_for_status(principals[second.key], second, days=2)
    _ask_to_close(principals[third.key], third, days=1)
    returned = _ask_to_close(principals[second.key], second, days=6)
    with clock.at(clock.now() - timedelta(days=5)), acting_as(principals[supervisor.key]):
        actions.send_back(db.session.get_one(Approval, returned), NOT_YET[supervisor.writes])
        db.session.commit()


def _newest(who: Principal) -> Case:
    """The lawyer's case with one person that was opened last, a week ago at least: what is asked must not be before."""
    of_lawyer = select(Case).where(
        Case.lawyer_id == who.user_id, Case.closed_on.is_(None), Case.opened_on < clock.today() - timedelta(days=7)
    )
    found = db.session.scalars(of_lawyer.order_by(Case.opened_on.desc(), Case.number)).all()
    return next(one for one in found if len(one.parties) == 1)


def _ask_to_close(who: Principal, lawyer: Colleague, *, days: int) -> Any:
    with clock.at(clock.now() - timedelta(days=days)), acting_as(who), force_locale(lawyer.writes):
        given = {"on": clock.today(), "outcome": "ADVICE_ONLY", "reason": "SERVICES_DONE", "note": DONE[lawyer.writes]}
        asked = cases.ask_to_close(_newest(who), {**given, "outcome_for": None, "reason_for": None})
        db.session.commit()
        return asked.id


def _ask_for_status(who: Principal, lawyer: Colleague, *, days: int) -> None:
    with clock.at(clock.now() - timedelta(days=days)), acting_as(who), force_locale(lawyer.writes):
        person = _newest(who).parties[0].person
        given = {"dimension": "nationality", "code": "AR" if person.nationality != "AR" else "UN"}
        persons.ask_to_change(
            person, {**given, "effective_on": clock.today(), "reason": "status_change", "note": LOOKED[lawyer.writes]}
        )
        db.session.commit()


def _taken_out(who: Principal, purpose: str) -> None:
    with acting_as(who):
        exports.ask(Filters(due="overdue"), purpose, has_names=False)
        db.session.commit()
