"""Everything that the people of one organisation can come to read, and everything that it holds.

Two answers are compared letter by letter: where they differ, something shows what the two differ in. Ids are random
and stand for themselves, so all look alike.
"""

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from flask import Flask
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import select

from casework.accounts.permissions import MATRIX, Role
from casework.alerts import jobs as alerts
from casework.cases import actions as cases
from casework.core import access, clock
from casework.core.audit import AuditEntry
from casework.core.columns import Sealed
from casework.core.db import Base, db
from casework.core.scope import Scoped, acting_as, system
from casework.diary import actions as diary_actions
from casework.diary import jobs as diary
from casework.notices import jobs as notices
from casework.persons import actions as persons
from casework.persons.models import Contacts, Identity
from casework.referrals import jobs as referrals
from casework.transfers import jobs as transfers
from tests.factories import World
from tests.pages import Client, Page, client_of

ROLES = ("supervisor", "lawyer", "protection", "statistics", "administrator")
FOR_EACH = frozenset({"desk.home", "notices.index", "oversight.trail", "diary.calendar", "alerts.index"})
"""Pages that show other things to another role; the rest is read once, by the first who may."""
TRAIL = frozenset({"oversight.trail", "oversight.export"})
JOBS = (referrals.TELL, transfers.CARRY, alerts.READ, diary.REMIND, notices.GATHER)
"""What tells people something, by itself."""
RANDOM = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b[0-9a-f]{32}\b|\b[0-9a-f]{64}\b"
    r'|[\w-]{40,}\.[\w-]{6}\.[\w-]{27}|(?<=name="nonce" type="hidden" value=")[^"]*'  # the first: a form's token
    r'|(?<=name="step" type="hidden" value=")[0-9a-f]{16}|(?<=/calendar/feed/)[\w-]{20,}'
    r'|(?<=<small class="num">)[0-9a-f]{8}(?=<)'  # the beginning of an id, in the trail
    r"|(?<=')[0-9a-f]{8}(?=')"  # … and in its workbook
    r"|(?<=signature: )[\w+/=]+"  # of a head
    r'|(?<=class="key" translate="no">)[^<]+|(?<= d=")M4 4\.5h7m[^"]+'  # the key of a new app
)


def plain(text: str) -> str:
    """Without what is drawn anew for every row and every page."""
    return RANDOM.sub("…", text)


def in_any_order(text: str) -> str:
    """The rows of a table by their words, not by their number: what is saved at once is noted in no certain order."""
    return "\n".join(sorted(re.split(r"(?=<tr)|(?<=</tr>)|\n\(\d+, ", text)))


def first_difference(one: str, other: str) -> str:
    """Where two texts begin to differ, with some words around; nothing where they do not."""
    at = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return "" if one == other else f"“{one[max(at - 60, 0) : at + 90]}” instead of “{other[max(at - 60, 0) : at + 90]}”"


def differences(one: dict[str, str], other: dict[str, str]) -> list[str]:
    """Every place that is read differently, and how."""
    return [
        f"{place}: {first_difference(one.get(place, ''), other.get(place, ''))}"
        for place in sorted(one.keys() | other.keys())
        if one.get(place) != other.get(place)
    ]


@dataclass
class OwnRecord:
    """A person and a case that an organisation has itself."""

    person: UUID
    case: UUID
    number: str


def own_record(app: Flask, world: World, where: str) -> OwnRecord:
    """So that lists, files and feeds there have something to hold."""
    with app.app_context(), acting_as(world.principal("supervisor", where)):
        today, lawyer_id = clock.today(), world.user_id("lawyer", where)
        person = persons.register(
            persons.Registration(Identity(family_name="Местная", given_name="Ива"), today, Contacts(safety="ANY_TIME"))
        )
        case = cases.open_case([person], "OTHER", today, lawyer_id)
        cases.set_next_step(case, "Написать в архив", today + timedelta(days=5))
        begins = datetime.combine(today + timedelta(days=2), time(11), clock.ALMATY)
        diary_actions.plan(case, diary_actions.Told("MEETING", begins, 30, lawyer_id))
        db.session.commit()
        return OwnRecord(person.id, case.id, case.number)


