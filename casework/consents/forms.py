"""What can be typed about a consent: the answer, and taking it back."""

from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import Field, ValidationError

from casework.consents import policy, queries
from casework.consents.actions import Given
from casework.consents.rules import Assent, ByWhom, Purpose, State
from casework.core import clock
from casework.core.forms import CaseworkForm, Choice, DayField, EditForm, Line, Paragraph, PillsField, options
from casework.persons import queries as persons
from casework.persons.ages import is_child
from casework.persons.models import Person
from casework.persons.pages import display_name
from casework.persons.rules import age_on
from casework.reference import queries as codes

ANSWERS = ((State.GIVEN.value, _l("The person agrees")), (State.REFUSED.value, _l("The person refuses")))
BY_WHOM = ((ByWhom.SELF.value, _l("The person")), (ByWhom.GUARDIAN.value, _l("A parent or guardian")))
ASSENT = (
    (Assent.YES.value, _l("The child agrees")),
    (Assent.NO.value, _l("The child does not agree")),
    (Assent.TOO_YOUNG.value, _l("Too young to be asked")),
)
FIELD_OF = {"organisation": "partner", "service": "service", "authority": "authority"}
"""The field in which each kind of recipient is chosen."""
NEEDED = (*FIELD_OF.values(), "witness", "assent")
"""What is asked only where it is needed (`WHEN`): there it is not optional, and the rules ask for it."""
WHEN = {
    "partner": "purpose=REFERRAL|TRANSFER",
    "service": "purpose=REFERRAL",
    "authority": "purpose=AUTHORITY",
    "expires_on": "state=given",
    "witness": "form=WITNESSED",
    "relative": "by_whom=guardian",
    "guardian": "by_whom=guardian",
    "assent": "by_whom=guardian",
}


class RecordForm(CaseworkForm):
    purpose = PillsField(_l("What is the person asked for?"), codes.choices("consent_purpose"), optional=False)
    partner = Choice(
        _l("Which partner?"),
        list,
        none_label=_l("None"),
        description=_l("For a referral choose one: a partner, or another service."),
    )
    service = Choice(_l("Which other service?"), list, none_label=_l("None"))
    authority = Choice(_l("Which authority?"), list, none_label=_l("Choose one"))
    state = PillsField(_l("What is the answer?"), options(ANSWERS), optional=False)
    answered_on = DayField(_l("Day of the answer"))
    expires_on = DayField(
        _l("Until when?"),
        optional=True,
        future=True,
        description=_l("The last day. Empty: until the person takes it back."),
    )
    by_whom = PillsField(_l("Who answered?"), options(BY_WHOM), default=ByWhom.SELF.value, optional=False)
    relative = Choice(_l("Which relative?"), list, none_label=_l("Somebody else"))
    guardian = Line(_l("Name of the parent or guardian"), longest=200, description=_l("If they have no record here."))
    assent = PillsField(
        _l("What does the child say?"), options(ASSENT), description=_l("From 14 years on the child is always asked.")
    )
    form = PillsField(_l("In which form?"), codes.choices("consent_form"))
    witness = Line(_l("Who was the witness?"), longest=200)
    language = Choice(_l("In which language?"), codes.choices("language"))
    notice = Choice(
        _l("Which notice was read out or handed over?"),
        list,
        none_label=_l("None"),
        description=_l("It says what is kept, who reads it, and that consent can be taken back."),
    )
    note = Paragraph(_l("Note"), longest=1000)

    def of(self, person: Person) -> None:
        """Offer who can be a recipient, and ask about a child only of a child."""
        for name in NEEDED:
            self[name].flags.required = True
        for kind, name in FIELD_OF.items():
            found = list(policy.known_recipients(kind).items())
            self[name].offer(lambda found=found: found)
        self.notice.offer(notices)
        if is_child(age_on(person.birth_year, person.birth_month, clock.today())):
            self.relative.offer(lambda: relatives(person))
        elif person.birth_year is not None:
            for name in ("by_whom", "relative", "guardian", "assent"):
                del self[name]
        else:
            self.relative.offer(lambda: relatives(person))

    def validate_service(self, field: Field) -> None:
        """One answer names one recipient: a second one would get lost."""
        if self.purpose.data == Purpose.REFERRAL and field.data and self.partner.data:
            raise ValidationError(str(_l("Choose a partner or another service, not both: each is asked for alone.")))

    def recipient(self) -> str | None:
        """With whom: the field that belongs to the purpose; of a referral to a partner or another service."""
        kinds = policy.recipient_kinds(self.purpose.data or "")
        chosen = (self[FIELD_OF[kind]].data for kind in kinds)
        return next((one for one in chosen if one), None)

    def given(self) -> Given:
        asks_child = "by_whom" in self
        by_whom = (self.by_whom.data or ByWhom.SELF) if asks_child else ByWhom.SELF
        is_guardian = by_whom == ByWhom.GUARDIAN
        agrees = self.state.data == State.GIVEN
        return Given(
            purpose=self.purpose.data or "",
            state=self.state.data or "",
            answered_on=self.answered_on.data,
            recipient=self.recipient(),
            expires_on=self.expires_on.data if agrees else None,
            form=self.form.data,
            language=self.language.data,
            by_whom=by_whom,
            relative_id=UUID(self.relative.data) if is_guardian and self.relative.data else None,
            assent=self.assent.data if is_guardian else None,
            notice_version=self.notice.data,
            guardian=self.guardian.data if is_guardian else None,
            witness=self.witness.data if self.form.data == "WITNESSED" else None,
            note=self.note.data,
        )


def relatives(person: Person) -> list[tuple[str, str]]:
    found = persons.persons(queries.relative_ids(person.id))
    return sorted(((str(one.id), display_name(one.identity)) for one in found.values()), key=lambda one: one[1])


def notices() -> list[tuple[str, str]]:
    """The texts that have ever been in force, the latest first: their versions."""
    rows = sorted(codes.every_item("consent_notice"), key=lambda one: one.effective_from, reverse=True)
    return list({one.code: (one.code, one.label) for one in rows}.values())


class WithdrawForm(EditForm):
    on = DayField(_l("From which day?"), description=_l("From this day on nothing may be done by it any more."))
    how = PillsField(_l("How did the person say so?"), codes.choices("consent_withdrawal"), optional=False)
    note = Paragraph(_l("Note"), longest=1000)
