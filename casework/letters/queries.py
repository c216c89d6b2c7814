"""Letters of one's own organisation, and the templates that are offered."""

from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import defer, selectinload

from casework.accounts.models import Organisation
from casework.cases.models import Case
from casework.core import clock
from casework.core.config import LANGUAGES
from casework.core.db import db
from casework.letters.models import Letter, LetterTemplate

_LIGHT = selectinload(Letter.template).defer(LetterTemplate.content_sealed)
_WITH = (_LIGHT, selectinload(Letter.person), selectinload(Letter.reminds).selectinload(Letter.template))


def letter(case_id: UUID, letter_id: UUID) -> Letter | None:
    statement = select(Letter).where(Letter.id == letter_id, Letter.case_id == case_id).options(*_WITH)
    return db.session.scalar(statement)


def of_case(case_id: UUID) -> list[Letter]:
    """Every letter of a case, drafts and void ones too, the newest first."""
    statement = select(Letter).where(Letter.case_id == case_id).options(*_WITH)
    return list(db.session.scalars(statement.order_by(Letter.recorded_at.desc(), Letter.id)))


def of_person(case_id: UUID, person_id: UUID) -> list[Letter]:
    """The letters about one person of a case that stand."""
    statement = select(Letter).where(
        Letter.case_id == case_id, Letter.person_id == person_id, Letter.voided_at.is_(None)
    )
    return list(db.session.scalars(statement))


def reminders_of(letter_id: UUID) -> list[Letter]:
    """The letters that remind of this one, and stand."""
    statement = select(Letter).where(Letter.reminds_id == letter_id, Letter.voided_at.is_(None)).options(_LIGHT)
    return list(db.session.scalars(statement.order_by(Letter.recorded_at)))


def replies_due(until: date, lawyer_id: UUID | None = None) -> list[Letter]:
    """Sent letters of open cases whose answer is due by a day and has not come, the most urgent first."""
    statement = (
        select(Letter)
        .join(Case, Case.id == Letter.case_id)
        .where(
            Letter.sent_on.is_not(None),
            Letter.replied_on.is_(None),
            Letter.voided_at.is_(None),
            Letter.reply_due_on <= until,
            Case.closed_on.is_(None),
        )
    )
    if lawyer_id is not None:
        statement = statement.where(Case.lawyer_id == lawyer_id)
    return list(db.session.scalars(statement.order_by(Letter.reply_due_on, Letter.id).options(*_WITH)))


def next_number(organisation_id: UUID, year: int) -> int:
    """The next place in the register of a year. Whoever asks at the same time waits until this one is taken.

    The row of the organisation is what they wait for: it is always there, and nothing else waits for it.
    """
    lock = select(Organisation.id).where(Organisation.id == organisation_id).with_for_update(key_share=True)
    db.session.scalar(lock)
    last = db.session.scalar(select(func.max(Letter.register_number)).where(Letter.register_year == year))
    return (last or 0) + 1


# -- templates -------------------------------------------------------------------------------------------------------

_ORDER = (
    LetterTemplate.position,
    LetterTemplate.code,
    LetterTemplate.language,
    LetterTemplate.effective_from.desc(),
)


def every_template() -> list[LetterTemplate]:
    """All versions in their order, the newest of each first, without their files."""
    statement = select(LetterTemplate).order_by(*_ORDER).options(defer(LetterTemplate.content_sealed))
    return list(db.session.scalars(statement))


def template(template_id: UUID) -> LetterTemplate | None:
    return db.session.get(LetterTemplate, template_id)


def in_force(on: date | None = None) -> list[LetterTemplate]:
    """The newest version in force of every template in every language."""
    day = on or clock.today()
    newest: dict[tuple[str, str], LetterTemplate] = {}
    for one in every_template():
        if one.is_in_force(day):
            newest.setdefault((one.code, one.language), one)
    return list(newest.values())


def template_for(code: str, language: str, on: date | None = None) -> LetterTemplate | None:
    return next((one for one in in_force(on) if (one.code, one.language) == (code, language)), None)


def offered(track: str) -> list[tuple[str, str]]:
    """The templates for a kind of case, whatever their language. A reminder is written from the letter it is of."""
    found = {one.code: one.label for one in in_force() if one.serves(track) and not one.reminds}
    return list(found.items())


def languages_of(code: str) -> list[str]:
    there = {one.language for one in in_force() if one.code == code}
    return [one for one in LANGUAGES if one in there]


def reminder(language: str) -> LetterTemplate | None:
    return next((one for one in in_force() if one.reminds and one.language == language), None)
