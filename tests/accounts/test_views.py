"""The pages of accounts, as a browser meets them."""

import pytest
from sqlalchemy import select

from casework.accounts.forms import GRANTS
from casework.accounts.models import Organisation, SignedIn, User
from casework.accounts.permissions import GRANTABLE, Role
from casework.core.scope import system
from tests.conftest import Acting, ClientFor
from tests.factories import PASSWORD, World
from tests.pages import Client, Page

NEW = "nine quiet snow leopards knitting"

ADMINISTRATORS_ONLY = ["/users", "/users/invite", "/organisations", "/organisations/add"]


@pytest.mark.parametrize("url", ADMINISTRATORS_ONLY)
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_only_administrators_manage_accounts(client_for: ClientFor, url: str, role: Role) -> None:
    client_for(role.value).page(url, status=403)


@pytest.mark.parametrize("url", ADMINISTRATORS_ONLY)
def test_nobody_signed_in_is_sent_to_the_sign_in_page(client: Client, url: str) -> None:
    assert client.get(url).location == f"/sign-in?next={url}"


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_every_page_in_every_language(client_for: ClientFor, world: World, language: str) -> None:
    client = client_for("administrator")
    client.press(f"/language/{language}")
    user, organisation = world.user_id("lawyer"), world.organisations["B"]
    for url in [
        *ADMINISTRATORS_ONLY,
        f"/users/{user}",
        f"/organisations/{organisation}",
        "/account",
        "/account/password",
    ]:
        assert client.page(url).root.get("lang") == language


def confirm(second: Client) -> None:
    """What waits for this user, confirmed by them."""
    page = second.page("/account-steps")
    form = page.form_with({"version"})
    assert second.post(form.get("action"), data=page.filled(form)).location == "/account-steps"


def test_from_invitation_to_signing_in(client_for: ClientFor, client: Client, world: World) -> None:
    administrator = client_for("administrator")
    answer = administrator.submit(
        "/users/invite",
        {
            "name": "Daulet Invented",
            "email": "daulet@example.org",
            "role": "lawyer",
            "organisation": str(world.organisations["A"]),
            "language": "kk",
        },
    )
    assert answer.status_code == 200
    link = Page(answer.text).all("input", id="link")[0].attrib["value"]
    assert "until one of these has confirmed the invitation: Supervisor of Partner Aster" in Page(answer.text).text

    path = link.removeprefix("http://localhost")
    client.page(path, status=404)
    confirm(client_for("supervisor"))
    assert "Invited" in administrator.page("/users?state=invited").text
    assert client.submit(path, {"password": "daulet12345678", "again": "daulet12345678"}).status_code == 422
    assert client.submit(path, {"password": NEW, "again": NEW + "?"}).status_code == 422
    assert client.submit(path, {"password": NEW, "again": NEW}).location == "/sign-in"
    client.page(path, status=404)  # once
    assert client.submit("/sign-in", {"email": "daulet@example.org", "password": NEW}).location == "/sign-in/set-up"


def test_an_invented_link_and_a_used_one_look_the_same(client: Client) -> None:
    page = client.page("/password/invented", status=404)
    assert page.h1 == "This link does not work"


def test_a_link_is_used_once_even_by_two_at_the_same_time(client_for: ClientFor, client: Client, world: World) -> None:
    answer = client_for("administrator").press(f"/users/{world.user_id('lawyer')}/link")
    path = Page(answer.text).all("input", id="link")[0].attrib["value"].removeprefix("http://localhost")
    other = client.application.test_client()
    assert client.get(path).status_code == 200
    assert other.get(path).status_code == 200
    first = client.press(path, password=NEW, again=NEW)
    second = other.press(path, password=PASSWORD, again=PASSWORD)  # type: ignore[attr-defined]
    assert (first.status_code, second.status_code) == (302, 404)


def test_a_reset_ends_every_session(client_for: ClientFor, client: Client, world: World) -> None:
    lawyer = client_for("lawyer")
    answer = client_for("administrator").press(f"/users/{world.user_id('lawyer')}/link")
    assert lawyer.get("/account").status_code == 200  # making the link ends nothing yet
    path = Page(answer.text).all("input", id="link")[0].attrib["value"].removeprefix("http://localhost")
    client.submit(path, {"password": NEW, "again": NEW})
    assert lawyer.get("/account").status_code == 302


def test_the_list_can_be_filtered(client_for: ClientFor, world: World) -> None:
    client = client_for("administrator")
    everyone = client.page("/users").text
    assert "Lawyer of Partner Aster" in everyone
    assert "Lawyer of Partner Birch" in everyone
    page = client.page(f"/users?organisation={world.organisations['B']}&state=active")
    assert "Lawyer of Partner Birch" in page.text
    assert "Lawyer of Partner Aster" not in page.text
    assert "Nobody matches" in client.page("/users?state=deactivated").text
    client.page("/users?organisation=nonsense&state=nonsense")


