"""What the pages about merging show, in words."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from casework.accounts.queries import names
from casework.core import i18n
from casework.core.events import records_merging
from casework.core.scope import principal
from casework.duplicates import joining, merging, moving, queries
from casework.duplicates.joining import FieldPair
from casework.duplicates.merge_forms import MergeForm
from casework.duplicates.models import Merge
from casework.persons import pages as persons
from casework.persons import queries as person_queries
from casework.persons.models import Person
from casework.persons.pages import STATUS_LISTS
from casework.persons.rules import Dimension, Flow
from casework.reference import queries as codes

_COUNTED: dict[str, Callable[[int], str]] = {
    "case_parties": lambda n: ngettext("%(num)s case", "%(num)s cases", n),
    "attendances": lambda n: ngettext("%(num)s session", "%(num)s sessions", n),
    "documents": lambda n: ngettext("%(num)s document", "%(num)s documents", n),
    "letters": lambda n: ngettext("%(num)s letter", "%(num)s letters", n),
    "consents": lambda n: ngettext("%(num)s answer about consent", "%(num)s answers about consent", n),
    "powers_of_attorney": lambda n: ngettext("%(num)s power of attorney", "%(num)s powers of attorney", n),
    "relatives": lambda n: ngettext("%(num)s family link", "%(num)s family links", n),
    "opposing_parties": lambda n: ngettext(
        "%(num)s case of others, as the opposing party", "%(num)s cases of others, as the opposing party", n
    ),
    "conflicts": lambda n: ngettext(
        "%(num)s possible conflict of interest", "%(num)s possible conflicts of interest", n
    ),
    "overlap_sides": lambda n: ngettext("%(num)s question with a partner", "%(num)s questions with partners", n),
    "referral_sides": lambda n: ngettext("%(num)s referral", "%(num)s referrals", n),
    "transfer_persons": lambda n: ngettext(
        "%(num)s transfer between partners", "%(num)s transfers between partners", n
    ),
}
"""How many of a kind, by table. A table that has no words yet is counted with the others."""

_UNNAMED = frozenset(
    {"specific_needs", "best_interests", "taken_up", "restrictions", "emergency_accesses", "data_requests"}
)
"""Counted with the others on purpose: a number of its own would say that there is something one may not see."""

_DOUBLE: dict[str, Callable[[int], str]] = {
    "case_parties": lambda n: ngettext(
        "Both records are in %(num)s case: there the person stays once.",
        "Both records are in %(num)s cases: there the person stays once.",
        n,
    ),
    "relatives": lambda n: ngettext(
        "%(num)s family link joins the two records, or both have it: it becomes void.",
        "%(num)s family links join the two records, or both have them: they become void.",
        n,
    ),
}


def has_words(table_name: str) -> bool:
    return table_name in _COUNTED or table_name in _UNNAMED


def counted(counts: Mapping[str, int]) -> list[str]:
    """“2 cases”, “1 letter”: how many of each kind, and of what has no name yet together."""
    known = [words(counts[name]) for name, words in _COUNTED.items() if counts.get(name)]
    others = sum(number for name, number in counts.items() if name not in _COUNTED)
    return [*known, *([ngettext("%(num)s more entry", "%(num)s more entries", others)] if others else [])]


# -- before ----------------------------------------------------------------------------------------------------------


def rows(form: MergeForm, pairs: Iterable[FieldPair]) -> list[dict[str, Any]]:
    """Field by field: what each record says, and the buttons where they differ."""
    return [
        {
            "label": pair.label,
            "left": pair.left,
            "right": pair.right,
            "differs": pair.differs,
            "choice": form.choice(pair.name),
            "note": _("Both are kept.") if pair.is_united and pair.differs else "",
        }
        for pair in pairs
        if pair.left or pair.right
    ]


def status_rows(form: MergeForm, kept: Person, gone: Person) -> list[dict[str, Any]]:
    """History by history: what holds today, and the buttons where it differs."""
    found = []
    for dimension in STATUS_LISTS:
        left, right = _holding(kept, dimension), _holding(gone, dimension)
        choice = form.choice(dimension)
        is_care = dimension == "registration"
        differs = kept.registration != gone.registration if is_care else choice is not None
        note = _("Whoever is in care under one of the records stays in care.") if is_care and differs else ""
        found.append(
            {
                "label": persons.dimension_title(dimension),
                "left": left,
                "right": right,
                "differs": differs,
                "choice": choice,
                "note": note,
            }
        )
    return found


def _holding(person: Person, dimension: str) -> str:
    """“Undetermined nationality, since 2 March 2026”; nothing, when nothing is recorded."""
    standing = [entry for entry in person.history(dimension) if not entry.is_void]
    if not standing or standing[-1].code == merging.NOTHING_SAID.get(Dimension(dimension)):
        return ""
    status = persons.status_label(dimension, standing[-1].code)
    words = _("%(status)s, since %(day)s", status=status, day=i18n.day(standing[-1].effective_on))
    if dimension == "registration" and standing[-1].code == "LEFT":
        return f"{words} ({codes.label('flow', standing[-1].reason)})"
    return words


def moves(steps: Iterable[moving.Planned]) -> dict[str, list[str]]:
    """What goes along, what becomes void because both records have it, and what stays behind."""
    steps = list(steps)
    along = Counter(step.table_name for step in steps if step.how == moving.MOVED and not step.was_void)
    double = Counter(step.table_name for step in steps if step.how == moving.VOIDED)
    left = sum(step.how == moving.LEFT for step in steps)
    void = sum(step.was_void for step in steps)
    lines = [_DOUBLE[name](number) for name, number in sorted(double.items()) if name in _DOUBLE]
    others = sum(number for name, number in double.items() if name not in _DOUBLE)
    if others:
        lines.append(
            ngettext(
                "%(num)s entry that both records have becomes void.",
                "%(num)s entries that both records have become void.",
                others,
            )
        )
    if left:
        lines.append(
            ngettext(
                "%(num)s entry that both records have stays with the one that goes.",
                "%(num)s entries that both records have stay with the one that goes.",
                left,
            )
        )
    if void:
        lines.append(
            ngettext(
                "%(num)s entry that is void already goes along, too.",
                "%(num)s entries that are void already go along, too.",
                void,
            )
        )
    return {"along": counted(along), "notes": lines}


def figures(kept: Person, gone: Person) -> list[str]:
    """What happens to the figures, today and on the days before."""
    numbers = {"kept": kept.number, "gone": gone.number}
    if gone.registration != "ACTIVE":
        today = _("%(gone)s is not in care today, so today’s stock stays as it is.", **numbers)
    elif kept.registration != "ACTIVE":
        today = _(
            "%(kept)s, which is no longer in care, comes back and is counted instead of %(gone)s: today’s stock stays "
            "as it is.",
            **numbers,
        )
    else:
        today = _("Both records are in care today. Counted once, the stock falls by one.")
    before = _(
        "The person counts once on earlier days, too: where both records were counted, only what %(kept)s says is.",
        **numbers,
    )
    return [today, before]


def warnings(kept: Person, gone: Person) -> list[str]:
    """What speaks against it. Never a reason to refuse."""
    found = []
    for link in person_queries.relatives(kept.id):
        if gone.id in (link.person_id, link.relative_id):
            relation = codes.label("relationship", link.relationship_code)
            found.append(
                _("The two records are linked as relatives (%(relation)s): are they two people?", relation=relation)
            )
    for person, other in ((kept, gone), (gone, kept)):
        if other.registration == "ACTIVE" and person_queries.left_for_good(person) and not _left_as_double(person):
            found.append(
                _(
                    "%(number)s says: %(status)s. Close the cases afterwards if that is right.",
                    number=person.number,
                    status=_holding(person, "registration"),
                )
            )
    for _receiver, words in records_merging.send(kept, gone=gone):
        found += words
    return found


def _left_as_double(person: Person) -> bool:
    """Whether a case was closed because the record was a double: then nobody has died or departed."""
    standing = [entry for entry in person.history("registration") if not entry.is_void]
    return bool(standing) and standing[-1].reason == Flow.MERGED


# -- after -----------------------------------------------------------------------------------------------------------


def told(done: Merge, kept: Person, gone: Person) -> dict[str, Any]:
    """A merge as its page shows it."""
    who = names({done.merged_by_id, done.undone_by_id})
    steps = Counter(step.table_name for step in done.steps if step.how == moving.MOVED)
    reader = principal()
    if reader is None or not reader.may("person:elsewhere"):
        steps.pop("overlap_sides", None)  # that another partner may know the person is for supervisors only
    both = joining.compared(joining.side_of(kept), joining.side_of(gone))
    return {
        "merged": _(
            "%(who)s, %(when)s",
            who=who.get(done.merged_by_id) or _("System"),
            when=i18n.moment(done.merged_at),
        ),
        "undone": _(
            "Undone by %(who)s, %(when)s: %(reason)s",
            who=who.get(done.undone_by_id) or _("System"),
            when=i18n.moment(done.undone_at),
            reason=codes.label("difference_reason", done.undo_reason),
        )
        if done.undone_at
        else "",
        "note": done.note.text,
        "moved": counted(steps),
        "written": [
            (joining.label(one.name), joining.words(one.name, one.before), joining.words(one.name, one.after))
            for one in done.choices.fields
            if joining.is_shown(one.name)
        ],
        "rows": [(one.label, one.left, one.right) for one in both if one.left or one.right],
        "histories": [
            {
                "label": persons.dimension_title(dimension),
                "left": _holding(kept, dimension),
                "right": _holding(gone, dimension),
                "differs": kept.holds(dimension) != gone.holds(dimension),
            }
            for dimension in STATUS_LISTS
        ],
        "until": i18n.day(merging.last_day(done)),
        "why_not": merging.why_not_undone(done),
    }


def undoing(found: merging.Undoing, kept: Person) -> dict[str, Any]:
    """What undoing would do, in words."""
    side = joining.compared(joining.side_of(kept), joining.Side())
    says = {one.name: one.left for one in side}
    return {
        "obstacle": found.obstacle,
        "back": counted(found.back),
        "since": counted(found.since),
        "elsewhere": counted(found.elsewhere),
        "stay": [(joining.label(name), says[name]) for name in found.stay if name in says],
    }


def also_recorded(person: Person) -> list[dict[str, Any]]:
    """The other numbers under which a person was recorded, for the record's page."""
    who = principal()
    found = []
    for record in person_queries.merged_into(person.id):
        done = queries.merge_of(record.id)
        if done is None:
            continue
        may_undo = who is not None and who.may("person:merge") and merging.why_not_undone(done) is None
        found.append(
            {
                "words": _(
                    "Also recorded as %(number)s (merged on %(day)s)",
                    number=record.number,
                    day=i18n.day(record.merged_on),
                ),
                "number": record.number,
                "url": url_for("merges.show", merge_id=done.id),
                "undo_url": url_for("merges.undo", merge_id=done.id) if may_undo else "",
            }
        )
    return found
