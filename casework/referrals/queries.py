"""One's own referrals; and, while a referral lives, the one look at what the other side told."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from flask import g
from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import selectinload

from casework.accounts.models import Organisation, User
from casework.cases.models import Case
from casework.consents import queries as consents
from casework.core import audit, clock, withheld
from casework.core.db import db
from casework.core.scope import Principal, acting_as, system
from casework.core.storage import Place
from casework.documents.models import Document
from casework.persons import queries as persons
from casework.persons.models import Person
from casework.proceedings import queries as proceedings
from casework.referrals import sharing
from casework.referrals.models import OutsideService, Referral, ReferralShare, ReferralSide, ReferralStep, Share
from casework.referrals.rules import AT_WORK, LIVE, WAITING, Kind, State, is_late

REASON = "referral"
LOOKS_BACK = timedelta(days=30)
"""How long after the last change the job still looks for what was not told yet."""


MOST_CANDIDATES = 5


def the_system(organisation_id: UUID | None = None) -> Principal:
    """Who carries what was told from one organisation to the other, and in whose name it stands in their trails."""
    return system(REASON, organisation_id)


@contextmanager
def reading_in(organisation_id: UUID | None) -> Iterator[None]:
    """Act as the system in the other organisation, and only read: in a session of its own."""
    with acting_as(the_system(organisation_id)):
        g.reading = True
        yield


def own_id() -> UUID:
    found: UUID = db.session.info["principal"].organisation_id
    return found


# -- one's own side ------------------------------------------------------------------------------------------------


def _mine() -> ColumnElement[bool]:
    """What one sent; and what was sent to one: a draft of another is not there."""
    return or_(
        Referral.from_organisation_id == own_id(),
        and_(Referral.to_organisation_id == own_id(), Referral.sent_at.is_not(None)),
    )


def _listed() -> ColumnElement[bool]:
    """Not those about a restricted record that only others may open: whom somebody was sent to says much of them."""
    hidden = withheld.mine()
    of_hidden = or_(
        ReferralSide.person_id.in_(persons.records_of(hidden.persons)), ReferralSide.case_id.in_(hidden.cases)
    )
    return Referral.id.not_in(select(ReferralSide.referral_id).where(of_hidden)) if hidden else true()


def referral(referral_id: UUID) -> Referral | None:
    return db.session.scalar(select(Referral).where(Referral.id == referral_id, _mine()))


def is_sender(one: Referral) -> bool:
    return one.from_organisation_id == own_id()


def side(one: Referral) -> ReferralSide | None:
    """One's own side; the receiver has none before somebody does something."""
    statement = select(ReferralSide).where(ReferralSide.referral_id == one.id)
    return db.session.scalar(statement.options(selectinload(ReferralSide.person), selectinload(ReferralSide.case)))


def sides_of(referral_ids: list[UUID]) -> dict[UUID, ReferralSide]:
    statement = select(ReferralSide).where(ReferralSide.referral_id.in_(referral_ids))
    found = db.session.scalars(statement.options(selectinload(ReferralSide.person), selectinload(ReferralSide.case)))
    return {one.referral_id: one for one in found}


def person_of(one: ReferralSide) -> Person | None:
    """Whom it is about here: of a record that was merged, the one that goes on."""
    return persons.person(one.person_id) if one.person_id is not None else None


def shares(one: Referral) -> list[ReferralShare]:
    """What one told, the first first."""
    statement = select(ReferralShare).where(ReferralShare.referral_id == one.id)
    return list(db.session.scalars(statement.order_by(ReferralShare.made_at, ReferralShare.id)))


def steps(one: Referral) -> list[ReferralStep]:
    statement = select(ReferralStep).where(ReferralStep.referral_id == one.id)
    return list(db.session.scalars(statement.order_by(ReferralStep.at, ReferralStep.id)))


def of_case(case_id: UUID) -> list[ReferralSide]:
    """The referrals of a case, from here or from elsewhere, the latest first."""
    statement = (
        select(ReferralSide)
        .join(ReferralSide.referral)
        .where(ReferralSide.case_id == case_id)
        .order_by(Referral.changed_at.desc())
    )
    return list(db.session.scalars(statement.options(selectinload(ReferralSide.referral))))


def every_of(ids: Collection[str]) -> list[ReferralSide]:
    """One's own sides of all referrals of somebody, under any of these ids, whoever sent them."""
    statement = select(ReferralSide).where(ReferralSide.person_id.in_([UUID(one) for one in ids]))
    return list(db.session.scalars(statement.options(selectinload(ReferralSide.referral))))


def every_share() -> list[ReferralShare]:
    """Everything that one's own organisation ever told."""
    return list(db.session.scalars(select(ReferralShare).order_by(ReferralShare.made_at)))


def live_from(person_id: UUID) -> list[ReferralSide]:
    """What was told of somebody by one's own organisation, and can still be read."""
    statement = (
        select(ReferralSide)
        .join(ReferralSide.referral)
        .where(Referral.from_organisation_id == own_id(), Referral.state.in_(LIVE))
        .options(selectinload(ReferralSide.referral))
    )
    ids = sharing.ids_of(person_id)
    return [
        one
        for one in db.session.scalars(statement)
        if str(one.person_id) in ids or any(sharing.is_about(told.share, ids) for told in shares(one.referral))
    ]


