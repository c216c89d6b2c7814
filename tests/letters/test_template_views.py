"""Templates through their pages: what there is, trying one, a new version, what is refused, retiring."""

import io
from datetime import date
from uuid import UUID

import pytest
from pypdf import PdfReader

from casework.core import clock
from casework.letters import queries
from casework.letters.models import LetterTemplate
from tests.conftest import Acting, ClientFor
from tests.factories import World
from tests.letters.conftest import TODAY, Record, begun, case_of
from tests.letters.docx_files import docx, words
from tests.pages import Client, Page

SOUND = docx("Новая версия: {{ person.full_name }}")


def newest(acting: Acting, world: World, code: str = "ARCHIVE_REQUEST", language: str = "ru") -> LetterTemplate:
    with acting(world.principal("administrator")):
        found = queries.template_for(code, language)
        assert found is not None
        return found


@pytest.fixture
def template_id(acting: Acting, world: World) -> UUID:
    return newest(acting, world).id


def send(client: Client, url: str, data: bytes, name: str = "template.docx", **values: object) -> object:
    page = client.page(url)
    form = page.form_with({"effective_from-day"})
    sent = {**page.filled(form), "source": "A lawyer", **values, "file": (io.BytesIO(data), name)}
    return client.post(url, data=sent, content_type="multipart/form-data")


def test_who_sees_and_who_changes(client_for: ClientFor, template_id: UUID) -> None:
    for role in ("lawyer", "supervisor", "statistics", "administrator"):
        client = client_for(role)
        for path in ("", "/fields", f"/{template_id}"):
            client.page(f"/letter-templates{path or '/'}")
        may_change = role == "administrator"
        for path in ("new", f"{template_id}/new-version", f"{template_id}/retire"):
            assert client.get(f"/letter-templates/{path}").status_code == (200 if may_change else 403)
    assert client_for("protection").get("/letter-templates/").status_code == 403


def test_all_that_is_shipped_is_listed(client_for: ClientFor) -> None:
    page = client_for("administrator").page("/letter-templates/")
    assert page.text.count("In use") == 21
    assert "21 templates in use are to be confirmed by a lawyer." in page.text


def test_trying_one_out(client_for: ClientFor, template_id: UUID) -> None:
    client = client_for("administrator")
    page = client.page(f"/letter-templates/{template_id}")
    assert "{{ person.full_name }}" in page.text
    assert "always needed" in page.text
    made = client.get(page.links["Test as DOCX"])
    assert any("Үлгіова Әдемі Қайратқызы" in line for line in words(made.data))
    assert made.headers["Content-Disposition"].startswith("attachment")
    assert "Үлгіова" in PdfReader(io.BytesIO(client.get(page.links["Test as PDF"]).data)).pages[0].extract_text()
    assert any("{{ person.full_name }}" in line for line in words(client.get(page.links["The template itself"]).data))


def test_a_new_version_takes_its_place_from_its_day_on(
    client_for: ClientFor, acting: Acting, world: World, record: Record, template_id: UUID
) -> None:
    client = client_for("administrator")
    url = f"/letter-templates/{template_id}/new-version"
    tomorrow = {"effective_from-day": "5", "effective_from-month": "5", "effective_from-year": "2026"}
    answer = send(client, url, SOUND, **tomorrow, reply_value="", reply_unit="")
    assert answer.status_code == 302, Page(answer.text).text
    assert newest(acting, world).id == template_id
    with acting(world.principal("lawyer")):
        before = begun(record.case)
    with clock.at(date(2026, 5, 5)):
        new = newest(acting, world)
        assert (new.id != template_id, new.fields, new.reply_value) == (True, ["person.full_name"], None)
        with acting(world.principal("lawyer")):
            assert begun(record.case, values={}).template_id == new.id
            assert queries.of_case(record.case)[-1].template_id == before.template_id, "what is begun keeps its own"
        assert "Replaced" in client.page("/letter-templates/").text
    again = send(client, url, SOUND, **tomorrow)
    assert again.status_code == 422
    assert "There is a version of this template from that day already" in again.text


def test_what_is_wrong_is_told_with_its_place(client_for: ClientFor, template_id: UUID) -> None:
    client = client_for("administrator")
    url = f"/letter-templates/{template_id}/new-version"
    bad = docx("Имя: {{ person.imya }}", "{{ 7*7 }}", "{{ person.full_name }}")
    answer = send(client, url, bad, source="Юрист Такой")
    assert answer.status_code == 422
    page = Page(answer.text)
    assert page.faults() == []
    assert "person.imya" in page.text
    assert "Имя: {{ person.imya }}" in page.text
    assert "This field does not exist" in page.text
    assert page.filled(page.form_with({"source"}))["source"] == ["Юрист Такой"]
    for data, said in ((b"", "not a Word file"), (b"MZ" * 99, "not a Word file"), (docx("x"), "no fields")):
        answer = send(client, url, data)
        assert answer.status_code == 422
        assert said in answer.text
    without = client.submit(url, {"source": "Х"})
    assert without.status_code == 422
    assert "Choose a file" in without.text
    half = send(client, url, SOUND, reply_value="5", reply_unit="")
    assert half.status_code == 422
    assert "Give both" in half.text


def test_a_template_of_ones_own(client_for: ClientFor, acting: Acting, world: World, record: Record) -> None:
    client = client_for("administrator")
    facts = {
        "code": "TO_PERSON",
        "language": "kk",
        "label_en": "To the person",
        "label_ru": "Человеку",
        "label_kk": "Адамға",
        "addressee": "PERSON",
        "tracks": ["NATIONALITY"],
    }
    answer = send(client, "/letter-templates/new", SOUND, **{**facts, "code": "bad code"})
    assert answer.status_code == 422
    assert "capital Latin letters" in answer.text
    assert send(client, "/letter-templates/new", SOUND, **facts).status_code == 302
    lawyer = client_for("lawyer")
    choices = {"template": "TO_PERSON", "language": "kk", "person": str(record.person)}
    assert lawyer.submit(f"{record.url}/new", choices).status_code == 302
    other = lawyer.submit(f"{record.url}/new", {**choices, "language": "en"})
    assert other.status_code == 422
    assert "does not exist in this language" in other.text


def test_retiring(client_for: ClientFor, acting: Acting, world: World, record: Record, template_id: UUID) -> None:
    with acting(world.principal("lawyer")):
        letter = begun(record.case)
        url = f"{record.url}/{letter.id}"
    client = client_for("administrator")
    page = client.page(f"/letter-templates/{template_id}/retire")
    old = page.filled(page.form_with({"retired_on-day"}))
    assert client.submit(f"/letter-templates/{template_id}/retire", {}).status_code == 302
    assert client.post(f"/letter-templates/{template_id}/retire", data={**old, "nonce": "n" * 20}).status_code == 409
    with acting(world.principal("lawyer")):
        assert queries.template_for("ARCHIVE_REQUEST", "ru", TODAY) is None
        assert queries.languages_of("ARCHIVE_REQUEST") == ["en", "kk"]
        assert case_of(record.case).is_open
    assert "Үлгіова" in client_for("lawyer").page(url).text, "a letter begun from it goes on"


def test_administrators_never_see_letters(client_for: ClientFor, record: Record, letter_id: UUID) -> None:
    assert client_for("administrator", "A").get(f"{record.url}/{letter_id}").status_code == 403
