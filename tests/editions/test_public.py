"""Published editions as anybody reads them: from two tables, the same for everyone, kept by who has read them."""

import hashlib
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from flask import Flask
from psycopg import sql
from sqlalchemy import event, func, make_url, select

from casework.core.audit import AuditEntry
from casework.core.db import db, session_for
from casework.core.scope import system
from casework.editions import public_views, published
from casework.editions.models import EditionLanguage, Step
from tests import servers
from tests.conftest import Acting, ClientFor, make_app
from tests.editions.shelves import DAY, FILES, put
from tests.factories import World
from tests.factsheets import contents
from tests.pages import Client, Page, client_of, words_of

HERE = "/factsheets/kaz/2025-01-01"
SITE = "http://127.0.0.1:8000"
"""As it is configured: what a request calls it is anybody's choice."""
TABLES = ("edition_languages", "edition_files")


@pytest.fixture
def shelf(acting: Acting, world: World) -> None:
    """2024 in English; 2025 in all languages, corrected in English; 2026, which nobody may read yet."""
    with acting(world.principal("statistics")):
        put("en", as_of=date(2024, 1, 1))
        for language in ("en", "ru", "kk"):
            put(language)
        put("en", number=2)
        put("en", as_of=date(2026, 1, 1), step=Step.READY)


SCHEMA = "/factsheets/schema/factsheet-1.json"
ADDRESSES = [
    "/factsheets/",
    "/factsheets/kaz/",
    HERE,
    f"{HERE}/en",
    f"{HERE}/ru",
    f"{HERE}/e1/en",
    f"{HERE}/e1/kk",
    f"{HERE}/e2/en",
    f"{HERE}/en/factsheet.pdf",
    *(f"{HERE}/e1/ru/{name}" for name in FILES),
    SCHEMA,
    "/factsheets/kaz/2026-01-01/en",
    "/factsheets",
    "/factsheets/kaz",
    "/factsheets/nowhere",
    "/factsheets/kaz/compare?before=KAZ-2024-01-01-e1&after=KAZ-2025-01-01-e2&language=en",
]


# -- what an address means ---------------------------------------------------------------------------------------


@pytest.mark.usefixtures("shelf")
def test_the_address_of_a_day_leads_to_its_newest_edition(client: Client) -> None:
    assert "Edition KAZ-2025-01-01-e2, published on 4 March 2025." in client.page(f"{HERE}/en").text
    assert "Edition KAZ-2025-01-01-e1, published on 4 March 2025." in client.page(f"{HERE}/e1/en").text
    assert client.get("/factsheets/kaz/").location == f"{HERE}/en"
    assert client.get("/factsheets/kaz/", headers={"Accept-Language": "kk"}).location == f"{HERE}/kk"
    assert client.get(HERE, headers={"Accept-Language": "ru,en;q=0.5"}).location == f"{HERE}/ru"
    assert client.get("/factsheets/kaz/2024-01-01?language=ru").location == "/factsheets/kaz/2024-01-01/en"


@pytest.mark.usefixtures("shelf")
def test_a_later_edition_and_a_later_day_are_told(client: Client) -> None:
    first = client.page(f"{HERE}/e1/en")
    assert "This edition was corrected by a later one" in first.text
    assert first.links["Edition 2 as of 1 January 2025 · English"] == f"{HERE}/e2/en"
    assert f"{HERE}/e2/en" in client.page(f"{HERE}/ru").links.values()  # the language that it has
    assert f"{HERE}/e1/ru" in client.page(f"{HERE}/en").links.values()  # the edition that has the language
    assert "corrected by a later one" not in client.page(f"{HERE}/en").text
    old = client.page("/factsheets/kaz/2024-01-01/en")
    assert "There are newer figures" in old.text
    assert old.links["Edition 2 as of 1 January 2025 · English"] == f"{HERE}/e2/en"


