"""What Casework runs on is pinned, listed with licences that are allowed, and asked about."""

import copy
import json
import re
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tools import audit, sbom

ROOT = Path(__file__).resolve().parents[2]
PINS = (ROOT / "requirements.txt").read_text("utf-8")
BILL: dict[str, Any] = json.loads(sbom.SBOM.read_text("utf-8"))
TODAY = date(2026, 11, 24)
FOUND = {"id": "PYSEC-2026-7", "fix_versions": ["3.1.4"], "aliases": ["CVE-2026-7"], "description": ""}


def test_the_bill_lists_exactly_what_is_pinned() -> None:
    pinned = dict(re.findall(r"^([\w.-]+)==(\S+)", PINS, re.MULTILINE))
    assert {row["name"]: row["version"] for row in BILL["components"]} == pinned, "Run: make sbom"
    assert {row["purl"] for row in BILL["components"]} == {f"pkg:pypi/{name}@{pinned[name]}" for name in pinned}


def test_the_bill_has_every_hash() -> None:
    hashes = [one["content"] for row in BILL["components"] for one in row["externalReferences"][0]["hashes"]]
    assert sorted(hashes) == sorted(re.findall(r"--hash=sha256:([0-9a-f]{64})", PINS))


def test_the_bill_says_who_needs_whom() -> None:
    parents = sbom.needed_by(PINS)
    found: dict[str, set[str]] = {row["name"]: set() for row in BILL["components"]}
    for row in BILL["dependencies"]:
        for one in row["dependsOn"]:
            found[one.removeprefix("pkg:pypi/").split("@")[0]].add(row["ref"].removeprefix("pkg:pypi/").split("@")[0])
    assert found == parents
    assert all(parents.values())


def test_the_bill_is_the_same_whenever_it_is_made() -> None:
    text = sbom.SBOM.read_text("utf-8")
    assert text == sbom.write(BILL)
    assert "serialNumber" not in BILL
    assert "timestamp" not in BILL["metadata"]
    assert re.findall(r"\w+://[^\s\"]+", text) == [BILL["$schema"]]


def test_the_page_of_dependencies_is_current() -> None:
    assert sbom.PAGE.read_text("utf-8") == sbom.page(BILL), "Run: make sbom"


def test_every_licence_is_allowed() -> None:
    assert sbom.not_allowed(BILL) == []
    assert set(sbom.LOOKED_UP) <= {row["name"] for row in BILL["components"]}


@pytest.mark.parametrize(
    ("licence", "allowed"),
    [
        ("MIT", True),
        ("Apache-2.0 OR GPL-3.0-only", True),
        ("MIT AND GPL-3.0-only", False),
        ("AGPL-3.0-only", False),
        ("License :: OSI Approved :: BSD License", False),
        ("(MIT AND AGPL-3.0-only) OR MIT", True),
        ("MIT AND (MIT OR AGPL-3.0-only)", False),
        ("none given", False),
    ],
)
def test_another_licence_is_seen(licence: str, allowed: bool) -> None:
    bill = copy.deepcopy(BILL)
    bill["components"][0]["licenses"] = [{"expression": licence}]
    assert (sbom.not_allowed(bill) == []) is allowed


# -- the audit: reports as pip-audit writes them ---------------------------------------------------------------------


def _report(name: str, **said: Any) -> dict[str, Any]:
    return {"dependencies": [{"name": name, **said}], "fixes": []}


def test_every_pin_is_asked_about() -> None:
    everything = {name for pins in audit.PINS for name in audit.pinned((ROOT / pins).read_text("utf-8"))}
    assert everything >= {row["name"] for row in BILL["components"]} | {"pytest"}
    assert set(audit.gather([], everything).silent) == everything


def test_a_clean_answer_is_clean() -> None:
    answers = audit.gather([_report("flask", version="3.1.3", vulns=[])], ["flask"])
    assert audit.judge(answers, [], TODAY) == (audit.CLEAN, [])


def test_no_answer_is_not_clean_and_not_a_finding() -> None:
    """pip-audit itself ends with 0 and “No known vulnerabilities found” when it could not ask about anything."""
    for report in (None, _report("flask", skip_reason="Dependency not found")):
        code, lines = audit.judge(audit.gather([report], ["flask"]), [], TODAY)
        assert code == audit.NOT_ASKED
        assert lines[0] == "NOT ASKED, so this is no clean bill: 1 pins: flask"


