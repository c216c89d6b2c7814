"""Each kind of leak, by hand: found where it is, and not where it is not."""

from collections.abc import Iterable
from typing import Any

import pytest

from casework.attack.audit import attack
from casework.attack.report import Note, Reason, Report
from tests.attack.sheets import TOTAL, account, dimension, publication, table

STATUS = dimension("status", "REF", "ASR")
ORIGIN = dimension("origin", "AFG", "SYR", "UKR")
SEX = dimension("sex", "F", "M")

COUNTS = {
    ("REF", "AFG"): 3,
    ("REF", "SYR"): 10,
    ("REF", "UKR"): 12,
    ("ASR", "AFG"): 20,
    ("ASR", "SYR"): 7,
    ("ASR", "UKR"): 9,
}
SQUARE = [("REF", "AFG"), ("REF", "SYR"), ("ASR", "AFG"), ("ASR", "SYR")]


def found(report: Report) -> set[tuple[Any, ...]]:
    return {(one.publication, one.table, one.at, one.reason, one.who) for one in report.unsafe}


def sheet(hidden: Iterable[tuple[str, ...]], **rest: Any) -> dict[str, Any]:
    return table("by_status_origin", [STATUS, ORIGIN], COUNTS, hidden, **rest)


def test_a_small_number_that_is_shown() -> None:
    report = attack([publication(sheet([]))])
    assert found(report) == {(0, "by_status_origin", ("REF", "AFG"), Reason.SMALL, None)}
    assert not report.is_safe


def test_a_line_minus_its_visible_parts() -> None:
    report = attack([publication(sheet([("REF", "AFG")]))])
    assert found(report) == {(0, "by_status_origin", ("REF", "AFG"), Reason.EXACT, None)}
    assert [(one.low, one.high, one.is_safe) for one in report.intervals] == [(3, 3, False)]


def test_a_square_of_withheld_cells_is_safe_and_certified() -> None:
    report = attack([publication(sheet(SQUARE))])
    assert report.is_safe
    assert {one.at: (one.low, one.high) for one in report.intervals} == {
        ("REF", "AFG"): (0, 13),
        ("REF", "SYR"): (0, 13),
        ("ASR", "AFG"): (10, 23),
        ("ASR", "SYR"): (4, 17),
    }
    # 10 to 23 tells nothing small, so it needs no proof.
    assert (report.hidden, report.certified, report.harmless) == (4, 3, 1)
    assert not report.rests_on_relaxation


def test_what_is_kept_of_it_has_no_number_in_it() -> None:
    kept = attack([publication(sheet([("REF", "AFG")]))]).as_json()
    assert kept == {
        "is_safe": False,
        "hidden": 1,
        "certified": 0,
        "harmless": 0,
        "rests_on_relaxation": False,
        "notes": [],
        "unsafe": [
            {"publication": 0, "table": "by_status_origin", "at": ["REF", "AFG"], "reason": "exact", "who": None}
        ],
    }


def test_two_cells_that_add_up_to_three() -> None:
    counts = COUNTS | {("REF", "SYR"): 1, ("REF", "AFG"): 2}
    one = table("t", [STATUS, ORIGIN], counts, SQUARE)
    assert {(at, reason) for _, _, at, reason, _ in found(attack([publication(one)]))} >= {
        (("REF", "AFG"), Reason.NARROW),
        (("REF", "SYR"), Reason.NARROW),
    }


def test_two_tables_that_share_a_margin() -> None:
    hidden = [("REF", TOTAL), ("ASR", TOTAL)]
    first = table("by_status", [STATUS], {("REF",): 3, ("ASR",): 40}, [("REF",), ("ASR",)])
    shown = table("by_status_sex", [STATUS, SEX], {("REF", "F"): 3, ("ASR", "F"): 20, ("ASR", "M"): 20})
    assert attack([publication(first)]).is_safe
    report = attack([publication(first, shown)])
    assert (0, "by_status", ("REF",), Reason.EXACT, None) in found(report)
    vague = table(
        "by_status_sex",
        [STATUS, SEX],
        {("REF", "F"): 3, ("ASR", "F"): 20, ("ASR", "M"): 20},
        [*hidden, ("REF", "F"), ("REF", "M"), ("ASR", "F"), ("ASR", "M")],
    )
    assert attack([publication(first, vague)]).is_safe


