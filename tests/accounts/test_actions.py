"""Inviting, one-time links, roles, the last administrator, and whose trail it stands in."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from casework.accounts import actions, queries
from casework.accounts.models import OneTimeLink, Organisation, SignedIn, User
from casework.accounts.permissions import MATRIX, PERSON_DATA, Role
from casework.core import clock
from casework.core.audit import AuditEntry
from casework.core.errors import DomainError
from casework.core.scope import system
from tests import factories
from tests.conftest import Acting, ClientFor
from tests.factories import World


def invited(session, world: World, role: Role = Role.LAWYER) -> tuple[User, str]:  # type: ignore[no-untyped-def]
    return actions.invite(
        name="New Colleague",
        email=" New.Colleague@Example.org ",
        role=role,
        organisation=session.get_one(
            Organisation, world.organisations["office" if role is Role.ADMINISTRATOR else "A"]
        ),
        language="kk",
    )


def test_whoever_must_not_see_persons_holds_no_such_permission() -> None:
    for role in (Role.ADMINISTRATOR, Role.STATISTICS):
        assert not MATRIX[role] & PERSON_DATA
    assert MATRIX[Role.PROTECTION] & PERSON_DATA == {"rights:see", "rights:handle", "rights:erase"}


def test_an_invitation_keeps_only_the_hash_of_its_link(world: World, acting: Acting) -> None:
    with acting(world.principal("administrator")) as session:
        user, token = invited(session, world)
        assert user.email == "new.colleague@example.org"
        assert queries.state(user) == "invited"
        link = session.scalars(select(OneTimeLink)).one()
        assert token not in (link.token_hash, str(vars(link)))
        assert len(token) >= 43  # 256 bits
        assert link.purpose == "invite"


def test_an_address_is_used_once(world: World, acting: Acting) -> None:
    with acting(world.principal("administrator")) as session:
        invited(session, world)
        with pytest.raises(DomainError) as refused:
            invited(session, world)
        assert refused.value.field == "email"


@pytest.mark.parametrize("role", [Role.LAWYER, Role.SUPERVISOR])
def test_an_office_has_no_caseworkers(world: World, acting: Acting, role: Role) -> None:
    with acting(world.principal("administrator")) as session:
        office = session.get_one(Organisation, world.organisations["office"])
        with pytest.raises(DomainError, match="partner organisations"):
            actions.invite(name="X", email="x@example.org", role=role, organisation=office, language="en")


@pytest.mark.parametrize(("late", "works"), [(timedelta(days=6, hours=23), True), (timedelta(days=7), False)])
def test_an_invitation_lasts_a_week(world: World, acting: Acting, late: timedelta, works: bool) -> None:
    moment = clock.now()
    with clock.at(moment), acting(world.principal("administrator")) as session:
        _, token = invited(session, world)
    with clock.at(moment + late), acting(system("tests")):
        assert (queries.open_link(token) is not None) is works


@pytest.mark.parametrize(("late", "works"), [(timedelta(minutes=59), True), (timedelta(hours=1), False)])
def test_a_reset_lasts_an_hour(world: World, acting: Acting, late: timedelta, works: bool) -> None:
    moment = clock.now()
    with clock.at(moment), acting(world.principal("administrator")) as session:
        token = actions.new_link(session.get_one(User, world.user_id("lawyer")))
    with clock.at(moment + late), acting(system("tests")):
        assert (queries.open_link(token) is not None) is works


def test_a_newer_link_ends_the_older(world: World, acting: Acting) -> None:
    with acting(world.principal("administrator")) as session:
        user, first = invited(session, world)
    with acting(world.principal("administrator")) as session:
        second = actions.new_link(session.get_one(User, user.id))
    with acting(system("tests")):
        assert queries.open_link(first) is None
        assert queries.open_link(second) is not None


def test_deactivating_ends_sessions_and_links(world: World, acting: Acting, client_for: ClientFor) -> None:
    client_for("lawyer")
    with acting(world.principal("administrator")) as session:
        user = session.get_one(User, world.user_id("lawyer"))
        token = actions.new_link(user)
        actions.change_user(user, name=user.name, role=user.role, is_active=False)
        assert session.scalars(select(SignedIn)).all() == []
        assert queries.open_link(token) is None
        with pytest.raises(DomainError, match="deactivated"):
            actions.new_link(user)


def administrators(session) -> list[User]:  # type: ignore[no-untyped-def]
    return list(session.scalars(select(User).where(User.role == Role.ADMINISTRATOR, User.is_active)))


def _leave(last: User, how: str) -> None:
    if how == "organisation":
        names = {name: getattr(last.organisation, name) for name in ("name_en", "name_ru", "name_kk")}
        actions.change_organisation(last.organisation, **names, is_active=False)
    else:
        role = Role.STATISTICS if how == "role" else last.role
        actions.change_user(last, name=last.name, role=role, is_active=how != "deactivate")


@pytest.mark.parametrize("how", ["deactivate", "role", "organisation"])
def test_the_last_administrator_stays(world: World, acting: Acting, how: str) -> None:
    with acting(world.principal("administrator")) as session:
        *others, last = sorted(administrators(session), key=lambda user: user.id == world.user_id("administrator"))
        for user in others:
            actions.change_user(user, name=user.name, role=user.role, is_active=False)
        invited(session, world, Role.ADMINISTRATOR)  # has no password yet, so it is nobody who could let others in
        with pytest.raises(DomainError, match="last administrator"):
            _leave(last, how)
        session.rollback()


def test_what_is_done_to_an_account_stands_in_the_trail_of_its_organisation(world: World, acting: Acting) -> None:
    with acting(world.principal("administrator")) as session:
        user = session.get_one(User, world.user_id("lawyer", "B"))
        actions.change_user(user, name="Another Name", role=user.role, is_active=True)
    with acting(system("tests")) as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "users:change")).one()
        assert entry.organisation_id == world.organisations["B"]
        assert entry.actor_id == world.user_id("administrator")
        assert '"fields":["name"]' in entry.details
        assert "Another Name" not in entry.details


def test_only_an_administrator_sees_the_users_of_others(world: World, acting: Acting) -> None:
    with acting(world.principal("supervisor")):
        assert {user.organisation_id for user in queries.users()} == {world.organisations["A"]}
        assert queries.user(world.user_id("lawyer", "B")) is None
    with acting(world.principal("administrator")):
        assert len({user.organisation_id for user in queries.users()}) == 3


def test_a_factory_user_can_sign_in(world: World, acting: Acting) -> None:
    with acting(world.principal("administrator")):
        clinic = factories.organisation()
        assert queries.state(factories.user("lawyer", clinic)) == "active"
