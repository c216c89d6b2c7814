"""What people have asked about their data: one answered, one open, an erasure that waits, and one that was done."""

from datetime import datetime, time, timedelta

from flask_babel import force_locale
from sqlalchemy import select

from casework.cases.models import Case, CaseParty
from casework.core import clock
from casework.core.clock import ALMATY
from casework.core.db import db
from casework.core.scope import Principal, acting_as
from casework.demo.staff import HOUSES, supervisor
from casework.persons.models import Person
from casework.rights import actions, queries
from casework.rights.actions import Asked


def add(principals: dict[str, Principal]) -> None:
    """In each house, of people whose cases are closed; in the first one of them is erased."""
    houses = [one for one in HOUSES if one.kind == "partner"]
    for house in houses:
        head = principals[supervisor(house.key).key]
        found: list[Person] = []
        with clock.at(_days_ago(2)), acting_as(head), force_locale("ru"):
            found = _closed(4)
            if len(found) < 4:
                continue
            day = clock.today()
            seen = actions.record(
                found[0], Asked("ACCESS", day, "SELF", "IN_PERSON", "Хочу знать, что обо мне записано.")
            )
            actions.record(found[1], Asked("RECTIFICATION", day, "SELF", "BY_PHONE", "Неверно записан год приезда."))
            actions.close(seen, "GRANTED", "Распечатка выдана лично.")
            db.session.commit()
        with clock.at(_days_ago(1)), acting_as(head), force_locale("ru"):
            gone = db.session.get_one(Person, found[2].id)
            asked = actions.record(gone, Asked("ERASURE", clock.today(), "SELF", "IN_WRITING", "Прошу удалить всё."))
            actions.ask(gone, "ASKED", "Заявление получено, личность проверена.", None, asked)
            db.session.commit()
        second = next((one for key, one in principals.items() if _may_agree(one, head)), None)
        if house is houses[0] and second is not None:
            _erase(found[3].id, head, second)


def _erase(person_id: object, head: Principal, second: Principal) -> None:
    with clock.at(_days_ago(1)), acting_as(head), force_locale("ru"):
        person = db.session.get_one(Person, person_id)
        erasure_id = actions.ask(person, "ASKED", "Заявление получено.", None).id
        db.session.commit()
    with clock.at(_days_ago(1)), acting_as(second), force_locale("ru"):
        one = queries.erasure(erasure_id)
        if one is not None:
            actions.approve(one, one.person.number)
        db.session.commit()


def _may_agree(one: Principal, head: Principal) -> bool:
    return one.organisation_id == head.organisation_id and one.user_id != head.user_id and one.may("rights:erase")


def _closed(count: int) -> list[Person]:
    """Persons of one closed case, alone in it, who are still what they were."""
    of_open = select(CaseParty.person_id).join(Case, Case.id == CaseParty.case_id).where(Case.closed_on.is_(None))
    of_closed = (
        select(CaseParty.person_id)
        .join(Case, Case.id == CaseParty.case_id)
        .where(Case.closed_on.is_not(None), CaseParty.voided_at.is_(None), CaseParty.position == 0)
    )
    wanted = select(Person).where(
        Person.id.in_(of_closed),
        Person.id.not_in(of_open),
        Person.merged_into_id.is_(None),
        Person.registration == "LEFT",
    )
    return list(db.session.scalars(wanted.order_by(Person.number.desc()).limit(count)))


def _days_ago(days: int) -> datetime:
    return datetime.combine(clock.today() - timedelta(days=days), time(11), ALMATY)
