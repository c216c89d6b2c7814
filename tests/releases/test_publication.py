"""A publication has no number in a withheld cell, and says nothing that depends on one."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any

import pytest

from casework.disclosure.tables import TOTAL, At, Category, Dimension, Equation, Facts, Spot, Table
from casework.releases import publication, rules
from casework.releases.publication import Frame
from tests.conftest import Acting
from tests.factories import World

# Labels come from the code lists; that both databases give the same bytes is tested with the demonstration.
pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True, scope="session")
DAY, SINCE = date(2025, 1, 1), date(2024, 1, 1)
FRAME = Frame(as_of=DAY, since=SINCE, edition=1, counted_on=date(2025, 2, 3), listed_from=10)
STATUS = Dimension("status", (Category("REF", frozenset({"REF-C", "REF-M", "REF-D"})), Category("ASR")))
ORIGIN = Dimension("origin", (*(Category(one) for one in ("AFG", "CHN", "UKR")), Category("OTHER", None)))
MAIN = Dimension("origin", (Category("AFG"), Category("UKR"), Category("OTHER", None)))
FLOW = Dimension("flow", (Category("identified"), Category("died")), is_sensitive=True)
RISK = {"REF": {"AFG": 20, "CHN": 3, "UKR": 30, "OTHER": 4}, "ASR": {"AFG": 10, "CHN": 12, "UKR": 40, "OTHER": 9}}
WITHHELD = {
    "refugees_asylum_by_status_origin": frozenset(product(("REF", "ASR"), ("CHN", "OTHER"))),
    "undetermined:out_by_flow": frozenset({("identified",), ("died",)}),
}


def summed(cells: Mapping[At, int]) -> dict[At, int]:
    """The cells with every margin."""
    found: dict[At, int] = {}
    for at, count in cells.items():
        for where in product(*((code, TOTAL) for code in at)):
            found[where] = found.get(where, 0) + count
    return found


def counted(moved: int = 0) -> Facts:
    """A small caseload; `moved` persons stand elsewhere in the withheld cells, and every margin is the same."""
    by = {(status, origin): count for status, origins in RISK.items() for origin, count in origins.items()}
    by["REF", "CHN"] += moved
    by["ASR", "CHN"] -= moved
    by["REF", "OTHER"] -= moved
    by["ASR", "OTHER"] += moved
    main = {("AFG",): 30, ("UKR",): 70, ("OTHER",): 28}
    left = {("identified",): 1 + moved, ("died",): 7 - moved}
    period = (SINCE, DAY)
    un = Spot("undetermined", DAY, frozenset())
    return Facts(
        tables=(
            Table("refugees_asylum_by_main_origin", "refugees_asylum", DAY, (MAIN,), summed(main)),
            Table("refugees_asylum_by_status_origin", "refugees_asylum", DAY, (STATUS, ORIGIN), summed(by)),
            Table("undetermined_total", "undetermined", DAY, (), {(): 40}),
            Table("undetermined_opening", "undetermined", SINCE, (), {(): 30}),
            Table("undetermined:in_by_flow", "undetermined:in", period, (FLOW,), summed({("identified",): 18})),
            Table("undetermined:out_by_flow", "undetermined:out", period, (FLOW,), summed(left)),
            Table("undetermined:in_by_sex", "undetermined:in", period, (), {(): 777}, is_published=False),
        ),
        equations=(Equation(((1, un), (-1, un._replace(when=SINCE))), 10),),
        floors={Spot("refugees_asylum", DAY, frozenset({("origin", "CHN")})): 10},
    )


@pytest.fixture(autouse=True)
def _statistics(acting: Acting, world: World) -> Iterator[None]:
    with acting(world.principal("statistics")):
        yield


def built(facts: Facts, frame: Frame = FRAME) -> dict[str, Any]:
    return publication.build(frame, facts, WITHHELD)


def walk(content: Any) -> Iterator[Any]:
    yield content
    for one in content.values() if isinstance(content, dict) else content if isinstance(content, list) else ():
        yield from walk(one)


def test_two_caseloads_that_differ_in_withheld_cells_are_the_same_publication() -> None:
    assert counted(2) != counted()
    assert rules.canonical(built(counted(2))) == rules.canonical(built(counted()))


def test_the_order_in_which_it_was_counted_is_not_told() -> None:
    backwards = replace(
        counted(),
        tables=tuple(replace(one, counts=dict(reversed(one.counts.items()))) for one in counted().tables),
    )
    assert rules.canonical(built(backwards)) == rules.canonical(built(counted()))


def test_a_withheld_cell_has_nothing_but_its_place() -> None:
    content = built(counted())
    hidden = [one for one in walk(content) if isinstance(one, dict) and one.get("hidden") and "at" in one]
    assert len(hidden) == 6
    assert all(set(one) == {"at", "hidden"} for one in hidden)
    assert rules.pattern(content)["refugees_asylum_by_status_origin"] == WITHHELD["refugees_asylum_by_status_origin"]
    assert not any(one == 777 for one in walk(content))


def test_every_cell_of_a_table_is_there() -> None:
    content = built(counted())
    table = next(one for one in content["tables"] if one["code"] == "refugees_asylum_by_status_origin")
    shown = {tuple(one["at"]): one.get("value") for one in table["cells"]}
    assert len(shown) == 3 * 5
    assert (shown["*", "*"], shown["*", "CHN"], shown["REF", "CHN"]) == (128, 15, None)
    assert [one["code"] for one in table["dimensions"][1]["categories"]] == ["AFG", "CHN", "UKR", "OTHER"]
    assert table["dimensions"][1]["categories"][-1]["members"] is None


def test_all_words_are_in_three_languages() -> None:
    words = [one for one in walk(built(counted())) if isinstance(one, dict) and "en" in one]
    assert len(words) > 40
    assert all(set(one) == {"en", "ru", "kk"} and all(one.values()) for one in words)


def test_accounts_balance_and_numbers_without_a_table_stand_there() -> None:
    content = built(counted())
    (account,) = content["accounts"]
    assert account == {
        "population": "undetermined",
        "opening": {"value": 30},
        "closing": {"value": 40},
        "in": "undetermined:in_by_flow",
        "out": "undetermined:out_by_flow",
    }
    assert all(table["dimensions"] for table in content["tables"])


def test_key_figures_and_what_does_not_add_up() -> None:
    content = built(counted(), replace(FRAME, explanations={"sum:stateless_known": "A slip of the pen."}))
    figures = {one["code"]: one for figure in content["figures"] for one in (figure, *figure["parts"])}
    values = {code: figures[code]["value"] for code in figures if code.startswith("refugees_asylum")}
    assert list(values.values()) == [128, 30, 70, 28]
    assert figures["stateless_known"]["value"] == 7399 + 40
    assert figures["refugees_asylum_afg"]["spot"]["traits"] == {"origin": "AFG"}
    found = {f"{one['kind']}:{one['figure']}": one for one in content["findings"]}
    assert found["sum:stateless_known"]["explanation"] == "A slip of the pen."
    assert "7,866" in found["sum:stateless_known"]["message"]["en"]
    assert found["sum:stateless_known"]["message"]["ru"] != found["sum:stateless_known"]["message"]["en"]


def test_a_part_is_withheld_where_its_cell_is() -> None:
    withheld = WITHHELD | {"refugees_asylum_by_main_origin": frozenset({("AFG",), ("OTHER",)})}
    withheld["refugees_asylum_by_status_origin"] |= {("*", "AFG"), ("*", "OTHER")}
    content = publication.build(FRAME, counted(), withheld)
    parts = {one["code"]: one for one in content["figures"][0]["parts"]}
    assert (parts["refugees_asylum_afg"]["hidden"], parts["refugees_asylum_afg"]["value"]) == (True, None)
    assert parts["refugees_asylum_ukr"]["value"] == 70


def test_a_correction_tells_what_both_editions_show() -> None:
    first = built(counted())
    table = counted().tables[0]
    more = replace(table, counts={**table.counts, ("AFG",): 31, ("*",): 129})
    again = replace(counted(), tables=(more, *counted().tables[1:]))
    content = built(again, replace(FRAME, edition=2, corrects=first))
    assert content["corrects"] == rules.digest(rules.canonical(first))
    changed = [(one["table"], one["at"], one["from"], one["to"]) for one in content["corrections"]]
    assert changed == [
        ("refugees_asylum_by_main_origin", ["*"], 128, 129),
        ("refugees_asylum_by_main_origin", ["AFG"], 30, 31),
    ]
