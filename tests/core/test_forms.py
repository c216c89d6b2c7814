"""Bad input for every form there is: never a failure of ours, always words beside the field, and data stays data."""

import re
import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from sqlite3 import connect
from typing import Any
from uuid import uuid4
from xml.etree.ElementTree import Element

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import Form

from casework.core import clock
from casework.core.db import db
from casework.core.forms import (
    CaseworkForm,
    DayField,
    Line,
    Paragraph,
    PillsManyField,
    Whole,
    an_email,
    clean,
    options,
    shown,
)
from tests.factories import World
from tests.pages import Client, Page, words_of
from tests.security.caseload import Caseload
from tests.security.prober import Prober

FORMS = [
    "account_steps.ask",
    "accounts.add_organisation",
    "accounts.change_password",
    "accounts.change_second_factor",
    "accounts.confirm",
    "accounts.invite",
    "accounts.organisation",
    "accounts.settings",
    "accounts.sign_in",
    "accounts.user",
    "alerts.rule",
    "alerts.show",
    "approvals.rules",
    "approvals.send_back",
    "casefile.register",
    "casefile.step",
    "cases.add_party",
    "cases.close",
    "cases.correct_opening",
    "cases.next_step",
    "cases.open_case",
    "cases.priority",
    "cases.reassign",
    "cases.reopen",
    "cases.void_party",
    "comments.correct",
    "comments.index",
    "conflicts.show",
    "consents.record",
    "consents.void",
    "consents.withdraw",
    "consultations.correct",
    "consultations.record",
    "consultations.void",
    "diary.change",
    "diary.plan",
    "diary.plan_any",
    "documents.add",
    "documents.change",
    "documents.replace",
    "documents.void",
    "duplicates.pair",
    "editions.begin",
    "editions.discard",
    "editions.review",
    "editions.send_back",
    "editions.texts",
    "editions.withdraw",
    "elsewhere.answer",
    "elsewhere.ask",
    "elsewhere.verdict",
    "elsewhere.withdraw",
    "evidence.add",
    "evidence.edit",
    "evidence.remove",
    "exports.begin",
    "figures.enter_external",
    "figures.void_external",
    "figures.void_external",
    "imports.preview",
    "imports.send",
    "imports.void",
    "inquiries.correct",
    "inquiries.remind",
    "inquiries.reply",
    "inquiries.send",
    "inquiries.void",
    "mandates.add",
    "mandates.correct",
    "mandates.revoke",
    "mandates.void",
    "needs.add",
    "needs.add_best_interest",
    "needs.change_best_interest",
    "needs.correct",
    "needs.end",
    "needs.void",
    "needs.void_best_interest",
    "letter_templates.new_version",
    "letter_templates.retire",
    "letter_templates.upload",
    "letters.begin",
    "letters.edit",
    "letters.reply",
    "letters.sent",
    "letters.void",
    "notices.choose",
    "opposing.add",
    "opposing.correct",
    "opposing.void",
    "merges.undo",
    "persons.add_relative",
    "persons.change_status",
    "persons.correct_registration",
    "persons.edit_contacts",
    "persons.edit_identity",
    "persons.remove_relative",
    "persons.void_status",
    "proceedings.change",
    "proceedings.correct",
    "proceedings.record",
    "proceedings.void",
    "procedures.add_part",
    "procedures.change",
    "procedures.describe",
    "procedures.discard",
    "procedures.part",
    "procedures.publish",
    "procedures.remove_part",
    "procedures.reschedule",
    "procedures.retire",
    "quality.draw",
    "quality.note",
    "quality.review",
    "reference.add",
    "reference.item",
    "reference.retire",
    "regional.add_key",
    "regional.bundle",
    "regional.key",
    "regional.revoke_key",
    "regional.send",
    "regional.supersede",
    "regional_editions.begin",
    "releases.add_table",
    "releases.begin",
    "releases.discard",
    "releases.freeze",
    "releases.retire_table",
    "releases.sign",
    "restrictions.emergency",
    "restrictions.restriction",
    "rights.new",
    "rights.preview",
    "rights.refuse",
    "saved.add",
    "saved.change",
    "transfers.begin",
    "supervision.change_cover",
    "supervision.cover",
    "referrals.begin",
    "referrals.choose",
    "referrals.edit_point",
    "referrals.end",
    "referrals.feedback",
    "referrals.new_point",
    "referrals.service",
    "referrals.withdraw",
    "workdays.add",
    "workdays.change",
    "workdays.remove",
]
ON_POSTGRESQL = ["casefile.register", "consultations.record", "persons.edit_identity"]
CELLS = [
    *(pytest.param("sqlite", endpoint, id=endpoint) for endpoint in FORMS),
    *(
        pytest.param("postgresql", endpoint, id=f"postgresql-{endpoint}", marks=pytest.mark.postgresql)
        for endpoint in ON_POSTGRESQL
    ),
]

