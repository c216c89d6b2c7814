"""`casework figures` prints the Key Figures and checks them."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask

from casework.core import clock
from casework.figures.commands import as_csv
from casework.figures.indicators import REFUGEE_LIKE
from casework.figures.models import Balance
from casework.figures.report import Figure, KeyFigures
from casework.releases.commands import figures
from tests.conftest import Acting
from tests.factories import World
from tests.figures.caseload import crowd


@pytest.fixture(autouse=True)
def _on_a_monday() -> Iterator[None]:
    with clock.at(date(2026, 11, 23)):
        yield


def run(app: Flask, *words: str, code: int = 0) -> str:
    with app.app_context():
        answer = app.test_cli_runner().invoke(figures, list(words))
    assert answer.exit_code == code, answer.output
    return answer.output


def test_the_table_reads_like_the_factsheet(app: Flask, world: World, acting: Acting) -> None:
    with acting(world.principal("lawyer")):
        crowd(6, nationality="UN")
    said = run(app, "--as-of", "2025-01-01")
    assert "Key Figures as of 1 January 2025" in said
    assert "up to 65,511" in said
    assert "more than 16,000" in said
    assert "7,405" in said
    assert "28%  as of 31 March 2025" in said
    assert "! Stateless persons, known: The printed 7,866 is not equal to 7,399 + 466 = 7,865." in said


def test_json_is_for_programs(app: Flask, world: World) -> None:
    found = json.loads(run(app, "--as-of", "2025-01-01", "--format", "json"))
    by_code = {one["code"]: one for one in found["figures"]}
    assert by_code["refugee_like"]["value"] == 65511
    assert by_code["refugee_like"]["qualifier"] == "up_to"
    assert by_code["stateless_known"]["components"][0]["value"] == 7399
    assert found["findings"][0]["kind"] in ("sum", "printed")


def test_csv_is_for_spreadsheets(app: Flask, world: World) -> None:
    rows = [*csv.DictReader(io.StringIO(run(app, "--as-of", "2025-01-01", "--format", "csv")))]
    assert [row["value"] for row in rows if row["code"] == "citizenship_granted"] == ["16000"]
    assert {row["unit"] for row in rows} == {"persons", "count", "usd", "percent"}


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_no_text_becomes_a_formula(app: Flask, start: str) -> None:
    day = date(2025, 1, 1)
    found = KeyFigures(day, None, (Figure(REFUGEE_LIKE, day, 1, source=f"{start}cmd|' /C calc'!A0"),))
    with app.app_context():
        row = next(csv.DictReader(io.StringIO(as_csv(found))))
    assert row["source"].startswith(f"'{start}")


def test_a_day_that_is_none(app: Flask) -> None:
    assert "2025-13-01" in run(app, "--as-of", "2025-13-01", code=2)
    assert "first of a month" in run(app, "--as-of", "2025-01-02", code=2)
    assert "as of 1 November 2026" in run(app)


def test_verify_agrees(app: Flask, world: World, acting: Acting) -> None:
    with acting(world.principal("lawyer")):
        crowd(3, displacement="ASR")
    assert "agree" in run(app, "verify")
    assert "agree" in run(app, "verify", "--as-of", "2025-01-01")


def test_verify_finds_a_difference(app: Flask, world: World, acting: Acting) -> None:
    with acting(world.principal("lawyer")) as session:
        crowd(3, displacement="ASR")
        session.execute(Balance.__table__.delete().where(Balance.month == date(2025, 1, 1)))
    said = run(app, "verify", code=1)
    assert "0 ≠ 3" in said
    assert "2025-01-01" in said
