"""Who is in the team of a restricted record, and how long an emergency lasts: without database or clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

HOURS = (1, 4, 8)
"""How long a record may be opened in an emergency: to choose from."""

PER_DAY = 3
"""So often a colleague may open a record so within 24 hours."""

AT_MOST = timedelta(hours=8)
"""So long one record may be open to a colleague so within 24 hours: it does not become everyday."""

REFUSED_FOR = timedelta(days=30)
"""So long a record is not opened so to whoever opened it last without a good reason."""

TABLES: dict[str, tuple[str, ...]] = {
    "person_id": ("persons",),
    "case_id": ("cases",),
    "letter_id": ("letters",),
    "document_id": ("documents",),
    "upload_id": ("uploads",),
    "consultation_id": ("consultations",),
    "appointment_id": ("appointments",),
    "act_id": ("acts",),
    "power_id": ("powers_of_attorney",),
    "inquiry_id": ("inquiries",),
    "entry_id": ("status_entries",),
    "link_id": ("relatives",),
    "opposing_id": ("opposing_parties",),
    "conflict_id": ("conflicts",),
    "pair_id": ("duplicate_pairs",),
    "merge_id": ("merges",),
    "side_id": ("overlap_sides",),
    "approval_id": ("approvals",),
    "best_interest_id": ("best_interests",),
    "comment_id": ("comments",),
    "consent_id": ("consents",),
    "need_id": ("specific_needs",),
    "referral_id": ("referrals",),
    "review_id": ("quality_reviews",),
    "transfer_id": ("transfers",),
}
"""Which record an argument of an address names. One that is not listed is looked for in every table."""

NO_RECORDS = frozenset(
    {"user_id", "organisation_id", "procedure_id", "part_id", "template_id", "item_id", "day_id", "release_id",
     "earlier_id", "edition_id", "table_id", "figure_id", "import_id", "file_id", "bundle_id", "key_id", "draft_id",
     "access_id", "alert_id", "cover_id", "export_id", "notice_id", "point_id", "reassignment_id", "sample_id",
     "view_id", "session_id", "request_id", "erasure_id", "step_id"}
)  # fmt: skip
"""Arguments that name nobody’s record: of a notice or an emergency words stay masked; where they lead is closed."""

ABOUT_TWO = frozenset({"duplicate_pairs", "merges", "conflicts", "relatives"})
"""Rows that say of two persons what they have in common: of these not even that they are there is told."""


class Verdict(StrEnum):
    JUSTIFIED = "justified"
    UNJUSTIFIED = "unjustified"


@dataclass(frozen=True)
class Work:
    """Who works on one case of a person."""

    lawyer_id: UUID
    owner_id: UUID | None
    closed_on: date | None


def team(cases: Iterable[Work], registered_by_id: UUID | None) -> set[UUID]:
    """Whoever works on the person's open cases; with none, on the last closed; with no case at all, who registered.

    The supervisors come in addition: they are in every team.
    """
    works = list(cases)
    working = [one for one in works if one.closed_on is None]
    if not working and works:
        last = max(one.closed_on for one in works if one.closed_on is not None)
        working = [one for one in works if one.closed_on == last]
    if not works:
        return {registered_by_id} if registered_by_id is not None else set()
    return {one.lawyer_id for one in working} | {one.owner_id for one in working if one.owner_id is not None}


def end_of(begins: datetime, hours: int) -> datetime:
    if hours not in HOURS:
        raise ValueError("An emergency lasts 1, 4 or 8 hours.")
    return begins + timedelta(hours=hours)
