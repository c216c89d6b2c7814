"""What can be typed about a person."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Form
from wtforms.utils import unset_value

from casework.core import clock
from casework.core.forms import (
    CaseworkForm,
    Choice,
    DateParts,
    DayField,
    EditForm,
    Line,
    Paragraph,
    PillsField,
    PillsManyField,
    Repeated,
    Tick,
    an_email,
    options,
)
from casework.persons.ages import is_child
from casework.persons.models import Contacts, DocumentNumber, Identity, Person
from casework.persons.rules import DateProblem, PartialDate, age_on, plain_iin
from casework.reference import queries as codes

DATE_PROBLEMS = {
    "no_such_day": _l("There is no such day. Check the day and the month."),
    "no_such_month": _l("A month is a number from 1 to 12."),
    "month_without_year": _l("Enter the year too, or leave the month empty."),
    "day_without_month": _l("Enter the month too, or leave the day empty."),
    "year_out_of_range": _l("Enter a year between 1900 and 2100."),
    "not_a_number": _l("Use numbers only, such as 14 3 1991."),
    "unknown_and_given": _l("Either enter the date or tick that it is not known."),
}

CONSENT = (
    ("given", _l("Given")),
    ("refused", _l("Refused")),
    ("not_asked", _l("Not asked yet")),
)


class PartialDateField(DateParts):
    """A date of which only the year, or nothing, may be known."""

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        super().process(formdata, data, extra_filters)
        if self.data is None and not self.process_errors:
            self.data = PartialDate()

    def read(self) -> PartialDate:
        try:
            found = PartialDate.parse(self.parts["day"], self.parts["month"], self.parts["year"], self.unknown)
        except DateProblem as problem:
            raise ValueError(str(DATE_PROBLEMS.get(problem.code, DATE_PROBLEMS["not_a_number"]))) from problem
        if found.is_known and found.earliest > clock.today():
            raise ValueError(str(_l("This date is in the future. Enter the day it happened.")))
        return found


class NameField(Line):
    def __init__(self, label: Any, **more: Any) -> None:
        super().__init__(label, longest=120, **more)


class DocumentFields(Form):
    """One document. Half of it is not kept silently: either both say something, or neither."""

    kind = Choice(_l("Identity document"), codes.choices("document_type"), none_label=_l("None shown"))
    number = Line(_l("Number of the document"), longest=60)

    def validate(self, *args: Any, **more: Any) -> bool:
        is_valid: bool = super().validate(*args, **more)
        if is_valid and bool(self.kind.data) != bool(self.number.data):
            if self.kind.data:
                self.number.errors = [str(_l("Write the number of this document, or choose “None shown”."))]
            else:
                self.kind.errors = [str(_l("Say which document has this number."))]
            return False
        return is_valid


class NameFields(CaseworkForm):
    """Who the person is. Only one name is needed; the rest may stay empty."""

    family_name = NameField(_l("Family name"), description=_l("As the person writes it, in any alphabet."))
    given_name = NameField(_l("Given name"))
    patronymic = NameField(_l("Patronymic"))
    latin_name = NameField(
        _l("Name in Latin letters"), description=_l("As in a passport or certificate, if there is one.")
    )
    former_names = Paragraph(
        _l("Former and other names"),
        longest=600,
        description=_l("One name on each line, such as a maiden name."),
    )
    sex = PillsField(_l("Sex"), codes.choices("sex"), default="U", optional=False)
    birth = PartialDateField(_l("Date of birth"), description=_l("The year alone is enough."))
    is_birth_estimated = Tick(_l("The date of birth is an estimate"))
    birth_place = Line(_l("Place of birth"))
    iin = Line(
        _l("Individual identification number (IIN)"),
        longest=20,
        description=_l("12 digits. Having none is normal."),
    )
    documents = Repeated(DocumentFields, _l("Identity documents"))

    def identity(self) -> Identity:
        """The sealed group these fields make."""
        former = (self.former_names.data or "").splitlines()
        return Identity(
            family_name=self.family_name.data,
            given_name=self.given_name.data,
            patronymic=self.patronymic.data,
            latin_name=self.latin_name.data,
            former_names=[name.strip() for name in former if name.strip()],
            birth_place=self.birth_place.data,
            iin=plain_iin(self.iin.data) if self.iin.data else None,
            documents=[DocumentNumber(one["kind"], one["number"]) for one in self.documents.data if one["number"]],
        )

    def birth_date(self) -> PartialDate:
        found = self.birth.data or PartialDate()
        return PartialDate(found.year, found.month, found.day, bool(self.is_birth_estimated.data) and found.is_known)


class OriginFields(CaseworkForm):
    """Where the person comes from."""

    origin = Choice(_l("Country of origin"), codes.choices("country", origin=True), default="UNK")
    arrived = PartialDateField(_l("Arrived in Kazakhstan"), description=_l("Month and year, or the year alone."))
    languages = PillsManyField(_l("Languages the person speaks"), codes.choices("language"))


class IdentityForm(NameFields, OriginFields, EditForm):
    pass


def kept_besides(identity: Identity, before: Identity) -> Identity:
    """The new identity with what the form does not show: who issued a document, the language of the name."""
    identity.name_language = before.name_language
    issuers = {(document.type, document.number): document.issuer for document in before.documents}
    for document in identity.documents:
        document.issuer = issuers.get((document.type, document.number))
    return identity


def identity_values(person: Person) -> dict[str, Any]:
    """What the identity form shows for a person."""
    identity = person.identity
    return {
        "family_name": identity.family_name,
        "given_name": identity.given_name,
        "patronymic": identity.patronymic,
        "latin_name": identity.latin_name,
        "former_names": "\n".join(identity.former_names),
        "sex": person.sex,
        "birth": PartialDate.from_text(identity.born or ""),
        "is_birth_estimated": person.is_birth_estimated,
        "birth_place": identity.birth_place,
        "iin": identity.iin,
        "documents": [{"kind": one.type or None, "number": one.number} for one in identity.documents],
        "origin": person.origin,
        "arrived": PartialDate(person.arrived_year, person.arrived_month),
        "languages": person.languages,
        "version": str(person.version),
    }


class ContactFields(CaseworkForm):
    """How to reach the person, and whether that is safe."""

    phone = Line(_l("Phone"), longest=40)
    other_phone = Line(_l("Another phone"), longest=40)
    safety = PillsField(_l("Is it safe to call?"), codes.choices("contact_safety"), default="NOT_ASKED", optional=False)
    who_answers = Line(_l("Who answers this phone?"), longest=200)
    may_say = Choice(
        _l("What may be said to whoever answers?"), codes.choices("contact_may_say"), none_label=_l("Not asked yet")
    )
    best_times = Line(_l("When to call"), longest=200)
    never_by_message = Tick(_l("Never by message"), description=_l("No messenger, no SMS, no e-mail."))
    may_pass_on = Tick(
        _l("The contacts may be given to others"),
        description=_l("With a referral, and never without these rules. Ask the person first."),
    )
    contact_asked_on = DayField(_l("When was this asked?"), optional=True)
    safety_note = Line(
        _l("What to know before contacting"),
        longest=400,
        description=_l("Anything else: a signal word, a neighbour, a second address."),
    )
    email = Line(_l("E-mail"), longest=254, validators=[an_email])
    address = Paragraph(_l("Address"), longest=500)
    consent = PillsField(
        _l("Consent to be registered and helped"), options(CONSENT), default="not_asked", optional=False
    )
    consent_on = DayField(_l("Day of the answer"), optional=True)

    def contacts(self) -> Contacts:
        return Contacts(
            phone=self.phone.data,
            other_phone=self.other_phone.data,
            email=self.email.data,
            address=self.address.data,
            safety=self.safety.data,
            safety_note=self.safety_note.data,
            who_answers=self.who_answers.data,
            may_say=self.may_say.data,
            best_times=self.best_times.data,
            never_by_message=bool(self.never_by_message.data),
            may_pass_on=bool(self.may_pass_on.data),
            asked_on=self.contact_asked_on.data.isoformat() if self.contact_asked_on.data else None,
        )


class ContactForm(ContactFields, EditForm):
    def of(self, person: Person) -> None:
        """On the page of consents whoever took theirs back gives it anew, and somebody else answers for a child."""
        if person.consent == "withdrawn" or is_child(age_on(person.birth_year, person.birth_month, clock.today())):
            del self.consent
            del self.consent_on

    def answer(self, person: Person) -> tuple[str, date | None]:
        """What the person answers to being registered, and when."""
        if "consent" not in self:
            return person.consent, person.consent_on
        return self.consent.data or "not_asked", self.consent_on.data


def contact_values(person: Person) -> dict[str, Any]:
    contacts = person.contacts
    return {
        "phone": contacts.phone,
        "other_phone": contacts.other_phone,
        "email": contacts.email,
        "address": contacts.address,
        "safety": contacts.safety or "NOT_ASKED",
        "safety_note": contacts.safety_note,
        "who_answers": contacts.who_answers,
        "may_say": contacts.may_say,
        "best_times": contacts.best_times,
        "never_by_message": contacts.never_by_message,
        "may_pass_on": contacts.may_pass_on,
        "contact_asked_on": date.fromisoformat(contacts.asked_on) if contacts.asked_on else None,
        "consent": person.consent,
        "consent_on": person.consent_on,
        "version": str(person.version),
    }


class StatusForm(CaseworkForm):
    """The next step of one history. The codes and reasons offered depend on the history."""

    code = PillsField(_l("New status"), list, optional=False)
    effective_on = DayField(
        _l("Since which day"), description=_l("The day it took effect, not the day you heard of it.")
    )
    reason = Choice(_l("Why it changed"), list, optional=False)
    note = Paragraph(_l("Note"), longest=1000)


class RegistrationDayForm(EditForm):
    registered_on = DayField(
        _l("Registered on"), description=_l("The person counts in the figures from the day after.")
    )


class VoidForm(CaseworkForm):
    reason = PillsField(_l("Why is it void?"), codes.choices("void_reason"), optional=False)


class RelativeForm(CaseworkForm):
    number = Line(
        _l("Number of the relative’s record"),
        longest=20,
        optional=False,
        description=_l("For example P-26-01234."),
    )
    relationship_code = Choice(_l("This relative is the person’s"), codes.choices("relationship"), optional=False)
    shares_household = Tick(_l("They live in one household"), default=True)
