"""What browsers report of a page that tried what its policy forbids: the rule and the kind of page, nothing else."""

import json
import logging

import pytest

from casework.core.web import HEADERS
from casework.oversight import report_views
from tests.pages import Client

CASE = "0f6f1cde-0000-4000-8000-000000000001"


def report(directive: str = "script-src-elem", path: str = f"/cases/{CASE}?q=лиловая") -> bytes:
    said = {"document-uri": f"http://localhost{path}", "effective-directive": directive, "script-sample": "лиловая"}
    return json.dumps({"csp-report": said}).encode()


def send(client: Client, body: bytes, **headers: str) -> int:
    return client.post("/csp", data=body, content_type="application/csp-report", headers=headers).status_code


@pytest.fixture(autouse=True)
def none_yet() -> None:
    report_views._logged.clear()


def test_only_the_rule_and_the_endpoint_are_logged(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    assert send(client, report(), **{"Sec-Fetch-Site": "cross-site"}) == 204
    assert json.loads(caplog.records[-1].getMessage()) == {"policy": "script-src-elem", "endpoint": "casefile.case"}
    assert "лилов" not in caplog.text
    assert CASE not in caplog.text


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b'{"csp-report": 7}', b"[" * 9000, report("\nforged"), report("x" * 100), b"\xff\xfe", b'"report"'],
)
def test_what_is_no_report_is_not_logged(client: Client, caplog: pytest.LogCaptureFixture, body: bytes) -> None:
    caplog.set_level(logging.WARNING)
    assert send(client, body) == 204
    assert caplog.records == []


def test_a_flood_fills_no_log(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    assert {send(client, report()) for _ in range(100)} == {204}
    assert len(caplog.records) == report_views.A_MINUTE
    assert send(client, b"x" * 20_000) == 413


def test_the_policy_names_where_to_report_and_forbids_text_as_code() -> None:
    policy = HEADERS["Content-Security-Policy"]
    assert "report-uri /csp" in policy
    assert "require-trusted-types-for 'script'; trusted-types casework" in policy