def test_a_cycle_of_three_tables_allows_less_than_its_cells_do() -> None:
    """Diagonal, diagonal: no persons can fill the third table against the diagonal, though every sum comes out."""
    a, b, c = dimension("a", "1", "2"), dimension("b", "1", "2"), dimension("c", "1", "2")
    diagonal = {("1", "1"): 10, ("2", "2"): 10}
    inner = [("1", "1"), ("1", "2"), ("2", "1"), ("2", "2")]
    first, second = table("ab", [a, b], diagonal), table("bc", [b, c], diagonal)
    third = table("ac", [a, c], diagonal, inner)
    assert attack([publication(third)]).is_safe
    report = attack([publication(first, second, third)])
    # All zero or ten now: nobody is told about fewer than five, but it is known exactly.
    assert {(one.low, one.high) for one in report.intervals} == {(10, 10), (0, 0)}


def test_a_macro_region_against_its_regions() -> None:
    regions = dimension("region", "ALA", "ALM", "AST")
    macro = dimension("region", ("SOUTH", ["ALA", "ALM"]), ("NORTH", ["AST"]))
    fine = table("by_region", [regions], {("ALA",): 20, ("ALM",): 3, ("AST",): 30}, [("ALM",), ("AST",)])
    wide = table("by_macro", [macro], {("SOUTH",): 23, ("NORTH",): 30}, [("NORTH",)])
    assert attack([publication(fine)]).is_safe
    report = attack([publication(fine, wide)])
    assert (0, "by_region", ("ALM",), Reason.EXACT, None) in found(report)
    assert (0, "by_macro", ("NORTH",), Reason.EXACT, None) not in found(report)


def test_other_against_a_longer_list() -> None:
    short = dimension("origin", "AFG", ("OTHER", None))
    long = dimension("origin", "AFG", "SYR", ("OTHER", None))
    one = table("short", [short], {("AFG",): 50, ("OTHER",): 33})
    two = table("long", [long], {("AFG",): 50, ("SYR",): 30, ("OTHER",): 3}, [("SYR",), ("OTHER",)])
    assert attack([publication(two)]).is_safe
    # OTHER of the short list is SYR and OTHER of the long one: still only their sum is known.
    assert attack([publication(one, two)]).is_safe
    three = table(
        "three", [dimension("origin", ("EAST", ["AFG", "SYR"]), ("REST", None))], {("EAST",): 80, ("REST",): 3}
    )
    hidden = {"cells": [{"at": cell["at"], "hidden": True} for cell in three["cells"][1:]] + three["cells"][:1]}
    assert attack([publication(two, three | hidden)]).is_safe
    assert (0, "long", ("SYR",), Reason.EXACT, None) not in found(attack([publication(two, three)]))
    assert (0, "long", ("OTHER",), Reason.EXACT, None) in found(attack([publication(two, three)]))


def test_a_category_that_nobody_published_but_everyone_can_tell() -> None:
    one = table("one", [dimension("origin", "AFG", ("OTHER", None))], {("AFG",): 50, ("OTHER",): 33})
    two = table(
        "two", [dimension("origin", ("BOTH", ["AFG", "SYR"]), ("OTHER", None))], {("BOTH",): 52, ("OTHER",): 31}
    )
    assert {reason for *_, reason, _ in found(attack([publication(one, two)]))} == {Reason.DERIVED}


def test_all_others_in_a_line_are_zero() -> None:
    line = table("t", [ORIGIN], {("AFG",): 4}, [("AFG",)])
    assert found(attack([publication(line | {"cells": [*line["cells"]]})])) == {
        (0, "t", (TOTAL,), Reason.SMALL, None),
        (0, "t", ("AFG",), Reason.EXACT, None),
    }


