"""What the calendar does by itself: reminding each morning."""

from datetime import time

from flask import current_app
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from casework.accounts.models import User
from casework.core import clock, mail
from casework.core.config import Settings
from casework.core.jobs import Job, daily
from casework.diary import queries
from casework.diary.queries import Entry
from casework.diary.rules import Kind
from casework.notices import queries as notices
from casework.notices import rules


def remind() -> int:
    """Queue one mail for each colleague for whom something is due: numbers and the way to the desk, nobody's name."""
    today = clock.today()
    late = queries.overdue()
    others = [kind for kind in Kind if kind not in (Kind.DEADLINE, Kind.EXPIRY)]
    ahead = [*queries.near(), *queries.entries(today, today + queries.SOON, kinds=others)]
    queued = 0
    wanting = queries.to_remind()
    hours = notices.hours([user.id for user in wanting])
    for user in wanting:
        at = rules.opens(hours[user.id], clock.now())
        if at is None or clock.day_of(at) != today:  # what is due today is of no use tomorrow
            continue
        told = _digest(user, [*late, *ahead])
        if told is not None and mail.queue(user.id, f"reminder:{today.isoformat()}", *told, at=at) is not None:
            queued += 1
    return queued


def _digest(user: User, entries: list[Entry]) -> tuple[str, str] | None:
    """Subject and text in the user's language, or nothing when nothing is due."""
    today = clock.today()
    own = [one for one in entries if one.lawyer_id == user.id and one.is_planned]

    def count(late: bool, *kinds: Kind) -> int:
        return sum(one.kind in kinds and (one.on < today) == late for one in own)

    with force_locale(user.language):
        due, missed = count(False, Kind.DEADLINE), count(True, Kind.DEADLINE)
        steps, late_steps = count(False, Kind.STEP), count(True, Kind.STEP)
        today_s = sum(one.kind is Kind.APPOINTMENT and one.on == today for one in own)
        replies, expiring = count(True, Kind.LETTER), count(False, Kind.EXPIRY) + count(True, Kind.EXPIRY)
        told = [
            ngettext("%(num)d legal deadline has passed.", "%(num)d legal deadlines have passed.", missed),
            ngettext("%(num)d legal deadline comes near.", "%(num)d legal deadlines come near.", due),
            ngettext("%(num)d appointment today.", "%(num)d appointments today.", today_s),
            ngettext("%(num)d next step is late.", "%(num)d next steps are late.", late_steps),
            ngettext("%(num)d next step in the next 7 days.", "%(num)d next steps in the next 7 days.", steps),
            ngettext("%(num)d reply to a letter is late.", "%(num)d replies to letters are late.", replies),
            ngettext("%(num)d certificate expires or has expired.", "%(num)d certificates expire or have expired.",
                     expiring),
        ]  # fmt: skip
        numbers = (missed, due, today_s, late_steps, steps, replies, expiring)
        if not any(numbers):
            return None
        text = [
            _("Good morning. In Casework there wait for you:"),
            "",
            *(f"- {line}" for line, number in zip(told, numbers, strict=True) if number),
            "",
            _("They stand on your desk: %(address)s", address=_desk()),
            "",
            _("This mail names nobody. You can switch it off in your account."),
        ]
        return _("Casework: what is due"), "\n".join(text)


def _desk() -> str:
    settings: Settings = current_app.extensions["settings"]
    # From the settings: there is no request here, and in one anybody may write the Host.
    return settings.address + current_app.url_map.bind("").build("desk.home")


REMIND = Job("diary.remind", daily(time(7, 30)), remind, mail.has_server)
