"""Documents through their pages: adding with a plain form, the list, correcting, replacing, voiding, taking a copy."""

import io
import json
from datetime import timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from casework.core import clock
from casework.core.audit import AuditEntry
from casework.core.db import session_for
from casework.core.scope import system
from tests.conftest import ClientFor
from tests.documents import files
from tests.documents.conftest import CANARY
from tests.documents.test_actions import setting, stored
from tests.pages import Client, Page
from tests.security.caseload import Caseload


def send(client: Client, url: str, *sent: tuple[bytes, str], **values: Any) -> TestResponse:
    """Open the form at this address and send it with files."""
    page = client.page(url)
    form = page.form_with({"files", "kind"})
    assert form.get("enctype") == "multipart/form-data"
    data: dict[str, Any] = {**page.filled(form), "kind": "OTHER", **values}
    return client.post(url, data={**data, "files": [(io.BytesIO(content), name) for content, name in sent]})


def actions_noted(app: Flask, action: str) -> int:
    with app.app_context(), session_for(system("tests")) as session:
        return session.query(AuditEntry).filter(AuditEntry.action == action).count()


def test_several_files_with_a_plain_form(app: Flask, client_for: ClientFor, url: str) -> None:
    client = client_for("lawyer")
    empty = client.page(f"{url}/documents")
    assert "There is no document in this case yet." in empty.text
    assert empty.links["Add documents"] == f"{url}/documents/new"
    answer = send(
        client, f"{url}/documents/new", (files.pdf(), "Паспорт.pdf"), (files.picture("JPEG"), "photo.JPG"),
        kind="USSR_PASS", title="Старый паспорт", original_with="WITH_PERSON", number="XII-АБ 100",
    )  # fmt: skip
    assert answer.location == f"{url}/documents"
    page = client.page(f"{url}/documents")
    assert "USSR passport (1974 model)" in page.text
    assert page.text.count("Старый паспорт") >= 2
    for words in ("2 documents", "XII-АБ 100", "With the person", "PDF, 1 KB", "JPG, 1 KB", "Lawyer of Partner Aster"):
        assert words in page.text
    assert actions_noted(app, "document:list") == 1


def test_one_bad_file_and_nothing_is_saved(app: Flask, client_for: ClientFor, url: str) -> None:
    client, before = client_for("lawyer"), stored(app)
    answer = send(
        client, f"{url}/documents/new", (files.pdf(), "good.pdf"), (files.macro(), "macro.docx"),
        title="Долгое заглавие", note="Набрано с трудом",
    )  # fmt: skip
    assert answer.status_code == 422
    page = Page(answer.text)
    assert "“macro.docx” contains macros" in page.text
    kept = page.filled(page.form_with({"files", "title"}))
    assert (kept["title"], kept["note"], kept["kind"]) == (["Долгое заглавие"], ["Набрано с трудом"], ["OTHER"])
    assert stored(app) == before
    assert "no document" in client.page(f"{url}/documents").text


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"", "x.pdf", "is empty"),
        (files.pdf_and_zip(), "both.pdf", "second file hidden"),
        (b"<svg onload='alert(1)'/>", "x.svg", "not of a kind"),
        (b"<script>alert(1)</script>", "x.html", "not of a kind"),
        (b"<script>alert(1)</script>", "x.txt", "not what its name says"),
        (files.with_name("../../x"), "x.docx", "unsafe way"),
        (files.symlink(), "x.docx", "unsafe way"),
        (files.huge_picture(), "x.png", "50 million"),
        (files.pdf(), "x.pdf.exe", "not of a kind"),
        (files.pdf(), "fdp.\u202eexe", "not of a kind"),
        (files.heic(), "IMG_1.HEIC", "Send it as JPEG"),
        (files.pdf(), "", "Choose a file"),
    ],
    ids=["empty", "two in one", "svg", "html", "markup", "slip", "link", "pixels", "double", "bidi", "heic", "none"],
)
def test_a_refusal_is_told_in_words(client_for: ClientFor, url: str, content: bytes, name: str, says: str) -> None:
    answer = send(client_for("lawyer"), f"{url}/documents/new", (content, name))
    assert answer.status_code == 422
    assert says in Page(answer.text).text


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../x.pdf", "x.pdf"),
        ("report\u202efdp.pdf", "reportfdp.pdf"),
        ("a\0b.pdf", "ab.pdf"),
        ("a%0d%0aSet-Cookie: x.pdf", "a%0d%0aSet-Cookie_ x.pdf"),
        ("я" * 300 + ".pdf", "я" * 116 + ".pdf"),
        ("x.exe.pdf", "x.exe.pdf"),
        ("Қанша “тырнақша”.pdf", "Қанша “тырнақша”.pdf"),
    ],
    ids=["folder", "bidi", "NUL", "CRLF", "long", "double", "quotes"],
)
def test_a_name_arrives_clean_and_leaves_as_a_download(client_for: ClientFor, url: str, given: str, kept: str) -> None:
    client = client_for("lawyer")
    assert send(client, f"{url}/documents/new", (files.pdf(), given)).status_code == 302
    page = client.page(f"{url}/documents")
    download = next(link for link in page.links.values() if link.endswith("/file"))
    answer = client.get(download)
    assert answer.data == files.pdf()
    said = answer.headers["Content-Disposition"]
    assert said.startswith("attachment; filename=")
    assert said.isascii()
    assert "\r" not in said
    assert said.endswith(f"filename*=UTF-8''{quote(kept, safe='')}")


