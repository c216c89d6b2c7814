"""Two who save the same at once: the second gets a sentence, not a fault."""

import pytest
from sqlalchemy import select

from casework.accounts import queries as accounts
from casework.accounts.models import User
from casework.core.scope import system
from tests.conftest import Acting, ClientFor
from tests.factories import World
from tests.pages import Page


def test_what_is_there_already_is_said(
    client_for: ClientFor, world: World, acting: Acting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "email_is_taken", lambda email: False)  # both asked before either saved
    client = client_for("administrator")
    taken = world.email("lawyer", "A")
    answer = client.submit(
        "/users/invite",
        {
            "name": "Second",
            "email": taken,
            "role": "lawyer",
            "language": "en",
            "organisation": str(world.organisations["B"]),
        },
    )
    assert answer.status_code == 409
    assert "Somebody else has just saved the same" in Page(answer.text).text
    assert taken not in Page(answer.text).text
    with acting(system("tests")) as session:
        assert [one.id for one in session.scalars(select(User).where(User.email == taken))] == [world.user_id("lawyer")]
