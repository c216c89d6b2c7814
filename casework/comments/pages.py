"""The comments of a case, in words; what a notice is about, for the page of notices."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from casework.accounts.queries import names
from casework.cases import queries as cases
from casework.cases.models import Case
from casework.cases.pages import heading
from casework.comments import actions, policy, queries
from casework.comments.forms import CommentForm
from casework.comments.models import Comment
from casework.core import i18n
from casework.core.scope import principal
from casework.core.withheld import hides
from casework.notices.pages import NAMES_OF_CASES, NAMES_OF_PERSONS
from casework.persons import queries as persons
from casework.persons.pages import display_name

AT_FIRST = 4
"""How many comments stand on the record itself; the page of comments has them all."""


@dataclass(frozen=True)
class Line:
    """One comment as its card shows it."""

    comment: Comment
    author: str
    initials: str
    when: str
    text: str
    spoken_to: str
    """The names of those whom it speaks to."""
    edited: str
    is_handover: bool
    is_own: bool
    may_put_back: bool

    @property
    def is_void(self) -> bool:
        return self.comment.voided_at is not None


def lines(found: list[Comment]) -> list[Line]:
    who = principal()
    known = names({mention.user_id for one in found for mention in one.mentions})
    return [
        Line(
            comment=one,
            author=one.author.name,
            initials="".join(part[0] for part in one.author.name.split()[:2]).upper(),
            when=i18n.moment(one.written_at),
            text=one.words.text or "",
            spoken_to=", ".join(sorted(known[mention.user_id] for mention in one.mentions if mention.user_id in known)),
            edited=_("Changed on %(day)s", day=i18n.day(one.edited_at)) if one.edited_at else "",
            is_handover=one.kind == "handover",
            is_own=policy.is_own(one, who),
            may_put_back=policy.may_put_back(one, who),
        )
        for one in found
    ]


def card(case: Case) -> dict[str, Any]:
    """What the record shows of what colleagues wrote: the latest comments, the form, whether one follows."""
    found = queries.of_case(case.id)
    return {
        "lines": lines(found[:AT_FIRST]),
        "ids": [one.id for one in found[:AT_FIRST]],
        "total": sum(one.voided_at is None for one in found),
        "more": max(len(found) - AT_FIRST, 0),
        "form": None if hides(case) else CommentForm(formdata=None),
        "url": url_for("comments.index", case_id=case.id),
        **following(case),
    }


def following(case: Case) -> dict[str, Any]:
    """Whether one is told what happens in a case, and whether that can be changed."""
    who = principal()
    user_id = who.user_id if who is not None else None
    return {
        "is_lawyer": case.lawyer_id == user_id,
        "follows": queries.follow(case.id, user_id) is not None,
        "follow_url": url_for("comments.follow", case_id=case.id),
    }


def _names_of_cases(case_ids: Collection[UUID]) -> dict[UUID, str]:
    """Number and first person of each case, for the page of notices of those who may open cases at all."""
    return {one.id: heading(one) for one in cases.chosen(case_ids)} if _may("case:open") else {}


def _names_of_persons(person_ids: Collection[UUID]) -> dict[UUID, str]:
    found = persons.persons(person_ids) if _may("person:open") else {}
    return {one: f"{person.number} · {display_name(person.identity)}" for one, person in found.items()}


def _may(permission: str) -> bool:
    who = principal()
    return who is not None and who.may(permission)


def listen() -> None:
    """Tell followers of what happens; tell the page of notices how cases and persons are called."""
    actions.listen()
    NAMES_OF_CASES[:] = [_names_of_cases]
    NAMES_OF_PERSONS[:] = [_names_of_persons]
