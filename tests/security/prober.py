"""Finding the addresses of an endpoint with own, foreign and random ids, and what a browser would send there."""

import io
import itertools
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from casework.accounts.permissions import MATRIX, PERSON_DATA, Role
from casework.core import access
from casework.core.access import PUBLIC
from casework.core.db import db, session_for
from casework.core.scope import Principal, acting_as, system
from casework.editions import actions as editions
from casework.editions import printed
from casework.editions.models import Step as EditionStep
from casework.figures.models import ExternalFigure
from casework.letters.models import LetterTemplate
from casework.procedures.models import Procedure
from casework.reference.models import CodeItem
from casework.releases import actions as release_actions
from casework.releases import queries as releases
from casework.releases.models import Step
from casework.workdays.models import DayOff
from tests.editions import office as offices
from tests.factories import World
from tests.pages import Client, Page
from tests.regional import found as regional
from tests.releases import published
from tests.security import together
from tests.security.caseload import CANARIES, Caseload, files_of_figures, questions_between_partners

ROLES: list[str | None] = [*(role.value for role in Role), None]
WITHOUT_PERSONS = {role.value for role in Role if not MATRIX[role] & PERSON_DATA}
SCOPED_IDS = {
    "person_id",
    "case_id",
    "consultation_id",
    "entry_id",
    "link_id",
    "draft_id",
    "consent_id",
    "power_id",
    "inquiry_id",
    "document_id",
    "upload_id",
    "appointment_id",
    "act_id",
    "letter_id",
    "pair_id",
    "merge_id",
    "side_id",
    "opposing_id",
    "conflict_id",
    "comment_id",
    "notice_id",
    "need_id",
    "best_interest_id",
    "view_id",
    *together.IDS,
}

OF_A_DRAFT = {f"procedures.{name}" for name in ("add_part", "part", "remove_part", "reschedule", "publish", "discard")}

ASKED_AT = {"elsewhere.answer": "asked", "elsewhere.verdict": "agreed", "elsewhere.withdraw": "agreed"}
"""How far the question between two partners is where a step of it is tried."""


OF_A_RELEASE = {
    "releases.go": Step.BEGUN,
    "releases.sign": Step.ATTACKED,
    "releases.freeze": Step.ATTACKED,
    "releases.discard": Step.ATTACKED,
}
"""How far the release is where a step of it is tried; else it is frozen."""


def releases_and_a_table(app: Flask, world: World, endpoint: str) -> dict[str, UUID]:
    """A release as this endpoint finds it, one before it, and a table that was added."""
    step = OF_A_RELEASE.get(endpoint, Step.FROZEN)
    with app.app_context(), acting_as(world.principal("statistics")):
        made: dict[str, UUID] = {}
        if step == Step.FROZEN and endpoint != "releases.begin":
            made["earlier_id"] = published.release_id(content=published.publication("2024-01-01", "2023-01-01"))
        if endpoint != "releases.begin":  # which asks more of the first release
            made["release_id"] = published.release_id(step, tables=["undetermined_by_region"])
        if endpoint == "releases.freeze":
            release = releases.release(made["release_id"])
            assert release is not None
            release_actions.sign(release, "sum:stateless_known", "Looked at, and right all the same.")
        if endpoint == "releases.retire_table":
            made["table_id"] = release_actions.add_table("undetermined", ["sex", "region"]).id
        db.session.commit()
        return made


OF_AN_EDITION = {
    "editions.go": EditionStep.MAKING,
    "editions.review": EditionStep.READY,
    "editions.send_back": EditionStep.READY,
    "editions.take_back": EditionStep.READY,
    "editions.file": EditionStep.PUBLISHED,
    "editions.withdraw": EditionStep.PUBLISHED,
    "regional_editions.export": EditionStep.PUBLISHED,
}
"""How far an edition is in English where a step of it is tried; else its texts are being written."""


