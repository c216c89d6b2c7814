"""Whether the person wants a letter about them to be sent. A lawyer who must send it all the same says why."""

from dataclasses import replace

from flask_babel import gettext as _

from casework.consents import queries as consents
from casework.consents.models import Consent
from casework.consents.rules import Purpose
from casework.core.errors import DomainError
from casework.inquiries.policy import OTHER_STATE
from casework.letters.models import Letter
from casework.letters.rules import Addressee


def forbidding(letter: Letter) -> Consent | None:
    """The answer by which the person does not want the addressee to have their data."""
    recipients = {Addressee.AUTHORITY: f"authority:{letter.authority}", Addressee.STATE: OTHER_STATE}
    kind = Addressee(letter.addressee_kind)
    return consents.forbidding(letter.person.id, Purpose.AUTHORITY, recipients[kind]) if kind in recipients else None


def check(letter: Letter, despite: str | None) -> None:
    """Refuse to send what the person does not agree to, unless it is said why; that is kept with the letter."""
    if forbidding(letter) is None:
        return
    if not (despite or letter.details.despite):
        raise DomainError(_("The person does not agree to this. Write why it is sent all the same."), "despite")
    letter.details = replace(letter.details, despite=despite or letter.details.despite)