def test_changing_a_user(client_for: ClientFor, world: World, acting: Acting) -> None:
    client = client_for("administrator")
    url = f"/users/{world.user_id('lawyer')}"
    assert client.submit(url, {"name": "Renamed Lawyer", "role": "supervisor", "is_active": None}).status_code == 302
    with acting(system("tests")) as session:
        user = session.get_one(User, world.user_id("lawyer"))
        assert (user.name, user.role, user.is_active) == ("Renamed Lawyer", Role.SUPERVISOR, False)
    assert "Deactivated" in client.page(url).text


def test_two_administrators_edit_the_same_user(client_for: ClientFor, world: World) -> None:
    url = f"/users/{world.user_id('lawyer')}"
    one, two = client_for("administrator"), client_for("administrator", "A")
    stale = two.page(url)
    form = stale.filled(stale.form_with({"role", "name"}))
    one.submit(url, {"name": "Saved First"})
    answer = two.post(url, data={**form, "name": "Saved Second"})
    assert answer.status_code == 409
    page = Page(answer.text)
    assert "Saved First" in page.text
    assert "Saved Second" in page.text
    # Their text travels on, to be saved over the newer version.
    again = two.post(url, data=page.filled(page.form_with({"role", "name"})))
    assert again.status_code == 302
    assert "Saved Second" in one.page(url).text


def test_the_last_administrator_is_told_so(client_for: ClientFor, world: World, acting: Acting) -> None:
    with acting(system("tests")) as session:
        for user in session.scalars(select(User).where(User.role == Role.ADMINISTRATOR)):
            user.is_active = user.id == world.user_id("administrator")
    client = client_for("administrator")
    answer = client.submit(f"/users/{world.user_id('administrator')}", {"name": "X", "is_active": None})
    assert answer.status_code == 422
    assert "last administrator" in Page(answer.text).text


def test_organisations(client_for: ClientFor, world: World, acting: Acting) -> None:
    client = client_for("administrator")
    names = {"name_en": "Invented Clinic", "name_ru": "Выдуманная клиника", "name_kk": "Ойдан шығарылған клиника"}
    assert client.submit("/organisations/add", {**names, "kind": "partner"}).location == "/organisations"
    assert "Invented Clinic" in client.page("/organisations").text
    lawyer = client_for("lawyer", "B")
    client.submit(f"/organisations/{world.organisations['B']}", {**names, "is_active": None})
    assert lawyer.get("/account").status_code == 302
    with acting(system("tests")) as session:
        assert not session.get_one(Organisation, world.organisations["B"]).is_active


def test_a_stale_organisation_conflicts(client_for: ClientFor, world: World) -> None:
    client = client_for("administrator")
    url = f"/organisations/{world.organisations['A']}"
    stale = client.page(url)
    form = stale.filled(stale.form_with({"name_en"}))
    client.submit(url, {"name_en": "First"})
    assert client.post(url, data={**form, "name_en": "Second"}).status_code == 409


def test_ones_own_account(client_for: ClientFor, world: World, acting: Acting) -> None:
    here, elsewhere = client_for("lawyer"), client_for("lawyer")
    assert "This device" in here.page("/account").text
    assert here.submit("/account", {"language": "kk"}).status_code == 302
    assert here.page("/account").root.get("lang") == "kk"
    assert here.press("/account/devices").status_code == 302
    assert here.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 302
    with acting(system("tests")) as session:
        assert session.get_one(User, world.user_id("lawyer")).language == "kk"
        assert len(session.scalars(select(SignedIn)).all()) == 1


def test_changing_ones_own_password(client_for: ClientFor, client: Client, world: World) -> None:
    here = client_for("lawyer")
    url = "/account/password"
    assert here.submit(url, {"current": "not my password", "password": NEW, "again": NEW}).status_code == 422
    assert here.submit(url, {"current": PASSWORD, "password": NEW, "again": NEW}).status_code == 302
    assert client.submit("/sign-in", {"email": world.email("lawyer"), "password": PASSWORD}).status_code == 422
    assert client.submit("/sign-in", {"email": world.email("lawyer"), "password": NEW}).status_code == 302


def test_a_double_click_changes_once(client_for: ClientFor, world: World) -> None:
    client = client_for("administrator")
    page = client.page("/organisations/add")
    data = page.filled(page.form_with({"name_en"}))
    data |= {"name_en": ["Twice"], "name_ru": ["Дважды"], "name_kk": ["Екі рет"]}
    assert client.post("/organisations/add", data=data).status_code == 302
    assert client.post("/organisations/add", data=data).status_code == 302
    assert client.page("/organisations").text.count("Twice") == 2  # its name, and the words for screen readers


def test_more_than_the_role_is_given_on_the_page(client_for: ClientFor, world: World) -> None:
    client, url = client_for("administrator"), f"/users/{world.user_id('lawyer')}"
    assert dict(GRANTS()).keys() == frozenset().union(*GRANTABLE.values())
    assert client.submit(url, {"grants": ["person:merge"]}).status_code == 422
    assert client.submit(url, {"grants": ["person:sensitive-need"]}).location == url
    page = client.page(url)
    assert "it waits for Supervisor of Partner Aster" in page.text
    assert "grants" not in page.filled(page.form_with({"grants"})), "not yet"
    confirm(client_for("supervisor"))
    page = client.page(url)
    assert page.filled(page.form_with({"grants"}))["grants"] == ["person:sensitive-need"]
