"""Pages of the second step: setting up, another app, a fresh code on the way, what browsers say and are told."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from casework.accounts import actions, devices, second_factor
from casework.accounts.models import User
from casework.core import access, clock
from casework.core.access import SENDING
from casework.core.db import session_for
from casework.core.scope import system
from tests.accounts.test_second_factor import FIREFOX, password, told
from tests.conftest import Acting, ClientFor
from tests.factories import PASSWORD, World, seed_of
from tests.pages import Client, Page, client_of, one_time_code


def test_the_second_step_is_open_for_five_minutes(app: Flask, client: Client, world: World) -> None:
    password(client, world.email("lawyer"))
    with clock.at(clock.now() + timedelta(minutes=6)):
        answer = client.press("/sign-in/code", code=one_time_code(app, world.email("lawyer")))
        assert answer.location == "/sign-in"
        assert "That took too long" in client.page("/sign-in").text


@pytest.mark.parametrize(("off", "is_taken"), [(-30, True), (30, True), (-60, False), (60, False)])
def test_a_phone_whose_clock_is_a_little_off(client: Client, world: World, off: int, is_taken: bool) -> None:
    email = world.email("lawyer")
    with clock.at(clock.now()):
        code = second_factor.code_at(seed_of(email), clock.now() + timedelta(seconds=off))
        password(client, email)
        assert client.submit("/sign-in/code", {"code": code}).status_code == (302 if is_taken else 422)


def test_an_empty_form_says_what_is_missing(client: Client, world: World) -> None:
    password(client, world.email("lawyer"))
    answer = client.submit("/sign-in/code", {"code": "", "recovery": ""})
    assert answer.status_code == 422
    assert "Enter the code from your app" in Page(answer.text).text


@pytest.fixture
def unset(app: Flask, world: World, acting: Acting) -> str:
    """Who has chosen a password and no second factor yet."""
    with acting(system("tests")) as session:
        second_factor.remove(session, world.user_id("lawyer"))
    return world.email("lawyer")


def test_nothing_opens_before_the_app_is_set_up(app: Flask, client: Client, unset: str) -> None:
    assert password(client, unset) == "/sign-in/set-up"
    assert client.get("/desk").location == "/sign-in?next=/desk"
    page = client.page("/sign-in/set-up")
    picture = client.get(page.all("img")[0].attrib["src"])
    assert (picture.mimetype, picture.headers["Cache-Control"]) == ("image/svg+xml", "no-store")
    seed = "".join(page.all("code", class_="key")[0].itertext()).replace(" ", "")
    assert client.submit("/sign-in/set-up", {"code": "000000"}).status_code == 422
    answer = client.submit("/sign-in/set-up", {"code": second_factor.code_at(seed, clock.now())})
    codes = ["".join(one.itertext()) for one in Page(answer.text).all("code")]
    assert len(set(codes)) == 10
    assert client.get("/desk").status_code == 200
    file = client.press("/account/codes/file", codes=codes)
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert all(code in file.text for code in codes)
    assert client.press("/account/codes/file", codes=["AAAA-AAAA-AAAA-AAAA-AAAA-AAAA"]).status_code == 404
    client.press("/sign-out")
    again = client_of(app)
    assert password(again, unset) == "/sign-in/code"
    assert again.submit("/sign-in/code", {"code": second_factor.code_at(seed, clock.now())}).status_code == 422, "used"
    assert again.submit("/sign-in/code", {"recovery": codes[3].lower()}).location == "/"


def test_every_sign_in_is_offered_another_seed(app: Flask, client: Client, unset: str) -> None:
    other = client_of(app)
    keys = set()
    for one in (client, other):
        password(one, unset)
        keys |= {"".join(one.page("/sign-in/set-up").all("code", class_="key")[0].itertext()) for _ in range(2)}
    assert len(keys) == 2


def test_a_link_for_a_new_password_does_not_remove_it(client_for: ClientFor, client: Client, world: World) -> None:
    answer = client_for("administrator").press(f"/users/{world.user_id('lawyer')}/link")
    path = Page(answer.text).all("input", id="link")[0].attrib["value"].removeprefix("http://localhost")
    assert client.submit(path, {"password": PASSWORD, "again": PASSWORD}).status_code == 302
    assert password(client, world.email("lawyer")) == "/sign-in/code"


def test_another_app_takes_its_place(app: Flask, client_for: ClientFor, world: World) -> None:
    here, elsewhere = client_for("lawyer"), client_for("lawyer")
    page = here.page("/account/second-factor")
    seed = "".join(page.all("code", class_="key")[0].itertext()).replace(" ", "")
    assert here.get(page.all("img")[0].attrib["src"]).mimetype == "image/svg+xml"
    assert here.submit("/account/second-factor", {"code": "12345"}).status_code == 422
    code = second_factor.code_at(seed, clock.now())
    assert here.submit("/account/second-factor", {"code": code}).location == "/account"
    assert elsewhere.get("/account").status_code == 302
    assert len(told(app, "second_factor")) == 1
    with app.app_context(), session_for(system("tests")) as session:
        held = second_factor.factor_of(session, world.user_id("lawyer"))
        assert held is not None
        assert held.seed.seed == seed


def test_without_phone_and_codes_it_is_set_up_anew(
    app: Flask, client_for: ClientFor, client: Client, world: World, acting: Acting
) -> None:
    lawyer = client_for("lawyer")
    with acting(world.principal("administrator")) as session:
        actions.remove_second_factor(session.get_one(User, world.user_id("lawyer")))
    assert lawyer.get("/account").status_code == 302
    assert password(client, world.email("lawyer")) == "/sign-in/set-up"


def test_one_session_is_ended_from_another(app: Flask, client: Client, client_for: ClientFor, world: World) -> None:
    client.environ_base["HTTP_USER_AGENT"] = FIREFOX
    client.sign_in(world.email("lawyer"))
    here, stranger = client_for("lawyer"), client_for("supervisor")
    page = here.page("/account")
    assert "Firefox · Windows" in page.text
    there = next(one.attrib["action"] for one in page.all("form") if one.get("action", "").endswith("/end"))
    assert stranger.press(there).status_code == 404
    assert here.press(there).location == "/account"
    assert client.get("/account").status_code == 302
    assert here.press(there).status_code == 404


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (FIREFOX, "Firefox · Windows"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome · Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1", "Safari · iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 YaBrowser/25.1 Safari/537.36", "Yandex Browser · Windows"),
        ("curl/8", ""),
        ("", ""),
        ("<b>" * 1000, ""),
    ],
)
def test_how_a_browser_is_called(said: str, words: str) -> None:
    assert devices.words(devices.browser(said)) == words


FRESH = {
    "account_steps.ask": SENDING,
    "account_steps.confirm": SENDING,
    "accounts.add_organisation": SENDING,
    "accounts.change_password": "always",
    "accounts.change_second_factor": "always",
    "accounts.invite": SENDING,
    "accounts.new_codes": "always",
    "accounts.new_link": SENDING,
    "accounts.new_qr": "always",
    "accounts.organisation": SENDING,
    "accounts.sign_out_others": "always",
    "accounts.user": SENDING,
    "exports.begin": SENDING,
    "exports.take": "always",
    "rights.approve": SENDING,
    "rights.file": "always",
    "oversight.export": "always",
    "supervision.hand_over": SENDING,
}


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_what_asks_for_a_fresh_code(app: Flask) -> None:
    """The whole list: what a stolen session must not do by itself."""
    assert access.declared_fresh(app) == FRESH


def test_what_was_typed_is_sent_after_a_fresh_code(app: Flask, client_for: ClientFor, world: World) -> None:
    client, url = client_for("administrator"), f"/users/{world.user_id('lawyer', 'B')}"
    page = client.page(url)
    typed = {**page.filled(page.form_with({"role", "name"})), "name": "Another Name"}
    client.stays_signed_in = False
    with clock.at(clock.now() + timedelta(minutes=6)):
        assert client.get(url).status_code == 200, "to look asks for none"
        asked = client.post(url, data=typed)
        assert asked.status_code == 401
        form = Page(asked.text).form_with({"code", "kept"})
        sent = {**Page(asked.text).filled(form), "code": "000000"}
        wrong = client.post(form.get("action"), data=sent)
        assert wrong.status_code == 422
        with client.session_transaction() as cookie:
            former = cookie["_user_id"]
        sent = {**Page(wrong.text).filled(form), "code": one_time_code(app, world.email("administrator"))}
        ready = client.post("/account/confirm", data=sent)
        assert ready.status_code == 200
        with client.session_transaction() as cookie:
            assert cookie["_user_id"] != former, "a new token"
        form = Page(ready.text).form_with({"name"}, url)
        assert client.post(url, data=Page(ready.text).filled(form)).location == "/users"
        assert "Another Name" in client.page(url).text


def test_a_download_waits_for_a_fresh_code(app: Flask, client_for: ClientFor, world: World) -> None:
    client = client_for("lawyer")
    client.stays_signed_in = False
    with clock.at(clock.now() + timedelta(minutes=6)):
        asked = client.get("/account/password")
        assert asked.location == "/account/confirm?next=/account/password"
        code = one_time_code(app, world.email("lawyer"))
        assert client.submit(asked.location, {"code": code}).location == "/account/password"
        assert client.get("/account/password").status_code == 200


def test_a_training_copy_shows_the_code(app: Flask, client: Client, world: World) -> None:
    settings = app.extensions["settings"]
    password(client, world.email("lawyer"))
    assert "Training copy: the code is" not in client.page("/sign-in/code").text
    app.extensions["settings"] = replace(settings, demo=True)
    try:
        for _ in range(2):
            text = client.page("/sign-in/code").text
            code = text.partition("Training copy: the code is ")[2][:6]
            assert client.submit("/sign-in/code", {"code": code}).location == "/"
            client.press("/sign-out")
            password(client, world.email("lawyer"))
    finally:
        app.extensions["settings"] = settings


@pytest.mark.parametrize(("site", "status"), [("cross-site", 400), ("same-site", 400), ("same-origin", 302)])
def test_another_site_sends_nothing(client_for: ClientFor, site: str, status: int) -> None:
    client = client_for("lawyer")
    data = {"csrf_token": client.csrf_token(), "language": "en"}
    assert client.post("/language/en", data=data, headers={"Sec-Fetch-Site": site}).status_code == status
    assert client.get("/account", headers={"Sec-Fetch-Site": site}).status_code == 200


def test_signing_out_clears_the_browser(client_for: ClientFor) -> None:
    assert client_for("lawyer").press("/sign-out").headers["Clear-Site-Data"] == '"cache", "storage"'
