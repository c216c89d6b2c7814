"""The files of a language: made once of its content, in its language, and sent back when they cannot be made."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from casework.core import clock
from casework.core.db import db
from casework.editions import actions, queries, rendering, rules
from casework.editions.commands import factsheet
from casework.editions.models import EditionLanguage, Step
from casework.releases.rules import digest
from tests.conftest import Acting
from tests.editions import office as offices
from tests.editions.office import Office, again, begun
from tests.factories import World
from tests.factsheets import contents

# The same bytes on either database: what is done with them is tested in test_actions.
pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True, scope="session")


@pytest.fixture(scope="module")
def files(stage: object) -> Iterator[dict[str, rendering.File]]:
    """Those of the Russian sheet, made once."""
    with stage.app.app_context():  # type: ignore[attr-defined]
        yield {one.name: one for one in rendering.files(contents.national("ru"))}


def test_every_output_is_there(files: dict[str, rendering.File]) -> None:
    charts = {one for one in files if one.startswith("charts/")}
    assert set(files) - charts == set(rendering.NAMES)
    assert {one.removesuffix("-wide.svg") for one in charts if one.endswith("-wide.svg")} == {
        one.removesuffix("-narrow.svg") for one in charts if one.endswith("-narrow.svg")
    }
    assert rendering.chart("refugees_asylum-origin", "wide") in charts
    assert files[rendering.PDF].content.startswith(b"%PDF-")
    assert files[rendering.XLSX].content.startswith(b"PK")
    assert all(files[one].media_type == "image/svg+xml" for one in charts)


def test_in_the_language_of_the_content(files: dict[str, rendering.File]) -> None:
    """Whatever the language of the page on which the button was pressed."""
    page = files[rendering.PAGE].content.decode()
    assert contents.national("ru")["title"] in page
    assert "1 января 2025" in page
    assert "1 January 2025" not in page


def test_made_and_published_as_it_was_made(office: Office, app: Flask, tmp_path: Path) -> None:
    with office.first():
        edition = begun()
        actions.submit(edition, ["en", "kk"])
        assert actions.make_next(edition)
        assert {one.step for one in edition.languages} == {Step.READY, Step.MAKING}
        assert not actions.make_next(edition)
        assert not actions.make_next(edition)
        assert {one.step for one in edition.languages} == {Step.READY}
        kept = {one.language: {file.name: file.sha256 for file in queries.files(one)} for one in edition.languages}
        assert set(kept["kk"]) == set(kept["en"]) >= set(rendering.NAMES)
        assert all(queries.is_untouched(one) for one in edition.languages)
        edition_id = edition.id
    with office.second():
        actions.approve(again(edition_id), ["kk"])
    with office.first():
        actions.take_back(again(edition_id), ["en"])
        (row,) = queries.public_index()
        assert {file.name: file.sha256 for file in queries.files(row)} == kept["kk"]

    with clock.at(offices.TODAY), app.app_context():
        told = app.test_cli_runner().invoke(factsheet, ["list"])
        assert told.exit_code == 0
        assert "KAZ-2025-01-01-e1" in told.output
        assert "kk  Published" in told.output
        told = app.test_cli_runner().invoke(factsheet, ["export", str(tmp_path)])
        assert told.exit_code == 0, told.output
    folder = tmp_path / "kaz" / "2025-01-01" / "e1" / "kk"
    written = {str(one.relative_to(folder)): digest(one.read_bytes()) for one in folder.rglob("*.*") if one.is_file()}
    assert written == kept["kk"]


def test_the_list_tells_of_what_was_changed(office: Office, app: Flask) -> None:
    with office.first():
        edition = begun()
        actions.submit(edition, ["en"])
        offices.made(edition)
        db.session.execute(update(EditionLanguage).values(content="{}"))
    with app.app_context():
        told = app.test_cli_runner().invoke(factsheet, ["list"])
    assert told.exit_code == 1
    assert "no longer what was sent in" in told.output


def test_letters_that_cannot_be_printed_send_it_back(office: Office) -> None:
    """As when a code list got such a letter: no text's check could have found it."""
    with office.first():
        edition = begun()
        actions.submit(edition, ["en"])
        row = edition.languages[0]
        content = {**queries.content(row), "donors": [{"en": "☃", "ru": "☃", "kk": "☃"}]}
        row.content = rules.written(content)
        db.session.flush()
        assert not actions.make_next(edition)
        (row,) = edition.languages
        assert (row.step, row.decided_by_id) == (Step.RETURNED, None)
        assert "☃ (U+2603)" in row.comment
        assert [one["kind"] for one in row.findings][-1] == "unprintable"
        assert queries.files(row) == []
        # Sent in once more it is made of what the texts and lists say then.
        actions.submit(edition, ["en"])
        assert "☃" not in edition.languages[0].content


def test_nobody_without_the_right_sees_what_is_worked_on(office: Office, acting: Acting, world: World) -> None:
    with office.first():
        edition_id = begun().id
    for role in ("supervisor", "administrator", "protection", "lawyer"):
        with acting(world.principal(role)):
            assert queries.editions() == []
            assert queries.edition(edition_id) is None
            assert queries.waiting() == []
