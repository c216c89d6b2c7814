"""Pages of external figures and of the files they come in: what is shown, what is refused, and by whom."""

import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from casework.core import clock
from casework.figures import actions
from tests.conftest import Acting, ClientFor
from tests.factories import World
from tests.figures.caseload import crowd
from tests.pages import Client, Page

DATA = Path(__file__).parent / "data"
POPULATION = (DATA / "unhcr_kaz_population.csv").read_bytes()
HEADER = "year,coo_name,coo,coo_iso,coa_name,coa,coa_iso,returned_refugees,resettlement,naturalisation,returned_idps\n"
TODAY = date(2026, 11, 23)
SEND = "/figures/external/import"

# What a page shows does not depend on the database; what is entered is tried on both in test_importing.py.
pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def _on_a_monday() -> Iterator[None]:
    with clock.at(TODAY):
        yield


def solutions(*counts: str, origins: tuple[str, ...] = ("AFG", "UKR", "TJK", "IRQ")) -> bytes:
    rows = [f"2024,Somewhere,{o},{o},Kazakhstan,KAZ,KAZ,{n},,,\n" for n, o in zip(counts, origins, strict=False)]
    return (HEADER + "".join(rows)).encode()


def send(client: Client, content: bytes, name: str = "figures.csv") -> Any:
    page = client.page(SEND)
    data = {**page.filled(page.form_with({"file"})), "file": (io.BytesIO(content), name)}
    return client.post(SEND, data=data, content_type="multipart/form-data")


def sent(client: Client, content: bytes) -> str:
    answer = send(client, content)
    assert answer.status_code == 302, answer.text[-3000:]
    return str(answer.location)


def confirmed(client: Client, content: bytes, **values: str) -> str:
    answer = client.submit(sent(client, content), {"seen": None, **values} if values else {})
    assert answer.status_code == 302
    return str(answer.location)


def test_from_the_file_to_verified_figures(client_for: ClientFor, world: World) -> None:
    officer, other = client_for("statistics", "office"), client_for("statistics", "A")
    address = sent(officer, POPULATION)
    preview = officer.page(address)
    for words in ("Nothing is entered yet", "357", "65,833", "1 January 2025", "The first 30 of 357"):
        assert words in preview.text, words
    answer = officer.submit(address, {})
    assert answer.status_code == 302
    mine = officer.page(answer.location)
    assert "You entered these figures" in mine.text
    assert "Verify all" not in mine.text
    assert "1 to 50 of 357" in mine.text
    theirs = other.page(answer.location)
    assert "Verify all" in theirs.text
    assert other.press(f"{answer.location}/verify").status_code == 302
    assert "Statistics of Partner Aster" in other.page(answer.location).text
    listed = officer.page("/figures/external/imports")
    assert "figures.csv" in listed.text
    assert "Verified" in listed.text
    history = officer.page("/figures/external/series/rdf_refugees")
    assert "Afghanistan" in history.text
    assert "Entered on 23 November 2026" in history.text


def test_nobody_verifies_their_own_file(client_for: ClientFor, world: World) -> None:
    officer = client_for("statistics")
    address = confirmed(officer, solutions("42"))
    officer.press(f"{address}/verify")
    assert "so somebody else has to verify them" in officer.page(address).text
    assert "Not verified" in officer.page("/figures/external?series=rdf_returned_refugees").text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "This file is empty"),
        (b"x," * 1_100_000, "larger than 2 MB"),
        (b"PK\x03\x04 spreadsheet", "not a CSV file"),
        (solutions("5").decode().encode("utf-16"), "UTF-16"),
        ("год,страна\n2024,Афганистан\n".encode("cp1251"), "not in UTF-8"),
        (b"a,b\n1,2\n", "The columns are of no layout"),
        (HEADER.encode(), "nothing below it"),
        (solutions("5").replace(b"KAZ,KAZ,5", b"UZB,UZB,5"), "another country of asylum (UZB)"),
        (b'a,"b\n', "cannot be read as a table"),
        (b"<script>alert(1)</script>,b\n1,2\n", "The columns are of no layout"),
    ],
)
def test_a_file_that_cannot_be_read(client_for: ClientFor, world: World, content: bytes, words: str) -> None:
    officer = client_for("statistics")
    answer = send(officer, content)
    assert answer.status_code == 422
    assert words in Page(answer.text).text
    assert "No file yet" in officer.page("/figures/external/imports").text


@pytest.mark.parametrize("name", ["a\0b.csv", "x" * 5000, "<script>alert(1)</script>.csv", "\u202evsc.exe", " "])
def test_names_of_files(client_for: ClientFor, world: World, name: str) -> None:
    officer = client_for("statistics")
    answer = send(officer, solutions("\x01<b>\u202e"), name)
    assert answer.status_code in (302, 422)
    if answer.status_code == 302:
        officer.page(answer.location)
    officer.page("/figures/external/imports")


