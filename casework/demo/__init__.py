"""A demonstration caseload: three invented organisations and their invented people, from 2019 to yesterday.

Everything is written by the same actions as on the pages, as one of the lawyers and under the clock of the day. Nobody
writes a total.
"""

import csv
import hashlib
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import groupby
from uuid import UUID

from flask_babel import force_locale
from sqlalchemy import select

from casework.accounts import actions as accounts
from casework.accounts import queries as account_queries
from casework.accounts import second_factor
from casework.accounts.models import Organisation, User
from casework.accounts.permissions import Role
from casework.accounts.sign_in import principal_for
from casework.core import clock
from casework.core.db import db
from casework.core.errors import DomainError
from casework.core.scope import Principal, acting_as, system
from casework.demo import (
    accounts_steps,
    approvals,
    backups,
    comments,
    consents,
    doubles,
    needs,
    quality,
    referrals,
    rights,
    sheets,
    supervision,
    transfers,
    watching,
)
from casework.demo import plan as planning
from casework.demo.acts import Stage
from casework.demo.deeds import Deed
from casework.demo.staff import COLLEAGUES, HOUSES, PASSWORD, SIGN_INS, seed_of
from casework.figures import actions as figures
from casework.figures import queries as figure_queries
from casework.persons.models import Person
from casework.proceedings import actions as proceedings
from casework.releases import actions as releases
from casework.releases import queries as release_queries

__all__ = ["SIGN_INS", "is_loaded", "load"]

REASON = "demonstration"
RELEASES = ((planning.FACTSHEET, date(2024, 1, 1)), (date(2026, 1, 1), None))
"""As of when, and since when: the day of the factsheet, and a year later."""
SEED = hashlib.sha256(b"the demonstration").hexdigest()
"""Fixed, so that every training copy of a day withholds the same cells. A real site draws its own, in secret."""
WHY_ALL_THE_SAME = (
    "The total printed on the factsheet is wrong by one. The two numbers it is made of are right, and add up to the "
    "total given here."
)
Progress = Callable[[str], object]


def is_loaded() -> bool:
    """Whether the demonstration, or a part of it, is in this database."""
    with acting_as(system(REASON)):
        return account_queries.email_is_taken(COLLEAGUES[0].email)


def _has_people() -> bool:
    with acting_as(system(REASON)):
        anyone = select(Person.id).limit(1)
        return db.session.scalar(anyone) is not None


def load(progress: Progress) -> None:
    """Fill an empty, migrated database that has its code lists. Commits in slices; says now and then how far it is."""
    if is_loaded() or _has_people():
        raise DomainError("There are people in this database already. The demonstration needs an empty one.")
    progress("Inviting the colleagues of four invented organisations …")
    users = _staff()
    principals = _principals()
    progress("Entering the published figures …")
    _external_figures(principals)
    plan, stage = planning.make(clock.today()), Stage(users)
    _caseload(plan, stage, principals, progress)
    progress("Looking for people who came twice, and for conflicts …")
    doubles.check(plan.doubles, stage, principals, REASON)
    with acting_as(system(REASON)):
        figures.settle_offsets()
        db.session.commit()
    progress("Counting the deadlines of today …")
    _this_morning()
    needs.add(principals)
    comments.add(principals)
    consents.add(principals)
    approvals.add(principals)
    quality.add(principals)
    supervision.add(principals)
    watching.add(principals)
    referrals.add(principals)
    transfers.add(principals)
    rights.add(principals)
    accounts_steps.add(principals)
    backups.add(REASON)
    progress("Drawing up the releases …")
    _releases(principals, progress)
    sheets.draw_up(principals, progress)
    progress("The demonstration is ready.")


# -- who works there ---------------------------------------------------------------------------------------------


def _staff() -> dict[str, UUID]:
    """Everyone is invited and chooses a password with the link, as they would."""
    users: dict[str, UUID] = {}
    with clock.at(planning.BEGIN - timedelta(days=3)), acting_as(system(REASON)):
        houses = {
            house.key: accounts.add_organisation(
                name_en=house.name_en, name_ru=house.name_ru, name_kk=house.name_kk, kind=house.kind
            )
            for house in HOUSES
        }
        for one in COLLEAGUES:
            user, token = accounts.invite(
                name=one.name,
                email=one.email,
                role=one.role,
                organisation=houses[one.house],
                language=one.language,
            )
            opened = account_queries.open_link(token)
            if opened is None:
                raise RuntimeError("An invitation did not open.")
            accounts.choose_password(*opened, PASSWORD)
            second_factor.enrol(db.session, user, seed_of(one.email))
            users[one.key] = user.id
        db.session.commit()
    return users


