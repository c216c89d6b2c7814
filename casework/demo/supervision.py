"""Somebody in each house is away, and a few cases were handed over together."""

from datetime import timedelta

from flask_babel import force_locale

from casework.core import clock
from casework.core.db import db
from casework.core.scope import Principal, acting_as
from casework.demo.staff import HOUSES, lawyers, supervisor
from casework.supervision import actions, queries
from casework.supervision.actions import Planned
from casework.supervision.models import Told

SEVERAL = 3


def add(principals: dict[str, Principal]) -> None:
    """One lawyer is on leave and another stands in; the next goes in two weeks; who had the most gave some away."""
    today = clock.today()
    for house in HOUSES:
        if house.kind != "partner":
            continue
        with acting_as(principals[supervisor(house.key).key]), force_locale("en"):
            ids = [found for one in lawyers(house.key) if (found := principals[one.key].user_id) is not None]
            loads = queries.open_loads()
            heaviest, lightest = max(ids, key=loads.__getitem__), min(ids, key=loads.__getitem__)
            chosen = queries.open_cases_of(heaviest)[-SEVERAL:]
            given = queries.proposed(chosen, [lightest]).given
            if given:
                told = Told("Поровну после отпусков", "Все документы в деле. Люди предупреждены, что юрист сменился.")
                actions.reassign_many(chosen, given, "WORKLOAD", told)
            if len(ids) > 1:
                first, second = ids[0], ids[1]
                leave = (today - timedelta(days=2), today + timedelta(days=5))
                actions.plan_cover(Planned(first, second, *leave, "Срочное: заседание суда, см. календарь."))
                later = (today + timedelta(days=14), today + timedelta(days=21))
                actions.plan_cover(Planned(second, first, *later))
            db.session.commit()
