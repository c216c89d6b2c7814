"""The edge: one sending counts once, two people on one record, headers and errors."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener
from uuid import UUID, uuid4

import pytest
import waitress
from flask import Flask
from sqlalchemy import func, select

from casework.cases.models import Case, CaseEvent
from casework.consultations.models import Consultation
from casework.core.audit import AuditEntry
from casework.core.db import session_for
from casework.core.scope import system
from casework.core.web import HEADERS
from casework.persons.models import Person
from tests.conftest import ClientFor
from tests.factories import World
from tests.pages import Client, Page
from tests.security.caseload import Caseload

AT_ONCE = 12


def count(app: Flask, model: Any, *where: Any) -> int:
    with app.app_context(), session_for(system("tests")) as session:
        return session.scalar(select(func.count()).select_from(model).where(*where)) or 0


def only(app: Flask, model: Any, row_id: UUID) -> Any:
    with app.app_context(), session_for(system("tests")) as session:
        return session.get(model, row_id)


def filled(client: Client, page_address: str, /, **values: Any) -> dict[str, Any]:
    """What the main form of a page sends, with these values."""
    page = client.page(page_address)
    return {**page.filled(page.form_with(set(values))), **values}


def session_form(client: Client, made: dict[str, Caseload], **values: Any) -> tuple[str, dict[str, Any]]:
    address = f"/cases/{made['A'].case}/sessions/new"
    return address, filled(client, address, summary="Пришла с братом", **values)


# -- whose name --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address", ["/", "/factsheets/", "/factsheets/kaz/2025-01-01/en", "/desk", "/nowhere", "/static/app.css"]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_another_name_than_the_site_has_is_refused_as_a_page(
    client: Client, capsys: pytest.CaptureFixture[str], address: str, method: str
) -> None:
    for host in ("evil.example", "localhost.evil.example", "a b", "[", ""):
        answer = client.open(address, method=method, headers={"Host": host, "Accept-Language": "en"})
        assert answer.status_code == 400
        assert Page(answer.text).h1 == "This site has another name"
        assert "evil" not in answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers
    assert "Traceback" not in capsys.readouterr().err


# -- once ------------------------------------------------------------------------------------------------------------


def test_the_same_sending_twice_is_one_record(app: Flask, made: dict[str, Caseload], client_for: ClientFor) -> None:
    client = client_for("lawyer")
    address, data = session_form(client, made)
    first, second = client.post(address, data=data), client.post(address, data=data)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.location == second.location == f"/cases/{made['A'].case}"
    assert count(app, Consultation, Consultation.case_id == made["A"].case) == 2  # with the one of the caseload


def test_another_user_with_the_same_number_is_another_sending(
    app: Flask,
    made: dict[str, Caseload],
    client_for: ClientFor,
) -> None:
    client, other = client_for("lawyer"), client_for("supervisor")
    address, data = session_form(client, made)
    client.post(address, data=data)
    assert other.post(address, data={**data, "csrf_token": other.csrf_token()}).status_code == 302
    assert count(app, Consultation, Consultation.case_id == made["A"].case) == 3


def test_a_sending_that_was_refused_may_be_put_right(
    app: Flask,
    made: dict[str, Caseload],
    client_for: ClientFor,
) -> None:
    client = client_for("lawyer")
    address, data = session_form(client, made)
    refused = client.post(address, data={**data, "held_on-day": "32"})
    assert refused.status_code == 422
    assert count(app, Consultation, Consultation.case_id == made["A"].case) == 1
    assert client.post(address, data=data).status_code == 302
    assert count(app, Consultation, Consultation.case_id == made["A"].case) == 2


def test_back_and_send_again_does_nothing_twice(app: Flask, made: dict[str, Caseload], client_for: ClientFor) -> None:
    """The page one goes back to carries the number of the sending that was carried out."""
    client = client_for("lawyer")
    address = f"/cases/{made['A'].case}/close"
    data = filled(client, address, outcome="ADVICE_ONLY", reason="SOLUTION")
    first = client.post(address, data=data)
    again = client.post(address, data=data)
    assert first.location == again.location
    assert count(app, CaseEvent, CaseEvent.case_id == made["A"].case, CaseEvent.kind == "closed") == 1


# -- at once ---------------------------------------------------------------------------------------------------------


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The application behind its real server, on a free port."""
    server = waitress.create_server(app, host="127.0.0.1", port=0, threads=8)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"  # type: ignore[union-attr]
    finally:
        server.close()
        thread.join(timeout=10)


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **more: Any) -> None:
        return None