def test_a_download_is_inert_and_noted(app: Flask, client_for: ClientFor, url: str) -> None:
    client = client_for("lawyer")
    send(client, f"{url}/documents/new", (files.EICAR, "eicar.txt"))
    download = next(link for link in client.page(f"{url}/documents").links.values() if link.endswith("/file"))
    answer = client.get(download)
    assert answer.data == files.EICAR
    assert answer.content_type == "text/plain"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.content_length == len(files.EICAR)
    assert actions_noted(app, "document:download") == 1
    assert client.head(download).data == b""


def test_the_page_of_a_document(app: Flask, client_for: ClientFor, url: str, document_id: UUID) -> None:
    client = client_for("lawyer")
    page = client.page(f"{url}/documents/{document_id}")
    assert page.h1 == CANARY
    for words in ("USSR passport", "XII-АБ", "Паспорт.pdf", "Of the case as a whole", "SHA-256"):
        assert words in page.text
    assert actions_noted(app, "document:open") == 1


@pytest.mark.parametrize(("days", "says"), [(-1, "Expired on"), (0, "Expires on"), (30, "Expires on"), (31, "until")])
def test_validity_on_the_list(client_for: ClientFor, url: str, days: int, says: str) -> None:
    client, day = client_for("lawyer"), clock.today() + timedelta(days=days)
    ends = {"expires_on-day": day.day, "expires_on-month": day.month, "expires_on-year": day.year}
    send(client, f"{url}/documents/new", (files.pdf(), "x.pdf"), **ends)
    assert says in client.page(f"{url}/documents").text


def test_correcting_in_two_tabs(client_for: ClientFor, url: str, document_id: UUID) -> None:
    client = client_for("lawyer")
    edit = f"{url}/documents/{document_id}/edit"
    page = client.page(edit)
    stale = page.filled(page.form_with({"title"}))
    assert client.submit(edit, {"title": "Первая правка"}).location == f"{url}/documents/{document_id}"
    answer = client.post(edit, data={**stale, "title": "Вторая правка", "nonce": "n" * 20})
    assert answer.status_code == 409
    assert "Первая правка" in answer.text
    assert "Вторая правка" in answer.text
    assert client.page(f"{url}/documents/{document_id}").h1 == "Первая правка"


def test_replacing_in_two_tabs(client_for: ClientFor, url: str, document_id: UUID) -> None:
    client = client_for("lawyer")
    replace = f"{url}/documents/{document_id}/replace"
    page = client.page(replace)
    stale = page.filled(page.form_with({"files"}))
    first = send(client, replace, (files.picture(), "new.png"), kind="USSR_PASS", title="Новая")
    assert first.status_code == 302
    second = {**stale, "title": "Другая", "nonce": "n" * 20, "files": (io.BytesIO(files.pdf()), "other.pdf")}
    answer = client.post(replace, data=second)
    assert answer.status_code == 422
    assert "was changed after you had opened the page" in answer.text
    kept = Page(answer.text).filled(Page(answer.text).form_with({"files"}))
    assert kept["title"] == ["Другая"]
    again = client.post(replace, data={**kept, "nonce": "m" * 20, "files": (io.BytesIO(files.pdf()), "other.pdf")})
    assert again.status_code == 422
    assert "There is a newer version" in again.text
    old = client.page(f"{url}/documents/{document_id}")
    assert "It was replaced by a newer version." in old.text
    assert old.links["Open the newest version"] == first.location
    assert "1 earlier or void document" in client.page(f"{url}/documents").text
    assert client.get(f"{url}/documents/{document_id}/file").data == files.pdf(CANARY)


def test_a_file_and_a_photograph_are_two_versions(client_for: ClientFor, url: str, document_id: UUID) -> None:
    replace = f"{url}/documents/{document_id}/replace"
    photo = (io.BytesIO(files.picture("JPEG")), "image.jpg")
    answer = send(client_for("lawyer"), replace, (files.pdf(), "x.pdf"), photo=photo)
    assert answer.status_code == 422
    assert "Choose one file only" in answer.text


def test_voiding(client_for: ClientFor, url: str, document_id: UUID) -> None:
    client = client_for("lawyer")
    one = f"{url}/documents/{document_id}"
    assert client.submit(f"{one}/void", {"reason": "WRONG_CONTENT"}).location == one
    page = client.page(one)
    assert "This document is void." in page.text
    assert "Lawyer of Partner Aster" in page.text
    assert client.get(f"{one}/file").data == files.pdf(CANARY)
    assert client.submit(f"{one}/edit", {"title": "x"}).status_code == 422


