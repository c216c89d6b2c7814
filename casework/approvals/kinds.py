"""What can be wanted approved. The features that know how a thing is done say so here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from casework.approvals.models import Approval
from casework.core.i18n import Text

Pairs = Sequence[tuple[str, str]]
"""Labels with their values, in words."""


def _nothing(_approval: Approval) -> list[str]:
    return []


def _no_other(_approval: Approval) -> list[UUID]:
    return []


def _its_person(approval: Approval) -> list[UUID]:
    return [approval.person_id] if approval.person_id is not None else []


@dataclass(frozen=True)
class Kind:
    """One thing that a second person may have to approve, and how it is done once it is approved."""

    code: str
    label: Text
    carry_out: Callable[[Approval], str | None]
    """Does it, as whoever approved; answers what to tell them, or nothing. A DomainError refuses."""
    url: Callable[[Approval], str]
    """The form in which it was asked, to be opened again with what was typed."""
    version: Callable[[Approval], int | None]
    """The version of its subject today; None when that is not there any more."""
    subject: Callable[[Approval], tuple[str, str]]
    """Whom or what it is about, in words, and its page."""
    now: Callable[[Approval], Pairs]
    """What the record says today of what would change, as it was told when it was asked."""
    warnings: Callable[[Approval], list[str]] = _nothing
    """What to think of before it is approved. Never a reason to refuse."""
    also: Callable[[Approval], list[UUID]] = _no_other
    """What else it is about: a change of that counts, too."""
    persons: Callable[[Approval], list[UUID]] = _its_person
    """Whose data whoever opens the request is shown: it stands in the access log of each."""
    is_of_supervisors: bool = False
    """Whether only supervisors do it at all, so that there is nothing to choose for lawyers."""
    asks_for_code: bool = False
    """Whether who approves gives a fresh one-time code: it lets data leave the house."""


_kinds: dict[str, Kind] = {}

LETTER_SEND = "letter_send"
ORDER = ("case_close", "case_reopen", "status_change", "merge", LETTER_SEND, "export")


def register(kind: Kind) -> None:
    """Make a kind known; once for every start of the application."""
    _kinds[kind.code] = kind


def kind(code: str) -> Kind:
    return _kinds[code]


def known() -> list[Kind]:
    """Every kind, in the order in which the rules name them."""
    return sorted(_kinds.values(), key=lambda one: ORDER.index(one.code) if one.code in ORDER else len(ORDER))
