"""What the pages about alerts show, in words."""

from dataclasses import replace
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from casework.accounts.queries import names
from casework.alerts import queries
from casework.alerts.models import Alert
from casework.alerts.rules import Kind, Rule, State
from casework.core import clock, i18n
from casework.core.scope import Principal, principal
from casework.reference import queries as codes


def title(kind: str) -> str:
    return {
        Kind.MANY: _("Many records opened"),
        Kind.OTHERS: _("Other lawyers’ cases opened"),
        Kind.NIGHT: _("Records opened at night"),
        Kind.EXPORT: _("A large export"),
        Kind.REFUSED: _("Refused again and again"),
        Kind.EMERGENCY: _("Emergency access again"),
        Kind.PROBING: _("Names tried that led nowhere"),
    }[Kind(kind)]


def meaning(kind: str, rule: Rule) -> str:
    """When it is raised, in a sentence."""
    number = {"number": i18n.number(rule.threshold)}
    if kind == Kind.NIGHT and rule.with_weekends:
        return _(
            "%(number)s or more records opened in one night between 22:00 and 6:00, or on a Saturday or Sunday.",
            **number,
        )
    return {
        Kind.MANY: _(
            "%(number)s or more records opened on one day, and more than four times what is usual for the colleague.",
            **number,
        ),
        Kind.OTHERS: _(
            "%(number)s or more cases opened on one day that the colleague neither works on nor follows, when these "
            "are most of those opened. Supervisors are not counted.",
            **number,
        ),
        Kind.NIGHT: _("%(number)s or more records opened in one night between 22:00 and 6:00.", **number),
        Kind.EXPORT: _("%(number)s or more cases taken out in exports on one day.", **number),
        Kind.REFUSED: _("%(number)s or more refusals within one hour: pages that are closed or not there.", **number),
        Kind.EMERGENCY: _("Emergency access %(number)s or more times within a week.", **number),
        Kind.PROBING: _(
            "%(number)s or more names searched or typed on one day, without a record opened or a person registered.",
            **number,
        ),
    }[Kind(kind)]


def counted(alert: Alert) -> str:
    """How much it was, in words."""
    count = alert.count
    return {
        Kind.MANY: ngettext("%(num)s record", "%(num)s records", count),
        Kind.OTHERS: ngettext("%(num)s case", "%(num)s cases", count),
        Kind.NIGHT: ngettext("%(num)s record", "%(num)s records", count),
        Kind.EXPORT: ngettext("%(num)s case", "%(num)s cases", count),
        Kind.REFUSED: ngettext("%(num)s refusal in an hour", "%(num)s refusals in an hour", count),
        Kind.EMERGENCY: ngettext("%(num)s time in a week", "%(num)s times in a week", count),
        Kind.PROBING: ngettext("%(num)s name", "%(num)s names", count),
    }[Kind(alert.kind)]


def rows(found: list[Alert]) -> list[dict[str, Any]]:
    who = names({one.decided_by_id for one in found})
    return [
        {
            "url": url_for("alerts.show", alert_id=one.id),
            "title": title(one.kind),
            "who": one.user.name,
            "role": codes.label("role", one.user.role.value),
            "day": i18n.day(one.day),
            "counted": counted(one),
            "threshold": _("from %(number)s on", number=i18n.number(one.threshold)),
            "verdict": codes.label("alert_verdict", one.verdict) if one.verdict else "",
            "is_again": one.state == State.OPEN and one.decided_at is not None,
            "decided": decided(one, who),
        }
        for one in found
    ]


def decided(alert: Alert, who: dict[Any, str]) -> str:
    if alert.decided_at is None:
        return ""
    name = who.get(alert.decided_by_id) or _("System")
    return _("%(who)s, %(when)s", who=name, when=i18n.moment(alert.decided_at))


