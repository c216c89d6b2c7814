"""Comments, mentions, following and handing over: who is told of what, once."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from casework.accounts.models import User
from casework.accounts.sign_in import principal_for
from casework.cases import actions as cases
from casework.cases.models import Case
from casework.comments import actions, queries
from casework.comments.models import Comment
from casework.core import clock
from casework.core.audit import AuditEntry
from casework.core.db import db, session_for
from casework.core.errors import DomainError, Refused
from casework.core.events import cases_reassigned
from casework.core.scope import system
from casework.notices import pages
from casework.notices.models import Notice
from casework.restrictions import actions as restrictions
from tests.comments.conftest import TODAY
from tests.conftest import Acting
from tests.factories import World


def case_of(case_id: UUID) -> Case:
    return db.session.get_one(Case, case_id)


def told(app: Flask) -> set[tuple[UUID, str]]:
    """Who was told what."""
    with app.app_context(), session_for(system("tests")) as session:
        return {(one.user_id, one.kind) for one in session.query(Notice)}


def test_who_is_mentioned_and_who_follows_is_told_once(
    app: Flask, acting: Acting, world: World, case_id: UUID, asel: UUID
) -> None:
    lawyer, supervisor = world.user_id("lawyer"), world.user_id("supervisor")
    with acting(world.principal("supervisor")):
        made = actions.write(case_of(case_id), "Когда срок, @Асель?", mentioned=[lawyer])
        assert {one.user_id for one in made.mentions} == {lawyer, asel}
        actions.follow(case_of(case_id), asel)
    assert told(app) == {(lawyer, "mention"), (asel, "mention")}
    with acting(world.principal("lawyer")):
        actions.write(case_of(case_id), "В пятницу")
    assert told(app) == {(lawyer, "mention"), (asel, "mention"), (asel, "comment")}
    assert (supervisor, "comment") not in told(app)  # who only wrote does not follow


def test_what_is_written_lies_sealed_and_is_in_the_trail(
    app: Flask, acting: Acting, world: World, case_id: UUID
) -> None:
    with acting(world.principal("lawyer")):
        made = actions.write(case_of(case_id), "Янтарная тайна")
        assert made.words.text == "Янтарная тайна"
        assert "Янтарная".encode() not in (made.words_sealed or b"")
    with app.app_context(), session_for(system("tests")) as session:
        [entry] = session.query(AuditEntry).filter_by(subject_id=made.id)
        assert entry.action == "comments:create"


def test_nothing_and_strangers_are_refused(acting: Acting, world: World, case_id: UUID) -> None:
    with acting(world.principal("lawyer")):
        with pytest.raises(DomainError, match="Write something"):
            actions.write(case_of(case_id), "  ")
        for stranger in (world.user_id("lawyer", "B"), world.user_id("protection", "A"), world.user_id("lawyer")):
            with pytest.raises(DomainError, match="work on cases"):
                actions.write(case_of(case_id), "Тайна", mentioned=[stranger])
        db.session.rollback()


def test_of_a_restricted_record_nobody_outside_the_team_is_told(
    app: Flask, acting: Acting, world: World, case_id: UUID, asel: UUID
) -> None:
    with acting(world.principal("supervisor")):
        case = case_of(case_id)
        actions.follow(case, asel)
        before = actions.write(case, "Рубиновая тайна", mentioned=[asel]).id
        restrictions.restrict(case.parties[0].person, "Янтарь")
        with pytest.raises(DomainError, match="may not open"):
            actions.write(case, "Когда срок, @Асель?")
        db.session.expunge_all()
        actions.write(case_of(case_id), "Опаловая тайна", mentioned=[world.user_id("lawyer")])
        actions.correct(db.session.get_one(Comment, before), "Рубиновая тайна иначе", mentioned=[asel])
        cases.reach(case_of(case_id), "ANOTHER", date(2026, 9, 1))
        cases_reassigned.send(None, former={case_of(case_id): world.user_id("lawyer")})
    # Who follows it hears nothing new, and of what they were told before reads neither the words nor the name.
    with acting(world.principal("lawyer")):
        reader = principal_for(db.session.get_one(User, asel))
    with acting(reader):
        [notice] = db.session.query(Notice).filter_by(user_id=asel)
        assert notice.words.text is None
        with app.test_request_context():
            [group] = pages.groups([notice])
        assert "Тайнова" not in group["lines"][0].about
        assert [one.words.text for one in queries.of_case(case_id)] == [None, None]


def test_a_correction_is_told_to_whom_it_names_only_now(
    app: Flask, acting: Acting, world: World, case_id: UUID, asel: UUID
) -> None:
    supervisor = world.user_id("supervisor")
    with acting(world.principal("lawyer")):
        made = actions.write(case_of(case_id), "Срок в пятницу", mentioned=[supervisor])
    with acting(world.principal("lawyer")):
        comment = db.session.get_one(Comment, made.id)
        actions.correct(comment, "Срок в четверг", [asel])
        assert comment.edited_at is not None
        assert {one.user_id for one in comment.mentions} == {asel}
    assert told(app) == {(supervisor, "mention"), (asel, "mention")}
    with app.app_context(), session_for(system("tests")) as session:
        assert {one.words.text for one in session.query(Notice)} == {"Срок в четверг"}


def test_only_its_writer_changes_a_comment(acting: Acting, world: World, case_id: UUID) -> None:
    with acting(world.principal("lawyer")):
        made = actions.write(case_of(case_id), "Тайна")
    with acting(world.principal("supervisor")):
        comment = db.session.get_one(Comment, made.id)
        for step in (lambda: actions.correct(comment, "Иное"), lambda: actions.void(comment)):
            with pytest.raises(Refused):
                step()


def test_taken_back_it_is_gone_and_for_half_an_hour_can_be_put_back(
    app: Flask, acting: Acting, world: World, case_id: UUID
) -> None:
    with acting(world.principal("lawyer")):
        made = actions.write(case_of(case_id), "Тайна", mentioned=[world.user_id("supervisor")])
        actions.void(made)
        assert [one.id for one in queries.of_case(case_id)] == [made.id]  # for its writer, to put back
        with pytest.raises(DomainError, match="taken back"):
            actions.correct(made, "Иное")
    assert told(app) == set()
    with acting(world.principal("supervisor")):
        assert queries.of_case(case_id) == []
    with acting(world.principal("lawyer")):
        actions.put_back(db.session.get_one(Comment, made.id))
    assert told(app) == {(world.user_id("supervisor"), "mention")}
    with acting(world.principal("lawyer")):
        comment = db.session.get_one(Comment, made.id)
        actions.void(comment)
        with clock.at(clock.now() + timedelta(minutes=31)):
            assert queries.of_case(case_id) == []
            with pytest.raises(DomainError, match="too long ago"):
                actions.put_back(comment)


def test_put_back_it_is_nothing_new_to_whom_it_was_told(
    app: Flask, acting: Acting, world: World, case_id: UUID, asel: UUID
) -> None:
    """Who has read it, or got a mail about it, is not told again; who has not read it finds it where it was."""
    supervisor = world.user_id("supervisor")
    with acting(world.principal("lawyer")) as session:
        made = actions.write(case_of(case_id), "Срок в пятницу", mentioned=[supervisor, asel])
        read = session.scalars(select(Notice).where(Notice.user_id == supervisor)).one()
        read.read_at = read.settled_at = clock.now()
        session.scalars(select(Notice).where(Notice.user_id == asel)).one().settled_at = None
    with acting(world.principal("lawyer")), clock.at(clock.now() + timedelta(minutes=5)):
        comment = db.session.get_one(Comment, made.id)
        for _twice in range(2):
            actions.void(comment)
            actions.put_back(comment)
    with acting(world.principal("lawyer")) as session:
        found = {one.user_id: one for one in session.scalars(select(Notice))}
        assert found.keys() == {supervisor, asel}
        assert found[supervisor].read_at is not None
        assert found[supervisor].settled_at is not None, "no second mail"
        assert (found[asel].read_at, found[asel].settled_at) == (None, None)
        assert {one.words.text for one in found.values()} == {"Срок в пятницу"}
        assert {one.made_at for one in found.values()} == {db.session.get_one(Comment, made.id).written_at}


def told_here() -> set[tuple[UUID, str]]:
    return {(one.user_id, one.kind) for one in db.session.query(Notice)}


# -- following and handing over ----------------------------------------------------------------------------------


def test_who_follows_is_told_of_another_lawyer_and_of_closing(
    app: Flask, acting: Acting, world: World, case_id: UUID, asel: UUID
) -> None:
    lawyer, supervisor = world.user_id("lawyer"), world.user_id("supervisor")
    with acting(world.principal("supervisor")):
        for _twice in range(2):
            actions.follow(case_of(case_id))
        assert queries.followers(case_id) == {supervisor}
        cases.reassign(case_of(case_id), asel, "LEAVE")
    assert told(app) == {(asel, "assigned"), (lawyer, "followed")}  # the supervisor did it
    with acting(world.principal("lawyer")):
        cases.close(case_of(case_id), TODAY, "ADVICE_ONLY", "SOLUTION")
    assert told(app) == {(asel, "assigned"), (lawyer, "followed"), (asel, "followed"), (supervisor, "followed")}
    with acting(world.principal("supervisor")):
        actions.unfollow(case_of(case_id))
        assert queries.followers(case_id) == set()
        cases.reopen(case_of(case_id), TODAY, "NEW_FACTS")
        assert db.session.query(Notice).filter_by(user_id=asel, kind="followed").count() == 2


@pytest.mark.parametrize("apart", [False, True])
def test_a_handover_note_is_one_notice_for_the_new_lawyer(
    app: Flask, acting: Acting, world: World, case_id: UUID, asel: UUID, apart: bool
) -> None:
    with acting(world.principal("supervisor")):
        case = case_of(case_id)
        cases.reassign(case, asel, "LEAVE", None if apart else "Звонить вечером")
        if apart:
            actions.handover(case, "Звонить вечером")
        [note] = queries.of_case(case_id)
        assert (note.kind, note.words.text) == ("handover", "Звонить вечером")
    assert {kind for user, kind in told(app) if user == asel} == {"handover"}


def test_without_its_note_a_handover_is_told_all_the_same(
    app: Flask, acting: Acting, world: World, case_id: UUID, asel: UUID
) -> None:
    with acting(world.principal("supervisor")):
        cases.reassign(case_of(case_id), asel, "LEAVE", "Звонить вечером")
        [note] = queries.of_case(case_id)
        actions.void(note)
        assert {kind for user, kind in told_here() if user == asel} == {"assigned"}
        actions.put_back(note)
        assert {kind for user, kind in told_here() if user == asel} == {"handover"}


def test_a_stage_is_told_and_a_day_put_right_is_not(app: Flask, acting: Acting, world: World, case_id: UUID) -> None:
    with acting(world.principal("supervisor")):
        cases.reach(case_of(case_id), "ANOTHER", date(2026, 9, 1))
        cases.reach(case_of(case_id), "ANOTHER", date(2026, 9, 2))
    with app.app_context(), session_for(system("tests")) as session:
        assert [one.kind for one in session.query(Notice)] == ["followed"]


def test_another_organisation_s_case_has_no_comments(acting: Acting, world: World, case_id: UUID) -> None:
    with acting(world.principal("lawyer")):
        made = actions.write(case_of(case_id), "Тайна")
    with acting(world.principal("lawyer", "B")):
        assert queries.of_case(case_id) == []
        assert queries.comment(case_id, made.id) is None
        assert queries.followers(case_id) == set()
