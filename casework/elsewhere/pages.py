"""What the pages about other partners say, in words that tell no more than the state allows."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from casework.core import clock, i18n
from casework.elsewhere import queries
from casework.elsewhere.models import OverlapSide
from casework.elsewhere.queries import Card
from casework.elsewhere.rules import AGAIN, SILENCE, Answer, Standing, Step, is_unanswered, steps
from casework.persons import queries as persons
from casework.persons.models import Person
from casework.persons.pages import display_name
from casework.reference import queries as codes

TONES = {
    Standing.ASKED: "amber",
    Standing.COMPARING: "amber",
    Standing.OPEN: "blue",
    Standing.SAME: "teal",
}


def state_words(standing: Standing) -> str:
    return {
        Standing.OPEN: _("May be known to another partner"),
        Standing.NOT_AGREED: _("Not agreed"),
        Standing.WAITING: _("Waits for the other partner"),
        Standing.ASKED: _("Waits for your answer"),
        Standing.COMPARING: _("To be compared"),
        Standing.SAID: _("Waits for the other partner"),
        Standing.SAME: _("The same person"),
        Standing.DIFFERENT: _("Two different people"),
    }[standing]


def explained(side: OverlapSide) -> str:
    """What this state means for this side, and what can be done."""
    found, since = queries.standing_of(side), side.overlap.changed_at
    if is_unanswered(side.overlap, side, clock.now()):
        return _(
            "You asked on %(day)s, and for %(count)s days there has been no answer. You can wait longer, or withdraw "
            "the question.",
            day=i18n.day(side.asked_at),
            count=SILENCE.days,
        )
    if found is Standing.OPEN and side.answer == Answer.DECLINED:
        return _(
            "On %(day)s you answered another partner that the comparison is not agreed to. If the person agrees later, "
            "you may ask.",
            day=i18n.day(side.answered_at),
        )
    return {
        Standing.OPEN: _(
            "Another partner may have recorded the same person. Which partner, and why it may be so, is shown to "
            "nobody. If the person agrees, you may ask."
        ),
        Standing.NOT_AGREED: _(
            "The comparison was not agreed to. You may ask again from %(day)s.",
            day=i18n.day(clock.day_of(since + AGAIN) + timedelta(days=1)),
        )
        if Step.ASK not in steps(side.overlap, side, clock.now())
        else _("The comparison was not agreed to. You may ask again, if the person still agrees."),
        Standing.WAITING: _(
            "You asked on %(day)s. The other partner has not answered yet.", day=i18n.day(side.asked_at)
        ),
        Standing.ASKED: _(
            "Another partner asks whether this is a person whom they have recorded, too. Their person has agreed to "
            "the comparison. Ask yours before you answer."
        ),
        Standing.COMPARING: _("Both partners and both persons have agreed. Compare the records and say what you find."),
        Standing.SAID: _("You found that both records are of one person. The other partner has not said so yet."),
        Standing.SAME: _(
            "Both partners found that it is one person. National figures count the person once; your own count stays "
            "as it is."
        ),
        Standing.DIFFERENT: _("They are two people. Each is counted, and the question is not asked again."),
    }[found]


def seen_there(side: OverlapSide) -> str:
    """What the other side sees of this one."""
    match queries.standing_of(side):
        case Standing.OPEN | Standing.NOT_AGREED:
            return _("Only that a record of theirs may be known to another partner. Not that it is you, and no name.")
        case Standing.WAITING:
            return _("That another partner asks about a record of theirs. Not that it is you, and no name.")
        case Standing.ASKED:
            return _("Nothing until you answer. If you do not agree, only that: not that it was you, and no reason.")
        case Standing.DIFFERENT:
            return _("That they are two people. Your record is closed to them.")
    return _(
        "The name of your organisation and of its supervisors; and of this record the person’s name, the year of birth "
        "and the number. Each look is noted here and there."
    )


def questions(sides: list[OverlapSide]) -> list[dict[str, Any]]:
    """The rows of the list."""
    return [_row(side, queries.person_of(side)) for side in sides]


def _row(side: OverlapSide, person: Person) -> dict[str, Any]:
    standing = queries.standing_of(side)
    return {
        "url": url_for("elsewhere.show", side_id=side.id),
        "name": display_name(person.identity),
        "person": person,
        "state": state_words(standing),
        "tone": TONES.get(standing, ""),
        "late": _("No answer for %(count)s days", count=SILENCE.days)
        if is_unanswered(side.overlap, side, clock.now())
        else "",
        "found": i18n.day(side.overlap.found_at),
    }


def parts(current: str | None) -> list[dict[str, Any]]:
    """The parts of the list, with how many are in each."""
    counts = queries.counts()
    labels = [
        (None, _("All open"), sum(count for name, count in counts.items() if name != "settled")),
        ("answer", _("Waiting for your answer"), counts["answer"]),
        ("compare", _("To be compared"), counts["compare"]),
        ("ask", _("You may ask"), counts["ask"]),
        ("waiting", _("Waiting for the other"), counts["waiting"]),
        ("settled", _("Settled"), counts["settled"]),
    ]
    return [
        {
            "label": label,
            "url": url_for("elsewhere.index", part=name),
            "count": count,
            "is_current": name == current,
        }
        for name, label, count in labels
    ]


def own_facts(side: OverlapSide, person: Person) -> list[tuple[str, Any]]:
    """One's own record, and the consent that is recorded for it."""
    found: list[tuple[str, Any]] = [
        (_("Number"), person.number),
        (_("Name"), display_name(person.identity)),
        (_("Year of birth"), person.birth_year),
    ]
    if side.consent_on is None:
        return [*found, (_("Consent to compare"), _("No consent recorded"))]
    note = side.consent.note
    return [
        *found,
        (_("Consent to compare"), [i18n.day(side.consent_on), codes.label("consent_form", side.consent.form)]),
        (_("Explained in"), codes.label("language", side.consent.language)),
        *([(_("Note"), note)] if note else []),
    ]


