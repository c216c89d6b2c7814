"""The shipped procedures hold together, and nobody changes a time limit of the law by accident."""

import csv
import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from casework.procedures import checks, shipped
from casework.procedures.checks import Known
from casework.procedures.rules import Procedure

CODES = Path(__file__).resolve().parents[2] / "casework" / "reference" / "seed"
WRITTEN = Path(__file__).parent / "time_limits.csv"
SHIPPED = shipped.procedures()
TRACKS = ("ASYLUM", "NATIONALITY", "BIRTH_REG", "RESIDENCE", "OTHER")


def _known() -> Known:
    lists: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for path in CODES.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if "list" in row:
                    lists[row["list"]][row["code"]] = json.loads(row["attributes"] or "{}")
    return Known(lists["stage"], lists["act"], lists["authority"], lists["document_type"])


KNOWN = _known()
LIMITS = [(one, limit) for one in SHIPPED for limit in one.limits]
each = pytest.mark.parametrize("procedure", SHIPPED, ids=lambda one: one.code)


def of(code: str) -> Procedure:
    return next(one for one in SHIPPED if one.code == code)


@each
def test_it_holds_together(procedure: Procedure) -> None:
    assert checks.findings(procedure, KNOWN) == []


@each
def test_nothing_is_said_twice(procedure: Procedure) -> None:
    for said in (
        [one.code for one in procedure.stages],
        [(one.from_stage, one.act) for one in procedure.moves],
        [one.code for one in procedure.limits],
        [one.kind for one in procedure.needs],
    ):
        assert len(said) == len(set(said))


def test_no_code_is_dead() -> None:
    """Every act and every side stage of the list is used by some procedure, on the tracks it says."""
    used: dict[str, set[str]] = defaultdict(set)
    for one in SHIPPED:
        for move in one.moves:
            used[move.act].add(one.track)
    assert set(used) == set(KNOWN.acts)
    for code, tracks in used.items():
        assert set(KNOWN.acts[code].get("tracks", TRACKS)) == tracks, code
    assert {stage.code for one in SHIPPED for stage in one.stages} == set(KNOWN.stages)


