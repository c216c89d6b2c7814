"""Mails: written with what they belong to, sent by a real server, at least once, and given up at last."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from uuid import UUID

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from flask import Flask
from sqlalchemy import select

from casework.accounts import queries
from casework.core import clock, mail
from casework.core.db import session_for
from casework.core.mail import PAUSES, OutgoingMail
from casework.core.scope import system
from casework.oversight import health
from tests.conftest import Acting
from tests.factories import World

NOW = datetime(2026, 9, 15, 4, 30, tzinfo=UTC)


class Postbox:
    """A mail server that keeps what it gets, or says no as often as it is told to."""

    def __init__(self) -> None:
        self.got: list[tuple[list[str], EmailMessage]] = []
        self.refuse: list[str] = []
        self.users: list[bytes] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.refuse:
            return self.refuse.pop(0)
        content = envelope.original_content or b""
        self.got.append((envelope.rcpt_tos, message_from_bytes(content, policy=policy.default)))
        return "250 OK"

    def authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.users.append(data.login)
        return AuthResult(success=data.password == b"g@heim")


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


@pytest.fixture
def server(postbox: Postbox) -> Iterator[str]:
    """The address of a mail server that runs."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    running = Controller(
        postbox, hostname="127.0.0.1", port=port, authenticator=postbox.authenticate, auth_require_tls=False
    )
    running.start()
    yield f"127.0.0.1:{port}"
    running.stop()