@pytest.mark.usefixtures("shelf")
def test_the_same_edition_in_other_languages(client: Client) -> None:
    page = client.page(f"{HERE}/e1/ru")
    assert page.root.get("lang") == "ru"
    switch = {one.get("lang"): one.get("href") for one in page.all("a") if one.get("lang")}
    assert switch == {code: f"{HERE}/e1/{code}" for code in ("en", "ru", "kk")}
    alternate = {one.get("hreflang"): one.get("href") for one in page.all("link", rel="alternate")}
    assert alternate == {code: f"{SITE}{HERE}/e1/{code}" for code in ("en", "ru", "kk")}
    only = client.page(f"{HERE}/e2/en")
    assert "Not published in: Русский, Қазақша." in only.text
    assert {one.get("hreflang") for one in only.all("link", rel="alternate")} == {"en"}
    assert [one.get("href") for one in only.all("link", rel="canonical")] == [f"{SITE}{HERE}/en"]


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    "address",
    [
        "/factsheets/kaz/2026-01-01/en",  # waits for a second person
        "/factsheets/kaz/2026-01-01/e1/en/factsheet.pdf",
        "/factsheets/KAZ/2025-01-01/en",
        "/factsheets/kgz/2025-01-01/en",
        "/factsheets/kgz/",
        "/factsheets/kaz/2025-02-30/en",
        "/factsheets/kaz/20250101/en",
        "/factsheets/kaz/2025-W01-3",
        "/factsheets/kaz/99999-01-01/en",
        f"{HERE}/e3/en",
        f"{HERE}/e99999999999999999999/en",
        f"{HERE}/de",
        f"{HERE}/e2/ru",
        f"{HERE}/en/page.html",
        f"{HERE}/en/../../etc/passwd",
        f"{HERE}/e1/en/nothing.pdf",
        f"{HERE}/е1/en",
        "/factsheets/kaz/2025-01-01/en/charts/",
        "/factsheets/%00/2025-01-01/en",
    ],
)
def test_what_is_not_public_is_not_there(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize("number", ["0", "01", "+1", "1.0", "١", "１", "1" + "0" * 5000])
def test_an_edition_has_one_number(client: Client, number: str) -> None:
    """Otherwise a page would have addresses without end; and who sends strange ones gets no cookie either."""
    for address in (f"{HERE}/e{number}/en", f"{HERE}/e{number}/en/factsheet.pdf"):
        answer = client.get(address)
        assert (answer.status_code, Page(answer.text).h1) == (404, "There is no factsheet here")
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")


@pytest.mark.usefixtures("shelf")
def test_a_miss_is_told_in_the_language_of_the_address(client: Client) -> None:
    assert client.page("/factsheets/kaz/2019-01-01/ru", status=404).root.get("lang") == "ru"
    assert client.page("/factsheets/kaz/2019-01-01/kk/factsheet.pdf", status=404).root.get("lang") == "kk"


def test_a_withdrawn_edition_leaves_a_notice(client: Client, acting: Acting, world: World) -> None:
    with acting(world.principal("statistics")):
        put("en")
        put("en", number=2, step=Step.WITHDRAWN, because="A region was counted <twice>.")
        put("ru", number=2)
    for address in (f"{HERE}/en", f"{HERE}/e2/en", f"{HERE}/e2/en/factsheet.pdf", f"{HERE}/en/factsheet.json"):
        page = client.page(address, status=410)
        assert "It was withdrawn on 4 March 2025." in page.text
        assert "A region was counted <twice>." in page.text
        assert f"{HERE}/e2/ru" in page.links.values()
        assert "646" not in page.text
    # The edition that it corrected stays, and says what became of its correction.
    kept = client.page(f"{HERE}/e1/en")
    assert "A later edition of this day was withdrawn" in kept.text
    assert kept.links["Edition 2 as of 1 January 2025 · English"] == f"{HERE}/e2/en"
    assert "withdrawn" in client.page("/factsheets/").text


def test_the_title_of_what_was_withdrawn_is_said_nowhere(client: Client, acting: Acting, world: World) -> None:
    """It may be what it was withdrawn for."""
    with acting(world.principal("statistics")):
        put("en", step=Step.WITHDRAWN, found={**contents.national("en"), "title": "A name in it"})
    for address, status in (
        (f"{HERE}/en", 410),
        (f"{HERE}/e1/en/factsheet.pdf", 410),
        ("/factsheets/?language=en", 200),
    ):
        answer = client.get(address)
        assert (answer.status_code, "A name in it" in answer.text) == (status, False)
    notice = client.page(f"{HERE}/en", status=410)
    assert words_of(notice.all("title")[0]) == "Withdrawn: Kazakhstan, 1 January 2025 · Casework"
    assert "KazakhstanAs of 1 January 2025 · KAZ-2025-01-01-e1" in notice.text
    assert words_of(client.page("/factsheets/?language=ru").all("h2")[0]) == "Казахстан"


@pytest.mark.usefixtures("shelf")
def test_an_edition_is_compared_with_the_one_before_it(client: Client) -> None:
    for day, pair in (
        (f"{HERE}/en", "before=KAZ-2025-01-01-e1&after=KAZ-2025-01-01-e2"),
        ("/factsheets/kaz/2024-01-01/en", "before=KAZ-2025-01-01-e1&after=KAZ-2024-01-01-e1"),
    ):
        link = client.page(day).links["Compare with another edition"]
        assert link == f"/factsheets/kaz/compare?{pair}&language=en"
        client.page(link)


@pytest.mark.usefixtures("shelf")
def test_the_list_of_all_editions(client: Client) -> None:
    page = client.page("/factsheets/?language=en")
    rows = [[" ".join(" ".join(cell.itertext()).split()) for cell in one] for one in page.all("tr")][1:]
    assert rows == [
        ["1 January 2025", "2 Correction", "4 March 2025", "English"],
        ["1 January 2025", "1", "4 March 2025", "English Русский Қазақша"],
        ["1 January 2024", "1", "4 March 2025", "English"],
    ]


def test_nothing_published(client: Client) -> None:
    assert "Nothing has been published yet." in client.page("/factsheets/?language=en").text
    client.page("/factsheets/kaz/", status=404)


# -- files -------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize("name", FILES)
def test_files_are_sent_as_they_were_made(client: Client, name: str) -> None:
    media_type, made = FILES[name]
    answer = client.get(f"{HERE}/e1/en/{name}")
    assert answer.data == made
    assert answer.headers["Content-Type"] == media_type
    assert answer.headers["ETag"] == f'"{hashlib.sha256(made).hexdigest()}"'
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert client.get(f"{HERE}/en/{name}").headers["Cache-Control"] == "public, max-age=300"


def test_a_file_says_which_edition_it_is_of() -> None:
    row = EditionLanguage(area="KAZ", as_of=DAY, number=1, language="kk")
    named = {name: public_views.file_name(row, name) for name in FILES}
    assert list(named.values()) == [
        "KAZ-2025-01-01-e1-kk.pdf",
        "KAZ-2025-01-01-e1-kk.xlsx",
        "KAZ-2025-01-01-e1-kk.csv",
        "KAZ-2025-01-01-e1-kk-refugee-data-finder.csv",
        "KAZ-2025-01-01-e1-kk.json",
        "KAZ-2025-01-01-e1-kk-refugees_asylum-origin-wide.svg",
    ]


@pytest.mark.usefixtures("shelf")
def test_a_page_leads_to_its_own_files(client: Client) -> None:
    page = client.page(f"{HERE}/en")
    links = [one.get("href", "") for one in page.all("a") if one.get("download") is not None]
    assert len(links) == 5
    for link in links:
        assert link.startswith(f"{HERE}/e2/en/")  # of this edition, whatever comes after it
        assert client.get(link).status_code == 200


def test_the_schema(client: Client) -> None:
    answer = client.get(SCHEMA)
    assert answer.headers["Content-Type"] == "application/schema+json"
    jsonschema.Draft202012Validator.check_schema(json.loads(answer.data))


# -- the same for everyone ---------------------------------------------------------------------------------------


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize("address", ADDRESSES)
def test_signed_in_or_not_it_is_the_same(client: Client, client_for: ClientFor, address: str) -> None:
    answers = []
    lawyer = client_for("lawyer")
    with lawyer.session_transaction() as cookie:
        cookie["language"] = "kk"  # what was chosen for the office
        cookie.permanent = True
    for reader in (client, lawyer):
        answer = reader.get(address)
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")
        answers.append((answer.status_code, answer.data, {k: v for k, v in answer.headers if k != "Date"}))
    assert answers[0] == answers[1]
    assert b"csrf" not in answers[0][1]


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize("address", [one for one in ADDRESSES if "2026" not in one and "nowhere" not in one])
def test_who_has_it_already_is_told_so(client: Client, address: str) -> None:
    first = client.get(address)
    assert first.headers["Cache-Control"].startswith("public, max-age=")
    head = client.head(address)
    assert (head.status_code, head.data) == (first.status_code, b"")
    if first.status_code == 302:
        return
    assert not first.headers["ETag"].startswith("W/")
    assert first.headers["ETag"] == f'"{hashlib.sha256(first.data).hexdigest()}"' == head.headers["ETag"]
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get(address, headers={"If-None-Match": '"another"'}).status_code == 200


@pytest.mark.usefixtures("shelf")
def test_readers_leave_no_trace(app: Flask, client_for: ClientFor) -> None:
    reader = client_for("lawyer")
    with app.app_context(), session_for(system("tests")) as session:
        count = select(func.count()).select_from(AuditEntry)
        before = session.scalar(count)
    for address in ADDRESSES:
        reader.get(address)
    with app.app_context(), session_for(system("tests")) as session:
        assert session.scalar(count) == before


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize("address", [f"{HERE}/e1/en/factsheet.json", f"{HERE}/en", "/factsheets/"])
def test_conditions_are_answered_without_a_body_or_with_all_of_it(client: Client, address: str) -> None:
    whole = client.get(address)
    tag = whole.headers["ETag"]
    for wanted, had, status, body in (
        (tag, tag, 304, b""),
        ("*", tag, 304, b""),
        (tag, f"W/{tag}", 304, b""),
        (tag, '"another"', 200, whole.data),
        ('"another"', tag, 412, b""),
        ('"another"', '"another"', 412, b""),
    ):
        answer = client.get(address, headers={"If-Match": wanted, "If-None-Match": had})
        assert (answer.status_code, answer.data) == (status, body), (wanted, had)
        assert answer.headers["Cache-Control"].startswith("no-store" if status == 412 else "public")


COMPARED = "/factsheets/kaz/compare?before=KAZ-2024-01-01-e1&after=KAZ-2025-01-01-e2"


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    "address",
    ["/factsheets/", "/factsheets/?language=de", "/factsheets/kaz/", HERE, COMPARED, "/factsheets/kaz/compare"],
)
def test_a_cache_keeps_a_copy_for_each_language_that_a_browser_chooses(client: Client, address: str) -> None:
    answer = client.get(address, headers={"Accept-Language": "kk"})
    assert answer.headers["Cache-Control"].startswith("public")
    assert answer.headers["Vary"] == "Accept-Language"


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    "address",
    [f"{HERE}/en", f"{HERE}/e1/ru/factsheet.json", "/factsheets/?language=ru", f"{COMPARED}&language=kk", SCHEMA],
)
def test_an_address_with_a_language_says_the_same_to_every_browser(client: Client, address: str) -> None:
    answers = [client.get(address, headers={"Accept-Language": one}) for one in ("kk", "en")]
    assert answers[0].data == answers[1].data
    assert "Vary" not in answers[0].headers


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize("address", [f"{HERE}/en", "/factsheets/?language=en", f"{COMPARED}&language=en"])
def test_what_is_kept_publicly_does_not_repeat_the_host_of_a_request(client: Client, address: str) -> None:
    pages = [client.get(address, headers={"Host": one}) for one in ("localhost", "localhost:1234", "127.0.0.1:80")]
    assert [one.status_code for one in pages] == [200] * 3
    assert len({one.data for one in pages}) == 1
    assert b"//localhost" not in pages[0].data


