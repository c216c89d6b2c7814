"""A release from its first step to the day after which nothing of it changes."""

import json
from datetime import date
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError

from casework.core.db import db
from casework.core.errors import DomainError
from casework.releases import actions, queries, refusals, rules
from casework.releases.models import PatternSeed, Release, ReleaseFacts, Step
from casework.releases.policy import may_read
from tests.conftest import Acting
from tests.factories import World
from tests.figures.caseload import crowd
from tests.releases.caseload import FIRST, SECOND, SINCE, TABLES, drawn_up, frozen, lawyer, officer, people, signed


@pytest.fixture
def caseload(acting: Acting, world: World) -> None:
    with lawyer(acting, world):
        people()


@pytest.mark.usefixtures("caseload")
def test_from_counting_to_freezing(acting: Acting, world: World) -> None:
    with officer(acting, world):
        made = actions.begin(FIRST, SINCE, TABLES)
        steps = []
        for _step in range(4):
            steps.append(made.step)
            assert not made.is_shown
            with pytest.raises(DomainError):
                actions.freeze(made)
            actions.next_step(made)
            if made.step == Step.ATTACKED:
                break
        assert steps == [Step.BEGUN, Step.COUNTED, Step.PROTECTED]
        assert made.report is not None
        assert made.report["is_safe"], made.report
        assert made.is_shown
        assert actions.next_step(made).step == Step.ATTACKED

        content = queries.publication(made)
        assert content["figures"][0]["value"] == 39
        assert (content["counted_on"], content["edition"], made.code) == ("2025-02-03", 1, "KAZ-2025-01-01-e1")
        assert rules.pattern(content)["refugees_asylum_by_status_origin"]
        assert content["accounts"][0]["opening"] == {"value": 14}

        # Something does not come out: it has to be explained and signed, each by itself.
        waiting = queries.findings_to_sign(made)
        assert "sum:stateless_known" in waiting
        with pytest.raises(DomainError, match="7,866"):
            actions.freeze(made)
        with pytest.raises(DomainError):
            actions.sign(made, "sum:undetermined", "Not of this release.")
        with pytest.raises(DomainError):
            actions.sign(made, "sum:stateless_known", "  ")
        signed(made)
        actions.sign(made, "sum:stateless_known", "The printed total is wrong by one.")
        assert queries.findings_to_sign(made) == []
        found = {f"{one['kind']}:{one['figure']}": one for one in queries.publication(made)["findings"]}
        assert found["sum:stateless_known"]["explanation"] == "The printed total is wrong by one."

        actions.freeze(made)
        assert made.digest == rules.digest((made.publication or "").encode())
        assert actions.freeze(made).is_frozen
        with pytest.raises(DomainError):
            actions.discard(made)
        with pytest.raises(DomainError):
            actions.sign(made, "sum:stateless_known", "Too late.")
        assert queries.verify(made).is_whole
        assert queries.corrected_since(made) == ()
        names = {one.name for one in world.principals.values()}
        assert not any(name in (made.publication or "") for name in names)
    untouched(acting, world, made.id)


def untouched(acting: Acting, world: World, release_id: UUID) -> None:
    """Not even the application changes what is frozen, or takes it away."""
    behind = ReleaseFacts.release_id == release_id
    for statement in (
        update(Release).where(Release.id == release_id).values(publication="{}"),
        update(Release).where(Release.id == release_id).values(step=Step.DISCARDED),
        delete(Release).where(Release.id == release_id),
        update(ReleaseFacts).where(behind).values(facts={}),
        delete(ReleaseFacts).where(behind),
    ):
        with officer(acting, world):
            with pytest.raises(DatabaseError, match="never changes"):
                db.session.execute(statement)
            db.session.rollback()
    with officer(acting, world):
        assert queries.verify(db.session.get_one(Release, release_id)).is_whole


