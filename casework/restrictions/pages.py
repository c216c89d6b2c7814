"""What the pages about restricted records and emergencies show, in words."""

from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from casework.accounts.queries import names
from casework.core import clock, i18n
from casework.core.scope import Principal, principal
from casework.persons import queries as persons
from casework.persons.models import Person
from casework.persons.pages import display_name
from casework.reference import queries as codes
from casework.restrictions import policy, queries
from casework.restrictions.models import EmergencyAccess
from casework.restrictions.rules import Verdict


def of_record(person: Person) -> dict[str, Any]:
    """What stands on every page of a record: that it is restricted, and that it is open for some hours only."""
    access = queries.emergency(person.id)
    return {
        "tag": _("Restricted") if queries.is_restricted(person.id) else "",
        "until": i18n.moment(access.until_at) if access is not None else "",
        "end_url": url_for("restrictions.end", person_id=person.id) if access is not None else "",
    }


def card(person: Person) -> dict[str, Any]:
    """The card beside the record: who may open it and why, and what whoever looks at it can do about that."""
    who = principal()
    restriction = queries.standing(person.id)
    may_restrict = who is not None and who.may("person:restrict")
    url = url_for("restrictions.restriction", person_id=person.id)
    lines = []
    if restriction is not None:
        lines.append(
            _(
                "Since %(when)s, by %(who)s.",
                when=i18n.moment(restriction.since),
                who=names({restriction.by_id}).get(restriction.by_id) or _("System"),
            )
        )
    return {
        "is_restricted": restriction is not None,
        "reason": restriction.reasons.begun if restriction is not None else "",
        "lines": lines,
        "url": url if may_restrict else "",
        "link": _("Change") if restriction is not None else _("Restrict"),
        "emergency_url": url_for("restrictions.emergency", person_id=person.id) if _asks(who, person) else "",
    }


def _asks(who: Principal | None, person: Person) -> bool:
    """Whether emergency access would show more than this principal sees: needs that are nobody else's business."""
    if who is None or not who.may("person:emergency") or who.may("person:sensitive-need"):
        return False
    return not queries.has_emergency(person.id)


def team(person: Person) -> list[str]:
    """Who may open the record while it is restricted, by name: its own people, then the supervisors."""
    own = names(set(policy.team_of(person.id)))
    others = [one.name for one in queries.supervisors() if one.id not in own]
    return [*sorted(own.values()), *others]


def closed(person_ids: frozenset[UUID]) -> dict[str, Any]:
    """The page in front of a record that is closed: its number, whom to ask, the way in for an emergency."""
    who = principal()
    found = sorted(persons.persons(person_ids).values(), key=lambda one: one.number)
    return {
        "records": [
            {
                "number": one.number,
                "url": url_for("restrictions.emergency", person_id=one.id)
                if who is not None and who.may("person:emergency")
                else "",
            }
            for one in found
        ],
        "supervisors": ", ".join(one.name for one in queries.supervisors()),
    }


# -- emergencies -------------------------------------------------------------------------------------------------


def verdict_words(access: EmergencyAccess) -> tuple[str, str]:
    """(what was thought of it, tone of the tag)."""
    if access.verdict is None:
        return _("To be judged"), "amber"
    return (_("Justified"), "teal") if access.verdict == Verdict.JUSTIFIED else (_("Not justified"), "red")


def age_words(access: EmergencyAccess) -> str:
    days = (clock.today() - clock.day_of(access.from_at)).days
    return ngettext("%(num)s day ago", "%(num)s days ago", days) if days else _("today")


def rows(found: list[EmergencyAccess]) -> list[dict[str, Any]]:
    return [_row(one) for one in found]


def _row(access: EmergencyAccess) -> dict[str, Any]:
    words, tone = verdict_words(access)
    return {
        "url": url_for("emergencies.show", access_id=access.id),
        "who": access.user.name,
        "when": i18n.moment(access.from_at),
        "age": age_words(access),
        "reason": codes.label("emergency_reason", access.reason),
        "record": access.person.number if _sees_persons() else "",
        "verdict": words,
        "tone": tone,
    }


def _sees_persons() -> bool:
    who = principal()
    return who is not None and who.may("person:open")


def pairs(access: EmergencyAccess) -> list[tuple[str, Any]]:
    """What happened, as far as whoever reads it may know of persons."""
    ended = access.ended_at or access.until_at
    found: list[tuple[str, Any]] = [
        (_("Who"), access.user.name),
        (_("Opened"), i18n.moment(access.from_at)),
        (_("Open until") if ended > clock.now() else _("Closed"), i18n.moment(ended)),
        (_("Reason"), codes.label("emergency_reason", access.reason)),
    ]
    if _sees_persons():
        found += [
            (_("Record"), f"{display_name(access.person.identity)}, {access.person.number}"),
            (_("What has happened"), access.told.why),
        ]
    if access.reviewed_at is not None:
        found.append(
            (
                _("Judged by"),
                _(
                    "%(who)s, %(when)s",
                    who=names({access.reviewed_by_id}).get(access.reviewed_by_id) or _("System"),
                    when=i18n.moment(access.reviewed_at),
                ),
            )
        )
    return found


def desk_counts(who: Principal) -> list[dict[str, Any]]:
    """What waits on the desk of a supervisor; nothing when nothing does."""
    waiting = queries.waiting_count(but=who.user_id) if who.may("alert:see") else 0
    judges = who.may("person:restrict")
    words = (
        ngettext("emergency access to be judged", "emergency accesses to be judged", waiting)
        if judges
        else ngettext(
            "emergency access that a supervisor is to judge, for your information",
            "emergency accesses that a supervisor is to judge, for your information",
            waiting,
        )
    )
    url, tone = url_for("emergencies.index"), "bad" if judges else ""
    return [{"value": waiting, "label": words, "url": url, "tone": tone}] if waiting else []