def test_a_zero_may_be_withheld_and_a_structural_one_is_no_news() -> None:
    counts = {("REF", "AFG"): 3, ("REF", "SYR"): 10, ("ASR", "AFG"): 20}
    report = attack([publication(table("t", [STATUS, ORIGIN], counts, SQUARE))])
    assert report.is_safe
    shown = table("t", [STATUS, ORIGIN], counts, SQUARE[:3], structural=[("ASR", "SYR")])
    assert not attack([publication(shown)]).is_safe


DECISION = dimension("decision", "granted", "rejected", sensitive=True)


def test_a_whole_group_in_one_sensitive_category() -> None:
    counts = {
        ("AFG", "rejected"): 12,
        ("SYR", "granted"): 9,
        ("SYR", "rejected"): 8,
        ("UKR", "granted"): 11,
        ("UKR", "rejected"): 9,
    }
    origins = [ORIGIN, DECISION]
    assert found(attack([publication(table("t", origins, counts))])) == {
        (0, "t", ("AFG", "rejected"), Reason.GROUP, None)
    }
    hidden = [(one, two) for one in ("AFG", "SYR") for two in ("granted", "rejected")]
    assert attack([publication(table("t", origins, counts, hidden))]).is_safe
    harmless = [ORIGIN, dimension("decision", "granted", "rejected")]
    assert attack([publication(table("t", harmless, counts))]).is_safe
    impossible = [("AFG", "granted")]
    assert attack([publication(table("t", origins, counts, structural=impossible))]).is_safe


def test_a_group_nearly_all_in_one_sensitive_category() -> None:
    """Two withheld cells that together leave room for at most three others: whoever is rejected nearly all are."""
    parts = dimension("decision", "granted", "rejected", "closed", sensitive=True)
    counts = {
        ("AFG", "rejected"): 12,
        ("AFG", "closed"): 2,
        ("SYR", "granted"): 9,
        ("SYR", "rejected"): 8,
        ("SYR", "closed"): 20,
    }
    hidden = [("AFG", "granted"), ("AFG", "closed"), ("SYR", "granted"), ("SYR", "closed")]
    assert Reason.NARROW in {
        one.reason for one in attack([publication(table("t", [ORIGIN, parts], counts, hidden))]).unsafe
    }


@pytest.mark.parametrize(("least", "is_found"), [(9, True), (8, False)])
def test_nearly_all_means_that_fewer_than_four_may_be_elsewhere(least: int, is_found: bool) -> None:
    parts = dimension("decision", "granted", "rejected", "closed", sensitive=True)
    counts = {("rejected",): 10, ("granted",): 1, ("closed",): 1}
    one = table("t", [parts], counts, [("rejected",), ("granted",), ("closed",)])
    spot = {"population": "refugees_asylum", "when": "2025-01-01", "traits": {"decision": "rejected"}}
    report = attack([publication(one, floors=[[spot, least]])])
    assert ((0, "t", ("rejected",), Reason.GROUP, None) in found(report)) == is_found


def test_a_whole_group_once_a_partner_takes_its_own_persons_out() -> None:
    counts = {("AFG", "granted"): 6, ("AFG", "rejected"): 6, ("SYR", "granted"): 9, ("SYR", "rejected"): 9}
    shown = table("t", [ORIGIN, DECISION], counts)
    lines = {f"AFG|{TOTAL}": 6, f"{TOTAL}|{TOTAL}": 6}
    own = {"AFG|granted": 6, f"{TOTAL}|granted": 6} | lines
    report = attack([publication(shown)], {"P": [{"t": own}]})
    assert found(report) == {(0, "t", ("AFG", "rejected"), Reason.GROUP, "P")}
    # All Afghans are its own: nobody is left to learn about.
    every = {"AFG|granted": 6, "AFG|rejected": 6, f"AFG|{TOTAL}": 12, f"{TOTAL}|granted": 6, f"{TOTAL}|rejected": 6}
    assert attack([publication(shown)], {"P": [{"t": every | {f"{TOTAL}|{TOTAL}": 12}}]}).is_safe


