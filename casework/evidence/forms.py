"""What can be typed about a piece of evidence."""

from uuid import UUID

from flask_babel import lazy_gettext as _l

from casework.cases.models import Case
from casework.core.forms import CaseworkForm, Choice, DayField, EditForm, Line, Paragraph, PillsField
from casework.documents import queries as documents
from casework.evidence import queries
from casework.evidence.actions import Noted
from casework.evidence.rules import State
from casework.reference import queries as codes

WHEN = {
    "asked_from": f"state={State.ASKED}|{State.HAVE}",
    "asked_on": f"state={State.ASKED}|{State.HAVE}",
    "received_on": f"state={State.HAVE}",
    "why_not": f"state={State.CANNOT}",
}
"""Which answers make a field worth showing."""


class EvidenceFields(CaseworkForm):
    state = PillsField(_l("How does it stand?"), codes.choices("evidence_state"), optional=False)
    asked_from = Line(
        _l("From whom was it asked for?"), longest=200, description=_l("The archive, the embassy, a relative.")
    )
    asked_on = DayField(_l("Asked for on"), optional=True)
    received_on = DayField(_l("Received on"), optional=True)
    why_not = Paragraph(_l("Why can it not be had?"), longest=1000)
    original_with = Choice(_l("Where is the original?"), codes.choices("original_location"))
    document = Choice(_l("Scan"), list, none_label=_l("No scan"))
    note = Paragraph(_l("Note"), longest=1000)

    def of(self, case: Case) -> None:
        """Offer the documents of this case."""
        self.document.offer(documents.choices(case))

    def noted(self) -> Noted:
        return Noted(
            state=self.state.data or "",
            asked_from=self.asked_from.data,
            asked_on=self.asked_on.data,
            received_on=self.received_on.data,
            why_not=self.why_not.data,
            original_with=self.original_with.data,
            document_id=UUID(self.document.data) if self.document.data else None,
            note=self.note.data,
        )


class NoteForm(EvidenceFields, EditForm):
    pass


class Kind(CaseworkForm):
    kind = Choice(_l("Kind of document"), list, optional=False)


class AddForm(EvidenceFields, Kind):
    """A kind that the procedure does not ask for."""

    def of(self, case: Case) -> None:
        super().of(case)
        there = {one.kind for one in queries.checklist(case)}
        offered = codes.choices("document_type")
        self.kind.offer(lambda: [(code, label) for code, label in offered() if code not in there])


def note_values(line: queries.Line) -> dict[str, object]:
    """What the form shows for a line; nothing noted yet is version 0."""
    item = line.item
    if item is None:
        return {"version": "0"}
    details = item.details
    return {
        "state": item.state,
        "asked_from": details.asked_from,
        "asked_on": item.asked_on,
        "received_on": item.received_on,
        "why_not": details.why_not,
        "original_with": item.original_with,
        "document": str(item.document_id) if item.document_id else None,
        "note": details.note,
        "version": str(item.version),
    }
