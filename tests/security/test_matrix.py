"""Every route × every role × own, foreign, mixed and random ids, asked for and sent to.

Detectors: an endpoint that declares nothing · a role let in beyond permissions.py · a foreign id that is not the same
404 as a random one · a foreign canary, or any person's for a role without persons, in a body, a header or a log · a
500 · a row of the other organisation changed · a row that moved from one organisation to another.
"""

import itertools
import logging
import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from casework.accounts.models import User
from casework.accounts.permissions import ALL
from casework.core import access
from casework.core.access import PUBLIC
from casework.core.db import Base, session_for
from casework.core.scope import Scoped, system
from tests.conftest import ClientFor
from tests.factories import World
from tests.security.caseload import CANARIES, Caseload
from tests.security.prober import ROLES, Prober

# The whole route policy. A change here is a decision about who sees what: read it as one.
POLICY = {
    "account_steps.ask": "accounts:manage",
    "account_steps.confirm": "account:confirm",
    "account_steps.index": "account:confirm",
    "account_steps.refuse": "account:confirm",
    "account_steps.take_back": "accounts:manage",
    "accounts.add_organisation": "accounts:manage",
    "accounts.change_password": "account:own",
    "accounts.change_second_factor": "account:own",
    "accounts.choose_password": PUBLIC,
    "accounts.codes_file": "account:own",
    "accounts.confirm": "account:own",
    "accounts.end_session": "account:own",
    "accounts.invite": "accounts:manage",
    "accounts.language": PUBLIC,
    "accounts.new_codes": "account:own",
    "accounts.new_link": "accounts:manage",
    "accounts.new_qr": "account:own",
    "accounts.organisation": "accounts:manage",
    "accounts.organisations": "accounts:manage",
    "accounts.qr": PUBLIC,
    "accounts.second_step": PUBLIC,
    "accounts.set_up": PUBLIC,
    "accounts.settings": "account:own",
    "accounts.sign_in": PUBLIC,
    "accounts.sign_out": PUBLIC,
    "accounts.sign_out_others": "account:own",
    "accounts.user": "accounts:manage",
    "accounts.users": "accounts:manage",
    "alerts.index": "alert:see",
    "alerts.rule": "alert:see",
    "alerts.rules": "alert:see",
    "backups.index": "backup:see",
    "alerts.show": "alert:see",
    "approvals.approve": "approval:decide",
    "approvals.index": "approval:decide",
    "approvals.mine": "approval:own",
    "approvals.rules": "approval:rules",
    "approvals.send_back": "approval:decide",
    "approvals.show": "approval:own",
    "approvals.take_back": "approval:own",
    "casefile.access_log": "person:open",
    "casefile.case": "case:open",
    "casefile.check": "person:register",
    "casefile.discard": "person:register",
    "casefile.found": "person:search",
    "casefile.look_alike": "person:register",
    "casefile.person": "person:open",
    "casefile.register": "person:register",
    "casefile.same": "person:register",
    "casefile.search": "person:search",
    "casefile.start": "person:register",
    "casefile.step": "person:register",
    "cases.add_party": "case:edit",
    "cases.close": "case:close",
    "cases.complete_next_step": "case:edit",
    "cases.correct_opening": "case:edit",
    "cases.index": "case:list",
    "cases.next_step": "case:edit",
    "cases.open_case": "case:edit",
    "cases.priority": "case:edit",
    "cases.reassign": "case:reassign",
    "cases.reopen": "case:close",
    "cases.void_party": "case:edit",
    "comments.correct": "case:comment",
    "comments.follow": "case:follow",
    "comments.index": "case:comment",
    "comments.put_back": "case:comment",
    "comments.void": "case:comment",
    "conflicts.index": "case:conflict",
    "conflicts.show": "case:conflict",
    "consents.ending": "person:consent",
    "consents.index": "person:open",
    "consents.notice": "person:open",
    "consents.record": "person:consent",
    "consents.show": "person:open",
    "consents.void": "person:consent",
    "consents.withdraw": "person:consent",
    "consultations.correct": "consultation:record",
    "consultations.record": "consultation:record",
    "consultations.void": "consultation:void",
    "desk.home": "desk:see",
    "desk.start": PUBLIC,
    "diary.appointments": "case:open",
    "diary.calendar": "calendar:see",
    "diary.change": "case:edit",
    "diary.feed": PUBLIC,
    "diary.new_feed": "calendar:see",
    "diary.plan": "case:edit",
    "diary.plan_any": "case:edit",
    "diary.revoke_feed": "calendar:see",
    "diary.settings": "calendar:see",
    "diary.settle": "case:edit",
    "documents.add": "document:add",
    "documents.begin": "document:add",
    "documents.cancel": "document:add",
    "documents.change": "document:add",
    "documents.download": "document:open",
    "documents.finish": "document:add",
    "documents.index": "document:open",
    "documents.replace": "document:add",
    "documents.show": "document:open",
    "documents.take": "document:add",
    "documents.void": "document:add",
    "duplicates.go": "person:merge",
    "duplicates.index": "person:compare",
    "duplicates.pair": "person:compare",
    "duplicates.search": "person:merge",
    "duplicates.take_back": "person:compare",
    "editions.begin": "edition:edit",
    "editions.compare_any": "edition:see",
    "editions.discard": "edition:edit",
    "editions.file": "edition:see",
    "editions.go": "edition:edit",
    "editions.index": "edition:see",
    "editions.preview": "edition:see",
    "editions.printed_sheet": "edition:see",
    "editions.printed_sheets": "edition:see",
    "editions.read": "edition:edit",
    "editions.review": "edition:approve",
    "editions.send_back": "edition:approve",
    "editions.show": "edition:see",
    "editions.submit": "edition:edit",
    "editions.take_back": "edition:edit",
    "editions.texts": "edition:edit",
    "editions.withdraw": "edition:approve",
    "elsewhere.answer": "person:elsewhere",
    "elsewhere.ask": "person:elsewhere",
    "elsewhere.index": "person:elsewhere",
    "elsewhere.show": "person:elsewhere",
    "elsewhere.verdict": "person:elsewhere",
    "elsewhere.withdraw": "person:elsewhere",
    "emergencies.index": "alert:see",
    "emergencies.review": "person:restrict",
    "emergencies.show": "alert:see",
    "evidence.add": "case:edit",
    "evidence.edit": "case:edit",
    "evidence.have": "case:edit",
    "evidence.index": "case:open",
    "evidence.remove": "case:edit",
    "exports.begin": "case:export",
    "exports.index": "case:export",
    "exports.take": "case:export",
    "factsheets.area": PUBLIC,
    "factsheets.compare_published": PUBLIC,
    "factsheets.day": PUBLIC,
    "factsheets.day_file": PUBLIC,
    "factsheets.edition": PUBLIC,
    "factsheets.elsewhere": PUBLIC,
    "factsheets.file": PUBLIC,
    "factsheets.index": PUBLIC,
    "factsheets.of_day": PUBLIC,
    "factsheets.schema": PUBLIC,
    "figures.enter_external": "figures:external",
    "figures.external": "figures:external",
    "figures.external_sums": "figures:external",
    "figures.index": "figures:see",
    "figures.series": "figures:external",
    "figures.verify_external": "figures:external",
    "figures.void_external": "figures:external",
    "help.accessibility": PUBLIC,
    "help.index": PUBLIC,
    "imports.discard": "figures:external",
    "imports.index": "figures:external",
    "imports.preview": "figures:external",
    "imports.send": "figures:external",
    "imports.show": "figures:external",
    "imports.verify": "figures:external",
    "imports.void": "figures:external",
    "inquiries.correct": "case:edit",
    "inquiries.index": "case:open",
    "inquiries.remind": "case:edit",
    "inquiries.reply": "case:edit",
    "inquiries.send": "case:edit",
    "inquiries.void": "case:edit",
    "letter_templates.fields": "rules:see",
    "letter_templates.index": "rules:see",
    "letter_templates.new_version": "rules:edit",
    "letter_templates.original": "rules:see",
    "letter_templates.retire": "rules:edit",
    "letter_templates.show": "rules:see",
    "letter_templates.test": "rules:see",
    "letter_templates.upload": "rules:edit",
    "letters.begin": "letter:write",
    "letters.draft": "letter:write",
    "letters.edit": "letter:write",
    "letters.finish": "letter:write",
    "letters.index": "letter:write",
    "letters.remind": "letter:write",
    "letters.reply": "letter:write",
    "letters.sent": "letter:write",
    "letters.show": "letter:write",
    "letters.void": "letter:write",
    "merges.merge": "person:merge",
    "merges.preview": "person:merge",
    "merges.show": "person:compare",
    "merges.undo": "person:merge",
    "opposing.add": "case:edit",
    "opposing.correct": "case:edit",
    "opposing.index": "case:open",
    "opposing.void": "case:edit",
    "proceedings.change": "case:edit",
    "proceedings.correct": "case:edit",
    "proceedings.record": "case:edit",
    "proceedings.show": "case:open",
    "proceedings.void": "case:edit",
    "mandates.add": "person:edit",
    "mandates.correct": "person:edit",
    "mandates.index": "person:open",
    "mandates.revoke": "person:edit",
    "mandates.void": "person:edit",
    "needs.add": "person:need",
    "needs.add_best_interest": "person:need",
    "needs.change_best_interest": "person:need",
    "needs.correct": "person:need",
    "needs.end": "person:need",
    "needs.goes_on": "person:need",
    "needs.index": "person:need",
    "needs.void": "person:need",
    "needs.void_best_interest": "person:need",
    "notices.choose": "notice:own",
    "notices.index": "notice:own",
    "notices.mark": "notice:own",
    "notices.open": "notice:own",
    "notices.read_all": "notice:own",
    "notices.unread_all": "notice:own",
    "oversight.trail": "audit:see",
    "oversight.head": "audit:see",
    "oversight.export": "audit:export",
    "persons.add_relative": "person:edit",
    "persons.change_status": "person:status",
    "persons.correct_registration": "person:status",
    "persons.details": "person:open",
    "persons.edit_contacts": "person:edit",
    "persons.edit_identity": "person:edit",
    "persons.family": "person:open",
    "persons.remove_relative": "person:edit",
    "persons.void_status": "person:status",
    "procedures.add_part": "rules:edit",
    "procedures.change": "rules:edit",
    "procedures.describe": "rules:edit",
    "procedures.discard": "rules:edit",
    "procedures.index": "rules:see",
    "procedures.part": "rules:edit",
    "procedures.publish": "rules:edit",
    "procedures.remove_part": "rules:edit",
    "procedures.reschedule": "rules:edit",
    "procedures.retire": "rules:edit",
    "procedures.show": "rules:see",
    "quality.draw": "team:quality",
    "quality.index": "team:quality",
    "quality.mine": "case:quality",
    "quality.note": "case:quality",
    "quality.review": "team:quality",
    "quality.sample": "team:quality",
    "reference.add": "codes:edit",
    "reference.index": "codes:see",
    "reference.item": "codes:edit",
    "reference.list": "codes:see",
    "reference.retire": "codes:edit",
    "referrals.accept": "referral:see",
    "referrals.begin": "referral:send",
    "referrals.choose": "referral:send",
    "referrals.decline": "referral:see",
    "referrals.discard": "referral:send",
    "referrals.edit_point": "referral:send",
    "referrals.end": "referral:see",
    "referrals.feedback": "referral:see",
    "referrals.file": "referral:see",
    "referrals.index": "referral:see",
    "referrals.lawyer": "referral:take",
    "referrals.link": "referral:see",
    "referrals.new_point": "referral:send",
    "referrals.points": "referral:see",
    "referrals.preview": "referral:send",
    "referrals.printed": "referral:see",
    "referrals.progress": "referral:see",
    "referrals.register": "person:register",
    "referrals.retire_point": "referral:send",
    "referrals.service": "referral:see",
    "referrals.show": "referral:see",
    "referrals.withdraw": "referral:send",
    "referrals.write": "referral:see",
    "regional.add_key": "regional:manage",
    "regional.bundle": "regional:manage",
    "regional.discard": "regional:manage",
    "regional.index": "regional:manage",
    "regional.key": "regional:manage",
    "regional.revoke_key": "regional:manage",
    "regional.send": "regional:manage",
    "regional.supersede": "regional:manage",
    "regional_editions.begin": "regional:manage",
    "regional_editions.export": "regional:manage",
    "releases.add_table": "release:make",
    "releases.begin": "release:make",
    "releases.discard": "release:make",
    "releases.download": "release:see",
    "releases.freeze": "release:make",
    "releases.go": "release:make",
    "releases.index": "release:see",
    "releases.retire_table": "release:make",
    "releases.show": "release:see",
    "releases.sign": "release:make",
    "releases.since": "release:see",
    "releases.tables": "release:see",
    "restrictions.emergency": "person:emergency",
    "restrictions.end": "person:emergency",
    "restrictions.restriction": "person:restrict",
    "rights.approve": "rights:erase",
    "rights.certificate_": "rights:see",
    "rights.close": "rights:handle",
    "rights.erasure": "rights:see",
    "rights.file": "rights:handle",
    "rights.index": "rights:see",
    "rights.new": "rights:handle",
    "rights.preview": "rights:erase",
    "rights.refuse": "rights:erase",
    "rights.show": "rights:see",
    "rights.take_back": "rights:erase",
    "supervision.ask_undo": "case:reassign",
    "supervision.change_cover": "workload:see",
    "supervision.chosen": "case:reassign",
    "supervision.cover": "workload:see",
    "supervision.end_cover": "workload:see",
    "supervision.hand_over": "case:reassign",
    "supervision.handed_over": "case:list",
    "supervision.reassign": "case:reassign",
    "supervision.resume_cover": "workload:see",
    "supervision.team": "team:see",
    "supervision.undo": "case:reassign",
    "supervision.workload": "workload:see",
    "reports.policy_broken": PUBLIC,
    "saved.add": "case:view",
    "saved.change": "case:view",
    "saved.delete": "case:view",
    "saved.earlier": "case:view",
    "saved.index": "case:view",
    "saved.open_with": "case:view",
    "saved.open_with_all": "case:view",
    "saved.put_back": "case:view",
    "transfers.accept": "case:transfer",
    "transfers.again": "case:transfer",
    "transfers.begin": "case:transfer",
    "transfers.decline": "case:transfer",
    "transfers.index": "case:transfer",
    "transfers.offer": "case:transfer",
    "transfers.show": "case:transfer",
    "transfers.withdraw": "case:transfer",
    "urgent.index": "person:need",
    "urgent.release": "person:need",
    "urgent.take_up": "person:need",
    "workdays.add": "rules:edit",
    "workdays.change": "rules:edit",
    "workdays.index": "rules:see",
    "workdays.remove": "rules:edit",
}
SAMPLE = ["consultations.correct", "persons.void_status", "casefile.case", "cases.add_party"]

