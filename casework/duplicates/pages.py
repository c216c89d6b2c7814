"""What the pages about likely pairs show, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from casework.accounts.queries import names
from casework.cases import queries as cases
from casework.cases.models import Case
from casework.core import i18n
from casework.core.scope import Principal
from casework.duplicates import actions, policy, queries
from casework.duplicates.models import DuplicatePair, DuplicateSearch
from casework.duplicates.rules import Decision, equal_numbers
from casework.persons import pages as person_pages
from casework.persons.likeness import Comparison, Confidence, Point
from casework.reference import queries as codes

# -- the part of the queue in view ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class View:
    """Which part of the queue somebody goes through, and whether only their own people."""

    part: str = "open"
    lawyer_id: UUID | None = None

    @property
    def query(self) -> dict[str, Any]:
        """The same, for an address."""
        found: dict[str, Any] = {} if self.part == "open" else {"show": self.part}
        return found | ({"mine": "1"} if self.lawyer_id is not None else {})


def view_from(args: MultiDict[str, str], who: Principal | None) -> View:
    """What the address says; nonsense is left out rather than refused."""
    part = args.get("show", "open")
    lawyer_id = who.user_id if who is not None and args.get("mine") == "1" else None
    return View(part if part in queries.PARTS else "open", lawyer_id)


def part_words(part: str) -> str:
    return {
        "open": _("To look at"),
        "unsure": _("With the supervisor"),
        "same": _("Waiting to be merged"),
        "decided": _("Decided"),
    }[part]


def part_of(pair: DuplicatePair) -> str:
    """The part of the queue that a pair stands in."""
    if pair.decision is None:
        return "open"
    return "decided" if policy.is_over(pair) or pair.decision == Decision.DIFFERENT else str(pair.decision)


def parts(view: View) -> list[dict[str, Any]]:
    """The parts of the queue with their lengths, as pills."""
    lengths = queries.counts(view.lawyer_id)
    return [
        {
            "label": part_words(part),
            "url": url_for("duplicates.index", **View(part, view.lawyer_id).query),
            "count": lengths[part],
            "is_current": part == view.part,
        }
        for part in queries.PARTS
    ]


def whose(view: View, who: Principal | None) -> list[dict[str, Any]]:
    """Everybody's pairs, or those about one's own people."""
    mine = who.user_id if who is not None else None
    return [
        {"label": label, "url": url_for("duplicates.index", **View(view.part, of).query), "is_current": is_current}
        for label, of, is_current in (
            (_("All people"), None, view.lawyer_id is None),
            (_("Only mine"), mine, view.lawyer_id is not None),
        )
    ]


# -- the list ------------------------------------------------------------------------------------------------------


def rows(pairs: list[DuplicatePair], view: View) -> list[dict[str, Any]]:
    """Each pair as a line of the queue."""
    of_person = cases.cases_by_person({side.id for pair in pairs for side in (pair.person, pair.other)})
    who = names({pair.decided_by_id for pair in pairs})
    found = actions.comparisons([(pair.person, pair.other) for pair in pairs])
    return [_row(pair, comparison, view, of_person, who) for pair, comparison in zip(pairs, found, strict=True)]


def _row(
    pair: DuplicatePair,
    comparison: Comparison,
    view: View,
    of_person: dict[UUID, list[Case]],
    who: dict[UUID | None, str],
) -> dict[str, Any]:
    return {
        "pair": pair,
        "url": url_for("duplicates.pair", pair_id=pair.id, **view.query),
        "sides": [
            {
                "name": person_pages.display_name(side.identity),
                "latin": person_pages.latin_beside(side.identity),
                "number": side.number,
                "born": str(side.birth_year or _("year not recorded")),
                "lawyer": next((case.lawyer.name for case in of_person[side.id]), _("no case")),
            }
            for side in (pair.person, pair.other)
        ],
        "confidence": confidence_words(pair.confidence),
        "tone": TONES.get(pair.confidence, ""),
        "agrees": ", ".join(point_words(one) for one in comparison.points if one.agrees),
        "differs": ", ".join(point_name(one.name) for one in comparison.points if one.agrees is False),
        "decided": decided_words(pair, who),
        "note": pair.note.text if pair.decision is not None else None,
        "asked_again": asked_again_words(pair, who),
    }


TONES = {Confidence.CERTAIN.value: "red", Confidence.LIKELY.value: "amber"}


def confidence_words(confidence: str) -> str:
    words = {
        Confidence.CERTAIN.value: _("Almost certain"),
        Confidence.LIKELY.value: _("Likely"),
        Confidence.POSSIBLE.value: _("Possible"),
    }
    return words.get(confidence, confidence)


def confidence_sentence(comparison: Comparison) -> str:
    """How sure the comparison is, and of what."""
    match comparison.confidence:
        case Confidence.CERTAIN if equal_numbers(comparison):
            return _("This is almost certainly one person: a number is equal, and the names are alike.")
        case Confidence.CERTAIN:
            return _("This is almost certainly one person: the name, the day of birth and more agree.")
        case Confidence.LIKELY:
            return _("This is likely one person: much agrees, but nothing proves it.")
        case Confidence.POSSIBLE:
            return _("This may be one person: something agrees, but it can be chance.")
    return _("As they are recorded now, the two are not alike.")


def point_name(name: str) -> str:
    return {
        "name": _("name"),
        "born": _("date of birth"),
        "sex": _("sex"),
        "origin": _("country of origin"),
        "birth_place": _("place of birth"),
        "iin": _("IIN"),
        "document": _("document number"),
        "phone": _("phone"),
    }.get(name, name)


def point_words(point: Point) -> str:
    """One point that agrees, with how it does."""
    how = how_words(point)
    return f"{point_name(point.name)} ({how})" if how else point_name(point.name)


def how_words(point: Point) -> str:
    """How a name or a date agrees: a name in another alphabet is the same name."""
    if not point.agrees:
        return ""
    return {
        ("name", "same"): _("written alike"),
        ("name", "other_alphabet"): _("other alphabet"),
        ("name", "other_spelling"): _("other spelling"),
        ("name", "part"): _("a part of it"),
        ("name", "beginning"): _("a part of it"),
        ("name", "similar"): _("similar"),
        ("name", "former"): _("former name"),
        ("born", "day"): _("to the day"),
        ("born", "month"): _("to the month"),
        ("born", "year"): _("only the year"),
    }.get((point.name, point.how), "")


def decided_words(pair: DuplicatePair, who: dict[UUID | None, str]) -> str:
    """What was decided, by whom, when; nothing when it was not."""
    if pair.decision is None:
        return ""
    name, when = who.get(pair.decided_by_id) or _("System"), i18n.moment(pair.decided_at)
    if policy.is_over(pair) and pair.decision == Decision.SAME:
        return _("The same person, and merged since (%(who)s, %(when)s).", who=name, when=when)
    match pair.decision:
        case Decision.SAME:
            return _("The same person (%(who)s, %(when)s).", who=name, when=when)
        case Decision.DIFFERENT:
            reason = codes.label("difference_reason", pair.reason)
            return _("Two different people: %(reason)s (%(who)s, %(when)s).", reason=reason, who=name, when=when)
    return _("Not sure (%(who)s, %(when)s).", who=name, when=when)


def asked_again_words(pair: DuplicatePair, who: dict[UUID | None, str]) -> str:
    """Why a pair that was decided is asked about again."""
    if pair.decision is not None or pair.decided_at is None:
        return ""
    return _(
        "%(who)s said on %(day)s that these are two different people (%(reason)s). Since then an equal number was "
        "recorded on both: please look once more.",
        who=who.get(pair.decided_by_id) or _("A colleague"),
        day=i18n.day(pair.decided_at),
        reason=codes.label("difference_reason", pair.reason),
    )


# -- after a decision ----------------------------------------------------------------------------------------------


def told(pair: DuplicatePair) -> str:
    """What was just said of a pair, by its numbers, and what comes of it."""
    numbers = {"one": pair.person.number, "other": pair.other.number}
    match pair.decision:
        case Decision.SAME:
            return _("%(one)s and %(other)s: the same person. A supervisor can merge the records.", **numbers)
        case Decision.DIFFERENT:
            return _("%(one)s and %(other)s: two different people. This is not asked again.", **numbers)
    return _("%(one)s and %(other)s: not sure. The supervisor will look at them.", **numbers)


def progress_words(search: DuplicateSearch) -> str:
    """How far the search for all has come."""
    return ngettext(
        "%(done)s of %(total)s record looked at", "%(done)s of %(total)s records looked at", search.total,
        done=i18n.number(search.done), total=i18n.number(search.total),
    )  # fmt: skip


def searched_words(search: DuplicateSearch | None) -> str:
    """When all records were looked at last."""
    if search is None or (search.ended_at is None and not search.is_under_way):
        return _("The records have not been compared yet. It begins by itself within a few minutes.")
    if search.ended_at is None:
        return ""
    return _("All records were compared last on %(when)s.", when=i18n.moment(search.ended_at))


def ids_of(pairs: Iterable[DuplicatePair]) -> list[UUID]:
    """Whose names a list of pairs shows."""
    return sorted({one for pair in pairs for one in (pair.person_id, pair.other_id)})
