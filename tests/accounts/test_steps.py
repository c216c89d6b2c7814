"""The second factor of who lost everything is removed by two persons: one asks, another confirms."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from casework.accounts import jobs, queries, steps
from casework.accounts.models import AccountStep, Organisation, SignedIn, User
from casework.accounts.permissions import Role
from casework.accounts.rules import StepState
from casework.accounts.sign_in import principal_for
from casework.core import clock
from casework.core.audit import AuditEntry
from casework.core.errors import DomainError
from casework.core.scope import Principal, system
from casework.notices.models import Notice
from tests import factories
from tests.conftest import Acting, ClientFor
from tests.factories import World


@pytest.fixture
def asked(world: World, acting: Acting) -> AccountStep:
    """The office asked about the lawyer of partner A."""
    with acting(world.principal("administrator")) as session:
        step = steps.ask_removal(session.get_one(User, world.user_id("lawyer")), "They called from their desk.")
        assert queries.second_factor_of(step.user_id) is not None, "nothing has changed yet"
        return step


def _alone(session, world: World, *roles: str) -> None:  # type: ignore[no-untyped-def]
    """These roles of these organisations can sign in no more."""
    gone = [world.user_id(*one.split("@")) for one in roles]
    session.execute(update(User).where(User.id.in_(gone)).values(is_active=False))


def test_a_second_person_confirms(asked: AccountStep, world: World, acting: Acting, client_for: ClientFor) -> None:
    lawyer = client_for("lawyer")
    supervisor = world.principal("supervisor")
    with acting(supervisor) as session:
        assert [one.id for one in steps.waiting_for(supervisor)] == [asked.id]
        step = steps.to_decide(asked.id, supervisor)
        assert step is not None
        assert step.reason.why == "They called from their desk."
        steps.confirm(step, step.version)
        assert queries.second_factor_of(step.user_id) is None
        assert session.scalars(select(SignedIn).where(SignedIn.user_id == step.user_id)).all() == []
    assert lawyer.get("/account").status_code == 302
    with acting(supervisor):
        assert steps.waiting_for(supervisor) == []
        step = steps.to_decide(asked.id, supervisor)
        assert step is not None
        assert (step.state, step.decided_by_id) == (StepState.CONFIRMED, supervisor.user_id)
        with pytest.raises(DomainError, match="was decided"):
            steps.refuse(step, step.version)


def test_both_trails_say_it(asked: AccountStep, world: World, acting: Acting) -> None:
    with acting(world.principal("supervisor")) as session:
        step = session.get_one(AccountStep, asked.id)
        steps.confirm(step, step.version)
    with acting(system("tests")) as session:
        noted = session.execute(
            select(AuditEntry.organisation_id, AuditEntry.action, AuditEntry.actor_id).order_by(AuditEntry.number)
        ).all()
    office, partner = world.organisations["office"], world.organisations["A"]
    administrator, supervisor = world.user_id("administrator"), world.user_id("supervisor")
    assert (office, "account-step:asked", administrator) in noted
    assert (office, "account-step:confirmed", None) in noted, "by the system, as for all that another partner did"
    assert (partner, "account_steps:create", administrator) in noted
    assert (partner, "account_steps:change", supervisor) in noted
    assert (partner, "second-factor:removed", supervisor) in noted


@pytest.mark.parametrize("role", ["supervisor@B", "lawyer@A", "administrator@office", "administrator@A"])
def test_nobody_else_is_the_second_person(asked: AccountStep, world: World, acting: Acting, role: str) -> None:
    """Not who asked, not whom it is about, no other partner; no administrator, while there is a supervisor."""
    who = world.principal(*role.split("@"))
    with acting(who):
        assert steps.to_decide(asked.id, who) is None
        assert steps.waiting_for(who) == []


def test_who_asked_cannot_confirm_even_past_the_pages(asked: AccountStep, world: World, acting: Acting) -> None:
    with acting(world.principal("administrator")) as session:
        step = session.get_one(AccountStep, asked.id)
        with pytest.raises(DomainError, match="neither who asked"):
            steps.confirm(step, step.version)
    for column in ("asked_by_id", "user_id"):
        with pytest.raises(IntegrityError), acting(system("tests")) as session:  # noqa: PT012 - fails as it is written
            step = session.get_one(AccountStep, asked.id)
            step.decided_by_id = getattr(step, column)
            session.flush()
    with pytest.raises(IntegrityError), acting(system("tests")) as session:  # noqa: PT012
        session.get_one(AccountStep, asked.id).state = StepState.CONFIRMED
        session.flush()


@pytest.mark.parametrize(
    ("about", "without", "expected"),
    [
        ("lawyer@A", (), {"supervisor@A"}),
        ("supervisor@A", (), {"administrator@A", "administrator@B"}),
        ("lawyer@A", ("supervisor@A",), {"administrator@A", "administrator@B"}),
        ("statistics@office", (), {"administrator@A", "administrator@B"}),
        ("statistics@office", ("administrator@A", "administrator@B"), set()),
    ],
)
def test_who_the_second_person_is(
    world: World, acting: Acting, about: str, without: tuple[str, ...], expected: set[str]
) -> None:
    with acting(world.principal("administrator")) as session:
        _alone(session, world, *without)
        user = session.get_one(User, world.user_id(*about.split("@")))
        found = {one.id for one in steps.seconds(user, world.user_id("administrator"))}
        assert found == {world.user_id(*one.split("@")) for one in expected}
        if not expected:
            with pytest.raises(DomainError, match="nobody who could confirm"):
                steps.ask_removal(user, "They called.")


def test_what_cannot_be_asked(asked: AccountStep, world: World, acting: Acting) -> None:
    with acting(world.principal("administrator")) as session:
        with pytest.raises(DomainError, match="already"):
            steps.ask_removal(session.get_one(User, world.user_id("lawyer")), "Once more.")
        with pytest.raises(DomainError, match="Nobody removes their own"):
            steps.ask_removal(session.get_one(User, world.user_id("administrator")), "It is me.")
        steps.actions.remove_second_factor(session.get_one(User, world.user_id("lawyer", "B")))
        with pytest.raises(DomainError, match="nothing to remove"):
            steps.ask_removal(session.get_one(User, world.user_id("lawyer", "B")), "They called.")


def test_it_ends_by_itself_and_can_be_asked_again(asked: AccountStep, world: World, acting: Acting) -> None:
    supervisor = world.principal("supervisor")
    with clock.at(clock.now() + timedelta(days=7, minutes=1)):
        with acting(supervisor):
            assert steps.waiting_for(supervisor) == []
            step = steps.to_decide(asked.id, supervisor)
            assert step is not None
            with pytest.raises(DomainError, match="has run out"):
                steps.confirm(step, step.version)
        with acting(world.principal("administrator")) as session:
            again = steps.ask_removal(session.get_one(User, world.user_id("lawyer")), "They called again.")
            assert session.get_one(AccountStep, asked.id).state == StepState.EXPIRED
            steps.take_back(again)
            assert steps.waiting_about(again.user) is None


def test_a_factor_set_up_meanwhile_is_left(asked: AccountStep, world: World, acting: Acting) -> None:
    with acting(world.principal("supervisor")) as session:
        factor = queries.second_factor_of(asked.user_id)
        assert factor is not None
        factor.confirmed_at = clock.now() + timedelta(seconds=1)
        step = session.get_one(AccountStep, asked.id)
        with pytest.raises(DomainError, match="anew since"):
            steps.confirm(step, step.version)
        steps.refuse(step, step.version)
        assert queries.second_factor_of(asked.user_id) is not None


def test_everybody_concerned_is_told_once(asked: AccountStep, world: World, acting: Acting) -> None:
    def told() -> set[tuple[str, object]]:
        for organisation_id in world.organisations.values():
            with acting(system("tests", organisation_id)):
                jobs.tell()
                jobs.tell()
        with acting(system("tests")) as session:
            found = session.execute(select(Notice.kind, Notice.user_id)).all()
            assert len(found) == len(set(found))
            return {(kind, user_id) for kind, user_id in found}

    lawyer, supervisor = world.user_id("lawyer"), world.user_id("supervisor")
    first = {("account_step", supervisor), ("factor_removal_asked", lawyer)}
    assert told() == first
    with acting(world.principal("supervisor")) as session:
        step = session.get_one(AccountStep, asked.id)
        steps.confirm(step, step.version)
    assert told() == first | {
        ("account_step_decided", world.user_id("administrator")),
        ("factor_removed", lawyer),
    }


def test_a_new_partner_has_administrators_for_it(world: World, acting: Acting) -> None:
    """Its first people have no supervisor beside them yet."""
    with acting(world.principal("administrator")) as session:
        where = factories.organisation("New Clinic")
        first = factories.user(Role.SUPERVISOR, where, name="First Invented")
        step = steps.ask_removal(first, "They came to the office.")
        assert session.get_one(Organisation, step.organisation_id) is where
    other: Principal = world.principal("administrator", "B")
    with acting(other) as session:
        step = session.get_one(AccountStep, step.id)
        assert steps.to_decide(step.id, other) is step
        steps.confirm(step, step.version)
        assert not principal_for(step.user).may("accounts:manage")
        assert queries.second_factor_of(first.id) is None


# -- letting in, and letting do more -------------------------------------------------------------------------------


def _invited(session, world: World, role: Role = Role.LAWYER, where: str = "A"):  # type: ignore[no-untyped-def]
    organisation = session.get_one(Organisation, world.organisations[where])
    return steps.invite(
        name="New Invented", email="new@example.org", role=role, organisation=organisation, language="kk"
    )


def test_an_invitation_opens_nothing_before_it_is_confirmed(world: World, acting: Acting) -> None:
    with acting(world.principal("administrator")) as session:
        user, token, waiting = _invited(session, world)
        assert waiting is not None
        assert queries.open_link(token) is None
    with acting(world.principal("supervisor")) as session:
        step = session.get_one(AccountStep, waiting.id)
        steps.confirm(step, step.version)
        assert queries.open_link(token) is not None
        assert queries.state(session.get_one(User, user.id)) == "invited"


def test_a_refused_invitation_opens_nothing_ever(world: World, acting: Acting) -> None:
    with acting(world.principal("administrator")) as session:
        user, token, waiting = _invited(session, world)
    with acting(world.principal("supervisor")) as session:
        step = session.get_one(AccountStep, waiting.id)
        steps.refuse(step, step.version)
    with acting(world.principal("administrator")) as session:
        user = session.get_one(User, user.id)
        assert queries.open_link(token) is None
        again = steps.change(user, name=user.name, role=user.role, is_active=True, grants=[])
        assert again is not None, "letting in all the same takes two once more"
        assert not user.is_active


def test_where_there_is_no_second_person_it_holds_at_once_and_is_said(world: World, acting: Acting) -> None:
    with acting(world.principal("administrator")) as session:
        _alone(session, world, "administrator@A", "administrator@B")
        user, token, step = _invited(session, world, Role.STATISTICS, "office")
        assert step is None
        assert queries.open_link(token) is not None
    with acting(system("tests")) as session:
        noted = select(AuditEntry).where(AuditEntry.action == "account-step:at-once", AuditEntry.subject_id == user.id)
        assert session.scalars(noted).one().actor_id == world.user_id("administrator")


@pytest.mark.parametrize(
    ("wanted", "waits"),
    [
        ({}, False),
        ({"name": "Renamed"}, False),
        ({"is_active": False}, False),
        ({"role": Role.SUPERVISOR, "is_active": False}, False),
        ({"role": Role.SUPERVISOR}, True),
        ({"role": Role.PROTECTION}, True),
        ({"grants": ["person:sensitive-need"]}, True),
    ],
)
def test_what_lets_somebody_do_more_waits(world: World, acting: Acting, wanted: dict[str, object], waits: bool) -> None:
    with acting(world.principal("administrator")) as session:
        user = session.get_one(User, world.user_id("lawyer"))
        asked: dict[str, object] = {"name": user.name, "role": user.role, "is_active": True, "grants": [], **wanted}
        step = steps.change(user, **asked)  # type: ignore[arg-type]
        assert (step is not None) is waits
        if step is None:
            assert (user.name, user.role, user.is_active) == (asked["name"], asked["role"], asked["is_active"])
            return
        assert (user.role, user.grants or []) == (Role.LAWYER, [])
    with acting(world.principal("supervisor")) as session:
        step = session.get_one(AccountStep, step.id)
        steps.confirm(step, step.version)
        user = session.get_one(User, user.id)
        assert (user.role, user.grants or []) == (asked["role"], asked["grants"])


def test_signing_in_again_waits(world: World, acting: Acting) -> None:
    """Somebody who left, with the role that they were given after that."""
    with acting(world.principal("administrator")) as session:
        user = session.get_one(User, world.user_id("lawyer"))
        assert steps.change(user, name=user.name, role=Role.SUPERVISOR, is_active=False, grants=[]) is None
        waiting = steps.change(user, name=user.name, role=Role.SUPERVISOR, is_active=True, grants=[])
        assert waiting is not None
        assert not user.is_active
    with acting(world.principal("supervisor")) as session:
        step = session.get_one(AccountStep, waiting.id)
        session.get_one(User, user.id).grants = ["x"]
        with pytest.raises(DomainError, match="has changed since"):
            steps.confirm(step, step.version)
        session.get_one(User, user.id).grants = []
        steps.confirm(step, step.version)
        assert session.get_one(User, user.id).is_active
