"""What the record of a case or a person says of a transfer."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from casework.cases.models import Case
from casework.core import i18n
from casework.core.scope import principal
from casework.persons.models import Person
from casework.transfers import queries
from casework.transfers.pages import state_words
from casework.transfers.rules import ARRIVED, State


def card(case: Case) -> dict[str, Any] | None:
    """What the page of a case says about its transfer; None when there is none."""
    side = queries.of_case(case.id)
    if side is None:
        return None
    who, one = principal(), side.transfer
    is_gone = side.is_sender and side.is_whole and one.state == State.MOVED
    if one.state in ARRIVED and not side.is_sender:
        words = _("This case came from %(partner)s on %(day)s.", partner=one.sender.name, day=i18n.day(one.moved_on))
        if side.particulars.former_number:
            words = _(
                "This case came from %(partner)s on %(day)s, where it had the number %(number)s.",
                partner=one.sender.name,
                day=i18n.day(one.moved_on),
                number=side.particulars.former_number,
            )
    elif is_gone:
        words = _(
            "This case is with %(partner)s since %(day)s. What was written in it has moved there.",
            partner=one.receiver.name,
            day=i18n.day(one.moved_on),
        )
    elif one.state == State.MOVED:
        words = _(
            "A part of this case went to %(partner)s on %(day)s.", partner=one.receiver.name, day=i18n.day(one.moved_on)
        )
    else:
        words = _("This case is offered to %(partner)s: %(state)s.", partner=one.receiver.name, state=state_words(one))
    return {
        "words": words,
        "is_gone": is_gone,
        "tone": "warn" if one.state not in ARRIVED else "",
        "url": url_for("transfers.show", transfer_id=one.id) if who is not None and who.may("case:transfer") else "",
    }


def handed_over_to(person: Person) -> str:
    """What stands in the place of the name of somebody whose record is with a partner now; nothing of anybody else."""
    side = queries.gone_with(person)
    return _("Handed over to %(partner)s", partner=side.transfer.receiver.name) if side is not None else ""


def handed_over(person: Person) -> str:
    """That the record is with a partner now, and the name with it; nothing of anybody else."""
    side = queries.gone_with(person)
    if side is None:
        return ""
    return _(
        "This record was handed over to %(partner)s on %(day)s, and the name went with it. Here the number and the "
        "days are left.",
        partner=side.transfer.receiver.name,
        day=i18n.day(side.transfer.moved_on),
    )
