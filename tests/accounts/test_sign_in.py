"""Signing in and out: the neutral answer, the slowing down, the server-side session, and where it leads."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from casework.accounts import actions, passwords, queries
from casework.accounts.models import FailedSignIn, SignedIn, User
from casework.core import clock, witness
from casework.core.chain import AuditEntry
from casework.core.db import session_for
from casework.core.scope import system
from tests.conftest import Acting, ClientFor
from tests.factories import PASSWORD, World
from tests.pages import Client, Page

NEUTRAL = "The e-mail address or the password is not right."


def send(client: Client, email: str, password: str = PASSWORD, url: str = "/sign-in"):  # type: ignore[no-untyped-def]
    return client.sign_in(email, password, url)


def rows(app: Flask, model: type) -> list:  # type: ignore[type-arg]
    with app.app_context(), session_for(system("tests")) as session:
        return list(session.scalars(select(model)))


def noted(app: Flask, action: str) -> list[AuditEntry]:
    return [entry for entry in rows(app, AuditEntry) if entry.action == action]


def test_the_right_password_leads_home(app: Flask, client: Client, world: World) -> None:
    answer = send(client, world.email("lawyer").upper())
    assert (answer.status_code, answer.location) == (302, "/")
    assert client.get("/account").status_code == 200
    entry = noted(app, "sign-in")[-1]
    assert (entry.actor_id, entry.organisation_id) == (world.user_id("lawyer"), world.organisations["A"])


def test_the_cookie_holds_a_token_and_nothing_else(app: Flask, client: Client, world: World) -> None:
    send(client, world.email("lawyer"))
    with client.session_transaction() as cookie:
        assert set(cookie) <= {"_user_id", "csrf_token"}
        token = cookie["_user_id"]
    kept = rows(app, SignedIn)
    assert [(row.token_hash, row.is_pending) for row in kept] == [(passwords.token_hash(token), False)]
    assert token not in str([vars(row) for row in kept])


def test_signing_in_changes_the_token(client: Client, world: World) -> None:
    send(client, world.email("lawyer"))
    with client.session_transaction() as cookie:
        first = cookie["_user_id"], cookie.get("csrf_token")
    client.press("/sign-out")
    send(client, world.email("lawyer"))
    with client.session_transaction() as cookie:
        assert cookie["_user_id"] != first[0]


@pytest.mark.parametrize("who", ["known", "unknown", "deactivated", "invited", "organisation deactivated", "too long"])
def test_every_failure_reads_the_same(app: Flask, client: Client, world: World, acting: Acting, who: str) -> None:
    email, password = world.email("lawyer", "B"), PASSWORD
    with acting(world.principal("administrator")) as session:
        user = session.get_one(User, world.user_id("lawyer", "B"))
        if who == "deactivated":
            actions.change_user(user, name=user.name, role=user.role, is_active=False)
        elif who == "invited":
            user.password_sealed = None
        elif who == "organisation deactivated":
            user.organisation.is_active = False
    if who == "unknown":
        email = "nobody@example.org"
    elif who == "known":
        password = "not the password at all"
    elif who == "too long":
        password = "x" * 257
    answer = send(client, email, password)
    page = Page(answer.text)
    assert answer.status_code == 422
    assert NEUTRAL in page.text
    assert rows(app, SignedIn) == []
    assert len(noted(app, "sign-in-failed")) == 1


def test_an_unknown_name_costs_a_hash_too(client: Client, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str | None] = []
    real = passwords.matches
    monkeypatch.setattr(passwords, "matches", lambda known, given: asked.append(known) or real(known, given))
    send(client, "nobody@example.org")
    assert asked == [None]


def test_failures_slow_down_but_never_lock_out(app: Flask, client: Client, world: World) -> None:
    email = world.email("lawyer")
    with clock.at(clock.now()):
        for _ in range(5):
            assert send(client, email, "wrong wrong wrong").status_code == 422
        answer = send(client, email)  # the right one, but too soon
        assert answer.status_code == 429
        assert int(answer.headers["Retry-After"]) == 2
        assert "too many attempts" in Page(answer.text).text
    with clock.at(clock.now() + timedelta(seconds=3)):
        assert send(client, email).status_code == 302
    assert sorted(row.failures for row in rows(app, FailedSignIn)) == [0, 5]  # of the network; the name starts afresh


def test_the_wait_grows_to_a_quarter_of_an_hour(client: Client) -> None:
    moment, waits = clock.now(), []
    for _ in range(17):
        with clock.at(moment):
            answer = send(client, "somebody@example.org", "wrong wrong wrong")
            if answer.status_code == 429:
                waits.append(int(answer.headers["Retry-After"]))
                moment += timedelta(seconds=waits[-1])
    assert waits == [2, 4, 8, 16, 32, 64][: len(waits)]
    assert len(waits) >= 5


def test_a_network_is_slowed_down_over_many_names(client: Client) -> None:
    with clock.at(clock.now()):
        answers = [send(client, f"name{n}@example.org").status_code for n in range(21)]
    assert answers == [422] * 20 + [429]


def test_the_table_of_failures_names_nobody(app: Flask, client: Client) -> None:
    send(client, "somebody@example.org")
    kept = str([vars(row) for row in rows(app, FailedSignIn)])
    assert "somebody" not in kept
    assert "127.0.0.1" not in kept


def test_a_cheaper_hash_is_renewed_on_signing_in(app: Flask, client: Client, world: World, acting: Acting) -> None:
    cost = app.config["PASSWORD_COST"]
    app.config["PASSWORD_COST"] = (cost[0] + 1, *cost[1:])
    try:
        assert send(client, world.email("lawyer")).status_code == 302
        with acting(world.principal("administrator")) as session:
            assert "t=2" in str(session.get_one(User, world.user_id("lawyer")).password.hash)
    finally:
        app.config["PASSWORD_COST"] = cost


@pytest.mark.parametrize("minutes", [59, 61])
def test_an_unused_session_ends_after_an_hour(client_for: ClientFor, minutes: int) -> None:
    with clock.at(clock.now()):
        client = client_for("lawyer")
    client.stays_signed_in = False
    with clock.at(clock.now() + timedelta(minutes=minutes)):
        assert client.get("/account").status_code == (200 if minutes < 60 else 302)


def test_a_session_ends_after_twelve_hours_of_use(client_for: ClientFor) -> None:
    start = clock.now()
    with clock.at(start):
        client = client_for("lawyer")
    client.stays_signed_in = False
    for quarter in range(1, 25):
        with clock.at(start + timedelta(minutes=30 * quarter)):
            assert client.get("/account").status_code == 200
    with clock.at(start + timedelta(hours=12, minutes=5)):
        answer = client.get("/account")
        assert (answer.status_code, answer.location) == (302, "/sign-in?next=/account")


def test_use_is_written_down_once_a_minute(app: Flask, client_for: ClientFor) -> None:
    start = clock.now()
    with clock.at(start):
        client = client_for("lawyer")
    for seconds, seen in ((30, 0), (70, 70), (100, 70)):
        with clock.at(start + timedelta(seconds=seconds)):
            client.get("/account")
        assert rows(app, SignedIn)[0].seen_at == start + timedelta(seconds=seen)


def test_signing_out_ends_the_session_on_the_server(app: Flask, client: Client, world: World) -> None:
    send(client, world.email("lawyer"))
    with client.session_transaction() as cookie:
        token = cookie["_user_id"]
    assert client.press("/sign-out").location == "/sign-in"
    assert rows(app, SignedIn) == []
    assert len(noted(app, "sign-out")) == 1
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token  # the old cookie, kept by someone
    assert client.get("/account").status_code == 302


@pytest.mark.parametrize("change", ["deactivated", "organisation", "role"])
def test_a_change_counts_from_the_next_request(
    client_for: ClientFor, world: World, acting: Acting, change: str
) -> None:
    client = client_for("statistics", "A")
    assert client.get("/codes").status_code == 200
    with acting(world.principal("administrator")) as session:
        user = session.get_one(User, world.user_id("statistics", "A"))
        if change == "organisation":
            user.organisation.is_active = False
        else:
            role = user.role if change == "deactivated" else actions.Role.PROTECTION
            actions.change_user(user, name=user.name, role=role, is_active=change != "deactivated")
    assert client.get("/codes").status_code == (403 if change == "role" else 302)


def test_a_session_cannot_be_had_with_an_invented_token(client: Client) -> None:
    with client.session_transaction() as cookie:
        cookie["_user_id"] = passwords.new_token()
    assert client.get("/account").status_code == 302


def test_after_signing_in_one_comes_back_to_the_page(client: Client, world: World) -> None:
    first = client.get("/account")
    assert first.location == "/sign-in?next=/account"
    assert send(client, world.email("lawyer"), url=first.location).location == "/account"


@pytest.mark.parametrize(
    "target", ["https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example", "/%0d%0aX: y", "account"]
)
def test_next_never_leads_elsewhere(client: Client, world: World, target: str) -> None:
    answer = send(client, world.email("lawyer"), url=f"/sign-in?next={target}")
    assert answer.location == "/"


def test_sign_in_and_out_leave_the_chain_whole(app: Flask, client: Client, world: World) -> None:
    send(client, world.email("lawyer"), "wrong wrong wrong")
    send(client, world.email("lawyer"))
    client.press("/sign-out")
    with app.app_context():
        assert all(report.is_whole for report in witness.verify())


def test_signing_in_does_not_clash_with_an_edit_of_the_account(client: Client, world: World, acting: Acting) -> None:
    with acting(world.principal("administrator")) as session:
        before = session.get_one(User, world.user_id("lawyer")).version
    send(client, world.email("lawyer"))
    with acting(world.principal("administrator")) as session:
        user = session.get_one(User, world.user_id("lawyer"))
        assert user.version == before
        assert user.last_signed_in_at is not None
        assert queries.state(user) == "active"


def test_the_language_of_the_sign_in_page_can_be_changed(client: Client) -> None:
    answer = client.press("/language/kk", next="/sign-in")
    assert answer.location == "/sign-in"
    assert client.page("/sign-in").root.get("lang") == "kk"
    assert client.press("/language/xx", next="//elsewhere.example").location == "/"
    assert client.page("/sign-in").root.get("lang") == "kk"


def test_a_post_without_its_token_is_refused(client_for: ClientFor) -> None:
    assert client_for("lawyer").post("/sign-out").status_code == 400
