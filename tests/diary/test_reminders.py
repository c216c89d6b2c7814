"""Reminders by mail: who gets one, when, in which language, and that they say nothing about anyone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from casework.accounts.models import User
from casework.cases import actions as cases
from casework.core import clock, jobs
from casework.core.db import session_for
from casework.core.mail import OutgoingMail
from casework.core.scope import system
from casework.diary import actions
from casework.diary.jobs import REMIND
from casework.diary.queries import to_remind
from casework.notices.actions import set_choices
from casework.notices.jobs import SEND
from casework.notices.rules import Hours
from tests.conftest import Acting, ClientFor
from tests.core.test_mail import Postbox, with_server
from tests.diary.conftest import TODAY
from tests.diary.test_actions import open_case, told
from tests.factories import World
from tests.security.caseload import CANARIES, Caseload

MORNING = datetime(2026, 9, 15, 2, 30, tzinfo=UTC)  # half past seven in Almaty
Remind = Callable[..., list[OutgoingMail]]


@pytest.fixture
def mailing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    settings = replace(
        app.extensions["settings"],
        smtp_url="smtp://127.0.0.1:9",
        mail_from="casework@a.example.org",
        https=True,
        trusted_hosts=("casework.example.org",),
    )
    monkeypatch.setitem(app.extensions, "settings", settings)
    return app


@pytest.fixture
def remind(mailing: Flask, world: World) -> Remind:
    """`remind(at)`: what lies in the outbox after the jobs ran at this moment."""

    def now(at: datetime = MORNING) -> list[OutgoingMail]:
        with clock.at(at), mailing.app_context():
            reports = list(jobs.run_due(lambda: list(world.organisations.values()), [REMIND]))
            assert [one.failure for one in reports if one.failure] == []
        with mailing.app_context(), session_for(system("tests")) as session:
            return list(session.scalars(select(OutgoingMail).order_by(OutgoingMail.key)))

    return now


@pytest.fixture
def busy(acting: Acting, world: World) -> None:
    """A lawyer with two steps (one late), an appointment today and one that was cancelled."""
    lawyer = world.user_id("lawyer")
    with acting(world.principal("lawyer")):
        late, soon = open_case(lawyer, "Тайнова"), open_case(lawyer, "Секретова")
        cases.set_next_step(late, "Позвонить Тайновой", TODAY - timedelta(days=3))
        cases.set_next_step(soon, "Написать Секретовой", TODAY + timedelta(days=7))
        actions.plan(soon, told(lawyer, place="Янтарная, 5"))


def text_of(app: Flask, mail: OutgoingMail) -> str:
    with app.app_context():
        return f"{mail.letter.subject}\n{mail.letter.text}"


@pytest.mark.usefixtures("busy")
def test_in_the_morning_there_is_one_mail_with_numbers(mailing: Flask, remind: Remind, world: World) -> None:
    [mail] = remind()
    assert (mail.user_id, mail.organisation_id) == (world.user_id("lawyer"), world.organisations["A"])
    text = text_of(mailing, mail)
    assert "- 1 appointment today." in text
    assert "- 1 next step is late." in text
    assert "- 1 next step in the next 7 days." in text
    assert "legal deadline" not in text  # there are none
    assert "https://casework.example.org/desk" in text


@pytest.mark.usefixtures("busy")
def test_it_says_nothing_about_anyone(mailing: Flask, remind: Remind, made: dict[str, Caseload]) -> None:
    numbers = [number for one in made.values() for number in one.numbers]
    with clock.at(datetime(2026, 12, 1, 3, tzinfo=UTC)):
        mails = remind(datetime(2026, 12, 1, 3, tzinfo=UTC))
    assert len(mails) == 2  # the lawyers of A and of B
    for mail in mails:
        text = text_of(mailing, mail)
        for word in [*CANARIES["A"].all(), *CANARIES["B"].all(), *numbers, "Тайнов", "Секретов", "Янтарная", "KZ-"]:
            assert word not in text


@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize(("language", "says"), [("ru", "Casework"), ("kk", "Casework")])
def test_it_speaks_the_language_of_its_reader(
    mailing: Flask, remind: Remind, world: World, language: str, says: str
) -> None:
    with mailing.app_context(), session_for(system("tests")) as session:
        session.get_one(User, world.user_id("lawyer")).language = language
        session.commit()
    assert says in text_of(mailing, remind()[0])


@pytest.mark.usefixtures("busy")
def test_once_a_day(remind: Remind) -> None:
    assert len(remind()) == 1
    assert len(remind(MORNING + timedelta(hours=5))) == 1
    assert [one.key for one in remind(MORNING + timedelta(days=1))] == ["reminder:2026-09-15", "reminder:2026-09-16"]


@pytest.mark.usefixtures("busy")
def test_two_runs_of_one_day_queue_one(mailing: Flask, remind: Remind, acting: Acting, world: World) -> None:
    """At least once: a job that was cut short runs again, and the mail is there already."""
    remind()
    with clock.at(MORNING), acting(system("tests", world.organisations["A"])):
        REMIND.run()
    assert len(remind()) == 1


@pytest.mark.usefixtures("busy")
def test_switched_off_nothing_comes(remind: Remind, acting: Acting, world: World) -> None:
    lawyer = world.user_id("lawyer")
    with acting(world.principal("lawyer")):
        set_choices(lawyer, {"reminder": False}, Hours())
    assert remind() == []
    with acting(world.principal("lawyer")):
        set_choices(lawyer, {"reminder": True}, Hours())
    assert len(remind(MORNING + timedelta(days=1))) == 1


@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize(
    ("hours", "comes_at"),
    [
        (Hours(quiet_until=9 * 60), MORNING + timedelta(hours=1, minutes=30)),
        (Hours(weekdays=("0", "2", "3", "4")), None),  # the 15th of September 2026 is a Tuesday
    ],
)
def test_it_keeps_the_quiet_hours(
    remind: Remind, acting: Acting, world: World, hours: Hours, comes_at: datetime | None
) -> None:
    with acting(world.principal("lawyer")):
        set_choices(world.user_id("lawyer"), {}, hours)
    assert [one.next_try_at for one in remind()] == ([comes_at] if comes_at else [])


def test_without_a_server_reminders_wait_on_the_desk(app: Flask, client_for: ClientFor) -> None:
    with app.app_context():
        assert not REMIND.is_wanted()
    assert "reminders wait on your desk" in client_for("lawyer").page("/account/notices").text


def test_nobody_is_written_to_about_nothing(remind: Remind) -> None:
    assert remind() == []


@pytest.mark.usefixtures("busy")
def test_who_left_is_not_written_to(mailing: Flask, remind: Remind, world: World) -> None:
    with mailing.app_context(), session_for(system("tests")) as session:
        session.get_one(User, world.user_id("lawyer")).is_active = False
        session.commit()
    assert remind() == []


def test_a_choice_of_one_is_not_that_of_another(acting: Acting, world: World) -> None:
    with acting(world.principal("lawyer")):
        for _again in range(2):
            set_choices(world.user_id("lawyer"), {"reminder": False}, Hours())
        assert [one.id for one in to_remind()] == [world.user_id("supervisor")]


@pytest.mark.usefixtures("busy")
def test_it_goes_to_the_address_of_the_account(
    mailing: Flask, remind: Remind, world: World, server: str, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    remind()
    with_server(mailing, f"smtp://{server}", monkeypatch)
    with clock.at(MORNING), mailing.app_context():
        reports = list(jobs.run_due(lambda: list(world.organisations.values()), [SEND]))
    assert [one.failure for one in reports] == [None, None, None]
    assert [to for to, _message in postbox.got] == [[world.email("lawyer")]]
