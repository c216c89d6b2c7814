"""The seed files of the code lists hold together, in three languages, before any database sees them."""

from __future__ import annotations

import csv
import json
import re
from collections import defaultdict
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pytest

SEED = Path(__file__).resolve().parents[2] / "casework" / "reference" / "seed"
EXTERNAL = SEED / "external_figures.csv"
LIST_FILES = sorted(path for path in SEED.glob("*.csv") if path != EXTERNAL)
HEADER = [
    "list", "code", "position", "label_en", "label_ru", "label_kk", "effective_from", "retired_on",
    "attributes", "source", "confirmed",
]  # fmt: skip
EXTERNAL_HEADER = [
    "series", "category", "as_of", "value", "numerator", "denominator", "qualifier", "unit", "scope", "source",
    "document", "note", "confirmed",
]  # fmt: skip
EXPECTED_LISTS = {
    "appointment_kind", "appointment_state",
    "best_interest_outcome", "best_interest_state", "best_interest_step",
    "act", "authority", "case_outcome", "closure_reason", "conflict_decision", "consent_form",
    "consent_notice", "consent_purpose", "consent_withdrawal", "contact_may_say", "contact_safety",
    "country", "date_precision", "difference_reason", "displacement_status", "document_type", "evidence_state", "flow",
    "inquiry_channel", "inquiry_reply",
    "letter_addressee", "opposing_role", "original_location", "poa_scope", "poa_term", "sent_how",
    "language", "modality", "nationality_status",
    "org_type", "priority", "reassign_reason", "referral_source", "region", "registration", "relationship",
    "reopen_reason", "role", "service_type", "session_outcome", "sex", "specific_need", "stage", "topic",
    "track", "transfer_refusal", "void_reason",
    "commitment", "state_partner", "treaty_not_party", "treaty_party",
    "alert_verdict", "emergency_reason", "outside_service", "quality_answer",
    "quality_item", "quality_risk", "referral_decline", "referral_end", "referral_feedback",
    "erasure_ground", "rights_by", "rights_decision", "rights_how", "rights_kind",
}  # fmt: skip
CONTRACT_FLOWS = {
    "identified", "reopened", "confirmed_kz", "confirmed_other", "acquired_kz", "recognised_stateless",
    "recognised_refugee", "rejected", "derived_status", "departed", "died", "merged", "lost_contact",
    "closed", "transferred", "consent_withdrawn", "consent_given", "age", "elsewhere", "moved",
    "correction", "status_change",
}  # fmt: skip
CYRILLIC = re.compile(r"[\u0400-\u04ff]")
LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
KAZAKH_ONLY = re.compile(r"[әғқңөұүһіӘҒҚҢӨҰҮҺІ]")