def an_edition(app: Flask, world: World, endpoint: str) -> dict[str, UUID]:
    """An edition as this endpoint finds it; a frozen release alone, where one is begun."""

    @contextmanager
    def acting(who: Principal) -> Iterator[Session]:
        with app.app_context(), acting_as(who):
            yield db.session
            db.session.commit()

    office = offices.office(acting, world)
    writer, approver = office.writer, office.approver
    if endpoint == "regional_editions.begin" or endpoint.startswith("regional."):
        return regional.trusted(acting, writer, approver, endpoint)
    if endpoint == "regional_editions.export":
        regional.signing_key(app)
    if endpoint in ("editions.review", "editions.send_back"):  # nobody approves what they sent in themselves
        writer, approver = approver, writer
    step = EditionStep.PUBLISHED if endpoint.startswith("factsheets.") else OF_AN_EDITION.get(endpoint)
    with acting(writer):
        if endpoint == "editions.begin":
            offices.release()
            return {}
        edition = offices.begun()
        if step is not None:
            editions.submit(edition, ["en"])
        if step not in (None, EditionStep.MAKING):
            offices.made(edition)
        found = {"edition_id": edition.id}
    if step == EditionStep.PUBLISHED:
        with acting(approver):
            editions.approve(offices.again(found["edition_id"]), ["en"])
    return found


def a_printed_sheet(app: Flask) -> str:
    """The code of a sheet that others have printed."""
    with app.app_context(), acting_as(system("tests")):
        return next((one.code for one in printed.sheets()), "")


