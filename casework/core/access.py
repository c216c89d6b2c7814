"""Wall 0: every endpoint says who may call it, or nobody may."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from flask import Flask, current_app, g, request

from casework.core import audit, clock
from casework.core.errors import ConfigurationError, Refused
from casework.core.scope import Principal, principal

View = TypeVar("View", bound=Callable[..., Any])
PUBLIC = "public"
SENDING = "sending"
FRESH_FOR = timedelta(minutes=5)
"""How long a one-time code opens what asks for a fresh one."""


def requires(permission: str, fresh: bool | str = False) -> Callable[[View], View]:
    """Only a signed-in principal whose role has this permission.

    `fresh`: who has given a one-time code within the last minutes, or gives one now; with SENDING, only to send the
    form: looking at it asks for none.
    """

    def declare(view: View) -> View:
        view.access = permission  # type: ignore[attr-defined]
        view.fresh = fresh  # type: ignore[attr-defined]
        return view

    return declare


def public(view: View) -> View:
    """Anyone, signed in or not."""
    view.access = PUBLIC  # type: ignore[attr-defined]
    return view


def anonymous(view: View) -> View:
    """Anyone, and nobody in particular: who asks is not even looked up, and no cookie is read or set."""
    view.access = PUBLIC  # type: ignore[attr-defined]
    view.is_anonymous = True  # type: ignore[attr-defined]
    return view


def by_itself(view: View) -> View:
    """What it writes it writes in transactions of its own: no sending is entered for it beforehand."""
    view.is_by_itself = True  # type: ignore[attr-defined]
    return view


def is_by_itself(endpoint: str | None) -> bool:
    return getattr(current_app.view_functions.get(endpoint or ""), "is_by_itself", False)


def declared(app: Flask) -> dict[str, str | None]:
    """What each endpoint declares: the whole route policy, for the gate, `doctor` and the tests."""
    policy = {name: getattr(view, "access", None) for name, view in app.view_functions.items()}
    policy["static"] = PUBLIC
    return policy


def check(app: Flask, permissions: frozenset[str]) -> None:
    """Stop the start when an endpoint declares nothing, or a permission that no role has."""
    for endpoint, access in declared(app).items():
        if access is None:
            raise ConfigurationError(f"The endpoint {endpoint} does not declare who may call it.")
        if access != PUBLIC and access not in permissions:
            raise ConfigurationError(f"The endpoint {endpoint} requires “{access}”, which no role has.")


def is_public(endpoint: str | None) -> bool:
    """Whether it may be asked without signing in; no such address is nothing to sign in for."""
    return endpoint is None or declared(current_app).get(endpoint) == PUBLIC


def is_anonymous(endpoint: str | None) -> bool:
    """Whether its answers are the same for everyone, signed in or not: static files, published editions."""
    return endpoint == "static" or getattr(current_app.view_functions.get(endpoint or ""), "is_anonymous", False)


def declared_fresh(app: Flask) -> dict[str, str]:
    """Which endpoints ask for a fresh one-time code, and whether always or only for what is sent."""
    found = {name: getattr(view, "fresh", False) for name, view in app.view_functions.items()}
    return {name: SENDING if fresh == SENDING else "always" for name, fresh in found.items() if fresh}


class SignInFirst(Exception):
    """Nobody is signed in and the page is not public."""


class ConfirmFirst(Exception):
    """Who is signed in has to give a one-time code before this."""


def be_fresh() -> None:
    """Go on only with a one-time code of the last minutes: for what turns out to be dangerous inside a view."""
    who = principal()
    if who is None or not _is_fresh(who):
        raise ConfirmFirst


def _is_fresh(who: Principal) -> bool:
    return who.confirmed_at is not None and clock.now() - who.confirmed_at <= FRESH_FOR


def gate(app: Flask) -> Callable[[], None]:
    policy: dict[str, str | None] = {}

    def open_or_refuse() -> None:
        if not policy:
            policy.update(declared(app))
        if request.endpoint is None:
            return  # no such address: Flask answers 404 or 405
        access = policy.get(request.endpoint)
        if access == PUBLIC:
            return
        if access is None:
            raise Refused
        who = principal()
        if who is None:
            raise SignInFirst
        if not who.may(access):
            raise Refused
        fresh = getattr(app.view_functions[request.endpoint], "fresh", False)
        if fresh and not (fresh == SENDING and request.method in ("GET", "HEAD", "OPTIONS")):
            be_fresh()

    return open_or_refuse


def note_refusal(status: int) -> None:
    """A refusal or a miss on a record is noted: repeated ones are someone trying doors."""
    who = principal()
    if who is None or request.endpoint is None:
        return
    ids = [value for value in (request.view_args or {}).values() if isinstance(value, UUID)]
    g.reading = True
    audit.note("refused", kind=request.endpoint, subject_id=ids[0] if ids else None, status=status)
    audit.write_apart(who)