def sent(base: str, client: Client, address: str, data: dict[str, Any]) -> tuple[int, str | None]:
    cookies = "; ".join(f"{cookie.key}={cookie.value}" for cookie in client._cookies.values())  # type: ignore[attr-defined]
    request = Request(base + address, urlencode(data, doseq=True).encode(), {"Cookie": cookies})  # noqa: S310
    try:
        with build_opener(_Stay).open(request, timeout=60) as answer:
            return answer.status, answer.headers.get("Location")
    except HTTPError as answer:
        return answer.code, answer.headers.get("Location")


def all_at_once(work: Callable[[int], Any]) -> list[Any]:
    found: list[Any] = [None] * AT_ONCE
    ready = threading.Barrier(AT_ONCE)

    def run(number: int) -> None:
        ready.wait()
        found[number] = work(number)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def complete_draft(client: Client) -> str:
    """The last page of a registration that is typed in whole."""
    first = client.submit("/register", {"family_name": "Двойникова", "given_name": "Әйгерім"})
    second = client.submit(first.location or "", {"track": "NATIONALITY", "nationality": "UN"})
    third = client.submit(second.location or "", {"phone": "+7 701 000 00 00"})
    return third.location or ""


def test_twelve_times_the_same_at_once_is_one_record(
    app: Flask,
    made: dict[str, Caseload],
    client_for: ClientFor,
) -> None:
    client = client_for("lawyer")
    address = complete_draft(client)
    data = filled(client, address, nonce=uuid4().hex)
    before = count(app, Person)
    with served(app) as base:
        answers = all_at_once(lambda number: sent(base, client, address, data))
    assert len(set(answers)) == 1, answers
    assert answers[0][0] == 302
    assert count(app, Person) == before + 1
    assert count(app, AuditEntry, AuditEntry.action == "persons:create") == before + 1


def test_twelve_different_ones_at_once_and_one_wins(
    app: Flask,
    made: dict[str, Caseload],
    client_for: ClientFor,
) -> None:
    """Twelve who opened the same version: one saves, the others are told; nothing is lost unnoticed."""
    client = client_for("lawyer")
    address = f"/cases/{made['A'].case}/next-step"
    forms = [filled(client, address, text=f"Шаг {number}") for number in range(AT_ONCE)]
    with served(app) as base:
        answers = all_at_once(lambda number: sent(base, client, address, forms[number]))
    assert Counter(status for status, _ in answers) == {302: 1, 409: AT_ONCE - 1}


# -- two people, one record ----------------------------------------------------------------------------------------


