"""Two people who were one record for a while: what happened meanwhile, and what happens to a merged record's things."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from casework.cases import actions as cases
from casework.cases import queries as case_queries
from casework.cases.models import Case
from casework.consultations import actions as consultations
from casework.consultations import queries as consultation_queries
from casework.core import clock
from casework.core.db import db
from casework.core.scope import system
from casework.duplicates import merging
from casework.duplicates.models import Merge
from casework.figures import queries as figures
from casework.persons import queries as person_queries
from casework.persons.models import StatusEntry
from casework.proceedings import actions as proceedings
from casework.proceedings.forms import changed_persons
from tests.conftest import Acting
from tests.duplicates.two_records import FIRST, LATER, MERGED, Two, again, case_of, session_with
from tests.duplicates.two_records import two as two_records
from tests.factories import World

SOON, THEN = MERGED + timedelta(days=5), MERGED + timedelta(days=10)


@pytest.fixture
def as_supervisor(acting: Acting, world: World) -> Iterator[Any]:
    with clock.at(MERGED), acting(world.principal("supervisor")) as session:
        yield session


@pytest.fixture
def made(as_supervisor: Any) -> Two:
    return two_records()


def merge(made: Two) -> UUID:
    return merging.merge(again(made.kept), again(made.gone)).id


def undo(session: Any, merge_id: UUID) -> None:
    merging.undo(session.scalar(select(Merge).where(Merge.id == merge_id)), "MET_BOTH")
    session.commit()


def the_case(case_id: UUID) -> Case:
    found = case_queries.case_(case_id)
    assert found is not None
    return found


def stands(person_id: UUID, dimension: str) -> list[tuple[str, date]]:
    return [(one.code, one.effective_on) for one in again(person_id).history(dimension) if not one.is_void]


def agree(acting: Acting) -> None:
    db.session.commit()
    with acting(system("test")):
        assert figures.verify() == []


def test_who_died_while_merged_is_the_one_whose_case_said_so(as_supervisor: Any, acting: Acting, made: Two) -> None:
    ours, theirs = case_of(again(made.kept)).id, case_of(again(made.gone)).id
    done = merge(made)
    as_supervisor.commit()
    with clock.at(SOON):
        cases.close(the_case(ours), SOON, None, "LOST_CONTACT")  # the other one is open still
        assert again(made.kept).registration == "ACTIVE"
    with clock.at(THEN):
        cases.close(the_case(theirs), THEN, "STATELESS_RECOGNISED", "DIED")
        assert again(made.kept).registration == "LEFT"
        undo(as_supervisor, done)
        assert stands(made.gone, "registration") == [("ACTIVE", LATER), ("LEFT", THEN)]
        assert stands(made.gone, "nationality") == [("UN", LATER), ("SP", THEN)]
        assert stands(made.kept, "registration") == [("ACTIVE", FIRST), ("LEFT", SOON)]
        assert stands(made.kept, "nationality") == [("AR", FIRST)]
        agree(acting)


def test_a_case_reopened_while_merged_brings_back_whose_it_is(as_supervisor: Any, acting: Acting, made: Two) -> None:
    case_of(again(made.kept))
    theirs = case_of(again(made.gone)).id
    cases.close(the_case(theirs), MERGED, None, "LOST_CONTACT")
    done = merge(made)
    as_supervisor.commit()
    with clock.at(THEN):
        cases.reopen(the_case(theirs), SOON, "NEW_FACTS")
        undo(as_supervisor, done)
        assert again(made.gone).registration == "ACTIVE"
        assert stands(made.gone, "registration")[-1] == ("ACTIVE", SOON)
        assert stands(made.kept, "registration") == [("ACTIVE", FIRST)]
        agree(acting)


def test_a_session_corrected_while_merged_goes_back_with_its_status(as_supervisor: Any, made: Two) -> None:
    gone = again(made.gone)
    theirs = case_of(gone).id
    session_with(the_case(theirs), gone, outcome="ASSESSED_AR")
    done = merge(made)
    (held,) = consultation_queries.of_cases([theirs])
    told = {"held_on": MERGED, "modality": "OFFICE", "title": "Разговор", "persons": [made.kept]}
    consultations.correct(
        the_case(theirs), held, consultations.Session(**told, outcome="ASSESSED_UN"), None, with_note=False  # type: ignore[arg-type]
    )  # fmt: skip
    assert stands(made.kept, "nationality")[-1] == ("UN", MERGED)
    undo(as_supervisor, done)
    assert stands(made.kept, "nationality") == [("AR", FIRST)]
    assert stands(made.gone, "nationality") == [("UN", LATER), ("UN", MERGED)]


def test_what_both_share_stays_with_both(as_supervisor: Any, acting: Acting, made: Two) -> None:
    case_id = case_of(again(made.kept), again(made.gone)).id
    done = merge(made)
    as_supervisor.commit()
    with clock.at(SOON):
        cases.close(the_case(case_id), SOON, "STATELESS_RECOGNISED", "LOST_CONTACT")
        undo(as_supervisor, done)
        for one in (made.kept, made.gone):
            assert stands(one, "nationality")[-1] == ("SP", SOON)
            assert stands(one, "registration")[-1] == ("LEFT", SOON)
        agree(acting)


def test_the_opening_of_a_moved_case_is_corrected(as_supervisor: Any, acting: Acting, made: Two) -> None:
    """The day on which the person came back under the merged record is the day of the opening, still."""
    first = case_of(again(made.gone)).id
    cases.close(the_case(first), LATER, None, "LOST_CONTACT")
    second = case_of(again(made.gone), on=LATER + timedelta(days=9)).id
    merge(made)
    cases.correct_opening(the_case(second), LATER + timedelta(days=4), "NATIONALITY", None)
    assert stands(made.gone, "registration")[-1] == ("ACTIVE", LATER + timedelta(days=4))
    as_supervisor.commit()
    agree(acting)


def test_what_a_colleague_wrote_a_moment_before_is_seen(as_supervisor: Any, made: Two) -> None:
    kept, gone = again(made.kept), again(made.gone)
    assert kept.nationality == "AR"
    written = StatusEntry(
        person_id=kept.id, dimension="nationality", code="SP", effective_on=MERGED, reason="status_change",
        sequence=9, recorded_at=clock.now(),
    )  # fmt: skip
    as_supervisor.add(written)  # in another session, for all that these objects know of it
    as_supervisor.flush()
    merging.merge(kept, gone, ("birth", "phone"))
    assert again(made.kept).nationality == "SP"
    assert person_queries.going_on(made.gone) == made.kept


def test_an_act_from_before_the_merge_says_whose_status_it_changed(as_supervisor: Any, made: Two) -> None:
    """Or correcting its day would take the status from the one and give it to nobody."""
    asylum = cases.open_case([again(made.gone)], "ASYLUM", LATER, db.session.info["principal"].user_id)
    act = proceedings.record(asylum, proceedings.Told("REGISTERED", LATER))
    merge(made)
    assert changed_persons(the_case(asylum.id), act) == [made.kept]
    told = proceedings.Told("REGISTERED", MERGED, persons=changed_persons(the_case(asylum.id), act))
    proceedings.correct(the_case(asylum.id), act, told)
    assert stands(made.kept, "displacement") == [("ND", FIRST), ("ASR", MERGED)]
    assert stands(made.gone, "displacement") == [("ND", LATER)]