def test_every_track_begins_where_its_cases_always_began() -> None:
    """Cases from before procedures stand on these stages, and the first procedure of a track takes them over."""
    first = {track: next(one for one in SHIPPED if one.track == track) for track in TRACKS}
    assert {track: one.code for track, one in first.items()} == {
        "ASYLUM": "ASYLUM",
        "NATIONALITY": "SDP",
        "BIRTH_REG": "BIRTH_REG",
        "RESIDENCE": "RESID_PERMIT",
        "OTHER": "GENERAL",
    }
    with (CODES / "cases.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["list"] == "stage":
                track = json.loads(row["attributes"])["track"]
                assert first[track].stage(row["code"]) is not None, row["code"]
    starts = {track: one.first_stage for track, one in first.items()}
    assert list(starts.values()) == ["INTENT", "IDENTIFIED", "BR_INTAKE", "RES_INTAKE", "OTH_INTAKE"]


def test_routes_to_a_nationality_share_their_beginning() -> None:
    """So that a case may change its route and keep its stage."""
    for one in SHIPPED:
        if one.track == "NATIONALITY":
            assert [stage.code for stage in one.stages[:3]] == ["IDENTIFIED", "EVIDENCE", "APPLIED"], one.code


def test_what_acts_say_exists() -> None:
    with (CODES / "cases.csv").open(encoding="utf-8", newline="") as file:
        outcomes = {
            row["code"]: json.loads(row["attributes"]) for row in csv.DictReader(file) if row["list"] == "case_outcome"
        }
    for code, act in KNOWN.acts.items():
        assert act["by"] in {"us", "person", "authority", "state", "court", "none"}, code
        assert act.get("until") in {None, "validity", "notified"}, code
        assert act.get("scope") in {None, "ADMIN", "COURT"}, code
        assert act.get("subject") in {None, "inquiry"}, code
        assert act.get("issues") is None or act["issues"] in KNOWN.documents, code
        if "case_outcome" in act:
            assert set(act.get("tracks", TRACKS)) <= set(outcomes[act["case_outcome"]]["tracks"]), code
    with_status = {
        code: (act["status"]["code"], act["status"]["reason"]) for code, act in KNOWN.acts.items() if "status" in act
    }
    assert with_status == {
        "REGISTERED": ("ASR", "identified"),
        "FI_RECOGNISED": ("REF-C", "recognised_refugee"),
        "FI_RECOGNISED_FAMILY": ("REF-D", "derived_status"),
        "AR_RECOGNISED": ("REF-C", "recognised_refugee"),
        "CLAIM_WITHDRAWN": ("CLO", "status_change"),
        "CLAIM_CLOSED": ("CLO", "status_change"),
        "FINAL_REJECTION": ("REJ", "rejected"),
        "STATUS_ENDED": ("NOC", "status_change"),
        "STATELESS_RECOGNISED": ("SP", "recognised_stateless"),
        "CITIZENSHIP_CONFIRMED": ("NC-KZ", "confirmed_kz"),
        "CITIZENSHIP_ACQUIRED": ("NC-KZ", "acquired_kz"),
        "OTHER_NATIONALITY_CONFIRMED": ("NC-OTH", "confirmed_other"),
    }  # fmt: skip


def test_a_refusal_that_can_be_challenged_changes_no_status() -> None:
    for code in ("FI_REJECTED", "FI_SILENCE", "AR_REJECTED", "AR_SILENCE", "COURT_DISMISSED", "REFUSED"):
        assert "status" not in KNOWN.acts[code], code


@each
def test_a_deemed_act_is_brought_by_some_limit(procedure: Procedure) -> None:
    brought = {one.on_silence for one in procedure.limits}
    for move in procedure.moves:
        if KNOWN.acts[move.act].get("deemed"):
            assert move.act in brought, move.act


REFUSALS = {"REFUSED", "FI_REJECTED"}


@each
def test_every_refusal_leads_through_complaint_and_silence_to_court(procedure: Procedure) -> None:
    if not REFUSALS & {move.act for move in procedure.moves}:
        assert procedure.code == "CONF_OTHER"  # another State decides there: our law knows no complaint against it
        return
    by_code = {one.code: one for one in procedure.limits}
    complaint = by_code["complaint"]
    assert REFUSALS & set(complaint.starts)
    assert (complaint.value, complaint.unit, complaint.counts_from, complaint.who) == (3, "month", "served", "US")
    answer = by_code["complaint_decision"]
    assert (answer.starts, answer.on_silence) == (("COMPLAINT_FILED",), "AR_SILENCE")
    assert by_code["court_claim"].starts == ("AR_REJECTED",)
    assert by_code["court_claim_silence"].starts == ("AR_SILENCE",)
    assert by_code["complaint_silence"].starts == ("FI_SILENCE",)
    assert any(one.on_silence == "FI_SILENCE" for one in procedure.limits)


@each
def test_a_remand_goes_back_to_where_a_decision_is_awaited(procedure: Procedure) -> None:
    remands = [move for move in procedure.moves if move.act.endswith("_REMANDED")]
    for move in remands:
        assert move.to_stage is not None
        acts = {one.act for one in procedure.moves_from(move.to_stage)}
        assert acts & {"REFUSED", "FI_REJECTED", "RENEWAL_REFUSED"}, move
    again = next((one for one in procedure.limits if one.code == "decision_again"), None)
    assert again is None or {move.act for move in remands} <= set(again.starts)


@each
def test_the_end_stops_every_clock_that_somebody_must_keep(procedure: Procedure) -> None:
    withdrawn = "CLAIM_WITHDRAWN" if procedure.track == "ASYLUM" else "APPLICATION_WITHDRAWN"
    for limit in procedure.limits:
        if limit.who != "EXPIRY":
            assert withdrawn in (*limit.ends, *limit.stops), limit.code


@each
def test_a_document_that_runs_out_stays_on_its_day_and_warns(procedure: Procedure) -> None:
    for limit in procedure.limits:
        if limit.who == "EXPIRY":
            assert limit.takes_until
            assert limit.on_day_off == "stays"
            assert limit.remind_days >= 14
            assert all(KNOWN.acts[code].get("until") == "validity" for code in limit.starts), limit.code


def test_what_the_source_calls_unverified_is_not_confirmed() -> None:
    for procedure, limit in LIMITS:
        assert limit.source
        assert limit.law
        is_read = re.search(r"S\d|factsheet", limit.source)
        assert is_read or not limit.is_confirmed, (procedure.code, limit.code)
    assert all(not one.is_confirmed for one in SHIPPED if "UNVERIFIED" in one.source)


@pytest.mark.parametrize("words", [one.words for one in SHIPPED] + [limit.words for _, limit in LIMITS])
def test_words_in_three_alphabets(words: Any) -> None:
    assert not re.search(r"[\u0400-\u04ff]", words.en)
    assert not re.search(r"[A-Za-z]", words.ru + words.kk)
    assert not re.search(r"[әғқңөұүһіӘҒҚҢӨҰҮҺІ]", words.ru)
    assert re.search(r"[әғқңөұүһіӘҒҚҢӨҰҮҺІ]", words.kk)
    assert all(len(one) <= 120 for one in (words.en, words.ru, words.kk))


# -- the law, number by number ---------------------------------------------------------------------------------------


def test_the_time_limits_are_those_written_down() -> None:
    """time_limits.csv is a second copy on purpose: whoever changes a period changes it in two places, knowing it."""
    with WRITTEN.open(encoding="utf-8", newline="") as file:
        written = {(row["procedure"], row["limit"]): row for row in csv.DictReader(file)}
    assert set(written) == {(one.code, limit.code) for one, limit in LIMITS}
    for procedure, limit in LIMITS:
        row = written[procedure.code, limit.code]
        assert row == {
            "procedure": procedure.code,
            "limit": limit.code,
            "value": str(limit.value),
            "unit": limit.unit,
            "starts": " ".join(limit.starts),
            "counts_from": limit.counts_from,
            "basis": limit.basis or "",
            "takes_until": "yes" if limit.takes_until else "no",
            "on_day_off": limit.on_day_off,
            "on_silence": limit.on_silence or "",
            "who": limit.who,
            "confirmed": "yes" if limit.is_confirmed else "no",
            "source": limit.source,
        }


@pytest.mark.parametrize(
    ("procedure", "limit", "value", "unit"),
    [
        # domain.md §2.2, row by row
        ("ASYLUM", "lodge", 5, "day"),
        ("ASYLUM", "lodge_irregular", 1, "day"),
        ("ASYLUM", "registration", 0, "day"),
        ("ASYLUM", "certificate", 0, "day"),
        ("ASYLUM", "fingerprints", 3, "day"),
        ("ASYLUM", "as_cert_expiry", 3, "month"),
        ("ASYLUM", "decision", 3, "month"),
        ("ASYLUM", "decision_extended", 1, "year"),
        ("ASYLUM", "ref_cert_expiry", 1, "year"),
        ("ASYLUM", "ref_td_expiry", 1, "year"),
        ("ASYLUM", "complaint", 3, "month"),
        ("ASYLUM", "complaint_decision", 20, "workday"),
        ("ASYLUM", "court_claim", 1, "month"),
        # §2.3
        ("SDP", "inquiry_reply", 6, "month"),
        ("SDP", "sp_cert_expiry", 5, "year"),
        # §2.4
        ("BIRTH_REG", "apply", 3, "workday"),
        ("BIRTH_REG", "apply_abroad", 2, "month"),
        ("RESID_PERMIT", "decision", 60, "day"),
        ("RESID_PERMIT", "decision_short", 10, "day"),
    ],
)
def test_the_periods_that_the_sources_give(procedure: str, limit: str, value: int, unit: str) -> None:
    found = next(one for one in of(procedure).limits if one.code == limit)
    assert (found.value, found.unit) == (value, unit)
