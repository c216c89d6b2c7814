"""What was told, on paper: the same sheet, set by Typst."""

from collections.abc import Sequence
from pathlib import Path

from flask_babel import gettext as _

from casework.core import i18n
from casework.core.typesetting import check_characters, tagged_pdf
from casework.referrals.sheet import Sheet

_SOURCE = Path(__file__).parent / "sheet.typ"


def pdf(title: str, told: Sequence[Sheet]) -> bytes:
    """The sheets one after the other; Unprintable when a character has no shape in any shipped font."""
    check_characters([title, *(word for one in told for word in one.words())])
    words = {
        "title": title,
        "language": i18n.language(),
        "confidential": _(
            "Confidential. For the service named above only. The person agreed to this and to nothing more."
        ),
        "sheets": [_sheet(one) for one in told],
    }
    return tagged_pdf(_SOURCE, "referral", words)


def _sheet(one: Sheet) -> dict[str, object]:
    sections = [
        {"title": part.title, "rows": [[label, _lines(value)] for label, value in part.rows]} for part in one.sections
    ]
    if one.contact_rule:
        sections.append({"title": _("Before you contact the person"), "rows": [["", "\n".join(one.contact_rule)]]})
    if one.sessions:
        told = [[held.when, "\n".join(part for part in (held.title, held.text) if part)] for held in one.sessions]
        sections.append({"title": _("Sessions"), "rows": told})
    if one.needs:
        sections.append({"title": _("Specific needs"), "rows": [["", "\n".join(one.needs)]]})
    if one.files:
        sections.append({"title": _("Documents"), "rows": [["", "\n".join(file.title for file in one.files)]]})
    return {
        "when": _("Told on %(day)s", day=one.made),
        "asks_title": _("What is asked for"),
        "asks": one.asks,
        "sections": sections,
    }


def _lines(value: object) -> str:
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value)
