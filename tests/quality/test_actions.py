"""Samples: drawn, reviewed by somebody else than the lawyer, told, answered, closed."""

import pytest

from casework.core.db import db
from casework.core.errors import DomainError
from casework.notices import queries as notices
from casework.quality import actions, queries
from tests.conftest import Acting
from tests.factories import World
from tests.security.caseload import Caseload


@pytest.fixture(autouse=True)
def caseload(two_caseloads: dict[str, Caseload]) -> dict[str, Caseload]:
    return two_caseloads


def test_a_sample_is_of_ones_own_organisation_and_can_be_drawn_again(acting: Acting, world: World) -> None:
    with acting(world.principal("supervisor")):
        sample = actions.draw_sample("RISK", 50, 365, seed="steppe")
        own = {one.case.number for one in sample.reviews}
        assert own == {number for number, *_risks in sample.frame}
        assert actions.drawn_again(sample) == [one.case.number for one in sample.reviews]
        sample.reviews[0].position, sample.frame = 1, sample.frame[1:]
        assert actions.drawn_again(sample) != [one.case.number for one in sample.reviews]
        db.session.commit()
    with acting(world.principal("supervisor", "B")):
        theirs = {one.number for one in queries.frame(365, None)}
        assert not own & theirs
        assert sample.id not in {one.id for one in queries.samples()}
        assert queries.review(sample.reviews[0].id) is None


def test_a_review_reaches_the_lawyer_and_nobody_reviews_their_own(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        before, told = queries.unanswered_count(world.user_id("lawyer")), notices.unread()
    with acting(world.principal("supervisor")):
        sample = actions.draw_sample("RANDOM", 1, 365, world.user_id("lawyer"))
        one = sample.reviews[0]
        with pytest.raises(DomainError, match="at least one"):
            actions.close(sample)
        actions.review(one, {"CONSENT": "YES", "NEXT_STEP": "NO"}, "Say by when.")
        with pytest.raises(DomainError, match="options"):
            actions.review(one, {"CONSENT": "MAYBE"}, None)
        db.session.commit()
    with acting(world.principal("lawyer")):
        assert queries.unanswered_count(world.user_id("lawyer")) == before + 1
        assert notices.unread() == told + 1
        mine = next(each for each in queries.of_lawyer(world.user_id("lawyer")) if each.sample_id == sample.id)
        actions.answer(mine, "By Friday.")
        assert (mine.remarks.to_lawyer, mine.remarks.answer) == ("Say by when.", "By Friday.")
        assert queries.unanswered_count(world.user_id("lawyer")) == before
        with pytest.raises(DomainError, match="own case"):
            actions.review(mine, {"CONSENT": "YES"}, None)
        db.session.commit()
    with acting(world.principal("supervisor")):
        again = queries.sample(sample.id)
        assert again is not None
        actions.close(again)
        with pytest.raises(DomainError, match="closed"):
            actions.review(again.reviews[0], {"CONSENT": "NO"}, None)
        actions.open_again(again)
        came_to = queries.trend([again])
        assert [(one.overall, one.items) for one in came_to] == [(50, {"CONSENT": 100, "NEXT_STEP": 0})]


def test_nothing_to_draw_from(acting: Acting, world: World) -> None:
    with acting(world.principal("supervisor")):
        with pytest.raises(DomainError, match="no case"):
            actions.draw_sample("RISK", 5, 30, world.user_id("administrator"))
        with pytest.raises(DomainError, match="from 1 to"):
            actions.draw_sample("RISK", 51, 30)
