"""A case that waits for a partner's answer, and one that a partner did not take over."""

from datetime import timedelta
from uuid import UUID

from flask_babel import force_locale

from casework.cases import queries as cases
from casework.cases.models import Case
from casework.cases.queries import Filters
from casework.consents import actions as consents
from casework.consents.actions import Given
from casework.consents.rules import Purpose
from casework.core import clock
from casework.core.db import db
from casework.core.scope import Principal, acting_as
from casework.demo.staff import HOUSES, lawyers, supervisor
from casework.persons.ages import ADULT_FROM
from casework.persons.rules import age_on
from casework.transfers import actions, queries
from casework.transfers.rules import recipient

REASONS = {
    "en": "The person moved to your city last month and asks for help near home.",
    "ru": "Человек переехал в ваш город в прошлом месяце и просит помощи рядом с домом.",
    "kk": "Адам өткен айда сіздің қалаға көшті және үйіне жақын жерде көмек сұрайды.",
}


def add(principals: dict[str, Principal]) -> None:
    """The first partner offers a case to the second; what the second offered to the first was not taken over."""
    first, second = [house.key for house in HOUSES if house.kind == "partner" and lawyers(house.key)][:2]
    with force_locale("en"):
        _offer(principals, first, second, days=2)
        declined = _offer(principals, second, first, days=12)
        with clock.at(clock.now() - timedelta(days=9)), acting_as(principals[supervisor(first).key]):
            transfer = queries.transfer(declined) if declined is not None else None
            if transfer is not None:
                actions.decline(transfer, "NO_CAPACITY")
                db.session.commit()


def _offer(principals: dict[str, Principal], sender: str, receiver: str, *, days: int) -> UUID | None:
    who, to = supervisor(sender), principals[supervisor(receiver).key].organisation_id
    with clock.at(clock.now() - timedelta(days=days)), acting_as(principals[who.key]):
        found = cases.page(Filters(sort="opened")).rows
        partner = next((one for one in queries.partners() if one.id == to), None)
        case = next((one for one in found if _is_of_one_adult(one)), None)
        if partner is None or case is None:
            return None
        person = case.parties[0].person
        given = Given(Purpose.TRANSFER, "given", clock.today(), recipient(partner.id), form="WRITTEN")
        consents.record(person, given)
        made = actions.offer(case, partner, [person.id], REASONS[who.writes])
        db.session.commit()
        return made.id


def _is_of_one_adult(case: Case) -> bool:
    person = case.parties[0].person
    age = age_on(person.birth_year, person.birth_month, clock.today()) or 0
    return len(case.parties) == 1 and age >= ADULT_FROM and case.opened_on < clock.today()