def test_the_second_service_answers_for_the_first() -> None:
    reports = [None, _report("flask", skip_reason="no"), _report("flask", version="3.1.3", vulns=[])]
    assert audit.judge(audit.gather(reports, ["flask"]), [], TODAY)[0] == audit.CLEAN
    assert audit.judge(audit.gather(reversed(reports), ["flask"]), [], TODAY)[0] == audit.CLEAN


def test_a_finding_fails_even_where_something_else_was_not_asked() -> None:
    answers = audit.gather([_report("flask", version="3.1.3", vulns=[FOUND])], ["flask", "jinja2"])
    code, lines = audit.judge(answers, [], TODAY)
    assert code == audit.FINDING
    assert lines[0] == "FINDING: flask 3.1.3: PYSEC-2026-7, put right in: 3.1.4"
    assert "jinja2" in lines[1]


@pytest.mark.parametrize("name", ["PYSEC-2026-7", "CVE-2026-7"])
def test_an_exception_holds_until_its_day(name: str) -> None:
    answers = audit.gather([_report("flask", version="3.1.3", vulns=[FOUND])], ["flask"])
    excepted = [audit.Excepted(name, "it is never reached", TODAY)]
    assert audit.judge(answers, excepted, TODAY)[0] == audit.CLEAN
    code, lines = audit.judge(answers, excepted, TODAY + timedelta(days=1))
    assert code == audit.FINDING
    assert "its exception ended on 2026-11-24" in lines[0]


def test_an_exception_without_a_finding_is_told() -> None:
    answers = audit.gather([_report("flask", version="3.1.4", vulns=[])], ["flask"])
    excepted = [audit.Excepted("CVE-2026-7", "it is never reached", TODAY)]
    assert audit.judge(answers, excepted, TODAY) == (audit.CLEAN, ["no longer needed, remove it: CVE-2026-7"])


class _Vulnerabilities(BaseHTTPRequestHandler):
    """A service that knows one vulnerability, in flask."""

    def do_POST(self) -> None:
        """Answer as the Open Source Vulnerabilities database does."""
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        ranges = [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "3.1.4"}]}]
        found = {
            "id": FOUND["id"],
            "aliases": FOUND["aliases"],
            "affected": [{"package": asked["package"], "ranges": ranges}],
        }
        answer = json.dumps({"vulns": [found]} if asked["package"]["name"] == "flask" else {}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_said: object) -> None:
        """Keep quiet."""


def test_the_tool_itself_asks_finds_and_says_when_nobody_answers(tmp_path: Path) -> None:
    pins = tmp_path / "pins.txt"
    pins.write_text("".join(f"{name}==3.1.3 --hash=sha256:{'0' * 64}\n" for name in ("flask", "jinja2")))
    cache = ("--cache-dir", str(tmp_path / "cache"))
    with HTTPServer(("127.0.0.1", 0), _Vulnerabilities) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        report = audit.ask("osv", str(pins), "--osv-url", address, *cache)
        server.shutdown()
    code, lines = audit.judge(audit.gather([report], ["flask", "jinja2"]), [], TODAY)
    assert (code, lines) == (audit.FINDING, ["FINDING: flask 3.1.3: PYSEC-2026-7, put right in: 3.1.4"])
    # Now nobody listens there any more.
    assert audit.ask("osv", str(pins), "--osv-url", address, *cache) is None


@pytest.mark.parametrize(
    "row",
    [
        'id = "CVE-2026-7"\nreason = "it is never reached"',
        'id = "CVE-2026-7"\nuntil = 2026-12-01',
        'id = "CVE-2026-7"\nreason = "later"\nuntil = 2026-12-01',
        'id = "CVE-2026-7"\nreason = "it is never reached"\nuntil = "2026-12-01"',
        'id = "CVE-2026-7"\nreason = "it is never reached"\nuntil = 2027-12-01',
    ],
)
def test_an_exception_says_what_why_and_how_long(row: str) -> None:
    with pytest.raises(audit.Wrong):
        audit.exceptions(f"[[exception]]\n{row}\n", TODAY)


def test_the_exceptions_of_today_can_be_read() -> None:
    rows = audit.exceptions(audit.EXCEPTIONS.read_text("utf-8"), date.max - audit.LONGEST)
    assert all(one.reason for one in rows)
