"""Saved views of the list of cases: whose they are, what they keep, and with which one the list opens."""

import re
from uuid import UUID, uuid4

import pytest
from flask import Flask

from casework.cases import saving
from casework.cases.queries import Filters
from casework.core.errors import DomainError
from tests.conftest import Acting, ClientFor
from tests.factories import World
from tests.pages import Client
from tests.statements import counted

LATE = {"due": "overdue", "track": "NATIONALITY"}


@pytest.fixture
def client(client_for: ClientFor) -> Client:
    return client_for("lawyer")


def saved(acting: Acting, world: World, role: str, name: str, *, is_shared: bool = False) -> UUID:
    with acting(world.principal(role)):
        return saving.save(name, LATE, is_shared=is_shared).id


def test_a_view_keeps_what_is_not_as_always() -> None:
    assert saving.kept(Filters()) == {}
    assert saving.kept(Filters(due="overdue", page=3, sort="-contact")) == {"due": "overdue", "sort": "-contact"}


def test_a_private_one_is_one_s_own_and_a_shared_one_everybody_s(acting: Acting, world: World) -> None:
    private = saved(acting, world, "lawyer", "Late")
    shared = saved(acting, world, "supervisor", "late", is_shared=True)
    with acting(world.principal("lawyer")):
        assert [one.id for one in saving.views()] == [private, shared]
        assert saving.own_view(shared) is None
        with pytest.raises(DomainError, match="this name already"):
            saving.save("LATE", {}, is_shared=False)
    with acting(world.principal("supervisor")):
        assert [one.id for one in saving.views()] == [shared]
        assert saving.view(private) is None
    with acting(world.principal("lawyer", "B")):
        assert saving.views() == []


def test_who_opens_the_list_with_a_view_that_is_gone_sees_all_open_cases(acting: Acting, world: World) -> None:
    shared = saved(acting, world, "supervisor", "Late", is_shared=True)
    with acting(world.principal("lawyer")):
        saving.open_with(saving.view(shared))
        found = saving.first()
        assert found is not None
        assert found.id == shared
    with acting(world.principal("supervisor")):
        mine = saving.own_view(shared)
        assert mine is not None
        saving.change(mine, "Late", is_shared=False)
    with acting(world.principal("lawyer")):
        assert saving.first() is None
        saving.open_with(None)


def test_deleted_put_back_and_in_order(acting: Acting, world: World) -> None:
    first, second = (saved(acting, world, "lawyer", name) for name in ("One", "Two"))
    with acting(world.principal("lawyer")):
        one = saving.own_view(second)
        assert one is not None
        saving.earlier(one)
        assert [view.id for view in saving.views()] == [second, first]
        saving.delete(one)
        assert [view.id for view in saving.views()] == [first]
        assert [view.id for view in saving.deleted()] == [second]
        saving.put_back(one)
        assert len(saving.views()) == 2


def test_the_pages(client: Client) -> None:
    url = "/cases/?due=overdue&track=NATIONALITY"
    save = client.page(url).links["Save this view"]
    assert save == "/cases/views/add?due=overdue&track=NATIONALITY" or save.startswith("/cases/views/add?")
    assert client.submit(save, {"name": ""}).status_code == 422
    made = client.submit(save, {"name": "Late ones", "is_first": "y"}).location or ""
    assert "due=overdue" in made
    opened = client.get("/cases/")
    assert opened.status_code == 302
    assert opened.location == made
    page = client.page(made)
    assert "Save this view" not in page.links
    assert page.links["Late ones"] == made
    assert page.links["Clear all"] == "/cases/?state=open"
    manage = client.page("/cases/views/")
    assert "Opens first" in manage.text
    one = re.findall(r'"(/cases/views/[0-9a-f-]{36})"', client.get("/cases/views/").text)[0]
    assert client.submit(one, {"name": "Late", "is_shared": "y"}).location == "/cases/views/"
    assert client.press(f"{one}/delete").location == "/cases/views/"
    assert "Put back" in client.page("/cases/views/").text
    assert client.get("/cases/").status_code == 200
    assert client.press(f"{one}/put-back").location == "/cases/views/"
    assert client.press("/cases/views/first/none").location == "/cases/views/"
    assert client.get("/cases/").status_code == 200
    assert client.get(f"/cases/views/{uuid4()}").status_code == 404


def test_a_view_that_filters_by_what_is_gone_says_so(client: Client, acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        view = saving.save("Gone", {"lawyer": str(uuid4())}, is_shared=False).id
    text = client.page(f"/cases/?lawyer={uuid4()}&view={view}").text
    assert "the list shows more than the view did" in text


def test_several_cases_are_chosen_by_who_may_hand_them_over(
    client: Client, client_for: ClientFor, two_caseloads: object
) -> None:
    page = client_for("supervisor").page("/cases/")
    assert [one.get("form") for one in page.all("input", name="case_ids")] == ["bulk"]
    assert client.page("/cases/").all("input", name="case_ids") == []


def test_the_page_asks_as_little_of_many_views_as_of_a_few(
    app: Flask, client: Client, acting: Acting, world: World
) -> None:
    def asked() -> int:
        client.page("/cases/views/")
        with counted(app) as found:
            client.page("/cases/views/")
        return len(found)

    saved(acting, world, "lawyer", "First")
    saved(acting, world, "supervisor", "Shared", is_shared=True)
    few = asked()
    for number in range(8):
        saved(acting, world, "lawyer", f"Mine {number}")
        saved(acting, world, "supervisor", f"Shared {number}", is_shared=True)
    assert asked() == few