def side_by_side(person: Person, card: Card) -> list[list[Any]]:
    """The rows of the table. What differs is not marked: one name in two alphabets would look like two."""
    return [
        [_("Name"), display_name(person.identity), card.name or None],
        [_("Year of birth"), person.birth_year, card.birth_year],
        [_("Number"), person.number, card.number],
    ]


def withdraw_words(standing: Standing) -> str:
    return _("Withdraw the question") if standing is Standing.WAITING else _("Withdraw the consent")


@dataclass(frozen=True)
class Way:
    """A step that can be taken from here. Those that take something back are not the main ones."""

    step: Step
    label: str
    url: str
    is_main: bool


def ways(side: OverlapSide) -> list[Way]:
    """What this side may do now, the likeliest first."""
    able = steps(side.overlap, side, clock.now())
    standing = queries.standing_of(side)
    has_said = standing in (Standing.SAID, Standing.SAME)
    words = {
        Step.ASK: _("Ask the other partner"),
        Step.ANSWER: _("Answer"),
        Step.VERDICT: _("Say that they are two people") if has_said else _("Say what you found"),
        Step.WITHDRAW: withdraw_words(standing),
    }
    takes_back = {Step.WITHDRAW, Step.VERDICT} if has_said else {Step.WITHDRAW}
    return [
        Way(step, words[step], url_for(f"elsewhere.{step}", side_id=side.id), step not in takes_back)
        for step in Step
        if step in able
    ]


def of_record(person: Person) -> list[dict[str, str]]:
    """The open questions about a record, for the supervisor who opens it. Others are shown nothing: not even that."""
    ids = [person.id, *(one.id for one in persons.merged_into(person.id))]
    return [
        {"words": state_words(queries.standing_of(side)), "url": url_for("elsewhere.show", side_id=side.id)}
        for one in ids
        for side in queries.of_person(one)
    ]
