"""Three offices on three databases: two countries publish and sign, a regional office puts them together.

Kazakhstan and the regional office run on SQLite, Kyrgyzstan on PostgreSQL. Nothing passes between them but the files
that an officer downloads and another one sends.
"""

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from casework.core import clock
from casework.core.db import db
from casework.regional import bundles
from tests import servers
from tests.pages import Client, Page, client_of, words_of
from tests.regional import countries, offices
from tests.regional.offices import NOW, Office

pytestmark = pytest.mark.postgresql

LANGUAGES = ("en", "ru", "kk")


@dataclass
class Region:
    """The three offices, what must not leave the countries, and the files that have left them."""

    kazakhstan: Office
    kyrgyzstan: Office
    regional: Office
    canaries: list[str] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    editions: dict[str, str] = field(default_factory=dict)


@pytest.fixture(scope="module")
def region(quick_place: Path, postgresql_server: str) -> Iterator[Region]:
    """Both countries have published as of 1 January 2025, and signed it."""
    place = quick_place / "region"
    database = servers.fresh_database(postgresql_server)
    found = Region(
        offices.installed(place / "kaz", f"sqlite:///{quick_place / 'kaz.db'}", "KAZ"),
        offices.installed(place / "kgz", database, "KGZ"),
        offices.installed(place / "office", f"sqlite:///{quick_place / 'office.db'}", "KAZ"),
    )
    for office, more in ((found.kazakhstan, 0), (found.kyrgyzstan, 30)):
        found.canaries += offices.people(office, more)
    offices.told(found.kyrgyzstan, "stateless_government", 500, date(2024, 7, 1))
    for office in (found.kazakhstan, found.kyrgyzstan):
        edition = offices.published(office, offices.frozen(office))
        offices.own_key(office)
        with clock.at(NOW):
            found.files[office.country] = offices.exported(office, edition)
        found.editions[office.country] = edition
    yield found
    for office in (found.kazakhstan, found.kyrgyzstan, found.regional):
        with office.app.app_context():
            db.engine.dispose()
    servers.drop_database(database)


# -- what leaves a country ---------------------------------------------------------------------------------------


def test_each_country_publishes_under_its_own_name(region: Region) -> None:
    for office, name in ((region.kazakhstan, "Kazakhstan"), (region.kyrgyzstan, "Kyrgyzstan")):
        place = office.country.lower()
        sheet = office.reader().get(f"/factsheets/{place}/2025-01-01/en/factsheet.json").json
        assert (sheet["area"]["code"], sheet["code"]) == (office.country, f"{office.country}-2025-01-01-e1")
        assert name in office.reader().get(f"/factsheets/{place}/2025-01-01/en").text
    page = region.kyrgyzstan.reader().get("/factsheets/kgz/2025-01-01/ru").text
    assert "Кыргызстан" in page
    # The funding is of five countries, “not Kazakhstan alone”.
    assert "Казахстан" not in page.replace("не только Казахстан", "")
    assert region.kyrgyzstan.reader().get("/factsheets/kaz/2025-01-01/en").status_code == 404


def test_no_person_is_in_a_file_that_leaves(region: Region) -> None:
    assert len(set(region.canaries)) > 60
    for data in region.files.values():
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            spread = b"\n".join(file.read(one) for one in file.namelist())
        text = (data + spread).decode("utf-8", "replace")
        assert [one for one in region.canaries if one in text] == []


def test_only_what_is_published_leaves_and_only_by_an_officer(region: Region) -> None:
    office = region.kazakhstan
    export = f"/regional/export/{region.editions['KAZ'].rpartition('/')[2]}"
    answer = office.first().get(export)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="KAZ-2025-01-01-e1.zip"'
    assert answer.data == region.files["KAZ"]
    supervisor = office.world.principal("supervisor")
    assert client_of(office.app).sign_in_as(supervisor).get(export).status_code == 403
    assert office.reader().get(export).status_code == 302


# -- what comes in -----------------------------------------------------------------------------------------------


def refusal(region: Region, data: bytes) -> str:
    with clock.at(NOW):
        answer = offices.sent(region.regional, data)
    assert answer.status_code == 422
    return Page(answer.text).text