def test_no_file_at_all(client_for: ClientFor, world: World) -> None:
    officer = client_for("statistics")
    assert "Choose a file" in Page(officer.submit(SEND, {}).text).text
    assert officer.post(SEND, data={"file": "not a file", "csrf_token": officer.csrf_token()}).status_code == 422


@pytest.mark.parametrize(
    ("count", "words"),
    [
        ("-5", "-5 is less than nought"),
        ("many", "“many” is not a whole number"),
        ("<b>", "“<b>” is not a whole number"),
    ],
)
def test_rows_that_cannot_be_right(client_for: ClientFor, world: World, count: str, words: str) -> None:
    officer = client_for("statistics")
    address = sent(officer, solutions("42", count))
    page = officer.page(address)
    assert words in page.text
    assert "nothing of it can be entered" in page.text
    assert "Enter these figures" not in page.text
    answer = officer.press(address, seen="x" * 32, nonce=uuid4().hex)
    assert answer.status_code == 422
    assert "No file yet" not in officer.page("/figures/external/imports").text
    assert officer.press(f"{address}/discard").status_code == 302
    assert "No file yet" in officer.page("/figures/external/imports").text


def test_what_is_left_out_is_said(client_for: ClientFor, world: World) -> None:
    page = client_for("statistics").page(sent(client_for("statistics"), solutions("42", "7", origins=("AFG", "VAR"))))
    assert "Various origins (VAR) are no longer reported" in page.text
    assert "Enter these figures" in page.text


def test_what_differs_is_shown_beside_what_stands(client_for: ClientFor, world: World) -> None:
    officer = client_for("statistics")
    confirmed(officer, solutions("42", "5"))
    address = sent(officer, solutions("50", "0"))
    page = officer.page(address)
    assert "Also void the figures that differ" in page.text
    assert "The source prints counts of 1 to 4 as 0 or 5" in page.text
    kept = officer.submit(address, {})
    assert kept.status_code == 422
    assert "There is nothing to enter" in kept.text
    replaced = officer.submit(address, {"replaces": "y"})
    assert replaced.status_code == 302
    page = officer.page("/figures/external/series/rdf_returned_refugees")
    assert "Replaced by the file figures.csv." in page.text
    assert "Not verified" in page.text


def test_a_double_click_enters_once(client_for: ClientFor, world: World) -> None:
    officer = client_for("statistics")
    address = sent(officer, solutions("42"))
    page = officer.page(address)
    data = page.filled(page.form_with({"seen"}))
    answers = [officer.post(address, data=data) for _ in range(2)]
    assert [one.status_code for one in answers] == [302, 302]
    assert answers[0].location == answers[1].location
    assert "1 to 1 of 1" in officer.page("/figures/external?series=rdf_returned_refugees").text


def test_two_tabs(client_for: ClientFor, world: World) -> None:
    officer = client_for("statistics")
    address = sent(officer, solutions("42"))
    tab = officer.page(address)
    data = tab.filled(tab.form_with({"seen"}))
    done = officer.submit(address, {})
    again = officer.post(address, data=data)  # another nonce: the other tab's
    assert again.location == done.location
    assert officer.get(address).location == done.location
    assert officer.press(f"{address}/discard").status_code == 404


def test_somebody_entered_the_same_meanwhile(client_for: ClientFor, world: World) -> None:
    first, second = client_for("statistics", "office"), client_for("statistics", "A")
    address = sent(first, solutions("42", "17"))
    page = first.page(address)
    data = page.filled(page.form_with({"seen"}))
    confirmed(second, solutions("42"))
    answer = first.post(address, data=data)
    assert answer.status_code == 422
    assert "Look at the comparison again" in answer.text
    page = Page(answer.text)
    assert first.post(address, data=page.filled(page.form_with({"seen"}))).status_code == 302


def test_voiding_a_whole_file(client_for: ClientFor, world: World) -> None:
    officer = client_for("statistics")
    address = confirmed(officer, solutions("42", "17"))
    assert "Fill in this field" in Page(officer.submit(f"{address}/void", {"reason": " "}).text).text
    assert officer.submit(f"{address}/void", {"reason": "Another edition"}).status_code == 302
    page = officer.page(address)
    assert "Another edition" in page.text
    assert "Void all" not in page.text
    again = officer.submit(f"{address}/void", {"reason": "Once more"})
    assert again.status_code == 422
    assert "This import is void" in again.text


