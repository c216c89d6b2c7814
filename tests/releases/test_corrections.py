"""What is recorded late changes no frozen release: it shows in the next one, and in a new edition of the day."""

import json
from datetime import date

import pytest

from casework.core.db import db
from casework.core.errors import DomainError
from casework.releases import actions, queries, rules
from casework.releases.models import Release, Step
from tests.conftest import Acting
from tests.factories import World
from tests.figures.caseload import crowd
from tests.releases.caseload import FIRST, SECOND, TABLES, drawn_up, frozen, lawyer, officer, people


@pytest.fixture
def first(acting: Acting, world: World) -> Release:
    """Frozen in February; in March six more turn out to have come in November, and seven come."""
    with lawyer(acting, world):
        people()
    with officer(acting, world):
        made = frozen()
    with lawyer(acting, world, on=date(2025, 3, 5)):
        crowd(6, date(2024, 11, 4), nationality="UN", origin="UZB")
        crowd(7, date(2025, 2, 10), nationality="UN", origin="UZB")
    return made


def shown(release: Release, table: str) -> dict[tuple[str, ...], int | None]:
    found = next(one for one in queries.publication(release)["tables"] if one["code"] == table)
    return {tuple(cell["at"]): cell.get("value") for cell in found["cells"]}


def test_a_late_record_shows_as_a_correction(acting: Acting, world: World, first: Release) -> None:
    before = first.publication
    with officer(acting, world, date(2025, 5, 5)):
        assert queries.corrected_since(first) == (
            "undetermined:in_by_flow",
            "undetermined_by_macro_region",
            "undetermined_by_region",
        )
        assert queries.verify(first).is_whole

        second = frozen(SECOND, None)
        (account,) = queries.publication(second)["accounts"]
        # It opens with what was published; what came to light since is a reason of its own.
        assert (account["opening"], account["closing"]) == ({"value": 26}, {"value": 39})
        came = shown(second, "undetermined:in_by_flow")
        assert (came["*",], came["correction",], came["identified",]) == (13, 6, 7)
        (undetermined,) = queries.difference(first, second)
        assert (undetermined.opening, undetermined.total_entered, undetermined.corrected) == (26, 13, 0)
        assert rules.Line("correction", 6) in undetermined.entered

    with officer(acting, world, date(2025, 6, 2)):
        again = frozen(FIRST, None)
        content = queries.publication(again)
        assert (again.code, again.since, content["corrects"]) == ("KAZ-2025-01-01-e2", first.since, first.digest)
        changed = {(one["table"], *one["at"]): (one["from"], one["to"]) for one in content["corrections"]}
        assert changed["undetermined_by_region", "*"] == (26, 32)
        assert not any(key[0].startswith("refugees") for key in changed)
        (undetermined,) = queries.difference(first, again)
        assert (undetermined.opening, undetermined.corrected, undetermined.closing) == (26, 6, 32)

        # Neither the first edition nor what was built upon it has changed.
        kept = db.session.get_one(Release, first.id)
        assert (kept.publication, kept.digest) == (before, first.digest)
        assert [queries.verify(one).is_whole for one in queries.frozen()] == [True] * 3
        latest = [queries.latest_frozen(FIRST), queries.latest_frozen()]
        assert [one.code for one in latest if one] == [again.code, second.code]

    # What was withheld in the first edition is in no later one of the day.
    withheld = rules.pattern(json.loads(before or ""))
    assert all(cells <= rules.pattern(content)[code] for code, cells in withheld.items() if "undetermined" in code)


def test_a_correction_that_would_tell_of_few_waits_for_the_next_release(acting: Acting, world: World) -> None:
    """One person more in every table: who subtracts the editions has their status, age, sex and region."""
    with lawyer(acting, world):
        people()
    with officer(acting, world):
        first = frozen()
    with lawyer(acting, world, on=date(2025, 3, 5)):
        crowd(4, date(2024, 11, 4), nationality="UN", origin="UZB")
    with officer(acting, world, date(2025, 5, 5)):
        made = actions.begin(FIRST, None, TABLES)
        with pytest.raises(DomainError, match="would tell of each of them"):
            actions.next_step(made)
        assert not made.is_shown
        actions.discard(made)
        # Without the tables in which they are it can be; and the next release tells of them as corrections.
        untouched = tuple(one for one in TABLES if not one.startswith("undetermined"))
        assert drawn_up(FIRST, None, untouched).step == Step.ATTACKED
        assert first.is_frozen
    with lawyer(acting, world, on=date(2025, 6, 5)):
        crowd(1, date(2024, 11, 4), nationality="UN", origin="UZB")
    with officer(acting, world, date(2025, 6, 6)):
        draft = queries.open_draft()
        assert draft is not None
        actions.discard(draft)
        assert drawn_up(FIRST, None).step == Step.ATTACKED


def test_countries_that_were_listed_stay_listed(acting: Acting, world: World, first: Release) -> None:
    with officer(acting, world, date(2025, 5, 5)):
        made = actions.begin(SECOND, None, ["refugees_asylum_by_status_origin"], rules.NONE_LISTED)
        actions.next_step(made)
        assert set(first.listed["refugees_asylum"]) <= set(made.listed["refugees_asylum"])
        assert made.since == FIRST
