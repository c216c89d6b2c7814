"""Sums only of like with like; every country with its own day; a reason wherever there is no sum."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from casework.core import i18n
from casework.core.i18n import Text
from casework.figures import indicators
from casework.regional import rollup
from tests.regional import countries
from tests.regional.countries import Json

KAZ = countries.bundle("KAZ")


@pytest.fixture(autouse=True)
def words() -> Iterator[None]:
    """Days are written as each language writes them; that takes an application, and nothing else of it."""
    app = Flask("words")
    i18n.babel.init_app(app)
    with app.app_context():
        yield


def together(**kgz: Any) -> dict[str, Json]:
    """The figures of Kazakhstan and of a Kyrgyzstan that is otherwise like this, by their codes."""
    found = rollup.figures([countries.bundle("KGZ", **kgz), KAZ])
    return {one["code"]: one for one in found}


def reason(figure: Json) -> str:
    assert figure["value"] is None
    assert figure["qualifier"] == ""
    return str(figure["note"]["en"])


def test_what_is_alike_is_added_up_and_every_country_stands_below() -> None:
    found = together(figures={"refugees_asylum": {"value": 1200}})["refugees_asylum"]
    assert (found["value"], found["scope"], found["as_of"], found["source"]) == (
        1846, "CENTRAL_ASIA", "2025-01-01", "sum",
    )  # fmt: skip
    assert found["note"] == ""
    assert [(one["code"], one["name"]["en"], one["scope"], one["value"]) for one in found["components"]] == [
        ("refugees_asylum_in_kaz", "Kazakhstan", "KAZ", 646),
        ("refugees_asylum_in_kgz", "Kyrgyzstan", "KGZ", 1200),
    ]
    assert {one["as_of"] for one in found["components"]} == {"2025-01-01"}
    assert [one["document"] for one in found["components"]] == ["KAZ-2025-01-01-e1", "KGZ-2025-01-01-e1"]


def test_what_a_sum_is_made_of_is_added_up_too() -> None:
    found = together(figures={"stateless_known": {"value": 7870}, "undetermined": {"value": 471}})["stateless_known"]
    assert found["value"] == 7865 + 7870
    assert {one["code"]: one["value"] for one in found["parts"]} == {
        "stateless_government": 2 * 7399,
        "undetermined": 466 + 471,
    }
    assert found["qualifier"] == ""
    assert {one["code"]: one["qualifier"] for one in found["parts"]} == {
        "stateless_government": "about",
        "undetermined": "",
    }
    assert [one["source"] for one in found["parts"][0]["components"]] == ["Ministry of Internal Affairs"] * 2


OTHER_DEFINITION = {"definition": {"en": "Families.", "ru": "Семьи.", "kk": "Отбасылар."}}


@pytest.mark.parametrize(
    ("kgz", "because"),
    [
        ({"value": None, "hidden": True}, rollup.WITHHELD),
        ({"value": None, "hidden": False}, rollup.UNKNOWN),
        (OTHER_DEFINITION, rollup.UNLIKE),
        ({"name": {"en": "Refugees", "ru": "Беженцы", "kk": "Босқындар"}}, rollup.UNLIKE),
        ({"unit": "cases"}, rollup.UNLIKE),
        ({"spot": {"population": "refugees_asylum", "when": "2025-01-01", "traits": {"sex": "F"}}}, rollup.UNLIKE),
        ({"as_of": "2024-07-01"}, rollup.OTHER_DAYS),
    ],
)
def test_unlike_things_are_not_added_up(kgz: Json, because: Text) -> None:
    found = together(figures={"refugees_asylum": kgz})["refugees_asylum"]
    told = {language: getattr(because, language).partition(" (")[0] for language in ("en", "ru", "kk")}
    assert {language: words.partition(" (")[0] for language, words in found["note"].items()} == told
    assert found["value"] is None
    assert found["hidden"] is (because is rollup.WITHHELD)
    assert [one["value"] for one in found["components"]] == [646, kgz.get("value", 646)]
    assert found["source"] == ""


def test_numbers_of_different_days_stand_side_by_side_each_with_its_own() -> None:
    found = together(as_of="2024-07-01")["refugees_asylum"]
    assert reason(found).endswith("moved in between (Kazakhstan: 1 January 2025; Kyrgyzstan: 1 July 2024).")
    assert (
        found["note"]["ru"]
        .replace("\u202f", " ")
        .endswith("(Казахстан: 1 января 2025 г.; Кыргызстан: 1 июля 2024 г.).")
    )
    assert found["as_of"] is None
    assert [one["as_of"] for one in found["components"]] == ["2025-01-01", "2024-07-01"]


def test_the_days_of_what_a_total_is_made_of_count_too() -> None:
    found = together(figures={"stateless_government": {"as_of": "2024-07-01"}})["stateless_known"]
    assert reason(found).endswith("(Kazakhstan: 1 January 2025; Kyrgyzstan: 1 July 2024, 1 January 2025).")
    government, undetermined = found["parts"]
    assert reason(government).endswith("(Kazakhstan: 1 January 2025; Kyrgyzstan: 1 July 2024).")
    assert undetermined["value"] == 2 * 466


def test_a_total_of_other_things_is_another_total() -> None:
    assert reason(together(figures={"undetermined": OTHER_DEFINITION})["stateless_known"]) == rollup.UNLIKE.en


def test_one_country_lacks_it() -> None:
    found = together(without=("refugees_asylum",))["refugees_asylum"]
    assert reason(found) == rollup.NOT_EVERYWHERE.en
    assert [one["scope"] for one in found["components"]] == ["KAZ"]


def test_what_only_a_later_country_has_is_there_too() -> None:
    found = rollup.figures([countries.bundle("KAZ", without=("stateless_known",)), countries.bundle("KGZ")])
    stateless = next(one for one in found if one["code"] == "stateless_known")
    assert [one["scope"] for one in stateless["components"]] == ["KGZ"]
    assert {one["code"] for one in stateless["parts"]} == {"stateless_government", "undetermined"}


def test_estimates_and_running_totals_are_never_added_up() -> None:
    found = together()["refugee_like"]
    assert reason(found) == rollup.NEVER.en
    assert [(one["value"], one["qualifier"]) for one in found["components"]] == [(65511, "up_to")] * 2


@pytest.mark.parametrize(
    ("kaz", "kgz", "expected"),
    [
        ("", "up_to", "up_to"),
        ("more_than", "more_than", "more_than"),
        ("about", "", "about"),
        ("up_to", "more_than", None),
        ("about", "up_to", None),
    ],
)
def test_a_word_such_as_up_to_carries_over(kaz: str, kgz: str, expected: str | None) -> None:
    bundles = [
        countries.bundle(area, figures={"refugees_asylum": {"qualifier": word}})
        for area, word in (("KAZ", kaz), ("KGZ", kgz))
    ]
    found = rollup.figures(bundles)[0]
    if expected is None:
        assert reason(found) == rollup.OTHER_WORDS.en
    else:
        assert (found["value"], found["qualifier"]) == (1292, expected)


def test_what_is_about_the_region_already_is_taken_once() -> None:
    found = together()
    assert (found["funding_required"]["value"], found["funding_required"]["scope"]) == (9600000, "CENTRAL_ASIA_5")
    assert found["funding_required"]["components"] == []
    newer = together(figures={"funding_required": {"value": 9700000, "as_of": "2025-06-30"}})["funding_required"]
    assert (newer["value"], newer["as_of"]) == (9700000, "2025-06-30")
    assert reason(together(figures={"funding_required": {"value": 9700000}})["funding_required"]) == rollup.DISAGREE.en


def test_what_one_country_means_of_the_region_and_another_of_itself_is_no_figure() -> None:
    """However new it is: a country's own number never stands as the region's."""
    for first, second in (("KAZ", "KGZ"), ("KGZ", "KAZ")):
        own = countries.bundle(first, figures={"funding_required": {"scope": first, "as_of": "2025-01-01"}})
        other = countries.bundle(second, figures={"funding_required": {"as_of": "2024-01-01"}})
        found = next(one for one in rollup.figures([own, other]) if one["code"] == "funding_required")
        assert reason(found) == rollup.UNLIKE.en
        assert (found["scope"], found["components"]) == ("CENTRAL_ASIA", [])


def test_countries_with_their_days_and_editions() -> None:
    kgz = countries.bundle("KGZ", as_of="2024-07-01", edition=2)
    assert rollup.countries([kgz, KAZ]) == [
        {
            "area": one.area,
            "name": {language: getattr(indicators.SCOPES[one.area], language) for language in ("en", "ru", "kk")},
            "as_of": one.as_of.isoformat(),
            "edition": one.edition,
            "digest": one.contents["en"]["release"]["digest"],
        }
        for one in (KAZ, kgz)
    ]


def test_no_country_stands_there_twice() -> None:
    with pytest.raises(ValueError, match="one country"):
        rollup.figures([KAZ, countries.bundle("KAZ", as_of="2024-01-01")])


def test_three_countries_in_one_order_whatever_order_they_are_given_in() -> None:
    bundles = [countries.bundle(area) for area in ("UZB", "KAZ", "KGZ")]
    assert rollup.figures(bundles) == rollup.figures(bundles[::-1])
    assert rollup.figures(bundles)[0]["value"] == 3 * 646
