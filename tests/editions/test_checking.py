"""What stands in the way of a language, and what is only worth a look."""

from typing import Any

import pytest
from sqlalchemy import update

from casework.core.db import db
from casework.editions import actions, checking, drafting, queries, rules
from casework.editions.models import Edition, EditionText
from casework.factsheets.content import sheet
from casework.releases.models import Release
from tests.editions import office as offices
from tests.editions.office import ALL, Office, begun, write
from tests.releases import published

# What is found does not depend on the database.
pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True, scope="session")


EXPLAINED = [("sum", False, ""), ("old", False, "")]
"""What the release itself found: a total that does not add up was explained there, a figure is old."""


def found(edition: Edition, language: str = "en") -> list[tuple[str, bool, str]]:
    return [(one.kind, one.is_blocking, one.section) for one in checking.check(edition, language)]


def with_figure(**values: Any) -> dict[str, Any]:
    """A publication whose pledges are another figure."""
    figures = offices.publication()["figures"]
    return {"figures": [*figures[:-1], {**figures[-1], **values}]}


def test_the_shipped_texts_are_ready_in_every_language(office: Office) -> None:
    with office.first():
        edition = begun()
        assert [found(edition, one) for one in ALL] == [EXPLAINED] * 3
        assert all(len(one.text) <= rules.longest(one.section) for one in queries.texts(edition).values())


@pytest.mark.parametrize(
    ("text", "kind", "is_blocking", "says"),
    [
        ("Of {nobody}.", "placeholder", True, "{nobody}"),
        ("In part: {share:refugees_asylum/refugees_asylum_afg}.", "placeholder", True, "{share:"),
        ("A brace { that names nothing }.", "placeholder", True, "{"),
        ("Nearly 700 persons.", "loose", False, "700"),
        ("A line of ☃.", "unprintable", True, "☃ (U+2603)"),
        ("", "required", True, "Lead"),
    ],
)
def test_a_text(office: Office, text: str, kind: str, is_blocking: bool, says: str) -> None:
    with office.first():
        edition = begun()
        write(edition, "lead", "en", text)
        (one,) = [one for one in checking.check(edition, "en") if one.section == "lead"]
        assert (one.kind, one.is_blocking) == (kind, is_blocking)
        assert says in one.message.en
        assert checking.from_json(one.as_json()) == one


def test_numbers_that_the_sheet_has_are_not_loose(office: Office) -> None:
    with office.first():
        edition = begun()
        write(edition, "lead", "en", "646 persons, and 7,865, as of 1 January 2025; see the Convention of 1951.")
        assert found(edition) == EXPLAINED


def test_only_the_language_itself(office: Office) -> None:
    with office.first():
        edition = begun()
        write(edition, "lead", "ru", "Никто {nobody}.")
        write(edition, "lead", "kk", "")
        assert found(edition) == EXPLAINED
        assert ("placeholder", True, "lead") in found(edition, "ru")
        assert ("untranslated", True, "lead") in found(edition, "kk")
        # A language may stand alone, without the English one.
        write(edition, "method", "ru", "Только по-русски.")
        write(edition, "method", "en", "")
        assert {kind for kind, _is, section in found(edition, "ru") if section == "method"} == {"stale"}
        row = queries.text(edition, "method", "ru")
        assert row is not None
        actions.confirm_translation(edition, "method", "ru", row.version)
        assert not [one for one in found(edition, "ru") if one[2] == "method"]


@pytest.mark.parametrize(
    ("values", "kind", "is_blocking"),
    [
        ({"source": None}, "source", True),
        ({"as_of": ""}, "as_of", True),
        ({"as_of": "2025-04-11"}, "as_of", True),
        ({"as_of": "2025-04-10"}, None, False),
        ({"value": None, "source": None}, None, False),
    ],
)
def test_a_figure(office: Office, values: dict[str, Any], kind: str | None, is_blocking: bool) -> None:
    with office.first():
        edition = begun(**with_figure(**values))
        if values.get("value", 0) is None:
            for one in ALL:
                write(edition, "message_4", one, "")  # which names them
                write(edition, "law", one, "")
        others = [one for one in found(edition) if one not in EXPLAINED and one[0] != "placeholder"]
        assert others == ([(kind, is_blocking, "")] if kind else [])


def test_what_the_release_found_is_explained_first(office: Office) -> None:
    with office.first():
        findings = [{**one, "explanation": None} for one in offices.publication()["findings"]]
        assert found(begun(findings=findings)) == [("sum", True, ""), ("old", False, "")]


@pytest.mark.parametrize("values", [{"digest": "0" * 64}, {"report": {**published.REPORT, "is_safe": False}}])
def test_a_release_that_is_not_to_be_trusted(office: Office, values: dict[str, Any]) -> None:
    with office.first():
        release = published.release(content=offices.publication(), **values)
        edition = actions.begin(release)
        assert found(edition) == [("disclosure", True, "")]


def test_a_release_that_was_corrected(office: Office) -> None:
    with office.first():
        edition = begun()
        offices.release(edition=2)
        assert ("superseded", True, "") in found(edition)


def test_a_withheld_part_has_no_placeholder(office: Office) -> None:
    figures = offices.publication()["figures"]
    parts = [{**one, "value": None, "hidden": True} if "other" in one["code"] else one for one in figures[0]["parts"]]
    with office.first():
        edition = begun(figures=[{**figures[0], "parts": parts}, *figures[1:]])
        assert [one for one in found(edition) if one[1]] == [("placeholder", True, "message_1")]
        db.session.execute(update(EditionText).where(EditionText.section == "message_1").values(text="Few."))
        assert not [one for one in found(edition) if one[1] and one[0] != "stale"]
        assert db.session.get(Release, edition.release_id) is not None


def test_an_explanation_is_translated_or_holds_its_language_back(office: Office) -> None:
    """What was signed with the release in one language stands in each language in its own words."""
    with office.first():
        edition = actions.begin(offices.release())
        blocking = [one for one in checking.check(edition, "ru") if one.is_blocking]
        assert [(one.kind, one.section) for one in blocking] == [("untranslated", "explained")]
        assert not [one for one in checking.check(edition, "en") if one.is_blocking]
        offices.write(edition, "explained", "ru", "Так напечатано.")
        assert ("explained", True, "explained") in found(edition, "ru"), "there are two to be explained"
        offices.write(edition, "explained", "ru", "Так напечатано.\n\nСтарое число.")
        assert not [one for one in checking.check(edition, "ru") if one.is_blocking]
        told = [sheet(drafting.content(edition, language)).findings for language in ("en", "ru")]
    assert [[one.explanation for one in each if one.is_explained] for each in told] == [
        ["Printed so.", "Printed so."],
        ["Так напечатано.", "Старое число."],
    ]