def test_a_region_from_two_countries(region: Region) -> None:
    """In one go, as it happens: keys, files, the sheet, its outputs, and everything that is refused on the way."""
    regional = region.regional
    kazakhstan, kyrgyzstan = region.files["KAZ"], region.files["KGZ"]

    # Nobody has heard of them yet.
    assert "a key that nobody has added" in refusal(region, kazakhstan)
    with clock.at(NOW):
        assert "No signed edition yet" in regional.first().page("/regional/").text
        for office in (region.kazakhstan, region.kyrgyzstan):
            offices.trusted(regional, office)
        offices.taken_in(regional, kazakhstan)
        address = offices.taken_in(regional, kyrgyzstan)
        page = regional.first().page(address)
        assert "KGZ-2025-01-01-e1" in page.text
        assert "Kazakhstan" in regional.first().page("/regional/").text

    # Forged, tampered with, sent again.
    assert "already" in refusal(region, kyrgyzstan)
    changed = kyrgyzstan.replace(b'"value":70', b'"value":71')
    assert changed != kyrgyzstan
    assert "cannot be opened" in refusal(region, changed)  # even the sums of the zip tell
    assert "was changed after" in refusal(region, repacked(kyrgyzstan, b'"value":70', b'"value":71'))
    forged = bundles.export(countries.written(countries.content("KGZ")), countries.new_key())
    assert "a key that nobody has added" in refusal(region, forged)
    assert "not a whole signed edition" in refusal(region, b"PK\x05\x06" + bytes(18))

    # The sheet.
    with clock.at(NOW):
        begun = offices.went(regional.first().submit("/regional/new", {}))
        offices.completed(regional, begun.location, LANGUAGES)
    public = "/factsheets/central-asia/2025-01-01"
    reader = regional.reader()
    for language, words in (("en", "Kyrgyzstan"), ("ru", "Кыргызстан"), ("kk", "Қырғызстан")):
        page = reader.get(f"{public}/{language}")
        assert page.status_code == 200
        assert words in page.text
    looked_at(reader, public)


def repacked(data: bytes, old: bytes, new: bytes) -> bytes:
    """The same parts with something changed in them, as somebody would who does not have the key."""
    with zipfile.ZipFile(io.BytesIO(data)) as before:
        return countries.zipped({one: before.read(one).replace(old, new) for one in before.namelist()})


OTHER_DAYS = (
    "There is no sum: the numbers are as of different days, and people may have moved in between "
    "(Kazakhstan: 1 January 2025; Kyrgyzstan: 1 July 2024, 1 January 2025)."
)


def looked_at(reader: Client, public: str) -> None:
    """Every output says the same sums, gives no sum where there is none, and shows each country with its day."""
    outputs = {name: reader.get(f"{public}/en/{name}") for name in OUTPUTS}
    assert {name: one.status_code for name, one in outputs.items()} == dict.fromkeys(OUTPUTS, 200)
    sheet = outputs["factsheet.json"].get_json()
    figures = {one["code"]: one for one in sheet["key_figures"]}
    whole = figures["refugees_asylum"]
    assert (whole["value"], whole["as_of"]) == (110, "2025-01-01")
    assert [(one["name"], one["value"], one["as_of"]) for one in whole["components"]] == [
        ("Kazakhstan", 40, "2025-01-01"),
        ("Kyrgyzstan", 70, "2025-01-01"),
    ]
    assert {one["code"]: one["value"] for one in whole["parts"]} == {
        "refugees_asylum_afg": 42,
        "refugees_asylum_ukr": 48,
        "refugees_asylum_other": 20,
    }
    stateless = figures["stateless_known"]
    assert (stateless["value"], stateless["note"]) == (None, OTHER_DAYS)
    assert {one["code"]: one["value"] for one in stateless["parts"]} == {
        "stateless_government": None,
        "undetermined": 52,
    }
    assert figures["refugee_like"]["value"] is None
    assert figures["funding_required"]["value"] == 9600000
    assert [(one["code"], one["as_of"]) for one in sheet["countries"]] == [("KAZ", "2025-01-01"), ("KGZ", "2025-01-01")]

    lines = csv.DictReader(outputs["factsheet.csv"].get_data(as_text=True).removeprefix("\ufeff").splitlines())
    values = {one["Code"]: (one["Value"], one["Last day of the period, or the day of the count"]) for one in lines}
    assert values["refugees_asylum"] == ("110", "2025-01-01")
    assert values["refugees_asylum_in_kgz"] == ("70", "2025-01-01")
    assert values["stateless_known"][0] == values["stateless_government"][0] == ""
    assert values["stateless_government_in_kgz"] == ("500", "2024-07-01")

    book = load_workbook(io.BytesIO(outputs["factsheet.xlsx"].data), read_only=True)
    cells = {one for each in book for row in each.iter_rows(values_only=True) for one in row}
    assert {110, 40, 70, 500, OTHER_DAYS} <= cells

    printed = PdfReader(io.BytesIO(outputs["factsheet.pdf"].data))
    shown = {
        "page": words_of(Page(reader.get(f"{public}/en").text).all("main")[0]),
        "pdf": " ".join(" ".join(one.extract_text() for one in printed.pages).split()),
    }
    for where, text in shown.items():
        for wanted in ("110", "Kazakhstan", "Kyrgyzstan", "1 January 2025", "1 July 2024", "There is no sum"):
            assert wanted in text, (where, wanted)


OUTPUTS = ("factsheet.pdf", "factsheet.xlsx", "factsheet.csv", "factsheet.json")
"""The Refugee Data Finder's layout is of one country of asylum: each country's own sheet has it."""
