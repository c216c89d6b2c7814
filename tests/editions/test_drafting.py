"""The content of an edition: a function of what is published, of its texts, and of the lists of its day."""

from copy import deepcopy
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from casework.core import clock
from casework.core.db import db
from casework.editions import actions, drafting, texts, trends
from casework.editions.models import Edition
from casework.factsheets.content import sheet
from casework.figures import actions as figures
from casework.figures import queries as entered
from casework.reference import actions as codes
from casework.reference import queries as listed
from casework.regional import actions as regional
from casework.regional import bundles
from casework.regional.models import TrustedKey
from casework.releases.models import Step
from casework.releases.rules import canonical
from tests.conftest import Acting
from tests.editions import office as offices
from tests.editions.office import Office
from tests.factories import World
from tests.factsheets import contents
from tests.figures.caseload import crowd
from tests.regional import countries
from tests.releases import published

# What a content says does not depend on the database; test_actions asks both.
pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True, scope="session")

LANGUAGES = ("en", "ru", "kk")
KEYS = {*contents.national()}


def verified(series: str) -> None:
    """Somebody has looked at the shipped figures of a series."""
    for one in entered.external_figures():
        if one.series == series and not one.is_void:
            one.verified_at = clock.now()
    db.session.flush()


def words_of(content: dict[str, Any]) -> list[str]:
    """Every text that an officer wrote."""
    texts_there = [content[one] for one in ("title", "lead", "contacts", "method")]
    messages = [words for one in content["messages"] for words in (one["title"], one["text"])]
    return [*texts_there, *messages, *(one["text"] for one in content["activities"]), content["law"]["text"]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_content_is_what_the_outputs_read(office: Office, language: str) -> None:
    with office.first():
        edition = offices.begun()
        content = drafting.content(edition, language)
        assert {*content} == KEYS
        made = sheet(content)
    assert (made.code, made.kind, made.area, made.edition) == ("KAZ-2025-01-01-e1", "national", "KAZ", 1)
    assert made.release == "KAZ-2025-01-01-e1"
    assert len(made.messages) == 4
    assert "646" in made.lead
    assert not [one for one in words_of(content) if "{" in one]
    assert [one.name for one in made.activities] == [
        getattr(one.name, language) for one in texts.SECTIONS if one.code in texts.ACTIVITIES
    ]


def test_placeholders_are_resolved(office: Office) -> None:
    with office.first():
        edition = offices.begun()
        content = drafting.content(edition, "en")
    assert content["title"] == "Kazakhstan: refugees, asylum-seekers and stateless persons"
    assert content["messages"][0] == {
        "title": "Where refugees and asylum-seekers are from",
        "text": "From Afghanistan: 320 (50%). From Ukraine: 244 (38%). From other countries: 82.",
    }
    assert "up to 65,511" in content["messages"][2]["text"]


def test_a_placeholder_of_a_withheld_figure_stops_the_content(office: Office) -> None:
    found = offices.publication()
    protected = found["figures"][0]
    protected["parts"][0] |= {"value": None, "hidden": True}
    with office.first():
        edition = offices.begun(figures=found["figures"])
        with pytest.raises(texts.UnknownFigure) as refusal:
            drafting.content(edition, "en")
        assert refusal.value.name == "refugees_asylum_afg"


def test_no_live_count_is_in_it(office: Office, acting: Acting, world: World) -> None:
    """Two caseloads that print the same publication make the same content, byte for byte."""
    made = set()
    with office.first():
        edition_id = offices.begun().id
    for count, origin in ((0, ""), (3, "SYR"), (12, "UKR")):
        with clock.at(offices.TODAY), acting(world.principal("lawyer")):
            crowd(count, displacement="ASR", origin=origin, region="KZ-59")
            crowd(count, nationality="UN", origin=origin, region="KZ-61")
        with office.first():
            edition = offices.again(edition_id)
            made.add(b"".join(canonical(drafting.content(edition, one)) for one in LANGUAGES))
    assert len(made) == 1


def test_activities_count_what_the_release_shows(office: Office) -> None:
    services = {
        "COUNSEL": ("Counselling", "Консультация", "Кеңес"),
        "CASH": ("Cash", "Деньги", "Ақша"),
    }
    with office.first():
        found = offices.publication()
        table = published.table(
            "decisions", {"result": services}, {("COUNSEL",): 37, ("CASH",): 2}, ["2024-01-01", "2025-01-01"],
            unit="services", hidden={("CASH",), ("*",)},
        )  # fmt: skip
        table |= {"code": "services_by_service_type", "population": "services"}
        table["dimensions"][0]["code"] = "service_type"
        populations = found["populations"] | {"services": found["populations"]["decisions"]}
        edition = offices.begun(tables=[*found["tables"], table], populations=populations)
        made = {one["code"]: one for one in drafting.content(edition, "en")["activities"]}
    assert [(one["name"]["en"], one["value"], one["unit"]) for one in made["counselling"]["counts"]] == [
        ("Counselling sessions", 345, "sessions"),
        ("Counselling", 37, "services"),
    ]
    assert [one["value"] for one in made["cash"]["counts"]] == [None]
    assert made["trainings"]["counts"] == []


# -- lists of the day --------------------------------------------------------------------------------------------


def test_wording_follows_an_accession(office: Office) -> None:
    """The day decides: the sheet of a day before says what held then."""
    with office.first(date(2026, 2, 1)):
        before = offices.begun()
        later = offices.begun(as_of="2026-01-01", since="2025-01-01")
        (row,) = [one for one in listed.every_item("treaty_not_party") if one.code == "CONVENTION_1954"]
        codes.retire(row, date(2025, 6, 1))
        codes.add(
            "treaty_party", "CONVENTION_1954", label_en=row.label_en, label_ru=row.label_ru, label_kk=row.label_kk,
            effective_from=date(2025, 6, 1), source="Deposited in 2025: invented for this test",
        )  # fmt: skip
        laws = [drafting.content(one, "en")["law"] for one in (before, later)]
    named = [[[one["en"][:4] for one in law[which]] for which in ("party", "not_party")] for law in laws]
    assert named == [[["1951", "1967"], ["1954", "1961"]], [["1951", "1967", "1954"], ["1961"]]]
    assert laws[0]["commitments"][0]["en"].startswith("Ashgabat Declaration")


def test_partners_are_those_of_the_day(office: Office, world: World) -> None:
    with office.first():
        content = drafting.content(offices.begun(), "en")
    partners = {one["kind"]: [name["en"] for name in one["names"]] for one in content["partners"]}
    assert len(partners["state"]) == 11
    assert "Ministry of Education" in partners["state"]
    assert partners["civil"] == ["Partner Aster", "Partner Birch"]
    assert content["donors"] == []


def test_donors_are_a_list_that_begins_empty(office: Office) -> None:
    with office.first():
        edition = offices.begun()
        codes.add(
            "donor", "D1", label_en="A donor", label_ru="Донор", label_kk="Донор", effective_from=date(2024, 1, 1),
            source="Invented",
        )  # fmt: skip
        assert drafting.content(edition, "ru")["donors"] == [{"en": "A donor", "ru": "Донор", "kk": "Донор"}]


# -- money -------------------------------------------------------------------------------------------------------


def test_what_was_received_is_worked_out_and_says_so(office: Office) -> None:
    with office.first():
        funding = drafting.content(offices.begun(), "en")["funding"]
    assert (funding["received"], funding["is_derived"]) == ("2688000", True)
    assert funding["share"]["as_of"] == "2025-03-31"
    assert funding["scope"]["en"] == "Five countries of Central Asia, not Kazakhstan alone"


def test_what_was_received_is_what_was_recorded_with_the_share(office: Office) -> None:
    """And not what another source has said, or another figure of the same one."""
    with office.first():
        edition = offices.begun()
        figures.enter_external(
            series="funding_share", as_of=date(2025, 3, 31), value=Decimal(27), source="Another",
            scope="CENTRAL_ASIA_5", numerator=Decimal(2592000), denominator=Decimal(9600000),
        )  # fmt: skip
        assert drafting.content(edition, "en")["funding"]["is_derived"]
        _recorded(2690123)
        funding = drafting.content(edition, "en")["funding"]
    assert (funding["received"], funding["is_derived"]) == ("2690123", False)


def _recorded(numerator: int) -> None:
    """The shipped share has no amount; somebody voids it and enters it with one."""
    (shipped,) = [
        one for one in entered.external_figures() if one.series == "funding_share" and one.as_of == date(2025, 3, 31)
        and one.source == "UNHCR"
    ]  # fmt: skip
    figures.void_external(shipped, "The amount was missing.")
    figures.enter_external(
        series="funding_share", as_of=date(2025, 3, 31), value=Decimal(28), source="UNHCR", scope="CENTRAL_ASIA_5",
        numerator=Decimal(numerator), denominator=Decimal(9600000),
    )  # fmt: skip


def test_without_a_figure_of_money_there_is_no_funding(office: Office) -> None:
    with office.first():
        kept = [one for one in offices.publication()["figures"] if not one["code"].startswith("funding")]
        assert drafting.content(offices.begun(figures=kept), "en")["funding"] is None


# -- trends ------------------------------------------------------------------------------------------------------


def line(content: dict[str, Any], trend: str, code: str) -> dict[str, int | None]:
    found = next(one for one in content["trends"] if one["code"] == trend)
    drawn = next(one for one in found["lines"] if one["code"] == code)
    return {one["as_of"]: one["value"] for one in drawn["points"]}


def test_a_trend_has_releases_up_to_the_day_and_never_later_ones(office: Office) -> None:
    with office.first(date(2027, 2, 1)):
        first = offices.begun()
        middle = offices.begun(as_of="2026-01-01", since="2025-01-01")
        now = drafting.content(middle, "en")
        last = published.release(content=offices.publication(as_of="2027-01-01", since="2026-01-01"))
        assert drafting.content(middle, "en") == now, "what comes later changes nothing"
        assert line(drafting.content(first, "en"), "refugees_asylum", "releases") == {
            "2024-01-01": 622,
            "2025-01-01": 646,
        }
        assert [*line(now, "refugees_asylum", "releases")] == ["2024-01-01", "2025-01-01", "2026-01-01"]
        assert last.step == Step.FROZEN


def test_a_day_is_told_by_its_latest_edition_but_the_sheet_by_its_own(office: Office) -> None:
    with office.first(date(2026, 2, 1)):
        first = offices.begun()
        corrected = deepcopy(offices.publication()["figures"])
        corrected[0]["value"] = 650
        published.release(content=offices.publication(edition=2, figures=corrected))
        later = offices.begun(as_of="2026-01-01", since="2025-01-01")
        assert line(drafting.content(first, "en"), "refugees_asylum", "releases")["2025-01-01"] == 646
        assert line(drafting.content(later, "en"), "refugees_asylum", "releases")["2025-01-01"] == 650


def test_the_database_is_a_line_of_its_own_with_the_year_put_right(office: Office) -> None:
    """RDF's year 2022 is as of 1 January 2023; nobody has looked at the others."""
    with office.first():
        edition = offices.begun()
        assert [one["code"] for one in drafting.content(edition, "en")["trends"][0]["lines"]] == ["releases"]
        for series in ("rdf_refugees", "rdf_asylum_seekers"):
            verified(series)
        content = drafting.content(edition, "en")
    found = line(content, "refugees_asylum", "rdf")
    assert found["2023-01-01"] == 308 + 840
    assert found["2013-01-01"] == 561 + 81
    assert max(found) == "2025-01-01", "the year 2025 came later"
    assert len(found) == trends.YEARS + 1


def test_people_in_a_refugee_like_situation_are_never_drawn_among_refugees(office: Office) -> None:
    with office.first():
        edition = offices.begun()
        for series in ("rdf_refugees", "rdf_asylum_seekers", "rdf_stateless"):
            verified(series)
        content = drafting.content(edition, "en")
    found = line(content, "refugees_asylum", "rdf")
    assert (found["2024-01-01"], found["2025-01-01"]) == (None, None)
    assert not {42685, 65833, 42685 + 476, 65833 + 319} & {*found.values()}
    trend, stateless = content["trends"]
    assert "2023 and 2024 not drawn" in trend["note"]["en"]
    assert "2023 и 2024 гг." in trend["note"]["ru"]
    assert "2023 және 2024 жылдардағы" in trend["note"]["kk"]
    assert "not drawn" not in stateless["note"]["en"]
    assert line(content, "stateless", "rdf")["2025-01-01"] == 7865
    with_gap = next(one for one in sheet_of(content) if one.code == "trend-refugees_asylum")
    assert [point.code for point in with_gap.lines[1].points if point.is_absent] == ["2024-01-01", "2025-01-01"]


def sheet_of(content: dict[str, Any]) -> tuple[Any, ...]:
    return sheet(content).all_drawings


def test_a_withheld_figure_is_a_withheld_point(office: Office) -> None:
    with office.first(date(2026, 2, 1)):
        hidden = deepcopy(offices.publication()["figures"])
        hidden[0] |= {"value": None, "hidden": True}
        published.release(content=offices.publication(figures=hidden))
        later = offices.begun(as_of="2026-01-01", since="2025-01-01")
        content = drafting.content(later, "en")
    found = next(one for one in content["trends"] if one["code"] == "refugees_asylum")
    assert {"as_of": "2025-01-01", "value": None} in found["lines"][0]["points"]


# -- corrections -------------------------------------------------------------------------------------------------


def changes_of(edition: Edition, language: str) -> list[tuple[str, str, str]]:
    correction = drafting.content(edition, language)["correction"]
    assert correction is not None
    return [(one["what"][language], one["before"], one["after"]) for one in correction["changes"]]


def test_a_correction_says_what_it_changed(office: Office, app: Flask) -> None:
    edition_id = offices.edition_published(office, ("en", "ru"))
    with office.first():
        found = offices.publication()
        found["figures"][0]["value"] = 645
        found["figures"][0]["parts"][0]["value"] = 319
        region = next(one for one in found["tables"] if one["code"] == "refugees_asylum_by_region")
        for cell, value in (("KZ-75", 401), ("KZ-61", 22)):
            row = next(one for one in region["cells"] if one["at"] == [cell])
            row.pop("hidden", None)
            row["value"] = value
        published.release(content={**found, "edition": 2})
        edition = actions.begin_correction(offices.again(edition_id))
        offices.write(edition, "contacts", "en", "Another office")
        offices.write(edition, "correction", "en", "One person was counted twice: {refugees_asylum}.")
        content = drafting.content(edition, "en")
        english, russian = changes_of(edition, "en"), changes_of(edition, "ru")
        kazakh = changes_of(edition, "kk")
    assert content["correction"]["reason"] == "One person was counted twice: 645."
    assert ("Refugees and asylum-seekers", "646", "645") in english
    assert ("Afghanistan", "320", "319") in english
    assert ("Refugees and asylum-seekers – Region of residence: Almaty", "402", "401") in english
    assert (
        "Refugees and asylum-seekers – Region of residence: Turkistan Region",
        "hidden to protect people",
        "22",
    ) in english
    assert ("Contacts", "worded otherwise", "as it stands here") in english, "the old words may say what is withheld"
    assert not [one for one in russian if one[0] == "Контакты"], "that text has not changed in Russian"
    assert (published.NAMES["refugees_asylum"][1], "646", "645") in russian
    assert (published.NAMES["refugees_asylum"][2], "646", "645") in kazakh, "never published: what English said"
    with app.app_context():
        assert drafting.content(offices.again(edition_id), "en")["correction"] is None


def test_a_correction_of_a_treaty_is_told(office: Office) -> None:
    edition_id = offices.edition_published(office)
    with office.first(offices.TODAY + timedelta(days=1)):
        (row,) = [one for one in listed.every_item("treaty_not_party") if one.code == "CONVENTION_1961"]
        codes.retire(row, date(2024, 12, 1))
        edition = actions.begin_correction(offices.again(edition_id))
        found = changes_of(edition, "en")
    (changed,) = [one for one in found if one[0] == "Not party to"]
    assert "1961" in changed[1]
    assert "1961" not in changed[2]


def test_nothing_changed_is_no_change(office: Office) -> None:
    edition_id = offices.edition_published(office)
    with office.first():
        assert changes_of(actions.begin_correction(offices.again(edition_id)), "en") == []


# -- of several countries ----------------------------------------------------------------------------------------


def regional_edition(office: Office, **days: str) -> UUID:
    """An edition from the bundles of these countries, each as of its day."""
    keys = {area: countries.new_key() for area in days}
    with office.first():
        rows = [regional.add_key(area, area, key.public.text).id for area, key in keys.items()]
    with office.second():
        for one in rows:
            regional.confirm_key(db.session.get_one(TrustedKey, one))
    digests = []
    with office.first():
        for area, as_of in days.items():
            content = countries.content(area, as_of=as_of)
            row = regional.receive(bundles.export(countries.written(content), keys[area]))
            regional.confirm(row)
            digests.append(row.digest)
        return actions.begin_regional(date(2025, 1, 1), digests).id


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_regional_content_adds_up_like_with_like(office: Office, language: str) -> None:
    edition_id = regional_edition(office, KAZ="2025-01-01", KGZ="2025-01-01")
    with office.first():
        content = drafting.content(offices.again(edition_id), language)
        made = sheet(content)
    assert {*content} == KEYS
    assert (made.kind, made.area, made.release, made.tables, made.law) == ("regional", "CENTRAL_ASIA", "", (), None)
    assert (content["trends"], content["partners"], content["activities"]) == ([], [], [])
    assert made.figures[0].value == 2 * 646
    assert [one.value for one in made.figures[0].components] == [646, 646]
    assert [(one.area, one.as_of) for one in made.countries] == [("KAZ", date(2025, 1, 1)), ("KGZ", date(2025, 1, 1))]
    assert made.funding is not None
    assert made.funding.is_received_derived
    assert len(made.messages) == 2
    by_country = next(one for one in made.drawings if one.code == "refugees_asylum-country")
    assert by_country.total == 2 * 646


def test_countries_of_different_days_stand_side_by_side_without_a_sum(office: Office) -> None:
    edition_id = regional_edition(office, KAZ="2025-01-01", KGZ="2024-12-01")
    with office.first():
        made = sheet(drafting.content(offices.again(edition_id), "en"))
    protected = made.figures[0]
    assert (protected.value, protected.is_hidden) == (None, False)
    assert "different days" in protected.note
    by_country = next(one for one in made.drawings if one.code == "refugees_asylum-country")
    assert (by_country.total, by_country.has_shares) == (None, False)
    assert by_country.period == "1 December 2024 – 1 January 2025"
