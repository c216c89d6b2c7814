"""What can be typed about a need, and about a step for a child's best interests."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from flask_babel import lazy_gettext as _l

from casework.core.forms import CaseworkForm, Choice, DayField, EditForm, Paragraph, PillsField
from casework.needs.actions import Given, Step
from casework.needs.models import BestInterest, SpecificNeed
from casework.needs.policy import LIST, may_see_sensitive
from casework.needs.queries import offered
from casework.needs.rules import family_of
from casework.persons.models import Person
from casework.reference import queries as codes


class NeedChoice(Choice):
    """The needs under the names of their families; “nothing chosen” stands before them."""

    def of(self, person: Person, held: str | None) -> None:
        """What may be recorded by whoever asks; and what the record says already."""
        self.offer(lambda: [(one, f"{one} · {codes.label(LIST, one)}") for one in offered(person.id, held)])

    def has_groups(self) -> bool:
        return True

    def iter_groups(self) -> Iterator[tuple[Any, list[Any]]]:
        for family, found in groupby(self.iter_choices(), key=lambda one: family_of(one[0])):
            yield codes.label(LIST, family) if family else None, list(found)


class NeedFields(CaseworkForm):
    code = NeedChoice(_l("Need"), list, optional=False)
    since_on = DayField(_l("Since"))
    note = Paragraph(
        _l("Note"),
        longest=2000,
        description=_l("What a colleague has to know to help. No more than that."),
    )
    why_fits = Paragraph(_l("Why it fits this person"), longest=500)

    def of(self, person: Person, need: SpecificNeed | None = None) -> None:
        self.code.of(person, need.code if need is not None else None)
        if not may_see_sensitive(person.id):
            self.code.description = str(
                _l(
                    "Needs about violence, torture, health, disability and protection are not offered here: your "
                    "supervisor records them."
                )
            )

    def ask_only_what_is_asked(self) -> None:
        """Why it fits is a question only where something speaks against it."""
        self.why_fits.flags.required = True
        if not self.why_fits.data and not self.why_fits.errors:
            del self.why_fits

    def given(self) -> Given:
        return Given(
            code=self.code.data or "",
            since_on=self.since_on.data,
            note=self.note.data,
            why_fits=self.why_fits.data,
        )


class NeedForm(NeedFields):
    pass


class CorrectNeedForm(NeedFields, EditForm):
    pass


class EndForm(EditForm):
    on = DayField(_l("Ended on"), description=_l("From this day on the person has this need no more."))


class BestInterestFields(CaseworkForm):
    step = PillsField(_l("Step"), codes.choices("best_interest_step"), optional=False)
    state = PillsField(_l("How it stands"), codes.choices("best_interest_state"), optional=False)
    due_on = DayField(_l("To be done by"), optional=True, future=True)
    decided_on = DayField(_l("Decided on"), optional=True)
    outcome = Choice(_l("What was decided"), codes.choices("best_interest_outcome"), none_label=_l("Nothing yet"))
    note = Paragraph(_l("Note"), longest=2000)

    def __init__(self, **source: Any) -> None:
        super().__init__(**source)
        for field in (self.due_on, self.decided_on, self.outcome):  # each is needed in the state that shows it
            field.flags.required = True

    def told(self) -> Step:
        return Step(
            step=self.step.data or "",
            state=self.state.data or "",
            due_on=self.due_on.data,
            decided_on=self.decided_on.data,
            outcome=self.outcome.data,
            note=self.note.data,
        )


class BestInterestForm(BestInterestFields):
    pass


class ChangeBestInterestForm(BestInterestFields, EditForm):
    pass


def need_values(need: SpecificNeed) -> dict[str, object]:
    return {
        "code": need.code,
        "since_on": need.since_on,
        "note": need.note.text,
        "why_fits": need.why_fits.text,
        "version": str(need.version),
    }


def best_interest_values(row: BestInterest) -> dict[str, object]:
    return {
        "step": row.step,
        "state": row.state,
        "due_on": row.due_on,
        "decided_on": row.decided_on,
        "outcome": row.outcome,
        "note": row.note.text,
        "version": str(row.version),
    }
