"""The declared tables: words in three languages, categories that leave no one out, and what officers may add."""

from collections.abc import Iterator
from datetime import date
from itertools import chain, combinations

import pytest

from casework.core.errors import DomainError
from casework.disclosure.tables import MONTH
from casework.reference import queries as codes
from casework.releases import declared
from casework.releases.declared import DeclaredTable
from casework.releases.definitions import DIMENSIONS, IN, NONE, OUT, POPULATIONS, STOCK
from tests.conftest import Acting
from tests.factories import World

SINCE, AS_OF = date(2024, 3, 1), date(2025, 1, 1)
LISTED = {"refugees_asylum": ["AFG", "SYR", "UKR"], "undetermined": ["UZB"]}
EVERY = [(population, each) for population, one in POPULATIONS.items() for each in one.dimensions]


@pytest.fixture(autouse=True)
def officer(acting: Acting, world: World) -> Iterator[None]:
    with acting(world.principal("statistics")):
        yield


def categories(code: str, population: str) -> list[str]:
    return [one.code for one in declared.dimension(code, population, SINCE, AS_OF, LISTED).categories]


# -- words -------------------------------------------------------------------------------------------------------


def test_every_table_and_category_has_words_in_three_languages() -> None:
    texts = [text for one in declared.TABLES.values() for text in (one.name, one.definition)]
    texts += [text for one in POPULATIONS.values() for text in (one.name, one.definition)]
    texts += [text for one in DIMENSIONS.values() for text in (one.name, one.by, one.definition) if text is not None]
    texts += [declared.category_text(code, one) for population, code in EVERY for one in categories(code, population)]
    for text in texts:
        assert all((text.en, text.ru, text.kk)), text


def test_no_category_shows_its_code() -> None:
    for population, code in EVERY:
        for one in categories(code, population):
            text = declared.category_text(code, one)
            assert code == "age" or one not in (text.en, text.ru, text.kk), one


def test_words_are_put_together() -> None:
    assert declared.TABLES["refugees_asylum_by_status_sex_age"].name.en == (
        "Refugees and asylum-seekers, by status, by sex, by age"
    )
    assert declared.TABLES["undetermined:out_by_flow"].definition.en.count(".") == 3
    assert declared.category_text(MONTH, "2024-05").kk == "2024 ж. мамыр"
    assert declared.category_text("macro_region", "UNK") == declared.category_text("region", "UNK")
    assert declared.category_text("region", "SOUTH").en == "South"
    assert declared.category_text("modality", NONE).en == "Not recorded"


def test_the_factsheet_s_set_is_fixed() -> None:
    assert list(declared.TABLES) == [
        "refugees_asylum_by_main_origin",
        "refugees_asylum_by_status_origin",
        "refugees_asylum_by_status_sex_age",
        "refugees_asylum_by_status_region",
        "refugees_asylum:in_by_flow",
        "refugees_asylum:out_by_flow",
        "undetermined_by_region",
        "undetermined_by_sex_age",
        "undetermined:in_by_flow",
        "undetermined:out_by_flow",
        "sessions_by_modality",
        "sessions_by_month",
        "session_topics_by_topic",
        "services_by_level",
        "services_by_service_type",
        "services_by_month",
        "cases_closed_by_track_outcome",
        "decisions_by_procedure_result",
        "activities_by_activity_month",
    ]
    assert {one.unit for one in declared.TABLES.values()} == {
        "persons", "sessions", "topics", "services", "cases", "decisions", "activities"
    }  # fmt: skip


# -- categories --------------------------------------------------------------------------------------------------


def test_parts_of_the_country_hold_every_region_once() -> None:
    parts = declared.dimension("macro_region", "undetermined", SINCE, AS_OF, LISTED)
    members = list(chain.from_iterable(one.members or (one.code,) for one in parts.categories))
    assert parts.code == "region", "the finer table and this one divide by the same"
    assert sorted(members) == sorted(categories("region", "undetermined"))
    assert [one.code for one in parts.categories if not one.members] == ["UNK"]
    assert len(parts.categories) == 6


