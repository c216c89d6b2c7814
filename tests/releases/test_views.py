"""Releases as pages: drawn up, reviewed, signed, frozen, read, compared; and who may see what of it."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask

from casework.core import clock
from casework.core.db import db
from casework.releases import actions, queries
from casework.releases.models import Release, Step
from tests.conftest import Acting, ClientFor
from tests.factories import World
from tests.figures.caseload import crowd
from tests.pages import Client, Page
from tests.releases import caseload, published
from tests.releases.caseload import people

MADE_ON = date(2025, 2, 3)
TABLES = (
    "refugees_asylum_by_main_origin",
    "refugees_asylum_by_status_origin",
    "undetermined_by_region",
    "undetermined:in_by_flow",
    "undetermined:out_by_flow",
)
DAY = {"as_of-day": "1", "as_of-month": "1", "as_of-year": "2025"}
SINCE = {"since-day": "1", "since-month": "1", "since-year": "2024"}
EXPLAINED = "The sheet was printed before the last letter arrived."


@pytest.fixture(autouse=True)
def _in_february() -> Iterator[None]:
    with clock.at(MADE_ON):
        yield


@pytest.fixture
def officer(client_for: ClientFor) -> Client:
    return client_for("statistics")


Made = Any


@pytest.fixture
def by_hand(acting: Acting, world: World) -> Made:
    """`by_hand(Step.ATTACKED)`: a release made by hand, by its id."""

    def make(step: Step = Step.FROZEN, **values: Any) -> UUID:
        with acting(world.principal("statistics")):
            return published.release_id(step, **values)

    return make


def release(acting: Acting, world: World, release_id: UUID) -> Release:
    with acting(world.principal("statistics")):
        found = db.session.get(Release, release_id)
        assert found is not None
        db.session.expunge(found)
        return found


# -- the whole way -----------------------------------------------------------------------------------------------


def test_from_the_first_day_to_a_frozen_release_without_a_script(
    officer: Client, client_for: ClientFor, acting: Acting, world: World
) -> None:
    with clock.at(date(2025, 1, 10)):
        for where in ("A", "B"):
            with acting(world.principal("lawyer", where)):
                people()
    assert "Choose a day and the tables" in officer.page("/releases/").text
    answer = officer.submit("/releases/new", {**DAY, **SINCE, "tables": list(TABLES), "listed_from": "10"})
    address = answer.location.partition("?")[0]
    page = officer.page(address)
    for step in ("Step 1 of 3", "Step 2 of 3", "Step 3 of 3"):
        assert step in page.text
        assert officer.submit(address, {}, action=f"{address}/go").location == address
        page = officer.page(address)
    assert "To be reviewed" in page.text
    assert "numbers are withheld" in page.text
    assert "1 April" not in page.text

    while link := next((href for words, href in page.links.items() if words.startswith("Explain and sign")), ""):
        assert officer.submit(link, {"explanation": EXPLAINED}).status_code == 302
        page = officer.page(address)
    ticks = {"has_compared": "y", "has_read": "y", "is_final": "y"}
    assert officer.submit(f"{address}/freeze", ticks).location == address
    page = officer.page(address)
    assert "Frozen" in page.text
    assert EXPLAINED in page.text

    supervisor = client_for("supervisor")
    assert "1 January 2025" in supervisor.page("/releases/").text
    read = supervisor.page(address)
    assert "Draw up a correction" not in read.text
    assert EXPLAINED in read.text
    answer = supervisor.get(f"{address}/publication.json")
    digest = answer.headers["ETag"].strip('"')
    assert digest in read.text
    assert json.loads(answer.text)["as_of"] == "2025-01-01"
    assert supervisor.get(f"{address}/publication.json", headers={"If-None-Match": f'"{digest}"'}).status_code == 304


def test_what_is_downloaded_has_no_number_in_a_withheld_cell(officer: Client, by_hand: Made) -> None:
    content = json.loads(officer.get(f"/releases/{by_hand()}/publication.json").text)
    hidden = [cell for table in content["tables"] for cell in table["cells"] if cell.get("hidden")]
    assert hidden
    assert all("value" not in cell for cell in hidden)


# -- who sees what -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", [Step.BEGUN, Step.COUNTED, Step.PROTECTED, Step.ATTACKED, Step.DISCARDED])
def test_a_draft_is_not_there_for_a_supervisor(client_for: ClientFor, by_hand: Made, step: Step) -> None:
    draft = by_hand(step)
    supervisor = client_for("supervisor")
    assert "When the statistics officer freezes figures" in supervisor.page("/releases/").text
    for way in ("", "/publication.json", "/since"):
        assert supervisor.get(f"/releases/{draft}{way}").status_code == 404
    assert supervisor.get(f"/releases/{uuid4()}").status_code == 404


def test_a_lawyer_reads_no_releases(client_for: ClientFor, by_hand: Made) -> None:
    lawyer = client_for("lawyer")
    frozen = by_hand()
    for way in ("/", "/tables", f"/{frozen}", f"/{frozen}/publication.json"):
        assert lawyer.get(f"/releases{way}").status_code == 403
    assert "Releases" not in lawyer.page("/desk").links


def test_a_supervisor_draws_nothing_up(client_for: ClientFor, by_hand: Made) -> None:
    supervisor = client_for("supervisor")
    frozen = by_hand()
    for way in (
        "/new",
        "/tables/new",
        f"/{frozen}/freeze",
        f"/{frozen}/discard",
        f"/{frozen}/sign/sum:stateless_known",
    ):
        assert supervisor.get(f"/releases{way}").status_code == 403
    assert supervisor.press(f"/releases/{frozen}/go").status_code == 403


def test_only_what_is_frozen_can_be_downloaded(officer: Client, by_hand: Made) -> None:
    assert officer.get(f"/releases/{by_hand(Step.ATTACKED)}/publication.json").status_code == 404


# -- drawing up --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({**DAY, "as_of-day": "2"}, "as_of", "Choose the first day of a month, such as 1 January 2025"),
        ({**DAY, "as_of-year": "2026"}, "as_of", "This date is in the future"),
        ({**DAY, "as_of-month": "13"}, "as_of", "Enter a real date"),
        ({**SINCE, "since-day": "5"}, "since", "Choose the first day of a month, such as 1 January 2024"),
        ({**DAY, **SINCE, "since-year": "2025"}, "since", "This day has to lie before the day of the release."),
        ({**SINCE, "since-day": "", "since-month": "", "since-year": ""}, "since", "Say since when"),
        ({"tables": None}, "tables-0", "Choose at least one table."),
        ({"tables": ["no_such_table"]}, "tables-0", "Choose one of the options."),
        ({"listed_from": "7"}, "listed_from-0", "Choose one of the options."),
    ],
)
def test_what_cannot_be_is_said_at_the_field(officer: Client, values: dict[str, Any], field: str, words: str) -> None:
    filled = {**DAY, **SINCE, "listed_from": "25", **values}
    page = officer.page("/releases/new")
    form = page.form_with({"listed_from"})
    data = {name: value for name, value in {**page.filled(form), **filled}.items() if value is not None}
    answer = officer.post("/releases/new", data=data)
    assert answer.status_code == 422
    again = Page(answer.text)
    assert words in again.text
    assert f"#{field}" in {one.get("href", "").removesuffix("-day") for one in again.all("a")}
    kept = again.filled(again.form_with({"listed_from"}))
    for name, value in values.items():
        if isinstance(value, str) and name != "listed_from":
            assert kept[name] == [value]


def test_the_form_begins_with_the_quarter_that_is_due(officer: Client, by_hand: Made) -> None:
    page = officer.page("/releases/new")
    filled = page.filled(page.form_with({"listed_from"}))
    assert [filled[f"as_of-{part}"] for part in ("day", "month", "year")] == [["1"], ["1"], ["2025"]]
    assert filled["since-year"] == ["2024"]
    assert len(filled["tables"]) == len([one for one in page.all("input") if one.get("name") == "tables"])
    by_hand()
    page = officer.page("/releases/new")
    assert "Frozen already: 1 January 2025" in page.text
    filled = page.filled(page.form_with({"listed_from"}))
    assert filled["as_of-month"] == ["2"]
    assert "since-day" not in filled  # it begins where the release before it ended


def test_another_release_of_a_day_is_a_correction(officer: Client, by_hand: Made) -> None:
    frozen = by_hand()
    page = officer.page(f"/releases/new?after={frozen}")
    assert "This will be a correction" in page.text
    assert "Filled in as in the release that is to be corrected." in page.text
    answer = officer.submit(f"/releases/new?after={frozen}", {"tables": list(TABLES)})
    assert "Edition 2: a correction" in officer.page(answer.location).text


def test_there_is_one_draft_at_a_time(officer: Client, by_hand: Made) -> None:
    draft = by_hand(Step.ATTACKED)
    assert "A draft as of 1 January 2025 is waiting." in officer.page("/releases/").text
    answer = officer.submit("/releases/new", {**DAY, **SINCE})
    assert answer.status_code == 422
    assert "is being drawn up already" in Page(answer.text).text
    assert f"/releases/{draft}" in answer.text


def test_the_ways_are_compared_and_nothing_is_begun(
    officer: Client, client_for: ClientFor, acting: Acting, world: World
) -> None:
    with clock.at(date(2025, 1, 10)), acting(world.principal("lawyer")):
        people()
    answer = officer.submit("/releases/new", {**DAY, **SINCE, "tables": list(TABLES), "then": "compare"})
    assert answer.status_code == 200, Page(answer.text).text
    page = Page(answer.text)
    table = next(one for one in page.all("table") if "The ways compared" in "".join(one.itertext()))
    rows = [["".join(cell.itertext()).strip() for cell in row] for row in table.iter("tr")][1:]
    assert [row[0] for row in rows] == [
        "From 10 persons on", "From 25 persons on", "From 100 persons on", "Only those listed before",
    ]  # fmt: skip
    cells, hidden, share = rows[0][1:]
    assert share == f"{round(100 * int(hidden) / int(cells))}%"
    with acting(world.principal("statistics")):
        assert queries.releases() == []
    assert "Compared ways of putting countries together" in client_for("protection", "office").page("/audit").text


def test_two_clicks_begin_one_draft(officer: Client, acting: Acting, world: World) -> None:
    page = officer.page("/releases/new")
    data = {**page.filled(page.form_with({"listed_from"})), **DAY, **SINCE}
    first, second = (officer.post("/releases/new", data=data) for _click in range(2))
    assert first.location == second.location
    with acting(world.principal("statistics")):
        assert len(queries.releases()) == 1


# -- step by step ------------------------------------------------------------------------------------------------


def test_a_script_asks_for_numbers_and_goes_on(officer: Client, by_hand: Made) -> None:
    draft = by_hand(Step.BEGUN, tables=list(TABLES), listed={})
    page = officer.page(f"/releases/{draft}?going=1")
    form = page.form_with(set(), f"/releases/{draft}/go")
    assert "data-going" in form.attrib
    told = []
    for _step in range(3):
        answer = officer.post(
            f"/releases/{draft}/go", data={"csrf_token": officer.csrf_token()}, headers={"Accept": "application/json"}
        )
        told.append((answer.json["done"], answer.json["total"], answer.json["is_over"]))  # type: ignore[index]
    assert told == [(1, 3, False), (2, 3, False), (3, 3, True)]


def test_going_on_with_what_is_over_is_harmless(officer: Client, by_hand: Made, acting: Acting, world: World) -> None:
    frozen = by_hand()
    before = release(acting, world, frozen)
    assert officer.press(f"/releases/{frozen}/go").location == f"/releases/{frozen}"
    assert release(acting, world, frozen).version == before.version


def test_an_unsafe_draft_shows_no_number_and_what_would_help(
    officer: Client, by_hand: Made, acting: Acting, world: World
) -> None:
    table = "undetermined_by_region"
    unsafe = [{"table": table, "reason": "narrow", "fixes": ["coarser:region", "fold:origin", f"drop:{table}"]}]
    report = published.REPORT | {"is_safe": False, "unsafe": unsafe}
    draft = by_hand(Step.ATTACKED, publication=None, report=report, tables=list(TABLES))
    page = officer.page(f"/releases/{draft}")
    assert "Not safe to publish" in page.text
    assert "A withheld number could be narrowed down to a few." in page.text
    assert "646" not in page.text
    assert officer.get(f"/releases/{draft}/freeze").status_code == 404

    by_parts = page.links["Put regions together"]
    page = officer.page(by_parts)
    assert "with regions put together" in page.text
    filled = page.filled(page.form_with({"listed_from"}))
    assert "undetermined_by_macro_region" in filled["tables"]
    assert table not in filled["tables"]
    answer = officer.submit(by_parts, {**SINCE})
    assert answer.status_code == 302, Page(answer.text).text
    assert release(acting, world, draft).step == Step.DISCARDED
    assert "undetermined_by_macro_region" in release(acting, world, UUID(answer.location[10:46])).tables


# -- review ------------------------------------------------------------------------------------------------------


def test_the_review_shows_what_is_withheld_and_why(officer: Client, by_hand: Made) -> None:
    page = officer.page(f"/releases/{by_hand(Step.ATTACKED)}")
    assert "8 numbers are withheld: they would tell of single persons" in page.text
    hatched = [one for one in page.all("td") if "hid" in (one.get("class") or "").split()]
    words = {"".join(one.itertext()).strip() for one in hatched}
    assert words <= {"–hidden to protect people", ""}  # the bars of a list carry their words in the next cell
    for words in (
        "Refugees and asylum-seekers, each once. Unit: Persons.",
        "14 numbers in them are withheld",
        "The parts make 7,865 and the sheet prints 7,866.",
        "about 140 days",
    ):
        assert words in page.text


def test_an_explanation_is_signed_and_published(officer: Client, by_hand: Made, acting: Acting, world: World) -> None:
    draft = by_hand(Step.ATTACKED)
    sign = f"/releases/{draft}/sign/sum:stateless_known"
    short = officer.submit(sign, {"explanation": "ok"})
    assert short.status_code == 422
    assert "Explain in a sentence or two" in Page(short.text).text
    assert officer.submit(sign, {"explanation": EXPLAINED}).location == f"/releases/{draft}#findings"
    page = officer.page(f"/releases/{draft}")
    assert EXPLAINED in page.text
    assert "has to be explained" not in page.text
    found = json.loads(release(acting, world, draft).publication or "")["findings"]
    assert [one["explanation"] for one in found] == [EXPLAINED, None]
    assert officer.get(f"/releases/{draft}/sign/sum:nothing").status_code == 404


def test_two_explanations_at_once_are_shown_side_by_side(officer: Client, by_hand: Made, client_for: ClientFor) -> None:
    draft = by_hand(Step.ATTACKED)
    sign = f"/releases/{draft}/sign/sum:stateless_known"
    page = officer.page(sign)
    stale = page.filled(page.form_with({"explanation"}))
    assert officer.submit(sign, {"explanation": EXPLAINED}).status_code == 302
    answer = officer.post(sign, data={**stale, "explanation": "Something quite different was the reason."})
    assert answer.status_code == 409
    both = Page(answer.text)
    assert EXPLAINED in both.text
    assert "Something quite different was the reason." in both.text
    # The text travels on, and can be saved over the other.
    again = both.filled(both.form_with({"explanation"}))
    assert officer.post(sign, data=again).status_code == 302
    assert "Something quite different" in officer.page(f"/releases/{draft}").text


def test_nothing_is_frozen_before_everything_is_signed_and_confirmed(
    officer: Client, by_hand: Made, acting: Acting, world: World
) -> None:
    draft = by_hand(Step.ATTACKED)
    freeze = f"/releases/{draft}/freeze"
    answer = officer.submit(freeze, {"has_compared": "y"})
    assert answer.status_code == 422
    assert "Confirm this before you freeze." in Page(answer.text).text
    ticks = {"has_compared": "y", "has_read": "y", "is_final": "y"}
    answer = officer.submit(freeze, ticks)
    assert answer.status_code == 422
    assert "Explain and sign this first: The parts make 7,865" in Page(answer.text).text
    assert release(acting, world, draft).step == Step.ATTACKED


def test_freezing_twice_is_harmless_and_on_what_changed_is_refused(
    officer: Client, by_hand: Made, acting: Acting, world: World
) -> None:
    draft = by_hand(Step.ATTACKED)
    freeze, ticks = f"/releases/{draft}/freeze", {"has_compared": "y", "has_read": "y", "is_final": "y"}
    page = officer.page(freeze)
    stale = {**page.filled(page.form_with(set(ticks))), **ticks}
    officer.submit(f"/releases/{draft}/sign/sum:stateless_known", {"explanation": EXPLAINED})
    answer = officer.post(freeze, data=stale)
    assert answer.status_code == 409
    assert "Look at it again" in Page(answer.text).text

    page = officer.page(freeze)
    fresh = {**page.filled(page.form_with(set(ticks))), **ticks}
    assert officer.post(freeze, data=fresh).location == f"/releases/{draft}"
    frozen = release(acting, world, draft)
    assert frozen.is_frozen
    assert officer.post(freeze, data={**fresh, "nonce": uuid4().hex}).location == f"/releases/{draft}"
    assert "It is frozen already." in officer.page(f"/releases/{draft}").text
    assert release(acting, world, draft).digest == frozen.digest
    assert officer.get(f"/releases/{draft}/discard").location == f"/releases/{draft}"


def test_a_draft_is_discarded(officer: Client, by_hand: Made, acting: Acting, world: World) -> None:
    draft = by_hand(Step.ATTACKED)
    page = officer.page(f"/releases/{draft}/discard")
    assert "Because its numbers were shown" in page.text
    assert officer.submit(f"/releases/{draft}/discard", {}).location == "/releases/"
    assert release(acting, world, draft).step == Step.DISCARDED
    assert "Discarded" in officer.page("/releases/").text
    assert "later releases are protected against it" in officer.page(f"/releases/{draft}").text


# -- after it was frozen -----------------------------------------------------------------------------------------


def test_what_was_corrected_since_is_said_with_what_to_do(officer: Client, acting: Acting, world: World) -> None:
    with clock.at(date(2025, 1, 10)), acting(world.principal("lawyer")):
        people()
    with acting(world.principal("statistics")):
        frozen = actions.begin(date(2025, 1, 1), date(2024, 1, 1), list(TABLES))
        for _step in range(3):
            actions.next_step(frozen)
        for finding in queries.findings_to_sign(frozen):
            actions.sign(frozen, finding, EXPLAINED)
        address = f"/releases/{actions.freeze(frozen).id}"
    assert "records were corrected" not in officer.page(address).text
    assert "Nothing was corrected" in officer.page("/releases/").text
    with clock.at(date(2025, 2, 2)), acting(world.principal("lawyer")):
        people()  # recorded late: they were there on the day
    with clock.at(date(2025, 2, 4)):
        page = officer.page(address)
        listed = officer.page("/releases/")
    assert "Since it was frozen, records were corrected that this release counts." in page.text
    assert "by region" in page.text
    assert "Corrected since" in listed.text
    assert "Draw up a correction – 1 January 2025" in listed.links


def test_a_correction_of_few_is_refused_in_words_and_given_up(officer: Client, acting: Acting, world: World) -> None:
    with clock.at(date(2025, 1, 10)), acting(world.principal("lawyer")):
        people()
    with acting(world.principal("statistics")):
        frozen = caseload.frozen(date(2025, 1, 1), date(2024, 1, 1), TABLES)
        address = f"/releases/{frozen.id}"
    with clock.at(date(2025, 2, 2)), acting(world.principal("lawyer")):
        crowd(1, date(2024, 11, 4), nationality="UN", origin="UZB")
    with clock.at(date(2025, 2, 4)):
        answer = officer.submit("/releases/new", {**DAY, "tables": list(TABLES), "listed_from": "10"})
        draft = answer.location.partition("?")[0]
        assert officer.submit(draft, {}, action=f"{draft}/go").location == draft
        page = officer.page(draft)
    assert "would tell of each of them" in page.text
    assert "Discarded" in page.text
    assert "Frozen" in officer.page(address).text


def test_what_changed_from_one_release_to_the_next(officer: Client, by_hand: Made, client_for: ClientFor) -> None:
    older = by_hand(content=published.publication("2024-01-01", "2023-01-01"))
    newer = by_hand()
    supervisor = client_for("supervisor")
    page = supervisor.page(f"/releases/{newer}/since")
    assert "From 1 January 2024 to 1 January 2025" in page.text
    assert "Identified or registered+61" in page.text
    assert "Died−5" in page.text
    assert "Recorded late or corrected−24" in page.text  # 622 at the start, 646 as released before
    assert supervisor.get(f"/releases/{newer}/since?earlier={older}").location == f"/releases/{newer}/since/{older}"
    assert supervisor.page(f"/releases/{newer}/since/{older}").h1 == "What changed"
    assert "There is no earlier release" in supervisor.page(f"/releases/{older}/since").text
    assert supervisor.get(f"/releases/{older}/since/{newer}").status_code == 404
    for nonsense in ("x", uuid4(), older):
        assert supervisor.get(f"/releases/{newer}/since?earlier={nonsense}").status_code in (200, 302)


def test_a_correction_shows_what_it_corrects(officer: Client, by_hand: Made) -> None:
    first = by_hand()
    changed = {"table": "refugees_asylum_by_region", "at": ["KZ-75"], "from": 401, "to": 402}
    second = by_hand(content=published.publication(edition=2, corrections=[changed]), corrects_id=first)
    assert "Read the correction" in officer.page(f"/releases/{first}").text
    page = officer.page(f"/releases/{second}")
    assert "Almaty" in page.text
    assert "401" in page.text
    assert "A correction of it is frozen." in officer.page("/releases/").text
    assert "401" in officer.page(f"/releases/{second}/since/{first}").text


# -- tables ------------------------------------------------------------------------------------------------------


def test_every_table_stands_with_its_definition(client_for: ClientFor) -> None:
    page = client_for("supervisor").page("/releases/tables")
    for words in ("Status, Country of origin", "undetermined_by_sex_age", "Unit: Persons.", "Unit: Sessions."):
        assert words in page.text
    assert "Add a table" not in page.text


def test_a_table_is_added_once_and_retired(officer: Client) -> None:
    page = officer.page("/releases/tables/new")
    assert "/releases/tables/new?of=undetermined" in page.links.values()
    add = "/releases/tables/new?of=undetermined"
    none = officer.submit(add, {"dimensions": None})
    assert none.status_code in (302, 422)
    assert none.status_code == 422
    there = officer.submit(add, {"dimensions": ["sex", "age"]})
    assert there.status_code == 422
    assert "there already" in Page(there.text).text
    assert officer.submit(add, {"dimensions": ["sex", "macro_region"]}).location == "/releases/tables"
    page = officer.page("/releases/tables")
    assert "undetermined_by_sex_macro_region" in page.text
    assert "undetermined_by_sex_macro_region" in str(officer.get("/releases/new").text)
    retire = next(href for words, href in page.links.items() if words.startswith("Retire this table"))
    assert officer.submit(retire, {}).location == "/releases/tables"
    assert "undetermined_by_sex_macro_region" not in officer.page("/releases/tables").text
    assert officer.get(retire).location == "/releases/tables"
    assert officer.get(f"/releases/tables/{uuid4()}/retire").status_code == 404


def test_no_table_of_what_is_not_declared(officer: Client) -> None:
    assert "First choose who or what is counted." in officer.page("/releases/tables/new?of=persons").text
    answer = officer.submit("/releases/tables/new?of=undetermined", {"dimensions": ["name"]})
    assert answer.status_code == 422


def test_pages_say_that_they_were_looked_at(officer: Client, by_hand: Made, app: Flask, client_for: ClientFor) -> None:
    officer.get(f"/releases/{by_hand()}")
    assert "Read a release" in client_for("protection").page("/audit").text
