"""`casework accounts`: what no page does, because there is no second person to confirm it."""

import sys
from typing import NoReturn
from uuid import uuid4

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from casework.accounts import actions, queries, steps
from casework.accounts.models import User
from casework.accounts.permissions import Role
from casework.accounts.sign_in import normal_email
from casework.core import audit
from casework.core.db import db
from casework.core.events import account_event
from casework.core.scope import acting_as, system

REASON = "accounts on the command line"


@click.group()
def accounts() -> None:
    """Accounts, where the pages need a second person and there is none."""


@accounts.command("remove-second-factor")
@click.argument("email")
@click.option("--confirm", help="The address once more, instead of being asked for it.")
@with_appcontext
def remove_second_factor(email: str, confirm: str | None) -> None:
    """Remove the second factor of EMAIL, who lost phone and recovery codes.

    They stay signed in nowhere, and set up another with their next sign-in. It is noted in the audit trail as done by
    one person alone, and they are told by mail. First make sure in person, or by a call to a number that you know, that
    it was them who asked.
    """
    wanted = normal_email(email)
    with acting_as(system(REASON)):
        user = db.session.scalar(select(User).where(User.email == wanted))
        if user is None:
            _refuse(f"Nobody signs in with {wanted}.")
        if queries.second_factor_of(user.id) is None:
            _refuse("There is nothing to remove: with the next sign-in they set up a second factor.")
        if _two_could(user):
            click.echo("Two persons can do this on the pages: an administrator asks on the page of the user.")
        typed = confirm or click.prompt(f"To remove it by yourself, type the address once more ({wanted})")
        if normal_email(typed) != wanted:
            _refuse("That is not the address. Nothing was changed.")
        organisation_id = user.organisation_id
    with acting_as(system(REASON, organisation_id)):
        user = db.session.scalars(select(User).where(User.email == wanted)).one()
        actions.remove_second_factor(user)
        audit.note("account-step:alone", "users", user.id)
        audit.note("account-step:alone", "users", user.id, who=system(REASON))
        account_event.send(user, kind="factor_removed", key=f"factor_removed:{uuid4()}", words=None)
        db.session.commit()
    click.echo(f"Removed. {wanted} signs in with the password and sets up another.")


def _two_could(user: User) -> bool:
    """Whether there are an administrator to ask and somebody else to confirm."""
    asking = [one for one in queries.users() if one.role == Role.ADMINISTRATOR and one.is_active and one.id != user.id]
    return any(steps.seconds(user, one.id) for one in asking)


def _refuse(why: str) -> NoReturn:
    click.echo(why, err=True)
    sys.exit(1)
