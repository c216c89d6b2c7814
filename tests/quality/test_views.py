"""The pages of quality reviews, for the supervisor and for the lawyer."""

from datetime import date

import pytest

from casework.cases import actions as cases
from casework.core.db import db
from tests.conftest import Acting, ClientFor
from tests.factories import World
from tests.security.caseload import person_named


@pytest.fixture(autouse=True)
def case(acting: Acting, world: World) -> None:
    """The lawyer's only one."""
    with acting(world.principal("lawyer")):
        cases.open_case([person_named("Проверкина")], "OTHER", date(2026, 3, 1), world.user_id("lawyer"))
        db.session.commit()


def test_from_the_draw_to_the_answer(client_for: ClientFor) -> None:
    supervisor, lawyer = client_for("supervisor"), client_for("lawyer")
    assert "Draw the first sample" in supervisor.page("/quality/").text
    refused = supervisor.submit("/quality/draw", {"method": "RISK", "size": "999", "days": "90"})
    assert refused.status_code == 422
    assert "999" in refused.text
    where = supervisor.submit(
        "/quality/draw", {"method": "RANDOM", "size": "5", "days": "365", "seed": "lake"}
    ).location
    page = supervisor.page(where)
    assert "lake" in page.text
    (review,) = (link for link in page.links.values() if link.startswith("/quality/reviews/"))
    assert supervisor.submit(review, {"item_CONSENT": "PARTLY", "to_lawyer": "Ask for the form."}).location == where
    mine = lawyer.page("/quality/mine")
    note = next(link for link in mine.links.values() if link.startswith("/quality/mine/"))
    assert "Ask for the form." in lawyer.page(note).text
    assert lawyer.submit(note, {"answer": "Done."}).location == "/quality/mine"
    assert "Done." in supervisor.page(where).text
    assert "50 %" in supervisor.page("/quality/").text
    assert lawyer.get(where).status_code == 403
    assert client_for("supervisor", "B").get(where).status_code == 404
    assert client_for("lawyer", "B").get(note).status_code == 404
