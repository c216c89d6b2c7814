"""What editions say of one another: nothing that is withheld or withdrawn, and every language the same numbers."""

import copy
import json
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from flask_babel import force_locale

from casework.editions import actions, changes, drafting, queries
from tests.editions import office as offices
from tests.editions.office import Office
from tests.pages import Client, words_of
from tests.releases import published

# What a content says does not depend on the database; test_actions asks both.
pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True, scope="session")

Json = dict[str, Any]


def corrected(office: Office, edition_id: UUID, number: int, **release: Any) -> UUID:
    """The next edition of the day, published in English, from a corrected release."""
    with office.first():
        published.release(content=offices.publication(edition=number, **release))
        edition = actions.begin_correction(offices.again(edition_id))
        offices.write(edition, "correction", "en", f"Reason {number}")
        actions.submit(edition, ["en"])
        offices.made(edition)
        found = edition.id
    with office.second():
        actions.approve(offices.again(found), ["en"])
    return found


def content_of(office: Office, edition_id: UUID, language: str = "en") -> Json:
    with office.first():
        row = offices.again(edition_id).of(language)
        assert row is not None
        return queries.content(row)


def figures(value: int | None) -> list[Json]:
    """The Key Figures with another first one; None: withheld, as are its parts."""
    found = copy.deepcopy(offices.publication()["figures"])
    found[0] |= {"value": value, "hidden": value is None}
    return found


def withheld(found: list[Json]) -> list[Json]:
    """Ukraine is not told any more."""
    for part in found[0]["parts"]:
        if part["code"] == "refugees_asylum_ukr":
            part |= {"value": None, "hidden": True}
    return found


def test_what_a_correction_withholds_is_not_repeated(office: Office) -> None:
    first = offices.edition_published(office)
    assert "244" in json.dumps(content_of(office, first)["messages"]), "the shipped texts say it"
    with office.first():
        hidden = withheld(figures(646))
        published.release(content=offices.publication(edition=2, figures=hidden))
        edition = actions.begin_correction(offices.again(first))
        offices.write(edition, "correction", "en", "Withheld to protect people.")
        for section in ("message_1", "lead"):
            offices.write(edition, section, "en", "Where people are from\nFrom many countries.")
        said = json.dumps(drafting.content(edition, "en")["correction"], ensure_ascii=False)
    assert "was shown" in said
    assert "worded otherwise" in said
    assert "244" not in said


def test_nothing_is_repeated_out_of_what_was_withdrawn(office: Office) -> None:
    first = offices.edition_published(office)
    with office.second():
        actions.withdraw(offices.again(first), "en", "It said too much.")
    found = content_of(office, corrected(office, first, 2, figures=figures(650)))["correction"]
    assert found["changes"] == []
    assert found["corrects"] == content_digest(office, first)


def content_digest(office: Office, edition_id: UUID) -> str:
    with office.first():
        row = offices.again(edition_id).of("en")
        assert row is not None
        return row.digest


def test_a_correction_is_told_against_the_edition_that_stands(office: Office) -> None:
    first = offices.edition_published(office)
    second = corrected(office, first, 2, figures=figures(650))
    with office.second():
        actions.withdraw(offices.again(second), "en", "A mistake.")
    third = content_of(office, corrected(office, second, 3, figures=figures(651)))["correction"]
    assert third["corrects"] == content_digest(office, first)
    assert [(one["before"], one["after"]) for one in third["changes"]][:1] == [("646", "651")]


def test_two_editions_of_a_day_are_compared_with_each_other(office: Office, client: Client) -> None:
    first = offices.edition_published(office)
    second = corrected(office, first, 2, figures=figures(650))
    corrected(office, second, 3, figures=figures(646))
    days = "before=KAZ-2025-01-01-e1&after=KAZ-2025-01-01-e3"
    page = client.page(f"/factsheets/kaz/compare?language=en&{days}")
    told = [words_of(one) for one in page.all("td")]
    assert "650" not in told
    assert "Reason 2" in page.text
    assert "Reason 3" in page.text


def test_a_later_language_says_the_numbers_of_the_first(office: Office) -> None:
    """A release of an earlier day, frozen in between, would otherwise stand in one language's trend alone."""
    edition_id = offices.edition_published(office)
    with office.first():
        published.release(content=offices.publication(as_of="2024-01-01", since="2023-01-01"))
        edition = offices.again(edition_id)
        english, russian = content_of_row(edition, "en"), drafting.content(edition, "ru")
        assert drafting.trends.of("KAZ", date(2025, 1, 1), russian["publication"], frozenset()) != english["trends"]
    for name in drafting.SHARED:
        assert russian[name] == english[name], name
    assert russian["title"] != english["title"]


def content_of_row(edition: Any, language: str) -> Json:
    return queries.content(edition.of(language))


def test_a_trend_leaves_out_what_was_withdrawn(office: Office) -> None:
    earlier = offices.edition_published(office, as_of="2024-01-01", since="2023-01-01", figures=figures(777))
    with office.first():
        edition = offices.begun()
        assert "777" in json.dumps(drafting.content(edition, "en")["trends"])
    with office.second():
        actions.withdraw(offices.again(earlier), "en", "Not to be quoted.")
    with office.first():
        assert "777" not in json.dumps(drafting.content(offices.again(edition.id), "en")["trends"])


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize("part", ["day", "source", "median", "method", "table", "trend"])
def test_every_part_of_a_sheet_is_looked_at(office: Office, part: str) -> None:
    before = content_of(office, offices.edition_published(office))
    after = copy.deepcopy(before)
    figure, publication = after["figures"][0], after["publication"]
    if part == "day":
        figure["as_of"] = "2020-01-01"
    elif part == "source":
        figure["source"] = "Somebody else"
    elif part == "median":
        publication["durations"][0] |= {"median_days": 990, "hidden": False}
    elif part == "method":
        publication["texts"] = {}
    elif part == "table":
        publication["tables"] = publication["tables"][1:]
    else:
        line = after["trends"][0]["lines"][0]
        line["points"][0]["value"] += 5
    with office.first(), force_locale("en"):
        assert len(changes.between(before, after)) == 1
        assert changes.between(before, before) == []