class Prober:
    """Sends to one endpoint what a curious or careless browser might, and keeps what should not have happened."""

    def __init__(
        self, app: Flask, world: World, made: dict[str, Caseload], endpoint: str, permission: str | None = None
    ) -> None:
        self.app, self.world, self.made, self.endpoint = app, world, made, endpoint
        self.permission = permission or access.declared(app)[endpoint] or ""
        self.rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint == endpoint]
        self.faults: list[str] = []
        self.clients: dict[str | None, Client] = {}
        if endpoint.startswith("elsewhere."):
            questions_between_partners(app, made, ASKED_AT.get(endpoint, "suspected"))
        self.release_ids = releases_and_a_table(app, world, endpoint) if endpoint.startswith("releases.") else {}
        feature = endpoint.partition(".")[0]
        of_editions = feature in ("editions", "factsheets", "regional", "regional_editions")
        self.edition_ids = an_edition(app, world, endpoint) if of_editions else {}
        self.file_id, self.import_id = files_of_figures(app) if endpoint.startswith("imports.") else (None, None)
        with app.app_context(), session_for(system("tests")) as session:
            self.item_id = session.scalars(select(CodeItem.id).where(CodeItem.list == "priority")).first()
            self.figure_id = session.scalars(select(ExternalFigure.id)).first()
            self.day_id = session.scalars(select(DayOff.id)).first()
            self.template_id = session.scalars(
                select(LetterTemplate.id).where(LetterTemplate.reminds.is_(False))
            ).first()
            is_draft = endpoint in OF_A_DRAFT
            procedures = select(Procedure).where(Procedure.is_draft.is_(is_draft)).order_by(Procedure.code)
            procedure = session.scalars(procedures).first()
            self.procedure_id = procedure.id if procedure is not None else None
            of_nationality = select(Procedure.id).where(Procedure.code == "CONF_KZ_BIRTH")
            self.other_procedure_id = session.scalars(of_nationality).first()
            self.part_id = procedure.limits[0].id if procedure is not None else None
        self.foreign_words = [*CANARIES["B"].all(), *made["B"].numbers, "Partner Birch"]
        self.persons_words = [*CANARIES["A"].all(), *CANARIES["B"].all(), *made["A"].numbers, *made["B"].numbers]

    def may(self, role: str | None) -> bool:
        return self.permission == PUBLIC or (role is not None and self.permission in MATRIX[Role(role)])

    # -- addresses

    def addresses(self, rule: Rule) -> Iterator[tuple[str, str]]:
        """(own, foreign, mixed or random; address): every combination for the ids in it."""
        ids = sorted(rule.arguments & SCOPED_IDS)
        plain = {name: self.plain(name) for name in rule.arguments - SCOPED_IDS}
        if not ids:
            yield "own", self.built(plain)
            return
        for kinds in itertools.product(("own", "foreign", "random"), repeat=len(ids)):
            values = {name: self.id_of(kind, name) for name, kind in zip(ids, kinds, strict=True)}
            yield kinds[0] if len(set(kinds)) == 1 else "mixed", self.built({**plain, **values})
        if "case_id" in ids and len(ids) == 1:
            yield "own", self.built({**plain, "case_id": self.made["A"].closed_case})
        if len(ids) > 1:
            # Both one's own, but of two different records.
            other = {"case_id": self.made["A"].closed_case, "person_id": self.made["A"].relative}
            values = {name: self.id_of("own", name) for name in ids}
            swapped = {**plain, **values, **{name: value for name, value in other.items() if name in values}}
            # A link belongs to both its ends, a draft to no record.
            if other.keys() & set(ids) and not {"link_id", "draft_id"} & set(ids):
                yield "mixed", self.built(swapped)

    def built(self, values: dict[str, Any]) -> str:
        adapter = self.app.url_map.bind("localhost")
        return adapter.build(self.endpoint, values, append_unknown=False)

    def plain(self, name: str) -> Any:
        return {
            "user_id": self.world.user_id("lawyer", "A"),
            "organisation_id": self.world.organisations["A"],
            "item_id": self.item_id,
            "figure_id": self.figure_id,
            "file_id": self.file_id,
            "import_id": self.import_id,
            "series": "rdf_refugees",
            "day_id": self.day_id,
            "procedure_id": self.procedure_id,
            "part_id": self.part_id,
            "template_id": self.template_id,
            "extension": "docx",
            "section": "limits",
            "code": a_printed_sheet(self.app) if self.endpoint == "editions.printed_sheet" else "ru",
            "token": "no-such-token",
            "session_id": uuid4(),
            "list_name": "priority",
            "dimension": "nationality",
            "step": 2,
            "kind": "BIRTH_CERT",
            "which": "many_records",
            "finding": "sum:stateless_known",
            "language": "en",
            "name": "factsheet.csv",
            "place": "kaz",
            "as_of": "2025-01-01",
            "number": 1,
            "rest": "no-such-place",
            **self.release_ids,
            **self.edition_ids,
        }[name]

    def id_of(self, kind: str, name: str) -> UUID:
        if kind == "random":
            return uuid4()
        made = self.made["A" if kind == "own" else "B"]
        found: UUID = made.more.get(name) or getattr(made, name.removesuffix("_id"))
        return found

    def query(self) -> str:
        """What an address needs beside its path before there is a form to fill in."""
        return {
            "proceedings.record": "?code=OTHER_EVENT",
            "proceedings.change": f"?to={self.other_procedure_id}",
            "releases.add_table": "?of=undetermined",
        }.get(self.endpoint, "")

    # -- what is sent

    def data(self, client: Client, address: str) -> dict[str, list[str]]:
        """What the form at this address would send, its empty fields filled; nothing when there is none."""
        answer = client.get(address)
        if answer.status_code != 200:
            return {}
        page = Page(answer.text)
        forms = [
            one for one in page.all("form") if "data-guard" in one.attrib or "form" in one.get("class", "").split()
        ]
        found: dict[str, list[str]] = {}
        for form in forms:
            found |= page.filled(form)
            for one in form.iter():
                name = one.get("name") or ""
                if not name or found.get(name, [""]) != [""] or one.tag not in ("input", "select", "textarea"):
                    continue
                if name.endswith("-unknown"):
                    continue
                if name == "number":
                    found[name] = [self.made["A"].numbers[1]]
                    continue
                options = [o.get("value", "") for o in one.iter("option") if o.get("value")]
                if one.get("type") in ("radio", "checkbox"):
                    found[name] = [one.get("value", "on")]
                else:
                    found[name] = options[:1] or [plausible(name)]
        return found

    def extras(self) -> dict[str, list[str]]:
        """What no form asks for, in the hope that somebody takes it."""
        foreign = self.made["B"]
        return {
            "organisation_id": [str(self.world.organisations["B"])],
            "organisation": [str(self.world.organisations["B"])],
            "id": [str(foreign.person)],
            "person_id": [str(foreign.person)],
            "case_id": [str(foreign.case)],
            "lawyer_id": [str(self.world.user_id("lawyer", "B"))],
            "role": ["administrator"],
            "is_admin": ["1"],
            "is_active": [""],
            "recorded_by_id": [str(self.world.user_id("lawyer", "B"))],
        }

    def twisted(self, data: dict[str, list[str]]) -> dict[str, list[str]]:
        """Every field twice, the second time with something of the other organisation."""
        foreign = self.made["B"]
        instead = {
            "lawyer": str(self.world.user_id("lawyer", "B")),
            "owner": str(self.world.user_id("lawyer", "B")),
            "persons": str(foreign.person),
            "number": foreign.numbers[0],
            "q": CANARIES["B"].family,
        }
        twice = {
            name: [instead.get(name, str(foreign.person)), *values] if name in instead else [*values, str(foreign.case)]
            for name, values in data.items()
            if name not in ("csrf_token", "nonce", "version")
        }
        kept = {name: values for name, values in data.items() if name == "version"}
        return {**twice, **kept, "nonce": [uuid4().hex]}

    # -- what comes back

    def client(self, role: str | None) -> Client:
        if role not in self.clients:
            client = self.app.test_client()
            assert isinstance(client, Client)
            client.checks = False  # whether pages are well made is asked elsewhere; here are thousands of them
            self.clients[role] = client.sign_in_as(self.world.principal(role, "A")) if role else client
        return self.clients[role]

    def send(
        self, role: str | None, method: str, address: str, data: dict[str, list[str]] | None = None
    ) -> TestResponse:
        client = self.client(role)
        body = {**(data or {}), "csrf_token": [client.csrf_token()]} if method == "POST" else None
        answer = client.open(address, method=method, data=body)
        told = words_in(answer.data) + unquote(" ".join(f"{name}: {value}" for name, value in answer.headers))
        if answer.status_code >= 500:
            self.fault(role, method, address, f"answered {answer.status_code}")
        words = self.persons_words if role is None or role in WITHOUT_PERSONS else self.foreign_words
        sent = "\n".join(itertools.chain.from_iterable((data or {}).values()))
        # Whom one may send a case or a person to, everybody who may send knows by name.
        names_partners = self.endpoint.startswith(("transfers.", "referrals.", "consents."))
        for word in words:
            # What was typed may come back beside its error; what was not typed must not come at all.
            is_told = word == "Partner Birch" and (role == "administrator" or names_partners)
            if word in told and word not in sent and not is_told:
                self.fault(role, method, address, f"shows {word}")
        return answer

    def fault(self, role: str | None, method: str, address: str, what: str) -> None:
        self.faults.append(f"{role or 'signed out'} {method} {address}: {what}")


def words_in(body: bytes) -> str:
    """What an answer says; of a Word file or a table, what its parts say."""
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            body = b"\n".join(archive.read(name) for name in archive.namelist())
    return body.decode("utf-8", "replace")


def plausible(name: str) -> str:
    part = name.rpartition("-")[2]
    known = {"day": "3", "month": "4", "year": "2026", "email": "someone@example.org", "q": "Астромедузова"}
    known["at"] = "10:30"  # at what hour
    if name.startswith("due_on-"):
        known["year"] = "2027"
    return known.get(part, known.get(name, "7" if "minutes" in name else "Слово"))
