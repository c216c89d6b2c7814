"""Registering a person and opening their first case, in one go."""

from uuid import UUID

from casework.casefile.forms import ContactsForm, NamesForm, SituationForm
from casework.cases import actions as cases
from casework.cases.models import Case
from casework.persons import actions as persons
from casework.persons.models import Draft


def register(names: NamesForm, situation: SituationForm, contacts: ContactsForm, draft: Draft) -> Case:
    """A new person with a first case, from the three filled steps; the draft goes."""
    person = persons.register(
        persons.Registration(
            identity=names.identity(),
            registered_on=situation.registered_on.data,
            contacts=contacts.contacts(),
            sex=names.sex.data or "U",
            birth=names.birth_date(),
            origin=situation.origin.data or "UNK",
            arrived=situation.arrived.data,
            languages=situation.languages.data or [],
            region=situation.region.data or "UNK",
            displacement=situation.displacement.data or "ND",
            nationality=situation.nationality.data or "ND",
            consent=contacts.consent.data or "not_asked",
            consent_on=contacts.consent_on.data,
        )
    )
    case = cases.open_case(
        [person],
        situation.track.data or "",
        situation.registered_on.data,
        UUID(situation.lawyer.data),
        priority=situation.priority.data or "routine",
        source=situation.source.data,
    )
    if situation.next_step.data:
        cases.set_next_step(case, situation.next_step.data, situation.due_on.data)
    persons.discard_draft(draft)
    return case
