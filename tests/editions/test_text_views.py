"""The editor of texts: what is saved, what is read meanwhile, and that nothing typed is lost or written over unseen."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from casework.core import clock
from casework.editions import queries
from tests.editions import office as offices
from tests.editions.office import TODAY, Office
from tests.editions.test_views import sent
from tests.pages import Client, Page


@pytest.fixture(autouse=True)
def _in_april() -> Iterator[None]:
    with clock.at(TODAY):
        yield


def text(office: Office, edition_id: UUID, section: str, language: str = "en") -> str:
    with office.first():
        row = queries.text(offices.again(edition_id), section, language)
        return row.text if row is not None else ""


def test_texts_are_written_and_read_with_their_numbers(writer: Client, office: Office, edition_id: UUID) -> None:
    address = f"/editions/{edition_id}/texts/en"
    page = writer.page(address)
    assert "646" in page.text  # as it will read
    answer = writer.submit(address, {"text_lead": "On {as_of}: {refugees_asylum} people."})
    assert answer.location == address
    assert text(office, edition_id, "lead") == "On {as_of}: {refugees_asylum} people."
    page = writer.page(address)
    assert "1 text is saved." in page.text
    assert "On 1 January 2025: 646 people." in page.text
    assert "Nothing was changed." in writer.page(writer.submit(address, {}).location).text


def test_a_preview_without_a_script_saves_nothing(writer: Client, office: Office, edition_id: UUID) -> None:
    address = f"/editions/{edition_id}/texts/ru"
    before = text(office, edition_id, "lead", "ru")
    answer = writer.submit(address, {"text_lead": "Всего {refugees_asylum}, {no_such}.", "then": "read"})
    assert answer.status_code == 200
    page = Page(answer.text)
    assert "{no_such} names no published number, or one that is withheld." in page.text
    assert page.filled(page.form_with({"text_lead"}))["text_lead"] == ["Всего {refugees_asylum}, {no_such}."]
    assert text(office, edition_id, "lead", "ru") == before


def test_a_text_is_read_while_it_is_typed(writer: Client, edition_id: UUID) -> None:
    address = f"/editions/{edition_id}/texts/ru/read"
    found: Any = writer.press(address, section="message_1", text="Всего\nна {as_of}:\n{refugees_asylum}").json
    assert found == {"paragraphs": ["Всего", "на 1 января 2025\u202fг.: 646"], "fault": ""}
    found = writer.press(address, section="lead", text="{share:refugees_asylum_afg/refugees_asylum} {x}").json
    assert "{x} names no published number" in found["fault"]
    assert writer.post(address, data={"text": "x"}).status_code == 400


def test_what_is_too_long_is_kept_and_said(writer: Client, office: Office, edition_id: UUID) -> None:
    address = f"/editions/{edition_id}/texts/en"
    before = text(office, edition_id, "contacts")
    answer = writer.submit(address, {"text_title": "x" * 500, "text_contacts": "kept"})
    assert answer.status_code == 422
    page = Page(answer.text)
    kept = page.filled(page.form_with({"text_title"}))
    assert (kept["text_title"], kept["text_contacts"]) == (["x" * 500], ["kept"])
    assert text(office, edition_id, "contacts") == before


def test_two_tabs_show_both_versions(writer: Client, approver: Client, office: Office, edition_id: UUID) -> None:
    address = f"/editions/{edition_id}/texts/en"
    page = approver.page(address)
    old = page.filled(page.form_with({"text_lead"}))
    writer.submit(address, {"text_lead": "Hers", "text_method": "Hers alone"})
    answer = approver.post(address, data={**old, "text_lead": "His", "text_contacts": "His alone"})
    assert answer.status_code == 409
    both = Page(answer.text)
    assert "Someone else saved first" in both.h1
    assert "Hers" in both.text
    assert "His" in both.text
    assert "Hers alone" not in both.text  # where he had typed nothing there is nothing to decide
    assert text(office, edition_id, "lead") == "Hers"
    assert text(office, edition_id, "contacts") != "His alone"
    # Both his texts travel on, and are saved over hers once he says so; what he had not touched stays hers.
    form = both.form_with({"text_lead"})
    assert approver.post(address, data=both.filled(form)).location == address
    assert text(office, edition_id, "lead") == "His"
    assert text(office, edition_id, "contacts") == "His alone"
    assert text(office, edition_id, "method") == "Hers alone"


def test_two_tabs_in_two_sections_do_not_clash(
    writer: Client, approver: Client, office: Office, edition_id: UUID
) -> None:
    address = f"/editions/{edition_id}/texts/en"
    page = approver.page(address)
    old = page.filled(page.form_with({"text_lead"}))
    writer.submit(address, {"text_lead": "Hers"})
    assert approver.post(address, data={**old, "text_contacts": "His"}).location == address
    assert (text(office, edition_id, "lead"), text(office, edition_id, "contacts")) == ("Hers", "His")


def test_a_stale_translation_says_what_the_english_was(writer: Client, office: Office, edition_id: UUID) -> None:
    was = text(office, edition_id, "lead")
    writer.submit(f"/editions/{edition_id}/texts/en", {"text_lead": "Another lead."})
    page = writer.page(f"/editions/{edition_id}/texts/kk")
    assert "The English was changed after this was translated." in page.text
    assert was in page.text
    assert "Another lead." in page.text
    overview = writer.page(f"/editions/{edition_id}")
    assert overview.links[
        next(one for one in overview.links if one.startswith("Blocks: ") or "“Lead”" in one)
    ].endswith("#section-lead")
    answer = writer.submit(f"/editions/{edition_id}/texts/kk", {"then": "holds:lead"})
    assert answer.location.endswith("/texts/kk#section-lead")
    assert "was changed after this" not in writer.page(f"/editions/{edition_id}/texts/kk").text


def test_what_was_sent_in_is_not_edited_and_nothing_typed_is_lost(
    writer: Client, office: Office, edition_id: UUID
) -> None:
    address = f"/editions/{edition_id}/texts/en"
    page = writer.page(address)
    typed = {**page.filled(page.form_with({"text_lead"})), "text_lead": "Typed for an hour"}
    sent(office, edition_id)
    answer = writer.post(address, data=typed)
    assert answer.status_code == 422
    assert "Typed for an hour" in answer.text
    assert "take it back first" in answer.text
    assert writer.get(address).location == f"/editions/{edition_id}"


@pytest.mark.parametrize("seen", ["", "x", "-1:", "99999999999:" + "a" * 64, "²:b", ":" * 500])
def test_a_made_up_version_is_another_version(writer: Client, office: Office, edition_id: UUID, seen: str) -> None:
    answer = writer.submit(f"/editions/{edition_id}/texts/en", {"seen_lead": seen, "text_lead": "Over it"})
    assert answer.status_code == 409
    assert text(office, edition_id, "lead") != "Over it"
