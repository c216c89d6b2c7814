"""What can be typed about an act, and about the procedure of a case."""

from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from casework.cases.models import Case
from casework.cases.pages import party_choices
from casework.core import clock
from casework.core.forms import (
    CaseworkForm,
    Choice,
    DayField,
    EditForm,
    Line,
    Paragraph,
    PillsField,
    PillsManyField,
    Tick,
)
from casework.documents import queries as documents
from casework.persons import approving as statuses
from casework.persons import queries as persons
from casework.proceedings.actions import Told
from casework.proceedings.models import Act
from casework.reference import queries as codes


class ActFields(CaseworkForm):
    happened_on = DayField(_l("On which day did it happen?"))
    served_on = DayField(
        _l("On which day did the person learn of it?"),
        optional=True,
        description=_l("Leave it empty until you know: the time limit starts on that day."),
    )
    until_on = DayField(
        _l("Until which day?"),
        optional=True,
        future=True,
        description=_l("The day printed on the document, or named by the authority. It goes before the arithmetic."),
    )
    number = Line(_l("Number of the document"), longest=80)
    persons = PillsManyField(_l("Whose status does it change?"), list, optional=False)
    is_by_representative = Tick(_l("A representative did it for the person, with a power of attorney"))
    document = Choice(_l("What proves it?"), list, none_label=_l("No document yet"))
    note = Paragraph(_l("Note"), longest=2000)

    def of(self, case: Case, code: str) -> None:
        """Ask only what this act asks for."""
        attributes = asked_of(code)
        self.document.offer(documents.choices(case))
        self.persons.offer(lambda: party_choices(case))
        for name, asks in (
            ("served_on", attributes.get("served")),
            ("until_on", attributes.get("until")),
            ("number", attributes.get("number")),
            ("is_by_representative", attributes.get("scope")),
            ("persons", attributes.get("status") and len(case.parties) > 1),
        ):
            holds = name != "persons" and bool(self[name].object_data)  # what was said before stays to be corrected
            if not asks and not holds:
                del self[name]
        if attributes.get("until") == "validity" and "until_on" in self:
            self.until_on.label.text = _("Valid until")

    def told(self, code: str, about_id: UUID | None = None) -> Told:
        return Told(
            code=code,
            happened_on=self.happened_on.data,
            served_on=self._said("served_on"),
            until_on=self._said("until_on"),
            number=self._said("number"),
            note=self.note.data,
            document_id=UUID(self.document.data) if self.document.data else None,
            about_id=about_id,
            is_by_representative=bool(self._said("is_by_representative")),
            persons=[UUID(one) for one in self.persons.data or []] if "persons" in self else None,
        )

    def _said(self, name: str) -> Any:
        return self[name].data if name in self else None


def asked_of(code: str) -> dict[str, Any]:
    """What the code list says of an act."""
    item = codes.item("act", code)
    return item.attributes if item is not None else {}


class ActForm(ActFields):
    pass


class CorrectActForm(ActFields, EditForm):
    pass


def act_values(case: Case, act: Act) -> dict[str, Any]:
    particulars = act.particulars
    return {
        "happened_on": act.happened_on,
        "served_on": act.served_on,
        "until_on": act.until_on,
        "number": particulars.number,
        "persons": [str(one) for one in changed_persons(case, act)],
        "is_by_representative": act.is_by_representative,
        "document": str(act.document_id) if act.document_id else None,
        "note": particulars.note,
        "version": str(act.version),
    }


def changed_persons(case: Case, act: Act) -> list[UUID]:
    """The persons of a case whose status an act changed, or will when approved; perhaps under a merged record."""
    if not asked_of(act.code).get("status"):
        return []
    changed = {persons.going_on(entry.person_id) for entry in persons.entries_caused_by(act.id)}
    changed |= statuses.waiting_because_of(act.id)
    return [party.person_id for party in case.parties if party.person_id in changed]


class ProcedureForm(EditForm):
    """Where a case stands under a procedure, since when, and why that is said by hand."""

    stage = PillsField(_l("At which stage does the case stand?"), list, optional=False)
    since = DayField(_l("Since which day?"))
    note = Paragraph(
        _l("Why?"),
        longest=1000,
        optional=False,
        description=_l("For example: the person came when the application was lodged already."),
    )


def first_values() -> dict[str, Any]:
    return {"happened_on": clock.today()}
