"""What some of the invented people agreed to, refused and took back: so that no page about consents is empty."""

from datetime import timedelta
from typing import Any

from flask_babel import force_locale
from sqlalchemy import select

from casework.accounts.queries import organisations
from casework.consents import actions
from casework.consents.actions import Given
from casework.core import clock
from casework.core.db import db
from casework.core.scope import Principal, acting_as
from casework.demo.staff import HOUSES, lawyers
from casework.persons.models import Person
from casework.persons.rules import age_on


def add(principals: dict[str, Principal]) -> None:
    """For a few adults of each partner, recorded by one of its lawyers over the last year."""
    for house in HOUSES:
        if house.kind == "partner":
            with acting_as(principals[lawyers(house.key)[0].key]), force_locale("en"):
                _answers()
                db.session.commit()


def _answers() -> None:
    today = clock.today()
    own = db.session.info["principal"].organisation_id
    partners = [one for one in organisations() if one.kind == "partner" and one.id != own]
    to_partner = f"organisation:{partners[0].id}" if partners else None
    since = today - timedelta(days=340)
    living = select(Person).where(Person.merged_into_id.is_(None), Person.registration == "ACTIVE")
    people = db.session.scalars(living.where(Person.registered_on < since).order_by(Person.number).limit(60))
    adults = [one for one in people if (age_on(one.birth_year, one.birth_month, since) or 0) >= 18][:12]
    for place, person in enumerate(adults):
        language = person.languages[0] if person.languages else None

        def say(purpose: str, days: int, state: str = "given", **more: Any) -> object:
            told: dict[str, Any] = {"form": "WRITTEN", "language": language, "notice_version": "V1", **more}  # noqa: B023
            return actions.record(person, Given(purpose, state, today - timedelta(days=days), **told))  # noqa: B023

        say("UNHCR", 300)
        say("STATISTICS", 300)
        if to_partner is not None and place % 3 == 0:
            say("REFERRAL", 200, recipient=to_partner, expires_on=today + timedelta(days=20 + 60 * place))
        if place % 4 == 1:
            say("STORY", 180, "refused", form=None)
        if place % 4 == 2:
            consent = actions.record(person, Given("STORY", "given", today - timedelta(days=150), form="THUMBPRINT"))
            actions.withdraw(consent, today - timedelta(days=20), "IN_PERSON", "Передумал после разговора с семьёй.")
    if adults:
        counted = actions.record(adults[-1], Given("STATISTICS", "given", today - timedelta(days=90), form="WRITTEN"))
        actions.withdraw(counted, today - timedelta(days=9), "IN_WRITING")
