"""Handing many cases over at once, taking that back; agreeing who stands in for whom."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from casework.accounts.models import User
from casework.accounts.policy import may_hold_cases
from casework.cases import handing
from casework.cases import queries as case_queries
from casework.cases.actions import Move
from casework.cases.models import Case
from casework.core import clock, i18n
from casework.core.db import db
from casework.core.errors import DomainError
from casework.core.i18n import Text
from casework.notices import actions as notices
from casework.notices.kinds import Kind, declare
from casework.persons.models import Words
from casework.restrictions.policy import TEAM
from casework.supervision import policy, queries
from casework.supervision.models import Cover, Reassignment, ReassignmentLine, Told
from casework.supervision.queries import Check
from casework.supervision.rules import Absence, away_too, said_twice, stands_in_already

declare(
    Kind(
        "handed_over",
        Text("Cases were handed over", "Дела переданы", "Істер берілді"),
        Text(
            "Cases of yours were handed over, or others are yours now.",
            "Ваши дела переданы, или вам передали дела.",
            "Істеріңіз берілді немесе сізге істер берілді.",
        ),
        by_mail=True,
    )
)

TAKEN_BACK = "TAKEN_BACK"
"""The reason in the history of a case when handing it over was undone."""


# -- handing over ------------------------------------------------------------------------------------------------


def reassign_many(chosen: list[Case], given: Mapping[UUID, UUID], reason: str, told: Told) -> Reassignment:
    """Each of these cases to the lawyer said for it, with its next step. All of them, or none."""
    moving = [one for one in chosen if one.id in given]
    if not moving:
        raise DomainError(_("Choose at least one case, and who gets it."))
    made = Reassignment(reason=reason, made_at=clock.now(), made_by_id=_me())
    made.told = told
    db.session.add(made)
    db.session.flush()
    before = {case: (case.lawyer_id, case.next_step_owner_id) for case in moving}
    handing.reassign_many(moving, {case.id: Move(given[case.id]) for case in moving}, reason, told.handover)
    for position, (case, (lawyer_id, owner_id)) in enumerate(before.items()):
        line = ReassignmentLine(
            reassignment_id=made.id,
            case_id=case.id,
            position=position,
            from_lawyer_id=lawyer_id,
            to_lawyer_id=given[case.id],
            from_owner_id=owner_id,
            case_version=case.version,
        )
        made.lines.append(line)
    db.session.flush()
    notices.tell(
        {line.to_lawyer_id for line in made.lines} | {line.from_lawyer_id for line in made.lines},
        "handed_over",
        f"reassignment:{made.id}",
        endpoint="supervision.handed_over",
        values={"reassignment_id": str(made.id)},
        words=told.handover,
        said=_moved("given", made.lines),
    )
    return made


def standing_against_undo(made: Reassignment) -> dict[UUID, str | None]:
    """Of each case of them, why it cannot go back; None when it can."""
    check = case_queries.assigning_check([line.case for line in made.lines])
    present = _present({line.from_lawyer_id for line in made.lines})
    return {line.case_id: _against_undo(made, line, present, check) for line in made.lines}


def _present(user_ids: Iterable[UUID | None]) -> set[UUID]:
    """Who of these can have cases still."""
    found = (db.session.get(User, one) for one in user_ids if one is not None)
    return {one.id for one in found if one is not None and may_hold_cases(one)}


def _against_undo(made: Reassignment, line: ReassignmentLine, present: set[UUID], check: Check) -> str | None:
    case = line.case
    if line.is_undone:
        return _("It has gone back.")
    if clock.now() > made.undo_until:
        return _("More than a day has passed.")
    if not case.is_open:
        return _("It was closed since.")
    if case.lawyer_id != line.to_lawyer_id:
        return _("It was handed over again since.")
    if case.version != line.case_version:
        return _("Somebody has worked on it since.")
    if line.from_lawyer_id not in present:
        return _("Its former lawyer no longer works on cases.")
    return queries.refusal(case, line.from_lawyer_id, check)


def undo(made: Reassignment) -> int:
    """Give the cases back that nobody has touched since; how many went. Within a day."""
    against = standing_against_undo(made)
    back = [line for line in made.lines if against[line.case_id] is None]
    if not back:
        why = next(iter(against.values()), None) or ""
        raise DomainError(_("None of these cases can go back by itself: %(why)s Hand them over one by one.", why=why))
    present = _present({line.from_owner_id for line in back})
    to = {
        line.case_id: Move(line.from_lawyer_id, line.from_owner_id if line.from_owner_id in present else None)
        for line in back
    }
    # Another of these, which has just gone back, may speak against one.
    went = handing.reassign_many([line.case for line in back], to, TAKEN_BACK, all_or_none=False)
    back = [line for line in back if line.case in went]
    for line in back:
        line.is_undone = True
    made.undone_at, made.undone_by_id = clock.now(), _me()
    db.session.flush()
    notices.tell(
        {one for line in back for one in (line.from_lawyer_id, line.to_lawyer_id)},
        "handed_over",
        f"reassignment-undone:{made.id}:{made.version}",
        endpoint="supervision.handed_over",
        values={"reassignment_id": str(made.id)},
        said=_moved("back", back),
    )
    return len(back)


def _moved(what: str, lines: list[ReassignmentLine]) -> dict[str, Any]:
    """What notices say of it: who did it, how many cases, how many of whom and to whom."""
    former = Counter(str(line.from_lawyer_id) for line in lines)
    new = Counter(str(line.to_lawyer_id) for line in lines)
    got, left = (former, new) if what == "back" else (new, former)
    return {"what": what, "by": str(_me() or ""), "all": len(lines), "left": dict(left), "got": dict(got)}


# -- standing in -------------------------------------------------------------------------------------------------


@dataclass
class Planned:
    """Who is away, who stands in, and from which day to which."""

    user_id: UUID
    cover_id: UUID
    from_on: date
    until_on: date
    note: str | None = None

    @property
    def absence(self) -> Absence:
        return Absence(self.user_id, self.cover_id, self.from_on, self.until_on)


def plan_cover(planned: Planned) -> Cover:
    """A colleague stands in for another from a day to a day. It ends by itself."""
    made = Cover(user_id=planned.user_id, cover_id=planned.cover_id, recorded_at=clock.now(), recorded_by_id=_me())
    _write(made, planned)
    db.session.add(made)
    db.session.flush()
    _tell(made, "agreed")
    return made


def change_cover(cover: Cover, planned: Planned) -> None:
    if cover.ended_at is not None:
        raise DomainError(_("This has ended. Agree on a new one."))
    _write(cover, planned)
    db.session.flush()
    _tell(cover, "agreed")


def end_cover(cover: Cover) -> None:
    """It no longer holds, from now on."""
    if cover.ended_at is None:
        _must_be_mine(cover.user_id)
        cover.ended_at, cover.ended_by_id = clock.now(), _me()
        db.session.flush()
        _tell(cover, "ended")


def resume_cover(cover: Cover) -> None:
    """It holds again, as it was agreed."""
    planned = Planned(cover.user_id, cover.cover_id, cover.from_on, cover.until_on, cover.note.text)
    _check(planned, but=cover)
    cover.ended_at = cover.ended_by_id = None
    db.session.flush()
    _tell(cover, "agreed")


def _write(cover: Cover, planned: Planned) -> None:
    _check(planned, but=cover)
    cover.user_id, cover.cover_id = planned.user_id, planned.cover_id
    cover.from_on, cover.until_on = planned.from_on, planned.until_on
    cover.note = Words(planned.note)


def _check(planned: Planned, but: Cover) -> None:
    _must_be_mine(planned.user_id)
    if planned.until_on < planned.from_on:
        raise DomainError(_("The last day is before the first."), "until_on")
    if planned.until_on < clock.today():
        raise DomainError(_("This date has passed. Enter a day from today on."), "until_on")
    if planned.user_id == planned.cover_id:
        raise DomainError(_("Nobody stands in for themselves."), "cover")
    for user_id, field in ((planned.user_id, "user"), (planned.cover_id, "cover")):
        _colleague(user_id, field)
    found = queries.others_meanwhile(planned.from_on, planned.until_on, but.id)
    absences = {one.absence: one for one in found}
    wanted = planned.absence
    if said_twice(wanted, list(absences)) is not None:
        raise DomainError(_("These two have agreed on some of these days already."), "from_on")
    other = away_too(wanted, list(absences))
    if other is not None:
        raise DomainError(
            _(
                "%(name)s is away from %(first)s to %(last)s. Choose somebody who is there.",
                name=absences[other].user.name,
                first=i18n.day(other.from_on),
                last=i18n.day(other.until_on),
            ),
            "cover",
        )
    other = stands_in_already(wanted, list(absences))
    if other is not None:
        raise DomainError(
            _(
                "Meanwhile %(away)s stands in for %(name)s. Find somebody else for %(name)s first.",
                away=absences[other].cover.name,
                name=absences[other].user.name,
            ),
            "user",
        )


def _must_be_mine(user_id: UUID) -> None:
    if not policy.may_plan(db.session.info["principal"], user_id):
        raise DomainError(_("A supervisor agrees on who stands in for somebody else."), "user")


def _colleague(user_id: UUID, field: str) -> None:
    found = db.session.get(User, user_id)
    here = db.session.info["principal"].organisation_id
    if found is None or found.organisation_id != here or not may_hold_cases(found):
        raise DomainError(_("Choose a lawyer of your organisation."), field)


def _tell(cover: Cover, what: str) -> None:
    notices.tell(
        {cover.user_id, cover.cover_id},
        "cover",
        f"cover:{cover.id}:{cover.version}",
        endpoint="supervision.cover",
        values={},
        said={
            "what": what,
            "user": str(cover.user_id),
            "cover": str(cover.cover_id),
            "first": cover.from_on.isoformat(),
            "last": cover.until_on.isoformat(),
        },
    )


def _me() -> UUID | None:
    found: UUID | None = db.session.info["principal"].user_id
    return found


def listen() -> None:
    """Lower features ask who stands in for whom."""
    if policy.stands_in_for not in case_queries.STANDS_IN:
        case_queries.STANDS_IN.append(policy.stands_in_for)
        notices.INSTEAD.append(policy.standing_in)
        TEAM.append(policy.stands_in_for)
