"""What an edition that waits for approval says otherwise than what readers have had so far."""

from dataclasses import dataclass

from flask_babel import gettext as _

from casework.core import i18n
from casework.editions import changes, queries
from casework.editions.models import EditionLanguage
from casework.editions.published import is_standing
from casework.releases.reading import said


@dataclass(frozen=True)
class Changed:
    """Against which edition, and what is otherwise: rows of the component `data_table`."""

    before: str
    rows: list[list[str]]


def changed(row: EditionLanguage) -> Changed | None:
    """Figures and texts that are not the same; of another edition of the same day also the cells of tables.

    None for the first edition that there is in this language.
    """
    before = _before(row)
    if before is None:
        return None
    old, new = queries.content(before), queries.content(row)
    if before.as_of != row.as_of:  # every cell of another day is another number
        old, new = old | {"publication": None}, new | {"publication": None}
    return Changed(
        before=_("%(day)s (edition %(number)s)", day=i18n.day(before.as_of), number=before.number),
        rows=[[said(one["what"]), one["before"], one["after"]] for one in changes.between(old, new, is_quoted=True)],
    )


def _before(row: EditionLanguage) -> EditionLanguage | None:
    """The latest edition before this one that stands in this language."""
    found = [
        one
        for one in queries.public_index(row.area)
        if one.language == row.language and is_standing(one) and (one.as_of, one.number) < (row.as_of, row.number)
    ]
    return max(found, key=lambda one: (one.as_of, one.number), default=None)
