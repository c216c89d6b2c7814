"""Notices by mail: several in one, nobody's name, once, when the reader wants it, and at least once."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from casework.accounts.models import User
from casework.comments import actions as comments
from casework.core import clock, mail
from casework.core.db import session_for
from casework.core.scope import system
from casework.notices import actions, queries
from casework.notices.rules import Hours
from tests.conftest import Acting
from tests.core.test_mail import Postbox
from tests.diary.test_actions import open_case
from tests.factories import World
from tests.notices.conftest import NOON, Run, rows
from tests.security.caseload import CANARIES, Caseload


def tell(acting: Acting, world: World, key: str = "test:1", kind: str = "mention") -> None:
    with acting(world.principal("lawyer")):
        told = {"endpoint": "desk.home", "values": {}, "words": "Янтарная тайна"}
        actions.tell([world.user_id("supervisor")], kind, key, **told)  # type: ignore[arg-type]


def choose(acting: Acting, world: World, hours: Hours, **by_mail: bool) -> None:
    with acting(world.principal("supervisor")):
        actions.set_choices(world.user_id("supervisor"), by_mail, hours)


def test_what_waits_comes_in_one_mail(sending: Flask, run: Run, acting: Acting, world: World, postbox: Postbox) -> None:
    for number, kind in enumerate(("mention", "mention", "emergency")):
        tell(acting, world, f"test:{number}", kind)
    [text] = run()
    [(to, message)] = postbox.got
    assert to == [world.email("supervisor")]
    assert message["Subject"] == "Casework: 3 notices"
    assert "- You are mentioned in a comment on a case. (2)\n" in text.replace("\r\n", "\n")
    assert "- A colleague opened a restricted record in an emergency.\n" in text.replace("\r\n", "\n")
    assert "/notices/" in text
    assert all(one.settled_at is not None for one in rows(sending))
    assert run(NOON + timedelta(minutes=5)) == [text]  # never twice


def test_it_says_nothing_about_anyone(run: Run, acting: Acting, world: World, made: dict[str, Caseload]) -> None:
    with acting(world.principal("lawyer")):
        case = open_case(world.user_id("lawyer"), "Тайнова")
        comments.write(case, "Спросите Тайнову про янтарь", mentioned=[world.user_id("supervisor")])
    text = "\n".join(run())
    assert text.count("You are mentioned") == 3  # once here, and in both caseloads
    for word in [*CANARIES["A"].all(), *made["A"].numbers, "Тайнов", "янтарь", "KZ-", case.number, case.id.hex]:
        assert word not in text


def test_it_speaks_the_language_of_its_reader(sending: Flask, run: Run, acting: Acting, world: World) -> None:
    with sending.app_context(), session_for(system("tests")) as session:
        session.get_one(User, world.user_id("supervisor")).language = "kk"
        session.commit()
    tell(acting, world)
    assert "Іске жазылған пікірде сізді атап өтті." in run()[0]


def test_what_was_read_meanwhile_is_not_mailed(sending: Flask, run: Run, acting: Acting, world: World) -> None:
    tell(acting, world)
    with acting(world.principal("supervisor")):
        actions.read(queries.mine().rows[0])
    assert run() == []
    assert rows(sending)[0].settled_at is not None


def test_what_nobody_wants_is_not_mailed(sending: Flask, run: Run, acting: Acting, world: World) -> None:
    choose(acting, world, Hours(), mention=False)
    tell(acting, world)
    tell(acting, world, "test:2", "comment")  # which comes by mail only to who asks for it
    assert run() == []
    assert all(one.settled_at is not None for one in rows(sending))


def test_who_left_gets_nothing(sending: Flask, run: Run, acting: Acting, world: World) -> None:
    tell(acting, world)
    with sending.app_context(), session_for(system("tests")) as session:
        session.get_one(User, world.user_id("supervisor")).is_active = False
        session.commit()
    assert run() == []


def test_quiet_hours_are_kept(run: Run, acting: Acting, world: World) -> None:
    night, morning = NOON + timedelta(hours=12), NOON + timedelta(hours=19)
    with clock.at(night):
        tell(acting, world)
        tell(acting, world, "test:2", "emergency")
    assert run(night) == []
    assert len(run(morning)) == 1


def test_what_failed_by_day_is_not_tried_again_at_night(
    run: Run, acting: Acting, world: World, postbox: Postbox
) -> None:
    evening, night, morning = (NOON + timedelta(hours=hours) for hours in (7.9, 8.1, 19))
    postbox.refuse = ["451 busy"]
    with clock.at(evening):
        tell(acting, world)
    assert run(evening) == []
    assert run(night) == []
    assert len(run(morning)) == 1


def test_what_is_urgent_breaks_them_where_its_reader_allows(run: Run, acting: Acting, world: World) -> None:
    night = NOON + timedelta(hours=12)
    choose(acting, world, Hours(urgent_at_once=True))
    with clock.at(night):
        tell(acting, world)
        tell(acting, world, "test:2", "emergency")
    [text] = run(night)
    assert "emergency" in text
    assert "mentioned" not in text


def test_once_a_day_all_in_one(run: Run, acting: Acting, world: World) -> None:
    choose(acting, world, Hours(once_a_day_at=17 * 60))
    tell(acting, world)
    assert run() == []
    with clock.at(NOON + timedelta(hours=2)):
        tell(acting, world, "test:2", "handover")
    assert len(run(NOON + timedelta(hours=5))) == 1


def test_cut_short_it_comes_twice_under_one_name(
    run: Run, acting: Acting, world: World, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At least once: sent, but the process died before it could say so."""
    tell(acting, world)
    said = mail._sent

    def die(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(mail, "_sent", die)
    with pytest.raises(KeyboardInterrupt):
        run()
    monkeypatch.setattr(mail, "_sent", said)
    with acting(system("tests", world.organisations["A"])):
        mail.deliver(lambda ids: dict.fromkeys(ids, "s@a.example.org"))
    first, second = (message["Message-ID"] for _to, message in postbox.got)
    assert first == second
    assert len(run(NOON + timedelta(hours=1))) == 2


def test_a_notice_and_its_mail_are_settled_together_or_not_at_all(
    sending: Flask, run: Run, acting: Acting, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Died between the queueing and the end of the job: nothing is queued, nothing settled, the next turn does both."""
    tell(acting, world)
    queue = mail.queue

    def queue_and_die(*values: Any, **more: Any) -> None:
        queue(*values, **more)
        raise KeyboardInterrupt

    monkeypatch.setattr(mail, "queue", queue_and_die)
    with pytest.raises(KeyboardInterrupt):
        run()
    assert rows(sending)[0].settled_at is None
    monkeypatch.setattr(mail, "queue", queue)
    assert len(run(NOON + timedelta(hours=1))) == 1
