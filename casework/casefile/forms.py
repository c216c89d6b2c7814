"""Registration in four steps: identity, situation, contacts and consent, check."""

from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from casework.accounts.queries import caseworker_choices
from casework.casefile.actions import FirstCase
from casework.cases.actions import check_next_step
from casework.cases.forms import ProcedureChoice
from casework.core import clock
from casework.core.errors import DomainError
from casework.core.forms import CaseworkForm, Choice, DayField, Line, PillsField, new_nonce
from casework.core.scope import principal
from casework.persons.actions import Registration
from casework.persons.forms import ContactFields, NameFields, OriginFields
from casework.reference import queries as codes


class SearchForm(CaseworkForm):
    saves_nothing = True

    q = Line(_l("Name or number"), longest=200, optional=False)


class SituationForm(OriginFields):
    region = Choice(_l("Region of residence"), codes.choices("region"), default="UNK")
    nationality = PillsField(
        _l("Nationality status"), codes.choices("nationality_status"), default="ND", optional=False
    )
    displacement = PillsField(
        _l("Displacement status"), codes.choices("displacement_status"), default="ND", optional=False
    )
    registered_on = DayField(_l("Registered on"))
    track = PillsField(_l("What kind of case is it?"), codes.choices("track"), optional=False)
    procedure = ProcedureChoice()
    lawyer = Choice(_l("Lawyer"), caseworker_choices(), optional=False)
    priority = PillsField(_l("How urgent is it?"), codes.choices("priority"), default="ROUTINE", optional=False)
    source = Choice(_l("Who sent the person to you?"), codes.choices("referral_source"))
    next_step = Line(_l("First next step"), longest=300, description=_l("What happens next, in one sentence."))
    due_on = DayField(_l("By when"), optional=True, future=True)

    def validate(self, *args: Any, **more: Any) -> bool:
        is_valid = super().validate(*args, **more)
        if is_valid:
            try:
                check_next_step(self.next_step.data, self.due_on.data)
            except DomainError as error:
                self.refuse(error)
                return False
        return is_valid


class NamesForm(NameFields):
    def validate(self, *args: Any, **more: Any) -> bool:
        is_valid = super().validate(*args, **more)
        if is_valid and not (self.family_name.data or self.given_name.data):
            self.given_name.errors = [str(_l("Write at least one name: a family name or a given name."))]
            return self.refused()
        return is_valid


class ContactsForm(ContactFields):
    pass


def filled(names: CaseworkForm, situation: CaseworkForm, contacts: CaseworkForm) -> tuple[Registration, FirstCase]:
    """What the three steps say, ready to be registered."""
    if not (
        isinstance(names, NamesForm) and isinstance(situation, SituationForm) and isinstance(contacts, ContactsForm)
    ):
        raise TypeError("The three steps, in their order.")
    person = Registration(
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
    first = FirstCase(
        track=situation.track.data or "",
        lawyer_id=UUID(situation.lawyer.data),
        priority=situation.priority.data or "ROUTINE",
        referred_by=situation.source.data,
        next_step=situation.next_step.data,
        due_on=situation.due_on.data,
        procedure=situation.procedure.data,
    )
    return person, first


STEPS: tuple[type[CaseworkForm], ...] = (NamesForm, SituationForm, ContactsForm)


def step_form(step: int, typed: dict[str, list[str]], *, sent: bool) -> CaseworkForm:
    """The form of one step, from what was just sent, else from the draft, else empty."""
    kind = STEPS[step - 1]
    if sent:
        return kind()
    names = _fields(step)
    kept = {name: values for name, values in typed.items() if _field(name) in names}
    if kept:
        form = kind(formdata=MultiDict([(name, value) for name, values in kept.items() for value in values]))
        form.nonce.data = new_nonce()
        return form
    return kind(formdata=None, data=_defaults())


def typed_so_far(step: int, before: dict[str, list[str]], sent: dict[str, list[str]]) -> dict[str, list[str]]:
    """A draft after a step was sent: what is not sent, an unticked box, is no longer said."""
    names = _fields(step)
    return {name: values for name, values in before.items() if _field(name) not in names} | sent


def _fields(step: int) -> frozenset[str]:
    return frozenset(STEPS[step - 1](formdata=None)._fields)


def _field(name: str) -> str:
    """The field to which a sent name belongs: documents, for documents-0-number."""
    return name.partition("-")[0]


def _defaults() -> dict[str, Any]:
    who = principal()
    return {"registered_on": clock.today(), "lawyer": str(who.user_id) if who else None}