TEXTS = {
    "empty": "",
    "blank": " \t ",
    "nothing to see": "\u200b\u2060\ufeff",
    "long": "ы" * 10_000,
    "NUL": "Ая\0Бо",
    "bidi": "\u202eАстана\u2066\u200f",
    "emoji": "👩‍👩‍👧 Ая",
    "digits": "١٢٣٤٥٦",
    "markup": "<script>alert(1)</script>",
    "attribute": "\" onfocus=alert(1) x='",
    "template": "{{7*7}}{% for x in y %}",
    "formula": "=cmd|' /C calc'!A0",
    "SQL": "'; DROP TABLE persons; --",
    "format": "%s%n%(name)s{0}",
    "huge": "9" * 40,
    "negative": "-1",
    "float": "1e309",
    "underscored": "1_0",
}
DAYS = {
    "2090": ("1", "1", "2090"),
    "31 February": ("31", "2", "2020"),
    "year 0": ("1", "1", "0"),
    "noughts": ("0", "0", "0"),
    "empty": ("", "", ""),
    "day alone": ("5", "", ""),
    "huge": ("1", "1", "9999999999"),
    "negative": ("-1", "-1", "-2020"),
    "squared": ("²", "1", "2020"),
    "words": ("первое", "<b>", "{{7*7}}"),
    "NUL": ("1\0", "\0", "20\x0020"),
    "long": ("1" * 5000, "1", "2020"),
}
CODES = ("NO_SUCH", "\0", "X" * 10_000, "<script>alert(1)</script>")
HIDDEN = ("\0" * 20, "a" * 10_000, "первая версия формы", "-1", "9" * 30)