def test_the_same_sending_twice_is_one_document(client_for: ClientFor, url: str) -> None:
    client = client_for("lawyer")
    for _ in range(2):
        assert send(client, f"{url}/documents/new", (files.pdf(), "x.pdf"), nonce="n" * 20).status_code == 302
    assert "1 document" in client.page(f"{url}/documents").text


def test_other_organisations_roles_and_cases(
    client_for: ClientFor, made: dict[str, Caseload], url: str, document_id: UUID
) -> None:
    paths = ["", "/edit", "/replace", "/void", "/file"]
    stranger, closed = client_for("lawyer", "B"), f"/cases/{made['A'].closed_case}"
    for path in paths:
        assert stranger.get(f"{url}/documents/{document_id}{path}").status_code == 404
        assert stranger.get(f"/cases/{made['B'].case}/documents/{document_id}{path}").status_code == 404
        assert client_for("lawyer").get(f"{closed}/documents/{document_id}{path}").status_code == 404
        assert client_for("lawyer").get(f"{url}/documents/{uuid4()}{path}").status_code == 404
        for role in ("administrator", "statistics", "protection"):
            assert client_for(role).get(f"{url}/documents/{document_id}{path}").status_code == 403
    assert client_for("supervisor").get(f"{url}/documents/{document_id}/file").status_code == 200


def test_a_file_changed_on_the_disk_is_not_given_out(app: Flask, client_for: ClientFor, url: str) -> None:
    client, before = client_for("lawyer"), stored(app)
    send(client, f"{url}/documents/new", (files.pdf(), "x.pdf"))
    name = (stored(app) - before).pop()
    path = next((app.extensions["settings"].instance / "files").rglob(name))
    path.write_bytes(path.read_bytes()[:-1] + b"\0")
    download = next(link for link in client.page(f"{url}/documents").links.values() if link.endswith("/file"))
    answer = client.get(download)
    assert answer.status_code == 500
    assert "This file cannot be read" in answer.text
    path.unlink()
    assert client.get(download).status_code == 500


# -- how large -------------------------------------------------------------------------------------------------------


def test_a_file_above_the_limit(app: Flask, client_for: ClientFor, url: str) -> None:
    before = stored(app)
    with setting(app, file_mb=1):
        answer = send(client_for("lawyer"), f"{url}/documents/new", (b"word " * 300_000, "x.txt"))
    assert answer.status_code == 422
    assert "larger than 1 MB" in answer.text
    assert stored(app) == before


MULTIPART = "multipart/form-data; boundary=x"


def test_many_files_in_one_sending_do_not_use_up_the_machine(client_for: ClientFor, url: str) -> None:
    answer = send(client_for("lawyer"), f"{url}/documents/new", *[(b"", f"{number}.txt") for number in range(60)])
    assert answer.status_code == 413


class Endless(io.RawIOBase):
    """A body that says how long it is, holds nothing, and counts how much of it was taken."""

    def __init__(self, length: int) -> None:
        super().__init__()
        self.length, self.at, self.taken = length, 0, 0

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0, /) -> int:
        self.at = self.length if whence else offset
        return self.at

    def tell(self) -> int:
        return self.at

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.taken += len(buffer)
        return len(buffer)


@pytest.mark.parametrize("length", [4 << 30, 33 << 20])
def test_four_gigabytes_are_refused_before_they_are_read(client_for: ClientFor, url: str, length: int) -> None:
    body = Endless(length)
    answer = client_for("lawyer").post(f"{url}/documents/new", input_stream=body, content_type=MULTIPART)
    assert answer.status_code == 413
    assert body.taken == 0


@pytest.mark.parametrize("role", ["administrator", None])
def test_only_who_may_add_documents_may_send_much(
    app: Flask, client_for: ClientFor, url: str, role: str | None
) -> None:
    client_for("lawyer")
    client = client_for(role) if role else app.test_client()
    body = Endless(2 << 20)
    answer = client.post(f"{url}/documents/new", input_stream=body, content_type=MULTIPART)
    assert answer.status_code == 413
    assert body.taken == 0
    elsewhere = client_for("lawyer").post(f"{url}/sessions/new", input_stream=body, content_type=MULTIPART)
    assert (elsewhere.status_code, body.taken) == (413, 0)


def test_what_a_form_says_to_the_script(client_for: ClientFor, url: str) -> None:
    form = client_for("lawyer").page(f"{url}/documents/new").form_with({"files"})
    assert form.get("data-upload") == f"{url}/uploads"
    words = json.loads(form.get("data-words") or "")
    assert {"waits", "done", "again", "lost", "away", "gone", "cancel"} == set(words)
    photo = next(one for one in form.iter("input") if one.get("name") == "photo")
    assert (photo.get("capture"), photo.get("accept")) == ("environment", "image/jpeg")