def tell_everybody(app: Flask, world: World, where: str) -> None:
    """The turn of every job of one organisation that tells its people something; its mails are written, not sent."""
    settings = app.extensions["settings"]
    app.extensions["settings"] = replace(settings, smtp_url="smtp://127.0.0.1:9")
    try:
        for job in JOBS:
            with app.app_context(), acting_as(system(f"job {job.name}", world.organisations[where])):
                job.run()
                db.session.commit()
    finally:
        app.extensions["settings"] = settings


def everything(
    app: Flask, world: World, where: str, *, besides: Sequence[str] = (), words: Sequence[str] = ()
) -> dict[str, str]:
    """By its place, what is read there: pages without an id, those `besides`, searches for these words, files, rows."""
    tell_everybody(app, world, where)
    found: dict[str, str] = {}
    once: set[str] = set()
    for role in ROLES:
        client = client_of(app).sign_in_as(world.principal(role, where))
        client.checks = False  # that pages are well made is asked elsewhere
        for endpoint, address in _pages(app, role):
            if endpoint in FOR_EACH or endpoint not in once:
                once.add(endpoint)
                text = read(client, address)
                found[f"{role} {address}"] = in_any_order(text) if endpoint in TRAIL else text
        if role in ("supervisor", "lawyer"):
            found |= {f"{role} {plain(address)}": read(client, address) for address in besides}
            found |= {f"{role} searches {word}": _searched(client, word) for word in words}
            found[f"{role} feed"] = _feed(client)
        if role == "supervisor":
            found["workbook"] = _workbook(client)
    return found | held(app, world, where)


def _pages(app: Flask, role: str) -> Iterator[tuple[str, str]]:
    """The pages without an id in their address that this role may open."""
    declared = access.declared(app)
    for rule in sorted(app.url_map.iter_rules(), key=lambda one: one.rule):
        permission = declared[rule.endpoint] or ""
        if "GET" in (rule.methods or ()) and not rule.arguments and permission in MATRIX[Role(role)]:
            yield rule.endpoint, rule.rule


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code < 500, f"{address} answered {answer.status_code}"
    opened = {"application/pdf": on_paper, SHEET: in_cells}.get(answer.mimetype)
    words = opened(answer.data) if opened else answer.get_data(as_text=True)
    return plain(f"{answer.status_code} {answer.headers.get('Location', '')} {words}")


SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def in_cells(workbook: bytes) -> str:
    rows = [row for sheet in load_workbook(io.BytesIO(workbook)).worksheets for row in sheet.values]
    return "\n".join(str(row) for row in rows)


def on_paper(pdf: bytes) -> str:
    """The words of a document, however its lines are broken."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def _searched(client: Client, word: str) -> str:
    client.post("/search", data={"q": word, "csrf_token": client.csrf_token()})
    return read(client, "/search")


def _feed(client: Client) -> str:
    shown = Page(client.press("/account/calendar/feed").text)
    return read(client, shown.all("input", id="link")[0].get("value", "").removeprefix("http://localhost"))


def _workbook(client: Client) -> str:
    asked = {"purpose": "What stands in it is compared", "has_names": "y"}
    assert client.submit("/exports/new?state=open", asked).status_code == 302
    answer = client.get(client.page("/exports/").links["Take the workbook"])
    return plain(in_cells(answer.data))


def held(app: Flask, world: World, where: str) -> dict[str, str]:
    """By its table, every row of the organisation, opened: notices, mails, its trail and whatever else there is."""
    found = {}
    with app.app_context(), acting_as(system("tests", world.organisations[where])):
        for mapper in sorted(Base.registry.mappers, key=lambda one: one.class_.__name__):
            model: Any = mapper.class_
            if not (issubclass(model, Scoped) or hasattr(model, "__sides__")):  # or shared by two organisations
                continue
            rows = [plain(" | ".join(_said(one))) for one in db.session.scalars(select(model))]
            if rows:
                found[f"rows of {model.__tablename__}"] = "\n".join(sorted(rows))
    return found


def _said(row: Any) -> Iterator[str]:
    """Every value of a row; of what is sealed, what it says; nothing of seals, hashes and places in the trail."""
    unsaid = {"number"} if isinstance(row, AuditEntry) else set()
    for column in type(row).__mapper__.column_attrs:
        value = getattr(row, column.key)
        if not isinstance(value, bytes | UUID) and "hash" not in column.key and column.key not in unsaid:
            yield f"{column.key}={value}"
    for kind in type(row).__mro__:
        for name, group in vars(kind).items():
            if isinstance(group, Sealed):
                yield f"{name}={getattr(row, name)}"