# -- from two tables alone ---------------------------------------------------------------------------------------


@contextmanager
def reading_two_tables(app: Flask, tmp_path: Path) -> Iterator[Flask]:
    """The application on a database connection that can read the two tables and nothing else."""
    url = make_url(app.config["SQLALCHEMY_ENGINES"]["default"])
    if url.get_backend_name() == "sqlite":
        with _authorized(app):
            yield app
        return
    role, password = f"reader_{secrets.token_hex(4)}", secrets.token_hex(8)
    with servers.connected(url) as owner:
        name = sql.Identifier(role)
        owner.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(name, sql.Literal(password)))
        for table in TABLES:
            owner.execute(sql.SQL("GRANT SELECT ON {} TO {}").format(sql.Identifier(table), name))
        try:
            reader = make_app(
                Path(app.instance_path),
                url.set(username=role, password=password).render_as_string(hide_password=False),
            )
            yield reader
            with reader.app_context():
                db.engine.dispose()
        finally:
            owner.execute(sql.SQL("DROP OWNED BY {}").format(name))
            owner.execute(sql.SQL("DROP ROLE {}").format(name))


@contextmanager
def _authorized(app: Flask) -> Iterator[None]:
    def allow(action: int, table: str | None, column: str | None, *_where: Any) -> int:
        is_other = action == 20 and table not in TABLES  # SQLITE_READ
        return 1 if is_other or action in (9, 18, 23) else 0  # SQLITE_DELETE, INSERT, UPDATE: denied

    def narrow(connection: Any, _record: Any, _proxy: Any) -> None:
        connection.set_authorizer(allow)

    with app.app_context():
        engine = db.engine
    engine.dispose()
    event.listen(engine, "checkout", narrow)
    try:
        yield
    finally:
        event.remove(engine, "checkout", narrow)
        engine.dispose()


