"""Writing to colleagues about a case, following it, handing it over with a word."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from casework.accounts.models import User
from casework.cases.models import Case
from casework.comments import policy, queries
from casework.comments.models import Comment, Follow, Mention, Said
from casework.comments.rules import mentioned as mentioned_in
from casework.core import clock
from casework.core.db import db
from casework.core.errors import DomainError, Refused
from casework.core.events import case_event, cases_reassigned
from casework.core.withheld import hides
from casework.notices import actions as notices
from casework.notices.actions import Telling


def write(case: Case, text: str, kind: str = "comment", mentioned: Iterable[UUID] = ()) -> Comment:
    """A comment on a case; who is mentioned in it (chosen, or by “@Name” in the text) and who follows it is told."""
    made = _begun(case, text, kind)
    _mention(made, case, mentioned)
    db.session.add(made)
    db.session.flush()
    _tell(made, case)
    return made


def _begun(case: Case, text: str, kind: str) -> Comment:
    if hides(case):
        raise Refused
    made = Comment(
        organisation_id=case.organisation_id,
        case_id=case.id,
        kind=kind,
        author_id=db.session.info["principal"].user_id,
        written_at=clock.now(),
    )
    made.words = Said(_filled(text))
    return made


def correct(comment: Comment, text: str, mentioned: Iterable[UUID] = ()) -> None:
    """Put right what one wrote oneself; who is mentioned only now is told now."""
    _own(comment)
    if comment.voided_at is not None:
        raise DomainError(_("This comment was taken back. Put it back first."))
    comment.words = Said(_filled(text))
    comment.edited_at = clock.now()
    _mention(comment, comment.case, mentioned)
    db.session.flush()
    notices.reword(_key(comment), comment.words.text or "")
    _tell(comment, comment.case)


def void(comment: Comment) -> None:
    """Take back what one wrote; nobody is told of it any more. For half an hour it can be put back."""
    _own(comment)
    if comment.voided_at is None:
        told = notices.told(_key(comment))
        comment.voided_at = clock.now()
        comment.words = replace(comment.words, told=told)
        db.session.flush()
        notices.forget(_key(comment))
        if comment.kind == "handover" and str(comment.case.lawyer_id) in told:
            _tell_of_the_case(comment, told)


def _tell_of_the_case(note: Comment, told: dict[str, list[str | None]]) -> None:
    """The note had told its reader that the case is theirs: without it they are told of the case alone."""
    case = note.case
    notices.tell(
        [case.lawyer_id],
        "assigned",
        _without_note(note),
        endpoint="casefile.case",
        values={"case_id": case.id},
        case_id=case.id,
        before=told,
    )


def _without_note(note: Comment) -> str:
    return f"assigned:{note.id}"


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
            raise _may_not_open(colleagues[user_id])
        comment.mentions.append(Mention(organisation_id=comment.organisation_id, user_id=user_id))


def _may_not_open(colleague: User) -> DomainError:
    return DomainError(_("%(name)s may not open this restricted record.", name=colleague.name), "mentioned")


def _key(comment: Comment) -> str:
    return f"comment:{comment.id}"


def _tell(comment: Comment, case: Case) -> None:
    """Each is told once, for the first reason there is: it is handed to them, they are mentioned, they follow."""
    told: dict[str, Any] = {
        "endpoint": "casefile.case",
        "values": {"case_id": case.id, "_anchor": "comments"},
        "case_id": case.id,
        "words": comment.words.text,
        "before": comment.words.told,
    }
    if comment.kind == "handover":
        for key in (_assigned(case), _without_note(comment)):
            notices.forget(key)  # which says the same with fewer words
        notices.tell([case.lawyer_id], "handover", _key(comment), **told)
    mentioned, following = {one.user_id for one in comment.mentions}, {*queries.followers(case.id), case.lawyer_id}
    may_know = policy.only_who_may_open(mentioned | following, case.id)
    notices.tell(mentioned & may_know, "mention", _key(comment), **told)
    notices.tell(following & may_know, "comment", _key(comment), **told)


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
) -> None:
    """Tell who follows a case that it moved on, and who has it now that it is theirs."""
    told: dict[str, Any] = {"endpoint": "casefile.case", "values": {"case_id": case.id}, "case_id": case.id}
    others: set[UUID | None]
    if kind == "reassigned":
        notices.tell([case.lawyer_id], "assigned", _assigned(case), **told)
        if note and note.strip():
            handover(case, note)
        others = {*queries.followers(case.id), former_lawyer_id} - {case.lawyer_id}
    else:
        others = {*queries.followers(case.id), case.lawyer_id}
    may_know = policy.only_who_may_open(others, case.id)
    notices.tell(may_know, "followed", f"{kind}:{case.id}:{case.version}", **told)


def _handed_over(_sender: None, *, former: Mapping[Case, UUID], note: str | None = None) -> None:
    """The word with which many cases go to other lawyers stands in each; who follows one is told that it went."""
    if note and note.strip():
        _leave_in_each(list(former), note)
    following = queries.followers_of([case.id for case in former])
    closed = policy.closed_to_each(set().union(*following.values()))
    tellings = [
        Telling(
            frozenset(
                one
                for one in following.get(case.id, set()) - {case.lawyer_id, before}
                if case.id not in closed.get(one, ())
            ),
            f"reassigned:{case.id}:{case.version}",
            "casefile.case",
            {"case_id": case.id},
            case.id,
        )
        for case, before in former.items()
    ]
    notices.tell_each("followed", tellings)


def _leave_in_each(chosen: list[Case], text: str) -> None:
    colleagues = {one.id: one for one in queries.colleagues()}
    named = [colleagues[one] for one in sorted(mentioned_in(text, {one.id: one.name for one in colleagues.values()}))]
    closed = {one.id: policy.closed_to(one) for one in named}
    for case in chosen:
        made = _begun(case, text, "handover")
        for one in named:
            if case.id in closed[one.id]:
                raise _may_not_open(one)
            made.mentions.append(Mention(organisation_id=made.organisation_id, user_id=one.id))
        db.session.add(made)
    db.session.flush()


def listen() -> None:
    case_event.connect(_happened)
    cases_reassigned.connect(_handed_over)
