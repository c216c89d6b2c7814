"""What is asked on the way from one partner to another."""

from flask_babel import lazy_gettext as _l

from casework.accounts.queries import caseworker_choices
from casework.core.forms import CaseworkForm, Choice, JustAButton, Paragraph, PillsField, PillsManyField
from casework.reference import queries as codes
from casework.transfers import queries


def _partners() -> list[tuple[str, str]]:
    return [(str(one.id), one.name) for one in queries.partners()]


class BeginForm(CaseworkForm):
    """To whom the case would go, and who of it."""

    to = PillsField(_l("Which partner would take the case over?"), _partners, optional=False)
    persons = PillsManyField(
        _l("Who moves?"),
        list,
        optional=False,
        description=_l("If not everyone moves, the case stays open here for the others, and the partner gets a copy."),
    )


class OfferForm(CaseworkForm):
    reason = Paragraph(
        _l("Why should this partner take the case over?"),
        longest=1000,
        optional=False,
        description=_l("Their supervisor reads this before anything else. Write no name and no number."),
    )


class AcceptForm(CaseworkForm):
    lawyer = Choice(_l("Who works on the case from now on?"), caseworker_choices(), optional=False)


class DeclineForm(CaseworkForm):
    reason = PillsField(_l("Why do you not take the case over?"), codes.choices("transfer_refusal"), optional=False)
    words = Paragraph(_l("Note"), longest=1000, description=_l("Only your organisation reads this."))


class WithdrawForm(JustAButton):
    pass
