"""A user's dates as calendar programs read them: case numbers and what kind of date it is, nothing about anyone."""

from datetime import date, datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from flask_babel import gettext as _
from icalendar import Calendar, Event, vDuration

from casework.core import clock
from casework.diary import pages, policy, queries
from casework.diary.queries import Entry
from casework.diary.rules import Kind

PAST = timedelta(days=30)
AHEAD = timedelta(days=400)
REFRESH = timedelta(hours=1)


def entries(user_id: UUID) -> list[Entry]:
    """What goes into a user's feed: their own dates that still stand, and those of whom they stand in for today."""
    today = clock.today()
    whose = queries.whose(user_id)
    found = queries.together(queries.entries(today - PAST, today + AHEAD, one) for one in whose)
    return [one for one in found if one.is_planned]


def calendar(found: list[Entry]) -> bytes:
    """The feed itself, in the language of whoever's it is."""
    feed = Calendar()
    feed.add("prodid", "-//Casework//Calendar//EN")
    feed.add("version", "2.0")
    feed.add("calscale", "GREGORIAN")
    feed.add("method", "PUBLISH")
    feed.add("x-wr-calname", _("Casework"))
    feed.add("refresh-interval", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    feed.add("x-published-ttl", vDuration(REFRESH))
    now = clock.now()
    for one in found:
        feed.add_component(_event(one, now))
    return bytes(feed.to_ical())


def _event(one: Entry, now: datetime) -> Event:
    event = Event()
    event.add("uid", _uid(one))
    event.add("dtstamp", now)
    event.add("summary", _summary(one))
    event.add("class", "PRIVATE")
    if one.at is not None:
        event.add("dtstart", one.at)
        event.add("dtend", one.row.slot.ends_at)
    else:
        _whole_day(event, one.on)
    return event


def _whole_day(event: Event, on: date) -> None:
    event.add("dtstart", on)
    event.add("dtend", on + timedelta(days=1))
    event.add("transp", "TRANSPARENT")  # the day stays free


def _uid(one: Entry) -> str:
    """The same in every fetch, and of no use to anybody else: it tells neither the kind nor the id of the row."""
    return f"{uuid5(NAMESPACE_URL, f'casework:{one.kind}:{one.row.id}')}@casework"


def _summary(one: Entry) -> str:
    if not policy.may_name_kind(one.case):
        return one.case.number
    kind = pages.appointment_kind(one.row) if one.kind is Kind.APPOINTMENT else pages.kind_word(one.kind)
    return _("%(number)s: %(kind)s", number=one.case.number, kind=kind)
