"""What the administrator sees: whether there is a good backup, and what to do when there is not."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from flask import Flask

from casework.backups import actions
from casework.backups.models import Backup
from casework.core import clock
from casework.core.db import session_for
from casework.core.scope import system
from tests.conftest import ClientFor

NIGHT = datetime(2026, 11, 23, 20, 30, tzinfo=UTC)
MORNING = NIGHT + timedelta(hours=7)
TELLS = "hours since the last good backup"


def noted(app: Flask, at: datetime = NIGHT, **values: object) -> None:
    """A backup that is known."""
    good = {"file": "casework.backup", "size": 5 * 1024 * 1024, "rows": 1234, "files": 5, "sha256": "ab" * 32}
    kept = {"began_at": at, "ended_at": at, "by_itself": True, "key_ids": [], "recipients": [], **good, **values}
    with app.app_context(), session_for(system("tests")) as session:
        session.add(Backup(id=uuid4(), **kept))
        session.commit()


def test_without_any_the_page_says_what_to_do(client_for: ClientFor) -> None:
    page = client_for("administrator").page("/backups/")
    assert "No backups are made" in page.text
    assert "casework backup keygen" in page.text
    assert "No backup was made yet" in page.text


def test_the_desk_is_red_until_there_is_a_good_one_of_the_last_day(ready: Flask, client_for: ClientFor) -> None:
    with clock.at(MORNING):
        client = client_for("administrator")
        assert "good backups: set them up" in client.page("/desk").text
        noted(ready)
        assert TELLS not in client.page("/desk").text
    with clock.at(NIGHT + timedelta(hours=25)):
        client = client_for("administrator")
        assert TELLS in client.page("/desk").text
        assert "The last good backup is older than a day" in client.page("/backups/").text
        noted(ready, NIGHT + timedelta(hours=24), failure="no_room", file=None, size=None, rows=None, files=None)
        assert TELLS in client.page("/desk").text
        page = client.page("/backups/").text
        assert "Not made" in page
        assert "There was no room left on the disk" in page
        assert TELLS not in client_for("statistics").page("/desk").text


def test_a_good_one_is_said_to_be_good(ready: Flask, client_for: ClientFor) -> None:
    with clock.at(MORNING):
        noted(ready, removed_at=NIGHT, failure=None)
        noted(ready, NIGHT - timedelta(hours=5), by_itself=False)
        noted(ready, NIGHT - timedelta(days=2), failure="OSError at making.py:1", file=None)
        page = client_for("administrator").page("/backups/").text
    for words in ("Backups are made every night", "Gone", "By command", "1,234 rows", "5 files", "OSError at making"):
        assert words in page
    assert "The newest 2 backups are kept" in page


def test_nobody_else_sees_it(client_for: ClientFor) -> None:
    for role in ("lawyer", "supervisor", "statistics", "protection"):
        assert client_for(role).get("/backups/").status_code == 403


def test_made_by_hand_only_is_said_to_be_so(app: Flask, client_for: ClientFor) -> None:
    with clock.at(MORNING):
        noted(app, by_itself=False)
        assert "Backups are made by hand only" in client_for("administrator").page("/backups/").text


def test_whoever_destroys_a_key_is_told_what_needs_it(app: Flask) -> None:
    from casework.core.events import key_destroying

    noted(app, key_ids=["aa11aa11"])
    noted(app, NIGHT - timedelta(days=1), key_ids=["aa11aa11"], removed_at=NIGHT)
    with app.app_context():
        answers = [said for _, said in key_destroying.send(None, key_id="aa11aa11")]
        assert "Backups that are kept and need this key: 1, the newest of 2026-11-23." in answers
        assert not actions.queries.under_key("bb22bb22")
