"""What is asked about a document."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, MultipleFileField
from werkzeug.datastructures import FileStorage

from casework.cases import pages
from casework.cases.models import Case
from casework.core.errors import DomainError
from casework.core.forms import CaseworkForm, Choice, DayField, EditForm, Line, Paragraph
from casework.documents.actions import Facts
from casework.documents.content import ACCEPT
from casework.documents.models import Document
from casework.persons import queries as persons
from casework.reference import queries as codes


@dataclass(frozen=True)
class Parties:
    """The persons of a case. Who is no longer in it stays with a document that names them."""

    case: Case

    def __call__(self) -> list[tuple[str, str]]:
        return pages.party_choices(self.case)

    def words(self, code: str) -> str | None:
        found = persons.person(UUID(code))
        return (found.identity.full_name or found.number) if found is not None else None


class AboutDocument(CaseworkForm):
    kind = Choice(_l("What is it?"), codes.choices("document_type"), optional=False)
    person = Choice(_l("Whose document is it?"), list, none_label=_l("Of the case as a whole"))
    title = Line(_l("Title"), longest=120, description=_l("Leave empty to call it by its kind."))
    number = Line(_l("Number of the document"), longest=60)
    issued_on = DayField(_l("Issued on"), optional=True)
    expires_on = DayField(_l("Expires on"), optional=True, future=True)
    original_with = Choice(_l("Who has the original?"), codes.choices("original_location"))
    note = Paragraph(_l("Note"), longest=2000)

    def of(self, case: Case) -> None:
        """Offer the persons of this case."""
        self.person.offer(Parties(case))

    def facts(self) -> Facts:
        return Facts(
            kind=self.kind.data or "",
            person_id=UUID(self.person.data) if self.person.data else None,
            title=self.title.data,
            number=self.number.data,
            issued_on=self.issued_on.data,
            expires_on=self.expires_on.data,
            original_with=self.original_with.data,
            note=self.note.data,
        )


class _WithFiles(AboutDocument):
    """A form that brings files; those that came in slices come without."""

    def given(self) -> list[FileStorage]:
        """The files sent with the form; a refusal when there are none."""
        found = [one for name in ("files", "photo") if name in self for one in _files(self[name].data)]
        if not found:
            raise DomainError(_("Choose a file."), "files")
        return found


def _files(data: Any) -> list[FileStorage]:
    every = data if isinstance(data, list) else [data]
    return [one for one in every if isinstance(one, FileStorage) and one.filename]


class AddForm(_WithFiles):
    files = MultipleFileField(
        _l("Files"),
        description=_l(
            "PDF, JPG, PNG, DOCX, ODT or TXT. Photographs stay as they are, with the time and the place that the "
            "camera wrote into them."
        ),
        render_kw={"accept": ACCEPT},
    )
    photo = FileField(_l("Take a photograph"), render_kw={"accept": "image/jpeg", "capture": "environment"})


class ReplaceForm(_WithFiles, EditForm):
    files = FileField(
        _l("New version"),
        description=_l("The version before stays readable, marked as replaced."),
        render_kw={"accept": ACCEPT},
    )
    photo = FileField(_l("Take a photograph"), render_kw={"accept": "image/jpeg", "capture": "environment"})

    def given(self) -> list[FileStorage]:
        """The one file; a refusal when a photograph was taken besides."""
        found = super().given()
        if len(found) > 1:
            raise DomainError(_("Choose one file only: the file or the photograph."), "files")
        return found


class ChangeForm(AboutDocument, EditForm):
    pass


def values(document: Document) -> dict[str, object]:
    details = document.details
    return {
        "kind": document.kind,
        "person": str(document.person_id) if document.person_id else None,
        "title": details.title,
        "number": details.number,
        "issued_on": document.issued_on,
        "expires_on": document.expires_on,
        "original_with": document.original_with,
        "note": details.note,
        "version": str(document.version),
    }
