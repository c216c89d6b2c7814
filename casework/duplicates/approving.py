"""Making one record of two where the organisation wants a second person to approve it."""

from collections.abc import Collection, Mapping
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from casework.approvals import actions as approvals
from casework.approvals import kinds
from casework.approvals.kinds import Kind
from casework.approvals.models import Approval
from casework.approvals.pages import signed
from casework.core.errors import DomainError
from casework.core.i18n import Text
from casework.duplicates import joining, merge_pages, merging, queries
from casework.duplicates.models import DuplicatePair
from casework.persons import queries as persons
from casework.persons.models import Person
from casework.persons.pages import dimension_title, status_label

MERGE = "merge"


def listen() -> None:
    """Say how two records are merged once that is approved."""
    kinds.register(
        Kind(
            MERGE,
            Text("Merging two records", "Объединение двух карточек", "Екі карточканы біріктіру"),
            carry_out=_merge,
            url=lambda one: url_for("merges.preview", pair_id=one.asked.arguments["pair_id"]),
            version=_version,
            subject=_subject,
            now=lambda one: _standing(*_both(one)),
            warnings=lambda one: merge_pages.warnings(*_both(one)),
            also=lambda one: [UUID(one.asked.arguments["kept_id"])],
            persons=lambda one: [one.subject_id, UUID(one.asked.arguments["kept_id"])],
            is_of_supervisors=True,
        )
    )


def ask_to_merge(
    pair: DuplicatePair,
    kept: Person,
    gone: Person,
    take: Collection[str],
    statuses: Mapping[str, str],
    note: str | None,
) -> None:
    """Ask for what the form said: the arguments of merging.merge."""
    reason = merging.obstacle(kept, gone, pair)
    if reason is not None:
        raise DomainError(reason)
    approvals.ask(
        MERGE,
        subject_kind=Person.__tablename__,
        subject_id=gone.id,
        subject_version=kept.version + gone.version,
        arguments={
            "pair_id": str(pair.id),
            "kept_id": str(kept.id),
            "take": sorted(take),
            "statuses": dict(statuses),
            "note": note,
        },
        before=lambda: _standing(kept, gone),
        after=lambda: _joined(kept, gone, take, statuses),
        reason=note,
        person_id=kept.id,
    )


def _both(one: Approval) -> tuple[Person, Person]:
    kept, gone = persons.record(UUID(one.asked.arguments["kept_id"])), persons.record(one.subject_id)
    if kept is None or gone is None:
        raise DomainError(_("This record is not there any more."))
    return kept, gone


def _version(one: Approval) -> int | None:
    """A sum that every change of either record makes another one; None once one of them was merged."""
    kept, gone = _both(one)
    return None if kept.merged_into_id or gone.merged_into_id else kept.version + gone.version


def _subject(one: Approval) -> tuple[str, str]:
    kept, gone = _both(one)
    words = _("%(gone)s into %(kept)s", gone=gone.number, kept=kept.number)
    return words, url_for("duplicates.pair", pair_id=one.asked.arguments["pair_id"])


def _merge(one: Approval) -> str:
    kept, gone = _both(one)
    asked = one.asked.arguments
    pair = queries.pair(UUID(asked["pair_id"]))
    merging.merge(kept, gone, asked["take"], asked["statuses"], signed(one, asked["note"]), pair)
    return str(_("The records are merged: %(gone)s now leads to %(kept)s.", gone=gone.number, kept=kept.number))


# -- before and after ------------------------------------------------------------------------------------------------


def _standing(kept: Person, gone: Person) -> list[tuple[str, str]]:
    """What the two records say where they differ."""
    found = [(_("Records"), _("%(kept)s and %(gone)s", kept=kept.number, gone=gone.number))]
    compared = joining.compared(joining.side_of(kept), joining.side_of(gone))
    found += [(pair.label, _either(pair.left, pair.right)) for pair in compared if pair.differs]
    for dimension in merging.CHOSEN_DIMENSIONS:
        ours, theirs = (status_label(dimension, one.holds(dimension)) for one in (kept, gone))
        if ours != theirs:
            found.append((dimension_title(dimension), _either(ours, theirs)))
    return found


def _either(left: str, right: str) -> str:
    return f"{left or '–'} / {right or '–'}"


def _joined(kept: Person, gone: Person, take: Collection[str], statuses: Mapping[str, str]) -> list[tuple[str, str]]:
    """What the record that goes on will say where they differ."""
    found = [(_("Records"), _("%(kept)s alone; %(gone)s leads to it", kept=kept.number, gone=gone.number))]
    for pair in joining.compared(joining.side_of(kept), joining.side_of(gone)):
        if pair.differs:
            chosen = _("Both are kept.") if pair.is_united else pair.right if pair.name in take else pair.left
            found.append((pair.label, chosen))
    for dimension in merging.CHOSEN_DIMENSIONS:
        if kept.holds(dimension) != gone.holds(dimension):
            code = statuses.get(dimension, kept.holds(dimension))
            found.append((dimension_title(dimension), status_label(dimension, code)))
    return found
