"""What is typed on the way to an answer between two partners."""

from typing import Any

from flask_babel import lazy_gettext as _l

from casework.core.forms import (
    CaseworkForm,
    Choice,
    DayField,
    EditForm,
    JustAButton,
    Paragraph,
    PillsField,
    options,
)
from casework.elsewhere.actions import Agreement
from casework.elsewhere.models import OverlapSide
from casework.elsewhere.rules import Answer, Verdict
from casework.reference import queries as codes

ANSWERS = [
    (Answer.AGREED.value, _l("The person agrees: compare the records")),
    (Answer.DECLINED.value, _l("Not agreed")),
]
VERDICTS = [
    (Verdict.SAME.value, _l("The same person")),
    (Verdict.DIFFERENT.value, _l("Two different people")),
]


def _consent_on() -> DayField:
    return DayField(
        _l("When did the person agree?"),
        description=_l("To this: that you and one other partner compare what you each have recorded."),
    )


def _form() -> PillsField:
    return PillsField(_l("How did the person agree?"), codes.choices("consent_form"), optional=False)


def _language() -> Choice:
    return Choice(_l("In which language was it explained?"), codes.choices("language"), optional=False)


def _note() -> Paragraph:
    return Paragraph(_l("Note"), longest=1000, description=_l("Only your organisation reads this."))


class AskForm(CaseworkForm):
    """What of a consent is recorded."""

    consent_on = _consent_on()
    form = _form()
    language = _language()
    note = _note()

    def agreement(self) -> Agreement:
        return Agreement(self.consent_on.data, self.form.data, self.language.data, self.note.data)


OF_YES = ("consent_on", "form", "language", "note")
"""What is asked for yes, and for yes only."""


class AnswerForm(CaseworkForm):
    answer = PillsField(
        _l("Your answer"),
        options(ANSWERS),
        optional=False,
        description=_l("“Not agreed” needs no reason. The other partner does not learn whether you asked the person."),
    )
    consent_on = _consent_on()
    form = _form()
    language = _language()
    note = _note()

    def validate(self, *args: Any, **more: Any) -> bool:
        if self.answer.data == Answer.DECLINED:
            for name in OF_YES:
                del self[name]
        return super().validate(*args, **more)

    def agreement(self) -> Agreement:
        if self.answer.data != Answer.AGREED:
            return Agreement()
        return Agreement(self.consent_on.data, self.form.data, self.language.data, self.note.data)


class VerdictForm(EditForm):
    verdict = PillsField(
        _l("Are both records of one person?"),
        options(VERDICTS),
        optional=False,
        description=_l("If one side says that they are two people, it holds for both and is not asked again."),
    )
    note = Paragraph(_l("Why?"), longest=1000, description=_l("Only your organisation reads this."))


class WithdrawForm(JustAButton):
    pass


def verdict_values(side: OverlapSide) -> dict[str, object]:
    return {"verdict": side.verdict, "note": side.note.text, "version": str(side.version)}
