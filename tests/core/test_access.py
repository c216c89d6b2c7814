"""Wall 0: an endpoint that does not say who may call it is called by nobody."""

from uuid import uuid4

import pytest
from flask import Flask, g
from sqlalchemy import select

from casework.accounts.permissions import ALL, MATRIX, Role
from casework.core import access
from casework.core.audit import AuditEntry
from casework.core.db import session_for
from casework.core.errors import ConfigurationError, Refused
from casework.core.scope import Principal, system
from tests.conftest import ClientFor
from tests.factories import World


def small_app(view: object) -> Flask:
    app = Flask("small")
    app.add_url_rule("/door", "door", view)  # type: ignore[arg-type]
    return app


def lawyer() -> Principal:
    return Principal(uuid4(), uuid4(), "lawyer", permissions=MATRIX[Role.LAWYER])


def knock(app: Flask, who: Principal | None) -> None:
    with app.test_request_context("/door"):
        g.principal = who
        access.gate(app)()


def test_the_application_does_not_start_with_an_open_door() -> None:
    with pytest.raises(ConfigurationError, match="door does not declare"):
        access.check(small_app(lambda: "in"), ALL)


def test_a_permission_that_no_role_has_is_a_slip() -> None:
    with pytest.raises(ConfigurationError, match="person:opne"):
        access.check(small_app(access.requires("person:opne")(lambda: "in")), ALL)


def test_an_undeclared_door_is_refused_even_so() -> None:
    with pytest.raises(Refused):
        knock(small_app(lambda: "in"), lawyer())


def test_a_declared_door() -> None:
    app = small_app(access.requires("person:open")(lambda: "in"))
    access.check(app, ALL)
    knock(app, lawyer())
    with pytest.raises(access.SignInFirst):
        knock(app, None)
    with pytest.raises(Refused):
        knock(app, Principal(uuid4(), uuid4(), "administrator", permissions=MATRIX[Role.ADMINISTRATOR]))


def test_a_public_door() -> None:
    knock(small_app(access.public(lambda: "in")), None)


def test_refusals_and_misses_are_noted(app: Flask, world: World, client_for: ClientFor) -> None:
    """Repeated ones are someone trying doors."""
    tried = uuid4()
    assert client_for("lawyer").get(f"/people/{tried}").status_code == 404
    assert client_for("statistics", "A").get(f"/people/{tried}").status_code == 403
    assert client_for("lawyer").get("/people/not-an-id").status_code == 404  # no address at all: not noted
    with app.app_context(), session_for(system("tests")) as session:
        found = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "refused").order_by(AuditEntry.number)
        ).all()
        assert [(one.actor_role, one.subject_kind, one.details) for one in found] == [
            ("lawyer", "casefile.person", '{"status":404}'),
            ("statistics", "casefile.person", '{"status":403}'),
        ]
        assert {one.subject_id for one in found} == {tried}
        assert {one.organisation_id for one in found} == {world.organisations["A"]}
