"""Whoever steals the disk learns nobody's name: a day's work through the pages, then a search of everything it left.

The canaries are looked for in every file of the instance, in the database and its dump, in logs and on the standard
streams, in the temporary folder; as they are, and in the encodings in which text travels.
"""

import base64
import json
import logging
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, suppress
from functools import cache
from pathlib import Path
from sqlite3 import connect
from urllib.parse import quote, quote_plus

import pytest
from flask import Flask

from casework.core.db import db, session_for
from casework.core.scope import system
from casework.persons.models import Person
from tests import servers
from tests.conftest import ClientFor
from tests.pages import Client
from tests.security.caseload import CANARIES, Caseload

TYPED = {
    "family_name": "Кражезащитова",
    "given_name": "Сыртқұпия",
    "patronymic": "Тәңіржарқынқызы",
    "latin_name": "Krazhezashchitova",
    "former_names": "مرواریدسیاه\nПрежнеименова",
    "birth_place": "Тайноречье",
    "iin": "770808400993",
    "documents-0-number": "T99887766",
    "phone": "+7 705 246 80 13",
    "other_phone": "+7 706 135 79 24",
    "safety_note": "Спросить про лиловый зонт",
    "email": "krazha@lilovyi.example.org",
    "address": "переулок Лиловых Зонтов, 351",
}
SESSION = {
    "title": "О лиловом зонте",
    "summary": "Говорила о пропавшем лиловом чемодане.",
    "private_note": "Құпия жазба: күлгін қолшатыр",
    "interpreter": "Переводчик Лиловский",
    "next_step": "Написать в лиловый архив",
}
NOTES = {"status": "Пометка лилового статуса", "act": "Пометка лилового действия", "close": "Лиловое завершение"}
SEARCHED = "Разыскиваевский"
FAILED = {"email": "kto-to-lilovyi@example.org", "password": "лиловый-неверный-пароль"}
DRAFT = "Черновиколилова"
REJECTED = "Отклонённолилова"
LOST = "Авариелилова"


def words() -> list[str]:
    typed = [line for value in TYPED.values() for line in value.splitlines()]
    more = [*SESSION.values(), *NOTES.values(), *FAILED.values(), SEARCHED, DRAFT, REJECTED, LOST]
    return [*typed, "77080840", "7052468013", *more, *CANARIES["A"].all(), *CANARIES["B"].all()]


def disguises(word: str) -> Iterator[bytes]:
    """The word as it might stand in a file."""
    yield word.encode()
    yield word.encode("utf-16-le")
    yield word.encode("utf-16-be")
    yield word.upper().encode()
    yield word.lower().encode()
    if not word.isascii():
        yield json.dumps(word).strip('"').encode()
        with suppress(UnicodeEncodeError):
            yield word.encode("cp1251")
    for quoted in (quote(word), quote_plus(word), quote(word).lower()):
        if quoted != word:
            yield quoted.encode()
    yield word.encode().hex().encode()
    yield word.encode().hex().upper().encode()
    for shift in range(3):  # base64 of the word in the middle of something
        coded = base64.b64encode(b"x" * shift + word.encode())
        yield coded[4 if shift else 0 : -4]


def test_the_scanner_sees_through_disguises() -> None:
    hidden = "Медузова Лилия"
    for text in (
        hidden.encode(),
        f"q={quote(hidden)}".encode(),
        f"q={quote_plus(hidden)}".encode(),
        json.dumps({"q": hidden}).encode(),
        base64.b64encode(f"ab{hidden}cd".encode()),
        base64.b64encode(f"abc{hidden}cd".encode()),
        hidden.encode("utf-16"),
    ):
        assert found_in(text, [hidden]) == [hidden], text
    assert found_in(b"nothing of the kind", [hidden]) == []


def found_in(content: bytes, sought: list[str]) -> list[str]:
    return [word for word in sought if any(form in content for form in forms_of(word))]


@cache
def forms_of(word: str) -> tuple[bytes, ...]:
    return tuple(form for form in disguises(word) if len(form) > 5)


# -- the day's work --------------------------------------------------------------------------------------------------


