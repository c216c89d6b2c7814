"""What can be typed about an opposing party, and about a conflict."""

from typing import Any

from flask_babel import lazy_gettext as _l

from casework.conflicts.actions import Told
from casework.conflicts.models import Conflict, Opponent, OpposingParty
from casework.core.forms import CaseworkForm, Choice, EditForm, Line, Paragraph, PillsField, options
from casework.persons.forms import NameField, PartialDateField
from casework.persons.models import Person
from casework.persons.rules import PartialDate, plain_iin
from casework.reference import queries as codes

WHAT = (("person", _l("A person")), ("body", _l("An organisation or company")))
WHEN = {
    **dict.fromkeys(
        (
            "number", "family_name", "given_name", "patronymic", "latin_name", "former_names", "born", "iin",
            "document", "phone",
        ),
        "what=person",
    ),
    "body_name": "what=body",
}  # fmt: skip
"""Which fields belong to which kind of opposing party."""


class OpposingFields(CaseworkForm):
    what = PillsField(_l("Who is it?"), options(WHAT), default="person", optional=False)
    role = Choice(_l("What are they to the person?"), codes.choices("opposing_role"), optional=False)
    body_name = Line(_l("Name of the organisation or company"), longest=200)
    number = Line(
        _l("Number of their record"),
        longest=20,
        description=_l(
            "If your organisation has registered them, for example P-26-01234. Then nothing else is needed."
        ),
    )
    family_name = NameField(_l("Family name"), description=_l("In any alphabet and spelling that you know."))
    given_name = NameField(_l("Given name"))
    patronymic = NameField(_l("Patronymic"))
    latin_name = NameField(_l("Name in Latin letters"))
    former_names = Paragraph(
        _l("Former and other names"), longest=600, description=_l("One name on each line, such as a maiden name.")
    )
    born = PartialDateField(_l("Date of birth"), description=_l("The year alone is enough."))
    iin = Line(_l("Individual identification number (IIN)"), longest=20)
    document = Line(_l("Number of an identity document"), longest=60)
    phone = Line(_l("Phone"), longest=40)
    note = Paragraph(
        _l("Note"), longest=1000, description=_l("What colleagues need to know, such as danger for the person.")
    )

    def wants_person(self) -> str:
        """The number of the record that was typed, if any."""
        return (self.number.data or "").strip().upper() if self.what.data != "body" else ""

    def told(self, person: Person | None = None) -> Told:
        is_body = self.what.data == "body"
        if is_body:
            who = Opponent(family_name=self.body_name.data, note=self.note.data)
        else:
            former = (self.former_names.data or "").splitlines()
            who = Opponent(
                family_name=self.family_name.data,
                given_name=self.given_name.data,
                patronymic=self.patronymic.data,
                latin_name=self.latin_name.data,
                former_names=[name.strip() for name in former if name.strip()],
                born=str(self.born.data or PartialDate()) or None,
                iin=plain_iin(self.iin.data) if self.iin.data else None,
                document=self.document.data,
                phone=self.phone.data,
                note=self.note.data,
            )
        return Told(self.role.data or "", is_body, who, person)


class AddForm(OpposingFields):
    pass


class CorrectForm(OpposingFields, EditForm):
    pass


def correct_values(opposing: OpposingParty) -> dict[str, Any]:
    who = opposing.who
    return {
        "what": "body" if opposing.is_body else "person",
        "role": opposing.role,
        "number": opposing.person.number if opposing.person is not None else None,
        "body_name": who.family_name if opposing.is_body else None,
        "family_name": who.family_name if not opposing.is_body else None,
        "given_name": who.given_name,
        "patronymic": who.patronymic,
        "latin_name": who.latin_name,
        "former_names": "\n".join(who.former_names),
        "born": PartialDate.from_text(who.born or ""),
        "iin": who.iin,
        "document": who.document,
        "phone": who.phone,
        "note": who.note,
        "version": str(opposing.version),
    }


class DecideForm(EditForm):
    decision = PillsField(_l("What do you decide?"), codes.choices("conflict_decision"), optional=False)
    note = Paragraph(
        _l("Why, and what was agreed"),
        longest=2000,
        description=_l("Only supervisors read this note."),
    )


def decide_values(conflict: Conflict) -> dict[str, Any]:
    return {"decision": conflict.decision, "note": conflict.note.text, "version": str(conflict.version)}
