"""In front of a record that was erased: every address that leads to it says so, instead of a page full of nothing."""

from typing import Any
from uuid import UUID

from flask import request

from casework.core import access
from casework.core.scope import principal
from casework.persons import queries as persons
from casework.restrictions import gate as restrictions
from casework.restrictions.rules import TABLES
from casework.rights import queries

WAYS_IN = ("rights.", "oversight.")
"""What may be opened of an erased record: that it was erased, and the trail."""
OF_ANOTHER = frozenset({"opposing_id", "conflict_id", "approval_id", "transfer_id", "referral_id", "review_id"})
"""Arguments that name what is about somebody else, too, or about how it ended."""


class Gone(Exception):
    """What was asked for was erased (410)."""

    def __init__(self, person_ids: frozenset[UUID]) -> None:
        super().__init__()
        self.person_ids = person_ids


def keep_closed() -> None:
    """Answer that a record is gone, before anything of it is looked up."""
    who, endpoint = principal(), request.endpoint
    if who is None or who.organisation_id is None or endpoint is None or access.is_public(endpoint):
        return
    asked = [
        (name, value)
        for name, value in (request.view_args or {}).items()
        if isinstance(value, UUID) and name in TABLES and name not in OF_ANOTHER
    ]
    if not asked or endpoint.startswith(WAYS_IN) or not (erased := frozenset(queries.tombstones())):
        return
    closed = erased | queries.erased_cases(erased)
    for name, value in asked:
        for _table, concerned in restrictions.records(name, value):
            if concerned & closed:
                raise Gone(frozenset(concerned & erased))


def told(person_ids: frozenset[UUID]) -> list[dict[str, Any]]:
    """The numbers of these records and when they were erased."""
    found = sorted(persons.persons(person_ids).values(), key=lambda one: one.number)
    return [{"number": one.number, "on": one.erased_on} for one in found]