def test_a_partner_subtracts_its_own_persons() -> None:
    shown = sheet(SQUARE)
    own = {"P": [{"by_status_origin": {"ASR|UKR": 7, f"ASR|{TOTAL}": 7, f"{TOTAL}|UKR": 7, f"{TOTAL}|{TOTAL}": 7}}]}
    assert found(attack([publication(shown)], own)) == {(0, "by_status_origin", ("ASR", "UKR"), Reason.REST, "P")}
    # It knows all but three of two origins: what is withheld there can hardly vary any more.
    mine = {"REF|AFG": 3, "REF|SYR": 9, "ASR|AFG": 20, "ASR|SYR": 6}
    lines = {f"REF|{TOTAL}": 12, f"ASR|{TOTAL}": 26, f"{TOTAL}|AFG": 23, f"{TOTAL}|SYR": 15, f"{TOTAL}|{TOTAL}": 38}
    report = attack([publication(shown)], {"P": [{"by_status_origin": mine | lines}]})
    assert {(one.at, one.who) for one in report.unsafe if one.reason in {Reason.NARROW, Reason.EXACT}} == {
        (("REF", "SYR"), "P"),
        (("ASR", "SYR"), "P"),
    }
    assert attack([publication(shown)], {"P": [{"by_status_origin": {}}]}).is_safe


def test_a_partner_that_has_all_but_two_is_told_nothing_by_a_vague_cell() -> None:
    line = table("t", [ORIGIN], {("AFG",): 10, ("SYR",): 12}, [("AFG",), ("SYR",)])
    report = attack([publication(line)], {"P": [{"t": {"AFG": 9, "SYR": 11, TOTAL: 20}}]})
    assert report.is_safe
    assert Note.PARTNER_ALMOST_ALL in report.notes


# -- releases in time ---------------------------------------------------------------------------------------------

YEAR = ("2024-01-01", "2025-01-01")


def flow(kind: str, counts: dict[tuple[str, ...], int], hidden: Iterable[tuple[str, ...]] = ()) -> dict[str, Any]:
    code = f"undetermined:{kind}_by_flow"
    flows = dimension("flow", "one", "two")
    return table(code, [flows], counts, hidden, population=f"undetermined:{kind}", when=YEAR)


def stock(day: str, counts: dict[tuple[str, ...], int], hidden: Iterable[tuple[str, ...]] = ()) -> dict[str, Any]:
    return table("by_origin", [ORIGIN], counts, hidden, population="undetermined", when=day)


def test_one_person_more_with_an_origin() -> None:
    before = publication(stock("2024-01-01", {("AFG",): 20, ("SYR",): 12, ("UKR",): 30}), as_of="2024-01-01")
    later = stock("2025-01-01", {("AFG",): 21, ("SYR",): 12, ("UKR",): 30})
    told = publication(later, flow("in", {("one",): 1}), flow("out", {}), accounts=[account("undetermined", 62, 63)])
    reasons = {(one.table, one.reason) for one in attack([before, told]).unsafe}
    assert ("by_origin", Reason.DERIVED) in reasons or ("undetermined:in_by_flow", Reason.DERIVED) in reasons
    every = [("one",), ("two",), (TOTAL,)]
    vague = publication(
        later,
        flow("in", {("one",): 1}, every),
        flow("out", {}, every),
        accounts=[account("undetermined", 62, 63)],
    )
    assert attack([before, vague]).is_safe


def test_a_withheld_origin_of_last_year_by_what_is_shown_this_year() -> None:
    """Nobody came, nobody left: what was withheld then is what is shown now."""
    before = stock("2024-01-01", {("AFG",): 9, ("SYR",): 3, ("UKR",): 30}, [("AFG",), ("SYR",)])
    later = stock("2025-01-01", {("AFG",): 9, ("SYR",): 3, ("UKR",): 30}, [("SYR",), ("UKR",)])
    still = [flow("in", {}), flow("out", {}), {"accounts": [account("undetermined", 42, 42)]}]
    first = publication(before, as_of="2024-01-01")
    assert attack([first]).is_safe
    report = attack([first, publication(later, *still[:2], **still[2])])
    assert {(0, "by_origin", ("SYR",), Reason.EXACT, None), (1, "by_origin", ("SYR",), Reason.EXACT, None)} <= found(
        report
    )
    moved = [flow("in", {("one",): 10}), flow("out", {("one",): 10}), {"accounts": [account("undetermined", 42, 42)]}]
    report = attack([first, publication(later, *moved[:2], **moved[2])])
    assert report.is_safe
    assert Note.DAYS_APART in report.notes


