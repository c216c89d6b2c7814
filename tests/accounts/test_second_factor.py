"""The second step: sessions that wait, codes that count once, recovery codes, devices and sessions."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

from flask import Flask
from sqlalchemy import func, select

from casework.accounts.models import KnownDevice, RecoveryCode, SecondFactor, SignedIn
from casework.core import clock
from casework.core.chain import AuditEntry
from casework.core.db import session_for
from casework.core.scope import system
from casework.notices.models import Notice
from tests.conftest import ClientFor
from tests.factories import PASSWORD, World, seed_of
from tests.pages import Client, Page, client_of, one_time_code

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


def counted(app: Flask, model: type, *where: object) -> int:
    with app.app_context(), session_for(system("tests")) as session:
        return session.scalar(select(func.count()).select_from(model).where(*where)) or 0  # type: ignore[arg-type]


def told(app: Flask, kind: str) -> list[str | None]:
    with app.app_context(), session_for(system("tests")) as session:
        return [one.words.text for one in session.scalars(select(Notice).where(Notice.kind == kind))]


def password(client: Client, email: str) -> str:
    """The first step; where it leads."""
    return client.submit("/sign-in", {"email": email, "password": PASSWORD}).location or ""


# -- a session that waits ----------------------------------------------------------------------------------------


def test_the_password_alone_opens_nothing_but_the_second_step(app: Flask, client: Client, world: World) -> None:
    assert password(client, world.email("lawyer")) == "/sign-in/code"
    assert client.get("/account").location == "/sign-in?next=/account"
    assert client.get("/account/confirm").status_code == 302
    assert client.get("/sign-in/set-up").location == "/sign-in/code"
    assert client.get("/sign-in/set-up/qr.svg").status_code == 404
    with client.session_transaction() as cookie:
        waiting = cookie["waiting"]
        cookie["_user_id"] = waiting  # its token, in the place of one that opens everything
    assert client.get("/account").status_code == 302
    assert counted(app, SignedIn, SignedIn.is_pending) == 1


def test_signing_in_changes_the_token_and_ends_the_waiting_session(app: Flask, client: Client, world: World) -> None:
    password(client, world.email("lawyer"))
    with client.session_transaction() as cookie:
        waiting = cookie["waiting"]
    client.submit("/sign-in/code", {"code": one_time_code(app, world.email("lawyer"))})
    with client.session_transaction() as cookie:
        assert "waiting" not in cookie
        assert cookie["_user_id"] != waiting
    assert counted(app, SignedIn, SignedIn.is_pending) == 0
    assert counted(app, SignedIn) == 1


def test_few_sessions_wait(app: Flask, world: World) -> None:
    for _ in range(7):
        password(client_of(app), world.email("lawyer"))
    assert counted(app, SignedIn) == 5


# -- one-time codes ----------------------------------------------------------------------------------------------


def test_a_code_counts_once_however_many_send_it(app: Flask, world: World) -> None:
    """At the same moment, from several browsers that all know the password; and again a moment later."""
    email, many = world.email("lawyer"), 4
    clients = [client_of(app) for _ in range(many)]
    pages = [Page(client.get(password(client, email)).text) for client in clients]
    code, start = one_time_code(app, email), Barrier(many)

    def send(place: int) -> str | None:
        sent = {**pages[place].filled(pages[place].form_with({"code"})), "code": code}
        start.wait()
        return clients[place].post("/sign-in/code", data=sent).location

    with ThreadPoolExecutor(many) as threads:
        answers = list(threads.map(send, range(many)))
    assert sorted(answers, key=str) == ["/"] + [None] * (many - 1)
    late = client_of(app)
    password(late, email)
    for form in (code, f" {code[:3]} {code[3:]} ", f"0{code}", "".join(chr(ord(one) + 0xFEE0) for one in code)):
        assert late.submit("/sign-in/code", {"code": form}).status_code in (422, 429), form


def test_wrong_codes_slow_down_and_are_told(app: Flask, client: Client, world: World) -> None:
    with clock.at(clock.now()):
        password(client, world.email("lawyer"))
        for _ in range(5):
            assert client.submit("/sign-in/code", {"code": "000000"}).status_code == 422
        answer = client.submit("/sign-in/code", {"code": "000000"})
        assert answer.status_code == 429
        assert "too many attempts" in Page(answer.text).text
    assert len(told(app, "wrong_codes")) == 1
    assert counted(app, AuditEntry, AuditEntry.action == "second-factor:failed") == 5


# -- recovery codes ----------------------------------------------------------------------------------------------


def new_codes(client: Client) -> list[str]:
    return ["".join(one.itertext()) for one in Page(client.press("/account/codes").text).all("code")]


def test_a_recovery_code_counts_once_and_is_told(app: Flask, client_for: ClientFor, world: World) -> None:
    codes = new_codes(client_for("lawyer"))
    assert len(codes) == 10
    for typed, status in ((codes[0], 302), (codes[0], 422), (codes[1].replace("-", " ").lower(), 302)):
        client = client_of(app)
        password(client, world.email("lawyer"))
        assert client.submit("/sign-in/code", {"recovery": typed}).status_code == status, typed
    assert "8 recovery codes are left" in client.page("/account").text
    assert len(told(app, "recovery_code")) == 2
    kept = [row.code_hash for row in _rows(app, RecoveryCode)]
    assert not any(code.replace("-", "") in str(kept) for code in codes)


def test_new_codes_end_the_earlier_ones(app: Flask, client_for: ClientFor, client: Client, world: World) -> None:
    lawyer = client_for("lawyer")
    former = new_codes(lawyer)[0]
    new_codes(lawyer)
    password(client, world.email("lawyer"))
    assert client.submit("/sign-in/code", {"recovery": former}).status_code == 422


def _rows(app: Flask, model: type) -> list:  # type: ignore[type-arg]
    with app.app_context(), session_for(system("tests")) as session:
        return list(session.scalars(select(model)))


# -- devices and sessions ----------------------------------------------------------------------------------------


def test_a_stranger_who_hammers_a_name_does_not_keep_its_owner_out(app: Flask, client: Client, world: World) -> None:
    email, stranger = world.email("lawyer"), client_of(app)
    assert client.sign_in(email).location == "/"
    client.press("/sign-out")
    with clock.at(clock.now()):
        for _ in range(6):
            stranger.submit("/sign-in", {"email": email, "password": "wrong wrong wrong"})
        assert stranger.submit("/sign-in", {"email": email, "password": PASSWORD}).status_code == 429
        assert client.sign_in(email).location == "/"
        client.press("/sign-out")
        for _ in range(5):  # and has a counter all the same
            assert client.submit("/sign-in", {"email": email, "password": "wrong wrong wrong"}).status_code == 422
        assert client.submit("/sign-in", {"email": email, "password": PASSWORD}).status_code == 429


def test_a_new_device_is_told_and_a_known_one_is_not(app: Flask, client: Client, world: World) -> None:
    email, other = world.email("lawyer"), client_of(app)
    other.environ_base["HTTP_USER_AGENT"] = FIREFOX
    for one in (client, client, other, other, client):
        assert one.sign_in(email).location == "/"
        one.press("/sign-out")
    words = told(app, "new_device")
    assert len(words) == 1
    assert (words[0] or "").endswith("Firefox · Windows")
    assert counted(app, KnownDevice) == 2
    assert "127.0.0.1" not in str(words)


def test_the_cookie_of_a_device_serves_one_user(app: Flask, client: Client, world: World) -> None:
    for role in ("lawyer", "supervisor"):
        client.sign_in(world.email(role))
        client.press("/sign-out")
    held = {(one.user_id, one.token_hash) for one in _rows(app, KnownDevice)}
    assert len({token for _, token in held}) == 2


def test_three_sessions_at_most(app: Flask, world: World) -> None:
    clients = [client_of(app) for _ in range(4)]
    for number, one in enumerate(clients):
        with clock.at(clock.now() + timedelta(seconds=number)):
            one.sign_in(world.email("lawyer"))
    assert "the one where you signed in longest ago is signed out" in clients[3].page("/account").text
    assert [one.get("/account").status_code for one in clients] == [302, 200, 200, 200]
    assert len(told(app, "session_ended")) == 1


def test_the_seed_is_sealed(app: Flask, world: World) -> None:
    with app.app_context(), session_for(system("tests")) as session:
        kept = session.scalars(select(SecondFactor.seed_sealed)).all()
    assert kept
    assert not any(seed_of(email).encode() in (one or b"") for email in world.emails.values() for one in kept)
