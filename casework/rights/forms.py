"""What is typed about a request of a data subject and about an erasure."""

from flask_babel import lazy_gettext as _l

from casework.core.forms import CaseworkForm, DayField, EditForm, JustAButton, Line, Paragraph, PillsField
from casework.reference import queries as codes
from casework.rights.actions import Asked


class RequestForm(CaseworkForm):
    number = Line(
        _l("Number of the person’s record"), longest=20, optional=False, description=_l("For example P-26-01234.")
    )
    kind = PillsField(_l("What do they ask for?"), codes.choices("rights_kind"), optional=False)
    asked_on = DayField(_l("On which day did they ask?"), optional=False)
    by_whom = PillsField(_l("Who asks?"), codes.choices("rights_by"), optional=False)
    how = PillsField(_l("How did they ask?"), codes.choices("rights_how"), optional=False)
    words = Paragraph(
        _l("What exactly do they want?"),
        longest=2000,
        description=_l("In their words: which data are wrong, which use they object to."),
    )

    def told(self) -> Asked:
        assert self.asked_on.data is not None  # noqa: S101 -- the form asks for it
        return Asked(
            self.kind.data or "", self.asked_on.data, self.by_whom.data or "", self.how.data or "", self.words.data
        )


class CloseForm(EditForm):
    decision = PillsField(_l("What was decided?"), codes.choices("rights_decision"), optional=False)
    answer = Paragraph(
        _l("What the person is told"),
        longest=2000,
        description=_l(
            "When something is refused: the reason, and that they can complain to the authority or a court."
        ),
    )


class AskForm(CaseworkForm):
    ground = PillsField(_l("Why is it to be erased?"), codes.choices("erasure_ground", by_system=None), optional=False)
    why = Paragraph(
        _l("What who decides has to know"),
        longest=2000,
        optional=False,
        description=_l("It is erased with everything else: the ground above is what stays."),
    )
    in_spite = Paragraph(
        _l("Why all the same"), longest=1000, description=_l("Needed while something speaks against it, see above.")
    )


class ApproveForm(EditForm):
    number = Line(
        _l("Number of the record"),
        longest=20,
        optional=False,
        description=_l("Type it as it stands above. After this nobody can bring the data back."),
    )


class RefuseForm(EditForm):
    why = Paragraph(_l("Why it is not erased"), longest=1000, optional=False)


class TakeBackForm(JustAButton):
    pass
