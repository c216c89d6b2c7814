"""Writing to colleagues about a case, following it, handing it over with a word."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from casework.cases.models import Case
from casework.comments import policy, queries
from casework.comments.models import Comment, Follow, Mention
from casework.comments.rules import mentioned as mentioned_in
from casework.core import clock
from casework.core.db import db
from casework.core.errors import DomainError, Refused
from casework.core.events import case_event
from casework.core.withheld import hides
from casework.notices import actions as notices
from casework.persons.models import Words


def write(
    case: Case, text: str, kind: str = "comment", mentioned: Iterable[UUID] = (), *, is_told: bool = True
) -> Comment:
    """A comment on a case; who is mentioned in it (chosen, or by “@Name” in the text) and who follows it is told."""
    if hides(case):
        raise Refused
    made = Comment(
        organisation_id=case.organisation_id,
        case_id=case.id,
        kind=kind,
        author_id=db.session.info["principal"].user_id,
        written_at=clock.now(),
    )
    made.words = Words(_filled(text))
    _mention(made, case, mentioned)
    db.session.add(made)
    db.session.flush()
    if is_told:
        _tell(made, case)
    return made


def correct(comment: Comment, text: str, mentioned: Iterable[UUID] = ()) -> None:
    """Put right what one wrote oneself; who is mentioned only now is told now."""
    _own(comment)
    if comment.voided_at is not None:
        raise DomainError(_("This comment was taken back. Put it back first."))
    comment.words = Words(_filled(text))
    comment.edited_at = clock.now()
    _mention(comment, comment.case, mentioned)
    db.session.flush()
    notices.reword(_key(comment), comment.words.text or "")
    _tell(comment, comment.case)


def void(comment: Comment) -> None:
    """Take back what one wrote; nobody is told of it any more. For half an hour it can be put back."""
    _own(comment)
    if comment.voided_at is None:
        comment.voided_at = clock.now()
        db.session.flush()
        notices.forget(_key(comment))


def put_back(comment: Comment) -> None:
    """Let a comment stand again that one took back a moment ago."""
    _own(comment)
    if comment.voided_at is None:
        return
    if not policy.may_put_back(comment, db.session.info["principal"]):
        raise DomainError(_("It was taken back too long ago. Write it anew."))
    comment.voided_at = None
    db.session.flush()
    _tell(comment, comment.case)


def handover(case: Case, text: str) -> Comment:
    """The word with which a case goes to another lawyer, whom it is told, once, together with the case being theirs."""
    return write(case, text, "handover")


def _filled(text: str) -> str:
    if not text.strip():
        raise DomainError(_("Write something first."), "text")
    return text.strip()


def _own(comment: Comment) -> None:
    if not policy.is_own(comment, db.session.info["principal"]):
        raise Refused


def _mention(comment: Comment, case: Case, chosen: Iterable[UUID]) -> None:
    """Say whom the comment speaks to: colleagues who were chosen, and those whom its text names."""
    colleagues = {one.id: one for one in queries.colleagues()}
    picked = set(chosen)
    if not picked <= set(colleagues):
        raise DomainError(_("Choose colleagues who work on cases."), "mentioned")
    wanted = picked | mentioned_in(comment.words.text or "", {one.id: one.name for one in colleagues.values()})
    comment.mentions[:] = [one for one in comment.mentions if one.user_id in wanted]
    for user_id in sorted(wanted - {one.user_id for one in comment.mentions}):
        if not policy.may_open(colleagues[user_id], case):
            name = colleagues[user_id].name
            raise DomainError(_("%(name)s may not open this restricted record.", name=name), "mentioned")
        comment.mentions.append(Mention(organisation_id=comment.organisation_id, user_id=user_id))


def _key(comment: Comment) -> str:
    return f"comment:{comment.id}"


def _tell(comment: Comment, case: Case) -> None:
    """Each is told once, for the first reason there is: it is handed to them, they are mentioned, they follow."""
    told: dict[str, Any] = {
        "endpoint": "casefile.case",
        "values": {"case_id": case.id, "_anchor": "comments"},
        "case_id": case.id,
        "words": comment.words.text,
    }
    if comment.kind == "handover":
        notices.forget(_assigned(case))  # which says the same with fewer words
        notices.tell([case.lawyer_id], "handover", _key(comment), **told)
    notices.tell([one.user_id for one in comment.mentions], "mention", _key(comment), **told)
    notices.tell({*queries.followers(case.id), case.lawyer_id}, "comment", _key(comment), **told)


# -- following ---------------------------------------------------------------------------------------------------


def follow(case: Case, user_id: UUID | None = None) -> None:
    """Be told what happens in this case."""
    who = user_id or db.session.info["principal"].user_id
    if queries.follow(case.id, who) is None:
        db.session.add(Follow(organisation_id=case.organisation_id, case_id=case.id, user_id=who, since=clock.now()))
        db.session.flush()


def unfollow(case: Case, user_id: UUID | None = None) -> None:
    """Be told no more."""
    found = queries.follow(case.id, user_id or db.session.info["principal"].user_id)
    if found is not None:
        db.session.delete(found)
        db.session.flush()


def _assigned(case: Case) -> str:
    return f"assigned:{case.id}:{case.version}"


def _happened(
    case: Case,
    kind: str,
    former_lawyer_id: UUID | None = None,
    note: str | None = None,
    is_one_of_many: bool = False,
) -> None:
    """Tell who follows a case that it moved on, and who has it now that it is theirs."""
    told: dict[str, Any] = {"endpoint": "casefile.case", "values": {"case_id": case.id}, "case_id": case.id}
    others: set[UUID | None]
    if is_one_of_many:
        others = {*queries.followers(case.id), None} - {None, case.lawyer_id, former_lawyer_id}
        if note and note.strip():
            write(case, note, "handover", is_told=False)
    elif kind == "reassigned":
        notices.tell([case.lawyer_id], "assigned", _assigned(case), **told)
        if note and note.strip():
            handover(case, note)
        others = {*queries.followers(case.id), former_lawyer_id} - {case.lawyer_id}
    else:
        others = {*queries.followers(case.id), case.lawyer_id}
    notices.tell(others, "followed", f"{kind}:{case.id}:{case.version}", **told)


def listen() -> None:
    case_event.connect(_happened)
