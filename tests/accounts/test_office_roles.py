"""Who sees all organisations works in the office: no partner gets such a colleague."""

import pytest

from casework.accounts import actions
from casework.accounts.models import Organisation, User
from casework.accounts.permissions import Role
from casework.core.errors import DomainError
from tests.conftest import Acting
from tests.factories import World


@pytest.mark.parametrize("role", [Role.STATISTICS, Role.ADMINISTRATOR])
def test_a_partner_has_no_officer_of_the_country(world: World, acting: Acting, role: Role) -> None:
    with acting(world.principal("administrator")) as session:
        partner = session.get_one(Organisation, world.organisations["A"])
        with pytest.raises(DomainError, match="work in the office") as refused:
            actions.invite(name="X", email="x@example.org", role=role, organisation=partner, language="en")
        assert refused.value.field == "role"
        lawyer = session.get_one(User, world.user_id("lawyer", "A"))
        with pytest.raises(DomainError, match="work in the office"):
            actions.change_user(lawyer, name=lawyer.name, role=role, is_active=True)
        assert lawyer.role is Role.LAWYER


def test_a_focal_point_works_anywhere(world: World, acting: Acting) -> None:
    with acting(world.principal("administrator")) as session:
        for key in ("A", "office"):
            where = session.get_one(Organisation, world.organisations[key])
            actions.invite(
                name="X", email=f"x@{key}.example.org", role=Role.PROTECTION, organisation=where, language="en"
            )