def test_only_statistics(client_for: ClientFor, world: World) -> None:
    address = confirmed(client_for("statistics"), solutions("42"))
    for role in ("lawyer", "supervisor", "administrator", "protection"):
        other = client_for(role)
        for asked in (SEND, "/figures/external/imports", "/figures/external/sums", address, f"{address}/void"):
            assert other.get(asked).status_code == 403
        assert other.press(f"{address}/verify").status_code == 403
    for asked in (f"{SEND}/{uuid4()}", f"/figures/external/imports/{uuid4()}", "/figures/external/series/no_such"):
        client_for("statistics").page(asked, status=404)


# -- the list, a line's history, sums ----------------------------------------------------------------------------


def test_the_list_by_figure_and_state(client_for: ClientFor, world: World) -> None:
    officer = client_for("statistics")
    everything = officer.page("/figures/external")
    assert "1 to 50 of" in everything.text
    pledges = officer.page("/figures/external?series=pledges")
    assert "1 to 1 of 1" in pledges.text
    assert "Remove filter:" in pledges.text
    assert "Nothing matches" in officer.page("/figures/external?series=pledges&state=void").text
    assert "1 to 1 of 1" in officer.page("/figures/external?series=pledges&state=waiting&page=99").text
    for wrong in ("series=no_such", "state=sideways", "state=%00"):
        assert "1 to 50 of" in officer.page(f"/figures/external?{wrong}", status=422).text
    for page in ("0", "-3", "x"):
        assert "1 to 50 of" in officer.page(f"/figures/external?page={page}").text
    assert "101 to" in officer.page(f"/figures/external?page={'9' * 40}").text


def test_every_value_ever_entered_stays_readable(client_for: ClientFor, world: World, acting: Acting) -> None:
    for value in (7400, 7412):
        with acting(world.principal("statistics", "office")):
            made = actions.enter_external(
                series="stateless_government", as_of=date(2026, 7, 1), value=Decimal(value), source="Ministry"
            )
            if value == 7400:
                actions.void_external(made, "Two digits were swapped")
    page = client_for("statistics", "office").page("/figures/external/series/stateless_government")
    for words in (
        "7,400",
        "7,412",
        "7,399",
        "Two digits were swapped",
        "Delivered with Casework",
        "Statistics of Country",
    ):
        assert words in page.text, words


def test_sums_and_shares(client_for: ClientFor, world: World) -> None:
    page = client_for("statistics").page("/figures/external/sums")
    for words in (
        "The parts do not add up: the difference is 1",
        "7,866",
        "7,567",
        "With what is left out it would be 7,751.",
        "The parts are of different days",
        "88,419",
        "106,489",
        "7,382",
        "Differs by 5: within rounding",
        "Differs by 1: within rounding",
        "1,322 are not accounted for",
        "A rest of 82 was not printed",
        "Casework itself counts: 0.",
        "489,428 of 6,252,267 are 7.83%. The source has cut it off instead of rounding it.",
        "Part and whole were not both published.",
    ):
        assert words in page.text, words


def test_what_is_counted_stands_beside_what_was_printed(client_for: ClientFor, world: World, acting: Acting) -> None:
    with acting(world.principal("lawyer")):
        crowd(6, date(2024, 5, 1), displacement="ASR")
        crowd(3, date(2025, 1, 1), displacement="ASR")  # counted from the next day
    page = client_for("statistics").page("/figures/external/sums").text
    assert page.count("Casework itself counts: 6.") >= 2
    assert "Casework itself counts: 9." not in page


def test_a_figure_of_one_origin(client_for: ClientFor, world: World) -> None:
    officer = client_for("statistics")
    answer = officer.submit(
        "/figures/external/new",
        {
            "series": "refugees",
            "origin": "SYR",
            "value": "12",
            "source": "UNHCR",
            "as_of-day": "1",
            "as_of-month": "7",
            "as_of-year": "2026",
        },
    )
    assert answer.status_code == 302
    page = officer.page("/figures/external?series=refugees").text
    assert "12 1 July 2026" in page
    assert page.index("Syria") < page.index("1 July 2026")


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_in_every_language(client_for: ClientFor, world: World, language: str) -> None:
    officer = client_for("statistics")
    address = sent(officer, (DATA / "unhcr_kaz_asylum_decisions.csv").read_bytes())
    officer.press(f"/language/{language}")
    for page in (address, "/figures/external", "/figures/external/sums", "/figures/external/imports", SEND):
        officer.page(page)
    answer = officer.submit(address, {})
    officer.page(answer.location)
    officer.page(f"{answer.location}/void")
    officer.page("/figures/external/series/rdf_decisions_rejected_cases")
