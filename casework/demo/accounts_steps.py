"""Somebody has lost phone and recovery codes: in each house the supervisor is asked to confirm what was asked for."""

from datetime import timedelta

from flask_babel import force_locale

from casework.accounts import queries, steps
from casework.accounts.permissions import Role
from casework.core import clock
from casework.core.db import db
from casework.core.scope import Principal, acting_as
from casework.demo.staff import COLLEAGUES, HOUSES, lawyers


def add(principals: dict[str, Principal]) -> None:
    """Asked yesterday by the administrator, about the last lawyer of each house."""
    administrator = next(one for one in COLLEAGUES if one.role is Role.ADMINISTRATOR)
    moment = clock.now() - timedelta(days=1)
    with clock.at(moment), acting_as(principals[administrator.key]), force_locale("ru"):
        for house in HOUSES:
            if house.kind != "partner":
                continue
            user_id = principals[lawyers(house.key)[-1].key].user_id
            user = queries.user(user_id) if user_id else None
            if user is not None:
                steps.ask_removal(user, "Звонила сама на рабочий номер: телефон потерян, листка с кодами нет.")
        db.session.commit()