def shown(alert: Alert) -> dict[str, Any]:
    """One alert: when, how often, which records; of persons a focal point learns numbers of acts only."""
    who = principal()
    sees_persons = who is not None and who.may("person:open")
    hours, actions = alert.details.get("hours", {}), alert.details.get("actions", {})
    day = alert.day
    narrowed: dict[str, Any] = {"day-day": day.day, "day-month": day.month, "day-year": day.year}
    return {
        "title": title(alert.kind),
        "meaning": meaning(alert.kind, replace(queries.rule(Kind(alert.kind), day), threshold=alert.threshold)),
        "pairs": [
            (_("Who"), alert.user.name),
            (_("Day"), i18n.day(day)),
            (_("How much"), counted(alert)),
            (_("Unusual from"), _held(alert)),
            (_("Found"), i18n.moment(alert.found_at)),
        ],
        "hours": [{"label": f"{int(hour):02}:00", "value": number} for hour, number in hours.items()],
        "actions": sorted(actions.items(), key=lambda pair: -pair[1]),
        "records": [
            {"number": one.number, "url": url_for("casefile.person", person_id=one.id)}
            for one in (queries.records(alert) if sees_persons and alert.kind != Kind.OTHERS else ())
        ]
        + [
            {"number": one.number, "url": url_for("casefile.case", case_id=one.id)}
            for one in (queries.others_cases(alert) if sees_persons else ())
        ],
        "records_title": _("What was counted")
        if alert.kind in (Kind.MANY, Kind.NIGHT, Kind.OTHERS)
        else _("Records opened on this day"),
        "trail_url": url_for("oversight.trail", actor=alert.user_id, **narrowed)
        if who is not None and who.may("audit:see")
        else "",
        "decided": decided(alert, names({alert.decided_by_id})),
        "is_again": alert.state == State.OPEN and alert.decided_at is not None,
    }


def _held(alert: Alert) -> str:
    """The number that held when the alert was raised, with the one that holds today when that is another."""
    now = queries.rule(Kind(alert.kind), clock.today())
    then = i18n.number(alert.threshold)
    if alert.kind == Kind.MANY or now.threshold == alert.threshold:
        return then
    said = queries.rules_said(Kind(alert.kind))
    return _(
        "%(then)s when it was raised; since %(day)s it is %(now)s",
        then=then,
        day=i18n.day(said[0].from_on) if said else "",
        now=i18n.number(now.threshold),
    )


def rule_rows() -> list[dict[str, Any]]:
    """Every kind with what holds today and since when."""
    today = clock.today()
    found = []
    for kind in Kind:
        said, rule = queries.rules_said(kind), queries.rule(kind, today)
        who = names({one.by_id for one in said})
        found.append(
            {
                "title": title(kind),
                "meaning": meaning(kind, rule),
                "state": state_words(kind, rule),
                "tone": "teal" if rule.is_on else "",
                "url": url_for("alerts.rule", which=kind.value),
                "said": [
                    _(
                        "From %(day)s: %(rule)s (%(who)s)",
                        day=i18n.day(one.from_on),
                        rule=state_words(kind, Rule(one.threshold, one.is_on, one.with_weekends)),
                        who=who.get(one.by_id) or _("System"),
                    )
                    for one in said
                ],
            }
        )
    return found


def state_words(kind: str, rule: Rule) -> str:
    if not rule.is_on:
        return _("Off")
    if kind == Kind.NIGHT and rule.with_weekends:
        return _("from %(number)s on, weekends too", number=i18n.number(rule.threshold))
    return _("from %(number)s on", number=i18n.number(rule.threshold))


def desk_counts(who: Principal) -> list[dict[str, Any]]:
    """What waits on the desks of supervisors and focal points; nothing when nothing does."""
    waiting = queries.count(State.OPEN) if who.may("alert:see") else 0
    words = ngettext("alert to look at", "alerts to look at", waiting)
    return [{"value": waiting, "label": words, "url": url_for("alerts.index"), "tone": "bad"}] if waiting else []
