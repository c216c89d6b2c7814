"""Telling colleagues: once, those of one's own organisation, never oneself; reading, and taking that back."""

from datetime import timedelta

import pytest
from flask import Flask

from casework.accounts.models import User
from casework.accounts.permissions import Role
from casework.accounts.sign_in import principal_for
from casework.core import clock
from casework.core.audit import AuditEntry
from casework.core.db import db, session_for
from casework.core.scope import system
from casework.notices import actions, queries
from casework.notices.jobs import tidy
from casework.notices.kinds import KINDS, Kind, declare
from casework.notices.models import Notice
from casework.notices.rules import Hours
from tests.conftest import Acting
from tests.factories import World
from tests.notices.conftest import NOON, rows
from tests.security.caseload import Caseload


def tell(world: World, *roles: str, key: str = "test:1", kind: str = "mention", words: str | None = None) -> int:
    whom = [world.user_id(role, "A") for role in roles]
    return actions.tell(whom, kind, key, endpoint="desk.home", values={}, words=words)


def test_each_is_told_once_and_never_who_does_it(app: Flask, acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        assert tell(world, "supervisor", "protection", "lawyer", kind="emergency") == 2
        assert tell(world, "lawyer", "supervisor") == 0
        assert tell(world, "supervisor", key="test:2") == 1
    assert {(one.user_id, one.key) for one in rows(app)} == {
        (world.user_id("supervisor"), "test:1"),
        (world.user_id("protection", "A"), "test:1"),
        (world.user_id("supervisor"), "test:2"),
    }


def test_nobody_of_another_organisation_and_nobody_who_left_is_told(app: Flask, acting: Acting, world: World) -> None:
    with app.app_context(), session_for(system("tests")) as session:
        session.get_one(User, world.user_id("supervisor")).is_active = False
        session.commit()
    whom = [world.user_id("supervisor"), world.user_id("lawyer", "B"), world.user_id("statistics"), None]
    with acting(world.principal("lawyer")):
        assert actions.tell(whom, "mention", "test:1", endpoint="desk.home", values={}) == 0
    assert rows(app) == []


def test_a_job_tells_those_of_its_organisation(app: Flask, acting: Acting, world: World) -> None:
    with acting(system("a job", world.organisations["B"])):
        whom = [world.user_id("lawyer", "A"), world.user_id("lawyer", "B")]
        assert actions.tell(whom, "referral_in", "test:1", endpoint="desk.home", values={}) == 1
    assert [one.organisation_id for one in rows(app)] == [world.organisations["B"]]


def test_who_stands_in_is_told_as_well(acting: Acting, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in = world.user_id("lawyer", "A")
    monkeypatch.setattr(actions, "INSTEAD", [lambda away: {stand_in} if world.user_id("supervisor") in away else set()])
    with acting(world.principal("protection", "A")):
        assert tell(world, "supervisor", kind="mention") == 2
        assert queries.known_keys([stand_in], ["test:1"]) == {(stand_in, "test:1")}
        assert tell(world, "supervisor", key="test:2", kind="transfer_in") == 1  # not for the role of who stands in
        assert tell(world, "supervisor", key="test:3", kind="quality_note") == 1  # for nobody else at all


def test_whoever_has_another_role_now_reads_no_more_of_cases(app: Flask, acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        tell(world, "supervisor", words="Янтарная тайна")
    with app.app_context(), session_for(system("tests")) as session:
        user = session.get_one(User, world.user_id("supervisor"))
        user.role = Role.PROTECTION
        session.flush()
        now = principal_for(user)
        session.commit()
    [told] = rows(app)
    with acting(now):
        assert (queries.mine().rows, queries.unread(), queries.notice(told.id)) == ([], 0, None)
    with acting(world.principal("lawyer")):
        assert tell(world, "supervisor", key="test:2") == 0


def test_what_was_typed_lies_sealed_and_is_cut_short(app: Flask, acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        tell(world, "supervisor", words="Янтарная тайна " * 40)
    [row] = rows(app)
    assert "Янтарная".encode() not in (row.words_sealed or b"")
    with app.app_context():
        assert (row.words.text or "").startswith("Янтарная тайна")
        assert len(row.words.text or "") == actions.LONGEST


def test_an_unknown_kind_is_a_mistake(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")), pytest.raises(KeyError):
        tell(world, "supervisor", kind="no_such_kind")


def test_a_kind_says_the_same_in_three_languages() -> None:
    for kind in KINDS.values():
        for text in (kind.title, kind.mail):
            assert all((text.en, text.ru, text.kk)), kind.code
            assert "%" not in text.en + text.ru + text.kk, kind.code  # no number, no name can come in


def test_declared_again_the_latest_words_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("casework.notices.kinds.KINDS", dict(KINDS))
    former = KINDS["cover"]
    assert declare(Kind("cover", former.mail, former.mail, by_mail=False)).by_mail is False
    assert KINDS["cover"] == former


# -- reading -----------------------------------------------------------------------------------------------------


def test_all_are_read_at_once_and_that_is_taken_back(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        tell(world, "supervisor")
        tell(world, "supervisor", key="test:2")
        tell(world, "supervisor", key="test:3")
    with acting(world.principal("supervisor")):
        first = queries.mine().rows[0]
        with clock.at(NOON - timedelta(hours=1)):
            actions.read(first)
        count, moment = actions.read_all()
        assert (count, queries.unread()) == (2, 0)
        assert actions.unread_all(moment) == 2
        assert queries.unread() == 2
        assert first.read_at is not None  # it was read before, one by one


def test_nobody_reads_or_marks_another_s(acting: Acting, world: World, made: dict[str, Caseload]) -> None:
    with acting(world.principal("supervisor")):
        assert queries.notice(made["A"].notice) is None
        actions.read_all()
    with acting(world.principal("lawyer")):
        mine = queries.notice(made["A"].notice)
        assert mine is not None
        assert mine.read_at is None


def test_what_was_taken_back_is_forgotten(app: Flask, acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        tell(world, "supervisor")
        tell(world, "supervisor", key="test:2")
        assert actions.forget("test:1") == 1
    assert [one.key for one in rows(app)] == ["test:2"]


def test_without_a_server_nothing_waits_for_a_mail(app: Flask, acting: Acting, world: World) -> None:
    """One day there may be a server: then nobody gets the mails of a year."""
    with acting(world.principal("lawyer")):
        tell(world, "supervisor")
    assert [one.settled_at for one in rows(app)] == [NOON]


def test_after_half_a_year_a_notice_goes(app: Flask, acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        tell(world, "supervisor")
        with clock.at(NOON + timedelta(days=100)):
            tell(world, "supervisor", key="test:2")
    with clock.at(NOON + timedelta(days=181)), acting(system("job", world.organisations["A"])):
        assert tidy() == 1
    assert [one.key for one in rows(app)] == ["test:2"]


# -- choices -----------------------------------------------------------------------------------------------------


def test_choices_are_one_s_own_and_in_the_trail(app: Flask, acting: Acting, world: World) -> None:
    mine, other = world.user_id("lawyer"), world.user_id("supervisor")
    with acting(world.principal("lawyer")):
        assert queries.choices(mine)["mention"] is True
        assert queries.choices(mine)["comment"] is False
        for _again in range(2):
            actions.set_choices(mine, {"mention": False, "comment": True}, Hours(once_a_day_at=600))
        db.session.flush()
        assert queries.wanting([mine, other], "mention") == {other}
        assert queries.wanting([mine, other], "comment") == {mine}
        assert queries.hours([mine, other]) == {mine: Hours(once_a_day_at=600), other: Hours()}
    with app.app_context(), session_for(system("tests")) as session:
        actions_noted = [one.action for one in session.query(AuditEntry).filter_by(subject_id=mine)]
        assert actions_noted.count("notices:choose") == 2
        assert session.query(Notice).count() == 0