# The database matters little to a route: all of them on SQLite, some on PostgreSQL.
CELLS = [
    *(pytest.param("sqlite", endpoint, id=endpoint) for endpoint in sorted(POLICY)),
    *(
        pytest.param("postgresql", endpoint, id=f"postgresql-{endpoint}", marks=pytest.mark.postgresql)
        for endpoint in SAMPLE
    ),
]


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_the_route_policy_is_the_one_written_down(app: Flask) -> None:
    found = access.declared(app)
    found.pop("static")
    assert found == POLICY
    assert {rule.endpoint for rule in app.url_map.iter_rules()} - {"static"} == set(POLICY)


# -- one cell ----------------------------------------------------------------------------------------------------


def without_ids(body: str) -> str:
    """A page without what differs between any two askings: ids, tokens."""
    body = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "ID", body)
    return re.sub(r'name="csrf_token" value="[^"]*"', "", body)


def dump(app: Flask, organisation_id: UUID) -> dict[str, list[Any]]:
    """Every row of an organisation, as it lies in the database; its users and itself too."""
    found: dict[str, list[Any]] = {}
    with app.app_context(), session_for(system("tests")) as session:
        for mapper in Base.registry.mappers:
            table = mapper.local_table
            if "organisation_id" in table.c:
                rows = session.connection().execute(
                    select(table).where(table.c.organisation_id == organisation_id),
                    execution_options={"unscoped": "tests"},
                )
                found[table.name] = sorted(map(tuple, rows), key=str)
    return found


