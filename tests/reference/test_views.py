"""Code lists on the page: who may look, who may edit, and that nothing is deleted."""

from datetime import date

import pytest
from sqlalchemy import select

from casework.accounts.permissions import Role
from casework.core import clock
from casework.core.scope import system
from casework.reference import queries
from casework.reference.models import CodeItem
from casework.reference.titles import TITLES
from tests.conftest import Acting, ClientFor
from tests.pages import Page

NEW = {
    "code": "PARROT",
    "label_en": "Parrot post",
    "label_ru": "Почта с попугаем",
    "label_kk": "Тотықұс поштасы",
    "source": "Decided by the tests",
}


def item_of(acting: Acting, list_name: str, code: str) -> CodeItem:
    with acting(system("tests")) as session:
        return session.scalars(select(CodeItem).where(CodeItem.list == list_name, CodeItem.code == code)).one()


@pytest.mark.parametrize("role", list(Role))
def test_who_may_look_and_who_may_edit(client_for: ClientFor, acting: Acting, role: Role) -> None:
    client = client_for(role.value)
    may_see = role in (Role.ADMINISTRATOR, Role.STATISTICS)
    may_edit = role is Role.ADMINISTRATOR
    item = item_of(acting, "sex", "F")
    for url in ("/codes", "/codes/sex"):
        client.page(url, status=200 if may_see else 403)
    for url in ("/codes/sex/add", f"/codes/items/{item.id}", f"/codes/items/{item.id}/retire"):
        client.page(url, status=200 if may_edit else 403)


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_every_list_in_every_language(client_for: ClientFor, acting: Acting, language: str) -> None:
    client = client_for("administrator")
    client.press(f"/language/{language}")
    overview = client.page("/codes")
    with acting(system("tests")):
        names = queries.lists()
    for name in names:
        page = client.page(f"/codes/{name}")
        assert page.root.get("lang") == language
        assert getattr(TITLES[name], language) == page.h1
        assert page.h1 in overview.text


def test_what_is_to_be_confirmed_is_said(client_for: ClientFor, acting: Acting) -> None:
    with acting(system("tests")):
        name, _, unconfirmed = max(queries.counts(), key=lambda row: row[2])
    assert unconfirmed
    client = client_for("statistics")
    assert f"{unconfirmed} to be confirmed" in client.page("/codes").text
    assert client.page(f"/codes/{name}").text.count("To be confirmed") == unconfirmed


def test_a_list_that_does_not_exist(client_for: ClientFor) -> None:
    client = client_for("administrator")
    client.page("/codes/parrots", status=404)
    client.page("/codes/parrots/add", status=404)


def test_editing_the_words(client_for: ClientFor, acting: Acting) -> None:
    item = item_of(acting, "sex", "F")
    url = f"/codes/items/{item.id}"
    answer = client_for("administrator").submit(
        url, {"label_en": "Woman or girl", "position": "15", "is_confirmed": None}
    )
    assert answer.location == "/codes/sex"
    saved = item_of(acting, "sex", "F")
    assert (saved.label_en, saved.position, saved.is_confirmed) == ("Woman or girl", 15, False)
    assert (saved.label_ru, saved.code) == (item.label_ru, item.code)


@pytest.mark.parametrize("field", ["label_en", "label_ru", "label_kk", "source", "position"])
def test_no_words_may_be_missing(client_for: ClientFor, acting: Acting, field: str) -> None:
    item = item_of(acting, "sex", "F")
    assert client_for("administrator").submit(f"/codes/items/{item.id}", {field: " "}).status_code == 422


def test_two_administrators_edit_the_same_item(client_for: ClientFor, acting: Acting) -> None:
    url = f"/codes/items/{item_of(acting, 'sex', 'F').id}"
    one, two = client_for("administrator"), client_for("administrator", "A")
    stale = two.page(url)
    form = stale.filled(stale.form_with({"label_en"}))
    one.submit(url, {"label_en": "First"})
    answer = two.post(url, data={**form, "label_en": "Second"})
    assert answer.status_code == 409
    assert "First" in Page(answer.text).text


def test_adding_an_item(client_for: ClientFor, acting: Acting) -> None:
    client = client_for("administrator")
    assert client.submit("/codes/modality/add", NEW).location == "/codes/modality"
    with acting(system("tests")):
        assert queries.items("modality")[-1].code == "PARROT"
        assert ("PARROT", "Parrot post") in queries.choices("modality")()
    answer = client.submit("/codes/modality/add", NEW)
    assert answer.status_code == 422
    assert "already has the code" in Page(answer.text).text


def test_a_list_that_begins_empty_can_be_filled(client_for: ClientFor, acting: Acting) -> None:
    client = client_for("administrator")
    assert "/codes/donor" in [one.get("href") for one in client.page("/codes").all("a")]
    client.page("/codes/donor")
    assert client.submit("/codes/donor/add", NEW).status_code == 302
    assert item_of(acting, "donor", "PARROT").position == 10
    assert "Parrot post" in client.page("/codes/donor").text


@pytest.mark.parametrize("code", ["", "with space", "ПОПУГАЙ", "-dash", "a/b", "x" * 31])
def test_codes_are_plain(client_for: ClientFor, code: str) -> None:
    assert client_for("administrator").submit("/codes/modality/add", {**NEW, "code": code}).status_code == 422


def test_an_item_for_later_is_not_offered_yet(client_for: ClientFor, acting: Acting) -> None:
    later = {"effective_from-day": "1", "effective_from-month": "1", "effective_from-year": str(clock.today().year + 1)}
    client = client_for("administrator")
    client.submit("/codes/modality/add", {**NEW, **later})
    assert "Not yet" in client.page("/codes/modality").text
    with acting(system("tests")):
        assert "PARROT" not in dict(queries.choices("modality")())


def test_retiring_keeps_the_words(client_for: ClientFor, acting: Acting) -> None:
    client = client_for("administrator")
    item = item_of(acting, "sex", "F")
    assert client.submit(f"/codes/items/{item.id}/retire", {}).location == "/codes/sex"
    with acting(system("tests")):
        assert "F" not in dict(queries.choices("sex")())
        assert queries.label("sex", "F") == item.label_en
    assert "Retired" in client.page("/codes/sex").text
    assert "not offered from" in client.page(f"/codes/items/{item.id}").text


def test_an_item_is_not_retired_before_it_began(client_for: ClientFor, acting: Acting) -> None:
    item = item_of(acting, "region", "KZ-10")
    assert item.effective_from == date(2022, 6, 8)
    before = {"retired_on-day": "1", "retired_on-month": "1", "retired_on-year": "2020"}
    answer = client_for("administrator").submit(f"/codes/items/{item.id}/retire", before)
    assert answer.status_code == 422
