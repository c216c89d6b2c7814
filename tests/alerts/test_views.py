"""The pages about alerts, for supervisors and for focal points."""

import pytest

from tests.conftest import ClientFor
from tests.security.caseload import CANARIES, Caseload

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


@pytest.fixture
def made(two_caseloads: dict[str, Caseload]) -> Caseload:
    return two_caseloads["A"]


def test_a_supervisor_says_what_came_of_it(made: Caseload, client_for: ClientFor) -> None:
    supervisor = client_for("supervisor", "A")
    url = f"/alerts/{made.more['alert_id']}"
    assert url in supervisor.get("/alerts/").text
    assert "alert to look at" in supervisor.page("/desk").text
    assert "Audit trail of the day" not in supervisor.page(url).text
    refused = supervisor.submit(url, {"verdict": "ORDINARY", "comment": ""})
    assert refused.status_code == 422
    assert supervisor.submit(url, {"verdict": "ORDINARY", "comment": "A day of interviews."}).location == "/alerts/"
    assert url not in supervisor.get("/alerts/").text
    assert "Ordinary work" in supervisor.page("/alerts/?show=looked-at").text


def test_a_focal_point_learns_of_nobody(made: Caseload, client_for: ClientFor) -> None:
    focal_point = client_for("protection", "A")
    page = focal_point.page(f"/alerts/{made.more['alert_id']}")
    trail = next(url for words, url in page.links.items() if words.startswith("Audit trail of the day"))
    assert focal_point.get(trail).status_code == 200
    assert not any(one in page.text for one in (*made.numbers, *CANARIES["A"].all()))
    assert "alert to look at" in focal_point.page("/desk").text


def test_a_rule_is_changed_by_name(made: Caseload, client_for: ClientFor) -> None:
    supervisor = client_for("supervisor", "A")
    assert supervisor.submit("/alerts/rules/at_night", {"threshold": "x"}).status_code == 422
    answer = supervisor.submit("/alerts/rules/at_night", {"threshold": "9", "with_weekends": "y"})
    assert answer.location == "/alerts/rules"
    assert "from 9 on, weekends too (Supervisor of Partner Aster)" in supervisor.page("/alerts/rules").text
    assert "or on a Saturday or Sunday" in supervisor.page("/alerts/rules").text
    assert "Something unusual" in client_for("protection", "A").page("/notices/").text
    supervisor.page("/alerts/rules/no-such-rule", status=404)


def test_a_lawyer_reads_none(made: Caseload, client_for: ClientFor) -> None:
    client_for("lawyer", "A").page("/alerts/", status=403)
