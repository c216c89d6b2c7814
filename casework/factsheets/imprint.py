"""All that a sheet says in words, in one list: which edition it is, what its words mean, method, sources and texts."""

from collections.abc import Iterator

from flask_babel import gettext as _

from casework.core import i18n
from casework.factsheets import listing
from casework.factsheets.model import Sheet

Said = tuple[str, str, str]
"""Of which part it is, the word that it is about (or none), and what is said."""


def said(sheet: Sheet) -> Iterator[Said]:
    """Part by part, in the order in which somebody would look it up; without what has nothing to say."""
    return (one for one in _all(sheet) if one[2])


def withheld() -> str:
    """What the mark of a withheld number means."""
    return _("A hatched cell with a dash is withheld to protect people. Totals include it.")


def _all(sheet: Sheet) -> Iterator[Said]:
    about, meaning = _("This edition"), _("Definitions")
    yield about, _("Edition"), sheet.code
    yield about, "SHA-256", sheet.digest
    yield about, _("As of"), i18n.day(sheet.as_of)
    yield about, _("What area it covers"), sheet.area_name
    yield about, _("Release"), sheet.release
    yield about, _("SHA-256 of the release"), sheet.release_digest
    yield about, _("Counted on"), i18n.day(sheet.counted_on)
    yield about, _("How to cite"), sheet.citation
    if sheet.correction is not None:
        yield _("Correction"), _("Why there is another edition"), sheet.correction.reason
        for one in sheet.correction.changes:
            yield _("Correction"), one.what, _("before: %(before)s; now: %(now)s", before=one.before, now=one.after)
    for term in sheet.terms:
        yield meaning, term.name, term.definition
    for table in sheet.tables:
        version = _("Version %(number)s of the definition.", number=table.version)
        yield _("Tables"), table.name, f"{table.definition} {version}".strip()
    for text in sheet.method:
        yield _("Method"), "", text
    yield _("Method"), listing.HIDDEN, withheld()
    for text in sheet.sources:
        yield _("Sources"), "", text
    for found in sheet.findings:
        yield _("What does not add up"), found.figure, f"{found.message} {found.explanation}".strip()
    yield from _texts(sheet)


def _texts(sheet: Sheet) -> Iterator[Said]:
    yield _("Texts"), sheet.title, sheet.lead
    for one in sheet.messages:
        yield _("Texts"), one.title, one.text
    for activity in sheet.activities:
        for text in activity.paragraphs:
            yield _("Texts"), activity.name, text
    if sheet.law is not None:
        law = _("Law and commitments")
        yield law, _("Party to"), "; ".join(sheet.law.party_to)
        yield law, _("Not party to"), "; ".join(sheet.law.not_party_to)
        yield law, _("Commitments"), "; ".join(sheet.law.commitments)
        for text in sheet.law.paragraphs:
            yield law, "", text
    if sheet.funding is not None:
        received = sheet.funding.received
        if received and sheet.funding.is_received_derived:
            received = _("%(amount)s, worked out from the share", amount=received)
        yield _("Funding"), _("What area it covers"), sheet.funding.scope
        yield _("Funding"), _("Funding received"), received
    for partners in sheet.partners:
        yield _("Partners"), partners.name, "; ".join(partners.members)
    yield _("Donors"), "", "; ".join(sheet.donors)
    for text in sheet.contacts:
        yield _("Contacts"), "", text