EDITS = {
    "identity": ("/people/{person}/identity", "family_name", "Первая", "Вторая"),
    "contacts": ("/people/{person}/contacts", "address", "Первый адрес", "Второй адрес"),
    "next step": ("/cases/{case}/next-step", "text", "Первый шаг", "Второй шаг"),
    "priority": ("/cases/{case}/priority", "priority", "URGENT", "EMERGENCY"),
    "session": ("/cases/{case}/sessions/{consultation}", "summary", "Первая запись", "Вторая запись"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_two_tabs(made: dict[str, Caseload], client_for: ClientFor, edit: str) -> None:
    pattern, name, mine, theirs = EDITS[edit]
    address = pattern.format(**{k: getattr(made["A"], k) for k in ("person", "case", "consultation")})
    client, colleague = client_for("lawyer"), client_for("supervisor")
    data, other = filled(client, address, **{name: mine}), filled(colleague, address, **{name: theirs})
    saved = colleague.post(address, data=other)
    assert saved.status_code == 302
    stale = client.post(address, data=data)
    assert stale.status_code == 409
    page = Page(stale.text)
    if edit != "priority":  # whose values are shown as words
        assert mine in page.text
        assert theirs in page.text
    assert "Supervisor of Partner Aster" in page.text
    form = page.form_with({name})
    again = page.filled(form)
    assert again[name] == [mine]
    assert client.post(address, data=again).status_code == 302
    shown = client.page(address)
    assert shown.filled(shown.form_with({name}))[name] == [mine]


def test_a_form_without_its_version_is_stale(made: dict[str, Caseload], client_for: ClientFor) -> None:
    client = client_for("lawyer")
    address = f"/cases/{made['A'].case}/priority"
    for version in ("", "0", "one", "-1", "9" * 30):
        data = filled(client, address, priority="URGENT", version=version)
        assert client.post(address, data=data).status_code == 409, version


# -- every answer --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "/sign-in", 200),
        ("GET", "/cases/", 302),
        ("GET", "/no-such-page", 404),
        ("DELETE", "/sign-in", 405),
        ("POST", "/sign-in", 400),
        ("HEAD", "/help/", 200),
        ("OPTIONS", "/help/", 200),
    ],
)
def test_headers_on_every_answer(app: Flask, client: Client, method: str, address: str, status: int) -> None:
    answer = client.open(address, method=method)
    assert answer.status_code == status
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Server" not in answer.headers


def test_static_files_may_be_kept(client: Client) -> None:
    answer = client.get("/static/app.css")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_too_large_a_form(client_for: ClientFor) -> None:
    client = client_for("lawyer")
    answer = client.post("/search", data={"csrf_token": client.csrf_token(), "q": "x" * 1_200_000})
    assert answer.status_code == 413


@pytest.mark.parametrize("address", ["/cases/?page=²", "/cases/?page=-1", "/cases/?page=99999999999", "/cases/?sort=x",
                                     "/cases/?lawyer=%00", "/cases/?region=%00&stage=%ED%A0%80", "/cases/?due=<b>",
                                     "/search?q=%00", "/people/%00", "/register/%00/1"])  # fmt: skip
def test_nonsense_in_an_address(client_for: ClientFor, address: str) -> None:
    assert client_for("lawyer").get(address).status_code in (200, 404)


@pytest.mark.parametrize("address", ["/codes/%00", "/codes/%ED%A0%80/add", "/users?organisation=%00&state=%00"])
def test_nonsense_in_an_administrators_address(client_for: ClientFor, address: str) -> None:
    assert client_for("administrator").get(address).status_code in (200, 404)


def test_a_failure_says_nothing_but_a_reference(
    app: Flask,
    made: dict[str, Caseload],
    client_for: ClientFor,
    world: World,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A sealed value that cannot be opened (keys lost, a row swapped) is a failure in the middle of a page."""
    with app.app_context(), session_for(system("tests")) as session:
        mine, theirs = (session.get_one(Person, made[key].person) for key in ("A", "B"))
        swapped = theirs.identity_sealed
        session.connection().execute(
            Person.__table__.update().where(Person.__table__.c.id == mine.id).values(identity_sealed=swapped),
            execution_options={"unscoped": "tests"},
        )
        session.commit()
    answer = client_for("lawyer").get(f"/people/{made['A'].person}")
    assert answer.status_code == 500
    assert "Reference number" in answer.text
    logged = [record.getMessage() for record in caplog.records if record.name == "casework"]
    assert len(logged) == 1
    assert '"error": "Unreadable"' in logged[0]


def test_an_unsaved_case_is_not_half_saved(app: Flask, made: dict[str, Caseload], client_for: ClientFor) -> None:
    """A rule that refuses the second half takes back the first."""
    client = client_for("lawyer")
    before = count(app, Case)
    address = f"/cases/new/{made['A'].relative}"
    answer = client.submit(address, {"track": "OTHER", "next_step": "Позвонить"})
    assert answer.status_code == 422
    assert count(app, Case) == before