class Bench:
    """One form, filled in rightly; every sending finds the records as they were."""

    def __init__(self, app: Flask, prober: Prober) -> None:
        self.app, self.prober = app, prober
        self.role = next(
            role for role in ("lawyer", "supervisor", "administrator", "statistics", None) if prober.may(role)
        )
        if prober.endpoint == "accounts.sign_in":
            self.role = None
        self.client: Client = prober.client(self.role)
        rule = next(rule for rule in prober.rules if "GET" in (rule.methods or ()))
        self.address = self._address(rule)
        self.post_address = "/register" if prober.endpoint == "casefile.register" else self.address
        page = self.client.page(self.address)
        self.form = self._form(page)
        self.data = {**page.filled(self.form), **self._filled(page)}
        self._keep()

    def _address(self, rule: Any) -> str:
        values = {name: self.prober.plain(name) for name in rule.arguments if not name.endswith("_id")}
        for name in rule.arguments:
            if name.endswith("_id"):
                made = self.prober.made["A"]
                own = made.more.get(name) or getattr(made, name.removesuffix("_id"), None)
                values[name] = own or self.prober.plain(name)
        if self.prober.endpoint == "cases.reopen":
            values["case_id"] = self.prober.made["A"].closed_case
        return self.prober.built(values) + self.prober.query()

    @staticmethod
    def _form(page: Page) -> Element:
        main = page.all("main")[0]
        return next(form for form in main.iter("form") if form.get("method") == "post" and "role" not in form.attrib)

    def _filled(self, page: Page) -> dict[str, list[str]]:
        found = self.prober.data(self.client, self.address)
        names = {one.get("name") for one in self.form.iter()}
        return {name: values for name, values in found.items() if name in names}

    # Only SQLite: a file is put back in a moment.
    def _keep(self) -> None:
        with self.app.app_context():
            self.url = db.engine.url
            db.engine.dispose()
        if self.url.get_backend_name() == "sqlite":
            self.path = Path(str(self.url.database))
            with closing(connect(self.path)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            shutil.copyfile(self.path, self.path.with_suffix(".bench"))

    def restore(self) -> None:
        if self.url.get_backend_name() == "sqlite":
            with self.app.app_context():
                db.engine.dispose()
            for beside in ("-wal", "-shm"):
                self.path.with_name(self.path.name + beside).unlink(missing_ok=True)
            shutil.copyfile(self.path.with_suffix(".bench"), self.path)
        elif "version" in self.data:
            page = self.client.page(self.address)
            self.data["version"] = page.filled(self._form(page))["version"]

    def controls(self, kind: str) -> Iterator[str]:
        """The names of the fields of a kind: text, choice, date, hidden."""
        seen = set()
        for one in self.form.iter():
            name = one.get("name") or ""
            if not name or name in seen or name == "csrf_token":
                continue
            is_date = re.search(r"-(day|month|year|unknown)$", name)
            found = (
                "date"
                if is_date
                else "hidden"
                if one.get("type") == "hidden"
                else "choice"
                if one.tag == "select" or one.get("type") in ("radio", "checkbox")
                else "text"
                if one.tag in ("input", "textarea")
                else ""
            )
            if found == kind:
                seen.add(name)
                yield name

    def send(self, *, looks: bool = True, **instead: list[str]) -> tuple[int, str]:
        data = {**self.data, "nonce": [uuid4().hex], **instead, "csrf_token": [self.client.csrf_token()]}
        answer = self.client.post(self.post_address, data=MultiDict([(k, v) for k, vs in data.items() for v in vs]))
        assert answer.status_code < 500, f"{answer.status_code} for {str(instead)[:300]}"
        assert "<script>alert" not in answer.text
        if not 300 <= answer.status_code < 400:
            return answer.status_code, answer.text
        if looks and self.prober.endpoint != "accounts.sign_in":
            there = self.client.get(answer.location)
            assert there.status_code < 500, f"{there.status_code} at {answer.location} after {str(instead)[:300]}"
            assert "<script>alert" not in there.text
        self.restore()
        return answer.status_code, ""


def check_refusal(html: str, sent: dict[str, str]) -> None:
    """A form that comes back is a sound page, says what is wrong at the field, and keeps what was typed."""
    page = Page(html)
    assert page.faults() == [], html.splitlines()[162:164]
    assert page.all("div", class_="errsum"), f"no summary for {sent}"
    wrong = {one.get("name") for one in page.root.iter() if one.get("aria-invalid") == "true"}
    told = list(page.all("div", class_="errsum")[0].iter("a"))
    assert bool(wrong) == bool(told), f"errors of {wrong}, summary of {len(told)}"
    for name, value in sent.items():
        for control in (one for one in page.root.iter() if one.get("name") == name):
            if control.tag == "textarea":
                assert words_of(control) or not clean(value), f"{name} was emptied of {value[:50]!r}"
            elif control.tag == "input" and control.get("type") == "text" and control.get("id") != "q":
                assert control.get("value") or not clean(value), f"{name} was emptied of {value[:50]!r}"


@pytest.mark.parametrize(("backend", "endpoint"), CELLS, indirect=["backend"])
def test_bad_input(
    app: Flask, world: World, made: dict[str, Caseload], client_for: Any, endpoint: str, pytestconfig: pytest.Config
) -> None:
    """Nonsense in every field. Each form gets a third of it, by turns; all of it with --everything."""
    client_for("lawyer")
    bench = Bench(app, Prober(app, world, made, endpoint))
    turn = slice(None) if pytestconfig.getoption("--everything") else slice(FORMS.index(endpoint) % 3, None, 3)
    texts, dates = list(bench.controls("text")), {n.rpartition("-")[0] for n in bench.controls("date")}
    for value in list(TEXTS.values())[turn]:
        sent = dict.fromkeys(texts, value)
        status, html = bench.send(**{name: [value] for name in texts})
        if status == 422:
            check_refusal(html, sent)
        if endpoint in COUNTED:
            bench.restore()  # or it would soon ask to wait
    for parts in list(DAYS.values())[turn] if dates else ():
        sent = {
            f"{n}-{part}": value for n in dates for part, value in zip(("day", "month", "year"), parts, strict=True)
        }
        status, html = bench.send(**{name: [value] for name, value in sent.items()})
        if status == 422:
            check_refusal(html, {name: value[:10] for name, value in sent.items()})
    for name in bench.controls("choice"):
        for code in (*CODES[turn], str(made["B"].person)):
            status, html = bench.send(looks=False, **{name: [code]})
            is_refused = status == 422 and 'class="errsum"' in html
            assert is_refused or (name in TICKS and status == 302), f"{name}={code[:50]} answered {status}"
        bench.send(looks=False, **{name: []})
        bench.send(looks=False, **{name: [*bench.data.get(name, []), *bench.data.get(name, [])]})
    for name in bench.controls("hidden"):
        for value in HIDDEN[turn]:
            status, _ = bench.send(looks=False, **{name: [value]})
            assert status in (200, 302, 404, 409, 422), f"{name} answered {status}"
            if endpoint in COUNTED:
                bench.restore()


COUNTED = {"accounts.sign_in", "accounts.confirm"}
"""Where every wrong sending counts, and soon has to wait."""

TICKS = {
    "is_active", "is_birth_estimated", "has_compared", "has_interpreter", "has_read", "is_final", "shares_household",
    "is_confirmed", "takes_until", "per_subject", "replaces", "is_shared", "is_first", "never_by_message",
    "is_joint", "has_names", "may_pass_on", "is_on", "is_by_representative", "urgent", "with_weekends",
}  # fmt: skip


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_every_form_is_tried(app: Flask) -> None:
    asked = {rule.endpoint for rule in app.url_map.iter_rules() if {"GET", "POST"} <= (rule.methods or set())} - {
        "accounts.choose_password",
        "accounts.second_step",
        "accounts.set_up",
        "casefile.check",
        "casefile.same",
        "quality.sample",  # a button
        *(f"transfers.{step}" for step in ("accept", "decline", "offer", "withdraw")),
        *(f"referrals.{step}" for step in ("accept", "decline", "discard", "lawyer", "link", "preview", "progress")),
    }  # behind a link, behind a draft: their features test them
    assert asked | {"casefile.register"} == set(FORMS)


# -- the fields themselves --------------------------------------------------------------------------------------------


class _Words(Form):
    name = Line("Name", longest=10, optional=False)
    text = Paragraph("Text", longest=20)
    count = Whole("Count", 1, 5)
    many = PillsManyField("Many", options([("a", "A"), ("b", "B")]))
    email = Line("E-mail", validators=[an_email])


class _Day(Form):
    on = DayField("On", optional=True)


def typed(app: Flask, kind: type[Form], **values: str | list[str]) -> Form:
    pairs = [(k, v) for k, vs in values.items() for v in (vs if isinstance(vs, list) else [vs])]
    with app.test_request_context():
        form = kind(MultiDict(pairs))
        form.validate()
        shown(form[next(iter(form._fields))])
        form.said = {name: [str(e) for e in errors] for name, errors in form.errors.items()}  # type: ignore[attr-defined]
        return form


@pytest.fixture
def light(backend: str, app: Flask) -> Flask:
    if backend != "sqlite":
        pytest.skip("no database in this")
    return app


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("  Ая   Бо \n", "Ая Бо"),
        ("А\u202eя\u200b\0", "Ая"),
        ("می\u200cشود", "می\u200cشود"),  # the non-joiner belongs to the word
        ("и\u0306", "й"),
    ],
)
def test_a_line_is_cleaned(light: Flask, given: str, kept: str) -> None:
    assert typed(light, _Words, name=given)["name"].data == kept


