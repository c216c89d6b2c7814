"""The certificate of an erasure: a number, a day, how much went and what is left. It names nobody."""

from flask_babel import gettext as _

from casework.accounts.queries import organisation
from casework.core import i18n
from casework.rights import pages
from casework.rights.disclosing import Section, paper
from casework.rights.models import Erasure


def pdf(one: Erasure) -> bytes:
    """In the language of whoever takes it."""
    mine = organisation(one.organisation_id)
    intro = [
        _(
            "%(organisation)s has erased the data of the person of record %(number)s.",
            organisation=mine.name if mine is not None else "",
            number=one.person.number,
        ),
        _("One colleague asked for it, another one agreed."),
    ]
    sections = [
        Section(_("What was erased"), [[(label, value) for label, value in pages.done(one) if value]]),
        Section(_("What is left"), [[("–", words)] for words in pages.stays()]),
    ]
    return paper(_("Certificate of an erasure"), i18n.language(), intro, sections)