@pytest.mark.usefixtures("shelf")
def test_a_role_that_reads_two_tables_serves_every_public_page(
    app: Flask, client: Client, client_for: ClientFor, tmp_path: Path
) -> None:
    expected = {address: client.get(address) for address in ADDRESSES}
    token = client_for("lawyer").get_cookie("casework")
    assert token is not None
    with reading_two_tables(app, tmp_path) as narrow:
        for is_signed_in in (False, True):
            reader = client_of(narrow)
            if is_signed_in:
                reader.set_cookie("casework", token.value)
                reader.checks = False
                assert reader.get("/desk").status_code in (500, 503), "the wall stands: the office cannot be read"
                reader.checks = True
            for address, answer in expected.items():
                found = reader.get(address)
                assert (found.status_code, found.data) == (answer.status_code, answer.data), address


# -- spelling ----------------------------------------------------------------------------------------------------


def test_every_area_has_one_spelling() -> None:
    for area in ("KAZ", "CENTRAL_ASIA"):
        assert published.area_of(published.place(area)) == area
    for wrong in ("KAZ", "Kaz", "central_asia", "kaẞ", "ка", "straße"):
        assert published.area_of(wrong) == ""


def test_a_page_has_what_search_engines_and_readers_need(client: Client, shelf: None) -> None:
    page: Page = client.page(f"{HERE}/en")
    assert [one.get("content") for one in page.all("meta", name="robots")] == ["index, follow"]
    assert page.all("meta", name="description")[0].get("content")
    assert page.all("script") == []
    assert page.all("form") == []