@pytest.mark.parametrize("given", ["", "   ", "\u200b\u200f", "\0"])
def test_of_blanks_nothing_is_left(light: Flask, given: str) -> None:
    assert "name" in typed(light, _Words, name=given).errors


def test_limits_are_said(light: Flask) -> None:
    form = typed(light, _Words, name="x" * 11, text="y" * 21, count="6", many=["a", "c"], email="no address")
    assert set(form.errors) == {"name", "text", "count", "many", "email"}
    assert form["name"].data == "x" * 11  # what was typed is kept


def test_chosen_twice_is_chosen_once(light: Flask) -> None:
    form = typed(light, _Words, name="x", many=["a", "a", "b", "a"])
    assert form["many"].data == ["a", "b"]


@pytest.mark.parametrize(
    ("day", "month", "year", "is_right"),
    [
        ("1", "2", "2020", True),
        ("٢٩", "٢", "٢٠٢٠", True),  # the digits of a Persian keyboard
        ("29", "2", "2021", False),
        ("1", "1", "9999999999", False),
        ("1", "1", "1899", False),
        ("", "1", "2020", False),
    ],
)
def test_days(light: Flask, day: str, month: str, year: str, is_right: bool) -> None:
    form = typed(light, _Day, **{"on-day": day, "on-month": month, "on-year": year})
    assert (not form.errors) is is_right
    assert form["on"].parts == {"day": day, "month": month, "year": year}


def test_tomorrow_has_not_happened(light: Flask) -> None:
    tomorrow = clock.today() + timedelta(days=1)
    parts = {"on-day": str(tomorrow.day), "on-month": str(tomorrow.month), "on-year": str(tomorrow.year)}
    assert typed(light, _Day, **parts).errors


def test_what_was_typed_leaves_out_the_sending(light: Flask) -> None:
    data = {"family_name": "Ая", "csrf_token": "t", "nonce": "n", "then": "draft"}
    with light.test_request_context(method="POST", data=data):
        assert CaseworkForm(meta={"csrf": False}).typed() == {"family_name": ["Ая"]}
