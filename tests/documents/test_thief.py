"""A document through a real server, there and back: nothing of it lies open on the disk, not even for a moment.

Python tells an audit hook of every file that is opened, also of one without a name, which no look into a folder finds.
"""

import base64
import io
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest
import waitress
from flask import Flask
from werkzeug.datastructures import FileStorage
from werkzeug.test import EnvironBuilder

from casework.core import receiving
from tests.conftest import ClientFor
from tests.documents.conftest import CANARY
from tests.pages import Client, Page

TEXT = f"Страница о том, что знает только {CANARY}. ".encode() * 40_000
WRITES = os.O_WRONLY | os.O_RDWR
_opened: list[list[Path]] = []


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    if _opened and event == "open" and isinstance(arguments[0], str | bytes | os.PathLike):
        flags = arguments[2]
        if isinstance(flags, int) and flags & WRITES:
            _opened[0].append(Path(os.fsdecode(arguments[0])))


@pytest.fixture(scope="module", autouse=True)
def hook() -> None:
    sys.addaudithook(_note)  # for good: it cannot be taken back, only left without a list to write on


@contextmanager
def watched() -> Iterator[list[Path]]:
    """Every file that is opened for writing meanwhile."""
    _opened.append(found := [])
    try:
        yield found
    finally:
        _opened.clear()


@contextmanager
def serving(app: Flask, **options: Any) -> Iterator[int]:
    sockets: dict[int, Any] = {}
    server = waitress.create_server(app, map=sockets, host="127.0.0.1", port=0, threads=2, ident=None, **options)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield server.effective_port
    finally:
        sockets.clear()
        server.pull_trigger()
        thread.join(timeout=10)
        server.task_dispatcher.shutdown()
        server.socket.close()


def ask(port: int, client: Client, method: str, path: str, body: bytes = b"", kind: str = "") -> tuple[int, bytes]:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    token = client.csrf_token()
    cookie = client.get_cookie("casework")
    assert cookie is not None
    headers = {"Cookie": f"casework={cookie.value}", "X-CSRFToken": token, **({"Content-Type": kind} if kind else {})}
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, content


def letter() -> tuple[bytes, str]:
    """What a browser sends of the filled-in form, and how it calls it. Made before the watch, for it needs a file."""
    data = {"kind": "OTHER", "title": CANARY, "nonce": uuid4().hex}
    file = FileStorage(io.BytesIO(TEXT), f"{CANARY}.txt", content_type="text/plain")
    environ = EnvironBuilder(method="POST", data={**data, "files": file}).get_environ()
    return environ["wsgi.input"].read(), environ["CONTENT_TYPE"]


def there_and_back(port: int, client: Client, url: str, body: bytes, kind: str) -> None:
    """Send it, and take a copy."""
    assert ask(port, client, "POST", f"{url}/documents/new", body, kind)[0] == 302
    link = next(one for one in client.page(f"{url}/documents").links.values() if one.endswith("/file"))
    assert ask(port, client, "GET", link) == (200, TEXT)


def outside(app: Flask, opened: list[Path]) -> list[Path]:
    instance = Path(app.extensions["settings"].instance)
    return [
        path for path in opened if not path.resolve().is_relative_to(instance.resolve()) and path != Path("/dev/null")
    ]


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_nothing_lies_open_while_a_document_comes_and_goes(app: Flask, client_for: ClientFor, url: str) -> None:
    client, sent = client_for("lawyer"), letter()
    with serving(app, **receiving.in_memory(app.extensions["settings"])) as port, watched() as opened:
        there_and_back(port, client, url, *sent)
    assert outside(app, opened) == []
    kept = [path for path in opened if "files" in path.parts]
    assert kept, "the watch sees what is written"
    instance = Path(app.extensions["settings"].instance)
    sought = [CANARY.encode(), CANARY.encode("utf-16-le"), CANARY.encode("cp1251"), base64.b64encode(TEXT)[:60]]
    for folder in (instance, Path(tempfile.gettempdir())):
        for path in folder.rglob("*") if folder == instance else folder.glob("*"):
            if path.is_file() and os.access(path, os.R_OK) and path.stat().st_size < 100_000_000:
                content = path.read_bytes()
                assert not any(one in content for one in sought), f"{path} holds what the document says"


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_server_that_is_not_told_would_put_it_into_a_temporary_file(
    app: Flask, client_for: ClientFor, url: str
) -> None:
    """The watch is worth something: it sees what waitress does by itself."""
    client, sent = client_for("lawyer"), letter()
    with serving(app) as port, watched() as opened:
        there_and_back(port, client, url, *sent)
    assert outside(app, opened) != []


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_the_server_refuses_what_is_too_large_by_its_length(app: Flask, client_for: ClientFor, url: str) -> None:
    client = client_for("lawyer")
    with serving(app, **receiving.in_memory(app.extensions["settings"])) as port:
        connection = HTTPConnection("127.0.0.1", port, timeout=10)
        connection.putrequest("POST", f"{url}/documents/new")
        connection.putheader("Content-Length", str(4 << 30))
        connection.putheader("Content-Type", "multipart/form-data; boundary=x")
        connection.endheaders()
        assert connection.getresponse().status == 413, "nothing of it was sent"
        connection.close()
        assert "no document" in Page(ask(port, client, "GET", f"{url}/documents")[1].decode()).text
