"""What can be typed about a counselling session."""

from uuid import UUID

from flask_babel import lazy_gettext as _l

from casework.cases.models import Case
from casework.cases.pages import party_choices
from casework.consultations.actions import Session
from casework.consultations.models import Consultation
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
    outcome = Choice(_l("What came of it"), list, none_label=_l("Nothing yet"))

    def of(self, case: Case, *, with_note: bool = True) -> None:
        """Offer what this case allows."""
        self.persons.offer(lambda: party_choices(case))
        self.topics.offer(codes.choices("topic", track=case.track))
        self.outcome.offer(codes.choices("session_outcome", track=case.track))
        if not with_note:
            del self.private_note

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