PARTS: dict[str, tuple[bool, frozenset[State]]] = {
    "answer": (False, WAITING),
    "work": (False, AT_WORK),
    "waiting": (True, WAITING),
    "with": (True, AT_WORK),
    "drafts": (True, frozenset({State.DRAFT})),
}
"""How the list is divided: whether one sent it, and its states. What is in none of them is over."""
OVER = frozenset(State) - LIVE - {State.DRAFT}


def in_part(part: str) -> list[Referral]:
    """The referrals of one part of the list, what changed last first; by the day of the answer where one waits."""
    if part == "over":
        condition: ColumnElement[bool] = Referral.state.in_(OVER)
    else:
        sent, states = PARTS[part]
        where = Referral.from_organisation_id if sent else Referral.to_organisation_id
        condition = and_(where == own_id(), Referral.state.in_(states))
    statement = select(Referral).where(_mine(), _listed(), condition)
    if part in ("answer", "waiting"):
        statement = statement.order_by(Referral.answer_due_on, Referral.sent_at, Referral.id)
    return list(db.session.scalars(statement.order_by(Referral.changed_at.desc(), Referral.id)))


def counts() -> dict[str, int]:
    """How many referrals are in each part."""
    is_mine = Referral.from_organisation_id == own_id()
    counted = select(is_mine, Referral.state, func.count()).where(_mine(), _listed())
    statement = counted.group_by(is_mine, Referral.state)
    found = {(bool(sent), State(state)): number for sent, state, number in db.session.execute(statement)}
    lengths = {
        part: sum(number for (sent, state), number in found.items() if sent == wanted and state in states)
        for part, (wanted, states) in PARTS.items()
    }
    lengths["over"] = sum(number for (_sent, state), number in found.items() if state in OVER)
    return lengths


def late() -> list[Referral]:
    """What one sent and nobody answered in time."""
    today = clock.today()
    statement = select(Referral).where(Referral.from_organisation_id == own_id(), Referral.state == State.SENT)
    return [one for one in db.session.scalars(statement) if is_late(State(one.state), one.answer_due_on, today)]


def registered_since(moment: datetime) -> list[Person]:
    """Whom the acting user registered, of those whose record was written since then: the latest first."""
    who: Principal = db.session.info["principal"]
    statement = select(Person).where(
        Person.registered_by_id == who.user_id, Person.merged_into_id.is_(None), Person.changed_at >= moment
    )
    return list(db.session.scalars(statement.order_by(Person.changed_at.desc()).limit(MOST_CANDIDATES)))


# -- whom it can go to ---------------------------------------------------------------------------------------------


def partners() -> list[Organisation]:
    """The other organisations that work on cases."""
    statement = select(Organisation).where(
        Organisation.kind == "partner", Organisation.is_active, Organisation.id != own_id()
    )
    return list(db.session.scalars(statement.order_by(Organisation.name_en)))


def organisation_name(organisation_id: UUID) -> str:
    found = db.session.get(Organisation, organisation_id)
    return found.name if found is not None else ""


def directory(*, with_retired: bool = False) -> list[OutsideService]:
    """One's own directory of outside services."""
    statement = select(OutsideService).order_by(OutsideService.service, OutsideService.recorded_at)
    found = list(db.session.scalars(statement))
    return [one for one in found if with_retired or one.retired_at is None]


def point(point_id: UUID | None) -> OutsideService | None:
    return db.session.scalar(select(OutsideService).where(OutsideService.id == point_id)) if point_id else None


# -- the other side ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Received:
    """What was told at one sending."""

    made_at: datetime
    share: Share


def shared(one: Referral) -> list[Received]:
    """What the sender told, for the receiver; nothing before it is sent, and nothing after it ended.

    The only place where anything of a record passes from one organisation to another. Noted in both trails.
    """
    found = _shared(one)
    if found:
        audit.read("referral:read", "referrals", [one.id])
        audit.note("referral:shown", "referrals", one.id, who=the_system(one.from_organisation_id))
    return found


def _is_withheld(one: Referral) -> bool:
    """Whether here it is about a restricted record that only others may open: of it the other side tells them nothing.

    What one told oneself is sealed in rows of one's own, which `core.withheld` masks; what the other side told is not.
    """
    hidden = withheld.mine()
    return bool(hidden) and any(record in hidden for record in withheld.concerned(one, db.session))


def _shared(one: Referral) -> list[Received]:
    if one.to_organisation_id != own_id() or _is_withheld(one):
        return []
    with reading_in(one.from_organisation_id):
        return _open_shares(one.id)


def is_told(one: Referral) -> bool:
    """Whether the receiver may still read what the sender told."""
    return bool(_shared(one))


