"""Letters through their pages: from an empty list to the answer, and what is refused on the way."""

import io
from uuid import UUID

import pytest
from docx import Document
from pypdf import PdfReader

from casework.consents import actions as consents
from tests.conftest import Acting, ClientFor
from tests.factories import World
from tests.letters.conftest import NAME, SISTER, STRANGER, TODAY, Record, begun, case_of, finished
from tests.letters.docx_files import words
from tests.pages import Page


def test_from_nothing_to_an_answer(client_for: ClientFor, record: Record) -> None:
    client = client_for("lawyer")
    empty = client.page(record.list)
    assert "No letters yet" in empty.text
    assert empty.links["Write a letter"] == f"{record.url}/new"
    choices = {"template": "ARCHIVE_REQUEST", "language": "kk", "person": str(record.person)}
    edit = client.submit(f"{record.url}/new", choices).location
    page = client.page(edit)
    form = page.form_with({"person__full_name", "letter__request"})
    assert page.filled(form)["person__full_name"] == [NAME], "prefilled from the record"
    assert page.filled(form)["person__birth_date"] == ["1991 ж. 14 наурыз"]
    values = {"addressee__name": "Мемлекеттік мұрағат", "letter__request": "Анықтама"}
    show = client.submit(edit, values).location
    preview = client.page(show)
    assert "Мемлекеттік мұрағат" in preview.text
    assert "Missing in this letter" not in preview.text
    done = client.submit(show, {"version": preview.filled(preview.form_with({"version"}))["version"]})
    assert done.location == show
    letter = client.page(show)
    assert "26/0001" in letter.text
    docx = client.get(letter.links["DOCX"])
    assert docx.headers["Content-Disposition"].startswith("attachment")
    assert any(NAME in line for line in words(docx.data))
    assert Document(io.BytesIO(docx.data)).core_properties.title == "Мұрағатқа сұрау салу"
    pdf = client.get(letter.links["PDF"])
    assert "Әдемі" in PdfReader(io.BytesIO(pdf.data)).pages[0].extract_text()
    assert client.submit(f"{show}/sent", {"sent_how": "POST"}).location == show
    assert "Reply due in 15 working days" in client.page(show).text
    assert client.submit(f"{show}/reply", {"note": "Құжат жоқ"}).location == show
    assert "Құжат жоқ" in client.page(show).text
    listed = client.page(record.list).text
    assert all(one in listed for one in ("26/0001", "Мемлекеттік мұрағат", "Қазақша", "Replied"))


def test_before_it_is_sent_it_is_said_that_the_person_does_not_agree(
    client_for: ClientFor, acting: Acting, world: World, record: Record
) -> None:
    with acting(world.principal("lawyer")):
        letter = finished(record.case, "SDP_APPLICATION", authority="MIA_MSC")
        consents.record(letter.person, consents.Given("AUTHORITY", "refused", TODAY, "authority:MIA_MSC"))
        url = f"{record.url}/{letter.id}"
    client = client_for("lawyer")
    assert "The person does not agree" in client.page(url).text
    assert "The person does not agree" in client.page(f"{url}/sent").text
    assert client.submit(f"{url}/sent", {"sent_how": "POST"}).status_code == 422
    assert client.submit(f"{url}/sent", {"sent_how": "POST", "despite": "Решение суда"}).location == url
    assert "Решение суда" in client.page(url).text


def test_missing_fields_are_links(client_for: ClientFor, record: Record) -> None:
    client = client_for("lawyer")
    choices = {"template": "COMPLAINT", "language": "ru", "person": str(record.person)}
    edit = client.submit(f"{record.url}/new", choices).location
    page = client.page(edit)
    assert page.links["Day of the decision"].startswith(f"/cases/{record.case}/")
    show = edit.removesuffix("/edit")
    shown = client.page(show)
    assert shown.links["Text of the letter"] == f"{edit}#letter__body"
    assert "[Text of the letter]" in shown.text
    answer = client.submit(show, {"version": shown.filled(shown.form_with({"version"}))["version"]})
    assert answer.status_code == 422
    assert "Choose the authority that the letter goes to" in answer.text
    draft = client.get(f"{show}/draft.docx")
    assert draft.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert any("[Text of the letter]" in line for line in words(draft.data))
    assert client.get(f"{show}/draft.pdf").data.startswith(b"%PDF")
    for name in (NAME.split()[0], SISTER):
        assert name not in draft.headers["Content-Disposition"]


def test_bad_input_keeps_what_was_typed(client_for: ClientFor, acting: Acting, world: World, record: Record) -> None:
    with acting(world.principal("lawyer")):
        url = f"{record.url}/{begun(record.case, 'CONSULAR_INQUIRY', state='KGZ').id}/edit"
    client = client_for("lawyer")
    answer = client.submit(url, {"state": "NO_SUCH", "letter__body": "Длинный текст", "person__full_name": "<b>&"})
    assert answer.status_code == 422
    page = Page(answer.text)
    kept = page.filled(page.form_with({"letter__body"}))
    assert (kept["letter__body"], kept["person__full_name"]) == (["Длинный текст"], ["<b>&"])
    answer = client.submit(url, {"letter__body": "ы" * 9000})
    assert answer.status_code == 422
    assert "Use at most 8000 characters" in answer.text