def a_days_work(app: Flask, client: Client, stranger: Client, made: dict[str, Caseload]) -> None:
    identity = {"documents-0-kind": "FOREIGN_PASS", **{k: TYPED[k] for k in list(TYPED)[:8]}}
    first = client.submit("/register", identity)
    second = client.submit(
        first.location or "",
        {"track": "NATIONALITY", "nationality": "UN", "next_step": SESSION["next_step"], "due_on-day": "1"}
        | {"due_on-month": "2", "due_on-year": "2027"},
    )
    third = client.submit(second.location or "", {"consent": "given", **{k: TYPED[k] for k in list(TYPED)[8:]}})
    assert "/check" in (third.location or ""), third.text
    registered = client.submit(third.location or "", {}, action="")
    case_url = registered.location or ""
    assert case_url.startswith("/cases/")
    page = client.page(case_url)
    assert TYPED["family_name"] in page.text

    held = client.submit(
        f"{case_url}/sessions/new", {**SESSION, "due_on-day": "1", "due_on-month": "3", "due_on-year": "2027"}
    )
    assert held.status_code == 302, held.text
    assert client.submit(f"{case_url}/acts/new?code=EVIDENCE_STARTED", {"note": NOTES["act"]}).status_code == 302
    assert client.submit(case_url, {}, action=f"{case_url}/next-step/done").status_code == 302
    person_url = next(url for url in page.links.values() if "/details" in url).partition("/details")[0]
    assert client.submit(f"{person_url}/identity", {"family_name": TYPED["family_name"] + "-Вторая"}).status_code == 302
    status = {"code": "AR", "reason": "status_change", "note": NOTES["status"]}
    day = {"effective_on-day": "1", "effective_on-month": "11", "effective_on-year": "2026"}
    assert client.submit(f"{person_url}/status/nationality", {**status, **day}).status_code == 302
    for one in ("", "/details", "/family", "/access", "/identity", "/contacts"):
        assert client.get(person_url + one).status_code == 200
    for word in (SEARCHED, TYPED["latin_name"], TYPED["iin"], TYPED["phone"]):
        assert client.submit("/search", {"q": word}, action="").status_code in (200, 302)
    client.get("/cases/")
    client.get("/desk")
    closed = client.submit(
        f"{case_url}/close", {"outcome": "ADVICE_ONLY", "reason": "SOLUTION", "note": NOTES["close"]}
    )
    assert closed.status_code == 302, closed.text

    assert client.submit("/register", {"family_name": DRAFT, "then": "draft"}).status_code == 302
    assert client.submit("/register", {"family_name": REJECTED, "birth-day": "32"}).status_code == 422
    assert stranger.submit("/sign-in", FAILED).status_code == 422
    _fail_with_a_form_in_hand(app, client, made)


def _fail_with_a_form_in_hand(app: Flask, client: Client, made: dict[str, Caseload]) -> None:
    """The keys do not fit the row: a failure while the request, and the frames of the program, hold names."""
    address = f"/people/{made['A'].person}/identity"
    page = client.page(address)
    data = {**page.filled(page.form_with({"family_name"})), "family_name": LOST, "iin": TYPED["iin"]}
    with app.app_context(), session_for(system("tests")) as session:
        table = Person.__table__
        session.connection().execute(
            table.update().where(table.c.id == made["A"].person).values(identity_sealed=b"CW\1\1" + b"\0" * 60),
            execution_options={"unscoped": "tests"},
        )
        session.commit()
    assert client.post(address, data=data).status_code == 500
    assert client.get(address).status_code == 500


# -- the search of what is left ------------------------------------------------------------------------------------


def left_on_disk(app: Flask, backend: str) -> Iterator[tuple[str, bytes]]:
    instance = Path(app.instance_path)
    with app.app_context():
        url = db.engine.url
    for path in sorted(instance.rglob("*")):
        if path.is_file():
            yield str(path.relative_to(instance)), path.read_bytes()
    if backend == "sqlite":
        with closing(connect(str(url.database))) as connection:
            yield "the rows", "\n".join(connection.iterdump()).encode()
        return
    programs = servers.postgresql_programs()
    assert programs is not None
    host = str(url.query["host"])
    common = [f"--host={host}", f"--username={url.username}", f"--dbname={url.database}"]
    yield "pg_dump", subprocess.run([programs / "pg_dump", *common], capture_output=True, check=True).stdout
    yield "the log of PostgreSQL", (Path(host) / "log").read_bytes()
    for path in (Path(host) / "data" / "base").rglob("*"):
        if path.is_file():
            yield f"{path.name} of PostgreSQL", path.read_bytes()


def test_a_thief_of_the_disk_finds_nobody(
    app: Flask,
    backend: str,
    made: dict[str, Caseload],
    client_for: ClientFor,
    client: Client,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(app, "testing", False)  # in a test a failure is printed whole; outside it must not be
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    caplog.set_level(logging.DEBUG)
    lawyer = client_for("lawyer")
    lawyer.checks = client.checks = False
    a_days_work(app, lawyer, client, made)

    left = dict(left_on_disk(app, backend))
    streams = capfd.readouterr()
    left["standard output"], left["standard error"] = streams.out.encode(), streams.err.encode()
    left["the log"] = "\n".join(
        f"{record.getMessage()} {record.args} {record.exc_info} {record.exc_text}" for record in caplog.records
    ).encode()
    left["the environment"] = str(dict(os.environ)).encode()
    for path in tmp_path.rglob("*"):
        left[f"temporary {path.name}"] = path.read_bytes() if path.is_file() else path.name.encode()

    sought = words()
    caught = [(name, word) for name, content in left.items() for word in found_in(content, sought)]
    assert caught == []
    assert any(b"KZ-26-" in content for content in left.values()), "the scan looked at an empty place"
    assert b"Unreadable" in left["the log"], "no failure was provoked"
