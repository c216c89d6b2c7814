"""The tabs of a record. A person's pages keep the case that they were opened from, so that its tabs stay."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import g, has_request_context, request, url_for
from flask_babel import gettext as _

from casework.cases import queries as cases
from casework.cases.models import Case
from casework.conflicts import queries as conflicts
from casework.core.scope import principal
from casework.documents import queries as documents
from casework.evidence import queries as evidence
from casework.inquiries.queries import SENT
from casework.inquiries.queries import of_case as inquiries_of
from casework.needs import queries as needs
from casework.persons import queries as persons
from casework.persons.models import Person
from casework.procedures import queries as procedures


@dataclass(frozen=True)
class Section:
    label: str
    url: str
    is_current: bool
    count: int | str | None = None


def case_in_view(person: Person) -> Case | None:
    """The case that a page about a person belongs to: the one it was opened from, else the person's first."""
    of_person = cases.open_to_me(cases.cases_of([person.id]))
    wanted = request.args.get("case", "") if has_request_context() else ""
    return next((one for one in of_person if str(one.id) == wanted), of_person[0] if of_person else None)


def sections(person: Person, current: str, case: Case | None) -> list[Section]:
    """The tabs of a record: of the case first, then of the person."""
    tabs = [*(_of_case(case) if case is not None else ()), *_of_person(person, case)]
    who = principal()
    return [
        Section(label, url, name == current, count)
        for name, permission, label, url, count in tabs
        if who is not None and who.may(permission)
    ]


Tab = tuple[str, str, str, str, int | str | None]


def _of_case(case: Case) -> list[Tab]:
    progress = evidence.progress(case)
    there = sum(one.is_current for one in documents.of_case(case.id))

    def url(endpoint: str) -> str:
        return url_for(endpoint, case_id=case.id)

    tabs: list[Tab] = [
        ("overview", "case:open", _("Overview"), url("casefile.case"), None),
        ("procedure", "case:open", _("Procedure"), url("proceedings.show"), None),
        (
            "evidence",
            "case:open",
            _("Evidence"),
            url("evidence.index"),
            f"{progress.done}/{progress.total}" if progress.total else None,
        ),
        ("documents", "document:open", _("Documents"), url("documents.index"), there or None),
        ("letters", "letter:write", _("Letters"), url("letters.index"), None),
    ]
    if against := conflicts.opposing_of_case(case.id):
        tabs.append(("opposing", "case:open", _("Opposing parties"), url("opposing.index"), len(against)))
    if asks_states(case):
        tabs.append(("inquiries", "case:open", _("Inquiries"), url("inquiries.index"), None))
    return tabs


def asks_states(case: Case) -> bool:
    """Whether a State may be asked in this case at all, or was asked under another procedure."""
    procedure = procedures.rules_of(case.procedure_id)
    return (procedure is not None and bool(procedure.stages_for(SENT))) or bool(inquiries_of(case.id))


def _of_person(person: Person, case: Case | None) -> list[Tab]:
    links = len(persons.relatives(person.id))

    def url(endpoint: str) -> str:
        values: dict[str, Any] = {"case": case.id} if case is not None else {}
        return url_for(endpoint, person_id=person.id, **values)

    tabs: list[Tab] = [
        ("details", "person:open", _("Personal details"), url("persons.details"), None),
        ("family", "person:open", _("Family"), url("persons.family"), links or None),
        ("needs", "person:need", _("Needs"), url("needs.index"), len(needs.visible(person.id)) or None),
        ("consents", "person:open", _("Consents"), url("consents.index"), None),
        ("powers", "person:open", _("Powers of attorney"), url("mandates.index"), None),
        ("access", "person:open", _("Access log"), url("casefile.access_log"), None),
    ]
    if case is None:
        tabs.insert(0, ("overview", "person:open", _("Overview"), url("casefile.person"), None))
    return tabs


def keep_case(endpoint: str, values: dict[str, Any]) -> None:
    """From one page about a person to the next the case goes along, through forms and redirects too."""
    if not has_request_context() or "person_id" not in values or "case" in values or endpoint.startswith("cases."):
        return
    here = (request.view_args or {}).get("person_id")
    if here is not None and values["person_id"] == here and (kept := _kept_case()) is not None:
        values["case"] = kept


def _kept_case() -> UUID | None:
    """What the address says, if it is the id of anything at all."""
    if "case_in_address" not in g:
        try:
            g.case_in_address = UUID(request.args.get("case", ""))
        except ValueError:
            g.case_in_address = None
    found: UUID | None = g.case_in_address
    return found
