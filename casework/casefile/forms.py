"""Registration in four steps: identity, situation, contacts and consent, check."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms.validators import Optional

from casework.accounts.queries import caseworker_choices
from casework.casefile.actions import Answer, FirstCase
from casework.cases.actions import check_next_step
from casework.cases.forms import ProcedureChoice
from casework.core import clock
from casework.core.errors import DomainError
from casework.core.forms import CaseworkForm, Choice, DayField, EditForm, Line, PillsField, new_nonce, options
from casework.core.scope import principal
from casework.persons.actions import Registration
from casework.persons.ages import is_child
from casework.persons.forms import ContactFields, NameFields, OriginFields
from casework.persons.models import Contacts, Identity
from casework.persons.rules import PartialDate, age_on
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
    def of(self, typed: dict[str, list[str]]) -> None:
        """For a child somebody else answers: that is recorded on the page of consents, when the child is registered."""
        names = NamesForm(formdata=MultiDict([(name, value) for name, values in typed.items() for value in values]))
        born = names.birth_date()
        if is_child(age_on(born.year, born.month, clock.today())):
            del self.consent
            del self.consent_on


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
        consent=(contacts.consent.data if "consent" in contacts else None) or "not_asked",
        consent_on=contacts.consent_on.data if "consent_on" in contacts else None,
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


LONGEST = 1000


def so_far(
    names: CaseworkForm, situation: CaseworkForm | None = None, contacts: CaseworkForm | None = None
) -> tuple[Identity, str, PartialDate, str, Contacts | None] | None:
    """Who the person is by what is typed so far, right or wrong; nothing when it is too long to be about anyone."""
    if not isinstance(names, NamesForm):
        raise TypeError("The step with the names.")
    identity = names.identity()
    texts = [identity.full_name, identity.latin_name or "", identity.iin or "", *identity.former_names]
    texts += [document.number for document in identity.documents]
    if sum(map(len, texts)) > LONGEST:
        return None
    origin = situation.origin.data if isinstance(situation, SituationForm) else None
    told = contacts.contacts() if isinstance(contacts, ContactsForm) else None
    return identity, names.sex.data or "U", names.birth_date(), origin or "UNK", told


STEPS: tuple[type[CaseworkForm], ...] = (NamesForm, SituationForm, ContactsForm)


def step_form(step: int, typed: dict[str, list[str]], *, sent: bool) -> CaseworkForm:
    """The form of one step, from what was just sent, else from the draft, else empty."""
    form = _made(step, typed, sent=sent)
    if isinstance(form, ContactsForm):
        form.of(typed)
    return form


def _made(step: int, typed: dict[str, list[str]], *, sent: bool) -> CaseworkForm:
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


# -- who looks alike -----------------------------------------------------------------------------------------------

ANSWERS = (
    ("same", _l("The same person")),
    ("different", _l("Someone else")),
    ("unsure", _l("Not sure: for the supervisor")),
)
SAME = "same"
"""In a draft: the record for which a new case is being opened, instead of a new record."""
_ANSWER, _REASON = "answer-", "reason-"


class CheckForm(EditForm):
    """Whether the people who look alike are the one being registered. The version is that of the draft."""

    asked: Sequence[str] = ()
    """The ids of the people asked about; each has two fields."""

    def validate(self, *args: Any, **more: Any) -> bool:
        if self.same():  # who the person is settles it: the others may wait
            for one in self.asked:
                self[_ANSWER + one].validators = [Optional()]
        is_valid = super().validate(*args, **more)
        shown_before = set(request.form.getlist("shown"))
        for one in self.asked:
            answer, reason = self[_ANSWER + one], self[_REASON + one]
            if not answer.data and not self.same():
                is_new = one not in shown_before
                answer.errors = [_FOUND_SINCE if is_new else _("Say whether this is the same person.")]
                is_valid = self.refused()
            elif answer.data == "different" and not reason.data and not reason.errors:
                reason.errors = [_("Say how you know that it is someone else.")]
                is_valid = self.refused()
        return is_valid

    def same(self) -> list[UUID]:
        """The records that are said to be of this very person."""
        return [UUID(one) for one in self.asked if self[_ANSWER + one].data == "same"]

    def answers(self) -> list[Answer]:
        """What was said of each, for good."""
        said = ((one, self[_ANSWER + one].data, self[_REASON + one].data) for one in self.asked)
        return [
            Answer(UUID(one), decision, reason if decision == "different" else None)
            for one, decision, reason in said
            if decision
        ]


_FOUND_SINCE = _l("Found since you opened this page. Say whether this is the same person.")


def check_form(asked: Sequence[tuple[str, str]], typed: dict[str, list[str]]) -> CheckForm:
    """A question about each of these people (id, name), with what was answered before."""
    fields: dict[str, Any] = {"asked": [one for one, _name in asked]}
    for one, name in asked:
        fields[_ANSWER + one] = PillsField(_("Is it %(name)s?", name=name), options(ANSWERS), optional=False)
        fields[_REASON + one] = Choice(
            _("How do you know that it is not %(name)s?", name=name),
            codes.choices("difference_reason"),
            none_label=_l("Choose a reason"),
        )
    kind = type("AnswersForm", (CheckForm,), fields)
    if request.method == "POST":
        form: CheckForm = kind()
        return form
    form = kind(formdata=MultiDict([(name, value) for name, values in _answers(typed) for value in values]))
    form.nonce.data = new_nonce()
    return form


def answers_so_far(typed: dict[str, list[str]]) -> list[Answer]:
    """What a draft says about people who look alike."""
    said = {name: values[0] for name, values in _answers(typed) if values}
    known = {decision for decision, _label in ANSWERS}
    found = []
    for name, decision in said.items():
        person_id = a_uuid(name.removeprefix(_ANSWER))
        if name.startswith(_ANSWER) and person_id is not None and decision in known:
            reason = said.get(f"{_REASON}{person_id}") or None
            found.append(Answer(person_id, decision, reason if decision == "different" else None))
    return found


def with_answers(typed: dict[str, list[str]], sent: dict[str, list[str]]) -> dict[str, list[str]]:
    """The draft with the answers of the check page as they were sent, complete or not."""
    return {name: values for name, values in typed.items() if not _is_answer(name)} | dict(_answers(sent))


def for_the_same(typed: dict[str, list[str]], person_id: UUID) -> dict[str, list[str]]:
    """The draft, from now on of a new case for somebody who is recorded already."""
    return {**typed, SAME: [str(person_id)]}


def for_someone_new(typed: dict[str, list[str]]) -> dict[str, list[str]]:
    """The draft, again of somebody new; about whoever was meant, the check will ask again."""
    dropped = {SAME, *(f"{_ANSWER}{one}" for one in typed.get(SAME, []))}
    dropped |= {name for name, values in typed.items() if name.startswith(_ANSWER) and values == ["same"]}
    return {name: values for name, values in typed.items() if name not in dropped}


def the_same(typed: dict[str, list[str]]) -> UUID | None:
    """For whose record the draft is, when it is not for a new one."""
    return a_uuid(next(iter(typed.get(SAME, [])), ""))


def a_uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


def _is_answer(name: str) -> bool:
    return name.startswith((_ANSWER, _REASON))


def _answers(typed: dict[str, list[str]]) -> list[tuple[str, list[str]]]:
    return [(name, values) for name, values in typed.items() if _is_answer(name)]


# -- typed beside recorded -----------------------------------------------------------------------------------------

TAKE = "take-"


class SameForm(EditForm):
    """Which of two accounts holds, field by field. The version is that of the record."""

    chosen: Sequence[str] = ()
    """The names of the fields of which one is to be chosen."""

    def take(self) -> set[str]:
        """The fields in which what was typed holds."""
        return {name for name in self.chosen if self[TAKE + name].data == "typed"}


def same_form(pairs: Sequence[tuple[str, str, bool]]) -> SameForm:
    """A choice for each field (name, label, whether what is typed is suggested)."""
    fields: dict[str, Any] = {"chosen": [name for name, _label, _suggested in pairs]}
    for name, label, is_suggested in pairs:
        fields[TAKE + name] = PillsField(
            label, options(SIDES), optional=False, default="typed" if is_suggested else "recorded"
        )
    form: SameForm = type("ChoicesForm", (SameForm,), fields)()
    return form


SIDES = (("recorded", _l("Recorded")), ("typed", _l("Typed now")))


# -- the draft -----------------------------------------------------------------------------------------------------


def typed_so_far(step: int, before: dict[str, list[str]], sent: dict[str, list[str]]) -> dict[str, list[str]]:
    """A draft after a step was sent: what is not sent, an unticked box, is no longer said."""
    names = _fields(step)
    said = {name: values for name, values in sent.items() if _field(name) in names}
    return {name: values for name, values in before.items() if _field(name) not in names} | said


def _fields(step: int) -> frozenset[str]:
    return frozenset(STEPS[step - 1](formdata=None)._fields)


def _field(name: str) -> str:
    """The field to which a sent name belongs: documents, for documents-0-number."""
    return name.partition("-")[0]


def _defaults() -> dict[str, Any]:
    who = principal()
    return {"registered_on": clock.today(), "lawyer": str(who.user_id) if who else None}