@pytest.mark.usefixtures("caseload")
def test_drafts(acting: Acting, world: World) -> None:
    with officer(acting, world):
        # What each way of listing countries costs: how many cells, and nothing else.
        trade = actions.trade(FIRST, TABLES, SINCE)
        assert [listed for listed, _cells, _hidden in trade] == list(rules.LISTED_FROM)
        assert all(0 < hidden < cells for _listed, cells, hidden in trade)
        assert trade[0][1] >= trade[1][1]
        assert queries.releases() == []

        made = drawn_up()
        with pytest.raises(DomainError, match="1 January 2025") as refused:
            actions.begin(SECOND, SINCE, TABLES)
        assert refused.value.field == "as_of"
        for role, reads in (("statistics", True), ("supervisor", False), ("lawyer", False)):
            assert may_read(world.principal(role), made) is reads
        first_seen = made.publication
        actions.discard(made)
        actions.discard(made)
        assert (made.code, made.step, made.publication) == ("KAZ-2025-01-01-d1", Step.DISCARDED, first_seen)
        # It was shown, so what comes next is protected against it; its number is free again.
        again = actions.begin(FIRST, SINCE, TABLES)
        assert again.code == "KAZ-2025-01-01-e1"
        assert queries.shown_before(again) == [made]
        actions.discard(again)
        assert (again.code, again.is_shown) == ("KAZ-2025-01-01-d2", False)
        assert queries.shown_before() == [made]
        third = frozen()
        assert third.edition == 1
        assert may_read(world.principal("supervisor"), third)
        assert not may_read(world.principal("lawyer"), third)
        seeds = db.session.scalars(select(PatternSeed)).all()
        assert [len(one.seed) for one in seeds] == [64]


def test_days_and_tables_that_cannot_be(acting: Acting, world: World) -> None:
    with officer(acting, world):
        for as_of, since, field in (
            (date(2025, 1, 2), SINCE, "as_of"),
            (date(2025, 3, 1), SINCE, "as_of"),
            (FIRST, None, "since"),
            (FIRST, FIRST, "since"),
            (FIRST, date(2024, 1, 15), "since"),
        ):
            with pytest.raises(DomainError) as refused:
                actions.begin(as_of, since, TABLES)
            assert refused.value.field == field
        for tables in ((), ("persons_by_name",)):
            with pytest.raises(DomainError) as refused:
                actions.begin(FIRST, SINCE, tables)
            assert refused.value.field == "tables"
        with pytest.raises(DomainError) as refused:
            actions.begin(FIRST, SINCE, TABLES, 5)
        assert refused.value.field == "listed_from"


def test_what_is_not_safe_is_not_shown_and_not_frozen(acting: Acting, world: World) -> None:
    """Three persons in all: whatever is withheld, the Key Figure tells of them."""
    with lawyer(acting, world):
        crowd(12, date(2023, 5, 1), displacement="REF-C")
        crowd(12, date(2023, 5, 1), displacement="REF-C", origin="UKR")
        crowd(3, date(2023, 5, 1), nationality="UN")
    with officer(acting, world):
        made = drawn_up()
        assert made.step == Step.ATTACKED
        assert not made.is_shown
        assert made.publication is None
        with pytest.raises(DomainError, match="leave out the table") as refused:
            actions.freeze(made)
        said = f"{refused.value.message} {json.dumps(made.report)}"
        assert "Undetermined" in said or "undetermined" in said
        assert '"at"' not in said
        with pytest.raises(DomainError):
            actions.sign(made, "sum:stateless_known", "It is not safe.")
        with pytest.raises(LookupError):
            queries.publication(made)


def test_added_tables(acting: Acting, world: World) -> None:
    with officer(acting, world):
        added = actions.add_table("undetermined", ["sex"])
        assert added.code in [one.code for one in queries.offered_tables()]
        with pytest.raises(DomainError):
            actions.add_table("undetermined", ["sex"])
        actions.retire_table(added)
        assert added.code not in [one.code for one in queries.offered_tables()]
        assert actions.add_table("undetermined", ["sex"]) is added
        assert queries.added_table(added.id) is added
        with pytest.raises(DomainError):
            actions.add_table("undetermined", ["name"])


def test_a_refusal_proposes_nothing_that_cannot_be_done(app: Flask) -> None:
    """A total stands in every release: to leave it out is no help."""
    total = {"table": "undetermined_total", "reason": "small", "fixes": ["drop:undetermined_total"]}
    region = {"table": "undetermined_by_region", "reason": "small", "fixes": ["coarser:region", "coarser:age"]}
    with app.test_request_context():
        told = refusals.unsafe([total, region], {"undetermined_by_region": "by region"})
    assert "the totals that are always shown tell" in told
    assert "leave out the table “by region”" in told
    assert "put regions together" in told
    assert "larger groups" not in told
