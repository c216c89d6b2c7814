"""Comments on the record and on their own page."""

from datetime import timedelta
from uuid import UUID

from casework.core import clock
from tests.conftest import ClientFor
from tests.factories import World


def test_a_comment_is_written_on_the_record_and_read_by_a_colleague(
    client_for: ClientFor, world: World, case_id: UUID
) -> None:
    client, address = client_for("supervisor"), f"/cases/{case_id}"
    assert "No comments yet" in client.page(address).text
    written = {"text": "Посмотрите срок", "mentioned": [str(world.user_id("lawyer"))]}
    answer = client.submit(address, written, action=f"{address}/comments")
    assert answer.location == f"{address}#comments"
    text = client_for("lawyer").page(address).text
    assert "Посмотрите срок" in text
    assert "To: Lawyer of Partner Aster" in text
    assert "The case is yours" in text
    assert "Take back" not in text


def test_an_empty_comment_is_refused_and_nothing_typed_is_lost(
    client_for: ClientFor, world: World, case_id: UUID
) -> None:
    client, address = client_for("supervisor"), f"/cases/{case_id}/comments"
    chosen = str(world.user_id("lawyer"))
    answer = client.submit(address, {"text": " ", "mentioned": [chosen]})
    assert answer.status_code == 422
    assert f'value="{chosen}" checked' in answer.text


def test_it_is_changed_taken_back_and_put_back(client_for: ClientFor, case_id: UUID) -> None:
    client, address = client_for("lawyer"), f"/cases/{case_id}"
    client.submit(address, {"text": "Срок в пятницу", "mentioned": []}, action=f"{address}/comments")
    one = next(url for words, url in client.page(address).links.items() if "/comments/" in url)
    client.submit(one, {"text": "Срок в четверг"})
    assert "Срок в четверг" in client.page(address).text
    stale = {"text": "Срок в среду", "version": "1"}
    assert client.submit(one, stale).status_code == 409
    client.press(f"{one}/void")
    assert "You took back a comment" in client.page(address).text
    assert "You took back" not in client_for("supervisor").page(address).text
    client.press(f"{one}/put-back")
    assert "Срок в четверг" in client.page(address).text


def test_following(client_for: ClientFor, case_id: UUID) -> None:
    client, address = client_for("supervisor"), f"/cases/{case_id}"
    client.submit(address, {"state": "on"}, action=f"{address}/follow")
    client.submit(address, {"state": "off"}, action=f"{address}/follow")
    assert "Follow this case" in client.page(address).text


def test_a_case_is_handed_over_with_a_note(client_for: ClientFor, case_id: UUID, asel: UUID) -> None:
    client, address = client_for("supervisor"), f"/cases/{case_id}"
    client.submit(f"{address}/reassign", {"lawyer": str(asel), "reason": "LEAVE", "note": "Звонить вечером"})
    text = client.page(address).text
    assert "Handover note" in text
    assert "Звонить вечером" in text


def test_many_comments_have_a_page(client_for: ClientFor, case_id: UUID) -> None:
    client, address = client_for("lawyer"), f"/cases/{case_id}"
    for number in range(6):
        with clock.at(clock.now() + timedelta(minutes=number)):
            client.submit(f"{address}/comments", {"text": f"Слово {number}"})
    page = client.page(address)
    assert "Слово 1" not in page.text
    assert "Show 2 more comments" in page.links
    assert "Слово 1" in client.page(f"{address}/comments").text
