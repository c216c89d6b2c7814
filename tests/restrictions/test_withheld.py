"""Whoever is not in the team of a restricted record reads no word of it, whatever page, list or file they ask for."""

from collections.abc import Iterator
from urllib.parse import unquote
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from casework.accounts.permissions import MATRIX, Role
from casework.accounts.sign_in import principal_for
from casework.core import access, withheld
from casework.core.columns import sealed_groups
from casework.core.db import Base
from casework.core.scope import Principal, own, system
from casework.persons import index
from casework.persons import queries as persons
from casework.restrictions import actions
from casework.restrictions.rules import NO_RECORDS, TABLES
from tests import factories
from tests.casefile.registering import likely
from tests.conftest import Acting
from tests.factories import World
from tests.pages import Client, Page, client_of
from tests.security.caseload import CANARIES, Caseload
from tests.security.prober import Prober

CASEWORK = MATRIX[Role.LAWYER]
CHANGING = {"accounts.sign_out", "duplicates.go"}
DIRECTORY = {"referrals.points", "referrals.new_point", "referrals.edit_point"}
"""Of outside services: whose canaries are there is nobody's record."""
WIDER = (
    "/cases/?state=all",
    "/calendar?lawyer=all",
    "/calendar?lawyer=all&kinds=deadline&late=all",
    "/duplicates/?show=same",
    "/duplicates/?show=decided",
)
"""Lists that begin with one's own: asked for all."""


def outsider(acting: Acting, world: World) -> Principal:
    """A lawyer of partner A who works on nothing there."""
    with acting(world.principal("administrator", "office")) as session:
        where = session.get_one(factories.Organisation, world.organisations["A"])
        return principal_for(factories.user("lawyer", where, name="Outside Invented", email="outside@a.example.org"))


@pytest.fixture
def restricted(acting: Acting, world: World, two_caseloads: dict[str, Caseload]) -> Caseload:
    """The caseload of partner A, with both of its persons restricted."""
    made = two_caseloads["A"]
    with acting(world.principal("supervisor", "A")):
        for person_id in (made.person, made.relative):
            actions.restrict(own(persons.person(person_id)), "Янтарная причина")
    return made


@pytest.fixture
def outside(app: Flask, acting: Acting, world: World, restricted: Caseload) -> Client:
    return client_of(app).sign_in_as(outsider(acting, world))


def words() -> list[str]:
    canaries = CANARIES["A"]
    return [one for one in canaries.all() if one != canaries.draft]


def leaks(text: str) -> list[str]:
    return [one for one in words() if one in text or one in unquote(text)]


def routes(app: Flask, methods: str) -> Iterator[str]:
    declared = access.declared(app)
    for rule in app.url_map.iter_rules():
        if methods in (rule.methods or ()) and declared[rule.endpoint] in CASEWORK and rule.endpoint not in CHANGING:
            yield rule.endpoint


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_no_page_says_a_word_of_it(
    app: Flask, world: World, two_caseloads: dict[str, Caseload], outside: Client, restricted: Caseload
) -> None:
    """Every address of casework, with the ids of the restricted record: closed, or without its words."""
    found, closed = [], 0
    for endpoint in sorted(set(routes(app, "GET")) - DIRECTORY):
        prober = Prober(app, world, two_caseloads, endpoint, access.declared(app)[endpoint])
        for rule in prober.rules:
            for address in (address for kind, address in prober.addresses(rule) if kind == "own"):
                answer = outside.get(address)
                closed += answer.status_code in (403, 404)
                found += [f"{endpoint}: {word}" for word in leaks(answer.data.decode(errors="ignore"))]
                if {"person_id", "case_id"} & rule.arguments and endpoint != "restrictions.emergency":
                    assert answer.status_code in (403, 404), f"{endpoint} answered {answer.status_code}"
    for address in WIDER:
        answer = outside.get(address)
        assert answer.status_code == 200, address
        found += [f"{address}: {word}" for word in leaks(answer.text)]
    assert found == []
    assert closed > 40


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_nothing_can_be_sent_there(
    app: Flask, world: World, two_caseloads: dict[str, Caseload], outside: Client, restricted: Caseload
) -> None:
    open_ones = []
    for endpoint in sorted(set(routes(app, "POST"))):
        prober = Prober(app, world, two_caseloads, endpoint, access.declared(app)[endpoint])
        for rule in prober.rules:
            if not {"person_id", "case_id"} & rule.arguments or endpoint == "restrictions.emergency":
                continue
            address = next(address for kind, address in prober.addresses(rule) if kind == "own")
            answer = outside.press(address)
            if answer.status_code not in (403, 404):
                open_ones.append(f"{endpoint}: {answer.status_code}")
    assert open_ones == []


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_no_id_of_it_can_be_sent_in_a_form(
    app: Flask, world: World, acting: Acting, outside: Client, restricted: Caseload
) -> None:
    """Of whatever table, as a value, among others or in the name of a field: also where no page offers it."""
    leading: dict[str, UUID] = {}
    with acting(system("tests", world.organisations["A"])) as session:
        for mapper in Base.registry.mappers:
            model = mapper.class_
            if "id" not in mapper.column_attrs or not getattr(model, "__withheld__", True) or not withheld.leads(model):
                continue
            for row in session.scalars(select(model)):
                if {restricted.person, restricted.case} & set(withheld.concerned(row, session)):
                    leading[model.__tablename__] = row.id
    assert leading.keys() >= {"documents", "letters", "consents", "appointments", "comments", "referrals", "acts"}
    nobody = str(uuid4())
    for table, row_id in leading.items():
        for sent in ({"chosen": str(row_id)}, {f"to-{row_id}": nobody}, {"ids": f"{nobody},{row_id.hex}"}):
            assert outside.press("/search", q="Никто", **sent).status_code in (403, 404), (table, sent)
        assert outside.get(f"/cases/?about={row_id}").status_code in (403, 404), table
    assert outside.press("/search", q="Никто", chosen=nobody).status_code == 302


