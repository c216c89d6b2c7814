"""What is typed about a referral: whom to, what is told, and what came of it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from casework.accounts.queries import caseworker_choices
from casework.cases.models import Case
from casework.cases.pages import party_choices
from casework.core import clock
from casework.core.forms import (
    CaseworkForm,
    Choice,
    DayField,
    EditForm,
    JustAButton,
    Line,
    Paragraph,
    PillsField,
    PillsManyField,
    Tick,
    Whole,
)
from casework.reference import queries as codes
from casework.referrals.actions import Recipient
from casework.referrals.fields import GROUPS
from casework.referrals.models import OutsideService, PointDetails, Selection
from casework.referrals.rules import DAYS, MOST_DAYS


def _answer_days() -> Whole:
    return Whole(
        _l("Days to answer"),
        1,
        MOST_DAYS,
        optional=False,
        default=DAYS,
        description=_l("After so many days without an answer you are told."),
    )


class BeginForm(CaseworkForm):
    """Whom it is about and where it goes."""

    person = PillsField(_l("Who is referred?"), list, optional=False)
    recipient = Choice(_l("To whom?"), list, optional=False)
    is_joint = Tick(_l("We go on working on it together with them"))
    answer_days = _answer_days()

    def chosen(self) -> Recipient:
        kind, _colon, key = (self.recipient.data or "").partition(":")
        if kind == "organisation":
            return Recipient(organisation_id=UUID(key))
        return Recipient(point_id=UUID(key)) if kind == "point" else Recipient(service=key)


LISTS = ("relatives", "sessions", "documents", "needs")
"""What is chosen one by one, beside the fields."""


def group_titles() -> dict[str, str]:
    """What each group of things to tell is called."""
    return {
        **{group.name: str(group.words) for group in GROUPS},
        "relatives": str(_l("Family")),
        "sessions": str(_l("Sessions")),
        "documents": str(_l("Documents")),
        "needs": str(_l("Specific needs")),
    }


class ChooseForm(EditForm):
    """What is told: field by field. Nothing is told that is not ticked."""

    asks = Paragraph(
        _l("What do you ask for?"),
        longest=2000,
        optional=False,
        description=_l("Why you send the person, and what is to be done. It is the first thing they read there."),
    )
    identity = PillsManyField(_l("Who it is"), list)
    birth = PillsManyField(_l("Birth"), list)
    numbers = PillsManyField(_l("Numbers"), list)
    contacts = PillsManyField(_l("Contacts"), list)
    situation = PillsManyField(_l("Situation"), list)
    status = PillsManyField(_l("Status"), list)
    case = PillsManyField(_l("Case"), list)
    relatives = PillsManyField(_l("Family"), list)
    sessions = PillsManyField(_l("Sessions"), list)
    documents = PillsManyField(_l("Documents"), list)
    needs = PillsManyField(_l("Specific needs"), list)

    def offer(self, offered: Mapping[str, Sequence[tuple[str, str]]]) -> None:
        """What there is to choose from, by the name of the field."""
        for name in (*(group.name for group in GROUPS), *LISTS):
            choices = list(offered.get(name, ()))
            if not choices:
                del self[name]
                continue
            # What cannot be offered any more, as after a document was replaced, is simply not chosen.
            self[name].object_data = [one for one in self[name].object_data or () if one in dict(choices)]
            self[name].offer(lambda choices=choices: choices)

    def selection(self) -> Selection:
        ticked = [name for group in GROUPS for name in self._ticked(group.name)]
        one_by_one = {name: self._ticked(name) for name in LISTS}
        return Selection(ticked, **one_by_one, asks=self.asks.data)

    def _ticked(self, name: str) -> list[str]:
        return list(self[name].data or ()) if name in self else []


def selection_values(selection: Selection, grouped: Mapping[str, Sequence[str]], version: int) -> dict[str, Any]:
    """What the form shows of a selection; `grouped`: the names of the fields of each group."""
    values: dict[str, Any] = {
        group: [name for name in names if name in selection.fields] for group, names in grouped.items()
    }
    return {
        **values,
        **{name: list(getattr(selection, name)) for name in LISTS},
        "asks": selection.asks,
        "version": str(version),
    }


class SendForm(CaseworkForm):
    """The preview was read. What it showed travels along as a fingerprint."""

    seen = Line(_l("Preview"), longest=64)


def _words(label: Any, **more: Any) -> Paragraph:
    return Paragraph(label, longest=2000, **more)


class AcceptForm(CaseworkForm):
    lawyer = Choice(_l("Who works on it?"), caseworker_choices(), optional=False)
    words = _words(_l("Message to the other side"))


class OutsideAnswerForm(CaseworkForm):
    """What an outside service answered, as it was told."""

    on = DayField(_l("When did they answer?"), default=clock.today)
    words = _words(_l("What did they say?"))


class DeclineForm(CaseworkForm):
    reason = PillsField(_l("Why?"), codes.choices("referral_decline"), optional=False)
    words = _words(_l("Message to the other side"), description=_l("It stays readable there after the referral ended."))


class MessageForm(CaseworkForm):
    words = _words(_l("Message"), optional=False, description=_l("Both sides read it while the referral lives."))


class ServiceForm(CaseworkForm):
    service = PillsField(_l("What was given?"), codes.choices("service_type"), optional=False)
    on = DayField(_l("When?"), default=clock.today)
    words = _words(_l("What was done"))


class FeedbackForm(CaseworkForm):
    result = PillsField(_l("What came of it?"), codes.choices("referral_feedback"), optional=False)
    words = _words(_l("In the person’s or your own words"))


class EndForm(CaseworkForm):
    reason = PillsField(_l("Why?"), codes.choices("referral_end"), optional=False)
    words = _words(_l("Note"))


class WithdrawForm(CaseworkForm):
    words = _words(_l("Note"))


class LinkForm(CaseworkForm):
    number = Line(
        _l("Number of the case or the person"),
        longest=20,
        optional=False,
        description=_l("Of a record of your organisation, such as KZ-26-0147 or P-26-01470."),
    )
    person = PillsField(
        _l("Whom is it about?"), list, optional=False, description=_l("There are several persons in this case.")
    )

    def of(self, case: Case | None) -> None:
        """Of a case with several persons, ask which of them it is."""
        if case is None or len(case.parties) < 2:
            del self.person
        else:
            self.person.offer(lambda: party_choices(case))


class PointForm(EditForm):
    """An entry of the directory."""

    service = Choice(_l("Kind of service"), codes.choices("outside_service"), optional=False)
    name = Line(_l("Name"), longest=200, optional=False)
    contact = Paragraph(_l("How to reach it"), longest=500, optional=False)
    note = Paragraph(_l("Note"), longest=1000, description=_l("Only your organisation reads this."))
    answer_days = _answer_days()

    def details(self) -> PointDetails:
        return PointDetails(self.name.data, self.contact.data, self.note.data)


def point_values(point: OutsideService) -> dict[str, Any]:
    details = point.details
    return {
        "service": point.service,
        "name": details.name,
        "contact": details.contact,
        "note": details.note,
        "answer_days": point.answer_days,
        "version": str(point.version),
    }


class StepForm(JustAButton):
    """A step that needs no words."""


class ProgressForm(StepForm):
    """What the page offered travels along: on a page that is late, the button still does what it says."""

    wanted = HiddenField()


class LawyerForm(CaseworkForm):
    lawyer = Choice(_l("Who works on it?"), caseworker_choices(), optional=False)
