"""What can be typed when a sample is drawn, a case reviewed, and remarks answered."""

from typing import Any, cast

from flask_babel import lazy_gettext as _l

from casework.accounts.queries import caseworkers
from casework.core.forms import CaseworkForm, Choice, EditForm, Line, Paragraph, PillsField, Whole, options
from casework.quality.actions import LARGEST
from casework.quality.models import QualityReview
from casework.reference import queries as codes

METHODS = (
    ("RISK", _l("The more signs of risk, the likelier")),
    ("RANDOM", _l("Every case alike")),
)
DAYS = (("30", _l("30 days")), ("90", _l("90 days")), ("365", _l("A year")))


class DrawForm(CaseworkForm):
    method = PillsField(_l("How are cases chosen?"), options(METHODS), default="RISK", optional=False)
    size = Whole(_l("How many cases"), 1, LARGEST, optional=False, default=10)
    days = PillsField(_l("Open cases, and those closed within"), options(DAYS), default="90", optional=False)
    lawyer = Choice(
        _l("Whose cases"),
        lambda: [(str(one.id), one.name) for one in caseworkers()],
        none_label=_l("All lawyers"),
    )
    seed = Line(
        _l("Number for the lot"),
        longest=40,
        description=_l(
            "Leave empty to draw by lot. Drawn again from the same cases, the same number or word gives the same "
            "sample."
        ),
    )


class ReviewFields(EditForm):
    to_lawyer = Paragraph(
        _l("Remarks to the lawyer"),
        longest=2000,
        description=_l("The lawyer reads them, and may answer. What is good deserves a word, too."),
    )

    def answers(self) -> dict[str, str]:
        """Item of the checklist → answer, of those that were answered."""
        return {
            name.removeprefix("item_"): field.data
            for name, field in self._fields.items()
            if name.startswith("item_") and field.data
        }


def review_form(review: QualityReview, *, as_saved: bool = False) -> ReviewFields:
    """The checklist as it is today, with what the review says already; `as_saved`: whatever was sent just now."""
    answers = codes.choices("quality_answer")
    fields = {f"item_{code}": PillsField(label, answers) for code, label in codes.choices("quality_item")()}
    made = type("ReviewForm", (ReviewFields,), fields)
    sent = {"formdata": None} if as_saved else {}
    return cast(ReviewFields, made(data=review_values(review), **sent))


def review_values(review: QualityReview) -> dict[str, Any]:
    return {
        **{f"item_{code}": answer for code, answer in review.answers.items()},
        "to_lawyer": review.remarks.to_lawyer,
        "version": str(review.version),
    }


class AnswerForm(EditForm):
    answer = Paragraph(
        _l("Your answer"), longest=2000, description=_l("Leave empty to say only that you have read them.")
    )
