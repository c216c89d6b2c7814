"""Files that arrive in slices: interrupted, sent twice, in the wrong place, by the wrong person."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from casework.documents.rules import SLICE
from tests.conftest import ClientFor
from tests.documents import files
from tests.documents.conftest import CANARY
from tests.documents.test_actions import setting, stored
from tests.pages import Client
from tests.security.caseload import Caseload

TEXT = "Длинное письмо о многом. ".encode() * 20_000


def post(client: Client, url: str, data: Any = None) -> TestResponse:
    return client.post(url, data=data, headers={"X-CSRFToken": client.csrf_token()})


def begin(client: Client, url: str, name: str = "письмо.txt", size: int = len(TEXT), changed: str = "1") -> Any:
    answer = post(client, f"{url}/uploads", {"name": name, "size": size, "changed": changed})
    return answer.json if answer.status_code == 200 else answer


def slice_of(at: int, length: int = SLICE) -> bytes:
    return TEXT[at : at + length]


def take(client: Client, told: Any, at: int, data: bytes) -> tuple[int, int]:
    answer = post(client, f"{told['url']}?offset={at}", data)
    return answer.status_code, answer.json["offset"] if answer.json else -1


@pytest.fixture
def client(client_for: ClientFor) -> Client:
    return client_for("lawyer")


def test_a_file_in_slices_becomes_a_document(app: Flask, client: Client, url: str) -> None:
    before = stored(app)
    told = begin(client, url)
    at = 0
    while at < len(TEXT):
        status, at = take(client, told, at, slice_of(at))
        assert status == 200
    end = post(client, told["finish"], {"kind": "OTHER", "title": "По частям", "original_with": "WITH_US"})
    assert end.json == {"url": f"{url}/documents"}
    page = client.page(f"{url}/documents")
    assert "По частям" in page.text
    assert page.text.count("The documents are kept.") == 1
    assert client.get(next(link for link in page.links.values() if link.endswith("/file"))).data == TEXT
    assert len(stored(app) - before) == 1, "the slices are gone"
    assert post(client, told["finish"], {"kind": "OTHER"}).json == {"url": f"{url}/documents"}, "said twice"
    assert "1 document" in client.page(f"{url}/documents").text


def test_an_interrupted_file_goes_on_where_it_was(client: Client, url: str) -> None:
    told = begin(client, url)
    take(client, told, 0, slice_of(0))
    again = begin(client, url)
    assert (again["url"], again["offset"]) == (told["url"], SLICE)
    for other in ({"name": "иное.txt"}, {"size": 10}, {"changed": "2"}):
        different = begin(client, url, **other)
        assert (different["url"] != told["url"], different["offset"]) == (True, 0)


def test_a_slice_sent_twice_is_taken_once(client: Client, url: str) -> None:
    told = begin(client, url)
    assert take(client, told, 0, slice_of(0)) == (200, SLICE)
    assert take(client, told, 0, slice_of(0)) == (200, SLICE)
    assert take(client, told, 0, b"something else of the same place") == (200, SLICE)
    assert take(client, told, SLICE, slice_of(SLICE)) == (200, len(TEXT))
    assert post(client, told["finish"], {"kind": "OTHER"}).status_code == 200
    link = next(link for link in client.page(f"{url}/documents").links.values() if link.endswith("/file"))
    assert client.get(link).data == TEXT


def test_the_same_slice_twice_at_once_is_there_afterwards(app: Flask, client: Client, url: str) -> None:
    """A browser that gave up waiting sends again while the first is still being written."""
    told, token = begin(client, url), client.csrf_token()
    cookie = client.get_cookie("casework")
    assert cookie is not None

    def again(_: int) -> int:
        other = app.test_client()
        other.set_cookie("casework", cookie.value)
        return other.post(told["url"] + "?offset=0", data=slice_of(0), headers={"X-CSRFToken": token}).status_code

    with ThreadPoolExecutor(4) as threads:
        assert set(threads.map(again, range(8))) == {200}
    assert take(client, told, SLICE, slice_of(SLICE)) == (200, len(TEXT))
    assert post(client, told["finish"], {"kind": "OTHER"}).status_code == 200
    link = next(link for link in client.page(f"{url}/documents").links.values() if link.endswith("/file"))
    assert client.get(link).data == TEXT


def test_a_slice_that_does_not_fit_is_told_where_to_go_on(client: Client, url: str) -> None:
    told = begin(client, url)
    assert take(client, told, 0, slice_of(0, 1000)) == (200, 1000)
    for at, data in ((2000, b"x"), (999, b"xx"), (-1, b"x"), (1000, b""), (1000, TEXT), (len(TEXT), b"x")):
        assert take(client, told, at, data) == (409, 1000)
    for nonsense in ("", "?offset=", "?offset=abc", "?offset=1e3", "?offset=" + "9" * 40):
        answer = post(client, told["url"] + nonsense, b"x")
        assert (answer.status_code, answer.json) == (409, {"offset": 1000})
    assert take(client, told, 1000, slice_of(1000)) == (200, 1000 + SLICE)


def test_a_slice_is_at_most_half_a_megabyte(client: Client, url: str) -> None:
    told = begin(client, url)
    assert take(client, told, 0, TEXT[: SLICE + 1]) == (409, 0)
    assert post(client, told["url"] + "?offset=0", b"x" * (1 << 20) + b"x").status_code == 413


def test_finishing_too_early_or_with_wrong_facts_keeps_what_arrived(client: Client, url: str) -> None:
    content = files.pdf()
    told = begin(client, url, "x.pdf", len(content))
    early = post(client, told["finish"], {"kind": "OTHER"})
    assert (early.status_code, "has not arrived completely" in early.json["error"]) == (422, True)
    take(client, told, 0, content)
    wrong = post(client, told["finish"], {"kind": "", "issued_on-day": "40"})
    assert wrong.status_code == 422
    assert "What is it?" in wrong.json["error"]
    assert "Issued on" in wrong.json["error"]
    assert begin(client, url, "x.pdf", len(content))["offset"] == len(content)
    assert post(client, told["finish"], {"kind": "OTHER"}).status_code == 200


def test_what_is_refused_is_refused_at_once_or_at_the_end(app: Flask, client: Client, url: str) -> None:
    before = stored(app)
    for name, size, says in (
        ("x.exe", 10, "not of a kind"),
        ("x.pdf", 0, "is empty"),
        ("x.pdf", -5, "is empty"),
        ("x.pdf", 4 << 30, "larger than 20 MB"),
        ("x.pdf", "9" * 30, "is empty"),
        ("", 10, "not of a kind"),
        ("\0\r\n", 10, "not of a kind"),
    ):
        answer = begin(client, url, name, size)  # type: ignore[arg-type]
        assert (answer.status_code, says in answer.json["error"]) == (422, True)
    macro = files.macro()
    told = begin(client, url, "letter.docx", len(macro))
    take(client, told, 0, macro)
    answer = post(client, told["finish"], {"kind": "OTHER"})
    assert "contains macros" in answer.json["error"]
    assert len(stored(app) - before) == 1, "only the slice, until it is swept"
    assert post(client, told["cancel"]).status_code == 200
    assert stored(app) == before
    assert post(client, told["finish"], {"kind": "OTHER"}).status_code == 404


def test_quotas_count_what_is_on_its_way(app: Flask, client: Client, url: str) -> None:
    with setting(app, daily_mb=1):
        assert begin(client, url)["offset"] == 0
        assert "in a day (1 MB)" in begin(client, url, "second.txt").json["error"]


def test_an_upload_is_its_user_s_and_its_case_s(
    client_for: ClientFor, client: Client, made: dict[str, Caseload], url: str
) -> None:
    told = begin(client, url)
    take(client, told, 0, slice_of(0, 1000))
    paths = ["?offset=1000", "/finish", "/cancel"]
    for other in (client_for("supervisor"), client_for("lawyer", "B")):
        for path in paths:
            assert post(other, told["url"] + path, b"x").status_code == 404
    elsewhere = told["url"].replace(url, f"/cases/{made['A'].closed_case}")
    for path in paths:
        assert post(client, elsewhere + path, b"x").status_code == 404
        assert post(client, f"{url}/uploads/{uuid4()}{path}", b"x").status_code == 404
        assert post(client_for("administrator"), told["url"] + path, b"x").status_code == 403
    assert begin(client_for("supervisor"), url)["offset"] == 0, "the same file of somebody else begins anew"
    assert begin(client_for("lawyer", "B"), url).status_code == 404
    assert take(client, told, 1000, slice_of(1000, 5)) == (200, 1005)


def test_without_its_token_nothing_is_taken(client: Client, url: str) -> None:
    assert client.post(f"{url}/uploads", data={"name": "x.pdf", "size": 5}).status_code == 400
    told = begin(client, url)
    assert client.post(told["url"] + "?offset=0", data=b"x").status_code == 400


def test_a_new_version_in_slices(client: Client, url: str, document_id: UUID) -> None:
    page = client.page(f"{url}/documents/{document_id}/replace")
    form = page.form_with({"files"})
    facts = {key: value for key, value in page.filled(form).items() if key != "nonce"}
    content = files.picture()
    told = []
    for changed in ("1", "2"):
        answer = post(
            client, form.get("data-upload") or "", {"name": "x.png", "size": len(content), "changed": changed}
        )
        take(client, answer.json, 0, content)
        told.append(answer.json)
    first = post(client, told[0]["finish"], facts)
    assert first.status_code == 200
    assert first.json["url"] != f"{url}/documents/{document_id}"
    assert client.page(first.json["url"]).h1 == CANARY
    assert post(client, told[0]["finish"], facts).json == first.json, "said twice"
    second = post(client, told[1]["finish"], facts)
    assert (second.status_code, "was changed after" in second.json["error"]) == (422, True)
