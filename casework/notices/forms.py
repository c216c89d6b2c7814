"""What can be chosen about being told: of what by mail, and when."""

from collections.abc import Mapping
from datetime import time
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from casework.core.errors import DomainError
from casework.core.forms import CaseworkForm, Choices, HourField, PillsField, PillsManyField, Tick, options
from casework.core.scope import principal
from casework.notices import kinds
from casework.notices.rules import Hours
from casework.workdays.pages import weekdays


def kind_choices() -> Choices:
    def offered() -> list[tuple[str, str]]:
        who = principal()
        return [(code, str(kind.title)) for code, kind in kinds.of(who).items()] if who is not None else []

    return offered


def weekday_choices() -> Choices:
    return lambda: [(str(number), full) for number, (_short, full, _is_weekend) in enumerate(weekdays())]


class ChoicesForm(CaseworkForm):
    kinds = PillsManyField(
        _l("Write me a mail about"),
        kind_choices(),
        description=_l("All of it stands on your desk in any case. A mail says what kind of thing happened, no names."),
    )
    rhythm = PillsField(
        _l("How often"),
        options([("at_once", _l("At once")), ("daily", _l("Once a day, all in one mail"))]),
        optional=False,
    )
    daily_at = HourField(_l("Once a day at"), optional=True, description=_l("Such as 17:00, Almaty time."))
    weekdays = PillsManyField(_l("On these days"), weekday_choices(), optional=False)
    quiet_from = HourField(_l("Quiet from"), optional=True, description=_l("Such as 20:00. Empty: no quiet hours."))
    quiet_until = HourField(_l("Quiet until"), optional=True, description=_l("Such as 7:00."))
    urgent = Tick(_l("What is urgent may come in quiet hours, too"))

    def by_mail(self) -> dict[str, bool]:
        return {code: code in (self.kinds.data or ()) for code, _title in kind_choices()()}

    def hours(self) -> Hours:
        """When mails may come. Half an answer is none: it is refused."""
        is_quiet = bool(self.quiet_from.data)
        if self.rhythm.data == "daily" and not self.daily_at.data:
            raise DomainError(_("Say at what hour."), "daily_at")
        if is_quiet != bool(self.quiet_until.data):
            raise DomainError(_("Say both from when and until when, or neither."), "quiet_until")
        return Hours(
            quiet_from=_minutes(self.quiet_from.hour) if is_quiet else None,
            quiet_until=_minutes(self.quiet_until.hour) if is_quiet else None,
            weekdays=tuple(sorted(self.weekdays.data or ())),
            once_a_day_at=_minutes(self.daily_at.hour) if self.rhythm.data == "daily" else None,
            urgent_at_once=bool(self.urgent.data),
        )


def _minutes(hour: time) -> int:
    return hour.hour * 60 + hour.minute


def _typed(minutes: int | None) -> str:
    return "" if minutes is None else f"{minutes // 60}:{minutes % 60:02}"


def choice_values(by_mail: Mapping[str, bool], hours: Hours) -> dict[str, Any]:
    """What the form begins with."""
    return {
        "kinds": [code for code, wanted in by_mail.items() if wanted],
        "rhythm": "at_once" if hours.once_a_day_at is None else "daily",
        "daily_at": _typed(hours.once_a_day_at),
        "weekdays": list(hours.weekdays),
        "quiet_from": _typed(hours.quiet_from),
        "quiet_until": _typed(hours.quiet_until),
        "urgent": hours.urgent_at_once,
    }