def test_other_foldings_at_two_days() -> None:
    """Listed last year, in OTHER this year, and nobody moved."""
    listed = dimension("origin", "AFG", "SYR", ("OTHER", None))
    folded = dimension("origin", "AFG", ("OTHER", None))
    first = table(
        "t",
        [listed],
        {("AFG",): 40, ("SYR",): 10, ("OTHER",): 3},
        [("SYR",), ("OTHER",)],
        population="undetermined",
        when="2024-01-01",
    )
    second = table("t", [folded], {("AFG",): 40, ("OTHER",): 13}, population="undetermined", when="2025-01-01")
    longer = dimension("origin", "AFG", "SYR", "UKR", ("OTHER", None))
    third = table(
        "t",
        [longer],
        {("AFG",): 40, ("SYR",): 10, ("UKR",): 3},
        [("UKR",), ("AFG",)],
        population="undetermined",
        when="2025-01-01",
    )
    still = [flow("in", {}), flow("out", {})]
    accounts = [account("undetermined", 53, 53)]
    before = publication(first, as_of="2024-01-01")
    assert attack([before, publication(second, *still, accounts=accounts)]).is_safe
    report = attack([before, publication(third, *still, accounts=accounts)])
    assert (0, "t", ("OTHER",), Reason.EXACT, None) in found(report)


def test_overlapping_periods() -> None:
    kinds = dimension("type", "legal", "social")
    first = table(
        "t", [kinds], {("legal",): 40, ("social",): 20}, population="sessions", when=("2024-01-01", "2024-07-01")
    )
    second = table(
        "t", [kinds], {("legal",): 42, ("social",): 30}, population="sessions", when=("2024-01-01", "2024-08-01")
    )
    early = publication(first, as_of="2024-07-01")
    report = attack([early, publication(second, as_of="2024-08-01")])
    assert [(one.table, one.at, one.reason) for one in report.unsafe] == [("t", ("legal",), Reason.DERIVED)]
    apart = table(
        "t",
        [kinds],
        {("legal",): 2, ("social",): 30},
        [("legal",), ("social",)],
        population="sessions",
        when=("2024-07-01", "2024-08-01"),
    )
    assert attack([early, publication(apart, as_of="2024-08-01")]).is_safe


def test_months_of_a_period_that_another_publication_shows() -> None:
    months = dimension("month", "2024-01", "2024-02", "2024-03")
    hidden = [("2024-02",), ("2024-03",)]
    quarter = table(
        "t",
        [months],
        {("2024-01",): 30, ("2024-02",): 3, ("2024-03",): 20},
        hidden,
        population="sessions",
        when=("2024-01-01", "2024-04-01"),
    )
    half = table("t", [], {(): 33}, population="sessions", when=("2024-01-01", "2024-03-01"))
    assert attack([publication(quarter)]).is_safe
    report = attack([publication(quarter), publication(half)])
    assert (0, "t", ("2024-02",), Reason.EXACT, None) in found(report)


def test_editions_of_a_day_that_agree_are_read_together() -> None:
    first = sheet(SQUARE)
    second = sheet([("REF", "AFG"), ("REF", "UKR"), ("ASR", "AFG"), ("ASR", "UKR")])
    assert attack([publication(second)]).is_safe
    report = attack([publication(first), publication(second, edition=2)])
    assert (0, "by_status_origin", ("REF", "AFG"), Reason.EXACT, None) in found(report)
    assert (1, "by_status_origin", ("REF", "AFG"), Reason.EXACT, None) in found(report)
    assert Note.CORRECTED not in report.notes


