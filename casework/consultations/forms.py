"""What can be typed about a counselling session."""

from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from casework.cases.models import Case
from casework.cases.pages import party_choices
from casework.consultations.actions import Session
from casework.consultations.models import Consultation
from casework.core.errors import DomainError
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
    Whole,
)
from casework.reference import queries as codes


class SessionFields(CaseworkForm):
    held_on = DayField(_l("Date"))
    minutes = Whole(_l("Minutes"), 1, 1440)
    language = Choice(_l("Language"), codes.choices("language"))
    persons = PillsManyField(_l("Who was it with?"), list, optional=False)
    modality = PillsField(_l("How did you meet?"), codes.choices("modality"), optional=False)
    topics = PillsManyField(_l("What was it about?"), list)
    services = PillsManyField(_l("What did you do for the person?"), codes.choices("service_type"), optional=False)
    title = Line(
        _l("In one line"),
        longest=160,
        description=_l("For the timeline, such as “Second request to the archive”."),
    )
    summary = Paragraph(
        _l("Summary"),
        longest=8000,
        description=_l("Two or three sentences. Do not copy passport numbers here."),
    )
    private_note = Paragraph(
        _l("Private note"),
        longest=4000,
        description=_l("Only you, the case’s lawyer and your supervisor can read it."),
    )
    has_interpreter = Tick(_l("An interpreter took part"))
    interpreter = Line(_l("Interpreter"), longest=120, description=_l("Name or code."))
    outcome = Choice(
        _l("What came of it"),
        list,
        none_label=_l("Nothing yet"),
        description=_l(
            "A confirmed nationality or a recognised status changes the status of the persons chosen above."
        ),
    )

    def of(self, case: Case) -> None:
        """Offer what this case allows."""
        self.persons.offer(lambda: party_choices(case))
        self.topics.offer(codes.choices("topic", track=case.track))
        self.outcome.offer(codes.choices("session_outcome", track=case.track))

    def validate(self, *args: Any, **more: Any) -> bool:
        is_valid = super().validate(*args, **more)
        if is_valid and not (self.topics.data or self.title.data or self.summary.data):
            self.topics.errors = [str(_l("Say what it was about: choose a topic or write a line."))]
            return self.refused()
        return is_valid

    def session(self) -> Session:
        return Session(
            held_on=self.held_on.data,
            modality=self.modality.data or "",
            persons=[UUID(one) for one in self.persons.data or []],
            minutes=self.minutes.data,
            language=self.language.data,
            interpreter=self.interpreter.data,
            has_interpreter=bool(self.has_interpreter.data),
            topics=self.topics.data or [],
            services=self.services.data or [],
            title=self.title.data,
            summary=self.summary.data,
            outcome=self.outcome.data,
        )


class RecordForm(SessionFields):
    next_step = Line(_l("Next step"), longest=300, description=_l("Leave empty to keep the present one."))
    due_on = DayField(_l("By when"), optional=True, future=True)
    step = HiddenField()

    def check_step(self, case: Case) -> None:
        """A next step replaces the one that its writer saw, not one that a colleague has set since then."""
        seen, self.step.data = self.step.data, case.next_step_mark
        if self.next_step.data and case.has_next_step and seen != case.next_step_mark:
            message = _(
                "The next step was changed after you had opened the page. It is now: “%(step)s”. "
                "Empty this field to keep it, or send yours again to put it in its place.",
                step=case.next_step.text,
            )
            raise DomainError(message, "next_step")


class CorrectForm(SessionFields, EditForm):
    pass


def correct_values(consultation: Consultation) -> dict[str, object]:
    account = consultation.account
    return {
        "held_on": consultation.held_on,
        "minutes": consultation.minutes,
        "language": consultation.language,
        "persons": [str(one.person_id) for one in consultation.attendances],
        "modality": consultation.modality,
        "topics": [one.topic for one in consultation.topics],
        "services": [one.type for one in consultation.services],
        "title": account.title,
        "summary": account.summary,
        "private_note": consultation.private_note.text,
        "has_interpreter": consultation.has_interpreter,
        "interpreter": account.interpreter,
        "outcome": consultation.outcome,
        "version": str(consultation.version),
    }
