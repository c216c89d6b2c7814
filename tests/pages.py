"""Reading answers as pages: a client that checks every page it receives, and fills in forms as a browser would."""

import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import urljoin
from uuid import uuid4
from xml.etree.ElementTree import Element

import html5lib
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from casework.accounts.models import SecondFactor, SignedIn, User
from casework.accounts.passwords import new_token, token_hash
from casework.accounts.second_factor import code_at
from casework.core import clock
from casework.core.config import LANGUAGES
from casework.core.db import session_for
from casework.core.scope import Principal, system
from tests.factories import PASSWORD, seed_of

CONTROLS = ("input", "select", "textarea")


@lru_cache(maxsize=8)  # the client has checked a page before a test reads it
def parsed(html: str) -> tuple[Element, list[str], dict[Element, Element]]:
    """The root of a page, what is wrong with its letters, and in which element each stands. To be read only."""
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    root: Element = parser.parse(html)
    errors = [f"line {place[0]}: {name}" for place, name, _ in parser.errors]
    return root, errors, {child: parent for parent in root.iter() for child in parent}


class Page:
    """One HTML answer, parsed strictly."""

    def __init__(self, html: str) -> None:
        self.root, self.parse_errors, self._parents = parsed(html)

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """Elements with this tag and these attributes; a trailing underscore is dropped (class_, for_)."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [one for one in self.root.iter(tag) if all(one.get(name) == value for name, value in wanted.items())]

    @property
    def text(self) -> str:
        """All words inside <main>, with single spaces."""
        return words_of(next(iter(self.all("main")), self.root))

    @property
    def h1(self) -> str:
        return words_of(self.all("h1")[0])

    @property
    def links(self) -> dict[str, str]:
        return {words_of(one): one.get("href", "") for one in self.all("a")}

    def outward(self, one: Element) -> Iterator[Element]:
        """The elements that this one stands in."""
        while one in self._parents:
            one = self._parents[one]
            yield one

    def faults(self) -> list[str]:
        """What is wrong with this page; nothing, if all is well."""
        return [*self.parse_errors, *self._frame(), *self._ids(), *self._labels(), *self._forms(), *self._inline()]

    def _frame(self) -> Iterator[str]:
        if len(self.all("h1")) != 1:
            yield f"{len(self.all('h1'))} h1 instead of one"
        elif not self.h1:
            yield "the h1 is empty"
        if not words_of(next(iter(self.all("title")), Element("title"))).strip(" ·"):
            yield "no title"
        if self.root.get("lang") not in LANGUAGES:
            yield f"the language of the page is {self.root.get('lang')!r}"
        if len(self.all("main")) != 1:
            yield "not exactly one main"

    def _ids(self) -> Iterator[str]:
        ids = [one.attrib["id"] for one in self.root.iter() if "id" in one.attrib]
        twice = sorted({name for name in ids if ids.count(name) > 1})
        yield from (f"the id {name} occurs {ids.count(name)} times" for name in twice)
        for one in self.root.iter():
            for attribute in ("for", "aria-describedby", "aria-labelledby", "aria-controls", "list"):
                missing = set((one.get(attribute) or "").split()) - set(ids)
                yield from (f"{attribute} names {target}, which is not there" for target in sorted(missing))

    def _labels(self) -> Iterator[str]:
        labelled = {one.get("for") for one in self.all("label")}
        for tag in CONTROLS:
            for one in self.all(tag):
                if one.get("type") in ("hidden", "submit", "button"):
                    continue
                inside = any(outer.tag == "label" for outer in self.outward(one))
                if not (inside or one.get("id") in labelled or one.get("aria-label") or one.get("aria-labelledby")):
                    yield f"no label for {tag} {one.get('name')}"
        for one in [*self.all("button"), *self.all("a"), *self.all("summary")]:
            if not (words_of(one) or one.get("aria-label")):
                yield f"{one.tag} without words"

    def _forms(self) -> Iterator[str]:
        for form in self.all("form"):
            if form.get("method", "get").lower() == "post" and not any(
                one.get("name") == "csrf_token" and one.get("value") for one in form.iter("input")
            ):
                yield f"the form to {form.get('action', 'this page')} has no csrf_token"

    def _inline(self) -> Iterator[str]:
        for one in self.root.iter():
            if one.tag == "style" or (one.tag == "script" and not one.get("src")):
                yield f"an inline {one.tag}"
            for name, value in one.attrib.items():
                if name == "style" or name.startswith("on") or value.strip().lower().startswith("javascript:"):
                    yield f"{name} on {one.tag}: the pages' policy refuses it"

    # -- forms ---------------------------------------------------------------------------------------------------

    def form_with(self, names: set[str], action: str | None = None) -> Element:
        """The form that has fields with these names (and this action): in the page itself, or else in its frame."""
        main = next(iter(self.all("main")), self.root)
        for form in [*main.iter("form"), *self.all("form")]:
            has = {one.get("name") for tag in (*CONTROLS, "button") for one in form.iter(tag)}
            if names <= has and (action is None or form.get("action", "") == action):
                return form
        raise AssertionError(f"No form with {sorted(names)} (action {action}) on the page “{self.h1}”.")

    def filled(self, form: Element) -> dict[str, list[str]]:
        """What a browser would send of a form that nobody has touched."""
        values: dict[str, list[str]] = {}
        for one in form.iter():
            name = one.get("name")
            if one.tag not in CONTROLS or name is None or "disabled" in one.attrib:
                continue
            if one.tag == "select":
                options = list(one.iter("option"))
                chosen = [o for o in options if "selected" in o.attrib]
                if not chosen and "multiple" not in one.attrib:
                    chosen = options[:1]
                values.setdefault(name, []).extend(o.get("value", words_of(o)) for o in chosen)
            elif one.tag == "textarea":
                values.setdefault(name, []).append((one.text or "").removeprefix("\n"))
            elif one.get("type") in ("checkbox", "radio"):
                if "checked" in one.attrib:
                    values.setdefault(name, []).append(one.get("value", "on"))
            elif one.get("type") not in ("submit", "button", "file"):
                values.setdefault(name, []).append(one.get("value", ""))
        return values


def words_of(one: Element) -> str:
    return " ".join("".join(one.itertext()).split())


class Client(FlaskClient):
    """A browser without scripts. Every page that comes back is checked; a test that wants a fault says so."""

    checks = True
    stays_signed_in = True
    token: str | None = None
    principal: Principal | None = None
    _stamped: datetime | None = None

    def sign_in(self, email: str, password: str = PASSWORD, url: str = "/sign-in") -> TestResponse:
        """Sign in by both steps, as anybody does; what the last of them answered."""
        answer = self.submit(url, {"email": email, "password": password})
        if answer.status_code != 302 or not (answer.location or "").startswith("/sign-in/code"):
            return answer
        return self.submit(answer.location or "", {"code": one_time_code(self.application, email)})

    def sign_in_as(self, who: Principal) -> "Client":
        """Sign in without the pages of the two steps, which have tests of their own."""
        self.token, self.principal = new_token(), who
        with self.application.app_context(), session_for(system("tests")) as session:
            now = self._stamped = clock.now()
            assert who.user_id is not None
            session.add(
                SignedIn(
                    token_hash=token_hash(self.token),
                    id=who.session_id or uuid4(),
                    user_id=who.user_id,
                    created_at=now,
                    seen_at=now,
                    confirmed_at=now,
                )
            )
            session.commit()
        with self.session_transaction() as cookie:
            cookie["_user_id"] = self.token
        return self

    def _stay_signed_in(self) -> None:
        """Tests set the clock to other days; the session of their user comes along."""
        now = clock.now()
        if (
            not self.stays_signed_in
            or self.token is None
            or self._stamped is None
            or abs(now - self._stamped) < timedelta(minutes=4)
        ):
            return
        self._stamped = now
        with self.application.app_context(), session_for(system("tests")) as session:
            session.execute(
                update(SignedIn)
                .where(SignedIn.token_hash == token_hash(self.token))
                .values(created_at=now, seen_at=now, confirmed_at=now)
            )
            session.commit()

    def open(self, *args: Any, **options: Any) -> TestResponse:
        assert not has_app_context(), "Send requests outside of “with acting(…)”: a context would leak into them."
        self._stay_signed_in()
        answer: TestResponse = super().open(*args, **options)
        if self.checks and answer.mimetype == "text/html" and answer.data and not 300 <= answer.status_code < 400:
            faults = Page(answer.text).faults()
            assert not faults, f"{answer.request.path}: " + "; ".join(faults)
        return answer

    def page(self, url: str, status: int = 200) -> Page:
        """The page at this address, which must answer with this status."""
        answer = self.get(url)
        assert answer.status_code == status, f"{url} answered {answer.status_code}: {answer.location or ''}"
        return Page(answer.text)

    def csrf_token(self) -> str:
        with self.session_transaction() as cookie:
            raw = cookie.setdefault("csrf_token", secrets.token_hex(20))
        signer = URLSafeTimedSerializer(self.application.secret_key, salt="wtf-csrf-token")  # type: ignore[arg-type]
        return str(signer.dumps(raw))

    def press(self, url: str, **values: Any) -> TestResponse:
        """A one-click POST, with its token."""
        return self.post(url, data={"csrf_token": self.csrf_token(), **values})

    def submit(self, url: str, values: dict[str, Any], *, action: str | None = None) -> TestResponse:
        """Open a page, fill in the form that has these fields, and send it. A value None leaves the field out."""
        page = self.page(url)
        named = {name for name, value in values.items() if value is not None}
        form = page.form_with(named, action)
        data: dict[str, Any] = {**page.filled(form), **values}
        return self.post(urljoin(url, form.get("action") or url), data={k: v for k, v in data.items() if v is not None})


def one_time_code(app: Flask, email: str) -> str:
    """What the app of a user of `factories` shows now. That it was used a moment ago is forgotten."""
    with app.app_context(), session_for(system("tests")) as session:
        user_id = select(User.id).where(User.email == email.lower()).scalar_subquery()
        session.execute(update(SecondFactor).where(SecondFactor.user_id == user_id).values(last_step=0))
        session.commit()
    return code_at(seed_of(email.lower()), clock.now())


def client_of(app: Flask) -> Client:
    app.test_client_class = Client
    found = app.test_client()
    assert isinstance(found, Client)
    return found