def test_editions_of_a_corrected_population_keep_what_was_withheld() -> None:
    corrected = table("by_status_origin", [STATUS, ORIGIN], COUNTS | {("ASR", "UKR"): 10}, SQUARE)
    report = attack([publication(sheet(SQUARE)), publication(corrected, edition=2)])
    assert report.is_safe
    assert Note.CORRECTED in report.notes
    others = [("REF", "AFG"), ("REF", "UKR"), ("ASR", "AFG"), ("ASR", "UKR")]
    corrected = table("by_status_origin", [STATUS, ORIGIN], COUNTS | {("ASR", "UKR"): 10, ("REF", "UKR"): 13}, others)
    report = attack([publication(sheet(SQUARE)), publication(corrected, edition=2)])
    assert found(report) == {
        (0, "by_status_origin", ("REF", "SYR"), Reason.SHOWN_LATER, None),
        (0, "by_status_origin", ("ASR", "SYR"), Reason.SHOWN_LATER, None),
    }


def test_editions_that_cannot_both_be_of_one_caseload_are_not_read_together() -> None:
    """Every number that both show agrees, but no caseload prints both: somebody was corrected."""
    changed = {
        ("REF", "AFG"): 14,
        ("REF", "SYR"): 5,
        ("REF", "UKR"): 6,
        ("ASR", "AFG"): 9,
        ("ASR", "SYR"): 12,
        ("ASR", "UKR"): 15,
    }
    others = [("REF", "SYR"), ("REF", "UKR"), ("ASR", "SYR"), ("ASR", "UKR")]
    second = table("by_status_origin", [STATUS, ORIGIN], changed, others)
    report = attack([publication(sheet(SQUARE)), publication(second, edition=2)])
    assert Note.CORRECTED in report.notes
    assert found(report) == {
        (0, "by_status_origin", ("REF", "AFG"), Reason.SHOWN_LATER, None),
        (0, "by_status_origin", ("ASR", "AFG"), Reason.SHOWN_LATER, None),
    }


def test_a_publication_that_contradicts_itself_is_not_safe() -> None:
    wrong = sheet([])
    wrong["cells"][0]["value"] += 1
    assert Reason.CONTRADICTION in {one.reason for one in attack([publication(wrong)]).unsafe}


# -- what is said besides the tables ------------------------------------------------------------------------------


def test_an_equation_with_a_figure_of_others() -> None:
    """Stateless known = Government + undetermined: the sum is printed, and so is the Government's."""
    line = table(
        "t",
        [dimension("nationality", "STATELESS", "UND")],
        {("STATELESS",): 50, ("UND",): 3},
        [("STATELESS",), ("UND",)],
    )
    spot = {"population": "refugees_asylum", "when": "2025-01-01", "traits": {"nationality": "UND"}}
    known = {"population": "known", "when": "2025-01-01", "traits": {}}
    equation = {"terms": [[1, known], [-1, spot]], "constant": 7399}
    assert attack([publication(line, equations=[equation])]).is_safe
    total = table("known", [], {(): 7402}, population="known")
    report = attack([publication(line, total, equations=[equation])])
    assert (0, "t", ("UND",), Reason.EXACT, None) in found(report)
    government = {"code": "government", "value": 7399}
    parts = [{"code": "sum", "value": 7402, "components": [government, {"code": "und", "value": None, "spot": spot}]}]
    assert (0, "t", ("UND",), Reason.EXACT, None) in found(attack([publication(line, figures=parts)]))
    figure = {"code": "known", "value": 7402, "spot": known}
    report = attack([publication(line, equations=[equation], figures=[figure])])
    assert (0, "t", ("UND",), Reason.EXACT, None) in found(report)


def test_an_account_gives_the_flow_that_is_withheld() -> None:
    every = [("one",), ("two",), (TOTAL,)]
    later = stock("2025-01-01", {("AFG",): 20, ("SYR",): 12, ("UKR",): 33})
    parts = [flow("in", {("one",): 3}, every), flow("out", {})]
    report = attack([publication(later, *parts, accounts=[account("undetermined", 62, 65)])])
    assert (0, "undetermined:in_by_flow", (TOTAL,), Reason.EXACT, None) in found(report)
    report = attack([publication(later, *parts, accounts=[account("undetermined", None, 65)])])
    assert report.is_safe


