"""What can be typed about an inquiry to another State."""

from uuid import UUID

from flask_babel import lazy_gettext as _l

from casework.cases.models import Case
from casework.core.forms import CaseworkForm, Choice, DayField, EditForm, Line, Paragraph, PillsField
from casework.documents import queries as documents
from casework.inquiries import policy
from casework.inquiries.actions import Answered, Asked
from casework.inquiries.queries import Course
from casework.inquiries.rules import NOT_OURS
from casework.proceedings.models import Act
from casework.reference import queries as codes


def other_states() -> list[tuple[str, str]]:
    """Every State but Kazakhstan."""
    offered = codes.choices("country", kind="country")
    return [(code, label) for code, label in offered() if code != NOT_OURS]


class _Despite(CaseworkForm):
    """What is asked only where somebody in the case does not agree to it."""

    despite = Paragraph(
        _l("Why is it sent all the same?"),
        longest=1000,
        description=_l("The person does not agree to it. The reason is kept."),
    )

    def of(self, case: Case) -> None:
        if policy.forbidding(case) is None:
            del self.despite

    def why(self) -> str | None:
        return self.despite.data if "despite" in self else None


class AskedFields(_Despite):
    state = Choice(_l("Which State is asked?"), other_states, optional=False)
    through = PillsField(_l("Through whom?"), codes.choices("inquiry_channel"), optional=False)
    sent_on = DayField(_l("Sent on"), description=_l("The time for the reply is counted from this day."))
    reference = Line(_l("Number of the inquiry"), longest=80)
    evidence = Paragraph(
        _l("On what evidence is this State asked?"),
        longest=2000,
        description=_l("Place of birth, an old passport, parents, former residence."),
    )
    document = Choice(_l("Copy of the inquiry"), list, none_label=_l("No document"))
    note = Paragraph(_l("Note"), longest=1000)

    def of(self, case: Case) -> None:
        """Offer the documents of this case."""
        super().of(case)
        self.document.offer(documents.choices(case))

    def asked(self) -> Asked:
        return Asked(
            state=self.state.data or "",
            through=self.through.data or "",
            sent_on=self.sent_on.data,
            evidence=self.evidence.data,
            reference=self.reference.data,
            note=self.note.data,
            document_id=UUID(self.document.data) if self.document.data else None,
            despite=self.why(),
        )


class SendForm(AskedFields):
    pass


class CorrectForm(AskedFields, EditForm):
    pass


class RemindForm(_Despite):
    on = DayField(_l("Reminded on"))
    document = Choice(_l("Copy of the reminder"), list, none_label=_l("No document"))
    note = Paragraph(_l("Note"), longest=1000)

    def of(self, case: Case) -> None:
        """Offer the documents of this case."""
        super().of(case)
        self.document.offer(documents.choices(case))


class ReplyForm(EditForm):
    reply = PillsField(_l("What did the State reply?"), codes.choices("inquiry_reply"), optional=False)
    replied_on = DayField(_l("Reply received on"))
    document = Choice(_l("Copy of the reply"), list, none_label=_l("No document"))
    follow_up = Paragraph(_l("What follows from it?"), longest=2000)

    def of(self, case: Case) -> None:
        """Offer the documents of this case."""
        self.document.offer(documents.choices(case))

    def answered(self) -> Answered:
        return Answered(
            reply=self.reply.data or "",
            replied_on=self.replied_on.data,
            follow_up=self.follow_up.data,
            document_id=UUID(self.document.data) if self.document.data else None,
        )


def correct_values(course: Course) -> dict[str, object]:
    inquiry = course.inquiry
    details = inquiry.details
    return {
        "state": inquiry.state,
        "through": inquiry.through,
        "sent_on": inquiry.sent_on,
        "reference": details.reference,
        "evidence": details.evidence,
        "document": _document(course.sent),
        "note": details.note,
        "despite": details.despite,
        "version": str(inquiry.version),
    }


def reply_values(course: Course) -> dict[str, object]:
    inquiry = course.inquiry
    return {
        "reply": inquiry.reply,
        "replied_on": inquiry.replied_on,
        "document": _document(course.replied) or inquiry.details.reply_document,
        "follow_up": inquiry.details.follow_up,
        "version": str(inquiry.version),
    }


def _document(act: Act | None) -> str | None:
    return str(act.document_id) if act is not None and act.document_id else None
