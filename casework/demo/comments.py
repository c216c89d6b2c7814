"""What colleagues of the demonstration write to each other about the cases of these weeks, and what they have read."""

from datetime import datetime, time, timedelta

from flask_babel import force_locale
from sqlalchemy import select

from casework.accounts.permissions import Role
from casework.cases.models import Case
from casework.comments import actions
from casework.core import clock
from casework.core.db import db
from casework.core.errors import Refused
from casework.core.scope import Principal, acting_as, system
from casework.demo.staff import COLLEAGUES
from casework.notices.models import Notice

EACH = 6
"""In how many cases of each lawyer there is talk."""

ASKED = (
    ("en", "@{name}, did the archive answer? The deadline comes near."),
    ("ru", "@{name}, архив ответил? Срок уже близко."),
    ("kk", "@{name}, мұрағат жауап берді ме? Мерзім таяп қалды."),
)
ANSWERED = (
    ("en", "Not yet. I will call them on Monday and write here."),
    ("ru", "Пока нет. Позвоню в понедельник и напишу здесь."),
    ("kk", "Әзірге жоқ. Дүйсенбіде хабарласып, осында жазамын."),
)
HANDED_OVER = (
    ("en", "The original of the birth certificate is in the cabinet. Please call in the evening only."),
    ("ru", "Оригинал свидетельства о рождении в шкафу. Звонить, пожалуйста, только вечером."),
    ("kk", "Туу туралы куәліктің түпнұсқасы шкафта. Тек кешке хабарласыңыз."),
)


def add(principals: dict[str, Principal]) -> None:
    """A supervisor asks, the lawyer answers, now and then there is a handover note; what is old has been read."""
    speaks = {one.key: one.writes for one in COLLEAGUES}
    for supervisor in (one for one in COLLEAGUES if one.role is Role.SUPERVISOR):
        lawyers = [one for one in COLLEAGUES if one.house == supervisor.house and one.role is Role.LAWYER]
        for number, lawyer in enumerate(lawyers, 1):
            words = dict(ASKED)[speaks[supervisor.key]]
            _talk(principals[supervisor.key], principals[lawyer.key], words, speaks[lawyer.key], number)
    _read_what_is_old(principals)


def _talk(supervisor: Principal, lawyer: Principal, asked: str, language: str, days: int) -> None:
    with acting_as(supervisor):
        open_ones = select(Case.id).where(Case.lawyer_id == lawyer.user_id, Case.closed_on.is_(None))
        ids = list(db.session.scalars(open_ones.order_by(Case.opened_on.desc(), Case.number).limit(EACH)))
    for number, case_id in enumerate(ids):
        begins = datetime.combine(clock.today() - timedelta(days=days), time(17), clock.ALMATY) - timedelta(
            hours=number
        )
        try:
            with clock.at(begins), acting_as(supervisor), force_locale(language):
                case = db.session.get_one(Case, case_id)
                actions.write(case, asked.format(name=lawyer.name))
                if number == 0:
                    actions.follow(case)
                if number == 1:
                    actions.handover(case, dict(HANDED_OVER)[language])
                db.session.commit()
            if number % 2 == 0:
                with clock.at(begins + timedelta(minutes=40)), acting_as(lawyer), force_locale(language):
                    actions.write(db.session.get_one(Case, case_id), dict(ANSWERED)[language])
                    db.session.commit()
        except Refused:  # a record that only its team opens
            continue


def _read_what_is_old(principals: dict[str, Principal]) -> None:
    """Nobody comes back to the notices of seven years."""
    week_ago = clock.now() - timedelta(days=7)
    for organisation_id in {one.organisation_id for one in principals.values()}:
        with acting_as(system("demonstration", organisation_id)):
            for notice in db.session.scalars(select(Notice).where(Notice.made_at < week_ago)):
                notice.read_at = notice.made_at + timedelta(hours=3)
            db.session.commit()