def test_a_floor_bounds_from_below() -> None:
    """That an origin is listed tells that at least ten have it: all but three of the two that are withheld."""
    line = table("t", [ORIGIN], {("AFG",): 10, ("SYR",): 3, ("UKR",): 30}, [("AFG",), ("SYR",)])
    assert attack([publication(line)]).is_safe
    spot = {"population": "refugees_asylum", "when": "2025-01-01", "traits": {"origin": "AFG"}}
    report = attack([publication(line, floors=[[spot, 10]])])
    assert found(report) == {(0, "t", ("SYR",), Reason.NARROW, None)}


def test_medians_are_noted() -> None:
    report = attack([publication(sheet(SQUARE), durations=[{"code": "d", "median_days": 120, "hidden": False}])])
    assert report.notes == (Note.MEDIANS,)


def test_nothing_bounds_a_total_that_is_withheld() -> None:
    every = [("AFG",), ("SYR",), ("UKR",), (TOTAL,)]
    report = attack([publication(table("t", [ORIGIN], {("AFG",): 3}, every))])
    assert report.is_safe
    assert {(one.low, one.high) for one in report.intervals} == {(0, None)}


def test_the_same_publications_get_the_same_report() -> None:
    given = [publication(sheet(SQUARE)), publication(sheet([*SQUARE, ("REF", "UKR"), ("ASR", "UKR")]))]
    own = {"P": [{"by_status_origin": {"REF|SYR": 4}}], "Q": [{}, {"by_status_origin": {"ASR|SYR": 4}}]}
    shares: list[float] = []
    assert attack(given, own, progress=shares.append) == attack(given, own)
    assert shares[-1] == 1.0
    assert all(0 <= one <= 1 for one in shares)


@pytest.mark.parametrize("wrong", [{}, {"tables": [{}]}, {"threshold": 5, "tables": [{"cells": [{"at": ["?"]}]}]}])
def test_what_is_no_publication_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises((KeyError, ValueError, TypeError)):
        attack([wrong])


def test_a_list_that_grows_contradicts_nothing() -> None:
    """A new region, a new reason: what was everyone then is not everyone later."""
    then, now = dimension("region", "R1", "R2"), dimension("region", "R1", "R2", "R3")
    first = table("by_region", [then], {("R1",): 20, ("R2",): 30}, when="2024-01-01")
    second = table("by_region", [now], {("R1",): 21, ("R2",): 30, ("R3",): 8})
    topics = [dimension("topic", *codes) for codes in (("A", "B"), ("A", "B", "C"))]
    years = [("2023-01-01", "2024-01-01"), ("2024-01-01", "2025-01-01")]
    before, after = (
        table("by_topic", [each], {("A",): 9, ("B",): 7, ("C",): 6}, population="session_topics", when=when)
        for each, when in zip(topics, years, strict=True)
    )
    report = attack([publication(first, before, as_of="2024-01-01", since="2023-01-01"), publication(second, after)])
    assert report.is_safe
    assert report.hidden == 0


def test_a_later_edition_of_an_earlier_day() -> None:
    """What came after went on from the first edition: nothing is subtracted from the second."""
    flow, sex = dimension("flow", "new"), [SEX]
    stock, into, out = "undetermined", "undetermined:in_by_flow", "undetermined:out_by_flow"

    def released(day: str, since: str, opening: int, women: int, men: int, came: int) -> dict[str, Any]:
        period = (since, day)
        return publication(
            table("undetermined_by_sex", sex, {("F",): women, ("M",): men}, population=stock, when=day),
            table(into, [flow], {("new",): came}, population=f"{stock}:in", when=period),
            table(out, [flow], {}, population=f"{stock}:out", when=period),
            as_of=day,
            since=since,
            accounts=[account(stock, opening, women + men)],
        )

    first = released("2024-07-01", "2024-01-01", 20, 20, 20, 20)
    second = released("2024-10-01", "2024-07-01", 40, 30, 30, 20)
    edition = released("2024-07-01", "2024-01-01", 20, 28, 21, 29)
    report = attack([first, second, edition])
    assert not any(one.reason is Reason.CONTRADICTION for one in report.unsafe)
    assert report.is_safe
