"""What can be typed about a power of attorney."""

from dataclasses import dataclass
from uuid import UUID

from flask_babel import lazy_gettext as _l

from casework.accounts.queries import caseworkers
from casework.cases import queries as cases
from casework.cases.forms import named
from casework.core.forms import CaseworkForm, Choice, Choices, DayField, EditForm, Line, Paragraph, PillsManyField
from casework.documents import queries as documents
from casework.mandates.actions import Given
from casework.mandates.models import PowerOfAttorney
from casework.persons.models import Person
from casework.reference import queries as codes


@dataclass(frozen=True)
class Scans:
    """The documents of all cases of a person, to link one as the scan."""

    person_id: UUID

    def _of_cases(self) -> list[Choices]:
        return [documents.choices(case) for case in cases.cases_of([self.person_id])]

    def __call__(self) -> list[tuple[str, str]]:
        return [choice for offered in self._of_cases() for choice in offered()]

    def words(self, code: str) -> str | None:
        """What a linked scan is called that is offered no more."""
        known = (words(code) for offered in self._of_cases() if (words := getattr(offered, "words", None)))
        return next((found for found in known if found), None)


class PowerFields(CaseworkForm):
    scope = PillsManyField(_l("What does it cover?"), codes.choices("poa_scope"), optional=False)
    issued_on = DayField(_l("Issued on"))
    expires_on = DayField(
        _l("Valid until"),
        optional=True,
        future=True,
        description=_l("The last day. Leave empty if it names none: the law then says how long it holds."),
    )
    number = Line(_l("Number"), longest=80)
    notary = Line(_l("Notary, or who certified it"), longest=200)
    lawyer = Choice(_l("Whom does it name?"), list, none_label=_l("Any lawyer of the organisation"))
    document = Choice(
        _l("Scan"),
        list,
        none_label=_l("No scan"),
        description=_l("Choose from the documents of the person’s cases."),
    )
    note = Paragraph(_l("Note"), longest=1000)

    def of(self, person: Person, power: PowerOfAttorney | None = None) -> None:
        """Offer the lawyers, one who is named already though they left, and the documents of the person's cases."""
        held = power.lawyer_id if power is not None else None
        self.lawyer.offer(lambda: named(caseworkers(besides={held} if held is not None else ())))
        self.document.offer(Scans(person.id))

    def given(self) -> Given:
        return Given(
            scope=self.scope.data or [],
            issued_on=self.issued_on.data,
            expires_on=self.expires_on.data,
            lawyer_id=UUID(self.lawyer.data) if self.lawyer.data else None,
            document_id=UUID(self.document.data) if self.document.data else None,
            number=self.number.data,
            notary=self.notary.data,
            note=self.note.data,
        )


class RecordForm(PowerFields):
    pass


class CorrectForm(PowerFields, EditForm):
    pass


class RevokeForm(EditForm):
    on = DayField(_l("Revoked on"), description=_l("From this day on nobody may act on it any more."))


def correct_values(power: PowerOfAttorney) -> dict[str, object]:
    details = power.details
    return {
        "scope": power.scope,
        "issued_on": power.issued_on,
        "expires_on": power.expires_on,
        "number": details.number,
        "notary": details.notary,
        "lawyer": str(power.lawyer_id) if power.lawyer_id else None,
        "document": str(power.document_id) if power.document_id else None,
        "note": details.note,
        "version": str(power.version),
    }