class Code(NamedTuple):
    """One row of one code list."""

    file: str
    list: str
    code: str
    position: int
    label_en: str
    label_ru: str
    label_kk: str
    effective_from: str
    retired_on: str
    attributes: dict[str, Any]
    confirmed: str
    source: str


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of one seed file as text."""
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def read_codes() -> list[Code]:
    """Every row of every code list file, in file order."""
    return [
        Code(
            file=path.name,
            list=row["list"],
            code=row["code"],
            position=int(row["position"]),
            label_en=row["label_en"],
            label_ru=row["label_ru"],
            label_kk=row["label_kk"],
            effective_from=row["effective_from"],
            retired_on=row["retired_on"],
            attributes=json.loads(row["attributes"]) if row["attributes"] else {},
            confirmed=row["confirmed"],
            source=row["source"],
        )
        for path in LIST_FILES
        for row in read_rows(path)
    ]


CODES = read_codes()
BY_LIST: dict[str, list[Code]] = defaultdict(list)
for _code in CODES:
    BY_LIST[_code.list].append(_code)


def codes_of(name: str) -> set[str]:
    """The codes of one list."""
    return {code.code for code in BY_LIST[name]}


@pytest.mark.parametrize("path", sorted(SEED.glob("*.csv")), ids=lambda path: path.name)
def test_file_has_the_agreed_header_and_no_byte_order_mark(path: Path) -> None:
    text = path.read_bytes().decode("utf-8")
    assert not text.startswith("\ufeff")
    assert "\r" not in text
    wanted = EXTERNAL_HEADER if path == EXTERNAL else HEADER
    rows = list(csv.reader(text.splitlines()))
    assert rows[0] == wanted
    assert all(len(row) == len(wanted) for row in rows), "a row has too many or too few fields"
    assert all(cell == cell.strip() for row in rows for cell in row)


def test_every_list_is_there_and_stays_in_one_file() -> None:
    assert set(BY_LIST) == EXPECTED_LISTS
    for name, codes in BY_LIST.items():
        files = {code.file for code in codes}
        assert len(files - {"procedures.csv"}) == 1 or files == {"procedures.csv"}, name  # procedures add to two lists
        # Steps of ten leave an administrator room to put an item between two others.
        assert [code.position for code in codes] == list(range(10, 10 * len(codes) + 1, 10)), name


def test_list_code_and_start_date_are_unique() -> None:
    keys = [(code.list, code.code, code.effective_from) for code in CODES]
    assert len(keys) == len(set(keys))


def test_dated_rows_of_one_code_do_not_overlap() -> None:
    """A row holds from effective_from (1900-01-01: always did) up to, not including, retired_on."""
    periods: dict[tuple[str, str], list[tuple[date, date]]] = defaultdict(list)
    for code in CODES:
        start = date.fromisoformat(code.effective_from)
        end = date.fromisoformat(code.retired_on) if code.retired_on else date.max
        periods[code.list, code.code].append((start, end))
    for key, spans in periods.items():
        spans.sort()
        assert all(start < end for start, end in spans), key
        assert all(first[1] <= second[0] for first, second in pairwise(spans)), key


@pytest.mark.parametrize("name", sorted(BY_LIST))
def test_labels_read_in_three_languages(name: str) -> None:
    for code in BY_LIST[name]:
        for label in (code.label_en, code.label_ru, code.label_kk):
            assert label, code
            assert len(label) <= 120, code
        assert not CYRILLIC.search(code.label_en), code
        if LATIN.search(code.label_en):
            assert CYRILLIC.search(code.label_ru), code
            assert CYRILLIC.search(code.label_kk), code
        # A Latin look-alike inside a Cyrillic word is invisible on screen and breaks search and sorting.
        assert not LATIN.search(code.label_ru), code
        assert not LATIN.search(code.label_kk), code
        assert not KAZAKH_ONLY.search(code.label_ru) or name == "region", code


@pytest.mark.parametrize("name", sorted(BY_LIST))
def test_kazakh_labels_are_kazakh(name: str) -> None:
    assert any(KAZAKH_ONLY.search(code.label_kk) for code in BY_LIST[name])
    if name != "country":
        same = [code.code for code in BY_LIST[name] if code.label_kk == code.label_ru]
        assert not same, f"Kazakh label copied from Russian: {same}"


def test_every_row_names_a_source_and_says_whether_it_is_confirmed() -> None:
    for code in CODES:
        assert code.confirmed in {"yes", "no"}, code
        assert code.source, code
        if "UNVERIFIED" in code.source or "(propos" in code.source:
            assert code.confirmed == "no", code


def test_labels_do_not_repeat_within_a_choice() -> None:
    """Two options that read the same cannot be told apart in a form."""
    for name, codes in BY_LIST.items():
        for language in ("label_en", "label_ru", "label_kk"):
            seen: dict[tuple[str, str], str] = {}
            for code in codes:
                group = str(code.attributes.get("track", "")) if name == "stage" else ""
                key = (group, getattr(code, language).casefold())
                assert seen.setdefault(key, code.code) == code.code, (name, language, key)


def test_attributes_are_compact_json_objects() -> None:
    for path in LIST_FILES:
        for row in read_rows(path):
            if row["attributes"]:
                value = json.loads(row["attributes"])
                assert isinstance(value, dict)
                assert value, "leave the field empty rather than writing {}"
                assert row["attributes"] == json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def test_flows_are_those_of_the_contract() -> None:
    assert codes_of("flow") == CONTRACT_FLOWS


@pytest.mark.parametrize("name", ["session_outcome", "case_outcome"])
def test_outcomes_set_only_statuses_and_flows_that_exist(name: str) -> None:
    found = {}
    for code in BY_LIST[name]:
        assert code.attributes["tracks"], code
        assert set(code.attributes["tracks"]) <= codes_of("track"), code
        status = code.attributes.get("status")
        if status:
            assert set(status) == {"dimension", "code", "reason"}, code
            assert status["dimension"] in {"displacement", "nationality"}, code
            assert status["code"] in codes_of(f"{status['dimension']}_status"), code
            assert status["reason"] in codes_of("flow"), code
            found[code.code] = (status["code"], status["reason"])
    agreed = {
        "NAT_KZ_CONFIRMED": ("NC-KZ", "confirmed_kz"),
        "NAT_KZ_ACQUIRED": ("NC-KZ", "acquired_kz"),
        "NAT_OTH_CONFIRMED": ("NC-OTH", "confirmed_other"),
        "STATELESS_RECOGNISED": ("SP", "recognised_stateless"),
        "ASYLUM_REGISTERED": ("ASR", "identified"),
        "REFUGEE_RECOGNISED": ("REF-C", "recognised_refugee"),
        "FAMILY_STATUS": ("REF-D", "derived_status"),
        "REJECTED_FINAL": ("REJ", "rejected"),
    }
    assert agreed.items() <= found.items()


def test_a_refusal_that_can_still_be_challenged_changes_no_status() -> None:
    """A person stays an asylum-seeker during complaint and court review."""
    for name in ("session_outcome", "case_outcome"):
        for code in BY_LIST[name]:
            if code.code in {"REJECTED_FI", "REJECTED_AR", "REJECTED_COURT", "REMANDED"}:
                assert "status" not in code.attributes, code


def test_closing_the_last_case_has_a_known_flow() -> None:
    flows = {code.code: code.attributes["flow"] for code in BY_LIST["closure_reason"]}
    assert flows["SOLUTION"] is None, "after a solution the person stays registered in the status it gave"
    assert {flow for flow in flows.values() if flow} == {
        "closed", "departed", "died", "lost_contact", "merged", "transferred",
    }  # fmt: skip
    assert sum(flow == "departed" for flow in flows.values()) == 3
    leaving = {code.code for code in BY_LIST["flow"] if code.attributes["direction"] == "out"}
    assert leaving - {"consent_withdrawn"} == {flow for flow in flows.values() if flow}


def test_each_track_has_a_short_stage_bar_that_ends() -> None:
    bars: dict[str, list[Code]] = defaultdict(list)
    for code in BY_LIST["stage"]:
        if code.file == "procedures.csv":
            continue  # side stages: which of them are in a bar, the procedure says
        bars[code.attributes["track"]].append(code)
    assert set(bars) == codes_of("track")
    for track, stages in bars.items():
        assert 5 <= len(stages) <= 7, track
        assert [stage.attributes["ends"] for stage in stages] == [False] * (len(stages) - 1) + [True], track


def test_topics_and_authorities_refer_to_tracks() -> None:
    for name, attribute in (("topic", "tracks"), ("authority", "competent_for")):
        for code in BY_LIST[name]:
            assert code.attributes[attribute], code
            assert set(code.attributes[attribute]) <= codes_of("track"), code


def test_reporting_level_is_a_ladder_of_five() -> None:
    levels = {code.code: code.attributes["level"] for code in BY_LIST["service_type"]}
    ladder = {code: level for code, level in levels.items() if level is not None}
    assert ladder == {"INFO": 1, "COUNSEL": 2, "ASSIST": 3, "REPR_ADM": 4, "REPR_COURT": 5}


def test_twenty_regions_each_on_its_own_tile() -> None:
    units = [code for code in BY_LIST["region"] if code.code != "UNK"]
    assert len(units) == 20
    assert all(re.fullmatch(r"KZ-\d\d", code.code) for code in units)
    assert len({tuple(code.attributes["tile"]) for code in units}) == 20
    assert len({code.attributes["legacy"] for code in units}) == 20
    assert [code.code for code in units if code.attributes["type"] == "city"] == ["KZ-71", "KZ-75", "KZ-79"]
    assert "UNK" in codes_of("region")


def test_asylum_moved_from_the_migration_service_to_the_akimat() -> None:
    def competent(day: str) -> set[str]:
        return {
            code.code
            for code in BY_LIST["authority"]
            if "ASYLUM" in code.attributes["competent_for"]
            and code.attributes["role"] == "decides"
            and code.effective_from <= day < (code.retired_on or "9999")
        }

    assert competent("2021-06-01") == {"MIA_MSC"}
    assert competent("2025-01-01") == {"AKIMAT"}


def test_no_embassy_is_offered_in_an_asylum_case() -> None:
    (embassy,) = (code for code in BY_LIST["authority"] if code.code == "EMBASSY")
    assert "ASYLUM" not in embassy.attributes["competent_for"]


def test_countries_cover_the_special_codes_and_kazakhstan_is_no_origin() -> None:
    countries = {code.code: code for code in BY_LIST["country"]}
    assert {"XXA", "XXB", "XXC", "XXX", "UNK", "SUN"} <= set(countries)
    assert sum(code.attributes["kind"] == "country" for code in countries.values()) == 249
    assert "origin" not in countries["KAZ"].attributes
    for origin in ("AFG", "UKR", "UZB", "SYR", "UNK"):
        assert countries[origin].attributes["origin"] is True
    assert countries["KGZ"].label_ru == "Кыргызстан"
    assert countries["MDA"].label_ru == "Республика Молдова"


def test_specific_needs_hang_under_their_parents() -> None:
    needs = {code.code: code for code in BY_LIST["specific_need"]}
    assert len(needs) == 113
    for code in needs.values():
        parent = code.attributes["parent"]
        assert parent is None or parent in needs, code
        assert isinstance(code.attributes["sensitive"], bool), code
        assert code.attributes["applies_to"] in {None, "under_18", "60_plus", "female"}, code
        # Violence, torture, medical, disability and protection codes stay out of lists and exports.
        if code.code.split("-")[0] in {"SV", "TR", "SM", "DS", "LP"}:
            assert code.attributes["sensitive"] is True, code
        if "duplicate_of" in code.attributes:
            assert code.attributes["duplicate_of"] in needs, code


def test_external_figures_are_well_formed_and_dated() -> None:
    keys = set()
    for row in read_rows(EXTERNAL):
        assert re.fullmatch(r"[a-z][a-z0-9_]*", row["series"]), row
        date.fromisoformat(row["as_of"])
        Decimal(row["value"])
        for part in ("numerator", "denominator"):
            assert not row[part] or Decimal(row[part]) >= 0, row
        assert row["qualifier"] in {"", "up_to", "more_than", "about"}, row
        assert row["unit"] in {"persons", "cases", "usd", "percent", "count"}, row
        assert row["scope"] in {"KAZ", "KGZ", "TJK", "TKM", "UZB", "KAZ_UZB", "CENTRAL_ASIA_4", "CENTRAL_ASIA_5"}, row
        assert re.fullmatch(r"(origin=[A-Z]{3,5})?", row["category"]), row
        assert row["source"], row
        assert row["document"], row
        assert row["confirmed"] in {"yes", "no"}, row
        keys.add((row["series"], row["category"], row["as_of"], row["scope"]))
    assert len(keys) == len(read_rows(EXTERNAL))


def test_external_figures_for_1_january_2025() -> None:
    figures = {(row["series"], row["as_of"]): row for row in read_rows(EXTERNAL) if not row["category"]}

    def value(series: str, as_of: str = "2025-01-01") -> Decimal:
        return Decimal(figures[series, as_of]["value"])

    assert value("stateless_government") + value("undetermined_partners_printed") == 7865
    assert value("stateless_total_printed") == 7866
    assert figures["stateless_total_printed", "2025-01-01"]["confirmed"] == "no", "its own parts say 7,865"
    rest = value("refugees_asylum_total") - value("refugees_asylum_afg") - value("refugees_asylum_ukr")
    assert rest == 82
    assert figures["refugee_like_estimate", "2025-01-01"]["qualifier"] == "up_to"
    assert figures["citizenship_granted", "2025-01-01"]["qualifier"] == "more_than"
    assert figures["funding_required", "2025-03-31"]["scope"] == "CENTRAL_ASIA_5"
    assert figures["funding_share", "2025-03-31"]["value"] == "28"
