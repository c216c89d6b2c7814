"""The pages of transfers: offering with a preview, answering, and how far it is."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

import pytest

from casework.core import clock
from tests.conftest import ClientFor
from tests.factories import World
from tests.security.caseload import CANARIES
from tests.transfers.conftest import Handover


@pytest.fixture(autouse=True)
def _on_a_tuesday() -> Iterator[None]:
    with clock.at(date(2026, 9, 15)):
        yield


def test_from_the_case_to_the_stub(handover: Handover, client_for: ClientFor, world: World) -> None:
    """Offered with the consent that is missing at first, taken over, moved; each side reads its own."""
    case = f"/cases/{handover.load.case}"
    here, there = client_for("supervisor"), client_for("supervisor", "B")
    assert "Transfer to another partner" in here.page(case).text
    offer = here.submit(f"{case}/transfer", {"to": str(world.organisations["B"])}).location
    text = here.page(offer).text
    assert "Somebody has not agreed yet" in text
    assert "Powers of attorney" in text
    handover.agree()
    assert "1 session" in here.page(offer).text
    address = here.submit(offer, {"reason": "Живёт теперь в другом городе"}).location
    assert "Waits for their answer" in here.page(address).text
    theirs = there.page(address).text
    assert "Живёт теперь в другом городе" in theirs
    assert not [one for one in CANARIES["A"].all() if one in theirs]
    assert "Not yours yet" in there.page("/transfers/").text
    there.submit(f"{address}/accept", {"lawyer": str(world.user_id("lawyer", "B"))})
    handover.carry()
    assert CANARIES["A"].family in there.page(address).text
    stub = here.page(case).text
    assert "What was written in it has moved there" in stub
    assert "Reopen the case" not in stub
    assert CANARIES["A"].summary not in stub
    file = f"{case}/documents/{handover.load.document}"
    assert here.page(file).text
    assert "went to another partner" in here.page(f"{file}/file", 410).text
    arrived = handover.case_there(UUID(address.rpartition("/")[2]))
    assert "where it had the number" in there.page(f"/cases/{arrived}").text


def test_an_offer_without_a_reason_keeps_its_page(handover: Handover, client_for: ClientFor, world: World) -> None:
    handover.agree()
    address = f"/cases/{handover.load.case}/transfer/offer?to={world.organisations['B']}&person={handover.load.person}"
    answer = client_for("supervisor").submit(address, {"reason": ""})
    assert answer.status_code == 422
    assert "Fill in this field" in answer.text


def test_declining_needs_a_reason(handover: Handover, client_for: ClientFor) -> None:
    handover.agree()
    address = f"/transfers/{handover.offer()}"
    there = client_for("supervisor", "B")
    assert there.submit(f"{address}/decline", {"words": "Далеко"}).status_code == 422
    there.submit(f"{address}/decline", {"reason": "REGION", "words": "Далеко"})
    for client, reads_the_note in ((there, True), (client_for("supervisor"), False)):
        shown = client.page(address).text
        assert "It is too far from where we work" in shown
        assert ("Далеко" in shown) is reads_the_note
