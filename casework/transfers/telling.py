"""Telling the people of one side how a transfer stands: done by that side's job, which reads the shared row."""

from uuid import UUID

from casework.core import clock
from casework.notices.actions import tell
from casework.transfers import actions, queries
from casework.transfers.models import Transfer, TransferSide
from casework.transfers.rules import State, is_stuck


def tell_all() -> None:
    """Tell supervisors, and the lawyer who takes a case over, what they were not told yet: act as the system there."""
    for transfer in queries.untold():
        side = actions.side_of(transfer)
        if side.told_state == transfer.state or _is_about_to_move(transfer):
            continue
        readers = _readers(transfer, side)
        if readers:
            tell(
                readers,
                "transfer_in" if transfer.state == State.OFFERED and not side.is_sender else "transfer_step",
                f"transfer:{transfer.id}:{transfer.state}:{transfer.changed_at:%Y%m%d%H%M%S}",
                endpoint="transfers.show",
                values={"transfer_id": transfer.id},
            )
            lawyer_id = side.lawyer_id if transfer.state == State.MOVED and not side.is_sender else None
            if lawyer_id is not None and side.case_id is not None:
                tell(
                    {lawyer_id},
                    "assigned",
                    f"transfer:{transfer.id}:lawyer",
                    endpoint="casefile.case",
                    values={"case_id": side.case_id},
                    case_id=side.case_id,
                )
        side.told_state = transfer.state


_CONCERNS = {
    State.OFFERED: (False,),
    State.ACCEPTED: (True,),
    State.DECLINED: (True,),
    State.WITHDRAWN: (False,),
    State.FAILED: (True, False),
    State.COPIED: (True, False),
    State.MOVED: (True, False),
}
"""Which side is told: whoever did it knows. Whether it is the sender."""


def _is_about_to_move(transfer: Transfer) -> bool:
    """A minute after it is copied it has moved: of that it is told, unless something keeps it."""
    now = clock.now()
    return transfer.state == State.COPIED and not is_stuck(transfer.state, transfer.changed_at, now)


def _readers(transfer: Transfer, side: TransferSide) -> set[UUID]:
    concerned = _CONCERNS.get(State(transfer.state), ())
    return set(queries.supervisors()) if side.is_sender in concerned else set()
