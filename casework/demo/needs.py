"""What some of the invented people need beyond their cases, what is urgent, and views that colleagues keep."""

from datetime import date, timedelta

from flask_babel import force_locale
from sqlalchemy import ColumnElement, select

from casework.cases import saving
from casework.core import clock
from casework.core.db import db
from casework.core.scope import Principal, acting_as
from casework.demo.staff import HOUSES, lawyers, supervisor
from casework.needs import actions, queries
from casework.needs.actions import Given, Step
from casework.persons.models import Person

_NOTES = {
    "SC-UM": "Живёт у знакомых семьи, родителей в стране нет.",
    "WR-HR": "Одна с детьми, работает посменно.",
    "LP-TD": "Получил постановление о выдворении, срок обжалования идёт.",
    "SM-CC": "Нужны постоянные лекарства.",
    "ER-FR": "Плохо видит, приходит с соседкой.",
}


def add(principals: dict[str, Principal]) -> None:
    """A few needs in each house, recorded by the supervisor, who may know all of them; one of them taken up."""
    today = clock.today()
    for house in HOUSES:
        if house.kind != "partner":
            continue
        with acting_as(principals[supervisor(house.key).key]), force_locale("en"):
            _needs(today)
            saving.save("Нет связи 30 дней", {"contact": "none30"}, is_shared=True)
            db.session.commit()
        with acting_as(principals[lawyers(house.key)[0].key]), force_locale("en"):
            waiting = queries.urgent()
            for one in waiting[:1]:
                actions.take_up(one.person.id, [(reason.kind, reason.subject_id) for reason in one.reasons])
            saving.save("Просрочено", {"due": "overdue"}, is_shared=False)
            db.session.commit()


def _needs(today: date) -> None:
    children = Person.birth_year.between(today.year - 14, today.year - 6)
    women = (Person.sex == "F") & Person.birth_year.between(today.year - 55, today.year - 25)
    men = (Person.sex == "M") & Person.birth_year.between(today.year - 55, today.year - 25)
    older = Person.birth_year.between(today.year - 90, today.year - 65)
    for code, who, months in (
        ("SC-UM", _some(children, 2), 2),
        ("CR-NE", _some(children, 4), 5),
        ("WR-HR", _some(women, 5), 7),
        ("LP-TD", _some(men, 2), 1),
        ("SM-CC", _some(women, 1), 3),
        ("LP-ND", _some(men, 6), 9),
        ("ER-FR", _some(older, 3), 12),
    ):
        for place, person in enumerate(who):
            since = max(person.registered_on, today - timedelta(days=30 * months - 4 * place))
            actions.record(person, Given(code, since, note=_NOTES.get(code)))
    for person in _some(children, 2):
        due = today - timedelta(days=6)
        actions.record_best_interest(person, Step("BIA", "under_way", due_on=due, note="Ждём беседы с тётей."))


def _some(which: ColumnElement[bool], most: int) -> list[Person]:
    statement = (
        select(Person)
        .where(which, Person.registration == "ACTIVE", Person.merged_into_id.is_(None), ~Person.is_birth_estimated)
        .order_by(Person.registered_on.desc(), Person.number)
        .limit(most)
    )
    return list(db.session.scalars(statement))
