"""What the tests of notices share: a server that mails go to, and a moment on a Tuesday."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from casework.core import clock, jobs
from casework.core.db import session_for
from casework.core.scope import system
from casework.notices.jobs import GATHER, SEND
from casework.notices.models import Notice
from tests.core.test_mail import Postbox, postbox, sending, server
from tests.factories import World
from tests.security.conftest import made

__all__ = ["made", "postbox", "sending", "server"]

NOON = datetime(2026, 9, 15, 7, 0, tzinfo=UTC)  # in Almaty
Run = Callable[..., list[str]]


@pytest.fixture(autouse=True)
def _at_noon() -> Iterator[None]:
    with clock.at(NOON):
        yield


@pytest.fixture
def run(sending: Flask, postbox: Postbox, world: World) -> Run:
    """`run(at)`: the texts of all mails that have arrived once the jobs ran at this moment."""

    def now(at: datetime = NOON) -> list[str]:
        with clock.at(at), sending.app_context():
            reports = list(jobs.run_due(lambda: list(world.organisations.values()), [GATHER, SEND]))
            assert [one.failure for one in reports if one.failure] == []
        return [str(message.get_content()) for _to, message in postbox.got]

    return now


def rows(app: Flask) -> list[Notice]:
    with app.app_context(), session_for(system("tests")) as session:
        return list(session.scalars(select(Notice).order_by(Notice.made_at, Notice.key)))