def test_statuses_of_refugees_are_one_category() -> None:
    status = declared.dimension("status", "refugees_asylum", SINCE, AS_OF)
    assert [(one.code, status.identity(one)) for one in status.categories] == [
        ("REF", "REF-C|REF-D|REF-M"),
        ("ASR", "ASR"),
    ]


def test_origins_are_the_listed_ones_and_the_rest() -> None:
    assert categories("origin", "refugees_asylum") == ["AFG", "SYR", "UKR", "OTHER"]
    assert categories("origin", "undetermined" + OUT) == ["UZB", "OTHER"], "flows are divided as their stock"
    origin = declared.dimension("origin", "refugees_asylum", SINCE, AS_OF, LISTED)
    assert origin.identity(origin.categories[-1]) == "!AFG|SYR|UKR"


def test_levels_are_what_their_services_are() -> None:
    level = declared.dimension("level", "services", SINCE, AS_OF)
    assert level.code == "service_type"
    members = {one.code: one.members for one in level.categories}
    assert members["5"] == frozenset({"REPR_COURT"})
    assert {"AWARE", "REFER"} <= (members[NONE] or set())


def test_reasons_go_one_way() -> None:
    came, left = (set(categories("flow", "undetermined" + way)) for way in (IN, OUT))
    assert {"identified", "reopened", "correction", "status_change"} <= came
    assert not came & {"died", "departed", "closed", "confirmed_kz", "age", "moved"}
    assert {"died", "merged", "lost_contact", "confirmed_kz", "acquired_kz", "recognised_stateless"} <= left
    assert not left & {"identified", "reopened", "recognised_refugee", "rejected", "age", "moved"}
    recognised = set(categories("flow", "refugees_asylum" + IN))
    assert {"recognised_refugee", "derived_status"} <= recognised
    assert "rejected" in categories("flow", "refugees_asylum" + OUT)


def test_what_says_something_of_each_of_a_group() -> None:
    sensitive = {
        (population, code)
        for population, code in EVERY
        if declared.dimension(code, population, SINCE, AS_OF, LISTED).is_sensitive
    }
    assert sensitive == {
        ("cases_closed", "outcome"),
        ("cases_closed", "closure_reason"),
        ("decisions", "result"),
        ("refugees_asylum" + OUT, "flow"),
        ("undetermined" + OUT, "flow"),
    }
    assert {one.code for one in DIMENSIONS.values() if one.is_immutable} == {"origin", "main_origin", "sex"}


def test_months_of_a_period() -> None:
    assert declared.months(date(2023, 11, 1), date(2024, 2, 1)) == ["2023-11", "2023-12", "2024-01"]
    for wrong in ((date(2024, 1, 2), AS_OF), (AS_OF, AS_OF), (AS_OF, SINCE), (SINCE, date(2025, 1, 31))):
        with pytest.raises(ValueError, match="whole months"):
            declared.months(*wrong)


def test_regions_are_as_of_the_day() -> None:
    former = declared.dimension("region", "undetermined", date(2021, 1, 1), date(2022, 1, 1))
    assert "KZ-10" not in {one.code for one in former.categories}
    assert "KZ-10" in categories("region", "undetermined")


def test_outcomes_of_other_kinds_of_case_are_impossible() -> None:
    table = declared.TABLES["cases_closed_by_track_outcome"]
    dimensions = [declared.dimension(one, table.population, SINCE, AS_OF) for one in table.dimensions]
    zero = declared.impossible(table, dimensions)
    assert ("ASYLUM", "BIRTH_CERT_ISSUED") in zero
    assert ("NATIONALITY", "BIRTH_CERT_ISSUED") not in zero
    assert not any("*" in at or NONE in at for at in zero)
    assert declared.impossible(declared.TABLES["sessions_by_month"], ()) == frozenset()


def test_every_act_that_decides_says_who_decided_and_how() -> None:
    deciding = [one for one in codes.items("act") if one.attributes.get("decision")]
    assert len(deciding) > 30
    for one in deciding:
        assert one.attributes["instance"] in {"FIRST", "REVIEW", "COURT"}, one.code
        assert one.attributes["result"] in {"GRANTED", "REFUSED", "RETURNED", "ENDED"}, one.code