def _principals() -> dict[str, Principal]:
    with acting_as(system(REASON)):
        keys = {one.email: one.key for one in COLLEAGUES}
        found = db.session.scalars(select(User).join(Organisation).where(User.email.in_(keys)))
        return {keys[user.email]: principal_for(user) for user in found}


# -- figures that come from elsewhere ----------------------------------------------------------------------------


def _external_figures(principals: dict[str, Principal]) -> None:
    """The published figures as shipped; the second statistics officer verifies those that were checked."""
    with acting_as(system(REASON)):
        figures.seed_external()
        db.session.commit()
    second = [one for one in COLLEAGUES if one.role is Role.STATISTICS][1]
    with figures.SEED.open(encoding="utf-8", newline="") as file:
        checked = {
            (row["series"], row["as_of"], row["scope"], row["source"])
            for row in csv.DictReader(file)
            if row["confirmed"] == "yes"
        }
    with acting_as(principals[second.key]):
        for figure in figure_queries.external_figures():
            key = (figure.series, figure.as_of.isoformat(), figure.scope, figure.source)
            if key in checked and figure.verified_at is None:
                figures.verify_external(figure)
        db.session.commit()


# -- persons and cases -------------------------------------------------------------------------------------------


def _caseload(plan: planning.Plan, stage: Stage, principals: dict[str, Principal], progress: Progress) -> None:
    order = {one.key: place for place, one in enumerate(COLLEAGUES)}
    told = 0
    for _slice, within in groupby(plan.deeds, key=lambda deed: _slice_of(deed.day, plan.today)):
        # A supervisor comes after the lawyers of the house: what is handed over has been opened by then.
        by_colleague = sorted(within, key=lambda deed: order[deed.by])
        for key, ahead in groupby(by_colleague, key=lambda deed: deed.by):
            _work(list(ahead), stage, principals[key])
        if len(stage.persons) - told >= 100 or len(stage.persons) == plan.people != told:
            told = len(stage.persons)
            progress(f"Registering people … {told:,} of {plan.people:,}")


def _this_morning() -> None:
    """The clocks as of today, with what silence brought since the cases were last touched."""
    for organisation_id in account_queries.active_organisations():
        with acting_as(system(REASON, organisation_id)):
            proceedings.recount_open()
            db.session.commit()


def _slice_of(day: date, today: date) -> tuple[int, int]:
    """Quarters, and towards the end days, so that the audit trail's last pages are in the order of time."""
    if today - day < timedelta(days=10):
        return (day.toordinal(), 0)
    return (day.year, (day.month - 1) // 3)


def _work(ahead: list[Deed], stage: Stage, who: Principal) -> None:
    """What one colleague did in a slice of time, in one session."""
    with acting_as(who), force_locale("en"):
        held = stage.fetch(ahead)
        for deed, moment in _timed(ahead):
            with clock.at(moment):
                held.append(stage.do(deed))
        db.session.commit()


def _timed(ahead: list[Deed]) -> Iterator[tuple[Deed, datetime]]:
    """The hours of a working day, one deed after the other."""
    for day, deeds in groupby(ahead, key=lambda deed: deed.day):
        of_day = list(deeds)
        for place, deed in enumerate(of_day):
            minutes = 9 * 60 + (8 * 60 * place) // len(of_day)
            yield deed, datetime.combine(day, time(minutes // 60, minutes % 60), clock.ALMATY)


# -- releases ----------------------------------------------------------------------------------------------------


def _releases(principals: dict[str, Principal], progress: Progress) -> None:
    """What a statistics officer published: the printed total that does not add up is explained, signed and frozen."""
    officer = next(one for one in COLLEAGUES if one.role is Role.STATISTICS)
    with acting_as(principals[officer.key]), force_locale("en"):
        releases.keep_seed(SEED)
        for as_of, since in RELEASES:
            if as_of > clock.today():
                continue
            tables = [table.code for table in release_queries.offered_tables()]
            made = releases.begin(as_of, since, tables)
            for _step in ("count", "protect", "attack"):
                releases.next_step(made)
                db.session.commit()
            for finding in release_queries.findings_to_sign(made):
                releases.sign(made, finding, WHY_ALL_THE_SAME)
            releases.freeze(made)
            db.session.commit()
            progress(f"Drawing up the releases … {made.code}")
