"""A few people whom the partners sent to each other and to outside services, so that no page of referrals is empty."""

from datetime import timedelta

from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from casework.accounts.models import User
from casework.accounts.permissions import Role
from casework.accounts.queries import caseworkers
from casework.cases.models import Case
from casework.consents import actions as consents
from casework.consents.actions import Given
from casework.consents.rules import Purpose
from casework.core import clock
from casework.core.db import db
from casework.core.scope import Principal, acting_as
from casework.demo.staff import HOUSES, lawyers
from casework.persons.rules import age_on
from casework.referrals import actions, queries, sharing
from casework.referrals.actions import Recipient
from casework.referrals.models import PointDetails, Selection

ASKS = (
    "Просим помочь с временным жильём: договор аренды заканчивается в конце месяца.",
    "Просим принять на консультацию врача. Полис ОСМС ещё не оформлен.",
    "Просим взять часть работы по документам детей.",
)


def add(principals: dict[str, Principal]) -> None:
    """Each partner sends two people; the other takes one on and answers."""
    partners = [house for house in HOUSES if house.kind == "partner"]
    for house in partners:
        with acting_as(principals[lawyers(house.key)[0].key]), force_locale("en"):
            point = actions.keep_point(
                None,
                "HEALTH",
                PointDetails("Поликлиника «Пример»", "г. Алматы, ул. Примерная, 5; регистратура с 8 до 18 часов"),
                5,
            )
            others = queries.partners()
            to = [Recipient(point_id=point.id), *(Recipient(organisation_id=one.id) for one in others[:1] * 2)]
            for case, recipient, asks in zip(_cases(len(to)), to, ASKS, strict=False):
                _send(case, recipient, asks)
            db.session.commit()
    for house in partners:
        with acting_as(principals[lawyers(house.key)[0].key]), force_locale("en"):
            _answer()
            db.session.commit()


def _cases(number: int) -> list[Case]:
    """Open cases of the acting lawyer whose first person is an adult."""
    who = db.session.info["principal"]
    statement = select(Case).where(Case.closed_on.is_(None), Case.lawyer_id == who.user_id).order_by(Case.number)
    today, found = clock.today(), []
    for case in db.session.scalars(statement.options(selectinload(Case.parties))).all()[3:]:
        person = case.parties[0].person if case.parties else None
        if person is not None and (age_on(person.birth_year, person.birth_month, today) or 0) >= 18:
            found.append(case)
        if len(found) == number:
            break
    return found


def _send(case: Case, recipient: Recipient, asks: str) -> None:
    person = case.parties[0].person
    one = actions.begin(case, person, recipient, is_joint=recipient.organisation_id is not None)
    given = Given(
        Purpose.REFERRAL, "given", clock.today() - timedelta(days=1), recipient=sharing.recipient(one), form="WRITTEN"
    )
    consents.record(person, given)
    side = queries.side(one)
    assert side is not None  # noqa: S101 - just begun
    chosen = Selection(["name", "languages", "birth_year", "region", "track", "stage", "lawyer"], asks=asks)
    actions.choose(side, chosen)
    actions.send(side, sharing.digest(sharing.share_of(one, person, case, chosen)))


def _answer() -> None:
    """What came in first is taken on, with a word to the other side."""
    for one in queries.in_part("answer")[:1]:
        lawyer = next((each for each in caseworkers() if _is_lawyer(each)), None)
        if lawyer is not None:
            actions.accept(one, lawyer.id, words="Приняли. Ждём человека в приёмные часы.")


def _is_lawyer(user: User) -> bool:
    return user.role == Role.LAWYER