def test_every_id_of_an_address_has_its_table(app: Flask) -> None:
    """An argument that the gate does not know is looked for everywhere, which is slow: give it its table."""
    names = {
        name
        for rule in app.url_map.iter_rules()
        for name in rule.arguments
        if rule._converters[name].__class__.__name__ == "UUIDConverter"
    }
    assert names - TABLES.keys() - NO_RECORDS == set()
    models = {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}
    for tables in TABLES.values():
        assert all(withheld.leads(models[one]) for one in tables), tables


def test_every_sealed_row_that_leads_to_the_record_is_masked(
    acting: Acting, world: World, restricted: Caseload
) -> None:
    """Whatever page may show it one day: a row about a restricted record opens as an empty group."""
    readable = []
    with acting(outsider(acting, world)) as session:
        hidden = withheld.mine()
        assert hidden.persons >= {restricted.person, restricted.relative}
        for mapper in Base.registry.mappers:
            model = mapper.class_
            if not sealed_groups(model) or not withheld.leads(model):
                continue
            for row in session.scalars(select(model)):
                if row.id == restricted.draft:
                    continue
                groups = sealed_groups(model)
                readable += [f"{model.__tablename__}.{one}" for one in groups if leaks(str(getattr(row, one)))]
    assert readable == []


@pytest.mark.parametrize("word", ["family", "given", "latin", "former", "phone", "iin", "document"])
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_search_by_name_does_not_find_it(outside: Client, restricted: Caseload, word: str) -> None:
    outside.submit("/search", {"q": getattr(CANARIES["A"], word)}, action="")
    assert "Nobody found" in outside.get("/search").text


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_search_by_number_finds_that_it_is_closed(outside: Client, restricted: Caseload) -> None:
    for number in restricted.numbers:
        outside.page("/desk")
        outside.press("/search", q=number)
        answer = outside.get("/search", follow_redirects=True)
        assert answer.status_code == 403
        assert Page(answer.text).h1 == "Restricted record"
        assert leaks(answer.text) == []


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_registration_of_the_same_name_is_not_told(outside: Client, restricted: Caseload) -> None:
    canaries = CANARIES["A"]
    shown = likely(outside, family_name=canaries.family, given_name=canaries.given)
    assert restricted.numbers[0] not in shown
    assert "Restricted" not in shown


def test_the_team_reads_it_as_before(acting: Acting, world: World, restricted: Caseload) -> None:
    for role in ("lawyer", "supervisor"):
        with acting(world.principal(role, "A")):
            assert own(persons.person(restricted.person)).identity.family_name == CANARIES["A"].family


def test_the_index_of_names_stays_whole_though_an_outsider_fills_it(
    acting: Acting, world: World, restricted: Caseload
) -> None:
    with acting(outsider(acting, world)):
        assert index.find(CANARIES["A"].family) == []
    with acting(world.principal("lawyer", "A")):
        assert {hit.person_id for hit in index.find(CANARIES["A"].family)} == {UUID(str(restricted.person))}