@pytest.fixture
def sending(app: Flask, server: str, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The application with this server in its settings."""
    return with_server(app, f"smtp://{server}", monkeypatch)


def with_server(app: Flask, url: str, monkeypatch: pytest.MonkeyPatch) -> Flask:
    settings = replace(app.extensions["settings"], smtp_url=url, mail_from="casework@a.example.org")
    monkeypatch.setitem(app.extensions, "settings", settings)
    return app


def queued(acting: Acting, world: World, key: str = "test:1", text: str = "Три срока, бір кездесу.") -> None:
    with acting(system("tests", world.organisations["A"])):
        mail.queue(world.user_id("lawyer"), key, "Casework: бүгін", text)


def delivered(acting: Acting, world: World, at: datetime = NOW, where: str = "A") -> int:
    with clock.at(at), acting(system("tests", world.organisations[where])):
        return mail.deliver(lambda ids: {one: f"{one.hex[:4]}@a.example.org" for one in ids})


def rows(app: Flask) -> list[OutgoingMail]:
    with app.app_context(), session_for(system("tests")) as session:
        return list(session.scalars(select(OutgoingMail).order_by(OutgoingMail.key)))


@pytest.fixture(autouse=True)
def _at_nine() -> Iterator[None]:
    with clock.at(NOW):
        yield


def test_a_mail_arrives_with_every_letter(sending: Flask, postbox: Postbox, acting: Acting, world: World) -> None:
    queued(acting, world)
    assert delivered(acting, world) == 1
    [(to, message)] = postbox.got
    assert to == [f"{world.user_id('lawyer').hex[:4]}@a.example.org"]
    assert message["From"] == "casework@a.example.org"
    assert message["Subject"] == "Casework: бүгін"
    assert message.get_content().strip() == "Три срока, бір кездесу."
    assert message["Auto-Submitted"] == "auto-generated"
    [row] = rows(sending)
    assert (row.sent_at, row.next_try_at, row.failure) == (NOW, None, None)
    assert delivered(acting, world, NOW + timedelta(days=1)) == 0
    assert len(postbox.got) == 1


def test_without_a_server_nothing_is_queued(app: Flask, acting: Acting, world: World) -> None:
    queued(acting, world)
    assert rows(app) == []


def test_of_the_same_there_is_one(sending: Flask, acting: Acting, world: World) -> None:
    queued(acting, world)
    queued(acting, world)
    queued(acting, world, "test:2")
    assert [one.key for one in rows(sending)] == ["test:1", "test:2"]


def test_it_is_queued_with_what_it_belongs_to_or_not_at_all(sending: Flask, acting: Acting, world: World) -> None:
    def fail() -> None:
        with acting(system("tests", world.organisations["A"])):
            mail.queue(world.user_id("lawyer"), "test:1", "a", "b")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert rows(sending) == []


def test_what_it_says_lies_sealed(sending: Flask, acting: Acting, world: World) -> None:
    queued(acting, world)
    [row] = rows(sending)
    assert "срока".encode() not in (row.letter_sealed or b"")
    with sending.app_context():
        assert row.letter.text == "Три срока, бір кездесу."


def test_a_refusal_is_tried_again_and_the_server_s_words_are_not_kept(
    sending: Flask, postbox: Postbox, acting: Acting, world: World
) -> None:
    queued(acting, world)
    postbox.refuse = ["451 lawyer@a.example.org is over quota"]
    assert delivered(acting, world) == 0
    [row] = rows(sending)
    assert (row.failures, row.failure, row.sent_at) == (1, "SMTPDataError 451", None)
    assert delivered(acting, world, NOW + PAUSES[0] - timedelta(seconds=1)) == 0
    assert delivered(acting, world, NOW + PAUSES[0]) == 1
    assert len(postbox.got) == 1
    assert rows(sending)[0].failure is None


def test_one_refused_mail_does_not_hold_up_the_next(
    sending: Flask, postbox: Postbox, acting: Acting, world: World
) -> None:
    for number in (1, 2, 3):
        queued(acting, world, f"test:{number}")
    postbox.refuse = ["554 no"]
    assert delivered(acting, world) == 2
    assert [one.failures for one in rows(sending)] == [1, 0, 0]


def test_a_server_that_is_away_is_asked_once_for_all(
    app: Flask, acting: Acting, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_server(app, "smtp://127.0.0.1:9", monkeypatch)
    asked: list[int] = []
    connected = mail._connected

    def counting() -> Any:
        asked.append(1)
        return connected()

    monkeypatch.setattr(mail, "_connected", counting)
    queued(acting, world, "test:1")
    queued(acting, world, "test:2")
    assert delivered(acting, world) == 0
    assert len(asked) == 1
    assert [one.failures for one in rows(app)] == [1, 1]
    assert (rows(app)[0].failure or "").startswith("ConnectionRefusedError at ")
    [found] = [one for one in health.findings(app) if one.about.startswith("mails")]
    assert found.about == "mails (2 waiting)"
    assert "2 could not be sent yet" in (found.problem or "")


def test_at_last_it_is_given_up_and_the_doctor_says_so(
    app: Flask, acting: Acting, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_server(app, "smtp://127.0.0.1:9", monkeypatch)
    queued(acting, world)
    at = NOW
    for pause in [timedelta(0), *PAUSES]:
        at += pause
        delivered(acting, world, at)
    [row] = rows(app)
    assert (row.failures, row.next_try_at, row.sent_at) == (len(PAUSES) + 1, None, None)
    with clock.at(at):
        [found] = [one for one in health.findings(app) if one.about.startswith("mails")]
    assert "1 were given up" in (found.problem or "")


def test_nobody_to_write_to(sending: Flask, postbox: Postbox, acting: Acting, world: World) -> None:
    queued(acting, world)
    with acting(system("tests", world.organisations["A"])):
        assert mail.deliver(lambda ids: {}) == 0
    assert postbox.got == []
    assert rows(sending)[0].next_try_at is None


def test_cut_short_it_comes_twice_under_one_name(
    sending: Flask, postbox: Postbox, acting: Acting, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At least once: sent, but the process died before it could say so."""
    queued(acting, world)
    said = mail._sent

    def die(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(mail, "_sent", die)
    with pytest.raises(KeyboardInterrupt):
        delivered(acting, world)
    monkeypatch.setattr(mail, "_sent", said)
    assert delivered(acting, world) == 1
    first, second = (message["Message-ID"] for _to, message in postbox.got)
    assert first == second


def test_mails_of_another_organisation_stay_there(
    sending: Flask, postbox: Postbox, acting: Acting, world: World
) -> None:
    queued(acting, world)
    assert delivered(acting, world, where="B") == 0
    assert postbox.got == []


def test_no_transaction_is_open_while_the_server_is_spoken_to(
    sending: Flask, acting: Acting, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite has one write lock: whoever keeps it through a slow conversation stops everybody's work."""
    queued(acting, world)
    connected = mail._connected
    wrote: list[UUID] = []

    def meanwhile() -> Any:
        with session_for(system("tests")) as session:
            mine = world.organisations["B"]
            user_id = world.user_id("lawyer", "B")
            session.add(OutgoingMail(organisation_id=mine, user_id=user_id, key="x", queued_at=NOW, failures=0))
            session.commit()
            wrote.append(world.organisations["B"])
        return connected()

    def asked_of_the_database(ids: set[UUID]) -> dict[UUID, str]:
        return {one.id: one.email for one in queries.caseworkers() if one.id in ids}

    monkeypatch.setattr(mail, "_connected", meanwhile)
    with acting(system("tests", world.organisations["A"])):
        assert mail.deliver(asked_of_the_database) == 1
    assert wrote


@pytest.mark.parametrize(("password", "sent"), [("g%40heim", 1), ("wrong", 0)])
def test_a_user_and_a_password(
    app: Flask,
    server: str,
    postbox: Postbox,
    acting: Acting,
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    password: str,
    sent: int,
) -> None:
    monkeypatch.setattr(mail, "PATIENCE", 2.0)  # whom it refused, this server leaves waiting
    with_server(app, f"smtp://clerk:{password}@{server}", monkeypatch)
    queued(acting, world)
    assert delivered(acting, world) == sent
    assert postbox.users == [b"clerk"] * len(postbox.users) != []
    assert "g" + "@heim" not in str(rows(app)[0].failure)
    assert (rows(app)[0].failure is None) == bool(sent)


def test_a_password_does_not_travel_in_the_open(
    app: Flask, server: str, postbox: Postbox, acting: Acting, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail, "LOCAL", ())  # as if the server were another machine
    with_server(app, f"smtp://clerk:g%40heim@{server}", monkeypatch)
    queued(acting, world)
    assert delivered(acting, world) == 0
    assert postbox.users == []


def test_a_subject_cannot_add_lines_to_the_head(sending: Flask, acting: Acting, world: World) -> None:
    with acting(system("tests", world.organisations["A"])):
        mail.queue(world.user_id("lawyer"), "test:1", "a\nBcc: b@example.org", "c")
    with sending.app_context(), session_for(system("tests")) as session:
        row = session.scalars(select(OutgoingMail)).one()
        with pytest.raises(ValueError, match="linefeed"):
            mail._message(row, "a@example.org")
