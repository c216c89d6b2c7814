"""What can be typed to colleagues about a case."""

from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l

from casework.comments import queries
from casework.comments.models import Comment
from casework.core.forms import CaseworkForm, Choices, EditForm, Paragraph, PillsManyField

LONGEST = 4000


def colleague_choices() -> Choices:
    return lambda: [(str(one.id), one.name) for one in queries.colleagues()]


class _Mentioning:
    """The colleagues whom a comment speaks to besides those whom its text names."""

    def chosen(self) -> list[UUID]:
        return [UUID(one) for one in self.mentioned.data or []]  # type: ignore[attr-defined]


class CommentForm(_Mentioning, CaseworkForm):
    """On the record it stands beside the form of a session: its controls have ids of their own."""

    text = Paragraph(
        _l("Comment"),
        longest=LONGEST,
        optional=False,
        description=_l("For colleagues of your organisation only. Write @ and a colleague’s name to tell them."),
    )
    mentioned = PillsManyField(_l("Tell these colleagues"), colleague_choices())

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for field in self:
            field.id = field.label.field_id = f"comment-{field.id}"


class CorrectForm(_Mentioning, EditForm):
    text = Paragraph(
        _l("Comment"),
        longest=LONGEST,
        optional=False,
        description=_l("For colleagues of your organisation only. Write @ and a colleague’s name to tell them."),
    )
    mentioned = PillsManyField(_l("Tell these colleagues"), colleague_choices())


def comment_values(comment: Comment) -> dict[str, object]:
    return {
        "text": comment.words.text,
        "mentioned": [str(one.user_id) for one in comment.mentions],
        "version": str(comment.version),
    }