def _open_shares(referral_id: UUID) -> list[Received]:
    """In the sender's organisation: what may be read there now. The state is read anew, and the consents, too."""
    anew = db.session.get(Referral, referral_id)
    theirs = side(anew) if anew is not None else None
    if anew is None or theirs is None or theirs.person_id is None or anew.state not in LIVE:
        return []
    sender = db.session.get_one(Organisation, anew.from_organisation_id)
    if not sender.is_active or not sharing.is_covered(persons.going_on(theirs.person_id), anew):
        return []
    return [Received(told.made_at, sharing.agreed(told.share, anew)) for told in shares(anew)]


@dataclass(frozen=True)
class SharedDocument:
    """A file that goes with a share: where its sealed bytes lie, and what they are."""

    place: Place
    size: int
    name: str
    media_type: str


def shared_file(one: Referral, document_id: UUID) -> SharedDocument | None:
    """A document that was told, while it is; not one that was voided since."""
    if one.to_organisation_id != own_id() or _is_withheld(one):
        return None
    with reading_in(one.from_organisation_id):
        told = {file.document_id for received in _open_shares(one.id) for file in received.share.documents}
        found = db.session.get(Document, document_id) if str(document_id) in told else None
        if found is None or found.is_void:
            return None
        details = found.details
        document = SharedDocument(
            found.place, found.size, details.name or "document", details.media_type or "application/octet-stream"
        )
    audit.read("referral:file", "documents", [document_id])
    audit.note("referral:file-shown", "documents", document_id, who=the_system(one.from_organisation_id))
    return document


@dataclass(frozen=True)
class OtherStep:
    """A step of the other side, as far as it may be read here."""

    kind: str
    at: datetime
    happened_on: date
    code: str | None
    words: str | None
    by: str


ANSWERS = frozenset({Kind.DECLINED})
"""What was written to be read at the end is read after it, too."""


def other_steps(one: Referral) -> list[OtherStep]:
    """What the other side did: kind, day and code as long as there is a referral; words and names while it lives."""
    other, is_withheld = other_side_of(one), _is_withheld(one)
    if other is None:
        return []
    with reading_in(other):
        anew = db.session.get_one(Referral, one.id)
        is_live = anew.state in LIVE and (one.from_organisation_id != other or bool(_open_shares(one.id)))
        found = [step for step in steps(one) if step.kind != Kind.LINKED]
        writers = {step.by_id for step in found if step.by_id is not None} if is_live else set()
        names = {row.id: row.name for row in db.session.execute(select(User.id, User.name).where(User.id.in_(writers)))}
        return [
            OtherStep(
                step.kind,
                step.at,
                step.happened_on,
                step.code,
                step.words.text if (is_live or step.kind in ANSWERS) and not is_withheld else None,
                names.get(step.by_id, "") if step.by_id is not None else "",
            )
            for step in found
        ]


def other_side_of(one: Referral) -> UUID | None:
    """The organisation that is not one's own; None of an outside service."""
    return one.to_organisation_id if is_sender(one) else one.from_organisation_id


@dataclass(frozen=True)
class Progress:
    """How far the case of the other side is, in codes."""

    stage: str | None
    next_on: date | None
    is_closed: bool


def progress(one: Referral) -> Progress | None:
    """Stage and next date there, while both work on it and both sides show theirs."""
    other, mine = other_side_of(one), side(one)
    if other is None or mine is None or not mine.shows_progress or one.state not in AT_WORK or _is_withheld(one):
        return None
    with reading_in(other):
        anew = db.session.get_one(Referral, one.id)
        theirs = side(anew)
        if theirs is None or not theirs.shows_progress or anew.state not in AT_WORK or theirs.case_id is None:
            return None
        if theirs.person_id is None or consents.has_left(persons.going_on(theirs.person_id)):
            return None
        if one.from_organisation_id == other and not _open_shares(one.id):
            return None
        case = db.session.get_one(Case, theirs.case_id)
        deadline = proceedings.next_deadlines([case.id]).get(case.id)
        days = [day for day in (case.next_step_due_on, deadline.due_on if deadline is not None else None) if day]
        found = Progress(case.stage, min(days, default=None), not case.is_open)
    audit.note("referral:progress-shown", "referrals", one.id, who=the_system(other))
    return found


# -- what is new for one's own people, as the system ---------------------------------------------------------------


@dataclass(frozen=True)
class News:
    """That the other side did something. Codes only."""

    referral_id: UUID
    step_id: UUID
    kind: str
    at: datetime


def news() -> list[News]:
    """What other organisations did lately in referrals with the acting one, the earliest first."""
    here, since = own_id(), clock.now() - LOOKS_BACK
    with reading_in(None):
        statement = (
            select(ReferralStep.referral_id, ReferralStep.id, ReferralStep.kind, ReferralStep.at)
            .join(Referral, Referral.id == ReferralStep.referral_id)
            .where(
                or_(Referral.from_organisation_id == here, Referral.to_organisation_id == here),
                Referral.sent_at.is_not(None),
                ReferralStep.organisation_id != here,
                ReferralStep.at >= since,
            )
            .order_by(ReferralStep.at, ReferralStep.id)
        )
        return [News(*row) for row in db.session.execute(statement)]
