"""What the pages about requests of data subjects and erasures show, in words."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from casework.accounts.queries import names
from casework.backups import queries as backups
from casework.core import clock, i18n
from casework.core.scope import principal
from casework.persons.models import Person
from casework.persons.pages import display_name
from casework.reference import queries as codes
from casework.rights import queries
from casework.rights.models import DataRequest, Erasure
from casework.rights.reaching import Reach
from casework.rights.rules import Kind, State


def title(person: Person) -> str:
    """Whom it is about: by name for casework, by number for everybody else, and of who was erased."""
    who = principal()
    if person.erased_on is None and who is not None and who.may("person:open"):
        return f"{display_name(person.identity)} · {person.number}"
    return person.number


def due_words(asked: DataRequest) -> tuple[str, str]:
    """(until when it is to be answered, tone of the tag)."""
    if asked.closed_on is not None:
        return codes.label("rights_decision", asked.decision), ""
    days = (asked.due_on - clock.today()).days
    if days < 0:
        return ngettext("%(num)s day late", "%(num)s days late", -days), "red"
    if days == 0:
        return _("Due today"), "amber"
    return _("Due on %(day)s", day=i18n.day(asked.due_on)), "amber" if days == 1 else "blue"


def rows(found: list[DataRequest]) -> list[dict[str, Any]]:
    return [_row(one) for one in found]


def _row(asked: DataRequest) -> dict[str, Any]:
    words, tone = due_words(asked)
    return {
        "url": url_for("rights.show", request_id=asked.id),
        "who": title(asked.person),
        "kind": codes.label("rights_kind", asked.kind),
        "asked": i18n.day(asked.asked_on),
        "state": words,
        "tone": tone,
    }


def facts(asked: DataRequest) -> list[tuple[str, Any]]:
    """The request itself."""
    who = names({asked.recorded_by_id, asked.closed_by_id})
    pairs = [
        (_("What they ask for"), codes.label("rights_kind", asked.kind)),
        (_("Asked on"), i18n.day(asked.asked_on)),
        (_("Who asks"), codes.label("rights_by", asked.by_whom)),
        (_("How"), codes.label("rights_how", asked.how)),
        (_("To be answered by"), i18n.day(asked.due_on)),
        (_("Recorded by"), who.get(asked.recorded_by_id) or _("System")),
    ]
    if asked.closed_on is not None:
        pairs += [
            (_("Decision"), codes.label("rights_decision", asked.decision)),
            (_("Closed"), f"{i18n.day(asked.closed_on)}, {who.get(asked.closed_by_id) or _('System')}"),
        ]
    return pairs


def steps(asked: DataRequest) -> list[dict[str, str]]:
    """Where what is asked for is done: links, each with a sentence."""
    who, person = principal(), asked.person
    if who is None or not asked.is_open or person.erased_on is not None:
        return []
    is_caseworker = who.may("person:edit")
    match asked.kind:
        case Kind.RECTIFICATION if is_caseworker:
            links = [
                ("persons.edit_identity", _("Correct the identity"), _("The value before is kept beside the new one.")),
                ("persons.edit_contacts", _("Correct the contacts"), _("The value before is kept beside the new one.")),
            ]
        case Kind.OBJECTION if is_caseworker:
            links = [
                (
                    "consents.index",
                    _("Withdraw a consent"),
                    _("What goes on only by it stops at once: sharing, transfers, being counted from that day on."),
                ),
                (
                    "restrictions.restriction",
                    _("Restrict the record"),
                    _("Only its team opens it then; it is used for nothing else."),
                ),
            ]
        case Kind.ERASURE:
            links = [("rights.preview", _("Look at what would go"), _("Nothing is erased by looking."))]
        case _:
            links = []
    return [
        {"url": url_for(endpoint, person_id=person.id), "label": label, "words": words}
        for endpoint, label, words in links
    ]


# -- erasures ------------------------------------------------------------------------------------------------------


def preview(reach: Reach) -> dict[str, Any]:
    """What would go and what would stay, in numbers; what speaks against it."""
    against = queries.against(reach)
    return {
        "going": [{"table": name, "count": count} for name, count in reach.counts.items()],
        "files": len(reach.files()),
        "merged": [one.number for one in reach.persons[1:]],
        "cases": [one.number for one in reach.alone],
        "shared": [one.number for one in reach.shared],
        "left": [{"table": name, "count": count} for name, count in reach.left.items()],
        "forbidding": against.forbidding,
        "warning": against.warning,
        "told": queries.told(reach),
        "stays": stays(),
    }


def stays() -> list[str]:
    """What is left after an erasure, and why."""
    return [
        _("The number of the record, the numbers of its cases, and the day of the erasure."),
        _("Days and codes without words, by which figures are counted again: status, kind of case, services."),
        _("The movements of the figures, and everything published: they name nobody."),
        _("The audit trail: who did what and when, with random ids; what was once searched for stays sealed in it."),
        backup_words(),
    ]


def backup_words() -> str:
    """Until when backups that were made before still hold what was erased."""
    until = backups.kept_until()
    if until is None:
        return _("Backups made before still hold everything, sealed. Destroy copies that are kept elsewhere.")
    return _(
        "Backups made before still hold everything, sealed, until %(day)s; whoever restores one erases again.",
        day=i18n.day(until),
    )


def erasure_facts(one: Erasure) -> list[tuple[str, Any]]:
    who = names({one.asked_by_id, one.decided_by_id})
    pairs = [
        (_("Ground"), codes.label("erasure_ground", one.ground)),
        (_("Asked for"), f"{i18n.moment(one.asked_at)}, {who.get(one.asked_by_id) or _('System')}"),
    ]
    if one.reasons.why:
        pairs.append((_("What who decides has to know"), one.reasons.why))
    if one.reasons.in_spite:
        pairs.append((_("Why all the same"), one.reasons.in_spite))
    if one.decided_at is not None:
        decided = {
            State.CARRIED_OUT: _("Approved and erased"),
            State.REFUSED: _("Not agreed to"),
            State.WITHDRAWN: _("Taken back"),
        }[State(one.state)]
        by = who.get(one.decided_by_id or one.asked_by_id) or _("System")
        pairs.append((decided, f"{i18n.moment(one.decided_at)}, {by}"))
    if one.reasons.answer:
        pairs.append((_("Why it is not erased"), one.reasons.answer))
    return pairs


def state_words(one: Erasure) -> tuple[str, str]:
    return {
        State.WAITING: (_("Waits for a second person"), "amber"),
        State.CARRIED_OUT: (_("Erased"), "teal"),
        State.REFUSED: (_("Not agreed to"), "red"),
        State.WITHDRAWN: (_("Taken back"), ""),
    }[State(one.state)]


def erasure_rows(found: list[Erasure]) -> list[dict[str, Any]]:
    return [
        {
            "url": url_for("rights.erasure", erasure_id=one.id),
            "who": title(one.person),
            "ground": codes.label("erasure_ground", one.ground),
            "when": i18n.moment(one.decided_at or one.asked_at),
            "state": state_words(one)[0],
            "tone": state_words(one)[1],
        }
        for one in found
    ]


def done(one: Erasure) -> list[tuple[str, Any]]:
    """What an erasure took, in numbers."""
    counts = one.counts
    return [
        (_("Erased on"), i18n.day(one.erased_on)),
        (_("Records"), i18n.number(counts.get("records", 0))),
        (_("Rows emptied or deleted"), i18n.number(sum(counts.get("rows", {}).values()))),
        (_("Files"), i18n.number(counts.get("files", 0))),
        (_("Former values"), i18n.number(counts.get("former", 0))),
    ]
