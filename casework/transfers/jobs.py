"""Every minute: copy what was accepted, leave a stub where it came from, and tell both sides how it stands.

Each step is a transaction of its own and can be taken again: the ids of what is copied follow from the transfer, a
question between the records is asked once, and what is moved is not emptied twice.
"""

import json
import logging
from datetime import timedelta
from uuid import UUID

from casework.core import jobs
from casework.core.db import db
from casework.core.jobs import Job, every
from casework.core.scope import acting_as
from casework.elsewhere import actions as elsewhere
from casework.transfers import copying, leaving, queries, telling
from casework.transfers.actions import change
from casework.transfers.models import Transfer
from casework.transfers.rules import Failure, State

log = logging.getLogger("casework")


def carry() -> None:
    """Carry every transfer of the acting organisation as far as it can go, each by itself; and tell its people."""
    organisation_id: UUID = db.session.info["principal"].organisation_id
    db.session.commit()
    with queries.reading_in(organisation_id):
        accepted, copied = queries.waiting({State.ACCEPTED}), queries.waiting({State.COPIED})
        incoming = [one for one in accepted if db.session.get_one(Transfer, one).to_organisation_id == organisation_id]
    for transfer_id in incoming:
        if _copy(transfer_id):
            copied.append(transfer_id)
    for transfer_id in dict.fromkeys(copied):
        _settle(transfer_id)
    with acting_as(queries.the_system(organisation_id)):
        telling.tell_all()
        db.session.commit()


CARRY = Job("transfers.carry", every(timedelta(minutes=1)), carry)


def _between(transfer_id: UUID) -> tuple[UUID, UUID]:
    with acting_as(queries.the_system()):
        found = db.session.get_one(Transfer, transfer_id)
        return found.from_organisation_id, found.to_organisation_id


def _copy(transfer_id: UUID) -> bool:
    """The case as a whole, or nothing of it and the reason why."""
    sender_id, receiver_id = _between(transfer_id)
    try:
        with queries.reading_in(receiver_id):
            lawyer_id = copying.lawyer_of(transfer_id)
        is_there = copying.known_there(transfer_id, sender_id, receiver_id)
        with queries.reading_in(sender_id):
            parcel = copying.pack(transfer_id, lawyer_id, is_there)
        with queries.reading_in(receiver_id):
            copying.check_space(parcel)
        with acting_as(queries.the_system(receiver_id)):
            copying.carry_files(parcel, receiver_id)
            is_done = copying.unpack(parcel)
            db.session.commit()
        return is_done
    except copying.Stopped as stopped:
        _fail(transfer_id, stopped.why)
    except Exception as error:  # noqa: BLE001 -- whatever it is, the other transfers go on, and somebody is told
        log.error(json.dumps({"job": CARRY.name, "error": jobs.place(error)}))
        _fail(transfer_id, Failure.UNEXPECTED)
    return False


def _fail(transfer_id: UUID, why: Failure) -> None:
    _sender_id, receiver_id = _between(transfer_id)
    with acting_as(queries.the_system(receiver_id)):
        transfer = db.session.get_one(Transfer, transfer_id, with_for_update=True)
        if transfer.state == State.ACCEPTED:
            transfer.failure = why
            change(transfer, State.FAILED)
        db.session.commit()


def _settle(transfer_id: UUID) -> None:
    """Both records are of one person, whatever happens next; then the sender keeps a stub."""
    sender_id, receiver_id = _between(transfer_id)
    try:
        with queries.reading_in(receiver_id):
            pairs = copying.pairs(transfer_id)
        with acting_as(queries.the_system()):
            for theirs, ours in pairs:
                elsewhere.known_as_same((sender_id, theirs), (receiver_id, ours))
            db.session.commit()
        with acting_as(queries.the_system(sender_id)):
            leaving.leave_stub(transfer_id)
            db.session.commit()
    except Exception as error:  # noqa: BLE001 -- tried again next minute; the receiver has the case, the others go on
        log.error(json.dumps({"job": CARRY.name, "error": jobs.place(error)}))