def test_two_tabs(client_for: ClientFor, acting: Acting, world: World, record: Record) -> None:
    with acting(world.principal("lawyer")):
        letter = begun(record.case)
        url = f"{record.url}/{letter.id}"
    client = client_for("lawyer")
    page = client.page(f"{url}/edit")
    old = page.filled(page.form_with({"letter__body"}))
    finish = client.page(url)
    assert client.submit(f"{url}/edit", {"letter__body": "Первая вкладка"}).status_code == 302
    late = client.post(f"{url}/edit", data={**old, "letter__body": ["Вторая вкладка"], "nonce": "n" * 20})
    assert late.status_code == 409
    assert "Первая вкладка" in late.text
    assert "Вторая вкладка" in late.text
    seen = finish.filled(finish.form_with({"version"}))
    unread = client.post(f"{url}/finish", data={**seen, "nonce": "m" * 20})
    assert unread.status_code == 422
    assert "changed after you had opened the page" in unread.text


def test_a_double_click_takes_one_number(client_for: ClientFor, acting: Acting, world: World, record: Record) -> None:
    with acting(world.principal("lawyer")):
        url = f"{record.url}/{begun(record.case).id}"
    client = client_for("lawyer")
    page = client.page(url)
    data = page.filled(page.form_with({"version"}))
    for _ in range(2):
        assert client.post(f"{url}/finish", data=data).location == url
    assert "26/0001" in client.page(url).text


def test_a_reminder_from_the_page(client_for: ClientFor, record: Record, letter_id: UUID) -> None:
    client = client_for("lawyer")
    url = f"{record.url}/{letter_id}"
    assert "Write a reminder" not in client.page(url).text
    client.submit(f"{url}/sent", {"sent_how": "POST"})
    edit = client.press(f"{url}/remind").location
    page = client.page(edit)
    assert page.filled(page.form_with({"reply_to__number"}))["reply_to__number"] == ["26/0001"]
    assert client.press(f"{url}/remind").location == edit


def test_voiding_takes_a_reason(client_for: ClientFor, record: Record, letter_id: UUID) -> None:
    client = client_for("lawyer")
    url = f"{record.url}/{letter_id}"
    assert client.press(f"{url}/void").status_code == 422
    assert client.submit(f"{url}/void", {"reason": "WRONG_CONTENT"}).location == record.list
    assert "Wrong content" in client.page(url).text
    for step in ("sent", "reply"):
        assert client.submit(f"{url}/{step}", {"sent_how": "POST"} if step == "sent" else {}).status_code == 422
    assert client.get(f"{url}/edit").status_code == 422


def test_every_page_in_every_language(client_for: ClientFor, record: Record, letter_id: UUID) -> None:
    client = client_for("lawyer")
    for language in ("ru", "kk"):
        client.press("/language", language=language)
        for path in ("/", "/new", f"/{letter_id}", f"/{letter_id}/sent", f"/{letter_id}/void"):
            client.page(record.url + path)


@pytest.mark.parametrize("role", ["statistics", "administrator", "protection"])
def test_letters_are_for_casework(client_for: ClientFor, record: Record, letter_id: UUID, role: str) -> None:
    assert client_for(role, "A").get(f"{record.url}/{letter_id}").status_code == 403


def test_letters_of_others_are_not_there(
    client_for: ClientFor, acting: Acting, world: World, record: Record, letter_id: UUID
) -> None:
    stranger = client_for("lawyer", "B")
    own = f"/cases/{record.foreign_case}/letters"
    for case in (record.url, own):
        for step in ("", "/edit", "/sent", "/reply", "/void", "/draft.docx", "/draft.pdf"):
            answer = stranger.get(f"{case}/{letter_id}{step}")
            assert answer.status_code == 404, (case, step)
            assert NAME not in answer.text
        for step in ("finish", "remind"):
            assert stranger.press(f"{case}/{letter_id}/{step}").status_code == 404
    assert STRANGER not in client_for("lawyer").page(record.list).text
    with acting(world.principal("lawyer")):
        foreign = {"template": "ARCHIVE_REQUEST", "language": "ru"}
    sent = client_for("lawyer").submit(f"{record.url}/new", {**foreign, "person": str(record.foreign_case)})
    assert sent.status_code == 422


def test_a_letter_of_another_case_of_ones_own(client_for: ClientFor, record: Record, letter_id: UUID) -> None:
    assert client_for("lawyer").get(f"/cases/{record.asylum}/letters/{letter_id}").status_code == 404


def test_reading_is_noted(client_for: ClientFor, record: Record, letter_id: UUID) -> None:
    client_for("supervisor").page(f"{record.url}/{letter_id}")
    trail = client_for("protection", "A").page("/audit").text
    assert "Opened a letter" in trail


def test_a_finished_letter_is_no_draft(client_for: ClientFor, record: Record, letter_id: UUID) -> None:
    assert client_for("lawyer").get(f"{record.url}/{letter_id}/draft.docx").status_code == 404


def test_the_state_of_an_asylum_seeker_is_not_asked(
    client_for: ClientFor, acting: Acting, world: World, record: Record
) -> None:
    page = client_for("lawyer").page(f"/cases/{record.asylum}/letters/new")
    assert "Inquiry to a consulate" not in page.text
    with acting(world.principal("lawyer")):
        assert case_of(record.asylum).track == "ASYLUM"
        assert finished(record.case).number == "26/0001"