def homes(app: Flask) -> dict[tuple[str, UUID], UUID]:
    """Which organisation each row belongs to."""
    found = {}
    with app.app_context(), session_for(system("tests")) as session:
        for mapper in Base.registry.mappers:
            if issubclass(mapper.class_, Scoped) or mapper.class_ is User:
                model: Any = mapper.class_
                for row_id, organisation_id in session.execute(select(model.id, model.organisation_id)):
                    found[model.__tablename__, row_id] = organisation_id
    return found


@pytest.mark.parametrize(("backend", "endpoint"), CELLS, indirect=["backend"])
def test_every_role_and_every_id(
    app: Flask,
    world: World,
    made: dict[str, Caseload],
    client_for: ClientFor,
    endpoint: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    client_for("lawyer")  # makes the application's clients ours
    caplog.set_level(logging.DEBUG)
    logging.getLogger().setLevel(logging.DEBUG)
    prober = Prober(app, world, made, endpoint, POLICY[endpoint])
    before, homes_before = dump(app, world.organisations["B"]), homes(app)

    for rule in prober.rules:
        methods = sorted(rule.methods & {"GET", "POST"}) if rule.methods else []
        by_kind: dict[str, list[str]] = {}
        for kind, address in prober.addresses(rule):
            by_kind.setdefault(kind, []).append(address)
        insiders = [role for role in ROLES if prober.may(role)]
        sent = prober.data(prober.client(insiders[0]), by_kind["own"][0]) if "POST" in methods else {}
        for role, method in itertools.product(ROLES, methods):
            if not prober.may(role):
                _turned_away(prober, role, method, by_kind, sent)
            elif role in insiders[:2]:
                _strangers_hidden(prober, role, method, by_kind, sent)
                if method == "GET":
                    for address in by_kind["own"]:
                        status = prober.send(role, "GET", address).status_code
                        # A draft, a comment, a saved view is its writer’s alone, and the writer is the lawyer.
                        is_the_writer_s = bool({"draft_id", "comment_id", "view_id"} & rule.arguments)
                        hidden = prober.endpoint in ALWAYS_OVER or (is_the_writer_s and role != "lawyer")
                        if status not in ((404,) if hidden else (200, 302)):
                            prober.fault(role, "GET", address, f"own answered {status}")
        assert prober.faults == []
        # Only now what may change something; the record may be closed or gone after the first of them.
        for role, address in itertools.product(insiders, by_kind["own"]) if "POST" in methods else ():
            for data in ({**prober.extras(), **sent}, prober.twisted(sent), prober.extras(), {}):
                prober.send(role, "POST", address, {**data, "nonce": [uuid4().hex]})

    after = dump(app, world.organisations["B"])
    if prober.permission == "accounts:manage":  # an administrator's work; never persons
        for table in ("users", "audit_entries"):
            before.pop(table), after.pop(table)
    changed = [table for table in before if before[table] != after[table]]
    if changed:
        prober.faults.append(f"rows of the other organisation changed: {changed}")
    homes_after = homes(app)
    prober.faults += [f"{key} moved" for key, home in homes_before.items() if homes_after.get(key, home) != home]
    logged = "\n".join(str(vars(record)) + record.getMessage() for record in caplog.records)
    prober.faults += [f"{word} stands in a log" for word in prober.persons_words if word in logged]
    assert prober.faults == []


ALWAYS_OVER = {"accounts.choose_password", "accounts.qr", "diary.feed", "factsheets.elsewhere"}
"""The token of a link is made up here, and nobody sets anything up; below /factsheets there is nothing else."""


def _turned_away(
    prober: Prober, role: str | None, method: str, by_kind: dict[str, list[str]], sent: dict[str, list[str]]
) -> None:
    for address in itertools.chain.from_iterable(by_kind.values()):
        answer = prober.send(role, method, address, sent)
        if role is None:
            is_led = answer.status_code == 302 and (answer.location or "").startswith("/sign-in")
            is_asked = method == "POST" and answer.status_code == 401 and 'name="password"' in answer.text
            if not (is_led or is_asked):
                prober.fault(role, method, address, f"answered {answer.status_code} instead of the way to sign in")
        elif answer.status_code != 403:
            prober.fault(role, method, address, f"answered {answer.status_code} instead of 403")


def _strangers_hidden(
    prober: Prober, role: str | None, method: str, by_kind: dict[str, list[str]], sent: dict[str, list[str]]
) -> None:
    bodies = set()
    for address in [*by_kind.get("random", []), *by_kind.get("foreign", []), *by_kind.get("mixed", [])]:
        answer = prober.send(role, method, address, {**sent, "nonce": [uuid4().hex]})
        bodies.add(without_ids(answer.text))
        if answer.status_code != 404:
            prober.fault(role, method, address, f"answered {answer.status_code} instead of 404")
    if len(bodies) > 1:
        prober.fault(role, method, prober.endpoint, "a foreign id reads otherwise than a random one")


# -- doors that are not ids in an address ----------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["lawyer", "supervisor"])
def test_a_search_finds_nobody_of_another_organisation(
    made: dict[str, Caseload], client_for: ClientFor, role: str
) -> None:
    client = client_for(role, "A")
    words = CANARIES["B"]
    asked = [words.family, words.given, words.latin, words.former, words.phone, words.iin, words.document]
    for word in [*asked, words.relative, *made["B"].numbers]:
        assert client.submit("/search", {"q": word}, action="").location == "/search", word
        answer = client.get("/search")
        assert answer.status_code == 200, word
        assert "Nobody found" in answer.text, word


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_foreign_lawyer_narrows_the_list_to_nothing_known(
    made: dict[str, Caseload], client_for: ClientFor, world: World
) -> None:
    """A filter with a foreign id is no filter: it says neither that the id exists nor that it does not."""
    client = client_for("lawyer", "A")
    foreign = client.get(f"/cases/?lawyer={world.user_id('lawyer', 'B')}")
    unknown = client.get(f"/cases/?lawyer={uuid4()}")
    assert foreign.status_code == unknown.status_code == 200
    assert without_ids(foreign.text) == without_ids(unknown.text)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_without_its_token_nothing_is_taken(made: dict[str, Caseload], client_for: ClientFor, app: Flask) -> None:
    before = homes(app)
    client = client_for("lawyer", "A")
    for address in (f"/cases/{made['A'].case}/close", f"/register/{made['A'].draft}/discard", "/search", "/sign-out"):
        assert client.post(address, data={}).status_code == 400, address
    assert homes(app) == before


def test_every_permission_is_declared_somewhere_or_asked_for() -> None:
    """A permission that no page asks for is either dead or forgotten."""
    asked_in_a_policy = {"private-note:read", "person:sensitive-need", "team:cover"}
    assert ALL - set(POLICY.values()) == asked_in_a_policy
