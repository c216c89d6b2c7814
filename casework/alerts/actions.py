"""Reading the trail, raising what is unusual, and saying what came of it."""

from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from casework.accounts.models import User
from casework.alerts import queries
from casework.alerts.models import Alert, AlertReading, AlertRule, Opinion
from casework.alerts.rules import COUNTS, Counted, Kind, Rule, State, is_again, own_threshold
from casework.core import clock
from casework.core.db import db
from casework.core.errors import DomainError
from casework.notices import actions as notices
from casework.reference import queries as codes

AT_ONCE = 20_000
"""Entries read in one turn."""

LEAST, MOST = 1, 10_000

# -- reading -----------------------------------------------------------------------------------------------------


def read() -> int:
    """Read what the trail holds since the last time, and raise what is unusual; how many alerts are new.

    What was before the first reading is not looked at, but for the day itself.
    """
    place = queries.reading()
    if place is None:
        place = AlertReading(number=queries.number_at(queries.begin_of(clock.today())) - 1)
        db.session.add(place)
    until = min(queries.last_number(), place.number + AT_ONCE)
    found = 0
    for user_id, day in sorted(queries.active_since(place.number, until)):
        user = queries.colleague(user_id)
        if user is not None:
            found += look_at(user, day)
    place.number = max(place.number, until)
    db.session.flush()
    return found


def look_at(user: User, day: date) -> int:
    """Count a day of a colleague by every rule, and raise what is more than usual."""
    done = queries.what_of(user, day)
    raised = 0
    for kind, count in COUNTS.items():
        rule = queries.rule(kind, day)
        if not rule.is_on:
            continue
        counted = count(done, rule)
        if counted.count < rule.threshold:
            continue
        threshold = rule.threshold
        if kind is Kind.MANY:
            threshold = own_threshold(rule, queries.usual(user.id, day))
            if counted.count < threshold:
                continue
        raised += _raise(user, kind, day, counted, threshold)
    return raised


def _raise(user: User, kind: Kind, day: date, counted: Counted, threshold: int) -> int:
    """Write it down once for a day. What was looked at is opened again when it has doubled since."""
    now = clock.now()
    known = queries.of_day(user.id, kind, day)
    if known is None:
        known = Alert(
            kind=kind.value,
            user_id=user.id,
            day=day,
            count=counted.count,
            threshold=threshold,
            details=counted.details,
            found_at=now,
            changed_at=now,
            state=State.OPEN.value,
        )
        db.session.add(known)
        db.session.flush()
        _tell(known)
        return 1
    if counted.count <= known.count:
        return 0
    is_opened_again = known.state == State.LOOKED_AT
    if is_opened_again:
        if not is_again(known.count, counted.count):
            return 0
        known.state = State.OPEN.value  # who looked at it, when and what they found stays
    known.count, known.details, known.changed_at = counted.count, counted.details, now
    db.session.flush()
    if is_opened_again:
        _tell(known, again=f":{known.count}")
    return 0


def _tell(alert: Alert, again: str = "") -> None:
    notices.tell(
        queries.readers(alert.user_id),
        "alert",
        f"alert:{alert.id}{again}",
        endpoint="alerts.show",
        values={"alert_id": alert.id},
    )


# -- looking -----------------------------------------------------------------------------------------------------


def decide(alert: Alert, verdict: str, comment: str | None) -> None:
    """What came of looking at it. It can be changed; nobody decides about what they did themselves."""
    who = db.session.info["principal"]
    if alert.user_id == who.user_id:
        raise DomainError(_("Somebody else looks at what you did yourself."))
    item = codes.item("alert_verdict", verdict)
    if item is None:
        raise DomainError(_("Choose one of the options."), "verdict")
    if not (comment or "").strip():
        raise DomainError(_("Say in a sentence what you found."), "comment")
    alert.verdict, alert.state = verdict, State.LOOKED_AT.value
    alert.opinion = Opinion(comment=comment)
    alert.decided_at, alert.decided_by_id = clock.now(), who.user_id
    db.session.flush()


# -- rules -------------------------------------------------------------------------------------------------------


def change_rule(kind: Kind, rule: Rule) -> AlertRule:
    """What holds from today on. What held before stays written down, and the other readers are told."""
    if not LEAST <= rule.threshold <= MOST:
        raise DomainError(_("Enter a number between %(least)s and %(most)s.", least=LEAST, most=MOST), "threshold")
    if rule == queries.rule(kind, clock.today()):
        raise DomainError(_("Nothing was changed."))
    row = queries.rule_from(kind, clock.today())
    if row is None:
        row = AlertRule(kind=kind.value, from_on=clock.today())
        db.session.add(row)
    who = db.session.info["principal"]
    row.is_on, row.threshold, row.with_weekends, row.by_id = rule.is_on, rule.threshold, rule.with_weekends, who.user_id
    db.session.flush()
    notices.tell(
        queries.readers(who.user_id), "alert", f"alert-rule:{row.id}:{row.version}", endpoint="alerts.rules", values={}
    )
    return row


def adopt(day: date) -> int:
    """Look at all that was done on one day, as the demonstration does with what it invents."""
    users = db.session.scalars(select(User).where(User.organisation_id == db.session.info["principal"].organisation_id))
    return sum(look_at(user, day) for user in users)