# -- finding and adding tables -----------------------------------------------------------------------------------


def test_a_table_is_found_by_its_code() -> None:
    for code, table in declared.TABLES.items():
        assert declared.named(code) is table
        assert (table.code, declared.table(table.population, table.dimensions)) == (code, table)
    for population, one in POPULATIONS.items():
        for size in (1, 2, 3):
            for dimensions in combinations(one.dimensions, size):
                if len({DIMENSIONS[each].characteristic for each in dimensions}) == size:
                    table = DeclaredTable(population, dimensions)
                    assert declared.named(table.code) == table


def test_there_is_no_other_table() -> None:
    for code in (
        "",
        "persons_by_sex",
        "undetermined",
        "undetermined_by_",
        "undetermined_by_status",
        "undetermined_by_name",
        "undetermined_by_sex_sex",
        "undetermined_by_region_macro_region",
        "services_by_level_service_type",
        "sessions_by_modality_month_modality",
    ):
        with pytest.raises(KeyError):
            declared.named(code)


def test_an_officer_adds_a_table() -> None:
    new = declared.made("undetermined", ["sex", "macro_region"])
    assert new.code == "undetermined_by_sex_macro_region"
    assert new.name.en == "Persons of undetermined nationality registered by partners, by sex, by part of the country"
    assert declared.all_tables([("undetermined", ["sex", "macro_region"])])[-1] == new


REFUSED: tuple[tuple[str, list[str], str, str], ...] = (
    ("persons", ["sex"], "population", "Choose who or what is counted."),
    ("undetermined", [], "dimensions", "Choose one to three breakdowns."),
    ("refugees_asylum", ["status", "origin", "sex", "age"], "dimensions", "Choose one to three breakdowns."),
    ("undetermined", ["status"], "dimensions", "This population is not divided that way."),
    ("undetermined", ["name"], "dimensions", "This population is not divided that way."),
    ("undetermined", ["sex", "sex"], "dimensions", "Choose each breakdown once, and not together"),
    ("undetermined", ["region", "macro_region"], "dimensions", "Choose each breakdown once, and not together"),
    ("undetermined", ["age", "sex"], "dimensions", "This table is there already: Persons of undetermined"),
    ("refugees_asylum", ["status", "origin", "region"], "dimensions", "too many cells"),
)


def test_what_may_not_be_added() -> None:
    for population, dimensions, field, why in REFUSED:
        with pytest.raises(DomainError) as refused:
            declared.made(population, dimensions)
        assert refused.value.field == field
        assert why in refused.value.message


def test_what_was_added_is_not_added_again() -> None:
    before = declared.made("sessions", ["modality", "month"])
    with pytest.raises(DomainError, match="there already"):
        declared.made("sessions", ["month", "modality"], beside=[before])


def test_a_coarser_table_is_by_parts_of_the_country() -> None:
    coarser = declared.coarser(declared.TABLES["refugees_asylum_by_status_region"])
    assert coarser is not None
    assert coarser.code == "refugees_asylum_by_status_macro_region"
    assert declared.named(coarser.code) == coarser
    assert declared.coarser(coarser) is None


def test_key_figures_are_numbers_of_the_tables() -> None:
    origin = declared.dimension("main_origin", "refugees_asylum", SINCE, AS_OF)
    identities = {origin.identity(one) for one in origin.categories}
    for part in ("refugees_asylum_afg", "refugees_asylum_ukr", "refugees_asylum_other"):
        spot = declared.figure_spot(part, AS_OF)
        assert spot is not None
        assert {identity for _dimension, identity in spot.traits} <= identities
    whole = declared.figure_spot("undetermined", AS_OF)
    assert whole is not None
    assert not whole.traits
    assert declared.figure_spot("stateless_known", AS_OF) is None
    assert {code for code, one in POPULATIONS.items() if one.kind == STOCK} == {"refugees_asylum", "undetermined"}
    assert declared.is_of_the_ledger("undetermined" + OUT)
    assert not declared.is_of_the_ledger("sessions")
