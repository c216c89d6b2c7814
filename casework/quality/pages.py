"""What the pages of quality reviews show, in words."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from casework.accounts.queries import names
from casework.cases.pages import principal_person
from casework.core import clock, i18n
from casework.core.scope import Principal
from casework.persons.pages import display_name
from casework.quality import queries
from casework.quality.models import QualityReview, QualitySample
from casework.quality.rules import percent
from casework.reference import queries as codes


def desk_counts(who: Principal) -> list[dict[str, Any]]:
    """Remarks that the lawyer has not answered yet; nothing when there are none."""
    if who.user_id is None or not who.may("case:quality"):
        return []
    waiting = queries.unanswered_count(who.user_id)
    words = ngettext(
        "remark on the record of your cases to read", "remarks on the record of your cases to read", waiting
    )
    return [{"value": waiting, "label": words, "url": url_for("quality.mine"), "tone": "warn"}] if waiting else []


def name_of(review: QualityReview) -> str:
    person = principal_person(review.case)
    return display_name(person.identity) if person is not None else ""


def samples(of: list[QualitySample]) -> list[dict[str, Any]]:
    """One line for each sample."""
    known = names({who for one in of for who in (one.drawn_by_id, one.lawyer_id)})
    points = queries.points()
    return [
        {
            "url": url_for("quality.sample", sample_id=one.id),
            "drawn": i18n.day(one.drawn_at),
            "by": known.get(one.drawn_by_id, ""),
            "whose": known.get(one.lawyer_id) or _("All lawyers"),
            "method": _("By risk") if one.method == "RISK" else _("At random"),
            "reviewed": _("%(done)s of %(all)s", done=len(one.reviewed), all=len(one.reviews)),
            "percent": percent([answer for each in one.reviewed for answer in each.answers.values()], points),
            "is_closed": one.closed_at is not None,
        }
        for one in of
    ]


def trend(of: list[QualitySample]) -> dict[str, Any]:
    """Item by item what the last samples came to, in percent, the earliest first."""
    found = queries.trend(of)[-6:]
    items = codes.choices("quality_item")()
    days = [i18n.short_day(clock.day_of(one.sample.drawn_at)) for one in found]
    return {
        "days": days,
        "columns": [{"label": one, "number": True} for one in days],
        "rows": [
            {"label": label, "values": [one.items.get(code) for one in found]}
            for code, label in items
            if any(one.items.get(code) is not None for one in found)
        ],
        "overall": [one.overall for one in found],
    }


def risks_of(sample: QualitySample, number: str) -> list[str]:
    """The signs of risk that a case had when the sample was drawn."""
    held = next((risks for known, *risks in sample.frame if known == number), [])
    return [codes.label("quality_risk", code) for code in held]


def answers(review: QualityReview) -> list[dict[str, Any]]:
    """Every item that was answered, for the lawyer to read."""
    return [
        {
            "label": codes.label("quality_item", item),
            "answer": codes.label("quality_answer", answer),
            "tone": TONES.get(answer, ""),
        }
        for item, answer in review.answers.items()
    ]


TONES = {"YES": "teal", "PARTLY": "amber", "NO": "red"}
