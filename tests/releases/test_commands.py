"""`casework figures release | attack | verify`."""

import json
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from casework.core import clock
from casework.releases import actions, queries
from casework.releases.commands import figures
from casework.releases.models import Release
from tests.conftest import Acting
from tests.factories import World
from tests.figures.caseload import crowd
from tests.releases.caseload import FIRST, TABLES, lawyer, officer, people, signed

# The words of a command do not depend on the database; what it does is tested on both in test_actions.
pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True, scope="session")
RELEASE = ("release", "--as-of", "2025-01-01", "--since", "2024-01-01", *(f"--table={one}" for one in TABLES))


def run(app: Flask, *words: str, code: int = 0) -> str:
    with clock.at(date(2025, 2, 3)), app.app_context():
        answer = app.test_cli_runner().invoke(figures, list(words))
    assert answer.exit_code == code, answer.output
    return answer.output


def test_from_drawing_up_to_checking_what_was_frozen(app: Flask, acting: Acting, world: World, tmp_path: Path) -> None:
    with lawyer(acting, world):
        people()
    said = run(app, *RELEASE)
    assert "KAZ-2025-01-01-e1: attacked" in said
    assert "Attacking … 100 %" in said
    assert "cells are withheld" in said
    assert "being drawn up already" in run(app, *RELEASE, code=1)
    assert "No one is given away." in run(app, "attack", "KAZ-2025-01-01-e1")

    with officer(acting, world):
        draft = queries.open_draft()
        assert draft is not None
        assert draft.is_shown
        content = queries.publication(draft)
        actions.discard(draft)
    assert "Explain and sign this first" in run(app, *RELEASE, "--freeze", code=1)
    with officer(acting, world):
        made = queries.open_draft()
        assert made is not None
        signed(made)
        actions.freeze(made)
    said = run(app, "verify")
    assert "The ledger and the recount agree." in said
    assert "KAZ-2025-01-01-e1 is as it was frozen" in said

    # A file is attacked by what it says: with a number put back that was withheld it gives someone away.
    file = tmp_path / "release.json"
    file.write_text(json.dumps(content), "utf-8")
    assert "No one is given away." in run(app, "attack", str(file))
    table = next(one for one in content["tables"] if one["code"] == "undetermined_by_region")
    cell = next(one for one in table["cells"] if one["at"] == ["KZ-10"])
    assert cell.pop("hidden")
    cell["value"] = 3
    file.write_text(json.dumps(content), "utf-8")
    assert "undetermined_by_region" in run(app, "attack", str(file), code=1)

    with officer(acting, world, date(2025, 5, 5)):
        forged()
    assert "its hash is another" in run(app, "verify", code=1)


def test_what_is_not_safe_ends_with_1(app: Flask, acting: Acting, world: World) -> None:
    with lawyer(acting, world):
        crowd(3, date(2023, 5, 1), nationality="UN")
    assert "leave out the table" in run(app, *RELEASE, code=1)
    assert "no release of this code" in run(app, "attack", "KAZ-2025-01-01-e1", code=2)


def forged() -> None:
    """A frozen release that somebody wrote past the application, with another hash than that of its publication."""
    made = actions.begin(date(2025, 4, 1), None, TABLES)
    for _step in range(3):
        actions.next_step(made)
    made.digest, made.step, made.frozen_at = "0" * 64, "frozen", clock.now()


def test_there_is_no_release_before_there_is_one(app: Flask, acting: Acting, world: World) -> None:
    with officer(acting, world):
        assert (queries.frozen(), queries.latest_frozen(), queries.open_draft()) == ([], None, None)
        assert queries.release_by_code(Release(as_of=FIRST, edition=1).code) is None
    assert "recount agree" in run(app, "verify")
